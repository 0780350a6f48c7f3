// SPDX-License-Identifier: Apache-2.0
// A letter that Custos writes to one person because of something that person did or is owed: a link, a code, the
// answer to a request, a receipt. Not marketing (that passes the gate, per purpose). Who sends it is above this folder
// (reach/letters.h); modules here get it as a function.
#pragma once

#include "people/people.h"

enum { LETTER_PICTURES_MAX = 24 };
struct letter_picture { // shown by the HTML part as <img src="cid:NAME@letter">
    cu_str name;        // a-z, 0-9 and -, at most 40
    cu_str type, bytes; // "image/svg+xml"
};
struct letter {
    uint32_t pno;        // whom it is about; 0: somebody without a record
    cu_str to;           // e-mail address; CU_NONE: the address in the person's record
    cu_str kind;         // what it is, for lists and counts: "privacy_link", "request_received" ... [a-z_], at most 40
    cu_str language;     // "de"
    cu_str subject, text; // plain text, UTF-8, lines end with \n
    cu_str html;         // may be empty
    const struct letter_picture *pictures; // of the HTML part; NULL: none
    size_t picture_count;
    cu_str attachment_name, attachment_type, attachment; // one file, may be empty
    cu_str unsubscribe;  // https URL for List-Unsubscribe (RFC 8058); may be empty
    bool outlives;       // is sent even when the person was erased meanwhile (the answer to the erasure itself)
};
// Stored durably with the transaction under way (under people_lock), sent soon after. CU_NOT_FOUND: there is no
// address. CU_INVALID: names the field. The strings are copied.
typedef cu_code letter_send(void *context, const struct letter *l, struct cu_error *err);
