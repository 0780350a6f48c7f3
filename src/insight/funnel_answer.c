// SPDX-License-Identifier: Apache-2.0
// What a funnel answers, as JSON.
#include "funnel_fields.h"
#include "funnel.h"

#include "base/clock.h"
#include "segment_language.h"
#include "text/text.h"

#include <math.h>

#define NO_STEP 255

// ---- numbers

static void share(struct json_writer *w, const char *name, uint64_t part, uint64_t whole, bool hidden)
{
    jw_key(w, name);
    if (whole == 0 || hidden)
        jw_null(w);
    else
        jw_double(w, (double)part / (double)whole);
}

static void figure(struct json_writer *w, const char *name, uint64_t n, bool hidden)
{
    if (name)
        jw_key(w, name);
    if (hidden)
        jw_null(w);
    else
        jw_i64(w, (int64_t)n);
}

// The k-th smallest at its place, smaller ones before it, larger ones behind it.
static void select_nth(int64_t *v, size_t count, size_t k)
{
    size_t lo = 0, hi = count - 1;
    while (lo < hi) {
        int64_t pivot = v[lo + (hi - lo) / 2];
        size_t i = lo, j = hi;
        for (;;) {
            while (v[i] < pivot)
                i++;
            while (v[j] > pivot)
                j--;
            if (i >= j)
                break;
            int64_t swap = v[i];
            v[i++] = v[j];
            v[j--] = swap;
        }
        if (k <= j)
            hi = j;
        else
            lo = j + 1;
    }
}

// Quantile of type 7, in seconds.
static double quantile_s(int64_t *v, size_t count, double q)
{
    double at = q * (double)(count - 1);
    size_t k = (size_t)at;
    select_nth(v, count, k);
    int64_t low = v[k], high = low;
    if (k + 1 < count) {
        high = v[k + 1];
        for (size_t i = k + 2; i < count; i++)
            high = v[i] < high ? v[i] : high;
    }
    return round((double)low + (at - (double)k) * (double)(high - low)) / 1000; // to the millisecond
}

static void write_seconds(struct json_writer *w, struct funnel_times *t, bool hidden)
{
    jw_key(w, "seconds");
    if (t->count == 0 || hidden) {
        jw_null(w);
        return;
    }
    double sum = 0;
    for (size_t i = 0; i < t->count; i++)
        sum += (double)t->ms[i];
    jw_object(w);
    jw_key(w, "median");
    jw_double(w, quantile_s(t->ms, t->count, 0.5));
    jw_key(w, "mean");
    jw_double(w, round(sum / (double)t->count) / 1000);
    jw_key(w, "p90");
    jw_double(w, quantile_s(t->ms, t->count, 0.9));
    jw_object_end(w);
}

static void write_histogram(const struct funnel_plan *p, struct json_writer *w, const struct funnel_times *t, bool hidden)
{
    uint64_t people[FUNNEL_BUCKETS];
    bool hide[FUNNEL_BUCKETS];
    uint32_t count = 0;
    jw_key(w, "histogram");
    jw_array(w);
    while (count < FUNNEL_BUCKETS && (count == 0 || funnel_bucket_ms[count - 1] < p->rules.window_ms)) {
        people[count] = t->buckets[count].people;
        count++;
    }
    uint32_t whole = count;
    while (count > 0 && t->buckets[count - 1].units == 0)
        count--;
    if (t->count > 0 && !hidden)
        insight_hide(p->q, people, count, hide);
    for (uint32_t b = 0; t->count > 0 && !hidden && b < count; b++) {
        jw_object(w);
        jw_key(w, "upto_s");
        jw_double(w, (double)(b + 1 == whole ? p->rules.window_ms : funnel_bucket_ms[b]) / 1000);
        figure(w, "people", t->buckets[b].units, hide[b]);
        jw_object_end(w);
    }
    jw_array_end(w);
}

// ---- steps

static void write_step(
    const struct funnel_plan *p, struct funnel_counts *c, uint32_t asked, const bool *hidden, struct json_writer *w)
{
    static struct funnel_times none;
    uint32_t i = p->place[asked];
    bool out = i == NO_STEP, hide = out || hidden[i], hide_before = out || i == 0 || hidden[i - 1] || hide;
    uint64_t reached = out ? 0 : c->reached[i];
    jw_object(w);
    jw_kstr(w, "event", p->asked_event[asked]);
    jw_kstr(w, "label", p->asked_label[asked]);
    jw_kbool(w, "seen", p->asked_seen[asked]);
    figure(w, "reached", reached, hide);
    figure(w, "people", out ? 0 : c->people[i], hide);
    share(w, "share_of_first", reached, c->reached[0], hide || (!out && hidden[0]));
    share(
        w, "share_of_previous", reached, out || i == 0 ? reached : c->reached[i - 1], out || (i > 0 && hide_before) || hide);
    figure(w, "dropped", hide_before ? 0 : c->reached[i - 1] - reached, hide_before);
    struct funnel_times *t = out || i == 0 ? &none : &c->times[i];
    write_seconds(w, t, hide);
    write_histogram(p, w, t, hide);
    jw_object_end(w);
}

// ---- rows of the breakdown

struct label {
    struct funnel_row_counts *rows;
    size_t count;
    cu_str *texts;
    struct cu_arena *arena;
    bool no_memory;
};

static bool name_one(void *context, cu_str text, uint64_t hash, uint64_t rows)
{
    struct label *l = context;
    (void)rows;
    for (size_t i = 0; i < l->count; i++) {
        if (l->rows[i].value != hash || l->texts[i].ptr)
            continue;
        l->texts[i] = cu_arena_dup(l->arena, text);
        l->no_memory = l->no_memory || !l->texts[i].ptr;
        break;
    }
    return !l->no_memory;
}

static cu_code name_hashes(const struct funnel_plan *p, cu_str path, struct label *l, struct cu_error *err)
{
    uint64_t *hashes = cu_arena_alloc(l->arena, (l->count + 1) * sizeof *hashes);
    if (!hashes)
        return cu_fail(err, CU_MEMORY, "", "no memory for a funnel");
    for (size_t i = 0; i < l->count; i++)
        hashes[i] = l->rows[i].value;
    CU_TRY(timeline_texts_of(insight_timeline(p->q), path, hashes, l->count, name_one, l, err));
    return l->no_memory ? cu_fail(err, CU_MEMORY, "", "no memory for a funnel") : CU_OK;
}

static cu_str number_text(const struct funnel_plan *p, uint64_t value)
{
    char text[SEG_NUMBER_TEXT > TEXT_TIME_MAX ? SEG_NUMBER_TEXT : TEXT_TIME_MAX];
    int64_t n = (int64_t)funnel_number_value((int64_t)value);
    switch (p->columns.at[p->by_column].type) {
    case TIMELINE_BOOLEAN:
        return n ? CU_LIT("true") : CU_LIT("false");
    case TIMELINE_TIME:
        seg_time_print(n, p->by_field->type == DICT_DATE ? NULL : p->q->o->zone, true, text);
        break;
    case TIMELINE_INTEGER:
        return cu_arena_printf(p->q->arena, "%lld", (long long)n);
    case TIMELINE_DECIMAL:
    case TIMELINE_TEXT:
        seg_number_print(n, text);
        break;
    }
    return cu_arena_dup(p->q->arena, cu_str_of(text));
}

cu_code funnel_value_parse(const struct funnel_plan *p, cu_str text, uint64_t *ret, struct cu_error *err)
{
    enum timeline_type type = p->by == FUNNEL_BY_PROPERTY ? p->columns.at[p->by_column].type : TIMELINE_TEXT;
    enum channel channel = CHANNEL_DIRECT;
    int64_t n = 0;
    bool day, good = true;
    *ret = timeline_text_hash(text);
    if (p->by == FUNNEL_BY_DIMENSION && p->dimension == FUNNEL_CHANNEL) {
        good = channel_parse(text, &channel);
        *ret = (uint64_t)channel + 1;
    } else if (type == TIMELINE_BOOLEAN) {
        *ret = funnel_number_value(cu_str_eqz(text, "true"));
    } else if (type == TIMELINE_TIME) {
        good = seg_time_parse(text, p->by_field->type == DICT_DATE ? NULL : p->q->o->zone, &n, &day);
        *ret = funnel_number_value(n);
    } else if (type != TIMELINE_TEXT) {
        good = seg_number_parse(text, &n) == SEG_NUMBER_FINE;
        *ret = funnel_number_value(type == TIMELINE_INTEGER ? n / 10000 : n);
    }
    return good ? CU_OK
                : cu_fail(err, CU_INVALID, "/pick/value", "a value of the breakdown is expected, as its rows have it");
}

static cu_code names(const struct funnel_plan *p, struct label *l, struct cu_error *err)
{
    bool channel = p->by == FUNNEL_BY_DIMENSION && p->dimension == FUNNEL_CHANNEL;
    l->texts = cu_arena_alloc(l->arena, (l->count + 1) * sizeof *l->texts);
    if (!l->texts)
        return cu_fail(err, CU_MEMORY, "", "no memory for a funnel");
    if (p->by == FUNNEL_BY_DIMENSION && !channel)
        return name_hashes(p, visit_columns[funnel_dimension_column(p->dimension)].path, l, err);
    if (!channel && p->columns.at[p->by_column].type == TIMELINE_TEXT)
        return name_hashes(p, p->by_path, l, err);
    for (size_t i = 0; i < l->count; i++)
        l->texts[i] =
            channel ? cu_str_of(channel_name((enum channel)(l->rows[i].value - 1))) : number_text(p, l->rows[i].value);
    return CU_OK;
}

static void write_row(const struct funnel_plan *p, const struct funnel_row_counts *r, cu_str value, cu_str label,
    const bool *hidden, struct json_writer *w)
{
    jw_object(w);
    jw_kstr(w, "value", value);
    jw_kstr(w, "label", label);
    jw_key(w, "reached");
    jw_array(w);
    for (uint32_t i = 0; i < p->asked; i++) {
        uint32_t at = p->place[i];
        figure(w, NULL, at == NO_STEP ? 0 : r->reached[at], at == NO_STEP || hidden[at]);
    }
    jw_array_end(w);
    jw_object_end(w);
}

// Where the total of a step is shown and only one row of it hidden, that row follows from the rest: the next smallest goes
// too.
static void hide_columns(const struct funnel_plan *p, struct funnel_row_counts *const *rows, size_t count, bool *hidden)
{
    for (uint32_t i = 0; i < p->steps; i++) {
        size_t lost = 0, next = SIZE_MAX;
        for (size_t r = 0; r < count; r++) {
            bool hide = hidden[r * FUNNEL_STEPS_MAX + i];
            lost += hide;
            if (!hide && rows[r]->people[i] > 0 && (next == SIZE_MAX || rows[r]->people[i] < rows[next]->people[i]))
                next = r;
        }
        if (lost != 1 || next == SIZE_MAX)
            continue;
        hidden[next * FUNNEL_STEPS_MAX + i] = true;
        p->q->hidden++;
    }
}

static cu_code write_rows(struct funnel_plan *p, const struct funnel_counts *c, struct json_writer *w, struct cu_error *err)
{
    struct label l = {.arena = p->q->arena};
    struct funnel_row_counts other, none;
    size_t more = 0, count;
    CU_TRY(funnel_tally_rows(c->tally, p->rows_max, p->q->arena, &l.rows, &l.count, &more, &other, &none, err));
    CU_TRY(names(p, &l, err));
    struct funnel_row_counts **all = cu_arena_alloc(p->q->arena, (l.count + 2) * sizeof *all);
    bool *hidden = cu_arena_alloc(p->q->arena, (l.count + 2) * FUNNEL_STEPS_MAX * sizeof *hidden);
    if (!all || !hidden)
        return cu_fail(err, CU_MEMORY, "", "no memory for a funnel");
    for (count = 0; count < l.count; count++)
        all[count] = &l.rows[count];
    if (other.reached[0])
        all[count++] = &other;
    if (none.reached[0])
        all[count++] = &none;
    for (size_t i = 0; i < count; i++)
        funnel_hide(p->q, all[i]->people, p->steps, hidden + i * FUNNEL_STEPS_MAX);
    hide_columns(p, all, count, hidden);
    for (size_t i = 0; i < count; i++) {
        bool named = i < l.count, channel = named && p->by == FUNNEL_BY_DIMENSION && p->dimension == FUNNEL_CHANNEL;
        cu_str value = named ? l.texts[i] : CU_NONE, label = value;
        if (!named)
            label = all[i] == &other ? CU_LIT("(other)") : CU_LIT("(none)");
        if (channel)
            label = cu_str_of(channel_label((enum channel)(l.rows[i].value - 1)));
        write_row(p, all[i], value, label.ptr ? label : CU_LIT("(unknown)"), hidden + i * FUNNEL_STEPS_MAX, w);
    }
    jw_array_end(w);
    jw_ki64(w, "rows_more", (int64_t)more);
    return CU_OK;
}

// ---- trend

static cu_code write_trend(
    const struct funnel_plan *p, const struct funnel_counts *c, struct json_writer *w, struct cu_error *err)
{
    int64_t now = cu_now_ms(), more = p->whole_period ? 0 : p->rules.window_ms;
    uint64_t *people = cu_arena_alloc(p->q->arena, (p->period_count + 1) * sizeof *people);
    bool *hidden = cu_arena_alloc(p->q->arena, (p->period_count + 1) * sizeof *hidden);
    if (!people || !hidden)
        return cu_fail(err, CU_MEMORY, "", "no memory for a funnel");
    for (uint32_t i = 0; i < p->period_count; i++)
        people[i] = c->periods[i].entered_people;
    insight_hide(p->q, people, p->period_count, hidden);
    for (uint32_t i = 0; i < p->period_count; i++) {
        const struct funnel_period *t = &c->periods[i];
        char day[TEXT_TIME_MAX];
        bool small = hidden[i] || insight_small(p->q, t->converted_people) ||
                     insight_small(p->q, t->entered_people - t->converted_people);
        text_time_format(text_day_start(text_zone_day(p->q->o->zone, p->edges[i])), day);
        jw_object(w);
        jw_kstr(w, "from", (cu_str){day, 10});
        figure(w, "entered", t->entered, hidden[i]);
        figure(w, "converted", t->converted, small);
        jw_kbool(w, "partial", p->edges[i] < p->q->from_ms || p->edges[i + 1] > p->q->to_ms || p->edges[i + 1] + more > now);
        jw_object_end(w);
    }
    return CU_OK;
}

// ---- the whole

static void write_rules(const struct funnel_plan *p, struct json_writer *w)
{
    static const char *const units[] = {"person", "visit", "property"};
    const struct funnel_rules *r = &p->rules;
    jw_kz(w, "unit", r->attempts ? "attempt" : units[p->unit]);
    jw_kz(w, "order", r->any_order ? "any" : r->modes & FUNNEL_STRICT_ORDER ? "strict" : "ordered");
    jw_key(w, "modes");
    jw_array(w);
    for (int i = 0; funnel_mode_names[i]; i++) {
        if (r->modes >> i & 1)
            jw_z(w, funnel_mode_names[i]);
    }
    jw_array_end(w);
    jw_key(w, "window_s");
    jw_double(w, (double)r->window_ms / 1000);
}

cu_code funnel_write(struct funnel_plan *p, struct funnel_counts *c, struct json_writer *w, struct cu_error *err)
{
    bool hidden[FUNNEL_STEPS_MAX] = {false};
    uint32_t last = p->steps ? p->steps - 1 : 0;
    write_rules(p, w);
    funnel_hide(p->q, c->people, p->steps, hidden);
    figure(w, "entered", c->reached[0], hidden[0]);
    figure(w, "converted", c->reached[last], hidden[last]);
    share(w, "share", c->reached[last], c->reached[0], hidden[0] || hidden[last]);
    figure(w, "excluded", c->banned, insight_small(p->q, c->banned));
    write_seconds(w, &c->times[0], hidden[last]);
    write_histogram(p, w, &c->times[0], hidden[last]);
    jw_key(w, "steps");
    jw_array(w);
    for (uint32_t i = 0; i < p->asked; i++)
        write_step(p, c, i, hidden, w);
    jw_array_end(w);
    jw_key(w, "rows");
    jw_array(w);
    if (p->by != FUNNEL_BY_NOTHING && c->tally) {
        CU_TRY(write_rows(p, c, w, err));
    } else {
        jw_array_end(w);
        jw_ki64(w, "rows_more", 0);
    }
    jw_key(w, "trend");
    jw_array(w);
    if (p->trend)
        CU_TRY(write_trend(p, c, w, err));
    jw_array_end(w);
    jw_key(w, "notes");
    jw_array(w);
    for (uint32_t i = 0; i < p->note_count; i++)
        jw_z(w, p->notes[i]);
    jw_array_end(w);
    return CU_OK;
}
