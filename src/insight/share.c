// SPDX-License-Identifier: Apache-2.0
// Links under which a dashboard can be read without signing in. A link carries 128 random bits and nothing else; the table holds
// its hash, what it shows and when it ends. Reading one changes nothing. See dashboard.h.
#include "dashboard_private.h"

#include "base/log.h"
#include "crypto/secret.h"
#include "crypto/sign.h"
#include "dashboard_sql.h"
#include "text/text.h"

#include <stdio.h>
#include <time.h>

enum {
    TOKEN_BYTES = 16,
    TOKEN_CHARS = 22,
    HASH_BYTES = 32,
    SHARE_DAYS = 30,
    EXPIRE_EVERY_MS = 3600000,
    AT_ONCE = 2,
    WAITERS = 4, // threads of the server that may wait for a page
    WAIT_S = 10,
    AGAIN_S = 3
};
static const int64_t day_ms = INT64_C(86400000);

static void hash_of(cu_str token, uint8_t ret[HASH_BYTES])
{
    sign_digest(CU_LIT("custos dashboard link\n"), token, ret);
}

// ---- making, listing, ending

struct making {
    struct request *rq;
    cu_str name;
    uint8_t hash[HASH_BYTES];
    int64_t id, until_ms;
};

static cu_code add_in(struct db *db, void *what, struct cu_error *err)
{
    struct making *m = what;
    struct dashboard b;
    struct db_query q;
    CU_TRY(dashboard_get_in(db, m->name, m->rq->arena, &b, err));
    CU_TRY(db_prepare(db, &dashboard_sql_share_count, &q, err));
    db_bind_str(&q, ":dashboard", m->name);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    int64_t count = db_step(&q) ? db_i64(&q, 0) : 0;
    CU_TRY(db_end(&q, err));
    if (count >= DASHBOARD_SHARES_MAX)
        return cu_fail(err, CU_TOO_LARGE, "", "at most %d links to one dashboard; end one first", DASHBOARD_SHARES_MAX);
    CU_TRY(db_prepare(db, &dashboard_sql_share_add, &q, err));
    db_bind_str(&q, ":dashboard", m->name);
    db_bind_blob(&q, ":hash", m->hash, sizeof m->hash);
    db_bind_i64(&q, ":made_ms", cu_now_ms());
    db_bind_i64(&q, ":by", dashboard_by(m->rq));
    db_bind_i64(&q, ":until_ms", m->until_ms);
    CU_TRY(db_run(&q, err));
    m->id = db_last_rowid(db);
    return CU_OK;
}

static cu_code post_share(struct request *rq, struct cu_error *err)
{
    struct dashboards *d = rq->module;
    int64_t days = spec_has(&rq->body_values, "days") ? spec_i64(&rq->body_values, "days") : SHARE_DAYS;
    struct making m = {.rq = rq, .name = request_path_str(rq, "name"), .until_ms = cu_now_ms() + days * day_ms};
    uint8_t random[TOKEN_BYTES];
    CU_AUTO_BUF struct cu_buf token;
    cu_buf_init(&token, 64);
    cu_random(random, sizeof random);
    text_base64((cu_str){(const char *)random, sizeof random}, true, &token);
    CU_TRY(cu_buf_code(&token, err));
    hash_of(cu_buf_view(&token), m.hash);
    CU_TRY(dashboard_change(d, add_in, &m, err));
    cu_str url = cu_arena_printf(rq->arena, "%s/shared/%.*s", d->base_url, CU_ARG(cu_buf_view(&token)));
    if (!url.ptr)
        return cu_fail(err, CU_MEMORY, "", "no memory for a link");
    struct json_writer w = request_json(rq, 201);
    jw_object(&w);
    jw_ki64(&w, "id", m.id);
    jw_kstr(&w, "url", url);
    jw_ktime(&w, "until", m.until_ms);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code list_in(struct db *db, struct request *rq, struct json_writer *w, struct cu_error *err)
{
    struct dashboard b;
    struct db_query q;
    CU_TRY(dashboard_get_in(db, request_path_str(rq, "name"), rq->arena, &b, err));
    CU_TRY(db_prepare(db, &dashboard_sql_shares, &q, err));
    db_bind_str(&q, ":dashboard", b.name);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    while (db_step(&q)) {
        jw_object(w);
        jw_ki64(w, "id", db_i64(&q, 0));
        jw_ktime(w, "made", db_i64(&q, 1));
        jw_ki64(w, "by", db_i64(&q, 2));
        jw_ktime(w, "until", db_i64(&q, 3));
        jw_object_end(w);
    }
    return db_end(&q, err);
}

static cu_code get_shares(struct request *rq, struct cu_error *err)
{
    struct dashboards *d = rq->module;
    struct db *db = NULL;
    CU_TRY(people_read_take(d->o.people, &db, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    cu_code code = list_in(db, rq, &w, err);
    jw_array_end(&w);
    jw_object_end(&w);
    people_read_give(d->o.people, db);
    return code;
}

static cu_code drop_in(struct db *db, void *what, struct cu_error *err)
{
    const struct making *m = what;
    struct db_query q;
    CU_TRY(db_prepare(db, &dashboard_sql_share_drop, &q, err));
    db_bind_i64(&q, ":id", m->id);
    db_bind_str(&q, ":dashboard", m->name);
    CU_TRY(db_run(&q, err));
    return db_changes(db) ? CU_OK : cu_fail(err, CU_NOT_FOUND, "id", "this dashboard has no link of that number");
}

static cu_code delete_share(struct request *rq, struct cu_error *err)
{
    struct making m = {.rq = rq, .name = request_path_str(rq, "name"), .id = spec_i64(&rq->path_values, "id")};
    CU_TRY(dashboard_change(rq->module, drop_in, &m, err));
    rq->response.status = 204;
    return CU_OK;
}

// ---- reading

static bool read_row(struct db_query *q, const uint8_t hash[HASH_BYTES], struct share *ret)
{
    cu_str name = db_str(q, 1), stored = db_blob(q, 3);
    ret->id = db_i64(q, 0);
    ret->until_ms = db_i64(q, 2);
    (void)snprintf(ret->dashboard, sizeof ret->dashboard, "%.*s", CU_ARG(name));
    return stored.len == HASH_BYTES && secret_equal(stored.ptr, hash, HASH_BYTES) && ret->until_ms > cu_now_ms();
}

static cu_code find_in(struct db *db, cu_str token, struct share *ret, struct cu_error *err)
{
    struct db_query q;
    uint8_t hash[HASH_BYTES];
    hash_of(token, hash);
    CU_TRY(db_prepare(db, &dashboard_sql_share_find, &q, err));
    db_bind_blob(&q, ":hash", hash, HASH_BYTES);
    bool good = db_step(&q) && read_row(&q, hash, ret);
    CU_TRY(db_end(&q, err));
    return good ? CU_OK : cu_fail(err, CU_NOT_FOUND, "token", "this link does not work (any more)");
}

cu_code share_find(struct dashboards *d, cu_str token, struct share *ret, struct cu_error *err)
{
    struct db *db = NULL;
    if (token.len != TOKEN_CHARS)
        return cu_fail(err, CU_NOT_FOUND, "token", "this link does not work (any more)");
    CU_TRY(people_read_take(d->o.people, &db, err));
    cu_code code = find_in(db, token, ret, err);
    people_read_give(d->o.people, db);
    return code;
}

// ---- pages that are kept for a minute: a crowd behind one link is no load

struct taking {
    struct share_page *own, *oldest; // of this link; one that nobody is making
    size_t making;
};

static struct taking look(struct dashboards *d, const struct share *s)
{
    struct taking t = {.own = NULL};
    for (size_t i = 0; i < SHARE_PAGES; i++) {
        struct share_page *p = &d->pages[i];
        t.making += p->making;
        if (p->share == s->id)
            t.own = p;
        if (!p->making && (!t.oldest || p->at_ms < t.oldest->at_ms))
            t.oldest = p;
    }
    return t;
}

static bool is_fresh(const struct share_page *p, int64_t version)
{
    const int64_t age = cu_now_ms() - p->at_ms;
    return !p->making && p->version == version && p->html.len && age >= 0 && age < SHARE_PAGE_MS;
}

// Until somebody has made a page; false: it takes too long, or too many wait.
static bool wait_for_page(struct dashboards *d)
{
    struct timespec until;
    if (d->waiters >= WAITERS)
        return false;
    (void)clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += WAIT_S;
    d->waiters++;
    int rc = pthread_cond_timedwait(&d->page_made, &d->page_lock, &until);
    d->waiters--;
    return rc == 0;
}

// The page of this link, if it is still good, into out; else a place to make it anew; NULL and not sent: not now.
static struct share_page *page_take(
    struct dashboards *d, const struct share *s, int64_t version, struct cu_buf *out, bool *ret_sent)
{
    struct share_page *place = NULL;
    *ret_sent = false;
    (void)pthread_mutex_lock(&d->page_lock);
    for (;;) {
        const struct taking t = look(d, s);
        if (t.own && is_fresh(t.own, version)) {
            cu_buf_str(out, cu_buf_view(&t.own->html));
            *ret_sent = true;
            break;
        }
        place = t.own ? t.own : t.oldest;
        if (place && !place->making && t.making < AT_ONCE) {
            place->making = true;
            place->share = s->id;
            place->version = version;
            cu_buf_reset(&place->html);
            break;
        }
        place = NULL;
        if (!wait_for_page(d))
            break;
    }
    (void)pthread_mutex_unlock(&d->page_lock);
    return place;
}

static void page_give(struct dashboards *d, struct share_page *p, const struct cu_buf *made, bool good)
{
    (void)pthread_mutex_lock(&d->page_lock);
    p->making = false;
    p->at_ms = good ? cu_now_ms() : 0;
    if (good)
        cu_buf_str(&p->html, cu_buf_view(made));
    if (!good || p->html.failed) {
        p->share = 0;
        cu_buf_clear(&p->html);
    }
    (void)pthread_cond_broadcast(&d->page_made);
    (void)pthread_mutex_unlock(&d->page_lock);
}

static cu_code note_reading(struct dashboards *d, const struct share *s, struct cu_error *err)
{
    struct json_writer w;
    CU_AUTO_BUF struct cu_buf detail;
    cu_buf_init(&detail, 512);
    jw_start(&w, &detail);
    jw_object(&w);
    jw_kz(&w, "dashboard", s->dashboard);
    jw_ki64(&w, "link", s->id);
    jw_object_end(&w);
    return guard_note(people_guard(d->o.people), GUARD_DONE, NULL, 0, cu_buf_view(&detail), true, err);
}

static cu_code page_headers(struct request *rq, int status, struct cu_error *err)
{
    (void)err;
    rq->response.status = status;
    rq->response.content_type = "text/html; charset=utf-8";
    CU_TRY(request_header_add(rq, "Content-Security-Policy",
        CU_LIT("default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'")));
    CU_TRY(request_header_add(rq, "X-Robots-Tag", CU_LIT("noindex, nofollow, noarchive")));
    return request_header_add(rq, "Cache-Control", CU_LIT("private, no-store"));
}

static cu_code plain(
    struct request *rq, int status, const char *title, const char *text, int64_t again_s, struct cu_error *err)
{
    CU_TRY(page_headers(rq, status, err));
    if (again_s > 0) {
        cu_str wait = cu_arena_printf(rq->arena, "%lld", (long long)again_s);
        CU_TRY(request_header_add(rq, "Retry-After", wait.ptr ? wait : CU_LIT("5")));
        if (status == 503) // a browser comes back by itself
            CU_TRY(request_header_add(rq, "Refresh", wait.ptr ? wait : CU_LIT("5")));
    }
    share_plain_page(rq->module, title, text, &rq->response.body);
    return CU_OK;
}

static cu_code make(struct dashboards *d, struct request *rq, const struct share *s, struct cu_error *err)
{
    struct dashboard b;
    bool sent = false;
    CU_TRY(dashboard_get(d, cu_str_of(s->dashboard), rq->arena, &b, err));
    struct share_page *place = page_take(d, s, b.version, &rq->response.body, &sent);
    if (sent)
        return CU_OK;
    if (!place)
        return cu_fail(err, CU_BUSY, "", "pages are being made already");
    cu_code code = share_page_print(d, &b, s, &rq->response.body, err);
    page_give(d, place, &rq->response.body, code == CU_OK && !rq->response.body.failed);
    return code;
}

static cu_code get_shared(struct request *rq, struct cu_error *err)
{
    struct dashboards *d = rq->module;
    struct cu_error why = {.code = CU_OK};
    struct share s;
    char network[48];
    int64_t wait_s = 0;
    guard_network_of(rq->remote_ip, network);
    if (!limit_take(d->by_network, cu_str_of(network), &wait_s))
        return plain(rq, 429, "One moment", "Too many pages were asked for from your network. Please try again in a minute.",
            wait_s, err);
    cu_code code = share_find(d, request_path_str(rq, "token"), &s, &why);
    if (code == CU_OK) {
        const struct guard_access former = guard_borrow_system("analytics", "shares.read");
        code = note_reading(d, &s, &why);
        if (code == CU_OK)
            code = make(d, rq, &s, &why);
        guard_enter(&former);
    }
    if (code == CU_OK)
        return page_headers(rq, 200, err);
    cu_buf_reset(&rq->response.body);
    if (code == CU_NOT_FOUND)
        return plain(rq, 404, "This link does not work",
            "It has ended, was taken back, or was not copied whole. Ask whoever sent it for a new one.", 0, err);
    if (code == CU_BUSY)
        return plain(rq, 503, "One moment", "The page is being made. Please try again in a few seconds.", AGAIN_S, err);
    cu_log(CU_LOG_ERROR, "shares.failed", CU_LS("code", cu_code_rows[code].name), CU_LS("text", why.text));
    return plain(rq, 500, "This page cannot be shown now", "Please try again later.", 60, err);
}

static cu_code get_style(struct request *rq, struct cu_error *err)
{
    (void)err;
    rq->response.status = 200;
    rq->response.content_type = "text/css; charset=utf-8";
    share_style(&rq->response.body);
    return request_header_add(rq, "Cache-Control", CU_LIT("public, max-age=3600"));
}

static cu_code expire_in(struct db *db, void *what, struct cu_error *err)
{
    struct db_query q;
    (void)what;
    CU_TRY(db_prepare(db, &dashboard_sql_share_expire, &q, err));
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    return db_run(&q, err);
}

static cu_code job_expire(void *module, struct cu_error *err)
{
    return dashboard_change(module, expire_in, NULL, err);
}

#define END {.name = NULL}
#define NAME                                                                                                                \
    {                                                                                                                       \
        .name = "name", .type = SPEC_STRING, .min = 1, .max = DASHBOARD_NAME_MAX, .required = true,                         \
        .doc = "Name of the dashboard."                                                                                     \
    }
static const struct spec_field name_path[] = {NAME, END};
static const struct spec_field share_path[] = {
    NAME,
    {.name = "id", .type = SPEC_INT, .min = 1, .max = INT64_MAX, .required = true, .doc = "Number of the link."},
    END,
};
static const struct spec_field token_path[] = {
    {.name = "token",
        .type = SPEC_STRING,
        .min = 1,
        .max = 64,
        .required = true,
        .secret = true,
        .doc = "The token of the link."},
    END,
};
static const struct spec_field post_body[] = {
    {.name = "days",
        .type = SPEC_INT,
        .min = 1,
        .max = DASHBOARD_SHARE_DAYS_MAX,
        .doc = "How long the link works; default: 30 days."},
    END,
};
static const struct spec_field post_answer[] = {
    {.name = "id", .type = SPEC_INT, .max = INT64_MAX, .doc = "Number of the link, to end it by."},
    {.name = "url",
        .type = SPEC_STRING,
        .max = 1024,
        .secret = true,
        .doc = "The link. It is shown this once: only its hash is kept."},
    {.name = "until", .type = SPEC_TIME, .doc = "When it ends."},
    END,
};
static const struct spec_field share_fields[] = {
    {.name = "id", .type = SPEC_INT, .max = INT64_MAX, .doc = "Number of the link."},
    {.name = "made", .type = SPEC_TIME, .doc = "When it was made."},
    {.name = "by",
        .type = SPEC_INT,
        .min = -1,
        .max = INT64_MAX,
        .doc = "Number of the member of staff; -1: the local operator."},
    {.name = "until", .type = SPEC_TIME, .doc = "When it ends."},
    END,
};
static const struct spec_field list_answer[] = {
    {.name = "items",
        .type = SPEC_ARRAY,
        .max = DASHBOARD_SHARES_MAX,
        .fields = share_fields,
        .doc = "The links that work, newest first."},
    END,
};
static const struct spec_route routes[] = {
    {.name = "shares.make",
        .method = "POST",
        .path = "/v1/dashboards/{name}/shares",
        .permission = SPEC_INSIGHT_WRITE,
        .path_fields = name_path,
        .body_kind = SPEC_BODY_JSON,
        .body_max = 1024,
        .body = post_body,
        .answer = post_answer,
        .doc = "Makes a link under which the dashboard can be read without signing in, with small groups hidden.",
        .handler = post_share},
    {.name = "shares.list",
        .method = "GET",
        .path = "/v1/dashboards/{name}/shares",
        .permission = SPEC_INSIGHT_WRITE,
        .path_fields = name_path,
        .answer = list_answer,
        .doc = "The links to a dashboard.",
        .handler = get_shares},
    {.name = "shares.end",
        .method = "DELETE",
        .path = "/v1/dashboards/{name}/shares/{id}",
        .permission = SPEC_INSIGHT_WRITE,
        .path_fields = share_path,
        .doc = "Ends a link at once.",
        .handler = delete_share},
    {.name = "shares.style",
        .method = "GET",
        .path = "/shared/style.css",
        .permission = SPEC_PUBLIC,
        .doc = "The style sheet of shared pages.",
        .handler = get_style},
    {.name = "shares.read",
        .method = "GET",
        .path = "/shared/{token}",
        .permission = SPEC_PUBLIC,
        .path_fields = token_path,
        .doc = "A shared dashboard as a page; the same 404 for every link that does not work.",
        .handler = get_shared},
};
static const struct spec_job jobs[] = {
    {.name = "dashboard-links",
        .doc = "Removes links to dashboards that have ended.",
        .every_ms = EXPIRE_EVERY_MS,
        .run = job_expire},
};
const struct module insight_share_module = {
    .name = "shares",
    .doc = "Links to dashboards for readers without an account.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .jobs = jobs,
    .job_count = CU_COUNT(jobs),
};
