// SPDX-License-Identifier: Apache-2.0
// An append-only log of entries in a folder, under an RFC 6962 Merkle tree: whoever keeps a size and a
// root can later prove that nothing of it was changed, left out or put in between. It knows nothing of
// what entries mean, who signs roots, or when (guard/audit does).
//
//   0000000001.seg   a header, then groups of entries, each group with checksums
//   hashes           the tree's stored hashes (ledger_proof.h), 32 bytes each, of finished segments
//   offsets          where each entry of finished segments begins in its file, 4 bytes each
// What belongs to the newest segment is kept in memory and made again from the segment at start.
//
// Invariants:
// L1 An entry is acknowledged after its group was written and synced; the groups of a segment follow
//    one another, and no group is begun before the one before it is durable.
// L2 So at most one group, the last of the newest segment, can be torn by a crash. It was acknowledged
//    to nobody and is cut at start. A bad group anywhere else is damage: CU_CORRUPT, nothing is cut.
// L3 Nothing is cut below options.size_min, which the caller knows to have been durable (a signed root).
// L4 After a failed write or sync nothing is appended until the file was cut back to its last durable
//    group and that was synced. An entry that was refused may be in the log after a crash in between;
//    an acknowledged one is never missing.
// L5 hashes and offsets of a segment are durable before its successor exists; the successor's header
//    is durable under its name before an entry goes into it.
// L6 An entry's index never changes. Indexes and segments have no gaps.
// L7 Every byte of every file is either checked by ledger_verify against the entries' hashes, or a
//    checksum, or is behind the last whole group (told as tail_bytes).
//
// Threads: any, all calls. Appends of many threads share one fdatasync: one of the waiting threads
// writes for all. Another process may read the same folder (read_only) while one writes.
#pragma once

#include "ledger_proof.h"

#define LEDGER_ENTRY_MAX (256u * 1024)
#define LEDGER_WAITING_MAX (1024u * 1024) // bytes of entries that nobody waits for, not yet written

struct ledger;
struct ledger_options {
    const char *folder; // made when absent
    int64_t segment_bytes_max; // 0: 8 MiB
    uint64_t size_min;         // entries known to have been durable
    bool read_only;            // for another process: changes nothing; ledger_refresh sees what came since
};
// CU_LOCKED: another writer. CU_CORRUPT: damage, or fewer entries than size_min. CU_NOT_FOUND: read_only
// and nothing there.
cu_code ledger_open(const struct ledger_options *o, struct ledger **ret, struct cu_error *err) CU_MUST;
void ledger_close(struct ledger *l); // writes what waits; NULL is fine

// wait: durable on return, at *ret_index (may be NULL). Otherwise the entry is copied and written with
// the next group: by another thread's append or ledger_flush; a failing disk keeps it waiting.
// CU_INVALID: empty or longer than LEDGER_ENTRY_MAX. CU_FULL, CU_IO, CU_MEMORY: it is not in the log.
cu_code ledger_append(struct ledger *l, cu_str entry, bool wait, uint64_t *ret_index, struct cu_error *err) CU_MUST;
cu_code ledger_flush(struct ledger *l, struct cu_error *err) CU_MUST;
bool ledger_waiting(struct ledger *l); // entries that ledger_flush would write

uint64_t ledger_size(struct ledger *l); // durable entries
cu_code ledger_refresh(struct ledger *l, struct cu_error *err) CU_MUST; // read_only: entries written since; else nothing
cu_code ledger_root(struct ledger *l, uint64_t size, struct ledger_hash *ret, struct cu_error *err) CU_MUST;
cu_code ledger_inclusion(
    struct ledger *l, uint64_t index, uint64_t size, struct ledger_proof *ret, struct cu_error *err) CU_MUST;
cu_code ledger_consistency(
    struct ledger *l, uint64_t from, uint64_t to, struct ledger_proof *ret, struct cu_error *err) CU_MUST;
cu_code ledger_leaf(
    struct ledger *l, uint64_t index, struct ledger_hash *ret, struct cu_error *err) CU_MUST; // an entry's stored hash
// One entry, compared with its stored hash. CU_NOT_FOUND beyond the size; CU_CORRUPT.
cu_code ledger_read(struct ledger *l, uint64_t index, struct cu_buf *out, struct cu_error *err) CU_MUST;

// A run of entries of one segment in memory, for going through many: the entries from max(from, the
// segment's first) up to but not with `to`, in the segment that holds to-1. Not compared with hashes.
struct ledger_run {
    uint64_t first;
    size_t count;
    struct cu_buf bytes;
    uint32_t *offsets; // count + 1, into bytes
};
cu_code ledger_run_load(struct ledger *l, uint64_t from, uint64_t to, struct ledger_run *ret, struct cu_error *err) CU_MUST;
cu_str ledger_run_entry(const struct ledger_run *r, size_t i); // CU_NONE when the bytes hold no such entry
void ledger_run_clear(struct ledger_run *r);
// The segment that holds an index: its first index, and the first of the next segment (or the size).
void ledger_segment_span(struct ledger *l, uint64_t index, uint64_t *ret_first, uint64_t *ret_end);

// How many segments there are now, and how many entries are in all but the newest: what a copy needs to know.
cu_code ledger_extent(const char *folder, uint64_t *ret_segments, uint64_t *ret_entries, struct cu_error *err) CU_MUST;

// Reads everything and compares everything; needs no open ledger and changes nothing. at[i].size is
// asked, at[i].root answered (sizes beyond the log: known false). CU_CORRUPT says where.
struct ledger_report {
    uint64_t size, bytes, segments;
    uint64_t tail_bytes; // of a group that was never finished, behind the last entry
    struct ledger_hash root;
    struct {
        uint64_t size;
        bool known;
        struct ledger_hash root;
    } at[8];
    size_t at_count;
};
typedef void ledger_progress(void *context, uint64_t entries);
cu_code ledger_verify(
    const char *folder, struct ledger_report *report, ledger_progress *fn, void *context, struct cu_error *err) CU_MUST;
