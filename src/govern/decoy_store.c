// SPDX-License-Identifier: Apache-2.0
// Decoys: people who do not exist, made like everybody else, so that nobody has a reason to open them. Who
// does is told by an alert. Their numbers are in a table; nothing in the record itself marks them.
#include "alert_rows_sql.h"
#include "audit_internal.h"

#include "base/clock.h"

#include <stdio.h>

enum { COUNT_MAX = 200, YEAR_DAYS = 365 };
static const int64_t day_ms = 24 * 3600 * 1000;

static const char *const first_names[] = {"Anna", "Bruno", "Clara", "David", "Elena", "Felix", "Greta", "Hugo", "Ines",
    "Jonas", "Katrin", "Lukas", "Maria", "Nils", "Olga", "Paul", "Rosa", "Simon", "Tessa", "Viktor"};
static const char *const last_names[] = {"Albers", "Bergmann", "Conti", "Dietrich", "Engel", "Fontana", "Gruber", "Hartwig",
    "Ibsen", "Jansen", "Krause", "Lindner", "Moretti", "Novak", "Ostermann", "Petersen", "Reuter", "Sommer", "Thaler",
    "Vogt"};

cu_code decoy_subjects(struct auditing *a, struct cu_arena *arena, uint32_t **ret, size_t *ret_count, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    uint32_t *pnos = cu_arena_alloc(arena, COUNT_MAX * sizeof *pnos);
    if (!pnos)
        return cu_fail(err, CU_MEMORY, "", "no memory for decoys");
    CU_TRY(people_read_take(a->options.people, &d, err));
    cu_code code = db_prepare(d, &alert_rows_sql_decoy_list, &q, err);
    *ret_count = 0;
    if (code == CU_OK) {
        while (*ret_count < COUNT_MAX && db_step(&q))
            pnos[(*ret_count)++] = (uint32_t)db_i64(&q, 0);
        code = db_end(&q, err);
    }
    people_read_give(a->options.people, d);
    *ret = pnos;
    return code;
}

static cu_code count_of(struct auditing *a, int64_t *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    CU_TRY(people_read_take(a->options.people, &d, err));
    cu_code code = db_prepare(d, &alert_rows_sql_decoy_count, &q, err);
    if (code == CU_OK) {
        *ret = db_step(&q) ? db_i64(&q, 0) : 0;
        code = db_end(&q, err);
    }
    people_read_give(a->options.people, d);
    return code;
}

// --- making

static uint32_t chance(uint32_t below)
{
    uint32_t v;
    cu_random(&v, sizeof v);
    return v % below;
}

// Through the shop's first source, as customers come.
static uint32_t usual_source(struct auditing *a)
{
    struct source *rows = cu_alloc(64 * sizeof *rows);
    uint32_t number = 1;
    size_t count = rows ? sources_list(a->options.sources, rows, 64) : 0;
    for (size_t i = count; i > 0; i--) {
        if (!rows[i - 1].sample && strcmp(rows[i - 1].kind, "http") == 0)
            number = rows[i - 1].number;
    }
    cu_free(rows);
    return number;
}

static void lower(char *text)
{
    for (; *text; text++) {
        if (*text >= 'A' && *text <= 'Z')
            *text = (char)(*text - 'A' + 'a');
    }
}

struct making {
    struct auditing *a;
    struct request *rq;
    cu_str domain;
    int64_t count;
    uint32_t source;
};

static cu_code insert_row(struct auditing *a, struct db *d, uint32_t pno, struct cu_error *err)
{
    struct db_query q;
    struct cu_uuid id;
    CU_TRY(people_uuid(a->options.people, d, pno, &id, err));
    CU_TRY(db_prepare(d, &alert_rows_sql_decoy_insert, &q, err));
    db_bind_i64(&q, ":pno", pno);
    db_bind_blob(&q, ":id", id.bytes, sizeof id.bytes);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    return db_run(&q, err);
}

static cu_code make_one(const struct making *m, struct db *d, struct cu_error *err)
{
    struct people *p = m->a->options.people;
    char email[400], traits[700];
    const char *first = first_names[chance(CU_COUNT(first_names))], *last = last_names[chance(CU_COUNT(last_names))];
    json parsed;
    uint32_t pno = 0;
    int n = snprintf(email, sizeof email, "%s.%s%u@%.*s", first, last, 10 + chance(90), CU_ARG(m->domain));
    lower(email);
    const struct person_id id = {CU_LIT("email"), {email, (size_t)n}};
    struct evidence ev = {.source = m->source, .received_ms = cu_now_ms() - (int64_t)chance(YEAR_DAYS) * day_ms};
    ev.time_ms = ev.received_ms;
    CU_TRY(people_identify(p, &id, 1, &ev, &pno, err));
    if (pno == 0)
        return cu_fail(err, CU_REFUSED, "domain", "addresses of this domain are blocked by the dictionary");
    n = snprintf(traits, sizeof traits, "{\"email\":\"%s\",\"firstName\":\"%s\",\"lastName\":\"%s\"}", email, first, last);
    CU_TRY(json_parse(m->rq->json, (cu_str){traits, (size_t)n}, &parsed, err));
    CU_TRY(people_traits(p, pno, parsed, &ev, err));
    return insert_row(m->a, d, pno, err);
}

// All of them or none, in one batch of the writer.
static cu_code make_all(const struct making *m, struct cu_error *err)
{
    struct people *p = m->a->options.people;
    struct db *d = people_lock(p);
    const struct guard_access former = guard_borrow_system("upkeep", "decoys");
    cu_code code = people_begin(p, err);
    for (int64_t i = 0; i < m->count && code == CU_OK; i++)
        code = make_one(m, d, err);
    if (code == CU_OK)
        code = people_commit(p, err);
    else
        people_rollback(p);
    guard_enter(&former);
    people_unlock(p);
    return code;
}

static cu_code write_count(struct request *rq, struct cu_error *err)
{
    int64_t count = 0;
    CU_TRY(count_of(rq->module, &count, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_ki64(&w, "count", count);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code post_decoys(struct request *rq, struct cu_error *err)
{
    struct making m = {.a = rq->module, .rq = rq, .count = spec_i64(&rq->body_values, "count")};
    int64_t there = 0;
    m.domain = cu_arena_dup(rq->arena, spec_str(&rq->body_values, "domain"));
    for (size_t i = 0; i < m.domain.len; i++) {
        char c = m.domain.ptr[i];
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '.' || c == '-'))
            return cu_fail(err, CU_INVALID, "/domain", "a domain in lower case, like mail.example.com, is accepted");
    }
    CU_TRY(count_of(m.a, &there, err));
    if (there + m.count > COUNT_MAX)
        return cu_fail(
            err, CU_INVALID, "/count", "at most %d decoys together are accepted; there are %d", COUNT_MAX, (int)there);
    m.source = usual_source(m.a);
    CU_TRY(make_all(&m, err));
    m.a->decoys_ms = 0;
    return write_count(rq, err);
}

// --- removing

static cu_code forget_row(struct auditing *a, uint32_t pno, struct cu_error *err)
{
    struct db_query q;
    struct db *d = people_lock(a->options.people);
    cu_code code = db_begin(d, err);
    if (code == CU_OK)
        code = db_prepare(d, &alert_rows_sql_decoy_delete, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":pno", pno);
        code = db_run(&q, err);
    }
    if (code == CU_OK)
        code = db_commit(d, err);
    db_rollback(d);
    people_unlock(a->options.people);
    return code;
}

// The person first: when it ends half way, the row is still there and it is done again.
static cu_code forget_one(struct auditing *a, uint32_t pno, struct cu_error *err)
{
    struct people *p = a->options.people;
    struct db *d = NULL;
    struct cu_uuid id;
    CU_TRY(people_read_take(p, &d, err));
    cu_code code = people_uuid(p, d, pno, &id, err);
    people_read_give(p, d);
    if (code == CU_OK) {
        const struct guard_access former = guard_borrow_system("upkeep", "decoys");
        code = people_forget_person(p, id, err);
        guard_enter(&former);
    }
    if (code != CU_OK && code != CU_NOT_FOUND && code != CU_ERASED)
        return code;
    return forget_row(a, pno, err);
}

static cu_code delete_decoys(struct request *rq, struct cu_error *err)
{
    uint32_t *pnos = NULL;
    size_t count = 0;
    CU_TRY(decoy_subjects(rq->module, rq->arena, &pnos, &count, err));
    for (size_t i = 0; i < count; i++)
        CU_TRY(forget_one(rq->module, pnos[i], err));
    rq->response.status = 204;
    return CU_OK;
}

static const struct spec_field count_answer[] = {
    {.name = "count", .type = SPEC_INT, .max = COUNT_MAX, .doc = "How many decoys there are."},
    {.name = NULL},
};
static const struct spec_field make_body[] = {
    {.name = "count", .type = SPEC_INT, .min = 1, .max = COUNT_MAX, .required = true, .doc = "How many to make."},
    {.name = "domain", .type = SPEC_STRING, .min = 3, .max = 128, .fallback = "example.com",
        .doc = "Domain of their e-mail addresses: best one that the shop owns and that takes no mail."},
    {.name = NULL},
};
static const struct spec_route routes[] = {
    {.name = "decoys.get", .method = "GET", .path = "/v1/decoys", .permission = SPEC_AUDIT_READ, .answer = count_answer,
        .doc = "How many decoys are among the people.", .handler = write_count},
    {.name = "decoys.create", .method = "POST", .path = "/v1/decoys", .permission = SPEC_STAFF_WRITE, .reauth = true,
        .body_kind = SPEC_BODY_JSON, .body_max = 4096, .body = make_body, .answer = count_answer,
        .doc = "Makes decoys: people who do not exist; whoever opens one is told by an alert.", .handler = post_decoys},
    {.name = "decoys.delete", .method = "DELETE", .path = "/v1/decoys", .permission = SPEC_STAFF_WRITE, .reauth = true,
        .doc = "Removes all decoys.", .handler = delete_decoys},
};
const struct module govern_decoy_module = {
    .name = "decoy",
    .doc = "Decoys: people who do not exist.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
};
