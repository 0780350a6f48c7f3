// SPDX-License-Identifier: Apache-2.0
// Links of the privacy centre. See centre_link.h. A token is found by its SHA-256, so how long a look-up takes says
// nothing about tokens that are there: whoever guesses cannot choose the bytes that are compared.
#include "centre_link.h"
#include "centre_sql.h"

#include "crypto/secret.h"
#include "crypto/sign.h"
#include "text/text.h"

#include <stdio.h>

enum { TOKEN_BYTES = 16, TOKEN_CHARS = 22, HASH_BYTES = 32, EXPIRE_AT_ONCE = 500, EXPIRE_EVERY_MS = 600000 };
static const int64_t minute_ms = 60000, hour_ms = INT64_C(3600000), day_ms = INT64_C(86400000);

struct centre_links {
    struct people *people;
};

static cu_code forget(void *context, const uint32_t *pnos, size_t count, struct cu_error *err)
{
    static const struct db_statement *const statements[] = {&centre_sql_forget, &centre_sql_forget_sessions};
    struct centre_links *c = context;
    for (size_t i = 0; i < count * CU_COUNT(statements); i++) {
        struct db_query q;
        CU_TRY(db_prepare(people_db(c->people), statements[i % CU_COUNT(statements)], &q, err));
        db_bind_i64(&q, ":pno", pnos[i / CU_COUNT(statements)]);
        CU_TRY(db_run(&q, err));
    }
    return CU_OK;
}

cu_code centre_links_open(struct people *p, struct centre_links **ret, struct cu_error *err)
{
    struct centre_links *c = cu_calloc(1, sizeof *c);
    if (!c)
        return cu_fail(err, CU_MEMORY, "", "no memory for the links of the privacy centre");
    c->people = p;
    people_on_forget(p, forget, c);
    *ret = c;
    return CU_OK;
}

void centre_links_close(struct centre_links *c)
{
    if (!c)
        return;
    people_unhook(c->people, c);
    cu_free(c);
}

static void hash_of(cu_str token, uint8_t ret[HASH_BYTES])
{
    sign_digest(CU_LIT("custos centre link\n"), token, ret);
}

static int64_t usual_ms(enum centre_link_purpose p)
{
    switch (p) {
    case CENTRE_LINK_VISIT:
        return hour_ms;
    case CENTRE_LINK_VERIFY:
        return day_ms;
    case CENTRE_LINK_UNSUBSCRIBE:
        return 5 * 365 * day_ms;
    case CENTRE_LINK_CONFIRM:
    case CENTRE_LINK_DOWNLOAD:
        return 7 * day_ms;
    }
    return 0;
}

static bool is_nil(struct cu_uuid id)
{
    static const struct cu_uuid nil;
    return memcmp(id.bytes, nil.bytes, sizeof nil.bytes) == 0;
}

// A link that would open more, or less, than its purpose says is not made.
static cu_code check(const struct centre_link *l, struct cu_error *err)
{
    bool of_request = l->purpose == CENTRE_LINK_VERIFY || l->purpose == CENTRE_LINK_DOWNLOAD;
    if (usual_ms(l->purpose) == 0)
        return cu_fail(err, CU_INVALID, "purpose", "visit, verify, unsubscribe, download or confirm is accepted");
    if (l->valid_ms < 0 || l->valid_ms > 10 * 365 * day_ms)
        return cu_fail(err, CU_INVALID, "valid_ms", "at most ten years are accepted");
    if (l->pno == 0 && l->purpose != CENTRE_LINK_VERIFY)
        return cu_fail(err, CU_INVALID, "pno", "a link is for a person who is known");
    if (of_request && is_nil(l->about))
        return cu_fail(err, CU_INVALID, "about", "the id of a request is expected");
    if ((l->purpose == CENTRE_LINK_UNSUBSCRIBE || l->purpose == CENTRE_LINK_CONFIRM) && !l->subject[0])
        return cu_fail(err, CU_INVALID, "subject", "the name of a purpose is expected");
    return CU_OK;
}

cu_code centre_link_make(
    struct centre_links *c, const struct centre_link *l, char token[CENTRE_TOKEN_MAX], struct cu_error *err)
{
    struct db_query q;
    uint8_t random[TOKEN_BYTES], hash[HASH_BYTES];
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, CENTRE_TOKEN_MAX);
    CU_TRY(check(l, err));
    cu_random(random, sizeof random);
    text_base64((cu_str){(const char *)random, sizeof random}, true, &text);
    CU_TRY(cu_buf_code(&text, err));
    hash_of(cu_buf_view(&text), hash);
    CU_TRY(db_prepare(people_db(c->people), &centre_sql_add, &q, err));
    db_bind_blob(&q, ":hash", hash, sizeof hash);
    db_bind_i64(&q, ":pno", l->pno);
    db_bind_i64(&q, ":purpose", l->purpose);
    db_bind_blob(&q, ":about", l->about.bytes, sizeof l->about.bytes);
    db_bind_str(&q, ":subject", cu_str_of(l->subject));
    db_bind_i64(&q, ":once", l->once);
    db_bind_i64(&q, ":until_ms", cu_now_ms() + (l->valid_ms ? l->valid_ms : usual_ms(l->purpose)));
    CU_TRY(db_run(&q, err));
    (void)snprintf(token, CENTRE_TOKEN_MAX, "%.*s", CU_ARG(cu_buf_view(&text)));
    return CU_OK;
}

static cu_code gone(struct cu_error *err)
{
    return cu_fail(err, CU_NOT_FOUND, "token", "this link does not work (any more)");
}

static bool read_row(struct db_query *q, const uint8_t hash[HASH_BYTES], struct centre_link *ret)
{
    cu_str about = db_blob(q, 2), subject = db_str(q, 3), stored = db_blob(q, 6);
    int64_t until_ms = db_i64(q, 5);
    if (stored.len != HASH_BYTES || !secret_equal(stored.ptr, hash, HASH_BYTES) || until_ms <= cu_now_ms())
        return false;
    *ret = (struct centre_link){.pno = (uint32_t)db_i64(q, 0),
        .purpose = (enum centre_link_purpose)db_i64(q, 1),
        .valid_ms = until_ms - cu_now_ms(),
        .once = db_i64(q, 4) != 0};
    if (about.len == sizeof ret->about.bytes)
        memcpy(ret->about.bytes, about.ptr, about.len);
    (void)snprintf(ret->subject, sizeof ret->subject, "%.*s", CU_ARG(subject));
    return true;
}

static cu_code find(struct db *d, cu_str token, uint8_t hash[HASH_BYTES], struct centre_link *ret, struct cu_error *err)
{
    struct db_query q;
    if (token.len != TOKEN_CHARS)
        return gone(err);
    hash_of(token, hash);
    CU_TRY(db_prepare(d, &centre_sql_get, &q, err));
    db_bind_blob(&q, ":hash", hash, HASH_BYTES);
    struct centre_link found;
    bool good = db_step(&q) && read_row(&q, hash, &found);
    CU_TRY(db_end(&q, err));
    if (!good)
        return gone(err);
    *ret = found;
    return CU_OK;
}

cu_code centre_link_look(struct centre_links *c, cu_str token, struct centre_link *ret, struct cu_error *err)
{
    struct db *d = NULL;
    uint8_t hash[HASH_BYTES];
    CU_TRY(people_read_take(c->people, &d, err));
    cu_code code = find(d, token, hash, ret, err);
    people_read_give(c->people, d);
    return code;
}

cu_code centre_link_take(struct centre_links *c, cu_str token, struct centre_link *ret, struct cu_error *err)
{
    struct db_query q;
    struct centre_link found;
    uint8_t hash[HASH_BYTES];
    CU_TRY(find(people_db(c->people), token, hash, &found, err));
    if (found.once) {
        CU_TRY(db_prepare(people_db(c->people), &centre_sql_use, &q, err));
        db_bind_blob(&q, ":hash", hash, sizeof hash);
        CU_TRY(db_run(&q, err));
    }
    *ret = found;
    return CU_OK;
}

// ---- what has ended goes

static cu_code expire(struct centre_links *c, struct db *d, bool *ret_more, struct cu_error *err)
{
    struct db_query q;
    int64_t now = cu_now_ms();
    CU_TRY(db_prepare(d, &centre_sql_expire, &q, err));
    db_bind_i64(&q, ":now_ms", now);
    db_bind_i64(&q, ":limit", EXPIRE_AT_ONCE);
    CU_TRY(db_run(&q, err));
    *ret_more = db_changes(people_db(c->people)) == EXPIRE_AT_ONCE;
    CU_TRY(db_prepare(d, &centre_sql_expire_sessions, &q, err));
    db_bind_i64(&q, ":last_ms", now - CENTRE_IDLE_MINUTES * minute_ms);
    db_bind_i64(&q, ":made_ms", now - CENTRE_VISIT_HOURS * hour_ms);
    return db_run(&q, err);
}

cu_code centre_links_expire(struct centre_links *c, struct cu_error *err)
{
    for (bool more = true; more;) {
        struct db *d = people_lock(c->people);
        cu_code code = people_begin(c->people, err);
        if (code == CU_OK) {
            code = expire(c, d, &more, err);
            if (code == CU_OK)
                code = people_commit(c->people, err);
            else
                people_rollback(c->people);
        }
        people_unlock(c->people);
        CU_TRY(code);
    }
    return CU_OK;
}

static cu_code job_expire(void *module, struct cu_error *err)
{
    return centre_links_expire(module, err);
}

static const struct spec_job jobs[] = {
    {.name = "centre-links",
        .doc = "Removes links and visits of the privacy centre that have ended.",
        .every_ms = EXPIRE_EVERY_MS,
        .run = job_expire},
};
static const char *const personal_tables[] = {"centre_link", "centre_session", NULL};
const struct module consent_centre_module = {
    .name = "centre_links",
    .doc = "Links to the privacy centre: single purpose, random, kept as hashes only.",
    .jobs = jobs,
    .job_count = CU_COUNT(jobs),
    .statements = centre_sql_all,
    .personal_tables = personal_tables,
};
