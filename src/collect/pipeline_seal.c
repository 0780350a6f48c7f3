// SPDX-License-Identifier: Apache-2.0
// What a batch asks of the guard besides the values of single people: its events are sealed by one call,
// and one entry in the audit log says that they came. Called by pipeline_batch.c before the commit.
#include "pipeline_private.h"

#include "crypto/secret.h"

#include <stdio.h>

// A row that cannot be sealed is its record's fault, and goes to quarantine as any other: nothing of the
// batch stays, the records before it come again without it.
static cu_code blame(struct pipeline *p, uint64_t seq, cu_code code, bool *ret_poison, struct cu_error *err)
{
    p->attempts = p->attempts_seq == seq ? p->attempts + 1 : 1;
    p->attempts_seq = seq;
    if (err)
        err->code = code;
    *ret_poison = batch_fault_of_record(code, p->attempts);
    return code;
}

cu_code batch_seal(struct pipeline *p, bool *ret_poison, struct cu_error *err)
{
    struct batch *b = &p->batch;
    if (b->held_count == 0)
        return CU_OK;
    for (size_t i = 0; i < b->held_count; i++) {
        const struct held *h = &b->held[i];
        cu_str secret = {b->secrets.ptr + h->sealed_at, h->event.sealed.len};
        b->items[i] = people_event_item(h->event.pno, h->event.seq, secret);
    }
    CU_TRY(guard_seal_many(people_guard(p->o.people), b->items, b->held_count, &b->bytes, err));
    for (size_t i = 0; i < b->held_count; i++) {
        struct held *h = &b->held[i];
        if (b->items[i].code != CU_OK)
            return blame(p, h->event.seq, b->items[i].code, ret_poison, err);
        h->sealed_at = b->items[i].at;
        h->event.sealed.len = b->items[i].len;
    }
    if (b->secrets.len)
        secret_wipe(b->secrets.ptr, b->secrets.len);
    cu_buf_reset(&b->secrets);
    return CU_OK;
}

cu_code batch_note(struct pipeline *p, struct cu_error *err)
{
    char detail[128];
    const struct batch *b = &p->batch;
    if (p->replay_to != 0 || b->count == 0)
        return CU_OK; // noted when they came
    int n = snprintf(detail, sizeof detail, "{\"events\":%zu,\"from\":%llu,\"to\":%llu}", b->count,
        (unsigned long long)(atomic_load(&p->position) + 1), (unsigned long long)b->last_seq);
    return guard_note(people_guard(p->o.people), GUARD_DONE, NULL, 0, (cu_str){detail, (size_t)n}, false, err);
}
