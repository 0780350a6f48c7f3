// SPDX-License-Identifier: Apache-2.0
// Quarantine: what a door or the pipeline could not accept, kept whole and sealed with the reason, to be
// listed, shown, repaired and replayed. A replay is a new record in the journal that names the row it
// settles; the row is settled in the transaction that projects the record, so neither is lost or doubled.
//
// A body is sealed for its source (subject 2^33 + source number), not for a person: nobody knows yet
// whose it is.
#pragma once

#include "people/people.h"
#include "record.h"
#include "store/journal.h"
#include "store/module.h"

// ---- for the pipeline, inside a batch

enum quarantine_status { QUARANTINE_OPEN, QUARANTINE_REPLAYED, QUARANTINE_DISCARDED };
struct quarantine_entry {
    const struct record *record; // NULL when the bytes could not be decoded
    uint64_t seq;
    cu_str bytes;                // the journal record
    bool by_door;
    const struct cu_error *why;
    int64_t now_ms;
};
cu_code quarantine_put(struct people *p, const struct quarantine_entry *e, struct cu_error *err) CU_MUST;
struct quarantine_row {
    uint64_t seq, settled_seq; // settled_seq 0: not replayed
    enum quarantine_status status;
};
cu_code quarantine_find(struct db *d, uint64_t id, bool *ret_found, struct quarantine_row *ret, struct cu_error *err) CU_MUST;
cu_code quarantine_settle(struct db *d, uint64_t id, uint64_t seq, int64_t now_ms, struct cu_error *err) CU_MUST;
// The seqs above from_seq that the pipeline itself put here, ascending; *ret is freed with cu_free.
cu_code quarantine_seqs(struct db *d, uint64_t from_seq, uint64_t **ret, size_t *ret_count, struct cu_error *err) CU_MUST;

// Under the lock inside a transaction; the whole body, the reason and the row go.
cu_code quarantine_forget_import(struct people *p, uint32_t import, struct cu_error *err) CU_MUST;
cu_code quarantine_forget_sample(struct people *p, struct cu_error *err) CU_MUST;

// ---- the instance behind the routes

struct pipeline;
struct quarantine_options {
    struct people *people;
    struct journal *journal;
    struct pipeline *pipeline; // may be NULL; else a replay waits shortly for its row to be settled
};
struct quarantine;
cu_code quarantine_open(const struct quarantine_options *o, struct quarantine **ret, struct cu_error *err) CU_MUST;
void quarantine_close(struct quarantine *q);
// Appends the event's bytes to body (wipe it). CU_NOT_FOUND; CU_ERASED once discarded.
cu_code quarantine_body(struct quarantine *q, struct db *d, uint64_t id, struct cu_buf *body, struct cu_error *err) CU_MUST;
// Sends one row through the door's check again; body NONE: as it is. Durable when it returns CU_OK; the
// row is settled when the pipeline comes by. CU_CONFLICT when it is not open; else what is still wrong.
cu_code quarantine_replay(struct quarantine *q, uint64_t id, cu_str body, struct cu_error *err) CU_MUST;
// All open rows of a code and source (NONE, 0: any), at most QUARANTINE_REPLAY_MAX in one call. refused:
// those that still do not pass and stay open.
#define QUARANTINE_REPLAY_MAX 10000
cu_code quarantine_replay_all(struct quarantine *q, cu_str code, uint32_t source, uint64_t *ret_replayed,
    uint64_t *ret_refused, struct cu_error *err) CU_MUST;
cu_code quarantine_discard(struct quarantine *q, uint64_t id, struct cu_error *err) CU_MUST; // the body is gone for good

// The records that replaying a body makes, each with the door's check: one, or one per call when the
// body is a batch; only the last names the row. was: the record as it is in quarantine; body NONE: its own.
struct quarantine_records {
    struct cu_buf bytes;
    size_t ends[2500]; // of each record in bytes
    uint32_t count;
};
cu_code quarantine_records_make(struct people *p, const struct record *was, cu_str body, uint64_t id,
    struct quarantine_records *ret, struct cu_error *err) CU_MUST;

extern const struct module collect_quarantine_module; // instance: struct quarantine *
