// SPDX-License-Identifier: Apache-2.0
// Key replicas, the replica's side: a folder that holds the present key tree of another machine's shop, and
// nothing older. What is in it is sealed as in the primary's DATA/keys; the ratchet is wrapped by the root
// key besides. It opens nothing without the root secret, which a replica never sees.
//   FOLDER/tree.db    the rows, and what is held (table holder)
//   FOLDER/root       two slots as in keys/root, of which one is in force
//   FOLDER/primary    the line of the one primary that may write here (crypto/peer.h)
//   FOLDER/lock       held while a process works on it
//   IDENTITY          this replica's seed; IDENTITY.ratchet: two records, one in force. Outside FOLDER, so
//                     that an old copy of FOLDER, with the root key of today, opens nobody erased since.
// A message that ends a new state is stored in one transaction: slot and ratchet of the new epoch are written
// and synced beside those in force, then the transaction commits, and with it they are in force; then the
// former are overwritten. Cut short anywhere, the next start finds which, and wipes the other.
// Threads: one.
#pragma once

#include "keys_feed.h"

#define KEYS_HOLDER_MESSAGE 152 // hello and acknowledgement

struct keys_holder;
struct keys_holder_options {
    const char *folder;
    const char *identity; // NULL: FOLDER.key
};
// Makes folder and identity. ret_line: by which the primary knows it. CU_CONFLICT when the identity is there.
cu_code keys_holder_init(const struct keys_holder_options *o, char ret_line[PEER_LINE_MAX], struct cu_error *err) CU_MUST;
// Who may write here. CU_CONFLICT when it is another one already.
cu_code keys_holder_pair(const struct keys_holder_options *o, cu_str primary_line, struct cu_error *err) CU_MUST;
// CU_NOT_FOUND: nothing was made there; CU_CONFLICT: not paired; CU_LOCKED; CU_CORRUPT: slot or ratchet of what
// is held are missing or damaged.
cu_code keys_holder_open(const struct keys_holder_options *o, struct keys_holder **ret, struct cu_error *err) CU_MUST;
void keys_holder_close(struct keys_holder *h); // NULL is fine; what was not acknowledged is gone

struct keys_holder_info {
    uint64_t epoch, told_epoch; // held (0: nothing); the latest the primary spoke of
    int64_t made_ms, told_ms;   // when the primary made what is held; when it last spoke of news
    uint64_t rows;
    bool ratchet;
    uint8_t root_fingerprint[16];
};
void keys_holder_info(const struct keys_holder *h, struct keys_holder_info *ret);
void keys_holder_peer(const struct keys_holder *h, uint8_t ret_tls_seed[32], uint8_t ret_primary_tls[32]);

cu_code keys_holder_hello(struct keys_holder *h, uint8_t ret[KEYS_HOLDER_MESSAGE], struct cu_error *err) CU_MUST;
// One message of the primary. *ret_acked: it ended a state, which is durable; ret is the acknowledgement.
// After a failure what had come is forgotten, and the next word has to be a hello. CU_FORBIDDEN: not the
// primary's; CU_CONFLICT: does not go on from what is held; CU_MALFORMED; as db_commit.
cu_code keys_holder_take(struct keys_holder *h, cu_str message, uint8_t ret[KEYS_HOLDER_MESSAGE], bool *ret_acked,
    struct cu_error *err) CU_MUST;
void keys_holder_forget(struct keys_holder *h); // the line broke: what had come is forgotten

// --- the day the primary is lost

struct keys_holder_restore {
    const char *kit;               // the recovery kit's text, or NULL
    const struct keyring *keyring; // the root key, or NULL: it is taken from the replica by the kit
    const char *target;            // folder DATA/keys to make; CU_CONFLICT when there are keys
    const char *target_ratchet;    // beside the root key. One that is there has to be of the same epoch, or before
    const char *target_root;       // the root key file to make from the kit, or NULL
    bool older;                    // also when the replica knows of a later epoch than it holds
};
// Makes a key store of what is held and reads all of it. CU_CONFLICT: it is not the newest: the primary told of a
// later epoch, or the ratchet beside the root key has moved on. CU_KEY: neither kit nor root key opens it.
cu_code keys_holder_restore(struct keys_holder *h, const struct keys_holder_restore *r, struct cu_error *err) CU_MUST;
