// SPDX-License-Identifier: Apache-2.0
// Who receives personal data, and what they were told (GDPR 19): a register of recipients, an order to each of them when a
// person is erased, restricted or corrected, by OpenDSR 2.0, by webhook or by letter, its answers and its reminders.
#pragma once

#include "letter.h"
#include "net/outgoing.h"
#include "rights.h"

struct recipients;
struct recipients_options {
    struct people *people;
    struct outgoing *outgoing;
    letter_send *send; // NULL: recipients by letter are shown to staff
    void *send_context;
    const char *shop_name, *base_url;
    const char *ca_file;   // authorities that certificates of OpenDSR must come from; NULL or "": the system's
    struct rights *rights; // told when all have answered (rights_recipients_done); set by recipients_rights
};
// Strings are copied.
cu_code recipients_open(const struct recipients_options *o, struct recipients **ret, struct cu_error *err) CU_MUST;
// From here on what is due is sent. A server's only: a drill or a restore that opens a copy of the folder tells nobody.
cu_code recipients_start(struct recipients *r, struct cu_error *err) CU_MUST;
void recipients_close(struct recipients *r); // ends the thread of recipients_start; NULL is fine
void recipients_rights(struct recipients *r, struct rights *rights);

// For rights_options.tell; context: struct recipients *. Inside the transaction of the act and before anything is removed,
// since what they are told of the person is opened now; sent soon after. Who counts as a recipient of this person: every
// enabled one with a purpose that does not rest on consent, with one that the person ever consented to, or with none at
// all. Repeated, it adds nothing, but counts the same.
cu_code recipients_tell(void *context, struct cu_uuid request, uint32_t pno, enum rights_right right, uint32_t *ret_count,
    struct cu_error *err) CU_MUST;

struct recipient_row { // strings live in the arena
    int64_t number;
    cu_str name, title, role; // role: "processor", "controller", "joint"
    cu_str country;           // ISO 3166-1 alpha-2
    cu_str safeguard;         // of a transfer outside the EEA: "adequacy", "scc", "bcr", "derogation", "" inside
    cu_str purposes;          // names of the dictionary's purposes, by commas
    cu_str contact;           // address for its privacy desk
    cu_str website;
    int64_t contract_ms, contract_ends_ms; // Art. 28 contract; 0: none / open-ended
    bool enabled;
};
cu_code recipients_list(
    struct recipients *r, struct cu_arena *a, struct recipient_row **ret, size_t *ret_count, struct cu_error *err) CU_MUST;
// May data go to this recipient now? CU_REFUSED; the field is the reason: "unknown", "switched_off", "no_contract" (a
// processor or joint controller without one), "contract_over", "no_safeguard" (outside the EEA, and nothing said why it may
// go there).
cu_code recipients_may(struct recipients *r, cu_str name, struct cu_error *err) CU_MUST;

// What the recipients of a request were told and answered, as elements of an open array: {"name","title","state","at"}.
cu_code recipients_print(
    struct recipients *r, struct db *d, struct cu_uuid request, struct json_writer *w, struct cu_error *err) CU_MUST;

extern const struct module consent_recipient_module; // instance: struct recipients *
