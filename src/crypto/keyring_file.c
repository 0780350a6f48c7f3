// SPDX-License-Identifier: Apache-2.0
// The root key's file: one line "custos-root-2 <base64 of 64 bytes> <check>", mode 0400, never
// inside the data folder, so that a copy of the folder is not a copy of the key. The check (6 bytes
// of an unkeyed hash) only tells a damaged line from a foreign one; it says nothing about the key.
#include "keyring.h"

#include "crypto_internal.h"
#include "secret.h"

#include "base/clock.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sodium.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

#define MAGIC "custos-root-2 "
#define MAGIC_LEN (sizeof MAGIC - 1)
#define KEY_TEXT 88   // base64 of 64 bytes, with padding
#define CHECK_BYTES 6 // 8 characters
#define CHECK_TEXT 8
#define LINE_LEN (MAGIC_LEN + KEY_TEXT + 1 + CHECK_TEXT + 1)
_Static_assert(LINE_LEN + 1 == KEYRING_SECRET_TEXT, "said in the header");

static void check_of(const uint8_t secret[KEYRING_SECRET], char ret[CHECK_TEXT + 1])
{
    uint8_t hash[16];
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    crypto_generichash_update(&state, (const uint8_t *)MAGIC, MAGIC_LEN);
    crypto_generichash_update(&state, secret, KEYRING_SECRET);
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2base64(ret, CHECK_TEXT + 1, hash, CHECK_BYTES, sodium_base64_VARIANT_ORIGINAL);
    sodium_memzero(&state, sizeof state);
}

// realpath() of a path whose last parts need not exist yet.
static cu_code resolve(const char *path, int depth, char ret[PATH_MAX], struct cu_error *err)
{
    if (realpath(path, ret))
        return CU_OK;
    if (errno != ENOENT || depth == 0)
        return cu_fail_errno(err, "cannot resolve the path of the root key or of the data folder");
    size_t end = strlen(path);
    while (end > 0 && path[end - 1] == '/')
        end--;
    size_t start = end;
    while (start > 0 && path[start - 1] != '/')
        start--;
    cu_str last = {path + start, end - start};
    if (last.len == 0 || cu_str_eqz(last, ".") || cu_str_eqz(last, ".."))
        return cu_fail(
            err, CU_INVALID, "", "a path may not go through a folder that does not exist");
    char parent[PATH_MAX] = ".";
    if (start >= sizeof parent)
        return cu_fail(err, CU_INVALID, "", "a path is at most %d bytes", PATH_MAX - 1);
    if (start > 0) {
        memcpy(parent, path, start);
        parent[start] = '\0';
    }
    CU_TRY(resolve(parent, depth - 1, ret, err));
    size_t len = strlen(ret);
    if (len == 1)
        len = 0; // the root folder: its slash is the separator
    if (len + 1 + last.len >= PATH_MAX)
        return cu_fail(err, CU_INVALID, "", "a path is at most %d bytes", PATH_MAX - 1);
    ret[len] = '/';
    memcpy(ret + len + 1, last.ptr, last.len);
    ret[len + 1 + last.len] = '\0';
    return CU_OK;
}

cu_code keyring_check_place(const char *path, const char *data_folder, struct cu_error *err)
{
    char key[PATH_MAX], data[PATH_MAX];
    CU_TRY(resolve(path, 8, key, err));
    CU_TRY(resolve(data_folder, 8, data, err));
    size_t len = strlen(data) == 1 ? 0 : strlen(data);
    if (strncmp(key, data, len) != 0 || (key[len] != '/' && key[len] != '\0'))
        return CU_OK;
    return cu_fail(err, CU_INVALID, "root_key",
        "the root key file must lie outside the data folder, or a copy of the folder is a copy of "
        "the key");
}

static cu_code sync_folder(const char *path, struct cu_error *err)
{
    char folder[PATH_MAX] = ".";
    const char *slash = strrchr(path, '/');
    size_t len = slash ? (size_t)(slash - path) + 1 : 0;
    if (len > 0 && len < sizeof folder) {
        memcpy(folder, path, len);
        folder[len] = '\0';
    }
    return cu_dir_sync(folder, err);
}

void keyring_secret_print(const uint8_t secret[KEYRING_SECRET], char ret[KEYRING_SECRET_TEXT])
{
    memcpy(ret, MAGIC, MAGIC_LEN);
    sodium_bin2base64(
        ret + MAGIC_LEN, KEY_TEXT + 1, secret, KEYRING_SECRET, sodium_base64_VARIANT_ORIGINAL);
    ret[MAGIC_LEN + KEY_TEXT] = ' ';
    check_of(secret, ret + MAGIC_LEN + KEY_TEXT + 1);
    ret[LINE_LEN - 1] = '\n';
    ret[LINE_LEN] = '\0';
}

static cu_code write_key(int fd, struct cu_error *err)
{
    uint8_t secret[KEYRING_SECRET];
    char line[KEYRING_SECRET_TEXT];
    cu_random(secret, sizeof secret);
    keyring_secret_print(secret, line);
    cu_code code = cu_file_write(fd, line, LINE_LEN, err);
    if (code == CU_OK)
        code = cu_file_sync(fd, err);
    sodium_memzero(secret, sizeof secret);
    sodium_memzero(line, sizeof line);
    return code;
}

cu_code keyring_create_file(const char *path, const char *data_folder, struct cu_error *err)
{
    crypto_start();
    CU_TRY(keyring_check_place(path, data_folder, err));
    struct stat st;
    if (lstat(path, &st) == 0)
        return cu_fail(
            err, CU_CONFLICT, "root_key", "the root key file exists; it is never overwritten");
    CU_AUTO_FD int fd = -1;
    CU_TRY(cu_file_open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0400, &fd, err));
    cu_code code = write_key(fd, err);
    if (code == CU_OK)
        code = sync_folder(path, err);
    if (code != CU_OK)
        (void)unlink(path); // ours (O_EXCL), and half a key file must not be found at the next try
    return code;
}

cu_code keyring_secret_parse(
    cu_str text, const char *what, uint8_t ret[KEYRING_SECRET], struct cu_error *err)
{
    char check[CHECK_TEXT + 1];
    uint8_t secret[KEYRING_SECRET];
    size_t len = 0;
    crypto_start();
    bool good = text.len == LINE_LEN && memcmp(text.ptr, MAGIC, MAGIC_LEN) == 0 &&
                text.ptr[LINE_LEN - 1] == '\n' && text.ptr[MAGIC_LEN + KEY_TEXT] == ' ' &&
                sodium_base642bin(secret, sizeof secret, text.ptr + MAGIC_LEN, KEY_TEXT, NULL, &len,
                    NULL, sodium_base64_VARIANT_ORIGINAL) == 0 &&
                len == sizeof secret;
    if (good) {
        check_of(secret, check);
        good = memcmp(check, text.ptr + MAGIC_LEN + KEY_TEXT + 1, CHECK_TEXT) == 0;
    }
    if (good)
        memcpy(ret, secret, sizeof secret);
    sodium_memzero(secret, sizeof secret);
    return good ? CU_OK : cu_fail(err, CU_KEY, "root_key", "%s is damaged or not a root key", what);
}

static cu_code check_file(int fd, struct cu_error *err)
{
    struct stat st;
    if (fstat(fd, &st) != 0)
        return cu_fail_errno(err, "cannot look at the root key file");
    if (!S_ISREG(st.st_mode))
        return cu_fail(err, CU_KEY, "root_key", "the root key is not a regular file");
    if (st.st_mode & 077)
        return cu_fail(
            err, CU_KEY, "root_key", "others may read the root key file; its mode must be 0400");
    if (st.st_size != LINE_LEN)
        return cu_fail(
            err, CU_KEY, "root_key", "the root key file is damaged or not a root key file");
    return CU_OK;
}

cu_code keyring_open_file(const char *path, struct keyring **ret, struct cu_error *err)
{
    crypto_start();
    CU_AUTO_FD int fd = -1;
    // NONBLOCK: a pipe under that name must be refused, not waited for.
    cu_code code = cu_file_open(path, O_RDONLY | O_NONBLOCK | O_NOCTTY, 0, &fd, err);
    if (code == CU_NOT_FOUND)
        return cu_fail(err, CU_KEY, "root_key", "the root key file is missing");
    if (code == CU_IO && (errno == EACCES || errno == EPERM))
        return cu_fail(err, CU_KEY, "root_key", "the root key file may not be read by this user");
    CU_TRY(code);
    CU_TRY(check_file(fd, err));
    uint8_t secret[KEYRING_SECRET];
    char line[LINE_LEN];
    code = cu_file_pread(fd, line, LINE_LEN, 0, err);
    if (code == CU_OK)
        code = keyring_secret_parse((cu_str){line, LINE_LEN}, "the root key file", secret, err);
    if (code == CU_OK)
        code = keyring_from_secret(secret, ret, err);
    sodium_memzero(secret, sizeof secret);
    sodium_memzero(line, sizeof line);
    return code;
}
