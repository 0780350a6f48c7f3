// SPDX-License-Identifier: Apache-2.0
// Segments, RFM and set algebra over the made-up shop of bench_scan: the same questions bench/duckdb asks of DuckDB.
//
//   bench_questions FOLDER [--threads N] [--rounds N]
//
// FOLDER: as bench_scan left it. Each line: the question, the best of the rounds, the answer.
#include "base/clock.h"
#include "insight/machines.h"
#include "insight/rfm.h"
#include "insight/segment_eval.h"
#include "insight/segment_language.h"

#include <math.h>
#include <roaring/roaring.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/resource.h>

enum { THREADS_MAX = 16 };
#define DAY INT64_C(86400000)
#define TWO_THEN_SILENT "\"Order Completed\" then \"Order Completed\" within 30 days and did not any event in the last 60 days"
#define TEN_CLAUSES                                                                                                        \
    "did \"Order Completed\" at least 2 times and sum of total of \"Order Completed\" in the last 365 days is more than "  \
    "100 and did \"Product Viewed\" where category is \"category-03\" and distinct values of product_id of \"Product "     \
    "Viewed\" is at least 5 and did \"$page\" in the last 180 days and did \"Product Added\" where price is at least 20 "  \
    "and did not \"Order Completed\" where channel is \"affiliate\" and days with any event is at least 5 and average of " \
    "total of \"Order Completed\" is less than 500 and (did \"Email Opened\" or did \"Signed In\")"

struct bench {
    struct timeline *t;
    struct dictionary *dictionary;
    struct seg_catalog *catalog;
    struct text_zone *zone;
    unsigned threads;
    int rounds;
    int64_t now_ms;
};

static void need(cu_code code, const struct cu_error *err)
{
    if (code == CU_OK)
        return;
    fprintf(stderr, "%s\n", err->text);
    exit(1);
}

static double took_ms(int64_t started)
{
    return (double)(cu_mono_us() - started) / 1000;
}

static void print(const char *name, double best_ms, const char *answer)
{
    printf("%-16s %9.2f ms   %s\n", name, best_ms, answer);
}

// ---- segments

struct filling { // one thread's
    const struct seg_program *program;
    int64_t now_ms;
    roaring_bitmap_t *people;
};

static bool decide(void *state, const struct scan_rows *rows)
{
    struct filling *f = state;
    struct seg_person person = {.person = rows->person, .rows = rows};
    struct seg_answer a;
    seg_eval(f->program, &person, f->now_ms, &a);
    if (a.in)
        roaring_bitmap_add(f->people, rows->person);
    return true;
}

static struct seg_program *compile(const struct bench *b, const char *text, struct cu_arena *a)
{
    struct seg_node *node = NULL;
    struct seg_program *p = NULL;
    struct cu_error err;
    need(seg_parse_text(cu_str_of(text), b->catalog, a, &node, NULL, &err), &err);
    need(seg_check(node, b->catalog, a, NULL, &err), &err);
    need(seg_compile(node, &(struct seg_compile){.catalog = b->catalog, .timeline = b->t, .zone = b->zone}, &p, &err), &err);
    return p;
}

// The people of a segment, as a new definition is filled.
static roaring_bitmap_t *fill(const struct bench *b, const struct seg_program *p)
{
    struct scan_plan plan;
    struct filling each[THREADS_MAX];
    void *states[THREADS_MAX];
    struct scan_stats stats;
    struct cu_error err;
    if (!seg_program_plan(p, b->now_ms, &plan))
        exit(1);
    plan.threads = b->threads;
    unsigned n = scan_threads(&plan);
    for (unsigned i = 0; i < n; i++) {
        each[i] = (struct filling){p, b->now_ms, roaring_bitmap_create()};
        states[i] = &each[i];
    }
    need(timeline_scan_people(b->t, &plan, NULL, decide, states, n, &stats, &err), &err);
    for (unsigned i = 1; i < n; i++) {
        roaring_bitmap_or_inplace(each[0].people, each[i].people);
        roaring_bitmap_free(each[i].people);
    }
    return each[0].people;
}

static roaring_bitmap_t *ask_segment(const struct bench *b, const char *name, const char *text)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(SEG_ARENA_MAX);
    struct seg_program *p = compile(b, text, a);
    roaring_bitmap_t *people = NULL;
    double best = 1e12;
    char answer[64];
    for (int i = 0; i < b->rounds; i++) {
        if (people)
            roaring_bitmap_free(people);
        int64_t started = cu_mono_us();
        people = fill(b, p);
        best = fmin(best, took_ms(started));
    }
    (void)snprintf(answer, sizeof answer, "%llu people", (unsigned long long)roaring_bitmap_get_cardinality(people));
    if (name)
        print(name, best, answer);
    seg_program_free(p);
    return people;
}

static void ask_and(const struct bench *b)
{
    roaring_bitmap_t *buyers = ask_segment(b, NULL, "did \"Order Completed\""), *readers = ask_segment(b, NULL, "did \"Email Opened\"");
    double best = 1e12;
    uint64_t both = 0;
    char answer[64];
    for (int i = 0; i < b->rounds; i++) {
        int64_t started = cu_mono_us();
        both = roaring_bitmap_and_cardinality(buyers, readers);
        best = fmin(best, took_ms(started));
    }
    (void)snprintf(answer, sizeof answer, "%llu people", (unsigned long long)both);
    print("a and b", best, answer);
    roaring_bitmap_free(buyers);
    roaring_bitmap_free(readers);
}

// ---- RFM

struct customers { // one thread's
    struct rfm_customer *at;
    size_t count, cap;
};

static bool sum_orders(void *state, const struct scan_rows *rows)
{
    struct customers *c = state;
    if (c->count == c->cap) {
        c->cap = c->cap ? c->cap * 2 : 4096;
        c->at = realloc(c->at, c->cap * sizeof *c->at);
        if (!c->at)
            exit(1);
    }
    struct rfm_customer *one = &c->at[c->count++];
    *one = (struct rfm_customer){.person = rows->person, .orders = (uint32_t)rows->count,
        .last_day = (int32_t)(rows->time_ms[rows->count - 1] / DAY)};
    for (size_t i = 0; i < rows->count; i++)
        one->revenue += rows->revenue[i];
    return true;
}

static void ask_rfm(const struct bench *b)
{
    uint32_t order = timeline_kind_find(b->t, CU_LIT("Order Completed"));
    struct scan_plan plan = {.kinds = &order, .kind_count = 1, .from_ms = INT64_MIN, .to_ms = INT64_MAX, .wants = SCAN_REVENUE, .threads = b->threads};
    unsigned n = scan_threads(&plan);
    double best = 1e12;
    uint64_t champions = 0, count = 0;
    char answer[80];
    for (int round = 0; round < b->rounds; round++) {
        struct customers each[THREADS_MAX] = {{NULL, 0, 0}};
        void *states[THREADS_MAX];
        struct scan_stats stats;
        struct rfm_cuts cuts;
        struct cu_error err;
        for (unsigned i = 0; i < n; i++)
            states[i] = &each[i];
        int64_t started = cu_mono_us();
        need(timeline_scan_people(b->t, &plan, NULL, sum_orders, states, n, &stats, &err), &err);
        count = 0;
        for (unsigned i = 0; i < n; i++)
            count += each[i].count;
        struct rfm_customer *all = malloc((count + 1) * sizeof *all);
        if (!all)
            exit(1);
        for (size_t i = 0, at = 0; i < n; at += each[i++].count)
            memcpy(all + at, each[i].at, each[i].count * sizeof *all);
        need(rfm_score(all, count, (int32_t)(b->now_ms / DAY), 100, rfm_group_defaults, &cuts, &err), &err);
        best = fmin(best, took_ms(started));
        champions = 0;
        for (size_t i = 0; i < count; i++)
            champions += all[i].recency == 5 && all[i].frequency == 5 && all[i].monetary == 5;
        free(all);
        for (unsigned i = 0; i < n; i++)
            free(each[i].at);
    }
    (void)snprintf(answer, sizeof answer, "%llu customers, %llu of them 5-5-5", (unsigned long long)count, (unsigned long long)champions);
    print("rfm", best, answer);
}

// ---- the shop

static bool newest(void *context, const struct timeline_event *e)
{
    int64_t *last = context;
    if (e->time_ms > *last)
        *last = e->time_ms;
    return true;
}

static void open_shop(struct bench *b, const char *folder)
{
    static const char shop[] = "version: 1\nevents:\n  Order Completed:\n    fields:\n"
                               "      channel: {type: string, max: 64, level: P1, doc: Where it was sold.}\n";
    struct timeline_options options = {.folder = folder};
    struct cu_error err;
    b->zone = text_zone_open("UTC");
    need(timeline_open(&options, &b->t, &err), &err);
    need(dictionary_load(cu_str_of(shop), &b->dictionary, &err), &err);
    const struct seg_catalog_options o = {.dictionary = b->dictionary, .zone = b->zone};
    need(seg_catalog_open(&o, &b->catalog, &err), &err);
    need(timeline_scan(b->t, INT64_MIN, INT64_MAX, false, newest, &b->now_ms, &err), &err);
}

int main(int argc, char **argv)
{
    struct bench b = {.rounds = 3};
    if (argc < 2) {
        fprintf(stderr, "usage: bench_questions FOLDER [--threads N] [--rounds N]\n");
        return 2;
    }
    for (int i = 2; i + 1 < argc; i += 2) {
        if (strcmp(argv[i], "--threads") == 0)
            b.threads = (unsigned)strtoul(argv[i + 1], NULL, 10);
        else if (strcmp(argv[i], "--rounds") == 0)
            b.rounds = (int)strtol(argv[i + 1], NULL, 10);
    }
    open_shop(&b, argv[1]);
    roaring_bitmap_free(ask_segment(&b, "two, then silent", TWO_THEN_SILENT));
    ask_rfm(&b);
    roaring_bitmap_free(ask_segment(&b, "ten clauses", TEN_CLAUSES));
    ask_and(&b);
    struct rusage usage;
    (void)getrusage(RUSAGE_SELF, &usage);
    printf("peak memory      %ld MiB\n", usage.ru_maxrss / 1024);
    timeline_close(b.t);
    seg_catalog_close(b.catalog);
    dictionary_free(b.dictionary);
    text_zone_close(b.zone);
    return 0;
}
