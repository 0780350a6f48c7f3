// SPDX-License-Identifier: Apache-2.0
// What the files of the generator share. A shop is a queue of due moments (demo_agenda.c); a person
// is a small state that takes one step at each of theirs.
//
//   demo_shop.c       the loop, opening day, visits to come
//   demo_person.c     who people are: names, addresses, devices; how many persons they look like
//   demo_session.c    a visit, step by step
//   demo_account.c    how visitors become known
//   demo_checkout.c   the way from cart to order
//   demo_friction.c   what gets into their way
//   demo_order.c      what an order amounts to and what follows it
//   demo_mail.c       newsletters and other mail
//   demo_call.c       writing calls
//   demo_texts.c      what they are written from
#pragma once

#include "demo_random.h"
#include "demo_shop.h"
#include "demo_tables.h"

#include "text/json.h"

#define DEMO_MINUTE_MS INT64_C(60000)
#define DEMO_HOUR_MS INT64_C(3600000)
#define DEMO_DAY_MS INT64_C(86400000)

enum {
    DEMO_LINES_MAX = 5,
    DEMO_DEVICES = 8,
    DEMO_BORROWED = 8,
    DEMO_NO_DEVICE = 9,
    DEMO_NO_COUPON = 255
};

enum demo_segment {
    DEMO_PASSER,
    DEMO_BROWSER,
    DEMO_BUYER,
    DEMO_REGULAR,
    DEMO_WHOLESALE,
    DEMO_SEGMENTS
};
enum demo_goal { // how far a visit goes
    DEMO_BOUNCE,
    DEMO_LOOK,
    DEMO_CART,
    DEMO_CHECKOUT,
    DEMO_BUY,
    DEMO_GOALS
};
enum demo_stage {
    DEMO_AWAY,
    DEMO_LIST,
    DEMO_PRODUCT,
    DEMO_SEARCH,
    DEMO_ADD,
    DEMO_IN_CART,
    DEMO_START,
    DEMO_CONTACT,
    DEMO_SHIPPING,
    DEMO_PAYMENT,
    DEMO_ORDER,
    DEMO_THANKS,
    DEMO_LEAVE
};
enum demo_flag {
    DEMO_CAME = 1,          // at least once
    DEMO_KNOWN = 2,         // gave an e-mail address
    DEMO_ACCOUNT = 4,       // has a userId
    DEMO_SUBSCRIBED = 8,    // gets newsletters
    DEMO_MAIL_SAID = 16,    // was asked about newsletters, whatever the answer
    DEMO_TYPO_TWIN = 32,    // somebody who is here already, with a slip in the address
    DEMO_CASE_TWIN = 64,    // a second account of the same address; only the userId's case differs
    DEMO_BOUNCES = 128,     // mail comes back
    DEMO_BORROWS = 256,     // sometimes uses the device of the person before
    DEMO_CONSENT_SAID = 512 // the banner was answered
};
enum demo_consent { DEMO_ANALYTICS = 1, DEMO_PERSONAL = 2, DEMO_ADVERTISING = 4 };

struct demo_line {
    uint8_t product, quantity;
};
struct demo_person {
    struct demo_random random;
    int64_t due_ms;  // of their next step; other entries of the agenda are out of date
    int64_t gone_ms; // comes no more after
    uint32_t base;   // whose name and address: their own, or a twin's
    uint32_t gap_min;
    uint16_t flags, sessions, visits_since_order;
    uint8_t segment, country, given, family, town, street, house, moves;
    uint8_t seen, linked, signed_in; // a bit for each device
    uint8_t device, main_device, second_device, device_count;
    uint8_t stage, goal, views, channel, page, product, consent;
    uint8_t carts, orders, coupon, line_count;
    struct demo_line lines[DEMO_LINES_MAX];
};

// What happens to whom: visits are steps of the person, the rest is an order's or a letter's.
enum demo_what {
    DEMO_STEP,
    DEMO_LETTER,    // argument: number of the newsletter
    DEMO_REMINDER,  // of a cart left behind
    DEMO_OPENED,    // argument: the mail's number
    DEMO_CONFIRMED, // from here on the argument is a kept order
    DEMO_UPDATED,
    DEMO_CANCELLED,
    DEMO_REFUND_ALL,
    DEMO_REFUND_PART,
    DEMO_REVIEWED
};
struct demo_entry {
    int64_t ms;
    uint32_t person;
    uint32_t what; // enum demo_what in the upper 4 bits, the argument below
};
struct demo_agenda {
    struct demo_entry *heap;
    size_t count, cap;
};
bool demo_agenda_add(struct demo_agenda *a, struct demo_entry e) CU_MUST; // false: no memory
bool demo_agenda_next(struct demo_agenda *a, struct demo_entry *ret);     // false: empty

struct demo_kept { // an order that something still follows
    uint32_t number, person, uses;
    uint8_t device, country, coupon, count;
    struct demo_line lines[DEMO_LINES_MAX];
};
struct demo_page {
    cu_str path, title;
};
enum demo_page_number { // categories and products follow
    DEMO_HOME,
    DEMO_PAGE_SEARCH,
    DEMO_PAGE_CART,
    DEMO_PAGE_CHECKOUT,
    DEMO_PAGE_THANKS,
    DEMO_PAGE_ACCOUNT,
    DEMO_PAGE_CATEGORY,
    DEMO_PAGE_PRODUCT = DEMO_PAGE_CATEGORY + DEMO_CATEGORIES,
    DEMO_PAGES = DEMO_PAGE_PRODUCT + DEMO_PRODUCTS
};

struct demo_shop {
    const struct demo_options *o;
    demo_sink *sink;
    void *context;
    struct demo_totals totals;
    cu_code code; // the first failure; ends the loop
    struct cu_error *err;
    uint64_t key; // of everything that is named: ids, numbers
    char tag[8];  // the same, short, in what people see
    int64_t start_ms, horizon_ms, now_ms;
    struct demo_person *people;
    struct demo_agenda agenda;
    struct demo_kept *kept;
    size_t kept_count, kept_cap;
    uint32_t kept_free; // index + 1 of a row to use again
    uint32_t orders, mails;
    struct cu_arena *arena; // pages and product texts
    struct demo_page pages[DEMO_PAGES];
    cu_str products[DEMO_PRODUCTS]; // members of a JSON object, without quantity
    struct cu_buf buf, name, text; // all of their room is there from the start
    struct json_writer w;
    // the call being written
    const struct demo_person *call_person;
    uint8_t call_device;
    bool call_named; // carries a userId or tells an e-mail address
    bool call_undeclared;
};

// demo_shop.c
void demo_later(
    struct demo_shop *s, uint32_t person, int64_t ms, enum demo_what what, uint32_t argument);
void demo_step_after(
    struct demo_shop *s, struct demo_person *p, int64_t ms);       // the person's next step
void demo_visit_later(struct demo_shop *s, struct demo_person *p); // plans the next visit, if any
uint32_t demo_index(const struct demo_shop *s, const struct demo_person *p);
void demo_fail(struct demo_shop *s, cu_code code, const char *text);

// demo_person.c
void demo_person_make(struct demo_shop *s, uint32_t index);
uint64_t demo_hash(
    const struct demo_shop *s, const struct demo_person *p, uint32_t salt); // fixed for ever
// Valid until the next of the two; the telephone number may be NONE.
cu_str demo_person_email(struct demo_shop *s, const struct demo_person *p, bool careless);
cu_str demo_person_phone(struct demo_shop *s, const struct demo_person *p);
void demo_person_address(struct demo_shop *s, const struct demo_person *p); // members of traits
const char *demo_person_given(const struct demo_person *p);
const char *demo_person_family(const struct demo_person *p);
size_t demo_person_agent(const struct demo_shop *s, const struct demo_person *p, uint8_t device);
// The ids a call carries were taken: which devices are seen, which belong to whom. Counts persons.
void demo_person_count(struct demo_shop *s, uint32_t index, uint8_t device, bool named);

// demo_texts.c
void demo_open_texts(struct demo_shop *s);
void demo_put_id(struct demo_shop *s, const char *name, const char *prefix, uint64_t number);
void demo_put_money(struct demo_shop *s, const char *name, int64_t minor);
void demo_put_product(
    struct demo_shop *s, uint8_t product, uint32_t quantity, uint32_t position); // 0: left out
void demo_put_members(struct demo_shop *s, cu_str members);
void demo_user_id(const struct demo_shop *s, const struct demo_person *p, char ret[40]);
void demo_anonymous_id(
    const struct demo_shop *s, const struct demo_person *p, uint8_t device, char ret[37]);

// demo_call.c: a call is begun, its properties are written to s->w, and it is ended.
void demo_track(struct demo_shop *s, struct demo_person *p, const char *event);
void demo_page_call(
    struct demo_shop *s, struct demo_person *p, bool landing); // whole; "screen" in apps
void demo_identify(struct demo_shop *s, struct demo_person *p, bool careless); // whole
void demo_alias(struct demo_shop *s, struct demo_person *p);                   // whole
void demo_group(struct demo_shop *s, struct demo_person *p);                   // whole
void demo_server_track(
    struct demo_shop *s, struct demo_person *p, uint8_t device, const char *event);
void demo_server_consent(struct demo_shop *s, struct demo_person *p, uint8_t device); // whole
void demo_end(struct demo_shop *s, enum demo_fate fate);

// demo_session.c
void demo_session_step(struct demo_shop *s, struct demo_person *p);
void demo_session_begin(struct demo_shop *s, struct demo_person *p, uint8_t channel);
void demo_session_leave(struct demo_shop *s, struct demo_person *p);
void demo_linger(struct demo_shop *s, struct demo_person *p, enum demo_stage next, int64_t mean_s);

// demo_account.c
void demo_sign_up(struct demo_shop *s, struct demo_person *p);
void demo_sign_in(struct demo_shop *s, struct demo_person *p);
void demo_subscribe(struct demo_shop *s, struct demo_person *p);
void demo_consent_call(struct demo_shop *s, struct demo_person *p);
bool demo_signed_in(const struct demo_person *p); // on the device in use
bool demo_may_sign_up(const struct demo_shop *s, const struct demo_person *p);

// demo_checkout.c
void demo_checkout_step(struct demo_shop *s, struct demo_person *p);

// demo_friction.c
void demo_measure(struct demo_shop *s, struct demo_person *p);
void demo_put_found(struct demo_shop *s, struct demo_person *p, uint32_t query); // a member of Products Searched
void demo_form(struct demo_shop *s, struct demo_person *p, bool sent);
void demo_coupon_denied(struct demo_shop *s, struct demo_person *p);
void demo_pay(struct demo_shop *s, struct demo_person *p, const char *method, bool buys);

// demo_order.c
struct demo_amounts {
    int64_t list, discount, subtotal, shipping, tax,
        total; // minor units; list: before the discount
};
struct demo_amounts demo_amounts_of(
    const struct demo_line *lines, size_t count, uint8_t coupon, uint8_t country);
void demo_put_amounts(struct demo_shop *s, const struct demo_amounts *a, uint8_t coupon);
void demo_put_lines(struct demo_shop *s, const struct demo_line *lines, size_t count);
void demo_put_order_id(struct demo_shop *s, uint32_t number);
void demo_order_place(struct demo_shop *s, struct demo_person *p);
void demo_order_follow(struct demo_shop *s, enum demo_what what, uint32_t kept);

// demo_mail.c
void demo_mail_plan(struct demo_shop *s, struct demo_person *p); // the next newsletter
void demo_mail_step(
    struct demo_shop *s, struct demo_person *p, enum demo_what what, uint32_t argument);
void demo_mail_confirm(struct demo_shop *s, struct demo_person *p, const struct demo_kept *k);
