// SPDX-License-Identifier: Apache-2.0
// Checking a ledger from its files alone: every segment is walked, every hash made again and compared
// with what is stored. Invariant L7 in ledger.h. Memory: what one segment's hashes take.
#include "ledger_private.h"

#include "base/file.h"

#include <fcntl.h>
#include <unistd.h>

struct check {
    const char *folder;
    struct ledger_report *report;
    struct ledger_tail tail;
    uint64_t segments;
    int hashes_fd, offsets_fd;
    int64_t hashes_size, offsets_size;
};

// Positions of the segment at hand from memory, older ones from the file: those were compared already.
static cu_code check_get(void *context, uint64_t position, struct ledger_hash *ret, struct cu_error *err)
{
    struct check *c = context;
    uint64_t base = ledger_stored(c->tail.first);
    if (position < base)
        return cu_file_pread(c->hashes_fd, ret->bytes, LEDGER_HASH, (int64_t)position * LEDGER_HASH, err);
    if (position - base >= c->tail.hash_count)
        return cu_fail(err, CU_INTERNAL, "", "a hash of the log that was not made yet is asked for");
    *ret = c->tail.hashes[position - base];
    return CU_OK;
}

static cu_code compare(int fd, const char *name, int64_t file_size, int64_t at, const void *made, size_t len, bool last,
    struct check *c, struct cu_error *err)
{
    uint8_t window[16384];
    if (!last && file_size - at < (int64_t)len)
        return cu_fail(err, CU_CORRUPT, "", "the file %s ends before it should", name);
    // Of the newest segment there is nothing, unless the program ended just as it was finished.
    if (file_size - at < (int64_t)len)
        len = file_size > at ? (size_t)(file_size - at) : 0;
    for (size_t done = 0; done < len;) {
        size_t some = len - done < sizeof window ? len - done : sizeof window;
        CU_TRY(cu_file_pread(fd, window, some, at + (int64_t)done, err));
        if (memcmp(window, (const uint8_t *)made + done, some) != 0)
            return cu_fail(err, CU_CORRUPT, "", "the file %s was altered: it does not fit the entries from %llu on", name,
                (unsigned long long)c->tail.first);
        done += some;
    }
    return CU_OK;
}

static cu_code compare_index(struct check *c, bool last, struct cu_error *err)
{
    const struct ledger_tail *t = &c->tail;
    CU_TRY(compare(c->hashes_fd, "hashes", c->hashes_size, (int64_t)ledger_stored(t->first) * LEDGER_HASH, t->hashes,
        t->hash_count * LEDGER_HASH, last, c, err));
    return compare(c->offsets_fd, "offsets", c->offsets_size, (int64_t)t->first * 4, t->offsets, t->count * 4, last, c, err);
}

static cu_code answer_roots(struct check *c, struct cu_error *err)
{
    struct ledger_report *r = c->report;
    for (size_t i = 0; i < r->at_count; i++) {
        if (r->at[i].known || r->at[i].size > c->tail.edge.size)
            continue;
        CU_TRY(ledger_proof_root(r->at[i].size, check_get, c, &r->at[i].root, err));
        r->at[i].known = true;
    }
    return CU_OK;
}

static cu_code check_segment(struct check *c, uint64_t n, struct cu_error *err)
{
    struct ledger_segment_header h;
    CU_AUTO_FD int fd = -1;
    int64_t end = LEDGER_SEGMENT_HEADER, size = 0;
    bool torn = false, more = false, last = n == c->segments;
    ledger_tail_reset(&c->tail);
    CU_TRY(ledger_segment_open(c->folder, n, false, &fd, &h, err));
    if (h.first != c->tail.edge.size)
        return cu_fail(err, CU_CORRUPT, "", "segment %llu of the log begins at entry %llu; %llu is the next",
            (unsigned long long)n, (unsigned long long)h.first, (unsigned long long)c->tail.edge.size);
    CU_TRY(ledger_scan(fd, &h, &end, &c->tail, &torn, &more, err));
    if (more || (torn && !last))
        return cu_fail(err, CU_CORRUPT, "", "segment %llu of the log is damaged behind entry %llu", (unsigned long long)n,
            (unsigned long long)c->tail.edge.size);
    CU_TRY(cu_file_size(fd, &size, err));
    c->report->bytes += (uint64_t)end;
    c->report->tail_bytes = torn ? (uint64_t)(size - end) : 0;
    CU_TRY(compare_index(c, last, err));
    return answer_roots(c, err);
}

static cu_code check_open(struct check *c, struct cu_error *err)
{
    char path[LEDGER_PATH_MAX];
    CU_TRY(ledger_list(c->folder, &c->segments, err));
    if (c->segments == 0)
        return cu_fail(err, CU_NOT_FOUND, "", "there is no log in this folder");
    ledger_path_of(path, c->folder, "hashes");
    CU_TRY(cu_file_open(path, O_RDONLY, 0, &c->hashes_fd, err));
    ledger_path_of(path, c->folder, "offsets");
    CU_TRY(cu_file_open(path, O_RDONLY, 0, &c->offsets_fd, err));
    CU_TRY(cu_file_size(c->hashes_fd, &c->hashes_size, err));
    return cu_file_size(c->offsets_fd, &c->offsets_size, err);
}

// Longer files belong to a segment that was begun since we looked; without one they are not ours.
static cu_code check_lengths(struct check *c, struct cu_error *err)
{
    char path[LEDGER_PATH_MAX];
    ledger_path(path, c->folder, c->segments + 1);
    bool longer = c->hashes_size > (int64_t)ledger_stored(c->tail.edge.size) * LEDGER_HASH ||
                  c->offsets_size > (int64_t)c->tail.edge.size * 4;
    if (longer && access(path, F_OK) != 0)
        return cu_fail(err, CU_CORRUPT, "", "the files hashes and offsets tell of more entries than there are");
    return CU_OK;
}

cu_code ledger_verify(
    const char *folder, struct ledger_report *report, ledger_progress *fn, void *context, struct cu_error *err)
{
    struct check c = {.folder = folder, .report = report, .hashes_fd = -1, .offsets_fd = -1};
    report->size = report->bytes = report->segments = report->tail_bytes = 0;
    for (size_t i = 0; i < report->at_count; i++)
        report->at[i].known = false;
    cu_code code = check_open(&c, err);
    for (uint64_t n = 1; code == CU_OK && n <= c.segments; n++) {
        code = check_segment(&c, n, err);
        if (code == CU_OK && fn)
            fn(context, c.tail.edge.size);
    }
    if (code == CU_OK)
        code = check_lengths(&c, err);
    report->size = c.tail.edge.size;
    report->segments = c.segments;
    ledger_edge_root(&c.tail.edge, &report->root);
    ledger_tail_clear(&c.tail);
    cu_fd_cleanup(&c.hashes_fd);
    cu_fd_cleanup(&c.offsets_fd);
    return code;
}
