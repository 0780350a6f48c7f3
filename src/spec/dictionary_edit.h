// SPDX-License-Identifier: Apache-2.0
// Changing single rows of a dictionary.yaml and leaving the rest as it was written, comments included; of a row that
// changes only its own comments are lost. Pure; the result is not checked (dictionary_check_text_json does that).
#pragma once

#include "base/memory.h"

// Lays YAML (or JSON, which is YAML) over the text: a mapping of sections, each of rows, each of attributes. An attribute
// replaces the one of that name, a row that is not there is added, fields of an event are laid over one by one.
// CU_MALFORMED: one of the two is not YAML; CU_CONFLICT: the text is written so that a row cannot be taken out of it (a
// whole
// section on one line); CU_INVALID: a section or row is not a mapping.
cu_code dictionary_edit_lay(cu_str text, cu_str fragment, struct cu_buf *out, struct cu_error *err) CU_MUST;
// Takes the row out of the text: "persons/shoe_size", "events/Fitting Booked", "events/Fitting Booked/branch". What the
// built-in
// dictionary says of it holds again. CU_NOT_FOUND: the text has no such row.
cu_code dictionary_edit_remove(cu_str text, cu_str path, struct cu_buf *out, struct cu_error *err) CU_MUST;
