// SPDX-License-Identifier: Apache-2.0
// Derivations: what addresses and user agents yield, and that nothing personal passes, whatever comes.
#include "../store/store_test.h"

#include "spec/derive.h"
#include "text/text.h"

static void expect(enum dict_derive as, const char *a, const char *b, const char *want)
{
    const cu_str values[] = {cu_str_of(a), cu_str_of(b)};
    char out[DERIVE_MAX];
    cu_str got = derive_value(as, values, 2, out);
    if (!cu_str_eqz(got, want))
        fail_msg("%s of \"%s\" beside \"%s\" is \"%.*s\", not \"%s\"", derive_names[as], a ? a : "", b ? b : "", CU_ARG(got), want);
}

static void test_host(void **state)
{
    (void)state;
    static const struct {
        const char *address, *host;
    } cases[] = {
        {"https://www.google.com/search?q=anna", "google.com"},
        {"https://WWW.Example.COM:8443/x", "example.com"},
        {"http://anna:secret@shop.example.com/x", "shop.example.com"},
        {"http://anna%40example.com@shop.example.com", "shop.example.com"},
        {"http://a@b@shop.example.com/", "shop.example.com"},
        {"android-app://com.google.android.gm/", "com.google.android.gm"},
        {"https://xn--mller-kva.example/", "xn--mller-kva.example"},
        {"https://example.com.", "example.com"},
        {"https://www.de/", "www.de"},
        {"  https://a.example  ", "a.example"},
        {"https://192.0.2.7/x", ""}, {"https://[2001:db8::1]/x", ""}, {"https://localhost/x", ""},
        {"https://anna@example.com@/x", ""}, {"//example.com/x", ""}, {"example.com", ""}, {"anna@example.com", ""},
        {"mailto:anna@example.com", ""}, {"https:///x", ""}, {"https://a..b/", ""}, {"https://-a.example/", ""},
        {"https://a b.example/", ""}, {"https://\xc3\xbc.example/", ""}, {"javascript://example.com/%0aalert(1)", "example.com"},
        {"$direct", ""}, {"", ""}, {"https://", ""}, {"https://example.com\\@evil.example/", "example.com"},
    };
    for (size_t i = 0; i < CU_COUNT(cases); i++)
        expect(DERIVE_HOST, cases[i].address, NULL, cases[i].host);
    char longest[600];
    (void)snprintf(longest, sizeof longest, "https://%0300d.example/", 1);
    expect(DERIVE_HOST, longest, NULL, "");
}

static void test_outside_host(void **state)
{
    (void)state;
    expect(DERIVE_OUTSIDE_HOST, "https://www.google.com/", "https://shop.example.com/x", "google.com");
    expect(DERIVE_OUTSIDE_HOST, "https://shop.example.com/a", "https://shop.example.com/b", "");
    expect(DERIVE_OUTSIDE_HOST, "https://checkout.example.com/a", "https://www.example.com/b", "");
    expect(DERIVE_OUTSIDE_HOST, "https://a.shop.co.uk/", "https://www.shop.co.uk/", "");
    expect(DERIVE_OUTSIDE_HOST, "https://other.co.uk/", "https://www.shop.co.uk/", "other.co.uk");
    expect(DERIVE_OUTSIDE_HOST, "https://other.com/", "https://shop.com/", "other.com");
    expect(DERIVE_OUTSIDE_HOST, "https://other.com/", "https://192.0.2.1/", "other.com");
    expect(DERIVE_OUTSIDE_HOST, "https://other.com/", NULL, "other.com");
    expect(DERIVE_OUTSIDE_HOST, NULL, "https://shop.example.com/x", "");
}

static void test_paths(void **state)
{
    (void)state;
    expect(DERIVE_PATH, "https://shop.example.com/a/b?mail=anna#x", NULL, "/a/b");
    expect(DERIVE_PATH, "https://shop.example.com", NULL, "/");
    expect(DERIVE_PATH, "https://shop.example.com?x=1", NULL, "/");
    expect(DERIVE_PATH, "https://shop.example.com/anna@example.com/x", NULL, "");
    expect(DERIVE_PATH, "https://shop.example.com/anna%40example.com/x", NULL, "");
    expect(DERIVE_PATH, "/a/b", NULL, "");
}

static void test_campaign(void **state)
{
    (void)state;
    static const char url[] = "https://s.example/x?UTM_Source=news+letter&utm_medium=e%2Dmail&utm_campaign=Fr%C3%BChling&gclid=Abc123&utm_id=7#y";
    expect(DERIVE_UTM_SOURCE, url, NULL, "news letter");
    expect(DERIVE_UTM_MEDIUM, url, NULL, "e-mail");
    expect(DERIVE_UTM_CAMPAIGN, url, NULL, "Frühling");
    expect(DERIVE_UTM_ID, url, NULL, "7");
    expect(DERIVE_UTM_TERM, url, NULL, "");
    expect(DERIVE_UTM_SOURCE, "?utm_source=a&utm_source=b", NULL, "a");
    expect(DERIVE_UTM_SOURCE, "utm_source=a", NULL, "a");
    expect(DERIVE_UTM_SOURCE, "", "https://s.example/?utm_source=b", "b");
    expect(DERIVE_UTM_SOURCE, "?utm_source=", "https://s.example/?utm_source=b", "b");
    expect(DERIVE_UTM_SOURCE, "?utm_source=anna%40example.com", NULL, "");
    expect(DERIVE_UTM_SOURCE, "?utm_source=anna@example.com", NULL, "");
    expect(DERIVE_UTM_SOURCE, "?utm_source=a%00b", NULL, "");
    expect(DERIVE_UTM_SOURCE, "?utm_source=a%0Ab", NULL, "");
    expect(DERIVE_UTM_SOURCE, "?utm_source=%FF", NULL, "");
    expect(DERIVE_UTM_SOURCE, "https://s.example/utm_source=a", NULL, "");
    expect(DERIVE_CLICK_KIND, url, NULL, "gclid");
    expect(DERIVE_CLICK_KIND, "?fbclid=IwAR0&x=1", NULL, "fbclid");
    expect(DERIVE_CLICK_KIND, "?fbclid=IwAR0&gclid=1", NULL, "gclid"); // the table's order, not the address's
    expect(DERIVE_CLICK_KIND, "?ScCid=1", NULL, "sccid");
    expect(DERIVE_CLICK_KIND, "?gclid=", NULL, "");
    expect(DERIVE_CLICK_KIND, "?gclidx=1", NULL, "");
}

static void test_agents(void **state)
{
    (void)state;
    static const struct {
        const char *agent, *device, *browser, *os;
    } cases[] = {
        {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0.0.0 Safari/537.36", "desktop",
            "Chrome", "Windows"},
        {"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/126.0 Safari/537.36 Edg/126.0", "desktop",
            "Edge", "Windows"},
        {"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.4 Safari/605.1.15", "desktop",
            "Safari", "macOS"},
        {"Mozilla/5.0 (X11; Linux x86_64; rv:127.0) Gecko/20100101 Firefox/127.0", "desktop", "Firefox", "Linux"},
        {"Mozilla/5.0 (X11; CrOS x86_64 14541.0.0) AppleWebKit/537.36 Chrome/126.0 Safari/537.36", "desktop", "Chrome", "ChromeOS"},
        {"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1",
            "phone", "Safari", "iOS"},
        {"Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 CriOS/126.0 Mobile/15E148 Safari/604.1", "phone",
            "Chrome", "iOS"},
        {"Mozilla/5.0 (iPad; CPU OS 16_6 like Mac OS X) AppleWebKit/605.1.15 Version/16.6 Mobile/15E148 Safari/604.1", "tablet", "Safari",
            "iOS"},
        {"Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36", "phone", "Chrome", "Android"},
        {"Mozilla/5.0 (Linux; Android 13; SM-X200) AppleWebKit/537.36 Chrome/126.0 Safari/537.36", "tablet", "Chrome", "Android"},
        {"Mozilla/5.0 (Linux; Android 13; SM-S918B) AppleWebKit/537.36 SamsungBrowser/25.0 Chrome/121.0 Mobile Safari/537.36", "phone",
            "Samsung Internet", "Android"},
        {"Dalvik/2.1.0 (Linux; U; Android 12; Pixel 5 Build/SP1A)", "phone", "App", "Android"},
        {"Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)", "bot", "", ""},
        {"Mozilla/5.0 AppleWebKit/537.36 (KHTML, like Gecko; compatible; GPTBot/1.2; +https://openai.com/gptbot)", "bot", "Safari", ""},
        {"Mozilla/5.0 (X11; Linux x86_64) AppleWebKit/537.36 HeadlessChrome/126.0 Safari/537.36", "bot", "Chrome", "Linux"},
        {"curl/8.5.0", "bot", "", ""},
        {"Mozilla/5.0 (Linux; Android 10; CUBOT X30) AppleWebKit/537.36 Chrome/126.0 Mobile Safari/537.36", "phone", "Chrome", "Android"},
        {"Mozilla/5.0 (SMART-TV; Linux; Tizen 6.0) AppleWebKit/537.36 SamsungBrowser/4.0 Chrome/76.0 TV Safari/537.36", "other",
            "Samsung Internet", "Linux"},
        {"Mozilla/5.0 (compatible; MSIE 10.0; Windows NT 6.2; Tablet PC 2.0)", "desktop", "Internet Explorer", "Windows"},
        {"analytics-node/6.0", "other", "", ""},
    };
    for (size_t i = 0; i < CU_COUNT(cases); i++) {
        expect(DERIVE_DEVICE_CLASS, cases[i].agent, NULL, cases[i].device);
        expect(DERIVE_BROWSER, cases[i].agent, NULL, cases[i].browser);
        expect(DERIVE_OS, cases[i].agent, NULL, cases[i].os);
    }
    expect(DERIVE_DEVICE_CLASS, "", NULL, "");
}

static void test_search_words(void **state)
{
    (void)state;
    expect(DERIVE_SEARCH_WORDS, "  Rote   Schuhe\tGr. 42 ", NULL, "rote schuhe gr. 42");
    expect(DERIVE_SEARCH_WORDS, "crème brûlée", NULL, "crème brûlée");
    expect(DERIVE_SEARCH_WORDS, "", NULL, "");
    static const char *const refused[] = {"anna@example.com", "anna%40example.com", "call 0170 1234567", "order 123456", "a\nb",
        "one two three four five six seven", "https://example.com", "\xff",
        "a text that somebody pasted and that is much longer than any search for a product"};
    for (size_t i = 0; i < CU_COUNT(refused); i++)
        expect(DERIVE_SEARCH_WORDS, refused[i], NULL, "");
}

// Whatever bytes come: bounded, UTF-8, and no sign of an e-mail address.
static void test_any_bytes(void **state)
{
    (void)state;
    uint64_t random = 5;
    static const char *const pieces[] = {"https://", "www.", "anna@example.com", "?", "&", "#", "utm_source=", "utm_medium=", "gclid=", "%",
        "40", "/", ".", "example", "\xff", "\xc3\xbc", " ", ":", "@", "a", "-", "com", "%00", "%40"};
    for (int round = 0; round < 40000; round++) {
        char text[2][200];
        cu_str values[2];
        for (int k = 0; k < 2; k++) {
            size_t len = 0, count = (test_random(&random) >> 16) % 12;
            for (size_t i = 0; i < count; i++) {
                const char *p = pieces[(test_random(&random) >> 16) % CU_COUNT(pieces)];
                memcpy(text[k] + len, p, strlen(p));
                len += strlen(p);
            }
            values[k] = (cu_str){text[k], len};
        }
        for (enum dict_derive as = DERIVE_HOST; as < DERIVE_COUNT; as++) {
            char out[DERIVE_MAX];
            cu_str got = derive_value(as, values, 2, out);
            assert_true(got.len <= DERIVE_MAX && cu_str_find(got, '@') < 0);
            assert_true(got.len == 0 || (got.ptr == out && text_utf8_valid(got)));
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_host), cmocka_unit_test(test_outside_host), cmocka_unit_test(test_paths),
        cmocka_unit_test(test_campaign), cmocka_unit_test(test_agents), cmocka_unit_test(test_search_words),
        cmocka_unit_test(test_any_bytes)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
