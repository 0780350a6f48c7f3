// SPDX-License-Identifier: Apache-2.0
// Metrics registry. See metric.h.
#include "metric.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>

enum { METRICS_MAX = 512, BUCKETS = 21, BUCKET_FIRST_US = 64 };

struct cu_metric {
    enum cu_metric_type type;
    char name[80], labels[96], doc[160];
    atomic_int_fast64_t value; // histograms: count
    atomic_int_fast64_t sum_us;
    atomic_int_fast64_t *buckets; // histograms
};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static struct cu_metric metrics[METRICS_MAX];
static atomic_size_t metric_count;
static struct cu_metric sink; // beyond the limit: counted nowhere, crashes nothing

static struct cu_metric *find(const char *name, const char *labels)
{
    for (size_t i = 0; i < atomic_load(&metric_count); i++) {
        if (strcmp(metrics[i].name, name) == 0 && strcmp(metrics[i].labels, labels) == 0)
            return &metrics[i];
    }
    return NULL;
}

static struct cu_metric *make(enum cu_metric_type type, const char *name, const char *labels,
    const char *doc)
{
    size_t at = atomic_load(&metric_count);
    if (at == METRICS_MAX)
        return &sink;
    struct cu_metric *m = &metrics[at];
    if (type == CU_HISTOGRAM) {
        m->buckets = cu_calloc(BUCKETS, sizeof *m->buckets);
        if (!m->buckets)
            return &sink;
    }
    m->type = type;
    (void)snprintf(m->name, sizeof m->name, "%s", name);
    (void)snprintf(m->labels, sizeof m->labels, "%s", labels);
    (void)snprintf(m->doc, sizeof m->doc, "%s", doc);
    atomic_store(&metric_count, at + 1);
    return m;
}

struct cu_metric *cu_metric_get(enum cu_metric_type type, const char *name, const char *labels,
    const char *doc)
{
    (void)pthread_mutex_lock(&lock);
    struct cu_metric *m = find(name, labels ? labels : "");
    if (!m)
        m = make(type, name, labels ? labels : "", doc);
    (void)pthread_mutex_unlock(&lock);
    return m;
}

void cu_metric_add(struct cu_metric *m, int64_t delta)
{
    atomic_fetch_add_explicit(&m->value, delta, memory_order_relaxed);
}

void cu_metric_set(struct cu_metric *m, int64_t value)
{
    atomic_store_explicit(&m->value, value, memory_order_relaxed);
}

int64_t cu_metric_value(const struct cu_metric *m)
{
    return atomic_load_explicit(&m->value, memory_order_relaxed);
}

void cu_metric_observe_us(struct cu_metric *m, int64_t us)
{
    cu_metric_add(m, 1);
    atomic_fetch_add_explicit(&m->sum_us, us, memory_order_relaxed);
    if (!m->buckets)
        return;
    int bucket = 0;
    for (int64_t edge = BUCKET_FIRST_US; bucket < BUCKETS - 1 && us > edge; edge *= 2)
        bucket++;
    atomic_fetch_add_explicit(&m->buckets[bucket], 1, memory_order_relaxed);
}

static void print_histogram(struct cu_buf *out, const struct cu_metric *m)
{
    const char *comma = m->labels[0] ? "," : "";
    int64_t below = 0, edge = BUCKET_FIRST_US;
    for (int i = 0; i < BUCKETS; i++, edge *= 2) {
        below += atomic_load_explicit(&m->buckets[i], memory_order_relaxed);
        if (i == BUCKETS - 1)
            cu_buf_printf(out, "%s_bucket{%s%sle=\"+Inf\"} ", m->name, m->labels, comma);
        else
            cu_buf_printf(out, "%s_bucket{%s%sle=\"%.6g\"} ", m->name, m->labels, comma,
                (double)edge / 1e6);
        cu_buf_i64(out, below);
        cu_buf_char(out, '\n');
    }
    const char *open = m->labels[0] ? "{" : "", *close = m->labels[0] ? "}" : "";
    int64_t sum_us = atomic_load_explicit(&m->sum_us, memory_order_relaxed);
    cu_buf_printf(out, "%s_sum%s%s%s %.6f\n", m->name, open, m->labels, close,
        (double)sum_us / 1e6);
    cu_buf_printf(out, "%s_count%s%s%s %lld\n", m->name, open, m->labels, close, (long long)below);
}

static void print_family(struct cu_buf *out, const struct cu_metric *first, size_t count)
{
    static const char *const types[] = {"counter", "gauge", "histogram"};
    cu_buf_printf(out, "# HELP %s %s\n# TYPE %s %s\n", first->name, first->doc, first->name,
        types[first->type]);
    for (size_t i = 0; i < count; i++) {
        const struct cu_metric *m = &metrics[i];
        if (strcmp(m->name, first->name) != 0)
            continue;
        if (m->type == CU_HISTOGRAM)
            print_histogram(out, m);
        else
            cu_buf_printf(out, "%s%s%s%s %lld\n", m->name, m->labels[0] ? "{" : "", m->labels,
                m->labels[0] ? "}" : "", (long long)cu_metric_value(m));
    }
}

void cu_metric_print(struct cu_buf *out)
{
    size_t count = atomic_load(&metric_count);
    for (size_t i = 0; i < count; i++) {
        bool printed = false; // a family is printed where its first member stands
        for (size_t k = 0; k < i && !printed; k++)
            printed = strcmp(metrics[k].name, metrics[i].name) == 0;
        if (!printed)
            print_family(out, &metrics[i], count);
    }
}
