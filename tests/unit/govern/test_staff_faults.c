// SPDX-License-Identifier: Apache-2.0
// Every allocation and every file operation on the way in fails once: nobody is let in by it, nobody is shut out by
// it, no link is lost. And what cannot be written to the audit log does not happen.
#include "staff_app.h"

static const struct module *const modules[] = {&govern_module, &govern_session_module, &govern_staff_module,
    &govern_invitation_module, &govern_reset_module, &govern_security_module, NULL};

static int64_t sessions(struct world *w)
{
    static const struct db_statement count = {"count", "SELECT count(*) FROM staff_session"};
    struct db *d = NULL;
    struct db_query q;
    int64_t ret = -1;
    assert_int_equal(people_read_take(w->people, &d, NULL), CU_OK);
    assert_int_equal(db_prepare(d, &count, &q, NULL), CU_OK);
    if (db_step(&q))
        ret = db_i64(&q, 0);
    assert_int_equal(db_end(&q, NULL), CU_OK);
    people_read_give(w->people, d);
    return ret;
}

static void arm(enum cu_fault_kind kind, uint64_t nth)
{
    world_fault_kind = kind;
    world_fault_nth = nth;
    world_fault_persistent = false;
}

static void signing_in(struct world *w, enum cu_fault_kind kind)
{
    struct browser *b = browser_new("192.0.2.1");
    int failed = 0;
    for (uint64_t n = 1;; n++) {
        arm(kind, n);
        int status = sign_in(w, b, OWNER, PASSWORD);
        if (status != 201) {
            if (status < 500)
                print_error("kind %d, operation %d: %d %s\n", (int)kind, (int)n, status, b->text);
            assert_true(status >= 500); // never "the password is wrong"
            failed++;
        }
        bool last = world_fault_hits < n;
        int after = sign_in(w, b, OWNER, PASSWORD); // and it was not counted against anybody
        if (after != 201)
            print_error("kind %d, after operation %d (%d): %d %s\n", (int)kind, (int)n, status, after, b->text);
        assert_int_equal(after, 201);
        arm(kind, n);
        assert_true(sign_in(w, b, OWNER, "a wrong sentence here") >= 401);
        assert_int_equal(sign_in(w, b, OWNER, PASSWORD), 201);
        if (last)
            break;
    }
    print_message("%d failures of kind %d\n", failed, (int)kind);
    assert_true(failed > 5);
    browser_free(b);
}

static void signing_in_when_anything_fails(void **state)
{
    struct world *w = *state;
    make_owner(w);
    signing_in(w, CU_FAULT_ALLOC);
    signing_in(w, CU_FAULT_IO);
}

static void accepting(struct world *w, enum cu_fault_kind kind)
{
    struct browser *local = browser_new("");
    for (uint64_t n = 1;; n++) {
        struct browser *b = browser_new("192.0.2.1");
        char link[100], body[200], email[60];
        (void)snprintf(b->ip, sizeof b->ip, "10.%d.%d.1", (int)kind, (int)(n % 250));
        (void)snprintf(email, sizeof email, "new%d.%d@example.com", (int)kind, (int)n);
        (void)snprintf(body, sizeof body, "{\"email\":\"%s\",\"role\":\"analyst\"}", email);
        arm(kind, n + 4); // the first are the decoder's, which tells want of memory as a bad address
        int invited = call_as(w, local, CALLER_LOCAL, "POST", "/v1/invitations", body);
        bool done = world_fault_hits < n;
        if (invited != 201 && invited < 500)
            print_error("kind %d, operation %d: %d %s\n", (int)kind, (int)n, invited, local->text);
        assert_true(invited == 201 || invited >= 500);
        assert_int_equal(
            call_as(w, local, CALLER_LOCAL, "POST", "/v1/invitations", body), 201); // again, whatever was stored
        link_token(local, link);
        (void)snprintf(body, sizeof body, "{\"token\":\"%s\",\"password\":\"" PASSWORD "\"}", link);
        arm(kind, n);
        int accepted = call(w, b, "POST", "/v1/invitations/accept", body);
        done = done && world_fault_hits < n;
        assert_true(accepted == 201 || accepted >= 500);
        if (accepted != 201) { // the link still works, or the account does
            int again = call(w, b, "POST", "/v1/invitations/accept", body);
            assert_true(again == 201 || again == 403);
        }
        assert_int_equal(sign_in(w, b, email, PASSWORD), 201);
        browser_free(b);
        if (done)
            break;
    }
    browser_free(local);
}

static void invitations_when_anything_fails(void **state)
{
    struct world *w = *state;
    make_owner(w);
    accepting(w, CU_FAULT_ALLOC);
    accepting(w, CU_FAULT_IO);
}

static void what_cannot_be_logged_does_not_happen(void **state)
{
    struct world *w = *state;
    struct browser *b = browser_new("192.0.2.1"), *known = browser_new("192.0.2.2");
    make_owner(w);
    assert_int_equal(sign_in(w, known, OWNER, PASSWORD), 201);
    int64_t before = sessions(w);
    world_fault_kind = CU_FAULT_IO; // from here on the disk takes nothing
    world_fault_persistent = true;
    world_fault_nth = 1;
    int status = sign_in(w, b, OWNER, PASSWORD);
    assert_true(status >= 500);
    assert_int_equal(sessions(w), before);
    assert_int_equal(call(w, b, "GET", "/v1/session", NULL), 401);
    world_fault_nth = 1;
    assert_true(call(w, known, "PUT", "/v1/security/password",
                    "{\"current\":\"" PASSWORD "\",\"password\":\"another long sentence\"}") >= 500);
    browser_free(b);
    browser_free(known);
}

int main(void)
{
    world_modules = modules;
    world_audited = true;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(signing_in_when_anything_fails, open_world, close_world),
        cmocka_unit_test_setup_teardown(invitations_when_anything_fails, open_world, close_world),
        cmocka_unit_test_setup_teardown(what_cannot_be_logged_does_not_happen, open_world, close_world),
    };
    return cmocka_run_group_tests_name("staff_faults", tests, NULL, NULL);
}
