// SPDX-License-Identifier: Apache-2.0
// Commands about persons: find, show, merge, unmerge, delete.
#include "command.h"
#include "commands.h"

static cu_str body_of(struct command *c, struct cu_buf *b)
{
    cu_str kept = b->failed ? CU_NONE : cu_arena_dup(c->arena, cu_buf_view(b));
    cu_buf_wipe(b);
    return kept;
}

static cu_code find(struct command *c, struct cu_error *err)
{
    struct cu_buf b;
    struct json_writer w;
    json answer;
    cu_buf_init(&b, 4096);
    jw_start(&w, &b);
    jw_object(&w);
    jw_kstr(&w, "q", spec_str(&c->args, "text"));
    jw_ki64(&w, "limit", spec_i64(&c->args, "limit"));
    jw_object_end(&w);
    CU_TRY(command_call(c, "POST", "/v1/people/search", body_of(c, &b), &answer, err));
    command_table(c, json_get(answer, "items"),
        "id=id,name=label,email=email,country=country,orders=orders,revenue=revenue,last seen=last_seen",
        "Nobody was found. Searched are names, e-mail addresses, phone numbers and identifiers, by their beginnings.");
    return CU_OK;
}

// An id as given, or the person an identifier "kind:value" belongs to.
static cu_code person_id_of(struct command *c, cu_str text, cu_str *ret, struct cu_error *err)
{
    ptrdiff_t colon = cu_str_find(text, ':');
    *ret = text;
    if (colon < 0)
        return CU_OK;
    struct cu_buf b;
    struct json_writer w;
    json answer;
    cu_buf_init(&b, 8192);
    jw_start(&w, &b);
    jw_object(&w);
    jw_kstr(&w, "kind", cu_str_sub(text, 0, (size_t)colon));
    jw_kstr(&w, "value", cu_str_sub(text, (size_t)colon + 1, text.len));
    jw_object_end(&w);
    CU_TRY(command_call(c, "POST", "/v1/people/lookup", body_of(c, &b), &answer, err));
    *ret = cu_arena_dup(c->arena, json_str(json_get(answer, "id")));
    return ret->ptr ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory");
}

static void print_pairs(struct command *c, const char *title, json rows, const char *columns, const char *empty)
{
    cu_buf_printf(&c->out, "\n%s\n", title);
    command_table(c, rows, columns, empty);
}

static cu_code show(struct command *c, struct cu_error *err)
{
    json person;
    cu_str id;
    CU_TRY(person_id_of(c, spec_str(&c->args, "person"), &id, err));
    CU_TRY(command_call(c, "GET", command_target(c, "/v1/people/", id, "").ptr, CU_NONE, &person, err));
    if (c->json_output) {
        json_print(&c->out, person);
        cu_buf_char(&c->out, '\n');
        return CU_OK;
    }
    cu_str label = json_str(json_get(person, "label")), uuid = json_str(json_get(person, "id"));
    cu_buf_printf(&c->out, "%.*s  %.*s\n", CU_ARG(label), CU_ARG(uuid));
    print_pairs(c, "Fields", json_get(person, "traits"), "field=name,value=value,level=level,source=source,at=at", "(none)");
    print_pairs(c, "Identifiers", json_get(person, "identifiers"), "kind=kind,value=value,first seen=first_seen,source=source", "(none)");
    print_pairs(c, "Merges", json_get(person, "merges"), "edge=edge,kind=kind,at=at,live=live,reason=reason", "(none)");
    print_pairs(c, "Consents", json_get(person, "consents"), "purpose=purpose,state=state,basis=basis,since=since", "(none)");
    CU_TRY(command_call(c, "GET", command_target(c, "/v1/people/", id, "/orders?limit=20").ptr, CU_NONE, &person, err));
    print_pairs(c, "Orders", json_get(person, "items"), "order=order_id,placed=placed,status=status,revenue=revenue,currency=currency", "(none)");
    CU_TRY(command_call(c, "GET", command_target(c, "/v1/people/", id, "/events?limit=20").ptr, CU_NONE, &person, err));
    print_pairs(c, "Newest events", json_get(person, "items"), "time=time,event=event,source=source,revenue=revenue", "(none)");
    return CU_OK;
}

static cu_code done(struct command *c, json answer, const char *text)
{
    if (c->json_output)
        json_print(&c->out, answer);
    else
        cu_buf_z(&c->out, text);
    cu_buf_char(&c->out, '\n');
    return CU_OK;
}

static cu_code merge(struct command *c, struct cu_error *err)
{
    struct cu_buf b;
    struct json_writer w;
    json answer = {NULL, 0};
    cu_str id, other;
    CU_TRY(person_id_of(c, spec_str(&c->args, "person"), &id, err));
    CU_TRY(person_id_of(c, spec_str(&c->args, "other"), &other, err));
    cu_buf_init(&b, 4096);
    jw_start(&w, &b);
    jw_object(&w);
    jw_kstr(&w, "other", other);
    jw_kstr(&w, "reason", spec_str(&c->args, "reason"));
    jw_object_end(&w);
    CU_TRY(command_call(c, "POST", command_target(c, "/v1/people/", id, "/merge").ptr, body_of(c, &b), &answer, err));
    return done(c, answer, "Merged. `custos person show` lists the edge; `custos person unmerge` takes it back.");
}

static cu_code unmerge(struct command *c, struct cu_error *err)
{
    struct cu_buf b;
    struct json_writer w;
    json answer = {NULL, 0};
    cu_str id;
    CU_TRY(person_id_of(c, spec_str(&c->args, "person"), &id, err));
    cu_buf_init(&b, 4096);
    jw_start(&w, &b);
    jw_object(&w);
    jw_ki64(&w, "edge", spec_i64(&c->args, "edge"));
    jw_kstr(&w, "reason", spec_str(&c->args, "reason"));
    jw_kbool(&w, "never_link", spec_i64(&c->args, "never-link") != 0);
    jw_object_end(&w);
    CU_TRY(command_call(c, "POST", command_target(c, "/v1/people/", id, "/unmerge").ptr, body_of(c, &b), &answer, err));
    return done(c, answer, "Un-merged: each is again what it was.");
}

static cu_code delete_person(struct command *c, struct cu_error *err)
{
    json answer = {NULL, 0};
    cu_str id;
    if (!spec_i64(&c->args, "yes"))
        return cu_fail(err, CU_MISSING, "--yes", "deleting cannot be undone: repeat the command with --yes");
    CU_TRY(person_id_of(c, spec_str(&c->args, "person"), &id, err));
    CU_TRY(command_call(c, "DELETE", command_target(c, "/v1/people/", id, "?reason=command%20line").ptr, CU_NONE, &answer, err));
    return done(c, answer, "Deleted: rows, events and the person's key are gone.");
}

#define PERSON_ARG                                                                                                         \
    {                                                                                                                      \
        .name = "person", .type = SPEC_STRING, .min = 1, .max = 1024, .required = true, .positional = true,                \
        .doc = "The person's id, or an identifier as kind:value (email:anna@example.com)."                                 \
    }
#define REASON_ARG                                                                                                         \
    {                                                                                                                      \
        .name = "reason", .type = SPEC_STRING, .min = 1, .max = 500, .fallback = "command line", .doc = "Why; kept sealed with the decision." \
    }
static const struct spec_field find_args[] = {
    {.name = "text", .type = SPEC_STRING, .min = 1, .max = 254, .required = true, .positional = true,
        .doc = "Beginning of a name, an e-mail address, a phone number or an identifier."},
    {.name = "limit", .type = SPEC_INT, .min = 1, .max = 200, .fallback = "20", .doc = "At most this many."},
    {.name = NULL},
};
static const struct spec_field show_args[] = {PERSON_ARG, {.name = NULL}};
static const struct spec_field merge_args[] = {
    PERSON_ARG,
    {.name = "other", .type = SPEC_STRING, .min = 1, .max = 1024, .required = true, .positional = true, .doc = "The other person, likewise."},
    REASON_ARG,
    {.name = NULL},
};
static const struct spec_field unmerge_args[] = {
    PERSON_ARG,
    {.name = "edge", .type = SPEC_INT, .min = 1, .max = INT64_MAX, .required = true, .positional = true,
        .doc = "The edge to end, from `custos person show`."},
    REASON_ARG,
    {.name = "never-link", .type = SPEC_BOOL, .doc = "Never join these two again."},
    {.name = NULL},
};
static const struct spec_field delete_args[] = {
    PERSON_ARG,
    {.name = "yes", .type = SPEC_BOOL, .doc = "Really delete."},
    {.name = NULL},
};
const struct spec_command commands_people[] = {
    {.name = "person find", .doc = "Searches persons.", .args = find_args, .example = "custos person find anna --data shop", .run = find},
    {.name = "person show", .doc = "Everything held about one person.", .args = show_args,
        .example = "custos person show email:anna@example.com --data shop", .run = show},
    {.name = "person merge", .doc = "Joins two persons by a staff decision.", .args = merge_args,
        .example = "custos person merge user_id:17 email:anna@example.com --data shop", .run = merge},
    {.name = "person unmerge", .doc = "Ends a join; each person is again what it was.", .args = unmerge_args,
        .example = "custos person unmerge user_id:17 3 --never-link --data shop", .run = unmerge},
    {.name = "person delete", .doc = "Deletes a person: rows, tags, events and key.", .args = delete_args,
        .example = "custos person delete user_id:17 --yes --data shop", .run = delete_person},
    {.name = NULL},
};
