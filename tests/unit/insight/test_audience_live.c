// SPDX-License-Identifier: Apache-2.0
// The promise of live segments: after random histories of events (late ones too), traits, orders, consents, merges,
// un-merges, erasures, steps of the clock both ways, changing definitions and restarts, the people of every segment are
// those
// that a full recomputation over everybody finds, and the history leads to exactly them. AUDIENCE_STEPS for longer walks.
#include "audience_test.h"

enum { SEGMENTS = 8, MINUTE = 60000, HOUR = 60 * MINUTE };
#define DAY (24 * (int64_t)HOUR)

struct walk {
    struct shop *s;
    char text[SEGMENTS][512];   // "" : none
    uint32_t version[SEGMENTS]; // as stored
    uint32_t number[SEGMENTS];
    uint64_t checks, moves;
};

static const char *name_of(int at)
{
    static const char *const names[SEGMENTS] = {"alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta"};
    return names[at];
}

static const char *random_window(struct shop *s)
{
    static const char *const windows[] = {"", "in the last 30 days", "in the last 2 hours", "in the last 45 minutes",
        "between 20 and 5 days ago", "today", "this month", "longer than 3 days ago", "in the last 1 month", "last week"};
    return windows[dice(s, CU_COUNT(windows))];
}

// A condition; members of segments only below `at`, or any that make no circle.
static void random_condition(struct walk *w, int at, char *out, size_t size)
{
    struct shop *s = w->s;
    static const char *const fields[] = {"country is \"DE\"", "country is one of (\"AT\", \"CH\")", "language is not \"de\"",
        "plan contains \"o\"", "plan is unknown", "accepts_marketing is yes", "age is at least 30",
            "company.employee_count is more than 10",
        "orders.count is at least 2", "orders.revenue is more than 100", "orders.average is at most 60",
            "orders.last is in the last 10 days",
        "orders.first is longer than 20 days ago", "events.count is more than 3", "seen.last is in the last 6 hours",
        "seen.first is between 30 and 2 days ago", "identifiers is \"user_id\"", "identifiers is not \"email\"",
            "known is yes",
        "consent.marketing_email is \"granted\"", "consent.analytics is not \"unknown\"", "createdAt is in the last 30 days",
        "plan.updated is in the last 3 hours", "sample of 40 %", "everybody", "orders.refunded is more than 0",
            "email is known",
        "birthday has its anniversary in the next 7 days"};
    static const char *const counts[] = {"", "at least 2 times", "exactly 1 time", "less than 3 times"};
    const char *window = random_window(s);
    uint32_t other = dice(s, SEGMENTS);
    switch (dice(s, 12)) {
    case 0:
    case 1:
    case 2:
    case 3:
        (void)snprintf(out, size, "%s", fields[dice(s, CU_COUNT(fields))]);
        return;
    case 4:
        (void)snprintf(out, size, "did \"Product Viewed\" where product_id is \"p%u\" %s %s", dice(s, 3), counts[dice(s,
            4)], window);
        return;
    case 5:
        (void)snprintf(out, size, "did%s \"Order Completed\" %s %s", dice(s, 2) ? " not" : "", counts[dice(s, 4)], window);
        return;
    case 6:
        (void)snprintf(out, size, "sum of total of \"Order Completed\" %s is more than %u", window, dice(s, 200));
        return;
    case 7:
        (void)snprintf(out, size, "\"Product Viewed\" then \"Order Completed\" within 3 days %s",
            dice(s, 2) ? "without \"Cart Viewed\"" : "");
        return;
    case 8:
        (void)snprintf(out, size, "days with \"Product Viewed\" %s is at least 2", window);
        return;
    case 9:
        (void)snprintf(out, size, "did any event %s", window);
        return;
    default:
        if (!w->text[other][0] || (int)other == at)
            (void)snprintf(out, size, "last time of \"Cart Viewed\" is in the last 3 hours");
        else if (dice(s, 3))
            (void)snprintf(out, size, "%sin segment \"%s\"", dice(s, 2) ? "not " : "", name_of((int)other));
        else
            (void)snprintf(out, size, "%s segment \"%s\" in the last %u hours", dice(s, 2) ? "entered" : "left",
                name_of((int)other),
                1 + dice(s, 48));
        return;
    }
}

static void random_definition(struct walk *w, int at, char *out, size_t size)
{
    size_t len = 0, count = 1 + dice(w->s, 3);
    const char *join = dice(w->s, 2) ? "and" : "or";
    for (size_t i = 0; i < count; i++) {
        char one[200];
        random_condition(w, at, one, sizeof one);
        len += (size_t)snprintf(out + len, size - len, "%s%s%s", i ? " " : "", i ? join : "", i ? " " : "");
        len += (size_t)snprintf(out + len, size - len, "(%s)", one);
    }
}

// --- steps

static void define(struct walk *w)
{
    struct shop *s = w->s;
    int at = (int)dice(s, SEGMENTS);
    char text[512];
    struct cu_error err = {.text = ""};
    random_definition(w, at, text, sizeof text);
    cu_code code = shop_try_define(s, name_of(at), text, w->version[at], &w->number[at], &err);
    if (code == CU_CONFLICT) // a circle
        return;
    if (code != CU_OK)
        fail_msg("%s: %s %s", text, cu_code_rows[code].name, err.text);
    w->version[at]++;
    (void)snprintf(w->text[at], sizeof w->text[at], "%s", text);
}

static void drop(struct walk *w)
{
    int at = (int)dice(w->s, SEGMENTS);
    struct cu_error err = {.text = ""};
    cu_code code = audience_drop(w->s->audiences, cu_str_of(name_of(at)), &err);
    if (code == CU_OK) {
        w->text[at][0] = 0;
        w->version[at] = 0;
        w->number[at] = 0;
    } else {
        assert_true(code == CU_CONFLICT || (code == CU_NOT_FOUND && !w->text[at][0]));
    }
}

static const char *random_traits(struct shop *s, char out[256])
{
    static const char *const countries[] = {"DE", "AT", "CH", "FR"};
    static const char *const plans[] = {"\"gold\"", "\"silver\"", "null", "\"none\""};
    switch (dice(s, 8)) {
    case 0:
        (void)snprintf(out, 256, "{\"address\":{\"country\":\"%s\"}}", countries[dice(s, 4)]);
        break;
    case 1:
        (void)snprintf(out, 256, "{\"plan\":%s,\"language\":\"%s\"}", plans[dice(s, 4)], dice(s, 2) ? "de" : "en");
        break;
    case 2:
        (void)snprintf(out, 256, "{\"age\":%u}", 20 + dice(s, 30));
        break;
    case 3:
        (void)snprintf(out, 256, "{\"accepts_marketing\":%s,\"company\":{\"employee_count\":%u}}", dice(s, 2) ? "true"
            : "false", dice(s, 30));
        break;
    case 4:
        (void)snprintf(out, 256, "{\"createdAt\":\"2026-0%u-1%u\",\"birthday\":\"1990-06-%02u\"}", 4 + dice(s, 4), dice(s,
            9), 1 + dice(s, 28));
        break;
    default:
        return NULL;
    }
    return out;
}

static void event(struct walk *w)
{
    static const char *const kinds[] = {"Product Viewed", "Order Completed", "Cart Viewed", "Signed Up"};
    struct shop *s = w->s;
    char ids[64], properties[128], traits[256];
    int64_t now = atomic_load(&s->now_ms), time_ms = now;
    if (dice(s, 3) == 0) // late
        time_ms -= (int64_t)dice(s, 40) * DAY + dice(s, (uint32_t)DAY);
    if (dice(s, 30) == 0) // of a clock that is ahead
        time_ms += (int64_t)dice(s, (uint32_t)DAY);
    uint32_t kind = dice(s, 4), who = dice(s, 3);
    if (who == 0)
        (void)snprintf(ids, sizeof ids, "user_id=u%u", dice(s, 8));
    else if (who == 1)
        (void)snprintf(ids, sizeof ids, "anonymous_id=a%u", dice(s, 12));
    else
        (void)snprintf(ids, sizeof ids, "user_id=u%u anonymous_id=a%u", dice(s, 8), dice(s, 12));
    if (kind == 1)
        (void)snprintf(properties, sizeof properties,
            "{\"order_id\":\"o%llu\",\"total\":%u,\"revenue\":%u,\"currency\":\"EUR\"}",
            (unsigned long long)s->seq, 10 + dice(s, 100), 10 + dice(s, 100));
    else
        (void)snprintf(properties, sizeof properties, "{\"product_id\":\"p%u\"}", dice(s, 3));
    shop_event(s, ids, kinds[kind], time_ms, properties, random_traits(s, traits));
}

static uint32_t random_person(struct shop *s)
{
    uint32_t end = people_end(s->people);
    for (int i = 0; i < 50 && end > 1; i++) {
        uint32_t pno = 1 + dice(s, end - 1);
        struct people_figures f;
        if (people_figures(s->people, pno, &f))
            return pno;
    }
    return 0;
}

static void merge(struct walk *w)
{
    struct shop *s = w->s;
    uint32_t a = random_person(s), b = random_person(s);
    int64_t edge = 0;
    if (a && b)
        (void)!people_merge(s->people, shop_uuid(s, a), shop_uuid(s, b), CU_LIT("same"), -1, &edge, NULL);
}

static void unmerge(struct walk *w)
{
    struct shop *s = w->s;
    uint32_t a = random_person(s);
    for (int64_t edge = 1; a && edge < 60; edge++) {
        if (dice(s, 3) && people_unmerge(s->people, shop_uuid(s, a), edge, CU_LIT("not"), dice(s, 2), -1, NULL) == CU_OK)
            return;
    }
}

static void forget(struct walk *w)
{
    uint32_t a = random_person(w->s);
    struct cu_error err = {.text = ""};
    if (a && people_forget_person(w->s->people, shop_uuid(w->s, a), &err) != CU_OK)
        fail_msg("forget: %s", err.text);
}

static void consent(struct walk *w)
{
    struct shop *s = w->s;
    uint32_t a = random_person(s);
    const struct evidence ev = shop_evidence(s, atomic_load(&s->now_ms));
    if (!a)
        return;
    (void)people_lock(s->people);
    assert_ok(people_begin(s->people, NULL));
    assert_ok(gate_set(s->gate, a, dice(s, 2) ? CU_LIT("marketing_email") : CU_LIT("analytics"), dice(s, 2) ? GATE_GRANTED
        : GATE_WITHDRAWN,
        CU_LIT("staff"), CU_LIT("said so"), &ev, NULL));
    if (dice(s, 6) == 0)
        people_rollback(s->people);
    else
        assert_ok(people_commit(s->people, NULL));
    people_unlock(s->people);
}

static void tick(struct walk *w)
{
    static const int64_t steps[] = {1, 999, 60000, 45 * MINUTE, HOUR, 5 * HOUR, DAY, 9 * DAY};
    struct shop *s = w->s;
    int64_t step = steps[dice(s, CU_COUNT(steps))] + dice(s, 1000);
    if (dice(s, 12) == 0)
        step = -(10000 + (int64_t)dice(s, 20 * HOUR));
    atomic_fetch_add(&s->now_ms, step);
    if (getenv("AUDIENCE_VERBOSE"))
        print_message("by %lld ms\n", (long long)step);
}

static void restart(struct walk *w)
{
    shop_restart(w->s, dice(w->s, 2));
}

// --- what must be true

static bool replay_move(void *context, uint32_t number, const struct audience_move *m)
{
    struct {
        roaring_bitmap_t *seen, *in;
        uint64_t moves;
    } *r = context;
    (void)number;
    r->moves++;
    if (!roaring_bitmap_add_checked(r->seen, m->person))
        return true; // newest first: what came before does not matter
    if (m->entered)
        roaring_bitmap_add(r->in, m->person);
    return true;
}

static void history_leads_here(struct walk *w, int at, const roaring_bitmap_t *people)
{
    struct {
        roaring_bitmap_t *seen, *in;
        uint64_t moves;
    } r = {roaring_bitmap_create(), roaring_bitmap_create(), 0};
    char cursor[65] = "";
    struct cu_error err = {.text = ""};
    do {
        if (audience_history(w->s->audiences, w->number[at], 0, cursor, 7, replay_move, &r, &err) != CU_OK)
            fail_msg("history: %s", err.text);
    } while (cursor[0]);
    if (!roaring_bitmap_equals(r.in, people))
        fail_msg("%s: the history leads to %u people, there are %u", name_of(at),
            (unsigned)roaring_bitmap_get_cardinality(r.in),
            (unsigned)roaring_bitmap_get_cardinality(people));
    w->moves += r.moves;
    roaring_bitmap_free(r.seen);
    roaring_bitmap_free(r.in);
}

static void explain(struct shop *s, uint32_t number, uint32_t person)
{
    struct cu_buf out;
    struct json_writer w;
    cu_buf_init(&out, 1 << 20);
    jw_start(&w, &out);
    if (audience_why(s->audiences, number, person, atomic_load(&s->now_ms), &w, NULL) == CU_OK)
        print_message("%.*s\n", CU_ARG(cu_buf_view(&out)));
    cu_buf_clear(&out);
}

static void everybody_is_right(struct walk *w, int at, struct facts *facts)
{
    struct shop *s = w->s;
    struct seg_program *p = shop_program(s, w->text[at]);
    struct facts *live = s->facts;
    roaring_bitmap_t *people = NULL;
    const struct seg_field *const *fields = NULL;
    size_t field_count = seg_program_fields(p, &fields);
    assert_ok(facts_want(facts, fields, field_count, NULL));
    facts_settle(facts);
    assert_ok(audience_people(s->audiences, w->number[at], &people, NULL));
    uint64_t right = 0;
    s->facts = facts; // read anew from records.db
    for (uint32_t pno = 1; pno < people_end(s->people); pno++) {
        struct people_figures f;
        if (!people_figures(s->people, pno, &f) || f.root != pno)
            continue;
        bool holds = shop_holds(s, p, pno, atomic_load(&s->now_ms)), in = roaring_bitmap_contains(people, pno);
        if (holds != in)
            explain(s, w->number[at], pno);
        if (holds != in)
            fail_msg("%s: person %u is %s, but should %s: %s", name_of(at), pno, in ? "in" : "out", holds ? "be in"
                : "not be", w->text[at]);
        right += in;
    }
    s->facts = live;
    assert_int_equal(roaring_bitmap_get_cardinality(people), right); // and nobody else
    history_leads_here(w, at, people);
    w->checks++;
    roaring_bitmap_free(people);
    seg_program_free(p);
}

static void check(struct walk *w)
{
    struct shop *s = w->s;
    struct facts *facts = NULL;
    struct audience_row row;
    const struct facts_options fo = {.people = s->people, .gate = s->gate, .zone = s->zone};
    audiences_settle(s->audiences);
    assert_ok(facts_open(&fo, &facts, NULL));
    facts_settle(facts);
    for (int at = 0; at < SEGMENTS; at++) {
        if (!w->text[at][0])
            continue;
        shop_get(s, name_of(at), &row);
        if (row.state != AUDIENCE_LIVE)
            fail_msg("%s is not live but %d: %.*s", name_of(at), row.state, CU_ARG(row.fault));
        everybody_is_right(w, at, facts);
    }
    facts_close(facts);
}

static void walk(struct shop *s, uint64_t seed, int steps)
{
    typedef void step(struct walk * w);
    static const struct {
        unsigned weight;
        step *run;
        const char *name;
    } all[] = {{40, event, "event"}, {10, tick, "tick"}, {6, define, "define"}, {2, drop, "drop"}, {4, merge, "merge"}, {4,
        unmerge, "unmerge"},
        {3, forget, "forget"}, {5, consent, "consent"}, {2, restart, "restart"}};
    struct walk w = {.s = s};
    unsigned total = 0;
    s->random = seed * 2654435761u + 88172645463325252u;
    for (size_t i = 0; i < CU_COUNT(all); i++)
        total += all[i].weight;
    for (int i = 0; i < 4; i++)
        define(&w);
    bool verbose = getenv("AUDIENCE_VERBOSE") != NULL;
    for (int i = 0; i < steps; i++) {
        unsigned at = dice(s, total), which = 0;
        while (at >= all[which].weight)
            at -= all[which++].weight;
        if (verbose)
            print_message("%d %s\n", i, all[which].name);
        all[which].run(&w);
        if (dice(s, 3) == 0)
            check(&w);
    }
    check(&w);
    print_message("seed %llu: %llu full recomputations, %llu moves read\n", (unsigned long long)seed,
        (unsigned long long)w.checks,
        (unsigned long long)w.moves);
}

static int steps_wanted(void)
{
    const char *z = getenv("AUDIENCE_STEPS");
    return z ? atoi(z) : 150;
}

static void a_walk(void **state)
{
    const char *z = getenv("AUDIENCE_SEED");
    walk(*state, z ? (uint64_t)atoll(z) : 1, steps_wanted());
}

static void another_walk(void **state)
{
    walk(*state, 2, steps_wanted());
}

static void a_third_walk(void **state)
{
    walk(*state, 3, steps_wanted());
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_walk, shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(another_walk, shop_setup, shop_teardown),
        cmocka_unit_test_setup_teardown(a_third_walk, shop_setup, shop_teardown),
    };
    return cmocka_run_group_tests_name("insight/audience_live", tests, NULL, NULL);
}
