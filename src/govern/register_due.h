// SPDX-License-Identifier: Apache-2.0
// What is due: contracts, reviews and assessments that end, are over, or were never made. Pure.
#pragma once

#include "register_internal.h"

enum register_due_state { REGISTER_MISSING, REGISTER_OVERDUE, REGISTER_SOON };
extern const char *const register_due_states[];
struct register_due {
    const char *what;   // "contract", "safeguard", "recipient", "assessment", "review", "breach"
    cu_str name, title; // of the row it is about
    enum register_due_state state;
    int64_t due_ms;     // 0: when it began to be missing is not known
    const char *reason; // one sentence
    const char *source; // "GDPR 28(3)"
};
struct register_due_list {
    struct register_due *at;
    size_t count, max;
};
enum { REGISTER_REVIEW_DAYS = 365 };
// Everything about recipients, assessments and purposes; reviewed: by purposes of the dictionary, 0: never.
void register_due_of(
    const struct register_world *w, const int64_t *reviewed, int64_t now_ms, int64_t days, struct register_due_list *list);
void register_due_add(struct register_due_list *list, const struct register_due *one); // more than max are left out
void register_due_sort(struct register_due_list *list);                                // missing first, then by day
