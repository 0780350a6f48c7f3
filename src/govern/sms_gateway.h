// SPDX-License-Identifier: Apache-2.0
// Text messages through somebody's gateway: any that takes an HTTP call (address, headers and body are
// templates), or Twilio. Called over net/outgoing, never while a lock is held.
#pragma once

#include "net/outgoing.h"

struct sms_options { // strings live as long as the gateway
    const char *kind;        // "none", "http", "twilio"
    const char *method, *url, *headers, *body; // templates with {number} {text} {secret}; headers: lines
    bool form;               // the body is a form, else JSON: decides how values are written into it
    const char *account, *from; // Twilio
    const char *secret_file;
    const char *text;        // template with {code} {shop}
    const char *prefixes;    // "+49, +43": numbers that may be enrolled; "": any
    const char *shop_name;
    int64_t per_number_max, per_prefix_max, per_day_max; // messages a day
};
struct sms_gateway;
// CU_INVALID names the setting; CU_KEY: the secret's file is readable by others. kind "none": *ret is NULL.
cu_code sms_gateway_open(
    const struct sms_options *o, struct outgoing *out, struct sms_gateway **ret, struct cu_error *err) CU_MUST;
void sms_gateway_close(struct sms_gateway *s); // NULL is fine
const struct sms_options *sms_gateway_options(const struct sms_gateway *s);
bool sms_gateway_serves(const struct sms_gateway *s, cu_str number); // by the list of prefixes
// number: E.164. CU_UNAVAILABLE: the gateway did not take it.
cu_code sms_gateway_send(struct sms_gateway *s, cu_str number, cu_str code, struct cu_error *err) CU_MUST;
