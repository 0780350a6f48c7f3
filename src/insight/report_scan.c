// SPDX-License-Identifier: Apache-2.0
// The events' side of a report: everybody's rows once, cut into visits, each person by one thread.
#include "report_private.h"

#include <roaring/roaring.h>
#include <stdlib.h>

static const int64_t day_ms = INT64_C(24) * 3600 * 1000;
enum { CUTS = 4 /* by enum visit_cut */, JOIN_MAX = 8 * 1000 * 1000 };
enum role { ROLE_NONE, ROLE_ORDER, ROLE_PRODUCT, ROLE_CART, ROLE_CHECKOUT, ROLE_SEARCH };
static const struct { const char *name; enum role role; } roles[] = {
    {"Order Completed", ROLE_ORDER}, {"Product Viewed", ROLE_PRODUCT}, {"Product Added", ROLE_CART},
    {"Checkout Started", ROLE_CHECKOUT}, {"Products Searched", ROLE_SEARCH},
};
static const struct scan_column order_column = {.path = {"order_id", 8}, .type = TIMELINE_TEXT};
static const struct scan_column found_column = {.path = {"results", 7}, .type = TIMELINE_INTEGER};

struct scanning {
    struct report *r;
    struct visit_maker *maker[CUTS];
    struct scan_plan plan;
    struct scan_column columns[VISIT_COLUMNS + 2];
    bool with_columns;         // those of visits are read
    int order_at, found_at;    // of plan columns; -1: not read
    uint8_t *role;             // by kind
    uint32_t kind_count;
    bool of_people, of_visits; // what is counted
    bool people_by_visit;      // people are counted by their visits
    bool status;               // when the person was first and last seen is needed
    bool pages;                // pages of visits are looked at
};
struct thread {
    const struct scanning *s;
    struct report_cells cells;
    struct report_aim aim;
    struct scan_rows *shaped;  // rows with the columns of visits, which may be empty
    uint32_t *empty;
    size_t empty_cap;
    struct report_join *join;
    size_t join_count, join_cap;
    // of the person
    uint64_t keys[REPORT_KEYS_MAX];
    size_t key_count;
    int64_t first_ms, last_ms;
    unsigned cut;
    bool failed;
    // pages of the visit
    struct { uint64_t key; uint32_t views; } page[REPORT_KEYS_MAX];
    size_t page_count;
};

bool report_wants_scan(const struct report *r)
{
    bool seen = report_needs(r, PART_SEEN_FIRST) && r->by_visit;
    return seen || report_needs_any(r, PART_VISITS, PART_ACTIVE) || report_needs_any(r, PART_SEEN_BEFORE, PART_STAYED_EVER) ||
           (r->by_visit && report_needs_any(r, PART_ORDERS, PART_LAPSED_CUSTOMERS));
}

static enum role role_of(const struct scanning *s, uint32_t kind)
{
    return kind <= s->kind_count ? (enum role)s->role[kind] : ROLE_NONE;
}

// ---- orders by visit

static bool join_row(struct thread *t, const struct scan_rows *rows, size_t i, uint64_t key, bool passes)
{
    const struct scan_cells *c = &rows->column[t->s->order_at];
    if (c->first[i] == c->first[i + 1] || t->join_count >= JOIN_MAX)
        return true;
    if (t->join_count == t->join_cap) {
        size_t cap = t->join_cap ? t->join_cap * 2 : 1024;
        struct report_join *more = cu_realloc(t->join, cap * sizeof *more);
        if (!more)
            return false;
        t->join = more;
        t->join_cap = cap;
    }
    t->join[t->join_count++] = (struct report_join){(uint64_t)c->value[c->first[i]], rows->time_ms[i], key, passes};
    return true;
}

// ---- one visit

struct doings { uint32_t cart, checkout, searches, empty; };

static struct doings look_at_rows(struct thread *t, const struct scan_rows *rows, const struct visit *v, uint64_t key, bool passes)
{
    const struct scanning *s = t->s;
    struct doings d = {0};
    for (size_t i = v->first_row; i < v->first_row + v->rows; i++) {
        enum role role = role_of(s, rows->kind[i]);
        d.cart += role == ROLE_CART;
        d.checkout += role == ROLE_CHECKOUT;
        if (role == ROLE_ORDER && s->order_at >= 0 && !join_row(t, rows, i, key, passes))
            t->failed = true;
        if (role != ROLE_SEARCH)
            continue;
        d.searches++;
        if (s->found_at >= 0) {
            const struct scan_cells *c = &rows->column[s->found_at];
            d.empty += c->first[i] < c->first[i + 1] && c->value[c->first[i]] == 0;
        }
    }
    return d;
}

static void count_visit(struct thread *t, const struct visit *v, const struct doings *d)
{
    const struct report_aim *a = &t->aim;
    int64_t ms = v->last_ms - v->start_ms;
    bool ordered = v->orders > 0;
    report_add(a, PART_VISITS, 1);
    report_add(a, PART_VIEWS, v->views);
    report_add(a, PART_VISITS_VIEWED, v->has_views);
    report_add(a, PART_MS, ms);
    report_add(a, PART_MS_MATOMO, v->actions > 1 ? ms + 1000 : 0);
    report_add(a, PART_MS_PLAUSIBLE, v->bounced & BOUNCE_ONE_VIEW ? 0 : ms);
    report_add(a, PART_MS_ENGAGED, v->bounced & BOUNCE_NOT_ENGAGED ? 0 : ms);
    report_add(a, PART_BOUNCE_VIEW, (v->bounced & BOUNCE_ONE_VIEW) != 0);
    report_add(a, PART_BOUNCE_ACTION, (v->bounced & BOUNCE_ONE_ACTION) != 0);
    report_add(a, PART_BOUNCE_ENGAGED, (v->bounced & BOUNCE_NOT_ENGAGED) != 0);
    report_add(a, PART_BOUNCE_SHORT, (v->bounced & BOUNCE_SHORT) != 0);
    report_add(a, PART_VISITS_ORDERED, ordered);
    report_add(a, PART_VISITS_CART, d->cart > 0);
    report_add(a, PART_VISITS_CART_LEFT, d->cart > 0 && !ordered);
    report_add(a, PART_VISITS_CHECKOUT, d->checkout > 0);
    report_add(a, PART_VISITS_CHECKOUT_LEFT, d->checkout > 0 && !ordered);
    report_add(a, PART_SEARCHES, d->searches);
    report_add(a, PART_SEARCHES_EMPTY, d->empty);
    report_mark(a, PART_VISITORS);
    if (ordered)
        report_mark(a, PART_VISITORS_ORDERED);
}

// The different pages that a visit shows; beyond so many the rest is not told apart.
static void take_pages(struct thread *t, const struct scan_rows *rows, const struct visit *v)
{
    t->page_count = 0;
    for (size_t i = v->first_row; i < v->first_row + v->rows; i++) {
        if (!visit_is_view(t->s->maker[t->cut], rows->kind[i]))
            continue;
        uint64_t path = visit_cell(rows, VISIT_LANDING, i), key = path ? path : REPORT_KEY_NONE;
        size_t k = 0;
        while (k < t->page_count && t->page[k].key != key)
            k++;
        if (k == REPORT_KEYS_MAX)
            continue;
        if (k == t->page_count) {
            t->page[k].key = key;
            t->page[t->page_count++].views = 0;
        }
        t->page[k].views++;
    }
}

static bool pages_pass(const struct thread *t)
{
    const struct report *r = t->s->r;
    for (size_t i = 0; i < r->filter_count; i++) {
        bool any = dimensions[r->filter[i].dimension].way != DIMENSION_BY_VIEW;
        for (size_t k = 0; k < t->page_count && !any; k++)
            any = report_filter_has(&r->filter[i], t->page[k].key);
        if (!any)
            return false;
    }
    return true;
}

static void count_pages(struct thread *t, const struct visit *v, const struct doings *d, size_t span)
{
    for (size_t k = 0; k < t->page_count; k++) {
        struct visit seen = *v;
        seen.views = t->page[k].views;
        t->aim.count = 0;
        report_aim_rows(&t->aim, span, &t->page[k].key, 1);
        count_visit(t, &seen, d);
    }
}

// Whether the person is new to a cell or was seen before.
static void mark_seen(struct thread *t)
{
    const struct report *r = t->s->r;
    int before = r->place[PART_SEEN_BEFORE], first = t->s->people_by_visit ? r->place[PART_SEEN_FIRST] : -1;
    for (size_t i = 0; (before >= 0 || first >= 0) && i < t->aim.count; i++) {
        if (t->first_ms < t->aim.at[i].from_ms)
            report_mark_cell(t->aim.at[i].cell, t->aim.person, before);
        else if (t->first_ms < t->aim.at[i].to_ms)
            report_mark_cell(t->aim.at[i].cell, t->aim.person, first);
    }
}

static size_t visit_keys(struct thread *t, const struct visit *v, enum report_status status, uint64_t key)
{
    const struct report *r = t->s->r;
    (void)v;
    if (!r->broken_down || dimensions[r->breakdown].way == DIMENSION_BY_LINE || dimensions[r->breakdown].way == DIMENSION_BY_VIEW)
        return 0;
    if (r->breakdown == DIMENSION_SEGMENT)
        return t->key_count;
    t->keys[0] = r->breakdown == DIMENSION_NEW_OR_RETURNING ? REPORT_KEY_FIRST + (uint64_t)status : key;
    return 1;
}

static bool on_visit(void *context, const struct scan_rows *rows, const struct visit *v)
{
    struct thread *t = context;
    const struct scanning *s = t->s;
    const struct report *r = s->r;
    enum report_status status = t->first_ms >= v->start_ms ? REPORT_NEW : REPORT_RETURNING;
    if (s->pages)
        take_pages(t, rows, v);
    bool passes = report_visit_passes(r, v) && (!s->pages || pages_pass(t));
    bool by_visit = r->broken_down && dimensions[r->breakdown].way == DIMENSION_BY_VISIT;
    uint64_t key = by_visit ? report_visit_key(r->breakdown, v) : 0;
    struct doings d = t->cut == 0 ? look_at_rows(t, rows, v, key, passes) : (struct doings){0};
    if (!passes || !report_status_passes(r, status))
        return true;
    size_t key_count = visit_keys(t, v, status, key);
    for (size_t i = 0; i < r->spans; i++) {
        const struct report_span *span = &r->span[i];
        if (v->start_ms < span->from_ms || v->start_ms >= span->to_ms)
            continue;
        t->aim.count = 0;
        report_aim_at(&t->aim, i, report_period_of(span, v->start_ms), t->keys, key_count);
        if (t->cut) {
            report_add(&t->aim, t->cut == VISIT_CUT_MIDNIGHT ? PART_VISITS_MIDNIGHT
                                : t->cut == VISIT_CUT_CAMPAIGN ? PART_VISITS_CAMPAIGN : PART_VISITS_BOTH, 1);
            continue;
        }
        count_visit(t, v, &d);
        if (s->people_by_visit) {
            report_mark(&t->aim, PART_ACTIVE);
            mark_seen(t);
        }
        if (r->broken_down && r->breakdown == DIMENSION_PAGE)
            count_pages(t, v, &d, i);
    }
    return !t->failed;
}

// ---- one person's rows, whatever visits they make

static size_t row_from(const struct scan_rows *rows, int64_t at_ms) // first at or after
{
    size_t low = 0, high = rows->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (rows->time_ms[middle] < at_ms)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static size_t person_keys(struct thread *t, enum report_status status)
{
    const struct report *r = t->s->r;
    if (!r->broken_down || dimensions[r->breakdown].way != DIMENSION_BY_PERSON)
        return 0;
    if (r->breakdown == DIMENSION_SEGMENT)
        return t->key_count;
    t->keys[0] = REPORT_KEY_FIRST + (uint64_t)status;
    return 1;
}

static void count_active(struct thread *t, const struct scan_rows *rows)
{
    const struct report *r = t->s->r;
    for (size_t i = 0; i < r->spans; i++) {
        const struct report_span *span = &r->span[i];
        enum report_status status = t->first_ms >= span->from_ms ? REPORT_NEW : REPORT_RETURNING;
        if (!report_status_passes(r, status))
            continue;
        size_t key_count = person_keys(t, status), end = row_from(rows, span->to_ms);
        for (size_t k = row_from(rows, span->from_ms); k < end;) {
            size_t period = report_period_of(span, rows->time_ms[k]);
            t->aim.count = 0;
            report_aim_at(&t->aim, i, period, t->keys, key_count);
            report_mark(&t->aim, PART_ACTIVE);
            mark_seen(t);
            while (k < end && rows->time_ms[k] < span->edge[period + 1])
                k++;
        }
    }
}

static bool any_row(const struct scan_rows *rows, int64_t from_ms, int64_t to_ms)
{
    size_t i = row_from(rows, from_ms);
    return i < rows->count && rows->time_ms[i] < to_ms;
}

static void count_stayed(struct thread *t, const struct scan_rows *rows)
{
    const struct report *r = t->s->r;
    bool segments = r->broken_down && r->breakdown == DIMENSION_SEGMENT;
    for (size_t i = 0; i < r->spans; i++) {
        const struct report_span *span = &r->span[i];
        for (size_t p = 0; p <= span->count; p++) {
            int64_t from = p == span->count ? span->from_ms : span->edge[p], to = p == span->count ? span->to_ms : span->edge[p + 1];
            if (!any_row(rows, span->before[p], from))
                continue;
            t->aim.count = 0;
            if (p == span->count && segments)
                report_aim_rows(&t->aim, i, t->keys, t->key_count);
            t->aim.at[t->aim.count].cell = report_whole(&t->cells, i, p);
            t->aim.at[t->aim.count++].square = NULL;
            report_mark(&t->aim, PART_WERE_ACTIVE);
            report_mark(&t->aim, any_row(rows, from, to) ? PART_STAYED : PART_WENT);
            if (t->last_ms >= from)
                report_mark(&t->aim, PART_STAYED_EVER);
        }
    }
}

// Looked at a product in the period; ordered within some days after one of these looks.
static void count_entrants(struct thread *t, const struct scan_rows *rows)
{
    const struct report *r = t->s->r;
    bool segments = r->broken_down && r->breakdown == DIMENSION_SEGMENT;
    int64_t order_ms = INT64_MAX; // the next order, looking from the end
    for (size_t k = rows->count; k > 0; k--) {
        enum role role = role_of(t->s, rows->kind[k - 1]);
        int64_t at = rows->time_ms[k - 1];
        order_ms = role == ROLE_ORDER ? at : order_ms;
        for (size_t i = 0; role == ROLE_PRODUCT && i < r->spans; i++) {
            if (at < r->span[i].from_ms || at >= r->span[i].to_ms)
                continue;
            t->aim.count = 0;
            report_aim_at(&t->aim, i, report_period_of(&r->span[i], at), t->keys, segments ? t->key_count : 0);
            report_mark(&t->aim, PART_ENTRANTS);
            if (order_ms != INT64_MAX && order_ms - at <= METRIC_ENTRANT_DAYS * day_ms)
                report_mark(&t->aim, PART_ENTRANTS_ORDERED);
        }
    }
}

// Rows with the columns of visits first: those that were not read are empty.
static const struct scan_rows *shape(struct thread *t, const struct scan_rows *rows)
{
    const struct scanning *s = t->s;
    if (s->with_columns)
        return rows;
    if (rows->count + 1 > t->empty_cap) {
        cu_free(t->empty);
        t->empty_cap = (rows->count + 1) * 2;
        t->empty = cu_calloc(t->empty_cap, sizeof *t->empty);
        t->failed = t->failed || !t->empty;
        if (!t->empty) {
            t->empty_cap = 0;
            return NULL;
        }
    }
    size_t extra = s->plan.column_count;
    memcpy(t->shaped, rows, sizeof *rows);
    for (size_t c = 0; c < VISIT_COLUMNS; c++)
        t->shaped->column[c] = (struct scan_cells){.first = t->empty};
    for (size_t c = 0; c < extra; c++)
        t->shaped->column[VISIT_COLUMNS + c] = rows->column[c];
    return t->shaped;
}

static bool visit_person(void *state, const struct scan_rows *rows)
{
    struct thread *t = state;
    const struct scanning *s = t->s;
    const struct report *r = s->r;
    struct people_figures figures = {.first_ms = INT64_MIN, .last_ms = INT64_MIN};
    if (s->status)
        (void)people_figures(r->q->o->people, rows->person, &figures);
    t->first_ms = figures.first_ms;
    t->last_ms = figures.last_ms;
    t->aim.person = rows->person;
    if (r->broken_down && r->breakdown == DIMENSION_SEGMENT)
        t->key_count = report_person_keys(r, rows->person, t->keys, REPORT_KEYS_MAX);
    if (s->of_people && !s->people_by_visit)
        count_active(t, rows);
    if (report_needs_any(r, PART_WERE_ACTIVE, PART_STAYED_EVER))
        count_stayed(t, rows);
    if (report_needs_any(r, PART_ENTRANTS, PART_ENTRANTS_ORDERED))
        count_entrants(t, rows);
    const struct scan_rows *shaped = s->of_visits ? shape(t, rows) : NULL;
    for (t->cut = 0; shaped && t->cut < CUTS; t->cut++) {
        if (s->maker[t->cut])
            (void)visit_each(s->maker[t->cut], shaped, on_visit, t);
    }
    return !t->failed && !t->cells.no_memory;
}

static bool wanted_person(void *context, uint32_t root)
{
    return report_person_passes(context, root);
}

// ---- before and after

static cu_code take_roles(struct scanning *s, struct cu_error *err)
{
    struct timeline *t = insight_timeline(s->r->q);
    while (timeline_kind_name(t, s->kind_count + 1).ptr)
        s->kind_count++;
    s->role = cu_calloc(s->kind_count + 1u, 1);
    if (!s->role)
        return cu_fail(err, CU_MEMORY, "", "no memory for a report");
    for (uint32_t kind = 1; kind <= s->kind_count; kind++) {
        cu_str name = timeline_kind_name(t, kind);
        const struct dict_event *e = s->r->q->dictionary ? dictionary_event(s->r->q->dictionary, name) : NULL;
        for (size_t i = 0; i < CU_COUNT(roles); i++) {
            if (cu_str_eqz(e ? e->name : name, roles[i].name))
                s->role[kind] = (uint8_t)roles[i].role;
        }
    }
    return CU_OK;
}

static cu_code make_makers(struct scanning *s, struct cu_error *err)
{
    const struct report *r = s->r;
    const bool wanted[CUTS] = {report_needs_any(r, PART_VIEWS, PART_VISITORS_ORDERED) || report_needs(r, PART_VISITS) || r->by_visit,
        report_needs(r, PART_VISITS_MIDNIGHT), report_needs(r, PART_VISITS_CAMPAIGN), report_needs(r, PART_VISITS_BOTH)};
    for (unsigned cut = 0; cut < CUTS; cut++) {
        const struct visit_rules rules = {.gap_ms = VISIT_GAP_MS, .cut = cut, .zone = r->q->o->zone};
        if (!wanted[cut])
            continue;
        s->of_visits = true;
        s->with_columns = s->with_columns || r->by_visit || cut & VISIT_CUT_CAMPAIGN;
        CU_TRY(visit_maker_new(insight_timeline(r->q), r->q->dictionary, &rules, &s->maker[cut], err));
    }
    return CU_OK;
}

static void make_plan(struct scanning *s)
{
    struct report *r = s->r;
    struct scan_plan *plan = &s->plan;
    int64_t early = s->of_visits ? VISIT_CONTEXT_MS : 0;
    bool stayed = report_needs_any(r, PART_WERE_ACTIVE, PART_STAYED_EVER);
    scan_plan_limits(plan, &r->q->limits);
    plan->from_ms = INT64_MAX;
    plan->to_ms = INT64_MIN;
    for (size_t i = 0; i < r->spans; i++) {
        const struct report_span *span = &r->span[i];
        int64_t from = span->from_ms - early, to = span->to_ms;
        for (size_t p = 0; stayed && p <= span->count; p++)
            from = span->before[p] < from ? span->before[p] : from;
        if (report_needs(r, PART_ENTRANTS_ORDERED))
            to += METRIC_ENTRANT_DAYS * day_ms + 1;
        else if (s->of_visits)
            to += VISIT_MAX_MS; // a visit that begins in the period may end after it
        plan->from_ms = from < plan->from_ms ? from : plan->from_ms;
        plan->to_ms = to > plan->to_ms ? to : plan->to_ms;
    }
    for (size_t i = 0; s->with_columns && i < VISIT_COLUMNS; i++)
        s->columns[plan->column_count++] = visit_columns[i];
    s->order_at = s->found_at = -1;
    int shift = s->with_columns ? 0 : VISIT_COLUMNS; // in the rows as shaped
    if (r->by_visit && report_needs_any(r, PART_ORDERS, PART_LAPSED_CUSTOMERS)) {
        s->order_at = (int)plan->column_count + shift;
        s->columns[plan->column_count++] = order_column;
    }
    if (report_needs(r, PART_SEARCHES_EMPTY)) {
        s->found_at = (int)plan->column_count + shift;
        s->columns[plan->column_count++] = found_column;
    }
    plan->columns = s->columns;
    plan->person = wanted_person;
    plan->context = r;
}

static int by_order(const void *a, const void *b)
{
    const struct report_join *x = a, *y = b;
    if (x->order != y->order)
        return x->order < y->order ? -1 : 1;
    return (x->at_ms > y->at_ms) - (x->at_ms < y->at_ms);
}

// An order that was told of more than once lies in the visit in which it was first.
static cu_code take_join(struct report *r, struct thread *t, struct cu_error *err)
{
    if (t->join_count == 0)
        return CU_OK;
    struct report_join *all = cu_realloc(r->join, (r->join_count + t->join_count) * sizeof *all);
    if (!all)
        return cu_fail(err, CU_MEMORY, "", "no memory for a report");
    memcpy(all + r->join_count, t->join, t->join_count * sizeof *all);
    r->join = all;
    r->join_count += t->join_count;
    return CU_OK;
}

static void sort_join(struct report *r)
{
    size_t n = 0;
    if (r->join_count > 1)
        qsort(r->join, r->join_count, sizeof *r->join, by_order);
    for (size_t i = 0; i < r->join_count; i++) {
        if (n == 0 || r->join[i].order != r->join[n - 1].order)
            r->join[n++] = r->join[i];
    }
    r->join_count = n;
}

static cu_code open_thread(struct thread *t, const struct scanning *s, struct cu_error *err)
{
    t->s = s;
    t->shaped = cu_calloc(1, sizeof *t->shaped + (VISIT_COLUMNS + 2) * sizeof t->shaped->column[0]);
    if (!t->shaped)
        return cu_fail(err, CU_MEMORY, "", "no memory for a report");
    t->aim.cells = &t->cells;
    return report_cells_init(s->r, &t->cells, err);
}

static void close_thread(struct thread *t)
{
    report_cells_clear(&t->cells);
    cu_free(t->shaped);
    cu_free(t->empty);
    cu_free(t->join);
    cu_free(t);
}

static cu_code scan_with(struct scanning *s, struct thread **threads, unsigned count, struct cu_error *err)
{
    struct report *r = s->r;
    struct scan_stats stats = {0};
    for (unsigned i = 0; i < count; i++) {
        threads[i] = cu_calloc(1, sizeof *threads[i]);
        if (!threads[i])
            return cu_fail(err, CU_MEMORY, "", "no memory for a report");
        CU_TRY(open_thread(threads[i], s, err));
    }
    CU_TRY(timeline_scan_people(insight_timeline(r->q), &s->plan, r->q->persons, visit_person, (void *const *)threads, count, &stats, err));
    r->q->damaged_blocks += stats.damaged_blocks;
    if (stats.cancelled)
        return cu_fail(err, CU_TIMEOUT, "", "the question was cancelled");
    for (unsigned i = 0; i < count; i++) {
        if (threads[i]->failed || threads[i]->cells.no_memory)
            return cu_fail(err, CU_MEMORY, "", "no memory for a report");
        report_cells_add(&r->all, &threads[i]->cells);
        CU_TRY(take_join(r, threads[i], err));
    }
    sort_join(r);
    return CU_OK;
}

cu_code report_scan(struct report *r, struct cu_error *err)
{
    struct scanning s = {.r = r};
    struct thread *threads[SCAN_THREADS_MAX] = {NULL};
    if (!report_wants_scan(r))
        return CU_OK;
    s.people_by_visit = r->by_visit;
    s.pages = r->broken_down && r->breakdown == DIMENSION_PAGE;
    for (size_t i = 0; i < r->filter_count; i++)
        s.pages = s.pages || r->filter[i].dimension == DIMENSION_PAGE;
    s.of_people = report_needs(r, PART_ACTIVE) || report_needs(r, PART_SEEN_BEFORE);
    s.status = r->by_status || report_needs_any(r, PART_SEEN_FIRST, PART_SEEN_BEFORE) || report_needs(r, PART_STAYED_EVER);
    cu_code code = take_roles(&s, err);
    if (code == CU_OK)
        code = make_makers(&s, err);
    if (code == CU_OK) {
        make_plan(&s);
        code = scan_with(&s, threads, scan_threads(&s.plan), err);
    }
    for (unsigned i = 0; i < SCAN_THREADS_MAX; i++) {
        if (threads[i])
            close_thread(threads[i]);
    }
    for (unsigned i = 0; i < CUTS; i++)
        visit_maker_free(s.maker[i]);
    cu_free(s.role);
    return code;
}
