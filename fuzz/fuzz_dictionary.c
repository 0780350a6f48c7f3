// SPDX-License-Identifier: Apache-2.0
// The dictionary's text: any bytes through YAML, merge and finish. Built-in rows take milliseconds
// to read, so most inputs run over an empty dictionary; those without a fault are loaded for good,
// printed and compared with the defaults.

#include "spec/dictionary_rows.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void load_for_good(cu_str text)
{
    static struct dictionary *defaults;
    struct dictionary *d = NULL;
    struct cu_error err = {0};
    struct cu_buf out;
    if (!defaults && dictionary_load(CU_NONE, &defaults, &err) != CU_OK)
        abort();
    cu_buf_init(&out, (size_t)16 << 20);
    if (dictionary_load(text, &d, &err) == CU_OK) {
        dictionary_diff_json(defaults, d, &out);
        dictionary_print_json(d, &out);
    } else if (err.text[0] == 0) {
        abort(); // a refusal always says why
    }
    cu_buf_clear(&out);
    dictionary_free(d);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    static struct dict_faults faults;
    cu_str text = {(const char *)data, size};
    struct dict_draft d = {.faults = &faults, .layer = 2};
    memset(&faults, 0, sizeof faults);
    d.arena = cu_arena_new((size_t)64 << 20);
    d.keep = cu_arena_new((size_t)64 << 20);
    if (!d.arena || !d.keep)
        abort();
    const struct dict_yaml *root = dict_yaml_parse(d.arena, text, &faults);
    if (!root && faults.count == 0 && !faults.memory)
        abort();
    if (root)
        dict_draft_merge(&d, root);
    bool good = root && faults.count == 0;
    if (good)
        dict_draft_finish(&d);
    cu_arena_free(d.arena);
    cu_arena_free(d.keep);
    if (good)
        load_for_good(text);
    return 0;
}
