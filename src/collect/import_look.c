// SPDX-License-Identifier: Apache-2.0
// The first look at a file: format, columns, which map, how dates are written, samples for people
// to recognise their columns by. Reads at most the first thousand rows.
#include "import_job.h"

#include <stdio.h>

enum { LOOK_ROWS = 1000 };

static bool is_call(json object)
{
    static const char *const types[] = {"identify", "track", "page", "screen", "group", "alias"};
    cu_str type = json_str(json_get(object, "type"));
    bool id = json_type_of(json_get(object, "userId")) != JSON_ABSENT ||
              json_type_of(json_get(object, "anonymousId")) != JSON_ABSENT;
    for (size_t i = 0; i < CU_COUNT(types); i++)
        if (cu_str_eqz(type, types[i]))
            return id;
    return false;
}

// Are the lines calls of the tracking API? The first one that can be read decides.
static cu_code lines_are_calls(struct import_run *r, bool *ret, struct cu_error *err)
{
    *ret = false;
    for (int i = 0; i < LOOK_ROWS; i++) {
        struct import_row row;
        bool more = false;
        CU_TRY(import_reader_next(r->reader, &row, &more, err));
        if (!more)
            return CU_OK;
        if (row.fault)
            continue;
        *ret = is_call(row.value);
        return CU_OK;
    }
    return CU_OK;
}

static cu_code reopen(struct import_run *r, struct cu_error *err)
{
    import_reader_close(r->reader);
    r->reader = NULL;
    return import_reader_open(r->imports->spool, r->state->upload, &r->reader, err);
}

// Given for this file, by name, recognised, or guessed - in this order.
static cu_code choose_map(struct import_run *r, struct import_plan_options *o,
    struct import_mapping **rows, struct cu_error *err)
{
    struct import_state *s = r->state;
    enum import_kind kind = s->kind;
    cu_str text = s->mapping;
    r->map = "";
    if (text.len == 0 && s->map[0]) {
        r->map = s->map;
        o->ready = import_map_find(cu_str_of(s->map));
        if (!o->ready) {
            struct db *d = NULL;
            CU_TRY(people_read_take(r->imports->o.people, &d, err));
            cu_code code = import_map_load(d, cu_str_of(s->map), r->arena, &kind, &text, err);
            people_read_give(r->imports->o.people, d);
            CU_TRY(code);
        }
    }
    if (text.len > 0) {
        CU_TRY(import_mapping_parse(s->kind, text, r->arena, rows, &o->mapping_count, err));
        o->mapping = *rows;
    } else if (!s->map[0]) {
        o->ready = import_map_recognise(s->kind, o->columns, o->column_count);
        r->map = o->ready ? o->ready->name : "";
    }
    return CU_OK;
}

static cu_code find_columns(struct import_run *r, bool *ret_calls, struct cu_error *err)
{
    struct import_state *s = r->state;
    *ret_calls = false;
    if (import_reader_format(r->reader) == IMPORT_CSV) {
        if (strcmp(s->map, IMPORT_MAP_CALLS) == 0)
            return cu_fail(err, CU_INVALID, "/map",
                "The map segment-jsonl is for JSON lines; the file is CSV.");
        return CU_OK;
    }
    if (strcmp(s->map, IMPORT_MAP_CALLS) == 0) {
        *ret_calls = true;
    } else if (s->kind == IMPORT_EVENTS && !s->map[0] && s->mapping.len == 0) {
        CU_TRY(lines_are_calls(r, ret_calls, err));
        CU_TRY(reopen(r, err));
    }
    return *ret_calls ? CU_OK : import_reader_find_columns(r->reader, err);
}

static cu_code make_plan(struct import_run *r, struct cu_error *err)
{
    struct import_state *s = r->state;
    struct import_mapping *rows = NULL;
    bool calls = false;
    CU_TRY(find_columns(r, &calls, err));
    struct import_plan_options o = {.kind = s->kind,
        .calls = calls,
        .dictionary = people_dictionary(r->imports->o.people),
        .currency = cu_str_of(s->currency)};
    o.column_count = import_reader_columns(r->reader, &o.columns);
    if (calls)
        r->map = IMPORT_MAP_CALLS;
    else
        CU_TRY(choose_map(r, &o, &rows, err));
    cu_code code = import_plan_make(&o, r->arena, &r->plan, err);
    if (r->plan)
        r->plan->dates = s->dates;
    return code;
}

// Time columns of the form a/b/year tell their order once a number is above twelve.
static void look_at_dates(
    const struct import_run *r, const struct import_row *row, int *first, int *second)
{
    for (uint32_t i = 0; row->cells && i < r->plan->slot_count; i++) {
        const struct import_slot *s = &r->plan->slots[i];
        bool typed = s->field && (s->field->type == DICT_TIME || s->field->type == DICT_DATE);
        bool time = s->to == IMPORT_TO_TIME || s->to == IMPORT_TO_CANCELLED_AT ||
                    s->to == IMPORT_TO_CONSENT_TIME || s->to == IMPORT_TO_WITHDRAWN_TIME || typed;
        cu_str cell;
        uint8_t kind;
        uint32_t column;
        if (time && import_slot_cell(r->plan, s, row, &cell, &kind, &column))
            (void)import_dates_look(cell, first, second);
    }
}

static cu_code take_samples(struct import_run *r, struct cu_error *err)
{
    int first = 0, second = 0;
    for (int i = 0; i < LOOK_ROWS; i++) {
        struct import_row row;
        bool more = false;
        CU_TRY(import_reader_next(r->reader, &row, &more, err));
        if (!more)
            break;
        if (row.fault)
            continue;
        import_report_sample(r->report, &row);
        look_at_dates(r, &row, &first, &second);
    }
    if (r->plan->dates == IMPORT_DATES_UNKNOWN && (first > 12) != (second > 12))
        r->plan->dates = first > 12 ? IMPORT_DATES_DMY : IMPORT_DATES_MDY;
    r->state->dates = r->plan->dates;
    return CU_OK;
}

// The reader starts again; JSON lines need their columns named once more.
static cu_code rewind_reader(struct import_run *r, struct cu_error *err)
{
    CU_TRY(reopen(r, err));
    if (import_reader_format(r->reader) == IMPORT_JSONL && !r->plan->calls)
        return import_reader_set_columns(r->reader, r->plan->columns, r->plan->column_count, err);
    return CU_OK;
}

cu_code import_run_open(struct import_run *r, bool look, struct cu_error *err)
{
    r->arena = cu_arena_new(8 << 20);
    r->parser = json_parser_new(2 * IMPORT_CALL_MAX);
    if (!r->arena || !r->parser)
        return cu_fail(err, CU_MEMORY, "", "No memory for an import.");
    CU_TRY(import_reader_open(r->imports->spool, r->state->upload, &r->reader, err));
    struct cu_error missing;
    cu_code code = make_plan(r, &missing);
    if (r->plan)
        CU_TRY(import_report_new(r->plan, &r->report, err));
    if (r->plan && look)
        CU_TRY(take_samples(r, err));
    if (code != CU_OK) {
        if (err)
            *err = missing;
        return code;
    }
    return rewind_reader(r, err);
}

void import_run_close(struct import_run *r)
{
    import_builder_free(r->builder);
    import_sender_free(r->sender);
    import_bad_leave(r->bad);
    import_report_free(r->report);
    import_reader_close(r->reader);
    json_parser_free(r->parser);
    cu_arena_free(r->arena);
}

cu_code import_run_store_report(struct import_run *r, struct cu_error *err)
{
    struct cu_buf text;
    if (!r->report)
        return CU_OK;
    cu_buf_init(&text, SEAL_PLAIN_MAX);
    import_report_print(r->report, r->reader, r->map ? r->map : "", &text);
    cu_code code = cu_buf_code(&text, err);
    if (code == CU_OK)
        code = import_state_report(
            r->imports->o.people, r->state->number, r->state->dates, cu_buf_view(&text), err);
    cu_buf_wipe(&text);
    return code;
}
