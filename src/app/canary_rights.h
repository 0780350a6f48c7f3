// SPDX-License-Identifier: Apache-2.0
// The daily canary of rights: a person who does not exist comes through the door, consents, is found by a segment, is
// written to, gets everything held, withdraws, and is erased, all by the functions that everybody's requests go through;
// then each store is asked whether something is left. Each step is timed; the first that fails turns the run red, and the
// erasure is tried whatever happened before it.
//
// It leaves the shop's figures alone: it has a source of its own, marked as sample data, whose counts are dropped after
// the run, its requests come by the channel "canary", and its address ends in ".invalid", which the letters take for a
// sink (reach/letters.h). What stays is what stays of anybody: the certificate, the request without a person, the audit
// log.
#pragma once

#include "engine.h"

struct canary_rights;
cu_code canary_rights_open(struct engine *e, struct canary_rights **ret, struct cu_error *err) CU_MUST;
void canary_rights_close(struct canary_rights *c); // NULL is fine

struct canary_rights_result {
    int64_t at_ms; // 0: it never ran
    bool ok;
    int64_t took_ms;
};
// The newest run. Any thread.
cu_code canary_rights_last(struct canary_rights *c, struct canary_rights_result *ret, struct cu_error *err) CU_MUST;
// Runs it now, some seconds. CU_BUSY: it runs already. A step that fails is no error of this call.
cu_code canary_rights_run(struct canary_rights *c, struct canary_rights_result *ret, struct cu_error *err) CU_MUST;

extern const struct module app_canary_rights_module; // instance: struct canary_rights *
