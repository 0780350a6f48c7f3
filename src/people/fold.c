// SPDX-License-Identifier: Apache-2.0
// The bytes of a group of fields. See fold.h; pure functions, used by traits*.c and search.c.
#include "fold.h"

#define HEAD (1u + 2u + 4u + 8u + 8u + 4u + 8u)

static void put(struct cu_buf *out, const void *v, size_t n)
{
    cu_buf_add(out, v, n);
}

void fold_start(struct cu_buf *out)
{
    cu_buf_char(out, 1);
}

void fold_put(struct cu_buf *out, const struct fold_entry *e)
{
    uint8_t type = (uint8_t)(e->type | (e->misfit ? 0x80u : 0u));
    uint16_t name_len = (uint16_t)e->name.len;
    uint32_t value_len = (uint32_t)e->value.len;
    put(out, &type, 1);
    put(out, &name_len, 2);
    put(out, &value_len, 4);
    put(out, &e->at_ms, 8);
    put(out, &e->seq, 8);
    put(out, &e->source, 4);
    put(out, &e->origin, 8);
    cu_buf_str(out, e->name);
    cu_buf_str(out, e->value);
}

struct fold_reader fold_read(cu_str bytes)
{
    if (bytes.len == 0)
        return (struct fold_reader){CU_NONE, false};
    if (bytes.ptr[0] != 1)
        return (struct fold_reader){CU_NONE, true};
    return (struct fold_reader){{bytes.ptr + 1, bytes.len - 1}, false};
}

bool fold_next(struct fold_reader *r, struct fold_entry *ret)
{
    if (r->rest.len == 0)
        return false;
    uint8_t type = 0;
    uint16_t name_len = 0;
    uint32_t value_len = 0;
    if (r->rest.len < HEAD) {
        r->damaged = true;
        return false;
    }
    const char *p = r->rest.ptr;
    memcpy(&type, p, 1);
    memcpy(&name_len, p + 1, 2);
    memcpy(&value_len, p + 3, 4);
    memcpy(&ret->at_ms, p + 7, 8);
    memcpy(&ret->seq, p + 15, 8);
    memcpy(&ret->source, p + 23, 4);
    memcpy(&ret->origin, p + 27, 8);
    if ((type & 0x7f) > FOLD_JSON || r->rest.len - HEAD < (size_t)name_len + value_len) {
        r->damaged = true;
        return false;
    }
    ret->type = (enum fold_type)(type & 0x7f);
    ret->misfit = type & 0x80;
    ret->name = (cu_str){p + HEAD, name_len};
    ret->value = (cu_str){p + HEAD + name_len, value_len};
    r->rest = (cu_str){p + HEAD + name_len + value_len, r->rest.len - HEAD - name_len - value_len};
    return true;
}

bool fold_find(cu_str bytes, cu_str name, struct fold_entry *ret)
{
    struct fold_reader r = fold_read(bytes);
    while (fold_next(&r, ret)) {
        if (cu_str_eq(ret->name, name))
            return true;
    }
    return false;
}

bool fold_same_value(const struct fold_entry *a, const struct fold_entry *b)
{
    return a->type == b->type && cu_str_eq(a->value, b->value);
}

bool fold_newer(const struct fold_entry *a, const struct fold_entry *b)
{
    return a->at_ms != b->at_ms ? a->at_ms > b->at_ms : a->seq >= b->seq;
}

void fold_merge(cu_str old, cu_str delta, struct cu_buf *out)
{
    struct fold_entry was, now;
    struct fold_reader r = fold_read(old);
    fold_start(out);
    while (fold_next(&r, &was)) {
        bool replaced = fold_find(delta, was.name, &now) && fold_newer(&now, &was);
        fold_put(out, replaced ? &now : &was);
    }
    r = fold_read(delta);
    while (fold_next(&r, &now)) {
        if (!fold_find(old, now.name, &was))
            fold_put(out, &now);
    }
}
