// SPDX-License-Identifier: Apache-2.0
// The generator of the sample shop: from options to a stream of tracking calls in order of time.
// Pure: no clock, no randomness but the seed's, no input or output. Calls are the same byte for
// byte for the same seed, people, years and day of end_ms; within that day a later end_ms only adds
// calls at the end, so running it again continues the shop.
//
// Memory: about 150 bytes a person, whatever the number of calls.
#pragma once

#include "demo.h"

enum demo_fate {
    DEMO_TAKEN,
    DEMO_REFUSED,  // the door refuses it
    DEMO_SET_ASIDE // the door takes it, projecting finds the fault
};
struct demo_call {
    cu_str json; // one call; valid until the sink returns
    int64_t time_ms;
    enum demo_fate fate;
    bool undeclared; // holds something on purpose that the built-in dictionary does not declare
};
// Anything but CU_OK ends the generation with that code.
typedef cu_code demo_sink(void *context, const struct demo_call *call, struct cu_error *err);

cu_code demo_generate(const struct demo_options *o, demo_sink *sink, void *context,
    struct demo_totals *ret, struct cu_error *err) CU_MUST;
// About which share of all calls lies before time_ms: 0 .. 1000. For progress only.
uint32_t demo_share(const struct demo_options *o, int64_t time_ms);
