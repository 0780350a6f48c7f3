// SPDX-License-Identifier: Apache-2.0
// Who may get a dashboard by mail: active members of staff whose role may read figures. For insight/dashboard.h, which knows
// neither staff nor mail.
#pragma once

#include "engine.h"

// context: struct engine *; as struct dashboards_options says.
cu_code dashboard_staff_find(void *context, cu_str email, int64_t *ret_id, struct cu_error *err) CU_MUST;
cu_code dashboard_staff_address(void *context, int64_t id, struct cu_buf *out, struct cu_error *err) CU_MUST;
bool dashboard_may_send(void *context);
