// SPDX-License-Identifier: Apache-2.0
// The authenticator app as a second factor: seed shown once, confirmed by a code, sealed; each time step is good once.
#include "totp.h"

#include "base/clock.h"
#include "crypto/otp.h"
#include "staff_rows.h"
#include "staff_sql.h"
#include "text/text.h"

#include <qrencode.h>

enum { OFFER_MS = 30 * 60 * 1000, SEALED_MAX = 512, QR_QUIET = 4 };

static cu_code open_seed(struct govern *g, int64_t id, cu_str sealed, struct cu_buf *out, struct cu_error *err)
{
    const struct seal_place place = staff_place(STAFF_TABLE_TOTP, id);
    const struct guard_access former = guard_borrow_system("sign_in", "totp");
    cu_code code = guard_open(people_guard(g->options.people), &place, sealed, out, err);
    guard_enter(&former);
    return code;
}

struct offer {
    int64_t id;
    const uint8_t *seed;
};

static cu_code offer_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    const struct offer *o = context;
    struct db_query q;
    struct cu_buf sealed;
    cu_buf_init(&sealed, SEALED_MAX);
    cu_code code =
        staff_seal(g, STAFF_TABLE_TOTP, o->id, SEAL_SENSITIVE, (cu_str){(const char *)o->seed, OTP_SEED}, &sealed, err);
    if (code == CU_OK)
        code = db_prepare(d, &staff_sql_totp_offer, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":id", o->id);
        db_bind_blob(&q, ":sealed", sealed.ptr, sealed.len);
        db_bind_i64(&q, ":now_ms", cu_now_ms());
        code = db_run(&q, err);
    }
    cu_buf_clear(&sealed);
    return code;
}

// otpauth://totp/Shop:name%40example.com?secret=...&issuer=Shop, as all apps read it.
static void write_uri(struct govern *g, cu_str email, cu_str secret, struct cu_buf *out)
{
    cu_str shop = cu_str_of(g->options.shop_name && g->options.shop_name[0] ? g->options.shop_name : "Custos");
    cu_buf_z(out, "otpauth://totp/");
    text_url(shop, out);
    cu_buf_z(out, ":");
    text_url(email, out);
    cu_buf_printf(out, "?secret=%.*s&issuer=", CU_ARG(secret));
    text_url(shop, out);
    cu_buf_z(out, "&algorithm=SHA1&digits=6&period=30");
}

cu_code totp_qr(cu_str uri, struct cu_buf *out, struct cu_error *err)
{
    QRcode *code = QRcode_encodeData((int)uri.len, (const unsigned char *)uri.ptr, 0, QR_ECLEVEL_M);
    if (!code)
        return cu_fail(err, CU_MEMORY, "", "no memory for a QR code");
    int size = code->width + 2 * QR_QUIET;
    cu_buf_printf(out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" shape-rendering=\"crispEdges\" role=\"img\">"
        "<path fill=\"#fff\" d=\"M0 0h%dv%dH0z\"/><path fill=\"#000\" d=\"",
        size, size, size, size);
    for (int y = 0; y < code->width; y++) {
        for (int x = 0, run; x < code->width; x += run) {
            const unsigned char *row = code->data + y * code->width;
            for (run = 1; x + run < code->width && (row[x + run] & 1) == (row[x] & 1);)
                run++;
            if (row[x] & 1)
                cu_buf_printf(out, "M%d %dh%dv1h-%dz", x + QR_QUIET, y + QR_QUIET, run, run);
        }
    }
    cu_buf_z(out, "\"/></svg>");
    QRcode_free(code);
    return cu_buf_code(out, err);
}

cu_code totp_offer(struct govern *g, int64_t id, cu_str email, struct totp_offer *ret, struct cu_error *err)
{
    uint8_t seed[OTP_SEED];
    cu_random(seed, sizeof seed);
    struct offer o = {id, seed};
    cu_code code = staff_change(g, offer_in, &o, err);
    otp_base32((cu_str){(const char *)seed, sizeof seed}, &ret->secret);
    secret_wipe(seed, sizeof seed);
    CU_TRY(code);
    write_uri(g, email, cu_buf_view(&ret->secret), &ret->uri);
    CU_TRY(cu_buf_code(&ret->uri, err));
    return totp_qr(cu_buf_view(&ret->uri), &ret->qr, err);
}

static cu_code wrong(struct cu_error *err)
{
    return cu_fail(
        err, CU_UNAUTHENTICATED, "/code", "the code is not right, too old, or was used already; wait for the next one");
}

// The step whose code it is; CU_UNAUTHENTICATED.
static cu_code match(struct govern *g, int64_t id, cu_str sealed, cu_str code_text, int64_t after, int64_t *ret_step,
    struct cu_error *err)
{
    struct cu_buf seed;
    cu_buf_init(&seed, SEALED_MAX);
    cu_code code = open_seed(g, id, sealed, &seed, err);
    if (code == CU_OK) {
        *ret_step = otp_match(cu_buf_view(&seed), code_text, cu_now_ms(), after);
        code = *ret_step >= 0 ? CU_OK : wrong(err);
    }
    cu_buf_wipe(&seed);
    return code;
}

struct seed_row {
    uint8_t sealed[SEALED_MAX];
    size_t len; // 0: none
    int64_t ms, step;
};

static cu_code load_seed(
    struct db *d, const struct db_statement *statement, int64_t id, struct seed_row *ret, struct cu_error *err)
{
    struct db_query q;
    *ret = (struct seed_row){.len = 0};
    CU_TRY(db_prepare(d, statement, &q, err));
    db_bind_i64(&q, ":id", id);
    if (db_step(&q) && !db_is_null(&q, 0)) {
        cu_str sealed = db_blob(&q, 0);
        ret->len = sealed.len <= sizeof ret->sealed ? sealed.len : 0;
        memcpy(ret->sealed, sealed.ptr, ret->len);
        ret->ms = db_i64(&q, 1);
        ret->step = statement == &staff_sql_totp_get ? db_i64(&q, 2) : -1;
    }
    return db_end(&q, err);
}

cu_code totp_confirm_in(struct govern *g, struct db *d, int64_t id, cu_str code_text, struct cu_error *err)
{
    struct seed_row row;
    struct db_query q;
    int64_t step = 0, now = cu_now_ms();
    CU_TRY(load_seed(d, &staff_sql_totp_new_get, id, &row, err));
    if (!row.len || now - row.ms > OFFER_MS)
        return cu_fail(err, CU_CONFLICT, "", "there is nothing to confirm, or it is older than 30 minutes; begin again");
    CU_TRY(match(g, id, (cu_str){(const char *)row.sealed, row.len}, code_text, row.step, &step, err));
    CU_TRY(db_prepare(d, &staff_sql_totp_confirm, &q, err));
    db_bind_i64(&q, ":id", id);
    db_bind_i64(&q, ":now_ms", now);
    db_bind_i64(&q, ":step", step);
    return db_run(&q, err);
}

struct trial {
    int64_t id;
    cu_str code;
};

// Codes up to this step were used. A step beyond the window stands there when the clock was ahead and was set right:
// it must not keep its owner out until then.
static int64_t used_up_to(const struct seed_row *row)
{
    int64_t now = otp_step(cu_now_ms());
    return row->step > now + 1 ? now - 2 : row->step;
}

static cu_code check_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    const struct trial *t = context;
    struct seed_row row;
    struct db_query q;
    int64_t step = 0;
    CU_TRY(load_seed(d, &staff_sql_totp_get, t->id, &row, err));
    if (!row.len)
        return wrong(err);
    CU_TRY(match(g, t->id, (cu_str){(const char *)row.sealed, row.len}, t->code, used_up_to(&row), &step, err));
    CU_TRY(db_prepare(d, &staff_sql_totp_step, &q, err));
    db_bind_i64(&q, ":id", t->id);
    db_bind_i64(&q, ":step", step);
    return db_run(&q, err);
}

static cu_code check(
    struct govern *g, struct request *rq, int64_t staff_id, cu_str ticket, cu_str code, struct cu_error *err)
{
    (void)rq, (void)ticket;
    struct trial t = {staff_id, code};
    return staff_change(g, check_in, &t, err);
}

static cu_code enrolled(struct govern *g, struct db *d, int64_t staff_id, bool *ret, struct cu_error *err)
{
    (void)g;
    struct seed_row row;
    CU_TRY(load_seed(d, &staff_sql_totp_get, staff_id, &row, err));
    *ret = row.len > 0;
    return CU_OK;
}

static cu_code take_away(struct govern *g, struct db *d, int64_t staff_id, struct cu_error *err)
{
    (void)g;
    return staff_run(d, &staff_sql_totp_remove, ":id", staff_id, err);
}

const struct factor totp_factor = {.name = "totp", .enrolled = enrolled, .check = check, .remove = take_away};
