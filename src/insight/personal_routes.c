// SPDX-License-Identifier: Apache-2.0
// The routes of personalisation and slots. Module row insight_personal_module; instance: struct personal.
#include "personal_desk.h"

#include "slot_sql.h"

#include <stdio.h>

extern const unsigned char personalise_js_bytes[];
extern const size_t personalise_js_size;

// --- for one person

cu_code personal_get(struct request *rq, struct cu_error *err)
{
    struct personal *p = rq->module;
    const struct spec_values *v = &rq->query_values;
    struct personal_question q = {.purpose = spec_str(v, "purpose"), .slots = spec_str(v, "slots"), .caller = &rq->caller};
    CU_TRY(personal_find(p, request_path_str(rq, "id"), &q.person, err));
    struct json_writer w = request_json(rq, 200);
    CU_TRY(personal_answer(p, &q, &w, err));
    return cu_buf_code(w.out, err);
}

// A browser says which source it is of, and its own number; what it hears is what its page would show anyway.
static cu_code check_browser(struct personal *p, struct request *rq, struct cu_error *err)
{
    struct source source;
    int64_t wait_s = 0;
    char wait[24];
    cu_str key = cu_str_trim(request_header(rq, "X-Write-Key"));
    if (key.len == 0)
        key = spec_str(&rq->query_values, "writeKey");
    if (!limit_take(p->limit, rq->remote_ip, &wait_s)) {
        (void)snprintf(wait, sizeof wait, "%lld", (long long)wait_s);
        CU_TRY(request_header_add(rq, "Retry-After", cu_str_of(wait)));
        return cu_fail(err, CU_BUSY, "", "too many questions from this address");
    }
    if (key.len == 0 || !sources_by_key(p->options.sources, key, &source))
        return cu_fail(err, CU_UNAUTHENTICATED, "writeKey", "no source has this write key");
    if (!source.enabled)
        return cu_fail(err, CU_FORBIDDEN, "writeKey", "the source of this write key is switched off");
    return CU_OK;
}

cu_code personal_get_browser(struct request *rq, struct cu_error *err)
{
    struct personal *p = rq->module;
    const struct spec_values *v = &rq->query_values;
    struct personal_question q = {.purpose = CU_LIT("personalisation"), .slots = spec_str(v, "slots")};
    CU_TRY(check_browser(p, rq, err));
    CU_TRY(personal_find_browser(p, spec_str(v, "anonymous_id"), &q.person, err));
    CU_TRY(request_header_add(rq, "Cache-Control", CU_LIT("private, no-store")));
    struct json_writer w = request_json(rq, 200);
    CU_TRY(personal_answer(p, &q, &w, err));
    return cu_buf_code(w.out, err);
}

cu_code personal_script(struct request *rq, struct cu_error *err)
{
    (void)err;
    CU_TRY(request_header_add(rq, "Cache-Control", CU_LIT("public, max-age=3600")));
    CU_TRY(request_header_add(rq, "Cross-Origin-Resource-Policy", CU_LIT("cross-origin"))); // pages of any shop load it
    rq->response.status = 200;
    rq->response.content_type = "text/javascript; charset=utf-8";
    rq->response.static_body = (cu_str){(const char *)personalise_js_bytes, personalise_js_size};
    return CU_OK;
}

// --- rows

#define END                                                                                        \
    {                                                                                              \
        .name = NULL                                                                               \
    }
static const struct spec_field person_path[] = {
    {.name = "id", .type = SPEC_STRING, .min = 1, .max = 300, .required = true,
        .doc = "The person: an id, or user_id:... or anonymous_id:... as the shop knows it."},
    END,
};
#define SLOTS                                                                                      \
    {                                                                                              \
        .name = "slots", .type = SPEC_STRING, .max = 4000, .doc = "Names of slots, with commas between them; default all." \
    }
static const struct spec_field person_query[] = {
    {.name = "purpose", .type = SPEC_STRING, .min = 1, .max = 64, .fallback = "personalisation",
        .doc = "What it is for: a purpose of the dictionary."},
    SLOTS,
    END,
};
static const struct spec_field browser_query[] = {
    {.name = "anonymous_id", .type = SPEC_STRING, .min = 1, .max = 200, .required = true,
        .doc = "The browser's own number."},
    SLOTS,
    {.name = "writeKey", .type = SPEC_STRING, .max = 64, .secret = true,
        .doc = "A source's write key; or the header X-Write-Key."},
    END,
};
static const struct spec_field segment_element[] = {
    {.name = "", .type = SPEC_STRING, .max = AUDIENCE_NAME_MAX, .doc = "Name of a segment."},
    END,
};
static const struct spec_field chosen_fields[] = {
    {.name = "slot", .type = SPEC_STRING, .max = SLOT_NAME_MAX, .doc = "Name of the slot."},
    {.name = "variant", .type = SPEC_STRING, .max = 64, .doc = "Which variant: a rule's, or fallback."},
    {.name = "content", .type = SPEC_OBJECT, .max = SLOT_CONTENT_MAX, .doc = "Its content, as the slot has it."},
    {.name = "reason", .type = SPEC_STRING, .max = 31,
        .doc = "rule, no_rule, held_out, unknown_person, not_ready, or why the gate refused the purpose."},
    {.name = "segment", .type = SPEC_STRING, .max = AUDIENCE_NAME_MAX, .nullable = true,
        .doc = "The segment of the rule; never told a browser."},
    {.name = "held_out", .type = SPEC_BOOL, .doc = "The person is in the slot's hold-out group."},
    END,
};
static const struct spec_field answer[] = {
    {.name = "segments", .type = SPEC_ARRAY, .max = AUDIENCE_MAX, .fields = segment_element,
        .doc = "Segments the person is in."},
    {.name = "traits", .type = SPEC_OBJECT, .max = 65536,
        .doc = "What is known of the person and may be used for the purpose, P0 and P1."},
    {.name = "withheld", .type = SPEC_STRING, .max = 31, .nullable = true,
        .doc = "Why segments and traits are withheld, or null."},
    {.name = "slots", .type = SPEC_ARRAY, .max = SLOTS_MAX, .fields = chosen_fields, .doc = "What to show in each slot."},
    END,
};
static const struct spec_field slot_path[] = {
    {.name = "name", .type = SPEC_STRING, .min = 1, .max = SLOT_NAME_MAX, .required = true, .doc = "Name of the slot."},
    END,
};
static const struct spec_field rule_fields[] = {
    {.name = "segment", .type = SPEC_STRING, .min = 1, .max = AUDIENCE_NAME_MAX, .required = true,
        .doc = "For who is in this segment."},
    {.name = "variant", .type = SPEC_STRING, .min = 1, .max = 64, .required = true,
        .doc = "Name of the variant, for counting."},
    {.name = "content", .type = SPEC_OBJECT, .max = SLOT_CONTENT_MAX, .required = true,
        .doc = "What the page gets, any members."},
    END,
};
static const struct spec_field slot_fields[] = {
    {.name = "name", .type = SPEC_STRING, .max = SLOT_NAME_MAX, .doc = "Name, as pages refer to it."},
    {.name = "title", .type = SPEC_STRING, .max = 127, .doc = "What people call it."},
    {.name = "rules", .type = SPEC_ARRAY, .max = SLOT_RULES_MAX, .fields = rule_fields,
        .doc = "The first that holds is shown."},
    {.name = "fallback", .type = SPEC_OBJECT, .max = SLOT_CONTENT_MAX, .doc = "For everybody else, and the hold-out group."},
    {.name = "hold_out_permille", .type = SPEC_INT, .max = 1000,
        .doc = "Share of people who always get the fallback, per mille."},
    {.name = "public", .type = SPEC_BOOL, .doc = "Browsers may ask for it with a source's write key."},
    {.name = "version", .type = SPEC_INT, .max = UINT32_MAX, .doc = "Counts changes; to be given with the next one."},
    {.name = "created", .type = SPEC_TIME, .doc = "When it was made."},
    {.name = "changed", .type = SPEC_TIME, .doc = "When it was last changed."},
    {.name = "missing", .type = SPEC_ARRAY, .max = SLOT_RULES_MAX, .fields = segment_element,
        .doc = "Segments of its rules that are no more: nobody is in them."},
    END,
};
static const struct spec_field slots_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = SLOTS_MAX, .fields = slot_fields, .doc = "The slots."},
    {.name = "next", .type = SPEC_STRING, .max = 80, .nullable = true, .doc = "Null: there are no more."},
    END,
};
static const struct spec_field slot_body[] = {
    {.name = "title", .type = SPEC_STRING, .min = 1, .max = 127, .required = true, .doc = "What people call it."},
    {.name = "rules", .type = SPEC_ARRAY, .max = SLOT_RULES_MAX, .fields = rule_fields, .required = true,
        .doc = "The first that holds is shown."},
    {.name = "fallback", .type = SPEC_OBJECT, .max = SLOT_CONTENT_MAX, .required = true,
        .doc = "For everybody else, and the hold-out group."},
    {.name = "hold_out_permille", .type = SPEC_INT, .max = 1000, .fallback = "0",
        .doc = "Share of people who always get the fallback, per mille."},
    {.name = "public", .type = SPEC_BOOL, .doc = "Browsers may ask for it with a source's write key."},
    {.name = "version", .type = SPEC_INT, .max = UINT32_MAX, .fallback = "0",
        .doc = "The version that was read; 0 for a new slot."},
    END,
};
static const struct spec_field preview_body[] = {
    {.name = "person", .type = SPEC_UUID, .required = true, .doc = "The person as whom to look."},
    END,
};

static const struct spec_route routes[] = {
    {.name = "personalization.get", .method = "GET", .path = "/v1/people/{id}/personalization",
        .permission = SPEC_PERSONALISE,
        .path_fields = person_path, .query = person_query, .answer = answer,
        .doc = "Segments, traits allowed for the purpose and chosen contents of one person, from memory.",
        .handler = personal_get},
    {.name = "personalization.browser", .method = "GET", .path = "/v1/personalization", .permission = SPEC_WRITE_KEY,
        .may_wait = true,
        .cors = true, .query = browser_query, .answer = answer,
        .doc = "Contents of public slots for a browser, by its own number; nothing else is told.",
        .handler = personal_get_browser},
    {.name = "personalization.script", .method = "GET", .path = "/personalise.js", .permission = SPEC_PUBLIC,
        .doc = "A small script that fills the slots of a page.", .handler = personal_script},
    {.name = "slots.list", .method = "GET", .path = "/v1/slots", .permission = SPEC_SEGMENTS_READ, .answer = slots_answer,
        .doc = "All slots.", .handler = slots_get_list},
    {.name = "slots.get", .method = "GET", .path = "/v1/slots/{name}", .permission = SPEC_SEGMENTS_READ,
        .path_fields = slot_path,
        .answer = slot_fields, .doc = "One slot.", .handler = slots_get_one},
    {.name = "slots.put", .method = "PUT", .path = "/v1/slots/{name}", .permission = SPEC_SEGMENTS_WRITE,
        .path_fields = slot_path,
        .body_kind = SPEC_BODY_JSON, .body_max = 1 << 20, .body = slot_body, .answer = slot_fields,
        .doc = "Makes a slot, or changes it; it holds at once.", .handler = slots_put_one},
    {.name = "slots.delete", .method = "DELETE", .path = "/v1/slots/{name}", .permission = SPEC_SEGMENTS_WRITE,
        .path_fields = slot_path, .doc = "Deletes a slot.", .handler = slots_delete_one},
    {.name = "slots.preview", .method = "POST", .path = "/v1/slots/{name}/preview", .permission = SPEC_SEGMENTS_READ,
        .path_fields = slot_path, .body_kind = SPEC_BODY_JSON, .body_max = 4096, .body = preview_body, .answer = answer,
        .doc = "What a given person would be shown in a slot, and why.", .handler = slots_preview},
};

static cu_code reload_job(void *instance, struct cu_error *err)
{
    struct personal *p = instance;
    return slots_reload(p->slots, err);
}

static const struct spec_job jobs[] = {
    {"slots", "Reads the slots again, so that segments made or deleted since are known to their rules.", 5000, reload_job},
};
const struct module insight_personal_module = {
    .name = "personalization",
    .doc = "Contents per segment, and what holds for one person.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .jobs = jobs,
    .job_count = CU_COUNT(jobs),
    .statements = slot_sql_all,
};
