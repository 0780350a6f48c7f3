// SPDX-License-Identifier: Apache-2.0
// Private to funnels: the machine step by step, for those who need to know more than the level: which rows made the chain,
// what ends an attempt, where the next begins (funnel_walk.c). The level alone: funnel_level in machines.h.
#pragma once

#include "machines.h"

// Which rows made the newest chain that reached a step: row[s][0 .. s], numbers of rows from funnel.base.
struct funnel_trail {
    uint32_t row[FUNNEL_STEPS_MAX][FUNNEL_STEPS_MAX];
    uint32_t group[FUNNEL_STEPS_MAX][FUNNEL_STEPS_MAX]; // of the rows of one time, while they are looked at
};
struct funnel {
    uint32_t steps;
    uint64_t window;
    unsigned modes;
    bool begun;       // the first step was seen
    bool never_again; // a first step does not begin anew while begun
    int64_t starts_before; // later first steps begin nothing
    uint32_t has;     // bit s: step s was reached
    uint32_t gone_on; // bit s: and the newest chain that reached s went on from there
    int64_t first[FUNNEL_STEPS_MAX]; // when the newest chain that reached s began
    int64_t last[FUNNEL_STEPS_MAX];  // when it reached s
    struct funnel_trail *trail;      // NULL: not wanted
    uint32_t base;                   // number of the first row of the group that is taken
};
enum funnel_verdict { FUNNEL_GOES_ON, FUNNEL_ENDS };
void funnel_begin(struct funnel *f, uint32_t step_count, int64_t window_ms, unsigned modes);
// All rows of one time at once. ENDS: the level is *ret.
enum funnel_verdict funnel_take(struct funnel *f, const struct funnel_row *rows, size_t count, uint32_t *ret);

static inline bool funnel_within(const struct funnel *f, int64_t first, int64_t time)
{
    return (uint64_t)time - (uint64_t)first <= f->window;
}

// ---- the chains of one unit (a person, a visit) by the rules of a question; funnel_walk.c, funnel_any.c

// Bits of funnel_row.steps above the steps: the row is what must not happen.
#define FUNNEL_BAN_SHIFT FUNNEL_STEPS_MAX
#define FUNNEL_BANS_MAX 8u
struct funnel_ban {
    uint32_t from, to; // who reached step from and not yet step to (from 0), loses what he has there
};
struct funnel_rules {
    uint32_t steps;
    int64_t window_ms;
    unsigned modes;
    bool any_order;   // how many different steps within a window, whichever first; modes: strict_once or none
    bool never_again; // the window begins at the first first step and never again
    bool attempts;    // every attempt counts: the next begins when one ended (converted, window over, banned)
    bool whole;       // what is banned takes the whole unit out
    struct funnel_ban bans[FUNNEL_BANS_MAX];
    uint32_t ban_count;
};
struct funnel_chain {
    uint32_t level;                 // at least 1
    uint32_t row[FUNNEL_STEPS_MAX]; // numbers of rows, row[0 .. level)
};
typedef void funnel_chain_fn(void *context, const struct funnel_chain *c);
enum funnel_outcome {
    FUNNEL_WALKED,
    FUNNEL_BANNED,  // out (rules.whole): what was told of it does not count
    FUNNEL_TOO_MANY // any order with strict_once: too many different ways in which steps share events
};
// Rows as for funnel_level. Chains begin before starts_before. Without `attempts` at most one is told: the one that got
// furthest, of several the newest when that was reached.
enum funnel_outcome funnel_walk(const struct funnel_rules *r, const struct funnel_row *rows, size_t count,
    int64_t starts_before, funnel_chain_fn *fn, void *context);
enum funnel_outcome funnel_walk_any(const struct funnel_rules *r, const struct funnel_row *rows, size_t count,
    int64_t starts_before, funnel_chain_fn *fn, void *context);
