// SPDX-License-Identifier: Apache-2.0
// The timeline against a naive one (timeline_model.h): random adds, removals, restarts and merges;
// then the single promises: replay, repeated batches, kinds, readers beside the writer, damage.
#include "timeline_model.h"

#include "base/hash.h"
#include "base/log.h"
#include "store/timeline_kinds.h"

#include <pthread.h>
#include <stdatomic.h>

struct fixture {
    char *folder;
    struct timeline *t;
    struct timeline_options options;
    struct model model;
    struct cu_error err;
    uint64_t seq, random;
    bool gone[64]; // profile numbers removed since the last start
};

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->folder = test_folder_new();
    f->options = (struct timeline_options){.folder = f->folder, .tail_max = 300, .memory_max = 64u << 20};
    f->random = 99;
    assert_int_equal(timeline_open(&f->options, &f->t, &f->err), CU_OK);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    timeline_close(f->t);
    model_free(&f->model);
    test_folder_free(f->folder);
    free(f);
    return 0;
}

static void add_rows(struct fixture *f, size_t count, uint32_t pnos)
{
    for (size_t i = 0; i < count; i++) {
        struct model_event e = model_random(++f->seq, pnos, &f->random);
        struct timeline_event v = model_view(&e);
        assert_ok(timeline_add(f->t, &v, &f->err));
        if (!f->gone[e.e.pno])
            model_add(&f->model, &e);
    }
    assert_int_equal(timeline_publish(f->t, &f->err), CU_OK);
}

// As the pipeline does after a crash: everything above the durable seq comes again, and some
// before.
static void restart(struct fixture *f)
{
    timeline_close(f->t);
    f->t = NULL;
    memset(f->gone, 0, sizeof f->gone);
    assert_int_equal(timeline_open(&f->options, &f->t, &f->err), CU_OK);
    uint64_t durable = timeline_durable_seq(f->t);
    for (size_t i = 0; i < f->model.count; i++) {
        struct timeline_event v = model_view(&f->model.events[i]);
        if (v.seq + 50 > durable)
            assert_ok(timeline_add(f->t, &v, &f->err));
    }
    assert_ok(timeline_publish(f->t, &f->err));
}

static void expect_everything(struct fixture *f)
{
    assert_int_equal(timeline_count(f->t), f->model.count);
    expect_scan(f->t, &f->model, INT64_MIN, INT64_MAX, true);
    expect_days(f->t, &f->model, -40, 40, 0);
}

static void expect_some(struct fixture *f, uint32_t pnos)
{
    uint32_t some[5];
    for (size_t i = 0; i < CU_COUNT(some); i++) // each number once
        some[i] = (uint32_t)(test_random(&f->random) % (pnos / 5)) + (uint32_t)i * (pnos / 5);
    int64_t at = (int64_t)(test_random(&f->random) % (20u * 86400000u)) - 5 * 86400000;
    expect_person(f->t, &f->model, some, 1, INT64_MAX, UINT64_MAX, 0);
    expect_person(f->t, &f->model, some, 5, INT64_MAX, UINT64_MAX, 0);
    expect_person(f->t, &f->model, some, 3, at, f->seq / 2, 4);
    if (f->model.count > 0) { // from exactly an existing row: a page boundary
        const struct timeline_event *e =
            &f->model.events[test_random(&f->random) % f->model.count].e;
        expect_person(f->t, &f->model, &e->pno, 1, e->time_ms, e->seq, 3);
    }
    expect_scan(f->t, &f->model, at, at + 86400000 * 3, false);
    expect_days(f->t, &f->model, -2, 5, 1 + (uint32_t)(f->random % 5));
}

static void remove_some(struct fixture *f, uint32_t pnos)
{
    uint64_t r = test_random(&f->random);
    uint32_t people[2] = {(uint32_t)(r >> 8) % pnos, (uint32_t)(r >> 24) % pnos},
             source = 1 + (uint32_t)(r >> 8) % 3;
    switch (r % 8) {
    case 0:
        assert_int_equal(timeline_remove_import(f->t, 1 + (uint32_t)(r >> 8) % 3, &f->err), CU_OK);
        model_remove(&f->model, model_of_import, 1 + (uint32_t)(r >> 8) % 3);
        break;
    case 1:
        assert_int_equal(timeline_remove_sources(f->t, &source, 1, &f->err), CU_OK);
        model_remove(&f->model, model_of_source, source);
        break;
    default:
        assert_int_equal(timeline_remove_people(f->t, people, 2, &f->err), CU_OK);
        model_remove(&f->model, model_of_pno, people[0]);
        model_remove(&f->model, model_of_pno, people[1]);
        f->gone[people[0]] = f->gone[people[1]] = true;
    }
}

// --- rows that are kept no longer

struct expiry_told {
    const struct timeline_expiry *rules;
    size_t count;
    uint64_t rows;
};

static bool expired(const struct timeline_expiry *rules, size_t count, const struct timeline_event *e)
{
    int64_t day = (e->time_ms + INT64_C(36500) * 86400000) / 86400000 - 36500;
    for (size_t i = 0; i < count; i++)
        if (rules[i].kind == e->kind && day < rules[i].before_day)
            return true;
    return false;
}

static bool told_of(void *context, const struct timeline_event *e)
{
    struct expiry_told *told = context;
    assert_true(expired(told->rules, told->count, e));
    told->rows++;
    return true;
}

static void model_expire(struct model *m, const struct timeline_expiry *rules, size_t count)
{
    size_t kept = 0;
    for (size_t i = 0; i < m->count; i++)
        if (!expired(rules, count, &m->events[i].e))
            m->events[kept++] = m->events[i];
    m->count = kept;
}

static void expire_some(struct fixture *f)
{
    uint64_t r = test_random(&f->random);
    // Of two kinds: mostly few rows, now and then half of them; the rules in any order.
    const struct timeline_expiry rules[] = {{.kind = 1 + (uint32_t)(r >> 8) % 2 + 3, .before_day = -5 + (int32_t)((r >> 16) % 12)},
        {.kind = 1 + (uint32_t)(r >> 24) % 3, .before_day = -4 + (int32_t)((r >> 32) % 4)}};
    struct expiry_told told = {.rules = rules, .count = CU_COUNT(rules)};
    uint64_t before = timeline_count(f->t), rows = 0, all = 0;
    bool more = true;
    for (int steps = 0; more; steps++) {
        assert_true(steps < 1000);
        assert_ok(timeline_expire(f->t, rules, CU_COUNT(rules), told_of, &told, &rows, &more, &f->err));
        all += rows;
    }
    assert_int_equal(told.rows, all);
    assert_int_equal(before - timeline_count(f->t), all);
    model_expire(&f->model, rules, CU_COUNT(rules));
    assert_ok(timeline_expire(f->t, rules, CU_COUNT(rules), told_of, &told, &rows, &more, &f->err)); // again: nothing
    assert_true(rows == 0 && !more);
}

// Profiles with an odd number keep what they have.
static bool even_goes(void *context, const struct timeline_event *e)
{
    (void)context;
    return e->pno % 2 == 0;
}

static void test_expiry_spares_people(void **state)
{
    struct fixture *f = *state;
    const struct timeline_expiry rules[] = {{.kind = 2, .before_day = 100}, {.kind = 3, .before_day = 100}};
    uint64_t rows = 0, all = 0, before;
    size_t kept = 0;
    for (int i = 0; i < 3; i++) {
        add_rows(f, 60, 9);
        assert_ok(timeline_flush(f->t, &f->err));
    }
    before = timeline_count(f->t);
    bool more = true;
    for (int steps = 0; more; steps++) {
        assert_true(steps < 100);
        assert_ok(timeline_expire(f->t, rules, 2, even_goes, NULL, &rows, &more, &f->err));
        all += rows;
    }
    for (size_t i = 0; i < f->model.count; i++) {
        const struct timeline_event *e = &f->model.events[i].e;
        if (!expired(rules, 2, e) || e->pno % 2)
            f->model.events[kept++] = f->model.events[i];
    }
    f->model.count = kept;
    assert_int_equal(before - kept, all);
    assert_true(all > 0);
    expect_everything(f);
}

static void test_expiry_is_bounded(void **state)
{
    struct fixture *f = *state;
    const struct timeline_expiry rules[] = {{.kind = 2, .before_day = 100}};
    uint64_t rows = 0, steps = 0;
    bool more = true;
    assert_ok(timeline_expire(f->t, NULL, 0, NULL, NULL, &rows, &more, &f->err));
    assert_true(rows == 0 && !more);
    for (int i = 0; i < 3; i++) {
        add_rows(f, 40, 50);
        assert_ok(timeline_flush(f->t, &f->err));
    }
    add_rows(f, 40, 50);
    for (more = true; more; steps++) {
        uint64_t before = timeline_count(f->t);
        assert_ok(timeline_expire(f->t, rules, 1, NULL, NULL, &rows, &more, &f->err));
        assert_int_equal(before - timeline_count(f->t), rows);
        if (steps == 1) { // the process ends between two steps: the rest is found again
            restart(f);
        }
    }
    assert_true(steps >= 2);
    model_expire(&f->model, rules, 1);
    expect_everything(f);
    restart(f);
    expect_everything(f);
    assert_ok(timeline_verify(f->folder, &f->err));
}

static void test_against_the_model(void **state)
{
    struct fixture *f = *state;
    uint32_t pnos = 50;
    expect_everything(f);
    for (int step = 0; step < 400; step++) {
        uint64_t r = test_random(&f->random);
        if (r % 100 < 75)
            add_rows(f, 1 + (r >> 10) % 100, pnos);
        else if (r % 100 < 83)
            assert_ok(timeline_flush(f->t, &f->err));
        else if (r % 100 < 91)
            restart(f);
        else if (r % 100 < 97)
            remove_some(f, pnos);
        else
            expire_some(f);
        expect_some(f, pnos);
        if (step % 20 == 0)
            expect_everything(f);
    }
    expect_everything(f);
    assert_ok(timeline_flush(f->t, &f->err));
    restart(f);
    expect_everything(f);
    assert_ok(timeline_verify(f->folder, &f->err));
}

static void test_replay_is_idempotent(void **state)
{
    struct fixture *f = *state;
    add_rows(f, 250, 10);
    assert_int_equal(timeline_durable_seq(f->t), 0);
    add_rows(f, 100, 10); // beyond tail_max: written
    assert_int_equal(timeline_durable_seq(f->t), 350);
    add_rows(f, 10, 10);
    for (size_t i = 0; i < f->model.count; i++) { // published rows come again
        struct timeline_event v = model_view(&f->model.events[i]);
        assert_ok(timeline_add(f->t, &v, &f->err));
    }
    assert_ok(timeline_publish(f->t, &f->err));
    expect_everything(f);
    restart(f);
    expect_everything(f);
}

static void test_repeated_batch(void **state)
{
    struct fixture *f = *state;
    struct model_event e[10];
    for (uint64_t i = 0; i < 10; i++) {
        e[i] = model_random(i + 1, 5, &f->random);
        struct timeline_event v = model_view(&e[i]);
        assert_ok(timeline_add(f->t, &v, &f->err));
    }
    expect_scan(f->t, &f->model, INT64_MIN, INT64_MAX, true); // not published: not seen
    for (uint64_t i = 4; i < 8;
         i++) { // the batch is repeated from its fifth row, with other content
        e[i] = model_random(i + 1, 5, &f->random);
        struct timeline_event v = model_view(&e[i]);
        assert_ok(timeline_add(f->t, &v, &f->err));
    }
    assert_ok(timeline_publish(f->t, &f->err));
    for (size_t i = 0; i < 8; i++)
        model_add(&f->model, &e[i]);
    expect_everything(f);
    struct timeline_event v = model_view(&e[9]);
    v.seq = 11;
    assert_ok(timeline_add(f->t, &v, &f->err));
    timeline_discard(f->t);
    assert_ok(timeline_publish(f->t, &f->err));
    expect_everything(f);
}

static void test_removed_rows_do_not_come_back(void **state)
{
    struct fixture *f = *state;
    add_rows(f, 200, 4); // in the tail only
    struct model before = {0};
    for (size_t i = 0; i < f->model.count; i++)
        model_add(&before, &f->model.events[i]);
    uint32_t pno = 2;
    assert_ok(timeline_remove_people(f->t, &pno, 1, &f->err));
    model_remove(&f->model, model_of_pno, pno);
    expect_everything(f);
    timeline_close(f->t); // a crash before anything else was written
    assert_ok(timeline_open(&f->options, &f->t, &f->err));
    for (size_t i = 0; i < before.count; i++) { // the journal still has the removed rows
        struct timeline_event v = model_view(&before.events[i]);
        assert_ok(timeline_add(f->t, &v, &f->err));
    }
    assert_ok(timeline_publish(f->t, &f->err));
    expect_everything(f);
    model_free(&before);
}

struct search {
    const char *needle;
    size_t hits;
};

static void search_file(const char *folder, const char *name, void *context)
{
    struct search *s = context;
    struct test_bytes b = test_read(folder, name);
    s->hits += memmem(b.ptr, b.len, s->needle, strlen(s->needle)) != NULL;
    free(b.ptr);
}

static void test_removed_bytes_are_gone(void **state)
{
    struct fixture *f = *state;
    struct search s = {.needle = "only this event says so"};
    add_rows(f, 400, 10);
    struct timeline_event e = {.pno = 77, .kind = 1, .source = 9, .seq = ++f->seq, .sealed = cu_str_of(s.needle)};
    assert_ok(timeline_add(f->t, &e, &f->err));
    assert_ok(timeline_publish(f->t, &f->err));
    assert_ok(timeline_flush(f->t, &f->err));
    test_each_file(f->folder, search_file, &s);
    assert_int_equal(s.hits, 1);
    assert_ok(timeline_remove_people(f->t, &e.pno, 1, &f->err));
    s.hits = 0;
    test_each_file(f->folder, search_file, &s);
    assert_int_equal(s.hits, 0);
    expect_everything(f);
}

static void test_kinds(void **state)
{
    struct fixture *f = *state;
    uint32_t a, b, again;
    assert_ok(timeline_kind(f->t, CU_LIT("Order Completed"), &a, &f->err));
    assert_ok(timeline_kind(f->t, CU_LIT("Product Viewed"), &b, &f->err));
    assert_int_not_equal(a, b);
    assert_int_not_equal(a, 0);
    assert_int_equal(timeline_kind(f->t, CU_LIT(""), &again, &f->err), CU_INVALID);
    for (int i = 0; i < 1000; i++) {
        char name[32];
        int n = snprintf(name, sizeof name, "kind %d", i);
        assert_ok(timeline_kind(f->t, (cu_str){name, (size_t)n}, &again, &f->err));
    }
    timeline_close(f->t);
    assert_ok(timeline_open(&f->options, &f->t, &f->err));
    assert_ok(timeline_kind(f->t, CU_LIT("Product Viewed"), &again, &f->err));
    assert_int_equal(again, b);
    assert_true(cu_str_eqz(timeline_kind_name(f->t, a), "Order Completed"));
    assert_true(cu_str_eqz(timeline_kind_name(f->t, 1002), "kind 999"));
    assert_int_equal(timeline_kind_name(f->t, 1003).len, 0);
    assert_int_equal(timeline_kind_name(f->t, 0).len, 0);
}

static void test_kinds_file_damage(void **state)
{
    struct fixture *f = *state;
    uint32_t kind;
    assert_ok(timeline_kind(f->t, CU_LIT("first"), &kind, &f->err));
    assert_ok(timeline_kind(f->t, CU_LIT("second"), &kind, &f->err));
    timeline_close(f->t);
    f->t = NULL;
    struct test_bytes b = test_read(f->folder, "kinds");
    size_t second = 8 + 5;
    for (size_t cut = second; cut < b.len; cut++) { // torn anywhere in the last entry: cut off
        test_write(f->folder, "kinds", b.ptr, cut);
        assert_ok(timeline_open(&f->options, &f->t, &f->err));
        assert_true(cu_str_eqz(timeline_kind_name(f->t, 1), "first"));
        assert_int_equal(timeline_kind_name(f->t, 2).len, 0);
        assert_ok(timeline_kind(f->t, CU_LIT("other"), &kind, &f->err));
        assert_int_equal(kind, 2);
        timeline_close(f->t);
        assert_ok(timeline_open(&f->options, &f->t, &f->err));
        assert_true(cu_str_eqz(timeline_kind_name(f->t, 2), "other"));
        timeline_close(f->t);
        f->t = NULL;
    }
    test_write(f->folder, "kinds", b.ptr, b.len);
    assert_ok(timeline_open(&f->options, &f->t, &f->err)); // a row needs both names
    struct timeline_event e = {.pno = 1, .kind = 2, .seq = 1};
    assert_ok(timeline_add(f->t, &e, &f->err));
    assert_ok(timeline_publish(f->t, &f->err));
    assert_ok(timeline_flush(f->t, &f->err));
    timeline_close(f->t);
    f->t = NULL;
    test_write(f->folder, "kinds", b.ptr, b.len - 1); // now a lost name is damage
    assert_int_equal(timeline_open(&f->options, &f->t, &f->err), CU_CORRUPT);
    test_write(f->folder, "kinds", b.ptr, b.len);
    assert_ok(timeline_open(&f->options, &f->t, &f->err));
    free(b.ptr);
}

static void test_kinds_are_bounded(void **state)
{
    struct fixture *f = *state;
    uint32_t kind = 0, other;
    char name[32];
    // a file made by hand: syncing 65,000 names one by one would take a minute
    timeline_close(f->t);
    f->t = NULL;
    uint8_t *file = calloc(70000, 16), *at = file;
    for (uint32_t i = 1; i < TIMELINE_KINDS_MAX; i++) {
        int n = snprintf(name, sizeof name, "n%u", i);
        uint32_t len = (uint32_t)n;
        memcpy(at, &len, 4);
        uint32_t crc = cu_crc32c(cu_crc32c(0, at, 4), name, len);
        memcpy(at + 4, &crc, 4);
        memcpy(at + 8, name, len);
        at += 8 + len;
    }
    test_write(f->folder, "kinds", file, (size_t)(at - file));
    free(file);
    assert_ok(timeline_open(&f->options, &f->t, &f->err));
    assert_ok(timeline_kind(f->t, CU_LIT("one more"), &other, &f->err));
    assert_true(cu_str_eqz(timeline_kind_name(f->t, other), "(other)"));
    assert_ok(timeline_kind(f->t, CU_LIT("and more"), &kind, &f->err));
    assert_int_equal(kind, other);
    assert_ok(timeline_kind(f->t, CU_LIT("n7"), &kind, &f->err));
    assert_int_equal(kind, 7);
}

static void test_limits(void **state)
{
    struct fixture *f = *state;
    struct timeline_event e = {.pno = 1, .kind = 1, .seq = 1};
    e.kind = 0;
    assert_int_equal(timeline_add(f->t, &e, &f->err), CU_INVALID);
    e.kind = 1;
    e.seq = 0;
    assert_int_equal(timeline_add(f->t, &e, &f->err), CU_INVALID);
    e.seq = 1;
    char *big = calloc(1, (8u << 20) + 1);
    e.sealed = (cu_str){big, (8u << 20) + 1};
    assert_int_equal(timeline_add(f->t, &e, &f->err), CU_TOO_LARGE);
    e.sealed.len--; // the largest event passes through tail, run, merge and back
    assert_ok(timeline_add(f->t, &e, &f->err));
    assert_ok(timeline_publish(f->t, &f->err));
    assert_int_equal(timeline_durable_seq(f->t), 1); // many bytes in the tail: written at once
    free(big);
    struct model_list none = {0};
    assert_ok(
        timeline_person(f->t, (uint32_t[]){5}, 1, INT64_MAX, UINT64_MAX, model_visit, &none, NULL));
    assert_int_equal(timeline_count(f->t), 1);
}

struct reader {
    struct fixture *f;
    atomic_bool stop;
    _Atomic uint64_t rounds;
};

static bool in_order(void *context, const struct timeline_event *e)
{
    struct timeline_event *last = context;
    if (last->pno > e->pno || (last->pno == e->pno && last->time_ms > e->time_ms) ||
        e->sealed.len > 63)
        abort();
    last->pno = e->pno;
    last->time_ms = e->time_ms;
    last->seq++;
    return true;
}

static void *reader_main(void *context)
{
    struct reader *r = context;
    uint64_t seen = 0;
    while (!atomic_load(&r->stop)) {
        struct timeline_event last = {.time_ms = INT64_MIN};
        if (timeline_scan(r->f->t, INT64_MIN, INT64_MAX, true, in_order, &last, NULL) != CU_OK ||
            last.seq < seen)
            abort(); // rows only become more: nothing is removed here
        seen = last.seq;
        atomic_fetch_add(&r->rounds, 1);
    }
    return NULL;
}

static void test_readers_beside_the_writer(void **state)
{
    struct fixture *f = *state;
    struct reader r = {.f = f};
    pthread_t threads[2];
    for (int i = 0; i < 2; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, reader_main, &r), 0);
    for (int i = 0; i < 300 || atomic_load(&r.rounds) < 10; i++)
        add_rows(f, 20, 30); // with runs written and merged meanwhile
    atomic_store(&r.stop, true);
    for (int i = 0; i < 2; i++)
        pthread_join(threads[i], NULL);
    expect_everything(f);
}

static void *remover_main(void *context)
{
    struct fixture *f = context;
    for (uint32_t pno = 40; pno < 50; pno++)
        if (timeline_remove_people(f->t, &pno, 1, NULL) != CU_OK)
            abort();
    return NULL;
}

static void test_removal_beside_the_writer(void **state)
{
    struct fixture *f = *state;
    pthread_t remover;
    add_rows(f, 2000, 50);
    assert_int_equal(pthread_create(&remover, NULL, remover_main, f), 0);
    for (int i = 0; i < 100; i++)
        add_rows(f, 30, 40); // runs are written and rows published while others are written again
    pthread_join(remover, NULL);
    for (uint32_t pno = 40; pno < 50; pno++)
        model_remove(&f->model, model_of_pno, pno);
    expect_everything(f);
    restart(f);
    expect_everything(f);
    assert_ok(timeline_verify(f->folder, &f->err));
}

static void flip_all(const char *folder, const char *name, void *context)
{
    struct fixture *f = context;
    if (strcmp(name, "kinds") == 0)
        return;
    struct test_bytes b = test_read(folder, name);
    for (size_t i = 0; i < b.len; i += 1 + b.len / 200) {
        struct cu_error err = {0};
        b.ptr[i] ^= (uint8_t)(1 << i % 8);
        test_write(folder, name, b.ptr, b.len);
        assert_int_equal(timeline_verify(f->folder, &err), CU_CORRUPT);
        b.ptr[i] ^= (uint8_t)(1 << i % 8);
    }
    test_write(folder, name, b.ptr, b.len);
    free(b.ptr);
}

static void test_flipped_bits_are_found(void **state)
{
    struct fixture *f = *state;
    add_rows(f, 290, 10);
    assert_ok(timeline_flush(f->t, &f->err));
    timeline_close(f->t);
    f->t = NULL;
    assert_ok(timeline_verify(f->folder, &f->err));
    test_each_file(f->folder, flip_all, f);
    assert_ok(timeline_verify(f->folder, &f->err));
}

static void test_missing_files(void **state)
{
    struct fixture *f = *state;
    add_rows(f, 290, 10);
    assert_ok(timeline_flush(f->t, &f->err));
    timeline_close(f->t);
    f->t = NULL;
    const char *names[] = {"manifest", "0000000001.run"};
    for (size_t i = 0; i < CU_COUNT(names); i++) {
        struct test_bytes b = test_read(f->folder, names[i]);
        char *path = test_path(f->folder, names[i]);
        assert_int_equal(unlink(path), 0);
        assert_int_equal(timeline_open(&f->options, &f->t, &f->err), CU_CORRUPT);
        assert_int_equal(timeline_verify(f->folder, &f->err), CU_CORRUPT);
        test_write(f->folder, names[i], b.ptr, b.len);
        free(path);
        free(b.ptr);
    }
    assert_ok(timeline_open(&f->options, &f->t, &f->err));
    expect_everything(f);
}

static void test_litter_is_removed(void **state)
{
    struct fixture *f = *state;
    add_rows(f, 290, 10);
    assert_ok(timeline_flush(f->t, &f->err));
    timeline_close(f->t);
    test_write(f->folder, "0000000099.run", "x", 1);
    test_write(f->folder, "0000000098.bytes", "x", 1);
    test_write(f->folder, "manifest.new", "x", 1);
    assert_ok(timeline_open(&f->options, &f->t, &f->err));
    assert_false(test_exists(f->folder, "0000000099.run"));
    assert_false(test_exists(f->folder, "0000000098.bytes"));
    assert_false(test_exists(f->folder, "manifest.new"));
    expect_everything(f);
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_against_the_model),
        T(test_expiry_is_bounded),
        T(test_expiry_spares_people),
        T(test_replay_is_idempotent),
        T(test_repeated_batch),
        T(test_removed_rows_do_not_come_back),
        T(test_removed_bytes_are_gone),
        T(test_kinds),
        T(test_kinds_file_damage),
        T(test_kinds_are_bounded),
        T(test_limits),
        T(test_readers_beside_the_writer),
        T(test_removal_beside_the_writer),
        T(test_flipped_bits_are_found),
        T(test_missing_files),
        T(test_litter_is_removed),
    };
    cu_log_set_level(CU_LOG_ERROR + 1);
    return cmocka_run_group_tests_name("timeline", tests, NULL, NULL);
}
