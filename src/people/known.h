// SPDX-License-Identifier: Apache-2.0
// What is stored of profiles, a range of numbers at a time: for what is kept of everybody in memory (insight/facts). As
// stored with each profile; folding it over a person's profiles is the caller's (newest wins, as traits_of_person).
//
// Called with a reading connection by any thread. Opening sealed fields needs guard_enter_system.
#pragma once

#include "people.h"

struct known_trait {
    uint32_t pno;
    const struct dict_field *field; // of the dictionary given
    bool cleared;                   // said to be nothing
    bool text;                      // value is text; else JSON
    cu_str value;                   // valid during the call
    int64_t at_ms;
    uint64_t seq;
};
typedef cu_code known_trait_visit(void *ctx, const struct known_trait *t, struct cu_error *err);
// Declared fields of the profiles first <= number < end, in order of number; what nobody declared is left out. groups:
// 1: the plain ones (P0, P1), further bits 1 << enum dict_group of sealed ones. Erased profiles have none.
cu_code known_traits(struct people *p, struct db *d, const struct dictionary *dictionary, uint32_t first, uint32_t end,
    unsigned groups, known_trait_visit *visit, void *ctx, struct cu_error *err) CU_MUST;
unsigned known_group_of(const struct dict_field *f); // its bit in groups

struct known_orders { // of one profile, only those that count and are in the shop's currency
    uint32_t pno;
    int64_t count, revenue, refunded; // minor units; revenue before refunds
    int64_t first_ms, last_ms;        // of placing
};
typedef cu_code known_orders_visit(void *ctx, const struct known_orders *o, struct cu_error *err);
cu_code known_orders(struct people *p, struct db *d, uint32_t first, uint32_t end, known_orders_visit *visit, void *ctx,
    struct cu_error *err) CU_MUST;
int known_minor_digits(void); // of the shop's currency: 2 for EUR

// Kinds of identifiers a profile has, by the numbers that known_kind_name names; and its public id.
typedef cu_code known_kind_visit(void *ctx, uint32_t pno, uint32_t kind, struct cu_error *err);
cu_code known_kinds(struct people *p, struct db *d, uint32_t first, uint32_t end, known_kind_visit *visit, void *ctx,
    struct cu_error *err) CU_MUST;
void known_kind_name(struct people *p, uint32_t kind, char ret[65]); // "" when there is none
typedef cu_code known_id_visit(void *ctx, uint32_t pno, struct cu_uuid id, struct cu_error *err);
cu_code known_ids(struct people *p, struct db *d, uint32_t first, uint32_t end, known_id_visit *visit, void *ctx,
    struct cu_error *err) CU_MUST;
