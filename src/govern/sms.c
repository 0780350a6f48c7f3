// SPDX-License-Identifier: Apache-2.0
// Codes by text message: numbers, codes, caps. See sms.h; the routes are in sms_routes.c.
#include "sms_rows.h"

#include "base/clock.h"
#include "factor_sql.h"
#include "staff_rows.h"
#include "text/text.h"

#include <stdio.h>

enum { PREFIX = 7, SEALED_MAX = 512 }; // "+" and six digits: what an operator's block begins with
static const int64_t day_ms = INT64_C(24) * 3600 * 1000;
#define BIT(p) (UINT64_C(1) << SPEC_##p)

bool sms_refused_for(const struct role *r)
{
    return (r->permissions & (BIT(STAFF_WRITE) | BIT(ROLES_WRITE) | BIT(KEYS))) != 0;
}

static cu_code role_in(struct db *d, int64_t staff_id, struct role *ret, struct cu_error *err)
{
    struct staff s;
    CU_TRY(staff_load_in(d, staff_id, &s, err));
    return role_find_in(d, cu_str_of(s.role), ret, err);
}

cu_code sms_allowed(struct govern *g, int64_t staff_id, struct cu_error *err)
{
    struct role role;
    struct db *d = NULL;
    if (!g->options.sms)
        return cu_fail(err, CU_CONFLICT, "sms_gateway", "no gateway for text messages is set up");
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = role_in(d, staff_id, &role, err);
    people_read_give(g->options.people, d);
    CU_TRY(code);
    if (sms_refused_for(&role))
        return cu_fail(
            err, CU_FORBIDDEN, "", "text messages are too weak for this role: use a passkey or an authenticator app");
    return CU_OK;
}

// ---- codes

void sms_code_new(char ret[SMS_DIGITS + 1])
{
    uint32_t n = 0;
    const uint32_t most = UINT32_MAX - UINT32_MAX % 100000000u; // else the low numbers were likelier
    do {
        cu_random(&n, sizeof n);
    } while (n >= most);
    (void)snprintf(ret, SMS_DIGITS + 1, "%08u", n % 100000000u);
}

// Keyed and bound: of use neither in another sign-in nor to who reads memory or the database.
void sms_code_hash(struct govern *g, cu_str bound_to, cu_str code, uint8_t ret[32])
{
    struct cu_buf text;
    cu_buf_init(&text, 256);
    cu_buf_str(&text, bound_to);
    cu_buf_char(&text, ':');
    cu_buf_str(&text, code);
    keyring_mac(people_keyring(g->options.people), "sms-code", cu_buf_view(&text), ret);
    cu_buf_wipe(&text);
}

// ---- caps

static void tag_of(struct govern *g, const char *kind, cu_str text, uint8_t ret[16])
{
    uint8_t mac[32];
    struct cu_buf labelled;
    cu_buf_init(&labelled, 256);
    cu_buf_z(&labelled, kind);
    cu_buf_char(&labelled, ':');
    cu_buf_str(&labelled, text);
    keyring_mac(people_keyring(g->options.people), "sms-count", cu_buf_view(&labelled), mac);
    memcpy(ret, mac, 16);
    cu_buf_wipe(&labelled);
}

struct counting {
    uint8_t tags[4][16];
    int64_t most[4];
    int64_t day;
};

static cu_code count_one(struct db *d, const struct counting *c, size_t i, struct cu_error *err)
{
    struct db_query q;
    int64_t sent = 0;
    CU_TRY(db_prepare(d, &factor_sql_sms_count_get, &q, err));
    db_bind_i64(&q, ":day", c->day);
    db_bind_blob(&q, ":tag", c->tags[i], 16);
    if (db_step(&q))
        sent = db_i64(&q, 0);
    CU_TRY(db_end(&q, err));
    if (sent >= c->most[i])
        return cu_fail(err, CU_BUSY, "", "no more text messages today; use another factor");
    CU_TRY(db_prepare(d, &factor_sql_sms_count_add, &q, err));
    db_bind_i64(&q, ":day", c->day);
    db_bind_blob(&q, ":tag", c->tags[i], 16);
    return db_run(&q, err);
}

static cu_code count_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    (void)g;
    const struct counting *c = context;
    struct db_query q;
    CU_TRY(db_prepare(d, &factor_sql_sms_count_expire, &q, err));
    db_bind_i64(&q, ":day", c->day - 1);
    CU_TRY(db_run(&q, err));
    for (size_t i = 0; i < CU_COUNT(c->tags); i++)
        CU_TRY(count_one(d, c, i, err));
    return CU_OK;
}

// Counted before it is sent: what fails to be counted is not sent.
static cu_code count_message(struct govern *g, int64_t staff_id, cu_str number, struct cu_error *err)
{
    const struct sms_options *o = sms_gateway_options(g->options.sms);
    struct counting c = {
        .most = {o->per_day_max, o->per_prefix_max, o->per_number_max, SMS_PER_ACCOUNT_DAY}, .day = cu_now_ms() / day_ms};
    char account[24];
    (void)snprintf(account, sizeof account, "%lld", (long long)staff_id);
    tag_of(g, "all", CU_NONE, c.tags[0]);
    tag_of(g, "prefix", cu_str_sub(number, 0, PREFIX), c.tags[1]);
    tag_of(g, "number", number, c.tags[2]);
    tag_of(g, "account", cu_str_of(account), c.tags[3]);
    return staff_change(g, count_in, &c, err);
}

cu_code sms_send(struct govern *g, int64_t staff_id, cu_str number, const char *code, struct cu_error *err)
{
    CU_TRY(count_message(g, staff_id, number, err));
    return sms_gateway_send(g->options.sms, number, cu_str_of(code), err);
}

// ---- numbers

cu_code sms_number_seal(struct govern *g, int64_t staff_id, cu_str number, struct cu_buf *out, struct cu_error *err)
{
    return staff_seal(g, STAFF_TABLE_SMS, staff_id, SEAL_CONTACT, number, out, err);
}

cu_code sms_number_in(struct govern *g, struct db *d, int64_t staff_id, struct cu_buf *out, struct cu_error *err)
{
    struct db_query q;
    uint8_t sealed[SEALED_MAX];
    size_t len = 0;
    const struct seal_place place = staff_place(STAFF_TABLE_SMS, staff_id);
    CU_TRY(db_prepare(d, &factor_sql_sms_get, &q, err));
    db_bind_i64(&q, ":staff", staff_id);
    if (db_step(&q) && db_blob(&q, 0).len <= sizeof sealed) {
        len = db_blob(&q, 0).len;
        memcpy(sealed, db_blob(&q, 0).ptr, len);
    }
    CU_TRY(db_end(&q, err));
    if (len == 0)
        return cu_fail(err, CU_NOT_FOUND, "", "no number is enrolled");
    const struct guard_access former = guard_borrow_system("sign_in", "sms");
    cu_code code = guard_open(people_guard(g->options.people), &place, (cu_str){(const char *)sealed, len}, out, err);
    guard_enter(&former);
    return code;
}

cu_code sms_number(struct govern *g, int64_t staff_id, struct cu_buf *out, struct cu_error *err)
{
    struct db *d = NULL;
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = sms_number_in(g, d, staff_id, out, err);
    people_read_give(g->options.people, d);
    return code;
}

static cu_code describe(struct govern *g, struct db *d, int64_t staff_id, struct json_writer *w, struct cu_error *err)
{
    struct cu_buf number;
    char shown[32];
    cu_buf_init(&number, SEALED_MAX);
    cu_code code = sms_number_in(g, d, staff_id, &number, err);
    if (code == CU_OK || code == CU_NOT_FOUND) {
        cu_str n = cu_buf_view(&number);
        (void)snprintf(shown, sizeof shown, "%.*s … %.*s", n.len > 3 ? 3 : 0, n.ptr ? n.ptr : "", n.len > 3 ? 2 : 0,
            n.len > 3 ? n.ptr + n.len - 2 : "");
        jw_key(w, "sms");
        jw_object(w);
        jw_kstr(w, "number", code == CU_OK ? cu_str_of(shown) : CU_NONE);
        jw_object_end(w);
        code = CU_OK;
    }
    cu_buf_wipe(&number);
    return code;
}

// ---- the row of factors[]

static cu_code refused(struct cu_error *err)
{
    return cu_fail(
        err, CU_UNAUTHENTICATED, "/code", "the code is not right, too old, or was tried too often; ask for a new one");
}

// One with rights of that kind has no such factor, whatever was enrolled before.
static cu_code enrolled(struct govern *g, struct db *d, int64_t staff_id, bool *ret, struct cu_error *err)
{
    (void)g;
    struct role role;
    struct db_query q;
    CU_TRY(db_prepare(d, &factor_sql_sms_get, &q, err));
    db_bind_i64(&q, ":staff", staff_id);
    *ret = db_step(&q);
    CU_TRY(db_end(&q, err));
    if (!*ret)
        return CU_OK;
    cu_code code = role_in(d, staff_id, &role, err);
    if (code == CU_OK && sms_refused_for(&role))
        *ret = false;
    return code == CU_NOT_FOUND ? CU_OK : code;
}

static cu_code check(
    struct govern *g, struct request *rq, int64_t staff_id, cu_str token, cu_str code_text, struct cu_error *err)
{
    struct ticket t;
    struct sign_in_step step;
    uint8_t hash[32];
    CU_TRY(sms_allowed(g, staff_id, err));
    if (!token.len || ticket_peek(g, rq, token, "second_factor", &t, NULL) != CU_OK || t.staff_id != staff_id)
        return refused(err);
    sign_in_step_read(&t, &step);
    bool open = step.sms_sent > 0 && step.sms_tries < SMS_TRIES && cu_now_ms() - step.sms_ms < SMS_CODE_MS;
    if (!open)
        return refused(err);
    step.sms_tries++;
    sign_in_step_write(g, &t, &step);
    sms_code_hash(g, (cu_str){(const char *)t.hash, sizeof t.hash}, code_text, hash);
    return secret_equal(hash, step.sms_hash, sizeof hash) ? CU_OK : refused(err);
}

static cu_code take_away(struct govern *g, struct db *d, int64_t staff_id, struct cu_error *err)
{
    (void)g;
    return staff_run(d, &factor_sql_sms_delete, ":staff", staff_id, err);
}

const struct factor sms_factor = {
    .name = "sms", .weak = true, .enrolled = enrolled, .check = check, .remove = take_away, .describe = describe};
