// SPDX-License-Identifier: Apache-2.0
// Splitting the properties of an event by the dictionary: what is declared P0 or P1 stays plain,
// all else is sealed. Looking a name up costs; so each event name has a plan that remembers, per
// spelling of a property, what the dictionary said. Called by pipeline_event.c for every event.
#include "pipeline_private.h"

#include "base/hash.h"

#include <stdio.h>

enum { PLANS_MAX = 1024, PLAN_SLOTS = 2048, FIELDS_MAX = 192, FIELD_SLOTS = 256, PATH_MAX = 160 };

enum split_verdict { SPLIT_PLAIN, SPLIT_SEALED, SPLIT_UNDECLARED, SPLIT_MIXED };
struct split_field {
    char *key; // owned; NULL: free slot
    size_t key_len;
    uint64_t hash;
    enum split_verdict verdict;
    bool container; // declared as object or array
    bool holds_derived; // an object with fields that follow from others: then null is as if it was not sent
    const struct dict_field *field;
    cu_str name;                   // last part of the declared name, or the key
    struct split_field *canonical; // first spelling of the same field
    uint64_t written;              // canonical: the object in which it was written last
    struct split_node *child;      // SPLIT_MIXED: its members, or the members of its elements
};
struct split_node { // the names that occur at one place
    const struct dict_event *event;
    char prefix[PATH_MAX]; // "", "products.$."
    size_t prefix_len;
    size_t count;
    struct split_field *slots[FIELD_SLOTS];
};
struct split_plans {
    uint64_t version; // of the dictionary
    const struct dictionary *dictionary;
    struct split_plan *slots[PLAN_SLOTS];
    size_t count;
    struct split_plan *context; // of the members of context, which is no event; NULL: not made yet
    uint64_t objects; // ever split: each has a number of its own
    struct derive_memory *memory;
};

static void node_free(struct split_node *n)
{
    if (!n)
        return;
    for (size_t i = 0; i < FIELD_SLOTS; i++) {
        if (!n->slots[i])
            continue;
        node_free(n->slots[i]->child);
        cu_free(n->slots[i]->key);
        cu_free(n->slots[i]);
    }
    cu_free(n);
}

static void plan_free(struct split_plan *plan)
{
    if (!plan)
        return;
    node_free(plan->root);
    split_derived_free(plan->derived);
    cu_free(plan->raw);
    cu_free(plan);
}

static void plans_clear(struct split_plans *s)
{
    for (size_t i = 0; i < PLAN_SLOTS; i++) {
        plan_free(s->slots[i]);
        s->slots[i] = NULL;
    }
    plan_free(s->context);
    s->context = NULL;
    s->count = 0;
}

cu_code split_plans_new(struct split_plans **ret, struct cu_error *err)
{
    struct split_plans *s = cu_calloc(1, sizeof *s);
    *ret = NULL;
    if (s)
        s->memory = derive_memory_new();
    if (!s || !s->memory) {
        cu_free(s);
        return cu_fail(err, CU_MEMORY, "", "no memory for the pipeline");
    }
    *ret = s;
    return CU_OK;
}

void split_plans_free(struct split_plans *s)
{
    if (!s)
        return;
    plans_clear(s);
    derive_memory_free(s->memory);
    cu_free(s);
}

static struct split_node *node_new(const struct dict_event *event, cu_str prefix)
{
    struct split_node *n = cu_calloc(1, sizeof *n);
    if (!n)
        return NULL;
    n->event = event;
    n->prefix_len = prefix.len;
    if (prefix.len > 0)
        memcpy(n->prefix, prefix.ptr, prefix.len);
    return n;
}

static char *copy_of(cu_str s)
{
    char *copy = cu_alloc(s.len + 1);
    if (copy) {
        memcpy(copy, s.ptr, s.len);
        copy[s.len] = 0;
    }
    return copy;
}

// t NULL: what is split is no event, so it needs no kind.
static cu_code plan_new(cu_str name, const struct dictionary *d, struct timeline *t,
    struct split_plan **ret, struct cu_error *err)
{
    struct split_plan *plan = cu_calloc(1, sizeof *plan);
    if (!plan)
        return cu_fail(err, CU_MEMORY, "", "no memory for the pipeline");
    plan->raw = copy_of(name);
    plan->raw_len = name.len;
    plan->event = dictionary_event(d, name);
    plan->root = node_new(plan->event, CU_NONE);
    if (!plan->raw || !plan->root || !split_derived_new(plan->event, &plan->derived)) {
        plan_free(plan);
        return cu_fail(err, CU_MEMORY, "", "no memory for the pipeline");
    }
    plan->name = plan->event ? plan->event->name : (cu_str){plan->raw, plan->raw_len};
    cu_code code = t ? timeline_kind(t, plan->name, &plan->kind, err) : CU_OK;
    if (code != CU_OK) {
        plan_free(plan);
        return code;
    }
    *ret = plan;
    return CU_OK;
}

cu_code split_plan_of(struct split_plans *s, const struct dictionary *d, struct timeline *t,
    cu_str name, struct split_plan **ret, struct cu_error *err)
{
    if (s->dictionary != d || s->version != dictionary_version(d) || s->count >= PLANS_MAX)
        plans_clear(s);
    s->dictionary = d;
    s->version = dictionary_version(d);
    uint64_t hash = cu_hash64(name.ptr, name.len, 0);
    size_t at = hash % PLAN_SLOTS;
    for (; s->slots[at]; at = (at + 1) % PLAN_SLOTS) {
        struct split_plan *plan = s->slots[at];
        if (plan->hash == hash && cu_str_eq((cu_str){plan->raw, plan->raw_len}, name)) {
            *ret = plan;
            return CU_OK;
        }
    }
    CU_TRY(plan_new(name, d, t, &s->slots[at], err));
    s->slots[at]->hash = hash;
    s->count++;
    *ret = s->slots[at];
    return CU_OK;
}

// ---- fields

// Does the dictionary say anything about what is inside this container?
static bool has_children(const struct dict_event *e, cu_str name)
{
    for (uint32_t i = 0; i < e->field_count; i++) {
        cu_str other = e->fields[i].name;
        if (other.len > name.len + 1 && other.ptr[name.len] == '.' && cu_str_starts(other, name))
            return true;
    }
    return false;
}

static bool child_node(struct split_node *n, struct split_field *f)
{
    char prefix[PATH_MAX];
    cu_str name = f->field->name;
    bool array = f->field->type == DICT_ARRAY;
    if (name.len + 4 > sizeof prefix)
        return false;
    int len = snprintf(prefix, sizeof prefix, "%.*s.%s", CU_ARG(name), array ? "$." : "");
    f->child = node_new(n->event, (cu_str){prefix, (size_t)len});
    return f->child != NULL;
}

static void judge(struct split_node *n, struct split_field *f)
{
    char path[PATH_MAX];
    if (n->event && n->prefix_len + f->key_len < sizeof path) {
        memcpy(path, n->prefix, n->prefix_len);
        memcpy(path + n->prefix_len, f->key, f->key_len);
        f->field = dictionary_event_field(n->event, (cu_str){path, n->prefix_len + f->key_len});
    }
    f->verdict = SPLIT_UNDECLARED;
    if (!f->field)
        return;
    f->container =
        f->field->type == DICT_OBJECT || f->field->type == DICT_ARRAY || f->field->type == DICT_ANY;
    f->name = cu_str_sub(f->field->name, n->prefix_len, SIZE_MAX);
    f->verdict = f->field->level <= DICT_P1 ? SPLIT_PLAIN : SPLIT_SEALED;
    for (uint32_t i = 0; f->field->type == DICT_OBJECT && i < n->event->field_count; i++) {
        cu_str rest = n->event->fields[i].name;
        bool derived = n->event->fields[i].as != DERIVE_NONE;
        f->holds_derived = f->holds_derived || (derived && cu_str_eq(cu_str_cut(&rest, '.'), f->field->name));
    }
    if (f->field->type != DICT_ANY && f->container && has_children(n->event, f->field->name))
        f->verdict = child_node(n, f) ? SPLIT_MIXED : SPLIT_SEALED;
    for (size_t i = 0; i < FIELD_SLOTS; i++) {
        struct split_field *other = n->slots[i];
        if (other && other != f && other->field == f->field)
            f->canonical = other->canonical;
    }
}

// NULL: no memory, or more different names than a plan holds.
static struct split_field *field_of(struct split_node *n, cu_str key)
{
    uint64_t hash = cu_hash64(key.ptr, key.len, 1);
    size_t at = hash % FIELD_SLOTS;
    for (; n->slots[at]; at = (at + 1) % FIELD_SLOTS) {
        struct split_field *f = n->slots[at];
        if (f->hash == hash && f->key_len == key.len && memcmp(f->key, key.ptr, key.len) == 0)
            return f;
    }
    if (n->count >= FIELDS_MAX)
        return NULL;
    struct split_field *f = cu_calloc(1, sizeof *f);
    char *copy = f ? copy_of(key) : NULL;
    if (!copy) {
        cu_free(f);
        return NULL;
    }
    *f = (struct split_field){
        .key = copy, .key_len = key.len, .hash = hash, .name = {copy, key.len}};
    f->canonical = f;
    judge(n, f);
    n->slots[at] = f;
    n->count++;
    return f;
}

// ---- splitting

static bool is_container(json v)
{
    return json_is(v, JSON_OBJECT) || json_is(v, JSON_ARRAY);
}

// Is the value of the kind that was declared plain? A scalar's name does not let an object through.
static bool fits(const struct split_field *f, json value)
{
    if (json_is(value, JSON_NULL))
        return f->verdict == SPLIT_PLAIN || (f->verdict == SPLIT_MIXED && !f->holds_derived);
    if (f->verdict == SPLIT_MIXED)
        return is_container(value);
    return f->verdict == SPLIT_PLAIN && (f->container || !is_container(value));
}

static bool plain_object(struct split_node *n, json object, struct split_out *out);

// Of an object whose members were written: what follows from others and was not sent.
static void put_derived(struct split_node *n, cu_str in, struct split_out *out)
{
    cu_str name, value;
    for (size_t at = 0; split_derived_next(out->derived, in, &at, &name, &value);) {
        struct split_field *f = field_of(n, name);
        if (!f || f->canonical->written == out->object)
            continue;
        jw_keys(&out->plain, name);
        jw_str(&out->plain, value);
    }
}

// Writes the plain part of the elements; false when something was left out.
static bool plain_array(struct split_node *n, json array, struct split_out *out)
{
    bool whole = true;
    struct json_iter it = json_each(array);
    jw_array(&out->plain);
    while (json_next(&it)) {
        if (json_is(it.value, JSON_OBJECT))
            whole = plain_object(n, it.value, out) && whole;
        else
            whole = false; // an element of another kind than was declared
    }
    jw_array_end(&out->plain);
    return whole;
}

static bool plain_member(struct split_node *n, cu_str key, json value, struct split_out *out)
{
    struct split_field *f = field_of(n, key);
    out->failed = out->failed || (!f && n->count < FIELDS_MAX);
    if (!f)
        return false;
    if (f->verdict == SPLIT_UNDECLARED && n->event && out->note) {
        char path[PATH_MAX];
        int len =
            snprintf(path, sizeof path, "%.*s%.*s", (int)n->prefix_len, n->prefix, CU_ARG(key));
        out->note(out->note_context, (cu_str){path, len < PATH_MAX ? (size_t)len : PATH_MAX - 1});
    }
    if (!fits(f, value) || f->canonical->written == out->object)
        return false; // a second spelling of the same field must not become a second member
    f->canonical->written = out->object;
    jw_keys(&out->plain, f->name);
    if (f->verdict == SPLIT_PLAIN || json_is(value, JSON_NULL)) {
        jw_value(&out->plain, value);
        return true;
    }
    uint64_t object = out->object;
    bool whole = json_is(value, JSON_ARRAY) ? plain_array(f->child, value, out)
                                            : plain_object(f->child, value, out);
    out->object = object;
    return whole;
}

static bool plain_object(struct split_node *n, json object, struct split_out *out)
{
    bool whole = true;
    out->object = ++*out->objects;
    struct json_iter it = json_each(object);
    jw_object(&out->plain);
    while (json_next(&it))
        whole = plain_member(n, it.key, it.value, out) && whole;
    if (n->prefix_len > 0)
        put_derived(n, cu_str_sub((cu_str){n->prefix, n->prefix_len}, 0, n->prefix_len - 1), out);
    jw_object_end(&out->plain);
    return whole;
}

void split_begin(struct split_plans *s, struct split_plan *plan, const struct split_said *said, struct split_out *out)
{
    out->objects = &s->objects;
    out->object = ++s->objects;
    out->derived = plan->derived;
    split_derive(plan->derived, s->memory, said);
}

// What follows from others at the top, and in objects that were not sent.
void split_end(struct split_plan *plan, struct split_out *out)
{
    cu_str name;
    put_derived(plan->root, CU_NONE, out);
    for (size_t at = 0; split_derived_container(out->derived, &at, &name);) {
        struct split_field *f = field_of(plan->root, name);
        if (!f || f->canonical->written == out->object)
            continue;
        cu_str member, value;
        jw_keys(&out->plain, name);
        jw_object(&out->plain);
        for (size_t i = 0; split_derived_next(out->derived, name, &i, &member, &value);) {
            jw_keys(&out->plain, member);
            jw_str(&out->plain, value);
        }
        jw_object_end(&out->plain);
    }
    out->derived = NULL;
}

void split_member(struct split_plan *plan, cu_str key, json value, struct split_out *out)
{
    if (plain_member(plan->root, key, value, out))
        return;
    jw_keys(&out->sealed, key);
    jw_value(&out->sealed, value);
}

// What sealing does with context is not changed by it: there it is whole, here are the declared P0 and P1
// members, for questions about campaigns and devices.
cu_code split_context(struct split_plans *s, const struct split_said *said, struct split_out *out, struct cu_error *err)
{
    if (!s->context)
        CU_TRY(plan_new(CU_LIT("$context"), s->dictionary, NULL, &s->context, err));
    const struct json_writer before = out->plain;
    const size_t before_len = before.out->len;
    split_begin(s, s->context, said, out);
    jw_key(&out->plain, "$context");
    jw_object(&out->plain);
    const size_t open_len = out->plain.out->len;
    for (size_t i = 0; i < CU_COUNT(said->objects); i++) { // an event's own member comes first and wins
        struct json_iter it = json_each(said->objects[i]);
        while (json_is(said->objects[i], JSON_OBJECT) && json_next(&it))
            (void)plain_member(s->context->root, it.key, it.value, out);
    }
    split_end(s->context, out);
    if (out->plain.out->len > open_len) {
        jw_object_end(&out->plain);
    } else { // nothing of it is plain
        out->plain = before;
        out->plain.out->len = before_len;
    }
    return CU_OK;
}
