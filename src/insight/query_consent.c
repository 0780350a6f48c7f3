// SPDX-License-Identifier: Apache-2.0
// Who may be counted for analytics: by the state of the purpose "analytics" in the facts, as the gate weighs it. Kept for some
// seconds, as every tile of a page asks for it.
#include "query_private.h"

#include "base/clock.h"

#include <roaring/roaring.h>

enum { KEPT_MS = 5000, STEP = 4096 };
static const char purpose[] = "analytics";

static const struct seg_field *field_of(const struct dictionary *d)
{
    const struct seg_field *fields = NULL;
    size_t count = facts_fields(d, &fields);
    for (size_t i = 0; i < count; i++) {
        if (fields[i].derived == FACTS_CONSENT && cu_str_eqz(fields[i].name, "consent.analytics"))
            return &fields[i];
    }
    return NULL;
}

static enum gate_state state_of(const struct seg_fact *fact)
{
    for (int i = GATE_UNKNOWN; fact->known && i < GATE_STATE_COUNT; i++) {
        if (cu_str_eqz(fact->value.text, gate_state_name((enum gate_state)i)))
            return (enum gate_state)i;
    }
    return GATE_UNKNOWN;
}

static bool allows(struct insight_desk *d, const struct dictionary *dictionary, uint32_t person, const facts_place *place)
{
    struct seg_fact fact = {.known = false};
    if (d->o.gate && gate_is_restricted(d->o.gate, person))
        return false;
    if (place)
        facts_get(d->o.facts, person, place, 1, &fact);
    enum gate_state state = state_of(&fact);
    return gate_weigh(dictionary, cu_str_of(purpose), state) == GATE_OK;
}

static cu_code make(struct insight_desk *d, const struct scan_persons *persons, struct cu_error *err)
{
    const struct dictionary *dictionary = people_dictionary(d->o.people);
    const struct seg_field *field = field_of(dictionary);
    facts_place place = 0;
    roaring_bitmap_t *made = roaring_bitmap_create();
    uint64_t left_out = 0;
    if (!made)
        return cu_fail(err, CU_MEMORY, "", "no memory for who allows analytics");
    if (field)
        facts_bind(d->o.facts, &field, 1, &place);
    for (uint32_t person = 1; person < persons->end; person++) {
        if (persons->root[person] != person)
            continue;
        bool good = allows(d, dictionary, person, field ? &place : NULL);
        if (field && person % STEP == 0)
            facts_done(d->o.facts); // the updater waits while facts are read
        if (good)
            roaring_bitmap_add(made, person);
        else
            left_out++;
    }
    if (field)
        facts_done(d->o.facts);
    desk_consent_clear(d);
    d->consented = made;
    d->consent_left_out = left_out;
    d->consent_made_ms = desk_mono_ms();
    d->consent_persons = persons;
    return CU_OK;
}

cu_code desk_consented(struct insight_desk *d, const struct scan_persons *persons, roaring_bitmap_t **ret, uint64_t *ret_left_out,
    struct cu_error *err)
{
    const struct dictionary *dictionary = people_dictionary(d->o.people);
    *ret = NULL;
    if (!dictionary || !dictionary_purpose(dictionary, cu_str_of(purpose)))
        return cu_fail(err, CU_INVALID, "/consented", "the dictionary has no purpose \"analytics\", so nobody can allow it");
    (void)pthread_mutex_lock(&d->consent_lock);
    bool fresh = d->consented && d->consent_persons == persons && desk_mono_ms() - d->consent_made_ms < KEPT_MS && persons->end > STEP;
    cu_code code = fresh ? CU_OK : make(d, persons, err);
    if (code == CU_OK) {
        *ret = roaring_bitmap_copy(d->consented);
        *ret_left_out = d->consent_left_out;
        if (!*ret)
            code = cu_fail(err, CU_MEMORY, "", "no memory for who allows analytics");
    }
    (void)pthread_mutex_unlock(&d->consent_lock);
    return code;
}

void desk_consent_clear(struct insight_desk *d)
{
    if (d->consented)
        roaring_bitmap_free(d->consented);
    d->consented = NULL;
}
