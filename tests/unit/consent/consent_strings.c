// SPDX-License-Identifier: Apache-2.0
// Consent strings line by line, for tests that compare with other libraries: "d TEXT" answers what it says as JSON, "e JSON"
// answers the string, and a fault is answered as "! code".
#include "consent/gpp_map.h"

#include <stdio.h>
#include <stdlib.h>

enum { LINE_MAX_BYTES = 1 << 20 };

static cu_code decode(cu_str text, struct cu_buf *out, struct cu_error *err)
{
    struct consent_string s;
    struct json_writer w;
    cu_code code = consent_string_open(text, &s, err);
    if (code == CU_OK) {
        jw_start(&w, out);
        jw_object(&w);
        code = consent_string_print(&s, &w, err);
        jw_object_end(&w);
    }
    consent_string_clear(&s);
    return code;
}

static cu_code encode(struct json_parser *p, cu_str text, struct cu_buf *out, struct cu_error *err)
{
    json v;
    CU_TRY(json_parse(p, text, &v, err));
    return consent_string_make(v, NULL, out, err);
}

int main(void)
{
    char *line = NULL;
    size_t room = 0;
    ssize_t len = 0;
    struct cu_buf out;
    struct json_parser *p = json_parser_new(LINE_MAX_BYTES);
    cu_buf_init(&out, LINE_MAX_BYTES);
    while (p && (len = getline(&line, &room, stdin)) > 2) {
        struct cu_error err = {.code = CU_OK};
        cu_str text = cu_str_trim((cu_str){line + 2, (size_t)len - 2});
        cu_buf_reset(&out);
        cu_code code = line[0] == 'd' ? decode(text, &out, &err) : encode(p, text, &out, &err);
        if (code == CU_OK)
            (void)printf("%.*s\n", CU_ARG(cu_buf_view(&out)));
        else
            (void)printf("! %s %s\n", cu_code_rows[code].name, err.field);
        (void)fflush(stdout);
    }
    json_parser_free(p);
    cu_buf_clear(&out);
    free(line);
    return 0;
}
