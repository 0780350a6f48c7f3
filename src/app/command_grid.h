// SPDX-License-Identifier: Apache-2.0
// A grid of texts that a command prints: aligned for people (numbers to the right), or as CSV.
#pragma once

#include "command.h"

enum command_format { COMMAND_TABLE, COMMAND_CSV, COMMAND_JSON };
extern const char *const command_formats[]; // NULL-terminated, for SPEC_ENUM options
enum command_format command_format_of(const struct command *c); // of the argument "format", or --json

#define GRID_COLUMNS_MAX 80u
struct grid {
    struct command *command;
    cu_str *cells;   // row by row, the titles first
    size_t columns, rows, room, at; // at: cells put so far
    bool texts[GRID_COLUMNS_MAX];   // columns that are aligned to the left
    bool failed;
};
void grid_init(struct grid *g, struct command *c, size_t columns); // then columns x titles, then the rows
void grid_put(struct grid *g, cu_str text);
void grid_z(struct grid *g, const char *text);
void grid_printf(struct grid *g, const char *format, ...) CU_PRINTF(2, 3);
void grid_i64(struct grid *g, json value);                                    // null: empty
void grid_money(struct grid *g, json value, cu_str currency);                 // of minor units: "1234.50"; null: empty
void grid_share(struct grid *g, json value, enum command_format f);           // "12.3 %"; in CSV the number
cu_code grid_print(struct grid *g, enum command_format f, struct cu_error *err) CU_MUST; // to c->out
