// SPDX-License-Identifier: Apache-2.0
// The routes of the rights desk: the list, one request, what staff do with it. See rights.h; what they answer:
// rights_answers.c, rights_show.c.
#include "rights_show.h"

#include "rights_sql.h"

#include <stdio.h>

enum { LIST_MAX = 200 };

static struct cu_uuid id_of(const struct request *rq)
{
    struct cu_uuid id = {{0}};
    (void)cu_uuid_parse(spec_str(&rq->path_values, "id"), &id);
    return id;
}

static int64_t index_of(const char *const *options, cu_str name)
{
    for (int64_t i = 0; options[i]; i++) {
        if (cu_str_eqz(name, options[i]))
            return i + 1;
    }
    return 0;
}

// Whoever works here works for the rights of the people, whatever else the role is for: restricted people are among them.
static struct rights *desk(struct request *rq)
{
    struct guard_access a = *guard_current();
    if (a.actor == GUARD_STAFF || a.actor == GUARD_TOKEN) {
        (void)snprintf(a.purpose, sizeof a.purpose, "rights");
        guard_enter(&a);
    }
    return rq->module;
}

// ---- the list

struct page {
    struct rights_full *rows;
    size_t count, limit;
    bool more; // there may be
};

static cu_code print_rows(struct rights *r, struct request *rq, struct db *d, const struct page *p, struct json_writer *w,
    struct cu_error *err)
{
    uint32_t *pnos = cu_arena_alloc(rq->arena, (p->count + 1) * sizeof *pnos);
    struct people_label *labels = cu_arena_alloc(rq->arena, (p->count + 1) * sizeof *labels);
    if (!pnos || !labels)
        return cu_fail(err, CU_MEMORY, "", "no memory for this list");
    for (size_t i = 0; i < p->count; i++)
        pnos[i] = p->rows[i].pno;
    CU_TRY(people_labels(r->o.people, d, pnos, p->count, &rq->caller, rq->arena, labels, err));
    for (size_t i = 0; i < p->count; i++) {
        struct cu_uuid person = {{0}};
        if (pnos[i])
            CU_TRY(people_uuid(r->o.people, d, people_root(r->o.people, pnos[i]), &person, err));
        jw_object(w);
        rights_print_row(&p->rows[i], person, labels[i].text, w);
        jw_object_end(w);
    }
    return CU_OK;
}

static cu_code read_page(struct request *rq, struct db *d, struct page *p, struct cu_error *err)
{
    static const char *const dues[] = {"soon", "late", NULL};
    const struct spec_values *v = &rq->query_values;
    int64_t before = INT64_MAX;
    struct db_query q;
    cu_str cursor = spec_str(v, "cursor");
    if (cursor.len && !cu_str_i64(cursor, &before))
        return cu_fail(err, CU_INVALID, "cursor", "The cursor of another list.");
    CU_TRY(db_prepare(d, &rights_sql_list, &q, err));
    db_bind_i64(&q, ":before", before);
    db_bind_i64(&q, ":state", index_of(rights_state_options, spec_str(v, "state")));
    db_bind_i64(&q, ":kind", index_of(rights_right_options, spec_str(v, "right")));
    db_bind_i64(&q, ":due", index_of(dues, spec_str(v, "due")));
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    db_bind_i64(&q, ":limit", (int64_t)p->limit);
    while (p->count < p->limit && db_step(&q))
        rights_read_row(&q, rq->arena, &p->rows[p->count++]);
    p->more = p->count == p->limit;
    return db_end(&q, err);
}

// All of one person, of whatever profile.
static cu_code read_profiles(struct request *rq, struct db *d, const uint32_t *pnos, size_t count, struct page *p,
    struct cu_error *err)
{
    for (size_t i = 0; i < count && p->count < p->limit; i++) {
        struct db_query q;
        CU_TRY(db_prepare(d, &rights_sql_of_person, &q, err));
        db_bind_i64(&q, ":pno", pnos[i]);
        db_bind_i64(&q, ":limit", (int64_t)(p->limit - p->count));
        while (p->count < p->limit && db_step(&q)) {
            struct rights_full f;
            rights_read_row(&q, rq->arena, &f);
            size_t at = p->count++;
            for (; at > 0 && p->rows[at - 1].number < f.number; at--)
                p->rows[at] = p->rows[at - 1];
            p->rows[at] = f;
        }
        CU_TRY(db_end(&q, err));
    }
    return CU_OK;
}

static cu_code read_person(struct rights *r, struct request *rq, struct db *d, struct page *p, struct cu_error *err)
{
    struct cu_uuid id = {{0}};
    uint32_t root = 0, *pnos = NULL;
    size_t count = 0;
    (void)cu_uuid_parse(spec_str(&rq->query_values, "person"), &id);
    CU_TRY(people_by_uuid(r->o.people, d, id, &root, err));
    CU_TRY(rights_members(r, d, root, rq->arena, &pnos, &count, err));
    return read_profiles(rq, d, pnos, count, p, err);
}

static cu_code write_list(struct rights *r, struct request *rq, struct db *d, struct cu_error *err)
{
    struct page p = {.limit = (size_t)spec_i64(&rq->query_values, "limit")};
    p.rows = cu_arena_alloc(rq->arena, p.limit * sizeof *p.rows);
    if (!p.rows)
        return cu_fail(err, CU_MEMORY, "", "no memory for this list");
    CU_TRY(spec_has(&rq->query_values, "person") ? read_person(r, rq, d, &p, err) : read_page(rq, d, &p, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    CU_TRY(print_rows(r, rq, d, &p, &w, err));
    jw_array_end(&w);
    jw_kstr(&w, "next", p.more ? cu_arena_printf(rq->arena, "%lld", (long long)p.rows[p.count - 1].number) : CU_NONE);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code get_list(struct request *rq, struct cu_error *err)
{
    struct rights *r = desk(rq);
    struct db *d = NULL;
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = write_list(r, rq, d, err);
    people_read_give(r->o.people, d);
    return code;
}

// ---- a person's, for the person's page and the archive

static cu_code write_own(struct rights *r, struct request *rq, struct db *d, struct cu_error *err)
{
    struct page p = {.limit = LIST_MAX};
    uint32_t root = 0, *pnos = NULL;
    size_t count = 0;
    p.rows = cu_arena_alloc(rq->arena, p.limit * sizeof *p.rows);
    if (!p.rows)
        return cu_fail(err, CU_MEMORY, "", "no memory for this list");
    CU_TRY(people_by_uuid(r->o.people, d, id_of(rq), &root, err));
    CU_TRY(rights_members(r, d, root, rq->arena, &pnos, &count, err));
    CU_TRY(gate_check(r->o.gate, d, pnos, count, CU_LIT("service"), &rq->caller, NULL, err));
    CU_TRY(people_announce(r->o.people, pnos, count, "requests", err));
    CU_TRY(read_profiles(rq, d, pnos, count, &p, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (size_t i = 0; i < p.count; i++) {
        jw_object(&w);
        CU_TRY(rights_print_own(r, &p.rows[i], &rq->caller, rq->json, rq->arena, &w, err));
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_kz(&w, "next", NULL);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

static cu_code get_own(struct request *rq, struct cu_error *err)
{
    struct rights *r = rq->module;
    struct db *d = NULL;
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = write_own(r, rq, d, err);
    people_read_give(r->o.people, d);
    return code;
}

// ---- one

// Whose request it is may be read; one of nobody known is for everybody who reads requests.
static cu_code may_read(struct rights *r, struct request *rq, struct db *d, const struct rights_full *f,
    struct cu_error *err)
{
    uint32_t *pnos = NULL;
    size_t count = 0;
    if (!f->pno)
        return CU_OK;
    CU_TRY(rights_members(r, d, f->pno, rq->arena, &pnos, &count, err));
    CU_TRY(gate_check(r->o.gate, d, pnos, count, CU_LIT("service"), &rq->caller, NULL, err));
    return people_announce(r->o.people, pnos, count, "request", err);
}

static cu_code write_one(struct rights *r, struct request *rq, struct db *d, struct cu_uuid id, int status, bool all,
    struct cu_error *err)
{
    struct rights_full f;
    struct cu_uuid person = {{0}};
    struct people_label label = {.text = CU_NONE};
    CU_TRY(rights_load(d, id, rq->arena, &f, err));
    if (all)
        CU_TRY(may_read(r, rq, d, &f, err));
    if (f.pno) {
        CU_TRY(people_labels(r->o.people, d, &f.pno, 1, &rq->caller, rq->arena, &label, err));
        CU_TRY(people_uuid(r->o.people, d, people_root(r->o.people, f.pno), &person, err));
    }
    struct json_writer w = request_json(rq, status);
    jw_object(&w);
    rights_print_row(&f, person, label.text, &w);
    if (all)
        CU_TRY(rights_print_all(r, d, &f, rq, &w, err));
    jw_object_end(&w);
    return CU_OK;
}

static cu_code answer(struct request *rq, struct cu_uuid id, int status, bool all, struct cu_error *err)
{
    struct rights *r = desk(rq);
    struct db *d = NULL;
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = write_one(r, rq, d, id, status, all, err);
    people_read_give(r->o.people, d);
    return code;
}

static cu_code get_one(struct request *rq, struct cu_error *err)
{
    return answer(rq, id_of(rq), 200, true, err);
}

static cu_code draft(struct rights *r, struct request *rq, struct db *d, struct cu_error *err)
{
    struct rights_full f;
    cu_str subject = CU_NONE, text = CU_NONE;
    char *kind = cu_arena_z(rq->arena, spec_str(&rq->query_values, "kind"));
    CU_TRY(rights_load(d, id_of(rq), rq->arena, &f, err));
    if (!kind)
        return cu_fail(err, CU_MEMORY, "", "no memory for a letter");
    struct rights_words words = {.ground = rights_ground_find(spec_str(&rq->query_values, "ground"))};
    if (strcmp(kind, "extension") == 0 && !f.extended)
        f.due_ms = rights_due(f.regime, f.right, false, f.received_ms, true, r->o.zone);
    CU_TRY(rights_draft(r, &f, kind, spec_str(&rq->query_values, "language"), &words, rq->arena, &subject, &text, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_kstr(&w, "subject", subject);
    jw_kstr(&w, "text", text);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code get_letter(struct request *rq, struct cu_error *err)
{
    struct rights *r = rq->module;
    struct db *d = NULL;
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = draft(r, rq, d, err);
    people_read_give(r->o.people, d);
    return code;
}

static void print_bits(struct json_writer *w, const char *name, uint32_t bits, const char *const *options)
{
    jw_key(w, name);
    jw_array(w);
    for (int i = 0; options[i]; i++) {
        if (bits >> (i + 1) & 1)
            jw_z(w, options[i]);
    }
    jw_array_end(w);
}

static cu_code get_grounds(struct request *rq, struct cu_error *err)
{
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (const struct rights_ground *g = rights_grounds; g->code; g++) {
        jw_object(&w);
        jw_kz(&w, "code", g->code);
        print_bits(&w, "rights", g->rights, rights_right_options);
        print_bits(&w, "regimes", g->regimes, rights_regime_options);
        jw_kz(&w, "source", g->source);
        jw_key(&w, "text");
        jw_object(&w);
        for (int l = 0; l < RIGHTS_LANGUAGES; l++)
            jw_kz(&w, rights_language_tags[l], g->text[l]);
        jw_object_end(&w);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_kz(&w, "next", NULL);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

static cu_code get_figures(struct request *rq, struct cu_error *err)
{
    const struct spec_values *v = &rq->query_values;
    int64_t to = spec_has(v, "to") ? spec_i64(v, "to") : cu_now_ms() + 1;
    int64_t from = spec_has(v, "from") ? spec_i64(v, "from") : to - 365 * RIGHTS_DAY_MS;
    struct json_writer w = request_json(rq, 200);
    return rights_figures(rq->module, from, to, &w, err);
}

// ---- acts

static cu_code person_named(struct rights *r, cu_str text, uint32_t *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct cu_uuid id = {{0}};
    *ret = 0;
    if (text.len == 0)
        return CU_OK;
    (void)cu_uuid_parse(text, &id);
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = people_by_uuid(r->o.people, d, id, ret, err);
    people_read_give(r->o.people, d);
    if (code != CU_OK)
        cu_error_prefix(err, "person/");
    return code;
}

static cu_code post_request(struct request *rq, struct cu_error *err)
{
    struct rights *r = rq->module;
    const struct spec_values *v = &rq->body_values;
    struct rights_receipt receipt;
    cu_str purpose = spec_str(v, "purpose");
    struct rights_asked a = {.right = (enum rights_right)index_of(rights_right_options, spec_str(v, "right")),
        .regime = (enum rights_regime)index_of(rights_regime_options, spec_str(v, "regime")),
        .channel = rq->caller.kind == CALLER_TOKEN ? RIGHTS_BY_API : RIGHTS_BY_STAFF, .email = spec_str(v, "email"),
        .phone = spec_str(v, "phone"), .foreign_id = spec_str(v, "reference"), .purpose = purpose, .language = spec_str(v,
            "language"),
        .received_ms = spec_i64(v, "received"), .verified = spec_i64(v, "verified") != 0};
    if (spec_has(v, "channel"))
        a.channel = cu_str_eqz(spec_str(v, "channel"), "api") ? RIGHTS_BY_API : RIGHTS_BY_STAFF;
    if (purpose.len && !dictionary_purpose(people_dictionary(r->o.people), purpose))
        return cu_fail(err, CU_INVALID, "purpose", "a purpose of the dictionary is accepted here");
    json detail = spec_get(v, "detail")->raw;
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, 2 * RIGHTS_DETAIL_MAX);
    if (json_is(detail, JSON_STRING))
        cu_buf_str(&text, json_str(detail));
    else if (json_is(detail, JSON_OBJECT))
        json_print(&text, detail);
    else if (spec_has(v, "detail") && !json_is(detail, JSON_NULL))
        return cu_fail(err, CU_INVALID, "detail", "text, or an object of fields, is accepted here");
    a.detail = cu_buf_view(&text);
    CU_TRY(person_named(r, spec_str(v, "person"), &a.pno, err));
    cu_code code = rights_receive(r, &a, &receipt, err);
    cu_buf_wipe(&text);
    CU_TRY(code);
    return answer(rq, receipt.id, receipt.known ? 200 : 201, false, err);
}

static cu_code post_verify(struct request *rq, struct cu_error *err)
{
    char *how = cu_arena_z(rq->arena, spec_str(&rq->body_values, "how"));
    if (!how)
        return cu_fail(err, CU_MEMORY, "", "no memory for a request");
    CU_TRY(rights_verified(rq->module, id_of(rq), how, err));
    return answer(rq, id_of(rq), 200, true, err);
}

static cu_code post_challenge(struct request *rq, struct cu_error *err)
{
    CU_TRY(rights_challenge(rq->module, id_of(rq), err));
    return answer(rq, id_of(rq), 200, true, err);
}

// Who may answer requests may not for that reason erase, or change a record: what an act does needs its own permission.
static cu_code may_execute(struct request *rq, struct cu_error *err)
{
    struct rights *r = rq->module;
    struct rights_row row;
    CU_TRY(rights_find(r, id_of(rq), rq->arena, &row, err));
    enum spec_permission needed = rights_permission(row.right);
    if (rq->caller.permissions >> needed & 1)
        return CU_OK;
    return cu_fail(err, CU_FORBIDDEN, "", "this needs the permission %s", spec_permission_name(needed));
}

static cu_code post_execute(struct request *rq, struct cu_error *err)
{
    const struct spec_values *v = &rq->body_values;
    CU_TRY(may_execute(rq, err));
    CU_TRY(rights_execute_with(rq->module, id_of(rq), spec_get(v, "values")->raw, spec_str(v, "note"), err));
    return answer(rq, id_of(rq), 200, true, err);
}

static cu_code post_refuse(struct request *rq, struct cu_error *err)
{
    CU_TRY(rights_refuse(rq->module, id_of(rq), spec_str(&rq->body_values, "ground"), spec_str(&rq->body_values, "note"),
        err));
    return answer(rq, id_of(rq), 200, true, err);
}

static cu_code post_extend(struct request *rq, struct cu_error *err)
{
    CU_TRY(rights_extend(rq->module, id_of(rq), spec_str(&rq->body_values, "reason"), err));
    return answer(rq, id_of(rq), 200, true, err);
}

static cu_code post_confirm(struct request *rq, struct cu_error *err)
{
    CU_TRY(rights_confirm(rq->module, id_of(rq), err));
    return answer(rq, id_of(rq), 200, true, err);
}

static cu_code post_revoke(struct request *rq, struct cu_error *err)
{
    CU_TRY(rights_revoke(rq->module, id_of(rq), err));
    return answer(rq, id_of(rq), 200, true, err);
}

static cu_code post_reopen(struct request *rq, struct cu_error *err)
{
    CU_TRY(rights_reopen(rq->module, id_of(rq), spec_str(&rq->body_values, "reason"), err));
    return answer(rq, id_of(rq), 200, true, err);
}

static cu_code post_hold(struct request *rq, struct cu_error *err)
{
    CU_TRY(rights_hold(rq->module, id_of(rq), spec_str(&rq->body_values, "reason"), true, err));
    return answer(rq, id_of(rq), 200, true, err);
}

static cu_code post_release(struct request *rq, struct cu_error *err)
{
    if (!(rq->caller.permissions >> SPEC_PEOPLE_ERASE & 1)) // after it an erasure may follow
        return cu_fail(err, CU_FORBIDDEN, "", "this needs the permission %s", spec_permission_name(SPEC_PEOPLE_ERASE));
    CU_TRY(rights_hold(rq->module, id_of(rq), spec_str(&rq->body_values, "reason"), false, err));
    return answer(rq, id_of(rq), 200, true, err);
}

static cu_code post_lift(struct request *rq, struct cu_error *err)
{
    CU_TRY(rights_lift(rq->module, id_of(rq), spec_str(&rq->body_values, "reason"), err));
    return answer(rq, id_of(rq), 200, true, err);
}

// ---- rows

#define END {.name = NULL}
static const struct spec_field id_path[] = {{.name = "id", .type = SPEC_UUID, .required = true, .doc = "The request's id."},
    END};
static const char *const due_options[] = {"soon", "late", NULL};
static const struct spec_field list_query[] = {
    {.name = "state", .type = SPEC_ENUM, .options = rights_state_options, .doc = "Only those in this state."},
    {.name = "right", .type = SPEC_ENUM, .options = rights_right_options, .doc = "Only those that ask for this."},
    {.name = "due", .type = SPEC_ENUM, .options = due_options,
        .doc = "soon: three quarters of the term have run; late: it is over."},
    {.name = "person", .type = SPEC_UUID, .doc = "Only this person's; then all at once, without a cursor."},
    {.name = "cursor", .type = SPEC_STRING, .max = 24, .doc = "From the page before."},
    {.name = "limit", .type = SPEC_INT, .min = 1, .max = LIST_MAX, .fallback = "50", .doc = "Rows of a page."},
    END,
};
static const char *const channel_options[] = {"staff", "api", NULL};
static const struct spec_field request_body[] = {
    {.name = "right", .type = SPEC_ENUM, .options = rights_right_options, .required = true, .doc = "What is asked for."},
    {.name = "regime", .type = SPEC_ENUM, .options = rights_regime_options,
        .doc = "Under which law; default: the setting rights_regime."},
    {.name = "channel", .type = SPEC_ENUM, .options = channel_options, .doc = "staff, or api for a token unless said."},
    {.name = "person", .type = SPEC_UUID, .doc = "Whom it is about, when that is known."},
    {.name = "email", .type = SPEC_STRING, .max = RIGHTS_ADDRESS_MAX, .doc = "The address it came from. Stored sealed."},
    {.name = "phone", .type = SPEC_STRING, .max = 40, .doc = "The number it came from, international. Stored sealed."},
    {.name = "detail", .type = SPEC_ANY, .max = RIGHTS_DETAIL_MAX,
        .doc = "What the person wrote: text, or an object of fields to correct. Stored sealed."},
    {.name = "language", .type = SPEC_STRING, .max = 20, .doc = "Language of the letters, such as de."},
    {.name = "purpose", .type = SPEC_STRING, .max = RIGHTS_PURPOSE_MAX,
        .doc = "Of an objection; default: all direct marketing."},
    {.name = "received", .type = SPEC_TIME, .doc = "When it came in; default: now."},
    {.name = "reference", .type = SPEC_STRING, .max = RIGHTS_FOREIGN_MAX,
        .doc = "The caller's own name of it: sent again, it gives the same request."},
    {.name = "verified", .type = SPEC_BOOL, .doc = "The caller made sure already who asks, for instance by a sign-in."},
    END,
};
static const char *const how_options[] = {"staff", "code", "link", "token", NULL};
static const struct spec_field verify_body[] = {
    {.name = "how", .type = SPEC_ENUM, .options = how_options, .fallback = "staff",
        .doc = "How whoever asked showed who they are."}, END};
static const struct spec_field nothing_body[] = {END};
static const struct spec_field execute_body[] = {
    {.name = "values", .type = SPEC_OBJECT, .max = RIGHTS_DETAIL_MAX,
        .doc = "Of a rectification: the fields and their right values, when the person wrote in words."},
    {.name = "note", .type = SPEC_STRING, .max = RIGHTS_NOTE_MAX,
        .doc = "A sentence for the letter; the answer to a complaint. Stored sealed."},
    END,
};
static const struct spec_field refuse_body[] = {
    {.name = "ground", .type = SPEC_STRING, .min = 1, .max = 60, .required = true,
        .doc = "A code of GET /v1/requests/grounds."},
    {.name = "note", .type = SPEC_STRING, .max = RIGHTS_NOTE_MAX, .doc = "A sentence for the letter. Stored sealed."},
    END,
};
static const struct spec_field reason_body[] = {
    {.name = "reason", .type = SPEC_STRING, .min = 1, .max = RIGHTS_NOTE_MAX, .required = true,
        .doc = "Why, in words; of an extension and the end of a restriction the person reads it. Stored sealed."}, END};
static const char *const kind_options[] = {"received", "verify", "answer", "refusal", "extension", "lift", NULL};
static const char *const language_options[] = {"en", "de", "fr", NULL};
static const struct spec_field letter_query[] = {
    {.name = "kind", .type = SPEC_ENUM, .options = kind_options, .required = true, .doc = "Which letter."},
    {.name = "language", .type = SPEC_ENUM, .options = language_options, .doc = "Default: the request's."},
    {.name = "ground", .type = SPEC_STRING, .max = 60, .doc = "Of a refusal."},
    END,
};
static const struct spec_field figures_query[] = {
    {.name = "from", .type = SPEC_TIME, .doc = "Received from then on; default: a year before the end."},
    {.name = "to", .type = SPEC_TIME, .doc = "Received before then; default: now."},
    END,
};

static const struct spec_field person_path[] = {{.name = "id", .type = SPEC_UUID, .required = true,
    .doc = "The person's id."}, END};
#define ROUTE(n, m, rest, f, h, d)                                                                                   \
    .name = "requests." n, .method = m, .path = "/v1/requests/{id}/" rest, .permission = SPEC_RIGHTS_WRITE, .handler = h, \
    .doc = d, .path_fields = id_path, .body_kind = SPEC_BODY_JSON, .body_max = 16384, .body = f, .answer = rights_show_answer
static const struct spec_route routes[] = {
    {.name = "requests.list", .method = "GET", .path = "/v1/requests", .permission = SPEC_RIGHTS_READ, .query = list_query,
        .answer = rights_list_answer, .doc = "Requests of persons about their data, newest first.", .handler = get_list},
    {.name = "requests.create", .method = "POST", .path = "/v1/requests", .permission = SPEC_RIGHTS_WRITE,
        .body_kind = SPEC_BODY_JSON, .body_max = 16384, .body = request_body, .answer = rights_row_answer,
        .doc = "Takes a request that came by letter, telephone or another program; the same one again gives the first.",
            .handler = post_request},
    {.name = "requests.grounds", .method = "GET", .path = "/v1/requests/grounds", .permission = SPEC_RIGHTS_READ,
        .answer = rights_grounds_answer, .doc = "The grounds on which a request may be refused.", .handler = get_grounds},
    {.name = "requests.figures", .method = "GET", .path = "/v1/requests/figures", .permission = SPEC_RIGHTS_READ,
        .query = figures_query,
        .answer = rights_figures_answer, .doc = "How many requests there were and how long they took.",
            .handler = get_figures},
    {.name = "requests.show", .method = "GET", .path = "/v1/requests/{id}", .permission = SPEC_RIGHTS_READ,
        .path_fields = id_path,
        .answer = rights_show_answer,
            .doc = "One request: its clocks, steps, letters, the rules that apply, and what can be done.",
            .handler = get_one},
    {.name = "requests.letter", .method = "GET", .path = "/v1/requests/{id}/letter", .permission = SPEC_RIGHTS_READ,
        .path_fields = id_path,
        .query = letter_query, .answer = rights_letter_answer, .doc = "A letter as it would go out now.",
            .handler = get_letter},
    {.name = "people.requests", .method = "GET", .path = "/v1/people/{id}/requests", .permission = SPEC_PEOPLE_READ,
        .path_fields = person_path,
        .answer = rights_person_answer, .doc = "The requests of one person, as they stand in the archive.",
            .handler = get_own},
    {ROUTE("verify", "POST", "verify", verify_body, post_verify,
        "Notes that whoever asked showed who they are; what can go on by itself does.")},
    {ROUTE("challenge", "POST", "challenge", nothing_body, post_challenge,
        "Sends the link by which the person shows that it is them, to the address of the record.")},
    {ROUTE("execute", "POST", "execute", execute_body, post_execute, "Does what was asked, and writes the answer."),
        .reauth = true},
    {ROUTE("refuse", "POST", "refuse", refuse_body, post_refuse,
        "Refuses with a coded ground, and writes the letter.")},
    {ROUTE("extend", "POST", "extend", reason_body, post_extend,
        "Extends the term once, and tells the person why, within the first term.")},
    {ROUTE("confirm", "POST", "confirm", nothing_body, post_confirm,
        "Confirms to the person that the request was received.")},
    {ROUTE("revoke", "POST", "revoke", nothing_body, post_revoke,
        "The person takes the request back.")},
    {ROUTE("reopen", "POST", "reopen", reason_body, post_reopen,
        "Opens a refused, expired or duplicate request again.")},
    {ROUTE("hold", "POST", "hold", reason_body, post_hold,
        "The person's data is needed for a legal claim: nothing of it is erased until that is over.")},
    {ROUTE("release", "POST", "release", reason_body, post_release,
        "The data is no longer needed for a legal claim.")},
    {ROUTE("lift", "POST", "lift", reason_body, post_lift,
        "Ends a restriction in three days, and tells the person first.")},
};
static const char *const personal_tables[] = {"rights_request", "rights_step", "rights_letter", "rights_hold", NULL};

const struct module consent_rights_module = {
    .name = "rights",
    .doc = "Requests of persons about their data.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .jobs = rights_jobs,
    .job_count = RIGHTS_JOBS,
    .statements = rights_sql_all,
    .personal_tables = personal_tables,
};
