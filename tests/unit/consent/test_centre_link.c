// SPDX-License-Identifier: Apache-2.0
// Links of the privacy centre: made, looked at, used up, ended, forgotten with their person; what is stored; every
// allocation and every file operation failing.
#include "../store/store_test.h"

#include "app/records_schema.h"
#include "base/clock.h"
#include "base/log.h"
#include "consent/centre_link.h"
#include "text/text.h"

#define HOUR INT64_C(3600000)
#define DAY (24 * HOUR)

struct shop {
    char *folder;
    struct keyring *keyring;
    struct keys *keys;
    struct guard *guard;
    struct timeline *timeline;
    struct people *people;
    struct dictionary *dictionary;
    struct centre_links *links;
    int64_t now_ms;
};

static int64_t now_of(void *context)
{
    return ((struct shop *)context)->now_ms;
}

static int setup(void **state)
{
    static const uint8_t root[32] = {1, 2, 3};
    cu_log_set_level(CU_LOG_ERROR + 1);
    struct shop *s = calloc(1, sizeof *s);
    assert_non_null(s);
    s->now_ms = INT64_C(1790000000000);
    s->folder = test_folder_fast();
    cu_clock_inject(now_of, s);
    char *keys = test_path(s->folder, "keys"), *records = test_path(s->folder, "records.db"), *index = test_path(s->folder, "index.db"),
         *timeline = test_path(s->folder, "timeline");
    assert_ok(dictionary_load(CU_LIT("version: 1\n"), &s->dictionary, NULL));
    assert_ok(keyring_from_bytes(root, &s->keyring, NULL));
    assert_ok(keys_open(&(struct keys_options){.path = keys, .keyring = s->keyring}, &s->keys, NULL));
    assert_ok(guard_start_inside(&(struct guard_options){.keys = s->keys}, &s->guard, NULL));
    guard_enter_system("intake", "test");
    assert_ok(timeline_open(&(struct timeline_options){.folder = timeline}, &s->timeline, NULL));
    const struct people_options o = {.records_path = records, .index_path = index, .records_schema = records_schema(),
        .keyring = s->keyring, .guard = s->guard, .timeline = s->timeline};
    assert_ok(people_open(&o, &s->people, NULL));
    people_set_dictionary(s->people, s->dictionary);
    assert_ok(centre_links_open(s->people, &s->links, NULL));
    free(keys);
    free(records);
    free(index);
    free(timeline);
    *state = s;
    return 0;
}

static int teardown(void **state)
{
    struct shop *s = *state;
    centre_links_close(s->links);
    people_close(s->people);
    timeline_close(s->timeline);
    guard_stop(s->guard);
    guard_leave();
    keys_close(s->keys);
    keyring_close(s->keyring);
    dictionary_free(s->dictionary);
    char *timeline = test_path(s->folder, "timeline");
    test_folder_free(timeline);
    test_folder_free(s->folder);
    cu_clock_inject(NULL, NULL);
    free(s);
    return 0;
}

static uint32_t person(struct shop *s, const char *user_id)
{
    const struct person_id id = {CU_LIT("user_id"), cu_str_of(user_id)};
    const struct evidence ev = {.source = 1, .seq = 1, .time_ms = 1, .received_ms = 1};
    uint32_t pno = 0;
    (void)people_lock(s->people);
    assert_ok(people_begin(s->people, NULL));
    assert_ok(people_identify(s->people, &id, 1, &ev, &pno, NULL));
    assert_ok(people_commit(s->people, NULL));
    people_unlock(s->people);
    return pno;
}

static cu_code make(struct shop *s, const struct centre_link *l, char token[CENTRE_TOKEN_MAX], struct cu_error *err)
{
    (void)people_lock(s->people);
    cu_code code = people_begin(s->people, err);
    if (code == CU_OK) {
        code = centre_link_make(s->links, l, token, err);
        if (code == CU_OK)
            code = people_commit(s->people, err);
        else
            people_rollback(s->people);
    }
    people_unlock(s->people);
    return code;
}

static cu_code take(struct shop *s, const char *token, struct centre_link *ret)
{
    struct cu_error err;
    (void)people_lock(s->people);
    assert_ok(people_begin(s->people, NULL));
    cu_code code = centre_link_take(s->links, cu_str_of(token), ret, &err);
    if (code == CU_OK)
        assert_ok(people_commit(s->people, NULL));
    else
        people_rollback(s->people);
    people_unlock(s->people);
    return code;
}

static cu_code look(struct shop *s, const char *token, struct centre_link *ret)
{
    struct cu_error err;
    return centre_link_look(s->links, cu_str_of(token), ret, &err);
}

static const struct cu_uuid request = {{1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16}};

static void test_each_purpose(void **state)
{
    struct shop *s = *state;
    const uint32_t pno = person(s, "a");
    const struct {
        struct centre_link link;
        int64_t lives_ms;
    } rows[] = {
        {{.purpose = CENTRE_LINK_VISIT, .pno = pno, .once = true}, HOUR},
        {{.purpose = CENTRE_LINK_VERIFY, .pno = pno, .about = request, .once = true}, DAY},
        {{.purpose = CENTRE_LINK_VERIFY, .pno = 0, .about = request, .once = true}, DAY},
        {{.purpose = CENTRE_LINK_DOWNLOAD, .pno = pno, .about = request}, 7 * DAY},
        {{.purpose = CENTRE_LINK_UNSUBSCRIBE, .pno = pno, .subject = "marketing_email"}, 5 * 365 * DAY},
        {{.purpose = CENTRE_LINK_VISIT, .pno = pno, .once = true, .valid_ms = 1000}, 1000},
    };
    for (size_t i = 0; i < CU_COUNT(rows); i++) {
        char token[CENTRE_TOKEN_MAX];
        struct centre_link got;
        int64_t began = s->now_ms;
        assert_ok(make(s, &rows[i].link, token, NULL));
        assert_int_equal(strlen(token), 22);
        for (int again = 0; again < 2; again++) { // looking changes nothing
            assert_ok(look(s, token, &got));
            assert_int_equal(got.purpose, rows[i].link.purpose);
            assert_int_equal(got.pno, rows[i].link.pno);
            assert_memory_equal(got.about.bytes, rows[i].link.about.bytes, 16);
            assert_string_equal(got.subject, rows[i].link.subject);
            assert_int_equal(got.once, rows[i].link.once);
            assert_int_equal(got.valid_ms, rows[i].lives_ms);
        }
        s->now_ms = began + rows[i].lives_ms - 1;
        assert_ok(take(s, token, &got));
        assert_int_equal(take(s, token, &got), rows[i].link.once ? CU_NOT_FOUND : CU_OK);
        assert_int_equal(look(s, token, &got), rows[i].link.once ? CU_NOT_FOUND : CU_OK);
        s->now_ms = began + rows[i].lives_ms;
        assert_int_equal(look(s, token, &got), CU_NOT_FOUND);
        assert_int_equal(take(s, token, &got), CU_NOT_FOUND);
        s->now_ms = began;
    }
}

static void test_what_is_not_made(void **state)
{
    struct shop *s = *state;
    const struct {
        struct centre_link link;
        const char *field;
    } rows[] = {
        {{.purpose = 0, .pno = 1}, "purpose"},
        {{.purpose = 9, .pno = 1}, "purpose"},
        {{.purpose = CENTRE_LINK_VISIT, .pno = 0}, "pno"},
        {{.purpose = CENTRE_LINK_UNSUBSCRIBE, .pno = 0, .subject = "x"}, "pno"},
        {{.purpose = CENTRE_LINK_DOWNLOAD, .pno = 0, .about = request}, "pno"},
        {{.purpose = CENTRE_LINK_DOWNLOAD, .pno = 1}, "about"},
        {{.purpose = CENTRE_LINK_VERIFY, .pno = 1}, "about"},
        {{.purpose = CENTRE_LINK_UNSUBSCRIBE, .pno = 1}, "subject"},
        {{.purpose = CENTRE_LINK_VISIT, .pno = 1, .valid_ms = -1}, "valid_ms"},
        {{.purpose = CENTRE_LINK_VISIT, .pno = 1, .valid_ms = 11 * 365 * DAY}, "valid_ms"},
    };
    for (size_t i = 0; i < CU_COUNT(rows); i++) {
        char token[CENTRE_TOKEN_MAX];
        struct cu_error err = {.code = CU_OK};
        assert_int_equal(make(s, &rows[i].link, token, &err), CU_INVALID);
        assert_string_equal(err.field, rows[i].field);
    }
}

static void test_forged(void **state)
{
    struct shop *s = *state;
    char token[CENTRE_TOKEN_MAX], other[64];
    struct centre_link got;
    assert_ok(make(s, &(struct centre_link){.purpose = CENTRE_LINK_VISIT, .pno = person(s, "a"), .once = true}, token, NULL));
    for (size_t i = 0; i < 22; i++) {
        (void)snprintf(other, sizeof other, "%s", token);
        other[i] = other[i] == 'x' ? 'y' : 'x';
        assert_int_equal(look(s, other, &got), CU_NOT_FOUND);
        assert_int_equal(take(s, other, &got), CU_NOT_FOUND);
    }
    (void)snprintf(other, sizeof other, "%s=", token);
    assert_int_equal(look(s, other, &got), CU_NOT_FOUND);
    assert_int_equal(look(s, "", &got), CU_NOT_FOUND);
    (void)snprintf(other, sizeof other, "%.21s", token);
    assert_int_equal(look(s, other, &got), CU_NOT_FOUND);
    assert_ok(look(s, token, &got));
}

static bool file_holds(const char *folder, const char *name, const char *what)
{
    char *path = test_path(folder, name);
    struct cu_buf bytes;
    cu_buf_init(&bytes, 64 << 20);
    bool holds = cu_file_read_all(path, &bytes, NULL) == CU_OK && memmem(bytes.ptr, bytes.len, what, strlen(what)) != NULL;
    cu_buf_clear(&bytes);
    free(path);
    return holds;
}

static void test_only_the_hash_is_stored(void **state)
{
    struct shop *s = *state;
    char token[CENTRE_TOKEN_MAX];
    struct cu_buf raw;
    assert_ok(make(s, &(struct centre_link){.purpose = CENTRE_LINK_UNSUBSCRIBE, .pno = person(s, "a"), .subject = "marketing_email"}, token, NULL));
    cu_buf_init(&raw, 64);
    assert_true(text_base64_decode(cu_str_of(token), &raw));
    assert_int_equal(raw.len, 16);
    cu_buf_clear(&raw);
    assert_true(file_holds(s->folder, "records.db-wal", "marketing_email"));
    for (const char *const *name = (const char *const[]){"records.db", "records.db-wal", "index.db", "index.db-wal", NULL}; *name; name++)
        assert_false(file_holds(s->folder, *name, token));
}

static void test_goes_with_the_person(void **state)
{
    struct shop *s = *state;
    char token[2][CENTRE_TOKEN_MAX], of_nobody[CENTRE_TOKEN_MAX];
    struct centre_link got;
    struct cu_uuid id;
    struct db *d = NULL;
    const uint32_t a = person(s, "a"), b = person(s, "b");
    assert_ok(make(s, &(struct centre_link){.purpose = CENTRE_LINK_VISIT, .pno = a, .once = true}, token[0], NULL));
    assert_ok(make(s, &(struct centre_link){.purpose = CENTRE_LINK_UNSUBSCRIBE, .pno = b, .subject = "x"}, token[1], NULL));
    assert_ok(make(s, &(struct centre_link){.purpose = CENTRE_LINK_VERIFY, .about = request, .once = true}, of_nobody, NULL));
    assert_ok(people_read_take(s->people, &d, NULL));
    assert_ok(people_uuid(s->people, d, a, &id, NULL));
    people_read_give(s->people, d);
    assert_ok(people_forget_person(s->people, id, NULL));
    assert_int_equal(look(s, token[0], &got), CU_NOT_FOUND);
    assert_ok(look(s, token[1], &got));
    assert_ok(look(s, of_nobody, &got));
}

static int64_t rows_of(struct shop *s, const char *table)
{
    char *path = test_path(s->folder, "records.db"), command[4352];
    long long n = -1;
    (void)snprintf(command, sizeof command, "sqlite3 -readonly %s 'SELECT count(*) FROM %s'", path, table);
    FILE *f = popen(command, "r");
    assert_non_null(f);
    assert_int_equal(fscanf(f, "%lld", &n), 1);
    (void)pclose(f);
    free(path);
    return n;
}

static void test_expires_in_steps(void **state)
{
    struct shop *s = *state;
    char token[CENTRE_TOKEN_MAX];
    const uint32_t pno = person(s, "a");
    (void)people_lock(s->people);
    assert_ok(people_begin(s->people, NULL));
    for (int i = 0; i < 1203; i++)
        assert_ok(centre_link_make(s->links, &(struct centre_link){.purpose = CENTRE_LINK_VISIT, .pno = pno, .valid_ms = i < 1200 ? 1000 : DAY}, token, NULL));
    assert_ok(people_commit(s->people, NULL));
    people_unlock(s->people);
    assert_ok(centre_links_expire(s->links, NULL));
    assert_int_equal(rows_of(s, "centre_link"), 1203);
    s->now_ms += 1000;
    assert_ok(centre_links_expire(s->links, NULL));
    assert_int_equal(rows_of(s, "centre_link"), 3);
}

// Whatever fails, a link is either whole or not there, and one that works once is never used up for nothing.
static void test_faults(void **state)
{
    struct shop *s = *state;
    const struct centre_link l = {.purpose = CENTRE_LINK_VISIT, .pno = person(s, "a"), .once = true};
    for (int kind = 0; kind < CU_FAULT_KINDS; kind++) {
        for (uint64_t n = 1; n < 200; n++) {
            char token[CENTRE_TOKEN_MAX] = "";
            struct centre_link got;
            struct cu_error err;
            cu_fault_arm((enum cu_fault_kind)kind, n, false);
            cu_code code = make(s, &l, token, &err);
            uint64_t seen = cu_fault_count((enum cu_fault_kind)kind);
            cu_fault_disarm();
            if (code == CU_OK)
                assert_ok(look(s, token, &got));
            if (seen < n)
                break;
        }
        for (uint64_t n = 1; n < 200; n++) {
            char token[CENTRE_TOKEN_MAX];
            struct centre_link got;
            struct cu_error err;
            assert_ok(make(s, &l, token, NULL));
            cu_fault_arm((enum cu_fault_kind)kind, n, false);
            (void)people_lock(s->people);
            cu_code code = people_begin(s->people, &err);
            if (code == CU_OK) {
                code = centre_link_take(s->links, cu_str_of(token), &got, &err);
                if (code == CU_OK)
                    code = people_commit(s->people, &err);
                else
                    people_rollback(s->people);
            }
            people_unlock(s->people);
            uint64_t seen = cu_fault_count((enum cu_fault_kind)kind);
            cu_fault_disarm();
            assert_int_equal(look(s, token, &got), code == CU_OK ? CU_NOT_FOUND : CU_OK);
            if (seen < n)
                break;
        }
    }
}

// The guard's half of the privacy centre: somebody at their own record opens that record and no other.
static void test_own_record(void **state)
{
    struct shop *s = *state;
    const uint64_t own[2] = {person(s, "a"), person(s, "b")}, other = person(s, "c");
    struct cu_buf sealed[3], plain;
    const uint64_t subjects[3] = {own[0], own[1], other};
    cu_buf_init(&plain, 256);
    for (size_t i = 0; i < 3; i++) {
        cu_buf_init(&sealed[i], 256);
        const struct seal_place place = {.table = 77, .subject = subjects[i], .record = 1, .version = 1};
        assert_ok(guard_seal(s->guard, SEAL_CONTACT, &place, CU_LIT("value"), false, &sealed[i], NULL));
    }
    assert_ok(guard_commit(s->guard, NULL));
    const struct guard_access access = {.actor = GUARD_PERSON, .purpose = "rights", .action = "centre.data"};
    for (int order = 0; order < 2; order++) { // announced together, or simply opened
        struct cu_error err;
        guard_enter(&access);
        if (order == 0)
            assert_ok(guard_announce(s->guard, own, 2, CU_LIT("traits"), NULL));
        for (size_t i = 0; i < 3; i++) {
            const struct seal_place place = {.table = 77, .subject = subjects[i], .record = 1, .version = 1};
            bool allowed = order == 0 ? i < 2 : i == 0;
            assert_int_equal(guard_open(s->guard, &place, cu_buf_view(&sealed[i]), &plain, &err), allowed ? CU_OK : CU_REFUSED);
        }
        assert_int_equal(guard_announce(s->guard, &other, 1, CU_LIT("traits"), &err), CU_REFUSED);
    }
    guard_enter_system("intake", "test");
    for (size_t i = 0; i < 3; i++)
        cu_buf_clear(&sealed[i]);
    cu_buf_clear(&plain);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_each_purpose, setup, teardown),
        cmocka_unit_test_setup_teardown(test_what_is_not_made, setup, teardown),
        cmocka_unit_test_setup_teardown(test_forged, setup, teardown),
        cmocka_unit_test_setup_teardown(test_only_the_hash_is_stored, setup, teardown),
        cmocka_unit_test_setup_teardown(test_goes_with_the_person, setup, teardown),
        cmocka_unit_test_setup_teardown(test_expires_in_steps, setup, teardown),
        cmocka_unit_test_setup_teardown(test_faults, setup, teardown),
        cmocka_unit_test_setup_teardown(test_own_record, setup, teardown),
    };
    return cmocka_run_group_tests_name("consent/centre_link", tests, NULL, NULL);
}
