// SPDX-License-Identifier: Apache-2.0
// The key store: one random key per subject (person, source, member of staff ...), in a tree of nodes of
// 64 entries each, every node sealed under the key its parent holds, the topmost under the epoch root.
// The epoch root (keys/root) is sealed under the root key and a ratchet that lies beside the root key and
// only runs forward. Erasing re-keys the path of the erased and replaces the epoch root: older copies of
// the tree, even with the present root key, do not open what was erased since. Bytes and invariants:
// docs/explanation/sealing.md, keys_private.h.
//
// States of a subject: none (no key yet), living, restricted (a key, but only purposes that open restricted
// people may use it), erased (a fence: a key is never made again under that number). Commits before the
// records that use the keys do; a key without a record is harmless.
//
// Statutory vault: a second forest of trees with an epoch root of its own. A subject may have a key there
// besides, for what the law demands to keep; it ends by itself when it expires.
//
// Threads: any; locks inside, bounded caches in guarded memory. Keys are made by one batch at a time (the
// pipeline); a look-up never waits for its commit.
#pragma once

#include "crypto/keyring.h"
#include "crypto/seal.h"

struct keys;
struct keys_options {
    const char *path; // DATA/keys: a folder, made when absent
    // A file outside the data folder, beside the root key (root_source.ratchet). NULL: none, as with a
    // passphrase, where nothing beside the root key can be erased: then an old copy of the folder with the
    // passphrase opens people erased since.
    const char *ratchet_path;
    const struct keyring *keyring; // with the root secret; not kept
    const struct keyring *next;    // the successor while a rotation of the root key is unfinished, or NULL
    uint32_t cache_max;            // keys held; default 65,536
    bool read_only;                // changes nothing on disk, not even the ratchet: verification of copies
};
// Finishes what a crash left. CU_KEY (field root_key): another root key, the ratchet is missing or does not
// fit, or keys/root is an older copy than the ratchet; CU_CORRUPT: both slots of keys/root are damaged; else
// as db_open. Nothing is ever replaced by a fresh start once the tree holds a key.
cu_code keys_open(
    const struct keys_options *options, struct keys **ret, struct cu_error *err) CU_MUST;
void keys_close(struct keys *k); // NULL is fine; what was not committed is gone

// The subject's key. make: creates one when there is none yet (durable after keys_commit).
// CU_NOT_FOUND: none yet and make is false; CU_ERASED: the fence. subject is below 2^63.
// After a failed commit every key of the batch is gone: begin it again from its first keys_get.
cu_code keys_get(struct keys *k, uint64_t subject, bool make, struct seal_key *ret,
    struct cu_error *err) CU_MUST;
cu_code keys_commit(struct keys *k, struct cu_error *err) CU_MUST; // before the records commit
// Forgets the keys made since the last commit: for a batch that is given up.
void keys_rollback(struct keys *k);
// Destroys the keys and sets the fences, durably; older copies of the tree no longer open them. Shared
// nodes are re-keyed once per batch. Idempotent. A failure leaves each subject either living or erased;
// repeat it. Keys made and not yet committed are committed first.
cu_code keys_erase(
    struct keys *k, const uint64_t *subjects, size_t count, struct cu_error *err) CU_MUST;
bool keys_is_erased(struct keys *k, uint64_t subject); // true also when the store cannot tell
// Restriction of processing (GDPR Art. 18), durable on return. CU_ERASED when one of them is erased: then
// nothing is changed. A subject without a key gets one.
cu_code keys_restrict(struct keys *k, const uint64_t *subjects, size_t count, bool on,
    struct cu_error *err) CU_MUST;
bool keys_is_restricted(struct keys *k, uint64_t subject); // true also when the store cannot tell

// --- the statutory vault

// The subject's key in the vault. expires_ms > 0 makes one when there is none and keeps it at least until
// then (durable after keys_commit); 0 only looks. CU_NOT_FOUND, CU_ERASED (expired).
cu_code keys_vault_get(struct keys *k, uint64_t subject, int64_t expires_ms, struct seal_key *ret,
    struct cu_error *err) CU_MUST;
// Destroys the vault keys whose time has come, as keys_erase does.
cu_code keys_vault_expire(struct keys *k, int64_t now_ms, size_t *ret_count, struct cu_error *err) CU_MUST;

// --- rotation (keys_rotate.c)

// The version under which a class is sealed now (1 at first), and a new one from now on. Rows sealed under
// older versions still open; re-sealing them is the work of the layers that own them.
uint32_t keys_class_version(struct keys *k, enum seal_class class_id);
cu_code keys_class_rotate(struct keys *k, enum seal_class class_id, struct cu_error *err) CU_MUST;

// How far the re-sealing has come that keys_class_rotate began: a step (a table, as the owners of the rows number
// them) and a row in it. It is begun anew by each rotation of a class.
struct keys_reseal {
    bool running;
    uint8_t step;
    int64_t row;          // the last one looked at
    uint64_t done, total; // rows
    int64_t started_ms;
    uint32_t class_version[SEAL_CLASS_COUNT]; // in force; answered only
};
cu_code keys_reseal(struct keys *k, struct keys_reseal *ret, struct cu_error *err) CU_MUST;
// CU_PRECONDITION: a class was rotated since *r was read; read it again.
cu_code keys_reseal_put(struct keys *k, const struct keys_reseal *r, struct cu_error *err) CU_MUST;

// The key of identifier tags: only its version is kept here, the key descends from the family secret. version: the one
// the index of identifiers is to have; who builds the index says how far that came.
struct keys_index {
    bool running;
    uint32_t version;     // 1 at first
    uint64_t done, total; // identifiers
    int64_t started_ms;
};
cu_code keys_index_rotate(struct keys *k, struct cu_error *err) CU_MUST;
cu_code keys_index(struct keys *k, struct keys_index *ret, struct cu_error *err) CU_MUST;
// CU_PRECONDITION: it was rotated since *n was read; read it again. A later version is taken over.
cu_code keys_index_put(struct keys *k, const struct keys_index *n, struct cu_error *err) CU_MUST;

typedef void keys_progress(void *context, uint64_t done, uint64_t total);
// Re-keys every node of both forests. In steps, each an epoch of its own; it remembers how far it came,
// and a second call goes on there. Others work on between the steps.
cu_code keys_rotate_nodes(
    struct keys *k, keys_progress *progress, void *context, struct cu_error *err) CU_MUST;
// Seals the epoch root under the successor of the root key. The caller stored the successor durably
// before, and puts it in place of the old root key after (root_rotate in crypto/root.h). On a failure
// the next keys_open, given both, finds which of them is in force.
cu_code keys_rotate_root(struct keys *k, const struct keyring *next, struct cu_error *err) CU_MUST;
void keys_root_fingerprint(struct keys *k, uint8_t ret[16]); // of the root key in force

// A new recovery key pair. The secret half is on the kit, once; the public half stays, and what archives
// must not hold in the open is sealed to it. *ret: text of two lines (KEYS_KIT_MAX), wiped by the caller.
#define KEYS_KIT_MAX 512
cu_code keys_recovery_kit(struct keys *k, char ret[KEYS_KIT_MAX], struct cu_error *err) CU_MUST;

// --- inventory

// Who has keys. The numbers of each kind begin at a power of two and have a tree of their own; they stand here, so that no two
// kinds share one. Numbers below 2^32 are profiles.
enum keys_kind {
    KEYS_PEOPLE, KEYS_NOBODY /* what belongs to no profile */, KEYS_SOURCES, KEYS_STAFF, KEYS_IMPORTS, KEYS_REQUESTS /* of nobody known */,
    KEYS_ORDERS /* to recipients */, KEYS_HOUSE /* the shop's own secrets */, KEYS_BREACHES, KEYS_LETTERS /* by day */, KEYS_KIND_COUNT
};
#define KEYS_FIRST(kind) (UINT64_C(1) << (31 + (kind))) // of a kind other than people
#define KEYS_TREES_MAX 64
struct keys_tree_count {
    char name[24]; // "people", "nobody", "sources", "staff", "imports", "vault people" ...
    uint64_t living, restricted, erased, nodes, bytes;
};
struct keys_rotation {
    char kind[8]; // "nodes", "root", "class", "index"
    bool running;
    uint64_t done, total;
    int64_t started_ms, finished_ms; // 0: never
};
struct keys_inventory {
    uint8_t root_fingerprint[16];
    int64_t root_since_ms, created_ms, recovery_made_ms; // recovery: 0 when there is no kit
    uint64_t epoch;
    bool ratchet;
    uint32_t class_version[SEAL_CLASS_COUNT];
    struct keys_tree_count trees[KEYS_TREES_MAX];
    size_t tree_count;
    struct keys_rotation rotations[4];
};
// Counts by reading every leaf: about 0.1 s per million subjects.
cu_code keys_inventory(struct keys *k, struct keys_inventory *ret, struct cu_error *err) CU_MUST;
