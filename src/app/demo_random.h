// SPDX-License-Identifier: Apache-2.0
// Chance and rhythm of the sample shop. Whole numbers only, so that a seed gives the same shop on
// every machine; nothing here reads a clock or the system's randomness.
#pragma once

#include "base/str.h"

struct demo_random { // one stream; each person of the shop has its own
    uint64_t state;
};

uint64_t demo_mix(uint64_t a, uint64_t b); // a well-spread number that depends on both
uint64_t demo_next(struct demo_random *r);
uint32_t demo_below(struct demo_random *r, uint32_t limit); // 0 .. limit-1; limit >= 1
bool demo_chance(struct demo_random *r, uint32_t in_10000);
// Exponentially distributed with this mean (waiting times), at most 22 times the mean.
int64_t demo_exponential(struct demo_random *r, int64_t mean);
// An index, each as likely as its weight says; the weights' sum is above 0.
size_t demo_pick(struct demo_random *r, const uint16_t *weights, size_t count);

// How busy the shop is at a local time: 0 .. 1024. Hours, weekdays and seasons.
uint32_t demo_rhythm(int64_t local_ms);
int demo_month(int64_t ms); // 0 .. 11, UTC
