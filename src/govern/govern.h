// SPDX-License-Identifier: Apache-2.0
// Staff access: one-time links for the owner, invitations and new passwords; passwords (Argon2id) and second
// factors; sessions as reference tokens in a __Host- cookie (30 minutes idle, 12 hours at most); roles.
// Source for the limits: NIST SP 800-63B-4, OWASP ASVS 5.0 chapters 6 and 7.
#pragma once

#include "crypto/secret.h"
#include "people/people.h"
#include "store/module.h"

struct govern;
struct sms_gateway;
struct oidc;
struct govern_options {
    struct people *people;
    const char *shop_name, *currency, *time_zone; // shown to the console; live as long as govern
    const char *base_url;                         // of the console, for links; copied; NULL: links are paths
    struct secret_cost password_cost;             // memory_kib 0: measured once and kept in records.db
    struct sms_gateway *sms;                      // NULL: no text messages; outlives govern
    struct oidc *oidc;                            // NULL: no other provider signs staff in; outlives govern
};
cu_code govern_open(const struct govern_options *o, struct govern **ret, struct cu_error *err) CU_MUST;
void govern_close(struct govern *g);

enum { GOVERN_PASSWORD_MIN = 15, GOVERN_PASSWORD_MAX = 256 };

// A fresh one-time set-up token (the older ones end); works for 7 days and only while there is no
// owner. owner_email: only this address may become the owner; CU_NONE: any.
cu_code govern_setup_link(struct govern *g, cu_str owner_email, char *ret_token, size_t size, struct cu_error *err) CU_MUST;
// Fills rq->caller from an API token (Authorization: Bearer) or the session cookie. Without one: CU_OK and
// CALLER_NOBODY. A state-changing
// request by cookie needs the session's CSRF token and must not come from another site: CU_FORBIDDEN.
cu_code govern_authenticate(struct govern *g, struct request *rq, struct cu_error *err) CU_MUST;

extern const struct module govern_module, govern_session_module, govern_staff_module, govern_invitation_module,
    govern_reset_module, govern_security_module; // instance: struct govern
