// SPDX-License-Identifier: Apache-2.0
// The table of events, read a few hundred persons at a time, in the order of persons and times. See question.h.
#include "question_private.h"

#include "people/sight.h"

enum { PERSONS_A_READ = 512, READ_BYTES_MAX = 64 * 1024 * 1024, KINDS_MAX = 4 };
enum { EVENT_SEQ, EVENT_TIME, EVENT_NAME, EVENT_PERSON, EVENT_SOURCE, EVENT_REVENUE, EVENT_PROPERTIES };
const struct sql_column question_event_columns[] = {
    [EVENT_SEQ] = {"seq", SQL_INT, "Its number: unique, in the order of arrival.", false},
    [EVENT_TIME] = {"time", SQL_TEXT, "When it happened (UTC).", true},
    [EVENT_NAME] = {"event", SQL_TEXT, "Its name.", true},
    [EVENT_PERSON] = {"person", SQL_TEXT, "Whose it is.", true},
    [EVENT_SOURCE] = {"source", SQL_INT, "Number of the source it came from.", false},
    [EVENT_REVENUE] = {"revenue", SQL_REAL, "What it adds to the shop's revenue, in the shop's currency.", false},
    [EVENT_PROPERTIES] = {"properties", SQL_TEXT, "Declared properties of P0 and P1 as JSON: json_extract(properties, '$.sku').", false},
};
const size_t question_event_column_count = CU_COUNT(question_event_columns);

struct event {
    uint32_t person, kind, source;
    int64_t time_ms, revenue;
    uint64_t seq;
    bool has_revenue;
    uint32_t words_len;
    size_t words_at; // in bytes
};
struct events_cursor {
    const struct question_tables *t;
    struct question_ids ids;
    struct scan_plan plan;
    uint32_t kinds[KINDS_MAX];
    uint32_t only;             // this person; 0: everybody
    bool done;                 // nothing comes after what is read
    uint32_t from, to;         // persons of this read: [from, to)
    struct cu_buf rows, words; // struct event; their plain JSON
    size_t next;               // one past the current row
    struct json_parser *parser;
    struct cu_buf shown;
    char room[TEXT_TIME_MAX];
};

static size_t row_count(const struct events_cursor *c)
{
    return c->rows.len / sizeof(struct event);
}

static bool wanted(void *context, uint32_t root)
{
    const struct events_cursor *c = context;
    return c->only ? root == c->only : root >= c->from && root < c->to;
}

static cu_code apply(struct events_cursor *c, const struct sql_filter *f, struct cu_error *err)
{
    if (f->compare != SQL_EQ || f->value.kind != SQL_TEXT)
        return CU_OK;
    if (f->column == EVENT_NAME) {
        uint32_t kind = timeline_kind_find(people_timeline(c->t->o->people), f->value.text);
        c->plan.kinds = c->kinds;
        c->plan.kind_count = 1;
        c->kinds[0] = kind;
        c->done = c->done || kind == 0; // nobody ever sent it
    } else if (f->column == EVENT_PERSON) {
        CU_TRY(question_person(&c->ids, f->value.text, &c->only, err));
        c->done = c->done || c->only == 0;
    }
    return CU_OK;
}

cu_code question_events_open(void *context, const struct sql_filter *filters, size_t count, uint64_t used, void **ret,
    struct cu_error *err)
{
    const struct question_read *read = context;
    struct events_cursor *c = cu_calloc(1, sizeof *c);
    if (!c)
        return cu_fail(err, CU_MEMORY, "", "no memory for a question");
    c->t = read->t;
    c->ids.t = read->t;
    read->t->opened |= read->bit;
    cu_buf_init(&c->rows, READ_BYTES_MAX);
    cu_buf_init(&c->words, READ_BYTES_MAX);
    cu_buf_init(&c->shown, READ_BYTES_MAX);
    c->plan = (struct scan_plan){.from_ms = INT64_MIN, .to_ms = INT64_MAX, .person = wanted, .context = c, .threads = 1,
        .wants = SCAN_SEQ | SCAN_REVENUE | SCAN_SOURCE | SCAN_FLAGS | (used >> EVENT_PROPERTIES & 1 ? SCAN_WORDS : 0)};
    question_window(filters, count, EVENT_TIME, &c->plan.from_ms, &c->plan.to_ms);
    cu_code code = CU_OK;
    for (size_t i = 0; code == CU_OK && i < count; i++)
        code = apply(c, &filters[i], err);
    if (code != CU_OK) {
        question_events_close(c);
        return code;
    }
    *ret = c;
    return CU_OK;
}

static bool keep_rows(void *state, const struct scan_rows *rows)
{
    struct events_cursor *c = state;
    for (size_t i = 0; i < rows->count; i++) {
        struct event e = {.person = rows->person, .kind = rows->kind[i], .source = rows->source[i], .time_ms = rows->time_ms[i],
            .revenue = rows->revenue[i], .seq = rows->seq[i], .has_revenue = (rows->flags[i] & TIMELINE_HAS_REVENUE) != 0};
        if (rows->words) {
            e.words_at = c->words.len;
            e.words_len = (uint32_t)rows->words[i].len;
            cu_buf_str(&c->words, rows->words[i]);
        }
        cu_buf_add(&c->rows, &e, sizeof e);
    }
    return !c->rows.failed && !c->words.failed;
}

// The rows of the next persons; fewer persons at a time when they have many.
static cu_code read_more(struct events_cursor *c, struct cu_error *err)
{
    struct timeline *t = people_timeline(c->t->o->people);
    struct scan_stats stats;
    void *states[] = {c};
    c->next = 0;
    cu_buf_reset(&c->rows);
    cu_buf_reset(&c->words);
    c->from = c->to;
    c->to = c->from + PERSONS_A_READ;
    c->done = c->only != 0 || c->to >= c->t->persons->end;
    CU_TRY(timeline_scan_people(t, &c->plan, c->t->persons, keep_rows, states, 1, &stats, err));
    if (c->rows.failed || c->words.failed)
        return cu_fail(err, CU_TOO_LARGE, "sql", "the events of one person are more than a question reads; narrow it by time or event");
    if (stats.damaged_blocks)
        return cu_fail(err, CU_CORRUPT, "", "the timeline has damaged blocks: custos timeline check names them");
    return CU_OK;
}

cu_code question_events_next(void *cursor, bool *ret_row, struct cu_error *err)
{
    struct events_cursor *c = cursor;
    while (c->next == row_count(c) && !c->done)
        CU_TRY(read_more(c, err));
    *ret_row = c->next < row_count(c);
    c->next += *ret_row;
    return CU_OK;
}

// The words as they are for those who see P0 and P1; else each property by its row.
static void properties_value(struct events_cursor *c, const struct event *e, struct sql_value *ret)
{
    cu_str words = {c->words.ptr + e->words_at, e->words_len};
    const struct caller *caller = c->t->caller;
    *ret = (struct sql_value){.kind = SQL_TEXT, .text = words.len ? words : CU_LIT("{}")};
    if (sight_level(caller, DICT_P0) == SPEC_VIEW_FULL && sight_level(caller, DICT_P1) == SPEC_VIEW_FULL)
        return;
    const struct dictionary *d = people_dictionary(c->t->o->people);
    struct sight sight = {.caller = caller, .dictionary = d, .leave = "$context"};
    struct json_writer w;
    json object, nothing = {NULL, 0};
    *ret = (struct sql_value){.kind = SQL_NULL};
    if (!c->parser)
        c->parser = json_parser_new(READ_BYTES_MAX);
    if (!c->parser || json_parse(c->parser, words, &object, NULL) != CU_OK)
        return;
    cu_buf_reset(&c->shown);
    jw_start(&w, &c->shown);
    jw_object(&w);
    sight_properties(&sight, dictionary_event(d, timeline_kind_name(people_timeline(c->t->o->people), e->kind)), object, nothing, &w);
    jw_object_end(&w);
    if (!c->shown.failed)
        *ret = (struct sql_value){.kind = SQL_TEXT, .text = cu_buf_view(&c->shown)};
}

void question_events_value(void *cursor, int column, struct sql_value *ret)
{
    struct events_cursor *c = cursor;
    struct event e;
    memcpy(&e, c->rows.ptr + (c->next - 1) * sizeof e, sizeof e);
    *ret = (struct sql_value){.kind = SQL_NULL};
    switch (column) {
    case EVENT_SEQ:
        *ret = (struct sql_value){.kind = SQL_INT, .number = (int64_t)e.seq};
        break;
    case EVENT_TIME:
        question_time(e.time_ms, c->room, ret);
        break;
    case EVENT_NAME:
        *ret = (struct sql_value){.kind = SQL_TEXT, .text = timeline_kind_name(people_timeline(c->t->o->people), e.kind)};
        break;
    case EVENT_PERSON:
        (void)question_id(&c->ids, e.person, ret);
        break;
    case EVENT_SOURCE:
        *ret = (struct sql_value){.kind = SQL_INT, .number = e.source};
        break;
    case EVENT_REVENUE:
        if (e.has_revenue)
            *ret = (struct sql_value){.kind = SQL_REAL, .real = question_money(e.revenue, c->t->exponent)};
        break;
    default:
        properties_value(c, &e, ret);
    }
}

void question_events_close(void *cursor)
{
    struct events_cursor *c = cursor;
    question_ids_clear(&c->ids);
    cu_buf_clear(&c->rows);
    cu_buf_clear(&c->words);
    cu_buf_clear(&c->shown);
    json_parser_free(c->parser);
    cu_free(c);
}
