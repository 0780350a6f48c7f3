// SPDX-License-Identifier: Apache-2.0
// Orders to recipients: made inside the act they are about, stored after each attempt and answer, ended when all is done.
#include "recipient_private.h"

#include "base/log.h"
#include "recipient_sql.h"

#include <stdatomic.h>

enum { TELL_ARENA_MAX = 8 << 20, DAY_MS = 86400000, ENDING_MAX = 64, SOON_MS = 600000 };

const char *const recipient_state_names[] = {"pending", "sent", "acknowledged", "done", "failed", "escalated", NULL};

const char *recipient_state_name(enum recipient_state s)
{
    return s >= RECIPIENT_PENDING && s < RECIPIENT_STATE_COUNT ? recipient_state_names[s - 1] : "";
}

static struct seal_place order_place(int64_t id)
{
    return (struct seal_place){
        .table = RECIPIENT_SEAL_IDS, .subject = RECIPIENT_ORDERS + (uint64_t)id, .record = (uint64_t)id, .version = 1};
}

// ---- telling

struct known { // what a person is known by
    struct cu_arena *arena;
    struct {
        cu_str kind, value;
    } at[PERSON_IDS_MAX * 4];
    size_t count;
};

static cu_code keep_id(void *context, struct person_id id, struct cu_error *err)
{
    struct known *k = context;
    for (size_t i = 0; i < k->count; i++) {
        if (cu_str_eq(k->at[i].kind, id.kind) && cu_str_eq(k->at[i].value, id.value))
            return CU_OK;
    }
    if (k->count == CU_COUNT(k->at))
        return CU_OK; // more than anybody can use
    k->at[k->count].kind = cu_arena_dup(k->arena, id.kind);
    k->at[k->count].value = cu_arena_dup(k->arena, id.value);
    if (!k->at[k->count].kind.ptr || !k->at[k->count].value.ptr)
        return cu_fail(err, CU_MEMORY, "", "no memory for identifiers");
    k->count++;
    return CU_OK;
}

// Only the kinds this recipient knows anybody by.
static void write_ids(const struct known *k, cu_str kinds, struct cu_buf *out)
{
    struct json_writer w;
    jw_start(&w, out);
    jw_object(&w);
    while (kinds.ptr) {
        cu_str kind = cu_str_trim(cu_str_cut(&kinds, ','));
        if (kind.len == 0)
            continue;
        jw_keys(&w, kind);
        jw_array(&w);
        for (size_t i = 0; i < k->count; i++) {
            if (cu_str_eq(k->at[i].kind, kind))
                jw_str(&w, k->at[i].value);
        }
        jw_array_end(&w);
    }
    jw_object_end(&w);
}

static cu_code consented(struct db *d, cu_str purpose, const uint32_t *pnos, size_t count, bool *ret, struct cu_error *err)
{
    struct db_query q;
    for (size_t i = 0; i < count && !*ret; i++) {
        CU_TRY(db_prepare(d, &recipient_sql_consented, &q, err));
        db_bind_i64(&q, ":pno", pnos[i]);
        db_bind_str(&q, ":purpose", purpose);
        *ret = db_step(&q);
        CU_TRY(db_end(&q, err));
    }
    return CU_OK;
}

// Telling somebody who never had the person's data would itself pass it on.
static cu_code received(struct recipients *r, struct db *d, const struct recipient *to, const uint32_t *pnos, size_t count,
    bool *ret, struct cu_error *err)
{
    cu_str purposes = to->row.purposes;
    *ret = to->row.enabled && cu_str_trim(purposes).len == 0;
    while (to->row.enabled && !*ret && purposes.ptr) {
        cu_str name = cu_str_trim(cu_str_cut(&purposes, ','));
        const struct dict_purpose *p = dictionary_purpose(people_dictionary(r->o.people), name);
        *ret = p && p->basis != DICT_CONSENT;
        if (!*ret)
            CU_TRY(consented(d, name, pnos, count, ret, err));
    }
    return CU_OK;
}

static struct cu_uuid uuid4(void) // OpenDSR wants version 4
{
    struct cu_uuid id;
    cu_random(id.bytes, sizeof id.bytes);
    id.bytes[6] = (uint8_t)((id.bytes[6] & 0x0f) | 0x40);
    id.bytes[8] = (uint8_t)((id.bytes[8] & 0x3f) | 0x80);
    return id;
}

static cu_code seal_ids(struct recipients *r, struct db *d, int64_t id, cu_str ids, struct cu_error *err)
{
    struct db_query q;
    const struct seal_place place = order_place(id);
    CU_AUTO_BUF struct cu_buf sealed;
    cu_buf_init(&sealed, RECIPIENT_IDS_MAX * 2);
    CU_TRY(guard_seal(people_guard(r->o.people), SEAL_IDENTIFIER, &place, ids, false, &sealed, err));
    CU_TRY(db_prepare(d, &recipient_sql_order_identifiers, &q, err));
    db_bind_i64(&q, ":id", id);
    db_bind_blob(&q, ":identifiers", sealed.ptr, sealed.len);
    return db_run(&q, err);
}

static cu_code order_add(struct recipients *r, struct db *d, struct cu_uuid request, const struct recipient *to,
    enum rights_right right, const struct known *k, struct cu_error *err)
{
    struct db_query q;
    struct cu_uuid id = uuid4();
    int64_t now = cu_now_ms();
    struct cu_buf ids;
    CU_TRY(db_prepare(d, &recipient_sql_order_has, &q, err));
    db_bind_blob(&q, ":request", request.bytes, sizeof request.bytes);
    db_bind_i64(&q, ":recipient", to->row.number);
    db_bind_i64(&q, ":right", right);
    bool told = db_step(&q);
    CU_TRY(db_end(&q, err));
    if (told)
        return CU_OK;
    CU_TRY(db_prepare(d, &recipient_sql_order_add, &q, err));
    db_bind_blob(&q, ":uuid", id.bytes, sizeof id.bytes);
    db_bind_blob(&q, ":request", request.bytes, sizeof request.bytes);
    db_bind_i64(&q, ":recipient", to->row.number);
    db_bind_i64(&q, ":right", right);
    db_bind_i64(&q, ":now_ms", now);
    db_bind_i64(&q, ":due_ms", now + to->answer_days * DAY_MS);
    CU_TRY(db_run(&q, err));
    int64_t number = db_last_rowid(d);
    cu_buf_init(&ids, RECIPIENT_IDS_MAX);
    write_ids(k, to->identities, &ids);
    cu_code code = cu_buf_code(&ids, err);
    if (code == CU_OK)
        code = seal_ids(r, d, number, cu_buf_view(&ids), err);
    cu_buf_wipe(&ids);
    return code;
}

static cu_code tell_all(struct recipients *r, struct db *d, struct cu_uuid request, uint32_t pno, enum rights_right right,
    struct cu_arena *a, uint32_t *ret_count, struct cu_error *err)
{
    struct recipient *all = NULL;
    uint32_t *pnos = NULL;
    size_t count = 0, members = 0;
    struct known *k = cu_arena_alloc(a, sizeof *k);
    if (!k)
        return cu_fail(err, CU_MEMORY, "", "no memory for identifiers");
    k->arena = a;
    CU_TRY(recipient_each(d, a, &all, &count, err));
    if (count == 0)
        return CU_OK;
    CU_TRY(people_members(r->o.people, d, pno, a, &pnos, &members, err));
    CU_TRY(people_ids(r->o.people, d, pnos, members, keep_id, k, err));
    for (size_t i = 0; i < count; i++) {
        bool had = false;
        CU_TRY(received(r, d, &all[i], pnos, members, &had, err));
        if (!had)
            continue;
        CU_TRY(order_add(r, d, request, &all[i], right, k, err));
        ++*ret_count;
    }
    return CU_OK;
}

cu_code recipient_tell_one(struct recipients *r, struct db *d, struct cu_uuid request, uint32_t pno,
    const struct recipient *to, enum rights_right right, struct cu_arena *a, struct cu_error *err)
{
    uint32_t *pnos = NULL;
    size_t members = 0;
    struct known *k = cu_arena_alloc(a, sizeof *k);
    if (!k)
        return cu_fail(err, CU_MEMORY, "", "no memory for identifiers");
    k->arena = a;
    CU_TRY(people_members(r->o.people, d, pno, a, &pnos, &members, err));
    CU_TRY(people_ids(r->o.people, d, pnos, members, keep_id, k, err));
    return order_add(r, d, request, to, right, k, err);
}

cu_code recipients_tell(
    void *context, struct cu_uuid request, uint32_t pno, enum rights_right right, uint32_t *ret_count, struct cu_error *err)
{
    struct recipients *r = context;
    *ret_count = 0;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(TELL_ARENA_MAX);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for recipients");
    const struct guard_access former = guard_borrow_system("rights", "recipients");
    cu_code code = tell_all(r, people_db(r->o.people), request, pno, right, a, ret_count, err);
    guard_enter(&former);
    return code;
}

// ---- rows

static cu_code read_order(struct db_query *q, struct cu_arena *a, struct recipient_order *ret, struct cu_error *err)
{
    bool found = db_step(q);
    if (found) {
        *ret = (struct recipient_order){.id = db_i64(q, 0),
            .recipient = db_i64(q, 3),
            .right = (enum rights_right)db_i64(q, 4),
            .state = (enum recipient_state)db_i64(q, 5),
            .made_ms = db_i64(q, 6),
            .due_ms = db_i64(q, 7),
            .next_ms = db_i64(q, 8),
            .tries = db_i64(q, 9),
            .reminders = db_i64(q, 10),
            .sent_ms = db_i64(q, 11),
            .changed_ms = db_i64(q, 12)};
        if (db_blob(q, 1).len == sizeof ret->uuid.bytes)
            memcpy(ret->uuid.bytes, db_blob(q, 1).ptr, sizeof ret->uuid.bytes);
        if (db_blob(q, 2).len == sizeof ret->request.bytes)
            memcpy(ret->request.bytes, db_blob(q, 2).ptr, sizeof ret->request.bytes);
        cu_str fault = cu_str_sub(db_str(q, 13), 0, sizeof ret->fault - 1);
        if (fault.len)
            memcpy(ret->fault, fault.ptr, fault.len);
        ret->identifiers = db_is_null(q, 14) ? CU_NONE : cu_arena_dup(a, db_blob(q, 14));
    }
    CU_TRY(db_end(q, err));
    return found ? CU_OK : cu_fail(err, CU_NOT_FOUND, "id", "nothing was told to a recipient under that number");
}

cu_code recipient_order_load(
    struct db *d, int64_t id, struct cu_arena *a, struct recipient_order *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &recipient_sql_order_get, &q, err));
    db_bind_i64(&q, ":id", id);
    return read_order(&q, a, ret, err);
}

cu_code recipient_order_by_uuid(
    struct db *d, struct cu_uuid id, struct cu_arena *a, struct recipient_order *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &recipient_sql_order_by_uuid, &q, err));
    db_bind_blob(&q, ":uuid", id.bytes, sizeof id.bytes);
    return read_order(&q, a, ret, err);
}

cu_code recipient_order_open(
    struct recipients *r, const struct recipient_order *o, struct cu_buf *out, struct cu_error *err)
{
    const struct seal_place place = order_place(o->id);
    if (o->identifiers.len == 0)
        return cu_fail(err, CU_ERASED, "", "whom this was about is known no more");
    return guard_open(people_guard(r->o.people), &place, o->identifiers, out, err);
}

static cu_code write_order(struct db *d, void *what, struct cu_error *err)
{
    const struct recipient_order *o = what;
    struct db_query q;
    CU_TRY(db_prepare(d, &recipient_sql_order_set, &q, err));
    db_bind_i64(&q, ":id", o->id);
    db_bind_i64(&q, ":state", o->state);
    db_bind_i64(&q, ":next_ms", o->next_ms);
    db_bind_i64(&q, ":tries", o->tries);
    db_bind_i64(&q, ":reminders", o->reminders);
    db_bind_i64(&q, ":sent_ms", o->sent_ms);
    db_bind_i64(&q, ":now_ms", o->changed_ms);
    db_bind_str(&q, ":fault", cu_str_of(o->fault));
    return db_run(&q, err);
}

cu_code recipient_order_store(struct recipients *r, const struct recipient_order *o, struct cu_error *err)
{
    struct recipient_order copy = *o;
    CU_TRY(people_store(r->o.people, write_order, &copy, err));
    recipient_worker_poke(r->worker);
    return CU_OK;
}

// ---- the end

struct ending {
    int64_t id, changed_ms;
    struct cu_uuid request;
};

struct ended {
    const struct db_statement *statement;
    const struct ending *at;
    size_t count;
};

static cu_code write_ended(struct db *d, void *what, struct cu_error *err)
{
    const struct ended *e = what;
    struct db_query q;
    for (size_t i = 0; i < e->count; i++) {
        CU_TRY(db_prepare(d, e->statement, &q, err));
        db_bind_i64(&q, ":id", e->at[i].id);
        CU_TRY(db_run(&q, err));
    }
    return CU_OK;
}

static cu_code ending_list(struct recipients *r, struct ending at[ENDING_MAX], size_t *ret_count, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    *ret_count = 0;
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = db_prepare(d, &recipient_sql_orders_ending, &q, err);
    if (code == CU_OK) {
        for (; *ret_count < ENDING_MAX && db_step(&q); ++*ret_count) {
            at[*ret_count].id = db_i64(&q, 0);
            if (db_blob(&q, 1).len == 16)
                memcpy(at[*ret_count].request.bytes, db_blob(&q, 1).ptr, 16);
            at[*ret_count].changed_ms = db_i64(&q, 2);
        }
        code = db_end(&q, err);
    }
    people_read_give(r->o.people, d);
    return code;
}

static cu_code open_of(struct recipients *r, struct cu_uuid request, int64_t *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = db_prepare(d, &recipient_sql_orders_open_of, &q, err);
    if (code == CU_OK) {
        db_bind_blob(&q, ":request", request.bytes, sizeof request.bytes);
        if (db_step(&q))
            *ret = db_i64(&q, 0);
        code = db_end(&q, err);
    }
    people_read_give(r->o.people, d);
    return code;
}

// What is done of a request is told when all of it is. *ret false: the act itself is not over yet, so it is asked again.
static cu_code tell_desk(struct recipients *r, const struct ending *e, bool *ret, struct cu_error *err)
{
    struct rights *rights = atomic_load(&r->rights);
    int64_t open = 1;
    *ret = true;
    CU_TRY(open_of(r, e->request, &open, err));
    if (open || !rights)
        return CU_OK;
    cu_code code = rights_recipients_done(rights, e->request, err);
    *ret = code != CU_CONFLICT || cu_now_ms() - e->changed_ms >= SOON_MS;
    return code == CU_NOT_FOUND || code == CU_CONFLICT ? CU_OK : code;
}

// The keys first, then the rows: a crash between them is repeated, and erasing twice is erasing once. All that ended since
// the last round go together: the key store writes as much for one as for many.
cu_code recipient_order_finish(struct recipients *r, struct cu_error *err)
{
    struct ending at[ENDING_MAX];
    uint64_t subjects[ENDING_MAX];
    size_t count = 0, told = 0;
    CU_TRY(ending_list(r, at, &count, err));
    if (count == 0)
        return CU_OK;
    for (size_t i = 0; i < count; i++)
        subjects[i] = RECIPIENT_ORDERS + (uint64_t)at[i].id;
    CU_TRY(guard_erase(people_guard(r->o.people), subjects, count, err));
    CU_TRY(people_store(
        r->o.people, write_ended, &(struct ended){.statement = &recipient_sql_order_end, .at = at, .count = count}, err));
    for (size_t i = 0; i < count; i++) {
        bool over = false;
        CU_TRY(tell_desk(r, &at[i], &over, err));
        if (over)
            at[told++] = at[i];
    }
    return told == 0 ? CU_OK
                     : people_store(r->o.people, write_ended,
                           &(struct ended){.statement = &recipient_sql_order_told, .at = at, .count = told}, err);
}

cu_code recipients_print(
    struct recipients *r, struct db *d, struct cu_uuid request, struct json_writer *w, struct cu_error *err)
{
    (void)r;
    struct db_query q;
    CU_TRY(db_prepare(d, &recipient_sql_orders_of, &q, err));
    db_bind_blob(&q, ":request", request.bytes, sizeof request.bytes);
    while (db_step(&q)) {
        jw_object(w);
        jw_kstr(w, "name", db_str(&q, 0));
        jw_kstr(w, "title", db_str(&q, 1));
        jw_kz(w, "state", recipient_state_name((enum recipient_state)db_i64(&q, 2)));
        jw_ktime(w, "at", db_i64(&q, 3));
        jw_object_end(w);
    }
    return db_end(&q, err);
}
