// SPDX-License-Identifier: Apache-2.0
// The ledger: RFC 6962's vectors, every proof of small trees against a naive recursion, many sizes
// through files and reopening, readers beside a writer, threads that share a sync, and every byte
// flipped.
#include "store_test.h"

#include "base/clock.h"
#include "base/log.h"
#include "crypto/sign.h"
#include "store/ledger.h"
#include "text/text.h"

#include <pthread.h>
#include <sys/wait.h>

static char *folder;

static int setup(void **state)
{
    (void)state;
    folder = test_folder_fast();
    cu_log_set_level(CU_LOG_ERROR + 1);
    return 0;
}

static int teardown(void **state)
{
    (void)state;
    test_folder_free(folder);
    return 0;
}

// --- a naive implementation, straight from RFC 6962 section 2.1

static void naive_root(const cu_str *d, size_t n, struct ledger_hash *ret)
{
    if (n == 0) {
        sign_digest(CU_NONE, CU_NONE, ret->bytes);
    } else if (n == 1) {
        ledger_hash_leaf(d[0], ret);
    } else {
        size_t k = 1;
        struct ledger_hash l, r;
        while (k * 2 < n)
            k *= 2;
        naive_root(d, k, &l);
        naive_root(d + k, n - k, &r);
        ledger_hash_node(&l, &r, ret);
    }
}

static void naive_path(size_t m, const cu_str *d, size_t n, struct ledger_proof *p)
{
    if (n <= 1)
        return;
    size_t k = 1;
    while (k * 2 < n)
        k *= 2;
    if (m < k) {
        naive_path(m, d, k, p);
        naive_root(d + k, n - k, &p->at[p->count++]);
    } else {
        naive_path(m - k, d + k, n - k, p);
        naive_root(d, k, &p->at[p->count++]);
    }
}

static void naive_subproof(size_t m, const cu_str *d, size_t n, bool b, struct ledger_proof *p)
{
    if (m == n) {
        if (!b)
            naive_root(d, n, &p->at[p->count++]);
        return;
    }
    size_t k = 1;
    while (k * 2 < n)
        k *= 2;
    if (m <= k) {
        naive_subproof(m, d, k, b, p);
        naive_root(d + k, n - k, &p->at[p->count++]);
    } else {
        naive_subproof(m - k, d + k, n - k, false, p);
        naive_root(d, k, &p->at[p->count++]);
    }
}

// --- a tree in memory

struct tree {
    struct ledger_edge edge;
    struct ledger_hash stored[8192];
    size_t count;
};

static cu_code tree_get(void *context, uint64_t position, struct ledger_hash *ret, struct cu_error *err)
{
    const struct tree *t = context;
    if (position >= t->count)
        return cu_fail(err, CU_INTERNAL, "", "no such hash");
    *ret = t->stored[position];
    return CU_OK;
}

static void tree_add(struct tree *t, cu_str entry)
{
    struct ledger_hash leaf;
    ledger_hash_leaf(entry, &leaf);
    t->count += ledger_edge_add(&t->edge, &leaf, t->stored + t->count);
}

static bool is_hex(const struct ledger_hash *h, const char *hex)
{
    struct cu_buf b;
    cu_buf_init(&b, 128);
    text_hex((cu_str){(const char *)h->bytes, sizeof h->bytes}, &b);
    bool same = cu_str_eqz(cu_buf_view(&b), hex);
    cu_buf_clear(&b);
    return same;
}

static const cu_str vector_entries[8] = {{"", 0}, {"\x00", 1}, {"\x10", 1}, {"\x20\x21", 2}, {"\x30\x31", 2},
    {"\x40\x41\x42\x43", 4}, {"\x50\x51\x52\x53\x54\x55\x56\x57", 8},
    {"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f", 16}};
static const char *const vector_roots[9] = {"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

static void check_path(struct tree *t, uint64_t index, uint64_t size, size_t count, const char *const *expected)
{
    struct ledger_proof p;
    assert_ok(ledger_proof_inclusion(index, size, tree_get, t, &p, NULL));
    assert_int_equal(p.count, count);
    for (size_t i = 0; i < count; i++)
        assert_true(is_hex(&p.at[i], expected[i]));
}

static void check_consistency(struct tree *t, uint64_t from, uint64_t to, size_t count, const char *const *expected)
{
    struct ledger_proof p;
    assert_ok(ledger_proof_consistency(from, to, tree_get, t, &p, NULL));
    assert_int_equal(p.count, count);
    for (size_t i = 0; i < count; i++)
        assert_true(is_hex(&p.at[i], expected[i]));
}

static void test_vectors(void **state)
{
    (void)state;
    static struct tree t;
    struct ledger_hash root;
    t = (struct tree){.count = 0};
    for (size_t n = 0; n <= 8; n++) {
        ledger_edge_root(&t.edge, &root);
        assert_true(is_hex(&root, vector_roots[n]));
        if (n < 8)
            tree_add(&t, vector_entries[n]);
        assert_int_equal(t.count, ledger_stored(t.edge.size));
    }
    const char *const l2 = "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7";
    const char *const n23 = "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e";
    const char *const n47 = "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4";
    const char *const l5 = "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b";
    const char *const n67 = "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0";
    const char *const n45 = "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a";
    check_path(&t, 0, 1, 0, NULL);
    check_path(&t, 0, 8, 3, (const char *const[]){l2, n23, n47});
    check_path(&t, 5, 8, 3, (const char *const[]){l5, n67, vector_roots[4]});
    check_path(&t, 2, 3, 1, (const char *const[]){vector_roots[2]});
    check_path(&t, 1, 5, 3, (const char *const[]){vector_roots[1], n23, l5});
    check_consistency(&t, 1, 1, 0, NULL);
    check_consistency(&t, 1, 8, 3, (const char *const[]){l2, n23, n47});
    check_consistency(&t, 6, 8, 3, (const char *const[]){n45, n67, vector_roots[4]});
    check_consistency(&t, 2, 5, 2, (const char *const[]){n23, l5});
}

enum { NAIVE = 67 };
static char naive_text[NAIVE][8];
static cu_str naive_entries[NAIVE];

static void test_every_proof_of_small_trees(void **state)
{
    (void)state;
    static struct tree t;
    struct ledger_hash roots[NAIVE + 1], leaf;
    t = (struct tree){.count = 0};
    for (size_t n = 0; n < NAIVE; n++) {
        naive_entries[n] = (cu_str){naive_text[n], (size_t)snprintf(naive_text[n], sizeof naive_text[n], "e%zu", n)};
        tree_add(&t, naive_entries[n]);
    }
    for (size_t n = 0; n <= NAIVE; n++) {
        naive_root(naive_entries, n, &roots[n]);
        struct ledger_hash mine;
        assert_ok(ledger_proof_root(n, tree_get, &t, &mine, NULL));
        assert_true(ledger_hash_equal(&mine, &roots[n]));
    }
    for (size_t n = 1; n <= NAIVE; n++) {
        for (size_t m = 0; m < n; m++) {
            struct ledger_proof mine, naive = {.count = 0};
            ledger_hash_leaf(naive_entries[m], &leaf);
            naive_path(m, naive_entries, n, &naive);
            assert_ok(ledger_proof_inclusion(m, n, tree_get, &t, &mine, NULL));
            assert_int_equal(mine.count, naive.count);
            assert_memory_equal(mine.at, naive.at, mine.count * sizeof mine.at[0]);
            assert_true(ledger_inclusion_holds(&leaf, m, n, &mine, &roots[n]));
            assert_false(ledger_inclusion_holds(&leaf, m + 1, n, &mine, &roots[n]) && n > 1);
            assert_false(ledger_inclusion_holds(&leaf, m, n, &mine, &roots[n - 1]));
            if (mine.count > 0) {
                mine.at[mine.count / 2].bytes[m % 32] ^= 1;
                assert_false(ledger_inclusion_holds(&leaf, m, n, &mine, &roots[n]));
                mine.at[mine.count / 2].bytes[m % 32] ^= 1;
                mine.count--;
                assert_false(ledger_inclusion_holds(&leaf, m, n, &mine, &roots[n]));
            }
        }
        for (size_t m = 1; m <= n; m++) {
            struct ledger_proof mine, naive = {.count = 0};
            naive_subproof(m, naive_entries, n, true, &naive);
            assert_ok(ledger_proof_consistency(m, n, tree_get, &t, &mine, NULL));
            assert_int_equal(mine.count, naive.count);
            assert_memory_equal(mine.at, naive.at, mine.count * sizeof mine.at[0]);
            assert_true(ledger_consistency_holds(m, n, &mine, &roots[m], &roots[n]));
            assert_false(ledger_consistency_holds(m, n, &mine, &roots[m - 1], &roots[n]));
            assert_false(ledger_consistency_holds(m, n, &mine, &roots[m], &roots[n - 1]) && m != n - 1);
            for (size_t i = 0; i < mine.count; i++) {
                mine.at[i].bytes[0] ^= 0x80;
                assert_false(ledger_consistency_holds(m, n, &mine, &roots[m], &roots[n]));
                mine.at[i].bytes[0] ^= 0x80;
            }
        }
    }
    struct ledger_proof p;
    assert_int_equal(ledger_proof_inclusion(5, 5, tree_get, &t, &p, NULL), CU_INVALID);
    assert_int_equal(ledger_proof_consistency(6, 5, tree_get, &t, &p, NULL), CU_INVALID);
}

// --- in files

static struct ledger *open_small(uint64_t size_min)
{
    struct ledger *l = NULL;
    struct cu_error err = {0};
    struct ledger_options o = {.folder = folder, .segment_bytes_max = 700, .size_min = size_min};
    if (ledger_open(&o, &l, &err) != CU_OK)
        fail_msg("%s", err.text);
    return l;
}

static cu_str entry_text(uint64_t i, char buffer[300])
{
    size_t n = (size_t)snprintf(buffer, 300, "{\"entry\":%llu,\"text\":\"", (unsigned long long)i);
    memset(buffer + n, 'a' + (int)(i % 26), i * 7 % 200);
    return (cu_str){buffer, n + i * 7 % 200};
}

static void append(struct ledger *l, uint64_t i)
{
    char buffer[300];
    uint64_t index = 0;
    assert_ok(ledger_append(l, entry_text(i, buffer), true, &index, NULL));
    assert_int_equal(index, i);
}

static void check_all(struct ledger *l, uint64_t size)
{
    static struct tree t;
    t = (struct tree){.count = 0};
    struct ledger_hash root, other;
    char buffer[300];
    struct cu_buf out;
    cu_buf_init(&out, 4096);
    assert_int_equal(ledger_size(l), size);
    for (uint64_t i = 0; i < size; i++) {
        cu_buf_reset(&out);
        assert_ok(ledger_read(l, i, &out, NULL));
        assert_true(cu_str_eq(cu_buf_view(&out), entry_text(i, buffer)));
        tree_add(&t, cu_buf_view(&out));
    }
    ledger_edge_root(&t.edge, &root);
    assert_ok(ledger_root(l, size, &other, NULL));
    assert_true(ledger_hash_equal(&root, &other));
    for (uint64_t n = 1; n <= size; n += 1 + n / 3) {
        struct ledger_proof p;
        struct ledger_hash leaf, at_n;
        assert_ok(ledger_root(l, n, &at_n, NULL));
        assert_ok(ledger_consistency(l, n, size, &p, NULL));
        assert_true(ledger_consistency_holds(n, size, &p, &at_n, &root));
        ledger_hash_leaf(entry_text(n - 1, buffer), &leaf);
        assert_ok(ledger_inclusion(l, n - 1, size, &p, NULL));
        assert_true(ledger_inclusion_holds(&leaf, n - 1, size, &p, &root));
    }
    cu_buf_reset(&out);
    assert_int_equal(ledger_read(l, size, &out, NULL), CU_NOT_FOUND);
    assert_int_equal(ledger_root(l, size + 1, &root, NULL), CU_INVALID);
    cu_buf_clear(&out);
}

static void check_verified(uint64_t size)
{
    struct ledger_report r = {.at_count = 1};
    struct cu_error err = {0};
    r.at[0].size = size / 2;
    if (ledger_verify(folder, &r, NULL, NULL, &err) != CU_OK)
        fail_msg("%s", err.text);
    assert_int_equal(r.size, size);
    assert_int_equal(r.tail_bytes, 0);
    assert_true(r.at[0].known);
}

static void test_files(void **state)
{
    (void)state;
    test_folder_empty(folder);
    struct ledger *l = open_small(0);
    check_all(l, 0);
    uint64_t size = 0;
    for (int round = 0; round < 6; round++) {
        for (int i = 0; i < 23; i++)
            append(l, size++);
        check_all(l, size);
        ledger_close(l);
        check_verified(size);
        l = open_small(size);
    }
    check_all(l, size);
    ledger_close(l);
    char *path = test_path(folder, "hashes"); // derived: made again
    assert_int_equal(unlink(path), 0);
    free(path);
    l = open_small(size);
    append(l, size++);
    check_all(l, size);
    ledger_close(l);
    check_verified(size);
}

static void test_many_entries_in_runs(void **state)
{
    (void)state;
    test_folder_empty(folder);
    struct ledger *l = open_small(0);
    char buffer[300];
    for (uint64_t i = 0; i < 90; i++)
        append(l, i);
    uint64_t seen = 0;
    for (uint64_t to = 90; to > 0;) { // backwards
        struct ledger_run r;
        assert_ok(ledger_run_load(l, 0, to, &r, NULL));
        for (size_t i = 0; i < r.count; i++, seen++)
            assert_true(cu_str_eq(ledger_run_entry(&r, i), entry_text(r.first + i, buffer)));
        to = r.first;
        ledger_run_clear(&r);
    }
    assert_int_equal(seen, 90);
    for (uint64_t from = 13; from < 90;) { // forwards
        struct ledger_run r;
        uint64_t first, to;
        ledger_segment_span(l, from, &first, &to);
        assert_true(first <= from && from < to);
        assert_ok(ledger_run_load(l, from, to - (to - from > 2), &r, NULL));
        assert_int_equal(r.first, from);
        for (size_t i = 0; i < r.count; i++)
            assert_true(cu_str_eq(ledger_run_entry(&r, i), entry_text(from + i, buffer)));
        ledger_run_clear(&r);
        from = to;
    }
    struct ledger_run r;
    assert_int_equal(ledger_run_load(l, 0, 91, &r, NULL), CU_NOT_FOUND);
    assert_int_equal(ledger_append(l, CU_NONE, true, NULL, NULL), CU_INVALID);
    ledger_close(l);
}

static void test_entries_nobody_waits_for(void **state)
{
    (void)state;
    test_folder_empty(folder);
    struct ledger *l = open_small(0);
    char buffer[300];
    for (uint64_t i = 0; i < 5; i++)
        assert_ok(ledger_append(l, entry_text(i, buffer), false, NULL, NULL));
    assert_true(ledger_waiting(l));
    assert_int_equal(ledger_size(l), 0);
    append(l, 5); // takes them along, in order
    assert_false(ledger_waiting(l));
    assert_ok(ledger_append(l, entry_text(6, buffer), false, NULL, NULL));
    assert_ok(ledger_flush(l, NULL));
    check_all(l, 7);
    assert_ok(ledger_append(l, entry_text(7, buffer), false, NULL, NULL));
    ledger_close(l); // writes what waits
    l = open_small(8);
    check_all(l, 8);
    ledger_close(l);
}

static void test_one_writer_and_readers(void **state)
{
    (void)state;
    test_folder_empty(folder);
    struct ledger *l = NULL, *second = NULL, *reader = NULL;
    struct ledger_options ro = {.folder = folder, .read_only = true};
    assert_int_not_equal(ledger_open(&ro, &reader, NULL), CU_OK);
    l = open_small(0);
    struct ledger_options o = {.folder = folder};
    assert_int_equal(ledger_open(&o, &second, NULL), CU_LOCKED);
    append(l, 0);
    assert_ok(ledger_open(&ro, &reader, NULL));
    check_all(reader, 1);
    assert_int_equal(ledger_append(reader, CU_LIT("x"), true, NULL, NULL), CU_INVALID);
    for (uint64_t i = 1; i < 70; i++) {
        append(l, i);
        if (i % 9 == 0) {
            assert_ok(ledger_refresh(reader, NULL));
            check_all(reader, i + 1);
        }
    }
    check_verified(70); // while it is open
    ledger_close(l);
    assert_ok(ledger_refresh(reader, NULL));
    check_all(reader, 70);
    ledger_close(reader);
}

// --- threads

enum { THREADS = 8, EACH = 60 };
static void *appender(void *context)
{
    struct ledger *l = context;
    uint64_t last = 0;
    for (int i = 0; i < EACH; i++) {
        char text[64];
        uint64_t index = 0;
        int n = snprintf(text, sizeof text, "thread %lu entry %d", (unsigned long)pthread_self(), i);
        assert_ok(ledger_append(l, (cu_str){text, (size_t)n}, true, &index, NULL));
        assert_true(i == 0 || index > last);
        last = index;
        struct cu_buf out; // durable and readable at once
        cu_buf_init(&out, 256);
        assert_ok(ledger_read(l, index, &out, NULL));
        assert_true(cu_str_eq(cu_buf_view(&out), (cu_str){text, (size_t)n}));
        cu_buf_clear(&out);
    }
    return NULL;
}

static void test_threads(void **state)
{
    (void)state;
    test_folder_empty(folder);
    struct ledger *l = open_small(0);
    pthread_t threads[THREADS];
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, appender, l), 0);
    for (int i = 0; i < THREADS; i++)
        assert_int_equal(pthread_join(threads[i], NULL), 0);
    assert_int_equal(ledger_size(l), THREADS * EACH);
    ledger_close(l);
    check_verified(THREADS * EACH);
}

// --- every byte

struct flips {
    struct ledger_hash root;
    uint64_t size, flips;
};

static void flip_file(const char *where, const char *name, void *context)
{
    struct flips *f = context;
    static const uint8_t by[] = {0x01, 0x80, 0xff, 0x20};
    int all = getenv("LEDGER_FLIP_ALL") != NULL; // by command: every other value of every byte
    struct test_bytes b = test_read(where, name);
    char *path = test_path(where, name);
    int fd = open(path, O_WRONLY);
    free(path);
    for (size_t at = 0; at < b.len; at++) {
        for (unsigned v = 1; v <= (all ? 255u : (unsigned)sizeof by); v++) {
            uint8_t changed = b.ptr[at] ^ (uint8_t)(all ? v : by[v - 1]);
            assert_int_equal(pwrite(fd, &changed, 1, (off_t)at), 1);
            struct ledger_report r = {.at_count = 1};
            r.at[0].size = f->size;
            bool found = ledger_verify(where, &r, NULL, NULL, NULL) != CU_OK || !r.at[0].known ||
                         !ledger_hash_equal(&r.at[0].root, &f->root);
            if (!found)
                fail_msg("%s: byte %zu ^ %02x was not found", name, at, changed ^ b.ptr[at]);
            f->flips++;
        }
        assert_int_equal(pwrite(fd, b.ptr + at, 1, (off_t)at), 1);
    }
    (void)close(fd);
    free(b.ptr);
}

static void test_every_flipped_byte_is_found(void **state)
{
    (void)state;
    test_folder_empty(folder);
    struct ledger *l = open_small(0);
    struct flips f = {.size = 13};
    for (uint64_t i = 0; i < f.size; i++)
        append(l, i);
    assert_ok(ledger_root(l, f.size, &f.root, NULL));
    ledger_close(l);
    test_each_file(folder, flip_file, &f);
    assert_true(f.flips >= 4 * 1500);
    check_verified(f.size);
}

// Cut anywhere: a start has the whole groups before the cut, or says that what was signed is missing.
static void test_cut_anywhere(void **state)
{
    (void)state;
    test_folder_empty(folder);
    struct ledger *l = open_small(0);
    for (uint64_t i = 0; i < 4; i++)
        append(l, i);
    ledger_close(l);
    struct test_bytes b = test_read(folder, "0000000001.seg");
    for (size_t len = 32; len < b.len; len++) {
        test_write(folder, "0000000001.seg", b.ptr, len);
        struct ledger_options o = {.folder = folder, .size_min = 4};
        assert_int_equal(ledger_open(&o, &l, NULL), CU_CORRUPT);
        struct test_bytes same = test_read(folder, "0000000001.seg");
        assert_int_equal(same.len, len); // nothing was cut
        free(same.ptr);
        l = open_small(0);
        uint64_t size = ledger_size(l);
        assert_true(size < 4);
        append(l, size);
        check_all(l, size + 1);
        ledger_close(l);
        check_verified(size + 1);
    }
    b.ptr[60] ^= 1; // damage with whole groups behind is no torn tail
    test_write(folder, "0000000001.seg", b.ptr, b.len);
    struct ledger_options o = {.folder = folder};
    assert_int_equal(ledger_open(&o, &l, NULL), CU_CORRUPT);
    free(b.ptr);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_vectors),
        cmocka_unit_test(test_every_proof_of_small_trees),
        cmocka_unit_test(test_files),
        cmocka_unit_test(test_many_entries_in_runs),
        cmocka_unit_test(test_entries_nobody_waits_for),
        cmocka_unit_test(test_one_writer_and_readers),
        cmocka_unit_test(test_threads),
        cmocka_unit_test(test_every_flipped_byte_is_found),
        cmocka_unit_test(test_cut_anywhere),
    };
    return cmocka_run_group_tests_name("store/ledger", tests, setup, teardown);
}
