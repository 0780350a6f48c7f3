// SPDX-License-Identifier: Apache-2.0
// Looks for somebody's values in every byte of a folder: as they are, in other cases, as UTF-16, hex, base64 at its
// three offsets, and URL-encoded. What it finds it names by file, offset and form, never by the value.
#pragma once

#include "base/memory.h"

enum { SCAN_VALUES_MAX = 64, SCAN_VALUE_MIN = 4, SCAN_VALUE_MAX = 256 };
struct scan_hit {
    const char *file;   // path below the folder
    int64_t offset;
    size_t line;        // which value: its line in the file of values, from 1
    const char *form;   // "utf-8", "hex" ...
};
typedef void scan_hit_visit(void *context, const struct scan_hit *hit);
struct scan_report {
    uint64_t files, bytes, hits;
};
// values: one a line; lines shorter than SCAN_VALUE_MIN bytes are refused (they would be found by chance): CU_INVALID.
cu_code verify_scan(const char *folder, cu_str values, scan_hit_visit *visit, void *context, struct scan_report *ret,
    struct cu_error *err) CU_MUST;
