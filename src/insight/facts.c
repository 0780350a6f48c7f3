// SPDX-License-Identifier: Apache-2.0
// Facts: opening, what is wanted, reading. See facts.h and facts_private.h.
#include "facts_private.h"

#include "rfm.h"

#include "base/metric.h"

cu_code facts_open(const struct facts_options *o, struct facts **ret, struct cu_error *err)
{
    struct facts *f = cu_calloc(1, sizeof *f);
    if (!f)
        return cu_fail(err, CU_MEMORY, "", "no memory for the facts of people");
    pthread_rwlockattr_t fair; // readers never stop coming while everybody is decided
    f->o = *o;
    (void)pthread_rwlockattr_init(&fair);
    (void)pthread_rwlockattr_setkind_np(&fair, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    (void)pthread_rwlock_init(&f->lock, &fair);
    (void)pthread_rwlockattr_destroy(&fair);
    (void)pthread_mutex_init(&f->update, NULL);
    (void)pthread_mutex_init(&f->touch, NULL);
    (void)pthread_cond_init(&f->wake, NULL);
    (void)pthread_cond_init(&f->idle, NULL);
    f->orders.item = sizeof(struct facts_orders);
    f->hashes.item = sizeof(uint64_t);
    f->rfm.item = sizeof(struct facts_rfm);
    f->identifiers.item = sizeof(uint32_t);
    f->memory = cu_metric_get(CU_GAUGE, "custos_facts_bytes", NULL, "Memory held by what is known of people.");
    const struct dictionary *d = people_dictionary(o->people);
    cu_code code = d ? facts_columns_of_dictionary(f, d, err) : CU_OK;
    f->load = f->load_all = true;
    f->total = people_end(o->people);
    if (code == CU_OK && pthread_create(&f->thread, NULL, facts_load_run, f) != 0)
        code = cu_fail(err, CU_MEMORY, "", "no thread for the facts of people");
    f->running = code == CU_OK;
    if (code != CU_OK) {
        facts_close(f);
        return code;
    }
    *ret = f;
    return CU_OK;
}

void facts_close(struct facts *f)
{
    if (!f)
        return;
    pthread_mutex_lock(&f->touch);
    f->stop = true;
    pthread_cond_broadcast(&f->wake);
    pthread_mutex_unlock(&f->touch);
    if (f->running)
        pthread_join(f->thread, NULL);
    facts_columns_clear(f);
    texts_clear(&f->texts);
    array_clear(&f->orders, &f->bytes);
    array_clear(&f->hashes, &f->bytes);
    array_clear(&f->rfm, &f->bytes);
    array_clear(&f->identifiers, &f->bytes);
    cu_free(f->touched);
    (void)pthread_rwlock_destroy(&f->lock);
    (void)pthread_mutex_destroy(&f->update);
    (void)pthread_mutex_destroy(&f->touch);
    (void)pthread_cond_destroy(&f->wake);
    (void)pthread_cond_destroy(&f->idle);
    cu_free(f);
}

static void begin_load(struct facts *f, bool all)
{
    pthread_mutex_lock(&f->touch);
    f->load = true;
    f->load_all = f->load_all || all;
    pthread_cond_broadcast(&f->wake);
    pthread_mutex_unlock(&f->touch);
}

void facts_load_all(struct facts *f)
{
    begin_load(f, true);
}

void facts_status(struct facts *f, struct facts_progress *ret)
{
    pthread_mutex_lock(&f->touch);
    *ret = (struct facts_progress){!f->load && !f->loading, f->done, f->total};
    pthread_mutex_unlock(&f->touch);
}

void facts_settle(struct facts *f)
{
    pthread_mutex_lock(&f->touch);
    while ((f->load || f->loading) && !f->stop)
        pthread_cond_wait(&f->idle, &f->touch);
    pthread_mutex_unlock(&f->touch);
}

size_t facts_bytes(struct facts *f)
{
    pthread_rwlock_rdlock(&f->lock);
    size_t bytes = f->bytes + f->texts.bytes + f->column_count * sizeof(struct facts_column);
    pthread_rwlock_unlock(&f->lock);
    return bytes;
}

// --- what is wanted

// The name a field's column has: of a trait its own, also for "email.updated"; of a consent the purpose's.
static cu_str column_name(const struct seg_field *field)
{
    static const size_t prefix = sizeof "consent." - 1;
    if (field->source != SEG_DERIVED)
        return field->trait->name;
    return field->derived == FACTS_CONSENT ? cu_str_sub(field->name, prefix, field->name.len) : CU_NONE;
}

static enum facts_shape shape_of(const struct seg_field *field)
{
    enum dict_type t = field->trait->type;
    if (field->source == SEG_TRAIT_UPDATED || field->type == SEG_NUMBER || field->type == SEG_TIME)
        return FACTS_NUMBER;
    if (field->type == SEG_BOOLEAN)
        return FACTS_BYTE;
    return t == DICT_ARRAY || t == DICT_ANY ? FACTS_LIST : FACTS_TEXT;
}

static cu_code want(struct facts *f, const struct seg_field *field, bool *ret_new, struct cu_error *err)
{
    uint32_t at = 0;
    if (field->source == SEG_DERIVED)
        return CU_OK;
    enum seg_type type = field->source == SEG_TRAIT_UPDATED ? SEG_TIME : field->type;
    struct facts_column *have = facts_column_find(f, field->trait->name, field->source, type, &at);
    if (have) {
        have->wanted = true;
        return CU_OK;
    }
    const struct facts_column c = {.source = field->source, .type = type, .shape = shape_of(field),
        .group = known_group_of(field->trait), .wanted = true};
    *ret_new = true;
    return facts_column_add(f, &c, field->trait->name, err);
}

cu_code facts_want(struct facts *f, const struct seg_field *const *fields, size_t count, struct cu_error *err)
{
    bool fresh = false;
    cu_code code = CU_OK;
    pthread_mutex_lock(&f->update);
    pthread_rwlock_wrlock(&f->lock);
    for (size_t i = 0; i < count && code == CU_OK; i++)
        code = want(f, fields[i], &fresh, err);
    pthread_rwlock_unlock(&f->lock);
    pthread_mutex_unlock(&f->update);
    if (fresh)
        begin_load(f, false);
    return code;
}

cu_code facts_keep(struct facts *f, const struct seg_field *const *fields, size_t count, struct cu_error *err)
{
    pthread_mutex_lock(&f->update);
    pthread_rwlock_wrlock(&f->lock);
    for (uint32_t i = 0; i < f->column_count; i++) {
        struct facts_column *c = f->columns[i];
        bool kept = !c->wanted || c->dropped;
        for (size_t k = 0; k < count && !kept; k++)
            kept = fields[k]->source == c->source && fields[k]->source != SEG_DERIVED &&
                   cu_str_eq(fields[k]->trait->name, (cu_str){c->name, c->name_len});
        if (!kept && (c->group != 1 || c->source == SEG_TRAIT_UPDATED))
            facts_column_drop(f, c);
    }
    pthread_rwlock_unlock(&f->lock);
    pthread_mutex_unlock(&f->update);
    return facts_want(f, fields, count, err);
}

void facts_dictionary(struct facts *f)
{
    const struct dictionary *d = people_dictionary(f->o.people);
    pthread_mutex_lock(&f->update);
    pthread_rwlock_wrlock(&f->lock);
    if (d && facts_columns_of_dictionary(f, d, NULL) != CU_OK)
        d = NULL; // what could not be made is unknown; the next change of the dictionary tries again
    pthread_rwlock_unlock(&f->lock);
    pthread_mutex_unlock(&f->update);
    begin_load(f, false);
}

// --- reading

enum { PLACE_DERIVED = 0x10000, PLACE_NONE = 0x20000 };

static facts_place place_of(const struct facts *f, const struct seg_field *field)
{
    uint32_t at = 0;
    if (field->source == SEG_DERIVED && field->derived != FACTS_CONSENT)
        return PLACE_DERIVED + (uint32_t)field->derived;
    enum seg_type type = field->source == SEG_TRAIT_UPDATED ? SEG_TIME : field->type;
    return facts_column_find(f, column_name(field), field->source, type, &at) ? at : PLACE_NONE;
}

void facts_bind(struct facts *f, const struct seg_field *const *fields, size_t count, facts_place *ret)
{
    pthread_rwlock_rdlock(&f->lock);
    for (size_t i = 0; i < count; i++)
        ret[i] = place_of(f, fields[i]);
    pthread_rwlock_unlock(&f->lock);
}

uint64_t facts_bits(struct facts *f, const struct seg_field *const *fields, size_t count)
{
    uint64_t bits = 0;
    pthread_rwlock_rdlock(&f->lock);
    for (size_t i = 0; i < count; i++) {
        facts_place place = place_of(f, fields[i]);
        if (place < PLACE_DERIVED)
            bits |= facts_column_bit(place);
        else if (place == PLACE_NONE)
            bits |= FACTS_ALL;
        else if (fields[i]->derived <= FACTS_ORDERS_LAST)
            bits |= UINT64_C(1) << FACTS_BIT_ORDERS;
        else if (fields[i]->derived == FACTS_IDENTIFIERS)
            bits |= UINT64_C(1) << FACTS_BIT_IDENTIFIERS;
        else if (fields[i]->derived >= FACTS_RFM_RECENCY)
            bits |= UINT64_C(1) << FACTS_BIT_RFM;
        else
            bits |= UINT64_C(1) << FACTS_BIT_COUNTERS;
    }
    pthread_rwlock_unlock(&f->lock);
    return bits;
}

static void set_number(struct seg_fact *ret, enum seg_type type, bool known, int64_t number)
{
    *ret = (struct seg_fact){.known = known, .value = {.type = type, .number = known ? number : 0}};
}

static void set_name(struct seg_fact *ret, const char *const *names, uint8_t at)
{
    size_t count = 0;
    while (at < 255 && count <= at && names[count])
        count++;
    *ret = (struct seg_fact){.known = at < 255 && count > at, .value.type = SEG_TEXT};
    if (ret->known)
        ret->value.text = cu_str_of(names[at]);
}

static void get_orders(struct facts *f, uint32_t person, int which, struct seg_fact *ret)
{
    const struct facts_orders *o = array_at(&f->orders, person, false, NULL);
    bool any = o && o->count > 0;
    switch (which) {
    case FACTS_ORDERS_COUNT:
        set_number(ret, SEG_NUMBER, true, any ? (int64_t)o->count * 10000 : 0);
        break;
    case FACTS_ORDERS_REVENUE:
        set_number(ret, SEG_NUMBER, true, any ? o->revenue : 0);
        break;
    case FACTS_ORDERS_REFUNDED:
        set_number(ret, SEG_NUMBER, true, any ? o->refunded : 0);
        break;
    case FACTS_ORDERS_AVERAGE: {
        int64_t half = any ? o->count / 2 : 0;
        set_number(ret, SEG_NUMBER, any, any ? (o->revenue + (o->revenue < 0 ? -half : half)) / (int64_t)o->count : 0);
        break;
    }
    case FACTS_ORDERS_FIRST:
        set_number(ret, SEG_TIME, any, any ? o->first_ms : 0);
        break;
    default:
        set_number(ret, SEG_TIME, any, any ? o->last_ms : 0);
        break;
    }
}

static void get_figures(struct facts *f, uint32_t person, int which, struct seg_fact *ret)
{
    struct people_figures p = {.first_ms = INT64_MAX, .last_ms = INT64_MIN};
    bool there = people_figures(f->o.people, person, &p);
    if (which == FACTS_EVENTS_COUNT)
        set_number(ret, SEG_NUMBER, true, (int64_t)p.events * 10000);
    else if (which == FACTS_SEEN_FIRST)
        set_number(ret, SEG_TIME, p.first_ms != INT64_MAX, p.first_ms);
    else if (which == FACTS_SEEN_LAST)
        set_number(ret, SEG_TIME, p.last_ms != INT64_MIN, p.last_ms);
    else
        set_number(ret, SEG_BOOLEAN, true, there && p.known);
}

static void get_rfm(struct facts *f, uint32_t person, int which, struct seg_fact *ret)
{
    static const struct facts_rfm none = {.group = 255, .stage = 255};
    const struct facts_rfm *r = array_at(&f->rfm, person, false, NULL);
    // Stored names count from 1, so that a new piece of zeros says nothing.
    struct facts_rfm v = r ? *r : none;
    if (r) {
        v.group = (uint8_t)(r->group - 1);
        v.stage = (uint8_t)(r->stage - 1);
    }
    if (which == FACTS_RFM_GROUP)
        set_name(ret, rfm_group_names, v.group);
    else if (which == FACTS_LIFECYCLE)
        set_name(ret, lifecycle_names, v.stage);
    else {
        uint8_t score = which == FACTS_RFM_RECENCY ? v.recency : which == FACTS_RFM_FREQUENCY ? v.frequency : v.monetary;
        set_number(ret, SEG_NUMBER, score > 0, (int64_t)score * 10000);
    }
}

static void get_place(struct facts *f, uint32_t person, facts_place place, struct seg_fact *ret)
{
    *ret = (struct seg_fact){0};
    if (place < PLACE_DERIVED) {
        const struct facts_column *c = place < f->column_count ? f->columns[place] : NULL;
        if (c && !c->dropped)
            facts_column_get(f, c, person, ret);
        return;
    }
    int which = (int)(place - PLACE_DERIVED);
    if (place >= PLACE_NONE)
        return;
    if (which <= FACTS_ORDERS_LAST) {
        get_orders(f, person, which, ret);
    } else if (which == FACTS_IDENTIFIERS) {
        const uint32_t *number = array_at(&f->identifiers, person, false, NULL);
        facts_list_get(number ? texts_of(&f->texts, *number) : CU_NONE, ret);
    } else if (which >= FACTS_RFM_RECENCY) {
        get_rfm(f, person, which, ret);
    } else {
        get_figures(f, person, which, ret);
    }
}

static _Thread_local unsigned inside; // this thread holds f->lock for reading

void facts_get(struct facts *f, uint32_t person, const facts_place *places, size_t count, struct seg_fact *ret)
{
    if (!inside)
        pthread_rwlock_rdlock(&f->lock);
    inside = 1;
    for (size_t i = 0; i < count; i++)
        get_place(f, person, places[i], &ret[i]);
}

void facts_of(struct facts *f, uint32_t person, const struct seg_field *const *fields, size_t count, struct seg_fact *ret)
{
    if (!inside)
        pthread_rwlock_rdlock(&f->lock);
    inside = 1;
    for (size_t i = 0; i < count; i++)
        get_place(f, person, place_of(f, fields[i]), &ret[i]);
}

void facts_done(struct facts *f)
{
    if (inside)
        pthread_rwlock_unlock(&f->lock);
    inside = 0;
}

uint64_t facts_id_hash(struct facts *f, uint32_t person)
{
    bool mine = inside;
    if (!mine)
        pthread_rwlock_rdlock(&f->lock);
    const uint64_t *hash = array_at(&f->hashes, person, false, NULL);
    uint64_t ret = hash ? *hash : 0;
    if (!mine)
        pthread_rwlock_unlock(&f->lock);
    return ret;
}

// --- scores

void facts_on_rfm(struct facts *f, facts_changed *fn, void *context)
{
    f->rfm_changed = fn;
    f->rfm_context = context;
}

cu_code facts_set_rfm(struct facts *f, uint32_t person, const struct facts_rfm *rfm, struct cu_error *err)
{
    struct facts_rfm stored = *rfm;
    stored.group++; // 255 becomes 0
    stored.stage++;
    bool known = stored.recency || stored.frequency || stored.monetary || stored.group || stored.stage;
    pthread_rwlock_wrlock(&f->lock);
    struct facts_rfm *item = array_at(&f->rfm, person, known, &f->bytes);
    bool changed = item && memcmp(item, &stored, sizeof stored) != 0;
    if (item)
        *item = stored;
    pthread_rwlock_unlock(&f->lock);
    if (!item && known)
        return cu_fail(err, CU_MEMORY, "", "no memory for the scores of people");
    if (changed && f->rfm_changed)
        f->rfm_changed(f->rfm_context, person, UINT64_C(1) << FACTS_BIT_RFM);
    return CU_OK;
}

// --- what is touched

#define TOUCHED_MAX ((size_t)4 << 20)

void facts_touch(struct facts *f, const struct people_change *changes, size_t count)
{
    pthread_mutex_lock(&f->touch);
    if (changes && f->touched_count + count > f->touched_cap && f->touched_count + count <= TOUCHED_MAX) {
        size_t cap = f->touched_cap ? f->touched_cap : 1024;
        while (cap < f->touched_count + count)
            cap *= 2;
        struct people_change *at = cu_realloc(f->touched, cap * sizeof *at);
        if (at) {
            f->touched = at;
            f->touched_cap = cap;
        }
    }
    if (!changes || f->touched_count + count > f->touched_cap) {
        f->everybody = true;
    } else if (count) {
        memcpy(f->touched + f->touched_count, changes, count * sizeof *changes);
        f->touched_count += count;
    }
    pthread_mutex_unlock(&f->touch);
}

bool facts_waiting(struct facts *f)
{
    pthread_mutex_lock(&f->touch);
    bool waiting = f->touched_count || f->everybody;
    pthread_mutex_unlock(&f->touch);
    return waiting;
}

void facts_print(struct json_writer *w, const struct seg_fact *fact)
{
    if (!fact->known) {
        jw_null(w);
        return;
    }
    switch (fact->value.type) {
    case SEG_TEXT:
        jw_str(w, fact->value.text);
        break;
    case SEG_NUMBER:
        jw_double(w, (double)fact->value.number / 10000.0);
        break;
    case SEG_TIME:
        jw_time(w, fact->value.number);
        break;
    case SEG_BOOLEAN:
        jw_bool(w, fact->value.number != 0);
        break;
    }
}
