// SPDX-License-Identifier: Apache-2.0
// Fault injection. See fault.h.
#include "fault.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static atomic_bool armed;
static atomic_uint_fast64_t counts[CU_FAULT_KINDS];
static struct {
    uint64_t nth;
    bool persistent, exits;
} plan[CU_FAULT_KINDS];

void cu_fault_arm(enum cu_fault_kind kind, uint64_t nth, bool persistent)
{
    plan[kind].nth = nth;
    plan[kind].persistent = persistent;
    plan[kind].exits = false;
    atomic_store(&counts[kind], 0);
    atomic_store(&armed, true);
}

void cu_fault_arm_exit(enum cu_fault_kind kind, uint64_t nth)
{
    cu_fault_arm(kind, nth, false);
    plan[kind].exits = true;
}

void cu_fault_disarm(void)
{
    atomic_store(&armed, false);
    for (int k = 0; k < CU_FAULT_KINDS; k++)
        plan[k].nth = 0;
}

uint64_t cu_fault_count(enum cu_fault_kind kind)
{
    return atomic_load(&counts[kind]);
}

bool cu_fault_hit(enum cu_fault_kind kind)
{
    if (__builtin_expect(!atomic_load_explicit(&armed, memory_order_relaxed), 1))
        return false;
    if (plan[kind].nth == 0)
        return false;
    uint64_t n = atomic_fetch_add(&counts[kind], 1) + 1;
    if (n == plan[kind].nth && plan[kind].exits)
        _exit(CU_FAULT_EXIT);
    return n == plan[kind].nth || (plan[kind].persistent && n > plan[kind].nth);
}

void cu_fault_from_env(void)
{
    const char *text = getenv("CUSTOS_FAULT");
    if (!text)
        return;
    enum cu_fault_kind kind = strncmp(text, "io:", 3) == 0 ? CU_FAULT_IO : CU_FAULT_ALLOC;
    const char *colon = strchr(text, ':');
    if (!colon)
        return;
    char *end = NULL;
    uint64_t nth = strtoull(colon + 1, &end, 10);
    if (*end == '!')
        cu_fault_arm_exit(kind, nth);
    else
        cu_fault_arm(kind, nth, *end == '+');
}
