// SPDX-License-Identifier: Apache-2.0
// What the canary of rights does, step by step. See canary_rights.h. Each step says in its error what it expected.
#include "canary_rights_private.h"

#include "archive.h"
#include "consent/certificate.h"
#include "consent/proof.h"
#include "insight/segment.h"

#include <stdio.h>
#include <time.h>

enum {
    WAIT_MS = 10000,
    LETTER_WAIT_MS = 10000,
    PREVIEW_MS = 10000,
    ARCHIVE_BYTES = 16 << 20,
    FILE_BYTES = 4 << 20,
    POLL_NS = 10000000
};
#define CANARY_SOURCE "Canary of rights"

// ---- the door

struct waiter {
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool done;
};

static void finished(struct request *rq)
{
    struct waiter *w = rq->transport;
    (void)pthread_mutex_lock(&w->lock);
    w->done = true;
    (void)pthread_cond_signal(&w->wake);
    (void)pthread_mutex_unlock(&w->lock);
}

static cu_code serve(struct canary_run *r, struct request *rq, struct cu_error *err)
{
    struct waiter w = {PTHREAD_MUTEX_INITIALIZER, PTHREAD_COND_INITIALIZER, false};
    rq->transport = &w;
    rq->finish = finished;
    const struct guard_access own = *guard_current(); // the dispatcher works for the caller, who is nobody
    CU_TRY(dispatch_route(r->e->dispatch, rq, err));
    dispatch_serve(r->e->dispatch, rq);
    (void)pthread_mutex_lock(&w.lock);
    while (rq->deferred && !w.done)
        (void)pthread_cond_wait(&w.wake, &w.lock);
    (void)pthread_mutex_unlock(&w.lock);
    guard_enter(&own);
    if (rq->response.status != 200)
        return cu_fail(err, CU_UNAVAILABLE, "door", "the door answered %d", rq->response.status);
    return CU_OK;
}

// A call as a client makes it, and until its effects can be read.
static cu_code door(struct canary_run *r, const char *path, cu_str body, struct cu_error *err)
{
    char query[64];
    (void)snprintf(query, sizeof query, "writeKey=%s", r->source.write_key);
    struct request rq = {.method = CU_LIT("POST"), .path = cu_str_of(path), .query = cu_str_of(query), .body = body,
        .received_ms = cu_now_ms(), .id = CU_LIT("canary")};
    rq.arena = cu_arena_new(1 << 20);
    rq.json = json_parser_new(1 << 20);
    cu_buf_init(&rq.response.body, 65536);
    cu_code code = rq.arena && rq.json ? serve(r, &rq, err) : cu_fail(err, CU_MEMORY, "", "no memory for a call");
    cu_buf_wipe(&rq.response.body);
    json_parser_free(rq.json);
    cu_arena_free(rq.arena);
    return code == CU_OK ? pipeline_wait(r->e->pipeline, journal_last_durable(r->e->journal), WAIT_MS, err) : code;
}

static void call_start(struct canary_run *r, struct json_writer *w, struct cu_buf *out)
{
    char id[CANARY_TOKEN_MAX + 16];
    (void)snprintf(id, sizeof id, "%s-%d", r->token, ++r->calls);
    jw_start(w, out);
    jw_object(w);
    jw_kz(w, "userId", r->token);
    jw_kz(w, "messageId", id);
}

// ---- somebody is there

cu_code canary_source(struct engine *e, struct source *ret, struct cu_error *err)
{
    for (uint32_t number = 1; sources_by_number(e->sources, number, ret); number++) {
        if (strcmp(ret->name, CANARY_SOURCE) == 0 && ret->sample)
            return ret->enabled ? CU_OK : sources_update(e->sources, number, CU_NONE, 1, err);
    }
    return sources_create(e->sources, CU_LIT(CANARY_SOURCE), CU_LIT("sample"), true, ret, err);
}

static cu_code created(struct canary_run *r, struct cu_error *err)
{
    struct json_writer w;
    struct db *d = NULL;
    CU_AUTO_BUF struct cu_buf body;
    cu_buf_init(&body, 4096);
    call_start(r, &w, &body);
    jw_key(&w, "traits");
    jw_object(&w);
    jw_kz(&w, "email", r->email);
    jw_kz(&w, "firstName", "Canary");
    jw_kz(&w, "lastName", r->token);
    jw_object_end(&w);
    jw_object_end(&w);
    CU_TRY(door(r, "/v1/identify", cu_buf_view(&body), err));
    cu_buf_reset(&body);
    call_start(r, &w, &body);
    jw_kz(&w, "name", "Home");
    jw_object_end(&w);
    CU_TRY(door(r, "/v1/page", cu_buf_view(&body), err));
    CU_TRY(people_lookup(r->e->people, (struct person_id){CU_LIT("user_id"), cu_str_of(r->token)}, &r->pno, err));
    if (!r->pno)
        return cu_fail(err, CU_NOT_FOUND, "", "nobody was made of what the door took");
    CU_TRY(people_read_take(r->e->people, &d, err));
    cu_code code = people_uuid(r->e->people, d, people_root(r->e->people, r->pno), &r->person, err);
    people_read_give(r->e->people, d);
    return code;
}

// ---- consent

static cu_code say(struct canary_run *r, bool yes, struct cu_error *err)
{
    struct json_writer w;
    CU_AUTO_BUF struct cu_buf body;
    cu_buf_init(&body, 16384);
    call_start(r, &w, &body);
    jw_kz(&w, "event", "Segment Consent Preference Updated");
    jw_key(&w, "context");
    jw_object(&w);
    jw_key(&w, "consent");
    jw_object(&w);
    jw_key(&w, "categoryPreferences");
    jw_object(&w);
    for (uint32_t i = 0; i < r->purpose->category_count; i++) {
        jw_keys(&w, r->purpose->categories[i]);
        jw_bool(&w, yes);
    }
    jw_object_end(&w);
    jw_object_end(&w);
    jw_object_end(&w);
    jw_object_end(&w);
    CU_TRY(cu_buf_code(&body, err));
    return door(r, "/v1/track", cu_buf_view(&body), err);
}

static cu_code ask_gate(struct canary_run *r, enum gate_reason *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct cu_error refused;
    struct caller caller = {.kind = CALLER_LOCAL, .permissions = UINT64_MAX, .purpose = "marketing"};
    CU_TRY(people_read_take(r->e->people, &d, err));
    cu_code code = gate_check(r->e->gate, d, &r->pno, 1, r->purpose->name, &caller, ret, &refused);
    people_read_give(r->e->people, d);
    if (code != CU_OK && code != CU_REFUSED)
        *err = refused;
    return code == CU_REFUSED ? CU_OK : code;
}

static cu_code leave_out(struct canary_run *r)
{
    r->left_out = "left out: no purpose of the dictionary rests on consent";
    return CU_OK;
}

static cu_code consented(struct canary_run *r, struct cu_error *err)
{
    const struct dict_purpose *all = NULL;
    enum gate_reason reason = GATE_NOT_PERMITTED;
    size_t count = dictionary_purposes(people_dictionary(r->e->people), &all);
    for (size_t i = 0; i < count && !r->purpose; i++)
        r->purpose = all[i].basis == DICT_CONSENT && all[i].category_count ? &all[i] : NULL;
    if (!r->purpose)
        return leave_out(r);
    CU_TRY(ask_gate(r, &reason, err));
    if (reason != GATE_NO_CONSENT)
        return cu_fail(err, CU_CONFLICT, "", "before anything was said the gate answers %s", gate_reason_name(reason));
    CU_TRY(say(r, true, err));
    CU_TRY(ask_gate(r, &reason, err));
    return reason == GATE_OK ? CU_OK
                             : cu_fail(err, CU_REFUSED, "", "after a yes the gate answers %s", gate_reason_name(reason));
}

static cu_code withdrawn(struct canary_run *r, struct cu_error *err)
{
    enum gate_reason reason = GATE_OK;
    if (!r->purpose)
        return leave_out(r);
    CU_TRY(say(r, false, err));
    CU_TRY(ask_gate(r, &reason, err));
    bool closed = reason == GATE_CONSENT_WITHDRAWN || reason == GATE_CONSENT_REFUSED;
    return closed ? CU_OK : cu_fail(err, CU_CONFLICT, "", "after a no the gate answers %s", gate_reason_name(reason));
}

// ---- a segment that only the canary is in: nobody else comes through its source

static cu_code look(struct canary_run *r, uint64_t *ret_people, uint32_t *ret_who, struct cu_error *err)
{
    struct seg_node *root = NULL;
    const struct seg_catalog *c = audience_catalog(r->e->audiences);
    struct audience_preview *p = cu_alloc(sizeof *p);
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(SEG_ARENA_MAX);
    cu_code code = c && p && a ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory to look for a segment");
    if (code == CU_OK)
        code = seg_parse_text(
            CU_LIT("did any event where source is \"" CANARY_SOURCE "\" in the last 1 hours"), c, a, &root, NULL, err);
    if (code == CU_OK)
        code = seg_check(root, c, a, NULL, err);
    if (code == CU_OK)
        code = audience_preview(r->e->audiences, root, PREVIEW_MS, NULL, p, err);
    if (code == CU_OK && !p->whole)
        code = cu_fail(err, CU_TIMEOUT, "", "not everybody could be looked at in %d s", PREVIEW_MS / 1000);
    if (code == CU_OK) {
        *ret_people = p->people;
        *ret_who = p->sample_count ? p->sample[0] : 0;
    }
    if (c)
        audience_catalog_done(r->e->audiences, c);
    cu_free(p);
    return code;
}

static cu_code segmented(struct canary_run *r, struct cu_error *err)
{
    uint64_t people = 0;
    uint32_t who = 0;
    CU_TRY(look(r, &people, &who, err));
    if (people != 1 || who != people_root(r->e->people, r->pno))
        return cu_fail(
            err, CU_CONFLICT, "", "the segment holds %llu persons instead of this one", (unsigned long long)people);
    return CU_OK;
}

// ---- a letter, to the address in the record

static cu_code post(struct canary_run *r, struct cu_error *err)
{
    const struct letter l = {.pno = r->pno,
        .kind = CU_LIT("canary"),
        .language = CU_LIT("en"),
        .subject = CU_LIT("A letter to nobody"),
        .text = CU_LIT("The canary of rights reads this.\n")};
    (void)people_lock(r->e->people);
    cu_code code = people_begin(r->e->people, err);
    if (code == CU_OK) {
        code = letters_send(r->e->letters, &l, err);
        if (code == CU_OK)
            code = people_commit(r->e->people, err);
        else
            people_rollback(r->e->people);
    }
    people_unlock(r->e->people);
    return code;
}

static cu_code mailed(struct canary_run *r, struct cu_error *err)
{
    enum letter_state state = LETTER_WAITING;
    CU_TRY(post(r, err));
    for (int64_t end_us = cu_mono_us() + LETTER_WAIT_MS * 1000; state == LETTER_WAITING && cu_mono_us() < end_us;) {
        (void)nanosleep(&(struct timespec){.tv_nsec = POLL_NS}, NULL);
        CU_TRY(letters_state(r->e->letters, r->pno, CU_LIT("canary"), &state, err));
    }
    return state == LETTER_SINK
               ? CU_OK
               : cu_fail(err, CU_TIMEOUT, "", "the letter did not reach the sink in %d s", LETTER_WAIT_MS / 1000);
}

// ---- requests, by the desk

static cu_code ask(struct canary_run *r, enum rights_right right, struct cu_uuid *ret, struct cu_error *err)
{
    struct rights_receipt receipt;
    struct rights_row row;
    const struct rights_asked asked = {
        .right = right, .channel = RIGHTS_BY_CANARY, .pno = r->pno, .verified = true, .language = CU_LIT("en")};
    CU_TRY(rights_receive(r->e->rights, &asked, &receipt, err));
    CU_TRY(rights_find(r->e->rights, receipt.id, r->arena, &row, err));
    if (row.state != RIGHTS_FULFILLED)
        return cu_fail(err, CU_CONFLICT, "", "the request for %s is %s%s%s", rights_right_name(right),
            rights_state_name(row.state), row.reason[0] ? ": " : "", row.reason);
    *ret = receipt.id;
    return CU_OK;
}

static cu_code exported(struct canary_run *r, struct cu_error *err)
{
    struct cu_uuid id;
    CU_AUTO_BUF struct cu_buf file;
    cu_buf_init(&file, ARCHIVE_BYTES);
    CU_TRY(ask(r, RIGHTS_ACCESS, &id, err));
    CU_TRY(rights_archive(r->e->rights, id, &file, err));
    bool good = cu_str_starts(cu_buf_view(&file), CU_LIT("PK\x03\x04")) &&
                cu_str_find_str(cu_buf_view(&file), CU_LIT("person.json")) > 0;
    cu_buf_wipe(&file);
    return good ? CU_OK : cu_fail(err, CU_CORRUPT, "", "what is handed out is no archive of a person");
}

static cu_code erased(struct canary_run *r, struct cu_error *err)
{
    struct cu_uuid id;
    struct proof_facts facts;
    CU_AUTO_BUF struct cu_buf file, document;
    cu_buf_init(&file, FILE_BYTES);
    cu_buf_init(&document, PROOF_DOCUMENT_MAX);
    CU_TRY(ask(r, RIGHTS_ERASURE, &id, err));
    CU_TRY(certificate_print(r->e->certificates, id, &file, err));
    CU_TRY(proof_check_file(cu_buf_view(&file), NULL, &document, &facts, err));
    bool good = strcmp(facts.kind, "erasure_certificate") == 0;
    return good ? CU_OK : cu_fail(err, CU_CORRUPT, "", "the certificate of the erasure is something else");
}

// ---- nothing is left

static bool count_event(void *context, const struct timeline_event *e)
{
    (void)e;
    ++*(uint64_t *)context;
    return true;
}

static cu_code left_in_records(struct canary_run *r, struct cu_error *err)
{
    struct people *p = r->e->people;
    struct db *d = NULL;
    struct cu_error unused;
    uint32_t root = 0, found = 0;
    struct people_figures f;
    enum letter_state state = 0;
    CU_TRY(people_read_take(p, &d, err));
    cu_code code = people_by_uuid(p, d, r->person, &root, &unused);
    people_read_give(p, d);
    if (code != CU_ERASED)
        return cu_fail(err, CU_CONFLICT, "records", "the person's id answers %s instead of erased", cu_code_rows[code].name);
    CU_TRY(people_lookup(p, (struct person_id){CU_LIT("user_id"), cu_str_of(r->token)}, &found, err));
    if (!found)
        CU_TRY(people_lookup(p, (struct person_id){CU_LIT("email"), cu_str_of(r->email)}, &found, err));
    if (found)
        return cu_fail(err, CU_CONFLICT, "index", "an identifier of the person still leads to somebody");
    if (people_figures(p, r->pno, &f))
        return cu_fail(err, CU_CONFLICT, "memory", "the person still counts");
    CU_TRY(letters_state(r->e->letters, r->pno, CU_LIT("canary"), &state, err));
    return state ? cu_fail(err, CU_CONFLICT, "letters", "a letter to the person is still kept") : CU_OK;
}

static cu_code gone(struct canary_run *r, struct cu_error *err)
{
    uint64_t events = 0, people = 0;
    uint32_t who = 0;
    struct cu_error unused;
    if (!r->pno)
        return cu_fail(err, CU_NOT_FOUND, "", "nobody had been made");
    CU_AUTO_BUF struct cu_buf file;
    cu_buf_init(&file, ARCHIVE_BYTES);
    CU_TRY(left_in_records(r, err));
    if (!guard_is_erased(r->e->guard, r->pno))
        return cu_fail(err, CU_CONFLICT, "keys", "the person's key was not destroyed");
    CU_TRY(timeline_person(r->e->timeline, &r->pno, 1, INT64_MAX, UINT64_MAX, count_event, &events, err));
    if (events)
        return cu_fail(err, CU_CONFLICT, "timeline", "%llu events of the person are left", (unsigned long long)events);
    CU_TRY(look(r, &people, &who, err));
    if (people)
        return cu_fail(err, CU_CONFLICT, "segments", "a segment still holds the person");
    cu_code code = archive_make(r->e, r->person, &file, &unused);
    cu_buf_wipe(&file);
    return code == CU_ERASED || code == CU_NOT_FOUND
               ? CU_OK
               : cu_fail(err, CU_CONFLICT, "archive", "an archive of the person can still be made");
}

void canary_clear(struct canary_run *r)
{
    struct cu_error unused;
    if (r->pno && !guard_is_erased(r->e->guard, r->pno))
        (void)!people_forget_person(r->e->people, r->person, &unused);
    if (r->source.number) {
        sources_forget_counts(r->e->sources, r->source.number);
        (void)!sources_save(r->e->sources, &unused);
    }
}

const struct canary_step canary_steps[] = {
    {"created", created, true},
    {"consented", consented, false},
    {"segmented", segmented, false},
    {"mailed", mailed, false},
    {"exported", exported, false},
    {"withdrawn", withdrawn, false},
    {"erased", erased, false},
    {"gone", gone, true},
    {NULL, NULL, false},
};
