// SPDX-License-Identifier: Apache-2.0
// The tracking API: every path that Segment, RudderStack and Jitsu clients call. A request is
// authenticated, taken apart and checked on the event thread, goes into the journal as records, and
// is answered when these are durable. No database on the way, nothing of a payload in any log.
//
//   door.c           the routes
//   door_auth.c      five places a write key may stand
//   door_body.c      bytes -> JSON text, whatever the headers claim
//   door_intake.c    calls -> records, refused ones for the quarantine
//   door_single.c    one call a request
//   door_batch.c     the envelope of a batch and its calls
//   door_call.c      one call: shape, identity, times, dictionary (pure)
//   door_pixel.c     a query string -> one call
//   settings_doc.c   what browser SDKs fetch before they send anything
#pragma once

#include "sources.h"
#include "spec/dictionary.h"
#include "store/journal.h"
#include "store/module.h"

struct door_options {
    struct journal *journal;
    struct sources *sources;
    struct keyring *keyring;
    // The dictionary in force; asked once per request. It stays valid for as long as a request is
    // on an event thread, also after it was replaced.
    const struct dictionary *(*dictionary)(void *context);
    void *dictionary_context;
};

// Limits of the protocol (docs/reference/tracking.md).
enum {
    DOOR_CALL_MAX = 32 * 1024,   // one call, decompressed
    DOOR_BATCH_MAX = 500 * 1024, // one batch, decompressed
    DOOR_BATCH_EVENTS_MAX = 2500,
    DOOR_MESSAGE_ID_MAX = 99,   // characters
    DOOR_BODY_MAX = 1024 * 1024 // bytes read at all
};

struct door;
cu_code door_open(const struct door_options *o, struct door **ret, struct cu_error *err) CU_MUST;
void door_close(struct door *d);                // after the server and the journal; NULL is fine
extern const struct module collect_door_module; // instance: struct door
