// SPDX-License-Identifier: Apache-2.0
// Search and lists: what matches against a naive reading of the same rules, pages against a full sort, the index
// against what is stored after changes, merges and deletions.
#include "people_test.h"

#include "base/log.h"
#include "people/list.h"
#include "people/search.h"

static bool matches(const char *query, const char *text)
{
    struct search_query q;
    search_query_init(&q, cu_str_of(query));
    cu_str t = cu_str_of(text);
    bool strong = search_matches(&q, t);
    if (strong)
        assert_true(search_may_match(&q, search_starts(t)));
    return strong;
}

static bool nearly(const char *query, const char *text)
{
    struct search_query q;
    search_query_init(&q, cu_str_of(query));
    cu_str t = cu_str_of(text), rest = t, name = cu_str_cut(&rest, '\n');
    bool rough = search_matches_roughly(&q, t);
    if (rough)
        assert_true(search_may_match_roughly(&q, search_starts(t), search_letters(name)));
    return rough;
}

#define ANNA "anna-lena muller\nanna.m@example.net\n+49301234567\nk-1077\n"

static void words_match_from_their_start(void **state)
{
    (void)state;
    assert_true(matches("anna", ANNA));
    assert_true(matches("ANNA M", ANNA));
    assert_true(matches("lena", ANNA)); // after a hyphen
    assert_true(matches("Müll", ANNA)); // folded
    assert_true(matches("anna.m@ex", ANNA));
    assert_true(matches("example", ANNA));
    assert_true(matches("k-10", ANNA));
    assert_true(matches("1077", ANNA));
    assert_true(matches("a", ANNA));
    assert_true(matches("muller anna", ANNA));
    assert_false(matches("uller", ANNA));
    assert_false(matches("anna x", ANNA));
    assert_false(matches("nna", ANNA));
    assert_false(matches("", ANNA));
    assert_false(matches("   ", ANNA));
    assert_false(matches("anna\nmuller", "anna\n")); // a line break is white space like any other
}

static void numbers_match_inside_of_phones(void **state)
{
    (void)state;
    assert_true(matches("+49 30 123", ANNA));
    assert_true(matches("030 / 1234", ANNA));
    assert_true(matches("0301234567", ANNA));
    assert_true(matches("123-45", ANNA));
    assert_false(matches("999", ANNA));
    assert_false(matches("345", "anna 12345\nx\n")); // not a phone number
}

static void typing_errors_are_forgiven_in_names(void **state)
{
    (void)state;
    assert_true(nearly("mulelr", ANNA)); // neighbours swapped
    assert_true(nearly("muler", ANNA));
    assert_true(nearly("miller", ANNA));
    assert_true(nearly("ana mulller", ANNA));
    assert_true(nearly("anan", ANNA));
    assert_true(nearly("mull anna.m", ANNA)); // strong ones count as well
    assert_false(nearly("maier", ANNA));
    assert_false(nearly("xanna.m", "bob\nanna.m@example.net\n")); // only names
    assert_false(nearly("an", "bn\n")); // too short to guess
    assert_int_equal(search_distance(CU_LIT("abcd"), CU_LIT("badc"), 3), 2);
    assert_int_equal(search_distance(CU_LIT("ca"), CU_LIT("abc"), 3), 3); // optimal string alignment
    assert_int_equal(search_distance(CU_LIT("kitten"), CU_LIT("sitting"), 5), 3);
    assert_int_equal(search_distance(CU_LIT("kitten"), CU_LIT("sitting"), 2), 3);
    assert_int_equal(search_distance(CU_LIT(""), CU_LIT("ab"), 2), 2);
}

// The masks never hide a match: random words against random queries.
static void masks_lose_nothing(void **state)
{
    (void)state;
    uint64_t random = 42;
    for (int i = 0; i < 20000; i++) {
        char text[64], query[32];
        size_t n = 0, m = 0;
        for (int word = 0; word < 3; word++) {
            for (int c = 0, len = 2 + (int)(test_random(&random) % 7); c < len; c++)
                text[n++] = "abcde"[test_random(&random) % 5];
            text[n++] = word == 1 ? '\n' : ' ';
        }
        text[n] = 0;
        for (int c = 0, len = 1 + (int)(test_random(&random) % 8); c < len; c++)
            query[m++] = "abcde "[test_random(&random) % 6];
        query[m] = 0;
        (void)matches(query, text); // asserts
        (void)nearly(query, text);
    }
}

// --- the index and lists

struct found {
    uint32_t at[4096];
    size_t count;
};

static struct list_page *choose(struct world *w, struct list_query l)
{
    struct list_page *page = malloc(sizeof(*page));
    struct db *d = NULL;
    struct cu_error err = {0};
    if (!l.limit)
        l.limit = 50;
    assert_ok(people_read_take(w->people, &d, NULL));
    cu_code code = list_choose(w->people, d, &l, page, &err);
    if (code != CU_OK)
        print_error("list: %s\n", err.text);
    assert_int_equal(code, CU_OK);
    people_read_give(w->people, d);
    return page;
}

static size_t hits(struct world *w, const char *q)
{
    people_search_settle(w->people);
    struct list_page *page = choose(w, (struct list_query){.q = cu_str_of(q)});
    size_t n = page->count;
    free(page);
    return n;
}

static uint32_t only_hit(struct world *w, const char *q)
{
    people_search_settle(w->people);
    struct list_page *page = choose(w, (struct list_query){.q = cu_str_of(q)});
    uint32_t pno = page->count == 1 ? page->at[0].pno : 0;
    free(page);
    return pno;
}

static void the_index_follows_the_records(void **state)
{
    struct world *w = *state;
    uint32_t early = identify(w, "user_id=kunde-77 email=early.bird@example.net", at(1000, 1));
    give_traits(w, early, "{\"firstName\":\"Jörg\",\"lastName\":\"Straßer\"}", at(1000, 1));
    assert_ok(people_search_start(w->people, NULL));
    assert_int_equal(only_hit(w, "jorg"), early);
    assert_int_equal(only_hit(w, "strasser"), early);
    assert_int_equal(only_hit(w, "early.b"), early);
    assert_int_equal(only_hit(w, "kunde"), early);
    struct people_search_progress progress;
    people_search_status(w->people, &progress);
    assert_true(progress.ready);
    assert_int_equal(progress.indexed, 1);
    uint32_t late = identify(w, "anonymous_id=zz9", at(2000, 2));
    assert_int_equal(only_hit(w, "zz9"), late); // exact ids, also of visitors, without the index
    assert_int_equal(hits(w, "zz"), 0);
    give_traits(w, late, "{\"name\":\"Zoe Adler\"}", at(2000, 3));
    assert_int_equal(only_hit(w, "adler"), late);
    give_traits(w, late, "{\"name\":\"Zoe Falke\"}", at(3000, 4));
    assert_int_equal(hits(w, "adler"), 0);
    assert_int_equal(only_hit(w, "flake"), late); // roughly
    int64_t edge = 0;
    assert_ok(people_merge(w->people, uuid_of(w, early), uuid_of(w, late), CU_NONE, 1, &edge, NULL));
    assert_int_equal(only_hit(w, "falke"), early); // shown as the person
    assert_int_equal(hits(w, ""), 1);
    assert_ok(people_unmerge(w->people, uuid_of(w, early), edge, CU_NONE, false, 1, NULL));
    assert_int_equal(only_hit(w, "falke"), late);
    char id[37];
    cu_uuid_format(uuid_of(w, late), id);
    assert_int_equal(only_hit(w, id), late);
    assert_ok(people_forget_person(w->people, uuid_of(w, late), NULL));
    struct search_query q;
    struct found none = {.count = 0};
    search_query_init(&q, CU_LIT("falke"));
    search_run(w->people->search, &q, false, NULL, &none); // at once, nothing to call back for
    assert_int_equal(hits(w, "falke"), 0);
    assert_int_equal(hits(w, "zz9"), 0);
}

static const char *const first_names[] = {"Anna", "Bernd", "Clara", "Dieter", "Eva", "Frank", "Greta", "Hanna", "Ilse", "Jonas"};
static const char *const last_names[] = {"Maier", "Mayer", "Schmidt", "Schulz", "Weber", "Wagner", "Becker", "Hoffmann"};

static void fill(struct world *w, int count)
{
    uint64_t random = 7;
    begin(w);
    for (int i = 0; i < count; i++) {
        char text[200];
        bool visitor = test_random(&random) % 4 == 0;
        int64_t when = (int64_t)(test_random(&random) % 1000) * 86400;
        struct evidence ev = at(when, (uint64_t)i + 1);
        ev.sample = test_random(&random) % 10 == 0;
        if (visitor)
            snprintf(text, sizeof(text), "anonymous_id=v%d", i);
        else
            snprintf(text, sizeof(text), "user_id=c%d email=p%d@example.net", i, i);
        uint32_t p = identify_in(w, text, ev);
        if (!visitor) {
            snprintf(text, sizeof(text), "{\"firstName\":\"%s\",\"lastName\":\"%s\"}", first_names[test_random(&random) % 10],
                last_names[test_random(&random) % 8]);
            traits_in(w, p, text, ev);
        }
        if (test_random(&random) % 3 == 0)
            people_count_orders(w->people, p, (int32_t)(test_random(&random) % 5), (int64_t)(test_random(&random) % 10000));
    }
    commit(w);
    begin(w);
    for (int i = 0; i < count / 10; i++) { // some are merged
        char text[100];
        snprintf(text, sizeof(text), "email=p%d@example.net email=p%d@example.net", i * 3, i * 3 + 1);
        identify_in(w, text, at(1000 * 86400, (uint64_t)(count + i)));
    }
    commit(w);
}

struct naive {
    struct list_item at[4096];
    size_t count;
    const struct list_query *l;
};

static void collect(void *ctx, uint32_t pno, const struct roster_row *row)
{
    struct naive *n = ctx;
    bool known = row->flags & ROSTER_PERSON_KNOWN, keep = true;
    if (n->l->filter == LIST_KNOWN)
        keep = known;
    if (n->l->filter == LIST_ANONYMOUS)
        keep = !known;
    if (n->l->filter == LIST_CUSTOMERS)
        keep = row->orders > 0;
    if (n->l->filter == LIST_SAMPLE)
        keep = row->flags & ROSTER_PERSON_SAMPLE;
    int64_t keys[] = {row->last_ms, row->first_ms, row->revenue, row->orders};
    if (keep)
        n->at[n->count++] = (struct list_item){pno, keys[n->l->sort], *row};
}

static int descending(const void *a, const void *b)
{
    const struct list_item *x = a, *y = b;
    if (x->key != y->key)
        return x->key < y->key ? 1 : -1;
    return x->pno < y->pno ? 1 : -1;
}

static void pages_are_a_sorted_list_cut(void **state)
{
    struct world *w = *state;
    fill(w, 700);
    struct naive *n = malloc(sizeof(*n));
    for (int sort = 0; sort <= LIST_ORDERS; sort++) {
        for (int filter = 0; filter <= LIST_SAMPLE; filter++) {
            struct list_query l = {.filter = (enum list_filter)filter, .sort = (enum list_sort)sort, .limit = 37};
            *n = (struct naive){.l = &l};
            roster_each(&w->people->roster, collect, n);
            qsort(n->at, n->count, sizeof(n->at[0]), descending);
            char cursor[80] = "";
            size_t at_item = 0;
            do {
                l.cursor = cu_str_of(cursor);
                struct list_page *page = choose(w, l);
                assert_int_equal(page->total, n->count);
                for (uint32_t i = 0; i < page->count; i++)
                    assert_int_equal(page->at[i].pno, n->at[at_item++].pno);
                memcpy(cursor, page->next, sizeof(cursor));
                free(page);
            } while (cursor[0]);
            assert_int_equal(at_item, n->count);
        }
    }
    free(n);
}

static void a_search_is_what_reading_everything_finds(void **state)
{
    struct world *w = *state;
    fill(w, 500);
    assert_ok(people_search_start(w->people, NULL));
    people_search_settle(w->people);
    static const char *const queries[] = {"anna", "anna maier", "m", "sch", "p1", "p17@", "c4", "han hof", "jnoas", "mayr", "zzz"};
    struct db *d = NULL;
    assert_ok(people_read_take(w->people, &d, NULL));
    for (size_t k = 0; k < CU_COUNT(queries); k++) {
        struct search_query q;
        struct list_query l = {.q = cu_str_of(queries[k]), .limit = 200};
        bool strong[2000] = {0}, rough[2000] = {0};
        size_t strong_count = 0, rough_count = 0;
        search_query_init(&q, l.q);
        for (uint32_t pno = 1; pno < w->people->next_pno; pno++) {
            struct cu_buf text;
            cu_buf_init(&text, 5000);
            assert_ok(search_text_of(w->people, d, pno, &text, NULL));
            uint32_t root = people_root(w->people, pno);
            strong[root] = strong[root] || search_matches(&q, cu_buf_view(&text));
            rough[root] = rough[root] || search_matches_roughly(&q, cu_buf_view(&text));
            cu_buf_wipe(&text);
        }
        for (uint32_t pno = 1; pno < w->people->next_pno; pno++) {
            strong_count += strong[pno];
            rough_count += rough[pno] && !strong[pno];
        }
        struct list_page *page = choose(w, l);
        assert_int_equal(page->total, strong_count);
        size_t expected = strong_count + rough_count < 200 ? strong_count + rough_count : 200;
        if (strong_count < 200)
            assert_int_equal(page->count, expected);
        for (uint32_t i = 0; i < page->count; i++)
            assert_true(i < strong_count ? strong[page->at[i].pno] : rough[page->at[i].pno]);
        free(page);
    }
    people_read_give(w->people, d);
}

static void cursors_fit_their_query_only(void **state)
{
    struct world *w = *state;
    fill(w, 100);
    struct list_query l = {.limit = 10, .sort = LIST_LAST_SEEN};
    struct list_page *page = choose(w, l);
    struct list_page again;
    assert_true(page->next[0]);
    l.cursor = cu_str_of(page->next);
    l.sort = LIST_REVENUE;
    assert_int_equal(list_choose(w->people, w->people->records, &l, &again, NULL), CU_INVALID);
    l.sort = LIST_LAST_SEEN;
    l.q = CU_LIT("anna");
    assert_int_equal(list_choose(w->people, w->people->records, &l, &again, NULL), CU_INVALID);
    l.q = CU_NONE;
    l.cursor = CU_LIT("nonsense!");
    assert_int_equal(list_choose(w->people, w->people->records, &l, &again, NULL), CU_INVALID);
    free(page);
}

int main(void)
{
    cu_log_set_level(CU_LOG_ERROR);
#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(words_match_from_their_start),
        cmocka_unit_test(numbers_match_inside_of_phones),
        cmocka_unit_test(typing_errors_are_forgiven_in_names),
        cmocka_unit_test(masks_lose_nothing),
        T(the_index_follows_the_records),
        T(pages_are_a_sorted_list_cut),
        T(a_search_is_what_reading_everything_finds),
        T(cursors_fit_their_query_only),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
