// SPDX-License-Identifier: Apache-2.0
// Daily exchange rates: what orders in other currencies are worth in the shop's. A row says how many units of a currency one unit
// of the base was worth on a day; where the shop's currency is not the base, both go through it (a cross rate). The rate of a day
// is the last one known on or before it, at most RATE_DAYS_OLD days old: weekends and holidays have none of their own. Exact
// arithmetic on decimals, rounded once, half away from zero.
//
// Threads: any. Rates are few (thirty currencies, a row a day) and are all in memory.
#pragma once

#include "people/people.h"
#include "store/module.h"

#define RATE_DAYS_OLD 7
#define RATE_E10 INT64_C(10000000000) // a rate is kept with ten decimals
#define RATE_MAX (INT64_C(10000000) * RATE_E10)
#define RATE_ROWS_MAX 1000000u

struct rates;
cu_code rates_open(struct people *p, const char *currency, struct rates **ret, struct cu_error *err) CU_MUST;
void rates_close(struct rates *r);
// Amounts in minor units of `currency` on a day (days since 1970, of the shop's zone) into minor units of the shop's currency, all
// at the same rate. false: no rate is known, or an amount would be beyond what money may be; nothing is converted then.
bool rates_convert(struct rates *r, const char currency[4], int32_t day, int64_t *amounts, size_t count);
// Called after rates were changed, in the thread that changed them. One; NULL takes it back.
typedef void rates_changed(void *context);
void rates_on_change(struct rates *r, rates_changed *fn, void *context);

struct rate_row {
    int32_t day;
    char base[4], currency[4];
    int64_t rate_e10; // units of currency for one of base
};
// Pure. amount x to / from, both in units per base with ten decimals, from one number of digits to another.
bool rate_exchange(int64_t amount, int64_t from_e10, int from_digits, int64_t to_e10, int to_digits, int64_t *ret);
// "1.0832" into ten decimals; more decimals are refused, as is what is not above 0.
bool rate_parse(cu_str text, int64_t *ret_e10);
cu_code rates_put(struct rates *r, const struct rate_row *rows, size_t count, struct cu_error *err) CU_MUST; // the same day again: replaced

extern const struct module insight_rate_module; // instance: struct rates
