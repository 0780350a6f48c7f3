// SPDX-License-Identifier: Apache-2.0
// Promises. See promise.h.
#include "promise.h"

#include "internal.h"
#include "people_sql.h"

#include <stdio.h>

enum { FENCES_AT_ONCE = 500, UNKNOWN_IN_A_ROW = 4096 };

static cu_code uuid_of(struct people *p, uint32_t pno, uint8_t ret[16], bool *ret_found, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(p->records, &people_sql_profile_get, &q, err));
    db_bind_i64(&q, ":pno", pno);
    *ret_found = db_step(&q) && db_blob(&q, 0).len == 16;
    if (*ret_found)
        memcpy(ret, db_blob(&q, 0).ptr, 16);
    return db_end(&q, err);
}

static cu_code tags_of(struct people *p, uint32_t pno, uint8_t (*ret)[16], size_t *ret_count, struct cu_error *err)
{
    struct db_query q;
    size_t count = 0;
    CU_TRY(db_prepare(p->records, &people_sql_identifiers_of, &q, err));
    db_bind_i64(&q, ":pno", pno);
    while (count < PROMISE_TAGS_MAX && db_step(&q)) {
        char kind[65];
        cu_buf_reset(&p->plain);
        if (identifier_open(p, pno, db_i64(&q, 0), db_blob(&q, 2), &p->plain, NULL) != CU_OK)
            continue; // its key is gone: no replay brings it back either
        kinds_name(p, (uint16_t)db_i64(&q, 1), kind);
        keyring_tag_version(p->keyring, index_version(p), kind, cu_buf_view(&p->plain), ret[count++]);
    }
    cu_buf_wipe(&p->plain);
    *ret_count = count;
    return db_end(&q, err);
}

// Behind the tags, when their key is a later version than the first: its number, big-endian.
enum { VERSION_BYTES = 4 };
static void put_version(uint8_t *to, uint32_t version)
{
    for (int i = 0; i < VERSION_BYTES; i++)
        to[i] = (uint8_t)(version >> (8 * (VERSION_BYTES - 1 - i)));
}

static uint32_t get_version(cu_str tags)
{
    uint32_t version = 0;
    if (tags.len % 16 != VERSION_BYTES)
        return 1;
    for (int i = VERSION_BYTES; i > 0; i--)
        version = version << 8 | (uint8_t)tags.ptr[tags.len - (size_t)i];
    return version;
}

cu_code promise_note(struct people *p, enum promise_kind kind, uint32_t pno, uint64_t seq, int state, cu_str purpose,
    struct cu_error *err)
{
    uint8_t uuid[16], tags[PROMISE_TAGS_MAX + 1][16];
    uint32_t version = index_version(p);
    size_t count = 0;
    bool found = false;
    struct db_query q;
    CU_TRY(uuid_of(p, pno, uuid, &found, err));
    if (!found)
        return CU_OK;
    CU_TRY(tags_of(p, pno, tags, &count, err));
    CU_TRY(db_prepare(p->records, &people_sql_promise_add, &q, err));
    db_bind_i64(&q, ":at_ms", cu_now_ms());
    db_bind_i64(&q, ":seq", (int64_t)(seq ? seq : p->touches.committed_seq));
    db_bind_i64(&q, ":kind", kind);
    db_bind_i64(&q, ":state", state);
    db_bind_blob(&q, ":uuid", uuid, sizeof uuid);
    db_bind_str(&q, ":purpose", purpose.ptr ? purpose : CU_LIT(""));
    put_version(tags[count], version);
    db_bind_blob(&q, ":tags", tags, count * 16 + (version > 1 ? VERSION_BYTES : 0));
    return db_run(&q, err);
}

static void read_row(struct db_query *q, struct promise *m)
{
    *m = (struct promise){.id = db_i64(q, 0), .at_ms = db_i64(q, 1), .seq = (uint64_t)db_i64(q, 2),
        .kind = (enum promise_kind)db_i64(q, 3), .state = (int)db_i64(q, 4)};
    cu_str uuid = db_blob(q, 5), purpose = db_str(q, 6), tags = db_blob(q, 7);
    if (uuid.len == sizeof m->uuid.bytes)
        memcpy(m->uuid.bytes, uuid.ptr, uuid.len);
    (void)snprintf(m->purpose, sizeof m->purpose, "%.*s", CU_ARG(cu_str_sub(purpose, 0, sizeof m->purpose - 1)));
    m->tag_count = tags.len / 16 < PROMISE_TAGS_MAX ? tags.len / 16 : PROMISE_TAGS_MAX;
    m->tag_version = get_version(tags);
    if (m->tag_count)
        memcpy(m->tags, tags.ptr, m->tag_count * 16);
}

cu_code promises_read(struct db *d, int64_t after, struct promise *ret, size_t max, size_t *ret_count, struct cu_error *err)
{
    struct db_query q;
    size_t count = 0;
    CU_TRY(db_prepare(d, &people_sql_promises_after, &q, err));
    db_bind_i64(&q, ":id", after);
    db_bind_i64(&q, ":limit", (int64_t)max);
    while (count < max && db_step(&q))
        read_row(&q, &ret[count++]);
    *ret_count = count;
    return db_end(&q, err);
}

static cu_code one_number(struct db *d, const struct db_statement *s, int64_t *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, s, &q, err));
    if (db_step(&q))
        *ret = db_i64(&q, 0);
    return db_end(&q, err);
}

cu_code promises_last(struct db *d, int64_t *ret, struct cu_error *err)
{
    return one_number(d, &people_sql_promise_last, ret, err);
}

cu_code promises_waiting(struct db *d, int64_t *ret, struct cu_error *err)
{
    return one_number(d, &people_sql_promises_waiting, ret, err);
}

static cu_code run_with(struct db *d, const struct db_statement *s, const char *name, int64_t value, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, s, &q, err));
    db_bind_i64(&q, name, value);
    return db_run(&q, err);
}

cu_code promises_drop(struct people *p, int64_t id, int64_t before_ms, struct cu_error *err)
{
    struct db *d = people_lock(p);
    cu_code code = db_begin(d, err);
    if (code == CU_OK)
        code = run_with(d, &people_sql_promises_drop, ":id", id, err);
    if (code == CU_OK)
        code = run_with(d, &people_sql_promises_drop_old, ":before_ms", before_ms, err);
    if (code == CU_OK)
        code = db_commit(d, err);
    db_rollback(d);
    people_unlock(p);
    return code;
}

// ---- restoring

static void add_once(uint32_t pno, uint32_t *list, size_t max, size_t *count)
{
    for (size_t i = 0; i < *count; i++) {
        if (list[i] == pno)
            return;
    }
    if (*count < max)
        list[(*count)++] = pno;
}

static cu_code find_profiles(struct people *p, const struct promise *m, uint32_t *ret, size_t max, size_t *ret_count,
    struct cu_error *err)
{
    struct db_query q;
    *ret_count = 0;
    CU_TRY(db_prepare(p->records, &people_sql_profile_by_uuid, &q, err));
    db_bind_blob(&q, ":uuid", m->uuid.bytes, sizeof m->uuid.bytes);
    if (db_step(&q))
        add_once((uint32_t)db_i64(&q, 0), ret, max, ret_count);
    CU_TRY(db_end(&q, err));
    if (m->tag_count)
        CU_TRY(reindex_at_once(p, m->tag_version ? m->tag_version : 1, err));
    for (size_t i = 0; i < m->tag_count; i++) {
        struct index_row row;
        bool found = false;
        CU_TRY(index_find(p, m->tags[i], &row, &found, err));
        if (found)
            add_once(row.pno, ret, max, ret_count);
    }
    return CU_OK;
}

cu_code promise_profiles(struct people *p, const struct promise *m, uint32_t *ret, size_t max, size_t *ret_count,
    struct cu_error *err)
{
    (void)people_lock(p);
    cu_code code = find_profiles(p, m, ret, max, ret_count, err);
    people_unlock(p);
    return code;
}

static cu_code erase(struct people *p, const uint32_t *pnos, size_t count, struct cu_error *err)
{
    CU_TRY(people_begin(p, err));
    cu_code code = CU_OK;
    for (size_t i = 0; i < count && code == CU_OK; i++)
        code = forgotten_note(p, pnos[i], err);
    if (code == CU_OK)
        code = profiles_vanish(p, pnos, count, true, err);
    if (code == CU_OK)
        return people_commit(p, err);
    people_rollback(p);
    return code;
}

cu_code promise_erase(struct people *p, const uint32_t *pnos, size_t count, struct cu_error *err)
{
    if (count == 0)
        return CU_OK;
    (void)people_lock(p);
    cu_code code = erase(p, pnos, count, err);
    for (size_t i = 0; i < count && code == CU_OK && p->search; i++)
        search_forget(p->search, pnos[i]);
    people_unlock(p);
    return code;
}

// The next profiles after *after; those that are fenced into ret.
static cu_code fences_step(struct people *p, uint32_t *after, uint32_t *ret, size_t *ret_count, bool *ret_more,
    struct cu_error *err)
{
    struct db_query q;
    size_t count = 0;
    *ret_more = false;
    CU_TRY(db_prepare(p->records, &people_sql_profiles_after, &q, err));
    db_bind_i64(&q, ":pno", *after);
    db_bind_i64(&q, ":limit", FENCES_AT_ONCE);
    while (db_step(&q)) {
        *after = (uint32_t)db_i64(&q, 0);
        *ret_more = true;
        if (guard_is_erased(p->guard, *after))
            ret[count++] = *after;
    }
    *ret_count = count;
    return db_end(&q, err);
}

cu_code promise_fences(struct people *p, uint64_t *ret_count, struct cu_error *err)
{
    uint32_t after = 0, fenced[FENCES_AT_ONCE];
    bool more = true;
    cu_code code = CU_OK;
    *ret_count = 0;
    while (more && code == CU_OK) {
        size_t count = 0;
        (void)people_lock(p);
        code = fences_step(p, &after, fenced, &count, &more, err);
        if (code == CU_OK && count)
            code = erase(p, fenced, count, err);
        people_unlock(p);
        *ret_count += count;
    }
    return code;
}

// Numbers are given one after the other, each profile has a key; a batch that was rolled back leaves a few of them.
static cu_code first_unknown(struct people *p, uint32_t *ret, struct cu_error *err)
{
    uint32_t next = p->next_pno;
    for (uint32_t pno = next; pno < next + UNKNOWN_IN_A_ROW && pno < UINT32_MAX - 1; pno++) {
        uint8_t name[16];
        cu_code code = guard_pseudonym(p->guard, pno, name, err);
        if (code == CU_OK || code == CU_ERASED)
            next = pno + 1;
        else if (code != CU_NOT_FOUND)
            return code;
    }
    *ret = next;
    return CU_OK;
}

static cu_code raise_numbers(struct people *p, uint32_t next, struct cu_error *err)
{
    CU_TRY(db_begin(p->records, err));
    cu_code code = run_with(p->records, &people_sql_next_pno_raise, ":next", next, err);
    if (code == CU_OK)
        code = db_commit(p->records, err);
    db_rollback(p->records);
    if (code == CU_OK)
        p->next_pno = p->next_pno_stored = next;
    return code;
}

cu_code promise_raise_numbers(struct people *p, uint32_t *ret_next, struct cu_error *err)
{
    (void)people_lock(p);
    cu_code code = first_unknown(p, ret_next, err);
    if (code == CU_OK && *ret_next > p->next_pno)
        code = raise_numbers(p, *ret_next, err);
    people_unlock(p);
    return code;
}
