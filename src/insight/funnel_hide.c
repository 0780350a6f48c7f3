// SPDX-License-Identifier: Apache-2.0
// Small groups in funnels. Figures of steps are nested: who dropped out between two is their difference. So a small number
// of people who stopped at one step hides the figures around it, until what is hidden is no small group either.
#include "funnel.h"

void funnel_hide(struct insight_query *q, const uint64_t *people, uint32_t steps, bool *hidden)
{
    uint32_t lo = steps, hi = 0;
    uint64_t sum = 0;
    memset(hidden, 0, steps * sizeof *hidden);
    if (q->small_group <= 0 || steps == 0)
        return;
    if (insight_small(q, people[0])) {
        memset(hidden, 1, steps * sizeof *hidden);
        q->hidden += steps;
        return;
    }
    for (uint32_t i = 0; i < steps; i++) {
        if (!insight_small(q, people[i] - (i + 1 < steps ? people[i + 1] : 0)))
            continue;
        lo = lo < i ? lo : i;
        hi = i;
    }
    if (lo == steps)
        return;
    for (;;) {
        sum = people[lo] - (hi + 1 < steps ? people[hi + 1] : 0); // who stopped anywhere from lo to hi
        if (hi > lo && !insight_small(q, sum))
            break;
        if (hi + 1 < steps)
            hi++;
        else if (lo > 0)
            lo--;
        else
            break;
    }
    for (uint32_t i = lo + 1; i <= hi && i < steps; i++) {
        hidden[i] = true;
        q->hidden++;
    }
}
