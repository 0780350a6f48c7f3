// SPDX-License-Identifier: Apache-2.0
// The product lines of an order's row: one line from several columns, or whole lines packed into
// cells as the WooCommerce export plugins write them.
#include "import_calls_internal.h"

#include "text/text.h"

// One part of a packed cell: "name:Blue shirt|sku:A1|quantity:2|total:10.00".
cu_str import_order_packed(cu_str cell, const char *name)
{
    size_t len = strlen(name);
    while (cell.ptr) {
        cu_str part = cu_str_trim(cu_str_cut(&cell, '|'));
        if (part.len > len && part.ptr[len] == ':' && memcmp(part.ptr, name, len) == 0)
            return cu_str_trim(cu_str_sub(part, len + 1, part.len));
    }
    return CU_NONE;
}

// The export gives the line's total; a price is that by the quantity, to four decimals.
static bool put_packed_price(struct json_writer *w, cu_str cell)
{
    int64_t total, quantity;
    cu_str given = import_order_packed(cell, "sub_total").len
                       ? import_order_packed(cell, "sub_total")
                       : import_order_packed(cell, "total");
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, 64);
    if (!given.len)
        return true;
    if (!text_money_parse(given, 4, &total) ||
        !text_money_parse(import_order_packed(cell, "quantity"), 4, &quantity) || quantity == 0)
        return false;
    __extension__ typedef __int128 wide;
    wide price = (wide)total * 10000 / quantity;
    text_money_format((int64_t)price, 4, &text);
    jw_key(w, "price");
    jw_raw(w, cu_buf_view(&text));
    return true;
}

static bool put_packed_line(struct import_order *o, cu_str cell, struct import_problem *ret)
{
    static const char *const texts[] = {"product_id", "sku", "name"};
    struct json_writer w;
    size_t from = o->lines.len;
    CU_AUTO_BUF struct cu_buf number;
    cu_buf_init(&number, 64);
    if (from > 0)
        cu_buf_char(&o->lines, ',');
    jw_start(&w, &o->lines);
    jw_object(&w);
    for (size_t i = 0; i < CU_COUNT(texts); i++)
        if (import_order_packed(cell, texts[i]).len > 0)
            jw_kstr(&w, texts[i], import_order_packed(cell, texts[i]));
    bool good =
        import_number(import_order_packed(cell, "quantity"), &number) && put_packed_price(&w, cell);
    if (!good) {
        o->lines.len = from;
        ret->code = "invalid";
        ret->text = "A product line like name:..|sku:..|quantity:2|total:10.00 is expected.";
        return false;
    }
    jw_key(&w, "quantity");
    jw_raw(&w, cu_buf_view(&number));
    jw_object_end(&w);
    o->line_count++;
    return true;
}

static bool add_packed_lines(
    struct import_order *o, const struct import_row *row, struct import_problem *ret)
{
    for (uint32_t i = 0; o->line_item && i < o->line_item->count; i++) {
        ret->column = o->line_item->columns[i];
        cu_str cell = cu_str_trim(row->cells[ret->column]);
        if (cell.len > 0 && !put_packed_line(o, cell, ret))
            return false;
    }
    return true;
}

bool import_order_add_lines(
    struct import_builder *b, const struct import_row *row, struct import_problem *ret)
{
    struct import_order *o = b->order;
    size_t from = o->lines.len;
    bool any = false;
    for (uint32_t i = 0; i < o->line_slots; i++) {
        const struct import_slot *s = &o->line[i];
        cu_str cell;
        uint8_t kind;
        if (!import_slot_cell(b->plan, s, row, &cell, &kind, &ret->column))
            continue;
        if (!any)
            cu_buf_add(&o->lines, from > 0 ? ",{\"" : "{\"", from > 0 ? 3 : 2);
        else
            cu_buf_add(&o->lines, ",\"", 2);
        any = true;
        cu_buf_str(&o->lines, s->name);
        cu_buf_add(&o->lines, "\":", 2);
        if (!import_slot_put(b->plan, s, cell, kind, &o->lines, ret)) {
            o->lines.len = from;
            return false;
        }
    }
    if (any)
        cu_buf_char(&o->lines, '}');
    o->line_count += any;
    return add_packed_lines(o, row, ret);
}
