// SPDX-License-Identifier: Apache-2.0
// Personas: segments that staff marked as such, each with a card worked out from its people: who they are, what they
// buy, and how they differ from everybody. docs/how-to/segments.md.
//
// Definitions
//  - At most PERSONA_SAMPLE of its people are looked at, the same ones each time, and as many of everybody.
//  - share: of those looked at who have the value; index: share in the persona / share of everybody.
//  - A value is in `differs` when at least PERSONA_SUPPORT people looked at have it, its index is at most 0.8 or at least
//    1.25, and the difference is no chance (two standard errors); the surest come first.
// A card is kept for a quarter of an hour.
#pragma once

#include "segment_desk.h"

enum { PERSONA_SAMPLE = 20000, PERSONA_SUPPORT = 5 };

struct persona_cards;
cu_code persona_cards_open(struct segments *s, struct persona_cards **ret, struct cu_error *err) CU_MUST;
void persona_cards_close(struct persona_cards *c); // NULL is fine
// The members of a card as one JSON object.
cu_code persona_card_write(struct segments *s, const struct audience_row *row, struct json_writer *w,
    struct cu_error *err) CU_MUST;

// --- pure: counting values
struct persona_value {
    char field[48];
    char text[96];
    uint32_t people, all; // of the persona's sample, of everybody's
};
#define PERSONA_VALUES_MAX 2000u
struct persona_table {
    struct persona_value at[PERSONA_VALUES_MAX];
    size_t count;
    uint32_t people, all; // looked at
};
void persona_count(struct persona_table *t, const char *field, cu_str text, bool of_persona, uint32_t people);
double persona_index(const struct persona_table *t, const struct persona_value *v); // 0 when nobody of everybody has it
double persona_surety(const struct persona_table *t, const struct persona_value *v); // in standard errors
bool persona_differs(const struct persona_table *t, const struct persona_value *v);
