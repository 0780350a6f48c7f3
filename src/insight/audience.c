// SPDX-License-Identifier: Apache-2.0
// Audiences: opening and closing, news, who is where. See audience.h.
//
// Invariants
//  1. A segment's people are those for whom its definition holds, by what was committed and published before, at the time
//     of the last decision; each is a root of the roster. Who is decided: audience_decide.c, alone.
//  2. A person is decided for a segment when an event of a kind that the segment asks for, a fact that it asks for, the
//     membership of a segment that it asks for, or the set of the person's profiles changed, and when the deadline of its
//     last decision came. The rest of the time nothing is done.
//  3. Segments are decided in the order of what they ask for, so none is decided by a membership that is about to change.
//  4. A definition that is new or changed is decided for everybody by one pass (audience_fill.c), unseen. Whom something
//     happens to meanwhile is decided again before it is shown, so nothing is missed; until then the former one is shown.
//  5. Memberships stored at the end are shown at the next start at once, and everybody is decided anew behind them: what
//     differs is a move like any other.
//  6. Deadlines stand in one number of 32 bits (seconds) per person and segment that depends on time, in pieces of 16 KiB
//     that are made as they are used: at most 4 bytes x profiles x such segments. It never stands for a later moment than
//     the one the last decision named.
//  7. Deadlines within the hour stand in a heap besides, to the millisecond; once an hour, or when the clock jumps
//     forward, the numbers are gone through for those that came near. The heap never holds more than twice what the last
//     going through found and 65,536 (16 bytes each).
//  8. A deadline that moves away is left where it is; it is looked at once for nothing, and then moved. So a busy person
//     costs one look per window, not one per event.
//  9. A clock that goes back by ten seconds or more has everybody decided anew; by less it is taken to stand still.
// 10. Moves are remembered until they are on disk (audience_history.c); without memory the difference between what is
//     stored and what is true is written instead. Nothing decided waits for the disk.
// 11. A person that was erased or belongs to another now leaves every segment, also broken ones, with its next decision.
//
// Locks, in the order in which they may be held together: edit, lock, members. None is held while events are read.
#include "audience_private.h"

#include "base/log.h"
#include "base/metric.h"

#include <time.h>

enum { NEWS_MAX = 4 << 20, PENDING_MAX = 1 << 20, CLOCK_BACK_MS = 10000 };

// --- news

static bool room(void **at, size_t *cap, size_t wanted, size_t item, size_t max)
{
    if (wanted <= *cap)
        return true;
    size_t more = *cap ? *cap : 1024;
    while (more < wanted)
        more *= 2;
    void *p = wanted > max ? NULL : cu_realloc(*at, more * item);
    if (!p)
        return false;
    *at = p;
    *cap = more;
    return true;
}

void audiences_news(struct audiences *a, const struct audience_news *news, size_t count)
{
    void *at = NULL;
    pthread_mutex_lock(&a->lock);
    at = a->news;
    if (room(&at, &a->news_cap, a->news_count + count, sizeof *news, NEWS_MAX)) {
        a->news = at;
        memcpy(a->news + a->news_count, news, count * sizeof *news);
        a->news_count += count;
    } else {
        a->everybody = true;
    }
    pthread_cond_signal(&a->wake);
    pthread_mutex_unlock(&a->lock);
}

// Of people/: after every commit, in the writer's thread.
static void people_changed(void *context, const struct people_change *changes, size_t count)
{
    struct audiences *a = context;
    facts_touch(a->o.facts, changes, count);
    pthread_mutex_lock(&a->lock);
    pthread_cond_signal(&a->wake);
    pthread_mutex_unlock(&a->lock);
}

static void scores_changed(void *context, uint32_t person, uint64_t bits)
{
    struct audiences *a = context;
    pthread_mutex_lock(&a->lock);
    void *at = a->changes;
    if (room(&at, &a->change_cap, a->change_count + 1, sizeof *a->changes, NEWS_MAX)) {
        a->changes = at;
        a->changes[a->change_count++] = (struct audience_change){person, bits};
    } else {
        a->everybody = true;
    }
    pthread_cond_signal(&a->wake);
    pthread_mutex_unlock(&a->lock);
}

void audiences_dictionary(struct audiences *a)
{
    pthread_mutex_lock(&a->lock);
    a->dictionary = true;
    pthread_cond_broadcast(&a->work);
    pthread_cond_broadcast(&a->wake);
    pthread_mutex_unlock(&a->lock);
}

static void dictionary_changed(void *context, const struct dictionary *d)
{
    (void)d;
    audiences_dictionary(context);
}

static cu_code people_forgotten(void *context, const uint32_t *pnos, size_t count, struct cu_error *err)
{
    return history_erase_begins(context, pnos, count, err);
}

void audiences_on_move(struct audiences *a, audience_moved_fn *fn, void *context)
{
    pthread_mutex_lock(&a->lock);
    if (a->on_move_count < CU_COUNT(a->on_move)) {
        a->on_move[a->on_move_count].fn = fn;
        a->on_move[a->on_move_count++].context = context;
    }
    pthread_mutex_unlock(&a->lock);
}

int64_t audience_now(struct audiences *a)
{
    int64_t now_ms = cu_now_ms();
    if (now_ms >= a->now_ms) {
        a->now_ms = now_ms;
    } else if (a->now_ms - now_ms >= CLOCK_BACK_MS) {
        cu_log(CU_LOG_WARN, "audience.clock_back", CU_LI("ms", a->now_ms - now_ms));
        a->now_ms = now_ms;
        pthread_mutex_lock(&a->lock);
        a->everybody = true;
        pthread_mutex_unlock(&a->lock);
    }
    return a->now_ms;
}

// --- opening

static cu_code open_parts(struct audiences *a, struct cu_error *err)
{
    CU_TRY(history_open(a, a->o.path, err));
    CU_TRY(scan_reader_new(people_timeline(a->o.people), &a->reader, err));
    CU_TRY(audience_rows_load(a, err));
    a->everybody = a->def_count > 0; // invariant 5
    return CU_OK;
}

cu_code audiences_open(const struct audiences_options *o, struct audiences **ret, struct cu_error *err)
{
    struct audiences *a = cu_calloc(1, sizeof *a);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for segments");
    a->o = *o;
    a->bulks_end = &a->bulks;
    pthread_rwlockattr_t fair;
    (void)pthread_rwlockattr_init(&fair);
    (void)pthread_rwlockattr_setkind_np(&fair, PTHREAD_RWLOCK_PREFER_WRITER_NONRECURSIVE_NP);
    (void)pthread_rwlock_init(&a->members, &fair);
    (void)pthread_rwlockattr_destroy(&fair);
    (void)pthread_mutex_init(&a->lock, NULL);
    (void)pthread_mutex_init(&a->edit, NULL);
    (void)pthread_cond_init(&a->wake, NULL);
    (void)pthread_cond_init(&a->work, NULL);
    (void)pthread_cond_init(&a->idle, NULL);
    a->lag = cu_metric_get(CU_HISTOGRAM, "custos_audience_lag", NULL,
        "From receiving an event to the decision about segments.");
    a->decided = cu_metric_get(CU_COUNTER, "custos_audience_decided_total", NULL, "Decisions about a person and a segment.");
    a->moved = cu_metric_get(CU_COUNTER, "custos_audience_moves_total", NULL, "Persons that entered or left a segment.");
    a->waiting = cu_metric_get(CU_GAUGE, "custos_audience_waiting", NULL, "News that wait to be decided.");
    a->rows = cu_metric_get(CU_COUNTER, "custos_audience_rows_total", NULL, "Events read to decide about segments.");
    a->now_ms = cu_now_ms();
    cu_code code = open_parts(a, err);
    if (code != CU_OK) {
        audiences_close(a);
        return code;
    }
    people_on_change(o->people, people_changed, a);
    people_on_dictionary(o->people, dictionary_changed, a);
    people_on_forget(o->people, people_forgotten, a);
    facts_on_rfm(o->facts, scores_changed, a);
    *ret = a;
    return CU_OK;
}

cu_code audiences_start(struct audiences *a, struct cu_error *err)
{
    CU_TRY(history_start(a, err));
    a->working = pthread_create(&a->worker, NULL, audience_work_run, a) == 0;
    a->deciding = a->working && pthread_create(&a->decider, NULL, audience_decide_run, a) == 0;
    return a->deciding ? CU_OK : cu_fail(err, CU_MEMORY, "", "no thread for segments");
}

static void stop_threads(struct audiences *a)
{
    pthread_mutex_lock(&a->lock);
    a->stop = true;
    if (a->job)
        atomic_store(&a->job->cancel, true);
    pthread_cond_broadcast(&a->wake);
    pthread_cond_broadcast(&a->work);
    pthread_cond_broadcast(&a->idle);
    pthread_mutex_unlock(&a->lock);
    if (a->deciding)
        pthread_join(a->decider, NULL);
    if (a->working)
        pthread_join(a->worker, NULL);
    a->deciding = a->working = false;
}

static void free_bulks(struct audiences *a)
{
    while (a->bulks) {
        struct audience_bulk *b = a->bulks;
        a->bulks = b->next;
        audience_set_free(b->entered);
        audience_set_free(b->left);
        cu_free(b);
    }
}

void audiences_close(struct audiences *a)
{
    if (!a)
        return;
    people_unhook(a->o.people, a);
    stop_threads(a);
    history_close(a);
    audience_job_free(a->job);
    while (a->backlog) {
        struct audience_backlog *b = a->backlog;
        a->backlog = b->next;
        audience_set_free(b->people);
        cu_free(b);
    }
    audience_view_free(a->view);
    audience_plan_clear(a->plan);
    scan_reader_free(a->reader);
    for (uint32_t i = 0; i < a->def_count; i++) {
        audience_slot_give(a->defs[i]->slot);
        cu_free(a->defs[i]);
    }
    for (uint32_t i = 0; i < a->shown_count; i++)
        audience_live_give(a->shown[i]);
    cu_free(a->shown);
    audience_catalog_give(a, a->catalog);
    free_bulks(a);
    cu_free(a->pending);
    cu_free(a->news);
    cu_free(a->changes);
    cu_free(a->heap.at);
    (void)pthread_rwlock_destroy(&a->members);
    (void)pthread_mutex_destroy(&a->lock);
    (void)pthread_mutex_destroy(&a->edit);
    (void)pthread_cond_destroy(&a->wake);
    (void)pthread_cond_destroy(&a->work);
    (void)pthread_cond_destroy(&a->idle);
    cu_free(a);
}

void audiences_settle(struct audiences *a)
{
    facts_settle(a->o.facts);
    pthread_mutex_lock(&a->lock);
    uint64_t mine = ++a->asked;
    pthread_cond_broadcast(&a->wake);
    while (a->settled < mine && !a->stop && a->deciding)
        pthread_cond_wait(&a->idle, &a->lock);
    pthread_mutex_unlock(&a->lock);
    history_flush(a);
}

// --- membership. Only the deciding thread changes it, but for what is shown at start and hidden when it is dropped.

static struct audience_live *shown_of(struct audiences *a, uint32_t number)
{
    return number < a->shown_count ? a->shown[number] : NULL;
}

static bool shown_room(struct audiences *a, uint32_t number)
{
    if (number < a->shown_count)
        return true;
    uint32_t count = a->shown_count ? a->shown_count : 16;
    while (count <= number)
        count *= 2;
    struct audience_live **shown = cu_realloc(a->shown, count * sizeof *shown);
    if (!shown)
        return false;
    memset(shown + a->shown_count, 0, (count - a->shown_count) * sizeof *shown);
    a->shown = shown;
    a->shown_count = count;
    return true;
}

// Under members for writing.
static void remember(struct audiences *a, const struct audience_live *l, uint32_t person, int64_t at_ms, bool entered)
{
    void *at = a->pending;
    if (a->pending_lost)
        return;
    if (!room(&at, &a->pending_cap, a->pending_count + 1, sizeof *a->pending, PENDING_MAX)) {
        a->pending_lost = true;
        a->pending_count = 0;
        return;
    }
    a->pending = at;
    a->pending[a->pending_count++] = (struct audience_pending){l->number, person, at_ms, entered};
}

static void stay_set(struct audiences *a, struct audience_live *l, uint32_t person, int64_t at_ms, bool entered)
{
    if (!l->tracked)
        return;
    struct audience_stay *s = array_at(&l->stays, person, true, &a->bytes);
    if (!s)
        return; // unknown until the next start: it stands in the history
    uint64_t stored = (uint64_t)at_ms ^ (uint64_t)INT64_MIN;
    if (entered)
        s->entered = stored;
    else
        s->left = stored;
}

struct seg_stay audience_stay_of(const struct audience_live *l, uint32_t person)
{
    struct seg_stay ret = {.entered_ms = INT64_MIN, .left_ms = INT64_MIN};
    if (!l)
        return ret;
    ret.in = roaring_bitmap_contains(l->people, person);
    uint32_t chunk = person / FACTS_CHUNK;
    const struct audience_stay *piece = chunk < l->stays.chunk_count ? l->stays.chunks[chunk] : NULL;
    if (piece) {
        const struct audience_stay *s = &piece[person % FACTS_CHUNK];
        ret.entered_ms = (int64_t)(s->entered ^ (uint64_t)INT64_MIN);
        ret.left_ms = (int64_t)(s->left ^ (uint64_t)INT64_MIN);
    }
    return ret;
}

static void tell_moves(struct audiences *a, uint32_t number, const struct audience_move *m)
{
    for (size_t i = 0; i < a->on_move_count; i++)
        a->on_move[i].fn(a->on_move[i].context, number, m);
    cu_metric_add(a->moved, 1);
}

void audience_move_to(struct audiences *a, struct audience_live *l, uint32_t person, bool entered)
{
    const struct audience_move m = {person, a->now_ms, entered};
    pthread_rwlock_wrlock(&a->members);
    bool shown = shown_of(a, l->number) == l;
    if (entered)
        roaring_bitmap_add(l->people, person);
    else
        roaring_bitmap_remove(l->people, person);
    l->changed = true;
    if (shown) {
        remember(a, l, person, a->now_ms, entered);
        stay_set(a, l, person, a->now_ms, entered);
    }
    pthread_rwlock_unlock(&a->members);
    if (shown)
        tell_moves(a, l->number, &m);
}

void audience_leave_all(struct audiences *a, uint32_t person)
{
    struct audience_live *in[64];
    size_t count = CU_COUNT(in);
    while (count == CU_COUNT(in)) { // a few at a time: callbacks are called without the lock
        count = 0;
        pthread_rwlock_rdlock(&a->members);
        for (uint32_t i = 0; i < a->shown_count && count < CU_COUNT(in); i++) {
            if (a->shown[i] && roaring_bitmap_contains(a->shown[i]->people, person))
                in[count++] = audience_live_take(a->shown[i]);
        }
        for (uint32_t i = 0; a->view && i < a->view->count && count < CU_COUNT(in); i++) {
            struct audience_live *l = a->view->slot[i]->live;
            if (shown_of(a, l->number) != l && roaring_bitmap_contains(l->people, person))
                in[count++] = audience_live_take(l);
        }
        pthread_rwlock_unlock(&a->members);
        for (size_t i = 0; i < count; i++) {
            audience_move_to(a, in[i], person, false);
            audience_live_give(in[i]);
        }
    }
    for (uint32_t i = 0; a->view && i < a->view->count; i++)
        due_set(a, a->view->slot[i]->live, person, INT64_MAX);
}

void audience_show(struct audiences *a, struct audience_live *l, const roaring_bitmap_t *people)
{
    pthread_rwlock_wrlock(&a->members);
    if (people && !roaring_bitmap_overwrite(l->people, people))
        l->filled = false; // no memory: it is filled anew
    struct audience_live *old = NULL;
    if (shown_room(a, l->number)) {
        old = a->shown[l->number];
        a->shown[l->number] = audience_live_take(l);
    }
    pthread_rwlock_unlock(&a->members);
    audience_live_give(old);
}

void audience_hide(struct audiences *a, uint32_t number)
{
    pthread_rwlock_wrlock(&a->members);
    struct audience_live *old = shown_of(a, number);
    if (old)
        a->shown[number] = NULL;
    for (size_t i = 0; i < a->pending_count; i++) {
        if (a->pending[i].number == number)
            a->pending[i].person = 0; // of nobody: not written
    }
    pthread_rwlock_unlock(&a->members);
    audience_live_give(old);
}

static bool stay_each(uint32_t person, void *context)
{
    struct {
        struct audiences *a;
        struct audience_live *l;
        bool entered;
    } *c = context;
    stay_set(c->a, c->l, person, c->a->now_ms, c->entered);
    return true;
}

static bool tell_each(uint32_t person, void *context)
{
    struct {
        struct audiences *a;
        struct audience_live *l;
        bool entered;
    } *c = context;
    const struct audience_move m = {person, c->a->now_ms, c->entered};
    tell_moves(c->a, c->l->number, &m);
    return true;
}

void audience_publish(struct audiences *a, struct audience_live *l, roaring_bitmap_t **ret_moved)
{
    struct audience_bulk *b = cu_calloc(1, sizeof *b);
    struct {
        struct audiences *a;
        struct audience_live *l;
        bool entered;
    } each = {a, l, true};
    pthread_rwlock_wrlock(&a->members);
    struct audience_live *old = shown_room(a, l->number) ? a->shown[l->number] : NULL;
    roaring_bitmap_t *entered = old ? roaring_bitmap_andnot(l->people, old->people) : roaring_bitmap_copy(l->people);
    roaring_bitmap_t *gone = old ? roaring_bitmap_andnot(old->people, l->people) : roaring_bitmap_create();
    if (l->number < a->shown_count)
        a->shown[l->number] = audience_live_take(l);
    if (old && old->tracked) { // whoever asks for times goes on with them
        struct facts_array stays = l->stays;
        l->stays = old->stays;
        old->stays = stays;
        l->tracked = true;
    }
    l->changed = true;
    roaring_iterate(entered, stay_each, &each);
    each.entered = false;
    roaring_iterate(gone, stay_each, &each);
    if (b) {
        *b = (struct audience_bulk){.number = l->number, .at_ms = a->now_ms, .after = a->pending_count,
            .entered = roaring_bitmap_copy(entered),
            .left = roaring_bitmap_copy(gone)};
        *a->bulks_end = b;
        a->bulks_end = &b->next;
    } else {
        a->pending_lost = true;
    }
    pthread_rwlock_unlock(&a->members);
    audience_live_give(old);
    roaring_iterate(gone, tell_each, &each);
    each.entered = true;
    roaring_iterate(entered, tell_each, &each);
    roaring_bitmap_or_inplace(entered, gone);
    audience_set_free(gone);
    *ret_moved = entered;
}

// --- readers

bool audience_has(struct audiences *a, uint32_t number, uint32_t person)
{
    pthread_rwlock_rdlock(&a->members);
    const struct audience_live *l = shown_of(a, number);
    bool in = l && roaring_bitmap_contains(l->people, person);
    pthread_rwlock_unlock(&a->members);
    return in;
}

cu_code audience_people(struct audiences *a, uint32_t number, roaring_bitmap_t **ret, struct cu_error *err)
{
    pthread_rwlock_rdlock(&a->members);
    const struct audience_live *l = shown_of(a, number);
    roaring_bitmap_t *copy = l ? roaring_bitmap_copy(l->people) : roaring_bitmap_create();
    pthread_rwlock_unlock(&a->members);
    if (!copy)
        return cu_fail(err, CU_MEMORY, "", "no memory for the people of a segment");
    *ret = copy;
    return CU_OK;
}

size_t audiences_of(struct audiences *a, uint32_t person, uint32_t *ret, size_t max)
{
    size_t count = 0;
    pthread_rwlock_rdlock(&a->members);
    for (uint32_t i = 0; i < a->shown_count && count < max; i++) {
        if (a->shown[i] && roaring_bitmap_contains(a->shown[i]->people, person))
            ret[count++] = i;
    }
    pthread_rwlock_unlock(&a->members);
    return count;
}

cu_code audience_persons(struct audiences *a, const struct scan_persons **ret, struct cu_error *err)
{
    return people_persons_take(a->o.people, ret, err);
}

void audience_persons_done(struct audiences *a, const struct scan_persons *p)
{
    people_persons_give(a->o.people, p);
}
