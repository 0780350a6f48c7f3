// SPDX-License-Identifier: Apache-2.0
// What clients, imports and staff say, turned into statements per purpose. The convention is
// Segment's: context.consent.categoryPreferences, categories mapped to purposes by the dictionary.
// Called by the pipeline's consent stage, by the importer's events on the same way, and by the
// staff route.
#include "gate_internal.h"
#include "gpp_map.h"

#include "base/hash.h"

#include <time.h>

#define GATE_PROOF_MAX 8192

static bool may_be_said(
    const struct dict_purpose *p) // nobody can refuse what rests on contract or law
{
    return p->basis == DICT_CONSENT || p->basis == DICT_LEGITIMATE_INTEREST;
}

static bool is_category_of(const struct dict_purpose *p, cu_str name)
{
    for (uint32_t i = 0; i < p->category_count; i++) {
        if (cu_str_eq_nocase(p->categories[i], name))
            return true;
    }
    return false;
}

// Granted when at least one of the purpose's categories is named and all that are named are true.
// An object that names other categories only says nothing of this purpose (a cookie banner does not
// speak of e-mail); an empty one refuses all.
static enum gate_state by_categories(const struct dict_purpose *p, json preferences)
{
    bool named = false, all = true;
    struct json_iter it = json_each(preferences);
    while (json_next(&it)) {
        bool yes = false;
        if (!is_category_of(p, it.key))
            continue;
        named = true;
        all = all && json_bool(it.value, &yes) && yes;
    }
    if (!named && json_count(preferences) > 0)
        return GATE_UNKNOWN;
    return named && all ? GATE_GRANTED : GATE_REFUSED;
}

static enum gate_state by_purpose(const struct dict_purpose *p, json purposes)
{
    struct json_iter it = json_each(purposes);
    while (json_next(&it)) {
        bool yes = false;
        if (cu_str_eq(it.key, p->name))
            return json_bool(it.value, &yes) && yes ? GATE_GRANTED : GATE_REFUSED;
    }
    return GATE_UNKNOWN;
}

// Strings of the advertising industry: context.consent.tcString and gppString. One that cannot be read says nothing.
enum { STRINGS = 2 };
static const char *const string_members[STRINGS] = {"tcString", "gppString"};

static void open_strings(json consent, struct consent_string ret[STRINGS])
{
    for (int i = 0; i < STRINGS; i++) {
        cu_str text = json_str(json_get(consent, string_members[i]));
        ret[i] = (struct consent_string){.has_tcf = false};
        if (!text.len || consent_string_open(text, &ret[i], NULL) == CU_OK)
            continue;
        consent_string_clear(&ret[i]);
        ret[i].gpp.count = 0;
    }
}

static enum gate_state by_strings(const struct dict_purpose *p, const struct consent_string strings[STRINGS])
{
    enum gate_state s = GATE_UNKNOWN;
    for (int i = 0; i < STRINGS; i++) {
        enum consent_says says = consent_string_says(&strings[i], p);
        if (says == CONSENT_REFUSES)
            return GATE_REFUSED;
        s = says == CONSENT_GRANTS ? GATE_GRANTED : s;
    }
    return s;
}

// The more exact first: purposes by their names, then categories, then strings.
static enum gate_state state_said(const struct dict_purpose *p, json consent, const struct consent_string strings[STRINGS])
{
    json preferences = json_get(consent, "categoryPreferences");
    enum gate_state s = by_purpose(p, json_get(consent, "purposes"));
    if (s == GATE_UNKNOWN && json_is(preferences, JSON_OBJECT) && p->category_count > 0)
        s = by_categories(p, preferences);
    return s == GATE_UNKNOWN ? by_strings(p, strings) : s;
}

// Independent of the order of members.
static uint64_t fingerprint_of(json object, uint64_t seed)
{
    uint64_t sum = seed;
    struct json_iter it = json_each(object);
    while (json_next(&it)) {
        bool yes = false;
        bool known = json_bool(it.value, &yes);
        sum += cu_hash64(it.key.ptr, it.key.len, seed ^ (known ? yes ? 1 : 2 : 3));
    }
    return sum + json_count(object);
}

// What a client may say of how it asked: context.consent.{language,form,button,channel,recipient,wording}.
static struct gate_saying details_of(json consent)
{
    struct gate_saying s = {.language = json_str(json_get(consent, "language")),
        .form = json_str(json_get(consent, "form")),
        .button = json_str(json_get(consent, "button")),
        .channel = json_str(json_get(consent, "channel")),
        .recipient = json_str(json_get(consent, "recipient"))};
    (void)json_i64(json_get(consent, "wording"), &s.wording);
    return s;
}

static cu_code state_each(struct gate *g, uint32_t pno, json consent, const struct consent_string strings[STRINGS],
    enum gate_heard heard, const struct evidence *ev, struct cu_error *err)
{
    static const char *const methods[] = {[GATE_BY_CONTEXT] = "context",
        [GATE_BY_ACT] = "preference update",
        [GATE_BY_STAFF] = "staff",
        [GATE_BY_IMPORT] = "import"};
    const struct dict_purpose *purposes = NULL;
    const struct gate_saying said = details_of(consent);
    size_t count = dictionary_purposes(people_dictionary(g->people), &purposes);
    cu_str proof =
        heard == GATE_BY_IMPORT ? cu_str_trim(json_str(json_get(consent, "evidence"))) : CU_NONE;
    if (proof.len > GATE_PROOF_MAX)
        return cu_fail(err, CU_TOO_LARGE, "/context/consent/evidence",
            "at most %d bytes are accepted here", GATE_PROOF_MAX);
    for (size_t i = 0; i < count; i++) {
        struct gate_statement s = {.pno = pno,
            .purpose = purposes[i].name,
            .heard = heard,
            .method = cu_str_of(methods[heard]),
            .proof_text = proof,
            .ev = ev,
            .said = &said};
        s.state = may_be_said(&purposes[i]) ? state_said(&purposes[i], consent, strings) : GATE_UNKNOWN;
        if (s.state == GATE_GRANTED && heard == GATE_BY_IMPORT && proof.len == 0)
            s.state = GATE_UNPROVEN;
        if (s.state == GATE_GRANTED && gate_is_marketing(&purposes[i]))
            CU_TRY(gate_age_weigh(g, pno, ev->time_ms, &s.state, err));
        if (s.state != GATE_UNKNOWN)
            CU_TRY(gate_store(g, &s, err));
    }
    return CU_OK;
}

static cu_code state_all(
    struct gate *g, uint32_t pno, json consent, enum gate_heard heard, const struct evidence *ev, struct cu_error *err)
{
    struct consent_string strings[STRINGS];
    open_strings(consent, strings);
    cu_code code = state_each(g, pno, consent, strings, heard, ev, err);
    for (int i = 0; i < STRINGS; i++)
        consent_string_clear(&strings[i]);
    return code;
}

cu_code gate_project(struct gate *g, uint32_t pno, json consent, enum gate_heard heard,
    const struct evidence *ev, struct cu_error *err)
{
    json preferences = json_get(consent, "categoryPreferences"),
         named = json_get(consent, "purposes");
    cu_str tcf = json_str(json_get(consent, string_members[0])), gpp = json_str(json_get(consent, string_members[1]));
    if (pno == 0 || (!json_is(preferences, JSON_OBJECT) && !json_is(named, JSON_OBJECT) && !tcf.len && !gpp.len))
        return CU_OK;
    if (ev->import)
        heard = GATE_BY_IMPORT;
    uint64_t seed = dictionary_version(people_dictionary(g->people)) ^
                    (json_is(preferences, JSON_OBJECT) ? 0 : 1);
    uint64_t fingerprint = fingerprint_of(preferences, seed) ^ fingerprint_of(named, ~seed);
    if (tcf.len || gpp.len)
        fingerprint ^= cu_hash64(tcf.ptr, tcf.len, seed + 1) ^ cu_hash64(gpp.ptr, gpp.len, seed + 2);
    struct gate_cached *c = &g->cache[pno % GATE_CACHE_SIZE];
    if (heard == GATE_BY_CONTEXT && c->pno == pno && c->fingerprint == fingerprint &&
        ev->time_ms >= c->from_ms && ev->time_ms < c->until_ms)
        return CU_OK;
    CU_TRY(state_all(g, pno, consent, heard, ev, err));
    *c = (struct gate_cached){0};
    if (heard == GATE_BY_CONTEXT || heard == GATE_BY_ACT)
        *c = (struct gate_cached){fingerprint, ev->time_ms, ev->time_ms + GATE_REPEAT_MS, pno};
    return CU_OK;
}

static cu_code check_saying(const struct dict_purpose *row, const struct gate_saying *s, const struct evidence *ev,
    struct cu_error *err)
{
    if (!row)
        return cu_fail(err, CU_NOT_FOUND, "purpose", "the dictionary has no such purpose");
    if (!may_be_said(row))
        return cu_fail(err, CU_CONFLICT, "purpose",
            "this purpose rests on contract or law, not on what the person says");
    if (s->state != GATE_GRANTED && s->state != GATE_REFUSED && s->state != GATE_WITHDRAWN && s->state != GATE_REQUESTED &&
        s->state != GATE_INVALIDATED)
        return cu_fail(err, CU_INVALID, "/state", "granted, refused, withdrawn, requested or invalidated is accepted here");
    if (s->evidence.len > GATE_PROOF_MAX)
        return cu_fail(
            err, CU_TOO_LARGE, "/evidence", "at most %d bytes are accepted here", GATE_PROOF_MAX);
    if (s->state == GATE_GRANTED && cu_str_trim(s->evidence).len == 0 && ev->import == 0)
        return cu_fail(err, CU_MISSING, "/evidence",
            "a consent needs its evidence: how and when it was given");
    return CU_OK;
}

// Not asked again for twelve months after a refusal: CCPA 1798.135(c)(4), and a shop's manners anywhere.
static cu_code check_asking(struct gate *g, uint32_t pno, cu_str purpose, int64_t now_ms, struct cu_error *err)
{
    struct gate_folded f;
    char method[40];
    CU_TRY(gate_state_of(g, people_db(g->people), &pno, 1, purpose, &f, method, err));
    int64_t again_ms = gate_ask_again(f.state, f.since_ms);
    if (again_ms <= now_ms)
        return CU_OK;
    struct tm day;
    time_t seconds = (time_t)(again_ms / 1000);
    char date[16] = "";
    if (gmtime_r(&seconds, &day))
        (void)strftime(date, sizeof date, "%Y-%m-%d", &day);
    return cu_fail(err, CU_CONFLICT, "/state", "the person refused; asking again is allowed from %s on", date);
}

cu_code gate_say(
    struct gate *g, uint32_t pno, const struct gate_saying *said, const struct evidence *ev, struct cu_error *err)
{
    const struct dict_purpose *row = dictionary_purpose(people_dictionary(g->people), said->purpose);
    char key[GATE_KEY_MAX];
    CU_TRY(check_saying(row, said, ev, err));
    CU_TRY(gate_key(row->name, said->only, key, err));
    bool bare = cu_str_trim(said->evidence).len == 0;
    struct gate_statement s = {.pno = pno,
        .purpose = cu_str_of(key),
        .heard = ev->import ? GATE_BY_IMPORT : said->by_person ? GATE_BY_ACT : GATE_BY_STAFF,
        .state = said->state == GATE_GRANTED && bare ? GATE_UNPROVEN : said->state,
        .method = said->method,
        .proof_text = said->evidence,
        .ev = ev,
        .said = said};
    if (said->state == GATE_REQUESTED)
        CU_TRY(check_asking(g, pno, s.purpose, ev->time_ms, err));
    if (s.state == GATE_GRANTED && gate_is_marketing(row)) {
        CU_TRY(gate_age_weigh(g, pno, ev->time_ms, &s.state, err));
        if (s.state != GATE_GRANTED)
            return cu_fail(err, CU_CONFLICT, "/state", "under_age: the person is under the age of consent for marketing");
    }
    CU_TRY(gate_store(g, &s, err));
    g->cache[pno % GATE_CACHE_SIZE] = (struct gate_cached){0};
    return CU_OK;
}

cu_code gate_set(struct gate *g, uint32_t pno, cu_str purpose, enum gate_state state, cu_str method,
    cu_str evidence_text, const struct evidence *ev, struct cu_error *err)
{
    const struct gate_saying s = {.purpose = purpose, .state = state, .method = method, .evidence = evidence_text};
    return gate_say(g, pno, &s, ev, err);
}

// ---- Sec-GPC

cu_code gate_signal(struct gate *g, uint32_t pno, const struct evidence *ev, struct cu_error *err)
{
    const struct dict_purpose *purposes = NULL;
    const struct dictionary *dict = people_dictionary(g->people);
    size_t count = dictionary_purposes(dict, &purposes);
    uint64_t *heard = &g->signalled[pno % GATE_CACHE_SIZE], key = dictionary_version(dict) << 32 ^ pno;
    if (pno == 0 || *heard == key)
        return CU_OK;
    for (size_t i = 0; i < count; i++) {
        const struct gate_statement s = {.pno = pno,
            .purpose = purposes[i].name,
            .heard = GATE_BY_SIGNAL,
            .state = GATE_REFUSED,
            .method = CU_LIT("gpc"),
            .ev = ev};
        if (may_be_said(&purposes[i]) && gate_sells(&purposes[i]))
            CU_TRY(gate_store(g, &s, err));
    }
    *heard = key;
    return CU_OK;
}
