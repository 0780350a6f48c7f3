// SPDX-License-Identifier: Apache-2.0
// What paths answer, as JSON. Small groups: nodes of few people are in the rest already; links and ends are hidden here,
// with one more where a single one would follow from the others.
#include "path.h"

enum { NODE_COUNT = PATH_COLUMNS * PATH_NODES };

struct texts {
    struct path_answer *a;
    cu_str (*text)[PATH_NODES];
    struct cu_arena *arena;
    bool no_memory;
};

static bool name_one(void *context, cu_str text, uint64_t hash, uint64_t rows)
{
    struct texts *t = context;
    (void)rows;
    for (uint32_t d = 0; d < PATH_COLUMNS; d++) {
        for (uint32_t i = 0; i < t->a->node_count[d]; i++) {
            if (t->a->nodes[d][i].key != hash || t->text[d][i].ptr)
                continue;
            t->text[d][i] = cu_arena_dup(t->arena, text);
            t->no_memory = t->no_memory || !t->text[d][i].ptr;
        }
    }
    return !t->no_memory;
}

static bool is_page(const struct path_plan *p, uint32_t depth)
{
    return depth == 0 && p->start_given ? p->start_page : p->by_page;
}

static cu_code read_texts(const struct path_plan *p, struct texts *t, struct cu_error *err)
{
    uint64_t hashes[NODE_COUNT];
    size_t count = 0;
    for (uint32_t d = 0; d < PATH_COLUMNS; d++) {
        for (uint32_t i = 0; i < t->a->node_count[d]; i++) {
            uint64_t key = t->a->nodes[d][i].key;
            if (key == PATH_OTHER)
                t->text[d][i] = CU_LIT("(other)");
            else if (is_page(p, d) && key == PATH_NONE)
                t->text[d][i] = CU_LIT("(none)");
            else if (is_page(p, d))
                hashes[count++] = key;
            else
                t->text[d][i] = timeline_kind_name(insight_timeline(p->q), (uint32_t)(key - PATH_FIRST));
        }
    }
    if (count > 0)
        CU_TRY(
            timeline_texts_of(insight_timeline(p->q), visit_columns[VISIT_LANDING].path, hashes, count, name_one, t, err));
    return t->no_memory ? cu_fail(err, CU_MEMORY, "", "no memory for paths") : CU_OK;
}

uint64_t path_key_of(const struct path_plan *p, uint32_t depth, cu_str name)
{
    bool any = false;
    if (is_page(p, depth))
        return cu_str_eqz(name, "(none)") ? PATH_NONE : timeline_text_hash(name);
    uint32_t kind = insight_event(p->q, name, &any);
    return kind ? (uint64_t)kind + PATH_FIRST : 0;
}

// ---- small groups

struct hiding {
    bool ended[PATH_COLUMNS][PATH_NODES];
    bool links[PATH_DEPTH_MAX][PATH_NODES][PATH_NODES];
};

// Of these figures, which add up to one that is shown: none may be hidden alone.
static void not_alone(struct insight_query *q, const struct path_count *const *counts, bool *const *hidden, size_t count)
{
    size_t lost = 0, next = SIZE_MAX;
    for (size_t i = 0; i < count; i++) {
        lost += *hidden[i];
        if (!*hidden[i] && counts[i]->people > 0 && (next == SIZE_MAX || counts[i]->people < counts[next]->people))
            next = i;
    }
    if (lost != 1 || next == SIZE_MAX)
        return;
    *hidden[next] = true;
    q->hidden++;
}

static void hide_from(const struct path_plan *p, const struct path_answer *a, struct hiding *h, uint32_t d, uint32_t i)
{
    const struct path_count *counts[PATH_NODES + 1] = {&a->nodes[d][i].ended};
    bool *hidden[PATH_NODES + 1] = {&h->ended[d][i]};
    size_t count = 1;
    for (uint32_t k = 0; d < p->depth && k < a->node_count[d + 1]; k++) {
        counts[count] = &a->links[d][i][k];
        hidden[count++] = &h->links[d][i][k];
    }
    not_alone(p->q, counts, hidden, count);
}

static void hide_into(const struct path_plan *p, const struct path_answer *a, struct hiding *h, uint32_t d, uint32_t k)
{
    const struct path_count *counts[PATH_NODES];
    bool *hidden[PATH_NODES];
    for (uint32_t i = 0; i < a->node_count[d]; i++) {
        counts[i] = &a->links[d][i][k];
        hidden[i] = &h->links[d][i][k];
    }
    not_alone(p->q, counts, hidden, a->node_count[d]);
}

static void hide(const struct path_plan *p, const struct path_answer *a, struct hiding *h)
{
    for (uint32_t d = 0; d <= p->depth; d++) {
        for (uint32_t i = 0; i < a->node_count[d]; i++) {
            h->ended[d][i] = insight_small(p->q, a->nodes[d][i].ended.people);
            p->q->hidden += h->ended[d][i];
            for (uint32_t k = 0; d < p->depth && k < a->node_count[d + 1]; k++) {
                h->links[d][i][k] = insight_small(p->q, a->links[d][i][k].people);
                p->q->hidden += h->links[d][i][k];
            }
        }
    }
    for (uint32_t d = 0; p->q->small_group > 0 && d <= p->depth; d++) {
        for (uint32_t i = 0; i < a->node_count[d]; i++)
            hide_from(p, a, h, d, i);
        for (uint32_t k = 0; d < p->depth && k < a->node_count[d + 1]; k++)
            hide_into(p, a, h, d, k);
    }
}

// ---- writing

static void figure(struct json_writer *w, const char *name, uint64_t n, bool hidden)
{
    jw_key(w, name);
    if (hidden)
        jw_null(w);
    else
        jw_i64(w, (int64_t)n);
}

static void write_columns(const struct path_plan *p, const struct path_answer *a, const struct texts *t,
    const struct hiding *h, struct json_writer *w)
{
    jw_key(w, "columns");
    jw_array(w);
    for (uint32_t d = 0; d <= p->depth; d++) {
        jw_array(w);
        for (uint32_t i = 0; i < a->node_count[d]; i++) {
            const struct path_node *n = &a->nodes[d][i];
            cu_str text = t->text[d][i].ptr ? t->text[d][i] : CU_LIT("(unknown)");
            jw_object(w);
            jw_kstr(w, "key", text);
            jw_kstr(w, "label",
                cu_str_eqz(text, "$page")     ? CU_LIT("Page viewed")
                : cu_str_eqz(text, "$screen") ? CU_LIT("Screen viewed")
                                              : text);
            figure(w, "visits", n->all.visits, insight_small(p->q, n->all.people));
            figure(w, "ended", n->ended.visits, h->ended[d][i]);
            jw_object_end(w);
        }
        jw_array_end(w);
    }
    jw_array_end(w);
}

static void write_links(const struct path_plan *p, const struct path_answer *a, const struct texts *t,
    const struct hiding *h, struct json_writer *w)
{
    jw_key(w, "links");
    jw_array(w);
    for (uint32_t d = 0; d < p->depth; d++) {
        for (uint32_t i = 0; i < a->node_count[d]; i++) {
            for (uint32_t k = 0; k < a->node_count[d + 1]; k++) {
                if (a->links[d][i][k].visits == 0)
                    continue;
                jw_object(w);
                jw_ki64(w, "depth", d + 1);
                jw_kstr(w, "from", t->text[d][i].ptr ? t->text[d][i] : CU_LIT("(unknown)"));
                jw_kstr(w, "to", t->text[d + 1][k].ptr ? t->text[d + 1][k] : CU_LIT("(unknown)"));
                figure(w, "visits", a->links[d][i][k].visits, h->links[d][i][k]);
                jw_object_end(w);
            }
        }
    }
    jw_array_end(w);
}

cu_code path_write(const struct path_plan *p, struct path_answer *a, struct json_writer *w, struct cu_error *err)
{
    struct texts t = {.a = a, .arena = p->q->arena};
    struct hiding *h = cu_arena_alloc(p->q->arena, sizeof *h);
    t.text = cu_arena_alloc(p->q->arena, PATH_COLUMNS * sizeof *t.text);
    if (!h || !t.text)
        return cu_fail(err, CU_MEMORY, "", "no memory for paths");
    CU_TRY(read_texts(p, &t, err));
    hide(p, a, h);
    figure(w, "visits", a->visits.visits, insight_small(p->q, a->visits.people));
    figure(w, "people", a->visits.people, insight_small(p->q, a->visits.people));
    write_columns(p, a, &t, h, w);
    write_links(p, a, &t, h, w);
    jw_key(w, "notes");
    jw_array(w);
    if (p->note)
        jw_z(w, p->note);
    jw_array_end(w);
    return CU_OK;
}
