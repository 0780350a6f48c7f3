// SPDX-License-Identifier: Apache-2.0
// Arbitrary bytes at the doors. The first byte chooses the path and the headers, the rest is the
// body (or the query of a pixel). Journal and sources are this file's: every record handed over is
// decoded and must be what the pipeline counts on.
#include "collect/door.h"
#include "collect/record.h"

#include "base/clock.h"
#include "crypto/keyring.h"

#include <assert.h>
#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static struct json_parser *parser, *again;
static struct dictionary *dictionary;
static struct keyring *keyring;
static struct door *door;
static uint64_t submitted, counted;
static bool finished, browser, compressed;

bool sources_by_key(struct sources *s, cu_str write_key, struct source *ret)
{
    (void)s;
    *ret = (struct source){.number = 7, .write_key = "k", .enabled = true};
    return cu_str_eqz(write_key, "k");
}

void sources_count(struct sources *s, uint32_t number, uint64_t accepted, uint64_t refused,
    int64_t now_ms, const char *last_error_code)
{
    (void)s;
    (void)now_ms;
    assert(number == 7 && (refused > 0) == (last_error_code != NULL));
    counted += accepted + refused;
}

static void look_at(cu_str bytes)
{
    struct record r;
    struct cu_error err;
    if (record_decode(bytes, &r, &err) != CU_OK || record_size(&r) != bytes.len)
        abort();
    assert(r.source == 7 && r.event.len > 0 && r.event.len <= DOOR_BATCH_MAX + 64);
    if (r.kind == RECORD_REFUSED) {
        assert(r.reason != CU_OK && r.text.len > 0);
        return;
    }
    json call;
    assert(r.event.len <= DOOR_CALL_MAX + 128);
    if (json_parse(again, r.event, &call, &err) != CU_OK || !json_is(call, JSON_OBJECT))
        abort();
    assert(json_str(json_get(call, "type")).len > 0);
    assert(json_type_of(json_get(call, "messageId")) != JSON_ABSENT);
    assert(r.time_ms > INT64_C(600000000000) && r.time_ms < r.received_ms + INT64_C(200000000000));
    if (r.context.len > 0)
        assert(json_parse(again, r.context, &call, &err) == CU_OK);
}

cu_code journal_submit(struct journal *j, struct journal_entry *e, struct cu_error *err)
{
    (void)j;
    (void)err;
    assert(e->count >= 1 && e->count <= 10000);
    for (uint32_t i = 0; i < e->count; i++)
        look_at(e->records[i]);
    submitted += e->count;
    e->done(e, CU_OK);
    return CU_OK;
}

static const struct dictionary *dictionary_now(void *context)
{
    (void)context;
    return dictionary;
}

static void start(void)
{
    static const uint8_t root[32] = {9};
    struct cu_error err;
    struct door_options o = {.dictionary = dictionary_now};
    parser = json_parser_new((size_t)8 << 20);
    again = json_parser_new((size_t)8 << 20);
    if (!parser || !again || dictionary_load(CU_NONE, &dictionary, &err) != CU_OK ||
        keyring_from_bytes(root, &keyring, &err) != CU_OK)
        abort();
    o.keyring = keyring;
    if (door_open(&o, &door, &err) != CU_OK)
        abort();
    cu_random_inject(42);
}

static cu_str header(struct request *rq, const char *name)
{
    (void)rq;
    if (cu_str_eq_nocase(cu_str_of(name), CU_LIT("X-Write-Key")))
        return CU_LIT("k");
    if (browser && cu_str_eq_nocase(cu_str_of(name), CU_LIT("User-Agent")))
        return CU_LIT("Mozilla/5.0");
    if (compressed && cu_str_eq_nocase(cu_str_of(name), CU_LIT("Content-Encoding")))
        return CU_LIT("deflate");
    return CU_NONE;
}

static void finish(struct request *rq)
{
    (void)rq;
    finished = true;
}

static const struct spec_route *route_of(const char *name)
{
    for (size_t i = 0; i < collect_door_module.route_count; i++)
        if (strcmp(collect_door_module.routes[i].name, name) == 0)
            return &collect_door_module.routes[i];
    abort();
}

static void serve(const char *route, cu_str bytes)
{
    struct cu_error err = {.code = CU_OK};
    struct request rq = {
        .route = route_of(route),
        .module = door,
        .json = parser,
        .arena = cu_arena_new((size_t)16 << 20),
        .query = strstr(route, "pixel") ? bytes : CU_LIT(""),
        .body = strstr(route, "pixel") ? CU_LIT("") : bytes,
        .id = CU_LIT("fuzz"),
        .received_ms = INT64_C(1795284360000),
        .header = header,
        .finish = finish,
    };
    if (!rq.arena)
        abort();
    cu_buf_init(&rq.response.body, (size_t)16 << 20);
    submitted = counted = 0;
    finished = false;
    cu_code code = rq.route->handler(&rq, &err);
    assert(submitted == counted && rq.deferred == finished && rq.deferred == (submitted > 0));
    if (code == CU_OK)
        assert(rq.response.status == 200 || rq.response.status == 400);
    else
        assert(err.text[0] && !rq.deferred);
    cu_buf_clear(&rq.response.body);
    cu_arena_free(rq.arena);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static const char *const names[] = {"collect.batch", "collect.track", "collect.identify",
        "collect.alias", "collect.group", "collect.page", "collect.pixel_track", "collect.batch"};
    if (!parser)
        start();
    if (size < 1 || size > DOOR_BODY_MAX)
        return 0;
    browser = data[0] & 8;
    compressed = data[0] & 16;
    serve(names[data[0] & 7], (cu_str){(const char *)data + 1, size - 1});
    return 0;
}
