// SPDX-License-Identifier: Apache-2.0
// The key class of backups: the key store at one moment, and the keys that stand in the heads of spool
// files. Whoever has one of these and the root key reads people erased since it was made; that is why they
// are dropped after backup_key_days, and why an erasure is final only then.
#include "backup.h"

#include "base/file.h"
#include "store/cut.h"

#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SPOOL_HEAD = 128 };

static cu_code spool_heads(struct engine *e, struct cut *c, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(16u << 20);
    char folder[FOLDER_PATH_MAX + 64], name[64], head[SPOOL_HEAD];
    const char **names = NULL;
    size_t count = 0;
    folder_file(&e->folder, "spool", folder);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory to list the spool");
    if (access(folder, F_OK) != 0)
        return CU_OK;
    CU_TRY(cu_dir_list(a, folder, &names, &count, err));
    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(names[i]);
        if (len < 7 || len > 40 || strcmp(names[i] + len - 6, ".spool") != 0)
            continue;
        (void)snprintf(name, sizeof name, "spool/%.*s.head", (int)(len - 6), names[i]);
        struct cut one;
        cut_init(&one);
        cu_code code = cut_add_file(&one, folder, names[i], name, err);
        if (code == CU_OK && one.files[0].size >= SPOOL_HEAD)
            code = cut_read(&one.files[0], head, sizeof head, 0, err);
        if (code == CU_OK && one.files[0].size >= SPOOL_HEAD)
            code = cut_add_bytes(c, name, (cu_str){head, sizeof head}, err);
        cut_clear(&one);
        if (code != CU_OK && code != CU_NOT_FOUND)
            return code;
    }
    return CU_OK;
}

static cu_code copy_folder(struct engine *e, const char *folder_name, struct cut *c, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(4u << 20);
    char folder[FOLDER_PATH_MAX + 64], path[FOLDER_PATH_MAX + 400], name[64];
    const char **names = NULL;
    size_t count = 0;
    struct stat st;
    folder_file(&e->folder, folder_name, folder);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory to list the keys");
    CU_TRY(cu_dir_list(a, folder, &names, &count, err));
    for (size_t i = 0; i < count; i++) {
        (void)snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        if (strlen(names[i]) > 50 || lstat(path, &st) != 0 || !S_ISREG(st.st_mode) || cu_str_ends(cu_str_of(names[i]), CU_LIT("-shm")))
            continue;
        (void)snprintf(name, sizeof name, "%s/%s", folder_name, names[i]);
        CU_TRY(cut_add_copy(c, folder, names[i], name, err));
    }
    return CU_OK;
}

// Keys are made, erased and committed under people_lock only, so under it the store's files are at rest.
static cu_code copy_store(struct engine *e, struct cut *c, struct cu_error *err)
{
    static const char *const single[] = {"keys.db", "keys.db-wal"};
    char path[FOLDER_PATH_MAX + 64];
    cu_code code = CU_OK;
    folder_file(&e->folder, "keys", path);
    (void)people_lock(e->people);
    if (access(path, F_OK) == 0) {
        code = copy_folder(e, "keys", c, err);
    } else {
        for (size_t i = 0; i < CU_COUNT(single) && code == CU_OK; i++) {
            code = cut_add_copy(c, e->folder.path, single[i], single[i], err);
            if (code == CU_NOT_FOUND)
                code = CU_OK;
        }
    }
    people_unlock(e->people);
    return code;
}

cu_code backup_keys_cut(struct engine *e, struct cut *c, struct cu_error *err)
{
    CU_TRY(copy_store(e, c, err));
    return spool_heads(e, c, err);
}
