// SPDX-License-Identifier: Apache-2.0
// Shared by govern/audit_*.c, alert_*.c and decoy_*.c only.
#pragma once

#include "audit.h"
#include "alert_rules.h"
#include "staff.h"

#include "guard/audit_read.h"

#include <pthread.h>

enum { AUDIT_WITNESSES_MAX = 8 };

struct auditing {
    struct auditing_options options;
    char folder[1024 + 64];
    struct note_key witnesses[AUDIT_WITNESSES_MAX];
    size_t witness_count;
    pthread_mutex_t lock; // the reader; one verification at a time has a lock of its own
    struct audit_reader *reader;
    pthread_mutex_t verifying;

    // the alert job only
    struct alert_rules *rules;
    struct json_parser *json;
    bool warm;        // the last hour was read
    uint64_t next;    // entry to be read
    int64_t refused;  // of custos_audit_refused_total, as last seen
    _Atomic int64_t decoys_ms; // when the decoys were read last; 0: they have changed
};
// The reader, opened on first use. CU_NOT_FOUND before the first entry.
cu_code auditing_reader(struct auditing *a, struct audit_reader **ret, struct cu_error *err) CU_MUST;
// One entry as an element of "items". Names of actors are looked up once per call of the caller.
struct audit_names {
    struct {
        int64_t staff_id;
        char name[260];
    } at[16];
    size_t count;
};
cu_code audit_write_entry(struct auditing *a, struct request *rq, uint64_t index, cu_str entry, struct audit_names *names,
    struct json_writer *w, struct cu_error *err) CU_MUST;
void audit_write_actor(struct auditing *a, cu_str kind, int64_t id, struct audit_names *names, struct json_writer *w);
extern const struct spec_field audit_actor_fields[], audit_list_answer[];

// alert_store.c
cu_code alert_watch(void *auditing, struct cu_error *err) CU_MUST; // the job: reads what is new, raises alerts
cu_code alert_raise(struct auditing *a, const struct alert *al, struct cu_error *err) CU_MUST;
cu_code alert_position_read(struct auditing *a, uint64_t *ret, struct cu_error *err) CU_MUST;
cu_code alert_position_write(struct auditing *a, uint64_t next, struct cu_error *err) CU_MUST;

// decoy_store.c
cu_code decoy_subjects(
    struct auditing *a, struct cu_arena *arena, uint32_t **ret, size_t *ret_count, struct cu_error *err) CU_MUST;
