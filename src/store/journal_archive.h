// SPDX-License-Identifier: Apache-2.0
// The journal beyond this disk. Segments only grow and are sealed as they are, so their bytes can be
// copied elsewhere while they are written: part after part, each ending at a durable frame. The key of a
// segment is a file of its own and travels apart, because it has to be destroyed in time: whoever is
// erased today stands in these records until their keys are gone. Called by backups and restores.
#pragma once

#include "journal.h"

struct journal_part {
    uint64_t number;             // of the segment
    uint64_t first_seq, last_seq; // of the segment so far; last_seq is whole only when `whole`
    int64_t from, to;            // bytes of the segment's file
    int64_t created_ms;
    bool whole;                  // reaches up to the last durable frame there was
    bool closed;                 // and nothing will follow: a newer segment exists
};
// The bytes after (number, offset), at most bytes_max of them, appended to out. *ret_more false: there are none
// yet. A segment that was released meanwhile is passed over: ret->from is then 0 of a newer one.
cu_code journal_part_next(struct journal *j, uint64_t number, int64_t offset, int64_t bytes_max, struct journal_part *ret,
    struct cu_buf *out, bool *ret_more, struct cu_error *err) CU_MUST;
// The key file of a living segment, wrapped by the root key, appended to out. CU_NOT_FOUND: released.
cu_code journal_part_key(struct journal *j, uint64_t number, struct cu_buf *out, struct cu_error *err) CU_MUST;
// Records above seq stay although released, so that they can be copied first; UINT64_MAX: no longer. When the
// backlog is half full they go all the same: taking events in comes first, and the archive has a gap.
void journal_hold(struct journal *j, uint64_t seq);
// A new, empty journal whose first record will be next_seq. The folder is made; CU_CONFLICT when it has segments.
cu_code journal_begin(const char *folder, struct keyring *keyring, uint64_t next_seq, struct cu_error *err) CU_MUST;
// Visits the records from from_seq on in a folder of copied segments and keys. Ends, with CU_OK, where records are
// missing, where a copy breaks off or a key is gone: *ret_last is the last one visited (from_seq - 1: none). CU_CORRUPT:
// a copy was altered, CU_KEY: it is another shop's.
// visit: CU_OK goes on; CU_NOT_FOUND ends the visit; anything else is returned.
typedef cu_code journal_visit(void *context, const struct journal_record *r, struct cu_error *err);
cu_code journal_archive_each(const char *folder, struct keyring *keyring, uint64_t from_seq, journal_visit *visit,
    void *context, uint64_t *ret_last, struct cu_error *err) CU_MUST;
