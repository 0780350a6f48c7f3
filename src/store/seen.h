// SPDX-License-Identifier: Apache-2.0
// Which messageIds have been accepted: an exact set over at least `keep_ms` (default 30 days, 31
// kept), across restarts, in bounded memory. An entry is (128-bit keyed tag of source-independent
// messageId, the journal seq that first carried it). A record is a duplicate when its tag is stored
// with a smaller seq: so replaying the journal after a crash gives the same verdicts.
// A memory table for what is newest, immutable sorted runs with a filter on disk, merged by age.
// One thread checks (the projector), one merges in the background; seen_durable_seq says from which
// seq to replay after a crash.
//
// Memory: 48 bytes x memory_max (table at its fullest) + 8 MiB of filters (6 M entries; the rest of
// the filters is read through the page cache, 64 bytes a check and run) + 8 bytes per 170 entries
// (50 M entries: 2.4 MB) + 4.5 KB a run. Disk: 25.7 bytes an entry.
#pragma once

#include "base/memory.h"

struct seen;
struct seen_options {
    const char *folder;  // DATA/seen
    int64_t keep_ms;     // at least 30 days
    uint32_t memory_max; // entries held before a run is written; default 262,144
};
typedef struct seen_tag {
    uint8_t bytes[16];
} seen_tag;

cu_code seen_open(const struct seen_options *options, struct seen **ret, struct cu_error *err) CU_MUST;
void seen_close(struct seen *s);
// *ret_first: the seq that carried this tag first (== seq when it is new and now remembered).
cu_code seen_check_add(struct seen *s, seen_tag tag, uint64_t seq, int64_t now_ms, uint64_t *ret_first,
    struct cu_error *err) CU_MUST;
// Everything up to this seq is in runs on disk; the journal must keep what comes after.
uint64_t seen_durable_seq(const struct seen *s);
// Writes the memory table as a run now (clean shutdown; before a segment may be released).
cu_code seen_flush(struct seen *s, struct cu_error *err) CU_MUST;
uint64_t seen_count(const struct seen *s);
cu_code seen_verify(const char *folder, struct cu_error *err) CU_MUST; // checksums of every run, for doctor
