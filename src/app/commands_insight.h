// SPDX-License-Identifier: Apache-2.0
// What the commands about figures share: a question of Insight is begun, gets its fields, is asked.
#pragma once

#include "command_grid.h"

struct insight_command {
    struct command *c;
    struct cu_buf body;
    struct json_writer w;
    enum command_format format;
    json whole, answer;
    cu_str currency;
};
// The common flags into the body, then the open object "question".
void insight_command_begin(struct insight_command *q, struct command *c, const char *kind);
// Closes the body and asks; with the format JSON the answer is printed and *ret_done is true.
cu_code insight_command_ask(struct insight_command *q, bool *ret_done, struct cu_error *err) CU_MUST;
// What must be known of an answer besides its figures, on a line of its own (tables only).
void insight_command_notes(struct insight_command *q);
void insight_command_text(struct insight_command *q, const char *flag, const char *member); // an argument, when it is given

#define INSIGHT_COMMAND_FLAGS                                                                                               \
    {.name = "from", .type = SPEC_DATE, .doc = "First day, of the shop's time zone; default: 29 days before the last."},    \
        {.name = "to", .type = SPEC_DATE, .doc = "Last day; default: today."},                                              \
        {.name = "segment", .type = SPEC_STRING, .min = 1, .max = 63, .doc = "Only people who are in this segment now."},   \
        {.name = "consented", .type = SPEC_BOOL, .doc = "Only people who allow analytics."},                                \
        {.name = "shared",                                                                                                  \
            .type = SPEC_BOOL,                                                                                              \
            .doc = "Hide figures about small groups, as for an answer that leaves the house."},                             \
        {.name = "format",                                                                                                  \
            .type = SPEC_ENUM,                                                                                              \
            .options = command_formats,                                                                                     \
            .fallback = "table",                                                                                            \
            .doc = "A table, CSV, or the whole answer as JSON."},                                                           \
    {                                                                                                                       \
        .name = NULL                                                                                                        \
    }
