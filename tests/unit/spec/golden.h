// SPDX-License-Identifier: Apache-2.0
// Golden files: what the program prints is compared with a committed file under tests/golden. After
// a wanted change run the test with CUSTOS_GOLDEN_UPDATE=1 and read the difference before
// committing it.
#pragma once

#include "spec_test.h"

#include "base/file.h"
#include "spec/golden_path.h" // made by meson: where tests/golden is

#include <stdio.h>
#include <stdlib.h>

static inline void golden_path(char out[4096], const char *name)
{
    assert_true(snprintf(out, 4096, "%s/%s", CUSTOS_GOLDEN, name) < 4096);
}

static inline void assert_golden(const char *name, cu_str actual)
{
    char path[4096];
    struct cu_error err = {0};
    CU_AUTO_BUF struct cu_buf expected;
    cu_buf_init(&expected, (size_t)32 << 20);
    golden_path(path, name);
    if (getenv("CUSTOS_GOLDEN_UPDATE")) {
        assert_code(cu_file_replace(path, actual.ptr, actual.len, 0644, &err), CU_OK, &err);
        return;
    }
    assert_code(cu_file_read_all(path, &expected, &err), CU_OK, &err);
    if (cu_str_eq(actual, cu_buf_view(&expected)))
        return;
    size_t at = 0, line = 1, start = 0;
    while (at < actual.len && at < expected.len && actual.ptr[at] == expected.ptr[at]) {
        if (actual.ptr[at++] == '\n') {
            line++;
            start = at;
        }
    }
    cu_str was = cu_str_sub(cu_buf_view(&expected), start, 300),
           is = cu_str_sub(actual, start, 300);
    fail_msg("%s differs in line %zu:\n  golden: %.*s\n  printed: %.*s\n(CUSTOS_GOLDEN_UPDATE=1 "
             "rewrites it)",
        name, line, CU_ARG(cu_str_cut(&was, '\n')), CU_ARG(cu_str_cut(&is, '\n')));
}
