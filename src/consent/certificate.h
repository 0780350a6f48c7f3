// SPDX-License-Identifier: Apache-2.0
// Erasing a person with a certificate (GDPR 17; docs/explanation/sealing.md): what was there is counted, the intent is
// stored and in the audit log, rows and keys and events go (people_forget_person), and a document says so that a
// stranger can check (proof.h). Asking again with the same id gives the same certificate; a crash at any
// step is finished by certificates_finish.
//
// What a certificate cannot prove stands on it: that nobody copied the data before.
#pragma once

#include "people/people.h"
#include "proof.h"

struct certificates;
struct certificates_options {
    struct people *people;
    const char *audit_folder; // DATA/audit
    int64_t archive_days;     // how long a key archive may live: until then an old copy of all could be opened
};
cu_code certificates_open(const struct certificates_options *o, struct certificates **ret, struct cu_error *err) CU_MUST;
void certificates_close(struct certificates *c);

struct erasure {
    struct cu_uuid id;      // of the request
    struct cu_uuid person;
    cu_str right;           // "gdpr-17(1)(b)", "ccpa-1798.105", at most 64 bytes
    int64_t received_ms, due_ms; // due 0: no clock
};
// Appends the certificate, {"document":..,"proof":..}. CU_NOT_FOUND, CU_ERASED: no such person; CU_CONFLICT: the id belongs to
// the erasure of somebody else, or the person is held (people_check_hold). Guard access of the caller is needed.
cu_code certificate_erase(struct certificates *c, const struct erasure *e, struct cu_buf *out, struct cu_error *err) CU_MUST;
// The certificate of an erasure, with a proof of now. CU_NOT_FOUND; CU_UNAVAILABLE while it is under way.
cu_code certificate_print(struct certificates *c, struct cu_uuid id, struct cu_buf *out, struct cu_error *err) CU_MUST;
struct people *certificates_people(struct certificates *c);
// Finishes what a crash left: once, when everything that forgets people is open.
cu_code certificates_finish(struct certificates *c, struct cu_error *err) CU_MUST;

extern const struct module consent_certificate_module; // instance: struct certificates *
