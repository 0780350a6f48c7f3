// SPDX-License-Identifier: Apache-2.0
// Definitions of segments against people in memory: answers a second on one core for one clause, ten clauses and
// sequences, over 10, 100 and 1,000 rows a person. What it costs to read the rows is bench_timeline's business. Usage:
// bench_segment [seconds per figure]
#include "base/clock.h"
#include "insight/segment_eval.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

#define NOW INT64_C(1781517600000)
#define ROWS_MAX 1000u
#define PEOPLE 64u
#define DAYS 365

static const struct {
    const char *name, *text;
} questions[] = {
    {"one clause, a count in a window", "did \"Order Completed\" at least 2 times in the last 30 days"},
    {"one clause, a test of a property",
        "did \"Product Viewed\" where category contains \"shoe\" and price is at least 50 in the last 7 days"},
    {"one clause, a sum over all time", "sum of total of \"Order Completed\" is more than 2000"},
    {"one clause, different values",
        "distinct values of product_id of \"Product Viewed\" in the last 90 days is at least 5"},
    {"one clause, a calendar month", "did \"Order Completed\" this month"},
    {"ten clauses", "(did \"Order Completed\" at least 2 times in the last 180 days or sum of total of \"Order "
                    "Completed\" is more than 500)"
                    " and did \"Product Viewed\" in the last 30 days and not did \"Order Refunded\" in the last 90 days"
                    " and average of total of \"Order Completed\" is at least 20 and days with \"Product Viewed\" in "
                    "the last 60 days is at least 2"
                    " and (maximum of total of \"Order Completed\" is more than 100 or did \"Product Added\" at least "
                    "3 times this month"
                    " or did \"Product Viewed\" where category contains \"shoe\") and not did \"Order Completed\" in "
                    "the last 2 days"},
    {"a sequence", "\"Product Viewed\" then \"Product Added\" then \"Order Completed\" within 3 days"},
    {"a sequence with the same product and an absence",
        "\"Product Viewed\" then \"Product Added\" within 3 days with the same product_id without \"Order Refunded\""},
};
static const char *const kinds[] = {"Product Viewed", "Product Viewed", "Product Viewed", "Product Viewed",
    "Product Viewed", "Product Added", "Product Added", "Order Completed", "Order Refunded", "Other"};

static uint64_t state = 88172645463325252u;

static uint64_t random64(void)
{
    state ^= state << 13;
    state ^= state >> 7;
    state ^= state << 17;
    return state;
}

static void need(cu_code code, const struct cu_error *err)
{
    if (code == CU_OK)
        return;
    fprintf(stderr, "%s\n", err->text);
    exit(1);
}

static void *room(size_t count, size_t size)
{
    void *ret = calloc(count, size);
    if (!ret)
        exit(1);
    return ret;
}

static int by_time(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;
    return (x > y) - (x < y);
}

// A person's rows, with a value in every column of the plan.
static struct scan_rows *make_rows(struct timeline *t, const struct scan_plan *plan, uint32_t count)
{
    struct scan_rows *r = room(1, sizeof *r + plan->column_count * sizeof r->column[0]);
    int64_t *time_ms = room(count, sizeof *time_ms), *revenue = room(count, sizeof *revenue);
    uint32_t *kind = room(count, sizeof *kind), *flags = room(count, sizeof *flags);
    for (uint32_t i = 0; i < count; i++) {
        time_ms[i] = NOW - (int64_t)(random64() % (DAYS * UINT64_C(86400000)));
        kind[i] = timeline_kind_find(t, cu_str_of(kinds[random64() % CU_COUNT(kinds)]));
    }
    qsort(time_ms, count, sizeof *time_ms, by_time);
    for (size_t c = 0; c < plan->column_count; c++) {
        uint32_t *first = room(count + 1, sizeof *first);
        int64_t *value = room(count, sizeof *value);
        for (uint32_t i = 0; i < count; i++) {
            first[i + 1] = i + 1;
            bool matches = plan->columns[c].match != SCAN_VALUE;
            value[i] = (int64_t)(random64() % (matches ? 2 : plan->columns[c].type == TIMELINE_TEXT ? 40 : 2000000));
        }
        r->column[c] = (struct scan_cells){first, value};
    }
    r->person = 1;
    r->count = count;
    r->time_ms = time_ms;
    r->kind = kind;
    r->revenue = revenue;
    r->flags = flags;
    return r;
}

static void free_rows(struct scan_rows *r, size_t columns)
{
    const void *parts[] = {r->time_ms, r->kind, r->revenue, r->flags};
    for (size_t i = 0; i < CU_COUNT(parts); i++)
        free((void *)(uintptr_t)parts[i]);
    for (size_t c = 0; c < columns; c++) {
        free((void *)(uintptr_t)r->column[c].first);
        free((void *)(uintptr_t)r->column[c].value);
    }
    free(r);
}

static void measure(const char *name, const struct seg_program *p, struct timeline *t, uint32_t count, double seconds)
{
    struct scan_plan plan;
    struct scan_rows *rows[PEOPLE];
    uint64_t answers = 0, held = 0;
    if (!seg_program_plan(p, NOW, &plan))
        exit(1);
    for (uint32_t i = 0; i < PEOPLE; i++)
        rows[i] = make_rows(t, &plan, count);
    int64_t started = cu_mono_us();
    while ((double)(cu_mono_us() - started) < seconds * 1e6) {
        for (uint32_t i = 0; i < PEOPLE; i++, answers++) {
            struct seg_person person = {.person = 1, .id_hash = i, .rows = rows[i]};
            struct seg_answer a;
            seg_eval(p, &person, NOW + (int64_t)(answers & 1023), &a);
            held += a.in;
        }
    }
    double took = (double)(cu_mono_us() - started) / 1e6;
    printf("%-52s %6u rows %12.0f answers/s %9.0f ns %5.0f %% hold\n", name, count, (double)answers / took,
        took * 1e9 / (double)answers, 100.0 * (double)held / (double)answers);
    for (uint32_t i = 0; i < PEOPLE; i++)
        free_rows(rows[i], plan.column_count);
}

int main(int argc, char **argv)
{
    double seconds = argc > 1 ? strtod(argv[1], NULL) : 0.5;
    char folder[] = "/tmp/bench-segment-XXXXXX", command[64];
    struct cu_error err = {0};
    struct dictionary *d = NULL;
    struct seg_catalog *catalog = NULL;
    struct timeline *t = NULL;
    struct text_zone *zone = text_zone_open("Europe/Berlin");
    if (!mkdtemp(folder) || !zone)
        return 1;
    need(dictionary_load(CU_NONE, &d, &err), &err);
    struct seg_catalog_options o = {.dictionary = d, .zone = zone};
    need(seg_catalog_open(&o, &catalog, &err), &err);
    need(timeline_open(&(struct timeline_options){.folder = folder}, &t, &err), &err);
    for (size_t i = 0; i < CU_COUNT(kinds); i++) {
        uint32_t kind;
        need(timeline_kind(t, cu_str_of(kinds[i]), &kind, &err), &err);
    }
    for (size_t q = 0; q < CU_COUNT(questions); q++) {
        struct cu_arena *a = cu_arena_new(SEG_ARENA_MAX);
        struct seg_node *node = NULL;
        struct seg_program *p = NULL;
        if (!a)
            return 1;
        need(seg_parse_text(cu_str_of(questions[q].text), catalog, a, &node, NULL, &err), &err);
        need(seg_check(node, catalog, a, NULL, &err), &err);
        need(seg_compile(node, &(struct seg_compile){.catalog = catalog, .timeline = t, .zone = zone}, &p, &err), &err);
        for (uint32_t count = 10; count <= ROWS_MAX; count *= 10)
            measure(questions[q].name, p, t, count, seconds);
        seg_program_free(p);
        cu_arena_free(a);
    }
    timeline_close(t);
    seg_catalog_close(catalog);
    dictionary_free(d);
    text_zone_close(zone);
    (void)snprintf(command, sizeof command, "rm -r '%s'", folder);
    return system(command) == 0 ? 0 : 1;
}
