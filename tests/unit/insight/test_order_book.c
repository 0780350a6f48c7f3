// SPDX-License-Identifier: Apache-2.0
// The order book against a second, naive folding of the same messages: random shops with updates, refunds, cancellations, repeated
// order ids, guests, currencies, erasures, merges and un-merges; reading it all anew; what an erasure leaves; rates and rounding.
#include "audience_test.h"

#include "base/fault.h"
#include "insight/order_book_private.h"

#define DAY (INT64_C(86400) * 1000)

struct book_test {
    struct shop *s;
    struct rates *rates;
    struct order_book *book;
};

static void open_book(struct book_test *t)
{
    struct cu_error err = {.text = ""};
    if (rates_open(t->s->people, "EUR", &t->rates, &err) != CU_OK)
        fail_msg("rates_open: %s", err.text);
    const struct order_book_options o = {.people = t->s->people, .rates = t->rates, .zone = t->s->zone, .currency = "EUR"};
    if (order_book_open(&o, &t->book, &err) != CU_OK)
        fail_msg("order_book_open: %s", err.text);
}

static void close_book(struct book_test *t)
{
    order_book_close(t->book);
    rates_close(t->rates);
    t->book = NULL;
    t->rates = NULL;
}

static int setup(void **state)
{
    void *shop = NULL;
    struct book_test *t = calloc(1, sizeof *t);
    if (!t || shop_setup(&shop) != 0)
        return -1;
    t->s = shop;
    open_book(t);
    *state = t;
    return 0;
}

static int teardown(void **state)
{
    struct book_test *t = *state;
    void *shop = t->s;
    close_book(t);
    free(t);
    return shop_teardown(&shop);
}

static const struct book_view *take(struct book_test *t)
{
    const struct book_view *v = NULL;
    struct cu_error err = {.text = ""};
    order_book_settle(t->book);
    if (order_book_take(t->book, &v, &err) != CU_OK)
        fail_msg("take: %s", err.text);
    return v;
}

// One message about an order; ids "": a guest's.
static uint32_t message(struct book_test *t, const char *ids_text, const char *name, int64_t at_ms, const char *properties)
{
    struct shop *s = t->s;
    struct person_id ids[PERSON_IDS_MAX];
    const struct evidence ev = shop_evidence(s, at_ms);
    struct cu_error err = {.text = ""};
    uint32_t pno = 0;
    int64_t revenue = 0;
    json value;
    assert_ok(json_parse(s->json, cu_str_of(properties), &value, NULL));
    (void)people_lock(s->people);
    assert_ok(people_begin(s->people, NULL));
    if (ids_text[0])
        assert_ok(people_identify(s->people, ids, shop_ids(ids_text, ids), &ev, &pno, NULL));
    if (orders_project(s->people, pno, cu_str_of(name), value, &ev, 0, &revenue, &err) != CU_OK)
        fail_msg("orders: %s %s", err.field, err.text);
    if (people_commit(s->people, &err) != CU_OK)
        fail_msg("commit: %s", err.text);
    people_unlock(s->people);
    return pno;
}

// --- by hand

static void one_order_by_hand(void **state)
{
    struct book_test *t = *state;
    const struct book_view *v = take(t);
    assert_int_equal(v->count, 0);
    assert_int_equal(book_from(v, 0), 0);
    order_book_give(t->book, v);
    int64_t at = atomic_load(&t->s->now_ms) - 10 * DAY;
    uint32_t pno = message(t, "user_id=u", "Order Completed", at,
        "{\"order_id\":\"A1\",\"total\":119,\"shipping\":5,\"tax\":19,\"discount\":2.5,\"products\":[{\"product_id\":\"p\",\"sku\":\"s\","
        "\"name\":\"Kettle\",\"category\":\"Kitchen\",\"brand\":\"Acme\",\"price\":47.5,\"quantity\":2},{\"name\":\"Card\",\"price\":0.005}]}");
    v = take(t);
    assert_int_equal(v->count, 1);
    const struct book_order *o = &v->orders[0];
    assert_int_equal(o->placed_ms, at);
    assert_int_equal(o->revenue, 9500);
    assert_int_equal(o->total, 11900);
    assert_int_equal(o->shipping, 500);
    assert_int_equal(o->tax, 1900);
    assert_int_equal(o->discount, 250);
    assert_int_equal(o->refunded, 0);
    assert_int_equal(o->flags, BOOK_COUNTS);
    assert_int_equal(o->pno, pno);
    assert_true(o->id_hash == timeline_text_hash(CU_LIT("A1")));
    assert_int_equal(o->lines, 2);
    const struct book_line *l = v->lines + o->first_line;
    assert_int_equal(l[0].amount, 9500);
    assert_int_equal(l[0].quantity_e4_hundredth, 200);
    assert_true(cu_str_eqz(v->products[l[0].product].id, "p") && cu_str_eqz(v->products[l[0].product].name, "Kettle"));
    assert_true(cu_str_eqz(v->products[l[0].product].category, "Kitchen") && cu_str_eqz(v->products[l[0].product].brand, "Acme"));
    assert_true(cu_str_eqz(v->products[l[1].product].id, "Card"));
    assert_int_equal(l[1].amount, 1); // half a cent, away from zero
    uint64_t version = v->version;
    order_book_give(t->book, v);
    message(t, "user_id=u", "Order Completed", at + 3 * DAY, "{\"order_id\":\"A1\",\"total\":119,\"shipping\":5,\"tax\":19}"); // said again
    message(t, "", "Order Refunded", at + 4 * DAY, "{\"order_id\":\"A1\",\"total\":20}");
    v = take(t);
    assert_int_equal(v->count, 1);
    assert_true(v->version > version);
    assert_int_equal(v->orders[0].placed_ms, at);
    assert_int_equal(v->orders[0].refunded, 2000);
    order_book_give(t->book, v);
    message(t, "", "Order Refunded", at + 4 * DAY, "{\"order_id\":\"A1\"}");
    message(t, "user_id=u", "Order Completed", at - DAY, "{\"order_id\":\"A0\",\"total\":-30}"); // a credit note, before it
    message(t, "user_id=u", "Order Completed", at + DAY, "{\"order_id\":\"A2\",\"products\":[{\"sku\":\"s\",\"price\":1}]}");
    message(t, "user_id=u", "Order Cancelled", at + DAY, "{\"order_id\":\"A2\"}");
    message(t, "", "Order Refunded", at, "{\"order_id\":\"unheard\",\"total\":3}");
    v = take(t);
    assert_int_equal(v->count, 3);
    assert_int_equal(v->orders[0].flags, BOOK_CREDIT_NOTE);
    assert_int_equal(v->orders[0].refunded, 3000);
    assert_int_equal(v->orders[0].lines, 0);
    assert_int_equal(v->orders[1].flags, BOOK_COUNTS | BOOK_REFUNDED);
    assert_int_equal(v->orders[1].refunded, 11900);
    assert_int_equal(v->orders[1].lines, 2);
    assert_int_equal(v->orders[2].flags, BOOK_CANCELLED);
    assert_int_equal(v->orders[2].lines, 0);
    assert_int_equal(book_from(v, at), 1);
    assert_int_equal(book_from(v, at + 1), 2);
    order_book_give(t->book, v);
}

// --- against a second implementation

enum { MESSAGES = 900, ORDERS = 60, PEOPLE = 12, PRODUCTS = 9, LINES = 3 };
struct said {
    int kind; // 0 completed, 1 updated, 2 refunded, 3 cancelled
    int order, person; // person -1: a guest
    uint32_t pno;
    int64_t at_ms, seq;
    int lines, product[LINES], quantity[LINES];
    int64_t price[LINES]; // cents
    char name[LINES][16];
    int64_t shipping, refund; // refund -1: all
    bool gone;
};
static struct said said[MESSAGES];
static size_t said_count;
static const char *const currency_of[] = {"EUR", "EUR", "EUR", "USD", "JPY", "GBP"}; // of an order, by its number

static const char *currency(int order)
{
    return currency_of[order % 6];
}

static void say(struct book_test *t, struct said *m)
{
    static const char *const names[] = {"Order Completed", "Order Updated", "Order Refunded", "Order Cancelled"};
    char ids[32] = "", text[1024];
    int n = snprintf(text, sizeof text, "{\"order_id\":\"o%d\",\"currency\":\"%s\"", m->order, currency(m->order));
    bool yen = strcmp(currency(m->order), "JPY") == 0;
    if (m->kind == 2 && m->refund >= 0)
        n += snprintf(text + n, sizeof text - (size_t)n, yen ? ",\"total\":%lld" : ",\"total\":%lld.%02lld",
            (long long)(yen ? m->refund : m->refund / 100), (long long)(m->refund % 100));
    if (m->kind < 2) {
        n += snprintf(text + n, sizeof text - (size_t)n, yen ? ",\"shipping\":%lld,\"products\":[" : ",\"shipping\":%lld.%02lld,\"products\":[",
            (long long)(yen ? m->shipping : m->shipping / 100), (long long)(m->shipping % 100));
        for (int i = 0; i < m->lines; i++) {
            n += snprintf(text + n, sizeof text - (size_t)n, "%s{\"product_id\":\"p%d\",\"name\":\"%s\",\"quantity\":%d,\"price\":%lld",
                i ? "," : "", m->product[i], m->name[i], m->quantity[i], (long long)(yen ? m->price[i] : m->price[i] / 100));
            n += yen ? snprintf(text + n, sizeof text - (size_t)n, "}")
                     : snprintf(text + n, sizeof text - (size_t)n, ".%02lld}", (long long)(m->price[i] % 100));
        }
        n += snprintf(text + n, sizeof text - (size_t)n, "]");
    }
    (void)snprintf(text + n, sizeof text - (size_t)n, "}");
    if (m->person >= 0)
        (void)snprintf(ids, sizeof ids, "user_id=u%d", m->person);
    m->pno = message(t, ids, names[m->kind], m->at_ms, text);
    m->seq = (int64_t)t->s->seq;
}

static void random_message(struct book_test *t)
{
    struct shop *s = t->s;
    struct said *m = &said[said_count];
    *m = (struct said){.order = (int)dice(s, ORDERS), .person = (int)dice(s, PEOPLE + 2) - 2,
        .at_ms = atomic_load(&s->now_ms) - (int64_t)dice(s, 40) * DAY - (int64_t)said_count, .refund = -1};
    if (m->person < 0)
        m->person = -1;
    uint32_t kind = dice(s, 20);
    m->kind = kind < 12 ? 0 : kind < 15 ? 1 : kind < 19 ? 2 : 3;
    if (m->kind == 2 && dice(s, 4))
        m->refund = 1 + dice(s, 3000);
    m->lines = m->kind < 2 ? 1 + (int)dice(s, LINES) : 0;
    m->shipping = dice(s, 3) ? 0 : 499;
    for (int i = 0; i < m->lines; i++) {
        m->product[i] = (int)((dice(s, 3) + (uint32_t)i * 3) % PRODUCTS); // each once
        m->quantity[i] = 1 + (int)dice(s, 4);
        m->price[i] = dice(s, 9999);
        (void)snprintf(m->name[i], sizeof m->name[i], "n%zu", said_count);
    }
    said_count++;
    say(t, m);
}

// What an order is by the messages that are left; false: no order that is in the book.
struct naive {
    int order;
    int64_t placed_ms, revenue, total, shipping, refunded;
    uint32_t pno;
    unsigned flags;
    const struct said *lines; // the message that has them
};

static bool later(const struct said *a, const struct said *b)
{
    return !b || (a->at_ms != b->at_ms ? a->at_ms > b->at_ms : a->seq > b->seq);
}

static bool naive_fold(int order, struct naive *ret)
{
    const struct said *statement = NULL, *first[2] = {0}, *owner = NULL, *other = NULL;
    bool cancelled = false, all = false;
    int64_t refunds = 0;
    for (size_t i = 0; i < said_count; i++) {
        const struct said *m = &said[i];
        if (m->gone || m->order != order)
            continue;
        if (m->kind < 2 && later(m, statement))
            statement = m;
        if (m->kind < 2 && (!first[m->kind] || later(first[m->kind], m)))
            first[m->kind] = m;
        const struct said **who = m->kind < 2 ? &owner : &other;
        if (m->pno && later(m, *who))
            *who = m;
        cancelled = cancelled || m->kind == 3;
        all = all || (m->kind == 2 && m->refund < 0);
        refunds += m->kind == 2 && m->refund > 0 ? m->refund : 0;
    }
    if (!statement && !cancelled)
        return false;
    *ret = (struct naive){.order = order, .flags = cancelled ? BOOK_CANCELLED : BOOK_COUNTS};
    const struct said *placed = first[0] ? first[0] : first[1];
    if (!placed) { // only refunds and the cancellation: where the first of them says
        for (size_t i = 0; i < said_count; i++) {
            if (!said[i].gone && said[i].order == order && (!placed || later(placed, &said[i])))
                placed = &said[i];
        }
    }
    ret->placed_ms = placed->at_ms;
    ret->pno = owner ? owner->pno : other ? other->pno : 0;
    for (int i = 0; statement && i < statement->lines; i++)
        ret->total += statement->quantity[i] * statement->price[i];
    ret->revenue = cancelled ? 0 : ret->total;
    // the newest that says so; every statement does
    ret->shipping = statement ? statement->shipping : 0;
    ret->total += ret->shipping;
    ret->lines = cancelled ? NULL : statement;
    if (!cancelled) {
        bool whole = all || (refunds > 0 && refunds >= ret->total);
        ret->refunded = whole ? ret->total : refunds;
        ret->flags |= whole ? BOOK_REFUNDED : 0U;
    }
    return true;
}

// Rates: one a day for USD and GBP at a base of EUR; JPY by way of USD. None of them older than the shop's 20 days.
static const int64_t usd = 12500000000, gbp = 8000000000, yen_per_usd = INT64_C(1500000000000);
static int64_t half_up(int64_t amount, int64_t times, int64_t by) // not negative
{
    return (2 * amount * times + by) / (2 * by);
}

static int64_t worth(const char *c, int64_t amount)
{
    if (strcmp(c, "EUR") == 0)
        return amount;
    return strcmp(c, "USD") == 0   ? half_up(amount, 4, 5)
           : strcmp(c, "GBP") == 0 ? half_up(amount, 5, 4)
                                   : half_up(amount, 100 * 4, 150 * 5);
}

static void put_rates(struct book_test *t, int64_t from_ms, int64_t to_ms)
{
    struct rate_row rows[256];
    size_t n = 0;
    for (int64_t at = from_ms; at <= to_ms; at += DAY) {
        int32_t day = text_zone_day(t->s->zone, at);
        rows[n++] = (struct rate_row){day, "EUR", "USD", usd};
        rows[n++] = (struct rate_row){day, "EUR", "GBP", gbp};
        rows[n++] = (struct rate_row){day, "USD", "JPY", yen_per_usd};
    }
    // JPY to EUR has no base that knows both but for a row that says what a EUR is in USD at USD's table
    for (int64_t at = from_ms; at <= to_ms; at += DAY)
        rows[n++] = (struct rate_row){text_zone_day(t->s->zone, at), "USD", "EUR", RATE_E10 * 4 / 5};
    assert_ok(rates_put(t->rates, rows, n, NULL));
}

static bool same_lines(const struct book_view *v, const struct book_order *o, const struct naive *n)
{
    for (uint32_t i = 0; i < o->lines; i++) {
        const struct book_line *l = &v->lines[o->first_line + i];
        char id[8];
        (void)snprintf(id, sizeof id, "p%d", n->lines->product[i]);
        int64_t amount = n->lines->quantity[i] * n->lines->price[i];
        if (!cu_str_eqz(v->products[l->product].id, id) || l->quantity_e4_hundredth != n->lines->quantity[i] * 100 ||
            l->amount != (n->flags & BOOK_NO_RATE ? 0 : worth(currency(n->order), amount)))
            return false;
    }
    return o->lines == (uint32_t)(n->lines ? n->lines->lines : 0);
}

// The name the newest order that counts says of a product.
static const char *newest_name(const struct naive *orders, size_t count, int product)
{
    const char *name = NULL;
    int64_t at = INT64_MIN;
    for (size_t i = 0; i < count; i++) {
        for (int k = 0; orders[i].lines && k < orders[i].lines->lines; k++) {
            if (orders[i].lines->product[k] == product && orders[i].placed_ms >= at) {
                at = orders[i].placed_ms;
                name = orders[i].lines->name[k];
            }
        }
    }
    return name;
}

static void check_products(const struct book_view *v, const struct naive *orders, size_t count)
{
    size_t there = 0, wanted = 0;
    for (size_t i = 1; i < v->product_count; i++) {
        const struct book_product *p = &v->products[i];
        if (!p->id.len)
            continue;
        there++;
        const char *name = newest_name(orders, count, p->id.ptr[1] - '0');
        assert_non_null(name);
        if (!cu_str_eqz(p->name, name))
            fail_msg("product %.*s is called %.*s, not %s", CU_ARG(p->id), CU_ARG(p->name), name);
    }
    for (int i = 0; i < PRODUCTS; i++)
        wanted += newest_name(orders, count, i) != NULL;
    assert_int_equal(there, wanted);
}

static void check(struct book_test *t, int64_t rates_from_ms)
{
    struct naive orders[ORDERS];
    size_t count = 0;
    uint64_t no_rate = 0;
    for (int i = 0; i < ORDERS; i++) {
        struct naive n;
        if (!naive_fold(i, &n))
            continue;
        if (strcmp(currency(i), "EUR") != 0) {
            bool known = rates_from_ms && text_zone_day(t->s->zone, n.placed_ms) >= text_zone_day(t->s->zone, rates_from_ms);
            n.flags |= known ? BOOK_FOREIGN : BOOK_FOREIGN | BOOK_NO_RATE;
            no_rate += !known && n.flags & BOOK_COUNTS;
        }
        orders[count++] = n;
    }
    const struct book_view *v = take(t);
    assert_int_equal(v->count, count);
    assert_int_equal(v->no_rate, no_rate);
    for (size_t i = 0; i < v->count; i++) {
        const struct book_order *o = &v->orders[i];
        const struct naive *n = NULL;
        for (size_t k = 0; k < count && !n; k++) {
            char id[8];
            (void)snprintf(id, sizeof id, "o%d", orders[k].order);
            if (o->id_hash == timeline_text_hash(cu_str_of(id)))
                n = &orders[k];
        }
        assert_non_null(n);
        assert_true(i == 0 || v->orders[i - 1].placed_ms < o->placed_ms ||
                    (v->orders[i - 1].placed_ms == o->placed_ms && v->orders[i - 1].number_lo < o->number_lo));
        assert_int_equal(o->placed_ms, n->placed_ms);
        assert_int_equal(o->flags, n->flags);
        assert_int_equal(o->pno, n->pno);
        bool zero = n->flags & BOOK_NO_RATE;
        const char *c = currency(n->order);
        assert_int_equal(o->revenue, zero ? 0 : worth(c, n->revenue));
        assert_int_equal(o->total, zero ? 0 : worth(c, n->total));
        assert_int_equal(o->shipping, zero ? 0 : worth(c, n->shipping));
        assert_int_equal(o->refunded, zero ? 0 : worth(c, n->refunded));
        assert_true(same_lines(v, o, n));
    }
    check_products(v, orders, count);
    order_book_give(t->book, v);
}

static void gone(struct book_test *t, int person)
{
    uint32_t pno = 0, members[64];
    for (size_t i = 0; i < said_count; i++) {
        if (!said[i].gone && said[i].person == person)
            pno = said[i].pno;
    }
    if (!pno)
        return;
    size_t count = people_profiles(t->s->people, pno, members, CU_COUNT(members));
    assert_ok(people_forget_person(t->s->people, shop_uuid(t->s, pno), NULL));
    for (size_t i = 0; i < said_count; i++) {
        for (size_t k = 0; k < count; k++)
            said[i].gone = said[i].gone || (said[i].pno && said[i].pno == members[k]);
    }
}

static void join(struct book_test *t)
{
    uint32_t a = 0, b = 0;
    int64_t edge = 0;
    for (size_t i = 0; i < said_count && !b; i++) {
        if (said[i].gone || !said[i].pno || people_root(t->s->people, said[i].pno) != said[i].pno)
            continue;
        if (!a)
            a = said[i].pno;
        else if (said[i].pno != a && dice(t->s, 2))
            b = said[i].pno;
    }
    if (!b || people_merge(t->s->people, shop_uuid(t->s, a), shop_uuid(t->s, b), CU_LIT("same"), -1, &edge, NULL) != CU_OK)
        return;
    if (dice(t->s, 2))
        assert_ok(people_unmerge(t->s->people, shop_uuid(t->s, a), edge, CU_LIT("not"), false, -1, NULL));
}

// Every person once, all their orders that count, in order.
struct visited {
    const struct book_view *v;
    const struct scan_persons *persons;
    uint32_t last;
    size_t orders;
};

static bool visit(void *context, const struct book_person *p)
{
    struct visited *x = context;
    assert_true(p->person > x->last && p->count > 0);
    x->last = p->person;
    for (size_t i = 0; i < p->count; i++) {
        const struct book_order *o = &x->v->orders[p->orders[i]];
        assert_true(i == 0 || p->orders[i] > p->orders[i - 1]);
        assert_int_equal(x->persons->root[o->pno], p->person);
        assert_true(o->flags & BOOK_COUNTS);
    }
    x->orders += p->count;
    return true;
}

static void check_persons(struct book_test *t)
{
    const struct scan_persons *persons = NULL;
    const struct book_view *v = take(t);
    size_t expected = 0;
    assert_ok(people_persons_take(t->s->people, &persons, NULL));
    struct visited x = {.v = v, .persons = persons};
    assert_ok(book_each_person(v, persons, visit, &x, NULL));
    for (size_t i = 0; i < v->count; i++)
        expected += v->orders[i].pno && v->orders[i].flags & BOOK_COUNTS;
    assert_int_equal(x.orders, expected);
    people_persons_give(t->s->people, persons);
    order_book_give(t->book, v);
}

static void random_shops(void **state)
{
    struct book_test *t = *state;
    int64_t rates_from = 0;
    said_count = 0;
    for (int i = 0; i < MESSAGES; i++) {
        random_message(t);
        uint32_t what = dice(t->s, 100);
        if (what < 3)
            gone(t, (int)dice(t->s, PEOPLE));
        else if (what < 8)
            join(t);
        if (i == MESSAGES / 3) {
            rates_from = atomic_load(&t->s->now_ms) - 20 * DAY;
            put_rates(t, rates_from, atomic_load(&t->s->now_ms));
        }
        if (i % 25 == 0 || i == MESSAGES - 1)
            check(t, rates_from);
    }
    check_persons(t);
    close_book(t); // and the same from the database alone
    open_book(t);
    check(t, rates_from);
    check_persons(t);
    for (int i = 0; i < PEOPLE; i++)
        gone(t, i);
    check(t, rates_from);
}

static void nothing_is_left_of_the_erased(void **state)
{
    struct book_test *t = *state;
    int64_t at = atomic_load(&t->s->now_ms);
    message(t, "user_id=a", "Order Completed", at - DAY, "{\"order_id\":\"1\",\"products\":[{\"product_id\":\"p\",\"name\":\"Plate\",\"price\":9}]}");
    uint32_t b = message(t, "user_id=b", "Order Completed", at,
        "{\"order_id\":\"2\",\"products\":[{\"product_id\":\"p\",\"name\":\"Plate engraved for B.\",\"price\":9},{\"name\":\"Only hers\",\"price\":1}]}");
    const struct book_view *v = take(t);
    const char *name = v->products[v->lines[v->orders[1].first_line].product].name.ptr;
    assert_memory_equal(name, "Plate engraved", 14);
    order_book_give(t->book, v);
    assert_ok(people_forget_person(t->s->people, shop_uuid(t->s, b), NULL));
    v = take(t);
    assert_int_equal(v->count, 1);
    assert_int_equal(t->book->products.texts.used, 2); // "p", "Plate"
    assert_true(cu_str_eqz(v->products[v->lines[v->orders[0].first_line].product].name, "Plate"));
    const struct book_order *row = &t->book->orders[1];
    static const struct book_order none;
    assert_memory_equal(row, &none, sizeof none);
    for (size_t i = 0; i < t->book->line_count; i++) { // either may have been written first
        if (i != v->orders[0].first_line)
            assert_int_equal(t->book->lines[i].amount, 0);
    }
    order_book_give(t->book, v);
}

// Lines that are replaced over and over take no more room than four times what is there.
static void room_for_lines_is_used_again(void **state)
{
    struct book_test *t = *state;
    int64_t at = atomic_load(&t->s->now_ms);
    char text[16384] = "{\"order_id\":\"1\",\"products\":[";
    for (int i = 0; i < 300; i++)
        (void)snprintf(text + strlen(text), sizeof text - strlen(text), "%s{\"sku\":\"s%d\",\"price\":1}", i ? "," : "", i);
    (void)snprintf(text + strlen(text), sizeof text - strlen(text), "]}");
    for (int i = 0; i < 60; i++) {
        message(t, "user_id=a", "Order Updated", at + i, text);
        order_book_settle(t->book);
    }
    const struct book_view *v = take(t);
    assert_int_equal(v->orders[0].lines, 300);
    assert_true(t->book->line_count < 6000);
    for (uint32_t i = 0; i < 300; i++) {
        char sku[16];
        (void)snprintf(sku, sizeof sku, "s%u", i);
        assert_true(cu_str_eqz(v->products[v->lines[v->orders[0].first_line + i].product].id, sku));
    }
    order_book_give(t->book, v);
}

static void repeated_ids_are_the_same_after_a_restart(void **state)
{
    struct book_test *t = *state;
    int64_t at = atomic_load(&t->s->now_ms);
    for (int i = 0; i < 12; i++) {
        char text[256];
        (void)snprintf(text, sizeof text, "{\"order_id\":\"o%d\",\"products\":[{\"sku\":\"s%d\",\"name\":\"N\",\"price\":%d}]}", i % 4, i, i + 1);
        message(t, "user_id=a", "Order Completed", at + i, text);
    }
    close_book(t);
    open_book(t);
    const struct book_view *v = take(t);
    int64_t sum = 0;
    for (size_t i = 0; i < v->count; i++)
        sum += v->orders[i].revenue;
    assert_int_equal(sum, (9 + 10 + 11 + 12) * 100);
    order_book_give(t->book, v);
}

// One allocation fails while orders are put in anew: they are read again, or all of the book is; never half of it is shown.
static void lack_of_memory_is_survived(void **state)
{
    struct book_test *t = *state;
    int64_t at = atomic_load(&t->s->now_ms);
    static const uint64_t nth[] = {1, 2, 3, 4, 6, 9, 14};
    for (int i = 0; i < 300; i++) {
        char text[256];
        (void)snprintf(text, sizeof text, "{\"order_id\":\"o%d\",\"currency\":\"USD\",\"products\":[{\"sku\":\"s%d\",\"name\":\"N%d\",\"price\":%d}]}", i, i % 50, i, i);
        message(t, "user_id=a", "Order Completed", at + i, text);
    }
    const struct rate_row rate = {text_zone_day(t->s->zone, at), "EUR", "USD", RATE_E10 * 2};
    assert_ok(rates_put(t->rates, &rate, 1, NULL));
    order_book_settle(t->book);
    for (size_t k = 0; k < CU_COUNT(nth); k++) {
        pthread_mutex_lock(&t->book->lock);
        t->book->foreign = true; // as when rates change
        cu_fault_arm(CU_FAULT_ALLOC, nth[k], false);
        pthread_cond_broadcast(&t->book->wake);
        pthread_mutex_unlock(&t->book->lock);
        order_book_settle(t->book);
        cu_fault_disarm();
        const struct book_view *v = take(t);
        int64_t sum = 0;
        for (size_t i = 0; i < v->count; i++)
            sum += v->orders[i].revenue + (int64_t)v->products[v->lines[v->orders[i].first_line].product].name.len;
        assert_int_equal(v->count, 300);
        assert_int_equal(sum, 299 * 300 / 2 * 50 + 300 * 4); // of each product the newest name: N250 .. N299
        order_book_give(t->book, v);
    }
}

// --- rates

static void decimals_of_rates(void **state)
{
    (void)state;
    int64_t v = 0;
    assert_true(rate_parse(CU_LIT("1.0832"), &v) && v == 10832000000);
    assert_true(rate_parse(CU_LIT("161"), &v) && v == 161 * RATE_E10);
    assert_true(rate_parse(CU_LIT("0.0000000001"), &v) && v == 1);
    assert_true(rate_parse(CU_LIT("10000000"), &v) && v == RATE_MAX);
    assert_true(rate_parse(CU_LIT("2.50000000000000"), &v) && v == RATE_E10 * 5 / 2);
    static const char *const bad[] = {"", ".", "0", "0.0", "-1", "1,5", "1.2.3", "10000000.1", "99999999999999999999999", "1e3", " 1", "0.00000000001"};
    for (size_t i = 0; i < CU_COUNT(bad); i++)
        assert_false(rate_parse(cu_str_of(bad[i]), &v));
}

static void money_is_rounded_half_away_from_zero(void **state)
{
    (void)state;
    int64_t v = 0;
    assert_true(rate_exchange(311111, 2 * RATE_E10, 2, RATE_E10, 2, &v) && v == 155556); // 3111.11 / 2 = 1555.56
    assert_true(rate_exchange(-311111, 2 * RATE_E10, 2, RATE_E10, 2, &v) && v == -155556);
    assert_true(rate_exchange(1000, INT64_C(1600000000000), 0, RATE_E10, 2, &v) && v == 625);  // 1,000 yen at 160 = 6.25
    assert_true(rate_exchange(625, RATE_E10, 2, INT64_C(1600000000000), 0, &v) && v == 1000);
    assert_true(rate_exchange(12345, 3070000000, 3, RATE_E10, 2, &v) && v == 4021);            // 12.345 dinar at 0.307 = 40.2117..
    assert_true(rate_exchange(INT64_C(9000000000000000), RATE_E10, 2, RATE_E10, 2, &v) && v == INT64_C(9000000000000000));
    assert_false(rate_exchange(INT64_C(9000000000000000), RATE_E10, 2, RATE_E10 + 1, 2, &v)); // beyond what money may be
    assert_false(rate_exchange(1, 0, 2, RATE_E10, 2, &v));
    uint64_t seed = 7;
    for (int i = 0; i < 20000; i++) { // |v x b - a| is at most half of b, and half only away from zero
        int64_t amount = (int64_t)(test_random(&seed) >> 24) - (1 << 30), from = 1 + (int64_t)(test_random(&seed) % 40),
                to = 1 + (int64_t)(test_random(&seed) % 40);
        assert_true(rate_exchange(amount, from, 2, to, 2, &v));
        int64_t twice = 2 * (v * from - amount * to);
        assert_true(twice <= from && twice >= -from);
        assert_true(llabs(twice) != from || (v > 0) == (amount > 0));
    }
}

static void the_last_rate_counts_for_a_week(void **state)
{
    struct book_test *t = *state;
    const struct rate_row rows[] = {{1000, "EUR", "USD", RATE_E10 * 2}, {1010, "EUR", "USD", RATE_E10 * 4}, {1000, "EUR", "CHF", RATE_E10}};
    assert_ok(rates_put(t->rates, rows, CU_COUNT(rows), NULL));
    static const struct { int32_t day; int64_t expected; } cases[] = {{999, -1}, {1000, 50}, {1007, 50}, {1008, -1}, {1010, 25}, {1017, 25}, {1018, -1}};
    for (size_t i = 0; i < CU_COUNT(cases); i++) {
        int64_t v = 100;
        bool known = rates_convert(t->rates, "USD", cases[i].day, &v, 1);
        assert_int_equal(known ? v : -1, cases[i].expected);
    }
    int64_t v = 100;
    assert_false(rates_convert(t->rates, "SEK", 1000, &v, 1));
    const struct rate_row again = {1000, "EUR", "USD", RATE_E10 * 5}; // replaces
    assert_ok(rates_put(t->rates, &again, 1, NULL));
    assert_true(rates_convert(t->rates, "USD", 1000, &v, 1) && v == 20);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(one_order_by_hand, setup, teardown),
        cmocka_unit_test_setup_teardown(random_shops, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_is_left_of_the_erased, setup, teardown),
        cmocka_unit_test_setup_teardown(room_for_lines_is_used_again, setup, teardown),
        cmocka_unit_test_setup_teardown(repeated_ids_are_the_same_after_a_restart, setup, teardown),
        cmocka_unit_test_setup_teardown(lack_of_memory_is_survived, setup, teardown),
        cmocka_unit_test(decimals_of_rates),
        cmocka_unit_test(money_is_rounded_half_away_from_zero),
        cmocka_unit_test_setup_teardown(the_last_rate_counts_for_a_week, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
