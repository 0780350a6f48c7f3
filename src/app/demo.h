// SPDX-License-Identifier: Apache-2.0
// The sample shop: a seeded, plausible shop of synthetic people, sent through the real HTTP door.
//
//   demo.c            glue: the shop's calls into the sender, the progress line
//   demo_shop.h       the generator: options -> a stream of calls, pure
//   demo_sender.h     the HTTP client
#pragma once

#include "base/memory.h"

struct demo_options {
    const char *url; // "http://127.0.0.1:8080"
    const char *write_key;
    uint64_t seed;      // same seed, people, years and end: same calls and messageIds
    uint32_t people;    // 1 .. 1,000,000
    uint32_t years;     // 1 .. 10
    int64_t end_ms;     // the shop's "now"; the shop opened `years` before the day this is in
    uint32_t rate_max;  // events a second; 0: as fast as it goes
    bool show_progress; // a line on stderr
};

// What the shop amounts to, as a customer-data system should come to see it.
struct demo_totals {
    uint64_t people;  // who came at least once
    uint64_t persons; // as identities show them: a visitor's unknown second device is one more
    uint64_t sessions;
    uint64_t calls;     // sent: events + refused + set_aside
    uint64_t events;    // of these, what a shop stores
    uint64_t refused;   // faulty on purpose: the door sees it
    uint64_t set_aside; // faulty on purpose: seen when orders are folded
    uint64_t orders;    // placed; cancelled ones not counted
    uint64_t cancelled;
    uint64_t refunds; // orders with a refund
    int64_t
        revenue; // minor units (EUR), without shipping and tax, before refunds, without cancelled
    int64_t refunded;
};
struct demo_result {
    struct demo_totals shop;
    uint64_t requests, accepted, refused, retried; // as the server answered
    int64_t took_ms;
};
// CU_UNAVAILABLE: nobody answers; CU_UNAUTHENTICATED: the key is not accepted; CU_BUSY: still full
// after many tries; CU_INVALID: an option, or the server takes no batches there.
cu_code demo_run(
    const struct demo_options *o, struct demo_result *ret, struct cu_error *err) CU_MUST;
