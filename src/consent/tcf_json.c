// SPDX-License-Identifier: Apache-2.0
// TC strings as JSON. See tcf.h.
#include "tcf.h"

#include "base/clock.h"
#include "text/text.h"

#include <stdio.h>

// ---- printing

static void print_set(struct json_writer *w, const char *name, uint64_t set)
{
    jw_key(w, name);
    jw_array(w);
    for (int i = 0; i < 64; i++) {
        if (set >> i & 1)
            jw_i64(w, i + 1);
    }
    jw_array_end(w);
}

static void print_pair(struct json_writer *w, int64_t from, int64_t to)
{
    jw_array(w);
    jw_i64(w, from);
    jw_i64(w, to);
    jw_array_end(w);
}

static void print_vendors(struct json_writer *w, const char *name, const struct tcf_vendors *v, bool present)
{
    jw_key(w, name);
    if (!present) {
        jw_null(w);
        return;
    }
    jw_array(w);
    for (uint32_t id = 1; id <= TCF_VENDOR_MAX; id++) {
        uint32_t from = id;
        if (!tcf_vendor(v, (uint16_t)id))
            continue;
        while (id < TCF_VENDOR_MAX && tcf_vendor(v, (uint16_t)(id + 1)))
            id++;
        print_pair(w, from, id);
    }
    jw_array_end(w);
}

static void print_restrictions(const struct tcf *t, struct json_writer *w)
{
    jw_key(w, "restrictions");
    jw_array(w);
    for (size_t i = 0; i < t->restriction_count; i++) {
        const struct tcf_restriction *r = &t->restrictions[i];
        bool first = i == 0 || r[-1].purpose != r->purpose || r[-1].type != r->type;
        bool last = i + 1 == t->restriction_count || r[1].purpose != r->purpose || r[1].type != r->type;
        if (first) {
            jw_object(w);
            jw_ki64(w, "purpose", r->purpose);
            jw_ki64(w, "type", r->type);
            jw_key(w, "vendors");
            jw_array(w);
        }
        print_pair(w, r->from, r->to);
        if (last) {
            jw_array_end(w);
            jw_object_end(w);
        }
    }
    jw_array_end(w);
}

void tcf_print(const struct tcf *t, struct json_writer *w)
{
    jw_object(w);
    jw_ktime(w, "created", t->created_ms);
    jw_ktime(w, "updated", t->updated_ms);
    jw_ki64(w, "cmp_id", t->cmp_id);
    jw_ki64(w, "cmp_version", t->cmp_version);
    jw_ki64(w, "screen", t->screen);
    jw_kz(w, "language", t->language);
    jw_ki64(w, "vendor_list", t->vendor_list);
    jw_ki64(w, "policy", t->policy);
    jw_kbool(w, "service_specific", t->service_specific);
    jw_kbool(w, "non_standard_texts", t->non_standard_texts);
    print_set(w, "features", t->features);
    print_set(w, "consents", t->consents);
    print_set(w, "interests", t->interests);
    jw_kbool(w, "purpose_one_undisclosed", t->purpose_one_undisclosed);
    jw_kz(w, "country", t->country);
    print_vendors(w, "vendor_consents", &t->vendor_consents, true);
    print_vendors(w, "vendor_interests", &t->vendor_interests, true);
    print_restrictions(t, w);
    print_vendors(w, "disclosed", &t->disclosed, t->has_disclosed);
    print_vendors(w, "allowed", &t->allowed, t->has_allowed);
    jw_key(w, "publisher");
    if (t->has_publisher) {
        jw_object(w);
        print_set(w, "consents", t->publisher_consents);
        print_set(w, "interests", t->publisher_interests);
        jw_ki64(w, "custom", t->custom);
        print_set(w, "custom_consents", t->custom_consents);
        print_set(w, "custom_interests", t->custom_interests);
        jw_object_end(w);
    } else {
        jw_null(w);
    }
    jw_object_end(w);
}

// ---- reading

static cu_code read_number(json v, const char *name, int64_t max, int64_t *ret, struct cu_error *err)
{
    json m = json_get(v, name);
    *ret = 0;
    if (json_is(m, JSON_ABSENT) || json_is(m, JSON_NULL))
        return CU_OK;
    if (!json_i64(m, ret) || *ret < 0 || *ret > max)
        return cu_fail(err, CU_INVALID, name, "a whole number from 0 to %lld is accepted", (long long)max);
    return CU_OK;
}

static cu_code read_set(json v, const char *name, int64_t max, uint64_t *ret, struct cu_error *err)
{
    struct json_iter it = json_each(json_get(v, name));
    *ret = 0;
    while (json_next(&it)) {
        int64_t n = 0;
        if (!json_i64(it.value, &n) || n < 1 || n > max)
            return cu_fail(err, CU_INVALID, name, "an array of numbers from 1 to %lld is accepted", (long long)max);
        *ret |= UINT64_C(1) << (n - 1);
    }
    return CU_OK;
}

static cu_code read_pair(json pair, const char *name, uint16_t *ret_from, uint16_t *ret_to, struct cu_error *err)
{
    int64_t ends[2] = {0, 0};
    size_t count = 0;
    struct json_iter it = json_each(pair);
    for (; json_is(pair, JSON_ARRAY) && json_next(&it); count++) {
        if (count == 2 || !json_i64(it.value, &ends[count]))
            break;
    }
    if (count != 2 || json_count(pair) != 2 || ends[0] < 1 || ends[0] > ends[1] || ends[1] > TCF_VENDOR_MAX)
        return cu_fail(err, CU_INVALID, name, "arrays [from, to] of vendors 1 to %d are accepted", TCF_VENDOR_MAX);
    *ret_from = (uint16_t)ends[0];
    *ret_to = (uint16_t)ends[1];
    return CU_OK;
}

static cu_code read_vendors(json v, const char *name, struct tcf_vendors *ret, bool *ret_present, struct cu_error *err)
{
    json list = json_get(v, name);
    uint16_t from = 0, to = 0;
    *ret_present = json_is(list, JSON_ARRAY);
    struct json_iter it = json_each(list);
    while (json_next(&it)) {
        CU_TRY(read_pair(it.value, name, &from, &to, err));
        tcf_vendor_set(ret, from, to);
    }
    return CU_OK;
}

static cu_code read_restrictions(json v, struct tcf *t, struct cu_error *err)
{
    struct json_iter it = json_each(json_get(v, "restrictions"));
    while (json_next(&it)) {
        int64_t purpose = 0, type = 0;
        CU_TRY(read_number(it.value, "purpose", 63, &purpose, err));
        CU_TRY(read_number(it.value, "type", 2, &type, err));
        struct json_iter pairs = json_each(json_get(it.value, "vendors"));
        while (json_next(&pairs)) {
            struct tcf_restriction *r = &t->restrictions[t->restriction_count];
            if (t->restriction_count == TCF_RESTRICTIONS_MAX)
                return cu_fail(err, CU_TOO_LARGE, "restrictions", "at most %d ranges of restrictions are accepted",
                    TCF_RESTRICTIONS_MAX);
            *r = (struct tcf_restriction){.purpose = (uint8_t)purpose, .type = (uint8_t)type};
            CU_TRY(read_pair(pairs.value, "restrictions", &r->from, &r->to, err));
            t->restriction_count++;
        }
    }
    return CU_OK;
}

static cu_code read_letters(json v, const char *name, const char *fallback, char ret[3], struct cu_error *err)
{
    cu_str text = json_str(json_get(v, name));
    if (!text.len)
        text = cu_str_of(fallback);
    if (text.len != 2)
        return cu_fail(err, CU_INVALID, name, "two capital letters are accepted");
    (void)snprintf(ret, 3, "%.*s", CU_ARG(text));
    return CU_OK;
}

static cu_code read_publisher(json v, struct tcf *t, struct cu_error *err)
{
    json p = json_get(v, "publisher");
    int64_t n = 0;
    uint64_t set = 0;
    t->has_publisher = json_is(p, JSON_OBJECT);
    if (!t->has_publisher)
        return CU_OK;
    CU_TRY(read_number(p, "custom", 63, &n, err));
    t->custom = (uint8_t)n;
    CU_TRY(read_set(p, "consents", TCF_PURPOSES, &set, err));
    t->publisher_consents = (uint32_t)set;
    CU_TRY(read_set(p, "interests", TCF_PURPOSES, &set, err));
    t->publisher_interests = (uint32_t)set;
    CU_TRY(read_set(p, "custom_consents", n, &t->custom_consents, err));
    return read_set(p, "custom_interests", n, &t->custom_interests, err);
}

static cu_code read_core(json v, struct tcf *t, struct cu_error *err)
{
    int64_t n = 0;
    uint64_t set = 0;
    CU_TRY(read_number(v, "cmp_id", 4095, &n, err));
    t->cmp_id = (uint16_t)n;
    CU_TRY(read_number(v, "cmp_version", 4095, &n, err));
    t->cmp_version = (uint16_t)n;
    CU_TRY(read_number(v, "vendor_list", 4095, &n, err));
    t->vendor_list = (uint16_t)n;
    CU_TRY(read_number(v, "screen", 63, &n, err));
    t->screen = (uint8_t)n;
    CU_TRY(read_number(v, "policy", 63, &n, err));
    t->policy = n ? (uint8_t)n : 5; // of TCF 2.3
    CU_TRY(read_letters(v, "language", "EN", t->language, err));
    CU_TRY(read_letters(v, "country", "AA", t->country, err));
    CU_TRY(read_set(v, "features", TCF_FEATURES, &set, err));
    t->features = (uint32_t)set;
    CU_TRY(read_set(v, "consents", TCF_PURPOSES, &set, err));
    t->consents = (uint32_t)set;
    CU_TRY(read_set(v, "interests", TCF_PURPOSES, &set, err));
    t->interests = (uint32_t)set;
    (void)json_bool(json_get(v, "non_standard_texts"), &t->non_standard_texts);
    (void)json_bool(json_get(v, "purpose_one_undisclosed"), &t->purpose_one_undisclosed);
    return CU_OK;
}

cu_code tcf_read(json v, struct tcf *ret, struct cu_error *err)
{
    bool present = false;
    cu_str updated = json_str(json_get(v, "updated"));
    *ret = (struct tcf){.service_specific = true};
    if (!json_is(v, JSON_OBJECT))
        return cu_fail(err, CU_INVALID, "tcf", "an object is accepted");
    ret->updated_ms = cu_now_ms();
    if (updated.len && !text_time_parse(updated, &ret->updated_ms))
        return cu_fail(err, CU_INVALID, "updated", "a time such as 2026-11-22 is accepted");
    ret->created_ms = ret->updated_ms;
    CU_TRY(read_core(v, ret, err));
    CU_TRY(read_vendors(v, "vendor_consents", &ret->vendor_consents, &present, err));
    CU_TRY(read_vendors(v, "vendor_interests", &ret->vendor_interests, &present, err));
    CU_TRY(read_vendors(v, "disclosed", &ret->disclosed, &ret->has_disclosed, err));
    CU_TRY(read_vendors(v, "allowed", &ret->allowed, &ret->has_allowed, err));
    CU_TRY(read_restrictions(v, ret, err));
    return read_publisher(v, ret, err);
}
