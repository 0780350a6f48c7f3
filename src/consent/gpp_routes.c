// SPDX-License-Identifier: Apache-2.0
// Routes that read and write consent strings of the advertising industry. See gpp_map.h.
#include "gpp_map.h"

#include "gate_internal.h"

enum { BODY_MAX = 1048576 };

static void print_purposes(struct gate *g, const struct consent_string *s, struct json_writer *w)
{
    static const char *const says[] = {"silent", "granted", "refused"};
    const struct dict_purpose *purposes = NULL;
    size_t count = dictionary_purposes(people_dictionary(g->people), &purposes);
    jw_key(w, "purposes");
    jw_array(w);
    for (size_t i = 0; i < count; i++) {
        jw_object(w);
        jw_kstr(w, "purpose", purposes[i].name);
        jw_kz(w, "says", says[consent_string_says(s, &purposes[i])]);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static cu_code post_decode(struct request *rq, struct cu_error *err)
{
    struct gate *g = rq->module;
    struct consent_string s;
    cu_code code = consent_string_open(spec_str(&rq->body_values, "text"), &s, err);
    if (code == CU_OK) {
        struct json_writer w = request_json(rq, 200);
        jw_object(&w);
        code = consent_string_print(&s, &w, err);
        print_purposes(g, &s, &w);
        jw_object_end(&w);
    }
    consent_string_clear(&s);
    return code;
}

static cu_code post_encode(struct request *rq, struct cu_error *err)
{
    struct gate *g = rq->module;
    CU_AUTO_BUF struct cu_buf text, body;
    struct json_writer b;
    static const char *const members[] = {"tcf", "sections", "purposes"};
    json v;
    cu_buf_init(&text, GPP_STRING_MAX);
    cu_buf_init(&body, BODY_MAX);
    jw_start(&b, &body);
    jw_object(&b);
    jw_kstr(&b, "kind", spec_str(&rq->body_values, "kind"));
    for (size_t i = 0; i < CU_COUNT(members); i++) {
        if (!spec_has(&rq->body_values, members[i]))
            continue;
        jw_key(&b, members[i]);
        jw_value(&b, spec_get(&rq->body_values, members[i])->raw);
    }
    jw_object_end(&b);
    CU_TRY(cu_buf_code(&body, err));
    struct json_parser *p = json_parser_new(BODY_MAX);
    cu_code code =
        p ? json_parse(p, cu_buf_view(&body), &v, err) : cu_fail(err, CU_MEMORY, "", "no memory for a consent string");
    if (code == CU_OK)
        code = consent_string_make(v, people_dictionary(g->people), &text, err);
    json_parser_free(p);
    CU_TRY(code);
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_kstr(&w, "text", cu_buf_view(&text));
    jw_object_end(&w);
    return CU_OK;
}

#define END {.name = NULL}
static const char *const kind_options[] = {"tcf", "gpp", NULL};
static const char *const says_options[] = {"silent", "granted", "refused", NULL};
static const struct spec_field decode_body[] = {{.name = "text",
                                                    .type = SPEC_STRING,
                                                    .min = 1,
                                                    .max = GPP_STRING_MAX,
                                                    .required = true,
                                                    .doc = "A TC string, or a GPP string."},
    END};
static const struct spec_field fault_element[] = {{.name = "", .type = SPEC_STRING, .max = 64, .doc = "A code."}, END};
static const struct spec_field section_fields[] = {
    {.name = "id", .type = SPEC_INT, .max = 4095, .doc = "Number of the section."},
    {.name = "name",
        .type = SPEC_STRING,
        .max = 20,
        .nullable = true,
        .doc = "Its name, or null when it is not understood."},
    {.name = "text", .type = SPEC_STRING, .max = GPP_STRING_MAX, .doc = "As it stands in the string."},
    {.name = "fields", .type = SPEC_ANY, .max = 1, .nullable = true, .doc = "What it says, or null."},
    END,
};
static const struct spec_field says_fields[] = {
    {.name = "purpose", .type = SPEC_STRING, .max = 100, .doc = "A purpose of the dictionary."},
    {.name = "says", .type = SPEC_ENUM, .options = says_options, .doc = "What the string says of it."},
    END,
};
static const struct spec_field decode_answer[] = {
    {.name = "kind", .type = SPEC_ENUM, .options = kind_options, .doc = "Which of the two it is."},
    {.name = "faults",
        .type = SPEC_ARRAY,
        .max = 16,
        .fields = fault_element,
        .doc = "What TCF 2.3 does not allow in it; then it says nothing."},
    {.name = "tcf", .type = SPEC_ANY, .max = 1, .nullable = true, .doc = "The TC string's fields."},
    {.name = "sections",
        .type = SPEC_ARRAY,
        .max = GPP_SECTIONS_MAX,
        .fields = section_fields,
        .nullable = true,
        .doc = "The GPP string's sections."},
    {.name = "purposes",
        .type = SPEC_ARRAY,
        .max = 256,
        .fields = says_fields,
        .doc = "What it says of the shop's purposes."},
    END,
};
static const struct spec_field given_sections[] = {
    {.name = "name", .type = SPEC_STRING, .max = 20, .doc = "tcfeuv2, usnat, usca, usva, usco, usut or usct."},
    {.name = "id", .type = SPEC_INT, .min = 1, .max = 4095, .doc = "Or its number, for a section whose text is given."},
    {.name = "text", .type = SPEC_STRING, .max = GPP_STRING_MAX, .doc = "A section as it is."},
    {.name = "fields", .type = SPEC_OBJECT, .max = BODY_MAX, .doc = "Or what it shall say, as decoding writes it."},
    END,
};
static const struct spec_field encode_body[] = {
    {.name = "kind", .type = SPEC_ENUM, .options = kind_options, .required = true, .doc = "Which of the two to make."},
    {.name = "tcf", .type = SPEC_OBJECT, .max = BODY_MAX, .doc = "Fields of a TC string, as decoding writes them."},
    {.name = "sections",
        .type = SPEC_ARRAY,
        .max = GPP_SECTIONS_MAX,
        .fields = given_sections,
        .doc = "Sections of a GPP string, ascending."},
    {.name = "purposes",
        .type = SPEC_OBJECT,
        .max = 65536,
        .doc = "Purposes of the dictionary with true or false: they decide consents and opt-outs that are not given."},
    END,
};
static const struct spec_field encode_answer[] = {
    {.name = "text", .type = SPEC_STRING, .max = GPP_STRING_MAX, .doc = "The string."}, END};
static const struct spec_route routes[] = {
    {.name = "consent_strings.decode",
        .method = "POST",
        .path = "/v1/consent-strings/decode",
        .permission = SPEC_DICTIONARY_READ,
        .body_kind = SPEC_BODY_JSON,
        .body_max = 262144,
        .body = decode_body,
        .answer = decode_answer,
        .doc = "Reads a TC string (TCF 2.3) or a GPP string, and what it says of the shop's purposes.",
        .handler = post_decode},
    {.name = "consent_strings.encode",
        .method = "POST",
        .path = "/v1/consent-strings/encode",
        .permission = SPEC_DICTIONARY_READ,
        .body_kind = SPEC_BODY_JSON,
        .body_max = BODY_MAX,
        .body = encode_body,
        .answer = encode_answer,
        .doc = "Makes a TC string or a GPP string.",
        .handler = post_encode},
};
const struct module consent_string_module = {
    .name = "consent_strings",
    .doc = "Consent strings of the advertising industry, read and written.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
};
