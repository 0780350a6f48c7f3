// SPDX-License-Identifier: Apache-2.0
// The documents of this program, from the rows of all modules (spec/print.h).
#pragma once

#include "base/memory.h"

// kind: "openapi", "markdown", "ts", "man", "completion", "config"; page: of markdown, or NULL for all.
cu_code documents_print(const char *kind, const char *page, struct cu_buf *out, struct cu_error *err) CU_MUST;
