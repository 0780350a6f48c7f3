// SPDX-License-Identifier: Apache-2.0
// Correcting one value: checked by its row of the dictionary here, received and done by the rights desk, so that its
// history and its recipients hear of it. A value that others are recognised by (an address, a number) waits for staff:
// whoever could set it alone could become somebody else. See centre.h.
#include "centre_private.h"

enum { VALUE_MAX = 3000, DETAIL_MAX = 4096, NAME_PARTS = 8 };

static const struct dict_field *field_of(struct visit *v)
{
    const struct dict_field *f = dictionary_person_field(people_dictionary(v->people), request_path_str(v->rq, "field"));
    return f && f->type != DICT_OBJECT && f->type != DICT_ARRAY && f->type != DICT_ANY ? f : NULL;
}

static const char *input_type(const struct dict_field *f)
{
    switch (f->type) {
    case DICT_EMAIL:
        return "email";
    case DICT_PHONE:
        return "tel";
    case DICT_DATE:
        return "date";
    case DICT_URL:
        return "url";
    case DICT_STRING:
    case DICT_INTEGER:
    case DICT_NUMBER:
    case DICT_MONEY:
    case DICT_BOOLEAN:
    case DICT_TIME:
    case DICT_COUNTRY:
    case DICT_CURRENCY:
    case DICT_ENUM:
    case DICT_OBJECT:
    case DICT_ARRAY:
    case DICT_ANY:
    case DICT_TYPE_COUNT:
        break;
    }
    return "text";
}

static void print_current(struct visit *v, const struct dict_field *f, json person)
{
    struct json_iter it = json_each(json_get(person, "traits"));
    while (json_next(&it)) {
        if (cu_str_eq(json_str(json_get(it.value, "name")), f->name))
            h_value(v, json_get(it.value, "value"));
    }
}

static void print_input(struct visit *v, const struct dict_field *f, json person, cu_str typed, bool wrong)
{
    const char *fault = wrong ? " aria-invalid=\"true\" aria-describedby=\"fault\"" : "";
    if (f->type == DICT_ENUM) {
        cu_buf_printf(v->out, "<select id=\"value\" name=\"value\"%s>\n<option value=\"\"></option>\n", fault);
        for (uint32_t i = 0; i < f->option_count; i++) {
            h_raw(v, "<option>");
            h_text(v, f->options[i]);
            h_raw(v, "</option>\n");
        }
        h_raw(v, "</select>\n");
        return;
    }
    int longest = f->type == DICT_STRING && f->max > 0 && f->max < VALUE_MAX / 4 ? (int)f->max : VALUE_MAX / 4;
    cu_buf_printf(v->out, "<input id=\"value\" name=\"value\" type=\"%s\" maxlength=\"%d\"%s value=\"", input_type(f),
        longest, fault);
    if (typed.ptr)
        h_text(v, typed);
    else
        print_current(v, f, person);
    h_raw(v, "\">\n");
}

static void print_form(struct visit *v, const struct dict_field *f, json person, cu_str typed, const char *fault)
{
    page_begin(v, fault ? 422 : 200, CENTRE_DATA, T_CORRECT_TITLE);
    h_element(v, "p", f->identifier.len ? T_CORRECT_WAITS : T_CORRECT_TEXT);
    h_raw(v, "<form method=\"post\">\n"); // to this address
    h_hidden(v, "csrf", cu_str_of(v->csrf));
    h_raw(v, "<label for=\"value\">");
    h_words(v, f->name);
    h_raw(v, "</label>\n");
    if (f->doc.len) {
        h_raw(v, "<p class=\"soft\" lang=\"en\">");
        h_text(v, f->doc);
        h_raw(v, "</p>\n");
    }
    if (fault) {
        h_raw(v, "<p id=\"fault\" class=\"note\">");
        h_say(v, T_INVALID);
        h_raw(v, " <span lang=\"en\">");
        h_z(v, fault);
        h_raw(v, "</span></p>\n");
    }
    print_input(v, f, person, typed, fault != NULL);
    h_button(v, T_CORRECT_BUTTON, "");
    h_raw(v, "<p>");
    h_link(v, "/privacy/me/data", T_BACK);
    h_raw(v, "</p>\n");
}

static cu_code form(struct visit *v, const struct dict_field *f, cu_str typed, const char *fault, struct cu_error *err)
{
    struct centre_answer a;
    cu_code code = centre_read(v, "", &a, err);
    if (code == CU_OK) {
        print_form(v, f, a.value, typed, fault);
        code = page_end(v, err);
    }
    centre_answer_clear(&a);
    return code;
}

cu_code centre_correct_page(struct visit *v, struct cu_error *err)
{
    const struct dict_field *f = field_of(v);
    return f ? form(v, f, CU_NONE, NULL, err)
             : cu_fail(err, CU_NOT_FOUND, "field", "no field of the dictionary has that name");
}

// {"address":{"city":"Bonn"}}; an empty value clears the field.
static void print_detail(const struct dict_field *f, cu_str value, struct cu_buf *out)
{
    struct json_writer w;
    cu_str rest = f->name;
    int depth = 0;
    jw_start(&w, out);
    while (rest.ptr && depth < NAME_PARTS) {
        jw_object(&w);
        jw_keys(&w, cu_str_cut(&rest, '.'));
        depth++;
    }
    if (value.len)
        jw_str(&w, value);
    else
        jw_null(&w);
    while (depth-- > 0)
        jw_object_end(&w);
}

static cu_code check(struct visit *v, const struct dict_field *f, cu_str detail, struct cu_error *err)
{
    json all, one;
    CU_TRY(json_parse(v->rq->json, detail, &all, err));
    const char *name = cu_arena_z(v->rq->arena, f->name);
    if (!name)
        return cu_fail(err, CU_MEMORY, "", "no memory for a value");
    one = json_path(all, name);
    CU_TRY(dictionary_check_value(f, one, "value", err));
    return dictionary_check_traits(people_dictionary(v->people), all, "value", err);
}

static cu_code receive(struct visit *v, const struct dict_field *f, cu_str detail, struct cu_error *err)
{
    struct rights_receipt got;
    const struct rights_asked asked = {.right = RIGHTS_RECTIFICATION,
        .channel = RIGHTS_BY_CENTRE,
        .pno = v->pno,
        .detail = detail,
        .language = cu_str_of(centre_language_codes[v->language]),
        .verified = true};
    CU_TRY(act_begin(v, err));
    cu_code code = rights_receive(v->c->o.rights, &asked, &got, err);
    if (code == CU_OK && f->identifier.len == 0)
        code = rights_execute(v->c->o.rights, got.id, err);
    act_end(v, code);
    return code;
}

cu_code centre_correct(struct visit *v, struct cu_error *err)
{
    const struct dict_field *f = field_of(v);
    cu_str value = cu_str_trim(visit_field(v, "value", VALUE_MAX));
    struct cu_error fault = {.code = CU_OK};
    CU_AUTO_BUF struct cu_buf detail;
    cu_buf_init(&detail, DETAIL_MAX);
    if (!f)
        return cu_fail(err, CU_NOT_FOUND, "field", "no field of the dictionary has that name");
    if (!v->c->o.rights)
        return cu_fail(err, CU_UNAVAILABLE, "", "the rights desk is not open");
    print_detail(f, value, &detail);
    if (detail.failed || !visit_field(v, "value", VALUE_MAX).ptr)
        return form(v, f, CU_NONE, "This is too long, or missing.", err);
    if (check(v, f, cu_buf_view(&detail), &fault) != CU_OK)
        return form(v, f, value, fault.text, err);
    CU_TRY(receive(v, f, cu_buf_view(&detail), err));
    return page_go(v, f->identifier.len ? "/privacy/me/data?done=waits" : "/privacy/me/data?done=correct", err);
}
