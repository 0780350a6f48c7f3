// SPDX-License-Identifier: Apache-2.0
// What the tests of the segment language share: a catalogue over the default dictionary with a few rows more, and
// definitions from text, from JSON and at random.
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "insight/segment_language.h"

struct language {
    struct dictionary *dictionary;
    struct text_zone *zone;
    struct seg_catalog *catalog;
    struct json_parser *parser;
    struct cu_arena *arena;
    struct cu_buf out;
    struct seg_faults faults;
    struct cu_error err;
};

static const char language_rows[] =
    "version: 1\n"
    "persons:\n"
    "  tier: {type: enum, options: [gold, silver, bronze], level: P1, category: user, purposes: [service],\n"
    "      owner: sales, doc: Tier.}\n"
    "  points: {type: integer, min: 0, max: 1000000, level: P1, category: user, purposes: [service], owner: sales,\n"
    "      doc: Points.}\n"
    "  last: {type: integer, min: 0, max: 9, level: P1, category: user, purposes: [service], owner: sales, doc: A "
    "word.}\n"
    "events:\n"
    "  Size Asked:\n"
    "    category: user.behavior\n"
    "    purposes: [analytics]\n"
    "    retention_days: 100\n"
    "    owner: sales\n"
    "    doc: Somebody asked for a size.\n"
    "    fields:\n"
    "      size: {type: enum, options: [S, M, L], level: P1, doc: Size.}\n"
    "      asked_at: {type: time, level: P1, doc: When.}\n"
    "      urgent: {type: boolean, level: P1, doc: Is it?}\n";

static const char *const rfm_groups[] = {"champions", "loyal", "at risk", NULL};
static const struct seg_field language_derived[] = {
    {.name = {"orders.count", 12}, .type = SEG_NUMBER, .source = SEG_DERIVED, .doc = "Orders."},
    {.name = {"orders.revenue", 14}, .type = SEG_NUMBER, .source = SEG_DERIVED, .doc = "Revenue."},
    {.name = {"orders.last", 11}, .type = SEG_TIME, .source = SEG_DERIVED, .doc = "Last order."},
    {.name = {"rfm.group", 9}, .type = SEG_TEXT, .source = SEG_DERIVED, .doc = "Group.", .options = rfm_groups},
    {.name = {"known", 5}, .type = SEG_BOOLEAN, .source = SEG_DERIVED, .doc = "Known?"},
};

static inline bool language_segment(void *context, cu_str name)
{
    (void)context;
    return cu_str_eqz(name, "vip") || cu_str_eqz(name, "new customers");
}

static inline void language_segments(void *context, void (*each)(void *c, cu_str name), void *c)
{
    (void)context;
    each(c, CU_LIT("new customers"));
    each(c, CU_LIT("vip"));
}

static inline struct seg_catalog_options language_options(const struct language *l)
{
    return (struct seg_catalog_options){.dictionary = l->dictionary,
        .derived = language_derived,
        .derived_count = CU_COUNT(language_derived),
        .segment = language_segment,
        .segments = language_segments,
        .zone = l->zone};
}

static inline int language_open(void **state)
{
    struct language *l = cu_calloc(1, sizeof *l);
    assert_non_null(l);
    if (dictionary_load(cu_str_of(language_rows), &l->dictionary, &l->err) != CU_OK)
        fail_msg("%s: %s", l->err.field, l->err.text);
    l->zone = text_zone_open("Europe/Berlin");
    l->parser = json_parser_new((size_t)16 << 20);
    l->arena = cu_arena_new(SEG_ARENA_MAX);
    assert_true(l->zone && l->parser && l->arena);
    const struct seg_catalog_options o = language_options(l);
    assert_int_equal(seg_catalog_open(&o, &l->catalog, &l->err), CU_OK);
    cu_buf_init(&l->out, (size_t)16 << 20);
    *state = l;
    return 0;
}

static inline int language_close(void **state)
{
    struct language *l = *state;
    seg_catalog_close(l->catalog);
    dictionary_free(l->dictionary);
    text_zone_close(l->zone);
    json_parser_free(l->parser);
    cu_arena_free(l->arena);
    cu_buf_clear(&l->out);
    cu_free(l);
    return 0;
}

static inline cu_code read_text(struct language *l, const char *text, struct seg_node **ret)
{
    l->err = (struct cu_error){0};
    *ret = NULL;
    return seg_parse_text(cu_str_of(text), l->catalog, l->arena, ret, &l->faults, &l->err);
}

static inline cu_code read_json(struct language *l, cu_str text, struct seg_node **ret)
{
    json v = {0};
    l->err = (struct cu_error){0};
    *ret = NULL;
    if (json_parse(l->parser, text, &v, &l->err) != CU_OK)
        fail_msg("not JSON: %s: %.*s", l->err.text, CU_ARG(text));
    return seg_parse_json(v, l->catalog, l->arena, ret, &l->faults, &l->err);
}

static inline cu_code check(struct language *l, struct seg_node *n)
{
    return seg_check(n, l->catalog, l->arena, &l->faults, &l->err);
}

static inline struct seg_node *good_text(struct language *l, const char *text)
{
    struct seg_node *n = NULL;
    if (read_text(l, text, &n) != CU_OK || check(l, n) != CU_OK)
        fail_msg("%s\n  at %u: %s", text, l->faults.at[0].at, l->err.text);
    return n;
}

static inline const char *text_of(struct language *l, const struct seg_node *n)
{
    cu_buf_reset(&l->out);
    seg_print_text(n, l->catalog, &l->out);
    return l->out.ptr;
}

static inline const char *json_of(struct language *l, const struct seg_node *n)
{
    struct json_writer w;
    cu_buf_reset(&l->out);
    jw_start(&w, &l->out);
    seg_print_json(n, l->catalog, &w);
    return l->out.ptr;
}

static inline bool says(const struct seg_faults *f, bool warning, const char *part)
{
    for (size_t i = 0; i < f->count; i++)
        if (f->at[i].warning == warning && strstr(f->at[i].text, part))
            return true;
    return false;
}

static inline void faults_show(const struct seg_faults *f)
{
    for (size_t i = 0; i < f->count; i++)
        print_message("  %s %u+%u %s: %s\n", f->at[i].warning ? "warning" : "fault", f->at[i].at, f->at[i].len,
            f->at[i].path, f->at[i].text);
}

#define LANGUAGE(name) cmocka_unit_test_setup_teardown(name, language_open, language_close)
