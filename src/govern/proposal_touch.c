// SPDX-License-Identifier: Apache-2.0
// What a proposed change touches: people who have values, definitions that name the row, and what the customers were
// promised. See proposal.h.
#include "proposal_internal.h"

#include "base/clock.h"
#include "people/expire.h"
#include "usage.h"

#include <stdio.h>

enum { RANGE = 1024, COUNT_US = 5 * 1000000, ROWS_MAX = 200 };

// The name of what changed: "shoe_size" of persons/shoe_size, "branch" of events/Fitting Booked/branch.
static cu_str name_of(cu_str row, cu_str *ret_section)
{
    cu_str rest = row, name;
    *ret_section = cu_str_cut(&rest, '/');
    do
        name = cu_str_cut(&rest, '/');
    while (rest.len);
    return name;
}

static json attribute(json change, const char *name)
{
    struct json_iter it = json_each(json_get(change, "attributes"));
    while (json_next(&it)) {
        if (cu_str_eqz(json_str(json_get(it.value, "name")), name))
            return it.value;
    }
    return (json){0};
}

static bool is_stop(json change)
{
    return cu_str_eqz(json_str(json_get(attribute(change, "collect"), "after")), "no");
}

// How many people lose values when a field is not collected any more: looked at now, as far as five seconds go.
static cu_code count_values(struct people *p, cu_str field, struct people_fields_found *ret, bool *ret_complete,
    struct cu_error *err)
{
    const struct people_field_limit limit = {field, INT64_MAX};
    int64_t until_us = cu_mono_us() + COUNT_US;
    uint32_t at = 0, end = people_end(p);
    *ret = (struct people_fields_found){0};
    const struct guard_access former = guard_borrow_system("upkeep", "retention");
    cu_code code = CU_OK;
    while (code == CU_OK && at < end && cu_mono_us() < until_us) {
        struct people_fields_found found;
        struct db *d = NULL;
        uint32_t next = end - at < RANGE ? end : at + RANGE;
        code = people_read_take(p, &d, err);
        if (code != CU_OK)
            break;
        code = people_fields_count(p, d, &limit, 1, at, next, NULL, NULL, &found, err);
        people_read_give(p, d);
        ret->profiles += found.profiles;
        ret->values += found.values;
        at = next;
    }
    guard_enter(&former);
    *ret_complete = at >= end;
    return code;
}

static void number_or_null(struct json_writer *w, const char *name, int64_t value)
{
    jw_key(w, name);
    if (value >= 0)
        jw_i64(w, value);
    else
        jw_null(w);
}

static cu_code write_row(struct proposals *p, json change, struct json_writer *w, struct cu_error *err)
{
    cu_str section, row = json_str(json_get(change, "row")), name = name_of(row, &section);
    bool person = cu_str_eqz(section, "persons"), stop = person && is_stop(change), complete = true;
    struct field_usage usage = {.filled = -1};
    struct people_fields_found found = {0};
    struct db *d = NULL;
    size_t count = 0;
    if (stop)
        CU_TRY(count_values(p->o.people, name, &found, &complete, err));
    jw_object(w);
    jw_kstr(w, "row", row);
    jw_kstr(w, "change", json_str(json_get(change, "change")));
    jw_key(w, "used_in");
    jw_array(w);
    CU_TRY(people_read_take(p->o.people, &d, err));
    cu_code code = person ? usage_of(p->o.people, d, name, &usage, err) : CU_OK;
    if (code == CU_OK)
        code = usage_where(d, name, w, &count, err);
    people_read_give(p->o.people, d);
    jw_array_end(w);
    number_or_null(w, "filled", usage.filled);
    number_or_null(w, "erased_people", stop ? (int64_t)found.profiles : -1);
    number_or_null(w, "erased_values", stop ? (int64_t)found.values : -1);
    jw_kbool(w, "complete", complete);
    json days = attribute(change, "retention_days");
    jw_kbool(w, "retention", json_is(json_get(days, "after"), JSON_INT) || stop);
    jw_object_end(w);
    return code;
}

static cu_code write_rows(struct proposals *p, json diff, struct json_writer *w, struct cu_error *err)
{
    struct json_iter it = json_each(diff);
    size_t n = 0;
    jw_key(w, "rows");
    jw_array(w);
    while (json_next(&it) && n++ < ROWS_MAX)
        CU_TRY(write_row(p, it.value, w, err));
    jw_array_end(w);
    return CU_OK;
}

// --- what was promised

static cu_code write_policy(struct proposals *p, const struct dictionary *next, struct json_writer *w, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf before, after, changes;
    struct json_writer list;
    struct db *d = NULL;
    bool material = false;
    cu_buf_init(&before, PROOF_DOCUMENT_MAX);
    cu_buf_init(&after, PROOF_DOCUMENT_MAX);
    cu_buf_init(&changes, PROOF_DOCUMENT_MAX);
    CU_TRY(people_read_take(p->o.people, &d, err));
    cu_code code = policy_preview(p->o.gate, d, people_dictionary(p->o.people), &before, err);
    if (code == CU_OK)
        code = policy_preview(p->o.gate, d, next, &after, err);
    people_read_give(p->o.people, d);
    CU_TRY(code);
    jw_start(&list, &changes);
    jw_array(&list);
    CU_TRY(policy_diff(cu_buf_view(&before), cu_buf_view(&after), &list, &material, err));
    jw_array_end(&list);
    CU_TRY(cu_buf_code(&changes, err));
    jw_kz(w, "policy", material ? "material" : changes.len > 2 ? "wording" : "none");
    jw_key(w, "policy_changes");
    jw_raw(w, cu_buf_view(&changes));
    return CU_OK;
}

cu_code proposal_touches(struct proposals *p, const struct dictionary *next, cu_str diff, struct cu_arena *a,
    struct json_writer *w, struct cu_error *err)
{
    json v;
    (void)a;
    struct json_parser *parser = json_parser_new(PROPOSAL_JSON_MAX);
    cu_code code = parser ? json_parse(parser, diff, &v, err) : cu_fail(err, CU_MEMORY, "", "no memory for a proposal");
    jw_object(w);
    if (code == CU_OK)
        code = write_rows(p, v, w, err);
    if (code == CU_OK)
        code = write_policy(p, next, w, err);
    jw_object_end(w);
    json_parser_free(parser);
    return code;
}
