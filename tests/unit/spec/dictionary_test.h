// SPDX-License-Identifier: Apache-2.0
// Shared by the tests of the dictionary.
#pragma once

#include "spec_test.h"

#include "spec/dictionary.h"

static inline struct dictionary *load(struct fixture *t, const char *text)
{
    struct dictionary *d = NULL;
    assert_code(dictionary_load(cu_str_of(text), &d, &t->err), CU_OK, &t->err);
    assert_non_null(d);
    return d;
}

static inline void refuse(struct fixture *t, cu_str text, cu_code code, const char *row,
    const char *place, const char *says)
{
    struct dictionary *d = NULL;
    t->err = (struct cu_error){0};
    cu_code got = dictionary_load(text, &d, &t->err);
    assert_null(d);
    if (got != code || strcmp(t->err.field, row) != 0 || !strstr(t->err.text, place) ||
        !strstr(t->err.text, says))
        fail_msg("%.*s\n  gave %s at \"%s\": %s\n  not %s at \"%s\": %s ...%s...",
            CU_ARG(cu_str_sub(text, 0, 400)), cu_code_rows[got].name, t->err.field, t->err.text,
            cu_code_rows[code].name, row, place, says);
}

#define PERSON(d, name) dictionary_person_field(d, CU_LIT(name))
#define EVENT(d, name) dictionary_event(d, CU_LIT(name))
#define FIELD(d, event, name)                                                                      \
    dictionary_event_field(dictionary_event(d, CU_LIT(event)), CU_LIT(name))
