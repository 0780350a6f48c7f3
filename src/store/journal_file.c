// SPDX-License-Identifier: Apache-2.0
// The files of one segment: made by the writer, destroyed by release. Order of operations is what
// makes a crash anywhere harmless; the invariants are in journal.c (J4, J7, J8).
#include "journal_file.h"

#include "base/clock.h"
#include "base/file.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/stat.h>
#include <unistd.h>

// The context a segment key is bound to: its number as text, so that key files cannot be swapped.
static cu_str key_context(char buffer[24], uint64_t number)
{
    int n = snprintf(buffer, 24, "%llu", (unsigned long long)number);
    return (cu_str){buffer, (size_t)n};
}

static void spare_path(char ret[JOURNAL_PATH_MAX], const char *folder)
{
    (void)snprintf(ret, JOURNAL_PATH_MAX, "%s/spare.seg", folder);
}

static cu_code key_create(const char *folder, struct keyring *keyring, uint64_t number,
    struct seal_bulk **ret, struct cu_error *err)
{
    uint8_t key[32], wrapped[KEYRING_WRAPPED], bytes[JOURNAL_KEY_FILE];
    char path[JOURNAL_PATH_MAX], context[24];
    cu_random(key, sizeof key);
    cu_code code =
        keyring_wrap(keyring, "journal", key_context(context, number), key, wrapped, err);
    if (code == CU_OK) {
        journal_key_put(number, wrapped, bytes);
        journal_path(path, folder, number, ".key");
        code = cu_file_replace(path, bytes, sizeof bytes, 0600, err);
    }
    if (code == CU_OK)
        code = seal_bulk_new(key, ret, err);
    explicit_bzero(key, sizeof key);
    return code;
}

cu_code journal_key_read(const char *folder, uint64_t number, enum journal_key_state *ret_state,
    uint8_t ret_wrapped[KEYRING_WRAPPED], struct cu_error *err)
{
    char path[JOURNAL_PATH_MAX];
    journal_path(path, folder, number, ".key");
    CU_AUTO_BUF struct cu_buf b;
    cu_buf_init(&b, 4096);
    cu_code code = cu_file_read_all(path, &b, err);
    if (code == CU_NOT_FOUND)
        return cu_fail(err, CU_CORRUPT, "", "journal segment %010llu has no key file",
            (unsigned long long)number);
    if (code == CU_TOO_LARGE ||
        (code == CU_OK && (b.len != JOURNAL_KEY_FILE || !journal_key_get((const uint8_t *)b.ptr,
                                                            number, ret_state, ret_wrapped))))
        return cu_fail(err, CU_CORRUPT, "", "the key file of journal segment %010llu is damaged",
            (unsigned long long)number);
    return code;
}

cu_code journal_key_open(const char *folder, struct keyring *keyring, uint64_t number,
    struct seal_bulk **ret, struct cu_error *err)
{
    uint8_t key[32], wrapped[KEYRING_WRAPPED];
    char context[24];
    enum journal_key_state state;
    CU_TRY(journal_key_read(folder, number, &state, wrapped, err));
    if (state == JOURNAL_KEY_RELEASED)
        return cu_fail(err, CU_NOT_FOUND, "", "journal segment %010llu was released",
            (unsigned long long)number);
    CU_TRY(keyring_unwrap(keyring, "journal", key_context(context, number), wrapped, key, err));
    cu_code code = seal_bulk_new(key, ret, err);
    explicit_bzero(key, sizeof key);
    return code;
}

// Fills a file with a fresh header. A spare keeps its old bytes behind it: overwriting blocks that
// are already written needs no metadata in the file system's journal, which halves the sync time.
static cu_code segment_prepare(
    int fd, uint64_t number, uint64_t first_seq, uint64_t salt, int64_t bytes, struct cu_error *err)
{
    uint8_t header[JOURNAL_SEGMENT_HEADER];
    struct journal_segment_header h = {
        .number = number, .first_seq = first_seq, .salt = salt, .created_ms = cu_now_ms()};
    journal_segment_header_put(&h, header);
    CU_TRY(cu_file_allocate(fd, bytes, err));
    CU_TRY(cu_file_pwrite(fd, header, sizeof header, 0, err));
    return cu_file_sync(fd, err);
}

static cu_code segment_create(const char *folder, uint64_t number, uint64_t first_seq,
    int64_t bytes, struct journal_active *a, struct cu_error *err)
{
    char spare[JOURNAL_PATH_MAX], made[JOURNAL_PATH_MAX], path[JOURNAL_PATH_MAX];
    spare_path(spare, folder);
    journal_path(made, folder, number, ".tmp");
    journal_path(path, folder, number, ".seg");
    const char *from = spare;
    cu_code code = cu_file_open(spare, O_RDWR, 0600, &a->fd, err);
    if (code != CU_OK) {
        from = made;
        CU_TRY(cu_file_open(made, O_RDWR | O_CREAT | O_TRUNC, 0600, &a->fd, err));
    }
    code = segment_prepare(a->fd, number, first_seq, a->salt, bytes, err);
    if (code == CU_OK)
        code = cu_file_rename(from, path, err);
    if (code == CU_OK)
        code = cu_file_size(a->fd, &a->size, err);
    if (code != CU_OK && from == made)
        (void)!cu_file_unlink(made, NULL);
    return code;
}

cu_code journal_file_create(const char *folder, struct keyring *keyring, uint64_t number,
    uint64_t first_seq, int64_t bytes, struct journal_active *ret, struct cu_error *err)
{
    struct journal_active a = {.fd = -1, .number = number, .offset = JOURNAL_SEGMENT_HEADER};
    cu_random(&a.salt, sizeof a.salt);
    cu_code code = key_create(folder, keyring, number, &a.seal, err);
    if (code == CU_OK)
        code = segment_create(folder, number, first_seq, bytes, &a, err);
    if (code != CU_OK) {
        // A rename may have happened although its folder sync failed: what is there now has no
        // frame in it, and either vanishes here or is an empty segment to recovery.
        journal_file_leave(&a);
        (void)!journal_file_destroy(folder, number, 0, NULL);
        return code;
    }
    *ret = a;
    return CU_OK;
}

void journal_file_leave(struct journal_active *a)
{
    seal_bulk_free(a->seal);
    if (a->fd >= 0)
        (void)close(a->fd);
    a->seal = NULL;
    a->fd = -1;
}

cu_code journal_file_finish(
    int fd, uint64_t salt, int64_t offset, uint64_t next_seq, struct cu_error *err)
{
    uint8_t mark[JOURNAL_FRAME_HEADER];
    struct journal_frame f = {.first_seq = next_seq, .counter = UINT64_MAX};
    journal_frame_put(&f, salt, mark);
    CU_TRY(cu_file_pwrite(fd, mark, sizeof mark, offset, err));
    CU_TRY(cu_file_truncate(fd, offset + JOURNAL_FRAME_HEADER, err));
    return cu_file_sync(fd, err);
}

static cu_code key_destroy(const char *path, uint64_t number, struct cu_error *err)
{
    uint8_t bytes[JOURNAL_KEY_FILE];
    journal_key_put_released(number, bytes);
    CU_AUTO_FD int fd = -1;
    struct stat st;
    if (lstat(path, &st) != 0 && errno == ENOENT)
        return CU_OK;
    CU_TRY(cu_file_open(path, O_WRONLY, 0600, &fd, err));
    CU_TRY(cu_file_pwrite(fd, bytes, sizeof bytes, 0, err));
    return cu_file_sync(fd, err);
}

cu_code journal_file_destroy(
    const char *folder, uint64_t number, int64_t spare_max, struct cu_error *err)
{
    char key[JOURNAL_PATH_MAX], segment[JOURNAL_PATH_MAX], spare[JOURNAL_PATH_MAX];
    journal_path(key, folder, number, ".key");
    journal_path(segment, folder, number, ".seg");
    spare_path(spare, folder);
    CU_TRY(key_destroy(key, number, err));
    struct stat st, other;
    if (spare_max > 0 && lstat(spare, &other) != 0 && errno == ENOENT && lstat(segment, &st) == 0 &&
        st.st_size <= spare_max)
        CU_TRY(cu_file_rename(segment, spare, err));
    else
        CU_TRY(cu_file_unlink(segment, err));
    // The segment's disappearance must be durable before the key file's: a segment without one is
    // reported as damage.
    CU_TRY(cu_dir_sync(folder, err));
    return cu_file_unlink(key, err);
}
