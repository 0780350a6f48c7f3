// SPDX-License-Identifier: Apache-2.0
// Channels: published rules (Google Analytics 4's default channel group), and what shops meet besides.
#include "../store/store_test.h"

#include "insight/channel.h"
#include "spec/derive.h"

static const struct {
    const char *source, *medium, *campaign, *click, *host;
    enum channel want;
} cases[] = {
    {"", "", "", "", "", CHANNEL_DIRECT},
    {"(direct)", "(none)", "", "", "", CHANNEL_DIRECT},
    // the rows of Google's table
    {"google", "cpc", "", "", "", CHANNEL_PAID_SEARCH},
    {"bing", "ppc", "", "", "", CHANNEL_PAID_SEARCH},
    {"yahoo", "paidsearch", "", "", "", CHANNEL_PAID_SEARCH},
    {"facebook", "cpc", "", "", "", CHANNEL_PAID_SOCIAL},
    {"instagram.com", "paid", "", "", "", CHANNEL_PAID_SOCIAL},
    {"fb", "retargeting", "", "", "", CHANNEL_PAID_SOCIAL},
    {"youtube", "cpv", "", "", "", CHANNEL_VIDEO},
    {"amazon", "cpc", "", "", "", CHANNEL_SHOPPING},
    {"google", "cpc", "Shopping DE", "", "", CHANNEL_SHOPPING},
    {"google", "cpc", "eshop", "", "", CHANNEL_SHOPPING},
    {"google", "cpc", "workshop", "", "", CHANNEL_PAID_SEARCH},
    {"somewhere", "display", "", "", "", CHANNEL_DISPLAY},
    {"somewhere", "banner", "", "", "", CHANNEL_DISPLAY},
    {"somewhere", "interstitial", "", "", "", CHANNEL_DISPLAY},
    {"somewhere", "cpm", "", "", "", CHANNEL_DISPLAY},
    {"somewhere", "cpc", "", "", "", CHANNEL_OTHER},
    {"facebook", "social", "", "", "", CHANNEL_SOCIAL},
    {"somewhere", "social-network", "", "", "", CHANNEL_SOCIAL},
    {"somewhere", "social media", "", "", "", CHANNEL_SOCIAL},
    {"somewhere", "sm", "", "", "", CHANNEL_SOCIAL},
    {"vimeo", "link", "", "", "", CHANNEL_VIDEO},
    {"somewhere", "instream_video", "", "", "", CHANNEL_VIDEO},
    {"duckduckgo", "organic", "", "", "", CHANNEL_SEARCH},
    {"somewhere", "organic", "", "", "", CHANNEL_SEARCH},
    {"blog.example", "referral", "", "", "", CHANNEL_REFERRAL},
    {"somewhere", "app", "", "", "", CHANNEL_REFERRAL},
    {"somewhere", "email", "", "", "", CHANNEL_EMAIL},
    {"somewhere", "E-Mail", "", "", "", CHANNEL_EMAIL},
    {"e_mail", "", "", "", "", CHANNEL_EMAIL},
    {"somewhere", "affiliate", "", "", "", CHANNEL_AFFILIATE},
    {"sms", "", "", "", "", CHANNEL_SMS},
    {"somewhere", "sms", "", "", "", CHANNEL_SMS},
    {"somewhere", "web-push", "", "", "", CHANNEL_PUSH},
    {"somewhere", "mobile", "", "", "", CHANNEL_PUSH},
    {"somewhere", "notifications", "", "", "", CHANNEL_PUSH},
    {"firebase", "", "", "", "", CHANNEL_PUSH},
    {"somewhere", "something", "", "", "", CHANNEL_OTHER},
    // besides
    {"compare", "price-comparison", "feed", "", "", CHANNEL_SHOPPING},
    {"facebook", "paid-social", "retargeting", "", "", CHANNEL_PAID_SOCIAL},
    {"newsletter", "", "spring", "", "", CHANNEL_EMAIL},
    {"klaviyo", "", "", "", "", CHANNEL_EMAIL},
    {"newsletter", "email", "shop news", "", "", CHANNEL_EMAIL},
    {"chatgpt.com", "", "", "", "", CHANNEL_AI_ASSISTANT},
    {"chatgpt.com", "referral", "", "", "", CHANNEL_AI_ASSISTANT},
    {"partner.example", "", "", "", "", CHANNEL_REFERRAL},
    {"", "cpc", "", "gclid", "", CHANNEL_PAID_SEARCH},
    {"", "cpc", "", "", "bing.com", CHANNEL_PAID_SEARCH},
    {"", "", "", "gclid", "google.de", CHANNEL_PAID_SEARCH},
    {"", "", "", "msclkid", "", CHANNEL_PAID_SEARCH},
    {"", "", "", "wbraid", "", CHANNEL_PAID_SEARCH},
    {"", "", "", "fbclid", "facebook.com", CHANNEL_SOCIAL},
    {"", "", "", "ttclid", "", CHANNEL_PAID_SOCIAL},
    {"", "", "", "dclid", "", CHANNEL_DISPLAY},
    {"", "", "", "awc", "", CHANNEL_AFFILIATE},
    {"", "", "", "mc_eid", "", CHANNEL_EMAIL},
    {"facebook", "", "", "fbclid", "", CHANNEL_SOCIAL},
    {"google", "", "", "gclid", "", CHANNEL_PAID_SEARCH},
    {"newsletter", "email", "", "gclid", "", CHANNEL_EMAIL},
    {"", "", "spring", "", "", CHANNEL_OTHER},
    {"", "", "spring", "", "google.com", CHANNEL_SEARCH},
    // hosts alone
    {"", "", "", "", "google.co.uk", CHANNEL_SEARCH},
    {"", "", "", "", "www.google.de", CHANNEL_SEARCH},
    {"", "", "", "", "com.google.android.googlequicksearchbox", CHANNEL_SEARCH},
    {"", "", "", "", "search.brave.com", CHANNEL_SEARCH},
    {"", "", "", "", "mail.google.com", CHANNEL_EMAIL},
    {"", "", "", "", "gemini.google.com", CHANNEL_AI_ASSISTANT},
    {"", "", "", "", "perplexity.ai", CHANNEL_AI_ASSISTANT},
    {"", "", "", "", "www.perplexity.ai", CHANNEL_AI_ASSISTANT},
    {"", "", "", "", "claude.ai", CHANNEL_AI_ASSISTANT},
    {"", "", "", "", "copilot.microsoft.com", CHANNEL_AI_ASSISTANT},
    {"", "", "", "", "chat.openai.com", CHANNEL_AI_ASSISTANT},
    {"", "", "", "", "l.instagram.com", CHANNEL_SOCIAL},
    {"", "", "", "", "lm.facebook.com", CHANNEL_SOCIAL},
    {"", "", "", "", "t.co", CHANNEL_SOCIAL},
    {"", "", "", "", "old.reddit.com", CHANNEL_SOCIAL},
    {"", "", "", "", "m.youtube.com", CHANNEL_VIDEO},
    {"", "", "", "", "amazon.de", CHANNEL_SHOPPING},
    {"", "", "", "", "idealo.de", CHANNEL_SHOPPING},
    {"", "", "", "", "awin1.com", CHANNEL_AFFILIATE},
    {"", "", "", "", "someblog.example", CHANNEL_REFERRAL},
    {"", "", "", "", "at.co", CHANNEL_REFERRAL},           // is not t.co
    {"", "", "", "", "google.evil.example", CHANNEL_REFERRAL}, // an ending is a country's, not a name
    {"", "", "", "", "notgoogle.com", CHANNEL_REFERRAL},
    {"", "", "", "", "google.com.evil.example", CHANNEL_REFERRAL},
    // payment pages are no source
    {"", "", "", "", "paypal.com", CHANNEL_DIRECT},
    {"", "", "", "", "www.paypal.com", CHANNEL_DIRECT},
    {"", "", "", "", "checkout.stripe.com", CHANNEL_DIRECT},
    {"", "", "", "", "pay.klarna.com", CHANNEL_DIRECT},
    {"newsletter", "email", "", "", "paypal.com", CHANNEL_EMAIL},
};

static cu_str given(const char *z)
{
    return *z ? cu_str_of(z) : CU_NONE;
}

static void test_rules(void **state)
{
    (void)state;
    for (size_t i = 0; i < CU_COUNT(cases); i++) {
        const struct channel_signs s = {given(cases[i].source), given(cases[i].medium), given(cases[i].campaign),
            given(cases[i].click), given(cases[i].host)};
        enum channel got = channel_of(&s);
        if (got != cases[i].want)
            print_error("case %zu: %s/%s/%s/%s/%s is %s, not %s\n", i, cases[i].source, cases[i].medium, cases[i].campaign,
                cases[i].click, cases[i].host, channel_name(got), channel_name(cases[i].want));
        assert_int_equal(got, cases[i].want);
    }
}

static void test_pass(void **state)
{
    (void)state;
    assert_true(channel_passes_through(CU_LIT("paypal.com")));
    assert_true(channel_passes_through(CU_LIT("www.paypal.com")));
    assert_true(channel_passes_through(CU_LIT("hooks.stripe.com")));
    assert_false(channel_passes_through(CU_LIT("google.com")));
    assert_false(channel_passes_through(CU_LIT("mypaypal.com.evil.example")));
    assert_false(channel_passes_through(CU_NONE));
}

// Every kind of click number that is worked out of an address has a rule.
static void test_clicks(void **state)
{
    (void)state;
    static const char *const kinds[] = {"gclid", "wbraid", "gbraid", "dclid", "msclkid", "yclid", "fbclid", "ttclid", "twclid",
        "li_fat_id", "sccid", "epik", "rdt_cid", "qclid", "igshid", "igsh", "mc_eid", "mc_cid", "_kx", "awc", "irclickid", "cjevent",
        "ransiteid", "tduid", "zanpid", "sscid", "srsltid", "gad_source"};
    for (size_t i = 0; i < CU_COUNT(kinds); i++) {
        char address[64], out[DERIVE_MAX];
        (void)snprintf(address, sizeof address, "https://shop.example/?%s=1", kinds[i]);
        const cu_str value = cu_str_of(address);
        cu_str kind = derive_value(DERIVE_CLICK_KIND, &value, 1, out);
        assert_true(cu_str_eqz(kind, kinds[i]));
        const struct channel_signs s = {.click = kind};
        assert_true(channel_of(&s) != CHANNEL_DIRECT && channel_of(&s) != CHANNEL_OTHER);
    }
}

static void test_names(void **state)
{
    (void)state;
    for (size_t i = 0; i < CHANNEL_COUNT; i++) {
        enum channel back;
        assert_true(channel_parse(cu_str_of(channel_name((enum channel)i)), &back));
        assert_int_equal(back, i);
        assert_true(strlen(channel_label((enum channel)i)) > 2 && strlen(channel_doc((enum channel)i)) > 20);
    }
    enum channel none;
    assert_false(channel_parse(CU_LIT("Paid search"), &none));
    assert_false(channel_parse(CU_NONE, &none));
}

// Whatever bytes come, an answer within the table; and case and outer spaces never matter.
static void test_any_text(void **state)
{
    (void)state;
    uint64_t random = 7;
    for (int round = 0; round < 20000; round++) {
        char text[5][24], upper[5][24];
        cu_str view[5], view_upper[5];
        for (int k = 0; k < 5; k++) {
            size_t len = (test_random(&random) >> 16) % sizeof text[k];
            for (size_t i = 0; i < len; i++) {
                text[k][i] = " .-_(){}*abcdeghlmopqrstuw%?="[(test_random(&random) >> 16) % 29];
                upper[k][i] = text[k][i] >= 'a' && text[k][i] <= 'z' ? (char)(text[k][i] - 32) : text[k][i];
            }
            view[k] = (cu_str){text[k], len};
            view_upper[k] = (cu_str){upper[k], len};
        }
        const struct channel_signs s = {view[0], view[1], view[2], view[3], view[4]};
        const struct channel_signs u = {view_upper[0], view_upper[1], view_upper[2], view_upper[3], view_upper[4]};
        enum channel c = channel_of(&s);
        assert_in_range(c, 0, CHANNEL_COUNT - 1);
        assert_int_equal(c, channel_of(&u));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_rules), cmocka_unit_test(test_pass), cmocka_unit_test(test_clicks), cmocka_unit_test(test_names),
        cmocka_unit_test(test_any_text)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
