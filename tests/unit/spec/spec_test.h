// SPDX-License-Identifier: Apache-2.0
// What the tests of spec/ share: a parser per test and assertions that show both sides.
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "base/memory.h"
#include "text/json.h"

struct fixture {
    struct json_parser *parser;
    struct cu_arena *arena;
    struct cu_buf out;
    struct cu_error err;
};

static inline int fixture_open(void **state)
{
    struct fixture *t = cu_calloc(1, sizeof *t);
    assert_non_null(t);
    t->parser = json_parser_new((size_t)16 << 20);
    t->arena = cu_arena_new((size_t)16 << 20);
    cu_buf_init(&t->out, (size_t)32 << 20);
    assert_true(t->parser && t->arena);
    *state = t;
    return 0;
}

static inline int fixture_close(void **state)
{
    struct fixture *t = *state;
    json_parser_free(t->parser);
    cu_arena_free(t->arena);
    cu_buf_clear(&t->out);
    cu_free(t);
    return 0;
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, fixture_open, fixture_close)

// The text has to be JSON. The value lives until the next call.
static inline json parse(struct fixture *t, const char *text)
{
    json v = {0};
    struct cu_error err = {0};
    if (json_parse(t->parser, cu_str_of(text), &v, &err) != CU_OK)
        fail_msg("not JSON: %s: %s", err.text, text);
    return v;
}

static inline json parse_out(struct fixture *t)
{
    json v = {0};
    if (json_parse(t->parser, cu_buf_view(&t->out), &v, &t->err) != CU_OK)
        fail_msg("not JSON: %s: %.*s", t->err.text, CU_ARG(cu_buf_view(&t->out)));
    return v;
}

#define assert_str(s, expected)                                                                    \
    do {                                                                                           \
        cu_str assert_s = (s);                                                                     \
        if (!cu_str_eqz(assert_s, expected))                                                       \
            fail_msg("%s: \"%.*s\" is not \"%s\"", #s, CU_ARG(assert_s), expected);                \
    } while (0)

#define assert_code(actual, expected, err)                                                         \
    do {                                                                                           \
        cu_code assert_c = (actual);                                                               \
        if (assert_c != (expected))                                                                \
            fail_msg("%s is %s, not %s (%s: %s)", #actual, cu_code_rows[assert_c].name,            \
                cu_code_rows[expected].name, (err)->field, (err)->text);                           \
    } while (0)

static inline void assert_has(const char *text, const char *part)
{
    if (!strstr(text, part))
        fail_msg("\"%s\" does not say \"%s\"", text, part);
}

static inline void assert_lacks(const char *text, const char *part)
{
    if (strstr(text, part))
        fail_msg("\"%s\" must not say \"%s\"", text, part);
}
