// SPDX-License-Identifier: Apache-2.0
// Questions of Insight: what all kinds share. See query.h.
#include "query_private.h"

#include "dimension.h"

#include "base/clock.h"
#include "store/module.h"
#include "text/text.h"

#include <pthread.h>
#include <roaring/roaring.h>

enum { ARENA_MAX = 64 * 1024 * 1024, ASK_MS = 20000, DAYS_MAX = 366 * 20, QUESTION_MAX = 128 * 1024, CSV_ANSWER_MAX = 32 * 1024 * 1024 };

cu_code insight_desk_open(const struct insight_desk_options *o, struct insight_desk **ret, struct cu_error *err)
{
    struct insight_desk *d = cu_calloc(1, sizeof *d);
    if (!d)
        return cu_fail(err, CU_MEMORY, "", "no memory for questions of Insight");
    d->o = *o;
    pthread_condattr_t attributes;
    (void)pthread_condattr_init(&attributes);
    (void)pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&d->free, &attributes);
    (void)pthread_condattr_destroy(&attributes);
    (void)pthread_mutex_init(&d->lock, NULL);
    (void)pthread_mutex_init(&d->consent_lock, NULL);
    *ret = d;
    return CU_OK;
}

void insight_desk_close(struct insight_desk *d)
{
    if (!d)
        return;
    desk_kept_clear(d);
    desk_consent_clear(d);
    (void)pthread_cond_destroy(&d->free);
    (void)pthread_mutex_destroy(&d->lock);
    (void)pthread_mutex_destroy(&d->consent_lock);
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

#define COMMON_FIELDS \
    {.name = "kind", .type = SPEC_STRING, .min = 1, .max = 40, .required = true, .doc = "Kind of question; GET /v1/insight/kinds lists them."}, \
    {.name = "from", .type = SPEC_DATE, .doc = "First day, of the shop's time zone; default: 29 days before the last."}, \
    {.name = "to", .type = SPEC_DATE, .doc = "Last day; default: today."}, \
    {.name = "segment", .type = SPEC_STRING, .min = 1, .max = 63, .doc = "Only people who are in this segment now."}, \
    {.name = "consented", .type = SPEC_BOOL, .fallback = "false", .doc = "Only people who allow analytics; the answer says how many are left out."}, \
    {.name = "shared", .type = SPEC_BOOL, .fallback = "false", \
        .doc = "Hide figures about small groups, as for an answer that leaves the house; always so for callers who may not see people."}, \
    {.name = "question", .type = SPEC_OBJECT, .max = 65536, .doc = "The fields of the kind."}
static const struct spec_field common_body[] = {
    COMMON_FIELDS,
    {.name = NULL},
};
static const struct spec_field people_body[] = {
    COMMON_FIELDS,
    {.name = "pick", .type = SPEC_OBJECT, .max = 4096, .required = true, .doc = "Which figure of the answer; each kind says what it takes."},
    {.name = "cursor", .type = SPEC_STRING, .max = 64, .doc = "The `next` of the page before."},
    {.name = "limit", .type = SPEC_INT, .min = 1, .max = 200, .fallback = "50", .doc = "How many at most."},
    {.name = NULL},
};
static const char *const formats[] = {"json", "csv", NULL};
static const struct spec_field query_query[] = {
    {.name = "format", .type = SPEC_ENUM, .options = formats, .fallback = "json",
        .doc = "csv: the answer's main table, with small groups hidden whoever asks; amounts of reports in whole units of the currency."},
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

// ---- one question from beginning to end

typedef cu_code asking(struct insight_query *q, void *context, struct cu_error *err);
struct asked {
    struct insight_desk *desk;
    const struct caller *caller;
    const struct spec_values *values; // of common_body
    cu_str body;                      // as it was sent
    bool shared;                      // hide small groups, whoever asks
    asking *fn;
    void *context;
};

// Who is counted: a segment, and of these who allow analytics.
static cu_code read_among(struct insight_query *q, const struct spec_values *v, roaring_bitmap_t **ret, struct cu_error *err)
{
    roaring_bitmap_t *consented = NULL;
    if (spec_has(v, "segment"))
        CU_TRY(read_segment(q, spec_str(v, "segment"), ret, err));
    if (!spec_i64(v, "consented"))
        return CU_OK;
    CU_TRY(desk_consented(q->desk, q->persons, &consented, &q->left_out, err));
    if (*ret) {
        uint64_t before = roaring_bitmap_get_cardinality(*ret);
        roaring_bitmap_and_inplace(*ret, consented);
        q->left_out = before - roaring_bitmap_get_cardinality(*ret);
        roaring_bitmap_free(consented);
    } else {
        *ret = consented;
    }
    return CU_OK;
}

static cu_code work_out(struct insight_query *q, const struct asked *a, struct cu_error *err)
{
    roaring_bitmap_t *among = NULL;
    CU_TRY(desk_turn_take(q->desk, err));
    q->limits.ends_ms = desk_mono_ms() + ASK_MS;
    cu_code code = read_among(q, a->values, &among, err);
    if (among)
        limit_to(q, among);
    if (code == CU_OK)
        code = a->fn(q, a->context, err);
    desk_turn_give(q->desk);
    if (among)
        roaring_bitmap_free(among);
    if (code == CU_TIMEOUT)
        return cu_fail(err, CU_TOO_LARGE, "", "the question took longer than %d s; ask for fewer days or fewer people", ASK_MS / 1000);
    return code;
}

static cu_code with_query(const struct asked *a, struct cu_error *err)
{
    struct insight_desk *d = a->desk;
    CU_AUTO_ARENA struct cu_arena *arena = cu_arena_new(ARENA_MAX);
    struct insight_query q = {.desk = d, .o = &d->o, .arena = arena, .caller = a->caller, .dictionary = people_dictionary(d->o.people)};
    if (!arena)
        return cu_fail(err, CU_MEMORY, "", "no memory for a question");
    bool trusted = a->caller->permissions >> SPEC_PEOPLE_READ & 1 && !spec_i64(a->values, "shared") && !a->shared;
    q.small_group = trusted ? 0 : d->o.small_group;
    CU_TRY(read_period(&q, a->values, err));
    struct json_parser *parser = json_parser_new(64);
    cu_code code = parser ? read_question(&q, a->values, parser, err) : cu_fail(err, CU_MEMORY, "", "no memory for a question");
    if (code == CU_OK)
        code = people_persons_take(d->o.people, &q.persons, err);
    if (code == CU_OK) {
        code = work_out(&q, a, err);
        people_persons_give(d->o.people, q.persons);
    }
    json_parser_free(parser);
    return code;
}

static cu_code answer_into(struct insight_query *q, void *context, struct cu_error *err)
{
    return run(q, context, err);
}

// ---- answers that are kept

// Rests on nothing but events, orders and who belongs together: neither on segments, consents nor on what was spent.
static bool may_be_kept(const struct asked *a)
{
    static const char *const kinds[] = {"report", "funnel", "paths", "cohort", "value", "churn", "friction"};
    if (spec_i64(a->values, "consented") || cu_str_find_str(a->body, CU_LIT("segment")) >= 0)
        return false;
    for (size_t i = 0; i < CU_COUNT(kinds); i++) {
        if (cu_str_eqz(spec_str(a->values, "kind"), kinds[i]))
            return true;
    }
    return false;
}

static cu_code answer_with(const struct asked *a, cu_str key, const struct scan_persons *persons, struct cu_buf *out, struct cu_error *err)
{
    struct desk_stamp stamp = desk_stamp_now(a->desk, persons);
    if (desk_kept_find(a->desk, key, &stamp, out))
        return CU_OK;
    size_t from = out->len;
    int64_t began = desk_mono_ms();
    CU_TRY(with_query(a, err));
    desk_kept_put(a->desk, key, &stamp, cu_str_sub(cu_buf_view(out), from, out->len - from), desk_mono_ms() - began);
    return CU_OK;
}

static cu_code answer_kept(const struct asked *a, struct cu_buf *out, struct cu_error *err)
{
    const struct scan_persons *persons = NULL;
    CU_AUTO_BUF struct cu_buf key;
    cu_buf_init(&key, QUESTION_MAX + 64);
    if (!may_be_kept(a))
        return with_query(a, err);
    bool trusted = a->caller->permissions >> SPEC_PEOPLE_READ & 1 && !a->shared;
    cu_buf_printf(&key, "%d ", trusted);
    cu_buf_str(&key, a->body);
    CU_TRY(cu_buf_code(&key, err));
    CU_TRY(people_persons_take(a->desk->o.people, &persons, err));
    cu_code code = answer_with(a, cu_buf_view(&key), persons, out, err);
    people_persons_give(a->desk->o.people, persons);
    return code;
}

cu_code insight_ask(struct insight_desk *d, const struct caller *caller, cu_str body, struct cu_buf *out, struct cu_error *err)
{
    struct json_parser *parser = json_parser_new(QUESTION_MAX);
    struct spec_values v;
    json object;
    cu_code code = parser ? json_parse(parser, body, &object, err) : cu_fail(err, CU_MEMORY, "", "no memory for a question");
    if (code == CU_OK)
        code = spec_decode_json(common_body, object, &v, err);
    const struct asked a = {.desk = d, .caller = caller, .values = &v, .body = body, .fn = answer_into, .context = out};
    if (code == CU_OK)
        code = answer_kept(&a, out, err);
    json_parser_free(parser);
    return code;
}

// ---- routes

static cu_code query_as_csv(struct request *rq, struct cu_error *err)
{
    json document;
    CU_AUTO_BUF struct cu_buf answer;
    cu_buf_init(&answer, CSV_ANSWER_MAX);
    const struct asked a = {.desk = rq->module, .caller = &rq->caller, .values = &rq->body_values, .body = rq->body, .shared = true,
        .fn = answer_into, .context = &answer};
    CU_TRY(answer_kept(&a, &answer, err));
    const struct insight_kind *kind = insight_kind_find(spec_str(&rq->body_values, "kind"));
    struct json_parser *parser = json_parser_new(CSV_ANSWER_MAX);
    cu_code code = parser ? json_parse(parser, cu_buf_view(&answer), &document, err) : cu_fail(err, CU_MEMORY, "", "no memory for a table");
    if (code == CU_OK)
        code = desk_csv(kind, document, &rq->response.body, err);
    json_parser_free(parser);
    return code;
}

static cu_code post_query(struct request *rq, struct cu_error *err)
{
    const struct asked a = {.desk = rq->module, .caller = &rq->caller, .values = &rq->body_values, .body = rq->body, .fn = answer_into,
        .context = &rq->response.body};
    (void)request_json(rq, 200);
    if (cu_str_eqz(spec_str(&rq->query_values, "format"), "csv")) {
        rq->response.content_type = "text/csv; charset=utf-8; header=present";
        CU_TRY(request_header_add(rq, "Content-Disposition", CU_LIT("attachment; filename=\"custos.csv\"")));
        return query_as_csv(rq, err);
    }
    return answer_kept(&a, &rq->response.body, err);
}

static cu_code list_people(struct insight_query *q, void *context, struct cu_error *err)
{
    struct request *rq = context;
    if (!q->kind->people)
        return cu_fail(err, CU_INVALID, "/kind", "there are no lists of people behind figures of this kind");
    roaring_bitmap_t *people = roaring_bitmap_create();
    if (!people)
        return cu_fail(err, CU_MEMORY, "", "no memory for a list of people");
    cu_code code = q->kind->people(q, spec_get(&rq->body_values, "pick")->raw, people, err);
    if (code == CU_OK)
        code = desk_people_write(q, rq, people, err);
    roaring_bitmap_free(people);
    return code;
}

static cu_code post_people(struct request *rq, struct cu_error *err)
{
    const struct asked a = {.desk = rq->module, .caller = &rq->caller, .values = &rq->body_values, .body = rq->body, .fn = list_people,
        .context = rq};
    return with_query(&a, err);
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
        .body_max = QUESTION_MAX, .query = query_query, .body = common_body, .answer = query_answer,
        .doc = "Any question about figures; the kind says which.", .handler = post_query},
    {.name = "insight.people", .method = "POST", .path = "/v1/insight/people", .permission = SPEC_PEOPLE_READ, .body_kind = SPEC_BODY_JSON,
        .body_max = QUESTION_MAX, .body = people_body, .answer = desk_people_answer, .doc = "The people behind one figure of an answer.",
        .handler = post_people},
    {.name = "insight.kinds", .method = "GET", .path = "/v1/insight/kinds", .permission = SPEC_ANALYTICS_READ, .answer = kinds_answer,
        .doc = "The kinds of questions.", .handler = get_kinds},
    {.name = "insight.metrics", .method = "GET", .path = "/v1/insight/metrics", .permission = SPEC_ANALYTICS_READ, .answer = insight_metrics_answer,
        .doc = "The catalogue of metrics: formulas, units and the variants of other vendors.", .handler = insight_get_metrics},
    {.name = "insight.dimensions", .method = "GET", .path = "/v1/insight/dimensions", .permission = SPEC_ANALYTICS_READ,
        .answer = insight_dimensions_answer, .doc = "By what figures can be broken down and filtered.", .handler = insight_get_dimensions},
    {.name = "insight.values", .method = "GET", .path = "/v1/insight/values", .permission = SPEC_ANALYTICS_READ, .query = insight_values_query,
        .answer = insight_values_answer, .doc = "The values of a dimension, for filters.", .handler = insight_get_values},
};
const struct module insight_query_module = {
    .name = "insight_query",
    .doc = "Questions of Insight: reports, funnels, paths, cohorts, attribution, value, friction.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
};
