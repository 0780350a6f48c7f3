// SPDX-License-Identifier: Apache-2.0
// Opening and closing a ledger, beginning its segments, following another process' writing. See
// ledger.h for the invariants.
#include "ledger_private.h"

#include "base/clock.h"
#include "base/file.h"
#include "base/log.h"

#include <fcntl.h>
#include <stdio.h>
#include <sys/file.h>
#include <unistd.h>

#define SEGMENT_BYTES_LARGEST (INT64_C(1) << 30)

bool ledger_firsts_add(struct ledger *l, uint64_t first)
{
    if (l->segments == l->segments_cap) {
        size_t cap = l->segments_cap ? l->segments_cap * 2 : 64;
        uint64_t *more = cu_realloc(l->firsts, cap * sizeof *more);
        if (!more)
            return false;
        l->firsts = more;
        l->segments_cap = cap;
    }
    l->firsts[l->segments++] = first;
    return true;
}

// --- segments

// L5: what the tail knows goes to the two files before it is forgotten.
static cu_code store_tail(const struct ledger *l, const struct ledger_tail *t, struct cu_error *err)
{
    if (t->count == 0)
        return CU_OK;
    CU_TRY(cu_file_pwrite(
        l->hashes_fd, t->hashes, t->hash_count * LEDGER_HASH, (int64_t)ledger_stored(t->first) * LEDGER_HASH, err));
    CU_TRY(cu_file_pwrite(l->offsets_fd, t->offsets, t->count * sizeof *t->offsets,
        (int64_t)t->first * (int64_t)sizeof *t->offsets, err));
    CU_TRY(cu_file_datasync(l->hashes_fd, err));
    return cu_file_datasync(l->offsets_fd, err);
}

// A new segment's file is whole from its first moment under its name. When a step behind that fails,
// the next attempt makes the same file again: nothing is appended in between.
cu_code ledger_segment_start(struct ledger *l, struct cu_error *err)
{
    struct ledger_segment_header h = {.number = l->segments + 1, .first = l->tail.edge.size};
    uint8_t bytes[LEDGER_SEGMENT_HEADER];
    char path[LEDGER_PATH_MAX];
    int fd = -1;
    CU_TRY(store_tail(l, &l->tail, err));
    cu_random(&h.salt, sizeof h.salt);
    ledger_segment_put(&h, bytes);
    ledger_path(path, l->folder, h.number);
    CU_TRY(cu_file_replace(path, bytes, sizeof bytes, 0600, err));
    CU_TRY(ledger_segment_open(l->folder, h.number, true, &fd, &h, err));
    pthread_mutex_lock(&l->lock);
    bool added = ledger_firsts_add(l, h.first);
    if (added) {
        ledger_tail_reset(&l->tail);
        l->end = LEDGER_SEGMENT_HEADER;
    }
    pthread_mutex_unlock(&l->lock);
    if (!added) {
        (void)close(fd);
        return cu_fail(err, CU_MEMORY, "", "no memory for another segment of the log");
    }
    cu_fd_cleanup(&l->fd);
    l->fd = fd;
    l->active = h;
    l->torn = false;
    return CU_OK;
}

// --- opening

static cu_code open_files(struct ledger *l, struct cu_error *err)
{
    char path[LEDGER_PATH_MAX];
    int flags = l->options.read_only ? O_RDONLY : O_RDWR | O_CREAT;
    ledger_path_of(path, l->folder, "hashes");
    CU_TRY(cu_file_open(path, flags, 0600, &l->hashes_fd, err));
    if (!l->options.read_only && flock(l->hashes_fd, LOCK_EX | LOCK_NB) != 0)
        return cu_fail(err, CU_LOCKED, "", "another process writes this log");
    ledger_path_of(path, l->folder, "offsets");
    return cu_file_open(path, flags, 0600, &l->offsets_fd, err);
}

static cu_code read_headers(struct ledger *l, struct cu_error *err)
{
    uint64_t count = 0;
    CU_TRY(ledger_list(l->folder, &count, err));
    for (uint64_t n = 1; n <= count; n++) {
        cu_fd_cleanup(&l->fd);
        l->fd = -1;
        CU_TRY(ledger_segment_open(l->folder, n, !l->options.read_only && n == count, &l->fd, &l->active, err));
        uint64_t least = n == 1 ? 0 : l->firsts[n - 2];
        if (l->active.first < least || (n == 1 && l->active.first != 0))
            return cu_fail(
                err, CU_CORRUPT, "", "segment %llu of the log does not follow the one before", (unsigned long long)n);
        if (!ledger_firsts_add(l, l->active.first))
            return cu_fail(err, CU_MEMORY, "", "no memory for the list of segments");
    }
    return CU_OK;
}

// The two files again from the segments before the newest.
static cu_code rebuild(struct ledger *l, struct cu_error *err)
{
    struct ledger_tail t = {.first = 0};
    cu_code code = CU_OK;
    cu_log(CU_LOG_WARN, "ledger.index_rebuilt", CU_LI("segments", l->segments));
    for (uint64_t n = 1; code == CU_OK && n < l->segments; n++) {
        struct ledger_segment_header h;
        CU_AUTO_FD int fd = -1;
        int64_t end = LEDGER_SEGMENT_HEADER;
        bool torn = false, more = false;
        ledger_tail_reset(&t);
        code = ledger_segment_open(l->folder, n, false, &fd, &h, err);
        if (code == CU_OK)
            code = ledger_scan(fd, &h, &end, &t, &torn, &more, err);
        if (code == CU_OK && (torn || t.edge.size != l->firsts[n]))
            code = cu_fail(err, CU_CORRUPT, "", "segment %llu of the log is damaged", (unsigned long long)n);
        if (code == CU_OK)
            code = store_tail(l, &t, err);
    }
    ledger_tail_clear(&t);
    return code;
}

static cu_code check_index(struct ledger *l, struct cu_error *err)
{
    int64_t hashes = 0, offsets = 0;
    int64_t want_hashes = (int64_t)ledger_stored(l->active.first) * LEDGER_HASH, want_offsets = (int64_t)l->active.first * 4;
    CU_TRY(cu_file_size(l->hashes_fd, &hashes, err));
    CU_TRY(cu_file_size(l->offsets_fd, &offsets, err));
    if (hashes < want_hashes || offsets < want_offsets) {
        if (l->options.read_only)
            return cu_fail(
                err, CU_CORRUPT, "", "the files hashes and offsets of the log are too short; a start makes them again");
        CU_TRY(rebuild(l, err));
    }
    if (l->options.read_only)
        return CU_OK;
    if (hashes > want_hashes) // of a segment that did not come to be: they are written again
        CU_TRY(cu_file_truncate(l->hashes_fd, want_hashes, err));
    return offsets > want_offsets ? cu_file_truncate(l->offsets_fd, want_offsets, err) : CU_OK;
}

// L2, L3: what stands behind the last whole group of the newest segment is cut, or told as damage.
static cu_code read_tail(struct ledger *l, struct cu_error *err)
{
    bool torn = false, more = false;
    l->tail.first = l->active.first;
    CU_TRY(ledger_edge_load(l->active.first, ledger_get, l, &l->tail.edge, err));
    l->end = LEDGER_SEGMENT_HEADER;
    CU_TRY(ledger_scan(l->fd, &l->active, &l->end, &l->tail, &torn, &more, err));
    if (more)
        return cu_fail(err, CU_CORRUPT, "", "the log is damaged behind entry %llu", (unsigned long long)l->tail.edge.size);
    if (l->tail.edge.size < l->options.size_min)
        return cu_fail(err, CU_CORRUPT, "", "the log ends at entry %llu; %llu were there when it was last signed",
            (unsigned long long)l->tail.edge.size, (unsigned long long)l->options.size_min);
    if (!torn || l->options.read_only)
        return CU_OK;
    cu_log(CU_LOG_WARN, "ledger.tail_cut", CU_LI("size", l->tail.edge.size));
    CU_TRY(cu_file_truncate(l->fd, l->end, err));
    return cu_file_sync(l->fd, err);
}

static cu_code open_all(struct ledger *l, struct cu_error *err)
{
    if (!l->options.read_only)
        CU_TRY(cu_dir_make(l->folder, 0700, err));
    CU_TRY(open_files(l, err));
    CU_TRY(read_headers(l, err));
    if (l->segments > 0) {
        CU_TRY(check_index(l, err));
        return read_tail(l, err);
    }
    if (l->options.size_min > 0)
        return cu_fail(err, CU_CORRUPT, "", "the log is empty; %llu entries were there when it was last signed",
            (unsigned long long)l->options.size_min);
    return l->options.read_only ? cu_fail(err, CU_NOT_FOUND, "", "there is no log yet") : ledger_segment_start(l, err);
}

cu_code ledger_open(const struct ledger_options *o, struct ledger **ret, struct cu_error *err)
{
    struct ledger *l = cu_calloc(1, sizeof *l);
    if (!l)
        return cu_fail(err, CU_MEMORY, "", "no memory for a log");
    l->options = *o;
    (void)snprintf(l->folder, sizeof l->folder, "%s", o->folder);
    l->options.folder = l->folder;
    if (l->options.segment_bytes_max <= 0)
        l->options.segment_bytes_max = LEDGER_SEGMENT_DEFAULT;
    if (l->options.segment_bytes_max > SEGMENT_BYTES_LARGEST)
        l->options.segment_bytes_max = SEGMENT_BYTES_LARGEST;
    l->fd = l->hashes_fd = l->offsets_fd = -1;
    l->last = &l->head;
    pthread_mutex_init(&l->lock, NULL);
    pthread_cond_init(&l->progress, NULL);
    cu_code code = open_all(l, err);
    if (code != CU_OK) {
        ledger_close(l);
        return code;
    }
    *ret = l;
    return CU_OK;
}

void ledger_close(struct ledger *l)
{
    if (!l)
        return;
    struct cu_error err = {.code = CU_OK};
    if (l->head && ledger_flush(l, &err) != CU_OK)
        cu_log_error("ledger.not_all_written", &err);
    if (l->torn && cu_file_truncate(l->fd, l->end, NULL) == CU_OK) // what was refused last goes with it
        (void)!cu_file_sync(l->fd, NULL);
    while (l->head) {
        struct ledger_wait *w = l->head;
        l->head = w->next;
        cu_free(w);
    }
    cu_fd_cleanup(&l->fd);
    cu_fd_cleanup(&l->hashes_fd);
    cu_fd_cleanup(&l->offsets_fd);
    ledger_tail_clear(&l->tail);
    cu_free(l->firsts);
    cu_free(l->group);
    pthread_cond_destroy(&l->progress);
    pthread_mutex_destroy(&l->lock);
    cu_free(l);
}

cu_code ledger_extent(const char *folder, uint64_t *ret_segments, uint64_t *ret_entries, struct cu_error *err)
{
    struct ledger_segment_header h;
    CU_AUTO_FD int fd = -1;
    *ret_entries = 0;
    CU_TRY(ledger_list(folder, ret_segments, err));
    if (*ret_segments == 0)
        return CU_OK;
    CU_TRY(ledger_segment_open(folder, *ret_segments, false, &fd, &h, err));
    *ret_entries = h.first;
    return CU_OK;
}

// --- following

static cu_code follow_segment(struct ledger *l, struct cu_error *err)
{
    bool torn = false, more = false;
    int64_t size = 0;
    CU_TRY(cu_file_size(l->fd, &size, err));
    if (size < l->end) { // the writer cut off what was never acknowledged
        pthread_mutex_unlock(&l->lock);
        struct ledger_edge edge;
        cu_code code = ledger_edge_load(l->active.first, ledger_get, l, &edge, err);
        pthread_mutex_lock(&l->lock);
        CU_TRY(code);
        l->tail.edge = edge;
        ledger_tail_reset(&l->tail);
        l->end = LEDGER_SEGMENT_HEADER;
    }
    return ledger_scan(l->fd, &l->active, &l->end, &l->tail, &torn, &more, err);
}

static cu_code follow(struct ledger *l, struct cu_error *err)
{
    for (;;) {
        struct ledger_segment_header h;
        int fd = -1;
        CU_TRY(follow_segment(l, err));
        cu_code code = ledger_segment_open(l->folder, l->segments + 1, false, &fd, &h, err);
        if (code == CU_NOT_FOUND)
            return CU_OK;
        CU_TRY(code);
        code = h.first == l->tail.edge.size ? CU_OK : follow_segment(l, err); // written just before the next began
        if (code == CU_OK && h.first != l->tail.edge.size)
            code = cu_fail(
                err, CU_CORRUPT, "", "segment %llu of the log does not follow the one before", (unsigned long long)h.number);
        if (code == CU_OK && !ledger_firsts_add(l, h.first))
            code = cu_fail(err, CU_MEMORY, "", "no memory for the list of segments");
        if (code != CU_OK) {
            (void)close(fd);
            return code;
        }
        (void)close(l->fd);
        l->fd = fd;
        l->active = h;
        l->end = LEDGER_SEGMENT_HEADER;
        ledger_tail_reset(&l->tail);
    }
}

cu_code ledger_refresh(struct ledger *l, struct cu_error *err)
{
    if (!l->options.read_only)
        return CU_OK;
    pthread_mutex_lock(&l->lock);
    cu_code code = follow(l, err);
    pthread_mutex_unlock(&l->lock);
    return code;
}
