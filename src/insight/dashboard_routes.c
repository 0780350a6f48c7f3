// SPDX-License-Identifier: Apache-2.0
// The routes of dashboards and saved views. Module row insight_dashboard_module; instance: struct dashboards.
#include "dashboard_letter.h"

#include "dashboard_sql.h"

#define END {.name = NULL}
#define NAME_FIELD(what)                                                                                                    \
    {                                                                                                                       \
        .name = "name", .type = SPEC_STRING, .min = 1, .max = DASHBOARD_NAME_MAX, .required = true,                         \
        .doc = "Name of the " what ": small letters, digits, - and _."                                                      \
    }
#define VERSION_GIVEN                                                                                                       \
    {                                                                                                                       \
        .name = "version", .type = SPEC_INT, .min = 0, .max = INT32_MAX, .required = true,                                  \
        .doc = "Version that was read; 0 for a new one."                                                                    \
    }
#define VERSION {.name = "version", .type = SPEC_INT, .max = INT64_MAX, .doc = "Goes up with each change."}
#define CHANGED                                                                                                             \
    {.name = "changed", .type = SPEC_TIME, .doc = "When it was changed last."},                                             \
    {                                                                                                                       \
        .name = "by", .type = SPEC_INT, .min = -1, .max = INT64_MAX,                                                        \
        .doc = "Number of the member of staff; -1: the local operator."                                                     \
    }

static const struct spec_field name_path[] = {NAME_FIELD("dashboard"), END};
static const struct spec_field view_path[] = {NAME_FIELD("view"), END};
static const struct spec_field put_body[] = {
    {.name = "title",
        .type = SPEC_STRING,
        .min = 1,
        .max = DASHBOARD_TITLE_MAX,
        .required = true,
        .doc = "What it is called."},
    {.name = "doc", .type = SPEC_STRING, .max = DASHBOARD_DOC_MAX, .doc = "What it is for."},
    {.name = "tiles",
        .type = SPEC_ARRAY,
        .max = DASHBOARD_TILES_MAX,
        .required = true,
        .fields = dashboard_tile_body,
        .doc = "Its tiles, in order."},
    {.name = "period",
        .type = SPEC_ENUM,
        .options = dashboard_periods,
        .fallback = "30d",
        .doc = "Days that it shows, unless the reader chooses others."},
    {.name = "compare",
        .type = SPEC_ENUM,
        .options = dashboard_compares,
        .fallback = "previous",
        .doc = "What reports are compared with."},
    VERSION_GIVEN,
    END,
};
#define DASHBOARD_MEMBERS                                                                                                   \
    {.name = "name", .type = SPEC_STRING, .max = DASHBOARD_NAME_MAX, .doc = "Its name."},                                   \
        {.name = "title", .type = SPEC_STRING, .max = DASHBOARD_TITLE_MAX, .doc = "What it is called."},                    \
        {.name = "doc", .type = SPEC_STRING, .max = DASHBOARD_DOC_MAX, .doc = "What it is for."},                           \
        {.name = "tiles",                                                                                                   \
            .type = SPEC_ARRAY,                                                                                             \
            .max = DASHBOARD_TILES_MAX,                                                                                     \
            .fields = dashboard_tile_answer,                                                                                \
            .doc = "Its tiles, in order."},                                                                                 \
        {.name = "period", .type = SPEC_ENUM, .options = dashboard_periods, .doc = "Days that it shows."},                  \
    {                                                                                                                       \
        .name = "compare", .type = SPEC_ENUM, .options = dashboard_compares, .doc = "What reports are compared with."       \
    }
static const struct spec_field get_answer[] = {DASHBOARD_MEMBERS, VERSION, CHANGED, END};
static const struct spec_field template_fields[] = {DASHBOARD_MEMBERS, END};
static const struct spec_field list_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = DASHBOARDS_MAX, .fields = get_answer, .doc = "By name."},
    END,
};
static const struct spec_field templates_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = 20, .fields = template_fields, .doc = "Dashboards to begin with."},
    END,
};
static const struct spec_field version_answer[] = {VERSION, END};

static const struct spec_field view_body[] = {
    {.name = "title",
        .type = SPEC_STRING,
        .min = 1,
        .max = DASHBOARD_TITLE_MAX,
        .required = true,
        .doc = "What it is called."},
    {.name = "query",
        .type = SPEC_OBJECT,
        .max = DASHBOARD_QUESTION_MAX + 1024,
        .required = true,
        .fields = dashboard_query_body,
        .doc = "The question, as of POST /v1/insight/query without its period."},
    {.name = "show", .type = SPEC_ENUM, .options = dashboard_shows, .required = true, .doc = "How the answer is shown."},
    VERSION_GIVEN,
    END,
};
static const struct spec_field view_answer[] = {
    {.name = "name", .type = SPEC_STRING, .max = DASHBOARD_NAME_MAX, .doc = "Its name."},
    {.name = "title", .type = SPEC_STRING, .max = DASHBOARD_TITLE_MAX, .doc = "What it is called."},
    {.name = "query", .type = SPEC_OBJECT, .max = DASHBOARD_QUESTION_MAX + 1024, .doc = "The question."},
    {.name = "show", .type = SPEC_ENUM, .options = dashboard_shows, .doc = "How the answer is shown."},
    VERSION,
    CHANGED,
    END,
};
static const struct spec_field views_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = VIEWS_MAX, .fields = view_answer, .doc = "By name."},
    END,
};

static const struct spec_field address_element[] = {
    {.name = "", .type = SPEC_EMAIL, .max = 254, .doc = "Address of a member of staff who may read figures."},
    END,
};
static const struct spec_field schedule_body[] = {
    {.name = "every",
        .type = SPEC_ENUM,
        .options = dashboard_every_names,
        .required = true,
        .doc = "Each day, each Monday, or each first of a month."},
    {.name = "hour", .type = SPEC_INT, .min = 0, .max = 23, .doc = "Hour of the shop's time zone; default: 7."},
    {.name = "to",
        .type = SPEC_ARRAY,
        .min = 1,
        .max = DASHBOARD_READERS_MAX,
        .required = true,
        .fields = address_element,
        .doc = "Who gets it: members of staff only."},
    END,
};
static const struct spec_field schedule_answer[] = {
    {.name = "every", .type = SPEC_ENUM, .options = dashboard_every_names, .doc = "How often."},
    {.name = "hour", .type = SPEC_INT, .max = 23, .doc = "Hour of the shop's time zone."},
    {.name = "to",
        .type = SPEC_ARRAY,
        .max = DASHBOARD_READERS_MAX,
        .fields = address_element,
        .doc = "Who gets it; who no longer works here is left out."},
    {.name = "next", .type = SPEC_TIME, .doc = "When it is due next."},
    {.name = "sent", .type = SPEC_TIME, .nullable = true, .doc = "When it was handed over last; null: never."},
    {.name = "outcome",
        .type = SPEC_STRING,
        .max = 40,
        .nullable = true,
        .doc = "How that went: sent, no_reader, too_large; null: never."},
    END,
};
static const struct spec_field send_answer[] = {
    {.name = "letters", .type = SPEC_INT, .max = DASHBOARD_READERS_MAX, .doc = "How many letters were taken."},
    END,
};
static const char *const schemes[] = {"both", "light", NULL};
static const struct spec_field draw_body[] = {
    {.name = "kind",
        .type = SPEC_STRING,
        .min = 1,
        .max = 40,
        .required = true,
        .doc = "Kind of question; GET /v1/insight/kinds lists them."},
    {.name = "from", .type = SPEC_DATE, .doc = "First day, of the shop's time zone; default: 29 days before today."},
    {.name = "to", .type = SPEC_DATE, .doc = "Last day; default: today."},
    {.name = "segment", .type = SPEC_STRING, .min = 1, .max = 63, .doc = "Only people who are in this segment."},
    {.name = "consented", .type = SPEC_BOOL, .doc = "Only people who allow analytics."},
    {.name = "shared", .type = SPEC_BOOL, .doc = "As in a query; a picture hides small groups always."},
    {.name = "question", .type = SPEC_OBJECT, .max = DASHBOARD_QUESTION_MAX, .doc = "The fields of the kind."},
    {.name = "show", .type = SPEC_ENUM, .options = dashboard_shows, .required = true, .doc = "How the answer is shown."},
    {.name = "metric",
        .type = SPEC_STRING,
        .min = 1,
        .max = 80,
        .doc = "Of several figures, the one that is shown; default: the first."},
    {.name = "title",
        .type = SPEC_STRING,
        .min = 1,
        .max = DASHBOARD_TITLE_MAX,
        .doc = "Title of the picture; default: the kind."},
    {.name = "scheme",
        .type = SPEC_ENUM,
        .options = schemes,
        .fallback = "both",
        .doc = "Colours for light and dark, or for light only."},
    END,
};

static const struct spec_route routes[] = {
    {.name = "insight.draw",
        .method = "POST",
        .path = "/v1/insight/draw",
        .permission = SPEC_ANALYTICS_READ,
        .body_kind = SPEC_BODY_JSON,
        .body_max = 65536,
        .body = draw_body,
        .doc = "A question's answer as a picture (SVG), with small groups hidden.",
        .handler = dashboard_draw},
    {.name = "dashboards.list",
        .method = "GET",
        .path = "/v1/dashboards",
        .permission = SPEC_ANALYTICS_READ,
        .answer = list_answer,
        .doc = "The dashboards.",
        .handler = dashboards_list},
    {.name = "dashboards.templates",
        .method = "GET",
        .path = "/v1/dashboards/templates",
        .permission = SPEC_ANALYTICS_READ,
        .answer = templates_answer,
        .doc = "Dashboards to begin with: bodies for PUT.",
        .handler = dashboards_templates},
    {.name = "dashboards.get",
        .method = "GET",
        .path = "/v1/dashboards/{name}",
        .permission = SPEC_ANALYTICS_READ,
        .path_fields = name_path,
        .answer = get_answer,
        .doc = "One dashboard: its questions, not their answers.",
        .handler = dashboards_get},
    {.name = "dashboards.put",
        .method = "PUT",
        .path = "/v1/dashboards/{name}",
        .permission = SPEC_INSIGHT_WRITE,
        .path_fields = name_path,
        .body_kind = SPEC_BODY_JSON,
        .body_max = DASHBOARD_BODY_MAX,
        .body = put_body,
        .answer = version_answer,
        .doc = "Keeps a dashboard; every question in it is checked first.",
        .handler = dashboards_put},
    {.name = "dashboards.drop",
        .method = "DELETE",
        .path = "/v1/dashboards/{name}",
        .permission = SPEC_INSIGHT_WRITE,
        .path_fields = name_path,
        .doc = "Forgets a dashboard, with its links and its schedule.",
        .handler = dashboards_drop},
    {.name = "dashboards.schedule",
        .method = "GET",
        .path = "/v1/dashboards/{name}/schedule",
        .permission = SPEC_INSIGHT_WRITE,
        .path_fields = name_path,
        .answer = schedule_answer,
        .doc = "When and to whom a dashboard is sent.",
        .handler = schedule_get},
    {.name = "dashboards.schedule_put",
        .method = "PUT",
        .path = "/v1/dashboards/{name}/schedule",
        .permission = SPEC_INSIGHT_WRITE,
        .path_fields = name_path,
        .body_kind = SPEC_BODY_JSON,
        .body_max = 32768,
        .body = schedule_body,
        .answer = schedule_answer,
        .doc = "Sends a dashboard by mail, on a schedule, to members of staff.",
        .handler = schedule_put},
    {.name = "dashboards.schedule_drop",
        .method = "DELETE",
        .path = "/v1/dashboards/{name}/schedule",
        .permission = SPEC_INSIGHT_WRITE,
        .path_fields = name_path,
        .doc = "Sends it no longer.",
        .handler = schedule_drop},
    {.name = "dashboards.send",
        .method = "POST",
        .path = "/v1/dashboards/{name}/send",
        .permission = SPEC_ANALYTICS_READ,
        .path_fields = name_path,
        .answer = send_answer,
        .doc = "Sends a dashboard to who asks, now, by mail.",
        .handler = schedule_send},
    {.name = "views.list",
        .method = "GET",
        .path = "/v1/views",
        .permission = SPEC_ANALYTICS_READ,
        .answer = views_answer,
        .doc = "Saved views.",
        .handler = views_list},
    {.name = "views.get",
        .method = "GET",
        .path = "/v1/views/{name}",
        .permission = SPEC_ANALYTICS_READ,
        .path_fields = view_path,
        .answer = view_answer,
        .doc = "One saved view.",
        .handler = views_get},
    {.name = "views.put",
        .method = "PUT",
        .path = "/v1/views/{name}",
        .permission = SPEC_INSIGHT_WRITE,
        .path_fields = view_path,
        .body_kind = SPEC_BODY_JSON,
        .body_max = 32768,
        .body = view_body,
        .answer = version_answer,
        .doc = "Keeps a question and how it is shown under a name.",
        .handler = views_put},
    {.name = "views.drop",
        .method = "DELETE",
        .path = "/v1/views/{name}",
        .permission = SPEC_INSIGHT_WRITE,
        .path_fields = view_path,
        .doc = "Forgets a saved view.",
        .handler = views_drop},
};
static const struct spec_job jobs[] = {
    {.name = "dashboard-letters",
        .doc = "Sends dashboards by mail when they are due.",
        .every_ms = 5000,
        .run = schedule_run},
};
const struct module insight_dashboard_module = {
    .name = "dashboards",
    .doc = "Dashboards made of tiles, and saved views.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .jobs = jobs,
    .job_count = CU_COUNT(jobs),
    .statements = dashboard_sql_all,
};
