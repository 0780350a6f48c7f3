// SPDX-License-Identifier: Apache-2.0
// The first member of staff: a one-time link lets one person become the owner.
#include "staff_rows.h"

#include "base/clock.h"
#include "govern_sql.h"
#include "password.h"
#include "staff_sql.h"

#include <stdio.h>

enum { SETUP_LINK_MS = 7 * 24 * 3600 * 1000 };

static cu_code setup_replace(struct db *d, const uint8_t hash[32], const uint8_t *tag, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &govern_sql_setup_delete_all, &q, err));
    CU_TRY(db_run(&q, err));
    CU_TRY(db_prepare(d, &govern_sql_setup_insert, &q, err));
    db_bind_blob(&q, ":hash", hash, 32);
    db_bind_blob(&q, ":email_tag", tag, 16);
    db_bind_i64(&q, ":expires_ms", cu_now_ms() + SETUP_LINK_MS);
    return db_run(&q, err);
}

static cu_code no_owner_yet(struct db *d, struct cu_error *err)
{
    int64_t staff = 0;
    CU_TRY(staff_count_in(d, &staff_sql_count, 0, &staff, err));
    return staff == 0 ? CU_OK : cu_fail(err, CU_CONFLICT, "", "the shop has an owner already; sign in instead");
}

struct new_link {
    uint8_t hash[32], tag[16];
    bool bound; // to the address of the tag
};

static cu_code make_link(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    (void)g;
    const struct new_link *l = context;
    CU_TRY(no_owner_yet(d, err));
    return setup_replace(d, l->hash, l->bound ? l->tag : NULL, err);
}

cu_code govern_setup_link(struct govern *g, cu_str owner_email, char *ret_token, size_t size, struct cu_error *err)
{
    char token[SECRET_TOKEN_MAX];
    struct new_link l = {.bound = owner_email.len > 0};
    if (l.bound)
        CU_TRY(staff_email_tag(g, owner_email, l.tag, err));
    secret_token_new("setup", token);
    secret_token_hash(cu_str_of(token), l.hash);
    CU_TRY(staff_change(g, make_link, &l, err));
    (void)snprintf(ret_token, size, "%s", token);
    return CU_OK;
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

struct new_owner {
    cu_str token, email;
    uint8_t tag[16];
    char password[SECRET_PASSWORD_MAX];
    int64_t id;
};

static cu_code insert_owner(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    struct new_owner *o = context;
    struct db_query q;
    CU_TRY(no_owner_yet(d, err));
    CU_TRY(check_link(d, o->token, o->tag, err));
    CU_TRY(staff_insert(g, d, o->email, "owner", STAFF_ACTIVE, &o->id, err));
    CU_TRY(password_store(d, o->id, o->password, true, err));
    CU_TRY(db_prepare(d, &govern_sql_setup_delete_all, &q, err));
    return db_run(&q, err);
}

cu_code staff_create_owner(struct govern *g, cu_str token, cu_str email, cu_str password, int64_t *ret_id,
    struct cu_error *err)
{
    struct new_owner o = {.token = token, .email = email};
    struct people *p = g->options.people;
    CU_TRY(staff_email_tag(g, email, o.tag, err));
    // the link first, so that hashing cannot be made to work for strangers
    struct db *read = NULL;
    CU_TRY(people_read_take(p, &read, err));
    cu_code code = check_link(read, token, o.tag, err);
    people_read_give(p, read);
    CU_TRY(code);
    CU_TRY(password_hash_new(g, password, email, PASSWORD_MIN_ALONE, o.password, err));
    code = sign_in_note(g, GUARD_DONE, "setup", 0, true, err);
    if (code == CU_OK)
        code = staff_change(g, insert_owner, &o, err);
    secret_wipe(o.password, sizeof o.password);
    if (code == CU_OK)
        *ret_id = o.id;
    return code;
}
