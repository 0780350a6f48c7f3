// SPDX-License-Identifier: Apache-2.0
// Rows become calls of the tracking API (identify, track), as JSON, in the order of the file. Pure
// but for the sink it feeds: no files, no database, no journal; so dry runs and tests use the same
// code.
//
// People: one identify a row. Orders: rows of one order that stand together become one Order
// Completed (at most IMPORT_LINES_MAX lines or IMPORT_CALL_BYTES; then a further one with the next
// rows), before it an identify when the order says something new of its person, after it Order
// Cancelled and Order Refunded when the row says so. Events: one track a row, or the line itself
// (calls).
//
// An order is taken whole or not at all: when one of its rows cannot be used, all of them go to the
// bad rows, so that the mended file can be imported later without losing lines.
#pragma once

#include "import_plan.h"

#define IMPORT_LINES_MAX 500
#define IMPORT_CALL_BYTES 24576 // where an order goes on in a further event
#define IMPORT_CALL_MAX 32768   // what a call may never exceed, as at the doors
#define IMPORT_MESSAGE_ID_MAX 120

struct import_call {
    cu_str json;
    cu_str message_id; // what makes it the same call when it comes again
    bool
        portable; // the same id in any import of the same row: an event that came before is dropped
    bool quiet;   // says something of a person; is no event
    bool nobody;  // may come without an identifier (an order)
    uint64_t row; // first row it came from
    int64_t time_ms;
};
struct import_sink {
    void *context;
    cu_code (*call)(void *context, const struct import_call *c, struct cu_error *err);
    // May be NULL: false when the call would not be accepted; its text must live until the next
    // one.
    bool (*check)(void *context, const struct import_call *c, struct import_problem *ret);
    // A row that is not imported, as it stood in the file.
    cu_code (*bad)(void *context, uint64_t row, cu_str raw, const struct import_problem *p,
        struct cu_error *err);
    // A value that is kept as undeclared text because it does not fit its field; may be NULL.
    void (*note)(void *context, uint64_t row, const struct import_problem *p);
    void (*good)(void *context, uint64_t rows); // so many more rows were taken
};

struct import_builder;
// import: number, part of every messageId; start_ms: the time of rows that tell none (people).
cu_code import_builder_new(const struct import_plan *p, uint32_t import, int64_t start_ms,
    const struct import_sink *sink, struct import_builder **ret, struct cu_error *err) CU_MUST;
void import_builder_free(struct import_builder *b); // NULL is fine; wipes
cu_code import_builder_row(
    struct import_builder *b, const struct import_row *row, struct cu_error *err) CU_MUST;
cu_code import_builder_end(
    struct import_builder *b, struct cu_error *err) CU_MUST; // the last order
// All rows up to this one have become calls or bad rows: where a checkpoint may stand.
uint64_t import_builder_settled(const struct import_builder *b);
// Not within an order of which events were sent already: going on later from the settled row gives
// the same events.
bool import_builder_rests(const struct import_builder *b);
