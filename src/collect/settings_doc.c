// SPDX-License-Identifier: Apache-2.0
// What browser SDKs fetch before they send anything. Without these documents they never send. Both
// tell the SDK to send to the host it asked, which is how a shop's own domain is kept.
#include "door_private.h"

#include <stdio.h>

// The host comes from the request and goes into a document scripts act on: nothing but a host name.
static cu_code host_of(struct request *rq, cu_str *ret, struct cu_error *err)
{
    cu_str host = cu_str_trim(request_header(rq, "Host"));
    bool good = host.len > 0 && host.len < 260;
    for (size_t i = 0; good && i < host.len; i++) {
        char c = host.ptr[i];
        good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
               c == '.' || c == '-' || c == ':' || c == '[' || c == ']' || c == '_';
    }
    if (!good)
        return cu_fail(err, CU_INVALID, "Host", "a host name with or without port is accepted");
    *ret = host;
    return CU_OK;
}

static cu_code cacheable(struct request *rq, struct cu_error *err)
{
    if (request_header_add(rq, "Cache-Control", CU_LIT("public, max-age=60")) != CU_OK)
        return cu_fail(err, CU_MEMORY, "", "no memory for this request");
    return CU_OK;
}

static void segment_integration(struct json_writer *w, cu_str key, const char *api_host, bool tls)
{
    jw_key(w, "integrations");
    jw_object(w);
    jw_key(w, "Segment.io");
    jw_object(w);
    jw_kstr(w, "apiKey", key);
    jw_kz(w, "apiHost", api_host);
    jw_kz(w, "protocol", tls ? "https" : "http");
    jw_key(w, "unbundledIntegrations");
    jw_array(w);
    jw_array_end(w);
    jw_kbool(w, "addBundledMetadata", true);
    jw_object_end(w);
    jw_object_end(w);
}

// No more than what is needed: a "plan" or middleware would make the SDK fetch further scripts,
// which are not here. A source that is switched off gets the document too: without it, a page that
// awaits track() hangs. Its calls are refused when they come.
cu_code settings_doc_segment(struct request *rq, struct cu_error *err)
{
    struct door *d = rq->module;
    struct source source;
    char api_host[300];
    cu_str host = CU_NONE, key = request_path_str(rq, "write_key");
    if (!sources_by_key(d->o.sources, key, &source))
        return cu_fail(err, CU_NOT_FOUND, "write_key", "no source has this write key");
    CU_TRY(host_of(rq, &host, err));
    CU_TRY(cacheable(rq, err));
    (void)snprintf(api_host, sizeof api_host, "%.*s/v1", CU_ARG(host));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    segment_integration(&w, key, api_host, rq->tls);
    jw_key(&w, "metrics"); // the SDK's own telemetry stays at home
    jw_object(&w);
    jw_ki64(&w, "sampleRate", 0);
    jw_object_end(&w);
    jw_object_end(&w);
    return CU_OK;
}

static void rudder_config(struct json_writer *w)
{
    static const char *const kinds[] = {"errors", "metrics"};
    jw_key(w, "config");
    jw_object(w);
    jw_key(w, "statsCollection");
    jw_object(w);
    for (size_t i = 0; i < CU_COUNT(kinds); i++) {
        jw_key(w, kinds[i]);
        jw_object(w);
        jw_kbool(w, "enabled", false);
        jw_object_end(w);
    }
    jw_object_end(w);
    jw_object_end(w);
}

cu_code settings_doc_rudder(struct request *rq, struct cu_error *err)
{
    struct door *d = rq->module;
    struct source source;
    bool given = false;
    char id[32];
    cu_code code = door_auth_head(d, rq, &given, &source, err);
    if (code != CU_OK && code != CU_FORBIDDEN) // switched off: the document says so
        return code;
    if (!given)
        return door_auth_missing(err);
    CU_TRY(cacheable(rq, err));
    (void)snprintf(id, sizeof id, "source-%u", source.number);
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "source");
    jw_object(&w);
    jw_kz(&w, "id", id);
    jw_kz(&w, "name", id); // the shop's own name for it is nobody's business outside
    jw_kz(&w, "writeKey", source.write_key);
    jw_kbool(&w, "enabled", source.enabled);
    jw_kz(&w, "workspaceId", "custos");
    jw_key(&w, "destinations");
    jw_array(&w);
    jw_array_end(&w);
    jw_key(&w, "dataplanes");
    jw_object(&w);
    jw_object_end(&w);
    rudder_config(&w);
    jw_object_end(&w);
    jw_ktime(&w, "updatedAt", source.created_ms);
    jw_object_end(&w);
    return CU_OK;
}
