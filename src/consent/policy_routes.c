// SPDX-License-Identifier: Apache-2.0
// Routes of purposes, their wordings, and policies. See record.h.
#include "record.h"

#include "base/log.h"
#include "policy_sql.h"
#include "text/text.h"

#include <stdio.h>

enum { LANGUAGES_MAX = 50, WORDING_MAX = 8000, DAYS = 90, LIST_MAX = 200 };

static void print_wording(struct db_query *q, struct json_writer *w)
{
    jw_object(w);
    jw_ki64(w, "number", db_i64(q, 0));
    jw_kstr(w, "language", db_str(q, 2));
    jw_ki64(w, "version", db_i64(q, 3));
    jw_kstr(w, "text", db_str(q, 4));
    jw_kstr(w, "sha256", db_str(q, 5));
    jw_ktime(w, "made", db_i64(q, 6));
    jw_object_end(w);
}

static cu_code print_wordings(struct db *d, cu_str purpose, struct json_writer *w, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &policy_sql_wordings, &q, err));
    jw_key(w, "wordings");
    jw_array(w);
    while (db_step(&q)) {
        if (cu_str_eq(db_str(&q, 1), purpose))
            print_wording(&q, w);
    }
    jw_array_end(w);
    return db_end(&q, err);
}

static cu_code print_totals(struct db *d, cu_str purpose, struct json_writer *w, struct cu_error *err)
{
    struct db_query q;
    int64_t counts[GATE_STATE_COUNT] = {0};
    CU_TRY(db_prepare(d, &policy_sql_totals, &q, err));
    db_bind_str(&q, ":purpose", purpose);
    while (db_step(&q)) {
        int64_t s = db_i64(&q, 0);
        if (s >= 0 && s < GATE_STATE_COUNT)
            counts[s] = db_i64(&q, 1);
    }
    CU_TRY(db_end(&q, err));
    jw_ki64(w, "given", counts[GATE_GRANTED] + counts[GATE_RECONFIRMED]);
    jw_ki64(w, "refused", counts[GATE_REFUSED]);
    jw_ki64(w, "withdrawn", counts[GATE_WITHDRAWN]);
    jw_ki64(w, "unproven", counts[GATE_UNPROVEN]);
    CU_TRY(db_prepare(d, &policy_sql_days, &q, err));
    db_bind_str(&q, ":purpose", purpose);
    db_bind_i64(&q, ":from_day", cu_now_ms() / 86400000 - DAYS);
    jw_key(w, "days");
    jw_array(w);
    while (db_step(&q)) {
        jw_object(w);
        jw_ktime(w, "day", db_i64(&q, 0) * 86400000);
        jw_ki64(w, "given", db_i64(&q, 1));
        jw_ki64(w, "refused", db_i64(&q, 2));
        jw_ki64(w, "withdrawn", db_i64(&q, 3));
        jw_object_end(w);
    }
    jw_array_end(w);
    return db_end(&q, err);
}

static cu_code print_purpose(struct gate *g, struct db *d, const struct dict_purpose *p, struct json_writer *w, struct cu_error *err)
{
    static const char *const basis[] = {"consent", "contract", "legal_obligation", "legitimate_interest"};
    jw_object(w);
    jw_kstr(w, "name", p->name);
    jw_kstr(w, "doc", p->doc);
    jw_kz(w, "basis", basis[p->basis]);
    jw_ki64(w, "validity_days", p->validity_days);
    jw_ki64(w, "generation", gate_generation_at(g, p->name, cu_now_ms()));
    jw_key(w, "recipients");
    jw_array(w);
    for (uint32_t i = 0; i < p->recipient_count; i++)
        jw_str(w, p->recipients[i]);
    jw_array_end(w);
    CU_TRY(print_wordings(d, p->name, w, err));
    CU_TRY(print_totals(d, p->name, w, err));
    jw_object_end(w);
    return CU_OK;
}

static cu_code get_purposes(struct request *rq, struct cu_error *err)
{
    struct gate *g = rq->module;
    struct db *d = NULL;
    const struct dict_purpose *purposes = NULL;
    size_t count = dictionary_purposes(people_dictionary(g->people), &purposes);
    CU_TRY(people_read_take(g->people, &d, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    cu_code code = CU_OK;
    for (size_t i = 0; i < count && code == CU_OK; i++)
        code = print_purpose(g, d, &purposes[i], &w, err);
    people_read_give(g->people, d);
    jw_array_end(&w);
    jw_object_end(&w);
    return code;
}

static cu_code add_wording(struct db *d, cu_str purpose, cu_str language, cu_str text, struct cu_error *err)
{
    struct db_query q;
    uint8_t digest[32];
    char hex[65];
    if (language.len < 2 || language.len > RECORD_LANGUAGE_MAX)
        return cu_fail(err, CU_INVALID, "/texts", "the names are languages, such as de or pt-BR");
    if (text.len == 0 || text.len > WORDING_MAX)
        return cu_fail(err, CU_INVALID, "/texts", "a text of 1 to %d bytes is accepted for each language", WORDING_MAX);
    sign_digest(text, CU_NONE, digest);
    for (size_t i = 0; i < sizeof digest; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", digest[i]);
    CU_TRY(db_prepare(d, &policy_sql_wording_add, &q, err));
    db_bind_str(&q, ":purpose", purpose);
    db_bind_str(&q, ":language", language);
    db_bind_str(&q, ":text", text);
    db_bind_str(&q, ":hash", cu_str_of(hex));
    db_bind_i64(&q, ":made_ms", cu_now_ms());
    return db_run(&q, err);
}

static cu_code add_all(struct gate *g, struct db *d, cu_str purpose, json texts, struct cu_error *err)
{
    struct json_iter it = json_each(texts);
    CU_TRY(people_begin(g->people, err));
    cu_code code = CU_OK;
    while (code == CU_OK && json_next(&it))
        code = add_wording(d, purpose, it.key, json_str(it.value), err);
    if (code == CU_OK)
        return people_commit(g->people, err);
    people_rollback(g->people);
    return code;
}

static cu_code put_wordings(struct request *rq, struct cu_error *err)
{
    struct gate *g = rq->module;
    struct db *d = NULL;
    json texts = spec_get(&rq->body_values, "texts")->raw;
    const struct dict_purpose *p = dictionary_purpose(people_dictionary(g->people), request_path_str(rq, "name"));
    if (!p)
        return cu_fail(err, CU_NOT_FOUND, "name", "the dictionary has no such purpose");
    if (json_count(texts) == 0 || json_count(texts) > LANGUAGES_MAX)
        return cu_fail(err, CU_INVALID, "/texts", "1 to %d languages are accepted", LANGUAGES_MAX);
    d = people_lock(g->people);
    cu_code code = add_all(g, d, p->name, texts, err);
    people_unlock(g->people);
    CU_TRY(code);
    CU_TRY(policy_sync(g, err));
    CU_TRY(people_read_take(g->people, &d, err));
    struct json_writer w = request_json(rq, 200);
    code = print_purpose(g, d, p, &w, err);
    people_read_give(g->people, d);
    return code;
}

// ---- policies

static cu_code get_policies(struct request *rq, struct cu_error *err)
{
    struct gate *g = rq->module;
    struct db *d = NULL;
    struct db_query q;
    int64_t before = INT64_MAX, shown = 0, last = 0;
    if (spec_has(&rq->query_values, "cursor"))
        before = spec_i64(&rq->query_values, "cursor");
    CU_TRY(people_read_take(g->people, &d, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    cu_code code = db_prepare(d, &policy_sql_list, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":before", before);
        db_bind_i64(&q, ":limit", LIST_MAX);
        for (; db_step(&q); shown++) {
            last = db_i64(&q, 0);
            jw_object(&w);
            jw_ki64(&w, "version", last);
            jw_ktime(&w, "made", db_i64(&q, 1));
            jw_kbool(&w, "material", db_i64(&q, 2) != 0);
            jw_object_end(&w);
        }
        code = db_end(&q, err);
    }
    people_read_give(g->people, d);
    jw_array_end(&w);
    jw_key(&w, "next");
    shown == LIST_MAX ? jw_i64(&w, last) : jw_null(&w);
    jw_object_end(&w);
    return code;
}

static cu_code print_one(struct request *rq, struct db *d, int64_t version, int64_t from, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf text, before;
    int64_t made_ms = 0, before_ms = 0;
    bool material = false;
    cu_buf_init(&text, PROOF_DOCUMENT_MAX);
    cu_buf_init(&before, PROOF_DOCUMENT_MAX);
    CU_TRY(policy_text(d, version, &text, &made_ms, err));
    if (from > 0)
        CU_TRY(policy_text(d, from, &before, &before_ms, err));
    else
        cu_buf_str(&before, cu_buf_view(&text));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_ki64(&w, "version", version);
    jw_ktime(&w, "made", made_ms);
    jw_ki64(&w, "from", from > 0 ? from : version);
    jw_key(&w, "document");
    jw_raw(&w, cu_buf_view(&text));
    jw_key(&w, "changes");
    jw_array(&w);
    CU_TRY(policy_diff(cu_buf_view(&before), cu_buf_view(&text), &w, &material, err));
    jw_array_end(&w);
    jw_kbool(&w, "material", material);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code get_policy(struct request *rq, struct cu_error *err)
{
    struct gate *g = rq->module;
    struct db *d = NULL;
    int64_t version = spec_i64(&rq->path_values, "version");
    int64_t from = spec_has(&rq->query_values, "from") ? spec_i64(&rq->query_values, "from") : version - 1;
    CU_TRY(people_read_take(g->people, &d, err));
    cu_code code = print_one(rq, d, version, from, err);
    people_read_give(g->people, d);
    return code;
}

#define END {.name = NULL}
static const struct spec_field name_path[] = {
    {.name = "name", .type = SPEC_STRING, .min = 1, .max = 100, .required = true, .doc = "A purpose of the dictionary."}, END};
static const struct spec_field version_path[] = {
    {.name = "version", .type = SPEC_INT, .min = 1, .max = UINT32_MAX, .required = true, .doc = "Version of the policy."}, END};
static const struct spec_field text_body[] = {
    {.name = "texts", .type = SPEC_OBJECT, .max = 262144, .required = true, .doc = "The text shown to people, by language."}, END};
static const struct spec_field policy_query[] = {
    {.name = "from", .type = SPEC_INT, .min = 1, .max = UINT32_MAX, .doc = "Version to compare with; default the one before."}, END};
static const struct spec_field list_query[] = {
    {.name = "cursor", .type = SPEC_INT, .min = 1, .max = UINT32_MAX, .doc = "From the page before."}, END};
static const struct spec_field text_element[] = {{.name = "", .type = SPEC_STRING, .max = 200, .doc = "A name."}, END};
static const struct spec_field wording_fields[] = {
    {.name = "number", .type = SPEC_INT, .max = INT64_C(1) << 53, .doc = "Its number, to be given with a statement."},
    {.name = "language", .type = SPEC_STRING, .max = 20, .doc = "Language."},
    {.name = "version", .type = SPEC_INT, .max = UINT32_MAX, .doc = "Counts the texts in this language."},
    {.name = "text", .type = SPEC_STRING, .max = WORDING_MAX, .doc = "The text."},
    {.name = "sha256", .type = SPEC_STRING, .max = 64, .doc = "Its hash, as records and policies name it."},
    {.name = "made", .type = SPEC_TIME, .doc = "Since when."},
    END,
};
#define COUNT(field, says) {.name = field, .type = SPEC_INT, .max = INT64_C(1) << 53, .doc = says}
static const struct spec_field day_fields[] = {
    {.name = "day", .type = SPEC_TIME, .doc = "The day, UTC."},
    COUNT("given", "Consents given or confirmed on that day."),
    COUNT("refused", "Refusals on that day."),
    COUNT("withdrawn", "Withdrawals on that day."),
    END,
};
#define PURPOSE                                                                                                        \
    {.name = "name", .type = SPEC_STRING, .max = 100, .doc = "Name of the purpose."},                                  \
        {.name = "doc", .type = SPEC_STRING, .max = 400, .doc = "What is done for it."},                               \
        {.name = "basis", .type = SPEC_STRING, .max = 40, .doc = "The legal basis."},                                  \
        {.name = "validity_days", .type = SPEC_INT, .max = 36500, .doc = "How long a consent holds; 0: until withdrawn."}, \
        COUNT("generation", "Goes up with every material change; older consents are stale."),                          \
        {.name = "recipients", .type = SPEC_ARRAY, .max = 50, .fields = text_element, .doc = "Who receives data for it."}, \
        {.name = "wordings", .type = SPEC_ARRAY, .max = 10000, .fields = wording_fields, .doc = "All texts, oldest first."}, \
        COUNT("given", "Profiles whose last word is a consent (also one that lapsed)."),                               \
        COUNT("refused", "Profiles that refused."), COUNT("withdrawn", "Profiles that withdrew."),                     \
        COUNT("unproven", "Imported consents without evidence."),                                                      \
        {.name = "days", .type = SPEC_ARRAY, .max = 100, .fields = day_fields, .doc = "What was said, per day, 90 days."}
static const struct spec_field purpose_fields[] = {PURPOSE, END};
static const struct spec_field purposes_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = 256, .fields = purpose_fields, .doc = "The dictionary's purposes."}, END};
static const struct spec_field policy_fields[] = {
    COUNT("version", "Version."),
    {.name = "made", .type = SPEC_TIME, .doc = "Since when."},
    {.name = "material", .type = SPEC_BOOL, .doc = "Whether consents rest on what changed."},
    END,
};
static const struct spec_field policies_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = LIST_MAX, .fields = policy_fields, .doc = "Newest first."},
    {.name = "next", .type = SPEC_INT, .max = UINT32_MAX, .nullable = true, .doc = "Cursor of the next page."},
    END,
};
static const struct spec_field change_fields[] = {
    {.name = "purpose", .type = SPEC_STRING, .max = 100, .doc = "The purpose."},
    {.name = "attribute", .type = SPEC_STRING, .max = 40, .doc = "What of it; purpose: it came or went."},
    {.name = "before", .type = SPEC_ANY, .max = 1, .nullable = true, .doc = "Before."},
    {.name = "after", .type = SPEC_ANY, .max = 1, .nullable = true, .doc = "After."},
    {.name = "material", .type = SPEC_BOOL, .doc = "More is done than was consented to."},
    END,
};
static const struct spec_field policy_answer[] = {
    COUNT("version", "Version."),
    {.name = "made", .type = SPEC_TIME, .doc = "Since when."},
    COUNT("from", "Version that it is compared with."),
    {.name = "document", .type = SPEC_ANY, .max = 1, .doc = "The policy in its canonical form."},
    {.name = "changes", .type = SPEC_ARRAY, .max = 10000, .fields = change_fields, .doc = "What differs."},
    {.name = "material", .type = SPEC_BOOL, .doc = "Whether one of them is material."},
    END,
};
static const struct spec_route routes[] = {
    {.name = "purposes.list", .method = "GET", .path = "/v1/purposes", .permission = SPEC_DICTIONARY_READ, .answer = purposes_answer,
        .doc = "Purposes with their wordings and how often they were consented to.", .handler = get_purposes},
    {.name = "purposes.wordings", .method = "PUT", .path = "/v1/purposes/{name}/wordings", .permission = SPEC_DICTIONARY_WRITE,
        .body_kind = SPEC_BODY_JSON, .body_max = 262144, .path_fields = name_path, .body = text_body, .answer = purpose_fields,
        .doc = "Sets the texts of a purpose; what differs becomes a new version.", .handler = put_wordings},
    {.name = "policies.list", .method = "GET", .path = "/v1/policies", .permission = SPEC_DICTIONARY_READ, .query = list_query,
        .answer = policies_answer, .doc = "Versions of the policy, newest first.", .handler = get_policies},
    {.name = "policies.get", .method = "GET", .path = "/v1/policies/{version}", .permission = SPEC_DICTIONARY_READ,
        .path_fields = version_path, .query = policy_query, .answer = policy_answer,
        .doc = "A version of the policy and what differs from another.", .handler = get_policy},
};
const struct module consent_policy_module = {
    .name = "policies",
    .doc = "Purposes, their wordings, and the policy in force as versions.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .statements = policy_sql_all,
};
