// SPDX-License-Identifier: Apache-2.0
// One call of the tracking API, looked at: is its shape right, whose is it, when did it happen,
// does the dictionary accept its values? Pure: no clock, no randomness, no storage. The doors use
// it, and the quarantine when a repaired call is replayed.
#pragma once

#include "spec/dictionary.h"

enum door_type {
    DOOR_ANY,
    DOOR_IDENTIFY,
    DOOR_TRACK,
    DOOR_PAGE,
    DOOR_SCREEN,
    DOOR_GROUP,
    DOOR_ALIAS,
    DOOR_TYPE_COUNT
};
const char *door_type_name(enum door_type t);           // "identify"; NULL for DOOR_ANY
bool door_type_parse(cu_str name, enum door_type *ret); // "identify"

// What the envelope of a batch says for all its calls; all zero for a single call.
struct door_envelope {
    bool has_sent;
    int64_t sent_ms;
    bool has_library, server_library;
    bool has_context_person; // context.externalIds names somebody
};

struct door_call {
    enum door_type type;
    cu_str message_id; // empty when the call has none
    // The members stand in the text, or nothing may be added because it is no object. Filled in
    // also when the call is refused.
    bool has_type, has_message_id;
    bool server_side; // from a server library: no visitor's address, no clock to correct
    bool direct;      // context.direct: the caller's address is the person's
    bool browser;     // says of itself that it comes from a browser or an app
    bool has_sent;
    int64_t sent_ms, time_ms; // time_ms: when it happened, corrected (rules in door_time)
};

// expected: what the path says (DOOR_ANY: `type` decides). Errors: CU_MISSING, CU_INVALID,
// CU_TOO_LARGE, with the JSON pointer of the member.
cu_code door_call_check(const struct dictionary *d, json call, enum door_type expected,
    const struct door_envelope *envelope, int64_t received_ms, struct door_call *ret,
    struct cu_error *err) CU_MUST;

// When did it happen? event_ms: timestamp or originalTimestamp as sent. A client's clock that is
// off by more than a minute is corrected by the difference between sending and receiving, when that
// is at most two days; more is a re-sent old body or nonsense, and moving would make it worse.
// explicit_time: the caller chose the time (an import of history): never moved.
#define DOOR_SKEW_MIN_MS INT64_C(60000)
#define DOOR_SKEW_MAX_MS INT64_C(172800000)
int64_t door_time(int64_t event_ms, bool explicit_time, bool server_side, bool has_sent,
    int64_t sent_ms, int64_t received_ms);

// "analytics-node", "@segment/analytics-python", "com.example.java": libraries that run on servers.
bool door_server_library(cu_str name);
