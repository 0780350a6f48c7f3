// SPDX-License-Identifier: Apache-2.0
// Identity against a naive model: the same random sequence of events, aliases, merges, un-merges, never-link
// orders, import reverts, sample removals, deletions, restarts and failed batches goes to people/ and to a
// model of arrays and loops that knows no cache, no database and no union-find. After every batch who is who,
// the ids of persons and every trait must agree.
#include "people_test.h"

#include "base/log.h"
#include "people/traits.h"

#define KINDS 4
#define VALUES 9
#define IDS (KINDS * VALUES)
#define PROFILES 4000
#define EDGES 8000
#define SAID 20000
#define FIELDS 3
static const char *const kind_names[KINDS] = {"user_id", "email", "phone", "anonymous_id"}; // strongest first
static const int limits[KINDS] = {1, 2, 2, 4};
static const char *const fields[FIELDS] = {"firstName", "language", "shoe size"};
static const char rules[] = "version: 1\nidentifiers:\n  email: {limit: 2}\n  phone: {limit: 2}\n  anonymous_id: {limit: 4}\n";

struct m_id {
    int profile; // 0: unknown
    unsigned origins;
    bool anchor;
};
struct m_edge {
    int a, b;
    unsigned origins;
    bool live;
    int64_t number;
};
struct m_said {
    int profile, field, value; // value -1: cleared
    int64_t at;
    uint64_t seq;
    unsigned origin;
    bool gone;
};
struct model {
    struct m_id ids[IDS];
    bool alive[PROFILES];
    int next_profile, edge_count, said_count;
    int64_t next_edge;
    struct m_edge edges[EDGES];
    int never_a[512], never_b[512], never_count;
    struct m_said said[SAID];
};

enum { LIVE = 1, IMPORT1 = 2, IMPORT2 = 4, SAMPLE = 8 }; // origins as bits

static int component(const struct model *m, int profile, int *members)
{
    int n = 0;
    members[n++] = profile;
    for (int i = 0; i < n; i++) {
        for (int e = 0; e < m->edge_count; e++) {
            const struct m_edge *x = &m->edges[e];
            if (!x->live || (x->a != members[i] && x->b != members[i]))
                continue;
            int other = x->a == members[i] ? x->b : x->a;
            bool known = false;
            for (int k = 0; k < n; k++)
                known = known || members[k] == other;
            if (!known)
                members[n++] = other;
        }
    }
    return n;
}

static int root_of(const struct model *m, int profile)
{
    int members[PROFILES], n = component(m, profile, members), root = profile;
    for (int i = 0; i < n; i++)
        root = members[i] < root ? members[i] : root;
    return root;
}

static void count_kinds(const struct model *m, int profile, int counts[KINDS])
{
    int members[PROFILES], n = component(m, profile, members);
    for (int i = 0; i < IDS; i++) {
        for (int k = 0; k < n; k++)
            counts[i / VALUES] += m->ids[i].profile == members[k];
    }
}

static bool never_between(const struct model *m, int x, int y)
{
    for (int i = 0; i < m->never_count; i++) {
        int a = root_of(m, m->never_a[i]), b = root_of(m, m->never_b[i]);
        if (!m->alive[m->never_a[i]] || !m->alive[m->never_b[i]])
            continue;
        if ((a == root_of(m, x) && b == root_of(m, y)) || (b == root_of(m, x) && a == root_of(m, y)))
            return true;
    }
    return false;
}

static struct m_edge *live_edge(struct model *m, int x, int y)
{
    for (int e = 0; e < m->edge_count; e++) {
        struct m_edge *k = &m->edges[e];
        if (k->live && ((k->a == x && k->b == y) || (k->a == y && k->b == x)))
            return k;
    }
    return NULL;
}

static struct m_edge *add_edge(struct model *m, int x, int y, unsigned origins)
{
    assert_true(m->edge_count < EDGES);
    struct m_edge *e = &m->edges[m->edge_count++];
    *e = (struct m_edge){x < y ? x : y, x < y ? y : x, origins, true, 0};
    return e;
}

static int new_profile(struct model *m)
{
    assert_true(m->next_profile < PROFILES);
    m->alive[m->next_profile] = true;
    return m->next_profile++;
}

static bool covered(unsigned origins, unsigned origin)
{
    return (origins & LIVE) || (origins & origin);
}

static void vouch(unsigned *origins, unsigned origin)
{
    if (!covered(*origins, origin))
        *origins = origin == LIVE ? (unsigned)LIVE : *origins | origin;
}

// The rules as they are written, with loops. ids come strongest first. exempt: a kind without limit.
static int m_identify(struct model *m, const int *ids, int count, unsigned origin, int exempt)
{
    bool accepted[PERSON_IDS_MAX] = {0}, known[PERSON_IDS_MAX];
    int roots[PERSON_IDS_MAX], root_count = 0, fresh[KINDS] = {0};
    for (int i = 0; i < count; i++) {
        const struct m_id *id = &m->ids[ids[i]];
        int kind = ids[i] / VALUES, ours[KINDS] = {0}, theirs[KINDS] = {0};
        known[i] = id->profile != 0;
        for (int r = 0; r < root_count; r++)
            count_kinds(m, roots[r], ours);
        for (int k = 0; k < KINDS; k++)
            ours[k] += fresh[k];
        if (!known[i]) {
            accepted[i] = ours[kind] == 0 || kind == exempt || ours[kind] + 1 <= limits[kind];
            fresh[kind] += accepted[i];
            continue;
        }
        int root = root_of(m, id->profile);
        bool same = false, ok = true;
        for (int r = 0; r < root_count; r++) {
            same = same || roots[r] == root;
            ok = ok && !never_between(m, roots[r], root);
        }
        count_kinds(m, root, theirs);
        for (int k = 0; k < KINDS; k++)
            ok = ok && (k == exempt || !ours[k] || !theirs[k] || ours[k] + theirs[k] <= limits[k]);
        accepted[i] = same || ok;
        if (accepted[i] && !same)
            roots[root_count++] = root;
    }
    for (int i = 0; i < count; i++) { // what this origin has not vouched for
        struct m_id *id = &m->ids[ids[i]];
        if (!accepted[i] || !known[i] || covered(id->origins, origin))
            continue;
        bool together = id->anchor;
        for (int k = 0; k < count; k++)
            together = together || (accepted[k] && known[k] && m->ids[ids[k]].anchor && m->ids[ids[k]].profile == id->profile);
        if (!together) {
            int own = new_profile(m);
            add_edge(m, id->profile, own, id->origins)->number = m->next_edge++;
            id->profile = own;
            id->anchor = true;
        }
        vouch(&id->origins, origin);
    }
    int home = 0;
    for (int i = count - 1; i >= 0; i--) {
        if (accepted[i] && known[i])
            home = m->ids[ids[i]].profile;
    }
    bool made = home == 0;
    if (made)
        home = new_profile(m);
    for (int i = 0; i < count; i++) {
        if (accepted[i] && !known[i]) {
            m->ids[ids[i]] = (struct m_id){home, origin, made};
            made = false;
        }
    }
    for (int i = 0; i < count; i++) {
        struct m_id *id = &m->ids[ids[i]];
        if (!accepted[i] || !known[i] || id->profile == home)
            continue;
        struct m_edge *e = live_edge(m, home, id->profile);
        if (e)
            vouch(&e->origins, origin);
        else
            add_edge(m, home, id->profile, origin)->number = -1; // its number also depends on refused ones
    }
    return home;
}

static void m_say(struct model *m, int profile, int field, int value, int64_t when, uint64_t seq, unsigned origin)
{
    const struct m_said *best = NULL;
    for (int i = 0; i < m->said_count; i++) {
        const struct m_said *s = &m->said[i];
        if (s->gone || s->profile != profile || s->field != field)
            continue;
        if (!best || s->at > best->at || (s->at == best->at && s->seq >= best->seq))
            best = s;
    }
    if ((!best && value < 0) || (best && best->value == value && covered(best->origin, origin)))
        return;
    assert_true(m->said_count < SAID);
    m->said[m->said_count++] = (struct m_said){profile, field, value, when, seq, origin, false};
}

static int m_value(const struct model *m, int profile, int field)
{
    int members[PROFILES], n = component(m, profile, members);
    const struct m_said *best = NULL;
    for (int i = 0; i < m->said_count; i++) {
        const struct m_said *s = &m->said[i];
        bool ours = false;
        for (int k = 0; k < n; k++)
            ours = ours || s->profile == members[k];
        if (s->gone || !ours || s->field != field)
            continue;
        if (!best || s->at > best->at || (s->at == best->at && s->seq >= best->seq))
            best = s;
    }
    return best ? best->value : -1;
}

static void m_forget_profile(struct model *m, int profile)
{
    m->alive[profile] = false;
    for (int i = 0; i < IDS; i++) {
        if (m->ids[i].profile == profile)
            m->ids[i] = (struct m_id){0};
    }
    for (int e = 0; e < m->edge_count; e++) {
        if (m->edges[e].a == profile || m->edges[e].b == profile)
            m->edges[e].live = false;
    }
    for (int i = 0; i < m->said_count; i++)
        m->said[i].gone = m->said[i].gone || m->said[i].profile == profile;
}

static void m_revert(struct model *m, unsigned origin)
{
    for (int i = 0; i < m->said_count; i++)
        m->said[i].gone = m->said[i].gone || m->said[i].origin == origin;
    for (int e = 0; e < m->edge_count; e++) {
        m->edges[e].origins &= ~origin;
        m->edges[e].live = m->edges[e].live && m->edges[e].origins;
    }
    for (int i = 0; i < IDS; i++) {
        m->ids[i].origins &= ~origin;
        if (m->ids[i].profile && !m->ids[i].origins) {
            if (m->ids[i].anchor)
                m_forget_profile(m, m->ids[i].profile);
            else
                m->ids[i] = (struct m_id){0};
        }
    }
}

// --- one run

struct run {
    struct world *w;
    struct model *m;
    uint64_t random, seq;
    int64_t clock;
};

static int pick(struct run *r, int below)
{
    return (int)(test_random(&r->random) % (uint64_t)below);
}

static const char *id_text(int id)
{
    static char text[8][64];
    static int turn;
    char *t = text[turn++ % 8];
    if (id / VALUES == 1)
        snprintf(t, 64, "m%d@example.net", id % VALUES);
    else if (id / VALUES == 2)
        snprintf(t, 64, "+4930100%03d", id % VALUES);
    else
        snprintf(t, 64, "x%d", id % VALUES);
    return t;
}

static struct person_id id_of(int id)
{
    return (struct person_id){cu_str_of(kind_names[id / VALUES]), cu_str_of(id_text(id))};
}

static struct evidence evidence_of(struct run *r, unsigned origin)
{
    r->clock += 1000;
    struct evidence ev = at(r->clock - (pick(r, 4) == 0 ? pick(r, 200000) : 0), ++r->seq); // some come late
    ev.import = origin == IMPORT1 ? 1 : origin == IMPORT2 ? 2 : 0;
    ev.sample = origin == SAMPLE;
    return ev;
}

static unsigned any_origin(struct run *r)
{
    static const unsigned weights[] = {LIVE, LIVE, LIVE, LIVE, IMPORT1, IMPORT1, IMPORT2, SAMPLE};
    return weights[pick(r, 8)];
}

static void say_something(struct run *r, uint32_t pno, const struct evidence *ev, unsigned origin)
{
    char text[128];
    int field = pick(r, FIELDS), value = pick(r, 4) - 1;
    if (value < 0)
        snprintf(text, sizeof(text), "{\"%s\":null}", fields[field]);
    else
        snprintf(text, sizeof(text), "{\"%s\":\"v%d\"}", fields[field], value);
    traits_in(r->w, pno, text, *ev);
    m_say(r->m, (int)pno, field, value, ev->time_ms, ev->seq, origin);
}

static void do_event(struct run *r)
{
    int ids[4], count = 0, wanted = 1 + pick(r, 4);
    unsigned origin = any_origin(r);
    struct evidence ev = evidence_of(r, origin);
    struct person_id given[4];
    for (int id = 0; id < IDS && count < wanted; id++) { // ascending: strongest first
        if (pick(r, IDS) < wanted * 2)
            ids[count++] = id;
    }
    if (count == 0)
        ids[count++] = pick(r, IDS);
    for (int i = 0; i < count; i++)
        given[count - 1 - i] = id_of(ids[i]); // the client's order is another
    // values of one kind keep the order given
    for (int i = 0; i < count; i++) {
        for (int k = i + 1; k < count; k++) {
            if (ids[i] / VALUES == ids[k] / VALUES) {
                for (int x = 0; x < count; x++)
                    given[x] = id_of(ids[x]);
            }
        }
    }
    uint32_t pno = 0;
    if (getenv("CUSTOS_TEST_TRACE")) {
        print_message("#  event origin %u:", origin);
        for (int i = 0; i < count; i++)
            print_message(" %s=%s(%d)", kind_names[ids[i] / VALUES], id_text(ids[i]), r->m->ids[ids[i]].profile);
        print_message("\n");
    }
    assert_ok(people_identify(r->w->people, given, (size_t)count, &ev, &pno, NULL));
    assert_int_equal(pno, m_identify(r->m, ids, count, origin, -1));
    people_touch(r->w->people, pno, &ev);
    if (pick(r, 2))
        say_something(r, pno, &ev, origin);
}

static void do_alias(struct run *r)
{
    int ids[2] = {pick(r, IDS), pick(r, IDS)}; // current, previous
    unsigned origin = any_origin(r);
    struct evidence ev = evidence_of(r, origin);
    uint32_t pno = 0;
    if (ids[0] == ids[1])
        return;
    assert_ok(people_alias(r->w->people, id_of(ids[1]), id_of(ids[0]), &ev, &pno, NULL));
    int exempt = ids[0] / VALUES == ids[1] / VALUES ? ids[0] / VALUES : -1;
    if (ids[1] / VALUES < ids[0] / VALUES) {
        int t = ids[0];
        ids[0] = ids[1];
        ids[1] = t;
    }
    assert_int_equal(pno, m_identify(r->m, ids, 2, origin, exempt));
    people_touch(r->w->people, pno, &ev);
}

static int any_profile(struct run *r)
{
    for (int tries = 0; tries < 50; tries++) {
        int p = r->m->ids[pick(r, IDS)].profile;
        if (p)
            return p;
    }
    return 0;
}

static void do_merge(struct run *r)
{
    int x = any_profile(r), y = any_profile(r);
    int64_t edge = 0;
    if (!x || !y)
        return;
    x = root_of(r->m, x);
    y = root_of(r->m, y);
    bool allowed = x != y && !never_between(r->m, x, y);
    cu_code code = people_merge(r->w->people, uuid_of(r->w, (uint32_t)x), uuid_of(r->w, (uint32_t)y), CU_LIT("test"), 1, &edge, NULL);
    assert_int_equal(code, allowed ? CU_OK : CU_CONFLICT);
    if (allowed)
        add_edge(r->m, x, y, LIVE);
}

static int64_t edge_number(struct world *w, int a, int b)
{
    struct db_query q;
    struct db *d = NULL;
    int64_t id = 0;
    extern const struct db_statement people_sql_edge_pair;
    assert_ok(people_read_take(w->people, &d, NULL));
    assert_ok(db_prepare(d, &people_sql_edge_pair, &q, NULL));
    db_bind_i64(&q, ":a", a);
    db_bind_i64(&q, ":b", b);
    if (db_step(&q) && db_i64(&q, 1) == EDGE_LIVE)
        id = db_i64(&q, 0);
    assert_ok(db_end(&q, NULL));
    people_read_give(w->people, d);
    return id;
}

static void do_unmerge(struct run *r)
{
    struct model *m = r->m;
    for (int tries = 0; tries < 30; tries++) {
        struct m_edge *e = &m->edges[pick(r, m->edge_count ? m->edge_count : 1)];
        if (!m->edge_count || !e->live)
            continue;
        bool never = pick(r, 2);
        int64_t number = edge_number(r->w, e->a, e->b);
        assert_true(number > 0);
        e->live = false;
        bool joined = root_of(m, e->a) == root_of(m, e->b);
        cu_code code = people_unmerge(r->w->people, uuid_of(r->w, (uint32_t)e->a), number, CU_NONE, never, 1, NULL);
        assert_int_equal(code, joined && never ? CU_CONFLICT : CU_OK);
        if (code == CU_CONFLICT)
            e->live = true;
        else if (never) {
            assert_true(m->never_count < 512);
            m->never_a[m->never_count] = e->a;
            m->never_b[m->never_count++] = e->b;
        }
        return;
    }
}

static void do_delete(struct run *r)
{
    int p = any_profile(r), members[PROFILES];
    if (!p)
        return;
    struct cu_uuid id = uuid_of(r->w, (uint32_t)p);
    assert_ok(people_forget_person(r->w->people, id, NULL));
    int n = component(r->m, p, members);
    for (int i = 0; i < n; i++)
        m_forget_profile(r->m, members[i]);
    uint32_t root = 0;
    assert_int_equal(people_by_uuid(r->w->people, r->w->people->records, id, &root, NULL), CU_ERASED);
}

// --- comparing

static void compare_traits(struct run *r, int profile)
{
    uint32_t members[PERSON_PROFILES_MAX];
    struct trait_view *t = NULL;
    size_t n = roster_members(&r->w->people->roster, (uint32_t)profile, members, CU_COUNT(members)), count = 0;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(1 << 20);
    struct db *d = NULL;
    assert_ok(people_read_take(r->w->people, &d, NULL));
    assert_ok(traits_of_person(r->w->people, d, members, n, TRAIT_ALL_GROUPS, a, &t, &count, NULL));
    people_read_give(r->w->people, d);
    for (int f = 0; f < FIELDS; f++) {
        int want = m_value(r->m, profile, f), have = -1;
        for (size_t i = 0; i < count; i++) {
            if (cu_str_eqz(t[i].e.name, fields[f]))
                have = t[i].e.value.ptr[1] - '0';
        }
        assert_int_equal(have, want);
    }
}

static void compare(struct run *r)
{
    bool seen[PROFILES] = {0};
    uint64_t persons = 0;
    for (int i = 0; i < IDS; i++) {
        int want = r->m->ids[i].profile;
        uint32_t have = 0;
        assert_ok(people_lookup(r->w->people, id_of(i), &have, NULL));
        assert_int_equal(have, want);
        if (!want)
            continue;
        int root = root_of(r->m, want);
        assert_int_equal(people_root(r->w->people, have), root);
        if (!seen[root])
            compare_traits(r, root);
        seen[root] = true;
    }
    for (int p = 1; p < r->m->next_profile; p++)
        persons += r->m->alive[p] && root_of(r->m, p) == p;
    assert_int_equal(people_count(r->w->people), persons);
    assert_int_equal(r->w->people->next_pno, r->m->next_profile);
}

static void one_batch(struct run *r)
{
    struct model *before = malloc(sizeof(*before));
    *before = *r->m;
    uint64_t seq = r->seq;
    int events = 1 + pick(r, 6);
    begin(r->w);
    for (int i = 0; i < events; i++) {
        if (pick(r, 8) == 0)
            do_alias(r);
        else
            do_event(r);
    }
    if (pick(r, 12) == 0) { // the disk was full
        people_rollback(r->w->people);
        people_unlock(r->w->people);
        *r->m = *before;
        r->seq = seq;
    } else {
        commit(r->w);
    }
    free(before);
}

static void one_step(struct run *r)
{
    int what = pick(r, 40);
    if (getenv("CUSTOS_TEST_TRACE"))
        print_message("# step kind %d\n", what);
    if (what < 28) {
        one_batch(r);
    } else if (what < 30) {
        do_merge(r);
    } else if (what < 34) {
        do_unmerge(r);
    } else if (what < 35) {
        do_delete(r);
    } else if (what < 36) {
        int which = pick(r, 3);
        revert_import(r->w, (uint32_t[]){1, 2, 0}[which]);
        m_revert(r->m, (unsigned[]){IMPORT1, IMPORT2, SAMPLE}[which]);
    } else if (what < 37) {
        world_close(r->w);
        world_open(r->w);
    } else if (what < 38) {
        assert_ok(people_rebuild_index(r->w->people, NULL, NULL, NULL));
    } else {
        idcache_empty(&r->w->people->idcache); // nothing may depend on a cache
    }
}

static void agrees_with_the_model(void **state)
{
    (void)state;
    const char *given = getenv("CUSTOS_TEST_SEED");
    uint64_t first = given ? strtoull(given, NULL, 10) : 1, last = given ? first : 6;
    for (uint64_t seed = first; seed <= last; seed++) {
        struct world w = {.folder = test_folder_new()};
        w.json = json_parser_new(1 << 16);
        assert_ok(dictionary_load(cu_str_of(rules), &w.dictionary, NULL));
        world_open(&w);
        struct run r = {&w, calloc(1, sizeof(struct model)), seed * UINT64_C(0x9e3779b97f4a7c15), 0, 1000000};
        r.m->next_profile = 1;
        for (int step = 0; step < 150; step++) {
            one_step(&r);
            compare(&r);
        }
        print_message("# seed %d: %d profiles, %d edges, %d values said\n", (int)seed, r.m->next_profile, r.m->edge_count, r.m->said_count);
        free(r.m);
        world_free(&w);
    }
}

// --- without limits and staff: persons are the connected components of the events that remain

#define EVENTS 400
struct said_event {
    int ids[3], count;
    unsigned origin;
};

static void unite(int *group, int a, int b)
{
    int from = group[b], to = group[a];
    for (int i = 0; i < IDS; i++) {
        if (group[i] == from)
            group[i] = to;
    }
}

static void compare_components(struct run *r, const struct said_event *events, int count)
{
    int group[IDS];
    uint32_t person[IDS];
    bool there[IDS] = {0};
    for (int i = 0; i < IDS; i++)
        group[i] = i;
    for (int e = 0; e < count; e++) {
        for (int k = 0; k < events[e].count; k++) {
            there[events[e].ids[k]] = true;
            unite(group, events[e].ids[0], events[e].ids[k]);
        }
    }
    for (int i = 0; i < IDS; i++) {
        uint32_t pno = 0;
        assert_ok(people_lookup(r->w->people, id_of(i), &pno, NULL));
        person[i] = pno ? people_root(r->w->people, pno) : 0;
        assert_int_equal(pno != 0, there[i]);
    }
    for (int i = 0; i < IDS; i++) {
        for (int k = 0; k < i; k++) {
            if (there[i] && there[k])
                assert_int_equal(person[i] == person[k], group[i] == group[k]);
        }
    }
}

static void reverting_leaves_what_the_other_events_say(void **state)
{
    (void)state;
    static const char wide[] = "version: 1\nidentifiers:\n  user_id: {limit: 100}\n  email: {limit: 100}\n  phone: {limit: 100}\n"
                               "  anonymous_id: {limit: 100}\n";
    for (uint64_t seed = 1; seed <= 12; seed++) {
        struct world w = {.folder = test_folder_new()};
        struct said_event events[EVENTS];
        int count = 0;
        w.json = json_parser_new(1 << 16);
        assert_ok(dictionary_load(cu_str_of(wide), &w.dictionary, NULL));
        world_open(&w);
        struct run r = {&w, NULL, seed * UINT64_C(0x9e3779b97f4a7c15), 0, 1000000};
        for (int round = 0; round < 12; round++) {
            begin(&w);
            for (int i = 0; i < 4; i++) {
                struct said_event *e = &events[count++];
                struct person_id given[3];
                uint32_t pno = 0;
                e->origin = any_origin(&r);
                e->count = 1 + pick(&r, 2) + pick(&r, 2) * pick(&r, 2);
                for (int k = 0; k < e->count; k++) {
                    e->ids[k] = pick(&r, IDS);
                    given[k] = id_of(e->ids[k]);
                }
                struct evidence ev = evidence_of(&r, e->origin);
                assert_ok(people_identify(w.people, given, (size_t)e->count, &ev, &pno, NULL));
            }
            commit(&w);
            compare_components(&r, events, count);
            if (pick(&r, 3))
                continue;
            int which = pick(&r, 3), kept = 0;
            revert_import(&w, (uint32_t[]){1, 2, 0}[which]);
            for (int i = 0; i < count; i++) {
                if (events[i].origin != (unsigned[]){IMPORT1, IMPORT2, SAMPLE}[which])
                    events[kept++] = events[i];
            }
            count = kept;
            compare_components(&r, events, count);
        }
        world_free(&w);
    }
}

int main(void)
{
    cu_log_set_level(CU_LOG_ERROR);
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(agrees_with_the_model), cmocka_unit_test(reverting_leaves_what_the_other_events_say)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
