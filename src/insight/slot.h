// SPDX-License-Identifier: Apache-2.0
// Slots: places of a page that show one content to one segment and another to another. A slot has rules in order,
// each a segment with a variant's name and content; the first whose segment the person is in is chosen. Everybody
// else, and the hold-out group, gets the fallback. All of them are in memory, compiled; a change replaces the set.
//
// The hold-out group is the same for ever: a hash of person and slot, so that what a slot brings can be measured
// against those who never saw it.
//
// Threads: any.
#pragma once

#include "audience.h"

enum { SLOTS_MAX = 200, SLOT_RULES_MAX = 50, SLOT_NAME_MAX = 64, SLOT_CONTENT_MAX = 16384 };

struct slot_rule {
    char segment[AUDIENCE_NAME_MAX + 1];
    uint32_t number; // of the segment when the set was made; 0: there was none
    cu_str variant, content; // content: a JSON object
};
struct slot {
    char name[SLOT_NAME_MAX + 1];
    cu_str title, fallback;
    const struct slot_rule *rules;
    size_t rule_count;
    int32_t hold_out_permille;
    bool is_public; // browsers may ask for it with a source's write key
    uint32_t version;
    int64_t created_ms, changed_ms;
};
struct slots;
cu_code slots_open(struct people *p, struct audiences *a, struct slots **ret, struct cu_error *err) CU_MUST;
void slots_close(struct slots *s); // NULL is fine

// The set in force: valid until slots_done.
struct slot_set {
    struct cu_arena *arena;
    struct slot *at; // by name
    size_t count;
};
const struct slot_set *slots_take(struct slots *s);
void slots_done(struct slots *s, const struct slot_set *set);
const struct slot *slot_find(const struct slot_set *set, cu_str name); // NULL
cu_code slots_reload(struct slots *s, struct cu_error *err) CU_MUST;   // segments came or went

struct slot_edit {
    cu_str name, title;
    json rules;             // of the API: checked here
    json fallback;
    int32_t hold_out_permille;
    bool is_public;
    uint32_t if_version;    // 0: a new one
    int64_t actor;
};
// CU_INVALID with the field; CU_CONFLICT: the name is taken, or there are too many; CU_PRECONDITION; CU_NOT_FOUND.
cu_code slot_put(struct slots *s, const struct slot_edit *e, struct cu_error *err) CU_MUST;
cu_code slot_drop(struct slots *s, cu_str name, struct cu_error *err) CU_MUST;

// Pure.
bool slot_holds_out(const struct slot *slot, uint32_t person);
// The rule for somebody who is in the segments of these numbers (ascending); NULL: none.
const struct slot_rule *slot_choose(const struct slot *slot, const uint32_t *segments, size_t count);
