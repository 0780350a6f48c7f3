// SPDX-License-Identifier: Apache-2.0
// The routes about key replicas: which there are, how far each is, adding, removing. See key_replicas.h.
#include "keys_routes.h"

#include "crypto/secret.h"
#include "guard/replicas.h"
#include "text/text.h"

static int64_t time_or_never(int64_t ms)
{
    return ms ? ms : INT64_MIN;
}

void key_replicas_print(struct json_writer *w, const struct keys_replicas *all)
{
    jw_key(w, "replicas");
    jw_array(w);
    for (size_t i = 0; i < all->count; i++) {
        const struct keys_replica *r = &all->at[i];
        jw_object(w);
        jw_kz(w, "name", r->name);
        jw_kz(w, "address", r->address);
        jw_kz(w, "state", keys_replica_states[r->state]);
        jw_ki64(w, "epoch", (int64_t)r->epoch);
        jw_ki64(w, "behind", (int64_t)(all->epoch > r->epoch ? all->epoch - r->epoch : 0));
        jw_ktime(w, "last_ack", time_or_never(r->acked_ms));
        jw_ktime(w, "added", r->added_ms);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_key(w, "erasures");
    jw_object(w);
    bool pending = false;
    for (size_t i = 0; i < all->count; i++)
        pending = pending || all->at[i].epoch != all->epoch || all->at[i].state >= KEYS_REPLICA_AHEAD;
    jw_kz(w, "state", pending ? "pending" : "complete");
    jw_key(w, "pending_on");
    jw_array(w);
    for (size_t i = 0; i < all->count; i++) {
        if (all->at[i].epoch != all->epoch || all->at[i].state >= KEYS_REPLICA_AHEAD)
            jw_z(w, all->at[i].name);
    }
    jw_array_end(w);
    jw_object_end(w);
}

static cu_code list(struct request *rq, struct cu_error *err)
{
    struct engine *e = rq->module;
    char line[PEER_LINE_MAX];
    uint8_t seed[32];
    struct keys_replicas *all = cu_arena_alloc(rq->arena, sizeof *all);
    if (!all)
        return cu_fail(err, CU_MEMORY, "", "no memory for the replicas");
    CU_TRY(guard_replicas(e->guard, all, err));
    CU_TRY(guard_peer(e->guard, line, seed, err));
    secret_wipe(seed, sizeof seed);
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_kz(&w, "primary", line);
    jw_ki64(&w, "epoch", (int64_t)all->epoch);
    key_replicas_print(&w, all);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code add(struct request *rq, struct cu_error *err)
{
    struct engine *e = rq->module;
    char line[PEER_LINE_MAX];
    uint8_t seed[32];
    const struct spec_values *v = &rq->body_values;
    cu_code code = guard_replica_add(e->guard, spec_str(v, "name"), spec_str(v, "address"), spec_str(v, "key"), err);
    if (code != CU_OK && err->field[0])
        cu_error_prefix(err, "/");
    CU_TRY(code);
    CU_TRY(guard_peer(e->guard, line, seed, err));
    secret_wipe(seed, sizeof seed);
    keys_desk_hurry(e->keys_desk);
    struct json_writer w = request_json(rq, 201);
    jw_object(&w);
    jw_kstr(&w, "name", spec_str(v, "name"));
    jw_kz(&w, "primary", line);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code remove_one(struct request *rq, struct cu_error *err)
{
    struct engine *e = rq->module;
    CU_TRY(guard_replica_remove(e->guard, spec_str(&rq->path_values, "name"), err));
    keys_desk_hurry(e->keys_desk);
    rq->response.status = 204;
    return CU_OK;
}

static const char *const states[] = {"new", "current", "behind", "ahead", "other", NULL};
static const char *const erasure_states[] = {"complete", "pending", NULL};
const struct spec_field key_replica_answer[] = {
    {.name = "name", .type = SPEC_STRING, .max = KEYS_REPLICA_NAME - 1, .doc = "Its name."},
    {.name = "address", .type = SPEC_STRING, .max = KEYS_REPLICA_ADDRESS - 1, .doc = "Where it listens."},
    {.name = "state",
        .type = SPEC_ENUM,
        .options = states,
        .doc = "new: never answered; current; behind; ahead, other: refused, since it knows a later epoch than this folder, or "
               "another history."},
    {.name = "epoch", .type = SPEC_INT, .max = INT64_MAX, .doc = "The epoch it acknowledged last; 0: none."},
    {.name = "behind", .type = SPEC_INT, .max = INT64_MAX, .doc = "How many epochs it lacks; every erasure is one."},
    {.name = "last_ack", .type = SPEC_TIME, .nullable = true, .doc = "When it acknowledged last."},
    {.name = "added", .type = SPEC_TIME, .doc = "When it was paired."},
    {.name = NULL},
};
static const struct spec_field pending_answer[] = {
    {.type = SPEC_STRING, .max = KEYS_REPLICA_NAME - 1, .doc = "Name of a replica."},
    {.name = NULL},
};
const struct spec_field key_erasures_answer[] = {
    {.name = "state",
        .type = SPEC_ENUM,
        .options = erasure_states,
        .doc = "complete: every replica acknowledged the last erasure; pending: not yet."},
    {.name = "pending_on",
        .type = SPEC_ARRAY,
        .max = KEYS_REPLICAS_MAX,
        .fields = pending_answer,
        .doc = "The replicas that did not."},
    {.name = NULL},
};
static const struct spec_field list_answer[] = {
    {.name = "primary", .type = SPEC_STRING, .max = PEER_LINE_MAX, .doc = "The line by which a replica knows this shop."},
    {.name = "epoch", .type = SPEC_INT, .max = INT64_MAX, .doc = "The epoch now."},
    {.name = "replicas", .type = SPEC_ARRAY, .max = KEYS_REPLICAS_MAX, .fields = key_replica_answer, .doc = "The replicas."},
    {.name = "erasures",
        .type = SPEC_OBJECT,
        .max = 1024,
        .fields = key_erasures_answer,
        .doc = "Whether all replicas followed the erasures."},
    {.name = NULL},
};
static const struct spec_field add_body[] = {
    {.name = "name",
        .type = SPEC_STRING,
        .min = 1,
        .max = KEYS_REPLICA_NAME - 1,
        .required = true,
        .doc = "A name for it: letters, digits, '-', '_'."},
    {.name = "address",
        .type = SPEC_STRING,
        .min = 3,
        .max = KEYS_REPLICA_ADDRESS - 1,
        .required = true,
        .doc = "Where it listens, as 10.0.0.7:7443."},
    {.name = "key",
        .type = SPEC_STRING,
        .min = 1,
        .max = PEER_LINE_MAX,
        .required = true,
        .doc = "The line that `custos keys replica init` printed on its machine."},
    {.name = NULL},
};
static const struct spec_field add_answer[] = {
    {.name = "name", .type = SPEC_STRING, .max = KEYS_REPLICA_NAME - 1, .doc = "Its name."},
    {.name = "primary",
        .type = SPEC_STRING,
        .max = PEER_LINE_MAX,
        .doc = "The line to give to `custos keys replica pair` on its machine."},
    {.name = NULL},
};
static const struct spec_field name_path[] = {
    {.name = "name", .type = SPEC_STRING, .min = 1, .max = KEYS_REPLICA_NAME - 1, .required = true, .doc = "Its name."},
    {.name = NULL},
};
static const struct spec_route routes[] = {
    {.name = "key_replicas.list",
        .method = "GET",
        .path = "/v1/keys/replicas",
        .permission = SPEC_KEYS,
        .answer = list_answer,
        .doc = "The key replicas, and how far each is.",
        .handler = list},
    {.name = "key_replicas.add",
        .method = "POST",
        .path = "/v1/keys/replicas",
        .permission = SPEC_KEYS,
        .reauth = true,
        .four_eyes = "keys",
        .body_kind = SPEC_BODY_JSON,
        .body_max = 2048,
        .body = add_body,
        .answer = add_answer,
        .doc = "Adds a key replica, which is sent all keys as they are stored.",
        .handler = add},
    {.name = "key_replicas.remove",
        .method = "DELETE",
        .path = "/v1/keys/replicas/{name}",
        .permission = SPEC_KEYS,
        .reauth = true,
        .four_eyes = "keys",
        .path_fields = name_path,
        .doc = "Removes a key replica: it is sent nothing more, and erasures do not wait for it. What it holds stays there.",
        .handler = remove_one},
};
const struct module app_key_replicas_module = {
    .name = "key_replicas",
    .doc = "Key replicas: a second machine that holds the keys of now.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
};
