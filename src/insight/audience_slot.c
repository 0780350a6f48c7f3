// SPDX-License-Identifier: Apache-2.0
// A definition made ready to be decided: catalogue, program, fields, what it refers to; and the membership that goes
// with it. See audience_private.h.
#include "audience_private.h"

// --- catalogues

static bool has_name(void *context, cu_str name)
{
    struct audiences *a = context;
    pthread_mutex_lock(&a->lock);
    bool found = audience_def_find(a, name) != NULL;
    pthread_mutex_unlock(&a->lock);
    return found;
}

static void each_name(void *context, void (*each)(void *c, cu_str name), void *c)
{
    struct audiences *a = context;
    struct audience_name {
        char z[AUDIENCE_NAME_MAX + 1];
    } *names = cu_alloc(AUDIENCE_MAX * sizeof *names);
    if (!names)
        return;
    pthread_mutex_lock(&a->lock);
    uint32_t count = a->def_count;
    for (uint32_t i = 0; i < count; i++)
        memcpy(names[i].z, a->defs[i]->name, sizeof names[i].z);
    pthread_mutex_unlock(&a->lock);
    for (uint32_t i = 0; i < count; i++)
        each(c, cu_str_of(names[i].z));
    cu_free(names);
}

static uint32_t number_of(void *context, cu_str name)
{
    struct audiences *a = context;
    pthread_mutex_lock(&a->lock);
    const struct audience_def *d = audience_def_find(a, name);
    uint32_t number = d ? d->number : 0;
    pthread_mutex_unlock(&a->lock);
    return number;
}

static struct audience_catalog *make_catalog(struct audiences *a, const struct dictionary *d)
{
    struct audience_catalog *c = cu_calloc(1, sizeof *c);
    struct seg_catalog_options o = {.dictionary = d, .segment = has_name, .segments = each_name, .context = a,
        .zone = a->o.zone};
    if (!c)
        return NULL;
    o.derived_count = facts_fields(d, &o.derived);
    if (seg_catalog_open(&o, &c->catalog, NULL) != CU_OK) {
        cu_free(c);
        return NULL;
    }
    return c;
}

void audience_catalog_give_locked(struct audiences *a, struct audience_catalog *c)
{
    if (!c || --c->references)
        return;
    struct audience_catalog **link = &a->catalogs;
    while (*link != c)
        link = &(*link)->next;
    *link = c->next;
    seg_catalog_close(c->catalog);
    cu_free(c);
}

void audience_catalog_give(struct audiences *a, struct audience_catalog *c)
{
    pthread_mutex_lock(&a->lock);
    audience_catalog_give_locked(a, c);
    pthread_mutex_unlock(&a->lock);
}

// The one in force is made when it is first asked for after a change.
struct audience_catalog *audience_catalog_take(struct audiences *a)
{
    const struct dictionary *d = people_dictionary(a->o.people);
    pthread_mutex_lock(&a->lock);
    struct audience_catalog *c = a->catalog;
    if (c && d && seg_catalog_dictionary(c->catalog) == d)
        c->references++;
    else
        c = NULL;
    pthread_mutex_unlock(&a->lock);
    if (c || !d)
        return c;
    c = make_catalog(a, d);
    if (!c)
        return NULL;
    pthread_mutex_lock(&a->lock);
    c->references = 2; // a->catalog and the caller
    c->next = a->catalogs;
    a->catalogs = c;
    audience_catalog_give_locked(a, a->catalog);
    a->catalog = c;
    pthread_mutex_unlock(&a->lock);
    return c;
}

const struct seg_catalog *audience_catalog(struct audiences *a)
{
    struct audience_catalog *c = audience_catalog_take(a);
    return c ? c->catalog : NULL;
}

void audience_catalog_done(struct audiences *a, const struct seg_catalog *c)
{
    pthread_mutex_lock(&a->lock);
    struct audience_catalog *at = a->catalogs;
    while (at && at->catalog != c)
        at = at->next;
    audience_catalog_give_locked(a, at);
    pthread_mutex_unlock(&a->lock);
}

// --- memberships

struct audience_live *audience_live_new(uint32_t number, uint32_t version)
{
    struct audience_live *l = cu_calloc(1, sizeof *l);
    if (!l)
        return NULL;
    atomic_store(&l->references, 1);
    l->number = number;
    l->version = version;
    l->due.item = sizeof(uint32_t);
    l->stays.item = sizeof(struct audience_stay);
    l->people = roaring_bitmap_create();
    if (!l->people) {
        cu_free(l);
        return NULL;
    }
    return l;
}

struct audience_live *audience_live_take(struct audience_live *l)
{
    if (l)
        atomic_fetch_add(&l->references, 1);
    return l;
}

void audience_live_give(struct audience_live *l)
{
    size_t bytes = SIZE_MAX / 2;
    if (!l || atomic_fetch_sub(&l->references, 1) != 1)
        return;
    audience_set_free(l->people);
    array_clear(&l->due, &bytes);
    array_clear(&l->stays, &bytes);
    cu_free(l);
}

// --- slots

void audience_slot_give(struct audience_slot *s)
{
    if (!s || atomic_fetch_sub(&s->references, 1) != 1)
        return;
    seg_program_free(s->program);
    cu_free(s->places);
    audience_catalog_give(s->owner, s->catalog);
    audience_live_give(s->live);
    cu_free(s);
}

static bool asks_for_times(const struct seg_node *n)
{
    if (n->kind == SEG_MEMBER)
        return n->member.state != SEG_IN;
    for (uint32_t i = 0; i < n->child_count; i++) {
        if (asks_for_times(n->children[i]))
            return true;
    }
    return false;
}

static uint32_t source_of(void *context, cu_str name)
{
    const struct audiences *a = context;
    return a->o.source ? a->o.source(a->o.source_context, name) : 0;
}

static int32_t minor_units(void)
{
    static const int32_t units[] = {1, 10, 100, 1000, 10000};
    int digits = known_minor_digits();
    return units[digits > 4 ? 4 : digits];
}

static cu_code make_ready(struct audience_slot *s, struct cu_error *err)
{
    struct facts *f = s->owner->o.facts;
    s->field_count = (uint32_t)seg_program_fields(s->program, &s->fields);
    s->dep_count = (uint32_t)seg_program_members(s->program, &s->deps);
    s->times = asks_for_times(seg_program_node(s->program));
    s->places = cu_alloc((s->field_count + 1) * sizeof *s->places);
    if (!s->places)
        return cu_fail(err, CU_MEMORY, "", "no memory for a segment");
    CU_TRY(facts_want(f, s->fields, s->field_count, err));
    facts_bind(f, s->fields, s->field_count, s->places);
    s->bits = facts_bits(f, s->fields, s->field_count);
    return CU_OK;
}

cu_code audience_slot_new(struct audiences *a, const struct seg_node *checked, struct audience_catalog *c, uint32_t number,
    uint32_t version, struct audience_live *live, struct audience_slot **ret, struct cu_error *err)
{
    struct audience_slot *s = cu_calloc(1, sizeof *s);
    if (!s)
        return cu_fail(err, CU_MEMORY, "", "no memory for a segment");
    const struct seg_compile o = {.catalog = c->catalog, .timeline = people_timeline(a->o.people), .zone = a->o.zone,
        .minor_units = minor_units(), .segment = number_of,
        .source = source_of, .context = a};
    atomic_store(&s->references, 1);
    s->owner = a;
    s->number = number;
    s->version = version;
    s->live = audience_live_take(live);
    s->catalog = c;
    pthread_mutex_lock(&a->lock);
    c->references++;
    pthread_mutex_unlock(&a->lock);
    cu_code code = seg_compile(checked, &o, &s->program, err);
    if (code == CU_OK)
        code = make_ready(s, err);
    if (code != CU_OK) {
        audience_slot_give(s);
        return code;
    }
    *ret = s;
    return CU_OK;
}
