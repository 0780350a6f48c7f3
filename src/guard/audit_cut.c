// SPDX-License-Identifier: Apache-2.0
// The audit log as it is at one moment, while it is written: for backups. What was signed is taken before the
// entries, so that no copy has a checkpoint that is ahead of it. See audit_read.h.
#include "audit_private.h"

#include "base/file.h"

#include <stdio.h>

static cu_code add(const char *folder, const char *file, struct cut *c, bool *ret_there, struct cu_error *err)
{
    char name[96];
    (void)snprintf(name, sizeof name, "audit/%s", file);
    cu_code code = cut_add_file(c, folder, file, name, err);
    *ret_there = code == CU_OK;
    return code == CU_NOT_FOUND ? CU_OK : code;
}

static cu_code add_notes(const char *folder, struct cut *c, struct cu_error *err)
{
    static const char *const names[] = {"checkpoint", "cosigned", "public.keys", "sign.key"};
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(16u << 20);
    const char **all = NULL;
    size_t count = 0;
    bool there;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory to list the audit log");
    for (size_t i = 0; i < CU_COUNT(names); i++)
        CU_TRY(add(folder, names[i], c, &there, err));
    CU_TRY(cu_dir_list(a, folder, &all, &count, err));
    for (size_t i = 0; i < count; i++) {
        cu_str name = cu_str_of(all[i]);
        if (cu_str_starts(name, CU_LIT("rotated-")) && name.len == 16)
            CU_TRY(add(folder, all[i], c, &there, err));
    }
    return CU_OK;
}

// hashes and offsets are longer when a segment was begun meanwhile: only what belongs to the copy counts.
static cu_code add_index(const char *folder, uint64_t entries, struct cut *c, struct cu_error *err)
{
    bool there;
    CU_TRY(add(folder, "hashes", c, &there, err));
    int64_t want = (int64_t)ledger_stored(entries) * LEDGER_HASH;
    if (there && c->files[c->count - 1].size > want)
        c->files[c->count - 1].size = want;
    CU_TRY(add(folder, "offsets", c, &there, err));
    want = (int64_t)entries * 4;
    if (there && c->files[c->count - 1].size > want)
        c->files[c->count - 1].size = want;
    return CU_OK;
}

cu_code audit_cut(const char *folder, struct cut *c, struct cu_error *err)
{
    uint64_t segments = 0, entries = 0;
    bool there;
    CU_TRY(add_notes(folder, c, err));
    CU_TRY(ledger_extent(folder, &segments, &entries, err));
    for (uint64_t n = 1; n <= segments; n++) {
        char file[32];
        (void)snprintf(file, sizeof file, "%010llu.seg", (unsigned long long)n);
        CU_TRY(add(folder, file, c, &there, err));
    }
    return add_index(folder, entries, c, err);
}
