// SPDX-License-Identifier: Apache-2.0
// base/: strings, errors, arenas, buffers, files with faults, clock, hashes, metrics.
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "base/clock.h"
#include "base/fault.h"
#include "base/file.h"
#include "base/hash.h"
#include "base/metric.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>

static void strings(void **state)
{
    (void)state;
    cu_str s = CU_LIT("a=1&b=2&");
    assert_true(cu_str_eqz(cu_str_cut(&s, '&'), "a=1"));
    assert_true(cu_str_eqz(cu_str_cut(&s, '&'), "b=2"));
    assert_non_null(s.ptr);
    assert_int_equal(cu_str_cut(&s, '&').len, 0);
    assert_null(s.ptr);
    assert_true(cu_str_eqz(cu_str_trim(CU_LIT(" \t x y \r\n")), "x y"));
    assert_int_equal(cu_str_find_str(CU_LIT("hello"), CU_LIT("lo")), 3);
    assert_int_equal(cu_str_find_str(CU_LIT("hello"), CU_LIT("la")), -1);
    assert_true(cu_str_eq_nocase(CU_LIT("Content-Type"), CU_LIT("content-type")));
    assert_true(cu_str_cmp(CU_LIT("ab"), CU_LIT("abc")) < 0);
    assert_int_equal(cu_str_sub(CU_LIT("abc"), 5, 5).len, 0);
    assert_true(cu_str_eq(CU_NONE, CU_LIT("")));
}

static void numbers(void **state)
{
    (void)state;
    int64_t v = 7;
    assert_true(cu_str_i64(CU_LIT("-9223372036854775808"), &v) && v == INT64_MIN);
    assert_true(cu_str_i64(CU_LIT("9223372036854775807"), &v) && v == INT64_MAX);
    static const char *const bad[] = {"", "-", "+", "9223372036854775808", "1 ", "1.0", "0x1", "--1"};
    for (size_t i = 0; i < CU_COUNT(bad); i++)
        assert_false(cu_str_i64(cu_str_of(bad[i]), &v));
}

static void errors(void **state)
{
    (void)state;
    struct cu_error err = {.code = CU_OK};
    assert_int_equal(cu_fail(&err, CU_INVALID, "/total", "a number is accepted"), CU_INVALID);
    cu_error_prefix(&err, "/batch/%d", 3);
    assert_string_equal(err.field, "/batch/3/total");
    cu_error_prefix(&err, "/%0100d", 1); // longer than the field: cut, not overrun
    assert_int_equal(strlen(err.field), sizeof err.field - 1);
    assert_int_equal(cu_fail(NULL, CU_IO, "", "x"), CU_IO);
    errno = ENOSPC;
    assert_int_equal(cu_fail_errno(&err, "cannot write"), CU_FULL);
    for (int c = 0; c < CU_CODE_COUNT; c++) {
        assert_non_null(cu_code_rows[c].name);
        assert_true(strlen(cu_code_rows[c].sentence) > 3);
        assert_true((c == CU_OK) == (cu_code_rows[c].exit_code == 0));
    }
}

static void arenas(void **state)
{
    (void)state;
    struct cu_arena *a = cu_arena_new(10000);
    char *p = cu_arena_alloc(a, 100);
    assert_non_null(p);
    for (int i = 0; i < 100; i++)
        assert_int_equal(p[i], 0);
    assert_null(cu_arena_alloc(a, 10000));
    assert_null(cu_arena_alloc(a, SIZE_MAX));
    cu_str s = cu_arena_printf(a, "%s-%d", "x", 5);
    assert_true(cu_str_eqz(s, "x-5"));
    assert_true(cu_arena_used(a) <= 10000);
    cu_arena_reset(a);
    assert_int_equal(cu_arena_used(a), 0);
    assert_non_null(cu_arena_alloc(a, 9000));
    cu_arena_free(a);
}

static void buffers(void **state)
{
    (void)state;
    struct cu_buf b;
    struct cu_error err;
    cu_buf_init(&b, 10);
    cu_buf_i64(&b, INT64_MIN + 1); // 20 characters: over the maximum
    assert_true(b.failed);
    assert_int_equal(cu_buf_code(&b, &err), CU_TOO_LARGE);
    cu_buf_reset(&b);
    cu_buf_z(&b, "0123456789");
    assert_false(b.failed);
    cu_buf_char(&b, 'x');
    assert_true(b.failed);
    assert_int_equal(b.len, 10);
    cu_buf_clear(&b);
    cu_buf_init(&b, 100);
    cu_buf_i64(&b, INT64_MIN);
    cu_buf_char(&b, ' ');
    cu_buf_i64(&b, 0);
    assert_string_equal(b.ptr, "-9223372036854775808 0");
    cu_buf_wipe(&b);
    cu_fault_arm(CU_FAULT_ALLOC, 1, false);
    cu_buf_char(&b, 'x');
    cu_fault_disarm();
    assert_int_equal(cu_buf_code(&b, &err), CU_MEMORY);
    cu_buf_clear(&b);
}

static void make_folder(char *path, size_t size)
{
    (void)snprintf(path, size, "/tmp/custos-test-XXXXXX");
    assert_non_null(mkdtemp(path));
}

static void files(void **state)
{
    (void)state;
    char folder[64], path[128];
    struct cu_error err;
    struct cu_buf b;
    make_folder(folder, sizeof folder);
    (void)snprintf(path, sizeof path, "%s/x", folder);
    cu_buf_init(&b, 100);
    assert_int_equal(cu_file_read_all(path, &b, &err), CU_NOT_FOUND);
    assert_int_equal(cu_file_replace(path, "one", 3, 0600, &err), CU_OK);
    assert_int_equal(cu_file_replace(path, "three", 5, 0600, &err), CU_OK);
    assert_int_equal(cu_file_read_all(path, &b, &err), CU_OK);
    assert_string_equal(b.ptr, "three");
    struct cu_buf small;
    cu_buf_init(&small, 3);
    assert_int_equal(cu_file_read_all(path, &small, &err), CU_TOO_LARGE);
    cu_buf_clear(&small);
    struct cu_arena *a = cu_arena_new(1 << 16);
    const char **names = NULL;
    size_t count = 0;
    assert_int_equal(cu_dir_list(a, folder, &names, &count, &err), CU_OK);
    assert_int_equal(count, 1);
    assert_string_equal(names[0], "x");
    cu_arena_free(a);
    assert_int_equal(cu_file_unlink(path, &err), CU_OK);
    assert_int_equal(cu_file_unlink(path, &err), CU_OK);
    cu_buf_clear(&b);
    (void)rmdir(folder);
}

// For every n: the n-th file operation of a replacement fails, and the old content is whole.
static void replace_survives_faults(void **state)
{
    (void)state;
    char folder[64], path[128];
    struct cu_error err;
    make_folder(folder, sizeof folder);
    (void)snprintf(path, sizeof path, "%s/x", folder);
    assert_int_equal(cu_file_replace(path, "old", 3, 0600, &err), CU_OK);
    bool succeeded = false;
    for (uint64_t n = 1; !succeeded; n++) {
        assert_true(n < 50);
        cu_fault_arm(CU_FAULT_IO, n, false);
        cu_code code = cu_file_replace(path, "new", 3, 0600, &err);
        cu_fault_disarm();
        struct cu_buf b;
        cu_buf_init(&b, 100);
        assert_int_equal(cu_file_read_all(path, &b, &err), CU_OK);
        assert_true(cu_str_eqz(cu_buf_view(&b), "old") || cu_str_eqz(cu_buf_view(&b), "new"));
        if (code == CU_OK)
            assert_true(cu_str_eqz(cu_buf_view(&b), "new"));
        cu_buf_clear(&b);
        succeeded = code == CU_OK;
        assert_int_equal(cu_file_replace(path, "old", 3, 0600, &err), CU_OK);
    }
    (void)unlink(path);
    (void)rmdir(folder);
}

static int64_t fixed_clock(void *context)
{
    return *(int64_t *)context;
}

static void uuids_are_ordered(void **state)
{
    (void)state;
    int64_t now = 1795000000000;
    cu_clock_inject(fixed_clock, &now);
    char last[37] = "", text[37];
    for (int i = 0; i < 10000; i++) { // more than one millisecond's counter holds
        struct cu_uuid id = cu_uuid7(), back;
        cu_uuid_format(id, text);
        assert_true(strcmp(text, last) > 0);
        assert_int_equal(text[14], '7');
        assert_true(cu_uuid_parse(cu_str_of(text), &back));
        assert_memory_equal(id.bytes, back.bytes, 16);
        memcpy(last, text, sizeof last);
    }
    assert_false(cu_uuid_parse(CU_LIT("0188a7c0-0000-7000-8000-00000000000g"), &(struct cu_uuid){{0}}));
    cu_clock_inject(NULL, NULL);
}

static void injected_randomness_repeats(void **state)
{
    (void)state;
    unsigned char a[33], b[33];
    cu_random_inject(42);
    cu_random(a, sizeof a);
    cu_random_inject(42);
    cu_random(b, sizeof b);
    cu_random_inject(0);
    assert_memory_equal(a, b, sizeof a);
    cu_random(b, sizeof b);
    assert_memory_not_equal(a, b, sizeof a);
}

static void checksums(void **state)
{
    (void)state;
    // RFC 3720 B.4
    unsigned char zeros[32] = {0}, rising[32];
    for (unsigned i = 0; i < 32; i++)
        rising[i] = (unsigned char)i;
    assert_int_equal(cu_crc32c(0, zeros, 32), 0x8a9136aa);
    assert_int_equal(cu_crc32c(0, rising, 32), 0x46dd794e);
    assert_int_equal(cu_crc32c(0, "123456789", 9), 0xe3069283);
    assert_int_equal(cu_crc32c(cu_crc32c(0, "1234", 4), "56789", 5), 0xe3069283);
    assert_true(cu_hash64("a", 1, 1) != cu_hash64("a", 1, 2));
    assert_true(cu_hash64("a\0", 2, 1) != cu_hash64("a", 1, 1));
}

static void metrics_print(void **state)
{
    (void)state;
    struct cu_metric *m = cu_metric_get(CU_COUNTER, "test_total", "kind=\"a\"", "A test.");
    assert_ptr_equal(m, cu_metric_get(CU_COUNTER, "test_total", "kind=\"a\"", "A test."));
    cu_metric_add(m, 3);
    struct cu_metric *h = cu_metric_get(CU_HISTOGRAM, "test_seconds", NULL, "A test.");
    cu_metric_observe_us(h, 100);
    cu_metric_observe_us(h, 1000000000);
    struct cu_buf out;
    cu_buf_init(&out, 1 << 20);
    cu_metric_print(&out);
    assert_non_null(strstr(out.ptr, "# TYPE test_total counter\ntest_total{kind=\"a\"} 3\n"));
    assert_non_null(strstr(out.ptr, "test_seconds_bucket{le=\"0.000128\"} 1\n"));
    assert_non_null(strstr(out.ptr, "test_seconds_bucket{le=\"+Inf\"} 2\n"));
    assert_non_null(strstr(out.ptr, "test_seconds_count 2\n"));
    cu_buf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(strings),
        cmocka_unit_test(numbers),
        cmocka_unit_test(errors),
        cmocka_unit_test(arenas),
        cmocka_unit_test(buffers),
        cmocka_unit_test(files),
        cmocka_unit_test(replace_survives_faults),
        cmocka_unit_test(uuids_are_ordered),
        cmocka_unit_test(injected_randomness_repeats),
        cmocka_unit_test(checksums),
        cmocka_unit_test(metrics_print),
    };
    return cmocka_run_group_tests_name("base", tests, NULL, NULL);
}
