// SPDX-License-Identifier: Apache-2.0
// Doors through which others bring requests of persons: OpenDSR 2.0 as processor (opendsr.c), the Data Rights Protocol as
// covered business (drp.c), Shopify's privacy webhooks (shopify_privacy.c). A door is a row that staff puts there: a
// controller with its token, an agent with its key, a shop with its secret. Nobody else is heard.
#pragma once

#include "net/outgoing.h"
#include "rights.h"

struct privacy_doors;
struct privacy_doors_options {
    struct people *people;
    struct outgoing *outgoing;
    struct rights *rights;
    const char *base_url;
    // OpenDSR as processor: PEM files of what answers are signed under ("": closed), and its domain ("": the host of
    // base_url).
    const char *certificate_file, *key_file, *domain;
    const char *business_id; // of DRP's directory; "": closed
};
// Strings are copied. CU_KEY names opendsr_certificate or opendsr_key.
cu_code privacy_doors_open(const struct privacy_doors_options *o, struct privacy_doors **ret, struct cu_error *err) CU_MUST;
cu_code privacy_doors_start(struct privacy_doors *p, struct cu_error *err) CU_MUST; // its answers go out; a server's only
void privacy_doors_close(struct privacy_doors *p); // NULL is fine

extern const struct module consent_privacy_door_module, consent_opendsr_module, consent_drp_module,
    consent_shopify_privacy_module; // instance: struct privacy_doors *
