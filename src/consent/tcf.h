// SPDX-License-Identifier: Apache-2.0
// The TC string of the IAB Europe Transparency & Consent Framework 2.3: core, disclosed vendors, allowed vendors, publisher.
// Source: IAB Tech Lab, "Transparency and Consent String with Global Vendor & CMP List Formats v2", with the changes of 2.3.
//
// Reading takes what is well-formed and says in tcf_faults what 2.3 does not allow; writing makes only what it allows:
// same-day times, always service-specific, no legitimate interest for purposes 1 and 3 to 6, disclosed vendors always.
// A CMP id is given by IAB Europe to registered CMPs: without one a string serves only the shop itself.
#pragma once

#include "bits.h"
#include "text/json.h"

enum {
    TCF_PURPOSES = 24, TCF_FEATURES = 12, TCF_VENDOR_MAX = 65535, TCF_RESTRICTIONS_MAX = 4096,
    TCF_STRING_MAX = 131072
};
struct tcf_vendors { // bit id; 0 is never set
    uint64_t bits[(TCF_VENDOR_MAX + 1) / 64];
};
struct tcf_restriction { // vendors from..to; rows of one purpose and type stand together
    uint8_t purpose, type; // 0 not allowed, 1 needs consent, 2 needs legitimate interest
    uint16_t from, to;
};
struct tcf {
    int64_t created_ms, updated_ms;
    uint16_t cmp_id, cmp_version, vendor_list;
    uint8_t screen, policy;
    char language[3], country[3];
    bool service_specific, non_standard_texts, purpose_one_undisclosed;
    uint32_t features, consents, interests; // bit n - 1: number n
    struct tcf_vendors vendor_consents, vendor_interests;
    struct tcf_restriction restrictions[TCF_RESTRICTIONS_MAX];
    size_t restriction_count;
    bool has_disclosed, has_allowed, has_publisher;
    struct tcf_vendors disclosed, allowed;
    uint32_t publisher_consents, publisher_interests;
    uint8_t custom; // how many purposes of its own
    uint64_t custom_consents, custom_interests;
}; // some 60 KiB: not on the stack

bool tcf_vendor(const struct tcf_vendors *v, uint16_t id);
void tcf_vendor_set(struct tcf_vendors *v, uint16_t from, uint16_t to);

// CU_MALFORMED says which part; CU_TOO_LARGE.
cu_code tcf_decode(cu_str text, struct tcf *ret, struct cu_error *err) CU_MUST;
// Appends. Corrects what 2.3 leaves no choice about (times, service-specific, interests); CU_MISSING without disclosed
// vendors; CU_INVALID for what does not fit its bits.
cu_code tcf_encode(const struct tcf *t, struct cu_buf *out, struct cu_error *err) CU_MUST;
// Writes an array of codes: what 2.3 does not allow in a string that was read.
void tcf_faults(const struct tcf *t, struct json_writer *w);
bool tcf_good(const struct tcf *t);

// As JSON (tcf_json.c): numbers as arrays, vendors as arrays of [from, to].
void tcf_print(const struct tcf *t, struct json_writer *w);
cu_code tcf_read(json v, struct tcf *ret, struct cu_error *err) CU_MUST; // err->field is the member
