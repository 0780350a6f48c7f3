// SPDX-License-Identifier: Apache-2.0
// Looking at targets: asks Insight for the series, judges it, keeps the finding and an alert in one transaction.
#include "target_private.h"
#include "target_sql.h"

#include "base/clock.h"
#include "store/module.h"
#include "text/text.h"

#include <math.h>
#include <stdio.h>

enum { WORDS_MAX = 500, WATCH_EVERY_MS = 10 * 60 * 1000, ALERTS_KEPT_DAYS = 400, TELL_BYTES_MAX = 16 * 1024, ANSWER_MAX = 4 << 20 };

struct look { // at one target
    const struct targets *t;
    const struct target_row *row;
    const struct metric *metric;
    const struct metric_variant *variant;
    struct target_series series;
    int32_t days[TARGET_SERIES_MAX]; // first of each period
    struct target_finding found;
    const char *fault;
    char words[WORDS_MAX];
};

// --- asking

static const char *const by_names[] = {"day", "week", "month"};

static int32_t first_day(enum target_period period, int32_t today)
{
    return today - (period == TARGET_DAY ? 57 : period == TARGET_WEEK ? 13 * 7 : 13 * 31);
}

static void write_question(const struct look *l, struct json_writer *w)
{
    char day[TEXT_TIME_MAX];
    const struct target_row *row = l->row;
    int32_t today = text_zone_day(l->t->o.zone, cu_now_ms());
    jw_object(w);
    jw_kz(w, "kind", "report");
    text_time_format(text_day_start(first_day(row->period, today)), day);
    jw_kstr(w, "from", (cu_str){day, 10});
    text_time_format(text_day_start(today), day);
    jw_kstr(w, "to", (cu_str){day, 10});
    if (row->segment.len)
        jw_kstr(w, "segment", row->segment);
    jw_kbool(w, "shared", target_leaves(row->tell));
    jw_key(w, "question");
    jw_object(w);
    jw_key(w, "metrics");
    jw_array(w);
    jw_str(w, row->metric);
    jw_array_end(w);
    jw_kz(w, "by", by_names[row->period]);
    jw_key(w, "filters");
    jw_raw(w, row->filters);
    jw_object_end(w);
    jw_object_end(w);
}

// The first period of weeks and months is cut by the day the question begins with, so it is left out.
static cu_code read_answer(struct look *l, json answer, struct cu_error *err)
{
    json first = json_get(answer, "metrics"), periods = json_get(answer, "periods");
    struct json_iter it = json_each(first);
    int64_t partial = 0;
    if (!json_next(&it))
        return cu_fail(err, CU_CORRUPT, "", "the report has no figure");
    struct json_iter values = json_each(json_get(it.value, "series")), days = json_each(periods);
    (void)json_i64(json_get(answer, "partial"), &partial);
    size_t skip = l->row->period != TARGET_DAY, total = json_count(periods);
    skip += total - skip > TARGET_SERIES_MAX ? total - skip - TARGET_SERIES_MAX : 0;
    for (size_t i = 0; json_next(&values) && json_next(&days); i++) {
        int64_t at_ms = 0;
        double v = NAN;
        if (i < skip || l->series.count == TARGET_SERIES_MAX)
            continue;
        if (!json_double(values.value, &v))
            v = NAN;
        (void)text_time_parse(json_str(days.value), &at_ms);
        l->days[l->series.count] = text_day_of(at_ms);
        l->series.value[l->series.count++] = v;
    }
    l->series.running = partial > 0;
    return CU_OK;
}

static cu_code ask(struct look *l, struct cu_error *err)
{
    // Whoever made the target may see figures; nobody's record is looked at.
    struct caller house = {.kind = CALLER_LOCAL, .permissions = UINT64_C(1) << SPEC_ANALYTICS_READ | UINT64_C(1) << SPEC_PEOPLE_READ};
    struct json_writer w;
    json whole;
    CU_AUTO_BUF struct cu_buf body;
    CU_AUTO_BUF struct cu_buf out;
    cu_buf_init(&body, 128 * 1024);
    cu_buf_init(&out, ANSWER_MAX);
    jw_start(&w, &body);
    write_question(l, &w);
    CU_TRY(cu_buf_code(&body, err));
    CU_TRY(insight_ask(l->t->o.desk, &house, cu_buf_view(&body), &out, err));
    struct json_parser *parser = json_parser_new(ANSWER_MAX);
    if (!parser)
        return cu_fail(err, CU_MEMORY, "", "no memory for a target");
    cu_code code = json_parse(parser, cu_buf_view(&out), &whole, err);
    if (code == CU_OK)
        code = read_answer(l, json_get(whole, "answer"), err);
    json_parser_free(parser);
    return code;
}

// --- in words

static void print_figure(const struct look *l, double v, struct cu_buf *out)
{
    switch (l->metric->unit) {
    case METRIC_MONEY:
        text_money_format((int64_t)llround(v), text_currency_exponent(cu_str_of(l->t->o.currency)), out);
        cu_buf_printf(out, " %s", l->t->o.currency);
        return;
    case METRIC_SHARE:
        cu_buf_printf(out, "%.1f %%", v * 100);
        return;
    case METRIC_SECONDS:
        cu_buf_printf(out, "%.0f s", v);
        return;
    case METRIC_NUMBER:
        cu_buf_printf(out, "%.2f", v);
        return;
    case METRIC_COUNT:
        break;
    }
    cu_buf_printf(out, "%.0f", v);
}

static void print_period(const struct look *l, int32_t day, struct cu_buf *out)
{
    static const char *const months[] = {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
        "November", "December"};
    static const char *const weekdays[] = {"Thursday", "Friday", "Saturday", "Sunday", "Monday", "Tuesday", "Wednesday"};
    char text[TEXT_TIME_MAX];
    text_time_format(text_day_start(day), text);
    const char *month = months[(text[5] - '0') * 10 + text[6] - '1'];
    int number = (text[8] - '0') * 10 + text[9] - '0';
    if (l->row->period == TARGET_MONTH)
        cu_buf_printf(out, "in %s %.4s", month, text);
    else if (l->row->period == TARGET_WEEK)
        cu_buf_printf(out, "in the week from %d %s %.4s", number, month, text);
    else
        cu_buf_printf(out, "on %s, %d %s %.4s", weekdays[(day % 7 + 7) % 7], number, month, text);
}

static void print_words(struct look *l)
{
    const struct target_finding *f = &l->found;
    const struct target_row *row = l->row;
    CU_AUTO_BUF struct cu_buf b;
    cu_buf_init(&b, WORDS_MAX);
    cu_buf_printf(&b, "%s ", l->metric->title);
    print_period(l, l->days[f->at], &b);
    cu_buf_z(&b, ": ");
    print_figure(l, l->series.value[f->at], &b);
    if (row->kind == TARGET_UNUSUAL) {
        cu_buf_z(&b, ". Usual is ");
        print_figure(l, f->low, &b);
        cu_buf_z(&b, " to ");
        print_figure(l, f->high, &b);
        cu_buf_z(&b, row->period == TARGET_DAY ? " on that day of the week (median of the weeks before: " : " (median of those before: ");
        print_figure(l, f->usual, &b);
        cu_buf_z(&b, ").");
    } else {
        cu_buf_z(&b, row->kind == TARGET_GOAL ? ". The target is " : row->kind == TARGET_ABOVE ? ", above " : ", below ");
        print_figure(l, row->value, &b);
        cu_buf_char(&b, '.');
    }
    (void)snprintf(l->words, sizeof l->words, "%.*s", CU_ARG(cu_buf_view(&b)));
}

// --- keeping

static cu_code tell_place(struct db *d, cu_str place, int64_t alert, struct cu_error *err)
{
    struct db_query q;
    if (cu_str_eqz(place, "today"))
        return CU_OK;
    CU_TRY(db_prepare(d, &target_sql_telling_put, &q, err));
    db_bind_i64(&q, ":alert", alert);
    db_bind_str(&q, ":place", place);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    return db_run(&q, err);
}

static cu_code tell_places(struct db *d, const struct look *l, int64_t alert, struct cu_error *err)
{
    struct json_parser *parser = json_parser_new(TELL_BYTES_MAX);
    json places = {NULL, 0};
    cu_code code = parser ? json_parse(parser, l->row->tell, &places, err) : cu_fail(err, CU_MEMORY, "", "no memory for an alert");
    if (code == CU_OK) {
        for (struct json_iter it = json_each(places); code == CU_OK && json_next(&it);)
            code = tell_place(d, json_str(it.value), alert, err);
    }
    json_parser_free(parser);
    return code;
}

static cu_code keep_alert(struct db *d, const struct look *l, struct cu_error *err)
{
    const struct target_finding *f = &l->found;
    struct db_query q;
    CU_TRY(db_prepare(d, &target_sql_alert_put, &q, err));
    db_bind_str(&q, ":target", l->row->name);
    db_bind_str(&q, ":title", l->row->title);
    db_bind_i64(&q, ":period_day", l->days[f->at]);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    db_bind_f64(&q, ":value", l->series.value[f->at]);
    db_bind_f64(&q, ":low", f->low);
    db_bind_f64(&q, ":high", f->high);
    db_bind_str(&q, ":words", cu_str_of(l->words));
    int64_t id = db_step(&q) ? db_i64(&q, 0) : 0; // 0: this period was told of before
    CU_TRY(db_end(&q, err));
    return id ? tell_places(d, l, id, err) : CU_OK;
}

static cu_code keep(struct db *d, void *what, struct cu_error *err)
{
    const struct look *l = what;
    const struct target_finding *f = &l->found;
    struct db_query q;
    CU_TRY(db_prepare(d, &target_sql_checked, &q, err));
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    db_bind_str(&q, ":state", cu_str_of(f->state));
    db_bind_f64(&q, ":current", f->current);
    db_bind_f64(&q, ":reached", f->reached);
    db_bind_f64(&q, ":low", f->low);
    db_bind_f64(&q, ":high", f->high);
    db_bind_str(&q, ":fault", cu_str_of(l->fault));
    db_bind_str(&q, ":name", l->row->name);
    db_bind_i64(&q, ":version", l->row->version);
    CU_TRY(db_run(&q, err));
    if (db_changes(d) == 0 || !f->alert) // changed meanwhile: the next look is at the new one
        return CU_OK;
    return keep_alert(d, l, err);
}

cu_code target_watch(struct targets *t, const struct target_row *row, struct cu_error *err)
{
    struct look *l = cu_calloc(1, sizeof *l);
    if (!l)
        return cu_fail(err, CU_MEMORY, "", "no memory for a target");
    *l = (struct look){.t = t, .row = row, .fault = "",
        .found = {.state = "waiting", .current = NAN, .reached = NAN, .low = NAN, .high = NAN, .usual = NAN}};
    struct cu_error fault = {0};
    cu_code code = metric_find(row->metric, "metric", &l->metric, &l->variant, &fault);
    if (code == CU_OK)
        code = ask(l, &fault);
    if (code == CU_OK) {
        const struct target_rule rule = {.kind = row->kind, .period = row->period, .value = row->value,
            .less_is_good = l->metric->good == METRIC_DOWN, .is_count = l->metric->unit == METRIC_COUNT,
            .adds_up = (l->metric->unit == METRIC_COUNT || l->metric->unit == METRIC_MONEY) && l->variant->bottom == 0};
        target_judge(&rule, &l->series, &l->found);
        if (l->found.alert)
            print_words(l);
    } else {
        l->fault = fault.text; // of the question: shown to who made the target
    }
    code = people_store(t->o.people, keep, l, err);
    cu_free(l);
    return code;
}

static cu_code expire(struct db *d, void *what, struct cu_error *err)
{
    struct db_query q;
    (void)what;
    CU_TRY(db_prepare(d, &target_sql_alerts_expire, &q, err));
    db_bind_i64(&q, ":before_ms", cu_now_ms() - INT64_C(86400000) * ALERTS_KEPT_DAYS);
    return db_run(&q, err);
}

cu_code targets_watch(void *instance, struct cu_error *err)
{
    struct targets *t = instance;
    struct target_row *rows = NULL;
    size_t count = 0;
    int64_t now = cu_now_ms();
    if (!atomic_load(&t->started))
        return CU_OK;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(8 << 20);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for targets");
    CU_TRY(targets_all(t, a, &rows, &count, err));
    for (size_t i = 0; i < count; i++) {
        if (now - rows[i].checked_ms >= WATCH_EVERY_MS || now < rows[i].checked_ms)
            CU_TRY(target_watch(t, &rows[i], err));
    }
    return count ? people_store(t->o.people, expire, NULL, err) : CU_OK;
}
