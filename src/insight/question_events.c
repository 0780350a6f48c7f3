// SPDX-License-Identifier: Apache-2.0
// The table of events, in the order of persons and times. A scan calls and SQLite asks, so a thread of its own scans and
// fills a tray, waits until the question took it, and fills the next one. See question.h.
#include "question_private.h"

#include "people/sight.h"

#include <pthread.h>

enum { TRAY_ROWS = 4096, TRAY_BYTES_MAX = 64 * 1024 * 1024 };
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
struct tray {
    struct cu_buf rows, words; // struct event; their plain JSON
};
struct events_cursor {
    const struct question_tables *t;
    struct question_ids ids;
    struct scan_plan plan;
    uint32_t kind, only; // only: this person; 0: everybody
    bool nothing;        // by the conditions alone
    struct tray shown, filled;
    size_t next;         // one past the current row of `shown`
    struct json_parser *parser;
    struct cu_buf properties;
    char room[TEXT_TIME_MAX];

    pthread_t thread;
    bool started;
    pthread_mutex_t lock; // the following
    pthread_cond_t moved;
    bool full, stop, ended;
    cu_code code; // of the scan, once it ended
    struct cu_error err;
};

static size_t tray_rows(const struct tray *t)
{
    return t->rows.len / sizeof(struct event);
}

static bool wanted(void *context, uint32_t root)
{
    const struct events_cursor *c = context;
    return !c->only || root == c->only;
}

static cu_code apply(struct events_cursor *c, const struct sql_filter *f, struct cu_error *err)
{
    if (f->compare != SQL_EQ || f->value.kind != SQL_TEXT)
        return CU_OK;
    if (f->column == EVENT_NAME) {
        uint32_t kind = timeline_kind_find(people_timeline(c->t->o->people), f->value.text);
        c->kind = kind;
        c->plan.kinds = &c->kind;
        c->plan.kind_count = 1;
        c->nothing = c->nothing || kind == 0; // nobody ever sent it
    } else if (f->column == EVENT_PERSON) {
        CU_TRY(question_person(&c->ids, f->value.text, &c->only, err));
        c->nothing = c->nothing || c->only == 0;
    }
    return CU_OK;
}

// ---- the scanning thread

// Hands the filled tray over; waits until there is an empty one. False: nobody wants more.
static bool hand_over(struct events_cursor *c)
{
    pthread_mutex_lock(&c->lock);
    c->full = true;
    pthread_cond_signal(&c->moved);
    while (c->full && !c->stop)
        pthread_cond_wait(&c->moved, &c->lock);
    bool more = !c->stop;
    pthread_mutex_unlock(&c->lock);
    return more;
}

static bool keep_rows(void *state, const struct scan_rows *rows)
{
    struct events_cursor *c = state;
    for (size_t i = 0; i < rows->count; i++) {
        struct tray *t = &c->filled;
        if (tray_rows(t) == TRAY_ROWS && !hand_over(c))
            return false;
        struct event e = {.person = rows->person, .kind = rows->kind[i], .source = rows->source[i], .time_ms = rows->time_ms[i],
            .revenue = rows->revenue[i], .seq = rows->seq[i], .has_revenue = (rows->flags[i] & TIMELINE_HAS_REVENUE) != 0};
        if (rows->words) {
            e.words_at = t->words.len;
            e.words_len = (uint32_t)rows->words[i].len;
            cu_buf_str(&t->words, rows->words[i]);
        }
        cu_buf_add(&t->rows, &e, sizeof e);
        if (t->rows.failed || t->words.failed)
            return false;
    }
    return true;
}

static void *scan(void *context)
{
    struct events_cursor *c = context;
    struct scan_stats stats = {0};
    struct cu_error err = {.code = CU_OK};
    void *states[] = {c};
    cu_code code = timeline_scan_people(people_timeline(c->t->o->people), &c->plan, c->t->persons, keep_rows, states, 1, &stats, &err);
    if (code == CU_OK && (c->filled.rows.failed || c->filled.words.failed))
        code = cu_fail(&err, CU_MEMORY, "sql", "no memory to read events");
    if (code == CU_OK && stats.damaged_blocks)
        code = cu_fail(&err, CU_CORRUPT, "", "the timeline has damaged blocks: custos timeline check names them");
    if (code == CU_OK && tray_rows(&c->filled) > 0)
        (void)hand_over(c);
    pthread_mutex_lock(&c->lock);
    c->code = code;
    c->err = err;
    c->ended = true;
    pthread_cond_signal(&c->moved);
    pthread_mutex_unlock(&c->lock);
    return NULL;
}

// The next tray; an empty one at the end.
static cu_code take_tray(struct events_cursor *c, struct cu_error *err)
{
    c->next = 0;
    cu_buf_reset(&c->shown.rows);
    cu_buf_reset(&c->shown.words);
    pthread_mutex_lock(&c->lock);
    while (!c->full && !c->ended)
        pthread_cond_wait(&c->moved, &c->lock);
    cu_code code = c->full ? CU_OK : c->code;
    if (code != CU_OK && err)
        *err = c->err;
    if (c->full) {
        struct tray empty = c->shown;
        c->shown = c->filled;
        c->filled = empty;
        c->full = false;
        pthread_cond_signal(&c->moved);
    }
    pthread_mutex_unlock(&c->lock);
    return code;
}

// ---- the cursor

static void tray_init(struct tray *t)
{
    cu_buf_init(&t->rows, TRAY_BYTES_MAX);
    cu_buf_init(&t->words, TRAY_BYTES_MAX);
}

static cu_code start(struct events_cursor *c, const struct sql_filter *filters, size_t count, uint64_t used, struct cu_error *err)
{
    c->plan = (struct scan_plan){.from_ms = INT64_MIN, .to_ms = INT64_MAX, .person = wanted, .context = c, .threads = 1,
        .wants = SCAN_SEQ | SCAN_REVENUE | SCAN_SOURCE | SCAN_FLAGS | (used >> EVENT_PROPERTIES & 1 ? SCAN_WORDS : 0)};
    question_window(filters, count, EVENT_TIME, &c->plan.from_ms, &c->plan.to_ms);
    for (size_t i = 0; i < count; i++)
        CU_TRY(apply(c, &filters[i], err));
    if (c->nothing)
        return CU_OK;
    c->started = pthread_create(&c->thread, NULL, scan, c) == 0;
    return c->started ? CU_OK : cu_fail(err, CU_MEMORY, "", "no thread to read events");
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
    tray_init(&c->shown);
    tray_init(&c->filled);
    cu_buf_init(&c->properties, TRAY_BYTES_MAX);
    (void)pthread_mutex_init(&c->lock, NULL);
    (void)pthread_cond_init(&c->moved, NULL);
    cu_code code = start(c, filters, count, used, err);
    if (code != CU_OK) {
        question_events_close(c);
        return code;
    }
    *ret = c;
    return CU_OK;
}

cu_code question_events_next(void *cursor, bool *ret_row, struct cu_error *err)
{
    struct events_cursor *c = cursor;
    if (c->next == tray_rows(&c->shown) && c->started)
        CU_TRY(take_tray(c, err));
    *ret_row = c->next < tray_rows(&c->shown);
    c->next += *ret_row;
    return CU_OK;
}

// The words as they are for those who see P0 and P1; else each property by its row.
static void properties_value(struct events_cursor *c, const struct event *e, struct sql_value *ret)
{
    cu_str words = {e->words_len ? c->shown.words.ptr + e->words_at : NULL, e->words_len};
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
        c->parser = json_parser_new(TRAY_BYTES_MAX);
    if (!c->parser || json_parse(c->parser, words, &object, NULL) != CU_OK)
        return;
    cu_buf_reset(&c->properties);
    jw_start(&w, &c->properties);
    jw_object(&w);
    sight_properties(&sight, dictionary_event(d, timeline_kind_name(people_timeline(c->t->o->people), e->kind)), object, nothing, &w);
    jw_object_end(&w);
    if (!c->properties.failed)
        *ret = (struct sql_value){.kind = SQL_TEXT, .text = cu_buf_view(&c->properties)};
}

void question_events_value(void *cursor, int column, struct sql_value *ret)
{
    struct events_cursor *c = cursor;
    struct event e;
    memcpy(&e, c->shown.rows.ptr + (c->next - 1) * sizeof e, sizeof e);
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
    if (c->started) {
        pthread_mutex_lock(&c->lock);
        c->stop = true;
        pthread_cond_signal(&c->moved);
        pthread_mutex_unlock(&c->lock);
        (void)pthread_join(c->thread, NULL);
    }
    (void)pthread_cond_destroy(&c->moved);
    (void)pthread_mutex_destroy(&c->lock);
    question_ids_clear(&c->ids);
    cu_buf_clear(&c->shown.rows);
    cu_buf_clear(&c->shown.words);
    cu_buf_clear(&c->filled.rows);
    cu_buf_clear(&c->filled.words);
    cu_buf_clear(&c->properties);
    json_parser_free(c->parser);
    cu_free(c);
}
