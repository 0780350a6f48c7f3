// SPDX-License-Identifier: Apache-2.0
// The gate's decisions, exhaustively: every basis with every state, every pair of states, and every
// sequence of statements up to length five against a second, independent wording of the rules.
#include "gate_test.h"

static void test_every_basis_and_state(void **state)
{
    (void)state;
    // clang-format off
    static const enum gate_reason expected[4][5] = {
        //                            unknown          granted  refused               withdrawn               unproven
        [DICT_CONSENT] =             {GATE_NO_CONSENT, GATE_OK, GATE_CONSENT_REFUSED, GATE_CONSENT_WITHDRAWN, GATE_CONSENT_UNPROVEN},
        [DICT_CONTRACT] =            {GATE_OK,         GATE_OK, GATE_OK,              GATE_OK,                GATE_OK},
        [DICT_LEGAL_OBLIGATION] =    {GATE_OK,         GATE_OK, GATE_OK,              GATE_OK,                GATE_OK},
        [DICT_LEGITIMATE_INTEREST] = {GATE_OK,         GATE_OK, GATE_OBJECTED,        GATE_OBJECTED,          GATE_OK},
    };
    // clang-format on
    for (int basis = 0; basis < 4; basis++) {
        for (int s = 0; s < 5; s++)
            assert_int_equal(
                gate_decide((enum dict_basis)basis, (enum gate_state)s), expected[basis][s]);
    }
    assert_int_equal(gate_decide((enum dict_basis)77, GATE_GRANTED),
        GATE_OK); // an unknown basis is treated as consent
    assert_int_equal(gate_decide((enum dict_basis)77, GATE_UNKNOWN), GATE_NO_CONSENT);
}

// The rule of parts in other words: the newest of what closes wins, a part's own no always stands, a part's yes needs no yes
// of the whole.
static void test_parts(void **state)
{
    (void)state;
    for (int basis = 0; basis < 4; basis++) {
        for (int w = 0; w < GATE_STATE_COUNT; w++) {
            for (int p = 0; p < GATE_STATE_COUNT; p++) {
                for (int newer = 0; newer < 2; newer++) { // the part's word is the newer
                    const struct gate_folded whole = {.state = (enum gate_state)w, .since_ms = 10},
                                             part = {.state = (enum gate_state)p, .since_ms = newer ? 11 : 10};
                    bool passes = gate_decide_part((enum dict_basis)basis, &whole, &part) == GATE_OK;
                    bool of_whole = gate_decide((enum dict_basis)basis, whole.state) == GATE_OK;
                    bool no_of_part = p == GATE_REFUSED || p == GATE_WITHDRAWN || p == GATE_INVALIDATED;
                    bool no_of_whole = w == GATE_REFUSED || w == GATE_WITHDRAWN || w == GATE_INVALIDATED;
                    bool yes_of_part = (p == GATE_GRANTED || p == GATE_RECONFIRMED) && (newer || !no_of_whole);
                    bool expected = of_whole || yes_of_part;
                    if (no_of_part)
                        expected = gate_decide((enum dict_basis)basis, part.state) == GATE_OK;
                    if (basis == DICT_CONTRACT || basis == DICT_LEGAL_OBLIGATION)
                        expected = true;
                    if (passes != expected)
                        fail_msg("basis %d, whole %d, part %d, newer %d: %d", basis, w, p, newer, passes);
                }
            }
        }
    }
}

static void test_keys_of_parts(void **state)
{
    (void)state;
    const struct {
        struct gate_part part;
        const char *key;
    } rows[] = {
        {{CU_NONE, CU_NONE}, "mail"},
        {{CU_LIT("sms"), CU_NONE}, "mail:sms"},
        {{CU_NONE, CU_LIT("acme")}, "mail/acme"},
        {{CU_LIT("sms"), CU_LIT("ac.me-1")}, "mail:sms/ac.me-1"},
    };
    char key[GATE_KEY_MAX];
    struct cu_error err;
    for (size_t i = 0; i < CU_COUNT(rows); i++) {
        assert_int_equal(gate_key(CU_LIT("mail"), rows[i].part, key, &err), CU_OK);
        assert_string_equal(key, rows[i].key);
        assert_true(cu_str_eqz(gate_key_purpose(cu_str_of(key)), "mail"));
        assert_true(cu_str_eq(gate_key_part(cu_str_of(key)).channel, rows[i].part.channel));
        assert_true(cu_str_eq(gate_key_part(cu_str_of(key)).recipient, rows[i].part.recipient));
    }
    const struct gate_part bad = {CU_LIT("a/b"), CU_NONE}, also = {CU_NONE, CU_LIT("Acme")};
    assert_int_equal(gate_key(CU_LIT("mail"), bad, key, &err), CU_INVALID);
    assert_string_equal(err.field, "/only_channel");
    assert_int_equal(gate_key(CU_LIT("mail"), also, key, &err), CU_INVALID);
    assert_string_equal(err.field, "/only_recipient");
}

static void test_names(void **state)
{
    (void)state;
    for (int i = 0; i < GATE_REASON_COUNT; i++)
        assert_true(strlen(gate_reason_name((enum gate_reason)i)) > 1);
    for (int i = 0; i < 5; i++)
        assert_true(strlen(gate_state_name((enum gate_state)i)) > 1);
}

static void test_most_restrictive_of_two(void **state)
{
    (void)state;
    static const enum gate_state order[] = {
        GATE_UNKNOWN, GATE_GRANTED, GATE_UNPROVEN, GATE_REFUSED, GATE_WITHDRAWN};
    for (int a = 0; a < 5; a++) {
        for (int b = 0; b < 5; b++) {
            assert_int_equal(gate_most_restrictive(order[a], order[b]), order[a > b ? a : b]);
            for (int c = 0; c < 5; c++)
                assert_int_equal(
                    gate_most_restrictive(order[a], gate_most_restrictive(order[b], order[c])),
                    gate_most_restrictive(gate_most_restrictive(order[a], order[b]), order[c]));
        }
    }
    // merging never opens what one of the two closed, but a profile that says nothing closes
    // nothing
    for (int a = 1; a < 5; a++) {
        for (int b = 1; b < 5; b++) {
            bool both = gate_decide(DICT_CONSENT, order[a]) == GATE_OK &&
                        gate_decide(DICT_CONSENT, order[b]) == GATE_OK;
            assert_int_equal(
                gate_decide(DICT_CONSENT, gate_most_restrictive(order[a], order[b])) == GATE_OK,
                both);
        }
    }
}

// The rules said another way: of the statements that count (a context that repeats the client's
// last word does not), the last one that is not an unproven claim decides; a refusal is a
// withdrawal when anything was granted or withdrawn before it.
static enum gate_state second_wording(const struct gate_row *rows, size_t count)
{
    enum gate_state last = GATE_UNKNOWN, client = GATE_UNKNOWN;
    bool had = false, claimed = false;
    for (size_t i = 0; i < count; i++) {
        bool of_client = rows[i].heard == GATE_BY_CONTEXT || rows[i].heard == GATE_BY_ACT;
        bool repeats = rows[i].heard == GATE_BY_CONTEXT && client == rows[i].state;
        client = of_client ? rows[i].state : client;
        claimed = claimed || rows[i].state == GATE_UNPROVEN;
        if (repeats || rows[i].state == GATE_UNPROVEN)
            continue;
        last = rows[i].state;
        had = had || last == GATE_GRANTED || last == GATE_WITHDRAWN;
    }
    if (last == GATE_UNKNOWN)
        return claimed ? GATE_UNPROVEN : GATE_UNKNOWN;
    if (last == GATE_GRANTED)
        return GATE_GRANTED;
    return had ? GATE_WITHDRAWN : GATE_REFUSED;
}

static const struct gate_row symbols[] = {
    {.heard = GATE_BY_CONTEXT, .state = GATE_GRANTED},
    {.heard = GATE_BY_CONTEXT, .state = GATE_REFUSED},
    {.heard = GATE_BY_ACT, .state = GATE_GRANTED},
    {.heard = GATE_BY_ACT, .state = GATE_REFUSED},
    {.heard = GATE_BY_STAFF, .state = GATE_GRANTED},
    {.heard = GATE_BY_STAFF, .state = GATE_REFUSED},
    {.heard = GATE_BY_STAFF, .state = GATE_WITHDRAWN},
    {.heard = GATE_BY_IMPORT, .state = GATE_GRANTED},
    {.heard = GATE_BY_IMPORT, .state = GATE_REFUSED},
    {.heard = GATE_BY_IMPORT, .state = GATE_UNPROVEN},
};

static void test_every_sequence(void **state)
{
    (void)state;
    const size_t n = CU_COUNT(symbols);
    size_t checked = 0;
    for (size_t length = 0, total = 1; length <= 5; length++, total *= n) {
        for (size_t code = 0; code < total; code++) {
            struct gate_row rows[5];
            struct gate_folded f;
            size_t rest = code;
            for (size_t i = 0; i < length; i++, rest /= n) {
                rows[i] = symbols[rest % n];
                rows[i].time_ms = 1000 + (int64_t)i;
            }
            gate_fold(rows, length, &f);
            if (f.state != second_wording(rows, length))
                fail_msg("length %zu, sequence %zu: %s", length, code, gate_state_name(f.state));
            // since is the time of one of the statements, and unknown exactly when nothing was said
            assert_int_equal(f.state == GATE_UNKNOWN, f.since_ms == INT64_MIN);
            checked++;
        }
    }
    assert_int_equal(checked, 111111);
}

static void test_since_is_the_first_of_the_same(void **state)
{
    (void)state;
    const struct gate_row rows[] = {
        {.heard = GATE_BY_ACT, .state = GATE_GRANTED, .time_ms = 5, .method = "a"},
        {.heard = GATE_BY_STAFF, .state = GATE_GRANTED, .time_ms = 6, .method = "b"},
        {.heard = GATE_BY_STAFF, .state = GATE_WITHDRAWN, .time_ms = 7, .method = "c"},
        {.heard = GATE_BY_ACT, .state = GATE_REFUSED, .time_ms = 8, .method = "d"},
    };
    struct gate_folded f;
    gate_fold(rows, 2, &f);
    assert_int_equal(f.since_ms, 5);
    assert_string_equal(f.method, "a");
    gate_fold(rows, 4, &f);
    assert_int_equal(f.state, GATE_WITHDRAWN);
    assert_int_equal(f.since_ms, 7);
    assert_string_equal(f.method, "c");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_basis_and_state),
        cmocka_unit_test(test_names),
        cmocka_unit_test(test_parts),
        cmocka_unit_test(test_keys_of_parts),
        cmocka_unit_test(test_most_restrictive_of_two),
        cmocka_unit_test(test_every_sequence),
        cmocka_unit_test(test_since_is_the_first_of_the_same),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
