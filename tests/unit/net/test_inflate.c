// SPDX-License-Identifier: Apache-2.0
// Bounded decompression: whole bodies, members, damage at every place, bombs.
#include "net/inflate.h"

#include "base/fault.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdlib.h>
#include <cmocka.h>
#include <zlib.h>

enum { GZIP = 15 + 16, ZLIB = 15 };

// Compresses bytes; the caller clears the buffer.
static struct cu_buf squeeze(cu_str bytes, int window)
{
    struct cu_buf out;
    cu_buf_init(&out, 1 << 28);
    z_stream z = {0};
    assert_int_equal(deflateInit2(&z, 9, Z_DEFLATED, window, 8, Z_DEFAULT_STRATEGY), Z_OK);
    size_t room = deflateBound(&z, bytes.len);
    z.next_in = (unsigned char *)(uintptr_t)bytes.ptr;
    z.avail_in = (unsigned)bytes.len;
    z.next_out = (unsigned char *)cu_buf_room(&out, room);
    z.avail_out = (unsigned)room;
    int rc = deflate(&z, Z_FINISH);
    out.len = room - z.avail_out;
    (void)deflateEnd(&z);
    assert_int_equal(rc, Z_STREAM_END);
    return out;
}

static cu_code open_up(cu_str bytes, size_t max, struct cu_buf *out)
{
    struct cu_error err;
    cu_buf_init(out, max);
    return inflate_body(bytes, out, &err);
}

static void test_round_trips(void **state)
{
    (void)state;
    static char text[300000];
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = (char)(i * 2654435761u >> 13);
    static const size_t lengths[] = {0, 1, 2, 100, 4095, 4096, 4097, 65536, 299999, 300000};
    for (size_t i = 0; i < CU_COUNT(lengths); i++) {
        for (int kind = 0; kind < 2; kind++) {
            struct cu_buf small = squeeze((cu_str){text, lengths[i]}, kind ? GZIP : ZLIB), out;
            cu_str bytes = cu_buf_view(&small);
            assert_int_equal(inflate_looks_gzip(bytes), kind);
            assert_int_equal(inflate_looks_zlib(bytes), !kind);
            // exactly the maximum is enough, one less is not
            assert_int_equal(open_up(bytes, lengths[i], &out), CU_OK);
            assert_int_equal(out.len, lengths[i]);
            assert_memory_equal(cu_buf_view(&out).ptr, text, lengths[i]);
            cu_buf_clear(&out);
            if (lengths[i] > 0) {
                assert_int_equal(open_up(bytes, lengths[i] - 1, &out), CU_TOO_LARGE);
                cu_buf_clear(&out);
            }
            cu_buf_clear(&small);
        }
    }
}

static void test_members_and_trailers(void **state)
{
    (void)state;
    struct cu_buf a = squeeze(CU_LIT("first "), GZIP), b = squeeze(CU_LIT("second"), GZIP), out;
    cu_buf_str(&a, cu_buf_view(&b));
    assert_int_equal(open_up(cu_buf_view(&a), 100, &out), CU_OK);
    assert_true(cu_str_eqz(cu_buf_view(&out), "first second"));
    cu_buf_clear(&out);
    cu_buf_char(&a, 'x');
    assert_int_equal(open_up(cu_buf_view(&a), 100, &out), CU_MALFORMED);
    cu_buf_clear(&out);
    struct cu_buf z = squeeze(CU_LIT("zlib"), ZLIB);
    cu_buf_str(&z, cu_buf_view(&b));
    assert_int_equal(open_up(cu_buf_view(&z), 100, &out), CU_MALFORMED);
    cu_buf_clear(&out);
    cu_buf_clear(&a);
    cu_buf_clear(&b);
    cu_buf_clear(&z);
}

static void test_damage_everywhere(void **state)
{
    (void)state;
    static const char text[] =
        "{\"batch\":[{\"type\":\"track\",\"event\":\"a\",\"userId\":\"u\"}]}";
    struct cu_buf whole = squeeze((cu_str){text, sizeof text - 1}, GZIP);
    for (size_t cut = 0; cut < whole.len; cut++) {
        struct cu_buf out;
        assert_int_equal(open_up((cu_str){whole.ptr, cut}, 1000, &out), CU_MALFORMED);
        cu_buf_clear(&out);
    }
    for (size_t i = 0; i < whole.len; i++) {
        for (int bit = 0; bit < 8; bit++) {
            struct cu_buf out;
            whole.ptr[i] = (char)(whole.ptr[i] ^ (1 << bit));
            cu_code code = open_up(cu_buf_view(&whole), 1000, &out);
            // harmless bits exist (flags of the header, padding of the last block): then nothing
            // changed
            assert_true(code != CU_OK || cu_str_eqz(cu_buf_view(&out), text));
            whole.ptr[i] = (char)(whole.ptr[i] ^ (1 << bit));
            cu_buf_clear(&out);
        }
    }
    cu_buf_clear(&whole);
}

static void test_bomb_costs_no_more_than_the_maximum(void **state)
{
    (void)state;
    char *zeros = calloc(1, 64 << 20);
    struct cu_buf bomb = squeeze((cu_str){zeros, 64 << 20}, GZIP), out;
    free(zeros);
    assert_true(bomb.len < 100000);
    assert_int_equal(open_up(cu_buf_view(&bomb), 512000, &out), CU_TOO_LARGE);
    assert_true(out.cap <= 512001);
    cu_buf_clear(&out);
    cu_buf_clear(&bomb);
}

static void test_every_allocation_may_fail(void **state)
{
    (void)state;
    char text[60000];
    memset(text, 'a', sizeof text);
    struct cu_buf small = squeeze((cu_str){text, sizeof text}, GZIP);
    for (uint64_t nth = 1;; nth++) {
        struct cu_buf out;
        cu_fault_arm(CU_FAULT_ALLOC, nth, false);
        cu_code code = open_up(cu_buf_view(&small), 100000, &out);
        bool reached = cu_fault_count(CU_FAULT_ALLOC) >= nth;
        cu_fault_disarm();
        cu_buf_clear(&out);
        if (!reached) {
            assert_int_equal(code, CU_OK);
            break;
        }
        assert_int_equal(code, CU_MEMORY);
    }
    cu_buf_clear(&small);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_round_trips),
        cmocka_unit_test(test_members_and_trailers),
        cmocka_unit_test(test_damage_everywhere),
        cmocka_unit_test(test_bomb_costs_no_more_than_the_maximum),
        cmocka_unit_test(test_every_allocation_may_fail),
    };
    return cmocka_run_group_tests_name("net/inflate", tests, NULL, NULL);
}
