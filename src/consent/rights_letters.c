// SPDX-License-Identifier: Apache-2.0
// Letters of requests: put together of the table of texts, kept sealed with the request, handed over for sending. See
// rights_private.h.
#include "rights_private.h"

#include "rights_sql.h"

#include <stdio.h>

enum { LETTER_MAX = 8192 };

cu_code rights_link(struct rights *r, const struct rights_full *f, enum centre_link_purpose purpose, struct cu_arena *a,
    cu_str *ret, struct cu_error *err)
{
    char token[CENTRE_TOKEN_MAX];
    *ret = CU_NONE;
    if (!r->o.links || !r->base_url[0])
        return CU_OK;
    const struct centre_link l = {.purpose = purpose, .pno = f->pno, .about = f->id, .once = purpose == CENTRE_LINK_VERIFY,
        .valid_ms = purpose == CENTRE_LINK_DOWNLOAD ? RIGHTS_LINK_DAYS * RIGHTS_DAY_MS : 0};
    CU_TRY(centre_link_make(r->o.links, &l, token, err));
    *ret = cu_arena_printf(a, "%s/privacy/l/%s", r->base_url, token);
    return ret->ptr ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for a letter");
}

// The day a moment lies in, in words of the letter's language; CU_NONE for 0.
static cu_str date(struct rights *r, int64_t ms, enum rights_language l, struct cu_arena *a)
{
    char text[48];
    if (!ms)
        return CU_NONE;
    rights_date(text_zone_day(r->o.zone, ms), l, text);
    return cu_arena_dup(a, cu_str_of(text));
}

cu_code rights_draft(struct rights *r, const struct rights_full *f, const char *kind, cu_str language,
    const struct rights_words *w, struct cu_arena *a, cu_str *ret_subject, cu_str *ret_text, struct cu_error *err)
{
    char id[37];
    enum rights_language l = rights_language_of(language.len ? language : f->language);
    const struct rights_text *t = rights_text_find(kind, f->right);
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, LETTER_MAX);
    if (!t)
        return cu_fail(err, CU_INVALID, "kind", "there is no such letter for this right");
    cu_uuid_format(f->id, id);
    const struct rights_slot slots[] = {
        {"shop", cu_str_of(r->shop_name[0] ? r->shop_name : "Custos")},
        {"what", cu_str_of(rights_right_title(f->right, l))},
        {"day", date(r, f->received_ms, l, a)},
        {"due", date(r, f->due_ms - 1, l, a)}, // the first moment that is too late is the next day's first
        {"until", date(r, w->until_ms, l, a)},
        {"id", cu_str_of(id)},
        {"link", w->link},
        {"ground", w->ground ? cu_str_of(w->ground->text[l]) : CU_NONE},
        {"note", cu_str_trim(w->note)},
        {"count", w->count ? cu_arena_printf(a, "%lld", (long long)w->count) : CU_NONE},
    };
    rights_fill(t->text[l], slots, CU_COUNT(slots), &text);
    CU_TRY(cu_buf_code(&text, err));
    *ret_subject = cu_str_of(t->subject[l]);
    *ret_text = cu_arena_dup(a, cu_buf_view(&text));
    cu_buf_wipe(&text);
    return ret_text->ptr ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for a letter");
}

// Kept as it was written. A letter about an erased person stays under the request's own key.
static cu_code keep(struct rights *r, const struct rights_full *f, const char *kind, enum rights_language l, cu_str subject,
    cu_str text, bool sent, struct cu_error *err)
{
    struct db *d = people_db(r->o.people);
    struct db_query q;
    struct json_writer w;
    CU_AUTO_BUF struct cu_buf plain, sealed;
    cu_buf_init(&plain, RIGHTS_SEALED_MAX);
    cu_buf_init(&sealed, (size_t)2 * RIGHTS_SEALED_MAX);
    CU_TRY(db_prepare(d, &rights_sql_letter_add, &q, err));
    db_bind_i64(&q, ":request", f->number);
    db_bind_i64(&q, ":at_ms", cu_now_ms());
    db_bind_str(&q, ":kind", cu_str_of(kind));
    db_bind_str(&q, ":language", cu_str_of(rights_language_tags[l]));
    db_bind_i64(&q, ":subject", (int64_t)rights_subject(f));
    db_bind_i64(&q, ":sent", sent);
    CU_TRY(db_run(&q, err));
    int64_t id = db_last_rowid(d);
    jw_start(&w, &plain);
    jw_object(&w);
    jw_kstr(&w, "subject", subject);
    jw_kstr(&w, "text", text);
    jw_object_end(&w);
    CU_TRY(cu_buf_code(&plain, err));
    cu_code code = rights_seal(r, RIGHTS_SEAL_LETTER, rights_subject(f), id, cu_buf_view(&plain), &sealed, err);
    cu_buf_wipe(&plain);
    CU_TRY(code);
    CU_TRY(db_prepare(d, &rights_sql_letter_body, &q, err));
    db_bind_i64(&q, ":id", id);
    db_bind_blob(&q, ":body", sealed.ptr, sealed.len);
    return db_run(&q, err);
}

// A proof goes to the address of the record, never to one that the request names: else whoever asks would prove themselves.
static cu_code send(struct rights *r, const struct rights_full *f, const char *kind, const struct rights_words *w,
    cu_str language, cu_str subject, cu_str text, struct cu_arena *a, bool *ret_sent, struct cu_error *err)
{
    struct rights_address asker = {CU_NONE, CU_NONE};
    char name[48];
    *ret_sent = false;
    if (!r->o.send)
        return CU_OK;
    if (!f->pno && !w->to.len)
        CU_TRY(rights_asker(r, f, a, &asker, err));
    cu_str to = w->to.len ? w->to : asker.email;
    if (!f->pno && to.len == 0)
        return CU_OK;
    (void)snprintf(name, sizeof name, "request_%s", kind);
    const struct letter l = {.pno = f->pno, .to = to.len ? to : CU_NONE, .kind = cu_str_of(name), .language = language,
        .subject = subject, .text = text, .attachment_name = w->attachment.len ? CU_LIT("certificate.json") : CU_NONE,
        .attachment_type = w->attachment.len ? CU_LIT("application/json") : CU_NONE, .attachment = w->attachment,
        .outlives = f->right == RIGHTS_ERASURE};
    struct cu_error why;
    cu_code code = r->o.send(r->o.send_context, &l, &why);
    *ret_sent = code == CU_OK;
    // no address, no mail server: staff see the letter and bring it another way
    return code == CU_NOT_FOUND || code == CU_UNAVAILABLE || code == CU_INVALID ? CU_OK : code == CU_OK ? CU_OK
        : cu_fail(err, code, "", "%s", why.text);
}

cu_code rights_write(struct rights *r, const struct rights_full *f, const char *kind, const struct rights_words *w,
    bool *ret_sent, struct cu_error *err)
{
    cu_str subject = CU_NONE, text = CU_NONE;
    bool sent = false;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(RIGHTS_ARENA);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for a letter");
    const struct guard_access former = RIGHTS_BORROW;
    enum rights_language l = rights_language_of(f->language);
    cu_code code = rights_draft(r, f, kind, CU_NONE, w, a, &subject, &text, err);
    if (code == CU_OK)
        code = send(r, f, kind, w, cu_str_of(rights_language_tags[l]), subject, text, a, &sent, err);
    if (code == CU_OK)
        code = keep(r, f, kind, l, subject, text, sent, err);
    guard_enter(&former);
    if (ret_sent)
        *ret_sent = sent;
    return code;
}
