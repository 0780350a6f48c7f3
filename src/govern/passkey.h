// SPDX-License-Identifier: Apache-2.0
// Passkeys of staff: as a second factor (after a password, for a ticket) and alone (then the authenticator
// must verify its user, which makes it two factors in one). The steps of the specification are in
// crypto/webauthn.h; here are challenges (single use, five minutes), rows and routes.
#pragma once

#include "staff.h"

enum { PASSKEYS_MAX = 20, PASSKEY_NAME_MAX = 80 };
#define STAFF_TABLE_PASSKEY 0x70617373u // "pass"

extern const struct factor passkey_factor;

extern const struct module govern_passkey_module; // instance: struct govern
