// SPDX-License-Identifier: Apache-2.0
// Funnels, retention and breakdowns over a whole timeline, against naive ones over random histories with merged people.
#include "store/scan_model.h"

#include "insight/machines.h"

#include <time.h>

struct fixture {
    char *folder;
    struct timeline *t;
    struct scan_model model;
    struct model_people people;
    struct cu_error err;
};
static const int64_t span = INT64_C(120) * 86400000;

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    struct timeline_options options = {.tail_max = 500};
    f->folder = test_folder_fast();
    options.folder = f->folder;
    f->model.random = 99;
    model_people_reset(&f->people, MODEL_PNOS - 5);
    for (int i = 0; i < 20; i++)
        model_people_merge(&f->people, 1 + (uint32_t)model_dice(&f->model, MODEL_PNOS - 6),
            1 + (uint32_t)model_dice(&f->model, MODEL_PNOS - 6));
    assert_ok(timeline_open(&options, &f->t, &f->err));
    for (int i = 0; i < 1800; i++) {
        struct timeline_event e = model_event(model_new(&f->model, MODEL_PNOS, span));
        assert_ok(timeline_add(f->t, &e, &f->err));
        if (i % 97 == 0)
            assert_ok(timeline_publish(f->t, &f->err));
    }
    assert_ok(timeline_publish(f->t, &f->err));
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    timeline_close(f->t);
    free(f->model.rows);
    test_folder_free(f->folder);
    free(f);
    return 0;
}

// ---- funnel

// Tries every chain. Right where no event is two steps and no two events of a person have the same time.
static uint32_t furthest(const struct model_row *const *rows, size_t count, size_t at, const struct funnel_question *q,
    uint32_t step, int64_t began)
{
    uint32_t best = step;
    for (size_t i = at; i < count && best < q->step_count; i++) {
        int64_t time = rows[i]->e.time_ms;
        if (step > 0 && time > began + q->window_ms)
            break;
        if (q->steps[step].kind != 0 && q->steps[step].kind != rows[i]->e.kind)
            continue;
        if (q->steps[step].column >= 0 &&
            !(rows[i]->channel >= 0 && rows[i]->e.plain.len > 0 && model_matches(1, rows[i]->channel)))
            continue;
        uint32_t level = furthest(rows, count, i + 1, q, step + 1, step == 0 ? time : began);
        best = level > best ? level : best;
    }
    return best;
}

static void test_funnel(void **state)
{
    struct fixture *f = *state;
    for (int round = 0; round < 60; round++) {
        struct funnel_step steps[4];
        uint32_t kind = (uint32_t)model_dice(&f->model, MODEL_KINDS);
        for (uint32_t i = 0; i < 4; i++)
            steps[i] = (struct funnel_step){1 + (kind + i) % MODEL_KINDS, model_dice(&f->model, 3) ? -1 : 0};
        struct funnel_question q = {.steps = steps,
            .step_count = 1 + (uint32_t)model_dice(&f->model, 4),
            .from_ms = (int64_t)model_dice(&f->model, (uint64_t)span / 2),
            .to_ms = span,
            .window_ms = (int64_t)model_dice(&f->model, (uint64_t)span / 8),
            .modes = model_dice(&f->model, 2) ? FUNNEL_STRICT_INCREASE : model_dice(&f->model, 2) ? FUNNEL_STRICT_ONCE : 0,
            .columns = &model_columns[1],
            .column_count = 1};
        struct scan_limits l = {.threads = 1 + (unsigned)model_dice(&f->model, 4)};
        struct funnel_answer got, want = {0};
        struct scan_stats stats;
        assert_ok(funnel_run(f->t, &f->people.persons, &q, &l, &got, &stats, &f->err));
        struct scan_plan plan = {.from_ms = q.from_ms, .to_ms = q.to_ms};
        for (uint32_t pno = 1; pno < MODEL_PNOS; pno++) {
            size_t count;
            const struct model_row **rows = model_rows_of(&f->model, &plan, &f->people.persons, pno, &count);
            uint32_t level = furthest(rows, count, 0, &q, 0, 0);
            for (uint32_t i = 0; i < level; i++)
                want.reached[i]++;
            free(rows);
        }
        for (uint32_t i = 0; i < FUNNEL_STEPS_MAX; i++) {
            if (got.reached[i] != want.reached[i])
                print_error("round %d step %u of %u\n", round, i, q.step_count);
            assert_int_equal(got.reached[i], want.reached[i]);
        }
    }
}

static void test_funnel_faults(void **state)
{
    struct fixture *f = *state;
    struct funnel_step step = {1, -1};
    struct funnel_question q = {.steps = &step, .step_count = 0, .to_ms = span};
    struct funnel_answer got;
    struct scan_stats stats;
    assert_int_equal(funnel_run(f->t, NULL, &q, NULL, &got, &stats, &f->err), CU_INVALID);
    assert_string_equal(f->err.field, "/steps");
    q.step_count = FUNNEL_STEPS_MAX + 1;
    assert_int_equal(funnel_run(f->t, NULL, &q, NULL, &got, &stats, &f->err), CU_INVALID);
    q.step_count = 1;
    q.window_ms = -1;
    assert_int_equal(funnel_run(f->t, NULL, &q, NULL, &got, &stats, &f->err), CU_INVALID);
    q.window_ms = 0;
    step.column = 0;
    assert_int_equal(funnel_run(f->t, NULL, &q, NULL, &got, &stats, &f->err), CU_INVALID);
    step = (struct funnel_step){UINT32_MAX, -1};
    assert_int_equal(funnel_run(f->t, NULL, &q, NULL, &got, &stats, &f->err), CU_INVALID);
    struct scan_limits l = {.rows_max = 10};
    step.kind = 0;
    assert_int_equal(funnel_run(f->t, NULL, &q, &l, &got, &stats, &f->err), CU_TOO_LARGE);
}

// ---- retention

// The number of the period of a moment, by the C library's calendar: years and days of the local time.
static int64_t period_number(enum retention_period period, int32_t offset_s, int64_t at_ms)
{
    time_t local = (time_t)((at_ms + INT64_C(1000) * offset_s) / 1000);
    struct tm tm;
    assert_non_null(gmtime_r(&local, &tm));
    if (period == RETENTION_MONTH)
        return tm.tm_year * 12 + tm.tm_mon;
    int64_t day = (local - (tm.tm_hour * 3600 + tm.tm_min * 60 + tm.tm_sec)) / 86400;
    return period == RETENTION_DAY ? day : (day - (tm.tm_wday + 6) % 7 + 3) / 7; // weeks from Monday
}

static void naive_retention(const struct fixture *f, const struct retention_question *q, struct retention_answer *ret)
{
    struct scan_plan plan = {.from_ms = INT64_MIN, .to_ms = INT64_MAX};
    int64_t origin = period_number(q->period, text_zone_offset(q->zone, q->from_ms), q->from_ms);
    memset(ret, 0, sizeof *ret);
    for (uint32_t pno = 1; pno < MODEL_PNOS; pno++) {
        size_t count, start;
        const struct model_row **rows = model_rows_of(&f->model, &plan, &f->people.persons, pno, &count);
        for (start = 0; start < count && q->start_kind && rows[start]->e.kind != q->start_kind;)
            start++;
        int64_t first = -1;
        if (start < count)
            first =
                period_number(q->period, text_zone_offset(q->zone, rows[start]->e.time_ms), rows[start]->e.time_ms) -
                origin;
        if (first >= 0 && first < q->periods) {
            ret->cohort[first]++;
            ret->returned[first][0]++;
        }
        for (uint32_t later = 1; first >= 0 && first < q->periods && later < q->periods; later++) {
            bool came = false;
            for (size_t i = start; i < count; i++) {
                int64_t n =
                    period_number(q->period, text_zone_offset(q->zone, rows[i]->e.time_ms), rows[i]->e.time_ms) -
                    origin - first;
                if (q->return_kind == 0 || rows[i]->e.kind == q->return_kind)
                    came = came || (q->mode == RETENTION_BRACKET ? n == later : n >= later);
            }
            ret->returned[first][later] += came;
        }
        free(rows);
    }
}

static void test_retention(void **state)
{
    struct fixture *f = *state;
    struct text_zone *zones[3] = {NULL, text_zone_open("Europe/Berlin"), text_zone_open("America/New_York")};
    for (int round = 0; round < 90; round++) {
        struct retention_question q = {.start_kind = (uint32_t)model_dice(&f->model, MODEL_KINDS),
            .return_kind = (uint32_t)model_dice(&f->model, MODEL_KINDS),
            .period = (enum retention_period)(round % 3),
            .mode = (enum retention_mode)model_dice(&f->model, 2),
            .from_ms = (int64_t)model_dice(&f->model, (uint64_t)span / 2) - (round % 7 == 0 ? span / 3 : 0),
            .periods = 1 + (uint32_t)model_dice(&f->model, round % 3 == 0 ? 60 : 15),
            .zone = zones[model_dice(&f->model, 3)]};
        struct scan_limits l = {.threads = 1 + (unsigned)model_dice(&f->model, 4)};
        struct retention_answer *got = calloc(2, sizeof *got), *want = got + 1;
        struct scan_stats stats;
        assert_ok(retention_run(f->t, &f->people.persons, &q, &l, got, &stats, &f->err));
        naive_retention(f, &q, want);
        assert_memory_equal(got, want, sizeof *got);
        free(got);
    }
    text_zone_close(zones[1]);
    text_zone_close(zones[2]);
}

static void test_retention_faults(void **state)
{
    struct fixture *f = *state;
    struct retention_question q = {.periods = 0};
    static struct retention_answer got;
    struct scan_stats stats;
    assert_int_equal(retention_run(f->t, NULL, &q, NULL, &got, &stats, &f->err), CU_INVALID);
    q.periods = RETENTION_PERIODS_MAX + 1;
    assert_int_equal(retention_run(f->t, NULL, &q, NULL, &got, &stats, &f->err), CU_INVALID);
    q.periods = RETENTION_PERIODS_MAX;
    assert_ok(retention_run(f->t, NULL, &q, NULL, &got, &stats, &f->err));
}

// ---- breakdown

enum { ROW_NONE = MODEL_TEXTS, ROW_COUNT };

static void naive_breakdown(
    const struct fixture *f, const struct breakdown_question *q, bool list, struct breakdown_row *ret)
{
    struct scan_plan plan = {.from_ms = q->from_ms, .to_ms = q->to_ms};
    memset(ret, 0, ROW_COUNT * sizeof *ret);
    for (uint32_t pno = 1; pno < MODEL_PNOS; pno++) {
        size_t count;
        bool seen[ROW_COUNT] = {false};
        const struct model_row **rows = model_rows_of(&f->model, &plan, &f->people.persons, pno, &count);
        for (size_t i = 0; i < count; i++) {
            const struct model_row *r = rows[i];
            bool has[ROW_COUNT] = {false}, any = false;
            if (q->kind != 0 && r->e.kind != q->kind)
                continue;
            if (!list && q->path.len > 0 && r->e.plain.len > 0 && r->channel >= 0)
                has[r->channel] = any = true;
            for (size_t k = 0; list && k < r->products; k++)
                if (r->sku[k] >= 0)
                    has[r->sku[k]] = any = true;
            has[ROW_NONE] = !any;
            for (size_t k = 0; k < ROW_COUNT; k++) {
                ret[k].persons += has[k] && !seen[k];
                ret[k].events += has[k];
                ret[k].revenue += has[k] && q->with_revenue ? r->e.revenue : 0;
                seen[k] = seen[k] || has[k];
            }
        }
        free(rows);
    }
}

static void expect_breakdown(struct fixture *f, const struct breakdown_question *q, bool list, unsigned threads)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(1 << 20);
    struct breakdown_row *rows, want[ROW_COUNT];
    struct scan_limits l = {.threads = threads};
    struct scan_stats stats;
    size_t count, expected = 0;
    assert_ok(breakdown_run(f->t, &f->people.persons, q, &l, a, &rows, &count, &stats, &f->err));
    naive_breakdown(f, q, list, want);
    for (size_t i = 0; i < ROW_COUNT; i++)
        expected += want[i].events > 0;
    assert_int_equal(count, expected);
    for (size_t i = 0; i < count; i++) {
        size_t k = 0;
        while (k < MODEL_TEXTS && (!rows[i].text.ptr || !cu_str_eqz(rows[i].text, model_text_values[k])))
            k++;
        assert_true(k < MODEL_TEXTS || rows[i].text.ptr == NULL);
        assert_int_equal(rows[i].persons, want[k].persons);
        assert_int_equal(rows[i].events, want[k].events);
        assert_int_equal(rows[i].revenue, want[k].revenue);
        if (i > 0 && rows[i].text.ptr)
            assert_true(rows[i].persons <= rows[i - 1].persons);
    }
}

static void test_breakdown(void **state)
{
    struct fixture *f = *state;
    static const cu_str paths[] = {{"channel", 7}, {"products.$.sku", 14}, {"", 0}};
    for (int round = 0; round < 60; round++) {
        struct breakdown_question q = {.kind = (uint32_t)model_dice(&f->model, MODEL_KINDS),
            .from_ms = (int64_t)model_dice(&f->model, (uint64_t)span / 2),
            .to_ms = span - (int64_t)model_dice(&f->model, (uint64_t)span / 2),
            .path = paths[round % 3],
            .with_revenue = model_dice(&f->model, 2)};
        expect_breakdown(f, &q, round % 3 == 1, 1 + (unsigned)model_dice(&f->model, 4));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_funnel, setup, teardown),
        cmocka_unit_test_setup_teardown(test_funnel_faults, setup, teardown),
        cmocka_unit_test_setup_teardown(test_retention, setup, teardown),
        cmocka_unit_test_setup_teardown(test_retention_faults, setup, teardown),
        cmocka_unit_test_setup_teardown(test_breakdown, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
