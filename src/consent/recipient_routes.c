// SPDX-License-Identifier: Apache-2.0
// The routes of recipients and of what they were told. See recipient.h.
#include "recipient_private.h"

#include "opendsr.h"
#include "recipient_sql.h"
#include "text/text.h"

#include <stdio.h>

enum { NAME_MAX_BYTES = 64, LIST_MAX = 200, LIST_DEFAULT = 50, ROWS_MAX = 500, KEY_BYTES = 24, JOINED_MAX = 1024 };

// ---- printing

static void print_list(struct json_writer *w, const char *name, cu_str text)
{
    jw_key(w, name);
    jw_array(w);
    while (text.ptr) {
        cu_str part = cu_str_trim(cu_str_cut(&text, ','));
        if (part.len)
            jw_str(w, part);
    }
    jw_array_end(w);
}

static cu_code print_counts(struct db *d, int64_t id, struct json_writer *w, struct cu_error *err)
{
    struct db_query q;
    int64_t counts[3] = {0};
    CU_TRY(db_prepare(d, &recipient_sql_counts, &q, err));
    db_bind_i64(&q, ":id", id);
    if (db_step(&q)) {
        for (int i = 0; i < 3; i++)
            counts[i] = db_i64(&q, i);
    }
    CU_TRY(db_end(&q, err));
    jw_ki64(w, "open", counts[0]);
    jw_ki64(w, "escalated", counts[1]);
    jw_ki64(w, "done", counts[2]);
    return CU_OK;
}

static void ktime_or_null(struct json_writer *w, const char *name, int64_t ms)
{
    jw_ktime(w, name, ms ? ms : INT64_MIN);
}

// secret: CU_NONE unless it was made just now.
static cu_code print_row(
    struct db *d, const struct recipient *r, cu_str secret, struct json_writer *w, struct cu_error *err)
{
    const char *refusal = recipient_refusal(r, cu_now_ms());
    jw_object(w);
    jw_kstr(w, "name", r->row.name);
    jw_kstr(w, "title", r->row.title);
    jw_kstr(w, "role", r->row.role);
    jw_kstr(w, "country", r->row.country);
    jw_kstr(w, "safeguard", r->row.safeguard.len ? r->row.safeguard : CU_LIT("none"));
    print_list(w, "purposes", r->row.purposes);
    jw_kstr(w, "contact", r->row.contact.len ? r->row.contact : CU_NONE);
    jw_kstr(w, "website", r->row.website.len ? r->row.website : CU_NONE);
    ktime_or_null(w, "contract", r->row.contract_ms);
    ktime_or_null(w, "contract_ends", r->row.contract_ends_ms);
    jw_kbool(w, "enabled", r->row.enabled);
    jw_kstr(w, "refusal", cu_str_of(refusal));
    jw_kstr(w, "method", r->method);
    jw_kstr(w, "url", r->url.len ? r->url : CU_NONE);
    jw_kstr(w, "domain", r->domain.len ? r->domain : CU_NONE);
    print_list(w, "identities", r->identities);
    jw_ki64(w, "answer_days", r->answer_days);
    jw_kbool(w, "has_secret", r->has_secret);
    jw_kstr(w, "secret", secret);
    CU_TRY(print_counts(d, r->row.number, w, err));
    jw_ktime(w, "changed", r->changed_ms);
    jw_object_end(w);
    return CU_OK;
}

static cu_code get_list(struct request *rq, struct cu_error *err)
{
    struct recipients *r = rq->module;
    struct db *d = NULL;
    struct recipient *all = NULL;
    size_t count = 0;
    CU_TRY(people_read_take(r->o.people, &d, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    cu_code code = recipient_each(d, rq->arena, &all, &count, err);
    for (size_t i = 0; i < count && code == CU_OK; i++)
        code = print_row(d, &all[i], CU_NONE, &w, err);
    people_read_give(r->o.people, d);
    jw_array_end(&w);
    jw_kstr(&w, "next", CU_NONE);
    jw_object_end(&w);
    return code;
}

static cu_code answer_one(struct request *rq, int status, cu_str secret, struct cu_error *err)
{
    struct recipients *r = rq->module;
    struct db *d = NULL;
    struct recipient found;
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = recipient_by_name(d, request_path_str(rq, "name"), rq->arena, &found, err);
    if (code == CU_OK) {
        struct json_writer w = request_json(rq, status);
        code = print_row(d, &found, secret, &w, err);
    }
    people_read_give(r->o.people, d);
    return code;
}

static cu_code get_one(struct request *rq, struct cu_error *err)
{
    return answer_one(rq, 200, CU_NONE, err);
}

// ---- putting

struct put {
    struct recipients *r;
    const struct spec_values *v;
    cu_str name, purposes, identities, domain, secret;
    bool made;
};

static bool name_good(cu_str s)
{
    bool good = s.len >= 1 && s.len <= NAME_MAX_BYTES && !cu_str_eqz(s, "orders");
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        good = good && ((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.');
    }
    return good;
}

static cu_str joined(struct cu_arena *a, const struct spec_values *v, const char *name, const char *fallback)
{
    char text[JOINED_MAX] = "";
    size_t len = 0;
    if (!spec_has(v, name))
        return cu_str_of(fallback);
    for (struct json_iter it = json_each(spec_get(v, name)->raw); json_next(&it);) {
        cu_str part = json_str(it.value);
        if (part.len && len + part.len + 2 < sizeof text)
            len += (size_t)snprintf(text + len, sizeof text - len, "%s%.*s", len ? "," : "", CU_ARG(part));
    }
    return cu_arena_dup(a, (cu_str){text, len});
}

static cu_code check_purposes(struct recipients *r, cu_str purposes, struct cu_error *err)
{
    while (purposes.len) {
        cu_str name = cu_str_cut(&purposes, ',');
        if (!dictionary_purpose(people_dictionary(r->o.people), name))
            return cu_fail(err, CU_INVALID, "/purposes", "names of purposes of the dictionary are accepted");
    }
    return CU_OK;
}

// The host of an address, without its port.
static cu_str host_of(cu_str url)
{
    ptrdiff_t at = cu_str_find_str(url, CU_LIT("://"));
    cu_str rest = at < 0 ? CU_NONE : cu_str_sub(url, (size_t)at + 3, url.len);
    cu_str host = cu_str_cut(&rest, '/');
    return cu_str_cut(&host, ':');
}

static cu_code check_put(struct request *rq, struct put *p, struct cu_error *err)
{
    cu_str method = spec_str(p->v, "method"), url = spec_str(p->v, "url"), country = spec_str(p->v, "country");
    bool by_http = cu_str_eqz(method, "opendsr") || cu_str_eqz(method, "webhook");
    if (!name_good(p->name))
        return cu_fail(err, CU_INVALID, "name", "1 to 64 small letters, digits, - _ . are accepted");
    if (country.len != 2 || country.ptr[0] < 'A' || country.ptr[0] > 'Z' || country.ptr[1] < 'A' || country.ptr[1] > 'Z')
        return cu_fail(err, CU_INVALID, "/country", "two capital letters (ISO 3166-1) are accepted");
    CU_TRY(check_purposes(p->r, p->purposes, err));
    if (by_http && !cu_str_starts(url, CU_LIT("https://")) && !cu_str_starts(url, CU_LIT("http://")))
        return cu_fail(err, CU_INVALID, "/url", "an https address is needed for this method");
    if (cu_str_eqz(method, "letter") && !spec_has(p->v, "contact"))
        return cu_fail(err, CU_INVALID, "/contact", "an e-mail address is needed for letters");
    p->domain = spec_has(p->v, "domain") ? spec_str(p->v, "domain") : by_http ? host_of(url) : CU_LIT("");
    p->secret = spec_str(p->v, "secret");
    if (p->secret.len || !(cu_str_eqz(method, "webhook") && spec_i64(p->v, "new_secret")))
        return CU_OK;
    uint8_t bytes[KEY_BYTES];
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, 128);
    cu_random(bytes, sizeof bytes);
    cu_buf_z(&text, "whsec_");
    text_base64((cu_str){(const char *)bytes, sizeof bytes}, false, &text);
    p->secret = cu_arena_dup(rq->arena, cu_buf_view(&text));
    p->made = true;
    return p->secret.ptr ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for a secret");
}

static cu_code write_secret(struct put *p, struct db *d, int64_t id, struct cu_error *err)
{
    struct db_query q;
    CU_AUTO_BUF struct cu_buf sealed;
    cu_buf_init(&sealed, RECIPIENT_SECRET_MAX * 4);
    CU_TRY(recipient_house_seal(p->r->o.people, RECIPIENT_SEAL_SECRET, id, p->secret, &sealed, err));
    CU_TRY(db_prepare(d, &recipient_sql_secret_set, &q, err));
    db_bind_i64(&q, ":id", id);
    db_bind_blob(&q, ":secret", sealed.ptr, sealed.len);
    return db_run(&q, err);
}

static void bind_text(struct db_query *q, const char *name, const struct spec_values *v, const char *field)
{
    cu_str text = spec_str(v, field);
    db_bind_str(q, name, text.ptr ? text : CU_LIT(""));
}

static cu_code write_put(struct db *d, void *what, struct cu_error *err)
{
    struct put *p = what;
    struct db_query q;
    int64_t id = 0;
    cu_str safeguard = spec_str(p->v, "safeguard");
    CU_TRY(db_prepare(d, &recipient_sql_put, &q, err));
    db_bind_str(&q, ":name", p->name);
    bind_text(&q, ":title", p->v, "title");
    bind_text(&q, ":role", p->v, "role");
    bind_text(&q, ":country", p->v, "country");
    db_bind_str(&q, ":safeguard", cu_str_eqz(safeguard, "none") ? CU_LIT("") : safeguard);
    db_bind_str(&q, ":purposes", p->purposes);
    bind_text(&q, ":contact", p->v, "contact");
    bind_text(&q, ":website", p->v, "website");
    db_bind_i64(&q, ":contract_ms", spec_i64(p->v, "contract"));
    db_bind_i64(&q, ":contract_ends_ms", spec_i64(p->v, "contract_ends"));
    db_bind_i64(&q, ":enabled", spec_i64(p->v, "enabled"));
    bind_text(&q, ":method", p->v, "method");
    bind_text(&q, ":url", p->v, "url");
    db_bind_str(&q, ":domain", p->domain);
    db_bind_str(&q, ":identities", p->identities);
    db_bind_i64(&q, ":answer_days", spec_i64(p->v, "answer_days"));
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    CU_TRY(db_run(&q, err));
    CU_TRY(db_prepare(d, &recipient_sql_by_name, &q, err));
    db_bind_str(&q, ":name", p->name);
    if (db_step(&q))
        id = db_i64(&q, 0);
    CU_TRY(db_end(&q, err));
    return p->secret.len ? write_secret(p, d, id, err) : CU_OK;
}

static cu_code put_one(struct request *rq, struct cu_error *err)
{
    struct recipients *r = rq->module;
    const struct spec_values *v = &rq->body_values;
    struct put p = {.r = r,
        .v = v,
        .name = request_path_str(rq, "name"),
        .purposes = joined(rq->arena, v, "purposes", ""),
        .identities = joined(rq->arena, v, "identities", "email")};
    CU_TRY(check_put(rq, &p, err));
    CU_TRY(people_store(r->o.people, write_put, &p, err));
    return answer_one(rq, 200, p.made ? p.secret : CU_NONE, err);
}

struct removal {
    cu_str name;
    struct cu_arena *arena;
};

// One that was ever told something stays, switched off: the record of what it was told names it.
static cu_code write_remove(struct db *d, void *what, struct cu_error *err)
{
    const struct removal *m = what;
    struct recipient found;
    struct db_query q;
    int64_t told = 0;
    CU_TRY(recipient_by_name(d, m->name, m->arena, &found, err));
    CU_TRY(db_prepare(d, &recipient_sql_was_told, &q, err));
    db_bind_i64(&q, ":id", found.row.number);
    if (db_step(&q))
        told = db_i64(&q, 0);
    CU_TRY(db_end(&q, err));
    if (told)
        return cu_fail(err, CU_CONFLICT, "name",
            "this recipient was told of requests and stays in the register; switch it off instead");
    CU_TRY(db_prepare(d, &recipient_sql_remove, &q, err));
    db_bind_i64(&q, ":id", found.row.number);
    return db_run(&q, err);
}

static cu_code delete_one(struct request *rq, struct cu_error *err)
{
    struct recipients *r = rq->module;
    struct removal m = {request_path_str(rq, "name"), rq->arena};
    rq->response.status = 204;
    return people_store(r->o.people, write_remove, &m, err);
}

// ---- orders

static cu_code print_note(struct recipients *r, struct db_query *q, struct json_writer *w, struct cu_error *err)
{
    struct cu_buf note;
    cu_buf_init(&note, RECIPIENT_NOTE_MAX * 4);
    cu_code code = db_is_null(q, 13)
                       ? CU_OK
                       : recipient_house_open(r->o.people, RECIPIENT_SEAL_NOTE, db_i64(q, 0), db_blob(q, 13), &note, err);
    jw_kstr(w, "note", note.len ? cu_buf_view(&note) : CU_NONE);
    cu_buf_wipe(&note);
    return code;
}

static void kuuid(struct json_writer *w, const char *name, cu_str bytes)
{
    struct cu_uuid id = {{0}};
    char text[37];
    if (bytes.len == sizeof id.bytes)
        memcpy(id.bytes, bytes.ptr, sizeof id.bytes);
    cu_uuid_format(id, text);
    jw_kz(w, name, text);
}

static cu_code print_order(struct recipients *r, struct db_query *q, struct json_writer *w, struct cu_error *err)
{
    bool open = db_i64(q, 5) != RECIPIENT_DONE;
    jw_object(w);
    kuuid(w, "id", db_blob(q, 1));
    kuuid(w, "request", db_blob(q, 2));
    jw_kstr(w, "recipient", db_str(q, 3));
    jw_kz(w, "right", rights_right_name((enum rights_right)db_i64(q, 4)));
    jw_kstr(w, "method", db_str(q, 14));
    jw_kz(w, "state", recipient_state_name((enum recipient_state)db_i64(q, 5)));
    jw_ktime(w, "made", db_i64(q, 6));
    jw_ktime(w, "due", db_i64(q, 7));
    ktime_or_null(w, "sent", db_i64(q, 10));
    jw_ktime(w, "changed", db_i64(q, 11));
    ktime_or_null(w, "next", open ? db_i64(q, 15) : 0);
    jw_ki64(w, "tries", db_i64(q, 8));
    jw_ki64(w, "reminders", db_i64(q, 9));
    jw_kstr(w, "fault", db_str(q, 12).len ? db_str(q, 12) : CU_NONE);
    cu_code code = print_note(r, q, w, err);
    jw_object_end(w);
    return code;
}

static enum recipient_state state_find(cu_str name)
{
    for (int s = RECIPIENT_PENDING; s < RECIPIENT_STATE_COUNT; s++) {
        if (cu_str_eqz(name, recipient_state_names[s - 1]))
            return (enum recipient_state)s;
    }
    return 0;
}

static cu_code get_orders(struct request *rq, struct cu_error *err)
{
    struct recipients *r = rq->module;
    struct db *d = NULL;
    struct db_query q;
    struct cu_uuid request;
    int64_t shown = 0, last = 0,
            limit = spec_has(&rq->query_values, "limit") ? spec_i64(&rq->query_values, "limit") : LIST_DEFAULT;
    bool one = cu_uuid_parse(spec_str(&rq->query_values, "request"), &request);
    CU_TRY(people_read_take(r->o.people, &d, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_key(&w, "items");
    jw_array(&w);
    cu_code code = db_prepare(d, &recipient_sql_orders_list, &q, err);
    if (code == CU_OK) {
        db_bind_i64(
            &q, ":before", spec_has(&rq->query_values, "cursor") ? spec_i64(&rq->query_values, "cursor") : INT64_MAX);
        db_bind_blob(&q, ":request", one ? request.bytes : NULL, sizeof request.bytes);
        db_bind_i64(&q, ":state", state_find(spec_str(&rq->query_values, "state")));
        db_bind_i64(&q, ":limit", limit);
        for (; code == CU_OK && db_step(&q); shown++) {
            last = db_i64(&q, 0);
            code = print_order(r, &q, &w, err);
        }
        cu_code ended = db_end(&q, err);
        code = code == CU_OK ? ended : code;
    }
    people_read_give(r->o.people, d);
    jw_array_end(&w);
    jw_kstr(&w, "next", shown == limit ? cu_arena_printf(rq->arena, "%lld", (long long)last) : CU_NONE);
    jw_object_end(&w);
    return code;
}

static cu_code order_of_path(struct request *rq, struct recipient_order *ret, struct cu_error *err)
{
    struct recipients *r = rq->module;
    struct db *d = NULL;
    struct cu_uuid id;
    if (!cu_uuid_parse(request_path_str(rq, "id"), &id))
        return cu_fail(err, CU_INVALID, "id", "the id of an order is accepted");
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = recipient_order_by_uuid(d, id, rq->arena, ret, err);
    people_read_give(r->o.people, d);
    CU_TRY(code);
    return ret->state == RECIPIENT_DONE ? cu_fail(err, CU_CONFLICT, "state", "this order is done already") : CU_OK;
}

struct noting {
    struct recipients *r;
    int64_t id;
    cu_str note;
};

static cu_code write_note(struct db *d, void *what, struct cu_error *err)
{
    const struct noting *n = what;
    struct db_query q;
    CU_AUTO_BUF struct cu_buf sealed;
    cu_buf_init(&sealed, RECIPIENT_NOTE_MAX * 4);
    CU_TRY(recipient_house_seal(n->r->o.people, RECIPIENT_SEAL_NOTE, n->id, n->note, &sealed, err));
    CU_TRY(db_prepare(d, &recipient_sql_order_note, &q, err));
    db_bind_i64(&q, ":id", n->id);
    db_bind_blob(&q, ":note", sealed.ptr, sealed.len);
    return db_run(&q, err);
}

static cu_code post_done(struct request *rq, struct cu_error *err)
{
    struct recipients *r = rq->module;
    struct recipient_order o;
    CU_TRY(order_of_path(rq, &o, err));
    struct noting n = {r, o.id, spec_str(&rq->body_values, "note")};
    if (n.note.len)
        CU_TRY(people_store(r->o.people, write_note, &n, err));
    recipient_weigh(&o, &(struct recipient_sent){.state = RECIPIENT_DONE, .fault = ""}, cu_now_ms());
    rq->response.status = 204;
    return recipient_order_store(r, &o, err);
}

static cu_code post_again(struct request *rq, struct cu_error *err)
{
    struct recipients *r = rq->module;
    struct recipient_order o;
    CU_TRY(order_of_path(rq, &o, err));
    o.next_ms = o.changed_ms = cu_now_ms();
    rq->response.status = 204;
    return recipient_order_store(r, &o, err);
}

// ---- rows

#define END {0}
static const char *const roles[] = {"processor", "controller", "joint", NULL};
static const char *const safeguards[] = {"none", "adequacy", "scc", "bcr", "derogation", NULL};
static const char *const methods[] = {"none", "opendsr", "webhook", "letter", NULL};
static const struct spec_field name_path[] = {
    {.name = "name", .type = SPEC_STRING, .max = NAME_MAX_BYTES, .required = true,
        .doc = "The recipient's short name."}, END};
static const struct spec_field id_path[] = {{.name = "id", .type = SPEC_UUID, .required = true,
        .doc = "The order's id."}, END};
static const struct spec_field text_elements[] = {{.name = "", .type = SPEC_STRING, .min = 1, .max = 100,
        .doc = "A name."}, END};
static const struct spec_field put_body[] = {
    {.name = "title", .type = SPEC_STRING, .min = 1, .max = 200, .required = true, .doc = "Its name, as people read it."},
    {.name = "role", .type = SPEC_ENUM, .options = roles, .fallback = "processor",
        .doc = "Whether it decides itself what the data is for."},
    {.name = "country", .type = SPEC_STRING, .min = 2, .max = 2, .required = true,
        .doc = "Where it is: ISO 3166-1 alpha-2."},
    {.name = "safeguard", .type = SPEC_ENUM, .options = safeguards, .fallback = "none",
        .doc = "Why data may go there, outside the EEA (GDPR 44-49)."},
    {.name = "purposes", .type = SPEC_ARRAY, .max = 20, .fields = text_elements,
        .doc = "Purposes of the dictionary it gets data for; none: it gets everybody's."},
    {.name = "contact", .type = SPEC_EMAIL, .doc = "Its privacy desk."},
    {.name = "website", .type = SPEC_STRING, .max = 200, .doc = "Its site or privacy page."},
    {.name = "contract", .type = SPEC_DATE, .doc = "Since when there is a contract (GDPR 28)."},
    {.name = "contract_ends", .type = SPEC_DATE, .doc = "When it ends; absent: open-ended."},
    {.name = "enabled", .type = SPEC_BOOL, .fallback = "true", .doc = "Whether it may get data at all."},
    {.name = "method", .type = SPEC_ENUM, .options = methods, .fallback = "none",
        .doc = "How it is told of erasures; none: staff tells it."},
    {.name = "url", .type = SPEC_STRING, .max = 900,
        .doc = "Address of its webhook, or above discovery and requests of its OpenDSR."},
    {.name = "domain", .type = SPEC_STRING, .max = 253,
        .doc = "Domain of its OpenDSR certificate; default: the host of url."},
    {.name = "identities", .type = SPEC_ARRAY, .max = RECIPIENT_KINDS_MAX, .fields = text_elements,
        .doc = "Kinds of identifiers it knows people by; default: email."},
    {.name = "answer_days", .type = SPEC_INT, .min = 1, .max = 90, .fallback = "14",
        .doc = "Days until an order without an answer goes to staff."},
    {.name = "secret", .type = SPEC_STRING, .max = 500, .secret = true,
        .doc = "Key of the webhook, or token for its OpenDSR; absent: stays as it is."},
    {.name = "new_secret", .type = SPEC_BOOL, .doc = "Webhook: make a key and answer it, once."},
    END,
};
static const struct spec_field row_fields[] = {
    {.name = "name", .type = SPEC_STRING, .max = NAME_MAX_BYTES, .doc = "Its short name."},
    {.name = "title", .type = SPEC_STRING, .max = 200, .doc = "Its name, as people read it."},
    {.name = "role", .type = SPEC_ENUM, .options = roles, .doc = "Processor, controller of its own, or joint controller."},
    {.name = "country", .type = SPEC_STRING, .max = 2, .doc = "Where it is."},
    {.name = "safeguard", .type = SPEC_ENUM, .options = safeguards, .doc = "Why data may go there."},
    {.name = "purposes", .type = SPEC_ARRAY, .max = 20, .fields = text_elements, .doc = "What it gets data for."},
    {.name = "contact", .type = SPEC_STRING, .max = 254, .nullable = true, .doc = "Its privacy desk."},
    {.name = "website", .type = SPEC_STRING, .max = 200, .nullable = true, .doc = "Its site."},
    {.name = "contract", .type = SPEC_TIME, .nullable = true, .doc = "Since when there is a contract."},
    {.name = "contract_ends", .type = SPEC_TIME, .nullable = true, .doc = "When it ends."},
    {.name = "enabled", .type = SPEC_BOOL, .doc = "Switched on."},
    {.name = "refusal", .type = SPEC_STRING, .max = 40, .nullable = true,
        .doc = "Why no data may go there now: switched_off, no_contract, contract_over, no_safeguard; null: it may."},
    {.name = "method", .type = SPEC_ENUM, .options = methods, .doc = "How it is told."},
    {.name = "url", .type = SPEC_STRING, .max = 900, .nullable = true, .doc = "Where it is told."},
    {.name = "domain", .type = SPEC_STRING, .max = 253, .nullable = true, .doc = "Domain of its certificate."},
    {.name = "identities", .type = SPEC_ARRAY, .max = RECIPIENT_KINDS_MAX, .fields = text_elements,
        .doc = "What it knows people by."},
    {.name = "answer_days", .type = SPEC_INT, .max = 90, .doc = "Days until it goes to staff."},
    {.name = "has_secret", .type = SPEC_BOOL, .doc = "A key or token is stored."},
    {.name = "secret", .type = SPEC_STRING, .max = 500, .nullable = true,
        .doc = "The key that was made just now; it is not shown again."},
    {.name = "open", .type = SPEC_INT, .max = INT64_MAX, .doc = "Orders that are not done."},
    {.name = "escalated", .type = SPEC_INT, .max = INT64_MAX, .doc = "Those of them that staff has to see to."},
    {.name = "done", .type = SPEC_INT, .max = INT64_MAX, .doc = "Orders that are done."},
    {.name = "changed", .type = SPEC_TIME, .doc = "When this row was changed last."},
    END,
};
static const struct spec_field list_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = ROWS_MAX, .fields = row_fields, .doc = "By name."},
    {.name = "next", .type = SPEC_STRING, .max = 40, .nullable = true, .doc = "Always null: all are in one page."},
    END,
};
static const char *const state_options[] = {"pending", "sent", "acknowledged", "done", "failed", "escalated", NULL};
static const struct spec_field orders_query[] = {
    {.name = "request", .type = SPEC_UUID, .doc = "Only those of this request."},
    {.name = "state", .type = SPEC_ENUM, .options = state_options, .doc = "Only those in this state."},
    {.name = "cursor", .type = SPEC_INT, .min = 1, .max = INT64_MAX, .doc = "From the page before."},
    {.name = "limit", .type = SPEC_INT, .min = 1, .max = LIST_MAX, .doc = "Rows of a page; 50 unless said."},
    END,
};
static const struct spec_field order_fields[] = {
    {.name = "id", .type = SPEC_UUID, .doc = "The order's id; OpenDSR calls it subject_request_id."},
    {.name = "request", .type = SPEC_UUID, .doc = "The request it is about."},
    {.name = "recipient", .type = SPEC_STRING, .max = NAME_MAX_BYTES, .doc = "Who was told."},
    {.name = "right", .type = SPEC_STRING, .max = 40, .doc = "What it was told to do: erasure, restriction ..."},
    {.name = "method", .type = SPEC_ENUM, .options = methods, .doc = "How."},
    {.name = "state", .type = SPEC_ENUM, .options = state_options, .doc = "How far it is."},
    {.name = "made", .type = SPEC_TIME, .doc = "When it was decided."},
    {.name = "due", .type = SPEC_TIME, .doc = "When it goes to staff without an answer."},
    {.name = "sent", .type = SPEC_TIME, .nullable = true, .doc = "When the recipient took it."},
    {.name = "changed", .type = SPEC_TIME, .doc = "When something was heard or tried last."},
    {.name = "next", .type = SPEC_TIME, .nullable = true, .doc = "When it is tried or asked again."},
    {.name = "tries", .type = SPEC_INT, .max = INT64_MAX, .doc = "Tries that failed since."},
    {.name = "reminders", .type = SPEC_INT, .max = INT64_MAX, .doc = "How often it was asked again."},
    {.name = "fault", .type = SPEC_STRING, .max = 40, .nullable = true,
        .doc = "What was wrong last: timeout, refused, signature, by_hand ..."},
    {.name = "note", .type = SPEC_STRING, .max = RECIPIENT_NOTE_MAX, .nullable = true, .doc = "What staff wrote."},
    END,
};
static const struct spec_field orders_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = LIST_MAX, .fields = order_fields, .doc = "Newest first."},
    {.name = "next", .type = SPEC_STRING, .max = 40, .nullable = true, .doc = "Cursor of the next page."},
    END,
};
static const struct spec_field done_body[] = {
    {.name = "note", .type = SPEC_STRING, .max = RECIPIENT_NOTE_MAX, .doc = "How it is known: a letter, a call ..."}, END};
static const struct spec_route routes[] = {
    {.name = "recipients.list", .method = "GET", .path = "/v1/recipients",
        .permission = SPEC_GOVERN_READ, .answer = list_answer,
        .doc = "Who receives personal data.", .handler = get_list},
    {.name = "recipients.get", .method = "GET", .path = "/v1/recipients/{name}",
        .permission = SPEC_GOVERN_READ, .path_fields = name_path,
        .answer = row_fields, .doc = "One recipient.", .handler = get_one},
    {.name = "recipients.put", .method = "PUT", .path = "/v1/recipients/{name}",
        .permission = SPEC_GOVERN_WRITE, .path_fields = name_path,
        .body_kind = SPEC_BODY_JSON, .body_max = 16384, .body = put_body, .answer = row_fields,
        .doc = "Adds or changes a recipient.",
        .handler = put_one},
    {.name = "recipients.delete", .method = "DELETE", .path = "/v1/recipients/{name}", .permission = SPEC_GOVERN_WRITE,
        .path_fields = name_path, .doc = "Removes a recipient that was never told anything.", .handler = delete_one},
    {.name = "recipients.orders", .method = "GET", .path = "/v1/recipients/orders",
        .permission = SPEC_RIGHTS_READ, .query = orders_query,
        .answer = orders_answer,
        .doc = "What recipients were told of requests, and what they answered.", .handler = get_orders},
    {.name = "recipients.order_done", .method = "POST", .path = "/v1/recipients/orders/{id}/done",
        .permission = SPEC_RIGHTS_WRITE,
        .path_fields = id_path, .body_kind = SPEC_BODY_JSON, .body_max = 8192, .body = done_body,
        .doc = "The recipient answered by another way: it is done.", .handler = post_done},
    {.name = "recipients.order_again", .method = "POST", .path = "/v1/recipients/orders/{id}/again",
        .permission = SPEC_RIGHTS_WRITE,
        .path_fields = id_path, .doc = "Tries or asks again at once.", .handler = post_again},
    {.name = "opendsr.callback", .method = "POST", .path = OPENDSR_CALLBACKS,
        .permission = SPEC_PUBLIC, .body_kind = SPEC_BODY_RAW,
        .body_max = OPENDSR_BODY_MAX,
        .doc = "A processor says how far an OpenDSR request has come; signed under its certificate.",
        .handler = recipient_callback},
};

const struct module consent_recipient_module = {
    .name = "recipients",
    .doc = "Who receives personal data, and what they were told.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .statements = recipient_sql_all,
};
