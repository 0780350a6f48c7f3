// SPDX-License-Identifier: Apache-2.0
// A client of any S3-compatible object store: put, get, list, delete, each signed with AWS Signature
// Version 4 over the hash of the body, so that a cut-off or altered upload is refused. Path-style addresses
// (endpoint/bucket/key), which every such store knows. Calls go out through net/outgoing; what fails for
// a while is tried again with growing pauses.
// Source: "Signature Version 4 signing process" of the Amazon S3 API reference.
//
// Threads: one call at a time per struct s3.
#pragma once

#include "base/memory.h"

#include <stdatomic.h>

struct s3;
struct s3_options { // all copied
    const char *endpoint; // "https://s3.eu-central-1.amazonaws.com"
    const char *region;   // "eu-central-1"; many stores take any
    const char *bucket, *key_id, *secret;
    cu_str networks;      // private networks that may be called (outgoing.h)
    const char *ca_file;  // NULL: the system's authorities
    int attempts;         // of a call that fails for a while [6]
    int64_t pause_ms;     // before the second attempt, doubling [500]
    const atomic_bool *stop; // no more attempts when set; may be NULL
};
// CU_INVALID names the setting that is wrong.
cu_code s3_open(const struct s3_options *o, struct s3 **ret, struct cu_error *err) CU_MUST;
void s3_close(struct s3 *s); // wipes the secret; NULL is fine

// Keys are of letters, digits and -_./ ; CU_INVALID else. CU_FORBIDDEN: the store refuses key or secret (its own word for
// it is in the text); CU_NOT_FOUND: no such object or bucket; CU_UNAVAILABLE: every attempt failed; CU_FULL: quota.
cu_code s3_put(struct s3 *s, const char *key, cu_str bytes, struct cu_error *err) CU_MUST;
cu_code s3_get(struct s3 *s, const char *key, struct cu_buf *out, struct cu_error *err) CU_MUST; // appended
cu_code s3_delete(struct s3 *s, const char *key, struct cu_error *err) CU_MUST;                // absent is fine
typedef cu_code s3_visit(void *context, cu_str key, int64_t bytes, struct cu_error *err);
cu_code s3_list(struct s3 *s, const char *prefix, s3_visit *visit, void *context, struct cu_error *err) CU_MUST;

// --- signing (s3_sign.c), pure
struct s3_request {
    const char *method, *host, *path, *query; // path and query encoded, the query's members sorted
    const char *body_hash;                    // hex SHA-256
    int64_t now_ms;
    const char *region, *key_id, *secret;
};
// ret: "AWS4-HMAC-SHA256 Credential=..., SignedHeaders=host;x-amz-content-sha256;x-amz-date, Signature=...";
// ret_date: the value of x-amz-date.
cu_code s3_sign(const struct s3_request *rq, char ret_date[17], struct cu_buf *ret, struct cu_error *err) CU_MUST;
