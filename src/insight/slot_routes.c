// SPDX-License-Identifier: Apache-2.0
// Handlers of the routes over slots; their rows are in personal_routes.c. Instance: struct personal.
#include "personal_desk.h"

static void write_rules(struct json_writer *w, const struct slot *s)
{
    jw_key(w, "rules");
    jw_array(w);
    for (size_t i = 0; i < s->rule_count; i++) {
        jw_object(w);
        jw_kz(w, "segment", s->rules[i].segment);
        jw_kstr(w, "variant", s->rules[i].variant);
        jw_key(w, "content");
        jw_raw(w, s->rules[i].content);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void write_slot(struct json_writer *w, const struct slot *s)
{
    jw_object(w);
    jw_kz(w, "name", s->name);
    jw_kstr(w, "title", s->title);
    write_rules(w, s);
    jw_key(w, "fallback");
    jw_raw(w, s->fallback);
    jw_ki64(w, "hold_out_permille", s->hold_out_permille);
    jw_kbool(w, "public", s->is_public);
    jw_ki64(w, "version", s->version);
    jw_ktime(w, "created", s->created_ms);
    jw_ktime(w, "changed", s->changed_ms);
    jw_key(w, "missing");
    jw_array(w);
    for (size_t i = 0; i < s->rule_count; i++) {
        if (s->rules[i].number == 0)
            jw_z(w, s->rules[i].segment);
    }
    jw_array_end(w);
    jw_object_end(w);
}

cu_code slots_get_list(struct request *rq, struct cu_error *err)
{
    struct personal *p = rq->module;
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    const struct slot_set *set = slots_take(p->slots);
    for (size_t i = 0; i < set->count; i++)
        write_slot(&w, &set->at[i]);
    slots_done(p->slots, set);
    jw_array_end(&w);
    jw_kz(&w, "next", NULL);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

static cu_code answer_one(struct request *rq, int status, struct cu_error *err)
{
    struct personal *p = rq->module;
    const struct slot_set *set = slots_take(p->slots);
    const struct slot *s = slot_find(set, request_path_str(rq, "name"));
    if (s) {
        struct json_writer w = request_json(rq, status);
        write_slot(&w, s);
    }
    slots_done(p->slots, set);
    return s ? cu_buf_code(&rq->response.body, err) : cu_fail(err, CU_NOT_FOUND, "name", "no slot has this name");
}

cu_code slots_get_one(struct request *rq, struct cu_error *err)
{
    return answer_one(rq, 200, err);
}

static cu_code check_name(cu_str name, struct cu_error *err)
{
    bool good = name.len > 0 && name.len <= SLOT_NAME_MAX && name.ptr[0] >= 'a' && name.ptr[0] <= 'z';
    for (size_t i = 0; i < name.len && good; i++) {
        char c = name.ptr[i];
        good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
    }
    return good ? CU_OK
                : cu_fail(err, CU_INVALID, "name", "small letters, digits, _ and - are accepted, a letter "
                    "first, at most %d bytes",
                      SLOT_NAME_MAX);
}

cu_code slots_put_one(struct request *rq, struct cu_error *err)
{
    struct personal *p = rq->module;
    const struct spec_values *v = &rq->body_values;
    const struct slot_edit e = {.name = request_path_str(rq, "name"), .title = cu_str_trim(spec_str(v, "title")),
        .rules = spec_get(v, "rules")->raw, .fallback = spec_get(v, "fallback")->raw,
        .hold_out_permille = (int32_t)spec_i64(v, "hold_out_permille"), .is_public = spec_i64(v, "public") != 0,
        .if_version = (uint32_t)spec_i64(v, "version"), .actor = rq->caller.staff_id};
    CU_TRY(check_name(e.name, err));
    CU_TRY(slot_put(p->slots, &e, err));
    return answer_one(rq, e.if_version == 0 ? 201 : 200, err);
}

cu_code slots_delete_one(struct request *rq, struct cu_error *err)
{
    struct personal *p = rq->module;
    CU_TRY(slot_drop(p->slots, request_path_str(rq, "name"), err));
    rq->response.status = 204;
    return CU_OK;
}

// The person is read by a member of staff, so the gate and the audit log are asked as for any other reading.
cu_code slots_preview(struct request *rq, struct cu_error *err)
{
    struct personal *p = rq->module;
    struct personal_question q = {.purpose = CU_LIT("personalisation"), .slots = request_path_str(rq, "name"),
        .caller = &rq->caller};
    struct db *d = NULL;
    CU_TRY(people_read_take(p->options.people, &d, err));
    cu_code code = segment_read_person(p->options.segments, rq, d, spec_str(&rq->body_values, "person"), &q.person, err);
    people_read_give(p->options.people, d);
    CU_TRY(code);
    struct json_writer w = request_json(rq, 200);
    code = personal_answer(p, &q, &w, err);
    if (code == CU_NOT_FOUND)
        return cu_fail(err, CU_NOT_FOUND, "name", "no slot has this name");
    CU_TRY(code);
    return cu_buf_code(w.out, err);
}
