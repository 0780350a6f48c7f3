// SPDX-License-Identifier: Apache-2.0
// The files of a backup, piece by piece, each checked before it is written. See restore.h.
#include "restore.h"

#include "base/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

enum { SPOOL_HEAD = 128, PATH_LEN = 2048 };

// "spool/N.body" and "spool/N.head" are the two parts of spool/N.spool.
static int64_t place_of(const struct restore *r, const char *name, char ret[PATH_LEN])
{
    cu_str z = cu_str_of(name);
    bool body = cu_str_starts(z, CU_LIT("spool/")) && cu_str_ends(z, CU_LIT(".body"));
    bool head = cu_str_starts(z, CU_LIT("spool/")) && cu_str_ends(z, CU_LIT(".head"));
    if (body || head)
        (void)snprintf(ret, PATH_LEN, "%s/%.*s.spool", r->o->data, (int)(z.len - 5), z.ptr);
    else
        (void)snprintf(ret, PATH_LEN, "%s/%s", r->o->data, name);
    return body ? SPOOL_HEAD : 0;
}

static cu_code make_parent(const struct restore *r, char *path, struct cu_error *err)
{
    for (char *slash = strchr(path + strlen(r->o->data) + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
        *slash = 0;
        cu_code code = cu_dir_make(path, 0700, err);
        *slash = '/';
        CU_TRY(code);
    }
    return CU_OK;
}

static cu_code write_file(struct restore *r, const struct backup_file *f, struct cu_error *err)
{
    char path[PATH_LEN];
    CU_AUTO_FD int fd = -1;
    int64_t at = place_of(r, f->name, path);
    CU_TRY(make_parent(r, path, err));
    CU_TRY(cu_file_open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600, &fd, err));
    for (size_t i = 0; i < f->piece_count; i++) {
        CU_TRY(backup_piece_load(&r->work, f, i, err));
        CU_TRY(cu_file_pwrite(fd, r->work.plain.ptr, r->work.plain.len, at, err));
        at += (int64_t)r->work.plain.len;
    }
    r->report->bytes += f->size;
    return cu_file_sync(fd, err);
}

cu_code restore_files(struct restore *r, const struct backup_manifest *m, struct cu_error *err)
{
    for (size_t i = 0; i < m->file_count; i++) {
        cu_str name = cu_str_of(m->files[i].name);
        char path[PATH_LEN];
        if (cu_str_eqz(name, BACKUP_ARCHIVE))
            continue; // restore_archive
        if (cu_str_starts(name, CU_LIT("spool/")) && cu_str_ends(name, CU_LIT(".head"))) {
            (void)place_of(r, m->files[i].name, path);
            if (access(path, F_OK) != 0)
                continue; // the file itself is not in the data backup
        }
        CU_TRY(write_file(r, &m->files[i], err));
    }
    return CU_OK;
}

// ---- keys of a living folder

static cu_code copy_file(const char *from, const char *to, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf bytes;
    cu_buf_init(&bytes, (size_t)4 << 30);
    CU_TRY(cu_file_read_all(from, &bytes, err));
    return cu_file_replace(to, bytes.ptr ? bytes.ptr : "", bytes.len, 0600, err);
}

static cu_code copy_keys(struct restore *r, const struct folder *living, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(16u << 20);
    char from[PATH_LEN], to[PATH_LEN];
    const char **names = NULL;
    size_t count = 0;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory to copy the keys");
    (void)snprintf(from, sizeof from, "%s/keys", living->path);
    (void)snprintf(to, sizeof to, "%s/keys", r->o->data);
    if (access(from, F_OK) != 0)
        return cu_fail(err, CU_NOT_FOUND, "--keys", "that folder has no keys in it");
    CU_TRY(cu_dir_make(to, 0700, err));
    CU_TRY(cu_dir_list(a, from, &names, &count, err));
    for (size_t i = 0; i < count; i++) {
        struct stat st;
        (void)snprintf(from, sizeof from, "%s/keys/%s", living->path, names[i]);
        (void)snprintf(to, sizeof to, "%s/keys/%s", r->o->data, names[i]);
        if (lstat(from, &st) == 0 && S_ISREG(st.st_mode))
            CU_TRY(copy_file(from, to, err));
    }
    return CU_OK;
}

cu_code restore_keys_from_folder(struct restore *r, struct cu_error *err)
{
    struct folder living;
    cu_code code = folder_open(r->o->keys, &living, err);
    if (code == CU_LOCKED)
        return cu_fail(err, code, "--keys", "a server works on that folder: stop it first");
    CU_TRY(code);
    if (memcmp(living.fingerprint, r->data.fingerprint, sizeof living.fingerprint) != 0)
        code = cu_fail(err, CU_KEY, "--keys", "that folder is another shop's");
    if (code == CU_OK)
        code = copy_keys(r, &living, err);
    folder_close(&living);
    return code;
}
