// SPDX-License-Identifier: Apache-2.0
// Masks by kind of value. See mask.h. Called by sight.c, which knows who looks and what the dictionary says.
#include "mask.h"

#include "text/text.h"

enum { SHOWN_FROM = 3 }; // characters a value must have before one of them is shown

// --- characters as readers see them

static uint32_t point_at(cu_str s, size_t at, size_t *ret_len)
{
    unsigned char lead = (unsigned char)s.ptr[at];
    size_t len = lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
    uint32_t point = len == 1 ? lead : lead & (0x7fu >> len);
    for (size_t i = 1; i < len; i++)
        point = point << 6 | ((unsigned char)s.ptr[at + i] & 0x3f);
    *ret_len = len;
    return point;
}

// Belongs to the character before it: accents, vowel signs, joiners, variation and skin tone selectors.
static bool joins_before(uint32_t c)
{
    static const uint32_t ranges[][2] = {{0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05c7}, {0x0610, 0x061a},
        {0x064b, 0x065f}, {0x0670, 0x0670}, {0x06d6, 0x06dc}, {0x06df, 0x06e8}, {0x0900, 0x0903}, {0x093a, 0x094f},
        {0x0981, 0x0983}, {0x09bc, 0x09cd}, {0x0a01, 0x0a03}, {0x0a3c, 0x0a4d}, {0x0b82, 0x0b82}, {0x0bbe, 0x0bcd},
        {0x0c00, 0x0c04}, {0x0c3e, 0x0c56}, {0x0d00, 0x0d03}, {0x0d3b, 0x0d4d}, {0x0e31, 0x0e31}, {0x0e34, 0x0e3a},
        {0x0e47, 0x0e4e}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff}, {0x200c, 0x200d}, {0x20d0, 0x20ff}, {0x302a, 0x302f},
        {0x3099, 0x309a}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0x1f3fb, 0x1f3ff}, {0xe0100, 0xe01ef}};
    for (size_t i = 0; i < CU_COUNT(ranges); i++) {
        if (c >= ranges[i][0] && c <= ranges[i][1])
            return true;
    }
    return false;
}

// Nobody sees it: directions, zero widths, controls. It must neither count as a character nor be shown.
static bool unseen(uint32_t c)
{
    return c <= 0x20 || c == 0x7f || (c >= 0x80 && c <= 0xa0) || c == 0xad || c == 0x200b || (c >= 0x200e && c <= 0x200f) ||
           (c >= 0x2028 && c <= 0x202f) || (c >= 0x2060 && c <= 0x206f) || c == 0x3000 || c == 0xfeff;
}

// The first character: marks that follow belong to it, up to a few. Without one: length 0.
static cu_str first_character(cu_str s)
{
    enum { BYTES_MAX = 24 };
    size_t at = 0, len = 0;
    while (at < s.len) {
        uint32_t c = point_at(s, at, &len);
        if (!unseen(c) && !joins_before(c))
            break;
        at += len;
    }
    if (at >= s.len)
        return CU_NONE;
    size_t end = at + len;
    while (end < s.len && end - at < BYTES_MAX && joins_before(point_at(s, end, &len)))
        end += len;
    return cu_str_sub(s, at, end - at);
}

static size_t characters(cu_str s)
{
    size_t count = 0, len = 0;
    for (size_t at = 0; at < s.len; at += len) {
        uint32_t c = point_at(s, at, &len);
        count += !unseen(c) && !joins_before(c);
    }
    return count;
}

// --- kinds

static void mask_first(cu_str s, struct cu_buf *out)
{
    if (characters(s) >= SHOWN_FROM)
        cu_buf_str(out, first_character(s));
    cu_buf_z(out, MASK_HIDDEN);
}

static cu_str next_word(cu_str *rest)
{
    cu_str word = CU_LIT("");
    while (rest->ptr && characters(word) == 0)
        word = cu_str_cut(rest, ' ');
    return word;
}

static void initial(cu_str word, struct cu_buf *out)
{
    if (characters(word) > 1)
        cu_buf_str(out, first_character(word));
    else
        cu_buf_char(out, '*'); // the initial would be the whole name
    cu_buf_char(out, '.');
}

static void mask_name(cu_str s, struct cu_buf *out)
{
    cu_str rest = s, first = next_word(&rest), last = CU_NONE;
    while (rest.ptr) {
        cu_str word = next_word(&rest);
        if (characters(word) > 0)
            last = word;
    }
    if (characters(s) < SHOWN_FROM) {
        cu_buf_z(out, MASK_HIDDEN);
        return;
    }
    initial(first, out);
    if (last.len) {
        cu_buf_char(out, ' ');
        initial(last, out);
    }
}

static void mask_email(cu_str s, struct cu_buf *out)
{
    size_t at = s.len;
    while (at > 0 && s.ptr[at - 1] != '@')
        at--;
    if (at < 2 || at == s.len) {
        mask_first(s, out);
        return;
    }
    mask_first(cu_str_sub(s, 0, at - 1), out);
    cu_buf_str(out, cu_str_sub(s, at - 1, SIZE_MAX));
}

// Digits of the country code of an international number (ITU-T E.164, 2 where it is not 1 or 3).
static size_t country_digits(const char *digits)
{
    static const char two[] = "20273031323334363940414344454647484951525354555657586061626364656681828486909192939495"
                              "98";
    if (digits[0] == '1' || digits[0] == '7')
        return 1;
    for (size_t i = 0; i + 1 < sizeof two - 1; i += 2) {
        if (two[i] == digits[0] && two[i + 1] == digits[1])
            return 2;
    }
    return 3;
}

static void mask_phone(cu_str s, struct cu_buf *out)
{
    enum { DIGITS_MIN = 8, DIGITS_MAX = 20 };
    char digits[DIGITS_MAX + 1];
    size_t count = 0;
    bool international = false, clean = true;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c >= '0' && c <= '9' && count < DIGITS_MAX)
            digits[count++] = c;
        else if (c == '+' && count == 0)
            international = true;
        else
            clean = clean && (c == ' ' || c == '-' || c == '/' || c == '(' || c == ')' || c == '.');
    }
    if (!clean || count < DIGITS_MIN) {
        cu_buf_z(out, MASK_HIDDEN);
        return;
    }
    if (international)
        cu_buf_printf(out, "+%.*s ", (int)country_digits(digits), digits);
    cu_buf_printf(out, "*** **%.2s", digits + count - 2);
}

static void mask_date(cu_str s, struct cu_buf *out)
{
    bool year = s.len > 4 && s.ptr[4] == '-';
    for (size_t i = 0; year && i < 4; i++)
        year = s.ptr[i] >= '0' && s.ptr[i] <= '9';
    if (year)
        cu_buf_str(out, cu_str_sub(s, 0, 4));
    else
        cu_buf_z(out, MASK_HIDDEN);
}

void mask_print(enum mask_kind kind, cu_str value, struct cu_buf *out)
{
    if (!text_utf8_valid(value))
        kind = MASK_ALL;
    switch (kind) {
    case MASK_TEXT:
        mask_first(value, out);
        break;
    case MASK_NAME:
        mask_name(value, out);
        break;
    case MASK_EMAIL:
        mask_email(value, out);
        break;
    case MASK_PHONE:
        mask_phone(value, out);
        break;
    case MASK_DATE:
        mask_date(value, out);
        break;
    case MASK_ALL:
        cu_buf_z(out, MASK_HIDDEN);
        break;
    }
}
