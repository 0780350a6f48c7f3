// SPDX-License-Identifier: Apache-2.0
// The protocol of an erasure. See certificate.h. Steps, each of which may be repeated:
//  C1 the row (with the person and what there was) is stored and the intent is in the audit log;
//  C2 rows, keys and events go: people_forget_person, which is crash-safe by itself;
//  C3 the document is noted in the audit log;
//  C4 the row gets the document and forgets the person. A crash between C3 and C4 leaves a document in the log that
//     was handed to nobody, and the next attempt makes another with a later time.
#include "certificate.h"
#include "certificate_sql.h"

#include "base/log.h"
#include "guard/replicas.h"
#include "text/text.h"

#include <stdio.h>
#include <time.h>

enum { SCOPE_MAX = 1024, TAG_BYTES = 16, TABLES = 6, REPLICA_ATTEMPTS = 20, REPLICA_WAIT_NS = 100000000 };
static const int64_t day_ms = INT64_C(86400000);

struct certificates {
    struct certificates_options o;
    char *folder;
};

struct row { // of table erasure; texts in the arena
    bool found;
    struct cu_uuid person;
    bool has_person;
    uint8_t tag[TAG_BYTES];
    cu_str right, scope, document;
    int64_t received_ms, due_ms, asked_ms, epoch, issued_ms;
};

cu_code certificates_open(const struct certificates_options *o, struct certificates **ret, struct cu_error *err)
{
    struct certificates *c = cu_calloc(1, sizeof *c);
    size_t len = strlen(o->audit_folder);
    char *folder = c ? cu_alloc(len + 1) : NULL;
    if (!folder) {
        cu_free(c);
        return cu_fail(err, CU_MEMORY, "", "no memory for certificates");
    }
    memcpy(folder, o->audit_folder, len + 1);
    c->o = *o;
    c->folder = folder;
    *ret = c;
    return CU_OK;
}

void certificates_close(struct certificates *c)
{
    if (!c)
        return;
    cu_free(c->folder);
    cu_free(c);
}

struct people *certificates_people(struct certificates *c)
{
    return c->o.people;
}

// ---- the row

static cu_code row_get(struct certificates *c, struct cu_uuid id, struct cu_arena *a, struct row *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    *ret = (struct row){.found = false};
    CU_TRY(people_read_take(c->o.people, &d, err));
    cu_code code = db_prepare(d, &certificate_sql_get, &q, err);
    if (code == CU_OK) {
        db_bind_blob(&q, ":id", id.bytes, sizeof id.bytes);
        if (db_step(&q)) {
            cu_str person = db_blob(&q, 0), tag = db_blob(&q, 1);
            ret->found = true;
            ret->has_person = person.len == sizeof ret->person.bytes;
            if (ret->has_person)
                memcpy(ret->person.bytes, person.ptr, person.len);
            if (tag.len == TAG_BYTES)
                memcpy(ret->tag, tag.ptr, TAG_BYTES);
            ret->right = cu_arena_dup(a, db_str(&q, 2));
            ret->received_ms = db_i64(&q, 3);
            ret->due_ms = db_i64(&q, 4);
            ret->asked_ms = db_i64(&q, 5);
            ret->epoch = db_i64(&q, 6);
            ret->scope = cu_arena_dup(a, db_str(&q, 7));
            ret->issued_ms = db_i64(&q, 8);
            ret->document = db_is_null(&q, 9) ? CU_NONE : cu_arena_dup(a, db_blob(&q, 9));
        }
        code = db_end(&q, err);
    }
    people_read_give(c->o.people, d);
    return code;
}

// ---- C1: what there is, and the intent

struct scope {
    char names[TABLES][24];
    int64_t counts[TABLES];
    uint64_t events;
};

static bool count_event(void *context, const struct timeline_event *e)
{
    (void)e;
    ++*(uint64_t *)context;
    return true;
}

static cu_code count_rows(struct db *d, uint32_t pno, struct scope *s, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &certificate_sql_scope, &q, err));
    db_bind_i64(&q, ":pno", pno);
    for (size_t i = 0; i < TABLES && db_step(&q); i++) {
        (void)snprintf(s->names[i], sizeof s->names[i], "%.*s", CU_ARG(db_str(&q, 0)));
        s->counts[i] += db_i64(&q, 1);
    }
    return db_end(&q, err);
}

static cu_code look(struct certificates *c, struct cu_uuid person, struct cu_arena *a, struct scope *s, uint64_t **ret_subjects,
    size_t *ret_count, struct cu_error *err)
{
    struct db *d = NULL;
    uint32_t root = 0, *pnos = NULL;
    size_t count = 0;
    CU_TRY(people_read_take(c->o.people, &d, err));
    cu_code code = people_by_uuid(c->o.people, d, person, &root, err);
    if (code == CU_OK)
        code = people_members(c->o.people, d, root, a, &pnos, &count, err);
    for (size_t i = 0; i < count && code == CU_OK; i++)
        code = count_rows(d, pnos[i], s, err);
    people_read_give(c->o.people, d);
    CU_TRY(code);
    CU_TRY(timeline_person(people_timeline(c->o.people), pnos, count, INT64_MAX, UINT64_MAX, count_event, &s->events, err));
    *ret_subjects = cu_arena_alloc(a, count * sizeof **ret_subjects);
    if (!*ret_subjects)
        return cu_fail(err, CU_MEMORY, "", "no memory for a certificate");
    for (size_t i = 0; i < count; i++)
        (*ret_subjects)[i] = pnos[i];
    *ret_count = count;
    return CU_OK;
}

// How far the key store is, and its replicas.
static cu_code keys_now(struct certificates *c, struct keys_replicas **ret, struct cu_error *err)
{
    struct keys_replicas *all = cu_alloc(sizeof *all);
    if (!all)
        return cu_fail(err, CU_MEMORY, "", "no memory for a certificate");
    cu_code code = guard_replicas(people_guard(c->o.people), all, err);
    if (code != CU_OK)
        cu_free(all);
    else
        *ret = all;
    return code;
}

static cu_code epoch_now(struct certificates *c, int64_t *ret, struct cu_error *err)
{
    struct keys_replicas *all = NULL;
    CU_TRY(keys_now(c, &all, err));
    *ret = (int64_t)all->epoch;
    cu_free(all);
    return CU_OK;
}

static bool acknowledged(const struct keys_replicas *all, size_t i)
{
    return all->at[i].state == KEYS_REPLICA_CURRENT && all->at[i].epoch >= all->epoch;
}

// Replicas follow within a second; what has not by then stands on the certificate as pending.
static cu_code wait_for_replicas(struct certificates *c, struct keys_replicas **ret, struct cu_error *err)
{
    for (int attempt = 0;; attempt++) {
        size_t done = 0;
        CU_TRY(keys_now(c, ret, err));
        for (size_t i = 0; i < (*ret)->count; i++)
            done += acknowledged(*ret, i);
        if (done == (*ret)->count || attempt == REPLICA_ATTEMPTS)
            return CU_OK;
        cu_free(*ret);
        *ret = NULL;
        (void)nanosleep(&(struct timespec){.tv_nsec = REPLICA_WAIT_NS}, NULL);
    }
}

struct intent {
    const struct erasure *e;
    int64_t epoch;
    cu_str scope;
    uint8_t tag[TAG_BYTES];
};

static cu_code write_intent(struct db *d, void *what, struct cu_error *err)
{
    const struct intent *in = what;
    struct db_query q;
    CU_TRY(db_prepare(d, &certificate_sql_intend, &q, err));
    db_bind_blob(&q, ":id", in->e->id.bytes, sizeof in->e->id.bytes);
    db_bind_blob(&q, ":person", in->e->person.bytes, sizeof in->e->person.bytes);
    db_bind_blob(&q, ":tag", in->tag, sizeof in->tag);
    db_bind_str(&q, ":right", in->e->right);
    db_bind_i64(&q, ":received_ms", in->e->received_ms);
    db_bind_i64(&q, ":due_ms", in->e->due_ms);
    db_bind_i64(&q, ":asked_ms", cu_now_ms());
    db_bind_i64(&q, ":epoch", in->epoch);
    db_bind_str(&q, ":scope", in->scope);
    return db_run(&q, err);
}

static void print_scope(const struct scope *s, struct cu_buf *out)
{
    struct json_writer w;
    jw_start(&w, out);
    jw_object(&w);
    for (size_t i = 0; i < TABLES; i++) {
        if (s->names[i][0])
            jw_ki64(&w, s->names[i], s->counts[i]);
    }
    jw_ki64(&w, "event", (int64_t)s->events);
    jw_object_end(&w);
}

static cu_code intend(struct certificates *c, const struct erasure *e, struct cu_arena *a, struct cu_error *err)
{
    struct scope s = {.events = 0};
    struct intent in = {.e = e};
    uint64_t *subjects = NULL;
    size_t count = 0;
    CU_AUTO_BUF struct cu_buf scope;
    cu_buf_init(&scope, SCOPE_MAX);
    CU_TRY(look(c, e->person, a, &s, &subjects, &count, err));
    CU_TRY(people_check_hold(c->o.people, (uint32_t)subjects[0], err));
    CU_TRY(epoch_now(c, &in.epoch, err));
    print_scope(&s, &scope);
    CU_TRY(cu_buf_code(&scope, err));
    in.scope = cu_buf_view(&scope);
    cu_random(in.tag, sizeof in.tag);
    CU_TRY(guard_note(people_guard(c->o.people), GUARD_ATTEMPT, subjects, count, CU_LIT("{\"erasure\":\"intended\"}"), true, err));
    return people_store(c->o.people, write_intent, &in, err);
}

// ---- C3, C4: the document

static void uuid_member(struct json_writer *w, const char *name, struct cu_uuid id)
{
    char text[37];
    cu_uuid_format(id, text);
    jw_kz(w, name, text);
}

static void hex_member(struct json_writer *w, const char *name, const uint8_t *bytes, size_t len)
{
    struct cu_buf hex;
    cu_buf_init(&hex, 2 * len + 1);
    text_hex((cu_str){(const char *)bytes, len}, &hex);
    jw_kstr(w, name, cu_buf_view(&hex));
    cu_buf_clear(&hex);
}

static void kept_row(struct json_writer *w, const char *what, const char *basis)
{
    jw_object(w);
    jw_kz(w, "basis", basis);
    jw_kz(w, "what", what);
    jw_object_end(w);
}

// Members in the order of their names, as the canonical form wants them (proof.h).
static void print_document(const struct certificates *c, struct cu_uuid id, const struct row *r, const struct keys_replicas *keys, int64_t now, struct cu_buf *out)
{
    struct json_writer w;
    jw_start(&w, out);
    jw_object(&w);
    jw_key(&w, "cannot_prove");
    jw_array(&w);
    jw_z(&w, "that nobody copied the data before it was erased");
    jw_array_end(&w);
    jw_key(&w, "epoch");
    jw_object(&w);
    jw_ki64(&w, "after", (int64_t)keys->epoch);
    jw_ki64(&w, "before", r->epoch);
    jw_object_end(&w);
    jw_key(&w, "final");
    jw_object(&w);
    jw_ktime(&w, "key_archives", now + c->o.archive_days * day_ms);
    jw_ktime(&w, "live", now);
    jw_object_end(&w);
    uuid_member(&w, "id", id);
    jw_key(&w, "kept");
    jw_array(&w);
    kept_row(&w, "the person's public id, in the list of ids that never come back", "gdpr-17(3)(b), 5(2)");
    kept_row(&w, "entries of the audit log, under a pseudonym that nobody can make again", "gdpr-17(3)(b), 5(2)");
    jw_array_end(&w);
    jw_key(&w, "replicas"); // of the keys; "pending": it had not followed yet
    jw_array(&w);
    for (size_t i = 0; i < keys->count; i++) {
        jw_object(&w);
        jw_kz(&w, "name", keys->at[i].name);
        jw_kz(&w, "state", acknowledged(keys, i) ? "acknowledged" : "pending");
        jw_object_end(&w);
    }
    jw_array_end(&w);
    jw_key(&w, "request");
    jw_object(&w);
    jw_ktime(&w, "asked", r->asked_ms);
    jw_ktime(&w, "due", r->due_ms ? r->due_ms : INT64_MIN);
    jw_ktime(&w, "received", r->received_ms);
    jw_kstr(&w, "right", r->right);
    jw_object_end(&w);
    jw_key(&w, "scope");
    jw_raw(&w, r->scope);
    hex_member(&w, "subject_tag", r->tag, sizeof r->tag);
    jw_kz(&w, "type", "custos.erasure/1");
    jw_object_end(&w);
}

static cu_code canonical_of(cu_str text, struct cu_buf *out, struct cu_error *err)
{
    json v;
    struct json_parser *p = json_parser_new(PROOF_DOCUMENT_MAX);
    cu_code code = p ? json_parse(p, text, &v, err) : cu_fail(err, CU_MEMORY, "", "no memory for a certificate");
    if (code == CU_OK)
        code = proof_canonical(v, out, err);
    json_parser_free(p);
    return code;
}

struct issue {
    struct cu_uuid id;
    int64_t now_ms;
    cu_str document;
};

static cu_code write_issue(struct db *d, void *what, struct cu_error *err)
{
    const struct issue *in = what;
    struct db_query q;
    CU_TRY(db_prepare(d, &certificate_sql_issue, &q, err));
    db_bind_blob(&q, ":id", in->id.bytes, sizeof in->id.bytes);
    db_bind_i64(&q, ":now_ms", in->now_ms);
    db_bind_blob(&q, ":document", in->document.ptr, in->document.len);
    return db_run(&q, err);
}

static cu_code issue(struct certificates *c, struct cu_uuid id, const struct row *r, struct cu_error *err)
{
    struct issue in = {.id = id, .now_ms = cu_now_ms()};
    struct keys_replicas *keys = NULL;
    CU_AUTO_BUF struct cu_buf text, document;
    cu_buf_init(&text, PROOF_DOCUMENT_MAX);
    cu_buf_init(&document, PROOF_DOCUMENT_MAX);
    CU_TRY(wait_for_replicas(c, &keys, err));
    print_document(c, id, r, keys, in.now_ms, &text);
    cu_free(keys);
    CU_TRY(canonical_of(cu_buf_view(&text), &document, err));
    in.document = cu_buf_view(&document);
    CU_TRY(proof_note(people_guard(c->o.people), "erasure_certificate", in.document, NULL, 0, err));
    return people_store(c->o.people, write_issue, &in, err);
}

// ---- the whole

static cu_code finish_one(struct certificates *c, struct cu_uuid id, struct cu_error *err)
{
    struct row r;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new((size_t)2 * PROOF_DOCUMENT_MAX);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for a certificate");
    CU_TRY(row_get(c, id, a, &r, err));
    if (!r.found || r.issued_ms)
        return CU_OK;
    cu_code code = people_forget_person(c->o.people, r.person, err);
    if (code != CU_OK && code != CU_NOT_FOUND && code != CU_ERASED) // those two: it was done before
        return code;
    return issue(c, id, &r, err);
}

cu_code certificate_print(struct certificates *c, struct cu_uuid id, struct cu_buf *out, struct cu_error *err)
{
    struct row r;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new((size_t)2 * PROOF_DOCUMENT_MAX);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for a certificate");
    CU_TRY(row_get(c, id, a, &r, err));
    if (!r.found)
        return cu_fail(err, CU_NOT_FOUND, "id", "no erasure has that id");
    if (!r.issued_ms)
        return cu_fail(err, CU_UNAVAILABLE, "id", "the erasure is under way; ask again in a moment");
    return proof_print(people_guard(c->o.people), c->folder, r.document, r.asked_ms - day_ms, r.issued_ms + day_ms, out, err);
}

cu_code certificate_erase(struct certificates *c, const struct erasure *e, struct cu_buf *out, struct cu_error *err)
{
    struct row r;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new((size_t)4 * PROOF_DOCUMENT_MAX);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for a certificate");
    if (e->right.len == 0 || e->right.len > 64)
        return cu_fail(err, CU_INVALID, "right", "the ground of the erasure, such as gdpr-17(1)(b), is expected");
    CU_TRY(row_get(c, e->id, a, &r, err));
    if (r.has_person && memcmp(r.person.bytes, e->person.bytes, sizeof r.person.bytes) != 0)
        return cu_fail(err, CU_CONFLICT, "request", "that request is about somebody else");
    if (!r.found)
        CU_TRY(intend(c, e, a, err));
    CU_TRY(finish_one(c, e->id, err));
    return certificate_print(c, e->id, out, err);
}

static cu_code unfinished(struct certificates *c, int64_t skip, struct cu_uuid *ret, bool *ret_found, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    *ret_found = false;
    CU_TRY(people_read_take(c->o.people, &d, err));
    cu_code code = db_prepare(d, &certificate_sql_unfinished, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":skip", skip);
        if (db_step(&q) && db_blob(&q, 0).len == sizeof ret->bytes) {
            memcpy(ret->bytes, db_blob(&q, 0).ptr, sizeof ret->bytes);
            *ret_found = true;
        }
        code = db_end(&q, err);
    }
    people_read_give(c->o.people, d);
    return code;
}

cu_code certificates_finish(struct certificates *c, struct cu_error *err)
{
    int64_t skip = 0; // over those that fail now: one bad row must not hold up the others
    for (;;) {
        struct cu_uuid id;
        bool found = false;
        CU_TRY(unfinished(c, skip, &id, &found, err));
        if (!found)
            return CU_OK;
        struct cu_error why;
        cu_code code = finish_one(c, id, &why);
        if (code != CU_OK) {
            cu_log(CU_LOG_WARN, "erasure.unfinished", CU_LS("code", cu_code_rows[code].name));
            skip++;
        }
    }
}
