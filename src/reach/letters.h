// SPDX-License-Identifier: Apache-2.0
// Letters to single persons (consent/letter.h): kept sealed in records.db until the shop's mail server took them
// (net/smtp.h), tried again with growing pauses for three days, then shown as undeliverable. What is kept after sending:
// kind, time, whose, never the text.
//
// Sealed under the person's key; a letter to somebody without a record, or one that outlives its person, under a key of
// its day, which is destroyed a few days later. A crash between the server's taking a letter and the note of it sends it
// twice, with the same Message-ID; none is lost. An address that ends in ".invalid" (RFC 6761: it can belong to nobody)
// is a sink: the letter is composed and counted as "sink", and no server sees it.
#pragma once

#include "consent/letter.h"
#include "net/smtp.h"

struct caller;
struct letters;
struct letters_options {
    struct people *people;
    const struct smtp_options *smtp; // host "": no mail server is set; letters are refused with CU_UNAVAILABLE
    const char *shop_name;
    // The e-mail address of a member of staff, for the letter that tries the settings; appended.
    cu_code (*address_of)(void *context, int64_t staff_id, struct cu_buf *out, struct cu_error *err);
    void *address_context;
};
cu_code letters_open(const struct letters_options *o, struct letters **ret, struct cu_error *err) CU_MUST;
// From here on letters are sent, by a thread of its own. Only a server does: a command on a folder, or a drill on a copy
// of one, leaves them waiting.
cu_code letters_start(struct letters *l, struct cu_error *err) CU_MUST;
void letters_close(struct letters *l); // NULL is fine
cu_code letters_send(
    void *context, const struct letter *l, struct cu_error *err) CU_MUST; // context: struct letters *; see letter_send
bool letters_can(const struct letters *l); // a mail server is set
bool letters_run(const struct letters *l); // after letters_start: this is a server

enum letter_state { LETTER_WAITING = 1, LETTER_SENT, LETTER_FAILED, LETTER_SINK, LETTER_STATE_COUNT };
// The newest letter of that kind to that profile: its state, or 0 when there is none.
cu_code letters_state(struct letters *l, uint32_t pno, cu_str kind, enum letter_state *ret, struct cu_error *err) CU_MUST;

extern const struct module reach_letter_module; // instance: struct letters *
