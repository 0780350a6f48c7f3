// SPDX-License-Identifier: Apache-2.0
// The routes of the tracking API: the union of what Segment, RudderStack and Jitsu document and of
// what their clients were seen to call. See door.h.
#include "door_private.h"

cu_code door_open(const struct door_options *o, struct door **ret, struct cu_error *err)
{
    static const char *const calls = "custos_door_calls_total",
                             *const requests = "custos_door_refused_requests_total";
    static const char *const calls_doc =
        "Calls the doors made durable, accepted or refused to quarantine.";
    static const char *const requests_doc = "Requests the doors refused as a whole.";
    struct door *d = cu_calloc(1, sizeof *d);
    if (!d)
        return cu_fail(err, CU_MEMORY, "", "no memory for the doors");
    d->o = *o;
    d->accepted = cu_metric_get(CU_COUNTER, calls, "result=\"accepted\"", calls_doc);
    d->refused = cu_metric_get(CU_COUNTER, calls, "result=\"refused\"", calls_doc);
    d->unknown_key = cu_metric_get(CU_COUNTER, requests, "reason=\"key\"", requests_doc);
    d->malformed = cu_metric_get(CU_COUNTER, requests, "reason=\"malformed\"", requests_doc);
    d->busy = cu_metric_get(CU_COUNTER, requests, "reason=\"busy\"", requests_doc);
    d->failed = cu_metric_get(CU_COUNTER, requests, "reason=\"failed\"", requests_doc);
    *ret = d;
    return CU_OK;
}

void door_close(struct door *d)
{
    cu_free(d);
}

static cu_code identify(struct request *rq, struct cu_error *err)
{
    return door_single(rq, DOOR_IDENTIFY, false, err);
}

static cu_code track(struct request *rq, struct cu_error *err)
{
    return door_single(rq, DOOR_TRACK, false, err);
}

static cu_code page(struct request *rq, struct cu_error *err)
{
    return door_single(rq, DOOR_PAGE, false, err);
}

static cu_code screen(struct request *rq, struct cu_error *err)
{
    return door_single(rq, DOOR_SCREEN, false, err);
}

static cu_code group(struct request *rq, struct cu_error *err)
{
    return door_single(rq, DOOR_GROUP, false, err);
}

static cu_code alias(struct request *rq, struct cu_error *err)
{
    return door_single(rq, DOOR_ALIAS, false, err);
}

static cu_code batch(struct request *rq, struct cu_error *err)
{
    return door_batch(rq, false, err);
}

static cu_code by_type(struct request *rq, bool server, struct cu_error *err)
{
    enum door_type type = DOOR_ANY;
    (void)door_type_parse(request_path_str(rq, "type"), &type); // an option of the parameter
    return door_single(rq, type, server, err);
}

static cu_code jitsu(struct request *rq, struct cu_error *err)
{
    return by_type(rq, false, err);
}

static cu_code jitsu_server(struct request *rq, struct cu_error *err)
{
    return by_type(rq, true, err);
}

static cu_code jitsu_server_batch(struct request *rq, struct cu_error *err)
{
    return door_batch(rq, true, err);
}

static cu_code pixel_track(struct request *rq, struct cu_error *err)
{
    return door_pixel(rq, DOOR_TRACK, err);
}

static cu_code pixel_page(struct request *rq, struct cu_error *err)
{
    return door_pixel(rq, DOOR_PAGE, err);
}

// The SDK's counters about itself: answered, so that it does not try again, and not kept.
static cu_code client_metrics(struct request *rq, struct cu_error *err)
{
    (void)err;
    rq->response.status = 200;
    rq->response.static_body = CU_LIT("{\"success\":true}");
    return CU_OK;
}

static cu_code no_script(struct request *rq, struct cu_error *err)
{
    (void)rq;
    return cu_fail(err, CU_NOT_FOUND, "",
        "Custos does not ship this script: bundle @segment/analytics-next from npm, or use the "
        "snippet of Sources");
}

static const char *const jitsu_types[] = {
    "identify", "track", "page", "screen", "group", "alias", NULL};
static const struct spec_field type_field[] = {
    {.name = "type",
        .type = SPEC_ENUM,
        .options = jitsu_types,
        .required = true,
        .doc = "The kind of call."},
    {.name = NULL},
};
static const struct spec_field key_field[] = {
    {.name = "write_key",
        .type = SPEC_STRING,
        .min = 1,
        .max = 64,
        .required = true,
        .doc = "The write key of a source."},
    {.name = NULL},
};
static const struct spec_field refused_fields[] = {
    {.name = "index",
        .type = SPEC_INT,
        .min = 0,
        .max = 9999,
        .doc = "Place of the call in the batch, from 0."},
    {.name = "code", .type = SPEC_STRING, .max = 32, .doc = "Name of the error."},
    {.name = "field",
        .type = SPEC_STRING,
        .max = 96,
        .doc = "JSON pointer of the member within the call."},
    {.name = "text", .type = SPEC_STRING, .max = 256, .doc = "What would be accepted."},
    {.name = NULL},
};
static const struct spec_field single_answer[] = {
    {.name = "success", .type = SPEC_BOOL, .doc = "Always true: the call is stored durably."},
    {.name = NULL},
};
static const struct spec_field batch_answer[] = {
    {.name = "success",
        .type = SPEC_BOOL,
        .doc = "Always true: what is counted below is stored durably."},
    {.name = "accepted",
        .type = SPEC_INT,
        .min = 0,
        .max = DOOR_BATCH_EVENTS_MAX,
        .doc = "Calls that were accepted."},
    {.name = "refused",
        .type = SPEC_ARRAY,
        .max = 1000,
        .fields = refused_fields,
        .doc = "Calls that went to quarantine; the first 1,000 are listed."},
    {.name = NULL},
};
static const struct spec_field settings_answer[] = {
    {.name = "integrations", .type = SPEC_OBJECT, .max = 4096, .doc = "Where the SDK sends to."},
    {.name = "metrics", .type = SPEC_OBJECT, .max = 256, .doc = "The SDK's own telemetry is off."},
    {.name = NULL},
};
static const struct spec_field rudder_answer[] = {
    {.name = "source",
        .type = SPEC_OBJECT,
        .max = 4096,
        .doc = "The source, without destinations."},
    {.name = "updatedAt", .type = SPEC_TIME, .doc = "When the source was made."},
    {.name = NULL},
};

// Every path also with a slash at its end: proxies and hand-written clients add one.
#define POST_ROW(name_, path_, handler_, answer_, hidden_, doc_)                                   \
    {                                                                                              \
        .name = name_, .method = "POST", .path = path_, .permission = SPEC_WRITE_KEY,              \
        .body_kind = SPEC_BODY_RAW, .body_max = DOOR_BODY_MAX, .cors = true, .hidden = hidden_,    \
        .answer = answer_, .doc = doc_, .handler = handler_                                        \
    }
#define POST(name_, path_, handler_, answer_, hidden_, doc_)                                       \
    POST_ROW(name_, path_, handler_, answer_, hidden_, doc_),                                      \
        POST_ROW(name_ ".slash", path_ "/", handler_, answer_, true, doc_)
#define GET_ROW(name_, path_, handler_, fields_, answer_, hidden_, doc_)                           \
    {                                                                                              \
        .name = name_, .method = "GET", .path = path_, .permission = SPEC_WRITE_KEY,               \
        .body_kind = SPEC_BODY_NONE, .cors = true, .hidden = hidden_, .path_fields = fields_,      \
        .answer = answer_, .doc = doc_, .handler = handler_                                        \
    }
#define GET(name_, path_, handler_, fields_, answer_, doc_)                                        \
    GET_ROW(name_, path_, handler_, fields_, answer_, false, doc_),                                \
        GET_ROW(name_ ".slash", path_ "/", handler_, fields_, answer_, true, doc_)
#define JITSU_ROW(name_, path_, handler_, hidden_, doc_)                                           \
    {                                                                                              \
        .name = name_, .method = "POST", .path = path_, .permission = SPEC_WRITE_KEY,              \
        .body_kind = SPEC_BODY_RAW, .body_max = DOOR_BODY_MAX, .cors = true, .hidden = hidden_,    \
        .path_fields = type_field, .answer = single_answer, .doc = doc_, .handler = handler_       \
    }

static const struct spec_route routes[] = {
    POST("collect.identify", "/v1/identify", identify, single_answer, false,
        "Takes one identify call."),
    POST("collect.track", "/v1/track", track, single_answer, false, "Takes one track call."),
    POST("collect.page", "/v1/page", page, single_answer, false, "Takes one page call."),
    POST("collect.screen", "/v1/screen", screen, single_answer, false, "Takes one screen call."),
    POST("collect.group", "/v1/group", group, single_answer, false, "Takes one group call."),
    POST("collect.alias", "/v1/alias", alias, single_answer, false, "Takes one alias call."),
    POST("collect.i", "/v1/i", identify, single_answer, true,
        "Takes one identify call (short name)."),
    POST("collect.t", "/v1/t", track, single_answer, true, "Takes one track call (short name)."),
    POST("collect.p", "/v1/p", page, single_answer, true, "Takes one page call (short name)."),
    POST("collect.s", "/v1/s", screen, single_answer, true, "Takes one screen call (short name)."),
    POST("collect.g", "/v1/g", group, single_answer, true, "Takes one group call (short name)."),
    POST("collect.a", "/v1/a", alias, single_answer, true, "Takes one alias call (short name)."),
    POST("collect.batch", "/v1/batch", batch, batch_answer, false,
        "Takes up to 2,500 calls of any type."),
    POST("collect.b", "/v1/b", batch, batch_answer, true, "Takes a batch (short name)."),
    POST("collect.import", "/v1/import", batch, batch_answer, true, "Takes a batch of past calls."),
    POST("collect.beacon", "/beacon/v1/batch", batch, batch_answer, false,
        "Takes a batch from navigator.sendBeacon; the write key is in the query."),
    POST("collect.metrics", "/v1/m", client_metrics, single_answer, true,
        "Takes an SDK's counters about itself; not kept."),
    JITSU_ROW("collect.jitsu", "/api/s/{type}", jitsu, false, "Takes one call of a Jitsu client."),
    JITSU_ROW("collect.jitsu.slash", "/api/s/{type}/", jitsu, true,
        "Takes one call of a Jitsu client."),
    POST("collect.jitsu_batch", "/api/s/batch", batch, batch_answer, false,
        "Takes a batch of a Jitsu client."),
    JITSU_ROW("collect.jitsu_server", "/api/s/s2s/{type}", jitsu_server, false,
        "Takes one call of a Jitsu client on a server."),
    JITSU_ROW("collect.jitsu_server.slash", "/api/s/s2s/{type}/", jitsu_server, true,
        "Takes one call of a Jitsu client on a server."),
    POST("collect.jitsu_server_batch", "/api/s/s2s/batch", jitsu_server_batch, batch_answer, false,
        "Takes a batch of a Jitsu client on a server."),
    GET("collect.pixel_track", "/pixel/v1/track", pixel_track, NULL, NULL,
        "Takes one track call out of the query; answers a picture of one pixel."),
    GET("collect.pixel_page", "/pixel/v1/page", pixel_page, NULL, NULL,
        "Takes one page call out of the query; answers a picture of one pixel."),
    GET("collect.settings", "/v1/projects/{write_key}/settings", settings_doc_segment, key_field,
        settings_answer, "The settings document analytics-next fetches first."),
    GET("collect.source_config", "/sourceConfig", settings_doc_rudder, NULL, rudder_answer,
        "The source document RudderStack's browser SDK fetches first."),
    GET_ROW("collect.script", "/analytics.js/v1/{write_key}/analytics.min.js", no_script, key_field,
        NULL, true, "Answers 404: the script of Segment's own snippet is not shipped."),
};

const struct module collect_door_module = {
    .name = "collect",
    .doc = "The tracking API: calls of Segment, RudderStack and Jitsu clients into the journal.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
};
