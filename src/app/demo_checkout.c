// SPDX-License-Identifier: Apache-2.0
// The way from the cart to the order, as the e-commerce events of the tracking protocol tell it:
// cart, start, three steps, payment. Many turn back.
#include "demo_private.h"

static const char *const deliveries[] = {"standard", "express", "pickup point"};
static const char *const payments[] = {"card", "paypal", "invoice", "apple pay"};

static uint64_t cart_number(const struct demo_shop *s, const struct demo_person *p)
{
    return (uint64_t)demo_index(s, p) * 256 + p->carts;
}

static struct demo_amounts amounts_now(const struct demo_person *p)
{
    return demo_amounts_of(p->lines, p->line_count, p->coupon, p->country);
}

static void turn_back(struct demo_shop *s, struct demo_person *p)
{
    demo_linger(s, p, DEMO_LEAVE, 60);
}

static void view_cart(struct demo_shop *s, struct demo_person *p)
{
    p->page = DEMO_PAGE_CART;
    demo_page_call(s, p, false);
    demo_track(s, p, "Cart Viewed");
    demo_put_id(s, "cart_id", "c", cart_number(s, p));
    demo_put_lines(s, p->lines, p->line_count);
    demo_end(s, DEMO_TAKEN);
    if (p->line_count > 1 && demo_chance(&p->random, 900)) {
        const struct demo_line line = p->lines[--p->line_count];
        demo_track(s, p, "Product Removed");
        demo_put_id(s, "cart_id", "c", cart_number(s, p));
        demo_put_product(s, line.product, line.quantity, 0);
        demo_end(s, DEMO_TAKEN);
    }
    if (p->goal == DEMO_CART)
        turn_back(s, p);
    else
        demo_linger(s, p, DEMO_START, 25);
}

static void start_checkout(struct demo_shop *s, struct demo_person *p)
{
    const struct demo_amounts a = amounts_now(p);
    p->page = DEMO_PAGE_CHECKOUT;
    demo_page_call(s, p, false);
    demo_track(s, p, "Checkout Started");
    demo_put_id(s, "checkout_id", "ch", cart_number(s, p));
    demo_put_amounts(s, &a, p->coupon);
    demo_put_lines(s, p->lines, p->line_count);
    if (demo_chance(&p->random, 400)) {
        jw_kbool(&s->w, "gift_wrap", true);
        s->call_undeclared = true;
    }
    demo_end(s, DEMO_TAKEN);
    demo_linger(s, p, DEMO_CONTACT, 50);
}

static void complete_step(
    struct demo_shop *s, struct demo_person *p, const char *step, const char *delivery)
{
    demo_track(s, p, "Checkout Step Completed");
    demo_put_id(s, "checkout_id", "ch", cart_number(s, p));
    jw_kz(&s->w, "step", step);
    if (delivery)
        jw_kz(&s->w, "shipping_method", delivery);
    demo_end(s, DEMO_TAKEN);
}

// A form that lets half an address through; the same person comes by with a whole one.
static void half_address(struct demo_shop *s, struct demo_person *p)
{
    demo_track(s, p, "Signed Up");
    jw_kz(&s->w, "email", "somebody@example");
    demo_end(s, DEMO_REFUSED);
}

// Who is it? Known already, an account, a new account, or a guest.
static bool tell_contact(struct demo_shop *s, struct demo_person *p)
{
    if (demo_signed_in(p))
        return true;
    if (p->flags & DEMO_ACCOUNT) {
        demo_sign_in(s, p);
        return true;
    }
    if (!demo_may_sign_up(s, p))
        return false;
    if (demo_chance(&p->random, 200))
        half_address(s, p);
    if (p->flags & DEMO_CASE_TWIN ||
        demo_chance(&p->random, p->segment >= DEMO_REGULAR ? 8000 : 4500))
        demo_sign_up(s, p);
    else
        demo_identify(s, p, demo_chance(&p->random, 3000));
    return true;
}

static void give_contact(struct demo_shop *s, struct demo_person *p)
{
    bool gives_up = p->goal == DEMO_CHECKOUT && demo_chance(&p->random, 4500);
    bool told = !gives_up && tell_contact(s, p);
    demo_form(s, p, told);
    if (!told) {
        turn_back(s, p);
        return;
    }
    complete_step(s, p, "1", NULL);
    demo_linger(s, p, DEMO_SHIPPING, 40);
}

static void choose_delivery(struct demo_shop *s, struct demo_person *p)
{
    demo_track(s, p, "Checkout Step Viewed");
    demo_put_id(s, "checkout_id", "ch", cart_number(s, p));
    jw_kz(&s->w, "step", "2");
    demo_end(s, DEMO_TAKEN);
    if (p->goal == DEMO_CHECKOUT && demo_chance(&p->random, 5000)) {
        turn_back(s, p);
        return;
    }
    complete_step(s, p, "2", deliveries[demo_below(&p->random, CU_COUNT(deliveries))]);
    demo_linger(s, p, DEMO_PAYMENT, 45);
}

static const struct demo_coupon *coupon_for(
    const struct demo_shop *s, struct demo_person *p, uint8_t *ret)
{
    int month = demo_month(s->now_ms);
    *ret = month == 10 ? 3 : month >= 2 && month <= 4 ? 1 : month >= 5 && month <= 7 ? 2 : 4;
    if (p->orders == 0 && p->flags & DEMO_SUBSCRIBED)
        *ret = 0;
    return &demo_coupons[*ret];
}

static void put_coupon(
    struct demo_shop *s, struct demo_person *p, const char *event, const struct demo_coupon *c)
{
    demo_track(s, p, event);
    demo_put_id(s, "cart_id", "c", cart_number(s, p));
    jw_kz(&s->w, "coupon_id", c->code);
    jw_kz(&s->w, "coupon_name", c->name);
}

static void try_coupon(struct demo_shop *s, struct demo_person *p)
{
    uint8_t number = 0;
    const struct demo_coupon *c = coupon_for(s, p, &number);
    p->coupon = DEMO_NO_COUPON;
    if (!demo_chance(&p->random, demo_month(s->now_ms) == 10 ? 4500 : 1500))
        return;
    put_coupon(s, p, "Coupon Entered", c);
    demo_end(s, DEMO_TAKEN);
    if (demo_chance(&p->random, 1500)) {
        put_coupon(s, p, "Coupon Denied", c);
        jw_kz(&s->w, "reason", "expired");
    } else {
        p->coupon = number;
        put_coupon(s, p, "Coupon Applied", c);
        demo_put_money(s, "discount", amounts_now(p).discount);
    }
    demo_end(s, DEMO_TAKEN);
    if (p->coupon == DEMO_NO_COUPON)
        demo_coupon_denied(s, p);
}

static void give_payment(struct demo_shop *s, struct demo_person *p)
{
    try_coupon(s, p);
    demo_track(s, p, "Payment Info Entered");
    demo_put_id(s, "checkout_id", "ch", cart_number(s, p));
    jw_kz(&s->w, "step", "3");
    const char *method = payments[demo_below(&p->random, CU_COUNT(payments))];
    jw_kz(&s->w, "payment_method", method);
    demo_end(s, DEMO_TAKEN);
    demo_pay(s, p, method, p->goal == DEMO_BUY);
    if (p->goal == DEMO_BUY)
        demo_linger(s, p, DEMO_ORDER, 30);
    else
        turn_back(s, p);
}

static void say_thanks(struct demo_shop *s, struct demo_person *p)
{
    p->page = DEMO_PAGE_THANKS;
    demo_page_call(s, p, false);
    if (!(p->flags & DEMO_MAIL_SAID) && demo_chance(&p->random, 3000))
        demo_subscribe(s, p);
    demo_linger(s, p, DEMO_LEAVE, 40);
}

void demo_checkout_step(struct demo_shop *s, struct demo_person *p)
{
    switch (p->stage) {
    case DEMO_IN_CART:
        view_cart(s, p);
        break;
    case DEMO_START:
        start_checkout(s, p);
        break;
    case DEMO_CONTACT:
        give_contact(s, p);
        break;
    case DEMO_SHIPPING:
        choose_delivery(s, p);
        break;
    case DEMO_PAYMENT:
        give_payment(s, p);
        break;
    case DEMO_ORDER:
        demo_order_place(s, p);
        demo_linger(s, p, DEMO_THANKS, 3);
        break;
    default:
        say_thanks(s, p);
        break;
    }
}
