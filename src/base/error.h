// SPDX-License-Identifier: Apache-2.0
// Errors. Every fallible function returns a cu_code that must be looked at; field and text travel
// in the caller's struct cu_error, never in thread-local state and never with personal data
// (name the field and what would be accepted, not the value that was given).
//
// One row per code: NAME, wire name, HTTP status, process exit code, sentence.
#pragma once

#include "str.h"

#define CU_ERRORS(X)                                                                               \
    X(OK, "ok", 200, 0, "Done.")                                                                   \
    X(INVALID, "invalid", 400, 2, "A value is not what the field accepts.")                        \
    X(MALFORMED, "malformed", 400, 2, "The bytes are not in the expected format.")                 \
    X(UNKNOWN_FIELD, "unknown_field", 400, 2, "A member is not known here.")                       \
    X(MISSING, "missing", 400, 2, "A required value is absent.")                                   \
    X(UNAUTHENTICATED, "unauthenticated", 401, 4, "No valid key or session was given.")            \
    X(FORBIDDEN, "forbidden", 403, 4, "This caller may not do that.")                              \
    X(REFUSED, "refused", 403, 4, "The gate found no basis for this purpose.")                     \
    X(NOT_FOUND, "not_found", 404, 3, "Nothing is stored under that name.")                        \
    X(METHOD, "method_not_allowed", 405, 2, "The path exists, the method does not.")               \
    X(TIMEOUT, "timeout", 408, 7, "The request took too long to arrive.")                          \
    X(CONFLICT, "conflict", 409, 5, "It contradicts what is stored.")                              \
    X(PRECONDITION, "precondition_failed", 412, 5, "It changed since it was read.")                \
    X(TOO_LARGE, "too_large", 413, 2, "It is larger than the limit.")                              \
    X(BUSY, "busy", 429, 7, "The queue is full; try again after Retry-After seconds.")             \
    X(INTERNAL, "internal", 500, 1, "A fault in Custos; the log names the request id.")            \
    X(MEMORY, "out_of_memory", 500, 1, "No memory was left for this work.")                        \
    X(IO, "io", 500, 6, "Reading or writing storage failed.")                                      \
    X(FULL, "storage_full", 507, 6, "The disk is full or read-only; nothing was accepted.")        \
    X(CORRUPT, "corrupt", 500, 6, "Stored bytes fail their checksum; nothing was changed.")        \
    X(LOCKED, "locked", 409, 5, "Another process holds this data folder.")                         \
    X(VERSION, "version", 500, 6, "The data folder was written by another version.")               \
    X(KEY, "key", 500, 6, "The root key is missing or belongs to another folder.")                 \
    X(ERASED, "erased", 410, 3, "The person was erased; nothing can be read or written.")          \
    X(UNAVAILABLE, "unavailable", 503, 7, "A part Custos needs is not ready.")

typedef enum cu_code {
#define X(name, wire, http, exit_code, sentence) CU_##name,
    CU_ERRORS(X)
#undef X
        CU_CODE_COUNT
} cu_code;

struct cu_code_row {
    const char *name; // wire name, as in problem+json "code"
    int http;
    int exit_code;
    const char *sentence;
};
extern const struct cu_code_row cu_code_rows[CU_CODE_COUNT];

struct cu_error {
    cu_code code;
    char field[96]; // JSON pointer ("/batch/3/event"), column or flag; "" when none
    char text[256]; // one sentence: what was wrong, what would be accepted; no personal data
};

// Fills *err (NULL is fine) and returns code, so that `return cu_fail(err, CU_INVALID, ...)` reads.
cu_code cu_fail(struct cu_error *err, cu_code code, const char *field, const char *fmt, ...)
    CU_PRINTF(4, 5);
// As cu_fail with errno's text behind the message; ENOSPC, EDQUOT and EROFS become CU_FULL.
cu_code cu_fail_errno(struct cu_error *err, const char *fmt, ...) CU_PRINTF(2, 3);
// Puts `prefix` before the field of an error on its way up: "/total" becomes "/batch/3/total".
void cu_error_prefix(struct cu_error *err, const char *fmt, ...) CU_PRINTF(2, 3);

// Returns the code to the caller of the current function when it is not CU_OK.
#define CU_TRY(expr)                                                                               \
    do {                                                                                           \
        cu_code cu_try_code = (expr);                                                              \
        if (cu_try_code != CU_OK)                                                                  \
            return cu_try_code;                                                                    \
    } while (0)
