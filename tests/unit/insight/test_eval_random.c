// SPDX-License-Identifier: Apache-2.0
// The evaluator against the oracle (oracle.h): random definitions, people and moments. Two claims: the answers are the
// same, and no answer changes before the moment that it names. EVAL_CASES=1000000 for a long walk,
// EVAL_SEED=n to repeat one; a failure prints its seed and the definition.
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include "oracle_random.h"

#define CASES 6000
#define PEOPLE 3
#define MOMENTS 6

static struct {
    uint64_t answers, held, named, early; // early: nothing changed at the named moment
} tally;

static bool has(const struct seg_node *n, enum seg_kind kind)
{
    bool found = n->kind == kind;
    for (uint32_t i = 0; i < n->child_count; i++)
        found |= has(n->children[i], kind);
    return found;
}

static void fail_case(const struct o_world *w, const struct seg_node *n, const struct o_person *p, uint64_t seed,
    const char *what, int64_t now, int64_t moment)
{
    struct cu_buf b;
    struct json_writer writer;
    cu_buf_init(&b, 1 << 20);
    jw_start(&writer, &b);
    seg_print_json(n, w->catalog, &writer);
    print_error("EVAL_SEED=%llu %s, zone %s\n%.*s\nnow %lld, moment %lld (+%lld)\n", (unsigned long long)seed, what,
        getenv("TZ"), (int)b.len, b.ptr, (long long)now, (long long)moment, (long long)(moment - now));
    for (int i = 0; i < p->events; i++)
        print_error("  %lld (%+lld) %s\n", (long long)p->event[i].time_ms, (long long)(p->event[i].time_ms - now),
            p->event[i].name);
    cu_buf_clear(&b);
    fail();
}

// Moments from now to until: any, the last one, and those that events and windows suggest.
static int64_t moment_between(struct o_random *r, const struct o_person *p, int64_t now, int64_t until)
{
    static const int64_t steps[] = {60000, 3600000, 86400000, INT64_C(604800000)};
    int64_t far = until == INT64_MAX ? now + INT64_C(70000000000) : until, t = now;
    switch (o_pick(r, 6)) {
    case 0:
        t = far - 1;
        break;
    case 1:
        t = now + (int64_t)(o_next(r) % (uint64_t)(far - now));
        break;
    case 2:
        if (p->events > 0)
            t = p->event[o_pick(r, p->events)].time_ms + (1 + o_pick(r, 5)) * steps[o_pick(r, 4)];
        break;
    case 3:
        if (p->events > 0)
            t = o_moved(
                p->event[o_pick(r, p->events)].time_ms, 1 + o_pick(r, 5), o_pick(r, 3) ? SEG_MONTHS : SEG_YEARS);
        break;
    case 4: {
        struct tm tm = o_local(now);
        t = o_midnight(tm.tm_year, tm.tm_mon + o_pick(r, 3), tm.tm_mday + o_pick(r, 10));
        break;
    }
    default:
        t = p->fact[2].count > 0 ? p->fact[2].number[0] + o_pick(r, 5) * steps[o_pick(r, 4)] : now + 1;
    }
    t += o_pick(r, 3) - 1;
    return t < now ? now : t >= far ? far - 1 : t;
}

static void check_moment(struct o_random *r, const struct seg_program *program, const struct seg_node *n,
    const struct o_person *p, uint64_t seed, int64_t now)
{
    bool expected = o_holds(n, p, now);
    struct seg_answer a = o_eval(r->world, p, program, now, false);
    if (a.in != expected)
        fail_case(r->world, n, p, seed, "another answer", now, now);
    if (a.until_ms <= now)
        fail_case(r->world, n, p, seed, "an answer that is over already", now, a.until_ms);
    struct seg_answer wide = o_eval(r->world, p, program, now, true);
    if (wide.in != a.in || wide.until_ms != a.until_ms)
        fail_case(r->world, n, p, seed, "another answer with more rows", now, wide.until_ms);
    tally.answers++;
    tally.held += a.in;
    for (int i = 0; i < 4; i++) {
        int64_t t = moment_between(r, p, now, a.until_ms);
        if (o_holds(n, p, t) != expected)
            fail_case(r->world, n, p, seed, "the answer changes before it should", now, t);
    }
    if (a.until_ms == INT64_MAX)
        return;
    tally.named++;
    tally.early += o_holds(n, p, a.until_ms) == expected;
}

static void check_nodes(const struct o_world *w, const struct seg_program *program, const struct seg_node *n,
    const struct o_person *p, uint64_t seed, int64_t now)
{
    static struct o_rows rows;
    bool holds[SEG_NODES_MAX];
    o_rows(&rows, w, p, program, now, false);
    seg_eval_nodes(program, &rows.person, now, holds, CU_COUNT(holds));
    const struct seg_node *stack[SEG_NODES_MAX];
    size_t depth = 1;
    stack[0] = n;
    while (depth > 0) {
        const struct seg_node *top = stack[--depth];
        if (holds[top->number] != o_holds(top, p, now))
            fail_case(w, top, p, seed, "a node holds otherwise", now, now);
        for (uint32_t i = 0; i < top->child_count; i++)
            stack[depth++] = top->children[i];
    }
}

static void run_case(const struct o_world *w, uint64_t seed)
{
    struct o_random r = {
        .state = seed * UINT64_C(0x9e3779b97f4a7c15) | 1, .world = w, .arena = cu_arena_new(SEG_ARENA_MAX)};
    static struct o_person p;
    assert_non_null(r.arena);
    for (int i = 0; i < 8; i++)
        (void)o_next(&r);
    r.anchor = o_anchor(&r);
    struct seg_node *n = o_random_node(&r, 0);
    if (r.number <= SEG_NODES_MAX) {
        struct seg_program *program = o_compile(w, n);
        for (int i = 0; i < PEOPLE; i++) {
            o_random_person(&r, &p, has(n, SEG_SEQUENCE) || o_pick(&r, 8) ? 14 : O_EVENTS);
            for (int m = 0; m < MOMENTS; m++) {
                int64_t now = m == 0 ? r.anchor : moment_between(&r, &p, r.anchor - INT64_C(4000000000), INT64_MAX);
                check_moment(&r, program, n, &p, seed, now);
                if (m == 1)
                    check_nodes(w, program, n, &p, seed, now);
            }
        }
        seg_program_free(program);
    }
    cu_arena_free(r.arena);
}

static void walk(const char *zone, uint64_t first)
{
    const char *cases = getenv("EVAL_CASES"), *only = getenv("EVAL_SEED");
    uint64_t count = cases ? strtoull(cases, NULL, 10) / 3 : CASES / 3;
    struct o_world w;
    o_world_open(&w, zone);
    memset(&tally, 0, sizeof tally);
    if (only)
        run_case(&w, strtoull(only, NULL, 10));
    for (uint64_t i = 0; i < count && !only; i++)
        run_case(&w, first + 3 * i);
    print_message("%s: %llu answers, %llu hold; %llu name a moment, at %llu of them nothing changes\n", zone,
        (unsigned long long)tally.answers, (unsigned long long)tally.held, (unsigned long long)tally.named,
        (unsigned long long)tally.early);
    o_world_close(&w);
}

static void test_berlin(void **state)
{
    (void)state;
    walk("Europe/Berlin", 1);
}

static void test_new_york(void **state)
{
    (void)state;
    walk("America/New_York", 2);
}

static void test_utc(void **state)
{
    (void)state;
    walk("UTC", 3);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_berlin), cmocka_unit_test(test_new_york), cmocka_unit_test(test_utc)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
