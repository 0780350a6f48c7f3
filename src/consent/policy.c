// SPDX-License-Identifier: Apache-2.0
// Policies: what is done with personal data, as one canonical document, made from the dictionary and the wordings in
// force. What differs from the version before is material when more is done than was consented to: another basis, a
// field, an event or a recipient more, a longer retention. A wording is not, nor is doing less. See record.h.
#include "record.h"

#include "base/log.h"
#include "policy_sql.h"

#include <stdio.h>

enum { FOREVER_DAYS = 1000000 };

static const char *const basis_names[] = {[DICT_CONSENT] = "consent", [DICT_CONTRACT] = "contract",
    [DICT_LEGAL_OBLIGATION] = "legal_obligation", [DICT_LEGITIMATE_INTEREST] = "legitimate_interest"};

// ---- in memory

cu_code policy_load(struct gate *g, struct db *d, struct cu_error *err)
{
    struct gate_generation *at = NULL;
    int64_t *made = NULL;
    size_t count = 0, versions = 0;
    struct db_query q;
    cu_code code = db_prepare(d, &policy_sql_generations, &q, err);
    while (code == CU_OK && db_step(&q)) {
        struct gate_generation *more = cu_realloc(at, (count + 1) * sizeof *at);
        if (!more) {
            code = cu_fail(err, CU_MEMORY, "", "no memory for policies");
            break;
        }
        at = more;
        at[count] = (struct gate_generation){.number = db_i64(&q, 1), .since_ms = db_i64(&q, 2)};
        (void)snprintf(at[count++].purpose, sizeof at->purpose, "%.*s", CU_ARG(db_str(&q, 0)));
    }
    if (code == CU_OK)
        code = db_end(&q, err);
    if (code == CU_OK)
        code = db_prepare(d, &policy_sql_times, &q, err);
    while (code == CU_OK && db_step(&q)) {
        int64_t *more = cu_realloc(made, (versions + 1) * sizeof *made);
        if (!more) {
            code = cu_fail(err, CU_MEMORY, "", "no memory for policies");
            break;
        }
        made = more;
        made[versions++] = db_i64(&q, 0);
    }
    if (code == CU_OK)
        code = db_end(&q, err);
    if (code != CU_OK) {
        cu_free(at);
        cu_free(made);
        return code;
    }
    (void)pthread_rwlock_wrlock(&g->policies.lock);
    struct gate_generation *old_at = g->policies.at;
    int64_t *old_made = g->policies.made_ms;
    g->policies.at = at;
    g->policies.count = count;
    g->policies.made_ms = made;
    g->policies.version_count = versions;
    (void)pthread_rwlock_unlock(&g->policies.lock);
    cu_free(old_at);
    cu_free(old_made);
    return CU_OK;
}

// ---- the document

static bool is_for(const cu_str *purposes, uint32_t count, cu_str purpose)
{
    for (uint32_t i = 0; i < count; i++) {
        if (cu_str_eq(purposes[i], purpose))
            return true;
    }
    return false;
}

static void keep_longest(int32_t days, int32_t *longest)
{
    days = days == 0 ? FOREVER_DAYS : days;
    *longest = days > *longest ? days : *longest;
}

static void print_data(const struct dictionary *dict, cu_str purpose, struct json_writer *w)
{
    const struct dict_field *fields = NULL;
    const struct dict_event *events = NULL;
    size_t field_count = dictionary_person_fields(dict, &fields), event_count = dictionary_events(dict, &events);
    int32_t longest = 0;
    jw_key(w, "fields");
    jw_array(w);
    for (size_t i = 0; i < field_count; i++) {
        if (!is_for(fields[i].purposes, fields[i].purpose_count, purpose))
            continue;
        jw_str(w, fields[i].name);
        keep_longest(fields[i].retention_days, &longest);
    }
    jw_array_end(w);
    jw_key(w, "events");
    jw_array(w);
    for (size_t i = 0; i < event_count; i++) {
        if (!is_for(events[i].purposes, events[i].purpose_count, purpose))
            continue;
        jw_str(w, events[i].name);
        keep_longest(events[i].retention_days, &longest);
    }
    jw_array_end(w);
    jw_ki64(w, "retention_days", longest == FOREVER_DAYS ? 0 : longest); // 0: as long as the person
}

static cu_code print_wordings(struct db *d, cu_str purpose, struct json_writer *w, struct cu_error *err)
{
    struct db_query q;
    jw_key(w, "wordings");
    jw_array(w);
    CU_TRY(db_prepare(d, &policy_sql_wordings_current, &q, err));
    while (db_step(&q)) {
        if (!cu_str_eq(db_str(&q, 0), purpose))
            continue;
        jw_object(w);
        jw_kstr(w, "language", db_str(&q, 1));
        jw_ki64(w, "version", db_i64(&q, 2));
        jw_kstr(w, "sha256", db_str(&q, 3));
        jw_object_end(w);
    }
    jw_array_end(w);
    return db_end(&q, err);
}

static cu_code print_policy(struct gate *g, struct db *d, const struct dictionary *dict, struct cu_buf *out, struct cu_error *err)
{
    const struct dict_purpose *purposes = NULL;
    size_t count = dictionary_purposes(dict, &purposes);
    struct json_writer w;
    jw_start(&w, out);
    jw_object(&w);
    jw_key(&w, "controller");
    jw_object(&w);
    jw_kz(&w, "name", g->shop_name);
    jw_kz(&w, "url", g->shop_url);
    jw_object_end(&w);
    jw_key(&w, "purposes");
    jw_array(&w);
    for (size_t i = 0; i < count; i++) {
        const struct dict_purpose *p = &purposes[i];
        jw_object(&w);
        jw_kstr(&w, "name", p->name);
        jw_kstr(&w, "doc", p->doc);
        jw_kz(&w, "basis", basis_names[p->basis]);
        jw_ki64(&w, "validity_days", p->validity_days);
        print_data(dict, p->name, &w);
        jw_key(&w, "recipients");
        jw_array(&w);
        for (uint32_t k = 0; k < p->recipient_count; k++)
            jw_str(&w, p->recipients[k]);
        jw_array_end(&w);
        CU_TRY(print_wordings(d, p->name, &w, err));
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_object_end(&w);
    return cu_buf_code(out, err);
}

// ---- what differs

static json purpose_of(json policy, cu_str name)
{
    struct json_iter it = json_each(json_get(policy, "purposes"));
    while (json_next(&it)) {
        if (cu_str_eq(json_str(json_get(it.value, "name")), name))
            return it.value;
    }
    return json_get(policy, "");
}

static bool has_more(json before, json after) // an element that was not there
{
    struct json_iter it = json_each(after);
    while (json_next(&it)) {
        bool there = false;
        struct json_iter old = json_each(before);
        while (!there && json_next(&old))
            there = cu_str_eq(json_str(old.value), json_str(it.value));
        if (!there)
            return true;
    }
    return false;
}

static bool is_material(const char *attribute, json before, json after)
{
    int64_t was = 0, is = 0;
    if (strcmp(attribute, "basis") == 0)
        return true;
    if (strcmp(attribute, "retention_days") == 0)
        return json_i64(before, &was) && json_i64(after, &is) && was != 0 && (is == 0 || is > was);
    bool list = strcmp(attribute, "fields") == 0 || strcmp(attribute, "events") == 0 || strcmp(attribute, "recipients") == 0;
    return list && has_more(before, after);
}

static bool same(json a, json b)
{
    CU_AUTO_BUF struct cu_buf x, y;
    cu_buf_init(&x, PROOF_DOCUMENT_MAX);
    cu_buf_init(&y, PROOF_DOCUMENT_MAX);
    json_print(&x, a);
    json_print(&y, b);
    return !x.failed && !y.failed && cu_str_eq(cu_buf_view(&x), cu_buf_view(&y));
}

static bool diff_purpose(json before, json after, cu_str name, struct json_writer *w)
{
    static const char *const attributes[] = {"basis", "fields", "events", "recipients", "retention_days", "validity_days", "doc", "wordings"};
    bool both = json_is(before, JSON_OBJECT) && json_is(after, JSON_OBJECT), material = false;
    for (size_t i = 0; i < (both ? CU_COUNT(attributes) : 1); i++) {
        json a = json_get(before, attributes[i]), b = json_get(after, attributes[i]);
        if (both && same(a, b))
            continue;
        bool weighs = both && is_material(attributes[i], a, b);
        material = material || weighs;
        if (!w)
            continue;
        jw_object(w);
        jw_kstr(w, "purpose", name);
        jw_kz(w, "attribute", both ? attributes[i] : "purpose");
        jw_key(w, "before");
        json_is(a, JSON_ABSENT) ? jw_null(w) : jw_value(w, a);
        jw_key(w, "after");
        json_is(b, JSON_ABSENT) ? jw_null(w) : jw_value(w, b);
        jw_kbool(w, "material", weighs);
        jw_object_end(w);
    }
    return material;
}

struct pair {
    struct json_parser *parsers[2];
    json before, after;
};

static cu_code pair_open(struct pair *p, cu_str before, cu_str after, struct cu_error *err)
{
    p->parsers[0] = json_parser_new(PROOF_DOCUMENT_MAX);
    p->parsers[1] = json_parser_new(PROOF_DOCUMENT_MAX);
    if (!p->parsers[0] || !p->parsers[1])
        return cu_fail(err, CU_MEMORY, "", "no memory for policies");
    CU_TRY(json_parse(p->parsers[0], before, &p->before, err));
    return json_parse(p->parsers[1], after, &p->after, err);
}

static void pair_close(struct pair *p)
{
    json_parser_free(p->parsers[0]);
    json_parser_free(p->parsers[1]);
}

cu_code policy_diff(cu_str before, cu_str after, struct json_writer *w, bool *ret_material, struct cu_error *err)
{
    struct pair p = {{NULL, NULL}};
    cu_code code = pair_open(&p, before, after, err);
    *ret_material = false;
    struct json_iter it = json_each(json_get(p.after, "purposes"));
    while (code == CU_OK && json_next(&it)) {
        cu_str name = json_str(json_get(it.value, "name"));
        if (diff_purpose(purpose_of(p.before, name), it.value, name, w))
            *ret_material = true;
    }
    it = json_each(json_get(p.before, "purposes"));
    while (code == CU_OK && json_next(&it)) {
        cu_str name = json_str(json_get(it.value, "name"));
        json now = purpose_of(p.after, name);
        if (!json_is(now, JSON_OBJECT))
            (void)diff_purpose(it.value, now, name, w);
    }
    pair_close(&p);
    return code;
}

// ---- versions

static cu_code tell_touched(struct gate *g, struct db *d, cu_str purpose, struct cu_error *err)
{
    int64_t after = 0, before = -1;
    while (after != before) {
        struct db_query q;
        before = after;
        CU_TRY(db_prepare(d, &policy_sql_touched, &q, err));
        db_bind_str(&q, ":purpose", purpose);
        db_bind_i64(&q, ":after", after);
        while (db_step(&q)) {
            after = db_i64(&q, 0);
            people_note(g->people, (uint32_t)after, PEOPLE_CONSENTS);
        }
        CU_TRY(db_end(&q, err));
    }
    return CU_OK;
}

static cu_code raise_generations(struct gate *g, struct db *d, cu_str before, cu_str after, int64_t version, int64_t now_ms,
    struct cu_error *err)
{
    struct pair p = {{NULL, NULL}};
    cu_code code = pair_open(&p, before, after, err);
    struct json_iter it = json_each(json_get(p.after, "purposes"));
    while (code == CU_OK && json_next(&it)) {
        struct db_query q;
        cu_str name = json_str(json_get(it.value, "name"));
        if (!diff_purpose(purpose_of(p.before, name), it.value, name, NULL))
            continue;
        code = db_prepare(d, &policy_sql_generation_add, &q, err);
        if (code == CU_OK) {
            db_bind_str(&q, ":purpose", name);
            db_bind_i64(&q, ":policy", version);
            db_bind_i64(&q, ":since_ms", now_ms);
            code = db_run(&q, err);
        }
        if (code == CU_OK)
            code = tell_touched(g, d, name, err);
    }
    pair_close(&p);
    return code;
}

static cu_code add_version(struct gate *g, struct db *d, int64_t version, cu_str before, cu_str after, struct cu_error *err)
{
    struct db_query q;
    bool material = true;
    const int64_t now_ms = cu_now_ms();
    if (version > 1) {
        CU_TRY(policy_diff(before, after, NULL, &material, err));
        CU_TRY(raise_generations(g, d, before, after, version, now_ms, err));
    }
    CU_TRY(db_prepare(d, &policy_sql_insert, &q, err));
    db_bind_i64(&q, ":version", version);
    db_bind_i64(&q, ":made_ms", now_ms);
    db_bind_i64(&q, ":material", material);
    db_bind_str(&q, ":document", after);
    CU_TRY(db_run(&q, err));
    return policy_load(g, d, err); // before the commit tells whoever reads states again
}

static cu_code sync_locked(struct gate *g, struct db *d, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf text, document, newest;
    struct db_query q;
    json v;
    int64_t version = 0;
    cu_buf_init(&text, PROOF_DOCUMENT_MAX);
    cu_buf_init(&document, PROOF_DOCUMENT_MAX);
    cu_buf_init(&newest, PROOF_DOCUMENT_MAX);
    CU_TRY(print_policy(g, d, people_dictionary(g->people), &text, err));
    struct json_parser *p = json_parser_new(PROOF_DOCUMENT_MAX);
    cu_code code = p ? json_parse(p, cu_buf_view(&text), &v, err) : cu_fail(err, CU_MEMORY, "", "no memory for policies");
    if (code == CU_OK)
        code = proof_canonical(v, &document, err);
    json_parser_free(p);
    CU_TRY(code);
    CU_TRY(db_prepare(d, &policy_sql_newest, &q, err));
    if (db_step(&q)) {
        version = db_i64(&q, 0);
        cu_buf_str(&newest, db_str(&q, 1));
    }
    CU_TRY(db_end(&q, err));
    CU_TRY(cu_buf_code(&newest, err));
    if (version > 0 && cu_str_eq(cu_buf_view(&newest), cu_buf_view(&document)))
        return policy_load(g, d, err);
    CU_TRY(people_begin(g->people, err));
    code = add_version(g, d, version + 1, cu_buf_view(&newest), cu_buf_view(&document), err);
    if (code == CU_OK)
        code = people_commit(g->people, err);
    if (code != CU_OK) {
        people_rollback(g->people);
        if (policy_load(g, d, NULL) != CU_OK)
            cu_log(CU_LOG_ERROR, "policy.unread", CU_LI("version", version));
    }
    gate_rolled_back(g);
    return code;
}

cu_code policy_preview(struct gate *g, struct db *d, const struct dictionary *dictionary, struct cu_buf *out, struct cu_error *err)
{
    return print_policy(g, d, dictionary, out, err);
}

cu_code policy_sync(struct gate *g, struct cu_error *err)
{
    if (!g->started || !people_dictionary(g->people))
        return CU_OK;
    struct db *d = people_lock(g->people);
    cu_code code = sync_locked(g, d, err);
    people_unlock(g->people);
    return code;
}

cu_code policy_text(struct db *d, int64_t version, struct cu_buf *out, int64_t *ret_made_ms, struct cu_error *err)
{
    struct db_query q;
    bool found = false;
    CU_TRY(db_prepare(d, &policy_sql_get, &q, err));
    db_bind_i64(&q, ":version", version);
    if (db_step(&q)) {
        found = true;
        cu_buf_str(out, db_str(&q, 0));
        *ret_made_ms = db_i64(&q, 1);
    }
    CU_TRY(db_end(&q, err));
    if (!found)
        return cu_fail(err, CU_NOT_FOUND, "version", "no policy has this version");
    return cu_buf_code(out, err);
}
