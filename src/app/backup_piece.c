// SPDX-License-Identifier: Apache-2.0
// Pieces of files: from a file to the target and back. A slow target gets the pieces of records.db through a
// folder beside the data, so that the database need not stand still for the time of an upload.
#include "backup.h"

#include "base/file.h"

#include <fcntl.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

static cu_code put_staged(struct backup_work *w, const char *name, struct cu_error *err)
{
    char path[FOLDER_PATH_MAX + 256];
    CU_AUTO_FD int fd = -1;
    (void)snprintf(path, sizeof path, "%s/%s", w->stage, strrchr(name, '/') + 1);
    CU_TRY(cu_file_open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600, &fd, err));
    return cu_file_write(fd, w->sealed.ptr, w->sealed.len, err);
}

static cu_code store_piece(struct backup_work *w, uint8_t ret_name[32], struct cu_error *err)
{
    char name[80];
    CU_TRY(object_seal(&w->key.key, cu_buf_view(&w->plain), &w->sealed, ret_name, err));
    const struct known_piece *p = known_find(&w->known, ret_name);
    if (p && p->named > 0 && p->bytes == (int64_t)w->sealed.len) {
        w->tally.reused++;
        return CU_OK;
    }
    backup_object_name(ret_name, name);
    CU_TRY(w->stage[0] ? put_staged(w, name, err) : target_put(w->target, name, cu_buf_view(&w->sealed), false, err));
    w->tally.sent += (int64_t)w->sealed.len;
    CU_TRY(known_stored(&w->known, ret_name, (int64_t)w->sealed.len, err));
    return known_named(&w->known, ret_name, err); // by the manifest to come
}

cu_code backup_file_store(struct backup_work *w, const char *name, int64_t size, int64_t piece,
    const struct backup_source *from,
    struct cu_error *err)
{
    struct backup_file *f = NULL;
    CU_TRY(backup_manifest_add(&w->manifest, name, size, piece, &f, err));
    for (size_t i = 0; i < f->piece_count; i++) {
        size_t len = (size_t)backup_piece_len(f, i);
        if (w->stop && atomic_load(w->stop))
            return cu_fail(err, CU_UNAVAILABLE, "", "the server is stopping");
        cu_buf_reset(&w->plain);
        char *room = cu_buf_room(&w->plain, len);
        if (!room)
            return cu_fail(err, CU_MEMORY, "", "no memory for a piece of a backup");
        CU_TRY(from->read(from->context, room, len, (int64_t)i * piece, err));
        w->plain.len = len;
        CU_TRY(store_piece(w, f->pieces[i], err));
        w->tally.pieces++;
        if (w->progress)
            atomic_fetch_add(w->progress, (int64_t)len);
    }
    w->tally.files++;
    w->tally.bytes += size;
    return CU_OK;
}

static cu_code each_staged(struct backup_work *w, bool send, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(64u << 20);
    const char **names = NULL;
    size_t count = 0;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory to list staged pieces");
    CU_TRY(cu_dir_list(a, w->stage, &names, &count, err));
    for (size_t i = 0; i < count; i++) {
        char path[FOLDER_PATH_MAX + 256], name[80];
        (void)snprintf(path, sizeof path, "%s/%s", w->stage, names[i]);
        (void)snprintf(name, sizeof name, "objects/%.2s/%.64s", names[i], names[i]);
        if (send && strlen(names[i]) == 64) {
            cu_buf_reset(&w->sealed);
            CU_TRY(cu_file_read_all(path, &w->sealed, err));
            CU_TRY(target_put(w->target, name, cu_buf_view(&w->sealed), false, err));
        }
        CU_TRY(cu_file_unlink(path, err));
        if (w->stop && atomic_load(w->stop) && send)
            return cu_fail(err, CU_UNAVAILABLE, "", "the server is stopping");
    }
    return CU_OK;
}

cu_code backup_stage_send(struct backup_work *w, struct cu_error *err)
{
    return w->stage[0] ? each_staged(w, true, err) : CU_OK;
}

void backup_stage_clear(struct backup_work *w)
{
    if (!w->stage[0])
        return;
    if (access(w->stage, F_OK) == 0 && each_staged(w, false, NULL) == CU_OK)
        (void)rmdir(w->stage);
    w->stage[0] = 0;
}

cu_code backup_piece_load(struct backup_work *w, const struct backup_file *f, size_t piece, struct cu_error *err)
{
    char name[80];
    struct cu_error why = {0};
    backup_object_name(f->pieces[piece], name);
    cu_code code = target_get(w->target, name, &w->sealed, &why);
    if (code == CU_OK)
        code = object_open(&w->key.key, f->pieces[piece], cu_buf_view(&w->sealed), &w->plain, &why);
    if (code == CU_OK && (int64_t)w->plain.len != backup_piece_len(f, piece))
        code = cu_fail(&why, CU_CORRUPT, "", "it has another length than the manifest says");
    if (code == CU_TOO_LARGE)
        code = CU_CORRUPT;
    if (code == CU_OK)
        return CU_OK;
    return cu_fail(err, code, "", "%.24s... (piece %zu of %s): %s", name, piece, f->name,
        code == CU_NOT_FOUND ? "it is not in the target" : why.text);
}
