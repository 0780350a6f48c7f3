// SPDX-License-Identifier: Apache-2.0
// Answers that are kept for the next one who asks the same: as long as nothing changed that they rest on, on the same day, at most
// some minutes. In a shop that is never still, an answer that took long is good for some seconds more: it says when it was made.
#include "query_private.h"

#include "base/clock.h"

enum { BYTES_MAX = 48 * 1024 * 1024, ONE_MAX = 8 * 1024 * 1024, SAME_MS = 600000, COSTLY_MS = 200, STALE_MS = 10000, STALE_FACTOR = 10 };

struct desk_stamp desk_stamp_now(struct insight_desk *d, const struct scan_persons *persons)
{
    const struct book_view *v = NULL;
    struct desk_stamp s = {.events = timeline_count(people_timeline(d->o.people)), .people = people_count(d->o.people), .persons = persons,
        .dictionary = people_dictionary(d->o.people), .day = text_zone_day(d->o.zone, cu_now_ms())};
    if (d->o.orders && order_book_take(d->o.orders, &v, NULL) == CU_OK) {
        s.orders = v->version + 1;
        order_book_give(d->o.orders, v);
    }
    return s;
}

static bool same(const struct desk_stamp *a, const struct desk_stamp *b)
{
    return a->events == b->events && a->people == b->people && a->orders == b->orders && a->persons == b->persons &&
           a->dictionary == b->dictionary && a->day == b->day;
}

static void drop(struct insight_desk *d, struct desk_kept *k)
{
    d->kept_bytes -= k->key_len + k->answer_len;
    cu_free(k->key);
    cu_free(k->answer);
    *k = (struct desk_kept){0};
}

static bool is_good(const struct desk_kept *k, const struct desk_stamp *now)
{
    int64_t age = desk_mono_ms() - k->made_ms;
    if (age < 0 || k->stamp.day != now->day || k->stamp.dictionary != now->dictionary)
        return false;
    if (same(&k->stamp, now))
        return age <= SAME_MS;
    return k->cost_ms >= COSTLY_MS && age <= STALE_MS && age <= k->cost_ms * STALE_FACTOR;
}

bool desk_kept_find(struct insight_desk *d, cu_str key, const struct desk_stamp *now, struct cu_buf *out)
{
    bool found = false;
    (void)pthread_mutex_lock(&d->lock);
    for (size_t i = 0; i < DESK_KEPT_MAX && !found; i++) {
        struct desk_kept *k = &d->kept[i];
        if (!k->key || !cu_str_eq(key, (cu_str){k->key, k->key_len}))
            continue;
        found = is_good(k, now);
        if (found) {
            cu_buf_add(out, k->answer, k->answer_len);
            k->used_ms = desk_mono_ms();
        } else {
            drop(d, k);
        }
    }
    (void)pthread_mutex_unlock(&d->lock);
    return found;
}

static struct desk_kept *place_for(struct insight_desk *d, cu_str key)
{
    struct desk_kept *oldest = &d->kept[0];
    for (size_t i = 0; i < DESK_KEPT_MAX; i++) {
        struct desk_kept *k = &d->kept[i];
        if (k->key && cu_str_eq(key, (cu_str){k->key, k->key_len}))
            return k;
        if (!k->key || (oldest->key && k->used_ms < oldest->used_ms))
            oldest = k;
    }
    return oldest;
}

// The stamps of kept answers name one snapshot of who belongs together, and it is held.
static void hold(struct insight_desk *d, const struct scan_persons *persons)
{
    const struct scan_persons *held = NULL;
    if (d->persons == persons || people_persons_take(d->o.people, &held, NULL) != CU_OK)
        return;
    if (d->persons)
        people_persons_give(d->o.people, d->persons);
    d->persons = held; // may be newer than `persons`: then the answer is not found again, and made anew
}

void desk_kept_put(struct insight_desk *d, cu_str key, const struct desk_stamp *stamp, cu_str answer, int64_t cost_ms)
{
    if (key.len + answer.len > ONE_MAX)
        return;
    char *key_copy = cu_alloc(key.len + 1), *copy = cu_alloc(answer.len + 1);
    if (!key_copy || !copy) {
        cu_free(key_copy);
        cu_free(copy);
        return;
    }
    memcpy(key_copy, key.ptr, key.len);
    memcpy(copy, answer.ptr, answer.len);
    (void)pthread_mutex_lock(&d->lock);
    hold(d, stamp->persons);
    struct desk_kept *k = place_for(d, key);
    for (;;) {
        if (k->key)
            drop(d, k);
        if (d->kept_bytes + key.len + answer.len <= BYTES_MAX)
            break;
        struct desk_kept *oldest = NULL;
        for (size_t i = 0; i < DESK_KEPT_MAX; i++) {
            if (d->kept[i].key && (!oldest || d->kept[i].used_ms < oldest->used_ms))
                oldest = &d->kept[i];
        }
        if (!oldest)
            break;
        k = oldest;
    }
    int64_t now = desk_mono_ms();
    *k = (struct desk_kept){.key = key_copy, .answer = copy, .key_len = key.len, .answer_len = answer.len, .stamp = *stamp,
        .made_ms = now, .used_ms = now, .cost_ms = cost_ms};
    d->kept_bytes += key.len + answer.len;
    (void)pthread_mutex_unlock(&d->lock);
}

void desk_kept_clear(struct insight_desk *d)
{
    for (size_t i = 0; i < DESK_KEPT_MAX; i++) {
        if (d->kept[i].key)
            drop(d, &d->kept[i]);
    }
    if (d->persons)
        people_persons_give(d->o.people, d->persons);
    d->persons = NULL;
}
