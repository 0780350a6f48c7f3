// SPDX-License-Identifier: Apache-2.0
// Rotation of class keys, nodes and the root key, the recovery kit, the inventory. See keys.h.
#include "keys_private.h"

#include "base/clock.h"
#include "crypto/root_kit.h"
#include "crypto/secret.h"

#include <stdio.h>

_Static_assert(KEYS_KIT_MAX == KIT_MAX, "one text");

// --- what is remembered of a rotation

struct position { // the next leaf of a rotation of nodes
    uint8_t tree;
    uint64_t index; // of a subject
};

static cu_code read_rotation(
    struct db *d, const char *kind, struct keys_rotation *ret, struct position *ret_at, struct cu_error *err)
{
    struct db_query q;
    *ret = (struct keys_rotation){.running = false};
    (void)snprintf(ret->kind, sizeof ret->kind, "%s", kind);
    CU_TRY(db_prepare(d, &keys_sql_rotation, &q, err));
    db_bind_str(&q, ":kind", cu_str_of(kind));
    if (db_step(&q)) {
        ret->running = db_i64(&q, 0) != 0;
        *ret_at = (struct position){(uint8_t)db_i64(&q, 1), (uint64_t)db_i64(&q, 2)};
        ret->done = (uint64_t)db_i64(&q, 3);
        ret->total = (uint64_t)db_i64(&q, 4);
        ret->started_ms = db_i64(&q, 5);
        ret->finished_ms = db_i64(&q, 6);
    }
    return db_end(&q, err);
}

static cu_code write_rotation(struct keys *k, const struct keys_rotation *r, struct position at, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(k->write, &keys_sql_rotation_put, &q, err));
    db_bind_str(&q, ":kind", cu_str_of(r->kind));
    db_bind_i64(&q, ":running", r->running);
    db_bind_i64(&q, ":tree", at.tree);
    db_bind_i64(&q, ":idx", (int64_t)at.index);
    db_bind_i64(&q, ":done", (int64_t)r->done);
    db_bind_i64(&q, ":total", (int64_t)r->total);
    db_bind_i64(&q, ":started_ms", r->started_ms);
    db_bind_i64(&q, ":finished_ms", r->finished_ms);
    return db_run(&q, err);
}

// For rotations of one step: that it happened, and when. Losing this line loses nothing else.
static void note_rotation(struct keys *k, const char *kind, int64_t started_ms)
{
    struct keys_rotation r = {.done = 1, .total = 1, .started_ms = started_ms, .finished_ms = cu_now_ms()};
    (void)snprintf(r.kind, sizeof r.kind, "%s", kind);
    (void)!write_rotation(k, &r, (struct position){0, 0}, NULL);
}

// --- class keys and the root key

uint32_t keys_class_version(struct keys *k, enum seal_class class_id)
{
    return atomic_load(&k->class_version[class_id]);
}

cu_code keys_class_rotate(struct keys *k, enum seal_class class_id, struct cu_error *err)
{
    if (class_id <= 0 || class_id >= SEAL_CLASS_COUNT || class_id == SEAL_AUDIT)
        return cu_fail(err, CU_INVALID, "class", "the name of a class that seals groups is accepted");
    int64_t started = cu_now_ms();
    pthread_mutex_lock(&k->write_lock);
    cu_code code = keys_writable(k, err);
    if (code == CU_OK) {
        struct epoch_values v = *epoch_values(k->epoch);
        v.class_version[class_id]++;
        code = keys_next_epoch(k, &v, NULL, err);
        secret_wipe(&v, sizeof v);
    }
    if (code == CU_OK) { // what is sealed under the former version is to be sealed anew
        struct keys_rotation r = {.kind = "class", .running = true, .started_ms = started};
        code = write_rotation(k, &r, (struct position){0, 0}, err);
    }
    pthread_mutex_unlock(&k->write_lock);
    return code;
}

cu_code keys_reseal(struct keys *k, struct keys_reseal *ret, struct cu_error *err)
{
    struct keys_rotation r;
    struct position at = {0, 0};
    pthread_mutex_lock(&k->write_lock);
    cu_code code = keys_writable(k, err);
    if (code == CU_OK)
        code = read_rotation(k->write, "class", &r, &at, err);
    pthread_mutex_unlock(&k->write_lock);
    CU_TRY(code);
    *ret = (struct keys_reseal){.running = r.running, .step = at.tree, .row = (int64_t)at.index, .done = r.done, .total = r.total,
        .started_ms = r.started_ms};
    for (size_t i = 0; i < SEAL_CLASS_COUNT; i++)
        ret->class_version[i] = keys_class_version(k, (enum seal_class)i);
    return CU_OK;
}

static cu_code put_reseal(struct keys *k, const struct keys_reseal *n, struct cu_error *err)
{
    struct keys_rotation r;
    struct position at = {0, 0};
    CU_TRY(keys_writable(k, err));
    CU_TRY(read_rotation(k->write, "class", &r, &at, err));
    if (r.started_ms != n->started_ms || !r.running)
        return cu_fail(err, CU_PRECONDITION, "", "keys: a class was rotated meanwhile");
    r.running = n->running;
    r.done = n->done;
    r.total = n->total;
    r.finished_ms = n->running ? 0 : cu_now_ms();
    return write_rotation(k, &r, (struct position){n->step, (uint64_t)n->row}, err);
}

cu_code keys_reseal_put(struct keys *k, const struct keys_reseal *r, struct cu_error *err)
{
    pthread_mutex_lock(&k->write_lock);
    cu_code code = put_reseal(k, r, err);
    pthread_mutex_unlock(&k->write_lock);
    return code;
}

// --- the version of the tag key: the number is all there is to keep

static cu_code read_index(struct keys *k, struct keys_rotation *r, struct position *at, struct cu_error *err)
{
    *at = (struct position){0, 0};
    CU_TRY(keys_writable(k, err));
    CU_TRY(read_rotation(k->write, "index", r, at, err));
    if (at->index == 0)
        at->index = 1;
    return CU_OK;
}

cu_code keys_index_rotate(struct keys *k, struct cu_error *err)
{
    struct keys_rotation r;
    struct position at;
    pthread_mutex_lock(&k->write_lock);
    cu_code code = read_index(k, &r, &at, err);
    if (code == CU_OK && at.index >= UINT32_MAX - 1)
        code = cu_fail(err, CU_CONFLICT, "kind", "the key of identifier tags has no further version");
    if (code == CU_OK) {
        at.index++;
        r.running = true;
        r.done = r.total = 0;
        r.started_ms = cu_now_ms();
        r.finished_ms = 0;
        code = write_rotation(k, &r, at, err);
    }
    pthread_mutex_unlock(&k->write_lock);
    return code;
}

cu_code keys_index(struct keys *k, struct keys_index *ret, struct cu_error *err)
{
    struct keys_rotation r;
    struct position at;
    pthread_mutex_lock(&k->write_lock);
    cu_code code = read_index(k, &r, &at, err);
    pthread_mutex_unlock(&k->write_lock);
    CU_TRY(code);
    *ret = (struct keys_index){.running = r.running, .version = (uint32_t)at.index, .done = r.done, .total = r.total,
        .started_ms = r.started_ms};
    return CU_OK;
}

static cu_code put_index(struct keys *k, const struct keys_index *n, struct cu_error *err)
{
    struct keys_rotation r;
    struct position at;
    CU_TRY(read_index(k, &r, &at, err));
    if (r.started_ms != n->started_ms || at.index > n->version)
        return cu_fail(err, CU_PRECONDITION, "", "keys: the key of identifier tags was rotated meanwhile");
    r.running = n->running;
    r.done = n->done;
    r.total = n->total;
    r.finished_ms = n->running || r.started_ms == 0 ? 0 : cu_now_ms();
    at.index = n->version;
    return write_rotation(k, &r, at, err);
}

cu_code keys_index_put(struct keys *k, const struct keys_index *n, struct cu_error *err)
{
    pthread_mutex_lock(&k->write_lock);
    cu_code code = put_index(k, n, err);
    pthread_mutex_unlock(&k->write_lock);
    return code;
}

cu_code keys_rotate_root(struct keys *k, const struct keyring *next, struct cu_error *err)
{
    int64_t started = cu_now_ms();
    pthread_mutex_lock(&k->write_lock);
    cu_code code = keys_writable(k, err);
    if (code == CU_OK) {
        struct epoch_values v = *epoch_values(k->epoch);
        v.root_since_ms = started;
        code = keys_next_epoch(k, &v, next, err);
        secret_wipe(&v, sizeof v);
    }
    if (code == CU_OK)
        note_rotation(k, "root", started);
    pthread_mutex_unlock(&k->write_lock);
    return code;
}

void keys_root_fingerprint(struct keys *k, uint8_t ret[16])
{
    pthread_mutex_lock(&k->write_lock);
    keyring_root_fingerprint(epoch_keyring(k->epoch), ret);
    pthread_mutex_unlock(&k->write_lock);
}

cu_code keys_recovery_kit(struct keys *k, char ret[KEYS_KIT_MAX], struct cu_error *err)
{
    uint8_t secret[KEYRING_SECRET];
    char text[KEYS_KIT_MAX];
    pthread_mutex_lock(&k->write_lock);
    cu_code code = keys_writable(k, err);
    if (code == CU_OK)
        code = keyring_secret(epoch_keyring(k->epoch), secret, err);
    if (code == CU_OK) {
        struct epoch_values v = *epoch_values(k->epoch);
        kit_make(secret, v.recovery_public, text);
        v.recovery_made_ms = cu_now_ms();
        code = keys_next_epoch(k, &v, NULL, err);
        secret_wipe(&v, sizeof v);
    }
    pthread_mutex_unlock(&k->write_lock);
    secret_wipe(secret, sizeof secret);
    if (code == CU_OK)
        memcpy(ret, text, sizeof text);
    secret_wipe(text, sizeof text);
    return code;
}

// --- nodes

struct leaves { // the next ones of a forest
    uint64_t subject[KEYS_AT_ONCE]; // the first of each
    size_t count;
    uint8_t tree;
    uint64_t last;
};

static bool take_leaf(void *context, const struct keys_node *n)
{
    struct leaves *l = context;
    l->tree = n->tree;
    l->last = n->index;
    l->subject[l->count++] = keys_subject_at(n->tree, n->index * KEYS_FANOUT);
    return l->count < KEYS_AT_ONCE;
}

static cu_code count_leaves(struct keys *k, uint64_t *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(k->write, &keys_sql_leaf_count, &q, err));
    *ret = db_step(&q) ? (uint64_t)db_i64(&q, 0) : 0;
    return db_end(&q, err);
}

// Re-keys the next leaves with their paths, in one epoch, and remembers the place behind them.
static cu_code rekey_some(struct keys *k, struct keys_rotation *r, struct position *at, struct cu_error *err)
{
    struct leaves l = {.count = 0};
    enum epoch_forest forest = at->tree >= KEYS_VAULT_TREE ? EPOCH_VAULT : EPOCH_PEOPLE;
    pthread_mutex_lock(&k->tree_lock);
    cu_code code = keys_tree_walk(k->tree, forest, (struct keys_place){at->tree, at->index}, take_leaf, &l, err);
    pthread_mutex_unlock(&k->tree_lock);
    if (code == CU_OK && l.count > 0)
        code = keys_change(k, forest, l.subject, l.count, false, err);
    CU_TRY(code);
    if (l.count == KEYS_AT_ONCE)
        *at = (struct position){l.tree, (l.last + 1) * KEYS_FANOUT};
    else if (forest == EPOCH_PEOPLE)
        *at = (struct position){KEYS_VAULT_TREE, 0};
    else
        r->running = false;
    r->done += l.count;
    if (!r->running)
        r->finished_ms = cu_now_ms();
    return write_rotation(k, r, *at, err);
}

static cu_code rotate_step(struct keys *k, struct keys_rotation *r, bool *first, struct cu_error *err)
{
    struct position at = {0, 0};
    CU_TRY(keys_writable(k, err));
    CU_TRY(keys_store_pending(k, err));
    CU_TRY(read_rotation(k->write, "nodes", r, &at, err));
    if (!r->running && *first) {
        *r = (struct keys_rotation){.kind = "nodes", .running = true, .started_ms = cu_now_ms()};
        at = (struct position){0, 0};
        CU_TRY(count_leaves(k, &r->total, err));
    }
    *first = false;
    return r->running ? rekey_some(k, r, &at, err) : CU_OK;
}

cu_code keys_rotate_nodes(struct keys *k, keys_progress *progress, void *context, struct cu_error *err)
{
    struct keys_rotation r = {.running = true};
    bool first = true;
    while (r.running) {
        pthread_mutex_lock(&k->write_lock);
        cu_code code = rotate_step(k, &r, &first, err);
        pthread_mutex_unlock(&k->write_lock);
        CU_TRY(code);
        if (progress)
            progress(context, r.done, r.total);
    }
    return CU_OK;
}

// --- inventory

#define LEAVES_AT_ONCE 256 // then others may use the tree

struct counting {
    struct keys_inventory *into;
    struct keys_tree_count *tree; // of the last leaf
    struct keys_place next;
    size_t leaves;
};

static void name_tree(uint8_t tree, char ret[24])
{
    static const char *const names[KEYS_KIND_COUNT] = {
        "people", "nobody", "sources", "staff", "imports", "requests", "recipient orders", "house", "breaches", "letters"};
    unsigned t = tree % KEYS_VAULT_TREE;
    const char *vault = tree >= KEYS_VAULT_TREE ? "vault " : "";
    if (t < CU_COUNT(names))
        (void)snprintf(ret, 24, "%s%s", vault, names[t]);
    else
        (void)snprintf(ret, 24, "%stree %u", vault, t);
}

static struct keys_tree_count *tree_of(struct keys_inventory *v, uint8_t tree)
{
    char name[24];
    name_tree(tree, name);
    for (size_t i = 0; i < v->tree_count; i++) {
        if (strcmp(v->trees[i].name, name) == 0)
            return &v->trees[i];
    }
    if (v->tree_count == KEYS_TREES_MAX)
        return NULL;
    struct keys_tree_count *t = &v->trees[v->tree_count++];
    memcpy(t->name, name, sizeof name);
    return t;
}

static bool count_leaf(void *context, const struct keys_node *n)
{
    struct counting *c = context;
    struct keys_tree_count *t = tree_of(c->into, n->tree);
    for (size_t i = 0; t && i < KEYS_FANOUT; i++) {
        t->living += n->s->state[i] == ENTRY_LIVING;
        t->restricted += n->s->state[i] == ENTRY_RESTRICTED;
        t->erased += n->s->state[i] == ENTRY_ERASED;
    }
    c->next = (struct keys_place){n->tree, (n->index + 1) * KEYS_FANOUT};
    return ++c->leaves < LEAVES_AT_ONCE;
}

static cu_code count_subjects(struct keys *k, struct keys_inventory *ret, struct cu_error *err)
{
    for (uint8_t forest = 0; forest < EPOCH_FORESTS; forest++) {
        struct counting c = {.into = ret, .next = {(uint8_t)(forest * KEYS_VAULT_TREE), 0}};
        do {
            c.leaves = 0;
            pthread_mutex_lock(&k->tree_lock);
            cu_code code = keys_tree_walk(k->tree, forest, c.next, count_leaf, &c, err);
            pthread_mutex_unlock(&k->tree_lock);
            CU_TRY(code);
        } while (c.leaves == LEAVES_AT_ONCE);
    }
    return CU_OK;
}

static cu_code count_rows(struct keys *k, struct keys_inventory *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(k->read, &keys_sql_nodes_by_tree, &q, err));
    db_bind_i64(&q, ":epoch", (int64_t)ret->epoch);
    while (db_step(&q)) {
        struct keys_tree_count *t = tree_of(ret, (uint8_t)db_i64(&q, 0));
        if (t) {
            t->nodes = (uint64_t)db_i64(&q, 1);
            t->bytes = (uint64_t)db_i64(&q, 2);
        }
    }
    CU_TRY(db_end(&q, err));
    static const char *const kinds[] = {"nodes", "root", "class", "index"};
    struct position at;
    for (size_t i = 0; i < CU_COUNT(kinds); i++)
        CU_TRY(read_rotation(k->read, kinds[i], &ret->rotations[i], &at, err));
    return CU_OK;
}

cu_code keys_inventory(struct keys *k, struct keys_inventory *ret, struct cu_error *err)
{
    *ret = (struct keys_inventory){.epoch = 0};
    pthread_mutex_lock(&k->write_lock);
    cu_code code = atomic_load(&k->unsettled) ? keys_settle(k, err) : CU_OK;
    const struct epoch_values *v = epoch_values(k->epoch);
    keyring_root_fingerprint(epoch_keyring(k->epoch), ret->root_fingerprint);
    ret->root_since_ms = v->root_since_ms;
    ret->created_ms = v->created_ms;
    ret->recovery_made_ms = v->recovery_made_ms;
    ret->epoch = epoch_number(k->epoch);
    ret->ratchet = epoch_has_ratchet(k->epoch);
    for (size_t i = 0; i < SEAL_CLASS_COUNT; i++)
        ret->class_version[i] = v->class_version[i];
    pthread_mutex_unlock(&k->write_lock);
    CU_TRY(code);
    pthread_mutex_lock(&k->tree_lock);
    code = count_rows(k, ret, err);
    pthread_mutex_unlock(&k->tree_lock);
    return code == CU_OK ? count_subjects(k, ret, err) : code;
}
