// SPDX-License-Identifier: Apache-2.0
// The table of errors and how an error is filled. See error.h.
#include "error.h"

#include <errno.h>
#include <stdarg.h>
#include <stdio.h>

const struct cu_code_row cu_code_rows[CU_CODE_COUNT] = {
#define X(name, wire, http, exit_code, sentence) [CU_##name] = {wire, http, exit_code, sentence},
    CU_ERRORS(X)
#undef X
};

cu_code cu_fail(struct cu_error *err, cu_code code, const char *field, const char *fmt, ...)
{
    if (!err)
        return code;
    char text[sizeof err->text];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    err->code = code;
    (void)snprintf(err->field, sizeof err->field, "%s", field ? field : "");
    memcpy(err->text, text, sizeof text);
    return code;
}

static cu_code code_of_errno(int e)
{
    switch (e) {
    case ENOSPC:
    case EDQUOT:
    case EROFS:
        return CU_FULL;
    case ENOMEM:
        return CU_MEMORY;
    case ENOENT:
        return CU_NOT_FOUND;
    default:
        return CU_IO;
    }
}

cu_code cu_fail_errno(struct cu_error *err, const char *fmt, ...)
{
    int saved = errno;
    char text[160];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(text, sizeof text, fmt, args);
    va_end(args);
    char reason[64];
    return cu_fail(err, code_of_errno(saved), "", "%s: %s", text,
        strerror_r(saved, reason, sizeof reason));
}

void cu_error_prefix(struct cu_error *err, const char *fmt, ...)
{
    if (!err)
        return;
    char prefix[sizeof err->field];
    va_list args;
    va_start(args, fmt);
    (void)vsnprintf(prefix, sizeof prefix, fmt, args);
    va_end(args);
    char old[sizeof err->field];
    memcpy(old, err->field, sizeof old);
    size_t used = strlen(prefix), room = sizeof err->field - 1 - used;
    size_t kept = strlen(old) < room ? strlen(old) : room;
    memcpy(err->field, prefix, used);
    memcpy(err->field + used, old, kept);
    err->field[used + kept] = 0;
}
