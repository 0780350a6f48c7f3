// SPDX-License-Identifier: Apache-2.0
// Reading the audit log's folder: from the process that writes it or any other, and from a copy of the
// folder with nothing but a public key. Nothing here changes the log.
// Threads: any, all calls.
#pragma once

#include "audit.h"
#include "crypto/note.h"
#include "store/cut.h"
#include "store/ledger.h"

// --- searching

struct audit_reader;
// CU_NOT_FOUND: there is no log yet.
cu_code audit_reader_open(const char *folder, struct audit_reader **ret, struct cu_error *err) CU_MUST;
void audit_reader_close(struct audit_reader *r); // NULL is fine
cu_code audit_reader_refresh(
    struct audit_reader *r, uint64_t *ret_size, struct cu_error *err) CU_MUST; // entries written since
struct ledger *audit_reader_ledger(struct audit_reader *r); // roots, proofs, single entries

struct audit_filter {
    int64_t from_ms, to_ms; // at or after, before; 0: no bound
    enum guard_actor actor; // GUARD_NOBODY: any
    int64_t actor_id;       // with an actor; -1: any of its kind
    cu_str action;          // whole name; with a last '.', every action that begins so; empty: any
    cu_str outcome;         // empty: any
    const uint8_t (*people)[16]; // one of these pseudonyms is in it; NULL: any
    size_t people_count;
};
// Newest first, below index `before` (UINT64_MAX: all). visit returns false to stop. Looks at no more than
// about look_max entries. *ret_next: the search goes on below it; 0: everything was looked at. What is
// visited was compared with its hash: CU_CORRUPT when it was altered.
typedef bool audit_visit(void *context, uint64_t index, cu_str entry);
cu_code audit_search(struct audit_reader *r, const struct audit_filter *f, uint64_t before, uint64_t look_max,
    audit_visit *visit, void *context, uint64_t *ret_next, struct cu_error *err) CU_MUST;
// Oldest first from an index on, all of them, until visit returns false; *ret_next is the next to be read.
cu_code audit_follow(struct audit_reader *r, uint64_t from, audit_visit *visit, void *context, uint64_t *ret_next,
    struct cu_error *err) CU_MUST;

// Does the entry pass? For tests and the small way; audit_search does the same.
bool audit_matches(const struct audit_filter *f, cu_str entry);
bool audit_entry_time(cu_str entry, int64_t *ret_ms);
extern const char *const audit_actor_names[]; // by enum guard_actor
extern const char *const audit_outcome_names[]; // by enum guard_outcome

// --- checkpoints and verifying

cu_code audit_checkpoint_read(
    const char *folder, struct cu_buf *out, struct cu_error *err) CU_MUST; // the signed note as text
// The verifier key the log is signed with now, and since when it is listed.
cu_code audit_current_key(const char *folder, struct note_key *ret, struct cu_error *err) CU_MUST;
// Keeps a checkpoint of this log with the signature of at least one of the witnesses: it has to be this
// log's, with the log's own signature, and fit the log. CU_INVALID, CU_MALFORMED, CU_CORRUPT (a split view:
// what was cosigned is not in this log), CU_CONFLICT (an older one than what is kept).
cu_code audit_cosign(
    const char *folder, cu_str text, const struct note_key *witnesses, size_t count, struct cu_error *err) CU_MUST;

struct audit_report {
    uint64_t size, segments, bytes, tail_bytes;
    uint64_t signed_size;   // of the last checkpoint
    uint64_t cosigned_size; // of the last one with a good signature of a witness; 0: none
    struct ledger_hash root;
    char key[NOTE_KEY_MAX]; // that signed the last checkpoint
    bool own_key;           // nobody gave a key: the first of the folder's own was believed
};
// key NULL: the first one of public.keys is trusted. Keys signed in by a trusted one are trusted, too.
// witnesses may be NULL: then cosignatures are not looked at. CU_CORRUPT: what is wrong, in words.
cu_code audit_verify(const char *folder, const struct note_key *key, const struct note_key *witnesses, size_t witness_count,
    struct audit_report *ret, ledger_progress *fn, void *context, struct cu_error *err) CU_MUST;

// The folder as it is now, while it may be written, as files "audit/...": a copy of them verifies. Nothing when
// there is no log.
cu_code audit_cut(const char *folder, struct cut *c, struct cu_error *err) CU_MUST;
