// SPDX-License-Identifier: Apache-2.0
// Strings as views: pointer and length, passed by value, never NUL-terminated by promise.
// A view owns nothing; whoever made the bytes keeps them alive.
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#define CU_MUST __attribute__((warn_unused_result))
#define CU_PRINTF(fmt, first) __attribute__((format(printf, fmt, first)))
#define CU_COUNT(a) (sizeof(a) / sizeof((a)[0]))

typedef struct cu_str {
    const char *ptr;
    size_t len;
} cu_str;

#define CU_LIT(s) ((cu_str){"" s, sizeof(s) - 1})
#define CU_NONE ((cu_str){NULL, 0})
// For printf: "%.*s", CU_ARG(s)
#define CU_ARG(s) (int)(s).len, (s).ptr ? (s).ptr : ""

cu_str cu_str_of(const char *z); // a view of a NUL-terminated string; NULL gives CU_NONE
bool cu_str_eq(cu_str a, cu_str b);
bool cu_str_eqz(cu_str a, const char *z);
bool cu_str_eq_nocase(cu_str a, cu_str b); // ASCII case only
bool cu_str_starts(cu_str s, cu_str prefix);
bool cu_str_ends(cu_str s, cu_str suffix);
int cu_str_cmp(cu_str a, cu_str b);                  // memcmp order, shorter first
ptrdiff_t cu_str_find(cu_str s, char c);             // index of c or -1
ptrdiff_t cu_str_find_str(cu_str s, cu_str needle);  // index of needle or -1
cu_str cu_str_trim(cu_str s);                        // without ASCII white space at both ends
cu_str cu_str_sub(cu_str s, size_t from, size_t len); // clamped to s
// Cuts the part before the first c off *rest; at the last part returns all and sets *rest to NONE.
cu_str cu_str_cut(cu_str *rest, char c);
bool cu_str_i64(cu_str s, int64_t *ret); // whole decimal number with optional sign; false on overflow
