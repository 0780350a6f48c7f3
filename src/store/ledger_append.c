// SPDX-License-Identifier: Apache-2.0
// Appending: entries queue up; whoever comes while nobody writes becomes the leader and writes the
// queue as one group with one sync, for everybody. See ledger.h, invariants L1 and L4.
#include "ledger_private.h"

#include "base/file.h"
#include "wire.h"

// --- one group

struct batch {
    struct ledger_wait *first;
    uint32_t count;
    size_t len;
};

// Under the lock: what goes into the next group.
static struct batch take(struct ledger *l)
{
    struct batch b = {.first = l->head};
    struct ledger_wait **at = &l->head;
    while (*at && (b.count == 0 || b.len + 4 + (*at)->entry.len <= LEDGER_GROUP_MAX)) {
        b.len += 4 + (*at)->entry.len;
        b.count++;
        at = &(*at)->next;
    }
    l->head = *at;
    *at = NULL;
    if (!l->head)
        l->last = &l->head;
    return b;
}

// L4: back to the last durable group, before anything else goes into the file.
static cu_code repair(struct ledger *l, struct cu_error *err)
{
    if (!l->torn)
        return CU_OK;
    CU_TRY(cu_file_truncate(l->fd, l->end, err));
    CU_TRY(cu_file_sync(l->fd, err));
    l->torn = false;
    return CU_OK;
}

static cu_code fill(struct ledger *l, const struct batch *b, struct cu_error *err)
{
    size_t size = LEDGER_GROUP_HEADER + b->len;
    if (size > l->group_cap) {
        size_t cap = size > 65536 ? size : 65536;
        cu_free(l->group);
        l->group = cu_alloc(cap);
        l->group_cap = l->group ? cap : 0;
        if (!l->group)
            return cu_fail(err, CU_MEMORY, "", "no memory for a group of the log");
    }
    uint8_t *at = l->group + LEDGER_GROUP_HEADER;
    for (const struct ledger_wait *w = b->first; w; w = w->next) {
        wire_put32(at, (uint32_t)w->entry.len);
        memcpy(at + 4, w->entry.ptr, w->entry.len);
        at += 4 + w->entry.len;
    }
    struct ledger_group g = {.first = l->tail.edge.size, .count = b->count, .len = (uint32_t)b->len};
    g.crc = ledger_body_crc(l->active.salt, l->group + LEDGER_GROUP_HEADER, b->len);
    ledger_group_put(&g, l->active.salt, l->group);
    return CU_OK;
}

// Everything that may fail comes before the sync that makes the group durable.
static cu_code write_group(struct ledger *l, const struct batch *b, struct cu_error *err)
{
    CU_TRY(repair(l, err));
    if (l->end >= l->options.segment_bytes_max)
        CU_TRY(ledger_segment_start(l, err));
    CU_TRY(fill(l, b, err));
    pthread_mutex_lock(&l->lock); // readers look at the tail
    cu_code code = ledger_tail_room(&l->tail, b->count, err);
    pthread_mutex_unlock(&l->lock);
    CU_TRY(code);
    l->torn = true;
    CU_TRY(cu_file_pwrite(l->fd, l->group, LEDGER_GROUP_HEADER + b->len, l->end, err));
    CU_TRY(cu_file_datasync(l->fd, err));
    l->torn = false;
    return CU_OK;
}

// Under the lock: the group is durable, so it is told.
static void publish(struct ledger *l, const struct batch *b)
{
    int64_t at = l->end + LEDGER_GROUP_HEADER;
    for (struct ledger_wait *w = b->first, *next; w; w = next) {
        next = w->next; // whoever waits may be gone once done is set and the lock is free
        w->index = l->tail.edge.size;
        ledger_tail_add(&l->tail, w->entry, (uint32_t)at);
        at += 4 + (int64_t)w->entry.len;
        w->done = true;
        if (w->owned) {
            l->waiting_bytes -= w->entry.len;
            cu_free(w);
        }
    }
    l->end = at;
}

// Under the lock: who waits is told; what nobody waits for is tried again with the next group.
static void give_back(struct ledger *l, const struct batch *b, cu_code code, const struct cu_error *err)
{
    struct ledger_wait *kept = NULL, **last = &kept;
    for (struct ledger_wait *w = b->first, *next; w; w = next) {
        next = w->next;
        if (w->owned) {
            *last = w;
            last = &w->next;
            continue;
        }
        w->code = code;
        w->err = *err;
        w->done = true;
    }
    *last = l->head;
    if (!l->head && kept)
        l->last = last;
    l->head = kept;
}

// Under the lock, which is free while it writes.
static cu_code lead(struct ledger *l, struct cu_error *err)
{
    if (!l->head)
        return CU_OK;
    struct batch b = take(l);
    l->leading = true;
    pthread_mutex_unlock(&l->lock);
    struct cu_error own = {.code = CU_OK};
    cu_code code = write_group(l, &b, &own);
    pthread_mutex_lock(&l->lock);
    if (code == CU_OK)
        publish(l, &b);
    else
        give_back(l, &b, code, &own);
    if (code != CU_OK && err)
        *err = own;
    l->leading = false;
    pthread_cond_broadcast(&l->progress);
    return code;
}

// --- for callers

static cu_code append_owned(struct ledger *l, cu_str entry, struct cu_error *err)
{
    struct ledger_wait *w = cu_alloc(sizeof *w + entry.len);
    if (!w)
        return cu_fail(err, CU_MEMORY, "", "no memory for an entry of the log");
    *w = (struct ledger_wait){.owned = true, .entry = {(const char *)(w + 1), entry.len}};
    memcpy(w + 1, entry.ptr, entry.len);
    pthread_mutex_lock(&l->lock);
    bool room = l->waiting_bytes + entry.len <= LEDGER_WAITING_MAX;
    if (room) {
        *l->last = w;
        l->last = &w->next;
        l->waiting_bytes += entry.len;
    }
    pthread_mutex_unlock(&l->lock);
    if (room)
        return CU_OK;
    cu_free(w);
    return cu_fail(err, CU_FULL, "", "the log cannot be written, and what waits for it is as much as is kept");
}

cu_code ledger_append(struct ledger *l, cu_str entry, bool wait, uint64_t *ret_index, struct cu_error *err)
{
    if (entry.len == 0 || entry.len > LEDGER_ENTRY_MAX || l->options.read_only)
        return cu_fail(
            err, CU_INVALID, "", "an entry of 1 to %u bytes is accepted, by the one who writes the log", LEDGER_ENTRY_MAX);
    if (!wait)
        return append_owned(l, entry, err);
    struct ledger_wait w = {.entry = entry};
    pthread_mutex_lock(&l->lock);
    *l->last = &w;
    l->last = &w.next;
    while (!w.done) {
        if (l->leading)
            pthread_cond_wait(&l->progress, &l->lock);
        else
            (void)!lead(l, NULL); // its own group's end is in w
    }
    pthread_mutex_unlock(&l->lock);
    if (w.code != CU_OK) {
        if (err)
            *err = w.err;
        return w.code;
    }
    if (ret_index)
        *ret_index = w.index;
    return CU_OK;
}

cu_code ledger_flush(struct ledger *l, struct cu_error *err)
{
    cu_code code = CU_OK;
    pthread_mutex_lock(&l->lock);
    while (code == CU_OK && (l->head || l->leading)) {
        if (l->leading)
            pthread_cond_wait(&l->progress, &l->lock);
        else
            code = lead(l, err);
    }
    pthread_mutex_unlock(&l->lock);
    return code;
}

bool ledger_waiting(struct ledger *l)
{
    pthread_mutex_lock(&l->lock);
    bool waiting = l->waiting_bytes > 0;
    pthread_mutex_unlock(&l->lock);
    return waiting;
}
