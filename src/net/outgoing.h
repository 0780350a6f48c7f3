// SPDX-License-Identifier: Apache-2.0
// The one way out: every HTTP call Custos makes to somebody else's machine (SMS gateways, identity
// providers, storage, web hooks) goes through here. https only; no redirects; no proxies, cookies or
// passwords from the environment; certificates verified against TLS 1.2 or newer; everything bounded.
// The address is looked at when the socket is made, after the name was resolved, so that a name that
// changes its mind between check and use (DNS rebinding) gains nothing: private, loopback, link-local,
// shared, multicast, reserved, mapped and cloud-metadata addresses are refused.
// Source: OWASP ASVS 5.0 1.3.6 and 15.3.2; IANA special-purpose address registries; Smokescreen.
//
// Threads: any. A call blocks its thread until it has ended or its time is over.
#pragma once

#include "base/memory.h"

#include <sys/socket.h>

struct outgoing;
struct outgoing_options {
    // Networks that may be called although they are refused by default, "10.1.0.0/16, 127.0.0.1/32":
    // a gateway of one's own. Loopback ones may then be called without TLS too (tests, a local relay).
    // Metadata services, multicast and 0.0.0.0/8 stay refused.
    cu_str networks;
    // When not empty, only these hosts may be called: "api.twilio.com, .example.com" (a leading dot: the
    // name and all below it).
    cu_str hosts;
    const char *ca_file; // PEM of the authorities to trust; NULL or "": the system's; not copied
    uint32_t at_once;    // calls at the same time; beyond: CU_BUSY [16]
};
// CU_INVALID names networks or hosts.
cu_code outgoing_open(const struct outgoing_options *o, struct outgoing **ret, struct cu_error *err) CU_MUST;
void outgoing_close(struct outgoing *o); // after the last call has returned; NULL is fine

enum outgoing_failure { // why a call failed, for those who answer differently
    OUTGOING_NONE,
    OUTGOING_URL,      // CU_INVALID: not an https address, or one with a user or a fragment
    OUTGOING_HOST,     // CU_FORBIDDEN: not in the list of hosts
    OUTGOING_ADDRESS,  // CU_FORBIDDEN: the name leads to an address that may not be called
    OUTGOING_RESOLVE,  // CU_UNAVAILABLE, as all below but TOO_LARGE
    OUTGOING_CONNECT,
    OUTGOING_TLS,      // handshake or certificate
    OUTGOING_TIMEOUT,
    OUTGOING_BROKEN,   // not HTTP, or cut off
    OUTGOING_TOO_LARGE // CU_TOO_LARGE: the answer
};
const char *outgoing_failure_name(enum outgoing_failure f); // "address", for logs

struct outgoing_call {
    const char *method;             // "GET", "POST", ...
    const char *url;
    const char *const *headers;     // "Name: value"; without CR, LF
    size_t header_count;            // at most OUTGOING_HEADERS_MAX
    const char *user, *password;    // Basic; NULL: none
    cu_str body;
    // Instead of body: a stream of body_length bytes; SIZE_MAX ends the call.
    size_t (*body_read)(void *context, char *room, size_t len);
    int64_t body_length;
    // Instead of collecting the answer; false ends the call.
    bool (*answer_write)(void *context, cu_str bytes);
    void (*answer_header)(void *context, cu_str name, cu_str value); // may be NULL
    void *context;
    int64_t timeout_ms_max;         // for all of it [10 s]
    size_t answer_bytes_max;        // [256 KiB]
};
#define OUTGOING_HEADERS_MAX 24
#define OUTGOING_URL_MAX 4096

struct outgoing_answer { // init with zeros, clear after use
    int status;          // as answered; a redirect is an answer like any other. 0: none came
    struct cu_buf body;
    enum outgoing_failure failure;
};
// CU_OK when an answer came, whatever its status. Errors name no part of the address but the field "url".
cu_code outgoing_send(struct outgoing *o, const struct outgoing_call *call, struct outgoing_answer *ret,
    struct cu_error *err) CU_MUST;
void outgoing_answer_clear(struct outgoing_answer *a); // wiped: answers hold tokens

// --- addresses (outgoing_address.c)

struct outgoing_network {
    int family;
    uint8_t bytes[16];
    uint8_t bits;
};
#define OUTGOING_NETWORKS_MAX 16
// "10.0.0.0/8" or "fd00::/8"; without "/n" one address. false: neither.
bool outgoing_network_parse(cu_str text, struct outgoing_network *ret);
// Whether the address may be called with TLS, or (plain) without.
bool outgoing_address_allowed(const struct sockaddr *address, bool plain, const struct outgoing_network *networks,
    size_t count);
