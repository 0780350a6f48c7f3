// SPDX-License-Identifier: Apache-2.0
// Answering for one person, from memory. See personal.h.
#include "personal_desk.h"

#include "base/clock.h"
#include "base/hash.h"
#include "base/metric.h"

#include <stdlib.h>

enum { CACHE_PLACES = 65536, BROWSER_PER_MINUTE = 600, BROWSER_BURST = 200, BROWSERS_MAX = 65536, TRAITS_MAX = 256 };

// --- identifiers asked for lately. An identifier belongs to one profile for as long as that is there, and numbers are
// never used again: an entry is right as long as its profile is there.

struct place {
    uint64_t hash; // of the identifier; 0: empty
    uint32_t pno;
};
struct personal_cache {
    pthread_rwlock_t lock;
    uint64_t seed;
    struct place at[CACHE_PLACES];
};

static bool cache_get(struct personal *p, uint64_t hash, uint32_t *ret_person)
{
    struct people_figures figures;
    (void)pthread_rwlock_rdlock(&p->cache->lock);
    struct place place = p->cache->at[hash % CACHE_PLACES];
    (void)pthread_rwlock_unlock(&p->cache->lock);
    if (place.hash != hash || !people_figures(p->options.people, place.pno, &figures))
        return false;
    *ret_person = figures.root;
    return true;
}

static void cache_put(struct personal *p, uint64_t hash, uint32_t pno)
{
    (void)pthread_rwlock_wrlock(&p->cache->lock);
    p->cache->at[hash % CACHE_PLACES] = (struct place){hash, pno};
    (void)pthread_rwlock_unlock(&p->cache->lock);
}

static uint64_t hash_of(const struct personal *p, cu_str kind, cu_str value)
{
    uint64_t hash = cu_hash64(value.ptr, value.len, cu_hash64(kind.ptr, kind.len, p->cache->seed));
    return hash ? hash : 1;
}

// --- opening

cu_code personal_open(const struct personal_options *o, struct personal **ret, struct cu_error *err)
{
    struct personal *p = cu_calloc(1, sizeof *p);
    if (!p)
        return cu_fail(err, CU_MEMORY, "", "no memory for personalisation");
    p->options = *o;
    p->cache = cu_calloc(1, sizeof *p->cache);
    p->limit = limit_new(BROWSER_PER_MINUTE, BROWSER_BURST, BROWSERS_MAX);
    p->seconds = cu_metric_get(CU_HISTOGRAM, "custos_personalization_seconds", NULL, "Time to answer for one person.");
    cu_code code = p->cache && p->limit ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for personalisation");
    if (p->cache) {
        (void)pthread_rwlock_init(&p->cache->lock, NULL);
        cu_random(&p->cache->seed, sizeof p->cache->seed);
    }
    if (code == CU_OK)
        code = slots_open(o->people, o->audiences, &p->slots, err);
    if (code != CU_OK) {
        personal_close(p);
        return code;
    }
    *ret = p;
    return CU_OK;
}

void personal_close(struct personal *p)
{
    if (!p)
        return;
    slots_close(p->slots);
    limit_free(p->limit);
    if (p->cache)
        (void)pthread_rwlock_destroy(&p->cache->lock);
    cu_free(p->cache);
    cu_free(p);
}

// --- who

static cu_code look_up(struct personal *p, cu_str kind, cu_str value, uint32_t *ret_person, struct cu_error *err)
{
    uint64_t hash = hash_of(p, kind, value);
    uint32_t pno = 0;
    *ret_person = 0;
    if (cache_get(p, hash, ret_person))
        return CU_OK;
    CU_TRY(people_lookup(p->options.people, (struct person_id){kind, value}, &pno, err));
    if (pno == 0)
        return CU_OK;
    cache_put(p, hash, pno);
    *ret_person = people_root(p->options.people, pno);
    return CU_OK;
}

static cu_code look_up_uuid(struct personal *p, struct cu_uuid id, uint32_t *ret_person, struct cu_error *err)
{
    uint64_t hash = hash_of(p, CU_LIT("uuid"), (cu_str){(const char *)id.bytes, sizeof id.bytes});
    struct db *d = NULL;
    *ret_person = 0;
    if (cache_get(p, hash, ret_person))
        return CU_OK;
    CU_TRY(people_read_take(p->options.people, &d, err));
    cu_code code = people_by_uuid(p->options.people, d, id, ret_person, err);
    people_read_give(p->options.people, d);
    if (code == CU_NOT_FOUND || code == CU_ERASED) {
        *ret_person = 0;
        return CU_OK;
    }
    if (code == CU_OK)
        cache_put(p, hash, *ret_person);
    return code;
}

cu_code personal_find(struct personal *p, cu_str id, uint32_t *ret_person, struct cu_error *err)
{
    struct cu_uuid uuid;
    cu_str rest = id, kind = cu_str_cut(&rest, ':');
    if (cu_uuid_parse(id, &uuid))
        return look_up_uuid(p, uuid, ret_person, err);
    // Addresses and telephone numbers do not belong into the address of a page, which ends up in logs.
    if (!rest.ptr || rest.len == 0 || !(cu_str_eqz(kind, "user_id") || cu_str_eqz(kind, "anonymous_id")))
        return cu_fail(err, CU_INVALID, "id", "an id of a person, user_id:... or anonymous_id:... is accepted");
    return look_up(p, kind, rest, ret_person, err);
}

cu_code personal_find_browser(struct personal *p, cu_str anonymous_id, uint32_t *ret_person, struct cu_error *err)
{
    return look_up(p, CU_LIT("anonymous_id"), anonymous_id, ret_person, err);
}

// --- what is known of the person

struct known {
    const char *withheld; // why nothing is said; NULL: it may be
    uint32_t segments[AUDIENCE_MAX];
    size_t segment_count;
    const struct seg_field *fields[TRAITS_MAX]; // [0]: the consent, when there is such a field
    struct seg_fact facts[TRAITS_MAX];
    size_t field_count;
};

static bool is_allowed(const struct seg_field *f, cu_str purpose, const struct caller *c)
{
    if (f->source != SEG_TRAIT || !f->trait || f->trait->level > DICT_P1 || sight_field(c, f->trait) != SPEC_VIEW_FULL)
        return false;
    for (uint32_t i = 0; i < f->trait->purpose_count; i++) {
        if (cu_str_eq(f->trait->purposes[i], purpose))
            return true;
    }
    return false;
}

static void choose_fields(const struct seg_catalog *c, const struct personal_question *q, const struct seg_field *consent,
    struct known *k)
{
    const struct seg_field *fields = NULL;
    size_t count = seg_catalog_fields(c, &fields);
    k->fields[k->field_count++] = consent;
    for (size_t i = 0; i < count && q->caller && k->field_count < TRAITS_MAX; i++) {
        if (is_allowed(&fields[i], q->purpose, q->caller))
            k->fields[k->field_count++] = &fields[i];
    }
}

static enum gate_state state_of(const struct seg_fact *f)
{
    for (int i = GATE_GRANTED; f->known && i < GATE_STATE_COUNT; i++) {
        if (cu_str_eqz(f->value.text, gate_state_name((enum gate_state)i)))
            return (enum gate_state)i;
    }
    return GATE_UNKNOWN;
}

static int by_number(const void *a, const void *b)
{
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

// facts_done after it, when field_count > 0.
static void learn(struct personal *p, const struct personal_question *q, const struct seg_catalog *c,
    const struct purpose_view *view,
    struct known *k)
{
    struct facts_progress progress;
    k->withheld = NULL;
    k->segment_count = k->field_count = 0;
    if (q->person == 0) {
        k->withheld = "unknown_person";
        return;
    }
    facts_status(p->options.facts, &progress);
    if (!progress.ready) { // just started: what was said of consent is not known yet
        k->withheld = "not_ready";
        return;
    }
    enum gate_state state = GATE_UNKNOWN;
    if (view->field) {
        choose_fields(c, q, view->field, k);
        facts_of(p->options.facts, q->person, k->fields, k->field_count, k->facts);
        state = state_of(&k->facts[0]);
    }
    enum gate_reason reason = gate_is_restricted(p->options.gate, q->person) ? GATE_RESTRICTED : gate_weigh(view->dictionary, view->purpose, state);
    if (reason != GATE_OK) {
        k->withheld = gate_reason_name(reason);
        return;
    }
    k->segment_count = audiences_of(p->options.audiences, q->person, k->segments, AUDIENCE_MAX);
    if (k->segment_count > AUDIENCE_MAX)
        k->segment_count = AUDIENCE_MAX;
    if (k->segment_count)
        qsort(k->segments, k->segment_count, sizeof *k->segments, by_number);
}

// --- the answer

static void write_segments(struct personal *p, const struct personal_question *q, const struct known *k,
    struct json_writer *w)
{
    jw_key(w, "segments");
    jw_array(w);
    for (size_t i = 0; i < k->segment_count && q->caller; i++) {
        struct segment_name name;
        if (segments_named(p->options.segments, k->segments[i], &name))
            jw_z(w, name.name);
    }
    jw_array_end(w);
}

static void write_traits(const struct known *k, struct json_writer *w)
{
    jw_key(w, "traits");
    jw_object(w);
    for (size_t i = 1; i < k->field_count && !k->withheld; i++) {
        const struct seg_fact *f = &k->facts[i];
        if (!f->known)
            continue;
        jw_keys(w, k->fields[i]->name);
        facts_print(w, f);
    }
    jw_object_end(w);
}

static void write_slot(const struct personal_question *q, const struct slot *slot, const struct known *k,
    struct json_writer *w)
{
    bool held_out = !k->withheld && slot_holds_out(slot, q->person);
    const struct slot_rule *rule = k->withheld || held_out ? NULL : slot_choose(slot, k->segments, k->segment_count);
    const char *reason = k->withheld ? k->withheld : held_out ? "held_out" : rule ? "rule" : "no_rule";
    jw_object(w);
    jw_kz(w, "slot", slot->name);
    jw_kstr(w, "variant", rule ? rule->variant : CU_LIT("fallback"));
    jw_key(w, "content");
    jw_raw(w, rule ? rule->content : slot->fallback);
    jw_kz(w, "reason", reason);
    jw_kz(w, "segment", rule && q->caller ? rule->segment : NULL);
    jw_kbool(w, "held_out", held_out);
    jw_object_end(w);
}

static cu_code write_named(const struct slot_set *set, const struct personal_question *q, const struct known *k,
    struct json_writer *w,
    struct cu_error *err)
{
    cu_str names = q->slots;
    size_t count = 0;
    while (names.ptr && count++ < SLOTS_MAX) {
        cu_str name = cu_str_trim(cu_str_cut(&names, ','));
        const struct slot *slot = slot_find(set, name);
        if (slot && (q->caller || slot->is_public))
            write_slot(q, slot, k, w);
        else if (q->caller) // a page goes on without; who writes it should hear of the mistake
            return cu_fail(err, CU_NOT_FOUND, "slots", "no slot has one of these names; GET /v1/slots lists them");
    }
    return CU_OK;
}

static cu_code write_slots(struct personal *p, const struct personal_question *q, const struct known *k,
    struct json_writer *w,
    struct cu_error *err)
{
    cu_code code = CU_OK;
    jw_key(w, "slots");
    jw_array(w);
    const struct slot_set *set = slots_take(p->slots);
    if (q->slots.len) {
        code = write_named(set, q, k, w, err);
    } else {
        for (size_t i = 0; i < set->count; i++) {
            if (q->caller || set->at[i].is_public)
                write_slot(q, &set->at[i], k, w);
        }
    }
    slots_done(p->slots, set);
    jw_array_end(w);
    return code;
}

static cu_code answer_with(struct personal *p, const struct personal_question *q, const struct seg_catalog *c,
    struct json_writer *w,
    struct cu_error *err)
{
    struct purpose_view view;
    struct known k;
    CU_TRY(segment_purpose(p->options.segments, c, q->purpose, &view, err));
    learn(p, q, c, &view, &k);
    jw_object(w);
    write_segments(p, q, &k, w);
    write_traits(&k, w);
    if (k.field_count)
        facts_done(p->options.facts);
    jw_kz(w, "withheld", k.withheld);
    cu_code code = write_slots(p, q, &k, w, err);
    jw_object_end(w);
    return code;
}

cu_code personal_answer(struct personal *p, const struct personal_question *q, struct json_writer *w, struct cu_error *err)
{
    int64_t began = cu_mono_us();
    const struct seg_catalog *c = NULL;
    CU_TRY(segment_catalog_of(p->options.segments, &c, err));
    cu_code code = answer_with(p, q, c, w, err);
    audience_catalog_done(p->options.audiences, c);
    cu_metric_observe_us(p->seconds, cu_mono_us() - began);
    return code;
}
