// SPDX-License-Identifier: Apache-2.0
// Calls of an import on their way into the journal: gathered into groups, submitted while the next
// ones are built, a few groups in flight. Keeps a distance to the pipeline, so that an import of
// any size neither fills the disk with the journal nor makes live events wait behind it.
#pragma once

#include "import_calls.h"
#include "store/journal.h"

struct import_sender;
struct pipeline;
struct import_sender_options {
    struct journal *journal;
    struct pipeline *pipeline; // may be NULL: no distance is kept
    struct keyring *keyring;   // of the keyed tags
    uint32_t source, import;
    int64_t generation; // part of the tags of calls that carry an id of their own
    bool (*stopping)(void *context);
    void *stopping_context;
};
cu_code import_sender_new(const struct import_sender_options *o, struct import_sender **ret,
    struct cu_error *err) CU_MUST;
void import_sender_free(struct import_sender *s); // waits for what is in flight; NULL is fine
// CU_UNAVAILABLE: stopping. Failures of the journal are final for this sender.
cu_code import_sender_add(
    struct import_sender *s, const struct import_call *c, struct cu_error *err) CU_MUST;
// The newest record that is durable, once what is in flight has landed; also after a failure.
uint64_t import_sender_last(struct import_sender *s);
// Everything added is durable when this returns. *ret_last_seq: newest record, 0 when there was
// none.
cu_code import_sender_settle(
    struct import_sender *s, uint64_t *ret_last_seq, struct cu_error *err) CU_MUST;
