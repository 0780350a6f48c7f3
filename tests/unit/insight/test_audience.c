// SPDX-License-Identifier: Apache-2.0
// Audiences one promise at a time: definitions and their faults, deadlines to the millisecond, history and sizes, restarts,
// dictionary changes, erasure on disk, preview, why, lack of memory and failing storage.
#include "audience_test.h"

#include "base/fault.h"

#include <sqlite3.h>

#define DAY (INT64_C(86400) * 1000)

static int64_t now(struct shop *s)
{
    return atomic_load(&s->now_ms);
}

static void move_clock(struct shop *s, int64_t by)
{
    atomic_fetch_add(&s->now_ms, by);
    audiences_settle(s->audiences);
}

static bool is_in(struct shop *s, uint32_t number, uint32_t person)
{
    audiences_settle(s->audiences);
    return audience_has(s->audiences, number, person);
}

static int64_t query(struct shop *s, const char *sql)
{
    sqlite3 *db = NULL;
    sqlite3_stmt *q = NULL;
    char *path = test_path(s->folder, "audiences.db");
    assert_int_equal(sqlite3_open_v2(path, &db, SQLITE_OPEN_READONLY, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(db, sql, -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    int64_t v = sqlite3_column_int64(q, 0);
    sqlite3_finalize(q);
    sqlite3_close(db);
    free(path);
    return v;
}

static cu_code try_define(struct shop *s, const char *name, const char *text, uint32_t version, struct cu_error *err)
{
    uint32_t number = 0;
    *err = (struct cu_error){.text = ""};
    return shop_try_define(s, name, text, version, &number, err);
}

static void definitions_are_kept_and_guarded(void **state)
{
    struct shop *s = *state;
    struct cu_error err;
    struct audience_row row, *rows = NULL;
    size_t count = 0;
    uint32_t a = shop_define(s, "first", "country is \"DE\"", 0);
    assert_int_equal(try_define(s, "First", "everybody", 0, &err), CU_INVALID);
    assert_string_equal(err.field, "name");
    assert_int_equal(try_define(s, "1st", "everybody", 0, &err), CU_INVALID);
    assert_int_equal(try_define(s, "first", "everybody", 0, &err), CU_CONFLICT);
    assert_int_equal(try_define(s, "first", "everybody", 7, &err), CU_PRECONDITION);
    assert_int_equal(try_define(s, "other", "everybody", 1, &err), CU_NOT_FOUND);
    assert_int_equal(try_define(s, "other", "nosuchfield is 3", 0, &err), CU_INVALID);
    assert_int_equal(try_define(s, "other", "in segment \"nobody\"", 0, &err), CU_INVALID);
    shop_get(s, "first", &row);
    assert_int_equal(row.version, 1);
    assert_true(cu_str_eqz(row.text, "address.country is \"DE\""));
    assert_int_equal(row.number, a);
    shop_define(s, "first", "country is \"AT\"", 1);
    shop_get(s, "first", &row);
    assert_int_equal(row.version, 2);
    assert_int_equal(row.number, a);
    assert_ok(audience_list(s->audiences, s->arena, &rows, &count, NULL));
    assert_int_equal(count, 1);
    assert_ok(audience_drop(s->audiences, CU_LIT("first"), NULL));
    assert_int_equal(audience_drop(s->audiences, CU_LIT("first"), &err), CU_NOT_FOUND);
    assert_true(shop_define(s, "first", "everybody", 0) > a); // numbers are never used again
}

static void circles_are_named(void **state)
{
    struct shop *s = *state;
    struct cu_error err;
    shop_define(s, "a", "everybody", 0);
    shop_define(s, "b", "in segment \"a\"", 0);
    shop_define(s, "c", "not in segment \"b\"", 0);
    assert_int_equal(try_define(s, "a", "in segment \"a\"", 1, &err), CU_CONFLICT);
    assert_int_equal(try_define(s, "a", "entered segment \"c\" in the last 2 days", 1, &err), CU_CONFLICT);
    assert_non_null(strstr(err.text, "a in c in b in a"));
    assert_int_equal(audience_drop(s->audiences, CU_LIT("b"), &err), CU_CONFLICT);
    assert_non_null(strstr(err.text, "c"));
    assert_ok(audience_drop(s->audiences, CU_LIT("c"), NULL));
    assert_ok(audience_drop(s->audiences, CU_LIT("b"), NULL));
}

static void exits_come_to_the_millisecond(void **state)
{
    struct shop *s = *state;
    uint32_t near = shop_define(s, "near", "did \"Product Viewed\" in the last 45 minutes", 0);
    uint32_t far = shop_define(s, "far", "did \"Product Viewed\" at least 2 times in the last 30 days", 0);
    uint32_t p = shop_event(s, "user_id=u", "Product Viewed", now(s), "{}", NULL);
    shop_event(s, "user_id=u", "Product Viewed", now(s) - 10 * DAY, "{}", NULL);
    assert_true(is_in(s, near, p) && is_in(s, far, p));
    move_clock(s, 45 * 60000 - 1);
    assert_true(audience_has(s->audiences, near, p));
    move_clock(s, 1);
    assert_false(audience_has(s->audiences, near, p));
    move_clock(s, 20 * DAY - 45 * 60000 - 1); // over many sweeps, in one step
    assert_true(audience_has(s->audiences, far, p));
    move_clock(s, 1);
    assert_false(audience_has(s->audiences, far, p));
    move_clock(s, -5 * DAY); // the clock goes back: the earlier event is inside again
    assert_true(audience_has(s->audiences, far, p));
    move_clock(s, 5 * DAY);
    assert_false(audience_has(s->audiences, far, p));
}

static void a_busy_person_costs_one_deadline(void **state)
{
    struct shop *s = *state;
    uint32_t number = shop_define(s, "busy", "did \"Product Viewed\" in the last 30 minutes", 0), p = 0;
    for (int i = 0; i < 300; i++) {
        p = shop_event(s, "user_id=u", "Product Viewed", now(s), "{}", NULL);
        move_clock(s, 5000);
    }
    assert_true(audience_has(s->audiences, number, p));
    assert_true(s->audiences->heap.count < 10);
    move_clock(s, 30 * 60000);
    assert_false(audience_has(s->audiences, number, p));
}

struct moves {
    struct audience_move at[256];
    size_t count;
};

static bool keep_move(void *context, uint32_t number, const struct audience_move *m)
{
    struct moves *all = context;
    (void)number;
    all->at[all->count++] = *m;
    return all->count < CU_COUNT(all->at);
}

static void hear_move(void *context, uint32_t number, const struct audience_move *m)
{
    (void)keep_move(context, number, m);
}

static void history_is_paged_newest_first(void **state)
{
    struct shop *s = *state;
    struct moves heard = {.count = 0}, listed = {.count = 0}, of_one = {.count = 0};
    char ids[32], cursor[65] = "", other[65];
    struct cu_error err = {.text = ""};
    audiences_on_move(s->audiences, hear_move, &heard);
    for (int i = 0; i < 9; i++) {
        (void)snprintf(ids, sizeof ids, "user_id=u%d", i);
        shop_event(s, ids, "Signed Up", now(s), "{}", i % 2 ? "{\"plan\":\"gold\"}" : NULL);
    }
    uint32_t number = shop_define(s, "gold", "plan is gold", 0);
    audiences_settle(s->audiences); // filled: all at once
    assert_int_equal(heard.count, 4);
    for (int i = 0; i < 9; i++) {
        move_clock(s, 60000);
        (void)snprintf(ids, sizeof ids, "user_id=u%d", i);
        shop_event(s, ids, "Signed Up", now(s), "{}", i % 2 ? "{\"plan\":\"none\"}" : "{\"plan\":\"gold\"}");
        audiences_settle(s->audiences);
    }
    assert_int_equal(heard.count, 13);
    do {
        assert_ok(audience_history(s->audiences, number, 0, cursor, 2, keep_move, &listed, &err));
    } while (cursor[0]);
    assert_int_equal(listed.count, 13);
    for (size_t i = 0; i < 9; i++) {
        assert_int_equal(listed.at[i].person, heard.at[12 - i].person);
        assert_int_equal(listed.at[i].at_ms, heard.at[12 - i].at_ms);
        assert_int_equal(listed.at[i].entered, heard.at[12 - i].entered);
    }
    uint32_t p = heard.at[0].person;
    assert_ok(audience_history(s->audiences, number, p, cursor, 100, keep_move, &of_one, &err));
    assert_int_equal(of_one.count, 2);
    assert_false(of_one.at[0].entered);
    assert_true(of_one.at[1].entered);
    assert_ok(audience_history(s->audiences, number, 0, cursor, 2, keep_move, &listed, &err));
    memcpy(other, cursor, sizeof other);
    assert_int_equal(audience_history(s->audiences, number + 1, 0, other, 2, keep_move, &listed, &err), CU_INVALID);
    struct audience_size sizes[48];
    size_t count = 0;
    assert_ok(audience_sizes(s->audiences, number, now(s) - DAY, now(s) + 3600000, 24, sizes, &count, NULL));
    assert_int_equal(count, 24);
    assert_int_equal(sizes[0].size, 0);
    assert_int_equal(sizes[23].size, 5);
    uint64_t entered = 0, left = 0;
    for (size_t i = 0; i < count; i++) {
        entered += sizes[i].entered;
        left += sizes[i].left;
    }
    assert_int_equal(entered, 9);
    assert_int_equal(left, 4);
    uint32_t numbers[4];
    assert_int_equal(audiences_of(s->audiences, listed.at[0].person, numbers, 4), listed.at[0].entered);
}

static void stored_memberships_serve_at_once(void **state)
{
    struct shop *s = *state;
    uint32_t number = shop_define(s, "seen", "did \"Product Viewed\" in the last 2 days", 0);
    uint32_t p = shop_event(s, "user_id=u", "Product Viewed", now(s), "{}", NULL), q = shop_event(s, "user_id=v",
        "Signed Up", now(s), "{}", NULL);
    assert_true(is_in(s, number, p));
    shop_close_audiences(s);
    atomic_fetch_add(&s->now_ms, 3 * DAY); // what changed while it was closed
    shop_open_audiences(s);
    struct audience_row row;
    shop_get(s, "seen", &row);
    assert_int_equal(row.state, AUDIENCE_LIVE);
    assert_false(is_in(s, number, p) || is_in(s, number, q));
    struct moves all = {.count = 0};
    char cursor[65] = "";
    assert_ok(audience_history(s->audiences, number, p, cursor, 10, keep_move, &all, NULL));
    assert_int_equal(all.count, 2); // the difference is history too
    assert_false(all.at[0].entered);
}

static void set_dictionary(struct shop *s, const char *text)
{
    s->former[s->former_count++] = s->dictionary;
    assert_ok(dictionary_load(cu_str_of(text), &s->dictionary, NULL));
    people_set_dictionary(s->people, s->dictionary);
    audiences_settle(s->audiences);
}

static void broken_definitions_are_kept_and_mended(void **state)
{
    struct shop *s = *state;
    static const char with[] = "version: 1\npersons:\n  shoe: {type: integer, min: 0, max: 99, level: P1, category: user, purposes: [service], "
                               "owner: sales, doc: Size of shoes.}\n";
    static const char as_text[] = "version: 1\npersons:\n  shoe: {type: string, max: 9, level: P1, category: user, purposes: [service], "
                                  "owner: sales, doc: Size of shoes.}\n";
    struct audience_row row;
    set_dictionary(s, with);
    uint32_t p = shop_event(s, "user_id=u", "Signed Up", now(s), "{}", "{\"shoe\":44}");
    uint32_t number = shop_define(s, "feet", "shoe is more than 40", 0), in = shop_define(s, "walkers",
        "in segment \"feet\"", 0);
    assert_true(is_in(s, number, p) && is_in(s, in, p));
    set_dictionary(s, as_text);
    shop_get(s, "feet", &row);
    assert_int_equal(row.state, AUDIENCE_BROKEN);
    assert_true(row.fault.len > 10);
    assert_true(cu_str_eqz(row.text, "shoe is more than 40")); // kept
    shop_get(s, "walkers", &row);
    assert_int_equal(row.state, AUDIENCE_LIVE);
    set_dictionary(s, with);
    shop_get(s, "feet", &row);
    assert_int_equal(row.state, AUDIENCE_LIVE);
    shop_event(s, "user_id=u", NULL, now(s), NULL, "{\"shoe\":39}");
    assert_false(is_in(s, number, p) || is_in(s, in, p));
    assert_ok(people_forget_person(s->people, shop_uuid(s, p), NULL));
    audiences_settle(s->audiences);
}

static void erased_people_leave_files_too(void **state)
{
    struct shop *s = *state;
    uint32_t p = shop_event(s, "user_id=u", "Product Viewed", now(s), "{}", NULL), q = shop_event(s, "user_id=v",
        "Product Viewed", now(s), "{}", NULL);
    uint32_t number = shop_define(s, "all", "everybody", 0); // in a bulk
    uint32_t seen = shop_define(s, "seen", "did \"Cart Viewed\"", 0);
    audiences_settle(s->audiences);
    shop_event(s, "user_id=u", "Cart Viewed", now(s), "{}", NULL); // as a move
    assert_true(is_in(s, number, p) && is_in(s, seen, p));
    assert_int_equal(query(s, "SELECT count(*) FROM move WHERE person = 1"), 1);
    assert_ok(people_forget_person(s->people, shop_uuid(s, p), NULL));
    assert_false(is_in(s, number, p) || is_in(s, seen, p));
    assert_true(audience_has(s->audiences, number, q));
    for (int i = 0; i < 40 && query(s, "SELECT count(*) FROM erase") > 0; i++)
        history_flush(s->audiences);
    assert_int_equal(query(s, "SELECT count(*) FROM erase"), 0);
    assert_int_equal(query(s, "SELECT count(*) FROM move WHERE person = 1"), 0);
    struct moves all = {.count = 0};
    char cursor[65] = "";
    assert_ok(audience_history(s->audiences, number, 0, cursor, 10, keep_move, &all, NULL));
    assert_int_equal(all.count, 1);
    assert_int_equal(all.at[0].person, q);
    shop_restart(s, true);
    assert_false(is_in(s, number, p));
    assert_true(is_in(s, number, q));
}

static void ask(struct shop *s, const char *text, int64_t budget_ms, struct audience_preview *ret)
{
    struct seg_node *n = NULL;
    struct cu_error err = {.text = ""};
    cu_arena_reset(s->arena);
    const struct seg_catalog *c = audience_catalog(s->audiences);
    cu_code code = seg_parse_text(cu_str_of(text), c, s->arena, &n, NULL, &err);
    if (code == CU_OK)
        code = seg_check(n, c, s->arena, NULL, &err);
    if (code == CU_OK)
        code = audience_preview(s->audiences, n, budget_ms, NULL, ret, &err);
    audience_catalog_done(s->audiences, c);
    if (code != CU_OK)
        fail_msg("%s: %s", text, err.text);
}

static void previews_count_people_and_clauses(void **state)
{
    struct shop *s = *state;
    struct audience_preview *p = calloc(1, sizeof *p);
    char ids[32];
    for (int i = 0; i < 60; i++) {
        (void)snprintf(ids, sizeof ids, "user_id=u%d", i);
        shop_event(s, ids, i % 3 ? "Product Viewed" : "Cart Viewed", now(s), "{}", i % 2 ? "{\"plan\":\"gold\",\"age\":40}"
            : NULL);
    }
    audiences_settle(s->audiences);
    ask(s, "plan is gold and did \"Product Viewed\"", 0, p);
    assert_true(p->whole);
    assert_int_equal(p->people, 20);
    assert_int_equal(p->persons, 60);
    assert_int_equal(p->low, 20);
    assert_int_equal(p->high, 20);
    assert_int_equal(p->sample_count, 20);
    assert_int_equal(p->clause_count, 3);
    assert_int_equal(p->clause[0].people, 20);
    assert_int_equal(p->clause[1].people, 30);
    assert_int_equal(p->clause[2].people, 40);
    ask(s, "age is at least 30", 5000, p); // sealed: loaded first
    assert_int_equal(p->people, 30);
    free(p);
}

static void why_is_answered_for_the_past(void **state)
{
    struct shop *s = *state;
    struct cu_buf out;
    struct json_writer w;
    uint32_t number = shop_define(s, "seen", "did \"Product Viewed\" in the last 2 days", 0);
    uint32_t p = shop_event(s, "user_id=u", "Product Viewed", now(s), "{}", NULL);
    assert_true(is_in(s, number, p));
    move_clock(s, 5 * DAY);
    cu_buf_init(&out, 1 << 16);
    jw_start(&w, &out);
    assert_ok(audience_why(s->audiences, number, p, now(s), &w, NULL));
    assert_non_null(strstr(out.ptr, "{\"in\":false"));
    cu_buf_reset(&out);
    jw_start(&w, &out);
    assert_ok(audience_why(s->audiences, number, p, now(s) - 4 * DAY, &w, NULL));
    assert_non_null(strstr(out.ptr, "{\"in\":true"));
    assert_non_null(strstr(out.ptr, "\"seq\":1"));
    cu_buf_clear(&out);
    struct cu_error err;
    assert_int_equal(audience_why(s->audiences, 99, p, now(s), &w, &err), CU_NOT_FOUND);
}

static void right_after_everything(struct shop *s, uint32_t number, const char *text)
{
    struct seg_program *p = shop_program(s, text);
    audiences_settle(s->audiences);
    for (uint32_t pno = 1; pno < people_end(s->people); pno++) {
        struct people_figures f;
        if (people_figures(s->people, pno, &f) && f.root == pno)
            assert_int_equal(shop_holds(s, p, pno, now(s)), audience_has(s->audiences, number, pno));
    }
    seg_program_free(p);
}

static void without_memory_it_is_right_later(void **state)
{
    struct shop *s = *state;
    static const char text[] = "plan is gold or did \"Product Viewed\" in the last 2 hours";
    uint32_t number = shop_define(s, "any", text, 0);
    char ids[32];
    for (int i = 0; i < 12; i++) {
        (void)snprintf(ids, sizeof ids, "user_id=u%d", i);
        shop_event(s, ids, "Product Viewed", now(s), "{}", NULL);
    }
    for (uint64_t n = 1; n < 240; n += 3) {
        const struct audience_news news = {.pno = (uint32_t)(1 + n % 12), .kind = 1, .what = AUDIENCE_FACTS};
        cu_fault_arm(CU_FAULT_ALLOC, n, false);
        audiences_news(s->audiences, &news, 1);
        const struct people_change change = {(uint32_t)(1 + n % 12), PEOPLE_TRAITS | PEOPLE_JOINED};
        facts_touch(s->facts, &change, 1);
        audiences_settle(s->audiences);
        cu_fault_disarm();
        atomic_fetch_add(&s->now_ms, 60000);
    }
    right_after_everything(s, number, text);
    struct cu_error err = {.text = ""};
    uint32_t version = 1, stored = 0;
    for (uint64_t n = 1; n < 400; n += 7) { // a definition is stored or not, never half
        cu_fault_arm(CU_FAULT_ALLOC, n, false);
        cu_code code = audience_drop(s->audiences, CU_LIT("nobody"), &err);
        assert_true(code != CU_OK);
        cu_fault_disarm();
    }
    for (uint64_t n = 1; n < 1200 && stored < 3; n += 11) {
        struct seg_node *node = NULL;
        cu_arena_reset(s->arena);
        const struct seg_catalog *c = audience_catalog(s->audiences);
        assert_ok(seg_parse_text(stored % 2 ? cu_str_of(text) : CU_LIT("plan is silver"), c, s->arena, &node, NULL, &err));
        const struct audience_edit e = {.name = CU_LIT("any"), .definition = node, .if_version = version, .actor = -1};
        cu_fault_arm(CU_FAULT_ALLOC, n, false);
        cu_code code = audience_put(s->audiences, &e, NULL, NULL, &err);
        cu_fault_disarm();
        audience_catalog_done(s->audiences, c);
        version += code == CU_OK;
        stored += code == CU_OK;
        struct audience_row row;
        shop_get(s, "any", &row);
        assert_int_equal(row.version, version);
    }
    right_after_everything(s, number, stored % 2 ? "plan is silver" : text);
}

static void when_storage_fails_history_catches_up(void **state)
{
    struct shop *s = *state;
    uint32_t number = shop_define(s, "seen", "did \"Product Viewed\" in the last 2 hours", 0);
    audiences_settle(s->audiences);
    char ids[32];
    for (int i = 0; i < 6; i++) {
        (void)snprintf(ids, sizeof ids, "user_id=u%d", i);
        uint32_t p = shop_event(s, ids, "Product Viewed", now(s), "{}", NULL);
        if (i % 2)
            continue;
        cu_fault_arm(CU_FAULT_IO, 1, true); // nothing can be written while it is decided
        for (int tries = 0; tries < 200 && !audience_has(s->audiences, number, p); tries++)
            (void)nanosleep(&(struct timespec){.tv_nsec = 5000000}, NULL);
        history_flush(s->audiences);
        cu_fault_disarm();
        assert_true(audience_has(s->audiences, number, p));
    }
    audiences_settle(s->audiences);
    move_clock(s, 3 * 3600000);
    history_flush(s->audiences);
    struct moves all = {.count = 0};
    char cursor[65] = "";
    assert_ok(audience_history(s->audiences, number, 0, cursor, 200, keep_move, &all, NULL));
    int balance = 0;
    for (size_t i = 0; i < all.count; i++)
        balance += all.at[i].entered ? 1 : -1;
    assert_int_equal(balance, 0);
    assert_int_equal(all.count, 12);
    shop_restart(s, true);
    right_after_everything(s, number, "did \"Product Viewed\" in the last 2 hours");
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, shop_setup, shop_teardown)
    const struct CMUnitTest tests[] = {T(definitions_are_kept_and_guarded), T(circles_are_named),
        T(exits_come_to_the_millisecond),
        T(a_busy_person_costs_one_deadline), T(history_is_paged_newest_first), T(stored_memberships_serve_at_once),
        T(broken_definitions_are_kept_and_mended), T(erased_people_leave_files_too), T(previews_count_people_and_clauses),
        T(why_is_answered_for_the_past), T(without_memory_it_is_right_later), T(when_storage_fails_history_catches_up)};
    return cmocka_run_group_tests_name("insight/audience", tests, NULL, NULL);
}
