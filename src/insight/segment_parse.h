// SPDX-License-Identifier: Apache-2.0
// Private to segment_lex.c, segment_parse*.c and segment_complete*.c: reading the text face by recursive descent.
// Completion is the same parser over the text before the cursor: whatever it asks for where that text ends is
// what could stand there.
#pragma once

#include "segment_language.h"

enum seg_token_kind { SEG_END, SEG_WORD, SEG_STRING, SEG_FIGURE, SEG_MOMENT, SEG_SIGN, SEG_BAD };
struct seg_token {
    enum seg_token_kind kind;
    uint32_t at, len;
    cu_str text; // as written; of a string without its quotes, escapes not resolved
    const char *fault; // BAD: what is wrong
};
struct seg_token seg_token_at(cu_str text, size_t pos); // the token at or behind pos
// The text of a string with its escapes resolved, in the arena.
cu_str seg_unescape(struct seg_sink *s, struct cu_arena *a, cu_str raw);
bool seg_reserved(cu_str word); // a word of the language: as a value or name it needs quotes

// What could stand where the text ends.
enum seg_want_kind { SEG_WANT_WORDS, SEG_WANT_FIELD, SEG_WANT_EVENT, SEG_WANT_PROPERTY, SEG_WANT_SEGMENT, SEG_WANT_VALUE };
struct seg_want {
    enum seg_want_kind kind;
    const char *words; // WORDS
    cu_str event;      // PROPERTY; VALUE, WORDS: of this event's property
    cu_str field;      // VALUE; WORDS of its comparison
    bool of_event;     // is field an event's property?
    bool numbers;      // PROPERTY: only numbers will do
};
#define SEG_WANTS_MAX 96u
struct seg_wants {
    struct seg_want at[SEG_WANTS_MAX];
    size_t count;
    bool closed; // what follows a fault says nothing
};

#define SEG_NESTING_MAX 64u
struct seg_scope;
struct seg_parser {
    cu_str text;
    struct seg_token t; // the next one
    uint32_t end;       // of the token before it
    struct seg_sink sink;
    struct cu_arena *arena;
    const struct text_zone *zone;
    struct seg_counts counts;
    unsigned nesting;
    bool stop;               // a limit, or no memory: nothing more is read
    struct seg_wants *wants; // completion; else NULL
    const struct seg_scope *subject; // while a comparison is read: of what
    cu_str subject_field;
    struct seg_node *stack[SEG_NODES_MAX + 1]; // children that are being gathered
    size_t stacked;
    struct seg_value *values; // of the list that is being read
    size_t value_room;
};

// --- tokens (segment_lex.c)
void seg_advance(struct seg_parser *p);
bool seg_sign(struct seg_parser *p, const char *sign); // takes it, if it is next
// Takes these words, if all of them come next. Offered to who completes; `quiet`: understood, but not offered.
bool seg_words(struct seg_parser *p, const char *words);
bool seg_quiet(struct seg_parser *p, const char *words);
bool seg_next_word(const struct seg_parser *p, const char *word); // is it next? Takes and offers nothing
struct seg_token seg_peek(const struct seg_parser *p);             // the one behind the next
void seg_want(struct seg_parser *p, struct seg_want w);           // when the text ends here
// "Expected ..., but found ...". Returns false.
bool seg_expected(struct seg_parser *p, const char *what);
bool seg_fail(struct seg_parser *p, const char *fmt, ...) CU_PRINTF(2, 3); // at the next token; false
struct seg_place seg_since(const struct seg_parser *p, uint32_t at);      // from there to the last token

// --- parts
struct seg_scope { // what a name stands for
    bool of_event;
    cu_str event;
};
bool seg_read_event(struct seg_parser *p, struct seg_event *ret); // its name
bool seg_read_where(struct seg_parser *p, struct seg_event *e);   // "where ...", if it is there
bool seg_read_name(struct seg_parser *p, const char *what, cu_str *ret);
// A comparison of what was named; t->field and t->at are set.
bool seg_read_compare(struct seg_parser *p, const struct seg_scope *scope, struct seg_test *t);
bool seg_compare_next(const struct seg_parser *p, struct seg_token t); // could it start one?
bool seg_read_value(struct seg_parser *p, const struct seg_scope *scope, cu_str field, struct seg_value *ret);
bool seg_read_list(struct seg_parser *p, const struct seg_scope *scope, struct seg_test *t); // "(1, 2)"

bool seg_read_whole(struct seg_parser *p, const char *what, int32_t *ret);
bool seg_read_unit(struct seg_parser *p, enum seg_unit *ret); // silent when there is none
bool seg_read_span(struct seg_parser *p, int32_t *ret_n, enum seg_unit *ret_unit);
enum seg_when { SEG_WHEN_NONE, SEG_WHEN_WINDOW, SEG_WHEN_TIMES, SEG_WHEN_FAULT };
// A window, or with `times` also how many times; NONE: neither is here.
enum seg_when seg_read_when(struct seg_parser *p, struct seg_window *w, struct seg_test *times);
// The windows that do not start as a comparison does: "in the last", "today", "from ..."; NONE when there is none.
enum seg_when seg_read_window(struct seg_parser *p, struct seg_window *w);
bool seg_ago_ends(struct seg_parser *p, enum seg_unit *ret); // "days ago": false and a fault when only half is there

// Conditions about events, segments and samples; NONE: something else is here.
enum seg_took { SEG_TOOK_NOTHING, SEG_TOOK, SEG_TOOK_FAULT };
enum seg_took seg_read_special(struct seg_parser *p, struct seg_node *n);
bool seg_read_sequence(struct seg_parser *p, struct seg_node *n);
struct seg_node *seg_new_node(struct seg_parser *p, enum seg_kind kind); // NULL: stop
bool seg_wrap_not(struct seg_parser *p, struct seg_node *n);             // n becomes "not n"

cu_code seg_parse_with(cu_str text, const struct text_zone *z, struct cu_arena *a, struct seg_node **ret,
    struct seg_faults *faults, struct cu_error *err, struct seg_wants *wants);
