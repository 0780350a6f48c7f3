// SPDX-License-Identifier: Apache-2.0
// Doors: their rows, tokens and secrets, and what each of them needs to know of people. See recipient_door.h.
#include "recipient_door_private.h"

#include "crypto/secret.h"
#include "crypto/sign.h"
#include "recipient_door_sql.h"
#include "text/text.h"

enum { SEALED_MAX = 8192 };

static char *copy(cu_str text)
{
    char *made = cu_alloc(text.len + 1);
    if (made && text.len)
        memcpy(made, text.ptr, text.len);
    if (made)
        made[text.len] = 0;
    return made;
}

static void run(void *context)
{
    privacy_doors_run(context);
}

static cu_code open_sign(const struct privacy_doors_options *o, struct privacy_doors *p, struct cu_error *err)
{
    bool certificate = o->certificate_file && o->certificate_file[0], key = o->key_file && o->key_file[0];
    if (!certificate && !key)
        return CU_OK;
    if (!certificate || !key)
        return cu_fail(err, CU_INVALID, certificate ? "opendsr_key" : "opendsr_certificate",
            "opendsr_certificate and opendsr_key are needed, both");
    cu_code code = certsign_open(o->certificate_file, o->key_file, &p->sign, err);
    if (code != CU_OK)
        cu_error_prefix(err, "opendsr_");
    return code;
}

cu_code privacy_doors_open(const struct privacy_doors_options *o, struct privacy_doors **ret, struct cu_error *err)
{
    struct privacy_doors *p = cu_calloc(1, sizeof *p);
    if (!p)
        return cu_fail(err, CU_MEMORY, "", "no memory for doors");
    p->o = *o;
    p->base_url = copy(cu_str_of(o->base_url));
    p->domain = copy(o->domain && o->domain[0] ? cu_str_of(o->domain) : door_url_host(cu_str_of(o->base_url)));
    p->business_id = copy(cu_str_of(o->business_id));
    cu_code code = p->base_url && p->domain && p->business_id ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for doors");
    if (code == CU_OK)
        code = open_sign(o, p, err);
    if (code != CU_OK) {
        privacy_doors_close(p);
        return code;
    }
    *ret = p;
    return CU_OK;
}

cu_code privacy_doors_start(struct privacy_doors *p, struct cu_error *err)
{
    return recipient_worker_start("privacy doors", run, p, &p->worker, err);
}

void privacy_doors_close(struct privacy_doors *p)
{
    if (!p)
        return;
    recipient_worker_stop(p->worker);
    certsign_close(p->sign);
    cu_free(p->base_url);
    cu_free(p->domain);
    cu_free(p->business_id);
    cu_free(p);
}

// ---- rows

bool door_name_good(cu_str s)
{
    bool good = s.len >= 1 && s.len <= DOOR_NAME_MAX && !cu_str_eqz(s, "notices");
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        good = good && ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                           c == '_' || c == '.');
    }
    return good;
}

cu_code door_read(struct db_query *q, struct cu_arena *a, struct door *ret, struct cu_error *err)
{
    bool found = db_step(q);
    if (found)
        *ret = (struct door){.id = db_i64(q, 0),
            .name = cu_arena_dup(a, db_str(q, 1)),
            .kind = cu_arena_dup(a, db_str(q, 2)),
            .title = cu_arena_dup(a, db_str(q, 3)),
            .enabled = db_i64(q, 4) != 0,
            .hosts = cu_arena_dup(a, db_str(q, 5)),
            .key = db_is_null(q, 6) ? CU_NONE : cu_arena_dup(a, db_blob(q, 6)),
            .has_token = db_i64(q, 7) != 0,
            .secret = db_is_null(q, 8) ? CU_NONE : cu_arena_dup(a, db_blob(q, 8)),
            .made_ms = db_i64(q, 9),
            .used_ms = db_i64(q, 10)};
    CU_TRY(db_end(q, err));
    return found ? CU_OK : cu_fail(err, CU_NOT_FOUND, "name", "there is no such door");
}

cu_code door_by_name(struct privacy_doors *p, cu_str name, struct cu_arena *a, struct door *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    CU_TRY(people_read_take(p->o.people, &d, err));
    cu_code code = db_prepare(d, &recipient_door_sql_by_name, &q, err);
    if (code == CU_OK) {
        db_bind_str(&q, ":name", name);
        code = door_read(&q, a, ret, err);
    }
    people_read_give(p->o.people, d);
    return code;
}

cu_code door_by_host(
    struct privacy_doors *p, const char *kind, cu_str host, struct cu_arena *a, struct door *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    CU_TRY(people_read_take(p->o.people, &d, err));
    cu_code code = db_prepare(d, &recipient_door_sql_by_host, &q, err);
    if (code == CU_OK) {
        db_bind_str(&q, ":kind", cu_str_of(kind));
        db_bind_str(&q, ":host", host);
        code = door_read(&q, a, ret, err);
    }
    people_read_give(p->o.people, d);
    return code;
}

cu_code door_by_token(struct privacy_doors *p, struct request *rq, const char *kind, struct door *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    uint8_t hash[32];
    cu_str given = cu_str_trim(request_header(rq, "Authorization"));
    bool bearer =
        given.len > 7 && given.len <= SECRET_TOKEN_MAX + 7 && cu_str_eq_nocase(cu_str_sub(given, 0, 7), CU_LIT("Bearer "));
    if (!bearer)
        return cu_fail(err, CU_UNAUTHENTICATED, "", "Authorization: Bearer with the token of this door is needed");
    secret_token_hash(cu_str_trim(cu_str_sub(given, 7, given.len)), hash);
    CU_TRY(people_read_take(p->o.people, &d, err));
    cu_code code = db_prepare(d, &recipient_door_sql_by_token, &q, err);
    if (code == CU_OK) {
        db_bind_blob(&q, ":token", hash, sizeof hash);
        db_bind_str(&q, ":kind", cu_str_of(kind));
        code = door_read(&q, rq->arena, ret, err);
    }
    people_read_give(p->o.people, d);
    return code == CU_NOT_FOUND ? cu_fail(err, CU_UNAUTHENTICATED, "", "this token is not, or no more, one of this door")
                                : code;
}

struct token {
    int64_t door;
    uint8_t hash[32];
};

static cu_code write_token(struct db *d, void *what, struct cu_error *err)
{
    const struct token *t = what;
    struct db_query q;
    CU_TRY(db_prepare(d, &recipient_door_sql_token_set, &q, err));
    db_bind_i64(&q, ":id", t->door);
    db_bind_blob(&q, ":token", t->hash, sizeof t->hash);
    return db_run(&q, err);
}

cu_code door_token_new(struct privacy_doors *p, int64_t door, const char *prefix, char ret[80], struct cu_error *err)
{
    struct token t = {.door = door};
    secret_token_new(prefix, ret);
    secret_token_hash(cu_str_of(ret), t.hash);
    return people_store(p->o.people, write_token, &t, err);
}

cu_code door_secret(struct privacy_doors *p, const struct door *d, struct cu_buf *out, struct cu_error *err)
{
    if (d->secret.len == 0)
        return cu_fail(err, CU_NOT_FOUND, "secret", "this door has no secret");
    return recipient_house_open(p->o.people, RECIPIENT_SEAL_DOOR, d->id, d->secret, out, err);
}

struct mark {
    int64_t door, until_ms;
    uint8_t hash[32];
    bool known;
};

static cu_code write_mark(struct db *d, void *what, struct cu_error *err)
{
    struct mark *m = what;
    struct db_query q;
    CU_TRY(db_prepare(d, &recipient_door_sql_seen_add, &q, err));
    db_bind_i64(&q, ":door", m->door);
    db_bind_blob(&q, ":mark", m->hash, sizeof m->hash);
    db_bind_i64(&q, ":until_ms", m->until_ms);
    CU_TRY(db_run(&q, err));
    m->known = db_changes(d) == 0;
    CU_TRY(db_prepare(d, &recipient_door_sql_used, &q, err));
    db_bind_i64(&q, ":id", m->door);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    return db_run(&q, err);
}

cu_code door_seen(struct privacy_doors *p, int64_t door, cu_str mark, int64_t until_ms, bool *ret, struct cu_error *err)
{
    struct mark m = {.door = door, .until_ms = until_ms};
    sign_digest(mark, CU_NONE, m.hash);
    CU_TRY(people_store(p->o.people, write_mark, &m, err));
    *ret = m.known;
    return CU_OK;
}

// ---- addresses

cu_str door_url_host(cu_str url)
{
    ptrdiff_t at = cu_str_find_str(url, CU_LIT("://"));
    cu_str rest = at < 0 ? CU_NONE : cu_str_sub(url, (size_t)at + 3, url.len);
    cu_str host = cu_str_cut(&rest, '/');
    return cu_str_cut(&host, ':');
}

// Whether the address may be called at all is decided by the way out.
bool door_calls_back_to(const struct door *d, cu_str url)
{
    cu_str host = door_url_host(url), list = d->hosts;
    bool good = host.len && url.len <= DOOR_URL_MAX && text_utf8_valid(url) && cu_str_find(url, ' ') < 0 &&
                cu_str_find(url, '@') < 0 &&
                (cu_str_starts(url, CU_LIT("https://")) || cu_str_starts(url, CU_LIT("http://")));
    bool listed = cu_str_trim(list).len == 0;
    while (list.ptr && !listed)
        listed = cu_str_eq_nocase(cu_str_trim(cu_str_cut(&list, ',')), host);
    return good && listed;
}

cu_code door_person(struct privacy_doors *p, const struct person_id *ids, size_t count, uint32_t *ret_pno,
    bool *ret_several, struct cu_error *err)
{
    *ret_pno = 0;
    *ret_several = false;
    for (size_t i = 0; i < count && !*ret_several; i++) {
        uint32_t pno = 0;
        CU_TRY(people_lookup(p->o.people, ids[i], &pno, err));
        if (!pno)
            continue;
        uint32_t root = people_root(p->o.people, pno);
        *ret_several = *ret_pno && *ret_pno != root;
        *ret_pno = root;
    }
    if (*ret_several)
        *ret_pno = 0;
    return CU_OK;
}
