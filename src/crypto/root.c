// SPDX-License-Identifier: Apache-2.0
// Where the root secret comes from, and its rotation. See root.h. Passphrases are in root_passphrase.c.
#include "root_private.h"

#include "crypto_internal.h"
#include "secret.h"
#include "shares.h"

#include "base/clock.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

const char *const root_kind_names[] = {"file", "passphrase", "credential", "shares"};
static const char *const prefixes[] = {NULL, "passphrase:", "credential:", "shares:"};
#define TEXT_MAX 16384

// --- files

static cu_code sync_parent(const char *path, struct cu_error *err)
{
    char folder[ROOT_PATH_MAX + 16] = ".";
    const char *slash = strrchr(path, '/');
    if (slash)
        (void)snprintf(folder, sizeof folder, "%.*s", (int)(slash - path) + 1, path);
    return cu_dir_sync(folder, err);
}

cu_code root_write_new(const char *path, const char *text, size_t len, int mode, struct cu_error *err)
{
    struct stat st;
    if (lstat(path, &st) == 0)
        return cu_fail(err, CU_CONFLICT, "root_key", "that file exists; it is never overwritten");
    CU_AUTO_FD int fd = -1;
    CU_TRY(cu_file_open(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, mode, &fd, err));
    cu_code code = cu_file_write(fd, text, len, err);
    if (code == CU_OK)
        code = cu_file_sync(fd, err);
    if (code == CU_OK)
        code = sync_parent(path, err);
    if (code != CU_OK)
        (void)unlink(path);
    return code;
}

cu_code root_read_text(const char *path, const char *what, struct cu_buf *ret, struct cu_error *err)
{
    cu_code code = cu_file_read_all(path, ret, err);
    if (code == CU_NOT_FOUND)
        return cu_fail(err, CU_KEY, "root_key", "%s is missing", what);
    if (code == CU_TOO_LARGE)
        return cu_fail(err, CU_KEY, "root_key", "%s is not one: it is too large", what);
    if (code == CU_IO && (errno == EACCES || errno == EPERM))
        return cu_fail(err, CU_KEY, "root_key", "%s may not be read by this user", what);
    return code;
}

// Overwrites what a file held, as far as the file system writes in place. The name is gone already.
static cu_code scrub(int fd, struct cu_error *err)
{
    uint8_t bytes[512];
    cu_random(bytes, sizeof bytes);
    CU_TRY(cu_file_pwrite(fd, bytes, sizeof bytes, 0, err));
    CU_TRY(cu_file_sync(fd, err));
    memset(bytes, 0, sizeof bytes);
    CU_TRY(cu_file_pwrite(fd, bytes, sizeof bytes, 0, err));
    return cu_file_sync(fd, err);
}

static cu_code destroy(const char *path, struct cu_error *err)
{
    CU_AUTO_FD int fd = -1;
    (void)chmod(path, 0600);
    cu_code code = cu_file_open(path, O_RDWR | O_NOFOLLOW, 0, &fd, err);
    if (code == CU_NOT_FOUND)
        return CU_OK;
    CU_TRY(code);
    CU_TRY(scrub(fd, err));
    CU_TRY(cu_file_unlink(path, err));
    return sync_parent(path, err);
}

// --- sources

static bool good_name(const char *name)
{
    size_t len = strspn(name, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._-");
    return len > 0 && len < 64 && name[len] == '\0' && name[0] != '.';
}

cu_code root_parse(const char *setting, const char *default_path, const char *data_folder, struct root_source *ret,
    struct cu_error *err)
{
    struct root_source s = {.kind = ROOT_FILE};
    const char *place = setting[0] ? setting : default_path;
    for (size_t i = 1; i < CU_COUNT(prefixes); i++) {
        if (strncmp(place, prefixes[i], strlen(prefixes[i])) == 0) {
            s.kind = (enum root_kind)i;
            place += strlen(prefixes[i]);
            break;
        }
    }
    if (place[0] == '\0' || strlen(place) >= sizeof s.place || strlen(default_path) >= sizeof s.place)
        return cu_fail(err, CU_INVALID, "root_key", "a path of 1 to %zu bytes is accepted", sizeof s.place - 1);
    (void)snprintf(s.place, sizeof s.place, "%s", place);
    if (s.kind == ROOT_CREDENTIAL && !good_name(place))
        return cu_fail(err, CU_INVALID, "root_key", "credential: takes a name of letters, digits, '.', '_' and '-'");
    if (s.kind != ROOT_CREDENTIAL)
        CU_TRY(keyring_check_place(place, data_folder, err));
    if (s.kind != ROOT_PASSPHRASE)
        (void)snprintf(s.ratchet, sizeof s.ratchet, "%s.ratchet", s.kind == ROOT_FILE ? place : default_path);
    if (s.ratchet[0])
        CU_TRY(keyring_check_place(s.ratchet, data_folder, err));
    *ret = s;
    return CU_OK;
}

cu_code root_create(const struct root_source *s, const char *data_folder, struct cu_error *err)
{
    struct keyring *k = NULL, *next = NULL;
    switch (s->kind) {
    case ROOT_FILE:
        return keyring_create_file(s->place, data_folder, err);
    case ROOT_PASSPHRASE:
        CU_TRY(keyring_check_place(s->place, data_folder, err));
        return root_passphrase_create(s->place, err);
    case ROOT_CREDENTIAL: {
        cu_code code = root_open(s, &k, &next, err);
        keyring_close(k);
        return code;
    }
    case ROOT_SHARES:
        break;
    }
    return cu_fail(err, CU_INVALID, "root_key",
        "a new shop begins with a root key file; `custos keys shares` then cuts it into shares");
}

void root_destroy(const struct root_source *s)
{
    if (s->kind == ROOT_FILE || s->kind == ROOT_PASSPHRASE)
        (void)!destroy(s->place, NULL);
}

static cu_code from_secret(cu_code code, uint8_t secret[KEYRING_SECRET], struct keyring **ret, struct cu_error *err)
{
    if (code == CU_OK)
        code = keyring_from_secret(secret, ret, err);
    secret_wipe(secret, KEYRING_SECRET);
    return code;
}

static cu_code open_passphrase(const char *path, cu_str passphrase, struct keyring **ret, struct cu_error *err)
{
    uint8_t secret[KEYRING_SECRET];
    return from_secret(root_passphrase_read(path, passphrase, secret, err), secret, ret, err);
}

static cu_code open_credential(const char *name, struct keyring **ret, struct cu_error *err)
{
    const char *folder = getenv("CREDENTIALS_DIRECTORY");
    char path[2 * ROOT_PATH_MAX];
    uint8_t secret[KEYRING_SECRET];
    struct cu_buf text;
    if (!folder || folder[0] != '/')
        return cu_fail(err, CU_KEY, "root_key",
            "no credentials were passed: start Custos through systemd with LoadCredentialEncrypted=%s", name);
    (void)snprintf(path, sizeof path, "%.1000s/%s", folder, name);
    cu_buf_init(&text, TEXT_MAX);
    cu_code code = root_read_text(path, "the credential", &text, err);
    if (code == CU_OK)
        code = keyring_secret_parse(cu_buf_view(&text), "the credential", secret, err);
    cu_buf_wipe(&text);
    return from_secret(code, secret, ret, err);
}

static cu_code open_shares(const char *path, struct keyring **ret, struct cu_error *err)
{
    uint8_t secret[KEYRING_SECRET];
    struct cu_buf text;
    struct stat st;
    if (stat(path, &st) == 0 && st.st_mode & 077)
        return cu_fail(err, CU_KEY, "root_key", "others may read the file of shares; its mode must be 0600");
    cu_buf_init(&text, TEXT_MAX);
    cu_code code = root_read_text(path, "the file of shares", &text, err);
    if (code == CU_OK)
        code = shares_join(cu_buf_view(&text), secret, err);
    cu_buf_wipe(&text);
    return from_secret(code, secret, ret, err);
}

// The successor beside the present one. A damaged one was never in force: it was synced whole before.
static struct keyring *open_next(const struct root_source *s, cu_str passphrase)
{
    char path[ROOT_PATH_MAX + 8];
    struct keyring *next = NULL;
    (void)snprintf(path, sizeof path, "%s.next", s->place);
    if (access(path, F_OK) != 0)
        return NULL;
    cu_code code =
        s->kind == ROOT_FILE ? keyring_open_file(path, &next, NULL) : open_passphrase(path, passphrase, &next, NULL);
    return code == CU_OK ? next : NULL;
}

cu_code root_open(const struct root_source *s, struct keyring **ret, struct keyring **ret_next, struct cu_error *err)
{
    struct keyring *k = NULL, *next = NULL;
    struct cu_buf passphrase;
    cu_code code = CU_OK;
    cu_buf_init(&passphrase, ROOT_PASSPHRASE_MAX + 2);
    switch (s->kind) {
    case ROOT_FILE:
        code = keyring_open_file(s->place, &k, err);
        break;
    case ROOT_PASSPHRASE:
        code = root_passphrase_ask("Passphrase of the root key: ", &passphrase, err);
        if (code == CU_OK)
            code = open_passphrase(s->place, cu_buf_view(&passphrase), &k, err);
        break;
    case ROOT_CREDENTIAL:
        code = open_credential(s->place, &k, err);
        break;
    case ROOT_SHARES:
        code = open_shares(s->place, &k, err);
        break;
    }
    if (code == CU_OK && (s->kind == ROOT_FILE || s->kind == ROOT_PASSPHRASE))
        next = open_next(s, cu_buf_view(&passphrase));
    cu_buf_wipe(&passphrase);
    CU_TRY(code);
    *ret = k;
    *ret_next = next;
    return CU_OK;
}

// --- rotation

static cu_code write_next(
    const struct root_source *s, const char *path, const uint8_t secret[KEYRING_SECRET], struct cu_error *err)
{
    if (s->kind == ROOT_FILE) {
        char text[KEYRING_SECRET_TEXT];
        keyring_secret_print(secret, text);
        cu_code code = root_write_new(path, text, strlen(text), 0400, err);
        secret_wipe(text, sizeof text);
        return code;
    }
    struct cu_buf passphrase;
    uint8_t now[KEYRING_SECRET];
    cu_buf_init(&passphrase, ROOT_PASSPHRASE_MAX + 2);
    cu_code code = root_passphrase_ask("Passphrase of the root key: ", &passphrase, err);
    if (code == CU_OK) // the same passphrase goes on: a slip of the finger must not lock everybody out
        code = root_passphrase_read(s->place, cu_buf_view(&passphrase), now, err);
    if (code == CU_OK)
        code = root_passphrase_write(path, cu_buf_view(&passphrase), &root_cost_default, secret, err);
    secret_wipe(now, sizeof now);
    cu_buf_wipe(&passphrase);
    return code;
}

cu_code root_rotate_begin(
    const struct root_source *s, const struct keyring *now, struct keyring **ret_next, struct cu_error *err)
{
    char path[ROOT_PATH_MAX + 8];
    uint8_t secret[KEYRING_SECRET];
    struct keyring *next = NULL;
    if (s->kind != ROOT_FILE && s->kind != ROOT_PASSPHRASE)
        return cu_fail(err, CU_CONFLICT, "root_key",
            "the root key comes from outside Custos (%s): put a root key file in its place first, rotate, and store the new "
            "one there",
            root_kind_names[s->kind]);
    (void)snprintf(path, sizeof path, "%s.next", s->place);
    CU_TRY(keyring_successor(now, &next, err));
    cu_code code = keyring_secret(next, secret, err);
    if (code == CU_OK)
        code = destroy(path, err); // of an attempt that came to nothing
    if (code == CU_OK)
        code = write_next(s, path, secret, err);
    secret_wipe(secret, sizeof secret);
    if (code != CU_OK) {
        keyring_close(next);
        return code;
    }
    *ret_next = next;
    return CU_OK;
}

static cu_code is_in_force(
    const struct root_source *s, const char *path, const uint8_t in_force[16], bool *ret, struct cu_error *err)
{
    if (s->kind == ROOT_PASSPHRASE)
        return root_passphrase_in_force(path, in_force, ret, err);
    struct keyring *k = NULL;
    uint8_t own[16];
    CU_TRY(keyring_open_file(path, &k, err));
    keyring_root_fingerprint(k, own);
    keyring_close(k);
    *ret = memcmp(own, in_force, sizeof own) == 0;
    return CU_OK;
}

static cu_code promote(const char *next, const char *place, struct cu_error *err)
{
    CU_AUTO_FD int old = -1;
    (void)chmod(place, 0600);
    CU_TRY(cu_file_open(place, O_RDWR | O_NOFOLLOW, 0, &old, err));
    CU_TRY(cu_file_rename(next, place, err));
    return scrub(old, err);
}

cu_code root_rotate_end(const struct root_source *s, const uint8_t in_force[16], struct cu_error *err)
{
    char next[ROOT_PATH_MAX + 8];
    bool present = false, successor = false;
    (void)snprintf(next, sizeof next, "%s.next", s->place);
    if ((s->kind != ROOT_FILE && s->kind != ROOT_PASSPHRASE) || access(next, F_OK) != 0)
        return CU_OK;
    CU_TRY(is_in_force(s, s->place, in_force, &present, err));
    if (present)
        return destroy(next, err);
    CU_TRY(is_in_force(s, next, in_force, &successor, err));
    return successor ? promote(next, s->place, err)
                     : cu_fail(err, CU_KEY, "root_key", "neither the root key nor its successor is the one in force");
}
