// SPDX-License-Identifier: Apache-2.0
// Visits: published rules by example, and against a naive second way over random histories with merged people, time zones,
// days on which the clock changes, the midnight and the campaign rule.
#include "../store/store_test.h"

#include "insight/visit.h"
#include "text/text.h"

enum { PEOPLE = 24, KINDS = 11, EVENTS_MAX = 3000 };
static const char *const kind_names[KINDS] = {"$page", "$screen", "Product Added", "Product Viewed", "Experiment Viewed",
    "Order Completed", "Order Refunded", "$identify", "Email Opened", "Made Up", "Payment Failed"};
enum { PAGE, SCREEN, ADDED, VIEWED, EXPERIMENT, ORDER, REFUND, IDENTIFY, OPENED, OWN, FAILED };

// What an event says, by visit_column; NULL: nothing.
struct said {
    int64_t time_ms;
    uint64_t seq;
    uint32_t pno;
    int kind;
    const char *text[VISIT_COLUMNS];
};
struct fixture {
    char *folder;
    struct timeline *t;
    uint32_t kinds[KINDS];
    struct said events[EVENTS_MAX];
    size_t count;
    uint64_t seq, random;
    uint32_t root[PEOPLE + 1], next[PEOPLE + 1];
    struct scan_persons persons;
    struct cu_error err;
};

static size_t dice(struct fixture *f, size_t sides)
{
    return (test_random(&f->random) >> 16) % sides;
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->folder = test_folder_fast();
    f->random = 41;
    const struct timeline_options options = {.folder = f->folder, .tail_max = 700};
    assert_ok(timeline_open(&options, &f->t, &f->err));
    for (int i = 0; i < KINDS; i++)
        assert_ok(timeline_kind(f->t, cu_str_of(kind_names[i]), &f->kinds[i], &f->err));
    for (uint32_t i = 1; i <= PEOPLE; i++)
        f->root[i] = i;
    f->persons = (struct scan_persons){.end = PEOPLE + 1, .root = f->root, .next = f->next};
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    timeline_close(f->t);
    test_folder_free(f->folder);
    free(f);
    return 0;
}

static void put(FILE *out, bool *comma, const char *name, const char *text)
{
    if (!text)
        return;
    fprintf(out, "%s\"%s\":\"%s\"", *comma ? "," : "", name, text);
    *comma = true;
}

static void add(struct fixture *f, struct said s)
{
    char words[1024];
    bool comma = false;
    FILE *out = fmemopen(words, sizeof words, "w");
    s.seq = ++f->seq;
    fprintf(out, "{\"$context\":{\"campaign\":{");
    put(out, &comma, "source", s.text[VISIT_SOURCE]);
    put(out, &comma, "medium", s.text[VISIT_MEDIUM]);
    put(out, &comma, "name", s.text[VISIT_CAMPAIGN]);
    fprintf(out, "},\"page\":{");
    comma = false;
    put(out, &comma, "click", s.text[VISIT_CLICK]);
    put(out, &comma, "referrer_host", s.text[VISIT_REFERRER]);
    put(out, &comma, "path", s.text[VISIT_LANDING]);
    fprintf(out, "},\"device\":{");
    comma = false;
    put(out, &comma, "class", s.text[VISIT_DEVICE]);
    fprintf(out, "},\"location\":{");
    comma = false;
    put(out, &comma, "country", s.text[VISIT_COUNTRY]);
    fprintf(out, "}}}");
    const struct timeline_event e = {.pno = s.pno, .kind = f->kinds[s.kind], .source = 1, .time_ms = s.time_ms, .seq = s.seq,
        .plain = {words, (size_t)ftell(out)}};
    assert_int_equal(fclose(out), 0);
    assert_ok(timeline_add(f->t, &e, &f->err));
    assert_true(f->count < EVENTS_MAX);
    f->events[f->count++] = s;
}

// ---- what the machine says, collected per person

enum { VISITS_MAX = 2000 };
struct found {
    struct visit list[VISITS_MAX];
    size_t count;
    const struct visit_maker *m;
};

static bool keep(void *context, const struct scan_rows *rows, const struct visit *v)
{
    struct found *found = context;
    (void)rows;
    assert_true(found->count < VISITS_MAX);
    found->list[found->count++] = *v;
    return true;
}

static bool person(void *state, const struct scan_rows *rows)
{
    struct found *found = state;
    return visit_each(found->m, rows, keep, found);
}

static void run(struct fixture *f, const struct visit_rules *rules, struct found *found)
{
    struct visit_maker *m;
    struct scan_stats stats;
    void *states[1] = {found};
    const struct scan_plan plan = {.from_ms = INT64_MIN, .to_ms = INT64_MAX, .columns = visit_columns, .column_count = VISIT_COLUMNS,
        .threads = 1};
    found->count = 0;
    assert_ok(visit_maker_new(f->t, NULL, rules, &m, &f->err));
    found->m = m;
    assert_ok(timeline_scan_people(f->t, &plan, &f->persons, person, states, 1, &stats, &f->err));
    visit_maker_free(m);
}

// ---- the naive way

static bool is_joiner(int kind)
{
    return kind == ORDER || kind == FAILED;
}

static bool is_apart(int kind)
{
    return kind == REFUND || kind == IDENTIFY || kind == OPENED;
}

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool names_campaign(const struct said *s)
{
    return s->text[VISIT_SOURCE] || s->text[VISIT_MEDIUM] || s->text[VISIT_CAMPAIGN] || s->text[VISIT_CLICK];
}

static int64_t local_date(const struct text_zone *zone, int64_t at_ms)
{
    int64_t local = at_ms + INT64_C(1000) * text_zone_offset(zone, at_ms);
    return local >= 0 ? local / 86400000 : -((-local + 86399999) / 86400000);
}

// Does b begin a new visit when the visit so far is list[0 .. count)?
static bool begins(const struct visit_rules *r, const struct said *const *list, size_t count, const struct said *b)
{
    const struct said *campaign = NULL;
    bool viewed = false;
    if (b->time_ms - list[count - 1]->time_ms > r->gap_ms || b->time_ms - list[0]->time_ms >= VISIT_MAX_MS)
        return true;
    if (r->cut & VISIT_CUT_MIDNIGHT && local_date(r->zone, b->time_ms) != local_date(r->zone, list[0]->time_ms))
        return true;
    for (size_t i = 0; i < count; i++) {
        campaign = !campaign && names_campaign(list[i]) ? list[i] : campaign;
        viewed = viewed || list[i]->kind == PAGE || list[i]->kind == SCREEN;
    }
    if (!(r->cut & VISIT_CUT_CAMPAIGN) || !names_campaign(b))
        return false;
    if (!campaign)
        return viewed;
    for (int c = VISIT_SOURCE; c <= VISIT_CLICK; c++) {
        if (!same_text(campaign->text[c], b->text[c]))
            return true;
    }
    return false;
}

static uint64_t hash_of(const char *text)
{
    return text ? timeline_text_hash(cu_str_of(text)) : 0;
}

static const char *first_of(const struct said *const *list, size_t count, enum visit_column c)
{
    for (size_t i = 0; i < count; i++) {
        if (list[i]->text[c] && !(c == VISIT_REFERRER && strcmp(list[i]->text[c], "paypal.com") == 0))
            return list[i]->text[c];
    }
    return NULL;
}

static struct visit naive_visit(const struct said *const *list, size_t count, uint32_t root)
{
    struct visit v = {.person = root, .start_ms = list[0]->time_ms, .last_ms = list[count - 1]->time_ms};
    static const char *const none[VISIT_COLUMNS];
    const char *const *campaign = none;
    for (size_t i = 0; i < count; i++) {
        int k = list[i]->kind;
        bool view = k == PAGE || k == SCREEN;
        v.views += view;
        v.actions += k != EXPERIMENT;
        v.interactions += k == ADDED || k == ORDER || k == OWN || k == FAILED;
        v.orders += k == ORDER;
        if (view && list[i]->text[VISIT_LANDING])
            v.exit = hash_of(list[i]->text[VISIT_LANDING]);
        campaign = campaign == none && names_campaign(list[i]) ? list[i]->text : campaign;
    }
    v.has_views = v.views > 0;
    v.source = hash_of(campaign[VISIT_SOURCE]);
    v.medium = hash_of(campaign[VISIT_MEDIUM]);
    v.campaign = hash_of(campaign[VISIT_CAMPAIGN]);
    v.click = hash_of(campaign[VISIT_CLICK]);
    v.referrer_host = hash_of(first_of(list, count, VISIT_REFERRER));
    v.landing = hash_of(first_of(list, count, VISIT_LANDING));
    v.device = hash_of(first_of(list, count, VISIT_DEVICE));
    v.country = hash_of(first_of(list, count, VISIT_COUNTRY));
    v.channel = channel_of(&(struct channel_signs){cu_str_of(campaign[VISIT_SOURCE]), cu_str_of(campaign[VISIT_MEDIUM]),
        cu_str_of(campaign[VISIT_CAMPAIGN]), cu_str_of(campaign[VISIT_CLICK]), cu_str_of(first_of(list, count, VISIT_REFERRER))});
    int64_t lasted = v.last_ms - v.start_ms;
    if (v.views == 1 && v.interactions == 0)
        v.bounced |= BOUNCE_ONE_VIEW | (lasted < 10000 ? BOUNCE_SHORT : 0);
    if (v.actions < 2)
        v.bounced |= BOUNCE_ONE_ACTION;
    if (!(lasted > 10000 || v.views >= 2 || v.orders > 0))
        v.bounced |= BOUNCE_NOT_ENGAGED;
    return v;
}

static int in_order(const void *a, const void *b)
{
    const struct said *x = *(const struct said *const *)a, *y = *(const struct said *const *)b;
    if (x->time_ms != y->time_ms)
        return x->time_ms < y->time_ms ? -1 : 1;
    return x->seq < y->seq ? -1 : 1;
}

static void naive(const struct fixture *f, const struct visit_rules *r, struct found *ret)
{
    const struct said **list = calloc(EVENTS_MAX, sizeof *list);
    ret->count = 0;
    for (uint32_t root = 1; root <= PEOPLE; root++) {
        size_t count = 0, from = 0;
        for (size_t i = 0; i < f->count; i++) {
            if (f->root[f->events[i].pno] == root && !is_apart(f->events[i].kind))
                list[count++] = &f->events[i];
        }
        qsort(list, count, sizeof *list, in_order);
        for (size_t i = 1; i <= count; i++) {
            if (i < count && !begins(r, list + from, i - from, list[i]))
                continue;
            bool is_visit = false;
            for (size_t k = from; k < i; k++)
                is_visit = is_visit || !is_joiner(list[k]->kind);
            if (is_visit)
                ret->list[ret->count++] = naive_visit(list + from, i - from, root);
            from = i;
        }
    }
    free(list);
}

static int by_person(const void *a, const void *b)
{
    const struct visit *x = a, *y = b;
    if (x->person != y->person)
        return x->person < y->person ? -1 : 1;
    return x->start_ms < y->start_ms ? -1 : x->start_ms > y->start_ms;
}

static void compare(struct found *got, struct found *want)
{
    assert_int_equal(got->count, want->count);
    qsort(got->list, got->count, sizeof *got->list, by_person);
    qsort(want->list, want->count, sizeof *want->list, by_person);
    for (size_t i = 0; i < got->count; i++) {
        struct visit g = got->list[i], w = want->list[i];
        assert_true(g.rows > 0);
        w.first_row = g.first_row;
        w.rows = g.rows;
#define SAME(member) assert_true(g.member == w.member)
        SAME(person); SAME(start_ms); SAME(last_ms); SAME(views); SAME(actions); SAME(interactions); SAME(orders);
        SAME(bounced); SAME(has_views); SAME(channel); SAME(source); SAME(medium); SAME(campaign); SAME(referrer_host);
        SAME(landing); SAME(device); SAME(country); SAME(click); SAME(exit);
#undef SAME
    }
}

static void random_event(struct fixture *f, int64_t around)
{
    static const char *const texts[VISIT_COLUMNS][4] = {
        [VISIT_SOURCE] = {"google", "newsletter", "facebook", "somewhere"},
        [VISIT_MEDIUM] = {"cpc", "email", "social", "x"},
        [VISIT_CAMPAIGN] = {"shopping", "spring", "spring", "autumn"},
        [VISIT_CLICK] = {"gclid", "fbclid", "gclid", "mc_eid"},
        [VISIT_REFERRER] = {"google.com", "paypal.com", "blog.example", "chatgpt.com"},
        [VISIT_LANDING] = {"/", "/a", "/b", "/b"},
        [VISIT_DEVICE] = {"phone", "desktop", "phone", "tablet"},
        [VISIT_COUNTRY] = {"DE", "FR", "DE", "AT"},
    };
    struct said s = {.pno = 1 + (uint32_t)dice(f, PEOPLE), .kind = (int)dice(f, KINDS)};
    s.time_ms = around + (int64_t)dice(f, 4 * 144) * 600000 + (dice(f, 3) ? 0 : (int64_t)dice(f, 30000));
    for (int c = 0; c < VISIT_COLUMNS; c++)
        s.text[c] = dice(f, c <= VISIT_REFERRER ? 8 : 2) ? NULL : texts[c][dice(f, 4)];
    add(f, s);
}

static void test_naive(void **state)
{
    struct fixture *f = *state;
    // 28 March, 24 October 2025: two days before the clock changes in Europe; 6 March: in America; 15 February 2018: Brazil at midnight
    static const int64_t around[] = {INT64_C(1743120000000), INT64_C(1761264000000), INT64_C(1741219200000), INT64_C(1518652800000)};
    static const char *const names[] = {"Europe/Berlin", "Europe/London", "America/New_York", "Asia/Kolkata"};
    struct found *got = calloc(1, sizeof *got), *want = calloc(1, sizeof *want);
    for (int part = 0; part < 4; part++) {
        for (int i = 0; i < 600; i++) {
            random_event(f, around[part]);
            if (i % 83 == 0)
                assert_ok(timeline_publish(f->t, &f->err));
        }
        assert_ok(timeline_publish(f->t, &f->err));
        for (uint32_t i = 0; i < 2; i++) { // people are merged
            uint32_t a = 1 + (uint32_t)dice(f, PEOPLE), b = 1 + (uint32_t)dice(f, PEOPLE);
            if (f->root[a] == f->root[b] || f->next[a] || f->next[b])
                continue;
            f->root[a] = f->root[b] = a < b ? a : b;
            f->next[a] = b;
            f->next[b] = a;
        }
        for (int round = 0; round < 12; round++) {
            struct text_zone *zone = text_zone_open(names[dice(f, 4)]);
            const struct visit_rules r = {.gap_ms = round % 3 == 2 ? 600000 : VISIT_GAP_MS, .cut = (unsigned)round % 4, .zone = zone};
            run(f, &r, got);
            naive(f, &r, want);
            compare(got, want);
            assert_true(got->count > 100);
            text_zone_close(zone);
        }
    }
    free(got);
    free(want);
}

// ---- published rules, by example

struct step { int64_t at_s; int kind; const char *source, *referrer; };

static size_t visits_of(struct fixture *f, const struct visit_rules *r, const struct step *steps, size_t count, struct found *found)
{
    for (size_t i = 0; i < count; i++)
        add(f, (struct said){.pno = 1, .kind = steps[i].kind, .time_ms = INT64_C(1754258400000) + steps[i].at_s * 1000,
                   .text = {[VISIT_SOURCE] = steps[i].source, [VISIT_REFERRER] = steps[i].referrer}});
    assert_ok(timeline_publish(f->t, &f->err));
    run(f, r, found);
    return found->count;
}
#define VISITS_OF(rules, ...) \
    visits_of(f, rules, (const struct step[]){__VA_ARGS__}, CU_COUNT(((const struct step[]){__VA_ARGS__})), &found)

static struct found found; // of one test
enum { HOUR = 3600, MINUTE = 60 };

// Universal Analytics, "How a web session is defined": lunch of 31 and of 29 minutes, the end of a day, another campaign; as GA4
// has it, neither of the last two begins a session. Times from 2025-08-04 00:00 in Berlin.
static void test_sessions(void **state)
{
    struct fixture *f = *state;
    struct text_zone *zone = text_zone_open("Europe/Berlin");
    const struct visit_rules ga4 = {VISIT_GAP_MS, 0, zone}, old = {VISIT_GAP_MS, VISIT_CUT_MIDNIGHT | VISIT_CUT_CAMPAIGN, zone};
    const struct visit_rules matomo = {VISIT_GAP_MS, VISIT_CUT_MIDNIGHT | VISIT_CUT_CAMPAIGN, zone};
    assert_int_equal(VISITS_OF(&ga4, {14 * HOUR, PAGE, 0, 0}, {14 * HOUR + 31 * MINUTE, PAGE, 0, 0}), 2);
    run(f, &matomo, &found);
    assert_int_equal(found.count, 2);
    assert_int_equal(VISITS_OF(&ga4, {38 * HOUR, PAGE, 0, 0}, {38 * HOUR + 29 * MINUTE, PAGE, 0, 0}), 3);
    // exactly 30 minutes are no more than 30 minutes
    assert_int_equal(VISITS_OF(&ga4, {50 * HOUR, PAGE, 0, 0}, {50 * HOUR + 30 * MINUTE, PAGE, 0, 0}), 4);
    assert_int_equal(VISITS_OF(&ga4, {71 * HOUR + 55 * MINUTE, PAGE, 0, 0}, {72 * HOUR + 5 * MINUTE, PAGE, 0, 0}), 5);
    run(f, &old, &found);
    assert_int_equal(found.count, 6);
    assert_int_equal(VISITS_OF(&ga4, {80 * HOUR, PAGE, "a", 0}, {80 * HOUR + 5 * MINUTE, PAGE, "b", 0}, {80 * HOUR + 6 * MINUTE, PAGE, "b", 0}), 6);
    run(f, &old, &found);
    assert_int_equal(found.count, 8);
    assert_int_equal(found.list[6].views, 1);
    assert_int_equal(found.list[7].views, 2);
    assert_true(found.list[7].source == timeline_text_hash(CU_LIT("b")));
    // no visit is longer than a day
    for (int i = 0; i <= 25 * 2; i++)
        add(f, (struct said){.pno = 2, .kind = PAGE, .time_ms = INT64_C(1754258400000) + i * INT64_C(1800000)});
    assert_ok(timeline_publish(f->t, &f->err));
    run(f, &ga4, &found);
    assert_int_equal(found.count, 8);
    text_zone_close(zone);
}

static void test_bounces(void **state)
{
    struct fixture *f = *state;
    const struct visit_rules r = {VISIT_GAP_MS, 0, NULL};
    static const struct {
        struct step steps[4];
        size_t count;
        unsigned bounced;
    } cases[] = {
        {{{0, PAGE, 0, 0}}, 1, BOUNCE_ONE_VIEW | BOUNCE_ONE_ACTION | BOUNCE_NOT_ENGAGED | BOUNCE_SHORT},
        {{{0, PAGE, 0, 0}, {2, ADDED, 0, 0}}, 2, BOUNCE_NOT_ENGAGED},
        {{{0, PAGE, 0, 0}, {5, PAGE, 0, 0}}, 2, 0},
        {{{0, PAGE, 0, 0}, {1, EXPERIMENT, 0, 0}}, 2, BOUNCE_ONE_VIEW | BOUNCE_ONE_ACTION | BOUNCE_NOT_ENGAGED | BOUNCE_SHORT},
        {{{0, PAGE, 0, 0}, {12, VIEWED, 0, 0}}, 2, BOUNCE_ONE_VIEW},
        {{{0, PAGE, 0, 0}, {10, EXPERIMENT, 0, 0}}, 2, BOUNCE_ONE_VIEW | BOUNCE_ONE_ACTION | BOUNCE_NOT_ENGAGED},
        {{{0, PAGE, 0, 0}, {3, ORDER, 0, 0}}, 2, 0},
        {{{0, ADDED, 0, 0}}, 1, BOUNCE_ONE_ACTION | BOUNCE_NOT_ENGAGED},
    };
    for (size_t i = 0; i < CU_COUNT(cases); i++) {
        struct step steps[4];
        for (size_t k = 0; k < cases[i].count; k++) {
            steps[k] = cases[i].steps[k];
            steps[k].at_s += (int64_t)i * HOUR;
        }
        assert_int_equal(visits_of(f, &r, steps, cases[i].count, &found), i + 1);
        assert_int_equal(found.list[i].bounced, cases[i].bounced);
    }
}

// What the shop's system tells makes no visit, and belongs to one that is under way.
static void test_orders(void **state)
{
    struct fixture *f = *state;
    const struct visit_rules r = {VISIT_GAP_MS, 0, NULL};
    assert_int_equal(VISITS_OF(&r, {0, ORDER, 0, 0}, {HOUR, FAILED, 0, 0}, {HOUR + 60, ORDER, 0, 0}), 0);
    assert_int_equal(VISITS_OF(&r, {2 * HOUR, PAGE, 0, "paypal.com"}, {2 * HOUR + 20 * MINUTE, ORDER, 0, 0},
                         {2 * HOUR + 45 * MINUTE, REFUND, 0, 0}, {2 * HOUR + 49 * MINUTE, PAGE, 0, 0}), 1);
    assert_int_equal(found.list[0].orders, 1);
    assert_int_equal(found.list[0].views, 2);
    assert_int_equal(found.list[0].channel, CHANNEL_DIRECT);
    assert_true(found.list[0].referrer_host == 0);
    // the order comes just before the page that thanks for it
    assert_int_equal(VISITS_OF(&r, {5 * HOUR, ORDER, 0, 0}, {5 * HOUR + 1, PAGE, 0, "google.com"}), 2);
    assert_int_equal(found.list[1].orders, 1);
    assert_int_equal(found.list[1].channel, CHANNEL_SEARCH);
    assert_int_equal(found.list[1].rows, 2);
    // only what nobody did: no visit
    assert_int_equal(VISITS_OF(&r, {9 * HOUR, OPENED, 0, 0}, {9 * HOUR + 1, REFUND, 0, 0}, {9 * HOUR + 2, IDENTIFY, 0, 0}), 2);
}

static void test_faults(void **state)
{
    struct fixture *f = *state;
    const struct visit_rules r = {VISIT_GAP_MS, 0, NULL};
    random_event(f, 0);
    assert_ok(timeline_publish(f->t, &f->err));
    for (uint64_t n = 1; n < 60; n++) {
        struct visit_maker *m = NULL;
        cu_fault_arm(CU_FAULT_ALLOC, n, false);
        cu_code code = visit_maker_new(f->t, NULL, &r, &m, &f->err);
        cu_fault_arm(CU_FAULT_ALLOC, 0, false);
        assert_true(code == CU_OK || (code == CU_MEMORY && !m));
        visit_maker_free(m);
    }
    visit_maker_free(NULL);
}

#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {T(test_naive), T(test_sessions), T(test_bounces), T(test_orders), T(test_faults)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
