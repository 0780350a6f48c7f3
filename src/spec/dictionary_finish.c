// SPDX-License-Identifier: Apache-2.0
// From merged rows to complete ones: sets are written out into the events and arrays that name
// them, fields take from their event what they do not say themselves, defaults follow from type and
// level, and every reference between rows is checked.

#include "dictionary_rows.h"

#include "suggest.h"

#define WHOLE_MAX 9000000000000000
#define MONEY_MAX 1000000000000 // in major units

static uint32_t field_bit(const char *name)
{
    return dict_attribute_bit(DICT_KIND_FIELD, name);
}

static void fault(struct dict_draft *d, const struct dict_row *r, cu_code code, const char *text)
{
    dict_fault_add(d->faults, code, r->line, r->column, r->path, "%s", text);
}

// A name in `r` that has to be one of `rows`.
static const struct dict_row *reference(struct dict_draft *d, const struct dict_row *r,
    const struct dict_rows *rows, const char *section, cu_str name)
{
    const struct dict_row *found = dict_rows_find(rows, name);
    if (found)
        return found;
    struct spec_nearest near = spec_nearest_to(name);
    for (const struct dict_row *o = rows->first; o; o = o->next)
        spec_nearest_offer(&near, dict_row_name(o));
    cu_str best = spec_nearest_best(&near);
    dict_fault_add(d->faults, CU_INVALID, r->line, r->column, r->path,
        "It names a row of %s that is not there%s%.*s%s.", section,
        best.len ? "; did you mean \"" : "", CU_ARG(best), best.len ? "\"?" : "");
    return NULL;
}

// --- Sets

static void fill(struct dict_row *to, const struct dict_row *from)
{
    const struct dict_kind_row *k = &dict_kinds[DICT_KIND_FIELD];
    for (uint32_t i = 0; i < k->count; i++) {
        uint32_t bit = 1u << i;
        if ((to->given & bit) || !(from->given & bit))
            continue;
        dict_attribute_copy(&k->attributes[i], to, from);
        to->given |= bit;
    }
}

// The fields of `set` into `rows` (which stand at the path `above`), each name behind `prefix`.
// owner is the row that names the set.
static void write_out(struct dict_draft *d, const struct dict_row *owner, cu_str above,
    struct dict_rows *rows, const struct dict_row *set, cu_str prefix)
{
    for (const struct dict_row *f = set->fields.first; f && !d->faults->memory; f = f->next) {
        cu_str name = dict_row_name(f);
        if (prefix.len)
            name = cu_arena_printf(d->arena, "%.*s.$.%.*s", CU_ARG(prefix), CU_ARG(name));
        struct dict_row *to = name.ptr ? dict_rows_find(rows, name) : NULL;
        if (name.ptr && !to)
            to = dict_rows_add(d, rows, above, name);
        if (!to) {
            d->faults->memory = true;
            return;
        }
        if (!to->line) {
            to->line = owner->line;
            to->column = owner->column;
        }
        fill(to, f);
        if (prefix.len && (f->given & field_bit("elements")))
            fault(d, to, CU_INVALID,
                "A set that describes elements cannot hold arrays with elements of their own.");
    }
}

static void write_out_elements(struct dict_draft *d, cu_str above, struct dict_rows *rows)
{
    uint32_t count = rows->count; // what is added here has no elements
    for (struct dict_row *f = rows->first; f && count > 0 && !d->faults->memory;
         f = f->next, count--) {
        if (!(f->given & field_bit("elements")))
            continue;
        const struct dict_row *set = reference(d, f, &d->sets, "sets", f->elements);
        if (f->is.field.type != DICT_ARRAY)
            fault(d, f, CU_INVALID, "\"elements\" belongs to fields of type array.");
        else if (set)
            write_out(d, f, above, rows, set, dict_row_name(f));
    }
}

// --- One field

static void inherit(struct dict_row *f, const struct dict_row *event)
{
    if (!(f->given & field_bit("category")))
        f->is.field.category = event->is.event.category;
    if (!(f->given & field_bit("owner")))
        f->is.field.owner = event->is.event.owner;
    if (!(f->given & field_bit("retention_days")))
        f->is.field.retention_days = event->is.event.retention_days;
    if (!(f->given & field_bit("purposes"))) {
        f->is.field.purposes = event->is.event.purposes;
        f->is.field.purpose_count = event->is.event.purpose_count;
    }
    f->given |= field_bit("category") | field_bit("purposes");
}

static void default_limits(struct dict_row *r)
{
    static const struct {
        int64_t min, max;
    } limits[DICT_TYPE_COUNT] = {
        [DICT_STRING] = {0, 1024},
        [DICT_INTEGER] = {-WHOLE_MAX, WHOLE_MAX},
        [DICT_NUMBER] = {-WHOLE_MAX, WHOLE_MAX},
        [DICT_MONEY] = {-MONEY_MAX, MONEY_MAX},
        [DICT_BOOLEAN] = {0, 1},
        [DICT_TIME] = {0, 40},
        [DICT_DATE] = {0, 40},
        [DICT_EMAIL] = {0, 254},
        [DICT_PHONE] = {0, 40},
        [DICT_URL] = {0, 2048},
        [DICT_COUNTRY] = {0, 64},
        [DICT_CURRENCY] = {3, 3},
        [DICT_ENUM] = {0, 200},
        [DICT_OBJECT] = {0, 200},
        [DICT_ARRAY] = {0, 1000},
        [DICT_ANY] = {0, 0},
    };
    struct dict_field *f = &r->is.field;
    if (!(r->given & field_bit("min")))
        f->min = limits[f->type].min;
    if (!(r->given & field_bit("max")))
        f->max = limits[f->type].max;
}

static void default_group(struct dict_field *f, bool of_event)
{
    if (f->level < DICT_P2)
        f->group = DICT_GROUP_NONE;
    else if (f->group == DICT_GROUP_NONE && f->level > DICT_P2)
        f->group = DICT_GROUP_SENSITIVE;
    else if (f->group == DICT_GROUP_NONE)
        f->group = of_event ? DICT_GROUP_BEHAVIOUR : DICT_GROUP_CONTACT;
}

// Special categories are used with explicit consent or because a law says so (GDPR 9(2)(a), (b), (g)-(j)).
static void check_purpose(struct dict_draft *d, const struct dict_row *r, const struct dict_row *purpose)
{
    if (!purpose || r->is.field.level != DICT_P4)
        return;
    enum dict_basis basis = purpose->is.purpose.basis;
    if (basis != DICT_CONSENT && basis != DICT_LEGAL_OBLIGATION)
        fault(d, r, CU_INVALID, "Level P4 (special category) goes with purposes that rest on consent or legal_obligation only.");
}

static void check_field(struct dict_draft *d, const struct dict_row *r, bool of_event)
{
    const struct dict_field *f = &r->is.field;
    static const char *const compulsory[] = {"type", "level", "category", "purposes", "doc"};
    for (size_t i = 0; i < CU_COUNT(compulsory); i++)
        if (!(r->given & field_bit(compulsory[i])))
            dict_fault_add(d->faults, CU_MISSING, r->line, r->column, r->path,
                "\"%s\" is missing from this row.", compulsory[i]);
    bool number = f->type == DICT_INTEGER || f->type == DICT_NUMBER || f->type == DICT_MONEY;
    if (f->min > f->max || (!number && f->min < 0))
        fault(d, r, CU_INVALID, "\"min\" and \"max\" leave no value to accept.");
    if (f->type == DICT_ENUM && f->option_count == 0)
        fault(d, r, CU_INVALID, "Type enum needs \"options\": the list of accepted values.");
    if (f->type != DICT_ENUM && f->option_count > 0)
        fault(d, r, CU_INVALID, "\"options\" belongs to type enum.");
    for (uint32_t i = 0; i < f->purpose_count; i++)
        check_purpose(d, r, reference(d, r, &d->purposes, "purposes", f->purposes[i]));
    if (f->collect == DICT_COLLECT_NO && of_event)
        fault(d, r, CU_INVALID, "\"collect\" belongs to fields of persons; an event's property lives as long as its event.");
    if (f->collect == DICT_COLLECT_NO && f->identifier.len)
        fault(d, r, CU_INVALID, "A field that identifies people is always collected; take \"identifier\" away first.");
    if (f->identifier.len)
        (void)reference(d, r, &d->identifiers, "identifiers", f->identifier);
}

// What a derived field reads is of its event and comes from a client; what it yields is a word that may stand plain. A shop
// that raises its level above P1 thereby ends that: nothing is worked out then.
static void check_derived(struct dict_draft *d, const struct dict_row *r, const struct dict_rows *rows, bool of_event)
{
    const struct dict_field *f = &r->is.field;
    cu_str rest = f->name;
    (void)cu_str_cut(&rest, '.');
    if (f->from_count == 0 && f->as == DERIVE_NONE)
        return;
    if (f->from_count == 0 || f->as == DERIVE_NONE)
        fault(d, r, CU_MISSING, "\"from\" and \"as\" belong together: out of which fields, and what of them.");
    if (!of_event)
        fault(d, r, CU_INVALID, "\"from\" and \"as\" belong to fields of events.");
    if (f->type != DICT_STRING && f->type != DICT_ENUM && f->type != DICT_ANY)
        fault(d, r, CU_INVALID, "A derived field is of type string, enum or any.");
    if (rest.ptr && cu_str_find(rest, '.') >= 0)
        fault(d, r, CU_INVALID, "A derived field stands at most one object deep, and in no array.");
    for (uint32_t i = 0; i < f->from_count && of_event; i++) {
        const struct dict_row *source = reference(d, r, rows, "the same event", f->from[i]);
        bool in_array = cu_str_find_str(f->from[i], CU_LIT(".$")) >= 0;
        if (source && (source->is.field.as != DERIVE_NONE || in_array))
            fault(d, r, CU_INVALID, "A derived field reads what clients send, outside of arrays, no other derived field.");
    }
}

static void finish_fields(
    struct dict_draft *d, struct dict_rows *rows, const struct dict_row *event)
{
    for (struct dict_row *r = rows->first; r && !d->faults->memory; r = r->next) {
        if (event)
            inherit(r, event);
        default_limits(r);
        default_group(&r->is.field, event != NULL);
        check_field(d, r, event != NULL);
        check_derived(d, r, rows, event != NULL);
    }
}

// --- Events, purposes, identifiers

static void finish_event(struct dict_draft *d, struct dict_row *r)
{
    static const cu_str by_default[] = {{"analytics", 9}};
    struct dict_event *e = &r->is.event;
    if (!(r->given & dict_attribute_bit(DICT_KIND_EVENT, "category")))
        e->category = CU_LIT("user.behavior");
    if (!(r->given & dict_attribute_bit(DICT_KIND_EVENT, "purposes"))) {
        e->purposes = by_default;
        e->purpose_count = 1;
    }
    if (!(r->given & dict_attribute_bit(DICT_KIND_EVENT, "doc")))
        fault(d, r, CU_MISSING, "\"doc\" is missing from this row.");
    for (uint32_t i = 0; i < e->purpose_count; i++)
        (void)reference(d, r, &d->purposes, "purposes", e->purposes[i]);
    for (uint32_t i = 0; i < r->set_count; i++) {
        const struct dict_row *set = reference(d, r, &d->sets, "sets", r->sets[i]);
        if (set)
            write_out(d, r, r->path, &r->fields, set, CU_NONE);
    }
    write_out_elements(d, r->path, &r->fields);
    finish_fields(d, &r->fields, r);
}

static void check_given(struct dict_draft *d, const struct dict_rows *rows, enum dict_kind kind)
{
    const struct dict_kind_row *k = &dict_kinds[kind];
    for (const struct dict_row *r = rows->first; r; r = r->next)
        for (uint32_t i = 0; i < k->count; i++)
            if (k->attributes[i].type != DICT_ATTRIBUTE_LIST && !k->attributes[i].optional && !(r->given & (1u << i)))
                dict_fault_add(d->faults, CU_MISSING, r->line, r->column, r->path,
                    "\"%s\" is missing from this row.", k->attributes[i].name);
}

void dict_draft_finish(struct dict_draft *d)
{
    uint32_t rows = d->persons.count;
    check_given(d, &d->purposes, DICT_KIND_PURPOSE);
    check_given(d, &d->identifiers, DICT_KIND_IDENTIFIER);
    write_out_elements(d, CU_LIT("persons"), &d->persons);
    finish_fields(d, &d->persons, NULL);
    for (struct dict_row *r = d->events.first; r && !d->faults->memory; r = r->next) {
        finish_event(d, r);
        rows += r->fields.count + 1;
        if (rows > DICT_ROWS_MAX) {
            fault(d, r, CU_TOO_LARGE,
                "With its sets written out the dictionary has more than 20000 rows.");
            return;
        }
    }
}
