// SPDX-License-Identifier: Apache-2.0
// Derived fields on their way: worked out before the sources are sealed, sent values win, a page call's properties stand for
// context.page, batches and requests say their part; columns of the timeline have them.
#include "flow_test.h"

#include "store/scan.h"

static struct rows rows;


static void expect(struct flow *f, struct record *r, const char *user, const char *plain)
{
    (void)put_record(f, r);
    project(f);
    rows_of(f, pno_of(f, "user_id", user), &rows);
    const char *got = strstr(rows.at[0].plain, "\"$context\":");
    got = got ? got + 11 : "";
    char want[2048];
    (void)snprintf(want, sizeof want, "%s%s", plain, *plain ? "}" : "");
    if (strcmp(got, want) != 0)
        fail_msg("%.*s\n  plain %s\n  not   %s", CU_ARG(r->event), got, want);
    rows_clear(&rows);
}

static void test_context(void **state)
{
    struct flow *f = *state;
    static const struct {
        const char *call, *context, *plain;
    } cases[] = {
        {"\"type\":\"track\",\"event\":\"Product Viewed\"",
            "{\"page\":{\"url\":\"https://shop.example.com/a?utm_source=nl&utm_medium=email&x=anna@example.com\","
            "\"referrer\":\"https://anna:pw@www.google.com/search?q=anna\",\"title\":\"Anna's account\"}}",
            "{\"page\":{\"referrer_host\":\"google.com\"},\"campaign\":{\"source\":\"nl\",\"medium\":\"email\"}}"},
        // what is sent wins, member by member; the order of members does not matter
        {"\"type\":\"track\",\"event\":\"Product Viewed\"",
            "{\"campaign\":{\"source\":\"sent\"},\"page\":{\"path\":\"/sent\",\"search\":\"?utm_source=x&utm_campaign=y&gclid=1\"}}",
            "{\"campaign\":{\"source\":\"sent\",\"name\":\"y\"},\"page\":{\"path\":\"/sent\",\"click\":\"gclid\"}}"},
        // the shop's own pages are no referrer
        {"\"type\":\"track\",\"event\":\"Product Viewed\"",
            "{\"page\":{\"url\":\"https://shop.example.com/b\",\"referrer\":\"https://www.example.com/a\"}}", "{\"page\":{}}"},
        {"\"type\":\"track\",\"event\":\"Product Viewed\"", "{\"page\":{\"referrer\":\"android-app://com.google.android.gm\"}}",
            "{\"page\":{\"referrer_host\":\"com.google.android.gm\"}}"},
        // nothing to work out, nothing written; null and other types are no objects
        {"\"type\":\"track\",\"event\":\"Product Viewed\"", "{\"page\":{\"referrer\":\"\",\"url\":\"nonsense\"}}", "{\"page\":{}}"},
        {"\"type\":\"track\",\"event\":\"Product Viewed\"", "{\"page\":null,\"device\":null}", ""},
        {"\"type\":\"track\",\"event\":\"Product Viewed\"", "{\"page\":\"anna@example.com\",\"userAgent\":7}", ""},
        {"\"type\":\"track\",\"event\":\"Product Viewed\"", "{\"device\":null,\"user_agent\":\"Mozilla/5.0 (iPhone)\"}",
            "{\"device\":{\"class\":\"phone\"},\"os\":{\"name\":\"iOS\"}}"},
        {"\"type\":\"track\",\"event\":\"Product Viewed\"",
            "{\"device\":{\"id\":\"secret\",\"model\":\"A1\"},\"os\":{\"name\":\"Sent\"},"
            "\"userAgent\":\"Mozilla/5.0 (Linux; Android 14) Chrome/1 Mobile Safari\"}",
            "{\"device\":{\"model\":\"A1\",\"class\":\"phone\"},\"os\":{\"name\":\"Sent\"},\"browser\":\"Chrome\"}"},
        // a page call says it in its properties; only what is declared plain there
        {"\"type\":\"page\",\"properties\":{\"path\":\"/p\",\"url\":\"https://shop.example.com/p?gclid=1\","
         "\"referrer\":\"https://bing.com/\",\"click\":\"anna\",\"referrer_host\":\"anna\"}",
            "{}", "{\"page\":{\"click\":\"gclid\",\"path\":\"/p\",\"referrer_host\":\"bing.com\"}}"},
        {"\"type\":\"page\",\"properties\":{\"path\":\"/p\",\"referrer\":\"https://bing.com/\"}",
            "{\"page\":{\"path\":\"/q\",\"referrer\":\"https://google.com/\"}}", "{\"page\":{\"path\":\"/q\",\"referrer_host\":\"google.com\"}}"},
        // another call's properties are something else
        {"\"type\":\"track\",\"event\":\"Deep Link Opened\",\"properties\":{\"path\":\"/p\",\"url\":\"https://a.example/p?gclid=1\"}", "{}", ""},
    };
    for (int again = 0; again < 2; again++) {
        for (size_t i = 0; i < CU_COUNT(cases); i++) {
            char event[2048], user[16], id[32];
            (void)snprintf(user, sizeof user, "u%zu", i);
            (void)snprintf(id, sizeof id, "%zu-%d", i, again);
            (void)snprintf(event, sizeof event, "{%s,\"userId\":\"%s\",\"context\":%s}", cases[i].call, user, cases[i].context);
            struct record r = record_new(f, event, id);
            r.time_ms += again;
            expect(f, &r, user, cases[i].plain);
        }
    }
}

static void test_envelope_and_request(void **state)
{
    struct flow *f = *state;
    struct record r = record_new(f, "{\"type\":\"track\",\"event\":\"Product Viewed\",\"userId\":\"e\"}", "1");
    r.context = CU_LIT("{\"page\":{\"referrer\":\"https://bing.com/\"},\"userAgent\":\"Mozilla/5.0 (iPad)\"}");
    r.user_agent = CU_LIT("Mozilla/5.0 (Windows NT 10.0) Firefox/1");
    expect(f, &r, "e", "{\"page\":{\"referrer_host\":\"bing.com\"},\"device\":{\"class\":\"tablet\"},\"os\":{\"name\":\"iOS\"}}");
    // an event's own page hides the envelope's, the request's agent counts where nobody says one
    r = record_new(f, "{\"type\":\"track\",\"event\":\"Product Viewed\",\"userId\":\"e2\",\"context\":{\"page\":{\"path\":\"/x\"}}}", "2");
    r.context = CU_LIT("{\"page\":{\"referrer\":\"https://bing.com/\"}}");
    r.user_agent = CU_LIT("Mozilla/5.0 (Windows NT 10.0) Firefox/1");
    expect(f, &r, "e2",
        "{\"page\":{\"path\":\"/x\"},\"browser\":\"Firefox\",\"device\":{\"class\":\"desktop\"},\"os\":{\"name\":\"Windows\"}}");
}

static bool see(void *context, cu_str text, uint64_t hash, uint64_t times)
{
    char *out = context;
    (void)hash;
    (void)snprintf(out + strlen(out), 256 - strlen(out), "%.*s=%llu ", CU_ARG(text), (unsigned long long)times);
    return true;
}

static void test_columns(void **state)
{
    struct flow *f = *state;
    for (int i = 0; i < 3; i++)
        (void)put_at(f, "{\"type\":\"page\",\"userId\":\"u\",\"properties\":{\"path\":\"/p\",\"referrer\":\"https://bing.com/\"}}", 1000 + i);
    project(f);
    char seen[256] = "";
    assert_ok(timeline_texts(f->timeline, CU_LIT("$context.page.referrer_host"), 9, see, seen, NULL));
    assert_ok(timeline_texts(f->timeline, CU_LIT("$context.page.path"), 9, see, seen, NULL));
    assert_string_equal(seen, "bing.com=3 /p=3 ");
}

// A shop's own events have derived fields too; of a level above P1 nothing is worked out.
static void test_own_rows(void **state)
{
    struct flow *f = *state;
    flow_close(f);
    dictionary_free(f->dictionary);
    f->dictionary = NULL;
    assert_ok(dictionary_load(CU_LIT("version: 1\nevents:\n  Shared:\n    doc: X.\n    fields:\n"
                                     "      link: {type: url, level: P2, doc: X.}\n"
                                     "      where: {type: string, level: P1, from: link, as: host, doc: X.}\n"
                                     "      what.campaign: {type: string, level: P1, from: link, as: utm_campaign, doc: X.}\n"
                                     "      hidden: {type: string, level: P2, from: link, as: utm_source, doc: X.}\n"),
        &f->dictionary, NULL));
    flow_open(f);
    (void)put_at(f, "{\"type\":\"track\",\"event\":\"Shared\",\"userId\":\"o\",\"properties\":"
                    "{\"link\":\"https://a.example/?utm_campaign=c&utm_source=s\"}}", 1000);
    project(f);
    rows_of(f, pno_of(f, "user_id", "o"), &rows);
    assert_string_equal(rows.at[0].plain, "{\"where\":\"a.example\",\"what\":{\"campaign\":\"c\"}}");
    assert_non_null(strstr(rows.at[0].open, "utm_source=s"));
    rows_clear(&rows);
}

#define T(name) cmocka_unit_test_setup_teardown(name, flow_setup, flow_teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {T(test_context), T(test_envelope_and_request), T(test_columns), T(test_own_rows)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
