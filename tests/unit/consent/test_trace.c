// SPDX-License-Identifier: Apache-2.0
// Random lives of a few people: they consent, refuse, object by their browser, are imported, grow up, are merged and erased, while
// time passes and the policy changes. After every step every purpose of every person is asked for, and each
// answer is held against a model that says in one sentence per event what it does: nothing is read without a
// permitting basis at that instant, and nothing that is permitted is refused.
#include "gate_test.h"

#include "consent/record.h"

enum { PROFILES = 6, PURPOSES = 5, STEPS = 220, SEEDS = 12 };
#define DAY INT64_C(86400000)

static const char *const purposes[PURPOSES] = {"post", "fraud", "letters", "ads", "marketing_mail"};
static const char *const dictionary_of[2] = { // the second has a recipient more for letters
    "version: 1\n"
    "purposes:\n"
    "  post: {basis: contract, categories: [Post], doc: Sending parcels.}\n"
    "  fraud: {basis: legitimate_interest, categories: [Fraud], doc: Fraud.}\n"
    "  letters: {basis: consent, categories: [Letters], validity_days: 30, recipients: [printer], doc: Letters.}\n"
    "  ads: {basis: consent, categories: [Advertising], doc: Advertising.}\n"
    "  marketing_mail: {basis: consent, categories: [Mail], doc: Mail.}\n",
    "version: 1\n"
    "purposes:\n"
    "  post: {basis: contract, categories: [Post], doc: Sending parcels.}\n"
    "  fraud: {basis: legitimate_interest, categories: [Fraud], doc: Fraud.}\n"
    "  letters: {basis: consent, categories: [Letters], validity_days: 30, recipients: [printer, binder], doc: Letters.}\n"
    "  ads: {basis: consent, categories: [Advertising], doc: Advertising.}\n"
    "  marketing_mail: {basis: consent, categories: [Mail], doc: Mail.}\n",
};
static const char *const categories[PURPOSES] = {"Post", "Fraud", "Letters", "Advertising", "Mail"};

// ---- the model

enum word { NONE, YES, NO, CLAIM, VOID };
struct said {
    enum word word;
    int64_t time_ms;
    int generation;
};
struct profile {
    uint32_t pno;
    int person; // number of its person; merged ones share it
    bool minor, signalled, erased;
    struct said said[PURPOSES];
};
struct world {
    struct shop *shop;
    struct dictionary *dictionaries[2];
    struct profile profiles[PROFILES];
    int generation[PURPOSES], dictionary;
    uint64_t random;
    int asked, passed;
};
static int64_t now_ms;

static int64_t clock_of_test(void *ctx)
{
    (void)ctx;
    return now_ms;
}

static unsigned roll(struct world *w, unsigned n)
{
    w->random = w->random * UINT64_C(6364136223846793005) + UINT64_C(1442695040888963407);
    return (unsigned)(w->random >> 33) % n;
}

static bool alive(const struct world *w, const struct said *s, int purpose)
{
    bool ended = purpose == 2 && now_ms >= s->time_ms + 30 * DAY; // letters: for thirty days
    return s->word == YES && !ended && s->generation == w->generation[purpose];
}

static bool model_permits(const struct world *w, int person, int purpose)
{
    bool yes = false, no = false;
    for (int i = 0; i < PROFILES; i++) {
        const struct profile *p = &w->profiles[i];
        const struct said *s = &p->said[purpose];
        if (p->person != person)
            continue;
        if (p->erased)
            return false;
        yes = yes || alive(w, s, purpose);
        no = no || s->word == NO || (s->word != NONE && s->word != YES && purpose != 1);
    }
    return purpose == 0 ? true : purpose == 1 ? !no : yes && !no;
}

static void model_gives(struct world *w, struct profile *p, int purpose)
{
    struct said *s = &p->said[purpose];
    bool void_for_age = p->minor && (purpose == 3 || purpose == 4);
    if (!void_for_age)
        *s = (struct said){YES, now_ms, w->generation[purpose]};
    else if (s->word == YES || s->word == CLAIM)
        s->word = VOID;
}

// ---- the steps: each does something and tells the model

static struct evidence now(struct world *w)
{
    return at(w->shop, now_ms);
}

static void act(struct world *w, struct profile *p)
{
    char text[200];
    int purpose = 1 + (int)roll(w, PURPOSES - 1);
    bool yes = roll(w, 2);
    (void)snprintf(text, sizeof text, "{\"categoryPreferences\":{\"%s\":%s}}", categories[purpose], yes ? "true" : "false");
    assert_ok(hear_as(w->shop, p->pno, text, GATE_BY_ACT, now(w)));
    if (yes)
        model_gives(w, p, purpose);
    else
        p->said[purpose] = (struct said){NO, now_ms, 0};
}

static void staff(struct world *w, struct profile *p)
{
    int purpose = 1 + (int)roll(w, PURPOSES - 1);
    bool yes = roll(w, 2), too_young = p->minor && (purpose == 3 || purpose == 4);
    cu_code code = staff_says(w->shop, p->pno, purposes[purpose], yes ? GATE_GRANTED : GATE_WITHDRAWN, "a card", now_ms);
    assert_int_equal(code, yes && too_young ? CU_CONFLICT : CU_OK);
    if (yes && !too_young)
        model_gives(w, p, purpose);
    else if (!yes)
        p->said[purpose] = (struct said){NO, now_ms, 0};
}

static void import(struct world *w, struct profile *p)
{
    char text[200];
    int purpose = 1 + (int)roll(w, PURPOSES - 1);
    bool proven = roll(w, 2);
    struct evidence ev = now(w);
    ev.import = 1;
    (void)snprintf(text, sizeof text, "{\"purposes\":{\"%s\":true}%s}", purposes[purpose], proven ? ",\"evidence\":\"list of May\"" : "");
    assert_ok(hear_as(w->shop, p->pno, text, GATE_BY_IMPORT, ev));
    if (proven)
        model_gives(w, p, purpose);
    else if (p->said[purpose].word == NONE)
        p->said[purpose] = (struct said){CLAIM, now_ms, 0};
}

static void in_a_batch(struct world *w, struct profile *p, bool signal, json traits)
{
    struct evidence ev = now(w);
    struct people *people = w->shop->people;
    (void)people_lock(people);
    assert_ok(people_begin(people, NULL));
    assert_ok(signal ? gate_signal(w->shop->gate, p->pno, &ev, NULL) : gate_traits(w->shop->gate, p->pno, traits, &ev, NULL));
    assert_ok(people_commit(people, NULL));
    people_unlock(people);
}

static void signal_gpc(struct world *w, struct profile *p)
{
    in_a_batch(w, p, true, (json){NULL, 0});
    if (!p->signalled)
        p->said[3] = (struct said){NO, now_ms, 0};
    p->signalled = true;
}

static void tell_age(struct world *w, struct profile *p)
{
    json traits;
    bool minor = roll(w, 2);
    assert_ok(json_parse(w->shop->json, minor ? CU_LIT("{\"age\":9}") : CU_LIT("{\"birthday\":\"1980-01-01\"}"), &traits, NULL));
    in_a_batch(w, p, false, traits);
    p->minor = minor;
    for (int purpose = 3; minor && purpose <= 4; purpose++) {
        if (alive(w, &p->said[purpose], purpose))
            p->said[purpose].word = VOID;
    }
}

static void change_policy(struct world *w)
{
    w->dictionary = !w->dictionary;
    people_set_dictionary(w->shop->people, w->dictionaries[w->dictionary]);
    if (w->dictionary) // one more recipient: a material change; one less is none
        w->generation[2]++;
}

static struct cu_uuid uuid_of(struct world *w, uint32_t pno)
{
    struct cu_uuid id;
    struct db *d = NULL;
    assert_ok(people_read_take(w->shop->people, &d, NULL));
    assert_ok(people_uuid(w->shop->people, d, people_root(w->shop->people, pno), &id, NULL));
    people_read_give(w->shop->people, d);
    return id;
}

static void merge(struct world *w, struct profile *a, struct profile *b)
{
    int64_t edge = 0;
    int from = b->person;
    if (a->person == b->person || b->erased)
        return;
    assert_ok(people_merge(w->shop->people, uuid_of(w, a->pno), uuid_of(w, b->pno), CU_LIT("the same"), -1, &edge, NULL));
    for (int i = 0; i < PROFILES; i++) {
        if (w->profiles[i].person == from)
            w->profiles[i].person = a->person;
    }
}

static void erase(struct world *w, struct profile *p)
{
    assert_ok(people_forget_person(w->shop->people, uuid_of(w, p->pno), NULL));
    for (int i = 0; i < PROFILES; i++) {
        if (w->profiles[i].person == p->person)
            w->profiles[i].erased = true;
    }
}

static void step(struct world *w)
{
    struct profile *p = &w->profiles[roll(w, PROFILES)];
    unsigned what = roll(w, 100);
    now_ms += 1 + (int64_t)roll(w, 100) * (roll(w, 5) == 0 ? DAY / 10 : 1000);
    if (what >= 90 && what < 95)
        change_policy(w);
    if (p->erased)
        return;
    if (what < 35)
        act(w, p);
    else if (what < 55)
        staff(w, p);
    else if (what < 70)
        import(w, p);
    else if (what < 78)
        signal_gpc(w, p);
    else if (what < 90)
        tell_age(w, p);
    else if (what >= 96 && what < 99)
        merge(w, p, &w->profiles[roll(w, PROFILES)]);
    else if (what == 99)
        erase(w, p);
}

// ---- every read

static void ask_all(struct world *w, unsigned seed, int at_step)
{
    const struct caller callers[] = {{.kind = CALLER_LOCAL},
        {.kind = CALLER_STAFF, .staff_id = 1, .permissions = UINT64_C(1) << SPEC_PEOPLE_READ, .purpose = "support"},
        {.kind = CALLER_STAFF, .staff_id = 1, .permissions = 0, .purpose = "support"}, {.kind = CALLER_NOBODY}};
    struct db *d = NULL;
    assert_ok(people_read_take(w->shop->people, &d, NULL));
    for (int i = 0; i < PROFILES; i++) {
        uint32_t pnos[PROFILES];
        size_t count = 0;
        for (int k = 0; k < PROFILES; k++) {
            if (w->profiles[k].person == w->profiles[i].person)
                pnos[count++] = w->profiles[k].pno;
        }
        for (int purpose = 0; purpose < PURPOSES; purpose++) {
            unsigned who = roll(w, CU_COUNT(callers));
            bool expected = who < 2 && model_permits(w, w->profiles[i].person, purpose);
            enum gate_reason reason = GATE_REASON_COUNT;
            cu_code code = gate_check(w->shop->gate, d, pnos, count, cu_str_of(purposes[purpose]), &callers[who], &reason, NULL);
            if ((code == CU_OK) != expected)
                fail_msg("seed %u, step %d, profile %d, %s, caller %u: %s", seed, at_step, i, purposes[purpose], who,
                    gate_reason_name(reason));
            assert_int_equal(code == CU_OK, reason == GATE_OK);
            w->asked++;
            w->passed += code == CU_OK;
        }
    }
    people_read_give(w->shop->people, d);
}

static void load(const char *yaml, struct dictionary **ret)
{
    struct cu_error err = {0};
    if (dictionary_load(cu_str_of(yaml), ret, &err) != CU_OK)
        fail_msg("%s: %s", err.field, err.text);
}

static void live(struct shop *s, unsigned seed)
{
    static const char *const names[PROFILES] = {"a", "b", "c", "d", "e", "f"};
    struct world w = {.shop = s, .random = seed * UINT64_C(0x9e3779b97f4a7c15) + 1};
    for (int i = 0; i < 2; i++)
        load(dictionary_of[i], &w.dictionaries[i]);
    people_set_dictionary(s->people, w.dictionaries[0]);
    const struct record_options o = {.audit_folder = "", .shop_name = "Shop", .base_url = "", .consent_age = 16};
    assert_ok(record_start(s->gate, &o, NULL));
    for (int i = 0; i < PROFILES; i++)
        w.profiles[i] = (struct profile){.pno = person(s, names[i]), .person = i};
    for (int i = 0; i < STEPS; i++) {
        step(&w);
        ask_all(&w, seed, i);
    }
    assert_true(w.asked == STEPS * PROFILES * PURPOSES && w.passed > 100);
    people_set_dictionary(s->people, s->dictionary);
    for (int i = 0; i < 2; i++)
        dictionary_free(w.dictionaries[i]);
}

static void test_every_read_had_a_basis(void **state)
{
    (void)state;
    const char *only = getenv("TRACE_SEED");
    cu_clock_inject(clock_of_test, NULL);
    for (unsigned seed = 1; seed <= SEEDS; seed++) {
        void *shop = NULL;
        unsigned run = only ? (unsigned)strtoul(only, NULL, 10) : seed;
        now_ms = INT64_C(1700000000000);
        (void)shop_setup(&shop);
        live(shop, run);
        (void)shop_teardown(&shop);
        if (only)
            break;
    }
    cu_clock_inject(NULL, NULL);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_every_read_had_a_basis)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
