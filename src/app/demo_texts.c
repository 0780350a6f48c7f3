// SPDX-License-Identifier: Apache-2.0
// Small things that the calls of the sample shop are written from: pages and products as text, made
// once; money, numbers and ids.
#include "demo_private.h"

#include "base/clock.h"

#include <stdio.h>

enum { SALT_DEVICE = 512 };

static cu_str slug_of(struct demo_shop *s, const char *name)
{
    cu_buf_reset(&s->name);
    for (; *name; name++) {
        char c = *name >= 'A' && *name <= 'Z' ? (char)(*name + ('a' - 'A')) : *name;
        bool plain = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
        bool gap = s->name.len > 0 && s->name.ptr[s->name.len - 1] != '-';
        if (plain)
            cu_buf_char(&s->name, c);
        else if (c == ' ' && gap)
            cu_buf_char(&s->name, '-');
    }
    return cu_buf_view(&s->name);
}

static void open_product(struct demo_shop *s, uint8_t number)
{
    const struct demo_product *p = &demo_products[number];
    const struct demo_category *c = &demo_categories[number / DEMO_PRODUCTS_EACH];
    const cu_str slug = slug_of(s, p->name);
    s->pages[DEMO_PAGE_PRODUCT + number] =
        (struct demo_page){cu_arena_printf(s->arena, "/p/%.*s", CU_ARG(slug)), cu_str_of(p->name)};
    s->products[number] = cu_arena_printf(s->arena,
        "\"product_id\":\"P%03u\",\"sku\":\"%s-%02u\",\"name\":\"%s\",\"category\":\"%s\","
        "\"brand\":\"%s\","
        "\"variant\":\"%s\",\"price\":%u.%02u",
        number + 1U, c->letters, number % DEMO_PRODUCTS_EACH + 1U, p->name, c->name,
        demo_brands[p->brand], p->variant, p->price / 100, p->price % 100);
    if (!s->products[number].ptr || !s->pages[DEMO_PAGE_PRODUCT + number].path.ptr)
        demo_fail(s, CU_MEMORY, "no memory for the sample shop");
}

void demo_open_texts(struct demo_shop *s)
{
    static const struct {
        const char *path, *title;
    } fixed[] = {[DEMO_HOME] = {"/", "Alder Finch: things for the home"},
        [DEMO_PAGE_SEARCH] = {"/search", "Search"},
        [DEMO_PAGE_CART] = {"/cart", "Your cart"},
        [DEMO_PAGE_CHECKOUT] = {"/checkout", "Checkout"},
        [DEMO_PAGE_THANKS] = {"/checkout/thanks", "Thank you"},
        [DEMO_PAGE_ACCOUNT] = {"/account", "Your account"}};
    for (size_t i = 0; i < CU_COUNT(fixed); i++)
        s->pages[i] = (struct demo_page){cu_str_of(fixed[i].path), cu_str_of(fixed[i].title)};
    for (size_t i = 0; i < DEMO_CATEGORIES; i++) {
        cu_str path = cu_arena_printf(s->arena, "/c/%s", demo_categories[i].slug);
        s->pages[DEMO_PAGE_CATEGORY + i] =
            (struct demo_page){path, cu_str_of(demo_categories[i].name)};
        if (!path.ptr)
            demo_fail(s, CU_MEMORY, "no memory for the sample shop");
    }
    for (uint8_t i = 0; i < DEMO_PRODUCTS; i++)
        open_product(s, i);
}

void demo_put_members(struct demo_shop *s, cu_str members)
{
    if (s->w.comma)
        cu_buf_char(&s->buf, ',');
    cu_buf_str(&s->buf, members);
    s->w.comma = true;
}

void demo_put_money(struct demo_shop *s, const char *name, int64_t minor)
{
    jw_key(&s->w, name);
    jw_i64(&s->w, minor / 100);
    cu_buf_char(&s->buf, '.');
    cu_buf_char(&s->buf, (char)('0' + minor / 10 % 10));
    cu_buf_char(&s->buf, (char)('0' + minor % 10));
}

void demo_put_id(struct demo_shop *s, const char *name, const char *prefix, uint64_t number)
{
    char text[64];
    (void)snprintf(text, sizeof text, "%s-%s-%llu", prefix, s->tag, (unsigned long long)number);
    jw_kz(&s->w, name, text);
}

void demo_put_product(struct demo_shop *s, uint8_t product, uint32_t quantity, uint32_t position)
{
    demo_put_members(s, s->products[product]);
    if (quantity)
        jw_ki64(&s->w, "quantity", quantity);
    if (position)
        jw_ki64(&s->w, "position", position);
}

void demo_anonymous_id(
    const struct demo_shop *s, const struct demo_person *p, uint8_t device, char ret[37])
{
    bool borrowed = device == DEMO_BORROWED;
    const struct demo_person *owner = borrowed ? p - 1 : p;
    const uint64_t a = demo_hash(s, owner, SALT_DEVICE + (borrowed ? 0U : device));
    struct cu_uuid id;
    for (size_t i = 0; i < 16; i++)
        id.bytes[i] = (uint8_t)(demo_mix(a, i / 8) >> 8 * (i % 8));
    id.bytes[6] = (uint8_t)(0x40 | (id.bytes[6] & 0x0f)); // the form of a random UUID
    id.bytes[8] = (uint8_t)(0x80 | (id.bytes[8] & 0x3f));
    cu_uuid_format(id, ret);
}

void demo_user_id(const struct demo_shop *s, const struct demo_person *p, char ret[40])
{
    bool twin = p->flags & DEMO_CASE_TWIN;
    (void)snprintf(ret, 40, "u-%s-%u", s->tag, 1000U + (twin ? p->base : demo_index(s, p)));
    for (size_t i = 0; twin && ret[i]; i++)
        if (ret[i] >= 'a' && ret[i] <= 'z')
            ret[i] = (char)(ret[i] - ('a' - 'A'));
}
