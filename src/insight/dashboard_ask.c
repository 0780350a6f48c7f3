// SPDX-License-Identifier: Apache-2.0
// A tile's question, asked and made ready to be drawn; and the picture of any question. See dashboard.h.
#include "dashboard_private.h"

#include "dashboard_answer.h"
#include "dashboard_sql.h"
#include "text/text.h"

enum { FIGURE_ARENA = 32 * 1024 * 1024 };

static void put_day(struct json_writer *w, const char *name, int32_t day)
{
    char text[TEXT_TIME_MAX];
    text_time_format(text_day_start(day), text);
    jw_kstr(w, name, (cu_str){text, 10});
}

// The question as it was kept, and for a report what the dashboard compares with, unless the tile says it.
static void put_question(const struct dashboard_question *q, struct json_writer *w)
{
    json question = json_get(q->query, "question");
    bool adds = q->compare.len && cu_str_eqz(json_str(json_get(q->query, "kind")), "report") &&
                json_is(json_get(question, "compare"), JSON_ABSENT);
    jw_key(w, "question");
    jw_object(w);
    struct json_iter it = json_each(question);
    while (json_next(&it)) {
        jw_keys(w, it.key);
        jw_value(w, it.value);
    }
    if (adds)
        jw_kstr(w, "compare", q->compare);
    jw_object_end(w);
}

static void put_body(const struct dashboard_question *q, struct json_writer *w)
{
    bool consented = false;
    cu_str segment = json_str(json_get(q->query, "segment"));
    (void)json_bool(json_get(q->query, "consented"), &consented);
    jw_object(w);
    jw_kstr(w, "kind", json_str(json_get(q->query, "kind")));
    if (q->last >= q->from) {
        put_day(w, "from", q->from);
        put_day(w, "to", q->last);
    }
    if (segment.len)
        jw_kstr(w, "segment", segment);
    jw_kbool(w, "consented", consented);
    jw_kbool(w, "shared", true);
    put_question(q, w);
    jw_object_end(w);
}

// ---- notes on days

enum { NOTES_MAX = 40 };

// The label whose period a day lies in: labels are days in order; -1: before the first.
static ptrdiff_t place_of(const struct drawing *g, int32_t day)
{
    char text[TEXT_TIME_MAX];
    ptrdiff_t at = -1;
    text_time_format(text_day_start(day), text);
    for (size_t i = 0; i < g->count && cu_str_cmp(cu_str_sub(g->labels[i], 0, 10), (cu_str){text, 10}) <= 0; i++)
        at = (ptrdiff_t)i;
    return at;
}

static cu_code read_notes(
    struct db *db, const struct dashboard_question *q, struct dashboard_figure *f, struct cu_error *err)
{
    struct db_query rows;
    struct drawing *g = &f->drawing;
    struct drawing_note *notes = cu_arena_alloc(f->arena, NOTES_MAX * sizeof *notes);
    CU_TRY(db_prepare(db, &dashboard_sql_notes, &rows, err));
    db_bind_i64(&rows, ":from_day", q->from);
    db_bind_i64(&rows, ":to_day", q->last);
    db_bind_i64(&rows, ":limit", NOTES_MAX);
    while (notes && g->note_count < NOTES_MAX && db_step(&rows)) {
        ptrdiff_t at = place_of(g, (int32_t)db_i64(&rows, 0));
        cu_str text = cu_arena_dup(f->arena, db_str(&rows, 1));
        if (text.ptr)
            notes[g->note_count++] = (struct drawing_note){at < 0 ? 0 : (size_t)at, text};
    }
    g->notes = notes;
    return db_end(&rows, err);
}

static cu_code add_notes(
    struct dashboards *d, const struct dashboard_question *q, struct dashboard_figure *f, struct cu_error *err)
{
    struct db *db = NULL;
    bool along_days = f->drawing.days && f->drawing.count > 1 && q->last >= q->from && f->drawing.show != DRAWING_NUMBER &&
                      f->drawing.show != DRAWING_TABLE;
    if (!q->notes || !along_days)
        return CU_OK;
    CU_TRY(people_read_take(d->o.people, &db, err));
    cu_code code = read_notes(db, q, f, err);
    people_read_give(d->o.people, db);
    return code;
}

static cu_code ask(struct dashboards *d, const struct caller *c, const struct dashboard_question *q,
    struct dashboard_figure *f, struct cu_error *err)
{
    struct json_writer w;
    json document;
    CU_AUTO_BUF struct cu_buf body;
    cu_buf_init(&body, DASHBOARD_QUESTION_MAX * 2);
    jw_start(&w, &body);
    put_body(q, &w);
    CU_TRY(cu_buf_code(&body, err));
    CU_TRY(insight_ask(d->o.desk, c, cu_buf_view(&body), &f->answer, err));
    CU_TRY(json_parse(f->parser, cu_buf_view(&f->answer), &document, err));
    const json breakdown = json_get(json_get(q->query, "question"), "breakdown");
    const struct dashboard_answer a = {.document = document,
        .by_row = !json_is(breakdown, JSON_ABSENT) && !json_is(breakdown, JSON_NULL),
        .show = q->show, .metric = q->metric, .title = q->title, .id = q->id};
    CU_TRY(dashboard_answer_drawing(&a, f->arena, &f->drawing, err));
    f->drawing.doc = q->doc;
    return add_notes(d, q, f, err);
}

cu_code dashboard_figure_ask(struct dashboards *d, const struct caller *c, const struct dashboard_question *q,
    struct dashboard_figure *ret, struct cu_error *err)
{
    *ret = (struct dashboard_figure){.arena = cu_arena_new(FIGURE_ARENA), .parser = json_parser_new(DASHBOARD_ANSWER_MAX)};
    cu_buf_init(&ret->answer, DASHBOARD_ANSWER_MAX);
    cu_code code =
        ret->arena && ret->parser ? ask(d, c, q, ret, err) : cu_fail(err, CU_MEMORY, "", "no memory for a picture");
    if (code != CU_OK)
        dashboard_figure_clear(ret);
    return code;
}

void dashboard_figure_clear(struct dashboard_figure *f)
{
    cu_buf_clear(&f->answer);
    json_parser_free(f->parser);
    cu_arena_free(f->arena);
    *f = (struct dashboard_figure){.parser = NULL};
}

// ---- a tile of a kept dashboard

cu_code dashboard_tile_ask(struct dashboards *d, const struct caller *c, const struct dashboard *b, json tile,
    const char *id, bool notes, struct dashboard_figure *ret, struct cu_error *err)
{
    struct dashboard_question q = {.query = json_get(tile, "query"),
        .compare = b->compare,
        .title = json_str(json_get(tile, "title")),
        .metric = json_str(json_get(tile, "metric")),
        .id = id,
        .notes = notes};
    (void)drawing_show_find(json_str(json_get(tile, "show")), &q.show);
    int32_t today = text_zone_day(insight_desk_options(d->o.desk)->zone, cu_now_ms());
    (void)dashboard_period(b->period, today, &q.from, &q.last);
    return dashboard_figure_ask(d, c, &q, ret, err);
}

// ---- POST /v1/insight/draw

cu_code dashboard_draw(struct request *rq, struct cu_error *err)
{
    const struct spec_values *v = &rq->body_values;
    struct dashboard_figure f;
    struct json_parser *parser = json_parser_new(DASHBOARD_BODY_MAX);
    struct dashboard_question q = {.title = spec_has(v, "title") ? spec_str(v, "title") : spec_str(v, "kind"),
        .metric = spec_str(v, "metric"),
        .id = "tile",
        .from = 1,
        .notes = true};
    if (!parser)
        return cu_fail(err, CU_MEMORY, "", "no memory for a picture");
    if (spec_has(v, "from") != spec_has(v, "to")) {
        json_parser_free(parser);
        return cu_fail(
            err, CU_MISSING, spec_has(v, "from") ? "/to" : "/from", "give the first and the last day, or neither");
    }
    if (spec_has(v, "from")) {
        q.from = text_day_of(spec_i64(v, "from"));
        q.last = text_day_of(spec_i64(v, "to"));
    }
    if (spec_has(v, "from") && q.from > q.last) {
        json_parser_free(parser);
        return cu_fail(err, CU_INVALID, "/from", "the first day lies after the last");
    }
    (void)drawing_show_find(spec_str(v, "show"), &q.show);
    cu_code code = json_parse(parser, rq->body, &q.query, err);
    if (code == CU_OK)
        code = dashboard_figure_ask(rq->module, &rq->caller, &q, &f, err);
    if (code == CU_OK) {
        drawing_svg(
            &f.drawing, cu_str_eqz(spec_str(v, "scheme"), "light") ? DRAWING_LIGHT : DRAWING_FILE, &rq->response.body);
        dashboard_figure_clear(&f);
    }
    json_parser_free(parser);
    CU_TRY(code);
    rq->response.status = 200;
    rq->response.content_type = "image/svg+xml; charset=utf-8";
    return CU_OK;
}
