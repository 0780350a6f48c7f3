// SPDX-License-Identifier: Apache-2.0
// An entry of the audit log as the console shows it: with the names of staff, and people counted.
#include "audit_internal.h"

#include <stdio.h>

static cu_str staff_name(struct auditing *a, int64_t id, struct audit_names *names)
{
    for (size_t i = 0; i < names->count; i++) {
        if (names->at[i].staff_id == id)
            return cu_str_of(names->at[i].name);
    }
    size_t slot = names->count < CU_COUNT(names->at) ? names->count++ : CU_COUNT(names->at) - 1;
    struct cu_buf email;
    cu_buf_init(&email, 512);
    names->at[slot].staff_id = id;
    names->at[slot].name[0] = 0;
    if (staff_email(a->options.govern, id, &email, NULL) == CU_OK) // who left has no name any more
        (void)snprintf(names->at[slot].name, sizeof names->at[slot].name, "%.*s", CU_ARG(cu_buf_view(&email)));
    cu_buf_wipe(&email);
    return cu_str_of(names->at[slot].name);
}

void audit_write_actor(struct auditing *a, cu_str kind, int64_t id, struct audit_names *names, struct json_writer *w)
{
    cu_str label = CU_NONE;
    if (cu_str_eqz(kind, "staff") && id > 0)
        label = staff_name(a, id, names);
    jw_object(w);
    jw_kstr(w, "kind", kind);
    jw_ki64(w, "id", id);
    jw_kstr(w, "label", label.len ? label : CU_NONE);
    jw_object_end(w);
}

// A member's text, or null when the entry does not have it.
static void text_or_null(struct json_writer *w, const char *name, json v)
{
    jw_kstr(w, name, json_str(v));
}

cu_code audit_write_entry(struct auditing *a, struct request *rq, uint64_t index, cu_str entry, struct audit_names *names,
    struct json_writer *w, struct cu_error *err)
{
    json e;
    int64_t id = 0;
    bool glass = false;
    CU_TRY(json_parse(rq->json, entry, &e, err));
    (void)json_i64(json_get(e, "id"), &id);
    (void)json_bool(json_get(e, "break_glass"), &glass);
    // The person learns in which role and for what somebody looked, not who of the staff it was (CJEU C-579/21).
    bool own = rq->caller.kind == CALLER_PERSON;
    jw_object(w);
    jw_ki64(w, "index", (int64_t)index);
    text_or_null(w, "time", json_get(e, "time"));
    jw_key(w, "actor");
    audit_write_actor(a, json_str(json_get(e, "actor")), own ? 0 : id, names, w);
    text_or_null(w, "role", json_get(e, "role"));
    text_or_null(w, "purpose", json_get(e, "purpose"));
    text_or_null(w, "action", json_get(e, "action"));
    text_or_null(w, "outcome", json_get(e, "outcome"));
    jw_ki64(w, "people", (int64_t)json_count(json_get(e, "people")));
    text_or_null(w, "fields", json_get(e, "fields"));
    jw_kstr(w, "network", own ? CU_NONE : json_str(json_get(e, "network")));
    text_or_null(w, "request_id", json_get(e, "request"));
    jw_key(w, "detail");
    if (json_is(json_get(e, "detail"), JSON_OBJECT))
        jw_value(w, json_get(e, "detail"));
    else
        jw_null(w);
    jw_kbool(w, "break_glass", glass);
    jw_object_end(w);
    return CU_OK;
}

const struct spec_field audit_actor_fields[] = {
    {.name = "kind",
        .type = SPEC_STRING,
        .max = 15,
        .doc = "staff, token, local (the operator at the machine), person (at their own record), system, or nobody."},
    {.name = "id",
        .type = SPEC_INT,
        .max = INT64_MAX,
        .doc = "Number of the member of staff or of the token; 0 for others."},
    {.name = "label",
        .type = SPEC_STRING,
        .max = 254,
        .nullable = true,
        .doc = "The address of the member of staff, while there is one."},
    {.name = NULL},
};
static const struct spec_field entry_fields[] = {
    {.name = "index", .type = SPEC_INT, .max = INT64_MAX, .doc = "Place in the log, from 0; never changes."},
    {.name = "time", .type = SPEC_TIME, .doc = "When it was noted."},
    {.name = "actor", .type = SPEC_OBJECT, .max = 1024, .fields = audit_actor_fields, .doc = "Who."},
    {.name = "role", .type = SPEC_STRING, .max = 31, .nullable = true, .doc = "In which role."},
    {.name = "purpose", .type = SPEC_STRING, .max = 31, .doc = "For which purpose."},
    {.name = "action", .type = SPEC_STRING, .max = 63, .doc = "Which act: the name of the route, command or job."},
    {.name = "outcome",
        .type = SPEC_STRING,
        .max = 15,
        .doc = "attempt (noted before it was done), done, refused or failed."},
    {.name = "people", .type = SPEC_INT, .max = INT64_MAX, .doc = "How many people's records it touched."},
    {.name = "fields",
        .type = SPEC_STRING,
        .max = 4096,
        .nullable = true,
        .doc = "Names of what was read of them; never values."},
    {.name = "network", .type = SPEC_STRING, .max = 63, .nullable = true, .doc = "The caller's address cut to its network."},
    {.name = "request_id",
        .type = SPEC_STRING,
        .max = 63,
        .nullable = true,
        .doc = "The same for all entries of one request."},
    {.name = "detail",
        .type = SPEC_OBJECT,
        .max = 4096,
        .nullable = true,
        .doc = "Names and numbers that belong to the act."},
    {.name = "break_glass", .type = SPEC_BOOL, .doc = "Whether masking was lifted for a stated reason."},
    {.name = NULL},
};
const struct spec_field audit_list_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = 200, .fields = entry_fields, .doc = "Entries, newest first."},
    {.name = "next", .type = SPEC_STRING, .max = 20, .nullable = true, .doc = "Cursor of what follows; null at the end."},
    {.name = NULL},
};
