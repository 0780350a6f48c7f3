// SPDX-License-Identifier: Apache-2.0
// The sample shop from end to end: what the generator makes goes to the sender. See demo.h.
#include "demo.h"

#include "demo_sender.h"
#include "demo_shop.h"

#include "base/clock.h"

#include <stdio.h>

enum { PROGRESS_EVERY_US = 250000 };

struct run {
    const struct demo_options *o;
    struct demo_sender *sender;
    uint64_t calls;
    int64_t start_us, shown_us;
    bool printed;
};

static void show_progress(struct run *r, int64_t time_ms)
{
    int64_t now = cu_mono_us(), spent = now - r->start_us;
    if (!r->o->show_progress || now - r->shown_us < PROGRESS_EVERY_US)
        return;
    uint32_t share = demo_share(r->o, time_ms);
    int64_t left = share > 0 ? spent * (1000 - (int64_t)share) / share / 1000000 : 0;
    r->shown_us = now;
    r->printed = true;
    (void)fprintf(stderr, "\r%3u %%  %llu events, %lld/s, about %lld s left   ", share / 10,
        (unsigned long long)r->calls,
        (long long)((int64_t)r->calls * 1000000 / (spent > 0 ? spent : 1)), (long long)left);
}

static cu_code send_call(void *context, const struct demo_call *call, struct cu_error *err)
{
    struct run *r = context;
    CU_TRY(demo_sender_add(r->sender, call->json, err));
    r->calls++;
    show_progress(r, call->time_ms);
    return CU_OK;
}

cu_code demo_run(const struct demo_options *o, struct demo_result *ret, struct cu_error *err)
{
    struct run r = {.o = o, .start_us = cu_mono_us()};
    struct demo_totals totals = {0};
    const struct demo_sender_options sender = {
        .url = o->url, .write_key = o->write_key, .rate_max = o->rate_max};
    CU_TRY(demo_sender_open(&sender, &r.sender, err));
    cu_code code = demo_generate(o, send_call, &r, &totals, err);
    if (code == CU_OK)
        code = demo_sender_finish(r.sender, err);
    const struct demo_sent sent = demo_sender_count(r.sender);
    demo_sender_close(r.sender);
    if (r.printed)
        (void)fputc('\n', stderr);
    if (code != CU_OK)
        return code;
    *ret = (struct demo_result){.shop = totals,
        .requests = sent.requests,
        .accepted = sent.accepted,
        .refused = sent.refused,
        .retried = sent.retried,
        .took_ms = (cu_mono_us() - r.start_us) / 1000};
    return CU_OK;
}
