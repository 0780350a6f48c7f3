// SPDX-License-Identifier: Apache-2.0
// Private to people/: the text a profile is found by, and how a query matches it. Pure functions.
//
// A text is lines of folded words (text_fold): the first is the name, then e-mail addresses, phone numbers,
// ids. A query is folded and split at white space. It matches
//   strongly: each token stands at the start of a word of any line (a word starts after what is no letter
//             or digit); a query of digits alone also inside a phone number;
//   roughly:  each token is strong, or within 1 edit (3-5 bytes) or 2 edits (6 bytes and more; a swap of
//             neighbours is one) of a word of the name, or of its beginning of the token's length.
#pragma once

#include "base/memory.h"

#define SEARCH_TOKENS_MAX 8
#define SEARCH_QUERY_MAX 200 // bytes
#define SEARCH_TEXT_MAX 1000 // bytes of a profile's text; more is cut

struct search_query {
    char text[SEARCH_QUERY_MAX * 2 + 1];
    cu_str tokens[SEARCH_TOKENS_MAX];
    size_t count;
    char digits[32];  // of a query that is a phone number
    uint64_t starts[SEARCH_TOKENS_MAX];  // bit that must be in a text's mask; 0: any
    uint64_t letters[SEARCH_TOKENS_MAX]; // of the token, for the rough match
};
void search_query_init(struct search_query *q, cu_str text); // count 0: nothing to look for
uint64_t search_starts(cu_str text);  // mask of word starts of a text
uint64_t search_letters(cu_str name); // mask of the letters of a name
bool search_matches(const struct search_query *q, cu_str text);
bool search_matches_roughly(const struct search_query *q, cu_str text);
// Could it match? Never false for what does.
bool search_may_match(const struct search_query *q, uint64_t starts);
bool search_may_match_roughly(const struct search_query *q, uint64_t starts, uint64_t letters);
// Optimal string alignment distance, at most max + 1.
unsigned search_distance(cu_str a, cu_str b, unsigned max);
