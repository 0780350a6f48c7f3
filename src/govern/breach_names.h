// SPDX-License-Identifier: Apache-2.0
// Who stands in the entries of the audit log that belong to a breach: entries go in one after the other, names
// (pseudonyms of guard_pseudonym) with what was read of them come out. Pure but for memory. One thread at a time.
#pragma once

#include "guard/audit_read.h"
#include "text/json.h"

enum {
    BREACH_QUERIES_MAX = 8,
    BREACH_FIELDS_MAX = 60,     // names of fields told apart; what comes later is bit BREACH_FIELDS_MAX, "other"
    BREACH_FIELD_MAX = 63,      // bytes of a name
    BREACH_NAMES_MAX = 1000000, // people of one breach told apart
};

struct breach_query {
    struct audit_filter filter; // its text lives in action and fields
    char action[64];
    char fields[256]; // by commas: an entry that read one of them; "": any
    int64_t pno;      // 0: anybody
    int64_t entries;
    int64_t made_ms;
    bool dead; // about somebody who was erased since: matches nothing
};
// Does the entry belong to what is asked for? Refused and failed acts read nothing.
bool breach_query_matches(const struct breach_query *q, cu_str entry, cu_str fields, cu_str outcome);
// Whether one of the names of `any` (by commas) is in `list` (by commas).
bool breach_lists_meet(cu_str list, cu_str any);

struct breach_name {
    uint8_t name[16];
    bool used;
    uint32_t acts;
    int64_t first_ms, last_ms;
    uint64_t fields; // bits
};
struct breach_names;
cu_code breach_names_open(struct breach_names **ret, struct cu_error *err) CU_MUST;
void breach_names_close(struct breach_names *n); // NULL is fine
// An entry that matched, parsed. Entries without people say nothing about whom it concerns.
cu_code breach_names_add(struct breach_names *n, json entry, struct cu_error *err) CU_MUST;
const struct breach_name *breach_names_find(const struct breach_names *n, const uint8_t name[16]); // NULL: not in it
size_t breach_names_count(const struct breach_names *n);
bool breach_names_cut(const struct breach_names *n); // there were more than BREACH_NAMES_MAX
size_t breach_names_fields(const struct breach_names *n, const char (**ret)[BREACH_FIELD_MAX + 1]); // by bit
