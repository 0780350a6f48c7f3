// SPDX-License-Identifier: Apache-2.0
// Sealed spool files. See spool.h for the contract.
//
// Format, little-endian: a header of 128 bytes (magic "CUSPOOL1", number, wrapped key, zeros,
// CRC-32C of what stands before it), then frames. A frame is its plaintext length (bit 31: the last
// frame) and AES-256-GCM of the chunk with tag; associated data binds number, frame index and that
// length word, so frames cannot be cut off, moved, swapped or taken from another file unnoticed.
//
// 1. A frame index is sealed at most once per key: a writer only goes forward, and a file that was
//    broken off is never appended to again.
// 2. A finished file ends with a frame that says so.
// 3. The wrapped key is overwritten and synced before the file is unlinked.
#include "spool.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "crypto/keyring.h"
#include "crypto/seal.h"
#include "wire.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { HEADER = 128, KEY_AT = 16, CRC_AT = 124, TAG = 16, FRAME_HEAD = 4, PATH_MAX_LEN = 512 };
#define LAST_FRAME 0x80000000u
#define FREE_DEFAULT (64ll << 20)
#define FREE_CHECK_EVERY (4ll << 20) // appended bytes between two looks at the free space

static const char magic[8] = "CUSPOOL1";

struct spool {
    char folder[PATH_MAX_LEN];
    struct keyring *keyring;
    int64_t free_bytes_min;
    pthread_mutex_t lock;
    int64_t last_number;
};

struct spool_writer {
    struct spool *spool;
    int fd;
    int64_t number, size, free_checked;
    uint64_t frame;
    struct seal_bulk *seal;
    size_t filled;
    uint8_t plain[SPOOL_CHUNK];
    uint8_t sealed[FRAME_HEAD + SPOOL_CHUNK + TAG];
};

struct spool_reader {
    int fd;
    int64_t number, offset, file_at, file_size;
    uint64_t frame;
    enum spool_part part;
    struct seal_bulk *seal;
    bool ended;
    size_t at, filled; // unread plaintext is plain[at..filled)
    uint8_t plain[SPOOL_CHUNK];
    uint8_t sealed[SPOOL_CHUNK + TAG];
};

static bool path_of(const struct spool *s, int64_t number, char ret[PATH_MAX_LEN])
{
    int n = snprintf(ret, PATH_MAX_LEN, "%s/%016lld.spool", s->folder, (long long)number);
    return n > 0 && n < PATH_MAX_LEN;
}

static int64_t number_of(const char *name)
{
    cu_str s = cu_str_of(name);
    int64_t number = 0;
    bool ours =
        cu_str_ends(s, CU_LIT(".spool")) && cu_str_i64(cu_str_sub(s, 0, s.len - 6), &number);
    return ours && number > 0 ? number : 0;
}

cu_code spool_list(
    struct spool *s, struct cu_arena *a, int64_t **ret, size_t *ret_count, struct cu_error *err)
{
    const char **names = NULL;
    size_t count = 0, kept = 0;
    CU_TRY(cu_dir_list(a, s->folder, &names, &count, err));
    int64_t *numbers = cu_arena_alloc(a, (count + 1) * sizeof *numbers);
    if (!numbers)
        return cu_fail(err, CU_MEMORY, "", "No memory for the list of spool files.");
    for (size_t i = 0; i < count; i++)
        if (number_of(names[i]) > 0)
            numbers[kept++] = number_of(names[i]);
    *ret = numbers;
    *ret_count = kept;
    return CU_OK;
}

cu_code spool_open(const struct spool_options *o, struct spool **ret, struct cu_error *err)
{
    if (strlen(o->folder) > PATH_MAX_LEN - 32)
        return cu_fail(err, CU_INVALID, "folder", "The spool folder's path is too long.");
    CU_TRY(cu_dir_make(o->folder, 0700, err));
    struct spool *s = cu_calloc(1, sizeof *s);
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(16 << 20);
    if (!s || !a) {
        cu_free(s);
        return cu_fail(err, CU_MEMORY, "", "No memory for the spool.");
    }
    (void)snprintf(s->folder, sizeof s->folder, "%s", o->folder);
    s->keyring = o->keyring;
    s->free_bytes_min = o->free_bytes_min ? o->free_bytes_min : FREE_DEFAULT;
    int64_t *numbers = NULL;
    size_t count = 0;
    cu_code code = spool_list(s, a, &numbers, &count, err);
    if (code != CU_OK) {
        cu_free(s);
        return code;
    }
    s->last_number = count > 0 ? numbers[count - 1] : 0;
    (void)pthread_mutex_init(&s->lock, NULL);
    *ret = s;
    return CU_OK;
}

void spool_close(struct spool *s)
{
    if (!s)
        return;
    (void)pthread_mutex_destroy(&s->lock);
    cu_free(s);
}

// Microseconds of the clock, so that a number is not used again after its file was deleted.
static int64_t next_number(struct spool *s)
{
    (void)pthread_mutex_lock(&s->lock);
    int64_t now = cu_now_ms() * 1000;
    s->last_number = now > s->last_number ? now : s->last_number + 1;
    int64_t number = s->last_number;
    (void)pthread_mutex_unlock(&s->lock);
    return number;
}

static cu_str wrap_context(int64_t number, uint8_t bytes[8])
{
    wire_put64(bytes, (uint64_t)number);
    return (cu_str){(const char *)bytes, 8};
}

static cu_code write_header(struct spool_writer *w, struct cu_error *err)
{
    uint8_t head[HEADER] = {0}, key[32], context[8];
    cu_random(key, sizeof key);
    memcpy(head, magic, sizeof magic);
    wire_put64(head + 8, (uint64_t)w->number);
    cu_code code = keyring_wrap(
        w->spool->keyring, "spool", wrap_context(w->number, context), key, head + KEY_AT, err);
    if (code == CU_OK)
        code = seal_bulk_new(key, &w->seal, err);
    explicit_bzero(key, sizeof key);
    CU_TRY(code);
    wire_put32(head + CRC_AT, cu_crc32c(0, head, CRC_AT));
    CU_TRY(cu_file_write(w->fd, head, sizeof head, err));
    return CU_OK;
}

static void free_writer(struct spool_writer *w)
{
    seal_bulk_free(w->seal);
    if (w->fd >= 0)
        (void)close(w->fd);
    explicit_bzero(w->plain, sizeof w->plain);
    cu_free(w);
}

cu_code spool_create(struct spool *s, struct spool_writer **ret, struct cu_error *err)
{
    struct spool_writer *w = cu_calloc(1, sizeof *w);
    if (!w)
        return cu_fail(err, CU_MEMORY, "", "No memory for a spool file.");
    w->spool = s;
    w->fd = -1;
    w->number = next_number(s);
    w->free_checked = -FREE_CHECK_EVERY;
    char path[PATH_MAX_LEN];
    cu_code code =
        path_of(s, w->number, path) ? CU_OK : cu_fail(err, CU_INTERNAL, "", "spool path");
    if (code == CU_OK)
        code = cu_file_open(path, O_WRONLY | O_CREAT | O_EXCL, 0600, &w->fd, err);
    if (code == CU_OK)
        code = write_header(w, err);
    if (code == CU_OK)
        code = cu_dir_sync(s->folder, err);
    if (code != CU_OK) {
        spool_abort(w);
        return code;
    }
    *ret = w;
    return CU_OK;
}

int64_t spool_writer_number(const struct spool_writer *w)
{
    return w->number;
}

int64_t spool_writer_size(const struct spool_writer *w)
{
    return w->size;
}

static cu_code check_free(struct spool_writer *w, struct cu_error *err)
{
    struct statvfs fs;
    if (w->spool->free_bytes_min < 0 || w->size - w->free_checked < FREE_CHECK_EVERY)
        return CU_OK;
    if (statvfs(w->spool->folder, &fs) != 0)
        return cu_fail_errno(err, "cannot ask for the free space of the spool");
    if ((int64_t)(fs.f_bavail * fs.f_frsize) < w->spool->free_bytes_min)
        return cu_fail(err, CU_FULL, "", "Too little space is free on the disk for an upload.");
    w->free_checked = w->size;
    return CU_OK;
}

static void frame_data(uint8_t ad[20], int64_t number, uint64_t frame, uint32_t word)
{
    wire_put64(ad, (uint64_t)number);
    wire_put64(ad + 8, frame);
    wire_put32(ad + 16, word);
}

static cu_code write_frame(struct spool_writer *w, bool last, struct cu_error *err)
{
    uint32_t word = (uint32_t)w->filled | (last ? LAST_FRAME : 0);
    uint8_t ad[20];
    frame_data(ad, w->number, w->frame, word);
    wire_put32(w->sealed, word);
    cu_str plain = {(const char *)w->plain, w->filled};
    CU_TRY(seal_bulk_seal(w->seal, w->frame, (cu_str){(const char *)ad, sizeof ad}, plain,
        w->sealed + FRAME_HEAD, err));
    w->frame++; // before the write: a counter that may have reached the disk is spent
    CU_TRY(cu_file_write(w->fd, w->sealed, FRAME_HEAD + w->filled + TAG, err));
    w->filled = 0;
    return CU_OK;
}

cu_code spool_append(struct spool_writer *w, const void *bytes, size_t len, struct cu_error *err)
{
    const uint8_t *p = bytes;
    CU_TRY(check_free(w, err));
    while (len > 0) {
        size_t n = SPOOL_CHUNK - w->filled;
        n = n < len ? n : len;
        memcpy(w->plain + w->filled, p, n);
        w->filled += n;
        w->size += (int64_t)n;
        p += n;
        len -= n;
        if (w->filled == SPOOL_CHUNK)
            CU_TRY(write_frame(w, false, err));
    }
    return CU_OK;
}

cu_code spool_sync(struct spool_writer *w, struct cu_error *err)
{
    if (w->filled > 0)
        CU_TRY(write_frame(w, false, err));
    return cu_file_datasync(w->fd, err);
}

cu_code spool_finish(struct spool_writer *w, struct cu_error *err)
{
    cu_code code = write_frame(w, true, err);
    if (code == CU_OK)
        code = cu_file_sync(w->fd, err);
    if (code != CU_OK)
        spool_abort(w);
    else
        free_writer(w);
    return code;
}

void spool_leave(struct spool_writer *w)
{
    if (w)
        free_writer(w);
}

void spool_abort(struct spool_writer *w)
{
    if (!w)
        return;
    struct spool *s = w->spool;
    int64_t number = w->number;
    bool made = w->fd >= 0;
    free_writer(w);
    struct cu_error ignored; // a file that stays behind is listed and deleted by its owner at start
    if (made && spool_delete(s, number, &ignored) != CU_OK)
        return;
}

static cu_code open_key(const struct spool *s, const uint8_t head[HEADER], int64_t number,
    struct seal_bulk **ret, struct cu_error *err)
{
    uint8_t key[32], context[8];
    bool sound = memcmp(head, magic, sizeof magic) == 0 &&
                 wire_get64(head + 8) == (uint64_t)number &&
                 wire_get32(head + CRC_AT) == cu_crc32c(0, head, CRC_AT);
    if (!sound)
        return cu_fail(err, CU_CORRUPT, "", "A spool file's header fails its checksum.");
    CU_TRY(keyring_unwrap(
        s->keyring, "spool", wrap_context(number, context), head + KEY_AT, key, err));
    cu_code code = seal_bulk_new(key, ret, err);
    explicit_bzero(key, sizeof key);
    return code;
}

cu_code spool_read_open(struct spool *s, int64_t number, enum spool_part part,
    struct spool_reader **ret, struct cu_error *err)
{
    char path[PATH_MAX_LEN];
    if (number <= 0 || !path_of(s, number, path) || access(path, F_OK) != 0)
        return cu_fail(err, CU_NOT_FOUND, "", "There is no such spool file.");
    struct spool_reader *r = cu_calloc(1, sizeof *r);
    if (!r)
        return cu_fail(err, CU_MEMORY, "", "No memory to read a spool file.");
    r->fd = -1;
    r->number = number;
    r->part = part;
    r->file_at = HEADER;
    uint8_t head[HEADER];
    cu_code code = cu_file_open(path, O_RDONLY, 0, &r->fd, err);
    if (code == CU_OK)
        code = cu_file_size(r->fd, &r->file_size, err);
    if (code == CU_OK)
        code = cu_file_pread(r->fd, head, sizeof head, 0, err);
    if (code == CU_OK)
        code = open_key(s, head, number, &r->seal, err);
    if (code != CU_OK) {
        spool_read_close(r);
        return code;
    }
    *ret = r;
    return CU_OK;
}

void spool_read_close(struct spool_reader *r)
{
    if (!r)
        return;
    seal_bulk_free(r->seal);
    if (r->fd >= 0)
        (void)close(r->fd);
    explicit_bzero(r->plain, sizeof r->plain);
    cu_free(r);
}

static cu_code broken(struct spool_reader *r, struct cu_error *err)
{
    r->ended = true;
    if (r->part == SPOOL_SYNCED)
        return CU_OK;
    return cu_fail(err, CU_CORRUPT, "", "A spool file is damaged or was broken off.");
}

// The length word of the frame at file_at; r->ended when there is none.
static cu_code frame_word(struct spool_reader *r, uint32_t *ret_word, struct cu_error *err)
{
    uint8_t bytes[FRAME_HEAD];
    *ret_word = 0;
    if (r->part == SPOOL_SYNCED) // it may have grown
        CU_TRY(cu_file_size(r->fd, &r->file_size, err));
    if (r->file_at + FRAME_HEAD + TAG > r->file_size)
        return broken(r, err);
    CU_TRY(cu_file_pread(r->fd, bytes, sizeof bytes, r->file_at, err));
    uint32_t word = wire_get32(bytes), len = word & ~LAST_FRAME;
    if (len > SPOOL_CHUNK || r->file_at + FRAME_HEAD + TAG + (int64_t)len > r->file_size)
        return broken(r, err);
    *ret_word = word;
    return CU_OK;
}

static void pass_frame(struct spool_reader *r, uint32_t word)
{
    r->file_at += FRAME_HEAD + TAG + (int64_t)(word & ~LAST_FRAME);
    r->frame++;
    r->ended = (word & LAST_FRAME) != 0;
}

static cu_code read_frame(struct spool_reader *r, struct cu_error *err)
{
    uint32_t word;
    CU_TRY(frame_word(r, &word, err));
    if (r->ended)
        return CU_OK;
    size_t len = word & ~LAST_FRAME;
    uint8_t ad[20];
    frame_data(ad, r->number, r->frame, word);
    CU_TRY(cu_file_pread(r->fd, r->sealed, len + TAG, r->file_at + FRAME_HEAD, err));
    cu_str sealed = {(const char *)r->sealed, len + TAG};
    struct cu_error why;
    if (seal_bulk_open(r->seal, r->frame, (cu_str){(const char *)ad, sizeof ad}, sealed, r->plain,
            &why) != CU_OK)
        return broken(r, err);
    r->at = 0;
    r->filled = len;
    pass_frame(r, word);
    return CU_OK;
}

cu_code spool_read(
    struct spool_reader *r, void *into, size_t room, size_t *ret_len, struct cu_error *err)
{
    uint8_t *out = into;
    size_t done = 0;
    while (done < room) {
        if (r->at == r->filled) {
            if (r->ended)
                break;
            CU_TRY(read_frame(r, err));
            continue;
        }
        size_t n = r->filled - r->at;
        n = n < room - done ? n : room - done;
        memcpy(out + done, r->plain + r->at, n);
        r->at += n;
        done += n;
    }
    r->offset += (int64_t)done;
    *ret_len = done;
    return CU_OK;
}

cu_code spool_seek(struct spool_reader *r, int64_t offset, struct cu_error *err)
{
    r->offset = 0;
    r->frame = 0;
    r->file_at = HEADER;
    r->at = r->filled = 0;
    r->ended = false;
    while (!r->ended) {
        uint32_t word;
        CU_TRY(frame_word(r, &word, err));
        int64_t len = (int64_t)(word & ~LAST_FRAME);
        if (r->ended)
            break;
        if (r->offset + len > offset) {
            CU_TRY(read_frame(r, err));
            r->at = (size_t)(offset - r->offset);
            r->offset = offset;
            break;
        }
        pass_frame(r, word);
        r->offset += len;
    }
    return CU_OK;
}

int64_t spool_tell(const struct spool_reader *r)
{
    return r->offset;
}

cu_code spool_size(struct spool *s, int64_t number, int64_t *ret, struct cu_error *err)
{
    struct spool_reader *r = NULL;
    CU_TRY(spool_read_open(s, number, SPOOL_WHOLE, &r, err));
    cu_code code = spool_seek(r, INT64_MAX, err);
    if (code == CU_OK)
        *ret = r->offset;
    spool_read_close(r);
    return code;
}

cu_code spool_delete(struct spool *s, int64_t number, struct cu_error *err)
{
    char path[PATH_MAX_LEN];
    if (number <= 0 || !path_of(s, number, path) || access(path, F_OK) != 0)
        return CU_OK;
    CU_AUTO_FD int fd = -1;
    static const uint8_t zeros[KEYRING_WRAPPED] = {0};
    int64_t size = 0;
    CU_TRY(cu_file_open(path, O_WRONLY, 0, &fd, err));
    CU_TRY(cu_file_size(fd, &size, err));
    if (size > KEY_AT) { // else the disk was full before a key was written, and still is
        size_t wrapped = (size_t)(size - KEY_AT) < sizeof zeros ? (size_t)(size - KEY_AT) : sizeof zeros;
        CU_TRY(cu_file_pwrite(fd, zeros, wrapped, KEY_AT, err));
        CU_TRY(cu_file_datasync(fd, err));
    }
    CU_TRY(cu_file_unlink(path, err));
    return cu_dir_sync(s->folder, err);
}
