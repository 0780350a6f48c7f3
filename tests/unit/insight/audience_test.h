// SPDX-License-Identifier: Apache-2.0
// What the tests of facts and audiences share: a data folder of its own with people, timeline, consents, facts and
// audiences behind a clock that the test moves; short ways to make things happen; and what is true by looking at everybody.
#pragma once

#include "../store/store_test.h"

#include "app/records_schema.h"
#include "base/log.h"
#include "insight/audience_private.h"
#include "people/orders.h"
#include "text/text.h"

#include <stdatomic.h>

struct shop {
    char *folder;
    struct keyring *keyring;
    struct keys *keys;
    struct guard *guard;
    struct timeline *timeline;
    struct people *people;
    struct dictionary *dictionary, *former[64];
    size_t former_count;
    struct gate *gate;
    struct text_zone *zone;
    struct facts *facts;
    struct audiences *audiences;
    struct json_parser *json;
    struct cu_arena *arena;
    _Atomic int64_t now_ms;
    uint64_t seq;
    uint64_t random;
    bool fast;
};

static inline int64_t shop_clock(void *context)
{
    struct shop *s = context;
    return atomic_load(&s->now_ms);
}

static inline void shop_open_stores(struct shop *s)
{
    static const uint8_t root[32] = {4, 2};
    char *keys = test_path(s->folder, "keys"), *records = test_path(s->folder, "records.db"), *index = test_path(s->folder,
        "index.db"),
         *timeline = test_path(s->folder, "timeline");
    struct cu_error err = {.text = ""};
    assert_ok(keyring_from_bytes(root, &s->keyring, NULL));
    assert_ok(keys_open(&(struct keys_options){.path = keys, .keyring = s->keyring}, &s->keys, NULL));
    assert_ok(guard_start_inside(&(struct guard_options){.keys = s->keys}, &s->guard, NULL));
    guard_enter_system("intake", "test");
    assert_ok(timeline_open(&(struct timeline_options){.folder = timeline}, &s->timeline, NULL));
    const struct people_options po = {.records_path = records, .index_path = index, .records_schema = records_schema(),
        .keyring = s->keyring, .guard = s->guard, .timeline = s->timeline};
    if (people_open(&po, &s->people, &err) != CU_OK)
        fail_msg("people_open: %s", err.text);
    if (!s->dictionary)
        assert_ok(dictionary_load(CU_NONE, &s->dictionary, NULL));
    people_set_dictionary(s->people, s->dictionary);
    assert_ok(orders_open(s->people, CU_LIT("EUR"), NULL));
    assert_ok(gate_open(s->people, &s->gate, NULL));
    free(keys);
    free(records);
    free(index);
    free(timeline);
}

static inline void shop_open_audiences(struct shop *s)
{
    char *path = test_path(s->folder, "audiences.db");
    struct cu_error err = {.text = ""};
    const struct facts_options fo = {.people = s->people, .gate = s->gate, .zone = s->zone};
    assert_ok(facts_open(&fo, &s->facts, NULL));
    const struct audiences_options ao = {.people = s->people, .gate = s->gate, .facts = s->facts, .path = path,
        .zone = s->zone};
    if (audiences_open(&ao, &s->audiences, &err) != CU_OK)
        fail_msg("audiences_open: %s", err.text);
    assert_ok(audiences_start(s->audiences, NULL));
    free(path);
}

static inline void shop_close_audiences(struct shop *s)
{
    audiences_close(s->audiences);
    facts_close(s->facts);
    s->audiences = NULL;
    s->facts = NULL;
}

static inline void shop_close_stores(struct shop *s)
{
    people_close(s->people);
    gate_close(s->gate);
    timeline_close(s->timeline);
    guard_stop(s->guard);
    guard_leave();
    keys_close(s->keys);
    keyring_close(s->keyring);
}

static inline int shop_setup(void **state)
{
    struct shop *s = calloc(1, sizeof *s);
    assert_non_null(s);
    cu_log_set_level(CU_LOG_ERROR);
    s->folder = test_folder_fast();
    s->json = json_parser_new(1 << 20);
    s->arena = cu_arena_new((size_t)64 << 20);
    s->zone = text_zone_open("Europe/Berlin");
    s->random = 88172645463325252u;
    atomic_store(&s->now_ms, INT64_C(1780000000000)); // 2026-05-28
    cu_clock_inject(shop_clock, s);
    char *keys = test_path(s->folder, "keys"), *timeline = test_path(s->folder, "timeline");
    assert_int_equal(mkdir(timeline, 0700), 0);
    free(keys);
    free(timeline);
    shop_open_stores(s);
    shop_open_audiences(s);
    *state = s;
    return 0;
}

static inline int shop_teardown(void **state)
{
    struct shop *s = *state;
    cu_fault_disarm();
    shop_close_audiences(s);
    shop_close_stores(s);
    dictionary_free(s->dictionary);
    for (size_t i = 0; i < s->former_count; i++)
        dictionary_free(s->former[i]);
    json_parser_free(s->json);
    cu_arena_free(s->arena);
    text_zone_close(s->zone);
    cu_clock_inject(NULL, NULL);
    char *timeline = test_path(s->folder, "timeline");
    test_folder_free(timeline);
    test_folder_free(s->folder);
    free(s);
    return 0;
}

static inline void shop_restart(struct shop *s, bool all)
{
    shop_close_audiences(s);
    if (all) {
        shop_close_stores(s);
        shop_open_stores(s);
    }
    shop_open_audiences(s);
}

// --- making things happen

static inline uint32_t dice(struct shop *s, uint32_t sides)
{
    return (uint32_t)((test_random(&s->random) >> 33) % sides);
}

static inline struct evidence shop_evidence(struct shop *s, int64_t time_ms)
{
    return (struct evidence){.source = 1, .seq = ++s->seq, .time_ms = time_ms, .received_ms = atomic_load(&s->now_ms)};
}

static inline size_t shop_ids(const char *text, struct person_id ids[PERSON_IDS_MAX])
{
    cu_str rest = cu_str_of(text);
    size_t n = 0;
    while (rest.len) {
        cu_str word = cu_str_cut(&rest, ' ');
        ids[n].kind = cu_str_cut(&word, '=');
        ids[n++].value = word;
    }
    return n;
}

// One event as the pipeline would have it; traits and properties may be NULL. Returns the profile.
static inline uint32_t shop_event(struct shop *s, const char *ids_text, const char *name, int64_t time_ms,
    const char *properties,
    const char *traits)
{
    struct person_id ids[PERSON_IDS_MAX];
    struct cu_error err = {.text = ""};
    const struct evidence ev = shop_evidence(s, time_ms);
    uint32_t pno = 0, kind = 0;
    int64_t revenue = 0;
    json value;
    (void)people_lock(s->people);
    assert_ok(people_begin(s->people, NULL));
    assert_ok(people_identify(s->people, ids, shop_ids(ids_text, ids), &ev, &pno, NULL));
    people_touch(s->people, pno, &ev);
    if (traits) {
        assert_ok(json_parse(s->json, cu_str_of(traits), &value, NULL));
        assert_ok(people_traits(s->people, pno, value, &ev, NULL));
    }
    if (properties) {
        assert_ok(json_parse(s->json, cu_str_of(properties), &value, NULL));
        if (orders_project(s->people, pno, cu_str_of(name), value, &ev, 0, &revenue, &err) != CU_OK)
            fail_msg("orders: %s %s", err.field, err.text);
    }
    if (people_commit(s->people, &err) != CU_OK)
        fail_msg("commit: %s", err.text);
    people_unlock(s->people);
    if (!name)
        return pno;
    assert_ok(timeline_kind(s->timeline, cu_str_of(name), &kind, NULL));
    const struct timeline_event e = {.pno = pno, .kind = kind, .source = 1, .time_ms = time_ms, .seq = ev.seq,
        .revenue = revenue,
        .flags = revenue ? TIMELINE_HAS_REVENUE : 0, .plain = cu_str_of(properties ? properties : "{}")};
    assert_ok(timeline_add(s->timeline, &e, NULL));
    assert_ok(timeline_publish(s->timeline, NULL));
    const struct audience_news news = {.pno = pno, .kind = kind, .received_ms = ev.received_ms};
    audiences_news(s->audiences, &news, 1);
    return pno;
}

static inline struct cu_uuid shop_uuid(struct shop *s, uint32_t pno)
{
    struct db *d = NULL;
    struct cu_uuid id;
    assert_ok(people_read_take(s->people, &d, NULL));
    assert_ok(people_uuid(s->people, d, pno, &id, NULL));
    people_read_give(s->people, d);
    return id;
}

static inline cu_code shop_try_define(struct shop *s, const char *name, const char *text, uint32_t version, uint32_t *ret,
    struct cu_error *err)
{
    struct seg_node *n = NULL;
    struct seg_faults faults;
    cu_arena_reset(s->arena);
    const struct seg_catalog *c = audience_catalog(s->audiences);
    assert_non_null(c);
    cu_code code = seg_parse_text(cu_str_of(text), c, s->arena, &n, &faults, err);
    const struct audience_edit e = {.name = cu_str_of(name), .title = CU_LIT("A title"), .doc = CU_LIT(""), .definition = n,
        .if_version = version, .actor = -1};
    if (code == CU_OK)
        code = audience_put(s->audiences, &e, &faults, ret, err);
    audience_catalog_done(s->audiences, c);
    return code;
}

static inline uint32_t shop_define(struct shop *s, const char *name, const char *text, uint32_t version)
{
    struct cu_error err = {.text = ""};
    uint32_t number = 0;
    if (shop_try_define(s, name, text, version, &number, &err) != CU_OK)
        fail_msg("%s: %s: %s %s", name, text, err.field, err.text);
    return number;
}

static inline void shop_get(struct shop *s, const char *name, struct audience_row *ret)
{
    cu_arena_reset(s->arena);
    assert_ok(audience_get(s->audiences, cu_str_of(name), s->arena, ret, NULL));
}

// --- what is true

struct shop_truth {
    struct shop *s;
    const struct seg_node *node;
};

static inline struct seg_stay shop_stay(void *context, uint32_t segment, uint32_t person)
{
    struct shop *s = context;
    struct seg_stay ret;
    assert_ok(history_stay_at(s->audiences, segment, person, INT64_MAX, &ret, NULL));
    ret.in = audience_has(s->audiences, segment, person);
    return ret;
}

static inline uint32_t shop_number(void *context, cu_str name)
{
    struct shop *s = context;
    struct audience_row row;
    struct cu_arena *a = cu_arena_new(1 << 20);
    uint32_t number = audience_get(s->audiences, name, a, &row, NULL) == CU_OK ? row.number : 0;
    cu_arena_free(a);
    return number;
}

// Is the person in it, by reading everything about the person anew?
static inline bool shop_holds(struct shop *s, const struct seg_program *p, uint32_t root, int64_t now_ms)
{
    struct scan_reader *reader = NULL;
    struct scan_plan plan = {0};
    const struct scan_rows *rows = NULL;
    uint32_t members[64];
    struct seg_fact facts[SEG_NODES_MAX];
    const struct seg_field *const *fields = NULL;
    struct seg_answer answer = {0};
    size_t count = people_profiles(s->people, root, members, CU_COUNT(members)), field_count = seg_program_fields(p,
        &fields);
    assert_ok(scan_reader_new(s->timeline, &reader, NULL));
    if (seg_program_plan(p, now_ms, &plan))
        assert_ok(scan_person(reader, &plan, members, count, &rows, NULL));
    struct cu_uuid id = shop_uuid(s, root);
    (void)id;
    const struct seg_person person = {.person = root, .id_hash = facts_id_hash(s->facts, root), .rows = rows, .facts = facts,
        .stay = shop_stay, .context = s};
    facts_of(s->facts, root, fields, field_count, facts);
    seg_eval(p, &person, now_ms, &answer);
    facts_done(s->facts);
    scan_reader_free(reader);
    return answer.in;
}

static inline struct seg_program *shop_program(struct shop *s, const char *text)
{
    struct seg_node *n = NULL;
    struct seg_program *p = NULL;
    struct cu_error err = {.text = ""};
    struct cu_arena *a = cu_arena_new((size_t)16 << 20);
    const struct seg_catalog *c = audience_catalog(s->audiences);
    const struct seg_compile o = {.catalog = c, .timeline = s->timeline, .zone = s->zone, .segment = shop_number,
        .context = s};
    if (seg_parse_text(cu_str_of(text), c, a, &n, NULL, &err) != CU_OK || seg_check(n, c, a, NULL, &err) != CU_OK ||
        seg_compile(n, &o, &p, &err) != CU_OK)
        fail_msg("%s: %s", text, err.text);
    audience_catalog_done(s->audiences, c);
    cu_arena_free(a);
    return p;
}
