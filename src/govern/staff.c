// SPDX-License-Identifier: Apache-2.0
// Staff rows: who works here. Addresses are found by keyed tag and kept sealed, like everybody's.
#include "staff_rows.h"

#include "passkey.h"
#include "sms.h"

#include "base/clock.h"
#include "staff_sql.h"
#include "text/text.h"

#include <stdio.h>

// Subjects of the key store above every profile number: staff.
#define STAFF_SUBJECT KEYS_FIRST(KEYS_STAFF)

const char *staff_state_name(enum staff_state s)
{
    static const char *const names[] = {
        [STAFF_INVITED] = "invited", [STAFF_ACTIVE] = "active", [STAFF_DISABLED] = "disabled"};
    return names[s];
}

struct seal_place staff_place(uint32_t table, int64_t id)
{
    return (struct seal_place){.table = table, .subject = STAFF_SUBJECT + (uint64_t)id, .record = (uint64_t)id};
}

cu_code staff_email_tag(struct govern *g, cu_str email, uint8_t ret[16], struct cu_error *err)
{
    struct cu_buf normal;
    cu_buf_init(&normal, 256);
    bool good = text_email_normalise(email, &normal);
    if (good)
        keyring_tag(people_keyring(g->options.people), "staff_email", cu_buf_view(&normal), ret);
    bool no_memory = normal.failed && !normal.too_large;
    cu_buf_wipe(&normal);
    if (no_memory)
        return cu_fail(err, CU_MEMORY, "", "no memory for an address");
    return good ? CU_OK : cu_fail(err, CU_INVALID, "/email", "an e-mail address like name@example.com is accepted");
}

cu_code staff_change(struct govern *g, staff_change_fn *fn, void *context, struct cu_error *err)
{
    struct guard *guard = people_guard(g->options.people);
    struct db *d = people_lock(g->options.people);
    cu_code code = db_begin(d, err);
    if (code == CU_OK)
        code = fn(g, d, context, err);
    if (code == CU_OK)
        code = guard_commit(guard, err);
    else
        guard_rollback(guard);
    if (code == CU_OK)
        code = db_commit(d, err);
    db_rollback(d);
    people_unlock(g->options.people);
    return code;
}

cu_code staff_count_in(struct db *d, const struct db_statement *statement, int64_t id, int64_t *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, statement, &q, err));
    if (id)
        db_bind_i64(&q, ":id", id);
    if (db_step(&q))
        *ret = db_i64(&q, 0);
    return db_end(&q, err);
}

cu_code staff_run(struct db *d, const struct db_statement *statement, const char *name, int64_t number, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, statement, &q, err));
    db_bind_i64(&q, name, number);
    return db_run(&q, err);
}

cu_code staff_count(struct govern *g, int64_t *ret, struct cu_error *err)
{
    struct db *d = NULL;
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = staff_count_in(d, &staff_sql_count, 0, ret, err);
    people_read_give(g->options.people, d);
    return code;
}

static enum staff_state state_of(cu_str name)
{
    return cu_str_eqz(name, "active") ? STAFF_ACTIVE : cu_str_eqz(name, "invited") ? STAFF_INVITED : STAFF_DISABLED;
}

static int64_t time_or_never(struct db_query *q, int column)
{
    return db_is_null(q, column) ? INT64_MIN : db_i64(q, column);
}

void staff_read_row(struct db_query *q, struct staff *ret)
{
    cu_str sealed = db_blob(q, 1), role = db_str(q, 2);
    *ret = (struct staff){.id = db_i64(q, 0), .state = state_of(db_str(q, 3)), .has_password = db_i64(q, 4) != 0,
        .password_long = db_i64(q, 5) != 0, .password_ms = time_or_never(q, 6), .created_ms = db_i64(q, 7),
        .last_sign_in_ms = time_or_never(q, 8), .totp_ms = time_or_never(q, 9), .recovery_ms = time_or_never(q, 10)};
    (void)snprintf(ret->role, sizeof ret->role, "%.*s", CU_ARG(role));
    ret->sealed_len = sealed.len <= sizeof ret->sealed ? sealed.len : 0;
    if (ret->sealed_len)
        memcpy(ret->sealed, sealed.ptr, ret->sealed_len);
}

cu_code staff_load_in(struct db *d, int64_t id, struct staff *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &staff_sql_by_id, &q, err));
    db_bind_i64(&q, ":id", id);
    bool found = db_step(&q);
    if (found)
        staff_read_row(&q, ret);
    CU_TRY(db_end(&q, err));
    return found ? CU_OK : cu_fail(err, CU_NOT_FOUND, "", "no such member of staff");
}

cu_code staff_load(struct govern *g, int64_t id, struct staff *ret, struct cu_error *err)
{
    struct db *d = NULL;
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = staff_load_in(d, id, ret, err);
    people_read_give(g->options.people, d);
    return code;
}

cu_code staff_email_open(struct govern *g, const struct staff *s, struct cu_buf *out, struct cu_error *err)
{
    const struct seal_place place = staff_place(STAFF_TABLE_EMAIL, s->id);
    const struct guard_access former = guard_borrow_system("sign_in", "staff");
    cu_code code =
        guard_open(people_guard(g->options.people), &place, (cu_str){(const char *)s->sealed, s->sealed_len}, out, err);
    guard_enter(&former);
    return code;
}

cu_code staff_email(struct govern *g, int64_t id, struct cu_buf *out, struct cu_error *err)
{
    struct staff s;
    CU_TRY(staff_load(g, id, &s, err));
    return staff_email_open(g, &s, out, err);
}

cu_code staff_seal(struct govern *g, uint32_t table, int64_t id, enum seal_class class_id, cu_str plain, struct cu_buf *out,
    struct cu_error *err)
{
    const struct seal_place place = staff_place(table, id);
    const struct guard_access former = guard_borrow_system("sign_in", "staff");
    cu_code code = guard_seal(people_guard(g->options.people), class_id, &place, plain, false, out, err);
    guard_enter(&former);
    return code;
}

static cu_code set_email(struct govern *g, struct db *d, int64_t id, cu_str email, struct cu_error *err)
{
    struct db_query q;
    struct cu_buf sealed;
    cu_buf_init(&sealed, sizeof ((struct staff *)0)->sealed);
    cu_code code = staff_seal(g, STAFF_TABLE_EMAIL, id, SEAL_CONTACT, cu_str_trim(email), &sealed, err);
    if (code == CU_OK)
        code = db_prepare(d, &staff_sql_set_email, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":id", id);
        db_bind_blob(&q, ":email_sealed", sealed.ptr, sealed.len);
        code = db_run(&q, err);
    }
    cu_buf_clear(&sealed);
    return code;
}

cu_code staff_insert(struct govern *g, struct db *d, cu_str email, const char *role, enum staff_state state, int64_t *ret_id,
    struct cu_error *err)
{
    uint8_t tag[16];
    struct db_query q;
    CU_TRY(staff_email_tag(g, email, tag, err));
    CU_TRY(db_prepare(d, &staff_sql_insert, &q, err));
    db_bind_blob(&q, ":email_tag", tag, sizeof tag);
    db_bind_str(&q, ":role", cu_str_of(role));
    db_bind_str(&q, ":state", cu_str_of(staff_state_name(state)));
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    cu_code code = db_run(&q, err);
    if (code == CU_CONFLICT)
        return cu_fail(err, CU_CONFLICT, "/email", "this address belongs to a member of staff or an invitation already");
    CU_TRY(code);
    *ret_id = db_last_rowid(d);
    return set_email(g, d, *ret_id, email, err);
}

// --- the second factor: how somebody stands to it

const struct factor *const factors[] = {&totp_factor, &passkey_factor, &sms_factor, &recovery_factor, NULL};

const struct factor *factor_find(cu_str name)
{
    for (size_t i = 0; factors[i]; i++) {
        if (cu_str_eqz(name, factors[i]->name))
            return factors[i];
    }
    return NULL;
}

cu_code factor_enrolled(struct govern *g, struct db *d, int64_t staff_id, uint32_t *ret_bits, struct cu_error *err)
{
    uint32_t bits = 0;
    for (size_t i = 0; factors[i]; i++) {
        bool enrolled = false;
        CU_TRY(factors[i]->enrolled(g, d, staff_id, &enrolled, err));
        bits |= (enrolled ? UINT32_C(1) : 0) << i;
    }
    *ret_bits = bits;
    return CU_OK;
}

#define GIVES_RIGHTS (UINT64_C(1) << SPEC_STAFF_WRITE | UINT64_C(1) << SPEC_ROLES_WRITE | UINT64_C(1) << SPEC_KEYS)

cu_code standing_of(struct govern *g, struct db *d, const struct staff *s, struct standing *ret, struct cu_error *err)
{
    struct role role;
    uint32_t bits = 0;
    cu_code code = role_find_in(d, cu_str_of(s->role), &role, err);
    if (code == CU_NOT_FOUND) // a role that is gone gives nothing, but its holder may prove himself
        role = (struct role){.second_factor = true};
    else
        CU_TRY(code);
    CU_TRY(factor_enrolled(g, d, s->id, &bits, err));
    *ret = (struct standing){.required = role.second_factor, .postpone_until_ms = INT64_MIN};
    for (size_t i = 0; factors[i]; i++) {
        bool counts = !factors[i]->backup && !(factors[i]->weak && role.permissions & GIVES_RIGHTS);
        if (counts && bits >> i & 1)
            ret->enrolled = true;
    }
    if (strcmp(s->role, "owner") == 0 && ret->required && !ret->enrolled)
        ret->postpone_until_ms = s->created_ms + POSTPONE_MS;
    ret->limited = ret->required && !ret->enrolled && cu_now_ms() >= ret->postpone_until_ms;
    return CU_OK;
}

void standing_write(struct json_writer *w, const struct standing *s)
{
    jw_object(w);
    jw_kbool(w, "required", s->required);
    jw_kbool(w, "enrolled", s->enrolled);
    jw_ktime(w, "postpone_until", s->postpone_until_ms);
    jw_object_end(w);
}
