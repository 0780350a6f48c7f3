// SPDX-License-Identifier: Apache-2.0
// The register of recipients. See recipient.h; orders are in recipient_order.c, routes in recipient_routes.c.
#include "recipient_private.h"

#include "recipient_sql.h"

#include <stdatomic.h>

enum { ALL_MAX = 500, ARENA_MAX = 4 << 20, SEALED_MAX = 8192 };

static char *copy(const char *text)
{
    size_t len = text ? strlen(text) : 0;
    char *made = cu_alloc(len + 1);
    if (made && len)
        memcpy(made, text, len);
    if (made)
        made[len] = 0;
    return made;
}

static void run(void *context)
{
    recipients_run(context);
}

cu_code recipients_open(const struct recipients_options *o, struct recipients **ret, struct cu_error *err)
{
    struct recipients *r = cu_calloc(1, sizeof *r);
    if (!r)
        return cu_fail(err, CU_MEMORY, "", "no memory for recipients");
    r->o = *o;
    r->shop_name = copy(o->shop_name);
    atomic_store(&r->rights, o->rights);
    r->base_url = copy(o->base_url);
    r->ca_file = copy(o->ca_file);
    cu_code code =
        r->shop_name && r->base_url && r->ca_file ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for recipients");
    if (code != CU_OK) {
        recipients_close(r);
        return code;
    }
    *ret = r;
    return CU_OK;
}

cu_code recipients_start(struct recipients *r, struct cu_error *err)
{
    return recipient_worker_start("recipients", run, r, &r->worker, err);
}

void recipients_close(struct recipients *r)
{
    if (!r)
        return;
    recipient_worker_stop(r->worker);
    cu_free(r->shop_name);
    cu_free(r->base_url);
    cu_free(r->ca_file);
    cu_free(r);
}

void recipients_rights(struct recipients *r, struct rights *rights)
{
    atomic_store(&r->rights, rights);
}

// ---- rows

static void read_row(struct db_query *q, struct cu_arena *a, struct recipient *ret)
{
    *ret = (struct recipient){.row = {.number = db_i64(q, 0),
                                  .name = cu_arena_dup(a, db_str(q, 1)),
                                  .title = cu_arena_dup(a, db_str(q, 2)),
                                  .role = cu_arena_dup(a, db_str(q, 3)),
                                  .country = cu_arena_dup(a, db_str(q, 4)),
                                  .safeguard = cu_arena_dup(a, db_str(q, 5)),
                                  .purposes = cu_arena_dup(a, db_str(q, 6)),
                                  .contact = cu_arena_dup(a, db_str(q, 7)),
                                  .website = cu_arena_dup(a, db_str(q, 8)),
                                  .contract_ms = db_i64(q, 9),
                                  .contract_ends_ms = db_i64(q, 10),
                                  .enabled = db_i64(q, 11) != 0}};
    ret->method = cu_arena_dup(a, db_str(q, 12));
    ret->url = cu_arena_dup(a, db_str(q, 13));
    ret->domain = cu_arena_dup(a, db_str(q, 14));
    ret->identities = cu_arena_dup(a, db_str(q, 15));
    ret->answer_days = db_i64(q, 16);
    ret->has_secret = db_i64(q, 17) != 0;
    ret->changed_ms = db_i64(q, 18);
    ret->made_ms = db_i64(q, 19);
}

static cu_code one(struct db_query *q, struct cu_arena *a, struct recipient *ret, struct cu_error *err)
{
    bool found = db_step(q);
    if (found)
        read_row(q, a, ret);
    CU_TRY(db_end(q, err));
    return found ? CU_OK : cu_fail(err, CU_NOT_FOUND, "name", "the register has no such recipient");
}

cu_code recipient_by_name(struct db *d, cu_str name, struct cu_arena *a, struct recipient *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &recipient_sql_by_name, &q, err));
    db_bind_str(&q, ":name", name);
    return one(&q, a, ret, err);
}

cu_code recipient_by_id(struct db *d, int64_t id, struct cu_arena *a, struct recipient *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &recipient_sql_by_id, &q, err));
    db_bind_i64(&q, ":id", id);
    return one(&q, a, ret, err);
}

cu_code recipient_by_domain(struct db *d, cu_str domain, struct cu_arena *a, struct recipient *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &recipient_sql_by_domain, &q, err));
    db_bind_str(&q, ":domain", domain);
    return one(&q, a, ret, err);
}

cu_code recipient_each(struct db *d, struct cu_arena *a, struct recipient **ret, size_t *ret_count, struct cu_error *err)
{
    struct db_query q;
    size_t count = 0;
    struct recipient *all = cu_arena_alloc(a, ALL_MAX * sizeof *all);
    if (!all)
        return cu_fail(err, CU_MEMORY, "", "no memory for recipients");
    CU_TRY(db_prepare(d, &recipient_sql_each, &q, err));
    while (count < ALL_MAX && db_step(&q))
        read_row(&q, a, &all[count++]);
    CU_TRY(db_end(&q, err));
    *ret = all;
    *ret_count = count;
    return CU_OK;
}

cu_code recipients_list(
    struct recipients *r, struct cu_arena *a, struct recipient_row **ret, size_t *ret_count, struct cu_error *err)
{
    struct db *d = NULL;
    struct recipient *all = NULL;
    size_t count = 0;
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = recipient_each(d, a, &all, &count, err);
    people_read_give(r->o.people, d);
    CU_TRY(code);
    struct recipient_row *rows = cu_arena_alloc(a, (count + 1) * sizeof *rows);
    if (!rows)
        return cu_fail(err, CU_MEMORY, "", "no memory for recipients");
    for (size_t i = 0; i < count; i++)
        rows[i] = all[i].row;
    *ret = rows;
    *ret_count = count;
    return CU_OK;
}

// ---- may data go there

static bool in_eea(cu_str country)
{
    static const char all[] = "AT BE BG HR CY CZ DK EE FI FR DE GR HU IE IT LV LT LU MT NL PL PT RO SK SI ES SE IS LI NO";
    return country.len == 2 && cu_str_find_str(cu_str_of(all), country) >= 0;
}

const char *recipient_refusal(const struct recipient *r, int64_t now_ms)
{
    bool contract_needed = !cu_str_eqz(r->row.role, "controller");
    if (!r->row.enabled)
        return "switched_off";
    if (contract_needed && (r->row.contract_ms == 0 || r->row.contract_ms > now_ms))
        return "no_contract";
    if (r->row.contract_ends_ms && r->row.contract_ends_ms <= now_ms)
        return "contract_over";
    return in_eea(r->row.country) || r->row.safeguard.len ? NULL : "no_safeguard";
}

cu_code recipients_may(struct recipients *r, cu_str name, struct cu_error *err)
{
    struct db *d = NULL;
    struct recipient found;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(ARENA_MAX);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for a recipient");
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = recipient_by_name(d, name, a, &found, err);
    people_read_give(r->o.people, d);
    if (code == CU_NOT_FOUND)
        return cu_fail(err, CU_REFUSED, "unknown", "data goes only to recipients of the register");
    CU_TRY(code);
    const char *why = recipient_refusal(&found, cu_now_ms());
    return why ? cu_fail(err, CU_REFUSED, why, "no data may go to this recipient: its row in the register says why")
               : CU_OK;
}

// ---- what is sealed for the house

static struct seal_place house_place(uint32_t table, int64_t record)
{
    return (struct seal_place){.table = table, .subject = RECIPIENT_HOUSE, .record = (uint64_t)record, .version = 1};
}

cu_code recipient_house_seal(
    struct people *p, uint32_t table, int64_t record, cu_str plain, struct cu_buf *out, struct cu_error *err)
{
    const struct seal_place place = house_place(table, record);
    const struct guard_access former = guard_borrow_system("rights", "recipients");
    cu_code code = guard_seal(people_guard(p), SEAL_NOTES, &place, plain, false, out, err);
    guard_enter(&former);
    return code;
}

cu_code recipient_house_open(
    struct people *p, uint32_t table, int64_t record, cu_str sealed, struct cu_buf *out, struct cu_error *err)
{
    const struct seal_place place = house_place(table, record);
    const struct guard_access former = guard_borrow_system("rights", "recipients");
    cu_code code = guard_open(people_guard(p), &place, sealed, out, err);
    guard_enter(&former);
    return code;
}

cu_code recipient_secret(struct recipients *r, struct db *d, int64_t id, struct cu_buf *out, struct cu_error *err)
{
    struct db_query q;
    CU_AUTO_BUF struct cu_buf sealed;
    cu_buf_init(&sealed, SEALED_MAX);
    CU_TRY(db_prepare(d, &recipient_sql_secret_get, &q, err));
    db_bind_i64(&q, ":id", id);
    if (db_step(&q) && !db_is_null(&q, 0))
        cu_buf_str(&sealed, db_blob(&q, 0));
    CU_TRY(db_end(&q, err));
    CU_TRY(cu_buf_code(&sealed, err));
    return sealed.len ? recipient_house_open(r->o.people, RECIPIENT_SEAL_SECRET, id, cu_buf_view(&sealed), out, err)
                      : CU_OK;
}

