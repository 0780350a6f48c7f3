// SPDX-License-Identifier: Apache-2.0
// Product lines in their stored form: packed one after the other, each a length, seven texts and
// two numbers as varints. Half the size of JSON, no parser needed to fold or to print. Called by
// the other orders*.c only. It is not a format for anyone else: no version byte but the table's
// migration.
#include "orders_internal.h"

__extension__ typedef __int128 order_wide;

static const int64_t pow10_of[] = {1, 10, 100, 1000, 10000, 100000, 1000000, 10000000, 100000000};
#define ORDER_TOTAL_MAX INT64_C(9000000000000000)

static void put_varint(struct cu_buf *out, uint64_t v)
{
    while (v >= 0x80) {
        cu_buf_char(out, (char)(unsigned char)(v | 0x80));
        v >>= 7;
    }
    cu_buf_char(out, (char)(unsigned char)v);
}

static uint64_t zigzag(int64_t v)
{
    return ((uint64_t)v << 1) ^ (v < 0 ? UINT64_MAX : 0);
}

static bool take_varint(cu_str *s, uint64_t *ret)
{
    uint64_t v = 0;
    for (unsigned shift = 0; shift < 64 && s->len > 0; shift += 7) {
        unsigned char c = (unsigned char)s->ptr[0];
        s->ptr++;
        s->len--;
        v |= (uint64_t)(c & 0x7f) << shift;
        if (c < 0x80) {
            *ret = v;
            return true;
        }
    }
    return false;
}

static bool take_number(cu_str *s, int64_t *ret)
{
    uint64_t v = 0;
    if (!take_varint(s, &v))
        return false;
    *ret = (int64_t)(v >> 1) ^ -(int64_t)(v & 1);
    return true;
}

// Texts are stored as length + 1, so that absent (0) and empty (1) stay apart.
static void put_text(struct cu_buf *out, cu_str s)
{
    put_varint(out, s.ptr ? s.len + 1 : 0);
    cu_buf_str(out, s);
}

static bool take_text(cu_str *s, cu_str *ret)
{
    uint64_t n = 0;
    if (!take_varint(s, &n) || (n > 0 && n - 1 > s->len))
        return false;
    *ret = CU_NONE;
    if (n > 0) {
        *ret = (cu_str){s->ptr, (size_t)(n - 1)};
        s->ptr += n - 1;
        s->len -= (size_t)(n - 1);
    }
    return true;
}

void order_line_pack(const struct order_line *line, struct cu_buf *out)
{
    const cu_str texts[] = {line->product_id, line->sku, line->name, line->category, line->brand,
        line->variant, line->coupon};
    for (size_t i = 0; i < CU_COUNT(texts); i++)
        put_text(out, texts[i]);
    put_varint(out, zigzag(line->quantity_e4));
    put_varint(out, zigzag(line->price_e4));
}

bool order_line_next(cu_str *packed, struct order_line *ret, bool *ret_bad)
{
    if (packed->len == 0)
        return false;
    memset(ret, 0, sizeof *ret);
    cu_str *const texts[] = {&ret->product_id, &ret->sku, &ret->name, &ret->category, &ret->brand,
        &ret->variant, &ret->coupon};
    bool good = true;
    for (size_t i = 0; good && i < CU_COUNT(texts); i++)
        good = take_text(packed, texts[i]);
    good = good && take_number(packed, &ret->quantity_e4) && take_number(packed, &ret->price_e4);
    *ret_bad = *ret_bad || !good;
    return good;
}

bool order_line_total(const struct order_line *line, int exponent, int64_t *ret)
{
    // price and quantity carry 10^-4 each, the result 10^-exponent
    order_wide exact = (order_wide)line->price_e4 * line->quantity_e4;
    order_wide unit = pow10_of[8 - exponent];
    order_wide magnitude = ((exact < 0 ? -exact : exact) + unit / 2) / unit;
    if (magnitude > ORDER_TOTAL_MAX)
        return false;
    *ret = exact < 0 ? -(int64_t)magnitude : (int64_t)magnitude;
    return true;
}
