// SPDX-License-Identifier: Apache-2.0
// A small catalogue with everything the printers have to cope with: nested members, arrays of
// values, two methods on one path, a hidden alias, sentences with characters that mean something
// elsewhere.
#pragma once

#include "spec/print.h"

static const char *const sample_sorts[] = {"last_seen", "revenue", NULL};
static const struct spec_field sample_path[] = {
    {.name = "id", .type = SPEC_UUID, .doc = "The person.", .required = true},
    {0},
};
static const struct spec_field sample_query[] = {
    {.name = "q", .type = SPEC_STRING, .doc = "Name | or part of it.", .max = 200},
    {.name = "sort",
        .type = SPEC_ENUM,
        .doc = "Order.",
        .options = sample_sorts,
        .fallback = "last_seen"},
    {.name = "limit", .type = SPEC_INT, .doc = "How many.", .min = 1, .max = 200, .fallback = "50"},
    {.name = "known", .type = SPEC_BOOL, .doc = "Only known people.", .fallback = "false"},
    {0},
};
static const struct spec_field sample_order[] = {
    {.name = "total", .type = SPEC_INT, .doc = "Minor units.", .max = INT64_MAX},
    {.name = "placed", .type = SPEC_TIME, .doc = "When."},
    {0},
};
static const struct spec_field sample_word[] = {
    {.name = "", .type = SPEC_STRING, .doc = "One word.", .max = 20},
    {0},
};
static const struct spec_field sample_person[] = {
    {.name = "id", .type = SPEC_UUID, .doc = "The id."},
    {.name = "label", .type = SPEC_STRING, .doc = "The name */ as shown.", .nullable = true},
    {.name = "sort",
        .type = SPEC_ENUM,
        .doc = "An option.",
        .options = sample_sorts,
        .nullable = true},
    {.name = "orders", .type = SPEC_ARRAY, .doc = "Orders.", .max = 100, .fields = sample_order},
    {.name = "tags", .type = SPEC_ARRAY, .doc = "Words.", .max = 9, .fields = sample_word},
    {.name = "properties", .type = SPEC_OBJECT, .doc = "Anything."},
    {.name = "value", .type = SPEC_ANY, .doc = "Any value."},
    {.name = "2nd-name", .type = SPEC_STRING, .doc = "A name that is no identifier."},
    {0},
};
static const struct spec_field sample_people[] = {
    {.name = "items",
        .type = SPEC_ARRAY,
        .doc = "The people.",
        .max = 200,
        .fields = sample_person},
    {.name = "next",
        .type = SPEC_STRING,
        .doc = "Cursor of the next page.",
        .max = 200,
        .nullable = true},
    {0},
};
static const struct spec_field sample_body[] = {
    {.name = "email", .type = SPEC_EMAIL, .doc = "The address.", .required = true},
    {.name = "password",
        .type = SPEC_STRING,
        .doc = "At least 15 bytes.",
        .min = 15,
        .max = 256,
        .required = true,
        .secret = true},
    {.name = "share",
        .type = SPEC_NUMBER,
        .doc = "A share.",
        .min = 0,
        .max = 1,
        .fallback = "0.5"},
    {.name = "since", .type = SPEC_DATE, .doc = "First day."},
    {.name = "columns",
        .type = SPEC_ARRAY,
        .doc = "Columns.",
        .min = 1,
        .max = 10,
        .fields = sample_word},
    {.name = "address",
        .type = SPEC_OBJECT,
        .doc = "Where.",
        .max = 1000,
        .fields = sample_word + 1},
    {.name = "orders", .type = SPEC_ARRAY, .doc = "Orders.", .max = 2, .fields = sample_order},
    {.name = "any", .type = SPEC_ANY, .doc = "Anything.", .max = 1000},
    {0},
};

static cu_code sample_handler(struct request *rq, struct cu_error *err)
{
    (void)rq;
    (void)err;
    return CU_OK;
}

static const struct spec_route sample_people_routes[] = {
    {.name = "people.list",
        .method = "GET",
        .path = "/v1/people",
        .permission = SPEC_PEOPLE_READ,
        .query = sample_query,
        .answer = sample_people,
        .doc = "Lists people.",
        .handler = sample_handler},
    {.name = "people.get",
        .method = "GET",
        .path = "/v1/people/{id}",
        .permission = SPEC_PEOPLE_READ,
        .path_fields = sample_path,
        .answer = sample_person,
        .doc = "Shows one person.",
        .handler = sample_handler},
    {.name = "people.create",
        .method = "POST",
        .path = "/v1/people",
        .permission = SPEC_PEOPLE_WRITE,
        .body_kind = SPEC_BODY_JSON,
        .body_max = 65536,
        .body = sample_body,
        .answer = sample_person,
        .doc = "Makes a person.",
        .handler = sample_handler},
    {.name = "people.delete",
        .method = "DELETE",
        .path = "/v1/people/{id}",
        .permission = SPEC_PEOPLE_ERASE,
        .path_fields = sample_path,
        .doc = "Deletes a person.",
        .handler = sample_handler},
};
static const struct spec_route sample_door_routes[] = {
    {.name = "track",
        .method = "POST",
        .path = "/v1/track",
        .permission = SPEC_WRITE_KEY,
        .body_kind = SPEC_BODY_RAW,
        .body_max = 524288,
        .cors = true,
        .doc = "Takes one event.",
        .handler = sample_handler},
    {.name = "track.short",
        .method = "POST",
        .path = "/v1/t",
        .permission = SPEC_WRITE_KEY,
        .body_kind = SPEC_BODY_RAW,
        .body_max = 524288,
        .cors = true,
        .hidden = true,
        .doc = "Takes one event.",
        .handler = sample_handler},
    {.name = "imports.upload",
        .method = "POST",
        .path = "/v1/imports/{kind}/{name}",
        .permission = SPEC_IMPORT,
        .body_kind = SPEC_BODY_UPLOAD,
        .doc = "Takes a file.",
        .handler = sample_handler},
    {.name = "health.live",
        .method = "GET",
        .path = "/health/live",
        .permission = SPEC_PUBLIC,
        .doc = "Is the process there?",
        .handler = sample_handler},
};
static const struct spec_setting sample_module_settings[] = {
    {.name = "batch_max",
        .type = SPEC_INT,
        .fallback = "2000",
        .min = 1,
        .max = 100000,
        .doc = "Records per transaction."},
};
static const char *const sample_levels[] = {"debug", "info", NULL};
static const struct spec_setting sample_settings[] = {
    {.name = "listen",
        .type = SPEC_STRING,
        .fallback = "127.0.0.1:8080",
        .min = 2,
        .max = 255,
        .doc = "Address and port; several separated by commas; a sentence that is long enough to "
               "be broken in two lines of a "
               "comment."},
    {.name = "log_level",
        .type = SPEC_ENUM,
        .fallback = "info",
        .options = sample_levels,
        .doc = "Least level."},
    {.name = "root_key",
        .type = SPEC_STRING,
        .max = 1024,
        .doc = "File of the root key.",
        .secret = true},
    {.name = NULL},
};
static const struct spec_field sample_find_args[] = {
    {.name = "text",
        .type = SPEC_STRING,
        .doc = "What to look for.",
        .max = 200,
        .positional = true,
        .required = true},
    {.name = "place",
        .type = SPEC_STRING,
        .doc = ".dot at the start and back\\slash.",
        .max = 200,
        .positional = true},
    {.name = "sort_by",
        .type = SPEC_ENUM,
        .doc = "Order.",
        .options = sample_sorts,
        .fallback = "revenue"},
    {.name = "dry_run", .type = SPEC_BOOL, .doc = "Only try."},
    {0},
};
static const struct spec_command sample_commands_one[] = {
    {.name = "init", .doc = "Makes a data folder.", .example = "custos init --data shop"},
    {.name = "person find",
        .doc = "Finds people.",
        .args = sample_find_args,
        .example = "custos person find ann"},
    {.name = NULL},
};
static const struct spec_command sample_commands_two[] = {
    {.name = "person show", .doc = "Shows a person."},
    {.name = "serve", .doc = "Serves.", .args = sample_find_args + 2},
    {.name = NULL},
};
static const struct spec_command *const sample_commands[] = {
    sample_commands_one, sample_commands_two, NULL};
static const struct spec_field sample_flags[] = {
    {.name = "data", .type = SPEC_STRING, .doc = "The data folder.", .max = 4096},
    {.name = "json", .type = SPEC_BOOL, .doc = "Print JSON."},
    {0},
};
static const struct spec_job sample_jobs[] = {
    {.name = "journal-release", .doc = "Removes what was projected.", .every_ms = 60000},
    {.name = "counters", .doc = "Writes counters.", .every_ms = 2500},
};
static const struct spec_catalogue_module sample_modules[] = {
    {.name = "people",
        .doc = "People and what is known of them.",
        .routes = sample_people_routes,
        .route_count = CU_COUNT(sample_people_routes)},
    {.name = "collect",
        .doc = "Doors.",
        .routes = sample_door_routes,
        .route_count = CU_COUNT(sample_door_routes),
        .settings = sample_module_settings,
        .setting_count = CU_COUNT(sample_module_settings),
        .jobs = sample_jobs,
        .job_count = CU_COUNT(sample_jobs)},
};
static const struct spec_field sample_question[] = {
    {.name = "by", .type = SPEC_ENUM, .options = (const char *const[]){"day", "week", NULL}, .fallback = "day", .doc = "Length of a period."},
    {.name = NULL},
};
static const struct spec_field sample_kind_answer[] = {
    {.name = "orders", .type = SPEC_INT, .max = INT64_MAX, .nullable = true, .doc = "Orders; null: too few people."},
    {.name = NULL},
};
static const struct spec_kind sample_kinds[] = {
    {"busy_days", "On which days most is bought.", sample_question, sample_kind_answer, "{\"day\": date}"},
};
static const struct spec_catalogue sample = {
    .program = "custos",
    .version = "1.2.3",
    .doc = "Customer data for shops.",
    .modules = sample_modules,
    .module_count = CU_COUNT(sample_modules),
    .settings = sample_settings,
    .commands = sample_commands,
    .flags = sample_flags,
    .kinds = sample_kinds,
    .kind_count = CU_COUNT(sample_kinds),
};
