// SPDX-License-Identifier: Apache-2.0
// UTF-8, folding for search, and the normal forms of e-mail addresses and phone numbers. The normal
// forms are part of the format of identifier tags: changing one means a new TEXT_NORM_VERSION.
#include "text.h"

// Decodes one character; 0 for malformed bytes (and for NUL). Well-formedness as in Unicode 15,
// table 3-7: no overlong forms, no surrogates, nothing beyond U+10FFFF.
static uint32_t decode(cu_str s, size_t *ret_len)
{
    const unsigned char *p = (const unsigned char *)s.ptr;
    if (s.len == 0)
        return 0;
    if (p[0] < 0x80) {
        *ret_len = 1;
        return p[0];
    }
    size_t n = p[0] >= 0xf0 ? 4 : p[0] >= 0xe0 ? 3 : 2;
    if (p[0] < 0xc2 || p[0] > 0xf4 || s.len < n)
        return 0;
    uint32_t c = p[0] & (0xffu >> (n + 1));
    for (size_t i = 1; i < n; i++) {
        if ((p[i] & 0xc0) != 0x80)
            return 0;
        c = c << 6 | (p[i] & 0x3f);
    }
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    if (c < least[n] || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
        return 0;
    *ret_len = n;
    return c;
}

bool text_utf8_valid(cu_str s)
{
    while (s.len) {
        size_t n = 0;
        if (!decode(s, &n))
            return false;
        s = cu_str_sub(s, n, s.len);
    }
    return true;
}

static void encode(uint32_t c, struct cu_buf *out)
{
    char b[4];
    size_t n = 0;
    if (c < 0x80) {
        b[n++] = (char)c;
    } else if (c < 0x800) {
        b[n++] = (char)(0xc0 | c >> 6);
        b[n++] = (char)(0x80 | (c & 0x3f));
    } else if (c < 0x10000) {
        b[n++] = (char)(0xe0 | c >> 12);
        b[n++] = (char)(0x80 | (c >> 6 & 0x3f));
        b[n++] = (char)(0x80 | (c & 0x3f));
    } else {
        b[n++] = (char)(0xf0 | c >> 18);
        b[n++] = (char)(0x80 | (c >> 12 & 0x3f));
        b[n++] = (char)(0x80 | (c >> 6 & 0x3f));
        b[n++] = (char)(0x80 | (c & 0x3f));
    }
    cu_buf_add(out, b, n);
}

// U+00C0..U+017F to their base letters (Unicode 15 decompositions, plus the usual spellings of
// letters that have none: ß ss, æ ae, ø o, ł l, đ d, þ th).
static const char *const latin[] = {"a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i",
    "i", "i", "i", "d", "n", "o", "o", "o", "o", "o", "x", "o", "u", "u", "u", "u", "y", "th", "ss",
    "a", "a", "a", "a", "a", "a", "ae", "c", "e", "e", "e", "e", "i", "i", "i", "i", "d", "n", "o",
    "o", "o", "o", "o", "/", "o", "u", "u", "u", "u", "y", "th", "y", "a", "a", "a", "a", "a", "a",
    "c", "c", "c", "c", "c", "c", "c", "c", "d", "d", "d", "d", "e", "e", "e", "e", "e", "e", "e",
    "e", "e", "e", "g", "g", "g", "g", "g", "g", "g", "g", "h", "h", "h", "h", "i", "i", "i", "i",
    "i", "i", "i", "i", "i", "i", "ij", "ij", "j", "j", "k", "k", "k", "l", "l", "l", "l", "l", "l",
    "l", "l", "l", "l", "n", "n", "n", "n", "n", "n", "n", "n", "n", "o", "o", "o", "o", "o", "o",
    "oe", "oe", "r", "r", "r", "r", "r", "r", "s", "s", "s", "s", "s", "s", "s", "s", "t", "t", "t",
    "t", "t", "t", "u", "u", "u", "u", "u", "u", "u", "u", "u", "u", "u", "u", "w", "w", "y", "y",
    "y", "z", "z", "z", "z", "z", "z", "s"};
_Static_assert(CU_COUNT(latin) == 0x180 - 0xc0, "one spelling per character");

static uint32_t fold_greek_cyrillic(uint32_t c)
{
    static const uint32_t accents[][2] = {{0x386, 0x3b1}, {0x388, 0x3b5}, {0x389, 0x3b7},
        {0x38a, 0x3b9}, {0x38c, 0x3bf}, {0x38e, 0x3c5}, {0x38f, 0x3c9}, {0x3ac, 0x3b1},
        {0x3ad, 0x3b5}, {0x3ae, 0x3b7}, {0x3af, 0x3b9}, {0x3cc, 0x3bf}, {0x3cd, 0x3c5},
        {0x3ce, 0x3c9}, {0x3c2, 0x3c3}, {0x401, 0x435}, {0x451, 0x435}, {0x439, 0x438},
        {0x419, 0x438}};
    for (size_t i = 0; i < CU_COUNT(accents); i++) {
        if (accents[i][0] == c)
            return accents[i][1];
    }
    if ((c >= 0x391 && c <= 0x3a9) || (c >= 0x410 && c <= 0x42f))
        return c + 0x20;
    return c >= 0x400 && c <= 0x40f ? c + 0x50 : c;
}

void text_fold(cu_str s, struct cu_buf *out)
{
    while (s.len) {
        size_t n = 1;
        uint32_t c = decode(s, &n);
        if (c >= 'A' && c <= 'Z')
            c += 'a' - 'A';
        if (c >= 0xc0 && c < 0x180)
            cu_buf_z(out, latin[c - 0xc0]);
        else if (c >= 0x300 && c <= 0x36f)
            ; // a combining accent
        else if (c)
            encode(fold_greek_cyrillic(c), out);
        s = cu_str_sub(s, n, s.len);
    }
}

static bool email_char(unsigned char c)
{
    return c > 0x20 && c != 0x7f && !strchr("()<>,;:\\\"[]", c);
}

bool text_email_normalise(cu_str s, struct cu_buf *out)
{
    s = cu_str_trim(s);
    ptrdiff_t at = cu_str_find(s, '@');
    if (at < 1 || s.len > 254 || !text_utf8_valid(s))
        return false;
    cu_str domain = cu_str_sub(s, (size_t)at + 1, s.len);
    ptrdiff_t dot = cu_str_find(domain, '.');
    if (cu_str_find(domain, '@') >= 0 || dot < 1 || domain.ptr[domain.len - 1] == '.' ||
        domain.ptr[domain.len - 1] == '-' || domain.ptr[0] == '-' || at > 64 ||
        cu_str_find_str(s, CU_LIT("..")) >= 0 || s.ptr[0] == '.' || s.ptr[at - 1] == '.')
        return false;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (!email_char(c))
            return false;
        cu_buf_char(out, (char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c));
    }
    return !out->failed;
}

bool text_phone_normalise(cu_str s, struct cu_buf *out)
{
    s = cu_str_trim(s);
    if (cu_str_starts(s, CU_LIT("+")))
        s = cu_str_sub(s, 1, s.len);
    else if (cu_str_starts(s, CU_LIT("00")))
        s = cu_str_sub(s, 2, s.len);
    else
        return false;
    char number[16] = "+";
    size_t n = 1;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c >= '0' && c <= '9') {
            if (n == sizeof number || (n == 1 && c == '0'))
                return false;
            number[n++] = c;
        } else if (!strchr(" ()-./", c) || c == 0) {
            return false;
        }
    }
    if (n < 8)
        return false;
    cu_buf_add(out, number, n);
    return !out->failed;
}
