// SPDX-License-Identifier: Apache-2.0
// What a scan for friction counts: rows by what names them, in tables of a thread that are added up. See friction_private.h.
#include "friction_private.h"

// Buckets of 10 ms up to 10 s, then of 100 ms up to a minute.
enum { FINE = 1000, COARSE = 500, BUCKETS = FINE + COARSE, PAGES_MAX = 4096 };

static uint64_t key_hash(enum friction_section section, uint64_t a, uint64_t b)
{
    uint64_t h = (a ^ b << 29 ^ b >> 35) * UINT64_C(0x9E3779B97F4A7C15) + (uint64_t)section;
    return (h ^ h >> 31) * UINT64_C(0xBF58476D1CE4E5B9);
}

static struct friction_tally *slot_of(
    struct friction_tally *slots, size_t cap, enum friction_section section, uint64_t a, uint64_t b)
{
    size_t at = key_hash(section, a, b) & (cap - 1);
    while (slots[at].used && (slots[at].row.section != section || slots[at].row.a != a || slots[at].row.b != b))
        at = (at + 1) & (cap - 1);
    return &slots[at];
}

static bool grow(struct friction_counts *s)
{
    size_t cap = s->cap ? s->cap * 2 : 128;
    struct friction_tally *slots = cu_calloc(cap, sizeof *slots);
    if (!slots)
        return false;
    for (size_t i = 0; i < s->cap; i++) {
        if (s->slots[i].used)
            *slot_of(slots, cap, s->slots[i].row.section, s->slots[i].row.a, s->slots[i].row.b) = s->slots[i];
    }
    cu_free(s->slots);
    s->slots = slots;
    s->cap = cap;
    return true;
}

struct friction_tally *friction_tally_of(struct friction_counts *s, enum friction_section section, uint64_t a, uint64_t b)
{
    if ((s->count + 1) * 2 > s->cap && !grow(s)) {
        s->no_memory = true;
        return NULL;
    }
    struct friction_tally *t = slot_of(s->slots, s->cap, section, a, b);
    if (t->used)
        return t;
    if (s->count == FRICTION_ROWS_MAX) {
        s->left_out++;
        return NULL;
    }
    t->row = (struct friction_row){.section = section, .a = a, .b = b};
    t->used = true;
    s->count++;
    return t;
}

static size_t bucket_of(double ms)
{
    if (ms < 10000)
        return ms <= 0 ? 0 : (size_t)(ms / 10);
    return ms >= 59900 ? BUCKETS - 1 : FINE + (size_t)((ms - 10000) / 100);
}

void friction_time(struct friction_counts *c, struct friction_tally *t, double ms)
{
    if (!t->times && c->timed == PAGES_MAX) {
        c->left_out++;
        return;
    }
    if (!t->times) {
        t->times = cu_calloc(BUCKETS, sizeof *t->times);
        c->timed++;
    }
    c->no_memory = c->no_memory || !t->times;
    if (t->times)
        t->times[bucket_of(ms)]++;
}

void friction_add_share(struct friction_share *s, bool converted)
{
    s->visits++;
    s->converted += converted;
}

static int64_t bucket_ms(size_t bucket)
{
    return bucket < FINE ? (int64_t)bucket * 10 : 10000 + (int64_t)(bucket - FINE) * 100;
}

// ---- together

static void sum_share(struct friction_share *to, const struct friction_share *from)
{
    to->visits += from->visits;
    to->converted += from->converted;
}

static void add_tally(struct friction_tally *to, struct friction_tally *from)
{
    struct friction_row *a = &to->row;
    const struct friction_row *b = &from->row;
    a->people += b->people;
    a->events += b->events;
    a->bad_events += b->bad_events;
    a->stopped += b->stopped;
    sum_share(&a->met, &b->met);
    sum_share(&a->bad, &b->bad);
    for (int i = 0; i < FRICTION_STAGES; i++)
        sum_share(&a->stages[i], &b->stages[i]);
    to->position_sum += from->position_sum;
    if (!to->times) { // taken over
        to->times = from->times;
        from->times = NULL;
    }
    for (size_t i = 0; from->times && i < BUCKETS; i++)
        to->times[i] += from->times[i];
}

static void add_sums(struct friction_sums *to, const struct friction_sums *from)
{
    sum_share(&to->all, &from->all);
    sum_share(&to->searches_good, &from->searches_good);
    for (int i = 0; i < FRICTION_STAGES; i++) {
        sum_share(&to->stage[i], &from->stage[i]);
        sum_share(&to->refused[0][i], &from->refused[0][i]);
        sum_share(&to->refused[1][i], &from->refused[1][i]);
    }
    for (size_t i = 0; i < CU_COUNT(to->masks); i++)
        to->masks[i] += from->masks[i];
    to->people += from->people;
    to->met_people += from->met_people;
}

void friction_add(struct friction_counts *to, struct friction_counts *from)
{
    add_sums(&to->sums, &from->sums);
    to->left_out += from->left_out;
    to->no_memory = to->no_memory || from->no_memory;
    for (size_t i = 0; i < from->cap && !to->no_memory; i++) {
        struct friction_tally *f = &from->slots[i];
        struct friction_tally *t = f->used ? friction_tally_of(to, f->row.section, f->row.a, f->row.b) : NULL;
        if (t)
            add_tally(t, f);
    }
}

void friction_counts_clear(struct friction_counts *s)
{
    for (size_t i = 0; i < s->cap; i++)
        cu_free(s->slots[i].times);
    cu_free(s->slots);
}

// The least time that at least this share of measurements does not exceed.
static int64_t quantile(const uint32_t *times, uint64_t count, double share)
{
    uint64_t seen = 0, wanted = (uint64_t)((double)count * share);
    wanted += (double)wanted < (double)count * share; // up
    for (size_t i = 0; i < BUCKETS; i++) {
        seen += times[i];
        if (seen >= wanted && seen > 0)
            return bucket_ms(i);
    }
    return 0;
}

cu_code friction_finish(const struct friction_question *q, struct friction_counts *all, struct friction_answer *ret,
    struct cu_error *err)
{
    ret->rows = cu_alloc((all->count + 1) * sizeof *ret->rows);
    if (!ret->rows)
        return cu_fail(err, CU_MEMORY, "", "no memory for an answer about friction");
    for (size_t i = 0; i < all->cap; i++) {
        struct friction_tally *t = &all->slots[i];
        if (!t->used)
            continue;
        t->row.position = t->row.met.visits ? t->position_sum / (double)t->row.met.visits : 0;
        if (t->times) {
            t->row.median_ms = quantile(t->times, t->row.events, 0.5);
            t->row.p75_ms = quantile(t->times, t->row.events, 0.75);
        }
        ret->rows[ret->count++] = t->row;
    }
    ret->left_out = all->left_out;
    friction_estimate(q, &all->sums, ret);
    return CU_OK;
}

void friction_clear(struct friction_answer *a)
{
    cu_free(a->rows);
    *a = (struct friction_answer){0};
}

