// SPDX-License-Identifier: Apache-2.0
// The self-audit's page: gather the facts, run every check, worst first.
#include "self_audit.h"

#include "base/clock.h"
#include "self_audit_sql.h"

static const char *const severity_names[] = {"good", "warning", "danger"};

static void write_finding(struct json_writer *w, const struct self_audit_check *c, const struct self_audit_finding *f)
{
    jw_object(w);
    jw_kz(w, "id", c->id);
    jw_kz(w, "severity", severity_names[f->severity]);
    jw_kz(w, "title", c->title);
    jw_kz(w, "text", f->text);
    jw_kz(w, "mend", f->mend);
    jw_object_end(w);
}

static cu_code get(struct request *rq, struct cu_error *err)
{
    const struct self_audit *s = rq->module;
    struct self_audit_facts facts = {.now_ms = cu_now_ms()};
    CU_TRY(s->gather(s->context, &facts, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_ktime(&w, "checked", facts.now_ms);
    jw_key(&w, "items");
    jw_array(&w);
    for (int severity = SELF_AUDIT_DANGER; severity >= SELF_AUDIT_GOOD; severity--) {
        for (const struct self_audit_check *c = self_audit_checks; c->id; c++) {
            struct self_audit_finding f = {.severity = SELF_AUDIT_GOOD};
            c->run(&facts, &f);
            if ((int)f.severity == severity)
                write_finding(&w, c, &f);
        }
    }
    jw_array_end(&w);
    jw_object_end(&w);
    return CU_OK;
}

static const char *const severity_options[] = {"good", "warning", "danger", NULL};
static const struct spec_field finding_fields[] = {
    {.name = "id", .type = SPEC_STRING, .max = 31, .doc = "The check's name."},
    {.name = "severity", .type = SPEC_ENUM, .options = severity_options, .doc = "How bad it is."},
    {.name = "title", .type = SPEC_STRING, .max = 63, .doc = "What was looked at."},
    {.name = "text", .type = SPEC_STRING, .max = 319, .doc = "What is so."},
    {.name = "mend", .type = SPEC_STRING, .max = 255, .nullable = true, .doc = "What to do about it; null when all is well."},
    {.name = NULL},
};
static const struct spec_field answer[] = {
    {.name = "checked", .type = SPEC_TIME, .doc = "When."},
    {.name = "items", .type = SPEC_ARRAY, .max = 64, .fields = finding_fields, .doc = "One finding per check, the worst first."},
    {.name = NULL},
};
static const struct spec_route routes[] = {
    {.name = "self_audit.get", .method = "GET", .path = "/v1/self-audit", .permission = SPEC_OPERATE, .answer = answer,
        .doc = "What is unsafe in the running configuration, in words, and how to mend it.", .handler = get},
};

const struct module govern_self_audit_module = {
    .name = "self_audit",
    .doc = "Reads the live configuration and says what is unsafe.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .statements = self_audit_sql_all,
};
