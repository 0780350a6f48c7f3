// SPDX-License-Identifier: Apache-2.0
// How commands reach a data folder: through the local socket when a server runs on it, else by
// opening the folder in this process. Either way the same routes answer.
#pragma once

#include "settings.h"

struct api;
// settings: flags and environment, laid over the folder's own. CU_LOCKED when another process holds the folder and does not answer.
cu_code api_open(const char *data, const struct settings *settings, struct api **ret, struct cu_error *err) CU_MUST;
void api_close(struct api *a);
bool api_is_remote(const struct api *a);
struct engine *api_engine(struct api *a); // NULL when remote
// One call. target: path with query, encoded. body: JSON or empty. A problem answer becomes its code,
// field and text in err; else the body is appended to out.
cu_code api_call(struct api *a, const char *method, const char *target, cu_str body, struct cu_buf *out, struct cu_error *err) CU_MUST;
// The same with everything that can be read from fd as the body (SPEC_BODY_UPLOAD routes).
cu_code api_upload(struct api *a, const char *target, int fd, struct cu_buf *out, struct cu_error *err) CU_MUST;
