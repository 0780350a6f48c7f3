// SPDX-License-Identifier: Apache-2.0
// Documents that a stranger can check: consent receipts, erasure certificates, policies, the transparency page. A
// document is a JSON object in one canonical form; its hash is noted in the audit log, and the proof is the path
// from that entry to a signed checkpoint (RFC 6962, C2SP tlog-checkpoint). What is handed out is
//
//   {"document": {...}, "proof": {"origin","index","size","root","entry","inclusion":[..],"checkpoint","key"}}
//
// (for documents noted together also "batch": the noted list's root and the document's path to it, record.h)
// so that checking needs no network and no database: `custos verify FILE`. Hashes are in hex.
#pragma once

#include "guard/admin.h"
#include "guard/audit_read.h"
#include "text/json.h"

enum { PROOF_DOCUMENT_MAX = 1024 * 1024 };

// The one form whose bytes are hashed (RFC 8785 for what Custos writes: members sorted by their bytes, no white
// space; numbers are whole). CU_INVALID for other numbers, CU_TOO_LARGE.
cu_code proof_canonical(json v, struct cu_buf *out, struct cu_error *err) CU_MUST;

// Notes the document in the audit log, durable on return, with the access of this thread. kind: "consent_receipt",
// "erasure_certificate" ... [a-z_]; people: whom it is about (may be none). CU_UNAVAILABLE: it is not noted, so it must
// not be handed out.
cu_code proof_note(struct guard *g, const char *kind, cu_str document, const uint64_t *subjects, size_t count,
    struct cu_error *err) CU_MUST;
// Writes {"document":..,"proof":..} of a document noted between from_ms and to_ms. folder: DATA/audit. A checkpoint that
// covers the entry is made when there is none yet. CU_NOT_FOUND: nobody noted such a document in that time.
cu_code proof_print(struct guard *g, const char *folder, cu_str document, int64_t from_ms, int64_t to_ms, struct cu_buf *out,
    struct cu_error *err) CU_MUST;

struct proof_facts { // what a proof says, once it holds
    char kind[48], origin[NOTE_NAME_MAX];
    char key[NOTE_KEY_MAX]; // the log's verifier key
    uint64_t index, size;
    int64_t noted_ms;
};
// Does the proof hold for this document (canonical bytes)? trusted: the log's key, as published by the shop; NULL: the
// one in the proof is believed, which shows only that the document is whole. CU_CORRUPT or CU_MALFORMED say what is wrong.
cu_code proof_check(cu_str document, json proof, const struct note_key *trusted, struct proof_facts *ret, struct cu_error *err) CU_MUST;
// The same for a whole file. *ret_document: the canonical bytes.
cu_code proof_check_file(cu_str file, const struct note_key *trusted, struct cu_buf *ret_document, struct proof_facts *ret,
    struct cu_error *err) CU_MUST;
