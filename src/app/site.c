// SPDX-License-Identifier: Apache-2.0
// Health, metrics, version, documents, console files. See site.h.
#include "site.h"

#include "base/metric.h"
#include "documents.h"

static cu_code live(struct request *rq, struct cu_error *err)
{
    (void)err;
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_kz(&w, "status", "live");
    jw_object_end(&w);
    return CU_OK;
}

static cu_code ready(struct request *rq, struct cu_error *err)
{
    (void)err;
    const char *why_not = NULL;
    bool good = engine_ready(rq->module, &why_not);
    struct json_writer w = request_json(rq, good ? 200 : 503);
    jw_object(&w);
    jw_kz(&w, "status", good ? "ready" : "not ready");
    jw_kstr(&w, "reason", cu_str_of(why_not));
    jw_object_end(&w);
    return CU_OK;
}

static cu_code metrics(struct request *rq, struct cu_error *err)
{
    (void)err;
    engine_update_metrics(rq->module);
    rq->response.status = 200;
    rq->response.content_type = "text/plain; version=0.0.4; charset=utf-8";
    cu_metric_print(&rq->response.body);
    return CU_OK;
}

static cu_code version(struct request *rq, struct cu_error *err)
{
    (void)err;
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_kz(&w, "version", CUSTOS_VERSION);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code robots(struct request *rq, struct cu_error *err)
{
    (void)err;
    rq->response.status = 200;
    rq->response.content_type = "text/plain; charset=utf-8";
    rq->response.static_body = CU_LIT("User-agent: *\nDisallow: /\n");
    return CU_OK;
}

static cu_code openapi(struct request *rq, struct cu_error *err)
{
    rq->response.status = 200;
    return documents_print("openapi", NULL, &rq->response.body, err);
}

static const struct console_file *find_file(cu_str path)
{
    for (const struct console_file *f = console_files; f->path; f++) {
        if (cu_str_eqz(path, f->path))
            return f;
    }
    return NULL;
}

static cu_code send_file(struct request *rq, const struct console_file *f, struct cu_error *err)
{
    (void)err;
    cu_str etag = cu_str_of(f->etag);
    CU_TRY(request_header_add(rq, "ETag", etag));
    CU_TRY(request_header_add(rq, "Vary", CU_LIT("Accept-Encoding")));
    CU_TRY(request_header_add(rq, "Cache-Control",
        f->immutable ? CU_LIT("public, max-age=31536000, immutable") : CU_LIT("no-cache")));
    if (f->policy)
        CU_TRY(request_header_add(rq, "Content-Security-Policy", cu_str_of(f->policy)));
    rq->response.content_type = f->content_type;
    if (cu_str_eq(request_header(rq, "If-None-Match"), etag)) {
        rq->response.status = 304;
        return CU_OK;
    }
    rq->response.status = 200;
    bool gzip = f->gzip && cu_str_find_str(request_header(rq, "Accept-Encoding"), CU_LIT("gzip")) >= 0;
    if (gzip)
        CU_TRY(request_header_add(rq, "Content-Encoding", CU_LIT("gzip")));
    rq->response.static_body = gzip ? (cu_str){(const char *)f->gzip, f->gzip_size}
                                    : (cu_str){(const char *)f->bytes, f->size};
    return CU_OK;
}

static cu_code console_asset(struct request *rq, struct cu_error *err)
{
    const struct console_file *f = find_file(rq->path);
    if (!f)
        return cu_fail(err, CU_NOT_FOUND, "", "the console has no such file");
    return send_file(rq, f, err);
}

// The file's name in the console, or a sentence for a build that has none.
static cu_code page_named(struct request *rq, const char *name, struct cu_error *err)
{
    const struct console_file *f = find_file(cu_str_of(name));
    if (f)
        return send_file(rq, f, err);
    rq->response.status = 200;
    rq->response.content_type = "text/plain; charset=utf-8";
    rq->response.static_body = CU_LIT("This build has no console; script/build makes one that has.\n");
    return CU_OK;
}

static cu_code verify_page(struct request *rq, struct cu_error *err)
{
    return page_named(rq, "/verify.html", err);
}

static cu_code console_page(struct request *rq, struct cu_error *err)
{
    return page_named(rq, "/index.html", err);
}

static const struct spec_field file_path[] = {
    {.name = "file", .type = SPEC_STRING, .min = 1, .max = 200, .required = true, .doc = "Name of the file."},
    {.name = NULL},
};
static const struct spec_field live_answer[] = {
    {.name = "status", .type = SPEC_STRING, .max = 15, .doc = "live."},
    {.name = NULL},
};
static const struct spec_field ready_answer[] = {
    {.name = "status", .type = SPEC_STRING, .max = 15, .doc = "ready; or, with status 503, not ready."},
    {.name = "reason", .type = SPEC_STRING, .max = 255, .nullable = true, .doc = "Why it is not ready, or null."},
    {.name = NULL},
};
static const struct spec_field version_answer[] = {
    {.name = "version", .type = SPEC_STRING, .max = 31, .doc = "Version of the program."},
    {.name = NULL},
};

static const struct spec_route routes[] = {
    {.name = "health.live", .method = "GET", .path = "/health/live", .permission = SPEC_PUBLIC, .answer = live_answer,
        .doc = "The process answers.", .handler = live},
    {.name = "health.ready", .method = "GET", .path = "/health/ready", .permission = SPEC_PUBLIC, .answer = ready_answer,
        .doc = "Events are accepted, projected and can be read.", .handler = ready},
    {.name = "metrics", .method = "GET", .path = "/metrics", .permission = SPEC_PUBLIC,
        .doc = "Prometheus text: rates, latencies, queue depths, lags, refusals.", .handler = metrics},
    {.name = "version", .method = "GET", .path = "/version", .permission = SPEC_PUBLIC, .answer = version_answer,
        .doc = "The version of the program.", .handler = version},
    {.name = "robots", .method = "GET", .path = "/robots.txt", .permission = SPEC_PUBLIC,
        .doc = "Tells crawlers to keep out.", .handler = robots},
    {.name = "openapi", .method = "GET", .path = "/v1/openapi.json", .permission = SPEC_PUBLIC,
        .doc = "This API as OpenAPI 3.1.", .handler = openapi},
    {.name = "console.page", .method = "GET", .path = "/", .permission = SPEC_PUBLIC, .doc = "The console.", .handler = console_page},
    {.name = "console.setup", .method = "GET", .path = "/setup", .permission = SPEC_PUBLIC,
        .doc = "The console on the set-up page; the token stands behind # and is never sent.", .handler = console_page},
    {.name = "console.invite", .method = "GET", .path = "/invite", .permission = SPEC_PUBLIC,
        .doc = "The console on the page of an invitation; the token stands behind # and is never sent.", .handler = console_page},
    {.name = "console.reset", .method = "GET", .path = "/reset", .permission = SPEC_PUBLIC,
        .doc = "The console on the page for a new password; the token stands behind # and is never sent.", .handler = console_page},
    {.name = "verify", .method = "GET", .path = "/verify", .permission = SPEC_PUBLIC,
        .doc = "A page that checks receipts and certificates in the browser alone; it can be saved and used offline.", .handler = verify_page},
    {.name = "console.asset", .method = "GET", .path = "/assets/{file}", .permission = SPEC_PUBLIC, .path_fields = file_path,
        .doc = "A file of the console.", .handler = console_asset},
};
const struct module app_site_module = {
    .name = "site",
    .doc = "Health, metrics, documents and the console's files.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
};
