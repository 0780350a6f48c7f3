// SPDX-License-Identifier: Apache-2.0
// A shop with staff access and its dispatcher in this process, a clock that stands still, and browsers with cookies.
#pragma once

#include "../store/store_test.h"

#include "app/dispatch.h"
#include "app/records_schema.h"
#include "base/clock.h"
#include "base/fault.h"
#include "govern/password.h"
#include "govern/staff.h"
#include "guard/audit.h"

struct world {
    char *folder;
    struct keyring *keyring;
    struct keys *keys;
    struct audit *audit; // NULL unless world_audited
    struct guard *guard;
    struct timeline *timeline;
    struct people *people;
    struct govern *govern;
    struct dispatch *dispatch;
    struct dispatch_module *modules; // the dispatcher keeps the list
};

static int64_t world_now = 1795000000000;

static int64_t world_clock(void *context)
{
    return *(int64_t *)context;
}

static cu_code world_authenticate(void *context, struct request *rq, struct cu_error *err)
{
    return govern_authenticate(((struct world *)context)->govern, rq, err);
}

// Nobody has to agree here: approvals have tests of their own.
static cu_code world_approved(void *context, struct request *rq, struct cu_error *err)
{
    (void)context, (void)rq, (void)err;
    return CU_OK;
}

// Other modules of govern/ that a test wants routes of.
static const struct module *const *world_modules;

static void open_dispatch(struct world *w)
{
    struct dispatch_module modules[16];
    size_t count = 0;
    for (const struct module *const *m = world_modules; m && *m; m++)
        modules[count++] = (struct dispatch_module){*m, w->govern};
    struct dispatch_options o = {.modules = modules, .module_count = count, .authenticate = world_authenticate,
        .approved = world_approved, .context = w, .guard = w->guard};
    w->modules = calloc(count + 1, sizeof *w->modules);
    memcpy(w->modules, modules, count * sizeof *w->modules);
    o.modules = w->modules;
    assert_int_equal(dispatch_open(&o, &w->dispatch, NULL), CU_OK);
}

static bool world_audited;

static void open_audit(struct world *w)
{
    char *folder = test_path(w->folder, "audit");
    struct cu_error err = {.code = CU_OK};
    cu_code code =
        audit_open(&(struct audit_options){.folder = folder, .origin = "test", .keyring = w->keyring}, &w->audit, &err);
    if (code != CU_OK)
        print_error("audit: %s\n", err.text);
    assert_int_equal(code, CU_OK);
    free(folder);
}

static int open_world(void **state)
{
    static const uint8_t root[32] = {9};
    struct world *w = calloc(1, sizeof *w);
    w->folder = test_folder_new();
    char *keys = test_path(w->folder, "keys.db"), *records = test_path(w->folder, "records.db"),
         *index = test_path(w->folder, "index.db"), *timeline = test_path(w->folder, "timeline");
    cu_clock_inject(world_clock, &world_now);
    assert_int_equal(keyring_from_bytes(root, &w->keyring, NULL), CU_OK);
    assert_int_equal(keys_open(&(struct keys_options){.path = keys, .keyring = w->keyring}, &w->keys, NULL), CU_OK);
    if (world_audited)
        open_audit(w);
    assert_int_equal(
        guard_start_inside(&(struct guard_options){.keys = w->keys, .audit = w->audit}, &w->guard, NULL), CU_OK);
    guard_enter_system("intake", "test");
    assert_int_equal(timeline_open(&(struct timeline_options){.folder = timeline}, &w->timeline, NULL), CU_OK);
    struct people_options po = {.records_path = records, .index_path = index, .records_schema = records_schema(),
        .keyring = w->keyring, .guard = w->guard, .timeline = w->timeline};
    assert_int_equal(people_open(&po, &w->people, NULL), CU_OK);
    struct govern_options go = {.people = w->people, .shop_name = "Blue Lamp", .currency = "EUR", .time_zone = "UTC",
        .base_url = "https://shop.example", .password_cost = {64, 1}};
    assert_int_equal(govern_open(&go, &w->govern, NULL), CU_OK);
    open_dispatch(w);
    free(keys);
    free(records);
    free(index);
    free(timeline);
    *state = w;
    return 0;
}

static int close_world(void **state)
{
    struct world *w = *state;
    dispatch_close(w->dispatch);
    free(w->modules);
    govern_close(w->govern);
    people_close(w->people);
    timeline_close(w->timeline);
    guard_stop(w->guard);
    guard_leave();
    audit_close(w->audit);
    keys_close(w->keys);
    keyring_close(w->keyring);
    char *audit = test_path(w->folder, "audit");
    if (world_audited)
        test_folder_free(audit);
    else
        free(audit);
    char *timeline = test_path(w->folder, "timeline");
    test_folder_free(timeline);
    test_folder_free(w->folder);
    free(w);
    cu_clock_inject(NULL, NULL);
    return 0;
}

// --- browsers

enum { JAR = 4 };
struct browser {
    char names[JAR][40], values[JAR][100];
    char csrf[64], ip[40], agent[100], purpose[24], origin[60];
    char site[20]; // Sec-Fetch-Site; "": same-origin, "-": none sent
    char cookies[600], bearer[120]; // bearer: "Bearer cust_..."
    struct cu_arena *arena;
    struct json_parser *json;
    struct cu_buf answer;
    json value; // of the answer
    char field[96], text[300];
};

static struct browser *browser_new(const char *ip)
{
    struct browser *b = calloc(1, sizeof *b);
    (void)snprintf(b->ip, sizeof b->ip, "%s", ip);
    (void)snprintf(b->agent, sizeof b->agent, "Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0");
    b->json = json_parser_new(1 << 20);
    cu_buf_init(&b->answer, 1 << 20);
    return b;
}

static void browser_free(struct browser *b)
{
    json_parser_free(b->json);
    cu_buf_clear(&b->answer);
    free(b);
}

static cu_str browser_header(struct request *rq, const char *name)
{
    struct browser *b = rq->transport;
    if (strcmp(name, "Cookie") == 0 && b->cookies[0])
        return cu_str_of(b->cookies);
    if (strcmp(name, "X-CSRF-Token") == 0 && b->csrf[0])
        return cu_str_of(b->csrf);
    if (strcmp(name, "User-Agent") == 0)
        return cu_str_of(b->agent);
    if (strcmp(name, "Authorization") == 0 && b->bearer[0])
        return cu_str_of(b->bearer);
    if (strcmp(name, "X-Custos-Purpose") == 0 && b->purpose[0])
        return cu_str_of(b->purpose);
    if (strcmp(name, "Origin") == 0 && b->origin[0])
        return cu_str_of(b->origin);
    if (strcmp(name, "Host") == 0)
        return CU_LIT("shop.local:8080");
    if (strcmp(name, "Sec-Fetch-Site") != 0 || strcmp(b->site, "-") == 0)
        return CU_NONE;
    return b->site[0] ? cu_str_of(b->site) : CU_LIT("same-origin");
}

static const char *browser_cookie(const struct browser *b, const char *name)
{
    for (int i = 0; i < JAR; i++) {
        if (strcmp(b->names[i], name) == 0)
            return b->values[i];
    }
    return "";
}

static void browser_set(struct browser *b, const char *name, const char *value)
{
    int at = -1;
    for (int i = JAR; i-- > 0;) {
        if (!b->names[i][0] || strcmp(b->names[i], name) == 0)
            at = i;
    }
    for (int i = 0; i < JAR; i++) {
        if (strcmp(b->names[i], name) == 0)
            at = i;
    }
    (void)snprintf(b->names[at], sizeof b->names[at], "%s", value[0] ? name : "");
    (void)snprintf(b->values[at], sizeof b->values[at], "%s", value);
    b->cookies[0] = 0;
    size_t len = 0;
    for (int i = 0; i < JAR; i++) {
        if (b->names[i][0])
            len += (size_t)snprintf(
                b->cookies + len, sizeof b->cookies - len, "%s%s=%s", len ? "; " : "", b->names[i], b->values[i]);
    }
}

static void keep_cookies(struct browser *b, const struct response *r)
{
    for (size_t i = 0; i < r->header_count; i++) {
        if (strcmp(r->headers[i].name, "Set-Cookie") != 0)
            continue;
        cu_str rest = r->headers[i].value, pair = cu_str_cut(&rest, ';'), name = cu_str_cut(&pair, '=');
        char n[40], v[100];
        (void)snprintf(n, sizeof n, "%.*s", CU_ARG(name));
        (void)snprintf(v, sizeof v, "%.*s", CU_ARG(pair));
        assert_true(cu_str_find_str(rest, CU_LIT("HttpOnly")) > 0 && cu_str_find_str(rest, CU_LIT("Secure")) > 0);
        assert_true(cu_str_find_str(rest, CU_LIT("SameSite=Strict")) > 0 && cu_str_starts(cu_str_of(n), CU_LIT("__Host-")));
        browser_set(b, n, v);
    }
}

static cu_str answer_str(const struct browser *b, const char *path)
{
    return json_str(json_path(b->value, path));
}

// The n-th operation of that kind fails while the next request is served; then world_fault_hits says how many there were.
static enum cu_fault_kind world_fault_kind;
static uint64_t world_fault_nth, world_fault_hits;
static bool world_fault_persistent;

static void serve(struct world *w, struct request *rq)
{
    if (world_fault_nth)
        cu_fault_arm(world_fault_kind, world_fault_nth, world_fault_persistent);
    dispatch_serve(w->dispatch, rq);
    if (world_fault_nth)
        world_fault_hits = cu_fault_count(world_fault_kind);
    cu_fault_disarm();
    world_fault_nth = 0;
}

// kind CALLER_LOCAL: the local operator.
static int call_as(
    struct world *w, struct browser *b, enum caller_kind kind, const char *method, const char *path, const char *body)
{
    struct cu_error err = {.code = CU_OK};
    const struct guard_access former = *guard_current();
    struct request rq = {.method = cu_str_of(method), .path = cu_str_of(path), .body = cu_str_of(body), .id = CU_LIT("test"),
        .remote_ip = cu_str_of(b->ip), .header = browser_header, .transport = b, .caller = {.kind = kind}};
    rq.arena = cu_arena_new(1 << 20);
    struct json_parser *parser = json_parser_new(1 << 18);
    rq.json = parser;
    cu_buf_init(&rq.response.body, 1 << 20);
    cu_code code = dispatch_route(w->dispatch, &rq, &err);
    if (code == CU_OK)
        serve(w, &rq);
    else
        rq.response.status = cu_code_rows[code].http;
    keep_cookies(b, &rq.response);
    cu_buf_reset(&b->answer);
    cu_buf_str(&b->answer, cu_buf_view(&rq.response.body));
    b->value = (json){0};
    b->field[0] = 0;
    if (b->answer.len && json_parse(b->json, cu_buf_view(&b->answer), &b->value, NULL) == CU_OK) {
        cu_str csrf = answer_str(b, "csrf"), field = answer_str(b, "field"), text = answer_str(b, "detail");
        if (csrf.len)
            (void)snprintf(b->csrf, sizeof b->csrf, "%.*s", CU_ARG(csrf));
        (void)snprintf(b->field, sizeof b->field, "%.*s", CU_ARG(field));
        (void)snprintf(b->text, sizeof b->text, "%.*s", CU_ARG(text));
    }
    cu_buf_wipe(&rq.response.body);
    json_parser_free(parser);
    cu_arena_free(rq.arena);
    guard_enter(&former);
    return rq.response.status;
}

static int call(struct world *w, struct browser *b, const char *method, const char *path, const char *body)
{
    return call_as(w, b, CALLER_NOBODY, method, path, body);
}

CU_PRINTF(5, 6)
static int callf(struct world *w, struct browser *b, const char *method, const char *path, const char *fmt, ...)
{
    char body[2000];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(body, sizeof body, fmt, args);
    va_end(args);
    return call(w, b, method, path, body);
}

#define OWNER "owner@example.com"
#define PASSWORD "a long sentence is fine"

static int sign_in(struct world *w, struct browser *b, const char *email, const char *password)
{
    return callf(w, b, "POST", "/v1/session", "{\"email\":\"%s\",\"password\":\"%s\"}", email, password);
}

static int64_t make_owner(struct world *w)
{
    char token[128];
    int64_t id = 0;
    struct cu_error err = {.code = CU_OK};
    assert_int_equal(govern_setup_link(w->govern, CU_NONE, token, sizeof token, NULL), CU_OK);
    cu_code code = staff_create_owner(w->govern, cu_str_of(token), cu_str_of(OWNER), cu_str_of(PASSWORD), &id, &err);
    if (code != CU_OK)
        print_error("%s: %s\n", err.field, err.text);
    assert_int_equal(code, CU_OK);
    return id;
}
