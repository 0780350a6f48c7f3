// SPDX-License-Identifier: Apache-2.0
// What the files of the desk share. See query.h.
#pragma once

#include "query.h"

#include "spec/request.h"

#include <pthread.h>

// What an answer rests on. An answer whose stamp is the present one would come out the same.
struct desk_stamp {
    uint64_t events, people, orders;
    const struct scan_persons *persons; // held by the cache, so that another snapshot is never at the same address
    const struct dictionary *dictionary;
    int32_t day;
};
enum { DESK_KEPT_MAX = 64, DESK_RUNNING_MAX = 2, DESK_WAITING_MAX = 12 };
struct desk_kept {
    char *key, *answer;
    size_t key_len, answer_len;
    struct desk_stamp stamp;
    int64_t made_ms, cost_ms, used_ms; // monotonic
};
struct insight_desk {
    struct insight_desk_options o;
    pthread_mutex_t lock;
    pthread_cond_t free;
    unsigned running, waiting;
    struct desk_kept kept[DESK_KEPT_MAX];
    size_t kept_bytes;
    const struct scan_persons *persons; // of the stamps in `kept`
    // who allows analytics
    pthread_mutex_t consent_lock;
    roaring_bitmap_t *consented;
    uint64_t consent_left_out;
    int64_t consent_made_ms;
    const struct scan_persons *consent_persons;
};
static inline int64_t desk_mono_ms(void)
{
    return cu_mono_us() / 1000;
}

// --- query_turn.c: at most so many questions at once
cu_code desk_turn_take(struct insight_desk *d, struct cu_error *err) CU_MUST; // CU_BUSY
void desk_turn_give(struct insight_desk *d);

// --- query_kept.c: answers that are kept
bool desk_kept_find(struct insight_desk *d, cu_str key, const struct desk_stamp *now, struct cu_buf *out);
void desk_kept_put(struct insight_desk *d, cu_str key, const struct desk_stamp *stamp, cu_str answer, int64_t cost_ms);
void desk_kept_clear(struct insight_desk *d);
struct desk_stamp desk_stamp_now(struct insight_desk *d, const struct scan_persons *persons);

// --- query_consent.c: a copy of who may be counted for analytics; roaring_bitmap_free
cu_code desk_consented(struct insight_desk *d, const struct scan_persons *persons, roaring_bitmap_t **ret, uint64_t *ret_left_out,
    struct cu_error *err) CU_MUST;
void desk_consent_clear(struct insight_desk *d);

// --- query_csv.c: the main table of an answer. The answer is the whole document of insight_ask.
cu_code desk_csv(const struct insight_kind *kind, json document, struct cu_buf *out, struct cu_error *err) CU_MUST;

// --- query_people.c
cu_code desk_people_write(struct insight_query *q, struct request *rq, const roaring_bitmap_t *people, struct cu_error *err) CU_MUST;
extern const struct spec_field desk_people_answer[];
