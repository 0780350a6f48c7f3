// SPDX-License-Identifier: Apache-2.0
// Reading a ledger: stored hashes, roots and proofs, single entries, runs of entries. See ledger.h.
#include "ledger_private.h"

#include "base/file.h"
#include "wire.h"

uint64_t ledger_size(struct ledger *l)
{
    pthread_mutex_lock(&l->lock);
    uint64_t size = l->tail.edge.size;
    pthread_mutex_unlock(&l->lock);
    return size;
}

cu_code ledger_get(void *ledger, uint64_t position, struct ledger_hash *ret, struct cu_error *err)
{
    struct ledger *l = ledger;
    pthread_mutex_lock(&l->lock);
    uint64_t base = ledger_stored(l->tail.first);
    bool in_memory = position >= base && position - base < l->tail.hash_count;
    if (in_memory)
        *ret = l->tail.hashes[position - base];
    pthread_mutex_unlock(&l->lock);
    return in_memory ? CU_OK : cu_file_pread(l->hashes_fd, ret->bytes, LEDGER_HASH, (int64_t)position * LEDGER_HASH, err);
}

static cu_code check_size(struct ledger *l, uint64_t size, const char *field, struct cu_error *err)
{
    uint64_t known = ledger_size(l);
    return size <= known ? CU_OK
                         : cu_fail(err, CU_INVALID, field, "a size up to %llu is accepted: that many entries there are",
                               (unsigned long long)known);
}

cu_code ledger_root(struct ledger *l, uint64_t size, struct ledger_hash *ret, struct cu_error *err)
{
    CU_TRY(check_size(l, size, "size", err));
    return ledger_proof_root(size, ledger_get, l, ret, err);
}

cu_code ledger_inclusion(struct ledger *l, uint64_t index, uint64_t size, struct ledger_proof *ret, struct cu_error *err)
{
    CU_TRY(check_size(l, size, "size", err));
    return ledger_proof_inclusion(index, size, ledger_get, l, ret, err);
}

cu_code ledger_consistency(struct ledger *l, uint64_t from, uint64_t to, struct ledger_proof *ret, struct cu_error *err)
{
    CU_TRY(check_size(l, to, "to_size", err));
    return ledger_proof_consistency(from, to, ledger_get, l, ret, err);
}

cu_code ledger_leaf(struct ledger *l, uint64_t index, struct ledger_hash *ret, struct cu_error *err)
{
    if (index >= ledger_size(l))
        return cu_fail(err, CU_NOT_FOUND, "index", "the log has no such entry");
    return ledger_get(l, ledger_position(0, index), ret, err);
}

// Under the lock: the segment (from 0) that holds an index below the size.
static size_t segment_of(const struct ledger *l, uint64_t index)
{
    size_t lo = 0, hi = l->segments;
    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;
        if (l->firsts[mid] <= index)
            lo = mid;
        else
            hi = mid;
    }
    return lo;
}

void ledger_segment_span(struct ledger *l, uint64_t index, uint64_t *ret_first, uint64_t *ret_end)
{
    pthread_mutex_lock(&l->lock);
    *ret_end = l->tail.edge.size;
    *ret_first = index;
    if (index < *ret_end) {
        size_t s = segment_of(l, index);
        *ret_first = l->firsts[s];
        if (s + 1 < l->segments)
            *ret_end = l->firsts[s + 1];
    }
    pthread_mutex_unlock(&l->lock);
}

// What a run needs to know before it reads: which file, which entries, where they stand.
struct place {
    size_t segment;
    uint64_t first;
    size_t count;
    bool in_memory, to_end; // to_end: nothing known follows the last entry
    int64_t end;            // then: where the file's last group ends
};

static cu_code place_of(struct ledger *l, uint64_t from, uint64_t to, struct place *ret, struct cu_error *err)
{
    pthread_mutex_lock(&l->lock);
    uint64_t size = l->tail.edge.size;
    cu_code code = to > 0 && to <= size && from < to
                       ? CU_OK
                       : cu_fail(err, CU_NOT_FOUND, "index", "the log has %llu entries", (unsigned long long)size);
    if (code == CU_OK) {
        size_t s = segment_of(l, to - 1);
        uint64_t next = s + 1 < l->segments ? l->firsts[s + 1] : size;
        uint64_t first = from > l->firsts[s] ? from : l->firsts[s];
        *ret = (struct place){.segment = s, .first = first, .count = (size_t)(to - first), .in_memory = s + 1 == l->segments,
            .to_end = to == next, .end = l->end};
    }
    pthread_mutex_unlock(&l->lock);
    return code;
}

// count + 1 places: the last is where the run ends.
static cu_code load_offsets(struct ledger *l, const struct place *p, uint32_t *ret, struct cu_error *err)
{
    size_t count = p->count + (p->to_end ? 0 : 1);
    bool done = false;
    pthread_mutex_lock(&l->lock);
    if (p->in_memory && l->tail.first <= p->first) { // else it was finished meanwhile
        memcpy(ret, l->tail.offsets + (p->first - l->tail.first), count * sizeof *ret);
        done = true;
    }
    pthread_mutex_unlock(&l->lock);
    if (!done)
        CU_TRY(cu_file_pread(l->offsets_fd, ret, count * sizeof *ret, (int64_t)p->first * (int64_t)sizeof *ret, err));
    return CU_OK;
}

static cu_code load_bytes(struct ledger *l, const struct place *p, struct ledger_run *r, struct cu_error *err)
{
    struct ledger_segment_header h;
    CU_AUTO_FD int fd = -1;
    int64_t end = p->end;
    CU_TRY(ledger_segment_open(l->folder, p->segment + 1, false, &fd, &h, err));
    if (!p->to_end)
        end = r->offsets[p->count];
    else if (!p->in_memory)
        CU_TRY(cu_file_size(fd, &end, err));
    uint32_t begin = r->offsets[0];
    if (end < (int64_t)begin || end > UINT32_MAX)
        return cu_fail(err, CU_CORRUPT, "", "the places of the log's entries are damaged");
    size_t len = (size_t)(end - (int64_t)begin);
    char *room = cu_buf_room(&r->bytes, len);
    if (!room)
        return cu_fail(err, CU_MEMORY, "", "no memory to read the log");
    CU_TRY(cu_file_pread(fd, room, len, begin, err));
    r->bytes.len = len;
    r->offsets[p->count] = (uint32_t)end;
    for (size_t i = 0; i <= p->count; i++)
        r->offsets[i] -= begin;
    return CU_OK;
}

cu_code ledger_run_load(struct ledger *l, uint64_t from, uint64_t to, struct ledger_run *ret, struct cu_error *err)
{
    struct place p;
    CU_TRY(place_of(l, from, to, &p, err));
    *ret = (struct ledger_run){.first = p.first, .count = p.count};
    cu_buf_init(&ret->bytes, UINT32_MAX);
    ret->offsets = cu_alloc((p.count + 1) * sizeof *ret->offsets);
    cu_code code =
        ret->offsets ? load_offsets(l, &p, ret->offsets, err) : cu_fail(err, CU_MEMORY, "", "no memory to read the log");
    if (code == CU_OK)
        code = load_bytes(l, &p, ret, err);
    if (code != CU_OK)
        ledger_run_clear(ret);
    return code;
}

cu_str ledger_run_entry(const struct ledger_run *r, size_t i)
{
    size_t at = r->offsets[i];
    if (at > r->bytes.len || r->bytes.len - at < 4)
        return CU_NONE;
    uint32_t len = wire_get32((const uint8_t *)r->bytes.ptr + at);
    return len <= r->bytes.len - at - 4 ? (cu_str){r->bytes.ptr + at + 4, len} : CU_NONE;
}

void ledger_run_clear(struct ledger_run *r)
{
    cu_buf_clear(&r->bytes);
    cu_free(r->offsets);
    r->offsets = NULL;
    r->count = 0;
}

cu_code ledger_read(struct ledger *l, uint64_t index, struct cu_buf *out, struct cu_error *err)
{
    struct ledger_run r;
    struct ledger_hash stored, found;
    CU_TRY(ledger_run_load(l, index, index + 1, &r, err));
    cu_str entry = ledger_run_entry(&r, 0);
    cu_code code = ledger_get(l, ledger_position(0, index), &stored, err);
    if (code == CU_OK) {
        ledger_hash_leaf(entry, &found);
        if (!entry.ptr || !ledger_hash_equal(&stored, &found))
            code = cu_fail(err, CU_CORRUPT, "", "entry %llu of the log was altered", (unsigned long long)index);
    }
    if (code == CU_OK) {
        cu_buf_str(out, entry);
        code = cu_buf_code(out, err);
    }
    ledger_run_clear(&r);
    return code;
}
