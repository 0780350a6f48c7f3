// SPDX-License-Identifier: Apache-2.0
// Registers of what is done with personal data, made from what the program really is set to do: the record of processing
// (GDPR 30) with every version kept, the map of where data comes from and goes to, assessments (35, 6(1)(f), 46), and what
// is due. docs/how-to/registers.md
#pragma once

#include "audit.h"

#include "consent/recipient.h"

struct registers;
struct registers_options {
    struct auditing *auditing;     // its reader of the log; outlives it
    struct recipients *recipients; // NULL: those that the dictionary names
    struct sources *sources;
    const char *shop_name, *base_url; // live as long
};
cu_code registers_open(const struct registers_options *o, struct registers **ret, struct cu_error *err) CU_MUST;
void registers_close(struct registers *r); // NULL is fine
// Counts what was delivered and exported since, and keeps the record when it differs from the newest one. The job.
cu_code registers_refresh(struct registers *r, struct cu_error *err) CU_MUST;

extern const struct module govern_register_module; // instance: struct registers *
