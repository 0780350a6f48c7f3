// SPDX-License-Identifier: Apache-2.0
// The order book: every order as it stands (people/orders.h), in memory, so that figures over all orders are made without a
// database. Built at start by a thread of its own, kept current from what orders_on_change says. Amounts in the shop's currency;
// an order in another one is converted by the rate of its day of placing (rate.h), half away from zero, and one
// without a rate is in no amount and counted as such.
//
// Each order counts once, however often it was sent; refunds and cancellations are those of the order, of whatever day. Orders
// of which only a refund was heard so far are not in the book.
//
// Memory: 96 bytes an order, 16 a line, about 250 a product (3 million orders of 4 lines: 0.5 GB). When an order goes (its
// person is erased, its import reverted), its row, its lines and the texts of products that nobody else bought are overwritten;
// a product whose name came with it takes the name that the newest order left says.
//
// Threads: readers from any thread, holding a view; the updater is one thread.
#pragma once

#include "people/orders.h"
#include "rate.h"
#include "store/scan.h"
#include "text/zone.h"

struct order_book;
struct order_book_options {
    struct people *people;
    struct rates *rates;          // NULL: orders in other currencies have no rate
    const struct text_zone *zone;
    const char *currency;
};
cu_code order_book_open(const struct order_book_options *o, struct order_book **ret, struct cu_error *err) CU_MUST;
void order_book_close(struct order_book *b); // before people_close: takes its hooks back
void order_book_settle(struct order_book *b); // waits until all that was committed is in it: tests and commands
struct order_book_progress { bool ready; uint64_t done, total; };
void order_book_status(struct order_book *b, struct order_book_progress *ret);
size_t order_book_bytes(struct order_book *b); // memory held

enum book_flag {
    BOOK_COUNTS = 1,        // placed and not cancelled: in every figure (people/orders: completed, partly or fully refunded)
    BOOK_CANCELLED = 2,
    BOOK_CREDIT_NOTE = 4,   // a document of its own with a negative total: reduces refunds' side (refunded > 0), is no order
    BOOK_FOREIGN = 8,       // in another currency, converted
    BOOK_NO_RATE = 16,      // in another currency without a rate: amounts are 0. It is an order, but belongs in no average
    BOOK_SAMPLE = 32,
    BOOK_REFUNDED = 64      // wholly refunded
};
struct book_order {
    int64_t placed_ms;
    int64_t revenue;   // goods after discounts, before refunds, without shipping and tax (ORDERS_REVENUE_DOC)
    int64_t total, shipping, tax, discount, refunded; // 0 where the shop does not say
    uint64_t id_hash;  // timeline_text_hash of the order id: joins with the column order_id of its events
    uint32_t number_lo, pno; // pno 0: nobody's
    uint32_t first_line, lines; // of book_view.lines
    uint8_t flags;
};
struct book_line { // of orders that count
    uint32_t product;  // index of book_view.products
    int32_t quantity_e4_hundredth; // quantity x 100, half away from zero, saturated
    int64_t amount;    // price x quantity, shop's currency
};
// id: product_id, else sku, else name; the newest name and category. [0] is no product: lines that name none, and what is beyond
// BOOK_PRODUCTS_MAX. A place may be empty (id.len 0).
struct book_product { cu_str id, name, category, brand; };
#define BOOK_PRODUCTS_MAX 2000000u
// A consistent state, read-only until given back; the updater waits meanwhile, so give it back within a second. It waits up to a
// tenth of a second for what was committed before.
struct book_view {
    const struct book_order *orders; // by (placed_ms, number)
    size_t count;
    const struct book_line *lines;
    const struct book_product *products;
    size_t product_count;
    uint64_t version; // changes with every change
    uint64_t no_rate; // orders that count but have no rate
};
cu_code order_book_take(struct order_book *b, const struct book_view **ret, struct cu_error *err) CU_MUST; // CU_BUSY while it is built
void order_book_give(struct order_book *b, const struct book_view *v); // NULL is fine
// The first order at or after a moment.
size_t book_from(const struct book_view *v, int64_t at_ms);
// Every person with an order that counts, with them in the order of placing (merged profiles are one person); guests are not
// visited. Return false to stop.
struct book_person { uint32_t person; size_t count; const uint32_t *orders; /* indices of view->orders */ };
typedef bool book_visit(void *context, const struct book_person *p);
cu_code book_each_person(const struct book_view *v, const struct scan_persons *persons, book_visit *visit, void *context, struct cu_error *err) CU_MUST;
