// SPDX-License-Identifier: Apache-2.0
// Reports against a naive second implementation on random shops: merges and un-merges, guests, refunds, cancellations, repeated
// order ids, a change of the clocks; every metric and variant, by period, compared, broken down and filtered. And cases by hand.
#include "audience_test.h"

#include "insight/metric_parts.h"
#include "insight/query.h"

#include <math.h>

#define HOUR (INT64_C(3600) * 1000)
#define DAY (24 * HOUR)
enum { USERS = 30, EVENTS_MAX = 6000, ORDERS_MAX = 600, PROFILES_MAX = 200 };

struct happened {
    uint32_t pno;
    int64_t at_ms;
    char kind[24];
    char source[12], medium[12], order[12], path[8];
    int results; // of searches; -1: not said
};
struct bought {
    char id[12];
    uint32_t pno; // 0: a guest
    int64_t at_ms, goods, discount, shipping, tax, refunded;
    int units, lines;
    char product[2][8];
    int64_t amount[2];
    bool cancelled;
};
struct world {
    struct shop *s;
    struct rates *rates;
    struct order_book *book;
    struct insight_desk *desk;
    struct caller caller;
    struct json_parser *json;
    struct cu_buf out;
    struct happened *events;
    size_t event_count;
    struct bought *orders;
    size_t order_count;
    uint32_t root[PROFILES_MAX];
};

static int setup(void **state)
{
    void *shop = NULL;
    struct world *w = calloc(1, sizeof *w);
    if (!w || shop_setup(&shop) != 0)
        return -1;
    w->s = shop;
    w->events = calloc(EVENTS_MAX, sizeof *w->events);
    w->orders = calloc(ORDERS_MAX, sizeof *w->orders);
    w->json = json_parser_new(32 << 20);
    cu_buf_init(&w->out, 64 << 20);
    assert_ok(rates_open(w->s->people, "EUR", &w->rates, NULL));
    const struct order_book_options bo = {.people = w->s->people, .rates = w->rates, .zone = w->s->zone, .currency = "EUR"};
    assert_ok(order_book_open(&bo, &w->book, NULL));
    const struct insight_desk_options o = {.people = w->s->people, .facts = w->s->facts, .audiences = w->s->audiences, .orders = w->book,
        .zone = w->s->zone, .zone_name = "Europe/Berlin", .currency = "EUR", .small_group = 10};
    assert_ok(insight_desk_open(&o, &w->desk, NULL));
    w->caller = (struct caller){.kind = CALLER_LOCAL, .permissions = UINT64_MAX};
    *state = w;
    return 0;
}

static int teardown(void **state)
{
    struct world *w = *state;
    void *shop = w->s;
    insight_desk_close(w->desk);
    order_book_close(w->book);
    rates_close(w->rates);
    json_parser_free(w->json);
    cu_buf_clear(&w->out);
    free(w->events);
    free(w->orders);
    free(w);
    return shop_teardown(&shop);
}

static json ask(struct world *w, const char *body)
{
    struct cu_error err = {.text = ""};
    json all;
    cu_buf_reset(&w->out);
    order_book_settle(w->book);
    if (insight_ask(w->desk, &w->caller, cu_str_of(body), &w->out, &err) != CU_OK)
        fail_msg("%s: %s %s", body, err.field, err.text);
    assert_ok(json_parse(w->json, cu_buf_view(&w->out), &all, NULL));
    return json_get(all, "answer");
}

static void refuses(struct world *w, const char *body, cu_code code, const char *field)
{
    struct cu_error err = {.text = ""};
    cu_buf_reset(&w->out);
    assert_int_equal(insight_ask(w->desk, &w->caller, cu_str_of(body), &w->out, &err), code);
    assert_string_equal(err.field, field);
}

static json element(json array, size_t i)
{
    struct json_iter it = json_each(array);
    for (size_t k = 0; json_next(&it); k++) {
        if (k == i)
            return it.value;
    }
    fail_msg("no element %zu", i);
    return array;
}

// ---- making a shop

static struct happened *event_of(struct world *w, const char *ids, const char *kind, int64_t at_ms)
{
    assert_true(w->event_count < EVENTS_MAX);
    struct happened *e = &w->events[w->event_count++];
    *e = (struct happened){.at_ms = at_ms, .results = -1};
    (void)snprintf(e->kind, sizeof e->kind, "%s", kind);
    (void)ids;
    return e;
}

static void send(struct world *w, const char *ids, struct happened *e, const char *properties)
{
    char text[1200];
    (void)snprintf(text, sizeof text, "{%s%s\"$context\":{\"page\":{\"path\":\"%s\"}%s%s%s%s%s}}", properties, properties[0] ? "," : "", e->path,
        e->source[0] ? ",\"campaign\":{\"source\":\"" : "", e->source, e->source[0] ? "\",\"medium\":\"" : "", e->source[0] ? e->medium : "", e->source[0] ? "\"}" : "");
    e->pno = shop_event(w->s, ids, e->kind, e->at_ms, text, NULL);
}

static void buy(struct world *w, const char *ids, struct happened *e, int64_t at_ms)
{
    struct shop *s = w->s;
    char text[700], lines[300] = "";
    struct bought *o = &w->orders[w->order_count++];
    assert_true(w->order_count < ORDERS_MAX);
    *o = (struct bought){.at_ms = at_ms, .shipping = dice(s, 500), .tax = dice(s, 900), .discount = dice(s, 3) ? 0 : dice(s, 300)};
    (void)snprintf(o->id, sizeof o->id, "o%zu", w->order_count);
    o->lines = 1 + (int)dice(s, 2);
    int64_t sum = 0;
    for (int i = 0; i < o->lines; i++) {
        int quantity = 1 + (int)dice(s, 3), price = 301 + (int)dice(s, 5000);
        (void)snprintf(o->product[i], sizeof o->product[i], "p%u", dice(s, 4));
        o->amount[i] = (int64_t)price * quantity;
        o->units += quantity;
        sum += o->amount[i];
        size_t at = strlen(lines);
        (void)snprintf(lines + at, sizeof lines - at, "%s{\"product_id\":\"%s\",\"category\":\"c%c\",\"price\":%d.%02d,\"quantity\":%d}", i ? "," : "",
            o->product[i], o->product[i][1] < '2' ? 'a' : 'b', price / 100, price % 100, quantity);
    }
    o->goods = sum - o->discount;
    (void)snprintf(text, sizeof text,
        "\"order_id\":\"%s\",\"subtotal\":%.2f,\"total\":%.2f,\"shipping\":%.2f,\"tax\":%.2f,\"discount\":%.2f,\"products\":[%s]", o->id,
        (double)o->goods / 100, (double)(o->goods + o->shipping + o->tax) / 100, (double)o->shipping / 100, (double)o->tax / 100,
        (double)o->discount / 100, lines);
    if (e) {
        (void)snprintf(e->order, sizeof e->order, "%s", o->id);
        send(w, ids, e, text);
        o->pno = e->pno;
        return;
    }
    struct happened guest = {.at_ms = at_ms};
    char all[760];
    int64_t revenue = 0;
    json value;
    const struct evidence ev = shop_evidence(s, at_ms);
    (void)guest;
    (void)snprintf(all, sizeof all, "{%s}", text);
    (void)people_lock(s->people);
    assert_ok(people_begin(s->people, NULL));
    assert_ok(json_parse(s->json, cu_str_of(all), &value, NULL));
    assert_ok(orders_project(s->people, 0, CU_LIT("Order Completed"), value, &ev, 0, &revenue, NULL));
    assert_ok(people_commit(s->people, NULL));
    people_unlock(s->people);
}

static void tell_order(struct world *w, const char *kind, struct bought *o, int64_t at_ms, const char *more)
{
    struct shop *s = w->s;
    char all[200];
    int64_t revenue = 0;
    json value;
    const struct evidence ev = shop_evidence(s, at_ms);
    (void)snprintf(all, sizeof all, "{\"order_id\":\"%s\"%s}", o->id, more);
    (void)people_lock(s->people);
    assert_ok(people_begin(s->people, NULL));
    assert_ok(json_parse(s->json, cu_str_of(all), &value, NULL));
    assert_ok(orders_project(s->people, 0, cu_str_of(kind), value, &ev, 0, &revenue, NULL));
    assert_ok(people_commit(s->people, NULL));
    people_unlock(s->people);
}

static int64_t ms_of(const char *text)
{
    int64_t ms = 0;
    assert_true(text_time_parse(cu_str_of(text), &ms));
    return ms;
}

// Browsing of one person at about one time.
static void wander(struct world *w, const char *ids, int64_t at)
{
    static const char *const kinds[] = {"$page", "$page", "$page", "Product Viewed", "Product Added", "Checkout Started", "Products Searched",
        "Order Completed", "$identify", "Clicked"};
    static const char *const sources[][2] = {{"", ""}, {"", ""}, {"google", "cpc"}, {"newsletter", "email"}};
    struct shop *s = w->s;
    const char *const *source = sources[dice(s, 4)];
    for (uint32_t n = 1 + dice(s, 7), i = 0; i < n; i++) {
        struct happened *e = event_of(w, ids, kinds[dice(s, CU_COUNT(kinds))], at);
        char more[60] = "";
        (void)snprintf(e->path, sizeof e->path, "/%u", dice(s, 5));
        if (i == 0 || dice(s, 12) == 0) {
            (void)snprintf(e->source, sizeof e->source, "%s", source[0]);
            (void)snprintf(e->medium, sizeof e->medium, "%s", source[1]);
        }
        if (strcmp(e->kind, "Products Searched") == 0 && dice(s, 3)) {
            e->results = (int)dice(s, 2) * 5;
            (void)snprintf(more, sizeof more, "\"results\":%d", e->results);
        }
        if (strcmp(e->kind, "Order Completed") == 0)
            buy(w, ids, e, at);
        else
            send(w, ids, e, more);
        at += dice(s, 4) ? dice(s, 20 * 60) * INT64_C(1000) : 31 * 60 * INT64_C(1000) + dice(s, 3) * INT64_C(1000);
    }
}

static void make_world(struct world *w)
{
    struct shop *s = w->s;
    int64_t from = ms_of("2026-03-10");
    atomic_store(&s->now_ms, ms_of("2026-04-20T10:00:00Z"));
    for (int i = 0; i < 260; i++) {
        char ids[60];
        uint32_t user = dice(s, USERS);
        (void)snprintf(ids, sizeof ids, "%s=%s%u", dice(s, 4) ? "user_id" : "anonymous_id", "x", user);
        wander(w, ids, from + (int64_t)(test_random(&s->random) % (uint64_t)(40 * DAY)));
    }
    for (int i = 0; i < 15; i++)
        buy(w, "", NULL, from + (int64_t)(test_random(&s->random) % (uint64_t)(40 * DAY)));
    for (size_t i = 0; i < w->order_count; i++) {
        struct bought *o = &w->orders[i];
        uint32_t what = dice(s, 9);
        int64_t total = o->goods + o->shipping + o->tax;
        if (what == 0) {
            tell_order(w, "Order Cancelled", o, o->at_ms + HOUR, "");
            o->cancelled = true;
        } else if (what == 1) {
            tell_order(w, "Order Refunded", o, o->at_ms + 9 * DAY, "");
            o->refunded = total;
        } else if (what == 2) {
            tell_order(w, "Order Refunded", o, o->at_ms + 2 * DAY, ",\"total\":1.01");
            o->refunded = 101 < total ? 101 : total;
        }
    }
}

static void join_and_part(struct world *w)
{
    struct shop *s = w->s;
    for (int i = 0; i < 14; i++) {
        uint32_t a = w->events[dice(s, (uint32_t)w->event_count)].pno, b = w->events[dice(s, (uint32_t)w->event_count)].pno;
        int64_t edge = 0;
        if (people_root(s->people, a) == people_root(s->people, b))
            continue;
        assert_ok(people_merge(s->people, shop_uuid(s, a), shop_uuid(s, b), CU_LIT("same"), -1, &edge, NULL));
        if (dice(s, 3) == 0)
            assert_ok(people_unmerge(s->people, shop_uuid(s, a), edge, CU_LIT("not the same"), false, -1, NULL));
    }
    for (uint32_t p = 1; p < PROFILES_MAX; p++)
        w->root[p] = people_root(s->people, p);
}

// ---- the naive second implementation: everything by looking at everything

struct stay { // a visit
    uint32_t person;
    int64_t from_ms, to_ms;
    size_t at[400], count; // its events, by index of sorted events
    const char *channel;
};
struct naive {
    struct world *w;
    struct happened *sorted;
    struct stay *stays[4]; // by rules
    size_t stay_count[4];
};

static int by_person(const void *a, const void *b, void *context)
{
    const struct world *w = context;
    const struct happened *x = a, *y = b;
    if (w->root[x->pno] != w->root[y->pno])
        return w->root[x->pno] < w->root[y->pno] ? -1 : 1;
    return (x->at_ms > y->at_ms) - (x->at_ms < y->at_ms);
}

static bool is(const struct happened *e, const char *kind)
{
    return strcmp(e->kind, kind) == 0;
}

static void cut(struct naive *n, unsigned rules)
{
    struct world *w = n->w;
    struct stay *v = NULL;
    for (size_t i = 0; i < w->event_count; i++) {
        const struct happened *e = &n->sorted[i];
        if (is(e, "$identify"))
            continue;
        bool fresh = !v || v->person != w->root[e->pno] || e->at_ms - v->to_ms > 30 * 60 * 1000 || e->at_ms - v->from_ms >= DAY;
        if (!fresh && rules & 1)
            fresh = text_zone_day(w->s->zone, e->at_ms) != text_zone_day(w->s->zone, v->from_ms);
        if (!fresh && rules & 2 && e->source[0]) {
            const char *has = NULL;
            bool viewed = false;
            for (size_t k = 0; k < v->count; k++) {
                const struct happened *o = &n->sorted[v->at[k]];
                has = has ? has : o->source[0] ? o->source : NULL;
                viewed = viewed || is(o, "$page");
            }
            fresh = has ? strcmp(has, e->source) != 0 : viewed;
        }
        if (fresh) {
            v = &n->stays[rules][n->stay_count[rules]++];
            *v = (struct stay){.person = w->root[e->pno], .from_ms = e->at_ms};
        }
        v->to_ms = e->at_ms;
        assert_true(v->count < 400);
        v->at[v->count++] = i;
    }
    size_t kept = 0;
    for (size_t k = 0; k < n->stay_count[rules]; k++) {
        struct stay *s = &n->stays[rules][k];
        bool real = false;
        s->channel = "direct";
        for (size_t i = s->count; i > 0; i--) {
            const struct happened *e = &n->sorted[s->at[i - 1]];
            real = real || !is(e, "Order Completed");
            if (e->source[0])
                s->channel = strcmp(e->source, "google") == 0 ? "paid_search" : "email";
        }
        if (real)
            n->stays[rules][kept++] = *s;
    }
    n->stay_count[rules] = kept;
}

struct window {
    int64_t from, to;
    const char *channel; // NULL: any
    const char *product;
};

static bool in(const struct window *p, int64_t at)
{
    return at >= p->from && at < p->to;
}

static const struct stay *stay_of_order(const struct naive *n, const char *id)
{
    for (size_t k = 0; k < n->stay_count[0]; k++) {
        for (size_t i = 0; i < n->stays[0][k].count; i++) {
            if (strcmp(n->sorted[n->stays[0][k].at[i]].order, id) == 0)
                return &n->stays[0][k];
        }
    }
    return NULL;
}

static int64_t people_with(const bool *seen)
{
    int64_t count = 0;
    for (size_t i = 0; i < PROFILES_MAX; i++)
        count += seen[i];
    return count;
}

// The first order of a person: by time, then by when it was told.
static const struct bought *first_order(const struct world *w, uint32_t person)
{
    const struct bought *first = NULL;
    for (size_t i = 0; i < w->order_count; i++) {
        const struct bought *o = &w->orders[i];
        if (!o->cancelled && o->pno && w->root[o->pno] == person && (!first || o->at_ms < first->at_ms))
            first = o;
    }
    return first;
}

static bool ordered(const struct world *w, uint32_t person, int64_t from, int64_t to)
{
    for (size_t i = 0; i < w->order_count; i++) {
        const struct bought *o = &w->orders[i];
        if (!o->cancelled && o->pno && w->root[o->pno] == person && o->at_ms >= from && o->at_ms < to)
            return true;
    }
    return false;
}

static bool was_there(const struct world *w, uint32_t person, int64_t from, int64_t to)
{
    for (size_t i = 0; i < w->event_count; i++) {
        if (w->root[w->events[i].pno] == person && w->events[i].at_ms >= from && w->events[i].at_ms < to)
            return true;
    }
    return false;
}

static int64_t first_seen(const struct world *w, uint32_t person)
{
    int64_t first = INT64_MAX;
    for (size_t i = 0; i < w->event_count; i++) {
        if (w->root[w->events[i].pno] == person && w->events[i].at_ms < first)
            first = w->events[i].at_ms;
    }
    return first;
}

static void naive_orders(const struct naive *n, const struct window *p, int64_t part[PART_COUNT])
{
    const struct world *w = n->w;
    int times[PROFILES_MAX] = {0};
    bool known[PROFILES_MAX] = {false}, fresh[PROFILES_MAX] = {false}, old[PROFILES_MAX] = {false};
    for (size_t i = 0; i < w->order_count; i++) {
        const struct bought *o = &w->orders[i];
        uint32_t person = o->pno ? w->root[o->pno] : 0;
        int64_t amount = 0;
        int lines = 0;
        if (!in(p, o->at_ms))
            continue;
        if (p->channel) {
            const struct stay *v = stay_of_order(n, o->id);
            if (strcmp(v ? v->channel : "(no visit)", p->channel) != 0)
                continue;
        }
        for (int k = 0; p->product && k < o->lines; k++) {
            if (strcmp(o->product[k], p->product) == 0) {
                amount += o->amount[k];
                lines++;
            }
        }
        if (p->product && lines == 0)
            continue;
        part[PART_PLACED]++;
        part[PART_CANCELLED] += o->cancelled;
        if (o->cancelled)
            continue;
        const struct bought *first = person ? first_order(w, person) : NULL;
        int64_t goods = p->product ? amount : o->goods;
        part[PART_ORDERS]++;
        part[PART_PRICED]++;
        part[PART_REVENUE] += goods;
        part[PART_GROSS] += o->goods + o->discount;
        part[PART_NET] += o->goods - o->refunded;
        part[PART_TOTAL] += o->goods + o->shipping + o->tax;
        part[PART_TOTAL_NET] += o->goods + o->shipping + o->tax - o->refunded;
        part[PART_DISCOUNT] += o->discount;
        part[PART_REFUNDED] += o->refunded;
        part[PART_REFUNDED_ORDERS] += o->refunded > 0;
        part[PART_UNITS] += o->units * 100;
        part[PART_LINES] += o->lines;
        part[PART_NEW_ORDERS] += person && o == first;
        part[PART_REPEAT_ORDERS] += person && o != first;
        part[PART_NEW_REVENUE] += person && o == first ? goods : 0;
        part[PART_KNOWN_REVENUE] += person ? goods : 0;
        times[person] += person != 0;
        known[person] = person != 0;
        fresh[person] = fresh[person] || (person && o == first);
        old[person] = old[person] || (person && first->at_ms < p->from);
    }
    part[PART_CUSTOMERS] = people_with(known);
    part[PART_FIRST_CUSTOMERS] = people_with(fresh);
    part[PART_OLD_CUSTOMERS] = people_with(old);
    for (size_t i = 0; i < PROFILES_MAX; i++)
        part[PART_TWICE_CUSTOMERS] += times[i] >= 2;
}

static void naive_visits(const struct naive *n, const struct window *p, int64_t part[PART_COUNT])
{
    static const enum metric_part other[] = {PART_NONE, PART_VISITS_MIDNIGHT, PART_VISITS_CAMPAIGN, PART_VISITS_BOTH};
    bool here[PROFILES_MAX] = {false}, buyer[PROFILES_MAX] = {false};
    for (unsigned rules = 1; rules < 4; rules++) {
        for (size_t k = 0; k < n->stay_count[rules]; k++) {
            const struct stay *v = &n->stays[rules][k];
            part[other[rules]] += in(p, v->from_ms) && (!p->channel || strcmp(v->channel, p->channel) == 0);
        }
    }
    for (size_t k = 0; k < n->stay_count[0]; k++) {
        const struct stay *v = &n->stays[0][k];
        if (!in(p, v->from_ms) || (p->channel && strcmp(v->channel, p->channel) != 0))
            continue;
        int views = 0, orders = 0, cart = 0, checkout = 0, deeds = 0;
        for (size_t i = 0; i < v->count; i++) {
            const struct happened *e = &n->sorted[v->at[i]];
            views += is(e, "$page");
            orders += is(e, "Order Completed");
            cart += is(e, "Product Added");
            checkout += is(e, "Checkout Started");
            deeds += !is(e, "$page") && !is(e, "Product Viewed");
            part[PART_SEARCHES] += is(e, "Products Searched");
            part[PART_SEARCHES_EMPTY] += e->results == 0;
        }
        int64_t ms = v->to_ms - v->from_ms;
        bool one = views == 1 && deeds == 0, engaged = ms > 10000 || views >= 2 || orders;
        part[PART_VISITS]++;
        part[PART_VIEWS] += views;
        part[PART_VISITS_VIEWED] += views > 0;
        part[PART_MS] += ms;
        part[PART_MS_MATOMO] += v->count > 1 ? ms + 1000 : 0;
        part[PART_MS_PLAUSIBLE] += one ? 0 : ms;
        part[PART_MS_ENGAGED] += engaged ? ms : 0;
        part[PART_BOUNCE_VIEW] += one;
        part[PART_BOUNCE_ACTION] += v->count <= 1;
        part[PART_BOUNCE_ENGAGED] += !engaged;
        part[PART_BOUNCE_SHORT] += one && ms < 10000;
        part[PART_VISITS_ORDERED] += orders > 0;
        part[PART_VISITS_CART] += cart > 0;
        part[PART_VISITS_CART_LEFT] += cart > 0 && !orders;
        part[PART_VISITS_CHECKOUT] += checkout > 0;
        part[PART_VISITS_CHECKOUT_LEFT] += checkout > 0 && !orders;
        here[v->person] = true;
        buyer[v->person] = buyer[v->person] || orders > 0;
    }
    part[PART_VISITORS] = people_with(here);
    part[PART_VISITORS_ORDERED] = people_with(buyer);
}

static void naive_people(const struct naive *n, const struct window *p, int64_t before, int64_t part[PART_COUNT])
{
    const struct world *w = n->w;
    for (uint32_t person = 1; person < PROFILES_MAX; person++) {
        if (w->root[person] != person)
            continue;
        bool here = was_there(w, person, p->from, p->to), then = was_there(w, person, before, p->from);
        bool bought = ordered(w, person, p->from, p->to), bought_then = ordered(w, person, before, p->from);
        int64_t first = first_seen(w, person);
        part[PART_ACTIVE] += here;
        part[PART_SEEN_FIRST] += first >= p->from && first < p->to;
        part[PART_SEEN_BEFORE] += here && first < p->from;
        part[PART_WERE_ACTIVE] += then;
        part[PART_STAYED] += then && here;
        part[PART_WENT] += then && !here;
        part[PART_STAYED_EVER] += then && was_there(w, person, p->from, INT64_MAX);
        part[PART_ORDERED_BEFORE] += bought_then;
        part[PART_ORDERED_AGAIN] += bought_then && bought;
        part[PART_ORDERED_NO_MORE] += bought_then && !bought;
        bool ever = ordered(w, person, INT64_MIN, p->to);
        part[PART_EVER_CUSTOMERS] += ever;
        part[PART_LAPSED_CUSTOMERS] += ever && !ordered(w, person, p->to - METRIC_LAPSED_DAYS * DAY, p->to);
        bool looked = false, then_bought = false;
        for (size_t i = 0; i < w->event_count; i++) {
            const struct happened *e = &w->events[i];
            if (w->root[e->pno] != person || !is(e, "Product Viewed") || !in(p, e->at_ms))
                continue;
            looked = true;
            for (size_t k = 0; k < w->event_count; k++) {
                const struct happened *o = &w->events[k];
                then_bought = then_bought || (w->root[o->pno] == person && is(o, "Order Completed") && o->at_ms >= e->at_ms &&
                                                 o->at_ms - e->at_ms <= METRIC_ENTRANT_DAYS * DAY);
            }
        }
        part[PART_ENTRANTS] += looked;
        part[PART_ENTRANTS_ORDERED] += then_bought;
    }
}

static void naive_parts(const struct naive *n, const struct window *p, int64_t before, int64_t part[PART_COUNT])
{
    memset(part, 0, PART_COUNT * sizeof *part);
    naive_orders(n, p, part);
    naive_visits(n, p, part);
    naive_people(n, p, before, part);
}

static void open_naive(struct naive *n, struct world *w)
{
    *n = (struct naive){.w = w};
    n->sorted = calloc(w->event_count + 1, sizeof *n->sorted);
    memcpy(n->sorted, w->events, w->event_count * sizeof *n->sorted);
    qsort_r(n->sorted, w->event_count, sizeof *n->sorted, by_person, w);
    for (unsigned rules = 0; rules < 4; rules++) {
        n->stays[rules] = calloc(w->event_count + 1, sizeof *n->stays[rules]);
        cut(n, rules);
    }
}

static void close_naive(struct naive *n)
{
    free(n->sorted);
    for (unsigned rules = 0; rules < 4; rules++)
        free(n->stays[rules]);
}

// ---- comparing

static double want_of(const struct metric *m, const struct metric_variant *v, const int64_t part[PART_COUNT], bool *known)
{
    double top = (double)part[v->top], bottom = v->bottom ? (double)part[v->bottom] : 1;
    *known = bottom > 0;
    if (!*known)
        return 0;
    if (m->unit == METRIC_SECONDS)
        top /= 1000;
    if (v->top == PART_UNITS)
        top /= 100;
    double value = top / bottom;
    return m->unit == METRIC_MONEY ? round(value) : value;
}

static void same(const char *what, const struct metric *m, const struct metric_variant *v, json got, const int64_t part[PART_COUNT])
{
    bool known = false;
    double want = want_of(m, v, part, &known), value = 0;
    if (!known) {
        if (!json_is(got, JSON_NULL))
            fail_msg("%s %s:%s: a figure where there is none", what, m->name, v->name);
        return;
    }
    if (!json_double(got, &value) || fabs(value - want) > 1e-9 * (1 + fabs(want)))
        fail_msg("%s %s:%s: %f, not %f", what, m->name, v->name, value, want);
}

static int64_t local(struct world *w, const char *day)
{
    return text_zone_day_start(w->s->zone, text_day_of(ms_of(day)));
}

// One metric of a question over 2026-03-24 .. 2026-04-06 by day, compared; the clocks change on the 29th.
static void check_metric(struct world *w, const struct naive *n, const struct metric *m, const struct metric_variant *v)
{
    char body[300];
    int64_t part[PART_COUNT];
    (void)snprintf(body, sizeof body, "{\"kind\":\"report\",\"from\":\"2026-03-24\",\"to\":\"2026-04-06\",\"question\":{\"metrics\":[\"%s:%s\"],"
        "\"compare\":\"previous\"}}", m->name, v->name);
    json a = ask(w, body), one = element(json_get(a, "metrics"), 0);
    int32_t day = text_day_of(ms_of("2026-03-24"));
    struct window p = {local(w, "2026-03-24"), local(w, "2026-04-07"), NULL, NULL};
    naive_parts(n, &p, local(w, "2026-03-10"), part);
    same("whole", m, v, json_get(one, "value"), part);
    for (int i = 0; i < 14; i++) {
        p.from = text_zone_day_start(w->s->zone, day + i);
        p.to = text_zone_day_start(w->s->zone, day + i + 1);
        naive_parts(n, &p, text_zone_day_start(w->s->zone, day + i - 1), part);
        same("day", m, v, element(json_get(one, "series"), (size_t)i), part);
    }
    p = (struct window){local(w, "2026-03-10"), local(w, "2026-03-24"), NULL, NULL};
    naive_parts(n, &p, local(w, "2026-02-24"), part);
    same("before", m, v, json_get(one, "previous"), part);
}

static void check_channels(struct world *w, const struct naive *n, const struct metric *m, const struct metric_variant *v)
{
    static const char *const channels[] = {"direct", "paid_search", "email", "(no visit)"};
    char body[300];
    int64_t part[PART_COUNT];
    (void)snprintf(body, sizeof body, "{\"kind\":\"report\",\"from\":\"2026-03-15\",\"to\":\"2026-04-16\",\"question\":{\"metrics\":[\"%s:%s\"],"
        "\"breakdown\":\"channel\",\"by\":\"total\"}}", m->name, v->name);
    json a = ask(w, body);
    for (size_t c = 0; c < CU_COUNT(channels); c++) {
        struct window p = {local(w, "2026-03-15"), local(w, "2026-04-17"), channels[c], NULL};
        struct json_iter it = json_each(json_get(a, "rows"));
        naive_parts(n, &p, 0, part);
        bool found = false;
        while (json_next(&it)) {
            if (!cu_str_eqz(json_str(json_get(it.value, "value")), channels[c]))
                continue;
            found = true;
            same(channels[c], m, v, element(json_get(it.value, "values"), 0), part);
        }
        if (!found && part[v->top])
            fail_msg("%s:%s: no row %s", m->name, v->name, channels[c]);
    }
}

static void check_filtered(struct world *w, const struct naive *n, const struct metric *m, const struct metric_variant *v)
{
    char body[300];
    int64_t part[PART_COUNT];
    struct window p = {local(w, "2026-03-15"), local(w, "2026-04-17"), "email", NULL};
    (void)snprintf(body, sizeof body, "{\"kind\":\"report\",\"from\":\"2026-03-15\",\"to\":\"2026-04-16\",\"question\":{\"metrics\":[\"%s:%s\"],"
        "\"filters\":[{\"dimension\":\"channel\",\"in\":[\"email\"]}],\"by\":\"week\"}}", m->name, v->name);
    json one = element(json_get(ask(w, body), "metrics"), 0);
    naive_parts(n, &p, 0, part);
    same("filtered", m, v, json_get(one, "value"), part);
}

static bool by_channel(const struct metric_variant *v) // parts that the naive side does not divide by channel
{
    for (int i = 0; i < 2; i++) {
        unsigned p = i ? v->bottom : v->top;
        if ((p >= PART_ORDERED_BEFORE && p <= PART_LAPSED_CUSTOMERS) || p >= PART_ENTRANTS)
            return false;
    }
    return true;
}

static void every_metric_against_the_naive(void **state)
{
    struct world *w = *state;
    struct naive n;
    make_world(w);
    join_and_part(w);
    open_naive(&n, w);
    for (const struct metric *m = metrics; m->name; m++) {
        for (const struct metric_variant *v = m->variants; v->name && m->source != METRIC_LATER; v++) {
            check_metric(w, &n, m, v);
            if (by_channel(v)) {
                check_channels(w, &n, m, v);
                check_filtered(w, &n, m, v);
            }
        }
    }
    close_naive(&n);
}

static void products(void **state)
{
    struct world *w = *state;
    struct naive n;
    int64_t part[PART_COUNT];
    make_world(w);
    join_and_part(w);
    open_naive(&n, w);
    json a = ask(w, "{\"kind\":\"report\",\"from\":\"2026-03-01\",\"to\":\"2026-04-19\",\"question\":{\"metrics\":[\"revenue\",\"orders\",\"visits\"],"
                    "\"breakdown\":\"product\",\"by\":\"total\",\"limit\":3}}");
    assert_int_equal(json_count(json_get(a, "rows")), 3);
    int64_t more = 0;
    assert_true(json_i64(json_get(a, "rows_more"), &more));
    assert_int_equal(more, 1);
    struct json_iter it = json_each(json_get(a, "rows"));
    int64_t last = INT64_MAX;
    while (json_next(&it)) {
        char name[8];
        int64_t revenue = 0, orders = 0;
        cu_str value = json_str(json_get(it.value, "value"));
        (void)snprintf(name, sizeof name, "%.*s", CU_ARG(value));
        struct window p = {local(w, "2026-03-01"), local(w, "2026-04-20"), NULL, name};
        memset(part, 0, sizeof part);
        naive_orders(&n, &p, part);
        assert_true(json_i64(element(json_get(it.value, "values"), 0), &revenue));
        assert_true(json_i64(element(json_get(it.value, "values"), 1), &orders));
        assert_int_equal(revenue, part[PART_REVENUE]);
        assert_int_equal(orders, part[PART_ORDERS]);
        assert_true(json_is(element(json_get(it.value, "values"), 2), JSON_NULL));
        assert_true(revenue <= last);
        last = revenue;
    }
    assert_true(json_is(json_get(a, "other"), JSON_OBJECT));
    close_naive(&n);
}

// ---- by hand

static double number(json v)
{
    double d = NAN;
    (void)json_double(v, &d);
    return d;
}

static void an_empty_shop(void **state)
{
    struct world *w = *state;
    json a = ask(w, "{\"kind\":\"report\",\"question\":{\"metrics\":[\"revenue\",\"average_order_value\",\"conversion_rate\",\"new_customers\"],"
                    "\"compare\":\"year\",\"breakdown\":\"landing\"}}");
    assert_int_equal(json_count(json_get(a, "periods")), 30);
    assert_true(number(json_get(element(json_get(a, "metrics"), 0), "value")) == 0);
    assert_true(json_is(json_get(element(json_get(a, "metrics"), 1), "value"), JSON_NULL));
    assert_true(json_is(json_get(element(json_get(a, "metrics"), 2), "value"), JSON_NULL));
    assert_int_equal(json_count(json_get(a, "rows")), 0);
    a = ask(w, "{\"kind\":\"report\",\"from\":\"2031-01-01\",\"to\":\"2031-12-31\",\"question\":{\"metrics\":[\"visits\"],\"by\":\"month\"}}");
    int64_t partial = 0;
    assert_true(json_i64(json_get(a, "partial"), &partial));
    assert_int_equal(partial, 12); // all of it lies ahead
}

static void a_day_of_23_hours(void **state)
{
    struct world *w = *state;
    json a = ask(w, "{\"kind\":\"report\",\"from\":\"2026-03-29\",\"to\":\"2026-03-29\",\"question\":{\"metrics\":[\"visits\"],\"by\":\"hour\"}}");
    assert_int_equal(json_count(json_get(a, "periods")), 23);
    a = ask(w, "{\"kind\":\"report\",\"from\":\"2025-10-26\",\"to\":\"2025-10-26\",\"question\":{\"metrics\":[\"visits\"],\"by\":\"hour\"}}");
    assert_int_equal(json_count(json_get(a, "periods")), 25);
    a = ask(w, "{\"kind\":\"report\",\"from\":\"2026-03-25\",\"to\":\"2026-04-08\",\"question\":{\"metrics\":[\"visits\"],\"by\":\"week\"}}");
    assert_int_equal(json_count(json_get(a, "periods")), 3);
    assert_true(cu_str_eqz(json_str(element(json_get(a, "periods"), 1)), "2026-03-30")); // a Monday
    a = ask(w, "{\"kind\":\"report\",\"from\":\"2024-02-29\",\"to\":\"2024-03-01\",\"question\":{\"metrics\":[\"visits\"],\"compare\":\"year\"}}");
    assert_true(cu_str_eqz(json_str(element(json_get(a, "previous_periods"), 0)), "2023-02-28"));
    assert_int_equal(json_count(json_get(a, "previous_periods")), 2);
}

static void bad_questions(void **state)
{
    struct world *w = *state;
    refuses(w, "{\"kind\":\"report\",\"question\":{\"metrics\":[]}}", CU_MISSING, "/question/metrics");
    refuses(w, "{\"kind\":\"report\",\"question\":{}}", CU_MISSING, "/question/metrics");
    refuses(w, "{\"kind\":\"report\",\"question\":{\"metrics\":[\"revenu\"]}}", CU_INVALID, "/question/metrics/0");
    refuses(w, "{\"kind\":\"report\",\"question\":{\"metrics\":[\"revenue:wrong\"]}}", CU_INVALID, "/question/metrics/0");
    refuses(w, "{\"kind\":\"report\",\"question\":{\"metrics\":[\"predicted_value\"]}}", CU_INVALID, "/question/metrics/0");
    refuses(w, "{\"kind\":\"report\",\"question\":{\"metrics\":[\"revenue\"],\"breakdown\":\"colour\"}}", CU_INVALID, "/question/breakdown");
    refuses(w, "{\"kind\":\"report\",\"question\":{\"metrics\":[\"revenue\"],\"filters\":[{\"dimension\":\"channel\",\"in\":[\"x\"]}]}}", CU_INVALID,
        "/question/filters/0/in/0");
    refuses(w, "{\"kind\":\"report\",\"question\":{\"metrics\":[\"revenue\"],\"filters\":[{\"dimension\":\"segment\",\"in\":[\"x\"]}]}}", CU_INVALID,
        "/question/filters/0/in/0");
    refuses(w, "{\"kind\":\"report\",\"from\":\"2015-01-01\",\"to\":\"2025-01-01\",\"question\":{\"metrics\":[\"revenue\"]}}", CU_TOO_LARGE,
        "/question/by");
    refuses(w, "{\"kind\":\"report\",\"from\":\"2026-02-02\",\"to\":\"2026-02-01\",\"question\":{\"metrics\":[\"revenue\"]}}", CU_INVALID, "/from");
}

static void half_up(void **state)
{
    int64_t part[PART_COUNT] = {[PART_REVENUE] = 311111, [PART_PRICED] = 2};
    const struct metric *m = NULL;
    const struct metric_variant *v = NULL;
    (void)state;
    assert_ok(metric_find(CU_LIT("average_order_value"), "", &m, &v, NULL));
    assert_int_equal(metric_value_of(m, v, part).whole, 155556); // 3111.11 / 2
    part[PART_REVENUE] = -311111;
    assert_int_equal(metric_value_of(m, v, part).whole, -155556);
    part[PART_PRICED] = 0;
    assert_false(metric_value_of(m, v, part).known);
}

static void small_groups(void **state)
{
    struct world *w = *state;
    int64_t at = ms_of("2026-05-20T10:00:00Z");
    for (unsigned i = 0; i < 25; i++) {
        char ids[40];
        struct happened *e = event_of(w, ids, "$page", at + i * HOUR / 60);
        (void)snprintf(ids, sizeof ids, "user_id=s%u", i);
        (void)snprintf(e->source, sizeof e->source, "%s", i < 3 ? "tiny" : i < 13 ? "middle" : "");
        (void)snprintf(e->medium, sizeof e->medium, "x");
        (void)snprintf(e->path, sizeof e->path, "/");
        send(w, ids, e, "");
    }
    json a = ask(w, "{\"kind\":\"report\",\"shared\":true,\"from\":\"2026-05-19\",\"to\":\"2026-05-21\",\"question\":{\"metrics\":[\"visits\"],"
                    "\"breakdown\":\"source\"}}");
    json one = element(json_get(a, "metrics"), 0);
    assert_true(number(json_get(one, "value")) == 25);
    assert_int_equal(json_count(json_get(a, "rows")), 3);
    assert_true(number(element(json_get(element(json_get(a, "rows"), 0), "values"), 0)) == 12);
    assert_true(json_is(element(json_get(element(json_get(a, "rows"), 1), "values"), 0), JSON_NULL)); // else the small one follows
    assert_true(json_is(element(json_get(element(json_get(a, "rows"), 2), "values"), 0), JSON_NULL));
    a = ask(w, "{\"kind\":\"report\",\"shared\":true,\"from\":\"2026-05-19\",\"to\":\"2026-05-21\",\"question\":{\"metrics\":[\"visits\"],"
               "\"filters\":[{\"dimension\":\"source\",\"in\":[\"tiny\"]}]}}");
    one = element(json_get(a, "metrics"), 0);
    assert_true(json_is(json_get(one, "value"), JSON_NULL));
    assert_true(json_is(element(json_get(one, "series"), 1), JSON_NULL));
}

// More products than are kept apart (some 200,000): the rows that are shown are exact all the same, and the rest is added up.
static void a_quarter_of_a_million_products(void **state)
{
    struct world *w = *state;
    struct shop *s = w->s;
    enum { ORDERS = 250, EACH = 990 };
    char *text = malloc(200 * EACH + 1000);
    int64_t at = ms_of("2026-05-20T10:00:00Z"), heavy = 0, all = 0;
    assert_non_null(text);
    for (int i = 0; i < ORDERS; i++) {
        size_t len = (size_t)sprintf(text, "{\"order_id\":\"big%d\",\"products\":[", i);
        for (int k = 0; k < EACH; k++)
            len += (size_t)sprintf(text + len, "{\"product_id\":\"n%d\",\"price\":0.01},", i * EACH + k);
        if (i >= ORDERS / 2) { // sold only late, and only once each time
            len += (size_t)sprintf(text + len, "{\"product_id\":\"late\",\"price\":0.05},");
            heavy += 5;
        }
        (void)sprintf(text + len, "{\"product_id\":\"star\",\"price\":0.02}]}");
        all += EACH + 2;
        const struct evidence ev = shop_evidence(s, at + i * 1000);
        int64_t revenue = 0;
        json value;
        (void)people_lock(s->people);
        assert_ok(people_begin(s->people, NULL));
        assert_ok(json_parse(s->json, cu_str_of(text), &value, NULL));
        assert_ok(orders_project(s->people, 0, CU_LIT("Order Completed"), value, &ev, 0, &revenue, NULL));
        assert_ok(people_commit(s->people, NULL));
        people_unlock(s->people);
    }
    free(text);
    json a = ask(w, "{\"kind\":\"report\",\"from\":\"2026-05-20\",\"to\":\"2026-05-20\",\"question\":{\"metrics\":[\"revenue\",\"orders\"],"
                    "\"breakdown\":\"product\",\"limit\":3}}");
    assert_true(number(json_get(element(json_get(a, "metrics"), 0), "value")) == (double)(all + heavy));
    json first = element(json_get(a, "rows"), 0), second = element(json_get(a, "rows"), 1), third = element(json_get(a, "rows"), 2);
    assert_true(cu_str_eqz(json_str(json_get(first, "value")), "late"));
    assert_true(number(element(json_get(first, "values"), 0)) == (double)heavy);
    assert_true(number(element(json_get(first, "values"), 1)) == ORDERS / 2);
    assert_true(cu_str_eqz(json_str(json_get(second, "value")), "star"));
    assert_true(number(element(json_get(second, "values"), 0)) == 2 * ORDERS);
    assert_true(number(element(json_get(third, "values"), 0)) == 1);
    assert_true(number(element(json_get(json_get(a, "other"), "values"), 0)) == (double)(all - 2 * ORDERS - 1));
    assert_true(json_is(json_get(a, "rows_more"), JSON_NULL));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(an_empty_shop, setup, teardown),
        cmocka_unit_test_setup_teardown(a_day_of_23_hours, setup, teardown),
        cmocka_unit_test_setup_teardown(bad_questions, setup, teardown),
        cmocka_unit_test(half_up),
        cmocka_unit_test_setup_teardown(small_groups, setup, teardown),
        cmocka_unit_test_setup_teardown(products, setup, teardown),
        cmocka_unit_test_setup_teardown(a_quarter_of_a_million_products, setup, teardown),
        cmocka_unit_test_setup_teardown(every_metric_against_the_naive, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
