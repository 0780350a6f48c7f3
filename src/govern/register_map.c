// SPDX-License-Identifier: Apache-2.0
// The map of the data: from sources over events and fields to purposes and recipients, as nodes and edges.
#include "register_internal.h"

#include <stdio.h>

enum { ID_MAX = 1100 };

struct map {
    struct registers *r;
    struct register_world world;
    struct register_flow *flows;
    size_t flow_count;
    enum dict_level least;
    struct json_writer w;
};
static const char *const levels[] = {"P0", "P1", "P2", "P3", "P4", NULL};

static void node(struct map *m, const char *kind, cu_str id, cu_str label, const char *level, bool live)
{
    char text[ID_MAX];
    (void)snprintf(text, sizeof text, "%s:%.*s", kind, CU_ARG(id));
    jw_object(&m->w);
    jw_kz(&m->w, "id", text);
    jw_kz(&m->w, "kind", kind);
    jw_kstr(&m->w, "label", label);
    jw_kz(&m->w, "level", level);
    jw_kbool(&m->w, "live", live);
    jw_object_end(&m->w);
}

static void edge(struct map *m, const char *from_kind, cu_str from, const char *to_kind, cu_str to, int64_t count)
{
    char text[ID_MAX];
    jw_object(&m->w);
    (void)snprintf(text, sizeof text, "%s:%.*s", from_kind, CU_ARG(from));
    jw_kz(&m->w, "from", text);
    (void)snprintf(text, sizeof text, "%s:%.*s", to_kind, CU_ARG(to));
    jw_kz(&m->w, "to", text);
    jw_key(&m->w, "count");
    count < 0 ? jw_null(&m->w) : jw_i64(&m->w, count);
    jw_object_end(&m->w);
}

static cu_str kind_name(struct map *m, const struct register_flow *f)
{
    cu_str name = timeline_kind_name(people_timeline(m->r->people), f->kind);
    return name.len ? name : CU_LIT("(other)");
}

// Fields of persons come with the identify call.
static const cu_str identify = {"$identify", 9};

static bool arrives(struct map *m, cu_str event)
{
    for (size_t i = 0; i < m->flow_count; i++) {
        if (cu_str_eq(kind_name(m, &m->flows[i]), event))
            return true;
    }
    return false;
}

static cu_str field_id(const struct dict_event *e, const struct dict_field *f, char text[ID_MAX])
{
    int n = e ? snprintf(text, ID_MAX, "%.*s/%.*s", CU_ARG(e->name), CU_ARG(f->name))
              : snprintf(text, ID_MAX, "%.*s", CU_ARG(f->name));
    return (cu_str){text, n > 0 && n < ID_MAX ? (size_t)n : 0};
}

typedef void each_field(struct map *m, const struct dict_event *e, const struct dict_field *f);
static void every_field(struct map *m, each_field *fn)
{
    const struct dict_field *fields = NULL;
    const struct dict_event *events = NULL;
    size_t count = dictionary_person_fields(m->world.dictionary, &fields);
    for (size_t i = 0; i < count; i++) {
        if (fields[i].level >= m->least)
            fn(m, NULL, &fields[i]);
    }
    count = dictionary_events(m->world.dictionary, &events);
    for (size_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < events[i].field_count; k++) {
            if (events[i].fields[k].level >= m->least)
                fn(m, &events[i], &events[i].fields[k]);
        }
    }
}

static void field_node(struct map *m, const struct dict_event *e, const struct dict_field *f)
{
    char text[ID_MAX];
    node(m, "field", field_id(e, f, text), f->name, levels[f->level], arrives(m, e ? e->name : identify));
}

static void field_edges(struct map *m, const struct dict_event *e, const struct dict_field *f)
{
    char text[ID_MAX];
    cu_str id = field_id(e, f, text);
    edge(m, "event", e ? e->name : identify, "field", id, -1);
    for (uint32_t i = 0; i < f->purpose_count; i++)
        edge(m, "field", id, "purpose", f->purposes[i], -1);
}

// --- nodes

static bool first_of(const struct map *m, size_t i, bool by_source)
{
    for (size_t k = 0; k < i; k++) {
        if (by_source ? m->flows[k].source == m->flows[i].source : m->flows[k].kind == m->flows[i].kind)
            return false;
    }
    return true;
}

static void source_nodes(struct map *m)
{
    for (size_t i = 0; i < m->flow_count; i++) {
        struct source s;
        char id[16];
        if (!first_of(m, i, true))
            continue;
        (void)snprintf(id, sizeof id, "%u", m->flows[i].source);
        bool known = sources_by_number(m->r->options.sources, m->flows[i].source, &s);
        node(m, "source", cu_str_of(id), cu_str_of(known ? s.name : id), NULL, true);
    }
}

static bool is_declared(struct map *m, cu_str event)
{
    const struct dict_event *e = dictionary_event(m->world.dictionary, event);
    return cu_str_eq(event, identify) || (e && cu_str_eq(e->name, event));
}

static void event_nodes(struct map *m)
{
    const struct dict_event *events = NULL;
    size_t count = dictionary_events(m->world.dictionary, &events);
    bool identified = false;
    for (size_t i = 0; i < count; i++) {
        identified = identified || cu_str_eq(events[i].name, identify);
        node(m, "event", events[i].name, events[i].name, NULL, arrives(m, events[i].name));
    }
    if (!identified)
        node(m, "event", identify, identify, NULL, arrives(m, identify));
    for (size_t i = 0; i < m->flow_count; i++) { // what comes and nobody declared
        if (first_of(m, i, false) && !is_declared(m, kind_name(m, &m->flows[i])))
            node(m, "event", kind_name(m, &m->flows[i]), kind_name(m, &m->flows[i]), NULL, true);
    }
}

static const struct recipient_row *registered(const struct map *m, cu_str name)
{
    for (size_t i = 0; i < m->world.recipient_count; i++) {
        if (cu_str_eq(m->world.recipients[i].name, name))
            return &m->world.recipients[i];
    }
    return NULL;
}

// Named by this purpose and by none before it.
static bool first_named(const struct dict_purpose *purposes, size_t at, uint32_t which)
{
    for (size_t i = 0; i <= at; i++) {
        for (uint32_t k = 0; k < (i == at ? which : purposes[i].recipient_count); k++) {
            if (cu_str_eq(purposes[i].recipients[k], purposes[at].recipients[which]))
                return false;
        }
    }
    return true;
}

static void other_nodes(struct map *m)
{
    const struct dict_purpose *purposes = NULL;
    size_t count = dictionary_purposes(m->world.dictionary, &purposes);
    for (size_t i = 0; i < count; i++)
        node(m, "purpose", purposes[i].name, purposes[i].name, NULL, true);
    for (size_t i = 0; i < m->world.recipient_count; i++)
        node(
            m, "recipient", m->world.recipients[i].name, m->world.recipients[i].title, NULL, m->world.recipients[i].enabled);
    for (size_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < purposes[i].recipient_count; k++) {
            if (!registered(m, purposes[i].recipients[k]) && first_named(purposes, i, k))
                node(m, "recipient", purposes[i].recipients[k], purposes[i].recipients[k], NULL, false);
        }
    }
}

// --- edges

static void source_edges(struct map *m)
{
    for (size_t i = 0; i < m->flow_count; i++) {
        char id[16];
        (void)snprintf(id, sizeof id, "%u", m->flows[i].source);
        edge(m, "source", cu_str_of(id), "event", kind_name(m, &m->flows[i]), (int64_t)m->flows[i].count);
    }
}

static void recipient_edges(struct map *m)
{
    const struct dict_purpose *purposes = NULL;
    size_t count = dictionary_purposes(m->world.dictionary, &purposes);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < m->world.recipient_count; k++) {
            if (register_receives(&m->world.recipients[k], purposes[i].name))
                edge(m, "purpose", purposes[i].name, "recipient", m->world.recipients[k].name, -1);
        }
        for (uint32_t k = 0; k < purposes[i].recipient_count; k++) {
            const struct recipient_row *row = registered(m, purposes[i].recipients[k]);
            if (!row || !register_receives(row, purposes[i].name))
                edge(m, "purpose", purposes[i].name, "recipient", purposes[i].recipients[k], -1);
        }
    }
}

static cu_code draw(struct map *m, struct db *d, struct request *rq, struct cu_error *err)
{
    CU_TRY(register_flows(m->r, rq->arena, &m->flows, &m->flow_count, err));
    CU_TRY(register_world_load(m->r, d, rq->arena, &m->world, err));
    m->w = request_json(rq, 200);
    jw_object(&m->w);
    jw_key(&m->w, "nodes");
    jw_array(&m->w);
    source_nodes(m);
    event_nodes(m);
    every_field(m, field_node);
    other_nodes(m);
    jw_array_end(&m->w);
    jw_key(&m->w, "edges");
    jw_array(&m->w);
    source_edges(m);
    every_field(m, field_edges);
    recipient_edges(m);
    jw_array_end(&m->w);
    jw_object_end(&m->w);
    register_world_clear(&m->world);
    return CU_OK;
}

cu_code register_get_map(struct request *rq, struct cu_error *err)
{
    struct map m = {.r = rq->module};
    struct db *d = NULL;
    cu_str level = spec_str(&rq->query_values, "level");
    m.least = (enum dict_level)(level.len == 2 ? level.ptr[1] - '0' : 0);
    CU_TRY(register_flows_known(m.r, err));
    CU_TRY(people_read_take(m.r->people, &d, err));
    cu_code code = draw(&m, d, rq, err);
    people_read_give(m.r->people, d);
    return code;
}

#define END                                                                                                                 \
    {                                                                                                                       \
        .name = NULL                                                                                                        \
    }
#define WORD(name_, max_, doc_)                                                                                             \
    {                                                                                                                       \
        .name = name_, .type = SPEC_STRING, .max = max_, .doc = doc_                                                        \
    }
const struct spec_field register_map_query[] = {
    {.name = "level",
        .type = SPEC_ENUM,
        .options = levels,
        .fallback = "P0",
        .doc = "Only fields of this protection level and above."},
    END,
};
static const struct spec_field node_fields[] = {
    WORD("id", ID_MAX, "Kind and name: edges name nodes by it."),
    WORD("kind", 15, "source, event, field, purpose or recipient."),
    WORD("label", 400, "What it is called."),
    {.name = "level", .type = SPEC_STRING, .max = 2, .nullable = true, .doc = "Of a field: its protection level."},
    {.name = "live",
        .type = SPEC_BOOL,
        .doc =
            "Whether something really came or goes this way within 30 days; a recipient: whether it is registered and on."},
    END,
};
static const struct spec_field edge_fields[] = {
    WORD("from", ID_MAX, "A node."),
    WORD("to", ID_MAX, "A node."),
    {.name = "count",
        .type = SPEC_INT,
        .max = INT64_MAX,
        .nullable = true,
        .doc = "From a source: events within 30 days; else null."},
    END,
};
const struct spec_field register_map_answer[] = {
    {.name = "nodes", .type = SPEC_ARRAY, .max = 100000, .fields = node_fields, .doc = "What there is."},
    {.name = "edges", .type = SPEC_ARRAY, .max = 1000000, .fields = edge_fields, .doc = "What goes where."},
    END,
};
