// SPDX-License-Identifier: Apache-2.0
// What the self-audit is told of the running installation (govern/self_audit.h).
#pragma once

#include "govern/self_audit.h"

// context: struct engine.
cu_code self_audit_facts_gather(void *context, struct self_audit_facts *ret, struct cu_error *err) CU_MUST;
