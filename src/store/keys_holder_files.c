// SPDX-License-Identifier: Apache-2.0
// A replica's files beside its rows: slots, ratchet records, identity, pairing. See keys_holder.h.
//   ratchet record, 512: "custosRW", format 4, zero 4, epoch 8, wrapped 72, zeros, CRC-32C 4 of what is before
#include "keys_holder_private.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/hash.h"
#include "crypto/keybox.h"
#include "crypto/secret.h"

#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define PLACES 2
#define RECORD_MAGIC "custosRW"
#define RECORD_CRC (RATCHET_RECORD - 4)

cu_code holder_path(const char *folder, const char *name, char ret[4096], struct cu_error *err)
{
    int n = snprintf(ret, 4096, "%s/%s", folder, name);
    return n > 0 && n < 4096 ? CU_OK : cu_fail(err, CU_INVALID, "folder", "a path of at most 4,000 bytes is accepted");
}

cu_code holder_identity(const struct keys_holder_options *o, char ret[4096], struct cu_error *err)
{
    size_t len = strlen(o->folder);
    while (len > 1 && o->folder[len - 1] == '/')
        len--;
    int n = o->identity ? snprintf(ret, 4096, "%s", o->identity) : snprintf(ret, 4096, "%.*s.key", (int)len, o->folder);
    return n > 0 && n < 4096 - 16 ? CU_OK : cu_fail(err, CU_INVALID, "identity", "a path of at most 4,000 bytes is accepted");
}

// --- places of a file

static cu_code read_places(int fd, uint8_t *ret, size_t len, struct cu_error *err)
{
    int64_t size = 0;
    memset(ret, 0, len);
    CU_TRY(cu_file_size(fd, &size, err));
    size_t there = size < 0 ? 0 : (uint64_t)size < len ? (size_t)size : len;
    return there > 0 ? cu_file_pread(fd, ret, there, 0, err) : CU_OK;
}

// As in keys_epoch.c: the random bytes are synced, and with them what was there is gone.
static cu_code wipe_place(int fd, int64_t at, size_t len, struct cu_error *err)
{
    uint8_t bytes[EPOCH_SLOT];
    cu_random(bytes, len);
    CU_TRY(cu_file_pwrite(fd, bytes, len, at, err));
    CU_TRY(cu_file_datasync(fd, err));
    memset(bytes, 0, len);
    return cu_file_pwrite(fd, bytes, len, at, err);
}

static cu_code write_place(int fd, int64_t at, const void *bytes, size_t len, struct cu_error *err)
{
    CU_TRY(cu_file_pwrite(fd, bytes, len, at, err));
    return cu_file_datasync(fd, err);
}

static void print_record(uint64_t epoch, const uint8_t wrapped[KEYRING_WRAPPED], uint8_t ret[RATCHET_RECORD])
{
    memset(ret, 0, RATCHET_RECORD);
    memcpy(ret, RECORD_MAGIC, 8);
    archive_put(ret + 8, 4, 1);
    archive_put(ret + 16, 8, epoch);
    memcpy(ret + 24, wrapped, KEYRING_WRAPPED);
    archive_put(ret + RECORD_CRC, 4, cu_crc32c(0, ret, RECORD_CRC));
}

static bool record_is_of(const uint8_t record[RATCHET_RECORD], uint64_t epoch)
{
    return memcmp(record, RECORD_MAGIC, 8) == 0 && archive_get(record + 8, 4) == 1 &&
           archive_get(record + RECORD_CRC, 4) == cu_crc32c(0, record, RECORD_CRC) && archive_get(record + 16, 8) == epoch;
}

static cu_code find_slot(struct holder_files *f, uint64_t epoch, struct cu_error *err)
{
    uint8_t slots[PLACES][EPOCH_SLOT];
    CU_TRY(read_places(f->slot_fd, slots[0], sizeof slots, err));
    f->slot_place = -1;
    f->slot_clean = true;
    for (int i = 0; i < PLACES; i++) {
        if (epoch > 0 && epoch_slot_state(slots[i]) == SLOT_WHOLE && epoch_slot_number(slots[i]) == epoch)
            f->slot_place = i;
    }
    if (f->slot_place >= 0)
        memcpy(f->slot, slots[f->slot_place], EPOCH_SLOT);
    for (int i = 0; i < PLACES; i++)
        f->slot_clean = f->slot_clean && (i == f->slot_place || keybox_is_zero(slots[i], EPOCH_SLOT));
    return CU_OK;
}

static cu_code find_record(struct holder_files *f, uint64_t epoch, bool has_ratchet, struct cu_error *err)
{
    uint8_t records[PLACES][RATCHET_RECORD];
    CU_TRY(read_places(f->ratchet_fd, records[0], sizeof records, err));
    f->ratchet_place = -1;
    f->ratchet_clean = true;
    for (int i = 0; i < PLACES; i++) {
        if (epoch > 0 && has_ratchet && record_is_of(records[i], epoch))
            f->ratchet_place = i;
    }
    if (f->ratchet_place >= 0)
        memcpy(f->ratchet, records[f->ratchet_place] + 24, KEYRING_WRAPPED);
    for (int i = 0; i < PLACES; i++)
        f->ratchet_clean = f->ratchet_clean && (i == f->ratchet_place || keybox_is_zero(records[i], RATCHET_RECORD));
    return CU_OK;
}

cu_code holder_files_settle(struct holder_files *f, struct cu_error *err)
{
    for (int i = 0; i < PLACES && !f->slot_clean; i++) {
        if (i != f->slot_place)
            CU_TRY(wipe_place(f->slot_fd, (int64_t)i * EPOCH_SLOT, EPOCH_SLOT, err));
    }
    f->slot_clean = true;
    for (int i = 0; i < PLACES && !f->ratchet_clean; i++) {
        if (i != f->ratchet_place)
            CU_TRY(wipe_place(f->ratchet_fd, (int64_t)i * RATCHET_RECORD, RATCHET_RECORD, err));
    }
    f->ratchet_clean = true;
    return CU_OK;
}

cu_code holder_files_open(struct holder_files *f, const char *folder, const char *identity, uint64_t epoch, bool has_ratchet,
    struct cu_error *err)
{
    char path[4096];
    *f = (struct holder_files){.slot_fd = -1, .ratchet_fd = -1};
    CU_TRY(holder_path(folder, "root", path, err));
    CU_TRY(cu_file_open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0600, &f->slot_fd, err));
    (void)snprintf(path, sizeof path, "%s.ratchet", identity);
    CU_TRY(cu_file_open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0600, &f->ratchet_fd, err));
    CU_TRY(find_slot(f, epoch, err));
    CU_TRY(find_record(f, epoch, has_ratchet, err));
    if (epoch > 0 && (f->slot_place < 0 || (has_ratchet && f->ratchet_place < 0)))
        return cu_fail(err, CU_CORRUPT, "",
            "the replica's slot or ratchet are missing or damaged: empty its folder and pair it anew, the primary sends all");
    return holder_files_settle(f, err);
}

void holder_files_close(struct holder_files *f)
{
    if (f->slot_fd >= 0)
        (void)close(f->slot_fd);
    if (f->ratchet_fd >= 0)
        (void)close(f->ratchet_fd);
    f->slot_fd = f->ratchet_fd = -1;
}

cu_code holder_files_write(struct holder_files *f, uint64_t epoch, const uint8_t slot[EPOCH_SLOT], const uint8_t *ratchet,
    struct cu_error *err)
{
    int other = f->slot_place == 0 ? 1 : 0;
    f->slot_clean = f->ratchet_clean = false;
    CU_TRY(write_place(f->slot_fd, (int64_t)other * EPOCH_SLOT, slot, EPOCH_SLOT, err));
    if (ratchet) {
        uint8_t record[RATCHET_RECORD];
        int place = f->ratchet_place == 0 ? 1 : 0;
        print_record(epoch, ratchet, record);
        CU_TRY(write_place(f->ratchet_fd, (int64_t)place * RATCHET_RECORD, record, sizeof record, err));
    }
    return CU_OK;
}

void holder_files_enter(struct holder_files *f, const uint8_t slot[EPOCH_SLOT], const uint8_t *ratchet)
{
    f->slot_place = f->slot_place == 0 ? 1 : 0;
    memcpy(f->slot, slot, EPOCH_SLOT);
    f->ratchet_place = !ratchet ? -1 : f->ratchet_place == 0 ? 1 : 0;
    if (ratchet)
        memcpy(f->ratchet, ratchet, KEYRING_WRAPPED);
}

// --- making and pairing

cu_code keys_holder_init(const struct keys_holder_options *o, char ret_line[PEER_LINE_MAX], struct cu_error *err)
{
    char identity[4096];
    uint8_t seed[PEER_SEED];
    struct peer_public p;
    CU_TRY(holder_identity(o, identity, err));
    CU_TRY(keyring_check_place(identity, o->folder, err));
    CU_TRY(cu_dir_make(o->folder, 0700, err));
    CU_TRY(peer_seed_create(identity, seed, err));
    peer_public_of(seed, &p);
    peer_line_print(PEER_REPLICA, &p, ret_line);
    secret_wipe(seed, sizeof seed);
    return CU_OK;
}

cu_code keys_holder_pair(const struct keys_holder_options *o, cu_str primary_line, struct cu_error *err)
{
    char path[4096], line[PEER_LINE_MAX + 1];
    struct peer_public p, former;
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, 4096);
    CU_TRY(peer_line_parse(PEER_PRIMARY, primary_line, "primary", &p, err));
    CU_TRY(holder_path(o->folder, "primary", path, err));
    cu_code code = cu_file_read_all(path, &text, err);
    if (code == CU_OK && peer_line_parse(PEER_PRIMARY, cu_buf_view(&text), "primary", &former, NULL) == CU_OK &&
        memcmp(&p, &former, sizeof p) != 0)
        return cu_fail(err, CU_CONFLICT, "primary", "this folder belongs to another primary; use an empty one");
    if (code != CU_OK && code != CU_NOT_FOUND)
        return code;
    peer_line_print(PEER_PRIMARY, &p, line);
    size_t len = strlen(line);
    line[len] = '\n';
    return cu_file_replace(path, line, len + 1, 0600, err);
}
