// SPDX-License-Identifier: Apache-2.0
// Private to the language of segments (segment_*.c): faults, words, numbers and times as text.
#pragma once

#include "segment.h"
#include "text/text.h"

// --- faults: collected, the first that is no warning also becomes the error

struct seg_sink {
    struct seg_faults *faults;
    struct cu_error *err;
    struct seg_faults own; // when the caller wants none
    cu_code code;          // CU_OK, CU_INVALID after a fault that is no warning, CU_MEMORY
};
struct seg_place {
    uint32_t at, len;
    const char *path; // JSON pointer; NULL: ""
};
struct seg_path { // a JSON pointer that is walked; too deep a step is left out
    char text[96];
    size_t len;
};
// Goes down to a member or element and gives back what seg_up needs.
size_t seg_down(struct seg_path *p, const char *name);
size_t seg_down_at(struct seg_path *p, size_t index);
void seg_up(struct seg_path *p, size_t mark);
void seg_sink_open(struct seg_sink *s, struct seg_faults *faults, struct cu_error *err);
void seg_fault(struct seg_sink *s, struct seg_place where, const char *fmt, ...) CU_PRINTF(3, 4);
void seg_warn(struct seg_sink *s, struct seg_place where, const char *fmt, ...) CU_PRINTF(3, 4);
void *seg_alloc(struct seg_sink *s, struct cu_arena *a, size_t count, size_t size); // NULL: noted
cu_str seg_keep(struct seg_sink *s, struct cu_arena *a, cu_str text);               // a copy; never ptr NULL but when noted
// ` "name"` for a message if it may stand in one, or ""; static room of the caller's.
#define SEG_SHOWN 72
const char *seg_shown(cu_str name, char room[SEG_SHOWN]);
// `; did you mean "x"?` or "".
#define SEG_MEANT 120
const char *seg_meant(cu_str best, char room[SEG_MEANT]);

// --- words: the JSON face's names, by enum
extern const char *const seg_cmp_names[];     // SEG_ANNIVERSARY is the last
extern const char *const seg_unit_names[];    // "minutes" ...
extern const char *const seg_measure_names[]; // "count" ...
extern const char *const seg_member_names[];  // "in" ...
#define SEG_CMP_COUNT (SEG_ANNIVERSARY + 1)
#define SEG_UNIT_COUNT (SEG_YEARS + 1)
#define SEG_MEASURE_COUNT (SEG_LAST_TIME + 1)
const char *seg_type_name(enum seg_type t); // "a text", "a number" ...
bool seg_measure_of(enum seg_measure m);    // does it need a property?
bool seg_cmp_windowed(enum seg_cmp c);
bool seg_cmp_plain(enum seg_cmp c); // known, unknown: neither values nor window
int seg_word_find(cu_str word, const char *const *names, size_t count); // -1; ignoring case
bool seg_same_name(cu_str a, cu_str b); // ignoring case, "_", "-" and spaces

// --- numbers: ten-thousandths. Whole numbers up to 9e14, with decimals up to 1e11.
enum seg_number_fault { SEG_NUMBER_FINE, SEG_NUMBER_NONE, SEG_NUMBER_DECIMALS, SEG_NUMBER_LARGE };
enum seg_number_fault seg_number_parse(cu_str s, int64_t *ret);
enum seg_number_fault seg_number_json(json v, int64_t *ret);
#define SEG_NUMBER_TEXT 32
void seg_number_print(int64_t v, char ret[SEG_NUMBER_TEXT]);
extern const char *const seg_number_faults[]; // what to say

// --- times: "2026-01-01", "2026-01-01 10:30[:00[.000]]" of the zone, or with Z or +01:00. Years 1800 to 2999.
bool seg_time_parse(cu_str s, const struct text_zone *z, int64_t *ret_ms, bool *ret_day);
// `day`: may the start of a day be written as the day?
void seg_time_print(int64_t ms, const struct text_zone *z, bool day, char ret[TEXT_TIME_MAX]);
bool seg_is_day(cu_str s); // "2026-01-01" and nothing more
int64_t seg_day_after(int64_t day_start, const struct text_zone *z);
// Is `end` where a local day ends (and so that day is the last of a window)? Its start.
bool seg_last_day(int64_t end, const struct text_zone *z, int64_t *ret_start);
bool seg_day_means_start(enum seg_cmp c); // is a day compared by its first moment (less, at_least)? Else all of it is meant
int64_t seg_unit_ms(enum seg_unit u); // of months and years: 0
extern const int32_t seg_unit_most[]; // per unit: SEG_WINDOW_MAX_DAYS in it

const struct seg_catalog_options *seg_catalog_asked(const struct seg_catalog *c);

// --- the tree
struct seg_counts { // of a definition while it is read: limits
    uint32_t nodes, tests, values;
};
void seg_number_nodes(struct seg_node *n);
bool seg_test_equal(const struct seg_test *a, const struct seg_test *b);
bool seg_event_equal(const struct seg_event *a, const struct seg_event *b);
bool seg_window_equal(const struct seg_window *a, const struct seg_window *b);

void seg_lint(const struct seg_node *n, struct seg_sink *s); // warnings about a checked definition

// --- printing (segment_print*.c)
struct seg_printer {
    struct cu_buf *out;
    const struct text_zone *zone;
    unsigned indent;
    size_t line;     // where the line began
    uint32_t values; // of a list at most; 0: all
};
bool seg_bare(cu_str name); // is it written without quotes?
void seg_put_name(struct cu_buf *out, cu_str name);
void seg_put_quoted(struct cu_buf *out, cu_str text);
void seg_put_value(struct seg_printer *w, const struct seg_value *v, bool day);
void seg_put_list(struct seg_printer *w, const struct seg_test *t);
void seg_put_window(struct seg_printer *w, const struct seg_window *win); // "in the last 30 days"; nothing for ever
void seg_put_compare(struct seg_printer *w, const struct seg_test *t);    // "is more than 5"
void seg_put_test(struct seg_printer *w, const struct seg_test *t);
