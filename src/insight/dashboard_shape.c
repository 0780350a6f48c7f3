// SPDX-License-Identifier: Apache-2.0
// How the answers of each kind but reports are drawn: a table where rows are enough, a function where they are not.
// See dashboard_answer.h.
#include "dashboard_answer.h"

enum { COLUMNS_MAX = 4 };
struct shape {
    const char *kind, *rows, *label, *label_else;
    struct answer_column columns[COLUMNS_MAX];
    struct answer_column number; // shown as one number; name NULL: the sum is not shown
};
static const struct shape shapes[] = {
    {"churn", "bands", "title", "name", {{"people", "People", METRIC_COUNT}, {"revenue", "Revenue", METRIC_MONEY}},
        {"revenue_at_risk", "Revenue at risk", METRIC_MONEY}},
    {"friction", "checkout", "step", NULL,
        {{"dropped", "Dropped out", METRIC_COUNT}, {"visits", "Visits", METRIC_COUNT},
            {"lost", "Lost, estimated", METRIC_MONEY}},
        {"lost_total", "Lost, estimated", METRIC_MONEY}},
    {"value", "curves", "label", "value",
        {{"value_per_customer", "Value of a customer", METRIC_MONEY}, {"customers", "Customers", METRIC_COUNT},
            {"revenue", "Revenue", METRIC_MONEY}},
        {"value_per_customer", "Value of a customer", METRIC_MONEY}},
};

static bool is_table(enum drawing_show s)
{
    return s == DRAWING_TABLE || s == DRAWING_BARS || s == DRAWING_STACKED || s == DRAWING_FUNNEL;
}

static void one_number(struct answer_reader *r, const char *name, enum metric_unit unit, struct drawing_value v)
{
    struct drawing_series *s = answer_series(r, 1);
    if (s)
        *s = (struct drawing_series){.name = cu_str_of(name), .unit = unit, .value = v};
    r->d->show = DRAWING_NUMBER;
}

static void rows_of(struct answer_reader *r, const struct shape *s)
{
    size_t count = 0;
    while (count < COLUMNS_MAX && s->columns[count].member)
        count++;
    if (r->d->show != DRAWING_TABLE) { // one scale
        size_t same = 1;
        while (r->d->show == DRAWING_STACKED && same < count && s->columns[same].unit == s->columns[0].unit)
            same++;
        count = same;
    }
    answer_rows(r, json_get(r->answer, s->rows), s->label, s->label_else, s->columns, count);
}

static void by_table(struct answer_reader *r, const struct shape *s)
{
    if (r->d->show == DRAWING_NUMBER) {
        one_number(r, s->number.name, s->number.unit, answer_value(r, json_get(r->answer, s->number.member)));
        return;
    }
    if (!is_table(r->d->show) || r->d->show == DRAWING_FUNNEL)
        r->d->show = DRAWING_BARS;
    rows_of(r, s);
}

// ---- numbers along the columns of a cohort: 0, 1, 2 ...

static void count_labels(struct answer_reader *r, size_t count)
{
    cu_str *labels = answer_labels(r, count);
    for (size_t i = 0; labels && i < count; i++) {
        labels[i] = cu_arena_printf(r->arena, "%zu", i);
        r->no_room = r->no_room || !labels[i].ptr;
    }
}

static size_t longest(json list, const char *member)
{
    size_t most = 0;
    struct json_iter it = json_each(list);
    while (json_next(&it)) {
        size_t n = json_count(json_get(it.value, member));
        most = n > most ? n : most;
    }
    return most;
}

// What has not begun is null too: only whole columns tell that a null is hidden.
static struct drawing_value *cohort_values(struct answer_reader *r, json cohort, size_t count, bool shares)
{
    int64_t complete = 0;
    struct drawing_value size = answer_value(r, json_get(cohort, "size"));
    struct drawing_value *v = cu_arena_alloc(r->arena, (count ? count : 1) * sizeof *v);
    struct json_iter it = json_each(json_get(cohort, "values"));
    (void)json_i64(json_get(cohort, "complete"), &complete);
    r->no_room = r->no_room || !v;
    for (size_t i = 0; v && i < count && json_next(&it); i++) {
        v[i] = answer_value(r, it.value);
        if (v[i].state == DRAWING_HIDDEN && i > (size_t)complete)
            v[i].state = DRAWING_NONE;
        if (shares && v[i].state == DRAWING_SHOWN)
            v[i] = size.state == DRAWING_SHOWN && size.v > 0 ? (struct drawing_value){v[i].v / size.v, DRAWING_SHOWN}
                                                             : (struct drawing_value){0, DRAWING_NONE};
    }
    return v;
}

static void cohort(struct answer_reader *r)
{
    json cohorts = json_get(r->answer, "cohorts");
    cu_str measure = json_str(json_get(r->answer, "measure"));
    const bool shares = cu_str_eqz(measure, "people"), month = cu_str_eqz(json_str(json_get(r->answer, "period")), "month");
    const enum metric_unit unit = shares ? METRIC_SHARE : cu_str_eqz(measure, "orders") ? METRIC_COUNT : METRIC_MONEY;
    const size_t columns = longest(cohorts, "values"), rows = json_count(cohorts);
    count_labels(r, columns);
    if (r->d->show == DRAWING_NUMBER || r->d->show == DRAWING_LINE || r->d->show == DRAWING_AREA) {
        struct drawing_series *s = answer_series(r, 1);
        if (s)
            *s = (struct drawing_series){.name = CU_LIT("All cohorts"),
                .unit = unit,
                .values = answer_values(r, json_get(r->answer, "average"), columns)};
        if (s && s->values && r->d->show == DRAWING_NUMBER && columns > 1)
            s->value = s->values[1];
        return;
    }
    r->d->show = DRAWING_HEAT;
    r->d->row_word = "Cohort";
    struct drawing_series *series = answer_series(r, rows);
    struct json_iter it = json_each(cohorts);
    for (size_t i = 0; series && json_next(&it); i++) {
        cu_str from = json_str(json_get(it.value, "from"));
        series[i] = (struct drawing_series){.name = month ? cu_str_sub(from, 0, 7) : from,
            .unit = unit,
            .values = cohort_values(r, it.value, columns, shares),
            .size = answer_value(r, json_get(it.value, "size"))};
    }
}

static void value(struct answer_reader *r)
{
    json curves = json_get(r->answer, "curves");
    const size_t columns = longest(curves, "cumulative"), rows = json_count(curves);
    bool heat = r->d->show == DRAWING_HEAT;
    if (!heat && r->d->show != DRAWING_LINE && r->d->show != DRAWING_AREA) {
        by_table(r, &shapes[2]);
        return;
    }
    count_labels(r, columns);
    struct drawing_series *series = answer_series(r, rows);
    struct json_iter it = json_each(curves);
    for (size_t i = 0; series && json_next(&it); i++) {
        cu_str label = json_str(json_get(it.value, "label"));
        series[i] = (struct drawing_series){.name = label.len ? label : json_str(json_get(it.value, "value")),
            .unit = METRIC_MONEY,
            .values = answer_values(r, json_get(it.value, "cumulative"), columns),
            .size = answer_value(r, json_get(it.value, "customers"))};
    }
}

// ---- funnels and flows

static void funnel_trend(struct answer_reader *r)
{
    static const struct answer_column columns[] = {
        {"entered", "Entered", METRIC_COUNT}, {"converted", "Converted", METRIC_COUNT}};
    json trend = json_get(r->answer, "trend");
    answer_rows(r, trend, "from", NULL, columns, CU_COUNT(columns));
    r->d->days = true;
    struct json_iter it = json_each(trend);
    while (json_next(&it)) {
        bool partial = false;
        (void)json_bool(json_get(it.value, "partial"), &partial);
        r->d->partial = partial ? r->d->partial + 1 : 0;
    }
}

static void funnel(struct answer_reader *r)
{
    static const struct answer_column columns[] = {{"reached", "Reached", METRIC_COUNT},
        {"share_of_first", "Of the first", METRIC_SHARE}, {"share_of_previous", "Of the step before", METRIC_SHARE},
        {"dropped", "Dropped out", METRIC_COUNT}};
    const enum drawing_show show = r->d->show;
    if (show == DRAWING_NUMBER) {
        struct drawing_value all = answer_value(r, json_get(r->answer, "entered")),
                             done = answer_value(r, json_get(r->answer, "converted"));
        bool good = all.state == DRAWING_SHOWN && done.state == DRAWING_SHOWN && all.v > 0;
        struct drawing_value nothing = {
            0, done.state == DRAWING_HIDDEN || all.state == DRAWING_HIDDEN ? DRAWING_HIDDEN : DRAWING_NONE};
        one_number(r, "Converted", METRIC_SHARE, good ? (struct drawing_value){done.v / all.v, DRAWING_SHOWN} : nothing);
        return;
    }
    if ((show == DRAWING_LINE || show == DRAWING_AREA) && json_count(json_get(r->answer, "trend"))) {
        funnel_trend(r);
        return;
    }
    r->d->show = show == DRAWING_TABLE || show == DRAWING_BARS ? show : DRAWING_FUNNEL;
    r->d->row_word = "Step";
    answer_rows(r, json_get(r->answer, "steps"), "label", "event", columns, show == DRAWING_TABLE ? CU_COUNT(columns) : 1);
}

enum { NODES_MAX = 400, LINKS_MAX = 2000 };
struct flow_reader {
    struct answer_reader *r;
    struct drawing_node *nodes;
    struct drawing_link *links;
    cu_str keys[NODES_MAX];
};

static size_t node_find(const struct flow_reader *f, size_t column, cu_str key)
{
    for (size_t i = 0; i < f->r->d->node_count; i++) {
        if (f->nodes[i].column == column && cu_str_eq(f->keys[i], key))
            return i;
    }
    return SIZE_MAX;
}

static void node_add(struct flow_reader *f, size_t column, cu_str key, cu_str label, struct drawing_value v)
{
    struct drawing *d = f->r->d;
    if (d->node_count == NODES_MAX)
        return;
    f->keys[d->node_count] = key;
    f->nodes[d->node_count++] = (struct drawing_node){column, label.len ? label : key, v};
}

static void link_add(struct flow_reader *f, size_t from, size_t to, struct drawing_value v)
{
    if (from != SIZE_MAX && to != SIZE_MAX && f->r->d->link_count < LINKS_MAX)
        f->links[f->r->d->link_count++] = (struct drawing_link){from, to, v};
}

static bool flow_begin(struct answer_reader *r, struct flow_reader *f)
{
    f->r = r;
    r->d->show = DRAWING_FLOW;
    r->d->nodes = f->nodes = cu_arena_alloc(r->arena, NODES_MAX * sizeof *f->nodes);
    r->d->links = f->links = cu_arena_alloc(r->arena, LINKS_MAX * sizeof *f->links);
    r->no_room = r->no_room || !f->nodes || !f->links;
    return !r->no_room;
}

static void paths(struct answer_reader *r)
{
    struct flow_reader f;
    if (!flow_begin(r, &f))
        return;
    struct json_iter columns = json_each(json_get(r->answer, "columns"));
    for (size_t c = 0; json_next(&columns); c++) {
        struct json_iter it = json_each(columns.value);
        while (json_next(&it))
            node_add(&f, c, json_str(json_get(it.value, "key")), json_str(json_get(it.value, "label")),
                answer_value(r, json_get(it.value, "visits")));
    }
    struct json_iter it = json_each(json_get(r->answer, "links"));
    while (json_next(&it)) {
        int64_t depth = 0;
        (void)json_i64(json_get(it.value, "depth"), &depth);
        size_t c = depth > 0 ? (size_t)depth : 0, from = node_find(&f, c, json_str(json_get(it.value, "from")));
        link_add(&f, from, node_find(&f, c + 1, json_str(json_get(it.value, "to"))),
            answer_value(r, json_get(it.value, "visits")));
    }
}

// Groups before on the left, after on the right; who was no customer before comes from "(nobody yet)".
static void movement(struct answer_reader *r)
{
    static const char *const sides[] = {"before", "after"};
    struct flow_reader f;
    json groups = json_get(r->answer, "groups");
    if (r->d->show == DRAWING_BARS || r->d->show == DRAWING_TABLE || r->d->show == DRAWING_STACKED) {
        cu_str *labels = answer_labels(r, json_count(groups));
        struct drawing_series *s = answer_series(r, 2);
        struct json_iter it = json_each(groups);
        for (size_t i = 0; labels && json_next(&it); i++)
            labels[i] = json_str(it.value);
        for (size_t k = 0; s && k < 2; k++)
            s[k] = (struct drawing_series){.name = k ? CU_LIT("Before") : CU_LIT("After"),
                .values = answer_values(r, json_get(r->answer, sides[!k]), r->d->count)};
        return;
    }
    if (!flow_begin(r, &f))
        return;
    struct json_iter it = json_each(json_get(r->answer, "moves"));
    while (json_next(&it)) {
        cu_str ends[2] = {json_str(json_get(it.value, "from")), json_str(json_get(it.value, "to"))};
        struct drawing_value v = answer_value(r, json_get(it.value, "people"));
        size_t node[2];
        for (size_t k = 0; k < 2; k++) {
            cu_str key = ends[k].len ? ends[k] : k ? CU_LIT("(no longer)") : CU_LIT("(nobody yet)");
            if (node_find(&f, k, key) == SIZE_MAX)
                node_add(&f, k, key, key, (struct drawing_value){0, DRAWING_SHOWN});
            node[k] = node_find(&f, k, key);
            if (node[k] != SIZE_MAX && v.state == DRAWING_SHOWN)
                f.nodes[node[k]].value.v += v.v;
        }
        link_add(&f, node[0], node[1], v);
    }
}

// ---- attribution: a column for each model

static void attribution(struct answer_reader *r)
{
    json rows = json_get(r->answer, "rows");
    struct json_iter it = json_each(rows);
    if (!json_next(&it))
        return;
    const size_t n = json_count(rows), models = json_count(json_get(it.value, "models"));
    const bool one = r->d->show != DRAWING_TABLE;
    if (r->d->show == DRAWING_NUMBER) {
        one_number(r, "Revenue", METRIC_MONEY, answer_value(r, json_get(r->answer, "revenue")));
        return;
    }
    r->d->show = one ? DRAWING_BARS : DRAWING_TABLE;
    cu_str *labels = answer_labels(r, n);
    struct drawing_series *series = answer_series(r, one && models ? 1 : models);
    for (size_t k = 0, at = 0; series && k < models && at < r->d->series_count; k++) {
        struct drawing_value *v = cu_arena_alloc(r->arena, n * sizeof *v);
        cu_str name = CU_NONE;
        r->no_room = r->no_room || !v;
        it = json_each(rows);
        for (size_t i = 0; v && labels && json_next(&it); i++) {
            struct json_iter m = json_each(json_get(it.value, "models"));
            cu_str label = json_str(json_get(it.value, "label"));
            labels[i] = label.len ? label : json_str(json_get(it.value, "value"));
            for (size_t j = 0; j <= k && json_next(&m); j++) {
                name = json_str(json_get(m.value, "model"));
                if (j == k)
                    v[i] = answer_value(r, json_get(m.value, "revenue"));
            }
        }
        if (one && r->a->metric.len && !cu_str_eq(name, r->a->metric) && k + 1 < models)
            continue;
        series[at++] = (struct drawing_series){.name = name, .unit = METRIC_MONEY, .values = v};
    }
}

bool answer_shape(struct answer_reader *r, cu_str kind)
{
    static const struct {
        const char *kind;
        void (*draw)(struct answer_reader *r);
    } own[] = {{"cohort", cohort}, {"value", value}, {"funnel", funnel}, {"paths", paths}, {"rfm_movement", movement},
        {"attribution", attribution}};
    for (size_t i = 0; i < CU_COUNT(own); i++) {
        if (cu_str_eqz(kind, own[i].kind)) {
            own[i].draw(r);
            return true;
        }
    }
    for (size_t i = 0; i < CU_COUNT(shapes); i++) {
        if (cu_str_eqz(kind, shapes[i].kind)) {
            by_table(r, &shapes[i]);
            return true;
        }
    }
    return false;
}
