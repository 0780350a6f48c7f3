// SPDX-License-Identifier: Apache-2.0
// Shared by order_book*.c: the arrays, the products, what waits to be read.
//
// Invariants
// 1. Only the updater changes the arrays, between book_write_begin and book_write_end, while nobody holds a view. So it may read
//    them at any time.
// 2. `placed` knows of each order in the book where it stands: number -> placed_ms, and by (placed_ms, number) its index.
// 3. What fails half-way makes the book unready; it is then built anew from records.db, never shown half changed.
#pragma once

#include "facts_private.h" // texts and arrays by number
#include "order_book.h"

#include <pthread.h>

struct product_text { // with which order it came
    uint32_t text, number, lost_number;
    int64_t placed_ms, lost_ms; // lost_...: of the newest order whose text went
};
enum { PRODUCT_NAME, PRODUCT_CATEGORY, PRODUCT_BRAND, PRODUCT_TEXTS };
struct product_state {
    uint32_t id;    // text; 0: the place is free
    uint32_t lines; // that name it
    uint32_t next;  // of the free ones
    bool listed;    // in `stale`
    unsigned lost;  // 1 << PRODUCT_...: texts that went with their order and that no newer one has said since
    struct product_text texts[PRODUCT_TEXTS];
};
struct book_products {
    struct facts_texts texts;
    uint32_t *of_text; // by number of the id's text
    uint32_t of_text_cap;
    struct book_product *shown; // what a view shows
    struct product_state *at;
    uint32_t count, cap, free;
    uint32_t *stale;
    size_t stale_count, stale_cap;
};
// One order on its way from records.db into the book.
struct book_fresh {
    uint32_t number;
    bool there;
    struct book_order order; // first_line, lines: of the batch
};
struct book_fresh_line {
    uint32_t id_from, name_from, category_from, brand_from; // in texts
    uint32_t id_len, name_len, category_len, brand_len;
    int32_t quantity;
    int64_t amount;
};
struct book_batch {
    struct book_fresh *at;
    size_t count, cap;
    struct book_fresh_line *lines;
    size_t line_count, line_cap;
    struct cu_buf texts;
};
struct order_book {
    struct order_book_options o;
    char currency[4];
    int digits; // of the shop's currency
    // what readers see
    struct book_view view;
    struct book_order *orders;
    size_t order_cap;
    struct book_line *lines;
    size_t line_count, line_cap, line_garbage;
    struct facts_array placed; // int64_t by number, ^ INT64_MIN: 0 is not there
    size_t bytes;
    struct book_products products;

    pthread_mutex_t lock; // what follows
    pthread_cond_t given, wake, idle;
    uint32_t readers;
    bool writing, writer_waits;
    bool ready, stop, load, foreign, busy, running;
    int64_t *touched;
    size_t touched_count, touched_cap;
    uint64_t told, applied; // changes that were told of; those that are in the book
    uint64_t done, total;
    pthread_t thread;
    struct cu_metric *memory;
};

// order_book_store.c: the arrays. All by the updater.
void book_write_begin(struct order_book *b);
void book_write_end(struct order_book *b);
void book_clear(struct order_book *b); // empties it, overwriting
bool book_find(const struct order_book *b, uint32_t number, size_t *ret);
// Puts a batch into its place: orders that are there replace what is known of them, others go. sorted false: only appends, for
// orders of which none is known; book_sort afterwards. CU_MEMORY: nothing is right any more.
cu_code book_apply(struct order_book *b, const struct book_batch *batch, bool sorted, struct cu_error *err) CU_MUST;
void book_sort(struct order_book *b);
void book_fit(struct order_book *b); // gives back room that is not needed, but for a sixteenth
cu_code book_compact(struct order_book *b, struct cu_error *err) CU_MUST; // when much of the lines is garbage

// order_book_product.c. Under the writer.
void products_clear(struct book_products *p);
bool products_init(struct book_products *p);
// The product of a line, with one more line; SIZE_MAX: no memory.
size_t products_take(struct book_products *p, const struct book_batch *batch, const struct book_fresh_line *l, uint32_t number, int64_t placed_ms);
// A line of this order went. Texts that came with the order go with it. false: no memory.
bool products_give(struct book_products *p, uint32_t product, uint32_t number);
// Texts said by an order; those that a newer one said stay. false: no memory.
bool products_set(struct book_products *p, uint32_t product, const cu_str texts[PRODUCT_TEXTS], uint32_t number, int64_t placed_ms);
// Drops products without a line; afterwards `stale` lists those with lost texts.
void products_sweep(struct book_products *p);
size_t products_bytes(const struct book_products *p);

// order_book_load.c
void *book_run(void *book); // the thread
void batch_init(struct book_batch *batch);
void batch_reset(struct book_batch *batch);
void batch_free(struct book_batch *batch);
// order_book_read.c: from records.db into a batch, with amounts in the shop's currency.
cu_code book_read(struct order_book *b, struct db *d, int64_t first, int64_t last, struct book_batch *batch, struct cu_error *err) CU_MUST;
cu_code book_read_gone(struct book_batch *batch, uint32_t number, struct cu_error *err) CU_MUST; // no order of this number any more
// After an order went: the texts that products have lost, from the newest order that is left.
cu_code book_refill(struct order_book *b, struct cu_error *err) CU_MUST;
