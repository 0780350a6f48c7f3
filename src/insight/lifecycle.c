// SPDX-License-Identifier: Apache-2.0
// Lifecycle stages: an ordered list of segments, of which the first that holds is the person's stage. See rfm.h.
//
// Each stage is a segment of its own ("lifecycle_at_risk"), so membership is kept live where all membership is; here is
// only which of them comes first. Names keep their numbers for ever, in records.db and in this process.
#include "rfm_internal.h"

#include "base/log.h"
#include "rfm_sql.h"

#include <stdio.h>

const struct lifecycle_default lifecycle_defaults[] = {
    {"lapsed", "Bought once or more, and not for a year.", "orders.count is at least 1 and not orders.last is "
        "in the last 365 days"},
    {"at risk", "Bought once or more, and not for half a year.",
        "orders.count is at least 1 and not orders.last is in the last 180 days"},
    {"new customer", "Bought for the first time in the last 30 days.",
        "orders.count is 1 and orders.first is in the last 30 days"},
    {"repeat customer", "Bought at least twice, and in the last half year.", "orders.count is at least 2"},
    {"active customer", "Bought once, in the last half year.", "orders.count is at least 1"},
    {"lead", "Can be addressed, and has bought nothing.", "known is true"},
    {"visitor", "Nothing is known but visits.", "everybody"},
    {NULL, NULL, NULL},
};

// --- names

void lifecycle_segment(uint8_t number, char ret[AUDIENCE_NAME_MAX + 1])
{
    (void)snprintf(ret, AUDIENCE_NAME_MAX + 1, LIFECYCLE_PREFIX "%s", lifecycle_names[number]);
    for (char *c = ret; *c; c++) {
        if (*c == ' ')
            *c = '_';
    }
}

// --- loading

// A number that this process gave to another name (another folder was open before) keeps it: numbers are the
// process's own then, and the row's is not asked for again.
static cu_code load_row(struct rfm *r, struct db_query *q, int64_t *places, struct cu_error *err)
{
    uint8_t number = 0;
    int64_t stored = db_i64(q, 0), place = db_i64(q, 3);
    cu_str name = db_str(q, 1), doc = db_str(q, 2);
    lifecycle_name_again(stored, name);
    CU_TRY(lifecycle_number(name, &number, err));
    if (place < 0 || r->stage_count == LIFECYCLE_STAGES_MAX)
        return CU_OK;
    size_t at = r->stage_count++;
    while (at > 0 && places[at - 1] > place) {
        places[at] = places[at - 1];
        r->stages[at] = r->stages[at - 1];
        at--;
    }
    places[at] = place;
    r->stages[at].number = number;
    (void)snprintf(r->stages[at].doc, sizeof r->stages[at].doc, "%.*s", CU_ARG(doc));
    return CU_OK;
}

cu_code lifecycle_load(struct rfm *r, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    int64_t places[LIFECYCLE_STAGES_MAX];
    r->stage_count = 0;
    for (const struct lifecycle_default *s = lifecycle_defaults; s->name; s++) {
        uint8_t number; // the built-in ones have the first numbers
        CU_TRY(lifecycle_number(cu_str_of(s->name), &number, err));
    }
    CU_TRY(people_read_take(r->options.people, &d, err));
    cu_code code = db_prepare(d, &rfm_sql_stages, &q, err);
    bool prepared = code == CU_OK;
    while (code == CU_OK && db_step(&q))
        code = load_row(r, &q, places, err);
    cu_code end = prepared ? db_end(&q, code == CU_OK ? err : NULL) : CU_OK;
    people_read_give(r->options.people, d);
    return code != CU_OK ? code : end;
}

// --- rules as segments

cu_code lifecycle_put_rule(struct rfm *r, uint8_t number, cu_str rule, int64_t actor, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new((size_t)4 << 20);
    char name[AUDIENCE_NAME_MAX + 1];
    struct seg_node *root = NULL;
    struct audience_row row;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for a rule");
    lifecycle_segment(number, name);
    uint32_t segment = 0;
    const struct seg_catalog *c = audience_catalog(r->options.audiences);
    cu_code code = c ? seg_parse_text(rule, c, a, &root, NULL, err) : cu_fail(err, CU_MEMORY, "", "no memory for a rule");
    struct audience_edit e = {.name = cu_str_of(name), .title = cu_str_of(lifecycle_names[number]),
        .doc = CU_LIT("A lifecycle stage; its rule is changed among the stages."), .definition = root, .actor = actor};
    if (code == CU_OK) {
        code = audience_get(r->options.audiences, e.name, a, &row, err);
        e.if_version = code == CU_OK ? row.version : 0;
        if (code == CU_OK || code == CU_NOT_FOUND)
            code = audience_put(r->options.audiences, &e, NULL, &segment, err);
    }
    if (c)
        audience_catalog_done(r->options.audiences, c);
    return code;
}

static cu_code store_defaults(struct rfm *r, struct cu_error *err)
{
    cu_code code = CU_OK;
    struct db *d = people_lock(r->options.people);
    code = people_begin(r->options.people, err);
    for (int64_t i = 0; code == CU_OK && lifecycle_defaults[i].name; i++) {
        struct db_query q;
        uint8_t number = 0;
        code = lifecycle_number(cu_str_of(lifecycle_defaults[i].name), &number, err);
        if (code == CU_OK)
            code = db_prepare(d, &rfm_sql_stage_put, &q, err);
        if (code != CU_OK)
            break;
        db_bind_i64(&q, ":number", number);
        db_bind_str(&q, ":name", cu_str_of(lifecycle_defaults[i].name));
        db_bind_str(&q, ":doc", cu_str_of(lifecycle_defaults[i].doc));
        db_bind_i64(&q, ":place", i);
        code = db_run(&q, err);
    }
    if (code == CU_OK)
        code = people_commit(r->options.people, err);
    else
        people_rollback(r->options.people);
    people_unlock(r->options.people);
    return code;
}

cu_code lifecycle_found(struct rfm *r, struct cu_error *err)
{
    (void)pthread_mutex_lock(&r->lock);
    bool there = r->stage_count > 0;
    (void)pthread_mutex_unlock(&r->lock);
    if (there)
        return CU_OK;
    for (const struct lifecycle_default *s = lifecycle_defaults; s->name; s++) {
        uint8_t number = 0;
        CU_TRY(lifecycle_number(cu_str_of(s->name), &number, err));
        CU_TRY(lifecycle_put_rule(r, number, cu_str_of(s->rule), -1, err));
    }
    CU_TRY(store_defaults(r, err));
    (void)pthread_mutex_lock(&r->lock);
    cu_code code = lifecycle_load(r, err);
    r->stages_changed = true;
    (void)pthread_mutex_unlock(&r->lock);
    return code;
}

// --- who is where

static roaring_bitmap_t *people_of(struct rfm *r, uint8_t number, uint32_t *ret_segment)
{
    char name[AUDIENCE_NAME_MAX + 1];
    struct audience_row row;
    struct cu_error err = {.code = CU_OK};
    roaring_bitmap_t *people = NULL;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new((size_t)1 << 20);
    *ret_segment = 0;
    lifecycle_segment(number, name);
    if (!a || audience_get(r->options.audiences, cu_str_of(name), a, &row, &err) != CU_OK ||
        audience_people(r->options.audiences, row.number, &people, &err) != CU_OK)
        return roaring_bitmap_create();
    *ret_segment = row.number;
    return people;
}

// The bitmap of a stage as it is from now on; the difference to what was told goes to changed.
static void replace(struct rfm *r, uint8_t number, roaring_bitmap_t *now, roaring_bitmap_t *changed)
{
    roaring_bitmap_t *was = r->assigned[number];
    if (was) {
        roaring_bitmap_xor_inplace(was, now);
        roaring_bitmap_or_inplace(changed, was);
        roaring_bitmap_free(was);
    } else {
        roaring_bitmap_or_inplace(changed, now);
    }
    r->assigned[number] = now;
}

static bool is_stage(const struct lifecycle_stage *stages, size_t count, uint8_t number)
{
    for (size_t i = 0; i < count; i++) {
        if (stages[i].number == number)
            return true;
    }
    return false;
}

cu_code lifecycle_assign(struct rfm *r, roaring_bitmap_t *changed, struct cu_error *err)
{
    struct lifecycle_stage stages[LIFECYCLE_STAGES_MAX];
    uint64_t sizes[LIFECYCLE_STAGES_MAX] = {0};
    uint32_t segments[LIFECYCLE_STAGES_MAX] = {0};
    (void)pthread_mutex_lock(&r->lock);
    size_t count = r->stage_count;
    memcpy(stages, r->stages, count * sizeof *stages);
    (void)pthread_mutex_unlock(&r->lock);
    roaring_bitmap_t *taken = roaring_bitmap_create();
    if (!taken)
        return cu_fail(err, CU_MEMORY, "", "no memory for stages");
    for (size_t i = 0; i < count; i++) {
        roaring_bitmap_t *people = people_of(r, stages[i].number, &segments[i]);
        if (!people) {
            roaring_bitmap_free(taken);
            return cu_fail(err, CU_MEMORY, "", "no memory for stages");
        }
        roaring_bitmap_andnot_inplace(people, taken);
        roaring_bitmap_or_inplace(taken, people);
        sizes[i] = roaring_bitmap_get_cardinality(people);
        replace(r, stages[i].number, people, changed);
    }
    roaring_bitmap_free(taken);
    for (unsigned n = 0; n < LIFECYCLE_NAMES_MAX; n++) {
        if (!r->assigned[n] || is_stage(stages, count, (uint8_t)n))
            continue;
        roaring_bitmap_or_inplace(changed, r->assigned[n]);
        roaring_bitmap_free(r->assigned[n]);
        r->assigned[n] = NULL;
    }
    (void)pthread_mutex_lock(&r->lock);
    memcpy(r->in_stage, sizes, sizeof sizes);
    memcpy(r->segments, segments, sizeof segments);
    (void)pthread_mutex_unlock(&r->lock);
    return CU_OK;
}

uint8_t lifecycle_of(const struct rfm *r, uint32_t person)
{
    for (unsigned n = 0; n < LIFECYCLE_NAMES_MAX && lifecycle_names[n]; n++) {
        if (r->assigned[n] && roaring_bitmap_contains(r->assigned[n], person))
            return (uint8_t)n;
    }
    return 255;
}
