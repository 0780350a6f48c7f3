// SPDX-License-Identifier: Apache-2.0
// Staff rows: the owner's making through the one-time link, sign-in with limits. Addresses are
// found by keyed tag and kept sealed, like everybody's.
#include "staff.h"

#include "base/clock.h"
#include "govern_sql.h"
#include "text/text.h"

#include <stdio.h>

enum { SETUP_LINK_MS = 7 * 24 * 3600 * 1000 };
// Subjects of the key store above every profile number: staff.
#define STAFF_SUBJECT (UINT64_C(1) << 34)
#define STAFF_TABLE 0x73746166u // "staf"

static struct seal_place place_of(int64_t id)
{
    return (struct seal_place){
        .table = STAFF_TABLE, .subject = STAFF_SUBJECT + (uint64_t)id, .record = (uint64_t)id};
}

static cu_code email_tag(struct govern *g, cu_str email, uint8_t ret[16], struct cu_error *err)
{
    struct cu_buf normal;
    cu_buf_init(&normal, 256);
    bool good = text_email_normalise(email, &normal);
    if (good)
        keyring_tag(people_keyring(g->options.people), "staff_email", cu_buf_view(&normal), ret);
    cu_buf_wipe(&normal);
    return good ? CU_OK
                : cu_fail(err, CU_INVALID, "/email", "an e-mail address like name@example.com is accepted");
}

static cu_code count_in(struct db *d, const struct db_statement *statement, int64_t *ret,
    struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, statement, &q, err));
    if (db_step(&q))
        *ret = db_i64(&q, 0);
    return db_end(&q, err);
}

cu_code staff_count(struct govern *g, int64_t *ret, struct cu_error *err)
{
    struct db *d = NULL;
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = count_in(d, &govern_sql_staff_count, ret, err);
    people_read_give(g->options.people, d);
    return code;
}

static cu_code setup_replace(struct db *d, const uint8_t hash[32], const uint8_t *tag, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &govern_sql_setup_delete_all, &q, err));
    CU_TRY(db_run(&q, err));
    CU_TRY(db_prepare(d, &govern_sql_setup_insert, &q, err));
    db_bind_blob(&q, ":hash", hash, 32);
    if (tag)
        db_bind_blob(&q, ":email_tag", tag, 16);
    else
        db_bind_null(&q, ":email_tag");
    db_bind_i64(&q, ":expires_ms", cu_now_ms() + SETUP_LINK_MS);
    return db_run(&q, err);
}

cu_code govern_setup_link(struct govern *g, cu_str owner_email, char *ret_token, size_t size,
    struct cu_error *err)
{
    uint8_t tag[16];
    int64_t staff = 0;
    char token[SECRET_TOKEN_MAX];
    uint8_t hash[32];
    CU_TRY(staff_count(g, &staff, err));
    if (staff > 0)
        return cu_fail(err, CU_CONFLICT, "", "the shop has an owner already; sign in instead");
    if (owner_email.len)
        CU_TRY(email_tag(g, owner_email, tag, err));
    secret_token_new("setup", token);
    secret_token_hash(cu_str_of(token), hash);
    struct db *d = people_lock(g->options.people);
    cu_code code = db_begin(d, err);
    if (code == CU_OK)
        code = setup_replace(d, hash, owner_email.len ? tag : NULL, err);
    if (code == CU_OK)
        code = db_commit(d, err);
    db_rollback(d);
    people_unlock(g->options.people);
    if (code == CU_OK)
        (void)snprintf(ret_token, size, "%s", token);
    return code;
}

static cu_code check_link(struct db *d, cu_str token, const uint8_t tag[16], struct cu_error *err)
{
    uint8_t hash[32];
    int64_t expires_ms = 0;
    bool right_address = true;
    secret_token_hash(token, hash);
    struct db_query q;
    CU_TRY(db_prepare(d, &govern_sql_setup_get, &q, err));
    db_bind_blob(&q, ":hash", hash, sizeof hash);
    if (db_step(&q)) {
        expires_ms = db_i64(&q, 0);
        right_address = db_is_null(&q, 1) || secret_equal(db_blob(&q, 1).ptr, tag, 16);
    }
    CU_TRY(db_end(&q, err));
    if (!right_address)
        return cu_fail(err, CU_FORBIDDEN, "/email", "the set-up link was made for another address");
    if (expires_ms < cu_now_ms())
        return cu_fail(err, CU_FORBIDDEN, "/token",
            "the set-up link is used up or too old; `custos setup-link` makes a new one");
    return CU_OK;
}

static cu_code insert_owner(struct govern *g, struct db *d, int64_t id, const uint8_t tag[16],
    cu_str email, const char *password, struct cu_error *err)
{
    struct guard *guard = people_guard(g->options.people);
    const struct seal_place place = place_of(id);
    struct cu_buf sealed;
    cu_buf_init(&sealed, 4096);
    const struct guard_access former = guard_borrow_system("sign_in", "staff");
    cu_code code = guard_seal(guard, SEAL_CONTACT, &place, cu_str_trim(email), false, &sealed, err);
    if (code == CU_OK)
        code = guard_commit(guard, err);
    guard_enter(&former);
    struct db_query q;
    if (code == CU_OK)
        code = db_prepare(d, &govern_sql_staff_insert, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":id", id);
        db_bind_blob(&q, ":email_tag", tag, 16);
        db_bind_blob(&q, ":email_sealed", sealed.ptr, sealed.len);
        db_bind_str(&q, ":role", CU_LIT("owner"));
        db_bind_str(&q, ":password", cu_str_of(password));
        db_bind_i64(&q, ":created_ms", cu_now_ms());
        code = db_run(&q, err);
    }
    cu_buf_clear(&sealed);
    return code;
}

static cu_code create_owner_in(struct govern *g, struct db *d, cu_str token, const uint8_t tag[16],
    cu_str email, const char *password, int64_t *ret_id, struct cu_error *err)
{
    int64_t staff = 0, id = 0;
    CU_TRY(count_in(d, &govern_sql_staff_count, &staff, err));
    if (staff > 0)
        return cu_fail(err, CU_CONFLICT, "", "the shop has an owner already; sign in instead");
    CU_TRY(check_link(d, token, tag, err));
    CU_TRY(count_in(d, &govern_sql_staff_next, &id, err));
    CU_TRY(insert_owner(g, d, id, tag, email, password, err));
    struct db_query q;
    CU_TRY(db_prepare(d, &govern_sql_setup_delete_all, &q, err));
    CU_TRY(db_run(&q, err));
    *ret_id = id;
    return db_commit(d, err);
}

cu_code staff_create_owner(struct govern *g, cu_str token, cu_str email, cu_str password,
    int64_t *ret_id, struct cu_error *err)
{
    uint8_t tag[16];
    char hash[SECRET_PASSWORD_MAX];
    struct people *p = g->options.people;
    CU_TRY(email_tag(g, email, tag, err));
    if (password.len < GOVERN_PASSWORD_MIN || password.len > GOVERN_PASSWORD_MAX)
        return cu_fail(err, CU_INVALID, "/password", "%d to %d characters are accepted, any of them",
            GOVERN_PASSWORD_MIN, GOVERN_PASSWORD_MAX);
    // the link first, so that hashing cannot be made to work for strangers
    struct db *read = NULL;
    CU_TRY(people_read_take(p, &read, err));
    cu_code code = check_link(read, token, tag, err);
    people_read_give(p, read);
    CU_TRY(code);
    CU_TRY(secret_password_hash(people_keyring(p), password, hash, err));
    struct db *d = people_lock(p);
    code = db_begin(d, err);
    if (code == CU_OK)
        code = create_owner_in(g, d, token, tag, email, hash, ret_id, err);
    db_rollback(d);
    people_unlock(p);
    return code;
}

static cu_code take_attempt(struct govern *g, cu_str account, cu_str remote_ip, struct cu_error *err)
{
    int64_t wait_s = 0;
    if (limit_take(g->by_account, account, &wait_s)) {
        if (remote_ip.len == 0 || limit_take(g->by_network, remote_ip, &wait_s))
            return CU_OK;
        limit_give(g->by_account, account);
    }
    return cu_fail(err, CU_BUSY, "", "too many attempts; try again in %d seconds", (int)wait_s);
}

static cu_code load_password(struct db *d, const uint8_t tag[16], int64_t *ret_id, char *ret_hash,
    struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &govern_sql_staff_by_tag, &q, err));
    db_bind_blob(&q, ":email_tag", tag, 16);
    ret_hash[0] = 0;
    if (db_step(&q)) {
        *ret_id = db_i64(&q, 0);
        cu_str hash = db_str(&q, 1);
        (void)snprintf(ret_hash, SECRET_PASSWORD_MAX, "%.*s", CU_ARG(hash));
    }
    return db_end(&q, err);
}

cu_code staff_sign_in(struct govern *g, cu_str email, cu_str password, cu_str remote_ip,
    int64_t *ret_id, struct cu_error *err)
{
    uint8_t tag[16] = {0};
    char hash[SECRET_PASSWORD_MAX] = "";
    struct people *p = g->options.people;
    // an address that is none takes the same way as an unknown one
    (void)email_tag(g, email, tag, NULL);
    cu_str account = {(const char *)tag, sizeof tag};
    CU_TRY(take_attempt(g, account, remote_ip, err));
    struct db *d = NULL;
    int64_t id = 0;
    CU_TRY(people_read_take(p, &d, err));
    cu_code code = load_password(d, tag, &id, hash, err);
    people_read_give(p, d);
    CU_TRY(code);
    bool good = secret_password_check(people_keyring(p), password, hash[0] ? hash : NULL);
    if (!good)
        return cu_fail(err, CU_UNAUTHENTICATED, "", "the address or the password is not right");
    limit_give(g->by_account, account);
    limit_give(g->by_network, remote_ip);
    *ret_id = id;
    return CU_OK;
}

static cu_code open_email(struct govern *g, struct db *d, int64_t id, struct cu_buf *out,
    struct cu_error *err)
{
    struct db_query q;
    const struct seal_place place = place_of(id);
    CU_TRY(db_prepare(d, &govern_sql_staff_by_id, &q, err));
    db_bind_i64(&q, ":id", id);
    const struct guard_access former = guard_borrow_system("sign_in", "staff");
    cu_code code = db_step(&q) ? guard_open(people_guard(g->options.people), &place, db_blob(&q, 0), out, err)
                               : cu_fail(err, CU_NOT_FOUND, "", "no such member of staff");
    guard_enter(&former);
    cu_code end = db_end(&q, code == CU_OK ? err : NULL);
    return code == CU_OK ? end : code;
}

cu_code staff_email(struct govern *g, int64_t id, struct cu_buf *out, struct cu_error *err)
{
    struct db *d = NULL;
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = open_email(g, d, id, out, err);
    people_read_give(g->options.people, d);
    return code;
}
