// SPDX-License-Identifier: Apache-2.0
// Everything held about a person, as one file for that person (GDPR 15 and 20): index.html to read, JSON for
// programs, CSV for tables. It is put together of the same answers the console gets, so nothing is shown to staff that
// is not in it. The same state gives the same bytes: no time of making stands in it.
//
// manifest.json names each member with its SHA-256; with `proof` it is noted in the audit log and proof.json says so to
// `custos verify`.
#pragma once

#include "engine.h"

extern const struct module app_archive_module; // instance: struct engine *

// The archive of a request (consent/rights.h, rights_options.archive), appended; context: struct engine *. With purpose
// "rights", so that a restriction does not keep the person from their own data.
cu_code archive_make(void *context, struct cu_uuid person, struct cu_buf *out, struct cu_error *err) CU_MUST;

// archive_html.c: a page of these answers. sections: titles and JSON values.
struct archive_section {
    const char *title, *doc;
    json value;
};
void archive_html(const char *title, const char *language, const struct archive_section *sections, size_t count, struct cu_buf *out);
// Rows of objects as a table: the columns are all names that occur, in order of first sight; inner values as JSON.
cu_code archive_csv(json rows, struct cu_buf *out, struct cu_error *err) CU_MUST;
