// SPDX-License-Identifier: Apache-2.0
// What the routes of the rights desk take and answer, as rows. See rights_routes.c.
#include "rights_private.h"

#define END {.name = NULL}
const char *const rights_right_options[] = {"access", "portability", "rectification", "erasure", "restriction", "objection",
    "opt_out", "limit", "complaint", NULL};
const char *const rights_state_options[] = {"open", "verifying", "in_progress", "waiting", "fulfilled", "denied", "revoked",
    "expired", "duplicate", NULL};
const char *const rights_regime_options[] = {"gdpr", "uk", "ccpa", NULL};
static const char *const rights_channel_options[] = {"centre", "staff", "api", "shopify", "opendsr", "drp", "canary", NULL};

#define ROW \
    {.name = "id", .type = SPEC_UUID, .doc = "Id of the request."}, \
    {.name = "right", .type = SPEC_ENUM, .options = rights_right_options, .doc = "What is asked for."}, \
    {.name = "regime", .type = SPEC_ENUM, .options = rights_regime_options, .doc = "Under which law."}, \
    {.name = "channel", .type = SPEC_ENUM, .options = rights_channel_options, .doc = "Where it came in."}, \
    {.name = "state", .type = SPEC_ENUM, .options = rights_state_options, .doc = "How it stands."}, \
    {.name = "reason", .type = SPEC_STRING, .max = 100, \
        .doc = "Code of the ground of a refusal, or of the rule that stopped or ended it; else empty."}, \
    {.name = "person", .type = SPEC_UUID, .nullable = true, \
        .doc = "Whom it is about; null when nobody is known, or erased."}, \
    {.name = "label", .type = SPEC_STRING, .max = 300, .nullable = true, \
        .doc = "What the person is called, as far as the caller sees it."}, \
    {.name = "received", .type = SPEC_TIME, .doc = "When it came in."}, \
    {.name = "due", .type = SPEC_TIME, .doc = "The first moment at which the answer is too late."}, \
    {.name = "confirm_due", .type = SPEC_TIME, .nullable = true, \
        .doc = "By when its receipt has to be confirmed; null: not, or it was."}, \
    {.name = "closed", .type = SPEC_TIME, .nullable = true, .doc = "When it ended; null while it is open."}, \
    {.name = "extended", .type = SPEC_BOOL, .doc = "Whether its term was extended."}, \
    {.name = "used_permille", .type = SPEC_INT, .max = 1000000000, \
        .doc = "How much of the term has run (had, at its end), per mille."}, \
    {.name = "duplicate_of", .type = SPEC_UUID, .nullable = true, .doc = "The request that goes on instead."}, \
    {.name = "waiting_for", .type = SPEC_INT, .max = UINT32_MAX, .doc = "Recipients that were told."}

const struct spec_field rights_row_answer[] = {ROW, END};
const struct spec_field rights_list_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = 200, .fields = rights_row_answer, .doc = "Newest first."},
    {.name = "next", .type = SPEC_STRING, .max = 24, .nullable = true, .doc = "Cursor of the next page."},
    END,
};
static const struct spec_field asker_fields[] = {
    {.name = "email", .type = SPEC_STRING, .max = 254, .nullable = true,
        .doc = "As far as the caller sees it; null: none, or erased."},
    {.name = "phone", .type = SPEC_STRING, .max = 40, .nullable = true,
        .doc = "As far as the caller sees it; null: none, or erased."},
    END,
};
static const struct spec_field clock_fields[] = {
    {.name = "name", .type = SPEC_STRING, .max = 40, .doc = "Name of the clock."},
    {.name = "doc", .type = SPEC_STRING, .max = 200, .doc = "What it is for."},
    {.name = "source", .type = SPEC_STRING, .max = 60, .doc = "Where the law says so."},
    {.name = "due", .type = SPEC_TIME, .doc = "The first moment that is too late."},
    {.name = "used_permille", .type = SPEC_INT, .max = 1000000000, .doc = "How much of it has run, per mille."},
    {.name = "over", .type = SPEC_BOOL, .doc = "Whether it ended before it was done."},
    END,
};
static const struct spec_field step_fields[] = {
    {.name = "at", .type = SPEC_TIME, .doc = "When."},
    {.name = "what", .type = SPEC_STRING, .max = 40,
        .doc = "What happened: received, challenged, proved, executed, refused, extended, reminder, late ..."},
    {.name = "by", .type = SPEC_STRING, .max = 40, .doc = "Who: person, custos, local, token, or staff and a number."},
    {.name = "code", .type = SPEC_STRING, .max = 60, .doc = "Code of a ground, a rule or a share of the term; else empty."},
    {.name = "note", .type = SPEC_STRING, .max = RIGHTS_NOTE_MAX, .nullable = true,
        .doc = "What was said of it; null: nothing, or it is erased."},
    END,
};
static const struct spec_field letter_fields[] = {
    {.name = "at", .type = SPEC_TIME, .doc = "When it was written."},
    {.name = "kind", .type = SPEC_STRING, .max = 40, .doc = "received, verify, answer, refusal, extension or lift."},
    {.name = "language", .type = SPEC_STRING, .max = 20, .doc = "Its language."},
    {.name = "subject", .type = SPEC_STRING, .max = 200, .nullable = true, .doc = "Its subject; null when it is erased."},
    {.name = "text", .type = SPEC_STRING, .max = 16384, .nullable = true, .doc = "Its text; null when it is erased."},
    {.name = "sent", .type = SPEC_BOOL, .doc = "Whether it was handed over for sending; else somebody has to."},
    END,
};
static const struct spec_field rule_fields[] = {
    {.name = "rule", .type = SPEC_STRING, .max = 40, .doc = "Name of the rule."},
    {.name = "won", .type = SPEC_STRING, .max = 20, .doc = "What wins by it: request, hold, law or person."},
    {.name = "stops", .type = SPEC_BOOL, .doc = "Whether it stops the request."},
    {.name = "why", .type = SPEC_STRING, .max = 400, .doc = "Why, with its source."},
    END,
};
static const struct spec_field told_fields[] = {
    {.name = "name", .type = SPEC_STRING, .max = 100, .doc = "Its name."},
    {.name = "title", .type = SPEC_STRING, .max = 400, .doc = "What it is called."},
    {.name = "state", .type = SPEC_STRING, .max = 40, .doc = "How its order stands."},
    {.name = "at", .type = SPEC_TIME, .nullable = true, .doc = "Since when."},
    END,
};
static const char *const act_options[] = {"verify", "challenge", "execute", "refuse", "extend", "confirm", "revoke",
    "reopen", "hold", "release", "lift", NULL};
static const struct spec_field act_fields[] = {
    {.name = "", .type = SPEC_ENUM, .options = act_options, .doc = "An act, named as its route."}, END};
const struct spec_field rights_show_answer[] = {ROW,
    {.name = "purpose", .type = SPEC_STRING, .max = RIGHTS_PURPOSE_MAX,
        .doc = "Of an objection; empty: all direct marketing."},
    {.name = "language", .type = SPEC_STRING, .max = 20, .doc = "Of its letters; empty: English."},
    {.name = "detail", .type = SPEC_ANY, .max = 8192, .nullable = true,
        .doc = "What the person wrote: text, or an object of fields; null: nothing, or erased."},
    {.name = "asker", .type = SPEC_OBJECT, .max = 2, .fields = asker_fields, .doc = "The address it came from."},
    {.name = "held", .type = SPEC_BOOL, .doc = "Whether the person's data is held for a legal claim."},
    {.name = "restricted", .type = SPEC_BOOL, .doc = "Whether the restriction it asked for is in force."},
    {.name = "lift_at", .type = SPEC_TIME, .nullable = true, .doc = "When that restriction ends, as announced."},
    {.name = "clocks", .type = SPEC_ARRAY, .max = 4, .fields = clock_fields,
        .doc = "The clocks of the law that run for it."},
    {.name = "steps", .type = SPEC_ARRAY, .max = 500, .fields = step_fields, .doc = "What happened, oldest first."},
    {.name = "letters", .type = SPEC_ARRAY, .max = 100, .fields = letter_fields, .doc = "The letters, oldest first."},
    {.name = "rules", .type = SPEC_ARRAY, .max = 20, .fields = rule_fields,
        .doc = "The rules of conflict that apply to it now."},
    {.name = "recipients", .type = SPEC_ARRAY, .max = 1000, .fields = told_fields,
        .doc = "The recipients that were told, and what they answered."},
    {.name = "acts", .type = SPEC_ARRAY, .max = 12, .fields = act_fields, .doc = "What can be done with it now."},
    END,
};
static const struct spec_field own_fields[] = {
    {.name = "id", .type = SPEC_UUID, .doc = "Id of the request."},
    {.name = "right", .type = SPEC_ENUM, .options = rights_right_options, .doc = "What is asked for."},
    {.name = "regime", .type = SPEC_ENUM, .options = rights_regime_options, .doc = "Under which law."},
    {.name = "channel", .type = SPEC_ENUM, .options = rights_channel_options, .doc = "Where it came in."},
    {.name = "state", .type = SPEC_ENUM, .options = rights_state_options, .doc = "How it stands."},
    {.name = "reason", .type = SPEC_STRING, .max = 100, .doc = "Code of a ground or rule; else empty."},
    {.name = "purpose", .type = SPEC_STRING, .max = RIGHTS_PURPOSE_MAX, .doc = "Of an objection; else empty."},
    {.name = "received", .type = SPEC_TIME, .doc = "When it came in."},
    {.name = "due", .type = SPEC_TIME, .doc = "The first moment at which the answer is too late."},
    {.name = "closed", .type = SPEC_TIME, .nullable = true, .doc = "When it ended; null while it is open."},
    {.name = "extended", .type = SPEC_BOOL, .doc = "Whether its term was extended."},
    {.name = "detail", .type = SPEC_ANY, .max = 8192, .nullable = true,
        .doc = "What the person wrote; null: nothing, or not for this role."},
    {.name = "asker", .type = SPEC_OBJECT, .max = 2, .fields = asker_fields, .doc = "The address it came from."},
    END,
};
const struct spec_field rights_person_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = 200, .fields = own_fields, .doc = "Newest first, at most 200."},
    {.name = "next", .type = SPEC_STRING, .max = 1, .nullable = true, .doc = "Always null."},
    END,
};
const struct spec_field rights_letter_answer[] = {
    {.name = "subject", .type = SPEC_STRING, .max = 200, .doc = "Its subject."},
    {.name = "text", .type = SPEC_STRING, .max = 16384, .doc = "Its text as it would go out now."},
    END,
};
static const struct spec_field ground_right[] = {
    {.name = "", .type = SPEC_ENUM, .options = rights_right_options, .doc = "A right it is a ground for."}, END};
static const struct spec_field ground_regime[] = {
    {.name = "", .type = SPEC_ENUM, .options = rights_regime_options, .doc = "A law it is a ground under."}, END};
static const struct spec_field text_fields[] = {
    {.name = "en", .type = SPEC_STRING, .max = 400, .doc = "In English."},
    {.name = "de", .type = SPEC_STRING, .max = 400, .doc = "In German."},
    {.name = "fr", .type = SPEC_STRING, .max = 400, .doc = "In French."},
    END,
};
static const struct spec_field ground_fields[] = {
    {.name = "code", .type = SPEC_STRING, .max = 60, .doc = "Its code."},
    {.name = "rights", .type = SPEC_ARRAY, .max = RIGHTS_RIGHT_COUNT, .fields = ground_right,
        .doc = "Which rights it is a ground for."},
    {.name = "regimes", .type = SPEC_ARRAY, .max = 4, .fields = ground_regime, .doc = "Under which laws."},
    {.name = "source", .type = SPEC_STRING, .max = 80, .doc = "Where the law says so."},
    {.name = "text", .type = SPEC_OBJECT, .max = 3, .fields = text_fields, .doc = "The sentence of the letter."},
    END,
};
const struct spec_field rights_grounds_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = 64, .fields = ground_fields, .doc = "All of them."},
    {.name = "next", .type = SPEC_STRING, .max = 1, .nullable = true, .doc = "Always null."},
    END,
};
static const struct spec_field figure_fields[] = {
    {.name = "right", .type = SPEC_ENUM, .options = rights_right_options, .doc = "Which right."},
    {.name = "received", .type = SPEC_INT, .max = INT64_C(1) << 53, .doc = "Requests received, without duplicates."},
    {.name = "fulfilled", .type = SPEC_INT, .max = INT64_C(1) << 53, .doc = "Of them, fulfilled."},
    {.name = "denied", .type = SPEC_INT, .max = INT64_C(1) << 53, .doc = "Of them, refused."},
    {.name = "open", .type = SPEC_INT, .max = INT64_C(1) << 53, .doc = "Of them, still open."},
    {.name = "median_days", .type = SPEC_NUMBER, .max = 100000, .nullable = true,
        .doc = "Median days from receipt to the answer; null: none was answered."},
    END,
};
const struct spec_field rights_figures_answer[] = {
    {.name = "rights", .type = SPEC_ARRAY, .max = RIGHTS_RIGHT_COUNT, .fields = figure_fields,
        .doc = "Per right that was asked for."},
    {.name = "oldest_open", .type = SPEC_TIME, .nullable = true,
        .doc = "When the oldest open request came in; null: none is open."},
    {.name = "oldest_open_days", .type = SPEC_INT, .max = 100000, .nullable = true, .doc = "Its age in whole days."},
    END,
};
