// SPDX-License-Identifier: Apache-2.0
// Backup targets: what both kinds share. See backup_target.h.
#include "backup_target.h"

#include "base/clock.h"

#include <stdio.h>
#include <stdlib.h>

cu_code target_open(const struct target_options *o, struct target **ret, struct cu_error *err)
{
    if (!o->place || !o->place[0])
        return cu_fail(err, CU_MISSING, "backup_folder", "name a folder on another disk, or s3://bucket/prefix");
    struct target *t = cu_calloc(1, sizeof *t);
    if (!t)
        return cu_fail(err, CU_MEMORY, "", "no memory for a backup target");
    t->settle_fd = -1;
    bool s3 = strncmp(o->place, "s3://", 5) == 0;
    t->kind = s3 ? &target_s3 : &target_folder;
    cu_code code = CU_OK;
    if (snprintf(t->place, sizeof t->place, "%s", o->place) >= (int)sizeof t->place)
        code = cu_fail(err, CU_INVALID, "backup_folder", "a shorter path is accepted");
    if (code == CU_OK)
        code = s3 ? target_s3_open(t, o, err) : target_folder_open(t, o, err);
    if (code != CU_OK) {
        target_close(t);
        return code;
    }
    *ret = t;
    return CU_OK;
}

void target_close(struct target *t)
{
    if (!t)
        return;
    t->kind->close(t);
    cu_free(t);
}

cu_code target_enter(struct target *t, const char *shop, struct cu_error *err)
{
    size_t n = strlen(t->root);
    int m = snprintf(t->root + n, sizeof t->root - n, "%s%s", n ? "/" : "", shop);
    return m > 0 && (size_t)m < sizeof t->root - n
               ? CU_OK
               : cu_fail(err, CU_INVALID, "backup_folder", "a shorter path is accepted");
}

const char *target_kind(const struct target *t)
{
    return t->kind->name;
}

const char *target_place(const struct target *t)
{
    return t->place;
}

bool target_is_slow(const struct target *t)
{
    return t->kind->slow;
}

cu_code target_put(struct target *t, const char *name, cu_str bytes, bool settled, struct cu_error *err)
{
    return t->kind->put(t, name, bytes, settled, err);
}

cu_code target_settle(struct target *t, struct cu_error *err)
{
    return t->kind->settle(t, err);
}

cu_code target_get(struct target *t, const char *name, struct cu_buf *out, struct cu_error *err)
{
    cu_buf_reset(out);
    return t->kind->get(t, name, out, err);
}

cu_code target_drop(struct target *t, const char *name, struct cu_error *err)
{
    return t->kind->drop(t, name, err);
}

cu_code target_list(struct target *t, const char *prefix, target_visit *visit, void *context, struct cu_error *err)
{
    return t->kind->list(t, prefix, visit, context, err);
}

struct shops {
    struct cu_arena *arena;
    const char **names;
    size_t count, cap;
};

static cu_code note_shop(void *context, cu_str name, int64_t bytes, struct cu_error *err)
{
    struct shops *s = context;
    struct cu_uuid id;
    cu_str rest = name, shop = cu_str_cut(&rest, '/');
    (void)bytes;
    if (!cu_str_starts(rest, CU_LIT("backups/")) || !cu_uuid_parse(shop, &id))
        return CU_OK;
    for (size_t i = 0; i < s->count; i++) {
        if (cu_str_eqz(shop, s->names[i]))
            return CU_OK;
    }
    if (s->count == s->cap)
        return CU_OK;
    s->names[s->count] = cu_arena_z(s->arena, shop);
    return s->names[s->count++] ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory to list shops");
}

cu_code target_shops(struct target *t, struct cu_arena *a, const char ***ret, size_t *ret_count, struct cu_error *err)
{
    struct shops s = {.arena = a, .cap = 256};
    s.names = cu_arena_alloc(a, s.cap * sizeof *s.names);
    if (!s.names)
        return cu_fail(err, CU_MEMORY, "", "no memory to list shops");
    CU_TRY(target_list(t, "", note_shop, &s, err));
    *ret = s.names;
    *ret_count = s.count;
    return CU_OK;
}
