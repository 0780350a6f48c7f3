// SPDX-License-Identifier: Apache-2.0
// After the commit: the batch becomes visible in the timeline and the live feed, waiters wake, and
// it is worked out how far every projection is durable. Called by pipeline_batch.c.
#include "pipeline_private.h"

#include "base/clock.h"
#include "pipeline_sql.h"

cu_code position_load(struct db *d, uint64_t *ret, struct marks *ret_marks, struct cu_error *err)
{
    struct db_query q;
    bool found = false;
    CU_TRY(db_prepare(d, &pipeline_sql_position, &q, err));
    if (db_step(&q)) {
        found = true;
        *ret = (uint64_t)db_i64(&q, 0);
        *ret_marks = (struct marks){
            (uint64_t)db_i64(&q, 1), (uint64_t)db_i64(&q, 2), (uint64_t)db_i64(&q, 3)};
    }
    CU_TRY(db_end(&q, err));
    return found ? CU_OK : cu_fail(err, CU_CORRUPT, "", "the pipeline's position is missing");
}

cu_code position_store(struct db *d, uint64_t seq, const struct marks *m, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &pipeline_sql_position_set, &q, err));
    db_bind_i64(&q, ":seq", (int64_t)seq);
    db_bind_i64(&q, ":timeline", (int64_t)m->timeline);
    db_bind_i64(&q, ":seen", (int64_t)m->seen);
    db_bind_i64(&q, ":touched", (int64_t)m->touched);
    return db_run(&q, err);
}

static uint64_t least(uint64_t a, uint64_t b)
{
    return a < b ? a : b;
}

static uint64_t most(uint64_t a, uint64_t b)
{
    return a > b ? a : b;
}

// Up to where a projection is durable: its own word, or all, when the newest thing it got is
// durable.
static uint64_t mark_of(uint64_t before, uint64_t durable, uint64_t newest, uint64_t position)
{
    return most(before, durable >= newest ? position : least(durable, position));
}

uint64_t publish_oldest_mark(struct pipeline *p)
{
    return least(p->marks.timeline, least(p->marks.seen, p->marks.touched));
}

// What may be released must be found durable again after a crash: by the projection's own word or
// by the marks stored with the position, not by what is known in memory.
void publish_marks(struct pipeline *p)
{
    const uint64_t position = atomic_load(&p->position),
                   timeline = timeline_durable_seq(p->timeline), seen = seen_durable_seq(p->o.seen),
                   touched = people_touched_seq(p->o.people);
    p->marks.timeline = mark_of(p->marks.timeline, timeline, p->last_timeline, position);
    p->marks.seen = mark_of(p->marks.seen, seen, p->last_seen, position);
    p->marks.touched = mark_of(p->marks.touched, touched, p->last_touched, position);
    uint64_t release = least(most(p->stored_marks.timeline, timeline),
        least(most(p->stored_marks.seen, seen), most(p->stored_marks.touched, touched)));
    atomic_store(&p->releasable, least(release, position));
    uint64_t last = journal_last_durable(p->o.journal);
    cu_metric_set(p->lag_records, (int64_t)(last - least(position, last)));
    cu_metric_set(p->lag_timeline, (int64_t)(last - least(p->marks.timeline, last)));
    cu_metric_set(p->lag_seen, (int64_t)(last - least(p->marks.seen, last)));
}

static cu_code give_to_timeline(struct pipeline *p, struct cu_error *err)
{
    struct batch *b = &p->batch;
    for (; b->held_done < b->held_count; b->held_done++) {
        struct held *h = &b->held[b->held_done];
        h->event.plain.ptr = b->bytes.ptr + h->plain_at;
        h->event.sealed.ptr = b->bytes.ptr + h->sealed_at;
        CU_TRY(timeline_add(p->timeline, &h->event, err));
        p->last_timeline = h->event.seq;
    }
    return timeline_publish(p->timeline, err);
}

// Both lists are in the order of the journal; not every record is an event.
static void tell_news(struct pipeline *p)
{
    const struct batch *b = &p->batch;
    struct pipeline_news news[256];
    size_t count = 0, recent = 0;
    for (size_t i = 0; i < b->held_count && p->o.news; i++) {
        const struct timeline_event *e = &b->held[i].event;
        while (recent < b->recent_count && b->recent[recent].seq < e->seq)
            recent++;
        if (e->pno == 0)
            continue;
        bool found = recent < b->recent_count && b->recent[recent].seq == e->seq;
        news[count++] = (struct pipeline_news){e->pno, e->kind, found ? b->recent[recent].received_ms : 0};
        if (count == CU_COUNT(news)) {
            p->o.news(p->o.news_context, news, count);
            count = 0;
        }
    }
    if (count)
        p->o.news(p->o.news_context, news, count);
}

static void observe_lag(struct pipeline *p)
{
    int64_t now_ms = cu_now_ms();
    for (size_t i = 0; i < p->batch.recent_count; i++) {
        int64_t lag_ms = now_ms - p->batch.recent[i].received_ms;
        cu_metric_observe_us(p->lag, lag_ms > 0 ? lag_ms * 1000 : 0);
    }
}

cu_code publish(struct pipeline *p, struct cu_error *err)
{
    struct batch *b = &p->batch;
    CU_TRY(give_to_timeline(p, err));
    tell_news(p);
    pthread_mutex_lock(&p->lock);
    for (size_t i = 0; i < b->recent_count; i++)
        p->ring[p->ring_count++ % PIPELINE_RECENT_MAX] = b->recent[i];
    atomic_store(&p->position, b->last_seq);
    pthread_cond_broadcast(&p->moved);
    pthread_mutex_unlock(&p->lock);
    b->committed = false;
    if (p->replay_to == 0)
        observe_lag(p);
    publish_marks(p);
    return CU_OK;
}
