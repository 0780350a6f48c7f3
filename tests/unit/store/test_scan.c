// SPDX-License-Identifier: Apache-2.0
// The scan against a naive one (scan_model.h): random events, merges, removals, plans; then limits and cancel.
#include "scan_model.h"

#include "base/clock.h"

struct fixture {
    char *folder;
    struct timeline *t;
    struct timeline_options options;
    struct scan_model model;
    struct model_people people;
    struct cu_error err;
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->folder = test_folder_fast();
    f->options = (struct timeline_options){.folder = f->folder, .tail_max = 300};
    const char *seed = getenv("SCAN_SEED"); // SCAN_SEED=5: another walk
    f->model.random = 4711 + (seed ? strtoull(seed, NULL, 10) : 0);
    model_people_reset(&f->people, MODEL_PNOS - 5); // the last five are new
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

static const int64_t span = INT64_C(20) * 86400000;

static void add_rows(struct fixture *f, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        struct model_row *r = model_new(&f->model, MODEL_PNOS, span);
        struct timeline_event e = model_event(r);
        assert_ok(timeline_add(f->t, &e, &f->err));
        if (f->model.removed[r->e.pno])
            f->model.count--;
    }
    assert_ok(timeline_publish(f->t, &f->err));
}

static void remove_one(struct fixture *f)
{
    uint32_t pno = 1 + (uint32_t)model_dice(&f->model, MODEL_PNOS - 1);
    assert_ok(timeline_remove_people(f->t, &pno, 1, &f->err));
    f->model.removed[pno] = true;
    size_t kept = 0;
    for (size_t i = 0; i < f->model.count; i++)
        if (f->model.rows[i].e.pno != pno)
            f->model.rows[kept++] = f->model.rows[i];
    f->model.count = kept;
}

// Columns come and go: some runs have them, others do not.
static void change_columns(struct fixture *f)
{
    struct timeline_column columns[MODEL_COLUMNS];
    size_t count = 0;
    for (size_t i = 0; i < MODEL_COLUMNS; i++)
        if (model_dice(&f->model, 3) != 0)
            columns[count++] = (struct timeline_column){model_columns[i].path, model_columns[i].type};
    assert_ok(timeline_set_columns(f->t, columns, count, &f->err));
}

// ---- one scan held against the model

struct plan { // a plan and what it is made of
    struct scan_plan plan;
    uint32_t kinds[3];
    struct scan_column columns[4];
    size_t model[4];
};

static bool every_third_out(void *context, uint32_t root)
{
    (void)context;
    return root % 3 != 0;
}

static void plan_random(struct fixture *f, struct plan *p)
{
    struct scan_model *m = &f->model;
    memset(p, 0, sizeof *p);
    p->plan = (struct scan_plan){.from_ms = INT64_MIN,
        .to_ms = INT64_MAX,
        .columns = p->columns,
        .column_count = model_dice(m, 4),
        .wants = (unsigned)model_dice(m, 128),
        .threads = 1 + (unsigned)model_dice(m, 4)};
    if (model_dice(m, 2)) {
        p->plan.from_ms = (int64_t)model_dice(m, (uint64_t)span);
        p->plan.to_ms = p->plan.from_ms + (int64_t)model_dice(m, (uint64_t)span);
    }
    if (model_dice(m, 3)) {
        p->plan.kinds = p->kinds;
        p->plan.kind_count = model_dice(m, 4);
        for (size_t i = 0; i < p->plan.kind_count; i++)
            p->kinds[i] = 1 + (uint32_t)model_dice(m, MODEL_KINDS + 1);
    }
    if (model_dice(m, 4) == 0)
        p->plan.person = every_third_out;
    p->plan.also_without_rows = model_dice(m, 4) == 0;
    for (size_t i = 0; i < p->plan.column_count; i++) {
        p->model[i] = model_dice(m, MODEL_COLUMNS);
        p->columns[i] = model_columns[p->model[i]];
    }
}

struct check { // shared by the threads; each person belongs to one of them
    const struct scan_model *model;
    const struct plan *plan;
    const struct scan_persons *persons;
    atomic_uint visits[MODEL_PNOS];
};
struct thread {
    struct check *check;
    const char *bad;
    uint64_t rows;
};

static bool check_person(void *state, const struct scan_rows *rows)
{
    struct thread *s = state;
    size_t count;
    const struct model_row **want =
        model_rows_of(s->check->model, &s->check->plan->plan, s->check->persons, rows->person, &count);
    s->bad = model_rows_same(rows, want, count, &s->check->plan->plan, s->check->plan->model);
    free(want);
    s->rows += rows->count;
    if (atomic_fetch_add(&s->check->visits[rows->person], 1) != 0)
        s->bad = "visited twice";
    return s->bad == NULL;
}

static void expect_visits(const struct check *c, uint64_t *ret_persons)
{
    const struct scan_plan *plan = &c->plan->plan;
    for (uint32_t pno = 1; pno < MODEL_PNOS; pno++) {
        size_t count;
        free(model_rows_of(c->model, plan, c->persons, pno, &count));
        bool there = c->persons && pno < c->persons->end && c->persons->root[pno] == pno;
        bool want = count > 0 || (there && plan->also_without_rows);
        if (plan->person)
            want = want && plan->person(plan->context, pno);
        if (c->visits[pno] != want)
            print_error("person %u: %u visits\n", pno, c->visits[pno]);
        assert_int_equal(c->visits[pno], want);
        *ret_persons += want;
    }
}

static void expect_scan(struct fixture *f, const struct plan *p, const struct scan_persons *persons)
{
    struct check c = {.model = &f->model, .plan = p, .persons = persons};
    struct thread threads[4] = {{.check = &c}, {.check = &c}, {.check = &c}, {.check = &c}};
    void *states[4] = {&threads[0], &threads[1], &threads[2], &threads[3]};
    struct scan_stats stats;
    assert_int_equal(scan_threads(&p->plan), p->plan.threads);
    cu_code code = timeline_scan_people(f->t, &p->plan, persons, check_person, states, 4, &stats, &f->err);
    if (code != CU_OK)
        print_error("%s\n", f->err.text);
    assert_ok(code);
    uint64_t rows = 0, want_persons = 0;
    for (size_t i = 0; i < 4; i++) {
        if (threads[i].bad)
            print_error("%s\n", threads[i].bad);
        assert_null(threads[i].bad);
        rows += threads[i].rows;
    }
    expect_visits(&c, &want_persons);
    assert_int_equal(stats.rows, rows);
    assert_int_equal(stats.persons, want_persons);
    assert_true(stats.rows_read >= rows);
    assert_int_equal(stats.damaged_blocks, 0);
    assert_false(stats.cancelled);
}

static void expect_person(struct fixture *f, struct scan_reader *reader, const struct plan *p, uint32_t pno)
{
    uint32_t pnos[MODEL_PNOS];
    size_t count = 0, want_count;
    const struct scan_persons *persons = &f->people.persons;
    uint32_t root = model_root(persons, pno);
    for (uint32_t i = 1; i < MODEL_PNOS; i++)
        if (model_root(persons, i) == root)
            pnos[count++] = i;
    const struct scan_rows *rows;
    assert_ok(scan_person(reader, &p->plan, pnos, count, &rows, &f->err));
    const struct model_row **want = model_rows_of(&f->model, &p->plan, persons, root, &want_count);
    const char *bad = model_rows_same(rows, want, want_count, &p->plan, p->model);
    free(want);
    if (bad)
        print_error("person %u: %s\n", pno, bad);
    assert_null(bad);
    assert_int_equal(rows->person, root);
}

static void test_against_the_model(void **state)
{
    struct fixture *f = *state;
    struct scan_reader *reader;
    assert_ok(scan_reader_new(f->t, &reader, &f->err));
    for (int step = 0; step < 300; step++) {
        struct plan p;
        uint64_t dice = model_dice(&f->model, 100);
        if (dice < 60)
            add_rows(f, model_dice(&f->model, 120));
        else if (dice < 70)
            assert_ok(timeline_flush(f->t, &f->err));
        else if (dice < 73)
            remove_one(f);
        else if (dice < 85)
            model_people_merge(&f->people, 1 + (uint32_t)model_dice(&f->model, MODEL_PNOS - 6),
                1 + (uint32_t)model_dice(&f->model, MODEL_PNOS - 6));
        else if (dice < 87)
            model_people_reset(&f->people, MODEL_PNOS - 5); // all un-merged
        else if (dice < 92)
            change_columns(f);
        plan_random(f, &p);
        expect_scan(f, &p, model_dice(&f->model, 5) ? &f->people.persons : NULL);
        for (int i = 0; i < 3; i++) {
            uint32_t pno = 1 + (uint32_t)model_dice(&f->model, MODEL_PNOS - 1);
            if (model_root(&f->people.persons, pno) != 0)
                expect_person(f, reader, &p, pno);
        }
    }
    scan_reader_free(reader);
}

// ---- texts

struct seen_texts {
    uint64_t rows[MODEL_TEXTS];
    size_t count, stop_after;
};

static bool see_text(void *context, cu_str text, uint64_t hash, uint64_t rows)
{
    struct seen_texts *s = context;
    assert_int_equal(hash, timeline_text_hash(text));
    for (size_t i = 0; i < MODEL_TEXTS; i++)
        if (cu_str_eqz(text, model_text_values[i])) {
            assert_int_equal(s->rows[i], 0);
            s->rows[i] = rows;
        }
    return ++s->count != s->stop_after;
}

static void test_texts(void **state)
{
    struct fixture *f = *state;
    struct timeline_column channel = {model_columns[0].path, TIMELINE_TEXT};
    add_rows(f, 500);
    assert_ok(timeline_flush(f->t, &f->err));
    assert_ok(timeline_set_columns(f->t, &channel, 1, &f->err));
    add_rows(f, 200);
    assert_ok(timeline_flush(f->t, &f->err));
    add_rows(f, 200);
    struct seen_texts s = {0};
    assert_ok(timeline_texts(f->t, CU_LIT("channel"), 100, see_text, &s, &f->err));
    assert_int_equal(s.count, MODEL_TEXTS);
    for (size_t i = 0; i < f->model.count; i++)
        if (f->model.rows[i].channel >= 0)
            s.rows[f->model.rows[i].channel]--;
    for (size_t i = 0; i < MODEL_TEXTS; i++)
        assert_int_equal(s.rows[i], 0);
    s = (struct seen_texts){.stop_after = 2};
    assert_ok(timeline_texts(f->t, CU_LIT("channel"), 100, see_text, &s, &f->err));
    assert_int_equal(s.count, 2);
    s = (struct seen_texts){0};
    assert_ok(timeline_texts(f->t, CU_LIT("channel"), 3, see_text, &s, &f->err));
    assert_int_equal(s.count, 3);
    uint64_t hashes[3] = {timeline_text_hash(CU_LIT("App")), 12345, timeline_text_hash(CU_LIT("newsletter"))};
    s = (struct seen_texts){0};
    assert_ok(timeline_texts_of(f->t, CU_LIT("channel"), hashes, 3, see_text, &s, &f->err));
    assert_int_equal(s.count, 2);
    assert_true(s.rows[1] > 0 && s.rows[5] > 0);
    s = (struct seen_texts){0};
    assert_ok(timeline_texts(f->t, CU_LIT("nowhere"), 3, see_text, &s, &f->err));
    assert_int_equal(s.count, 0);
}

// ---- limits

static bool count_person(void *state, const struct scan_rows *rows)
{
    uint64_t *n = state;
    *n += rows->count;
    return true;
}

static void test_limits(void **state)
{
    struct fixture *f = *state;
    add_rows(f, 3000);
    uint64_t n[2] = {0};
    void *states[2] = {&n[0], &n[1]};
    struct scan_stats stats;
    struct scan_plan plan = {.from_ms = INT64_MIN, .to_ms = INT64_MAX, .threads = 2, .rows_max = 2999};
    assert_int_equal(timeline_scan_people(f->t, &plan, NULL, count_person, states, 2, &stats, &f->err), CU_TOO_LARGE);
    assert_non_null(strstr(f->err.text, "2999"));
    plan.rows_max = 3000;
    assert_ok(timeline_scan_people(f->t, &plan, NULL, count_person, states, 2, &stats, &f->err));
    plan.ends_ms = cu_mono_us() / 1000 - 1;
    assert_int_equal(timeline_scan_people(f->t, &plan, NULL, count_person, states, 2, &stats, &f->err), CU_TIMEOUT);
    plan.ends_ms = 0;
    atomic_bool cancel = true;
    atomic_uint progress = 0;
    plan.cancel = &cancel;
    plan.progress = &progress;
    assert_ok(timeline_scan_people(f->t, &plan, NULL, count_person, states, 2, &stats, &f->err));
    assert_true(stats.cancelled);
    cancel = false;
    assert_ok(timeline_scan_people(f->t, &plan, NULL, count_person, states, 2, &stats, &f->err));
    assert_false(stats.cancelled);
    assert_int_equal(progress, 1000);
    plan.column_count = SCAN_COLUMNS_MAX + 1;
    assert_int_equal(timeline_scan_people(f->t, &plan, NULL, count_person, states, 2, &stats, &f->err), CU_TOO_LARGE);
    plan.column_count = 0;
    plan.threads = 3; // more than states
    assert_int_equal(timeline_scan_people(f->t, &plan, NULL, count_person, states, 2, &stats, &f->err), CU_INVALID);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(test_against_the_model, setup, teardown),
        cmocka_unit_test_setup_teardown(test_texts, setup, teardown),
        cmocka_unit_test_setup_teardown(test_limits, setup, teardown),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
