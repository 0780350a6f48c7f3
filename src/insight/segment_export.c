// SPDX-License-Identifier: Apache-2.0
// The file of people. See segment_export.h.
#include "segment_export.h"

#include "people/traits.h"
#include "text/csv.h"
#include "text/text.h"

#include <stdio.h>

enum { FIELDS_MAX = 40, PIECE_PEOPLE = 100, PROFILES_USUAL = 64, PIECE_ARENA = 64 << 20 };

struct field {
    cu_str name;
    const struct dict_field *trait;  // NULL: the id, or derived
    const struct seg_field *derived; // NULL: the id, or a trait
    enum spec_view view;
};
struct export {
    struct segments *segments;
    struct caller caller;
    struct guard_access access;
    const struct seg_catalog *catalog;
    struct field fields[FIELDS_MAX];
    size_t field_count;
    unsigned groups; // of traits to be opened
    bool csv, header_written;
    cu_str purpose, announced; // in memory
    roaring_bitmap_t *people;  // whom the gate let through
    roaring_uint32_iterator_t *at;
    struct cu_arena *arena;    // the fields; then of a piece
    struct cu_arena *scratch;
    struct held_back held;
};

static void close_export(void *context)
{
    struct export *x = context;
    if (!x)
        return;
    if (x->at)
        roaring_free_uint32_iterator(x->at);
    if (x->people)
        roaring_bitmap_free(x->people);
    if (x->catalog)
        audience_catalog_done(x->segments->options.audiences, x->catalog);
    cu_arena_free(x->scratch);
    cu_arena_free(x->arena);
    cu_free(x);
}

// --- fields

static bool allows(const struct dict_field *f, cu_str purpose)
{
    for (uint32_t i = 0; i < f->purpose_count; i++) {
        if (cu_str_eq(f->purposes[i], purpose))
            return true;
    }
    return false;
}

static cu_code take_field(struct export *x, cu_str name, const struct dictionary *dictionary, struct cu_error *err)
{
    struct field *f = &x->fields[x->field_count];
    *f = (struct field){.name = cu_arena_dup(x->arena, name), .view = SPEC_VIEW_FULL};
    if (!f->name.ptr)
        return cu_fail(err, CU_MEMORY, "", "no memory for an export");
    x->field_count++;
    if (cu_str_eqz(name, "id"))
        return CU_OK;
    const struct dict_field *trait = dictionary ? dictionary_person_field(dictionary, name) : NULL;
    const struct seg_field *derived = trait ? NULL : seg_catalog_field(x->catalog, name);
    if (!trait && (!derived || derived->source != SEG_DERIVED))
        return cu_fail(err, CU_INVALID, "/fields", "a field of people, a derived field (GET "
            "/v1/segments/catalog) or id is accepted");
    f->trait = trait;
    f->derived = derived;
    if (!trait)
        return CU_OK;
    f->view = sight_field(&x->caller, trait);
    if (f->view == SPEC_VIEW_NONE)
        return cu_fail(err, CU_FORBIDDEN, "/fields", "this role does not see the field %.*s", CU_ARG(trait->name));
    if (!allows(trait, x->purpose))
        return cu_fail(err, CU_REFUSED, "/fields", "the dictionary does not allow the field %.*s for this purpose",
            CU_ARG(trait->name));
    x->groups |= 1U << trait_group_of(trait);
    return CU_OK;
}

static cu_code take_fields(struct export *x, const struct spec_values *body, struct cu_error *err)
{
    const struct dictionary *dictionary = people_dictionary(x->segments->options.people);
    struct cu_buf names CU_AUTO_BUF = {0};
    struct json_iter it = json_each(spec_get(body, "fields")->raw);
    cu_buf_init(&names, 4096);
    if (!spec_has(body, "fields"))
        return take_field(x, CU_LIT("id"), dictionary, err);
    while (json_next(&it)) {
        if (x->field_count == FIELDS_MAX)
            return cu_fail(err, CU_TOO_LARGE, "/fields", "at most %d fields are accepted", FIELDS_MAX);
        CU_TRY(take_field(x, json_str(it.value), dictionary, err));
        cu_buf_printf(&names, "%s%.*s", names.len ? "," : "", CU_ARG(x->fields[x->field_count - 1].name));
    }
    CU_TRY(cu_buf_code(&names, err));
    x->announced = cu_arena_dup(x->arena, names.len ? cu_buf_view(&names) : CU_LIT("id"));
    return x->announced.ptr ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for an export");
}

// --- whom

struct profiles {
    uint32_t usual[PROFILES_USUAL], *at;
    size_t count;
};

// All of them: what the most careful of a person's profiles said counts. Free with profiles_clear.
static cu_code profiles_of(struct people *p, uint32_t person, struct profiles *ret, struct cu_error *err)
{
    ret->at = ret->usual;
    ret->count = people_profiles(p, person, ret->usual, PROFILES_USUAL);
    if (ret->count <= PROFILES_USUAL)
        return CU_OK;
    size_t room = ret->count + PROFILES_USUAL;
    ret->at = cu_alloc(room * sizeof *ret->at);
    if (!ret->at)
        return cu_fail(err, CU_MEMORY, "", "no memory for a person's profiles");
    size_t now = people_profiles(p, person, ret->at, room);
    ret->count = now < room ? now : room;
    return CU_OK;
}

static void profiles_clear(struct profiles *p)
{
    if (p->at != p->usual)
        cu_free(p->at);
}

static cu_code ask_gate(struct export *x, struct db *d, const struct profiles *p, enum gate_reason *ret,
    struct cu_error *err)
{
    *ret = GATE_PERSON_ERASED;
    if (p->count == 0)
        return CU_OK;
    cu_code code = gate_check(x->segments->options.gate, d, p->at, p->count, x->purpose, &x->caller, ret, err);
    return code == CU_REFUSED ? CU_OK : code;
}

struct choosing {
    struct export *x;
    struct db *d;
    struct cu_error *err;
    cu_code code;
    uint32_t *pnos; // of those who go out, to be announced
    size_t count, room;
};

static cu_code keep_pnos(struct choosing *c, const struct profiles *p)
{
    while (c->count + p->count > c->room) {
        size_t room = c->room ? c->room * 2 : 4096;
        uint32_t *more = cu_realloc(c->pnos, room * sizeof *more);
        if (!more)
            return cu_fail(c->err, CU_MEMORY, "", "no memory for an export");
        c->pnos = more;
        c->room = room;
    }
    memcpy(c->pnos + c->count, p->at, p->count * sizeof *c->pnos);
    c->count += p->count;
    return CU_OK;
}

static bool choose_one(uint32_t person, void *context)
{
    struct choosing *c = context;
    struct profiles p;
    enum gate_reason reason = GATE_OK;
    c->code = profiles_of(c->x->segments->options.people, person, &p, c->err);
    if (c->code != CU_OK)
        return false;
    c->code = ask_gate(c->x, c->d, &p, &reason, c->err);
    c->x->held.by[reason]++;
    c->x->held.count += reason != GATE_OK;
    if (c->code == CU_OK && reason == GATE_OK) {
        roaring_bitmap_add(c->x->people, person);
        c->code = keep_pnos(c, &p);
    }
    profiles_clear(&p);
    return c->code == CU_OK;
}

// Everybody is asked for before anything goes out, so that the answer's head and the audit log can say how many, and
// whoever may not read so many people in an hour hears it now and not in the middle of the file.
static cu_code choose(struct export *x, uint32_t number, struct cu_error *err)
{
    struct segments *s = x->segments;
    roaring_bitmap_t *all = NULL;
    struct choosing c = {.x = x, .err = err};
    CU_TRY(audience_people(s->options.audiences, number, &all, err));
    c.code = people_read_take(s->options.people, &c.d, err);
    if (c.code == CU_OK) {
        (void)roaring_iterate(all, choose_one, &c);
        people_read_give(s->options.people, c.d);
    }
    roaring_bitmap_free(all);
    if (c.code == CU_OK)
        c.code = people_announce(s->options.people, c.pnos, c.count, x->announced.ptr, err);
    cu_free(c.pnos);
    return c.code;
}

static cu_code note(struct export *x, const char *segment, struct cu_error *err)
{
    struct cu_buf detail CU_AUTO_BUF = {0};
    struct json_writer w;
    cu_buf_init(&detail, 8192);
    jw_start(&w, &detail);
    jw_object(&w);
    jw_kz(&w, "segment", segment);
    jw_kstr(&w, "purpose", x->purpose);
    jw_kstr(&w, "fields", x->announced);
    jw_ki64(&w, "people", (int64_t)roaring_bitmap_get_cardinality(x->people));
    jw_key(&w, "held_back");
    segment_held_back_write(&w, &x->held);
    jw_object_end(&w);
    CU_TRY(cu_buf_code(&detail, err));
    return guard_note(people_guard(x->segments->options.people), GUARD_DONE, NULL, 0, cu_buf_view(&detail), true, err);
}

// --- writing

static const struct trait_view *trait_of(const struct trait_view *t, size_t count, const struct dict_field *f)
{
    for (size_t i = 0; i < count; i++) {
        if (t[i].field == f || (t[i].field && cu_str_eq(t[i].field->name, f->name)))
            return t[i].e.type == FOLD_NULL ? NULL : &t[i];
    }
    return NULL;
}

struct row {
    char id[37];
    uint32_t person;
    const struct trait_view *traits;
    size_t trait_count;
};

static void write_value(struct export *x, const struct field *f, const struct row *r, struct json_writer *w)
{
    if (f->trait) {
        const struct trait_view *t = trait_of(r->traits, r->trait_count, f->trait);
        if (t)
            trait_value_print(w, &t->e, t->field, f->view);
        else
            jw_null(w);
    } else if (f->derived) {
        struct seg_fact fact = {.known = false};
        facts_of(x->segments->options.facts, r->person, &f->derived, 1, &fact);
        facts_print(w, &fact);
        facts_done(x->segments->options.facts);
    } else {
        jw_z(w, r->id);
    }
}

// A JSON value as a cell: text without quotes, nothing for null.
static cu_code put_cell(struct export *x, struct json_parser *parser, cu_str value, struct cu_buf *out, struct cu_error *err)
{
    json v;
    (void)x;
    if (cu_str_eqz(value, "null")) {
        csv_put(out, CU_LIT(""), ',', false);
        return CU_OK;
    }
    if (value.len && value.ptr[0] != '"') {
        csv_put(out, value, ',', value.ptr[0] != '-'); // a number may begin with -
        return CU_OK;
    }
    CU_TRY(json_parse(parser, value, &v, err));
    csv_put(out, json_str(v), ',', true);
    return CU_OK;
}

static cu_code write_csv(struct export *x, const struct row *r, struct json_parser *parser, struct cu_buf *out,
    struct cu_error *err)
{
    struct cu_buf value CU_AUTO_BUF = {0};
    cu_buf_init(&value, (size_t)1 << 20);
    for (size_t i = 0; i < x->field_count; i++) {
        struct json_writer w;
        cu_buf_reset(&value);
        jw_start(&w, &value);
        write_value(x, &x->fields[i], r, &w);
        CU_TRY(cu_buf_code(&value, err));
        CU_TRY(put_cell(x, parser, cu_buf_view(&value), out, err));
    }
    csv_put_end(out);
    return CU_OK;
}

static void write_jsonl(struct export *x, const struct row *r, struct cu_buf *out)
{
    struct json_writer w;
    jw_start(&w, out);
    jw_object(&w);
    for (size_t i = 0; i < x->field_count; i++) {
        jw_keys(&w, x->fields[i].name);
        write_value(x, &x->fields[i], r, &w);
    }
    jw_object_end(&w);
    cu_buf_char(out, '\n');
}

static void write_header(struct export *x, struct cu_buf *out)
{
    x->header_written = true;
    if (!x->csv)
        return;
    for (size_t i = 0; i < x->field_count; i++)
        csv_put(out, x->fields[i].name, ',', true);
    csv_put_end(out);
}

// --- pieces

struct piece_person {
    uint32_t person;
    uint32_t *pnos;
    size_t count;
};

// The next persons whom the gate still lets through, announced before anything of them is opened.
static cu_code next_people(struct export *x, struct db *d, struct piece_person *who, size_t *ret_count, struct cu_error *err)
{
    uint32_t pnos[480];
    size_t total = 0, n = 0;
    while (x->at->has_value && n < PIECE_PEOPLE && total + LABEL_PROFILES_MAX <= CU_COUNT(pnos)) {
        struct profiles p;
        enum gate_reason reason = GATE_OK;
        uint32_t person = x->at->current_value;
        (void)roaring_advance_uint32_iterator(x->at);
        CU_TRY(profiles_of(x->segments->options.people, person, &p, err));
        cu_code code = ask_gate(x, d, &p, &reason, err);
        if (code == CU_OK && reason == GATE_OK) {
            who[n].person = person;
            who[n].count = p.count < LABEL_PROFILES_MAX ? p.count : LABEL_PROFILES_MAX;
            who[n].pnos = cu_arena_alloc(x->scratch, who[n].count * sizeof *p.at);
            if (who[n].pnos) {
                memcpy(who[n].pnos, p.at, who[n].count * sizeof *p.at);
                memcpy(pnos + total, p.at, who[n].count * sizeof *p.at);
                total += who[n++].count;
            } else {
                code = cu_fail(err, CU_MEMORY, "", "no memory for an export");
            }
        }
        profiles_clear(&p);
        CU_TRY(code);
    }
    *ret_count = n;
    return x->groups & ~1U && total ? people_announce(x->segments->options.people, pnos, total, x->announced.ptr,
        err) : CU_OK;
}

static cu_code write_person(struct export *x, struct db *d, const struct piece_person *who, struct json_parser *parser,
    struct cu_buf *out, struct cu_error *err)
{
    struct people *p = x->segments->options.people;
    struct row r = {.person = who->person};
    struct trait_view *traits = NULL;
    struct cu_uuid id;
    cu_code code = people_uuid(p, d, who->person, &id, err);
    if (code == CU_NOT_FOUND)
        return CU_OK; // erased a moment ago
    CU_TRY(code);
    cu_uuid_format(id, r.id);
    if (x->groups)
        CU_TRY(traits_of_person(p, d, who->pnos, who->count, x->groups, x->scratch, &traits, &r.trait_count, err));
    r.traits = traits;
    if (x->csv)
        return write_csv(x, &r, parser, out, err);
    write_jsonl(x, &r, out);
    return CU_OK;
}

static cu_code write_piece(struct export *x, struct db *d, struct json_parser *parser, struct cu_buf *out,
    struct cu_error *err)
{
    struct piece_person who[PIECE_PEOPLE];
    size_t count = 0;
    if (!x->header_written)
        write_header(x, out);
    cu_arena_reset(x->scratch);
    CU_TRY(next_people(x, d, who, &count, err));
    for (size_t i = 0; i < count; i++)
        CU_TRY(write_person(x, d, &who[i], parser, out, err));
    return cu_buf_code(out, err);
}

static cu_code next_piece(struct request *rq, void *context, bool *ret_more, struct cu_error *err)
{
    struct export *x = context;
    struct db *d = NULL;
    guard_enter(&x->access);
    cu_code code = people_read_take(x->segments->options.people, &d, err);
    if (code == CU_OK) {
        code = write_piece(x, d, rq->json, &rq->response.body, err);
        people_read_give(x->segments->options.people, d);
    }
    guard_leave();
    *ret_more = code == CU_OK && x->at->has_value;
    return code;
}

// --- the route

static cu_code prepare(struct request *rq, struct export *x, const struct audience_row *row, struct cu_error *err)
{
    const struct spec_values *v = &rq->body_values;
    struct purpose_view purpose;
    x->arena = cu_arena_new((size_t)64 << 10);
    x->scratch = cu_arena_new(PIECE_ARENA);
    x->people = roaring_bitmap_create();
    if (!x->arena || !x->scratch || !x->people)
        return cu_fail(err, CU_MEMORY, "", "no memory for an export");
    x->csv = cu_str_eqz(spec_str(v, "format"), "csv");
    x->purpose = cu_arena_dup(x->arena, spec_str(v, "purpose"));
    x->announced = CU_LIT("id");
    CU_TRY(segment_catalog_of(x->segments, &x->catalog, err));
    CU_TRY(segment_purpose(x->segments, x->catalog, x->purpose, &purpose, err));
    CU_TRY(take_fields(x, v, err));
    CU_TRY(choose(x, row->number, err));
    CU_TRY(note(x, row->name, err));
    x->at = roaring_create_iterator(x->people);
    return x->at ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for an export");
}

static cu_code say_counts(struct request *rq, const struct export *x, const char *name, struct cu_error *err)
{
    char held[24], people[24], file[AUDIENCE_NAME_MAX + 64];
    (void)snprintf(held, sizeof held, "%llu", (unsigned long long)x->held.count);
    (void)snprintf(people, sizeof people, "%llu", (unsigned long long)roaring_bitmap_get_cardinality(x->people));
    (void)snprintf(file, sizeof file, "attachment; filename=\"%s.%s\"", name, x->csv ? "csv" : "jsonl");
    CU_TRY(request_header_add(rq, "X-Custos-Held-Back", cu_str_of(held)));
    CU_TRY(request_header_add(rq, "X-Custos-People", cu_str_of(people)));
    (void)err;
    return request_header_add(rq, "Content-Disposition", cu_str_of(file));
}

cu_code segment_export(struct request *rq, struct cu_error *err)
{
    struct audience_row row;
    CU_TRY(segment_of_path(rq, &row, err));
    struct export *x = cu_calloc(1, sizeof *x);
    if (!x)
        return cu_fail(err, CU_MEMORY, "", "no memory for an export");
    x->segments = rq->module;
    x->caller = rq->caller;
    x->access = *guard_current();
    cu_code code = prepare(rq, x, &row, err);
    if (code == CU_OK)
        code = say_counts(rq, x, row.name, err);
    if (code != CU_OK) {
        close_export(x);
        return code;
    }
    rq->response.status = 200;
    rq->response.content_type = x->csv ? "text/csv; charset=utf-8" : "application/x-ndjson";
    rq->response.rest.next = next_piece;
    rq->response.rest.close = close_export;
    rq->response.rest.context = x;
    return CU_OK;
}

#define END                                                                                        \
    {                                                                                              \
        .name = NULL                                                                               \
    }
static const char *const formats[] = {"csv", "jsonl", NULL};
static const struct spec_field field_element[] = {
    {.name = "", .type = SPEC_STRING, .min = 1, .max = 255, .doc = "id, a field of people, or a derived field."},
    END,
};
const struct spec_field segment_export_body[] = {
    {.name = "purpose", .type = SPEC_STRING, .min = 1, .max = 64, .required = true,
        .doc = "What the file is for: a purpose of the dictionary. Who may not be used for it is not in the file."},
    {.name = "format", .type = SPEC_ENUM, .options = formats, .fallback = "csv",
        .doc = "csv, with formulas guarded, or jsonl."},
    {.name = "fields", .type = SPEC_ARRAY, .min = 1, .max = FIELDS_MAX, .fields = field_element,
        .doc = "The columns; default the id alone."},
    END,
};
