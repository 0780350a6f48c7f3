// SPDX-License-Identifier: Apache-2.0
// From records.db into the columns: everybody in batches by a thread of its own, and single persons that changed.
//
// Invariants
// 1. Who stores values holds facts->update, and has begun to read records.db after taking it. So a value is never
//    replaced by an older one, whoever reads: the loading thread or facts_refresh.
// 2. What a person's columns hold is the fold over all its profiles (newest said wins; sums; the most restrictive
//    consent); a number that is no root holds nothing.
// 3. A column is `loaded` when everybody's value stands in it; what is touched meanwhile is read again anyway. From then on
//    only facts_refresh changes it, so that no change goes untold (or everybody is, after everybody was read anew).
#include "facts_private.h"

#include "base/hash.h"
#include "base/metric.h"
#include "text/text.h"

#include <math.h>
#include <stdlib.h>

#define MEMBERS_MAX 1024u
#define LIST_END 0x1f // behind each value of a list

// What the profiles of a person say, folded; per column.
struct gathered {
    bool there, cleared;
    int64_t at_ms;
    uint64_t seq;
    size_t from, len; // of the text, in texts
    int64_t number;
};
struct gather {
    struct facts *f;
    const struct dictionary *dictionary;
    const struct dict_field *fields;
    size_t field_count;
    struct { // of each declared field: its columns, or none
        uint32_t value, updated;
    } *places;
    unsigned groups; // of traits that are read
    bool unloaded_only; // what is loaded changes by facts_refresh alone, which tells of it
    struct gathered *at;
    uint32_t column_count;
    struct cu_buf texts;
    struct json_parser *json;
    struct facts_orders orders;
    int64_t scale; // from minor units
    uint64_t kinds[4];
    uint64_t hash;
    uint64_t bits;
    bool failed;
    // of a batch
    bool batch;
    uint32_t pno;
    uint32_t *several; // roots of persons of more than one profile
    size_t several_count;
};
#define NO_COLUMN UINT32_MAX

static void gather_end(struct gather *g)
{
    cu_buf_wipe(&g->texts);
    cu_free(g->places);
    cu_free(g->at);
    cu_free(g->several);
    json_parser_free(g->json);
}

// After this columns may not be added until gather_end: facts->update is held.
static cu_code gather_begin(struct facts *f, unsigned groups, struct gather *g, struct cu_error *err)
{
    static const int64_t scale[] = {10000, 1000, 100, 10, 1};
    int digits = known_minor_digits();
    *g = (struct gather){.f = f, .dictionary = people_dictionary(f->o.people), .groups = groups, .scale = scale[digits > 4
        ? 4 : digits]};
    cu_buf_init(&g->texts, (size_t)8 << 20);
    if (!g->dictionary)
        return cu_fail(err, CU_UNAVAILABLE, "", "the data dictionary is not loaded yet");
    g->field_count = dictionary_person_fields(g->dictionary, &g->fields);
    g->column_count = f->column_count;
    g->places = cu_alloc((g->field_count + 1) * sizeof *g->places);
    g->at = cu_calloc(g->column_count + 1, sizeof *g->at);
    g->several = cu_alloc(FACTS_BATCH * sizeof *g->several);
    if (!g->places || !g->at || !g->several) {
        gather_end(g);
        return cu_fail(err, CU_MEMORY, "", "no memory to read the facts of people");
    }
    for (size_t i = 0; i < g->field_count; i++) {
        const struct dict_field *t = &g->fields[i];
        uint32_t at = 0;
        g->places[i].value = facts_column_find(f, t->name, SEG_TRAIT, seg_type_of(t->type), &at) ? at : NO_COLUMN;
        g->places[i].updated = facts_column_find(f, t->name, SEG_TRAIT_UPDATED, SEG_TIME, &at) ? at : NO_COLUMN;
    }
    return CU_OK;
}

// --- values

static bool number_of(cu_str value, int64_t *ret)
{
    int64_t whole = 0;
    char text[64];
    if (value.len == 0 || value.len >= sizeof text)
        return false;
    if (cu_str_i64(value, &whole) && whole < INT64_MAX / 20000 && whole > INT64_MIN / 20000) {
        *ret = whole * 10000;
        return true;
    }
    memcpy(text, value.ptr, value.len);
    text[value.len] = 0;
    char *end = NULL;
    double v = strtod(text, &end);
    if (end != text + value.len || !isfinite(v) || fabs(v) > 9e14)
        return false;
    *ret = llround(v * 10000.0);
    return true;
}

static void put_word(struct cu_buf *out, cu_str s)
{
    for (size_t i = 0; i < s.len; i++)
        cu_buf_char(out, s.ptr[i] == LIST_END ? ' ' : s.ptr[i]);
    cu_buf_char(out, LIST_END);
}

static void put_list(struct gather *g, const struct known_trait *t)
{
    json value;
    size_t count = 0;
    if (t->text) {
        put_word(&g->texts, t->value);
        return;
    }
    if (!g->json)
        g->json = json_parser_new(1 << 20);
    if (!g->json) {
        g->failed = true;
        return;
    }
    if (json_parse(g->json, t->value, &value, NULL) != CU_OK || !json_is(value, JSON_ARRAY))
        return;
    struct json_iter it = json_each(value);
    while (json_next(&it) && count < FACTS_LIST_MAX) {
        cu_str s = json_str(it.value);
        if (s.ptr)
            put_word(&g->texts, s);
        count += s.ptr != NULL;
    }
}

// false: the value is none of the column's type.
static bool convert(struct gather *g, const struct facts_column *c, const struct known_trait *t, struct gathered *ret)
{
    ret->from = g->texts.len;
    ret->len = 0;
    if (c->source == SEG_TRAIT_UPDATED) {
        ret->number = t->at_ms;
        return true;
    }
    switch (c->shape) {
    case FACTS_TEXT:
        cu_buf_str(&g->texts, t->value);
        ret->len = g->texts.len - ret->from;
        return true;
    case FACTS_LIST:
        put_list(g, t);
        ret->len = g->texts.len - ret->from;
        return ret->len > 0;
    case FACTS_BYTE:
        ret->number = cu_str_eqz(t->value, "true") ? 2 : 1;
        return true;
    case FACTS_NUMBER:
        return c->type == SEG_TIME ? text_time_parse(t->value, &ret->number) : number_of(t->value, &ret->number);
    default:
        return false;
    }
}

static void lay_over(struct gather *g, uint32_t at, const struct known_trait *t)
{
    if (at == NO_COLUMN)
        return;
    const struct facts_column *c = g->f->columns[at];
    struct gathered *have = &g->at[at];
    if (have->there && (t->at_ms != have->at_ms ? t->at_ms < have->at_ms : t->seq < have->seq))
        return;
    have->there = true;
    have->at_ms = t->at_ms;
    have->seq = t->seq;
    have->cleared = (t->cleared && c->source != SEG_TRAIT_UPDATED) || !convert(g, c, t, have);
}

// --- storing one person's, part by part

static void forget_gathered(struct gather *g)
{
    memset(g->at, 0, g->column_count * sizeof *g->at);
    if (g->texts.len)
        explicit_bzero(g->texts.ptr, g->texts.len);
    cu_buf_reset(&g->texts);
}

static void store_traits(struct gather *g, uint32_t person, bool consents)
{
    struct facts *f = g->f;
    g->failed = g->failed || g->texts.failed;
    if (!g->failed)
        pthread_rwlock_wrlock(&f->lock);
    for (uint32_t i = 0; i < g->column_count && !g->failed; i++) {
        struct facts_column *c = f->columns[i];
        const struct gathered *have = &g->at[i];
        if (c->dropped || c->consent != consents || (!consents && !(c->group & g->groups)) || (g->unloaded_only &&
            c->loaded))
            continue;
        const struct facts_value v = {.known = have->there && !have->cleared, .number = have->number,
            .text = {g->texts.ptr ? g->texts.ptr + have->from : "", have->len}};
        bool failed = false;
        if (facts_column_set(f, c, person, &v, &failed))
            g->bits |= facts_column_bit(i);
        if (failed) {
            g->failed = true;
            pthread_rwlock_unlock(&f->lock);
        }
    }
    if (!g->failed)
        pthread_rwlock_unlock(&f->lock);
    forget_gathered(g);
}

// Replaces an item of an array by person; false: no memory.
static bool replace(struct facts *f, struct facts_array *a, uint32_t person, const void *now, bool known, bool *ret_changed)
{
    void *item = array_at(a, person, known, &f->bytes);
    *ret_changed = item && memcmp(item, now, a->item) != 0;
    if (item)
        memcpy(item, now, a->item);
    return item || !known;
}

static void store_orders(struct gather *g, uint32_t person)
{
    bool changed = false;
    pthread_rwlock_wrlock(&g->f->lock);
    g->failed = !replace(g->f, &g->f->orders, person, &g->orders, g->orders.count > 0, &changed) || g->failed;
    pthread_rwlock_unlock(&g->f->lock);
    g->bits |= changed ? UINT64_C(1) << FACTS_BIT_ORDERS : 0;
    g->orders = (struct facts_orders){0};
}

static void store_hash(struct gather *g, uint32_t person)
{
    bool changed = false;
    pthread_rwlock_wrlock(&g->f->lock);
    g->failed = !replace(g->f, &g->f->hashes, person, &g->hash, g->hash != 0, &changed) || g->failed;
    pthread_rwlock_unlock(&g->f->lock);
    g->bits |= changed ? UINT64_C(1) << FACTS_BIT_ID : 0;
    g->hash = 0;
}

static void store_kinds(struct gather *g, uint32_t person)
{
    struct facts *f = g->f;
    char name[65];
    cu_buf_reset(&g->texts);
    for (uint32_t kind = 0; kind < 256; kind++) {
        if (!(g->kinds[kind / 64] >> (kind % 64) & 1))
            continue;
        known_kind_name(f->o.people, kind, name);
        put_word(&g->texts, cu_str_of(name));
    }
    g->failed = g->failed || g->texts.failed;
    cu_str text = cu_buf_view(&g->texts);
    pthread_rwlock_wrlock(&f->lock);
    uint32_t *item = array_at(&f->identifiers, person, text.len > 0, &f->bytes);
    uint32_t number = item && text.len ? texts_take(&f->texts, text) : 0;
    g->failed = g->failed || (text.len && !number);
    if (item) {
        g->bits |= *item != number ? UINT64_C(1) << FACTS_BIT_IDENTIFIERS : 0;
        texts_give(&f->texts, *item);
        *item = number;
    }
    pthread_rwlock_unlock(&f->lock);
    memset(g->kinds, 0, sizeof g->kinds);
    cu_buf_reset(&g->texts);
}

// --- visitors. Of a batch: when another profile begins, the one before is stored if it is a person by itself.

static bool alone(struct gather *g, uint32_t pno)
{
    return people_profiles(g->f->o.people, pno, NULL, 0) == 1;
}

typedef void store_part(struct gather *g, uint32_t person);
static void store_plain(struct gather *g, uint32_t person)
{
    store_traits(g, person, false);
}
static void store_consents(struct gather *g, uint32_t person)
{
    store_traits(g, person, true);
}

static bool turn(struct gather *g, uint32_t pno, store_part *store)
{
    if (!g->batch || g->pno == pno)
        return true;
    if (g->pno && alone(g, g->pno)) {
        store(g, g->pno);
    } else {
        forget_gathered(g);
        g->orders = (struct facts_orders){0};
        memset(g->kinds, 0, sizeof g->kinds);
        g->hash = 0;
    }
    g->pno = pno;
    return !g->failed;
}

static cu_code no_memory(struct cu_error *err)
{
    return cu_fail(err, CU_MEMORY, "", "no memory for the facts of people");
}

static cu_code take_trait(void *ctx, const struct known_trait *t, struct cu_error *err)
{
    struct gather *g = ctx;
    if (!turn(g, t->pno, store_plain))
        return no_memory(err);
    if (t->field < g->fields || t->field >= g->fields + g->field_count)
        return CU_OK;
    size_t i = (size_t)(t->field - g->fields);
    lay_over(g, g->places[i].value, t);
    lay_over(g, g->places[i].updated, t);
    return CU_OK;
}

static cu_code take_orders(void *ctx, const struct known_orders *o, struct cu_error *err)
{
    struct gather *g = ctx;
    if (!turn(g, o->pno, store_orders))
        return no_memory(err);
    struct facts_orders *all = &g->orders;
    if (all->count == 0 || o->first_ms < all->first_ms)
        all->first_ms = o->first_ms;
    if (all->count == 0 || o->last_ms > all->last_ms)
        all->last_ms = o->last_ms;
    all->count += (uint32_t)o->count;
    all->revenue += o->revenue * g->scale;
    all->refunded += o->refunded * g->scale;
    return CU_OK;
}

static cu_code take_kind(void *ctx, uint32_t pno, uint32_t kind, struct cu_error *err)
{
    struct gather *g = ctx;
    if (!turn(g, pno, store_kinds))
        return no_memory(err);
    if (kind < 256)
        g->kinds[kind / 64] |= UINT64_C(1) << (kind % 64);
    return CU_OK;
}

static cu_code take_consent(void *ctx, uint32_t pno, cu_str purpose, enum gate_state state, struct cu_error *err)
{
    struct gather *g = ctx;
    uint32_t at = 0;
    if (!turn(g, pno, store_consents))
        return no_memory(err);
    const struct facts_column *c = facts_column_find(g->f, purpose, SEG_DERIVED, SEG_TEXT, &at);
    if (!c || !c->consent)
        return CU_OK;
    struct gathered *have = &g->at[at];
    enum gate_state before = have->there ? (enum gate_state)(have->number - 1) : GATE_UNKNOWN;
    have->number = (int64_t)gate_stricter(state, before) + 1;
    have->there = true;
    return CU_OK;
}

static cu_code take_id(void *ctx, uint32_t pno, struct cu_uuid id, struct cu_error *err)
{
    struct gather *g = ctx;
    if (!turn(g, pno, store_hash))
        return no_memory(err);
    if (!g->batch && pno != g->pno)
        return CU_OK; // the person's id is its root's
    g->hash = cu_hash64(id.bytes, sizeof id.bytes, 0) | 1;
    return CU_OK;
}

// --- reading

static cu_code read_part(struct gather *g, struct db *d, uint32_t first, uint32_t end, unsigned what, struct cu_error *err)
{
    struct people *p = g->f->o.people;
    switch (what) {
    case PEOPLE_TRAITS:
        return known_traits(p, d, g->dictionary, first, end, g->groups, take_trait, g, err);
    case PEOPLE_ORDERS:
        return known_orders(p, d, first, end, take_orders, g, err);
    case PEOPLE_CONSENTS:
        return gate_states(g->f->o.gate, d, first, end, take_consent, g, err);
    case PEOPLE_IDENTIFIERS:
        return known_kinds(p, d, first, end, take_kind, g, err);
    default:
        return known_ids(p, d, first, end, take_id, g, err);
    }
}

static const struct {
    unsigned what;
    store_part *store;
} parts[] = {{PEOPLE_TRAITS, store_plain}, {PEOPLE_ORDERS, store_orders}, {PEOPLE_CONSENTS, store_consents},
    {PEOPLE_IDENTIFIERS, store_kinds}, {PEOPLE_JOINED, store_hash}};

static cu_code read_person(struct gather *g, struct db *d, uint32_t person, unsigned what, struct cu_error *err)
{
    uint32_t members[MEMBERS_MAX];
    size_t count = people_profiles(g->f->o.people, person, members, MEMBERS_MAX);
    if (count > MEMBERS_MAX)
        count = MEMBERS_MAX;
    if (count && members[0] != person)
        count = 0; // no root: what it holds is its person's
    g->batch = false;
    g->pno = person;
    for (size_t i = 0; i < CU_COUNT(parts); i++) {
        if (!(what & parts[i].what))
            continue;
        for (size_t m = 0; m < count; m++)
            CU_TRY(read_part(g, d, members[m], members[m] + 1, parts[i].what, err));
        parts[i].store(g, person);
        if (g->failed)
            return no_memory(err);
    }
    return CU_OK;
}

static cu_code read_batch(struct gather *g, struct db *d, uint32_t first, uint32_t end, unsigned what, struct cu_error *err)
{
    g->several_count = 0;
    for (uint32_t pno = first; pno < end; pno++) {
        if (people_profiles(g->f->o.people, pno, NULL, 0) > 1 && people_root(g->f->o.people, pno) == pno)
            g->several[g->several_count++] = pno;
    }
    for (size_t i = 0; i < CU_COUNT(parts); i++) {
        if (!(what & parts[i].what))
            continue;
        g->batch = true;
        g->pno = 0;
        CU_TRY(read_part(g, d, first, end, parts[i].what, err));
        if (!turn(g, 0, parts[i].store))
            return no_memory(err);
    }
    for (size_t i = 0; i < g->several_count; i++)
        CU_TRY(read_person(g, d, g->several[i], what, err));
    return CU_OK;
}

// --- persons that were touched

static int by_pno(const void *a, const void *b)
{
    const struct people_change *x = a, *y = b;
    return x->pno < y->pno ? -1 : x->pno > y->pno;
}

// One entry per number, with all that was said of it.
static size_t merge(struct people_change *at, size_t count)
{
    size_t kept = 0;
    if (count)
        qsort(at, count, sizeof *at, by_pno);
    for (size_t i = 0; i < count; i++) {
        if (kept && at[kept - 1].pno == at[i].pno)
            at[kept - 1].what |= at[i].what;
        else
            at[kept++] = at[i];
    }
    return kept;
}

// From profiles to persons. A number that is no root (any more) stays beside its person when it was joined.
static size_t to_persons(struct facts *f, struct people_change **at, size_t count)
{
    size_t more = 0;
    for (size_t i = 0; i < count; i++)
        more += ((*at)[i].what & PEOPLE_JOINED) && people_root(f->o.people, (*at)[i].pno) != (*at)[i].pno;
    struct people_change *all = cu_alloc((count + more + 1) * sizeof *all);
    if (!all)
        return SIZE_MAX;
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        struct people_change c = (*at)[i];
        uint32_t root = people_root(f->o.people, c.pno);
        if (root != c.pno && c.what & PEOPLE_JOINED && n < count + more)
            all[n++] = (struct people_change){c.pno, PEOPLE_JOINED};
        if (n < count + more)
            all[n++] = (struct people_change){root, c.what};
    }
    cu_free(*at);
    *at = all;
    return merge(all, n);
}

static cu_code refresh_one(struct gather *g, struct db *d, const struct people_change *c, uint64_t *ret_bits,
    struct cu_error *err)
{
    const unsigned all = PEOPLE_TRAITS | PEOPLE_ORDERS | PEOPLE_CONSENTS | PEOPLE_IDENTIFIERS | PEOPLE_JOINED;
    g->bits = 0;
    CU_TRY(read_person(g, d, c->pno, c->what & PEOPLE_JOINED ? all : c->what & all, err));
    *ret_bits = g->bits;
    return CU_OK;
}

static cu_code refresh_all(struct facts *f, struct db *d, struct people_change *at, size_t count, size_t *ret_done,
    facts_changed *fn,
    void *context, struct cu_error *err)
{
    struct gather g;
    CU_TRY(gather_begin(f, facts_groups_wanted(f, false), &g, err));
    cu_code code = CU_OK;
    for (*ret_done = 0; *ret_done < count; ++*ret_done) {
        const struct people_change *c = &at[*ret_done];
        uint64_t bits = 0;
        if (c->what & ~(unsigned)PEOPLE_COUNTERS)
            code = refresh_one(&g, d, c, &bits, err);
        if (code != CU_OK)
            break;
        if (c->what & PEOPLE_COUNTERS)
            bits |= UINT64_C(1) << FACTS_BIT_COUNTERS;
        if (c->what & PEOPLE_JOINED)
            bits = FACTS_ALL;
        if (bits)
            fn(context, c->pno, bits);
    }
    gather_end(&g);
    return code;
}

static void put_back(struct facts *f, const struct people_change *at, size_t count)
{
    facts_touch(f, at, count);
}

cu_code facts_refresh(struct facts *f, facts_changed *fn, void *context, struct cu_error *err)
{
    pthread_mutex_lock(&f->touch);
    struct people_change *at = f->touched;
    size_t count = f->touched_count, done = 0;
    bool everybody = f->everybody;
    f->touched = NULL;
    f->touched_count = f->touched_cap = 0;
    f->everybody = false;
    pthread_mutex_unlock(&f->touch);
    if (everybody) {
        facts_load_all(f);
        fn(context, 0, FACTS_ALL);
    }
    if (!count)
        return CU_OK;
    pthread_mutex_lock(&f->update);
    struct db *d = NULL;
    count = merge(at, count);
    size_t persons = to_persons(f, &at, count);
    cu_code code = persons == SIZE_MAX ? no_memory(err) : people_read_take(f->o.people, &d, err);
    if (persons != SIZE_MAX)
        count = persons;
    if (code == CU_OK)
        code = refresh_all(f, d, at, count, &done, fn, context, err);
    people_read_give(f->o.people, d);
    pthread_mutex_unlock(&f->update);
    if (code != CU_OK)
        put_back(f, at + done, count - done);
    cu_free(at);
    cu_metric_set(f->memory, (int64_t)facts_bytes(f));
    return code;
}

// --- a batch of everybody

cu_code facts_load_batch(struct facts *f, uint32_t first, uint32_t end, unsigned what, unsigned groups, bool all,
    struct cu_error *err)
{
    struct gather g;
    struct db *d = NULL;
    pthread_mutex_lock(&f->update);
    cu_code code = gather_begin(f, groups, &g, err);
    if (code == CU_OK) {
        g.unloaded_only = !all;
        code = people_read_take(f->o.people, &d, err);
        if (code == CU_OK)
            code = read_batch(&g, d, first, end, what, err);
        people_read_give(f->o.people, d);
        gather_end(&g);
    }
    pthread_mutex_unlock(&f->update);
    return code;
}
