// SPDX-License-Identifier: Apache-2.0
// The loop of the sample shop. See demo_shop.h for what it promises, demo_private.h for the parts.
//
// Everything is planned up to the end of the day that end_ms is in, and cut at end_ms: nothing that
// is decided before may look at end_ms itself.
#include "demo_private.h"

#include "text/text.h"

enum { PEOPLE_MAX = 1000000, YEARS_MAX = 10 };
// What demo_rhythm is on average, in 1/1024: visits are drawn this much more often and thinned by
// it.
enum { RHYTHM_MEAN = 294 };

void demo_fail(struct demo_shop *s, cu_code code, const char *text)
{
    if (s->code == CU_OK)
        s->code = cu_fail(s->err, code, "", "%s", text);
}

uint32_t demo_index(const struct demo_shop *s, const struct demo_person *p)
{
    return (uint32_t)(p - s->people);
}

void demo_later(
    struct demo_shop *s, uint32_t person, int64_t ms, enum demo_what what, uint32_t argument)
{
    const struct demo_entry e = {ms, person, (uint32_t)what << 28 | argument};
    if (!demo_agenda_add(&s->agenda, e))
        demo_fail(s, CU_MEMORY, "no memory for the sample shop");
}

void demo_step_after(struct demo_shop *s, struct demo_person *p, int64_t ms)
{
    p->due_ms = s->now_ms + (ms < 1000 ? 1000 : ms);
    demo_later(s, demo_index(s, p), p->due_ms, DEMO_STEP, 0);
}

static bool is_busy(const struct demo_person *p, struct demo_random *r, int64_t ms)
{
    int64_t local = ms + demo_countries[p->country].offset_min * DEMO_MINUTE_MS;
    return demo_below(r, 1024) < demo_rhythm(local);
}

// A Poisson stream thinned by the rhythm of hours, weekdays and seasons.
void demo_visit_later(struct demo_shop *s, struct demo_person *p)
{
    int64_t mean = (int64_t)p->gap_min * DEMO_MINUTE_MS / 1024 * RHYTHM_MEAN;
    int64_t last = p->gone_ms < s->horizon_ms ? p->gone_ms : s->horizon_ms;
    int64_t at = s->now_ms;
    p->stage = DEMO_AWAY;
    p->due_ms = INT64_MAX;
    do {
        at += demo_exponential(&p->random, mean) + 1000;
        if (at >= last)
            return;
    } while (!is_busy(p, &p->random, at));
    p->due_ms = at;
    demo_later(s, demo_index(s, p), at, DEMO_STEP, 0);
}

// More people come as the shop grows; some who come often knew it before.
static void plan_first_visit(struct demo_shop *s, struct demo_person *p)
{
    const int64_t span = s->horizon_ms - s->start_ms;
    bool old_friend = p->segment >= DEMO_BUYER && demo_chance(&p->random, 2500);
    int64_t window = old_friend ? span / 24 : span;
    int64_t at = 0;
    do {
        at = s->start_ms + (int64_t)(demo_next(&p->random) >> 12) % window;
    } while (!is_busy(p, &p->random, at) ||
             (!old_friend &&
                 (int64_t)demo_below(&p->random, 1000) >= 450 + 550 * (at - s->start_ms) / span));
    p->gone_ms += at;
    p->due_ms = at;
    demo_later(s, demo_index(s, p), at, DEMO_STEP, 0);
}

static void take_step(struct demo_shop *s, struct demo_person *p)
{
    if (p->stage != DEMO_AWAY) {
        demo_session_step(s, p);
        return;
    }
    uint16_t weights[DEMO_CHANNELS];
    for (size_t i = 0; i < DEMO_CHANNELS; i++)
        weights[i] = demo_channels[i].weight;
    if (p->sessions > 2) // who knows the shop comes by itself
        weights[DEMO_DIRECT] = 900;
    demo_session_begin(s, p, (uint8_t)demo_pick(&p->random, weights, DEMO_CHANNELS));
}

static void handle(struct demo_shop *s, const struct demo_entry *e)
{
    struct demo_person *p = &s->people[e->person];
    enum demo_what what = (enum demo_what)(e->what >> 28);
    uint32_t argument = e->what & 0xfffffff;
    s->now_ms = e->ms;
    switch (what) {
    case DEMO_STEP:
        if (p->due_ms == e->ms)
            take_step(s, p);
        break;
    case DEMO_LETTER:
    case DEMO_REMINDER:
    case DEMO_OPENED:
        demo_mail_step(s, p, what, argument);
        break;
    case DEMO_CONFIRMED:
    case DEMO_UPDATED:
    case DEMO_CANCELLED:
    case DEMO_REFUND_ALL:
    case DEMO_REFUND_PART:
    case DEMO_REVIEWED:
        demo_order_follow(s, what, argument);
        break;
    }
}

static void name_shop(struct demo_shop *s)
{
    static const char letters[] = "abcdefghjkmnpqrstuvwxyz23456789x";
    const struct demo_options *o = s->o;
    s->key = demo_mix(demo_mix(o->seed, o->people), demo_mix(o->years, (uint64_t)s->start_ms));
    for (size_t i = 0; i < 5; i++)
        s->tag[i] = letters[s->key >> (5 * i) & 31];
}

static int64_t start_of(const struct demo_options *o)
{
    return text_day_start(text_day_of(o->end_ms) - (int32_t)(o->years * 1461 / 4));
}

static cu_code open_shop(struct demo_shop *s, struct cu_error *err)
{
    const struct demo_options *o = s->o;
    s->start_ms = start_of(o);
    s->horizon_ms = text_day_start(text_day_of(o->end_ms) + 1);
    name_shop(s);
    cu_buf_init(&s->buf, 32768);
    cu_buf_init(&s->name, 512);
    cu_buf_init(&s->text, 512);
    s->arena = cu_arena_new(1 << 20);
    s->people = cu_calloc(o->people, sizeof *s->people);
    bool room = cu_buf_room(&s->buf, 32767) && cu_buf_room(&s->name, 511) &&
                cu_buf_room(&s->text, 511);
    if (!s->arena || !s->people || !room)
        return cu_fail(err, CU_MEMORY, "", "no memory for the sample shop");
    demo_open_texts(s);
    for (uint32_t i = 0; i < o->people && s->code == CU_OK; i++) {
        demo_person_make(s, i);
        plan_first_visit(s, &s->people[i]);
    }
    return s->code;
}

static void close_shop(struct demo_shop *s)
{
    cu_buf_clear(&s->buf);
    cu_buf_clear(&s->name);
    cu_buf_clear(&s->text);
    cu_arena_free(s->arena);
    cu_free(s->people);
    cu_free(s->agenda.heap);
    cu_free(s->kept);
    cu_free(s);
}

static cu_code check_options(const struct demo_options *o, struct cu_error *err)
{
    const int64_t year_2000 = INT64_C(946684800000), year_2100 = INT64_C(4102444800000);
    if (o->people < 1 || o->people > PEOPLE_MAX)
        return cu_fail(err, CU_INVALID, "--people", "from 1 to %d people are accepted", PEOPLE_MAX);
    if (o->years < 1 || o->years > YEARS_MAX)
        return cu_fail(err, CU_INVALID, "--years", "from 1 to %d years are accepted", YEARS_MAX);
    if (o->end_ms < year_2000 || o->end_ms > year_2100)
        return cu_fail(err, CU_INVALID, "--end", "a time between 2000 and 2100 is accepted");
    return CU_OK;
}

cu_code demo_generate(const struct demo_options *o, demo_sink *sink, void *context,
    struct demo_totals *ret, struct cu_error *err)
{
    struct demo_entry e;
    CU_TRY(check_options(o, err));
    struct demo_shop *s = cu_calloc(1, sizeof *s);
    if (!s)
        return cu_fail(err, CU_MEMORY, "", "no memory for the sample shop");
    s->o = o;
    s->sink = sink;
    s->context = context;
    s->err = err;
    cu_code code = open_shop(s, err);
    while (code == CU_OK && demo_agenda_next(&s->agenda, &e) && e.ms <= o->end_ms) {
        handle(s, &e);
        code = s->code;
    }
    if (code == CU_OK)
        *ret = s->totals;
    close_shop(s);
    return code;
}

// Fitted to what comes out: few at first, then ever more who know the shop.
uint32_t demo_share(const struct demo_options *o, int64_t time_ms)
{
    int64_t start = start_of(o), span = o->end_ms - start;
    int64_t x = (time_ms - start) / 1000 * 1000 / (span / 1000 + 1);
    x = x < 0 ? 0 : x > 1000 ? 1000 : x;
    return (uint32_t)((x * 45 + x * x / 1000 * 55) / 100);
}
