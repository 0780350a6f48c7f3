// SPDX-License-Identifier: Apache-2.0
// The sample shop: a seeded, plausible shop of synthetic people, sent through the real HTTP door.
#pragma once

#include "base/memory.h"

struct demo_options {
    const char *url;       // "http://127.0.0.1:8080"
    const char *write_key;
    uint64_t seed;         // same seed, people, years and end: same calls and messageIds
    uint32_t people;       // 1 .. 1,000,000
    uint32_t years;        // 1 .. 10
    int64_t end_ms;        // the shop's "now"
    uint32_t rate_max;     // events a second; 0: as fast as it goes
    bool show_progress;    // a line on stderr
};
struct demo_result {
    uint64_t people, events, orders, requests, refused, retried;
    int64_t took_ms;
};
// CU_UNAVAILABLE: nobody answers; CU_UNAUTHENTICATED: the key is not accepted.
cu_code demo_run(const struct demo_options *o, struct demo_result *ret, struct cu_error *err) CU_MUST;
