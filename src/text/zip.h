// SPDX-License-Identifier: Apache-2.0
// Writing ZIP archives (APPNOTE.TXT 6.3.3): deflated members without times, so that the same members give the
// same bytes. Names are UTF-8. No member or archive beyond 4 GiB.
#pragma once

#include "base/memory.h"

enum { ZIP_MEMBERS_MAX = 64 };
struct zip {
    struct cu_buf *out;
    size_t start; // of the archive in out
    size_t count;
    bool failed;
    struct {
        char name[128];
        uint32_t at, crc, packed, whole;
    } members[ZIP_MEMBERS_MAX];
};
void zip_start(struct zip *z, struct cu_buf *out);
cu_code zip_add(struct zip *z, const char *name, cu_str bytes, struct cu_error *err) CU_MUST;
cu_code zip_end(struct zip *z, struct cu_error *err) CU_MUST; // the directory
