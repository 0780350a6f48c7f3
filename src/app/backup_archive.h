// SPDX-License-Identifier: Apache-2.0
// The journal in the backup target, for going back to a point in time: parts of segments as they grow, and
// the segments' keys apart.
//
//   journal/LINE/0000000007.MADE_MS.key                    wrapped key of segment 7
//   journal/LINE/0000000007.FROM.LASTSEQ.SENT_MS.part      its bytes from FROM on, up to record LASTSEQ
// Both go after backup_key_days: whoever was erased stands in them until then.
#pragma once

#include "backup.h"

struct archive { // how far the parts are
    uint64_t number;   // segment
    int64_t offset;    // sent of it
    uint64_t sent_seq; // every record up to here is in the target
    uint64_t keyed;    // segment whose key was sent last
    uint64_t gap_seq;  // records up to here may be missing: they were released before they could be sent
};
// Sends what is new, and lets the journal release it. started: at start nothing is known, and everything
// living is sent again (parts overwrite nothing: equal names have equal bytes).
cu_code archive_send(struct archive *a, struct backup_work *w, struct cu_error *err) CU_MUST;
// The copies of one line that can hold records after `after`, into folder, as journal_archive_each reads them.
cu_code archive_fetch(struct backup_work *w, const char *line, uint64_t after, const char *folder,
    struct cu_error *err) CU_MUST;
