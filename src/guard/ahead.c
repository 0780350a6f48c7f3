// SPDX-License-Identifier: Apache-2.0
// Plaintexts opened ahead, of one thread. See ahead.h.
#include "access.h"
#include "ahead.h"

#include "base/hash.h"

enum { SLOTS = 2 * GUARD_AHEAD_MAX, BYTES_MAX = 8 << 20, PLAIN_MAX = 64 << 20 };

struct ahead {
    struct guard *guard; // NULL: nothing was opened
    uint64_t serial;     // of the session it was opened for
    struct guard_item items[GUARD_AHEAD_MAX];
    size_t sealed_at[GUARD_AHEAD_MAX];
    size_t count;
    uint16_t slots[SLOTS]; // index + 1
    struct cu_buf sealed, plain;
};
static _Thread_local struct ahead *mine;

static size_t slot_of(const struct seal_place *p)
{
    const uint64_t parts[] = {p->table, p->subject, p->record, p->version};
    return cu_hash64(parts, sizeof parts, 0) % SLOTS;
}

void guard_ahead_add(const struct seal_place *place, cu_str sealed)
{
    if (!mine) {
        mine = cu_calloc(1, sizeof *mine);
        if (!mine)
            return;
        cu_buf_init(&mine->sealed, BYTES_MAX);
        cu_buf_init(&mine->plain, PLAIN_MAX);
    }
    struct ahead *a = mine;
    if (a->guard || a->count == GUARD_AHEAD_MAX || a->sealed.failed)
        return;
    size_t at = a->sealed.len;
    cu_buf_str(&a->sealed, sealed);
    if (a->sealed.failed)
        return;
    a->items[a->count] = (struct guard_item){.place = *place, .bytes.len = sealed.len};
    a->sealed_at[a->count++] = at;
}

cu_code guard_ahead_open(struct guard *g, struct cu_error *err)
{
    struct ahead *a = mine;
    if (!a || a->count == 0)
        return CU_OK;
    for (size_t i = 0; i < a->count; i++)
        a->items[i].bytes.ptr = a->sealed.ptr + a->sealed_at[i];
    cu_code code = guard_open_many(g, a->items, a->count, &a->plain, err);
    if (code != CU_OK) {
        guard_ahead_end();
        return code;
    }
    for (size_t i = 0; i < a->count; i++) {
        size_t slot = slot_of(&a->items[i].place);
        while (a->slots[slot])
            slot = (slot + 1) % SLOTS;
        a->slots[slot] = (uint16_t)(i + 1);
    }
    a->guard = g;
    a->serial = guard_session_of_thread()->serial;
    return CU_OK;
}

void guard_ahead_end(void)
{
    if (!mine)
        return;
    cu_buf_wipe(&mine->plain);
    cu_buf_clear(&mine->sealed);
    cu_free(mine);
    mine = NULL;
}

static bool same(const struct seal_place *a, const struct seal_place *b)
{
    return a->table == b->table && a->subject == b->subject && a->record == b->record && a->version == b->version;
}

bool guard_ahead_take(struct guard *g, const struct seal_place *place, cu_str sealed, struct cu_buf *out)
{
    struct ahead *a = mine;
    if (!a || a->guard != g || a->serial != guard_session_of_thread()->serial)
        return false;
    for (size_t slot = slot_of(place); a->slots[slot]; slot = (slot + 1) % SLOTS) {
        const struct guard_item *item = &a->items[a->slots[slot] - 1];
        if (!same(&item->place, place) || !cu_str_eq(item->bytes, sealed))
            continue;
        if (item->code != CU_OK)
            return false;
        cu_buf_add(out, a->plain.ptr + item->at, item->len);
        return !out->failed;
    }
    return false;
}
