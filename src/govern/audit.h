// SPDX-License-Identifier: Apache-2.0
// The audit log for people who look at it: searching, who looked at a person, proofs, verifying, alerts
// about what stands in it, and decoys. Writing it is the guard's; here everything only reads its folder.
#pragma once

#include "govern.h"

#include "collect/sources.h"

struct auditing;
struct auditing_options {
    struct people *people;
    struct govern *govern;      // names of staff
    struct sources *sources;    // decoys come through one
    const char *folder;         // of the log; copied
    const char *witnesses;      // verifier keys of witnesses, separated by commas; copied
    const char *shop_hours;     // "07-20": exports outside them are told; "": none are
    const char *time_zone;      // of the shop
    int64_t people_per_hour;    // of one member of staff or token; 0: no alert
    int64_t sign_in_failures;   // within an hour, from one network; 0: no alert
};
cu_code auditing_open(const struct auditing_options *o, struct auditing **ret, struct cu_error *err) CU_MUST;
void auditing_close(struct auditing *a); // NULL is fine

extern const struct module govern_audit_module, govern_alert_module, govern_decoy_module; // instance: struct auditing
