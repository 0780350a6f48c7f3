// SPDX-License-Identifier: Apache-2.0
// Letters to single persons (consent/letter.h): kept sealed in records.db until the shop's mail server took them (net/smtp.h), tried
// again with growing pauses for three days, then shown as undeliverable. What is kept after sending: kind, time, whose, never the text.
#pragma once

#include "consent/letter.h"
#include "net/smtp.h"

struct letters;
struct letters_options {
    struct people *people;
    const struct smtp_options *smtp; // host "": no mail server is set; letters are refused with CU_UNAVAILABLE
};
cu_code letters_open(const struct letters_options *o, struct letters **ret, struct cu_error *err) CU_MUST;
void letters_close(struct letters *l);
cu_code letters_send(void *context, const struct letter *l, struct cu_error *err) CU_MUST; // context: struct letters *; see letter_send
bool letters_can(const struct letters *l); // a mail server is set

extern const struct module reach_letter_module; // instance: struct letters *
