// SPDX-License-Identifier: Apache-2.0
// Staff who look after staff: invitations, roles, reset links, disabling, deleting, removing factors; who may do what to
// whom; and what is typed into every text field.
#include "staff_app.h"

static const struct module *const modules[] = {&govern_module, &govern_session_module, &govern_staff_module,
    &govern_invitation_module, &govern_reset_module, &govern_security_module, NULL};

static int invite(struct world *w, struct browser *b, const char *email, const char *role)
{
    return callf(w, b, "POST", "/v1/invitations", "{\"email\":\"%s\",\"role\":\"%s\"}", email, role);
}

static int on(struct world *w, struct browser *b, const char *method, int64_t id, const char *rest, const char *body)
{
    char path[80];
    (void)snprintf(path, sizeof path, "/v1/staff/%lld%s", (long long)id, rest);
    return call(w, b, method, path, body);
}

static void from_invitation_to_reset(void **state)
{
    struct world *w = *state;
    struct browser *owner = browser_new("192.0.2.1"), *anna = browser_new("192.0.2.2"),
                   *elsewhere = browser_new("192.0.2.3");
    struct app app;
    char link[100], ticket[100], code[16], recovery[40];
    int64_t id = 0;
    make_owner(w);
    assert_int_equal(sign_in(w, owner, OWNER, PASSWORD), 201);
    assert_int_equal(invite(w, owner, "anna@example.com", "support_agent"), 201);
    assert_true(cu_str_starts(answer_str(owner, "link"), CU_LIT("https://shop.example/invite#invitation_")));
    assert_true(json_i64(json_get(owner->value, "id"), &id));
    link_token(owner, link);
    assert_int_equal(callf(w, anna, "POST", "/v1/invitations/check", "{\"token\":\"%s\"}", link), 200);
    assert_true(
        cu_str_eqz(answer_str(anna, "email"), "anna@example.com") && cu_str_eqz(answer_str(anna, "role"), "support_agent"));
    assert_int_equal(
        callf(w, anna, "POST", "/v1/invitations/accept", "{\"token\":\"%s\",\"password\":\"too short\"}", link), 400);
    assert_int_equal(
        callf(w, anna, "POST", "/v1/invitations/accept", "{\"token\":\"%s\",\"password\":\"blue lamp is my shop\"}", link),
        201);
    assert_int_equal(json_count(json_get(anna->value, "permissions")), 1); // until a second factor is set up
    assert_int_equal(callf(w, elsewhere, "POST", "/v1/invitations/accept",
                         "{\"token\":\"%s\",\"password\":\"blue lamp is my shop\"}", link),
        403);
    enrol(w, anna, &app, recovery);
    assert_int_equal(call(w, anna, "GET", "/v1/session", NULL), 200);
    assert_true(json_count(json_get(anna->value, "permissions")) > 3);

    // a new password by link: the sessions end, the second factor stays
    assert_int_equal(on(w, owner, "POST", id, "/reset-link", NULL), 201);
    link_token(owner, link);
    assert_int_equal(
        callf(w, elsewhere, "POST", "/v1/password-reset", "{\"token\":\"%s\",\"password\":\"qwertyui\"}", link), 400);
    assert_int_equal(
        callf(w, elsewhere, "POST", "/v1/password-reset", "{\"token\":\"%s\",\"password\":\"vx7 kumquat\"}", link), 200);
    ticket_of(elsewhere, ticket);
    assert_int_equal(call(w, anna, "GET", "/v1/session", NULL), 401);
    assert_int_equal(call(w, elsewhere, "GET", "/v1/session", NULL), 401); // not signed in by the link alone
    app_code(&app, 0, code);
    assert_int_equal(second(w, elsewhere, ticket, "totp", code), 201);
    assert_int_equal(
        callf(w, elsewhere, "POST", "/v1/password-reset", "{\"token\":\"%s\",\"password\":\"vx7 kumquats\"}", link), 403);
    assert_int_equal(sign_in(w, anna, "anna@example.com", "blue lamp is my shop"), 401);
    assert_int_equal(sign_in(w, anna, "ANNA@example.com", "vx7 kumquat"), 200);
    ticket_of(anna, ticket);
    assert_int_equal(second(w, anna, ticket, "recovery", recovery), 201);

    // the phone is lost: a password too short to stand alone goes with the factors
    assert_int_equal(on(w, owner, "DELETE", id, "/factors", NULL), 204);
    assert_int_equal(call(w, anna, "GET", "/v1/session", NULL), 401);
    assert_int_equal(sign_in(w, anna, "anna@example.com", "vx7 kumquat"), 401);
    browser_free(owner);
    browser_free(anna);
    browser_free(elsewhere);
}

static void links_end(void **state)
{
    struct world *w = *state;
    struct browser *owner = browser_new("192.0.2.1"), *b = browser_new("192.0.2.2");
    struct app app;
    char first[100], later[100], path[60];
    int64_t id = 0, hired = 0;
    make_owner(w);
    assert_int_equal(sign_in(w, owner, OWNER, PASSWORD), 201);
    assert_int_equal(invite(w, owner, "anna@example.com", "analyst"), 201);
    link_token(owner, first);
    assert_int_equal(invite(w, owner, " Anna@example.com", "marketer"), 201); // again: the older link ends
    assert_true(json_i64(json_get(owner->value, "id"), &id));
    link_token(owner, later);
    assert_int_equal(callf(w, b, "POST", "/v1/invitations/check", "{\"token\":\"%s\"}", first), 403);
    assert_int_equal(callf(w, b, "POST", "/v1/invitations/check", "{\"token\":\"%s\"}", later), 200);
    assert_true(cu_str_eqz(answer_str(b, "role"), "marketer"));
    later[20] = later[20] == 'a' ? 'b' : 'a'; // forged
    assert_int_equal(callf(w, b, "POST", "/v1/invitations/check", "{\"token\":\"%s\"}", later), 403);
    assert_int_equal(call(w, owner, "GET", "/v1/invitations", NULL), 200);
    assert_int_equal(json_count(json_get(owner->value, "items")), 1);
    (void)snprintf(path, sizeof path, "/v1/invitations/%lld", (long long)id);
    assert_int_equal(call(w, owner, "DELETE", path, NULL), 204);
    assert_int_equal(call(w, owner, "DELETE", path, NULL), 404);

    assert_int_equal(invite(w, owner, "bert@example.com", "analyst"), 201);
    link_token(owner, later);
    world_now += INVITATION_MS + 1;
    assert_int_equal(
        callf(w, b, "POST", "/v1/invitations/accept", "{\"token\":\"%s\",\"password\":\"" PASSWORD "\"}", later), 403);
    struct browser *carl = hire(w, "carl@example.com", "analyst", "carl writes a sentence", &app, &hired);
    assert_int_equal(sign_in(w, owner, OWNER, PASSWORD), 201);
    assert_int_equal(on(w, owner, "POST", hired, "/reset-link", NULL), 201);
    link_token(owner, later);
    assert_int_equal(
        callf(w, b, "POST", "/v1/invitations/accept", "{\"token\":\"%s\",\"password\":\"" PASSWORD "\"}", later),
        403); // another kind
    world_now += RESET_MS + 1;
    assert_int_equal(
        callf(w, b, "POST", "/v1/password-reset", "{\"token\":\"%s\",\"password\":\"" PASSWORD "\"}", later), 403);
    browser_free(owner);
    browser_free(carl);
    browser_free(b);
}

static void the_last_owner_stays(void **state)
{
    struct world *w = *state;
    struct browser *local = browser_new(""), *b = NULL;
    struct app app;
    int64_t owner = make_owner(w), other = 0;
    char path[60];
    (void)snprintf(path, sizeof path, "/v1/staff/%lld", (long long)owner);
    assert_int_equal(call_as(w, local, CALLER_LOCAL, "PATCH", path, "{\"role\":\"analyst\"}"), 409);
    assert_int_equal(call_as(w, local, CALLER_LOCAL, "PATCH", path, "{\"state\":\"disabled\"}"), 409);
    assert_int_equal(call_as(w, local, CALLER_LOCAL, "DELETE", path, NULL), 409);
    b = hire(w, "second@example.com", "owner", "the second owner's words", &app, &other);
    assert_int_equal(on(w, b, "PATCH", other, "", "{\"role\":\"analyst\"}"), 403); // not to oneself
    assert_int_equal(on(w, b, "DELETE", other, "", NULL), 403);
    assert_int_equal(on(w, b, "PATCH", owner, "", "{\"role\":\"analyst\"}"), 200);
    assert_true(cu_str_eqz(answer_str(b, "role"), "analyst"));
    assert_int_equal(on(w, b, "DELETE", owner, "", NULL), 204);
    assert_int_equal(on(w, b, "DELETE", owner, "", NULL), 404);
    (void)snprintf(path, sizeof path, "/v1/staff/%lld", (long long)other);
    assert_int_equal(call_as(w, local, CALLER_LOCAL, "DELETE", path, NULL), 409);
    assert_true(guard_is_erased(w->guard, staff_place(STAFF_TABLE_EMAIL, owner).subject));
    assert_int_equal(invite(w, b, OWNER, "analyst"), 201); // the address is free again, the number is not
    int64_t again = 0;
    assert_true(json_i64(json_get(b->value, "id"), &again) && again > other);
    browser_free(local);
    browser_free(b);
}

static void nobody_gives_more_than_they_may(void **state)
{
    struct world *w = *state;
    struct app app;
    int64_t owner = make_owner(w), admin_id = 0, agent_id = 0, officer_id = 0;
    struct browser *admin = hire(w, "admin@example.com", "administrator", "administering things", &app, &admin_id);
    struct browser *agent = hire(w, "agent@example.com", "support_agent", "answering the telephone", &app, &agent_id);
    struct browser *officer = hire(w, "officer@example.com", "privacy_officer", "keeping it all private", &app, &officer_id);
    assert_int_equal(call(w, agent, "GET", "/v1/staff", NULL), 403);
    assert_int_equal(invite(w, agent, "x@example.com", "analyst"), 403);
    assert_int_equal(call(w, officer, "GET", "/v1/staff", NULL), 200); // may look, not change
    assert_int_equal(on(w, officer, "PATCH", agent_id, "", "{\"role\":\"analyst\"}"), 403);
    assert_int_equal(invite(w, admin, "x@example.com", "owner"), 403);
    assert_string_equal(admin->field, "/role");
    assert_int_equal(invite(w, admin, "x@example.com", "no_such_role"), 400);
    assert_int_equal(invite(w, admin, "x@example.com", "analyst"), 201);
    assert_int_equal(on(w, admin, "PATCH", agent_id, "", "{\"role\":\"owner\"}"), 403);
    assert_int_equal(on(w, admin, "PATCH", owner, "", "{\"role\":\"analyst\"}"), 403); // nor take from an owner
    assert_int_equal(on(w, admin, "PATCH", owner, "", "{\"state\":\"disabled\"}"), 403);
    assert_int_equal(on(w, admin, "DELETE", owner, "", NULL), 403);
    assert_int_equal(on(w, admin, "DELETE", owner, "/factors", NULL), 403);
    assert_int_equal(on(w, admin, "DELETE", owner, "/sessions", NULL), 403);
    assert_int_equal(on(w, admin, "POST", owner, "/reset-link", NULL), 403);
    assert_int_equal(on(w, admin, "PATCH", admin_id, "", "{\"role\":\"analyst\"}"), 403);
    assert_int_equal(on(w, admin, "POST", agent_id, "/reset-link", NULL), 201); // who has a second factor keeps it
    assert_int_equal(on(w, admin, "DELETE", agent_id, "/factors", NULL), 204);
    assert_int_equal(on(w, admin, "POST", agent_id, "/reset-link", NULL), 403); // now the link would be the whole account
    assert_int_equal(call(w, agent, "GET", "/v1/session", NULL), 401);
    assert_int_equal(on(w, admin, "PATCH", officer_id, "", "{\"role\":\"auditor\"}"), 200);
    assert_int_equal(call(w, officer, "GET", "/v1/session", NULL), 401); // a change of role ends the sessions
    assert_int_equal(on(w, admin, "PATCH", 9999, "", "{\"role\":\"auditor\"}"), 404);
    assert_int_equal(on(w, admin, "DELETE", officer_id, "/sessions", NULL), 204);
    browser_free(admin);
    browser_free(agent);
    browser_free(officer);
}

static void who_goes_takes_their_links_along(void **state)
{
    struct world *w = *state;
    struct app app;
    struct browser *owner = browser_new("192.0.2.1"), *b = browser_new("192.0.2.2");
    int64_t admin_id = 0;
    char link[100];
    make_owner(w);
    struct browser *admin = hire(w, "admin@example.com", "administrator", "administering things", &app, &admin_id);
    assert_int_equal(invite(w, admin, "friend@example.com", "administrator"), 201);
    link_token(admin, link);
    assert_int_equal(sign_in(w, owner, OWNER, PASSWORD), 201);
    assert_int_equal(on(w, owner, "PATCH", admin_id, "", "{\"state\":\"disabled\"}"), 200);
    assert_int_equal(
        callf(w, b, "POST", "/v1/invitations/accept", "{\"token\":\"%s\",\"password\":\"" PASSWORD "\"}", link), 403);
    assert_int_equal(sign_in(w, admin, "admin@example.com", "administering things"), 401);
    assert_int_equal(on(w, owner, "PATCH", admin_id, "", "{\"state\":\"active\"}"), 200);
    assert_int_equal(sign_in(w, admin, "admin@example.com", "administering things"), 200);
    browser_free(admin);
    browser_free(owner);
    browser_free(b);
}

static void the_last_factor_needs_a_long_password(void **state)
{
    struct world *w = *state;
    struct app app;
    int64_t id = 0;
    make_owner(w);
    struct browser *b = hire(w, "anna@example.com", "analyst", "a sentence to begin with", &app, &id);
    assert_int_equal(
        call(w, b, "PUT", "/v1/security/password", "{\"current\":\"wrong\",\"password\":\"vx7 kumquat\"}"), 403);
    assert_int_equal(call(w, b, "PUT", "/v1/security/password",
                         "{\"current\":\"a sentence to begin with\",\"password\":\"vx7 kumquat\"}"), 204); // 8 with a factor
    assert_int_equal(call(w, b, "DELETE", "/v1/security/totp", NULL), 409);
    assert_int_equal(call(w, b, "PUT", "/v1/security/password",
                         "{\"current\":\"vx7 kumquat\",\"password\":\"kumquats grow in a vase\"}"), 204);
    assert_int_equal(call(w, b, "DELETE", "/v1/security/totp", NULL), 204);
    assert_int_equal(call(w, b, "GET", "/v1/session", NULL), 200);
    assert_int_equal(json_count(json_get(b->value, "permissions")), 1);
    browser_free(b);
}

// Nothing that is typed becomes SQL, HTML or a header.
static void hostile_text_in_every_field(void **state)
{
    struct world *w = *state;
    static const char *const texts[] = {"'; DROP TABLE staff; --", "' OR '1'='1", "<script>alert(1)</script>",
        "\\\"><img src=x>", "a\\r\\nSet-Cookie: x=1", "%00", "../../etc/passwd", "${7*7}", "\\u202e\\u0000", "\\ud800"};
    static const char *const bodies[][3] = {
        {"POST", "/v1/session", "{\"email\":\"%s\",\"password\":\"%s\"}"},
        {"POST", "/v1/session/second-factor", "{\"ticket\":\"%s\",\"factor\":\"totp\",\"code\":\"%s\"}"},
        {"POST", "/v1/session/reauth", "{\"password\":\"%s\"}"},
        {"POST", "/v1/session/reauth", "{\"factor\":\"%s\",\"code\":\"%s\"}"},
        {"POST", "/v1/setup", "{\"token\":\"%s\",\"email\":\"%s\",\"password\":\"%s\"}"},
        {"POST", "/v1/invitations", "{\"email\":\"%s\",\"role\":\"%s\"}"},
        {"POST", "/v1/invitations", "{\"email\":\"x@example.com\",\"role\":\"%s\"}"},
        {"POST", "/v1/invitations/check", "{\"token\":\"%s\"}"},
        {"POST", "/v1/invitations/accept", "{\"token\":\"%s\",\"password\":\"%s\"}"},
        {"POST", "/v1/password-reset", "{\"token\":\"%s\",\"password\":\"%s\"}"},
        {"POST", "/v1/password-strength", "{\"password\":\"%s\",\"context\":[\"%s\"]}"},
        {"PUT", "/v1/security/password", "{\"current\":\"%s\",\"password\":\"%s\"}"},
        {"POST", "/v1/security/totp/confirm", "{\"code\":\"%s\"}"},
        {"PATCH", "/v1/staff/1", "{\"role\":\"%s\"}"},
    };
    struct browser *owner = browser_new("192.0.2.1");
    int64_t staff = 0;
    make_owner(w);
    for (size_t t = 0; t < CU_COUNT(texts); t++) {
        assert_int_equal(sign_in(w, owner, OWNER, PASSWORD), 201);
        for (size_t i = 0; i < CU_COUNT(bodies); i++) {
            char body[600];
            size_t len = 0;
            for (const char *p = bodies[i][2]; *p; p++) { // the text at every %s
                if (p[0] == '%' && p[1] == 's') {
                    len += (size_t)snprintf(body + len, sizeof body - len, "%s", texts[t]);
                    p++;
                } else {
                    body[len++] = *p;
                }
            }
            body[len] = 0;
            int status = call(w, owner, bodies[i][0], bodies[i][1], body);
            bool judged = i == 10 && status == 200;
            assert_true(judged || (status >= 400 && status < 500));
            assert_true(cu_str_find_str(cu_buf_view(&owner->answer), CU_LIT("<script>")) < 0);
            assert_true(cu_str_find_str(cu_buf_view(&owner->answer), CU_LIT("DROP TABLE")) < 0); // not told again
        }
        world_now += INT64_C(2) * 3600 * 1000; // the throttles forgive
    }
    assert_int_equal(staff_count(w->govern, &staff, NULL), CU_OK);
    assert_int_equal(staff, 1);
    browser_free(owner);
}

int main(void)
{
    world_modules = modules;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(from_invitation_to_reset, open_world, close_world),
        cmocka_unit_test_setup_teardown(links_end, open_world, close_world),
        cmocka_unit_test_setup_teardown(the_last_owner_stays, open_world, close_world),
        cmocka_unit_test_setup_teardown(nobody_gives_more_than_they_may, open_world, close_world),
        cmocka_unit_test_setup_teardown(who_goes_takes_their_links_along, open_world, close_world),
        cmocka_unit_test_setup_teardown(the_last_factor_needs_a_long_password, open_world, close_world),
        cmocka_unit_test_setup_teardown(hostile_text_in_every_field, open_world, close_world),
    };
    return cmocka_run_group_tests_name("staff_admin", tests, NULL, NULL);
}
