// SPDX-License-Identifier: Apache-2.0
// Private to people/: one page of persons, chosen in memory from the roster (and the search index).
// A page looks at each person's 40 bytes once and keeps the best few: 2-4 ms per million, no database.
#pragma once

#include "internal.h"

enum list_filter { LIST_ALL, LIST_KNOWN, LIST_ANONYMOUS, LIST_CUSTOMERS, LIST_SAMPLE };
enum list_sort { LIST_LAST_SEEN, LIST_FIRST_SEEN, LIST_REVENUE, LIST_ORDERS };
extern const char *const list_filter_names[], *const list_sort_names[]; // NULL-terminated, in enum order
#define LIST_LIMIT_MAX 200

struct list_query {
    cu_str q;          // "" : everybody
    enum list_filter filter;
    enum list_sort sort;
    cu_str cursor;     // of the page before, or NONE
    uint32_t limit;    // 1..LIST_LIMIT_MAX
    const struct caller *caller; // decides how q is searched for (people/sight.h); NULL: the program itself
};
struct list_item {
    uint32_t pno; // root
    int64_t key;
    struct roster_row row;
};
struct list_page {
    struct list_item at[LIST_LIMIT_MAX + 1];
    uint32_t count;
    uint64_t total; // persons that match, all pages; roughly matching ones are not counted
    char next[80];  // "" at the end
};
// Exact identifiers and ids first, then strong matches in order; a first page that is not full is filled
// with rough ones. Who does not see all that is searched in finds by a whole identifier or by the beginning of
// an id only: CU_FORBIDDEN, field "q", when not even that. CU_INVALID for a cursor of another query.
cu_code list_choose(struct people *p, struct db *d, const struct list_query *l, struct list_page *ret, struct cu_error *err) CU_MUST;
