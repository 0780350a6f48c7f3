// SPDX-License-Identifier: Apache-2.0
// Backups in a folder: another disk, a mounted share. What must be whole is written beside and renamed;
// pieces are written in place and made durable together, once, before the manifest that names them.
#include "backup_target.h"

#include "base/fault.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

enum { PATH_LEN = 2048, DEPTH_MAX = 6 };

static cu_code path_of(const struct target *t, const char *name, char ret[PATH_LEN], struct cu_error *err)
{
    int n = snprintf(ret, PATH_LEN, "%s/%s", t->root, name);
    return n > 0 && n < PATH_LEN ? CU_OK : cu_fail(err, CU_INVALID, "backup_folder", "a shorter path is accepted");
}

// The folders above a file.
static cu_code make_parents(char path[PATH_LEN], size_t root_len, struct cu_error *err)
{
    for (size_t i = root_len + 1; path[i]; i++) {
        if (path[i] != '/')
            continue;
        path[i] = 0;
        cu_code code = cu_dir_make(path, 0700, err);
        path[i] = '/';
        CU_TRY(code);
    }
    return CU_OK;
}

static cu_code check_place(const char *place, const char *data_folder, struct cu_error *err)
{
    char real[PATH_MAX], data[PATH_MAX];
    if (!data_folder || !realpath(place, real) || !realpath(data_folder, data))
        return CU_OK;
    size_t n = strlen(data);
    bool inside = strncmp(real, data, n) == 0 && (real[n] == 0 || real[n] == '/');
    return inside ? cu_fail(err, CU_INVALID, "backup_folder",
        "a folder outside the data folder is accepted, best on another disk")
                  : CU_OK;
}

cu_code target_folder_open(struct target *t, const struct target_options *o, struct cu_error *err)
{
    struct stat st;
    size_t n = strlen(o->place);
    while (n > 1 && o->place[n - 1] == '/')
        n--;
    (void)snprintf(t->root, sizeof t->root, "%.*s", (int)n, o->place);
    if (o->place[0] != '/')
        return cu_fail(err, CU_INVALID, "backup_folder",
            "a whole path (/mnt/backup/custos) or s3://bucket/prefix is accepted");
    if (stat(t->root, &st) != 0 && errno == ENOENT && o->make)
        CU_TRY(cu_dir_make(t->root, 0700, err));
    if (stat(t->root, &st) != 0 || !S_ISDIR(st.st_mode))
        return cu_fail(err, CU_NOT_FOUND, "backup_folder", "there is no such folder; is its disk mounted?");
    CU_TRY(check_place(t->root, o->data_folder, err));
    if (cu_file_open(t->root, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0, &t->settle_fd, err) == CU_OK)
        return CU_OK;
    return cu_fail(err, CU_IO, "backup_folder",
        "the folder cannot be entered; a disk that was mounted after the start is seen "
                                                "when the server is started again");
}

static void folder_close(struct target *t)
{
    if (t->settle_fd >= 0)
        (void)close(t->settle_fd);
    t->settle_fd = -1;
}

static cu_code write_in_place(const char *path, cu_str bytes, struct cu_error *err)
{
    CU_AUTO_FD int fd = -1;
    CU_TRY(cu_file_open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600, &fd, err));
    return cu_file_write(fd, bytes.ptr, bytes.len, err);
}

static cu_code folder_put(struct target *t, const char *name, cu_str bytes, bool settled, struct cu_error *err)
{
    char path[PATH_LEN];
    CU_TRY(path_of(t, name, path, err));
    char *slash = strrchr(path, '/');
    *slash = 0;
    bool there = access(path, F_OK) == 0;
    *slash = '/';
    if (!there)
        CU_TRY(make_parents(path, strlen(t->place), err));
    return settled ? cu_file_replace(path, bytes.ptr, bytes.len, 0600, err) : write_in_place(path, bytes, err);
}

// One call for all pieces: thousands of single syncs would take minutes.
static cu_code folder_settle(struct target *t, struct cu_error *err)
{
    if (cu_fault_hit(CU_FAULT_IO) || syncfs(t->settle_fd) != 0)
        return cu_fail_errno(err, "the backup cannot be made durable in its folder");
    return CU_OK;
}

static cu_code folder_get(struct target *t, const char *name, struct cu_buf *out, struct cu_error *err)
{
    char path[PATH_LEN];
    CU_TRY(path_of(t, name, path, err));
    cu_code code = cu_file_read_all(path, out, err);
    return code == CU_NOT_FOUND ? cu_fail(err, code, "", "the backup folder has no %s", name) : code;
}

static cu_code folder_drop(struct target *t, const char *name, struct cu_error *err)
{
    char path[PATH_LEN];
    CU_TRY(path_of(t, name, path, err));
    return cu_file_unlink(path, err);
}

struct listing {
    size_t root_len;
    const char *prefix;
    target_visit *visit;
    void *context;
};

static cu_code list_below(const struct listing *l, const char *folder, int depth, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(256u << 20);
    const char **names = NULL;
    size_t count = 0;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory to list backups");
    if (access(folder, F_OK) != 0)
        return CU_OK;
    CU_TRY(cu_dir_list(a, folder, &names, &count, err));
    for (size_t i = 0; i < count; i++) {
        char path[PATH_LEN];
        struct stat st;
        int n = snprintf(path, sizeof path, "%s/%s", folder, names[i]);
        if (n < 0 || n >= PATH_LEN || lstat(path, &st) != 0)
            continue;
        cu_str name = cu_str_of(path + l->root_len + 1);
        if (S_ISDIR(st.st_mode) && depth < DEPTH_MAX)
            CU_TRY(list_below(l, path, depth + 1, err));
        else if (S_ISREG(st.st_mode) && cu_str_starts(name, cu_str_of(l->prefix)))
            CU_TRY(l->visit(l->context, name, (int64_t)st.st_size, err));
    }
    return CU_OK;
}

static cu_code folder_list(struct target *t, const char *prefix, target_visit *visit, void *context, struct cu_error *err)
{
    char path[PATH_LEN];
    const struct listing l = {.root_len = strlen(t->root), .prefix = prefix, .visit = visit, .context = context};
    CU_TRY(path_of(t, prefix, path, err));
    char *slash = strrchr(path, '/'); // a prefix is a folder, or the beginning of names in one
    *slash = 0;
    return list_below(&l, path, 0, err);
}

const struct target_kind target_folder = {.name = "folder", .put = folder_put, .settle = folder_settle, .get = folder_get,
    .drop = folder_drop, .list = folder_list, .close = folder_close};
