// SPDX-License-Identifier: Apache-2.0
// What advertising cost: an amount by day, channel and campaign. A row of the same three replaces the one before, so a file that is
// imported twice never doubles; an amount of 0 takes the row away. Days are those of the advertiser's report.
#pragma once

#include "channel.h"
#include "rate.h"

#define SPEND_CAMPAIGN_MAX 800
#define SPEND_ROWS_MAX 1000000
#define SPEND_PUT_MAX 100000

struct spend;
cu_code spend_open(struct people *p, struct rates *rates, const char *currency, struct spend **ret, struct cu_error *err) CU_MUST;
void spend_close(struct spend *s);
struct spend_row {
    int32_t day;
    enum channel channel;
    cu_str campaign;  // "": of no campaign
    char currency[4];
    int64_t amount;   // minor units
};
cu_code spend_put(struct spend *s, const struct spend_row *rows, size_t count, int64_t actor, struct cu_error *err) CU_MUST;
// The rows of from_day <= day < to_day in the shop's currency, by the rate of their day; no_rate: there is none, amount is 0.
typedef bool spend_visit(void *context, const struct spend_row *row, bool no_rate);
cu_code spend_each(struct spend *s, int32_t from_day, int32_t to_day, spend_visit *visit, void *context, struct cu_error *err) CU_MUST;

// --- reading what is sent (spend_read.c)
struct spend_rows { // rows of one day, channel and campaign are added up
    struct spend_row *at;
    size_t count, cap;
    struct cu_arena *arena; // of the campaigns
};
// A CSV file: Custos's own columns (day, channel, campaign, amount, currency), Google Ads (Day, Campaign, Cost, Currency code,
// Campaign type), Meta Ads (Reporting starts, Campaign name, Amount spent (EUR)) or others that name a day and a cost. fallback:
// channel of rows that name none. Errors name row and column.
cu_code spend_read_csv(cu_str body, const char *currency, const enum channel *fallback, struct spend_rows *rows, struct cu_error *err) CU_MUST;
cu_code spend_add(struct spend_rows *rows, const struct spend_row *row, struct cu_error *err) CU_MUST;
// Sorts, and adds up what is of the same day, channel and campaign. CU_INVALID: in two currencies.
cu_code spend_rows_sum(struct spend_rows *rows, struct cu_error *err) CU_MUST;
bool spend_amount(cu_str text, int exponent, int64_t *ret); // "1,234.50", "1.234,50", "12.5"; not "1,234", which may be either

extern const struct module insight_spend_module; // instance: struct spend
