// SPDX-License-Identifier: Apache-2.0
// The inside of a ledger, shared by ledger.c (opening, closing), ledger_append.c (the writing),
// ledger_read.c, ledger_verify.c and ledger_file.c (bytes on disk). Invariants L1..L7: ledger.h.
#pragma once

#include "ledger.h"

#include <pthread.h>

#define LEDGER_SEGMENT_HEADER 32
#define LEDGER_GROUP_HEADER 28
#define LEDGER_GROUP_MAX (4u * 1024 * 1024) // body of a group, unless one entry alone is longer
#define LEDGER_PATH_MAX 4096
#define LEDGER_SEGMENT_DEFAULT (8 * 1024 * 1024)

// --- ledger_file.c: bytes

struct ledger_segment_header {
    uint64_t number, first; // index of its first entry
    uint64_t salt; // random: entries cannot hold what looks like a group of this file
};
struct ledger_group {
    uint64_t first;
    uint32_t count, len, crc; // of the body
};
void ledger_segment_put(const struct ledger_segment_header *h, uint8_t at[LEDGER_SEGMENT_HEADER]);
bool ledger_segment_get(const uint8_t at[LEDGER_SEGMENT_HEADER], struct ledger_segment_header *ret);
void ledger_group_put(const struct ledger_group *g, uint64_t salt, uint8_t at[LEDGER_GROUP_HEADER]);
bool ledger_group_get(const uint8_t at[LEDGER_GROUP_HEADER], uint64_t salt, struct ledger_group *ret);
uint32_t ledger_body_crc(uint64_t salt, const void *body, size_t len);
void ledger_path(char ret[LEDGER_PATH_MAX], const char *folder, uint64_t number); // of a segment
void ledger_path_of(char ret[LEDGER_PATH_MAX], const char *folder, const char *name);
bool ledger_name_number(const char *name, uint64_t *ret); // "0000000007.seg"
cu_code ledger_segment_open(const char *folder, uint64_t number, bool write, int *ret_fd, struct ledger_segment_header *ret,
    struct cu_error *err) CU_MUST;

// --- the entries of one segment as they are learned: their hashes and places

struct ledger_tail {
    uint64_t first; // index of the segment's first entry
    struct ledger_hash *hashes; // from position ledger_stored(first) on
    size_t hash_count, hash_cap;
    uint32_t *offsets;
    size_t count, cap;
    struct ledger_edge edge; // of everything up to the tail's end
};
cu_code ledger_tail_room(struct ledger_tail *t, size_t entries, struct cu_error *err) CU_MUST;
void ledger_tail_add(struct ledger_tail *t, cu_str entry, uint32_t offset); // room was made
void ledger_tail_reset(struct ledger_tail *t); // to the next segment: keeps the edge and the memory
void ledger_tail_clear(struct ledger_tail *t);

// Walks the groups of a file from *end on, adding their entries to the tail; *end moves behind the last
// whole group. *ret_torn: bytes follow that are no whole group. *ret_more (only then): a later group of
// this file is whole, so this is damage.
cu_code ledger_scan(int fd, const struct ledger_segment_header *h, int64_t *end, struct ledger_tail *t, bool *ret_torn,
    bool *ret_more, struct cu_error *err) CU_MUST;
// The numbers of the segments there are, which must be 1, 2, 3 ...
cu_code ledger_list(const char *folder, uint64_t *ret_count, struct cu_error *err) CU_MUST;

// --- the ledger

struct ledger_wait { // one entry on its way; on the stack of whoever waits, else allocated
    struct ledger_wait *next;
    cu_str entry;
    bool owned, done; // owned: nobody waits, freed when written
    cu_code code;
    uint64_t index;
    struct cu_error err;
};

struct ledger {
    struct ledger_options options;
    char folder[LEDGER_PATH_MAX];
    pthread_mutex_t lock;
    pthread_cond_t progress;

    // under the lock
    uint64_t *firsts; // index of the first entry of segment i+1
    size_t segments, segments_cap;
    struct ledger_tail tail; // of the newest segment
    uint64_t size;
    struct ledger_wait *head, **last;
    size_t waiting_bytes; // owned ones
    bool leading; // somebody writes

    // of whoever leads
    int fd, hashes_fd, offsets_fd, lock_fd;
    struct ledger_segment_header active;
    int64_t end; // behind the last durable group
    bool torn;   // L4: to be cut first
    uint8_t *group;
    size_t group_cap;
};

cu_code ledger_segment_start(
    struct ledger *l, struct cu_error *err) CU_MUST; // the first one, or finishes the newest and begins another
cu_code ledger_get(void *ledger, uint64_t position, struct ledger_hash *ret,
    struct cu_error *err) CU_MUST;                        // a ledger_get_hash; not under the lock
bool ledger_firsts_add(struct ledger *l, uint64_t first); // false: no memory
