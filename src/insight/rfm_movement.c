// SPDX-License-Identifier: Apache-2.0
// RFM movement: see rfm_movement.h.
#include "rfm_movement.h"

#include "acquired.h"
#include "buyer.h"
#include "cohort.h"
#include "text/text.h"

#include <roaring/roaring.h>

static unsigned group_of(const struct rfm_customer *c)
{
    return c->group < RFM_GROUPS ? c->group : MOVEMENT_NONE;
}

void movement_count(const struct rfm_customer *before, size_t before_count, const struct rfm_customer *after,
    size_t after_count, const roaring_bitmap_t *among, struct movement *ret, movement_visit *visit, void *context)
{
    size_t i = 0, k = 0;
    *ret = (struct movement){0};
    while (i < before_count || k < after_count) {
        bool has_before = i < before_count && (k == after_count || before[i].person <= after[k].person);
        bool has_after = k < after_count && (i == before_count || after[k].person <= before[i].person);
        unsigned from = has_before ? group_of(&before[i]) : MOVEMENT_NONE,
                 to = has_after ? group_of(&after[k]) : MOVEMENT_NONE;
        uint32_t person = has_before ? before[i].person : after[k].person;
        i += has_before;
        k += has_after;
        if (among && !roaring_bitmap_contains(among, person))
            continue;
        ret->people[from][to]++;
        if (visit)
            visit(context, person, from, to);
    }
}

// ---- customers at both moments

struct customers {
    struct rfm_customer *at;
    size_t count, room;
};
struct both {
    struct customers before, after; // by person: so they come
    int64_t before_ms;
    bool no_memory;
};

static struct rfm_customer *next_of(struct customers *c, uint32_t person)
{
    if (c->count == c->room) {
        size_t room = c->room ? c->room * 2 : 1024;
        struct rfm_customer *more = cu_realloc(c->at, room * sizeof *more);
        if (!more)
            return NULL;
        c->at = more;
        c->room = room;
    }
    c->at[c->count] = (struct rfm_customer){.person = person, .last_day = INT32_MIN, .group = 255};
    return &c->at[c->count];
}

static void count_one(struct rfm_customer *c, const struct purchase *p)
{
    c->orders++;
    c->revenue = cohort_add(c->revenue, p->amount);
    c->last_day = text_day_of(p->placed_ms);
}

static bool add(void *context, uint32_t person, const struct purchase *p, size_t count)
{
    struct both *b = context;
    struct rfm_customer *before = next_of(&b->before, person), *after = next_of(&b->after, person);
    if (!before || !after) {
        b->no_memory = true;
        return false;
    }
    for (size_t i = 0; i < count; i++) {
        if (p[i].order->flags & BOOK_FOREIGN) // scores are of orders in the shop's currency: rfm.h
            continue;
        if (p[i].placed_ms < b->before_ms)
            count_one(before, &p[i]);
        count_one(after, &p[i]);
    }
    b->before.count += before->orders > 0;
    b->after.count += after->orders > 0;
    return true;
}

// Everybody is scored, whoever is asked for.
static cu_code score_both(const struct insight_query *q, struct both *b, struct cu_error *err)
{
    struct rfm_border groups[RFM_GROUPS];
    struct rfm_cuts cuts;
    struct insight_query everybody = *q;
    const struct book_view *v;
    int64_t end = buyer_as_of(q), unit = rfm_unit(q->o->currency);
    everybody.among = NULL;
    b->before_ms = q->from_ms < end ? q->from_ms : end;
    CU_TRY(rfm_groups_read(q->o->people, groups, err));
    CU_TRY(order_book_take(q->o->orders, &v, err));
    cu_code code = buyers_each(&everybody, v, end, add, b, err);
    order_book_give(q->o->orders, v);
    CU_TRY(code);
    if (b->no_memory)
        return cu_fail(err, CU_MEMORY, "", "no memory for customers");
    CU_TRY(rfm_score(b->before.at, b->before.count, text_day_of(b->before_ms - 1), unit, groups, &cuts, err));
    return rfm_score(b->after.at, b->after.count, text_day_of(end - 1), unit, groups, &cuts, err);
}

static cu_code compare(
    struct insight_query *q, struct movement *ret, movement_visit *visit, void *context, struct cu_error *err)
{
    struct both b = {.before = {0}};
    struct acquired came;
    cu_code code = acquired_begin(q, &came, err);
    if (code == CU_OK)
        code = score_both(q, &b, err);
    if (code == CU_OK)
        movement_count(b.before.at, b.before.count, b.after.at, b.after.count, q->among, ret, visit, context);
    acquired_end(q, &came);
    cu_free(b.before.at);
    cu_free(b.after.at);
    return code;
}

// ---- the answer

enum { CELLS = (RFM_GROUPS + 1) * (RFM_GROUPS + 1) };
struct shown {
    bool cell[RFM_GROUPS + 1][RFM_GROUPS + 1], before[RFM_GROUPS + 1], after[RFM_GROUPS + 1]; // hidden
    bool any;
};

static void write_or_null(struct json_writer *w, int64_t value, bool hidden)
{
    if (hidden)
        jw_null(w);
    else
        jw_i64(w, value);
}

// A sum over a hidden cell is hidden with it, so that nothing follows from what is left.
static void hide(struct insight_query *q, const struct movement *m, struct shown *s)
{
    insight_hide(q, &m->people[0][0], CELLS, &s->cell[0][0]);
    for (unsigned i = 0; i <= RFM_GROUPS; i++) {
        for (unsigned k = 0; k <= RFM_GROUPS; k++) {
            s->before[i] = s->before[i] || s->cell[i][k];
            s->after[k] = s->after[k] || s->cell[i][k];
            s->any = s->any || s->cell[i][k];
        }
    }
}

static void write_sums(const struct movement *m, const struct shown *s, bool after, struct json_writer *w)
{
    jw_array(w);
    for (unsigned i = 0; i < RFM_GROUPS; i++) {
        uint64_t sum = 0;
        for (unsigned k = 0; k <= RFM_GROUPS; k++)
            sum += after ? m->people[k][i] : m->people[i][k];
        write_or_null(w, (int64_t)sum, after ? s->after[i] : s->before[i]);
    }
    jw_array_end(w);
}

static void write_moves(const struct movement *m, const struct shown *s, struct json_writer *w)
{
    jw_array(w);
    for (unsigned i = 0; i <= RFM_GROUPS; i++) {
        for (unsigned k = 0; k <= RFM_GROUPS; k++) {
            if (m->people[i][k] == 0)
                continue;
            jw_object(w);
            jw_key(w, "from");
            jw_str(w, i < RFM_GROUPS ? cu_str_of(rfm_group_names[i]) : CU_NONE);
            jw_key(w, "to");
            jw_str(w, k < RFM_GROUPS ? cu_str_of(rfm_group_names[k]) : CU_NONE);
            jw_key(w, "people");
            write_or_null(w, (int64_t)m->people[i][k], s->cell[i][k]);
            jw_object_end(w);
        }
    }
    jw_array_end(w);
}

static uint64_t total(const struct movement *m, bool after)
{
    uint64_t sum = 0;
    for (unsigned i = 0; i < RFM_GROUPS; i++)
        for (unsigned k = 0; k <= RFM_GROUPS; k++)
            sum += after ? m->people[k][i] : m->people[i][k];
    return sum;
}

static cu_code run(struct insight_query *q, struct json_writer *w, struct cu_error *err)
{
    struct movement m;
    struct shown s = {.any = false};
    CU_TRY(compare(q, &m, NULL, NULL, err));
    hide(q, &m, &s);
    jw_key(w, "groups");
    jw_array(w);
    for (unsigned i = 0; i < RFM_GROUPS; i++)
        jw_z(w, rfm_group_names[i]);
    jw_array_end(w);
    jw_key(w, "customers_before");
    write_or_null(w, (int64_t)total(&m, false), s.any);
    jw_key(w, "customers_after");
    write_or_null(w, (int64_t)total(&m, true), s.any);
    jw_key(w, "moves");
    write_moves(&m, &s, w);
    jw_key(w, "before");
    write_sums(&m, &s, false, w);
    jw_key(w, "after");
    write_sums(&m, &s, true, w);
    return CU_OK;
}

// ---- people

struct picking {
    unsigned from, to;
    roaring_bitmap_t *people;
};

static void pick_one(void *context, uint32_t person, unsigned before, unsigned after)
{
    struct picking *p = context;
    if (p->from == before && p->to == after)
        roaring_bitmap_add(p->people, person);
}

static cu_code group_named(const struct spec_values *v, const char *name, unsigned *ret, struct cu_error *err)
{
    cu_str text = spec_str(v, name);
    *ret = 0;
    if (!spec_has(v, name))
        *ret = MOVEMENT_NONE;
    while (*ret < RFM_GROUPS && !cu_str_eqz(text, rfm_group_names[*ret]))
        ++*ret;
    if (spec_has(v, name) && *ret == RFM_GROUPS)
        return cu_fail(err, CU_INVALID, cu_str_eqz(cu_str_of(name), "from") ? "/pick/from" : "/pick/to",
            "there is no such group; a name of `groups` in the answer is accepted");
    return CU_OK;
}

static const struct spec_field pick_fields[] = {
    {.name = "from", .type = SPEC_STRING, .max = 40, .doc = "Group at the beginning; absent: no customer yet."},
    {.name = "to", .type = SPEC_STRING, .max = 40, .doc = "Group at the end."},
    {.name = NULL},
};

static cu_code people(struct insight_query *q, json pick, roaring_bitmap_t *ret, struct cu_error *err)
{
    struct spec_values v;
    struct movement m;
    struct picking p = {.people = ret};
    cu_code code = spec_decode_json(pick_fields, pick, &v, err);
    if (code != CU_OK) {
        cu_error_prefix(err, "/pick");
        return code;
    }
    CU_TRY(group_named(&v, "from", &p.from, err));
    CU_TRY(group_named(&v, "to", &p.to, err));
    return compare(q, &m, pick_one, &p, err);
}

static const struct spec_field body[] = {
    ACQUIRED_FIELD,
    {.name = NULL},
};
static const struct spec_field name_element[] = {
    {.name = "", .type = SPEC_STRING, .max = 40, .doc = "A group."},
    {.name = NULL},
};
static const struct spec_field people_element[] = {
    {.name = "", .type = SPEC_INT, .max = INT64_MAX, .nullable = true, .doc = "Customers of a group."},
    {.name = NULL},
};
static const struct spec_field move_fields[] = {
    {.name = "from",
        .type = SPEC_STRING,
        .max = 40,
        .nullable = true,
        .doc = "Group at the beginning; null: no customer yet."},
    {.name = "to", .type = SPEC_STRING, .max = 40, .nullable = true, .doc = "Group at the end."},
    {.name = "people", .type = SPEC_INT, .max = INT64_MAX, .nullable = true, .doc = "So many."},
    {.name = NULL},
};
static const struct spec_field answer[] = {
    {.name = "groups",
        .type = SPEC_ARRAY,
        .max = RFM_GROUPS,
        .fields = name_element,
        .doc = "The eleven groups; docs/explanation/rfm.md."},
    {.name = "customers_before", .type = SPEC_INT, .max = INT64_MAX, .nullable = true, .doc = "Customers at the beginning."},
    {.name = "customers_after", .type = SPEC_INT, .max = INT64_MAX, .nullable = true, .doc = "Customers at the end."},
    {.name = "moves",
        .type = SPEC_ARRAY,
        .max = CELLS,
        .fields = move_fields,
        .doc = "From group to group; who stayed is there too."},
    {.name = "before",
        .type = SPEC_ARRAY,
        .max = RFM_GROUPS,
        .fields = people_element,
        .doc = "Customers of each group at the beginning."},
    {.name = "after", .type = SPEC_ARRAY, .max = RFM_GROUPS, .fields = people_element, .doc = "At the end."},
    {.name = NULL},
};
const struct insight_kind insight_kind_rfm_movement = {
    .name = "rfm_movement",
    .doc = "Which RFM group customers were in before the first day, and which after the last.",
    .table = "moves",
    .body = body,
    .answer = answer,
    .run = run,
    .people = people,
    .pick_doc = "{\"from\": group (absent: no customer yet), \"to\": group}.",
};
