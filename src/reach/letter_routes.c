// SPDX-License-Identifier: Apache-2.0
// The routes of letters: what waits, what was sent, what could not be; a letter that tries the settings.
#include "letter_internal.h"

#include "letter_sql.h"
#include "people/view.h"
#include "store/module.h"

#include <stdio.h>

enum { LIST_MAX = 200, OF_MAX = 1000, CARE_EVERY_MS = 3600 * 1000 };

static const char *const state_names[] = {"waiting", "sent", "failed", "sink", NULL}; // from LETTER_WAITING on

struct page {
    struct json_writer w;
    struct people *people;
    struct db *d;
    int64_t shown, last_ms;
    struct cu_uuid last;
};

static void write_id(struct json_writer *w, const char *name, struct cu_uuid id)
{
    char text[37];
    cu_uuid_format(id, text);
    jw_kz(w, name, text);
}

static void write_row(struct page *p, struct db_query *q)
{
    struct json_writer *w = &p->w;
    struct cu_uuid person;
    struct cu_error err;
    cu_str id = db_blob(q, 0);
    int64_t state = db_i64(q, 4);
    uint32_t pno = (uint32_t)db_i64(q, 1);
    if (id.len == sizeof p->last.bytes)
        memcpy(p->last.bytes, id.ptr, id.len);
    p->last_ms = db_i64(q, 3);
    p->shown++;
    jw_object(w);
    write_id(w, "id", p->last);
    jw_kstr(w, "kind", db_str(q, 2));
    if (pno && people_uuid(p->people, p->d, pno, &person, &err) == CU_OK)
        write_id(w, "person", person);
    else
        jw_kstr(w, "person", CU_NONE);
    jw_ktime(w, "at", p->last_ms);
    jw_kz(w, "state", state_names[state >= LETTER_WAITING && state < LETTER_STATE_COUNT ? state - 1 : 0]);
    jw_ki64(w, "tries", db_i64(q, 5));
    jw_ktime(w, "next_try", state == LETTER_WAITING ? db_i64(q, 6) : INT64_MIN);
    jw_ktime(w, "ended", db_i64(q, 8) ? db_i64(q, 8) : INT64_MIN);
    jw_kstr(w, "fault", db_str(q, 7));
    jw_object_end(w);
}

// The cursor is "<ms>.<id>" of the last row.
static bool cursor_read(cu_str text, int64_t *ms, struct cu_uuid *id)
{
    cu_str first = cu_str_cut(&text, '.');
    return cu_str_i64(first, ms) && cu_uuid_parse(text, id);
}

static cu_code list_rows(struct page *p, struct request *rq, int64_t limit, struct cu_error *err)
{
    struct db_query q;
    int64_t before = INT64_MAX, state = 0;
    struct cu_uuid before_id;
    cu_str cursor = spec_str(&rq->query_values, "cursor");
    memset(before_id.bytes, 0xff, sizeof before_id.bytes);
    if (cursor.len && !cursor_read(cursor, &before, &before_id))
        return cu_fail(err, CU_INVALID, "cursor", "the cursor of another list");
    for (int64_t i = 0; state_names[i]; i++) {
        if (cu_str_eqz(spec_str(&rq->query_values, "state"), state_names[i]))
            state = i + LETTER_WAITING;
    }
    CU_TRY(db_prepare(p->d, &letter_sql_list, &q, err));
    db_bind_i64(&q, ":before_ms", before);
    db_bind_blob(&q, ":before_uuid", before_id.bytes, sizeof before_id.bytes);
    db_bind_i64(&q, ":state", state);
    db_bind_i64(&q, ":limit", limit);
    while (db_step(&q))
        write_row(p, &q);
    return db_end(&q, err);
}

static cu_code get_list(struct request *rq, struct cu_error *err)
{
    struct letters *l = rq->module;
    struct page p = {.people = l->o.people};
    char id[37];
    int64_t limit = spec_has(&rq->query_values, "limit") ? spec_i64(&rq->query_values, "limit") : 50;
    CU_TRY(people_read_take(p.people, &p.d, err));
    p.w = request_json(rq, 200);
    jw_object(&p.w);
    jw_key(&p.w, "items");
    jw_array(&p.w);
    cu_code code = list_rows(&p, rq, limit, err);
    people_read_give(p.people, p.d);
    jw_array_end(&p.w);
    cu_uuid_format(p.last, id);
    jw_kstr(&p.w, "next", p.shown == limit ? cu_arena_printf(rq->arena, "%lld.%s", (long long)p.last_ms, id) : CU_NONE);
    jw_object_end(&p.w);
    return code;
}

// The gate is asked, and the guard told, as for everything that is read of a person.
static cu_code rows_of_person(struct page *p, struct request *rq, struct cu_error *err)
{
    struct person who;
    CU_TRY(person_load(p->people, p->d, rq, "letters", &who, err));
    for (size_t i = 0; i < who.count && p->shown < OF_MAX; i++) {
        struct db_query q;
        CU_TRY(db_prepare(p->d, &letter_sql_list_of, &q, err));
        db_bind_i64(&q, ":pno", who.pnos[i]);
        db_bind_i64(&q, ":limit", OF_MAX - p->shown);
        while (db_step(&q))
            write_row(p, &q);
        CU_TRY(db_end(&q, err));
    }
    return CU_OK;
}

static cu_code get_of_person(struct request *rq, struct cu_error *err)
{
    struct letters *l = rq->module;
    struct page p = {.people = l->o.people};
    CU_TRY(people_read_take(p.people, &p.d, err));
    p.w = request_json(rq, 200);
    jw_object(&p.w);
    jw_key(&p.w, "items");
    jw_array(&p.w);
    cu_code code = rows_of_person(&p, rq, err);
    people_read_give(p.people, p.d);
    jw_array_end(&p.w);
    jw_kstr(&p.w, "next", CU_NONE);
    jw_object_end(&p.w);
    return code;
}

// ---- trying the settings

// Stored as every letter is, and sent by the thread.
static cu_code queue_test(struct letters *l, const struct letter *letter, struct cu_error *err)
{
    (void)people_lock(l->o.people);
    cu_code code = people_begin(l->o.people, err);
    if (code == CU_OK) {
        code = letters_send(l, letter, err);
        if (code == CU_OK)
            code = people_commit(l->o.people, err);
        else
            people_rollback(l->o.people);
    }
    people_unlock(l->o.people);
    return code;
}

// Unless it is to wait its turn, it is handed over while the caller waits: what is wrong is the answer then.
static cu_code send_test(struct letters *l, struct request *rq, cu_str to, struct cu_error *err)
{
    char id[37];
    struct smtp_message m;
    cu_uuid_format(cu_uuid7(), id);
    const struct letter letter = {.to = to,
        .kind = CU_LIT("test"),
        .language = CU_LIT("en"),
        .subject = cu_arena_printf(rq->arena, "A letter to try the settings (%s)", l->o.shop_name),
        .text = cu_arena_printf(rq->arena,
            "Custos of %s sent this letter to try its mail settings.\nIf you can read it, they are right.\n",
            l->o.shop_name)};
    if (!letter.subject.ptr || !letter.text.ptr)
        return cu_fail(err, CU_MEMORY, "", "no memory for a letter");
    if (spec_i64(&rq->body_values, "queued"))
        return queue_test(l, &letter, err);
    letter_plain(&letter, cu_str_of(id), rq->received_ms, &m);
    return smtp_send(&l->smtp, &m, err);
}

static cu_code post_test(struct request *rq, struct cu_error *err)
{
    struct letters *l = rq->module;
    struct cu_buf to;
    if (!letters_can(l))
        return cu_fail(err, CU_UNAVAILABLE, "mail_host", "no mail server is set");
    if (rq->caller.kind != CALLER_STAFF || !l->o.address_of)
        return cu_fail(err, CU_INVALID, "", "it goes to your own address: sign in as a member of staff");
    cu_buf_init(&to, 512);
    int64_t began_us = cu_mono_us();
    const struct guard_access former = guard_borrow_system("sign_in", "letters.test");
    cu_code code = l->o.address_of(l->o.address_context, rq->caller.staff_id, &to, err);
    guard_enter(&former);
    if (code == CU_OK)
        code = send_test(l, rq, cu_buf_view(&to), err);
    cu_buf_wipe(&to);
    if (code == CU_REFUSED) // by the mail server: nothing that a gate of ours decided
        return cu_fail(err, CU_UNAVAILABLE, "to", "the mail server refused your address for good");
    CU_TRY(code);
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_ki64(&w, "took_ms", (cu_mono_us() - began_us) / 1000);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code job_care(void *module, struct cu_error *err)
{
    struct letters *l = module;
    return letter_care(l->o.people, err);
}

#define END {0}
static const struct spec_field list_query[] = {
    {.name = "state", .type = SPEC_ENUM, .options = state_names, .doc = "Only letters in this state."},
    {.name = "cursor", .type = SPEC_STRING, .max = 64, .doc = "From the page before."},
    {.name = "limit", .type = SPEC_INT, .min = 1, .max = LIST_MAX, .doc = "Rows of a page; 50 unless said."},
    END,
};
static const struct spec_field item_fields[] = {
    {.name = "id", .type = SPEC_UUID, .doc = "Id of the letter; its Message-ID begins with it."},
    {.name = "kind",
        .type = SPEC_STRING,
        .max = LETTER_KIND_MAX,
        .doc = "What it is: privacy_link, request_received ..."},
    {.name = "person",
        .type = SPEC_UUID,
        .nullable = true,
        .doc = "About whom; null: somebody without a record, or erased since."},
    {.name = "at", .type = SPEC_TIME, .doc = "When it was written."},
    {.name = "state",
        .type = SPEC_ENUM,
        .options = state_names,
        .doc = "waiting, sent, failed (given up), or sink (to an address ending in .invalid: composed and not sent)."},
    {.name = "tries", .type = SPEC_INT, .max = INT32_MAX, .doc = "How often it was tried."},
    {.name = "next_try", .type = SPEC_TIME, .nullable = true, .doc = "When a waiting one is tried again."},
    {.name = "ended",
        .type = SPEC_TIME,
        .nullable = true,
        .doc = "When it was sent or given up; its text was deleted then."},
    {.name = "fault",
        .type = SPEC_STRING,
        .max = LETTER_FAULT_MAX,
        .doc =
            "Why the last try failed: mail_host and other names of settings, deferred, refused ...; empty: it did not."},
    END,
};
static const struct spec_field letters_answer[] = {
    {.name = "items", .type = SPEC_ARRAY, .max = OF_MAX, .fields = item_fields, .doc = "Newest first."},
    {.name = "next", .type = SPEC_STRING, .max = 64, .nullable = true, .doc = "Cursor of the next page."},
    END,
};
static const struct spec_field person_path[] = {
    {.name = "id", .type = SPEC_UUID, .required = true, .doc = "The person's id."}, END};
static const struct spec_field test_body[] = {
    {.name = "queued", .type = SPEC_BOOL, .fallback = "false",
        .doc = "Put it with the letters that wait, and answer at once; else it is handed over while you wait."},
    END,
};
static const struct spec_field test_answer[] = {
    {.name = "took_ms", .type = SPEC_INT, .max = INT32_MAX, .doc = "How long that took, milliseconds."}, END};
static const struct spec_route routes[] = {
    {.name = "letters.list",
        .method = "GET",
        .path = "/v1/letters",
        .permission = SPEC_RIGHTS_READ,
        .query = list_query,
        .answer = letters_answer,
        .doc = "Letters to single persons, newest first: what waits, what was sent, what could not be.",
        .handler = get_list},
    {.name = "letters.of_person",
        .method = "GET",
        .path = "/v1/people/{id}/letters",
        .permission = SPEC_PEOPLE_READ,
        .path_fields = person_path,
        .answer = letters_answer,
        .doc = "Letters to one person: kinds and times, never the text.",
        .handler = get_of_person},
    {.name = "letters.test",
        .method = "POST",
        .path = "/v1/letters/test",
        .permission = SPEC_OPERATE,
        .body_kind = SPEC_BODY_JSON,
        .body_max = 1024,
        .body = test_body,
        .answer = test_answer,
        .doc = "Sends a letter to the caller's own address, now, and answers what the mail server said.",
        .handler = post_test},
};
static const struct spec_job jobs[] = {
    {.name = "letters", .doc = "Destroys the keys of letters' days that are over, and rows of letters older than 400 days.",
        .every_ms = CARE_EVERY_MS, .run = job_care},
};
static const char *const personal[] = {"letter", NULL};

const struct module reach_letter_module = {
    .name = "letters",
    .doc = "Letters to single persons: links, receipts, answers to requests.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .jobs = jobs,
    .job_count = CU_COUNT(jobs),
    .statements = letter_sql_all,
    .personal_tables = personal,
};
