// SPDX-License-Identifier: Apache-2.0
// The JSON face, its parts: windows, tests with their values, events. Syntax only; seg_check gives it meaning.
#include "segment_json_read.h"

#include "spec/suggest.h"

#include <stdio.h>

// --- where we are

struct seg_place seg_here(const struct seg_reader *r)
{
    return (struct seg_place){.path = r->path.text};
}

static void fault_at(struct seg_reader *r, const char *member, const char *text)
{
    size_t mark = seg_down(&r->path, member);
    seg_fault(&r->sink, seg_here(r), "%s", text);
    seg_up(&r->path, mark);
}

// --- members

bool seg_json_object(struct seg_reader *r, json v, const char *const *members, const char *what)
{
    if (!json_is(v, JSON_OBJECT)) {
        seg_fault(&r->sink, seg_here(r), "%s is expected.", what);
        return false;
    }
    for (struct json_iter it = json_each(v); json_next(&it);) {
        struct spec_nearest near = spec_nearest_to(it.key);
        bool known = false;
        for (size_t i = 0; members[i]; i++) {
            known = known || cu_str_eqz(it.key, members[i]);
            spec_nearest_offer(&near, cu_str_of(members[i]));
        }
        char shown[SEG_SHOWN], meant[SEG_MEANT];
        if (!known)
            seg_fault(&r->sink, seg_here(r), "There is no member%s here%s", seg_shown(it.key, shown),
                seg_meant(spec_nearest_best(&near), meant)[0] ? meant : ".");
    }
    return true;
}

cu_str seg_json_name(struct seg_reader *r, json object, const char *member)
{
    json v = json_get(object, member);
    if (json_is(v, JSON_ABSENT) || json_is(v, JSON_NULL))
        return CU_LIT("");
    cu_str s = json_str(v);
    if (!s.ptr || s.len > SEG_NAME_MAX) {
        fault_at(r, member, "A text of at most 255 bytes is expected.");
        return CU_LIT("");
    }
    return seg_keep(&r->sink, r->arena, s);
}

int seg_json_word(
    struct seg_reader *r, json object, const char *member, const char *const *names, size_t count, int fallback)
{
    json v = json_get(object, member);
    char list[200];
    size_t len = 0;
    if (json_is(v, JSON_ABSENT) || json_is(v, JSON_NULL))
        return fallback;
    int found = json_is(v, JSON_STRING) ? seg_word_find(json_str(v), names, count) : -1;
    if (found >= 0)
        return found;
    list[0] = 0;
    for (size_t i = 0; i < count && len + 24 < sizeof list; i++)
        len += (size_t)snprintf(list + len, sizeof list - len, "%s%s", i ? ", " : "", names[i]);
    size_t mark = seg_down(&r->path, member);
    seg_fault(&r->sink, seg_here(r), "One of %s is expected.", list);
    seg_up(&r->path, mark);
    return fallback;
}

bool seg_json_list(struct seg_reader *r, json object, const char *member, size_t max, size_t *ret_count)
{
    json v = json_get(object, member);
    char text[96];
    *ret_count = 0;
    if (json_is(v, JSON_ABSENT) || json_is(v, JSON_NULL))
        return false;
    if (!json_is(v, JSON_ARRAY) || json_count(v) > max) {
        (void)snprintf(text, sizeof text, "A list of at most %zu is expected.", max);
        fault_at(r, member, text);
        return false;
    }
    *ret_count = json_count(v);
    return true;
}

// --- windows

static bool whole(struct seg_reader *r, json object, const char *member, int32_t *ret)
{
    int64_t n = 0;
    if (!json_i64(json_get(object, member), &n) || n < INT32_MIN || n > INT32_MAX) {
        fault_at(r, member, "A whole number is expected, such as 30.");
        return false;
    }
    *ret = (int32_t)n;
    return true;
}

bool seg_json_span(struct seg_reader *r, json v, int32_t *ret_n, enum seg_unit *ret_unit)
{
    static const char *const members[] = {"n", "unit", NULL};
    if (!seg_json_object(r, v, members, "A span such as {\"n\":30,\"unit\":\"days\"}"))
        return false;
    *ret_unit = (enum seg_unit)seg_json_word(r, v, "unit", seg_unit_names, SEG_UNIT_COUNT, SEG_DAYS);
    return whole(r, v, "n", ret_n);
}

static void read_ago(struct seg_reader *r, json v, struct seg_window *ret)
{
    static const char *const members[] = {"from", "to", "unit", NULL};
    if (!seg_json_object(r, v, members, "{\"from\":60,\"to\":30,\"unit\":\"days\"}"))
        return;
    ret->unit = (enum seg_unit)seg_json_word(r, v, "unit", seg_unit_names, SEG_UNIT_COUNT, SEG_DAYS);
    if (whole(r, v, "from", &ret->a))
        (void)whole(r, v, "to", &ret->b);
}

static void read_calendar(struct seg_reader *r, json v, struct seg_window *ret)
{
    static const char *const members[] = {"unit", "back", NULL};
    static const char *const units[] = {"day", "week", "month", "year"};
    if (!seg_json_object(r, v, members, "{\"unit\":\"month\",\"back\":0}"))
        return;
    ret->unit = SEG_DAYS + (enum seg_unit)seg_json_word(r, v, "unit", units, CU_COUNT(units), 0);
    if (!json_is(json_get(v, "back"), JSON_ABSENT))
        (void)whole(r, v, "back", &ret->a);
}

// The moment a day or time begins, or with `end` the one behind a day.
static void read_date(struct seg_reader *r, json object, const char *member, bool end, int64_t *ret)
{
    json v = json_get(object, member);
    bool day = false;
    if (json_is(v, JSON_ABSENT) || json_is(v, JSON_NULL))
        return;
    if (!json_is(v, JSON_STRING) || !seg_time_parse(json_str(v), r->zone, ret, &day))
        fault_at(
            r, member, "A day such as 2026-01-31 or a time such as 2026-01-31 18:00 is expected (years 1800 to 2999).");
    else if (day && end)
        *ret = seg_day_after(*ret, r->zone);
}

static void read_dates(struct seg_reader *r, json v, struct seg_window *ret)
{
    static const char *const members[] = {"from", "to", NULL};
    if (!seg_json_object(r, v, members, "{\"from\":\"2026-01-01\",\"to\":\"2026-01-31\"}"))
        return;
    ret->from_ms = INT64_MIN;
    ret->to_ms = INT64_MAX;
    read_date(r, v, "from", false, &ret->from_ms);
    read_date(r, v, "to", true, &ret->to_ms);
}

static void read_window(struct seg_reader *r, json v, struct seg_window *ret)
{
    static const char *const members[] = {"last", "next", "ago", "before_ago", "calendar", "dates", NULL};
    static const enum seg_window_kind kinds[] = {SEG_LAST, SEG_NEXT, SEG_AGO, SEG_BEFORE_AGO, SEG_CALENDAR, SEG_DATES};
    if (!seg_json_object(r, v, members, "A window such as {\"last\":{\"n\":30,\"unit\":\"days\"}}"))
        return;
    if (json_count(v) != 1) {
        seg_fault(&r->sink, seg_here(r), "A window has one of last, next, ago, before_ago, calendar, dates.");
        return;
    }
    for (size_t i = 0; members[i]; i++) {
        json inner = json_get(v, members[i]);
        if (json_is(inner, JSON_ABSENT))
            continue;
        size_t mark = seg_down(&r->path, members[i]);
        ret->kind = kinds[i];
        if (ret->kind == SEG_AGO)
            read_ago(r, inner, ret);
        else if (ret->kind == SEG_CALENDAR)
            read_calendar(r, inner, ret);
        else if (ret->kind == SEG_DATES)
            read_dates(r, inner, ret);
        else
            (void)seg_json_span(r, inner, &ret->a, &ret->unit);
        seg_up(&r->path, mark);
    }
}

void seg_json_window(struct seg_reader *r, json object, const char *member, struct seg_window *ret)
{
    json v = json_get(object, member);
    *ret = (struct seg_window){.kind = SEG_EVER};
    if (json_is(v, JSON_ABSENT) || json_is(v, JSON_NULL))
        return;
    size_t mark = seg_down(&r->path, member);
    read_window(r, v, ret);
    seg_up(&r->path, mark);
}

// --- tests

static bool read_value(struct seg_reader *r, json v, struct seg_value *ret)
{
    bool flag = false;
    *ret = (struct seg_value){.text = CU_LIT("")};
    if (json_is(v, JSON_STRING)) {
        ret->text = seg_keep(&r->sink, r->arena, json_str(v));
        return true;
    }
    if (json_bool(v, &flag)) {
        *ret = (struct seg_value){.type = SEG_BOOLEAN, .text = flag ? CU_LIT("true") : CU_LIT("false"), .number = flag};
        return true;
    }
    ret->type = SEG_NUMBER;
    enum seg_number_fault fault = seg_number_json(v, &ret->number);
    if (fault != SEG_NUMBER_FINE)
        seg_fault(&r->sink, seg_here(r), "%s",
            fault == SEG_NUMBER_NONE ? "A text, a number, true or false is expected." : seg_number_faults[fault]);
    return fault == SEG_NUMBER_FINE;
}

static void read_values(struct seg_reader *r, json object, struct seg_test *ret)
{
    size_t count = 0, done = 0;
    if (!seg_json_list(r, object, "values", SEG_VALUES_MAX, &count) || count == 0)
        return;
    size_t mark = seg_down(&r->path, "values");
    r->counts.values += (uint32_t)count;
    if (r->counts.values > SEG_ALL_VALUES_MAX) {
        seg_fault(&r->sink, seg_here(r), "A definition has at most %u values.", SEG_ALL_VALUES_MAX);
        seg_up(&r->path, mark);
        return;
    }
    struct seg_value *values = seg_alloc(&r->sink, r->arena, count, sizeof *values);
    for (struct json_iter it = json_each(json_get(object, "values")); values && json_next(&it); done++) {
        size_t element = seg_down_at(&r->path, done);
        bool good = read_value(r, it.value, &values[done]);
        seg_up(&r->path, element);
        if (!good)
            break;
    }
    ret->values = values;
    ret->value_count = values ? (uint32_t)done : 0;
    seg_up(&r->path, mark);
}

void seg_json_compare(struct seg_reader *r, json object, enum seg_cmp fallback, struct seg_test *ret)
{
    ret->cmp = (enum seg_cmp)seg_json_word(r, object, "test", seg_cmp_names, SEG_CMP_COUNT, (int)fallback);
    read_values(r, object, ret);
}

void seg_json_test(struct seg_reader *r, json v, struct seg_test *ret)
{
    static const char *const members[] = {"field", "test", "values", "window", NULL};
    *ret = (struct seg_test){.field = CU_LIT("")};
    if (!seg_json_object(r, v, members, "A test such as {\"field\":\"total\",\"test\":\"more\",\"values\":[50]}"))
        return;
    ret->field = seg_json_name(r, v, "field");
    seg_json_compare(r, v, SEG_IS, ret);
    seg_json_window(r, v, "window", &ret->window);
}

void seg_json_event(struct seg_reader *r, json v, struct seg_event *ret)
{
    size_t count = 0, done = 0;
    *ret = (struct seg_event){.name = seg_json_name(r, v, "event")};
    if (!seg_json_list(r, v, "where", SEG_TESTS_MAX, &count) || count == 0)
        return;
    size_t mark = seg_down(&r->path, "where");
    r->counts.tests += (uint32_t)count;
    if (r->counts.tests > SEG_TESTS_MAX) {
        seg_fault(&r->sink, seg_here(r), "A definition has at most %u tests of properties.", SEG_TESTS_MAX);
        seg_up(&r->path, mark);
        return;
    }
    ret->where = seg_alloc(&r->sink, r->arena, count, sizeof *ret->where);
    for (struct json_iter it = json_each(json_get(v, "where")); ret->where && json_next(&it); done++) {
        size_t element = seg_down_at(&r->path, done);
        seg_json_test(r, it.value, &ret->where[done]);
        seg_up(&r->path, element);
    }
    ret->where_count = (uint32_t)done;
    seg_up(&r->path, mark);
}
