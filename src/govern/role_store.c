// SPDX-License-Identifier: Apache-2.0
// The shop's own roles: rows of records.db, and finding any role by name. Names of permissions and purposes
// that this version does not know are left out when read: a role never grows by an update or a downgrade.
#include "role_internal.h"

#include "base/clock.h"
#include "role_sql.h"
#include "staff.h"

#include <stdio.h>

#define NAMES_MAX 1024

bool role_permission_of(cu_str name, enum spec_permission *ret)
{
    for (int p = SPEC_SESSION; p < SPEC_PERMISSION_COUNT; p++) {
        if (cu_str_eqz(name, spec_permission_name((enum spec_permission)p))) {
            *ret = (enum spec_permission)p;
            return true;
        }
    }
    return false;
}

bool role_purpose_of(cu_str name, uint32_t *ret_bit)
{
    for (const struct guard_purpose *p = guard_purposes; p->name; p++) {
        if (p->staff && cu_str_eqz(name, p->name)) {
            *ret_bit = UINT32_C(1) << (p - guard_purposes);
            return true;
        }
    }
    return false;
}

static void read_permissions(cu_str names, struct role *ret)
{
    enum spec_permission p;
    ret->permissions = UINT64_C(1) << SPEC_SESSION;
    while (names.ptr) {
        if (role_permission_of(cu_str_cut(&names, ','), &p))
            ret->permissions |= UINT64_C(1) << p;
    }
}

static void read_purposes(cu_str names, struct role *ret)
{
    uint32_t bit;
    while (names.ptr) {
        cu_str name = cu_str_cut(&names, ',');
        if (!role_purpose_of(name, &bit))
            continue;
        if (!ret->purpose[0])
            (void)snprintf(ret->purpose, sizeof ret->purpose, "%.*s", CU_ARG(name));
        ret->purposes |= bit;
    }
}

static uint8_t view_of(char c)
{
    return c == 'f' ? SPEC_VIEW_FULL : c == 'm' ? SPEC_VIEW_MASK : SPEC_VIEW_NONE;
}

static void read_row(struct db_query *q, struct role *ret)
{
    cu_str name = db_str(q, 0), doc = db_str(q, 1), view = db_str(q, 3);
    *ret = (struct role){.second_factor = db_i64(q, 5) != 0};
    (void)snprintf(ret->name, sizeof ret->name, "%.*s", CU_ARG(name));
    (void)snprintf(ret->doc, sizeof ret->doc, "%.*s", CU_ARG(doc));
    read_permissions(db_str(q, 2), ret);
    read_purposes(db_str(q, 4), ret);
    for (size_t i = 0; i < SPEC_LEVELS && i < view.len; i++)
        ret->view[i] = view_of(view.ptr[i]);
}

cu_code role_find_in(struct db *d, cu_str name, struct role *ret, struct cu_error *err)
{
    struct db_query q;
    if (role_builtin(name, ret))
        return CU_OK;
    CU_TRY(db_prepare(d, &role_sql_get, &q, err));
    db_bind_str(&q, ":name", name);
    bool found = db_step(&q);
    if (found)
        read_row(&q, ret);
    CU_TRY(db_end(&q, err));
    return found ? CU_OK : cu_fail(err, CU_NOT_FOUND, "name", "no role has this name");
}

cu_code role_find(struct govern *g, cu_str name, struct role *ret, struct cu_error *err)
{
    struct db *d = NULL;
    if (role_builtin(name, ret))
        return CU_OK;
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = role_find_in(d, name, ret, err);
    people_read_give(g->options.people, d);
    return code;
}

cu_code role_list_in(struct db *d, struct cu_arena *a, struct role **ret, size_t *ret_count, struct cu_error *err)
{
    struct db_query q;
    struct role *list = cu_arena_alloc(a, (ROLES_BUILTIN_MAX + ROLES_CUSTOM_MAX) * sizeof *list);
    if (!list)
        return cu_fail(err, CU_MEMORY, "", "no memory for the roles");
    size_t count = role_builtins(list);
    CU_TRY(db_prepare(d, &role_sql_list, &q, err));
    db_bind_i64(&q, ":limit", ROLES_CUSTOM_MAX);
    while (count < ROLES_BUILTIN_MAX + ROLES_CUSTOM_MAX && db_step(&q))
        read_row(&q, &list[count++]);
    CU_TRY(db_end(&q, err));
    *ret = list;
    *ret_count = count;
    return CU_OK;
}

cu_code role_list(struct govern *g, struct cu_arena *a, struct role **ret, size_t *ret_count, struct cu_error *err)
{
    struct db *d = NULL;
    CU_TRY(people_read_take(g->options.people, &d, err));
    cu_code code = role_list_in(d, a, ret, ret_count, err);
    people_read_give(g->options.people, d);
    return code;
}

static void write_names(const struct role *r, struct cu_buf *permissions, struct cu_buf *purposes)
{
    for (int p = SPEC_SESSION + 1; p < SPEC_PERMISSION_COUNT; p++) {
        if (r->permissions >> p & 1)
            cu_buf_printf(permissions, "%s%s", permissions->len ? "," : "", spec_permission_name((enum spec_permission)p));
    }
    cu_buf_z(purposes, r->purpose); // first: the default
    for (const struct guard_purpose *p = guard_purposes; p->name; p++) {
        if (r->purposes >> (p - guard_purposes) & 1 && strcmp(p->name, r->purpose) != 0)
            cu_buf_printf(purposes, ",%s", p->name);
    }
}

cu_code role_put(struct db *d, const struct role *r, int64_t by, struct cu_error *err)
{
    struct db_query q;
    struct cu_buf permissions, purposes;
    char view[SPEC_LEVELS];
    for (size_t i = 0; i < SPEC_LEVELS; i++)
        view[i] = "nmf"[r->view[i]];
    cu_buf_init(&permissions, NAMES_MAX);
    cu_buf_init(&purposes, NAMES_MAX);
    write_names(r, &permissions, &purposes);
    cu_code code = cu_buf_code(&permissions, err);
    if (code == CU_OK)
        code = db_prepare(d, &role_sql_put, &q, err);
    if (code == CU_OK) {
        db_bind_str(&q, ":name", cu_str_of(r->name));
        db_bind_str(&q, ":doc", cu_str_of(r->doc));
        db_bind_str(&q, ":permissions", permissions.len ? cu_buf_view(&permissions) : CU_LIT(""));
        db_bind_str(&q, ":view", (cu_str){view, sizeof view});
        db_bind_str(&q, ":purposes", cu_buf_view(&purposes));
        db_bind_i64(&q, ":second_factor", r->second_factor);
        db_bind_i64(&q, ":now_ms", cu_now_ms());
        db_bind_i64(&q, ":by", by);
        code = db_run(&q, err);
    }
    cu_buf_clear(&permissions);
    cu_buf_clear(&purposes);
    return code;
}

static cu_code number_of(struct db *d, const struct db_statement *s, const char *name, int64_t *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, s, &q, err));
    if (name)
        db_bind_str(&q, ":name", cu_str_of(name));
    if (db_step(&q))
        *ret = db_i64(&q, 0);
    return db_end(&q, err);
}

cu_code role_staff(struct db *d, const char *name, int64_t *ret, struct cu_error *err)
{
    return number_of(d, &role_sql_staff_of, name, ret, err);
}

cu_code role_count(struct db *d, int64_t *ret, struct cu_error *err)
{
    return number_of(d, &role_sql_count, NULL, ret, err);
}

cu_code role_delete(struct db *d, const char *name, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &role_sql_delete, &q, err));
    db_bind_str(&q, ":name", cu_str_of(name));
    return db_run(&q, err);
}
