// SPDX-License-Identifier: Apache-2.0
// The scan when things are not as they should be: removals that are not finished, damaged blocks, cancelled and
// stopped scans, no memory, and a writer beside it.
#include "scan_model.h"

#include "base/clock.h"
#include "base/log.h"
#include "store/timeline_private.h"

#include <pthread.h>

struct fixture {
    char *folder;
    struct timeline *t;
    struct timeline_options options;
    struct scan_model model;
    struct cu_error err;
};
static const int64_t span = INT64_C(20) * 86400000;

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->folder = test_folder_fast();
    f->options = (struct timeline_options){.folder = f->folder, .tail_max = 20000};
    f->model.random = 7;
    cu_log_set_level(CU_LOG_ERROR + 1);
    assert_ok(timeline_open(&f->options, &f->t, &f->err));
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

static void set_columns(struct fixture *f, size_t count)
{
    struct timeline_column columns[MODEL_COLUMNS];
    for (size_t i = 0; i < count; i++)
        columns[i] = (struct timeline_column){model_columns[i].path, model_columns[i].type};
    assert_ok(timeline_set_columns(f->t, columns, count, &f->err));
}

static void add_rows(struct fixture *f, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct timeline_event e = model_event(model_new(&f->model, MODEL_PNOS, span));
        assert_ok(timeline_add(f->t, &e, &f->err));
    }
    assert_ok(timeline_publish(f->t, &f->err));
}

// ---- everything compared

struct all {
    const struct scan_model *model;
    const struct scan_plan *plan;
    const size_t *columns;
    uint64_t rows;
    const char *bad;
};

static bool check_person(void *state, const struct scan_rows *rows)
{
    struct all *a = state;
    size_t count;
    const struct model_row **want = model_rows_of(a->model, a->plan, NULL, rows->person, &count);
    a->bad = model_rows_same(rows, want, count, a->plan, a->columns);
    free(want);
    a->rows += rows->count;
    return a->bad == NULL;
}

static void expect_all(struct fixture *f)
{
    static const size_t columns[] = {0, 5, 9, 1};
    struct scan_column named[4];
    for (size_t i = 0; i < 4; i++)
        named[i] = model_columns[columns[i]];
    uint32_t kinds[] = {1, 2, 3, 4, 5};
    for (int some = 0; some < 2; some++) {
        struct scan_plan plan = {.from_ms = INT64_MIN,
            .to_ms = INT64_MAX,
            .columns = named,
            .column_count = 4,
            .wants = SCAN_SEQ,
            .threads = 1,
            .kinds = some ? kinds : NULL,
            .kind_count = some ? 5 : 0};
        struct all a = {.model = &f->model, .plan = &plan, .columns = columns};
        void *states[] = {&a};
        struct scan_stats stats;
        assert_ok(timeline_scan_people(f->t, &plan, NULL, check_person, states, 1, &stats, &f->err));
        if (a.bad)
            print_error("%s\n", a.bad);
        assert_null(a.bad);
        uint64_t want = 0;
        for (size_t i = 0; i < f->model.count; i++)
            want += f->model.rows[i].e.pno != 0 && model_wanted(&plan, &f->model.rows[i]);
        assert_int_equal(a.rows, want);
    }
}

// ---- removals that do not come to their end

static bool of_import(const struct timeline_event *e, uint32_t number)
{
    return e->import == number;
}

static bool of_source(const struct timeline_event *e, uint32_t number)
{
    return e->source == number;
}

static bool of_person(const struct timeline_event *e, uint32_t number)
{
    return e->pno == number;
}

static void drop(struct scan_model *m, bool (*matches)(const struct timeline_event *e, uint32_t number), uint32_t number)
{
    size_t kept = 0;
    for (size_t i = 0; i < m->count; i++)
        if (!matches(&m->rows[i].e, number))
            m->rows[kept++] = m->rows[i];
    m->count = kept;
}

struct looked_for {
    bool (*matches)(const struct timeline_event *e, uint32_t number);
    uint32_t number;
    bool found;
};

static bool look_for(void *context, const struct timeline_event *e)
{
    struct looked_for *l = context;
    l->found = l->matches(e, l->number);
    return !l->found;
}

static void test_hidden_rows(void **state)
{
    struct fixture *f = *state;
    set_columns(f, 6);
    add_rows(f, 900);
    assert_ok(timeline_flush(f->t, &f->err));
    add_rows(f, 300);
    size_t unfinished = 0;
    for (uint32_t n = 1; n < 34; n++) {
        struct looked_for l = {.matches = n % 9 == 4 ? of_import : n % 16 == 11 ? of_source : of_person};
        l.number = l.matches == of_person ? n : 1 + n % 3;
        cu_fault_arm(CU_FAULT_IO, 1 + n / 2, true);
        cu_code code = l.matches == of_import ? timeline_remove_import(f->t, l.number, &f->err)
            : l.matches == of_source          ? timeline_remove_sources(f->t, &l.number, 1, &f->err)
                                              : timeline_remove_people(f->t, &l.number, 1, &f->err);
        cu_fault_disarm();
        assert_ok(timeline_scan(f->t, INT64_MIN, INT64_MAX, false, look_for, &l, &f->err));
        assert_true(code != CU_OK || !l.found);
        if (!l.found)
            drop(&f->model, l.matches, l.number);
        unfinished += code != CU_OK && !l.found;
        expect_all(f);
    }
    assert_true(unfinished > 3);
}

// ---- damage

static bool count_rows(void *state, const struct scan_rows *rows)
{
    uint64_t *n = state;
    n[0] += rows->count;
    n[1]++;
    return true;
}

static void test_damaged_block(void **state)
{
    struct fixture *f = *state;
    enum { PEOPLE = 6000, EACH = 5 }; // 30,000 rows: four blocks
    struct timeline_column column = {{"n", 1}, TIMELINE_INTEGER};
    assert_ok(timeline_set_columns(f->t, &column, 1, &f->err));
    f->model.seq = 0;
    for (uint32_t i = 0; i < PEOPLE * EACH; i++) {
        char words[32];
        struct timeline_event e = {.pno = 1 + i / EACH, .kind = 1 + i % 2, .time_ms = i, .seq = ++f->model.seq};
        e.plain = (cu_str){words, (size_t)snprintf(words, sizeof words, "{\"n\":%u}", i)};
        assert_ok(timeline_add(f->t, &e, &f->err));
    }
    assert_ok(timeline_publish(f->t, &f->err));
    assert_ok(timeline_flush(f->t, &f->err));
    struct timeline_view *v = timeline_view_take(f->t);
    assert_true(v->run_count > 0);
    const struct timeline_run *r = v->runs[0];
    uint32_t c = timeline_run_column(r, column.path, column.type), block = r->block_count > 1;
    uint64_t at = r->parts[(uint64_t)block * r->column_count + c].at + 3, number = r->number;
    uint32_t rows = r->blocks[block].rows;
    timeline_view_give(v);
    timeline_close(f->t);
    char path[TIMELINE_PATH_MAX];
    timeline_run_path(path, f->folder, number);
    struct test_bytes b = test_read(f->folder, strrchr(path, '/') + 1);
    b.ptr[at] ^= 4;
    test_write(f->folder, strrchr(path, '/') + 1, b.ptr, b.len);
    free(b.ptr);
    assert_ok(timeline_open(&f->options, &f->t, &f->err));
    for (unsigned threads = 1; threads <= 3; threads++) {
        uint64_t n[3][2] = {0};
        void *states[] = {n[0], n[1], n[2]};
        struct scan_stats stats;
        struct scan_column named = {.path = {"n", 1}, .type = TIMELINE_INTEGER};
        struct scan_plan plan = {
            .from_ms = INT64_MIN, .to_ms = INT64_MAX, .threads = threads, .columns = &named, .column_count = 1};
        assert_ok(timeline_scan_people(f->t, &plan, NULL, count_rows, states, 3, &stats, &f->err));
        assert_int_equal(stats.damaged_blocks, 1);
        assert_int_equal(n[0][0] + n[1][0] + n[2][0], PEOPLE * EACH - rows);
        plan.column_count = 0; // who does not need the column does not miss it
        assert_ok(timeline_scan_people(f->t, &plan, NULL, count_rows, states, 3, &stats, &f->err));
        assert_int_equal(stats.damaged_blocks, 0);
        assert_int_equal(stats.rows, PEOPLE * EACH);
    }
}

// ---- cancelled, stopped, out of time

static bool take_a_while(void *state, const struct scan_rows *rows)
{
    (void)rows;
    int64_t until = cu_mono_us() + 100;
    while (cu_mono_us() < until) {
    }
    return state == NULL;
}

static void *cancel_soon(void *context)
{
    int64_t *at = context;
    (void)usleep(5000);
    atomic_store((atomic_bool *)(at + 1), true);
    *at = cu_mono_us();
    return NULL;
}

static void many_people(struct fixture *f, uint32_t count)
{
    for (uint32_t i = 0; i < count; i++) {
        struct timeline_event e = {.pno = 1 + i, .kind = 1, .time_ms = i, .seq = ++f->model.seq};
        assert_ok(timeline_add(f->t, &e, &f->err));
    }
    assert_ok(timeline_publish(f->t, &f->err));
}

static void test_cancel(void **state)
{
    struct fixture *f = *state;
    many_people(f, 15000); // 1.5 s of work
    struct {
        int64_t at;
        atomic_bool cancel;
    } c = {0, false};
    pthread_t thread;
    void *states[] = {NULL};
    struct scan_stats stats;
    struct scan_plan plan = {.from_ms = INT64_MIN, .to_ms = INT64_MAX, .threads = 1, .cancel = &c.cancel};
    assert_int_equal(pthread_create(&thread, NULL, cancel_soon, &c), 0);
    assert_ok(timeline_scan_people(f->t, &plan, NULL, take_a_while, states, 1, &stats, &f->err));
    int64_t ended = cu_mono_us();
    assert_int_equal(pthread_join(thread, NULL), 0);
    assert_true(stats.cancelled);
    assert_true(stats.persons > 0 && stats.persons < 15000);
    assert_true(ended - c.at < 200000); // about 7 ms on a quiet machine
    plan.cancel = NULL;
    plan.ends_ms = cu_mono_us() / 1000 + 5;
    assert_int_equal(timeline_scan_people(f->t, &plan, NULL, take_a_while, states, 1, &stats, &f->err), CU_TIMEOUT);
    assert_non_null(strstr(f->err.text, "longer than it may"));
    plan.ends_ms = 0;
    states[0] = &stats; // now it stops at once
    assert_ok(timeline_scan_people(f->t, &plan, NULL, take_a_while, states, 1, &stats, &f->err));
    assert_false(stats.cancelled);
    assert_int_equal(stats.persons, 1);
}

// ---- no memory

static void test_no_memory(void **state)
{
    struct fixture *f = *state;
    set_columns(f, 1);
    add_rows(f, 500);
    assert_ok(timeline_flush(f->t, &f->err));
    set_columns(f, MODEL_COLUMNS);
    add_rows(f, 500);
    struct model_people people;
    model_people_reset(&people, MODEL_PNOS);
    model_people_merge(&people, 1, 2);
    model_people_merge(&people, 2, 9);
    struct scan_plan plan = {.from_ms = INT64_MIN,
        .to_ms = INT64_MAX,
        .threads = 1,
        .columns = model_columns,
        .column_count = MODEL_COLUMNS,
        .wants = 127,
        .also_without_rows = true};
    uint64_t n[2] = {0};
    void *states[] = {n};
    struct scan_stats stats;
    uint64_t failed = 0;
    cu_code code = CU_MEMORY;
    for (uint64_t nth = 1; code != CU_OK; nth++) {
        cu_fault_arm(CU_FAULT_ALLOC, nth, false);
        code = timeline_scan_people(f->t, &plan, &people.persons, count_rows, states, 1, &stats, &f->err);
        cu_fault_disarm();
        assert_true(code == CU_OK || code == CU_MEMORY);
        failed += code != CU_OK;
    }
    assert_true(failed > 20);
    struct scan_reader *reader;
    const struct scan_rows *rows;
    uint32_t pnos[] = {1, 2, 9};
    assert_ok(scan_reader_new(f->t, &reader, &f->err));
    code = CU_MEMORY;
    for (uint64_t nth = 1; code != CU_OK; nth++) {
        cu_fault_arm(CU_FAULT_ALLOC, nth, false);
        code = scan_person(reader, &plan, pnos, 3, &rows, &f->err);
        cu_fault_disarm();
        assert_true(code == CU_OK || code == CU_MEMORY);
    }
    scan_reader_free(reader);
}

// ---- a writer beside it

struct writer {
    struct fixture *f;
    atomic_bool stop;
};

static void *write_on(void *context)
{
    struct writer *w = context;
    struct cu_error err;
    for (int i = 0; !atomic_load(&w->stop); i++) {
        for (int k = 0; k < 50; k++) {
            struct timeline_event e = model_event(model_new(&w->f->model, MODEL_PNOS, span));
            if (timeline_add(w->f->t, &e, &err) != CU_OK)
                return w;
        }
        if (timeline_publish(w->f->t, &err) != CU_OK || (i % 7 == 0 && timeline_flush(w->f->t, &err) != CU_OK))
            return w;
    }
    return NULL;
}

struct ordered {
    uint64_t rows;
    bool bad;
};

static bool check_order(void *state, const struct scan_rows *rows)
{
    struct ordered *o = state;
    for (size_t i = 1; i < rows->count; i++)
        o->bad = o->bad || rows->time_ms[i] < rows->time_ms[i - 1] ||
                 (rows->time_ms[i] == rows->time_ms[i - 1] && rows->seq[i] <= rows->seq[i - 1]);
    o->rows += rows->count;
    return !o->bad;
}

static void test_beside_a_writer(void **state)
{
    struct fixture *f = *state;
    struct writer w = {.f = f};
    pthread_t thread;
    set_columns(f, 9);
    assert_int_equal(pthread_create(&thread, NULL, write_on, &w), 0);
    uint64_t last = 0;
    for (int i = 0; i < 20 || (last < 4000 && i < 20000); i++) {
        struct ordered o[3] = {0};
        void *states[] = {&o[0], &o[1], &o[2]};
        struct scan_stats stats;
        struct scan_plan plan = {.from_ms = INT64_MIN,
            .to_ms = INT64_MAX,
            .threads = 3,
            .wants = SCAN_SEQ,
            .columns = model_columns,
            .column_count = 12};
        assert_ok(timeline_scan_people(f->t, &plan, NULL, check_order, states, 3, &stats, &f->err));
        assert_false(o[0].bad || o[1].bad || o[2].bad);
        assert_true(o[0].rows + o[1].rows + o[2].rows >= last);
        last = o[0].rows + o[1].rows + o[2].rows;
    }
    void *wrong;
    atomic_store(&w.stop, true);
    assert_int_equal(pthread_join(thread, &wrong), 0);
    assert_null(wrong);
    assert_true(last >= 4000);
}

int main(void)
{
#define T(name) cmocka_unit_test_setup_teardown(name, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_hidden_rows), T(test_damaged_block), T(test_cancel), T(test_no_memory), T(test_beside_a_writer)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
