// SPDX-License-Identifier: Apache-2.0
// The arithmetic of customer value. Pure; see value.h for the definitions.
#include "value.h"

#include "cohort.h"

void value_customer(
    struct value_curve *c, const int32_t *days, const int64_t *amounts, size_t count, int32_t end_day, uint32_t months)
{
    uint32_t lived = retention_months(days[0], end_day);
    int64_t sum = 0;
    size_t i = 0;
    uint32_t next = 0; // month of order i
    c->customers++;
    c->orders += count;
    for (uint32_t k = 0; k < months && k < lived; k++) {
        for (; i < count && next <= k; next = i < count ? retention_months(days[0], days[i]) : 0)
            sum = cohort_add(sum, amounts[i++]);
        c->observed[k]++;
        c->amount[k] = cohort_add(c->amount[k], sum);
    }
    for (size_t k = 0; k < count; k++)
        c->revenue = cohort_add(c->revenue, amounts[k]);
}

uint32_t value_complete(const struct value_curve *c, uint32_t months)
{
    uint32_t k = 0;
    while (k < months && c->customers > 0 && c->observed[k] == c->customers)
        k++;
    return k;
}

struct value_top value_top_of(const int64_t *amounts, size_t count, unsigned percent)
{
    struct value_top top = {.customers = (count * (uint64_t)percent + 99) / 100};
    for (size_t i = 0; i < top.customers; i++)
        top.revenue = cohort_add(top.revenue, amounts[i]);
    return top;
}
