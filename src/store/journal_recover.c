// SPDX-License-Identifier: Apache-2.0
// Reads a journal folder as a crash left it. First it only looks: every frame of every segment is
// opened and checked. Only when all is whole but the tail of the last segment does it act: cut that
// tail off, finish what a release or a roll left half done. journal_verify is the same look alone.
#include "journal_private.h"

#include "base/file.h"
#include "base/log.h"

#include <fcntl.h>
#include <stdlib.h>

struct found { // the files of one number
    uint64_t number;
    bool segment, key, living;
    uint64_t first_seq;
};

struct survey {
    struct cu_arena *arena;
    const char *folder;
    struct keyring *keyring;
    struct found *found;
    size_t count;
    const char **litter; // names of temporary files
    size_t litter_count;
    struct journal_list list; // living segments
    struct journal_check check;
    struct cu_buf *plain; // the body of the frame being looked at
    uint64_t last_salt;
    bool last_marked; // the last segment ends with its end mark
};

static cu_code fail_at(struct cu_error *err, uint64_t number, int64_t offset, const char *what)
{
    return cu_fail(err, CU_CORRUPT, "", "journal segment %010llu is damaged at offset %lld: %s",
        (unsigned long long)number, (long long)offset, what);
}

bool journal_list_add(struct journal_list *l, struct journal_segment s)
{
    if (l->count == l->cap) {
        size_t cap = l->cap ? l->cap * 2 : 8;
        struct journal_segment *items = cu_realloc(l->items, cap * sizeof *items);
        if (!items)
            return false;
        l->items = items;
        l->cap = cap;
    }
    l->items[l->count++] = s;
    return true;
}

static int by_number(const void *a, const void *b)
{
    const struct found *x = a, *y = b;
    return x->number < y->number ? -1 : x->number > y->number;
}

static struct found *found_of(struct survey *s, uint64_t number)
{
    for (size_t i = s->count; i > 0; i--)
        if (s->found[i - 1].number == number)
            return &s->found[i - 1];
    s->found[s->count] = (struct found){.number = number};
    return &s->found[s->count++];
}

static cu_code survey_names(struct survey *s, struct cu_error *err)
{
    const char **names;
    size_t count;
    CU_TRY(cu_dir_list(s->arena, s->folder, &names, &count, err));
    s->found = cu_arena_alloc(s->arena, (count + 1) * sizeof *s->found);
    s->litter = cu_arena_alloc(s->arena, (count + 1) * sizeof *s->litter);
    if (!s->found || !s->litter)
        return cu_fail(err, CU_MEMORY, "", "no memory to list the journal");
    for (size_t i = 0; i < count; i++) {
        uint64_t number;
        if (journal_name_number(names[i], ".seg", &number))
            found_of(s, number)->segment = true;
        else if (journal_name_number(names[i], ".key", &number))
            found_of(s, number)->key = true;
        else if (cu_str_ends(cu_str_of(names[i]), CU_LIT(".tmp")) ||
                 cu_str_ends(cu_str_of(names[i]), CU_LIT(".new")))
            s->litter[s->litter_count++] = names[i];
    }
    qsort(s->found, s->count, sizeof *s->found, by_number);
    return CU_OK;
}

// Which numbers are living segments? J8: a segment without a key file, or a living key without its
// segment below the newest one, is damage and not a crash.
static cu_code survey_keys(struct survey *s, struct cu_error *err)
{
    uint64_t newest = 0;
    for (size_t i = 0; i < s->count; i++) {
        struct found *f = &s->found[i];
        uint8_t wrapped[KEYRING_WRAPPED];
        enum journal_key_state state;
        CU_TRY(journal_key_read(s->folder, f->number, &state, wrapped, err));
        f->living = state == JOURNAL_KEY_LIVING;
        if (f->living && f->segment)
            newest = f->number;
    }
    for (size_t i = 0; i < s->count; i++) {
        const struct found *f = &s->found[i];
        bool begun = f->number > newest && (newest > 0 || f->number == 1);
        if (f->living && !f->segment && !begun)
            return cu_fail(err, CU_CORRUPT, "", "journal segment %010llu is missing",
                (unsigned long long)f->number);
    }
    return CU_OK;
}

static cu_code survey_headers(struct survey *s, struct cu_error *err)
{
    for (size_t i = 0; i < s->count; i++) {
        struct found *f = &s->found[i];
        if (!f->living || !f->segment)
            continue;
        struct journal_scan scan;
        CU_TRY(journal_scan_open(s->folder, s->keyring, f->number, &scan, err));
        struct journal_segment segment = {.number = f->number,
            .first_seq = scan.header.first_seq,
            .next_seq = scan.header.first_seq,
            .created_ms = scan.header.created_ms};
        journal_scan_close(&scan);
        if (!journal_list_add(&s->list, segment))
            return cu_fail(err, CU_MEMORY, "", "no memory to list the journal");
    }
    return CU_OK;
}

// The end of the last segment: a torn tail, or damage when frames follow. *ret_grown: neither, the
// frame was being written while we looked (journal_verify beside a running server).
static cu_code walk_tail(struct survey *s, struct journal_scan *scan,
    enum journal_scan_result result, const struct journal_frame *f, bool *ret_grown,
    struct cu_error *err)
{
    s->last_salt = scan->header.salt;
    s->last_marked = result == JOURNAL_SCAN_MARK;
    if (s->last_marked)
        return CU_OK;
    bool more = false;
    CU_TRY(journal_scan_more(scan, &more, err));
    if (more) {
        struct journal_frame again;
        int64_t offset = scan->offset;
        uint64_t next_seq = scan->next_seq;
        scan->window_len = 0; // look at the file itself
        CU_TRY(journal_scan_next(scan, s->plain, &again, &result, err));
        *ret_grown = result == JOURNAL_SCAN_FRAME;
        scan->offset = offset;
        scan->next_seq = next_seq;
        return *ret_grown ? CU_OK
                          : fail_at(err, scan->header.number, offset, "whole frames follow it");
    }
    if (result == JOURNAL_SCAN_BAD) {
        int64_t begun = f->count > 0 ? journal_frame_size(f) : JOURNAL_FRAME_HEADER;
        int64_t there = scan->limit - scan->offset;
        s->check.torn_bytes = there < begun ? there : begun;
    }
    return CU_OK;
}

// Opens every frame of one segment. limit_seq: first seq of the next segment, 0 for the last. What
// begins at limit_seq is the ghost of a failed write (J5) and nobody's.
static cu_code walk(struct survey *s, struct journal_segment *segment, uint64_t limit_seq,
    struct journal_scan *scan, struct cu_error *err)
{
    while (limit_seq == 0 || scan->next_seq < limit_seq) {
        struct journal_frame f = {0};
        enum journal_scan_result result;
        CU_TRY(journal_scan_next(scan, s->plain, &f, &result, err));
        if (result == JOURNAL_SCAN_FRAME) {
            s->check.frames++;
            s->check.records += f.count;
            continue;
        }
        if (limit_seq != 0)
            return fail_at(
                err, segment->number, scan->offset, "records are missing before the next segment");
        bool grown = false;
        CU_TRY(walk_tail(s, scan, result, &f, &grown, err));
        if (!grown)
            break;
    }
    if (limit_seq != 0 && scan->next_seq != limit_seq)
        return fail_at(err, segment->number, scan->offset, "its records overlap the next segment");
    segment->next_seq = scan->next_seq;
    segment->end = scan->offset;
    s->check.bytes += scan->offset;
    s->check.segments++;
    return CU_OK;
}

static cu_code survey_frames(struct survey *s, struct cu_error *err)
{
    struct cu_buf plain;
    cu_buf_init(&plain, JOURNAL_PLAIN_MAX);
    s->plain = &plain;
    cu_code code = CU_OK;
    for (size_t i = 0; i < s->list.count && code == CU_OK; i++) {
        struct journal_scan scan;
        struct journal_segment *segment = &s->list.items[i];
        code = journal_scan_open(s->folder, s->keyring, segment->number, &scan, err);
        if (code != CU_OK)
            break;
        uint64_t limit_seq = i + 1 < s->list.count ? segment[1].first_seq : 0;
        code = walk(s, segment, limit_seq, &scan, err);
        journal_scan_close(&scan);
    }
    cu_buf_wipe(&plain);
    if (code == CU_OK && s->list.count > 0) {
        s->check.first_seq = s->list.items[0].first_seq;
        s->check.last_seq = s->list.items[s->list.count - 1].next_seq - 1;
    }
    return code;
}

static cu_code survey_all(struct survey *s, struct cu_error *err)
{
    CU_TRY(survey_names(s, err));
    CU_TRY(survey_keys(s, err));
    CU_TRY(survey_headers(s, err));
    return survey_frames(s, err);
}

static cu_code finish_last(const struct survey *s, struct cu_error *err)
{
    if (s->list.count == 0 || s->last_marked)
        return CU_OK;
    const struct journal_segment *last = &s->list.items[s->list.count - 1];
    char path[JOURNAL_PATH_MAX];
    CU_AUTO_FD int fd = -1;
    journal_path(path, s->folder, last->number, ".seg");
    CU_TRY(cu_file_open(path, O_RDWR, 0, &fd, err));
    return journal_file_finish(fd, s->last_salt, last->end, last->next_seq, err);
}

static cu_code clean_up(const struct survey *s, struct cu_error *err)
{
    for (size_t i = 0; i < s->count; i++) {
        const struct found *f = &s->found[i];
        if (!f->living || !f->segment)
            CU_TRY(journal_file_destroy(s->folder, f->number, 0, err));
    }
    for (size_t i = 0; i < s->litter_count; i++) {
        cu_str path = cu_arena_printf(s->arena, "%s/%s", s->folder, s->litter[i]);
        if (!path.ptr)
            return cu_fail(err, CU_MEMORY, "", "no memory to clean the journal");
        CU_TRY(cu_file_unlink(path.ptr, err));
    }
    return CU_OK;
}

cu_code journal_recover(struct journal *j, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *arena = cu_arena_new(16u << 20);
    if (!arena)
        return cu_fail(err, CU_MEMORY, "", "no memory to open the journal");
    struct survey s = {.arena = arena, .folder = j->folder, .keyring = j->options.keyring};
    cu_code code = survey_all(&s, err);
    if (code == CU_OK)
        code = finish_last(&s, err);
    if (code == CU_OK)
        code = clean_up(&s, err);
    if (code != CU_OK) {
        cu_free(s.list.items);
        return code;
    }
    j->segments = s.list;
    j->durable_seq = s.check.last_seq;
    j->next_number = s.count > 0 ? s.found[s.count - 1].number + 1 : 1;
    atomic_store(&j->backlog_bytes, s.check.bytes);
    if (s.check.torn_bytes > 0)
        cu_log(CU_LOG_WARN, "journal.torn_tail_cut", CU_LI("last_seq", s.check.last_seq),
            CU_LI("bytes", s.check.torn_bytes));
    return CU_OK;
}

// One look. *ret_oldest: the oldest number there was, to tell whether the folder moved on
// meanwhile.
static cu_code verify_once(const char *folder, struct keyring *keyring, struct journal_check *ret,
    uint64_t *ret_oldest, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *arena = cu_arena_new(16u << 20);
    if (!arena)
        return cu_fail(err, CU_MEMORY, "", "no memory to check the journal");
    struct survey s = {.arena = arena, .folder = folder, .keyring = keyring};
    cu_code code = survey_all(&s, err);
    if (code == CU_OK)
        *ret = s.check;
    *ret_oldest = s.count > 0 ? s.found[0].number : 0;
    cu_free(s.list.items);
    return code;
}

cu_code journal_verify(
    const char *folder, struct keyring *keyring, struct journal_check *ret, struct cu_error *err)
{
    uint64_t oldest = 0, before = UINT64_MAX;
    cu_code code = verify_once(folder, keyring, ret, &oldest, err);
    for (int again = 0; code == CU_CORRUPT && again < 5 && before != oldest; again++) {
        before = oldest; // a running server may have released a segment under our eyes
        code = verify_once(folder, keyring, ret, &oldest, err);
    }
    return code;
}
