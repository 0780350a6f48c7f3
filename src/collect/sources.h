// SPDX-License-Identifier: Apache-2.0
// Sources: where data comes from. Each has a write key (may only put data in), a kind, a last-seen
// time and counters. The doors look keys up in memory; nothing on their path touches a database.
#pragma once

#include "people/people.h"
#include "store/module.h"

struct sources;
struct source {
    uint32_t number;   // dense, never reused
    char write_key[40];
    char name[128];
    char kind[16];     // "http", "import", "sample"
    bool enabled, sample;
    int64_t created_ms;
};
cu_code sources_open(struct people *p, struct sources **ret, struct cu_error *err) CU_MUST;
void sources_close(struct sources *s);
cu_code sources_create(struct sources *s, cu_str name, cu_str kind, bool sample, struct source *ret, struct cu_error *err) CU_MUST;
cu_code sources_update(struct sources *s, uint32_t number, cu_str name /* or NONE */, int enabled /* -1: as is */, struct cu_error *err) CU_MUST;
bool sources_by_key(struct sources *s, cu_str write_key, struct source *ret); // constant-time enough; any thread
bool sources_by_number(struct sources *s, uint32_t number, struct source *ret);
size_t sources_list(struct sources *s, struct source *ret, size_t max);
// Counters, in memory, written by a job every few seconds: accepted, duplicate?, refused; last seen.
void sources_count(struct sources *s, uint32_t number, uint64_t accepted, uint64_t refused, int64_t now_ms, const char *last_error_code);
struct source_stats {
    uint64_t accepted, refused;
    int64_t last_seen_ms, last_error_ms;
    char last_error[32];
};
bool sources_stats(struct sources *s, uint32_t number, struct source_stats *ret);
void sources_forget_counts(struct sources *s, uint32_t number); // its data was removed
cu_code sources_save(struct sources *s, struct cu_error *err) CU_MUST; // the job
extern const struct module collect_sources_module;
