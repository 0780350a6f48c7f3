// SPDX-License-Identifier: Apache-2.0
// What the data may be used for: purposes with the visitor's word on each, records with the wording shown then, and
// receipts. See centre.h.
#include "centre_private.h"

#include "centre_session_sql.h"
#include "consent/record.h"
#include "text/text.h"

#include <stdio.h>

enum { RECORDS_MAX = 100, RECEIPT_MAX = 4 << 20, PURPOSES_MAX = 256, EVIDENCE_MAX = 512 };

// ---- purposes in words

// The built-in purposes have names in each language; a shop's own are read as they are written.
void centre_purpose_title(struct visit *v, cu_str purpose)
{
    enum centre_text t = centre_purpose_name(purpose);
    if (t != T_COUNT)
        h_say(v, t);
    else
        h_words(v, purpose);
}

cu_code centre_wording(struct visit *v, cu_str purpose, struct centre_wording *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    *ret = (struct centre_wording){.id = 0};
    CU_TRY(people_read_take(v->people, &d, err));
    cu_code code = db_prepare(d, &centre_session_sql_wording_in_force, &q, err);
    if (code == CU_OK) {
        db_bind_str(&q, ":purpose", purpose);
        db_bind_str(&q, ":language", cu_str_of(centre_language_codes[v->language]));
        if (db_step(&q)) {
            ret->id = db_i64(&q, 0);
            ret->text = cu_arena_dup(v->rq->arena, db_str(&q, 1));
        }
        code = db_end(&q, err);
    }
    people_read_give(v->people, d);
    return code;
}

// The shop's own words where it wrote some in this language; else ours for a purpose of ours; else the dictionary's, in
// English.
void centre_purpose_text(struct visit *v, const struct dict_purpose *p, cu_str wording, cu_str language)
{
    enum centre_text ours = centre_purpose_doc(p->name, p->doc);
    h_raw(v, "<blockquote");
    if (wording.len) {
        h_raw(v, " lang=\"");
        h_text(v, language);
        h_raw(v, "\">");
        h_text(v, wording);
    } else if (ours != T_COUNT) {
        h_raw(v, ">");
        h_say(v, ours);
    } else {
        h_raw(v, " lang=\"en\">");
        h_text(v, p->doc);
    }
    h_raw(v, "</blockquote>\n");
}

// ---- saying

static cu_code say_one(struct visit *v, const struct centre_said *said, const struct evidence *ev, struct cu_error *err)
{
    char evidence[EVIDENCE_MAX];
    (void)snprintf(evidence, sizeof evidence,
        "{\"by\":\"the person, in a visit of the privacy centre\",\"form\":\"%s\",\"request\":\"%.*s\"}", said->form,
        CU_ARG(v->rq->id));
    const struct gate_saying s = {.purpose = said->purpose,
        .state = said->state,
        .method = cu_str_of(said->method),
        .evidence = cu_str_of(evidence),
        .language = cu_str_of(centre_language_codes[v->language]),
        .form = cu_str_of(said->form),
        .button = cu_str_of(said->button),
        .channel = CU_LIT("privacy centre"),
        .only = said->only,
        .by_person = true,
        .wording = said->wording};
    for (size_t i = 0; i < v->count; i++)
        CU_TRY(gate_say(v->c->o.engine->gate, v->pnos[i], &s, ev, err));
    return CU_OK;
}

static cu_code say_all(struct visit *v, const struct centre_said *said, size_t count, struct cu_error *err)
{
    const struct evidence ev = {.time_ms = v->rq->received_ms, .received_ms = v->rq->received_ms};
    (void)people_lock(v->people);
    cu_code code = people_begin(v->people, err);
    if (code == CU_OK) {
        for (size_t i = 0; i < count && code == CU_OK; i++)
            code = say_one(v, &said[i], &ev, err);
        if (code == CU_OK) {
            code = people_commit(v->people, err);
        } else {
            people_rollback(v->people);
            gate_rolled_back(v->c->o.engine->gate);
        }
    }
    people_unlock(v->people);
    return code;
}

cu_code centre_say_purposes(struct visit *v, const struct centre_said *said, size_t count, struct cu_error *err)
{
    CU_TRY(act_begin(v, err));
    cu_code code = say_all(v, said, count, err);
    act_end(v, code);
    return code;
}

// ---- the page

static json state_of(json answer, cu_str purpose)
{
    struct json_iter it = json_each(json_get(answer, "consents"));
    while (json_next(&it)) {
        if (cu_str_eq(json_str(json_get(it.value, "purpose")), purpose))
            return it.value;
    }
    return (json){0};
}

static bool is_allowed(json state)
{
    bool allowed = false;
    return json_bool(json_get(state, "allowed"), &allowed) && allowed;
}

static size_t index_of(const struct visit *v, const struct dict_purpose *p)
{
    const struct dict_purpose *all = NULL;
    (void)dictionary_purposes(people_dictionary(v->people), &all);
    return (size_t)(p - all);
}

// What is said of a part is said of it alone.
static void toggle(struct visit *v, const struct dict_purpose *p, struct gate_part only, bool allowed, int64_t wording)
{
    char number[24];
    bool consent = p->basis == DICT_CONSENT;
    h_form(v, "/privacy/me/preference");
    h_hidden(v, "purpose", p->name);
    if (only.channel.len)
        h_hidden(v, "only_channel", only.channel);
    if (only.recipient.len)
        h_hidden(v, "only_recipient", only.recipient);
    h_hidden(v, "allow", allowed ? CU_LIT("no") : CU_LIT("yes"));
    (void)snprintf(number, sizeof number, "%lld", (long long)wording);
    h_hidden(v, "wording", cu_str_of(number));
    cu_buf_printf(
        v->out, "<button aria-describedby=\"p%zu\"%s>", index_of(v, p), allowed ? " class=\"quiet\"" : "");
    h_say(v, allowed ? consent ? T_WITHDRAW : T_OBJECT : consent ? T_ALLOW : T_OBJECT_NOT);
    if (only.channel.len || only.recipient.len) {
        h_raw(v, ": ");
        h_text(v, only.channel);
        h_raw(v, only.channel.len && only.recipient.len ? ", " : "");
        h_text(v, only.recipient);
    }
    h_raw(v, "</button>\n</form>\n");
}

static void toggles(struct visit *v, const struct dict_purpose *p, json state, int64_t wording)
{
    if (p->basis != DICT_CONSENT && p->basis != DICT_LEGITIMATE_INTEREST) {
        h_element(v, "p", T_NEEDED);
        return;
    }
    toggle(v, p, (struct gate_part){CU_NONE, CU_NONE}, is_allowed(state), wording);
    struct json_iter it = json_each(json_get(state, "parts"));
    while (json_next(&it)) {
        const struct gate_part only = {json_str(json_get(it.value, "channel")), json_str(json_get(it.value, "recipient"))};
        h_raw(v, "<dl>");
        h_row(v, T_ONLY_CHANNEL, only.channel.len ? only.channel : only.recipient);
        h_row_begin(v, T_STATE);
        h_say(v, centre_state_text(json_str(json_get(it.value, "state"))));
        h_row_end(v);
        h_raw(v, "</dl>\n");
        toggle(v, p, only, is_allowed(it.value), wording);
    }
}

static void state_row(struct visit *v, const struct dict_purpose *p, json state)
{
    h_row_begin(v, T_STATE);
    if (p->basis == DICT_LEGITIMATE_INTEREST && is_allowed(state))
        h_say(v, T_NOT_OBJECTED);
    else
        h_say(v, centre_state_text(json_str(json_get(state, "state"))));
    h_row_end(v);
    if (json_str(json_get(state, "since")).len) {
        h_row_begin(v, T_SINCE);
        h_moment(v, json_str(json_get(state, "since")));
        h_row_end(v);
    }
    if (json_str(json_get(state, "until")).len) {
        h_row_begin(v, T_UNTIL);
        h_moment(v, json_str(json_get(state, "until")));
        h_row_end(v);
    }
}

static cu_code purpose(struct visit *v, const struct dict_purpose *p, json state, struct cu_error *err)
{
    static const enum centre_text bases[] = {[DICT_CONSENT] = T_BASIS_CONSENT,
        [DICT_CONTRACT] = T_BASIS_CONTRACT,
        [DICT_LEGAL_OBLIGATION] = T_BASIS_LAW,
        [DICT_LEGITIMATE_INTEREST] = T_BASIS_INTEREST};
    struct centre_wording w;
    CU_TRY(centre_wording(v, p->name, &w, err));
    cu_buf_printf(v->out, "<article><h3 id=\"p%zu\">", index_of(v, p));
    centre_purpose_title(v, p->name);
    h_raw(v, "</h3>\n");
    centre_purpose_text(v, p, w.text, cu_str_of(centre_language_codes[v->language]));
    h_raw(v, "<dl>");
    if (p->basis == DICT_CONSENT || p->basis == DICT_LEGITIMATE_INTEREST)
        state_row(v, p, state);
    h_row_begin(v, T_BASIS);
    h_say(v, bases[p->basis]);
    h_row_end(v);
    if (p->recipient_count) {
        h_row_begin(v, T_RECIPIENTS);
        for (uint32_t i = 0; i < p->recipient_count; i++) {
            h_raw(v, i ? ", " : "");
            h_text(v, p->recipients[i]);
        }
        h_row_end(v);
    }
    h_raw(v, "</dl>\n");
    toggles(v, p, state, w.id);
    h_raw(v, "</article>\n");
    return CU_OK;
}

static cu_code shown_then(struct visit *v, int64_t id, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    if (id == 0)
        return CU_OK;
    CU_TRY(people_read_take(v->people, &d, err));
    cu_code code = db_prepare(d, &centre_session_sql_wording, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":id", id);
        if (db_step(&q)) {
            h_row_begin(v, T_SHOWN);
            h_raw(v, "<blockquote lang=\"");
            h_text(v, db_str(&q, 0));
            h_raw(v, "\">");
            h_text(v, db_str(&q, 1));
            h_raw(v, "</blockquote>");
            h_row_end(v);
        }
        code = db_end(&q, err);
    }
    people_read_give(v->people, d);
    return code;
}

static cu_code record(struct visit *v, json r, struct cu_error *err)
{
    int64_t wording = 0;
    cu_str only = json_str(json_get(r, "only_channel"));
    h_raw(v, "<article><h3>");
    centre_purpose_title(v, json_str(json_get(r, "purpose")));
    h_raw(v, ": ");
    h_say(v, centre_state_text(json_str(json_get(r, "state"))));
    h_raw(v, "</h3>\n<dl>");
    h_row_begin(v, T_WHEN);
    h_moment(v, json_str(json_get(r, "time")));
    h_row_end(v);
    h_row(v, T_ONLY_CHANNEL, only);
    h_row(v, T_RECIPIENTS, json_str(json_get(r, "only_recipient")));
    h_row(v, T_METHOD, json_str(json_get(r, "method")));
    h_row(v, T_CHANNEL, json_str(json_get(r, "channel")));
    h_row(v, T_FORM, json_str(json_get(r, "form")));
    h_row(v, T_BUTTON, json_str(json_get(r, "button")));
    (void)json_i64(json_get(r, "wording"), &wording);
    CU_TRY(shown_then(v, wording, err));
    h_raw(v, "</dl>\n<p><a href=\"/privacy/me/receipt/");
    h_text(v, json_str(json_get(r, "record")));
    h_raw(v, "\">");
    h_say(v, T_RECEIPT);
    h_raw(v, " <span class=\"soft\">(");
    h_moment(v, json_str(json_get(r, "time")));
    h_raw(v, ")</span></a></p></article>\n");
    return CU_OK;
}

static cu_code print_consents(struct visit *v, json answer, struct cu_error *err)
{
    const struct dict_purpose *all = NULL;
    size_t count = dictionary_purposes(people_dictionary(v->people), &all);
    page_begin(v, 200, CENTRE_CONSENTS, T_CONSENTS);
    centre_done(v);
    h_element(v, "p", T_CONSENTS_TEXT);
    h_form(v, "/privacy/me/withdraw");
    h_button(v, T_WITHDRAW_ALL, "quiet");
    h_element(v, "h2", T_PURPOSES);
    for (size_t i = 0; i < count; i++)
        CU_TRY(purpose(v, &all[i], state_of(answer, all[i].name), err));
    h_element(v, "h2", T_RECORDS);
    h_element(v, "p", T_RECORDS_TEXT);
    struct json_iter it = json_each(json_get(answer, "items"));
    while (json_next(&it))
        CU_TRY(record(v, it.value, err));
    return page_end(v, err);
}

static cu_code read_consents(struct visit *v, struct centre_answer *a, struct cu_error *err)
{
    char rest[32];
    (void)snprintf(rest, sizeof rest, "/consents?limit=%d", RECORDS_MAX);
    return centre_read(v, rest, a, err);
}

cu_code centre_consents(struct visit *v, struct cu_error *err)
{
    struct centre_answer a;
    cu_code code = read_consents(v, &a, err);
    if (code == CU_OK)
        code = print_consents(v, a.value, err);
    centre_answer_clear(&a);
    return code;
}

// ---- changes

// Taking back what was given is a withdrawal; saying no for the first time a refusal.
static enum gate_state no_of(cu_str state)
{
    return cu_str_eqz(state, "unknown") || cu_str_eqz(state, "requested") || state.len == 0 ? GATE_REFUSED
                                                                                            : GATE_WITHDRAWN;
}

static cu_code object_to(struct visit *v, cu_str purpose, struct cu_error *err)
{
    struct rights_receipt got;
    const struct rights_asked asked = {.right = RIGHTS_OBJECTION,
        .channel = RIGHTS_BY_CENTRE,
        .pno = v->pno,
        .purpose = purpose,
        .language = cu_str_of(centre_language_codes[v->language]),
        .verified = true};
    CU_TRY(act_begin(v, err));
    cu_code code = rights_receive(v->c->o.rights, &asked, &got, err);
    act_end(v, code);
    return code;
}

// Only what the page shows can be said: a part that was spoken of before.
static json part_of(json state, struct gate_part only)
{
    struct json_iter it = json_each(json_get(state, "parts"));
    while (json_next(&it)) {
        if (cu_str_eq(json_str(json_get(it.value, "channel")), only.channel) &&
            cu_str_eq(json_str(json_get(it.value, "recipient")), only.recipient))
            return it.value;
    }
    return (json){0};
}

static cu_code change(
    struct visit *v, const struct dict_purpose *p, struct gate_part only, bool allow, struct cu_error *err)
{
    struct centre_answer a;
    int64_t wording = 0;
    bool consent = p->basis == DICT_CONSENT;
    (void)cu_str_i64(visit_field(v, "wording", 20), &wording);
    bool whole = only.channel.len == 0 && only.recipient.len == 0;
    if (!allow && !consent && whole && v->c->o.rights)
        return object_to(v, p->name, err);
    enum centre_text button = allow ? consent ? T_ALLOW : T_OBJECT_NOT : consent ? T_WITHDRAW : T_OBJECT;
    struct centre_said said = {.purpose = p->name,
        .only = only,
        .state = GATE_GRANTED,
        .method = "form",
        .form = CENTRE_FORM_VERSION " consents",
        .button = centre_say(v->language, button),
        .wording = wording};
    cu_code code = read_consents(v, &a, err);
    json state = code == CU_OK ? state_of(a.value, p->name) : (json){0};
    if (code == CU_OK && !whole)
        state = part_of(state, only);
    if (code == CU_OK && !json_is(state, JSON_OBJECT))
        code = cu_fail(err, CU_NOT_FOUND, "purpose", "nothing was said of such a part");
    if (code == CU_OK && !allow)
        said.state = no_of(json_str(json_get(state, "state")));
    centre_answer_clear(&a);
    return code == CU_OK ? centre_say_purposes(v, &said, 1, err) : code;
}

cu_code centre_preference(struct visit *v, struct cu_error *err)
{
    const struct dict_purpose *p = dictionary_purpose(people_dictionary(v->people), visit_field(v, "purpose", 100));
    cu_str allow = visit_field(v, "allow", 4);
    bool yes = cu_str_eqz(allow, "yes");
    if (!p || (!yes && !cu_str_eqz(allow, "no")) || (p->basis != DICT_CONSENT && p->basis != DICT_LEGITIMATE_INTEREST))
        return page_note(v, 422, T_FORM_OLD, T_FORM_OLD_TEXT, err);
    const struct gate_part only = {
        visit_field(v, "only_channel", GATE_PART_MAX), visit_field(v, "only_recipient", GATE_PART_MAX)};
    CU_TRY(change(v, p, only, yes, err));
    return page_go(v, "/privacy/me/consents?done=preference", err);
}

// Of the whole or of a part: taking the whole back closes its parts, too.
static bool any_allowed(json state)
{
    struct json_iter it = json_each(json_get(state, "parts"));
    bool any = is_allowed(state);
    while (json_next(&it))
        any = any || is_allowed(it.value);
    return any;
}

static size_t given(struct visit *v, json answer, struct centre_said *ret, size_t max)
{
    const struct dict_purpose *all = NULL;
    size_t count = dictionary_purposes(people_dictionary(v->people), &all), n = 0;
    for (size_t i = 0; i < count && n < max; i++) {
        if (all[i].basis != DICT_CONSENT || !any_allowed(state_of(answer, all[i].name)))
            continue;
        ret[n++] = (struct centre_said){.purpose = all[i].name,
            .state = GATE_WITHDRAWN,
            .method = "form",
            .form = CENTRE_FORM_VERSION " consents",
            .button = centre_say(v->language, T_WITHDRAW_ALL)};
    }
    return n;
}

cu_code centre_withdraw(struct visit *v, struct cu_error *err)
{
    struct centre_answer a;
    struct centre_said *said = cu_arena_alloc(v->rq->arena, PURPOSES_MAX * sizeof *said);
    if (!said)
        return cu_fail(err, CU_MEMORY, "", "no memory for a change");
    cu_code code = read_consents(v, &a, err);
    size_t count = code == CU_OK ? given(v, a.value, said, PURPOSES_MAX) : 0;
    if (count)
        code = centre_say_purposes(v, said, count, err);
    centre_answer_clear(&a);
    CU_TRY(code);
    return page_go(v, "/privacy/me/consents?done=withdraw", err);
}

// ---- receipts

static cu_code own_record(struct visit *v, struct cu_uuid id, bool *ret, struct cu_error *err)
{
    struct record_place place;
    struct db *d = NULL;
    *ret = false;
    CU_TRY(people_read_take(v->people, &d, err));
    cu_code code = record_find(v->c->o.engine->gate, d, id, &place, err);
    people_read_give(v->people, d);
    CU_TRY(code);
    for (size_t i = 0; i < v->count && place.found; i++)
        *ret = *ret || v->pnos[i] == place.pno;
    return CU_OK;
}

cu_code centre_receipt(struct visit *v, struct cu_error *err)
{
    struct cu_uuid id;
    bool own = false;
    CU_AUTO_BUF struct cu_buf file;
    cu_buf_init(&file, RECEIPT_MAX);
    if (!cu_uuid_parse(request_path_str(v->rq, "record"), &id))
        return cu_fail(err, CU_NOT_FOUND, "record", "a record's id is a UUID");
    CU_TRY(own_record(v, id, &own, err));
    if (!own)
        return cu_fail(err, CU_NOT_FOUND, "record", "no consent of this person has this record id");
    CU_TRY(people_announce(v->people, v->pnos, v->count, "consents", err));
    CU_TRY(record_receipt(v->c->o.engine->gate, id, &file, err));
    cu_buf_str(v->out, cu_buf_view(&file));
    v->rq->response.status = 200;
    return request_header_add(v->rq, "Content-Disposition", CU_LIT("attachment; filename=\"receipt.json\""));
}
