// SPDX-License-Identifier: Apache-2.0
// The journal to the backup target and back. See backup_archive.h.
#include "backup_archive.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"
#include "store/journal_archive.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define PART_BYTES_MAX (32ll << 20)

static cu_code send_key(struct archive *a, struct backup_work *w, const struct journal_part *p, struct cu_error *err)
{
    char name[120];
    CU_AUTO_BUF struct cu_buf key;
    cu_buf_init(&key, 4096);
    if (a->keyed == p->number)
        return CU_OK;
    CU_TRY(journal_part_key(w->engine->journal, p->number, &key, err));
    (void)snprintf(name, sizeof name, "journal/%s/%010llu.%lld.key", w->key.line, (unsigned long long)p->number,
        (long long)p->created_ms);
    CU_TRY(target_put(w->target, name, cu_buf_view(&key), true, err));
    a->keyed = p->number;
    return CU_OK;
}

static cu_code send_part(struct archive *a, struct backup_work *w, const struct journal_part *p, struct cu_error *err)
{
    char name[160];
    CU_TRY(send_key(a, w, p, err));
    (void)snprintf(name, sizeof name, "journal/%s/%010llu.%012lld.%llu.%lld.part", w->key.line,
        (unsigned long long)p->number,
        (long long)p->from, (unsigned long long)p->last_seq, (long long)cu_now_ms());
    CU_TRY(target_put(w->target, name, cu_buf_view(&w->plain), true, err));
    if (p->from == 0 && a->sent_seq && p->first_seq > a->sent_seq + 1) {
        a->gap_seq = p->first_seq - 1;
        cu_log(CU_LOG_ERROR, "backup.journal_gap", CU_LI("from", a->sent_seq + 1), CU_LI("to", p->first_seq - 1));
    }
    a->number = p->number;
    a->offset = p->to;
    if (p->whole)
        a->sent_seq = p->last_seq;
    return CU_OK;
}

cu_code archive_send(struct archive *a, struct backup_work *w, struct cu_error *err)
{
    struct journal *j = w->engine->journal;
    bool more = true;
    cu_code code = CU_OK;
    while (more && code == CU_OK) {
        struct journal_part p;
        cu_buf_reset(&w->plain);
        code = journal_part_next(j, a->number, a->offset, PART_BYTES_MAX, &p, &w->plain, &more, err);
        if (code == CU_OK && more)
            code = send_part(a, w, &p, err);
        if (code == CU_NOT_FOUND) { // released under our eyes: the next look passes it over
            a->number++;
            a->offset = 0;
            code = CU_OK;
        }
        if (w->stop && atomic_load(w->stop))
            break;
    }
    journal_hold(j, a->sent_seq);
    return code;
}

// ---- back

struct copy { // one object of the archive
    char name[160];
    uint64_t number, last_seq;
    int64_t from, bytes;
    bool key;
};
struct copies {
    struct copy *at;
    size_t count, cap;
};

static bool parse_name(cu_str name, struct copy *ret)
{
    int64_t number = 0, third = 0;
    cu_str rest = name;
    *ret = (struct copy){.key = cu_str_ends(name, CU_LIT(".key"))};
    (void)snprintf(ret->name, sizeof ret->name, "%.*s", CU_ARG(name));
    (void)cu_str_cut(&rest, '/');
    (void)cu_str_cut(&rest, '/');
    cu_str first = cu_str_cut(&rest, '.'), second = cu_str_cut(&rest, '.'), word = cu_str_cut(&rest, '.');
    if (name.len >= sizeof ret->name || !cu_str_i64(first, &number) || number <= 0 || !cu_str_i64(second, &ret->from))
        return false;
    ret->number = (uint64_t)number;
    if (!ret->key && !cu_str_i64(word, &third))
        return false;
    ret->last_seq = (uint64_t)third;
    return true;
}

static cu_code note_copy(void *context, cu_str name, int64_t bytes, struct cu_error *err)
{
    struct copies *c = context;
    struct copy one;
    if (!parse_name(name, &one))
        return CU_OK;
    one.bytes = bytes;
    if (c->count == c->cap) {
        size_t cap = c->cap ? c->cap * 2 : 256;
        struct copy *at = cu_realloc(c->at, cap * sizeof *at);
        if (!at)
            return cu_fail(err, CU_MEMORY, "", "no memory to list the journal's copies");
        c->at = at;
        c->cap = cap;
    }
    c->at[c->count++] = one;
    return CU_OK;
}

static int by_place(const void *a, const void *b) // the longest of equal beginnings first
{
    const struct copy *x = a, *y = b;
    if (x->number != y->number)
        return x->number < y->number ? -1 : 1;
    if (x->key != y->key)
        return x->key ? -1 : 1;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return x->bytes > y->bytes ? -1 : x->bytes < y->bytes;
}

static cu_code fetch_one(struct backup_work *w, const struct copy *c, const char *folder, int64_t *end, struct cu_error *err)
{
    char path[FOLDER_PATH_MAX + 128];
    CU_AUTO_FD int fd = -1;
    CU_TRY(target_get(w->target, c->name, &w->plain, err));
    (void)snprintf(path, sizeof path, "%s/%010llu.%s", folder, (unsigned long long)c->number, c->key ? "key" : "seg");
    if (c->key)
        return cu_file_replace(path, w->plain.ptr, w->plain.len, 0600, err);
    int64_t to = c->from + (int64_t)w->plain.len;
    if (c->from > *end || to <= *end) // a hole, or all of it is there
        return CU_OK;
    CU_TRY(cu_file_open(path, O_WRONLY | O_CREAT | O_CLOEXEC, 0600, &fd, err));
    CU_TRY(cu_file_pwrite(fd, w->plain.ptr, w->plain.len, c->from, err));
    *end = to;
    return CU_OK;
}

// Segments that end at or before `after` are of no use.
static bool wanted(const struct copies *c, size_t i, uint64_t after)
{
    for (size_t k = 0; k < c->count; k++) {
        if (c->at[k].number == c->at[i].number && !c->at[k].key && c->at[k].last_seq > after)
            return true;
    }
    return false;
}

cu_code archive_fetch(struct backup_work *w, const char *line, uint64_t after, const char *folder, struct cu_error *err)
{
    struct copies c = {0};
    char prefix[64];
    uint64_t number = 0;
    int64_t end = 0;
    (void)snprintf(prefix, sizeof prefix, "journal/%s/", line);
    CU_TRY(cu_dir_make(folder, 0700, err));
    cu_code code = target_list(w->target, prefix, note_copy, &c, err);
    if (c.count)
        qsort(c.at, c.count, sizeof *c.at, by_place);
    for (size_t i = 0; i < c.count && code == CU_OK; i++) {
        if (c.at[i].number != number)
            end = 0;
        number = c.at[i].number;
        if (wanted(&c, i, after))
            code = fetch_one(w, &c.at[i], folder, &end, err);
    }
    cu_free(c.at);
    return code;
}
