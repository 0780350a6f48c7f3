// SPDX-License-Identifier: Apache-2.0
// Groups of records. One is filled by the import's thread while others are with the journal; a
// group's memory is used again when the journal has reported on it.
#include "import_send.h"

#include "base/clock.h"
#include "crypto/keyring.h"
#include "pipeline.h"
#include "record.h"

#include <pthread.h>
#include <stdio.h>
#include <unistd.h>

enum { GROUPS = 4, GROUP_RECORDS = 500, GROUP_BYTES = 1 << 20, RETRY_US = 20000 };
#define LEAD_MAX 50000 // records the journal may be ahead of the pipeline

struct group {
    struct import_sender *sender;
    struct journal_entry entry;
    struct cu_buf bytes;
    size_t ends[GROUP_RECORDS];
    cu_str records[GROUP_RECORDS];
    uint32_t count;
    bool flying;
};

struct import_sender {
    struct import_sender_options o;
    pthread_mutex_t lock;
    pthread_cond_t landed;
    cu_code failed; // the journal's verdict on a group
    uint64_t last_seq;
    uint32_t filling;
    struct group groups[GROUPS];
};

cu_code import_sender_new(
    const struct import_sender_options *o, struct import_sender **ret, struct cu_error *err)
{
    struct import_sender *s = cu_calloc(1, sizeof *s);
    if (!s)
        return cu_fail(err, CU_MEMORY, "", "No memory for an import.");
    s->o = *o;
    (void)pthread_mutex_init(&s->lock, NULL);
    (void)pthread_cond_init(&s->landed, NULL);
    for (size_t i = 0; i < GROUPS; i++) {
        s->groups[i].sender = s;
        cu_buf_init(&s->groups[i].bytes, 2 * GROUP_BYTES);
    }
    *ret = s;
    return CU_OK;
}

static void wait_for(struct import_sender *s, struct group *g)
{
    (void)pthread_mutex_lock(&s->lock);
    while (g->flying)
        (void)pthread_cond_wait(&s->landed, &s->lock);
    (void)pthread_mutex_unlock(&s->lock);
}

void import_sender_free(struct import_sender *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < GROUPS; i++) {
        wait_for(s, &s->groups[i]);
        cu_buf_wipe(&s->groups[i].bytes);
    }
    (void)pthread_cond_destroy(&s->landed);
    (void)pthread_mutex_destroy(&s->lock);
    cu_free(s);
}

// From the journal's thread.
static void landed(struct journal_entry *e, cu_code status)
{
    struct group *g = e->context;
    struct import_sender *s = g->sender;
    (void)pthread_mutex_lock(&s->lock);
    if (status != CU_OK)
        s->failed = status;
    else if (e->first_seq + e->count - 1 > s->last_seq)
        s->last_seq = e->first_seq + e->count - 1;
    g->flying = false;
    (void)pthread_cond_broadcast(&s->landed);
    (void)pthread_mutex_unlock(&s->lock);
}

static cu_code verdict(struct import_sender *s, struct cu_error *err)
{
    (void)pthread_mutex_lock(&s->lock);
    cu_code failed = s->failed;
    (void)pthread_mutex_unlock(&s->lock);
    return failed == CU_OK ? CU_OK
                           : cu_fail(err, failed, "", "The journal could not take the rows: %s",
                                 cu_code_rows[failed].sentence);
}

static bool too_far_ahead(struct import_sender *s)
{
    if (!s->o.pipeline)
        return false;
    uint64_t durable = journal_last_durable(s->o.journal),
             position = pipeline_position(s->o.pipeline);
    return durable > position && durable - position > LEAD_MAX;
}

// Submits one group; waits while the journal is full or too far ahead of the pipeline.
static cu_code submit(struct import_sender *s, struct group *g, struct cu_error *err)
{
    size_t from = 0;
    for (uint32_t i = 0; i < g->count; i++) {
        g->records[i] = cu_str_sub(cu_buf_view(&g->bytes), from, g->ends[i] - from);
        from = g->ends[i];
    }
    g->entry = (struct journal_entry){
        .records = g->records, .count = g->count, .done = landed, .context = g};
    for (;;) {
        if (s->o.stopping && s->o.stopping(s->o.stopping_context))
            return cu_fail(err, CU_UNAVAILABLE, "",
                "The import was interrupted; it goes on at the next start.");
        if (!too_far_ahead(s)) {
            g->flying = true;
            cu_code code = journal_submit(s->o.journal, &g->entry, err);
            if (code == CU_OK)
                return CU_OK;
            g->flying = false;
            if (code != CU_BUSY)
                return code;
        }
        (void)usleep(RETRY_US);
    }
}

static cu_code send_filled(struct import_sender *s, struct cu_error *err)
{
    struct group *g = &s->groups[s->filling];
    if (g->count == 0)
        return CU_OK;
    CU_TRY(cu_buf_code(&g->bytes, err));
    CU_TRY(submit(s, g, err));
    s->filling = (s->filling + 1) % GROUPS;
    g = &s->groups[s->filling];
    wait_for(s, g);
    g->count = 0;
    cu_buf_reset(&g->bytes);
    return verdict(s, err);
}

// A call with an id of its own is the same call at every door, until an import of events was taken
// back: then what is imported again must not be taken for what was removed.
static void tag_call(const struct import_sender *s, const struct import_call *c, uint8_t ret[16])
{
    char text[IMPORT_MESSAGE_ID_MAX + 32];
    cu_str id = c->message_id;
    if (c->portable && s->o.generation > 0) {
        int n = snprintf(text, sizeof text, "%.*s#%lld", CU_ARG(id), (long long)s->o.generation);
        id = (cu_str){text, (size_t)n};
    }
    keyring_tag(s->o.keyring, "message", id, ret);
}

cu_code import_sender_add(
    struct import_sender *s, const struct import_call *c, struct cu_error *err)
{
    struct group *g = &s->groups[s->filling];
    struct record r = {.kind = RECORD_EVENT,
        .flags =
            (c->nobody ? (uint32_t)RECORD_NOBODY : 0) | (c->quiet ? (uint32_t)RECORD_QUIET : 0),
        .source = s->o.source,
        .import = s->o.import,
        .import_row = c->row,
        .received_ms = cu_now_ms(),
        .sent_ms = INT64_MIN,
        .time_ms = c->time_ms,
        .event = c->json};
    tag_call(s, c, r.seen_tag);
    record_encode(&r, &g->bytes);
    g->ends[g->count++] = g->bytes.len;
    bool full = g->count == GROUP_RECORDS || g->bytes.len >= GROUP_BYTES;
    return full ? send_filled(s, err) : CU_OK;
}

uint64_t import_sender_last(struct import_sender *s)
{
    for (size_t i = 0; i < GROUPS; i++)
        wait_for(s, &s->groups[i]);
    (void)pthread_mutex_lock(&s->lock);
    uint64_t last = s->last_seq;
    (void)pthread_mutex_unlock(&s->lock);
    return last;
}

cu_code import_sender_settle(struct import_sender *s, uint64_t *ret_last_seq, struct cu_error *err)
{
    CU_TRY(send_filled(s, err));
    *ret_last_seq = import_sender_last(s);
    return verdict(s, err);
}
