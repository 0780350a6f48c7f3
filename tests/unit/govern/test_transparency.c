// SPDX-License-Identifier: Apache-2.0
// The transparency page's pure parts: badges on facts made up, words of three languages, differences, languages asked for.
#include "govern/transparency_private.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>

#include <cmocka.h>

static const int64_t day = INT64_C(86400000), now = INT64_C(1800000000000);

static struct transparency_live good_shop(void)
{
    return (struct transparency_live){.at_ms = now,
        .consents = 900,
        .unproven = 0,
        .oldest_known = true,
        .canary_known = true,
        .canary = {now - day / 2, true},
        .facts = {.now_ms = now,
            .tls = true,
            .root_mode = 0400,
            .data_mode = 0700,
            .staff = 4,
            .staff_second_factor = 4,
            .audit_ok = true,
            .audit_verified_ms = now - 3 * day,
            .drill_ms = now - 20 * day}};
}

static struct transparency_badge badge(const struct transparency_live *l, const char *name)
{
    struct transparency_badge all[TRANSPARENCY_BADGES];
    transparency_badges(l, now, all);
    for (size_t i = 0; i < TRANSPARENCY_BADGES; i++) {
        if (strcmp(all[i].name, name) == 0)
            return all[i];
    }
    fail_msg("no badge is called %s", name);
    return all[0];
}

static void a_good_shop_is_green(void **state)
{
    (void)state;
    struct transparency_live l = good_shop();
    struct transparency_badge all[TRANSPARENCY_BADGES];
    transparency_badges(&l, now, all);
    for (size_t i = 0; i < TRANSPARENCY_BADGES; i++) {
        if (all[i].colour != TRANSPARENCY_GREEN)
            fail_msg("%s is not green", all[i].name);
    }
}

// Exactly this badge changes, to this colour.
static void only(const char *name, enum transparency_colour colour, const struct transparency_live *l)
{
    struct transparency_badge all[TRANSPARENCY_BADGES];
    transparency_badges(l, now, all);
    for (size_t i = 0; i < TRANSPARENCY_BADGES; i++) {
        enum transparency_colour want = strcmp(all[i].name, name) == 0 ? colour : TRANSPARENCY_GREEN;
        if (all[i].colour != want)
            fail_msg("%s is %s, not %s", all[i].name, transparency_colours[all[i].colour], transparency_colours[want]);
    }
}

#define CASE(name, colour, change)                                                                 \
    do {                                                                                           \
        struct transparency_live l = good_shop();                                                  \
        change;                                                                                    \
        only(name, colour, &l);                                                                    \
    } while (0)

static void each_badge_turns_by_its_fact(void **state)
{
    (void)state;
    CASE("consent_proven", TRANSPARENCY_AMBER, l.unproven = 1);
    CASE("consent_proven", TRANSPARENCY_RED, l.unproven = 10);
    CASE("consent_proven", TRANSPARENCY_RED, l.unnoted = 1);
    CASE("consent_proven", TRANSPARENCY_GREY, l.consents = 0);
    CASE("oldest_request", TRANSPARENCY_GREEN, l.oldest_ms = now - 14 * day);
    CASE("oldest_request", TRANSPARENCY_AMBER, l.oldest_ms = now - 15 * day);
    CASE("oldest_request", TRANSPARENCY_RED, l.oldest_ms = now - 22 * day);
    CASE("oldest_request", TRANSPARENCY_GREY, l.oldest_known = false);
    CASE("restore_drill", TRANSPARENCY_AMBER, l.facts.drill_ms = now - 41 * day);
    CASE("restore_drill", TRANSPARENCY_RED, l.facts.drill_ms = now - 101 * day);
    CASE("restore_drill", TRANSPARENCY_RED, l.facts.drill_ms = 0);
    CASE("erasure_drill", TRANSPARENCY_AMBER, l.canary.at_ms = now - 3 * day);
    CASE("erasure_drill", TRANSPARENCY_RED, l.canary.at_ms = now - 8 * day);
    CASE("erasure_drill", TRANSPARENCY_RED, l.canary.good = false);
    CASE("erasure_drill", TRANSPARENCY_GREY, l.canary_known = false);
    CASE("second_factor", TRANSPARENCY_RED, l.facts.staff_second_factor = 3);
    CASE("second_factor", TRANSPARENCY_GREY, l.facts.staff = 0);
    CASE("tls", TRANSPARENCY_RED, l.facts.tls = false);
    CASE("tls", TRANSPARENCY_GREEN, (l.facts.tls = false, l.facts.public_url_https = true));
    CASE("encryption", TRANSPARENCY_AMBER, l.facts.root_same_file_system = true);
    CASE("encryption", TRANSPARENCY_RED, l.facts.root_mode = 0440);
    CASE("encryption", TRANSPARENCY_RED, l.facts.data_mode = 0755);
    CASE("audit_log", TRANSPARENCY_AMBER, l.facts.audit_verified_ms = 0);
    CASE("audit_log", TRANSPARENCY_AMBER, l.facts.audit_verified_ms = now - 40 * day);
    CASE("audit_log", TRANSPARENCY_RED, l.facts.audit_ok = false);
}

static void says(const char *name, enum transparency_language l, const struct transparency_live *live, const char *text)
{
    struct cu_buf out;
    struct transparency_badge b = badge(live, name);
    cu_buf_init(&out, 200);
    transparency_badge_text(l, &b, &out);
    assert_string_equal(out.ptr, text);
    cu_buf_clear(&out);
}

static void badges_in_words(void **state)
{
    (void)state;
    struct transparency_live l = good_shop();
    l.unproven = 2;
    says("consent_proven", TRANSPARENCY_EN, &l, "99.7 %");
    says("consent_proven", TRANSPARENCY_DE, &l, "99,7 %");
    says("oldest_request", TRANSPARENCY_DE, &l, "keine offen");
    l.oldest_ms = now - day;
    says("oldest_request", TRANSPARENCY_EN, &l, "1 day");
    says("restore_drill", TRANSPARENCY_FR, &l, "il y a 20 jours");
    says("restore_drill", TRANSPARENCY_EN, &l, "20 days ago");
    says("erasure_drill", TRANSPARENCY_EN, &l, "today");
    says("tls", TRANSPARENCY_FR, &l, "oui");
    says("audit_log", TRANSPARENCY_EN, &l, "yes");
    l.facts.drill_ms = l.facts.audit_verified_ms = 0;
    says("restore_drill", TRANSPARENCY_DE, &l, "nie");
    says("audit_log", TRANSPARENCY_EN, &l, "not verified lately");
}

static void every_word_has_three_languages(void **state)
{
    (void)state;
    size_t count = 0;
    for (; transparency_words_check[count][0]; count++) {
        for (int l = 0; l < TRANSPARENCY_LANGUAGES; l++) {
            if (!transparency_words_check[count][1 + l] || !transparency_words_check[count][1 + l][0])
                fail_msg("%s has no %s", transparency_words_check[count][0], transparency_languages[l]);
        }
        for (size_t k = 0; k < count; k++)
            assert_string_not_equal(transparency_words_check[count][0], transparency_words_check[k][0]);
    }
    assert_true(count > 150);
}

// What the document can hold has a word: a page never shows a code.
static void every_code_has_a_word(void **state)
{
    (void)state;
    static const char *const codes[][2] = {{"basis", "consent"}, {"basis", "contract"}, {"basis", "legal_obligation"},
        {"basis", "legitimate_interest"}, {"role", "processor"}, {"role", "controller"}, {"role", "joint"},
        {"safeguard", "adequacy"}, {"safeguard", "scc"}, {"safeguard", "bcr"}, {"safeguard", "derogation"},
        {"safeguard", ""}, {"source", "http"}, {"source", "import"}, {"source", "staff"}, {"step", "sealed"},
        {"step", "erasure"}, {"step", "log"}, {"step", "key_process"}, {"step", "sandbox"}, {"step", "tls"},
        {"step", "four_eyes"}, {"step", "second_factor"}, {"step", "replicas"}, {"level", "P0"}, {"level", "P1"},
        {"level", "P2"}, {"level", "P3"}, {"level", "P4"}, {"sees", "f"}, {"sees", "m"}, {"sees", "n"}};
    struct role roles[ROLES_BUILTIN_MAX];
    struct transparency_badge badges[TRANSPARENCY_BADGES];
    struct transparency_live l = good_shop();
    for (size_t i = 0; i < CU_COUNT(codes); i++)
        assert_non_null(transparency_word_of(TRANSPARENCY_FR, codes[i][0], cu_str_of(codes[i][1])).ptr);
    size_t count = role_builtins(roles);
    for (size_t i = 0; i < count; i++)
        assert_non_null(transparency_word_of(TRANSPARENCY_DE, "staff", cu_str_of(roles[i].name)).ptr);
    transparency_badges(&l, now, badges);
    for (size_t i = 0; i < TRANSPARENCY_BADGES; i++)
        assert_non_null(transparency_word_of(TRANSPARENCY_EN, "badge", cu_str_of(badges[i].name)).ptr);
    for (int c = 0; transparency_colours[c]; c++)
        assert_non_null(transparency_word_of(TRANSPARENCY_EN, "colour", cu_str_of(transparency_colours[c])).ptr);
}

static void categories_fall_back(void **state)
{
    (void)state;
    assert_true(cu_str_eqz(transparency_category(CU_LIT("user.contact.email")), "user.contact.email"));
    assert_true(cu_str_eqz(transparency_category(CU_LIT("user.contact.address.city")), "user.contact.address"));
    assert_true(cu_str_eqz(transparency_category(CU_LIT("user.contact.fax")), "user.contact"));
    assert_true(cu_str_eqz(transparency_category(CU_LIT("system.operations")), "system"));
    assert_true(cu_str_eqz(transparency_category(CU_LIT("nothing")), "user"));
    assert_true(cu_str_eqz(transparency_category(CU_LIT("")), "user"));
}

static void languages_are_chosen_by_weight(void **state)
{
    (void)state;
    static const struct {
        const char *header;
        enum transparency_language want;
    } cases[] = {{"", TRANSPARENCY_EN}, {"de", TRANSPARENCY_DE}, {"de-CH,fr;q=0.9", TRANSPARENCY_DE},
        {"DE", TRANSPARENCY_DE}, {"es, fr;q=0.3, de;q=0.25", TRANSPARENCY_FR}, {"fr;q=0, de;q=0.001", TRANSPARENCY_DE},
        {"den, es", TRANSPARENCY_EN}, {"en;q=0.5,de;q=0.51", TRANSPARENCY_DE}, {",,;q=1,de;q=", TRANSPARENCY_EN},
        {"fr;q=1.0,de;q=1", TRANSPARENCY_FR}};
    for (size_t i = 0; i < CU_COUNT(cases); i++) {
        if (transparency_accept(cu_str_of(cases[i].header)) != cases[i].want)
            fail_msg("%s", cases[i].header);
    }
}

struct seen {
    char text[2048];
    size_t len;
};

static void note(void *context, const struct transparency_change *c)
{
    struct seen *s = context;
    const char *how = json_is(c->before, JSON_ABSENT) ? "+" : json_is(c->after, JSON_ABSENT) ? "-" : "~";
    s->len += (size_t)snprintf(s->text + s->len, sizeof s->text - s->len, "%s%.*s/%.*s/%.*s ", how, CU_ARG(c->part),
        CU_ARG(c->name), CU_ARG(c->attribute));
}

static void differ(const char *before, const char *after, const char *want)
{
    struct json_parser *p[2] = {json_parser_new(65536), json_parser_new(65536)};
    struct cu_error err;
    struct seen s = {.len = 0};
    json a, b;
    assert_int_equal(json_parse(p[0], cu_str_of(before), &a, &err), CU_OK);
    assert_int_equal(json_parse(p[1], cu_str_of(after), &b, &err), CU_OK);
    transparency_diff(a, b, note, &s);
    assert_string_equal(s.text, want);
    json_parser_free(p[0]);
    json_parser_free(p[1]);
}

static void differences_are_found(void **state)
{
    (void)state;
    const char *one = "{\"controller\":{\"name\":\"A\",\"phone\":\"1\"},\"officer\":null,\"purposes\":[{\"name\":\"x\","
                      "\"basis\":\"consent\"},{\"name\":\"y\"}],"
                      "\"security\":[\"tls\",\"log\"],\"data\":[{\"name\":\"g\",\"fields\":[{\"name\":\"f\",\"level\":"
                      "\"P2\"}],\"events\":[]}]}";
    differ(one, one, "");
    differ(one,
        "{\"controller\":{\"name\":\"B\",\"phone\":\"1\"},\"officer\":{\"name\":\"O\"},\"purposes\":[{\"name\":\"z\"},{"
        "\"name\":\"x\",\"basis\":\"contract\"}],"
        "\"security\":[\"log\",\"sandbox\"],\"data\":[{\"name\":\"g\",\"fields\":[{\"name\":\"f\",\"level\":\"P3\"},{"
        "\"name\":\"h\"}],\"events\":[{\"name\":\"e\"}]}]}",
        "~controller//name +officer// ~data/f/level +data/h/ +data/e/ +purposes/z/ ~purposes/x/basis -purposes/y/ "
        "+security/sandbox/ -security/tls/ ");
    differ("{\"data\":[]}", "{\"data\":[{\"name\":\"g\",\"fields\":[]}]}", "+data/g/ ");
    differ("{\"recipients\":[{\"name\":\"r\",\"country\":\"DE\",\"purposes\":[\"a\"]}]}",
        "{\"recipients\":[{\"name\":\"r\",\"country\":\"US\",\"purposes\":[\"a\",\"b\"]}]}",
        "~recipients/r/country ~recipients/r/purposes ");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_shop_is_green),
        cmocka_unit_test(each_badge_turns_by_its_fact),
        cmocka_unit_test(badges_in_words),
        cmocka_unit_test(every_word_has_three_languages),
        cmocka_unit_test(every_code_has_a_word),
        cmocka_unit_test(categories_fall_back),
        cmocka_unit_test(languages_are_chosen_by_weight),
        cmocka_unit_test(differences_are_found),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
