// SPDX-License-Identifier: Apache-2.0
// How a query matches the text of a profile. See searchtext.h; used by search.c and tests, no
// state.
#include "searchtext.h"

#include "text/text.h"

static bool word_byte(char c)
{
    unsigned char u = (unsigned char)c;
    return (u >= 'a' && u <= 'z') || (u >= '0' && u <= '9') || u >= 0x80;
}

static bool at_word_start(cu_str s, size_t i)
{
    return i == 0 || !word_byte(s.ptr[i - 1]);
}

static uint64_t letter_bit(unsigned char c)
{
    if (c >= 'a' && c <= 'z')
        return UINT64_C(1) << (c - 'a');
    if (c >= '0' && c <= '9')
        return UINT64_C(1) << (26 + c - '0');
    return UINT64_C(1) << (36 + c % 28);
}

static uint64_t start_bit(char first, char second)
{
    unsigned h = (unsigned)(unsigned char)first * 31u + (unsigned char)second;
    return UINT64_C(1) << (h * 0x9e3779b1u >> 26);
}

uint64_t search_starts(cu_str text)
{
    uint64_t mask = 0;
    for (size_t i = 0; i + 1 < text.len; i++) {
        if (text.ptr[i] != '\n' && at_word_start(text, i))
            mask |= start_bit(text.ptr[i], text.ptr[i + 1]);
    }
    return mask;
}

uint64_t search_letters(cu_str name)
{
    uint64_t mask = 0;
    for (size_t i = 0; i < name.len; i++)
        mask |= letter_bit((unsigned char)name.ptr[i]);
    return mask;
}

static void find_digits(struct search_query *q, cu_str text)
{
    size_t n = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        bool digit = c >= '0' && c <= '9';
        if (!digit && !strchr("+ -/().", c))
            return;
        if (digit && (n || c != '0') && n < sizeof(q->digits) - 1)
            q->digits[n++] = c; // without the leading zeros that are dialled
    }
    q->digits[n < 3 ? 0 : n] = 0;
}

void search_query_init(struct search_query *q, cu_str text)
{
    struct cu_buf folded;
    *q = (struct search_query){0};
    text = cu_str_trim(cu_str_sub(text, 0, SEARCH_QUERY_MAX));
    cu_buf_init(&folded, sizeof(q->text) - 1);
    text_fold(text, &folded);
    size_t len = folded.failed ? 0 : folded.len;
    if (len)
        memcpy(q->text, folded.ptr, len);
    cu_buf_wipe(&folded);
    find_digits(q, (cu_str){q->text, len});
    for (size_t i = 0; i < len && q->count < SEARCH_TOKENS_MAX;) {
        while (i < len && (unsigned char)q->text[i] <= ' ')
            i++;
        size_t from = i;
        while (i < len && (unsigned char)q->text[i] > ' ')
            i++;
        if (i == from)
            break;
        cu_str t = {q->text + from, i - from};
        q->starts[q->count] = t.len > 1 ? start_bit(t.ptr[0], t.ptr[1]) : 0;
        q->letters[q->count] = search_letters(t);
        q->tokens[q->count++] = t;
    }
}

static bool token_matches(cu_str token, cu_str text)
{
    const char *p = text.ptr, *end = text.ptr + text.len;
    while ((size_t)(end - p) >= token.len) {
        p = memchr(p, token.ptr[0], (size_t)(end - p) - token.len + 1);
        if (!p)
            return false;
        if (memcmp(p, token.ptr, token.len) == 0 && at_word_start(text, (size_t)(p - text.ptr)))
            return true;
        p++;
    }
    return false;
}

static bool digits_match(const struct search_query *q, cu_str text)
{
    if (!q->digits[0])
        return false;
    cu_str rest = text, digits = cu_str_of(q->digits);
    for (bool first = true; rest.len; first = false) {
        cu_str line = cu_str_cut(&rest, '\n');
        if (!first && line.len && line.ptr[0] == '+' && cu_str_find_str(line, digits) >= 0)
            return true;
    }
    return false;
}

bool search_matches(const struct search_query *q, cu_str text)
{
    bool all = q->count > 0;
    for (size_t i = 0; i < q->count && all; i++)
        all = token_matches(q->tokens[i], text);
    return all || digits_match(q, text);
}

bool search_may_match(const struct search_query *q, uint64_t starts)
{
    if (q->digits[0])
        return true; // inside of numbers nothing is masked
    for (size_t i = 0; i < q->count; i++) {
        if (q->starts[i] && !(starts & q->starts[i]))
            return false;
    }
    return true;
}

unsigned search_distance(cu_str a, cu_str b, unsigned max)
{
    unsigned rows[3][64], *before = rows[0], *last = rows[1], *now = rows[2];
    size_t difference = a.len > b.len ? a.len - b.len : b.len - a.len;
    if (a.len >= 63 || b.len >= 63 || difference > max)
        return max + 1;
    for (unsigned k = 0; k <= b.len; k++)
        last[k] = k;
    for (size_t i = 1; i <= a.len; i++) {
        unsigned least = now[0] = (unsigned)i;
        for (size_t k = 1; k <= b.len; k++) {
            unsigned d = last[k - 1] + (a.ptr[i - 1] != b.ptr[k - 1]);
            d = last[k] + 1 < d ? last[k] + 1 : d;
            d = now[k - 1] + 1 < d ? now[k - 1] + 1 : d;
            if (i > 1 && k > 1 && a.ptr[i - 1] == b.ptr[k - 2] && a.ptr[i - 2] == b.ptr[k - 1] &&
                before[k - 2] + 1 < d)
                d = before[k - 2] + 1;
            now[k] = d;
            least = d < least ? d : least;
        }
        if (least > max)
            return max + 1;
        unsigned *t = before;
        before = last;
        last = now;
        now = t;
    }
    return last[b.len] > max ? max + 1 : last[b.len];
}

static unsigned edits_of(cu_str token)
{
    return token.len < 3 ? 0u : token.len < 6 ? 1u : 2u;
}

static bool token_near(cu_str token, cu_str name)
{
    unsigned max = edits_of(token);
    for (size_t i = 0; max && i < name.len;) {
        while (i < name.len && !word_byte(name.ptr[i]))
            i++;
        size_t from = i;
        while (i < name.len && word_byte(name.ptr[i]))
            i++;
        cu_str word = {name.ptr + from, i - from};
        if (word.len &&
            (search_distance(token, word, max) <= max ||
                (word.len > token.len &&
                    search_distance(token, cu_str_sub(word, 0, token.len), max) <= max)))
            return true;
    }
    return false;
}

bool search_matches_roughly(const struct search_query *q, cu_str text)
{
    cu_str rest = text, name = cu_str_cut(&rest, '\n');
    for (size_t i = 0; i < q->count; i++) {
        if (!token_matches(q->tokens[i], text) && !token_near(q->tokens[i], name))
            return false;
    }
    return q->count > 0;
}

// Each place of the token whose letter the name has nowhere costs an edit of its own.
static bool letters_suffice(cu_str token, uint64_t missing)
{
    unsigned edits = edits_of(token);
    for (size_t i = 0; missing && i < token.len; i++) {
        if (missing & letter_bit((unsigned char)token.ptr[i]) && edits-- == 0)
            return false;
    }
    return true;
}

bool search_may_match_roughly(const struct search_query *q, uint64_t starts, uint64_t letters)
{
    for (size_t i = 0; i < q->count; i++) {
        bool may_stand = !q->starts[i] || starts & q->starts[i];
        if (!may_stand && !letters_suffice(q->tokens[i], q->letters[i] & ~letters))
            return false;
    }
    return q->count > 0;
}
