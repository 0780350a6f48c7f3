// SPDX-License-Identifier: Apache-2.0
// What a visitor can ask for: a copy, restriction, objection, erasure; and what was asked before, with its clocks. All of
// it is the rights desk's (consent/rights.h); a visit is the proof of who asks. See centre.h.
#include "centre_private.h"

#include "text/text.h"

#include <stdio.h>

enum { REQUESTS_MAX = 100, CERTIFICATE_MAX = 4 << 20, COMPLAINT_MAX = 4000 };

static cu_code desk(const struct visit *v, struct cu_error *err)
{
    return v->c->o.rights ? CU_OK : cu_fail(err, CU_UNAVAILABLE, "", "the rights desk is not open");
}

// ---- the page

static bool is_open(enum rights_state s)
{
    return s == RIGHTS_OPEN || s == RIGHTS_VERIFYING || s == RIGHTS_IN_PROGRESS;
}

static void request_row(struct visit *v, const struct rights_row *r)
{
    char id[37];
    cu_uuid_format(r->id, id);
    h_raw(v, "<article><h3>");
    h_say(v, centre_right_text(r->right));
    h_raw(v, "</h3>\n<dl>");
    h_row_begin(v, T_RECEIVED_ON);
    h_date(v, r->received_ms);
    h_row_end(v);
    h_row_begin(v, T_STATE);
    h_say(v, centre_request_text(r->state));
    h_row_end(v);
    if (r->closed_ms) {
        h_row_begin(v, T_CLOSED);
        h_date(v, r->closed_ms);
        h_row_end(v);
    } else if (r->due_ms) {
        h_row_begin(v, r->extended ? T_DUE_EXTENDED : T_DUE);
        h_date(v, r->due_ms);
        h_row_end(v);
    }
    h_row(v, T_NUMBER, cu_str_of(id));
    h_raw(v, "</dl>\n");
    if (is_open(r->state)) {
        h_form(v, "/privacy/me/revoke");
        h_hidden(v, "request", cu_str_of(id));
        h_button(v, T_REVOKE, "quiet");
    }
    h_raw(v, "</article>\n");
}

static cu_code requests(struct visit *v, struct cu_error *err)
{
    size_t count = 0;
    struct rights_row *rows = cu_arena_alloc(v->rq->arena, REQUESTS_MAX * sizeof *rows);
    if (!rows)
        return cu_fail(err, CU_MEMORY, "", "no memory for a list");
    if (v->c->o.rights)
        CU_TRY(rights_of(v->c->o.rights, v->pno, v->rq->arena, rows, REQUESTS_MAX, &count, err));
    h_element(v, "h2", T_REQUESTS);
    if (count == 0)
        h_element(v, "p", T_NOTHING);
    for (size_t i = 0; i < count; i++)
        request_row(v, &rows[i]);
    return CU_OK;
}

static void ask_form(
    struct visit *v, enum centre_text title, enum centre_text text, const char *what, enum centre_text button)
{
    h_raw(v, "<article><h2>");
    h_say(v, title);
    h_raw(v, "</h2>\n");
    h_element(v, "p", text);
    h_form(v, "/privacy/me/ask");
    h_hidden(v, "what", cu_str_of(what));
    h_button(v, button, "");
    h_raw(v, "</article>\n");
}

static void complaint_form(struct visit *v)
{
    h_raw(v, "<article><h2>");
    h_say(v, T_COMPLAIN);
    h_raw(v, "</h2>\n");
    h_element(v, "p", T_COMPLAIN_TEXT);
    h_form(v, "/privacy/me/ask");
    h_hidden(v, "what", CU_LIT("complain"));
    h_raw(v, "<label for=\"text\">");
    h_say(v, T_COMPLAIN_LABEL);
    cu_buf_printf(v->out,
        "</label>\n<textarea id=\"text\" name=\"text\" rows=\"5\" required maxlength=\"%d\"></textarea>\n",
        COMPLAINT_MAX / 4);
    h_button(v, T_COMPLAIN_BUTTON, "");
    h_raw(v, "</article>\n");
}

cu_code centre_rights(struct visit *v, struct cu_error *err)
{
    page_begin(v, 200, CENTRE_RIGHTS, T_RIGHTS);
    centre_done(v);
    h_raw(v, "<article><h2>");
    h_say(v, T_ARCHIVE);
    h_raw(v, "</h2>\n");
    h_element(v, "p", T_ARCHIVE_TEXT);
    h_form(v, "/privacy/me/archive");
    h_button(v, T_ARCHIVE_BUTTON, "");
    h_raw(v, "</article>\n");
    ask_form(v, T_OBJECT_ALL, T_OBJECT_ALL_TEXT, "object", T_OBJECT_ALL_BUTTON);
    ask_form(v, T_RIGHT_OPT_OUT, T_OPT_OUT_TEXT, "opt_out", T_OPT_OUT_BUTTON);
    ask_form(v, T_RIGHT_LIMIT, T_LIMIT_TEXT, "limit", T_LIMIT_BUTTON);
    ask_form(v, T_RESTRICT, T_RESTRICT_TEXT, "restrict", T_RESTRICT_BUTTON);
    h_raw(v, "<article><h2>");
    h_say(v, T_ERASE);
    h_raw(v, "</h2>\n");
    h_element(v, "p", T_ERASE_ABOUT);
    h_raw(v, "<p>");
    h_link(v, "/privacy/me/erase", T_ERASE_LINK);
    h_raw(v, "</p></article>\n");
    complaint_form(v);
    CU_TRY(requests(v, err));
    return page_end(v, err);
}

// ---- asking

static cu_code receive(
    struct visit *v, enum rights_right right, cu_str detail, struct rights_receipt *ret, struct cu_error *err)
{
    const struct rights_asked asked = {.right = right,
        .channel = RIGHTS_BY_CENTRE,
        .pno = v->pno,
        .detail = detail,
        .language = cu_str_of(centre_language_codes[v->language]),
        .verified = true};
    CU_TRY(desk(v, err));
    CU_TRY(act_begin(v, err));
    cu_code code = rights_receive(v->c->o.rights, &asked, ret, err);
    act_end(v, code);
    return code;
}

cu_code centre_ask(struct visit *v, struct cu_error *err)
{
    static const struct {
        const char *what;
        enum rights_right right;
    } asks[] = {{"restrict", RIGHTS_RESTRICTION}, {"object", RIGHTS_OBJECTION}, {"opt_out", RIGHTS_OPT_OUT},
        {"limit", RIGHTS_LIMIT}, {"complain", RIGHTS_COMPLAINT}};
    struct rights_receipt got;
    cu_str what = visit_field(v, "what", 16), text = CU_NONE;
    enum rights_right right = 0;
    for (size_t i = 0; i < CU_COUNT(asks); i++) {
        if (cu_str_eqz(what, asks[i].what))
            right = asks[i].right;
    }
    if (right == RIGHTS_COMPLAINT)
        text = cu_str_trim(visit_field(v, "text", COMPLAINT_MAX));
    if (!right || (right == RIGHTS_COMPLAINT && text.len == 0))
        return page_note(v, 422, T_FORM_OLD, T_FORM_OLD_TEXT, err);
    CU_TRY(receive(v, right, text, &got, err));
    return page_go(v, "/privacy/me/rights?done=asked", err);
}

// Only the visitor's own requests can be taken back here.
cu_code centre_revoke(struct visit *v, struct cu_error *err)
{
    struct rights_row row;
    struct cu_uuid id;
    bool own = false;
    if (!cu_uuid_parse(visit_field(v, "request", 36), &id))
        return page_note(v, 422, T_FORM_OLD, T_FORM_OLD_TEXT, err);
    CU_TRY(desk(v, err));
    CU_TRY(rights_find(v->c->o.rights, id, v->rq->arena, &row, err));
    for (size_t i = 0; i < v->count; i++)
        own = own || row.pno == v->pnos[i];
    if (!own)
        return cu_fail(err, CU_NOT_FOUND, "request", "no request of this person has that id");
    CU_TRY(act_begin(v, err));
    cu_code code = rights_revoke(v->c->o.rights, id, err);
    act_end(v, code);
    CU_TRY(code);
    return page_go(v, "/privacy/me/rights?done=revoke", err);
}

// ---- the archive

cu_code centre_archive(struct visit *v, struct cu_error *err)
{
    char target[96];
    (void)snprintf(target, sizeof target, "/v1/people/%s/archive?proof=true", v->id);
    CU_TRY(act_begin(v, err));
    cu_code code = dispatch_within(v->c->o.engine->dispatch, v->rq, cu_str_of(target), v->out, err);
    act_end(v, code);
    CU_TRY(code);
    v->rq->response.status = 200;
    v->rq->response.content_type = "application/zip";
    return request_header_add(v->rq, "Content-Disposition", CU_LIT("attachment; filename=\"my-data.zip\""));
}

// ---- erasure

static cu_code erase_form(struct visit *v, bool wrong, struct cu_error *err)
{
    page_begin(v, wrong ? 422 : 200, CENTRE_RIGHTS, T_ERASE);
    h_element(v, "p", T_ERASE_TEXT);
    h_element(v, "p", T_ERASE_KEPT);
    h_form(v, "/privacy/me/erase");
    h_raw(v, "<label for=\"word\">");
    h_say_with(v, T_ERASE_LABEL, cu_str_of(centre_say(v->language, T_ERASE_WORD)));
    h_raw(v, "</label>\n");
    if (wrong) {
        h_raw(v, "<p id=\"fault\" class=\"note\">");
        h_say(v, T_ERASE_WRONG);
        h_raw(v, "</p>\n");
    }
    cu_buf_printf(v->out,
        "<input id=\"word\" name=\"word\" autocomplete=\"off\" autocapitalize=\"characters\" spellcheck=\"false\" "
        "required maxlength=\"40\"%s>\n",
        wrong ? " aria-invalid=\"true\" aria-describedby=\"fault\"" : "");
    h_hidden(v, "language", cu_str_of(centre_language_codes[v->language]));
    h_button(v, T_ERASE_BUTTON, "danger");
    h_raw(v, "<p>");
    h_link(v, "/privacy/me/rights", T_BACK);
    h_raw(v, "</p>\n");
    return page_end(v, err);
}

cu_code centre_erase_page(struct visit *v, struct cu_error *err)
{
    return erase_form(v, false, err);
}

// The word of the language that the form was shown in, in any case, with or without its accents.
static bool is_the_word(const struct visit *v)
{
    struct cu_buf typed, wanted;
    cu_buf_init(&typed, 256);
    cu_buf_init(&wanted, 256);
    enum centre_language shown = centre_language_find(visit_field(v, "language", 8));
    text_fold(cu_str_trim(visit_field(v, "word", 40)), &typed);
    text_fold(cu_str_of(centre_say(shown == CENTRE_LANGUAGES ? v->language : shown, T_ERASE_WORD)), &wanted);
    bool same = !typed.failed && !wanted.failed && wanted.len > 0 && cu_str_eq(cu_buf_view(&typed), cu_buf_view(&wanted));
    cu_buf_clear(&typed);
    cu_buf_clear(&wanted);
    return same;
}

cu_code centre_erase(struct visit *v, struct cu_error *err)
{
    struct rights_receipt got;
    char id[37];
    if (!is_the_word(v))
        return erase_form(v, true, err);
    CU_TRY(receive(v, RIGHTS_ERASURE, CU_NONE, &got, err));
    cu_uuid_format(got.id, id);
    bool done = got.state == RIGHTS_FULFILLED || got.state == RIGHTS_WAITING;
    if (done)
        CU_TRY(visit_end(v, err));
    v->open = v->open && !done;
    page_begin(v, done ? 200 : 202, CENTRE_RIGHTS, done ? T_ERASED : T_ERASING);
    h_element(v, "p", done ? T_ERASED_TEXT : T_ERASING_TEXT);
    h_raw(v, "<dl>");
    h_row(v, T_NUMBER, cu_str_of(id));
    if (!done && got.due_ms) {
        h_row_begin(v, T_DUE);
        h_date(v, got.due_ms);
        h_row_end(v);
    }
    h_raw(v, "</dl>\n");
    if (done) {
        cu_buf_printf(v->out, "<p><a href=\"/privacy/certificate/%s\">", id);
        h_say(v, T_CERTIFICATE);
        h_raw(v, "</a></p>\n");
        h_element(v, "p", T_CERTIFICATE_TEXT);
    }
    return page_end(v, err);
}

cu_code centre_certificate(struct visit *v, struct cu_error *err)
{
    struct cu_uuid id;
    CU_AUTO_BUF struct cu_buf file;
    cu_buf_init(&file, CERTIFICATE_MAX);
    if (!cu_uuid_parse(request_path_str(v->rq, "id"), &id))
        return cu_fail(err, CU_NOT_FOUND, "id", "an erasure's id is a UUID");
    guard_enter_system("rights", v->rq->route->name); // it names nobody, and its proof is public
    cu_code code = certificate_print(v->c->o.engine->certificates, id, &file, err);
    if (code == CU_NOT_FOUND && visit_too_many(v, v->c->by_guess))
        return page_note(v, 429, T_BUSY, T_BUSY_TEXT, err);
    CU_TRY(code);
    cu_buf_str(v->out, cu_buf_view(&file));
    v->rq->response.status = 200;
    return request_header_add(v->rq, "Content-Disposition", CU_LIT("attachment; filename=\"certificate.json\""));
}
