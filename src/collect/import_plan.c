// SPDX-License-Identifier: Apache-2.0
// Lays a map over columns: which slot takes which columns, in which order of preference, and what
// an import of each kind cannot do without. See import_plan.h.
#include "import_plan.h"

#include <stdio.h>
#include <stdlib.h>

struct binding {
    enum import_to to;
    cu_str name;
    uint32_t column, rank; // rank: row of the map, so preference does not depend on the file
};

static cu_code no_memory(struct cu_error *err)
{
    return cu_fail(err, CU_MEMORY, "", "No memory to plan an import.");
}

static cu_str field_of_mapping(
    const struct import_plan_options *o, cu_str column, uint32_t *ret_rank)
{
    for (size_t i = 0; i < o->mapping_count; i++)
        if (import_column_eq(column, o->mapping[i].column)) {
            *ret_rank = (uint32_t)i;
            return o->mapping[i].field.ptr ? o->mapping[i].field : CU_LIT("");
        }
    return CU_NONE;
}

static cu_str field_of_ready(const struct import_map *m, cu_str column, uint32_t *ret_rank)
{
    for (uint32_t i = 0; m && m->rows[i].column; i++)
        if (import_column_eq(column, cu_str_of(m->rows[i].column))) {
            *ret_rank = i;
            return cu_str_of(m->rows[i].field);
        }
    return CU_NONE;
}

static cu_str choose_field(
    const struct import_plan_options *o, cu_str column, uint32_t *ret_rank, struct cu_arena *a)
{
    *ret_rank = UINT32_MAX;
    if (column.len == 0)
        return CU_LIT("");
    cu_str field = o->mapping_count ? field_of_mapping(o, column, ret_rank)
                                    : field_of_ready(o->ready, column, ret_rank);
    return field.ptr ? cu_arena_dup(a, field) : import_guess(o->kind, o->dictionary, column, a);
}

// A mapping that names a column the file does not have is a mistake worth telling.
static cu_code check_mapping(const struct import_plan_options *o, struct cu_error *err)
{
    for (size_t i = 0; i < o->mapping_count; i++) {
        bool there = false;
        for (uint32_t c = 0; !there && c < o->column_count; c++)
            there = import_column_eq(o->columns[c], o->mapping[i].column);
        if (!there && o->mapping[i].field.len > 0)
            return cu_fail(err, CU_INVALID, "/mapping",
                "Row %zu of the mapping names a column the file does not have.", i + 1);
    }
    return CU_OK;
}

static const struct dict_field *type_of(
    const struct import_plan_options *o, enum import_to to, cu_str name)
{
    static const char *const order_names[] = {"Order Completed"};
    const struct dict_event *order = dictionary_event(o->dictionary, cu_str_of(order_names[0]));
    char line[300];
    if (to == IMPORT_TO_TRAIT)
        return dictionary_person_field(o->dictionary, name);
    if (to == IMPORT_TO_REFUNDED)
        return order ? dictionary_event_field(order, CU_LIT("total")) : NULL;
    if (to == IMPORT_TO_PROPERTY && o->kind == IMPORT_ORDERS)
        return order ? dictionary_event_field(order, name) : NULL;
    int n = snprintf(line, sizeof line, "products.$.%.*s", CU_ARG(name));
    bool fits = n > 0 && (size_t)n < sizeof line;
    return to == IMPORT_TO_LINE && order && fits
               ? dictionary_event_field(order, (cu_str){line, (size_t)n})
               : NULL;
}

static int compare(const void *left, const void *right)
{
    const struct binding *a = left, *b = right;
    if (a->to != b->to)
        return a->to < b->to ? -1 : 1;
    int names = cu_str_cmp(a->name, b->name);
    if (names != 0)
        return names;
    if (a->rank != b->rank)
        return a->rank < b->rank ? -1 : 1;
    return a->column < b->column ? -1 : 1;
}

// Bindings, sorted, become slots: one per (target, name).
static cu_code group_slots(const struct import_plan_options *o, struct binding *b, uint32_t count,
    struct cu_arena *a, struct import_plan *p, struct cu_error *err)
{
    struct import_slot *slots = cu_arena_alloc(a, (count + 1) * sizeof *slots);
    uint32_t *columns = cu_arena_alloc(a, (count + 1) * sizeof *columns);
    if (!slots || !columns)
        return no_memory(err);
    qsort(b, count, sizeof *b, compare);
    uint32_t n = 0;
    for (uint32_t i = 0; i < count; i++) {
        columns[i] = b[i].column;
        if (n > 0 && slots[n - 1].to == b[i].to && cu_str_eq(slots[n - 1].name, b[i].name)) {
            slots[n - 1].count++;
            continue;
        }
        slots[n++] = (struct import_slot){
            b[i].to, b[i].name, type_of(o, b[i].to, b[i].name), columns + i, 1};
    }
    p->slots = slots;
    p->slot_count = n;
    return CU_OK;
}

// The declared spelling of a trait or property ("first_name" -> "firstName").
static cu_str declared_name(const struct import_plan_options *o, enum import_to to, cu_str name)
{
    const struct dict_field *f =
        to == IMPORT_TO_TRAIT ? dictionary_person_field(o->dictionary, name) : NULL;
    return f ? f->name : name;
}

static cu_code bind_columns(const struct import_plan_options *o, struct cu_arena *a,
    struct import_plan *p, struct cu_error *err)
{
    cu_str *columns = cu_arena_alloc(a, (o->column_count + 1) * sizeof *columns);
    cu_str *fields = cu_arena_alloc(a, (o->column_count + 1) * sizeof *fields);
    struct binding *b = cu_arena_alloc(a, (o->column_count + 1) * sizeof *b);
    uint32_t count = 0;
    if (!columns || !fields || !b)
        return no_memory(err);
    for (uint32_t i = 0; i < o->column_count; i++) {
        uint32_t rank;
        enum import_to to;
        cu_str name;
        columns[i] = cu_arena_dup(a, o->columns[i]);
        fields[i] = choose_field(o, o->columns[i], &rank, a);
        if (!columns[i].ptr || !fields[i].ptr)
            return no_memory(err);
        CU_TRY(import_field_parse(o->kind, fields[i], &to, &name, err));
        p->guarded = p->guarded || import_column_eq(columns[i], CU_LIT("custos_reason"));
        if (to != IMPORT_TO_NOTHING)
            b[count++] = (struct binding){to, declared_name(o, to, name), i, rank};
    }
    p->columns = columns;
    p->fields = fields;
    p->column_count = o->column_count;
    return group_slots(o, b, count, a, p, err);
}

uint32_t import_plan_slots(
    const struct import_plan *p, enum import_to to, const struct import_slot **ret_first)
{
    uint32_t n = 0;
    *ret_first = NULL;
    for (uint32_t i = 0; i < p->slot_count; i++) {
        if (p->slots[i].to != to)
            continue;
        if (n++ == 0)
            *ret_first = &p->slots[i];
    }
    return n;
}

static bool has(const struct import_plan *p, enum import_to to)
{
    const struct import_slot *first;
    return import_plan_slots(p, to, &first) > 0;
}

static bool identifies(const struct import_plan *p)
{
    for (uint32_t i = 0; i < p->slot_count; i++) {
        const struct import_slot *s = &p->slots[i];
        bool id =
            s->to == IMPORT_TO_USER_ID || s->to == IMPORT_TO_ANONYMOUS_ID || s->to == IMPORT_TO_ID;
        if (id || (s->to == IMPORT_TO_TRAIT && s->field && s->field->identifier.len > 0))
            return true;
    }
    return false;
}

static cu_code check_needs(const struct import_plan *p, struct cu_error *err)
{
    if (p->calls)
        return CU_OK;
    if (p->kind == IMPORT_ORDERS && !has(p, IMPORT_TO_ORDER_ID) && !has(p, IMPORT_TO_INVOICE))
        return cu_fail(err, CU_MISSING, "/mapping", "No column is mapped to order_id.");
    if (p->kind == IMPORT_ORDERS && has(p, IMPORT_TO_ORDER_ID) && has(p, IMPORT_TO_INVOICE))
        return cu_fail(err, CU_INVALID, "/mapping", "Map either order_id or invoice, not both.");
    if (p->kind != IMPORT_PEOPLE && !has(p, IMPORT_TO_TIME))
        return cu_fail(err, CU_MISSING, "/mapping", "No column is mapped to time.");
    if (p->kind == IMPORT_EVENTS && !has(p, IMPORT_TO_EVENT) && !has(p, IMPORT_TO_TYPE))
        return cu_fail(err, CU_MISSING, "/mapping", "No column is mapped to event.");
    if (p->kind != IMPORT_ORDERS && !identifies(p))
        return cu_fail(err, CU_MISSING, "/mapping",
            "No column is mapped to an identifier such as user_id or trait.email.");
    return CU_OK;
}

cu_code import_plan_make(const struct import_plan_options *o, struct cu_arena *a,
    struct import_plan **ret, struct cu_error *err)
{
    struct import_plan *p = cu_arena_alloc(a, sizeof *p);
    if (!p)
        return no_memory(err);
    *p = (struct import_plan){.kind = o->kind, .calls = o->calls, .dictionary = o->dictionary};
    if (o->currency.len > 0) {
        for (size_t i = 0; i < 3 && i < o->currency.len; i++)
            p->currency[i] = (char)(o->currency.ptr[i] & ~32);
    }
    (void)snprintf(p->evidence, sizeof p->evidence, "%s", o->ready ? o->ready->name : "import");
    p->pending_is_unpaid = o->ready && strncmp(o->ready->name, "woocommerce", 11) == 0;
    CU_TRY(check_mapping(o, err));
    if (!o->calls)
        CU_TRY(bind_columns(o, a, p, err));
    *ret = p;
    return check_needs(p, err);
}
