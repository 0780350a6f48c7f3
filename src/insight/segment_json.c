// SPDX-License-Identifier: Apache-2.0
// The JSON face of definitions: reading. Every fault is found, each with its JSON pointer.
#include "segment_json_read.h"

static struct seg_node *read_node(struct seg_reader *r, json v, unsigned depth);

static const char *const event_members[] = {"event", "where", NULL};

static void read_list(struct seg_reader *r, json v, unsigned depth, struct seg_node *n)
{
    size_t done = 0;
    if (!json_is(v, JSON_ARRAY) || json_count(v) == 0) {
        seg_fault(&r->sink, seg_here(r), "A list of at least one condition is expected.");
        return;
    }
    if (json_count(v) > SEG_NODES_MAX) {
        seg_fault(&r->sink, seg_here(r), "A definition has at most %u conditions.", SEG_NODES_MAX);
        return;
    }
    struct seg_node **children = seg_alloc(&r->sink, r->arena, json_count(v), sizeof *children);
    for (struct json_iter it = json_each(v); children && json_next(&it); done++) {
        size_t element = seg_down_at(&r->path, done);
        children[done] = read_node(r, it.value, depth + 1);
        seg_up(&r->path, element);
        if (!children[done])
            break;
    }
    n->children = children;
    n->child_count = children ? (uint32_t)done : 0;
}

static void read_not(struct seg_reader *r, json v, unsigned depth, struct seg_node *n)
{
    struct seg_node **child = seg_alloc(&r->sink, r->arena, 1, sizeof *child);
    if (!child)
        return;
    *child = read_node(r, v, depth + 1);
    n->children = child;
    n->child_count = *child ? 1 : 0;
}

static void refuse(struct seg_reader *r, const char *member, const char *text)
{
    size_t mark = seg_down(&r->path, member);
    seg_fault(&r->sink, seg_here(r), "%s", text);
    seg_up(&r->path, mark);
}

static const struct seg_value one = {.type = SEG_NUMBER, .text = {"", 0}, .number = 10000};

static void read_did(struct seg_reader *r, json v, struct seg_did *ret)
{
    static const char *const members[] = {
        "event", "where", "window", "measure", "of", "test", "values", "test_window", NULL};
    if (!seg_json_object(r, v, members, "An event such as {\"event\":\"Order Completed\"}"))
        return;
    seg_json_event(r, v, &ret->event);
    seg_json_window(r, v, "window", &ret->window);
    ret->measure = (enum seg_measure)seg_json_word(r, v, "measure", seg_measure_names, SEG_MEASURE_COUNT, SEG_COUNT);
    ret->test.field = seg_json_name(r, v, "of");
    if (!seg_measure_of(ret->measure) && ret->test.field.len > 0)
        refuse(r, "of", "This measure is not of a property: leave it out.");
    bool compared = !json_is(json_get(v, "test"), JSON_ABSENT) || !json_is(json_get(v, "values"), JSON_ABSENT);
    if (ret->measure == SEG_COUNT && !compared) {
        ret->test.cmp = SEG_AT_LEAST;
        ret->test.values = &one;
        ret->test.value_count = 1;
        return;
    }
    seg_json_compare(r, v, SEG_AT_LEAST, &ret->test);
    seg_json_window(r, v, "test_window", &ret->test.window);
}

// --- sequences

// A span of fixed length; ms of it. Months and years have none.
static int64_t read_length(struct seg_reader *r, json v)
{
    int32_t n = 0;
    enum seg_unit unit = SEG_DAYS;
    if (!seg_json_span(r, v, &n, &unit))
        return 0;
    if (unit > SEG_WEEKS || n < 1 || n > seg_unit_most[unit]) {
        seg_fault(
            &r->sink, seg_here(r), "A span of minutes, hours, days or weeks is expected, from 1 to a hundred years.");
        return 0;
    }
    return n * seg_unit_ms(unit);
}

static void read_step(struct seg_reader *r, json v, struct seg_step *ret)
{
    static const char *const members[] = {"event", "where", "within", NULL};
    *ret = (struct seg_step){.event = {.name = CU_LIT("")}};
    if (!seg_json_object(r, v, members, "A step such as {\"event\":\"Product Viewed\"}"))
        return;
    seg_json_event(r, v, &ret->event);
    json within = json_get(v, "within");
    if (json_is(within, JSON_ABSENT) || json_is(within, JSON_NULL))
        return;
    size_t mark = seg_down(&r->path, "within");
    ret->within_ms = read_length(r, within);
    seg_up(&r->path, mark);
}

static void read_steps(struct seg_reader *r, json v, struct seg_sequence *ret)
{
    size_t count = 0, done = 0;
    if (!seg_json_list(r, v, "steps", SEG_EVENTS_MAX, &count) || count == 0)
        return;
    size_t mark = seg_down(&r->path, "steps");
    ret->steps = seg_alloc(&r->sink, r->arena, count, sizeof *ret->steps);
    for (struct json_iter it = json_each(json_get(v, "steps")); ret->steps && json_next(&it); done++) {
        size_t element = seg_down_at(&r->path, done);
        read_step(r, it.value, &ret->steps[done]);
        seg_up(&r->path, element);
    }
    ret->step_count = (uint32_t)done;
    seg_up(&r->path, mark);
}

static void read_without(struct seg_reader *r, json v, struct seg_sequence *ret)
{
    size_t count = 0, done = 0;
    if (!seg_json_list(r, v, "without", SEG_EVENTS_MAX, &count) || count == 0)
        return;
    size_t mark = seg_down(&r->path, "without");
    ret->without = seg_alloc(&r->sink, r->arena, count, sizeof *ret->without);
    for (struct json_iter it = json_each(json_get(v, "without")); ret->without && json_next(&it); done++) {
        size_t element = seg_down_at(&r->path, done);
        if (seg_json_object(r, it.value, event_members, "An event such as {\"event\":\"Order Refunded\"}"))
            seg_json_event(r, it.value, &ret->without[done]);
        seg_up(&r->path, element);
    }
    ret->without_count = (uint32_t)done;
    seg_up(&r->path, mark);
}

static void read_same(struct seg_reader *r, json v, struct seg_sequence *ret)
{
    size_t count = 0, done = 0;
    if (!seg_json_list(r, v, "same", SEG_EVENTS_MAX, &count) || count == 0)
        return;
    ret->same = seg_alloc(&r->sink, r->arena, count, sizeof *ret->same);
    for (struct json_iter it = json_each(json_get(v, "same")); ret->same && json_next(&it); done++) {
        cu_str name = json_str(it.value);
        ret->same[done] = CU_LIT("");
        if (!name.ptr || name.len > SEG_NAME_MAX)
            refuse(r, "same", "Names of properties are expected.");
        else
            ret->same[done] = seg_keep(&r->sink, r->arena, name);
    }
    ret->same_count = (uint32_t)done;
}

static void read_sequence(struct seg_reader *r, json v, struct seg_sequence *ret)
{
    static const char *const members[] = {"steps", "same", "without", "without_for", "window", NULL};
    if (!seg_json_object(r, v, members, "A sequence such as {\"steps\":[{\"event\":\"A\"},{\"event\":\"B\"}]}"))
        return;
    read_steps(r, v, ret);
    read_same(r, v, ret);
    read_without(r, v, ret);
    json until = json_get(v, "without_for");
    if (cu_str_eqz(json_str(until), "ever")) {
        ret->without_ms = INT64_MAX;
    } else if (!json_is(until, JSON_ABSENT) && !json_is(until, JSON_NULL)) {
        size_t mark = seg_down(&r->path, "without_for");
        ret->without_ms = read_length(r, until);
        seg_up(&r->path, mark);
    }
    seg_json_window(r, v, "window", &ret->window);
}

// --- the rest

static void read_member(struct seg_reader *r, json v, struct seg_node *n)
{
    static const char *const members[] = {"segment", "state", "window", NULL};
    if (!seg_json_object(r, v, members, "A segment such as {\"segment\":\"vip\",\"state\":\"in\"}"))
        return;
    n->member.segment = seg_json_name(r, v, "segment");
    n->member.state = (enum seg_member_state)seg_json_word(r, v, "state", seg_member_names, 3, SEG_IN);
    seg_json_window(r, v, "window", &n->member.window);
}

static void read_sample(struct seg_reader *r, json v, struct seg_node *n)
{
    static const char *const members[] = {"percent", "seed", NULL};
    int64_t percent = 0;
    if (!seg_json_object(r, v, members, "A sample such as {\"percent\":10}"))
        return;
    n->sample.seed = seg_json_name(r, v, "seed");
    if (seg_number_json(json_get(v, "percent"), &percent) != SEG_NUMBER_FINE || percent % 1000 != 0 ||
        percent < -1000000 || percent > 10000000)
        refuse(r, "percent", "A percentage with at most one decimal is expected, such as 12.5.");
    else
        n->sample.permille = (int32_t)(percent / 1000);
}

static void read_everybody(struct seg_reader *r, json v)
{
    bool yes = false;
    if (!json_bool(v, &yes) || !yes)
        seg_fault(&r->sink, seg_here(r), "{\"everybody\":true} is expected.");
}

static const char *const kinds[] = {"all", "any", "not", "everybody", "field", "did", "sequence", "member", "sample"};
_Static_assert(CU_COUNT(kinds) == SEG_SAMPLE + 1, "a member per kind");

static void read_inside(struct seg_reader *r, json outer, unsigned depth, struct seg_node *n)
{
    json v = json_get(outer, kinds[n->kind]);
    size_t mark = r->path.len;
    if (n->kind == SEG_FIELD) {
        seg_json_test(r, outer, &n->field);
        return;
    }
    (void)seg_down(&r->path, kinds[n->kind]);
    switch (n->kind) {
    case SEG_ALL:
    case SEG_ANY:
        read_list(r, v, depth, n);
        break;
    case SEG_NOT:
        read_not(r, v, depth, n);
        break;
    case SEG_EVERYBODY:
        read_everybody(r, v);
        break;
    case SEG_FIELD:
        break;
    case SEG_DID:
        read_did(r, v, &n->did);
        break;
    case SEG_SEQUENCE:
        read_sequence(r, v, &n->sequence);
        break;
    case SEG_MEMBER:
        read_member(r, v, n);
        break;
    case SEG_SAMPLE:
        read_sample(r, v, n);
        break;
    }
    seg_up(&r->path, mark);
}

static bool only_member(struct seg_reader *r, json v, enum seg_kind kind)
{
    const char *const members[] = {kinds[kind], NULL};
    return kind == SEG_FIELD || seg_json_object(r, v, members, "A condition");
}

// NULL: reading cannot go on (a limit, or no memory).
static struct seg_node *read_node(struct seg_reader *r, json v, unsigned depth)
{
    if (depth > SEG_DEPTH_MAX || ++r->counts.nodes > SEG_NODES_MAX) {
        seg_fault(&r->sink, seg_here(r), "A definition has at most %u conditions, at most %u inside one another.",
            SEG_NODES_MAX, SEG_DEPTH_MAX);
        return NULL;
    }
    struct seg_node *n = seg_alloc(&r->sink, r->arena, 1, sizeof *n);
    if (!n)
        return NULL;
    n->kind = SEG_EVERYBODY;
    for (size_t i = 0; i < CU_COUNT(kinds); i++) {
        if (json_is(json_get(v, kinds[i]), JSON_ABSENT))
            continue;
        n->kind = (enum seg_kind)i;
        if (only_member(r, v, n->kind))
            read_inside(r, v, depth, n);
        return n;
    }
    seg_fault(&r->sink, seg_here(r),
        "A condition is expected: an object with one of all, any, not, everybody, field, did, sequence, member, sample.");
    return n;
}

cu_code seg_parse_json(json value, const struct seg_catalog *c, struct cu_arena *a, struct seg_node **ret,
    struct seg_faults *faults, struct cu_error *err)
{
    struct seg_reader r = {.arena = a, .zone = seg_catalog_zone(c)};
    seg_sink_open(&r.sink, faults, err);
    r.sink.faults->count = 0;
    struct seg_node *n = read_node(&r, value, 1);
    if (r.sink.code != CU_OK || !n)
        return r.sink.code;
    seg_number_nodes(n);
    *ret = n;
    return CU_OK;
}
