// SPDX-License-Identifier: Apache-2.0
// Key replicas as seen from the process that has the network: it carries sealed and signed messages between
// the key process and a replica (store/keys_feed.h), and understands none of them. The key process has no
// network at all. Each call is on behalf of this thread's access; adding and removing are in the audit log,
// and so is each epoch that a replica acknowledged.
#pragma once

#include "guard.h"
#include "store/keys_feed.h"

cu_code guard_replicas(struct guard *g, struct keys_replicas *ret, struct cu_error *err) CU_MUST;
cu_code guard_replica_add(struct guard *g, cu_str name, cu_str address, cu_str line, struct cu_error *err) CU_MUST;
cu_code guard_replica_remove(struct guard *g, cu_str name, struct cu_error *err) CU_MUST;
// As keys_peer: with the TLS key's seed, which signs nothing that a replica believes.
cu_code guard_peer(struct guard *g, char ret_line[PEER_LINE_MAX], uint8_t ret_tls_seed[32], struct cu_error *err) CU_MUST;
// As keys_feed_hello, _next, _ack.
cu_code guard_feed_hello(struct guard *g, const char *name, cu_str hello, struct cu_error *err) CU_MUST;
cu_code guard_feed_next(struct guard *g, const char *name, struct cu_buf *out, bool *ret_last, struct cu_error *err) CU_MUST;
cu_code guard_feed_ack(struct guard *g, const char *name, cu_str ack, struct cu_error *err) CU_MUST;
