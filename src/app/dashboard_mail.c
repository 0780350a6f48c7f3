// SPDX-License-Identifier: Apache-2.0
// Readers of dashboards by mail. See dashboard_mail.h.
#include "dashboard_mail.h"

#include "govern/staff.h"

extern const struct db_statement staff_sql_by_tag; // generated, govern/staff.sql

static cu_code nobody(struct cu_error *err)
{
    return cu_fail(err, CU_NOT_FOUND, "", "nobody who works here and may read figures has this address");
}

static cu_code find_in(struct db *db, const uint8_t tag[16], int64_t *ret_id, struct cu_error *err)
{
    struct db_query q;
    *ret_id = 0;
    CU_TRY(db_prepare(db, &staff_sql_by_tag, &q, err));
    db_bind_blob(&q, ":email_tag", tag, 16);
    if (db_step(&q))
        *ret_id = db_i64(&q, 0);
    return db_end(&q, err);
}

static cu_code load(const struct engine *e, int64_t id, struct staff *ret, struct cu_error *err)
{
    struct role role;
    cu_code code = staff_load(e->govern, id, ret, err);
    if (code == CU_OK && ret->state != STAFF_ACTIVE)
        return nobody(err);
    if (code == CU_OK)
        code = role_find(e->govern, cu_str_of(ret->role), &role, err);
    if (code == CU_NOT_FOUND || (code == CU_OK && !(role.permissions >> SPEC_ANALYTICS_READ & 1)))
        return nobody(err);
    return code;
}

cu_code dashboard_staff_find(void *context, cu_str email, int64_t *ret_id, struct cu_error *err)
{
    const struct engine *e = context;
    struct staff s;
    struct db *db = NULL;
    uint8_t tag[16];
    int64_t id = 0;
    if (staff_email_tag(e->govern, email, tag, NULL) != CU_OK)
        return cu_fail(err, CU_INVALID, "", "an address like name@example.com is accepted");
    CU_TRY(people_read_take(e->people, &db, err));
    cu_code code = find_in(db, tag, &id, err);
    people_read_give(e->people, db);
    CU_TRY(code);
    if (id == 0)
        return nobody(err);
    CU_TRY(load(e, id, &s, err));
    *ret_id = id;
    return CU_OK;
}

cu_code dashboard_staff_address(void *context, int64_t id, struct cu_buf *out, struct cu_error *err)
{
    const struct engine *e = context;
    struct staff s;
    CU_TRY(load(e, id, &s, err));
    return staff_email_open(e->govern, &s, out, err);
}

bool dashboard_may_send(void *context)
{
    const struct engine *e = context;
    return letters_run(e->letters);
}
