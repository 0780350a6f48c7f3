// SPDX-License-Identifier: Apache-2.0
// Factors and API tokens by the clock: codes, challenges, tokens and caps end when they should. A small
// gateway in this process takes the text messages. What needs a real server: tests/scenario.
#include "staff_app.h"

#include "govern/passkey.h"
#include "govern/sms.h"
#include "govern/sms_gateway.h"
#include "govern/token.h"

#include <arpa/inet.h>
#include <poll.h>
#include <pthread.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <sys/socket.h>
#include <unistd.h>

static const struct module *const modules[] = {&govern_module, &govern_session_module, &govern_staff_module,
    &govern_invitation_module, &govern_reset_module, &govern_security_module, &govern_token_module, &govern_passkey_module,
    &govern_sms_module, NULL};

static const int64_t minute = 60 * 1000, day = INT64_C(24) * 3600 * 1000;

// ---- a gateway

static struct {
    int fd;
    pthread_t thread;
    atomic_bool stop;
    atomic_int taken;
    char last[4096];
} sink;
static struct outgoing *out;
static struct sms_gateway *gateway;
static struct sms_options gateway_options;
static char gateway_url[64];

static void *sink_run(void *context)
{
    (void)context;
    while (!sink.stop) {
        struct pollfd p = {.fd = sink.fd, .events = POLLIN};
        if (poll(&p, 1, 20) <= 0)
            continue;
        int fd = accept(sink.fd, NULL, NULL);
        size_t len = 0;
        for (;;) {
            ssize_t n = recv(fd, sink.last + len, sizeof sink.last - 1 - len, 0);
            if (n <= 0)
                break;
            len += (size_t)n;
            sink.last[len] = 0;
            if (strstr(sink.last, "}")) // the end of its JSON
                break;
        }
        atomic_fetch_add(&sink.taken, 1); // before the answer, so that who has it can count
        const char *answer = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";
        assert_true(send(fd, answer, strlen(answer), MSG_NOSIGNAL) > 0);
        (void)close(fd);
    }
    return NULL;
}

static int open_gateway(void **state)
{
    struct sockaddr_in at = {.sin_family = AF_INET, .sin_addr = {htonl(INADDR_LOOPBACK)}};
    socklen_t len = sizeof at;
    sink.fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sink.stop = false;
    assert_int_equal(bind(sink.fd, (const struct sockaddr *)&at, sizeof at), 0);
    assert_int_equal(listen(sink.fd, 8), 0);
    assert_int_equal(getsockname(sink.fd, (struct sockaddr *)&at, &len), 0);
    assert_int_equal(pthread_create(&sink.thread, NULL, sink_run, NULL), 0);
    (void)snprintf(gateway_url, sizeof gateway_url, "http://127.0.0.1:%d/", ntohs(at.sin_port));
    assert_int_equal(outgoing_open(&(struct outgoing_options){.networks = CU_LIT("127.0.0.1")}, &out, NULL), CU_OK);
    gateway_options = (struct sms_options){.kind = "http", .method = "POST", .url = gateway_url, .headers = "",
        .body = "{\"to\":\"{number}\",\"text\":\"{text}\"}", .account = "", .from = "", .secret_file = "", .text = "{code} {shop}",
        .prefixes = "", .shop_name = "Blue Lamp", .per_number_max = 6, .per_prefix_max = 8, .per_day_max = 10};
    assert_int_equal(sms_gateway_open(&gateway_options, out, &gateway, NULL), CU_OK);
    assert_int_equal(open_world(state), 0);
    ((struct world *)*state)->govern->options.sms = gateway;
    return 0;
}

static int close_gateway(void **state)
{
    assert_int_equal(close_world(state), 0);
    sink.stop = true;
    (void)pthread_join(sink.thread, NULL);
    (void)close(sink.fd);
    sms_gateway_close(gateway);
    outgoing_close(out);
    return 0;
}

static void code_of(char ret[SMS_DIGITS + 1])
{
    const char *text = strstr(sink.last, "\"text\":\"");
    assert_non_null(text);
    (void)snprintf(ret, SMS_DIGITS + 1, "%.8s", text + 8);
}

// A support agent who gets codes under that number, signed in.
static struct browser *agent(struct world *w, const char *email, const char *number)
{
    struct browser *local = browser_new(""), *b = browser_new("192.0.2.60");
    char body[300], invitation[100], code[SMS_DIGITS + 1];
    (void)snprintf(body, sizeof body, "{\"email\":\"%s\",\"role\":\"support_agent\"}", email);
    assert_int_equal(call_as(w, local, CALLER_LOCAL, "POST", "/v1/invitations", body), 201);
    link_token(local, invitation);
    browser_free(local);
    assert_int_equal(callf(w, b, "POST", "/v1/invitations/accept", "{\"token\":\"%s\",\"password\":\"" PASSWORD "\"}", invitation), 201);
    assert_int_equal(callf(w, b, "POST", "/v1/security/sms", "{\"number\":\"%s\"}", number), 204);
    code_of(code);
    assert_int_equal(callf(w, b, "POST", "/v1/security/sms/confirm", "{\"code\":\"%s\"}", code), 204);
    return b;
}

#define AGENT "agent@example.com"
#define NUMBER "+4915112345678"

static void message_codes_end(void **state)
{
    struct world *w = *state;
    char ticket[100], first[SMS_DIGITS + 1], later[SMS_DIGITS + 1];
    make_owner(w);
    struct browser *b = agent(w, AGENT, NUMBER);
    assert_int_equal(sign_in(w, b, AGENT, PASSWORD), 200);
    ticket_of(b, ticket);
    assert_int_equal(callf(w, b, "POST", "/v1/session/sms", "{\"ticket\":\"%s\"}", ticket), 204);
    code_of(first);
    world_now += 59 * 1000;
    assert_int_equal(callf(w, b, "POST", "/v1/session/sms", "{\"ticket\":\"%s\"}", ticket), 429); // a minute between messages
    world_now += 2 * 1000;
    assert_int_equal(callf(w, b, "POST", "/v1/session/sms", "{\"ticket\":\"%s\"}", ticket), 204);
    code_of(later);
    assert_int_equal(second(w, b, ticket, "sms", first), 401); // the last message's code only
    assert_int_equal(second(w, b, ticket, "sms", later), 201);

    assert_int_equal(sign_in(w, b, AGENT, PASSWORD), 200);
    ticket_of(b, ticket);
    world_now += 10 * 1000;
    assert_int_equal(callf(w, b, "POST", "/v1/session/sms", "{\"ticket\":\"%s\"}", ticket), 204);
    code_of(first);
    world_now += 5 * minute; // code and ticket are over
    assert_int_equal(second(w, b, ticket, "sms", first), 401);
    browser_free(b);
}

static void messages_for_one_sign_in_are_three(void **state)
{
    struct world *w = *state;
    char ticket[100];
    make_owner(w);
    struct browser *b = agent(w, AGENT, NUMBER);
    assert_int_equal(sign_in(w, b, AGENT, PASSWORD), 200);
    ticket_of(b, ticket);
    for (int i = 0; i < 4; i++) {
        assert_int_equal(callf(w, b, "POST", "/v1/session/sms", "{\"ticket\":\"%s\"}", ticket), i < 3 ? 204 : 429);
        world_now += 61 * 1000;
    }
    browser_free(b);
}

static int ask(struct world *w, struct browser *b, const char *email)
{
    char ticket[100];
    assert_int_equal(sign_in(w, b, email, PASSWORD), 200);
    ticket_of(b, ticket);
    return callf(w, b, "POST", "/v1/session/sms", "{\"ticket\":\"%s\"}", ticket);
}

// 6 to a number, 8 to numbers of one prefix, 10 in all: each enrolment took one of each.
static void caps_are_for_a_day(void **state)
{
    struct world *w = *state;
    make_owner(w);
    struct browser *a = agent(w, AGENT, NUMBER), *b = agent(w, "b@example.com", "+4915119999999"), *c = agent(w, "c@example.com", "+436641234567");
    for (int i = 0; i < 5; i++)
        assert_int_equal(ask(w, a, AGENT), 204);
    assert_int_equal(ask(w, a, AGENT), 429); // the number's six
    assert_int_equal(ask(w, b, "b@example.com"), 204);
    assert_int_equal(ask(w, b, "b@example.com"), 429); // the prefix's eight
    assert_int_equal(ask(w, c, "c@example.com"), 204);
    assert_int_equal(ask(w, c, "c@example.com"), 429); // ten in all
    int sent = sink.taken;
    world_now += day;
    assert_int_equal(ask(w, a, AGENT), 204);
    assert_int_equal(ask(w, c, "c@example.com"), 204);
    assert_int_equal(sink.taken, sent + 2); // what was refused was not sent
    browser_free(a);
    browser_free(b);
    browser_free(c);
}

static void an_enrolment_ends_after_five_minutes(void **state)
{
    struct world *w = *state;
    struct browser *b = browser_new("192.0.2.1");
    const char *credential = "{\"name\":\"x\",\"credential\":{\"type\":\"public-key\",\"id\":\"AAAA\",\"rawId\":\"AAAA\","
                             "\"response\":{\"clientDataJSON\":\"e30\",\"attestationObject\":\"oA\"}}}";
    make_owner(w);
    assert_int_equal(sign_in(w, b, OWNER, PASSWORD), 201);
    assert_int_equal(call(w, b, "POST", "/v1/security/passkeys/options", NULL), 200);
    world_now += 4 * minute;
    assert_int_equal(call(w, b, "POST", "/v1/security/passkeys", credential), 400); // in time, but wrong
    assert_int_equal(call(w, b, "POST", "/v1/security/passkeys", credential), 409); // used up
    assert_int_equal(callf(w, b, "POST", "/v1/session/reauth", "{\"password\":\"" PASSWORD "\"}"), 204);
    assert_int_equal(call(w, b, "POST", "/v1/security/passkeys/options", NULL), 200);
    world_now += 5 * minute + 1;
    assert_int_equal(call(w, b, "POST", "/v1/security/passkeys", credential), 409); // too late
    assert_int_equal(call(w, b, "POST", "/v1/security/passkeys/options", NULL), 403); // and not fresh any more
    assert_string_equal(b->field, "reauth");
    browser_free(b);
}

static void challenges_of_a_sign_in_end(void **state)
{
    struct world *w = *state;
    struct browser *b = browser_new("192.0.2.1");
    char ticket[100];
    assert_int_equal(call(w, b, "POST", "/v1/session/passkey/options", "{}"), 200);
    (void)snprintf(ticket, sizeof ticket, "%.*s", CU_ARG(answer_str(b, "ticket")));
    world_now += 5 * minute + 1;
    assert_int_equal(callf(w, b, "POST", "/v1/session/passkey", "{\"ticket\":\"%s\",\"credential\":{}}", ticket), 401);
    assert_string_equal(b->field, "/ticket");
    browser_free(b);
}

static void tokens_end_by_their_date(void **state)
{
    struct world *w = *state;
    struct browser *b = browser_new("192.0.2.1"), *program = browser_new("192.0.2.2");
    make_owner(w);
    assert_int_equal(sign_in(w, b, OWNER, PASSWORD), 201);
    assert_int_equal(callf(w, b, "POST", "/v1/tokens", "{\"name\":\"x\",\"permissions\":[\"staff_read\"],\"expires_days\":400}"), 201);
    (void)snprintf(program->bearer, sizeof program->bearer, "Bearer %.*s", CU_ARG(answer_str(b, "token")));
    assert_int_equal(call(w, program, "GET", "/v1/staff", NULL), 200);
    assert_int_equal(call(w, program, "GET", "/v1/tokens", NULL), 403);
    world_now += 400 * day - minute;
    assert_int_equal(call(w, program, "GET", "/v1/staff", NULL), 200);
    world_now += 2 * minute;
    assert_int_equal(call(w, program, "GET", "/v1/staff", NULL), 401);
    browser_free(b);
    browser_free(program);
}

static void only_fresh_sessions_make_tokens(void **state)
{
    struct world *w = *state;
    struct browser *b = browser_new("192.0.2.1");
    make_owner(w);
    assert_int_equal(sign_in(w, b, OWNER, PASSWORD), 201);
    world_now += 6 * minute;
    assert_int_equal(callf(w, b, "POST", "/v1/tokens", "{\"name\":\"x\",\"permissions\":[\"import\"]}"), 403);
    assert_string_equal(b->field, "reauth");
    for (int i = 0; i <= TOKENS_PER_STAFF_MAX; i++) {
        if (i % 20 == 0)
            assert_int_equal(callf(w, b, "POST", "/v1/session/reauth", "{\"password\":\"" PASSWORD "\"}"), 204);
        int status = callf(w, b, "POST", "/v1/tokens", "{\"name\":\"x\",\"permissions\":[\"import\"],\"expires_days\":1}");
        assert_int_equal(status, i < TOKENS_PER_STAFF_MAX ? 201 : 409);
    }
    browser_free(b);
}

// Want of memory or disk anywhere on the way: an error that says so, never a way in, and afterwards all is as before.
static void faults_let_nobody_in(void **state)
{
    struct world *w = *state;
    char ticket[100], code[SMS_DIGITS + 1];
    make_owner(w);
    struct browser *b = agent(w, AGENT, NUMBER);
    for (int kind = 0; kind < CU_FAULT_KINDS; kind++) {
        for (uint64_t nth = 1;; nth++) {
            assert_int_equal(sign_in(w, b, AGENT, PASSWORD), 200);
            ticket_of(b, ticket);
            world_fault_kind = (enum cu_fault_kind)kind;
            world_fault_nth = nth;
            int before = sink.taken, status = callf(w, b, "POST", "/v1/session/sms", "{\"ticket\":\"%s\"}", ticket);
            if (world_fault_hits < nth) { // it went through
                assert_int_equal(status, 204);
                break;
            }
            if (status != 204)
                assert_true(status >= 500);
            assert_true(sink.taken - before <= 1);
            world_now += day;
        }
        code_of(code);
        assert_int_equal(second(w, b, ticket, "sms", code), 201);
    }
    browser_free(b);
}

// A request that a program makes while the n-th allocation or file operation fails, for every n.
static void programs_and_faults(void **state)
{
    struct world *w = *state;
    struct browser *b = browser_new("192.0.2.1"), *program = browser_new("192.0.2.2");
    make_owner(w);
    assert_int_equal(sign_in(w, b, OWNER, PASSWORD), 201);
    for (int kind = 0; kind < CU_FAULT_KINDS; kind++) {
        for (uint64_t nth = 1;; nth++) { // made whole or not at all
            world_fault_kind = (enum cu_fault_kind)kind;
            world_fault_nth = nth;
            int status = callf(w, b, "POST", "/v1/tokens", "{\"name\":\"x\",\"permissions\":[\"staff_read\"]}");
            if (world_fault_hits < nth) {
                assert_int_equal(status, 201);
                break;
            }
            // 403: no memory to compare the CSRF token
            if (status != 201 && status != 403 && status < 500)
                fail_msg("%d: %s", status, b->text);
            if (status == 201 || nth % 20 == 0) {
                assert_int_equal(call(w, b, "GET", "/v1/tokens", NULL), 200);
                struct json_iter it = json_each(json_get(b->value, "items"));
                char path[64];
                int64_t id = 0;
                int64_t ids[64];
                size_t count = 0;
                while (json_next(&it) && json_i64(json_get(it.value, "id"), &id) && count < CU_COUNT(ids))
                    ids[count++] = id;
                for (size_t i = 0; i < count; i++) {
                    (void)snprintf(path, sizeof path, "/v1/tokens/%lld", (long long)ids[i]);
                    assert_int_equal(call(w, b, "DELETE", path, NULL), 204);
                }
            }
        }
        (void)snprintf(program->bearer, sizeof program->bearer, "Bearer %.*s", CU_ARG(answer_str(b, "token")));
        for (uint64_t nth = 1;; nth++) {
            world_now += day / 24; // now and then its use has to be stored
            world_fault_kind = (enum cu_fault_kind)kind;
            world_fault_nth = nth;
            int status = call(w, program, "GET", "/v1/staff", NULL);
            assert_true(status == 200 || status >= 500);
            if (world_fault_hits < nth)
                break;
        }
        assert_int_equal(call(w, program, "GET", "/v1/staff", NULL), 200);
        assert_int_equal(sign_in(w, b, OWNER, PASSWORD), 201);
    }
    browser_free(b);
    browser_free(program);
}

int main(void)
{
    world_modules = modules;
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(message_codes_end, open_gateway, close_gateway),
        cmocka_unit_test_setup_teardown(messages_for_one_sign_in_are_three, open_gateway, close_gateway),
        cmocka_unit_test_setup_teardown(caps_are_for_a_day, open_gateway, close_gateway),
        cmocka_unit_test_setup_teardown(an_enrolment_ends_after_five_minutes, open_world, close_world),
        cmocka_unit_test_setup_teardown(challenges_of_a_sign_in_end, open_world, close_world),
        cmocka_unit_test_setup_teardown(tokens_end_by_their_date, open_world, close_world),
        cmocka_unit_test_setup_teardown(only_fresh_sessions_make_tokens, open_world, close_world),
        cmocka_unit_test_setup_teardown(programs_and_faults, open_world, close_world),
        cmocka_unit_test_setup_teardown(faults_let_nobody_in, open_gateway, close_gateway),
    };
    return cmocka_run_group_tests_name("factors", tests, NULL, NULL);
}
