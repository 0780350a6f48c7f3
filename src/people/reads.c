// SPDX-License-Identifier: Apache-2.0
// Fields that were read. See reads.h: an open table of pointers, each with the time of the last reading to the minute.
#include "reads.h"

#include "base/clock.h"

#include <stdatomic.h>

enum { PROBES = 16, GRAIN_MS = 60000 };

static struct {
    _Atomic(uintptr_t) field;
    _Atomic(int64_t) last_ms;
} slots[READS_MAX];

void reads_note(const struct dict_field *f)
{
    uintptr_t key = (uintptr_t)f;
    size_t at = (key >> 4) * 0x9e3779b1u % READS_MAX;
    for (int i = 0; i < PROBES; i++, at = (at + 1) % READS_MAX) {
        uintptr_t there = atomic_load_explicit(&slots[at].field, memory_order_relaxed);
        if (there == 0 && atomic_compare_exchange_strong(&slots[at].field, &there, key))
            there = key;
        if (there != key)
            continue;
        int64_t now = cu_now_ms() / GRAIN_MS * GRAIN_MS;
        if (atomic_load_explicit(&slots[at].last_ms, memory_order_relaxed) != now)
            atomic_store_explicit(&slots[at].last_ms, now, memory_order_relaxed);
        return;
    }
}

void reads_take(reads_visit *visit, void *context)
{
    for (size_t i = 0; i < READS_MAX; i++) {
        int64_t last = atomic_exchange(&slots[i].last_ms, 0);
        uintptr_t key = atomic_exchange(&slots[i].field, 0);
        if (key && last)
            visit(context, (const struct dict_field *)key, last);
    }
}
