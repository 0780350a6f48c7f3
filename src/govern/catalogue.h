// SPDX-License-Identifier: Apache-2.0
// The dictionary as staff work with it: DATA/dictionary.yaml read, checked, replaced. A change takes
// effect for the next event; readers of the former version keep it until they are done.
#pragma once

#include "people/people.h"
#include "store/module.h"

struct catalogue;
struct catalogue_options {
    struct people *people;
    const char *path; // DATA/dictionary.yaml; copied
};
// Reads and sets the dictionary of people. CU_INVALID / CU_MALFORMED name file, line and row.
cu_code catalogue_open(const struct catalogue_options *o, struct catalogue **ret, struct cu_error *err) CU_MUST;
void catalogue_close(struct catalogue *c);
cu_code catalogue_reload(struct catalogue *c, struct cu_error *err) CU_MUST; // the file changed: SIGHUP
// Checks and stores text, when the stored version is still `version`: CU_PRECONDITION if not.
cu_code catalogue_replace(struct catalogue *c, cu_str text, cu_str version, struct cu_error *err) CU_MUST;

// The text in force (empty: the built-in rows alone) and its version, 16 characters and NUL.
cu_code catalogue_text(struct catalogue *c, struct cu_buf *out, char version[17], struct cu_error *err) CU_MUST;
// Told of another dictionary once it is in force, in the thread that put it there. It may call nothing of the catalogue.
// file: the file was read again, nobody changed it here.
typedef void catalogue_changed_fn(void *context, const struct dictionary *before, const struct dictionary *after, cu_str text, bool file);
void catalogue_on_change(struct catalogue *c, catalogue_changed_fn *fn, void *context); // one; NULL takes it back

extern const struct module govern_catalogue_module;
