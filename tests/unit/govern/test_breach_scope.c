// SPDX-License-Identifier: Apache-2.0
// Whose records belong to a breach, over a real audit log and real keys, in the smallest pieces: after each piece the module
// may be closed and opened again, memory and files may fail at any place, and somebody may be erased in between. What comes
// out is who was really read, never a part of them.
#pragma GCC diagnostic ignored "-Wunused-function" // this test needs no browsers
#include "staff_world.h"

#include "base/log.h"
#include "govern/breach_internal.h"

enum { PEOPLE = 700, READ = 300, STAFF = 4 };

static struct dictionary *dictionary;
static uint32_t pnos[PEOPLE];

static struct auditing *open_auditing(struct world *w)
{
    struct auditing *a = NULL;
    struct cu_error err = {.code = CU_OK};
    char *folder = test_path(w->folder, "audit");
    struct auditing_options o = {
        .people = w->people, .govern = w->govern, .folder = folder, .shop_hours = "", .time_zone = "UTC"};
    if (auditing_open(&o, &a, &err) != CU_OK)
        fail_msg("%s", err.text);
    free(folder);
    return a;
}

static struct breaches *open_breaches(struct auditing *a)
{
    struct breaches *b = NULL;
    struct cu_error err = {.code = CU_OK};
    const struct breaches_options o = {.auditing = a, .shop_name = "Blue Lamp", .base_url = "https://shop.example"};
    if (breaches_open(&o, &b, &err) != CU_OK)
        fail_msg("%s", err.text);
    return b;
}

static void make_people(struct world *w)
{
    struct cu_error err = {.code = CU_OK};
    const struct evidence ev = {.source = 1, .time_ms = world_now, .received_ms = world_now};
    assert_ok(dictionary_load(CU_NONE, &dictionary, &err));
    people_set_dictionary(w->people, dictionary);
    guard_enter_system("intake", "test");
    (void)people_lock(w->people);
    assert_ok(people_begin(w->people, &err));
    for (int i = 0; i < PEOPLE; i++) {
        char value[24];
        struct cu_buf sealed;
        (void)snprintf(value, sizeof value, "u%d", i);
        const struct person_id id = {CU_LIT("user_id"), cu_str_of(value)};
        assert_ok(people_identify(w->people, &id, 1, &ev, &pnos[i], &err));
        cu_buf_init(&sealed, 4096); // gives the person a key, as the first event does
        assert_ok(people_event_seal(w->people, pnos[i], (uint64_t)i + 1, CU_LIT("{}"), &sealed, &err));
        cu_buf_clear(&sealed);
    }
    assert_ok(people_commit(w->people, &err));
    people_unlock(w->people);
}

// One request of a member of staff each: every third is of somebody else.
static void read_people(struct world *w)
{
    for (int i = 0; i < READ; i++) {
        char request[24];
        struct guard_access access = {.actor = GUARD_STAFF,
            .actor_id = i % 3 == 2 ? STAFF + 1 : STAFF,
            .role = "owner",
            .purpose = "support",
            .action = "people.show"};
        const uint64_t subject = pnos[i * 2];
        (void)snprintf(request, sizeof request, "r%d", i);
        (void)snprintf(access.request_id, sizeof access.request_id, "%s", request);
        guard_enter(&access);
        assert_ok(guard_announce(w->guard, &subject, 1, i % 2 ? CU_LIT("label,email") : CU_LIT("orders"), NULL));
    }
    guard_enter_system("upkeep", "test");
}

struct made {
    struct breaches *b;
    int64_t id;
};

static cu_code make(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    struct made *m = context;
    static const struct db_statement query = {"test_query",
        "INSERT INTO breach_query (breach, number, from_ms, to_ms, actor, actor_id, action, fields, pno, "
        "entries, made_ms) VALUES (:breach, 1, 1, :to_ms, 'staff', 4, '', '', 0, 0, 1)"};
    static const struct db_statement start = {"test_start", "UPDATE breach SET run = 'waiting' WHERE id = :id"};
    struct breach row = {.kind = "account", .keys_exposed = -1, .made_ms = world_now, .aware_ms = world_now};
    struct db_query q;
    (void)g;
    for (int i = 0; i < BREACH_TEXT_COUNT; i++)
        row.texts[i] = CU_LIT("");
    CU_TRY(breach_store_in(m->b, d, &row, err));
    m->id = row.id;
    CU_TRY(db_prepare(d, &query, &q, err));
    db_bind_i64(&q, ":breach", row.id);
    db_bind_i64(&q, ":to_ms", world_now + 1);
    CU_TRY(db_run(&q, err));
    CU_TRY(db_prepare(d, &start, &q, err));
    db_bind_i64(&q, ":id", row.id);
    return db_run(&q, err);
}

static int64_t new_breach(struct world *w, struct breaches *b)
{
    struct made m = {.b = b};
    assert_ok(staff_change(w->govern, make, &m, NULL));
    return m.id;
}

static struct breach load(struct breaches *b, int64_t id)
{
    struct breach row;
    assert_ok(breach_load(b, id, false, NULL, &row, NULL));
    return row;
}

static bool was_read(int i)
{
    return i % 2 == 0 && i / 2 < READ && i / 2 % 3 != 2;
}

// Exactly who was read; gone: erased, or -1.
static void check_people(struct world *w, struct breaches *b, int64_t id, int gone)
{
    struct breach_person some[50];
    struct db *d = NULL;
    uint32_t after = 0;
    size_t count = 0, at = 0;
    assert_ok(people_read_take(w->people, &d, NULL));
    do {
        assert_ok(breach_persons(b, d, id, after, some, CU_COUNT(some), &count, NULL));
        for (size_t i = 0; i < count; i++, at++) {
            while (at < PEOPLE && (!was_read((int)at) || (int)at == gone))
                at++;
            assert_true(at < PEOPLE);
            assert_int_equal(some[i].pno, pnos[at]);
            assert_int_equal(some[i].acts, 1);
            after = some[i].pno;
        }
    } while (count == CU_COUNT(some));
    while (at < PEOPLE && (!was_read((int)at) || (int)at == gone))
        at++;
    assert_int_equal(at, PEOPLE);
    people_read_give(w->people, d);
}

static int go_on(struct breaches *b, int64_t id)
{
    int pieces = 0;
    for (bool waiting = true; waiting && pieces < 10000; pieces++)
        assert_ok(breach_scope_work(b, 0, &waiting, NULL));
    assert_string_equal(load(b, id).run, "done");
    return pieces;
}

static void in_small_pieces_with_new_starts(void **state)
{
    struct world *w = *state;
    make_people(w);
    read_people(w);
    world_now += 1000;
    struct auditing *a = open_auditing(w);
    struct breaches *b = open_breaches(a);
    int64_t id = new_breach(w, b);
    int pieces = go_on(b, id);
    assert_true(pieces > 5);
    struct breach row = load(b, id);
    assert_int_equal(row.persons, 200);
    assert_int_equal(row.entries, 200);
    assert_int_equal(row.unknown, 0);
    check_people(w, b, id, -1);
    for (int stop = 1; stop < pieces; stop++) { // a new start after each piece
        bool waiting = true;
        int64_t other = new_breach(w, b);
        for (int i = 0; i < stop; i++)
            assert_ok(breach_scope_work(b, 0, &waiting, NULL));
        breaches_close(b);
        b = open_breaches(a);
        (void)go_on(b, other);
        assert_int_equal(load(b, other).persons, 200);
        check_people(w, b, other, -1);
    }
    breaches_close(b);
    auditing_close(a);
}

static void what_fails_is_tried_again(void **state)
{
    struct world *w = *state;
    struct auditing *a = open_auditing(w);
    struct breaches *b = open_breaches(a);
    cu_log_set_level(CU_LOG_ERROR);
    for (int kind = 0; kind < 2; kind++) {
        for (uint64_t n = 1; n < 400; n += n < 60 ? 1 : 17) {
            bool waiting = true;
            int64_t id = new_breach(w, b);
            cu_fault_arm(kind ? CU_FAULT_IO : CU_FAULT_ALLOC, n, false);
            for (int i = 0; i < 40 && waiting; i++) {
                struct cu_error err;
                (void)!breach_scope_work(b, 0, &waiting, &err);
            }
            cu_fault_disarm();
            if (strcmp(load(b, id).run, "done") != 0)
                (void)go_on(b, id);
            assert_int_equal(load(b, id).persons, 200);
            if (n % 50 == 1)
                check_people(w, b, id, -1);
        }
    }
    breaches_close(b);
    auditing_close(a);
}

// Erased while the log is asked: the person is in no list, whenever it happened.
static void erased_in_between(void **state)
{
    struct world *w = *state;
    struct auditing *a = open_auditing(w);
    struct breaches *b = open_breaches(a);
    int64_t before = new_breach(w, b), id;
    struct cu_uuid uuid;
    struct db *d = NULL;
    bool waiting = true;
    const int gone = 8;
    assert_true(was_read(gone));
    (void)go_on(b, before);
    id = new_breach(w, b);
    for (int i = 0; i < 5; i++) // the log was read, some are found, nothing is stored
        assert_ok(breach_scope_work(b, 0, &waiting, NULL));
    assert_ok(people_read_take(w->people, &d, NULL));
    assert_ok(people_uuid(w->people, d, pnos[gone], &uuid, NULL));
    people_read_give(w->people, d);
    assert_ok(people_forget_person(w->people, uuid, NULL));
    check_people(w, b, before, gone);
    assert_int_equal(load(b, before).erased, 1);
    (void)go_on(b, id);
    check_people(w, b, id, gone);
    int64_t after = new_breach(w, b);
    (void)go_on(b, after);
    check_people(w, b, after, gone);
    struct breach row = load(b, after);
    assert_int_equal(row.persons, 199);
    assert_int_equal(row.unknown, 1);
    breaches_close(b);
    auditing_close(a);
}

static int open_all(void **state)
{
    world_audited = true;
    return open_world(state);
}

static int close_all(void **state)
{
    int rc = close_world(state);
    dictionary_free(dictionary);
    return rc;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(in_small_pieces_with_new_starts),
        cmocka_unit_test(what_fails_is_tried_again),
        cmocka_unit_test(erased_in_between),
    };
    return cmocka_run_group_tests(tests, open_all, close_all);
}
