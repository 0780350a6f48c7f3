// SPDX-License-Identifier: Apache-2.0
// What the files of the tracking API share. See door.h for the list of them.
#pragma once

#include "door.h"
#include "door_call.h"

#include "base/metric.h"
#include "crypto/keyring.h"

struct door {
    struct door_options o;
    struct cu_metric *accepted, *refused;                      // calls
    struct cu_metric *unknown_key, *malformed, *busy, *failed; // requests
};

// door_auth.c. The headers and the query; *ret_given false: no key there, the body may have one.
// CU_UNAUTHENTICATED: unknown key; CU_FORBIDDEN: the source is switched off.
cu_code door_auth_head(struct door *d, struct request *rq, bool *ret_given, struct source *ret,
    struct cu_error *err) CU_MUST;
cu_code door_auth_key(struct door *d, cu_str key, struct source *ret, struct cu_error *err) CU_MUST;
cu_code door_auth_missing(struct cu_error *err); // nobody gave a key

// door_body.c. The body as JSON text: decompressed into *scratch when it must be (whatever its
// Content-Type and Content-Encoding claim), without byte order mark. *ret is a view of rq->body or
// of scratch. CU_TOO_LARGE beyond scratch->max, CU_MALFORMED.
cu_code door_body_text(
    struct request *rq, struct cu_buf *scratch, cu_str *ret, struct cu_error *err) CU_MUST;

// door_intake.c. One request's calls on their way to the journal. Everything in the request's
// arena.
struct intake {
    struct door *door;
    struct request *rq;
    const struct dictionary *dictionary;
    struct source source;
    struct door_envelope envelope;
    cu_str context, integrations; // of the envelope, as JSON
    cu_str ip, user_agent;
    bool visitor; // the request itself comes from a browser
    bool gpc;     // and says Sec-GPC: 1
    cu_str *records;
    uint32_t count, count_max;
    uint64_t accepted, refused;
    struct cu_error last; // the last refusal
};
cu_code intake_start(struct intake *in, struct door *d, struct request *rq,
    const struct source *source, uint32_t count_max, struct cu_error *err) CU_MUST;
// Looks at one call and adds its record. in->last tells whether (CU_OK) and why it was refused; the
// function itself fails only without memory.
cu_code intake_call(
    struct intake *in, cu_str text, enum door_type expected, struct cu_error *err) CU_MUST;
// Adds bytes that are refused as they are.
cu_code intake_refuse(
    struct intake *in, cu_str bytes, const struct cu_error *why, struct cu_error *err) CU_MUST;
// Hands the records to the journal; the answer in rq->response goes out when they are durable, or
// an error instead of it. Defers the request, whatever happens.
void intake_submit(struct intake *in);
// The body as a whole is not what it should be: 400, and kept in quarantine when it is known whose
// it is and when it is no larger than a batch may be.
cu_code door_refuse_whole(struct door *d, struct request *rq, const struct source *source,
    cu_str bytes, const struct cu_error *why, struct cu_error *err) CU_MUST;
bool door_is_refusal(cu_code code); // the body's fault, not the key's and not ours
void intake_answer_error(
    struct request *rq, const struct cu_error *err, int status); // status 0: the code's

// door_batch.c
cu_code door_batch(
    struct request *rq, bool server, struct cu_error *err) CU_MUST; // server: its path says so

// door_single.c
cu_code door_single(
    struct request *rq, enum door_type type, bool server, struct cu_error *err) CU_MUST;
cu_code door_pixel(struct request *rq, enum door_type type, struct cu_error *err) CU_MUST;

// door_pixel.c: "userId=u&properties.price=3" -> {"userId":"u","properties":{"price":"3"}} in the
// arena.
cu_code door_pixel_json(
    cu_str query, struct cu_arena *arena, cu_str *ret, struct cu_error *err) CU_MUST;

// settings_doc.c
cu_code settings_doc_segment(struct request *rq, struct cu_error *err) CU_MUST;
cu_code settings_doc_rudder(struct request *rq, struct cu_error *err) CU_MUST;
