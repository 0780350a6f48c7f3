// SPDX-License-Identifier: Apache-2.0
// Imports: a file arrives sealed in the spool, is looked at (format, columns, a map for them),
// checked (dry run) or run, one at a time on a thread of its own: rows become calls
// (import_calls.h), calls become journal records with the import's number, the pipeline does the
// rest. One import is one unit: it can be reverted as a whole, and goes on after a crash where its
// last checkpoint stands.
//
// Invariants
//  1. A checkpoint says "all rows up to here": every record of them is durable in the journal and
//  every
//     refused one durable in the file of bad rows.
//  2. Rows after the checkpoint are read again after a crash; their records carry the same
//  messageIds,
//     so the pipeline drops what was in the journal already.
//  3. An import is done when the pipeline has passed its last record; only then its upload is
//  deleted.
//  4. Reverting removes evidence in bounded steps, each of which may be repeated; the status says
//     "reverting" until the last one is stored.
#pragma once

#include "consent/gate.h"
#include "import_maps.h"
#include "import_value.h"
#include "sources.h"
#include "store/journal.h"
#include "store/module.h"

struct imports;
struct pipeline;
struct keyring;
struct imports_options {
    struct people *people;
    struct gate *gate;
    struct sources *sources;
    struct journal *journal;
    struct pipeline *pipeline; // waited for at the end of an import and before a revert
    struct keyring *keyring;
    const char *spool_folder;
};
// Opens the spool, deletes uploads nobody refers to, starts the thread and resumes what was
// interrupted.
cu_code imports_open(
    const struct imports_options *o, struct imports **ret, struct cu_error *err) CU_MUST;
void imports_close(struct imports *s); // ends the thread at the next row; NULL is fine

// Uploads, for whoever receives a body of kind SPEC_BODY_UPLOAD: any size, sealed while it arrives.
cu_code import_upload_open(
    struct imports *s, struct request *rq, void **ret_upload, struct cu_error *err) CU_MUST;
cu_code import_upload_write(
    struct imports *s, void *upload, cu_str bytes, struct cu_error *err) CU_MUST;
cu_code import_upload_close(
    struct imports *s, void *upload, int64_t *ret_number, struct cu_error *err) CU_MUST;
void import_upload_abort(struct imports *s, void *upload);

struct import_request {
    enum import_kind kind;
    cu_str map;      // a ready or saved map; empty: recognised or guessed
    cu_str name;     // of the file, for people; sealed
    cu_str currency; // of orders whose rows name none; empty: the shop's
    enum import_dates dates;
    bool dry_run;
    int64_t upload; // number of the spool file, owned by the import from here on
};
// CU_NOT_FOUND: no such map or upload; CU_CONFLICT: the map is of another kind.
cu_code imports_add(struct imports *s, const struct import_request *r, uint32_t *ret_number,
    struct cu_error *err) CU_MUST;
// Runs an import that is ready, or goes on with one that failed on its way. mapping_json:
// [{"column","field"}] or empty; map: a name or empty; both empty: as it was checked. CU_CONFLICT
// in any other state.
cu_code imports_run(struct imports *s, uint32_t number, cu_str mapping_json, cu_str map,
    struct cu_error *err) CU_MUST;
// Takes back what the import did (also while it runs). CU_CONFLICT when there is nothing to take
// back.
cu_code imports_revert(struct imports *s, uint32_t number, struct cu_error *err) CU_MUST;
// Forgets upload, bad rows, file name and column samples; the numbers stay. CU_CONFLICT while it
// works.
cu_code imports_forget(struct imports *s, uint32_t number, struct cu_error *err) CU_MUST;
// Waits until the import rests: ready, done, failed or reverted. CU_TIMEOUT.
cu_code imports_wait(
    struct imports *s, uint32_t number, int64_t wait_ms, struct cu_error *err) CU_MUST;
// The import as in the API. samples: with masked samples and faults of columns.
cu_code imports_print(
    struct imports *s, uint32_t number, struct json_writer *w, struct cu_error *err) CU_MUST;

extern const struct module collect_import_module; // instance: struct imports *
