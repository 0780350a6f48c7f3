// SPDX-License-Identifier: Apache-2.0
// Checking one comparison: does it suit the field's type, are there as many values as it needs and can each be
// read as that type. Days compared with times are given their exact meaning here.
#include "segment_check_node.h"

#include "spec/suggest.h"

#include <stdio.h>

static bool suits(enum seg_cmp cmp, enum seg_type type)
{
    switch (cmp) {
    case SEG_IS:
    case SEG_IS_NOT:
    case SEG_KNOWN:
    case SEG_UNKNOWN:
        return true;
    case SEG_LESS:
    case SEG_AT_MOST:
    case SEG_MORE:
    case SEG_AT_LEAST:
    case SEG_BETWEEN:
        return type == SEG_NUMBER || type == SEG_TIME;
    case SEG_CONTAINS:
    case SEG_CONTAINS_NOT:
    case SEG_STARTS:
    case SEG_ENDS:
        return type == SEG_TEXT;
    case SEG_WITHIN:
    case SEG_NOT_WITHIN:
    case SEG_ANNIVERSARY:
        break;
    }
    return type == SEG_TIME;
}

static const char *suitable(enum seg_type type)
{
    switch (type) {
    case SEG_TEXT:
        return "\"is\", \"is not\", \"contains\", \"does not contain\", \"starts with\", \"ends with\", \"is known\"";
    case SEG_NUMBER:
        return "\"is\", \"is not\", \"is more than\", \"is at least\", \"is less than\", \"is at most\", \"is between\"";
    case SEG_TIME:
        return "\"is before\", \"is after\", \"is between\", \"is in the last 30 days\", \"is known\"";
    case SEG_BOOLEAN:
        break;
    }
    return "\"is yes\", \"is no\", \"is known\", \"is unknown\"";
}

static bool count_suits(const struct seg_test *t)
{
    if (seg_cmp_plain(t->cmp) || seg_cmp_windowed(t->cmp))
        return t->value_count == 0;
    if (t->cmp == SEG_BETWEEN)
        return t->value_count == 2;
    if (t->cmp >= SEG_LESS && t->cmp <= SEG_AT_LEAST)
        return t->value_count == 1;
    return t->value_count > 0;
}

static const char *values_wanted(const struct seg_test *t)
{
    if (seg_cmp_plain(t->cmp) || seg_cmp_windowed(t->cmp))
        return "no value";
    if (t->cmp == SEG_BETWEEN)
        return "two values, the smaller first";
    return t->cmp >= SEG_LESS && t->cmp <= SEG_AT_LEAST ? "one value" : "at least one value";
}

// --- one value into the type

static bool to_text(struct seg_checker *x, struct seg_value *v)
{
    char text[SEG_NUMBER_TEXT > TEXT_TIME_MAX ? SEG_NUMBER_TEXT : TEXT_TIME_MAX];
    cu_str s = v->text;
    if (v->type == SEG_TEXT)
        return true;
    if (s.len == 0 && v->type == SEG_NUMBER) {
        seg_number_print(v->number, text);
        s = seg_keep(&x->sink, x->arena, cu_str_of(text));
    } else if (s.len == 0 && v->type == SEG_TIME) {
        seg_time_print(v->number, x->zone, true, text);
        s = seg_keep(&x->sink, x->arena, cu_str_of(text));
    } else if (s.len == 0) {
        s = v->number ? CU_LIT("true") : CU_LIT("false");
    }
    *v = (struct seg_value){.type = SEG_TEXT, .text = s};
    return true;
}

static bool to_number(struct seg_value *v)
{
    int64_t n = v->number;
    if (v->type != SEG_NUMBER && (v->type != SEG_TEXT || seg_number_parse(cu_str_trim(v->text), &n) != SEG_NUMBER_FINE))
        return false;
    *v = (struct seg_value){.type = SEG_NUMBER, .number = n};
    return true;
}

static bool to_time(const struct seg_checker *x, struct seg_value *v)
{
    int64_t ms = v->number;
    bool day = false;
    if (v->type == SEG_TIME) {
        v->text = seg_is_day(v->text) ? v->text : CU_NONE;
        return true;
    }
    if (v->type != SEG_TEXT || !seg_time_parse(v->text, x->zone, &ms, &day))
        return false;
    *v = (struct seg_value){.type = SEG_TIME, .text = day ? cu_str_trim(v->text) : CU_NONE, .number = ms};
    return true;
}

static bool to_boolean(struct seg_value *v)
{
    static const char *const words[] = {"no", "yes", "false", "true", "0", "1"};
    int found = v->type == SEG_TEXT ? seg_word_find(cu_str_trim(v->text), words, CU_COUNT(words)) : -1;
    if (v->type == SEG_NUMBER && (v->number == 0 || v->number == 10000))
        found = v->number ? 1 : 0;
    if (v->type == SEG_BOOLEAN)
        found = v->number ? 1 : 0;
    if (found < 0)
        return false;
    *v = (struct seg_value){.type = SEG_BOOLEAN, .number = found & 1};
    return true;
}

static bool to_type(struct seg_checker *x, struct seg_value *v, enum seg_type type)
{
    switch (type) {
    case SEG_TEXT:
        return to_text(x, v);
    case SEG_NUMBER:
        return to_number(v);
    case SEG_TIME:
        return to_time(x, v);
    case SEG_BOOLEAN:
        break;
    }
    return to_boolean(v);
}

static const char *example(const struct seg_compared *c)
{
    static const char *const examples[] = {"A text is expected, in quotes.",
        "A number is expected, such as 100 or 19.90.",
        "A day such as 2026-01-31 or a time such as \"2026-01-31 18:00\" is expected (years 1800 to 2999).",
        "Yes or no is expected."};
    return c->whole ? "A whole number from 0 is expected, such as 3." : examples[c->type];
}

// --- values of closed lists, countries, currencies

static bool two_letters(cu_str s)
{
    return s.len == 2 && ((s.ptr[0] | 0x20) >= 'a' && (s.ptr[0] | 0x20) <= 'z') &&
           ((s.ptr[1] | 0x20) >= 'a' && (s.ptr[1] | 0x20) <= 'z');
}

static bool is_country(cu_str s)
{
    static const char codes[] =
        "ADAEAFAGAIALAMAOAQARASATAUAWAXAZBABBBDBEBFBGBHBIBJBLBMBNBOBQBRBSBTBVBWBYBZCACCCDCFCGCHCICKCLCMCNCOCRCUCVCWCXCYCZ"
        "DEDJDKDMDODZECEEEGEHERESETFIFJFKFMFOFRGAGBGDGEGFGGGHGIGLGMGNGPGQGRGSGTGUGWGYHKHMHNHRHTHUIDIEILIMINIOIQIRISITJEJM"
        "JOJPKEKGKHKIKMKNKPKRKWKYKZLALBLCLILKLRLSLTLULVLYMAMCMDMEMFMGMHMKMLMMMNMOMPMQMRMSMTMUMVMWMXMYMZNANCNENFNGNINLNONP"
        "NRNUNZOMPAPEPFPGPHPKPLPMPNPRPSPTPWPYQARERORSRURWSASBSCSDSESGSHSISJSKSLSMSNSOSRSSSTSVSXSYSZTCTDTFTGTHTJTKTLTMTNTO"
        "TRTTTVTWTZUAUGUMUSUYUZVAVCVEVGVIVNVUWFWSXKYEYTZAZMZW";
    for (size_t i = 0; i + 1 < sizeof codes; i += 2)
        if (memcmp(codes + i, s.ptr, 2) == 0)
            return true;
    return false;
}

// Codes are written in capitals.
static void upper(struct seg_checker *x, struct seg_value *v)
{
    for (size_t i = 0; i < v->text.len; i++) {
        if (v->text.ptr[i] < 'a' || v->text.ptr[i] > 'z')
            continue;
        char *copy = seg_alloc(&x->sink, x->arena, v->text.len + 1, 1);
        for (size_t k = 0; copy && k < v->text.len; k++) {
            char c = v->text.ptr[k];
            copy[k] = c >= 'a' && c <= 'z' ? (char)(c - 0x20) : c;
        }
        if (copy)
            v->text.ptr = copy;
        return;
    }
}

static void check_option(
    struct seg_checker *x, const struct seg_value *v, const struct seg_compared *c, struct seg_place where)
{
    struct spec_nearest near = spec_nearest_to(v->text);
    char meant[SEG_MEANT];
    for (size_t i = 0; c->options && c->options[i]; i++) {
        if (cu_str_eq_nocase(v->text, cu_str_of(c->options[i])))
            return;
        spec_nearest_offer(&near, cu_str_of(c->options[i]));
    }
    for (uint32_t i = 0; !c->options && i < c->row->option_count; i++) {
        if (cu_str_eq_nocase(v->text, c->row->options[i]))
            return;
        spec_nearest_offer(&near, c->row->options[i]);
    }
    seg_warn(&x->sink, where, "This is none of the values of the list%s",
        seg_meant(spec_nearest_best(&near), meant)[0] ? meant : ".");
}

static void check_code(struct seg_checker *x, struct seg_value *v, const struct seg_compared *c, struct seg_place where)
{
    if (c->row && c->row->type == DICT_COUNTRY) {
        if (two_letters(v->text))
            upper(x, v);
        if (v->text.len != 2 || !is_country(v->text))
            seg_warn(&x->sink, where, "This is no country code: two letters are expected, such as DE or AT.");
    } else if (c->row && c->row->type == DICT_CURRENCY) {
        upper(x, v);
        if (v->text.len != 3)
            seg_warn(&x->sink, where, "This is no currency code: three letters are expected, such as EUR.");
    } else if (c->options || (c->row && c->row->option_count > 0)) {
        check_option(x, v, c, where);
    } else if (v->text.len == 0) {
        seg_warn(&x->sink, where, "No value is an empty text: \"is unknown\" asks for what is missing.");
    }
}

// --- days

static void to_window(struct seg_test *t, enum seg_cmp cmp, int64_t from, int64_t to)
{
    t->cmp = cmp;
    t->window = (struct seg_window){.kind = SEG_DATES, .from_ms = from, .to_ms = to, .at = t->at, .len = t->len};
    t->values = NULL;
    t->value_count = 0;
}

// A day stands for all of it: "is after" the day is from the next one on.
static void settle_days(struct seg_checker *x, struct seg_test *t, struct seg_value *v, struct seg_place where)
{
    bool any = false;
    for (uint32_t i = 0; i < t->value_count; i++)
        any = any || v[i].text.len > 0;
    if (any && (t->cmp == SEG_MORE || t->cmp == SEG_AT_MOST)) {
        t->cmp = t->cmp == SEG_MORE ? SEG_AT_LEAST : SEG_LESS;
        v[0].number = seg_day_after(v[0].number, x->zone);
    } else if (any && (t->cmp == SEG_IS || t->cmp == SEG_IS_NOT)) {
        if (t->value_count == 1)
            to_window(
                t, t->cmp == SEG_IS ? SEG_WITHIN : SEG_NOT_WITHIN, v[0].number, seg_day_after(v[0].number, x->zone));
        else
            seg_fault(&x->sink, where,
                "A time is compared with one day, or with a span: \"is between 2026-01-01 and 2026-01-31\".");
    } else if (any && t->cmp == SEG_BETWEEN) {
        to_window(t, SEG_WITHIN, v[0].number, v[1].text.len > 0 ? seg_day_after(v[1].number, x->zone) : v[1].number);
    }
    for (uint32_t i = 0; i < t->value_count; i++)
        v[i].text = CU_NONE;
}

// A window that is open at one end is a comparison.
static void settle_open(struct seg_checker *x, struct seg_test *t)
{
    const struct seg_window w = t->window;
    if (w.kind != SEG_DATES || (w.from_ms == INT64_MIN) == (w.to_ms == INT64_MAX) || t->cmp == SEG_ANNIVERSARY)
        return;
    struct seg_value *v = seg_alloc(&x->sink, x->arena, 1, sizeof *v);
    if (!v)
        return;
    bool open_end = w.to_ms == INT64_MAX;
    *v = (struct seg_value){.type = SEG_TIME, .number = open_end ? w.from_ms : w.to_ms};
    t->cmp = open_end == (t->cmp == SEG_WITHIN) ? SEG_AT_LEAST : SEG_LESS;
    t->values = v;
    t->value_count = 1;
    t->window = (struct seg_window){.kind = SEG_EVER};
}

// --- the test

static struct seg_value *typed(
    struct seg_checker *x, const struct seg_test *t, const struct seg_compared *c, struct seg_place where)
{
    struct seg_value *v = seg_alloc(&x->sink, x->arena, t->value_count, sizeof *v);
    for (uint32_t i = 0; v && i < t->value_count; i++) {
        v[i] = t->values[i];
        size_t values = seg_down(&x->path, "values"), element = seg_down_at(&x->path, i);
        bool good = to_type(x, &v[i], c->type) && (!c->whole || (v[i].number >= 0 && v[i].number % 10000 == 0));
        if (!good)
            seg_fault(&x->sink, where, "%s", example(c));
        else if (c->type == SEG_TEXT && (t->cmp == SEG_IS || t->cmp == SEG_IS_NOT))
            check_code(x, &v[i], c, where);
        else if (c->type == SEG_TEXT && v[i].text.len == 0)
            seg_warn(&x->sink, where, "Every text contains the empty one.");
        seg_up(&x->path, element);
        seg_up(&x->path, values);
        if (!good)
            return NULL;
    }
    return v;
}

static void check_values(struct seg_checker *x, struct seg_test *t, const struct seg_compared *c, struct seg_place where)
{
    x->counts.values += t->value_count;
    if (t->value_count > SEG_VALUES_MAX || x->counts.values > SEG_ALL_VALUES_MAX) {
        seg_fault(&x->sink, where, "A test has at most %u values, a definition %u.", SEG_VALUES_MAX, SEG_ALL_VALUES_MAX);
        return;
    }
    struct seg_value *v = t->value_count ? typed(x, t, c, where) : NULL;
    if (!v)
        return;
    t->values = v;
    if (t->cmp == SEG_BETWEEN && v[0].number > v[1].number)
        seg_fault(&x->sink, where, "The ends are swapped: the smaller comes first.");
    else if (c->type == SEG_TIME)
        settle_days(x, t, v, where);
}

void seg_check_compare(struct seg_checker *x, struct seg_test *t, const struct seg_compared *c)
{
    struct seg_place where = seg_check_place(x, t->at, t->len);
    t->type = c->type;
    if (!suits(t->cmp, c->type)) {
        seg_fault(&x->sink, where, "This is %s: it can be compared with %s.", seg_type_name(c->type), suitable(c->type));
        return;
    }
    if (!count_suits(t)) {
        seg_fault(&x->sink, where, "\"%s\" needs %s.", seg_cmp_names[t->cmp], values_wanted(t));
        return;
    }
    if (!seg_cmp_windowed(t->cmp) && t->window.kind != SEG_EVER) {
        seg_fault(&x->sink, where, "Only \"within\", \"not_within\" and \"anniversary\" have a window.");
        return;
    }
    check_values(x, t, c, where);
    if (!seg_cmp_windowed(t->cmp) || x->sink.code == CU_MEMORY)
        return;
    size_t mark = seg_down(&x->path, "window");
    where = seg_check_place(x, t->window.len ? t->window.at : t->at, t->window.len ? t->window.len : t->len);
    seg_check_window(x, &t->window, t->cmp == SEG_ANNIVERSARY ? SEG_USE_ANNIVERSARY : SEG_USE_TIMES, where);
    seg_up(&x->path, mark);
    settle_open(x, t);
}
