// SPDX-License-Identifier: Apache-2.0
// The key class of backups: a key archive (store/keys_archive.h), which is sealed to root key and recovery kit by
// itself and therefore stored as it is, and the keys in the heads of spool files. Whoever has one of these
// and the root key reads people erased since it was made; that is why they are dropped after backup_key_days,
// and why an erasure is final only then.
#include "backup.h"

#include "base/file.h"
#include "guard/admin.h"
#include "store/keys_archive.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

enum { SPOOL_HEAD = 128 };

void backup_archive_name(const char *id, char ret[80])
{
    (void)snprintf(ret, 80, "keys/%s" KEYS_ARCHIVE_SUFFIX, id);
}

cu_code backup_spool_heads(struct engine *e, struct cut *c, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(16u << 20);
    char folder[FOLDER_PATH_MAX + 64], name[64], head[SPOOL_HEAD];
    const char **names = NULL;
    size_t count = 0;
    folder_file(&e->folder, "spool", folder);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory to list the spool");
    if (access(folder, F_OK) != 0)
        return CU_OK;
    CU_TRY(cu_dir_list(a, folder, &names, &count, err));
    for (size_t i = 0; i < count; i++) {
        size_t len = strlen(names[i]);
        if (len < 7 || len > 40 || strcmp(names[i] + len - 6, ".spool") != 0)
            continue;
        (void)snprintf(name, sizeof name, "spool/%.*s.head", (int)(len - 6), names[i]);
        struct cut one;
        cut_init(&one);
        cu_code code = cut_add_file(&one, folder, names[i], name, err);
        bool whole = code == CU_OK && one.files[0].size >= SPOOL_HEAD;
        if (whole)
            code = cut_read(&one.files[0], head, sizeof head, 0, err);
        if (whole && code == CU_OK)
            code = cut_add_bytes(c, name, (cu_str){head, sizeof head}, err);
        cut_clear(&one);
        if (code != CU_OK && code != CU_NOT_FOUND)
            return code;
    }
    return CU_OK;
}

// Its slices' plain hashes stand in the manifest like pieces.
static cu_code note_archive(struct backup_work *w, cu_str bytes, struct cu_error *err)
{
    struct backup_file *f = NULL;
    CU_TRY(backup_manifest_add(&w->manifest, BACKUP_ARCHIVE, (int64_t)bytes.len, BACKUP_PIECE_FILE, &f, err));
    for (size_t i = 0; i < f->piece_count; i++)
        object_hash(cu_str_sub(bytes, i * (size_t)f->piece, (size_t)backup_piece_len(f, i)), f->pieces[i]);
    w->tally.files++;
    w->tally.bytes += f->size;
    w->tally.sent += f->size;
    return CU_OK;
}

static cu_code send_archive(struct backup_work *w, const char *path, struct cu_error *err)
{
    char name[80];
    CU_AUTO_BUF struct cu_buf bytes;
    cu_buf_init(&bytes, BACKUP_ARCHIVE_MAX);
    CU_TRY(cu_file_read_all(path, &bytes, err));
    backup_archive_name(w->manifest.id, name);
    CU_TRY(note_archive(w, cu_buf_view(&bytes), err));
    return target_put(w->target, name, cu_buf_view(&bytes), true, err);
}

cu_code backup_archive_store(struct backup_work *w, struct cu_error *err)
{
    char name[80], path[FOLDER_PATH_MAX + 200];
    (void)snprintf(name, sizeof name, "%s" KEYS_ARCHIVE_SUFFIX, w->manifest.id);
    (void)snprintf(path, sizeof path, "%s/keys/archives/%s", w->engine->folder.path, name);
    CU_TRY(guard_keys_archive(w->engine->guard, name, err));
    cu_code code = send_archive(w, path, err);
    struct cu_error late = {0}; // in any case: no copy of keys beside the data
    cu_code removed = cu_file_unlink(path, &late);
    return code != CU_OK ? code : removed == CU_OK ? CU_OK : cu_fail(err, removed, "", "%s", late.text);
}

cu_code backup_archive_load(struct target *t, const struct backup_manifest *m, struct cu_buf *out, struct cu_error *err)
{
    char name[80];
    const struct backup_file *f = NULL;
    for (size_t i = 0; i < m->file_count; i++) {
        if (strcmp(m->files[i].name, BACKUP_ARCHIVE) == 0)
            f = &m->files[i];
    }
    backup_archive_name(m->id, name);
    if (!f)
        return cu_fail(err, CU_NOT_FOUND, "", "backup %s has no key archive", m->id);
    cu_code code = target_get(t, name, out, err);
    if (code == CU_NOT_FOUND)
        return cu_fail(err, code, "", "%s is not in the target", name);
    CU_TRY(code);
    bool same = (int64_t)out->len == f->size;
    for (size_t i = 0; i < f->piece_count && same; i++)
        same = object_is(f->pieces[i], cu_str_sub(cu_buf_view(out), i * (size_t)f->piece, (size_t)backup_piece_len(f, i)));
    return same ? CU_OK : cu_fail(err, CU_CORRUPT, "", "%s was altered since it was stored", name);
}
