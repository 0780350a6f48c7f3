// SPDX-License-Identifier: Apache-2.0
// One request with all that belongs to it, as staff see it; the figures. See rights_routes.c.
#include "rights_show.h"

#include "people/sight.h"
#include "rights_sql.h"

#include <stdio.h>

enum { STEPS_MAX = 500, LETTERS_MAX = 100 };

static void uuid_member(struct json_writer *w, const char *name, struct cu_uuid id, bool there)
{
    char text[37];
    cu_uuid_format(id, text);
    jw_kz(w, name, there ? text : NULL);
}

static int64_t or_null(int64_t ms)
{
    return ms ? ms : INT64_MIN;
}

void rights_print_row(const struct rights_full *f, struct cu_uuid person, cu_str label, struct json_writer *w)
{
    int64_t until = f->closed_ms ? f->closed_ms : cu_now_ms();
    uuid_member(w, "id", f->id, true);
    jw_kz(w, "right", rights_right_name(f->right));
    jw_kz(w, "regime", rights_regime_name(f->regime));
    jw_kz(w, "channel", rights_channel_name(f->channel));
    jw_kz(w, "state", rights_state_name(f->state));
    jw_kstr(w, "reason", f->reason.len ? f->reason : CU_LIT(""));
    uuid_member(w, "person", person, f->pno != 0);
    jw_kstr(w, "label", f->pno ? label : CU_NONE);
    jw_ktime(w, "received", f->received_ms);
    jw_ktime(w, "due", f->due_ms);
    jw_ktime(w, "confirm_due", f->confirm_ms && !f->confirmed_ms && !f->closed_ms ? f->confirm_ms : INT64_MIN);
    jw_ktime(w, "closed", or_null(f->closed_ms));
    jw_kbool(w, "extended", f->extended);
    jw_ki64(w, "used_permille", legal_clock_used(f->received_ms, f->due_ms, until));
    uuid_member(w, "duplicate_of", f->duplicate_of, f->is_duplicate);
    jw_ki64(w, "waiting_for", f->waiting_for);
}

static void print_clock(struct rights *r, const struct rights_full *f, bool confirm, int64_t due_ms, int64_t done_ms,
    struct json_writer *w)
{
    const struct legal_clock *c = rights_clock(f->regime, f->right, confirm);
    int64_t at = done_ms ? done_ms : f->closed_ms ? f->closed_ms : cu_now_ms();
    (void)r;
    if (!c || !due_ms)
        return;
    jw_object(w);
    jw_kz(w, "name", c->name);
    jw_kz(w, "doc", c->doc);
    jw_kz(w, "source", c->source);
    jw_ktime(w, "due", due_ms);
    jw_ki64(w, "used_permille", legal_clock_used(f->received_ms, due_ms, at));
    jw_kbool(w, "over", at >= due_ms);
    jw_object_end(w);
}

static void actor_name(int64_t actor, char ret[40])
{
    static const char *const names[] = {"custos", "local", "person", "token"};
    if (actor <= 0 && actor > -4)
        (void)snprintf(ret, 40, "%s", names[-actor]);
    else
        (void)snprintf(ret, 40, "staff %lld", (long long)actor);
}

// Texts of rows are copied before they are opened: opening may take its time, and a row lives until the next.
struct text_row {
    int64_t id, at_ms, actor;
    cu_str what, code, sealed;
    uint64_t subject;
    bool sent;
};

static cu_code open_text(struct rights *r, enum rights_what what, const struct text_row *t, struct cu_arena *a, cu_str *ret,
    struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf plain;
    cu_buf_init(&plain, (size_t)2 * RIGHTS_SEALED_MAX);
    *ret = CU_NONE;
    CU_TRY(rights_unseal(r, what, t->subject, t->id, t->sealed, &plain, err));
    if (plain.len)
        *ret = cu_arena_dup(a, cu_buf_view(&plain));
    cu_buf_wipe(&plain);
    return CU_OK;
}

static cu_code read_rows(struct db *d, const struct db_statement *s, const struct rights_full *f, bool letters,
    struct cu_arena *a, struct text_row *rows, size_t max, size_t *ret_count, struct cu_error *err)
{
    struct db_query q;
    *ret_count = 0;
    CU_TRY(db_prepare(d, s, &q, err));
    db_bind_i64(&q, ":request", f->number);
    db_bind_i64(&q, ":limit", (int64_t)max);
    while (*ret_count < max && db_step(&q)) {
        struct text_row *t = &rows[(*ret_count)++];
        *t = (struct text_row){.id = db_i64(&q, 0), .at_ms = db_i64(&q, 1), .what = cu_arena_dup(a, db_str(&q, 2)),
            .actor = letters ? 0 : db_i64(&q, 3), .code = cu_arena_dup(a, db_str(&q, letters ? 3 : 4)),
            .subject = (uint64_t)db_i64(&q, letters ? 4 : 5), .sealed = cu_arena_dup(a, db_blob(&q, letters ? 5 : 6)),
            .sent = letters && db_i64(&q, 6)};
    }
    return db_end(&q, err);
}

static cu_code print_steps(struct rights *r, struct db *d, const struct rights_full *f, struct cu_arena *a,
    struct json_writer *w, struct cu_error *err)
{
    struct text_row *rows = cu_arena_alloc(a, STEPS_MAX * sizeof *rows);
    size_t count = 0;
    if (!rows)
        return cu_fail(err, CU_MEMORY, "", "no memory for a request");
    CU_TRY(read_rows(d, &rights_sql_steps, f, false, a, rows, STEPS_MAX, &count, err));
    jw_key(w, "steps");
    jw_array(w);
    for (size_t i = 0; i < count; i++) {
        char by[40];
        cu_str note = CU_NONE;
        CU_TRY(open_text(r, RIGHTS_SEAL_NOTE, &rows[i], a, &note, err));
        actor_name(rows[i].actor, by);
        jw_object(w);
        jw_ktime(w, "at", rows[i].at_ms);
        jw_kstr(w, "what", rows[i].what);
        jw_kz(w, "by", by);
        jw_kstr(w, "code", rows[i].code.len ? rows[i].code : CU_LIT(""));
        jw_kstr(w, "note", note);
        jw_object_end(w);
    }
    jw_array_end(w);
    return CU_OK;
}

enum spec_permission rights_permission(enum rights_right r)
{
    return r == RIGHTS_ERASURE ? SPEC_PEOPLE_ERASE : r == RIGHTS_RECTIFICATION ? SPEC_PEOPLE_WRITE : SPEC_RIGHTS_WRITE;
}

// A link in a letter opens the archive or proves the request: it is for the person. Who may take data out sees it, to hand
// it over where there is no mail server.
static void print_text(cu_str text, bool links, struct json_writer *w)
{
    static const char path[] = "/privacy/l/";
    CU_AUTO_BUF struct cu_buf shown;
    cu_buf_init(&shown, (size_t)2 * RIGHTS_SEALED_MAX);
    while (text.len && !links) {
        ptrdiff_t at = cu_str_find_str(text, cu_str_of(path));
        if (at < 0)
            break;
        cu_buf_str(&shown, cu_str_sub(text, 0, (size_t)at + sizeof path - 1));
        cu_buf_z(&shown, "***");
        text = cu_str_sub(text, (size_t)at + sizeof path - 1 + CENTRE_TOKEN_MAX - 2, text.len);
    }
    cu_buf_str(&shown, text);
    jw_kstr(w, "text", shown.failed ? CU_NONE : cu_buf_view(&shown));
    cu_buf_wipe(&shown);
}

static cu_code print_letters(struct rights *r, struct db *d, const struct rights_full *f, const struct caller *caller,
    struct json_parser *parser, struct cu_arena *a, struct json_writer *w, struct cu_error *err)
{
    const bool links = caller->permissions >> SPEC_PEOPLE_EXPORT & 1;
    struct text_row *rows = cu_arena_alloc(a, LETTERS_MAX * sizeof *rows);
    size_t count = 0;
    if (!rows)
        return cu_fail(err, CU_MEMORY, "", "no memory for a request");
    CU_TRY(read_rows(d, &rights_sql_letters, f, true, a, rows, LETTERS_MAX, &count, err));
    jw_key(w, "letters");
    jw_array(w);
    for (size_t i = 0; i < count; i++) {
        cu_str body = CU_NONE;
        json v = {0};
        CU_TRY(open_text(r, RIGHTS_SEAL_LETTER, &rows[i], a, &body, err));
        if (body.len)
            CU_TRY(json_parse(parser, body, &v, err));
        jw_object(w);
        jw_ktime(w, "at", rows[i].at_ms);
        jw_kstr(w, "kind", rows[i].what);
        jw_kstr(w, "language", rows[i].code);
        jw_kstr(w, "subject", body.len ? json_str(json_get(v, "subject")) : CU_NONE);
        if (body.len)
            print_text(json_str(json_get(v, "text")), links, w);
        else
            jw_kstr(w, "text", CU_NONE);
        jw_kbool(w, "sent", rows[i].sent);
        jw_object_end(w);
    }
    jw_array_end(w);
    return CU_OK;
}

static cu_code print_words(struct rights *r, const struct rights_full *f, const struct caller *caller,
    struct json_parser *parser, struct cu_arena *a, struct json_writer *w, struct cu_error *err)
{
    const struct dictionary *dict = people_dictionary(r->o.people);
    struct rights_address asker;
    CU_AUTO_BUF struct cu_buf plain;
    json v;
    cu_buf_init(&plain, RIGHTS_SEALED_MAX);
    CU_TRY(rights_asker(r, f, a, &asker, err));
    enum spec_view seen = sight_level(caller, SIGHT_UNDECLARED); // what somebody wrote may hold anything
    jw_key(w, "detail");
    if (seen == SPEC_VIEW_FULL)
        CU_TRY(rights_unseal(r, RIGHTS_SEAL_DETAIL, f->subject, f->number, f->detail, &plain, err));
    struct cu_error not_json;
    if (plain.len && json_parse(parser, cu_buf_view(&plain), &v, &not_json) == CU_OK && json_is(v, JSON_OBJECT))
        jw_value(w, v);
    else
        jw_str(w, plain.len ? cu_buf_view(&plain) : CU_NONE);
    cu_buf_wipe(&plain);
    jw_key(w, "asker");
    jw_object(w);
    jw_kstr(w, "email", sight_text(sight_level(caller, sight_identifier_level(dict, CU_LIT("email"))), MASK_EMAIL,
        asker.email, a));
    jw_kstr(w, "phone", sight_text(sight_level(caller, sight_identifier_level(dict, CU_LIT("phone"))), MASK_PHONE,
        asker.phone, a));
    jw_object_end(w);
    return CU_OK;
}

static void print_rules(const struct rights_facts *facts, struct json_writer *w)
{
    jw_key(w, "rules");
    jw_array(w);
    for (const struct rights_rule *rule = rights_rules; rule->name; rule++) {
        if (!rights_rule_applies(rule, facts))
            continue;
        jw_object(w);
        jw_kz(w, "rule", rule->name);
        jw_kz(w, "won", rule->won);
        jw_kbool(w, "stops", rule->outcome == RIGHTS_STOPS);
        jw_kz(w, "why", rule->why);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void print_acts(struct rights *r, const struct rights_full *f, const struct rights_facts *facts,
    const struct caller *caller, struct json_writer *w)
{
    const bool may = caller->permissions >> rights_permission(f->right) & 1,
        erases = caller->permissions >> SPEC_PEOPLE_ERASE & 1;
    const bool open = rights_is_open(f->state), held = facts->facts & RIGHTS_FACT_HELD;
    const int64_t extend_until = rights_extend_until(f->regime, f->right, f->received_ms, r->o.zone);
    const struct {
        const char *name;
        bool possible;
    } acts[] = {
        {"verify", rights_next(f->state, RIGHTS_PROVE) && !f->proved_ms},
        {"challenge", rights_next(f->state, RIGHTS_ASK_PROOF) && r->o.links && r->base_url[0]},
        {"execute", may && rights_next(f->state, RIGHTS_BEGIN) && !rights_stopped_by(facts)},
        {"refuse", open && !f->begun_ms && rights_next(f->state, RIGHTS_REFUSE)},
        {"extend", open && !f->extended && extend_until && cu_now_ms() < extend_until},
        {"confirm", open && !f->confirmed_ms},
        {"revoke", open && !f->begun_ms && rights_next(f->state, RIGHTS_TAKE_BACK)},
        {"reopen", rights_next(f->state, RIGHTS_REOPEN) != 0},
        {"hold", f->pno && !held},
        {"release", f->pno && held && erases},
        {"lift", f->restricted && !f->lift_ms},
    };
    jw_key(w, "acts");
    jw_array(w);
    for (size_t i = 0; i < CU_COUNT(acts); i++) {
        if (acts[i].possible)
            jw_z(w, acts[i].name);
    }
    jw_array_end(w);
}

cu_code rights_print_all(struct rights *r, struct db *d, const struct rights_full *f, struct request *rq,
    struct json_writer *w, struct cu_error *err)
{
    struct rights_facts facts;
    CU_TRY(rights_facts_of(r, d, f, &facts, err));
    jw_kstr(w, "purpose", f->purpose.len ? f->purpose : CU_LIT(""));
    jw_kstr(w, "language", f->language.len ? f->language : CU_LIT(""));
    CU_TRY(print_words(r, f, &rq->caller, rq->json, rq->arena, w, err));
    jw_kbool(w, "held", facts.facts & RIGHTS_FACT_HELD);
    jw_kbool(w, "restricted", f->restricted);
    jw_ktime(w, "lift_at", f->restricted ? or_null(f->lift_ms) : INT64_MIN);
    jw_key(w, "clocks");
    jw_array(w);
    print_clock(r, f, false, f->due_ms, 0, w);
    print_clock(r, f, true, f->confirm_ms, f->confirmed_ms, w);
    jw_array_end(w);
    CU_TRY(print_steps(r, d, f, rq->arena, w, err));
    CU_TRY(print_letters(r, d, f, &rq->caller, rq->json, rq->arena, w, err));
    print_rules(&facts, w);
    jw_key(w, "recipients");
    jw_array(w);
    if (r->told)
        CU_TRY(r->told(r->o.tell_context, d, f->id, w, err));
    jw_array_end(w);
    print_acts(r, f, &facts, &rq->caller, w);
    return CU_OK;
}

// As the person sees it, in the archive: nothing that differs from one moment to the next.
cu_code rights_print_own(struct rights *r, const struct rights_full *f, const struct caller *caller,
    struct json_parser *parser, struct cu_arena *a, struct json_writer *w, struct cu_error *err)
{
    uuid_member(w, "id", f->id, true);
    jw_kz(w, "right", rights_right_name(f->right));
    jw_kz(w, "regime", rights_regime_name(f->regime));
    jw_kz(w, "channel", rights_channel_name(f->channel));
    jw_kz(w, "state", rights_state_name(f->state));
    jw_kstr(w, "reason", f->reason.len ? f->reason : CU_LIT(""));
    jw_kstr(w, "purpose", f->purpose.len ? f->purpose : CU_LIT(""));
    jw_ktime(w, "received", f->received_ms);
    jw_ktime(w, "due", f->due_ms);
    jw_ktime(w, "closed", or_null(f->closed_ms));
    jw_kbool(w, "extended", f->extended);
    return print_words(r, f, caller, parser, a, w, err);
}

// ---- figures

static cu_code median(struct db *d, int64_t from_ms, int64_t to_ms, int64_t kind, int64_t answered, struct json_writer *w,
    struct cu_error *err)
{
    struct db_query q;
    jw_key(w, "median_days");
    if (!answered) {
        jw_null(w);
        return CU_OK;
    }
    CU_TRY(db_prepare(d, &rights_sql_answered, &q, err));
    db_bind_i64(&q, ":from_ms", from_ms);
    db_bind_i64(&q, ":to_ms", to_ms);
    db_bind_i64(&q, ":kind", kind);
    db_bind_i64(&q, ":skip", (answered - 1) / 2);
    int64_t ms = db_step(&q) ? db_i64(&q, 0) : 0;
    jw_double(w, (double)(ms / (RIGHTS_DAY_MS / 10)) / 10.0);
    return db_end(&q, err);
}

static cu_code figures(struct db *d, int64_t from_ms, int64_t to_ms, struct json_writer *w, struct cu_error *err)
{
    struct db_query q;
    int64_t oldest = 0;
    cu_code code = CU_OK;
    jw_object(w);
    jw_key(w, "rights");
    jw_array(w);
    CU_TRY(db_prepare(d, &rights_sql_tally, &q, err));
    db_bind_i64(&q, ":from_ms", from_ms);
    db_bind_i64(&q, ":to_ms", to_ms);
    while (code == CU_OK && db_step(&q)) {
        jw_object(w);
        jw_kz(w, "right", rights_right_name((enum rights_right)db_i64(&q, 0)));
        jw_ki64(w, "received", db_i64(&q, 1));
        jw_ki64(w, "fulfilled", db_i64(&q, 2));
        jw_ki64(w, "denied", db_i64(&q, 3));
        jw_ki64(w, "open", db_i64(&q, 4));
        code = median(d, from_ms, to_ms, db_i64(&q, 0), db_i64(&q, 2) + db_i64(&q, 3), w, err);
        jw_object_end(w);
    }
    cu_code ended = db_end(&q, code == CU_OK ? err : NULL);
    CU_TRY(code != CU_OK ? code : ended);
    jw_array_end(w);
    CU_TRY(db_prepare(d, &rights_sql_oldest_open, &q, err));
    if (db_step(&q))
        oldest = db_i64(&q, 0);
    CU_TRY(db_end(&q, err));
    jw_ktime(w, "oldest_open", or_null(oldest));
    jw_key(w, "oldest_open_days");
    if (oldest)
        jw_i64(w, cu_now_ms() > oldest ? (cu_now_ms() - oldest) / RIGHTS_DAY_MS : 0);
    else
        jw_null(w);
    jw_object_end(w);
    return CU_OK;
}

cu_code rights_figures(struct rights *r, int64_t from_ms, int64_t to_ms, struct json_writer *w, struct cu_error *err)
{
    struct db *d = NULL;
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = figures(d, from_ms, to_ms, w, err);
    people_read_give(r->o.people, d);
    return code;
}
