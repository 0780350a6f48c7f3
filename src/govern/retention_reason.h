// SPDX-License-Identifier: Apache-2.0
// Why a person is kept whose time is over: a closed list of reasons in the order in which they win, as data with a test
// each. Pure. Nobody is erased for inactivity while one of them holds.
#pragma once

#include "base/memory.h"

struct retention_facts { // what is known of a person
    int64_t now_ms, inactive_ms; // nothing since then is needed for "recent"
    int64_t last_ms;         // last event, order, consent or request; INT64_MIN: none
    int64_t last_order_ms;   // INT64_MIN: none
    int64_t pending_order_ms; // the newest order that was placed and not completed; INT64_MIN: none
    int32_t order_years;     // how long the law wants orders kept, from the end of their year; 0: not
    bool held;               // for a legal claim
    bool restricted;         // GDPR 18
    bool request_open;       // a request of theirs is not closed
    bool decoy;              // nobody: watched for misuse
};
struct retention_reason {
    const char *code, *source, *doc; // doc: one sentence
    bool (*holds)(const struct retention_facts *f);
};
extern const struct retention_reason retention_reasons[]; // ends with code NULL; the first that holds wins
enum { RETENTION_REASONS_MAX = 16 };
// The reason that wins, NULL: none. *ret_all (may be NULL): bits of all that hold, by their place.
const struct retention_reason *retention_reason_of(const struct retention_facts *f, uint32_t *ret_all);
// The first moment at which an order of that time is not needed any more: years after the end of its calendar year (UTC).
int64_t retention_order_until(int64_t placed_ms, int32_t years);
