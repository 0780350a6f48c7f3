// SPDX-License-Identifier: Apache-2.0
// Messages signed with the key of an X.509 certificate, as OpenDSR signs its answers: SHA-256 with RSA (PKCS #1 v1.5) or
// ECDSA, FIPS 186-4. Who checks one checks the certificate first: issued by an authority that is trusted, for that
// domain, in force now, not by itself. Threads: any.
#pragma once

#include "base/memory.h"

#define CERTSIGN_PEM_MAX 65536
#define CERTSIGN_SIGNATURE_MAX 1024

struct certsign; // a certificate with its chain, and the key
// Both are PEM files; the key's must be readable by its owner only. CU_KEY, field "certificate" or "key": not readable, not
// PEM, or they do not belong together.
cu_code certsign_open(
    const char *certificate_file, const char *key_file, struct certsign **ret, struct cu_error *err) CU_MUST;
void certsign_close(struct certsign *c);       // NULL is fine
cu_str certsign_pem(const struct certsign *c); // the certificate and its chain, without the key
cu_code certsign_make(
    const struct certsign *c, cu_str message, struct cu_buf *out, struct cu_error *err) CU_MUST; // appends the bytes

// pem: the certificate, then those between it and the authority. ca_file: PEM of the authorities; NULL or "": the system's.
// CU_FORBIDDEN, field "certificate": not to be trusted for that domain; "signature": it is not of this message.
cu_code certsign_check(cu_str pem, const char *domain, const char *ca_file, int64_t now_ms, cu_str message,
    cu_str signature, struct cu_error *err) CU_MUST;
