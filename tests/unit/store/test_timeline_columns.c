// SPDX-License-Identifier: Apache-2.0
// The columns of runs and of the tail against a naive model: every event is made from its seq alone, so what each
// row must hold can be worked out again. Columns that come later, merging, removal by copying blocks, restart; that
// removed texts are in no file; that each flipped bit is found and the rest keeps serving.
#include "store_test.h"

#include "base/hash.h"
#include "base/log.h"
#include "store/timeline_admin.h"
#include "store/timeline_private.h"

#include <roaring/roaring.h>

#define PNOS 1500u

struct fixture {
    char *folder;
    struct timeline *t;
    struct timeline_options options;
    struct cu_error err;
    uint64_t seq;
    bool gone[PNOS];
};

#define COLUMN(p, t)                                                                                                   \
    {                                                                                                                  \
        .path = {p, sizeof(p) - 1}, .type = t                                                                          \
    }
static const struct timeline_column columns[] = {COLUMN("t", TIMELINE_TEXT), COLUMN("n", TIMELINE_INTEGER),
    COLUMN("d", TIMELINE_DECIMAL), COLUMN("at", TIMELINE_TIME), COLUMN("b", TIMELINE_BOOLEAN),
    COLUMN("items.$.s", TIMELINE_TEXT), COLUMN("items.$.p", TIMELINE_DECIMAL), COLUMN("a.b", TIMELINE_TEXT),
    COLUMN("never", TIMELINE_TEXT)};

// ---- the model

struct want {
    uint32_t pno, kind;
    int64_t time_ms;
    char plain[512];
    size_t len, count[CU_COUNT(columns)];
    int64_t value[CU_COUNT(columns)][8];
    char text[CU_COUNT(columns)][8][32];
};

static uint64_t mixed(uint64_t seq, unsigned salt)
{
    return cu_hash64(&seq, sizeof seq, salt);
}

static void want_text(struct want *w, unsigned column, const char *text)
{
    size_t n = w->count[column]++;
    (void)snprintf(w->text[column][n], sizeof w->text[column][n], "%s", text);
    w->value[column][n] = (int64_t)timeline_text_hash(cu_str_of(text));
}

static void want_number(struct want *w, unsigned column, int64_t value)
{
    w->value[column][w->count[column]++] = value;
}

static char *put_items(struct want *w, char *at, char *end, uint64_t seq)
{
    uint64_t r = mixed(seq, 9);
    at += snprintf(at, (size_t)(end - at), "%s\"items\":[", at[-1] == '{' ? "" : ",");
    for (unsigned i = 0; i < r % 4; i++) {
        char text[32];
        unsigned price = (unsigned)(r >> (8 * i + 8)) % 1000;
        (void)snprintf(text, sizeof text, "sku-%u", (unsigned)(r >> (6 * i + 3)) % 100);
        want_text(w, 5, text);
        if (price % 5 == 0) { // not every element has a price
            at += snprintf(at, (size_t)(end - at), "%s{\"s\":\"%s\"}", i ? "," : "", text);
            continue;
        }
        want_number(w, 6, (int64_t)price * 1000);
        at += snprintf(
            at, (size_t)(end - at), "%s{\"s\":\"%s\",\"p\":%u.%u}", i ? "," : "", text, price / 10, price % 10);
    }
    return at + snprintf(at, (size_t)(end - at), "]");
}

static void want_of(uint64_t seq, struct want *w)
{
    memset(w, 0, sizeof *w);
    uint64_t r = mixed(seq, 1);
    char *at = w->plain, *end = w->plain + sizeof w->plain, text[32];
    w->pno = (uint32_t)(r % PNOS);
    w->kind = 1 + (uint32_t)(r >> 20) % 300;
    w->time_ms = (int64_t)(r >> 30) % (INT64_C(86400000) * 700) - 86400000;
    *at++ = '{';
    if (r & 1 << 16) {
        (void)snprintf(text, sizeof text, "text %u of %u", (unsigned)(r >> 17) % 40, w->pno);
        at += snprintf(at, (size_t)(end - at), "\"t\":\"%s\"", text);
        want_text(w, 0, text);
    }
    unsigned form = (unsigned)(mixed(seq, 2) % 6), n = (unsigned)(mixed(seq, 3) % 100000);
    if (form < 4) // number, text, what does not fit, absent
        at += snprintf(at, (size_t)(end - at),
            form == 1   ? "%s\"n\":\"-%u\""
            : form == 2 ? "%s\"n\":\"x%u\""
                        : "%s\"n\":%u",
            at[-1] == '{' ? "" : ",", n);
    if (form < 4 && form != 2)
        want_number(w, 1, form == 1 ? -(int64_t)n : (int64_t)n);
    if (form > 1) {
        at += snprintf(at, (size_t)(end - at), "%s\"d\":%u.%02u,\"b\":%s", at[-1] == '{' ? "" : ",", n, n % 100,
            n % 2 ? "true" : "\"no\"");
        want_number(w, 2, (int64_t)n * 10000 + (int64_t)(n % 100) * 100);
        if (n % 2)
            want_number(w, 4, 1);
    }
    if (form == 5) {
        at += snprintf(at, (size_t)(end - at), "%s\"at\":\"2026-01-%02u\",\"a\":{\"b\":\"x\",\"c\":1}",
            at[-1] == '{' ? "" : ",", 1 + n % 28);
        want_number(w, 3, INT64_C(1767225600000) + (int64_t)(n % 28) * 86400000);
        want_text(w, 7, "x");
    }
    if (form % 2)
        at = put_items(w, at, end, seq);
    *at++ = '}';
    w->len = (size_t)(at - w->plain);
}

// ---- comparing

struct compare {
    struct fixture *f;
    bool *seen; // by seq
    uint64_t rows, without_column;
};

static void same_value(const struct want *w, size_t column, size_t i, int64_t value, cu_str text)
{
    if (columns[column].type == TIMELINE_TEXT)
        assert_true(cu_str_eqz(text, w->text[column][i]));
    else
        assert_int_equal(value, w->value[column][i]);
}

static void compare_column(
    struct compare *c, const struct timeline_run *r, uint32_t block, size_t column, const uint64_t *seqs)
{
    uint32_t at = timeline_run_column(r, columns[column].path, columns[column].type);
    struct timeline_values v;
    struct timeline_texts texts = {0};
    if (at == UINT32_MAX) {
        c->without_column++;
        return;
    }
    assert_ok(timeline_run_part(r, block, at, &v, &c->f->err));
    if (columns[column].type == TIMELINE_TEXT)
        assert_ok(timeline_run_texts(r, at, &texts, &c->f->err));
    for (uint32_t i = 0; i < r->blocks[block].rows; i++) {
        static struct want w;
        want_of(seqs[i], &w);
        if (!timeline_present(&v, i)) {
            assert_int_equal(w.count[column], 0);
            continue;
        }
        uint32_t k = timeline_rank(&v, i), end = k + 1;
        if (v.ends) {
            end = timeline_list_from(&v, k + 1);
            k = timeline_list_from(&v, k);
        }
        assert_int_equal(end - k, w.count[column]);
        for (uint32_t n = 0; k + n < end; n++) {
            int64_t value = timeline_value(&v, k + n);
            if (texts.count > 0) {
                assert_true(value >= 0 && value < texts.count);
                assert_int_equal((int64_t)texts.hash[value], w.value[column][n]);
            }
            same_value(&w, column, n, value, texts.count > 0 ? timeline_text(&texts, (uint32_t)value) : CU_NONE);
        }
    }
}

static void compare_row(struct compare *c, uint64_t seq, uint32_t pno, uint32_t kind, int64_t time_ms)
{
    static struct want w;
    want_of(seq, &w);
    assert_true(seq >= 1 && seq <= c->f->seq);
    assert_false(c->seen[seq]);
    c->seen[seq] = true;
    c->rows++;
    assert_int_equal(pno, w.pno);
    assert_int_equal(kind, w.kind);
    assert_int_equal(time_ms, w.time_ms);
}

static void compare_block(struct compare *c, const struct timeline_run *r, uint32_t block, struct timeline_words *words)
{
    static uint64_t seqs[TIMELINE_BLOCK_ROWS];
    struct timeline_values kind, time, seq;
    assert_ok(timeline_run_part(r, block, TIMELINE_COL_KIND, &kind, &c->f->err));
    assert_ok(timeline_run_part(r, block, TIMELINE_COL_TIME, &time, &c->f->err));
    assert_ok(timeline_run_part(r, block, TIMELINE_COL_SEQ, &seq, &c->f->err));
    uint32_t start = block << TIMELINE_BLOCK_SHIFT;
    for (uint32_t p = r->blocks[block].person; p < r->person_count && r->first[p] < start + TIMELINE_BLOCK_ROWS; p++) {
        uint32_t at = r->first[p], b, from, to;
        while (timeline_span(r, &at, r->first[p + 1], &b, &from, &to))
            for (uint32_t i = from; i < to && b == block; i++) {
                static struct want w;
                cu_str plain, sealed;
                seqs[i] = (uint64_t)timeline_fixed(&seq, i);
                assert_true(timeline_block_may_have(&r->blocks[block], (uint32_t)timeline_fixed(&kind, i)));
                compare_row(c, seqs[i], r->pnos[p], (uint32_t)timeline_fixed(&kind, i), timeline_fixed(&time, i));
                want_of(seqs[i], &w);
                assert_ok(timeline_run_words(r, words, start + i, &plain, &sealed, &c->f->err));
                assert_true(cu_str_eq(plain, (cu_str){w.plain, w.len}));
                assert_int_equal(sealed.len, w.kind % 7);
            }
    }
    for (size_t i = 0; i < CU_COUNT(columns); i++)
        compare_column(c, r, block, i, seqs);
}

static void compare_kinds(struct compare *c, const struct timeline_run *r)
{
    for (uint32_t kind = 0; kind < 302; kind++) {
        cu_str bytes;
        assert_ok(timeline_run_kind_people(r, kind, &bytes, &c->f->err));
        roaring_bitmap_t *people = bytes.ptr ? roaring_bitmap_portable_deserialize_safe(bytes.ptr, bytes.len) : NULL;
        uint64_t have = people ? roaring_bitmap_get_cardinality(people) : 0, want = 0;
        struct timeline_values v;
        for (uint32_t p = 0; p < r->person_count; p++) {
            uint32_t at = r->first[p], b, from, to;
            bool found = false;
            while (timeline_span(r, &at, r->first[p + 1], &b, &from, &to)) {
                assert_ok(timeline_run_part(r, b, TIMELINE_COL_KIND, &v, &c->f->err));
                for (uint32_t i = from; i < to && !found; i++)
                    found = timeline_fixed(&v, i) == kind;
            }
            want += found;
            assert_true(!found || roaring_bitmap_contains(people, r->pnos[p]));
        }
        assert_int_equal(have, want);
        if (people)
            roaring_bitmap_free(people);
    }
}

static void compare_chunk(struct compare *c, const struct timeline_chunk *chunk)
{
    static struct want w;
    for (size_t i = 0; i < chunk->count; i++) {
        const struct timeline_row *row = &chunk->rows[i];
        size_t count[CU_COUNT(columns)] = {0};
        compare_row(c, row->seq, row->pno, row->kind, row->time_ms);
        want_of(row->seq, &w);
        for (uint32_t k = 0; k < row->value_count; k++) {
            const struct timeline_tail_value *v = &row->values[k];
            const struct timeline_tail_text *t =
                columns[v->column].type == TIMELINE_TEXT ? timeline_tail_text(v) : NULL;
            same_value(&w, v->column, count[v->column]++, v->value, t ? (cu_str){t->bytes, t->len} : CU_NONE);
        }
        for (size_t k = 0; k < CU_COUNT(columns); k++)
            assert_int_equal(count[k], w.count[k]);
    }
}

static uint64_t expect_all(struct fixture *f, bool kinds) // how many blocks lacked a column
{
    struct compare c = {.f = f, .seen = calloc(f->seq + 1, 1)};
    struct timeline_words *words;
    assert_ok(timeline_words_new(&words, &f->err));
    struct timeline_view *v = timeline_view_take(f->t);
    for (size_t i = 0; i < v->run_count; i++) {
        for (uint32_t b = 0; b < v->runs[i]->block_count; b++)
            compare_block(&c, v->runs[i], b, words);
        if (kinds)
            compare_kinds(&c, v->runs[i]);
    }
    for (size_t i = 0; i < v->chunk_count; i++)
        compare_chunk(&c, v->chunks[i]);
    for (uint64_t seq = 1; seq <= f->seq; seq++)
        assert_true(c.seen[seq] != f->gone[mixed(seq, 1) % PNOS]);
    assert_int_equal(c.rows, timeline_count(f->t));
    timeline_view_give(v);
    timeline_words_free(words);
    free(c.seen);
    return c.without_column;
}

// ---- doing

static void add(struct fixture *f, uint64_t rows)
{
    static struct want w;
    static const char sealed[8] = "sealed!";
    for (uint64_t i = 0; i < rows; i++) {
        want_of(++f->seq, &w);
        struct timeline_event e = {.pno = w.pno,
            .kind = w.kind,
            .source = 1 + w.kind % 3,
            .time_ms = w.time_ms,
            .seq = f->seq,
            .revenue = w.kind % 9 ? 0 : (int64_t)f->seq,
            .plain = {w.plain, w.len},
            .sealed = {sealed, w.kind % 7}};
        assert_ok(timeline_add(f->t, &e, &f->err));
        if (i % 500 == 499)
            assert_ok(timeline_publish(f->t, &f->err));
    }
    assert_ok(timeline_publish(f->t, &f->err));
}

static void remove_person(struct fixture *f, uint32_t pno)
{
    assert_ok(timeline_remove_people(f->t, &pno, 1, &f->err));
    f->gone[pno] = true;
}

static void reopen(struct fixture *f)
{
    timeline_close(f->t);
    f->t = NULL;
    assert_ok(timeline_open(&f->options, &f->t, &f->err));
    assert_ok(timeline_set_columns(f->t, columns, CU_COUNT(columns), &f->err));
}

static int setup(void **state)
{
    struct fixture *f = calloc(1, sizeof *f);
    f->folder = test_folder_fast();
    f->options = (struct timeline_options){.folder = f->folder, .tail_max = 12000};
    assert_int_equal(timeline_open(&f->options, &f->t, &f->err), CU_OK);
    *state = f;
    return 0;
}

static int teardown(void **state)
{
    struct fixture *f = *state;
    timeline_close(f->t);
    test_folder_free(f->folder);
    free(f);
    return 0;
}

static void test_columns_against_the_model(void **state)
{
    struct fixture *f = *state;
    assert_ok(timeline_set_columns(f->t, columns, CU_COUNT(columns), &f->err));
    add(f, 500);
    assert_int_equal(expect_all(f, true), 0);
    add(f, 30000);
    assert_int_equal(expect_all(f, true), 0);
    remove_person(f, 700);
    remove_person(f, 1499);
    remove_person(f, 0);
    assert_int_equal(expect_all(f, true), 0);
    assert_ok(timeline_compact(f->t, NULL, NULL, &f->err));
    assert_int_equal(expect_all(f, true), 0);
    for (uint32_t pno = 300; pno < 1400; pno += 117) // blocks are copied, encoded again, and both in one run
        remove_person(f, pno);
    assert_int_equal(expect_all(f, true), 0);
    for (uint32_t pno = 301; pno < 420; pno++) // whole blocks go
        remove_person(f, pno);
    assert_ok(timeline_verify(f->folder, &f->err));
    assert_ok(timeline_flush(f->t, &f->err));
    reopen(f);
    assert_int_equal(expect_all(f, true), 0);
    assert_ok(timeline_compact(f->t, NULL, NULL, &f->err));
    assert_int_equal(expect_all(f, false), 0);
    assert_ok(timeline_verify(f->folder, &f->err));
}

static void test_columns_that_come_later(void **state)
{
    struct fixture *f = *state;
    assert_ok(timeline_set_columns(f->t, columns, 2, &f->err));
    add(f, 9000);
    assert_ok(timeline_flush(f->t, &f->err));
    assert_true(expect_all(f, false) > 0);
    add(f, 100); // in the tail: written with the old columns
    assert_ok(timeline_set_columns(f->t, columns, CU_COUNT(columns), &f->err));
    add(f, 9000);
    assert_true(expect_all(f, false) > 0);
    assert_ok(timeline_compact(f->t, NULL, NULL, &f->err));
    assert_int_equal(expect_all(f, false), 0);
    assert_ok(timeline_verify(f->folder, &f->err));
}

// A pending row's values go by the columns in force when it is published.
static void test_columns_change_with_rows_pending(void **state)
{
    struct fixture *f = *state;
    static struct want w;
    want_of(++f->seq, &w);
    struct timeline_event e = {
        .pno = w.pno, .kind = w.kind, .time_ms = w.time_ms, .seq = f->seq, .plain = {w.plain, w.len}};
    assert_ok(timeline_set_columns(f->t, columns, 1, &f->err));
    assert_ok(timeline_add(f->t, &e, &f->err));
    assert_ok(timeline_set_columns(f->t, columns, CU_COUNT(columns), &f->err));
    assert_ok(timeline_publish(f->t, &f->err));
    assert_int_equal(expect_all(f, false), 0);
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

static void test_removed_texts_are_gone(void **state)
{
    struct fixture *f = *state;
    struct search s = {.needle = "canary-4711"};
    assert_ok(timeline_set_columns(f->t, columns, CU_COUNT(columns), &f->err));
    add(f, 20000);
    struct timeline_event e = {.pno = 800,
        .kind = 1,
        .seq = f->seq + 1,
        .plain = CU_LIT("{\"t\":\"canary-4711\"}"),
        .sealed = CU_LIT("canary-4711")};
    assert_ok(timeline_add(f->t, &e, &f->err));
    assert_ok(timeline_publish(f->t, &f->err));
    assert_ok(timeline_flush(f->t, &f->err));
    test_each_file(f->folder, search_file, &s);
    assert_int_equal(s.hits, 1);
    uint32_t pno = 800;
    assert_ok(timeline_remove_people(f->t, &pno, 1, &f->err));
    f->gone[800] = true;
    s.hits = 0;
    test_each_file(f->folder, search_file, &s);
    assert_int_equal(s.hits, 0);
    assert_int_equal(expect_all(f, true), 0);
    assert_ok(timeline_verify(f->folder, &f->err));
}

// ---- damage

struct damages {
    size_t count;
    char last[256];
};

static void note_damage(void *context, const char *sentence)
{
    struct damages *d = context;
    d->count++;
    (void)snprintf(d->last, sizeof d->last, "%s", sentence);
}

static void test_every_flipped_bit_is_found(void **state)
{
    struct fixture *f = *state;
    assert_ok(timeline_set_columns(f->t, columns, CU_COUNT(columns), &f->err));
    add(f, 60);
    assert_ok(timeline_flush(f->t, &f->err));
    timeline_close(f->t);
    f->t = NULL;
    struct test_bytes b = test_read(f->folder, "0000000001.run");
    struct damages d = {0};
    assert_ok(timeline_check(f->folder, note_damage, NULL, &d, &f->err));
    assert_int_equal(d.count, 0);
    for (size_t i = 0; i < b.len; i++) {
        d.count = 0;
        b.ptr[i] ^= (uint8_t)(1u << i % 8);
        test_write(f->folder, "0000000001.run", b.ptr, b.len);
        cu_code code = timeline_check(f->folder, note_damage, NULL, &d, &f->err);
        assert_true(code == CU_CORRUPT || code == CU_VERSION);
        assert_true(code != CU_CORRUPT || (d.count > 0 && strstr(d.last, "0000000001.run")));
        b.ptr[i] ^= (uint8_t)(1u << i % 8);
    }
    test_write(f->folder, "0000000001.run", b.ptr, b.len);
    free(b.ptr);
    reopen(f);
    assert_int_equal(expect_all(f, true), 0);
}

static bool count_visit(void *context, const struct timeline_event *e)
{
    (void)e;
    ++*(size_t *)context;
    return true;
}

// One column of one block is damaged: people in other blocks are read as before, and it is named.
static void test_the_rest_keeps_serving(void **state)
{
    struct fixture *f = *state;
    assert_ok(timeline_set_columns(f->t, columns, CU_COUNT(columns), &f->err));
    add(f, 30000);
    assert_ok(timeline_compact(f->t, NULL, NULL, &f->err));
    struct timeline_view *v = timeline_view_take(f->t);
    assert_int_equal(v->run_count, 1);
    const struct timeline_run *r = v->runs[0];
    assert_true(r->block_count >= 3);
    uint64_t at = r->parts[(uint64_t)1 * r->column_count + TIMELINE_COL_TIME].at;
    uint32_t hit = r->pnos[r->blocks[1].person + 5], other = r->pnos[3], last = r->pnos[r->person_count - 1];
    char name[40];
    (void)snprintf(name, sizeof name, "%010llu.run", (unsigned long long)r->number);
    timeline_view_give(v);
    timeline_close(f->t);
    f->t = NULL;
    struct test_bytes b = test_read(f->folder, name);
    b.ptr[at + 100] ^= 4;
    test_write(f->folder, name, b.ptr, b.len);
    free(b.ptr);
    reopen(f);
    size_t seen = 0;
    assert_int_equal(timeline_person(f->t, &hit, 1, INT64_MAX, UINT64_MAX, count_visit, &seen, &f->err), CU_CORRUPT);
    assert_non_null(strstr(f->err.text, "column time_ms of block 1"));
    assert_non_null(strstr(f->err.text, name));
    assert_ok(timeline_person(f->t, &other, 1, INT64_MAX, UINT64_MAX, count_visit, &seen, &f->err));
    assert_ok(timeline_person(f->t, &last, 1, INT64_MAX, UINT64_MAX, count_visit, &seen, &f->err));
    assert_true(seen > 0);
    struct timeline_stats s;
    assert_ok(timeline_stats(f->t, &s, NULL, NULL, &f->err));
    assert_int_equal(s.damaged, 1);
    struct damages d = {0};
    assert_int_equal(timeline_check(f->folder, note_damage, NULL, &d, &f->err), CU_CORRUPT);
    assert_int_equal(d.count, 1);
    add(f, 30000); // writing and merging go on around it
    uint32_t far = 1400;
    assert_ok(timeline_remove_people(f->t, &far, 1, &f->err)); // the damaged block is copied as it is
    seen = 0;
    assert_ok(timeline_person(f->t, &far, 1, INT64_MAX, UINT64_MAX, count_visit, &seen, &f->err));
    assert_int_equal(seen, 0);
}

static void test_old_folders_are_refused(void **state)
{
    struct fixture *f = *state;
    timeline_close(f->t);
    f->t = NULL;
    struct test_bytes b = test_read(f->folder, "manifest");
    b.ptr[7] = '1';
    uint32_t crc = cu_crc32c(0, b.ptr, b.len - 4);
    memcpy(b.ptr + b.len - 4, &crc, 4);
    test_write(f->folder, "manifest", b.ptr, b.len);
    assert_int_equal(timeline_open(&f->options, &f->t, &f->err), CU_VERSION);
    assert_int_equal(timeline_verify(f->folder, &f->err), CU_VERSION);
    b.ptr[7] = '2';
    crc = cu_crc32c(0, b.ptr, b.len - 4);
    memcpy(b.ptr + b.len - 4, &crc, 4);
    test_write(f->folder, "manifest", b.ptr, b.len);
    free(b.ptr);
    assert_ok(timeline_open(&f->options, &f->t, &f->err));
}

int main(void)
{
#define T(fn) cmocka_unit_test_setup_teardown(fn, setup, teardown)
    const struct CMUnitTest tests[] = {
        T(test_columns_against_the_model),
        T(test_columns_that_come_later),
        T(test_columns_change_with_rows_pending),
        T(test_removed_texts_are_gone),
        T(test_every_flipped_bit_is_found),
        T(test_the_rest_keeps_serving),
        T(test_old_folders_are_refused),
    };
    cu_log_set_level(CU_LOG_ERROR + 1);
    return cmocka_run_group_tests_name("timeline columns", tests, NULL, NULL);
}
