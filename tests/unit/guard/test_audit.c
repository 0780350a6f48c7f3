// SPDX-License-Identifier: Apache-2.0
// The audit log: entries as they stand, searching, checkpoints, every byte of its folder, cosignatures, a new
// signing key, storage that fails and comes back.
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>

#include "store/store_test.h"

#include "base/clock.h"
#include "base/log.h"
#include "guard/audit_read.h"
#include "text/text.h"

#include <time.h>

static char *folder;
static struct keyring *keyring;
static int64_t now_ms = 1780000000000;

static int64_t fixed_now(void *context)
{
    (void)context;
    return now_ms;
}

static int setup(void **state)
{
    (void)state;
    static const uint8_t root[32] = {9};
    folder = test_folder_fast();
    cu_log_set_level(CU_LOG_ERROR + 1);
    cu_clock_inject(fixed_now, NULL);
    return (int)keyring_from_bytes(root, &keyring, NULL);
}

static int teardown(void **state)
{
    (void)state;
    cu_clock_inject(NULL, NULL);
    keyring_close(keyring);
    test_folder_free(folder);
    return 0;
}

static cu_code open_log(struct audit **ret, struct cu_error *err)
{
    struct audit_options o = {
        .folder = folder, .origin = "shop.example/audit", .keyring = keyring, .segment_bytes_max = 900};
    return audit_open(&o, ret, err);
}

static struct audit *open_good(void)
{
    struct audit *a = NULL;
    struct cu_error err = {0};
    if (open_log(&a, &err) != CU_OK)
        fail_msg("%s", err.text);
    return a;
}

static struct guard_access staff(int64_t id, const char *action)
{
    struct guard_access a = {.actor = GUARD_STAFF, .actor_id = id};
    (void)snprintf(a.role, sizeof a.role, "support");
    (void)snprintf(a.purpose, sizeof a.purpose, "support");
    (void)snprintf(a.action, sizeof a.action, "%s", action);
    (void)snprintf(a.network, sizeof a.network, "192.0.2.0/24");
    (void)snprintf(a.request_id, sizeof a.request_id, "r-%d", (int)id);
    return a;
}

static void put(struct audit *a, int64_t id, const char *action, enum guard_outcome outcome, uint8_t person)
{
    struct guard_access access = staff(id, action);
    uint8_t people[2][16];
    memset(people[0], 0xee, 16);
    memset(people[1], person, 16);
    struct audit_entry e = {.access = &access, .outcome = outcome, .people = (const uint8_t(*)[16])people,
        .people_count = person ? 2 : 0, .fields = CU_LIT("email,orders")};
    assert_ok(audit_append(a, &e, true, NULL, NULL));
}

static bool collect(void *context, uint64_t index, cu_str entry)
{
    struct cu_buf *b = context;
    (void)entry;
    cu_buf_printf(b, "%llu ", (unsigned long long)index);
    return true;
}

static void found(const struct audit_filter *f, const char *expected)
{
    struct audit_reader *r = NULL;
    struct cu_buf b;
    uint64_t next = 1;
    cu_buf_init(&b, 65536);
    assert_ok(audit_reader_open(folder, &r, NULL));
    assert_ok(audit_search(r, f, UINT64_MAX, UINT64_MAX, collect, &b, &next, NULL));
    assert_int_equal(next, 0);
    assert_string_equal(b.len ? b.ptr : "", expected);
    cu_buf_reset(&b); // again, in small steps, with what was learned of times
    for (next = UINT64_MAX; next > 0;)
        assert_ok(audit_search(r, f, next, 1, collect, &b, &next, NULL));
    assert_string_equal(b.len ? b.ptr : "", expected);
    cu_buf_clear(&b);
    audit_reader_close(r);
}

static void test_entries(void **state)
{
    (void)state;
    test_folder_empty(folder);
    struct audit *a = open_good();
    struct guard_access access = staff(7, "people.get");
    uint64_t index = 99;
    access.break_glass = true;
    (void)snprintf(access.request_id, sizeof access.request_id, "a\"b\\\n");
    uint8_t person[1][16] = {{0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 255}};
    struct audit_entry e = {.access = &access,
        .outcome = GUARD_DONE,
        .people = (const uint8_t(*)[16])person,
        .people_count = 1,
        .fields = CU_LIT("email"),
        .detail = CU_LIT("{\"count\":3}")};
    assert_ok(audit_append(a, &e, true, &index, NULL));
    assert_int_equal(index, 0);
    struct audit_entry small = {
        .access = &(struct guard_access){.actor = GUARD_SYSTEM, .purpose = "upkeep", .action = "job"}};
    assert_ok(audit_append(a, &small, true, &index, NULL));
    assert_int_equal(index, 1);
    static const char *const bad[] = {"", "[]", "{\"a\":1}\n", "{\"a\":\n1}", "{\"a\":\"\xff\"}", "{"};
    for (size_t i = 0; i < CU_COUNT(bad); i++) {
        e.detail = cu_str_of(bad[i]);
        assert_int_equal(audit_append(a, &e, true, NULL, NULL), CU_INVALID);
    }
    audit_close(a);
    struct audit_reader *r = NULL;
    struct cu_buf out;
    cu_buf_init(&out, 4096);
    assert_ok(audit_reader_open(folder, &r, NULL));
    assert_ok(ledger_read(audit_reader_ledger(r), 0, &out, NULL));
    assert_string_equal(out.ptr,
        "{\"v\":1,\"time\":\"2026-05-28T20:26:40.000Z\",\"actor\":\"staff\",\"id\":7,\"role\":\"support\","
        "\"purpose\":\"support\",\"action\":\"people.get\",\"outcome\":\"done\",\"break_glass\":true,"
        "\"people\":[\"000102030405060708090a0b0c0d0eff\"],\"fields\":\"email\",\"detail\":{\"count\":3},"
        "\"network\":\"192.0.2.0/24\",\"request\":\"a\\\"b\\\\\\n\"}");
    cu_buf_reset(&out);
    assert_ok(ledger_read(audit_reader_ledger(r), 1, &out, NULL));
    assert_string_equal(out.ptr,
        "{\"v\":1,\"time\":\"2026-05-28T20:26:40.000Z\",\"actor\":\"system\",\"id\":0,\"purpose\":\"upkeep\","
        "\"action\":\"job\",\"outcome\":\"attempt\"}");
    cu_buf_clear(&out);
    audit_reader_close(r);
}

static void test_search(void **state)
{
    (void)state;
    test_folder_empty(folder);
    struct audit *a = open_good();
    for (int i = 0; i < 12; i++) {
        put(a, i % 3, i % 2 ? "people.get" : "people.list", i % 4 == 3 ? GUARD_REFUSED : GUARD_DONE, (uint8_t)(i % 5));
        now_ms += 1000;
    }
    found(&(struct audit_filter){.actor_id = -1}, "11 10 9 8 7 6 5 4 3 2 1 0 ");
    found(&(struct audit_filter){.actor = GUARD_STAFF, .actor_id = 2}, "11 8 5 2 ");
    found(&(struct audit_filter){.actor = GUARD_STAFF, .actor_id = -1}, "11 10 9 8 7 6 5 4 3 2 1 0 ");
    found(&(struct audit_filter){.actor = GUARD_TOKEN, .actor_id = 2}, "");
    found(&(struct audit_filter){.action = CU_LIT("people.get")}, "11 9 7 5 3 1 ");
    found(&(struct audit_filter){.action = CU_LIT("people.")}, "11 10 9 8 7 6 5 4 3 2 1 0 ");
    found(&(struct audit_filter){.action = CU_LIT("people.ge")}, "");
    found(&(struct audit_filter){.outcome = CU_LIT("refused")}, "11 7 3 ");
    uint8_t people[2][16];
    memset(people[0], 3, 16);
    memset(people[1], 77, 16);
    struct audit_filter f = {.people = (const uint8_t(*)[16])people, .people_count = 2};
    found(&f, "8 3 ");
    memset(people[1], 4, 16);
    found(&f, "9 8 4 3 ");
    f.outcome = CU_LIT("done");
    found(&f, "9 8 4 ");
    int64_t start = now_ms - 12000;
    found(&(struct audit_filter){.from_ms = start + 9000}, "11 10 9 ");
    found(&(struct audit_filter){.to_ms = start + 2000}, "1 0 ");
    found(&(struct audit_filter){.from_ms = start + 2000, .to_ms = start + 5000}, "4 3 2 ");
    found(&(struct audit_filter){.from_ms = start + 20000}, "");
    struct audit_reader *r = NULL;
    struct cu_buf b;
    uint64_t next = 0;
    cu_buf_init(&b, 4096);
    assert_ok(audit_reader_open(folder, &r, NULL));
    assert_ok(audit_follow(r, 7, collect, &b, &next, NULL));
    assert_string_equal(b.ptr, "7 8 9 10 11 ");
    put(a, 1, "people.get", GUARD_DONE, 1); // a reader sees what comes later
    cu_buf_reset(&b);
    assert_ok(audit_follow(r, next, collect, &b, &next, NULL));
    assert_string_equal(b.ptr, "12 ");
    assert_int_equal(next, 13);
    cu_buf_clear(&b);
    audit_reader_close(r);
    audit_close(a);
}

static struct audit_report verified(const struct note_key *key, const struct note_key *witness)
{
    struct audit_report report;
    struct cu_error err = {0};
    if (audit_verify(folder, key, witness, witness ? 1 : 0, &report, NULL, NULL, &err) != CU_OK)
        fail_msg("%s", err.text);
    return report;
}

static void test_checkpoints(void **state)
{
    (void)state;
    test_folder_empty(folder);
    struct audit_options o = {.folder = folder, .origin = "shop.example/audit", .keyring = keyring, .checkpoint_ms = 40};
    struct audit *a = NULL;
    assert_ok(audit_open(&o, &a, NULL));
    assert_int_equal(verified(NULL, NULL).signed_size, 0);
    put(a, 1, "people.get", GUARD_DONE, 1);
    uint64_t size = 0;
    for (int i = 0; i < 400 && size == 0; i++) { // by itself
        (void)nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
        size = verified(NULL, NULL).signed_size;
    }
    assert_int_equal(size, 1);
    struct guard_access access = staff(1, "session.delete");
    assert_ok(audit_append(a, &(struct audit_entry){.access = &access}, false, NULL, NULL)); // nobody waits
    for (int i = 0; i < 400 && size == 1; i++) {
        (void)nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
        size = verified(NULL, NULL).signed_size;
    }
    assert_int_equal(size, 2);
    audit_close(a);
    // at the end, whatever the interval; and a start that finds what a crash left unsigned
    a = open_good();
    put(a, 1, "people.get", GUARD_DONE, 1);
    assert_int_equal(verified(NULL, NULL).signed_size, 2);
    struct test_bytes before = test_read(folder, "checkpoint");
    audit_close(a);
    assert_int_equal(verified(NULL, NULL).signed_size, 3);
    test_write(folder, "checkpoint", before.ptr, before.len);
    free(before.ptr);
    a = open_good();
    assert_int_equal(verified(NULL, NULL).signed_size, 3);
    audit_close(a);
}

static void refused_start(cu_code expected)
{
    struct audit *a = NULL;
    struct cu_error err = {0};
    assert_int_equal(open_log(&a, &err), expected);
    assert_true(err.text[0] != 0);
}

static void test_starts_that_are_refused(void **state)
{
    (void)state;
    test_folder_empty(folder);
    struct audit *a = open_good();
    struct audit *second = NULL;
    assert_int_equal(open_log(&second, NULL), CU_LOCKED);
    for (int i = 0; i < 3; i++)
        put(a, 1, "people.get", GUARD_DONE, 1);
    audit_close(a);
    struct test_bytes checkpoint = test_read(folder, "checkpoint"), key = test_read(folder, "sign.key"),
                      segment = test_read(folder, "0000000001.seg");
    char *path = test_path(folder, "checkpoint");
    (void)unlink(path);
    refused_start(CU_CORRUPT);
    test_write(folder, "checkpoint", checkpoint.ptr, checkpoint.len);
    free(path);
    path = test_path(folder, "sign.key");
    (void)unlink(path);
    refused_start(CU_KEY);
    test_write(folder, "sign.key", key.ptr, key.len);
    free(path);
    test_write(folder, "0000000001.seg", segment.ptr, segment.len - 100); // less than was signed
    refused_start(CU_CORRUPT);
    test_write(folder, "0000000001.seg", segment.ptr, segment.len);
    static const uint8_t root[32] = {10};
    struct keyring *other = NULL;
    assert_ok(keyring_from_bytes(root, &other, NULL));
    struct audit_options o = {.folder = folder, .keyring = other};
    assert_int_equal(audit_open(&o, &a, NULL), CU_KEY);
    keyring_close(other);
    o = (struct audit_options){.folder = folder, .keyring = keyring, .origin = "elsewhere.example/audit"};
    assert_int_equal(audit_open(&o, &a, NULL), CU_KEY);
    a = open_good();
    put(a, 1, "people.get", GUARD_DONE, 1);
    audit_close(a);
    assert_int_equal(verified(NULL, NULL).size, 4);
    free(checkpoint.ptr);
    free(key.ptr);
    free(segment.ptr);
}

struct flips {
    struct note_key key;
    uint64_t flips;
};

static void flip_file(const char *where, const char *name, void *context)
{
    struct flips *f = context;
    if (strcmp(name, "sign.key") == 0)
        return; // not part of what is verified: a start tells (test_note)
    struct test_bytes b = test_read(where, name);
    char *path = test_path(where, name);
    int fd = open(path, O_WRONLY);
    static const uint8_t by[] = {0x01, 0x80, 0xff, 0x20, 0x03};
    bool all = getenv("LEDGER_FLIP_ALL") != NULL;
    for (size_t at = 0; at < b.len; at++) {
        for (unsigned v = 1; v <= (all ? 255u : (unsigned)sizeof by); v++) {
            uint8_t changed = b.ptr[at] ^ (uint8_t)(all ? v : by[v - 1]);
            struct audit_report report;
            assert_int_equal(pwrite(fd, &changed, 1, (off_t)at), 1);
            if (audit_verify(where, &f->key, NULL, 0, &report, NULL, NULL, NULL) == CU_OK)
                fail_msg("%s: byte %zu ^ %02x was not found", name, at, changed ^ b.ptr[at]);
            f->flips++;
        }
        assert_int_equal(pwrite(fd, b.ptr + at, 1, (off_t)at), 1);
    }
    (void)close(fd);
    free(path);
    free(b.ptr);
}

static void test_every_byte_of_the_folder(void **state)
{
    (void)state;
    test_folder_empty(folder);
    struct flips f = {.flips = 0};
    struct audit *a = open_good();
    for (int i = 0; i < 5; i++)
        put(a, i, "people.get", GUARD_DONE, (uint8_t)i);
    audit_close(a);
    assert_ok(audit_current_key(folder, &f.key, NULL));
    verified(&f.key, NULL);
    test_each_file(folder, flip_file, &f);
    assert_true(f.flips > 5 * 1500);
    verified(&f.key, NULL);
}

static void test_a_new_key(void **state)
{
    (void)state;
    test_folder_empty(folder);
    struct note_key first, last, stranger;
    struct audit *a = open_good();
    put(a, 1, "people.get", GUARD_DONE, 1);
    assert_ok(audit_current_key(folder, &first, NULL));
    guard_enter_system("upkeep", "test");
    assert_ok(audit_rotate_key(a, NULL));
    put(a, 1, "people.get", GUARD_DONE, 1);
    assert_ok(audit_rotate_key(a, NULL));
    guard_leave();
    audit_close(a);
    assert_ok(audit_current_key(folder, &last, NULL));
    assert_int_not_equal(first.hash, last.hash);
    a = open_good();
    put(a, 1, "people.get", GUARD_DONE, 1);
    audit_close(a);
    // whoever kept the first key follows both changes; the newest key is enough for what it signed
    assert_int_equal(verified(&first, NULL).size, 5);
    assert_int_equal(verified(NULL, NULL).size, 5);
    struct audit_report report;
    struct cu_error err = {0};
    struct sign_key *k = NULL;
    uint8_t public_key[32];
    assert_ok(sign_key_new(&k, NULL));
    sign_key_public(k, public_key);
    assert_ok(note_key_make(CU_LIT("shop.example/audit"), NOTE_ED25519, public_key, &stranger, NULL));
    assert_int_equal(audit_verify(folder, &stranger, NULL, 0, &report, NULL, NULL, &err), CU_CORRUPT);
    sign_key_free(k);
}

static void test_witnesses(void **state)
{
    (void)state;
    test_folder_empty(folder);
    struct audit *a = open_good();
    struct sign_key *witness = NULL;
    struct note_key key;
    struct note note;
    uint8_t public_key[32];
    assert_ok(sign_key_new(&witness, NULL));
    sign_key_public(witness, public_key);
    assert_ok(note_key_make(CU_LIT("witness.example/w1"), NOTE_COSIGNATURE, public_key, &key, NULL));
    put(a, 1, "people.get", GUARD_DONE, 1);
    put(a, 1, "people.get", GUARD_DONE, 1);
    assert_ok(audit_sign(a, NULL));
    struct cu_buf text;
    cu_buf_init(&text, NOTE_MAX);
    assert_ok(audit_checkpoint_read(folder, &text, NULL));
    assert_int_equal(audit_cosign(folder, cu_buf_view(&text), &key, 1, NULL), CU_INVALID); // no witness yet
    assert_ok(note_parse(cu_buf_view(&text), &note, NULL));
    struct cu_buf line;
    cu_buf_init(&line, NOTE_MAX);
    note_sign(&key, witness, note.text, 1780000000, &line);
    cu_buf_str(&text, cu_buf_view(&line));
    assert_ok(audit_cosign(folder, cu_buf_view(&text), &key, 1, NULL));
    assert_int_equal(verified(NULL, &key).cosigned_size, 2);
    put(a, 1, "people.get", GUARD_DONE, 1);
    audit_close(a);
    assert_int_equal(verified(NULL, &key).cosigned_size, 2);
    struct audit_report report;
    key.hash ^= 1;
    assert_int_equal(audit_verify(folder, NULL, &key, 1, &report, NULL, NULL, NULL), CU_CORRUPT);
    key.hash ^= 1;
    // the same size, another root, by this log's own key: two logs go by one name
    struct note_checkpoint c;
    struct sign_key *own = NULL;
    struct note_key own_key;
    char *path = test_path(folder, "sign.key");
    assert_ok(sign_key_load(keyring, CU_LIT("shop.example/audit"), path, &own, NULL));
    free(path);
    assert_ok(audit_current_key(folder, &own_key, NULL));
    cu_buf_reset(&text);
    assert_ok(audit_checkpoint_read(folder, &text, NULL));
    assert_ok(note_parse(cu_buf_view(&text), &note, NULL));
    assert_ok(note_checkpoint_parse(note.text, &c, NULL));
    c.root[0] ^= 1;
    cu_buf_reset(&line);
    note_checkpoint_print(&c, &line);
    cu_buf_reset(&text);
    cu_buf_printf(&text, "%s\n", line.ptr);
    note_sign(&own_key, own, cu_buf_view(&line), 0, &text);
    note_sign(&key, witness, cu_buf_view(&line), 1780000001, &text);
    assert_int_equal(audit_cosign(folder, cu_buf_view(&text), &key, 1, NULL), CU_CORRUPT);
    test_write(folder, "cosigned", text.ptr, text.len);
    assert_int_equal(audit_verify(folder, NULL, &key, 1, &report, NULL, NULL, NULL), CU_CORRUPT);
    sign_key_free(own);
    sign_key_free(witness);
    cu_buf_clear(&text);
    cu_buf_clear(&line);
}

// What a backup takes while it goes on: signed and verified at its place, and opened there.
static void test_a_copy_while_it_is_written(void **state)
{
    (void)state;
    char *copy = test_folder_fast();
    for (int entries = 0; entries < 14; entries++) {
        struct cut c;
        struct audit_report report;
        struct cu_error err = {0};
        test_folder_empty(folder);
        test_folder_empty(copy);
        cut_init(&c);
        assert_ok(audit_cut(copy, &c, NULL)); // nothing there
        assert_int_equal(c.count, 0);
        struct audit *a = open_good();
        for (int i = 0; i < entries; i++)
            put(a, 1, "people.get", GUARD_DONE, 1);
        assert_ok(audit_cut(folder, &c, NULL));
        for (int i = 0; i < 9; i++)
            put(a, 1, "people.get", GUARD_DONE, 1);
        assert_ok(audit_sign(a, NULL));
        for (size_t i = 0; i < c.count; i++) {
            uint8_t *bytes = malloc((size_t)c.files[i].size + 1);
            assert_non_null(bytes);
            assert_true(strncmp(c.files[i].name, "audit/", 6) == 0);
            assert_ok(cut_read(&c.files[i], bytes, (size_t)c.files[i].size, 0, NULL));
            test_write(copy, c.files[i].name + 6, bytes, (size_t)c.files[i].size);
            free(bytes);
        }
        cut_clear(&c);
        audit_close(a);
        if (audit_verify(copy, NULL, NULL, 0, &report, NULL, NULL, &err) != CU_OK)
            fail_msg("%s", err.text);
        assert_true(report.size >= (uint64_t)entries);
        struct audit_options o = {.folder = copy, .keyring = keyring};
        assert_ok(audit_open(&o, &a, NULL));
        put(a, 1, "people.get", GUARD_DONE, 1);
        audit_close(a);
        assert_ok(audit_verify(copy, NULL, NULL, 0, &report, NULL, NULL, &err));
    }
    test_folder_free(copy);
}

static void test_failing_storage(void **state)
{
    (void)state;
    test_folder_empty(folder);
    struct audit *a = open_good();
    struct guard_access access = staff(1, "people.get");
    struct audit_entry e = {.access = &access, .outcome = GUARD_DONE};
    struct cu_error err = {0};
    put(a, 1, "people.get", GUARD_DONE, 1);
    cu_fault_arm(CU_FAULT_IO, 1, true);
    assert_int_equal(audit_append(a, &e, true, NULL, &err), CU_UNAVAILABLE);
    assert_non_null(strstr(err.text, "storage_full"));
    assert_ok(audit_append(a, &e, false, NULL, NULL)); // kept until there is room
    assert_int_not_equal(audit_sign(a, NULL), CU_MISSING);
    cu_fault_disarm();
    put(a, 1, "people.get", GUARD_DONE, 1);
    audit_close(a);
    assert_int_equal(verified(NULL, NULL).size, 3);
}

static void test_every_operation_fails(void **state)
{
    (void)state;
    for (int kind = 0; kind < CU_FAULT_KINDS; kind++) {
        for (uint64_t n = 1;; n++) {
            struct audit *a = NULL;
            uint64_t told = 0;
            test_folder_empty(folder);
            cu_fault_arm((enum cu_fault_kind)kind, n, false);
            struct guard_access access = staff(1, "people.get");
            struct audit_entry e = {.access = &access, .outcome = GUARD_DONE};
            if (open_log(&a, NULL) == CU_OK) {
                for (int i = 0; i < 4; i++)
                    told += audit_append(a, &e, true, NULL, NULL) == CU_OK;
                (void)!audit_sign(a, NULL);
                (void)!audit_rotate_key(a, NULL);
                audit_close(a);
            }
            uint64_t seen = cu_fault_count((enum cu_fault_kind)kind);
            cu_fault_disarm();
            a = open_good();
            put(a, 1, "people.get", GUARD_DONE, 1);
            audit_close(a);
            assert_true(verified(NULL, NULL).size >= told + 1);
            if (seen < n)
                break;
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_entries),
        cmocka_unit_test(test_search),
        cmocka_unit_test(test_checkpoints),
        cmocka_unit_test(test_starts_that_are_refused),
        cmocka_unit_test(test_every_byte_of_the_folder),
        cmocka_unit_test(test_a_new_key),
        cmocka_unit_test(test_witnesses),
        cmocka_unit_test(test_a_copy_while_it_is_written),
        cmocka_unit_test(test_failing_storage),
        cmocka_unit_test(test_every_operation_fails),
    };
    return cmocka_run_group_tests_name("guard/audit", tests, setup, teardown);
}
