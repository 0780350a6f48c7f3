// SPDX-License-Identifier: Apache-2.0
// The rules of what is due. See register_due.h.
#include "register_due.h"

#include <stdlib.h>

static const int64_t day_ms = INT64_C(86400000);
const char *const register_due_states[] = {"missing", "overdue", "soon"};

void register_due_add(struct register_due_list *list, const struct register_due *one)
{
    if (list->count < list->max)
        list->at[list->count++] = *one;
}

static int by_day(const void *a, const void *b)
{
    const struct register_due *x = a, *y = b;
    if ((x->state == REGISTER_MISSING) != (y->state == REGISTER_MISSING))
        return x->state == REGISTER_MISSING ? -1 : 1;
    if (x->due_ms != y->due_ms)
        return x->due_ms < y->due_ms ? -1 : 1;
    return cu_str_cmp(x->name, y->name);
}

void register_due_sort(struct register_due_list *list)
{
    qsort(list->at, list->count, sizeof *list->at, by_day);
}

struct asking {
    const struct register_world *world;
    int64_t now_ms, until_ms;
    struct register_due_list *list;
};

static void missing(
    const struct asking *k, const char *what, cu_str name, cu_str title, const char *source, const char *reason)
{
    const struct register_due one = {
        .what = what, .name = name, .title = title, .state = REGISTER_MISSING, .source = source, .reason = reason};
    register_due_add(k->list, &one);
}

// Nothing when the day is further away than asked for.
static void by(const struct asking *k, const char *what, cu_str name, cu_str title, int64_t due_ms, const char *source,
    const char *reason)
{
    struct register_due one = {
        .what = what, .name = name, .title = title, .due_ms = due_ms, .source = source, .reason = reason};
    if (due_ms > k->until_ms)
        return;
    one.state = due_ms <= k->now_ms ? REGISTER_OVERDUE : REGISTER_SOON;
    register_due_add(k->list, &one);
}

// An assessment of this kind that holds: for the purpose, or the recipient.
static bool assessed(const struct asking *k, const char *kind, cu_str purpose, cu_str recipient)
{
    for (size_t i = 0; i < k->world->assessment_count; i++) {
        const struct register_assessment *x = &k->world->assessments[i];
        if (!cu_str_eqz(x->kind, kind) || !cu_str_eqz(x->state, "approved"))
            continue;
        if (purpose.len ? register_in_list(x->purposes, purpose) : cu_str_eq(x->recipient, recipient))
            return true;
    }
    return false;
}

static void of_recipient(const struct asking *k, const struct recipient_row *x)
{
    if (!x->enabled)
        return;
    if (x->contract_ms == 0 && !cu_str_eqz(x->role, "controller"))
        missing(k, "contract", x->name, x->title, "GDPR 28(3), 26", "There is no contract with this recipient.");
    else if (x->contract_ms && x->contract_ends_ms)
        by(k, "contract", x->name, x->title, x->contract_ends_ms, "GDPR 28(3)", "The contract with this recipient ends.");
    if (register_in_eea(x->country))
        return;
    cu_str safeguard = register_safeguard(x);
    bool eased = cu_str_eqz(safeguard, "adequacy") || cu_str_eqz(safeguard, "derogation");
    if (safeguard.len == 0)
        missing(k, "safeguard", x->name, x->title, "GDPR 44-49",
            "The recipient is outside the European Economic Area, and nothing says on what the transfer rests.");
    else if (!eased && !assessed(k, "tia", CU_NONE, x->name))
        missing(
            k, "assessment", x->name, x->title, "GDPR 46", "No transfer impact assessment of this recipient is approved.");
}

static bool has_special(const struct dictionary *d, cu_str purpose)
{
    const struct dict_field *fields = NULL;
    size_t count = dictionary_person_fields(d, &fields);
    for (size_t i = 0; i < count; i++) {
        for (uint32_t k = 0; fields[i].level == DICT_P4 && k < fields[i].purpose_count; k++) {
            if (cu_str_eq(fields[i].purposes[k], purpose))
                return true;
        }
    }
    return false;
}

static bool registered(const struct register_world *w, cu_str name)
{
    for (size_t i = 0; i < w->recipient_count; i++) {
        if (cu_str_eq(w->recipients[i].name, name))
            return true;
    }
    return false;
}

static void of_purpose(const struct asking *k, const struct dict_purpose *p, int64_t reviewed_ms)
{
    if (p->basis == DICT_LEGITIMATE_INTEREST && !assessed(k, "lia", p->name, CU_NONE))
        missing(k, "assessment", p->name, p->name, "GDPR 6(1)(f)",
            "The purpose rests on a legitimate interest, and no balancing of it is approved.");
    if (has_special(k->world->dictionary, p->name) && !assessed(k, "dpia", p->name, CU_NONE))
        missing(k, "assessment", p->name, p->name, "GDPR 35(3)(b)",
            "The purpose uses special categories of data, and no impact assessment is approved.");
    for (uint32_t i = 0; i < p->recipient_count; i++) {
        if (!registered(k->world, p->recipients[i]))
            missing(k, "recipient", p->recipients[i], p->name, "GDPR 30(1)(d)",
                "The dictionary names this recipient for a purpose; the register does not know it.");
    }
    if (reviewed_ms == 0)
        missing(
            k, "review", p->name, p->name, "GDPR 24(1)", "Nobody has reviewed this row of the record of processing yet.");
    else
        by(k, "review", p->name, p->name, reviewed_ms + REGISTER_REVIEW_DAYS * day_ms, "GDPR 24(1)",
            "A year has passed since this row of the record was reviewed.");
}

void register_due_of(
    const struct register_world *w, const int64_t *reviewed, int64_t now_ms, int64_t days, struct register_due_list *list)
{
    const struct asking k = {w, now_ms, now_ms + days * day_ms, list};
    const struct dict_purpose *purposes = NULL;
    size_t count = dictionary_purposes(w->dictionary, &purposes);
    for (size_t i = 0; i < w->recipient_count; i++)
        of_recipient(&k, &w->recipients[i]);
    for (size_t i = 0; i < w->assessment_count; i++) {
        const struct register_assessment *x = &w->assessments[i];
        if (x->review_ms && !cu_str_eqz(x->state, "retired") && !cu_str_eqz(x->state, "rejected"))
            by(&k, "assessment", x->name, x->title, x->review_ms, "GDPR 35(11)", "The assessment is to be looked at again.");
    }
    for (size_t i = 0; i < count && i < REGISTER_PURPOSES_MAX; i++)
        of_purpose(&k, &purposes[i], reviewed[i]);
}
