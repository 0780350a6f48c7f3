// SPDX-License-Identifier: Apache-2.0
// What happens to a record, in order: the array at the end is the documentation. A stage reads what
// stages before it found in struct work and adds its own; `done` ends the record's way. Called by
// pipeline_batch.c within a transaction.
//
// The replay array runs at start for records whose effects on people are stored already: it gives
// the timeline, the memory of seen messageIds and the counters back what they held in memory only.
#include "pipeline_private.h"
#include "quarantine.h"

#include <stdlib.h>

static void end(struct work *w, enum work_outcome outcome)
{
    w->done = true;
    w->outcome = outcome;
}

static cu_code run_quarantine(struct pipeline *p, struct work *w, struct cu_error *err)
{
    if (w->r.kind != RECORD_REFUSED)
        return CU_OK;
    end(w, WORK_REFUSED);
    struct cu_error why = {.code = w->r.reason};
    memcpy(why.field, w->r.field.ptr ? w->r.field.ptr : "",
        w->r.field.len < sizeof why.field ? w->r.field.len : sizeof why.field - 1);
    memcpy(why.text, w->r.text.ptr ? w->r.text.ptr : "",
        w->r.text.len < sizeof why.text ? w->r.text.len : sizeof why.text - 1);
    const struct quarantine_entry e = {&w->r, w->seq, w->bytes, true, &why, w->r.received_ms};
    return quarantine_put(p->o.people, &e, err);
}

static cu_code run_dedupe(struct pipeline *p, struct work *w, struct cu_error *err)
{
    struct quarantine_row row = {0};
    bool replays = (w->r.flags & RECORD_REPLAY) != 0, found = false;
    if (replays)
        CU_TRY(quarantine_find(people_db(p->o.people), w->r.quarantine, &found, &row, err));
    if (replays && found && row.status != QUARANTINE_OPEN && row.settled_seq != w->seq) {
        end(w, WORK_DUPLICATE); // replayed or discarded before this record came by
        return CU_OK;
    }
    seen_tag tag;
    uint64_t first = 0;
    memcpy(tag.bytes, w->r.seen_tag, sizeof tag.bytes);
    CU_TRY(seen_check_add(p->o.seen, tag, w->seq, w->r.received_ms, &first, err));
    if (first == w->seq) // else nothing new is in its memory
        p->last_seen = w->seq;
    // A record that went to quarantine from here is remembered too; its replay is not a repetition.
    if (first != w->seq && !(found && first == row.seq))
        end(w, WORK_DUPLICATE);
    return CU_OK;
}

static cu_code run_check(struct pipeline *p, struct work *w, struct cu_error *err)
{
    if (w->type != CALL_TRACK)
        return CU_OK;
    return orders_check(
        w->plan->name, w->plan->event, w->part[MEMBER_PROPERTIES].value, p->arena, err);
}

static cu_code run_identify(struct pipeline *p, struct work *w, struct cu_error *err)
{
    json previous = w->part[MEMBER_PREVIOUS_ID].value, current = w->part[MEMBER_USER_ID].value;
    uint64_t profiles = people_tally(p->o.people).profiles;
    if (w->id_count == 0)
        return CU_OK; // parse let it through: nobody's order
    if (w->type == CALL_ALIAS && json_is(previous, JSON_STRING) && json_is(current, JSON_STRING)) {
        const struct person_id from = {CU_NONE, json_str(previous)},
                               to = {CU_LIT("user_id"), json_str(current)};
        CU_TRY(people_alias(p->o.people, from, to, &w->ev, &w->pno, err));
    } else {
        CU_TRY(people_identify(p->o.people, w->ids, w->id_count, &w->ev, &w->pno, err));
    }
    w->made = people_tally(p->o.people).profiles != profiles;
    if (w->pno == 0 && !(w->r.flags & RECORD_NOBODY))
        return cu_fail(err, CU_INVALID, "/userId",
            "every identifier of this call is on the list of values that identify nobody");
    return CU_OK;
}

static cu_code run_consent(struct pipeline *p, struct work *w, struct cu_error *err)
{
    json consent = work_consent(w);
    bool act =
        w->type == CALL_TRACK && cu_str_eqz(w->plan->name, "Segment Consent Preference Updated");
    if (w->r.flags & RECORD_GPC) // before what is said: an act with the same call is the later word
        CU_TRY(gate_signal(p->o.gate, w->pno, &w->ev, err));
    if (!json_is(consent, JSON_OBJECT))
        return CU_OK;
    return gate_project(
        p->o.gate, w->pno, consent, act ? GATE_BY_ACT : GATE_BY_CONTEXT, &w->ev, err);
}

// A group call says which company the person belongs to, where the dictionary has a field for it.
static cu_code group_trait(struct pipeline *p, struct work *w, struct cu_error *err)
{
    json id = w->part[MEMBER_GROUP_ID].value, traits;
    struct json_writer out;
    if ((!json_is(id, JSON_STRING) && !json_is(id, JSON_INT)) ||
        !dictionary_person_field(people_dictionary(p->o.people), CU_LIT("company.id")))
        return CU_OK;
    cu_buf_reset(&p->built);
    jw_start(&out, &p->built);
    jw_object(&out);
    jw_key(&out, "company");
    jw_object(&out);
    jw_key(&out, "id");
    jw_value(&out, id);
    jw_object_end(&out);
    jw_object_end(&out);
    CU_TRY(cu_buf_code(&p->built, err));
    CU_TRY(json_parse(p->json_built, cu_buf_view(&p->built), &traits, err));
    return people_traits(p->o.people, w->pno, traits, &w->ev, err);
}

static cu_code run_traits(struct pipeline *p, struct work *w, struct cu_error *err)
{
    const json traits[] = {
        json_get(w->part[MEMBER_CONTEXT].value, "traits"), w->part[MEMBER_TRAITS].value};
    uint64_t values = people_tally(p->o.people).values;
    if (w->pno == 0)
        return CU_OK;
    if (w->type == CALL_GROUP)
        return group_trait(p, w, err);
    for (size_t i = 0; i < CU_COUNT(traits) && w->type == CALL_IDENTIFY; i++) {
        if (!json_is(traits[i], JSON_OBJECT))
            continue;
        CU_TRY(people_traits(p->o.people, w->pno, traits[i], &w->ev, err));
        CU_TRY(gate_traits(p->o.gate, w->pno, traits[i], &w->ev, err));
    }
    w->changed = people_tally(p->o.people).values != values;
    return CU_OK;
}

// The same orders imported again are evidence again, but nothing happened again.
static cu_code find_quiet(struct pipeline *p, struct work *w, struct cu_error *err)
{
    w->quiet = (w->r.flags & RECORD_QUIET) != 0;
    if (w->r.import == 0 || w->type != CALL_TRACK ||
        !cu_str_starts(w->plan->name, CU_LIT("Order ")))
        return CU_OK;
    return import_repeats_order(people_db(p->o.people), w->seq, &w->quiet, err);
}

static cu_code tally(struct pipeline *p, const struct work *w, struct cu_error *err)
{
    bool event = !(w->r.flags & RECORD_QUIET);
    enum import_effect effect = event || w->made ? IMPORT_EFFECT_CREATED
                                : w->changed     ? IMPORT_EFFECT_UPDATED
                                                 : IMPORT_EFFECT_NONE;
    if (w->r.import == 0 || w->replay || import_tally_add(&p->batch.tally, w->r.import, effect))
        return CU_OK;
    CU_TRY(import_tally_store(&p->batch.tally, people_db(p->o.people), err));
    (void)import_tally_add(&p->batch.tally, w->r.import, effect);
    return CU_OK;
}

static cu_code run_orders(struct pipeline *p, struct work *w, struct cu_error *err)
{
    if (w->type != CALL_TRACK)
        return CU_OK;
    CU_TRY(orders_project(p->o.people, w->pno, w->plan->name, w->part[MEMBER_PROPERTIES].value,
        &w->ev, w->r.import_row, &w->revenue, err));
    w->has_revenue = w->revenue != 0;
    return CU_OK;
}

static cu_code run_timeline(struct pipeline *p, struct work *w, struct cu_error *err)
{
    if (!w->plan->event && !w->replay)
        people_undeclared_note(p->o.people, CU_LIT("event"), w->plan->name, &w->ev);
    CU_TRY(find_quiet(p, w, err));
    CU_TRY(tally(p, w, err));
    if (w->quiet)
        return CU_OK;
    if (w->pno) {
        people_touch(p->o.people, w->pno, &w->ev);
        p->last_touched = w->seq;
    }
    return batch_hold(p, w, err);
}

// ---- replay at start

static int by_seq(const void *key, const void *at)
{
    const uint64_t *a = key, *b = at;
    return *a < *b ? -1 : *a > *b;
}

static cu_code replay_skip(struct pipeline *p, struct work *w, struct cu_error *err)
{
    (void)p;
    (void)err;
    if (w->r.kind == RECORD_REFUSED)
        end(w, WORK_SKIPPED);
    return CU_OK;
}

static cu_code replay_poison(struct pipeline *p, struct work *w, struct cu_error *err)
{
    (void)err;
    if (p->quarantined_count > 0 &&
        bsearch(&w->seq, p->quarantined, p->quarantined_count, sizeof w->seq, by_seq))
        end(w, WORK_SKIPPED);
    return CU_OK;
}

static cu_code replay_find(struct pipeline *p, struct work *w, struct cu_error *err)
{
    if (w->id_count == 0)
        return CU_OK;
    CU_TRY(people_find(p->o.people, w->ids, w->id_count, &w->pno, err));
    if (w->pno == 0 && !(w->r.flags & RECORD_NOBODY))
        end(w, WORK_SKIPPED); // the person was deleted, or the import reverted, since
    return CU_OK;
}

static cu_code replay_revenue(struct pipeline *p, struct work *w, struct cu_error *err)
{
    if (w->type != CALL_TRACK || !cu_str_starts(w->plan->name, CU_LIT("Order ")))
        return CU_OK;
    CU_TRY(orders_revenue_of(p->o.people, people_db(p->o.people), w->seq, &w->revenue, err));
    w->has_revenue = w->revenue != 0;
    return CU_OK;
}

// clang-format off
const struct stage pipeline_stages[] = {
    {.name = "dedupe",     .run = run_dedupe,     .doc = "A messageId that came before ends here."},
    {.name = "quarantine", .run = run_quarantine, .writes = true, .of_refused = true,
     .doc = "What a door refused is kept whole, sealed, with the reason."},
    {.name = "parse",      .run = work_parse,     .doc = "The JSON, the call's type and name, its identifiers."},
    {.name = "check",      .run = run_check,
     .doc = "Orders that could not be folded are found before anything is written."},
    {.name = "identify",   .run = run_identify,   .writes = true,
     .doc = "Which profile is it? Makes profiles, identifiers and edges."},
    {.name = "consent",    .run = run_consent,    .writes = true, .doc = "What the person allows, from context.consent."},
    {.name = "traits",     .run = run_traits,     .writes = true, .doc = "Fields of the person, sealed in groups, with history."},
    {.name = "orders",     .run = run_orders,     .writes = true, .doc = "Orders, refunds and cancellations, folded."},
    {.name = "timeline",   .run = run_timeline,   .writes = true,
     .doc = "The event itself, split into plain and sealed; held until the commit."},
};
const size_t pipeline_stage_count = CU_COUNT(pipeline_stages);

const struct stage pipeline_replay_stages[] = {
    {.name = "dedupe",   .run = run_dedupe,     .doc = "Gives the memory of messageIds back; the verdict is the same as before."},
    {.name = "skip",     .run = replay_skip,    .doc = "What a door refused has no event."},
    {.name = "poison",   .run = replay_poison,  .doc = "What the pipeline put into quarantine has no event either."},
    {.name = "parse",    .run = work_parse,     .doc = "The JSON, the call's type and name, its identifiers."},
    {.name = "find",     .run = replay_find,    .doc = "Which profile was it? Read only."},
    {.name = "revenue",  .run = replay_revenue, .doc = "What it added to revenue then."},
    {.name = "timeline", .run = run_timeline,   .doc = "The event itself; rows that are durable already are ignored."},
};
const size_t pipeline_replay_stage_count = CU_COUNT(pipeline_replay_stages);
// clang-format on
