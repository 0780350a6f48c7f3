// SPDX-License-Identifier: Apache-2.0
// Orders from records.db into a batch for the book: what counts, amounts in the shop's currency, lines with their products.
#include "order_book_private.h"

#include "text/text.h"

void batch_init(struct book_batch *batch)
{
    *batch = (struct book_batch){0};
    cu_buf_init(&batch->texts, (size_t)1 << 31);
}

void batch_reset(struct book_batch *batch)
{
    if (batch->texts.len)
        explicit_bzero(batch->texts.ptr, batch->texts.len);
    cu_buf_reset(&batch->texts);
    if (batch->count)
        explicit_bzero(batch->at, batch->count * sizeof *batch->at);
    batch->count = batch->line_count = 0;
}

void batch_free(struct book_batch *batch)
{
    batch_reset(batch);
    cu_buf_wipe(&batch->texts);
    cu_free(batch->at);
    cu_free(batch->lines);
}

struct reading {
    struct order_book *book;
    struct book_batch *batch;
};

static cu_code no_memory(struct cu_error *err)
{
    return cu_fail(err, CU_MEMORY, "", "no memory for the order book");
}

static void *room(void *at, size_t item, size_t count, size_t *cap)
{
    if (count < *cap)
        return at;
    size_t more = *cap ? *cap * 2 : 1024;
    void *now = cu_realloc(at, more * item);
    if (now)
        *cap = more;
    return now;
}

static uint32_t keep(struct cu_buf *texts, cu_str s, uint32_t *ret_len)
{
    uint32_t from = (uint32_t)texts->len;
    cu_buf_str(texts, s);
    *ret_len = (uint32_t)s.len;
    return from;
}

static int32_t quantity_of(int64_t e4)
{
    int64_t hundredths = (e4 + (e4 < 0 ? -50 : 50)) / 100;
    return hundredths > INT32_MAX ? INT32_MAX : hundredths < INT32_MIN ? INT32_MIN : (int32_t)hundredths;
}

static cu_code add_line(struct book_batch *batch, const struct order_known_line *line, struct cu_error *err)
{
    struct book_fresh_line *lines = room(batch->lines, sizeof *lines, batch->line_count, &batch->line_cap);
    if (!lines)
        return no_memory(err);
    batch->lines = lines;
    cu_str id = line->product_id.len ? line->product_id : line->sku.len ? line->sku : line->name;
    struct book_fresh_line *l = &lines[batch->line_count++];
    *l = (struct book_fresh_line){.quantity = quantity_of(line->quantity_e4), .amount = line->amount};
    l->id_from = keep(&batch->texts, id, &l->id_len);
    l->name_from = keep(&batch->texts, line->name, &l->name_len);
    l->category_from = keep(&batch->texts, line->category, &l->category_len);
    l->brand_from = keep(&batch->texts, line->brand, &l->brand_len);
    return cu_buf_code(&batch->texts, err);
}

static cu_code add_lines(struct reading *r, const struct order_known *o, int digits, struct book_order *order, struct cu_error *err)
{
    struct book_batch *batch = r->batch;
    order->first_line = (uint32_t)batch->line_count;
    for (size_t i = 0; i < o->line_parts; i++) {
        struct order_known_line line;
        cu_str packed = o->lines[i];
        bool bad = false;
        while (order_known_line(&packed, digits, &line, &bad))
            CU_TRY(add_line(batch, &line, err));
        if (bad)
            return cu_fail(err, CU_CORRUPT, "", "stored product lines cannot be read");
    }
    order->lines = (uint32_t)(batch->line_count - order->first_line);
    return CU_OK;
}

// Lines by the rate of the order, so that they and its amounts go together.
static bool convert(struct reading *r, const struct order_known *o, struct book_order *order)
{
    struct order_book *b = r->book;
    int64_t amounts[] = {order->revenue, order->total, order->shipping, order->tax, order->discount, order->refunded};
    int32_t day = text_zone_day(b->o.zone, o->placed_ms);
    struct book_fresh_line *lines = r->batch->lines + order->first_line;
    bool good = b->o.rates && rates_convert(b->o.rates, o->currency, day, amounts, CU_COUNT(amounts));
    order->flags |= good ? BOOK_FOREIGN : BOOK_FOREIGN | BOOK_NO_RATE;
    for (uint32_t i = 0; i < order->lines; i++) {
        if (!good || !rates_convert(b->o.rates, o->currency, day, &lines[i].amount, 1))
            lines[i].amount = 0;
    }
    order->revenue = good ? amounts[0] : 0;
    order->total = good ? amounts[1] : 0;
    order->shipping = good ? amounts[2] : 0;
    order->tax = good ? amounts[3] : 0;
    order->discount = good ? amounts[4] : 0;
    order->refunded = good ? amounts[5] : 0;
    return good;
}

static cu_code add_order(void *context, const struct order_known *o, struct cu_error *err)
{
    static const uint8_t standing[] = {[ORDER_STANDS] = BOOK_COUNTS, [ORDER_STANDS_CANCELLED] = BOOK_CANCELLED,
        [ORDER_STANDS_CREDIT_NOTE] = BOOK_CREDIT_NOTE};
    struct reading *r = context;
    struct book_batch *batch = r->batch;
    if (o->number > UINT32_MAX)
        return CU_OK;
    struct book_fresh *at = room(batch->at, sizeof *at, batch->count, &batch->cap);
    if (!at)
        return no_memory(err);
    batch->at = at;
    struct book_order order = {.placed_ms = o->placed_ms, .revenue = o->revenue, .total = o->total, .shipping = o->shipping,
        .tax = o->tax, .discount = o->discount, .refunded = o->refunded, .id_hash = timeline_text_hash(o->order_id),
        .number_lo = (uint32_t)o->number, .pno = o->pno, .first_line = (uint32_t)batch->line_count, .flags = standing[o->standing]};
    order.flags |= (uint8_t)((o->sample ? BOOK_SAMPLE : 0) | (o->refunded_wholly ? BOOK_REFUNDED : 0));
    int digits = text_currency_exponent(cu_str_of(o->currency));
    if (o->standing == ORDER_STANDS)
        CU_TRY(add_lines(r, o, digits < 0 ? 2 : digits, &order, err));
    if (strcmp(o->currency, r->book->currency) != 0)
        (void)convert(r, o, &order);
    at[batch->count++] = (struct book_fresh){(uint32_t)o->number, true, order};
    return CU_OK;
}

cu_code book_read(struct order_book *b, struct db *d, int64_t first, int64_t last, struct book_batch *batch, struct cu_error *err)
{
    struct reading r = {b, batch};
    return orders_known(d, first, last, add_order, &r, err);
}

cu_code book_read_gone(struct book_batch *batch, uint32_t number, struct cu_error *err)
{
    struct book_fresh *at = room(batch->at, sizeof *at, batch->count, &batch->cap);
    if (!at)
        return no_memory(err);
    batch->at = at;
    at[batch->count++] = (struct book_fresh){.number = number};
    return CU_OK;
}

// --- texts of products that went with an order

// The newest order of each stale product, by walking back from the last; at most so many at a time.
enum { REFILL_ORDERS = 256 };

static size_t find_holders(struct order_book *b, uint32_t *ret_numbers)
{
    struct book_products *p = &b->products;
    size_t wanted = p->stale_count, count = 0;
    for (size_t i = b->view.count; i > 0 && wanted && count < REFILL_ORDERS; i--) {
        const struct book_order *o = &b->orders[i - 1];
        bool holds = false;
        for (uint32_t k = 0; k < o->lines; k++) {
            struct product_state *s = &p->at[b->lines[o->first_line + k].product];
            if (!s->listed)
                continue;
            s->listed = false; // found
            holds = true;
            wanted--;
        }
        if (holds)
            ret_numbers[count++] = o->number_lo;
    }
    for (size_t i = 0; i < p->stale_count; i++)
        p->at[p->stale[i]].listed = true;
    return count;
}

static bool take_texts(struct order_book *b, const struct book_batch *batch)
{
    struct book_products *p = &b->products;
    bool good = true;
    for (size_t i = 0; i < batch->count && good; i++) {
        const struct book_fresh *f = &batch->at[i];
        size_t at = 0;
        if (!book_find(b, f->number, &at) || b->orders[at].placed_ms != f->order.placed_ms || b->orders[at].lines != f->order.lines)
            continue; // it changed meanwhile: its turn comes
        for (uint32_t k = 0; k < f->order.lines && good; k++) {
            const struct book_fresh_line *l = &batch->lines[f->order.first_line + k];
            uint32_t product = b->lines[b->orders[at].first_line + k].product;
            const cu_str texts[PRODUCT_TEXTS] = {{l->name_len ? batch->texts.ptr + l->name_from : "", l->name_len},
                {l->category_len ? batch->texts.ptr + l->category_from : "", l->category_len},
                {l->brand_len ? batch->texts.ptr + l->brand_from : "", l->brand_len}};
            cu_str id = {l->id_len ? batch->texts.ptr + l->id_from : "", l->id_len};
            if (!product || !cu_str_eq(p->shown[product].id, id))
                continue;
            good = products_set(p, product, texts, f->number, f->order.placed_ms);
            p->at[product].lost = 0; // what the newest does not say stays unsaid until an order says it
        }
    }
    products_sweep(p);
    return good;
}

static cu_code refill_some(struct order_book *b, struct cu_error *err)
{
    uint32_t numbers[REFILL_ORDERS];
    struct book_batch batch;
    struct db *d = NULL;
    batch_init(&batch);
    size_t count = find_holders(b, numbers);
    cu_code code = people_read_take(b->o.people, &d, err);
    for (size_t i = 0; i < count && code == CU_OK; i++)
        code = book_read(b, d, numbers[i], numbers[i], &batch, err);
    people_read_give(b->o.people, d);
    if (code == CU_OK) {
        book_write_begin(b);
        if (!take_texts(b, &batch))
            code = no_memory(err);
        book_write_end(b);
    }
    batch_free(&batch);
    return code;
}

// What is left stale belongs to orders that changed meanwhile: the next batch has them.
cu_code book_refill(struct order_book *b, struct cu_error *err)
{
    for (size_t before = SIZE_MAX; b->products.stale_count && b->products.stale_count < before;) {
        before = b->products.stale_count;
        CU_TRY(refill_some(b, err));
    }
    return CU_OK;
}
