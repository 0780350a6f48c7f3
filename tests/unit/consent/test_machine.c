// SPDX-License-Identifier: Apache-2.0
// The consent machine, explored: every sequence of events up to length eight (48 million) against a second wording of
// the rules that keeps no state but what was said; then what must hold of the table itself.
#include "gate_test.h"

#include "consent/record_machine.h"

// The rules said another way, as facts about the past.
struct past {
    bool asked, given, confirmed; // since the last no
    bool no, withdrawn;           // the last word of the person was no; it took something back
    bool stale, ended, invalid, claimed;
};

static struct past remember(struct past p, enum record_event e)
{
    bool stands = p.given && !p.no && !p.ended && !p.invalid;
    switch (e) {
    case RECORD_GIVE:
        p.confirmed = stands && (p.confirmed || p.stale);
        p.given = true;
        p.no = p.withdrawn = p.stale = p.ended = p.invalid = p.asked = p.claimed = false;
        break;
    case RECORD_RECONFIRM:
        if (!p.no && !p.invalid && (stands || (p.ended && !p.asked))) {
            p.confirmed = true;
            p.stale = p.ended = false;
        }
        break;
    case RECORD_REFUSE:
        p.withdrawn = p.withdrawn || stands;
        p = (struct past){.no = true, .withdrawn = p.withdrawn};
        break;
    case RECORD_WITHDRAW:
        p = (struct past){.no = true, .withdrawn = true};
        break;
    case RECORD_EXPIRE:
        p.ended = p.ended || stands;
        break;
    case RECORD_INVALIDATE:
        if (!p.no && (stands || p.claimed || (p.ended && !p.asked)))
            p = (struct past){.invalid = true};
        break;
    case RECORD_CHANGE:
        p.stale = p.stale || stands;
        break;
    case RECORD_CLAIM:
        p.claimed = p.claimed || (!p.no && !p.given && !p.invalid && !p.asked);
        break;
    case RECORD_ASK:
        if (!p.no && !stands && !p.claimed) // a lapsed consent was asked about: it is a new question now
            p = (struct past){.asked = true};
        break;
    case RECORD_EVENT_COUNT:
        break;
    }
    return p;
}

static enum gate_state second_wording(const struct past *p)
{
    if (p->no)
        return p->withdrawn ? GATE_WITHDRAWN : GATE_REFUSED;
    if (p->asked)
        return GATE_REQUESTED;
    if (p->invalid)
        return GATE_INVALIDATED;
    if (p->ended)
        return GATE_EXPIRED;
    if (p->given)
        return p->stale ? GATE_STALE : p->confirmed ? GATE_RECONFIRMED : GATE_GRANTED;
    return p->claimed ? GATE_UNPROVEN : GATE_UNKNOWN;
}

static uint64_t explored;
static enum record_event path[8];

static void explore(enum gate_state s, struct past p, int depth)
{
    explored++;
    if (s != second_wording(&p)) {
        for (int i = 0; i < depth; i++)
            print_error(" %s", record_event_name(path[i]));
        fail_msg(": %s instead of %s", gate_state_name(s), gate_state_name(second_wording(&p)));
    }
    if (depth == 8)
        return;
    for (int e = 0; e < RECORD_EVENT_COUNT; e++) {
        path[depth] = (enum record_event)e;
        explore(record_next(s, (enum record_event)e), remember(p, (enum record_event)e), depth + 1);
    }
}

static void test_every_sequence(void **state)
{
    (void)state;
    explore(GATE_UNKNOWN, (struct past){.no = false}, 0);
    assert_int_equal(explored, 48427561); // 9^0 + ... + 9^8
}

static void test_the_table(void **state)
{
    (void)state;
    for (int s = 0; s < GATE_STATE_COUNT; s++) {
        enum gate_state from = (enum gate_state)s;
        bool permits = from == GATE_GRANTED || from == GATE_RECONFIRMED;
        assert_int_equal(record_permits(from), permits);
        assert_int_equal(gate_decide(DICT_CONSENT, from) == GATE_OK, permits);
        assert_true(record_permits(record_next(from, RECORD_GIVE))); // nothing keeps a person from consenting
        assert_false(record_permits(record_next(from, RECORD_REFUSE)));
        assert_int_equal(record_next(from, RECORD_WITHDRAW), GATE_WITHDRAWN);
        static const enum record_event closing[] = {RECORD_EXPIRE, RECORD_INVALIDATE, RECORD_CHANGE};
        for (size_t i = 0; i < CU_COUNT(closing); i++)
            assert_false(record_permits(record_next(from, closing[i])));
        static const enum record_event opens_nothing[] = {RECORD_ASK, RECORD_CLAIM};
        for (size_t i = 0; i < CU_COUNT(opens_nothing); i++)
            assert_int_equal(record_permits(record_next(from, opens_nothing[i])), permits);
        if (from == GATE_REFUSED || from == GATE_WITHDRAWN) {
            for (int e = 0; e < RECORD_EVENT_COUNT; e++) // nothing but giving lifts a no
                assert_int_equal(gate_decide(DICT_LEGITIMATE_INTEREST, record_next(from, (enum record_event)e)) == GATE_OBJECTED, e != RECORD_GIVE);
        }
        for (int e = 0; e < RECORD_EVENT_COUNT; e++) { // saying it again changes nothing
            enum gate_state once = record_next(from, (enum record_event)e);
            if (e != RECORD_GIVE || from != GATE_STALE)
                assert_int_equal(record_next(once, (enum record_event)e), once);
        }
    }
}

static void test_standing(void **state)
{
    (void)state;
    assert_int_equal(record_standing(GATE_GRANTED, 0, 1, 1000, 1), GATE_GRANTED);
    assert_int_equal(record_standing(GATE_GRANTED, 1000, 1, 999, 1), GATE_GRANTED);
    assert_int_equal(record_standing(GATE_GRANTED, 1000, 1, 1000, 1), GATE_EXPIRED);
    assert_int_equal(record_standing(GATE_RECONFIRMED, 0, 1, 1000, 2), GATE_STALE);
    assert_int_equal(record_standing(GATE_GRANTED, 1000, 1, 1000, 2), GATE_EXPIRED);
    assert_int_equal(record_standing(GATE_WITHDRAWN, 10, 1, 1000, 2), GATE_WITHDRAWN);
    assert_int_equal(record_standing(GATE_REFUSED, 0, 1, 1000, 2), GATE_REFUSED);
}

static enum gate_state folded(const struct gate_row *rows, size_t count)
{
    struct gate_folded f;
    gate_fold(rows, count, &f);
    return f.state;
}

static void test_fold_of_time_and_change(void **state)
{
    (void)state;
    struct gate_row rows[] = {
        {.heard = GATE_BY_ACT, .state = GATE_GRANTED, .time_ms = 10, .until_ms = 100, .generation = 1},
        {.heard = GATE_BY_ACT, .state = GATE_GRANTED, .time_ms = 50, .until_ms = 140, .generation = 2},
        {.heard = GATE_BY_ACT, .state = GATE_REFUSED, .time_ms = 60, .generation = 2},
    };
    assert_int_equal(folded(rows, 1), GATE_GRANTED);
    assert_int_equal(folded(rows, 2), GATE_RECONFIRMED);
    assert_int_equal(folded(rows, 3), GATE_WITHDRAWN);
    rows[2].time_ms = 200; // after its end there was nothing to take back
    assert_int_equal(folded(rows, 3), GATE_REFUSED);
    const struct gate_row signals[] = {
        {.heard = GATE_BY_SIGNAL, .state = GATE_REFUSED, .time_ms = 10},
        {.heard = GATE_BY_CONTEXT, .state = GATE_GRANTED, .time_ms = 20}, // a cookie cannot lift it
        {.heard = GATE_BY_CONTEXT, .state = GATE_REFUSED, .time_ms = 30},
        {.heard = GATE_BY_CONTEXT, .state = GATE_GRANTED, .time_ms = 40},
        {.heard = GATE_BY_ACT, .state = GATE_GRANTED, .time_ms = 50}, // the person can
        {.heard = GATE_BY_SIGNAL, .state = GATE_REFUSED, .time_ms = 60},
    };
    assert_int_equal(folded(signals, 2), GATE_REFUSED);
    assert_int_equal(folded(signals, 4), GATE_REFUSED);
    assert_int_equal(folded(signals, 5), GATE_GRANTED);
    assert_int_equal(folded(signals, 6), GATE_WITHDRAWN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_sequence), cmocka_unit_test(test_the_table),
        cmocka_unit_test(test_standing), cmocka_unit_test(test_fold_of_time_and_change)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
