// SPDX-License-Identifier: Apache-2.0
// What a member of staff has at hand beside the browser: an authenticator app, tickets, links.
#pragma once

#include "staff_world.h"

#include "crypto/otp.h"

// --- an authenticator app

struct app {
    uint8_t seed[OTP_SEED];
};

static void base32_decode(cu_str text, uint8_t *ret)
{
    uint32_t bits = 0, pending = 0;
    for (size_t i = 0, at = 0; i < text.len && at < OTP_SEED; i++) {
        const char *digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";
        pending = pending << 5 | (uint32_t)(strchr(digits, text.ptr[i]) - digits);
        bits += 5;
        if (bits >= 8) {
            bits -= 8;
            ret[at++] = (uint8_t)(pending >> bits);
        }
    }
}

static void app_code(const struct app *a, int64_t step_offset, char ret[OTP_DIGITS_MAX + 1])
{
    otp_code(OTP_SHA1, (cu_str){(const char *)a->seed, OTP_SEED}, (uint64_t)(otp_step(world_now) + step_offset), 6, ret);
}

// recovery: the first of the new recovery codes; may be NULL.
static void enrol(struct world *w, struct browser *b, struct app *a, char *recovery)
{
    char code[OTP_DIGITS_MAX + 1];
    assert_int_equal(call(w, b, "POST", "/v1/security/totp", NULL), 200);
    base32_decode(answer_str(b, "secret"), a->seed);
    app_code(a, 0, code);
    assert_int_equal(callf(w, b, "POST", "/v1/security/totp/confirm", "{\"code\":\"%s\"}", code), 200);
    json codes = json_get(b->value, "recovery_codes");
    if (recovery) {
        assert_int_equal(json_count(codes), 10);
        struct json_iter it = json_each(codes);
        assert_true(json_next(&it));
        (void)snprintf(recovery, 40, "%.*s", CU_ARG(json_str(it.value)));
    }
    world_now += 60 * 1000; // the confirming code's step is used
}

__attribute__((unused)) static int second(
    struct world *w, struct browser *b, const char *ticket, const char *factor, const char *code)
{
    return callf(w, b, "POST", "/v1/session/second-factor", "{\"ticket\":\"%s\",\"factor\":\"%s\",\"code\":\"%s\"}", ticket,
        factor, code);
}

__attribute__((unused)) static void ticket_of(const struct browser *b, char ret[100])
{
    assert_true(cu_str_eqz(answer_str(b, "state"), "second_factor"));
    (void)snprintf(ret, 100, "%.*s", CU_ARG(answer_str(b, "ticket")));
}

__attribute__((unused)) static const char *token(const struct browser *b)
{
    return browser_cookie(b, "__Host-custos");
}

// The token of the link that was just answered.
static void link_token(const struct browser *b, char ret[100])
{
    cu_str link = answer_str(b, "link");
    ptrdiff_t hash = cu_str_find(link, '#');
    assert_true(hash > 0);
    (void)snprintf(ret, 100, "%.*s", CU_ARG(cu_str_sub(link, (size_t)hash + 1, link.len)));
}

// A new member of staff with that role and a second factor, signed in.
__attribute__((unused)) static struct browser *hire(
    struct world *w, const char *email, const char *role, const char *password, struct app *app, int64_t *ret_id)
{
    struct browser *local = browser_new(""), *b = browser_new("192.0.2.50");
    char body[300], invitation[100];
    (void)snprintf(body, sizeof body, "{\"email\":\"%s\",\"role\":\"%s\"}", email, role);
    assert_int_equal(call_as(w, local, CALLER_LOCAL, "POST", "/v1/invitations", body), 201);
    assert_true(json_i64(json_get(local->value, "id"), ret_id));
    link_token(local, invitation);
    assert_int_equal(
        callf(w, b, "POST", "/v1/invitations/accept", "{\"token\":\"%s\",\"password\":\"%s\"}", invitation, password), 201);
    enrol(w, b, app, NULL);
    browser_free(local);
    return b;
}
