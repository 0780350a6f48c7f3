// SPDX-License-Identifier: Apache-2.0
// The products of the order book: once each, with the texts that the newest order says, counted by lines. A product that no line
// names any more is overwritten and its place used again.
#include "order_book_private.h"

enum { PRODUCTS_FIRST = 256 };

static bool grow(struct book_products *p)
{
    uint32_t cap = p->cap ? p->cap * 2 : PRODUCTS_FIRST;
    struct product_state *at = cu_realloc(p->at, cap * sizeof *at);
    if (!at)
        return false;
    p->at = at;
    struct book_product *shown = cu_realloc(p->shown, cap * sizeof *shown);
    if (!shown)
        return false;
    p->shown = shown;
    p->cap = cap;
    return true;
}

bool products_init(struct book_products *p)
{
    if (!grow(p))
        return false;
    p->at[0] = (struct product_state){0};
    p->shown[0] = (struct book_product){0};
    p->count = 1;
    return true;
}

void products_clear(struct book_products *p)
{
    texts_clear(&p->texts);
    cu_free(p->of_text);
    cu_free(p->shown);
    cu_free(p->at);
    cu_free(p->stale);
    *p = (struct book_products){0};
}

size_t products_bytes(const struct book_products *p)
{
    return p->texts.bytes + p->cap * (sizeof *p->at + sizeof *p->shown) + p->of_text_cap * sizeof *p->of_text;
}

static bool list_stale(struct book_products *p, uint32_t product)
{
    if (p->at[product].listed)
        return true;
    if (p->stale_count == p->stale_cap) {
        size_t cap = p->stale_cap ? p->stale_cap * 2 : 64;
        uint32_t *stale = cu_realloc(p->stale, cap * sizeof *stale);
        if (!stale)
            return false;
        p->stale = stale;
        p->stale_cap = cap;
    }
    p->at[product].listed = true;
    p->stale[p->stale_count++] = product;
    return true;
}

static bool room_of_text(struct book_products *p, uint32_t text)
{
    if (text < p->of_text_cap)
        return true;
    uint32_t cap = p->of_text_cap ? p->of_text_cap : 1024;
    while (cap <= text)
        cap *= 2;
    uint32_t *of_text = cu_realloc(p->of_text, cap * sizeof *of_text);
    if (!of_text)
        return false;
    memset(of_text + p->of_text_cap, 0, (cap - p->of_text_cap) * sizeof *of_text);
    p->of_text = of_text;
    p->of_text_cap = cap;
    return true;
}

// The place of a product of this id, made when it is new; SIZE_MAX: no memory. 0: no room for more.
static size_t place_of(struct book_products *p, cu_str id)
{
    uint32_t text = texts_take(&p->texts, id), place = 0;
    if (!text || !room_of_text(p, text)) {
        texts_give(&p->texts, text);
        return SIZE_MAX;
    }
    if (p->of_text[text]) {
        texts_give(&p->texts, text); // the product holds it already
        return p->of_text[text];
    }
    if (p->free) {
        place = p->free;
        p->free = p->at[place].next;
    } else if (p->count < BOOK_PRODUCTS_MAX) {
        if (p->count == p->cap && !grow(p)) {
            texts_give(&p->texts, text);
            return SIZE_MAX;
        }
        place = p->count++;
    } else {
        texts_give(&p->texts, text);
        return 0;
    }
    p->of_text[text] = place;
    p->at[place] = (struct product_state){.id = text};
    p->shown[place] = (struct book_product){.id = texts_of(&p->texts, text)};
    return place;
}

static cu_str *shown_text(struct book_products *p, uint32_t product, size_t which)
{
    struct book_product *s = &p->shown[product];
    return which == PRODUCT_NAME ? &s->name : which == PRODUCT_CATEGORY ? &s->category : &s->brand;
}

bool products_set(struct book_products *p, uint32_t product, const cu_str texts[PRODUCT_TEXTS], uint32_t number, int64_t placed_ms)
{
    struct product_state *s = &p->at[product];
    for (size_t i = 0; i < PRODUCT_TEXTS && product; i++) {
        struct product_text *t = &s->texts[i];
        if (texts[i].len == 0 || (t->text && (t->placed_ms != placed_ms ? t->placed_ms > placed_ms : t->number > number)))
            continue;
        uint32_t text = texts_take(&p->texts, texts[i]);
        if (!text)
            return false;
        texts_give(&p->texts, t->text);
        t->text = text;
        t->number = number;
        t->placed_ms = placed_ms;
        *shown_text(p, product, i) = texts_of(&p->texts, text);
        if (t->lost_ms != placed_ms ? t->lost_ms < placed_ms : t->lost_number <= number)
            s->lost &= ~(1U << i);
    }
    return true;
}

static cu_str part(const struct book_batch *batch, uint32_t from, uint32_t len)
{
    return (cu_str){len ? batch->texts.ptr + from : "", len};
}

size_t products_take(struct book_products *p, const struct book_batch *batch, const struct book_fresh_line *l, uint32_t number, int64_t placed_ms)
{
    const cu_str texts[PRODUCT_TEXTS] = {part(batch, l->name_from, l->name_len), part(batch, l->category_from, l->category_len),
        part(batch, l->brand_from, l->brand_len)};
    size_t product = l->id_len ? place_of(p, part(batch, l->id_from, l->id_len)) : 0;
    if (product == SIZE_MAX || !products_set(p, (uint32_t)product, texts, number, placed_ms))
        return SIZE_MAX;
    p->at[product].lines++;
    return product;
}

bool products_give(struct book_products *p, uint32_t product, uint32_t number)
{
    struct product_state *s = &p->at[product];
    s->lines--;
    for (size_t i = 0; i < PRODUCT_TEXTS; i++) {
        struct product_text *t = &s->texts[i];
        if (!t->text || t->number != number)
            continue;
        texts_give(&p->texts, t->text);
        if (!(s->lost & 1U << i) || t->placed_ms > t->lost_ms) {
            t->lost_ms = t->placed_ms;
            t->lost_number = t->number;
        }
        t->text = 0;
        *shown_text(p, product, i) = CU_NONE;
        s->lost |= 1U << i;
    }
    return product == 0 || (s->lines > 0 && !s->lost) || list_stale(p, product);
}

static void drop(struct book_products *p, uint32_t product)
{
    struct product_state *s = &p->at[product];
    for (size_t i = 0; i < PRODUCT_TEXTS; i++)
        texts_give(&p->texts, s->texts[i].text);
    p->of_text[s->id] = 0;
    texts_give(&p->texts, s->id);
    *s = (struct product_state){.next = p->free};
    p->shown[product] = (struct book_product){0};
    p->free = product;
}

void products_sweep(struct book_products *p)
{
    size_t kept = 0;
    for (size_t i = 0; i < p->stale_count; i++) {
        uint32_t product = p->stale[i];
        p->at[product].listed = false;
        if (p->at[product].lines == 0) {
            drop(p, product);
        } else if (p->at[product].lost) {
            p->at[product].listed = true;
            p->stale[kept++] = product;
        }
    }
    p->stale_count = kept;
}
