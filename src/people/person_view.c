// SPDX-License-Identifier: Apache-2.0
// A person as JSON: profile, traits with their sources, identifiers, merges. Called by
// people_routes.c after the gate; everything here is personal data of one person, opened for this
// answer only.
#include "view.h"
#include "orders_internal.h"
#include "people_sql.h"

#include "text/text.h"

#define IDENTIFIERS_MAX 1000
#define DAY_MS INT64_C(86400000)

void write_uuid(struct json_writer *w, const char *name, struct cu_uuid id)
{
    char text[37];
    cu_uuid_format(id, text);
    jw_kz(w, name, text);
}

cu_code person_id_of(struct request *rq, struct cu_uuid *ret, struct cu_error *err)
{
    return cu_uuid_parse(request_path_str(rq, "id"), ret)
               ? CU_OK
               : cu_fail(err, CU_INVALID, "id", "A person's id is a UUID.");
}

cu_code person_permitted(struct people *p, struct db *d, const uint32_t *pnos, size_t count,
    const struct caller *c, struct cu_error *err)
{
    if (!p->gate)
        return cu_fail(err, CU_REFUSED, "", "No gate is set: nobody may be read.");
    return p->gate(p->gate_ctx, d, pnos, count, CU_LIT("service"), c, err);
}

cu_code person_load(struct people *p, struct db *d, struct request *rq, const char *fields,
    struct person *ret, struct cu_error *err)
{
    struct cu_uuid id;
    uint32_t *pnos = NULL;
    CU_TRY(person_id_of(rq, &id, err));
    CU_TRY(people_by_uuid(p, d, id, &ret->root, err));
    CU_TRY(people_members(p, d, ret->root, rq->arena, &pnos, &ret->count, err));
    ret->pnos = pnos;
    if (!roster_get(&p->roster, ret->root, &ret->row))
        return cu_fail(err, CU_NOT_FOUND, "id", "No person has this id.");
    CU_TRY(person_permitted(p, d, ret->pnos, ret->count, &rq->caller, err));
    return people_announce(p, ret->pnos, ret->count, fields, err);
}

const char *level_name(enum dict_level level)
{
    static const char *const names[] = {"P0", "P1", "P2", "P3", "P4"};
    return names[level];
}

static void write_trait(struct json_writer *w, struct sight *sight, const struct trait_view *t,
    enum spec_view shown, int64_t now_ms)
{
    const struct dict_field *f = t->field;
    sight->masked += shown == SPEC_VIEW_MASK;
    sight->hidden += shown == SPEC_VIEW_NONE;
    if (shown == SPEC_VIEW_NONE && !f)
        return; // the name alone may say something
    jw_object(w);
    jw_kstr(w, "name", t->e.name);
    jw_key(w, "value");
    trait_value_print(w, &t->e, f, shown);
    jw_kz(w, "shown", sight_name(shown));
    jw_kz(w, "level", f ? level_name(f->level) : NULL);
    jw_kstr(w, "category", f ? f->category : CU_NONE);
    jw_ki64(w, "source", t->e.source);
    jw_ktime(w, "at", t->e.at_ms);
    jw_ki64(w, "age_days", now_ms > t->e.at_ms ? (now_ms - t->e.at_ms) / DAY_MS : 0);
    jw_kbool(w, "declared", f != NULL);
    jw_kstr(w, "doc", f ? f->doc : CU_NONE);
    jw_object_end(w);
}

// The name made of its parts, when nobody gave a whole one: as much of it as of each of them.
static void write_made_name(struct json_writer *w, struct sight *sight, cu_str name, const struct trait_view *t,
    size_t count, int64_t now_ms)
{
    if (name.len == 0 || trait_text(t, count, "name").len)
        return;
    struct trait_view made = {
        .e = {.name = CU_LIT("name"), .type = FOLD_TEXT, .value = name, .at_ms = INT64_MIN}};
    made.field = sight->dictionary ? dictionary_person_field(sight->dictionary, made.e.name) : NULL;
    enum spec_view shown = sight_field(sight->caller, made.field);
    for (size_t i = 0; i < count; i++) {
        if (!cu_str_eqz(t[i].e.name, "firstName") && !cu_str_eqz(t[i].e.name, "lastName"))
            continue;
        shown = sight_least(shown, sight_field(sight->caller, t[i].field));
        if (t[i].e.at_ms > made.e.at_ms) {
            made.e.at_ms = t[i].e.at_ms;
            made.e.source = t[i].e.source;
        }
    }
    if (made.field)
        write_trait(w, sight, &made, shown, now_ms);
}

// A value that nobody here may see is not even opened.
static cu_code write_identifier(struct people *p, struct db_query *q, uint32_t pno,
    struct cu_uuid profile, struct sight *sight, struct json_writer *w, struct cu_error *err)
{
    char kind[65];
    struct cu_buf plain;
    kinds_name(p, (uint16_t)db_i64(q, 1), kind);
    enum spec_view shown =
        sight_level(sight->caller, sight_identifier_level(sight->dictionary, cu_str_of(kind)));
    cu_buf_init(&plain, IDENTIFIER_VALUE_MAX * 4);
    cu_code code =
        shown == SPEC_VIEW_NONE ? CU_OK : identifier_open(p, pno, db_i64(q, 0), db_blob(q, 2), &plain, err);
    if (code == CU_OK) {
        sight->masked += shown == SPEC_VIEW_MASK;
        sight->hidden += shown == SPEC_VIEW_NONE;
        jw_object(w);
        jw_kz(w, "kind", kind);
        jw_key(w, "value");
        sight_print(w, shown, sight_identifier_mask(sight->dictionary, cu_str_of(kind)), cu_buf_view(&plain));
        jw_kz(w, "shown", sight_name(shown));
        jw_ktime(w, "first_seen", db_i64(q, 3));
        jw_ktime(w, "last_seen", db_i64(q, 4));
        jw_ki64(w, "source", db_i64(q, 5));
        write_uuid(w, "profile", profile);
        jw_object_end(w);
    }
    cu_buf_wipe(&plain);
    return code;
}

static cu_code profile_row(struct db *d, uint32_t pno, struct cu_uuid *ret, int64_t *ret_created,
    bool *ret_found, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &people_sql_profile_get, &q, err));
    db_bind_i64(&q, ":pno", pno);
    *ret_found = db_step(&q) && db_blob(&q, 0).len == sizeof(ret->bytes);
    if (*ret_found) {
        memcpy(ret->bytes, db_blob(&q, 0).ptr, sizeof(ret->bytes));
        *ret_created = db_i64(&q, 2);
    }
    return db_end(&q, err);
}

static cu_code write_identifiers(struct people *p, struct db *d, const struct person *who,
    struct sight *sight, struct json_writer *w, struct cu_error *err)
{
    size_t n = 0;
    for (size_t i = 0; i < who->count && n < IDENTIFIERS_MAX; i++) {
        struct cu_uuid id;
        struct db_query q;
        int64_t created = 0;
        bool found = false;
        CU_TRY(profile_row(d, who->pnos[i], &id, &created, &found, err));
        CU_TRY(db_prepare(d, &people_sql_identifiers_of, &q, err));
        db_bind_i64(&q, ":pno", who->pnos[i]);
        cu_code code = CU_OK;
        for (; code == CU_OK && found && n < IDENTIFIERS_MAX && db_step(&q); n++)
            code = write_identifier(p, &q, who->pnos[i], id, sight, w, err);
        cu_code end = db_end(&q, err);
        CU_TRY(code != CU_OK ? code : end);
    }
    return CU_OK;
}

static cu_code write_profiles(
    struct db *d, const struct person *who, struct json_writer *w, struct cu_error *err)
{
    for (size_t i = 0; i < who->count; i++) {
        struct cu_uuid id;
        struct db_query q;
        int64_t first = INT64_MAX, created = 0;
        bool found = false;
        CU_TRY(profile_row(d, who->pnos[i], &id, &created, &found, err));
        CU_TRY(db_prepare(d, &people_sql_stat_sum, &q, err));
        db_bind_i64(&q, ":pno", who->pnos[i]);
        if (db_step(&q))
            first = db_i64(&q, 0);
        CU_TRY(db_end(&q, err));
        if (!found)
            continue;
        jw_object(w);
        write_uuid(w, "id", id);
        jw_ktime(w, "first_seen", first == INT64_MAX ? created : first);
        jw_object_end(w);
    }
    return CU_OK;
}

static cu_code write_orders(struct people *p, struct db *d, const struct person *who,
    struct json_writer *w, struct cu_error *err)
{
    struct orders_totals t = {0};
    CU_TRY(orders_totals_of(p, d, who->pnos, who->count, &t, err));
    int64_t half = t.revenue < 0 ? -t.orders / 2 : t.orders / 2;
    jw_key(w, "orders");
    jw_object(w);
    jw_ki64(w, "count", t.orders);
    jw_ki64(w, "revenue", t.revenue);
    jw_ki64(w, "refunded", t.refunded);
    jw_ki64(w, "average", t.orders ? (t.revenue + half) / t.orders : 0);
    jw_ktime(w, "last", t.orders ? t.last_ms : INT64_MIN);
    jw_object_end(w);
    return CU_OK;
}

static void write_head(struct json_writer *w, struct cu_uuid id, const struct person_label *label,
    const struct roster_row *row)
{
    write_uuid(w, "id", id);
    jw_kstr(w, "label", label->text);
    jw_kz(w, "label_shown", sight_name(label->text_shown));
    jw_kbool(w, "known", row->flags & ROSTER_PERSON_KNOWN);
    jw_kbool(w, "sample", row->flags & ROSTER_PERSON_SAMPLE);
    jw_ktime(w, "first_seen", row->first_ms == INT64_MAX ? INT64_MIN : row->first_ms);
    jw_ktime(w, "last_seen", row->last_ms);
    jw_ki64(w, "events", row->events);
}

static cu_code write_known(struct people *p, struct db *d, struct request *rq, const struct person *who,
    struct sight *sight, struct json_writer *w, struct cu_error *err)
{
    struct trait_view *t = NULL;
    size_t n = 0;
    CU_TRY(traits_of_person(p, d, who->pnos, who->count, TRAIT_ALL_GROUPS, rq->arena, &t, &n, err));
    jw_key(w, "traits");
    jw_array(w);
    write_made_name(w, sight, trait_display_name(rq->arena, t, n), t, n, rq->received_ms);
    for (size_t i = 0; i < n; i++)
        write_trait(w, sight, &t[i], sight_field(sight->caller, t[i].field), rq->received_ms);
    jw_array_end(w);
    jw_key(w, "identifiers");
    jw_array(w);
    CU_TRY(write_identifiers(p, d, who, sight, w, err));
    jw_array_end(w);
    return CU_OK;
}

cu_code person_write(struct people *p, struct db *d, struct request *rq, const struct person *who,
    struct json_writer *w, struct cu_error *err)
{
    struct cu_uuid id;
    struct person_label label;
    struct sight sight = {.caller = &rq->caller, .dictionary = people_dictionary(p)};
    char currency[4];
    CU_TRY(people_uuid(p, d, who->root, &id, err));
    CU_TRY(person_label(p, d, who->pnos, who->count, &rq->caller, rq->arena, &label, err));
    order_shop_currency(currency);
    jw_object(w);
    write_head(w, id, &label, &who->row);
    CU_TRY(write_orders(p, d, who, w, err));
    jw_kz(w, "currency", currency);
    CU_TRY(write_known(p, d, rq, who, &sight, w, err));
    jw_key(w, "profiles");
    jw_array(w);
    CU_TRY(write_profiles(d, who, w, err));
    jw_array_end(w);
    jw_key(w, "merges");
    jw_array(w);
    CU_TRY(person_merges_write(p, d, who, &sight, w, err));
    jw_array_end(w);
    jw_key(w, "consents");
    jw_array(w);
    if (p->consents)
        CU_TRY(p->consents(p->consents_ctx, d, who->pnos, who->count, w, err));
    jw_array_end(w);
    jw_ki64(w, "masked", sight.masked);
    jw_ki64(w, "hidden", sight.hidden);
    jw_kbool(w, "break_glass", rq->caller.break_glass);
    jw_object_end(w);
    return cu_buf_code(w->out, err);
}
