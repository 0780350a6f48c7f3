// SPDX-License-Identifier: Apache-2.0
// The timeline: every profile's events in time order. First form: immutable sorted runs of rows and
// a memory tail replayed from the journal; the interface is the one the columnar engine will keep.
// A row belongs to a profile number (pno), never to a merged person: people/ passes all profile
// numbers of a person and reads them as one, so merge and un-merge never rewrite events.
//
// Threads: one writer (the projector); readers from any thread, each on a consistent snapshot.
#pragma once

#include "base/memory.h"

struct timeline;
struct timeline_options {
    const char *folder;   // DATA/timeline
    uint32_t tail_max;    // rows in memory before a run is written; default 65,536
    size_t memory_max;    // bytes for the tail and the tables of runs being written; default 256 MiB, at least 64 MiB
};

struct timeline_event {
    uint32_t pno;        // profile; 0 = nobody (an anonymous order line)
    uint32_t kind;       // dictionary id of the event name: timeline_kind(); never 0
    uint32_t source;     // source number
    uint32_t import;     // import number, 0 = none
    int64_t time_ms;     // when it happened, corrected
    uint64_t seq;        // journal sequence number: unique, tie-break
    int64_t revenue;     // minor units of the shop's currency; 0 when none
    uint32_t flags;      // TIMELINE_*
    cu_str plain;        // JSON object of declared, non-personal properties; may be empty
    cu_str sealed;       // sealed group of everything else; may be empty
};
enum { TIMELINE_HAS_REVENUE = 1, TIMELINE_SAMPLE = 2 };

cu_code timeline_open(const struct timeline_options *options, struct timeline **ret, struct cu_error *err) CU_MUST;
void timeline_close(struct timeline *t);
uint64_t timeline_durable_seq(const struct timeline *t); // replay the journal from the next one
// Copies. Seqs ascend, one row each. A seq that was published already is ignored; one at or below an
// unpublished row drops the unpublished rows from there on: the batch is being repeated. plain and
// sealed together at most 8 MiB (CU_TOO_LARGE). CU_FULL when the tail is twice its size because runs
// cannot be written.
cu_code timeline_add(struct timeline *t, const struct timeline_event *e, struct cu_error *err) CU_MUST;
void timeline_discard(struct timeline *t); // forgets what was added and not published
cu_code timeline_publish(struct timeline *t, struct cu_error *err) CU_MUST; // makes added rows visible to readers; once per projector batch; writes a run when the tail is full
cu_code timeline_flush(struct timeline *t, struct cu_error *err) CU_MUST;   // writes the published tail as a run
// The id of an event name (assigned durably on first use) and back. Names are at most 255 bytes; after
// 65,534 of them every new one is "(other)".
cu_code timeline_kind(struct timeline *t, cu_str name, uint32_t *ret, struct cu_error *err) CU_MUST;
uint32_t timeline_kind_find(struct timeline *t, cu_str name); // the id if the name was ever used; 0: never. Stores nothing
cu_str timeline_kind_name(struct timeline *t, uint32_t kind); // CU_NONE when unknown; valid until close

// Visits rows; return false to stop. The event's bytes are valid during the call only.
typedef bool timeline_visit(void *context, const struct timeline_event *e);
// The rows of these profiles, newest first, merged by (time, seq), starting below
// (before_ms, before_seq); INT64_MAX/UINT64_MAX = from the newest.
cu_code timeline_person(struct timeline *t, const uint32_t *pnos, size_t count, int64_t before_ms,
    uint64_t before_seq, timeline_visit *visit, void *context, struct cu_error *err) CU_MUST;
// All rows with from_ms <= time_ms < to_ms, profiles in order, times in order within a profile;
// plain and sealed are left empty unless with_bytes.
cu_code timeline_scan(struct timeline *t, int64_t from_ms, int64_t to_ms, bool with_bytes, timeline_visit *visit,
    void *context, struct cu_error *err) CU_MUST;
// Counts and revenue per (day, kind), kept current on every add and removal; day = days since 1970
// in UTC. Visits every cell with from_day <= day < to_day (kind 0: all kinds), by day, then kind.
typedef bool timeline_day_visit(void *context, int32_t day, uint32_t kind, uint64_t count, int64_t revenue);
cu_code timeline_days(struct timeline *t, int32_t from_day, int32_t to_day, uint32_t kind, timeline_day_visit *visit,
    void *context, struct cu_error *err) CU_MUST;
uint64_t timeline_count(struct timeline *t); // visible rows
// Removal: hidden from every read when the call returns (durably), bytes rewritten away before it
// returns. For deleting people, reverting an import, removing sample data. Unpublished rows that
// match go too. On failure the rows are hidden (if that much was stored) and the rewriting is
// repeated by the next removal or start. A removed profile number is dead: rows added for it later
// (of a batch that was committed before the removal) are ignored until the next start.
cu_code timeline_remove_people(struct timeline *t, const uint32_t *pnos, size_t count, struct cu_error *err) CU_MUST;
cu_code timeline_remove_import(struct timeline *t, uint32_t import, struct cu_error *err) CU_MUST;
cu_code timeline_remove_sources(struct timeline *t, const uint32_t *sources, size_t count, struct cu_error *err) CU_MUST;
// Rows that are older than their kind is kept (timeline_expire.c): happened before before_day (days since 1970, UTC).
struct timeline_expiry {
    uint32_t kind;
    int32_t before_day;
};
// Removes them, one step: at most one run is written again; what is stored is whole after each. goes (may be NULL) is asked
// about each row before it goes, without its bytes, by profile number; false keeps the old rows of that profile in this
// step, and it is asked no more about them. *ret_rows: how many went. *ret_more: there may be more to do. Rows added
// meanwhile are the next step's. Repeating it does no harm.
cu_code timeline_expire(struct timeline *t, const struct timeline_expiry *rules, size_t count, timeline_visit *goes, void *context,
    uint64_t *ret_rows, bool *ret_more, struct cu_error *err) CU_MUST;
cu_code timeline_verify(const char *folder, struct cu_error *err) CU_MUST; // checksums of every run, for doctor
