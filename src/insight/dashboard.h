// SPDX-License-Identifier: Apache-2.0
// Dashboards: tiles, each a question of Insight and how its answer is shown; views that somebody kept; links under which a
// dashboard can be read without signing in; letters that bring one on a schedule. A dashboard keeps questions, never answers:
// every reader gets figures of now, as far as that reader may see them. What leaves the house (a link, a letter, a picture)
// is asked on behalf of the house without rights over people: small groups are hidden in it always.
//
// HTTP: GET /v1/dashboards, /v1/dashboards/templates, GET|PUT|DELETE /v1/dashboards/{name}
//   {"name","title","doc","tiles":[{"id","title","query":{"kind","segment","consented","question"},"show","width","metric"}],
//    "period","compare","version","changed","by"}
// GET /v1/views, GET|PUT|DELETE /v1/views/{name} {"title","query","show","version"}
// POST /v1/insight/draw {"kind","from","to","segment","consented","question","title","show","metric","scheme","as"} ->
//   image/svg+xml, or with "as": "table" the same figures as a table in HTML
// POST /v1/dashboards/{name}/shares {"days"} -> {"id","url","until"}; GET, DELETE .../shares[/{id}]; GET /shared/{token}
// GET|PUT|DELETE /v1/dashboards/{name}/schedule {"every","hour","to"}; POST /v1/dashboards/{name}/send
//
// Threads: any. Writing under people_lock.
#pragma once

#include "query.h"

#include "consent/letter.h"

struct dashboards;
struct dashboards_options {
    struct people *people;
    struct insight_desk *desk;
    const char *base_url, *shop_name; // copied
    letter_send *send; // NULL: no mail server is set
    void *send_context;
    // The staff number of an address, and the address of a number, appended. CU_NOT_FOUND: nobody who works here now.
    cu_code (*staff_find)(void *context, cu_str email, int64_t *ret_id, struct cu_error *err);
    cu_code (*staff_address)(void *context, int64_t id, struct cu_buf *out, struct cu_error *err);
    void *staff_context;
    bool (*may_send)(void *context); // this is a server, not a command or a drill; NULL: never by itself
    void *may_send_context;
};
cu_code dashboards_open(const struct dashboards_options *o, struct dashboards **ret, struct cu_error *err) CU_MUST;
void dashboards_close(struct dashboards *d); // NULL is fine

// What a period is called in dashboards, and its days with "today" given: first and last.
extern const char *const dashboard_periods[]; // NULL-terminated
bool dashboard_period(cu_str name, int32_t today, int32_t *ret_from, int32_t *ret_last);

extern const struct module insight_dashboard_module; // instance: struct dashboards
extern const struct module insight_share_module;     // the same
