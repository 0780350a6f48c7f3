// SPDX-License-Identifier: Apache-2.0
// The words of the text face. Tokens are found as the parser asks for them, so that it can look ahead and go back.
#include "segment_parse.h"

#include "spec/suggest.h"

#include <stdarg.h>
#include <stdio.h>

static bool digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool word_start(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c == '$' || (unsigned char)c >= 0x80;
}

// Space, a no-break space (two bytes), or a comment up to the end of its line.
static size_t skip_space(cu_str s, size_t i)
{
    while (i < s.len) {
        char c = s.ptr[i];
        if (c == ' ' || c == '\t' || c == '\n' || c == '\r') {
            i++;
        } else if ((unsigned char)c == 0xC2 && i + 1 < s.len && (unsigned char)s.ptr[i + 1] == 0xA0) {
            i += 2;
        } else if (c == '#') {
            while (i < s.len && s.ptr[i] != '\n')
                i++;
        } else {
            break;
        }
    }
    return i;
}

// Length of a quotation mark at i: " ' or one of a word processor; 0: none.
static size_t quote_at(cu_str s, size_t i)
{
    if (s.ptr[i] == '"' || s.ptr[i] == '\'')
        return 1;
    if (i + 2 < s.len && (unsigned char)s.ptr[i] == 0xE2 && (unsigned char)s.ptr[i + 1] == 0x80 &&
        ((unsigned char)s.ptr[i + 2] == 0x9C || (unsigned char)s.ptr[i + 2] == 0x9D ||
            (unsigned char)s.ptr[i + 2] == 0x9E))
        return 3;
    return 0;
}

static struct seg_token token(cu_str s, enum seg_token_kind kind, size_t from, size_t to)
{
    return (struct seg_token){kind, (uint32_t)from, (uint32_t)(to - from), cu_str_sub(s, from, to - from), NULL};
}

static struct seg_token string_at(cu_str s, size_t from)
{
    size_t mark = quote_at(s, from), i = from + mark;
    while (i < s.len && s.ptr[i] != '\n') {
        size_t end = quote_at(s, i);
        if (s.ptr[i] == '\\' && i + 1 < s.len && s.ptr[i + 1] != '\n') {
            i += 2;
        } else if (end == mark && (mark == 3 || s.ptr[i] == s.ptr[from])) {
            struct seg_token t = token(s, SEG_STRING, from, i + end);
            t.text = cu_str_sub(s, from + mark, i - from - mark);
            return t;
        } else {
            i++;
        }
    }
    struct seg_token t = token(s, SEG_BAD, from, i);
    t.fault = "The text that starts here has no closing quotation mark on its line.";
    return t;
}

static size_t digits_from(cu_str s, size_t i)
{
    while (i < s.len && digit(s.ptr[i]))
        i++;
    return i;
}

// Does the text at i follow the pattern (0: a digit)?
static bool follows(cu_str s, size_t i, const char *pattern)
{
    for (; *pattern; pattern++, i++)
        if (i >= s.len || (*pattern == '0' ? !digit(s.ptr[i]) : s.ptr[i] != *pattern))
            return false;
    return true;
}

// "2026-01-01", and the time of day and zone behind it.
static size_t moment_end(cu_str s, size_t from)
{
    size_t i = from + 10;
    if (i >= s.len || (s.ptr[i] != ' ' && s.ptr[i] != 'T' && s.ptr[i] != 't') || !follows(s, i + 1, "00:00"))
        return i;
    i += 6;
    if (follows(s, i, ":00")) {
        i += 3;
        if (i + 1 < s.len && s.ptr[i] == '.' && digit(s.ptr[i + 1]))
            i = digits_from(s, i + 1);
    }
    if (i < s.len && (s.ptr[i] == 'Z' || s.ptr[i] == 'z'))
        return i + 1;
    if (follows(s, i, "+00:00") || follows(s, i, "-00:00"))
        return i + 6;
    return i;
}

static struct seg_token figure_at(cu_str s, size_t from)
{
    size_t i = from;
    if (follows(s, from, "0000-00-00") && !(from + 10 < s.len && digit(s.ptr[from + 10])))
        return token(s, SEG_MOMENT, from, moment_end(s, from));
    i = digits_from(s, s.ptr[i] == '-' ? i + 1 : i);
    if (i + 1 < s.len && s.ptr[i] == '.' && digit(s.ptr[i + 1]))
        i = digits_from(s, i + 1);
    return token(s, SEG_FIGURE, from, i);
}

// Letters, digits, "_", "$"; dots and hyphens inside.
static struct seg_token word_at(cu_str s, size_t from)
{
    size_t i = from;
    while (i < s.len) {
        char c = s.ptr[i];
        bool inner = (c == '.' || c == '-') && i + 1 < s.len && (word_start(s.ptr[i + 1]) || digit(s.ptr[i + 1]));
        bool space = (unsigned char)c == 0xC2 && i + 1 < s.len && (unsigned char)s.ptr[i + 1] == 0xA0;
        if (!(word_start(c) || digit(c) || inner) || space || quote_at(s, i) > 0)
            break;
        i++;
    }
    return token(s, SEG_WORD, from, i);
}

static struct seg_token sign_at(cu_str s, size_t from)
{
    static const char *const signs[] = {"<=", ">=", "!=", "<>", "==", "<", ">", "=", "(", ")", ",", "%"};
    for (size_t i = 0; i < CU_COUNT(signs); i++)
        if (follows(s, from, signs[i]))
            return token(s, SEG_SIGN, from, from + strlen(signs[i]));
    struct seg_token t = token(s, SEG_BAD, from, from + 1);
    t.fault = "This character means nothing here; names and texts with such characters stand in double quotes.";
    return t;
}

struct seg_token seg_token_at(cu_str s, size_t pos)
{
    size_t i = skip_space(s, pos);
    if (i >= s.len)
        return token(s, SEG_END, s.len, s.len);
    if (quote_at(s, i) > 0)
        return string_at(s, i);
    if (digit(s.ptr[i]) || (s.ptr[i] == '-' && i + 1 < s.len && digit(s.ptr[i + 1])))
        return figure_at(s, i);
    return word_start(s.ptr[i]) ? word_at(s, i) : sign_at(s, i);
}

cu_str seg_unescape(struct seg_sink *s, struct cu_arena *a, cu_str raw)
{
    if (cu_str_find(raw, '\\') < 0)
        return seg_keep(s, a, raw);
    char *out = seg_alloc(s, a, raw.len + 1, 1);
    size_t len = 0;
    for (size_t i = 0; out && i < raw.len; i++) {
        char c = raw.ptr[i];
        if (c == '\\' && i + 1 < raw.len) {
            c = raw.ptr[++i];
            c = c == 'n' ? '\n' : c == 't' ? '\t' : c == 'r' ? '\r' : c;
        }
        out[len++] = c;
    }
    return out ? (cu_str){out, len} : CU_LIT("");
}

bool seg_reserved(cu_str word)
{
    static const char *const words[] = {"and", "or", "not", "is", "are", "was", "in", "did", "does", "where", "then",
        "within", "with", "without", "between", "at", "on", "of", "more", "less", "fewer", "longer", "greater", "exactly",
        "one", "none", "any", "than", "times", "time", "once", "twice", "ago", "from", "to", "since", "until", "before",
        "after", "today", "yesterday", "this", "last", "next", "the", "contains", "includes", "starts", "begins", "ends",
        "has", "known", "unknown", "set", "missing", "entered", "left", "sample", "by", "for", "ever", "everybody",
        "everyone", "segment", "sum", "average", "minimum", "maximum", "distinct", "different", "first", "days", "number",
        "value", "values", "event", "percent", "equals", "exists", "yes", "no", "true", "false", "minute", "minutes",
        "hour", "hours", "day", "week", "weeks", "month", "months", "year", "years", "below", "above", "over", "under",
        "up", "earlier", "later", "during"};
    return seg_word_find(word, words, CU_COUNT(words)) >= 0;
}

// --- the parser's side

void seg_advance(struct seg_parser *p)
{
    if (p->t.kind == SEG_END)
        return;
    p->end = p->t.at + p->t.len;
    p->t = seg_token_at(p->text, p->end);
}

struct seg_token seg_peek(const struct seg_parser *p)
{
    return p->t.kind == SEG_END ? p->t : seg_token_at(p->text, p->t.at + p->t.len);
}

bool seg_sign(struct seg_parser *p, const char *sign)
{
    if (p->t.kind == SEG_END && sign[0] == ')')
        seg_want(p, (struct seg_want){.words = sign});
    if (p->t.kind != SEG_SIGN || !cu_str_eqz(p->t.text, sign))
        return false;
    seg_advance(p);
    return true;
}

bool seg_next_word(const struct seg_parser *p, const char *word)
{
    return p->t.kind == SEG_WORD && cu_str_eq_nocase(p->t.text, cu_str_of(word));
}

static bool take_words(struct seg_parser *p, const char *words, bool offer)
{
    const struct seg_token first = p->t;
    const uint32_t end = p->end;
    while (*words) {
        size_t len = strcspn(words, " ");
        if (p->t.kind == SEG_END && offer)
            seg_want(p, (struct seg_want){.words = words});
        if (p->t.kind != SEG_WORD || !cu_str_eq_nocase(p->t.text, (cu_str){words, len})) {
            p->t = first;
            p->end = end;
            return false;
        }
        seg_advance(p);
        words += len + (words[len] == ' ');
    }
    return true;
}

bool seg_words(struct seg_parser *p, const char *words)
{
    return take_words(p, words, true);
}

bool seg_quiet(struct seg_parser *p, const char *words)
{
    return take_words(p, words, false);
}

static bool same_want(const struct seg_want *a, const struct seg_want *b)
{
    return a->kind == b->kind && (a->kind != SEG_WANT_WORDS || strcmp(a->words, b->words) == 0) &&
           cu_str_eq(a->event, b->event) && cu_str_eq(a->field, b->field);
}

void seg_want(struct seg_parser *p, struct seg_want w)
{
    struct seg_wants *all = p->wants;
    if (!all || all->closed || p->t.kind != SEG_END || all->count >= SEG_WANTS_MAX)
        return;
    if (w.kind == SEG_WANT_WORDS && p->subject) {
        w.of_event = p->subject->of_event;
        w.event = p->subject->event;
        w.field = p->subject_field;
    }
    for (size_t i = 0; i < all->count; i++)
        if (same_want(&all->at[i], &w))
            return;
    all->at[all->count++] = w;
}

struct seg_place seg_since(const struct seg_parser *p, uint32_t at)
{
    return (struct seg_place){at, p->end > at ? p->end - at : 0, NULL};
}

bool seg_fail(struct seg_parser *p, const char *fmt, ...)
{
    char text[240];
    va_list args;
    if (p->wants && (p->t.kind == SEG_END || p->wants->count > 0))
        p->wants->closed = true;
    const struct seg_faults *f = p->sink.faults;
    bool again = f->count > 0 && f->at[f->count - 1].at == p->t.at && !f->at[f->count - 1].warning;
    if (p->stop || again) // one fault per place
        return false;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    seg_fault(&p->sink, (struct seg_place){p->t.at, p->t.len, NULL}, "%s", text);
    return false;
}

bool seg_expected(struct seg_parser *p, const char *what)
{
    static const char *const found[] = {
        "the end of the text", "a word", "a text in quotes", "a number", "a date", "", ""};
    const cu_str t = p->t.text;
    switch (p->t.kind) {
    case SEG_BAD:
        return seg_fail(p, "%s", p->t.fault);
    case SEG_SIGN:
        return seg_fail(p, "Expected %s, but found \"%.*s\".", what, CU_ARG(t));
    case SEG_WORD:
        if (spec_name_is_plain(t))
            return seg_fail(p, "Expected %s, but found \"%.*s\".", what, CU_ARG(t));
        break;
    case SEG_END:
    case SEG_STRING:
    case SEG_FIGURE:
    case SEG_MOMENT:
        break;
    }
    return seg_fail(p, "Expected %s, but found %s.", what, found[p->t.kind]);
}
