// SPDX-License-Identifier: Apache-2.0
// HTTP over the local socket of a running server (libcurl).
#pragma once

#include "base/memory.h"

struct api_remote;
cu_code api_remote_open(const char *data, struct api_remote **ret, struct cu_error *err) CU_MUST; // CU_LOCKED: nobody answers
void api_remote_close(struct api_remote *r); // NULL is fine
// upload_fd >= 0: its bytes are the body, streamed.
cu_code api_remote_call(struct api_remote *r, const char *method, const char *target, cu_str body, int upload_fd,
    int *ret_status, struct cu_buf *out, struct cu_error *err) CU_MUST;
