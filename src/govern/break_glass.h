// SPDX-License-Identifier: Apache-2.0
// Break-glass: one person unmasked for one session, for a stated reason, for 15 minutes, with an alarm. Every read
// in that time says so in the audit log (guard_access.break_glass).
#pragma once

#include "govern.h"

// After the caller is known: when the request reads one person ("GET /v1/people/{id}...") and break-glass is open
// for this session and that person, the caller sees every level in full and break_glass is set.
cu_code break_glass_apply(struct govern *g, struct request *rq, struct cu_error *err) CU_MUST;

void break_glass_open(struct govern *g); // once: what is known of a person goes with the person

extern const struct module govern_break_glass_module; // instance: struct govern
