// SPDX-License-Identifier: Apache-2.0
// A batch: records out of the journal, through the stages, into one transaction. Called by the
// pipeline's thread, and by pipeline_open for replaying.
//
// Invariants
// 1. The stored position moves only in the transaction that holds the effects of every record up to
// it.
// 2. A row is given to the timeline after the commit and once; what a crash takes from the
// timeline's
//    memory is given again at start, from the journal.
// 3. What seen remembers may run ahead of the position: the same record gets the same verdict
// again.
// 4. A journal record is released only when records, timeline, seen and the counters of people all
// have
//    it durably (publish_marks).
// 5. Failures of storage and memory roll everything back and the same records come again. A record
// that
//    cannot be projected goes to quarantine whole: at once when it has written nothing, else the
//    batch is rolled back, the records before it are committed, and then it goes alone.
#include "pipeline_private.h"
#include "quarantine.h"

#include "base/clock.h"
#include "base/log.h"

#define BATCH_US_MAX (200 * 1000) // staff and readers of the lock wait no longer than this
#define ATTEMPTS_MAX 5
#define IDLE_BYTES_MAX (1024 * 1024)

bool batch_fault_of_record(cu_code code, unsigned attempts)
{
    switch (code) {
    case CU_IO:
    case CU_FULL:
    case CU_LOCKED:
    case CU_BUSY:
    case CU_UNAVAILABLE:
    case CU_KEY:
    case CU_VERSION:
    case CU_TIMEOUT:
        return false;
    case CU_MEMORY:
    case CU_INTERNAL:
    case CU_CORRUPT:
        return attempts >= ATTEMPTS_MAX; // it fails every time, so it is the record
    case CU_OK:
    case CU_INVALID:
    case CU_MALFORMED:
    case CU_UNKNOWN_FIELD:
    case CU_MISSING:
    case CU_UNAUTHENTICATED:
    case CU_FORBIDDEN:
    case CU_REFUSED:
    case CU_NOT_FOUND:
    case CU_METHOD:
    case CU_CONFLICT:
    case CU_PRECONDITION:
    case CU_TOO_LARGE:
    case CU_ERASED:
    case CU_CODE_COUNT:
    default:
        return true;
    }
}

// ---- holding timeline rows until the commit

cu_code batch_hold(struct pipeline *p, struct work *w, struct cu_error *err)
{
    struct batch *b = &p->batch;
    if (w->replay && w->seq <= timeline_durable_seq(p->timeline))
        return CU_OK;
    struct held *h = &b->held[b->held_count];
    *h = (struct held){.plain_at = b->bytes.len, .sealed_at = b->secrets.len};
    CU_TRY(work_split(p, w, &b->bytes, &b->secrets, err));
    CU_TRY(cu_buf_code(&b->bytes, err));
    CU_TRY(cu_buf_code(&b->secrets, err));
    h->event = (struct timeline_event){.pno = w->pno,
        .kind = w->plan->kind,
        .source = w->r.source,
        .import = w->r.import,
        .time_ms = w->r.time_ms,
        .seq = w->seq,
        .revenue = w->revenue,
        .flags =
            (w->has_revenue ? TIMELINE_HAS_REVENUE : 0U) | (w->ev.sample ? TIMELINE_SAMPLE : 0U)};
    h->event.plain.len = b->bytes.len - h->plain_at;
    h->event.sealed.len = b->secrets.len - h->sealed_at;
    b->held_count++;
    return CU_OK;
}

static void batch_empty(struct batch *b)
{
    cu_buf_reset(&b->bytes);
    cu_buf_reset(&b->secrets);
    b->held_count = b->held_done = b->recent_count = b->count = 0;
    b->last_seq = 0;
    b->tally.count = 0;
    b->committed = false;
}

static void remember(struct pipeline *p, const struct work *w)
{
    bool refused = w->outcome == WORK_REFUSED || w->outcome == WORK_POISON;
    cu_metric_add(p->outcomes[w->outcome], 1);
    if (!refused && w->outcome != WORK_PROJECTED)
        return;
    p->batch.recent[p->batch.recent_count++] = (struct pipeline_recent){.seq = w->seq,
        .received_ms = w->r.received_ms,
        .pno = refused ? 0 : w->pno,
        .kind = refused || !w->plan ? 0 : w->plan->kind,
        .source = w->r.source,
        .refused = refused};
}

// ---- one record

static cu_code run_stages(struct pipeline *p, struct work *w, bool *ret_wrote, struct cu_error *err)
{
    const struct stage *stages = w->replay ? pipeline_replay_stages : pipeline_stages;
    size_t count = w->replay ? pipeline_replay_stage_count : pipeline_stage_count;
    *ret_wrote = false;
    CU_TRY(record_decode(w->bytes, &w->r, err));
    for (size_t i = 0; i < count && !w->done; i++) {
        *ret_wrote = *ret_wrote ||
                     (stages[i].writes && !(stages[i].of_refused && w->r.kind != RECORD_REFUSED));
        CU_TRY(stages[i].run(p, w, err));
    }
    return CU_OK;
}

static cu_code put_aside(
    struct pipeline *p, struct work *w, const struct cu_error *why, struct cu_error *err)
{
    struct cu_error quiet = {0};
    bool decoded = record_decode(w->bytes, &w->r, &quiet) == CU_OK;
    if (!decoded)
        w->r = (struct record){.kind = RECORD_REFUSED};
    w->outcome = w->replay ? WORK_SKIPPED : WORK_POISON;
    cu_log(CU_LOG_WARN, "pipeline.quarantined", CU_LI("seq", w->seq),
        CU_LS("code", cu_code_rows[why->code].name));
    if (w->replay)
        return CU_OK; // its effects are stored; only its row in the timeline is lost
    const struct quarantine_entry e = {decoded ? &w->r : NULL, w->seq, w->bytes, false, why,
        decoded ? w->r.received_ms : cu_now_ms()};
    return quarantine_put(p->o.people, &e, err);
}

static cu_code settle_replayed(struct pipeline *p, const struct work *w, struct cu_error *err)
{
    if (w->replay || w->r.kind != RECORD_EVENT || !(w->r.flags & RECORD_REPLAY))
        return CU_OK;
    return quarantine_settle(
        people_db(p->o.people), w->r.quarantine, w->seq, w->r.received_ms, err);
}

// *ret_poison: the record must not be projected; err says why. The batch has to be rolled back.
static cu_code run_record(
    struct pipeline *p, const struct journal_record *record, bool *ret_poison, struct cu_error *err)
{
    struct work w = {.seq = record->seq, .bytes = record->bytes, .replay = p->replay_to != 0};
    bool wrote = false;
    cu_arena_reset(p->arena);
    size_t held = p->batch.held_count, bytes = p->batch.bytes.len, secrets = p->batch.secrets.len;
    if (w.seq == p->poison_seq) {
        CU_TRY(put_aside(p, &w, &p->poison, err));
    } else {
        struct cu_error why = {0};
        cu_code code = run_stages(p, &w, &wrote, &why);
        if (code != CU_OK) {
            unsigned attempts = p->attempts_seq == w.seq ? p->attempts + 1 : 1;
            p->attempts_seq = w.seq;
            p->attempts = attempts;
            why.code = code;
            if (err)
                *err = why;
            *ret_poison = batch_fault_of_record(code, attempts);
            if (!*ret_poison || (wrote && !w.replay))
                return code;
            *ret_poison = false;
            p->batch.held_count = held;
            p->batch.bytes.len = bytes;
            p->batch.secrets.len = secrets;
            CU_TRY(put_aside(p, &w, &why, err));
        }
    }
    CU_TRY(settle_replayed(p, &w, err));
    remember(p, &w);
    p->batch.count++;
    p->batch.last_seq = w.seq;
    return CU_OK;
}

static bool batch_is_full(const struct pipeline *p, size_t limit, int64_t started_us)
{
    const struct batch *b = &p->batch;
    return b->count >= limit || b->bytes.len + b->secrets.len >= PIPELINE_HELD_BYTES_MAX / 2 ||
           b->last_seq == p->replay_to ||
           (b->count % 64 == 0 && cu_mono_us() - started_us > BATCH_US_MAX);
}

static cu_code take_records(
    struct pipeline *p, struct journal_record record, bool *ret_poison, struct cu_error *err)
{
    size_t limit = p->next_limit ? p->next_limit : p->o.batch_max;
    int64_t started_us = cu_mono_us();
    for (bool more = true; more;) {
        CU_TRY(run_record(p, &record, ret_poison, err));
        if (batch_is_full(p, limit, started_us))
            break;
        CU_TRY(journal_next(p->reader, 0, &record, &more, err));
    }
    p->next_limit = 0;
    return CU_OK;
}

// ---- one batch

static cu_code open_reader(struct pipeline *p, struct cu_error *err)
{
    if (p->reader)
        return CU_OK;
    cu_code code =
        journal_reader_open(p->o.journal, atomic_load(&p->position) + 1, &p->reader, err);
    if (code == CU_NOT_FOUND)
        return cu_fail(
            err, CU_CORRUPT, "", "the journal no longer has the records after the stored position");
    return code;
}

// Nothing of the batch stays; the same records come again.
static void take_back(struct pipeline *p, bool poison, const struct cu_error *why)
{
    size_t good = p->batch.count;
    people_rollback(p->o.people);
    gate_rolled_back(p->o.gate);
    if (poison) {
        p->poison_seq = p->attempts_seq;
        p->poison = *why;
        p->next_limit = good > 0 ? (uint32_t)good : 1;
    }
    batch_empty(&p->batch);
    journal_reader_close(p->reader);
    p->reader = NULL;
}

static cu_code commit(struct pipeline *p, struct cu_error *err)
{
    if (p->replay_to == 0) // a replay stores nothing new
        CU_TRY(position_store(people_db(p->o.people), p->batch.last_seq, &p->marks, err));
    CU_TRY(import_tally_store(&p->batch.tally, people_db(p->o.people), err));
    struct marks stored = p->marks;
    CU_TRY(people_commit(p->o.people, err));
    if (p->replay_to == 0)
        p->stored_marks = stored;
    p->batch.committed = true;
    return CU_OK;
}

cu_code batch_run(struct pipeline *p, int64_t wait_ms, size_t *ret_count, struct cu_error *err)
{
    struct journal_record record;
    bool more = false, poison = false;
    int64_t started_us = cu_mono_us();
    *ret_count = 0;
    if (p->batch.committed)
        CU_TRY(publish(p, err));
    batch_empty(&p->batch);
    CU_TRY(open_reader(p, err));
    cu_code code = journal_next(p->reader, wait_ms, &record, &more, err);
    if (code == CU_OK && !more) {
        if (wait_ms > 0 && p->batch.bytes.cap > IDLE_BYTES_MAX) { // what a busy hour needed is given back
            cu_buf_wipe(&p->batch.bytes);
            cu_buf_wipe(&p->batch.secrets);
        }
        return CU_OK;
    }
    (void)people_lock(p->o.people);
    if (code == CU_OK)
        code = people_begin(p->o.people, err);
    if (code == CU_OK)
        code = take_records(p, record, &poison, err);
    if (code == CU_OK)
        code = batch_seal(p, &poison, err);
    if (code == CU_OK)
        code = batch_note(p, err);
    if (code == CU_OK)
        code = commit(p, err);
    if (code != CU_OK)
        take_back(p, poison, err);
    people_unlock(p->o.people);
    if (code != CU_OK) {
        *ret_count = 1;
        return poison ? CU_OK : code;
    }
    *ret_count = p->batch.count;
    cu_metric_observe_us(p->batch_time, cu_mono_us() - started_us);
    return publish(p, err);
}

cu_code batch_flush(struct pipeline *p, struct cu_error *err)
{
    CU_TRY(timeline_flush(p->timeline, err));
    CU_TRY(seen_flush(p->o.seen, err));
    CU_TRY(people_flush(p->o.people, err));
    publish_marks(p);
    struct marks marks = p->marks;
    (void)people_lock(p->o.people);
    cu_code code = people_begin(p->o.people, err);
    if (code == CU_OK)
        code = position_store(people_db(p->o.people), atomic_load(&p->position), &marks, err);
    if (code == CU_OK)
        code = people_commit(p->o.people, err);
    else
        people_rollback(p->o.people);
    people_unlock(p->o.people);
    CU_TRY(code);
    p->stored_marks = marks;
    publish_marks(p);
    p->flushed_us = cu_mono_us();
    return CU_OK;
}
