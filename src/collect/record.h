// SPDX-License-Identifier: Apache-2.0
// What the doors put into the journal and the pipeline takes out: one call with what the door knew
// of it. The bytes are private to this file; version byte first, so that old journals stay readable.
#pragma once

#include "base/memory.h"

enum record_kind { RECORD_EVENT = 1, RECORD_REFUSED = 2 /* kept whole for quarantine */ };
enum {
    RECORD_SAMPLE = 1,      // from a source marked as sample data
    RECORD_CLIENT_SIDE = 2, // from a browser or an app: ip and user agent are the person's own
    RECORD_NOBODY = 4,      // allowed to carry no identifier (an imported order without a customer)
    RECORD_REPLAY = 8,      // replayed from quarantine: its messageId is not a duplicate of itself
    RECORD_GPC = 32,        // the browser sent Sec-GPC: 1
    RECORD_QUIET = 16       // evidence only (a row about a person): no event of the timeline, nobody was seen
};
struct record {
    enum record_kind kind;
    uint32_t flags;
    uint32_t source;        // source number
    uint32_t import;        // import number or 0
    uint64_t import_row;    // first row of the file it came from
    int64_t received_ms, sent_ms, time_ms; // sent_ms INT64_MIN when absent; time_ms is the corrected time
    uint8_t seen_tag[16];   // keyed tag of messageId; RECORD_REFUSED: of source and bytes, so that a
                            // client's retries of a bad call can be told from another one
    uint64_t quarantine;    // RECORD_REPLAY: the quarantine row it settles
    cu_code reason;         // RECORD_REFUSED
    cu_str field, text;     // RECORD_REFUSED: where and what
    cu_str event;           // the JSON of one call as sent (RECORD_REFUSED: any bytes)
    cu_str context;         // the batch envelope's context (JSON) or empty
    cu_str integrations;    // the envelope's integrations (JSON) or empty
    cu_str ip, user_agent;  // of the request, when RECORD_CLIENT_SIDE or context.direct
};
void record_encode(const struct record *r, struct cu_buf *out); // look at out->failed
size_t record_size(const struct record *r); // what record_encode will append
cu_code record_decode(cu_str bytes, struct record *ret, struct cu_error *err) CU_MUST; // views into bytes; CU_CORRUPT
