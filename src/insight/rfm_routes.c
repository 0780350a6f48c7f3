// SPDX-License-Identifier: Apache-2.0
// The routes of RFM groups and lifecycle stages. Module row insight_rfm_module; instance: struct rfm.
#include "rfm_internal.h"

#include "rfm_sql.h"

#include <math.h>
#include <stdio.h>

// --- reading

static void write_range(struct json_writer *w, const char *name, const uint8_t range[2])
{
    jw_key(w, name);
    jw_array(w);
    jw_i64(w, range[0]);
    jw_i64(w, range[1]);
    jw_array_end(w);
}

static void write_cuts(struct json_writer *w, const char *name, const double cuts[RFM_CUTS], bool any)
{
    jw_key(w, name);
    jw_array(w);
    for (int i = 0; i < RFM_CUTS && any; i++)
        jw_double(w, cuts[i]);
    jw_array_end(w);
}

static cu_code answer(struct request *rq, struct cu_error *err)
{
    struct rfm *r = rq->module;
    struct rfm_border groups[RFM_GROUPS];
    (void)pthread_mutex_lock(&r->lock);
    struct rfm_figures f = r->figures;
    memcpy(groups, r->groups, sizeof groups);
    (void)pthread_mutex_unlock(&r->lock);
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "groups");
    jw_array(&w);
    for (int i = 0; i < RFM_GROUPS; i++) {
        jw_object(&w);
        jw_kz(&w, "name", rfm_group_names[i]);
        jw_kz(&w, "doc", rfm_group_docs[i]);
        write_range(&w, "recency", groups[i].recency);
        write_range(&w, "frequency_monetary", groups[i].frequency_monetary);
        jw_ki64(&w, "people", (int64_t)f.people[i]);
        jw_ki64(&w, "revenue", f.revenue[i]);
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_key(&w, "borders");
    jw_object(&w);
    write_cuts(&w, "recency", f.cuts.recency, f.customers > 0);
    write_cuts(&w, "frequency", f.cuts.frequency, f.customers > 0);
    write_cuts(&w, "monetary", f.cuts.monetary, f.customers > 0);
    jw_object_end(&w);
    jw_ktime(&w, "computed", f.computed_ms);
    jw_ki64(&w, "customers", (int64_t)f.customers);
    jw_kz(&w, "currency", r->options.currency);
    jw_object_end(&w);
    return cu_buf_code(w.out, err);
}

// --- other borders

static cu_code read_range(json group, const char *name, uint8_t ret[2], struct cu_error *err)
{
    json range = json_get(group, name);
    struct json_iter it = json_each(range);
    int64_t ends[2] = {0, 0};
    size_t n = 0;
    bool good = json_is(range, JSON_ARRAY) && json_count(range) == 2;
    while (good && json_next(&it))
        good = json_i64(it.value, &ends[n++]) && ends[n - 1] >= 1 && ends[n - 1] <= RFM_CLASSES;
    if (!good)
        return cu_fail(err, CU_INVALID, name, "two classes from 1 to 5 are accepted, the lower one first");
    ret[0] = (uint8_t)ends[0];
    ret[1] = (uint8_t)ends[1];
    return CU_OK;
}

static cu_code read_group(json group, struct rfm_border *groups, uint32_t *given, struct cu_error *err)
{
    cu_str name = json_str(json_get(group, "name"));
    int i = 0;
    while (rfm_group_names[i] && !cu_str_eqz(name, rfm_group_names[i]))
        i++;
    if (!rfm_group_names[i])
        return cu_fail(err, CU_INVALID, "name", "no group has this name; GET /v1/rfm lists the eleven");
    if (*given >> i & 1)
        return cu_fail(err, CU_INVALID, "name", "%s is given twice", rfm_group_names[i]);
    *given |= UINT32_C(1) << i;
    CU_TRY(read_range(group, "recency", groups[i].recency, err));
    return read_range(group, "frequency_monetary", groups[i].frequency_monetary, err);
}

static cu_code store_groups(struct db *d, const struct rfm_border *groups, struct cu_error *err)
{
    for (int i = 0; i < RFM_GROUPS; i++) {
        struct db_query q;
        CU_TRY(db_prepare(d, &rfm_sql_group_put, &q, err));
        db_bind_i64(&q, ":number", i);
        db_bind_i64(&q, ":recency_from", groups[i].recency[0]);
        db_bind_i64(&q, ":recency_to", groups[i].recency[1]);
        db_bind_i64(&q, ":frequency_monetary_from", groups[i].frequency_monetary[0]);
        db_bind_i64(&q, ":frequency_monetary_to", groups[i].frequency_monetary[1]);
        CU_TRY(db_run(&q, err));
    }
    return CU_OK;
}

static cu_code keep_groups(struct rfm *r, const struct rfm_border *groups, struct cu_error *err)
{
    struct db *d = people_lock(r->options.people);
    cu_code code = people_begin(r->options.people, err);
    if (code == CU_OK)
        code = store_groups(d, groups, err);
    if (code == CU_OK)
        code = people_commit(r->options.people, err);
    else
        people_rollback(r->options.people);
    people_unlock(r->options.people);
    return code;
}

static cu_code put_groups(struct request *rq, struct cu_error *err)
{
    struct rfm *r = rq->module;
    struct rfm_border groups[RFM_GROUPS];
    uint32_t given = 0;
    int at = 0;
    (void)pthread_mutex_lock(&r->lock);
    memcpy(groups, r->groups, sizeof groups);
    (void)pthread_mutex_unlock(&r->lock);
    struct json_iter it = json_each(spec_get(&rq->body_values, "groups")->raw);
    for (; json_next(&it); at++) {
        cu_code code = read_group(it.value, groups, &given, err);
        if (code != CU_OK)
            cu_error_prefix(err, "/groups/%d/", at);
        CU_TRY(code);
    }
    CU_TRY(rfm_groups_check(groups, err));
    CU_TRY(keep_groups(r, groups, err));
    (void)pthread_mutex_lock(&r->lock);
    memcpy(r->groups, groups, sizeof groups);
    r->score_now = true;
    (void)pthread_mutex_unlock(&r->lock);
    rfm_settle(r); // the answer shows the new figures
    return answer(rq, err);
}

// --- rows

#define END                                                                                        \
    {                                                                                              \
        .name = NULL                                                                               \
    }
static const struct spec_field class_element[] = {
    {.name = "", .type = SPEC_INT, .min = 1, .max = RFM_CLASSES, .doc = "A class: 5 is best."},
    END,
};
static const struct spec_field cut_element[] = {
    {.name = "", .type = SPEC_NUMBER, .min = INT64_MIN, .max = INT64_MAX, .doc = "A border."},
    END,
};
#define RECENCY                                                                                    \
    {                                                                                              \
        .name = "recency", .type = SPEC_ARRAY, .max = 2, .fields = class_element, .required = true, \
        .doc = "Lowest and highest class of recency."                                              \
    }
#define FREQUENCY_MONETARY                                                                         \
    {                                                                                              \
        .name = "frequency_monetary", .type = SPEC_ARRAY, .max = 2, .fields = class_element, .required = true, \
        .doc = "Lowest and highest class of frequency and monetary together: their mean, half rounded up." \
    }
static const struct spec_field group_fields[] = {
    {.name = "name", .type = SPEC_STRING, .max = 31, .doc = "Name of the group."},
    {.name = "doc", .type = SPEC_STRING, .max = 127, .doc = "Who is in it."},
    RECENCY,
    FREQUENCY_MONETARY,
    {.name = "people", .type = SPEC_INT, .max = INT64_MAX, .doc = "Customers in it."},
    {.name = "revenue", .type = SPEC_INT, .min = INT64_MIN, .max = INT64_MAX,
        .doc = "What they paid less refunds, minor units."},
    END,
};
static const struct spec_field cuts_fields[] = {
    {.name = "recency", .type = SPEC_ARRAY, .max = RFM_CUTS, .fields = cut_element,
        .doc = "Days since the last order, at 1/5 to 4/5 of the customers; empty without customers."},
    {.name = "frequency", .type = SPEC_ARRAY, .max = RFM_CUTS, .fields = cut_element, .doc = "Orders, the same."},
    {.name = "monetary", .type = SPEC_ARRAY, .max = RFM_CUTS, .fields = cut_element,
        .doc = "Revenue less refunds in minor units, the same."},
    END,
};
static const struct spec_field rfm_answer[] = {
    {.name = "groups", .type = SPEC_ARRAY, .max = RFM_GROUPS, .fields = group_fields, .doc = "The eleven groups."},
    {.name = "borders", .type = SPEC_OBJECT, .max = 4096, .fields = cuts_fields,
        .doc = "Quantiles of type 7; a class begins one unit above its border."},
    {.name = "computed", .type = SPEC_TIME, .nullable = true,
        .doc = "When everybody was last scored; null before the first time."},
    {.name = "customers", .type = SPEC_INT, .max = INT64_MAX, .doc = "Persons with an order that counts."},
    {.name = "currency", .type = SPEC_STRING, .max = 3, .doc = "Currency of the amounts."},
    END,
};
static const struct spec_field border_fields[] = {
    {.name = "name", .type = SPEC_STRING, .min = 1, .max = 31, .required = true, .doc = "Name of the group."},
    RECENCY,
    FREQUENCY_MONETARY,
    END,
};
static const struct spec_field groups_body[] = {
    {.name = "groups", .type = SPEC_ARRAY, .max = RFM_GROUPS, .fields = border_fields, .required = true,
        .doc = "Groups with other borders; the others stay. Together all must cover each of the 25 cells once."},
    END,
};

static const struct spec_route routes[] = {
    {.name = "rfm.get", .method = "GET", .path = "/v1/rfm", .permission = SPEC_SEGMENTS_READ, .answer = rfm_answer,
        .doc = "The eleven groups by recency, frequency and monetary value, with borders and figures.", .handler = answer},
    {.name = "rfm.put_groups", .method = "PUT", .path = "/v1/rfm/groups", .permission = SPEC_SEGMENTS_WRITE,
        .body_kind = SPEC_BODY_JSON, .body_max = 16384, .body = groups_body, .answer = rfm_answer,
        .doc = "Gives groups other borders; everybody is grouped anew.", .handler = put_groups},
    {.name = "lifecycle.get", .method = "GET", .path = "/v1/lifecycle", .permission = SPEC_SEGMENTS_READ,
        .answer = lifecycle_answer,
            .doc = "The lifecycle stages in their order, with rules and counts.", .handler = lifecycle_get},
    {.name = "lifecycle.put", .method = "PUT", .path = "/v1/lifecycle", .permission = SPEC_SEGMENTS_WRITE,
        .body_kind = SPEC_BODY_JSON, .body_max = 1 << 20, .body = lifecycle_body, .answer = lifecycle_answer,
        .doc = "Replaces the lifecycle stages; the first whose rule holds is a person's stage.", .handler = lifecycle_put},
};
const struct module insight_rfm_module = {
    .name = "rfm",
    .doc = "RFM scores and groups, lifecycle stages.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .statements = rfm_sql_all,
};
