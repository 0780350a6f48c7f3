// SPDX-License-Identifier: Apache-2.0
// Visits: one pass over a person's rows, nothing allocated. See visit.h.
#include "visit.h"

#define COLUMN(text) {.path = {text, sizeof text - 1}, .type = TIMELINE_TEXT}
const struct scan_column visit_columns[VISIT_COLUMNS] = {
    [VISIT_SOURCE] = COLUMN("$context.campaign.source"),
    [VISIT_MEDIUM] = COLUMN("$context.campaign.medium"),
    [VISIT_CAMPAIGN] = COLUMN("$context.campaign.name"),
    [VISIT_CLICK] = COLUMN("$context.page.click"),
    [VISIT_REFERRER] = COLUMN("$context.page.referrer_host"),
    [VISIT_LANDING] = COLUMN("$context.page.path"),
    [VISIT_DEVICE] = COLUMN("$context.device.class"),
    [VISIT_COUNTRY] = COLUMN("$context.location.country"),
};
#undef COLUMN

// ---- kinds of events

enum { // what an event does in a visit
    KIND_APART = 1,   // the person did not do it: it is in no visit
    KIND_JOINS = 2,   // belongs to a visit, makes none by itself
    KIND_VIEW = 4,
    KIND_SHOWN = 8,   // a page shows it: no interaction
    KIND_MEASURE = 16,// sent by itself: no action
    KIND_ORDER = 32
};
static const struct {
    const char *name;
    uint8_t does;
} kinds[] = {
    {"$page", KIND_VIEW}, {"$screen", KIND_VIEW},
    {"$identify", KIND_APART}, {"$group", KIND_APART}, {"$alias", KIND_APART}, {"$context", KIND_APART},
    {"Order Completed", KIND_JOINS | KIND_ORDER}, {"Payment Failed", KIND_JOINS},
    {"Order Updated", KIND_APART}, {"Order Refunded", KIND_APART}, {"Order Cancelled", KIND_APART},
    {"Segment Consent Preference Updated", KIND_MEASURE},
    {"Email Delivered", KIND_APART}, {"Email Opened", KIND_APART}, {"Email Link Clicked", KIND_APART},
    {"Email Bounced", KIND_APART}, {"Email Marked as Spam", KIND_APART}, {"Unsubscribed", KIND_APART},
    {"Push Notification Received", KIND_APART}, {"Push Notification Bounced", KIND_APART},
    {"Install Attributed", KIND_APART}, {"Application Installed", KIND_MEASURE}, {"Application Updated", KIND_MEASURE},
    {"Application Backgrounded", KIND_MEASURE}, {"Application Uninstalled", KIND_APART},
    {"Experiment Viewed", KIND_MEASURE}, {"Promotion Viewed", KIND_MEASURE}, {"Page Performance Measured", KIND_MEASURE},
    {"Form Abandoned", KIND_MEASURE},
    {"Live Chat Message Received", KIND_MEASURE},
    {"Product Viewed", KIND_SHOWN}, {"Product List Viewed", KIND_SHOWN}, {"Cart Viewed", KIND_SHOWN},
    {"Checkout Step Viewed", KIND_SHOWN},
    {"Account Deleted", KIND_APART}, {"Trial Started", KIND_APART}, {"Trial Ended", KIND_APART},
    {"Account Added User", KIND_APART}, {"Account Removed User", KIND_APART},
};

static uint8_t kind_does(cu_str name)
{
    for (size_t i = 0; i < CU_COUNT(kinds); i++) {
        if (cu_str_eqz(name, kinds[i].name))
            return kinds[i].does;
    }
    return 0;
}

// ---- what texts say, by hash

enum { TEXTS_MAX = 1 << 18 }; // per sign; further ones are as texts that no rule knows

struct known {
    uint64_t key; // 0: free
    uint32_t traits;
};
struct visit_maker {
    struct visit_rules rules;
    uint8_t *does; // by kind
    uint32_t kind_count;
    struct known *known;
    size_t cap, count;
    bool no_memory;
    enum channel_sign sign; // while texts are taken
};

static const struct {
    enum channel_sign sign;
    enum visit_column column;
} signs[] = {
    {CHANNEL_SOURCE, VISIT_SOURCE}, {CHANNEL_MEDIUM, VISIT_MEDIUM}, {CHANNEL_CAMPAIGN, VISIT_CAMPAIGN},
    {CHANNEL_CLICK, VISIT_CLICK}, {CHANNEL_REFERRER, VISIT_REFERRER},
};

// The same text can say different things in different places.
static uint64_t key_of(enum channel_sign sign, uint64_t hash)
{
    uint64_t key = hash ^ (uint64_t)(sign + 1) * UINT64_C(0x9E3779B97F4A7C15);
    return key ? key : 1;
}

static struct known *slot_of(struct known *known, size_t cap, uint64_t key)
{
    size_t at = (key ^ key >> 32) & (cap - 1);
    while (known[at].key != 0 && known[at].key != key)
        at = (at + 1) & (cap - 1);
    return &known[at];
}

static bool grow(struct visit_maker *m)
{
    size_t cap = m->cap ? m->cap * 2 : 256;
    struct known *known = cu_calloc(cap, sizeof *known);
    if (!known)
        return false;
    for (size_t i = 0; i < m->cap; i++) {
        if (m->known[i].key)
            *slot_of(known, cap, m->known[i].key) = m->known[i];
    }
    cu_free(m->known);
    m->known = known;
    m->cap = cap;
    return true;
}

static bool take_text(void *context, cu_str text, uint64_t hash, uint64_t rows)
{
    struct visit_maker *m = context;
    uint32_t traits = channel_traits(m->sign, text);
    (void)rows;
    if (traits == channel_unknown(m->sign))
        return true;
    m->no_memory = (m->count + 1) * 2 > m->cap && !grow(m);
    if (m->no_memory)
        return false;
    *slot_of(m->known, m->cap, key_of(m->sign, hash)) = (struct known){key_of(m->sign, hash), traits};
    m->count++;
    return true;
}

static uint32_t traits_of(const struct visit_maker *m, enum channel_sign sign, uint64_t hash)
{
    if (hash == 0)
        return 0;
    const struct known *k = m->cap ? slot_of(m->known, m->cap, key_of(sign, hash)) : NULL;
    return k && k->key ? k->traits : channel_unknown(sign);
}

static cu_code take_kinds(struct visit_maker *m, struct timeline *t, const struct dictionary *d, struct cu_error *err)
{
    while (timeline_kind_name(t, m->kind_count + 1).ptr)
        m->kind_count++;
    m->does = cu_calloc(m->kind_count + 1u, 1);
    if (!m->does)
        return cu_fail(err, CU_MEMORY, "", "no memory to make visits");
    for (uint32_t kind = 1; kind <= m->kind_count; kind++) {
        cu_str name = timeline_kind_name(t, kind);
        const struct dict_event *e = d ? dictionary_event(d, name) : NULL;
        m->does[kind] = kind_does(e ? e->name : name);
    }
    return CU_OK;
}

cu_code visit_maker_new(struct timeline *t, const struct dictionary *d, const struct visit_rules *r,
    struct visit_maker **ret, struct cu_error *err)
{
    struct visit_maker *m = cu_calloc(1, sizeof *m);
    *ret = NULL;
    if (!m)
        return cu_fail(err, CU_MEMORY, "", "no memory to make visits");
    m->rules = *r;
    cu_code code = take_kinds(m, t, d, err);
    for (size_t i = 0; i < CU_COUNT(signs) && code == CU_OK; i++) {
        m->sign = signs[i].sign;
        code = timeline_texts(t, visit_columns[signs[i].column].path, TEXTS_MAX, take_text, m, err);
        if (code == CU_OK && m->no_memory)
            code = cu_fail(err, CU_MEMORY, "", "no memory to make visits");
    }
    if (code != CU_OK) {
        visit_maker_free(m);
        return code;
    }
    *ret = m;
    return CU_OK;
}

void visit_maker_free(struct visit_maker *m)
{
    if (!m)
        return;
    cu_free(m->does);
    cu_free(m->known);
    cu_free(m);
}

// An event that came for the first time after the maker was made is as any that the table does not name.
static uint8_t does(const struct visit_maker *m, uint32_t kind)
{
    return kind <= m->kind_count ? m->does[kind] : 0;
}

bool visit_counts(const struct visit_maker *m, uint32_t kind)
{
    return !(does(m, kind) & KIND_APART);
}

bool visit_is_view(const struct visit_maker *m, uint32_t kind)
{
    return (does(m, kind) & KIND_VIEW) != 0;
}

// ---- the machine

struct making {
    const struct visit_maker *m;
    const struct scan_rows *rows;
    struct visit v;
    bool open, begun;     // begun: something in it makes a visit
    bool has_campaign;
    int64_t midnight_ms;  // when the day ends in which it began
};

static unsigned bounces(const struct visit *v)
{
    int64_t lasted = v->last_ms - v->start_ms;
    bool one = v->views == 1 && v->interactions == 0;
    return (one ? BOUNCE_ONE_VIEW : 0) | (v->actions <= 1 ? BOUNCE_ONE_ACTION : 0) |
           (lasted <= 10000 && v->views < 2 && v->orders == 0 ? BOUNCE_NOT_ENGAGED : 0) |
           (one && lasted < 10000 ? BOUNCE_SHORT : 0);
}

static bool finish(struct making *k, visit_each_fn *fn, void *context)
{
    struct visit *v = &k->v;
    bool good = true;
    if (k->open && k->begun) {
        const uint32_t traits[CHANNEL_SIGNS] = {traits_of(k->m, CHANNEL_SOURCE, v->source),
            traits_of(k->m, CHANNEL_MEDIUM, v->medium), traits_of(k->m, CHANNEL_CAMPAIGN, v->campaign),
            traits_of(k->m, CHANNEL_CLICK, v->click), traits_of(k->m, CHANNEL_REFERRER, v->referrer_host)};
        v->channel = channel_of_traits(traits);
        v->has_views = v->views > 0;
        v->bounced = bounces(v);
        good = fn(context, k->rows, v);
    }
    k->open = false;
    return good;
}

static void begin(struct making *k, size_t row)
{
    int64_t at = k->rows->time_ms[row];
    const struct visit_rules *r = &k->m->rules;
    k->v = (struct visit){.person = k->rows->person, .first_row = (uint32_t)row, .start_ms = at, .last_ms = at};
    k->open = true;
    k->begun = k->has_campaign = false;
    if (r->cut & VISIT_CUT_MIDNIGHT)
        k->midnight_ms = text_zone_day_start(r->zone, text_zone_day(r->zone, at) + 1);
}

struct campaign { uint64_t source, medium, name, click; };

static bool has_any(const struct campaign *c)
{
    return (c->source | c->medium | c->name | c->click) != 0;
}

// Does the event name another campaign? A visit without one takes it while nothing was viewed: the first calls of a page
// come in any order.
static bool other_campaign(const struct making *k, const struct campaign *c)
{
    if (!has_any(c))
        return false;
    if (!k->has_campaign)
        return k->v.views > 0;
    return c->source != k->v.source || c->medium != k->v.medium || c->name != k->v.campaign || c->click != k->v.click;
}

static bool is_over(const struct making *k, int64_t at, const struct campaign *c)
{
    const struct visit_rules *r = &k->m->rules;
    return at - k->v.last_ms > r->gap_ms || at - k->v.start_ms >= VISIT_MAX_MS ||
           (r->cut & VISIT_CUT_MIDNIGHT && at >= k->midnight_ms) || (r->cut & VISIT_CUT_CAMPAIGN && other_campaign(k, c));
}

static void take_signs(struct making *k, size_t row, const struct campaign *c, bool view)
{
    struct visit *v = &k->v;
    if (!k->has_campaign && has_any(c)) {
        k->has_campaign = true;
        v->source = c->source;
        v->medium = c->medium;
        v->campaign = c->name;
        v->click = c->click;
    }
    if (v->referrer_host == 0) {
        uint64_t host = visit_cell(k->rows, VISIT_REFERRER, row);
        if (host != 0 && !channel_traits_pass(traits_of(k->m, CHANNEL_REFERRER, host)))
            v->referrer_host = host;
    }
    uint64_t path = visit_cell(k->rows, VISIT_LANDING, row);
    v->landing = v->landing ? v->landing : path;
    v->exit = view && path ? path : v->exit;
    if (v->device == 0)
        v->device = visit_cell(k->rows, VISIT_DEVICE, row);
    if (v->country == 0)
        v->country = visit_cell(k->rows, VISIT_COUNTRY, row);
}

static void take_row(struct making *k, size_t row, uint8_t what)
{
    struct visit *v = &k->v;
    k->begun = k->begun || !(what & KIND_JOINS);
    v->rows = (uint32_t)row - v->first_row + 1;
    v->last_ms = k->rows->time_ms[row];
    v->views += (what & KIND_VIEW) != 0;
    v->actions += !(what & KIND_MEASURE);
    v->interactions += !(what & (KIND_MEASURE | KIND_VIEW | KIND_SHOWN));
    v->orders += (what & KIND_ORDER) != 0;
}

bool visit_each(const struct visit_maker *m, const struct scan_rows *rows, visit_each_fn *fn, void *context)
{
    struct making k = {.m = m, .rows = rows};
    for (size_t i = 0; i < rows->count; i++) {
        uint8_t what = does(m, rows->kind[i]);
        if (what & KIND_APART)
            continue;
        const struct campaign c = {visit_cell(rows, VISIT_SOURCE, i), visit_cell(rows, VISIT_MEDIUM, i),
            visit_cell(rows, VISIT_CAMPAIGN, i), visit_cell(rows, VISIT_CLICK, i)};
        if (k.open && is_over(&k, rows->time_ms[i], &c) && !finish(&k, fn, context))
            return false;
        if (!k.open)
            begin(&k, i);
        take_row(&k, i, what);
        take_signs(&k, i, &c, (what & KIND_VIEW) != 0);
    }
    return finish(&k, fn, context);
}
