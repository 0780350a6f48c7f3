// SPDX-License-Identifier: Apache-2.0
// govern/: the one-time link, the owner, sessions by the clock, CSRF, the dictionary as staff edit it;
// collect/sources beside it, because a fresh shop needs both.
#include "../store/store_test.h"

#include "app/records_schema.h"
#include "collect/sources.h"
#include "govern/catalogue.h"
#include "govern/staff.h"

#include "base/clock.h"

static int64_t now = 1795000000000;

static int64_t test_clock(void *context)
{
    return *(int64_t *)context;
}

struct shop {
    char *folder;
    struct keyring *keyring;
    struct keys *keys;
    struct guard *guard;
    struct timeline *timeline;
    struct people *people;
    struct govern *govern;
    struct sources *sources;
};

static int open_shop(void **state)
{
    static const uint8_t root[32] = {9};
    struct shop *s = calloc(1, sizeof *s);
    s->folder = test_folder_new();
    char *keys = test_path(s->folder, "keys.db"), *records = test_path(s->folder, "records.db"),
         *index = test_path(s->folder, "index.db"), *timeline = test_path(s->folder, "timeline");
    cu_clock_inject(test_clock, &now);
    assert_int_equal(keyring_from_bytes(root, &s->keyring, NULL), CU_OK);
    assert_int_equal(keys_open(&(struct keys_options){.path = keys, .keyring = s->keyring}, &s->keys, NULL), CU_OK);
    assert_int_equal(guard_start_inside(&(struct guard_options){.keys = s->keys}, &s->guard, NULL), CU_OK);
    guard_enter_system("intake", "test");
    assert_int_equal(timeline_open(&(struct timeline_options){.folder = timeline}, &s->timeline, NULL), CU_OK);
    struct people_options po = {.records_path = records, .index_path = index, .records_schema = records_schema(),
        .keyring = s->keyring, .guard = s->guard, .timeline = s->timeline};
    assert_int_equal(people_open(&po, &s->people, NULL), CU_OK);
    struct govern_options go = {.people = s->people, .shop_name = "Shop", .currency = "EUR", .time_zone = "UTC"};
    assert_int_equal(govern_open(&go, &s->govern, NULL), CU_OK);
    assert_int_equal(sources_open(s->people, &s->sources, NULL), CU_OK);
    free(keys);
    free(records);
    free(index);
    free(timeline);
    *state = s;
    return 0;
}

static int close_shop(void **state)
{
    struct shop *s = *state;
    sources_close(s->sources);
    govern_close(s->govern);
    people_close(s->people);
    timeline_close(s->timeline);
    guard_stop(s->guard);
    guard_leave();
    keys_close(s->keys);
    keyring_close(s->keyring);
    char *timeline = test_path(s->folder, "timeline");
    test_folder_free(timeline);
    test_folder_free(s->folder);
    free(s);
    cu_clock_inject(NULL, NULL);
    return 0;
}

#define EMAIL CU_LIT("owner@example.com")
#define PASSWORD CU_LIT("a long sentence is fine")

static int64_t make_owner(struct shop *s)
{
    char token[128];
    int64_t id = 0;
    assert_int_equal(govern_setup_link(s->govern, CU_NONE, token, sizeof token, NULL), CU_OK);
    assert_int_equal(staff_create_owner(s->govern, cu_str_of(token), EMAIL, PASSWORD, &id, NULL), CU_OK);
    return id;
}

static void the_link_works_once(void **state)
{
    struct shop *s = *state;
    char first[128], second[128];
    int64_t id = 0;
    struct cu_error err;
    assert_int_equal(govern_setup_link(s->govern, CU_NONE, first, sizeof first, &err), CU_OK);
    assert_int_equal(govern_setup_link(s->govern, EMAIL, second, sizeof second, &err), CU_OK);
    assert_int_equal(staff_create_owner(s->govern, cu_str_of(first), EMAIL, PASSWORD, &id, &err), CU_FORBIDDEN);
    assert_int_equal(staff_create_owner(s->govern, cu_str_of(second), CU_LIT("x@example.com"), PASSWORD, &id, &err), CU_FORBIDDEN);
    assert_int_equal(staff_create_owner(s->govern, cu_str_of(second), EMAIL, CU_LIT("fourteen chars"), &id, &err), CU_INVALID);
    now += INT64_C(8) * 24 * 3600 * 1000;
    assert_int_equal(staff_create_owner(s->govern, cu_str_of(second), EMAIL, PASSWORD, &id, &err), CU_FORBIDDEN);
    assert_int_equal(govern_setup_link(s->govern, EMAIL, second, sizeof second, &err), CU_OK);
    assert_int_equal(staff_create_owner(s->govern, cu_str_of(second), CU_LIT(" OWNER@example.com"), PASSWORD, &id, &err), CU_OK);
    assert_int_equal(staff_create_owner(s->govern, cu_str_of(second), EMAIL, PASSWORD, &id, &err), CU_FORBIDDEN);
    assert_int_equal(govern_setup_link(s->govern, EMAIL, second, sizeof second, &err), CU_CONFLICT);
    struct cu_buf email;
    cu_buf_init(&email, 1000);
    assert_int_equal(staff_email(s->govern, id, &email, &err), CU_OK);
    assert_string_equal(email.ptr, "OWNER@example.com");
    cu_buf_wipe(&email);
}

static void signing_in(void **state)
{
    struct shop *s = *state;
    int64_t id = make_owner(s), found = 0;
    struct cu_error err;
    assert_int_equal(staff_sign_in(s->govern, EMAIL, PASSWORD, CU_LIT("192.0.2.1"), &found, &err), CU_OK);
    assert_int_equal(found, id);
    assert_int_equal(staff_sign_in(s->govern, EMAIL, CU_LIT("wrong"), CU_NONE, &found, &err), CU_UNAUTHENTICATED);
    assert_int_equal(staff_sign_in(s->govern, CU_LIT("no address"), PASSWORD, CU_NONE, &found, &err), CU_UNAUTHENTICATED);
}

static void sessions_end_by_the_clock(void **state)
{
    struct shop *s = *state;
    int64_t id = make_owner(s);
    char token[SECRET_TOKEN_MAX];
    struct session session;
    struct cu_error err;
    assert_int_equal(session_create(s->govern, id, token, &session, &err), CU_OK);
    for (int minutes = 0; minutes < 11 * 60; minutes += 29) { // used every 29 minutes it lives
        now += INT64_C(29) * 60000;
        assert_int_equal(session_find(s->govern, cu_str_of(token), &session, &err), CU_OK);
    }
    now += 3600 * 1000; // twelve hours are over
    assert_int_equal(session_find(s->govern, cu_str_of(token), &session, &err), CU_UNAUTHENTICATED);
    assert_int_equal(session_create(s->govern, id, token, &session, &err), CU_OK);
    now += 31 * 60000; // idle
    assert_int_equal(session_find(s->govern, cu_str_of(token), &session, &err), CU_UNAUTHENTICATED);
    assert_int_equal(session_create(s->govern, id, token, &session, &err), CU_OK);
    assert_int_equal(session_end(s->govern, session.hash, &err), CU_OK);
    assert_int_equal(session_find(s->govern, cu_str_of(token), &session, &err), CU_UNAUTHENTICATED);
    token[12] ^= 1;
    assert_int_equal(session_find(s->govern, cu_str_of(token), &session, &err), CU_UNAUTHENTICATED);
}

static cu_str cookie, csrf, site;

static cu_str header_of(struct request *rq, const char *name)
{
    (void)rq;
    if (strcmp(name, "Cookie") == 0)
        return cookie;
    if (strcmp(name, "X-CSRF-Token") == 0)
        return csrf;
    return strcmp(name, "Sec-Fetch-Site") == 0 ? site : CU_NONE;
}

static cu_code authenticate(struct shop *s, const char *method, enum caller_kind *ret_kind)
{
    struct request rq = {.method = cu_str_of(method), .header = header_of};
    struct cu_error err;
    cu_code code = govern_authenticate(s->govern, &rq, &err);
    *ret_kind = rq.caller.kind;
    return code;
}

static void cookies_and_csrf(void **state)
{
    struct shop *s = *state;
    char token[SECRET_TOKEN_MAX], text[256], right[48];
    struct session session;
    enum caller_kind kind;
    assert_int_equal(session_create(s->govern, make_owner(s), token, &session, NULL), CU_OK);
    session_csrf(s->govern, session.hash, right);
    (void)snprintf(text, sizeof text, "other=1; __Host-custos=%s; more=2", token);
    cookie = csrf = site = CU_NONE;
    assert_true(authenticate(s, "GET", &kind) == CU_OK && kind == CALLER_NOBODY);
    cookie = cu_str_of(text);
    assert_true(authenticate(s, "GET", &kind) == CU_OK && kind == CALLER_STAFF);
    assert_int_equal(authenticate(s, "POST", &kind), CU_FORBIDDEN);
    csrf = cu_str_of(right);
    assert_true(authenticate(s, "POST", &kind) == CU_OK && kind == CALLER_STAFF);
    site = CU_LIT("cross-site");
    assert_int_equal(authenticate(s, "DELETE", &kind), CU_FORBIDDEN);
    site = CU_LIT("same-origin");
    assert_int_equal(authenticate(s, "DELETE", &kind), CU_OK);
    cookie = CU_LIT("__Host-custos=session_garbage");
    assert_true(authenticate(s, "GET", &kind) == CU_OK && kind == CALLER_NOBODY);
    assert_int_equal(govern_permissions_of(CU_LIT("stranger")), 0);
    assert_int_equal(govern_permissions_of(CU_LIT("owner")) >> SPEC_NOBODY & 1, 0);
}

static void sources_survive(void **state)
{
    struct shop *s = *state;
    struct source a, b, found;
    struct source_stats stats;
    struct cu_error err;
    assert_int_equal(sources_create(s->sources, CU_LIT(" Web "), CU_LIT("http"), false, &a, &err), CU_OK);
    assert_int_equal(sources_create(s->sources, CU_LIT("Demo"), CU_LIT("sample"), true, &b, &err), CU_OK);
    assert_int_equal(sources_create(s->sources, CU_LIT("  "), CU_LIT("http"), false, &found, &err), CU_INVALID);
    assert_string_equal(a.name, "Web");
    assert_true(sources_by_key(s->sources, cu_str_of(a.write_key), &found) && found.number == a.number);
    assert_false(sources_by_key(s->sources, CU_LIT("wk_x"), &found));
    assert_false(sources_by_key(s->sources, CU_NONE, &found));
    sources_count(s->sources, a.number, 5, 1, now, "invalid");
    assert_int_equal(sources_update(s->sources, a.number, CU_LIT("Shop"), 0, &err), CU_OK);
    assert_int_equal(sources_update(s->sources, 99, CU_LIT("Shop"), 0, &err), CU_NOT_FOUND);
    assert_int_equal(sources_save(s->sources, &err), CU_OK);
    sources_close(s->sources);
    assert_int_equal(sources_open(s->people, &s->sources, &err), CU_OK);
    assert_true(sources_by_number(s->sources, a.number, &found));
    assert_string_equal(found.name, "Shop");
    assert_false(found.enabled);
    assert_true(sources_stats(s->sources, a.number, &stats));
    assert_int_equal(stats.accepted, 5);
    assert_string_equal(stats.last_error, "invalid");
    assert_true(sources_by_number(s->sources, b.number, &found) && found.sample);
}

static void the_dictionary_is_edited(void **state)
{
    struct shop *s = *state;
    char *path = test_path(s->folder, "dictionary.yaml");
    struct catalogue *c = NULL;
    struct cu_error err;
    assert_int_equal(catalogue_open(&(struct catalogue_options){.people = s->people, .path = path}, &c, &err), CU_OK);
    char version[17];
    uint64_t first = dictionary_version(people_dictionary(s->people));
    (void)snprintf(version, sizeof version, "%016llx", (unsigned long long)first);
    cu_str text = CU_LIT("version: 1\npersons:\n  shoe_size:\n    type: number\n    min: 10\n    max: 60\n    category: user.unique_id\n"
                         "    level: P1\n    purposes: [service]\n    owner: shop owner\n    doc: Size of the shoes, European.\n");
    assert_int_equal(catalogue_replace(c, text, CU_LIT("0000000000000000"), &err), CU_PRECONDITION);
    assert_int_equal(catalogue_replace(c, CU_LIT("version: 1\nnonsense: 1\n"), cu_str_of(version), &err) == CU_OK, false);
    assert_int_equal(dictionary_version(people_dictionary(s->people)), first);
    cu_code code = catalogue_replace(c, text, cu_str_of(version), &err);
    if (code != CU_OK)
        print_error("%s: %s\n", err.field, err.text);
    assert_int_equal(code, CU_OK);
    assert_non_null(dictionary_person_field(people_dictionary(s->people), CU_LIT("shoe_size")));
    catalogue_close(c);
    assert_int_equal(catalogue_open(&(struct catalogue_options){.people = s->people, .path = path}, &c, &err), CU_OK);
    assert_non_null(dictionary_person_field(people_dictionary(s->people), CU_LIT("shoe_size")));
    people_close(s->people); // before its dictionary
    s->people = NULL;
    catalogue_close(c);
    free(path);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_link_works_once, open_shop, close_shop),
        cmocka_unit_test_setup_teardown(signing_in, open_shop, close_shop),
        cmocka_unit_test_setup_teardown(sessions_end_by_the_clock, open_shop, close_shop),
        cmocka_unit_test_setup_teardown(cookies_and_csrf, open_shop, close_shop),
        cmocka_unit_test_setup_teardown(sources_survive, open_shop, close_shop),
        cmocka_unit_test_setup_teardown(the_dictionary_is_edited, open_shop, close_shop),
    };
    return cmocka_run_group_tests_name("staff", tests, NULL, NULL);
}
