// SPDX-License-Identifier: Apache-2.0
// Friction: where visits stop on the way to an order, what they met there, and what that may cost. One scan over the visits
// that began in the period; all rests on events that a collector sends (docs/reference/dictionary.md: Rage Click,
// Dead Click, Page Performance Measured, Form Started, Form Field Left, Form Submitted, Form Abandoned, Payment Failed,
// Coupon Denied, Products Searched with results) and on no text that somebody typed.
//
// What is lost is an estimate, never a booking: visits that met a trouble x how much more often comparable visits without it
// ordered x average order value; never below zero (the answer's method says it in full). Comparable are:
//   checkout   all visits that reached the step: as often as these order, those that ended there would have
//   payments, coupons   visits that came as far (checkout, cart, neither) and met no refusal
//   slow       visits of the same page that were not slow
//   searches   visits with searches of which none failed
// A visit that met several troubles counts once in the total, with the dearest of them.
#pragma once

#include "visit.h"

enum friction_section {
    FRICTION_CHECKOUT, FRICTION_PAYMENTS, FRICTION_COUPONS, FRICTION_FORMS, FRICTION_RAGE, FRICTION_DEAD, FRICTION_SLOW,
    FRICTION_SEARCHES, FRICTION_SECTIONS
};
// Which texts name a row, as paths of columns (NULL: none); hashes a and b of a row are theirs, 0: no value.
struct friction_names { const char *a, *b; };
extern const struct friction_names friction_names[FRICTION_SECTIONS];
// Rows of checkout that are events, not values of step.
#define FRICTION_STEP_STARTED UINT64_C(1)
#define FRICTION_STEP_PAYMENT UINT64_C(2)

enum friction_stage { FRICTION_AT_NOTHING, FRICTION_AT_CART, FRICTION_AT_CHECKOUT, FRICTION_STAGES };
struct friction_share { uint64_t visits, converted; }; // converted: with an order
struct friction_row {
    enum friction_section section;
    uint64_t a, b;
    uint64_t people;              // who met it
    uint64_t events;              // tries, clicks, measurements, searches
    struct friction_share met;    // visits that reached the step, used the field, saw the page, searched the term ...
    struct friction_share bad;    // of them: slow ones; with a failing search
    struct friction_share stages[FRICTION_STAGES]; // payments and coupons: of met
    uint64_t bad_events;          // searches that found nothing
    uint64_t stopped;             // checkout: visits that ended here without an order; forms: left here and not sent
    double position;              // checkout: how late in visits, 0 is first
    int64_t median_ms, p75_ms;    // slow; to 10 ms, above 10 s to 100 ms, at most a minute
    struct friction_share comparable; // what lost rests on
    bool has_lost;                // there is something comparable, and an average order
    int64_t lost;                 // minor units
};
struct friction_question {
    const struct text_zone *zone;
    int64_t from_ms, to_ms;       // visits that began then
    double slow_ms;               // slow is what takes longer
    bool has_average;
    double average;               // order value, minor units
};
struct friction_answer {
    struct friction_row *rows;    // of all sections; those of a section together, dearest first (checkout: in their order)
    size_t count;
    size_t first[FRICTION_SECTIONS + 1]; // where a section's rows begin
    struct friction_share visits; // of the period
    uint64_t people, met_people;  // who visited; who met any trouble
    int64_t lost_total;
    bool has_lost;
    uint64_t left_out;            // what did not fit any more into the tables, counted as often as it came
};
#define FRICTION_ROWS_MAX (1u << 16) // rows that a thread tells apart
cu_code friction_run(struct timeline *t, const struct dictionary *d, const struct scan_persons *persons,
    const struct friction_question *q, const struct scan_limits *l, struct friction_answer *ret, struct scan_stats *stats,
    struct cu_error *err) CU_MUST;
void friction_clear(struct friction_answer *a); // frees
// Rows have their counts: what is lost, and their order (friction_money.c).
struct friction_sums { // of all visits
    struct friction_share all, stage[FRICTION_STAGES], refused[2][FRICTION_STAGES] /* payments, coupons */, searches_good;
    uint64_t people, met_people;
    uint64_t masks[32]; // visits without an order by the sections they met, enum friction_mask
};
enum friction_mask {
    FRICTION_M_CHECKOUT = 1, FRICTION_M_PAYMENTS = 2, FRICTION_M_COUPONS = 4, FRICTION_M_SLOW = 8, FRICTION_M_SEARCHES = 16
};
void friction_estimate(const struct friction_question *q, const struct friction_sums *s, struct friction_answer *a);
