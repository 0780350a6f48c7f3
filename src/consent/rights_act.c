// SPDX-License-Identifier: Apache-2.0
// Doing what a request asks for. Everything but an erasure is one transaction with its letter; an erasure is three steps
// that may each be repeated: begun (recipients told, the address of the answer kept), erased (certificate.h), answered.
#include "rights_private.h"

#include "rights_sql.h"

struct doing {
    struct cu_uuid id;
    int64_t actor;
    json values;          // of a rectification, by staff; else absent
    cu_str note;          // for the letter
    const char *code;     // why it went as it did; NULL: as usual
    struct cu_arena *arena;
    struct rights_full row;
    uint32_t *pnos;
    size_t count;
};

// ---- facts

static cu_code facts_of_profile(struct rights *r, struct db *d, const struct rights_full *f, uint32_t pno, uint32_t *facts,
    struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &rights_sql_hold_of, &q, err));
    db_bind_i64(&q, ":pno", pno);
    *facts |= db_step(&q) ? RIGHTS_FACT_HELD : 0u;
    CU_TRY(db_end(&q, err));
    CU_TRY(db_prepare(d, &rights_sql_restricted_of, &q, err));
    db_bind_i64(&q, ":pno", pno);
    *facts |= db_step(&q) && db_i64(&q, 0) ? RIGHTS_FACT_RESTRICTED : 0u;
    CU_TRY(db_end(&q, err));
    CU_TRY(db_prepare(d, &rights_sql_open_of, &q, err));
    db_bind_i64(&q, ":pno", pno);
    while (db_step(&q)) {
        enum rights_right right = (enum rights_right)db_i64(&q, 1);
        if (db_i64(&q, 0) == f->number || db_i64(&q, 2) != RIGHTS_IN_PROGRESS) // what nobody proved stops nothing
            continue;
        *facts |= right == RIGHTS_ACCESS || right == RIGHTS_PORTABILITY ? RIGHTS_FACT_ACCESS_OPEN : 0u;
        *facts |= right == RIGHTS_ERASURE ? RIGHTS_FACT_ERASURE_OPEN : 0u;
    }
    CU_TRY(db_end(&q, err));
    if (r->o.order_years <= 0)
        return CU_OK;
    CU_TRY(db_prepare(d, &rights_sql_orders_since, &q, err));
    db_bind_i64(&q, ":pno", pno);
    db_bind_i64(&q, ":since_ms", cu_now_ms() - r->o.order_years * INT64_C(365) * RIGHTS_DAY_MS);
    *facts |= db_step(&q) && db_i64(&q, 0) ? RIGHTS_FACT_ORDERS_KEPT : 0u;
    return db_end(&q, err);
}

cu_code rights_facts_of(struct rights *r, struct db *d, const struct rights_full *f, struct rights_facts *ret,
    struct cu_error *err)
{
    uint32_t *pnos = NULL;
    size_t count = 0;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(RIGHTS_ARENA);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for a request");
    *ret = (struct rights_facts){.right = f->right, .regime = f->regime, .facts = RIGHTS_FACT_IMPORT};
    const struct dict_purpose *p = f->purpose.len ? dictionary_purpose(people_dictionary(r->o.people), f->purpose) : NULL;
    if (p && (p->basis == DICT_CONTRACT || p->basis == DICT_LEGAL_OBLIGATION))
        ret->facts |= RIGHTS_FACT_CONTRACT;
    if (!f->pno) {
        ret->facts |= f->subject && f->subject >> 32 == 0 ? RIGHTS_FACT_ERASED : RIGHTS_FACT_UNKNOWN;
        return CU_OK;
    }
    CU_TRY(rights_members(r, d, f->pno, a, &pnos, &count, err));
    for (size_t i = 0; i < count; i++)
        CU_TRY(facts_of_profile(r, d, f, pnos[i], &ret->facts, err));
    return CU_OK;
}

// ---- the end of an act, inside its transaction

static cu_code tell(struct rights *r, struct doing *in, struct cu_error *err)
{
    uint32_t told = 0;
    enum rights_right right = in->row.right;
    bool tells = right == RIGHTS_ERASURE || right == RIGHTS_RECTIFICATION || right == RIGHTS_RESTRICTION ||
        right == RIGHTS_OPT_OUT;
    if (!r->o.tell || !tells || !in->row.pno || in->row.channel == RIGHTS_BY_CANARY) // nobody was told of one who is not
        return CU_OK;
    CU_TRY(r->o.tell(r->o.tell_context, in->row.id, in->row.pno, right, &told, err));
    in->row.waiting_for = told;
    return CU_OK;
}

static cu_code answer(struct rights *r, struct db *d, struct doing *in, struct rights_words *w, struct cu_error *err)
{
    bool sent = false;
    CU_TRY(rights_move(&in->row, in->row.waiting_for ? RIGHTS_PASS_ON : RIGHTS_FINISH, err));
    if (in->code)
        in->row.reason = cu_str_of(in->code);
    CU_TRY(rights_store(d, &in->row, err));
    CU_TRY(rights_step(r, &in->row, &(struct rights_note){.what = "executed", .actor = in->actor, .code = in->code,
        .note = in->note}, err));
    w->note = in->note;
    w->count = in->row.waiting_for;
    CU_TRY(rights_write(r, &in->row, "answer", w, &sent, err));
    if (!sent)
        return CU_OK;
    struct db_query q;
    CU_TRY(db_prepare(d, &rights_sql_answer_to, &q, err));
    db_bind_i64(&q, ":number", in->row.number);
    db_bind_null(&q, ":answer_to");
    return db_run(&q, err);
}

static cu_code again(struct rights *r, struct db *d, struct doing *in, struct cu_error *err)
{
    CU_TRY(rights_load(d, in->id, in->arena, &in->row, err));
    CU_TRY(rights_move(&in->row, RIGHTS_BEGIN, err)); // somebody else may have been quicker
    if (in->row.pno)
        CU_TRY(rights_members(r, d, in->row.pno, in->arena, &in->pnos, &in->count, err));
    return CU_OK;
}

// ---- access and portability

static cu_code give_copy(struct rights *r, struct db *d, void *context, struct cu_error *err)
{
    struct doing *in = context;
    struct rights_words w = {.until_ms = cu_now_ms() + RIGHTS_LINK_DAYS * RIGHTS_DAY_MS};
    CU_TRY(again(r, d, in, err));
    CU_TRY(rights_link(r, &in->row, CENTRE_LINK_DOWNLOAD, in->arena, &w.link, err));
    return answer(r, d, in, &w, err);
}

static cu_code person_of(struct rights *r, uint32_t pno, struct cu_uuid *ret, struct cu_error *err)
{
    struct db *d = NULL;
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = people_uuid(r->o.people, d, people_root(r->o.people, pno), ret, err);
    people_read_give(r->o.people, d);
    return code;
}

static cu_code make_copy(struct rights *r, uint32_t pno, struct cu_buf *out, struct cu_error *err)
{
    struct cu_uuid person;
    if (!r->o.archive)
        return cu_fail(err, CU_UNAVAILABLE, "", "no archive can be made here");
    CU_TRY(person_of(r, pno, &person, err));
    return r->o.archive(r->o.archive_context, person, out, err);
}

enum { ARCHIVE_MAX = 256 << 20 };

// It is made once before the person is told, so that nobody is sent to a page that fails.
static cu_code do_copy(struct rights *r, struct doing *in, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf file;
    cu_buf_init(&file, ARCHIVE_MAX);
    cu_code code = make_copy(r, in->row.pno, &file, err);
    cu_buf_wipe(&file);
    CU_TRY(code);
    return rights_within(r, give_copy, in, err);
}

cu_code rights_archive(struct rights *r, struct cu_uuid id, struct cu_buf *out, struct cu_error *err)
{
    struct rights_row row;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(RIGHTS_ARENA);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for a request");
    CU_TRY(rights_find(r, id, a, &row, err));
    bool copies = row.right == RIGHTS_ACCESS || row.right == RIGHTS_PORTABILITY;
    if (!copies || row.state != RIGHTS_FULFILLED || !row.pno ||
        cu_now_ms() > row.closed_ms + RIGHTS_LINK_DAYS * RIGHTS_DAY_MS)
        return cu_fail(err, CU_NOT_FOUND, "id", "there is no file to download any more");
    return make_copy(r, row.pno, out, err);
}

// ---- restriction

static cu_code restrict_all(struct rights *r, const uint32_t *pnos, size_t count, bool on, struct cu_error *err)
{
    uint64_t subjects[RIGHTS_PROFILES_MAX];
    size_t n = count < RIGHTS_PROFILES_MAX ? count : RIGHTS_PROFILES_MAX;
    for (size_t i = 0; i < n; i++)
        subjects[i] = pnos[i];
    CU_TRY(guard_restrict(people_guard(r->o.people), subjects, n, on, err));
    return gate_restrict(r->o.gate, pnos, n, on, err);
}

// The keys first: a crash in between leaves somebody restricted whose request is still open, never the other way.
static cu_code do_restrict(struct rights *r, struct db *d, struct doing *in, struct rights_words *w, struct cu_error *err)
{
    (void)d;
    (void)w;
    CU_TRY(restrict_all(r, in->pnos, in->count, true, err));
    in->row.restricted = true;
    return CU_OK;
}

// ---- objection, opt-out, limit

static bool uses_sensitive(const struct dictionary *dict, const struct dict_purpose *p)
{
    const struct dict_field *fields = NULL;
    size_t count = dictionary_person_fields(dict, &fields);
    for (size_t i = 0; i < count; i++) {
        for (uint32_t k = 0; k < fields[i].purpose_count && fields[i].level >= DICT_P3; k++) {
            if (cu_str_eq(fields[i].purposes[k], p->name))
                return true;
        }
    }
    return false;
}

static bool concerns(const struct dictionary *dict, const struct rights_full *f, const struct dict_purpose *p)
{
    if (p->basis == DICT_CONTRACT || p->basis == DICT_LEGAL_OBLIGATION)
        return false;
    switch (f->right) {
    case RIGHTS_OPT_OUT:
        return gate_sells(p);
    case RIGHTS_LIMIT:
        return uses_sensitive(dict, p);
    case RIGHTS_OBJECTION:
        return f->purpose.len ? cu_str_eq_nocase(p->name, f->purpose) : gate_is_marketing(p);
    case RIGHTS_ACCESS:
    case RIGHTS_PORTABILITY:
    case RIGHTS_RECTIFICATION:
    case RIGHTS_ERASURE:
    case RIGHTS_RESTRICTION:
    case RIGHTS_COMPLAINT:
    case RIGHTS_RIGHT_COUNT:
        break;
    }
    return false;
}

static cu_code say_no(struct rights *r, struct doing *in, cu_str purpose, struct cu_error *err)
{
    int64_t now = cu_now_ms();
    char id[37];
    cu_uuid_format(in->row.id, id);
    const struct evidence ev = {.time_ms = now, .received_ms = now};
    const struct gate_saying s = {.purpose = purpose, .state = GATE_REFUSED, .method = CU_LIT("request"),
        .evidence = cu_str_of(id),
        .form = cu_str_of(rights_right_name(in->row.right)), .channel = cu_str_of(rights_channel_name(in->row.channel)),
        .language = in->row.language, .by_person = in->row.channel == RIGHTS_BY_CENTRE};
    for (size_t i = 0; i < in->count; i++)
        CU_TRY(gate_say(r->o.gate, in->pnos[i], &s, &ev, err));
    return CU_OK;
}

static cu_code do_object(struct rights *r, struct db *d, struct doing *in, struct rights_words *w, struct cu_error *err)
{
    const struct dictionary *dict = people_dictionary(r->o.people);
    const struct dict_purpose *purposes = NULL;
    size_t count = dictionary_purposes(dict, &purposes), done = 0;
    (void)d;
    (void)w;
    for (size_t i = 0; i < count; i++) {
        if (!concerns(dict, &in->row, &purposes[i]))
            continue;
        CU_TRY(say_no(r, in, purposes[i].name, err));
        done++;
    }
    if (!done && in->row.purpose.len)
        return cu_fail(err, CU_CONFLICT, "purpose", "the dictionary has no such purpose any more");
    if (!done)
        in->code = "nothing_of_that_kind"; // no purpose here sells, advertises, or uses sensitive data
    return CU_OK;
}

// ---- rectification

static cu_code check_declared(const struct dictionary *dict, cu_str above, json values, int depth, struct cu_arena *a,
    struct cu_error *err)
{
    struct json_iter it = json_each(values);
    while (json_next(&it)) {
        cu_str path = above.len ? cu_arena_printf(a, "%.*s.%.*s", CU_ARG(above), CU_ARG(it.key)) : it.key;
        if (dictionary_person_field(dict, path))
            continue;
        if (!json_is(it.value, JSON_OBJECT) || depth > 3)
            return cu_fail(err, CU_INVALID, "values",
                "the dictionary does not have one of these fields; only declared fields can be corrected");
        CU_TRY(check_declared(dict, path, it.value, depth + 1, a, err));
    }
    return CU_OK;
}

static cu_code correct(struct rights *r, struct doing *in, json values, struct cu_error *err)
{
    const struct dictionary *dict = people_dictionary(r->o.people);
    int64_t now = cu_now_ms();
    const struct evidence ev = {.time_ms = now, .received_ms = now};
    if (!json_is(values, JSON_OBJECT) || json_count(values) == 0)
        return cu_fail(err, CU_MISSING, "values", "what to correct is expected: an object of fields and their right values");
    CU_TRY(check_declared(dict, CU_NONE, values, 0, in->arena, err));
    CU_TRY(dictionary_check_traits(dict, values, "values", err));
    return people_traits(r->o.people, in->row.pno, values, &ev, err);
}

// The values staff gave, else what the person wrote when that is an object of fields.
static cu_code do_correct(struct rights *r, struct db *d, struct doing *in, struct rights_words *w, struct cu_error *err)
{
    (void)d;
    (void)w;
    if (json_is(in->values, JSON_OBJECT))
        return correct(r, in, in->values, err);
    CU_AUTO_BUF struct cu_buf plain;
    json v = {0};
    cu_buf_init(&plain, RIGHTS_SEALED_MAX);
    CU_TRY(rights_unseal(r, RIGHTS_SEAL_DETAIL, in->row.subject, in->row.number, in->row.detail, &plain, err));
    struct json_parser *p = json_parser_new(RIGHTS_SEALED_MAX);
    struct cu_error not_json;
    cu_code code = p ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for a request");
    if (code == CU_OK && (plain.len == 0 || json_parse(p, cu_buf_view(&plain), &v, &not_json) != CU_OK))
        code = cu_fail(err, CU_MISSING, "values",
            "the person wrote in words what to correct: give the values as an object of fields");
    if (code == CU_OK)
        code = correct(r, in, v, err);
    json_parser_free(p);
    cu_buf_wipe(&plain);
    return code;
}

static cu_code do_complaint(struct rights *r, struct db *d, struct doing *in, struct rights_words *w, struct cu_error *err)
{
    (void)r;
    (void)d;
    (void)w;
    return cu_str_trim(in->note).len ? CU_OK : cu_fail(err, CU_MISSING, "note",
        "a complaint is answered in words: say what was found");
}

// ---- all of these in one transaction

static cu_code in_one_step(struct rights *r, struct db *d, void *context, struct cu_error *err)
{
    struct doing *in = context;
    struct rights_words w = {.count = 0};
    CU_TRY(again(r, d, in, err));
    switch (in->row.right) {
    case RIGHTS_RESTRICTION:
        CU_TRY(do_restrict(r, d, in, &w, err));
        break;
    case RIGHTS_OBJECTION:
    case RIGHTS_OPT_OUT:
    case RIGHTS_LIMIT:
        CU_TRY(do_object(r, d, in, &w, err));
        break;
    case RIGHTS_RECTIFICATION:
        CU_TRY(do_correct(r, d, in, &w, err));
        break;
    case RIGHTS_COMPLAINT:
        CU_TRY(do_complaint(r, d, in, &w, err));
        break;
    case RIGHTS_ACCESS:
    case RIGHTS_PORTABILITY:
    case RIGHTS_ERASURE:
    case RIGHTS_RIGHT_COUNT:
        return cu_fail(err, CU_INTERNAL, "", "that right takes more than one step");
    }
    CU_TRY(tell(r, in, err));
    return answer(r, d, in, &w, err);
}

// The person is gone already, by another request or at the shop's own hand.
static cu_code close_erased(struct rights *r, struct db *d, void *context, struct cu_error *err)
{
    struct doing *in = context;
    struct rights_words w = {.count = 0};
    CU_TRY(again(r, d, in, err));
    in->code = "erased_already";
    return answer(r, d, in, &w, err);
}

// ---- the whole; an erasure: rights_erase.c

static cu_code stopped(struct rights *r, struct db *d, void *context, struct cu_error *err)
{
    struct doing *in = context;
    CU_TRY(rights_load(d, in->id, in->arena, &in->row, err));
    in->row.reason = cu_str_of(in->code);
    CU_TRY(rights_store(d, &in->row, err));
    return rights_step(r, &in->row, &(struct rights_note){.what = "stopped", .actor = in->actor, .code = in->code}, err);
}

static cu_code weigh(struct rights *r, struct doing *in, struct rights_facts *facts, struct cu_error *err)
{
    struct db *d = NULL;
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = rights_load(d, in->id, in->arena, &in->row, err);
    if (code == CU_OK)
        code = rights_facts_of(r, d, &in->row, facts, err);
    people_read_give(r->o.people, d);
    return code;
}

static cu_code execute(struct rights *r, struct doing *in, struct cu_error *err)
{
    struct rights_facts facts;
    CU_TRY(weigh(r, in, &facts, err));
    if (in->row.state == RIGHTS_FULFILLED || in->row.state == RIGHTS_WAITING)
        return CU_OK;
    if (!rights_next(in->row.state, RIGHTS_BEGIN))
        return cu_fail(err, CU_CONFLICT, "state", in->row.proved_ms || !rights_is_open(in->row.state)
            ? "it is %s" : "it is %s: nobody has shown yet who asks", rights_state_name(in->row.state));
    if (in->row.begun_ms && in->row.right == RIGHTS_ERASURE)
        return rights_erase(r, in->id, in->actor, in->note, err); // what was begun goes on, whatever came up since
    const struct rights_rule *rule = rights_stopped_by(&facts);
    if (rule) {
        in->code = rule->name;
        CU_TRY(rights_within(r, stopped, in, err));
        return cu_fail(err, CU_CONFLICT, "rule", "%s: %s", rule->name, rule->why);
    }
    if (facts.facts & RIGHTS_FACT_ERASED)
        return rights_within(r, close_erased, in, err);
    if (in->row.right == RIGHTS_ERASURE)
        return rights_erase(r, in->id, in->actor, in->note, err);
    if (in->row.right == RIGHTS_ACCESS || in->row.right == RIGHTS_PORTABILITY)
        return do_copy(r, in, err);
    return rights_within(r, in_one_step, in, err);
}

cu_code rights_execute_with(struct rights *r, struct cu_uuid id, json values, cu_str note, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(RIGHTS_ARENA);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for a request");
    struct doing in = {.id = id, .actor = rights_actor(), .values = values, .note = note, .arena = a};
    if (note.len > RIGHTS_NOTE_MAX)
        return cu_fail(err, CU_TOO_LARGE, "note", "at most %d bytes are accepted here", RIGHTS_NOTE_MAX);
    const struct guard_access former = RIGHTS_BORROW;
    cu_code code = execute(r, &in, err);
    guard_enter(&former);
    return code;
}

cu_code rights_execute(struct rights *r, struct cu_uuid id, struct cu_error *err)
{
    return rights_execute_with(r, id, (json){0}, CU_NONE, err);
}

// ---- by itself

static bool goes_by_itself(const struct rights_full *f)
{
    switch (f->right) {
    case RIGHTS_ACCESS:
    case RIGHTS_PORTABILITY:
    case RIGHTS_RESTRICTION:
    case RIGHTS_OBJECTION:
    case RIGHTS_OPT_OUT:
    case RIGHTS_LIMIT:
        return true;
    case RIGHTS_ERASURE:
        return f->channel == RIGHTS_BY_CENTRE || f->channel == RIGHTS_BY_CANARY;
    case RIGHTS_RECTIFICATION:
    case RIGHTS_COMPLAINT:
    case RIGHTS_RIGHT_COUNT:
        break;
    }
    return false;
}

static cu_code waits(struct rights *r, struct db *d, void *context, struct cu_error *err)
{
    struct doing *in = context;
    CU_TRY(rights_load(d, in->id, in->arena, &in->row, err));
    return rights_step(r, &in->row, &(struct rights_note){.what = "waits_for_staff", .code = in->code}, err);
}

void rights_go_on(struct rights *r, struct cu_uuid id)
{
    struct cu_error err;
    struct rights_facts facts;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(RIGHTS_ARENA);
    struct doing in = {.id = id, .arena = a};
    if (!a || weigh(r, &in, &facts, &err) != CU_OK || in.row.state != RIGHTS_IN_PROGRESS || !goes_by_itself(&in.row))
        return;
    cu_code code = rights_execute(r, id, &err);
    if (code == CU_OK || (code == CU_CONFLICT && strcmp(err.field, "rule") == 0))
        return;
    in.code = cu_code_rows[code].name;
    const struct guard_access former = RIGHTS_BORROW;
    code = rights_within(r, waits, &in, &err); // staff see it in the list in any case
    (void)code;
    guard_enter(&former);
}

// ---- restrictions over time

static cu_code lift_one(struct rights *r, struct db *d, void *context, struct cu_error *err)
{
    struct doing *in = context;
    CU_TRY(rights_load(d, in->id, in->arena, &in->row, err));
    if (!in->row.restricted || !in->row.pno)
        return CU_OK;
    CU_TRY(rights_members(r, d, in->row.pno, in->arena, &in->pnos, &in->count, err));
    in->row.restricted = false;
    CU_TRY(rights_store(d, &in->row, err));
    struct rights_facts facts;
    CU_TRY(rights_facts_of(r, d, &in->row, &facts, err));
    if (!(facts.facts & RIGHTS_FACT_RESTRICTED)) // not by another request either
        CU_TRY(restrict_all(r, in->pnos, in->count, false, err));
    return rights_step(r, &in->row, &(struct rights_note){.what = "lifted"}, err);
}

cu_code rights_lift_due(struct rights *r, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(RIGHTS_ARENA);
    struct db *d = NULL;
    struct db_query q;
    struct cu_uuid ids[64];
    size_t count = 0;
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "no memory for a request");
    CU_TRY(people_read_take(r->o.people, &d, err));
    cu_code code = db_prepare(d, &rights_sql_to_lift, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":now_ms", cu_now_ms());
        db_bind_i64(&q, ":limit", CU_COUNT(ids));
        while (db_step(&q) && db_blob(&q, 0).len == sizeof ids[0].bytes)
            memcpy(ids[count++].bytes, db_blob(&q, 0).ptr, sizeof ids[0].bytes);
        code = db_end(&q, err);
    }
    people_read_give(r->o.people, d);
    for (size_t i = 0; i < count && code == CU_OK; i++) {
        struct doing in = {.id = ids[i], .arena = a};
        code = rights_within(r, lift_one, &in, err);
    }
    return code;
}

static cu_code restrict_person(struct rights *r, struct db *d, uint32_t pno, struct cu_arena *a, struct cu_error *err)
{
    uint32_t *pnos = NULL;
    size_t count = 0;
    CU_TRY(rights_members(r, d, pno, a, &pnos, &count, err));
    for (size_t i = 0; i < count; i++) {
        if (!gate_is_restricted(r->o.gate, pnos[i]) || !guard_is_restricted(people_guard(r->o.people), pnos[i]))
            CU_TRY(restrict_all(r, &pnos[i], 1, true, err));
    }
    return CU_OK;
}

// A restriction is the person's: a profile that was joined to them since is restricted, too.
cu_code rights_restrict_joined(struct rights *r, struct cu_error *err)
{
    int64_t after = 0;
    for (bool more = true; more;) {
        struct db *d = NULL;
        struct db_query q;
        uint32_t pnos[64];
        size_t count = 0;
        CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(RIGHTS_ARENA);
        if (!a)
            return cu_fail(err, CU_MEMORY, "", "no memory for a request");
        CU_TRY(people_read_take(r->o.people, &d, err));
        cu_code code = db_prepare(d, &rights_sql_in_restriction, &q, err);
        if (code == CU_OK) {
            db_bind_i64(&q, ":after", after);
            db_bind_i64(&q, ":limit", CU_COUNT(pnos));
            while (db_step(&q)) {
                after = db_i64(&q, 0);
                pnos[count++] = (uint32_t)db_i64(&q, 1);
            }
            code = db_end(&q, err);
        }
        for (size_t i = 0; i < count && code == CU_OK; i++)
            code = restrict_person(r, d, pnos[i], a, err);
        people_read_give(r->o.people, d);
        CU_TRY(code);
        more = count == CU_COUNT(pnos);
    }
    return CU_OK;
}
