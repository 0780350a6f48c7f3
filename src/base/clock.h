// SPDX-License-Identifier: Apache-2.0
// Time and randomness behind one door each, so that tests can inject both.
#pragma once

#include "str.h"

int64_t cu_now_ms(void);  // UTC milliseconds since 1970; steps with the injected clock
int64_t cu_mono_us(void); // monotonic microseconds, for durations only
void cu_clock_inject(int64_t (*now_ms)(void *ctx), void *ctx); // NULL: back to the real clock

void cu_random(void *bytes, size_t len); // getrandom(2), or the injected stream; never fails
void cu_random_inject(uint64_t seed);    // deterministic stream from seed; 0: back to the real one

struct cu_uuid {
    uint8_t bytes[16];
};
struct cu_uuid cu_uuid7(void); // RFC 9562 version 7: time-ordered, monotonic within this process
void cu_uuid_format(struct cu_uuid id, char out[37]);  // lower-case with hyphens, NUL-terminated
bool cu_uuid_parse(cu_str s, struct cu_uuid *ret);     // canonical form, any case
