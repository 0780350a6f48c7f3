// SPDX-License-Identifier: Apache-2.0
// The words of letters in English, German and French: a table. Placeholders: {shop} {what} {day} {due} {until} {id} {link}
// {ground} {note} {count}. A part in [brackets] is left out when a placeholder in it is empty.
#pragma once

#include "rights.h"

enum rights_language { RIGHTS_EN, RIGHTS_DE, RIGHTS_FR };
struct rights_text {
    const char *kind;        // "received", "verify", "answer", "refusal", "extension", "lift"
    enum rights_right right; // of an answer; 0: any
    const char *subject[RIGHTS_LANGUAGES], *text[RIGHTS_LANGUAGES];
};
extern const struct rights_text rights_texts[]; // ends with kind NULL
const struct rights_text *rights_text_find(const char *kind, enum rights_right right); // NULL: no such letter
enum rights_language rights_language_of(cu_str tag); // "de-AT": German; what we do not have: English
extern const char *const rights_language_tags[RIGHTS_LANGUAGES];
const char *rights_right_title(enum rights_right r, enum rights_language l); // "erasure of your data"
void rights_date(int32_t day, enum rights_language l, char ret[48]);         // "1 December 2026"

struct rights_slot {
    const char *name;
    cu_str value;
};
// The template with its slots filled in, appended.
void rights_fill(const char *text, const struct rights_slot *slots, size_t count, struct cu_buf *out);
