// SPDX-License-Identifier: Apache-2.0
// Key replicas without a network between: what is sent, taken and acknowledged; what an erasure leaves on the
// replica; breaks and faults anywhere; old copies on either side refused; a store made of what is held.
#include "store_test.h"

#include "base/log.h"
#include "store/db.h"
#include "store/keys.h"
#include "store/keys_holder.h"

#include <sqlite3.h>
#include <sys/stat.h>

static char *folder, *path, *ratchet, *holder_folder, *identity, *target, *target_ratchet, *copy;
static struct keyring *keyring;

static int setup(void **state)
{
    (void)state;
    static const uint8_t root[32] = {5};
    cu_log_set_level(CU_LOG_ERROR + 1);
    if (access("/dev/shm", W_OK) == 0)
        (void)setenv("TMPDIR", "/dev/shm", 0);
    folder = test_folder_new();
    path = test_path(folder, "keys");
    ratchet = test_path(folder, "root.ratchet");
    holder_folder = test_path(folder, "replica");
    identity = test_path(folder, "replica.key");
    target = test_path(folder, "promoted");
    target_ratchet = test_path(folder, "promoted.ratchet");
    copy = test_path(folder, "copy");
    return (int)keyring_from_bytes(root, &keyring, NULL);
}

static int teardown(void **state)
{
    (void)state;
    keyring_close(keyring);
    test_folder_free(folder);
    char **all[] = {&path, &ratchet, &holder_folder, &identity, &target, &target_ratchet, &copy};
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        free(*all[i]);
    return 0;
}

static int empty(void **state)
{
    (void)state;
    test_folder_empty(folder);
    return 0;
}

static struct keys *open_keys(void)
{
    const struct keys_options o = {.path = path, .ratchet_path = ratchet, .keyring = keyring};
    struct keys *k = NULL;
    assert_ok(keys_open(&o, &k, NULL));
    return k;
}

static struct keys_holder *open_holder(void)
{
    const struct keys_holder_options o = {.folder = holder_folder};
    struct keys_holder *h = NULL;
    assert_ok(keys_holder_open(&o, &h, NULL));
    return h;
}

static void pair(struct keys *k)
{
    char line[PEER_LINE_MAX], own[PEER_LINE_MAX];
    uint8_t seed[32];
    const struct keys_holder_options o = {.folder = holder_folder};
    assert_ok(keys_holder_init(&o, line, NULL));
    assert_ok(keys_replica_add(k, CU_LIT("berlin"), CU_LIT("127.0.0.1:7443"), cu_str_of(line), NULL));
    assert_ok(keys_peer(k, own, seed, NULL));
    assert_ok(keys_holder_pair(&o, cu_str_of(own), NULL));
}

static cu_code greet(struct keys *k, struct keys_holder *h, struct cu_error *err)
{
    uint8_t hello[KEYS_HOLDER_MESSAGE];
    CU_TRY(keys_holder_hello(h, hello, err));
    return keys_feed_hello(k, CU_LIT("berlin"), (cu_str){(const char *)hello, sizeof hello}, err);
}

// Messages until there is no more to send, at most `most`; *ret_epoch: the last acknowledged.
static cu_code carry(struct keys *k, struct keys_holder *h, unsigned most, uint64_t *ret_epoch, struct cu_error *err)
{
    struct cu_buf m;
    cu_code code = CU_OK;
    cu_buf_init(&m, KEYS_FEED_MESSAGE_MAX);
    for (unsigned i = 0; i < most && code == CU_OK; i++) {
        uint8_t ack[KEYS_HOLDER_MESSAGE];
        bool last = false, acked = false;
        cu_buf_reset(&m);
        code = keys_feed_next(k, CU_LIT("berlin"), &m, &last, err);
        if (code != CU_OK || m.len == 0)
            break;
        code = keys_holder_take(h, cu_buf_view(&m), ack, &acked, err);
        if (code == CU_OK && acked)
            code = keys_feed_ack(k, CU_LIT("berlin"), (cu_str){(const char *)ack, sizeof ack}, ret_epoch, err);
    }
    cu_buf_clear(&m);
    return code;
}

static void follow(struct keys *k, struct keys_holder *h)
{
    uint64_t epoch = 0;
    assert_ok(greet(k, h, NULL));
    assert_ok(carry(k, h, 1000, &epoch, NULL));
}

static enum keys_replica_state state_of(struct keys *k, uint64_t *ret_epoch)
{
    struct keys_replicas all;
    assert_ok(keys_replicas(k, &all, NULL));
    assert_int_equal(all.count, 1);
    *ret_epoch = all.at[0].epoch;
    return all.at[0].state;
}

static void make_people(struct keys *k, uint64_t from, uint64_t count, struct seal_key *ret)
{
    for (uint64_t i = 0; i < count; i++)
        assert_ok(keys_get(k, from + i, true, &ret[i], NULL));
    assert_ok(keys_commit(k, NULL));
}

static cu_code promote(struct keys_holder *h, bool older, struct cu_error *err)
{
    const struct keys_holder_restore r = {.keyring = keyring, .target = target, .target_ratchet = target_ratchet, .older = older};
    return keys_holder_restore(h, &r, err);
}

static struct keys *open_promoted(void)
{
    const struct keys_options o = {.path = target, .ratchet_path = target_ratchet, .keyring = keyring};
    struct keys *k = NULL;
    assert_ok(keys_open(&o, &k, NULL));
    return k;
}

// How many of the two places of a file hold anything.
static int places_used(const char *name, size_t size)
{
    struct cu_buf b;
    int used = 0;
    cu_buf_init(&b, 1 << 20);
    assert_ok(cu_file_read_all(name, &b, NULL));
    for (size_t at = 0; at < b.len; at += size) {
        size_t i = at;
        while (i < b.len && i < at + size && b.ptr[i] == 0)
            i++;
        used += i < b.len && i < at + size;
    }
    cu_buf_clear(&b);
    return used;
}

static void copy_folder(const char *from, const char *to)
{
    char line[1024];
    (void)snprintf(line, sizeof line, "rm -rf '%s' && cp -a '%s' '%s'", to, from, to);
    assert_int_equal(system(line), 0);
}

// --- tests

static void test_pairing(void **state)
{
    (void)state;
    struct keys *k = open_keys();
    char line[PEER_LINE_MAX], own[PEER_LINE_MAX], again[PEER_LINE_MAX];
    uint8_t seed[32];
    struct cu_error err;
    struct keys_holder *h = NULL;
    struct keys_replicas all;
    const struct keys_holder_options o = {.folder = holder_folder};
    assert_int_equal(keys_holder_open(&o, &h, &err), CU_NOT_FOUND);
    assert_ok(keys_holder_init(&o, line, NULL));
    assert_int_equal(keys_holder_init(&o, again, &err), CU_CONFLICT);
    assert_int_equal(keys_holder_open(&o, &h, &err), CU_CONFLICT); // not paired
    struct stat st;
    assert_int_equal(stat(identity, &st), 0);
    assert_int_equal(st.st_mode & 0777, 0400);
    assert_int_equal(keys_replica_add(k, CU_LIT("b c"), CU_LIT("a:1"), cu_str_of(line), &err), CU_INVALID);
    assert_string_equal(err.field, "name");
    assert_int_equal(keys_replica_add(k, CU_LIT("b"), CU_LIT("nowhere"), cu_str_of(line), &err), CU_INVALID);
    assert_string_equal(err.field, "address");
    assert_int_equal(keys_replica_add(k, CU_LIT("b"), CU_LIT("a:70000"), cu_str_of(line), &err), CU_INVALID);
    line[40] ^= 1;
    assert_int_equal(keys_replica_add(k, CU_LIT("b"), CU_LIT("a:1"), cu_str_of(line), &err), CU_INVALID);
    assert_string_equal(err.field, "key");
    line[40] ^= 1;
    assert_ok(keys_replica_add(k, CU_LIT("b"), CU_LIT("[::1]:7443"), cu_str_of(line), NULL));
    assert_int_equal(keys_replica_add(k, CU_LIT("b"), CU_LIT("a:1"), cu_str_of(line), &err), CU_CONFLICT);
    assert_int_equal(keys_replica_add(k, CU_LIT("c"), CU_LIT("a:1"), cu_str_of(line), &err), CU_CONFLICT);
    assert_ok(keys_peer(k, own, seed, NULL));
    keys_close(k);
    k = open_keys();
    assert_ok(keys_peer(k, again, seed, NULL)); // it stays
    assert_string_equal(own, again);
    assert_int_equal(keys_holder_pair(&o, cu_str_of(line), &err), CU_INVALID); // the other kind
    assert_ok(keys_holder_pair(&o, cu_str_of(own), NULL));
    assert_ok(keys_holder_pair(&o, cu_str_of(own), NULL));
    struct peer_public other = {.tls = {1}};
    peer_line_print(PEER_PRIMARY, &other, again);
    assert_int_equal(keys_holder_pair(&o, cu_str_of(again), &err), CU_CONFLICT);
    h = open_holder();
    struct keys_holder *second = NULL;
    assert_int_equal(keys_holder_open(&o, &second, &err), CU_LOCKED);
    keys_holder_close(h);
    assert_ok(keys_replicas(k, &all, NULL));
    assert_int_equal(all.at[0].state, KEYS_REPLICA_NEW);
    assert_ok(keys_replica_remove(k, CU_LIT("b"), NULL));
    assert_int_equal(keys_replica_remove(k, CU_LIT("b"), &err), CU_NOT_FOUND);
    keys_close(k);
}

static void test_follows(void **state)
{
    (void)state;
    enum { FIRST = 200, ALL = 300 };
    static struct seal_key made[ALL], got;
    struct keys *k = open_keys();
    struct cu_error err;
    uint64_t epoch = 0, gone = 17, law = 5;
    make_people(k, 0, FIRST, made);
    pair(k);
    struct keys_holder *h = open_holder();
    assert_int_equal(promote(h, false, &err), CU_NOT_FOUND);
    follow(k, h);
    assert_int_equal(state_of(k, &epoch), KEYS_REPLICA_CURRENT);
    make_people(k, FIRST, ALL - FIRST, made + FIRST);
    assert_int_equal(state_of(k, &epoch), KEYS_REPLICA_BEHIND);
    assert_ok(carry(k, h, 100, &epoch, NULL)); // on the same line
    assert_int_equal(state_of(k, &epoch), KEYS_REPLICA_CURRENT);
    assert_ok(keys_restrict(k, &(uint64_t){30}, 1, true, NULL));
    assert_ok(keys_vault_get(k, law, INT64_MAX - 1, &got, NULL));
    struct seal_key kept = got;
    assert_ok(keys_commit(k, NULL));
    assert_ok(keys_class_rotate(k, SEAL_CONTACT, NULL)); // an epoch without rows
    assert_ok(keys_erase(k, &gone, 1, NULL));
    assert_ok(carry(k, h, 100, &epoch, NULL));
    assert_int_equal(state_of(k, &epoch), KEYS_REPLICA_CURRENT);
    struct keys_inventory *v = malloc(sizeof *v);
    assert_ok(keys_inventory(k, v, NULL));
    assert_int_equal(epoch, v->epoch);
    free(v);
    char *slots = test_path(holder_folder, "root"), *records = test_path(folder, "replica.key.ratchet");
    assert_int_equal(places_used(slots, 4096), 1);
    assert_int_equal(places_used(records, 512), 1);
    free(slots);
    free(records);
    assert_ok(promote(h, false, NULL));
    assert_int_equal(promote(h, false, &err), CU_CONFLICT); // never over keys
    keys_close(k);
    keys_holder_close(h);
    k = open_promoted();
    for (uint64_t i = 0; i < ALL; i++) {
        cu_code code = keys_get(k, i, false, &got, NULL);
        assert_int_equal(code, i == gone ? CU_ERASED : CU_OK);
        if (i != gone)
            assert_memory_equal(&got, &made[i], sizeof got);
    }
    assert_true(keys_is_restricted(k, 30));
    assert_int_equal(keys_class_version(k, SEAL_CONTACT), 2);
    assert_ok(keys_vault_get(k, law, 0, &got, NULL));
    assert_memory_equal(&got, &kept, sizeof got);
    keys_close(k);
}

static void test_break_and_lost_acknowledgement(void **state)
{
    (void)state;
    enum { MANY = 64 * 1500 }; // 1,500 leaves: four messages
    struct seal_key *made = malloc(MANY * sizeof *made), got;
    struct keys *k = open_keys();
    uint64_t epoch = 0, gone = 64 * 700 + 3;
    make_people(k, 0, MANY, made);
    pair(k);
    struct keys_holder *h = open_holder();
    assert_ok(greet(k, h, NULL));
    assert_ok(carry(k, h, 2, &epoch, NULL)); // and the line breaks
    assert_ok(keys_erase(k, &gone, 1, NULL));
    keys_holder_close(h);
    h = open_holder();
    struct keys_holder_info info;
    keys_holder_info(h, &info);
    assert_int_equal(info.epoch, 0);
    assert_true(info.told_epoch > 0);
    assert_ok(greet(k, h, NULL));
    assert_ok(carry(k, h, 2, &epoch, NULL));
    assert_ok(keys_erase(k, &(uint64_t){gone + 1}, 1, NULL)); // amid: its rows come again at the end
    assert_ok(carry(k, h, 100, &epoch, NULL));
    assert_int_equal(state_of(k, &epoch), KEYS_REPLICA_CURRENT);
    // the acknowledgement gets lost
    struct cu_buf m;
    cu_buf_init(&m, KEYS_FEED_MESSAGE_MAX);
    bool last = false, acked = false;
    uint8_t ack[KEYS_HOLDER_MESSAGE];
    assert_ok(keys_erase(k, &(uint64_t){gone + 2}, 1, NULL));
    assert_ok(keys_feed_next(k, CU_LIT("berlin"), &m, &last, NULL));
    assert_true(last);
    assert_ok(keys_holder_take(h, cu_buf_view(&m), ack, &acked, NULL));
    assert_true(acked);
    assert_int_equal(state_of(k, &epoch), KEYS_REPLICA_BEHIND);
    keys_close(k);
    k = open_keys();
    follow(k, h); // it holds what it was offered: nothing is sent, and the primary knows
    assert_ok(keys_erase(k, &(uint64_t){gone + 3}, 1, NULL));
    follow(k, h);
    assert_int_equal(state_of(k, &epoch), KEYS_REPLICA_CURRENT);
    cu_buf_clear(&m);
    assert_ok(promote(h, false, NULL));
    keys_close(k);
    keys_holder_close(h);
    k = open_promoted();
    for (uint64_t i = 0; i < MANY; i += 97) {
        assert_ok(keys_get(k, i, false, &got, NULL));
        assert_memory_equal(&got, &made[i], sizeof got);
    }
    for (uint64_t i = gone; i < gone + 4; i++)
        assert_int_equal(keys_get(k, i, false, &got, NULL), CU_ERASED);
    keys_close(k);
    free(made);
}

static void test_strangers_and_altered_messages(void **state)
{
    (void)state;
    struct seal_key made[10];
    struct keys *k = open_keys();
    struct cu_error err;
    make_people(k, 0, 10, made);
    pair(k);
    struct keys_holder *h = open_holder();
    uint8_t hello[KEYS_HOLDER_MESSAGE], ack[KEYS_HOLDER_MESSAGE];
    assert_ok(keys_holder_hello(h, hello, NULL));
    for (size_t i = 0; i < sizeof hello; i++) {
        hello[i] ^= 4;
        cu_code code = keys_feed_hello(k, CU_LIT("berlin"), (cu_str){(char *)hello, sizeof hello}, &err);
        assert_true(code == CU_FORBIDDEN || code == CU_MALFORMED);
        hello[i] ^= 4;
    }
    assert_int_equal(keys_feed_hello(k, CU_LIT("berlin"), (cu_str){(char *)hello, 20}, &err), CU_MALFORMED);
    assert_int_equal(keys_feed_hello(k, CU_LIT("paris"), (cu_str){(char *)hello, sizeof hello}, &err), CU_NOT_FOUND);
    bool last = false, acked = false;
    struct cu_buf m;
    cu_buf_init(&m, KEYS_FEED_MESSAGE_MAX);
    assert_int_equal(keys_feed_next(k, CU_LIT("berlin"), &m, &last, &err), CU_CONFLICT); // no hello yet
    assert_ok(greet(k, h, NULL));
    assert_ok(keys_feed_next(k, CU_LIT("berlin"), &m, &last, NULL));
    for (size_t i = 0; i < m.len; i += i < 200 || i + 300 > m.len ? 1 : 37) {
        m.ptr[i] = (char)(m.ptr[i] ^ 16);
        cu_code code = keys_holder_take(h, cu_buf_view(&m), ack, &acked, &err);
        assert_true(code == CU_FORBIDDEN || code == CU_MALFORMED);
        m.ptr[i] = (char)(m.ptr[i] ^ 16);
    }
    assert_int_equal(keys_holder_take(h, cu_str_sub(cu_buf_view(&m), 0, m.len - 1), ack, &acked, &err), CU_FORBIDDEN);
    assert_ok(keys_holder_take(h, cu_buf_view(&m), ack, &acked, NULL));
    assert_true(acked);
    assert_int_equal(keys_holder_take(h, cu_buf_view(&m), ack, &acked, &err), CU_CONFLICT); // repeated
    uint64_t epoch = 0;
    ack[50] ^= 1;
    assert_int_equal(keys_feed_ack(k, CU_LIT("berlin"), (cu_str){(char *)ack, sizeof ack}, &epoch, &err), CU_FORBIDDEN);
    cu_buf_clear(&m);
    keys_holder_close(h);
    keys_close(k);
}

static void test_old_primary_is_refused(void **state)
{
    (void)state;
    struct seal_key made[10];
    struct cu_error err;
    uint64_t epoch = 0;
    struct keys *k = open_keys();
    make_people(k, 0, 10, made);
    pair(k);
    struct keys_holder *h = open_holder();
    follow(k, h);
    keys_close(k);
    char *old_ratchet = test_path(folder, "old.ratchet");
    copy_folder(path, copy);
    copy_folder(ratchet, old_ratchet); // an image of the whole machine
    k = open_keys();
    assert_ok(keys_erase(k, &(uint64_t){3}, 1, NULL));
    follow(k, h);
    keys_close(k);
    copy_folder(copy, path);
    copy_folder(old_ratchet, ratchet);
    k = open_keys();
    assert_int_equal(greet(k, h, &err), CU_CONFLICT);
    assert_int_equal(state_of(k, &epoch), KEYS_REPLICA_AHEAD);
    assert_int_equal(carry(k, h, 1, &epoch, &err), CU_CONFLICT);
    // it runs on by itself, to the same epoch and beyond: another history
    for (uint64_t i = 5; i < 8; i++)
        assert_ok(keys_erase(k, &i, 1, NULL));
    assert_int_equal(greet(k, h, &err), CU_CONFLICT);
    assert_int_equal(state_of(k, &epoch), KEYS_REPLICA_OTHER);
    // the replica still has the right history
    assert_ok(promote(h, false, NULL));
    keys_close(k);
    keys_holder_close(h);
    k = open_promoted();
    assert_int_equal(keys_get(k, 3, false, &made[0], NULL), CU_ERASED);
    assert_ok(keys_get(k, 5, false, &made[0], NULL));
    keys_close(k);
    free(old_ratchet);
}

static void test_old_replica_is_refused(void **state)
{
    (void)state;
    struct seal_key made[10];
    struct cu_error err;
    uint64_t epoch = 0;
    struct keys *k = open_keys();
    make_people(k, 0, 10, made);
    pair(k);
    struct keys_holder *h = open_holder();
    follow(k, h);
    keys_holder_close(h);
    copy_folder(holder_folder, copy); // without its identity and ratchet
    h = open_holder();
    assert_ok(keys_erase(k, &(uint64_t){3}, 1, NULL));
    assert_ok(greet(k, h, NULL));
    struct cu_buf m;
    cu_buf_init(&m, KEYS_FEED_MESSAGE_MAX);
    bool last = false;
    assert_ok(keys_feed_next(k, CU_LIT("berlin"), &m, &last, NULL));
    cu_buf_clear(&m);
    // behind, and the ratchet beside the root key knows
    struct keys_holder_restore r = {.keyring = keyring, .target = target, .target_ratchet = ratchet};
    assert_int_equal(keys_holder_restore(h, &r, &err), CU_CONFLICT);
    assert_string_equal(err.field, "root_key");
    follow(k, h);
    assert_int_equal(state_of(k, &epoch), KEYS_REPLICA_CURRENT);
    r.target_ratchet = ratchet; // of the same epoch: kept
    assert_ok(keys_holder_restore(h, &r, NULL));
    keys_holder_close(h);
    // an old copy of the folder beside the identity of today: the ratchet of its epoch is no more
    copy_folder(copy, holder_folder);
    struct keys_holder *old = NULL;
    const struct keys_holder_options o = {.folder = holder_folder};
    assert_int_equal(keys_holder_open(&o, &old, &err), CU_CORRUPT);
    keys_close(k);
}

static void test_told_but_not_held(void **state)
{
    (void)state;
    enum { MANY = 64 * 600 };
    struct seal_key *made = malloc(MANY * sizeof *made);
    struct cu_error err;
    uint64_t epoch = 0;
    struct keys *k = open_keys();
    make_people(k, 0, 64, made);
    pair(k);
    struct keys_holder *h = open_holder();
    follow(k, h);
    assert_ok(keys_erase(k, &(uint64_t){3}, 1, NULL));
    make_people(k, 64, MANY - 64, made);
    assert_ok(greet(k, h, NULL));
    assert_ok(carry(k, h, 1, &epoch, NULL)); // one of two messages, then the primary dies for ever
    keys_holder_close(h);
    h = open_holder();
    assert_int_equal(promote(h, false, &err), CU_CONFLICT);
    assert_string_equal(err.field, "older");
    assert_ok(promote(h, true, NULL));
    keys_holder_close(h);
    keys_close(k);
    free(made);
}

static void test_replica_lost_rows(void **state)
{
    (void)state;
    struct seal_key made[200];
    struct cu_error err;
    uint64_t epoch = 0;
    struct keys *k = open_keys();
    make_people(k, 0, 200, made);
    pair(k);
    struct keys_holder *h = open_holder();
    follow(k, h);
    keys_holder_close(h);
    char *tree = test_path(holder_folder, "tree.db");
    sqlite3 *db = NULL;
    assert_int_equal(sqlite3_open(tree, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, "DELETE FROM node WHERE level = 0 AND idx = 1", NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
    free(tree);
    h = open_holder();
    assert_ok(keys_erase(k, &(uint64_t){190}, 1, NULL));
    assert_ok(greet(k, h, NULL));
    assert_int_equal(carry(k, h, 10, &epoch, &err), CU_CORRUPT);
    assert_int_equal(state_of(k, &epoch), KEYS_REPLICA_BEHIND);
    assert_int_equal(promote(h, true, &err), CU_CORRUPT); // found by reading all of it
    keys_holder_close(h);
    keys_close(k);
}

// Each allocation and each file operation of the replica fails in turn while it takes an erasure: afterwards it
// opens, holds the former state or the new one, and follows on.
static void faults(enum cu_fault_kind kind)
{
    struct seal_key made[100], got;
    struct cu_error err;
    bool finished = false;
    for (uint64_t n = 1; !finished; n++) {
        test_folder_empty(folder);
        struct keys *k = open_keys();
        make_people(k, 0, 100, made);
        pair(k);
        struct keys_holder *h = open_holder();
        follow(k, h);
        assert_ok(keys_erase(k, &(uint64_t){3}, 1, NULL));
        assert_ok(greet(k, h, NULL));
        struct cu_buf m;
        uint8_t ack[KEYS_HOLDER_MESSAGE];
        bool last = false, acked = false;
        cu_buf_init(&m, KEYS_FEED_MESSAGE_MAX);
        assert_ok(keys_feed_next(k, CU_LIT("berlin"), &m, &last, NULL));
        cu_fault_arm(kind, n, n % 2 == 0);
        cu_code code = keys_holder_take(h, cu_buf_view(&m), ack, &acked, &err);
        finished = cu_fault_count(kind) < n;
        cu_fault_disarm();
        assert_true(code == CU_OK || code == CU_MEMORY || code == CU_IO || code == CU_FULL);
        cu_buf_clear(&m);
        keys_holder_close(h); // as a crash leaves it
        h = open_holder();
        follow(k, h);
        uint64_t epoch = 0;
        assert_ok(keys_erase(k, &(uint64_t){4}, 1, NULL));
        follow(k, h);
        assert_int_equal(state_of(k, &epoch), KEYS_REPLICA_CURRENT);
        assert_ok(promote(h, false, NULL));
        keys_holder_close(h);
        keys_close(k);
        k = open_promoted();
        assert_int_equal(keys_get(k, 3, false, &got, NULL), CU_ERASED);
        assert_int_equal(keys_get(k, 4, false, &got, NULL), CU_ERASED);
        assert_ok(keys_get(k, 5, false, &got, NULL));
        assert_memory_equal(&got, &made[5], sizeof got);
        keys_close(k);
    }
}

static void test_faults_of_storage(void **state)
{
    (void)state;
    faults(CU_FAULT_IO);
}

static void test_faults_of_memory(void **state)
{
    (void)state;
    faults(CU_FAULT_ALLOC);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup(test_pairing, empty),
        cmocka_unit_test_setup(test_follows, empty),
        cmocka_unit_test_setup(test_break_and_lost_acknowledgement, empty),
        cmocka_unit_test_setup(test_strangers_and_altered_messages, empty),
        cmocka_unit_test_setup(test_old_primary_is_refused, empty),
        cmocka_unit_test_setup(test_old_replica_is_refused, empty),
        cmocka_unit_test_setup(test_told_but_not_held, empty),
        cmocka_unit_test_setup(test_replica_lost_rows, empty),
        cmocka_unit_test_setup(test_faults_of_storage, empty),
        cmocka_unit_test_setup(test_faults_of_memory, empty),
    };
    return cmocka_run_group_tests(tests, setup, teardown);
}
