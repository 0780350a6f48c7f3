// SPDX-License-Identifier: Apache-2.0
// What an event is: its call type and name, whose it is, what it says and what of that is sealed.
// Reads the JSON once; writes nothing but the two parts of the timeline row. Called by the stages.
//
// The batch envelope's context and integrations belong to every event of the batch; where both have
// a member, the event's own counts.
#include "pipeline_private.h"

#include "text/text.h"

static cu_code poisoned(struct cu_error *err, const char *field, const char *text)
{
    return cu_fail(err, CU_INVALID, field, "%s", text);
}

// ---- parsing

// Events of one batch come with the same envelope: parsed again only when it differs.
static cu_code parse_envelope(struct pipeline *p, struct work *w, struct cu_error *err)
{
    w->envelope = (json){NULL, 0};
    if (w->r.context.len == 0)
        return CU_OK;
    if (!cu_str_eq(cu_buf_view(&p->envelope_text), w->r.context) || p->envelope_text.len == 0) {
        cu_buf_reset(&p->envelope_text);
        CU_TRY(json_parse(p->json_envelope, w->r.context, &p->envelope, err));
        cu_buf_str(&p->envelope_text, w->r.context);
        if (p->envelope_text.failed)
            cu_buf_wipe(&p->envelope_text);
    }
    w->envelope = p->envelope;
    return CU_OK;
}

// ---- members

static const struct {
    const char *name;
    size_t len;
} members[MEMBERS] = {
#define MEMBER(index, text) [index] = {text, sizeof text - 1}
    MEMBER(MEMBER_TYPE, "type"),
    MEMBER(MEMBER_EVENT, "event"),
    MEMBER(MEMBER_USER_ID, "userId"),
    MEMBER(MEMBER_ANONYMOUS_ID, "anonymousId"),
    MEMBER(MEMBER_MESSAGE_ID, "messageId"),
    MEMBER(MEMBER_CONTEXT, "context"),
    MEMBER(MEMBER_TRAITS, "traits"),
    MEMBER(MEMBER_PROPERTIES, "properties"),
    MEMBER(MEMBER_INTEGRATIONS, "integrations"),
    MEMBER(MEMBER_GROUP_ID, "groupId"),
    MEMBER(MEMBER_PREVIOUS_ID, "previousId"),
    MEMBER(MEMBER_NAME, "name"),
    MEMBER(MEMBER_CATEGORY, "category"),
#undef MEMBER
};

static const char *skip_string(const char *at, const char *end) // at the opening quote
{
    for (;;) {
        const char *quote = memchr(at + 1, '"', (size_t)(end - at - 1)), *slash = quote;
        while (slash[-1] == '\\') // an even number of them belongs to themselves
            slash--;
        at = quote;
        if ((quote - slash) % 2 == 0)
            return quote + 1;
    }
}

static bool is_space(char c)
{
    return c == ' ' || c == '\n' || c == '\r' || c == '\t';
}

static const char *skip_value(const char *at, const char *end)
{
    int depth = 0;
    do {
        if (*at == '"') {
            at = skip_string(at, end);
            continue;
        }
        depth += (*at == '{' || *at == '[') - (*at == '}' || *at == ']');
        at++;
    } while (depth > 0 || (*at != ',' && *at != '}' && !is_space(*at)));
    return at;
}

// The text of the next member's value; *at goes behind it. The text was parsed before, so it is
// JSON.
static cu_str next_raw(const char **at, const char *end)
{
    const char *p = *at;
    while (*p != '"')
        p++;
    p = skip_string(p, end);
    while (*p == ':' || is_space(*p))
        p++;
    *at = skip_value(p, end);
    return (cu_str){p, (size_t)(*at - p)};
}

static void take_apart(struct work *w, json event)
{
    const char *at = w->r.event.ptr, *end = at + w->r.event.len;
    struct json_iter it = json_each(event);
    while (json_next(&it)) {
        cu_str raw = next_raw(&at, end);
        for (size_t m = 0; m < MEMBERS; m++) {
            if (it.key.len == members[m].len &&
                memcmp(it.key.ptr, members[m].name, it.key.len) == 0) {
                w->part[m] = (struct work_part){it.value, raw};
                break;
            }
        }
    }
}

static const struct {
    const char *type, *name;
} calls[CALL_TYPES] = {
    [CALL_TRACK] = {"track", NULL},
    [CALL_IDENTIFY] = {"identify", "$identify"},
    [CALL_PAGE] = {"page", "$page"},
    [CALL_SCREEN] = {"screen", "$screen"},
    [CALL_GROUP] = {"group", "$group"},
    [CALL_ALIAS] = {"alias", "$alias"},
};

static cu_code find_type(struct work *w, cu_str *ret_name, struct cu_error *err)
{
    cu_str type = json_str(w->part[MEMBER_TYPE].value);
    for (size_t i = 0; i < CALL_TYPES; i++) {
        if (!cu_str_eqz(type, calls[i].type))
            continue;
        w->type = (enum call_type)i;
        *ret_name = cu_str_of(calls[i].name);
        if (w->type == CALL_TRACK)
            *ret_name = cu_str_trim(json_str(w->part[MEMBER_EVENT].value));
        if (ret_name->len == 0)
            return cu_fail(err, CU_MISSING, "/event", "a track call names its event");
        return CU_OK;
    }
    return poisoned(err, "/type", "track, identify, page, screen, group or alias is accepted here");
}

// Text of a string, or of a whole number (ids are often numbers).
static cu_code id_text(struct pipeline *p, json v, cu_str *ret, struct cu_error *err)
{
    int64_t number = 0;
    *ret = CU_NONE;
    if (json_is(v, JSON_STRING))
        *ret = json_str(v);
    if (!json_is(v, JSON_INT) || !json_i64(v, &number))
        return CU_OK;
    *ret = cu_arena_printf(p->arena, "%lld", (long long)number);
    return ret->ptr ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory to read an event");
}

static cu_code add_id(
    struct pipeline *p, struct work *w, const char *kind, json v, struct cu_error *err)
{
    cu_str value = CU_NONE;
    CU_TRY(id_text(p, v, &value, err));
    if (cu_str_trim(value).len > 0 && w->id_count < PERSON_IDS_MAX)
        w->ids[w->id_count++] = (struct person_id){cu_str_of(kind), value};
    return CU_OK;
}

// context.externalIds: [{id, type, collection: "users", encoding: "none"}]
static cu_code add_external_ids(
    struct pipeline *p, struct work *w, json context, struct cu_error *err)
{
    struct json_iter it = json_each(json_get(context, "externalIds"));
    while (json_next(&it)) {
        cu_str type = cu_str_trim(json_str(json_get(it.value, "type"))), value = CU_NONE;
        json collection = json_get(it.value, "collection"),
             encoding = json_get(it.value, "encoding");
        CU_TRY(id_text(p, json_get(it.value, "id"), &value, err));
        bool of_users = !json_is(collection, JSON_STRING) ||
                        cu_str_eq_nocase(json_str(collection), CU_LIT("users"));
        bool as_is =
            !json_is(encoding, JSON_STRING) || cu_str_eq_nocase(json_str(encoding), CU_LIT("none"));
        if (of_users && as_is && type.len > 0 && cu_str_trim(value).len > 0 &&
            w->id_count < PERSON_IDS_MAX)
            w->ids[w->id_count++] = (struct person_id){type, value};
    }
    return CU_OK;
}

static cu_code add_device(struct pipeline *p, struct work *w, json context, struct cu_error *err)
{
    const struct dict_identifier *row =
        dictionary_identifier(people_dictionary(p->o.people), CU_LIT("device_id"));
    json id = json_path(context, "device.id");
    if (!row || !cu_str_eqz(row->kind, "device_id") || json_type_of(id) == JSON_ABSENT)
        return CU_OK; // only where the shop declared that devices identify
    return add_id(p, w, "device_id", id, err);
}

static cu_code find_ids(struct pipeline *p, struct work *w, struct cu_error *err)
{
    CU_TRY(add_id(p, w, "user_id", w->part[MEMBER_USER_ID].value, err));
    CU_TRY(add_id(p, w, "anonymous_id", w->part[MEMBER_ANONYMOUS_ID].value, err));
    if (w->type == CALL_IDENTIFY) {
        const json traits[] = {
            w->part[MEMBER_TRAITS].value, json_get(w->part[MEMBER_CONTEXT].value, "traits")};
        for (size_t i = 0; i < CU_COUNT(traits); i++) {
            if (json_is(traits[i], JSON_OBJECT))
                w->id_count = people_ids_of_traits(
                    p->o.people, traits[i], w->ids, w->id_count, PERSON_IDS_MAX);
        }
    }
    json context = w->part[MEMBER_CONTEXT].value;
    CU_TRY(add_external_ids(p, w, context, err));
    if (json_type_of(json_get(context, "externalIds")) == JSON_ABSENT)
        CU_TRY(add_external_ids(p, w, w->envelope, err));
    return add_device(p, w, context, err);
}

cu_code work_parse(struct pipeline *p, struct work *w, struct cu_error *err)
{
    cu_str name = CU_NONE;
    json event;
    CU_TRY(json_parse(p->json_event, w->r.event, &event, err));
    if (!json_is(event, JSON_OBJECT))
        return poisoned(err, "", "an event is a JSON object");
    take_apart(w, event);
    CU_TRY(parse_envelope(p, w, err));
    CU_TRY(find_type(w, &name, err));
    CU_TRY(
        split_plan_of(p->plans, people_dictionary(p->o.people), p->timeline, name, &w->plan, err));
    w->ev = (struct evidence){.source = w->r.source,
        .import = w->r.import,
        .seq = w->seq,
        .time_ms = w->r.time_ms,
        .received_ms = w->r.received_ms,
        .sample = (w->r.flags & RECORD_SAMPLE) != 0};
    CU_TRY(find_ids(p, w, err));
    if (w->id_count == 0 && !(w->r.flags & RECORD_NOBODY))
        return cu_fail(err, CU_MISSING, "/userId", "a call needs userId or anonymousId");
    return CU_OK;
}

json work_consent(const struct work *w)
{
    json own = json_get(w->part[MEMBER_CONTEXT].value, "consent");
    return json_type_of(own) == JSON_ABSENT ? json_get(w->envelope, "consent") : own;
}

// ---- the two parts

static bool has_member(json object, cu_str key)
{
    struct json_iter it = json_each(object);
    while (json_next(&it)) {
        if (cu_str_eq(it.key, key))
            return true;
    }
    return false;
}

// Own members as they stand, then those of the envelope and the request that the event does not
// have.
static void seal_merged(struct json_writer *out, const char *name, const struct work_part *own,
    json envelope, cu_str ip, cu_str user_agent)
{
    const struct {
        cu_str name, value;
    } request[] = {{CU_LIT("ip"), ip}, {CU_LIT("userAgent"), user_agent}};
    bool has_own = json_is(own->value, JSON_OBJECT);
    jw_key(out, name);
    jw_object(out);
    if (has_own && json_count(own->value) > 0) { // between its braces
        cu_buf_str(out->out, cu_str_sub(own->raw, 1, own->raw.len - 2));
        out->comma = true;
    }
    struct json_iter it = json_each(envelope);
    while (json_is(envelope, JSON_OBJECT) && json_next(&it)) {
        if (has_member(own->value, it.key))
            continue;
        jw_keys(out, it.key);
        jw_value(out, it.value);
    }
    for (size_t i = 0; i < CU_COUNT(request); i++) {
        if (request[i].value.len > 0 && !has_member(own->value, request[i].name) &&
            !has_member(envelope, request[i].name)) {
            jw_keys(out, request[i].name);
            jw_str(out, request[i].value);
        }
    }
    jw_object_end(out);
}

struct note_context {
    struct people *people;
    const struct work *work;
};

static void note_undeclared(void *context, cu_str path)
{
    const struct note_context *n = context;
    people_undeclared_note(n->people, n->work->plan->name, path, &n->work->ev);
}

static void split_properties(struct pipeline *p, struct work *w, struct split_out *out)
{
    static const enum work_member heads[] = {MEMBER_NAME, MEMBER_CATEGORY}; // of page and screen
    json properties = w->part[MEMBER_PROPERTIES].value;
    split_begin(p->plans, w->plan, &(struct split_said){.objects = {properties}}, out);
    for (size_t i = 0; i < CU_COUNT(heads) && (w->type == CALL_PAGE || w->type == CALL_SCREEN);
         i++) {
        const char *name = members[heads[i]].name;
        json v = w->part[heads[i]].value;
        if (json_is(v, JSON_STRING) && json_type_of(json_get(properties, name)) == JSON_ABSENT)
            split_member(w->plan, cu_str_of(name), v, out);
    }
    struct json_iter it = json_each(properties);
    while (json_is(properties, JSON_OBJECT) && json_next(&it))
        split_member(w->plan, it.key, it.value, out);
    split_end(w->plan, out);
}

static struct split_said said_of(const struct work *w)
{
    struct split_said said = {.objects = {w->part[MEMBER_CONTEXT].value, w->envelope}, .user_agent = w->r.user_agent};
    if (w->type == CALL_PAGE || w->type == CALL_SCREEN) {
        said.page = w->part[MEMBER_PROPERTIES].value;
        said.page_event = w->plan->event;
    }
    return said;
}

static void seal_part(struct json_writer *out, const struct work *w, enum work_member m)
{
    if (json_type_of(w->part[m].value) == JSON_ABSENT)
        return;
    jw_key(out, members[m].name);
    jw_raw(out, w->part[m].raw);
}

static cu_code seal_integrations(
    struct pipeline *p, struct work *w, struct json_writer *out, struct cu_error *err)
{
    const struct work_part *own = &w->part[MEMBER_INTEGRATIONS];
    json envelope = {NULL, 0};
    if (w->r.integrations.len > 0)
        CU_TRY(json_parse(p->json_built, w->r.integrations, &envelope, err));
    if (json_is(own->value, JSON_OBJECT) || json_is(envelope, JSON_OBJECT))
        seal_merged(out, "integrations", own, envelope, CU_NONE, CU_NONE);
    return CU_OK;
}

// Traits of a person are kept by people/ with source, time and history, not a second time here;
// those of a group belong to nobody's profile, so their event keeps them.
cu_code work_split(struct pipeline *p, struct work *w, struct cu_buf *plain, struct cu_buf *sealed,
    struct cu_error *err)
{
    struct note_context note = {p->o.people, w};
    struct split_out out = {
        .note = w->plan->event && !w->replay ? note_undeclared : NULL, .note_context = &note};
    jw_start(&out.plain, plain);
    jw_start(&out.sealed, sealed);
    jw_object(&out.plain);
    jw_object(&out.sealed);
    jw_kz(&out.sealed, "type", calls[w->type].type);
    jw_ki64(&out.sealed, "received", w->r.received_ms);
    seal_part(&out.sealed, w, MEMBER_MESSAGE_ID);
    jw_key(&out.sealed, "properties");
    jw_object(&out.sealed);
    split_properties(p, w, &out);
    jw_object_end(&out.sealed);
    out.note = NULL;
    const struct split_said said = said_of(w);
    CU_TRY(split_context(p->plans, &said, &out, err));
    jw_object_end(&out.plain);
    seal_merged(
        &out.sealed, "context", &w->part[MEMBER_CONTEXT], w->envelope, w->r.ip, w->r.user_agent);
    CU_TRY(seal_integrations(p, w, &out.sealed, err));
    if (w->type == CALL_GROUP) {
        seal_part(&out.sealed, w, MEMBER_GROUP_ID);
        seal_part(&out.sealed, w, MEMBER_TRAITS);
    }
    if (w->type == CALL_ALIAS)
        seal_part(&out.sealed, w, MEMBER_PREVIOUS_ID);
    jw_object_end(&out.sealed);
    if (out.failed)
        return cu_fail(err, CU_MEMORY, "", "no memory for the pipeline");
    CU_TRY(cu_buf_code(plain, err));
    return cu_buf_code(sealed, err);
}
