// SPDX-License-Identifier: Apache-2.0
// Text-message codes as a second factor: eight digits, five minutes, three tries, bound to the sign-in they
// were asked for. The weakest factor there is (numbers are hijacked by SIM swap, messages are read on the
// way: NIST calls it restricted): never for roles that give rights or hold keys, neither when enrolled nor
// when signing in. What messages cost is capped: per number, per prefix, per account, in all, each day.
// Source: OWASP ASVS 5.0 6.5.4-6.6.3; NIST SP 800-63B-4 3.1.3.
#pragma once

#include "staff.h"

enum { SMS_DIGITS = 8, SMS_TRIES = 3, SMS_PER_SIGN_IN = 3, SMS_PER_ACCOUNT_DAY = 15 };
#define SMS_CODE_MS (5 * 60 * 1000)
#define SMS_AGAIN_MS (60 * 1000)
#define STAFF_TABLE_SMS 0x736d7320u // "sms "

extern const struct factor sms_factor;
bool sms_refused_for(const struct role *r); // a role that gives rights or holds keys

extern const struct module govern_sms_module; // instance: struct govern
