// SPDX-License-Identifier: Apache-2.0
// What audiences.db says: who was in it, who came and went when, sizes over time; and rows that must go. See audience.h.
#include "audience_history.h"

#include "audience_history_sql.h"

#include <stdio.h>
#include <stdlib.h>

#define BITMAP_MAX ((size_t)1 << 30)

cu_code history_bitmap(cu_str bytes, roaring_bitmap_t **ret, struct cu_error *err)
{
    *ret = bytes.len ? roaring_bitmap_portable_deserialize_safe(bytes.ptr, bytes.len) : roaring_bitmap_create();
    return *ret ? CU_OK : cu_fail(err, CU_CORRUPT, "", "the stored people of a segment are damaged, or there is no memory");
}

// --- who was in it at last

static cu_code apply_bulks(struct db *d, uint32_t number, int64_t after, roaring_bitmap_t *people, int64_t *ret_last,
    struct cu_error *err)
{
    struct db_query q;
    cu_code code = CU_OK;
    CU_TRY(db_prepare(d, &audience_history_sql_bulks_since, &q, err));
    db_bind_i64(&q, ":number", number);
    db_bind_i64(&q, ":id", after);
    if (db_step(&q)) { // one at a time: moves may lie between
        roaring_bitmap_t *entered = NULL, *gone = NULL;
        *ret_last = db_i64(&q, 0);
        code = history_bitmap(db_blob(&q, 1), &entered, err);
        if (code == CU_OK)
            code = history_bitmap(db_blob(&q, 2), &gone, err);
        if (code == CU_OK) {
            roaring_bitmap_or_inplace(people, entered);
            roaring_bitmap_andnot_inplace(people, gone);
        }
        audience_set_free(entered);
        audience_set_free(gone);
    } else {
        *ret_last = INT64_MAX;
    }
    cu_code end = db_end(&q, code == CU_OK ? err : NULL);
    return code != CU_OK ? code : end;
}

static cu_code next_bulk(struct db *d, uint32_t number, int64_t after, int64_t *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &audience_history_sql_bulks_since, &q, err));
    db_bind_i64(&q, ":number", number);
    db_bind_i64(&q, ":id", after);
    *ret = db_step(&q) ? db_i64(&q, 0) : INT64_MAX;
    return db_end(&q, err);
}

static cu_code apply_moves(struct db *d, uint32_t number, int64_t after, int64_t before, roaring_bitmap_t *people,
    struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &audience_history_sql_moves_since, &q, err));
    db_bind_i64(&q, ":number", number);
    db_bind_i64(&q, ":id", after);
    while (db_step(&q) && db_i64(&q, 0) < before) {
        if (db_i64(&q, 2))
            roaring_bitmap_add(people, (uint32_t)db_i64(&q, 1));
        else
            roaring_bitmap_remove(people, (uint32_t)db_i64(&q, 1));
    }
    return db_end(&q, err);
}

static cu_code read_people(struct db *d, uint32_t number, roaring_bitmap_t **ret, uint32_t *ret_version,
    struct cu_error *err)
{
    struct db_query q;
    int64_t at = 0;
    *ret_version = 0;
    cu_code code = CU_OK;
    CU_TRY(db_prepare(d, &audience_history_sql_snapshot_of, &q, err));
    db_bind_i64(&q, ":number", number);
    if (db_step(&q)) {
        *ret_version = (uint32_t)db_i64(&q, 0);
        at = db_i64(&q, 1);
        code = history_bitmap(db_blob(&q, 2), ret, err);
    } else {
        code = history_bitmap(CU_NONE, ret, err);
    }
    cu_code end = db_end(&q, code == CU_OK ? err : NULL);
    code = code != CU_OK ? code : end;
    while (code == CU_OK && at != INT64_MAX) {
        int64_t bulk = 0;
        code = next_bulk(d, number, at, &bulk, err);
        if (code == CU_OK)
            code = apply_moves(d, number, at, bulk, *ret, err);
        if (code == CU_OK && bulk != INT64_MAX)
            code = apply_bulks(d, number, bulk - 1, *ret, &at, err);
        else
            at = INT64_MAX;
    }
    return code;
}

cu_code history_people(struct audiences *a, uint32_t number, roaring_bitmap_t **ret, uint32_t *ret_version,
    struct cu_error *err)
{
    struct history *h = a->history;
    *ret = NULL;
    pthread_mutex_lock(&h->read);
    cu_code code = read_people(h->reader, number, ret, ret_version, err);
    pthread_mutex_unlock(&h->read);
    if (code != CU_OK) {
        audience_set_free(*ret);
        *ret = NULL;
    }
    return code;
}

// --- when somebody entered and left at last

static uint64_t stored(int64_t at_ms)
{
    return (uint64_t)at_ms ^ (uint64_t)INT64_MIN;
}

struct stay_bulk {
    struct facts_array *stays;
    size_t *bytes;
    int64_t at_ms;
    bool entered, failed;
};

static bool stay_of_bulk(uint32_t person, void *context)
{
    struct stay_bulk *b = context;
    struct audience_stay *s = array_at(b->stays, person, true, b->bytes);
    if (!s) {
        b->failed = true;
        return false;
    }
    uint64_t *to = b->entered ? &s->entered : &s->left;
    if (stored(b->at_ms) > *to)
        *to = stored(b->at_ms);
    return true;
}

static cu_code bulk_stays(struct db *d, uint32_t number, struct facts_array *ret, size_t *bytes, struct cu_error *err)
{
    struct db_query q;
    cu_code code = CU_OK;
    CU_TRY(db_prepare(d, &audience_history_sql_bulks_until, &q, err));
    db_bind_i64(&q, ":number", number);
    db_bind_i64(&q, ":at_ms", INT64_MAX);
    while (code == CU_OK && db_step(&q)) {
        for (int i = 0; i < 2 && code == CU_OK; i++) {
            struct stay_bulk b = {ret, bytes, db_i64(&q, 0), i == 0, false};
            roaring_bitmap_t *people = NULL;
            code = history_bitmap(db_blob(&q, i + 1), &people, err);
            if (code == CU_OK && !roaring_iterate(people, stay_of_bulk, &b) && b.failed)
                code = cu_fail(err, CU_MEMORY, "", "no memory for when people entered a segment");
            audience_set_free(people);
        }
    }
    cu_code end = db_end(&q, code == CU_OK ? err : NULL);
    return code != CU_OK ? code : end;
}

static cu_code move_stays(struct db *d, uint32_t number, struct facts_array *ret, size_t *bytes, struct cu_error *err)
{
    struct db_query q;
    cu_code code = CU_OK;
    CU_TRY(db_prepare(d, &audience_history_sql_stays_all, &q, err));
    db_bind_i64(&q, ":number", number);
    while (code == CU_OK && db_step(&q)) {
        struct stay_bulk b = {ret, bytes, db_i64(&q, 2), db_i64(&q, 1) != 0, false};
        if (!stay_of_bulk((uint32_t)db_i64(&q, 0), &b))
            code = cu_fail(err, CU_MEMORY, "", "no memory for when people entered a segment");
    }
    cu_code end = db_end(&q, code == CU_OK ? err : NULL);
    return code != CU_OK ? code : end;
}

cu_code history_stays(struct audiences *a, uint32_t number, struct facts_array *ret, size_t *bytes, struct cu_error *err)
{
    struct history *h = a->history;
    pthread_mutex_lock(&h->read);
    cu_code code = bulk_stays(h->reader, number, ret, bytes, err);
    if (code == CU_OK)
        code = move_stays(h->reader, number, ret, bytes, err);
    pthread_mutex_unlock(&h->read);
    return code;
}

static cu_code stay_at_bulks(struct db *d, uint32_t number, uint32_t person, int64_t at_ms, struct seg_stay *ret,
    struct cu_error *err)
{
    struct db_query q;
    cu_code code = CU_OK;
    CU_TRY(db_prepare(d, &audience_history_sql_bulks_until, &q, err));
    db_bind_i64(&q, ":number", number);
    db_bind_i64(&q, ":at_ms", at_ms);
    while (code == CU_OK && db_step(&q)) {
        for (int i = 0; i < 2 && code == CU_OK; i++) {
            roaring_bitmap_t *people = NULL;
            code = history_bitmap(db_blob(&q, i + 1), &people, err);
            int64_t *to = i == 0 ? &ret->entered_ms : &ret->left_ms;
            if (code == CU_OK && roaring_bitmap_contains(people, person) && db_i64(&q, 0) > *to)
                *to = db_i64(&q, 0);
            audience_set_free(people);
        }
    }
    cu_code end = db_end(&q, code == CU_OK ? err : NULL);
    return code != CU_OK ? code : end;
}

static cu_code stay_at(struct db *d, uint32_t number, uint32_t person, int64_t at_ms, struct seg_stay *ret,
    struct cu_error *err)
{
    struct db_query q;
    *ret = (struct seg_stay){.entered_ms = INT64_MIN, .left_ms = INT64_MIN};
    CU_TRY(stay_at_bulks(d, number, person, at_ms, ret, err));
    CU_TRY(db_prepare(d, &audience_history_sql_stays_of, &q, err));
    db_bind_i64(&q, ":person", person);
    db_bind_i64(&q, ":number", number);
    db_bind_i64(&q, ":at_ms", at_ms);
    while (db_step(&q)) {
        int64_t *to = db_i64(&q, 0) ? &ret->entered_ms : &ret->left_ms;
        if (db_i64(&q, 1) > *to)
            *to = db_i64(&q, 1);
    }
    // Who entered and left in the same millisecond is out: nobody stays for no time.
    ret->in = ret->entered_ms > ret->left_ms;
    return db_end(&q, err);
}

cu_code history_stay_at(struct audiences *a, uint32_t number, uint32_t person, int64_t at_ms, struct seg_stay *ret,
    struct cu_error *err)
{
    struct history *h = a->history;
    pthread_mutex_lock(&h->read);
    cu_code code = stay_at(h->reader, number, person, at_ms, ret, err);
    pthread_mutex_unlock(&h->read);
    return code;
}

// --- the list of moves, newest first

struct listing {
    struct db *d;
    uint32_t number, person;
    int64_t id;      // below it
    uint64_t offset; // of the bulk with this id: so many were given
    bool inside;     // in the bulk `id`
    size_t limit;
    audience_move_visit *visit;
    void *context;
    bool stopped;
};

static bool give(struct listing *l, uint32_t person, int64_t at_ms, bool entered)
{
    const struct audience_move m = {person, at_ms, entered};
    if (!l->visit(l->context, l->number, &m))
        l->stopped = true;
    return --l->limit > 0 && !l->stopped;
}

// The people of a bulk in a fixed order: who entered, then who left, each by number. False: enough.
static bool give_bulk(struct listing *l, int64_t at_ms, const roaring_bitmap_t *entered, const roaring_bitmap_t *gone)
{
    const roaring_bitmap_t *sets[2] = {entered, gone};
    uint64_t before = 0;
    for (int i = 0; i < 2; i++) {
        uint64_t size = roaring_bitmap_get_cardinality(sets[i]);
        if (l->person) {
            if (roaring_bitmap_contains(sets[i], l->person) && l->offset <= before) {
                l->offset = before + 1;
                if (!give(l, l->person, at_ms, i == 0))
                    return false;
            }
            before += 1;
            continue;
        }
        while (l->offset >= before && l->offset < before + size) {
            uint32_t person = 0;
            if (!roaring_bitmap_select(sets[i], (uint32_t)(l->offset - before), &person))
                break;
            l->offset++;
            if (!give(l, person, at_ms, i == 0))
                return false;
        }
        before += size;
    }
    return true;
}

static cu_code list_bulk(struct listing *l, bool *ret_more, struct cu_error *err)
{
    struct db_query q;
    roaring_bitmap_t *entered = NULL, *gone = NULL;
    cu_code code = CU_OK;
    CU_TRY(db_prepare(l->d, &audience_history_sql_bulk_at, &q, err));
    db_bind_i64(&q, ":number", l->number);
    db_bind_i64(&q, ":id", l->id);
    if (db_step(&q)) {
        code = history_bitmap(db_blob(&q, 2), &entered, err);
        if (code == CU_OK)
            code = history_bitmap(db_blob(&q, 3), &gone, err);
        if (code == CU_OK)
            *ret_more = give_bulk(l, db_i64(&q, 1), entered, gone);
    }
    audience_set_free(entered);
    audience_set_free(gone);
    cu_code end = db_end(&q, code == CU_OK ? err : NULL);
    l->inside = !*ret_more;
    return code != CU_OK ? code : end;
}

static cu_code list_moves(struct listing *l, int64_t above, bool *ret_more, bool *ret_any, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(l->d, l->person ? &audience_history_sql_moves_of_before : &audience_history_sql_moves_before, &q,
        err));
    db_bind_i64(&q, ":number", l->number);
    if (l->person)
        db_bind_i64(&q, ":person", l->person);
    db_bind_i64(&q, ":id", l->id);
    db_bind_i64(&q, ":limit", (int64_t)l->limit);
    *ret_any = false;
    while (*ret_more && db_step(&q) && db_i64(&q, 0) > above) {
        *ret_any = true;
        l->id = db_i64(&q, 0);
        *ret_more = give(l, (uint32_t)db_i64(&q, 1), db_i64(&q, 2), db_i64(&q, 3) != 0);
    }
    return db_end(&q, err);
}

static cu_code bulk_below(struct listing *l, int64_t *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(l->d, &audience_history_sql_bulk_before, &q, err));
    db_bind_i64(&q, ":number", l->number);
    db_bind_i64(&q, ":id", l->id);
    *ret = db_step(&q) ? db_i64(&q, 0) : 0;
    return db_end(&q, err);
}

static cu_code list(struct listing *l, bool *ret_more, struct cu_error *err)
{
    *ret_more = l->limit > 0;
    if (l->inside && *ret_more)
        CU_TRY(list_bulk(l, ret_more, err));
    while (*ret_more) {
        int64_t bulk = 0;
        bool any = false;
        CU_TRY(bulk_below(l, &bulk, err));
        CU_TRY(list_moves(l, bulk, ret_more, &any, err));
        if (!*ret_more)
            break;
        if (any && l->limit) // perhaps more above the bulk
            continue;
        if (!bulk)
            return CU_OK; // the end
        l->id = bulk;
        l->offset = 0;
        CU_TRY(list_bulk(l, ret_more, err));
    }
    return CU_OK;
}

cu_code audience_history(struct audiences *a, uint32_t number, uint32_t person, char cursor[65], size_t limit,
    audience_move_visit *visit,
    void *context, struct cu_error *err)
{
    struct history *h = a->history;
    struct listing l = {.number = number, .person = person, .id = INT64_MAX, .limit = limit, .visit = visit,
        .context = context};
    bool more = false;
    if (cursor[0]) {
        int64_t part[5] = {0}; // segment, person, id, inside a bulk, offset in it
        cu_str rest = cu_str_of(cursor);
        bool good = true;
        for (size_t i = 0; i < CU_COUNT(part) && good; i++)
            good = cu_str_i64(cu_str_cut(&rest, '.'), &part[i]) && part[i] >= 0;
        if (!good || rest.len || part[0] != number || part[1] != person)
            return cu_fail(err, CU_INVALID, "cursor", "this cursor belongs to another list");
        l.id = part[2];
        l.inside = part[3] == 1;
        l.offset = (uint64_t)part[4];
    }
    pthread_mutex_lock(&h->read);
    l.d = h->reader;
    cu_code code = list(&l, &more, err);
    pthread_mutex_unlock(&h->read);
    if (code == CU_OK && !more && limit)
        (void)snprintf(cursor, 65, "%u.%u.%lld.%d.%llu", number, person, (long long)l.id, l.inside,
            (unsigned long long)l.offset);
    else
        cursor[0] = 0;
    return code;
}

// --- sizes

static cu_code size_before(struct db *d, uint32_t number, int64_t hour, uint64_t *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &audience_history_sql_size_before, &q, err));
    db_bind_i64(&q, ":number", number);
    db_bind_i64(&q, ":hour", hour);
    *ret = db_step(&q) ? (uint64_t)db_i64(&q, 0) : 0;
    return db_end(&q, err);
}

static cu_code read_sizes(struct db *d, uint32_t number, int64_t from, int64_t to, size_t points, struct audience_size *ret,
    struct cu_error *err)
{
    enum { HOUR_MS = 3600 * 1000 };
    struct db_query q;
    uint64_t size = 0;
    size_t at = 0;
    int64_t hours = to - from;
    CU_TRY(size_before(d, number, from, &size, err));
    CU_TRY(db_prepare(d, &audience_history_sql_sizes, &q, err));
    db_bind_i64(&q, ":number", number);
    db_bind_i64(&q, ":from", from);
    db_bind_i64(&q, ":to", to);
    for (size_t i = 0; i < points; i++)
        ret[i] = (struct audience_size){.at_ms = (from + (int64_t)i * hours / (int64_t)points) * HOUR_MS};
    while (db_step(&q)) {
        size_t point = (size_t)((db_i64(&q, 0) - from) * (int64_t)points / hours);
        for (; at < point && at < points; at++)
            ret[at].size = size;
        if (point >= points)
            break;
        ret[point].entered += (uint64_t)db_i64(&q, 1);
        ret[point].left += (uint64_t)db_i64(&q, 2);
        size = (uint64_t)db_i64(&q, 3);
    }
    for (; at < points; at++)
        ret[at].size = size;
    return db_end(&q, err);
}

cu_code audience_sizes(struct audiences *a, uint32_t number, int64_t from_ms, int64_t to_ms, size_t points,
    struct audience_size *ret,
    size_t *ret_count, struct cu_error *err)
{
    enum { HOUR_MS = 3600 * 1000 };
    struct history *h = a->history;
    int64_t from = from_ms / HOUR_MS, to = (to_ms + HOUR_MS - 1) / HOUR_MS;
    *ret_count = 0;
    if (to <= from)
        return cu_fail(err, CU_INVALID, "to", "it has to be after from");
    if ((int64_t)points > to - from)
        points = (size_t)(to - from);
    if (!points)
        return CU_OK;
    pthread_mutex_lock(&h->read);
    cu_code code = read_sizes(h->reader, number, from, to, points, ret, err);
    pthread_mutex_unlock(&h->read);
    if (code == CU_OK)
        *ret_count = points;
    return code;
}

// --- rows that go

static cu_code run_for(struct db *d, const struct db_statement *s, const char *name, uint32_t value, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, s, &q, err));
    db_bind_i64(&q, name, value);
    return db_run(&q, err);
}

static cu_code strip_bulk(struct db *d, int64_t id, roaring_bitmap_t *const sets[2], struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf in;
    CU_AUTO_BUF struct cu_buf out;
    struct db_query q;
    cu_buf_init(&in, BITMAP_MAX);
    cu_buf_init(&out, BITMAP_MAX);
    CU_TRY(history_bitmap_bytes(sets[0], &in, err));
    CU_TRY(history_bitmap_bytes(sets[1], &out, err));
    CU_TRY(db_prepare(d, &audience_history_sql_bulk_update, &q, err));
    db_bind_i64(&q, ":id", id);
    db_bind_blob(&q, ":entered", in.ptr, in.len);
    db_bind_blob(&q, ":gone", out.ptr, out.len);
    return db_run(&q, err);
}

static cu_code strip_bulks(struct db *d, const roaring_bitmap_t *erased, struct cu_error *err)
{
    struct db_query q;
    cu_code code = CU_OK;
    CU_TRY(db_prepare(d, &audience_history_sql_bulks_all, &q, err));
    while (code == CU_OK && db_step(&q)) {
        roaring_bitmap_t *sets[2] = {NULL, NULL};
        code = history_bitmap(db_blob(&q, 1), &sets[0], err);
        if (code == CU_OK)
            code = history_bitmap(db_blob(&q, 2), &sets[1], err);
        if (code == CU_OK && (roaring_bitmap_intersect(sets[0], erased) || roaring_bitmap_intersect(sets[1], erased))) {
            roaring_bitmap_andnot_inplace(sets[0], erased);
            roaring_bitmap_andnot_inplace(sets[1], erased);
            code = strip_bulk(d, db_i64(&q, 0), sets, err);
        }
        audience_set_free(sets[0]);
        audience_set_free(sets[1]);
    }
    cu_code end = db_end(&q, code == CU_OK ? err : NULL);
    return code != CU_OK ? code : end;
}

static cu_code strip_snapshots(struct db *d, const roaring_bitmap_t *erased, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf bytes;
    struct db_query q, u;
    cu_code code = CU_OK;
    cu_buf_init(&bytes, BITMAP_MAX);
    CU_TRY(db_prepare(d, &audience_history_sql_snapshots_all, &q, err));
    while (code == CU_OK && db_step(&q)) {
        roaring_bitmap_t *people = NULL;
        code = history_bitmap(db_blob(&q, 1), &people, err);
        if (code == CU_OK && roaring_bitmap_intersect(people, erased)) {
            roaring_bitmap_andnot_inplace(people, erased);
            code = history_bitmap_bytes(people, &bytes, err);
            if (code == CU_OK)
                code = db_prepare(d, &audience_history_sql_snapshot_update, &u, err);
            if (code == CU_OK) {
                db_bind_i64(&u, ":number", db_i64(&q, 0));
                db_bind_blob(&u, ":people", bytes.ptr, bytes.len);
                code = db_run(&u, err);
            }
        }
        audience_set_free(people);
    }
    cu_code end = db_end(&q, code == CU_OK ? err : NULL);
    return code != CU_OK ? code : end;
}

cu_code history_remove(struct audiences *a, const uint32_t *dropped, size_t dropped_count, const uint32_t *erased,
    size_t erased_count,
    struct cu_error *err)
{
    static const struct db_statement *const steps[] = {&audience_history_sql_drop_moves, &audience_history_sql_drop_bulks,
        &audience_history_sql_drop_sizes, &audience_history_sql_drop_snapshot};
    struct db *d = a->history->writer;
    for (size_t i = 0; i < dropped_count * CU_COUNT(steps); i++)
        CU_TRY(run_for(d, steps[i % CU_COUNT(steps)], ":number", dropped[i / CU_COUNT(steps)], err));
    if (!erased_count)
        return CU_OK;
    roaring_bitmap_t *set = roaring_bitmap_of_ptr(erased_count, erased);
    cu_code code = set ? strip_bulks(d, set, err) : cu_fail(err, CU_MEMORY, "",
        "no memory to erase somebody from the history of segments");
    if (code == CU_OK)
        code = strip_snapshots(d, set, err);
    for (size_t i = 0; i < erased_count && code == CU_OK; i++) {
        code = run_for(d, &audience_history_sql_erase_moves, ":person", erased[i], err);
        if (code == CU_OK)
            code = run_for(d, &audience_history_sql_erase_done, ":person", erased[i], err);
    }
    audience_set_free(set);
    return code;
}
