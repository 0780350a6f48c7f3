// SPDX-License-Identifier: Apache-2.0
// What is pure in the rights desk, explored: every sequence of events up to length eleven that is possible against a second
// wording of the machine; every combination of facts against a second wording of the rules; what other protocols are told;
// grounds, clocks and letters as tables without a hole.
#include "../store/store_test.h"

#include "consent/rights_private.h"

// ---- the machine

struct past { // the rules said another way, as facts
    bool asked, proved, passed;
    enum rights_state ended; // 0: not
};

static bool remember(struct past *p, enum rights_event e)
{
    static const enum rights_state ends[RIGHTS_EVENT_COUNT] = {[RIGHTS_FINISH] = RIGHTS_FULFILLED, [RIGHTS_REFUSE] = RIGHTS_DENIED,
        [RIGHTS_TAKE_BACK] = RIGHTS_REVOKED, [RIGHTS_LAPSE] = RIGHTS_EXPIRED, [RIGHTS_LINK] = RIGHTS_DUPLICATE};
    if (p->ended) {
        bool again = ends[e] == p->ended;
        bool reopens = e == RIGHTS_REOPEN && (p->ended == RIGHTS_DENIED || p->ended == RIGHTS_EXPIRED || p->ended == RIGHTS_DUPLICATE);
        if (reopens)
            *p = (struct past){false};
        else if (p->ended == RIGHTS_DUPLICATE && e == RIGHTS_TAKE_BACK)
            p->ended = RIGHTS_REVOKED;
        else
            return again;
        return true;
    }
    switch (e) {
    case RIGHTS_ASK_PROOF:
        p->asked = true;
        return !p->proved;
    case RIGHTS_PROVE:
        p->proved = true;
        return !p->passed;
    case RIGHTS_BEGIN:
        return p->proved && !p->passed;
    case RIGHTS_PASS_ON:
        p->passed = p->proved;
        return p->proved;
    case RIGHTS_FINISH:
        p->ended = ends[e];
        return p->proved;
    case RIGHTS_LAPSE:
        p->ended = ends[e];
        return !p->proved;
    case RIGHTS_REFUSE:
    case RIGHTS_TAKE_BACK:
    case RIGHTS_LINK:
        p->ended = ends[e];
        return !p->passed;
    case RIGHTS_REOPEN:
    case RIGHTS_EVENT_COUNT:
        break;
    }
    return false;
}

static enum rights_state second_wording(const struct past *p)
{
    if (p->ended)
        return p->ended;
    return p->passed ? RIGHTS_WAITING : p->proved ? RIGHTS_IN_PROGRESS : p->asked ? RIGHTS_VERIFYING : RIGHTS_OPEN;
}

static uint64_t explored;

static void explore(enum rights_state s, struct past p, bool proved, int left)
{
    explored++;
    if (second_wording(&p) != s)
        fail_msg("%s, said another way %s", rights_state_name(s), rights_state_name(second_wording(&p)));
    if (s == RIGHTS_FULFILLED || s == RIGHTS_WAITING)
        assert_true(proved); // nothing is done for somebody who is not proved
    for (int e = 0; left && e < RIGHTS_EVENT_COUNT; e++) {
        struct past after = p;
        enum rights_state to = rights_next(s, (enum rights_event)e);
        if (remember(&after, (enum rights_event)e) != (to != 0))
            fail_msg("%s, %s", rights_state_name(s), rights_event_name((enum rights_event)e));
        if (to)
            explore(to, after, e == RIGHTS_PROVE || (proved && e != RIGHTS_REOPEN), left - 1);
    }
}

static void every_sequence(void **state)
{
    (void)state;
    explore(RIGHTS_OPEN, (struct past){false}, false, 11);
    assert_true(explored > 100000);
    print_message("%llu sequences\n", (unsigned long long)explored);
}

static void ends_are_ends(void **state)
{
    (void)state;
    for (int s = RIGHTS_OPEN; s < RIGHTS_STATE_COUNT; s++) {
        bool leaves = false;
        for (int e = 0; e < RIGHTS_EVENT_COUNT; e++) {
            enum rights_state to = rights_next((enum rights_state)s, (enum rights_event)e);
            leaves = leaves || (to && to != (enum rights_state)s);
            if (!rights_is_open((enum rights_state)s) && to && rights_is_open(to))
                assert_int_equal(e, RIGHTS_REOPEN);
        }
        bool final = s == RIGHTS_FULFILLED || s == RIGHTS_REVOKED;
        assert_int_equal(leaves, !final);
        assert_true(strlen(rights_state_name((enum rights_state)s)) > 3);
    }
    for (int r = 1; r < RIGHTS_RIGHT_COUNT; r++)
        assert_int_equal(rights_right_find(cu_str_of(rights_right_name((enum rights_right)r))), r);
    assert_int_equal(rights_right_find(CU_LIT("")), 0);
    assert_int_equal(rights_right_find(CU_LIT("forgetting")), 0);
}

// ---- other protocols

static bool among(const char *const *list, const char *word)
{
    for (; *list; list++) {
        if (strcmp(*list, word) == 0)
            return true;
    }
    return false;
}

static const char *const drp_denials[] = {"suspected_fraud", "insuf_verification", "no_match", "claim_not_covered", "outside_jurisdiction",
    "too_many_requests", "other", NULL};

static void other_protocols(void **state)
{
    (void)state;
    static const char *const drp[] = {"open", "in_progress", "fulfilled", "revoked", "denied", "expired", NULL};
    static const char *const dsr[] = {"pending", "in_progress", "completed", "cancelled", NULL};
    for (int s = RIGHTS_OPEN; s < RIGHTS_STATE_COUNT; s++) {
        for (const struct rights_ground *g = rights_grounds;; g++) {
            const char *code = g->code ? g->code : "no such ground", *reason = rights_drp_reason((enum rights_state)s, code);
            const char *status = rights_drp_status((enum rights_state)s, code);
            assert_true(among(drp, status));
            assert_true(among(dsr, rights_opendsr_status((enum rights_state)s, code)));
            if (strcmp(status, "denied") == 0)
                assert_true(reason && among(drp_denials, reason));
            else if (reason)
                assert_true(strcmp(status, "in_progress") == 0 && strcmp(reason, "need_user_verification") == 0);
            if (!g->code)
                break;
        }
    }
    assert_string_equal(rights_drp_reason(RIGHTS_DENIED, "no_match"), "no_match");
    assert_string_equal(rights_drp_reason(RIGHTS_DENIED, ""), "other");
    assert_null(rights_drp_reason(RIGHTS_FULFILLED, ""));
    assert_string_equal(rights_opendsr_status(RIGHTS_FULFILLED, ""), "completed");
    assert_string_equal(rights_opendsr_status(RIGHTS_WAITING, ""), "in_progress");
}

static void grounds_have_no_hole(void **state)
{
    (void)state;
    for (const struct rights_ground *g = rights_grounds; g->code; g++) {
        assert_ptr_equal(rights_ground_find(cu_str_of(g->code)), g); // no code twice
        assert_true(g->rights && g->regimes && strlen(g->source) > 5 && among(drp_denials, g->drp));
        for (int l = 0; l < RIGHTS_LANGUAGES; l++)
            assert_true(strlen(g->text[l]) > 20 && !strchr(g->text[l], '{') && !strchr(g->text[l], '['));
    }
    for (int r = 1; r < RIGHTS_RIGHT_COUNT; r++) {
        for (int regime = RIGHTS_GDPR; regime <= RIGHTS_CCPA; regime++) {
            int count = 0;
            for (const struct rights_ground *g = rights_grounds; g->code; g++)
                count += (g->rights >> r & 1) && (g->regimes >> regime & 1);
            assert_true(count >= 3);
        }
    }
    assert_null(rights_ground_find(CU_LIT("")));
}

// ---- rules of conflict

// Said another way: which rule stops, as a ladder of ifs.
static const char *second_rules(const struct rights_facts *f)
{
    uint32_t has = f->facts;
    if (has & RIGHTS_FACT_ERASED)
        return NULL;
    if (f->right == RIGHTS_ERASURE && (has & RIGHTS_FACT_HELD))
        return "legal_hold";
    if (f->right != RIGHTS_COMPLAINT && (has & RIGHTS_FACT_UNKNOWN))
        return "nobody_known";
    if (f->right == RIGHTS_ERASURE && (has & RIGHTS_FACT_ACCESS_OPEN))
        return "access_first";
    if (f->right == RIGHTS_OBJECTION && (has & RIGHTS_FACT_CONTRACT))
        return "not_objectionable";
    return NULL;
}

static void every_conflict(void **state)
{
    (void)state;
    size_t seen = 0;
    for (int right = 1; right < RIGHTS_RIGHT_COUNT; right++) {
        for (int regime = RIGHTS_GDPR; regime <= RIGHTS_CCPA; regime++) {
            for (uint32_t facts = 0; facts < 512; facts++, seen++) {
                const struct rights_facts f = {(enum rights_right)right, (enum rights_regime)regime, facts};
                const struct rights_rule *rule = rights_stopped_by(&f);
                const char *want = second_rules(&f);
                if ((rule == NULL) != (want == NULL) || (rule && strcmp(rule->name, want) != 0))
                    fail_msg("%s %u: %s", rights_right_name(f.right), facts, rule ? rule->name : "nothing");
            }
        }
    }
    assert_int_equal(seen, 9 * 3 * 512);
    static const char *const winners[] = {"request", "hold", "law", "person", NULL};
    for (const struct rights_rule *rule = rights_rules; rule->name; rule++) {
        assert_true(among(winners, rule->won) && strlen(rule->why) > 40);
        assert_int_equal(rule->outcome == RIGHTS_GOES_ON, strcmp(rule->won, "request") == 0); // who wins and what happens agree
    }
}

// ---- clocks

static void every_right_has_a_clock(void **state)
{
    (void)state;
    for (int regime = RIGHTS_GDPR; regime <= RIGHTS_CCPA; regime++) {
        for (int right = 1; right < RIGHTS_RIGHT_COUNT; right++) {
            const struct legal_clock *c = rights_clock((enum rights_regime)regime, (enum rights_right)right, false);
            assert_non_null(c);
            bool sale = right == RIGHTS_OPT_OUT || right == RIGHTS_LIMIT, california = regime == RIGHTS_CCPA;
            assert_string_equal(c->name, !california ? "gdpr_answer" : sale ? "ccpa_opt_out" : "ccpa_answer");
            bool confirm = (california && !sale) || (regime == RIGHTS_UK && right == RIGHTS_COMPLAINT);
            assert_int_equal(rights_needs_confirm((enum rights_regime)regime, (enum rights_right)right), confirm);
            int64_t start = INT64_C(1767225600000) + right * RIGHTS_DAY_MS, until = rights_extend_until((enum rights_regime)regime, (enum rights_right)right, start, NULL);
            int64_t due = rights_due((enum rights_regime)regime, (enum rights_right)right, false, start, false, NULL);
            int64_t later = rights_due((enum rights_regime)regime, (enum rights_right)right, false, start, true, NULL);
            assert_int_equal(until, california && sale ? 0 : due); // told within the first term, or not at all
            assert_true(california && sale ? later == due : later > due);
        }
    }
    // 31 January: a month later is the last of February, and its last moment counts; with the extension, 30 April
    int64_t january = INT64_C(86400000) * legal_day_of(2027, 1, 31) + 1;
    assert_int_equal(rights_due(RIGHTS_GDPR, RIGHTS_ACCESS, false, january, false, NULL), INT64_C(86400000) * legal_day_of(2027, 3, 1));
    assert_int_equal(rights_due(RIGHTS_GDPR, RIGHTS_ACCESS, false, january, true, NULL), INT64_C(86400000) * legal_day_of(2027, 5, 1));
    assert_int_equal(rights_due(RIGHTS_CCPA, RIGHTS_ACCESS, false, january, false, NULL), INT64_C(86400000) * legal_day_of(2027, 3, 18));
    assert_int_equal(rights_due(RIGHTS_CCPA, RIGHTS_OPT_OUT, false, january, false, NULL), INT64_C(86400000) * legal_day_of(2027, 2, 23));
}

// ---- letters

static void every_letter_fills(void **state)
{
    (void)state;
    static const char *const kinds[] = {"received", "verify", "extension", "refusal", "answer"};
    const struct rights_slot full[] = {{"shop", CU_LIT("Shop")}, {"what", CU_LIT("What")}, {"day", CU_LIT("1 May 2026")}, {"due", CU_LIT("1 June 2026")},
        {"until", CU_LIT("8 May 2026")}, {"id", CU_LIT("ID")}, {"link", CU_LIT("https://shop.example/privacy/l/T")}, {"ground", CU_LIT("Ground.")},
        {"note", CU_LIT("Note.")}, {"count", CU_LIT("3")}};
    for (int right = 1; right < RIGHTS_RIGHT_COUNT; right++) {
        for (size_t k = 0; k < CU_COUNT(kinds); k++) {
            const struct rights_text *t = rights_text_find(kinds[k], (enum rights_right)right);
            assert_non_null(t);
            for (int l = 0; l < RIGHTS_LANGUAGES; l++) {
                struct cu_buf whole, bare;
                cu_buf_init(&whole, 16384);
                cu_buf_init(&bare, 16384);
                rights_fill(t->text[l], full, CU_COUNT(full), &whole);
                rights_fill(t->text[l], full, 6, &bare);
                assert_false(whole.failed || bare.failed);
                assert_true(whole.len > 60 && bare.len > 40 && bare.len <= whole.len && strlen(t->subject[l]) > 5);
                assert_null(strpbrk(whole.ptr, "{}[]"));
                assert_null(strpbrk(bare.ptr, "{}[]"));
                assert_non_null(strstr(whole.ptr, "Shop\n"));
                assert_non_null(strstr(whole.ptr, "ID\n"));
                cu_buf_clear(&whole);
                cu_buf_clear(&bare);
            }
        }
    }
    assert_non_null(rights_text_find("lift", RIGHTS_RESTRICTION));
    assert_null(rights_text_find("lift", RIGHTS_ACCESS));
    assert_null(rights_text_find("", RIGHTS_ACCESS));
}

static void parts_and_dates(void **state)
{
    (void)state;
    const struct rights_slot slots[] = {{"a", CU_LIT("A")}, {"empty", CU_NONE}};
    static const char *const cases[][2] = {{"x {a} y", "x A y"}, {"x[ {a}][ {empty}] y", "x A y"}, {"[{empty}]", ""}, {"[{a}{empty}]z", "z"}, {"", ""},
        {"{unknown}", ""}, {"[no slot]", "no slot"}, {"{a", "A"}};
    for (size_t i = 0; i < CU_COUNT(cases); i++) {
        struct cu_buf out;
        cu_buf_init(&out, 100);
        rights_fill(cases[i][0], slots, 2, &out);
        assert_true(cu_str_eqz(cu_buf_view(&out), cases[i][1]));
        cu_buf_clear(&out);
    }
    char text[48];
    rights_date(legal_day_of(2026, 3, 1), RIGHTS_EN, text);
    assert_string_equal(text, "1 March 2026");
    rights_date(legal_day_of(2026, 3, 1), RIGHTS_DE, text);
    assert_string_equal(text, "1. März 2026");
    rights_date(legal_day_of(2026, 3, 1), RIGHTS_FR, text);
    assert_string_equal(text, "1er mars 2026");
    assert_int_equal(rights_language_of(CU_LIT("de-AT")), RIGHTS_DE);
    assert_int_equal(rights_language_of(CU_LIT("FR")), RIGHTS_FR);
    assert_int_equal(rights_language_of(CU_LIT("deu")), RIGHTS_EN);
    assert_int_equal(rights_language_of(CU_LIT("")), RIGHTS_EN);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_sequence),
        cmocka_unit_test(ends_are_ends),
        cmocka_unit_test(other_protocols),
        cmocka_unit_test(grounds_have_no_hole),
        cmocka_unit_test(every_conflict),
        cmocka_unit_test(every_right_has_a_clock),
        cmocka_unit_test(every_letter_fills),
        cmocka_unit_test(parts_and_dates),
    };
    return cmocka_run_group_tests_name("rights_machine", tests, NULL, NULL);
}
