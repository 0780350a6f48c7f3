// SPDX-License-Identifier: Apache-2.0
// The routes about keys: what there is, rotation, the recovery kit. The work is the guard's (guard/admin.h); a
// rotation of every node takes seconds to minutes, so it has a thread of its own, one at a time.
#pragma once

#include "engine.h"
#include "guard/replicas.h"

struct keys_desk;
cu_code keys_desk_open(struct engine *e, struct keys_desk **ret, struct cu_error *err) CU_MUST;
void keys_desk_close(struct keys_desk *d); // waits for a rotation under way; NULL is fine
// While a server runs: keeps the key replicas current (key_replicas.h).
cu_code keys_desk_start(struct keys_desk *d, struct cu_error *err) CU_MUST;
void keys_desk_hurry(struct keys_desk *d); // the list of replicas changed
extern const struct module app_keys_module; // instance: struct keys_desk *
extern const struct module app_key_replicas_module; // instance: struct engine *
// key_replica_routes.c: the members replicas and erasures, and their rows.
void key_replicas_print(struct json_writer *w, const struct keys_replicas *all);
extern const struct spec_field key_replica_answer[], key_erasures_answer[];
