// SPDX-License-Identifier: Apache-2.0
// Exchange rates in memory and in records.db: looking up, cross rates, exact conversion. Routes: rate_routes.c.
#include "rate_private.h"

#include "rate_sql.h"
#include "text/text.h"

#include <stdlib.h>

__extension__ typedef __int128 rate_wide;
#define AMOUNT_MAX INT64_C(9000000000000000)

// --- arithmetic

static const int64_t pow10_of[] = {1, 10, 100, 1000, 10000};

bool rate_exchange(int64_t amount, int64_t from_e10, int from_digits, int64_t to_e10, int to_digits, int64_t *ret)
{
    if (amount > AMOUNT_MAX || amount < -AMOUNT_MAX || from_e10 <= 0 || to_e10 <= 0 || from_e10 > RATE_MAX || to_e10 > RATE_MAX)
        return false;
    // below 2^53 x 2^57 x 2^14
    rate_wide top = (rate_wide)(amount < 0 ? -amount : amount) * to_e10 * pow10_of[to_digits];
    rate_wide bottom = (rate_wide)from_e10 * pow10_of[from_digits];
    rate_wide value = (top + bottom / 2) / bottom; // half away from zero: bottom is even, or its half is never met
    if (value > AMOUNT_MAX)
        return false;
    *ret = amount < 0 ? -(int64_t)value : (int64_t)value;
    return true;
}

bool rate_parse(cu_str text, int64_t *ret_e10)
{
    uint64_t value = 0;
    int decimals = -1;
    size_t digits = 0;
    for (size_t i = 0; i < text.len; i++) {
        char c = text.ptr[i];
        if (c == '.' && decimals < 0) {
            decimals = 0;
            continue;
        }
        if (c < '0' || c > '9' || value > (uint64_t)RATE_MAX)
            return false;
        if (decimals == 10) {
            if (c != '0')
                return false;
            continue;
        }
        value = value * 10 + (uint64_t)(c - '0');
        decimals += decimals >= 0;
        digits++;
    }
    for (int i = decimals < 0 ? 0 : decimals; i < 10; i++) {
        if (value > (uint64_t)RATE_MAX)
            return false;
        value *= 10;
    }
    if (!digits || value == 0 || value > (uint64_t)RATE_MAX)
        return false;
    *ret_e10 = (int64_t)value;
    return true;
}

// --- in memory, by base, currency and day

static int by_key(const void *x, const void *y)
{
    const struct rate_row *a = x, *b = y;
    int base = strcmp(a->base, b->base), currency = strcmp(a->currency, b->currency);
    return base ? base : currency ? currency : a->day < b->day ? -1 : a->day > b->day;
}

static cu_code load(struct rates *r, struct db *d, struct rate_row **ret, size_t *ret_count, struct cu_error *err)
{
    struct db_query q;
    size_t count = 0, cap = 0;
    struct rate_row *rows = NULL;
    cu_code code = CU_OK;
    (void)r;
    CU_TRY(db_prepare(d, &rate_sql_every, &q, err));
    while (code == CU_OK && db_step(&q)) {
        if (count == cap) {
            cap = cap ? cap * 2 : 1024;
            struct rate_row *more = cu_realloc(rows, cap * sizeof *rows);
            if (!more) {
                code = cu_fail(err, CU_MEMORY, "", "no memory for exchange rates");
                break;
            }
            rows = more;
        }
        struct rate_row row = {.day = (int32_t)db_i64(&q, 2), .rate_e10 = db_i64(&q, 3)};
        cu_str base = db_str(&q, 0), currency = db_str(&q, 1);
        if (base.len == 3 && currency.len == 3) {
            memcpy(row.base, base.ptr, 3);
            memcpy(row.currency, currency.ptr, 3);
            rows[count++] = row;
        }
    }
    cu_code ended = db_end(&q, code == CU_OK ? err : NULL);
    code = code == CU_OK ? ended : code;
    if (code != CU_OK) {
        cu_free(rows);
        return code;
    }
    if (count)
        qsort(rows, count, sizeof *rows, by_key); // the order of strcmp
    *ret = rows;
    *ret_count = count;
    return CU_OK;
}

cu_code rates_read_again(struct rates *r, struct cu_error *err)
{
    struct db *d = NULL;
    struct rate_row *rows = NULL;
    size_t count = 0;
    CU_TRY(people_read_take(r->people, &d, err));
    cu_code code = load(r, d, &rows, &count, err);
    people_read_give(r->people, d);
    CU_TRY(code);
    pthread_rwlock_wrlock(&r->lock);
    struct rate_row *old = r->rows;
    r->rows = rows;
    r->count = count;
    pthread_rwlock_unlock(&r->lock);
    cu_free(old);
    pthread_mutex_lock(&r->hook);
    if (r->changed)
        r->changed(r->context);
    pthread_mutex_unlock(&r->hook);
    return CU_OK;
}

cu_code rates_open(struct people *p, const char *currency, struct rates **ret, struct cu_error *err)
{
    struct rates *r = cu_calloc(1, sizeof *r);
    if (!r)
        return cu_fail(err, CU_MEMORY, "", "no memory for exchange rates");
    r->people = p;
    for (size_t i = 0; i < 3 && currency[i]; i++)
        r->currency[i] = (char)(currency[i] & ~0x20);
    (void)pthread_rwlock_init(&r->lock, NULL);
    (void)pthread_mutex_init(&r->hook, NULL);
    cu_code code = rates_read_again(r, err);
    if (code != CU_OK) {
        rates_close(r);
        return code;
    }
    *ret = r;
    return CU_OK;
}

void rates_close(struct rates *r)
{
    if (!r)
        return;
    cu_free(r->rows);
    (void)pthread_rwlock_destroy(&r->lock);
    (void)pthread_mutex_destroy(&r->hook);
    cu_free(r);
}

void rates_on_change(struct rates *r, rates_changed *fn, void *context)
{
    pthread_mutex_lock(&r->hook);
    r->changed = fn;
    r->context = context;
    pthread_mutex_unlock(&r->hook);
}

// --- looking up

// The last row of base and currency on or before the day; NULL: none that is young enough.
static const struct rate_row *last_of(const struct rates *r, const char *base, const char *currency, int32_t day)
{
    struct rate_row key = {.day = day};
    memcpy(key.base, base, 4);
    memcpy(key.currency, currency, 4);
    size_t low = 0, high = r->count;
    while (low < high) { // the first one after the key
        size_t middle = low + (high - low) / 2;
        if (by_key(&r->rows[middle], &key) <= 0)
            low = middle + 1;
        else
            high = middle;
    }
    const struct rate_row *row = low ? &r->rows[low - 1] : NULL;
    bool good = row && strcmp(row->base, base) == 0 && strcmp(row->currency, currency) == 0 && day - row->day <= RATE_DAYS_OLD;
    return good ? row : NULL;
}

// Units of a currency per unit of the base; 0: unknown.
static int64_t worth(const struct rates *r, const char *base, const char *currency, int32_t day)
{
    if (strcmp(base, currency) == 0)
        return RATE_E10;
    const struct rate_row *row = last_of(r, base, currency, day);
    return row ? row->rate_e10 : 0;
}

// The base that knows both: the shop's own currency or the foreign one first (no cross rate), then by name.
static bool find(const struct rates *r, const char *currency, int32_t day, int64_t *ret_from, int64_t *ret_to)
{
    const char *direct[] = {r->currency, currency};
    for (size_t i = 0; i < 2; i++) {
        *ret_from = worth(r, direct[i], currency, day);
        *ret_to = worth(r, direct[i], r->currency, day);
        if (*ret_from && *ret_to)
            return true;
    }
    for (size_t i = 0; i < r->count; i++) {
        if (i > 0 && strcmp(r->rows[i - 1].base, r->rows[i].base) == 0)
            continue;
        *ret_from = worth(r, r->rows[i].base, currency, day);
        *ret_to = worth(r, r->rows[i].base, r->currency, day);
        if (*ret_from && *ret_to)
            return true;
    }
    return false;
}

bool rates_convert(struct rates *r, const char currency[4], int32_t day, int64_t *amounts, size_t count)
{
    enum { AT_ONCE = 16 };
    int64_t from = 0, to = 0, out[AT_ONCE];
    int from_digits = text_currency_exponent(cu_str_of(currency)), to_digits = text_currency_exponent(cu_str_of(r->currency));
    pthread_rwlock_rdlock(&r->lock);
    bool good = count <= AT_ONCE && from_digits >= 0 && to_digits >= 0 && find(r, currency, day, &from, &to);
    pthread_rwlock_unlock(&r->lock);
    for (size_t i = 0; i < count && good; i++)
        good = rate_exchange(amounts[i], from, from_digits, to, to_digits, &out[i]);
    if (good)
        memcpy(amounts, out, count * sizeof *amounts);
    return good;
}

// --- storing

struct putting {
    const struct rate_row *rows;
    size_t count;
};

static cu_code put_rows(struct db *d, void *what, struct cu_error *err)
{
    const struct putting *p = what;
    struct db_query q;
    for (size_t i = 0; i < p->count; i++) {
        CU_TRY(db_prepare(d, &rate_sql_put, &q, err));
        db_bind_str(&q, ":base", cu_str_of(p->rows[i].base));
        db_bind_str(&q, ":currency", cu_str_of(p->rows[i].currency));
        db_bind_i64(&q, ":day", p->rows[i].day);
        db_bind_i64(&q, ":rate_e10", p->rows[i].rate_e10);
        CU_TRY(db_run(&q, err));
    }
    CU_TRY(db_prepare(d, &rate_sql_count, &q, err));
    int64_t count = db_step(&q) ? db_i64(&q, 0) : 0;
    CU_TRY(db_end(&q, err));
    if (count > (int64_t)RATE_ROWS_MAX)
        return cu_fail(err, CU_TOO_LARGE, "", "at most %u rates are kept; delete days that no order needs", RATE_ROWS_MAX);
    return CU_OK;
}

cu_code rates_put(struct rates *r, const struct rate_row *rows, size_t count, struct cu_error *err)
{
    struct putting p = {rows, count};
    CU_TRY(people_store(r->people, put_rows, &p, err));
    return rates_read_again(r, err);
}
