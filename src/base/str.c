// SPDX-License-Identifier: Apache-2.0
// String views. See str.h.
#include "str.h"

cu_str cu_str_of(const char *z)
{
    return z ? (cu_str){z, strlen(z)} : CU_NONE;
}

bool cu_str_eq(cu_str a, cu_str b)
{
    return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool cu_str_eqz(cu_str a, const char *z)
{
    return cu_str_eq(a, cu_str_of(z));
}

static unsigned char lower(char c)
{
    return (unsigned char)(c >= 'A' && c <= 'Z' ? c + ('a' - 'A') : c);
}

bool cu_str_eq_nocase(cu_str a, cu_str b)
{
    if (a.len != b.len)
        return false;
    for (size_t i = 0; i < a.len; i++) {
        if (lower(a.ptr[i]) != lower(b.ptr[i]))
            return false;
    }
    return true;
}

bool cu_str_starts(cu_str s, cu_str prefix)
{
    return s.len >= prefix.len && (prefix.len == 0 || memcmp(s.ptr, prefix.ptr, prefix.len) == 0);
}

bool cu_str_ends(cu_str s, cu_str suffix)
{
    return s.len >= suffix.len &&
           (suffix.len == 0 || memcmp(s.ptr + s.len - suffix.len, suffix.ptr, suffix.len) == 0);
}

int cu_str_cmp(cu_str a, cu_str b)
{
    size_t n = a.len < b.len ? a.len : b.len;
    int c = n ? memcmp(a.ptr, b.ptr, n) : 0;
    if (c)
        return c;
    return (a.len > b.len) - (a.len < b.len);
}

ptrdiff_t cu_str_find(cu_str s, char c)
{
    const char *p = s.len ? memchr(s.ptr, c, s.len) : NULL;
    return p ? p - s.ptr : -1;
}

ptrdiff_t cu_str_find_str(cu_str s, cu_str needle)
{
    if (needle.len == 0)
        return 0;
    const char *p = s.len ? memmem(s.ptr, s.len, needle.ptr, needle.len) : NULL;
    return p ? p - s.ptr : -1;
}

static bool is_space(char c)
{
    return c == ' ' || (c >= '\t' && c <= '\r');
}

cu_str cu_str_trim(cu_str s)
{
    while (s.len && is_space(s.ptr[0])) {
        s.ptr++;
        s.len--;
    }
    while (s.len && is_space(s.ptr[s.len - 1]))
        s.len--;
    return s;
}

cu_str cu_str_sub(cu_str s, size_t from, size_t len)
{
    if (from > s.len)
        from = s.len;
    if (len > s.len - from)
        len = s.len - from;
    return (cu_str){s.ptr ? s.ptr + from : NULL, len};
}

cu_str cu_str_cut(cu_str *rest, char c)
{
    cu_str all = *rest;
    ptrdiff_t at = cu_str_find(all, c);
    if (at < 0) {
        *rest = CU_NONE;
        return all;
    }
    *rest = (cu_str){all.ptr + at + 1, all.len - (size_t)at - 1};
    return (cu_str){all.ptr, (size_t)at};
}

bool cu_str_i64(cu_str s, int64_t *ret)
{
    bool negative = s.len && s.ptr[0] == '-';
    size_t i = s.len && (s.ptr[0] == '-' || s.ptr[0] == '+') ? 1 : 0;
    if (i == s.len)
        return false;
    int64_t v = 0;
    for (; i < s.len; i++) {
        if (s.ptr[i] < '0' || s.ptr[i] > '9')
            return false;
        int digit = s.ptr[i] - '0';
        if (__builtin_mul_overflow(v, 10, &v) ||
            __builtin_add_overflow(v, negative ? -digit : digit, &v))
            return false;
    }
    *ret = v;
    return true;
}
