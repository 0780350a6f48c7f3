// SPDX-License-Identifier: Apache-2.0
// A dashboard as a letter, and when it is due. See dashboard.h.
#pragma once

#include "dashboard_private.h"

enum dashboard_every { DASHBOARD_DAILY, DASHBOARD_WEEKLY /* on Monday */, DASHBOARD_MONTHLY /* on the first */ };
extern const char *const dashboard_every_names[]; // NULL-terminated
// The newest due time not after now, and the next one. At an hour of the zone that the clock jumps over, it is due an hour later.
int64_t dashboard_due(enum dashboard_every every, int hour, const struct text_zone *z, int64_t now_ms);
int64_t dashboard_due_next(enum dashboard_every every, int hour, const struct text_zone *z, int64_t now_ms);

// Charts as bars made of table cells, which every mail program shows, and as SVG beside the HTML for those that show it;
// the text says the same. What is in it belongs to it.
struct dashboard_letter {
    struct cu_buf subject, text, html;
    struct cu_buf pictures_text[LETTER_PICTURES_MAX];
    char names[LETTER_PICTURES_MAX][32];
    struct letter_picture pictures[LETTER_PICTURES_MAX];
    size_t picture_count, picture_bytes;
};
// On behalf of the house: small groups are hidden. The letter is cleared in any case.
cu_code dashboard_letter_make(
    struct dashboards *d, const struct dashboard *b, struct dashboard_letter *ret, struct cu_error *err) CU_MUST;
void dashboard_letter_clear(struct dashboard_letter *l);
// Under the lock inside a transaction.
cu_code dashboard_letter_hand(
    struct dashboards *d, const struct dashboard_letter *l, cu_str to, struct cu_error *err) CU_MUST;
