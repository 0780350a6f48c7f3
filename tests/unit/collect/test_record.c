// SPDX-License-Identifier: Apache-2.0
// Journal records: there and back, and every damage noticed.
#include "collect/record.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>

static const struct record full = {
    .kind = RECORD_REFUSED,
    .flags = RECORD_SAMPLE | RECORD_CLIENT_SIDE,
    .source = 7,
    .import = 9,
    .import_row = UINT64_C(0x1234567890),
    .received_ms = 1795284360853,
    .sent_ms = INT64_MIN,
    .time_ms = -5,
    .seen_tag = {1, 2, 3, 255},
    .quarantine = UINT64_MAX,
    .reason = CU_INVALID,
    .field = {"/properties/total", 17},
    .text = {"a number is accepted", 20},
    .event = {"{\"type\":\"track\"}", 16},
    .context = {"{\"library\":{}}", 14},
    .integrations = {"{}", 2},
    .ip = {"203.0.113.7", 11},
    .user_agent = {"UA/1.0", 6},
};

static void encode(const struct record *r, struct cu_buf *out)
{
    cu_buf_init(out, 1 << 20);
    record_encode(r, out);
    assert_int_equal(cu_buf_code(out, NULL), CU_OK);
    assert_int_equal(out->len, record_size(r));
}

static void test_there_and_back(void **state)
{
    (void)state;
    struct cu_buf bytes;
    struct record r;
    struct cu_error err;
    encode(&full, &bytes);
    assert_int_equal(record_decode(cu_buf_view(&bytes), &r, &err), CU_OK);
    assert_int_equal(r.kind, full.kind);
    assert_int_equal(r.flags, full.flags);
    assert_int_equal(r.source, full.source);
    assert_int_equal(r.import, full.import);
    assert_true(r.import_row == full.import_row && r.quarantine == full.quarantine);
    assert_true(r.received_ms == full.received_ms && r.sent_ms == full.sent_ms &&
                r.time_ms == full.time_ms);
    assert_memory_equal(r.seen_tag, full.seen_tag, 16);
    assert_int_equal(r.reason, CU_INVALID);
    assert_true(cu_str_eq(r.field, full.field) && cu_str_eq(r.text, full.text) &&
                cu_str_eq(r.event, full.event));
    assert_true(cu_str_eq(r.context, full.context) && cu_str_eq(r.integrations, full.integrations));
    assert_true(cu_str_eq(r.ip, full.ip) && cu_str_eq(r.user_agent, full.user_agent));
    cu_buf_clear(&bytes);
    struct record least = {.kind = RECORD_EVENT};
    encode(&least, &bytes);
    assert_int_equal(record_decode(cu_buf_view(&bytes), &r, &err), CU_OK);
    assert_int_equal(r.event.len, 0);
    assert_int_equal(r.reason, CU_OK);
    cu_buf_clear(&bytes);
}

static void test_every_reason_keeps_its_name(void **state)
{
    (void)state;
    for (int code = 1; code < CU_CODE_COUNT; code++) {
        struct record in = {.kind = RECORD_REFUSED, .reason = (cu_code)code}, out;
        struct cu_buf bytes;
        struct cu_error err;
        encode(&in, &bytes);
        assert_int_equal(record_decode(cu_buf_view(&bytes), &out, &err), CU_OK);
        assert_int_equal(out.reason, code);
        cu_buf_clear(&bytes);
    }
}

static void test_damage_is_noticed(void **state)
{
    (void)state;
    struct cu_buf bytes;
    struct record r;
    struct cu_error err;
    encode(&full, &bytes);
    for (size_t len = 0; len < bytes.len; len++)
        assert_int_equal(record_decode((cu_str){bytes.ptr, len}, &r, &err), CU_CORRUPT);
    cu_buf_char(&bytes, 0);
    assert_int_equal(record_decode(cu_buf_view(&bytes), &r, &err), CU_CORRUPT);
    bytes.len--;
    static const size_t places[] = {0, 1, 72, 75, 100};
    for (size_t i = 0; i < CU_COUNT(places); i++) {
        char kept = bytes.ptr[places[i]];
        bytes.ptr[places[i]] = (char)0xee;
        assert_int_equal(record_decode(cu_buf_view(&bytes), &r, &err), CU_CORRUPT);
        bytes.ptr[places[i]] = kept;
    }
    assert_int_equal(record_decode(cu_buf_view(&bytes), &r, &err), CU_OK);
    cu_buf_clear(&bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_there_and_back),
        cmocka_unit_test(test_every_reason_keeps_its_name),
        cmocka_unit_test(test_damage_is_noticed),
    };
    return cmocka_run_group_tests_name("collect/record", tests, NULL, NULL);
}
