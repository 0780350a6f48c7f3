// SPDX-License-Identifier: Apache-2.0
// Rows of passkeys: made, listed, found and used, each in one transaction. See passkey.h.
#include "passkey_rows.h"

#include "base/clock.h"
#include "factor_sql.h"
#include "staff_rows.h"
#include "text/text.h"

// ---- the account's handle: what passkeys call it

static cu_code handle_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    (void)g;
    struct passkey_user *u = context;
    uint8_t fresh[PASSKEY_HANDLE];
    struct db_query q;
    cu_random(fresh, sizeof fresh);
    CU_TRY(db_prepare(d, &factor_sql_passkey_user_put, &q, err));
    db_bind_i64(&q, ":staff", u->staff_id);
    db_bind_blob(&q, ":handle", fresh, sizeof fresh);
    CU_TRY(db_run(&q, err));
    CU_TRY(db_prepare(d, &factor_sql_passkey_user_get, &q, err));
    db_bind_i64(&q, ":staff", u->staff_id);
    if (db_step(&q) && db_blob(&q, 0).len == sizeof u->handle)
        memcpy(u->handle, db_blob(&q, 0).ptr, sizeof u->handle);
    return db_end(&q, err);
}

cu_code passkey_user(struct govern *g, struct passkey_user *u, struct cu_error *err)
{
    return staff_change(g, handle_in, u, err);
}

// ---- lists

cu_code passkey_each(struct db *d, int64_t staff_id, passkey_visit *visit, void *context, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &factor_sql_passkey_list, &q, err));
    db_bind_i64(&q, ":staff", staff_id);
    db_bind_i64(&q, ":limit", PASSKEYS_MAX);
    cu_code code = CU_OK;
    while (code == CU_OK && db_step(&q)) {
        struct passkey_row row = {.id = db_i64(&q, 0),
            .credential = db_blob(&q, 1),
            .name_sealed = db_blob(&q, 2),
            .created_ms = db_i64(&q, 3),
            .used_ms = db_is_null(&q, 4) ? INT64_MIN : db_i64(&q, 4)};
        code = visit(context, &row, err);
    }
    cu_code end = db_end(&q, code == CU_OK ? err : NULL);
    return code == CU_OK ? end : code;
}

struct listing {
    struct govern *g;
    struct json_writer *w;
    int64_t staff_id;
};

static cu_code write_one(void *context, const struct passkey_row *row, struct cu_error *err)
{
    const struct listing *l = context;
    const struct seal_place place = staff_place(STAFF_TABLE_PASSKEY, l->staff_id);
    struct cu_buf name;
    cu_buf_init(&name, 1024);
    const struct guard_access former = guard_borrow_system("sign_in", "passkey");
    cu_code code = guard_open(people_guard(l->g->options.people), &place, row->name_sealed, &name, err);
    guard_enter(&former);
    if (code == CU_OK) {
        jw_object(l->w);
        jw_ki64(l->w, "id", row->id);
        jw_kstr(l->w, "name", cu_buf_view(&name));
        jw_ktime(l->w, "created", row->created_ms);
        jw_ktime(l->w, "last_used", row->used_ms);
        jw_object_end(l->w);
    }
    cu_buf_wipe(&name);
    return code;
}

static cu_code describe(struct govern *g, struct db *d, int64_t staff_id, struct json_writer *w, struct cu_error *err)
{
    struct listing l = {g, w, staff_id};
    jw_key(w, "passkeys");
    jw_array(w);
    CU_TRY(passkey_each(d, staff_id, write_one, &l, err));
    jw_array_end(w);
    return CU_OK;
}

// ---- making

static cu_code count_in(struct db *d, int64_t staff_id, int64_t *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &factor_sql_passkey_count, &q, err));
    db_bind_i64(&q, ":staff", staff_id);
    *ret = db_step(&q) ? db_i64(&q, 0) : 0;
    return db_end(&q, err);
}

static cu_code insert(struct db *d, const struct passkey_making *m, const struct webauthn_credential *c,
    cu_str name_sealed, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &factor_sql_passkey_insert, &q, err));
    db_bind_blob(&q, ":credential", c->id, c->id_len);
    db_bind_i64(&q, ":staff", m->rq->caller.staff_id);
    db_bind_blob(&q, ":name_sealed", name_sealed.ptr, name_sealed.len);
    db_bind_i64(&q, ":algorithm", c->algorithm);
    db_bind_blob(&q, ":key", c->key, c->key_len);
    db_bind_i64(&q, ":counter", c->counter);
    db_bind_i64(&q, ":backup_eligible", c->backup_eligible);
    db_bind_i64(&q, ":backed_up", c->backed_up);
    db_bind_blob(&q, ":aaguid", c->aaguid, sizeof c->aaguid);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    cu_code code = db_run(&q, err);
    return code == CU_CONFLICT ? cu_fail(err, CU_CONFLICT, "/credential", "this passkey is enrolled already") : code;
}

static cu_code make_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    struct passkey_making *m = context;
    int64_t count = 0;
    struct cu_buf sealed;
    CU_TRY(enrolment_end_in(d, m->rq, "passkey", err));
    CU_TRY(count_in(d, m->rq->caller.staff_id, &count, err));
    if (count >= PASSKEYS_MAX)
        return cu_fail(err, CU_CONFLICT, "", "up to %d passkeys are accepted; remove one first", PASSKEYS_MAX);
    cu_buf_init(&sealed, 2048);
    cu_code code = staff_seal(g, STAFF_TABLE_PASSKEY, m->rq->caller.staff_id, SEAL_CONTACT, m->name, &sealed, err);
    if (code == CU_OK)
        code = insert(d, m, m->credential, cu_buf_view(&sealed), err);
    m->id = db_last_rowid(d);
    cu_buf_clear(&sealed);
    return code == CU_OK ? enrolment_finish_in(d, m->rq, m->codes, &m->made_codes, err) : code;
}

cu_code passkey_make(struct govern *g, struct passkey_making *m, struct cu_error *err)
{
    return staff_change(g, make_in, m, err);
}

// ---- using

static cu_code unknown(struct cu_error *err)
{
    return cu_fail(err, CU_INVALID, "signature", "the passkey is not known here");
}

static cu_code find_in(struct db *d, struct passkey_use *u, struct cu_error *err)
{
    struct db_query q;
    bool found = false;
    struct webauthn_credential *c = u->credential;
    CU_TRY(db_prepare(d, &factor_sql_passkey_find, &q, err));
    db_bind_blob(&q, ":credential", u->id.ptr, u->id.len);
    if (db_step(&q) && db_blob(&q, 3).len <= sizeof c->key) {
        found = true;
        u->row = db_i64(&q, 0);
        u->found_staff = db_i64(&q, 1);
        c->algorithm = (int32_t)db_i64(&q, 2);
        c->key_len = db_blob(&q, 3).len;
        memcpy(c->key, db_blob(&q, 3).ptr, c->key_len);
        c->counter = (uint32_t)db_i64(&q, 4);
        c->backup_eligible = db_i64(&q, 5) != 0;
        c->backed_up = db_i64(&q, 6) != 0;
        cu_str handle = db_blob(&q, 7);
        bool given = u->handle.len > 0;
        u->handle_fits = given && handle.len == u->handle.len && secret_equal(handle.ptr, u->handle.ptr, handle.len);
        u->handle_absent = !given;
    }
    CU_TRY(db_end(&q, err));
    return found ? CU_OK : unknown(err);
}

// Whose it is, then the steps of the specification, then the counter: all or nothing.
static cu_code use_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    (void)g;
    struct passkey_use *u = context;
    struct db_query q;
    CU_TRY(find_in(d, u, err));
    bool alone = u->staff_id == 0; // without a password the passkey says who it is
    if (alone ? !u->handle_fits : u->found_staff != u->staff_id || !(u->handle_fits || u->handle_absent))
        return unknown(err);
    CU_TRY(webauthn_assert(&u->expect, u->client_data, u->authenticator_data, u->signature, u->credential, err));
    CU_TRY(db_prepare(d, &factor_sql_passkey_used, &q, err));
    db_bind_i64(&q, ":id", u->row);
    db_bind_i64(&q, ":counter", u->credential->counter);
    db_bind_i64(&q, ":backed_up", u->credential->backed_up);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    return db_run(&q, err);
}

cu_code passkey_use(struct govern *g, struct passkey_use *u, struct cu_error *err)
{
    return staff_change(g, use_in, u, err);
}

// ---- removing, and the row of factors[]

struct removal {
    const struct request *rq;
    int64_t id;
};

static cu_code remove_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    const struct removal *r = context;
    struct db_query q;
    CU_TRY(db_prepare(d, &factor_sql_passkey_delete, &q, err));
    db_bind_i64(&q, ":id", r->id);
    db_bind_i64(&q, ":staff", r->rq->caller.staff_id);
    CU_TRY(db_run(&q, err));
    if (db_changes(d) == 0)
        return cu_fail(err, CU_NOT_FOUND, "", "no such passkey of yours");
    return enrolment_removed_in(g, d, r->rq, err);
}

cu_code passkey_remove(struct govern *g, const struct request *rq, int64_t id, struct cu_error *err)
{
    struct removal r = {rq, id};
    return staff_change(g, remove_in, &r, err);
}

static cu_code enrolled(struct govern *g, struct db *d, int64_t staff_id, bool *ret, struct cu_error *err)
{
    (void)g;
    int64_t count = 0;
    CU_TRY(count_in(d, staff_id, &count, err));
    *ret = count > 0;
    return CU_OK;
}

static cu_code take_away(struct govern *g, struct db *d, int64_t staff_id, struct cu_error *err)
{
    (void)g;
    return staff_run(d, &factor_sql_passkey_delete_of, ":staff", staff_id, err);
}

const struct factor passkey_factor = {.name = "passkey", .enrolled = enrolled, .remove = take_away, .describe = describe};
