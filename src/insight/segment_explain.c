// SPDX-License-Identifier: Apache-2.0
// Why is a person in a segment, or not: every part of the definition with what was measured and the events that
// decided it. Values of fields above P1 are not shown; whether they fit is.
#include "segment_program.h"

#include "text/text.h"

#define EVENTS_MAX 10
#define UNIT 10000
#define TEXT_BYTES 4096

struct why { // of one part
    struct seg_answer answer;
    int64_t since; // it holds at least since then; INT64_MIN: not said
    size_t row[EVENTS_MAX];
    size_t row_count;
    char room[TEXT_BYTES];
    struct cu_buf measured; // in room
};

// ---- words

static void put_number(struct cu_buf *b, seg_wide v) // ten-thousandths
{
    const seg_wide most = (seg_wide)INT64_MAX * UNIT;
    if (v > most || v < -most) {
        cu_buf_z(b, v > 0 ? "more than can be shown" : "less than can be shown");
        return;
    }
    seg_wide size = v < 0 ? -v : v;
    int64_t whole = (int64_t)(size / UNIT), part = (int64_t)(size % UNIT);
    int digits = 4;
    for (; digits > 0 && part % 10 == 0; digits--)
        part /= 10;
    cu_buf_printf(b, "%s%lld", v < 0 ? "-" : "", (long long)whole);
    if (digits > 0)
        cu_buf_printf(b, ".%0*lld", digits, (long long)part);
}

static void put_time(struct cu_buf *b, int64_t ms)
{
    char text[TEXT_TIME_MAX];
    text_time_format(ms, text);
    cu_buf_z(b, text);
}

static void put_asked(struct cu_buf *b, const struct seg_check_value *c)
{
    static const char *const words[] = {[SEG_IS] = " of exactly ",
        [SEG_IS_NOT] = " of other than ",
        [SEG_LESS] = " of less than ",
        [SEG_AT_MOST] = " of at most ",
        [SEG_MORE] = " of more than ",
        [SEG_AT_LEAST] = " of at least ",
        [SEG_BETWEEN] = " of between "};
    if (c->cmp > SEG_BETWEEN || c->number_count == 0)
        return;
    cu_buf_z(b, words[c->cmp]);
    put_number(b, c->numbers[0]);
    for (uint32_t i = 1; i < c->number_count && i < 5; i++) {
        cu_buf_z(b, c->cmp == SEG_BETWEEN ? " and " : " or ");
        put_number(b, c->numbers[i]);
    }
}

// ---- events

static void did_rows(const struct seg_run *r, const struct seg_part *part, const struct seg_measured *m, struct why *w)
{
    if (m->row != SIZE_MAX) {
        w->row[w->row_count++] = m->row;
        return;
    }
    if (m->matches == 0)
        return;
    size_t skip = m->matches > EVENTS_MAX ? m->matches - EVENTS_MAX : 0;
    for (size_t i = m->first; i <= m->last; i++) {
        if (!seg_filter_matches(r, &part->did->filter, i))
            continue;
        if (skip > 0)
            skip--;
        else if (w->row_count < EVENTS_MAX)
            w->row[w->row_count++] = i;
    }
}

// "at least n": the nth event of the window made it enough.
static void did_since(const struct seg_run *r, const struct seg_part *part, const struct seg_measured *m, struct why *w)
{
    const struct seg_check_value *c = &part->did->value;
    if (!w->answer.in || part->node->did.measure != SEG_COUNT || (c->cmp != SEG_AT_LEAST && c->cmp != SEG_MORE))
        return;
    int64_t need = c->cmp == SEG_MORE ? c->numbers[0] / UNIT + 1 : (c->numbers[0] + UNIT - 1) / UNIT;
    for (size_t i = m->first; i <= m->last && need > 0; i++)
        if (seg_filter_matches(r, &part->did->filter, i) && --need == 0) {
            int64_t enter = seg_window_enter(&part->node->did.window, r->program->with.zone, r->rows->time_ms[i]);
            w->since = enter > r->rows->time_ms[i] ? enter : r->rows->time_ms[i];
        }
}

static void put_row_time(const struct seg_run *r, const char *words, size_t row, struct cu_buf *b)
{
    if (row == SIZE_MAX) {
        cu_buf_z(b, "never");
        return;
    }
    cu_buf_z(b, words);
    put_time(b, r->rows->time_ms[row]);
}

static void explain_did(const struct seg_run *r, const struct seg_part *part, struct why *w)
{
    const struct seg_check_value *c = &part->did->value;
    struct seg_measured m;
    seg_did_measure(r, part, &m);
    did_rows(r, part, &m, w);
    did_since(r, part, &m, w);
    switch (part->node->did.measure) {
    case SEG_COUNT:
    case SEG_SUM:
    case SEG_DISTINCT:
    case SEG_DAYS_ACTIVE:
        put_number(&w->measured, m.sum);
        put_asked(&w->measured, c);
        break;
    case SEG_AVERAGE:
    case SEG_MINIMUM:
    case SEG_MAXIMUM:
        if (m.count == 0) {
            cu_buf_z(&w->measured, "no value");
        } else if (c->type == SEG_NUMBER) {
            put_number(&w->measured, part->node->did.measure == SEG_AVERAGE ? m.sum / m.count : m.sum);
            put_asked(&w->measured, c);
        } else if (c->type == SEG_TIME) {
            put_time(&w->measured, (int64_t)m.sum);
        }
        break;
    case SEG_FIRST:
    case SEG_FIRST_TIME:
        put_row_time(r, "first on ", m.row, &w->measured);
        break;
    case SEG_LATEST:
    case SEG_LAST_TIME:
        put_row_time(r, "last on ", m.row, &w->measured);
        break;
    }
}

static void explain_sequence(const struct seg_run *r, const struct seg_part *part, struct why *w)
{
    struct seg_chain chain;
    struct seg_answer answer;
    seg_sequence_eval(r, part, &answer, &chain);
    if (!chain.found)
        return;
    for (uint32_t i = 0; i < part->node->sequence.step_count; i++)
        w->row[w->row_count++] = chain.row[i];
    w->since = r->rows->time_ms[w->row[w->row_count - 1]];
    cu_buf_printf(&w->measured, "%u steps, ", part->node->sequence.step_count);
    put_row_time(r, "the last on ", w->row[w->row_count - 1], &w->measured);
}

// ---- what is known of the person

static void put_value(struct cu_buf *b, const struct seg_value *v)
{
    switch (v->type) {
    case SEG_TEXT:
        cu_buf_str(b, cu_str_sub(v->text, 0, 200));
        break;
    case SEG_NUMBER:
        put_number(b, v->number);
        break;
    case SEG_TIME:
        put_time(b, v->number);
        break;
    case SEG_BOOLEAN:
        cu_buf_z(b, v->number ? "true" : "false");
        break;
    }
}

static void explain_field(const struct seg_run *r, const struct seg_part *part, struct why *w)
{
    const struct seg_fact *fact = &r->person->facts[part->fact];
    if (!fact->known) {
        cu_buf_z(&w->measured, "unknown");
        return;
    }
    if (part->node->field.known->level > DICT_P1)
        return;
    put_value(&w->measured, &fact->value);
    for (uint32_t i = 0; i < fact->more_count && i < EVENTS_MAX; i++) {
        cu_buf_z(&w->measured, ", ");
        put_value(&w->measured, &fact->more[i]);
    }
}

static void explain_member(const struct seg_run *r, const struct seg_part *part, struct why *w)
{
    if (!r->person->stay)
        return;
    bool left = part->node->member.state == SEG_LEFT;
    struct seg_stay stay = r->person->stay(r->person->context, part->segment, r->person->person);
    int64_t at = left ? stay.left_ms : stay.entered_ms;
    if (at == INT64_MIN) {
        cu_buf_z(&w->measured, left ? "never left" : "never entered");
        return;
    }
    cu_buf_z(&w->measured, left ? "left on " : "entered on ");
    put_time(&w->measured, at);
    if (w->answer.in)
        w->since = at;
}

// ---- the answer

static void write_events(const struct seg_run *r, const struct why *w, struct json_writer *out)
{
    jw_key(out, "events");
    jw_array(out);
    for (size_t i = 0; i < w->row_count; i++) {
        size_t row = w->row[i];
        jw_object(out);
        jw_key(out, "seq");
        if (r->rows->seq)
            jw_i64(out, (int64_t)r->rows->seq[row]);
        else
            jw_null(out);
        jw_ktime(out, "time", r->rows->time_ms[row]);
        struct timeline *t = r->program->with.timeline;
        jw_kstr(out, "event", t ? timeline_kind_name(t, r->rows->kind[row]) : CU_NONE);
        jw_object_end(out);
    }
    jw_array_end(out);
}

static void write_until(struct json_writer *out, int64_t until)
{
    jw_ktime(out, "until", until == INT64_MAX ? INT64_MIN : until);
}

static void explain_part(
    const struct seg_run *r, const struct seg_part *part, struct cu_buf *text, struct json_writer *out)
{
    struct why w = {.since = INT64_MIN};
    w.measured = (struct cu_buf){.ptr = w.room, .cap = sizeof w.room, .max = sizeof w.room - 1};
    seg_part_eval(r, part, &w.answer);
    if (part->node->kind == SEG_DID)
        explain_did(r, part, &w);
    else if (part->node->kind == SEG_SEQUENCE)
        explain_sequence(r, part, &w);
    else if (part->node->kind == SEG_FIELD)
        explain_field(r, part, &w);
    else if (part->node->kind == SEG_MEMBER)
        explain_member(r, part, &w);
    cu_buf_reset(text);
    seg_print_one(part->node, r->program->with.catalog, text);
    jw_object(out);
    jw_ki64(out, "number", part->node->number);
    jw_kstr(out, "text", cu_buf_view(text));
    jw_kbool(out, "holds", w.answer.in);
    jw_kstr(out, "measured", w.measured.len > 0 ? (cu_str){w.room, w.measured.len} : CU_NONE);
    jw_ktime(out, "since", w.since);
    write_until(out, w.answer.until_ms);
    write_events(r, &w, out);
    jw_object_end(out);
}

cu_code seg_explain(const struct seg_program *p, const struct seg_person *person, int64_t now_ms, struct json_writer *w,
    struct cu_error *err)
{
    struct seg_run r;
    struct seg_answer answer;
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, SEG_TEXT_MAX);
    seg_eval(p, person, now_ms, &answer);
    seg_run_begin(&r, p, person, now_ms);
    jw_object(w);
    jw_kbool(w, "in", answer.in);
    write_until(w, answer.until_ms);
    jw_key(w, "nodes");
    jw_array(w);
    for (uint32_t i = 0; i < p->part_count; i++)
        explain_part(&r, p->parts[i], &text, w);
    jw_array_end(w);
    jw_object_end(w);
    return cu_buf_code(&text, err);
}
