// SPDX-License-Identifier: Apache-2.0
// Lists of records of consent: of one person, and of everybody. Newest first, page by page. See record.h.
#include "record_private.h"

#include "record_sql.h"

#include <stdio.h>

// The register is read in stretches: a page that finds little in one ends early and says where to go on.
enum { LIMIT = 100, LIMIT_MAX = 500, STRETCH = 100000 };

static const char *const said_by[] = {"", "client", "person", "staff", "import", "signal", "rule", NULL};

static void print_members(const struct record_row *r, struct json_writer *w)
{
    static const char *const names[RECORD_WORDS] = {"purpose", "method", "language", "form", "button", "channel", "recipient"};
    char id[37];
    const struct gate_part part = gate_key_part(cu_str_of(r->words[0]));
    cu_uuid_format(r->record, id);
    jw_kz(w, "record", id);
    jw_kstr(w, "purpose", gate_key_purpose(cu_str_of(r->words[0])));
    jw_kstr(w, "only_channel", part.channel);
    jw_kstr(w, "only_recipient", part.recipient);
    for (int i = 1; i < RECORD_WORDS; i++)
        jw_kz(w, names[i], r->words[i]);
    jw_kz(w, "state", gate_state_name(r->state));
    jw_kz(w, "said_by", said_by[r->heard]);
    jw_ktime(w, "time", r->time_ms);
    jw_ktime(w, "until", r->until_ms ? r->until_ms : INT64_MIN);
    jw_ki64(w, "wording", r->wording);
    jw_ki64(w, "policy", r->policy);
    jw_kbool(w, "evidence", r->evidence);
    jw_kbool(w, "noted", r->batch > 0);
}

static void print_next(const struct record_row *last, bool by_time, struct json_writer *w)
{
    char next[48] = "";
    if (last && by_time)
        (void)snprintf(next, sizeof next, "%lld.%lld", (long long)last->time_ms, (long long)last->id);
    else if (last)
        (void)snprintf(next, sizeof next, "%lld", (long long)last->id);
    jw_kz(w, "next", last ? next : NULL);
}

static int64_t limit_of(const struct request *rq)
{
    return spec_has(&rq->query_values, "limit") ? spec_i64(&rq->query_values, "limit") : LIMIT;
}

// ---- of one person

struct place { // the page begins behind this record
    int64_t time_ms, id;
};

static cu_code place_of(cu_str cursor, struct place *ret, struct cu_error *err)
{
    *ret = (struct place){INT64_MAX, INT64_MAX};
    if (cursor.len == 0)
        return CU_OK;
    ptrdiff_t dot = cu_str_find(cursor, '.');
    if (dot < 0 || !cu_str_i64(cu_str_sub(cursor, 0, (size_t)dot), &ret->time_ms) ||
        !cu_str_i64(cu_str_sub(cursor, (size_t)dot + 1, cursor.len), &ret->id))
        return cu_fail(err, CU_INVALID, "cursor", "only the cursor of an earlier page is accepted");
    return CU_OK;
}

static bool later(const struct record_row *a, const struct record_row *b)
{
    return a->time_ms != b->time_ms ? a->time_ms > b->time_ms : a->id > b->id;
}

// The newest `limit` of all the person's profiles behind `from`, sorted: rows has room for them.
static cu_code newest_of(struct db *d, const uint32_t *pnos, size_t count, struct place from, size_t limit, struct record_row *rows,
    size_t *ret_count, struct cu_error *err)
{
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        struct db_query q;
        CU_TRY(db_prepare(d, &record_sql_of_profile, &q, err));
        db_bind_i64(&q, ":pno", pnos[i]);
        db_bind_i64(&q, ":time_ms", from.time_ms);
        db_bind_i64(&q, ":id", from.id);
        db_bind_i64(&q, ":limit", (int64_t)limit);
        while (db_step(&q)) {
            struct record_row r;
            record_read(&q, &r);
            if (n == limit && !later(&r, &rows[n - 1]))
                break; // this profile's others are older still
            size_t at = n < limit ? n++ : n - 1;
            for (; at > 0 && later(&r, &rows[at - 1]); at--)
                rows[at] = rows[at - 1];
            rows[at] = r;
        }
        CU_TRY(db_end(&q, err));
    }
    *ret_count = n;
    return CU_OK;
}

static cu_code print_person(struct gate *g, struct request *rq, struct db *d, struct cu_uuid id, struct cu_error *err)
{
    uint32_t root = 0, *pnos = NULL;
    size_t count = 0, n = 0, limit = (size_t)limit_of(rq);
    struct place from;
    struct record_row *rows = cu_arena_alloc(rq->arena, sizeof *rows * limit);
    if (!rows)
        return cu_fail(err, CU_MEMORY, "", "no memory for this list");
    CU_TRY(place_of(spec_str(&rq->query_values, "cursor"), &from, err));
    CU_TRY(people_by_uuid(g->people, d, id, &root, err));
    CU_TRY(people_members(g->people, d, root, rq->arena, &pnos, &count, err));
    CU_TRY(gate_check(g, d, pnos, count, CU_LIT("service"), &rq->caller, NULL, err));
    CU_TRY(people_announce(g->people, pnos, count, "consents", err));
    CU_TRY(newest_of(d, pnos, count, from, limit, rows, &n, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "consents");
    jw_array(&w);
    CU_TRY(gate_print(g, d, pnos, count, &w, err));
    jw_array_end(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (size_t i = 0; i < n; i++) {
        jw_object(&w);
        print_members(&rows[i], &w);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    print_next(n == limit ? &rows[n - 1] : NULL, true, &w);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

static cu_code get_person(struct request *rq, struct cu_error *err)
{
    struct gate *g = rq->module;
    struct cu_uuid id;
    struct db *d = NULL;
    if (!cu_uuid_parse(request_path_str(rq, "id"), &id))
        return cu_fail(err, CU_INVALID, "id", "a person's id is a UUID");
    CU_TRY(people_read_take(g->people, &d, err));
    cu_code code = print_person(g, rq, d, id, err);
    people_read_give(g->people, d);
    return code;
}

// ---- of everybody

struct stretch { // what a page of the register was read from
    struct record_row *rows;
    size_t count, limit;
    int64_t from; // where the stretch ends; 1: the beginning of all
};

static int64_t state_wanted(const struct request *rq)
{
    cu_str name = spec_str(&rq->query_values, "state");
    for (int s = 0; s < GATE_STATE_COUNT; s++) {
        if (name.len && cu_str_eqz(name, gate_state_name((enum gate_state)s)))
            return s;
    }
    return -1;
}

static int64_t heard_wanted(const struct request *rq)
{
    cu_str name = spec_str(&rq->query_values, "said_by");
    for (int i = 1; said_by[i]; i++) {
        if (cu_str_eqz(name, said_by[i]))
            return i;
    }
    return -1;
}

static cu_code read_stretch(struct db *d, const struct request *rq, struct stretch *s, struct cu_error *err)
{
    struct db_query q;
    int64_t before = 0;
    if (spec_has(&rq->query_values, "cursor")) {
        before = spec_i64(&rq->query_values, "cursor");
    } else {
        CU_TRY(db_prepare(d, &record_sql_newest, &q, err));
        before = db_step(&q) ? db_i64(&q, 0) + 1 : 1;
        CU_TRY(db_end(&q, err));
    }
    s->from = before > STRETCH ? before - STRETCH : 1;
    CU_TRY(db_prepare(d, &record_sql_register, &q, err));
    db_bind_i64(&q, ":before", before);
    db_bind_i64(&q, ":from", s->from);
    db_bind_str(&q, ":purpose", spec_str(&rq->query_values, "purpose"));
    db_bind_i64(&q, ":state", state_wanted(rq));
    db_bind_i64(&q, ":heard", heard_wanted(rq));
    db_bind_i64(&q, ":limit", (int64_t)s->limit);
    for (; s->count < s->limit && db_step(&q); s->count++)
        record_read(&q, &s->rows[s->count]);
    return db_end(&q, err);
}

static cu_code print_register(struct gate *g, struct request *rq, struct db *d, const struct stretch *s, struct cu_error *err)
{
    uint32_t *pnos = cu_arena_alloc(rq->arena, sizeof *pnos * (s->count + 1));
    struct people_label *labels = cu_arena_alloc(rq->arena, sizeof *labels * (s->count + 1));
    if (!pnos || !labels)
        return cu_fail(err, CU_MEMORY, "", "no memory for this list");
    for (size_t i = 0; i < s->count; i++)
        pnos[i] = people_root(g->people, s->rows[i].pno);
    CU_TRY(people_labels(g->people, d, pnos, s->count, &rq->caller, rq->arena, labels, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (size_t i = 0; i < s->count; i++) {
        struct cu_uuid person;
        char id[37];
        CU_TRY(people_uuid(g->people, d, pnos[i], &person, err));
        cu_uuid_format(person, id);
        jw_object(&w);
        jw_kz(&w, "person", id);
        jw_kstr(&w, "label", labels[i].text);
        print_members(&s->rows[i], &w);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    const struct record_row end = {.id = s->from};
    print_next(s->count == s->limit ? &s->rows[s->count - 1] : s->from > 1 ? &end : NULL, false, &w);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

static cu_code get_register(struct request *rq, struct cu_error *err)
{
    struct gate *g = rq->module;
    struct db *d = NULL;
    struct stretch s = {.limit = (size_t)limit_of(rq)};
    s.rows = cu_arena_alloc(rq->arena, sizeof *s.rows * s.limit);
    if (!s.rows)
        return cu_fail(err, CU_MEMORY, "", "no memory for this list");
    CU_TRY(people_read_take(g->people, &d, err));
    cu_code code = read_stretch(d, rq, &s, err);
    if (code == CU_OK)
        code = print_register(g, rq, d, &s, err);
    people_read_give(g->people, d);
    return code;
}

// ---- rows

#define END {.name = NULL}
static const struct spec_field person_path[] = {{.name = "id", .type = SPEC_UUID, .required = true, .doc = "The person."}, END};
#define PAGE_LIMIT {.name = "limit", .type = SPEC_INT, .min = 1, .max = LIMIT_MAX, .doc = "Rows of a page; 100 unless said."}
static const struct spec_field person_query[] = {
    {.name = "cursor", .type = SPEC_STRING, .max = 47, .doc = "`next` of the page before."},
    PAGE_LIMIT,
    END,
};
static const char *const state_options[] = {"granted", "refused", "withdrawn", "unproven", "requested", "reconfirmed", "invalidated", NULL};
static const struct spec_field register_query[] = {
    {.name = "cursor", .type = SPEC_INT, .min = 1, .max = INT64_C(1) << 53, .doc = "`next` of the page before."},
    PAGE_LIMIT,
    {.name = "purpose", .type = SPEC_STRING, .max = 100, .doc = "Of this purpose only."},
    {.name = "state", .type = SPEC_ENUM, .options = state_options, .doc = "Only where this was said."},
    {.name = "said_by", .type = SPEC_ENUM, .options = said_by + 1, .doc = "Only what these said."},
    END,
};
#define WORD(field, says) {.name = field, .type = SPEC_STRING, .max = 127, .doc = says}
#define RECORD_MEMBERS \
    {.name = "record", .type = SPEC_UUID, .doc = "Id of the record."}, \
    WORD("purpose", "The purpose."), \
    WORD("only_channel", "The one way of reaching the person it was said of, or empty."), \
    WORD("only_recipient", "The one recipient it was said of, or empty."), \
    WORD("method", "How it was said."), \
    WORD("language", "Language of what was shown, if known."), \
    WORD("form", "Form or page, if known."), \
    WORD("button", "What was pressed, if known."), \
    WORD("channel", "Where, if known."), \
    WORD("recipient", "For which recipient, where that was asked."), \
    WORD("state", "What was said."), \
    WORD("said_by", "client, person, staff, import, signal or rule."), \
    {.name = "time", .type = SPEC_TIME, .doc = "When."}, \
    {.name = "until", .type = SPEC_TIME, .nullable = true, .doc = "Until when it holds, or null."}, \
    {.name = "wording", .type = SPEC_INT, .max = INT64_C(1) << 53, .doc = "Number of the wording that was shown; 0: not known."}, \
    {.name = "policy", .type = SPEC_INT, .max = UINT32_MAX, .doc = "Version of the policy then."}, \
    {.name = "evidence", .type = SPEC_BOOL, .doc = "Whether evidence is kept, sealed."}, \
    {.name = "noted", .type = SPEC_BOOL, .doc = "Whether it is in the audit log already."}
static const struct spec_field record_fields[] = {RECORD_MEMBERS, END};
static const struct spec_field register_fields[] = {
    {.name = "person", .type = SPEC_UUID, .doc = "Whose."},
    {.name = "label", .type = SPEC_STRING, .max = 400, .doc = "The person's name, as far as the role sees it."},
    RECORD_MEMBERS,
    END,
};
#define NEXT {.name = "next", .type = SPEC_STRING, .max = 47, .nullable = true, .doc = "Cursor of the next page, or null."}
static const struct spec_field person_answer[] = {
    {.name = "consents", .type = SPEC_ARRAY, .max = 256, .fields = people_consent_fields, .doc = "How it stands, per purpose."},
    {.name = "items", .type = SPEC_ARRAY, .max = LIMIT_MAX, .fields = record_fields, .doc = "The records, newest first."},
    NEXT,
    END,
};
static const struct spec_field register_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = LIMIT_MAX, .fields = register_fields,
        .doc = "The records, last stored first. A page may be short, or empty, and still have a next one."},
    NEXT,
    END,
};
static const struct spec_route routes[] = {
    {.name = "people.consents", .method = "GET", .path = "/v1/people/{id}/consents", .permission = SPEC_PEOPLE_READ,
        .path_fields = person_path, .query = person_query, .answer = person_answer,
        .doc = "What a person consented to, and every record of it.", .handler = get_person},
    {.name = "consents.list", .method = "GET", .path = "/v1/consents", .permission = SPEC_PEOPLE_READ, .query = register_query,
        .answer = register_answer, .doc = "The register of consents: every record of everybody.", .handler = get_register},
};
const struct module consent_list_module = {
    .name = "register",
    .doc = "The register of consents.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
};
