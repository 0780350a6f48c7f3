// SPDX-License-Identifier: Apache-2.0
// A visit to the sample shop, one step at each due moment: it lands somewhere, looks at lists and
// products, fills a cart or not, and leaves. How far it goes is decided when it begins; the way
// from the cart on is in demo_checkout.c, signing up and in is in demo_account.c.
#include "demo_private.h"

enum { LINE_QUANTITY_MAX = 9 };

void demo_linger(struct demo_shop *s, struct demo_person *p, enum demo_stage next, int64_t mean_s)
{
    p->stage = (uint8_t)next;
    demo_step_after(s, p, 3000 + demo_exponential(&p->random, mean_s * 1000));
}

static bool was_linked(const struct demo_person *p, uint8_t device)
{
    return p->linked >> device & 1;
}

// The device of the household's other customer, who is known on it; so are we, everywhere.
static bool may_borrow(const struct demo_shop *s, const struct demo_person *p)
{
    if (!(p->flags & DEMO_BORROWS) || !(p->flags & DEMO_ACCOUNT) || demo_index(s, p) == 0)
        return false;
    const struct demo_person *owner = p - 1;
    return owner->flags & DEMO_ACCOUNT && was_linked(owner, 0) && owner->signed_in & 1;
}

static void choose_device(struct demo_shop *s, struct demo_person *p)
{
    struct demo_random *r = &p->random;
    if (may_borrow(s, p) && demo_chance(r, 2000)) {
        p->device = DEMO_BORROWED;
        return;
    }
    if (p->device_count < DEMO_DEVICES && p->sessions > 1 && demo_chance(r, 150))
        p->main_device = p->device_count++; // cookies deleted, or a new device
    p->device = p->main_device;
    if (p->second_device != DEMO_NO_DEVICE && demo_chance(r, 3500))
        p->device = p->second_device;
}

static enum demo_goal choose_goal(struct demo_person *p)
{
    static const uint16_t usual[DEMO_SEGMENTS][DEMO_GOALS] = {
        [DEMO_PASSER] = {5200, 4530, 200, 45, 25},
        [DEMO_BROWSER] = {3700, 5560, 560, 140, 40},
        [DEMO_BUYER] = {2800, 5540, 850, 330, 480},
        [DEMO_REGULAR] = {2200, 5680, 800, 400, 920},
        [DEMO_WHOLESALE] = {1500, 6000, 600, 500, 1400},
    };
    uint16_t weights[DEMO_GOALS];
    memcpy(weights, usual[p->segment], sizeof weights);
    if (p->line_count > 0) // the cart is waiting
        weights[DEMO_BUY] = (uint16_t)(weights[DEMO_BUY] * 2 + 200);
    if (p->orders > 0 && p->visits_since_order < 3) // has everything for now
        weights[DEMO_BUY] /= 4;
    return (enum demo_goal)demo_pick(&p->random, weights, DEMO_GOALS);
}

static uint8_t choose_category(struct demo_shop *s, struct demo_person *p)
{
    uint16_t weights[DEMO_CATEGORIES];
    for (size_t i = 0; i < DEMO_CATEGORIES; i++)
        weights[i] = demo_categories[i].months[demo_month(s->now_ms)];
    return (uint8_t)demo_pick(&p->random, weights, DEMO_CATEGORIES);
}

// Within a category the first are wanted most.
static void choose_product(struct demo_shop *s, struct demo_person *p)
{
    uint32_t a = demo_below(&p->random, DEMO_PRODUCTS_EACH);
    uint32_t b = demo_below(&p->random, DEMO_PRODUCTS_EACH);
    uint32_t category = p->page >= DEMO_PAGE_CATEGORY && p->page < DEMO_PAGE_PRODUCT
                            ? (uint32_t)p->page - DEMO_PAGE_CATEGORY
                            : choose_category(s, p);
    p->product = (uint8_t)(category * DEMO_PRODUCTS_EACH + (a < b ? a : b));
}

// ---- steps

static void view_product(struct demo_shop *s, struct demo_person *p, bool landing)
{
    p->page = (uint8_t)(DEMO_PAGE_PRODUCT + p->product);
    demo_page_call(s, p, landing);
    demo_track(s, p, "Product Viewed");
    demo_put_product(s, p->product, 0, 0);
    jw_kz(&s->w, "currency", "EUR");
    demo_end(s, DEMO_TAKEN);
    if (demo_chance(&p->random, 15)) { // an event nobody declared
        demo_track(s, p, "Size Guide Opened");
        s->call_undeclared = true;
        demo_put_members(s, s->products[p->product]);
        demo_end(s, DEMO_TAKEN);
    }
}

static void next_view(struct demo_shop *s, struct demo_person *p)
{
    uint32_t way = demo_below(&p->random, 100);
    demo_linger(s, p, way < 24 ? DEMO_LIST : way < 34 ? DEMO_SEARCH : DEMO_PRODUCT, 25);
}

static void view_list(struct demo_shop *s, struct demo_person *p)
{
    uint32_t category = choose_category(s, p);
    p->page = (uint8_t)(DEMO_PAGE_CATEGORY + category);
    demo_page_call(s, p, false);
    demo_track(s, p, "Product List Viewed");
    jw_kz(&s->w, "list_id", demo_categories[category].slug);
    jw_kz(&s->w, "category", demo_categories[category].name);
    jw_key(&s->w, "products");
    jw_array(&s->w);
    for (uint32_t i = 0; i < 3; i++) {
        jw_object(&s->w);
        demo_put_product(s, (uint8_t)(category * DEMO_PRODUCTS_EACH + i), 0, i + 1);
        jw_object_end(&s->w);
    }
    jw_array_end(&s->w);
    demo_end(s, DEMO_TAKEN);
    demo_linger(s, p, DEMO_PRODUCT, 25);
}

static void search(struct demo_shop *s, struct demo_person *p)
{
    p->page = DEMO_PAGE_SEARCH;
    demo_page_call(s, p, false);
    demo_track(s, p, "Products Searched");
    uint32_t query = demo_below(&p->random, DEMO_QUERIES);
    jw_kz(&s->w, "query", demo_queries[query]);
    demo_put_found(s, p, query);
    demo_end(s, DEMO_TAKEN);
    demo_linger(s, p, DEMO_PRODUCT, 15);
}

static void finish_looking(struct demo_shop *s, struct demo_person *p)
{
    static const uint32_t subscribes[DEMO_SEGMENTS] = {60, 150, 260, 400, 500};
    static const uint32_t signs_up[DEMO_SEGMENTS] = {15, 60, 150, 250, 800};
    if (p->goal >= DEMO_CART && p->line_count > 0) {
        demo_linger(s, p, DEMO_IN_CART, 20);
        return;
    }
    if (!(p->flags & DEMO_ACCOUNT) && demo_may_sign_up(s, p) &&
        demo_chance(&p->random, signs_up[p->segment]))
        demo_sign_up(s, p);
    if (!(p->flags & DEMO_MAIL_SAID) && demo_chance(&p->random, subscribes[p->segment]))
        demo_subscribe(s, p);
    demo_linger(s, p, DEMO_LEAVE, 30);
}

static void look_at_product(struct demo_shop *s, struct demo_person *p)
{
    choose_product(s, p);
    view_product(s, p, false);
    p->views = (uint8_t)(p->views ? p->views - 1 : 0);
    bool must = p->views == 0 && p->line_count == 0;
    if (demo_chance(&p->random, 250)) {
        demo_track(s, p, "Product Added to Wishlist");
        demo_put_id(s, "wishlist_id", "w", demo_index(s, p) + 1U);
        demo_put_product(s, p->product, 1, 0);
        demo_end(s, DEMO_TAKEN);
    }
    if (p->goal >= DEMO_CART && (must || demo_chance(&p->random, 3300)))
        demo_linger(s, p, DEMO_ADD, 20);
    else if (p->views > 0)
        next_view(s, p);
    else
        finish_looking(s, p);
}

static uint32_t put_into_cart(struct demo_person *p)
{
    uint32_t wanted = demo_chance(&p->random, 8300) ? 1 : 2 + demo_below(&p->random, 2);
    if (p->segment == DEMO_WHOLESALE)
        wanted += demo_below(&p->random, 3);
    for (size_t i = 0; i < p->line_count; i++) {
        struct demo_line *line = &p->lines[i];
        if (line->product != p->product)
            continue;
        uint32_t room = LINE_QUANTITY_MAX - (uint32_t)line->quantity;
        wanted = wanted < room ? wanted : room;
        line->quantity = (uint8_t)(line->quantity + wanted);
        return wanted;
    }
    if (p->line_count == DEMO_LINES_MAX)
        return 0;
    p->lines[p->line_count++] = (struct demo_line){p->product, (uint8_t)wanted};
    return wanted;
}

static void put_added(struct demo_shop *s, struct demo_person *p, uint32_t quantity, bool bad)
{
    demo_track(s, p, "Product Added");
    demo_put_id(s, "cart_id", "c", (uint64_t)demo_index(s, p) * 256 + p->carts);
    if (bad) { // a theme that writes prices as people of the country do
        jw_kz(&s->w, "product_id", "P000");
        jw_kz(&s->w, "price", "19,90");
    } else {
        demo_put_product(s, p->product, quantity, 0);
    }
    jw_kz(&s->w, "currency", "EUR");
    demo_end(s, bad ? DEMO_REFUSED : DEMO_TAKEN);
}

static void add_to_cart(struct demo_shop *s, struct demo_person *p)
{
    if (p->line_count == 0)
        p->carts++;
    uint32_t quantity = put_into_cart(p);
    if (demo_chance(&p->random, 130))
        put_added(s, p, quantity, true);
    if (quantity > 0)
        put_added(s, p, quantity, false);
    if (p->views > 0)
        next_view(s, p);
    else
        demo_linger(s, p, DEMO_IN_CART, 15);
}

// ---- beginning and end

static void answer_banner(struct demo_shop *s, struct demo_person *p)
{
    static const uint16_t shares[] = {700, 120, 60, 120};
    static const uint8_t answers[] = {DEMO_ANALYTICS | DEMO_PERSONAL | DEMO_ADVERTISING,
        DEMO_ANALYTICS | DEMO_PERSONAL, DEMO_ANALYTICS, 0};
    bool again = p->flags & DEMO_CONSENT_SAID;
    if (!demo_chance(&p->random, again ? 80 : 7500))
        return;
    p->consent = answers[demo_pick(&p->random, shares, CU_COUNT(shares))];
    p->flags |= DEMO_CONSENT_SAID;
    demo_consent_call(s, p);
}

static void land(struct demo_shop *s, struct demo_person *p)
{
    uint32_t where = demo_below(&p->random, 100);
    bool app = demo_agents[demo_person_agent(s, p, p->device)].app;
    p->page = DEMO_HOME;
    if (app) {
        demo_track(s, p, "Application Opened");
        jw_kz(&s->w, "version", "3.4.1");
        jw_kbool(&s->w, "from_background", where % 2);
        demo_end(s, DEMO_TAKEN);
    }
    if (where < 45 || app) {
        demo_page_call(s, p, true);
    } else if (where < 65) {
        p->page = (uint8_t)(DEMO_PAGE_CATEGORY + choose_category(s, p));
        demo_page_call(s, p, true);
    } else {
        choose_product(s, p);
        view_product(s, p, true);
    }
    demo_measure(s, p);
}

void demo_session_begin(struct demo_shop *s, struct demo_person *p, uint8_t channel)
{
    static const uint8_t views[DEMO_GOALS][2] = {{0, 1}, {1, 4}, {1, 4}, {2, 4}, {2, 4}};
    p->sessions++;
    p->visits_since_order++;
    p->channel = channel;
    s->totals.sessions++;
    choose_device(s, p);
    if (p->line_count > 0 && demo_chance(&p->random, 5000))
        p->line_count = 0;
    p->goal = (uint8_t)choose_goal(p);
    p->views = (uint8_t)(views[p->goal][0] + demo_below(&p->random, views[p->goal][1]));
    land(s, p);
    answer_banner(s, p);
    if (p->flags & DEMO_ACCOUNT &&
        (p->device == DEMO_BORROWED || (!demo_signed_in(p) && demo_chance(&p->random, 2500))))
        demo_sign_in(s, p);
    if (p->goal == DEMO_BOUNCE)
        demo_session_leave(s, p);
    else if (p->views == 0)
        finish_looking(s, p);
    else
        next_view(s, p);
}

void demo_session_leave(struct demo_shop *s, struct demo_person *p)
{
    if (p->device < DEMO_DEVICES && demo_signed_in(p) && demo_chance(&p->random, 300)) {
        demo_track(s, p, "Signed Out");
        demo_end(s, DEMO_TAKEN);
        p->signed_in &= (uint8_t) ~(1U << p->device);
    }
    if (p->line_count > 0 && p->flags & DEMO_SUBSCRIBED && p->goal >= DEMO_CART)
        demo_later(s, demo_index(s, p), s->now_ms + 2 * DEMO_HOUR_MS, DEMO_REMINDER, ++s->mails);
    demo_visit_later(s, p);
}

void demo_session_step(struct demo_shop *s, struct demo_person *p)
{
    switch ((enum demo_stage)p->stage) {
    case DEMO_LIST:
        view_list(s, p);
        break;
    case DEMO_PRODUCT:
        look_at_product(s, p);
        break;
    case DEMO_SEARCH:
        search(s, p);
        break;
    case DEMO_ADD:
        add_to_cart(s, p);
        break;
    case DEMO_IN_CART:
    case DEMO_START:
    case DEMO_CONTACT:
    case DEMO_SHIPPING:
    case DEMO_PAYMENT:
    case DEMO_ORDER:
    case DEMO_THANKS:
        demo_checkout_step(s, p);
        break;
    case DEMO_AWAY:
    case DEMO_LEAVE:
        demo_session_leave(s, p);
        break;
    }
}
