// SPDX-License-Identifier: Apache-2.0
// Visits: from a cookie to a person and back, and the proof that a form is the visit's own. See centre.h.
#include "centre_private.h"

#include "centre_session_sql.h"
#include "crypto/secret.h"
#include "crypto/sign.h"
#include "text/text.h"

#include <stdio.h>

#define COOKIE "__Host-custos-privacy"
#define LANGUAGE_COOKIE "__Host-custos-language"
enum { TOKEN_BYTES = 32, TOKEN_CHARS = 43, TOUCH_MS = 60000 };
static const int64_t minute_ms = 60000, hour_ms = INT64_C(3600000);

static cu_str cookie_of(struct request *rq, const char *name)
{
    cu_str all = request_header(rq, "Cookie");
    while (all.ptr) {
        cu_str pair = cu_str_trim(cu_str_cut(&all, ';'));
        cu_str found = cu_str_cut(&pair, '=');
        if (cu_str_eqz(found, name))
            return pair;
    }
    return CU_NONE;
}

// What the visitor chose here; else what was chosen before; else what the browser says.
static enum centre_language language_of(struct request *rq)
{
    enum centre_language chosen = centre_language_find(cookie_of(rq, LANGUAGE_COOKIE));
    struct cu_buf asked;
    cu_buf_init(&asked, 16);
    if (text_query_get(rq->query, "language", &asked) && centre_language_find(cu_buf_view(&asked)) != CENTRE_LANGUAGES) {
        chosen = centre_language_find(cu_buf_view(&asked));
        cu_str cookie =
            cu_arena_printf(rq->arena, LANGUAGE_COOKIE "=%s; Path=/; Secure; HttpOnly; SameSite=Lax; Max-Age=31536000",
                centre_language_codes[chosen]);
        if (!cookie.ptr || request_header_add(rq, "Set-Cookie", cookie) != CU_OK)
            cu_buf_reset(&asked); // it is only not remembered
    }
    cu_buf_clear(&asked);
    return chosen != CENTRE_LANGUAGES ? chosen : centre_language_accepted(request_header(rq, "Accept-Language"));
}

void visit_init(struct visit *v, struct request *rq)
{
    struct centre *c = rq->module;
    *v = (struct visit){
        .c = c, .rq = rq, .people = c->o.engine->people, .language = language_of(rq), .out = &rq->response.body};
}

// From here on this thread is the person: reads are theirs, and the log says so.
static void become(struct visit *v)
{
    struct request *rq = v->rq;
    struct guard_access a = {.actor = GUARD_PERSON};
    (void)snprintf(a.purpose, sizeof a.purpose, "rights");
    (void)snprintf(a.action, sizeof a.action, "%s", rq->route->name);
    (void)snprintf(a.request_id, sizeof a.request_id, "%.*s", CU_ARG(rq->id));
    guard_network_of(rq->remote_ip, a.network);
    guard_enter(&a);
    rq->caller = (struct caller){.kind = CALLER_PERSON,
        .person = v->person,
        .permissions = UINT64_C(1) << SPEC_PEOPLE_READ | UINT64_C(1) << SPEC_SEGMENTS_READ |
                       UINT64_C(1) << SPEC_AUDIT_READ | UINT64_C(1) << SPEC_PEOPLE_EXPORT};
    memset(rq->caller.view, SPEC_VIEW_FULL, sizeof rq->caller.view);
    (void)snprintf(rq->caller.purpose, sizeof rq->caller.purpose, "rights");
}

static cu_code read_record(
    struct visit *v, struct db *d, uint32_t pno, uint32_t *ret_root, uint32_t **ret, struct cu_error *err)
{
    CU_TRY(people_uuid(v->people, d, people_root(v->people, pno), &v->person, err));
    CU_TRY(people_by_uuid(v->people, d, v->person, ret_root, err));
    return people_members(v->people, d, *ret_root, v->rq->arena, ret, &v->count, err);
}

cu_code visit_enter(struct visit *v, struct db *d, uint32_t pno, struct cu_error *err)
{
    struct db *own = NULL;
    uint32_t *pnos = NULL, root = 0;
    if (!d)
        CU_TRY(people_read_take(v->people, &own, err));
    cu_code code = read_record(v, d ? d : own, pno, &root, &pnos, err);
    if (own)
        people_read_give(v->people, own);
    CU_TRY(code);
    uint64_t *subjects = cu_arena_alloc(v->rq->arena, (v->count + 1) * sizeof *subjects);
    if (!subjects)
        return cu_fail(err, CU_MEMORY, "", "no memory for a visit");
    for (size_t i = 0; i < v->count; i++)
        subjects[i] = pnos[i];
    v->pno = root;
    v->pnos = pnos;
    v->subjects = subjects;
    cu_uuid_format(v->person, v->id);
    become(v);
    return CU_OK;
}

// ---- the cookie

static void hash_of(cu_str token, uint8_t ret[CENTRE_HASH])
{
    sign_digest(CU_LIT("custos centre visit\n"), token, ret);
}

// The record as it is: its profiles. Another hash is another record.
static void record_of(const struct visit *v, uint8_t ret[CENTRE_HASH])
{
    sign_digest(CU_LIT("custos centre record\n"), (cu_str){(const char *)v->pnos, v->count * sizeof *v->pnos}, ret);
}

static void csrf_of(struct visit *v)
{
    uint8_t mac[32];
    struct cu_buf out;
    cu_buf_init(&out, CENTRE_CSRF);
    keyring_mac(people_keyring(v->people), "centre_form", (cu_str){(const char *)v->session, sizeof v->session}, mac);
    text_base64((cu_str){(const char *)mac, sizeof mac}, true, &out);
    (void)snprintf(v->csrf, sizeof v->csrf, "%.*s", CU_ARG(cu_buf_view(&out)));
    cu_buf_clear(&out);
}

struct stored { // a row
    bool found;
    uint32_t pno;
    uint8_t record[CENTRE_HASH];
    int64_t last_ms;
};

static cu_code stored_get(struct visit *v, struct stored *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    int64_t now = cu_now_ms();
    *ret = (struct stored){.found = false};
    CU_TRY(people_read_take(v->people, &d, err));
    cu_code code = db_prepare(d, &centre_session_sql_get, &q, err);
    if (code == CU_OK) {
        db_bind_blob(&q, ":hash", v->session, sizeof v->session);
        if (db_step(&q) && db_blob(&q, 1).len == CENTRE_HASH &&
            secret_equal(db_blob(&q, 4).ptr, v->session, CENTRE_HASH)) {
            ret->pno = (uint32_t)db_i64(&q, 0);
            memcpy(ret->record, db_blob(&q, 1).ptr, CENTRE_HASH);
            ret->last_ms = db_i64(&q, 3);
            ret->found = now - ret->last_ms < CENTRE_IDLE_MINUTES * minute_ms &&
                         now - db_i64(&q, 2) < CENTRE_VISIT_HOURS * hour_ms;
        }
        code = db_end(&q, err);
    }
    people_read_give(v->people, d);
    return code;
}

static cu_code change(struct visit *v, const struct db_statement *s, bool touch, struct cu_error *err)
{
    struct db_query q;
    struct db *d = people_lock(v->people);
    cu_code code = people_begin(v->people, err);
    if (code == CU_OK) {
        code = db_prepare(d, s, &q, err);
        if (code == CU_OK) {
            db_bind_blob(&q, ":hash", v->session, sizeof v->session);
            if (touch)
                db_bind_i64(&q, ":now_ms", cu_now_ms());
            code = db_run(&q, err);
        }
        if (code == CU_OK)
            code = people_commit(v->people, err);
        else
            people_rollback(v->people);
    }
    people_unlock(v->people);
    return code;
}

cu_code visit_find(struct visit *v, struct cu_error *err)
{
    struct stored row;
    uint8_t record[CENTRE_HASH];
    cu_str token = cookie_of(v->rq, COOKIE);
    if (token.len != TOKEN_CHARS)
        return CU_OK;
    hash_of(token, v->session);
    CU_TRY(stored_get(v, &row, err));
    if (!row.found)
        return CU_OK;
    struct cu_error why;
    cu_code code = visit_enter(v, NULL, row.pno, &why);
    if (code == CU_NOT_FOUND || code == CU_ERASED)
        return CU_OK;
    if (code != CU_OK)
        return cu_fail(err, code, "", "%s", why.text);
    record_of(v, record);
    if (!secret_equal(record, row.record, sizeof record)) { // joined with another meanwhile, or parted
        guard_leave();
        v->rq->caller = (struct caller){.kind = CALLER_NOBODY};
        return change(v, &centre_session_sql_delete, false, err);
    }
    v->open = true;
    csrf_of(v);
    return cu_now_ms() - row.last_ms > TOUCH_MS ? change(v, &centre_session_sql_touch, true, err) : CU_OK;
}

static cu_code set_cookie(struct visit *v, const char *token, struct cu_error *err)
{
    cu_str cookie = cu_arena_printf(
        v->rq->arena, COOKIE "=%s; Path=/; Secure; HttpOnly; SameSite=Strict%s", token, token[0] ? "" : "; Max-Age=0");
    return cookie.ptr ? request_header_add(v->rq, "Set-Cookie", cookie)
                      : cu_fail(err, CU_MEMORY, "", "no memory for a cookie");
}

cu_code visit_begin(struct visit *v, struct cu_error *err)
{
    struct db_query q;
    uint8_t random[TOKEN_BYTES], record[CENTRE_HASH];
    CU_AUTO_BUF struct cu_buf token;
    cu_buf_init(&token, TOKEN_CHARS + 1);
    cu_random(random, sizeof random);
    text_base64((cu_str){(const char *)random, sizeof random}, true, &token);
    CU_TRY(cu_buf_code(&token, err));
    hash_of(cu_buf_view(&token), v->session);
    record_of(v, record);
    CU_TRY(db_prepare(people_db(v->people), &centre_session_sql_add, &q, err));
    db_bind_blob(&q, ":hash", v->session, sizeof v->session);
    db_bind_i64(&q, ":pno", v->pno);
    db_bind_blob(&q, ":record", record, sizeof record);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    CU_TRY(db_run(&q, err));
    return set_cookie(v, token.ptr, err);
}

cu_code visit_end(struct visit *v, struct cu_error *err)
{
    CU_TRY(set_cookie(v, "", err));
    return v->open ? change(v, &centre_session_sql_delete, false, err) : CU_OK;
}

// ---- forms

bool visit_foreign(const struct visit *v)
{
    cu_str site = request_header(v->rq, "Sec-Fetch-Site"), origin = request_header(v->rq, "Origin");
    if (site.ptr)
        return !cu_str_eqz(site, "same-origin") && !cu_str_eqz(site, "none");
    if (!origin.ptr || cu_str_eqz(origin, "null") ||
        cu_str_eqz(origin, v->c->base_url)) // null: our own no-referrer policy
        return false;
    ptrdiff_t at = cu_str_find_str(origin, CU_LIT("://"));
    cu_str host = at < 0 ? CU_NONE : cu_str_sub(origin, (size_t)at + 3, origin.len);
    return !host.ptr || !cu_str_eq_nocase(host, request_header(v->rq, "Host"));
}

cu_str visit_field(const struct visit *v, const char *name, size_t max)
{
    struct cu_buf text;
    cu_str found = CU_NONE;
    cu_buf_init(&text, max + 1);
    if (text_query_get(v->rq->body, name, &text) && !text.failed && text.len <= max &&
        text_utf8_valid(cu_buf_view(&text)))
        found = cu_arena_dup(v->rq->arena, text.len ? cu_buf_view(&text) : CU_LIT(""));
    cu_buf_wipe(&text);
    return found;
}

bool visit_form_good(const struct visit *v)
{
    cu_str token = visit_field(v, "csrf", CENTRE_CSRF);
    return v->open && !visit_foreign(v) && token.len > 0 && token.len == strlen(v->csrf) &&
           secret_equal(token.ptr, v->csrf, token.len);
}
