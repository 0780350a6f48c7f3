// SPDX-License-Identifier: Apache-2.0
// One message to a mail server (RFC 5321, RFC 5322), over libcurl: TLS from the start or STARTTLS, a name and password or
// none. Blocking; for a thread that may wait. The rules of net/outgoing.h about addresses hold here too: a private one
// only when `networks` has it, and without TLS only loopback.
#pragma once

#include "base/memory.h"

#include <stdatomic.h>

enum smtp_security { SMTP_PLAIN /* loopback only */, SMTP_STARTTLS, SMTP_TLS };
struct smtp_options { // strings live as long as it is used; NULL is as ""
    const char *host;   // "": no mail server
    uint16_t port;      // 0: 25, 587 or 465, by the security
    enum smtp_security security;
    const char *user, *password_file; // may be ""; the file is read for every message, so that it may be changed
    const char *from, *from_name;     // of the shop
    const char *ca_file;              // NULL: the system's
    const char *networks;             // outgoing_networks
    int64_t timeout_ms;               // of one message; 0: 20 s
    const atomic_bool *stop;          // true: give up within a second, as if the connection broke off; may be NULL
};
enum { SMTP_PICTURES_MAX = 24 };
struct smtp_picture { // of the HTML part, which names it as "cid:NAME@letter" (RFC 2392)
    cu_str name;      // a-z, 0-9 and -
    cu_str type, bytes;
};
struct smtp_message {
    cu_str to;           // one address
    cu_str reply_to;     // may be empty
    cu_str subject, text, html;       // html may be empty
    cu_str language;     // "de"; may be empty
    cu_str attachment_name, attachment_type, attachment; // may be empty
    cu_str unsubscribe;  // https URL: List-Unsubscribe and List-Unsubscribe-Post on one line each (RFC 8058)
    cu_str id;           // left part of the Message-ID: the same message has the same
    int64_t date_ms;
    struct smtp_picture pictures[SMTP_PICTURES_MAX];
    size_t picture_count;
};
#define SMTP_BYTES_MAX ((size_t)24 * 1024 * 1024) // of a message on the wire

// CU_INVALID: an address or header that is none (names the field). CU_UNAVAILABLE: not now (4xx, no connection, our name or
// sender not taken): try again; the field is "mail_host" when no other message would get through either. CU_REFUSED:
// never (5xx for this recipient or message).
cu_code smtp_send(const struct smtp_options *o, const struct smtp_message *m, struct cu_error *err) CU_MUST;
// The message as it goes over the wire, appended: CRLF, encoded headers (RFC 2047), quoted-printable or base64 parts.
// Deterministic.
cu_code smtp_compose(
    const struct smtp_options *o, const struct smtp_message *m, struct cu_buf *out, struct cu_error *err) CU_MUST;

// Settings that cannot work: CU_INVALID or CU_KEY, the field is the setting. Nothing is connected to.
cu_code smtp_check(const struct smtp_options *o, struct cu_error *err) CU_MUST;
// Connects, and says who we are: CU_UNAVAILABLE with what was wrong. Nothing is sent.
cu_code smtp_try(const struct smtp_options *o, struct cu_error *err) CU_MUST;
// name@example.com: what can be written to (RFC 5321 dot-string and domain, ASCII; no quotes, comments or addresses of
// networks).
bool smtp_address_good(cu_str address);
