// SPDX-License-Identifier: Apache-2.0
// What the server counts. Classes are few and ours: never a path a client made up.
#include "server_private.h"

#include <stdio.h>

static const char *const class_names[CLASS_COUNT] = {"collect", "public", "staff", "none"};
static const char *const refusal_names[REFUSAL_COUNT] = {
    "too_large", "slow", "no_route", "key", "busy", "crowded", "malformed", "other"};

void meters_init(struct server_meters *m)
{
    char labels[80];
    for (int c = 0; c < CLASS_COUNT; c++) {
        (void)snprintf(labels, sizeof labels, "class=\"%s\"", class_names[c]);
        m->seconds[c] = cu_metric_get(CU_HISTOGRAM, "custos_http_request_seconds", labels,
            "From the complete head of a request to the last byte of its answer.");
        for (int status = 0; status < 6; status++) {
            const char *name = status ? "status" : "aborted";
            (void)snprintf(labels, sizeof labels, "class=\"%s\",%s=\"%d%s\"", class_names[c], name,
                status ? status : 1, status ? "xx" : "");
            m->requests[c][status] = cu_metric_get(CU_COUNTER, "custos_http_requests_total", labels,
                "Requests by class of route and status.");
        }
    }
    for (int r = 0; r < REFUSAL_COUNT; r++) {
        (void)snprintf(labels, sizeof labels, "reason=\"%s\"", refusal_names[r]);
        m->refusals[r] = cu_metric_get(CU_COUNTER, "custos_http_refusals_total", labels,
            "Requests the server refused before a handler saw them, and connections it ended.");
    }
    m->open = cu_metric_get(CU_GAUGE, "custos_http_connections", NULL, "Open connections.");
    m->bytes_in = cu_metric_get(
        CU_COUNTER, "custos_http_body_bytes_total", NULL, "Bytes of request bodies as sent.");
}

enum server_class meters_class(const struct request *rq)
{
    if (!rq->route)
        return CLASS_NONE;
    if (rq->route->cors)
        return CLASS_COLLECT;
    return rq->route->permission == SPEC_PUBLIC ? CLASS_PUBLIC : CLASS_STAFF;
}

void meters_answered(struct server *s, const struct exchange *x, int status)
{
    enum server_class c = meters_class(&x->rq);
    int hundred = status / 100;
    cu_metric_add(s->meters.requests[c][hundred >= 1 && hundred <= 5 ? hundred : 0], 1);
    cu_metric_observe_us(s->meters.seconds[c], cu_mono_us() - x->started_us);
}

void meters_refused(struct server *s, enum server_refusal r)
{
    cu_metric_add(s->meters.refusals[r], 1);
}
