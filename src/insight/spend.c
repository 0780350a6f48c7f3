// SPDX-License-Identifier: Apache-2.0
// Advertising costs in records.db: storing, reading in the shop's currency. Routes: spend_routes.c.
#include "spend_private.h"

#include "spend_sql.h"

cu_code spend_open(struct people *p, struct rates *rates, const char *currency, struct spend **ret, struct cu_error *err)
{
    struct spend *s = cu_calloc(1, sizeof *s);
    if (!s)
        return cu_fail(err, CU_MEMORY, "", "no memory for advertising costs");
    s->people = p;
    s->rates = rates;
    for (size_t i = 0; i < 3 && currency[i]; i++)
        s->currency[i] = (char)(currency[i] & ~0x20);
    *ret = s;
    return CU_OK;
}

void spend_close(struct spend *s)
{
    cu_free(s);
}

struct putting {
    const struct spend_row *rows;
    size_t count;
    int64_t actor;
};

static cu_code put_row(struct db *d, const struct spend_row *row, int64_t actor, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, row->amount ? &spend_sql_put : &spend_sql_drop, &q, err));
    db_bind_i64(&q, ":day", row->day);
    db_bind_str(&q, ":channel", cu_str_of(channel_name(row->channel)));
    db_bind_str(&q, ":campaign", row->campaign.ptr ? row->campaign : CU_LIT(""));
    if (row->amount) {
        db_bind_str(&q, ":currency", cu_str_of(row->currency));
        db_bind_i64(&q, ":amount", row->amount);
        db_bind_i64(&q, ":now_ms", cu_now_ms());
        db_bind_i64(&q, ":by", actor);
    }
    return db_run(&q, err);
}

static cu_code put_rows(struct db *d, void *what, struct cu_error *err)
{
    const struct putting *p = what;
    struct db_query q;
    for (size_t i = 0; i < p->count; i++)
        CU_TRY(put_row(d, &p->rows[i], p->actor, err));
    CU_TRY(db_prepare(d, &spend_sql_count, &q, err));
    int64_t count = db_step(&q) ? db_i64(&q, 0) : 0;
    CU_TRY(db_end(&q, err));
    if (count > SPEND_ROWS_MAX)
        return cu_fail(err, CU_TOO_LARGE, "", "at most %d rows of costs are kept; delete days that are not needed", SPEND_ROWS_MAX);
    return CU_OK;
}

cu_code spend_put(struct spend *s, const struct spend_row *rows, size_t count, int64_t actor, struct cu_error *err)
{
    struct putting p = {rows, count, actor};
    return people_store(s->people, put_rows, &p, err);
}

static void read_row(struct db_query *q, struct spend_row *ret)
{
    cu_str channel = db_str(q, 1), currency = db_str(q, 3);
    *ret = (struct spend_row){.day = (int32_t)db_i64(q, 0), .channel = CHANNEL_OTHER, .campaign = db_str(q, 2), .amount = db_i64(q, 4)};
    (void)channel_parse(channel, &ret->channel); // a name of a later version: other
    if (currency.len == 3)
        memcpy(ret->currency, currency.ptr, 3);
}

static cu_code each_row(struct spend *s, struct db *d, int32_t from_day, int32_t to_day, spend_visit *visit, void *context, struct cu_error *err)
{
    struct db_query q;
    struct spend_row row;
    CU_TRY(db_prepare(d, &spend_sql_range, &q, err));
    db_bind_i64(&q, ":from", from_day);
    db_bind_i64(&q, ":to", to_day);
    while (db_step(&q)) {
        read_row(&q, &row);
        bool known = strcmp(row.currency, s->currency) == 0 || rates_convert(s->rates, row.currency, row.day, &row.amount, 1);
        if (!known)
            row.amount = 0;
        if (!visit(context, &row, !known))
            break;
    }
    return db_end(&q, err);
}

cu_code spend_each(struct spend *s, int32_t from_day, int32_t to_day, spend_visit *visit, void *context, struct cu_error *err)
{
    struct db *d = NULL;
    CU_TRY(people_read_take(s->people, &d, err));
    cu_code code = each_row(s, d, from_day, to_day, visit, context, err);
    people_read_give(s->people, d);
    return code;
}
