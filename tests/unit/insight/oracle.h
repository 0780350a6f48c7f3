// SPDX-License-Identifier: Apache-2.0
// The oracle: a naive interpreter of definitions. It walks the tree over raw events, compares texts as texts, tries all
// combinations of a sequence's steps and asks the C library what the local time is. It shares nothing with
// the evaluator but the tree (segment.h) and the folding of texts; it is right by being simple, and slow.
#pragma once

#include "base/hash.h"
#include "insight/segment.h"
#include "text/text.h"

#include <stdlib.h>
#include <time.h>

// ---- people as the oracle knows them

enum o_property { O_SORT, O_SKU, O_CODES, O_COSTS, O_PIECES, O_PRICE, O_WHEN, O_DUE, O_GIFT, O_PROPERTIES };
static const char *const o_paths[O_PROPERTIES] = {
    "sort", "sku", "items.$.code", "items.$.cost", "pieces", "price", "moment", "due", "gift"};
enum { O_VALUES = 3, O_EVENTS = 48, O_FIELDS = 6, O_SEGMENTS = 3 };

struct o_values { // numbers: ten-thousandths; pieces: whole ones times ten thousand too
    int count;
    const char *text[O_VALUES];
    int64_t number[O_VALUES];
};
struct o_event {
    const char *name;
    int64_t time_ms;
    uint64_t seq;
    const char *source; // NULL: none
    bool has_revenue;
    int64_t revenue; // ten-thousandths of a unit
    struct o_values property[O_PROPERTIES];
};
struct o_person {
    struct o_event event[O_EVENTS]; // by (time, seq)
    int events;
    const struct seg_field *field[O_FIELDS];
    struct o_values fact[O_FIELDS];
    bool in[O_SEGMENTS];
    int64_t entered[O_SEGMENTS], left[O_SEGMENTS]; // INT64_MIN: never
    uint64_t id_hash;
};
static const char *const o_segments[O_SEGMENTS] = {"first", "second", "third"};

// ---- local time, by the C library (TZ is set by o_zone)

static inline void o_zone(const char *name)
{
    setenv("TZ", name, 1);
    tzset();
}

static inline struct tm o_local(int64_t t)
{
    struct tm tm;
    time_t s = (time_t)(t / 1000 - (t % 1000 < 0));
    localtime_r(&s, &tm);
    return tm;
}

static inline int64_t o_midnight(int year, int month, int day) // as struct tm counts them; any may overflow
{
    struct tm tm = {.tm_year = year, .tm_mon = month, .tm_mday = day, .tm_isdst = -1};
    return (int64_t)mktime(&tm) * 1000;
}

static inline int o_month_days(int year, int month)
{
    struct tm tm = {.tm_year = year, .tm_mon = month + 1, .tm_mday = 0, .tm_hour = 12};
    (void)timegm(&tm);
    return tm.tm_mday;
}

static inline int64_t o_unit(enum seg_unit unit)
{
    return unit == SEG_MINUTES ? 60000 : unit == SEG_HOURS ? 3600000 : unit == SEG_DAYS ? 86400000 : INT64_C(604800000);
}

static inline int64_t o_moved(int64_t t, int64_t n, enum seg_unit unit)
{
    if (unit != SEG_MONTHS && unit != SEG_YEARS)
        return t + n * o_unit(unit);
    struct tm tm = o_local(t);
    int month = tm.tm_mon + (int)n * (unit == SEG_YEARS ? 12 : 1), year = tm.tm_year;
    for (; month < 0; month += 12)
        year--;
    for (; month > 11; month -= 12)
        year++;
    if (tm.tm_mday > o_month_days(year, month))
        return o_midnight(year, month + 1, 1);
    int64_t at = o_midnight(year, month, tm.tm_mday) + (t - o_midnight(tm.tm_year, tm.tm_mon, tm.tm_mday));
    int64_t end = o_midnight(year, month, tm.tm_mday + 1);
    return at < end ? at : end;
}

static inline int64_t o_period(const struct seg_window *w, int64_t now, int later)
{
    struct tm tm = o_local(now);
    int n = later - w->a;
    switch (w->unit) {
    case SEG_WEEKS:
        return o_midnight(tm.tm_year, tm.tm_mon, tm.tm_mday - (tm.tm_wday + 6) % 7 + 7 * n);
    case SEG_MONTHS:
        return o_midnight(tm.tm_year, tm.tm_mon + n, 1);
    case SEG_YEARS:
        return o_midnight(tm.tm_year + n, 0, 1);
    case SEG_MINUTES:
    case SEG_HOURS:
    case SEG_DAYS:
        break;
    }
    return o_midnight(tm.tm_year, tm.tm_mon, tm.tm_mday + n);
}

static inline bool o_within(const struct seg_window *w, int64_t t, int64_t now)
{
    switch (w->kind) {
    case SEG_EVER:
        return true;
    case SEG_LAST:
        return o_moved(now, -w->a, w->unit) < t && t <= now;
    case SEG_NEXT:
        return now < t && t <= o_moved(now, w->a, w->unit);
    case SEG_AGO:
        return o_moved(now, -w->a, w->unit) < t && t <= o_moved(now, -w->b, w->unit);
    case SEG_BEFORE_AGO:
        return t <= o_moved(now, -w->a, w->unit);
    case SEG_CALENDAR:
        return o_period(w, now, 0) <= t && t < o_period(w, now, 1);
    case SEG_DATES:
        return w->from_ms <= t && t < w->to_ms;
    }
    return false;
}

// Days since 1970 of a local moment, and back.
static inline int o_day(int64_t t)
{
    struct tm tm = o_local(t);
    struct tm utc = {.tm_year = tm.tm_year, .tm_mon = tm.tm_mon, .tm_mday = tm.tm_mday};
    return (int)(timegm(&utc) / 86400);
}

static inline struct tm o_date(int day)
{
    struct tm tm;
    time_t s = (time_t)day * 86400;
    gmtime_r(&s, &tm);
    return tm;
}

static inline int o_day_moved(int today, int n, enum seg_unit unit)
{
    if (unit == SEG_DAYS || unit == SEG_WEEKS)
        return today + n * (unit == SEG_WEEKS ? 7 : 1);
    if (unit == SEG_HOURS || unit == SEG_MINUTES) {
        int a_day = unit == SEG_HOURS ? 24 : 1440, sign = n < 0 ? -1 : 1;
        return today + sign * ((sign * n + a_day - 1) / a_day);
    }
    struct tm tm = o_date(today);
    int month = tm.tm_mon + n * (unit == SEG_YEARS ? 12 : 1), year = tm.tm_year;
    for (; month < 0; month += 12)
        year--;
    for (; month > 11; month -= 12)
        year++;
    int days = o_month_days(year, month);
    struct tm to = {.tm_year = year, .tm_mon = month, .tm_mday = tm.tm_mday > days ? days + 1 : tm.tm_mday};
    return (int)(timegm(&to) / 86400);
}

static inline bool o_birthday(struct tm born, int day)
{
    struct tm d = o_date(day);
    if (d.tm_mon == born.tm_mon && d.tm_mday == born.tm_mday)
        return true;
    return born.tm_mon == 1 && born.tm_mday == 29 && d.tm_mon == 1 && d.tm_mday == 28 &&
           o_month_days(d.tm_year, 1) == 28;
}

static inline bool o_anniversary(const struct seg_window *w, int born, int64_t now)
{
    int today = o_day(now), first = today, last = today;
    if (w->kind == SEG_EVER || w->kind == SEG_BEFORE_AGO)
        return true;
    if (w->kind == SEG_LAST)
        first = o_day_moved(today, -w->a, w->unit) + 1;
    else if (w->kind == SEG_NEXT)
        last = o_day_moved(today, w->a, w->unit) - 1;
    else if (w->kind == SEG_AGO) {
        first = o_day_moved(today, -w->a, w->unit) + 1;
        last = o_day_moved(today, -w->b, w->unit);
    } else {
        if (w->kind == SEG_DATES && (w->from_ms == INT64_MIN || w->to_ms == INT64_MAX))
            return true;
        first = o_day(w->kind == SEG_DATES ? w->from_ms : o_period(w, now, 0));
        last = o_day((w->kind == SEG_DATES ? w->to_ms : o_period(w, now, 1)) - 1);
    }
    for (int day = first; day <= last && day <= first + 1500; day++)
        if (o_birthday(o_date(born), day))
            return true;
    return false;
}

// ---- tests

static inline char *o_fold(cu_str s)
{
    struct cu_buf b;
    cu_buf_init(&b, 1 << 20);
    text_fold(s, &b);
    cu_buf_char(&b, 0);
    return b.ptr;
}

static inline bool o_text_matches(enum seg_cmp cmp, const char *text, cu_str value)
{
    char *a = o_fold(cu_str_of(text)), *b = o_fold(value);
    size_t x = strlen(a), y = strlen(b);
    bool ret = false;
    if (cmp == SEG_IS || cmp == SEG_IS_NOT)
        ret = strcmp(a, b) == 0;
    else if (cmp == SEG_CONTAINS || cmp == SEG_CONTAINS_NOT)
        ret = strstr(a, b) != NULL;
    else if (cmp == SEG_STARTS)
        ret = strncmp(a, b, y) == 0;
    else if (cmp == SEG_ENDS)
        ret = x >= y && strcmp(a + x - y, b) == 0;
    cu_free(a);
    cu_free(b);
    return ret;
}

static inline bool o_number_matches(const struct seg_test *t, bool date, int64_t v, int64_t now)
{
    if (t->cmp == SEG_ANNIVERSARY)
        return o_anniversary(&t->window, date ? (int)(v / 86400000) : o_day(v), now);
    if (date) { // a day begins when it begins in the shop
        struct tm tm = o_date((int)(v / 86400000));
        v = o_midnight(tm.tm_year, tm.tm_mon, tm.tm_mday);
    }
    switch (t->cmp) {
    case SEG_IS:
    case SEG_IS_NOT:
        for (uint32_t i = 0; i < t->value_count; i++)
            if (v == t->values[i].number)
                return true;
        return false;
    case SEG_LESS:
        return v < t->values[0].number;
    case SEG_AT_MOST:
        return v <= t->values[0].number;
    case SEG_MORE:
        return v > t->values[0].number;
    case SEG_AT_LEAST:
        return v >= t->values[0].number;
    case SEG_BETWEEN:
        return t->values[0].number <= v && v <= t->values[1].number;
    case SEG_WITHIN:
    case SEG_NOT_WITHIN:
        return o_within(&t->window, v, now);
    case SEG_CONTAINS:
    case SEG_CONTAINS_NOT:
    case SEG_STARTS:
    case SEG_ENDS:
    case SEG_KNOWN:
    case SEG_UNKNOWN:
    case SEG_ANNIVERSARY:
        break;
    }
    return false;
}

static inline bool o_test(const struct seg_test *t, bool date, const struct o_values *v, int64_t now)
{
    bool any = false;
    if (t->cmp == SEG_KNOWN || t->cmp == SEG_UNKNOWN)
        return (v->count > 0) == (t->cmp == SEG_KNOWN);
    for (int i = 0; i < v->count; i++) {
        if (t->type != SEG_TEXT)
            any |= o_number_matches(t, date, v->number[i], now);
        else
            for (uint32_t k = 0; k < t->value_count; k++)
                any |= o_text_matches(t->cmp, v->text[i], t->values[k].text);
    }
    if (t->cmp == SEG_IS_NOT || t->cmp == SEG_CONTAINS_NOT)
        return !any;
    if (t->cmp == SEG_NOT_WITHIN)
        return v->count > 0 && !any;
    return any;
}

// ---- events

static inline struct o_values o_of(const struct o_event *e, cu_str field)
{
    if (cu_str_eqz(field, "revenue"))
        return (struct o_values){.count = e->has_revenue, .number = {e->revenue}};
    if (cu_str_eqz(field, "source"))
        return (struct o_values){.count = e->source != NULL, .text = {e->source}};
    for (int i = 0; i < O_PROPERTIES; i++)
        if (cu_str_eqz(field, o_paths[i]))
            return e->property[i];
    abort();
}

static inline bool o_is_date(const struct seg_test *t)
{
    return t->property && t->property->type == DICT_DATE;
}

static inline bool o_matches(const struct seg_event *w, const struct o_event *e, int64_t now)
{
    if (e->time_ms > now || (w->name.len > 0 && !cu_str_eqz(w->name, e->name)))
        return false;
    for (uint32_t i = 0; i < w->where_count; i++) {
        struct o_values v = o_of(e, w->where[i].field);
        if (!o_test(&w->where[i], o_is_date(&w->where[i]), &v, now))
            return false;
    }
    return true;
}

static inline bool o_equal(const struct o_values *a, int i, const struct o_values *b, int k)
{
    if (a->text[i] || b->text[k])
        return a->text[i] && b->text[k] && strcmp(a->text[i], b->text[k]) == 0;
    return a->number[i] == b->number[k];
}

static inline int o_distinct(const struct o_person *p, const int *hit, int hits, cu_str field)
{
    struct o_values all[O_EVENTS];
    int count = 0;
    for (int i = 0; i < hits; i++) {
        all[i] = o_of(&p->event[hit[i]], field);
        for (int k = 0; k < all[i].count; k++) {
            bool before = false;
            for (int m = 0; m <= i; m++)
                for (int n = 0; n < (m < i ? all[m].count : k); n++)
                    before |= o_equal(&all[i], k, &all[m], n);
            count += !before;
        }
    }
    return count;
}

// A fraction against the values of a test: numerator / denominator.
static inline bool o_fraction(const struct seg_test *t, int64_t numerator, int64_t denominator)
{
    struct seg_test copy = *t;
    struct seg_value values[16];
    for (uint32_t i = 0; i < t->value_count; i++) {
        values[i] = t->values[i];
        values[i].number *= denominator;
    }
    copy.values = values;
    copy.type = SEG_NUMBER;
    struct o_values v = {.count = 1, .number = {numerator}};
    return o_test(&copy, false, &v, 0);
}

static inline bool o_did_over(const struct seg_did *d, const struct o_person *p, const int *hit, int hits, int64_t now)
{
    struct o_values all = {0}, one;
    int64_t sum = 0, count = 0, least = INT64_MAX, most = INT64_MIN;
    for (int i = 0; i < hits && d->test.field.len > 0; i++) {
        one = o_of(&p->event[hit[i]], d->test.field);
        for (int k = 0; k < one.count; k++, count++) {
            sum += one.number[k];
            least = one.number[k] < least ? one.number[k] : least;
            most = one.number[k] > most ? one.number[k] : most;
        }
    }
    switch (d->measure) {
    case SEG_COUNT:
        return o_fraction(&d->test, INT64_C(10000) * hits, 1);
    case SEG_SUM:
        return o_fraction(&d->test, sum, 1);
    case SEG_AVERAGE:
        if (count > 0)
            return o_fraction(&d->test, sum, count);
        break;
    case SEG_MINIMUM:
    case SEG_MAXIMUM:
        all = (struct o_values){.count = count > 0, .number = {d->measure == SEG_MINIMUM ? least : most}};
        break;
    case SEG_DISTINCT:
        return o_fraction(&d->test, INT64_C(10000) * o_distinct(p, hit, hits, d->test.field), 1);
    case SEG_FIRST:
    case SEG_LATEST:
        if (hits > 0)
            all = o_of(&p->event[hit[d->measure == SEG_FIRST ? 0 : hits - 1]], d->test.field);
        break;
    case SEG_DAYS_ACTIVE:
        count = hits > 0;
        for (int i = 1; i < hits; i++)
            count += o_day(p->event[hit[i]].time_ms) != o_day(p->event[hit[i - 1]].time_ms);
        return o_fraction(&d->test, 10000 * count, 1);
    case SEG_FIRST_TIME:
    case SEG_LAST_TIME:
        if (hits > 0)
            all = (struct o_values){
                .count = 1, .number = {p->event[hit[d->measure == SEG_FIRST_TIME ? 0 : hits - 1]].time_ms}};
        break;
    }
    return o_test(&d->test, o_is_date(&d->test), &all, now);
}

static inline bool o_did(const struct seg_did *d, const struct o_person *p, int64_t now)
{
    int hit[O_EVENTS], hits = 0;
    for (int i = 0; i < p->events; i++)
        if (o_matches(&d->event, &p->event[i], now) && o_within(&d->window, p->event[i].time_ms, now))
            hit[hits++] = i;
    return o_did_over(d, p, hit, hits, now);
}

// ---- sequences: every combination of rows

static inline bool o_shares(const struct seg_sequence *q, const struct o_person *p, const int *chosen)
{
    for (uint32_t s = 0; s < q->same_count; s++) {
        struct o_values first = o_of(&p->event[chosen[0]], q->same[s]);
        bool found = false;
        for (int i = 0; i < first.count; i++) {
            bool everywhere = true;
            for (uint32_t step = 1; step < q->step_count; step++) {
                struct o_values other = o_of(&p->event[chosen[step]], q->same[s]);
                bool here = false;
                for (int k = 0; k < other.count; k++)
                    here |= o_equal(&first, i, &other, k);
                everywhere &= here;
            }
            found |= everywhere;
        }
        if (!found)
            return false;
    }
    return true;
}

static inline bool o_undisturbed(const struct seg_sequence *q, const struct o_person *p, const int *chosen, int64_t now)
{
    int first = chosen[0], last = chosen[q->step_count - 1];
    for (uint32_t w = 0; w < q->without_count; w++)
        for (int i = first + 1; i < p->events; i++) {
            if (i == last || !o_matches(&q->without[w], &p->event[i], now))
                continue;
            int64_t behind = p->event[i].time_ms - p->event[last].time_ms;
            if (i < last || (q->without_ms != 0 && behind <= q->without_ms))
                return false;
        }
    return true;
}

static inline bool o_choose(
    const struct seg_sequence *q, const struct o_person *p, int64_t now, uint32_t step, int *chosen)
{
    if (step == q->step_count)
        return o_shares(q, p, chosen) && o_undisturbed(q, p, chosen, now);
    for (int i = step > 0 ? chosen[step - 1] + 1 : 0; i < p->events; i++) {
        const struct o_event *e = &p->event[i];
        if (!o_matches(&q->steps[step].event, e, now) || !o_within(&q->window, e->time_ms, now))
            continue;
        int64_t within = q->steps[step].within_ms;
        if (step > 0 && within > 0 && e->time_ms - p->event[chosen[step - 1]].time_ms > within)
            continue;
        chosen[step] = i;
        if (o_choose(q, p, now, step + 1, chosen))
            return true;
    }
    return false;
}

// ---- the tree

static inline bool o_field(const struct seg_test *t, const struct o_person *p, int64_t now)
{
    for (int i = 0; i < O_FIELDS; i++)
        if (p->field[i] == t->known)
            return o_test(t, t->known->trait && t->known->trait->type == DICT_DATE, &p->fact[i], now);
    abort();
}

static inline bool o_member(const struct seg_node *n, const struct o_person *p, int64_t now)
{
    for (int i = 0; i < O_SEGMENTS; i++) {
        if (!cu_str_eqz(n->member.segment, o_segments[i]))
            continue;
        if (n->member.state == SEG_IN)
            return p->in[i];
        int64_t t = n->member.state == SEG_ENTERED ? p->entered[i] : p->left[i];
        return t != INT64_MIN && t <= now && o_within(&n->member.window, t, now);
    }
    abort();
}

static inline bool o_holds(const struct seg_node *n, const struct o_person *p, int64_t now)
{
    int chosen[SEG_EVENTS_MAX];
    uint64_t hash;
    switch (n->kind) {
    case SEG_ALL:
        for (uint32_t i = 0; i < n->child_count; i++)
            if (!o_holds(n->children[i], p, now))
                return false;
        return true;
    case SEG_ANY:
        for (uint32_t i = 0; i < n->child_count; i++)
            if (o_holds(n->children[i], p, now))
                return true;
        return false;
    case SEG_NOT:
        return !o_holds(n->children[0], p, now);
    case SEG_EVERYBODY:
        return true;
    case SEG_FIELD:
        return o_field(&n->field, p, now);
    case SEG_DID:
        return o_did(&n->did, p, now);
    case SEG_SEQUENCE:
        return o_choose(&n->sequence, p, now, 0, chosen);
    case SEG_MEMBER:
        return o_member(n, p, now);
    case SEG_SAMPLE: // little-endian machines only, as all that Custos runs on
        hash = cu_hash64(&p->id_hash, 8, cu_hash64(n->sample.seed.ptr, n->sample.seed.len, 0));
        return (int32_t)((double)(hash >> 32) / 4294967296.0 * 1000) < n->sample.permille;
    }
    return false;
}
