// SPDX-License-Identifier: Apache-2.0
// Metrics: named counters, gauges and latency histograms, registered once, updated without locks,
// printed as Prometheus text. Labels are fixed at registration.
#pragma once

#include "memory.h"

enum cu_metric_type { CU_COUNTER, CU_GAUGE, CU_HISTOGRAM };

struct cu_metric; // lives as long as the process

// name: "custos_journal_bytes_total"; labels: "source=\"http\"" or NULL; doc: one sentence.
// Registering the same name and labels again gives the same metric. At most 512; beyond: a sink.
struct cu_metric *cu_metric_get(enum cu_metric_type type, const char *name, const char *labels,
    const char *doc);
void cu_metric_add(struct cu_metric *m, int64_t delta);
void cu_metric_set(struct cu_metric *m, int64_t value);
int64_t cu_metric_value(const struct cu_metric *m); // histograms: count
void cu_metric_observe_us(struct cu_metric *m, int64_t microseconds); // log2 buckets, 64 us .. 67 s
void cu_metric_print(struct cu_buf *out); // all, Prometheus text format 0.0.4
