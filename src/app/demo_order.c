// SPDX-License-Identifier: Apache-2.0
// Orders of the sample shop: what they amount to, and what the shop's server tells of them in the
// days after: confirmation, correction, cancellation, refunds, reviews.
#include "demo_private.h"

#define SHIPPING_PRICE 490
#define SHIPPING_FREE_FROM 6500

// Prices are without tax. A customer pays subtotal + shipping + tax, where the subtotal is the sum
// of the lines less the discount; that is also the shop's revenue.
struct demo_amounts demo_amounts_of(
    const struct demo_line *lines, size_t count, uint8_t coupon, uint8_t country)
{
    struct demo_amounts a = {0};
    for (size_t i = 0; i < count; i++)
        a.list += (int64_t)demo_products[lines[i].product].price * lines[i].quantity;
    if (coupon != DEMO_NO_COUPON)
        a.discount = (a.list * demo_coupons[coupon].percent + 50) / 100;
    a.subtotal = a.list - a.discount;
    a.shipping = a.subtotal >= SHIPPING_FREE_FROM ? 0 : SHIPPING_PRICE;
    a.tax = ((a.subtotal + a.shipping) * demo_countries[country].tax + 500) / 1000;
    a.total = a.subtotal + a.shipping + a.tax;
    return a;
}

void demo_put_amounts(struct demo_shop *s, const struct demo_amounts *a, uint8_t coupon)
{
    jw_kz(&s->w, "currency", "EUR");
    demo_put_money(s, "subtotal", a->subtotal);
    demo_put_money(s, "revenue", a->subtotal);
    demo_put_money(s, "shipping", a->shipping);
    demo_put_money(s, "tax", a->tax);
    demo_put_money(s, "discount", a->discount);
    demo_put_money(s, "total", a->total);
    if (coupon != DEMO_NO_COUPON)
        jw_kz(&s->w, "coupon", demo_coupons[coupon].code);
}

void demo_put_lines(struct demo_shop *s, const struct demo_line *lines, size_t count)
{
    jw_key(&s->w, "products");
    jw_array(&s->w);
    for (size_t i = 0; i < count; i++) {
        jw_object(&s->w);
        demo_put_product(s, lines[i].product, lines[i].quantity, 0);
        jw_object_end(&s->w);
    }
    jw_array_end(&s->w);
}

void demo_put_order_id(struct demo_shop *s, uint32_t number)
{
    demo_put_id(s, "order_id", "A", 10000 + (uint64_t)number);
}

// ---- orders kept for what follows

static struct demo_kept *keep(struct demo_shop *s, struct demo_person *p)
{
    if (s->kept_free == 0 && s->kept_count == s->kept_cap) {
        size_t cap = s->kept_cap ? s->kept_cap * 2 : 256;
        struct demo_kept *kept = cu_realloc(s->kept, cap * sizeof *kept);
        if (!kept) {
            demo_fail(s, CU_MEMORY, "no memory for the sample shop");
            return NULL;
        }
        s->kept = kept;
        s->kept_cap = cap;
    }
    struct demo_kept *k = s->kept_free ? &s->kept[s->kept_free - 1] : &s->kept[s->kept_count++];
    if (s->kept_free)
        s->kept_free = k->number; // of a free row: the next free one
    *k = (struct demo_kept){.number = s->orders,
        .person = demo_index(s, p),
        .device = p->device,
        .country = p->country,
        .coupon = p->coupon,
        .count = p->line_count};
    memcpy(k->lines, p->lines, sizeof k->lines);
    return k;
}

static void follow(struct demo_shop *s, struct demo_kept *k, enum demo_what what, int64_t after_ms)
{
    if (s->now_ms + after_ms >= s->horizon_ms)
        return;
    k->uses++;
    demo_later(s, k->person, s->now_ms + after_ms, what, (uint32_t)(k - s->kept));
}

static int64_t days(struct demo_random *r, uint32_t from, uint32_t to)
{
    return from * DEMO_DAY_MS + (int64_t)demo_below(r, (to - from) * 86400U) * 1000;
}

static void plan_aftermath(struct demo_shop *s, struct demo_person *p, struct demo_kept *k)
{
    struct demo_random *r = &p->random;
    follow(s, k, DEMO_CONFIRMED, 15000 + demo_below(r, 60000));
    if (demo_chance(r, 250)) {
        follow(s, k, DEMO_CANCELLED, DEMO_HOUR_MS + demo_below(r, 20 * 3600) * INT64_C(1000));
        return;
    }
    if (demo_chance(r, 200))
        follow(s, k, DEMO_UPDATED, DEMO_HOUR_MS + demo_below(r, 20 * 3600) * INT64_C(1000));
    if (demo_chance(r, 700)) { // one after the other: compilers order arguments as they like
        bool whole = demo_chance(r, 5000);
        follow(s, k, whole ? DEMO_REFUND_ALL : DEMO_REFUND_PART, days(r, 4, 24));
    }
    if (demo_chance(r, 900))
        follow(s, k, DEMO_REVIEWED, days(r, 8, 30));
}

static void put_order(struct demo_shop *s, const struct demo_kept *k)
{
    const struct demo_amounts a = demo_amounts_of(k->lines, k->count, k->coupon, k->country);
    demo_put_order_id(s, k->number);
    jw_kz(&s->w, "affiliation", "Online shop");
    demo_put_amounts(s, &a, k->coupon);
    demo_put_lines(s, k->lines, k->count);
}

void demo_order_place(struct demo_shop *s, struct demo_person *p)
{
    s->orders++;
    struct demo_kept *k = keep(s, p);
    if (!k)
        return;
    demo_track(s, p, "Order Completed");
    demo_put_id(s, "checkout_id", "ch", (uint64_t)demo_index(s, p) * 256 + p->carts);
    put_order(s, k);
    demo_end(s, DEMO_TAKEN);
    s->totals.orders++;
    s->totals.revenue += demo_amounts_of(k->lines, k->count, k->coupon, k->country).subtotal;
    p->orders = (uint8_t)(p->orders < 255 ? p->orders + 1 : 255);
    p->visits_since_order = 0;
    p->line_count = 0;
    p->coupon = DEMO_NO_COUPON;
    plan_aftermath(s, p, k);
}

// ---- what follows

static void refund(
    struct demo_shop *s, struct demo_person *p, const struct demo_kept *k, bool whole)
{
    static const char *const reasons[] = {
        "Arrived damaged", "Changed my mind", "Wrong size", "Late"};
    struct demo_line back[DEMO_LINES_MAX];
    struct demo_amounts a = demo_amounts_of(k->lines, k->count, k->coupon, k->country);
    size_t count = whole ? k->count : 1;
    memcpy(back, k->lines, sizeof back);
    if (!whole) { // one piece of the first line, with its tax, without the shipping
        back[0].quantity = 1;
        a = demo_amounts_of(back, 1, k->coupon, k->country);
        a.total = a.subtotal + (a.subtotal * demo_countries[k->country].tax) / 1000;
    }
    for (bool bad = demo_chance(&p->random, 1500);; bad = false) {
        // the plug-in forgets which order, is refused, and tries again
        demo_server_track(s, p, k->device, "Order Refunded");
        if (!bad)
            demo_put_order_id(s, k->number);
        jw_kz(&s->w, "currency", "EUR");
        demo_put_money(s, "total", a.total);
        jw_kz(&s->w, "reason", reasons[demo_below(&p->random, CU_COUNT(reasons))]);
        demo_put_lines(s, back, count);
        demo_end(s, bad ? DEMO_SET_ASIDE : DEMO_TAKEN);
        if (!bad)
            break;
    }
    s->totals.refunds++;
    s->totals.refunded += a.total;
}

static void review(struct demo_shop *s, struct demo_person *p, const struct demo_kept *k)
{
    static const char *const texts[] = {"Lovely, exactly as in the picture.",
        "Good, but smaller than I thought.", "A present for my sister; she uses it every day.",
        "The lid does not close well."};
    static const uint8_t stars[] = {5, 4, 5, 2};
    uint32_t which = demo_below(&p->random, CU_COUNT(texts));
    char product[8] = "P000";
    for (uint32_t n = k->lines[0].product + 1U, i = 3; i > 0; i--, n /= 10)
        product[i] = (char)('0' + n % 10);
    demo_server_track(s, p, k->device, "Product Reviewed");
    jw_kz(&s->w, "product_id", product);
    demo_put_id(s, "review_id", "r", k->number);
    jw_kz(&s->w, "review_body", texts[which]);
    jw_ki64(&s->w, "rating", stars[which]);
    demo_end(s, DEMO_TAKEN);
}

static void cancel(struct demo_shop *s, struct demo_person *p, const struct demo_kept *k)
{
    demo_server_track(s, p, k->device, "Order Cancelled");
    put_order(s, k);
    demo_end(s, DEMO_TAKEN);
    s->totals.orders--;
    s->totals.cancelled++;
    s->totals.revenue -= demo_amounts_of(k->lines, k->count, k->coupon, k->country).subtotal;
}

void demo_order_follow(struct demo_shop *s, enum demo_what what, uint32_t kept)
{
    struct demo_kept *k = &s->kept[kept];
    struct demo_person *p = &s->people[k->person];
    switch ((int)what) {
    case DEMO_CONFIRMED:
        demo_mail_confirm(s, p, k);
        break;
    case DEMO_UPDATED: // the address was corrected
        demo_server_track(s, p, k->device, "Order Updated");
        put_order(s, k);
        demo_end(s, DEMO_TAKEN);
        break;
    case DEMO_CANCELLED:
        cancel(s, p, k);
        break;
    case DEMO_REVIEWED:
        review(s, p, k);
        break;
    default:
        refund(s, p, k, what == DEMO_REFUND_ALL);
        break;
    }
    if (--k->uses == 0) {
        k->number = s->kept_free;
        s->kept_free = kept + 1;
    }
}
