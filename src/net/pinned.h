// SPDX-License-Identifier: Apache-2.0
// A line between two of our own machines: TLS 1.3 with a certificate on both sides, each of which is known to
// the other by its public key and by nothing else. No authority, no name and no date is looked at; who does
// not hold the key that was pinned gets no further than the handshake. X25519, Ed25519, AES-256-GCM or
// ChaCha20-Poly1305; no tickets, no resumption, no early data.
// What travels are frames: length 4 (big-endian), bytes. A line belongs to one thread.
#pragma once

#include "base/memory.h"

struct pinned;
struct pinned_keys {
    uint8_t seed[32];  // of our certificate's Ed25519 key
    uint8_t other[32]; // the public key the other side must prove
};
void pinned_prepare(void); // reads the library's settings, while this process still may
// address: "host:port", "[v6]:port". CU_UNAVAILABLE: nobody answers within timeout_ms, or not with TLS;
// CU_FORBIDDEN: it holds another key than the pinned one. Texts name neither host nor address.
cu_code pinned_call(const char *address, const struct pinned_keys *k, int timeout_ms, struct pinned **ret, struct cu_error *err)
    CU_MUST;
// A listening socket; port 0 takes any free one. *ret_port: which. CU_INVALID: not such an address.
cu_code pinned_listen(const char *address, int *ret_fd, uint16_t *ret_port, struct cu_error *err) CU_MUST;
// The handshake on an accepted socket, which it takes, also on failure. As pinned_call.
cu_code pinned_accept(int fd, const struct pinned_keys *k, int timeout_ms, struct pinned **ret, struct cu_error *err) CU_MUST;
void pinned_close(struct pinned *p); // NULL is fine

cu_code pinned_send(struct pinned *p, cu_str frame, struct cu_error *err) CU_MUST; // CU_UNAVAILABLE: gone
bool pinned_ready(struct pinned *p, int timeout_ms); // something came, or the line broke, within that time
// One frame into b (emptied first), of at most max bytes. CU_UNAVAILABLE: gone, or silent for timeout_ms;
// CU_TOO_LARGE; CU_FORBIDDEN: the other side refused our key.
cu_code pinned_receive(struct pinned *p, struct cu_buf *b, size_t max, int timeout_ms, struct cu_error *err) CU_MUST;
