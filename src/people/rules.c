// SPDX-License-Identifier: Apache-2.0
// The identity rules, and what others would do: a dry run goes through the stored evidence (live
// edges and those the rules refused) in the order it came, joins under the given limits, and
// compares. It writes nothing. Memory: 8 bytes per profile number and 8 per (profile, kind) of
// profiles that have edges; beyond DRY_RUN_BYTES_MAX it refuses.
#include "view.h"
#include "people_sql.h"

#include "base/hash.h"

#include <stdio.h>

#define DRY_RUN_BYTES_MAX ((size_t)512 * 1024 * 1024)

// --- what is in force

static void write_rule(struct json_writer *w, const struct identity_kind *k)
{
    jw_object(w);
    jw_kz(w, "kind", k->name);
    jw_ki64(w, "priority", k->priority);
    jw_ki64(w, "limit", k->limit);
    jw_kbool(w, "declared", k->declared);
    jw_kstr(w, "doc", k->row ? k->row->doc : CU_NONE);
    jw_object_end(w);
}

static void write_declared(struct people *p, struct json_writer *w)
{
    const struct dict_identifier *rows = NULL;
    size_t n = dictionary_identifiers(people_dictionary(p), &rows);
    for (size_t i = 0; i < n; i++) {
        struct identity_kind k = {.row = &rows[i],
            .priority = rows[i].priority,
            .limit = rows[i].limit,
            .declared = true};
        memcpy(k.name, rows[i].kind.ptr, rows[i].kind.len < 64 ? rows[i].kind.len : 64);
        write_rule(w, &k);
    }
}

cu_code rules_get(struct request *rq, struct cu_error *err)
{
    struct people *p = rq->module;
    char version[24];
    if (!people_dictionary(p))
        return cu_fail(err, CU_UNAVAILABLE, "", "The data dictionary is not loaded yet.");
    struct json_writer w = request_json(rq, 200);
    pthread_mutex_lock(&p->kinds.lock);
    snprintf(version, sizeof(version), "%016llx", (unsigned long long)p->kinds.version);
    jw_object(&w);
    jw_kz(&w, "version", version);
    jw_key(&w, "identifiers");
    jw_array(&w);
    write_declared(p, &w);
    for (uint32_t i = 1; i < p->kinds.count; i++) { // kinds clients brought, under the general rule
        if (!p->kinds.at[i].declared)
            write_rule(&w, &p->kinds.at[i]);
    }
    jw_array_end(&w);
    jw_object_end(&w);
    pthread_mutex_unlock(&p->kinds.lock);
    return cu_buf_code(w.out, err);
}

// --- the dry run

struct dry_run {
    struct people *p;
    struct db *d;
    int32_t limits[PERSON_KINDS_MAX];
    uint32_t kinds, end;
    uint32_t *root;            // by profile number, union-find; 0: itself
    struct kind_count *counts; // open addressing (root, kind) -> values
    size_t count_cap, count_used;
    size_t conflicts; // links the rules would refuse
};
struct kind_count {
    uint32_t root;   // 0: free
    uint32_t packed; // kind << 24 | values
};

static uint32_t find(struct dry_run *r, uint32_t pno)
{
    while (r->root[pno]) {
        uint32_t up = r->root[pno];
        if (r->root[up])
            r->root[pno] = r->root[up]; // halve the path
        pno = up;
    }
    return pno;
}

static struct kind_count *count_slot(struct dry_run *r, uint32_t root, uint32_t kind)
{
    uint64_t key = (uint64_t)root << 8 | kind;
    size_t i = cu_hash64(&key, sizeof(key), 0) & (r->count_cap - 1);
    while (r->counts[i].root && (r->counts[i].root != root || r->counts[i].packed >> 24 != kind))
        i = (i + 1) & (r->count_cap - 1);
    return &r->counts[i];
}

static uint32_t values_of(struct dry_run *r, uint32_t root, uint32_t kind)
{
    const struct kind_count *c = count_slot(r, root, kind);
    return c->root ? c->packed & 0xffffff : 0;
}

static cu_code grow_counts(struct dry_run *r, struct cu_error *err)
{
    if (r->count_used * 2 < r->count_cap)
        return CU_OK;
    size_t cap = r->count_cap ? r->count_cap * 2 : 4096, old_cap = r->count_cap;
    if (cap * sizeof(*r->counts) > DRY_RUN_BYTES_MAX)
        return cu_fail(err, CU_TOO_LARGE, "", "There are too many merges for a dry run in memory.");
    struct kind_count *old = r->counts, *fresh = cu_calloc(cap, sizeof(*fresh));
    if (!fresh)
        return cu_fail(err, CU_MEMORY, "", "No memory for a dry run.");
    r->counts = fresh;
    r->count_cap = cap;
    for (size_t i = 0; i < old_cap; i++) {
        if (old[i].root)
            *count_slot(r, old[i].root, old[i].packed >> 24) = old[i];
    }
    cu_free(old);
    return CU_OK;
}

static cu_code add_count(
    struct dry_run *r, uint32_t root, uint32_t kind, uint32_t values, struct cu_error *err)
{
    CU_TRY(grow_counts(r, err));
    struct kind_count *c = count_slot(r, root, kind);
    if (!c->root) {
        *c = (struct kind_count){root, kind << 24};
        r->count_used++;
    }
    c->packed += values;
    return CU_OK;
}

// The kinds a profile holds, read when it first appears in an edge.
static cu_code load_counts(struct dry_run *r, uint32_t pno, struct cu_error *err)
{
    if (r->root[pno] || values_of(r, pno, 0)) // kind 0 marks what has been read
        return CU_OK;
    CU_TRY(add_count(r, pno, 0, 1, err));
    struct db_query q;
    CU_TRY(db_prepare(r->d, &people_sql_identifier_kinds_of, &q, err));
    db_bind_i64(&q, ":pno", pno);
    cu_code code = CU_OK;
    while (code == CU_OK && db_step(&q))
        code = add_count(r, pno, (uint32_t)db_i64(&q, 0) & 0xff, (uint32_t)db_i64(&q, 1), err);
    cu_code end = db_end(&q, err);
    return code != CU_OK ? code : end;
}

static bool allowed(struct dry_run *r, uint32_t x, uint32_t y)
{
    for (uint32_t k = 1; k < r->kinds; k++) {
        uint32_t a = values_of(r, x, k), b = values_of(r, y, k);
        uint32_t limit = r->limits[k] < 1 ? 1u : (uint32_t)r->limits[k];
        if (a && b && a + b > limit)
            return false;
    }
    return true;
}

static cu_code never_linked(
    struct dry_run *r, uint32_t x, uint32_t y, bool *ret, struct cu_error *err)
{
    struct db_query q;
    *ret = false;
    CU_TRY(db_prepare(r->d, &people_sql_never_links, &q, err));
    while (!*ret && db_step(&q)) {
        uint32_t a = find(r, (uint32_t)db_i64(&q, 0) % r->end),
                 b = find(r, (uint32_t)db_i64(&q, 1) % r->end);
        *ret = (a == x && b == y) || (a == y && b == x);
    }
    return db_end(&q, err);
}

static cu_code unite(struct dry_run *r, uint32_t x, uint32_t y, struct cu_error *err)
{
    uint32_t keep = x < y ? x : y, lose = x < y ? y : x;
    for (uint32_t k = 0; k < r->kinds; k++) {
        uint32_t n = values_of(r, lose, k);
        if (n)
            CU_TRY(add_count(r, keep, k, n, err));
    }
    r->root[lose] = keep;
    return CU_OK;
}

static cu_code judge(
    struct dry_run *r, uint32_t a, uint32_t b, bool stands, bool has_never, struct cu_error *err)
{
    if (a >= r->end || b >= r->end)
        return CU_OK; // newer than the run
    CU_TRY(load_counts(r, a, err));
    CU_TRY(load_counts(r, b, err));
    uint32_t x = find(r, a), y = find(r, b);
    bool never = false;
    if (x == y)
        return CU_OK;
    if (has_never && !stands)
        CU_TRY(never_linked(r, x, y, &never, err));
    if (never || (!stands && !allowed(r, x, y))) {
        r->conflicts++;
        return CU_OK;
    }
    return unite(r, x, y, err);
}

static cu_code replay(struct dry_run *r, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(r->d, &people_sql_never_links, &q, err));
    bool has_never = db_step(&q);
    CU_TRY(db_end(&q, err));
    CU_TRY(db_prepare(r->d, &people_sql_edges_evidence, &q, err));
    cu_code code = CU_OK;
    while (code == CU_OK && db_step(&q)) {
        int64_t how = db_i64(&q, 2);
        // what staff decided and what an alias renamed stands: rules do not undo either
        bool stands = db_i64(&q, 3) == EDGE_LIVE && (how == EDGE_STAFF || how == EDGE_ALIAS);
        code = judge(r, (uint32_t)db_i64(&q, 0), (uint32_t)db_i64(&q, 1), stands, has_never, err);
    }
    cu_code end = db_end(&q, err);
    return code != CU_OK ? code : end;
}

struct dry_result {
    uint64_t before, after, would_merge, would_split;
};

struct comparing {
    struct dry_run *run;
    struct dry_result *result;
};

// Persons of now that would be one with another, and parts that would leave theirs. Counted at the
// profile that tells: the root of a person that another takes in, the root of a part that leaves.
static void compare(void *ctx, uint32_t pno, uint32_t now, unsigned flags)
{
    (void)flags;
    struct comparing *c = ctx;
    if (pno >= c->run->end)
        return;
    uint32_t then = find(c->run, pno);
    c->result->before += now == pno;
    c->result->after += then == pno;
    c->result->would_merge += now == pno && then != pno;
    c->result->would_split += then == pno && now != pno;
}

static cu_code read_limits(struct dry_run *r, const struct request *rq, struct cu_error *err)
{
    pthread_mutex_lock(&r->p->kinds.lock);
    r->kinds = r->p->kinds.count;
    for (uint32_t k = 1; k < r->kinds; k++)
        r->limits[k] = r->p->kinds.at[k].limit;
    pthread_mutex_unlock(&r->p->kinds.lock);
    struct json_iter it = json_each(spec_get(&rq->body_values, "identifiers")->raw);
    for (size_t i = 0; json_next(&it); i++) {
        cu_str kind = json_str(json_get(it.value, "kind"));
        int64_t limit = 0;
        uint16_t number = 0;
        if (kind.len == 0 || !json_i64(json_get(it.value, "limit"), &limit) || limit < 1 ||
            limit > 1000000)
            return cu_fail(err, CU_INVALID, "/identifiers",
                "Element %zu needs a kind and a limit from 1 to 1000000.", i);
        CU_TRY(kinds_number(r->p, kind, false, &number, err));
        if (number) // a kind nobody has used changes nothing
            r->limits[number] = (int32_t)limit;
    }
    return CU_OK;
}

static cu_code run(struct dry_run *r, struct dry_result *ret, struct cu_error *err)
{
    r->end = roster_end(&r->p->roster);
    if (r->end == 0)
        return CU_OK;
    if ((size_t)r->end * sizeof(*r->root) > DRY_RUN_BYTES_MAX)
        return cu_fail(
            err, CU_TOO_LARGE, "", "There are too many profiles for a dry run in memory.");
    r->root = cu_calloc(r->end, sizeof(*r->root));
    if (!r->root)
        return cu_fail(err, CU_MEMORY, "", "No memory for a dry run.");
    CU_TRY(grow_counts(r, err));
    CU_TRY(replay(r, err));
    roster_each_profile(&r->p->roster, compare, &(struct comparing){r, ret});
    return CU_OK;
}

cu_code rules_dry_run(struct request *rq, struct cu_error *err)
{
    struct dry_run r = {.p = rq->module};
    struct dry_result result = {0};
    CU_TRY(read_limits(&r, rq, err));
    CU_TRY(people_read_take(r.p, &r.d, err));
    cu_code code = run(&r, &result, err);
    people_read_give(r.p, r.d);
    cu_free(r.root);
    cu_free(r.counts);
    CU_TRY(code);
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_ki64(&w, "persons_before", (int64_t)result.before);
    jw_ki64(&w, "persons_after", (int64_t)result.after);
    jw_ki64(&w, "would_merge", (int64_t)result.would_merge);
    jw_ki64(&w, "would_split", (int64_t)result.would_split);
    jw_ki64(&w, "conflicts", (int64_t)r.conflicts);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}
