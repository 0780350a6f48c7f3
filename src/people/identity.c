// SPDX-License-Identifier: Apache-2.0
// Who is this? The deterministic decision from the identifiers of one event to one profile. Called
// by the pipeline for every event, under people_lock inside a batch. A known visitor costs one
// keyed hash and one cache probe; databases are touched only when something new is learned.
//
// Invariants
// 1. An identifier belongs to one profile. It moves only once, to a profile of its own
// (identifier_split).
// 2. Origins of an identifier that is not its profile's anchor are a subset of the anchor's (where
// 0
//    stands for all): each origin that saw it saw it together with the anchor. So taking an origin
//    back leaves no identifier in a profile whose link it has lost.
// 3. The decision depends on the event and the stored state alone, not on caches or on the order in
//    which a client wrote members of different strength.
// 4. Rules: strongest first, each further identifier is accepted unless the united person would
// hold more
//    values of a kind than its limit (counting only kinds that both sides have), a never_link pair,
//    or too many profiles; an identifier that is not accepted is demoted: it stays where it is.
#include "internal.h"
#include "people_sql.h"

#include "base/log.h"
#include "base/metric.h"
#include "text/text.h"

struct decision {
    struct people *p;
    const struct evidence *ev;
    struct candidate c[PERSON_IDS_MAX];
    size_t count;
    uint32_t roots[PERSON_IDS_MAX]; // persons accepted so far
    size_t root_count;
    size_t profiles; // of these persons
    bool counted;    // base holds the kinds of roots
    uint32_t base[PERSON_KINDS_MAX], pending[PERSON_KINDS_MAX];
    bool refused_by_state[PERSON_IDS_MAX]; // demoted for what is stored alone
    enum edge_evidence how;
    uint16_t exempt; // kind whose limit an alias may pass
};

static struct cu_metric *demoted_metric(void)
{
    static struct cu_metric *m;
    if (!m)
        m = cu_metric_get(CU_COUNTER, "custos_identity_demoted_total", NULL,
            "Identifiers ignored for linking because the rules refused.");
    return m;
}

// The stored row behind a tag: cache, else index.db and records.db.
static cu_code load_candidate(struct decision *d, struct candidate *c, struct cu_error *err)
{
    struct people *p = d->p;
    struct index_row row;
    bool found = false;
    CU_TRY(index_find(p, c->tag, &row, &found, err));
    if (!found)
        return CU_OK;
    struct db_query q;
    int64_t own = 0, origin = evidence_origin(d->ev);
    CU_TRY(db_prepare(p->records, &people_sql_identifier_get, &q, err));
    db_bind_i64(&q, ":id", row.identifier);
    found = db_step(&q) && (uint32_t)db_i64(&q, 0) == row.pno;
    if (found) {
        c->anchor = db_i64(&q, 2) != 0;
        own = db_i64(&q, 3);
        c->first_day = text_day_of(db_i64(&q, 4));
        c->day = text_day_of(db_i64(&q, 5));
    }
    CU_TRY(db_end(&q, err));
    if (!found) { // cannot happen while index.c's invariant 1 holds; the row is written anew below
        cu_log(CU_LOG_WARN, "people.index_row_stale", CU_LI("pno", row.pno));
        return CU_OK;
    }
    c->known = true;
    c->pno = row.pno;
    c->identifier = row.identifier;
    CU_TRY(
        confirmation_covers(p, CONFIRM_IDENTIFIER, c->identifier, own, origin, &c->covered, err));
    int64_t has = own == 0 || !c->covered ? own : origin;
    struct idcache_tag entry = {.identifier = c->identifier,
        .pno = c->pno,
        .kind = c->kind,
        .anchor = c->anchor,
        .import = (uint32_t)has,
        .sample = has >= ORIGIN_SAMPLE,
        .first_day = c->first_day,
        .day = c->day};
    memcpy(entry.tag, c->tag, sizeof(entry.tag));
    (void)idcache_put(&p->idcache, &entry);
    return CU_OK;
}

static cu_code find_candidate(struct decision *d, struct candidate *c, struct cu_error *err)
{
    const struct idcache_tag *t = idcache_find(&d->p->idcache, c->tag);
    if (!t)
        return load_candidate(d, c, err);
    const struct evidence *ev = d->ev;
    c->known = true;
    c->pno = t->pno;
    c->identifier = t->identifier;
    c->anchor = t->anchor;
    c->first_day = t->first_day;
    c->day = t->day;
    bool live = t->import == 0 && !t->sample;
    bool same = t->import == ev->import && t->sample == ev->sample;
    c->covered = live || same;
    if (c->covered)
        return CU_OK;
    // The cached origin is one of several: look before anything is written.
    idcache_drop(&d->p->idcache, c->tag);
    return load_candidate(d, c, err);
}

// First and last seen of an identifier are kept to the day: at most one write a day.
static cu_code note_day(struct decision *d, struct candidate *c, struct cu_error *err)
{
    int32_t day = text_day_of(d->ev->time_ms);
    if (day >= c->first_day && day <= c->day)
        return CU_OK;
    struct db_query q;
    CU_TRY(db_prepare(d->p->records, &people_sql_identifier_seen, &q, err));
    db_bind_i64(&q, ":id", c->identifier);
    db_bind_i64(&q, ":ms", d->ev->time_ms);
    CU_TRY(db_run(&q, err));
    struct idcache_tag *t = idcache_find(&d->p->idcache, c->tag);
    if (t) {
        t->first_day = day < t->first_day ? day : t->first_day;
        t->day = day > t->day ? day : t->day;
    }
    return CU_OK;
}

static cu_code add_kinds(
    struct people *p, uint32_t root, uint32_t counts[PERSON_KINDS_MAX], struct cu_error *err)
{
    uint32_t members[PERSON_PROFILES_MAX];
    size_t n = roster_members(&p->roster, root, members, CU_COUNT(members));
    for (size_t i = 0; i < n && i < CU_COUNT(members); i++) {
        struct db_query q;
        CU_TRY(db_prepare(p->records, &people_sql_identifier_kinds_of, &q, err));
        db_bind_i64(&q, ":pno", members[i]);
        while (db_step(&q))
            counts[(uint8_t)db_i64(&q, 0)] += (uint32_t)db_i64(&q, 1);
        CU_TRY(db_end(&q, err));
    }
    return CU_OK;
}

// What the persons accepted so far hold: read only when a decision needs it.
static cu_code count_accepted(struct decision *d, struct cu_error *err)
{
    if (d->counted)
        return CU_OK;
    for (size_t i = 0; i < d->root_count; i++)
        CU_TRY(add_kinds(d->p, d->roots[i], d->base, err));
    d->counted = true;
    return CU_OK;
}

static uint32_t limit_of(const struct decision *d, size_t kind)
{
    int32_t limit = d->p->kinds.at[kind].limit;
    return limit < 1 ? 1u : (uint32_t)limit;
}

static bool over_limit(
    const struct decision *d, const uint32_t theirs[PERSON_KINDS_MAX], bool with_pending)
{
    for (size_t k = 1; k < d->p->kinds.count; k++) {
        uint32_t ours = d->base[k] + (with_pending ? d->pending[k] : 0);
        if (k != d->exempt && ours && theirs[k] && ours + theirs[k] > limit_of(d, k))
            return true;
    }
    return false;
}

static void take_root(struct decision *d, uint32_t root, const uint32_t *kinds)
{
    d->roots[d->root_count++] = root;
    d->profiles += roster_members(&d->p->roster, root, NULL, 0);
    if (kinds) {
        for (size_t k = 0; k < PERSON_KINDS_MAX; k++)
            d->base[k] += kinds[k];
    }
}

static bool has_pending(const struct decision *d)
{
    for (size_t i = 0; i < d->count; i++) {
        if (d->c[i].accepted && !d->c[i].known)
            return true;
    }
    return false;
}

static uint32_t home_of(const struct decision *d)
{
    for (size_t i = 0; i < d->count; i++) {
        if (d->c[i].accepted && d->c[i].known)
            return d->c[i].pno;
    }
    return 0;
}

static bool refused_before(const struct decision *d, uint32_t pno)
{
    uint32_t home = home_of(d);
    if (!home || d->exempt) // an alias is judged by other rules than the event that was refused
        return false;
    const struct idcache_pair *pair =
        idcache_pair_find(&d->p->idcache, home < pno ? home : pno, home < pno ? pno : home);
    return pair && pair->state == IDCACHE_PAIR_REFUSED;
}

static cu_code judge_known(struct decision *d, size_t at, struct cu_error *err)
{
    struct candidate *c = &d->c[at];
    uint32_t root = roster_root_w(&d->p->roster, c->pno);
    for (size_t i = 0; i < d->root_count && !c->accepted; i++)
        c->accepted = d->roots[i] == root;
    if (c->accepted)
        return CU_OK;
    if (d->root_count == 0 && !has_pending(d)) {
        c->accepted = true;
        take_root(d, root, NULL);
        return CU_OK;
    }
    if (refused_before(d, c->pno)) {
        d->refused_by_state[at] = true;
        return CU_OK;
    }
    uint32_t theirs[PERSON_KINDS_MAX] = {0};
    CU_TRY(count_accepted(d, err));
    CU_TRY(add_kinds(d->p, root, theirs, err));
    bool never = false;
    for (size_t i = 0; i < d->root_count && !never; i++)
        CU_TRY(never_link_between(d->p, d->roots[i], root, &never, err));
    size_t profiles = d->profiles + roster_members(&d->p->roster, root, NULL, 0);
    d->refused_by_state[at] =
        never || profiles > PERSON_PROFILES_MAX || over_limit(d, theirs, false);
    if (d->refused_by_state[at] || over_limit(d, theirs, true))
        return CU_OK;
    c->accepted = true;
    take_root(d, root, theirs);
    return CU_OK;
}

static cu_code judge_new(struct decision *d, struct candidate *c, struct cu_error *err)
{
    CU_TRY(count_accepted(d, err));
    uint32_t ours = d->base[c->kind] + d->pending[c->kind];
    c->accepted = ours == 0 || c->kind == d->exempt || ours + 1 <= limit_of(d, c->kind);
    if (c->accepted)
        d->pending[c->kind]++;
    return CU_OK;
}

// Stored rows that this origin has not vouched for yet (invariant 2).
static cu_code cover(struct decision *d, struct candidate *c, struct cu_error *err)
{
    bool together = c->anchor;
    for (size_t i = 0; i < d->count && !together; i++)
        together = d->c[i].accepted && d->c[i].known && d->c[i].anchor && d->c[i].pno == c->pno;
    struct db_query q;
    int64_t own = 0;
    CU_TRY(db_prepare(d->p->records, &people_sql_identifier_get, &q, err));
    db_bind_i64(&q, ":id", c->identifier);
    if (db_step(&q))
        own = db_i64(&q, 3);
    CU_TRY(db_end(&q, err));
    c->covered = true;
    // A person of a thousand profiles gets no further one: then the link is taken as vouched for.
    together = together || roster_members(&d->p->roster, c->pno, NULL, 0) >= PERSON_PROFILES_MAX;
    return together ? identifier_confirm(d->p, c, own, d->ev, err)
                    : identifier_split(d->p, c, own, d->ev, err);
}

static cu_code cover_all(struct decision *d, struct cu_error *err)
{
    for (size_t i = 0; i < d->count; i++) {
        if (d->c[i].accepted && d->c[i].known && !d->c[i].covered)
            CU_TRY(cover(d, &d->c[i], err));
    }
    return CU_OK;
}

static cu_code attach_new(struct decision *d, uint32_t *home, struct cu_error *err)
{
    bool made = *home == 0;
    if (made)
        CU_TRY(profile_make(d->p, d->ev, evidence_origin(d->ev), home, err));
    for (size_t i = 0; i < d->count; i++) {
        struct candidate *c = &d->c[i];
        if (!c->accepted || c->known)
            continue;
        CU_TRY(identifier_attach(d->p, c, *home, made, d->ev, err));
        made = false; // the strongest is the anchor
    }
    return CU_OK;
}

static cu_code link_known(struct decision *d, uint32_t home, struct cu_error *err)
{
    for (size_t i = 0; i < d->count; i++) {
        struct candidate *c = &d->c[i];
        if (!c->known || c->pno == home)
            continue;
        if (c->accepted) {
            CU_TRY(edge_ensure(d->p, home, c->pno, d->how, c->kind, d->ev, err));
            continue;
        }
        cu_metric_add(demoted_metric(), 1);
        CU_TRY(edge_refuse(d->p, home, c->pno, d->how, c->kind, d->ev, err));
        uint32_t a = home < c->pno ? home : c->pno, b = home < c->pno ? c->pno : home;
        if (d->refused_by_state[i])
            idcache_pair_put(
                &d->p->idcache, &(struct idcache_pair){a, b, 0, 0, IDCACHE_PAIR_REFUSED});
    }
    return CU_OK;
}

static cu_code decide(struct decision *d, uint32_t *ret_pno, struct cu_error *err)
{
    bool simple = true; // all stored in one profile, vouched for
    for (size_t i = 0; i < d->count; i++) {
        CU_TRY(find_candidate(d, &d->c[i], err));
        simple = simple && d->c[i].known && d->c[i].covered && d->c[i].pno == d->c[0].pno;
    }
    uint32_t home = d->c[0].pno;
    if (!simple) {
        for (size_t i = 0; i < d->count; i++)
            CU_TRY(d->c[i].known ? judge_known(d, i, err) : judge_new(d, &d->c[i], err));
        CU_TRY(cover_all(d, err));
        home = home_of(d);
        CU_TRY(attach_new(d, &home, err));
        CU_TRY(link_known(d, home, err));
    }
    for (size_t i = 0; i < d->count; i++) {
        if (d->c[i].known && (simple || d->c[i].accepted))
            CU_TRY(note_day(d, &d->c[i], err));
    }
    *ret_pno = home;
    return CU_OK;
}

cu_code people_identify(struct people *p, const struct person_id *ids, size_t count,
    const struct evidence *ev, uint32_t *ret_pno, struct cu_error *err)
{
    struct decision d;
    d.count = 0;
    *ret_pno = 0;
    CU_TRY(candidates_prepare(p, ids, count, true, &p->ids, d.c, &d.count, err));
    if (d.count == 0)
        return CU_OK;
    memset((char *)&d + offsetof(struct decision, roots), 0,
        sizeof(d) - offsetof(struct decision, roots));
    d.p = p;
    d.ev = ev;
    d.how = EDGE_EVENT;
    return decide(&d, ret_pno, err);
}

// Previous ids come without a kind: what is stored decides, a new one is an anonymous id.
static cu_code guess_kind(struct people *p, struct person_id *id, struct cu_error *err)
{
    static const cu_str guesses[] = {{"anonymous_id", 12}, {"user_id", 7}};
    for (size_t i = 0; i < CU_COUNT(guesses); i++) {
        struct person_id try = {guesses[i], id->value};
        struct candidate c[PERSON_IDS_MAX];
        size_t n = 0;
        struct index_row row;
        bool found = false;
        CU_TRY(candidates_prepare(p, &try, 1, true, &p->ids, c, &n, err));
        if (n)
            CU_TRY(index_find(p, c[0].tag, &row, &found, err));
        if (found) {
            id->kind = guesses[i];
            return CU_OK;
        }
    }
    id->kind = guesses[0];
    return CU_OK;
}

cu_code people_alias(struct people *p, struct person_id previous, struct person_id current,
    const struct evidence *ev, uint32_t *ret_pno, struct cu_error *err)
{
    *ret_pno = 0;
    if (previous.kind.len == 0)
        CU_TRY(guess_kind(p, &previous, err));
    const struct person_id ids[2] = {current, previous};
    struct decision d = {.p = p, .ev = ev, .how = EDGE_ALIAS};
    CU_TRY(candidates_prepare(p, ids, 2, true, &p->ids, d.c, &d.count, err));
    if (d.count == 0)
        return CU_OK;
    // A shop that renames a user says so: two values of one kind may then be one person.
    if (d.count == 2 && d.c[0].kind == d.c[1].kind)
        d.exempt = d.c[0].kind;
    return decide(&d, ret_pno, err);
}

static cu_code find_committed(struct people *p, const struct person_id *ids, size_t count,
    uint32_t *ret_pno, struct cu_error *err)
{
    struct candidate c[PERSON_IDS_MAX];
    size_t n = 0;
    struct cu_buf buf;
    struct index_row row;
    bool found = false;
    *ret_pno = 0;
    cu_buf_init(&buf, CANDIDATES_BUF_MAX * 2);
    cu_code code;
    do { // once more when the key of the tags was rotated between the two
        code = candidates_prepare(p, ids, count, false, &buf, c, &n, err);
        if (code == CU_OK && n)
            code = index_lookup(p, &c[0], &row, &found, err);
    } while (code == CU_PRECONDITION);
    struct roster_row person;
    if (code == CU_OK && found &&
        roster_get(&p->roster, row.pno, &person)) // an index one batch ahead names nobody
        *ret_pno = row.pno;
    cu_buf_wipe(&buf);
    return code;
}

cu_code people_lookup(
    struct people *p, struct person_id id, uint32_t *ret_pno, struct cu_error *err)
{
    return find_committed(p, &id, 1, ret_pno, err);
}

cu_code people_find(struct people *p, const struct person_id *ids, size_t count, uint32_t *ret_pno,
    struct cu_error *err)
{
    return find_committed(p, ids, count, ret_pno, err);
}
