// SPDX-License-Identifier: Apache-2.0
// The names in the entries of a breach. See breach_names.h. An open-addressed table that doubles; the names are
// already random, so their first bytes are their hash.
#include "breach_names.h"

#include "text/text.h"

#include <stdio.h>

enum { FIRST_CAP = 1024 };

struct breach_names {
    struct breach_name *at;
    size_t cap, count;
    bool cut;
    char fields[BREACH_FIELDS_MAX + 1][BREACH_FIELD_MAX + 1];
    size_t field_count;
};

// --- what belongs to it

bool breach_lists_meet(cu_str list, cu_str any)
{
    for (cu_str wanted = any; wanted.len > 0;) {
        cu_str name = cu_str_trim(cu_str_cut(&wanted, ','));
        for (cu_str rest = list; name.len > 0 && rest.len > 0;) {
            if (cu_str_eq(cu_str_trim(cu_str_cut(&rest, ',')), name))
                return true;
        }
    }
    return false;
}

bool breach_query_matches(const struct breach_query *q, cu_str entry, cu_str fields, cu_str outcome)
{
    if (q->dead || cu_str_eqz(outcome, "refused") || cu_str_eqz(outcome, "failed") || !audit_matches(&q->filter, entry))
        return false;
    return q->fields[0] == 0 || breach_lists_meet(fields, cu_str_of(q->fields));
}

// --- the table

cu_code breach_names_open(struct breach_names **ret, struct cu_error *err)
{
    struct breach_names *n = cu_calloc(1, sizeof *n);
    struct breach_name *at = n ? cu_calloc(FIRST_CAP, sizeof *at) : NULL;
    if (!at) {
        cu_free(n);
        return cu_fail(err, CU_MEMORY, "", "no memory for the people of a breach");
    }
    n->at = at;
    n->cap = FIRST_CAP;
    *ret = n;
    return CU_OK;
}

void breach_names_close(struct breach_names *n)
{
    if (!n)
        return;
    cu_free(n->at);
    cu_free(n);
}

static struct breach_name *slot(struct breach_name *at, size_t cap, const uint8_t name[16])
{
    uint64_t hash;
    memcpy(&hash, name, sizeof hash);
    size_t i = hash & (cap - 1);
    while (at[i].used && memcmp(at[i].name, name, 16) != 0)
        i = (i + 1) & (cap - 1);
    return &at[i];
}

static cu_code grow(struct breach_names *n, struct cu_error *err)
{
    size_t cap = n->cap * 2;
    struct breach_name *at = cu_calloc(cap, sizeof *at);
    if (!at)
        return cu_fail(err, CU_MEMORY, "", "no memory for the people of a breach");
    for (size_t i = 0; i < n->cap; i++) {
        if (n->at[i].used)
            *slot(at, cap, n->at[i].name) = n->at[i];
    }
    cu_free(n->at);
    n->at = at;
    n->cap = cap;
    return CU_OK;
}

static unsigned bit_of(struct breach_names *n, cu_str field)
{
    size_t i = 0;
    while (i < n->field_count && !cu_str_eqz(field, n->fields[i]))
        i++;
    if (i < n->field_count)
        return (unsigned)i;
    if (n->field_count >= BREACH_FIELDS_MAX || field.len > BREACH_FIELD_MAX) {
        if (n->fields[BREACH_FIELDS_MAX][0] == 0)
            (void)snprintf(n->fields[BREACH_FIELDS_MAX], BREACH_FIELD_MAX + 1, "other");
        return BREACH_FIELDS_MAX;
    }
    (void)snprintf(n->fields[n->field_count++], BREACH_FIELD_MAX + 1, "%.*s", CU_ARG(field));
    return (unsigned)i;
}

static uint64_t bits_of(struct breach_names *n, cu_str fields)
{
    uint64_t bits = 0;
    while (fields.len > 0) {
        cu_str one = cu_str_trim(cu_str_cut(&fields, ','));
        if (one.len > 0)
            bits |= UINT64_C(1) << bit_of(n, one);
    }
    return bits;
}

static bool name_of(cu_str hex, uint8_t ret[16])
{
    if (hex.len != 32)
        return false;
    for (size_t i = 0; i < 32; i++) {
        char c = hex.ptr[i];
        int digit = c >= '0' && c <= '9' ? c - '0' : c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
        if (digit < 0)
            return false;
        ret[i / 2] = (uint8_t)(i % 2 ? ret[i / 2] << 4 | digit : digit);
    }
    return true;
}

static cu_code add_name(struct breach_names *n, const uint8_t name[16], int64_t at_ms, uint64_t fields, struct cu_error *err)
{
    if (n->count * 2 >= n->cap)
        CU_TRY(grow(n, err));
    struct breach_name *s = slot(n->at, n->cap, name);
    if (!s->used && n->count == BREACH_NAMES_MAX) {
        n->cut = true;
        return CU_OK;
    }
    if (!s->used) {
        *s = (struct breach_name){.used = true, .first_ms = at_ms, .last_ms = at_ms};
        memcpy(s->name, name, 16);
        n->count++;
    }
    s->acts += s->acts < UINT32_MAX;
    s->first_ms = at_ms < s->first_ms ? at_ms : s->first_ms;
    s->last_ms = at_ms > s->last_ms ? at_ms : s->last_ms;
    s->fields |= fields;
    return CU_OK;
}

cu_code breach_names_add(struct breach_names *n, json entry, struct cu_error *err)
{
    uint8_t name[16];
    int64_t at_ms = 0;
    if (json_count(json_get(entry, "people")) == 0 || !text_time_parse(json_str(json_get(entry, "time")), &at_ms))
        return CU_OK;
    uint64_t fields = bits_of(n, json_str(json_get(entry, "fields")));
    struct json_iter it = json_each(json_get(entry, "people"));
    while (json_next(&it)) {
        if (name_of(json_str(it.value), name))
            CU_TRY(add_name(n, name, at_ms, fields, err));
    }
    return CU_OK;
}

const struct breach_name *breach_names_find(const struct breach_names *n, const uint8_t name[16])
{
    const struct breach_name *s = slot(n->at, n->cap, name);
    return s->used ? s : NULL;
}

size_t breach_names_count(const struct breach_names *n)
{
    return n->count;
}

bool breach_names_cut(const struct breach_names *n)
{
    return n->cut;
}

size_t breach_names_fields(const struct breach_names *n, const char (**ret)[BREACH_FIELD_MAX + 1])
{
    *ret = n->fields;
    return n->fields[BREACH_FIELDS_MAX][0] ? BREACH_FIELDS_MAX + 1 : n->field_count;
}
