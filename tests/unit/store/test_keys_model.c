// SPDX-License-Identifier: Apache-2.0
// Random sequences of everything the key store can do, beside a model in plain memory: making, committing,
// giving up, erasing, restricting, the vault, rotations, reopening, archives restored, faults in between. After each step
// some subjects are asked, at the end all of them. Copies of the folder taken on the way open nobody who was
// erased after. KEYS_SEQUENCES says how many (default 40).
#include "store_test.h"

#include "base/log.h"
#include "store/keys_archive.h"

enum { SUBJECTS = 160, STEPS = 60 };
struct subject {
    uint64_t number;
    enum { NONE, PENDING, LIVING, ERASED } state, vault;
    bool restricted;
    int64_t term, pending_term;
    struct seal_key key, vault_key;
    bool in_copy; // it had its key when the last copy was taken
};
struct world {
    struct subject s[SUBJECTS];
    struct keys *keys;
    struct keyring *root, *next;
    uint64_t random;
    bool copied;
    uint64_t erased_since_copy;
};

static char *folder, *path, *ratchet, *old, *archive;
static char kit[KEYS_KIT_MAX];
static uint64_t running; // the sequence's seed: KEYS_SEED repeats it
static unsigned done_erasures, done_steps, done_faults;

static int setup(void **state)
{
    (void)state;
    cu_log_set_level(CU_LOG_ERROR + 1);
    folder = test_folder_fast();
    path = test_path(folder, "keys");
    old = test_path(folder, "old");
    ratchet = test_path(folder, "root.ratchet");
    archive = test_path(folder, "a" KEYS_ARCHIVE_SUFFIX);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    print_message("# the last sequence was %llu\n", (unsigned long long)running);
    test_folder_free(folder);
    free(path);
    free(old);
    free(ratchet);
    free(archive);
    return 0;
}

static void reopen(struct world *w)
{
    struct keys_options o = {.path = path, .ratchet_path = ratchet, .keyring = w->root, .next = w->next, .cache_max = 40};
    keys_close(w->keys);
    w->keys = NULL;
    assert_ok(keys_open(&o, &w->keys, NULL));
}

// What was not committed is gone.
static void forget_pending(struct world *w)
{
    for (size_t i = 0; i < SUBJECTS; i++) {
        if (w->s[i].state == PENDING)
            w->s[i].state = NONE;
        if (w->s[i].vault == PENDING)
            w->s[i].vault = NONE;
        w->s[i].pending_term = 0;
    }
}

static void pending_is_stored(struct world *w)
{
    for (size_t i = 0; i < SUBJECTS; i++) {
        struct subject *s = &w->s[i];
        if (s->state == PENDING)
            s->state = LIVING;
        if (s->vault == PENDING)
            s->vault = LIVING;
        if (s->pending_term > s->term)
            s->term = s->pending_term;
        s->pending_term = 0;
    }
}

static void check_subject(struct world *w, struct subject *s)
{
    struct seal_key key;
    cu_code code = keys_get(w->keys, s->number, false, &key, NULL);
    assert_int_equal(code, s->state == NONE ? CU_NOT_FOUND : s->state == ERASED ? CU_ERASED : CU_OK);
    if (code == CU_OK)
        assert_memory_equal(&key, &s->key, sizeof key);
    assert_int_equal(keys_is_erased(w->keys, s->number), s->state == ERASED);
    assert_int_equal(keys_is_restricted(w->keys, s->number), s->state == LIVING && s->restricted);
    code = keys_vault_get(w->keys, s->number, 0, &key, NULL);
    assert_int_equal(code, s->vault == NONE ? CU_NOT_FOUND : s->vault == ERASED ? CU_ERASED : CU_OK);
    if (code == CU_OK)
        assert_memory_equal(&key, &s->vault_key, sizeof key);
}

static void check_some(struct world *w, size_t count)
{
    for (size_t i = 0; i < count; i++)
        check_subject(w, &w->s[count == SUBJECTS ? i : test_random(&w->random) % SUBJECTS]);
}

static struct subject *any(struct world *w)
{
    return &w->s[test_random(&w->random) % SUBJECTS];
}

static void step_make(struct world *w)
{
    for (uint64_t n = test_random(&w->random) % 20; n > 0; n--) {
        struct subject *s = any(w);
        struct seal_key key;
        cu_code code = keys_get(w->keys, s->number, true, &key, NULL);
        assert_int_equal(code, s->state == ERASED ? CU_ERASED : CU_OK);
        if (s->state == NONE) {
            s->state = PENDING;
            s->restricted = false;
            s->key = key;
        } else if (code == CU_OK) {
            assert_memory_equal(&key, &s->key, sizeof key);
        }
    }
}

static void step_vault(struct world *w)
{
    struct subject *s = any(w);
    struct seal_key key;
    int64_t term = 1 + (int64_t)(test_random(&w->random) % 1000);
    cu_code code = keys_vault_get(w->keys, s->number, term, &key, NULL);
    assert_int_equal(code, s->vault == ERASED ? CU_ERASED : CU_OK);
    if (code != CU_OK)
        return;
    if (s->vault == NONE) {
        s->vault = PENDING;
        s->vault_key = key;
    }
    s->pending_term = term > s->pending_term ? term : s->pending_term;
}

static void step_expire(struct world *w)
{
    int64_t now = (int64_t)(test_random(&w->random) % 600);
    size_t count = 0, expected = 0;
    pending_is_stored(w);
    for (size_t i = 0; i < SUBJECTS; i++) {
        if (w->s[i].vault == LIVING && w->s[i].term <= now) {
            w->s[i].vault = ERASED;
            w->s[i].term = 0;
            expected++;
        }
    }
    assert_ok(keys_vault_expire(w->keys, now, &count, NULL));
    assert_int_equal(count, expected);
}

static void step_erase(struct world *w)
{
    uint64_t gone[12];
    size_t count = 1 + test_random(&w->random) % 12;
    pending_is_stored(w);
    for (size_t i = 0; i < count; i++) { // the same one twice, and erased ones, too
        struct subject *s = any(w);
        gone[i] = s->number;
        w->erased_since_copy += s->state == LIVING && s->in_copy;
        s->state = ERASED;
    }
    assert_ok(keys_erase(w->keys, gone, count, NULL));
    done_erasures++;
}

// An erasure in the middle of which the disk fails: each of them is living or erased, and repeating works.
static void step_erase_with_fault(struct world *w)
{
    struct subject *a = any(w), *b = any(w);
    uint64_t gone[2] = {a->number, b->number};
    bool was = a->state == LIVING && a->in_copy;
    assert_ok(keys_commit(w->keys, NULL));
    pending_is_stored(w);
    uint64_t nth = 1 + test_random(&w->random) % 40;
    cu_fault_arm(CU_FAULT_IO, nth, test_random(&w->random) & 1);
    cu_code code = keys_erase(w->keys, gone, 2, NULL);
    cu_fault_disarm();
    done_faults += code != CU_OK;
    if (code != CU_OK && test_random(&w->random) & 1)
        reopen(w); // as if it had crashed
    if (code != CU_OK) {
        if (a->state != ERASED && b->state != ERASED) // both or neither
            assert_int_equal(keys_is_erased(w->keys, gone[0]), keys_is_erased(w->keys, gone[1]));
        assert_ok(keys_erase(w->keys, gone, 2, NULL));
    }
    w->erased_since_copy += was || (b->state == LIVING && b->in_copy);
    a->state = b->state = ERASED;
}

static void step_restrict(struct world *w)
{
    struct subject *s = any(w);
    bool on = test_random(&w->random) & 1;
    cu_code code = keys_restrict(w->keys, &s->number, 1, on, NULL);
    pending_is_stored(w);
    assert_int_equal(code, s->state == ERASED ? CU_ERASED : CU_OK);
    if (s->state == NONE) {
        s->state = LIVING;
        assert_ok(keys_get(w->keys, s->number, false, &s->key, NULL));
    }
    s->restricted = on;
}

static void step_rotate(struct world *w)
{
    struct keyring *next = NULL;
    pending_is_stored(w);
    switch (test_random(&w->random) % 3) {
    case 0:
        assert_ok(keys_rotate_nodes(w->keys, NULL, NULL, NULL));
        break;
    case 1:
        assert_ok(keys_class_rotate(w->keys, SEAL_CONTACT, NULL));
        break;
    default:
        assert_ok(keyring_successor(w->root, &next, NULL));
        assert_ok(keys_rotate_root(w->keys, next, NULL));
        keyring_close(w->root);
        w->root = next;
    }
}

static void copy_store(struct world *w)
{
    static const char *const names[] = {"root", "tree.db", "tree.db-wal"};
    test_folder_empty(old);
    (void)!mkdir(old, 0700);
    for (size_t i = 0; i < CU_COUNT(names); i++)
        if (test_exists(path, names[i]))
            test_copy_one(path, names[i], old);
    w->copied = true;
    w->erased_since_copy = 0;
    for (size_t i = 0; i < SUBJECTS; i++)
        w->s[i].in_copy = w->s[i].state == LIVING;
}

// The last copy with today's root key and ratchet: once somebody was erased it does not open at all.
static void check_copy(struct world *w)
{
    struct keys_options o = {.path = old, .ratchet_path = ratchet, .keyring = w->root, .read_only = true};
    struct keys *k = NULL;
    if (!w->copied || w->erased_since_copy == 0)
        return;
    assert_int_equal(keys_open(&o, &k, NULL), CU_KEY);
}

// The store is lost and comes back from an archive of this moment.
static void step_restore(struct world *w)
{
    if (!kit[0])
        return;
    assert_ok(keys_archive_write(w->keys, archive, NULL));
    pending_is_stored(w);
    keys_close(w->keys);
    w->keys = NULL;
    test_folder_empty(path);
    assert_int_equal(unlink(ratchet), 0);
    struct keys_archive_restore r = {.path = archive, .keyring = w->root, .kit = kit, .target = path, .target_ratchet = ratchet};
    assert_ok(keys_archive_restore(&r, NULL));
    assert_int_equal(unlink(archive), 0);
    reopen(w);
}

static void step(struct world *w)
{
    switch (test_random(&w->random) % 16) {
    case 0:
        keys_rollback(w->keys);
        forget_pending(w);
        break;
    case 1:
        reopen(w);
        forget_pending(w);
        break;
    case 2:
    case 3:
        step_erase(w);
        break;
    case 4:
        step_restrict(w);
        break;
    case 5:
        step_vault(w);
        break;
    case 6:
        step_expire(w);
        break;
    case 7:
        step_rotate(w);
        break;
    case 8:
        copy_store(w);
        break;
    case 9:
        step_erase_with_fault(w);
        break;
    case 10:
        if (test_random(&w->random) % 4 == 0)
            step_restore(w);
        break;
    case 11:
    case 12:
        assert_ok(keys_commit(w->keys, NULL));
        pending_is_stored(w);
        break;
    default:
        step_make(w);
    }
    check_copy(w);
    done_steps++;
}

// Dense numbers around the edges of nodes, and sparse ones of every range.
static uint64_t number_of(size_t i, uint64_t *random)
{
    if (i < 70)
        return i;
    if (i < 110)
        return 64 * 64 - 20 + i;
    if (i < 130)
        return (UINT64_C(1) << (32 + i % 4)) + i;
    return (test_random(random) >> (1 + i % 31)) | (UINT64_C(1) << 40) | i;
}

static void run_sequence(uint64_t seed)
{
    static struct world w;
    uint8_t root[32] = {7};
    test_folder_empty(folder);
    memset(&w, 0, sizeof w);
    w.random = seed * 0x9e3779b97f4a7c15u | 1;
    for (size_t i = 0; i < SUBJECTS; i++)
        w.s[i].number = number_of(i, &w.random);
    assert_ok(keyring_from_bytes(root, &w.root, NULL));
    reopen(&w);
    memset(kit, 0, sizeof kit);
    if (seed % 2)
        assert_ok(keys_recovery_kit(w.keys, kit, NULL));
    for (int i = 0; i < STEPS; i++) {
        step(&w);
        check_some(&w, 6);
    }
    check_some(&w, SUBJECTS);
    reopen(&w);
    forget_pending(&w);
    check_some(&w, SUBJECTS);
    keys_close(w.keys);
    keyring_close(w.root);
}

static void test_sequences(void **state)
{
    (void)state;
    const char *asked = getenv("KEYS_SEQUENCES"), *first = getenv("KEYS_SEED");
    uint64_t count = asked ? strtoull(asked, NULL, 10) : 40, seed = first ? strtoull(first, NULL, 10) : 1;
    for (uint64_t i = 0; i < count; i++) {
        running = seed + i;
        run_sequence(running);
    }
    print_message("# %u steps, %u erasures, %u cut short\n", done_steps, done_erasures, done_faults);
    assert_true(count < 40 || (done_erasures > 100 && done_faults > 10));
}

int main(void)
{
    const struct CMUnitTest all[] = {cmocka_unit_test(test_sequences)};
    return cmocka_run_group_tests(all, setup, teardown);
}
