// SPDX-License-Identifier: Apache-2.0
// The record of processing (GDPR 30(1)(a) to (g)) as one canonical document, made from the dictionary, the register of
// recipients, assessments, what is really delivered and exported, and the settings. No counts and no times that change by
// themselves stand in it: two versions differ only when something is done differently.
#include "register_internal.h"
#include "register_sql.h"

#include "approval.h"
#include "base/clock.h"
#include "consent/proof.h"
#include "transparency_private.h"

#include <stdio.h>

enum { CATEGORIES_MAX = 200, SETTING_MAX = 1 << 20 };

static const char *const basis_names[] = {[DICT_CONSENT] = "consent",
    [DICT_CONTRACT] = "contract",
    [DICT_LEGAL_OBLIGATION] = "legal_obligation",
    [DICT_LEGITIMATE_INTEREST] = "legitimate_interest"};
static const char *const levels[] = {"P0", "P1", "P2", "P3", "P4"};

bool register_in_eea(cu_str country)
{
    return country.len == 0 || transparency_country_is_safe(country);
}

bool register_in_list(cu_str list, cu_str name)
{
    while (list.len > 0) {
        if (cu_str_eq(cu_str_trim(cu_str_cut(&list, ',')), name))
            return true;
    }
    return false;
}

bool register_receives(const struct recipient_row *row, cu_str purpose)
{
    return row->purposes.len == 0 || register_in_list(row->purposes, purpose); // none named: everybody's data
}

cu_str register_safeguard(const struct recipient_row *row)
{
    return cu_str_eqz(row->safeguard, "none") || row->safeguard.len == 0 ? CU_LIT("") : row->safeguard;
}

// --- the world

static cu_code load_setting(struct db *d, struct register_world *w, struct cu_error *err)
{
    struct db_query q;
    w->parser = json_parser_new(SETTING_MAX);
    if (!w->parser)
        return cu_fail(err, CU_MEMORY, "", "no memory for a register");
    CU_TRY(db_prepare(d, &register_sql_controller, &q, err));
    bool there = db_step(&q);
    cu_code code = json_parse(w->parser, there ? db_str(&q, 0) : CU_LIT("{}"), &w->setting, err);
    cu_code end = db_end(&q, err);
    return code == CU_OK ? end : code;
}

cu_code register_world_load(
    struct registers *r, struct db *d, struct cu_arena *a, struct register_world *ret, struct cu_error *err)
{
    *ret = (struct register_world){.dictionary = people_dictionary(r->people)};
    if (r->options.recipients)
        CU_TRY(recipients_list(r->options.recipients, a, &ret->recipients, &ret->recipient_count, err));
    CU_TRY(register_assessments(d, a, &ret->assessments, &ret->assessment_count, err));
    cu_code code = load_setting(d, ret, err);
    if (code != CU_OK)
        register_world_clear(ret);
    return code;
}

void register_world_clear(struct register_world *w)
{
    json_parser_free(w->parser);
    w->parser = NULL;
}

// --- one purpose

struct category {
    cu_str name;
    enum dict_level level;
    int32_t days;
    bool forever;
};
struct categories {
    struct category at[CATEGORIES_MAX];
    size_t count;
    bool persons, events;
};

static bool is_for(const cu_str *purposes, uint32_t count, cu_str purpose)
{
    for (uint32_t i = 0; i < count; i++) {
        if (cu_str_eq(purposes[i], purpose))
            return true;
    }
    return false;
}

static cu_str category_of(const struct dict_field *f, const struct dict_event *e)
{
    if (f->category.len)
        return f->category;
    return e && e->category.len ? e->category : CU_LIT("user");
}

static void note_field(struct categories *c, const struct dict_field *f, const struct dict_event *e, cu_str purpose)
{
    if (!is_for(f->purposes, f->purpose_count, purpose))
        return;
    cu_str name = category_of(f, e);
    size_t i = 0;
    while (i < c->count && !cu_str_eq(c->at[i].name, name))
        i++;
    if (i == CATEGORIES_MAX)
        return;
    if (i == c->count)
        c->at[c->count++] = (struct category){.name = name};
    c->at[i].level = f->level > c->at[i].level ? f->level : c->at[i].level;
    c->at[i].days = f->retention_days > c->at[i].days ? f->retention_days : c->at[i].days;
    c->at[i].forever = c->at[i].forever || f->retention_days == 0;
    c->persons = c->persons || !e;
    c->events = c->events || e;
}

typedef void each_field(void *context, const struct dict_field *f, const struct dict_event *e);
static void every_field(const struct dictionary *dict, each_field *fn, void *context)
{
    const struct dict_field *fields = NULL;
    const struct dict_event *events = NULL;
    size_t count = dictionary_person_fields(dict, &fields);
    for (size_t i = 0; i < count; i++)
        fn(context, &fields[i], NULL);
    count = dictionary_events(dict, &events);
    for (size_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < events[i].field_count; k++)
            fn(context, &events[i].fields[k], &events[i]);
    }
}

struct writing {
    struct categories *categories;
    cu_str purpose, category;
    struct json_writer *w;
};

static void note_one(void *context, const struct dict_field *f, const struct dict_event *e)
{
    const struct writing *x = context;
    note_field(x->categories, f, e, x->purpose);
}

static void write_one(void *context, const struct dict_field *f, const struct dict_event *e)
{
    char name[1024];
    const struct writing *x = context;
    if (!is_for(f->purposes, f->purpose_count, x->purpose) || !cu_str_eq(category_of(f, e), x->category))
        return;
    int n = snprintf(name, sizeof name, "%.*s%s%.*s", CU_ARG(e ? e->name : CU_LIT("")), e ? "/" : "", CU_ARG(f->name));
    jw_str(x->w, (cu_str){name, n > 0 && (size_t)n < sizeof name ? (size_t)n : 0});
}

static void write_data(const struct dictionary *dict, cu_str purpose, struct categories *c, struct json_writer *w)
{
    jw_key(w, "data");
    jw_array(w);
    for (size_t i = 0; i < c->count; i++) {
        struct writing x = {.categories = c, .purpose = purpose, .category = c->at[i].name, .w = w};
        jw_object(w);
        jw_kstr(w, "name", c->at[i].name);
        jw_kz(w, "level", levels[c->at[i].level]);
        jw_ki64(w, "retention_days", c->at[i].forever ? 0 : c->at[i].days);
        jw_key(w, "fields");
        jw_array(w);
        every_field(dict, write_one, &x);
        jw_array_end(w);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void write_recipient(const struct recipient_row *row, cu_str name, struct json_writer *w)
{
    bool registered = row != NULL;
    jw_object(w);
    jw_kstr(w, "name", name);
    jw_kstr(w, "title", registered ? row->title : name);
    jw_kbool(w, "registered", registered);
    jw_kstr(w, "role", registered ? row->role : CU_LIT(""));
    jw_kstr(w, "country", registered ? row->country : CU_LIT(""));
    jw_kbool(w, "transfer", registered && !register_in_eea(row->country));
    jw_kstr(w, "safeguard", registered ? register_safeguard(row) : CU_LIT(""));
    jw_kbool(w, "contract", registered && row->contract_ms != 0);
    jw_object_end(w);
}

static void write_recipients(const struct register_world *world, const struct dict_purpose *p, struct json_writer *w)
{
    jw_key(w, "recipients");
    jw_array(w);
    for (size_t i = 0; i < world->recipient_count; i++) {
        const struct recipient_row *row = &world->recipients[i];
        bool named = is_for(p->recipients, p->recipient_count, row->name);
        if (row->enabled && (named || register_receives(row, p->name)))
            write_recipient(row, row->name, w);
    }
    for (uint32_t k = 0; k < p->recipient_count; k++) {
        bool there = false;
        for (size_t i = 0; i < world->recipient_count && !there; i++)
            there = cu_str_eq(world->recipients[i].name, p->recipients[k]);
        if (!there)
            write_recipient(NULL, p->recipients[k], w);
    }
    jw_array_end(w);
}

static void write_assessments(const struct register_world *world, cu_str purpose, struct json_writer *w)
{
    jw_key(w, "assessments");
    jw_array(w);
    for (size_t i = 0; i < world->assessment_count; i++) {
        const struct register_assessment *one = &world->assessments[i];
        if (!register_in_list(one->purposes, purpose))
            continue;
        jw_object(w);
        jw_kstr(w, "name", one->name);
        jw_kstr(w, "kind", one->kind);
        jw_kstr(w, "state", one->state);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static cu_code write_review(struct db *d, cu_str purpose, struct json_writer *w, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &register_sql_review, &q, err));
    db_bind_str(&q, ":purpose", purpose);
    jw_ktime(w, "reviewed", db_step(&q) ? db_i64(&q, 0) : INT64_MIN);
    return db_end(&q, err);
}

static cu_code write_activity(const struct register_world *world, struct db *d, const struct dict_purpose *p,
    struct categories *c, struct json_writer *w, struct cu_error *err)
{
    struct writing x = {.categories = c, .purpose = p->name};
    *c = (struct categories){.count = 0};
    every_field(world->dictionary, note_one, &x);
    jw_object(w);
    jw_kstr(w, "name", p->name);
    jw_kstr(w, "doc", p->doc);
    jw_kz(w, "basis", basis_names[p->basis]);
    jw_ki64(w, "validity_days", p->validity_days);
    jw_key(w, "people");
    jw_array(w);
    if (c->persons)
        jw_z(w, "customers");
    if (c->events)
        jw_z(w, "visitors");
    jw_array_end(w);
    write_data(world->dictionary, p->name, c, w);
    write_recipients(world, p, w);
    write_assessments(world, p->name, w);
    CU_TRY(write_review(d, p->name, w, err));
    jw_object_end(w);
    return CU_OK;
}

// --- who, and how it is kept safe

static void write_contact(const char *name, json contact, cu_str fallback_name, cu_str fallback_url, struct json_writer *w)
{
    static const char *const members[] = {"address", "country", "email", "phone"};
    cu_str said = json_str(json_get(contact, "name")), site = json_str(json_get(contact, "website"));
    jw_key(w, name);
    jw_object(w);
    jw_kstr(w, "name", said.len ? said : fallback_name);
    for (size_t i = 0; i < CU_COUNT(members); i++) {
        cu_str text = json_str(json_get(contact, members[i]));
        jw_kstr(w, members[i], text.len ? text : CU_LIT(""));
    }
    jw_kstr(w, "website", site.len ? site : fallback_url);
    jw_object_end(w);
}

static void measure(const char *name, const char *text, struct json_writer *w)
{
    jw_object(w);
    jw_kz(w, "name", name);
    jw_kz(w, "text", text);
    jw_object_end(w);
}

static cu_code write_security(struct registers *r, struct json_writer *w, struct cu_error *err)
{
    struct guard_status status;
    struct approval_facts approvals;
    guard_status(people_guard(r->people), &status);
    CU_TRY(approval_facts(r->govern, &approvals, err));
    jw_key(w, "security");
    jw_array(w);
    measure("encryption",
        "Values of level P2 and above are sealed under a key of each person; erasing the key ends them in every copy.", w);
    if (status.separate)
        measure(
            "key_process", "Keys are held by a process of their own that writes the audit log before it opens anything.", w);
    measure("audit_log",
        "Every read of a person's record and every act stands in a signed log that cannot be changed unseen.", w);
    measure("roles",
        "Roles with the least rights; protection levels are masked or hidden by role; a second factor is required.", w);
    measure("purposes",
        "Every use of a person's data passes one gate that asks for the purpose, its basis and the person's choices.", w);
    if (approvals.wanted)
        measure("four_eyes", "Exports, deletions and changes of rights need a second member of staff.", w);
    jw_array_end(w);
    return CU_OK;
}

static cu_code write_document(struct registers *r, const struct register_world *world, struct db *d, struct cu_arena *a,
    struct json_writer *w, struct cu_error *err)
{
    const struct dict_purpose *purposes = NULL;
    size_t count = dictionary_purposes(world->dictionary, &purposes);
    struct categories *c = cu_arena_alloc(a, sizeof *c);
    if (!c)
        return cu_fail(err, CU_MEMORY, "", "no memory for a register");
    jw_object(w);
    jw_kz(w, "type", "custos.processing/1");
    write_contact("controller", json_get(world->setting, "controller"), cu_str_of(r->options.shop_name),
        cu_str_of(r->options.base_url), w);
    write_contact("officer", json_get(world->setting, "officer"), CU_LIT(""), CU_LIT(""), w);
    jw_key(w, "activities");
    jw_array(w);
    for (size_t i = 0; i < count; i++)
        CU_TRY(write_activity(world, d, &purposes[i], c, w, err));
    jw_array_end(w);
    jw_key(w, "flows");
    CU_TRY(register_flows_document(r, d, a, w, err));
    CU_TRY(write_security(r, w, err));
    jw_object_end(w);
    return cu_buf_code(w->out, err);
}

cu_code register_document(struct registers *r, struct db *d, struct cu_buf *out, struct cu_error *err)
{
    struct register_world world;
    struct json_writer w;
    struct json_parser *parser = json_parser_new(REGISTER_DOCUMENT_MAX);
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new((size_t)64 << 20);
    CU_AUTO_BUF struct cu_buf text;
    json v;
    cu_buf_init(&text, REGISTER_DOCUMENT_MAX);
    cu_code code =
        a && parser ? register_world_load(r, d, a, &world, err) : cu_fail(err, CU_MEMORY, "", "no memory for a register");
    if (code == CU_OK) {
        jw_start(&w, &text);
        code = write_document(r, &world, d, a, &w, err);
        register_world_clear(&world);
    }
    if (code == CU_OK)
        code = json_parse(parser, cu_buf_view(&text), &v, err);
    if (code == CU_OK)
        code = proof_canonical(v, out, err);
    json_parser_free(parser);
    return code;
}

cu_code register_document_at(
    struct registers *r, struct db *d, int64_t at_ms, struct cu_buf *out, int64_t *ret_made_ms, struct cu_error *err)
{
    struct db_query q;
    (void)r;
    CU_TRY(db_prepare(d, &register_sql_snapshot_at, &q, err));
    db_bind_i64(&q, ":at_ms", at_ms);
    bool there = db_step(&q);
    if (there) {
        *ret_made_ms = db_i64(&q, 1);
        cu_buf_str(out, db_str(&q, 2));
    }
    CU_TRY(db_end(&q, err));
    if (!there)
        return cu_fail(err, CU_NOT_FOUND, "at", "the record of processing was kept from a later time on");
    return cu_buf_code(out, err);
}

// --- what its JSON holds

#define END                                                                                                                 \
    {                                                                                                                       \
        .name = NULL                                                                                                        \
    }
#define WORD(name_, max_, doc_)                                                                                             \
    {                                                                                                                       \
        .name = name_, .type = SPEC_STRING, .max = max_, .doc = doc_                                                        \
    }
static const struct spec_field contact_fields[] = {
    WORD("name", 400, "Name."),
    WORD("address", 1000, "Address."),
    WORD("country", 8, "Country."),
    WORD("email", 254, "E-mail address."),
    WORD("phone", 64, "Telephone number."),
    WORD("website", 2000, "Web site."),
    END,
};
static const struct spec_field name_element[] = {WORD("", 1000, "A name."), END};
static const struct spec_field data_fields[] = {
    WORD("name", 80, "Data category, a fideslang key."),
    WORD("level", 2, "The highest protection level in it."),
    {.name = "retention_days",
        .type = SPEC_INT,
        .max = INT32_MAX,
        .doc = "Days until the last of it is removed; 0: kept as long as the person."},
    {.name = "fields",
        .type = SPEC_ARRAY,
        .max = 20000,
        .fields = name_element,
        .doc = "Fields of it; of events as Event/field."},
    END,
};
static const struct spec_field recipient_fields[] = {
    WORD("name", 64, "Its name."),
    WORD("title", 400, "What it is called."),
    {.name = "registered",
        .type = SPEC_BOOL,
        .doc = "Whether it stands in the register of recipients; else only the dictionary names it."},
    WORD("role", 15, "processor, controller or joint."),
    WORD("country", 2, "Where it is."),
    {.name = "transfer", .type = SPEC_BOOL, .doc = "Whether that is outside the European Economic Area."},
    WORD("safeguard", 15, "On what a transfer rests."),
    {.name = "contract", .type = SPEC_BOOL, .doc = "Whether there is a contract (28)."},
    END,
};
static const struct spec_field linked_fields[] = {
    WORD("name", REGISTER_NAME_MAX, "Its name."),
    WORD("kind", 7, "dpia, lia or tia."),
    WORD("state", 15, "How far it is."),
    END,
};
static const struct spec_field activity_fields[] = {
    WORD("name", 64, "The purpose."),
    WORD("doc", 400, "What is done for it (30(1)(b))."),
    WORD("basis", 31, "The legal basis it rests on."),
    {.name = "validity_days", .type = SPEC_INT, .max = 36500, .doc = "How long a consent holds; 0: until withdrawn."},
    {.name = "people", .type = SPEC_ARRAY, .max = 8, .fields = name_element, .doc = "Categories of people (30(1)(c))."},
    {.name = "data",
        .type = SPEC_ARRAY,
        .max = CATEGORIES_MAX,
        .fields = data_fields,
        .doc = "Categories of data with their time limits (30(1)(c), (f))."},
    {.name = "recipients",
        .type = SPEC_ARRAY,
        .max = 2000,
        .fields = recipient_fields,
        .doc = "Who receives them, and transfers (30(1)(d), (e))."},
    {.name = "assessments",
        .type = SPEC_ARRAY,
        .max = REGISTER_ASSESSMENTS_MAX,
        .fields = linked_fields,
        .doc = "What was assessed."},
    {.name = "reviewed", .type = SPEC_TIME, .nullable = true, .doc = "When somebody looked at this row last."},
    END,
};
static const struct spec_field source_fields[] = {
    WORD("name", 128, "The source."),
    WORD("kind", 15, "Its kind."),
    {.name = "events",
        .type = SPEC_ARRAY,
        .max = REGISTER_FLOWS_MAX,
        .fields = name_element,
        .doc = "What it delivered within 30 days."},
    END,
};
static const struct spec_field export_fields[] = {
    WORD("name", 400, "Act and purpose."),
    WORD("action", 63, "The act."),
    WORD("purpose", 64, "For which purpose."),
    {.name = "fields", .type = SPEC_ARRAY, .max = 1000, .fields = name_element, .doc = "Fields that went out."},
    END,
};
static const struct spec_field flow_fields[] = {
    {.name = "sources", .type = SPEC_ARRAY, .max = 10000, .fields = source_fields, .doc = "Sources that really deliver."},
    {.name = "exports", .type = SPEC_ARRAY, .max = 500, .fields = export_fields, .doc = "What was really exported."},
    END,
};
static const struct spec_field measure_fields[] = {WORD("name", 31, "Its name."), WORD("text", 400, "What is done."), END};
const struct spec_field register_document_fields[] = {
    WORD("type", 31, "custos.processing/1."),
    {.name = "controller",
        .type = SPEC_OBJECT,
        .max = 16384,
        .fields = contact_fields,
        .doc = "Who answers for it (30(1)(a)); set on the transparency page."},
    {.name = "officer",
        .type = SPEC_OBJECT,
        .max = 16384,
        .fields = contact_fields,
        .doc = "The data protection officer; empty texts: none."},
    {.name = "activities",
        .type = SPEC_ARRAY,
        .max = REGISTER_PURPOSES_MAX,
        .fields = activity_fields,
        .doc = "One row per purpose."},
    {.name = "flows", .type = SPEC_OBJECT, .max = 1 << 20, .fields = flow_fields, .doc = "What really happens."},
    {.name = "security",
        .type = SPEC_ARRAY,
        .max = 32,
        .fields = measure_fields,
        .doc = "Technical and organisational measures (30(1)(g))."},
    END,
};
