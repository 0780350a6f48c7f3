// SPDX-License-Identifier: Apache-2.0
// Roles: the table's own rules; every role on every route of the program with every flag, through the dispatcher and
// with made-up callers; approvals and break-glass by the clock.
#include "staff_app.h"

#include "app/engine.h"
#include "app/modules.h"
#include "govern/approval.h"
#include "govern/break_glass.h"
#include "govern/role_internal.h"

// Stands for the page of a person: who looks, and how.
static struct caller looked;

static cu_code look(struct request *rq, struct cu_error *err)
{
    (void)err;
    looked = rq->caller;
    assert_int_equal(guard_current()->break_glass, rq->caller.break_glass); // every read says so
    rq->response.status = 204;
    return CU_OK;
}

static const struct spec_field probe_path[] = {{.name = "id", .type = SPEC_UUID, .required = true, .doc = "X."},
    {.name = NULL}};
static const struct spec_route probe_routes[] = {
    {.name = "probe.show", .method = "GET", .path = "/v1/people/{id}", .permission = SPEC_PEOPLE_READ,
        .path_fields = probe_path,
        .doc = "X.", .handler = look},
    {.name = "probe.delete", .method = "DELETE", .path = "/v1/people/{id}", .permission = SPEC_PEOPLE_READ,
        .path_fields = probe_path,
        .doc = "X.", .handler = look},
    {.name = "probe.list", .method = "GET", .path = "/v1/people", .permission = SPEC_PEOPLE_READ, .doc = "X.",
        .handler = look},
};
static const struct module probe_module = {.name = "probe", .routes = probe_routes, .route_count = CU_COUNT(probe_routes)};

static const struct module *const modules[] = {&govern_module, &govern_session_module, &govern_staff_module,
    &govern_invitation_module, &govern_security_module, &govern_role_module, &govern_approval_module,
        &govern_break_glass_module,
    &probe_module, NULL};

// --- the table

static void the_table_keeps_its_rules(void **state)
{
    (void)state;
    struct role all[ROLES_BUILTIN_MAX], owner, other;
    assert_int_equal(role_builtins(all), ROLES_BUILTIN_MAX);
    assert_true(role_builtin(CU_LIT("owner"), &owner));
    for (size_t i = 0; i < ROLES_BUILTIN_MAX; i++) {
        const struct role *r = &all[i];
        assert_true(r->builtin && r->name[0] && r->doc[0] && r->second_factor);
        assert_true(r->permissions >> SPEC_SESSION & 1);
        assert_false(r->permissions & (1u << SPEC_NOBODY | 1u << SPEC_PUBLIC | 1u << SPEC_WRITE_KEY));
        assert_int_equal(r->view[DICT_P0], SPEC_VIEW_FULL);
        assert_int_equal(r->view[DICT_P1], SPEC_VIEW_FULL);
        for (size_t level = 1; level < SPEC_LEVELS; level++)
            assert_true(r->view[level] <= r->view[level - 1]);
        const struct guard_purpose *first = guard_purpose_find(r->purpose);
        assert_true(first && first->staff && r->purposes >> (first - guard_purposes) & 1);
        for (const struct guard_purpose *p = guard_purposes; p->name; p++)
            assert_true(p->staff || !(r->purposes >> (p - guard_purposes) & 1));
        assert_true(role_covers(&owner, r));
        assert_true(role_covers(r, r));
        assert_true(i == 0 || !role_covers(r, &owner));
    }
    assert_false(role_builtin(CU_LIT("Owner"), &other));
    assert_false(role_builtin(CU_LIT(""), &other));
    assert_false(role_builtin(CU_NONE, &other));
}

static struct role named(const char *name)
{
    struct role r;
    assert_true(role_builtin(cu_str_of(name), &r));
    return r;
}

static void who_may_give_what(void **state)
{
    (void)state;
    const struct role owner = named("owner"), admin = named("administrator"), officer = named("privacy_officer"),
                      analyst = named("analyst");
    const struct role own = {.name = "house", .permissions = UINT64_C(1) << SPEC_SESSION | UINT64_C(1) << SPEC_STAFF_WRITE};
    assert_true(role_may_give(&owner, &owner));
    assert_true(role_may_give(&admin, &officer));
    assert_false(role_may_give(&admin, &owner));
    assert_false(role_may_give(&officer, &analyst)); // does not hold staff_write
    assert_false(role_may_give(&own, &analyst));     // sees less than what it would give
    assert_true(role_may_give(&own, &own));
    struct role strong = analyst;
    strong.builtin = false;
    (void)snprintf(strong.name, sizeof strong.name, "strong");
    assert_false(role_may_give(&admin, &strong)); // the shop's own: only by who has it
    assert_true(role_may_give(&owner, &strong));
}

static void a_caller_is_filled(void **state)
{
    (void)state;
    struct caller c = {.kind = CALLER_STAFF};
    struct cu_error err;
    const struct role r = named("support_agent");
    assert_int_equal(role_apply(&r, CU_NONE, &c, &err), CU_OK);
    assert_string_equal(c.purpose, "support");
    assert_string_equal(c.role, "support_agent");
    assert_int_equal(c.view[DICT_P3], SPEC_VIEW_MASK);
    const char *not[] = {"marketing", "intake", "upkeep", "", "Support", "support "};
    for (size_t i = 0; i < CU_COUNT(not); i++) {
        cu_code code = role_apply(&r, cu_str_of(not[i]), &c, &err);
        assert_int_equal(code, not[i][0] ? CU_FORBIDDEN : CU_OK);
        if (code != CU_OK)
            assert_string_equal(err.field, "purpose");
    }
    const struct role empty = {.name = "empty"};
    assert_int_equal(role_apply(&empty, CU_NONE, &c, &err), CU_FORBIDDEN); // works for nothing: does nothing
}

// --- role x route x flag

struct trial {
    struct caller caller;
    bool approved;
};

static cu_code trial_authenticate(void *context, struct request *rq, struct cu_error *err)
{
    (void)err;
    rq->caller = ((const struct trial *)context)->caller;
    return CU_OK;
}

static cu_code trial_approved(void *context, struct request *rq, struct cu_error *err)
{
    (void)rq;
    return ((const struct trial *)context)->approved ? CU_OK : cu_fail(err, CU_FORBIDDEN, "approval", "ask");
}

struct pair {
    struct dispatch *dispatch;
    struct trial *trial;
    size_t checked;
};

// A path of the pattern's shape; what stands in it is never looked at here.
static void path_of(const struct spec_route *r, char ret[200])
{
    size_t n = 0;
    for (const char *c = r->path; *c && n + 1 < 200; c++) {
        if (*c == '{') {
            ret[n++] = '1';
            c = strchr(c, '}');
        } else {
            ret[n++] = *c;
        }
    }
    ret[n] = 0;
}

static void expect(struct pair *p, const struct spec_route *r)
{
    char path[200];
    struct cu_error err = {.code = CU_OK};
    const struct caller *c = &p->trial->caller;
    path_of(r, path);
    struct request rq = {.method = cu_str_of(r->method), .path = cu_str_of(path), .id = CU_LIT("test")};
    assert_int_equal(dispatch_route(p->dispatch, &rq, &err), CU_OK);
    if (rq.route != r)
        return; // another route has this very path
    cu_code code = dispatch_permit(p->dispatch, &rq, &err);
    cu_code wanted = CU_OK;
    const char *field = "";
    bool open = r->permission == SPEC_PUBLIC || r->permission == SPEC_WRITE_KEY;
    bool may = r->permission == SPEC_SESSION || (r->permission != SPEC_NOBODY && c->permissions >> r->permission & 1);
    bool stale = r->reauth && c->kind == CALLER_STAFF && world_now - c->proved_ms > 5 * 60 * 1000;
    if (!open && c->kind == CALLER_NOBODY) {
        wanted = CU_UNAUTHENTICATED;
    } else if (!open && (!may || stale || (r->four_eyes && !p->trial->approved))) {
        wanted = CU_FORBIDDEN;
        field = !may ? "" : stale ? "reauth" : "approval";
    }
    if (code != wanted || (code != CU_OK && strcmp(err.field, field) != 0))
        fail_msg("%s as %s: %s %s, not %s %s", r->name, c->role, cu_code_rows[code].name, err.field,
            cu_code_rows[wanted].name, field);
    p->checked++;
}

static void visit(void *context, const struct module *m, const struct spec_route *r)
{
    (void)m;
    expect(context, r);
}

static void try_flags(struct pair *p)
{
    for (int flags = 0; flags < 4; flags++) {
        p->trial->caller.proved_ms = flags & 1 ? world_now : world_now - 5 * 60 * 1000 - 1;
        p->trial->approved = flags & 2;
        dispatch_each(p->dispatch, visit, p);
    }
}

static void every_role_on_every_route_with_every_flag(void **state)
{
    (void)state;
    static const enum caller_kind kinds[] = {CALLER_NOBODY, CALLER_STAFF, CALLER_TOKEN};
    struct dispatch_module list[ENGINE_MODULES_MAX];
    size_t count = modules_list(NULL, list, CU_COUNT(list));
    struct trial trial = {.approved = false};
    struct dispatch_options o = {.modules = list, .module_count = count, .authenticate = trial_authenticate,
        .approved = trial_approved, .context = &trial};
    struct pair p = {.trial = &trial};
    struct role all[ROLES_BUILTIN_MAX];
    struct cu_error err;
    cu_clock_inject(world_clock, &world_now);
    assert_int_equal(dispatch_open(&o, &p.dispatch, NULL), CU_OK);
    size_t roles = role_builtins(all);
    for (size_t i = 0; i < roles; i++) {
        for (size_t k = 0; k < CU_COUNT(kinds); k++) {
            trial.caller = (struct caller){.kind = kinds[k]};
            assert_int_equal(role_apply(&all[i], CU_NONE, &trial.caller, &err), CU_OK);
            try_flags(&p);
        }
    }
    // a role that is gone, each permission by itself, and a caller to whom somebody gave a bit that opens nothing
    trial.caller = (struct caller){.kind = CALLER_STAFF, .role = "gone"};
    try_flags(&p);
    for (int bit = SPEC_NOBODY; bit < SPEC_PERMISSION_COUNT; bit++) {
        trial.caller.permissions = UINT64_C(1) << bit;
        try_flags(&p);
    }
    print_message("# %zu combinations\n", p.checked);
    assert_true(p.checked > 10000);
    dispatch_close(p.dispatch);
    cu_clock_inject(NULL, NULL);
}

// A route that names no permission opens to nobody, whatever they hold.
static void an_undeclared_route_is_nobodys(void **state)
{
    (void)state;
    static const struct spec_route routes[] = {{.name = "x", .method = "GET", .path = "/x", .doc = "X."},
        {.name = "y", .method = "POST", .path = "/y", .permission = SPEC_SESSION, .four_eyes = "keys", .doc = "Y."}};
    static const struct module module = {.name = "x", .routes = routes, .route_count = 2};
    const struct dispatch_module list[] = {{&module, NULL}};
    struct trial trial = {.caller = {.kind = CALLER_STAFF, .permissions = ~UINT64_C(0)}};
    struct dispatch_options o = {.modules = list, .module_count = 1, .authenticate = trial_authenticate, .context = &trial};
    struct dispatch *d = NULL;
    struct cu_error err = {.code = CU_OK};
    assert_int_equal(dispatch_open(&o, &d, NULL), CU_OK);
    struct request rq = {.method = CU_LIT("GET"), .path = CU_LIT("/x"), .id = CU_LIT("test")};
    assert_int_equal(dispatch_route(d, &rq, &err), CU_OK);
    assert_int_equal(dispatch_permit(d, &rq, &err), CU_FORBIDDEN);
    rq = (struct request){.method = CU_LIT("POST"), .path = CU_LIT("/y"), .id = CU_LIT("test")};
    assert_int_equal(dispatch_route(d, &rq, &err), CU_OK);
    assert_int_equal(dispatch_permit(d, &rq, &err), CU_FORBIDDEN); // nobody can approve: then nobody does it
    assert_string_equal(err.field, "approval");
    dispatch_close(d);
}

// --- by the clock

static cu_code real_approved(void *context, struct request *rq, struct cu_error *err)
{
    return approval_check(((struct world *)context)->govern, rq, err);
}

static cu_code glass_authenticate(void *context, struct request *rq, struct cu_error *err)
{
    struct world *w = context;
    CU_TRY(govern_authenticate(w->govern, rq, err));
    return break_glass_apply(w->govern, rq, err);
}

static char approval_header[64];

static cu_str header_with_approval(struct request *rq, const char *name)
{
    if (strcmp(name, "X-Custos-Approval") == 0)
        return approval_header[0] ? cu_str_of(approval_header) : CU_NONE;
    return browser_header(rq, name);
}

// As the program wires it: approvals for real, break-glass after the caller is known.
static int open_real_world(void **state)
{
    world_modules = modules;
    assert_int_equal(open_world(state), 0);
    struct world *w = *state;
    size_t count = 0;
    while (modules[count])
        count++;
    dispatch_close(w->dispatch);
    struct dispatch_options o = {.modules = w->modules, .module_count = count, .authenticate = glass_authenticate,
        .approved = real_approved, .context = w, .guard = w->guard};
    assert_int_equal(dispatch_open(&o, &w->dispatch, NULL), CU_OK);
    break_glass_open(w->govern);
    approval_header[0] = 0;
    return 0;
}

static int with_approval(struct world *w, struct browser *b, const char *method, const char *path, const char *body)
{
    struct cu_error err = {.code = CU_OK};
    const struct guard_access former = *guard_current();
    struct request rq = {.method = cu_str_of(method), .path = cu_str_of(path), .body = cu_str_of(body), .id = CU_LIT("test"),
        .remote_ip = cu_str_of(b->ip), .header = header_with_approval, .transport = b};
    rq.arena = cu_arena_new(1 << 20);
    rq.json = json_parser_new(1 << 18);
    cu_buf_init(&rq.response.body, 1 << 20);
    assert_int_equal(dispatch_route(w->dispatch, &rq, &err), CU_OK);
    dispatch_serve(w->dispatch, &rq);
    cu_buf_clear(&rq.response.body);
    json_parser_free(rq.json);
    cu_arena_free(rq.arena);
    guard_enter(&former);
    return rq.response.status;
}

struct pairing {
    struct browser *owner, *admin;
};

static struct pairing two_approvers(struct world *w)
{
    struct pairing p = {.owner = browser_new("192.0.2.1")};
    struct app app;
    int64_t id = 0;
    make_owner(w);
    assert_int_equal(sign_in(w, p.owner, OWNER, PASSWORD), 201);
    p.admin = hire(w, "admin@example.com", "administrator", "another long sentence", &app, &id);
    return p;
}

static void keep_id(const struct browser *b)
{
    cu_str id = answer_str(b, "id");
    (void)snprintf(approval_header, sizeof approval_header, "%.*s", CU_ARG(id));
}

#define ROLE "{\"name\":\"reader\",\"doc\":\"Reads.\",\"permissions\":[\"sources_read\"],\"view\":{},\"purposes\":[\"support\"]}"
#define ASK "{\"target\":\"POST /v1/roles\",\"reason\":\"A role for the new one.\"}"

static void prove(struct world *w, struct browser *b, const char *password)
{
    assert_int_equal(callf(w, b, "POST", "/v1/session/reauth", "{\"password\":\"%s\"}", password), 204);
}

static void approvals_end_after_a_day(void **state)
{
    struct world *w = *state;
    struct pairing p = two_approvers(w);
    assert_int_equal(sign_in(w, p.owner, OWNER, PASSWORD), 201);
    assert_int_equal(call(w, p.owner, "POST", "/v1/roles", ROLE), 403);
    assert_string_equal(p.owner->field, "approval");
    world_now += 15 * 60 * 1000 + 1; // a refusal can be asked about for a quarter of an hour
    assert_int_equal(call(w, p.owner, "POST", "/v1/approvals", ASK), 404);
    assert_int_equal(sign_in(w, p.owner, OWNER, PASSWORD), 201);
    assert_int_equal(call(w, p.owner, "POST", "/v1/roles", ROLE), 403);
    assert_int_equal(call(w, p.owner, "POST", "/v1/approvals", ASK), 201);
    keep_id(p.owner);
    struct approval_facts facts;
    assert_int_equal(approval_facts(w->govern, &facts, NULL), CU_OK);
    assert_true(facts.wanted && facts.approvers == 2);
    char path[120];
    (void)snprintf(path, sizeof path, "/v1/approvals/%s/approve", approval_header);
    struct browser *fresh = p.admin;
    world_now += 60 * 1000;
    int status = call(w, fresh, "POST", path, NULL);
    if (status == 403) { // the proof is older than five minutes
        assert_string_equal(fresh->field, "reauth");
        prove(w, fresh, "another long sentence");
        status = call(w, fresh, "POST", path, NULL);
    }
    assert_int_equal(status, 200);
    world_now += INT64_C(24) * 3600 * 1000;
    assert_int_equal(sign_in(w, p.owner, OWNER, PASSWORD), 201);
    assert_int_equal(with_approval(w, p.owner, "POST", "/v1/roles", ROLE), 403);
    assert_int_equal(call(w, p.owner, "GET", "/v1/approvals", NULL), 200);
    struct json_iter it = json_each(json_get(p.owner->value, "items"));
    assert_true(json_next(&it));
    assert_true(cu_str_eqz(json_str(json_get(it.value, "state")), "expired"));
    browser_free(p.owner);
    browser_free(p.admin);
}

// --- break-glass

static struct cu_uuid make_person(struct world *w, const char *user_id)
{
    struct cu_uuid id;
    struct db *d = NULL;
    uint32_t pno = 0;
    const struct person_id ids[] = {{CU_LIT("user_id"), cu_str_of(user_id)}};
    const struct evidence ev = {.source = 1, .seq = 1, .time_ms = world_now, .received_ms = world_now};
    (void)people_lock(w->people);
    assert_int_equal(people_begin(w->people, NULL), CU_OK);
    assert_int_equal(people_identify(w->people, ids, 1, &ev, &pno, NULL), CU_OK);
    assert_int_equal(people_commit(w->people, NULL), CU_OK);
    people_unlock(w->people);
    assert_int_equal(people_read_take(w->people, &d, NULL), CU_OK);
    assert_int_equal(people_uuid(w->people, d, pno, &id, NULL), CU_OK);
    people_read_give(w->people, d);
    return id;
}

static struct dictionary *test_dictionary; // outlives the people who use it

static int close_with_dictionary(void **state)
{
    int rc = close_world(state);
    dictionary_free(test_dictionary);
    return rc;
}

static int open_for(struct world *w, struct browser *b, struct cu_uuid id)
{
    char path[100] = "/v1/people/";
    cu_uuid_format(id, path + strlen(path));
    strcat(path, "/break-glass");
    return call(w, b, "POST", path, "{\"reason\":\"The house is on fire.\"}");
}

// Looks at the person's page; whether it is unmasked.
static bool unmasked(struct world *w, struct browser *b, const char *method, struct cu_uuid id)
{
    char path[100] = "/v1/people/";
    cu_uuid_format(id, path + strlen(path));
    looked = (struct caller){.kind = CALLER_NOBODY};
    assert_int_equal(call(w, b, method, path, NULL), 204);
    assert_int_equal(looked.view[DICT_P4], looked.break_glass ? SPEC_VIEW_FULL : SPEC_VIEW_NONE);
    return looked.break_glass;
}

static void the_glass_closes_by_the_clock(void **state)
{
    struct world *w = *state;
    struct app app;
    int64_t agent_id = 0, other_id = 0;
    struct dictionary *dictionary = NULL;
    assert_int_equal(dictionary_load(CU_NONE, &dictionary, NULL), CU_OK);
    people_set_dictionary(w->people, dictionary);
    struct cu_uuid ids[6];
    char name[16];
    for (int i = 0; i < 6; i++) {
        (void)snprintf(name, sizeof name, "u-%d", i);
        ids[i] = make_person(w, name);
    }
    make_owner(w);
    struct browser *agent = hire(w, "agent@example.com", "support_agent", "another long sentence", &app, &agent_id);
    assert_false(unmasked(w, agent, "GET", ids[0]));
    assert_int_equal(open_for(w, agent, ids[0]), 200);
    assert_true(unmasked(w, agent, "GET", ids[0]));
    assert_false(unmasked(w, agent, "GET", ids[1]));    // no other person
    assert_false(unmasked(w, agent, "DELETE", ids[0])); // reading only
    assert_int_equal(call(w, agent, "GET", "/v1/people", NULL), 204);
    assert_false(looked.break_glass); // and one by one
    struct browser *other = hire(w, "other@example.com", "support_agent", "another long sentence", &app, &other_id);
    assert_false(unmasked(w, other, "GET", ids[0])); // nobody else
    prove(w, agent, "another long sentence");
    for (int i = 1; i < 5; i++)
        assert_int_equal(open_for(w, agent, ids[i]), 200);
    assert_int_equal(open_for(w, agent, ids[5]), 429); // five at a time
    world_now += 15 * 60 * 1000;
    for (int i = 0; i < 6; i++)
        assert_false(unmasked(w, agent, "GET", ids[i]));
    assert_int_equal(open_for(w, agent, ids[5]), 403); // and a fresh proof for each
    assert_string_equal(agent->field, "reauth");
    prove(w, agent, "another long sentence");
    assert_int_equal(open_for(w, agent, ids[5]), 200);
    assert_true(unmasked(w, agent, "GET", ids[5]));
    browser_free(agent);
    browser_free(other);
    test_dictionary = dictionary;
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_table_keeps_its_rules),
        cmocka_unit_test(who_may_give_what),
        cmocka_unit_test(a_caller_is_filled),
        cmocka_unit_test(every_role_on_every_route_with_every_flag),
        cmocka_unit_test(an_undeclared_route_is_nobodys),
        cmocka_unit_test_setup_teardown(approvals_end_after_a_day, open_real_world, close_world),
        cmocka_unit_test_setup_teardown(the_glass_closes_by_the_clock, open_real_world, close_with_dictionary),
    };
    return cmocka_run_group_tests_name("role", tests, NULL, NULL);
}
