// SPDX-License-Identifier: Apache-2.0
// Friction: one pass over all visits of the period. See friction.h.
#include "friction_private.h"

const struct friction_names friction_names[FRICTION_SECTIONS] = {
    [FRICTION_CHECKOUT] = {"step", NULL},
    [FRICTION_PAYMENTS] = {"payment_method", "reason"},
    [FRICTION_COUPONS] = {"coupon_id", "reason"},
    [FRICTION_FORMS] = {"form", "field"},
    [FRICTION_RAGE] = {"$context.page.path", "element"},
    [FRICTION_DEAD] = {"$context.page.path", "element"},
    [FRICTION_SLOW] = {"$context.page.path", NULL},
    [FRICTION_SEARCHES] = {"term", NULL},
};

// ---- events and columns

enum role {
    ROLE_NONE, ROLE_CART, ROLE_CHECKOUT, ROLE_STEP, ROLE_PAYMENT, ROLE_FAILED, ROLE_COUPON, ROLE_FORM, ROLE_FORM_SENT,
    ROLE_RAGE, ROLE_DEAD, ROLE_TIME, ROLE_SEARCH
};
enum column {
    COLUMN_STEP, COLUMN_METHOD, COLUMN_REASON, COLUMN_COUPON, COLUMN_FORM, COLUMN_FIELD, COLUMN_ELEMENT, COLUMN_CLICKS,
    COLUMN_LCP, COLUMN_LOAD, COLUMN_RESULTS, COLUMN_TERM, COLUMNS
};
static const struct {
    const char *path;
    enum timeline_type type;
} columns[COLUMNS] = {
    [COLUMN_STEP] = {"step", TIMELINE_TEXT},
    [COLUMN_METHOD] = {"payment_method", TIMELINE_TEXT},
    [COLUMN_REASON] = {"reason", TIMELINE_TEXT},
    [COLUMN_COUPON] = {"coupon_id", TIMELINE_TEXT},
    [COLUMN_FORM] = {"form", TIMELINE_TEXT},
    [COLUMN_FIELD] = {"field", TIMELINE_TEXT},
    [COLUMN_ELEMENT] = {"element", TIMELINE_TEXT},
    [COLUMN_CLICKS] = {"clicks", TIMELINE_INTEGER},
    [COLUMN_LCP] = {"lcp_ms", TIMELINE_DECIMAL},
    [COLUMN_LOAD] = {"load_ms", TIMELINE_DECIMAL},
    [COLUMN_RESULTS] = {"results", TIMELINE_INTEGER},
    [COLUMN_TERM] = {"term", TIMELINE_TEXT},
};
#define NEEDS(column) (1u << COLUMN_##column)
static const struct {
    const char *name;
    enum role role;
    unsigned needs; // columns
} roles[] = {
    {"Product Added", ROLE_CART, 0},
    {"Cart Viewed", ROLE_CART, 0},
    {"Checkout Started", ROLE_CHECKOUT, 0},
    {"Checkout Step Viewed", ROLE_STEP, NEEDS(STEP)},
    {"Checkout Step Completed", ROLE_STEP, NEEDS(STEP)},
    {"Payment Info Entered", ROLE_PAYMENT, 0},
    {"Payment Failed", ROLE_FAILED, NEEDS(METHOD) | NEEDS(REASON)},
    {"Coupon Denied", ROLE_COUPON, NEEDS(COUPON) | NEEDS(REASON)},
    {"Form Started", ROLE_FORM, NEEDS(FORM) | NEEDS(FIELD)},
    {"Form Field Left", ROLE_FORM, NEEDS(FORM) | NEEDS(FIELD)},
    {"Form Abandoned", ROLE_FORM, NEEDS(FORM) | NEEDS(FIELD)},
    {"Form Submitted", ROLE_FORM_SENT, NEEDS(FORM)},
    {"Rage Click", ROLE_RAGE, NEEDS(ELEMENT) | NEEDS(CLICKS)},
    {"Dead Click", ROLE_DEAD, NEEDS(ELEMENT)},
    {"Page Performance Measured", ROLE_TIME, NEEDS(LCP) | NEEDS(LOAD)},
    {"Products Searched", ROLE_SEARCH, NEEDS(RESULTS) | NEEDS(TERM)},
};

struct plan {
    const struct friction_question *q;
    struct visit_maker *maker;
    uint8_t *roles; // by kind
    uint32_t kind_count;
    struct scan_column columns[VISIT_COLUMNS + COLUMNS];
    size_t column_count;
    int at[COLUMNS]; // of columns; -1: nothing that needs it ever came
};

static cu_code plan_make(struct plan *p, struct timeline *t, const struct dictionary *d, struct cu_error *err)
{
    const struct visit_rules rules = {.gap_ms = VISIT_GAP_MS, .zone = p->q->zone};
    unsigned needs = 0;
    for (size_t i = 0; i < CU_COUNT(roles); i++) {
        uint32_t kind = timeline_kind_find(t, cu_str_of(roles[i].name));
        p->kind_count = kind > p->kind_count ? kind : p->kind_count;
    }
    p->roles = cu_calloc(p->kind_count + 1u, 1);
    if (!p->roles)
        return cu_fail(err, CU_MEMORY, "", "no memory to look for friction");
    for (size_t i = 0; i < CU_COUNT(roles); i++) {
        uint32_t kind = timeline_kind_find(t, cu_str_of(roles[i].name));
        if (kind == 0)
            continue;
        p->roles[kind] = (uint8_t)roles[i].role;
        needs |= roles[i].needs;
    }
    memcpy(p->columns, visit_columns, sizeof visit_columns);
    p->column_count = VISIT_COLUMNS;
    for (unsigned i = 0; i < COLUMNS; i++) {
        p->at[i] = needs >> i & 1 ? (int)p->column_count : -1;
        if (p->at[i] >= 0)
            p->columns[p->column_count++] =
                (struct scan_column){.path = cu_str_of(columns[i].path), .type = columns[i].type};
    }
    return visit_maker_new(t, d, &rules, &p->maker, err);
}

static void plan_clear(struct plan *p)
{
    visit_maker_free(p->maker);
    cu_free(p->roles);
}

// ---- one visit

struct form_state {
    uint64_t form, field;
    bool sent;
};
enum { FORMS_MAX = 8 };
struct thread {
    const struct plan *p;
    struct friction_counts counts;
    uint64_t persons, visits; // numbers of those at hand
};
struct looking {
    struct thread *s;
    const struct scan_rows *rows;
    bool converted;
    enum friction_stage stage;
    unsigned met;         // enum friction_mask, and more for what costs nothing
    unsigned steps;       // of the checkout, different ones
    uint64_t last_step;   // 0: none
    bool searched, failed;
    struct form_state forms[FORMS_MAX];
    size_t form_count;
};
enum { MET_OTHER = 1 << 8 }; // rage, dead, forms

static uint64_t text(const struct looking *k, enum column c, size_t row)
{
    int at = k->s->p->at[c];
    return at >= 0 ? visit_cell(k->rows, (enum visit_column)at, row) : 0;
}

static bool number(const struct looking *k, enum column c, size_t row, int64_t *ret)
{
    int at = k->s->p->at[c];
    const struct scan_cells *cells = at >= 0 ? &k->rows->column[at] : NULL;
    if (!cells || cells->first[row] == cells->first[row + 1])
        return false;
    *ret = cells->value[cells->first[row]];
    return true;
}

// Counts the visit and the person once; *ret_first: the visit meets it for the first time.
static struct friction_tally *meet(struct looking *k, enum friction_section section, uint64_t a, uint64_t b, bool *ret_first)
{
    struct friction_tally *t = friction_tally_of(&k->s->counts, section, a, b);
    *ret_first = t && t->visit != k->s->visits;
    if (!t)
        return NULL;
    t->row.people += t->person != k->s->persons;
    t->person = k->s->persons;
    if (*ret_first)
        friction_add_share(&t->row.met, k->converted);
    t->visit = k->s->visits;
    t->row.events++;
    return t;
}

static void meet_bad(struct looking *k, struct friction_tally *t)
{
    bool first = t->bad_visit != k->s->visits;
    t->bad_visit = k->s->visits;
    if (first)
        friction_add_share(&t->row.bad, k->converted);
}

static void reach(struct looking *k, uint64_t step)
{
    bool first;
    struct friction_tally *t = meet(k, FRICTION_CHECKOUT, step, 0, &first);
    if (first)
        t->position_sum += k->steps++;
    k->last_step = step;
}

static void refuse(struct looking *k, enum friction_section section, uint64_t a, uint64_t b)
{
    bool first;
    struct friction_tally *t = meet(k, section, a, b, &first);
    if (first)
        friction_add_share(&t->row.stages[k->stage], k->converted);
    k->met |= section == FRICTION_PAYMENTS ? FRICTION_M_PAYMENTS : FRICTION_M_COUPONS;
}

static struct form_state *form_of(struct looking *k, uint64_t form)
{
    for (size_t i = 0; i < k->form_count; i++) {
        if (k->forms[i].form == form)
            return &k->forms[i];
    }
    if (k->form_count == FORMS_MAX)
        return NULL;
    k->forms[k->form_count] = (struct form_state){.form = form};
    return &k->forms[k->form_count++];
}

static void touch_form(struct looking *k, size_t row, bool sent)
{
    struct form_state *f = form_of(k, text(k, COLUMN_FORM, row));
    uint64_t field = sent ? 0 : text(k, COLUMN_FIELD, row);
    bool first;
    if (!f)
        return;
    f->sent = sent;
    if (field)
        f->field = field;
    if (!sent)
        (void)meet(k, FRICTION_FORMS, f->form, field, &first);
}

static void click(struct looking *k, size_t row, enum friction_section section)
{
    int64_t clicks = 1;
    bool first;
    uint64_t page = visit_cell(k->rows, VISIT_LANDING, row);
    struct friction_tally *t = meet(k, section, page, text(k, COLUMN_ELEMENT, row), &first);
    if (t && number(k, COLUMN_CLICKS, row, &clicks) && clicks > 1)
        t->row.events += (uint64_t)clicks - 1;
    k->met |= MET_OTHER;
}

static void measure(struct looking *k, size_t row)
{
    int64_t e4;
    bool first;
    if (!number(k, COLUMN_LCP, row, &e4) && !number(k, COLUMN_LOAD, row, &e4))
        return;
    double ms = (double)e4 / 10000;
    struct friction_tally *t = meet(k, FRICTION_SLOW, visit_cell(k->rows, VISIT_LANDING, row), 0, &first);
    if (!t)
        return;
    friction_time(&k->s->counts, t, ms);
    if (ms > k->s->p->q->slow_ms) {
        meet_bad(k, t);
        k->met |= FRICTION_M_SLOW;
    }
}

static void search(struct looking *k, size_t row)
{
    int64_t results;
    bool first, known = number(k, COLUMN_RESULTS, row, &results);
    struct friction_tally *t = meet(k, FRICTION_SEARCHES, text(k, COLUMN_TERM, row), 0, &first);
    k->searched = k->searched || known;
    if (!known || results > 0)
        return;
    k->failed = true;
    k->met |= FRICTION_M_SEARCHES;
    if (t) {
        t->row.bad_events++;
        meet_bad(k, t);
    }
}

static enum role role_of(const struct looking *k, size_t row)
{
    uint32_t kind = k->rows->kind[row];
    return kind <= k->s->p->kind_count ? (enum role)k->s->p->roles[kind] : ROLE_NONE;
}

static void look_at(struct looking *k, size_t row)
{
    switch (role_of(k, row)) {
    case ROLE_NONE:
    case ROLE_CART:
        break;
    case ROLE_CHECKOUT:
        reach(k, FRICTION_STEP_STARTED);
        break;
    case ROLE_STEP:
        if (text(k, COLUMN_STEP, row))
            reach(k, text(k, COLUMN_STEP, row));
        break;
    case ROLE_PAYMENT:
        reach(k, FRICTION_STEP_PAYMENT);
        break;
    case ROLE_FAILED:
        refuse(k, FRICTION_PAYMENTS, text(k, COLUMN_METHOD, row), text(k, COLUMN_REASON, row));
        break;
    case ROLE_COUPON:
        refuse(k, FRICTION_COUPONS, text(k, COLUMN_COUPON, row), text(k, COLUMN_REASON, row));
        break;
    case ROLE_FORM:
    case ROLE_FORM_SENT:
        touch_form(k, row, role_of(k, row) == ROLE_FORM_SENT);
        break;
    case ROLE_RAGE:
        click(k, row, FRICTION_RAGE);
        break;
    case ROLE_DEAD:
        click(k, row, FRICTION_DEAD);
        break;
    case ROLE_TIME:
        measure(k, row);
        break;
    case ROLE_SEARCH:
        search(k, row);
        break;
    }
}

// Where the visit stopped: its last step of the checkout, the last field of each form that was not sent.
static void stop_at(struct looking *k)
{
    struct friction_tally *t = NULL;
    if (k->last_step && !k->converted)
        t = friction_tally_of(&k->s->counts, FRICTION_CHECKOUT, k->last_step, 0);
    if (t) {
        t->row.stopped++;
        k->met |= FRICTION_M_CHECKOUT;
    }
    for (size_t i = 0; i < k->form_count && !k->converted; i++) {
        const struct form_state *f = &k->forms[i];
        t = f->sent ? NULL : friction_tally_of(&k->s->counts, FRICTION_FORMS, f->form, f->field);
        if (t) {
            t->row.stopped++;
            k->met |= MET_OTHER;
        }
    }
}

struct person_state {
    struct thread *s;
    bool visited, met;
};

static bool on_visit(void *context, const struct scan_rows *rows, const struct visit *v)
{
    struct person_state *person = context;
    struct thread *s = person->s;
    struct looking k = {.s = s, .rows = rows, .converted = v->orders > 0};
    if (v->start_ms < s->p->q->from_ms || v->start_ms >= s->p->q->to_ms)
        return true;
    s->visits++;
    for (size_t i = v->first_row; i < v->first_row + v->rows; i++) {
        enum role r = role_of(&k, i);
        bool checkout = r == ROLE_CHECKOUT || r == ROLE_STEP || r == ROLE_PAYMENT;
        enum friction_stage before = r == ROLE_CART ? FRICTION_AT_CART : FRICTION_AT_NOTHING;
        enum friction_stage stage = checkout ? FRICTION_AT_CHECKOUT : before;
        k.stage = stage > k.stage ? stage : k.stage;
    }
    for (size_t i = v->first_row; i < v->first_row + v->rows; i++) {
        if (visit_counts(s->p->maker, rows->kind[i]))
            look_at(&k, i);
    }
    stop_at(&k);
    person->visited = true;
    person->met = person->met || k.met;
    friction_add_share(&s->counts.sums.all, k.converted);
    friction_add_share(&s->counts.sums.stage[k.stage], k.converted);
    if (k.met & FRICTION_M_PAYMENTS)
        friction_add_share(&s->counts.sums.refused[0][k.stage], k.converted);
    if (k.met & FRICTION_M_COUPONS)
        friction_add_share(&s->counts.sums.refused[1][k.stage], k.converted);
    if (k.searched && !k.failed)
        friction_add_share(&s->counts.sums.searches_good, k.converted);
    s->counts.sums.masks[k.met % CU_COUNT(s->counts.sums.masks)] += !k.converted;
    return !s->counts.no_memory;
}

static bool on_person(void *state, const struct scan_rows *rows)
{
    struct thread *s = state;
    struct person_state person = {.s = s};
    s->persons++;
    bool good = visit_each(s->p->maker, rows, on_visit, &person);
    s->counts.sums.people += person.visited;
    s->counts.sums.met_people += person.met;
    return good;
}

// ---- all

static cu_code scan(struct plan *p, struct timeline *t, const struct scan_persons *persons, const struct scan_limits *l,
    struct friction_answer *ret, struct scan_stats *stats, struct cu_error *err)
{
    struct scan_plan plan;
    scan_plan_limits(&plan, l);
    plan.from_ms = p->q->from_ms - VISIT_CONTEXT_MS;
    plan.to_ms = p->q->to_ms + VISIT_MAX_MS;
    plan.columns = p->columns;
    plan.column_count = p->column_count;
    unsigned count = scan_threads(&plan);
    struct thread *threads = cu_calloc(count + 1, sizeof *threads);
    struct friction_counts *all = threads ? &threads[count].counts : NULL;
    void *states[SCAN_THREADS_MAX];
    if (!threads)
        return cu_fail(err, CU_MEMORY, "", "no memory to look for friction");
    for (unsigned i = 0; i <= count; i++)
        threads[i].p = p;
    for (unsigned i = 0; i < count; i++)
        states[i] = &threads[i];
    cu_code code = timeline_scan_people(t, &plan, persons, on_person, states, count, stats, err);
    for (unsigned i = 0; i < count; i++)
        friction_add(all, &threads[i].counts);
    if (code == CU_OK && all->no_memory)
        code = cu_fail(err, CU_MEMORY, "", "no memory to look for friction");
    if (code == CU_OK)
        code = friction_finish(p->q, all, ret, err);
    for (unsigned i = 0; i <= count; i++)
        friction_counts_clear(&threads[i].counts);
    cu_free(threads);
    return code;
}

cu_code friction_run(struct timeline *t, const struct dictionary *d, const struct scan_persons *persons,
    const struct friction_question *q, const struct scan_limits *l, struct friction_answer *ret, struct scan_stats *stats,
    struct cu_error *err)
{
    struct plan p = {.q = q};
    *ret = (struct friction_answer){0};
    *stats = (struct scan_stats){0};
    cu_code code = plan_make(&p, t, d, err);
    if (code == CU_OK)
        code = scan(&p, t, persons, l, ret, stats, err);
    plan_clear(&p);
    if (code != CU_OK)
        friction_clear(ret);
    return code;
}
