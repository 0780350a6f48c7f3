// SPDX-License-Identifier: Apache-2.0
// The epoch root's file and the ratchet: what is in force, and the order of writing that keeps E1 to E4.
// See keys_epoch.h. An advance, step by step:
//   1 the new slot is written into the place that is not in force, and synced   <- here it comes in force
//   2 the next ratchet record is written into its other place, and synced
//   3 the old ratchet record is overwritten with random bytes, synced, then with zeros
//   4 so is the old slot
// A crash before 1 is done leaves the old epoch, after it the new one; epoch_settle does what is left.
#include "keys_epoch_private.h"

#include "base/clock.h"
#include "base/file.h"
#include "crypto/secret.h"

#include <assert.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

#define SLOTS 2
struct secrets { // guarded
    _Alignas(64) uint8_t slot[EPOCH_SLOT]; // the one in force, as it lies on the disk
    struct epoch_values values;
    struct ratchet ratchet; // of the epoch in force; zeros without a ratchet
};

struct epoch {
    int fd, ratchet_fd; // ratchet_fd -1: none
    bool read_only;
    struct keyring *keyring, *next; // own copies; next NULL
    struct secrets *s;
    int place, ratchet_place; // which of the two is in force
    bool slot_clean, ratchet_clean; // the other place holds nothing; and the ratchet is at the slot's epoch
};

// --- files

// The random bytes are synced: with them what was there is gone. The zeros only say that nothing is there;
// when a crash keeps them from the disk, the noise is taken for a torn slot and wiped at the next start.
static cu_code wipe_place(int fd, int64_t at, size_t len, struct cu_error *err)
{
    uint8_t bytes[EPOCH_SLOT];
    assert(len <= sizeof bytes);
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

// Both places of a file; what is beyond its end reads as zeros.
static cu_code read_places(int fd, uint8_t *ret, size_t len, struct cu_error *err)
{
    int64_t size = 0;
    memset(ret, 0, len);
    CU_TRY(cu_file_size(fd, &size, err));
    size_t there = size < 0 ? 0 : (uint64_t)size < len ? (size_t)size : len;
    return there > 0 ? cu_file_pread(fd, ret, there, 0, err) : CU_OK;
}

static cu_code sync_folder_of(const char *path, struct cu_error *err)
{
    char folder[4096] = ".";
    const char *slash = strrchr(path, '/');
    size_t len = slash ? (size_t)(slash - path) + 1 : 0;
    if (len >= sizeof folder)
        return cu_fail(err, CU_TOO_LARGE, "", "a path is longer than %zu bytes", sizeof folder - 1);
    if (len > 0) {
        memcpy(folder, path, len);
        folder[len] = '\0';
    }
    return cu_dir_sync(folder, err);
}

// --- the ratchet

static cu_code parse_ratchet(const uint8_t records[SLOTS * RATCHET_RECORD], struct ratchet *ret, int *ret_place,
    bool *ret_clean, struct cu_error *err)
{
    struct ratchet r[SLOTS];
    bool good[SLOTS];
    for (int i = 0; i < SLOTS; i++)
        good[i] = ratchet_parse(records + i * RATCHET_RECORD, &r[i]);
    int place = good[0] && (!good[1] || r[0].epoch > r[1].epoch) ? 0 : 1;
    static const uint8_t nothing[RATCHET_RECORD];
    *ret_clean = memcmp(records + (1 - place) * RATCHET_RECORD, nothing, RATCHET_RECORD) == 0;
    bool found = good[place];
    if (found) {
        *ret = r[place];
        *ret_place = place;
    }
    secret_wipe(r, sizeof r);
    return found ? CU_OK : cu_fail(err, CU_KEY, "root_key", "the ratchet file beside the root key is damaged");
}

static cu_code read_ratchet(int fd, struct ratchet *ret, int *ret_place, bool *ret_clean, struct cu_error *err)
{
    uint8_t records[SLOTS * RATCHET_RECORD];
    cu_code code = read_places(fd, records, sizeof records, err);
    if (code == CU_OK)
        code = parse_ratchet(records, ret, ret_place, ret_clean, err);
    secret_wipe(records, sizeof records);
    return code;
}

cu_code epoch_ratchet_read(const char *path, uint64_t epoch, uint8_t ret[32], struct cu_error *err)
{
    CU_AUTO_FD int fd = -1;
    struct ratchet r;
    int place = 0;
    bool clean = false;
    cu_code code = cu_file_open(path, O_RDONLY, 0, &fd, err);
    if (code == CU_NOT_FOUND)
        return cu_fail(err, CU_KEY, "root_key", "the ratchet file beside the root key is missing");
    CU_TRY(code);
    CU_TRY(read_ratchet(fd, &r, &place, &clean, err));
    bool fits = ratchet_run(&r, epoch);
    if (fits)
        memcpy(ret, r.value, 32);
    secret_wipe(&r, sizeof r);
    return fits ? CU_OK : cu_fail(err, CU_KEY, "root_key", "the ratchet has moved on since");
}

static cu_code write_record(struct epoch *e, const struct ratchet *r, int place, struct cu_error *err)
{
    uint8_t record[RATCHET_RECORD];
    ratchet_print(r, record);
    cu_code code = write_place(e->ratchet_fd, (int64_t)place * RATCHET_RECORD, record, sizeof record, err);
    secret_wipe(record, sizeof record);
    return code;
}

// --- what is in force

// Tries one slot with the key it names and the ratchet run forward to it.
static cu_code try_slot(struct epoch *e, const uint8_t *slot, const struct ratchet *from, const struct keyring **ret_keyring,
    struct ratchet *ret_ratchet, struct cu_error *err)
{
    uint8_t wanted[16], own[16];
    epoch_slot_fingerprint(slot, wanted);
    const struct keyring *all[] = {e->keyring, e->next}, *k = NULL;
    for (size_t i = 0; i < CU_COUNT(all) && !k; i++) {
        if (all[i])
            keyring_root_fingerprint(all[i], own);
        k = all[i] && memcmp(own, wanted, sizeof own) == 0 ? all[i] : NULL;
    }
    if (!k)
        return cu_fail(err, CU_KEY, "root_key", "the keys of this folder were written under another root key");
    bool wants_ratchet = epoch_slot_has_ratchet(slot);
    if (wants_ratchet != (e->ratchet_fd >= 0))
        return cu_fail(err, CU_KEY, "root_key",
            wants_ratchet ? "the keys of this folder need the ratchet file beside the root key"
                          : "the keys of this folder were written without a ratchet");
    *ret_ratchet = *from;
    if (wants_ratchet && epoch_slot_number(slot) < from->epoch)
        return cu_fail(err, CU_KEY, "root_key",
            "keys/root is an older copy than the ratchet beside the root key: put back the newest, or a key archive");
    if (wants_ratchet && !ratchet_run(ret_ratchet, epoch_slot_number(slot)))
        return cu_fail(err, CU_KEY, "root_key", "the ratchet beside the root key is not the one of this folder");
    CU_TRY(epoch_slot_open(slot, k, ret_ratchet->value, &e->s->values, err));
    *ret_keyring = k;
    return CU_OK;
}

static cu_code no_slot(const enum slot_state state[SLOTS], struct cu_error *err)
{
    if (state[0] == SLOT_NEWER || state[1] == SLOT_NEWER)
        return cu_fail(err, CU_VERSION, "", "keys/root was written by a newer Custos");
    return cu_fail(err, CU_NOT_FOUND, "", "keys/root holds no epoch root");
}

static void swap_keyrings(struct epoch *e)
{
    struct keyring *old = e->keyring;
    e->keyring = e->next;
    e->next = old;
}

// The newest slot that opens (E1). With several reasons why none does, the newest slot's is told.
static cu_code load(struct epoch *e, struct cu_error *err)
{
    uint8_t slots[SLOTS][EPOCH_SLOT];
    enum slot_state state[SLOTS];
    struct ratchet from = {0}, run = {0};
    bool lone_record = true;
    if (e->ratchet_fd >= 0)
        CU_TRY(read_ratchet(e->ratchet_fd, &from, &e->ratchet_place, &lone_record, err));
    cu_code code = read_places(e->fd, slots[0], sizeof slots, err);
    for (int i = 0; i < SLOTS; i++)
        state[i] = epoch_slot_state(slots[i]);
    int newest = epoch_slot_number(slots[0]) >= epoch_slot_number(slots[1]) ? 0 : 1;
    if (state[newest] != SLOT_WHOLE)
        newest = 1 - newest;
    const struct keyring *k = NULL;
    if (code == CU_OK && state[newest] != SLOT_WHOLE)
        code = no_slot(state, err);
    else if (code == CU_OK) {
        code = try_slot(e, slots[newest], &from, &k, &run, err);
        if (code == CU_KEY && state[1 - newest] == SLOT_WHOLE &&
            try_slot(e, slots[1 - newest], &from, &k, &run, NULL) == CU_OK) {
            newest = 1 - newest;
            code = CU_OK;
        }
    }
    if (code == CU_OK) {
        e->place = newest;
        memcpy(e->s->slot, slots[newest], EPOCH_SLOT);
        e->slot_clean = state[1 - newest] == SLOT_EMPTY;
        e->ratchet_clean = lone_record && (e->ratchet_fd < 0 || from.epoch == epoch_slot_number(slots[newest]));
        e->s->ratchet = run;
        if (k == e->next)
            swap_keyrings(e);
    }
    secret_wipe(&from, sizeof from);
    secret_wipe(&run, sizeof run);
    return code;
}

// Steps 2 to 4 for the slot in force.
static cu_code finish(struct epoch *e, struct cu_error *err)
{
    if (e->ratchet_fd >= 0 && !e->ratchet_clean) {
        int other = 1 - e->ratchet_place;
        CU_TRY(write_record(e, &e->s->ratchet, other, err));
        e->ratchet_place = other;
        CU_TRY(wipe_place(e->ratchet_fd, (int64_t)(1 - other) * RATCHET_RECORD, RATCHET_RECORD, err));
        e->ratchet_clean = true;
    }
    if (!e->slot_clean) {
        CU_TRY(wipe_place(e->fd, (int64_t)(1 - e->place) * EPOCH_SLOT, EPOCH_SLOT, err));
        e->slot_clean = true;
    }
    keyring_close(e->next); // no slot is sealed under it any more
    e->next = NULL;
    return CU_OK;
}

cu_code epoch_settle(struct epoch *e, struct cu_error *err)
{
    CU_TRY(load(e, err));
    if (e->slot_clean && e->ratchet_clean)
        return finish(e, err);
    // E3: what was read may be in memory only, after a sync that failed: it is written and synced anew.
    CU_TRY(write_place(e->fd, (int64_t)e->place * EPOCH_SLOT, e->s->slot, EPOCH_SLOT, err));
    return finish(e, err);
}

cu_code epoch_advance(
    struct epoch *e, const struct epoch_values *values, const struct keyring *keyring, struct cu_error *err)
{
    assert(!e->read_only);
    struct keyring *copy = NULL;
    if (keyring) {
        uint8_t secret[KEYRING_SECRET];
        CU_TRY(keyring_secret(keyring, secret, err));
        cu_code code = keyring_from_secret(secret, &copy, err);
        secret_wipe(secret, sizeof secret);
        CU_TRY(code);
    }
    struct ratchet run = e->s->ratchet;
    uint64_t epoch = epoch_number(e) + 1;
    if (e->ratchet_fd >= 0)
        (void)ratchet_run(&run, epoch);
    uint8_t slot[EPOCH_SLOT];
    cu_code code = epoch_slot_seal(values, epoch, e->ratchet_fd >= 0, copy ? copy : e->keyring, run.value, slot, err);
    if (copy) { // also when the write fails: settling may find either in force
        keyring_close(e->next);
        e->next = copy;
    }
    int other = 1 - e->place;
    if (code == CU_OK) {
        e->slot_clean = false;
        code = write_place(e->fd, (int64_t)other * EPOCH_SLOT, slot, sizeof slot, err);
    }
    if (code == CU_OK) {
        e->place = other;
        memcpy(e->s->slot, slot, sizeof slot);
        e->s->values = *values;
        e->s->ratchet = run;
        e->ratchet_clean = e->ratchet_fd < 0;
        if (copy)
            swap_keyrings(e);
        code = finish(e, err);
    }
    secret_wipe(&run, sizeof run);
    return code;
}

// --- life

static cu_code copy_keyring(const struct keyring *k, struct keyring **ret, struct cu_error *err)
{
    uint8_t secret[KEYRING_SECRET];
    if (!k)
        return CU_OK;
    CU_TRY(keyring_secret(k, secret, err));
    cu_code code = keyring_from_secret(secret, ret, err);
    secret_wipe(secret, sizeof secret);
    return code;
}

static cu_code open_files(struct epoch *e, const struct epoch_options *o, bool make, struct cu_error *err)
{
    int flags = e->read_only ? O_RDONLY : O_RDWR;
    CU_TRY(cu_file_open(o->path, make ? flags | O_CREAT : flags, 0600, &e->fd, err));
    if (!o->ratchet_path)
        return CU_OK;
    cu_code code = cu_file_open(o->ratchet_path, make ? flags | O_CREAT : flags, 0600, &e->ratchet_fd, err);
    if (code == CU_NOT_FOUND)
        return cu_fail(err, CU_KEY, "root_key",
            "the ratchet file beside the root key is missing: without it the keys do not open; put it back, or a key "
            "archive");
    return code;
}

static cu_code start(const struct epoch_options *o, bool make, struct epoch **ret, struct cu_error *err)
{
    struct epoch *e = cu_calloc(1, sizeof *e);
    if (!e)
        return cu_fail(err, CU_MEMORY, "", "keys: no memory for the epoch root");
    e->fd = e->ratchet_fd = -1;
    e->read_only = o->read_only;
    e->s = secret_alloc(sizeof *e->s);
    cu_code code = e->s ? CU_OK : cu_fail(err, CU_MEMORY, "", "keys: no memory for the epoch root");
    if (code == CU_OK)
        code = copy_keyring(o->keyring, &e->keyring, err);
    if (code == CU_OK)
        code = copy_keyring(o->next, &e->next, err);
    if (code == CU_OK)
        code = open_files(e, o, make, err);
    if (code != CU_OK) {
        epoch_close(e);
        return code;
    }
    *ret = e;
    return CU_OK;
}

// Whether any slot is there at all, before a missing ratchet is complained about.
static cu_code any_slot(const char *path, struct cu_error *err)
{
    CU_AUTO_FD int fd = -1;
    uint8_t slots[SLOTS][EPOCH_SLOT];
    CU_TRY(cu_file_open(path, O_RDONLY, 0, &fd, err));
    CU_TRY(read_places(fd, slots[0], sizeof slots, err));
    enum slot_state state[SLOTS] = {epoch_slot_state(slots[0]), epoch_slot_state(slots[1])};
    return state[0] == SLOT_WHOLE || state[1] == SLOT_WHOLE ? CU_OK : no_slot(state, err);
}

cu_code epoch_open(const struct epoch_options *o, struct epoch **ret, struct cu_error *err)
{
    struct epoch *e = NULL;
    CU_TRY(any_slot(o->path, err));
    CU_TRY(start(o, false, &e, err));
    cu_code code = o->read_only ? load(e, err) : epoch_settle(e, err);
    if (code != CU_OK) {
        epoch_close(e);
        return code;
    }
    *ret = e;
    return CU_OK;
}

// A ratchet that exists belongs to this root key, from a making cut short or from a store that was lost: it
// is never set back.
static cu_code first_ratchet(struct epoch *e, const char *path, struct cu_error *err)
{
    int64_t size = 0;
    e->s->ratchet.epoch = 1;
    e->ratchet_clean = true;
    if (e->ratchet_fd < 0)
        return CU_OK;
    CU_TRY(cu_file_size(e->ratchet_fd, &size, err));
    if (size > 0 && read_ratchet(e->ratchet_fd, &e->s->ratchet, &e->ratchet_place, &e->ratchet_clean, NULL) == CU_OK)
        return CU_OK;
    cu_random(e->s->ratchet.value, 32);
    e->ratchet_place = 0;
    uint8_t nothing[RATCHET_RECORD] = {0};
    CU_TRY(cu_file_pwrite(e->ratchet_fd, nothing, sizeof nothing, RATCHET_RECORD, err));
    CU_TRY(write_record(e, &e->s->ratchet, 0, err));
    e->ratchet_clean = true;
    CU_TRY(cu_file_sync(e->ratchet_fd, err));
    return sync_folder_of(path, err);
}

static cu_code create(struct epoch *e, const struct epoch_options *o, struct cu_error *err)
{
    CU_TRY(first_ratchet(e, o->ratchet_path, err));
    struct epoch_values *v = &e->s->values;
    cu_random(v->root, sizeof v->root);
    v->created_ms = v->root_since_ms = cu_now_ms();
    for (size_t i = 0; i < EPOCH_CLASSES; i++)
        v->class_version[i] = 1;
    CU_TRY(epoch_slot_seal(v, e->s->ratchet.epoch, e->ratchet_fd >= 0, e->keyring, e->s->ratchet.value, e->s->slot, err));
    CU_TRY(cu_file_truncate(e->fd, 0, err));
    CU_TRY(cu_file_truncate(e->fd, SLOTS * EPOCH_SLOT, err));
    CU_TRY(write_place(e->fd, 0, e->s->slot, EPOCH_SLOT, err));
    CU_TRY(cu_file_sync(e->fd, err));
    e->slot_clean = true;
    return sync_folder_of(o->path, err);
}

cu_code epoch_create(const struct epoch_options *o, struct epoch **ret, struct cu_error *err)
{
    struct epoch *e = NULL;
    CU_TRY(start(o, true, &e, err));
    cu_code code = create(e, o, err);
    if (code != CU_OK) {
        epoch_close(e);
        return code;
    }
    *ret = e;
    return CU_OK;
}

void epoch_close(struct epoch *e)
{
    if (!e)
        return;
    if (e->fd >= 0)
        (void)close(e->fd);
    if (e->ratchet_fd >= 0)
        (void)close(e->ratchet_fd);
    keyring_close(e->keyring);
    keyring_close(e->next);
    secret_free(e->s);
    cu_free(e);
}

uint64_t epoch_number(const struct epoch *e)
{
    return epoch_slot_number(e->s->slot);
}

const struct epoch_values *epoch_values(const struct epoch *e)
{
    return &e->s->values;
}

const struct keyring *epoch_keyring(const struct epoch *e)
{
    return e->keyring;
}

bool epoch_has_ratchet(const struct epoch *e)
{
    return e->ratchet_fd >= 0;
}

void epoch_slot(const struct epoch *e, uint8_t ret[EPOCH_SLOT])
{
    memcpy(ret, e->s->slot, EPOCH_SLOT);
}

void epoch_ratchet(const struct epoch *e, uint8_t ret[32])
{
    memcpy(ret, e->s->ratchet.value, 32);
}

static cu_code write_new(const char *path, const void *bytes, size_t len, size_t size, struct cu_error *err)
{
    CU_AUTO_FD int fd = -1;
    CU_TRY(cu_file_open(path, O_RDWR | O_CREAT | O_EXCL, 0600, &fd, err));
    CU_TRY(cu_file_truncate(fd, (int64_t)size, err));
    CU_TRY(cu_file_pwrite(fd, bytes, len, 0, err));
    CU_TRY(cu_file_sync(fd, err));
    return sync_folder_of(path, err);
}

cu_code epoch_restore(const char *path, const char *ratchet_path, const uint8_t slot[EPOCH_SLOT], const uint8_t ratchet[32],
    struct cu_error *err)
{
    if (ratchet_path) {
        struct ratchet r = {.epoch = epoch_slot_number(slot)};
        uint8_t record[RATCHET_RECORD];
        memcpy(r.value, ratchet, 32);
        ratchet_print(&r, record);
        cu_code code = write_new(ratchet_path, record, sizeof record, SLOTS * RATCHET_RECORD, err);
        secret_wipe(&r, sizeof r);
        secret_wipe(record, sizeof record);
        CU_TRY(code);
    }
    return write_new(path, slot, EPOCH_SLOT, SLOTS * EPOCH_SLOT, err);
}
