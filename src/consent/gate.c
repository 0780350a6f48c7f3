// SPDX-License-Identifier: Apache-2.0
// The gate: opening, the check, the person's consents as JSON, forgetting. What is said comes in
// through gate_heard.c, is stored by gate_store.c and weighed by gate_fold.c.
#include "gate_internal.h"

#include "base/metric.h"
#include "gate_sql.h"

#include <stdio.h>

static const char *const state_names[GATE_STATE_COUNT] = {[GATE_UNKNOWN] = "unknown",
    [GATE_GRANTED] = "granted",
    [GATE_REFUSED] = "refused",
    [GATE_WITHDRAWN] = "withdrawn",
    [GATE_UNPROVEN] = "unproven",
    [GATE_REQUESTED] = "requested",
    [GATE_RECONFIRMED] = "reconfirmed",
    [GATE_EXPIRED] = "expired",
    [GATE_INVALIDATED] = "invalidated",
    [GATE_STALE] = "stale"};
static const char *const reason_names[GATE_REASON_COUNT] = {[GATE_OK] = "ok",
    [GATE_NO_PURPOSE] = "no_purpose",
    [GATE_NO_CONSENT] = "no_consent",
    [GATE_CONSENT_REFUSED] = "consent_refused",
    [GATE_CONSENT_WITHDRAWN] = "consent_withdrawn",
    [GATE_CONSENT_UNPROVEN] = "consent_unproven",
    [GATE_OBJECTED] = "objected",
    [GATE_NOT_PERMITTED] = "not_permitted",
    [GATE_PERSON_ERASED] = "person_erased",
    [GATE_CONSENT_EXPIRED] = "consent_expired",
    [GATE_CONSENT_STALE] = "consent_stale",
    [GATE_CONSENT_INVALIDATED] = "consent_invalidated",
    [GATE_UNDER_AGE] = "under_age",
    [GATE_RESTRICTED] = "restricted"};
static const char *const basis_names[] = {[DICT_CONSENT] = "consent",
    [DICT_CONTRACT] = "contract",
    [DICT_LEGAL_OBLIGATION] = "legal_obligation",
    [DICT_LEGITIMATE_INTEREST] = "legitimate_interest"};

const char *gate_state_name(enum gate_state s)
{
    return state_names[s];
}

const char *gate_reason_name(enum gate_reason r)
{
    return reason_names[r];
}

// ---- hooks of people/

static cu_code check_hook(void *ctx, struct db *d, const uint32_t *pnos, size_t count,
    cu_str purpose, const struct caller *caller, struct cu_error *err)
{
    return gate_check(ctx, d, pnos, count, purpose, caller, NULL, err);
}

static cu_code print_hook(void *ctx, struct db *d, const uint32_t *pnos, size_t count,
    struct json_writer *w, struct cu_error *err)
{
    return gate_print(ctx, d, pnos, count, w, err);
}

static cu_code forget_hook(void *ctx, const uint32_t *pnos, size_t count, struct cu_error *err)
{
    return gate_forget_people(ctx, pnos, count, err);
}

cu_code gate_open(struct people *p, struct gate **ret, struct cu_error *err)
{
    struct gate *g = cu_calloc(1, sizeof *g);
    if (!g)
        return cu_fail(err, CU_MEMORY, "", "no memory for the gate");
    g->people = p;
    (void)pthread_mutex_init(&g->noting, NULL);
    (void)pthread_rwlock_init(&g->policies.lock, NULL);
    (void)pthread_rwlock_init(&g->restricted.lock, NULL);
    g->cache = cu_calloc(GATE_CACHE_SIZE, sizeof *g->cache);
    g->signalled = cu_calloc(GATE_CACHE_SIZE, sizeof *g->signalled);
    if (!g->cache || !g->signalled) {
        gate_close(g);
        return cu_fail(err, CU_MEMORY, "", "no memory for the gate");
    }
    g->passes = cu_metric_get(
        CU_COUNTER, "custos_gate_passed_total", NULL, "Checks of the gate that passed.");
    g->conflicts = cu_metric_get(CU_COUNTER, "custos_gpc_conflicts_total", NULL,
        "Signals against sale (Sec-GPC) of browsers whose person opted in by an act since.");
    for (int i = GATE_OK + 1; i < GATE_REASON_COUNT; i++) {
        char labels[64];
        (void)snprintf(labels, sizeof labels, "reason=\"%s\"", reason_names[i]);
        g->refusals[i] = cu_metric_get(CU_COUNTER, "custos_gate_refused_total", labels,
            "Checks of the gate that were refused, by reason.");
    }
    people_set_gate(p, check_hook, g);
    people_set_consent_view(p, print_hook, g);
    people_on_forget(p, forget_hook, g);
    *ret = g;
    return CU_OK;
}

void gate_close(struct gate *g)
{
    if (!g)
        return;
    (void)pthread_mutex_destroy(&g->noting);
    cu_free(g->shop_name);
    cu_free(g->shop_url);
    cu_free(g->audit_folder);
    (void)pthread_rwlock_destroy(&g->policies.lock);
    (void)pthread_rwlock_destroy(&g->restricted.lock);
    if (g->restricted.profiles)
        roaring_bitmap_free(g->restricted.profiles);
    cu_free(g->policies.at);
    cu_free(g->policies.made_ms);
    cu_free(g->cache);
    cu_free(g->signalled);
    cu_free(g);
}

void gate_rolled_back(struct gate *g)
{
    memset(g->cache, 0, GATE_CACHE_SIZE * sizeof *g->cache);
    memset(g->signalled, 0, GATE_CACHE_SIZE * sizeof *g->signalled);
}

// ---- the check

// Staff and tokens work for a purpose of the guard's closed list that staff may have; the role has named it
// (govern/role.h). One without a purpose came by no role and reads nobody.
static bool works_for_something(const struct caller *actor)
{
    const struct guard_purpose *p = guard_purpose_find(actor->purpose);
    return p && p->staff;
}

static bool actor_permitted(const struct caller *actor)
{
    if (!actor)
        return false;
    switch (actor->kind) {
    case CALLER_LOCAL:
        return true;
    case CALLER_STAFF:
    case CALLER_TOKEN:
        return (actor->permissions >> SPEC_PEOPLE_READ & 1) != 0 && works_for_something(actor);
    case CALLER_PERSON: // the dispatcher and the guard see to it that it is their own record
        return true;
    case CALLER_NOBODY:
    default:
        return false;
    }
}

// "service" is what a shop does for a customer who asked for it: contract, whatever the dictionary
// says of other purposes. A dictionary may declare it itself.
static bool basis_of(const struct dictionary *dict, cu_str purpose, enum dict_basis *ret)
{
    const struct dict_purpose *row = dict ? dictionary_purpose(dict, purpose) : NULL;
    if (row)
        *ret = row->basis;
    else
        *ret = DICT_CONTRACT;
    return row || cu_str_eqz(purpose, "service");
}

enum gate_reason gate_weigh(const struct dictionary *d, cu_str purpose, enum gate_state state)
{
    enum dict_basis basis = DICT_CONSENT;
    return basis_of(d, purpose, &basis) ? gate_decide(basis, state) : GATE_NO_PURPOSE;
}

// ---- restriction

cu_code gate_restrict(struct gate *g, const uint32_t *pnos, size_t count, bool on, struct cu_error *err)
{
    (void)pthread_rwlock_wrlock(&g->restricted.lock);
    if (!g->restricted.profiles)
        g->restricted.profiles = roaring_bitmap_create();
    bool there = g->restricted.profiles != NULL;
    for (size_t i = 0; i < count && there; i++) {
        if (on)
            roaring_bitmap_add(g->restricted.profiles, pnos[i]);
        else
            roaring_bitmap_remove(g->restricted.profiles, pnos[i]);
    }
    (void)pthread_rwlock_unlock(&g->restricted.lock);
    return there ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for a restriction");
}

bool gate_is_restricted(struct gate *g, uint32_t pno)
{
    (void)pthread_rwlock_rdlock(&g->restricted.lock);
    bool is = g->restricted.profiles && roaring_bitmap_contains(g->restricted.profiles, pno);
    (void)pthread_rwlock_unlock(&g->restricted.lock);
    return is;
}

// The work under way may look at restricted people, as the guard would let it.
static bool opens_restricted(void)
{
    const struct guard_purpose *p = guard_purpose_find(guard_current()->purpose);
    return p && p->opens_restricted;
}

static cu_code weigh_part(struct gate *g, struct db *d, const uint32_t *pnos, size_t count, cu_str purpose, struct gate_part part,
    enum dict_basis basis, enum gate_reason *ret, struct cu_error *err)
{
    struct gate_folded whole, of_part = {.state = GATE_UNKNOWN, .since_ms = INT64_MIN};
    char method[40], key[GATE_KEY_MAX];
    CU_TRY(gate_state_of(g, d, pnos, count, purpose, &whole, method, err));
    CU_TRY(gate_key(purpose, part, key, err));
    if (part.channel.len || part.recipient.len)
        CU_TRY(gate_state_of(g, d, pnos, count, cu_str_of(key), &of_part, method, err));
    *ret = gate_decide_part(basis, &whole, &of_part);
    return CU_OK;
}

static cu_code decide(struct gate *g, struct db *d, const uint32_t *pnos, size_t count, cu_str purpose, struct gate_part part,
    const struct caller *actor, enum gate_reason *ret, struct cu_error *err)
{
    enum dict_basis basis = DICT_CONSENT;
    *ret = GATE_NOT_PERMITTED;
    if (!actor_permitted(actor))
        return CU_OK;
    *ret = GATE_PERSON_ERASED;
    for (size_t i = 0; i < count; i++) {
        if (guard_is_erased(people_guard(g->people), pnos[i]))
            return CU_OK;
    }
    if (count == 0)
        return CU_OK;
    *ret = GATE_NO_PURPOSE;
    if (!basis_of(people_dictionary(g->people), purpose, &basis))
        return CU_OK;
    *ret = GATE_RESTRICTED;
    for (size_t i = 0; i < count && basis != DICT_LEGAL_OBLIGATION && !opens_restricted(); i++) {
        if (gate_is_restricted(g, pnos[i]))
            return CU_OK;
    }
    CU_TRY(weigh_part(g, d, pnos, count, purpose, part, basis, ret, err));
    if (*ret == GATE_CONSENT_INVALIDATED)
        return gate_age_reason(g, d, pnos, count, ret, err);
    return CU_OK;
}

cu_code gate_check(struct gate *g, struct db *d, const uint32_t *pnos, size_t count, cu_str purpose,
    const struct caller *actor, enum gate_reason *ret_reason, struct cu_error *err)
{
    return gate_check_part(g, d, pnos, count, purpose, (struct gate_part){CU_NONE, CU_NONE}, actor, ret_reason, err);
}

cu_code gate_check_part(struct gate *g, struct db *d, const uint32_t *pnos, size_t count, cu_str purpose, struct gate_part part,
    const struct caller *actor, enum gate_reason *ret_reason, struct cu_error *err)
{
    enum gate_reason reason = GATE_NOT_PERMITTED;
    CU_TRY(decide(g, d, pnos, count, purpose, part, actor, &reason, err));
    if (ret_reason)
        *ret_reason = reason;
    cu_metric_add(reason == GATE_OK ? g->passes : g->refusals[reason], 1);
    if (reason == GATE_OK)
        return CU_OK;
    return cu_fail(err, CU_REFUSED, "", "the gate refused this purpose: %s", reason_names[reason]);
}

cu_code gate_print(struct gate *g, struct db *d, const uint32_t *pnos, size_t count,
    struct json_writer *w, struct cu_error *err)
{
    const struct dict_purpose *purposes = NULL;
    size_t n = dictionary_purposes(people_dictionary(g->people), &purposes);
    for (size_t i = 0; i < n; i++) {
        struct gate_folded state;
        char method[40] = "";
        CU_TRY(gate_state_of(g, d, pnos, count, purposes[i].name, &state, method, err));
        jw_object(w);
        jw_kstr(w, "purpose", purposes[i].name);
        jw_kz(w, "state", state_names[state.state]);
        jw_kz(w, "basis", basis_names[purposes[i].basis]);
        jw_ktime(w, "since", state.since_ms);
        jw_kstr(w, "method", state.state == GATE_UNKNOWN ? CU_NONE : cu_str_of(method));
        jw_kbool(w, "proven", state.state != GATE_UNKNOWN && state.state != GATE_UNPROVEN);
        jw_kbool(w, "allowed", gate_decide(purposes[i].basis, state.state) == GATE_OK);
        jw_ktime(w, "until", record_permits(state.state) && state.until_ms ? state.until_ms : INT64_MIN);
        int64_t again_ms = gate_ask_again(state.state, state.since_ms);
        jw_ktime(w, "ask_again", again_ms ? again_ms : INT64_MIN);
        CU_TRY(gate_print_parts(g, d, pnos, count, &purposes[i], w, err));
        jw_object_end(w);
    }
    return CU_OK;
}

enum gate_state gate_stricter(enum gate_state a, enum gate_state b)
{
    return gate_most_restrictive(a, b);
}

cu_code gate_states(struct gate *g, struct db *d, uint32_t first, uint32_t end, gate_state_visit *visit, void *context,
    struct cu_error *err)
{
    struct db_query q;
    const int64_t now_ms = cu_now_ms();
    CU_TRY(db_prepare(d, &gate_sql_states_range, &q, err));
    db_bind_i64(&q, ":low", first);
    db_bind_i64(&q, ":high", (int64_t)end - 1);
    cu_code code = CU_OK;
    while (code == CU_OK && db_step(&q)) {
        cu_str purpose = db_str(&q, 1);
        if (gate_key_purpose(purpose).len == purpose.len) // not of a part
            code = visit(context, (uint32_t)db_i64(&q, 0), purpose, gate_standing(g, purpose, &q, 2, now_ms), err);
    }
    cu_code ended = db_end(&q, code == CU_OK ? err : NULL);
    return code != CU_OK ? code : ended;
}

// ---- forgetting

cu_code gate_forget_people(struct gate *g, const uint32_t *pnos, size_t count, struct cu_error *err)
{
    static const struct db_statement *const statements[] = {
        &gate_sql_forget_evidence_of_person, &gate_sql_forget_state_of_person, &gate_sql_forget_minor};
    for (size_t i = 0; i < count * CU_COUNT(statements); i++) {
        struct db_query q;
        CU_TRY(db_prepare(people_db(g->people), statements[i % CU_COUNT(statements)], &q, err));
        db_bind_i64(&q, ":pno", pnos[i / CU_COUNT(statements)]);
        CU_TRY(db_run(&q, err));
    }
    gate_rolled_back(g); // what it remembers of them is gone
    return CU_OK;
}

enum { FORGET_STEP = 200 };
struct forget_pair {
    uint32_t pno;
    char purpose[128];
};
struct forgetting {
    const struct db_statement *find, *forget;
    uint32_t import; // 0: sample data
};

static cu_code find_pairs(struct db *d, const struct forgetting *f, struct forget_pair *pairs,
    size_t *ret_count, struct cu_error *err)
{
    struct db_query q;
    *ret_count = 0;
    CU_TRY(db_prepare(d, f->find, &q, err));
    if (f->import)
        db_bind_i64(&q, ":import", f->import);
    db_bind_i64(&q, ":limit", FORGET_STEP);
    while (db_step(&q)) {
        struct forget_pair *pair = &pairs[(*ret_count)++];
        pair->pno = (uint32_t)db_i64(&q, 0);
        (void)snprintf(pair->purpose, sizeof pair->purpose, "%.*s", CU_ARG(db_str(&q, 1)));
    }
    return db_end(&q, err);
}

static cu_code forget_step(
    struct gate *g, const struct forgetting *f, bool *ret_done, struct cu_error *err)
{
    struct db *d = people_db(g->people);
    struct forget_pair pairs[FORGET_STEP];
    size_t count = 0;
    CU_TRY(find_pairs(d, f, pairs, &count, err));
    for (size_t i = 0; i < count; i++) {
        struct db_query q;
        CU_TRY(db_prepare(d, f->forget, &q, err));
        db_bind_i64(&q, ":pno", pairs[i].pno);
        db_bind_str(&q, ":purpose", cu_str_of(pairs[i].purpose));
        if (f->import)
            db_bind_i64(&q, ":import", f->import);
        CU_TRY(db_run(&q, err));
        CU_TRY(gate_refold(d, pairs[i].pno, cu_str_of(pairs[i].purpose), err));
        people_note(g->people, pairs[i].pno, PEOPLE_CONSENTS);
    }
    *ret_done = count < FORGET_STEP;
    gate_rolled_back(g);
    return CU_OK;
}

cu_code gate_forget_import(struct gate *g, uint32_t import, bool *ret_done, struct cu_error *err)
{
    const struct forgetting f = {&gate_sql_pairs_of_import, &gate_sql_forget_import, import};
    *ret_done = true;
    return import == 0 ? CU_OK : forget_step(g, &f, ret_done, err);
}

cu_code gate_forget_sample(struct gate *g, bool *ret_done, struct cu_error *err)
{
    const struct forgetting f = {&gate_sql_pairs_of_sample, &gate_sql_forget_sample, 0};
    return forget_step(g, &f, ret_done, err);
}
