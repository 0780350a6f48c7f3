// SPDX-License-Identifier: Apache-2.0
// govern/: the one-time link, the owner, sessions by the clock, CSRF, the dictionary as staff edit it;
// collect/sources beside it, because a fresh shop needs both.
#include "staff_world.h"

#include "collect/sources.h"
#include "govern/catalogue.h"

#define EMAIL CU_LIT(OWNER)
#define SENTENCE CU_LIT(PASSWORD)

static void the_link_works_once(void **state)
{
    struct world *s = *state;
    char first[128], second[128];
    int64_t id = 0;
    struct cu_error err;
    assert_int_equal(govern_setup_link(s->govern, CU_NONE, first, sizeof first, &err), CU_OK);
    assert_int_equal(govern_setup_link(s->govern, EMAIL, second, sizeof second, &err), CU_OK);
    assert_int_equal(staff_create_owner(s->govern, cu_str_of(first), EMAIL, SENTENCE, &id, &err), CU_FORBIDDEN);
    assert_int_equal(
        staff_create_owner(s->govern, cu_str_of(second), CU_LIT("x@example.com"), SENTENCE, &id, &err), CU_FORBIDDEN);
    assert_int_equal(
        staff_create_owner(s->govern, cu_str_of(second), EMAIL, CU_LIT("fourteen chars"), &id, &err), CU_INVALID);
    world_now += INT64_C(8) * 24 * 3600 * 1000;
    assert_int_equal(staff_create_owner(s->govern, cu_str_of(second), EMAIL, SENTENCE, &id, &err), CU_FORBIDDEN);
    assert_int_equal(govern_setup_link(s->govern, EMAIL, second, sizeof second, &err), CU_OK);
    assert_int_equal(
        staff_create_owner(s->govern, cu_str_of(second), CU_LIT(" OWNER@example.com"), SENTENCE, &id, &err), CU_OK);
    assert_int_equal(staff_create_owner(s->govern, cu_str_of(second), EMAIL, SENTENCE, &id, &err), CU_FORBIDDEN);
    assert_int_equal(govern_setup_link(s->govern, EMAIL, second, sizeof second, &err), CU_CONFLICT);
    struct cu_buf email;
    cu_buf_init(&email, 1000);
    assert_int_equal(staff_email(s->govern, id, &email, &err), CU_OK);
    assert_string_equal(email.ptr, "OWNER@example.com");
    cu_buf_wipe(&email);
}

static void signing_in(void **state)
{
    struct world *s = *state;
    struct browser *b = browser_new("192.0.2.1");
    make_owner(s);
    assert_int_equal(sign_in(s, b, OWNER, PASSWORD), 201);
    assert_true(cu_str_eqz(answer_str(b, "staff.email"), OWNER));
    assert_int_equal(sign_in(s, b, OWNER, "wrong"), 401);
    assert_int_equal(sign_in(s, b, "no address", PASSWORD), 401);
    browser_free(b);
}

static const char *cookie(const struct browser *b)
{
    return browser_cookie(b, "__Host-custos");
}

static void sessions_end_by_the_clock(void **state)
{
    struct world *s = *state;
    struct browser *b = browser_new("192.0.2.1");
    struct session session;
    struct cu_error err;
    make_owner(s);
    assert_int_equal(sign_in(s, b, OWNER, PASSWORD), 201);
    for (int minutes = 0; minutes < 11 * 60; minutes += 29) { // used every 29 minutes it lives
        world_now += INT64_C(29) * 60000;
        assert_int_equal(session_find(s->govern, cu_str_of(cookie(b)), &session, &err), CU_OK);
    }
    world_now += 3600 * 1000; // twelve hours are over
    assert_int_equal(session_find(s->govern, cu_str_of(cookie(b)), &session, &err), CU_UNAUTHENTICATED);
    assert_int_equal(sign_in(s, b, OWNER, PASSWORD), 201);
    world_now += 31 * 60000; // idle
    assert_int_equal(session_find(s->govern, cu_str_of(cookie(b)), &session, &err), CU_UNAUTHENTICATED);
    assert_int_equal(sign_in(s, b, OWNER, PASSWORD), 201);
    assert_int_equal(session_find(s->govern, cu_str_of(cookie(b)), &session, &err), CU_OK);
    assert_int_equal(session_end(s->govern, session.id, &err), CU_OK);
    assert_int_equal(session_find(s->govern, cu_str_of(cookie(b)), &session, &err), CU_UNAUTHENTICATED);
    browser_free(b);
}

static cu_str cookies, csrf, site;

static cu_str header_of(struct request *rq, const char *name)
{
    (void)rq;
    if (strcmp(name, "Cookie") == 0)
        return cookies;
    if (strcmp(name, "X-CSRF-Token") == 0)
        return csrf;
    return strcmp(name, "Sec-Fetch-Site") == 0 ? site : CU_NONE;
}

static cu_code authenticate(struct world *s, const char *method, enum caller_kind *ret_kind)
{
    struct request rq = {.method = cu_str_of(method), .header = header_of};
    struct cu_error err;
    cu_code code = govern_authenticate(s->govern, &rq, &err);
    *ret_kind = rq.caller.kind;
    return code;
}

static void cookies_and_csrf(void **state)
{
    struct world *s = *state;
    struct browser *b = browser_new("");
    char text[256];
    enum caller_kind kind;
    make_owner(s);
    assert_int_equal(sign_in(s, b, OWNER, PASSWORD), 201);
    (void)snprintf(text, sizeof text, "other=1; __Host-custos=%s; more=2", cookie(b));
    cookies = csrf = site = CU_NONE;
    assert_true(authenticate(s, "GET", &kind) == CU_OK && kind == CALLER_NOBODY);
    cookies = cu_str_of(text);
    assert_true(authenticate(s, "GET", &kind) == CU_OK && kind == CALLER_STAFF);
    assert_int_equal(authenticate(s, "POST", &kind), CU_FORBIDDEN);
    csrf = cu_str_of(b->csrf);
    assert_true(authenticate(s, "POST", &kind) == CU_OK && kind == CALLER_STAFF);
    site = CU_LIT("cross-site");
    assert_int_equal(authenticate(s, "DELETE", &kind), CU_FORBIDDEN);
    site = CU_LIT("same-origin");
    assert_int_equal(authenticate(s, "DELETE", &kind), CU_OK);
    cookies = CU_LIT("__Host-custos=session_garbage");
    assert_true(authenticate(s, "GET", &kind) == CU_OK && kind == CALLER_NOBODY);
    browser_free(b);
}

static void sources_survive(void **state)
{
    struct world *s = *state;
    struct source a, b, found;
    struct sources *sources = NULL;
    struct source_stats stats;
    struct cu_error err;
    assert_int_equal(sources_open(s->people, &sources, &err), CU_OK);
    assert_int_equal(sources_create(sources, CU_LIT(" Web "), CU_LIT("http"), false, &a, &err), CU_OK);
    assert_int_equal(sources_create(sources, CU_LIT("Demo"), CU_LIT("sample"), true, &b, &err), CU_OK);
    assert_int_equal(sources_create(sources, CU_LIT("  "), CU_LIT("http"), false, &found, &err), CU_INVALID);
    assert_string_equal(a.name, "Web");
    assert_true(sources_by_key(sources, cu_str_of(a.write_key), &found) && found.number == a.number);
    assert_false(sources_by_key(sources, CU_LIT("wk_x"), &found));
    assert_false(sources_by_key(sources, CU_NONE, &found));
    sources_count(sources, a.number, 5, 1, world_now, "invalid");
    assert_int_equal(sources_update(sources, a.number, CU_LIT("Shop"), 0, &err), CU_OK);
    assert_int_equal(sources_update(sources, 99, CU_LIT("Shop"), 0, &err), CU_NOT_FOUND);
    assert_int_equal(sources_save(sources, &err), CU_OK);
    sources_close(sources);
    assert_int_equal(sources_open(s->people, &sources, &err), CU_OK);
    assert_true(sources_by_number(sources, a.number, &found));
    assert_string_equal(found.name, "Shop");
    assert_false(found.enabled);
    assert_true(sources_stats(sources, a.number, &stats));
    assert_int_equal(stats.accepted, 5);
    assert_string_equal(stats.last_error, "invalid");
    assert_true(sources_by_number(sources, b.number, &found) && found.sample);
    sources_close(sources);
}

static void the_dictionary_is_edited(void **state)
{
    struct world *s = *state;
    char *path = test_path(s->folder, "dictionary.yaml");
    struct catalogue *c = NULL;
    struct cu_error err;
    assert_int_equal(catalogue_open(&(struct catalogue_options){.people = s->people, .path = path}, &c, &err), CU_OK);
    char version[17];
    uint64_t first = dictionary_version(people_dictionary(s->people));
    (void)snprintf(version, sizeof version, "%016llx", (unsigned long long)first);
    cu_str text = CU_LIT(
        "version: 1\npersons:\n  shoe_size:\n    type: number\n    min: 10\n    max: 60\n    category: user.unique_id\n"
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

// A folder of the first form: its owner stays, with their address and password; its sessions end.
static void the_first_form_is_carried_over(void **state)
{
    (void)state;
    char *folder = test_folder_new(), *path = test_path(folder, "records.db");
    const struct db_schema *whole = records_schema();
    struct db_schema first = *whole;
    struct db *d = NULL;
    struct db_query q;
    static const struct db_statement insert = {"insert",
        "INSERT INTO staff (id, email_tag, email_sealed, role, password, created_ms)"
        " VALUES (4, x'01', x'02', 'owner', 'hash', 7)"};
    static const struct db_statement session = {"session",
        "INSERT INTO staff_session (hash, staff, created_ms, last_ms) VALUES (x'03', 4, 1, 1)"};
    static const struct db_statement get = {"get",
        "SELECT id, email_tag = x'01', email_sealed = x'02', role, state, password, created_ms,"
        " (SELECT count(*) FROM staff_session) FROM staff"};
    static const struct db_statement next = {"next",
        "INSERT INTO staff (email_tag, email_sealed, role, state, created_ms) VALUES (x'05', x'', 'analyst', 'invited', 1)"};
    first.migration_count = 7;
    assert_int_equal(db_open(path, &first, DB_WRITE, &d, NULL), CU_OK);
    assert_int_equal(db_prepare(d, &insert, &q, NULL), CU_OK);
    assert_int_equal(db_run(&q, NULL), CU_OK);
    assert_int_equal(db_prepare(d, &session, &q, NULL), CU_OK);
    assert_int_equal(db_run(&q, NULL), CU_OK);
    db_close(d);
    assert_int_equal(db_open(path, whole, DB_WRITE, &d, NULL), CU_OK);
    assert_int_equal(db_prepare(d, &get, &q, NULL), CU_OK);
    assert_true(db_step(&q));
    assert_true(db_i64(&q, 0) == 4 && db_i64(&q, 1) == 1 && db_i64(&q, 2) == 1 && db_i64(&q, 6) == 7 && db_i64(&q, 7) == 0);
    assert_true(
        cu_str_eqz(db_str(&q, 3), "owner") && cu_str_eqz(db_str(&q, 4), "active") && cu_str_eqz(db_str(&q, 5), "hash"));
    assert_int_equal(db_end(&q, NULL), CU_OK);
    assert_int_equal(db_prepare(d, &next, &q, NULL), CU_OK);
    assert_int_equal(db_run(&q, NULL), CU_OK);
    assert_int_equal(db_last_rowid(d), 5);
    assert_int_equal(db_integrity(d, NULL), CU_OK);
    db_close(d);
    free(path);
    test_folder_free(folder);
}

int main(void)
{
    static const struct module *const modules[] = {&govern_module, &govern_session_module, NULL};
    world_modules = modules;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(the_link_works_once, open_world, close_world),
        cmocka_unit_test_setup_teardown(signing_in, open_world, close_world),
        cmocka_unit_test_setup_teardown(sessions_end_by_the_clock, open_world, close_world),
        cmocka_unit_test_setup_teardown(cookies_and_csrf, open_world, close_world),
        cmocka_unit_test(the_first_form_is_carried_over),
        cmocka_unit_test_setup_teardown(sources_survive, open_world, close_world),
        cmocka_unit_test_setup_teardown(the_dictionary_is_edited, open_world, close_world),
    };
    return cmocka_run_group_tests_name("staff", tests, NULL, NULL);
}
