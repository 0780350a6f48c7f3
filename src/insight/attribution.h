// SPDX-License-Identifier: Apache-2.0
// Attribution: which visits brought an order. Touches are the visits of the person within the look-back before the order; a model
// shares the order among them. The pure part: paths, shares, the Markov chain. Gathering is attribution_scan.c, the kind of
// question attribution_kind.c. Definitions: docs/explanation/attribution.md.
#pragma once

#include "base/memory.h"

enum attribution_model {
    ATTRIBUTION_FIRST, ATTRIBUTION_LAST,
    ATTRIBUTION_LAST_NON_DIRECT, // the last that is not direct; the last of all where all are
    ATTRIBUTION_LINEAR,
    ATTRIBUTION_POSITION,        // 40 % first, 40 % last, 20 % shared between; of two half each
    ATTRIBUTION_TIME_DECAY,      // half as much for every half-life before the order
    ATTRIBUTION_MARKOV,          // not of one order but of all: attribution_removal
    ATTRIBUTION_MODELS
};
// As the attribution packages of Snowplow name them.
enum attribution_transform {
    TRANSFORM_NONE,
    TRANSFORM_EXPOSURE, // of the same several times in a row the first
    TRANSFORM_UNIQUE,   // every touch is one of its own: nothing is taken away
    TRANSFORM_FIRST,    // of each the first only
    TRANSFORM_REMOVE_IF_LAST_AND_NOT_ALL, // direct touches at the end go, unless all are direct
    TRANSFORM_REMOVE_IF_NOT_ALL,          // direct touches go, unless all are direct
    ATTRIBUTION_TRANSFORMS
};
struct attribution_touch {
    int64_t at_ms;
    uint32_t key; // what is compared: a channel, a source, a campaign
    bool direct;
};
// The path that is left, in place; its length.
size_t attribution_path(enum attribution_transform how, struct attribution_touch *touches, size_t count);
// The whole order in 10^-9, shared among the touches; the sum is exact. Not of ATTRIBUTION_MARKOV. count > 0.
#define ATTRIBUTION_WHOLE INT64_C(1000000000)
void attribution_share(enum attribution_model model, const struct attribution_touch *touches, size_t count, int64_t at_ms,
    int64_t half_life_ms, int64_t *ret);

__extension__ typedef __int128 attribution_wide;
// Rounds parts (in `unit`ths) to whole ones so that their sum is exactly `total`, which is the sum of the parts rounded: each
// is floored, and the largest remainders get what is left (the first of equal ones). Scratch: count numbers.
void attribution_round(const attribution_wide *parts, size_t count, int64_t unit, int64_t total, int64_t *ret, uint32_t *scratch);

// --- the Markov chain of the first order: where journeys went from where
struct attribution_chain {
    size_t states;      // 0 .. states - 1
    double *go;         // [(states + 1) x states]: row 0 from the start, row 1 + s from state s; how many went on to each state
    double *converted;  // [states]: orders right after it
    double *value;      // [states]: what these orders were worth
    double *ended;      // [states]: journeys that ended there without an order
};
#define ATTRIBUTION_STATES_MAX 200u
// Removal effects, each 0 .. 1: by which share the probability of an order (and what one may expect of a journey) falls when every
// way into the state ends instead. The equations of the absorbing chain are solved, nothing is simulated. *ret_base: the
// probability of an order with nothing removed.
cu_code attribution_removal(const struct attribution_chain *c, double *ret_effect, double *ret_value_effect, double *ret_base,
    struct cu_error *err) CU_MUST;
