// SPDX-License-Identifier: Apache-2.0
// One call, looked at. See door_call.h. On the way of every event: a success formats nothing.
#include "door_call.h"

#include "door.h"
#include "text/text.h"

#define YEAR_1990_MS INT64_C(631152000000)
enum { ID_MAX = 512, EVENT_NAME_MAX = 255 };

enum member {
    M_TYPE,
    M_USER,
    M_ANONYMOUS,
    M_GROUP,
    M_PREVIOUS,
    M_EVENT,
    M_MESSAGE,
    M_TIMESTAMP,
    M_ORIGINAL,
    M_SENT,
    M_CHANNEL,
    M_PROPERTIES,
    M_TRAITS,
    M_CONTEXT,
    M_INTEGRATIONS,
    M_COUNT
};
// A word with its length: names are compared for every member of every call.
#define WORD(s)                                                                                    \
    {                                                                                              \
        "" s, sizeof(s) - 1                                                                        \
    }
static const cu_str member_names[M_COUNT] = {WORD("type"), WORD("userId"), WORD("anonymousId"),
    WORD("groupId"), WORD("previousId"), WORD("event"), WORD("messageId"), WORD("timestamp"),
    WORD("originalTimestamp"), WORD("sentAt"), WORD("channel"), WORD("properties"), WORD("traits"),
    WORD("context"), WORD("integrations")};
static const char *const pointers[M_COUNT] = {"/type", "/userId", "/anonymousId", "/groupId",
    "/previousId", "/event", "/messageId", "/timestamp", "/originalTimestamp", "/sentAt",
    "/channel", "/properties", "/traits", "/context", "/integrations"};

struct parts {
    json at[M_COUNT];
};

static const char *const type_names[DOOR_TYPE_COUNT] = {
    NULL, "identify", "track", "page", "screen", "group", "alias"};

const char *door_type_name(enum door_type t)
{
    return type_names[t];
}

bool door_type_parse(cu_str name, enum door_type *ret)
{
    for (int i = DOOR_IDENTIFY; i < DOOR_TYPE_COUNT; i++) {
        if (cu_str_eqz(name, type_names[i])) {
            *ret = (enum door_type)i;
            return true;
        }
    }
    return false;
}

static void take_apart(json call, struct parts *p)
{
    *p = (struct parts){0};
    struct json_iter it = json_each(call);
    while (json_next(&it)) {
        for (int m = 0; m < M_COUNT; m++) {
            if (cu_str_eq(it.key, member_names[m])) {
                p->at[m] = it.value;
                break;
            }
        }
    }
}

// Absent, null and "" all mean that the client has nothing to say.
static bool is_empty(json v)
{
    enum json_type t = json_type_of(v);
    return t == JSON_ABSENT || t == JSON_NULL || (t == JSON_STRING && json_str(v).len == 0);
}

static cu_code check_type(
    const struct parts *p, enum door_type expected, struct door_call *c, struct cu_error *err)
{
    json v = p->at[M_TYPE];
    c->type = expected;
    if (!c->has_type && expected == DOOR_ANY)
        return cu_fail(err, CU_MISSING, "/type",
            "one of identify, track, page, screen, group, alias is needed");
    enum door_type said = expected;
    if (c->has_type && !door_type_parse(json_str(v), &said))
        return cu_fail(err, CU_INVALID, "/type",
            "one of identify, track, page, screen, group, alias is accepted");
    if (expected != DOOR_ANY && said != expected)
        return cu_fail(err, CU_INVALID, "/type", "this path takes calls of type %s only",
            type_names[expected]);
    c->type = said;
    return CU_OK;
}

// Old clients send numbers as ids; anything else is no id.
static cu_code check_id(const struct parts *p, enum member m, bool needed, struct cu_error *err)
{
    json v = p->at[m];
    if (is_empty(v))
        return needed ? cu_fail(err, CU_MISSING, pointers[m], "this member is needed") : CU_OK;
    int64_t number = 0;
    if (json_is(v, JSON_STRING) ? json_str(v).len <= ID_MAX
                                : json_is(v, JSON_INT) && json_i64(v, &number))
        return CU_OK;
    return cu_fail(err, CU_INVALID, pointers[m],
        "text of at most %d bytes or a whole number is accepted", ID_MAX);
}

static cu_code check_ids(const struct parts *p, const struct door_call *c,
    const struct door_envelope *e, struct cu_error *err)
{
    CU_TRY(check_id(p, M_USER, c->type == DOOR_ALIAS, err));
    CU_TRY(check_id(p, M_ANONYMOUS, false, err));
    CU_TRY(check_id(p, M_GROUP, c->type == DOOR_GROUP, err));
    CU_TRY(check_id(p, M_PREVIOUS, c->type == DOOR_ALIAS, err));
    if (!is_empty(p->at[M_USER]) || !is_empty(p->at[M_ANONYMOUS]) || e->has_context_person ||
        json_count(json_get(p->at[M_CONTEXT], "externalIds")) > 0)
        return CU_OK;
    return cu_fail(err, CU_MISSING, "/userId", "userId or anonymousId is needed");
}

static cu_code check_shapes(const struct parts *p, struct cu_error *err)
{
    static const enum member objects[] = {M_PROPERTIES, M_TRAITS, M_CONTEXT, M_INTEGRATIONS};
    for (size_t i = 0; i < CU_COUNT(objects); i++) {
        json v = p->at[objects[i]];
        enum json_type t = json_type_of(v);
        // PHP writes an empty object as an empty array
        bool good = t == JSON_OBJECT || t == JSON_ABSENT || t == JSON_NULL ||
                    (t == JSON_ARRAY && json_count(v) == 0);
        if (!good)
            return cu_fail(err, CU_INVALID, pointers[objects[i]], "an object is accepted");
    }
    return CU_OK;
}

static size_t characters(cu_str s)
{
    size_t n = 0;
    for (size_t i = 0; i < s.len; i++)
        n += ((unsigned char)s.ptr[i] & 0xc0) != 0x80;
    return n;
}

static cu_code check_message_id(const struct parts *p, struct door_call *c, struct cu_error *err)
{
    json v = p->at[M_MESSAGE];
    if (is_empty(v))
        return CU_OK;
    c->message_id = json_str(v);
    if (!c->message_id.ptr)
        return cu_fail(err, CU_INVALID, "/messageId", "text is accepted");
    if (characters(c->message_id) > DOOR_MESSAGE_ID_MAX)
        return cu_fail(err, CU_INVALID, "/messageId", "at most %d characters are accepted",
            DOOR_MESSAGE_ID_MAX);
    return CU_OK;
}

bool door_server_library(cu_str name)
{
    static const cu_str words[] = {WORD("node"), WORD("nodejs"), WORD("python"), WORD("ruby"),
        WORD("go"), WORD("golang"), WORD("java"), WORD("php"), WORD("net"), WORD("dotnet"),
        WORD("csharp"), WORD("rust"), WORD("perl"), WORD("elixir"), WORD("server")};
    size_t at = 0;
    while (at < name.len) {
        size_t start = at;
        while (at < name.len && ((name.ptr[at] | 0x20) >= 'a' && (name.ptr[at] | 0x20) <= 'z'))
            at++;
        cu_str word = {name.ptr + start, at - start}; // whole words: "javascript" is not java
        for (size_t i = 0; i < CU_COUNT(words); i++)
            if (word.len == words[i].len && cu_str_eq_nocase(word, words[i]))
                return true;
        at += word.len == 0;
    }
    return false;
}

static void where_from(const struct parts *p, const struct door_envelope *e, struct door_call *c)
{
    static const char *const visitors[] = {"web", "browser", "mobile", "client"};
    cu_str channel = json_str(p->at[M_CHANNEL]);
    cu_str library = json_str(json_get(json_get(p->at[M_CONTEXT], "library"), "name"));
    c->server_side = cu_str_eqz(channel, "server") ||
                     (library.len > 0 ? door_server_library(library) : e->server_library);
    for (size_t i = 0; i < CU_COUNT(visitors); i++)
        c->browser = c->browser || cu_str_eqz(channel, visitors[i]);
    c->browser = c->browser || cu_str_eqz(library, "analytics.js");
    (void)json_bool(json_get(p->at[M_CONTEXT], "direct"), &c->direct);
}

static cu_code read_time(
    const struct parts *p, enum member m, bool *ret_has, int64_t *ret_ms, struct cu_error *err)
{
    json v = p->at[m];
    *ret_has = !is_empty(v);
    if (!*ret_has || text_time_parse(json_str(v), ret_ms))
        return CU_OK;
    return cu_fail(
        err, CU_INVALID, pointers[m], "a time like 2026-11-21T10:00:00.000Z is accepted");
}

int64_t door_time(int64_t event_ms, bool explicit_time, bool server_side, bool has_sent,
    int64_t sent_ms, int64_t received_ms)
{
    if (explicit_time || server_side || !has_sent)
        return event_ms; // sent_ms may be anything then
    int64_t skew = received_ms - sent_ms, size = skew < 0 ? -skew : skew;
    return size > DOOR_SKEW_MIN_MS && size <= DOOR_SKEW_MAX_MS ? event_ms + skew : event_ms;
}

static cu_code check_times(const struct parts *p, const struct door_envelope *e,
    int64_t received_ms, struct door_call *c, struct cu_error *err)
{
    bool has_timestamp = false, has_original = false;
    int64_t timestamp = 0, original = 0;
    CU_TRY(read_time(p, M_TIMESTAMP, &has_timestamp, &timestamp, err));
    CU_TRY(read_time(p, M_ORIGINAL, &has_original, &original, err));
    CU_TRY(read_time(p, M_SENT, &c->has_sent, &c->sent_ms, err));
    if (!c->has_sent) {
        c->has_sent = e->has_sent;
        c->sent_ms = e->sent_ms;
    }
    // RudderStack's clients send originalTimestamp always and timestamp only when the caller chose
    // it
    int64_t event_ms = has_timestamp ? timestamp : original;
    c->time_ms = has_timestamp || has_original
                     ? door_time(event_ms, has_timestamp && has_original, c->server_side,
                           c->has_sent, c->sent_ms, received_ms)
                     : received_ms;
    if (c->time_ms >= YEAR_1990_MS && c->time_ms <= received_ms + DOOR_SKEW_MAX_MS)
        return CU_OK;
    return cu_fail(err, CU_INVALID, has_timestamp ? "/timestamp" : "/originalTimestamp",
        "a time between 1990 and two days from now is accepted");
}

static cu_code check_event_name(json v, struct cu_error *err)
{
    cu_str name = json_str(v);
    if (is_empty(v))
        return cu_fail(err, CU_MISSING, "/event", "a track call needs the name of its event");
    if (name.ptr && name.len <= EVENT_NAME_MAX)
        return CU_OK;
    return cu_fail(
        err, CU_INVALID, "/event", "text of at most %d bytes is accepted", EVENT_NAME_MAX);
}

static cu_code check_against(const struct dictionary *d, cu_str event, json values,
    const char *pointer, struct cu_error *err)
{
    const struct dict_event *row = json_is(values, JSON_OBJECT) ? dictionary_event(d, event) : NULL;
    return row ? dictionary_check_properties(row, values, pointer, err) : CU_OK;
}

static cu_code check_values(
    const struct dictionary *d, const struct parts *p, enum door_type type, struct cu_error *err)
{
    json context_traits = json_get(p->at[M_CONTEXT], "traits");
    if (json_is(context_traits, JSON_OBJECT))
        CU_TRY(dictionary_check_traits(d, context_traits, "/context/traits", err));
    switch (type) {
    case DOOR_IDENTIFY:
        if (!json_is(p->at[M_TRAITS], JSON_OBJECT))
            return CU_OK;
        return dictionary_check_traits(d, p->at[M_TRAITS], "/traits", err);
    case DOOR_TRACK:
        return check_against(d, json_str(p->at[M_EVENT]), p->at[M_PROPERTIES], "/properties", err);
    case DOOR_PAGE:
        return check_against(d, CU_LIT("$page"), p->at[M_PROPERTIES], "/properties", err);
    case DOOR_SCREEN:
        return check_against(d, CU_LIT("$screen"), p->at[M_PROPERTIES], "/properties", err);
    case DOOR_GROUP:
        return check_against(d, CU_LIT("$group"), p->at[M_TRAITS], "/traits", err);
    case DOOR_ALIAS:
    case DOOR_ANY:
    case DOOR_TYPE_COUNT:
        break;
    }
    return CU_OK;
}

cu_code door_call_check(const struct dictionary *d, json call, enum door_type expected,
    const struct door_envelope *envelope, int64_t received_ms, struct door_call *ret,
    struct cu_error *err)
{
    struct parts p;
    *ret = (struct door_call){.type = expected, .has_type = true, .has_message_id = true};
    if (!json_is(call, JSON_OBJECT))
        return cu_fail(err, CU_INVALID, "", "a call is a JSON object");
    take_apart(call, &p);
    ret->has_type = json_type_of(p.at[M_TYPE]) != JSON_ABSENT;
    ret->has_message_id = json_type_of(p.at[M_MESSAGE]) != JSON_ABSENT;
    CU_TRY(check_message_id(&p, ret, err));
    CU_TRY(check_type(&p, expected, ret, err));
    CU_TRY(check_shapes(&p, err));
    CU_TRY(check_ids(&p, ret, envelope, err));
    if (ret->type == DOOR_TRACK)
        CU_TRY(check_event_name(p.at[M_EVENT], err));
    where_from(&p, envelope, ret);
    CU_TRY(check_times(&p, envelope, received_ms, ret, err));
    return check_values(d, &p, ret->type, err);
}
