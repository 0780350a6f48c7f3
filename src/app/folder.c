// SPDX-License-Identifier: Apache-2.0
// The data folder. See folder.h.
#include "folder.h"

#include "base/file.h"
#include "restore_state.h"
#include "text/text.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "custos-data-2"

void folder_file(const struct folder *f, const char *name, char ret[FOLDER_PATH_MAX + 64])
{
    (void)snprintf(ret, FOLDER_PATH_MAX + 64, "%s/%s", f->path, name);
}

static cu_code set_path(struct folder *f, const char *path, struct cu_error *err)
{
    size_t n = strlen(path);
    while (n > 1 && path[n - 1] == '/')
        n--;
    if (n == 0 || n >= sizeof f->path)
        return cu_fail(err, CU_INVALID, "--data", "a path of 1 to %d bytes is accepted", FOLDER_PATH_MAX - 1);
    memcpy(f->path, path, n);
    f->path[n] = 0;
    return CU_OK;
}

static cu_code write_id(const struct folder *f, const uint8_t fingerprint[16], struct cu_error *err)
{
    char file[FOLDER_PATH_MAX + 64], uuid[37];
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, 256);
    cu_uuid_format(f->id, uuid);
    cu_buf_printf(&text, MAGIC " %s ", uuid);
    text_hex((cu_str){(const char *)fingerprint, 16}, &text);
    cu_buf_char(&text, '\n');
    folder_file(f, "custos.id", file);
    CU_TRY(cu_buf_code(&text, err));
    return cu_file_replace(file, text.ptr, text.len, 0600, err);
}

static cu_code check_empty(const char *path, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(1 << 20);
    const char **names = NULL;
    size_t count = 0;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory");
    CU_TRY(cu_dir_list(a, path, &names, &count, err));
    if (count)
        return cu_fail(err, CU_INVALID, "--data", "a new or an empty folder is accepted");
    return CU_OK;
}

cu_code folder_check_new(const char *path, struct cu_error *err)
{
    struct folder f = {.lock_fd = -1};
    char file[FOLDER_PATH_MAX + 64];
    CU_TRY(set_path(&f, path, err));
    folder_file(&f, "custos.id", file);
    if (access(file, F_OK) == 0)
        return cu_fail(err, CU_CONFLICT, "--data", "the folder holds a shop already; `custos serve` opens it");
    struct stat st;
    if (stat(f.path, &st) == 0 && !S_ISDIR(st.st_mode))
        return cu_fail(err, CU_INVALID, "--data", "a folder is accepted, this is a file");
    return stat(f.path, &st) == 0 ? check_empty(f.path, err) : CU_OK;
}

cu_code folder_create(const char *path, const uint8_t fingerprint[16], struct cu_uuid id,
    struct cu_error *err)
{
    struct folder f = {.id = id, .lock_fd = -1};
    CU_TRY(set_path(&f, path, err));
    CU_TRY(cu_dir_make(f.path, 0700, err));
    return write_id(&f, fingerprint, err);
}

static cu_code parse_id(cu_str text, struct folder *f, struct cu_error *err)
{
    cu_str rest = cu_str_trim(text);
    cu_str magic = cu_str_cut(&rest, ' '), uuid = cu_str_cut(&rest, ' ');
    if (cu_str_starts(magic, CU_LIT("custos-data-")) && !cu_str_eqz(magic, MAGIC))
        return cu_fail(err, CU_VERSION, "--data",
            "the folder's format is %.*s, this Custos opens %s: open it with the Custos that wrote it, export, and import "
            "into a new folder",
            CU_ARG(cu_str_sub(magic, 0, 24)), MAGIC);
    CU_AUTO_BUF struct cu_buf bytes;
    cu_buf_init(&bytes, 64);
    bool decoded = text_hex_decode(rest, &bytes);
    if (bytes.failed && !bytes.too_large)
        return cu_buf_code(&bytes, err); // no memory says nothing about the file
    if (!cu_str_eqz(magic, MAGIC) || !cu_uuid_parse(uuid, &f->id) || !decoded || bytes.len != sizeof f->fingerprint)
        return cu_fail(err, CU_CORRUPT, "--data", "custos.id is damaged; restore it from a backup");
    memcpy(f->fingerprint, bytes.ptr, sizeof f->fingerprint);
    return CU_OK;
}

static cu_code take_lock(struct folder *f, struct cu_error *err)
{
    char file[FOLDER_PATH_MAX + 64];
    folder_file(f, "custos.lock", file);
    CU_TRY(cu_file_open(file, O_RDWR | O_CREAT, 0600, &f->lock_fd, err));
    if (flock(f->lock_fd, LOCK_EX | LOCK_NB) == 0)
        return CU_OK;
    (void)close(f->lock_fd);
    f->lock_fd = -1;
    return cu_fail(err, CU_LOCKED, "--data", "another Custos works on this folder");
}

cu_code folder_open(const char *path, struct folder *ret, struct cu_error *err)
{
    char file[FOLDER_PATH_MAX + 64];
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, 4096);
    *ret = (struct folder){.lock_fd = -1};
    CU_TRY(set_path(ret, path, err));
    folder_file(ret, "custos.id", file);
    cu_code code = cu_file_read_all(file, &text, err);
    if (code == CU_NOT_FOUND)
        return cu_fail(err, CU_NOT_FOUND, "--data", "there is no shop in that folder; `custos init --data DIR` makes one");
    CU_TRY(code);
    CU_TRY(parse_id(cu_buf_view(&text), ret, err));
    CU_TRY(restore_state_check(ret->path, err));
    return take_lock(ret, err);
}

void folder_close(struct folder *f)
{
    if (f->lock_fd >= 0)
        (void)close(f->lock_fd);
    f->lock_fd = -1;
}

cu_code folder_default_key_path(struct cu_uuid id, char *ret, size_t size, struct cu_error *err)
{
    char uuid[37], parent[FOLDER_PATH_MAX];
    const char *home = getenv("HOME"), *config = getenv("XDG_CONFIG_HOME");
    cu_uuid_format(id, uuid);
    if (geteuid() == 0)
        (void)snprintf(parent, sizeof parent, "/etc/custos");
    else if (config && config[0] == '/')
        (void)snprintf(parent, sizeof parent, "%s/custos", config);
    else if (home && home[0] == '/')
        (void)snprintf(parent, sizeof parent, "%s/.config/custos", home);
    else
        return cu_fail(err, CU_MISSING, "--root-key", "name a file outside the data folder for the root key");
    int n = snprintf(ret, size, "%s/%s.key", parent, uuid);
    if (n < 0 || (size_t)n >= size)
        return cu_fail(err, CU_INVALID, "--root-key", "the path is too long");
    if (geteuid() != 0) {
        char above[FOLDER_PATH_MAX];
        (void)snprintf(above, sizeof above, "%s", parent);
        *strrchr(above, '/') = 0;
        CU_TRY(cu_dir_make(above, 0700, err));
    }
    return cu_dir_make(parent, 0700, err);
}
