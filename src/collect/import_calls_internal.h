// SPDX-License-Identifier: Apache-2.0
// What the files import_calls*.c share. Not for others; they use import_calls.h.
#pragma once

#include "import_calls.h"

// A slot's value of the row (or order) at hand, as JSON in b->values.
struct import_value {
    uint32_t at, len; // len 0: not set
    bool fits;        // usable as what it should be (an identifier)
};

#define IMPORT_KNOWN 16384 // persons whose traits were just sent, by hash

struct import_builder {
    const struct import_plan *plan;
    struct import_sink sink;
    uint32_t import;
    int64_t start_ms;
    uint64_t settled, row; // row: the one at hand
    struct cu_buf json, values, scratch;
    struct import_value *value; // per slot of the plan
    int64_t time_ms;            // INT64_MIN: not told
    uint64_t *known;
    uint64_t said;              // orders: hash of what the identify at hand says; 0: ids go by row
    struct json_parser *parser; // calls only
    struct import_order *order; // orders only
};

// import_values.c
void import_values_reset(struct import_builder *b);
// Takes the values of every slot that has none yet (not those of product lines). Faults of what the
// importer cannot do without stop it and are returned; others are noted. True when all is fine.
bool import_values_capture(
    struct import_builder *b, const struct import_row *row, struct import_problem *ret);
cu_str import_value_of(
    const struct import_builder *b, const struct import_slot *s); // JSON, or CU_NONE
bool import_values_identify(const struct import_builder *b);
bool import_values_consented(const struct import_builder *b); // some consent slot has a value
// Members "type", "messageId", "timestamp", "userId", "anonymousId" of an open object.
void import_values_put_head(struct import_builder *b, struct json_writer *w, const char *type,
    cu_str message_id, int64_t time_ms);
void import_values_put_traits(struct import_builder *b, struct json_writer *w); // "traits": {...}
void import_values_put_external_ids(struct import_builder *b, struct json_writer *w);
void import_values_put_named(
    struct import_builder *b, struct json_writer *w, enum import_to to); // members by slot name

// import_consent.c: identify calls for what the row says of consents with a time of their own, and
// the member "consent" of the context for those without.
cu_code import_consents_send(struct import_builder *b, struct cu_error *err) CU_MUST;
void import_consents_put_untimed(struct import_builder *b, struct json_writer *w);

// import_calls.c
cu_str import_call_id(
    struct import_builder *b, uint64_t row, const char *suffix, char room[IMPORT_MESSAGE_ID_MAX]);
// Hands b->json over; a call above IMPORT_CALL_MAX is *ret_problem instead.
cu_code import_call_send(struct import_builder *b, const struct import_call *as,
    struct import_problem *ret_problem, struct cu_error *err) CU_MUST;
cu_code import_send_identify(struct import_builder *b, uint64_t row, const char *suffix,
    struct import_problem *ret_problem, struct cu_error *err) CU_MUST;

struct import_raw_row {
    uint64_t number;
    size_t at, len;
    struct import_problem broken; // code set: a row that could not be read
};

struct import_order {
    struct cu_buf key;   // as in the file; empty: no order is open
    struct cu_buf lines; // JSON objects, with commas
    struct cu_buf raw;
    struct import_raw_row *rows; // IMPORT_LINES_MAX of them
    uint32_t row_count, line_count;
    bool continued; // an event with its first lines was sent already
    bool credit;    // an invoice number beginning with C
    bool bad;
    uint64_t bad_row;
    struct import_problem problem;
    bool broken_after; // a row that could not be read followed
    int64_t placed_ms;
    const struct import_slot *id, *refunded, *cancelled_at, *status, *line, *line_item,
        *coupon_item;
    uint32_t line_slots;
};

// import_lines.c
// Adds the row's product lines to the order's. False when a cell does not fit.
bool import_order_add_lines(
    struct import_builder *b, const struct import_row *row, struct import_problem *ret);
// "name:Blue shirt|sku:A1|quantity:2": the part with this name; CU_NONE when there is none.
cu_str import_order_packed(cu_str cell, const char *name);

// import_orders.c
cu_code import_order_new(struct import_builder *b, struct cu_error *err) CU_MUST;
void import_order_free(struct import_builder *b);
cu_code import_order_row(
    struct import_builder *b, const struct import_row *row, struct cu_error *err) CU_MUST;
cu_code import_order_end(struct import_builder *b, struct cu_error *err) CU_MUST;
cu_code import_order_broken_row(struct import_builder *b, const struct import_row *row,
    const struct import_problem *p, struct cu_error *err) CU_MUST;
