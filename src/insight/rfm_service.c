// SPDX-License-Identifier: Apache-2.0
// The thread that keeps scores and stages current. See rfm.h.
//
// A pass scores all customers when orders changed and it is time, finds who is in which stage, and tells facts.h of
// everybody for whom something is another than it was told before. What it told is remembered by person, sorted.
#include "rfm_internal.h"

#include "base/clock.h"
#include "base/log.h"
#include "rfm_sql.h"
#include "text/text.h"

#include <stdlib.h>
#include <time.h>

enum { TICK_MS = 500, GAP_MS = 50, SCORE_US_MIN = 60 * 1000 * 1000, SHARE = 20 };

// How often orders, or who belongs together, changed. Process-wide, so that the hook of people/ has nothing of ours to
// outlive.
static atomic_uint_fast64_t news;

static void on_change(void *ctx, const struct people_change *changes, size_t count)
{
    (void)ctx;
    bool matters = changes == NULL;
    for (size_t i = 0; i < count && !matters; i++)
        matters = (changes[i].what & (PEOPLE_ORDERS | PEOPLE_JOINED)) != 0;
    if (matters)
        atomic_fetch_add(&news, 1);
}

static void on_move(void *context, uint32_t number, const struct audience_move *m)
{
    struct rfm *r = context;
    (void)m;
    (void)pthread_mutex_lock(&r->lock);
    bool stage = false;
    for (size_t i = 0; i < LIFECYCLE_STAGES_MAX && !stage; i++)
        stage = r->segments[i] == number;
    if (stage && !r->moved) {
        r->moved = true;
        (void)pthread_cond_broadcast(&r->changed);
    }
    (void)pthread_mutex_unlock(&r->lock);
}

// --- opening

static cu_code load_groups(struct db *d, struct rfm_border ret[RFM_GROUPS], struct cu_error *err)
{
    struct rfm_border stored[RFM_GROUPS];
    struct db_query q;
    int count = 0;
    CU_TRY(db_prepare(d, &rfm_sql_groups, &q, err));
    while (db_step(&q)) {
        int64_t number = db_i64(&q, 0);
        if (number < 0 || number >= RFM_GROUPS)
            continue;
        stored[number] = (struct rfm_border){{(uint8_t)db_i64(&q, 1), (uint8_t)db_i64(&q, 2)},
            {(uint8_t)db_i64(&q, 3), (uint8_t)db_i64(&q, 4)}};
        count++;
    }
    CU_TRY(db_end(&q, err));
    bool usable = count == RFM_GROUPS && rfm_groups_check(stored, NULL) == CU_OK;
    memcpy(ret, usable ? stored : rfm_group_defaults, sizeof stored);
    return CU_OK;
}

cu_code rfm_groups_read(struct people *p, struct rfm_border ret[RFM_GROUPS], struct cu_error *err)
{
    struct db *d = NULL;
    CU_TRY(people_read_take(p, &d, err));
    cu_code code = load_groups(d, ret, err);
    people_read_give(p, d);
    return code;
}

static cu_code load(struct rfm *r, struct cu_error *err)
{
    CU_TRY(rfm_groups_read(r->options.people, r->groups, err));
    return lifecycle_load(r, err);
}

int64_t rfm_unit(const char *currency)
{
    int64_t unit = 1;
    for (int i = text_currency_exponent(cu_str_of(currency)); i > 0; i--)
        unit *= 10;
    return unit;
}

cu_code rfm_open(const struct rfm_options *o, struct rfm **ret, struct cu_error *err)
{
    struct rfm *r = cu_calloc(1, sizeof *r);
    if (!r)
        return cu_fail(err, CU_MEMORY, "", "no memory for scores");
    r->options = *o;
    r->unit = rfm_unit(o->currency);
    r->figures.computed_ms = INT64_MIN;
    r->seen_news = UINT64_MAX;
    pthread_condattr_t monotonic;
    (void)pthread_condattr_init(&monotonic);
    (void)pthread_condattr_setclock(&monotonic, CLOCK_MONOTONIC);
    (void)pthread_mutex_init(&r->lock, NULL);
    (void)pthread_cond_init(&r->changed, &monotonic);
    (void)pthread_condattr_destroy(&monotonic);
    cu_code code = load(r, err);
    if (code != CU_OK) {
        rfm_close(r);
        return code;
    }
    people_on_change(o->people, on_change, NULL);
    audiences_on_move(o->audiences, on_move, r);
    *ret = r;
    return CU_OK;
}

void rfm_close(struct rfm *r)
{
    if (!r)
        return;
    rfm_stop(r);
    for (size_t i = 0; i < CU_COUNT(r->assigned); i++) {
        if (r->assigned[i])
            roaring_bitmap_free(r->assigned[i]);
    }
    cu_free(r->known);
    (void)pthread_cond_destroy(&r->changed);
    (void)pthread_mutex_destroy(&r->lock);
    cu_free(r);
}

// --- scoring

struct customers {
    struct rfm_customer *at;
    size_t count, room;
};

static cu_code add_customer(struct customers *c, struct rfm_customer one, struct cu_error *err)
{
    if (c->count == c->room) {
        size_t room = c->room ? c->room * 2 : 1024;
        struct rfm_customer *more = cu_realloc(c->at, room * sizeof *more);
        if (!more)
            return cu_fail(err, CU_MEMORY, "", "no memory for %zu customers", room);
        c->at = more;
        c->room = room;
    }
    c->at[c->count++] = one;
    return CU_OK;
}

static int by_person(const void *a, const void *b)
{
    const struct rfm_customer *x = a, *y = b;
    return (x->person > y->person) - (x->person < y->person);
}

// Profiles of one person become one customer; who has no order that counts is none.
static void join(struct customers *c)
{
    size_t n = 0;
    if (c->count)
        qsort(c->at, c->count, sizeof *c->at, by_person);
    for (size_t i = 0; i < c->count; i++) {
        struct rfm_customer *last = n ? &c->at[n - 1] : NULL;
        if (!last || last->person != c->at[i].person) {
            c->at[n++] = c->at[i];
            continue;
        }
        last->orders += c->at[i].orders;
        last->revenue += c->at[i].revenue;
        last->last_day = c->at[i].last_day > last->last_day ? c->at[i].last_day : last->last_day;
    }
    c->count = n;
    for (size_t i = n = 0; i < c->count; i++) {
        if (c->at[i].orders)
            c->at[n++] = c->at[i];
    }
    c->count = n;
}

static cu_code read_customers(struct rfm *r, struct customers *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    CU_TRY(people_read_take(r->options.people, &d, err));
    cu_code code = db_prepare(d, &rfm_sql_customers, &q, err);
    bool prepared = code == CU_OK;
    while (code == CU_OK && db_step(&q)) {
        struct rfm_customer one = {.person = people_root(r->options.people, (uint32_t)db_i64(&q, 0)),
            .orders = (uint32_t)db_i64(&q, 1), .revenue = db_i64(&q, 2),
            .last_day = db_is_null(&q, 3) ? INT32_MIN : (int32_t)db_i64(&q, 3)};
        code = one.person ? add_customer(ret, one, err) : CU_OK;
    }
    cu_code end = prepared ? db_end(&q, code == CU_OK ? err : NULL) : CU_OK;
    people_read_give(r->options.people, d);
    if (code == CU_OK && end == CU_OK)
        join(ret);
    return code != CU_OK ? code : end;
}

static void count_groups(const struct customers *c, struct rfm_figures *f)
{
    memset(f->people, 0, sizeof f->people);
    memset(f->revenue, 0, sizeof f->revenue);
    for (size_t i = 0; i < c->count; i++) {
        if (c->at[i].group >= RFM_GROUPS)
            continue;
        f->people[c->at[i].group]++;
        f->revenue[c->at[i].group] += c->at[i].revenue;
    }
    f->customers = c->count;
}

static bool same_scores(const struct rfm_customer *a, const struct rfm_customer *b)
{
    return a->recency == b->recency && a->frequency == b->frequency && a->monetary == b->monetary && a->group == b->group;
}

// Both sorted by person: who is in one only, or scored otherwise.
static void compare(const struct rfm *r, const struct customers *now, roaring_bitmap_t *changed)
{
    size_t i = 0, k = 0;
    while (i < r->known_count || k < now->count) {
        const struct rfm_customer *was = i < r->known_count ? &r->known[i] : NULL;
        const struct rfm_customer *is = k < now->count ? &now->at[k] : NULL;
        if (was && is && was->person == is->person) {
            if (!same_scores(was, is))
                roaring_bitmap_add(changed, is->person);
            i++;
            k++;
        } else if (!is || (was && was->person < is->person)) {
            roaring_bitmap_add(changed, was->person);
            i++;
        } else {
            roaring_bitmap_add(changed, is->person);
            k++;
        }
    }
}

static cu_code score(struct rfm *r, roaring_bitmap_t *changed, struct cu_error *err)
{
    struct customers now = {0};
    struct rfm_border groups[RFM_GROUPS];
    struct rfm_figures f = {0};
    (void)pthread_mutex_lock(&r->lock);
    memcpy(groups, r->groups, sizeof groups);
    (void)pthread_mutex_unlock(&r->lock);
    f.computed_ms = cu_now_ms();
    cu_code code = read_customers(r, &now, err);
    if (code == CU_OK)
        code = rfm_score(now.at, now.count, text_day_of(f.computed_ms), r->unit, groups, &f.cuts, err);
    if (code != CU_OK) {
        cu_free(now.at);
        return code;
    }
    count_groups(&now, &f);
    compare(r, &now, changed);
    cu_free(r->known);
    r->known = now.at;
    r->known_count = now.count;
    (void)pthread_mutex_lock(&r->lock);
    r->figures = f;
    (void)pthread_mutex_unlock(&r->lock);
    return CU_OK;
}

// --- telling

struct telling {
    struct rfm *rfm;
    cu_code code;
    struct cu_error *err;
};

static bool tell_one(uint32_t person, void *context)
{
    struct telling *t = context;
    struct rfm *r = t->rfm;
    const struct rfm_customer key = {.person = person};
    const struct rfm_customer *c =
        r->known_count ? bsearch(&key, r->known, r->known_count, sizeof key, by_person) : NULL;
    struct facts_rfm told = {.group = 255, .stage = lifecycle_of(r, person)};
    if (c)
        told = (struct facts_rfm){c->recency, c->frequency, c->monetary, c->group, told.stage};
    t->code = facts_set_rfm(r->options.facts, person, &told, t->err);
    if (t->code == CU_NOT_FOUND) // went meanwhile
        t->code = CU_OK;
    return t->code == CU_OK;
}

static void forget_told(struct rfm *r)
{
    cu_free(r->known);
    r->known = NULL;
    r->known_count = 0;
    r->seen_news = UINT64_MAX;
    for (size_t i = 0; i < CU_COUNT(r->assigned); i++) {
        if (r->assigned[i])
            roaring_bitmap_free(r->assigned[i]);
        r->assigned[i] = NULL;
    }
}

static cu_code pass(struct rfm *r, bool scoring, struct cu_error *err)
{
    roaring_bitmap_t *changed = roaring_bitmap_create();
    if (!changed)
        return cu_fail(err, CU_MEMORY, "", "no memory for scores");
    cu_code code = CU_OK;
    if (scoring) {
        int64_t began = cu_mono_us();
        r->seen_news = atomic_load(&news);
        code = score(r, changed, err);
        r->scored_us = cu_mono_us();
        r->score_took_us = r->scored_us - began;
    }
    if (code == CU_OK)
        code = lifecycle_assign(r, changed, err);
    struct telling t = {r, code, err};
    if (code == CU_OK)
        (void)roaring_iterate(changed, tell_one, &t);
    roaring_bitmap_free(changed);
    if (t.code != CU_OK) // who was told what is not known any more: everything again
        forget_told(r);
    return t.code;
}

// --- the thread

static bool is_time(const struct rfm *r)
{
    int64_t wait = r->score_took_us * SHARE > SCORE_US_MIN ? r->score_took_us * SHARE : SCORE_US_MIN;
    return r->score_now || r->seen_news == UINT64_MAX ||
           (atomic_load(&news) != r->seen_news && cu_mono_us() - r->scored_us >= wait);
}

static void wait_a_little(struct rfm *r)
{
    struct timespec until;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_nsec += TICK_MS * 1000000L;
    until.tv_sec += until.tv_nsec / 1000000000L;
    until.tv_nsec %= 1000000000L;
    (void)pthread_cond_timedwait(&r->changed, &r->lock, &until);
}

static void run_pass(struct rfm *r, bool scoring)
{
    struct cu_error err = {.code = CU_OK};
    guard_enter_system("upkeep", "scores");
    cu_code code = pass(r, scoring, &err);
    guard_leave();
    if (code != CU_OK && !r->failing)
        cu_log(CU_LOG_ERROR, "scores.failed", CU_LS("code", cu_code_rows[code].name), CU_LS("text", err.text));
    r->failing = code != CU_OK;
}

static void found_stages(struct rfm *r)
{
    struct cu_error err = {.code = CU_OK};
    guard_enter_system("upkeep", "scores");
    if (lifecycle_found(r, &err) != CU_OK)
        cu_log(CU_LOG_ERROR, "lifecycle.not_made", CU_LS("text", err.text));
    guard_leave();
}

// Many move at once: they are looked at together.
static void rest(struct rfm *r)
{
    const struct timespec gap = {0, GAP_MS * 1000000L};
    (void)pthread_mutex_unlock(&r->lock);
    (void)nanosleep(&gap, NULL);
    (void)pthread_mutex_lock(&r->lock);
}

static void *run(void *rfm)
{
    struct rfm *r = rfm;
    found_stages(r);
    (void)pthread_mutex_lock(&r->lock);
    while (!r->stop) {
        bool scoring = is_time(r);
        uint64_t asked = r->asked;
        if (scoring || r->moved || r->stages_changed || asked != r->answered) {
            r->moved = r->stages_changed = r->score_now = false;
            (void)pthread_mutex_unlock(&r->lock);
            run_pass(r, scoring || asked != r->answered);
            (void)pthread_mutex_lock(&r->lock);
            r->answered = asked;
            (void)pthread_cond_broadcast(&r->changed);
            rest(r);
        }
        if (!r->stop && !r->moved && r->asked == r->answered)
            wait_a_little(r);
    }
    r->answered = r->asked;
    (void)pthread_cond_broadcast(&r->changed);
    (void)pthread_mutex_unlock(&r->lock);
    return NULL;
}

cu_code rfm_start(struct rfm *r, struct cu_error *err)
{
    if (pthread_create(&r->thread, NULL, run, r) != 0)
        return cu_fail(err, CU_MEMORY, "", "no thread for scores");
    r->running = true;
    return CU_OK;
}

void rfm_stop(struct rfm *r)
{
    if (!r || !r->running)
        return;
    (void)pthread_mutex_lock(&r->lock);
    r->stop = true;
    (void)pthread_cond_broadcast(&r->changed);
    (void)pthread_mutex_unlock(&r->lock);
    (void)pthread_join(r->thread, NULL);
    r->running = false;
}

void rfm_settle(struct rfm *r)
{
    (void)pthread_mutex_lock(&r->lock);
    uint64_t mine = r->running && !r->stop ? ++r->asked : 0;
    (void)pthread_cond_broadcast(&r->changed);
    while (mine && r->answered < mine && !r->stop)
        (void)pthread_cond_wait(&r->changed, &r->lock);
    (void)pthread_mutex_unlock(&r->lock);
}
