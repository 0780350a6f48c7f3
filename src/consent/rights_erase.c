// SPDX-License-Identifier: Apache-2.0
// An erasure on request, in steps that a crash may fall between: begun (recipients told, the address for the answer put
// under the request's own key), erased with a certificate whose id is the request's, answered. See rights_act.c.
//
// Two at once: both may be begun; the first to reach the people erases and gets the certificate, the other ends as
// "erased_already".
#include "rights_private.h"

#include "people/known.h"
#include "rights_sql.h"

enum { CERTIFICATE_MAX = 4 * 1024 * 1024 };

struct erasing {
    struct cu_uuid id, person;
    int64_t actor;
    cu_str note;
    const char *code;
    struct cu_buf *file;
    struct cu_arena *arena;
    struct rights_full row;
    bool gone; // the person
};

// ---- begun

struct address {
    struct cu_arena *arena;
    cu_str email;
    int64_t at_ms;
};

static cu_code see_email(void *context, const struct known_trait *t, struct cu_error *err)
{
    struct address *a = context;
    if (t->cleared || !t->text || !cu_str_eqz(t->field->name, "email") || (a->email.len && t->at_ms < a->at_ms))
        return CU_OK;
    a->email = cu_arena_dup(a->arena, t->value);
    a->at_ms = t->at_ms;
    return a->email.ptr ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for an address");
}

// Where the answer goes once the record is gone: the address of the record, else the one that asked.
static cu_code address_of(struct rights *r, struct db *d, struct erasing *in, cu_str *ret, struct cu_error *err)
{
    struct address found = {.arena = in->arena};
    struct rights_address asker;
    uint32_t *pnos = NULL;
    size_t count = 0;
    CU_TRY(rights_members(r, d, in->row.pno, in->arena, &pnos, &count, err));
    for (size_t i = 0; i < count; i++)
        CU_TRY(known_traits(r->o.people, d, people_dictionary(r->o.people), pnos[i], pnos[i] + 1, 1u << DICT_GROUP_CONTACT,
            see_email, &found, err));
    *ret = found.email;
    if (found.email.len)
        return CU_OK;
    CU_TRY(rights_asker(r, &in->row, in->arena, &asker, err));
    *ret = asker.email;
    return CU_OK;
}

static cu_code keep_address(struct rights *r, struct db *d, struct erasing *in, struct cu_error *err)
{
    struct db_query q;
    cu_str email = CU_NONE;
    CU_AUTO_BUF struct cu_buf sealed;
    cu_buf_init(&sealed, RIGHTS_SEALED_MAX);
    CU_TRY(address_of(r, d, in, &email, err));
    if (email.len == 0)
        return CU_OK;
    CU_TRY(rights_seal(r, RIGHTS_SEAL_ANSWER, RIGHTS_SUBJECT + (uint64_t)in->row.number, in->row.number, email, &sealed,
        err));
    CU_TRY(db_prepare(d, &rights_sql_answer_to, &q, err));
    db_bind_i64(&q, ":number", in->row.number);
    db_bind_blob(&q, ":answer_to", sealed.ptr, sealed.len);
    return db_run(&q, err);
}

static cu_code begin(struct rights *r, struct db *d, void *context, struct cu_error *err)
{
    struct erasing *in = context;
    uint32_t told = 0;
    CU_TRY(rights_load(d, in->id, in->arena, &in->row, err));
    in->gone = in->row.pno == 0;
    if (in->gone)
        return CU_OK;
    CU_TRY(people_uuid(r->o.people, d, people_root(r->o.people, in->row.pno), &in->person, err));
    if (in->row.begun_ms)
        return CU_OK; // by an attempt before
    CU_TRY(rights_move(&in->row, RIGHTS_BEGIN, err));
    CU_TRY(keep_address(r, d, in, err));
    if (r->o.tell)
        CU_TRY(r->o.tell(r->o.tell_context, in->row.id, in->row.pno, RIGHTS_ERASURE, &told, err));
    in->row.waiting_for = told;
    CU_TRY(rights_store(d, &in->row, err));
    return rights_step(r, &in->row, &(struct rights_note){.what = "begun", .actor = in->actor}, err);
}

// ---- erased

static cu_str ground_of(enum rights_regime regime)
{
    static const char *const grounds[] = {"gdpr-17(1)(b)", "gdpr-17(1)(b)", "uk-gdpr-17(1)(b)", "ccpa-1798.105"};
    return cu_str_of(grounds[regime]);
}

static cu_code erase(struct rights *r, struct erasing *in, struct cu_error *err)
{
    const struct erasure e = {.id = in->id, .person = in->person, .right = ground_of(in->row.regime),
        .received_ms = in->row.received_ms, .due_ms = in->row.due_ms};
    cu_code code = in->gone ? certificate_print(r->o.certificates, in->id, in->file, err)
                            : certificate_erase(r->o.certificates, &e, in->file, err);
    if (code != CU_ERASED && code != CU_NOT_FOUND)
        return code;
    in->code = "erased_already";
    cu_buf_reset(in->file);
    return CU_OK;
}

// ---- answered

static cu_code forget_address(struct db *d, int64_t number, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &rights_sql_answer_to, &q, err));
    db_bind_i64(&q, ":number", number);
    db_bind_null(&q, ":answer_to");
    return db_run(&q, err);
}

static cu_code finish(struct rights *r, struct db *d, void *context, struct cu_error *err)
{
    struct erasing *in = context;
    bool sent = false;
    CU_AUTO_BUF struct cu_buf to;
    cu_buf_init(&to, RIGHTS_SEALED_MAX);
    CU_TRY(rights_load(d, in->id, in->arena, &in->row, err));
    if (in->row.state != RIGHTS_IN_PROGRESS)
        return CU_OK; // another attempt was quicker
    in->row.pno = 0;
    CU_TRY(rights_unseal(r, RIGHTS_SEAL_ANSWER, RIGHTS_SUBJECT + (uint64_t)in->row.number, in->row.number, in->row.answer_to,
        &to, err));
    CU_TRY(rights_move(&in->row, in->row.waiting_for ? RIGHTS_PASS_ON : RIGHTS_FINISH, err));
    in->row.reason = cu_str_of(in->code ? in->code : "");
    CU_TRY(rights_store(d, &in->row, err));
    CU_TRY(rights_step(r, &in->row, &(struct rights_note){.what = "executed", .actor = in->actor, .code = in->code,
        .note = in->note}, err));
    const struct rights_words w = {.note = in->note, .count = in->row.waiting_for, .attachment = cu_buf_view(in->file),
        .to = cu_buf_view(&to)};
    cu_code code = rights_write(r, &in->row, "answer", &w, &sent, err);
    cu_buf_wipe(&to);
    if (code == CU_OK && sent)
        code = forget_address(d, in->row.number, err);
    return code;
}

cu_code rights_erase(struct rights *r, struct cu_uuid id, int64_t actor, cu_str note, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf file;
    cu_buf_init(&file, CERTIFICATE_MAX);
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(RIGHTS_ARENA);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for a request");
    struct erasing in = {.id = id, .actor = actor, .note = note, .arena = a, .file = &file};
    pthread_mutex_t *lock = &r->erasing[id.bytes[sizeof id.bytes - 1] % RIGHTS_LOCKS];
    (void)pthread_mutex_lock(lock);
    cu_code code = rights_within(r, begin, &in, err);
    if (code == CU_OK)
        code = erase(r, &in, err);
    if (code == CU_OK)
        code = rights_within(r, finish, &in, err);
    (void)pthread_mutex_unlock(lock);
    return code;
}

// ---- what a crash left

static cu_code next_begun(struct rights *r, int64_t *after, struct cu_uuid *ret, bool *ret_found, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    *ret_found = false;
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = db_prepare(d, &rights_sql_begun, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":before_ms", cu_now_ms());
        db_bind_i64(&q, ":after", *after);
        if (db_step(&q) && db_blob(&q, 0).len == sizeof ret->bytes) {
            memcpy(ret->bytes, db_blob(&q, 0).ptr, sizeof ret->bytes);
            *after = db_i64(&q, 1);
            *ret_found = true;
        }
        code = db_end(&q, err);
    }
    people_read_give(r->o.people, d);
    return code;
}

cu_code rights_finish_begun(struct rights *r, struct cu_error *err)
{
    int64_t after = 0;
    cu_code first = CU_OK;
    for (;;) {
        struct cu_uuid id;
        struct cu_error why;
        bool found = false;
        CU_TRY(next_begun(r, &after, &id, &found, err));
        if (!found)
            return first;
        cu_code code = rights_erase(r, id, 0, CU_NONE, &why); // one that fails must not hold up the others
        if (code != CU_OK && first == CU_OK)
            first = cu_fail(err, code, why.field, "%s", why.text);
    }
}
