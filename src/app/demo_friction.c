// SPDX-License-Identifier: Apache-2.0
// What gets into the way of visitors of the sample shop, as a collector tells it: slow pages, forms that are not sent,
// clicks that do nothing, refused payments, searches that find nothing. Chance of its own for each, so that who buys what
// does not hang on it.
#include "demo_private.h"

enum { SALT_FRICTION = 1 << 20, USES = 8 };
enum use { USE_TIME, USE_FORM, USE_PAYMENT, USE_SEARCH, USE_CLICK };

static struct demo_random chance_of(const struct demo_shop *s, const struct demo_person *p, enum use use)
{
    return (struct demo_random){demo_hash(s, p, SALT_FRICTION + (uint32_t)p->sessions * USES + (uint32_t)use)};
}

static void click(struct demo_shop *s, struct demo_person *p, const char *event, const char *element, int64_t clicks)
{
    demo_track(s, p, event);
    jw_kz(&s->w, "element", element);
    if (clicks > 0)
        jw_ki64(&s->w, "clicks", clicks);
    demo_end(s, DEMO_TAKEN);
}

// Every third visit is measured. Products with many pictures take longest.
void demo_measure(struct demo_shop *s, struct demo_person *p)
{
    struct demo_random r = chance_of(s, p, USE_TIME);
    if (demo_agents[demo_person_agent(s, p, p->device)].app || !demo_chance(&r, 3300))
        return;
    int64_t first = 80 + demo_exponential(&r, 140), mean = p->page >= DEMO_PAGE_PRODUCT ? 1100 : 600;
    int64_t shown = first + 300 + demo_exponential(&r, mean);
    demo_track(s, p, "Page Performance Measured");
    jw_ki64(&s->w, "first_byte_ms", first);
    jw_ki64(&s->w, "lcp_ms", shown);
    jw_ki64(&s->w, "load_ms", shown + demo_exponential(&r, 500));
    demo_end(s, DEMO_TAKEN);
    if (shown > 4000 && demo_chance(&r, 2500))
        click(s, p, "Rage Click", "a.product-image", 3 + (int64_t)demo_below(&r, 5));
    else if (demo_chance(&r, 200))
        click(s, p, "Dead Click", "img.badge", 0);
}

// Of twelve searches one finds nothing; which words is the shop's catalogue.
void demo_put_found(struct demo_shop *s, struct demo_person *p, uint32_t query)
{
    struct demo_random r = chance_of(s, p, USE_SEARCH);
    bool none = query % 12 == 5 || demo_chance(&r, 150);
    jw_ki64(&s->w, "results", none ? 0 : 1 + (int64_t)demo_below(&r, 24));
}

void demo_form(struct demo_shop *s, struct demo_person *p, bool sent)
{
    static const char *const fields[] = {"phone", "email", "street", "company"};
    static const uint16_t weights[] = {5, 2, 2, 1};
    struct demo_random r = chance_of(s, p, USE_FORM);
    demo_track(s, p, "Form Started");
    jw_kz(&s->w, "form", "contact");
    demo_end(s, DEMO_TAKEN);
    demo_track(s, p, sent ? "Form Submitted" : "Form Abandoned");
    jw_kz(&s->w, "form", "contact");
    if (!sent)
        jw_kz(&s->w, "field", fields[demo_pick(&r, weights, CU_COUNT(weights))]);
    demo_end(s, DEMO_TAKEN);
}

void demo_coupon_denied(struct demo_shop *s, struct demo_person *p)
{
    struct demo_random r = chance_of(s, p, USE_CLICK);
    if (demo_chance(&r, 3000))
        click(s, p, "Rage Click", "button.apply-coupon", 3 + (int64_t)demo_below(&r, 6));
}

// Most who turn back at the payment were refused; of those who buy a few needed a second try.
void demo_pay(struct demo_shop *s, struct demo_person *p, const char *method, bool buys)
{
    static const char *const reasons[] = {"insufficient_funds", "authentication_failed", "declined", "cancelled"};
    static const uint16_t weights[] = {4, 3, 2, 3};
    struct demo_random r = chance_of(s, p, USE_PAYMENT);
    if (!demo_chance(&r, buys ? 400 : 5500))
        return;
    demo_track(s, p, "Payment Failed");
    jw_kz(&s->w, "payment_method", method);
    jw_kz(&s->w, "reason", reasons[demo_pick(&r, weights, CU_COUNT(weights))]);
    demo_end(s, DEMO_TAKEN);
}
