// SPDX-License-Identifier: Apache-2.0
// A pixel's query string becomes one call: dots in names make objects, all values are text. Pure.
#include "door_private.h"

#include "text/text.h"

#include <stdlib.h>

enum { PAIRS_MAX = 128, DEPTH_MAX = 8, QUERY_MAX = 8192 };
#define DOT '\1' // sorts before every letter: the members of an object stand together

struct pair {
    cu_str name, value; // name with DOT for "."
};

static int compare(const void *a, const void *b)
{
    return cu_str_cmp(((const struct pair *)a)->name, ((const struct pair *)b)->name);
}

static cu_code bad_query(struct cu_error *err)
{
    return cu_fail(
        err, CU_INVALID, "", "a query like userId=1&event=Seen&properties.price=3 is accepted");
}

static cu_code decode(cu_str raw, struct cu_arena *arena, cu_str *ret, struct cu_error *err)
{
    struct cu_buf out;
    cu_buf_init(&out, QUERY_MAX);
    cu_code code = text_url_decode(raw, true, &out) && text_utf8_valid(cu_buf_view(&out))
                       ? CU_OK
                       : bad_query(err);
    if (code == CU_OK) {
        *ret = cu_arena_dup(arena, cu_buf_view(&out));
        code = ret->ptr ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for this request");
    }
    cu_buf_clear(&out);
    return code;
}

static cu_code read_pairs(cu_str query, struct cu_arena *arena, struct pair *pairs,
    size_t *ret_count, struct cu_error *err)
{
    size_t count = 0;
    while (query.ptr) {
        cu_str value = cu_str_cut(&query, '&'), name = cu_str_cut(&value, '=');
        if (name.len == 0 || cu_str_eqz(name, "writeKey"))
            continue;
        if (count == PAIRS_MAX)
            return cu_fail(err, CU_TOO_LARGE, "", "a query has at most %d parameters", PAIRS_MAX);
        struct pair *p = &pairs[count++];
        CU_TRY(decode(name, arena, &p->name, err));
        CU_TRY(decode(value.ptr ? value : CU_LIT(""), arena, &p->value, err));
        char *at = (char *)(uintptr_t)p->name.ptr; // our own copy
        for (size_t i = 0; i < p->name.len; i++) {
            if (at[i] == DOT)
                return bad_query(err);
            if (at[i] == '.')
                at[i] = DOT;
        }
    }
    *ret_count = count;
    return CU_OK;
}

// Writes the members that begin at `from` in the names of pairs[0..count), which share what is
// before.
static cu_code write_object(struct json_writer *w, const struct pair *pairs, size_t count,
    size_t from, int depth, struct cu_error *err)
{
    if (depth > DEPTH_MAX)
        return bad_query(err);
    jw_object(w);
    for (size_t i = 0; i < count;) {
        cu_str rest = cu_str_sub(pairs[i].name, from, SIZE_MAX), key = cu_str_cut(&rest, DOT);
        size_t last = i + 1, end = from + key.len;
        while (last < count && pairs[last].name.len >= end &&
               memcmp(pairs[last].name.ptr + from, key.ptr, key.len) == 0 &&
               (pairs[last].name.len == end || pairs[last].name.ptr[end] == DOT))
            last++;
        bool leaf = pairs[i].name.len == end;
        if (key.len == 0 || (leaf && pairs[last - 1].name.len != end))
            return bad_query(err); // "a=1&a.b=2": a cannot be both
        jw_keys(w, key);
        if (leaf)
            jw_str(w, pairs[i].value); // the first of several counts
        else
            CU_TRY(write_object(w, pairs + i, last - i, end + 1, depth + 1, err));
        i = last;
    }
    jw_object_end(w);
    return CU_OK;
}

cu_code door_pixel_json(cu_str query, struct cu_arena *arena, cu_str *ret, struct cu_error *err)
{
    struct pair *pairs = cu_arena_alloc(arena, PAIRS_MAX * sizeof *pairs);
    size_t count = 0;
    if (!pairs)
        return cu_fail(err, CU_MEMORY, "", "no memory for this request");
    CU_TRY(read_pairs(query, arena, pairs, &count, err));
    qsort(pairs, count, sizeof *pairs, compare);
    struct cu_buf out;
    struct json_writer w;
    cu_buf_init(&out, 8 * QUERY_MAX);
    jw_start(&w, &out);
    cu_code code = write_object(&w, pairs, count, 0, 0, err);
    if (code == CU_OK)
        code = cu_buf_code(&out, err);
    if (code == CU_OK) {
        *ret = cu_arena_dup(arena, cu_buf_view(&out));
        code = ret->ptr ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for this request");
    }
    cu_buf_clear(&out);
    return code;
}
