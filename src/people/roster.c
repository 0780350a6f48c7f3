// SPDX-License-Identifier: Apache-2.0
// The in-memory map of profiles to persons. See roster.h for the invariants; called by the identity
// code (writer) and by every reader of persons.
#include "roster.h"

#include <assert.h>
#include <stdlib.h>

struct roster_undo {
    uint32_t pno;
    struct roster_row row;
};

cu_code roster_init(struct roster *r, struct cu_error *err)
{
    *r = (struct roster){0};
    r->chunks = cu_calloc(ROSTER_CHUNKS, sizeof(*r->chunks));
    if (!r->chunks)
        return cu_fail(err, CU_MEMORY, "", "No memory for the roster of people.");
    if (pthread_rwlock_init(&r->lock, NULL) != 0) {
        cu_free(r->chunks);
        r->chunks = NULL;
        return cu_fail(err, CU_MEMORY, "", "No memory for a lock.");
    }
    return CU_OK;
}

void roster_clear(struct roster *r)
{
    if (!r->chunks)
        return;
    for (uint32_t i = 0; i * (uint64_t)ROSTER_CHUNK < r->end; i++)
        cu_free(r->chunks[i]);
    cu_free(r->chunks);
    cu_free(r->undo);
    pthread_rwlock_destroy(&r->lock);
    *r = (struct roster){0};
}

static struct roster_row *row_of(const struct roster *r, uint32_t pno)
{
    if (pno >= r->end)
        return NULL;
    struct roster_row *chunk = r->chunks[pno / ROSTER_CHUNK];
    return chunk ? &chunk[pno % ROSTER_CHUNK] : NULL;
}

// Of a number that is in use.
static struct roster_row *row_at(const struct roster *r, uint32_t pno)
{
    struct roster_row *row = row_of(r, pno);
    assert(row);
    return row;
}

static uint32_t root_of(const struct roster *r, uint32_t pno)
{
    const struct roster_row *row = row_of(r, pno);
    return row && row->root ? row->root : pno;
}

static uint32_t next_of(const struct roster *r, uint32_t pno)
{
    const struct roster_row *row = row_of(r, pno);
    return row && row->next ? row->next : pno;
}

// Remembers rows as they are, before they change. Room for all is made first, so that a change is
// never half done.
static cu_code undo_room(struct roster *r, size_t more, struct cu_error *err)
{
    if (r->undo_count + more <= r->undo_cap)
        return CU_OK;
    size_t cap = r->undo_cap ? r->undo_cap * 2 : 256;
    while (cap < r->undo_count + more)
        cap *= 2;
    struct roster_undo *p = cu_realloc(r->undo, cap * sizeof(*p));
    if (!p)
        return cu_fail(err, CU_MEMORY, "", "No memory to remember changes of the roster.");
    r->undo = p;
    r->undo_cap = cap;
    return CU_OK;
}

static struct roster_row *change(struct roster *r, uint32_t pno)
{
    if (r->undo_count == 0)
        r->persons_before = r->persons;
    struct roster_row *row = row_at(r, pno);
    r->undo[r->undo_count++] = (struct roster_undo){pno, *row};
    return row;
}

static cu_code chunk_for(struct roster *r, uint32_t pno, struct cu_error *err)
{
    uint32_t c = pno / ROSTER_CHUNK;
    if (c >= ROSTER_CHUNKS)
        return cu_fail(err, CU_FULL, "", "No more profile numbers are left.");
    if (!r->chunks[c]) {
        struct roster_row *chunk = cu_calloc(ROSTER_CHUNK, sizeof(*chunk));
        if (!chunk)
            return cu_fail(err, CU_MEMORY, "", "No memory for the roster of people.");
        r->chunks[c] = chunk;
    }
    return CU_OK;
}

cu_code roster_add(struct roster *r, uint32_t pno, unsigned flags, struct cu_error *err)
{
    CU_TRY(undo_room(r, 1, err));
    pthread_rwlock_wrlock(&r->lock);
    cu_code code = chunk_for(r, pno, err);
    if (code == CU_OK) {
        if (pno >= r->end)
            r->end = pno + 1;
        struct roster_row *row = change(r, pno);
        unsigned person = (flags & ROSTER_KNOWN ? (unsigned)ROSTER_PERSON_KNOWN : 0u) |
                          (flags & ROSTER_SAMPLE ? (unsigned)ROSTER_PERSON_SAMPLE : 0u);
        *row = (struct roster_row){.first_ms = INT64_MAX, .last_ms = INT64_MIN};
        row->flags = (ROSTER_EXISTS | flags | person) & 0xff;
        r->persons++;
        r->generation++;
    }
    pthread_rwlock_unlock(&r->lock);
    return code;
}

// The person's flags from its members' own: known when one is, sample when all are.
static void fold_flags(struct roster *r, uint32_t root)
{
    unsigned known = 0, sample = ROSTER_PERSON_SAMPLE;
    uint32_t m = root;
    do {
        unsigned f = row_at(r, m)->flags;
        if (f & ROSTER_KNOWN)
            known = ROSTER_PERSON_KNOWN;
        if (!(f & ROSTER_SAMPLE))
            sample = 0;
        m = next_of(r, m);
    } while (m != root);
    struct roster_row *row = row_at(r, root);
    unsigned own = row->flags & (unsigned)~(ROSTER_PERSON_KNOWN | ROSTER_PERSON_SAMPLE);
    row->flags = (own | known | sample) & 0xff;
}

cu_code roster_set(
    struct roster *r, uint32_t pno, unsigned set, unsigned clear, struct cu_error *err)
{
    const struct roster_row *old = row_of(r, pno);
    if (!old || ((old->flags & set) == set && (old->flags & clear) == 0))
        return CU_OK;
    CU_TRY(undo_room(r, 2, err));
    pthread_rwlock_wrlock(&r->lock);
    struct roster_row *row = change(r, pno);
    row->flags = ((row->flags | set) & ~clear) & 0xff;
    uint32_t root = root_of(r, pno);
    (void)change(r, root);
    fold_flags(r, root);
    pthread_rwlock_unlock(&r->lock);
    return CU_OK;
}

static size_t ring_size(const struct roster *r, uint32_t pno)
{
    size_t n = 0;
    uint32_t m = pno;
    do {
        n++;
        m = next_of(r, m);
    } while (m != pno);
    return n;
}

static void add_figures(struct roster_row *to, const struct roster_row *from)
{
    if (from->first_ms < to->first_ms)
        to->first_ms = from->first_ms;
    if (from->last_ms > to->last_ms)
        to->last_ms = from->last_ms;
    to->revenue += from->revenue;
    to->events += from->events;
    to->orders = (to->orders + from->orders) & 0xffffff;
}

cu_code roster_join(struct roster *r, uint32_t a, uint32_t b, struct cu_error *err)
{
    uint32_t keep = root_of(r, a), lose = root_of(r, b);
    if (keep == lose || !row_of(r, keep) || !row_of(r, lose))
        return CU_OK;
    if (lose < keep) {
        uint32_t t = keep;
        keep = lose;
        lose = t;
    }
    CU_TRY(undo_room(r, ring_size(r, lose) + 1, err));
    pthread_rwlock_wrlock(&r->lock);
    struct roster_row *kept = change(r, keep);
    uint32_t m = lose;
    do {
        uint32_t next = next_of(r, m);
        change(r, m)->root = keep;
        m = next;
    } while (m != lose);
    uint32_t after_keep = next_of(r, keep);
    kept->next = next_of(r, lose);
    row_at(r, lose)->next = after_keep;
    add_figures(kept, row_at(r, lose));
    fold_flags(r, keep);
    r->persons--;
    r->generation++;
    pthread_rwlock_unlock(&r->lock);
    return CU_OK;
}

// The ring without pno; when pno was the root, the smallest of the rest is the new one and takes
// the (stale) figures along. The caller has made undo room for the whole ring.
static void leave_ring(struct roster *r, uint32_t pno)
{
    struct roster_row *row = change(r, pno);
    uint32_t next = row->next ? row->next : pno, old_root = root_of(r, pno);
    if (next == pno)
        return;
    uint32_t smallest = UINT32_MAX, before = pno;
    for (uint32_t m = next; m != pno; m = next_of(r, m)) {
        if (m < smallest)
            smallest = m;
        before = m;
    }
    if (before == next) {
        change(r, before)->next = 0;
    } else {
        change(r, before)->next = next;
    }
    if (old_root == pno) {
        uint32_t m = smallest;
        do {
            struct roster_row *member = change(r, m);
            member->root = m == smallest ? 0 : smallest;
            if (m == smallest)
                add_figures(member, row);
            m = next_of(r, m);
        } while (m != smallest);
    }
    uint32_t new_root = root_of(r, smallest);
    (void)change(r, new_root);
    fold_flags(r, new_root);
    row->root = 0;
    row->next = 0;
    r->persons++;
}

cu_code roster_isolate(
    struct roster *r, uint32_t pno, const struct roster_own *own, struct cu_error *err)
{
    if (!row_of(r, pno))
        return CU_OK;
    CU_TRY(undo_room(r, ring_size(r, pno) + 4, err));
    pthread_rwlock_wrlock(&r->lock);
    leave_ring(r, pno);
    r->generation++;
    struct roster_row *row = row_at(r, pno);
    row->first_ms = own->first_ms;
    row->last_ms = own->last_ms;
    row->revenue = own->revenue;
    row->events = (uint32_t)own->events;
    row->orders = own->orders & 0xffffff;
    fold_flags(r, pno);
    pthread_rwlock_unlock(&r->lock);
    return CU_OK;
}

cu_code roster_remove(struct roster *r, uint32_t pno, struct cu_error *err)
{
    const struct roster_row *old = row_of(r, pno);
    if (!old || !(old->flags & ROSTER_EXISTS))
        return CU_OK;
    CU_TRY(undo_room(r, ring_size(r, pno) + 4, err));
    pthread_rwlock_wrlock(&r->lock);
    leave_ring(r, pno);
    r->generation++;
    *row_at(r, pno) = (struct roster_row){0};
    r->persons--;
    pthread_rwlock_unlock(&r->lock);
    return CU_OK;
}

cu_code roster_count(
    struct roster *r, uint32_t pno, const struct roster_own *add, struct cu_error *err)
{
    uint32_t root = root_of(r, pno);
    const struct roster_row *old = row_of(r, root);
    if (!old || !(old->flags & ROSTER_EXISTS))
        return CU_OK;
    CU_TRY(undo_room(r, 1, err));
    pthread_rwlock_wrlock(&r->lock);
    struct roster_row *row = change(r, root);
    if (add->first_ms < row->first_ms)
        row->first_ms = add->first_ms;
    if (add->last_ms > row->last_ms)
        row->last_ms = add->last_ms;
    row->revenue += add->revenue;
    row->events += (uint32_t)add->events;
    row->orders = (row->orders + add->orders) & 0xffffff;
    pthread_rwlock_unlock(&r->lock);
    return CU_OK;
}

void roster_commit(struct roster *r)
{
    r->undo_count = 0;
    if (r->undo_cap > 65536) { // a large batch must not hold its memory for ever
        cu_free(r->undo);
        r->undo = NULL;
        r->undo_cap = 0;
    }
}

void roster_rollback(struct roster *r)
{
    if (r->undo_count == 0)
        return;
    pthread_rwlock_wrlock(&r->lock);
    while (r->undo_count) {
        const struct roster_undo *u = &r->undo[--r->undo_count];
        *row_at(r, u->pno) = u->row;
    }
    r->persons = r->persons_before;
    r->generation++;
    pthread_rwlock_unlock(&r->lock);
}

void roster_changes(const struct roster *r, roster_changed *visit, void *ctx)
{
    for (size_t i = 0; i < r->undo_count; i++) {
        const struct roster_undo *u = &r->undo[i];
        const struct roster_row *now = row_at(r, u->pno);
        bool joined = u->row.root != now->root || u->row.next != now->next ||
                      ((u->row.flags ^ now->flags) & ROSTER_EXISTS) != 0;
        visit(ctx, u->pno, joined);
    }
}

uint64_t roster_generation(struct roster *r, uint32_t *ret_end)
{
    pthread_rwlock_rdlock(&r->lock);
    uint64_t generation = r->generation;
    *ret_end = r->end;
    pthread_rwlock_unlock(&r->lock);
    return generation;
}

uint64_t roster_copy(struct roster *r, uint32_t end, uint32_t *root, uint32_t *next)
{
    pthread_rwlock_rdlock(&r->lock);
    for (uint32_t pno = 0; pno < end; pno++) {
        const struct roster_row *row = row_of(r, pno);
        bool there = row && row->flags & ROSTER_EXISTS;
        root[pno] = there ? row->root ? row->root : pno : 0;
        next[pno] = there ? row->next : 0;
    }
    uint64_t generation = r->generation;
    pthread_rwlock_unlock(&r->lock);
    return generation;
}

uint32_t roster_root_w(const struct roster *r, uint32_t pno)
{
    return root_of(r, pno);
}

unsigned roster_flags_w(const struct roster *r, uint32_t pno)
{
    const struct roster_row *row = row_of(r, pno);
    return row ? row->flags : 0;
}

uint32_t roster_root(struct roster *r, uint32_t pno)
{
    pthread_rwlock_rdlock(&r->lock);
    uint32_t root = root_of(r, pno);
    pthread_rwlock_unlock(&r->lock);
    return root;
}

bool roster_get(struct roster *r, uint32_t pno, struct roster_row *ret)
{
    pthread_rwlock_rdlock(&r->lock);
    const struct roster_row *row = row_of(r, root_of(r, pno));
    bool found = row && row->flags & ROSTER_EXISTS;
    if (found)
        *ret = *row;
    pthread_rwlock_unlock(&r->lock);
    return found;
}

static int compare_u32(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return x < y ? -1 : x > y;
}

size_t roster_members(struct roster *r, uint32_t pno, uint32_t *ret, size_t max)
{
    size_t n = 0;
    pthread_rwlock_rdlock(&r->lock);
    uint32_t m = pno;
    do {
        if (ret && n < max)
            ret[n] = m;
        n++;
        m = next_of(r, m);
    } while (m != pno);
    pthread_rwlock_unlock(&r->lock);
    if (ret && n > 1)
        qsort(ret, n < max ? n : max, sizeof(*ret), compare_u32);
    return n;
}

uint64_t roster_persons(struct roster *r)
{
    pthread_rwlock_rdlock(&r->lock);
    uint64_t n = r->persons;
    pthread_rwlock_unlock(&r->lock);
    return n;
}

uint32_t roster_end(struct roster *r)
{
    pthread_rwlock_rdlock(&r->lock);
    uint32_t end = r->end;
    pthread_rwlock_unlock(&r->lock);
    return end;
}

void roster_each(struct roster *r, roster_visit *visit, void *ctx)
{
    pthread_rwlock_rdlock(&r->lock);
    for (uint32_t pno = r->end; pno-- > 0;) { // the newest first: most lists want them
        const struct roster_row *chunk = r->chunks[pno / ROSTER_CHUNK];
        const struct roster_row *row = chunk ? &chunk[pno % ROSTER_CHUNK] : NULL;
        if (row && row->root == 0 && row->flags & ROSTER_EXISTS)
            visit(ctx, pno, row);
    }
    pthread_rwlock_unlock(&r->lock);
}

void roster_each_profile(struct roster *r, roster_profile_visit *visit, void *ctx)
{
    pthread_rwlock_rdlock(&r->lock);
    for (uint32_t pno = 1; pno < r->end; pno++) {
        const struct roster_row *row = row_of(r, pno);
        if (row && row->flags & ROSTER_EXISTS)
            visit(ctx, pno, row->root ? row->root : pno, row->flags);
    }
    pthread_rwlock_unlock(&r->lock);
}
