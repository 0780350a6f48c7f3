// SPDX-License-Identifier: Apache-2.0
// Breaches of personal data (GDPR 33 and 34): every one is recorded, with the moment it became known and the 72 hours that
// run from there, with what happened, what follows and what was done; whose records were opened is asked of the audit log;
// drafts of the letters, a list of the people, and a pack of evidence that a stranger can check come out.
// docs/how-to/breach.md
#pragma once

#include "audit.h"

#include "consent/letter.h"
#include "text/zone.h"

struct breaches;
struct breaches_options {
    struct auditing *auditing;        // its reader of the log, its names of staff; outlives it
    const struct text_zone *zone;     // of the shop, for times in letters
    const char *shop_name, *base_url; // live as long
    letter_send *send;                // NULL: letters to the people of a breach are only drafted
    void *send_context;
};
cu_code breaches_open(const struct breaches_options *o, struct breaches **ret, struct cu_error *err) CU_MUST;
void breaches_close(struct breaches *b); // NULL is fine

extern const struct module govern_breach_module; // instance: struct breaches *
