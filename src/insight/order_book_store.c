// SPDX-License-Identifier: Apache-2.0
// The arrays of the order book: a batch of changed orders is put into its place. Orders stand by (placed_ms, number), so those of
// today come last and cost nothing; what comes in the middle moves the rest once per batch.
#include "order_book_private.h"

#include <stdlib.h>

void book_write_begin(struct order_book *b)
{
    pthread_mutex_lock(&b->lock);
    b->writer_waits = true;
    while (b->readers)
        pthread_cond_wait(&b->given, &b->lock);
    b->writer_waits = false;
    b->writing = true;
    pthread_mutex_unlock(&b->lock);
}

void book_write_end(struct order_book *b)
{
    b->view.orders = b->orders;
    b->view.lines = b->lines;
    b->view.products = b->products.shown;
    b->view.product_count = b->products.count;
    b->view.version++;
    pthread_mutex_lock(&b->lock);
    b->writing = false;
    pthread_cond_broadcast(&b->given);
    pthread_mutex_unlock(&b->lock);
}

static void wipe(void *p, size_t bytes)
{
    if (p && bytes)
        explicit_bzero(p, bytes);
}

void book_clear(struct order_book *b)
{
    wipe(b->orders, b->order_cap * sizeof *b->orders);
    wipe(b->lines, b->line_cap * sizeof *b->lines);
    cu_free(b->orders);
    cu_free(b->lines);
    b->orders = NULL;
    b->lines = NULL;
    b->order_cap = b->line_cap = b->line_count = b->line_garbage = b->view.count = 0;
    b->view.no_rate = 0;
    array_clear(&b->placed, &b->bytes);
    products_clear(&b->products);
}

// --- finding

static int64_t *placed_at(const struct order_book *b, uint32_t number)
{
    struct facts_array a = b->placed; // only looked at
    return array_at(&a, number, false, NULL);
}

static bool before(const struct book_order *o, int64_t placed_ms, uint32_t number)
{
    return o->placed_ms != placed_ms ? o->placed_ms < placed_ms : o->number_lo < number;
}

static size_t lower(const struct order_book *b, int64_t placed_ms, uint32_t number)
{
    size_t low = 0, high = b->view.count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (before(&b->orders[middle], placed_ms, number))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

bool book_find(const struct order_book *b, uint32_t number, size_t *ret)
{
    const int64_t *placed = placed_at(b, number);
    if (!placed || !*placed)
        return false;
    *ret = lower(b, *placed ^ INT64_MIN, number);
    return *ret < b->view.count && b->orders[*ret].number_lo == number;
}

static bool set_placed(struct order_book *b, uint32_t number, bool there, int64_t placed_ms)
{
    int64_t *placed = array_at(&b->placed, number, there, &b->bytes);
    if (placed)
        *placed = there ? placed_ms ^ INT64_MIN : 0;
    return placed || !there;
}

// --- room

static cu_code no_memory(struct cu_error *err)
{
    return cu_fail(err, CU_MEMORY, "", "no memory for the order book");
}

static size_t grown(size_t cap, size_t needed)
{
    size_t now = cap ? cap : 256;
    while (now < needed)
        now += now / 2;
    return now;
}

static cu_code reserve(struct order_book *b, size_t orders, size_t lines, struct cu_error *err)
{
    if (orders > b->order_cap) {
        size_t cap = grown(b->order_cap, orders);
        struct book_order *at = cu_realloc(b->orders, cap * sizeof *at);
        if (!at)
            return no_memory(err);
        b->orders = at;
        b->order_cap = cap;
    }
    if (lines > b->line_cap) {
        size_t cap = grown(b->line_cap, lines);
        if (cap > UINT32_MAX)
            return cu_fail(err, CU_TOO_LARGE, "", "the order book takes at most 4 billion lines");
        struct book_line *at = cu_realloc(b->lines, cap * sizeof *at);
        if (!at)
            return no_memory(err);
        b->lines = at;
        b->line_cap = cap;
    }
    return CU_OK;
}

// --- lines

static bool drop_lines(struct order_book *b, struct book_order *o)
{
    bool good = true;
    for (uint32_t i = 0; i < o->lines; i++)
        good = products_give(&b->products, b->lines[o->first_line + i].product, o->number_lo) && good;
    wipe(b->lines + o->first_line, o->lines * sizeof *b->lines);
    b->line_garbage += o->lines;
    o->lines = 0;
    return good;
}

static bool add_lines(struct order_book *b, const struct book_batch *batch, const struct book_fresh *f, struct book_order *ret)
{
    ret->first_line = (uint32_t)b->line_count;
    ret->lines = 0;
    for (uint32_t i = 0; i < f->order.lines; i++) {
        const struct book_fresh_line *l = &batch->lines[f->order.first_line + i];
        size_t product = products_take(&b->products, batch, l, f->number, f->order.placed_ms);
        if (product == SIZE_MAX)
            return false;
        b->lines[b->line_count++] = (struct book_line){(uint32_t)product, l->quantity, l->amount};
        ret->lines++;
    }
    return true;
}

static int by_first_line(const void *x, const void *y, void *context)
{
    const struct book_order *orders = context;
    uint32_t a = orders[*(const uint32_t *)x].first_line, c = orders[*(const uint32_t *)y].first_line;
    return a < c ? -1 : a > c;
}

cu_code book_compact(struct order_book *b, struct cu_error *err)
{
    if (b->line_garbage < 4096 || b->line_garbage < b->line_count / 4)
        return CU_OK;
    uint32_t *order = cu_alloc((b->view.count + 1) * sizeof *order);
    if (!order)
        return no_memory(err);
    for (size_t i = 0; i < b->view.count; i++)
        order[i] = (uint32_t)i;
    qsort_r(order, b->view.count, sizeof *order, by_first_line, b->orders);
    size_t to = 0;
    book_write_begin(b);
    for (size_t i = 0; i < b->view.count; i++) {
        struct book_order *o = &b->orders[order[i]];
        if (!o->lines)
            continue;
        memmove(b->lines + to, b->lines + o->first_line, o->lines * sizeof *b->lines);
        o->first_line = (uint32_t)to;
        to += o->lines;
    }
    wipe(b->lines + to, (b->line_count - to) * sizeof *b->lines);
    b->line_count = to;
    b->line_garbage = 0;
    book_write_end(b);
    cu_free(order);
    return CU_OK;
}

// --- a batch

static int by_place(const void *x, const void *y)
{
    const struct book_order *a = x, *c = y;
    if (a->placed_ms != c->placed_ms)
        return a->placed_ms < c->placed_ms ? -1 : 1;
    return a->number_lo < c->number_lo ? -1 : a->number_lo > c->number_lo;
}

void book_sort(struct order_book *b)
{
    bool sorted = true;
    for (size_t i = 1; i < b->view.count && sorted; i++)
        sorted = by_place(&b->orders[i - 1], &b->orders[i]) < 0;
    if (!sorted)
        qsort(b->orders, b->view.count, sizeof *b->orders, by_place);
}

void book_fit(struct order_book *b)
{
    size_t orders = b->view.count + b->view.count / 16 + 256, lines = b->line_count + b->line_count / 16 + 256;
    struct book_order *at = orders < b->order_cap ? cu_realloc(b->orders, orders * sizeof *at) : NULL;
    struct book_line *line = lines < b->line_cap ? cu_realloc(b->lines, lines * sizeof *line) : NULL;
    if (at) {
        b->orders = at;
        b->order_cap = orders;
    }
    if (line) {
        b->lines = line;
        b->line_cap = lines;
    }
}

enum { GONE = 128 }; // a flag of orders that are taken out of their place

static void count_no_rate(struct order_book *b, const struct book_order *o, bool more)
{
    if ((o->flags & (BOOK_COUNTS | BOOK_NO_RATE)) == (BOOK_COUNTS | BOOK_NO_RATE))
        b->view.no_rate += more ? 1 : UINT64_MAX;
}

// first_gone: the first place that was given up.
static bool put_in_place(struct order_book *b, const struct book_batch *batch, const struct book_fresh *f, size_t *first_gone, bool *ret_fits)
{
    size_t at = 0;
    *ret_fits = false;
    if (!book_find(b, f->number, &at))
        return true;
    struct book_order *o = &b->orders[at];
    bool good = drop_lines(b, o);
    count_no_rate(b, o, false);
    if (f->there && o->placed_ms == f->order.placed_ms) {
        *o = f->order;
        *ret_fits = true;
        count_no_rate(b, o, true);
        return add_lines(b, batch, f, o) && good;
    }
    o->flags = GONE;
    *first_gone = at < *first_gone ? at : *first_gone;
    return set_placed(b, f->number, false, 0) && good;
}

static void squeeze(struct order_book *b, size_t to)
{
    for (size_t i = to; i < b->view.count; i++) {
        if (b->orders[i].flags != GONE)
            b->orders[to++] = b->orders[i];
    }
    wipe(b->orders + to, (b->view.count - to) * sizeof *b->orders);
    b->view.count = to;
}

// fresh: sorted, none of them there. From the end, so that each order moves once.
static void merge(struct order_book *b, const struct book_order *fresh, size_t count)
{
    size_t from = b->view.count, to = b->view.count + count;
    while (count) {
        bool old = from && by_place(&b->orders[from - 1], &fresh[count - 1]) > 0;
        b->orders[--to] = old ? b->orders[--from] : fresh[--count];
    }
}

static cu_code insert(struct order_book *b, const struct book_batch *batch, const uint32_t *which, size_t count, bool sorted, struct cu_error *err)
{
    struct book_order *fresh = cu_alloc((count + 1) * sizeof *fresh);
    bool good = fresh != NULL;
    for (size_t i = 0; i < count && good; i++) {
        const struct book_fresh *f = &batch->at[which[i]];
        fresh[i] = f->order;
        count_no_rate(b, &f->order, true);
        good = add_lines(b, batch, f, &fresh[i]) && set_placed(b, f->number, true, f->order.placed_ms);
    }
    if (good && sorted)
        qsort(fresh, count, sizeof *fresh, by_place);
    if (good && sorted)
        merge(b, fresh, count);
    else if (good && count)
        memcpy(b->orders + b->view.count, fresh, count * sizeof *fresh);
    if (good)
        b->view.count += count;
    if (fresh)
        wipe(fresh, count * sizeof *fresh);
    cu_free(fresh);
    return good ? CU_OK : no_memory(err);
}

cu_code book_apply(struct order_book *b, const struct book_batch *batch, bool sorted, struct cu_error *err)
{
    size_t first_gone = SIZE_MAX, fresh = 0;
    bool good = true;
    uint32_t *which = cu_alloc((batch->count + 1) * sizeof *which);
    cu_code code = which ? reserve(b, b->view.count + batch->count, b->line_count + batch->line_count, err) : no_memory(err);
    for (size_t i = 0; i < batch->count && code == CU_OK && good; i++) {
        bool fits = false;
        if (sorted)
            good = put_in_place(b, batch, &batch->at[i], &first_gone, &fits);
        if (batch->at[i].there && !fits)
            which[fresh++] = (uint32_t)i;
    }
    if (code == CU_OK && !good)
        code = no_memory(err);
    if (code == CU_OK && first_gone != SIZE_MAX)
        squeeze(b, first_gone);
    if (code == CU_OK && fresh)
        code = insert(b, batch, which, fresh, sorted, err);
    products_sweep(&b->products);
    cu_free(which);
    return code;
}
