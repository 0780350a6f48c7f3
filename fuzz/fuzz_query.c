// SPDX-License-Identifier: Apache-2.0
// Queries: any bytes through splitting, percent-decoding and every type of field. What is accepted
// has to be within the limits of its row.

#include "spec/spec.h"
#include "text/text.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static const char *const options[] = {"last_seen", "revenue", NULL};
static const struct spec_field fields[] = {
    {.name = "q", .type = SPEC_STRING, .doc = "x", .min = 1, .max = 20},
    {.name = "n", .type = SPEC_INT, .doc = "x", .min = -5, .max = 100, .fallback = "50"},
    {.name = "r", .type = SPEC_NUMBER, .doc = "x", .min = 0, .max = 1},
    {.name = "b", .type = SPEC_BOOL, .doc = "x"},
    {.name = "t", .type = SPEC_TIME, .doc = "x"},
    {.name = "d", .type = SPEC_DATE, .doc = "x"},
    {.name = "u", .type = SPEC_UUID, .doc = "x"},
    {.name = "e", .type = SPEC_EMAIL, .doc = "x"},
    {.name = "s", .type = SPEC_ENUM, .doc = "x", .options = options},
    {.name = "a", .type = SPEC_ANY, .doc = "x", .max = 30},
    {0},
};

static void demand(bool holds)
{
    if (!holds)
        abort();
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct spec_values v;
    struct cu_error err = {0};
    struct cu_arena *arena = cu_arena_new((size_t)1 << 20);
    demand(arena != NULL);
    cu_code code = spec_decode_query(fields, (cu_str){(const char *)data, size}, arena, &v, &err);
    if (code == CU_OK) {
        demand(!spec_has(&v, "q") || (spec_str(&v, "q").len >= 1 && spec_str(&v, "q").len <= 20));
        demand(!spec_has(&v, "q") || text_utf8_valid(spec_str(&v, "q")));
        demand(spec_i64(&v, "n") >= -5 && spec_i64(&v, "n") <= 100);
        demand(
            !spec_has(&v, "r") || (spec_get(&v, "r")->real >= 0 && spec_get(&v, "r")->real <= 1));
        demand(!spec_has(&v, "u") || spec_str(&v, "u").len == 36);
    } else {
        demand(err.code == code && err.text[0] != 0 && strlen(err.field) < sizeof err.field);
    }
    cu_arena_free(arena);
    return 0;
}
