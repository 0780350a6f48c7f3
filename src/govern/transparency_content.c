// SPDX-License-Identifier: Apache-2.0
// The document of the transparency page: what is so, language apart, out of the dictionary, the register of recipients,
// the roles, the wordings and the shop's own words. What it holds is what a version holds. See transparency.h.
#include "transparency_private.h"

#include "transparency_sql.h"

enum { ARENA_MAX = 8 << 20, GROUPS_MAX = 64, RECIPIENTS_MAX = 1000 };

// ---- what the shop says of itself

static const char *const contact_members[] = {"name", "address", "country", "email", "phone", "website"};

// All members, also of somebody who is not named: then null.
static void print_contact(struct json_writer *w, const char *name, json contact)
{
    jw_key(w, name);
    if (!json_str(json_get(contact, "name")).len) {
        jw_null(w);
        return;
    }
    jw_object(w);
    for (size_t i = 0; i < CU_COUNT(contact_members); i++) {
        cu_str v = json_str(json_get(contact, contact_members[i]));
        jw_kstr(w, contact_members[i], v.ptr ? v : CU_LIT(""));
    }
    jw_object_end(w);
}

static void print_texts(struct json_writer *w, const char *name, json texts)
{
    jw_key(w, name);
    jw_object(w);
    for (int l = 0; l < TRANSPARENCY_LANGUAGES; l++) {
        cu_str text = json_str(json_get(texts, transparency_languages[l]));
        if (text.len)
            jw_kstr(w, transparency_languages[l], text);
    }
    jw_object_end(w);
}

static bool shown(json setting, const char *part)
{
    bool yes = true;
    return !json_bool(json_get(json_get(setting, "shown"), part), &yes) || yes;
}

static void print_planned(json setting, struct json_writer *w)
{
    struct json_iter it = json_each(json_get(setting, "planned"));
    jw_key(w, "planned");
    jw_array(w);
    while (json_next(&it)) {
        jw_object(w);
        jw_kstr(w, "date", json_str(json_get(it.value, "date")));
        jw_key(w, "purposes");
        jw_array(w);
        struct json_iter p = json_each(json_get(it.value, "purposes"));
        while (json_next(&p))
            jw_str(w, json_str(p.value));
        jw_array_end(w);
        print_texts(w, "texts", json_get(it.value, "texts"));
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void print_own(json setting, struct json_writer *w)
{
    static const char *const parts[] = {"fields", "access", "security", "statistics", "badges"};
    print_contact(w, "controller", json_get(setting, "controller"));
    print_contact(w, "representative", json_get(setting, "representative"));
    print_contact(w, "officer", json_get(setting, "officer"));
    print_contact(w, "authority", json_get(setting, "authority"));
    print_texts(w, "texts", json_get(setting, "texts"));
    print_texts(w, "automated", json_get(setting, "automated"));
    print_planned(setting, w);
    jw_key(w, "shown");
    jw_object(w);
    for (size_t i = 0; i < CU_COUNT(parts); i++)
        jw_kbool(w, parts[i], shown(setting, parts[i]));
    jw_object_end(w);
}

// ---- what is collected

static void print_names(struct json_writer *w, const char *name, const cu_str *names, uint32_t count)
{
    jw_key(w, name);
    jw_array(w);
    for (uint32_t i = 0; i < count; i++)
        jw_str(w, names[i]);
    jw_array_end(w);
}

static void print_level(struct json_writer *w, enum dict_level level)
{
    const char text[3] = {'P', (char)('0' + (int)level), 0};
    jw_kz(w, "level", text);
}

static void print_field(const struct dict_field *f, struct json_writer *w)
{
    jw_object(w);
    jw_kstr(w, "name", f->name);
    jw_kstr(w, "doc", f->doc.ptr ? f->doc : CU_LIT(""));
    print_level(w, f->level);
    print_names(w, "purposes", f->purposes, f->purpose_count);
    jw_ki64(w, "retention_days", f->retention_days);
    jw_object_end(w);
}

static enum dict_level highest(const struct dict_event *e)
{
    enum dict_level level = DICT_P1;
    for (uint32_t i = 0; i < e->field_count; i++)
        level = e->fields[i].level > level ? e->fields[i].level : level;
    return level;
}

static void print_event(const struct dict_event *e, struct json_writer *w)
{
    jw_object(w);
    jw_kstr(w, "name", e->name);
    jw_kstr(w, "doc", e->doc.ptr ? e->doc : CU_LIT(""));
    print_level(w, highest(e));
    print_names(w, "purposes", e->purposes, e->purpose_count);
    jw_ki64(w, "retention_days", e->retention_days);
    jw_key(w, "fields");
    jw_array(w);
    for (uint32_t i = 0; i < e->field_count; i++)
        jw_str(w, e->fields[i].name);
    jw_array_end(w);
    jw_object_end(w);
}

struct groups { // the categories that are used, in order of their names
    cu_str at[GROUPS_MAX];
    size_t count;
};

static void add_group(struct groups *g, cu_str category)
{
    cu_str key = transparency_category(category);
    size_t at = 0;
    while (at < g->count && cu_str_cmp(g->at[at], key) < 0)
        at++;
    if ((at < g->count && cu_str_eq(g->at[at], key)) || g->count == GROUPS_MAX)
        return;
    memmove(&g->at[at + 1], &g->at[at], (g->count - at) * sizeof g->at[0]);
    g->at[at] = key;
    g->count++;
}

static void print_data(const struct dictionary *dict, struct json_writer *w)
{
    const struct dict_field *fields = NULL;
    const struct dict_event *events = NULL;
    size_t field_count = dictionary_person_fields(dict, &fields), event_count = dictionary_events(dict, &events);
    struct groups g = {.count = 0};
    for (size_t i = 0; i < field_count; i++)
        add_group(&g, fields[i].category);
    for (size_t i = 0; i < event_count; i++)
        add_group(&g, events[i].category);
    jw_key(w, "data");
    jw_array(w);
    for (size_t k = 0; k < g.count; k++) {
        jw_object(w);
        jw_kstr(w, "name", g.at[k]);
        jw_key(w, "fields");
        jw_array(w);
        for (size_t i = 0; i < field_count; i++) {
            if (cu_str_eq(transparency_category(fields[i].category), g.at[k]))
                print_field(&fields[i], w);
        }
        jw_array_end(w);
        jw_key(w, "events");
        jw_array(w);
        for (size_t i = 0; i < event_count; i++) {
            if (cu_str_eq(transparency_category(events[i].category), g.at[k]))
                print_event(&events[i], w);
        }
        jw_array_end(w);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static cu_code print_sources(struct db *d, struct json_writer *w, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &transparency_sql_sources, &q, err));
    jw_key(w, "sources");
    jw_array(w);
    while (db_step(&q))
        jw_str(w, db_str(&q, 0));
    jw_z(w, "staff");
    jw_array_end(w);
    return db_end(&q, err);
}

// ---- why

static cu_code print_wordings(struct db *d, cu_str purpose, struct json_writer *w, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &transparency_sql_wordings, &q, err));
    jw_key(w, "wordings");
    jw_object(w);
    while (db_step(&q)) {
        if (!cu_str_eq(db_str(&q, 0), purpose))
            continue;
        jw_keys(w, db_str(&q, 1));
        jw_str(w, db_str(&q, 2));
    }
    jw_object_end(w);
    return db_end(&q, err);
}

static cu_code print_purposes(
    const struct dictionary *dict, struct db *d, json setting, struct json_writer *w, struct cu_error *err)
{
    static const char *const basis[] = {[DICT_CONSENT] = "consent", [DICT_CONTRACT] = "contract",
        [DICT_LEGAL_OBLIGATION] = "legal_obligation", [DICT_LEGITIMATE_INTEREST] = "legitimate_interest"};
    const struct dict_purpose *purposes = NULL;
    size_t count = dictionary_purposes(dict, &purposes);
    jw_key(w, "purposes");
    jw_array(w);
    for (size_t i = 0; i < count; i++) {
        const struct dict_purpose *p = &purposes[i];
        json balancing = json_get(setting, "");
        struct json_iter it = json_each(json_get(setting, "balancing"));
        while (json_next(&it))
            balancing = cu_str_eq(it.key, p->name) ? it.value : balancing;
        jw_object(w);
        jw_kstr(w, "name", p->name);
        jw_kstr(w, "doc", p->doc.ptr ? p->doc : CU_LIT(""));
        jw_kz(w, "basis", basis[p->basis]);
        jw_ki64(w, "validity_days", p->validity_days);
        print_texts(w, "balancing", balancing);
        CU_TRY(print_wordings(d, p->name, w, err));
        jw_object_end(w);
    }
    jw_array_end(w);
    return CU_OK;
}

// ---- who receives

static void print_recipient(const struct recipient_row *r, struct json_writer *w)
{
    cu_str rest = r->purposes;
    jw_object(w);
    jw_kstr(w, "name", r->name);
    jw_kstr(w, "title", r->title.len ? r->title : r->name);
    jw_kstr(w, "role", r->role.ptr ? r->role : CU_LIT(""));
    jw_kstr(w, "country", r->country.ptr ? r->country : CU_LIT(""));
    jw_kstr(w, "safeguard", r->safeguard.ptr ? r->safeguard : CU_LIT(""));
    jw_kstr(w, "website", r->website.ptr ? r->website : CU_LIT(""));
    jw_key(w, "purposes");
    jw_array(w);
    while (rest.ptr) {
        cu_str one = cu_str_trim(cu_str_cut(&rest, ','));
        if (one.len)
            jw_str(w, one);
    }
    jw_array_end(w);
    jw_object_end(w);
}

static bool registered(const struct recipient_row *rows, size_t count, cu_str name)
{
    for (size_t i = 0; i < count; i++) {
        if (rows[i].enabled && (cu_str_eq_nocase(rows[i].name, name) || cu_str_eq_nocase(rows[i].title, name)))
            return true;
    }
    return false;
}

// Recipients that the dictionary names and the register does not have.
static void print_named(
    const struct dictionary *dict, const struct recipient_row *rows, size_t row_count, struct json_writer *w)
{
    const struct dict_purpose *purposes = NULL;
    size_t count = dictionary_purposes(dict, &purposes);
    for (size_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < purposes[i].recipient_count; k++) {
            cu_str name = purposes[i].recipients[k];
            bool before = registered(rows, row_count, name);
            for (size_t j = 0; j < i && !before; j++) {
                for (uint32_t m = 0; m < purposes[j].recipient_count; m++)
                    before = before || cu_str_eq(purposes[j].recipients[m], name);
            }
            if (before)
                continue;
            jw_object(w);
            jw_kstr(w, "name", name);
            jw_kstr(w, "title", name);
            jw_kz(w, "role", "");
            jw_kz(w, "country", "");
            jw_kz(w, "safeguard", "");
            jw_kz(w, "website", "");
            jw_key(w, "purposes");
            jw_array(w);
            for (size_t j = i; j < count; j++) {
                for (uint32_t m = 0; m < purposes[j].recipient_count; m++) {
                    if (cu_str_eq(purposes[j].recipients[m], name))
                        jw_str(w, purposes[j].name);
                }
            }
            jw_array_end(w);
            jw_object_end(w);
        }
    }
}

static void print_recipients(
    const struct recipient_row *rows, size_t count, const struct dictionary *dict, struct json_writer *w)
{
    jw_key(w, "recipients");
    jw_array(w);
    for (size_t i = 0; i < count && i < RECIPIENTS_MAX; i++) {
        if (rows[i].enabled)
            print_recipient(&rows[i], w);
    }
    print_named(dict, rows, count, w);
    jw_array_end(w);
}

// ---- who has access, and how it is protected

static cu_code print_access(struct db *d, struct json_writer *w, bool *ret_second_factor, struct cu_error *err)
{
    struct db_query q;
    cu_code code = CU_OK;
    *ret_second_factor = true;
    CU_TRY(db_prepare(d, &transparency_sql_roles, &q, err));
    jw_key(w, "access");
    jw_array(w);
    while (code == CU_OK && db_step(&q)) {
        struct role r;
        char view[SPEC_LEVELS + 1] = {0};
        code = role_find_in(d, db_str(&q, 0), &r, err);
        if (code == CU_NOT_FOUND) { // such staff may do nothing
            code = CU_OK;
            continue;
        }
        for (int i = 0; i < SPEC_LEVELS && code == CU_OK; i++)
            view[i] = "nmf"[r.view[i] <= SPEC_VIEW_FULL ? r.view[i] : SPEC_VIEW_NONE];
        *ret_second_factor = *ret_second_factor && r.second_factor;
        jw_object(w);
        jw_kz(w, "name", r.name);
        jw_kz(w, "doc", r.doc);
        jw_ki64(w, "persons", db_i64(&q, 1));
        jw_kbool(w, "records", (r.permissions >> SPEC_PEOPLE_READ & 1) != 0);
        jw_kz(w, "view", view);
        jw_object_end(w);
    }
    jw_array_end(w);
    cu_code ended = db_end(&q, code == CU_OK ? err : NULL);
    return code != CU_OK ? code : ended;
}

static void print_security(const struct self_audit_facts *f, bool second_factor, struct json_writer *w)
{
    const struct {
        const char *name;
        bool yes;
    } steps[] = {
        {"sealed", true},
        {"erasure", true},
        {"log", true}, // they cannot be switched off
        {"key_process", f->key_process},
        {"sandbox", f->sandbox},
        {"tls", f->tls || f->public_url_https},
        {"four_eyes", f->four_eyes_wanted && f->approvers > 1},
        {"second_factor", second_factor},
        {"replicas", f->replicas > 0},
    };
    jw_key(w, "security");
    jw_array(w);
    for (size_t i = 0; i < CU_COUNT(steps); i++) {
        if (steps[i].yes)
            jw_z(w, steps[i].name);
    }
    jw_array_end(w);
}

// ---- all of it

struct sources { // what is read before a connection is taken: it takes one of its own
    const struct dictionary *dict;
    const struct recipient_row *recipients;
    size_t recipient_count;
};

static cu_code print_all(const struct sources *s, struct db *d, json setting, const struct self_audit_facts *facts,
    struct cu_buf *text, struct cu_error *err)
{
    struct json_writer w;
    bool second_factor = false;
    jw_start(&w, text);
    jw_object(&w);
    print_own(setting, &w);
    print_data(s->dict, &w);
    CU_TRY(print_sources(d, &w, err));
    CU_TRY(print_purposes(s->dict, d, setting, &w, err));
    print_recipients(s->recipients, s->recipient_count, s->dict, &w);
    CU_TRY(print_access(d, &w, &second_factor, err));
    print_security(facts, second_factor, &w);
    jw_object_end(&w);
    return cu_buf_code(text, err);
}

static cu_code print_text(const struct transparency_options *o, json setting, const struct self_audit_facts *facts,
    struct cu_buf *text, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(ARENA_MAX);
    struct sources s = {.dict = people_dictionary(o->people)};
    struct recipient_row *rows = NULL;
    struct db *d = NULL;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for recipients");
    if (!s.dict)
        return cu_fail(err, CU_UNAVAILABLE, "", "the dictionary is not loaded yet");
    if (o->recipients)
        CU_TRY(o->recipients(o->recipients_context, a, &rows, &s.recipient_count, err));
    s.recipients = rows;
    CU_TRY(people_read_take(o->people, &d, err));
    cu_code code = print_all(&s, d, setting, facts, text, err);
    people_read_give(o->people, d);
    return code;
}

cu_code transparency_content(const struct transparency_options *o, json setting, const struct self_audit_facts *facts,
    struct cu_buf *out, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf text;
    json v;
    cu_buf_init(&text, PROOF_DOCUMENT_MAX);
    CU_TRY(print_text(o, setting, facts, &text, err));
    struct json_parser *p = json_parser_new(PROOF_DOCUMENT_MAX);
    cu_code code =
        p ? json_parse(p, cu_buf_view(&text), &v, err) : cu_fail(err, CU_MEMORY, "", "no memory for the transparency page");
    if (code == CU_OK)
        code = proof_canonical(v, out, err);
    json_parser_free(p);
    return code;
}

// ---- the setting

void transparency_missing(json setting, struct json_writer *w, bool *ret_ready)
{
    static const char *const wanted[] = {"name", "address", "country", "email"};
    json controller = json_get(setting, "controller");
    *ret_ready = true;
    for (size_t i = 0; i < CU_COUNT(wanted); i++) {
        char pointer[32] = "/controller/";
        if (json_str(json_get(controller, wanted[i])).len)
            continue;
        *ret_ready = false;
        memcpy(pointer + 12, wanted[i], strlen(wanted[i]) + 1);
        if (w)
            jw_z(w, pointer);
    }
}

cu_code transparency_setting_check(json setting, const struct dictionary *dict, struct cu_error *err)
{
    static const char *const contacts[] = {"controller", "representative", "officer", "authority"};
    for (size_t i = 0; i < CU_COUNT(contacts); i++) {
        cu_str country = json_str(json_get(json_get(setting, contacts[i]), "country"));
        bool good = country.len == 0 || (country.len == 2 && country.ptr[0] >= 'A' && country.ptr[0] <= 'Z' &&
                                            country.ptr[1] >= 'A' && country.ptr[1] <= 'Z');
        if (!good)
            return cu_fail(err, CU_INVALID, contacts[i], "a country is two capital letters, such as DE (ISO 3166-1)");
    }
    struct json_iter it = json_each(json_get(setting, "balancing"));
    while (json_next(&it)) {
        if (!dictionary_purpose(dict, it.key))
            return cu_fail(err, CU_INVALID, "/balancing", "the names are purposes of the dictionary");
        struct json_iter t = json_each(it.value);
        while (json_next(&t)) {
            enum transparency_language l;
            cu_str text = json_str(t.value);
            if (t.key.len != 2 || !transparency_language_find(t.key, &l) || text.len == 0 || text.len > 4000)
                return cu_fail(err, CU_INVALID, "/balancing", "texts of 1 to 4000 bytes in en, de and fr are accepted");
        }
    }
    return CU_OK;
}
