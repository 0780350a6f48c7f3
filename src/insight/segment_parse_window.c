// SPDX-License-Identifier: Apache-2.0
// The text face: spans of time, windows, "at least 2 times".
#include "segment_parse.h"

bool seg_read_whole(struct seg_parser *p, const char *what, int32_t *ret)
{
    int64_t n = 0;
    if (p->t.kind != SEG_FIGURE || seg_number_parse(p->t.text, &n) != SEG_NUMBER_FINE || n % 10000 != 0)
        return seg_expected(p, what);
    n /= 10000;
    if (n < INT32_MIN || n > INT32_MAX)
        return seg_fail(p, "This number is too large.");
    *ret = (int32_t)n;
    seg_advance(p);
    return true;
}

bool seg_read_unit(struct seg_parser *p, enum seg_unit *ret)
{
    static const char *const single[] = {"minute", "hour", "day", "week", "month", "year"};
    for (size_t i = 0; i < SEG_UNIT_COUNT; i++) {
        if (seg_words(p, seg_unit_names[i]) || seg_quiet(p, single[i])) {
            *ret = (enum seg_unit)i;
            return true;
        }
    }
    return false;
}

static bool need_unit(struct seg_parser *p, enum seg_unit *ret)
{
    return seg_read_unit(p, ret) || seg_expected(p, "minutes, hours, days, weeks, months or years");
}

bool seg_read_span(struct seg_parser *p, int32_t *ret_n, enum seg_unit *ret_unit)
{
    return seg_read_whole(p, "a number of days, such as 30", ret_n) && need_unit(p, ret_unit);
}

static bool need_ago(struct seg_parser *p)
{
    return seg_words(p, "ago") || seg_expected(p, "\"ago\"");
}

bool seg_ago_ends(struct seg_parser *p, enum seg_unit *ret)
{
    return need_unit(p, ret) && need_ago(p);
}

// --- dates

static bool read_moment(struct seg_parser *p, int64_t *ret_ms, bool *ret_day)
{
    if ((p->t.kind != SEG_MOMENT && p->t.kind != SEG_STRING) || !seg_time_parse(p->t.text, p->zone, ret_ms, ret_day))
        return seg_expected(p, "a day such as 2026-01-31 or a time such as 2026-01-31 18:00");
    seg_advance(p);
    return true;
}

// The last day belongs to the window.
static bool read_end(struct seg_parser *p, struct seg_window *w)
{
    bool day = false;
    if (!read_moment(p, &w->to_ms, &day))
        return false;
    if (day)
        w->to_ms = seg_day_after(w->to_ms, p->zone);
    return true;
}

static bool read_dates(struct seg_parser *p, struct seg_window *w, const char *word)
{
    bool day = false;
    *w = (struct seg_window){.kind = SEG_DATES, .from_ms = INT64_MIN, .to_ms = INT64_MAX, .at = w->at};
    if (word[0] == 'b')
        return read_moment(p, &w->to_ms, &day);
    if (word[0] == 'u')
        return read_end(p, w);
    if (!read_moment(p, &w->from_ms, &day))
        return false;
    if (word[0] == 's')
        return true;
    if (!seg_words(p, "to") && !seg_quiet(p, "until"))
        return seg_expected(p, "\"to\" and the last day");
    return read_end(p, w);
}

// --- the calendar

static bool calendar(struct seg_window *w, enum seg_unit unit, int32_t back)
{
    *w = (struct seg_window){.kind = SEG_CALENDAR, .unit = unit, .a = back, .at = w->at};
    return true;
}

static bool read_calendar(struct seg_parser *p, struct seg_window *w)
{
    static const struct {
        const char *words;
        enum seg_unit unit;
        int32_t back;
        bool quiet;
    } rows[] = {{"today", SEG_DAYS, 0, false}, {"yesterday", SEG_DAYS, 1, false}, {"this week", SEG_WEEKS, 0, false},
        {"this month", SEG_MONTHS, 0, false}, {"this year", SEG_YEARS, 0, false}, {"last week", SEG_WEEKS, 1, false},
        {"last month", SEG_MONTHS, 1, false}, {"last year", SEG_YEARS, 1, false}, {"this day", SEG_DAYS, 0, true},
        {"in this week", SEG_WEEKS, 0, true}, {"in this month", SEG_MONTHS, 0, true},
        {"in this year", SEG_YEARS, 0, true}, {"in last week", SEG_WEEKS, 1, true},
        {"in last month", SEG_MONTHS, 1, true}, {"in last year", SEG_YEARS, 1, true}};
    for (size_t i = 0; i < CU_COUNT(rows); i++)
        if (rows[i].quiet ? seg_quiet(p, rows[i].words) : seg_words(p, rows[i].words))
            return calendar(w, rows[i].unit, rows[i].back);
    return false;
}

// "in the whole month 3 months ago", behind "in the whole".
static bool read_whole_unit(struct seg_parser *p, struct seg_window *w)
{
    static const char *const units[] = {"day", "week", "month", "year"};
    enum seg_unit again = SEG_DAYS;
    int32_t back = 0;
    size_t i = 0;
    while (i < CU_COUNT(units) && !seg_words(p, units[i]))
        i++;
    if (i == CU_COUNT(units))
        return seg_expected(p, "day, week, month or year");
    if (!seg_read_whole(p, "how long ago, such as 2 months ago", &back) || !need_unit(p, &again))
        return false;
    if (again != SEG_DAYS + i)
        return seg_fail(p, "A whole %s lies a number of %s ago.", units[i], seg_unit_names[SEG_DAYS + i]);
    return need_ago(p) && calendar(w, again, back);
}

// --- windows

// "in the last month" could mean either: a number says which.
static bool read_last(struct seg_parser *p, struct seg_window *w, enum seg_window_kind kind)
{
    enum seg_unit unit = SEG_DAYS;
    *w = (struct seg_window){.kind = kind, .at = w->at};
    if (p->t.kind == SEG_WORD && kind == SEG_LAST) {
        const struct seg_token t = p->t;
        if (seg_read_unit(p, &unit)) {
            p->t = t;
            return seg_fail(p, "Say \"in the last 1 %.*s\" up to now, or \"last %.*s\" of the calendar.", CU_ARG(t.text),
                CU_ARG(t.text));
        }
    }
    return seg_read_span(p, &w->a, &w->unit);
}

static enum seg_when found(struct seg_parser *p, struct seg_window *w, bool good)
{
    if (good)
        w->len = seg_since(p, w->at).len;
    return good ? SEG_WHEN_WINDOW : SEG_WHEN_FAULT;
}

enum seg_when seg_read_window(struct seg_parser *p, struct seg_window *w)
{
    static const char *const last[] = {"within the last", "during the last", "over the last", "the last", "in the past"};
    static const char *const dates[] = {"from", "since", "before"};
    w->at = p->t.at;
    if (seg_words(p, "in the last"))
        return found(p, w, read_last(p, w, SEG_LAST));
    for (size_t i = 0; i < CU_COUNT(last); i++)
        if (seg_quiet(p, last[i]))
            return found(p, w, read_last(p, w, SEG_LAST));
    bool ahead = p->subject ? seg_words(p, "in the next") : seg_quiet(p, "in the next"); // events lie in the past
    if (ahead || seg_quiet(p, "within the next") || seg_quiet(p, "the next"))
        return found(p, w, read_last(p, w, SEG_NEXT));
    if (seg_words(p, "in the whole"))
        return found(p, w, read_whole_unit(p, w));
    if (read_calendar(p, w))
        return found(p, w, true);
    if (seg_words(p, "longer than")) {
        *w = (struct seg_window){.kind = SEG_BEFORE_AGO, .at = w->at};
        return found(p, w, seg_read_span(p, &w->a, &w->unit) && need_ago(p));
    }
    for (size_t i = 0; i < CU_COUNT(dates); i++)
        if (seg_words(p, dates[i]))
            return found(p, w, read_dates(p, w, dates[i]));
    if (seg_quiet(p, "until"))
        return found(p, w, read_dates(p, w, "until"));
    return SEG_WHEN_NONE;
}

// --- windows and times

static bool take_times(struct seg_parser *p)
{
    return seg_words(p, "times") || seg_quiet(p, "time");
}

static enum seg_when times_with(
    struct seg_parser *p, struct seg_test *t, enum seg_cmp cmp, const struct seg_value *v, uint32_t count)
{
    struct seg_value *values = seg_alloc(&p->sink, p->arena, count, sizeof *values);
    if (!values)
        return SEG_WHEN_FAULT;
    memcpy(values, v, count * sizeof *v);
    t->cmp = cmp;
    t->values = values;
    t->value_count = count;
    t->len = seg_since(p, t->at).len;
    return SEG_WHEN_TIMES;
}

static bool read_figure(struct seg_parser *p, struct seg_value *ret)
{
    *ret = (struct seg_value){.type = SEG_NUMBER};
    if (p->t.kind != SEG_FIGURE || seg_number_parse(p->t.text, &ret->number) != SEG_NUMBER_FINE)
        return seg_expected(p, "a number, such as 2");
    seg_advance(p);
    return true;
}

static enum seg_when read_times(struct seg_parser *p, struct seg_test *t, enum seg_cmp cmp)
{
    struct seg_value v;
    if (!read_figure(p, &v) || !(take_times(p) || seg_expected(p, "\"times\"")))
        return SEG_WHEN_FAULT;
    return times_with(p, t, cmp, &v, 1);
}

// "exactly 2 times", "exactly one of (1, 3) times"
static enum seg_when read_exactly(struct seg_parser *p, struct seg_test *t, enum seg_cmp cmp)
{
    const struct seg_scope none = {false, CU_NONE};
    if (!seg_words(p, "one of"))
        return read_times(p, t, cmp);
    t->cmp = cmp;
    if (!seg_read_list(p, &none, t) || !(take_times(p) || seg_expected(p, "\"times\"")))
        return SEG_WHEN_FAULT;
    t->len = seg_since(p, t->at).len;
    return SEG_WHEN_TIMES;
}

// Behind "between": two numbers, and then "days ago" or "times".
static enum seg_when read_between(struct seg_parser *p, struct seg_window *w, struct seg_test *t)
{
    struct seg_value v[2];
    enum seg_unit unit = SEG_DAYS, first = SEG_DAYS;
    if (!read_figure(p, &v[0]))
        return SEG_WHEN_FAULT;
    bool named = seg_read_unit(p, &first);
    if (!(seg_words(p, "and") || seg_expected(p, "\"and\" and the second number")) || !read_figure(p, &v[1]))
        return SEG_WHEN_FAULT;
    if (t && !named && take_times(p))
        return times_with(p, t, SEG_BETWEEN, v, 2);
    if (!(seg_read_unit(p, &unit) || seg_expected(p, t ? "\"times\" or \"days ago\"" : "\"days ago\"")) || !need_ago(p))
        return SEG_WHEN_FAULT;
    if ((named && first != unit) || v[0].number % 10000 != 0 || v[1].number % 10000 != 0 ||
        v[0].number / 10000 > INT32_MAX || v[1].number / 10000 > INT32_MAX || v[0].number < 0 || v[1].number < 0) {
        (void)seg_fail(p, "Two whole numbers of the same unit are expected, such as between 60 and 30 days ago.");
        return SEG_WHEN_FAULT;
    }
    *w = (struct seg_window){.kind = SEG_AGO,
        .unit = unit,
        .a = (int32_t)(v[0].number / 10000),
        .b = (int32_t)(v[1].number / 10000),
        .at = w->at};
    return found(p, w, true);
}

// Behind "more than": "2 times", or "30 days ago", which is "longer than 30 days ago".
static enum seg_when read_more(struct seg_parser *p, struct seg_window *w, struct seg_test *t)
{
    struct seg_value v;
    enum seg_unit unit = SEG_DAYS;
    if (!read_figure(p, &v))
        return SEG_WHEN_FAULT;
    if (t && take_times(p))
        return times_with(p, t, SEG_MORE, &v, 1);
    if (!(seg_read_unit(p, &unit) || seg_expected(p, t ? "\"times\"" : "\"days ago\"")) || !need_ago(p))
        return SEG_WHEN_FAULT;
    if (v.number % 10000 != 0 || v.number / 10000 > INT32_MAX || v.number < 0) {
        (void)seg_fail(p, "A whole number is expected, such as longer than 30 days ago.");
        return SEG_WHEN_FAULT;
    }
    *w = (struct seg_window){.kind = SEG_BEFORE_AGO, .unit = unit, .a = (int32_t)(v.number / 10000), .at = w->at};
    return found(p, w, true);
}

static enum seg_when only_times(struct seg_parser *p, struct seg_test *t)
{
    static const struct seg_value one = {.type = SEG_NUMBER, .number = 10000},
                                  two = {.type = SEG_NUMBER, .number = 20000};
    if (seg_words(p, "at least"))
        return read_times(p, t, SEG_AT_LEAST);
    if (seg_words(p, "at most") || seg_quiet(p, "up to"))
        return read_times(p, t, SEG_AT_MOST);
    if (seg_words(p, "less than") || seg_quiet(p, "fewer than"))
        return read_times(p, t, SEG_LESS);
    if (seg_words(p, "exactly"))
        return read_exactly(p, t, SEG_IS);
    if (seg_words(p, "not exactly"))
        return read_exactly(p, t, SEG_IS_NOT);
    if (seg_quiet(p, "once"))
        return times_with(p, t, SEG_IS, &one, 1);
    if (seg_quiet(p, "twice"))
        return times_with(p, t, SEG_IS, &two, 1);
    return p->t.kind == SEG_FIGURE ? read_times(p, t, SEG_IS) : SEG_WHEN_NONE;
}

enum seg_when seg_read_when(struct seg_parser *p, struct seg_window *w, struct seg_test *times)
{
    struct seg_window read = {.at = p->t.at};
    enum seg_when when = SEG_WHEN_NONE;
    if (times)
        times->at = p->t.at;
    if (seg_words(p, "between"))
        when = read_between(p, &read, times);
    else if (times ? seg_words(p, "more than") : seg_quiet(p, "more than"))
        when = read_more(p, &read, times);
    else if (times)
        when = only_times(p, times);
    if (when == SEG_WHEN_NONE)
        when = seg_read_window(p, &read);
    if (when == SEG_WHEN_WINDOW)
        *w = read;
    return when;
}
