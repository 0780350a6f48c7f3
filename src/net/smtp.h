// SPDX-License-Identifier: Apache-2.0
// One message to a mail server (RFC 5321, RFC 5322), over libcurl: TLS from the start or STARTTLS, a name and password or
// none. Blocking; for a thread that may wait.
#pragma once

#include "base/memory.h"

enum smtp_security { SMTP_PLAIN /* loopback only */, SMTP_STARTTLS, SMTP_TLS };
struct smtp_options { // strings live as long as it is used
    const char *host;   // "": no mail server
    uint16_t port;
    enum smtp_security security;
    const char *user, *password_file; // may be ""
    const char *from, *from_name;     // of the shop
    const char *ca_file;              // NULL: the system's
    int64_t timeout_ms;
};
struct smtp_message {
    cu_str to;           // one address
    cu_str reply_to;     // may be empty
    cu_str subject, text, html;       // html may be empty
    cu_str attachment_name, attachment_type, attachment; // may be empty
    cu_str unsubscribe;  // https URL: List-Unsubscribe and List-Unsubscribe-Post on one line each (RFC 8058)
    cu_str id;           // left part of the Message-ID: the same message has the same
    int64_t date_ms;
};
// CU_INVALID: an address or header that is none (names the field). CU_UNAVAILABLE: not now (4xx, no connection): try again.
// CU_REFUSED: never (5xx).
cu_code smtp_send(const struct smtp_options *o, const struct smtp_message *m, struct cu_error *err) CU_MUST;
// The message as it goes over the wire, appended: CRLF, encoded headers (RFC 2047), quoted-printable or base64 parts. Deterministic.
cu_code smtp_compose(const struct smtp_options *o, const struct smtp_message *m, struct cu_buf *out, struct cu_error *err) CU_MUST;
