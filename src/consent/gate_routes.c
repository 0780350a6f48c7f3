// SPDX-License-Identifier: Apache-2.0
// The staff route of consents: what a customer told the shop by another way than a client.
#include "gate_internal.h"

#include "gate_sql.h"

static enum gate_state state_named(cu_str name)
{
    for (enum gate_state s = GATE_GRANTED; s < GATE_STATE_COUNT; s++) {
        if (cu_str_eqz(name, gate_state_name(s)))
            return s;
    }
    return GATE_UNKNOWN;
}

// The person says it, so it holds for each profile of the person.
static cu_code set_for_all(
    struct gate *g, struct request *rq, const uint32_t *pnos, size_t count, struct cu_error *err)
{
    const struct evidence ev = {.time_ms = rq->received_ms, .received_ms = rq->received_ms};
    const struct spec_values *v = &rq->body_values;
    const struct gate_saying s = {.purpose = request_path_str(rq, "purpose"), .state = state_named(spec_str(v, "state")),
        .method = CU_LIT("staff"), .evidence = spec_str(v, "evidence"), .language = spec_str(v, "language"),
        .form = spec_str(v, "form"), .button = spec_str(v, "button"), .channel = spec_str(v, "channel"),
        .recipient = spec_str(v, "recipient"), .only = {spec_str(v, "only_channel"), spec_str(v, "only_recipient")}, .wording = spec_i64(v, "wording")};
    for (size_t i = 0; i < count; i++)
        CU_TRY(gate_say(g, pnos[i], &s, &ev, err));
    return CU_OK;
}

static cu_code change(
    struct gate *g, struct request *rq, struct db *d, struct cu_uuid id, struct cu_error *err)
{
    uint32_t root = 0, *pnos = NULL;
    size_t count = 0;
    CU_TRY(people_by_uuid(g->people, d, id, &root, err));
    CU_TRY(people_members(g->people, d, root, rq->arena, &pnos, &count, err));
    CU_TRY(people_announce(g->people, pnos, count, "consents", err));
    CU_TRY(people_begin(g->people, err));
    cu_code code = set_for_all(g, rq, pnos, count, err);
    if (code == CU_OK)
        code = people_commit(g->people, err);
    if (code != CU_OK) {
        people_rollback(g->people);
        gate_rolled_back(g);
        return code;
    }
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "consents");
    jw_array(&w);
    CU_TRY(gate_print(g, d, pnos, count, &w, err));
    jw_array_end(&w);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code put_consent(struct request *rq, struct cu_error *err)
{
    struct gate *g = rq->module;
    struct cu_uuid id;
    if (!cu_uuid_parse(request_path_str(rq, "id"), &id))
        return cu_fail(err, CU_INVALID, "id", "a person's id is a UUID");
    struct db *d = people_lock(g->people);
    cu_code code = change(g, rq, d, id, err);
    people_unlock(g->people);
    return code;
}

static const struct spec_field path_fields[] = {
    {.name = "id", .type = SPEC_UUID, .required = true, .doc = "The person."},
    {.name = "purpose",
        .type = SPEC_STRING,
        .min = 1,
        .max = 100,
        .required = true,
        .doc = "A purpose of the dictionary."},
    {.name = NULL},
};
static const char *const state_options[] = {"granted", "refused", "withdrawn", "requested", "invalidated", NULL};
static const struct spec_field body_fields[] = {
    {.name = "state",
        .type = SPEC_ENUM,
        .options = state_options,
        .required = true,
        .doc = "What the person said."},
    {.name = "evidence",
        .type = SPEC_STRING,
        .max = 8000,
        .doc = "How and when it was said; compulsory for a consent. Stored sealed."},
    {.name = "language", .type = SPEC_STRING, .max = 20, .doc = "Language of what was shown, such as de."},
    {.name = "wording", .type = SPEC_INT, .min = 1, .max = INT64_C(1) << 53, .doc = "Number of the wording that was shown."},
    {.name = "form", .type = SPEC_STRING, .max = 100, .doc = "Form or page, with its version."},
    {.name = "button", .type = SPEC_STRING, .max = 100, .doc = "What was pressed or signed."},
    {.name = "channel", .type = SPEC_STRING, .max = 100, .doc = "Where: shop, telephone, website ..."},
    {.name = "recipient", .type = SPEC_STRING, .max = 100, .doc = "For which recipient, where that was asked."},
    {.name = "only_channel", .type = SPEC_STRING, .max = GATE_PART_MAX, .doc = "It was said of this way of reaching the person alone, such as sms."},
    {.name = "only_recipient", .type = SPEC_STRING, .max = GATE_PART_MAX, .doc = "It was said of this recipient alone."},
    {.name = NULL},
};
static const struct spec_field answer_fields[] = {
    {.name = "consents",
        .type = SPEC_ARRAY,
        .max = 256,
        .fields = people_consent_fields,
        .doc = "All purposes of the person."},
    {.name = NULL},
};
static const struct spec_route routes[] = {
    {.name = "people.consent",
        .method = "PUT",
        .path = "/v1/people/{id}/consents/{purpose}",
        .permission = SPEC_PEOPLE_WRITE,
        .body_kind = SPEC_BODY_JSON,
        .body_max = 16384,
        .path_fields = path_fields,
        .body = body_fields,
        .answer = answer_fields,
        .doc = "Records what a person told the shop about one purpose, with the evidence.",
        .handler = put_consent},
};
static const char *const personal_tables[] = {"consent_evidence", "consent_state", "consent_minor", NULL};

const struct module consent_module = {
    .name = "consent",
    .doc = "What may be done with a person's data, and the gate that asks.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .statements = gate_sql_all,
    .personal_tables = personal_tables,
};
