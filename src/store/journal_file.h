// SPDX-License-Identifier: Apache-2.0
// The files of one segment: making them, opening their key, destroying them; and the scanner that
// walks frames. Used by the writer, the readers, recovery and journal_verify; holds no lock.
#pragma once

#include "crypto/seal.h"
#include "journal_format.h"

// A segment being written: only the writer thread has one.
struct journal_active {
    int fd; // -1: none
    struct seal_bulk *seal;
    uint64_t number, salt;
    uint64_t counter; // of the next frame; grows with failed attempts too
    int64_t offset;   // of the next frame
    int64_t size;     // preallocated bytes
};

// Makes key and segment, both durable under their final names when it returns CU_OK; on failure
// nothing of the new number remains that recovery would take for a segment.
cu_code journal_file_create(const char *folder, struct keyring *keyring, uint64_t number,
    uint64_t first_seq, int64_t bytes, struct journal_active *ret, struct cu_error *err) CU_MUST;
void journal_file_leave(struct journal_active *a); // closes; the files stay
// Writes the end mark, cuts the preallocated rest off, syncs.
cu_code journal_file_finish(
    int fd, uint64_t salt, int64_t offset, uint64_t next_seq, struct cu_error *err) CU_MUST;
// Key first (overwritten, synced), then the segment, then what is left of the key. With spare_max
// > 0 a segment of at most that size is kept as spare.seg when there is none yet. Idempotent.
cu_code journal_file_destroy(
    const char *folder, uint64_t number, int64_t spare_max, struct cu_error *err) CU_MUST;
cu_code journal_key_read(const char *folder, uint64_t number, enum journal_key_state *ret_state,
    uint8_t ret_wrapped[KEYRING_WRAPPED], struct cu_error *err) CU_MUST;
// The sealing of a living segment. CU_KEY: not this keyring's; CU_NOT_FOUND: released.
cu_code journal_key_open(const char *folder, struct keyring *keyring, uint64_t number,
    struct seal_bulk **ret, struct cu_error *err) CU_MUST;

// Walks the frames of one file. Bytes at or beyond `limit` are never looked at.
struct journal_scan {
    int fd;
    struct seal_bulk *seal; // NULL: headers only
    struct journal_segment_header header;
    int64_t limit;     // end of what may be read: the file's size, or the durable end
    int64_t offset;    // of the next frame
    uint64_t next_seq; // its first record must have this
    uint8_t *window;   // bytes of the file from window_at
    size_t window_cap, window_len;
    int64_t window_at;
};
enum journal_scan_result {
    JOURNAL_SCAN_FRAME, // a whole frame was read and passed
    JOURNAL_SCAN_MARK,  // the end mark
    JOURNAL_SCAN_CLEAN, // nothing was ever written here: end of file, or no trace of a header
    JOURNAL_SCAN_BAD    // a frame was begun here that is not whole
};
cu_code journal_scan_open(const char *folder, struct keyring *keyring, uint64_t number,
    struct journal_scan *ret, struct cu_error *err) CU_MUST;
// As journal_scan_open on a file already open and a sealing already made; takes both over, also on
// failure. For tests and the fuzz target.
cu_code journal_scan_start(
    int fd, struct seal_bulk *seal, struct journal_scan *ret, struct cu_error *err) CU_MUST;
void journal_scan_close(struct journal_scan *s);
// The frame at s->offset. plain: NULL passes over the body, else the opened body replaces its
// content. On FRAME s moves behind it; on everything else s stays. *ret_frame is set when a header
// was there.
cu_code journal_scan_next(struct journal_scan *s, struct cu_buf *plain,
    struct journal_frame *ret_frame, enum journal_scan_result *ret, struct cu_error *err) CU_MUST;
// Is there a frame header of this segment, for s->next_seq or later, anywhere behind s->offset?
// Then what is at s->offset is damage, not a torn tail.
cu_code journal_scan_more(struct journal_scan *s, bool *ret, struct cu_error *err) CU_MUST;
