// SPDX-License-Identifier: Apache-2.0
// Bits as base64url text. See bits.h.
#include "bits.h"

enum { FIBONACCI_MAX = 46 }; // the 46th is the last below 2^31

static int value_of(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    return c == '-' ? 62 : c == '_' ? 63 : -1;
}

cu_code bit_reader_open(cu_str text, struct bit_reader *ret, struct cu_error *err)
{
    for (size_t i = 0; i < text.len; i++) {
        if (value_of(text.ptr[i]) < 0)
            return cu_fail(
                err, CU_MALFORMED, "text", "only letters of base64url (A-Z, a-z, 0-9, - and _) are accepted here");
    }
    *ret = (struct bit_reader){.text = text};
    return CU_OK;
}

size_t bits_left(const struct bit_reader *r)
{
    return r->text.len * 6 - r->at;
}

uint64_t bits_take(struct bit_reader *r, unsigned count)
{
    uint64_t value = 0;
    if (r->failed || bits_left(r) < count) {
        r->failed = true;
        return 0;
    }
    for (unsigned i = 0; i < count; i++, r->at++)
        value = value << 1 | ((unsigned)value_of(r->text.ptr[r->at / 6]) >> (5 - r->at % 6) & 1);
    return value;
}

// The Zeckendorf form, smallest first, ended by a second one (GPP, "Fibonacci coding").
uint64_t bits_take_fibonacci(struct bit_reader *r)
{
    uint64_t value = 0, a = 1, b = 2;
    bool last = false;
    for (unsigned i = 0; i < FIBONACCI_MAX && !r->failed; i++) {
        bool one = bits_take(r, 1) != 0;
        if (one && last)
            return value;
        value += one ? a : 0;
        last = one;
        uint64_t next = a + b;
        a = b;
        b = next;
    }
    r->failed = true;
    return 0;
}

void bit_writer_open(struct bit_writer *w, struct cu_buf *out)
{
    *w = (struct bit_writer){.out = out};
}

static void put_bit(struct bit_writer *w, unsigned bit)
{
    static const char letters[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    w->letter = w->letter << 1 | bit;
    w->bits++;
    if (++w->used == 6) {
        cu_buf_char(w->out, letters[w->letter]);
        w->letter = w->used = 0;
    }
}

void bits_put(struct bit_writer *w, uint64_t value, unsigned count)
{
    while (count-- > 0)
        put_bit(w, (unsigned)(value >> count & 1));
}

void bits_put_fibonacci(struct bit_writer *w, uint32_t value)
{
    uint64_t numbers[FIBONACCI_MAX] = {1, 2};
    uint64_t form = 0; // bit i: numbers[i] is in it
    unsigned count = 2, top = 0;
    for (; count < FIBONACCI_MAX; count++)
        numbers[count] = numbers[count - 1] + numbers[count - 2];
    for (unsigned i = count; i-- > 0;) {
        if (numbers[i] > value)
            continue;
        form |= UINT64_C(1) << i;
        value -= (uint32_t)numbers[i];
        top = i > top ? i : top;
    }
    for (unsigned i = 0; i <= top; i++)
        put_bit(w, form >> i & 1);
    put_bit(w, 1);
}

void bits_close(struct bit_writer *w, enum bits_pad pad)
{
    while (w->bits % (pad == BITS_PAD_24 ? 24 : 8) != 0)
        put_bit(w, 0);
    while (w->bits % 6 != 0)
        put_bit(w, 0);
}
