// SPDX-License-Identifier: Apache-2.0
// Settings: one table (settings_table.c); a value comes from the default, then DATA/custos.yaml,
// then the environment (CUSTOS_LISTEN), then flags (--listen). Each is decoded by its row.
#pragma once

#include "spec/spec.h"

enum { SETTINGS_MAX = 128 };
struct settings {
    struct cu_arena *arena;
    struct spec_value at[SETTINGS_MAX];
    bool given[SETTINGS_MAX]; // set by something else than the default
    bool shut_in;             // not a setting: this process will serve, and gives up what a server does not need
};
extern const struct spec_setting settings_table[]; // ends with name NULL

cu_code settings_init(struct settings *s, struct cu_error *err) CU_MUST; // defaults
void settings_clear(struct settings *s);
// path absent: fine. Unknown members and bad values are refused, named.
cu_code settings_read_file(struct settings *s, const char *path, struct cu_error *err) CU_MUST;
cu_code settings_read_environment(struct settings *s, struct cu_error *err) CU_MUST;
cu_code settings_set(struct settings *s, cu_str name, cu_str value, struct cu_error *err) CU_MUST;
// What was given in `over` wins.
cu_code settings_overlay(struct settings *s, const struct settings *over, struct cu_error *err) CU_MUST;
const struct spec_setting *settings_row(cu_str name); // NULL when there is none; "-" and "_" are the same
const char *settings_z(const struct settings *s, const char *name); // "" when unset
int64_t settings_i64(const struct settings *s, const char *name);
// Where the console is, for links: public_url, else the first address that is listened on. No "/" at the end.
void settings_base_url(const struct settings *s, char *ret, size_t size);
