// SPDX-License-Identifier: Apache-2.0
// Chains of one unit against a naive search over all chains, on random rows; the restart rule in Mixpanel's own example by
// both of its names; what is excluded; attempts; any order.
#include "store/store_test.h"

#include "insight/funnel_machine.h"

#include <stdlib.h>

#define MINUTE INT64_C(60000)
#define ALL_MAX 32u

struct told {
    struct funnel_chain at[ALL_MAX];
    size_t count;
};

static void tell(void *context, const struct funnel_chain *c)
{
    struct told *t = context;
    assert_true(t->count < ALL_MAX);
    t->at[t->count++] = *c;
}

static uint32_t level_of(const struct funnel_rules *r, const struct funnel_row *rows, size_t count)
{
    struct told t = {.count = 0};
    assert_int_equal(funnel_walk(r, rows, count, INT64_MAX, tell, &t), FUNNEL_WALKED);
    assert_true(t.count <= 1);
    return t.count ? t.at[0].level : 0;
}

// A 1:00, A 1:30, B 1:45, C 2:15 within one hour (Mixpanel's documents of 2018 and of today).
static void test_restart(void **state)
{
    (void)state;
    const struct funnel_row rows[] = {{60 * MINUTE, 1}, {90 * MINUTE, 1}, {105 * MINUTE, 2}, {135 * MINUTE, 4}};
    struct funnel_rules r = {.steps = 3, .window_ms = 60 * MINUTE};
    struct told t = {.count = 0};
    assert_int_equal(funnel_walk(&r, rows, 4, INT64_MAX, tell, &t), FUNNEL_WALKED);
    assert_int_equal(t.at[0].level, 3); // converted: the last A before B begins the window
    assert_int_equal(t.at[0].row[0], 1);
    r.never_again = true;
    assert_int_equal(level_of(&r, rows, 4), 2); // not converted: the window began at 1:00
    r.window_ms = 75 * MINUTE; // 1:00 to 2:15: inclusive
    assert_int_equal(level_of(&r, rows, 4), 3);
    r.window_ms--;
    assert_int_equal(level_of(&r, rows, 4), 2);
}

static void test_modes(void **state)
{
    (void)state;
    struct funnel_rules r = {.steps = 3, .window_ms = 100, .modes = FUNNEL_STRICT_ORDER};
    const struct funnel_row between[] = {{1, 1}, {2, 2}, {3, 0}, {4, 4}};
    assert_int_equal(level_of(&r, between, 4), 2);
    const struct funnel_row early[] = {{1, 1}, {2, 4}, {3, 2}, {4, 4}}; // C too early: ends, or is passed over
    assert_int_equal(level_of(&r, early, 4), 1);
    r.modes |= FUNNEL_STRICT_REENTRY;
    assert_int_equal(level_of(&r, early, 4), 3);
    r.modes = FUNNEL_STRICT_INCREASE;
    const struct funnel_row same[] = {{1, 1}, {1, 2}, {2, 4}};
    assert_int_equal(level_of(&r, same, 3), 1);
    r.modes = 0;
    assert_int_equal(level_of(&r, same, 3), 3);
    r.modes = FUNNEL_STRICT_DEDUPLICATION;
    const struct funnel_row twice[] = {{1, 1}, {2, 2}, {3, 2}, {4, 4}};
    assert_int_equal(level_of(&r, twice, 4), 2);
    // twelve identical steps: as many as there are events
    r = (struct funnel_rules){.steps = 12, .window_ms = 100, .modes = FUNNEL_STRICT_ONCE};
    struct funnel_row many[12];
    for (size_t i = 0; i < 12; i++)
        many[i] = (struct funnel_row){(int64_t)i, 0xfff};
    for (size_t n = 1; n <= 12; n++)
        assert_int_equal(level_of(&r, many, n), n);
}

static void test_excluded(void **state)
{
    (void)state;
    enum { A = 1, B = 2, C = 4, X = 1 << FUNNEL_BAN_SHIFT };
    struct funnel_rules r = {.steps = 3, .window_ms = 100, .ban_count = 1, .bans = {{0, 1}}};
    struct told t = {.count = 0};
    const struct funnel_row ended[] = {{1, A}, {2, X}, {3, B}, {4, C}};
    assert_int_equal(level_of(&r, ended, 4), 1);
    const struct funnel_row anew[] = {{1, A}, {2, X}, {3, A}, {4, B}, {5, C}};
    assert_int_equal(level_of(&r, anew, 5), 3); // Mixpanel: the attempt ended, one may enter again
    const struct funnel_row behind[] = {{1, A}, {2, B}, {3, X}, {4, C}};
    assert_int_equal(level_of(&r, behind, 4), 3); // not between A and B
    const struct funnel_row at_end[] = {{1, A}, {2, X}, {2, B}};
    assert_int_equal(level_of(&r, at_end, 3), 1); // what is no step comes first
    const struct funnel_row at_start[] = {{1, X}, {1, A}, {2, B}};
    assert_int_equal(level_of(&r, at_start, 3), 2);
    r.whole = true; // PostHog: out of the whole funnel
    assert_int_equal(funnel_walk(&r, anew, 5, INT64_MAX, tell, &t), FUNNEL_BANNED);
    assert_int_equal(level_of(&r, behind, 4), 3);
    const struct funnel_row late[] = {{1, A}, {200, X}, {201, A}, {202, B}};
    assert_int_equal(level_of(&r, late, 4), 2); // the window was over
}

static void test_attempts(void **state)
{
    (void)state;
    enum { A = 1, B = 2, X = 1 << FUNNEL_BAN_SHIFT };
    struct funnel_rules r = {.steps = 2, .window_ms = 10, .attempts = true, .ban_count = 1, .bans = {{0, 1}}};
    // converted, window over, excluded, converted again, begun
    const struct funnel_row rows[] = {{1, A}, {2, B}, {3, A}, {20, A}, {21, X}, {22, A}, {23, A}, {24, B}, {25, B}, {26, A}};
    const uint32_t levels[] = {2, 1, 1, 2, 1}, first[] = {0, 2, 3, 6, 9};
    struct told t = {.count = 0};
    assert_int_equal(funnel_walk(&r, rows, CU_COUNT(rows), INT64_MAX, tell, &t), FUNNEL_WALKED);
    assert_int_equal(t.count, CU_COUNT(levels));
    for (size_t i = 0; i < t.count; i++) {
        assert_int_equal(t.at[i].level, levels[i]);
        assert_int_equal(t.at[i].row[0], first[i]);
    }
    t.count = 0;
    assert_int_equal(funnel_walk(&r, rows, CU_COUNT(rows), 20, tell, &t), FUNNEL_WALKED); // begun before 20
    assert_int_equal(t.count, 2);
}

// ---- against all chains

static uint32_t state_of_random = 7;
static uint32_t any(uint32_t below)
{
    state_of_random = state_of_random * 1664525u + 1013904223u;
    return (state_of_random >> 8) % below;
}

struct naive {
    const struct funnel_rules *r;
    const struct funnel_row *rows;
    size_t count, row[FUNNEL_STEPS_MAX];
    int64_t starts_before, only_ms;
    uint32_t best;
};

// Nothing excluded between the steps of the chain up to `level`: after the one, up to the other.
static bool clean(const struct naive *n, uint32_t level)
{
    for (uint32_t b = 0; b < n->r->ban_count; b++) {
        const struct funnel_ban *ban = &n->r->bans[b];
        int64_t from = ban->from < level ? n->rows[n->row[ban->from]].time_ms : INT64_MAX;
        int64_t to = n->rows[n->row[ban->to < level ? ban->to : level - 1]].time_ms; // the attempt is over then
        for (size_t i = 0; i < n->count; i++) {
            if ((n->rows[i].steps >> FUNNEL_BAN_SHIFT >> b & 1) && n->rows[i].time_ms > from && n->rows[i].time_ms <= to)
                return false;
        }
    }
    return true;
}

static void search(struct naive *n, uint32_t level)
{
    if (level > n->best && clean(n, level))
        n->best = level;
    if (level == n->r->steps)
        return;
    for (size_t i = 0; i < n->count; i++) {
        int64_t time = n->rows[i].time_ms, first = level ? n->rows[n->row[0]].time_ms : time;
        bool used = false;
        for (uint32_t k = 0; k < level; k++)
            used = used || n->row[k] == i;
        if (!(n->rows[i].steps >> level & 1) || time - first > n->r->window_ms ||
            (used && (n->r->modes & FUNNEL_STRICT_ONCE)))
            continue;
        if (level == 0 && (time >= n->starts_before || (n->r->never_again && time != n->only_ms)))
            continue;
        if (level > 0 && time < n->rows[n->row[level - 1]].time_ms)
            continue;
        n->row[level] = i;
        search(n, level + 1);
    }
}

static void check_chain(const struct naive *n, const struct funnel_chain *c)
{
    for (uint32_t k = 0; k < c->level; k++) {
        const struct funnel_row *row = &n->rows[c->row[k]];
        assert_true(row->steps >> k & 1);
        assert_true(row->time_ms - n->rows[c->row[0]].time_ms <= n->r->window_ms);
        assert_true(k == 0 || row->time_ms >= n->rows[c->row[k - 1]].time_ms);
        for (uint32_t j = 0; j < k && (n->r->modes & FUNNEL_STRICT_ONCE); j++)
            assert_true(c->row[j] != c->row[k]);
    }
    assert_true(n->rows[c->row[0]].time_ms < n->starts_before);
    struct naive own = *n;
    for (uint32_t k = 0; k < c->level; k++)
        own.row[k] = c->row[k];
    assert_true(clean(&own, c->level));
}

static void test_all_chains(void **state)
{
    (void)state;
    for (int round = 0; round < 30000; round++) {
        struct funnel_row rows[9];
        struct funnel_rules r = {
            .steps = 1 + any(4), .window_ms = any(8), .modes = any(2) ? FUNNEL_STRICT_ONCE : 0, .never_again = any(4) == 0};
        struct naive n = {
            .r = &r, .rows = rows, .count = any(10), .starts_before = any(3) ? INT64_MAX : any(10), .only_ms = -1};
        struct told t = {.count = 0};
        r.ban_count = r.steps > 1 && any(2) ? 1 : 0;
        r.bans[0].from = any(r.steps);
        r.bans[0].to = r.bans[0].from + any(r.steps - r.bans[0].from);
        int64_t time = 0;
        for (size_t i = 0; i < n.count; i++) {
            time += any(3);
            bool banned = r.ban_count && any(5) == 0;
            rows[i] = (struct funnel_row){time, banned   ? UINT32_C(1) << FUNNEL_BAN_SHIFT
                                                : any(3) ? UINT32_C(1) << any(r.steps)
                                                         : any(1u << r.steps)};
            if (n.only_ms < 0 && (rows[i].steps & 1) && time < n.starts_before)
                n.only_ms = time;
        }
        search(&n, 0);
        assert_int_equal(funnel_walk(&r, rows, n.count, n.starts_before, tell, &t), FUNNEL_WALKED);
        if ((t.count ? t.at[0].level : 0) != n.best) {
            print_error("steps %u window %d modes %u never %d before %d ban %u %u-%u:", r.steps, (int)r.window_ms, r.modes,
                r.never_again, (int)(n.starts_before > 99 ? 99 : n.starts_before), r.ban_count, r.bans[0].from,
                r.bans[0].to);
            for (size_t i = 0; i < n.count; i++)
                print_error(" %d:%x", (int)rows[i].time_ms, rows[i].steps);
            print_error("\n");
        }
        assert_int_equal(t.count ? t.at[0].level : 0, n.best);
        if (t.count)
            check_chain(&n, &t.at[0]);
    }
}

// Where no event is two steps, strict_once changes nothing: the program leaves it out then.
static void test_once(void **state)
{
    (void)state;
    for (int round = 0; round < 20000; round++) {
        struct funnel_row rows[12];
        uint32_t steps = 1 + any(4), count = any(13);
        int64_t time = 0, window = any(8);
        for (size_t i = 0; i < count; i++)
            rows[i] = (struct funnel_row){time += any(3), UINT32_C(1) << any(steps)};
        assert_int_equal(
            funnel_level(rows, count, steps, window, FUNNEL_STRICT_ONCE), funnel_level(rows, count, steps, window, 0));
    }
}

// ---- any order

static uint32_t most_matched(
    const struct funnel_rules *r, const struct funnel_row *rows, const size_t *at, size_t count, uint32_t s, uint32_t used)
{
    if (s == r->steps)
        return 0;
    uint32_t best = most_matched(r, rows, at, count, s + 1, used);
    for (size_t i = 0; i < count; i++) {
        if (!(rows[at[i]].steps >> s & 1) || ((used >> i & 1) && (r->modes & FUNNEL_STRICT_ONCE)))
            continue;
        uint32_t n = 1 + most_matched(r, rows, at, count, s + 1, used | UINT32_C(1) << i);
        best = n > best ? n : best;
    }
    return best;
}

static void test_any_order(void **state)
{
    (void)state;
    for (int round = 0; round < 10000; round++) {
        struct funnel_row rows[8];
        struct funnel_rules r = {
            .steps = 1 + any(4), .window_ms = any(8), .modes = any(2) ? FUNNEL_STRICT_ONCE : 0, .any_order = true};
        size_t count = any(9);
        int64_t time = 0, before = any(3) ? INT64_MAX : any(10);
        uint32_t best = 0;
        for (size_t i = 0; i < count; i++)
            rows[i] = (struct funnel_row){time += any(3), any(1u << r.steps)};
        for (size_t i = 0; i < count && rows[i].time_ms < before; i++) {
            size_t at[8], n = 0;
            for (size_t k = i; k < count && rows[k].time_ms - rows[i].time_ms <= r.window_ms; k++)
                at[n++] = k;
            uint32_t level = most_matched(&r, rows, at, n, 0, 0);
            best = level > best ? level : best;
        }
        struct told t = {.count = 0};
        assert_int_equal(funnel_walk(&r, rows, count, before, tell, &t), FUNNEL_WALKED);
        assert_int_equal(t.count ? t.at[0].level : 0, best);
        for (uint32_t k = 1; t.count && k < t.at[0].level; k++)
            assert_true(rows[t.at[0].row[k]].time_ms >= rows[t.at[0].row[k - 1]].time_ms);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_restart), cmocka_unit_test(test_modes),
        cmocka_unit_test(test_excluded), cmocka_unit_test(test_attempts), cmocka_unit_test(test_all_chains),
        cmocka_unit_test(test_once), cmocka_unit_test(test_any_order)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
