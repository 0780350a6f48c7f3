// SPDX-License-Identifier: Apache-2.0
// The gate in a real folder: what clients, imports and staff say, in any order of arrival; the
// check for every kind of caller; merged persons; taking evidence back; sealed proofs; the staff
// route.
#include "gate_test.h"

#define HOUR INT64_C(3600000)
#define YES_ONE "{\"categoryPreferences\":{\"One\":true,\"Two\":true}}"
#define NO_ONE "{\"categoryPreferences\":{\"One\":false}}"

static struct caller staff_with(enum spec_permission p)
{
    return (struct caller){.kind = CALLER_STAFF, .staff_id = 1, .permissions = UINT64_C(1) << p, .purpose = "support"};
}

static enum gate_reason ask_as(
    struct shop *s, const uint32_t *pnos, size_t count, const char *purpose, const struct caller *c)
{
    enum gate_reason reason = GATE_REASON_COUNT;
    struct db *d = NULL;
    struct cu_error err = {0};
    assert_ok(people_read_take(s->people, &d, NULL));
    cu_code code = gate_check(s->gate, d, pnos, count, cu_str_of(purpose), c, &reason, &err);
    people_read_give(s->people, d);
    assert_int_equal(code, reason == GATE_OK ? CU_OK : CU_REFUSED);
    if (code != CU_OK)
        assert_non_null(strstr(err.text, gate_reason_name(reason)));
    return reason;
}

static enum gate_reason ask(struct shop *s, uint32_t pno, const char *purpose)
{
    const struct caller local = {.kind = CALLER_LOCAL};
    return ask_as(s, &pno, 1, purpose, &local);
}

static void test_categories(void **state)
{
    struct shop *s = *state;
    static const struct {
        const char *consent;
        enum gate_state both, fraud, advertising, quiet;
    } rows[] = {
        {YES_ONE, GATE_GRANTED, GATE_UNKNOWN, GATE_UNKNOWN, GATE_UNKNOWN},
        {"{\"categoryPreferences\":{\"One\":true}}", GATE_GRANTED, GATE_UNKNOWN, GATE_UNKNOWN,
            GATE_UNKNOWN},
        {"{\"categoryPreferences\":{\"One\":true,\"Two\":false}}", GATE_REFUSED, GATE_UNKNOWN,
            GATE_UNKNOWN, GATE_UNKNOWN},
        {"{\"categoryPreferences\":{\"one\":true,\"TWO\":true}}", GATE_GRANTED, GATE_UNKNOWN,
            GATE_UNKNOWN, GATE_UNKNOWN},
        {NO_ONE, GATE_REFUSED, GATE_UNKNOWN, GATE_UNKNOWN, GATE_UNKNOWN},
        {"{\"categoryPreferences\":{\"One\":\"true\"}}", GATE_REFUSED, GATE_UNKNOWN, GATE_UNKNOWN,
            GATE_UNKNOWN}, // only true is a yes
        {"{\"categoryPreferences\":{\"One\":1}}", GATE_REFUSED, GATE_UNKNOWN, GATE_UNKNOWN,
            GATE_UNKNOWN},
        {"{\"categoryPreferences\":{\"One\":null}}", GATE_REFUSED, GATE_UNKNOWN, GATE_UNKNOWN,
            GATE_UNKNOWN},
        {"{\"categoryPreferences\":{\"Fraud\":false}}", GATE_UNKNOWN, GATE_REFUSED, GATE_UNKNOWN,
            GATE_UNKNOWN},
        {"{\"categoryPreferences\":{\"C0004\":true,\"One\":true}}", GATE_GRANTED, GATE_UNKNOWN,
            GATE_GRANTED, GATE_UNKNOWN},
        {"{\"categoryPreferences\":{\"Elsewhere\":true}}", GATE_UNKNOWN, GATE_UNKNOWN, GATE_UNKNOWN,
            GATE_UNKNOWN},
        {"{\"categoryPreferences\":{}}", GATE_REFUSED, GATE_REFUSED, GATE_REFUSED,
            GATE_UNKNOWN}, // all that have categories
        {"{}", GATE_UNKNOWN, GATE_UNKNOWN, GATE_UNKNOWN, GATE_UNKNOWN},
        {"{\"categoryPreferences\":null}", GATE_UNKNOWN, GATE_UNKNOWN, GATE_UNKNOWN, GATE_UNKNOWN},
        {"{\"categoryPreferences\":[]}", GATE_UNKNOWN, GATE_UNKNOWN, GATE_UNKNOWN, GATE_UNKNOWN},
        {"null", GATE_UNKNOWN, GATE_UNKNOWN, GATE_UNKNOWN, GATE_UNKNOWN},
        {"{\"purposes\":{\"quiet\":true,\"both\":false}}", GATE_REFUSED, GATE_UNKNOWN, GATE_UNKNOWN,
            GATE_GRANTED},
        {"{\"purposes\":{\"post\":false,\"books\":false,\"nothing\":true}}", GATE_UNKNOWN,
            GATE_UNKNOWN, GATE_UNKNOWN, GATE_UNKNOWN},
    };
    for (size_t i = 0; i < CU_COUNT(rows); i++) {
        char name[16];
        (void)snprintf(name, sizeof name, "u%zu", i);
        uint32_t pno = person(s, name);
        hear(s, pno, rows[i].consent, 1000);
        bool right = state_of(s, pno, "both") == rows[i].both &&
                     state_of(s, pno, "fraud") == rows[i].fraud &&
                     state_of(s, pno, "advertising") == rows[i].advertising &&
                     state_of(s, pno, "quiet") == rows[i].quiet;
        if (!right)
            fail_msg("%s", rows[i].consent);
        // what rests on contract or law is never asked
        assert_int_equal(state_of(s, pno, "post"), GATE_UNKNOWN);
        assert_int_equal(state_of(s, pno, "books"), GATE_UNKNOWN);
    }
    hear(s, 0, YES_ONE, 1000); // nobody says nothing
}

static void test_repetition_is_no_statement(void **state)
{
    struct shop *s = *state;
    uint32_t pno = person(s, "u");
    for (int64_t i = 0; i < 500; i++)
        hear(s, pno, YES_ONE, i * 60000);
    assert_int_equal(count_of(s, "SELECT count(*) FROM consent_evidence"), 1);
    // staff withdraws; the browser goes on repeating its cookie: it stays withdrawn
    assert_ok(staff_says(s, pno, "both", GATE_WITHDRAWN, "said on the phone", 600 * 60000));
    for (int64_t i = 601; i < 700; i++)
        hear(s, pno, YES_ONE, i * 60000);
    assert_int_equal(state_of(s, pno, "both"), GATE_WITHDRAWN);
    // the same after a restart, without what was remembered
    shop_close(s);
    shop_open(s);
    hear(s, pno, YES_ONE, 701 * 60000);
    assert_int_equal(state_of(s, pno, "both"), GATE_WITHDRAWN);
    assert_int_equal(count_of(s, "SELECT count(*) FROM consent_evidence"), 2);
    // an act of the person is a statement, whatever the cookie said before
    assert_ok(hear_as(s, pno, YES_ONE, GATE_BY_ACT, at(s, 702 * 60000)));
    assert_int_equal(state_of(s, pno, "both"), GATE_GRANTED);
    // and a change of the cookie is one, too
    assert_ok(staff_says(s, pno, "both", GATE_WITHDRAWN, "again", 703 * 60000));
    hear(s, pno, NO_ONE, 704 * 60000);
    hear(s, pno, YES_ONE, 705 * 60000);
    assert_int_equal(state_of(s, pno, "both"), GATE_GRANTED);
}

static void test_rollback_forgets_what_was_remembered(void **state)
{
    struct shop *s = *state;
    uint32_t pno = person(s, "u");
    json v;
    struct evidence ev = at(s, 1000);
    assert_ok(json_parse(s->json, cu_str_of(YES_ONE), &v, NULL));
    (void)people_lock(s->people);
    assert_ok(people_begin(s->people, NULL));
    assert_ok(gate_project(s->gate, pno, v, GATE_BY_CONTEXT, &ev, NULL));
    people_rollback(s->people);
    gate_rolled_back(s->gate);
    people_unlock(s->people);
    assert_int_equal(state_of(s, pno, "both"), GATE_UNKNOWN);
    hear(s, pno, YES_ONE, 1000);
    assert_int_equal(state_of(s, pno, "both"), GATE_GRANTED);
}

// ---- late statements

struct spoken {
    enum gate_heard heard;
    enum gate_state state;
    int64_t time_ms;
};

static void speak(struct shop *s, uint32_t pno, const struct spoken *x)
{
    if (x->heard == GATE_BY_STAFF)
        assert_ok(staff_says(s, pno, "both", x->state, "proof", x->time_ms));
    else
        assert_ok(hear_as(
            s, pno, x->state == GATE_GRANTED ? YES_ONE : NO_ONE, x->heard, at(s, x->time_ms)));
}

static int restriction(enum gate_state s)
{
    static const int rank[] = {[GATE_UNKNOWN] = 1,
        [GATE_GRANTED] = 0,
        [GATE_UNPROVEN] = 1,
        [GATE_REFUSED] = 2,
        [GATE_WITHDRAWN] = 2};
    return rank[s];
}

// Whatever the order of arrival: with a client alone the state is the same as in order; with staff
// in between, where it cannot be known, never less restrictive.
static void test_any_order_of_arrival(void **state)
{
    struct shop *s = *state;
    uint64_t random = 12345;
    for (int round = 0; round < 300; round++) {
        struct spoken said[6];
        size_t order[6], count = 2 + (size_t)(test_random(&random) % 5);
        bool staff = round % 2 == 1;
        for (size_t i = 0; i < count; i++) {
            uint64_t r = test_random(&random);
            said[i] = (struct spoken){(r >> 8) % 3 == 0 ? GATE_BY_ACT : GATE_BY_CONTEXT,
                (r >> 16) % 2 ? GATE_GRANTED : GATE_REFUSED, (int64_t)(i + 1) * HOUR};
            if (staff && (r >> 24) % 3 == 0)
                said[i].heard = GATE_BY_STAFF;
            order[i] = i;
        }
        char name[32];
        (void)snprintf(name, sizeof name, "in-order-%d", round);
        uint32_t pno = person(s, name);
        for (size_t i = 0; i < count; i++)
            speak(s, pno, &said[i]);
        enum gate_state expected = state_of(s, pno, "both");
        for (int again = 0; again < 3; again++) {
            for (size_t i = count; i > 1; i--) {
                size_t j = (size_t)(test_random(&random) % i), swap = order[j];
                order[j] = order[i - 1];
                order[i - 1] = swap;
            }
            (void)snprintf(name, sizeof name, "shuffled-%d-%d", round, again);
            pno = person(s, name);
            for (size_t i = 0; i < count; i++)
                speak(s, pno, &said[order[i]]);
            enum gate_state got = state_of(s, pno, "both");
            if (staff ? restriction(got) < restriction(expected)
                      : restriction(got) != restriction(expected)) {
                for (size_t i = 0; i < count; i++)
                    print_error("  heard %d state %d hour %lld\n", said[order[i]].heard,
                        said[order[i]].state, (long long)(said[order[i]].time_ms / HOUR));
                fail_msg("round %d: %s instead of %s", round, gate_state_name(got),
                    gate_state_name(expected));
            }
        }
    }
}

static void test_a_client_that_flips_for_ever(void **state)
{
    struct shop *s = *state;
    uint32_t pno = person(s, "u");
    assert_ok(staff_says(s, pno, "both", GATE_REFUSED, "", 1));
    for (int64_t i = 1; i <= 1500; i++)
        hear(s, pno, i % 2 ? YES_ONE : NO_ONE, i * 1000);
    assert_true(count_of(s, "SELECT count(*) FROM consent_evidence") < 450);
    assert_int_equal(state_of(s, pno, "both"), GATE_WITHDRAWN);
    hear(s, pno, YES_ONE, 1501 * 1000);
    assert_int_equal(state_of(s, pno, "both"), GATE_GRANTED);
    assert_int_equal(
        count_of(s, "SELECT count(*) FROM consent_evidence WHERE heard = 3"), 1); // staff's stays
}

// ---- imports and staff

static void import_says(
    struct shop *s, uint32_t pno, const char *consent, uint32_t import, int64_t time_ms)
{
    struct evidence ev = at(s, time_ms);
    ev.import = import;
    assert_ok(hear_as(s, pno, consent, GATE_BY_CONTEXT, ev));
}

static void test_imports(void **state)
{
    struct shop *s = *state;
    uint32_t a = person(s, "a"), b = person(s, "b"), c = person(s, "c");
    import_says(s, a, "{\"purposes\":{\"both\":true}}", 7, 1000);
    assert_int_equal(state_of(s, a, "both"), GATE_UNPROVEN);
    assert_int_equal(ask(s, a, "both"), GATE_CONSENT_UNPROVEN);
    import_says(s, b,
        "{\"purposes\":{\"both\":true},\"evidence\":\"double opt-in 2024-05-01, newsletter form "
        "3\"}",
        7, 1000);
    assert_int_equal(ask(s, b, "both"), GATE_OK);
    import_says(s, c, "{\"purposes\":{\"both\":false}}", 7, 1000); // a refusal needs no proof
    assert_int_equal(ask(s, c, "both"), GATE_CONSENT_REFUSED);
    // a claim never replaces a statement, nor does it open what was refused
    import_says(s, b, "{\"purposes\":{\"both\":true}}", 8, 5000);
    assert_int_equal(ask(s, b, "both"), GATE_OK);
    import_says(s, c, "{\"purposes\":{\"both\":true}}", 8, 5000);
    assert_int_equal(ask(s, c, "both"), GATE_CONSENT_REFUSED);
    // evidence of a live client is not looked at: it speaks for itself
    hear(s, a, "{\"purposes\":{\"both\":true},\"evidence\":\"x\"}", 6000);
    assert_int_equal(ask(s, a, "both"), GATE_OK);
    assert_int_equal(
        count_of(s, "SELECT count(*) FROM consent_evidence WHERE proof IS NOT NULL"), 1);
    // taken back: as before
    for (bool done = false; !done;) {
        (void)people_lock(s->people);
        assert_ok(people_begin(s->people, NULL));
        assert_ok(gate_forget_import(s->gate, 7, &done, NULL));
        assert_ok(people_commit(s->people, NULL));
        people_unlock(s->people);
    }
    assert_int_equal(ask(s, a, "both"), GATE_OK);
    assert_int_equal(ask(s, b, "both"), GATE_CONSENT_UNPROVEN); // import 8's claim remains
    assert_int_equal(ask(s, c, "both"), GATE_CONSENT_UNPROVEN);
    struct evidence ev = at(s, 1);
    ev.import = 9;
    char large[9000] = "{\"purposes\":{\"both\":true},\"evidence\":\"";
    size_t n = strlen(large);
    memset(large + n, 'x', 8500);
    memcpy(large + n + 8500, "\"}", 3);
    assert_int_equal(hear_as(s, a, large, GATE_BY_CONTEXT, ev), CU_TOO_LARGE);
}

static void test_staff(void **state)
{
    struct shop *s = *state;
    uint32_t pno = person(s, "a");
    assert_int_equal(staff_says(s, pno, "both", GATE_GRANTED, "", 10), CU_MISSING);
    assert_int_equal(staff_says(s, pno, "both", GATE_GRANTED, "  ", 10), CU_MISSING);
    assert_int_equal(staff_says(s, pno, "nothing", GATE_GRANTED, "x", 10), CU_NOT_FOUND);
    assert_int_equal(staff_says(s, pno, "post", GATE_REFUSED, "x", 10), CU_CONFLICT);
    assert_int_equal(staff_says(s, pno, "both", GATE_UNKNOWN, "x", 10), CU_INVALID);
    assert_int_equal(staff_says(s, pno, "both", GATE_UNPROVEN, "x", 10), CU_INVALID);
    assert_int_equal(count_of(s, "SELECT count(*) FROM consent_evidence"), 0);
    assert_ok(staff_says(s, pno, "both", GATE_GRANTED, "canaryproof: signed card of 2024", 10));
    assert_int_equal(ask(s, pno, "both"), GATE_OK);
    assert_ok(staff_says(
        s, pno, "both", GATE_REFUSED, "", 20)); // a refusal after a consent is a withdrawal
    assert_int_equal(ask(s, pno, "both"), GATE_CONSENT_WITHDRAWN);
    assert_ok(staff_says(s, pno, "fraud", GATE_REFUSED, "", 20));
    assert_int_equal(ask(s, pno, "fraud"), GATE_OBJECTED);
    DIR *dir = opendir(s->folder);
    assert_non_null(dir);
    for (struct dirent *e = readdir(dir); e; e = readdir(dir)) {
        if (e->d_name[0] == '.' || e->d_type == DT_DIR)
            continue;
        struct test_bytes b = test_read(s->folder, e->d_name);
        assert_null(memmem(b.ptr, b.len, "canaryproof", 11));
        free(b.ptr);
    }
    closedir(dir);
}

// ---- the check

static void test_callers(void **state)
{
    struct shop *s = *state;
    uint32_t pno = person(s, "a");
    const struct caller nobody = {.kind = CALLER_NOBODY, .permissions = UINT64_MAX},
                        local = {.kind = CALLER_LOCAL}, reader = staff_with(SPEC_PEOPLE_READ),
                        other = staff_with(SPEC_PEOPLE_WRITE);
    static const char *const purposes[] = {"service", "post", "books", "fraud"};
    for (size_t i = 0; i < CU_COUNT(purposes); i++) {
        assert_int_equal(ask_as(s, &pno, 1, purposes[i], &nobody), GATE_NOT_PERMITTED);
        assert_int_equal(ask_as(s, &pno, 1, purposes[i], &other), GATE_NOT_PERMITTED);
        assert_int_equal(ask_as(s, &pno, 1, purposes[i], NULL), GATE_NOT_PERMITTED);
        assert_int_equal(ask_as(s, &pno, 1, purposes[i], &reader), GATE_OK);
        assert_int_equal(ask_as(s, &pno, 1, purposes[i], &local), GATE_OK);
    }
    static const char *const works_for[] = {"", "intake", "upkeep", "nothing known"}; // the system's, or nobody's
    for (size_t i = 0; i < CU_COUNT(works_for); i++) {
        struct caller odd = reader;
        snprintf(odd.purpose, sizeof odd.purpose, "%s", works_for[i]);
        assert_int_equal(ask_as(s, &pno, 1, "service", &odd), GATE_NOT_PERMITTED);
        odd.kind = CALLER_TOKEN;
        assert_int_equal(ask_as(s, &pno, 1, "service", &odd), GATE_NOT_PERMITTED);
    }
    assert_int_equal(ask_as(s, &pno, 1, "both", &reader), GATE_NO_CONSENT);
    assert_int_equal(ask_as(s, &pno, 1, "quiet", &local), GATE_NO_CONSENT);
    assert_int_equal(ask_as(s, &pno, 1, "made up", &local), GATE_NO_PURPOSE);
    assert_int_equal(ask_as(s, &pno, 1, "", &local), GATE_NO_PURPOSE);
    assert_int_equal(ask_as(s, &pno, 0, "service", &local), GATE_PERSON_ERASED);
}

static void test_merged_person(void **state)
{
    struct shop *s = *state;
    const struct caller local = {.kind = CALLER_LOCAL};
    uint32_t pnos[3] = {person(s, "a"), person(s, "b"), person(s, "c")};
    hear(s, pnos[0], YES_ONE, 1000);
    assert_int_equal(ask_as(s, pnos, 3, "both", &local), GATE_OK); // the others say nothing
    import_says(s, pnos[1], "{\"purposes\":{\"both\":true}}", 3, 2000);
    assert_int_equal(ask_as(s, pnos, 3, "both", &local), GATE_CONSENT_UNPROVEN);
    hear(s, pnos[2], NO_ONE, 500); // older, but more restrictive
    assert_int_equal(ask_as(s, pnos, 3, "both", &local), GATE_CONSENT_REFUSED);
    assert_int_equal(ask_as(s, pnos, 1, "both", &local), GATE_OK);
}

static void test_erased(void **state)
{
    struct shop *s = *state;
    const struct caller local = {.kind = CALLER_LOCAL};
    uint32_t pnos[2] = {person(s, "a"), person(s, "b")};
    hear(s, pnos[0], YES_ONE, 1000);
    struct cu_uuid id;
    struct db *d = NULL;
    assert_ok(people_read_take(s->people, &d, NULL));
    assert_ok(people_uuid(s->people, d, pnos[0], &id, NULL));
    people_read_give(s->people, d);
    assert_ok(people_forget_person(s->people, id, NULL));
    assert_int_equal(count_of(s, "SELECT (SELECT count(*) FROM consent_evidence) + (SELECT "
                                 "count(*) FROM consent_state)"),
        0);
    assert_int_equal(ask_as(s, pnos, 2, "service", &local), GATE_PERSON_ERASED);
    assert_int_equal(ask_as(s, pnos + 1, 1, "service", &local), GATE_OK);
}

static void test_sample_data_goes(void **state)
{
    struct shop *s = *state;
    uint32_t pno = person(s, "a");
    struct evidence ev = at(s, 2000);
    ev.sample = true;
    hear(s, pno, NO_ONE, 1000);
    assert_ok(hear_as(s, pno, YES_ONE, GATE_BY_CONTEXT, ev));
    assert_int_equal(ask(s, pno, "both"), GATE_OK);
    bool done = false;
    (void)people_lock(s->people);
    assert_ok(people_begin(s->people, NULL));
    assert_ok(gate_forget_sample(s->gate, &done, NULL));
    assert_ok(people_commit(s->people, NULL));
    people_unlock(s->people);
    assert_true(done);
    assert_int_equal(ask(s, pno, "both"), GATE_CONSENT_REFUSED);
}

static void test_print(void **state)
{
    struct shop *s = *state;
    uint32_t pno = person(s, "a");
    hear(s, pno, YES_ONE, 1700000000000);
    assert_ok(staff_says(s, pno, "fraud", GATE_WITHDRAWN, "x", 1700000000001));
    struct cu_buf out;
    struct json_writer w;
    struct db *d = NULL;
    json list;
    cu_buf_init(&out, 1 << 20);
    jw_start(&w, &out);
    jw_array(&w);
    assert_ok(people_read_take(s->people, &d, NULL));
    assert_ok(gate_print(s->gate, d, &pno, 1, &w, NULL));
    people_read_give(s->people, d);
    jw_array_end(&w);
    assert_non_null(strstr(out.ptr, "{\"purpose\":\"both\",\"state\":\"granted\",\"basis\":"
                                    "\"consent\",\"since\":\"2023-11-14T22:13:20.000Z\","
                                    "\"method\":\"context\",\"proven\":true,\"allowed\":true,\"until\":null,\"ask_again\":null,\"parts\":[]}"));
    assert_non_null(strstr(out.ptr,
        "{\"purpose\":\"fraud\",\"state\":\"withdrawn\",\"basis\":\"legitimate_interest\","
        "\"since\":\"2023-11-14T22:13:20.001Z\",\"method\":\"staff\",\"proven\":true,\"allowed\":"
        "false,\"until\":null,\"ask_again\":\"2024-11-15T00:00:00.000Z\",\"parts\":[]}"));
    assert_non_null(strstr(out.ptr, "{\"purpose\":\"quiet\",\"state\":\"unknown\",\"basis\":"
                                    "\"consent\",\"since\":null,\"method\":null,"
                                    "\"proven\":false,\"allowed\":false,\"until\":null,\"ask_again\":null,\"parts\":[]}"));
    assert_ok(json_parse(s->json, cu_buf_view(&out), &list, NULL));
    const struct dict_purpose *purposes;
    assert_int_equal(json_count(list), dictionary_purposes(s->dictionary, &purposes));
    cu_buf_clear(&out);
}

// ---- the route

static cu_code put(
    struct shop *s, uint32_t pno, const char *purpose, const char *body, struct cu_error *err)
{
    const struct spec_route *route = &consent_module.routes[0];
    char uuid[37];
    struct cu_uuid id;
    struct db *d = NULL;
    json v;
    assert_ok(people_read_take(s->people, &d, NULL));
    assert_ok(people_uuid(s->people, d, pno, &id, NULL));
    people_read_give(s->people, d);
    cu_uuid_format(id, uuid);
    struct request rq = {.arena = cu_arena_new(1 << 20),
        .json = s->json,
        .route = route,
        .module = s->gate,
        .received_ms = 5000};
    cu_buf_init(&rq.response.body, 1 << 20);
    rq.path_values = (struct spec_values){.fields = route->path_fields};
    rq.path_values.at[0] = (struct spec_value){.present = true, .text = cu_str_of(uuid)};
    rq.path_values.at[1] = (struct spec_value){.present = true, .text = cu_str_of(purpose)};
    cu_code code = json_parse(s->json, cu_str_of(body), &v, err);
    if (code == CU_OK)
        code = spec_decode_json(route->body, v, &rq.body_values, err);
    if (code == CU_OK)
        code = route->handler(&rq, err);
    if (code == CU_OK)
        assert_non_null(strstr(rq.response.body.ptr, "\"consents\":["));
    cu_buf_clear(&rq.response.body);
    cu_arena_free(rq.arena);
    return code;
}

static void test_route(void **state)
{
    struct shop *s = *state;
    uint32_t pno = person(s, "a");
    struct cu_error err = {0};
    assert_ok(put(s, pno, "both", "{\"state\":\"granted\",\"evidence\":\"signed card\"}", &err));
    assert_int_equal(ask(s, pno, "both"), GATE_OK);
    assert_ok(put(s, pno, "both", "{\"state\":\"withdrawn\"}", &err));
    assert_int_equal(ask(s, pno, "both"), GATE_CONSENT_WITHDRAWN);
    assert_int_equal(put(s, pno, "both", "{\"state\":\"granted\"}", &err), CU_MISSING);
    assert_string_equal(err.field, "/evidence");
    assert_int_equal(put(s, pno, "unknown purpose", "{\"state\":\"refused\"}", &err), CU_NOT_FOUND);
    assert_int_equal(put(s, pno, "both", "{\"state\":\"unproven\"}", &err), CU_INVALID);
    assert_int_equal(
        put(s, pno, "both", "{\"state\":\"refused\",\"x\":1}", &err), CU_UNKNOWN_FIELD);
    assert_int_equal(put(s, pno, "both", "{}", &err), CU_MISSING);
    assert_int_equal(
        ask(s, pno, "both"), GATE_CONSENT_WITHDRAWN); // nothing of a refused change stays
    // what people/ asks through its hook is this gate
    struct caller reader = staff_with(SPEC_PEOPLE_READ);
    assert_int_equal(ask_as(s, &pno, 1, "both", &reader), GATE_CONSENT_WITHDRAWN);
}

#define T(name) cmocka_unit_test_setup_teardown(name, shop_setup, shop_teardown)
int main(void)
{
    const struct CMUnitTest tests[] = {
        T(test_categories),
        T(test_repetition_is_no_statement),
        T(test_rollback_forgets_what_was_remembered),
        T(test_any_order_of_arrival),
        T(test_a_client_that_flips_for_ever),
        T(test_imports),
        T(test_staff),
        T(test_callers),
        T(test_merged_person),
        T(test_erased),
        T(test_sample_data_goes),
        T(test_print),
        T(test_route),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
