// SPDX-License-Identifier: Apache-2.0
// One run of a command: decoded arguments, an arena, the way to the folder, the output.
#pragma once

#include "api.h"

struct command {
    const struct spec_command *row;
    struct spec_values args;
    struct cu_arena *arena;
    struct json_parser *json;
    struct settings settings; // flags over environment; custos.yaml joins when a folder is opened
    cu_str data;              // --data, or CUSTOS_DATA
    bool json_output;         // --json
    struct api *api;          // opened by command_call on first use
    struct cu_buf out;        // printed to stdout when the command ends
};

extern const struct spec_command *const command_tables[]; // NULL-terminated list of tables; each ends with name NULL

// A call of the API on the folder of --data. path segments and query values come encoded.
cu_code command_call(struct command *c, const char *method, const char *target, cu_str body, json *ret, struct cu_error *err) CU_MUST;
cu_code command_open(struct command *c, struct cu_error *err) CU_MUST; // opens c->api
cu_str command_target(struct command *c, const char *path, cu_str segment, const char *rest); // path + encoded segment + rest
cu_code command_flush(struct command *c); // prints out so far to stdout
// An aligned table from an array of JSON objects: columns is "title=member,title=member"; or, with
// --json, the array's text itself.
void command_table(struct command *c, json rows, const char *columns, const char *when_empty);
