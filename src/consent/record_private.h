// SPDX-License-Identifier: Apache-2.0
// What record.c, receipt.c and the routes of records share.
#pragma once

#include "record.h"

enum { RECORD_WORDS = 7 };
struct record_row {
    int64_t id, time_ms, received_ms, wording, policy, generation, until_ms, batch;
    uint32_t pno;
    enum gate_heard heard;
    enum gate_state state;
    bool evidence;
    struct cu_uuid record;
    char words[RECORD_WORDS][GATE_KEY_MAX]; // purpose (with its part: gate_key), method, language, form, button, channel, recipient
};
void record_read(struct db_query *q, struct record_row *r); // the columns of record.sql
// The canonical document of a record. Any thread with a connection.
cu_code record_document(struct gate *g, struct db *d, const struct record_row *r, struct cu_buf *out, struct cu_error *err) CU_MUST;
