// SPDX-License-Identifier: Apache-2.0
// Breaches without a database: which entries of the audit log belong to one and whose names stand in them, held against a
// plain count; what a change of state needs, over every pair of states; the exemption over every combination of facts;
// letters in three languages.
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "govern/breach_internal.h"

#include "base/clock.h"
#include "text/text.h"

#include <stdio.h>
#include <stdlib.h>

enum { PEOPLE = 40, ENTRIES = 600 };

// --- names

static cu_str entry_of(char *out, size_t size, int64_t at_ms, int staff, const char *action, const char *outcome,
    const char *fields, const int *people, size_t count)
{
    char time[TEXT_TIME_MAX];
    text_time_format(at_ms, time);
    int n = snprintf(out, size,
        "{\"v\":1,\"time\":\"%s\",\"actor\":\"staff\",\"id\":%d,\"role\":\"support_agent\",\"purpose\":\"support\","
        "\"action\":\"%s\",\"outcome\":\"%s\",\"people\":[",
        time, staff, action, outcome);
    for (size_t i = 0; i < count; i++)
        n += snprintf(out + n, size - (size_t)n, "%s\"%08x%024x\"", i ? "," : "", (unsigned)people[i] * 2654435761u,
            (unsigned)people[i]);
    n += snprintf(out + n, size - (size_t)n, "],\"fields\":\"%s\"}", fields);
    return (cu_str){out, (size_t)n};
}

static void name_of(int person, uint8_t ret[16])
{
    char hex[40];
    struct cu_buf bytes;
    (void)snprintf(hex, sizeof hex, "%08x%024x", (unsigned)person * 2654435761u, (unsigned)person);
    cu_buf_init(&bytes, 17);
    assert_true(text_hex_decode(cu_str_of(hex), &bytes));
    memcpy(ret, bytes.ptr, 16);
    cu_buf_clear(&bytes);
}

struct model {
    uint32_t acts;
    int64_t first_ms, last_ms;
    bool orders, events;
};

// A log by chance, asked by chance: the names are those a plain loop finds.
static void names_are_those_of_a_plain_count(void **state)
{
    static const char *const actions[] = {"people.show", "people.orders", "segments.list"};
    static const char *const outcomes[] = {"done", "attempt", "refused", "failed"};
    static const char *const fields[] = {"label,orders", "events", "orders", ""};
    (void)state;
    srandom(7);
    for (int round = 0; round < 30; round++) {
        struct breach_names *names = NULL;
        struct json_parser *parser = json_parser_new(65536);
        struct model model[PEOPLE] = {{0}};
        struct cu_error err;
        int64_t from = 1795000000000 + random() % 300 * 1000, to = from + random() % 300 * 1000 + 1;
        int staff = (int)(random() % 3);
        struct breach_query q = {.filter = {.from_ms = from, .to_ms = to, .actor = GUARD_STAFF, .actor_id = staff}};
        (void)snprintf(q.action, sizeof q.action, "%s", round % 3 == 0 ? "people." : round % 3 == 1 ? "people.show" : "");
        (void)snprintf(q.fields, sizeof q.fields, "%s", round % 2 ? "orders, nothing" : "");
        q.filter.action = cu_str_of(q.action);
        assert_int_equal(breach_names_open(&names, &err), CU_OK);
        for (int i = 0; i < ENTRIES; i++) {
            char text[4096];
            int people[5], action = (int)(random() % 3), outcome = (int)(random() % 4), field = (int)(random() % 4),
                           by = (int)(random() % 3);
            size_t count = (size_t)(random() % 5);
            int64_t at = 1795000000000 + i * 1000;
            for (size_t k = 0; k < count; k++)
                people[k] = (int)(random() % (PEOPLE - (int)k));
            for (size_t k = 1; k < count; k++) // an entry names nobody twice
                for (size_t j = 0; j < k; j++)
                    if (people[j] == people[k])
                        count = k;
            cu_str entry =
                entry_of(text, sizeof text, at, by, actions[action], outcomes[outcome], fields[field], people, count);
            json e;
            assert_int_equal(json_parse(parser, entry, &e, &err), CU_OK);
            bool wanted = at >= from && at < to && by == staff && outcome < 2 &&
                          (round % 3 == 2 || (round % 3 == 0 && action < 2) || (round % 3 == 1 && action == 0)) &&
                          (round % 2 == 0 || field == 0 || field == 2);
            assert_int_equal(
                breach_query_matches(&q, entry, json_str(json_get(e, "fields")), json_str(json_get(e, "outcome"))), wanted);
            if (!wanted)
                continue;
            assert_int_equal(breach_names_add(names, e, &err), CU_OK);
            for (size_t k = 0; k < count; k++) {
                struct model *m = &model[people[k]];
                m->first_ms = m->acts ? m->first_ms : at;
                m->last_ms = at;
                m->acts++;
                m->orders = m->orders || field == 0 || field == 2;
                m->events = m->events || field == 1;
            }
        }
        const char(*known)[BREACH_FIELD_MAX + 1];
        size_t field_count = breach_names_fields(names, &known), found = 0;
        for (int p = 0; p < PEOPLE; p++) {
            uint8_t name[16];
            name_of(p, name);
            const struct breach_name *n = breach_names_find(names, name);
            assert_int_equal(n != NULL, model[p].acts > 0);
            if (!n)
                continue;
            found++;
            bool orders = false, events = false;
            for (size_t b = 0; b < field_count; b++) {
                orders = orders || (n->fields >> b & 1 && strcmp(known[b], "orders") == 0);
                events = events || (n->fields >> b & 1 && strcmp(known[b], "events") == 0);
            }
            assert_int_equal(n->acts, model[p].acts);
            assert_int_equal(n->first_ms, model[p].first_ms);
            assert_int_equal(n->last_ms, model[p].last_ms);
            assert_int_equal(orders, model[p].orders);
            assert_int_equal(events, model[p].events);
        }
        assert_int_equal(found, breach_names_count(names));
        assert_false(breach_names_cut(names));
        breach_names_close(names);
        json_parser_free(parser);
    }
}

static void more_fields_than_bits_are_other(void **state)
{
    (void)state;
    struct breach_names *names = NULL;
    struct json_parser *parser = json_parser_new(65536);
    struct cu_error err;
    const int one = 3;
    uint8_t name[16];
    assert_int_equal(breach_names_open(&names, &err), CU_OK);
    for (int i = 0; i < 100; i++) {
        char text[4096], field[128];
        json e;
        (void)snprintf(field, sizeof field, "field%d", i);
        assert_int_equal(json_parse(parser,
                             entry_of(text, sizeof text, 1795000000000, 1, "people.show", "done", field, &one, 1), &e, &err),
            CU_OK);
        assert_int_equal(breach_names_add(names, e, &err), CU_OK);
    }
    const char(*known)[BREACH_FIELD_MAX + 1];
    assert_int_equal(breach_names_fields(names, &known), BREACH_FIELDS_MAX + 1);
    assert_string_equal(known[BREACH_FIELDS_MAX], "other");
    assert_string_equal(known[BREACH_FIELDS_MAX - 1], "field59");
    name_of(one, name);
    assert_int_equal(breach_names_find(names, name)->acts, 100);
    assert_true(breach_names_find(names, name)->fields == (UINT64_C(1) << (BREACH_FIELDS_MAX + 1)) - 1);
    breach_names_close(names);
    json_parser_free(parser);
}

static void lists_meet(void **state)
{
    (void)state;
    assert_true(breach_lists_meet(CU_LIT("label,email,country"), CU_LIT("email")));
    assert_true(breach_lists_meet(CU_LIT("label, email"), CU_LIT("x , email")));
    assert_false(breach_lists_meet(CU_LIT("emails"), CU_LIT("email")));
    assert_false(breach_lists_meet(CU_LIT(""), CU_LIT("email")));
    assert_false(breach_lists_meet(CU_LIT("email"), CU_LIT(",")));
}

// --- states

static void no_state_is_reached_without_its_reasons(void **state)
{
    (void)state;
    int reached[BREACH_STATES] = {0};
    for (int bits = 0; bits < 16; bits++) {
        for (int risk = 0; risk < 4; risk++) {
            for (int from = 0; from < BREACH_STATES; from++) {
                for (int to = 0; to < BREACH_STATES; to++) {
                    static const char *const names[] = {"", "none", "risk", "high"};
                    const struct breach_case c = {.from = (enum breach_state)from,
                        .to = (enum breach_state)to,
                        .risk = cu_str_of(names[risk]),
                        .reasons = bits & 1 ? CU_LIT("because") : CU_LIT(""),
                        .authority_told = bits & 2,
                        .people_told = bits & 4,
                        .people_need = bits & 8};
                    if (from == to || breach_may_become(&c, NULL) != CU_OK)
                        continue;
                    reached[to]++;
                    assert_true(to != BREACH_ASSESSED || risk > 0);
                    assert_true(to != BREACH_NOTIFIED || c.authority_told);
                    assert_true(to != BREACH_NO_RISK || (risk == 1 && c.reasons.len));
                    assert_true(to != BREACH_CLOSED || c.authority_told || c.reasons.len);
                    assert_true(to != BREACH_CLOSED || !c.people_need || c.people_told || c.reasons.len);
                    assert_true(to != BREACH_CLOSED || from != BREACH_OPEN); // nothing is closed that nobody looked at
                    assert_true(from != BREACH_CLOSED || to == BREACH_OPEN);
                }
            }
        }
    }
    for (int i = 0; i < BREACH_STATES; i++)
        assert_true(reached[i] > 0);
}

// --- exemption

static void encryption_counts_only_while_keys_are_kept(void **state)
{
    (void)state;
    int yes = 0;
    for (int kind = 0; breach_kinds[kind]; kind++) {
        for (int keys = -1; keys <= 1; keys++) {
            for (int bits = 0; bits < 16; bits++) {
                struct breach_check checks[BREACH_CHECKS_MAX];
                size_t count = 0;
                const struct breach_exempt_facts f = {.kind = cu_str_of(breach_kinds[kind]),
                    .keys_exposed = keys,
                    .asked = bits & 1,
                    .persons = bits & 1 && bits & 2 ? 3 : 0,
                    .unknown = bits & 1 && bits & 4 ? 1 : 0,
                    .key_process = bits & 8,
                    .sealed_fields = 20,
                    .plain_fields = 5};
                enum breach_answer answer = breach_exempt(&f, checks, &count);
                assert_true(count > 0 && count <= BREACH_CHECKS_MAX);
                bool medium = strcmp(breach_kinds[kind], "storage") == 0 || strcmp(breach_kinds[kind], "transmission") == 0;
                if (answer == BREACH_YES) {
                    yes++;
                    assert_true(medium && keys == 0 && f.persons == 0 && f.unknown == 0);
                    for (size_t i = 0; i < count; i++)
                        assert_true(checks[i].speaks_for);
                }
                if (f.persons || f.unknown || (medium && keys == 1) || strcmp(breach_kinds[kind], "keys") == 0)
                    assert_int_equal(answer, BREACH_NO);
                if (medium && keys == 0 && !f.persons && !f.unknown)
                    assert_int_equal(answer, BREACH_YES);
            }
        }
    }
    assert_true(yes > 0);
}

static void what_the_log_names_has_a_category(void **state)
{
    (void)state;
    struct dictionary *d = NULL;
    assert_int_equal(dictionary_load(CU_LIT(""), &d, NULL), CU_OK);
    assert_true(cu_str_eqz(breach_datum_of(d, CU_LIT("email")).category, "user.contact.email"));
    assert_true(cu_str_eqz(breach_datum_of(d, CU_LIT("orders")).category, "user.behavior.purchase_history"));
    assert_true(cu_str_eqz(breach_datum_of(d, CU_LIT("delete")).category, "user"));
    assert_true(breach_datum_of(d, CU_LIT("birthday")).level >= DICT_P3);
    assert_int_equal(breach_datum_of(NULL, CU_LIT("events")).level, DICT_P2);
    dictionary_free(d);
}

// --- letters

static void letters_hold_what_is_known_and_no_gaps(void **state)
{
    (void)state;
    struct breach row = {.id = 7,
        .kind = "storage",
        .state = BREACH_OPEN,
        .aware_ms = 1795000000000,
        .due_ms = 1795000000000 + INT64_C(72) * 3600000};
    for (int i = 0; i < BREACH_TEXT_COUNT; i++)
        row.texts[i] = CU_LIT("");
    row.texts[BREACH_FACTS] = CU_LIT("A disk {shop} is gone."); // is not expanded again
    for (int l = 0; breach_languages[l]; l++) {
        struct cu_buf subject, text;
        struct breach_letter_facts f = {.row = &row,
            .shop = CU_LIT("Lamp & Oak"),
            .url = CU_LIT("https://shop.example"),
            .now_ms = row.aware_ms,
            .categories = CU_LIT("user.contact.email")};
        cu_buf_init(&subject, 4096);
        cu_buf_init(&text, 65536);
        breach_letter_authority(breach_languages[l], &f, &subject, &text);
        assert_false(text.failed || subject.failed);
        assert_true(cu_str_find_str(cu_buf_view(&text), CU_LIT("A disk {shop} is gone.")) > 0);
        assert_true(cu_str_find_str(cu_buf_view(&text), CU_LIT("2026-11-18 11:06 (+00:00)")) > 0);
        assert_true(cu_str_find_str(cu_buf_view(&text), CU_LIT("late_reason")) < 0);
        assert_true(cu_str_find_str(cu_buf_view(&subject), CU_LIT("Lamp & Oak")) > 0);
        cu_str before = cu_buf_view(&text);
        size_t len = before.len;
        f.now_ms = row.due_ms + 1; // late: the reasons are asked for
        cu_buf_reset(&text);
        breach_letter_authority(breach_languages[l], &f, &subject, &text);
        assert_true(text.len > len);
        cu_buf_reset(&text);
        breach_letter_people(breach_languages[l], &f, &subject, &text);
        assert_true(cu_str_find_str(cu_buf_view(&text), CU_LIT("user.contact.email")) > 0);
        cu_buf_clear(&subject);
        cu_buf_clear(&text);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(names_are_those_of_a_plain_count),
        cmocka_unit_test(more_fields_than_bits_are_other),
        cmocka_unit_test(lists_meet),
        cmocka_unit_test(no_state_is_reached_without_its_reasons),
        cmocka_unit_test(encryption_counts_only_while_keys_are_kept),
        cmocka_unit_test(what_the_log_names_has_a_category),
        cmocka_unit_test(letters_hold_what_is_known_and_no_gaps),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
