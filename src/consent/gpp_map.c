// SPDX-License-Identifier: Apache-2.0
// What a consent string says of the dictionary's purposes. See gpp_map.h.
#include "gpp_map.h"

#include "gate_internal.h"

cu_code consent_string_open(cu_str text, struct consent_string *ret, struct cu_error *err)
{
    cu_str tcf = text;
    *ret = (struct consent_string){.is_gpp = cu_str_starts(text, CU_LIT("DB"))};
    if (ret->is_gpp) {
        CU_TRY(gpp_decode(text, &ret->gpp, err));
        tcf = CU_NONE;
        for (size_t i = 0; i < ret->gpp.count; i++)
            tcf = ret->gpp.sections[i].id == GPP_TCF ? ret->gpp.sections[i].text : tcf;
        if (!tcf.ptr)
            return CU_OK;
    }
    ret->tcf = cu_alloc(sizeof *ret->tcf);
    if (!ret->tcf)
        return cu_fail(err, CU_MEMORY, "", "no memory for a consent string");
    ret->has_tcf = true;
    return tcf_decode(tcf, ret->tcf, err);
}

void consent_string_clear(struct consent_string *s)
{
    cu_free(s->tcf);
    s->tcf = NULL;
    s->has_tcf = false;
}

// ---- which purposes of the TCF a purpose of the dictionary stands for

static const struct {
    const char *signal;
    uint32_t set; // bit n - 1: purpose n
} signals[] = {{"ad_storage", 1 << 0}, {"ad_user_data", 1 << 0 | 1 << 6}, {"ad_personalization", 1 << 2 | 1 << 3},
    {"analytics_storage", 1 << 0 | 1 << 7 | 1 << 8}, {"functionality_storage", 1 << 0},
    {"personalization_storage", 1 << 0 | 1 << 4 | 1 << 5}};

static uint32_t tcf_set(const struct dict_purpose *p)
{
    uint32_t named = 0, signalled = 0;
    for (uint32_t i = 0; i < p->category_count; i++) {
        cu_str c = p->categories[i];
        int64_t n = 0;
        if (cu_str_starts(c, CU_LIT("tcf:")) && cu_str_i64(cu_str_sub(c, 4, c.len), &n) && n >= 1 && n <= TCF_PURPOSES)
            named |= UINT32_C(1) << (n - 1);
        for (size_t k = 0; k < CU_COUNT(signals); k++) {
            if (cu_str_eq_nocase(c, cu_str_of(signals[k].signal)))
                signalled |= signals[k].set;
        }
    }
    return named ? named : signalled;
}

// ---- reading

static bool may_be_said(const struct dict_purpose *p)
{
    return p->basis == DICT_CONSENT || p->basis == DICT_LEGITIMATE_INTEREST;
}

static enum consent_says tcf_says(const struct tcf *t, const struct dict_purpose *p)
{
    uint32_t set = tcf_set(p);
    uint32_t consents = t->has_publisher ? t->publisher_consents : t->consents;
    uint32_t interests = t->has_publisher ? t->publisher_interests : t->interests;
    if (set == 0 || !tcf_good(t))
        return CONSENT_SILENT;
    uint32_t given = p->basis == DICT_CONSENT ? consents : consents | interests;
    return (given & set) == set ? CONSENT_GRANTS : CONSENT_REFUSES;
}

static bool opted_out(struct gpp_us *u)
{
    static const char *const fields[] = {"SaleOptOut", "SharingOptOut", "TargetedAdvertisingOptOut"};
    uint8_t *value = NULL;
    for (size_t i = 0; i < CU_COUNT(fields); i++) {
        if (gpp_us_field(u, fields[i], &value) && *value == 1)
            return true;
    }
    return u->has_gpc && u->gpc;
}

enum consent_says consent_string_says(const struct consent_string *s, const struct dict_purpose *p)
{
    if (!may_be_said(p))
        return CONSENT_SILENT;
    for (size_t i = 0; gate_sells(p) && i < s->gpp.count; i++) {
        struct gpp_us u;
        if (gpp_us_decode(s->gpp.sections[i].id, s->gpp.sections[i].text, &u, NULL) == CU_OK && opted_out(&u))
            return CONSENT_REFUSES;
    }
    return s->has_tcf ? tcf_says(s->tcf, p) : CONSENT_SILENT;
}

// ---- printing

static cu_code print_sections(const struct consent_string *s, struct json_writer *w, struct cu_error *err)
{
    jw_array(w);
    for (size_t i = 0; i < s->gpp.count; i++) {
        uint32_t id = s->gpp.sections[i].id;
        struct gpp_us u;
        jw_object(w);
        jw_ki64(w, "id", id);
        jw_kz(w, "name", gpp_section_name(id));
        jw_kstr(w, "text", s->gpp.sections[i].text);
        jw_key(w, "fields");
        cu_code code = id == GPP_TCF ? CU_NOT_FOUND : gpp_us_decode(id, s->gpp.sections[i].text, &u, err);
        if (code == CU_OK)
            gpp_us_print(&u, w);
        else if (id == GPP_TCF)
            tcf_print(s->tcf, w);
        else if (code == CU_NOT_FOUND)
            jw_null(w);
        else
            return code;
        jw_object_end(w);
    }
    jw_array_end(w);
    return CU_OK;
}

cu_code consent_string_print(const struct consent_string *s, struct json_writer *w, struct cu_error *err)
{
    jw_kz(w, "kind", s->is_gpp ? "gpp" : "tcf");
    jw_key(w, "faults");
    if (s->has_tcf) {
        tcf_faults(s->tcf, w);
    } else {
        jw_array(w);
        jw_array_end(w);
    }
    jw_key(w, "tcf");
    if (s->has_tcf && !s->is_gpp)
        tcf_print(s->tcf, w);
    else
        jw_null(w);
    jw_key(w, "sections");
    if (s->is_gpp)
        return print_sections(s, w, err);
    jw_null(w);
    return CU_OK;
}

// ---- making

static const struct dict_purpose *purpose_of(const struct dictionary *dict, cu_str name, struct cu_error *err)
{
    const struct dict_purpose *p = dict ? dictionary_purpose(dict, name) : NULL;
    if (!p)
        (void)cu_fail(err, CU_INVALID, "purposes", "the names are purposes of the dictionary");
    return p;
}

// A purpose of the TCF is consented to when every purpose of the dictionary that stands for it is.
static cu_code consents_of(json purposes, const struct dictionary *dict, uint32_t *ret, struct cu_error *err)
{
    uint32_t yes = 0, no = 0;
    struct json_iter it = json_each(purposes);
    while (json_next(&it)) {
        bool given = false;
        const struct dict_purpose *p = purpose_of(dict, it.key, err);
        if (!p)
            return CU_INVALID;
        if (!json_bool(it.value, &given))
            return cu_fail(err, CU_INVALID, "purposes", "the values are true or false");
        *(given ? &yes : &no) |= may_be_said(p) ? tcf_set(p) : 0;
    }
    *ret = yes & ~no;
    return CU_OK;
}

static cu_code make_tcf(json v, json purposes, const struct dictionary *dict, struct cu_buf *out, struct cu_error *err)
{
    struct tcf *t = cu_alloc(sizeof *t);
    cu_code code = t ? tcf_read(v, t, err) : cu_fail(err, CU_MEMORY, "", "no memory for a consent string");
    if (code == CU_OK && json_is(purposes, JSON_OBJECT) && json_is(json_get(v, "consents"), JSON_ABSENT)) {
        code = consents_of(purposes, dict, &t->consents, err);
        if (code == CU_OK && t->has_publisher && json_is(json_get(json_get(v, "publisher"), "consents"), JSON_ABSENT))
            t->publisher_consents = t->consents;
    }
    if (code == CU_OK)
        code = tcf_encode(t, out, err);
    cu_free(t);
    return code;
}

// Opt-outs that are not given: 1 when a purpose that sells, shares or advertises is refused, 2 when all that are named are
// granted, 0 when none is named.
static cu_code fill_opt_outs(
    struct gpp_us *u, json fields, json purposes, const struct dictionary *dict, struct cu_error *err)
{
    static const char *const names[] = {"SaleOptOut", "SharingOptOut", "TargetedAdvertisingOptOut"};
    uint8_t verdict = 0, *value = NULL;
    struct json_iter it = json_each(purposes);
    while (json_next(&it)) {
        bool given = false;
        const struct dict_purpose *p = purpose_of(dict, it.key, err);
        if (!p)
            return CU_INVALID;
        if (!json_bool(it.value, &given))
            return cu_fail(err, CU_INVALID, "purposes", "the values are true or false");
        if (gate_sells(p))
            verdict = !given || verdict == 1 ? 1 : 2;
    }
    for (size_t i = 0; i < CU_COUNT(names); i++) {
        if (json_is(json_get(fields, names[i]), JSON_ABSENT) && gpp_us_field(u, names[i], &value))
            *value = verdict;
    }
    return CU_OK;
}

static cu_code make_section(
    uint32_t id, json section, json purposes, const struct dictionary *dict, struct cu_buf *out, struct cu_error *err)
{
    struct gpp_us u;
    json fields = json_get(section, "fields");
    cu_str text = json_str(json_get(section, "text"));
    if (text.len && json_is(fields, JSON_ABSENT)) {
        if (cu_str_find(text, '~') >= 0)
            return cu_fail(err, CU_INVALID, "text", "a section does not hold ~");
        cu_buf_str(out, text);
        return cu_buf_code(out, err);
    }
    if (id == GPP_TCF)
        return make_tcf(fields, purposes, dict, out, err);
    CU_TRY(gpp_us_read(id, fields, &u, err));
    CU_TRY(fill_opt_outs(&u, fields, purposes, dict, err));
    return gpp_us_encode(&u, out, err);
}

static cu_code make_gpp(
    json sections, json purposes, const struct dictionary *dict, struct cu_buf *out, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf texts;
    struct gpp g = {.count = 0};
    size_t ends[GPP_SECTIONS_MAX];
    cu_buf_init(&texts, GPP_STRING_MAX);
    struct json_iter it = json_each(sections);
    while (json_next(&it)) {
        int64_t id = 0;
        cu_str name = json_str(json_get(it.value, "name"));
        if (name.len)
            id = gpp_section_find(name);
        else
            (void)json_i64(json_get(it.value, "id"), &id);
        if (id < 1 || id > 4095 || g.count == GPP_SECTIONS_MAX)
            return cu_fail(err, CU_INVALID, "sections",
                "at most %d sections with a name that is known or an id are accepted", GPP_SECTIONS_MAX);
        CU_TRY(make_section((uint32_t)id, it.value, purposes, dict, &texts, err));
        g.sections[g.count].id = (uint32_t)id;
        ends[g.count++] = texts.len;
    }
    for (size_t i = 0; i < g.count; i++)
        g.sections[i].text = cu_str_sub(cu_buf_view(&texts), i ? ends[i - 1] : 0, ends[i] - (i ? ends[i - 1] : 0));
    return gpp_encode(&g, out, err);
}

cu_code consent_string_make(json v, const struct dictionary *dict, struct cu_buf *out, struct cu_error *err)
{
    json purposes = json_get(v, "purposes");
    cu_str kind = json_str(json_get(v, "kind"));
    if (cu_str_eqz(kind, "tcf"))
        return make_tcf(json_get(v, "tcf"), purposes, dict, out, err);
    if (cu_str_eqz(kind, "gpp") && json_is(json_get(v, "sections"), JSON_ARRAY))
        return make_gpp(json_get(v, "sections"), purposes, dict, out, err);
    return cu_fail(err, CU_INVALID, "kind", "tcf with a member tcf, or gpp with an array sections, is accepted");
}
