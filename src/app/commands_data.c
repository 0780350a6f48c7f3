// SPDX-License-Identifier: Apache-2.0
// Commands about data that came in: events count, sources, quarantine.
#include "command.h"
#include "commands.h"

#include "text/text.h"

#include <stdio.h>

static void add_query(struct cu_buf *target, const char *name, cu_str value)
{
    if (!value.ptr)
        return;
    cu_buf_char(target, cu_str_find(cu_buf_view(target), '?') < 0 ? '?' : '&');
    cu_buf_z(target, name);
    cu_buf_char(target, '=');
    text_url(value, target);
}

static cu_code events_count(struct command *c, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf target;
    json answer;
    int64_t count = 0;
    cu_buf_init(&target, 4096);
    cu_buf_z(&target, "/v1/events/count");
    add_query(&target, "event", spec_str(&c->args, "event"));
    add_query(&target, "from", spec_str(&c->args, "from"));
    add_query(&target, "to", spec_str(&c->args, "to"));
    CU_TRY(cu_buf_code(&target, err));
    CU_TRY(command_call(c, "GET", target.ptr, CU_NONE, &answer, err));
    (void)json_i64(json_get(answer, "count"), &count);
    if (c->json_output)
        json_print(&c->out, answer);
    else
        cu_buf_i64(&c->out, count);
    cu_buf_char(&c->out, '\n');
    return CU_OK;
}

static cu_code source_list(struct command *c, struct cu_error *err)
{
    json answer;
    CU_TRY(command_call(c, "GET", "/v1/sources", CU_NONE, &answer, err));
    command_table(c, json_get(answer, "items"),
        "number=number,name=name,kind=kind,enabled=enabled,write key=write_key,accepted=accepted,refused=refused,last seen=last_seen",
        "There is no source yet; `custos source create NAME` makes one.");
    return CU_OK;
}

static cu_code source_create(struct command *c, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf body;
    struct json_writer w;
    json answer;
    cu_buf_init(&body, 4096);
    jw_start(&w, &body);
    jw_object(&w);
    jw_kstr(&w, "name", spec_str(&c->args, "name"));
    jw_kbool(&w, "sample", spec_i64(&c->args, "sample") != 0);
    jw_object_end(&w);
    CU_TRY(command_call(c, "POST", "/v1/sources", cu_buf_view(&body), &answer, err));
    if (c->json_output)
        json_print(&c->out, answer);
    else
        cu_buf_printf(&c->out, "write_key  %.*s", CU_ARG(json_str(json_get(answer, "write_key"))));
    cu_buf_char(&c->out, '\n');
    return CU_OK;
}

static cu_code quarantine_list(struct command *c, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf target;
    json answer;
    cu_buf_init(&target, 4096);
    cu_buf_z(&target, "/v1/quarantine");
    add_query(&target, "code", spec_str(&c->args, "code"));
    add_query(&target, "limit", spec_str(&c->args, "limit"));
    CU_TRY(cu_buf_code(&target, err));
    CU_TRY(command_call(c, "GET", target.ptr, CU_NONE, &answer, err));
    command_table(c, json_get(answer, "items"), "id=id,received=received,source=source,code=code,field=field,what=text,bytes=bytes,status=status",
        "Quarantine is empty: everything that came was accepted.");
    return CU_OK;
}

static cu_code quarantine_show(struct command *c, struct cu_error *err)
{
    json answer;
    CU_TRY(command_call(c, "GET", command_target(c, "/v1/quarantine/", spec_str(&c->args, "id"), "").ptr, CU_NONE, &answer, err));
    if (c->json_output) {
        json_print(&c->out, answer);
    } else {
        cu_buf_printf(&c->out, "%.*s  %.*s  %.*s\n\n", CU_ARG(json_str(json_get(answer, "code"))),
            CU_ARG(json_str(json_get(answer, "field"))), CU_ARG(json_str(json_get(answer, "text"))));
        cu_buf_str(&c->out, json_str(json_get(answer, "body")));
    }
    cu_buf_char(&c->out, '\n');
    return CU_OK;
}

static cu_code quarantine_replay(struct command *c, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf body;
    struct json_writer w;
    json answer;
    cu_buf_init(&body, 1 << 20);
    jw_start(&w, &body);
    jw_object(&w);
    cu_str id = spec_str(&c->args, "id");
    bool one = !cu_str_eqz(id, "all");
    if (one && spec_has(&c->args, "body"))
        jw_kstr(&w, "body", spec_str(&c->args, "body"));
    if (!one && spec_has(&c->args, "code"))
        jw_kstr(&w, "code", spec_str(&c->args, "code"));
    jw_object_end(&w);
    cu_str target = one ? command_target(c, "/v1/quarantine/", id, "/replay") : CU_LIT("/v1/quarantine/replay");
    CU_TRY(command_call(c, "POST", target.ptr, cu_buf_view(&body), &answer, err));
    json_print(&c->out, answer);
    cu_buf_char(&c->out, '\n');
    return CU_OK;
}

static const struct spec_field count_args[] = {
    {.name = "event", .type = SPEC_STRING, .min = 1, .max = 255, .doc = "Only events of this name."},
    {.name = "from", .type = SPEC_TIME, .doc = "Only events at or after this time (ISO 8601)."},
    {.name = "to", .type = SPEC_TIME, .doc = "Only events before this time."},
    {.name = NULL},
};
static const struct spec_field create_args[] = {
    {.name = "name", .type = SPEC_STRING, .min = 1, .max = 127, .required = true, .positional = true, .doc = "What the shop calls the source."},
    {.name = "sample", .type = SPEC_BOOL, .doc = "Mark everything that comes through it as sample data."},
    {.name = NULL},
};
static const struct spec_field list_args[] = {
    {.name = "code", .type = SPEC_STRING, .min = 1, .max = 31, .doc = "Only refusals of this code."},
    {.name = "limit", .type = SPEC_INT, .min = 1, .max = 200, .fallback = "50", .doc = "At most this many, newest first."},
    {.name = NULL},
};
static const struct spec_field show_args[] = {
    {.name = "id", .type = SPEC_STRING, .min = 1, .max = 20, .required = true, .positional = true, .doc = "The row's id, from `custos quarantine list`."},
    {.name = NULL},
};
static const struct spec_field replay_args[] = {
    {.name = "id", .type = SPEC_STRING, .min = 1, .max = 20, .required = true, .positional = true, .doc = "The row's id, or all."},
    {.name = "body", .type = SPEC_STRING, .min = 2, .max = 512000, .doc = "The repaired call, instead of what is kept."},
    {.name = "code", .type = SPEC_STRING, .min = 1, .max = 31, .doc = "With all: only refusals of this code."},
    {.name = NULL},
};
const struct spec_command commands_data[] = {
    {.name = "events count", .doc = "Prints the number of events.", .args = count_args,
        .example = "custos events count --event \"Order Completed\" --from 2026-01-01 --data shop", .run = events_count},
    {.name = "source list", .doc = "Lists the sources with their write keys.", .example = "custos source list --data shop", .run = source_list},
    {.name = "source create", .doc = "Makes a source and prints its write key.", .args = create_args,
        .example = "custos source create \"Mobile app\" --data shop", .run = source_create},
    {.name = "quarantine list", .doc = "Lists what was refused, with the reason.", .args = list_args,
        .example = "custos quarantine list --data shop", .run = quarantine_list},
    {.name = "quarantine show", .doc = "Prints one refused call as it came.", .args = show_args,
        .example = "custos quarantine show 12 --data shop", .run = quarantine_show},
    {.name = "quarantine replay", .doc = "Sends refused calls through again, repaired or not.", .args = replay_args,
        .example = "custos quarantine replay all --code invalid --data shop", .run = quarantine_replay},
    {.name = NULL},
};
