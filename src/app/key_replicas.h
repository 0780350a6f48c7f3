// SPDX-License-Identifier: Apache-2.0
// Keeps the key replicas current while a server runs: one thread for each, which calls it (net/pinned.h), hears
// what it holds, carries what it lacks from the key process to it and its acknowledgement back. A replica that
// does not answer is called again, after longer and longer pauses of at most 15 seconds. Nothing waits for a
// replica: an erasure is done here at once, and pending there until it acknowledged (GET /v1/keys says so).
#pragma once

#include "engine.h"
#include "store/keys_holder.h"

struct key_replicas;
cu_code key_replicas_start(struct engine *e, struct key_replicas **ret, struct cu_error *err) CU_MUST;
void key_replicas_stop(struct key_replicas *r); // NULL is fine
void key_replicas_hurry(struct key_replicas *r); // the list changed, or somebody waits; NULL is fine

// A replica's process: answers calls of its one primary until it is told to end (commands_key_replica.c).
struct key_replica_service {
    const char *listen, *folder, *identity; // identity NULL: FOLDER.key
    bool shut_in;
    // Called when it listens, before it answers anybody; an error ends it.
    cu_code (*ready)(void *context, uint16_t port, struct cu_error *err);
    void *context;
};
cu_code key_replica_serve(const struct key_replica_service *s, struct cu_error *err) CU_MUST;

// Makes DATA/keys out of a replica's folder, with the ratchet beside the root key and, with the recovery kit, the
// root key's file when there is none. store/keys_holder.h says what is refused.
struct key_replica_take {
    const char *folder, *identity; // of the replica
    const char *kit;               // file of the recovery kit, or NULL
    const struct root_source *root;
    const char *keys;              // the folder to make
    bool older;
};
cu_code key_replica_take(const struct key_replica_take *t, struct keys_holder_info *ret, struct cu_error *err) CU_MUST;
