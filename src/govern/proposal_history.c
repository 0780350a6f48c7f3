// SPDX-License-Identifier: Apache-2.0
// Every version of the dictionary that was in force, with what changed. See proposal.h.
#include "proposal_internal.h"

#include "approval_internal.h"
#include "base/clock.h"
#include "base/log.h"
#include "proposal_sql.h"

#include <stdio.h>

enum { LIST_MAX = 100 };

// What this thread is about to put in force: the catalogue tells of it in the same thread.
static _Thread_local struct {
    bool is;
    struct cu_uuid id;
    int64_t by;
} proposed;

void history_by_proposal(const struct cu_uuid *id, int64_t by)
{
    proposed.is = id != NULL;
    if (id)
        proposed.id = *id;
    proposed.by = by;
}

struct version {
    char text[17];
    const char *way;
    int64_t by;
    const struct cu_uuid *proposal;
    cu_str yaml;
    cu_str diff; // JSON array
};

static cu_code add_change(struct db *d, int64_t number, json change, struct cu_error *err)
{
    struct db_query q;
    CU_AUTO_BUF struct cu_buf attributes;
    cu_buf_init(&attributes, PROPOSAL_DIFF_MAX);
    json_print(&attributes, json_get(change, "attributes"));
    CU_TRY(cu_buf_code(&attributes, err));
    CU_TRY(db_prepare(d, &proposal_sql_change_add, &q, err));
    db_bind_i64(&q, ":number", number);
    db_bind_str(&q, ":row", json_str(json_get(change, "row")));
    db_bind_str(&q, ":change", json_str(json_get(change, "change")));
    db_bind_str(&q, ":attributes", cu_buf_view(&attributes));
    return db_run(&q, err);
}

static cu_code add_changes(struct db *d, int64_t number, cu_str diff, struct cu_error *err)
{
    json v;
    struct json_parser *parser = json_parser_new(PROPOSAL_JSON_MAX);
    cu_code code = parser ? json_parse(parser, diff, &v, err) : cu_fail(err, CU_MEMORY, "",
        "no memory for the dictionary's history");
    if (code == CU_OK) {
        struct json_iter it = json_each(v);
        while (code == CU_OK && json_next(&it))
            code = add_change(d, number, it.value, err);
    }
    json_parser_free(parser);
    return code;
}

static cu_code add_version(struct db *d, void *what, struct cu_error *err)
{
    const struct version *v = what;
    struct db_query q;
    CU_TRY(db_prepare(d, &proposal_sql_version_add, &q, err));
    db_bind_str(&q, ":version", cu_str_of(v->text));
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    db_bind_str(&q, ":way", cu_str_of(v->way));
    db_bind_i64(&q, ":by", v->by);
    db_bind_blob(&q, ":proposal", v->proposal ? v->proposal->bytes : NULL, v->proposal ? sizeof v->proposal->bytes : 0);
    db_bind_str(&q, ":text", v->yaml.ptr ? v->yaml : CU_LIT(""));
    CU_TRY(db_run(&q, err));
    return v->diff.len ? add_changes(d, db_last_rowid(d), v->diff, err) : CU_OK;
}

static void version_text(const struct dictionary *d, char ret[17])
{
    (void)snprintf(ret, 17, "%016llx", (unsigned long long)dictionary_version(d));
}

static cu_code note(struct proposals *p, const struct dictionary *before, const struct dictionary *after, struct version *v,
    struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf diff;
    cu_buf_init(&diff, PROPOSAL_DIFF_MAX);
    version_text(after, v->text);
    if (before) {
        dictionary_diff_json(before, after, &diff);
        CU_TRY(cu_buf_code(&diff, err));
        v->diff = cu_buf_view(&diff);
    }
    return people_store(p->o.people, add_version, v, err);
}

void history_changed(void *context, const struct dictionary *before, const struct dictionary *after, cu_str text, bool file)
{
    struct proposals *p = context;
    struct cu_error err = {.text = ""};
    const struct guard_access *who = guard_current();
    struct version v = {.way = file ? "file" : "put", .yaml = text,
        .by = !file && (who->actor == GUARD_STAFF || who->actor == GUARD_TOKEN) ? who->actor_id : 0};
    if (before && dictionary_version(before) == dictionary_version(after))
        return; // a comment
    if (who->actor == GUARD_TOKEN)
        v.by = 0; // the audit log knows which token
    if (!file && proposed.is) {
        v.way = "proposal";
        v.proposal = &proposed.id;
        v.by = proposed.by;
    }
    if (note(p, before, after, &v, &err) != CU_OK) // the next start notes it
        cu_log_error("dictionary.history", &err);
}

// --- at the start

static cu_code newest(struct proposals *p, char version[17], struct cu_buf *text, bool *ret_found, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    CU_TRY(people_read_take(p->o.people, &d, err));
    cu_code code = db_prepare(d, &proposal_sql_version_newest, &q, err);
    if (code == CU_OK) {
        *ret_found = db_step(&q);
        if (*ret_found) {
            (void)snprintf(version, 17, "%.*s", CU_ARG(db_str(&q, 1)));
            cu_buf_str(text, db_str(&q, 2));
        }
        code = db_end(&q, err);
    }
    people_read_give(p->o.people, d);
    return code == CU_OK ? cu_buf_code(text, err) : code;
}

// A waiting approval that a crash cut off right behind the file: the version is the proposal's.
static cu_code catch_up(struct proposals *p, cu_str before_text, bool found, cu_str now_text, struct cu_error *err)
{
    struct dictionary *before = NULL;
    struct version v = {.way = found ? "file" : "first", .yaml = now_text};
    if (found && dictionary_load(before_text, &before, NULL) != CU_OK)
        before = NULL; // written for another version of the program: only that it changed can be said
    cu_code code = note(p, before, people_dictionary(p->o.people), &v, err);
    dictionary_free(before);
    return code;
}

cu_code history_catch_up(struct proposals *p, struct cu_error *err)
{
    char noted[17] = "", now[17];
    bool found = false;
    CU_AUTO_BUF struct cu_buf before, text;
    cu_buf_init(&before, DICTIONARY_TEXT_MAX);
    cu_buf_init(&text, DICTIONARY_TEXT_MAX);
    CU_TRY(newest(p, noted, &before, &found, err));
    CU_TRY(catalogue_text(p->o.catalogue, &text, now, err));
    if (found && strcmp(noted, now) == 0)
        return CU_OK;
    return catch_up(p, cu_buf_view(&before), found, cu_buf_view(&text), err);
}

cu_code history_text(struct proposals *p, int64_t number, struct cu_buf *out, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    bool found = false;
    CU_TRY(people_read_take(p->o.people, &d, err));
    cu_code code = db_prepare(d, &proposal_sql_version_text, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":number", number);
        found = db_step(&q);
        if (found)
            cu_buf_str(out, db_str(&q, 0));
        code = db_end(&q, err);
    }
    people_read_give(p->o.people, d);
    CU_TRY(code);
    return found ? cu_buf_code(out, err) : cu_fail(err, CU_NOT_FOUND, "/back_to",
        "the dictionary never had a version of this number");
}

// --- the list

struct row {
    int64_t number, at_ms, by, proposer;
    char version[17];
    cu_str way, why_sealed, changes;
    struct cu_uuid proposal;
    bool proposed, own;
};

static void read_row(struct db_query *q, struct cu_arena *a, struct row *ret)
{
    *ret = (struct row){.number = db_i64(q, 0), .at_ms = db_i64(q, 2), .way = cu_arena_dup(a, db_str(q, 3)), .by = db_i64(q,
        4),
        .proposed = db_blob(q, 5).len == sizeof ret->proposal.bytes, .why_sealed = db_is_null(q,
            6) ? CU_NONE : cu_arena_dup(a, db_blob(q, 6)),
        .proposer = db_is_null(q, 7) ? 0 : db_i64(q, 7), .own = db_i64(q, 8) != 0};
    (void)snprintf(ret->version, sizeof ret->version, "%.*s", CU_ARG(db_str(q, 1)));
    if (ret->proposed)
        memcpy(ret->proposal.bytes, db_blob(q, 5).ptr, sizeof ret->proposal.bytes);
}

// The changes of a version as JSON: read before anything is written, so that no connection is held while others are taken.
static cu_code read_changes(struct db *d, struct cu_arena *a, struct row *r, struct cu_error *err)
{
    struct db_query q;
    struct json_writer w;
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, PROPOSAL_DIFF_MAX);
    jw_start(&w, &text);
    jw_array(&w);
    CU_TRY(db_prepare(d, &proposal_sql_changes_of, &q, err));
    db_bind_i64(&q, ":number", r->number);
    while (db_step(&q)) {
        jw_object(&w);
        jw_kstr(&w, "row", db_str(&q, 0));
        jw_kstr(&w, "change", db_str(&q, 1));
        jw_key(&w, "attributes");
        jw_raw(&w, db_str(&q, 2));
        jw_object_end(&w);
    }
    jw_array_end(&w);
    CU_TRY(db_end(&q, err));
    CU_TRY(cu_buf_code(&text, err));
    r->changes = cu_arena_dup(a, cu_buf_view(&text));
    return r->changes.ptr ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for the dictionary's history");
}

static cu_code write_row(struct proposals *p, const struct row *r, struct json_writer *w, struct cu_error *err)
{
    char id[37];
    struct cu_buf why;
    cu_buf_init(&why, 2 * PROPOSAL_WHY_MAX);
    cu_code code = r->why_sealed.len ? reason_open(p->o.govern, PROPOSAL_TABLE, r->proposer, r->proposal, r->why_sealed,
        &why, err) : CU_OK;
    jw_object(w);
    jw_ki64(w, "number", r->number);
    jw_kz(w, "version", r->version);
    jw_ktime(w, "at", r->at_ms);
    jw_kstr(w, "way", r->way);
    staff_name_write(p->o.govern, w, "by", r->by);
    if (r->proposed)
        cu_uuid_format(r->proposal, id);
    jw_kz(w, "proposal", r->proposed ? id : NULL);
    jw_kstr(w, "why", why.len ? cu_buf_view(&why) : CU_NONE);
    staff_name_write(p->o.govern, w, "proposed_by", r->proposed ? r->proposer : 0);
    jw_kbool(w, "own", r->own);
    jw_key(w, "changes");
    jw_raw(w, r->changes);
    jw_object_end(w);
    cu_buf_wipe(&why);
    return code;
}

static cu_code read_rows(struct db *d, struct request *rq, struct row *rows, size_t *ret_count, struct cu_error *err)
{
    struct db_query q;
    int64_t before = INT64_MAX, limit = spec_has(&rq->query_values, "limit") ? spec_i64(&rq->query_values, "limit") : 20;
    *ret_count = 0;
    if (spec_has(&rq->query_values, "cursor") && !cu_str_i64(spec_str(&rq->query_values, "cursor"), &before))
        return cu_fail(err, CU_INVALID, "cursor", "the cursor of another list");
    CU_TRY(db_prepare(d, &proposal_sql_versions, &q, err));
    db_bind_i64(&q, ":before", before);
    db_bind_str(&q, ":row", spec_has(&rq->query_values, "row") ? spec_str(&rq->query_values, "row") : CU_NONE);
    db_bind_i64(&q, ":limit", limit < LIST_MAX ? limit : LIST_MAX);
    while (*ret_count < LIST_MAX && db_step(&q))
        read_row(&q, rq->arena, &rows[(*ret_count)++]);
    CU_TRY(db_end(&q, err));
    for (size_t i = 0; i < *ret_count; i++)
        CU_TRY(read_changes(d, rq->arena, &rows[i], err));
    return CU_OK;
}

cu_code history_list(struct request *rq, struct cu_error *err)
{
    struct proposals *p = rq->module;
    struct row *rows = cu_arena_alloc(rq->arena, LIST_MAX * sizeof *rows);
    struct db *d = NULL;
    size_t count = 0;
    char next[24] = "";
    int64_t limit = spec_has(&rq->query_values, "limit") ? spec_i64(&rq->query_values, "limit") : 20;
    if (!rows)
        return cu_fail(err, CU_MEMORY, "", "no memory for the dictionary's history");
    CU_TRY(people_read_take(p->o.people, &d, err));
    cu_code code = read_rows(d, rq, rows, &count, err);
    people_read_give(p->o.people, d);
    CU_TRY(code);
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (size_t i = 0; i < count && code == CU_OK; i++)
        code = write_row(p, &rows[i], &w, err);
    jw_array_end(&w);
    if (count && (int64_t)count == limit)
        (void)snprintf(next, sizeof next, "%lld", (long long)rows[count - 1].number);
    jw_kz(&w, "next", next[0] ? next : NULL);
    jw_object_end(&w);
    return code;
}
