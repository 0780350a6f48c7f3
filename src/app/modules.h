// SPDX-License-Identifier: Apache-2.0
// The list of modules. modules.c is the only file that names every one.
#pragma once

#include "engine.h"

cu_code modules_open(struct engine *e, struct cu_error *err) CU_MUST; // pipeline, door, imports, quarantine, govern, insight
void modules_close(struct engine *e);
size_t modules_list(struct engine *e, struct dispatch_module *ret, size_t max); // e NULL: rows without instances
cu_code modules_authenticate(void *context, struct request *rq, struct cu_error *err) CU_MUST;
cu_code modules_approved(void *context, struct request *rq, struct cu_error *err) CU_MUST; // four eyes
