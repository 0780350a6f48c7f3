// SPDX-License-Identifier: Apache-2.0
// The rights desk: opening, taking requests, finding them. See rights.h. What is done for a request: rights_act.c; what
// staff decide: rights_desk.c.
#include "rights_private.h"

#include "base/log.h"
#include "rights_sql.h"
#include "text/text.h"

#include <stdio.h>

// ---- forgetting a person: figures stay, what names the person goes

static cu_code run_for(struct db *d, const struct db_statement *s, uint32_t pno, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, s, &q, err));
    db_bind_i64(&q, ":pno", pno);
    return db_run(&q, err);
}

static cu_code forget(void *context, const uint32_t *pnos, size_t count, struct cu_error *err)
{
    static const struct db_statement *const statements[] = {&rights_sql_forget, &rights_sql_forget_sealed,
        &rights_sql_forget_steps, &rights_sql_forget_letters, &rights_sql_forget_hold};
    struct rights *r = context;
    struct db *d = people_db(r->o.people);
    for (size_t i = 0; i < count * CU_COUNT(statements); i++)
        CU_TRY(run_for(d, statements[i % CU_COUNT(statements)], pnos[i / CU_COUNT(statements)], err));
    return CU_OK;
}

// ---- opening

static char *copy(const char *z)
{
    size_t len = z ? strlen(z) : 0;
    char *s = cu_calloc(1, len + 1);
    if (s && len)
        memcpy(s, z, len);
    return s;
}

static enum rights_regime regime_named(const char *name)
{
    for (int r = RIGHTS_GDPR; r <= RIGHTS_CCPA; r++) {
        if (name && strcmp(name, rights_regime_name((enum rights_regime)r)) == 0)
            return (enum rights_regime)r;
    }
    return RIGHTS_GDPR;
}

static cu_code held(void *context, uint32_t pno, bool *ret, struct cu_error *err)
{
    return rights_held(context, pno, ret, err);
}

cu_code rights_open(const struct rights_options *o, struct rights **ret, struct cu_error *err)
{
    struct rights *r = cu_calloc(1, sizeof *r);
    if (!r)
        return cu_fail(err, CU_MEMORY, "", "no memory for the rights desk");
    for (size_t i = 0; i < RIGHTS_LOCKS; i++)
        (void)pthread_mutex_init(&r->erasing[i], NULL);
    r->o = *o;
    r->shop_name = copy(o->shop_name);
    r->base_url = copy(o->base_url);
    r->regime = regime_named(o->regime);
    if (!r->shop_name || !r->base_url) {
        rights_close(r);
        return cu_fail(err, CU_MEMORY, "", "no memory for the rights desk");
    }
    people_on_forget(o->people, forget, r);
    people_set_hold(o->people, held, r);
    const struct guard_access former = RIGHTS_BORROW;
    cu_code code = rights_restrict_joined(r, err); // who is restricted is known before anybody is read
    guard_enter(&former);
    if (code != CU_OK) {
        rights_close(r);
        return code;
    }
    *ret = r;
    return CU_OK;
}

void rights_close(struct rights *r)
{
    if (!r)
        return;
    people_unhook(r->o.people, r);
    people_set_hold(r->o.people, NULL, NULL);
    for (size_t i = 0; i < RIGHTS_LOCKS; i++)
        (void)pthread_mutex_destroy(&r->erasing[i]);
    cu_free(r->shop_name);
    cu_free(r->base_url);
    cu_free(r);
}

void rights_certificates(struct rights *r, struct certificates *c)
{
    r->o.certificates = c;
    const struct guard_access former = RIGHTS_BORROW;
    struct cu_error err;
    cu_code code = rights_finish_begun(r, &err); // what a crash left; what fails now, the job tries again
    guard_enter(&former);
    if (code != CU_OK)
        cu_log(CU_LOG_WARN, "rights.unfinished", CU_LS("code", cu_code_rows[code].name));
}

void rights_tells(struct rights *r, rights_tell *fn, rights_told *told, void *context)
{
    r->told = told;
    r->o.tell = fn;
    r->o.tell_context = context;
}

// ---- receiving

struct receiving {
    const struct rights_asked *a;
    enum rights_regime regime;
    int64_t actor, received_ms;
    uint32_t pno;
    bool has_tag;
    uint8_t tag[16], sameness[16];
    cu_str email, phone; // normalised
    struct cu_arena *arena;
    struct rights_full row; // the one that answers
    bool known;
};

static cu_code check(const struct rights_asked *a, struct cu_error *err)
{
    if (a->right < RIGHTS_ACCESS || a->right >= RIGHTS_RIGHT_COUNT)
        return cu_fail(err, CU_INVALID, "right",
            "access, portability, rectification, erasure, restriction, objection, opt_out, limit or complaint is accepted here");
    if (a->regime > RIGHTS_CCPA)
        return cu_fail(err, CU_INVALID, "regime", "gdpr, uk or ccpa is accepted here");
    if (a->channel < RIGHTS_BY_CENTRE || a->channel > RIGHTS_BY_CANARY)
        return cu_fail(err, CU_INVALID, "channel", "where the request came in is expected");
    if (a->detail.len > RIGHTS_DETAIL_MAX)
        return cu_fail(err, CU_TOO_LARGE, "detail", "at most %d bytes are accepted here", RIGHTS_DETAIL_MAX);
    if (a->foreign_id.len > RIGHTS_FOREIGN_MAX)
        return cu_fail(err, CU_TOO_LARGE, "foreign_id", "at most %d bytes are accepted here", RIGHTS_FOREIGN_MAX);
    if (a->purpose.len > RIGHTS_PURPOSE_MAX || a->language.len > 20)
        return cu_fail(err, CU_TOO_LARGE, a->language.len > 20 ? "language" : "purpose", "that is longer than any there is");
    if (!text_utf8_valid(a->detail) || !text_utf8_valid(a->foreign_id))
        return cu_fail(err, CU_INVALID, "detail", "UTF-8 text is accepted here");
    if (a->pno == 0 && a->email.len == 0 && a->phone.len == 0)
        return cu_fail(err, CU_MISSING, "email",
            "a person, an e-mail address or a phone number is needed: somebody has to be answered");
    if (a->received_ms > cu_now_ms() + RIGHTS_DAY_MS)
        return cu_fail(err, CU_INVALID, "received", "a time that is not in the future is accepted here");
    return CU_OK;
}

static cu_code normalise(const struct rights_asked *a, struct receiving *in, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf b;
    cu_buf_init(&b, 512);
    if (a->email.len) {
        if (!text_email_normalise(a->email, &b))
            return cu_fail(err, CU_INVALID, "email", "an e-mail address such as name@example.com is accepted here");
        in->email = cu_arena_dup(in->arena, cu_buf_view(&b));
    }
    cu_buf_reset(&b);
    if (a->phone.len) {
        if (!text_phone_normalise(a->phone, &b))
            return cu_fail(err, CU_INVALID, "phone", "an international number such as +49 30 123456 is accepted here");
        in->phone = cu_arena_dup(in->arena, cu_buf_view(&b));
    }
    return (a->email.len && !in->email.ptr) || (a->phone.len && !in->phone.ptr)
        ? cu_fail(err, CU_MEMORY, "", "no memory for a request") : CU_OK;
}

// What recognises the same request again: keyed, so that the database does not say who asked.
static cu_code make_tags(struct rights *r, struct receiving *in, struct cu_error *err)
{
    const struct keyring *k = people_keyring(r->o.people);
    cu_str address = in->email.len ? in->email : in->phone;
    in->has_tag = address.len > 0;
    if (in->has_tag)
        keyring_tag(k, "rights_address", address, in->tag);
    bool by_words = in->a->right == RIGHTS_RECTIFICATION || in->a->right == RIGHTS_COMPLAINT; // two of these may be two
    cu_str all = cu_arena_printf(in->arena, "%d|%.*s|%.*s", (int)in->a->right, CU_ARG(in->a->purpose),
        by_words ? (int)in->a->detail.len : 0, in->a->detail.ptr ? in->a->detail.ptr : "");
    if (!all.ptr)
        return cu_fail(err, CU_MEMORY, "", "no memory for a request");
    keyring_tag(k, "rights_sameness", all, in->sameness);
    return CU_OK;
}

static cu_code who(struct rights *r, struct receiving *in, struct cu_error *err)
{
    in->pno = in->a->pno;
    if (!in->pno && in->email.len)
        CU_TRY(people_lookup(r->o.people, (struct person_id){CU_LIT("email"), in->email}, &in->pno, err));
    if (!in->pno && in->phone.len)
        CU_TRY(people_lookup(r->o.people, (struct person_id){CU_LIT("phone"), in->phone}, &in->pno, err));
    if (in->pno && guard_is_erased(people_guard(r->o.people), in->pno))
        in->pno = 0;
    if (in->pno)
        in->pno = people_root(r->o.people, in->pno);
    return CU_OK;
}

static cu_code find_same(struct rights *r, struct db *d, struct receiving *in, int64_t *ret, struct cu_error *err)
{
    struct db_query q;
    uint32_t *pnos = NULL;
    size_t count = 0;
    *ret = 0;
    if (in->pno)
        CU_TRY(rights_members(r, d, in->pno, in->arena, &pnos, &count, err));
    for (size_t i = 0; i < count && !*ret; i++) {
        CU_TRY(db_prepare(d, &rights_sql_same_of_person, &q, err));
        db_bind_i64(&q, ":pno", pnos[i]);
        db_bind_blob(&q, ":sameness", in->sameness, sizeof in->sameness);
        *ret = db_step(&q) ? db_i64(&q, 0) : 0;
        CU_TRY(db_end(&q, err));
    }
    if (*ret || !in->has_tag)
        return CU_OK;
    CU_TRY(db_prepare(d, &rights_sql_same_of_tag, &q, err));
    db_bind_blob(&q, ":tag", in->tag, sizeof in->tag);
    db_bind_blob(&q, ":sameness", in->sameness, sizeof in->sameness);
    *ret = db_step(&q) ? db_i64(&q, 0) : 0;
    return db_end(&q, err);
}

static cu_code seal_words(struct rights *r, struct db *d, struct receiving *in, struct rights_full *f, struct cu_error *err)
{
    struct db_query q;
    struct json_writer w;
    CU_AUTO_BUF struct cu_buf plain, asker, detail;
    cu_buf_init(&plain, 2048);
    cu_buf_init(&asker, RIGHTS_SEALED_MAX);
    cu_buf_init(&detail, RIGHTS_SEALED_MAX);
    f->subject = rights_subject(f);
    if (in->email.len || in->phone.len) {
        jw_start(&w, &plain);
        jw_object(&w);
        jw_kstr(&w, "email", in->email);
        jw_kstr(&w, "phone", in->phone);
        jw_object_end(&w);
        CU_TRY(cu_buf_code(&plain, err));
        CU_TRY(rights_seal(r, RIGHTS_SEAL_ASKER, f->subject, f->number, cu_buf_view(&plain), &asker, err));
        cu_buf_wipe(&plain);
    }
    if (in->a->detail.len)
        CU_TRY(rights_seal(r, RIGHTS_SEAL_DETAIL, f->subject, f->number, in->a->detail, &detail, err));
    CU_TRY(db_prepare(d, &rights_sql_sealed, &q, err));
    db_bind_i64(&q, ":number", f->number);
    db_bind_i64(&q, ":subject", (int64_t)f->subject);
    db_bind_blob(&q, ":asker", asker.len ? asker.ptr : NULL, asker.len);
    db_bind_blob(&q, ":detail", detail.len ? detail.ptr : NULL, detail.len);
    return db_run(&q, err);
}

static cu_code insert(struct rights *r, struct db *d, struct receiving *in, const struct rights_full *original,
    struct rights_full *f, struct cu_error *err)
{
    const struct rights_asked *a = in->a;
    struct db_query q;
    struct cu_uuid id = cu_uuid7();
    enum rights_state state = original ? RIGHTS_DUPLICATE : RIGHTS_OPEN;
    CU_TRY(db_prepare(d, &rights_sql_add, &q, err));
    db_bind_blob(&q, ":id", id.bytes, sizeof id.bytes);
    db_bind_i64(&q, ":pno", in->pno);
    db_bind_i64(&q, ":kind", a->right);
    db_bind_i64(&q, ":regime", in->regime);
    db_bind_i64(&q, ":channel", a->channel);
    db_bind_i64(&q, ":state", state);
    db_bind_str(&q, ":foreign_id", a->foreign_id.len ? a->foreign_id : CU_NONE);
    db_bind_blob(&q, ":tag", in->has_tag ? in->tag : NULL, sizeof in->tag);
    db_bind_blob(&q, ":sameness", in->sameness, sizeof in->sameness);
    db_bind_i64(&q, ":subject", 0);
    db_bind_str(&q, ":purpose", a->purpose.ptr ? a->purpose : CU_LIT(""));
    db_bind_str(&q, ":language", a->language.ptr ? a->language : CU_LIT(""));
    db_bind_i64(&q, ":made_ms", cu_now_ms());
    db_bind_i64(&q, ":received_ms", in->received_ms);
    db_bind_i64(&q, ":due_ms", rights_due(in->regime, a->right, false, in->received_ms, false, r->o.zone));
    db_bind_i64(&q, ":confirm_ms", original ? 0 : rights_due(in->regime, a->right, true, in->received_ms, false, r->o.zone));
    db_bind_blob(&q, ":duplicate_of", original ? original->id.bytes : NULL, sizeof id.bytes);
    CU_TRY(db_run(&q, err));
    CU_TRY(rights_load_number(d, db_last_rowid(d), in->arena, f, err));
    CU_TRY(seal_words(r, d, in, f, err));
    if (original) {
        f->closed_ms = cu_now_ms();
        CU_TRY(rights_store(d, f, err));
    }
    return rights_step(r, f, &(struct rights_note){.what = original ? "duplicate" : "received", .actor = in->actor}, err);
}

// A request that nobody proved must not swallow one that is: then the older one is the duplicate.
static cu_code replace(struct rights *r, struct db *d, struct receiving *in, struct rights_full *old, struct cu_error *err)
{
    CU_TRY(insert(r, d, in, NULL, &in->row, err));
    CU_TRY(rights_move(old, RIGHTS_LINK, err));
    old->duplicate_of = in->row.id;
    old->is_duplicate = true;
    CU_TRY(rights_store(d, old, err));
    return rights_step(r, old, &(struct rights_note){.what = "duplicate", .actor = in->actor,
        .code = "proved_request_goes_on"}, err);
}

static cu_code keep_duplicate(struct rights *r, struct db *d, struct receiving *in, struct cu_error *err)
{
    struct rights_full copy_row;
    struct db_query q;
    int64_t count = 0;
    CU_TRY(db_prepare(d, &rights_sql_duplicates, &q, err));
    db_bind_blob(&q, ":id", in->row.id.bytes, sizeof in->row.id.bytes);
    if (db_step(&q))
        count = db_i64(&q, 0);
    CU_TRY(db_end(&q, err));
    if (count >= RIGHTS_DUPLICATES_MAX && in->a->foreign_id.len == 0)
        return CU_OK; // the same answer, and no row more: who asks a thousand times fills no table
    return insert(r, d, in, &in->row, &copy_row, err);
}

static cu_code foreign_known(struct db *d, const struct rights_asked *a, struct cu_arena *arena, struct rights_full *ret,
    bool *ret_found, struct cu_error *err)
{
    struct db_query q;
    *ret_found = false;
    if (a->foreign_id.len == 0)
        return CU_OK;
    CU_TRY(db_prepare(d, &rights_sql_by_foreign, &q, err));
    db_bind_i64(&q, ":channel", a->channel);
    db_bind_str(&q, ":foreign_id", a->foreign_id);
    if (db_step(&q)) {
        rights_read_row(&q, arena, ret);
        *ret_found = true;
    }
    CU_TRY(db_end(&q, err));
    struct cu_error none;
    struct rights_full original;
    if (*ret_found && ret->is_duplicate && rights_load(d, ret->duplicate_of, arena, &original, &none) == CU_OK)
        *ret = original;
    return CU_OK;
}

static cu_code receive(struct rights *r, struct db *d, void *context, struct cu_error *err)
{
    struct receiving *in = context;
    struct rights_full old;
    int64_t same = 0;
    CU_TRY(foreign_known(d, in->a, in->arena, &in->row, &in->known, err));
    if (in->known)
        return CU_OK;
    CU_TRY(find_same(r, d, in, &same, err));
    if (!same)
        return insert(r, d, in, NULL, &in->row, err);
    CU_TRY(rights_load_number(d, same, in->arena, &old, err));
    if (in->a->verified && !old.proved_ms)
        return replace(r, d, in, &old, err);
    in->known = true;
    in->row = old;
    return keep_duplicate(r, d, in, err);
}

cu_code rights_receive(struct rights *r, const struct rights_asked *a, struct rights_receipt *ret, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *arena = cu_arena_new(RIGHTS_ARENA);
    if (!arena)
        return cu_fail(err, CU_MEMORY, "", "no memory for a request");
    int64_t now = cu_now_ms();
    struct receiving in = {.a = a, .arena = arena, .regime = a->regime ? a->regime : r->regime,
        .received_ms = a->received_ms ? a->received_ms : now};
    CU_TRY(check(a, err));
    in.actor = a->channel == RIGHTS_BY_CENTRE ? -2 : rights_actor();
    CU_TRY(normalise(a, &in, err));
    CU_TRY(make_tags(r, &in, err));
    CU_TRY(who(r, &in, err));
    CU_TRY(rights_within(r, receive, &in, err));
    if (!in.known || (a->verified && !in.row.proved_ms && rights_is_open(in.row.state)))
        rights_begin_by_itself(r, &in.row, a->verified);
    struct rights_row row;
    CU_TRY(rights_find(r, in.row.id, arena, &row, err));
    *ret = (struct rights_receipt){.id = in.row.id, .state = row.state, .due_ms = row.due_ms,
        .confirm_ms = in.row.confirm_ms, .known = in.known};
    return CU_OK;
}

// ---- finding

static void as_row(const struct rights_full *f, struct rights_row *ret)
{
    *ret = (struct rights_row){.id = f->id, .right = f->right, .regime = f->regime, .channel = f->channel, .state = f->state,
        .reason = f->reason.len ? f->reason.ptr : "", .foreign_id = f->foreign_id, .pno = f->pno,
            .received_ms = f->received_ms,
        .due_ms = f->due_ms, .closed_ms = f->closed_ms, .extended = f->extended};
}

// Reasons are codes: each is copied with its end so that it reads as a C string.
static cu_code row_of(struct cu_arena *a, struct rights_full *f, struct rights_row *ret, struct cu_error *err)
{
    char *reason = cu_arena_z(a, f->reason);
    if (!reason)
        return cu_fail(err, CU_MEMORY, "", "no memory for a request");
    as_row(f, ret);
    ret->reason = reason;
    return CU_OK;
}

cu_code rights_find(struct rights *r, struct cu_uuid id, struct cu_arena *a, struct rights_row *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct rights_full f;
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = rights_load(d, id, a, &f, err);
    people_read_give(r->o.people, d);
    return code == CU_OK ? row_of(a, &f, ret, err) : code;
}

cu_code rights_find_foreign(struct rights *r, enum rights_channel c, cu_str foreign_id, struct cu_arena *a,
    struct rights_row *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct rights_full f;
    bool found = false;
    const struct rights_asked asked = {.channel = c, .foreign_id = foreign_id};
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = foreign_known(d, &asked, a, &f, &found, err);
    people_read_give(r->o.people, d);
    CU_TRY(code);
    if (!found)
        return cu_fail(err, CU_NOT_FOUND, "id", RIGHTS_NOT_FOUND_TEXT);
    CU_TRY(row_of(a, &f, ret, err));
    ret->foreign_id = cu_arena_dup(a, foreign_id);
    return CU_OK;
}

static cu_code rows_of(struct rights *r, struct db *d, uint32_t pno, struct cu_arena *a, struct rights_row *ret, size_t max,
    size_t *ret_count, struct cu_error *err)
{
    uint32_t *pnos = NULL;
    size_t count = 0;
    CU_TRY(rights_members(r, d, pno, a, &pnos, &count, err));
    for (size_t i = 0; i < count; i++) {
        struct db_query q;
        CU_TRY(db_prepare(d, &rights_sql_of_person, &q, err));
        db_bind_i64(&q, ":pno", pnos[i]);
        db_bind_i64(&q, ":limit", (int64_t)max);
        cu_code code = CU_OK;
        while (code == CU_OK && db_step(&q)) {
            struct rights_full f;
            rights_read_row(&q, a, &f);
            size_t at = *ret_count;
            while (at > 0 && ret[at - 1].received_ms < f.received_ms)
                at--;
            if (at == max)
                continue;
            size_t moved = *ret_count < max ? (*ret_count)++ - at : max - 1 - at;
            memmove(&ret[at + 1], &ret[at], moved * sizeof *ret);
            code = row_of(a, &f, &ret[at], err);
        }
        cu_code ended = db_end(&q, code == CU_OK ? err : NULL);
        CU_TRY(code != CU_OK ? code : ended);
    }
    return CU_OK;
}

cu_code rights_of(struct rights *r, uint32_t pno, struct cu_arena *a, struct rights_row *ret, size_t max, size_t *ret_count,
    struct cu_error *err)
{
    struct db *d = NULL;
    *ret_count = 0;
    if (pno == 0 || max == 0)
        return CU_OK;
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = rows_of(r, d, pno, a, ret, max, ret_count, err);
    people_read_give(r->o.people, d);
    return code;
}
