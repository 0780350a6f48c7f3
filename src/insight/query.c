// SPDX-License-Identifier: Apache-2.0
// Questions of Insight: what all kinds share. See query.h.
#include "query.h"

#include "dimension.h"

#include "base/clock.h"
#include "store/module.h"
#include "text/text.h"

#include <pthread.h>
#include <roaring/roaring.h>

enum { ARENA_MAX = 64 * 1024 * 1024, ASK_MS = 20000, DAYS_MAX = 366 * 20, QUESTION_MAX = 128 * 1024 };

struct insight_desk {
    struct insight_desk_options o;
};

cu_code insight_desk_open(const struct insight_desk_options *o, struct insight_desk **ret, struct cu_error *err)
{
    struct insight_desk *d = cu_calloc(1, sizeof *d);
    if (!d)
        return cu_fail(err, CU_MEMORY, "", "no memory for questions of Insight");
    d->o = *o;
    *ret = d;
    return CU_OK;
}

void insight_desk_close(struct insight_desk *d)
{
    cu_free(d);
}

const struct insight_desk_options *insight_desk_options(const struct insight_desk *d)
{
    return &d->o;
}

bool insight_small(const struct insight_query *q, uint64_t people)
{
    return people > 0 && people < (uint64_t)q->small_group;
}

void insight_hide(struct insight_query *q, const uint64_t *people, size_t count, bool *hidden)
{
    size_t small = 0, next = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        hidden[i] = insight_small(q, people[i]);
        small += hidden[i];
        if (!hidden[i] && people[i] > 0 && (next == SIZE_MAX || people[i] < people[next]))
            next = i;
    }
    if (small == 1 && next != SIZE_MAX) { // else it is the total less all the others
        hidden[next] = true;
        small++;
    }
    q->hidden += small;
}

uint32_t insight_event(const struct insight_query *q, cu_str name, bool *ret_any)
{
    struct timeline *t = insight_timeline(q);
    *ret_any = name.len == 0 || cu_str_eqz(name, "*");
    if (*ret_any)
        return 0;
    const struct dict_event *row = q->dictionary ? dictionary_event(q->dictionary, name) : NULL;
    cu_str wanted = row ? row->name : name;
    for (uint32_t kind = 1;; kind++) {
        cu_str known = timeline_kind_name(t, kind);
        if (!known.ptr)
            return 0;
        if (cu_str_eq(known, wanted))
            return kind;
    }
}

static bool is_among(void *context, uint32_t root)
{
    return roaring_bitmap_contains(context, root);
}

static const struct spec_field common_body[] = {
    {.name = "kind", .type = SPEC_STRING, .min = 1, .max = 40, .required = true, .doc = "Kind of question; GET /v1/insight/kinds lists them."},
    {.name = "from", .type = SPEC_DATE, .doc = "First day, of the shop's time zone; default: 29 days before the last."},
    {.name = "to", .type = SPEC_DATE, .doc = "Last day; default: today."},
    {.name = "segment", .type = SPEC_STRING, .min = 1, .max = 63, .doc = "Only people who are in this segment now."},
    {.name = "consented", .type = SPEC_BOOL, .fallback = "false", .doc = "Only people who allow analytics; the answer says how many are left out."},
    {.name = "shared", .type = SPEC_BOOL, .fallback = "false",
        .doc = "Hide figures about small groups, as for an answer that leaves the house; always so for callers who may not see people."},
    {.name = "question", .type = SPEC_OBJECT, .max = 65536, .doc = "The fields of the kind."},
    {.name = NULL},
};

static cu_code read_period(struct insight_query *q, const struct spec_values *v, struct cu_error *err)
{
    int32_t last = spec_has(v, "to") ? text_day_of(spec_i64(v, "to")) : text_zone_day(q->o->zone, cu_now_ms());
    q->from_day = spec_has(v, "from") ? text_day_of(spec_i64(v, "from")) : last - 29;
    q->to_day = last + 1;
    if (q->from_day >= q->to_day)
        return cu_fail(err, CU_INVALID, "/from", "the first day lies after the last");
    if (q->to_day - q->from_day > DAYS_MAX)
        return cu_fail(err, CU_TOO_LARGE, "/from", "at most %d days (20 years) in one question", DAYS_MAX);
    q->from_ms = text_zone_day_start(q->o->zone, q->from_day);
    q->to_ms = text_zone_day_start(q->o->zone, q->to_day);
    return CU_OK;
}

static cu_code read_segment(struct insight_query *q, cu_str name, roaring_bitmap_t **ret, struct cu_error *err)
{
    struct audience_row row;
    cu_code code = audience_get(q->o->audiences, name, q->arena, &row, err);
    if (code == CU_NOT_FOUND)
        return cu_fail(err, CU_INVALID, "/segment", "there is no segment of this name; GET /v1/segments lists them");
    CU_TRY(code);
    return audience_people(q->o->audiences, row.number, ret, err);
}

static void limit_to(struct insight_query *q, roaring_bitmap_t *among)
{
    q->among = among;
    q->limits.person = is_among;
    q->limits.context = among;
}

static void write_head(const struct insight_query *q, struct json_writer *w)
{
    char day[TEXT_TIME_MAX];
    jw_object(w);
    jw_kz(w, "kind", q->kind->name);
    text_time_format(text_day_start(q->from_day), day);
    jw_kstr(w, "from", (cu_str){day, 10});
    text_time_format(text_day_start(q->to_day - 1), day);
    jw_kstr(w, "to", (cu_str){day, 10});
    jw_kz(w, "zone", q->o->zone_name);
    jw_kz(w, "currency", q->o->currency);
    jw_ktime(w, "computed", cu_now_ms());
    jw_key(w, "answer");
    jw_object(w);
}

static void write_tail(const struct insight_query *q, struct json_writer *w)
{
    jw_object_end(w);
    jw_kbool(w, "complete", q->damaged_blocks == 0);
    jw_ki64(w, "left_out", (int64_t)q->left_out);
    jw_ki64(w, "small_group", q->small_group);
    jw_ki64(w, "hidden", (int64_t)q->hidden);
    jw_object_end(w);
}

static cu_code run(struct insight_query *q, struct cu_buf *out, struct cu_error *err)
{
    struct json_writer w;
    jw_start(&w, out);
    write_head(q, &w);
    CU_TRY(q->kind->run(q, &w, err));
    write_tail(q, &w);
    return cu_buf_code(out, err);
}

// Fields of the kind, from "question" or from nothing.
static cu_code read_question(struct insight_query *q, const struct spec_values *v, struct json_parser *parser, struct cu_error *err)
{
    cu_str name = spec_str(v, "kind");
    json question = spec_get(v, "question")->raw;
    q->kind = insight_kind_find(name);
    if (!q->kind)
        return cu_fail(err, CU_INVALID, "/kind", "there is no kind of question \"%.*s\"; GET /v1/insight/kinds lists them", CU_ARG(name));
    if (!spec_has(v, "question"))
        CU_TRY(json_parse(parser, CU_LIT("{}"), &question, err));
    cu_code code = spec_decode_json(q->kind->body, question, &q->question, err);
    if (code != CU_OK)
        cu_error_prefix(err, "/question");
    return code;
}

typedef cu_code asking(struct insight_query *q, void *context, struct cu_error *err);

static cu_code with_query(struct insight_desk *d, const struct caller *caller, const struct spec_values *v, asking *fn, void *context, struct cu_error *err)
{
    struct json_parser *parser = NULL;
    roaring_bitmap_t *among = NULL;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(ARENA_MAX);
    struct insight_query q = {.desk = d, .o = &d->o, .arena = a, .caller = caller, .dictionary = people_dictionary(d->o.people)};
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for a question");
    bool trusted = caller->permissions >> SPEC_PEOPLE_READ & 1 && !spec_i64(v, "shared");
    q.small_group = trusted ? 0 : d->o.small_group;
    q.limits.ends_ms = cu_mono_us() / 1000 + ASK_MS;
    CU_TRY(read_period(&q, v, err));
    parser = json_parser_new(16);
    cu_code code = parser ? read_question(&q, v, parser, err) : cu_fail(err, CU_MEMORY, "", "no memory for a question");
    if (code == CU_OK && spec_has(v, "segment"))
        code = read_segment(&q, spec_str(v, "segment"), &among, err);
    if (among)
        limit_to(&q, among);
    if (code == CU_OK)
        code = people_persons_take(d->o.people, &q.persons, err);
    if (code == CU_OK) {
        code = fn(&q, context, err);
        people_persons_give(d->o.people, q.persons);
    }
    if (among)
        roaring_bitmap_free(among);
    json_parser_free(parser);
    return code;
}

static cu_code answer_into(struct insight_query *q, void *context, struct cu_error *err)
{
    return run(q, context, err);
}

cu_code insight_ask(struct insight_desk *d, const struct caller *caller, cu_str body, struct cu_buf *out, struct cu_error *err)
{
    struct json_parser *parser = json_parser_new(QUESTION_MAX);
    struct spec_values v;
    json object;
    cu_code code = parser ? json_parse(parser, body, &object, err) : cu_fail(err, CU_MEMORY, "", "no memory for a question");
    if (code == CU_OK)
        code = spec_decode_json(common_body, object, &v, err);
    if (code == CU_OK)
        code = with_query(d, caller, &v, answer_into, out, err);
    json_parser_free(parser);
    return code;
}

static cu_code post_query(struct request *rq, struct cu_error *err)
{
    (void)request_json(rq, 200);
    return with_query(rq->module, &rq->caller, &rq->body_values, answer_into, &rq->response.body, err);
}

static cu_code get_kinds(struct request *rq, struct cu_error *err)
{
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    for (size_t i = 0; insight_kinds[i]; i++) {
        jw_object(&w);
        jw_kz(&w, "name", insight_kinds[i]->name);
        jw_kz(&w, "doc", insight_kinds[i]->doc);
        jw_kbool(&w, "people", insight_kinds[i]->people != NULL);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

static const struct spec_field query_answer[] = {
    {.name = "kind", .type = SPEC_STRING, .max = 40, .doc = "As asked."},
    {.name = "from", .type = SPEC_DATE, .doc = "First day."},
    {.name = "to", .type = SPEC_DATE, .doc = "Last day."},
    {.name = "zone", .type = SPEC_STRING, .max = 63, .doc = "Time zone of the days."},
    {.name = "currency", .type = SPEC_STRING, .max = 3, .doc = "Currency of amounts, which are in minor units."},
    {.name = "computed", .type = SPEC_TIME, .doc = "When the answer was worked out."},
    {.name = "answer", .type = SPEC_OBJECT, .max = 64 << 20, .doc = "What the kind answers; docs/reference/insight.md."},
    {.name = "complete", .type = SPEC_BOOL, .doc = "false: damaged parts of the timeline were left out."},
    {.name = "left_out", .type = SPEC_INT, .max = INT64_MAX, .doc = "People who are not counted because they do not allow analytics."},
    {.name = "small_group", .type = SPEC_INT, .max = INT64_MAX, .doc = "Figures about fewer people are hidden (null); 0: nothing is hidden."},
    {.name = "hidden", .type = SPEC_INT, .max = INT64_MAX, .doc = "How many groups are hidden."},
    {.name = NULL},
};
static const struct spec_field kind_fields[] = {
    {.name = "name", .type = SPEC_STRING, .max = 40, .doc = "To be given as `kind`."},
    {.name = "doc", .type = SPEC_STRING, .max = 1024, .doc = "What it answers."},
    {.name = "people", .type = SPEC_BOOL, .doc = "true: the people behind its figures can be listed (POST /v1/insight/people)."},
    {.name = NULL},
};
static const struct spec_field kinds_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = 100, .fields = kind_fields, .doc = "The kinds."},
    {.name = NULL},
};
static const struct spec_route routes[] = {
    {.name = "insight.query", .method = "POST", .path = "/v1/insight/query", .permission = SPEC_ANALYTICS_READ, .body_kind = SPEC_BODY_JSON,
        .body_max = QUESTION_MAX, .body = common_body, .answer = query_answer, .doc = "Any question about figures; the kind says which.", .handler = post_query},
    {.name = "insight.kinds", .method = "GET", .path = "/v1/insight/kinds", .permission = SPEC_ANALYTICS_READ, .answer = kinds_answer,
        .doc = "The kinds of questions.", .handler = get_kinds},
    {.name = "insight.metrics", .method = "GET", .path = "/v1/insight/metrics", .permission = SPEC_ANALYTICS_READ, .answer = insight_metrics_answer,
        .doc = "The catalogue of metrics: formulas, units and the variants of other vendors.", .handler = insight_get_metrics},
    {.name = "insight.dimensions", .method = "GET", .path = "/v1/insight/dimensions", .permission = SPEC_ANALYTICS_READ,
        .answer = insight_dimensions_answer, .doc = "By what figures can be broken down and filtered.", .handler = insight_get_dimensions},
};
const struct module insight_query_module = {
    .name = "insight_query",
    .doc = "Questions of Insight: reports, funnels, paths, cohorts, attribution, value, friction.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
};
