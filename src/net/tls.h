// SPDX-License-Identifier: Apache-2.0
// The server's certificate and key, replaceable while it runs. A handshake uses the pair that was
// current when it asked; a replaced pair is freed once no handshake can still be using it.
#pragma once

#include "base/memory.h"

#include <gnutls/abstract.h>

struct tls;

// TLS 1.3 and 1.2 only, with forward secrecy and authenticated encryption only.
#define TLS_PRIORITIES                                                                             \
    "NORMAL:-VERS-ALL:+VERS-TLS1.3:+VERS-TLS1.2:-KX-ALL:+ECDHE-ECDSA:+ECDHE-RSA:-CIPHER-ALL:"       \
    "+AES-256-GCM:+CHACHA20-POLY1305:+AES-128-GCM:-MAC-ALL:+AEAD:%SERVER_PRECEDENCE"

// PEM files: the certificate with its chain, and the key, not encrypted. CU_INVALID when they
// cannot be read, are not PEM or do not belong together.
cu_code tls_open(
    const char *cert_path, const char *key_path, struct tls **ret, struct cu_error *err) CU_MUST;
cu_code tls_reload(struct tls *t, struct cu_error *err) CU_MUST; // on an error the old pair stays
void tls_close(struct tls *t); // NULL is fine; after all connections
// The pair for one handshake, as a gnutls_certificate_retrieve_function2 hands it over. Any thread.
void tls_current(
    struct tls *t, gnutls_pcert_st **ret_certs, unsigned *ret_count, gnutls_privkey_t *ret_key);
