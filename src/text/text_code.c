// SPDX-License-Identifier: Apache-2.0
// Encodings: base64 (RFC 4648), hexadecimal, HTML, URL and form encoding (RFC 3986, WHATWG URL).
#include "text.h"

static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
static const char alphabet_url[] =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

void text_base64(cu_str bytes, bool url_safe, struct cu_buf *out)
{
    const char *letters = url_safe ? alphabet_url : alphabet;
    const unsigned char *p = (const unsigned char *)bytes.ptr;
    for (size_t i = 0; i < bytes.len; i += 3) {
        size_t n = bytes.len - i < 3 ? bytes.len - i : 3;
        uint32_t v = (uint32_t)p[i] << 16;
        if (n > 1)
            v |= (uint32_t)p[i + 1] << 8;
        if (n > 2)
            v |= p[i + 2];
        char four[4] = {letters[v >> 18], letters[v >> 12 & 63], letters[v >> 6 & 63],
            letters[v & 63]};
        cu_buf_add(out, four, n + 1);
        if (!url_safe)
            cu_buf_add(out, "==", 3 - n);
    }
}

static int base64_value(char c)
{
    if (c >= 'A' && c <= 'Z')
        return c - 'A';
    if (c >= 'a' && c <= 'z')
        return c - 'a' + 26;
    if (c >= '0' && c <= '9')
        return c - '0' + 52;
    if (c == '+' || c == '-')
        return 62;
    return c == '/' || c == '_' ? 63 : -1;
}

bool text_base64_decode(cu_str s, struct cu_buf *out)
{
    while (s.len && s.ptr[s.len - 1] == '=')
        s.len--;
    if (s.len % 4 == 1)
        return false;
    uint32_t v = 0;
    int bits = 0;
    for (size_t i = 0; i < s.len; i++) {
        int d = base64_value(s.ptr[i]);
        if (d < 0)
            return false;
        v = v << 6 | (uint32_t)d;
        bits += 6;
        if (bits >= 8) {
            bits -= 8;
            cu_buf_char(out, (char)(v >> bits & 0xff));
        }
    }
    return !out->failed;
}

void text_hex(cu_str bytes, struct cu_buf *out)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < bytes.len; i++) {
        unsigned char c = (unsigned char)bytes.ptr[i];
        cu_buf_char(out, digits[c >> 4]);
        cu_buf_char(out, digits[c & 15]);
    }
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    if (c >= 'a' && c <= 'f')
        return c - 'a' + 10;
    return c >= 'A' && c <= 'F' ? c - 'A' + 10 : -1;
}

bool text_hex_decode(cu_str s, struct cu_buf *out)
{
    if (s.len % 2)
        return false;
    for (size_t i = 0; i < s.len; i += 2) {
        int high = hex_value(s.ptr[i]), low = hex_value(s.ptr[i + 1]);
        if (high < 0 || low < 0)
            return false;
        cu_buf_char(out, (char)(high << 4 | low));
    }
    return !out->failed;
}

void text_html(cu_str s, struct cu_buf *out)
{
    for (size_t i = 0; i < s.len; i++) {
        switch (s.ptr[i]) {
        case '&':
            cu_buf_z(out, "&amp;");
            break;
        case '<':
            cu_buf_z(out, "&lt;");
            break;
        case '>':
            cu_buf_z(out, "&gt;");
            break;
        case '"':
            cu_buf_z(out, "&quot;");
            break;
        case '\'':
            cu_buf_z(out, "&#39;");
            break;
        default:
            cu_buf_char(out, s.ptr[i]);
        }
    }
}

static bool unreserved(char c)
{
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') ||
           c == '-' || c == '.' || c == '_' || c == '~';
}

void text_url(cu_str s, struct cu_buf *out)
{
    static const char digits[] = "0123456789ABCDEF";
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (unreserved(s.ptr[i])) {
            cu_buf_char(out, s.ptr[i]);
        } else {
            char escape[3] = {'%', digits[c >> 4], digits[c & 15]};
            cu_buf_add(out, escape, 3);
        }
    }
}

bool text_url_decode(cu_str s, bool plus_is_space, struct cu_buf *out)
{
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '%') {
            int high = i + 2 < s.len ? hex_value(s.ptr[i + 1]) : -1;
            int low = i + 2 < s.len ? hex_value(s.ptr[i + 2]) : -1;
            if (high < 0 || low < 0 || (high == 0 && low == 0))
                return false;
            c = (char)(high << 4 | low);
            i += 2;
        } else if (c == '+' && plus_is_space) {
            c = ' ';
        } else if (c == 0) {
            return false;
        }
        cu_buf_char(out, c);
    }
    return !out->failed;
}

bool text_query_get(cu_str query, const char *name, struct cu_buf *out)
{
    while (query.ptr) {
        cu_str value = cu_str_cut(&query, '&');
        cu_str key = cu_str_cut(&value, '=');
        if (cu_str_eqz(key, name))
            return text_url_decode(value, true, out);
    }
    return false;
}
