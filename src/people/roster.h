// SPDX-License-Identifier: Apache-2.0
// The roster: in memory, one row of 40 bytes per profile number, 640 KiB at a time. It answers "who is
// this profile's person?" without a database, and holds what lists are sorted and filtered by.
//
// Invariants
// 1. root == 0 means the profile is its own root; otherwise root is the smallest number of its person.
// 2. next links the members of a person in a ring (0: alone).
// 3. first/last/events/orders/revenue and the PERSON_ flags are meaningful at roots only and are those
//    of the whole person; the other flags are the profile's own.
// 4. Changes since the last roster_commit are undone exactly by roster_rollback.
//
// Threads: one writer (under people_lock), which needs no lock to read; readers from any thread.
#pragma once

#include "base/memory.h"

#include <pthread.h>

enum {
    ROSTER_EXISTS = 1,
    ROSTER_KNOWN = 2,  // has an identifier stronger than anonymous_id, or contact fields
    ROSTER_SAMPLE = 4, // all its evidence is sample data
    ROSTER_NEVER = 8,  // stands in never_link
    ROSTER_PERSON_KNOWN = 16,
    ROSTER_PERSON_SAMPLE = 32
};
struct roster_row {
    int64_t first_ms, last_ms, revenue;
    uint32_t root, next, events;
    uint32_t orders : 24, flags : 8;
};
#define ROSTER_CHUNK 16384u
#define ROSTER_CHUNKS (UINT32_MAX / ROSTER_CHUNK)

struct roster_undo;
struct roster {
    struct roster_row **chunks; // ROSTER_CHUNKS pointers, mapped as they are used
    uint32_t end;               // one past the highest number in use
    uint64_t persons, persons_before;
    uint64_t generation; // of who belongs together; also counts what a rollback takes back
    struct roster_undo *undo;
    size_t undo_count, undo_cap;
    pthread_rwlock_t lock;
};

cu_code roster_init(struct roster *r, struct cu_error *err) CU_MUST;
void roster_clear(struct roster *r);

// Writer.
cu_code roster_add(struct roster *r, uint32_t pno, unsigned flags, struct cu_error *err) CU_MUST;
cu_code roster_set(struct roster *r, uint32_t pno, unsigned set, unsigned clear, struct cu_error *err) CU_MUST;
cu_code roster_join(struct roster *r, uint32_t a, uint32_t b, struct cu_error *err) CU_MUST; // same person: nothing
cu_code roster_remove(struct roster *r, uint32_t pno, struct cu_error *err) CU_MUST; // leaves its ring first
// What a single profile has by itself.
struct roster_own {
    int64_t first_ms, last_ms, revenue; // first_ms INT64_MAX: never seen
    uint64_t events;
    uint32_t orders;
};
// Takes pno out of its ring and makes it a person of its own with these figures; the rest of the ring keeps
// figures that are stale until every member has been isolated and joined again.
cu_code roster_isolate(struct roster *r, uint32_t pno, const struct roster_own *own, struct cu_error *err) CU_MUST;
cu_code roster_count(struct roster *r, uint32_t pno, const struct roster_own *add, struct cu_error *err) CU_MUST; // adds; orders and revenue may be negative (two's complement)
void roster_commit(struct roster *r);
void roster_rollback(struct roster *r);
// What changed since the last commit, for the writer before it commits; a number may come more than once. joined: it was
// made or removed, or belongs to others than before; else its figures or flags differ.
typedef void roster_changed(void *ctx, uint32_t pno, bool joined);
void roster_changes(const struct roster *r, roster_changed *visit, void *ctx);
uint32_t roster_root_w(const struct roster *r, uint32_t pno);
unsigned roster_flags_w(const struct roster *r, uint32_t pno);

// Any thread.
uint32_t roster_root(struct roster *r, uint32_t pno);
bool roster_get(struct roster *r, uint32_t pno, struct roster_row *ret); // of the person; false when unknown
// The members of pno's person, ascending, at most max into ret (may be NULL); returns how many there are.
size_t roster_members(struct roster *r, uint32_t pno, uint32_t *ret, size_t max);
uint64_t roster_persons(struct roster *r);
uint32_t roster_end(struct roster *r);
// Visits the rows of roots; the lock is held meanwhile: keep it short.
typedef void roster_visit(void *ctx, uint32_t pno, const struct roster_row *row);
void roster_each(struct roster *r, roster_visit *visit, void *ctx);
// Copies root and next of the numbers below end, as struct scan_persons wants them (store/scan.h); the generation they have.
uint64_t roster_copy(struct roster *r, uint32_t end, uint32_t *root, uint32_t *next);
uint64_t roster_generation(struct roster *r, uint32_t *ret_end);
typedef void roster_profile_visit(void *ctx, uint32_t pno, uint32_t root, unsigned flags);
void roster_each_profile(struct roster *r, roster_profile_visit *visit, void *ctx); // every profile, its own flags
