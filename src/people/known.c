// SPDX-License-Identifier: Apache-2.0
// Ranges of profiles, read from records.db. See known.h.
#include "known.h"

#include "orders_internal.h"
#include "orders_sql.h"
#include "people_sql.h"
#include "traits.h"

#include "guard/ahead.h"
#include "text/text.h"

unsigned known_group_of(const struct dict_field *f)
{
    return 1u << trait_group_of(f);
}

static cu_code select_range(struct db *d, const struct db_statement *s, int64_t low, int64_t high, struct db_query *q,
    struct cu_error *err)
{
    CU_TRY(db_prepare(d, s, q, err));
    db_bind_i64(q, ":low", low);
    db_bind_i64(q, ":high", high);
    return CU_OK;
}

static bool wanted(int64_t id, unsigned groups)
{
    unsigned group = (unsigned)(id & 15);
    return group < TRAIT_GROUPS && groups & 1u << group;
}

static cu_code open_ahead(struct people *p, struct db *d, uint32_t first, uint32_t end, unsigned groups,
    struct cu_error *err)
{
    struct db_query q;
    CU_TRY(select_range(d, &people_sql_trait_current_range, (int64_t)first * 16, (int64_t)end * 16 - 1, &q, err));
    while (db_step(&q)) {
        int64_t id = db_i64(&q, 0);
        if (wanted(id, groups & ~1u))
            guard_ahead_add(&(struct seal_place){PEOPLE_SEAL_CURRENT, (uint32_t)(id >> 4), (uint64_t)id,
                (uint64_t)db_i64(&q, 1)},
                db_blob(&q, 2));
    }
    CU_TRY(db_end(&q, err));
    return guard_ahead_open(p->guard, err);
}

struct trait_ask {
    const struct dictionary *dictionary;
    unsigned groups;
    known_trait_visit *visit;
    void *ctx;
};

static cu_code give_entries(const struct trait_ask *ask, uint32_t pno, cu_str bytes, struct cu_error *err)
{
    struct fold_reader r = fold_read(bytes);
    struct fold_entry e;
    while (fold_next(&r, &e)) {
        const struct dict_field *f = e.misfit ? NULL : dictionary_person_field(ask->dictionary, e.name);
        // A field that was plain and is personal by the dictionary of now is asked for by its group of now.
        if (!f || !(ask->groups & known_group_of(f)))
            continue;
        const struct known_trait t = {.pno = pno,
            .field = f,
            .cleared = e.type == FOLD_NULL,
            .text = e.type == FOLD_TEXT,
            .value = e.value,
            .at_ms = e.at_ms,
            .seq = e.seq};
        CU_TRY(ask->visit(ask->ctx, &t, err));
    }
    return r.damaged ? cu_fail(err, CU_CORRUPT, "", "Stored fields of a profile are damaged.") : CU_OK;
}

static cu_code give_traits(struct people *p, struct db *d, uint32_t first, uint32_t end, const struct trait_ask *ask,
    struct cu_error *err)
{
    struct db_query q;
    struct cu_buf plain;
    cu_buf_init(&plain, 2 * TRAIT_GROUP_MAX);
    CU_TRY(select_range(d, &people_sql_trait_current_range, (int64_t)first * 16, (int64_t)end * 16 - 1, &q, err));
    cu_code code = CU_OK;
    while (code == CU_OK && db_step(&q)) {
        int64_t id = db_i64(&q, 0);
        uint32_t pno = (uint32_t)(id >> 4);
        if (!wanted(id, ask->groups))
            continue;
        if ((id & 15) == 0) { // plain: without a copy
            code = give_entries(ask, pno, db_blob(&q, 2), err);
            continue;
        }
        cu_buf_reset(&plain);
        code = trait_group_open(p, pno, (int)(id & 15), PEOPLE_SEAL_CURRENT, (uint64_t)id, (uint64_t)db_i64(&q, 1),
            db_blob(&q, 2),
            &plain, err);
        if (code == CU_OK)
            code = give_entries(ask, pno, cu_buf_view(&plain), err);
        if (code == CU_ERASED || code == CU_NOT_FOUND || code == CU_REFUSED)
            code = CU_OK; // nothing is known of it any more, or may be
    }
    cu_buf_wipe(&plain);
    cu_code end_code = db_end(&q, code == CU_OK ? err : NULL);
    return code != CU_OK ? code : end_code;
}

cu_code known_traits(struct people *p, struct db *d, const struct dictionary *dictionary, uint32_t first, uint32_t end,
    unsigned groups, known_trait_visit *visit, void *ctx, struct cu_error *err)
{
    const struct trait_ask ask = {dictionary, groups, visit, ctx};
    if (groups & ~1u)
        CU_TRY(open_ahead(p, d, first, end, groups, err));
    cu_code code = give_traits(p, d, first, end, &ask, err);
    if (groups & ~1u)
        guard_ahead_end();
    return code;
}

// --- orders

int known_minor_digits(void)
{
    char currency[4];
    order_shop_currency(currency);
    int digits = text_currency_exponent(cu_str_of(currency));
    return digits < 0 ? 2 : digits;
}

static void add_order(struct db_query *q, struct known_orders *o)
{
    int64_t placed = db_i64(q, 5);
    if (!db_i64(q, 1) || !order_counts((enum order_status)db_i64(q, 2)))
        return;
    if (o->count == 0 || placed < o->first_ms)
        o->first_ms = placed;
    if (o->count == 0 || placed > o->last_ms)
        o->last_ms = placed;
    o->count++;
    o->revenue += db_i64(q, 3);
    o->refunded += db_i64(q, 4);
}

cu_code known_orders(struct people *p, struct db *d, uint32_t first, uint32_t end, known_orders_visit *visit, void *ctx,
    struct cu_error *err)
{
    struct db_query q;
    struct known_orders o = {0};
    (void)p;
    CU_TRY(select_range(d, &orders_sql_orders_range, first ? first : 1, (int64_t)end - 1, &q, err));
    cu_code code = CU_OK;
    while (code == CU_OK && db_step(&q)) {
        uint32_t pno = (uint32_t)db_i64(&q, 0);
        if (pno != o.pno) {
            if (o.count)
                code = visit(ctx, &o, err);
            o = (struct known_orders){.pno = pno};
        }
        add_order(&q, &o);
    }
    if (code == CU_OK && o.count)
        code = visit(ctx, &o, err);
    cu_code end_code = db_end(&q, code == CU_OK ? err : NULL);
    return code != CU_OK ? code : end_code;
}

// --- kinds and ids

void known_kind_name(struct people *p, uint32_t kind, char ret[65])
{
    kinds_name(p, (uint16_t)kind, ret);
}

cu_code known_kinds(struct people *p, struct db *d, uint32_t first, uint32_t end, known_kind_visit *visit, void *ctx,
    struct cu_error *err)
{
    struct db_query q;
    (void)p;
    CU_TRY(select_range(d, &people_sql_identifier_kinds_range, first, (int64_t)end - 1, &q, err));
    cu_code code = CU_OK;
    while (code == CU_OK && db_step(&q))
        code = visit(ctx, (uint32_t)db_i64(&q, 0), (uint32_t)db_i64(&q, 1), err);
    cu_code end_code = db_end(&q, code == CU_OK ? err : NULL);
    return code != CU_OK ? code : end_code;
}

cu_code known_ids(struct people *p, struct db *d, uint32_t first, uint32_t end, known_id_visit *visit, void *ctx,
    struct cu_error *err)
{
    struct db_query q;
    (void)p;
    CU_TRY(select_range(d, &people_sql_profile_ids_range, first, (int64_t)end - 1, &q, err));
    cu_code code = CU_OK;
    while (code == CU_OK && db_step(&q)) {
        struct cu_uuid id = {{0}};
        cu_str bytes = db_blob(&q, 1);
        if (bytes.len == sizeof(id.bytes))
            memcpy(id.bytes, bytes.ptr, sizeof(id.bytes));
        code = visit(ctx, (uint32_t)db_i64(&q, 0), id, err);
    }
    cu_code end_code = db_end(&q, code == CU_OK ? err : NULL);
    return code != CU_OK ? code : end_code;
}
