// SPDX-License-Identifier: Apache-2.0
// Choosing a page of persons. See list.h; called by the list and search routes.
#include "list.h"
#include "people_sql.h"
#include "search.h"
#include "sight.h"

#include "text/text.h"

#include <stdlib.h>

const char *const list_filter_names[] = {"all", "known", "anonymous", "customers", "sample", NULL};
const char *const list_sort_names[] = {"last_seen", "first_seen", "revenue", "orders", NULL};

struct position { // where a page ended
    int64_t key;
    uint32_t pno;
    uint8_t filter, sort, query[6]; // query: keyed hash, so that a cursor fits its query only
    uint8_t zero[4];                // no padding: nothing of the stack goes out
};

struct choosing {
    struct people *p;
    const struct list_query *l;
    struct list_page *page;
    struct position after;
    bool has_after;
    uint64_t *wanted; // bit per root; NULL: all
    uint32_t wanted_end;
    uint32_t room; // items kept: limit + 1, as a heap with the last of the page on top
};

// --- cursors: opaque, bound to the query, and without anything personal

static void query_hash(struct people *p, cu_str q, uint8_t ret[6])
{
    uint8_t mac[32];
    keyring_mac(p->keyring, "cursor", q, mac);
    memcpy(ret, mac, 6);
}

static void write_cursor(const struct choosing *c, const struct list_item *last, char out[80])
{
    struct position at = {.filter = (uint8_t)c->l->filter,
        .sort = (uint8_t)c->l->sort,
        .pno = last->pno,
        .key = last->key};
    struct cu_buf b;
    query_hash(c->p, c->l->q, at.query);
    cu_buf_init(&b, 79);
    text_base64((cu_str){(const char *)&at, sizeof(at)}, true, &b);
    out[0] = 0;
    if (!b.failed && b.len)
        memcpy(out, b.ptr, b.len + 1);
    cu_buf_clear(&b);
}

static cu_code read_cursor(struct choosing *c, struct cu_error *err)
{
    struct position at, expected = {.filter = (uint8_t)c->l->filter, .sort = (uint8_t)c->l->sort};
    struct cu_buf b;
    if (c->l->cursor.len == 0)
        return CU_OK;
    query_hash(c->p, c->l->q, expected.query);
    cu_buf_init(&b, 128);
    bool ok = text_base64_decode(c->l->cursor, &b) && b.len == sizeof(at);
    if (ok)
        memcpy(&at, b.ptr, sizeof(at));
    cu_buf_clear(&b);
    if (!ok || at.filter != expected.filter || at.sort != expected.sort ||
        memcmp(at.query, expected.query, 6) != 0)
        return cu_fail(err, CU_INVALID, "cursor", "The cursor of another query, or of no query.");
    c->after = at;
    c->has_after = true;
    return CU_OK;
}

// --- order

static int64_t key_of(enum list_sort sort, const struct roster_row *row)
{
    switch (sort) {
    case LIST_LAST_SEEN:
        return row->last_ms;
    case LIST_FIRST_SEEN:
        return row->first_ms == INT64_MAX ? INT64_MIN : row->first_ms;
    case LIST_REVENUE:
        return row->revenue;
    case LIST_ORDERS:
        return row->orders;
    }
    return 0;
}

static bool passes(enum list_filter filter, const struct roster_row *row)
{
    switch (filter) {
    case LIST_ALL:
        return true;
    case LIST_KNOWN:
        return row->flags & ROSTER_PERSON_KNOWN;
    case LIST_ANONYMOUS:
        return !(row->flags & ROSTER_PERSON_KNOWN);
    case LIST_CUSTOMERS:
        return row->orders > 0;
    case LIST_SAMPLE:
        return row->flags & ROSTER_PERSON_SAMPLE;
    }
    return false;
}

static bool comes_before(int64_t key_a, uint32_t pno_a, int64_t key_b, uint32_t pno_b)
{
    return key_a != key_b ? key_a > key_b : pno_a > pno_b;
}

static int by_order(const void *a, const void *b)
{
    const struct list_item *x = a, *y = b;
    return comes_before(x->key, x->pno, y->key, y->pno) ? -1 : 1;
}

static bool lower(const struct list_item *a, const struct list_item *b)
{
    return comes_before(b->key, b->pno, a->key, a->pno);
}

static void sift_down(struct list_page *page, uint32_t i)
{
    for (;;) {
        uint32_t least = i, left = 2 * i + 1, right = left + 1;
        if (left < page->count && lower(&page->at[left], &page->at[least]))
            least = left;
        if (right < page->count && lower(&page->at[right], &page->at[least]))
            least = right;
        if (least == i)
            return;
        struct list_item t = page->at[i];
        page->at[i] = page->at[least];
        page->at[least] = t;
        i = least;
    }
}

static void keep(struct choosing *c, const struct list_item *item)
{
    struct list_page *page = c->page;
    if (page->count < c->room) {
        uint32_t i = page->count++;
        page->at[i] = *item;
        for (; i > 0 && lower(&page->at[i], &page->at[(i - 1) / 2]); i = (i - 1) / 2) {
            struct list_item t = page->at[i];
            page->at[i] = page->at[(i - 1) / 2];
            page->at[(i - 1) / 2] = t;
        }
    } else if (comes_before(item->key, item->pno, page->at[0].key, page->at[0].pno)) {
        page->at[0] = *item;
        sift_down(page, 0);
    }
}

static void consider(void *ctx, uint32_t pno, const struct roster_row *row)
{
    struct choosing *c = ctx;
    if (c->wanted && (pno >= c->wanted_end || !(c->wanted[pno / 64] >> (pno % 64) & 1)))
        return; // not found by the search
    if (!passes(c->l->filter, row))
        return;
    c->page->total++;
    struct list_item item = {pno, key_of(c->l->sort, row), *row};
    if (!c->has_after || comes_before(c->after.key, c->after.pno, item.key, pno))
        keep(c, &item);
}

// --- searching: a bit for each person found

struct found {
    uint32_t *list; // profiles, as the index gave them
    size_t count, cap;
    bool failed;
};

static void note_found(void *ctx, uint32_t pno)
{
    struct found *f = ctx;
    if (f->count == f->cap) {
        size_t cap = f->cap ? f->cap * 2 : 1024;
        uint32_t *list = cu_realloc(f->list, cap * sizeof(*list));
        if (!list) {
            f->failed = true;
            return;
        }
        f->list = list;
        f->cap = cap;
    }
    f->list[f->count++] = pno;
}

// The index's lock is not held any more when the roster's is taken.
static void mark_roots(struct choosing *c, const struct found *f)
{
    for (size_t i = 0; i < f->count; i++) {
        uint32_t root = roster_root(&c->p->roster, f->list[i]);
        if (root < c->wanted_end)
            c->wanted[root / 64] |= UINT64_C(1) << (root % 64);
    }
}

static bool sees_search(const struct choosing *c)
{
    return !c->l->caller || sight_search(c->l->caller, people_dictionary(c->p));
}

// Whether the caller may find by a whole value of this kind: who sees nothing of it may not ask for it.
static bool sees_kind(const struct choosing *c, const char *kind)
{
    const struct caller *caller = c->l->caller;
    return !caller || sight_level(caller, sight_identifier_level(people_dictionary(c->p), cu_str_of(kind))) != SPEC_VIEW_NONE;
}

static cu_code find_exact_ids(struct choosing *c, struct found *f, struct cu_error *err)
{
    char name[65];
    if (cu_str_find(c->l->q, ' ') >= 0) // words, not an id
        return CU_OK;
    for (uint16_t k = 1; k < PERSON_KINDS_MAX; k++) {
        uint32_t pno = 0;
        kinds_name(c->p, k, name);
        if (!name[0])
            break;
        if (!sees_kind(c, name))
            continue;
        CU_TRY(people_lookup(c->p, (struct person_id){cu_str_of(name), c->l->q}, &pno, err));
        if (pno)
            note_found(f, pno);
    }
    return CU_OK;
}

// "0193a2b4-..." : the beginning of a person's id, at least eight digits.
static cu_code find_uuid_prefix(struct db *d, cu_str q, struct found *f, struct cu_error *err)
{
    uint8_t low[16] = {0}, high[16];
    size_t digits = 0;
    memset(high, 0xff, sizeof(high));
    for (size_t i = 0; i < q.len; i++) {
        char ch = q.ptr[i];
        int v = ch >= '0' && ch <= '9'                 ? ch - '0'
                : (ch | 32) >= 'a' && (ch | 32) <= 'f' ? (ch | 32) - 'a' + 10
                                                       : -1;
        if (ch == '-')
            continue;
        if (v < 0 || digits == 32)
            return CU_OK;
        size_t at = digits / 2;
        unsigned shift = digits % 2 ? 0 : 4;
        low[at] = (uint8_t)((low[at] & ~(15u << shift)) | (unsigned)v << shift);
        high[at] = (uint8_t)((high[at] & ~(15u << shift)) | (unsigned)v << shift);
        digits++;
    }
    if (digits < 8)
        return CU_OK;
    struct db_query s;
    CU_TRY(db_prepare(d, &people_sql_profiles_by_uuid_range, &s, err));
    db_bind_blob(&s, ":low", low, sizeof(low));
    db_bind_blob(&s, ":high", high, sizeof(high));
    while (db_step(&s))
        note_found(f, (uint32_t)db_i64(&s, 0));
    return db_end(&s, err);
}

static cu_code search_strong(
    struct choosing *c, struct db *d, const struct search_query *q, struct cu_error *err)
{
    struct found f = {0};
    cu_code code = find_exact_ids(c, &f, err);
    if (code == CU_OK)
        code = find_uuid_prefix(d, c->l->q, &f, err);
    if (code == CU_OK && c->p->search && q->count && sees_search(c))
        search_run(c->p->search, q, false, note_found, &f);
    if (code == CU_OK && f.count == 0 && c->l->caller && sight_level(c->l->caller, DICT_P2) == SPEC_VIEW_NONE)
        code = cu_fail(err, CU_FORBIDDEN, "q", "this role finds people by the beginning of their id only");
    if (code == CU_OK && f.failed)
        code = cu_fail(err, CU_MEMORY, "", "No memory for a search.");
    if (code == CU_OK)
        mark_roots(c, &f);
    cu_free(f.list);
    return code;
}

// Rough matches behind the strong ones of a first page that has room, in the same order; not for numbers.
static cu_code add_rough(struct choosing *c, const struct search_query *q, struct cu_error *err)
{
    struct list_page *page = c->page;
    struct found f = {0};
    if (!c->p->search || !sees_search(c) || q->digits[0] || c->has_after || page->count >= c->l->limit)
        return CU_OK;
    search_run(c->p->search, q, true, note_found, &f);
    uint64_t *strong = c->wanted;
    c->wanted = cu_calloc(c->wanted_end / 64 + 1, sizeof(*c->wanted));
    if (!c->wanted || f.failed) {
        cu_free(c->wanted);
        c->wanted = strong;
        cu_free(f.list);
        return cu_fail(err, CU_MEMORY, "", "No memory for a search.");
    }
    mark_roots(c, &f);
    cu_free(f.list);
    for (uint32_t w = 0; w < c->wanted_end / 64 + 1; w++)
        c->wanted[w] &= ~strong[w];
    struct list_page *rough = cu_calloc(1, sizeof(*rough));
    if (rough) {
        c->page = rough;
        c->room = c->l->limit - page->count;
        roster_each(&c->p->roster, consider, c);
        qsort(rough->at, rough->count, sizeof(*rough->at), by_order);
        memcpy(page->at + page->count, rough->at, rough->count * sizeof(*rough->at));
        page->count += rough->count;
        c->page = page;
    }
    cu_free(rough);
    cu_free(strong);
    return CU_OK;
}

static cu_code choose(struct choosing *c, struct db *d, struct cu_error *err)
{
    struct search_query q = {0};
    bool searching = c->l->q.len > 0;
    if (searching) {
        search_query_init(&q, c->l->q);
        c->wanted_end = roster_end(&c->p->roster);
        c->wanted = cu_calloc(c->wanted_end / 64 + 1, sizeof(*c->wanted));
        if (!c->wanted)
            return cu_fail(err, CU_MEMORY, "", "No memory for a search.");
        CU_TRY(search_strong(c, d, &q, err));
    }
    roster_each(&c->p->roster, consider, c);
    qsort(c->page->at, c->page->count, sizeof(*c->page->at), by_order);
    if (c->page->count > c->l->limit) {
        c->page->count = c->l->limit;
        write_cursor(c, &c->page->at[c->l->limit - 1], c->page->next);
        return CU_OK;
    }
    return searching ? add_rough(c, &q, err) : CU_OK;
}

cu_code list_choose(struct people *p, struct db *d, const struct list_query *l,
    struct list_page *ret, struct cu_error *err)
{
    ret->count = 0;
    ret->total = 0;
    ret->next[0] = 0;
    struct choosing c = {.p = p, .l = l, .page = ret, .room = l->limit + 1};
    CU_TRY(read_cursor(&c, err));
    cu_code code = choose(&c, d, err);
    cu_free(c.wanted);
    return code;
}
