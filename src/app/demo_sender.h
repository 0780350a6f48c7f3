// SPDX-License-Identifier: Apache-2.0
// The HTTP client of the sample shop: takes calls one by one, sends them in batches over a few
// keep-alive connections to POST /v1/batch, and waits where the server asks for it.
// Single-threaded; calls of one batch keep their order, batches may overtake one another.
#pragma once

#include "base/memory.h"

enum {
    DEMO_CONNECTIONS = 4,
    DEMO_BATCH_CALLS = 250,
    DEMO_BATCH_BYTES = 400 * 1000,
    DEMO_TRIES_MAX = 12,      // of one batch that fails
    DEMO_BUSY_TRIES_MAX = 60, // of one batch that is told to wait (429)
    DEMO_FIRST_TRIES_MAX = 4, // while nothing has ever been answered: the server is not there
    DEMO_WAIT_S_MAX = 60      // a longer Retry-After is shortened
};

struct demo_sender_options {
    const char *url; // of the server; /v1/batch is appended
    const char *write_key;
    uint32_t rate_max; // calls a second; 0: no limit
};
struct demo_sent {
    uint64_t requests, accepted, refused, retried;
};

struct demo_sender;
cu_code demo_sender_open(
    const struct demo_sender_options *o, struct demo_sender **ret, struct cu_error *err) CU_MUST;
void demo_sender_close(struct demo_sender *s); // drops what was not sent; NULL is fine
// Copies the call. Waits while all connections are busy, and for the rate. CU_UNAVAILABLE: nobody
// answers; CU_UNAUTHENTICATED: the key is not accepted; CU_BUSY: told to wait too often;
// CU_INVALID: the address, or a server that takes no batches.
cu_code demo_sender_add(struct demo_sender *s, cu_str call, struct cu_error *err) CU_MUST;
cu_code demo_sender_finish(
    struct demo_sender *s, struct cu_error *err) CU_MUST; // until all is answered
struct demo_sent demo_sender_count(const struct demo_sender *s);
