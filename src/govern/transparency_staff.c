// SPDX-License-Identifier: Apache-2.0
// The transparency page as staff keep it: who is responsible, texts, what is shown; and its versions.
#include "transparency_private.h"

#include "transparency_sql.h"

#include <stdio.h>

enum { BODY_MAX = 131072, LIST_MAX = 200, TEXT_MAX = 4000, PLANNED_MAX = 50 };

// ---- what is set

static const char *const members[] = {
    "controller", "representative", "officer", "authority", "texts", "automated", "balancing", "planned", "shown"};

static void print_badges(const struct transparency_live *live, struct json_writer *w)
{
    struct transparency_badge badges[TRANSPARENCY_BADGES];
    transparency_badges(live, cu_now_ms(), badges);
    jw_key(w, "badges");
    jw_array(w);
    for (size_t i = 0; i < TRANSPARENCY_BADGES; i++) {
        CU_AUTO_BUF struct cu_buf text;
        cu_buf_init(&text, 200);
        transparency_badge_text(TRANSPARENCY_EN, &badges[i], &text);
        jw_object(w);
        jw_kz(w, "name", badges[i].name);
        jw_kz(w, "colour", transparency_colours[badges[i].colour]);
        jw_key(w, "value");
        badges[i].value < 0 ? jw_null(w) : jw_i64(w, badges[i].value);
        jw_kz(w, "unit", badges[i].unit);
        jw_kstr(w, "text", cu_buf_view(&text));
        jw_object_end(w);
    }
    jw_array_end(w);
}

static cu_code print_version(struct transparency *t, bool ready, struct json_writer *w, struct cu_error *err)
{
    struct transparency_version v;
    if (!ready) {
        jw_key(w, "version");
        jw_null(w);
        jw_ktime(w, "made", INT64_MIN);
        return CU_OK;
    }
    CU_TRY(transparency_now(t, &v, err));
    jw_ki64(w, "version", v.version);
    jw_ktime(w, "made", v.made_ms);
    transparency_version_clear(&v);
    return CU_OK;
}

// All members of an object, null where nothing is set.
static void print_members(struct json_writer *w, json object, const char *const *names, size_t count)
{
    jw_object(w);
    for (size_t i = 0; i < count; i++) {
        json v = json_get(object, names[i]);
        jw_key(w, names[i]);
        json_is(v, JSON_ABSENT) ? jw_null(w) : jw_value(w, v);
    }
    jw_object_end(w);
}

static void print_planned(json list, struct json_writer *w)
{
    struct json_iter it = json_each(list);
    jw_array(w);
    while (json_next(&it)) {
        jw_object(w);
        jw_kstr(w, "date", json_str(json_get(it.value, "date")));
        jw_key(w, "purposes");
        json purposes = json_get(it.value, "purposes");
        if (json_is(purposes, JSON_ARRAY)) {
            jw_value(w, purposes);
        } else {
            jw_array(w);
            jw_array_end(w);
        }
        jw_key(w, "texts");
        print_members(w, json_get(it.value, "texts"), transparency_languages, TRANSPARENCY_LANGUAGES);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void print_setting(json setting, struct json_writer *w)
{
    static const char *const contact[] = {"name", "address", "country", "email", "phone", "website"};
    static const char *const parts[] = {"fields", "access", "security", "statistics", "badges"};
    for (size_t i = 0; i < 4; i++) {
        json c = json_get(setting, members[i]);
        jw_key(w, members[i]);
        json_is(c, JSON_OBJECT) ? print_members(w, c, contact, CU_COUNT(contact)) : jw_null(w);
    }
    for (size_t i = 4; i < 6; i++) {
        jw_key(w, members[i]);
        print_members(w, json_get(setting, members[i]), transparency_languages, TRANSPARENCY_LANGUAGES);
    }
    json balancing = json_get(setting, "balancing");
    jw_key(w, "balancing");
    json_is(balancing, JSON_OBJECT) ? jw_value(w, balancing) : jw_raw(w, CU_LIT("{}"));
    jw_key(w, "planned");
    print_planned(json_get(setting, "planned"), w);
    jw_key(w, "shown");
    jw_object(w);
    for (size_t i = 0; i < CU_COUNT(parts); i++) {
        bool yes = true;
        (void)json_bool(json_get(json_get(setting, "shown"), parts[i]), &yes);
        jw_kbool(w, parts[i], yes);
    }
    jw_object_end(w);
}

static cu_code print_all(
    struct transparency *t, struct request *rq, json setting, const struct transparency_live *live, struct cu_error *err)
{
    bool ready = false;
    char url[400];
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    print_setting(setting, &w);
    jw_key(&w, "missing");
    jw_array(&w);
    transparency_missing(setting, &w, &ready);
    jw_array_end(&w);
    jw_kbool(&w, "published", ready);
    (void)snprintf(url, sizeof url, "%s/transparency", t->base_url);
    jw_kz(&w, "url", url);
    print_badges(live, &w);
    CU_TRY(print_version(t, ready, &w, err));
    jw_object_end(&w);
    return CU_OK;
}

static cu_code get_setting(struct request *rq, struct cu_error *err)
{
    struct transparency *t = rq->module;
    CU_AUTO_BUF struct cu_buf text;
    struct db *d = NULL;
    int64_t changed_ms = 0;
    json v;
    cu_buf_init(&text, BODY_MAX * 2);
    CU_TRY(people_read_take(t->o.people, &d, err));
    cu_code code = transparency_setting_load(t, d, &text, &changed_ms, err);
    people_read_give(t->o.people, d);
    CU_TRY(code);
    struct transparency_live *live = cu_alloc(sizeof *live);
    struct json_parser *p = json_parser_new(BODY_MAX * 2);
    code = live && p ? json_parse(p, cu_buf_view(&text), &v, err)
                     : cu_fail(err, CU_MEMORY, "", "no memory for the transparency page");
    if (code == CU_OK)
        code = transparency_measure(t, true, live, err); // who keeps the page sees it as it is now
    transparency_look_again(t);
    if (code == CU_OK)
        code = print_all(t, rq, v, live, err);
    json_parser_free(p);
    cu_free(live);
    return code;
}

static cu_code put_locked(struct transparency *t, struct db *d, cu_str document, int64_t by, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(people_begin(t->o.people, err));
    cu_code code = db_prepare(d, &transparency_sql_setting_put, &q, err);
    if (code == CU_OK) {
        db_bind_str(&q, ":document", document);
        db_bind_i64(&q, ":now_ms", cu_now_ms());
        db_bind_i64(&q, ":by", by);
        code = db_run(&q, err);
    }
    if (code == CU_OK)
        return people_commit(t->o.people, err);
    people_rollback(t->o.people);
    return code;
}

static cu_code put_setting(struct request *rq, struct cu_error *err)
{
    struct transparency *t = rq->module;
    CU_AUTO_BUF struct cu_buf document, text;
    struct json_writer w;
    json v;
    cu_buf_init(&document, BODY_MAX);
    cu_buf_init(&text, BODY_MAX);
    jw_start(&w, &text);
    jw_object(&w);
    for (size_t i = 0; i < CU_COUNT(members); i++) {
        json m = spec_get(&rq->body_values, members[i])->raw;
        if (!spec_has(&rq->body_values, members[i]))
            continue;
        jw_key(&w, members[i]);
        jw_value(&w, m);
    }
    jw_object_end(&w);
    CU_TRY(cu_buf_code(&text, err));
    struct json_parser *p = json_parser_new(BODY_MAX);
    cu_code code =
        p ? json_parse(p, cu_buf_view(&text), &v, err) : cu_fail(err, CU_MEMORY, "", "no memory for the transparency page");
    if (code == CU_OK)
        code = transparency_setting_check(v, people_dictionary(t->o.people), err);
    if (code == CU_OK)
        code = proof_canonical(v, &document, err);
    json_parser_free(p);
    CU_TRY(code);
    struct db *d = people_lock(t->o.people);
    code = put_locked(t, d, cu_buf_view(&document), rq->caller.staff_id, err);
    people_unlock(t->o.people);
    CU_TRY(code);
    return get_setting(rq, err);
}

// ---- versions

static void count_change(void *context, const struct transparency_change *c)
{
    (void)c;
    ++*(int64_t *)context;
}

static cu_code print_row(struct transparency *t, int64_t version, struct json_writer *w, struct cu_error *err)
{
    struct transparency_version v, before;
    int64_t changes = 0;
    CU_TRY(transparency_get(t, version, &v, err));
    if (version > 1) {
        cu_code code = transparency_get(t, version - 1, &before, err);
        if (code != CU_OK) {
            transparency_version_clear(&v);
            return code;
        }
        transparency_diff(before.content, v.content, count_change, &changes);
        transparency_version_clear(&before);
    }
    jw_object(w);
    jw_ki64(w, "version", v.version);
    jw_ktime(w, "made", v.made_ms);
    jw_ki64(w, "changes", changes);
    jw_object_end(w);
    transparency_version_clear(&v);
    return CU_OK;
}

static cu_code get_versions(struct request *rq, struct cu_error *err)
{
    struct transparency *t = rq->module;
    struct transparency_version v;
    int64_t from = 0, limit = spec_has(&rq->query_values, "limit") ? spec_i64(&rq->query_values, "limit") : 50;
    cu_code code = transparency_now(t, &v, err);
    if (code == CU_OK) {
        from = v.version;
        transparency_version_clear(&v);
    } else if (code != CU_NOT_FOUND) { // not public yet: no version
        return code;
    }
    if (spec_has(&rq->query_values, "cursor") && spec_i64(&rq->query_values, "cursor") <= from)
        from = spec_i64(&rq->query_values, "cursor") - 1;
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    int64_t n = from;
    for (; n > 0 && from - n < limit; n--)
        CU_TRY(print_row(t, n, &w, err));
    jw_array_end(&w);
    jw_key(&w, "next");
    n > 0 ? jw_i64(&w, n + 1) : jw_null(&w);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code keep(void *instance, struct cu_error *err)
{
    struct transparency *t = instance;
    struct transparency_version v;
    if (transparency_public(t, NULL) == CU_NOT_FOUND) // nobody looks
        return CU_OK;
    struct transparency_live *live = cu_alloc(sizeof *live);
    cu_code code = live ? transparency_measure(t, false, live, err)
                        : cu_fail(err, CU_MEMORY, "", "no memory for the transparency page");
    cu_free(live);
    CU_TRY(code);
    code = transparency_now(t, &v, err);
    if (code == CU_NOT_FOUND)
        return CU_OK;
    if (code == CU_OK)
        transparency_version_clear(&v);
    return code;
}

#define END {.name = NULL}
#define TEXT(member, most, null, says) {.name = member, .type = SPEC_STRING, .max = most, .nullable = null, .doc = says}
#define FLAG(member, says) {.name = member, .type = SPEC_BOOL, .doc = says}
#define CONTACT(null)                                                                                                       \
    TEXT("name", 200, null, "Name."), TEXT("address", 400, null, "Postal address."),                                        \
        TEXT("country", 2, null, "Country, two letters (ISO 3166-1)."),                                                     \
        {.name = "email", .type = SPEC_EMAIL, .nullable = null, .doc = "E-mail address."},                                  \
        TEXT("phone", 40, null, "Telephone number."), TEXT("website", 300, null, "Website, https://...")
#define TEXTS(null)                                                                                                         \
    TEXT("en", TEXT_MAX, null, "In English."), TEXT("de", TEXT_MAX, null, "In German."),                                    \
        TEXT("fr", TEXT_MAX, null, "In French.")
static const struct spec_field contact_fields[] = {CONTACT(false), END}, contact_answer[] = {CONTACT(true), END};
static const struct spec_field text_fields[] = {TEXTS(false), END}, text_answer[] = {TEXTS(true), END};
static const struct spec_field name_element[] = {
    {.name = "", .type = SPEC_STRING, .min = 1, .max = 100, .doc = "A purpose of the dictionary."}, END};
#define PLANNED(texts_fields)                                                                                               \
    {.name = "date", .type = SPEC_DATE, .required = true, .doc = "From when on."},                                          \
        {.name = "purposes", .type = SPEC_ARRAY, .max = 50, .fields = name_element, .doc = "Which purposes it touches."},   \
    {                                                                                                                       \
        .name = "texts", .type = SPEC_OBJECT, .max = 3 * TEXT_MAX, .fields = texts_fields, .required = true,                \
        .doc = "What changes, by language."                                                                                 \
    }
static const struct spec_field planned_fields[] = {PLANNED(text_fields), END},
                               planned_answer[] = {PLANNED(text_answer), END};
static const struct spec_field shown_fields[] = {FLAG("fields", "Every data field and event."),
    FLAG("access", "Roles and how many persons have them."), FLAG("security", "Steps of security."),
    FLAG("statistics", "Figures of requests."), FLAG("badges", "The computed facts."), END};
#define SETTING(contact, text, planned_rows, null)                                                                          \
    {.name = "controller",                                                                                                  \
        .type = SPEC_OBJECT,                                                                                                \
        .max = 4096,                                                                                                        \
        .fields = contact,                                                                                                  \
        .nullable = null,                                                                                                   \
        .doc = "Who is responsible."},                                                                                      \
        {.name = "representative",                                                                                          \
            .type = SPEC_OBJECT,                                                                                            \
            .max = 4096,                                                                                                    \
            .fields = contact,                                                                                              \
            .nullable = null,                                                                                               \
            .doc = "Who stands for them."},                                                                                 \
        {.name = "officer",                                                                                                 \
            .type = SPEC_OBJECT,                                                                                            \
            .max = 4096,                                                                                                    \
            .fields = contact,                                                                                              \
            .nullable = null,                                                                                               \
            .doc = "Data protection officer."},                                                                             \
        {.name = "authority",                                                                                               \
            .type = SPEC_OBJECT,                                                                                            \
            .max = 4096,                                                                                                    \
            .fields = contact,                                                                                              \
            .nullable = null,                                                                                               \
            .doc = "Supervisory authority."},                                                                               \
        {.name = "texts", .type = SPEC_OBJECT, .max = 16384, .fields = text, .doc = "Introduction, by language."},          \
        {.name = "automated",                                                                                               \
            .type = SPEC_OBJECT,                                                                                            \
            .max = 16384,                                                                                                   \
            .fields = text,                                                                                                 \
            .doc = "Which decisions a machine makes alone, and how; none when empty."},                                     \
        {.name = "balancing",                                                                                               \
            .type = SPEC_OBJECT,                                                                                            \
            .max = 65536,                                                                                                   \
            .doc = "How a legitimate interest was weighed: purpose, then language, then text."},                            \
        {.name = "planned",                                                                                                 \
            .type = SPEC_ARRAY,                                                                                             \
            .max = PLANNED_MAX,                                                                                             \
            .fields = planned_rows,                                                                                         \
            .doc = "Changes of purpose to come."},                                                                          \
    {                                                                                                                       \
        .name = "shown", .type = SPEC_OBJECT, .max = 1024, .fields = shown_fields,                                          \
        .doc = "What is shown; what is not said is."                                                                        \
    }
static const struct spec_field put_body[] = {SETTING(contact_fields, text_fields, planned_fields, false), END};
static const struct spec_field pointer_element[] = {
    {.name = "", .type = SPEC_STRING, .max = 40, .doc = "What has to be set."}, END};
static const char *const unit_options[] = {"permille", "days", "bool", NULL};
static const struct spec_field badge_fields[] = {
    TEXT("name", 40, false, "Name of the fact."),
    {.name = "colour", .type = SPEC_ENUM, .options = transparency_colours, .doc = "grey: nothing to say yet."},
    {.name = "value", .type = SPEC_INT, .max = INT64_C(1) << 53, .nullable = true, .doc = "The measure, or null."},
    {.name = "unit", .type = SPEC_ENUM, .options = unit_options, .doc = "What it counts."},
    TEXT("text", 200, false, "The measure in words."),
    END,
};
static const struct spec_field setting_answer[] = {
    SETTING(contact_answer, text_answer, planned_answer, true),
    {.name = "missing",
        .type = SPEC_ARRAY,
        .max = 16,
        .fields = pointer_element,
        .doc = "What has to be set before the page is public."},
    FLAG("published", "Whether the page is public."),
    TEXT("url", 400, false, "Where it is."),
    {.name = "badges", .type = SPEC_ARRAY, .max = 32, .fields = badge_fields, .doc = "The facts, measured now."},
    {.name = "version", .type = SPEC_INT, .max = UINT32_MAX, .nullable = true, .doc = "The version in force."},
    {.name = "made", .type = SPEC_TIME, .nullable = true, .doc = "Since when."},
    END,
};
static const struct spec_field list_query[] = {
    {.name = "cursor", .type = SPEC_INT, .min = 1, .max = UINT32_MAX, .doc = "From the page before."},
    {.name = "limit", .type = SPEC_INT, .min = 1, .max = LIST_MAX, .doc = "How many; default 50."}, END};
static const struct spec_field version_fields[] = {
    {.name = "version", .type = SPEC_INT, .max = UINT32_MAX, .doc = "Version."},
    {.name = "made", .type = SPEC_TIME, .doc = "Since when."},
    {.name = "changes", .type = SPEC_INT, .max = UINT32_MAX, .doc = "How many things differ from the version before."},
    END,
};
static const struct spec_field versions_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = LIST_MAX, .fields = version_fields, .doc = "Newest first."},
    {.name = "next", .type = SPEC_INT, .max = UINT32_MAX, .nullable = true, .doc = "Cursor of the next page."},
    END,
};
static const struct spec_route routes[] = {
    {.name = "transparency.get",
        .method = "GET",
        .path = "/v1/transparency",
        .permission = SPEC_GOVERN_READ,
        .answer = setting_answer,
        .doc = "What the shop says of itself on the transparency page, and what is still missing.",
        .handler = get_setting},
    {.name = "transparency.put",
        .method = "PUT",
        .path = "/v1/transparency",
        .permission = SPEC_GOVERN_WRITE,
        .body_kind = SPEC_BODY_JSON,
        .body_max = BODY_MAX,
        .body = put_body,
        .answer = setting_answer,
        .doc = "Sets it, as a whole; what is not given is taken away.",
        .handler = put_setting},
    {.name = "transparency.versions",
        .method = "GET",
        .path = "/v1/transparency/versions",
        .permission = SPEC_GOVERN_READ,
        .query = list_query,
        .answer = versions_answer,
        .doc = "Versions of the transparency page, newest first.",
        .handler = get_versions},
};
static const struct spec_job jobs[] = {
    {.name = "transparency",
        .doc = "Measures the badges, and makes a version of the transparency page when the configuration has changed.",
        .every_ms = 60000,
        .run = keep},
};
const struct module govern_transparency_staff_module = {
    .name = "transparency_staff",
    .doc = "What staff set on the transparency page.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .jobs = jobs,
    .job_count = CU_COUNT(jobs),
};
