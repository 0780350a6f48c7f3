// SPDX-License-Identifier: Apache-2.0
// The traits stage: what an identify call says about a profile becomes evidence (trait_history) and
// is folded into the profile's current groups (trait_current). Called by the pipeline inside a
// batch.
//
// Invariants
// 1. trait_current of a (profile, group) is the fold of its trait_history rows: newest per field
// wins.
// 2. Each row's origin can be taken back: traits_refold gives what the remaining rows say.
// 3. A value that is current already writes nothing, unless only a revertible origin has said so.
#include "traits.h"
#include "people_sql.h"

#include "base/hash.h"
#include "base/metric.h"

#define MEMOS 16384u
#define HISTORY_ROWS_MAX                                                                           \
    256 // never-reverted rows of one group before the oldest are folded into one
#define HISTORY_ROWS_FOLD 192

struct trait_memo {
    uint64_t said; // hash of the traits that are all current
    int64_t origin, at_ms;
    uint32_t pno;
};

cu_code traits_init(struct people *p, struct cu_error *err)
{
    p->memo = cu_calloc(MEMOS, sizeof(*p->memo));
    p->arena = cu_arena_new((size_t)16 * 1024 * 1024);
    if (!p->memo || !p->arena)
        return cu_fail(err, CU_MEMORY, "", "No memory for traits.");
    cu_random(&p->memo_seed, sizeof(p->memo_seed));
    cu_buf_init(&p->plain, 2 * TRAIT_GROUP_MAX);
    cu_buf_init(&p->delta, 2 * TRAIT_GROUP_MAX);
    cu_buf_init(&p->merged, 4 * TRAIT_GROUP_MAX);
    return CU_OK;
}

void traits_clear(struct people *p)
{
    cu_free(p->memo);
    cu_arena_free(p->arena);
    cu_buf_wipe(&p->plain);
    cu_buf_wipe(&p->delta);
    cu_buf_wipe(&p->merged);
}

void traits_forget_memo(struct people *p)
{
    memset(p->memo, 0, MEMOS * sizeof(*p->memo));
}

static enum seal_class class_of(int group)
{
    switch ((enum dict_group)group) {
    case DICT_GROUP_ADDRESS:
        return SEAL_ADDRESS;
    case DICT_GROUP_SENSITIVE:
        return SEAL_SENSITIVE;
    case DICT_GROUP_BEHAVIOUR:
        return SEAL_BEHAVIOUR;
    case DICT_GROUP_UNDECLARED:
        return SEAL_UNDECLARED;
    case DICT_GROUP_NONE:
    case DICT_GROUP_CONTACT:
        break;
    }
    return SEAL_CONTACT;
}

cu_code trait_group_seal(struct people *p, uint32_t pno, int group, uint32_t table, uint64_t record,
    uint64_t version, cu_str plain, struct cu_buf *out, struct cu_error *err)
{
    if (group == 0) {
        cu_buf_str(out, plain);
        return cu_buf_code(out, err);
    }
    const struct seal_place place = {table, pno, record, version};
    return guard_seal(p->guard, class_of(group), &place, plain, false, out, err);
}

cu_code trait_group_open(struct people *p, uint32_t pno, int group, uint32_t table, uint64_t record,
    uint64_t version, cu_str stored, struct cu_buf *out, struct cu_error *err)
{
    if (group == 0) {
        cu_buf_str(out, stored);
        return cu_buf_code(out, err);
    }
    const struct seal_place place = {table, pno, record, version};
    return guard_open(p->guard, &place, stored, out, err);
}

static int64_t current_id(uint32_t pno, int group)
{
    return (int64_t)pno * 16 + group;
}

static cu_code load_current(struct people *p, uint32_t pno, int group, int64_t *ret_version,
    struct cu_buf *out, struct cu_error *err)
{
    struct db_query q;
    cu_code code = CU_OK;
    *ret_version = 0;
    cu_buf_reset(out);
    CU_TRY(db_prepare(p->records, &people_sql_trait_current_get, &q, err));
    db_bind_i64(&q, ":id", current_id(pno, group));
    if (db_step(&q)) {
        *ret_version = db_i64(&q, 0);
        code = trait_group_open(p, pno, group, PEOPLE_SEAL_CURRENT,
            (uint64_t)current_id(pno, group), (uint64_t)*ret_version, db_blob(&q, 1), out, err);
    }
    cu_code end = db_end(&q, err);
    return code != CU_OK ? code : end;
}

static cu_code store_current(
    struct people *p, uint32_t pno, int group, int64_t version, cu_str plain, struct cu_error *err)
{
    int64_t id = current_id(pno, group);
    cu_buf_reset(&p->scratch);
    CU_TRY(trait_group_seal(p, pno, group, PEOPLE_SEAL_CURRENT, (uint64_t)id, (uint64_t)version,
        plain, &p->scratch, err));
    struct db_query q;
    CU_TRY(db_prepare(p->records, &people_sql_trait_current_set, &q, err));
    db_bind_i64(&q, ":id", id);
    db_bind_i64(&q, ":version", version);
    db_bind_blob(&q, ":value", p->scratch.ptr, p->scratch.len);
    return db_run(&q, err);
}

struct history_row {
    int64_t origin, at_ms;
    uint32_t source;
    uint64_t seq;
};

static cu_code add_history(struct people *p, uint32_t pno, int group, const struct history_row *h,
    cu_str plain, struct cu_error *err)
{
    int64_t id = p->next_history;
    cu_buf_reset(&p->scratch);
    CU_TRY(trait_group_seal(
        p, pno, group, PEOPLE_SEAL_HISTORY, (uint64_t)id, 0, plain, &p->scratch, err));
    struct db_query q;
    CU_TRY(db_prepare(p->records, &people_sql_trait_history_add, &q, err));
    db_bind_i64(&q, ":id", id);
    db_bind_i64(&q, ":pno", pno);
    db_bind_i64(&q, ":grp", group);
    db_bind_blob(&q, ":value", p->scratch.ptr, p->scratch.len);
    db_bind_i64(&q, ":origin", h->origin);
    db_bind_i64(&q, ":source", h->source);
    db_bind_i64(&q, ":seq", (int64_t)h->seq);
    db_bind_i64(&q, ":at_ms", h->at_ms);
    CU_TRY(db_run(&q, err));
    p->next_history++;
    return CU_OK;
}

cu_code traits_history_put(struct people *p, uint32_t pno, int group, int64_t at_ms, cu_str plain, struct cu_error *err)
{
    return add_history(p, pno, group, &(struct history_row){.at_ms = at_ms}, plain, err);
}

// A client that changes a field with every call would fill the disk: the oldest rows are laid over
// one another and kept as one. The fold of the rest is the same (newest wins is associative).
static cu_code fold_oldest(struct people *p, uint32_t pno, int group, struct cu_error *err)
{
    int64_t ids[HISTORY_ROWS_FOLD], count = 0;
    struct history_row last = {0};
    struct db_query q;
    cu_buf_reset(&p->plain);
    CU_TRY(db_prepare(p->records, &people_sql_trait_history_old, &q, err));
    db_bind_i64(&q, ":pno", pno);
    db_bind_i64(&q, ":grp", group);
    db_bind_i64(&q, ":count", HISTORY_ROWS_FOLD);
    cu_code code = CU_OK;
    while (code == CU_OK && count < HISTORY_ROWS_FOLD && db_step(&q)) {
        ids[count++] = db_i64(&q, 0);
        last = (struct history_row){
            0, db_i64(&q, 4), (uint32_t)db_i64(&q, 2), (uint64_t)db_i64(&q, 3)};
        cu_buf_reset(&p->delta);
        code = trait_group_open(p, pno, group, PEOPLE_SEAL_HISTORY, (uint64_t)ids[count - 1], 0,
            db_blob(&q, 1), &p->delta, err);
        cu_buf_reset(&p->merged);
        fold_merge(cu_buf_view(&p->plain), cu_buf_view(&p->delta), &p->merged);
        cu_buf_reset(&p->plain);
        cu_buf_str(&p->plain, cu_buf_view(&p->merged));
    }
    cu_code end = db_end(&q, err);
    CU_TRY(code != CU_OK ? code : end);
    for (int64_t i = 0; i < count; i++) {
        CU_TRY(db_prepare(p->records, &people_sql_trait_history_drop, &q, err));
        db_bind_i64(&q, ":id", ids[i]);
        CU_TRY(db_run(&q, err));
    }
    CU_TRY(cu_buf_code(&p->plain, err));
    return add_history(p, pno, group, &last, cu_buf_view(&p->plain), err);
}

static cu_code compact_history(struct people *p, uint32_t pno, int group, struct cu_error *err)
{
    for (bool many = true; many;) {
        struct db_query q;
        CU_TRY(db_prepare(p->records, &people_sql_trait_history_count, &q, err));
        db_bind_i64(&q, ":pno", pno);
        db_bind_i64(&q, ":grp", group);
        many = db_step(&q) && db_i64(&q, 0) >= HISTORY_ROWS_MAX;
        CU_TRY(db_end(&q, err));
        if (many)
            CU_TRY(fold_oldest(p, pno, group, err));
    }
    return CU_OK;
}

// What of the call is news for a group: appended to p->delta. *ret_settled: everything said is
// current and vouched for by this origin.
static size_t find_news(struct people *p, const struct trait_list *l, int group,
    const struct evidence *ev, bool *ret_settled)
{
    size_t news = 0;
    int64_t origin = evidence_origin(ev);
    cu_str current = cu_buf_view(&p->plain);
    cu_buf_reset(&p->delta);
    fold_start(&p->delta);
    for (size_t i = 0; i < l->count; i++) {
        const struct trait *t = &l->at[i];
        if (t->group != group || t->superseded)
            continue;
        struct fold_entry was, now = {.name = t->name,
                                   .value = t->value,
                                   .type = t->type,
                                   .misfit = t->misfit,
                                   .source = ev->source,
                                   .at_ms = ev->time_ms,
                                   .origin = origin,
                                   .seq = ev->seq};
        bool stored = fold_find(current, t->name, &was);
        if (!stored && t->type == FOLD_NULL)
            continue;
        if (stored && fold_same_value(&was, &now) && (was.origin == 0 || was.origin == origin))
            continue;
        p->tally.values += !(stored && fold_same_value(&was, &now));
        fold_put(&p->delta, &now);
        news++;
        *ret_settled = *ret_settled && (!stored || fold_newer(&now, &was));
    }
    return news;
}

static cu_code project_group(struct people *p, uint32_t pno, const struct trait_list *l, int group,
    const struct evidence *ev, bool *settled, struct cu_error *err)
{
    int64_t version = 0;
    CU_TRY(load_current(p, pno, group, &version, &p->plain, err));
    if (find_news(p, l, group, ev, settled) == 0)
        return CU_OK;
    const struct history_row h = {evidence_origin(ev), ev->time_ms, ev->source, ev->seq};
    CU_TRY(cu_buf_code(&p->delta, err));
    CU_TRY(add_history(p, pno, group, &h, cu_buf_view(&p->delta), err));
    cu_buf_reset(&p->merged);
    fold_merge(cu_buf_view(&p->plain), cu_buf_view(&p->delta), &p->merged);
    CU_TRY(cu_buf_code(&p->merged, err));
    if (p->merged.len > TRAIT_GROUP_MAX) { // the evidence is kept; the view stays as it was
        cu_metric_add(cu_metric_get(CU_COUNTER, "custos_traits_overflow_total", NULL,
                          "Calls whose fields no longer fit into their group."),
            1);
        return CU_OK;
    }
    version++;
    CU_TRY(store_current(p, pno, group, version, cu_buf_view(&p->merged), err));
    people_note(p, pno, PEOPLE_TRAITS);
    if (group == DICT_GROUP_CONTACT) {
        people_changed(p, pno);
        CU_TRY(profile_known(p, pno, err));
    }
    return version % HISTORY_ROWS_MAX == 0 ? compact_history(p, pno, group, err) : CU_OK;
}

static struct trait_memo *memo_of(struct people *p, uint32_t pno)
{
    return &p->memo[pno % MEMOS];
}

static uint64_t hash_of(struct people *p, json traits)
{
    cu_buf_reset(&p->delta);
    json_print(&p->delta, traits);
    return cu_hash64(p->delta.ptr, p->delta.len, p->memo_seed);
}

struct people_tally people_tally(struct people *p)
{
    return p->tally;
}

cu_code people_traits(
    struct people *p, uint32_t pno, json traits, const struct evidence *ev, struct cu_error *err)
{
    if (!json_is(traits, JSON_OBJECT) || json_count(traits) == 0 || pno == 0)
        return CU_OK;
    uint64_t said = hash_of(p, traits);
    struct trait_memo *memo = memo_of(p, pno);
    if (memo->pno == pno && memo->said == said && memo->origin == evidence_origin(ev) &&
        ev->time_ms >= memo->at_ms)
        return CU_OK;
    memo->pno = 0;
    cu_arena_reset(p->arena);
    struct trait_list l = {.arena = p->arena};
    CU_TRY(traits_flatten(p, traits, ev, &l, err));
    bool settled = true, there[TRAIT_GROUPS] = {0};
    for (size_t i = 0; i < l.count; i++)
        there[l.at[i].group] = true;
    settled = !there[DICT_GROUP_UNDECLARED]; // those are counted each time
    for (int g = 0; g < TRAIT_GROUPS; g++) {
        if (there[g])
            CU_TRY(project_group(p, pno, &l, g, ev, &settled, err));
    }
    if (settled)
        *memo = (struct trait_memo){said, evidence_origin(ev), ev->time_ms, pno};
    return CU_OK;
}

cu_code traits_refold(struct people *p, uint32_t pno, int group, struct cu_error *err)
{
    int64_t version = 0;
    size_t rows = 0;
    struct db_query q;
    CU_TRY(load_current(p, pno, group, &version, &p->plain, err));
    cu_buf_reset(&p->plain);
    CU_TRY(db_prepare(p->records, &people_sql_trait_history_group, &q, err));
    db_bind_i64(&q, ":pno", pno);
    db_bind_i64(&q, ":grp", group);
    cu_code code = CU_OK;
    while (code == CU_OK && db_step(&q)) {
        rows++;
        cu_buf_reset(&p->delta);
        code = trait_group_open(p, pno, group, PEOPLE_SEAL_HISTORY, (uint64_t)db_i64(&q, 0), 0,
            db_blob(&q, 1), &p->delta, err);
        cu_buf_reset(&p->merged);
        fold_merge(cu_buf_view(&p->plain), cu_buf_view(&p->delta), &p->merged);
        cu_buf_reset(&p->plain);
        cu_buf_str(&p->plain, cu_buf_view(&p->merged));
    }
    cu_code end = db_end(&q, err);
    CU_TRY(code != CU_OK ? code : end);
    CU_TRY(cu_buf_code(&p->plain, err));
    people_note(p, pno, PEOPLE_TRAITS);
    if (group == DICT_GROUP_CONTACT)
        people_changed(p, pno);
    if (rows)
        return store_current(p, pno, group, version + 1, cu_buf_view(&p->plain), err);
    CU_TRY(db_prepare(p->records, &people_sql_trait_current_delete, &q, err));
    db_bind_i64(&q, ":id", current_id(pno, group));
    CU_TRY(db_run(&q, err));
    return group == DICT_GROUP_CONTACT ? profile_flags_refresh(p, pno, err) : CU_OK;
}
