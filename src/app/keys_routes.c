// SPDX-License-Identifier: Apache-2.0
// The routes about keys. See keys_routes.h.
#include "key_replicas.h"
#include "keys_routes.h"

#include "keys_desk_sql.h"

#include "base/log.h"
#include "crypto/note.h"
#include "crypto/secret.h"
#include "guard/admin.h"
#include "guard/audit_read.h"
#include "guard/vault.h"
#include "text/text.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

struct keys_desk {
    struct engine *engine;
    pthread_mutex_t lock;
    pthread_t thread;
    bool started; // the thread is there, at work or done; under lock
    atomic_bool working;
    struct guard_access access; // of who asked
    struct key_replicas *replicas; // NULL: no server runs
};

static const char *const class_names[SEAL_CLASS_COUNT] = {[SEAL_IDENTIFIER] = "identifier", [SEAL_CONTACT] = "contact",
    [SEAL_ADDRESS] = "address", [SEAL_SENSITIVE] = "sensitive", [SEAL_NOTES] = "notes", [SEAL_BEHAVIOUR] = "behaviour",
    [SEAL_UNDECLARED] = "undeclared", [SEAL_ORDER] = "order", [SEAL_QUARANTINE] = "quarantine", [SEAL_AUDIT] = "audit"};

// --- GET /v1/keys

static int64_t time_or_never(int64_t ms)
{
    return ms ? ms : INT64_MIN;
}

static void print_trees(struct json_writer *w, const struct keys_inventory *v)
{
    jw_key(w, "trees");
    jw_array(w);
    for (size_t i = 0; i < v->tree_count; i++) {
        const struct keys_tree_count *t = &v->trees[i];
        jw_object(w);
        jw_kz(w, "name", t->name);
        jw_ki64(w, "subjects", (int64_t)(t->living + t->restricted));
        jw_ki64(w, "restricted", (int64_t)t->restricted);
        jw_ki64(w, "erased", (int64_t)t->erased);
        jw_ki64(w, "nodes", (int64_t)t->nodes);
        jw_ki64(w, "bytes", (int64_t)t->bytes);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void print_classes(struct json_writer *w, const struct keys_inventory *v)
{
    jw_key(w, "classes");
    jw_array(w);
    for (size_t i = 1; i < SEAL_CLASS_COUNT; i++) {
        jw_object(w);
        jw_kz(w, "name", class_names[i]);
        jw_ki64(w, "version", v->class_version[i]);
        jw_kz(w, "suite", "XChaCha20-Poly1305");
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void print_rotations(struct json_writer *w, const struct keys_inventory *v)
{
    jw_key(w, "rotations");
    jw_array(w);
    for (size_t i = 0; i < CU_COUNT(v->rotations); i++) {
        const struct keys_rotation *r = &v->rotations[i];
        if (r->started_ms == 0)
            continue;
        jw_object(w);
        jw_kz(w, "kind", r->kind);
        jw_kz(w, "state", r->running ? "running" : "done");
        jw_ki64(w, "done", (int64_t)r->done);
        jw_ki64(w, "total", (int64_t)r->total);
        jw_ktime(w, "started", r->started_ms);
        jw_ktime(w, "finished", time_or_never(r->finished_ms));
        jw_object_end(w);
    }
    jw_array_end(w);
}

static cu_code print_archives(struct engine *e, struct json_writer *w, struct cu_error *err)
{
    int64_t days = settings_i64(&e->settings, "backup_key_days"), count = 0, oldest = INT64_MIN, newest = INT64_MIN;
    struct db *d = NULL;
    struct db_query q;
    CU_TRY(people_read_take(e->people, &d, err));
    cu_code code = db_prepare(d, &keys_desk_sql_archives_kept, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":since", cu_now_ms() - days * 86400000);
        if (db_step(&q) && db_i64(&q, 0) > 0) {
            count = db_i64(&q, 0);
            oldest = db_i64(&q, 1);
            newest = db_i64(&q, 2);
        }
        code = db_end(&q, err);
    }
    people_read_give(e->people, d);
    CU_TRY(code);
    jw_key(w, "archives");
    jw_object(w);
    jw_ki64(w, "days", days);
    jw_ki64(w, "count", count);
    jw_ktime(w, "oldest", oldest);
    jw_ktime(w, "newest", newest);
    jw_object_end(w);
    return CU_OK;
}

// The audit log's signing key: "NAME+HASH", as verifiers show it; null before the first checkpoint.
static void print_signing(struct engine *e, struct json_writer *w)
{
    char folder[FOLDER_PATH_MAX + 64], id[NOTE_NAME_MAX + 16];
    struct note_key key;
    folder_file(&e->folder, "audit", folder);
    bool known = audit_current_key(folder, &key, NULL) == CU_OK;
    if (known)
        (void)snprintf(id, sizeof id, "%s+%08x", key.name, key.hash);
    jw_key(w, "signing");
    jw_object(w);
    jw_kstr(w, "key_id", known ? cu_str_of(id) : CU_NONE);
    jw_object_end(w);
}

static cu_code print_root(struct engine *e, struct json_writer *w, const struct keys_inventory *v, struct cu_error *err)
{
    struct root_source root;
    char hex[33];
    CU_TRY(engine_root_source(e, &root, err));
    for (size_t i = 0; i < sizeof v->root_fingerprint; i++)
        (void)snprintf(hex + 2 * i, 3, "%02x", v->root_fingerprint[i]);
    jw_key(w, "root");
    jw_object(w);
    jw_kz(w, "source", root_kind_names[root.kind]);
    jw_kz(w, "fingerprint", hex);
    jw_ktime(w, "created", v->root_since_ms);
    jw_kbool(w, "ratchet", v->ratchet);
    jw_object_end(w);
    return CU_OK;
}

static cu_code get_keys(struct request *rq, struct cu_error *err)
{
    struct keys_desk *d = rq->module;
    struct engine *e = d->engine;
    struct guard_status status;
    struct keys_inventory *v = cu_arena_alloc(rq->arena, sizeof *v);
    struct keys_replicas *replicas = cu_arena_alloc(rq->arena, sizeof *replicas);
    if (!v || !replicas)
        return cu_fail(err, CU_MEMORY, "", "no memory for the inventory");
    CU_TRY(guard_keys_inventory(e->guard, v, err));
    CU_TRY(guard_replicas(e->guard, replicas, err));
    guard_status(e->guard, &status);
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    CU_TRY(print_root(e, &w, v, err));
    jw_kz(&w, "process", status.separate ? "separate" : "inside");
    jw_ki64(&w, "epoch", (int64_t)v->epoch);
    print_trees(&w, v);
    print_classes(&w, v);
    print_signing(e, &w);
    jw_key(&w, "index");
    jw_object(&w);
    jw_ki64(&w, "version", people_index_version(e->people));
    jw_object_end(&w);
    jw_key(&w, "recovery_kit");
    jw_object(&w);
    jw_ktime(&w, "made", time_or_never(v->recovery_made_ms));
    jw_object_end(&w);
    CU_TRY(print_archives(e, &w, err));
    key_replicas_print(&w, replicas);
    print_rotations(&w, v);
    jw_object_end(&w);
    return CU_OK;
}

// --- rotation

static void *rotate_nodes(void *context)
{
    struct keys_desk *d = context;
    struct cu_error err;
    guard_enter(&d->access);
    if (guard_keys_rotate(d->engine->guard, GUARD_ROTATE_NODES, SEAL_IDENTIFIER, &err) != CU_OK)
        cu_log(CU_LOG_ERROR, "keys.rotation_failed", CU_LS("text", err.text));
    guard_leave();
    atomic_store(&d->working, false);
    return NULL;
}

static cu_code start_nodes(struct keys_desk *d, struct cu_error *err)
{
    pthread_mutex_lock(&d->lock);
    cu_code code = CU_OK;
    if (atomic_load(&d->working)) {
        code = cu_fail(err, CU_CONFLICT, "kind", "the nodes are being rotated already");
    } else {
        if (d->started)
            (void)pthread_join(d->thread, NULL);
        d->access = *guard_current();
        atomic_store(&d->working, true);
        d->started = pthread_create(&d->thread, NULL, rotate_nodes, d) == 0;
        if (!d->started) {
            atomic_store(&d->working, false);
            code = cu_fail(err, CU_MEMORY, "", "no thread for the rotation");
        }
    }
    pthread_mutex_unlock(&d->lock);
    return code;
}

static cu_code class_of(cu_str name, enum seal_class *ret, struct cu_error *err)
{
    for (int i = 1; i < SEAL_CLASS_COUNT; i++) {
        if (i != SEAL_AUDIT && cu_str_eqz(name, class_names[i])) {
            *ret = (enum seal_class)i;
            return CU_OK;
        }
    }
    return cu_fail(
        err, name.len ? CU_INVALID : CU_MISSING, "/class", "the name of a class of GET /v1/keys is accepted, but audit");
}

static cu_code post_rotate(struct request *rq, struct cu_error *err)
{
    struct keys_desk *d = rq->module;
    struct guard *g = d->engine->guard;
    cu_str kind = spec_str(&rq->body_values, "kind");
    enum seal_class class_id = SEAL_IDENTIFIER;
    bool follows = false; // a job does it
    if (cu_str_eqz(kind, "nodes")) {
        CU_TRY(start_nodes(d, err));
    } else if (cu_str_eqz(kind, "class")) {
        CU_TRY(class_of(spec_str(&rq->body_values, "class"), &class_id, err));
        CU_TRY(guard_keys_rotate(g, GUARD_ROTATE_CLASS, class_id, err));
    } else if (cu_str_eqz(kind, "index")) {
        CU_TRY(guard_keys_rotate(g, GUARD_ROTATE_INDEX, class_id, err));
        follows = true;
    } else {
        CU_TRY(guard_keys_rotate(g, cu_str_eqz(kind, "root") ? GUARD_ROTATE_ROOT : GUARD_ROTATE_SIGNING, class_id, err));
    }
    struct json_writer w = request_json(rq, 202);
    jw_object(&w);
    jw_kstr(&w, "kind", kind);
    jw_kz(&w, "state", follows || atomic_load(&d->working) ? "running" : "done");
    jw_object_end(&w);
    return CU_OK;
}

// --- the recovery kit

static cu_code post_kit(struct request *rq, struct cu_error *err)
{
    struct keys_desk *d = rq->module;
    char kit[KEYS_KIT_MAX];
    CU_TRY(guard_keys_kit(d->engine->guard, kit, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_kz(&w, "kit", kit);
    jw_object_end(&w);
    secret_wipe(kit, sizeof kit);
    return request_header_add(rq, "Cache-Control", CU_LIT("no-store"));
}

// --- the module

cu_code keys_desk_open(struct engine *e, struct keys_desk **ret, struct cu_error *err)
{
    struct keys_desk *d = cu_calloc(1, sizeof *d);
    if (!d)
        return cu_fail(err, CU_MEMORY, "", "no memory for the keys' routes");
    d->engine = e;
    pthread_mutex_init(&d->lock, NULL);
    *ret = d;
    return CU_OK;
}

void keys_desk_close(struct keys_desk *d)
{
    if (!d)
        return;
    key_replicas_stop(d->replicas);
    if (d->started)
        (void)pthread_join(d->thread, NULL);
    pthread_mutex_destroy(&d->lock);
    cu_free(d);
}

cu_code keys_desk_start(struct keys_desk *d, struct cu_error *err)
{
    return key_replicas_start(d->engine, &d->replicas, err);
}

void keys_desk_hurry(struct keys_desk *d)
{
    key_replicas_hurry(d->replicas);
}

static const char *const kinds[] = {"root", "nodes", "class", "signing", "index", NULL};
static const char *const sources[] = {"file", "passphrase", "credential", "shares", NULL};
static const char *const processes[] = {"separate", "inside", NULL};
static const char *const states[] = {"running", "done", NULL};
static const char *const rotation_kinds[] = {"nodes", "root", "class", "index", NULL};

static const struct spec_field root_answer[] = {
    {.name = "source", .type = SPEC_ENUM, .options = sources, .doc = "Where the root key comes from at start."},
    {.name = "fingerprint",
        .type = SPEC_STRING,
        .max = 32,
        .doc = "Recognises the root key and says nothing about it; hexadecimal."},
    {.name = "created", .type = SPEC_TIME, .doc = "Since when this root key is in force."},
    {.name = "ratchet",
        .type = SPEC_BOOL,
        .doc = "Whether a ratchet lies beside it: without one, old copies of the folder open people erased since."},
    {.name = NULL},
};
static const struct spec_field tree_answer[] = {
    {.name = "name",
        .type = SPEC_STRING,
        .max = 23,
        .doc = "Whose keys: people, sources, staff, imports, nobody; vault: kept by law."},
    {.name = "subjects", .type = SPEC_INT, .max = INT64_MAX, .doc = "Keys there are."},
    {.name = "restricted", .type = SPEC_INT, .max = INT64_MAX, .doc = "Of them, restricted."},
    {.name = "erased", .type = SPEC_INT, .max = INT64_MAX, .doc = "Numbers whose key was destroyed."},
    {.name = "nodes", .type = SPEC_INT, .max = INT64_MAX, .doc = "Nodes of 64 entries."},
    {.name = "bytes", .type = SPEC_INT, .max = INT64_MAX, .doc = "Their size, sealed."},
    {.name = NULL},
};
static const struct spec_field class_answer[] = {
    {.name = "name", .type = SPEC_STRING, .max = 15, .doc = "What is sealed with it."},
    {.name = "version", .type = SPEC_INT, .max = UINT32_MAX, .doc = "Version of the class key for what is sealed now."},
    {.name = "suite", .type = SPEC_STRING, .max = 31, .doc = "The cipher."},
    {.name = NULL},
};
static const struct spec_field signing_answer[] = {
    {.name = "key_id",
        .type = SPEC_STRING,
        .max = 255,
        .nullable = true,
        .doc = "Name and hash of the key that signs the audit log."},
    {.name = NULL},
};
static const struct spec_field index_answer[] = {
    {.name = "version", .type = SPEC_INT, .max = UINT32_MAX, .doc = "Version of the key in force."},
    {.name = NULL},
};
static const struct spec_field kit_state[] = {
    {.name = "made", .type = SPEC_TIME, .nullable = true, .doc = "When the last recovery kit was made; null: never."},
    {.name = NULL},
};
static const struct spec_field archives_answer[] = {
    {.name = "days", .type = SPEC_INT, .max = 30, .doc = "After so many days a key archive is destroyed."},
    {.name = "count", .type = SPEC_INT, .max = INT64_MAX, .doc = "Archives that are kept."},
    {.name = "oldest", .type = SPEC_TIME, .nullable = true, .doc = "When the oldest was made."},
    {.name = "newest", .type = SPEC_TIME, .nullable = true, .doc = "When the newest was made."},
    {.name = NULL},
};
static const struct spec_field rotation_answer[] = {
    {.name = "kind", .type = SPEC_ENUM, .options = rotation_kinds, .doc = "What was rotated last."},
    {.name = "state",
        .type = SPEC_ENUM,
        .options = states,
        .doc = "running or done; of class and index by itself, also after a restart, of nodes when it is asked for again."},
    {.name = "done",
        .type = SPEC_INT,
        .max = INT64_MAX,
        .doc = "Done so far: leaves of the tree; with kind class rows of the database, with kind index identifiers."},
    {.name = "total", .type = SPEC_INT, .max = INT64_MAX, .doc = "Of so many, at its start."},
    {.name = "started", .type = SPEC_TIME, .doc = "When it began."},
    {.name = "finished", .type = SPEC_TIME, .nullable = true, .doc = "When it ended."},
    {.name = NULL},
};
static const struct spec_field keys_answer[] = {
    {.name = "root", .type = SPEC_OBJECT, .max = 512, .fields = root_answer, .doc = "The root key."},
    {.name = "process",
        .type = SPEC_ENUM,
        .options = processes,
        .doc = "Where keys are: in a process of their own, or in the server's."},
    {.name = "epoch",
        .type = SPEC_INT,
        .max = INT64_MAX,
        .doc = "Counts the changes of the epoch root: each erasure is one."},
    {.name = "trees", .type = SPEC_ARRAY, .max = KEYS_TREES_MAX, .fields = tree_answer, .doc = "The key trees."},
    {.name = "classes", .type = SPEC_ARRAY, .max = SEAL_CLASS_COUNT, .fields = class_answer, .doc = "Class keys."},
    {.name = "signing",
        .type = SPEC_OBJECT,
        .max = 512,
        .fields = signing_answer,
        .doc = "The key that signs the audit log."},
    {.name = "index",
        .type = SPEC_OBJECT,
        .max = 128,
        .fields = index_answer,
        .doc = "The key under which identifiers are found (tags in index.db)."},
    {.name = "recovery_kit", .type = SPEC_OBJECT, .max = 128, .fields = kit_state, .doc = "The recovery kit."},
    {.name = "archives",
        .type = SPEC_OBJECT,
        .max = 256,
        .fields = archives_answer,
        .doc = "Key archives (backups of class keys)."},
    {.name = "replicas",
        .type = SPEC_ARRAY,
        .max = KEYS_REPLICAS_MAX,
        .fields = key_replica_answer,
        .doc = "Other machines that hold these keys."},
    {.name = "erasures",
        .type = SPEC_OBJECT,
        .max = 1024,
        .fields = key_erasures_answer,
        .doc = "Whether all replicas followed the erasures."},
    {.name = "rotations", .type = SPEC_ARRAY, .max = 8, .fields = rotation_answer, .doc = "The last rotation of each kind."},
    {.name = NULL},
};
static const struct spec_field rotate_body[] = {
    {.name = "kind",
        .type = SPEC_ENUM,
        .options = kinds,
        .required = true,
        .doc = "What to rotate: root, nodes, class, signing or index."},
    {.name = "class", .type = SPEC_STRING, .max = 15, .doc = "With kind class: which."},
    {.name = NULL},
};
static const struct spec_field rotate_answer[] = {
    {.name = "kind", .type = SPEC_ENUM, .options = kinds, .doc = "What is rotated."},
    {.name = "state", .type = SPEC_ENUM, .options = states, .doc = "running or done."},
    {.name = NULL},
};
static const struct spec_field kit_answer[] = {
    {.name = "kit",
        .type = SPEC_STRING,
        .max = KEYS_KIT_MAX,
        .doc = "The kit's text, once: print it and lock it away; with it every key archive made from now on opens."},
    {.name = NULL},
};
static const struct spec_route routes[] = {
    {.name = "keys.get",
        .method = "GET",
        .path = "/v1/keys",
        .permission = SPEC_KEYS,
        .answer = keys_answer,
        .doc = "What keys there are, how old, and what became of their rotation.",
        .handler = get_keys},
    {.name = "keys.rotate",
        .method = "POST",
        .path = "/v1/keys/rotate",
        .permission = SPEC_KEYS,
        .reauth = true,
        .four_eyes = "keys",
        .body_kind = SPEC_BODY_JSON,
        .body_max = 1024,
        .body = rotate_body,
        .answer = rotate_answer,
        .doc =
            "Replaces keys while the shop works on: the root key, every node of the key tree, a class key, the signing key, the "
            "key of the index of identifiers.",
        .handler = post_rotate},
    {.name = "keys.recovery_kit",
        .method = "POST",
        .path = "/v1/keys/recovery-kit",
        .permission = SPEC_KEYS,
        .reauth = true,
        .four_eyes = "keys",
        .answer = kit_answer,
        .doc = "Makes a new recovery kit and shows it once.",
        .handler = post_kit},
};
// Once an hour: the law's terms are days.
static cu_code expire_vault(void *instance, struct cu_error *err)
{
    struct keys_desk *d = instance;
    size_t count = 0;
    CU_TRY(guard_vault_expire(d->engine->guard, &count, err));
    if (count > 0)
        cu_log(CU_LOG_INFO, "keys.vault_expired", CU_LI("subjects", (int64_t)count));
    return CU_OK;
}

static const struct spec_job jobs[] = {
    {"vault-expire", "Destroys the keys of what the law no longer demands to keep.", 3600000, expire_vault},
};
const struct module app_keys_module = {
    .name = "keys",
    .doc = "Keys: inventory, rotation, recovery kit.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .jobs = jobs,
    .job_count = CU_COUNT(jobs),
    .statements = keys_desk_sql_all,
};
