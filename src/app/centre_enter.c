// SPDX-License-Identifier: Apache-2.0
// The way in: asking for a link, looking at one, redeeming it. See centre.h.
#include "centre_private.h"

#include "base/log.h"
#include "text/text.h"

#include <stdio.h>

static cu_code front_page(struct visit *v, bool bad_address, struct cu_error *err)
{
    page_begin(v, bad_address ? 422 : 200, CENTRE_OUTSIDE, T_START);
    h_element(v, "p", T_START_TEXT);
    h_form(v, "/privacy/link");
    h_raw(v, "<label for=\"email\">");
    h_say(v, T_EMAIL);
    h_raw(v, "</label>\n");
    if (bad_address) {
        h_raw(v, "<p id=\"fault\" class=\"note\">");
        h_say(v, T_EMAIL_BAD);
        h_raw(v, "</p>\n");
    }
    cu_buf_printf(v->out,
        "<input id=\"email\" name=\"email\" type=\"email\" autocomplete=\"email\" required maxlength=\"254\"%s>\n",
        bad_address ? " aria-invalid=\"true\" aria-describedby=\"fault\"" : "");
    h_hidden(v, "language", cu_str_of(centre_language_codes[v->language]));
    h_button(v, T_SEND_LINK, "");
    h_element(v, "p", T_START_HOW);
    return page_end(v, err);
}

cu_code centre_start(struct visit *v, struct cu_error *err)
{
    return front_page(v, false, err);
}

// Remembered for the job: whether the address is known is looked up there, so that neither the answer nor its time tell.
static void remember(struct visit *v, cu_str email)
{
    struct centre *c = v->c;
    (void)pthread_mutex_lock(&c->lock);
    bool room = c->waiting_count < CENTRE_WAITING_MAX;
    if (room) {
        struct centre_asked *a = &c->waiting[c->waiting_count++];
        (void)snprintf(a->email, sizeof a->email, "%.*s", CU_ARG(email));
        a->language = v->language;
    }
    (void)pthread_mutex_unlock(&c->lock);
    if (!room)
        cu_log(CU_LOG_WARN, "centre.too_many_wait");
}

cu_code centre_ask_link(struct visit *v, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf email;
    cu_buf_init(&email, 255);
    enum centre_language chosen = centre_language_find(visit_field(v, "language", 8));
    if (chosen != CENTRE_LANGUAGES)
        v->language = chosen;
    if (visit_foreign(v))
        return page_note(v, 403, T_FORM_OLD, T_FORM_OLD_TEXT, err);
    if (!text_email_normalise(visit_field(v, "email", 254), &email))
        return front_page(v, true, err);
    if (visit_too_many(v, v->c->by_network))
        return page_note(v, 429, T_BUSY, T_BUSY_TEXT, err);
    if (limit_take(v->c->by_address, cu_buf_view(&email), NULL)) // beyond that: the same answer, and no letter
        remember(v, cu_buf_view(&email));
    return page_note(v, 200, T_SENT, T_SENT_TEXT, err);
}

// ---- the job

static cu_code write_letter(
    struct centre *c, const struct centre_asked *a, uint32_t pno, const char *token, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf subject, text, link;
    const char *shop = settings_z(&c->o.engine->settings, "shop_name");
    cu_buf_init(&subject, 512);
    cu_buf_init(&text, 4096);
    cu_buf_init(&link, 512);
    cu_buf_printf(&link, "%s/privacy/l/%s", c->base_url, token);
    centre_fill(a->language, T_LETTER_SUBJECT, cu_str_of(shop), &subject);
    centre_fill(a->language, T_LETTER_TEXT, cu_buf_view(&link), &text);
    cu_buf_printf(&text, "\n\n%s\n", shop);
    const struct letter l = {.pno = pno,
        .to = cu_str_of(a->email),
        .kind = CU_LIT("privacy_link"),
        .language = cu_str_of(centre_language_codes[a->language]),
        .subject = cu_buf_view(&subject),
        .text = cu_buf_view(&text)};
    CU_TRY(cu_buf_code(&subject, err));
    CU_TRY(cu_buf_code(&text, err));
    CU_TRY(cu_buf_code(&link, err));
    return c->o.send(c->o.send_context, &l, err);
}

static cu_code make_and_send(struct centre *c, const struct centre_asked *a, uint32_t pno, struct cu_error *err)
{
    char token[CENTRE_TOKEN_MAX];
    const struct centre_link link = {.purpose = CENTRE_LINK_VISIT, .pno = pno, .once = true};
    CU_TRY(centre_link_make(c->o.engine->centre_links, &link, token, err));
    return write_letter(c, a, pno, token, err);
}

static cu_code answer(struct centre *c, const struct centre_asked *a, struct cu_error *err)
{
    struct people *p = c->o.engine->people;
    uint32_t pno = 0;
    CU_TRY(people_lookup(p, (struct person_id){CU_LIT("email"), cu_str_of(a->email)}, &pno, err));
    if (pno == 0 || !c->o.send)
        return CU_OK;
    (void)people_lock(p);
    cu_code code = people_begin(p, err);
    if (code == CU_OK) {
        code = make_and_send(c, a, people_root(p, pno), err);
        if (code == CU_OK)
            code = people_commit(p, err);
        else
            people_rollback(p);
    }
    people_unlock(p);
    return code;
}

cu_code centre_send_links(struct centre *c, struct cu_error *err)
{
    (void)err;
    for (;;) {
        struct centre_asked a;
        struct cu_error why = {.code = CU_OK};
        (void)pthread_mutex_lock(&c->lock);
        bool some = c->waiting_count > 0;
        if (some) {
            a = c->waiting[0];
            c->waiting_count--;
            memmove(&c->waiting[0], &c->waiting[1], c->waiting_count * sizeof c->waiting[0]);
        }
        (void)pthread_mutex_unlock(&c->lock);
        if (!some)
            return CU_OK;
        cu_code code = answer(c, &a, &why);
        if (code != CU_OK) // the person asks again; whose link it was stands nowhere
            cu_log(CU_LOG_WARN, "centre.link_not_sent", CU_LS("code", cu_code_rows[code].name));
    }
}

// ---- a link

// A link that does not work (any more): forged, ended, used up, of somebody who was erased. All the same. Only such are
// counted: who guesses is slowed down, a mail provider that brings a thousand good links is not.
static cu_code dead(struct visit *v, struct cu_error *err)
{
    if (visit_too_many(v, v->c->by_guess))
        return page_note(v, 429, T_BUSY, T_BUSY_TEXT, err);
    if (!v->open && v->pno == 0) // who pressed twice has a visit already: the page leads there
        CU_TRY(visit_find(v, err));
    return page_note(v, 404, T_LINK_DEAD, T_LINK_DEAD_TEXT, err);
}

static cu_code show(struct visit *v, const struct centre_link *l, struct cu_error *err)
{
    static const struct {
        enum centre_text title, text, button;
    } of[] = {
        [CENTRE_LINK_VISIT] = {T_ENTER, T_ENTER_TEXT, T_ENTER_BUTTON},
        [CENTRE_LINK_VERIFY] = {T_VERIFY, T_VERIFY_TEXT, T_VERIFY_BUTTON},
        [CENTRE_LINK_DOWNLOAD] = {T_ARCHIVE, T_ARCHIVE_TEXT, T_ARCHIVE_BUTTON},
    };
    page_begin(v, 200, CENTRE_OUTSIDE, of[l->purpose].title);
    h_element(v, "p", of[l->purpose].text);
    cu_buf_printf(v->out, "<form method=\"post\">\n"); // to this address: the token stands nowhere else
    h_hidden(v, "redeem", CU_LIT("1"));
    h_button(v, of[l->purpose].button, "");
    return page_end(v, err);
}

cu_code centre_look(struct visit *v, struct cu_error *err)
{
    struct centre_link l;
    cu_code code = centre_link_look(v->c->o.engine->centre_links, request_path_str(v->rq, "token"), &l, err);
    if (code == CU_NOT_FOUND || (code == CU_OK && l.purpose == CENTRE_LINK_UNSUBSCRIBE))
        return dead(v, err);
    CU_TRY(code);
    return l.purpose == CENTRE_LINK_CONFIRM ? centre_confirm_page(v, &l, err) : show(v, &l, err);
}

// Used up and, for a visit, begun in one transaction: two who press at once are one visit.
static cu_code redeem(struct visit *v, struct centre_link *ret, struct cu_error *err)
{
    (void)people_lock(v->people);
    cu_code code = people_begin(v->people, err);
    if (code == CU_OK) {
        code = centre_link_take(v->c->o.engine->centre_links, request_path_str(v->rq, "token"), ret, err);
        if (code == CU_OK && ret->purpose == CENTRE_LINK_UNSUBSCRIBE)
            code = cu_fail(err, CU_NOT_FOUND, "token", "this link does not open the privacy centre");
        if (code == CU_OK && ret->purpose == CENTRE_LINK_VISIT)
            code = visit_enter(v, people_db(v->people), ret->pno, err);
        if (code == CU_OK && ret->purpose == CENTRE_LINK_VISIT)
            code = visit_begin(v, err);
        if (code == CU_OK)
            code = people_commit(v->people, err);
        else
            people_rollback(v->people);
    }
    people_unlock(v->people);
    return code;
}

static cu_code verified(struct visit *v, const struct centre_link *l, struct cu_error *err)
{
    if (!v->c->o.rights)
        return dead(v, err);
    if (l->pno && visit_enter(v, NULL, l->pno, err) != CU_OK)
        return dead(v, err);
    if (l->pno == 0) // nobody's record: the desk's own work
        guard_enter_system("rights", v->rq->route->name);
    cu_code code = rights_verified(v->c->o.rights, l->about, "link", err);
    if (code == CU_NOT_FOUND || code == CU_CONFLICT)
        return dead(v, err);
    CU_TRY(code);
    return page_note(v, 200, T_VERIFIED, T_VERIFIED_TEXT, err);
}

static cu_code download(struct visit *v, const struct centre_link *l, struct cu_error *err)
{
    if (!v->c->o.rights || visit_enter(v, NULL, l->pno, err) != CU_OK)
        return dead(v, err);
    CU_TRY(act_begin(v, err));
    cu_code code = rights_archive(v->c->o.rights, l->about, v->out, err);
    act_end(v, code);
    if (code == CU_NOT_FOUND)
        return dead(v, err);
    CU_TRY(code);
    v->rq->response.status = 200;
    v->rq->response.content_type = "application/zip";
    return request_header_add(v->rq, "Content-Disposition", CU_LIT("attachment; filename=\"my-data.zip\""));
}

cu_code centre_enter(struct visit *v, struct cu_error *err)
{
    struct centre_link l;
    if (visit_foreign(v))
        return page_note(v, 403, T_FORM_OLD, T_FORM_OLD_TEXT, err);
    if (!cu_str_eqz(visit_field(v, "redeem", 8), "1")) // a scanner that posts an empty form does nothing either
        return page_note(v, 400, T_FORM_OLD, T_FORM_OLD_TEXT, err);
    cu_code code = redeem(v, &l, err);
    if (code == CU_NOT_FOUND || code == CU_ERASED)
        return dead(v, err);
    CU_TRY(code);
    if (l.purpose == CENTRE_LINK_VERIFY)
        return verified(v, &l, err);
    if (l.purpose == CENTRE_LINK_DOWNLOAD)
        return download(v, &l, err);
    if (l.purpose == CENTRE_LINK_CONFIRM)
        return centre_confirmed(v, &l, err);
    CU_TRY(guard_note(people_guard(v->people), GUARD_DONE, v->subjects, v->count, CU_NONE, true, err));
    return page_go(v, "/privacy/me", err);
}
