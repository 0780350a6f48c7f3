// SPDX-License-Identifier: Apache-2.0
// Commands about staff: for the operator of the machine, and for an owner who is locked out.
#include "command.h"
#include "commands.h"

#include <stdio.h>

static cu_code list(struct command *c, struct cu_error *err)
{
    json answer;
    CU_TRY(command_call(c, "GET", "/v1/staff", CU_NONE, &answer, err));
    command_table(c, json_get(answer, "items"),
        "number=id,address=email,role=role,state=state,factors=factors,last sign-in=last_sign_in",
        "Nobody works here yet; custos setup-link makes a link for the owner.");
    return CU_OK;
}

// The number of whom an address or a number names.
static cu_code find(struct command *c, int64_t *ret, struct cu_error *err)
{
    cu_str who = spec_str(&c->args, "who");
    json answer;
    CU_TRY(command_call(c, "GET", "/v1/staff", CU_NONE, &answer, err));
    for (struct json_iter it = json_each(json_get(answer, "items")); json_next(&it);) {
        int64_t id = 0, number = 0;
        if (!json_i64(json_get(it.value, "id"), &id))
            continue;
        if ((cu_str_i64(who, &number) && number == id) || cu_str_eq_nocase(who, json_str(json_get(it.value, "email")))) {
            *ret = id;
            return CU_OK;
        }
    }
    return cu_fail(err, CU_NOT_FOUND, "who", "nobody of that address or number works here; custos staff list shows all");
}

static cu_code call(struct command *c, const char *method, const char *rest, cu_str body, json *ret, struct cu_error *err)
{
    int64_t id = 0;
    char target[80];
    CU_TRY(find(c, &id, err));
    (void)snprintf(target, sizeof target, "/v1/staff/%lld%s", (long long)id, rest);
    return command_call(c, method, target, body, ret, err);
}

static cu_code reset_link(struct command *c, struct cu_error *err)
{
    json answer;
    CU_TRY(call(c, "POST", "/reset-link", CU_NONE, &answer, err));
    cu_str link = json_str(json_get(answer, "link"));
    if (c->json_output)
        cu_buf_printf(&c->out, "{\"link\":\"%.*s\"}\n", CU_ARG(link));
    else
        cu_buf_printf(&c->out, "%.*s\n", CU_ARG(link));
    return CU_OK;
}

static cu_code done(struct command *c, cu_code code, const char *text)
{
    if (code == CU_OK)
        cu_buf_printf(&c->out, c->json_output ? "{}\n" : "%s\n", text);
    return code;
}

static cu_code disable(struct command *c, struct cu_error *err)
{
    return done(
        c, call(c, "PATCH", "", CU_LIT("{\"state\":\"disabled\"}"), NULL, err), "Disabled, and signed out everywhere.");
}

static cu_code enable(struct command *c, struct cu_error *err)
{
    return done(c, call(c, "PATCH", "", CU_LIT("{\"state\":\"active\"}"), NULL, err), "Enabled.");
}

static cu_code remove_factors(struct command *c, struct cu_error *err)
{
    return done(c, call(c, "DELETE", "/factors", CU_NONE, NULL, err),
        "Removed. A password under 15 characters went with them: custos staff reset-link makes a link for a new one.");
}

static const struct spec_field who_args[] = {
    {.name = "who", .type = SPEC_STRING, .min = 1, .max = 254, .required = true, .positional = true,
        .doc = "The address or the number of the member of staff."},
    {.name = NULL},
};
const struct spec_command commands_staff[] = {
    {.name = "staff list", .doc = "Lists who works here, with role and second factors.",
        .example = "custos staff list --data shop", .run = list},
    {.name = "staff reset-link",
        .doc = "Makes a link by which somebody sets a new password; it works once, for 4 hours.", .args = who_args,
        .example = "custos staff reset-link owner@example.com --data shop", .run = reset_link},
    {.name = "staff remove-factors", .doc = "Removes all second factors of somebody who lost them.", .args = who_args,
        .example = "custos staff remove-factors owner@example.com --data shop", .run = remove_factors},
    {.name = "staff disable", .doc = "Disables an account and ends its sessions.", .args = who_args,
        .example = "custos staff disable 7 --data shop", .run = disable},
    {.name = "staff enable", .doc = "Enables a disabled account.", .args = who_args,
        .example = "custos staff enable 7 --data shop", .run = enable},
    {.name = NULL},
};
