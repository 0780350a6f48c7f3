// SPDX-License-Identifier: Apache-2.0
// Consent strings of the advertising industry and the dictionary's purposes, both ways.
//
// A purpose is tied to purposes of the TCF by its categories: "tcf:8" names one by its number; without any such name the
// signals of Google Consent Mode stand for some (ad_storage 1; ad_user_data 1 and 7; ad_personalization 3 and 4;
// analytics_storage 1, 8 and 9; functionality_storage 1; personalization_storage 1, 5 and 6).
//  - TCF: granted when all of them are consented to, else refused; the publisher's own part of the string counts before the
//    core, which is for vendors. A string that TCF 2.3 does not allow says nothing.
//  - GPP sections of the United States: an opt-out of sale, sharing or targeted advertising, or Global Privacy Control in
//    them, refuses the purposes that sell, share or advertise. That nobody opted out is no consent: then they say nothing.
//  - Of several sections the refusal counts.
#pragma once

#include "gate.h"
#include "gpp.h"
#include "tcf.h"

enum consent_says { CONSENT_SILENT, CONSENT_GRANTS, CONSENT_REFUSES };
struct consent_string {
    bool is_gpp, has_tcf;
    struct tcf *tcf; // of the string, or of section tcfeuv2
    struct gpp gpp;
};
// text outlives it. Errors as tcf_decode and gpp_decode; clear it also then.
cu_code consent_string_open(cu_str text, struct consent_string *ret, struct cu_error *err) CU_MUST;
void consent_string_clear(struct consent_string *s);
enum consent_says consent_string_says(const struct consent_string *s, const struct dict_purpose *p);

// As members of an open object: "kind", "faults", "tcf", "sections".
cu_code consent_string_print(const struct consent_string *s, struct json_writer *w, struct cu_error *err) CU_MUST;
// {"kind":"tcf","tcf":{..}} or {"kind":"gpp","sections":[{"name"|"id","fields"|"text"}]} as text, appended. purposes (may be
// absent) is {purpose: bool} of the dictionary (NULL when there is none): it decides consents and opt-outs that are not
// given.
cu_code consent_string_make(json v, const struct dictionary *dict, struct cu_buf *out, struct cu_error *err) CU_MUST;

extern const struct module consent_string_module; // instance: struct gate *
