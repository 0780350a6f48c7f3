// SPDX-License-Identifier: Apache-2.0
// See demo_sender.h. Each lane is a connection with the batch it carries; a batch stays in its lane
// until it is answered for good.
#include "demo_sender.h"

#include "base/clock.h"
#include "text/json.h"

#include <curl/curl.h>
#include <stdio.h>

enum lane_state { LANE_IDLE, LANE_FILLING, LANE_SENDING, LANE_WAITING };

struct lane {
    CURL *curl;
    enum lane_state state;
    struct cu_buf body, answer;
    uint32_t calls, failures, busies;
    int64_t again_us; // WAITING: when it is sent again
};
struct demo_sender {
    CURLM *multi;
    struct curl_slist *headers;
    struct json_parser *json;
    struct lane lanes[DEMO_CONNECTIONS];
    struct demo_sent sent;
    uint32_t rate_max, batch_calls;
    uint64_t started_calls; // given to connections, for the rate
    int64_t start_us;
    char url[1024];
};

static const char batch_start[] = "{\"batch\":[";
static const char batch_end[] =
    "],\"context\":{\"library\":{\"name\":\"custos-demo\",\"version\":\"" CUSTOS_VERSION "\"}}}";

static size_t take_answer(char *bytes, size_t size, size_t count, void *context)
{
    struct cu_buf *answer = context;
    cu_buf_add(answer, bytes, size * count); // what does not fit is not looked at
    return size * count;
}

static bool is_local(const char *url)
{
    return strstr(url, "://127.") || strstr(url, "://localhost") || strstr(url, "://[::1]");
}

static cu_code open_lane(struct demo_sender *s, struct lane *l, const struct demo_sender_options *o,
    struct cu_error *err)
{
    cu_buf_init(&l->body, DEMO_BATCH_BYTES + 64 * 1024);
    cu_buf_init(&l->answer, 1 << 20);
    l->curl = curl_easy_init();
    if (!l->curl)
        return cu_fail(err, CU_MEMORY, "", "no memory to send");
    CURL *c = l->curl;
    bool good = curl_easy_setopt(c, CURLOPT_URL, s->url) == CURLE_OK &&
                curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https") == CURLE_OK &&
                curl_easy_setopt(c, CURLOPT_HTTPHEADER, s->headers) == CURLE_OK &&
                curl_easy_setopt(c, CURLOPT_USERNAME, o->write_key) == CURLE_OK &&
                curl_easy_setopt(c, CURLOPT_PASSWORD, "") == CURLE_OK &&
                curl_easy_setopt(c, CURLOPT_HTTPAUTH, CURLAUTH_BASIC) == CURLE_OK &&
                curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, take_answer) == CURLE_OK &&
                curl_easy_setopt(c, CURLOPT_WRITEDATA, &l->answer) == CURLE_OK &&
                curl_easy_setopt(c, CURLOPT_PRIVATE, l) == CURLE_OK &&
                curl_easy_setopt(c, CURLOPT_CONNECTTIMEOUT_MS, 5000L) == CURLE_OK &&
                curl_easy_setopt(c, CURLOPT_TIMEOUT_MS, 60000L) == CURLE_OK &&
                curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L) == CURLE_OK;
    if (good && is_local(s->url))
        good = curl_easy_setopt(c, CURLOPT_NOPROXY, "*") == CURLE_OK;
    return good ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory to send");
}

cu_code demo_sender_open(
    const struct demo_sender_options *o, struct demo_sender **ret, struct cu_error *err)
{
    cu_str url = cu_str_of(o->url);
    if (!cu_str_starts(url, CU_LIT("http://")) && !cu_str_starts(url, CU_LIT("https://")))
        return cu_fail(
            err, CU_INVALID, "--url", "an address like http://127.0.0.1:8080 is accepted");
    struct demo_sender *s = cu_calloc(1, sizeof *s);
    if (!s)
        return cu_fail(err, CU_MEMORY, "", "no memory to send");
    while (cu_str_ends(url, CU_LIT("/")))
        url.len--;
    int n = snprintf(s->url, sizeof s->url, "%.*s/v1/batch", CU_ARG(url));
    s->rate_max = o->rate_max;
    s->batch_calls = DEMO_BATCH_CALLS;
    if (o->rate_max > 0 && o->rate_max / 4 < DEMO_BATCH_CALLS) // several batches a second
        s->batch_calls = o->rate_max / 4 + 1;
    s->multi = curl_multi_init();
    s->json = json_parser_new(1 << 20);
    s->headers = curl_slist_append(NULL, "Content-Type: application/json");
    cu_code code = CU_OK;
    if (n < 0 || (size_t)n >= sizeof s->url)
        code = cu_fail(err, CU_INVALID, "--url", "an address of at most 1000 bytes is accepted");
    else if (!s->multi || !s->json || !s->headers || !curl_slist_append(s->headers, "Expect:"))
        code = cu_fail(err, CU_MEMORY, "", "no memory to send");
    for (size_t i = 0; code == CU_OK && i < DEMO_CONNECTIONS; i++)
        code = open_lane(s, &s->lanes[i], o, err);
    if (code != CU_OK) {
        demo_sender_close(s);
        return code;
    }
    s->start_us = cu_mono_us();
    *ret = s;
    return CU_OK;
}

void demo_sender_close(struct demo_sender *s)
{
    if (!s)
        return;
    for (size_t i = 0; i < DEMO_CONNECTIONS; i++) {
        struct lane *l = &s->lanes[i];
        if (l->curl && l->state == LANE_SENDING)
            (void)curl_multi_remove_handle(s->multi, l->curl);
        curl_easy_cleanup(l->curl);
        cu_buf_clear(&l->body);
        cu_buf_clear(&l->answer);
    }
    if (s->multi)
        (void)curl_multi_cleanup(s->multi);
    curl_slist_free_all(s->headers);
    json_parser_free(s->json);
    cu_free(s);
}

// ---- sending and answers

static cu_code send_lane(struct demo_sender *s, struct lane *l, struct cu_error *err)
{
    cu_buf_reset(&l->answer);
    s->sent.requests++;
    l->state = LANE_SENDING;
    bool good = curl_easy_setopt(l->curl, CURLOPT_POSTFIELDS, l->body.ptr) == CURLE_OK &&
                curl_easy_setopt(l->curl, CURLOPT_POSTFIELDSIZE, (long)l->body.len) == CURLE_OK &&
                curl_multi_add_handle(s->multi, l->curl) == CURLM_OK;
    if (!good)
        l->state = LANE_IDLE;
    return good ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory to send");
}

static void wait_lane(struct demo_sender *s, struct lane *l, int64_t wait_us)
{
    s->sent.retried++;
    l->state = LANE_WAITING;
    l->again_us = cu_mono_us() + wait_us;
}

// 0.2 s, 0.4 s ... at most 10 s; lanes apart, so that they do not come back together.
static int64_t backoff_us(const struct demo_sender *s, const struct lane *l)
{
    uint32_t doublings = l->failures + l->busies < 7 ? l->failures + l->busies - 1 : 6;
    int64_t us = INT64_C(200000) << doublings;
    return (us < 10000000 ? us : 10000000) + (l - s->lanes) * 37000;
}

static cu_code failed(struct demo_sender *s, struct lane *l, const char *why, struct cu_error *err)
{
    bool ever = s->sent.accepted + s->sent.refused > 0;
    if (++l->failures >= (ever ? DEMO_TRIES_MAX : DEMO_FIRST_TRIES_MAX))
        return cu_fail(err, CU_UNAVAILABLE, "--url", "the server does not answer: %s", why);
    wait_lane(s, l, backoff_us(s, l));
    return CU_OK;
}

static cu_code told_to_wait(struct demo_sender *s, struct lane *l, struct cu_error *err)
{
    curl_off_t seconds = 0;
    if (++l->busies >= DEMO_BUSY_TRIES_MAX)
        return cu_fail(err, CU_BUSY, "--url",
            "the server is still full after %d tries of one batch", DEMO_BUSY_TRIES_MAX);
    (void)curl_easy_getinfo(l->curl, CURLINFO_RETRY_AFTER, &seconds);
    seconds = seconds < DEMO_WAIT_S_MAX ? seconds : DEMO_WAIT_S_MAX;
    wait_lane(s, l, seconds > 0 ? (int64_t)seconds * 1000000 : backoff_us(s, l));
    return CU_OK;
}

static void accepted(struct demo_sender *s, struct lane *l)
{
    struct cu_error ignored;
    json answer;
    int64_t taken = l->calls; // other servers of the protocol answer without counting
    if (json_parse(s->json, cu_buf_view(&l->answer), &answer, &ignored) == CU_OK)
        (void)json_i64(json_get(answer, "accepted"), &taken);
    taken = taken < 0 || taken > l->calls ? l->calls : taken;
    s->sent.accepted += (uint64_t)taken;
    s->sent.refused += l->calls - (uint64_t)taken;
    l->state = LANE_IDLE;
}

static cu_code answered(struct demo_sender *s, struct lane *l, CURLcode code, struct cu_error *err)
{
    long status = 0;
    (void)curl_easy_getinfo(l->curl, CURLINFO_RESPONSE_CODE, &status);
    l->state = LANE_IDLE;
    if (code == CURLE_URL_MALFORMAT || code == CURLE_UNSUPPORTED_PROTOCOL)
        return cu_fail(
            err, CU_INVALID, "--url", "an address like http://127.0.0.1:8080 is accepted");
    if (code != CURLE_OK)
        return failed(s, l, curl_easy_strerror(code), err);
    if (status == 429)
        return told_to_wait(s, l, err);
    if (status == 401 || status == 403)
        return cu_fail(
            err, CU_UNAUTHENTICATED, "--write-key", "the server does not accept this write key");
    if (status >= 500 || status == 408) {
        char why[32];
        (void)snprintf(why, sizeof why, "status %ld", status);
        return failed(s, l, why, err);
    }
    if (status < 200 || status >= 300)
        return cu_fail(err, CU_INVALID, "--url",
            "the server takes no batches there: status %ld to POST /v1/batch", status);
    accepted(s, l);
    return CU_OK;
}

static cu_code collect_answers(struct demo_sender *s, struct cu_error *err)
{
    int left = 0;
    const CURLMsg *m;
    while ((m = curl_multi_info_read(s->multi, &left))) {
        if (m->msg != CURLMSG_DONE)
            continue;
        struct lane *l = NULL;
        CURLcode code = m->data.result; // gone with the handle
        (void)curl_easy_getinfo(m->easy_handle, CURLINFO_PRIVATE, &l);
        (void)curl_multi_remove_handle(s->multi, l->curl);
        CU_TRY(answered(s, l, code, err));
    }
    return CU_OK;
}

// One round: sends again what waited long enough, moves bytes, waits at most wait_ms for more.
static cu_code turn(struct demo_sender *s, int64_t wait_ms, struct cu_error *err)
{
    int running = 0;
    int64_t now = cu_mono_us();
    for (size_t i = 0; i < DEMO_CONNECTIONS; i++) {
        struct lane *l = &s->lanes[i];
        if (l->state != LANE_WAITING)
            continue;
        if (l->again_us <= now)
            CU_TRY(send_lane(s, l, err));
        else if ((l->again_us - now) / 1000 + 1 < wait_ms)
            wait_ms = (l->again_us - now) / 1000 + 1;
    }
    if (curl_multi_perform(s->multi, &running) != CURLM_OK)
        return cu_fail(err, CU_INTERNAL, "", "the HTTP client failed");
    CU_TRY(collect_answers(s, err));
    if (wait_ms > 0 && curl_multi_poll(s->multi, NULL, 0, (int)wait_ms, NULL) != CURLM_OK)
        return cu_fail(err, CU_INTERNAL, "", "the HTTP client failed");
    return CU_OK;
}

static struct lane *lane_in(struct demo_sender *s, enum lane_state state)
{
    for (size_t i = 0; i < DEMO_CONNECTIONS; i++)
        if (s->lanes[i].state == state)
            return &s->lanes[i];
    return NULL;
}

static cu_code wait_for_rate(struct demo_sender *s, struct cu_error *err)
{
    while (s->rate_max > 0) {
        int64_t due_us = s->start_us + (int64_t)(s->started_calls * 1000000 / s->rate_max);
        int64_t left_ms = (due_us - cu_mono_us()) / 1000;
        if (left_ms <= 0)
            break;
        CU_TRY(turn(s, left_ms < 1000 ? left_ms : 1000, err));
    }
    return CU_OK;
}

static cu_code send_filled(struct demo_sender *s, struct lane *l, struct cu_error *err)
{
    cu_buf_add(&l->body, batch_end, sizeof batch_end - 1);
    CU_TRY(cu_buf_code(&l->body, err));
    CU_TRY(wait_for_rate(s, err));
    s->started_calls += l->calls;
    CU_TRY(send_lane(s, l, err));
    return turn(s, 0, err);
}

cu_code demo_sender_add(struct demo_sender *s, cu_str call, struct cu_error *err)
{
    struct lane *l = lane_in(s, LANE_FILLING);
    if (l && l->body.len + call.len + sizeof batch_end > DEMO_BATCH_BYTES) {
        CU_TRY(send_filled(s, l, err));
        l = NULL;
    }
    while (!l && !(l = lane_in(s, LANE_IDLE)))
        CU_TRY(turn(s, 1000, err));
    if (l->state == LANE_IDLE) {
        l->state = LANE_FILLING;
        l->calls = l->failures = l->busies = 0;
        cu_buf_reset(&l->body);
        cu_buf_add(&l->body, batch_start, sizeof batch_start - 1);
    }
    if (l->calls++ > 0)
        cu_buf_char(&l->body, ',');
    cu_buf_str(&l->body, call);
    return l->calls >= s->batch_calls ? send_filled(s, l, err) : cu_buf_code(&l->body, err);
}

cu_code demo_sender_finish(struct demo_sender *s, struct cu_error *err)
{
    struct lane *filling = lane_in(s, LANE_FILLING);
    if (filling)
        CU_TRY(send_filled(s, filling, err));
    while (lane_in(s, LANE_SENDING) || lane_in(s, LANE_WAITING))
        CU_TRY(turn(s, 1000, err));
    return CU_OK;
}

struct demo_sent demo_sender_count(const struct demo_sender *s)
{
    return s->sent;
}
