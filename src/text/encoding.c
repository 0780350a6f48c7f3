// SPDX-License-Identifier: Apache-2.0
// Finds out which encoding a stream of text has and turns it into UTF-8. A file that begins as
// plain ASCII stays undecided until its first other byte: exports often have their first accent far
// down. Not a validator: a broken UTF-8 sequence is left for the reader of rows to report with its
// row.
#include "encoding.h"

#include "text.h"

const char *text_encoding_name(enum text_encoding e)
{
    static const char *const names[] = {
        [TEXT_ASCII] = "ASCII",
        [TEXT_UTF8] = "UTF-8",
        [TEXT_UTF16LE] = "UTF-16LE",
        [TEXT_UTF16BE] = "UTF-16BE",
        [TEXT_WINDOWS_1252] = "windows-1252",
    };
    return names[e];
}

void text_decoder_init(struct text_decoder *d)
{
    *d = (struct text_decoder){TEXT_ASCII, false};
}

// Files that are not text at all but that people upload in good faith, by their first bytes.
static const struct {
    const char *magic;
    size_t len;
    const char *answer;
} not_text[] = {
    {"PK\003\004", 4,
        "This is a ZIP archive or an Excel workbook (.xlsx): unpack it, or save the sheet as CSV."},
    {"\320\317\021\340", 4, "This is an Excel workbook (.xls): save the sheet as CSV in UTF-8."},
    {"%PDF", 4, "This is a PDF document: export the data as CSV or JSON lines."},
    {"BZh", 3, "This is a bzip2 file: unpack it, or compress with gzip or zstd."},
    {"\3757zXZ", 5, "This is an xz file: unpack it, or compress with gzip or zstd."},
    {"\377\376\000\000", 4, "The file is UTF-32: save it as UTF-8."},
    {"\000\000\376\377", 4, "The file is UTF-32: save it as UTF-8."},
};

// UTF-16 without a byte order mark shows as NULs in every other place of mostly Latin text.
static cu_code detect_by_nuls(struct text_decoder *d, cu_str head, struct cu_error *err)
{
    size_t nuls[2] = {0, 0};
    for (size_t i = 0; i < head.len; i++)
        if (head.ptr[i] == 0)
            nuls[i & 1]++;
    size_t pairs = head.len / 2;
    if (nuls[0] + nuls[1] == 0)
        return CU_OK;
    if (pairs >= 4 && nuls[1] * 10 >= pairs * 3 && nuls[0] * 10 < pairs)
        d->encoding = TEXT_UTF16LE;
    else if (pairs >= 4 && nuls[0] * 10 >= pairs * 3 && nuls[1] * 10 < pairs)
        d->encoding = TEXT_UTF16BE;
    else if ((nuls[0] + nuls[1]) * 20 > head.len)
        return cu_fail(
            err, CU_MALFORMED, "", "The file holds many NUL bytes: it is not a text file.");
    return CU_OK; // a stray NUL: the row that has it is refused
}

// Looks at the beginning: byte order mark, known binary formats, NULs. *ret_skip: bytes of the
// mark.
static cu_code detect_head(
    struct text_decoder *d, cu_str head, size_t *ret_skip, struct cu_error *err)
{
    *ret_skip = 0;
    for (size_t i = 0; i < CU_COUNT(not_text); i++)
        if (cu_str_starts(head, (cu_str){not_text[i].magic, not_text[i].len}))
            return cu_fail(err, CU_MALFORMED, "", "%s", not_text[i].answer);
    if (cu_str_starts(head, CU_LIT("\357\273\277"))) {
        d->encoding = TEXT_UTF8;
        *ret_skip = 3;
    } else if (cu_str_starts(head, CU_LIT("\377\376"))) {
        d->encoding = TEXT_UTF16LE;
        *ret_skip = 2;
    } else if (cu_str_starts(head, CU_LIT("\376\377"))) {
        d->encoding = TEXT_UTF16BE;
        *ret_skip = 2;
    } else {
        CU_TRY(detect_by_nuls(d, cu_str_sub(head, 0, 4096), err));
    }
    d->started = true;
    return CU_OK;
}

static size_t ascii_prefix(cu_str s)
{
    size_t i = 0;
    for (; i + 8 <= s.len; i += 8) {
        uint64_t word;
        memcpy(&word, s.ptr + i, 8);
        if (word & 0x8080808080808080u)
            break;
    }
    while (i < s.len && (unsigned char)s.ptr[i] < 0x80)
        i++;
    return i;
}

// How many bytes at the end of s may be the beginning of a longer UTF-8 character.
static size_t utf8_open_tail(cu_str s)
{
    for (size_t back = 1; back <= 3 && back <= s.len; back++) {
        unsigned char c = (unsigned char)s.ptr[s.len - back];
        if (c >= 0xC0)
            return back;
        if (c < 0x80)
            return 0;
    }
    return 0;
}

static bool looks_utf8(cu_str s, bool end)
{
    size_t good = 0;
    // NULs are the rows' business, so validity is asked piece by piece between them.
    cu_str rest = end ? s : cu_str_sub(s, 0, s.len - utf8_open_tail(s));
    while (rest.len > 0) {
        cu_str piece = cu_str_cut(&rest, '\0');
        if (!text_utf8_valid(piece))
            return false;
        good += piece.len;
    }
    return good > 0 || !end;
}

// 0x80..0x9F of Windows-1252; 0 = undefined there.
static const uint16_t windows_1252[32] = {
    0x20AC,
    0,
    0x201A,
    0x0192,
    0x201E,
    0x2026,
    0x2020,
    0x2021,
    0x02C6,
    0x2030,
    0x0160,
    0x2039,
    0x0152,
    0,
    0x017D,
    0,
    0,
    0x2018,
    0x2019,
    0x201C,
    0x201D,
    0x2022,
    0x2013,
    0x2014,
    0x02DC,
    0x2122,
    0x0161,
    0x203A,
    0x0153,
    0,
    0x017E,
    0x0178,
};

// Western European text has few accents among its letters; Cyrillic, Greek or Asian single- and
// double-byte encodings are nearly all high bytes. In a short sample a few may stand together.
static bool looks_windows_1252(cu_str s)
{
    size_t high = 0, letters = 0;
    for (size_t i = 0; i < s.len; i++) {
        unsigned char c = (unsigned char)s.ptr[i];
        if (c >= 0x80) {
            high++;
            if (c < 0xA0 && windows_1252[c - 0x80] == 0)
                return false;
        } else if ((c | 32) >= 'a' && (c | 32) <= 'z') {
            letters++;
        }
    }
    return high <= 4 || high * 2 <= letters;
}

static cu_code decide(struct text_decoder *d, cu_str sample, bool end, struct cu_error *err)
{
    if (looks_utf8(sample, end))
        d->encoding = TEXT_UTF8;
    else if (looks_windows_1252(sample))
        d->encoding = TEXT_WINDOWS_1252;
    else
        return cu_fail(err, CU_MALFORMED, "",
            "The file is neither UTF-8 nor Windows-1252 (perhaps a Cyrillic, Greek or Asian "
            "encoding): save it as UTF-8.");
    return CU_OK;
}

static size_t put_utf8(char *out, uint32_t c)
{
    if (c < 0x80) {
        out[0] = (char)c;
        return 1;
    }
    if (c < 0x800) {
        out[0] = (char)(0xC0 | (c >> 6));
        out[1] = (char)(0x80 | (c & 63));
        return 2;
    }
    if (c < 0x10000) {
        out[0] = (char)(0xE0 | (c >> 12));
        out[1] = (char)(0x80 | ((c >> 6) & 63));
        out[2] = (char)(0x80 | (c & 63));
        return 3;
    }
    out[0] = (char)(0xF0 | (c >> 18));
    out[1] = (char)(0x80 | ((c >> 12) & 63));
    out[2] = (char)(0x80 | ((c >> 6) & 63));
    out[3] = (char)(0x80 | (c & 63));
    return 4;
}

static void decode_windows_1252(
    cu_str in, char *out, size_t room, size_t *ret_used, size_t *ret_len)
{
    size_t used = 0, len = 0;
    for (; used < in.len && len + 3 <= room; used++) {
        uint32_t c = (unsigned char)in.ptr[used];
        if (c >= 0x80 && c < 0xA0)
            c = windows_1252[c - 0x80] ? windows_1252[c - 0x80] : 0xFFFD;
        len += put_utf8(out + len, c);
    }
    *ret_used = used;
    *ret_len = len;
}

static uint32_t unit16(const char *p, bool big)
{
    uint32_t a = (unsigned char)p[0], b = (unsigned char)p[1];
    return big ? a << 8 | b : b << 8 | a;
}

// A lone surrogate or a last odd byte becomes U+FFFD: the value is visibly broken, the row
// survives.
static void decode_utf16(
    cu_str in, bool big, bool end, char *out, size_t room, size_t *ret_used, size_t *ret_len)
{
    size_t used = 0, len = 0;
    while (used + 2 <= in.len && len + 4 <= room) {
        uint32_t c = unit16(in.ptr + used, big);
        size_t step = 2;
        if (c >= 0xD800 && c < 0xDC00) {
            if (used + 4 > in.len && !end)
                break;
            uint32_t low = used + 4 <= in.len ? unit16(in.ptr + used + 2, big) : 0;
            bool pair = low >= 0xDC00 && low < 0xE000;
            c = pair ? 0x10000 + ((c - 0xD800) << 10) + (low - 0xDC00) : 0xFFFD;
            step = pair ? 4 : 2;
        } else if (c >= 0xDC00 && c < 0xE000) {
            c = 0xFFFD;
        }
        len += put_utf8(out + len, c);
        used += step;
    }
    if (end && used + 1 == in.len && len + 3 <= room) {
        len += put_utf8(out + len, 0xFFFD);
        used++;
    }
    *ret_used = used;
    *ret_len = len;
}

static void copy_through(cu_str in, char *out, size_t room, size_t *ret_used, size_t *ret_len)
{
    size_t n = in.len < room ? in.len : room;
    if (n > 0)
        memcpy(out, in.ptr, n);
    *ret_used = *ret_len = n;
}

cu_code text_decode(struct text_decoder *d, cu_str in, bool end, char *out, size_t room,
    size_t *ret_used, size_t *ret_len, struct cu_error *err)
{
    *ret_used = *ret_len = 0;
    size_t skipped = 0;
    if (!d->started) {
        if (in.len < TEXT_ENCODING_SAMPLE && !end)
            return CU_OK;
        CU_TRY(detect_head(d, in, &skipped, err));
        in = cu_str_sub(in, skipped, in.len - skipped);
    }
    if (d->encoding == TEXT_ASCII) {
        cu_str plain = {in.ptr, ascii_prefix(in)};
        if (plain.len > 0 || in.len == 0) {
            copy_through(plain, out, room, ret_used, ret_len);
            *ret_used += skipped;
            return CU_OK;
        }
        if (in.len < TEXT_ENCODING_SAMPLE && !end) {
            *ret_used = skipped;
            return CU_OK;
        }
        CU_TRY(decide(d, in, end, err));
    }
    if (d->encoding == TEXT_UTF8)
        copy_through(in, out, room, ret_used, ret_len);
    else if (d->encoding == TEXT_WINDOWS_1252)
        decode_windows_1252(in, out, room, ret_used, ret_len);
    else
        decode_utf16(in, d->encoding == TEXT_UTF16BE, end, out, room, ret_used, ret_len);
    *ret_used += skipped;
    return CU_OK;
}
