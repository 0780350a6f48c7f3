// SPDX-License-Identifier: Apache-2.0
// Staff access as a whole: opening, set-up, the daily sweep.
#include "base/clock.h"
#include "govern_sql.h"
#include "password.h"
#include "session_rows.h"
#include "staff_routes.h"
#include "staff_rows.h"
#include "staff_sql.h"
#include "throttle.h"

#include <stdio.h>

cu_code govern_open(const struct govern_options *o, struct govern **ret, struct cu_error *err)
{
    struct govern *g = cu_calloc(1, sizeof *g);
    if (!g)
        return cu_fail(err, CU_MEMORY, "", "no memory for staff access");
    g->options = *o;
    (void)pthread_mutex_init(&g->cost_lock, NULL);
    (void)snprintf(g->base_url, sizeof g->base_url, "%s", o->base_url ? o->base_url : "");
    g->throttle = throttle_new();
    g->tickets = tickets_new();
    g->strength = limit_new(120, 120, 4096);
    if (!g->throttle || !g->tickets || !g->strength) {
        govern_close(g);
        return cu_fail(err, CU_MEMORY, "", "no memory for staff access");
    }
    *ret = g;
    return CU_OK;
}

void govern_close(struct govern *g)
{
    if (!g)
        return;
    throttle_free(g->throttle);
    tickets_free(g->tickets);
    limit_free(g->strength);
    (void)pthread_mutex_destroy(&g->cost_lock);
    cu_free(g);
}

cu_code govern_link(
    struct govern *g, struct cu_arena *a, const char *page, const char *token, cu_str *ret, struct cu_error *err)
{
    *ret = cu_arena_printf(a, "%s/%s#%s", g->base_url, page, token);
    return ret->ptr ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for a link");
}

static cu_code setup_state(struct request *rq, struct cu_error *err)
{
    int64_t staff = 0;
    CU_TRY(staff_count(rq->module, &staff, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_kbool(&w, "needed", staff == 0);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code setup(struct request *rq, struct cu_error *err)
{
    int64_t id = 0;
    struct attempt a;
    CU_TRY(throttle_attempt(rq->module, rq, THROTTLE_LINK, 0, &a, err));
    CU_TRY(throttle_take(rq->module, &a, err));
    cu_code code = staff_create_owner(rq->module, spec_str(&rq->body_values, "token"), spec_str(&rq->body_values, "email"),
        spec_str(&rq->body_values, "password"), &id, err);
    throttle_settle(rq->module, &a, code);
    CU_TRY(code);
    CU_TRY(session_create(rq->module, rq, id, "password", err));
    return session_write(rq->module, rq, 201, err);
}

// Beside a running server the command line asks through the local socket; over the network nobody may.
static cu_code setup_link(struct request *rq, struct cu_error *err)
{
    char token[SECRET_TOKEN_MAX];
    cu_str link;
    if (rq->caller.kind != CALLER_LOCAL)
        return cu_fail(err, CU_FORBIDDEN, "", "only the local operator makes a set-up link: custos setup-link");
    CU_TRY(govern_setup_link(rq->module, spec_str(&rq->body_values, "owner"), token, sizeof token, err));
    cu_code code = govern_link(rq->module, rq->arena, "setup", token, &link, err);
    secret_wipe(token, sizeof token);
    CU_TRY(code);
    struct json_writer w = request_json(rq, 201);
    jw_object(&w);
    jw_kstr(&w, "link", link);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code sweep_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    (void)g, (void)context;
    CU_TRY(session_sweep(d, err));
    return staff_run(d, &staff_sql_link_expire, ":now_ms", cu_now_ms(), err);
}

static cu_code sweep(void *module, struct cu_error *err)
{
    CU_TRY(staff_change(module, sweep_in, NULL, err));
    return invitation_sweep(module, err);
}

static const struct spec_field setup_body[] = {
    {.name = "token", .type = SPEC_STRING, .min = 1, .max = SECRET_TOKEN_MAX, .required = true, .secret = true,
        .doc = "The token of the one-time set-up link."},
    {.name = "email", .type = SPEC_EMAIL, .max = 254, .required = true, .doc = "The owner's e-mail address."},
    {.name = "password", .type = SPEC_STRING, .min = 1, .max = GOVERN_PASSWORD_MAX, .required = true, .secret = true,
        .doc = "At least 15 characters of any kind; a sentence is a good password."},
    {.name = NULL},
};
static const struct spec_field setup_answer[] = {
    {.name = "needed", .type = SPEC_BOOL, .doc = "true while there is no owner yet."},
    {.name = NULL},
};
static const struct spec_field link_body[] = {
    {.name = "owner", .type = SPEC_EMAIL, .max = 254, .doc = "Only this address may use the link."},
    {.name = NULL},
};
const struct spec_field link_answer[] = {
    {.name = "link", .type = SPEC_STRING, .max = 512, .doc = "The one-time link; it is shown only here."},
    {.name = NULL},
};

static const struct spec_route routes[] = {
    {.name = "setup.state", .method = "GET", .path = "/v1/setup", .permission = SPEC_PUBLIC, .answer = setup_answer,
        .doc = "Whether the shop still needs its owner.", .handler = setup_state},
    {.name = "setup.create", .method = "POST", .path = "/v1/setup", .permission = SPEC_PUBLIC,
        .body_kind = SPEC_BODY_JSON, .body_max = 4096, .body = setup_body, .answer = session_answer,
        .doc = "Makes the owner with the one-time set-up link and signs in.", .handler = setup},
    {.name = "setup.link", .method = "POST", .path = "/v1/setup/link", .permission = SPEC_STAFF_WRITE,
        .body_kind = SPEC_BODY_JSON, .body_max = 1024, .body = link_body, .answer = link_answer,
        .doc = "Makes a new set-up link while there is no owner; only for the local operator.",
        .handler = setup_link},
};
static const struct spec_job jobs[] = {
    {.name = "staff-sweep", .doc = "Removes ended sessions, used-up links and forgotten browsers of staff.",
        .every_ms = 6 * 3600 * 1000, .run = sweep},
};

const struct module govern_module = {
    .name = "govern",
    .doc = "Setting up: the first member of staff.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .jobs = jobs,
    .job_count = CU_COUNT(jobs),
    .statements = govern_sql_all,
};
