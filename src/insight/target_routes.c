// SPDX-License-Identifier: Apache-2.0
// The routes over targets, alerts and notes on charts. See target.h.
#include "target_private.h"
#include "target_sql.h"

#include "base/clock.h"
#include "store/module.h"
#include "text/text.h"

#include <math.h>

enum { ALERTS_SHOWN_MAX = 200, FILTERS_MAX = 16 * 1024 };

const char *const target_periods[] = {"day", "week", "month", NULL};
const char *const target_kinds[] = {"target", "above", "below", "unusual", NULL};
static const char *const note_kinds[] = {"campaign", "outage", "price", "other", NULL};
static const char *const states[] = {"waiting", "good", "bad", NULL};

cu_code targets_open(const struct targets_options *o, struct targets **ret, struct cu_error *err)
{
    struct targets *t = cu_calloc(1, sizeof *t);
    if (!t)
        return cu_fail(err, CU_MEMORY, "", "no memory for targets");
    t->o = *o;
    *ret = t;
    return CU_OK;
}

void targets_start(struct targets *t)
{
    atomic_store(&t->started, true);
}

void targets_close(struct targets *t)
{
    cu_free(t);
}

// ---- rows

cu_code target_row_of(struct db_query *q, struct cu_arena *a, struct target_row *ret, struct cu_error *err)
{
    *ret = (struct target_row){.name = cu_arena_dup(a, db_str(q, 0)), .title = cu_arena_dup(a, db_str(q, 1)), .metric = cu_arena_dup(a, db_str(q, 2)),
        .filters = cu_arena_dup(a, db_str(q, 3)), .segment = cu_arena_dup(a, db_str(q, 4)), .period = (enum target_period)db_i64(q, 5),
        .kind = (enum target_sort)db_i64(q, 6), .value = db_f64(q, 7), .tell = cu_arena_dup(a, db_str(q, 8)), .version = db_i64(q, 9),
        .checked_ms = db_i64(q, 10), .state = cu_arena_dup(a, db_str(q, 11)), .current = db_f64(q, 12), .reached = db_f64(q, 13),
        .low = db_f64(q, 14), .high = db_f64(q, 15), .fault = cu_arena_dup(a, db_str(q, 16))};
    return ret->name.ptr && ret->filters.ptr && ret->tell.ptr ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for a target");
}

cu_code targets_all(struct targets *t, struct cu_arena *a, struct target_row **ret, size_t *ret_count, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    *ret_count = 0;
    *ret = cu_arena_alloc(a, TARGETS_MAX * sizeof **ret);
    if (!*ret)
        return cu_fail(err, CU_MEMORY, "", "no memory for targets");
    CU_TRY(people_read_take(t->o.people, &d, err));
    cu_code code = db_prepare(d, &target_sql_every, &q, err);
    if (code == CU_OK) {
        while (code == CU_OK && *ret_count < TARGETS_MAX && db_step(&q))
            code = target_row_of(&q, a, &(*ret)[(*ret_count)++], err);
        cu_code ended = db_end(&q, code == CU_OK ? err : NULL);
        code = code == CU_OK ? ended : code;
    }
    people_read_give(t->o.people, d);
    return code;
}

static cu_code find(struct targets *t, struct request *rq, struct target_row *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    CU_TRY(people_read_take(t->o.people, &d, err));
    cu_code code = db_prepare(d, &target_sql_one, &q, err);
    if (code == CU_OK) {
        db_bind_str(&q, ":name", request_path_str(rq, "name"));
        bool there = db_step(&q);
        code = there ? target_row_of(&q, rq->arena, ret, err) : CU_OK;
        cu_code ended = db_end(&q, code == CU_OK ? err : NULL);
        code = code != CU_OK ? code : ended != CU_OK ? ended : there ? CU_OK : cu_fail(err, CU_NOT_FOUND, "name", "no target has this name");
    }
    people_read_give(t->o.people, d);
    return code;
}

static void write_number(struct json_writer *w, const char *name, double v)
{
    jw_key(w, name);
    jw_double(w, v); // NaN: null
}

static void write_row(struct json_writer *w, const struct target_row *row)
{
    const struct metric *m = NULL;
    const struct metric_variant *v = NULL;
    struct cu_error fault = {0};
    static const char *const units[] = {"count", "money", "share", "seconds", "number"};
    bool known = metric_find(row->metric, "metric", &m, &v, &fault) == CU_OK;
    jw_object(w);
    jw_kstr(w, "name", row->name);
    jw_kstr(w, "title", row->title);
    jw_kstr(w, "metric", row->metric);
    jw_kz(w, "unit", units[known ? m->unit : METRIC_NUMBER]);
    jw_key(w, "filters");
    jw_raw(w, row->filters);
    jw_kstr(w, "segment", row->segment.len ? row->segment : CU_NONE);
    jw_kz(w, "period", target_periods[row->period]);
    jw_kz(w, "kind", target_kinds[row->kind]);
    write_number(w, "value", row->value);
    jw_key(w, "tell");
    jw_raw(w, row->tell);
    jw_ki64(w, "version", row->version);
    jw_ktime(w, "checked", row->checked_ms ? row->checked_ms : INT64_MIN);
    jw_kstr(w, "state", row->state);
    write_number(w, "current", row->current);
    write_number(w, "reached", row->reached);
    write_number(w, "low", row->low);
    write_number(w, "high", row->high);
    jw_kstr(w, "fault", row->fault.len ? row->fault : CU_NONE);
    jw_object_end(w);
}

static cu_code get_list(struct request *rq, struct cu_error *err)
{
    struct target_row *rows = NULL;
    size_t count = 0;
    CU_TRY(targets_all(rq->module, rq->arena, &rows, &count, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (size_t i = 0; i < count; i++)
        write_row(&w, &rows[i]);
    jw_array_end(&w);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

static cu_code answer_one(struct request *rq, int status, struct cu_error *err)
{
    struct target_row row;
    CU_TRY(find(rq->module, rq, &row, err));
    struct json_writer w = request_json(rq, status);
    write_row(&w, &row);
    return cu_buf_code(w.out, err);
}

static cu_code get_one(struct request *rq, struct cu_error *err)
{
    return answer_one(rq, 200, err);
}

// ---- changing

struct put {
    struct targets *t;
    struct request *rq;
    struct cu_buf tell, filters;
    bool made;
};

static int64_t index_of(const char *const *names, cu_str name)
{
    int64_t i = 0;
    while (names[i] && !cu_str_eqz(name, names[i]))
        i++;
    return i;
}

static cu_code name_check(cu_str name, struct cu_error *err)
{
    bool good = name.len > 0 && name.len <= TARGET_NAME_MAX;
    for (size_t i = 0; good && i < name.len; i++) {
        char c = name.ptr[i];
        good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || ((c == '-' || c == '_') && i > 0);
    }
    return good ? CU_OK : cu_fail(err, CU_INVALID, "name", "small letters, digits, - and _ are accepted, at most %d", TARGET_NAME_MAX);
}

static cu_code put_in(struct db *d, void *what, struct cu_error *err)
{
    struct put *p = what;
    const struct spec_values *v = &p->rq->body_values;
    cu_str name = request_path_str(p->rq, "name");
    struct db_query q;
    CU_TRY(db_prepare(d, &target_sql_one, &q, err));
    db_bind_str(&q, ":name", name);
    int64_t version = db_step(&q) ? db_i64(&q, 9) : 0, given = spec_i64(v, "version"), count = 0;
    CU_TRY(db_end(&q, err));
    if (version != given)
        return cu_fail(err, version ? CU_PRECONDITION : CU_NOT_FOUND, "version",
            version ? "it is version %lld by now; read it again" : "there is no such target; version 0 makes one", (long long)version);
    p->made = version == 0;
    CU_TRY(db_prepare(d, &target_sql_count, &q, err));
    count = db_step(&q) ? db_i64(&q, 0) : 0;
    CU_TRY(db_end(&q, err));
    if (p->made && count >= TARGETS_MAX)
        return cu_fail(err, CU_TOO_LARGE, "", "at most %d targets are kept", TARGETS_MAX);
    CU_TRY(db_prepare(d, &target_sql_put, &q, err));
    db_bind_str(&q, ":name", name);
    db_bind_str(&q, ":title", cu_str_trim(spec_str(v, "title")));
    db_bind_str(&q, ":metric", spec_str(v, "metric"));
    db_bind_str(&q, ":filters", cu_buf_view(&p->filters));
    db_bind_str(&q, ":segment", spec_has(v, "segment") ? spec_str(v, "segment") : CU_LIT(""));
    db_bind_i64(&q, ":period", index_of(target_periods, spec_str(v, "period")));
    db_bind_i64(&q, ":kind", index_of(target_kinds, spec_str(v, "kind")));
    db_bind_f64(&q, ":value", spec_has(v, "value") ? spec_get(v, "value")->real : 0);
    db_bind_str(&q, ":tell", cu_buf_view(&p->tell));
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    db_bind_i64(&q, ":by", p->rq->caller.staff_id);
    return db_run(&q, err);
}

static cu_code check_tell(struct put *p, struct cu_error *err)
{
    struct json_writer w;
    const struct spec_value *v = spec_get(&p->rq->body_values, "tell");
    jw_start(&w, &p->tell);
    jw_array(&w);
    if (!v->present) {
        jw_z(&w, "today");
        jw_array_end(&w);
        return cu_buf_code(&p->tell, err);
    }
    for (struct json_iter it = json_each(v->raw); json_next(&it);) {
        CU_AUTO_BUF struct cu_buf place;
        cu_buf_init(&place, 2048);
        cu_code code = target_place_check(p->t, json_str(it.value), p->rq->caller.staff_id, &place, err);
        if (code != CU_OK)
            cu_error_prefix(err, "/");
        CU_TRY(code);
        jw_str(&w, cu_buf_view(&place));
    }
    jw_array_end(&w);
    return cu_buf_code(&p->tell, err);
}

static cu_code check(struct put *p, struct cu_error *err)
{
    const struct spec_values *v = &p->rq->body_values;
    const struct metric *m = NULL;
    const struct metric_variant *variant = NULL;
    struct json_writer w;
    CU_TRY(name_check(request_path_str(p->rq, "name"), err));
    if (cu_str_trim(spec_str(v, "title")).len == 0)
        return cu_fail(err, CU_INVALID, "/title", "a title is wanted");
    CU_TRY(metric_find(spec_str(v, "metric"), "/metric", &m, &variant, err));
    if (!spec_has(v, "value") && !cu_str_eqz(spec_str(v, "kind"), "unusual"))
        return cu_fail(err, CU_INVALID, "/value", "a value is wanted, in the unit of the metric (money in minor units, shares as 0.05)");
    jw_start(&w, &p->filters);
    if (spec_has(v, "filters"))
        jw_value(&w, spec_get(v, "filters")->raw);
    else
        jw_raw(&w, CU_LIT("[]"));
    CU_TRY(cu_buf_code(&p->filters, err));
    return check_tell(p, err);
}

// It is looked at at once, so that whoever made it sees whether the question can be answered.
static cu_code put_one(struct request *rq, struct cu_error *err)
{
    struct put p = {.t = rq->module, .rq = rq};
    struct target_row row;
    cu_buf_init(&p.tell, 16 * 1024);
    cu_buf_init(&p.filters, FILTERS_MAX);
    cu_code code = check(&p, err);
    if (code == CU_OK)
        code = people_store(p.t->o.people, put_in, &p, err);
    cu_buf_clear(&p.tell);
    cu_buf_clear(&p.filters);
    CU_TRY(code);
    CU_TRY(find(p.t, rq, &row, err));
    CU_TRY(target_watch(p.t, &row, err));
    return answer_one(rq, p.made ? 201 : 200, err);
}

static cu_code drop(struct db *d, void *what, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &target_sql_drop, &q, err));
    db_bind_str(&q, ":name", *(const cu_str *)what);
    CU_TRY(db_run(&q, err));
    return db_changes(d) ? CU_OK : cu_fail(err, CU_NOT_FOUND, "name", "no target has this name");
}

static cu_code delete_one(struct request *rq, struct cu_error *err)
{
    struct targets *t = rq->module;
    cu_str name = request_path_str(rq, "name");
    CU_TRY(people_store(t->o.people, drop, &name, err));
    rq->response.status = 204;
    return CU_OK;
}

// ---- alerts

static cu_code write_alerts(struct db *d, struct request *rq, struct json_writer *w, struct cu_error *err)
{
    struct db_query q;
    int64_t limit = spec_i64(&rq->query_values, "limit"), count = 0, last = 0;
    char day[TEXT_TIME_MAX];
    CU_TRY(db_prepare(d, &target_sql_alerts, &q, err));
    db_bind_i64(&q, ":before", spec_has(&rq->query_values, "cursor") ? spec_i64(&rq->query_values, "cursor") : INT64_MAX);
    db_bind_i64(&q, ":limit", limit + 1);
    jw_key(w, "items");
    jw_array(w);
    while (db_step(&q) && count++ < limit) {
        jw_object(w);
        jw_ki64(w, "id", last = db_i64(&q, 0));
        jw_ktime(w, "at", db_i64(&q, 1));
        jw_kstr(w, "target", db_str(&q, 2));
        jw_kstr(w, "title", db_str(&q, 3));
        text_time_format(text_day_start((int32_t)db_i64(&q, 4)), day);
        jw_kstr(w, "period", (cu_str){day, 10});
        jw_kstr(w, "words", db_str(&q, 5));
        write_number(w, "value", db_f64(&q, 6));
        write_number(w, "low", db_f64(&q, 7));
        write_number(w, "high", db_f64(&q, 8));
        jw_ktime(w, "seen", db_i64(&q, 9) ? db_i64(&q, 9) : INT64_MIN);
        jw_object_end(w);
    }
    jw_array_end(w);
    jw_key(w, "next");
    if (count > limit)
        jw_i64(w, last);
    else
        jw_null(w);
    return db_end(&q, err);
}

static cu_code get_alerts(struct request *rq, struct cu_error *err)
{
    struct targets *t = rq->module;
    struct db *d = NULL;
    CU_TRY(people_read_take(t->o.people, &d, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    cu_code code = write_alerts(d, rq, &w, err);
    jw_object_end(&w);
    people_read_give(t->o.people, d);
    return code;
}

static cu_code mark_seen(struct db *d, void *what, struct cu_error *err)
{
    const struct request *rq = what;
    struct db_query q;
    CU_TRY(db_prepare(d, &target_sql_alert_there, &q, err));
    db_bind_i64(&q, ":id", spec_i64(&rq->path_values, "id"));
    bool there = db_step(&q);
    CU_TRY(db_end(&q, err));
    if (!there)
        return cu_fail(err, CU_NOT_FOUND, "id", "there is no such alert");
    CU_TRY(db_prepare(d, &target_sql_alert_seen, &q, err));
    db_bind_i64(&q, ":id", spec_i64(&rq->path_values, "id"));
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    db_bind_i64(&q, ":by", rq->caller.staff_id);
    return db_run(&q, err);
}

static cu_code post_seen(struct request *rq, struct cu_error *err)
{
    struct targets *t = rq->module;
    CU_TRY(people_store(t->o.people, mark_seen, rq, err));
    rq->response.status = 204;
    return CU_OK;
}

// ---- rows of the table

static const struct spec_field name_path[] = {
    {.name = "name", .type = SPEC_STRING, .min = 1, .max = TARGET_NAME_MAX, .required = true, .doc = "The target's name: small letters, digits, - and _."},
    {.name = NULL},
};
static const struct spec_field id_path[] = {
    {.name = "id", .type = SPEC_INT, .min = 1, .max = INT64_MAX, .required = true, .doc = "Number of the row."},
    {.name = NULL},
};
static const struct spec_field text_element[] = {
    {.name = "", .type = SPEC_STRING, .max = 1100, .doc = "\"today\", \"mail:<number of a member of staff>\" or \"webhook:<address>\"."},
    {.name = NULL},
};
static const struct spec_field put_body[] = {
    {.name = "title", .type = SPEC_STRING, .min = 1, .max = 120, .required = true, .doc = "What people call it."},
    {.name = "metric", .type = SPEC_STRING, .min = 1, .max = 80, .required = true, .doc = "A metric of GET /v1/insight/metrics, with a variant behind a colon."},
    {.name = "filters", .type = SPEC_ARRAY, .max = 8, .doc = "As of a report."},
    {.name = "segment", .type = SPEC_STRING, .max = 63, .doc = "Only people who are in this segment."},
    {.name = "period", .type = SPEC_ENUM, .options = target_periods, .required = true, .doc = "Length of a period."},
    {.name = "kind", .type = SPEC_ENUM, .options = target_kinds, .required = true,
        .doc = "target: to be reached in each period; above, below: thresholds; unusual: anything outside what its own past makes usual."},
    {.name = "value", .type = SPEC_NUMBER, .min = -1000000000000000, .max = 1000000000000000,
        .doc = "In the metric's unit: money in minor units, shares as 0.05. Not for unusual."},
    {.name = "tell", .type = SPEC_ARRAY, .max = TARGET_TELL_MAX, .fields = text_element, .doc = "Where alerts go; default: Today. \"mail:me\" is who makes it."},
    {.name = "version", .type = SPEC_INT, .min = 0, .max = INT64_MAX, .required = true, .doc = "Of the row that was read; 0 makes a new one."},
    {.name = NULL},
};
static const struct spec_field filter_fields[] = {
    {.name = "dimension", .type = SPEC_STRING, .max = 80, .doc = "A dimension."},
    {.name = "in", .type = SPEC_ARRAY, .max = 100, .doc = "Its values."},
    {.name = NULL},
};
#define NUMBER(n, d) {.name = n, .type = SPEC_NUMBER, .min = INT64_MIN, .max = INT64_MAX, .nullable = true, .doc = d}
static const struct spec_field target_answer[] = {
    {.name = "name", .type = SPEC_STRING, .max = TARGET_NAME_MAX, .doc = "Its name."},
    {.name = "title", .type = SPEC_STRING, .max = 120, .doc = "What people call it."},
    {.name = "metric", .type = SPEC_STRING, .max = 80, .doc = "The metric."},
    {.name = "unit", .type = SPEC_STRING, .max = 10, .doc = "Unit of its figures: count, money, share, seconds or number."},
    {.name = "filters", .type = SPEC_ARRAY, .max = 8, .fields = filter_fields, .doc = "As of a report."},
    {.name = "segment", .type = SPEC_STRING, .max = 63, .nullable = true, .doc = "Segment, or null."},
    {.name = "period", .type = SPEC_ENUM, .options = target_periods, .doc = "Length of a period."},
    {.name = "kind", .type = SPEC_ENUM, .options = target_kinds, .doc = "What is watched."},
    NUMBER("value", "The target or threshold."),
    {.name = "tell", .type = SPEC_ARRAY, .max = TARGET_TELL_MAX, .fields = text_element, .doc = "Where alerts go."},
    {.name = "version", .type = SPEC_INT, .max = INT64_MAX, .doc = "For the next change."},
    {.name = "checked", .type = SPEC_TIME, .nullable = true, .doc = "When it was looked at last."},
    {.name = "state", .type = SPEC_ENUM, .options = states, .doc = "waiting: nothing can be said yet."},
    NUMBER("current", "Figure of the period that runs."),
    NUMBER("reached", "Share of the target."),
    NUMBER("low", "Lower end of what is usual."),
    NUMBER("high", "Upper end of what is usual."),
    {.name = "fault", .type = SPEC_STRING, .max = 256, .nullable = true, .doc = "Why it could not be looked at."},
    {.name = NULL},
};
static const struct spec_field list_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = TARGETS_MAX, .fields = target_answer, .doc = "The targets, by title."},
    {.name = NULL},
};
static const struct spec_field alerts_query[] = {
    {.name = "cursor", .type = SPEC_INT, .min = 1, .max = INT64_MAX, .doc = "`next` of the page before."},
    {.name = "limit", .type = SPEC_INT, .min = 1, .max = ALERTS_SHOWN_MAX, .fallback = "50", .doc = "At most this many, newest first."},
    {.name = NULL},
};
static const struct spec_field alert_fields[] = {
    {.name = "id", .type = SPEC_INT, .max = INT64_MAX, .doc = "Number of the alert."},
    {.name = "at", .type = SPEC_TIME, .doc = "When it was found."},
    {.name = "target", .type = SPEC_STRING, .max = TARGET_NAME_MAX, .doc = "Name of the target."},
    {.name = "title", .type = SPEC_STRING, .max = 120, .doc = "Title of the target then."},
    {.name = "period", .type = SPEC_DATE, .doc = "First day of the period it is about."},
    {.name = "words", .type = SPEC_STRING, .max = 500, .doc = "What happened, in a sentence."},
    NUMBER("value", "The figure."),
    NUMBER("low", "Lower end of what was usual."),
    NUMBER("high", "Upper end of what was usual."),
    {.name = "seen", .type = SPEC_TIME, .nullable = true, .doc = "When somebody marked it as seen."},
    {.name = NULL},
};
static const struct spec_field alerts_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = ALERTS_SHOWN_MAX, .fields = alert_fields, .doc = "The alerts, newest first."},
    {.name = "next", .type = SPEC_INT, .max = INT64_MAX, .nullable = true, .doc = "To be given as `cursor`, or null."},
    {.name = NULL},
};
static const struct spec_field notes_query[] = {
    {.name = "from", .type = SPEC_DATE, .doc = "First day."},
    {.name = "to", .type = SPEC_DATE, .doc = "Last day."},
    {.name = NULL},
};
static const struct spec_field note_body[] = {
    {.name = "day", .type = SPEC_DATE, .required = true, .doc = "Day of the shop's zone."},
    {.name = "to", .type = SPEC_DATE, .doc = "Last day, when it lasted longer."},
    {.name = "kind", .type = SPEC_ENUM, .options = note_kinds, .fallback = "other", .doc = "Of what kind it was."},
    {.name = "title", .type = SPEC_STRING, .min = 1, .max = 120, .required = true, .doc = "What happened; never somebody's name."},
    {.name = NULL},
};
static const struct spec_field note_made[] = {
    {.name = "id", .type = SPEC_INT, .max = INT64_MAX, .doc = "Number of the note."},
    {.name = NULL},
};
static const struct spec_field note_fields[] = {
    {.name = "id", .type = SPEC_INT, .max = INT64_MAX, .doc = "Number of the note."},
    {.name = "day", .type = SPEC_DATE, .doc = "First day."},
    {.name = "to", .type = SPEC_DATE, .doc = "Last day."},
    {.name = "kind", .type = SPEC_ENUM, .options = note_kinds, .doc = "Of what kind it was."},
    {.name = "title", .type = SPEC_STRING, .max = 120, .doc = "What happened."},
    {.name = "made", .type = SPEC_TIME, .doc = "When it was written."},
    {.name = NULL},
};
static const struct spec_field notes_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = 1000, .fields = note_fields, .doc = "Notes, by day."},
    {.name = NULL},
};

static const struct spec_route routes[] = {
    {.name = "targets.list", .method = "GET", .path = "/v1/targets", .permission = SPEC_ANALYTICS_READ, .answer = list_answer,
        .doc = "The targets and how they stand.", .handler = get_list},
    {.name = "targets.alerts", .method = "GET", .path = "/v1/targets/alerts", .permission = SPEC_ANALYTICS_READ, .query = alerts_query,
        .answer = alerts_answer, .doc = "What targets found.", .handler = get_alerts},
    {.name = "targets.seen", .method = "POST", .path = "/v1/targets/alerts/{id}/seen", .permission = SPEC_ANALYTICS_READ, .path_fields = id_path,
        .doc = "Marks an alert as seen, for everybody.", .handler = post_seen},
    {.name = "targets.get", .method = "GET", .path = "/v1/targets/{name}", .permission = SPEC_ANALYTICS_READ, .path_fields = name_path,
        .answer = target_answer, .doc = "One target.", .handler = get_one},
    {.name = "targets.put", .method = "PUT", .path = "/v1/targets/{name}", .permission = SPEC_INSIGHT_WRITE, .path_fields = name_path,
        .body_kind = SPEC_BODY_JSON, .body_max = 32 * 1024, .body = put_body, .answer = target_answer,
        .doc = "Makes or changes a target, and looks at it at once.", .handler = put_one},
    {.name = "targets.delete", .method = "DELETE", .path = "/v1/targets/{name}", .permission = SPEC_INSIGHT_WRITE, .path_fields = name_path,
        .doc = "Deletes a target; its alerts stay.", .handler = delete_one},
    {.name = "annotations.list", .method = "GET", .path = "/v1/annotations", .permission = SPEC_ANALYTICS_READ, .query = notes_query,
        .answer = notes_answer, .doc = "Notes on charts.", .handler = annotations_get},
    {.name = "annotations.make", .method = "POST", .path = "/v1/annotations", .permission = SPEC_INSIGHT_WRITE, .body_kind = SPEC_BODY_JSON,
        .body_max = 4096, .body = note_body, .answer = note_made, .doc = "Writes a note on a day.", .handler = annotations_post},
    {.name = "annotations.delete", .method = "DELETE", .path = "/v1/annotations/{id}", .permission = SPEC_INSIGHT_WRITE, .path_fields = id_path,
        .doc = "Deletes a note.", .handler = annotations_delete},
};
static const struct spec_job jobs[] = {
    {.name = "targets-watch", .doc = "Looks at targets whose last look is ten minutes ago.", .every_ms = 60 * 1000, .run = targets_watch},
    {.name = "targets-tell", .doc = "Sends alerts to staff and webhooks.", .every_ms = 5 * 1000, .run = targets_tell},
};
const struct module insight_target_module = {
    .name = "targets",
    .doc = "Targets, thresholds and unusual changes, with alerts; notes on charts.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .jobs = jobs,
    .job_count = CU_COUNT(jobs),
    .statements = target_sql_all,
};
