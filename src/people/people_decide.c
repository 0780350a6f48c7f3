// SPDX-License-Identifier: Apache-2.0
// The routes by which staff decide: merge, un-merge, delete. The gate is asked before anything is changed
// about somebody who may not be seen; only deletion needs no look. The work is done in staff.c.
#include "people_sql.h"
#include "view.h"

static int64_t actor_of(const struct request *rq)
{
    return rq->caller.kind == CALLER_STAFF ? rq->caller.staff_id : -1;
}

// The gate is asked before anything is changed about somebody who may not be seen, and the audit log says of whom.
static cu_code ask_merge(struct people *p, struct db *d, struct request *rq, struct cu_error *err)
{
    struct person who;
    struct cu_uuid other;
    uint32_t root = 0, *pnos = NULL;
    size_t count = 0;
    CU_TRY(person_load(p, d, rq, "merge", &who, err));
    if (!cu_uuid_parse(spec_str(&rq->body_values, "other"), &other))
        return cu_fail(err, CU_INVALID, "/other", "A person's id is a UUID.");
    cu_code code = people_by_uuid(p, d, other, &root, err);
    if (code != CU_OK) {
        cu_error_prefix(err, "other/");
        return code;
    }
    CU_TRY(people_members(p, d, root, rq->arena, &pnos, &count, err));
    CU_TRY(person_permitted(p, d, pnos, count, &rq->caller, err));
    return people_announce(p, pnos, count, "merge", err);
}

static cu_code ask_unmerge(struct people *p, struct db *d, struct request *rq, struct cu_error *err)
{
    struct person who;
    return person_load(p, d, rq, "unmerge", &who, err);
}

// No gate: whoever may erase may erase everybody. The log names the person while there still is one.
static cu_code ask_delete(struct people *p, struct db *d, struct request *rq, struct cu_error *err)
{
    struct cu_uuid id;
    uint32_t root = 0, *pnos = NULL;
    size_t count = 0;
    CU_TRY(person_id_of(rq, &id, err));
    CU_TRY(people_by_uuid(p, d, id, &root, err));
    CU_TRY(people_members(p, d, root, rq->arena, &pnos, &count, err));
    CU_TRY(people_check_hold(p, root, err));
    return people_announce(p, pnos, count, "delete", err);
}

static cu_code root_id(
    struct people *p, struct cu_uuid any, struct cu_uuid *ret, struct cu_error *err)
{
    struct db *d = NULL;
    uint32_t root = 0;
    CU_TRY(people_read_take(p, &d, err));
    cu_code code = people_by_uuid(p, d, any, &root, err);
    if (code == CU_OK)
        code = people_uuid(p, d, root, ret, err);
    people_read_give(p, d);
    return code;
}

cu_code people_post_merge(struct request *rq, struct cu_error *err)
{
    struct people *p = rq->module;
    struct cu_uuid a, b, now;
    int64_t edge = 0;
    CU_TRY(people_with_reader(rq, ask_merge, err));
    CU_TRY(person_id_of(rq, &a, err));
    if (!cu_uuid_parse(spec_str(&rq->body_values, "other"), &b))
        return cu_fail(err, CU_INVALID, "/other", "A person's id is a UUID.");
    CU_TRY(people_merge(p, a, b, spec_str(&rq->body_values, "reason"), actor_of(rq), &edge, err));
    CU_TRY(root_id(p, a, &now, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    write_uuid(&w, "id", now);
    jw_ki64(&w, "edge", edge);
    jw_kz(&w, "other", NULL);
    jw_object_end(&w);
    return CU_OK;
}

// The profile at the other end of an edge, for the answer.
static cu_code other_end(struct people *p, int64_t edge, uint32_t ends[2], struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    CU_TRY(people_read_take(p, &d, err));
    cu_code code = db_prepare(d, &people_sql_edge_get, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":id", edge);
        if (db_step(&q)) {
            ends[0] = (uint32_t)db_i64(&q, 0);
            ends[1] = (uint32_t)db_i64(&q, 1);
        }
        code = db_end(&q, err);
    }
    people_read_give(p, d);
    return code;
}

static cu_code write_unmerged(struct people *p, struct request *rq, struct cu_uuid person,
    const uint32_t ends[2], int64_t edge, struct cu_error *err)
{
    struct db *d = NULL;
    struct cu_uuid id, other;
    uint32_t root = 0;
    CU_TRY(people_read_take(p, &d, err));
    cu_code code = people_by_uuid(p, d, person, &root, err);
    if (code == CU_OK)
        code = people_uuid(p, d, root, &id, err);
    if (code == CU_OK)
        code = people_uuid(p, d, people_root(p, ends[0]) == root ? ends[1] : ends[0], &other, err);
    people_read_give(p, d);
    CU_TRY(code);
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    write_uuid(&w, "id", id);
    jw_ki64(&w, "edge", edge);
    write_uuid(&w, "other", other);
    jw_object_end(&w);
    return CU_OK;
}

cu_code people_post_unmerge(struct request *rq, struct cu_error *err)
{
    struct people *p = rq->module;
    struct cu_uuid person;
    uint32_t ends[2] = {0};
    int64_t edge = spec_i64(&rq->body_values, "edge");
    CU_TRY(people_with_reader(rq, ask_unmerge, err));
    CU_TRY(person_id_of(rq, &person, err));
    CU_TRY(people_unmerge(p, person, edge, spec_str(&rq->body_values, "reason"),
        spec_i64(&rq->body_values, "never_link") != 0, actor_of(rq), err));
    CU_TRY(other_end(p, edge, ends, err));
    return write_unmerged(p, rq, person, ends, edge, err);
}

cu_code people_delete_person(struct request *rq, struct cu_error *err)
{
    struct cu_uuid id;
    CU_TRY(people_with_reader(rq, ask_delete, err));
    CU_TRY(person_id_of(rq, &id, err));
    CU_TRY(people_forget_person(rq->module, id, err));
    rq->response.status = 204;
    return CU_OK;
}

