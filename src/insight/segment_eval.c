// SPDX-License-Identifier: Apache-2.0
// One person against one program: the tree of and / or / not over facts, events, sequences, other segments and
// samples. Besides whether it holds, every part says until when at least (segment_eval.h). An AND that fails
// stays failed until the last of its failing parts may turn; one that holds, until the first part may.
//
// A part may be wrong about that in one way only: too early. Evaluation is pure and the rows of now are those
// of later too, so the named moment is simply tried: where nothing changes, the next one is named instead. That costs
// a microsecond; looking at a person again then would cost reading them.
#include "segment_program.h"

#include "base/hash.h"

#define LOOKS_MAX 8

void seg_run_begin(struct seg_run *r, const struct seg_program *p, const struct seg_person *person, int64_t now_ms)
{
    *r = (struct seg_run){.program = p, .person = person, .rows = person->rows, .now_ms = now_ms};
    if (r->rows && r->rows->count == 0)
        r->rows = NULL;
    if (!r->rows)
        return;
    r->seen = r->rows->count;
    while (r->seen > 0 && r->rows->time_ms[r->seen - 1] > now_ms) // rarely any
        r->seen--;
}

// decisive: the answer of one part that decides for all: false of an AND, true of an OR.
static void eval_group(const struct seg_run *r, const struct seg_part *part, bool decisive, struct seg_answer *ret)
{
    bool decided = false;
    int64_t last = INT64_MIN, first = INT64_MAX;
    for (uint32_t i = 0; i < part->child_count; i++) {
        struct seg_answer a;
        seg_part_eval(r, part->children[i], &a);
        seg_lower(&first, a.until_ms);
        if (a.in != decisive)
            continue;
        decided = true;
        if (a.until_ms > last)
            last = a.until_ms;
        if (last == INT64_MAX)
            break; // nothing can be said beyond it
    }
    *ret = (struct seg_answer){decided ? decisive : !decisive, decided ? last : first};
}

static void eval_member(const struct seg_run *r, const struct seg_part *part, struct seg_answer *ret)
{
    *ret = (struct seg_answer){false, INT64_MAX};
    if (part->segment == 0 || !r->person->stay)
        return;
    struct seg_stay stay = r->person->stay(r->person->context, part->segment, r->person->person);
    if (part->node->member.state == SEG_IN) {
        ret->in = stay.in;
        return;
    }
    int64_t t = part->node->member.state == SEG_ENTERED ? stay.entered_ms : stay.left_ms;
    if (t == INT64_MIN)
        return;
    const struct seg_window *w = &part->node->member.window;
    const struct text_zone *zone = r->program->with.zone;
    int64_t enter = seg_window_enter(w, zone, t), leave = seg_window_leave(w, zone, t);
    if (enter < t) // not before it happened
        enter = t;
    ret->in = enter <= r->now_ms && r->now_ms < leave;
    if (enter < leave && r->now_ms < leave)
        ret->until_ms = enter > r->now_ms ? enter : leave;
}

// Thousandths of the space of a hash of id and seed; stable for ever.
static bool in_sample(const struct seg_run *r, const struct seg_node *n)
{
    uint8_t id[8];
    for (unsigned i = 0; i < 8; i++)
        id[i] = (uint8_t)(r->person->id_hash >> (8 * i));
    uint64_t hash = cu_hash64(id, sizeof id, cu_hash64(n->sample.seed.ptr, n->sample.seed.len, 0));
    return (int32_t)(((hash >> 32) * 1000) >> 32) < n->sample.permille;
}

void seg_part_eval(const struct seg_run *r, const struct seg_part *part, struct seg_answer *ret)
{
    *ret = (struct seg_answer){true, INT64_MAX};
    switch (part->node->kind) {
    case SEG_ALL:
        eval_group(r, part, false, ret);
        break;
    case SEG_ANY:
        eval_group(r, part, true, ret);
        break;
    case SEG_NOT:
        seg_part_eval(r, part->children[0], ret);
        ret->in = !ret->in;
        break;
    case SEG_EVERYBODY:
        break;
    case SEG_FIELD:
        ret->in = seg_fact_holds(r, &part->value, &r->person->facts[part->fact], &ret->until_ms);
        break;
    case SEG_DID:
        seg_did_eval(r, part, ret);
        break;
    case SEG_SEQUENCE:
        seg_sequence_eval(r, part, ret, NULL);
        break;
    case SEG_MEMBER:
        eval_member(r, part, ret);
        break;
    case SEG_SAMPLE:
        ret->in = in_sample(r, part->node);
        break;
    }
}

void seg_eval(const struct seg_program *p, const struct seg_person *person, int64_t now_ms, struct seg_answer *ret)
{
    struct seg_run r;
    seg_run_begin(&r, p, person, now_ms);
    seg_part_eval(&r, p->root, ret);
    for (int looks = 0; ret->until_ms < INT64_MAX && looks < LOOKS_MAX; looks++) {
        struct seg_answer then;
        seg_run_begin(&r, p, person, ret->until_ms);
        seg_part_eval(&r, p->root, &then);
        if (then.in != ret->in)
            return;
        ret->until_ms = then.until_ms;
    }
}

// Children have higher numbers than their parents: from the last to the first, each part finds its children's answers.
void seg_eval_nodes(
    const struct seg_program *p, const struct seg_person *person, int64_t now_ms, bool *holds, size_t count)
{
    struct seg_run r;
    bool all[SEG_NODES_MAX];
    seg_run_begin(&r, p, person, now_ms);
    for (uint32_t i = p->part_count; i-- > 0;) {
        const struct seg_part *part = p->parts[i];
        struct seg_answer a = {false, 0};
        if (part->child_count == 0) {
            seg_part_eval(&r, part, &a);
        } else {
            bool decisive = part->node->kind == SEG_ANY, found = false;
            for (uint32_t k = 0; k < part->child_count; k++)
                found |= all[part->children[k]->node->number] == decisive;
            a.in = found == decisive;
            if (part->node->kind == SEG_NOT)
                a.in = !all[part->children[0]->node->number];
        }
        all[i] = a.in;
        if (i < count)
            holds[i] = a.in;
    }
}
