// SPDX-License-Identifier: Apache-2.0
// Signing in: tickets, second factors, throttling, fixation, sessions; everything over the dispatcher.
#include "staff_app.h"

#include <stdarg.h>

static const struct module *const modules[] = {&govern_module, &govern_session_module, &govern_staff_module,
    &govern_invitation_module, &govern_reset_module, &govern_security_module, NULL};

// --- tests

static void a_second_factor_is_asked_for(void **state)
{
    struct world *w = *state;
    struct browser *b = browser_new("192.0.2.1"), *thief = browser_new("198.51.100.1");
    struct app app;
    char ticket[100], code[16];
    make_owner(w);
    assert_int_equal(sign_in(w, b, OWNER, PASSWORD), 201);
    enrol(w, b, &app, NULL);
    assert_int_equal(call(w, b, "DELETE", "/v1/session", NULL), 204);
    assert_int_equal(sign_in(w, b, OWNER, PASSWORD), 200);
    ticket_of(b, ticket);
    assert_string_equal(token(b), ""); // no session yet
    assert_int_equal(call(w, b, "GET", "/v1/session", NULL), 401);
    app_code(&app, 0, code);
    assert_int_equal(second(w, thief, ticket, "totp", code), 401); // the ticket is the browser's
    assert_int_equal(second(w, b, "ticket_forged", "totp", code), 401);
    assert_int_equal(second(w, b, ticket, "passkey", code), 400);
    assert_int_equal(second(w, b, ticket, "totp", "000000"), 401);
    assert_int_equal(second(w, b, ticket, "totp", code), 201);
    assert_int_equal(call(w, b, "GET", "/v1/session", NULL), 200);
    assert_int_equal(second(w, b, ticket, "totp", code), 401); // used up
    browser_free(b);
    browser_free(thief);
}

static void a_code_is_good_once(void **state)
{
    struct world *w = *state;
    struct browser *b = browser_new("192.0.2.1"), *other = browser_new("192.0.2.2");
    struct app app;
    char ticket[100], code[16];
    make_owner(w);
    assert_int_equal(sign_in(w, b, OWNER, PASSWORD), 201);
    enrol(w, b, &app, NULL);
    app_code(&app, 0, code);
    assert_int_equal(sign_in(w, b, OWNER, PASSWORD), 200);
    ticket_of(b, ticket);
    assert_int_equal(second(w, b, ticket, "totp", code), 201);
    assert_int_equal(sign_in(w, other, OWNER, PASSWORD), 200); // seen over the shoulder
    ticket_of(other, ticket);
    assert_int_equal(second(w, other, ticket, "totp", code), 401);
    app_code(&app, -1, code); // nor one that is older
    assert_int_equal(second(w, other, ticket, "totp", code), 401);
    app_code(&app, 2, code);
    assert_int_equal(second(w, other, ticket, "totp", code), 401); // too far ahead
    app_code(&app, 1, code); // the phone's clock is ahead
    assert_int_equal(second(w, other, ticket, "totp", code), 201);
    browser_free(b);
    browser_free(other);
}

static void tickets_end(void **state)
{
    struct world *w = *state;
    struct browser *b = browser_new("192.0.2.1");
    struct app app;
    char ticket[100], code[16];
    make_owner(w);
    assert_int_equal(sign_in(w, b, OWNER, PASSWORD), 201);
    enrol(w, b, &app, NULL);
    assert_int_equal(sign_in(w, b, OWNER, PASSWORD), 200);
    ticket_of(b, ticket);
    world_now += TICKET_MS + 1; // expired
    app_code(&app, 0, code);
    assert_int_equal(second(w, b, ticket, "totp", code), 401);
    assert_string_equal(b->field, "/ticket");
    assert_int_equal(sign_in(w, b, OWNER, PASSWORD), 200);
    ticket_of(b, ticket);
    for (int i = 0; i < TICKET_TRIES; i++) { // tried too often; the throttle waits in between
        assert_int_equal(second(w, b, ticket, "totp", "000000"), 401);
        assert_string_equal(b->field, "/code");
    }
    world_now += 35 * 1000;
    app_code(&app, 0, code);
    assert_int_equal(second(w, b, ticket, "totp", code), 401);
    assert_string_equal(b->field, "/ticket");
    browser_free(b);
}

static void recovery_codes_are_good_once(void **state)
{
    struct world *w = *state;
    struct browser *b = browser_new("192.0.2.1");
    struct app app;
    char ticket[100], recovery[40], typed[80] = "";
    int64_t left = -1;
    make_owner(w);
    assert_int_equal(sign_in(w, b, OWNER, PASSWORD), 201);
    enrol(w, b, &app, recovery);
    assert_int_equal(strlen(recovery), 26 + 4); // 128 bits
    for (size_t i = 0; recovery[i]; i++) { // as people type: small letters, spaces
        char c = recovery[i];
        (void)snprintf(typed + strlen(typed), 3, "%c", c == '-' ? ' ' : c >= 'A' && c <= 'Z' ? c + 32 : c);
    }
    assert_int_equal(sign_in(w, b, OWNER, PASSWORD), 200);
    ticket_of(b, ticket);
    assert_int_equal(second(w, b, ticket, "recovery", "AAAAA-AAAAA-AAAAA-AAAAA-AAAAAA"), 401);
    assert_int_equal(second(w, b, ticket, "recovery", "short"), 401);
    assert_int_equal(second(w, b, ticket, "recovery", typed), 201);
    assert_int_equal(call(w, b, "GET", "/v1/security", NULL), 200);
    assert_true(json_i64(json_path(b->value, "recovery_codes.left"), &left) && left == 9);
    assert_int_equal(sign_in(w, b, OWNER, PASSWORD), 200);
    ticket_of(b, ticket);
    assert_int_equal(second(w, b, ticket, "recovery", recovery), 401);
    browser_free(b);
}

static void tokens_are_new_at_every_step(void **state)
{
    struct world *w = *state;
    struct browser *b = browser_new("192.0.2.1"), *planter = browser_new("198.51.100.1");
    struct app app;
    char first[100], second_token[100], csrf[64];
    make_owner(w);
    assert_int_equal(sign_in(w, planter, OWNER, PASSWORD), 201);
    browser_set(b, "__Host-custos", token(planter)); // a session planted before signing in
    assert_int_equal(sign_in(w, b, OWNER, PASSWORD), 201);
    assert_string_not_equal(token(b), token(planter));
    assert_int_equal(call(w, planter, "GET", "/v1/session", NULL), 401); // the planted one has ended

    (void)snprintf(first, sizeof first, "%s", token(b));
    (void)snprintf(csrf, sizeof csrf, "%s", b->csrf);
    assert_int_equal(call(w, b, "POST", "/v1/session/reauth", "{\"password\":\"" PASSWORD "\"}"), 204);
    (void)snprintf(second_token, sizeof second_token, "%s", token(b));
    assert_string_not_equal(first, second_token);
    browser_set(planter, "__Host-custos", first); // a copy of the former token
    (void)snprintf(planter->csrf, sizeof planter->csrf, "%s", csrf);
    assert_int_equal(call(w, planter, "GET", "/v1/session", NULL), 200);   // answers under way: reading, for seconds
    assert_int_equal(call(w, planter, "DELETE", "/v1/sessions", NULL), 401); // changes nothing
    world_now += SESSION_FORMER_MS + 1;
    assert_int_equal(call(w, planter, "GET", "/v1/session", NULL), 401);
    assert_int_equal(call(w, b, "GET", "/v1/session", NULL), 200);
    assert_string_equal(b->csrf, csrf); // of the session, not of its token

    enrol(w, b, &app, NULL);
    assert_string_not_equal(token(b), second_token);
    assert_int_equal(
        call(w, b, "PUT", "/v1/security/password", "{\"current\":\"" PASSWORD "\",\"password\":\"another long sentence\"}"),
        204);
    browser_set(planter, "__Host-custos", second_token);
    world_now += SESSION_FORMER_MS + 1;
    assert_int_equal(call(w, planter, "GET", "/v1/session", NULL), 401);
    browser_free(b);
    browser_free(planter);
}

static void dangerous_acts_want_a_fresh_proof(void **state)
{
    struct world *w = *state;
    struct browser *b = browser_new("192.0.2.1");
    struct app app;
    char code[16];
    make_owner(w);
    assert_int_equal(sign_in(w, b, OWNER, PASSWORD), 201);
    enrol(w, b, &app, NULL);
    assert_int_equal(call(w, b, "POST", "/v1/security/recovery-codes", NULL), 200);
    world_now += 6 * 60 * 1000;
    assert_int_equal(call(w, b, "POST", "/v1/security/recovery-codes", NULL), 403);
    assert_string_equal(b->field, "reauth");
    assert_int_equal(call(w, b, "POST", "/v1/session/reauth", "{}"), 400);
    assert_int_equal(call(w, b, "POST", "/v1/session/reauth", "{\"password\":\"wrong\"}"), 403);
    assert_int_equal(call(w, b, "POST", "/v1/session/reauth", "{\"factor\":\"totp\",\"code\":\"123456\"}"), 403);
    app_code(&app, 0, code);
    assert_int_equal(callf(w, b, "POST", "/v1/session/reauth", "{\"factor\":\"totp\",\"code\":\"%s\"}", code), 204);
    assert_int_equal(call(w, b, "POST", "/v1/security/recovery-codes", NULL), 200);
    assert_int_equal(callf(w, b, "POST", "/v1/session/reauth", "{\"factor\":\"totp\",\"code\":\"%s\"}", code), 403); // used
    browser_free(b);
}

static void guessing_waits_and_the_owner_does_not(void **state)
{
    struct world *w = *state;
    struct browser *owner = browser_new("203.0.113.5"), *stranger = browser_new("198.51.100.1"),
                   *elsewhere = browser_new("192.0.2.9");
    make_owner(w);
    assert_int_equal(sign_in(w, owner, OWNER, PASSWORD), 201); // this browser is known from now on
    assert_int_equal(call(w, owner, "DELETE", "/v1/session", NULL), 204);
    int64_t waited = 0;
    int answers[2] = {0, 0};
    for (int i = 0; i < 200; i++) { // an attacker who changes networks
        (void)snprintf(stranger->ip, sizeof stranger->ip, "198.51.%d.1", i % 250);
        int status = sign_in(w, stranger, OWNER, "a wrong sentence here");
        assert_true(status == 401 || status == 429);
        answers[status == 429]++;
        world_now += 60 * 1000;
        waited += 60;
    }
    assert_true(answers[0] <= 15); // 5, then after 30 s, 1, 2, 4 ... 60 min
    assert_int_equal(sign_in(w, stranger, OWNER, PASSWORD), 429);  // even right: not now
    assert_int_equal(sign_in(w, elsewhere, OWNER, PASSWORD), 429); // nor a stranger from a good network
    assert_int_equal(sign_in(w, owner, OWNER, PASSWORD), 201);     // the owner's own browser has a lane of its own
    world_now += INT64_C(61) * 60 * 1000;
    assert_int_equal(sign_in(w, elsewhere, OWNER, PASSWORD), 201); // and strangers one after an hour at most
    browser_free(owner);
    browser_free(stranger);
    browser_free(elsewhere);
}

static void unknown_addresses_wait_like_known_ones(void **state)
{
    struct world *w = *state;
    make_owner(w);
    int known = 0, unknown = 0;
    for (int i = 0; i < 12; i++) {
        struct browser *a = browser_new("198.51.100.1"), *b = browser_new("198.51.101.1");
        int of_known = sign_in(w, a, OWNER, "a wrong sentence here"),
            of_unknown = sign_in(w, b, "nobody@example.com", "a wrong sentence here");
        assert_int_equal(of_known, of_unknown);
        assert_string_equal(a->text, b->text);
        known += of_known == 429;
        unknown += of_unknown == 429;
        browser_free(a);
        browser_free(b);
    }
    assert_int_equal(known, unknown);
    assert_int_equal(known, 7);
}

static void a_network_that_tries_many_accounts_waits(void **state)
{
    struct world *w = *state;
    struct browser *b = browser_new("198.51.100.1"), *other = browser_new("192.0.2.1");
    int refused = 0;
    make_owner(w);
    for (int i = 0; i < 60; i++) {
        char email[40];
        (void)snprintf(email, sizeof email, "guess%d@example.com", i);
        (void)snprintf(b->ip, sizeof b->ip, "198.51.100.%d", i); // one /24
        refused += sign_in(w, b, email, "spring 2026 spring") == 429;
    }
    assert_int_equal(refused, 30);
    assert_int_equal(sign_in(w, other, OWNER, PASSWORD), 201);
    browser_free(b);
    browser_free(other);
}

static void disabled_accounts_answer_like_wrong_passwords(void **state)
{
    struct world *w = *state;
    struct browser *b = browser_new("192.0.2.1"), *local = browser_new("");
    char text[300];
    int64_t id = make_owner(w);
    struct staff s;
    assert_int_equal(sign_in(w, b, OWNER, "a wrong sentence here"), 401);
    (void)snprintf(text, sizeof text, "%s", b->text);
    assert_int_equal(staff_load(w->govern, id, &s, NULL), CU_OK);
    // a second owner, so that the first may be disabled
    char invitation[100];
    assert_int_equal(
        call_as(w, local, CALLER_LOCAL, "POST", "/v1/invitations", "{\"email\":\"second@example.com\",\"role\":\"owner\"}"),
        201);
    link_token(local, invitation);
    assert_int_equal(callf(w, local, "POST", "/v1/invitations/accept",
                         "{\"token\":\"%s\",\"password\":\"yet another sentence\"}", invitation),
        201);
    assert_int_equal(sign_in(w, b, OWNER, PASSWORD), 201);
    char path[40];
    (void)snprintf(path, sizeof path, "/v1/staff/%lld", (long long)id);
    assert_int_equal(call_as(w, local, CALLER_LOCAL, "PATCH", path, "{\"state\":\"disabled\"}"), 200);
    assert_int_equal(call(w, b, "GET", "/v1/session", NULL), 401); // signed out at once
    assert_int_equal(sign_in(w, b, OWNER, PASSWORD), 401);
    assert_string_equal(b->text, text);
    browser_free(b);
    browser_free(local);
}

static void sessions_are_listed_and_ended(void **state)
{
    struct world *w = *state;
    struct browser *a = browser_new("192.0.2.77"), *b = browser_new("2001:db8:1:2::5");
    char id[40] = "", path[60];
    make_owner(w);
    assert_int_equal(sign_in(w, a, OWNER, PASSWORD), 201);
    assert_int_equal(sign_in(w, b, OWNER, PASSWORD), 201);
    assert_int_equal(call(w, a, "GET", "/v1/sessions", NULL), 200);
    assert_int_equal(json_count(json_get(a->value, "items")), 2);
    assert_true(cu_str_find_str(cu_buf_view(&a->answer), CU_LIT("192.0.2.77")) < 0); // networks, not addresses
    for (struct json_iter it = json_each(json_get(a->value, "items")); json_next(&it);) {
        bool current = false;
        assert_true(json_bool(json_get(it.value, "current"), &current));
        assert_true(cu_str_eqz(json_str(json_get(it.value, "browser")), "Firefox on Linux"));
        assert_true(cu_str_eqz(json_str(json_get(it.value, "network")), current ? "192.0.2.0/24" : "2001:db8:1::/48"));
        if (!current)
            (void)snprintf(id, sizeof id, "%.*s", CU_ARG(json_str(json_get(it.value, "id"))));
    }
    (void)snprintf(path, sizeof path, "/v1/sessions/%s", id);
    assert_int_equal(call(w, a, "DELETE", path, NULL), 204);
    assert_int_equal(call(w, a, "DELETE", path, NULL), 404);
    assert_int_equal(call(w, b, "GET", "/v1/session", NULL), 401);
    assert_int_equal(sign_in(w, b, OWNER, PASSWORD), 201);
    assert_int_equal(call(w, b, "DELETE", "/v1/sessions", NULL), 204); // all others
    assert_int_equal(call(w, a, "GET", "/v1/session", NULL), 401);
    assert_int_equal(call(w, b, "GET", "/v1/session", NULL), 200);
    browser_free(a);
    browser_free(b);
}

static void the_clock_jumps(void **state)
{
    struct world *w = *state;
    struct browser *b = browser_new("192.0.2.1");
    struct app app;
    char ticket[100], code[16];
    make_owner(w);
    assert_int_equal(sign_in(w, b, OWNER, PASSWORD), 201);
    enrol(w, b, &app, NULL);
    world_now += INT64_C(3) * 24 * 3600 * 1000; // three days ahead
    assert_int_equal(call(w, b, "GET", "/v1/session", NULL), 401);
    assert_int_equal(sign_in(w, b, OWNER, PASSWORD), 200);
    ticket_of(b, ticket);
    app_code(&app, 0, code);
    assert_int_equal(second(w, b, ticket, "totp", code), 201);
    assert_int_equal(sign_in(w, b, OWNER, PASSWORD), 200);
    ticket_of(b, ticket);
    world_now -= INT64_C(3) * 24 * 3600 * 1000; // and right again
    assert_int_equal(call(w, b, "GET", "/v1/session", NULL), 401); // a session from the future
    app_code(&app, 0, code);
    assert_int_equal(second(w, b, ticket, "totp", code), 401); // a ticket from the future
    assert_int_equal(sign_in(w, b, OWNER, PASSWORD), 200);
    ticket_of(b, ticket);
    assert_int_equal(second(w, b, ticket, "totp", code), 201); // the step that was used lies beyond the window
    assert_int_equal(sign_in(w, b, OWNER, PASSWORD), 200);
    ticket_of(b, ticket);
    assert_int_equal(second(w, b, ticket, "totp", code), 401); // now it is used
    browser_free(b);
}

// Another site's form could sign a browser in to the attacker's account.
static void another_site_signs_nobody_in(void **state)
{
    struct world *w = *state;
    struct browser *b = browser_new("192.0.2.1");
    make_owner(w);
    static const char *const rows[][3] = {{"cross-site", "", "no"}, {"same-site", "", "no"}, {"none", "", "yes"},
        {"same-origin", "", "yes"}, {"-", "https://evil.example", "no"}, {"-", "null", "no"},
        {"-", "https://shop.example", "yes"}, {"-", "https://SHOP.local:8080", "yes"}, {"-", "https://shop.local", "no"},
        {"-", "", "yes"}};
    for (size_t i = 0; i < CU_COUNT(rows); i++) {
        browser_free(b);
        b = browser_new("192.0.2.1");
        (void)snprintf(b->site, sizeof b->site, "%s", rows[i][0]);
        (void)snprintf(b->origin, sizeof b->origin, "%s", rows[i][1]);
        assert_int_equal(sign_in(w, b, OWNER, PASSWORD), rows[i][2][0] == 'y' ? 201 : 403);
        assert_int_equal(token(b)[0] != 0, rows[i][2][0] == 'y');
    }
    browser_free(b);
}

static void the_purpose_is_the_roles(void **state)
{
    struct world *w = *state;
    struct app app;
    int64_t id = 0;
    struct browser *b = browser_new("192.0.2.1"), *analyst = NULL;
    make_owner(w);
    analyst = hire(w, "analyst@example.com", "analyst", "analysing all day long", &app, &id);
    (void)snprintf(analyst->purpose, sizeof analyst->purpose, "support");
    assert_int_equal(call(w, analyst, "GET", "/v1/session", NULL), 403);
    browser_free(analyst);
    assert_int_equal(sign_in(w, b, OWNER, PASSWORD), 201);
    assert_true(cu_str_eqz(answer_str(b, "purpose"), "support"));
    (void)snprintf(b->purpose, sizeof b->purpose, "rights");
    assert_int_equal(call(w, b, "GET", "/v1/session", NULL), 200);
    assert_true(cu_str_eqz(answer_str(b, "purpose"), "rights"));
    (void)snprintf(b->purpose, sizeof b->purpose, "intake"); // the system's
    assert_int_equal(call(w, b, "GET", "/v1/session", NULL), 403);
    assert_string_equal(b->field, "purpose");
    browser_free(b);
}

static void owners_may_postpone_a_week(void **state)
{
    struct world *w = *state;
    struct browser *b = browser_new("192.0.2.1");
    struct app app;
    make_owner(w);
    assert_int_equal(sign_in(w, b, OWNER, PASSWORD), 201);
    assert_true(json_count(json_get(b->value, "permissions")) > 10);
    assert_true(answer_str(b, "second_factor.postpone_until").len > 0);
    world_now += POSTPONE_MS + 1000;
    assert_int_equal(sign_in(w, b, OWNER, PASSWORD), 201);
    assert_int_equal(json_count(json_get(b->value, "permissions")), 1); // only the own account
    assert_int_equal(call(w, b, "GET", "/v1/staff", NULL), 403);
    assert_int_equal(call(w, b, "GET", "/v1/security", NULL), 200);
    enrol(w, b, &app, NULL);
    assert_int_equal(call(w, b, "GET", "/v1/staff", NULL), 200); // the same session, with a new token
    browser_free(b);
}

int main(void)
{
    world_modules = modules;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_second_factor_is_asked_for, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_code_is_good_once, open_world, close_world),
        cmocka_unit_test_setup_teardown(tickets_end, open_world, close_world),
        cmocka_unit_test_setup_teardown(recovery_codes_are_good_once, open_world, close_world),
        cmocka_unit_test_setup_teardown(tokens_are_new_at_every_step, open_world, close_world),
        cmocka_unit_test_setup_teardown(dangerous_acts_want_a_fresh_proof, open_world, close_world),
        cmocka_unit_test_setup_teardown(guessing_waits_and_the_owner_does_not, open_world, close_world),
        cmocka_unit_test_setup_teardown(unknown_addresses_wait_like_known_ones, open_world, close_world),
        cmocka_unit_test_setup_teardown(a_network_that_tries_many_accounts_waits, open_world, close_world),
        cmocka_unit_test_setup_teardown(disabled_accounts_answer_like_wrong_passwords, open_world, close_world),
        cmocka_unit_test_setup_teardown(sessions_are_listed_and_ended, open_world, close_world),
        cmocka_unit_test_setup_teardown(the_clock_jumps, open_world, close_world),
        cmocka_unit_test_setup_teardown(another_site_signs_nobody_in, open_world, close_world),
        cmocka_unit_test_setup_teardown(the_purpose_is_the_roles, open_world, close_world),
        cmocka_unit_test_setup_teardown(owners_may_postpone_a_week, open_world, close_world),
    };
    return cmocka_run_group_tests_name("sign_in", tests, NULL, NULL);
}
