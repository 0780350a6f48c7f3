// SPDX-License-Identifier: Apache-2.0
// Private to segment_json*.c: reading the JSON face.
#pragma once

#include "segment_language.h"

struct seg_reader {
    struct seg_sink sink;
    struct cu_arena *arena;
    const struct text_zone *zone;
    struct seg_counts counts;
    struct seg_path path; // where we are
};
struct seg_place seg_here(const struct seg_reader *r);

// An object with no other members than these (NULL-terminated)? Else a fault; `what` says what is expected.
bool seg_json_object(struct seg_reader *r, json v, const char *const *members, const char *what);
// Text of a member of at most SEG_NAME_MAX bytes; absent: "".
cu_str seg_json_name(struct seg_reader *r, json object, const char *member);
// One of the names; absent: fallback; anything else: a fault and fallback.
int seg_json_word(struct seg_reader *r, json object, const char *member, const char *const *names, size_t count,
    int fallback);
// A list of at most max; false when absent or no list (a fault unless absent).
bool seg_json_list(struct seg_reader *r, json object, const char *member, size_t max, size_t *ret_count);

void seg_json_window(struct seg_reader *r, json object, const char *member, struct seg_window *ret);
bool seg_json_span(struct seg_reader *r, json v, int32_t *ret_n, enum seg_unit *ret_unit);
void seg_json_compare(struct seg_reader *r, json object, enum seg_cmp fallback, struct seg_test *ret); // test, values
void seg_json_test(struct seg_reader *r, json v, struct seg_test *ret);
void seg_json_event(struct seg_reader *r, json v, struct seg_event *ret);
