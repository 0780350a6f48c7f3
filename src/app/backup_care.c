// SPDX-License-Identifier: Apache-2.0
// Looking after backups: choosing one, checking every byte of one, dropping what is too old. See backup.h.
#include "backup.h"
#include "backup_promise.h"

#include "base/log.h"
#include "store/journal_archive.h"

#include <stdio.h>
#include <stdlib.h>

static const int64_t day_ms = 24 * 3600 * 1000;

// ---- choosing

struct choice {
    enum backup_class class_id;
    const char *id;
    int64_t at_ms;
    char best[BACKUP_ID_MAX];
    int64_t best_ms;
};

static cu_code look(void *context, const struct backup_manifest *m, cu_str text, struct cu_error *err)
{
    struct choice *c = context;
    (void)text;
    (void)err;
    bool fits = c->id ? strcmp(c->id, m->id) == 0 : m->class_id == c->class_id && m->made_ms <= c->at_ms;
    if (fits && (!c->best[0] || m->made_ms >= c->best_ms)) {
        (void)snprintf(c->best, sizeof c->best, "%s", m->id);
        c->best_ms = m->made_ms;
    }
    return CU_OK;
}

struct broken_note {
    struct choice choice;
    struct cu_error why;
    char name[64];
};

static void note_broken(void *context, const char *name, const struct cu_error *why)
{
    struct broken_note *n = context;
    (void)snprintf(n->name, sizeof n->name, "%s", name);
    n->why = *why;
}

static cu_code load_manifest(struct target *t, const char *id, struct backup_manifest *ret, struct cu_buf *text,
    struct cu_error *err)
{
    char name[64];
    backup_manifest_name(id, name);
    CU_TRY(target_get(t, name, text, err));
    return backup_manifest_read(cu_buf_view(text), ret, err);
}

cu_code backup_choose(struct target *t, enum backup_class class_id, const char *id, int64_t at_ms,
    struct backup_manifest *ret,
    struct cu_buf *ret_text, struct cu_error *err)
{
    struct broken_note n = {.choice = {.class_id = class_id, .at_ms = at_ms}};
    if (id)
        return load_manifest(t, id, ret, ret_text, err);
    CU_TRY(manifests_each(t, look, note_broken, &n, err));
    if (n.choice.best[0])
        return load_manifest(t, n.choice.best, ret, ret_text, err);
    if (n.why.code != CU_OK) // there is something, but it cannot be read: say what
        return cu_fail(err, n.why.code, "", "%s: %s", n.name, n.why.text);
    return cu_fail(err, CU_NOT_FOUND, "", "the target has no %s backup%s", backup_class_names[class_id],
        at_ms == INT64_MAX ? "" : " of that time or before");
}

// ---- checking

static void note_damage(struct backup_check *c, const struct cu_error *why)
{
    if (c->damage < BACKUP_FOUND_MAX)
        (void)snprintf(c->found[c->damage].text, sizeof c->found[0].text, "%s", why->text);
    c->damage++;
}

static bool is_damage(cu_code code)
{
    return code == CU_CORRUPT || code == CU_NOT_FOUND || code == CU_KEY || code == CU_MALFORMED;
}

static cu_code verify_archive(struct backup_work *w, const struct backup_manifest *m, struct backup_check *c,
    struct cu_error *why)
{
    CU_AUTO_BUF struct cu_buf bytes;
    cu_buf_init(&bytes, BACKUP_ARCHIVE_MAX);
    cu_code code = backup_archive_load(w->target, m, &bytes, why);
    c->bytes += (int64_t)bytes.len;
    if (!is_damage(code))
        return code;
    note_damage(c, why);
    return CU_OK;
}

cu_code backup_verify(struct backup_work *w, const char *id, struct backup_check *ret, struct cu_error *err)
{
    struct backup_manifest m;
    struct cu_error why = {0};
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, BACKUP_MANIFEST_MAX);
    *ret = (struct backup_check){0};
    cu_code code = load_manifest(w->target, id, &m, &text, &why);
    if (code == CU_OK) {
        code = backup_manifest_check(cu_buf_view(&text), &w->key.key, &why);
        if (code != CU_OK)
            backup_manifest_clear(&m);
    }
    if (code != CU_OK) {
        cu_code named = cu_fail(err, code, "", "backups/%s.manifest: %s", id, why.text);
        if (code != CU_CORRUPT && code != CU_MALFORMED)
            return named;
        note_damage(ret, err);
        return CU_OK;
    }
    code = CU_OK;
    for (size_t i = 0; i < m.file_count && code == CU_OK; i++) {
        if (strcmp(m.files[i].name, BACKUP_ARCHIVE) == 0) {
            code = verify_archive(w, &m, ret, &why);
            continue;
        }
        for (size_t k = 0; k < m.files[i].piece_count && code == CU_OK; k++) {
            code = backup_piece_load(w, &m.files[i], k, &why);
            if (is_damage(code)) {
                note_damage(ret, &why);
                code = CU_OK;
            }
            ret->pieces++;
            ret->bytes += backup_piece_len(&m.files[i], k);
            if (code == CU_OK && w->stop && atomic_load(w->stop))
                code = cu_fail(&why, CU_UNAVAILABLE, "", "the server is stopping");
        }
    }
    backup_manifest_clear(&m);
    return code == CU_OK ? CU_OK : cu_fail(err, code, "", "%s", why.text);
}

// ---- ageing

struct aged {
    char id[BACKUP_ID_MAX];
    enum backup_class class_id;
    int64_t made_ms;
};
struct ages {
    struct aged *at;
    size_t count, cap;
    bool broken;
};

static cu_code note_age(void *context, const struct backup_manifest *m, cu_str text, struct cu_error *err)
{
    struct ages *a = context;
    (void)text;
    if (a->count == a->cap) {
        size_t cap = a->cap ? a->cap * 2 : 64;
        struct aged *at = cu_realloc(a->at, cap * sizeof *at);
        if (!at)
            return cu_fail(err, CU_MEMORY, "", "no memory to list backups");
        a->at = at;
        a->cap = cap;
    }
    struct aged *one = &a->at[a->count++];
    *one = (struct aged){.class_id = m->class_id, .made_ms = m->made_ms};
    (void)snprintf(one->id, sizeof one->id, "%s", m->id);
    return CU_OK;
}

static void note_unreadable(void *context, const char *name, const struct cu_error *why)
{
    struct ages *a = context;
    a->broken = true;
    cu_log(CU_LOG_ERROR, "backup.manifest_damaged", CU_LS("name", name), CU_LS("text", why->text));
}

static int newest_first(const void *a, const void *b)
{
    const struct aged *x = a, *y = b;
    return x->made_ms != y->made_ms ? (x->made_ms > y->made_ms ? -1 : 1) : strcmp(y->id, x->id);
}

// Counts within the class decide for data and configuration, age alone for keys.
static bool too_old(const struct ages *all, size_t i, const struct backup_policy *p)
{
    const struct aged *one = &all->at[i];
    int64_t newer = 0;
    if (one->class_id == BACKUP_KEYS)
        return one->made_ms < p->now_ms - p->key_days * day_ms;
    for (size_t k = 0; k < i; k++)
        newer += all->at[k].class_id == one->class_id;
    return newer >= (p->keep > 0 ? p->keep : 1);
}

static cu_code drop_backups(struct target *t, const struct ages *all, const struct backup_policy *p, int64_t *ret_oldest_ms,
    struct backup_pruned *ret, struct cu_error *err)
{
    *ret_oldest_ms = p->now_ms;
    for (size_t i = 0; i < all->count; i++) {
        char name[64];
        if (!too_old(all, i, p)) {
            if (all->at[i].class_id == BACKUP_DATA && all->at[i].made_ms < *ret_oldest_ms)
                *ret_oldest_ms = all->at[i].made_ms;
            continue;
        }
        backup_manifest_name(all->at[i].id, name);
        CU_TRY(target_drop(t, name, err));
        ret->backups++;
        if (all->at[i].class_id == BACKUP_KEYS) {
            char archive[80];
            backup_archive_name(all->at[i].id, archive);
            CU_TRY(target_drop(t, archive, err));
        }
    }
    return CU_OK;
}

// Pieces no manifest names. While one cannot be read nobody knows what it names, and nothing is dropped.
static cu_code drop_pieces(struct backup_work *w, struct backup_pruned *ret, struct cu_error *err)
{
    known_clear(&w->known);
    CU_TRY(known_load(&w->known, w->target, NULL, NULL, err));
    for (size_t i = 0; i < w->known.cap; i++) {
        const struct known_piece *p = &w->known.slots[i];
        char name[80];
        if (p->bytes <= 0 || p->named > 0)
            continue;
        backup_object_name(p->name, name);
        CU_TRY(target_drop(w->target, name, err));
        ret->pieces++;
        ret->bytes += p->bytes;
    }
    known_clear(&w->known); // what is known has changed
    return CU_OK;
}

struct lost { // key archives that no manifest names
    struct target *target;
    int64_t dropped;
};

struct journal_age {
    struct target *target;
    int64_t before_ms;
    int64_t dropped;
};

static cu_code drop_lost_archive(void *context, cu_str name, int64_t bytes, struct cu_error *err)
{
    struct lost *l = context;
    char z[200], manifest[200];
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, BACKUP_MANIFEST_MAX);
    (void)bytes;
    cu_str id = cu_str_sub(name, 5, name.len); // behind "keys/"
    id = cu_str_cut(&id, '.');
    (void)snprintf(manifest, sizeof manifest, "backups/%.*s.manifest", CU_ARG(cu_str_sub(id, 0, BACKUP_ID_MAX)));
    cu_code code = target_get(l->target, manifest, &text, err);
    if (code != CU_NOT_FOUND)
        return code;
    (void)snprintf(z, sizeof z, "%.*s", CU_ARG(cu_str_sub(name, 0, sizeof z - 1)));
    l->dropped++;
    return target_drop(l->target, z, err);
}

// journal/LINE/NNN.FROM.SEQ.TIME.part and NNN.TIME.key: the time a part was sent, or its segment was made, is its age.
static cu_code drop_journal(void *context, cu_str name, int64_t bytes, struct cu_error *err)
{
    struct journal_age *a = context;
    char z[200];
    int64_t at_ms = 0;
    (void)bytes;
    cu_str rest = name, word = CU_NONE, time = CU_NONE;
    while (rest.ptr) {
        time = word;
        word = cu_str_cut(&rest, '.');
    }
    if (!cu_str_i64(time, &at_ms) || at_ms >= a->before_ms || name.len >= sizeof z)
        return CU_OK;
    (void)snprintf(z, sizeof z, "%.*s", CU_ARG(name));
    a->dropped++;
    return target_drop(a->target, z, err);
}

cu_code backup_prune(struct backup_work *w, const struct backup_policy *p, struct backup_pruned *ret, struct cu_error *err)
{
    struct ages all = {0};
    int64_t oldest_ms = p->now_ms;
    *ret = (struct backup_pruned){0};
    cu_code code = manifests_each(w->target, note_age, note_unreadable, &all, err);
    if (code == CU_OK && all.count)
        qsort(all.at, all.count, sizeof *all.at, newest_first);
    if (code == CU_OK)
        code = drop_backups(w->target, &all, p, &oldest_ms, ret, err);
    if (code == CU_OK && !all.broken)
        code = drop_pieces(w, ret, err);
    cu_free(all.at);
    CU_TRY(code);
    int64_t keys_before = p->now_ms - p->key_days * day_ms;
    struct journal_age journal = {.target = w->target, .before_ms = keys_before};
    CU_TRY(target_list(w->target, "journal/", drop_journal, &journal, err));
    struct lost lost = {.target = w->target};
    CU_TRY(target_list(w->target, "keys/", drop_lost_archive, &lost, err));
    ret->others = journal.dropped + lost.dropped;
    return promises_expire(w->target, oldest_ms, keys_before, &ret->others, err);
}
