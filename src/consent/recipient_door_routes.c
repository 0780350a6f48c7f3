// SPDX-License-Identifier: Apache-2.0
// The staff's routes of the doors: who may bring requests, and what they asked that is no person's request.
#include "recipient_door_private.h"

#include "crypto/sign.h"
#include "recipient_door_sql.h"
#include "text/text.h"

#include <stdio.h>

enum { LIST_MAX = 200, ROWS_MAX = 500, HOSTS_MAX = 20, JOINED_MAX = 1024 };

// ---- printing

static cu_code print_door(struct db *db, const struct door *d, cu_str token, struct json_writer *w, struct cu_error *err)
{
    struct db_query q;
    cu_str hosts = d->hosts;
    jw_object(w);
    jw_kstr(w, "name", d->name);
    jw_kstr(w, "kind", d->kind);
    jw_kstr(w, "title", d->title);
    jw_kbool(w, "enabled", d->enabled);
    jw_key(w, "hosts");
    jw_array(w);
    while (hosts.len)
        jw_str(w, cu_str_cut(&hosts, ','));
    jw_array_end(w);
    jw_kbool(w, "has_key", d->key.len > 0);
    jw_kbool(w, "has_token", d->has_token);
    jw_kbool(w, "has_secret", d->secret.len > 0);
    jw_kstr(w, "token", token);
    jw_ktime(w, "made", d->made_ms);
    jw_ktime(w, "used", d->used_ms ? d->used_ms : INT64_MIN);
    CU_TRY(db_prepare(db, &recipient_door_sql_counts, &q, err));
    db_bind_i64(&q, ":id", d->id);
    bool found = db_step(&q);
    jw_ki64(w, "requests", found ? db_i64(&q, 0) : 0);
    jw_ki64(w, "notices", found ? db_i64(&q, 1) : 0);
    jw_object_end(w);
    return db_end(&q, err);
}

static cu_code each(struct db *db, struct request *rq, struct door **ret, size_t *ret_count, struct cu_error *err)
{
    struct db_query q;
    struct door *all = cu_arena_alloc(rq->arena, ROWS_MAX * sizeof *all);
    if (!all)
        return cu_fail(err, CU_MEMORY, "", "no memory for doors");
    CU_TRY(db_prepare(db, &recipient_door_sql_doors, &q, err));
    while (*ret_count < ROWS_MAX && db_step(&q)) {
        struct db_query row = q;
        struct door *d = &all[(*ret_count)++];
        *d = (struct door){.id = db_i64(&row, 0),
            .name = cu_arena_dup(rq->arena, db_str(&row, 1)),
            .kind = cu_arena_dup(rq->arena, db_str(&row, 2)),
            .title = cu_arena_dup(rq->arena, db_str(&row, 3)),
            .enabled = db_i64(&row, 4) != 0,
            .hosts = cu_arena_dup(rq->arena, db_str(&row, 5)),
            .key = db_is_null(&row, 6) ? CU_NONE : CU_LIT("*"),
            .has_token = db_i64(&row, 7) != 0,
            .secret = db_is_null(&row, 8) ? CU_NONE : CU_LIT("*"),
            .made_ms = db_i64(&row, 9),
            .used_ms = db_i64(&row, 10)};
    }
    *ret = all;
    return db_end(&q, err);
}

static cu_code get_list(struct request *rq, struct cu_error *err)
{
    struct privacy_doors *p = rq->module;
    struct db *d = NULL;
    struct door *all = NULL;
    size_t count = 0;
    CU_TRY(people_read_take(p->o.people, &d, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    cu_code code = each(d, rq, &all, &count, err);
    for (size_t i = 0; i < count && code == CU_OK; i++)
        code = print_door(d, &all[i], CU_NONE, &w, err);
    people_read_give(p->o.people, d);
    jw_array_end(&w);
    jw_kstr(&w, "next", CU_NONE);
    jw_object_end(&w);
    return code;
}

// ---- putting

struct put {
    struct privacy_doors *p;
    cu_str name, kind, title, hosts, secret;
    uint8_t key[SIGN_PUBLIC];
    bool has_key, enabled;
    int64_t id;
};

static bool host_good(cu_str s)
{
    bool good = s.len >= 1 && s.len <= 253;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        good = good && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '.');
    }
    return good;
}

static cu_code read_hosts(struct request *rq, struct put *p, struct cu_error *err)
{
    char text[JOINED_MAX] = "";
    size_t len = 0;
    for (struct json_iter it = json_each(spec_get(&rq->body_values, "hosts")->raw); json_next(&it);) {
        cu_str host = json_str(it.value);
        if (!host_good(host) || len + host.len + 2 >= sizeof text)
            return cu_fail(
                err, CU_INVALID, "/hosts", "names of hosts in small letters, without port or path, are accepted");
        len += (size_t)snprintf(text + len, sizeof text - len, "%s%.*s", len ? "," : "", CU_ARG(host));
    }
    if (cu_str_eqz(p->kind, "shopify") && (len == 0 || cu_str_find((cu_str){text, len}, ',') >= 0))
        return cu_fail(err, CU_INVALID, "/hosts", "one host, the shop's domain at Shopify, is needed");
    p->hosts = cu_arena_dup(rq->arena, (cu_str){text, len});
    return p->hosts.ptr ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for a door");
}

static cu_code read_put(struct request *rq, struct put *p, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf key;
    struct door before;
    cu_buf_init(&key, 128);
    if (!door_name_good(p->name))
        return cu_fail(err, CU_INVALID, "name", "1 to %d letters, digits, - _ . are accepted", DOOR_NAME_MAX);
    CU_TRY(read_hosts(rq, p, err));
    cu_code code = door_by_name(p->p, p->name, rq->arena, &before, err);
    if (code == CU_OK && !cu_str_eq(before.kind, p->kind))
        return cu_fail(err, CU_CONFLICT, "/kind", "a door stays what it is; take another name");
    if (code != CU_OK && code != CU_NOT_FOUND)
        return code;
    if (spec_has(&rq->body_values, "key")) {
        if (!text_base64_decode(spec_str(&rq->body_values, "key"), &key) || key.len != SIGN_PUBLIC)
            return cu_fail(err, CU_INVALID, "/key", "an Ed25519 public key, 32 bytes in base64, is accepted");
        memcpy(p->key, key.ptr, SIGN_PUBLIC);
        p->has_key = true;
    } else if (code == CU_OK && before.key.len == SIGN_PUBLIC) {
        memcpy(p->key, before.key.ptr, SIGN_PUBLIC);
        p->has_key = true;
    }
    if (cu_str_eqz(p->kind, "drp") && !p->has_key)
        return cu_fail(err, CU_MISSING, "/key", "the agent's verify_key of the directory is needed");
    return CU_OK;
}

static cu_code write_secret(struct put *p, struct db *d, struct cu_error *err)
{
    struct db_query q;
    CU_AUTO_BUF struct cu_buf sealed;
    cu_buf_init(&sealed, RECIPIENT_SECRET_MAX * 4);
    CU_TRY(recipient_house_seal(p->p->o.people, RECIPIENT_SEAL_DOOR, p->id, p->secret, &sealed, err));
    CU_TRY(db_prepare(d, &recipient_door_sql_secret_set, &q, err));
    db_bind_i64(&q, ":id", p->id);
    db_bind_blob(&q, ":secret", sealed.ptr, sealed.len);
    return db_run(&q, err);
}

static cu_code write_put(struct db *d, void *what, struct cu_error *err)
{
    struct put *p = what;
    struct db_query q;
    CU_TRY(db_prepare(d, &recipient_door_sql_put, &q, err));
    db_bind_str(&q, ":name", p->name);
    db_bind_str(&q, ":kind", p->kind);
    db_bind_str(&q, ":title", p->title);
    db_bind_i64(&q, ":enabled", p->enabled);
    db_bind_str(&q, ":hosts", p->hosts);
    db_bind_blob(&q, ":key", p->has_key ? p->key : NULL, sizeof p->key);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    CU_TRY(db_run(&q, err));
    CU_TRY(db_prepare(d, &recipient_door_sql_by_name, &q, err));
    db_bind_str(&q, ":name", p->name);
    if (db_step(&q))
        p->id = db_i64(&q, 0);
    CU_TRY(db_end(&q, err));
    return p->secret.len ? write_secret(p, d, err) : CU_OK;
}

static cu_code put_one(struct request *rq, struct cu_error *err)
{
    struct privacy_doors *p = rq->module;
    const struct spec_values *v = &rq->body_values;
    char token[80] = "";
    struct db *db = NULL;
    struct door made;
    struct put put = {.p = p,
        .name = request_path_str(rq, "name"),
        .kind = spec_str(v, "kind"),
        .title = spec_str(v, "title"),
        .secret = spec_str(v, "secret"),
        .enabled = spec_i64(v, "enabled") != 0};
    CU_TRY(read_put(rq, &put, err));
    if (spec_i64(v, "new_token") && !cu_str_eqz(put.kind, "opendsr"))
        return cu_fail(err, CU_INVALID, "/new_token",
            "only controllers of OpenDSR get a token here; agents of DRP get theirs by a signed message");
    CU_TRY(people_store(p->o.people, write_put, &put, err));
    if (spec_i64(v, "new_token"))
        CU_TRY(door_token_new(p, put.id, "cdsr", token, err));
    CU_TRY(door_by_name(p, put.name, rq->arena, &made, err));
    CU_TRY(people_read_take(p->o.people, &db, err));
    struct json_writer w = request_json(rq, 200);
    cu_code code = print_door(db, &made, token[0] ? cu_str_of(token) : CU_NONE, &w, err);
    people_read_give(p->o.people, db);
    return code;
}

static cu_code write_remove(struct db *d, void *what, struct cu_error *err)
{
    struct db_query q;
    int64_t id = *(const int64_t *)what, uses = 0;
    CU_TRY(db_prepare(d, &recipient_door_sql_uses, &q, err));
    db_bind_i64(&q, ":id", id);
    if (db_step(&q))
        uses = db_i64(&q, 0);
    CU_TRY(db_end(&q, err));
    if (uses)
        return cu_fail(
            err, CU_CONFLICT, "name", "requests came through this door and are kept with it; switch it off instead");
    CU_TRY(db_prepare(d, &recipient_door_sql_remove, &q, err));
    db_bind_i64(&q, ":id", id);
    return db_run(&q, err);
}

static cu_code delete_one(struct request *rq, struct cu_error *err)
{
    struct privacy_doors *p = rq->module;
    struct door d;
    CU_TRY(door_by_name(p, request_path_str(rq, "name"), rq->arena, &d, err));
    rq->response.status = 204;
    return people_store(p->o.people, write_remove, &d.id, err);
}

// ---- notices

static cu_code print_notice(struct privacy_doors *p, struct db_query *q, struct json_writer *w, struct cu_error *err)
{
    struct cu_buf note;
    cu_buf_init(&note, RECIPIENT_NOTE_MAX * 4);
    cu_code code = db_is_null(q, 8)
                       ? CU_OK
                       : recipient_house_open(p->o.people, RECIPIENT_SEAL_NOTICE, db_i64(q, 0), db_blob(q, 8), &note, err);
    jw_object(w);
    jw_ki64(w, "id", db_i64(q, 0));
    jw_kstr(w, "door", db_str(q, 1));
    jw_kstr(w, "shop", db_str(q, 2));
    jw_kstr(w, "topic", db_str(q, 3));
    jw_ktime(w, "received", db_i64(q, 4));
    jw_ktime(w, "due", db_i64(q, 5));
    jw_ktime(w, "done", db_i64(q, 6) ? db_i64(q, 6) : INT64_MIN);
    jw_ki64(w, "staff", db_i64(q, 7));
    jw_kstr(w, "note", note.len ? cu_buf_view(&note) : CU_NONE);
    jw_object_end(w);
    cu_buf_wipe(&note);
    return code;
}

static cu_code get_notices(struct request *rq, struct cu_error *err)
{
    struct privacy_doors *p = rq->module;
    struct db *d = NULL;
    struct db_query q;
    int64_t shown = 0, last = 0;
    CU_TRY(people_read_take(p->o.people, &d, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    cu_code code = db_prepare(d, &recipient_door_sql_notices, &q, err);
    if (code == CU_OK) {
        db_bind_i64(
            &q, ":before", spec_has(&rq->query_values, "cursor") ? spec_i64(&rq->query_values, "cursor") : INT64_MAX);
        db_bind_i64(&q, ":limit", LIST_MAX);
        for (; code == CU_OK && db_step(&q); shown++) {
            last = db_i64(&q, 0);
            code = print_notice(p, &q, &w, err);
        }
        cu_code ended = db_end(&q, err);
        code = code == CU_OK ? ended : code;
    }
    people_read_give(p->o.people, d);
    jw_array_end(&w);
    jw_kstr(&w, "next", shown == LIST_MAX ? cu_arena_printf(rq->arena, "%lld", (long long)last) : CU_NONE);
    jw_object_end(&w);
    return code;
}

struct closing {
    struct privacy_doors *p;
    int64_t id, staff;
    cu_str note;
};

static cu_code write_done(struct db *d, void *what, struct cu_error *err)
{
    const struct closing *c = what;
    struct db_query q;
    CU_AUTO_BUF struct cu_buf sealed;
    cu_buf_init(&sealed, RECIPIENT_NOTE_MAX * 4);
    CU_TRY(recipient_house_seal(c->p->o.people, RECIPIENT_SEAL_NOTICE, c->id, c->note, &sealed, err));
    CU_TRY(db_prepare(d, &recipient_door_sql_notice_done, &q, err));
    db_bind_i64(&q, ":id", c->id);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    db_bind_i64(&q, ":staff", c->staff);
    db_bind_blob(&q, ":note", sealed.ptr, sealed.len);
    CU_TRY(db_run(&q, err));
    return db_changes(d) ? CU_OK : cu_fail(err, CU_NOT_FOUND, "id", "there is no open notice with this number");
}

static cu_code post_done(struct request *rq, struct cu_error *err)
{
    struct privacy_doors *p = rq->module;
    struct closing c = {.p = p,
        .id = spec_i64(&rq->path_values, "id"),
        .note = spec_str(&rq->body_values, "note"),
        .staff = rq->caller.kind == CALLER_STAFF || rq->caller.kind == CALLER_TOKEN ? rq->caller.staff_id : 0};
    rq->response.status = 204;
    return people_store(p->o.people, write_done, &c, err);
}

// ---- rows

#define END {0}
static const char *const kinds[] = {"opendsr", "drp", "shopify", NULL};
static const struct spec_field name_path[] = {
    {.name = "name", .type = SPEC_STRING, .max = DOOR_NAME_MAX, .required = true,
        .doc = "The door's name: the controller_id of OpenDSR, the agent-id of DRP."}, END};
static const struct spec_field id_path[] = {{.name = "id", .type = SPEC_INT, .min = 1, .max = INT64_MAX, .required = true,
        .doc = "The notice's number."}, END};
static const struct spec_field host_elements[] = {{.name = "", .type = SPEC_STRING, .min = 1, .max = 253,
        .doc = "A host."}, END};
static const struct spec_field put_body[] = {
    {.name = "kind", .type = SPEC_ENUM, .options = kinds, .required = true,
        .doc = "What they speak: OpenDSR 2.0, the Data Rights Protocol, Shopify's webhooks."},
    {.name = "title", .type = SPEC_STRING, .min = 1, .max = 200, .required = true,
        .doc = "Who they are, as people read it."},
    {.name = "enabled", .type = SPEC_BOOL, .fallback = "true", .doc = "Whether they are heard."},
    {.name = "hosts", .type = SPEC_ARRAY, .max = HOSTS_MAX, .fields = host_elements,
        .doc = "Hosts that callbacks may go to, none: any; Shopify: the shop's domain there."},
    {.name = "key", .type = SPEC_STRING, .max = 100, .doc = "DRP: the agent's verify_key, base64."},
    {.name = "secret", .type = SPEC_STRING, .max = 500, .secret = true,
        .doc = "Shopify: the secret of the app that signs; absent: stays as it is."},
    {.name = "new_token", .type = SPEC_BOOL,
        .doc = "OpenDSR: make the token they show, and answer it, once; the one before ends."},
    END,
};
static const struct spec_field door_fields[] = {
    {.name = "name", .type = SPEC_STRING, .max = DOOR_NAME_MAX, .doc = "Its name."},
    {.name = "kind", .type = SPEC_ENUM, .options = kinds, .doc = "What they speak."},
    {.name = "title", .type = SPEC_STRING, .max = 200, .doc = "Who they are."},
    {.name = "enabled", .type = SPEC_BOOL, .doc = "Whether they are heard."},
    {.name = "hosts", .type = SPEC_ARRAY, .max = HOSTS_MAX, .fields = host_elements,
        .doc = "Hosts that callbacks may go to, or the shop's domain."},
    {.name = "has_key", .type = SPEC_BOOL, .doc = "A public key is stored."},
    {.name = "has_token", .type = SPEC_BOOL, .doc = "A token is in force."},
    {.name = "has_secret", .type = SPEC_BOOL, .doc = "A secret is stored."},
    {.name = "token", .type = SPEC_STRING, .max = 80, .nullable = true,
        .doc = "The token that was made just now; it is not shown again."},
    {.name = "made", .type = SPEC_TIME, .doc = "Since when it is there."},
    {.name = "used", .type = SPEC_TIME, .nullable = true, .doc = "When a signed message of it was taken last."},
    {.name = "requests", .type = SPEC_INT, .max = INT64_MAX, .doc = "Requests that came through it."},
    {.name = "notices", .type = SPEC_INT, .max = INT64_MAX, .doc = "Notices of it that are open."},
    END,
};
static const struct spec_field list_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = ROWS_MAX, .fields = door_fields, .doc = "By name."},
    {.name = "next", .type = SPEC_STRING, .max = 40, .nullable = true, .doc = "Always null: all are in one page."},
    END,
};
static const struct spec_field notices_query[] = {
    {.name = "cursor", .type = SPEC_INT, .min = 1, .max = INT64_MAX, .doc = "From the page before."}, END};
static const struct spec_field notice_fields[] = {
    {.name = "id", .type = SPEC_INT, .max = INT64_MAX, .doc = "Its number."},
    {.name = "door", .type = SPEC_STRING, .max = DOOR_NAME_MAX, .doc = "Who asks."},
    {.name = "shop", .type = SPEC_STRING, .max = 253, .doc = "The shop's domain at Shopify."},
    {.name = "topic", .type = SPEC_STRING, .max = 100,
        .doc = "shop/redact: all data of that shop is to go. Nothing goes by itself."},
    {.name = "received", .type = SPEC_TIME, .doc = "When it came in."},
    {.name = "due", .type = SPEC_TIME, .doc = "By when it has to be done."},
    {.name = "done", .type = SPEC_TIME, .nullable = true, .doc = "When staff closed it."},
    {.name = "staff", .type = SPEC_INT, .max = INT64_MAX, .doc = "Who closed it; 0: nobody, or the local operator."},
    {.name = "note", .type = SPEC_STRING, .max = RECIPIENT_NOTE_MAX, .nullable = true, .doc = "What was done."},
    END,
};
static const struct spec_field notices_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = LIST_MAX, .fields = notice_fields, .doc = "Newest first."},
    {.name = "next", .type = SPEC_STRING, .max = 40, .nullable = true, .doc = "Cursor of the next page."},
    END,
};
static const struct spec_field done_body[] = {
    {.name = "note", .type = SPEC_STRING, .min = 1, .max = RECIPIENT_NOTE_MAX, .required = true,
        .doc = "What was done."}, END};
static const struct spec_route routes[] = {
    {.name = "privacy_doors.list", .method = "GET", .path = "/v1/privacy-doors",
        .permission = SPEC_GOVERN_READ, .answer = list_answer,
        .doc = "Who may bring requests of persons from outside.", .handler = get_list},
    {.name = "privacy_doors.put", .method = "PUT", .path = "/v1/privacy-doors/{name}",
        .permission = SPEC_GOVERN_WRITE, .reauth = true,
        .path_fields = name_path, .body_kind = SPEC_BODY_JSON, .body_max = 16384, .body = put_body, .answer = door_fields,
        .doc = "Opens or changes a door: whoever stands behind it can ask for people's data to be removed.",
        .handler = put_one},
    {.name = "privacy_doors.delete", .method = "DELETE", .path = "/v1/privacy-doors/{name}", .permission = SPEC_GOVERN_WRITE,
        .path_fields = name_path, .doc = "Removes a door through which nothing came.", .handler = delete_one},
    {.name = "privacy_doors.notices", .method = "GET", .path = "/v1/privacy-doors/notices", .permission = SPEC_RIGHTS_READ,
        .query = notices_query, .answer = notices_answer,
        .doc = "What was asked that is no person's request.", .handler = get_notices},
    {.name = "privacy_doors.notice_done", .method = "POST", .path = "/v1/privacy-doors/notices/{id}/done",
        .permission = SPEC_RIGHTS_WRITE,
        .path_fields = id_path, .body_kind = SPEC_BODY_JSON, .body_max = 8192, .body = done_body,
        .doc = "Closes a notice with what was done.", .handler = post_done},
};

const struct module consent_privacy_door_module = {
    .name = "privacy_doors",
    .doc = "Doors through which others bring requests of persons.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .statements = recipient_door_sql_all,
};
