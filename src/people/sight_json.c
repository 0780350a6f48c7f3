// SPDX-License-Identifier: Apache-2.0
// JSON as a caller sees it: walked member by member, each value by the row of its dotted name. See sight.h.
// A declared value has its own row's level; one without a row has that of the object around it when the
// dictionary says no more about that object, else it is undeclared.
#include "sight.h"

#include <stdio.h>

enum { PATH_MAX = 256, DEPTH_MAX = 24 };

struct walk {
    struct sight *s;
    struct json_writer *w;
    const struct dict_event *event; // whose rows; NULL with `person` false: nobody declared anything
    bool person;                    // rows of a person instead
    char path[PATH_MAX];
};
struct place { // around a value
    size_t path_len;
    enum dict_level level; // of what has no row of its own
    int depth;
};

static const struct dict_field *row_of(const struct walk *k, size_t path_len)
{
    cu_str path = {k->path, path_len};
    if (path_len == 0 || path_len >= PATH_MAX)
        return NULL;
    if (k->person)
        return k->s->dictionary ? dictionary_person_field(k->s->dictionary, path) : NULL;
    return k->event ? dictionary_event_field(k->event, path) : NULL;
}

static const struct dict_field *higher(const struct dict_field *f, const struct dict_field *than, enum dict_level around)
{
    enum dict_level level = than ? than->level : around;
    return f && f->level > level ? f : than;
}

// A name that stands where nobody declared it, but somewhere else as something of a higher level (an event that came
// without its name): it is treated as that.
static const struct dict_field *row_by_name(const struct walk *k, enum dict_level around, cu_str name)
{
    const struct caller *c = k->s->caller;
    const struct dictionary *dict = k->s->dictionary;
    const struct dict_event *events = NULL;
    const struct dict_field *f = NULL;
    if (!dict || sight_level(c, DICT_P4) == sight_level(c, around))
        return NULL; // it would make no difference
    f = higher(dictionary_person_field(dict, name), f, around);
    size_t count = dictionary_events(dict, &events);
    for (size_t i = 0; i < count; i++)
        f = higher(dictionary_event_field(&events[i], name), f, around);
    return f;
}

static bool has_rows_inside(const struct walk *k, cu_str name)
{
    const struct dict_field *fields = k->event ? k->event->fields : NULL;
    size_t count = k->event ? k->event->field_count : 0;
    if (k->person)
        count = k->s->dictionary ? dictionary_person_fields(k->s->dictionary, &fields) : 0;
    for (size_t i = 0; i < count; i++) {
        cu_str other = fields[i].name;
        if (other.len > name.len + 1 && other.ptr[name.len] == '.' && cu_str_starts(other, name))
            return true;
    }
    return false;
}

// PATH_MAX when it does not fit: then nothing has a row.
static size_t extend(struct walk *k, size_t path_len, cu_str more)
{
    size_t dot = path_len > 0;
    if (path_len >= PATH_MAX || path_len + dot + more.len >= PATH_MAX)
        return PATH_MAX;
    if (dot)
        k->path[path_len] = '.';
    memcpy(k->path + path_len + dot, more.ptr, more.len);
    return path_len + dot + more.len;
}

static bool is_container(json v)
{
    return json_is(v, JSON_OBJECT) || json_is(v, JSON_ARRAY);
}

static void value_at(struct walk *k, const struct place *at, const struct dict_field *f, json v);

static void members_at(struct walk *k, const struct place *at, json object);

// Whether anything of it is written at all; counts what is not.
static bool left_out(struct walk *k, const struct place *at, const struct dict_field *f)
{
    if (f || sight_level(k->s->caller, at->level) != SPEC_VIEW_NONE)
        return false;
    k->s->hidden++;
    return true;
}

static void object_at(struct walk *k, const struct place *at, json object)
{
    jw_object(k->w);
    members_at(k, at, object);
    jw_object_end(k->w);
}

// rows: the dictionary says what is in the elements, so an element that is an object is looked into.
static void elements_at(struct walk *k, const struct place *around, bool rows, json array)
{
    struct place at = *around;
    at.path_len = extend(k, around->path_len, CU_LIT("$"));
    struct json_iter it = json_each(array);
    jw_array(k->w);
    while (json_next(&it)) {
        const struct dict_field *f = row_of(k, at.path_len);
        if (rows && !f && json_is(it.value, JSON_OBJECT))
            object_at(k, &at, it.value);
        else if (!left_out(k, &at, f))
            value_at(k, &at, f, it.value);
    }
    jw_array_end(k->w);
}

static void scalar(struct walk *k, enum spec_view v, const struct dict_field *f, json value)
{
    if (v == SPEC_VIEW_FULL || json_is(value, JSON_NULL)) {
        jw_value(k->w, value);
        return;
    }
    k->s->masked += v == SPEC_VIEW_MASK;
    k->s->hidden += v != SPEC_VIEW_MASK;
    cu_str text = json_is(value, JSON_STRING) ? json_str(value) : CU_LIT("");
    sight_print(k->w, v, json_is(value, JSON_STRING) ? sight_mask(f) : MASK_ALL, text);
}

static void value_at(struct walk *k, const struct place *around, const struct dict_field *f, json v)
{
    struct place in = *around;
    in.depth++;
    if (f)
        in.level = f->level;
    enum spec_view view = sight_level(k->s->caller, in.level);
    if (!is_container(v)) {
        scalar(k, view, f, v);
        return;
    }
    bool rows = f && has_rows_inside(k, f->name);
    if (in.depth > DEPTH_MAX || (view != SPEC_VIEW_FULL && !rows)) {
        k->s->masked += view == SPEC_VIEW_MASK;
        k->s->hidden += view != SPEC_VIEW_MASK;
        sight_print(k->w, view == SPEC_VIEW_FULL ? SPEC_VIEW_NONE : view, MASK_ALL, CU_LIT(""));
        return;
    }
    if (rows && in.level < SIGHT_UNDECLARED)
        in.level = SIGHT_UNDECLARED;
    if (json_is(v, JSON_ARRAY)) {
        elements_at(k, &in, rows, v);
        return;
    }
    object_at(k, &in, v);
}

static void member(struct walk *k, const struct place *around, cu_str key, json v)
{
    struct place at = *around;
    at.path_len = extend(k, around->path_len, key);
    const struct dict_field *f = row_of(k, at.path_len);
    if (!f)
        f = row_by_name(k, at.level, key);
    if (left_out(k, &at, f))
        return;
    jw_keys(k->w, key);
    value_at(k, &at, f, v);
}

static void members_at(struct walk *k, const struct place *at, json object)
{
    struct json_iter it = json_each(object);
    while (json_next(&it))
        member(k, at, it.key, it.value);
}

static bool has_member(json object, cu_str key)
{
    struct json_iter it = json_each(object);
    while (json_is(object, JSON_OBJECT) && json_next(&it)) {
        if (cu_str_eq(it.key, key))
            return true;
    }
    return false;
}

void sight_properties(struct sight *s, const struct dict_event *event, json object, json skip, struct json_writer *w)
{
    struct walk k = {.s = s, .w = w, .event = event};
    const struct place at = {.level = SIGHT_UNDECLARED};
    bool all = sight_all(s->caller);
    struct json_iter it = json_each(object);
    while (json_is(object, JSON_OBJECT) && json_next(&it)) {
        if (has_member(skip, it.key) || (s->leave && cu_str_eqz(it.key, s->leave)))
            continue;
        if (!all) {
            member(&k, &at, it.key, it.value);
            continue;
        }
        jw_keys(w, it.key);
        jw_value(w, it.value);
    }
}

static void traits(struct sight *s, cu_str key, json v, struct json_writer *w)
{
    struct walk k = {.s = s, .w = w, .person = true};
    const struct place at = {.level = SIGHT_UNDECLARED};
    jw_keys(w, key);
    if (sight_all(s->caller)) {
        jw_value(w, v);
        return;
    }
    jw_object(w);
    members_at(&k, &at, v);
    jw_object_end(w);
}

void sight_context(struct sight *s, json context, struct json_writer *w)
{
    const struct dict_event *rows = s->dictionary ? dictionary_event(s->dictionary, CU_LIT("$context")) : NULL;
    struct walk k = {.s = s, .w = w, .event = rows};
    const struct place at = {.level = SIGHT_UNDECLARED};
    struct json_iter it = json_each(context);
    while (json_is(context, JSON_OBJECT) && json_next(&it)) {
        if (cu_str_eqz(it.key, "traits") && json_is(it.value, JSON_OBJECT))
            traits(s, it.key, it.value, w);
        else if (!sight_all(s->caller))
            member(&k, &at, it.key, it.value);
        else {
            jw_keys(w, it.key);
            jw_value(w, it.value);
        }
    }
}

// --- a call of the tracking API

enum part { PART_PLAIN, PART_ID, PART_PROPERTIES, PART_TRAITS, PART_CONTEXT };
static const struct {
    const char *name;
    enum part part;
} parts[] = {
    {"type", PART_PLAIN}, {"event", PART_PLAIN}, {"messageId", PART_PLAIN}, {"timestamp", PART_PLAIN},
    {"originalTimestamp", PART_PLAIN}, {"sentAt", PART_PLAIN}, {"receivedAt", PART_PLAIN}, {"channel", PART_PLAIN},
    {"version", PART_PLAIN}, {"userId", PART_ID}, {"anonymousId", PART_ID}, {"previousId", PART_ID}, {"groupId", PART_ID},
    {"properties", PART_PROPERTIES}, {"traits", PART_TRAITS}, {"context", PART_CONTEXT},
};

static const struct dict_event *event_of(const struct dictionary *d, json call)
{
    char name[64];
    cu_str type = json_str(json_get(call, "type")), event = json_str(json_get(call, "event"));
    if (!d)
        return NULL;
    if (event.len)
        return dictionary_event(d, event);
    (void)snprintf(name, sizeof name, "$%.*s", (int)(type.len < 32 ? type.len : 32), type.ptr ? type.ptr : "");
    return dictionary_event(d, cu_str_of(name));
}

static bool call_part(struct sight *s, json call, cu_str key, json v, struct json_writer *w)
{
    const json nothing = {NULL, 0};
    size_t i = 0;
    while (i < CU_COUNT(parts) && !cu_str_eqz(key, parts[i].name))
        i++;
    if (i == CU_COUNT(parts) || is_container(v) != (parts[i].part >= PART_PROPERTIES) || json_is(v, JSON_ARRAY))
        return false;
    if (parts[i].part == PART_TRAITS && !cu_str_eqz(json_str(json_get(call, "type")), "group")) {
        traits(s, key, v, w);
        return true;
    }
    struct walk k = {.s = s, .w = w};
    jw_keys(w, key);
    if (parts[i].part == PART_PLAIN || parts[i].part == PART_ID) {
        scalar(&k, sight_level(s->caller, parts[i].part == PART_ID ? DICT_P2 : DICT_P1), NULL, v);
        return true;
    }
    jw_object(w);
    if (parts[i].part == PART_CONTEXT)
        sight_context(s, v, w);
    else
        sight_properties(s, event_of(s->dictionary, call), v, nothing, w);
    jw_object_end(w);
    return true;
}

static void one_call(struct sight *s, json call, struct json_writer *w);

static void batch(struct sight *s, json calls, struct json_writer *w)
{
    struct json_iter it = json_each(calls);
    jw_key(w, "batch");
    jw_array(w);
    while (json_next(&it))
        one_call(s, it.value, w);
    jw_array_end(w);
}

static void one_call(struct sight *s, json call, struct json_writer *w)
{
    struct walk k = {.s = s, .w = w};
    const struct place at = {.level = SIGHT_UNDECLARED};
    if (sight_all(s->caller) || !json_is(call, JSON_OBJECT)) {
        value_at(&k, &at, NULL, call);
        return;
    }
    struct json_iter it = json_each(call);
    jw_object(w);
    while (json_next(&it)) {
        if (cu_str_eqz(it.key, "batch") && json_is(it.value, JSON_ARRAY))
            batch(s, it.value, w);
        else if (!call_part(s, call, it.key, it.value, w))
            member(&k, &at, it.key, it.value);
    }
    jw_object_end(w);
}

void sight_call(struct sight *s, json call, struct json_writer *w)
{
    one_call(s, call, w);
}

enum spec_view sight_least_shown(const struct sight *s)
{
    return s->hidden ? SPEC_VIEW_NONE : s->masked ? SPEC_VIEW_MASK : SPEC_VIEW_FULL;
}
