// SPDX-License-Identifier: Apache-2.0
// Copying the journal out while it is written, and reading such copies. See journal_archive.h.
#include "journal_archive.h"

#include "base/file.h"
#include "journal_private.h"

#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

// Under the lock: the segment the next part is of; NULL when there is nothing new.
static const struct journal_segment *segment_after(const struct journal *j, uint64_t number, int64_t offset)
{
    for (size_t i = 0; i < j->segments.count; i++) {
        const struct journal_segment *s = &j->segments.items[i];
        int64_t from = s->number == number ? offset : 0;
        if (s->number >= number && !s->releasing && s->end > from && (from > 0 || s->next_seq > s->first_seq))
            return s;
    }
    return NULL;
}

static cu_code read_part(struct journal *j, const struct journal_part *p, struct cu_buf *out, struct cu_error *err)
{
    char path[JOURNAL_PATH_MAX];
    CU_AUTO_FD int fd = -1;
    size_t len = (size_t)(p->to - p->from);
    journal_path(path, j->folder, p->number, ".seg");
    CU_TRY(cu_file_open(path, O_RDONLY | O_CLOEXEC, 0, &fd, err));
    char *room = cu_buf_room(out, len);
    if (!room)
        return cu_fail(err, CU_MEMORY, "", "no memory to copy a part of the journal");
    CU_TRY(cu_file_pread(fd, room, len, p->from, err));
    out->len += len;
    return CU_OK;
}

cu_code journal_part_next(struct journal *j, uint64_t number, int64_t offset, int64_t bytes_max, struct journal_part *ret,
    struct cu_buf *out, bool *ret_more, struct cu_error *err)
{
    struct journal_part p = {0};
    pthread_mutex_lock(&j->lock);
    const struct journal_segment *s = segment_after(j, number, offset);
    if (s) {
        p = (struct journal_part){.number = s->number, .first_seq = s->first_seq, .last_seq = s->next_seq - 1,
            .from = s->number == number ? offset : 0, .to = s->end, .created_ms = s->created_ms, .whole = true};
        p.closed = s != &j->segments.items[j->segments.count - 1];
        if (p.to - p.from > bytes_max) {
            p.to = p.from + bytes_max;
            p.whole = p.closed = false;
        }
    }
    pthread_mutex_unlock(&j->lock);
    *ret_more = s != NULL;
    if (!s)
        return CU_OK;
    *ret = p;
    return read_part(j, &p, out, err);
}

cu_code journal_part_key(struct journal *j, uint64_t number, struct cu_buf *out, struct cu_error *err)
{
    char path[JOURNAL_PATH_MAX];
    uint8_t wrapped[KEYRING_WRAPPED];
    enum journal_key_state state;
    CU_TRY(journal_key_read(j->folder, number, &state, wrapped, err));
    if (state != JOURNAL_KEY_LIVING)
        return cu_fail(err, CU_NOT_FOUND, "", "journal segment %010llu was released", (unsigned long long)number);
    journal_path(path, j->folder, number, ".key");
    return cu_file_read_all(path, out, err);
}

void journal_hold(struct journal *j, uint64_t seq)
{
    atomic_store(&j->held_above, seq);
}

cu_code journal_begin(const char *folder, struct keyring *keyring, uint64_t next_seq, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(4u << 20);
    const char **names = NULL;
    size_t count = 0;
    struct journal_active active;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory to make a journal");
    CU_TRY(cu_dir_make(folder, 0700, err));
    CU_TRY(cu_dir_list(a, folder, &names, &count, err));
    if (count)
        return cu_fail(err, CU_CONFLICT, "", "the journal's folder is not empty");
    CU_TRY(journal_file_create(folder, keyring, 1, next_seq, JOURNAL_SEGMENT_HEADER + JOURNAL_FRAME_HEADER, &active, err));
    journal_file_leave(&active);
    return CU_OK;
}

// ---- reading copies

struct walk {
    const char *folder;
    struct keyring *keyring;
    journal_visit *visit;
    void *context;
    uint64_t next;  // the seq that has to come
    bool ended;     // the visitor has enough, or records are missing
    struct cu_buf plain;
};

static cu_code visit_frame(struct walk *w, const struct journal_frame *f, struct cu_error *err)
{
    size_t offset = 0;
    cu_str bytes;
    uint64_t seq = f->first_seq;
    while (!w->ended && journal_records_get((const uint8_t *)w->plain.ptr, w->plain.len, &offset, &bytes)) {
        const struct journal_record r = {.seq = seq++, .bytes = bytes};
        if (r.seq < w->next)
            continue;
        cu_code code = w->visit(w->context, &r, err);
        if (code == CU_NOT_FOUND) {
            w->ended = true;
            return CU_OK;
        }
        CU_TRY(code);
        w->next = r.seq + 1;
    }
    return CU_OK;
}

// The copy ends here. It may break off within a frame, since it was made while the segment grew; anything else that is
// not a frame is damage.
static cu_code check_end(const struct journal_scan *scan, const struct journal_frame *f, enum journal_scan_result result,
    struct cu_error *err)
{
    int64_t left = scan->limit - scan->offset;
    bool torn = left < JOURNAL_FRAME_HEADER || (f->count > 0 && journal_frame_size(f) > left);
    if (result == JOURNAL_SCAN_MARK || torn)
        return CU_OK;
    return cu_fail(err, CU_CORRUPT, "", "the copy of journal segment %010llu is damaged at offset %lld",
        (unsigned long long)scan->header.number, (long long)scan->offset);
}

static cu_code visit_segment(struct walk *w, uint64_t number, struct cu_error *err)
{
    struct journal_scan scan;
    char key[JOURNAL_PATH_MAX];
    journal_path(key, w->folder, number, ".key");
    if (access(key, F_OK) != 0) { // destroyed in time, as it must be
        w->ended = true;
        return CU_OK;
    }
    cu_code code = journal_scan_open(w->folder, w->keyring, number, &scan, err);
    CU_TRY(code);
    while (code == CU_OK && !w->ended) {
        struct journal_frame f = {0};
        enum journal_scan_result result;
        code = journal_scan_next(&scan, &w->plain, &f, &result, err);
        if (code == CU_OK && result != JOURNAL_SCAN_FRAME) {
            code = check_end(&scan, &f, result, err);
            break;
        }
        if (code == CU_OK && f.first_seq > w->next)
            w->ended = true;
        else if (code == CU_OK)
            code = visit_frame(w, &f, err);
    }
    journal_scan_close(&scan);
    return code;
}

static int by_value(const void *a, const void *b)
{
    const uint64_t *x = a, *y = b;
    return *x < *y ? -1 : *x > *y;
}

static cu_code list_segments(const char *folder, struct cu_arena *a, uint64_t **ret, size_t *ret_count, struct cu_error *err)
{
    const char **names = NULL;
    size_t count = 0, kept = 0;
    CU_TRY(cu_dir_list(a, folder, &names, &count, err));
    uint64_t *numbers = cu_arena_alloc(a, (count + 1) * sizeof *numbers);
    if (!numbers)
        return cu_fail(err, CU_MEMORY, "", "no memory to list a copy of the journal");
    for (size_t i = 0; i < count; i++)
        kept += journal_name_number(names[i], ".seg", &numbers[kept]);
    qsort(numbers, kept, sizeof *numbers, by_value);
    *ret = numbers;
    *ret_count = kept;
    return CU_OK;
}

cu_code journal_archive_each(const char *folder, struct keyring *keyring, uint64_t from_seq, journal_visit *visit,
    void *context, uint64_t *ret_last, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(16u << 20);
    struct walk w = {.folder = folder, .keyring = keyring, .visit = visit, .context = context, .next = from_seq};
    uint64_t *numbers = NULL;
    size_t count = 0;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory to read a copy of the journal");
    CU_TRY(list_segments(folder, a, &numbers, &count, err));
    cu_buf_init(&w.plain, JOURNAL_PLAIN_MAX);
    cu_code code = CU_OK;
    for (size_t i = 0; i < count && code == CU_OK && !w.ended; i++)
        code = visit_segment(&w, numbers[i], err);
    cu_buf_wipe(&w.plain);
    *ret_last = w.next - 1;
    return code;
}
