// SPDX-License-Identifier: Apache-2.0
// The routes of people, called as the dispatcher calls them: decoded by their rows, with a gate that can be
// closed. What they answer is parsed and looked at; refusals are codes.
#include "people_test.h"

#include "base/log.h"
#include "people/orders.h"

struct gate_state {
    bool closed;
    int asked;
};

static cu_code gate(void *ctx, struct db *d, const uint32_t *pnos, size_t count, cu_str purpose, const struct caller *caller, struct cu_error *err)
{
    struct gate_state *g = ctx;
    assert_non_null(d);
    assert_true(count > 0 && pnos[0] > 0);
    assert_true(cu_str_eqz(purpose, "service"));
    assert_int_equal(caller->kind, CALLER_STAFF);
    g->asked++;
    return g->closed ? cu_fail(err, CU_REFUSED, "", "closed") : CU_OK;
}

static cu_code consents(void *ctx, struct db *d, const uint32_t *pnos, size_t count, struct json_writer *w, struct cu_error *err)
{
    (void)ctx;
    (void)d;
    (void)pnos;
    (void)err;
    jw_object(w);
    jw_kz(w, "purpose", "service");
    jw_ki64(w, "profiles", (int64_t)count);
    jw_object_end(w);
    return CU_OK;
}

struct call {
    struct request rq;
    struct json_parser *body_json;
    cu_code code;
    struct cu_error err;
    json answer;
    char id[37];
};

static const struct spec_route *route_named(const char *name)
{
    for (size_t i = 0; i < people_module.route_count; i++) {
        if (strcmp(people_module.routes[i].name, name) == 0)
            return &people_module.routes[i];
    }
    fail_msg("no route %s", name);
    return NULL;
}

static void call_free(struct call *c)
{
    cu_buf_wipe(&c->rq.response.body);
    cu_arena_free(c->rq.arena);
    json_parser_free(c->body_json);
    json_parser_free(c->rq.json);
}

static cu_code decode(struct call *c, const char *query, const char *body)
{
    const struct spec_route *r = c->rq.route;
    json object;
    if (r->query)
        CU_TRY(spec_decode_query(r->query, cu_str_of(query ? query : ""), c->rq.arena, &c->rq.query_values, &c->err));
    if (!r->body)
        return CU_OK;
    assert_ok(json_parse(c->body_json, cu_str_of(body), &object, NULL));
    return spec_decode_json(r->body, object, &c->rq.body_values, &c->err);
}

// The answer is parsed when there is one.
static struct call *call(struct world *w, const char *name, const struct cu_uuid *id, const char *query, const char *body)
{
    static struct call calls[2];
    static int turn;
    struct call *c = &calls[turn++ % 2];
    if (c->rq.arena)
        call_free(c);
    *c = (struct call){.body_json = json_parser_new(1 << 20)};
    c->rq = (struct request){.route = route_named(name), .module = w->people, .arena = cu_arena_new(8 << 20), .json = json_parser_new(1 << 20),
        .caller = {.kind = CALLER_STAFF, .staff_id = 7, .view = {2, 2, 2, 2, 2}}, .received_ms = 86400000LL * 30};
    cu_buf_init(&c->rq.response.body, 8 << 20);
    if (c->rq.route->path_fields) {
        c->rq.path_values.fields = c->rq.route->path_fields;
        cu_uuid_format(*id, c->id);
        c->rq.path_values.at[0] = (struct spec_value){.present = true, .text = cu_str_of(c->id)};
    }
    c->code = decode(c, query, body);
    if (c->code == CU_OK)
        c->code = c->rq.route->handler(&c->rq, &c->err);
    if (c->code == CU_OK && c->rq.response.body.len)
        assert_ok(json_parse(c->rq.json, cu_buf_view(&c->rq.response.body), &c->answer, NULL));
    return c;
}

static const char *text(json v)
{
    static char out[8][600];
    static int turn;
    char *t = out[turn++ % 8];
    snprintf(t, 600, "%.*s", CU_ARG(json_str(v)));
    return t;
}

static int64_t whole(json v)
{
    int64_t n = -999;
    (void)json_i64(v, &n);
    return n;
}

static json element(json array, size_t n)
{
    struct json_iter it = json_each(array);
    for (size_t i = 0; json_next(&it); i++) {
        if (i == n)
            return it.value;
    }
    return (json){NULL, 0};
}

static json with_name(json array, const char *member, const char *value)
{
    struct json_iter it = json_each(array);
    while (json_next(&it)) {
        if (cu_str_eqz(json_str(json_get(it.value, member)), value))
            return it.value;
    }
    return (json){NULL, 0};
}

static struct gate_state open_gate;

static int setup(void **state)
{
    int rc = world_setup(state);
    struct world *w = *state;
    open_gate = (struct gate_state){0};
    people_set_gate(w->people, gate, &open_gate);
    people_set_consent_view(w->people, consents, NULL);
    return rc;
}

static void add_event(struct world *w, uint32_t pno, uint64_t seq, int64_t when, const char *plain, const char *sealed)
{
    struct cu_buf out;
    uint32_t kind = 0;
    cu_buf_init(&out, 10000);
    assert_ok(timeline_kind(w->timeline, CU_LIT("Product Viewed"), &kind, NULL));
    begin(w);
    assert_ok(people_event_seal(w->people, pno, seq, cu_str_of(sealed), &out, NULL));
    commit(w);
    const struct timeline_event e = {.pno = pno, .kind = kind, .source = 3, .time_ms = when, .seq = seq, .plain = cu_str_of(plain), .sealed = cu_buf_view(&out)};
    assert_ok(timeline_add(w->timeline, &e, NULL));
    assert_ok(timeline_publish(w->timeline, NULL));
    cu_buf_clear(&out);
}

static void a_person_is_shown_whole(void **state)
{
    struct world *w = *state;
    uint32_t a = identify(w, "anonymous_id=a1", at(1000, 1)), u = identify(w, "user_id=u1 email=a@example.net", at(86400000, 2));
    identify(w, "user_id=u1 anonymous_id=a1", at(86400000 * 2, 3));
    give_traits(w, u, "{\"firstName\":\"Anna\",\"lastName\":\"M\",\"country\":\"de\",\"odd\":true}", at(86400000 * 2, 3));
    struct cu_uuid id = uuid_of(w, a);
    struct call *c = call(w, "people.show", &id, NULL, NULL);
    assert_int_equal(c->code, CU_OK);
    json p = c->answer;
    assert_string_equal(text(json_get(p, "id")), c->id);
    assert_string_equal(text(json_get(p, "label")), "Anna M");
    assert_int_equal(whole(json_get(p, "events")), 3);
    assert_string_equal(text(json_get(p, "first_seen")), "1970-01-01T00:00:01.000Z");
    assert_int_equal(whole(json_path(p, "orders.count")), 0);
    assert_string_equal(text(json_get(p, "currency")), "EUR");
    assert_int_equal(json_count(json_get(p, "identifiers")), 3);
    json email = with_name(json_get(p, "identifiers"), "kind", "email");
    assert_string_equal(text(json_get(email, "value")), "a@example.net");
    assert_int_equal(json_count(json_get(p, "profiles")), 2);
    json name = with_name(json_get(p, "traits"), "name", "name");
    assert_string_equal(text(json_get(name, "value")), "Anna M"); // made of its parts
    json odd = with_name(json_get(p, "traits"), "name", "odd");
    bool declared = true;
    assert_true(json_bool(json_get(odd, "declared"), &declared) && !declared);
    assert_true(json_is(json_get(odd, "level"), JSON_NULL));
    json country = with_name(json_get(p, "traits"), "name", "address.country");
    assert_string_equal(text(json_get(country, "value")), "DE");
    assert_int_equal(whole(json_get(country, "age_days")), 28);
    json merge = element(json_get(p, "merges"), 0);
    assert_string_equal(text(json_get(merge, "evidence")), "event");
    assert_string_equal(text(json_get(merge, "kind")), "anonymous_id");
    assert_string_equal(text(json_get(merge, "actor")), "rules");
    assert_int_equal(whole(json_get(element(json_get(p, "consents"), 0), "profiles")), 2);
}

static void events_have_both_their_parts(void **state)
{
    struct world *w = *state;
    uint32_t p = identify(w, "user_id=u1", at(1000, 1));
    struct cu_uuid id = uuid_of(w, p);
    for (uint64_t i = 1; i <= 5; i++)
        add_event(w, p, i, (int64_t)i * 1000, i % 2 ? "{\"price\":1250}" : "",
            "{\"type\":\"track\",\"received\":9000,\"properties\":{\"secret\":\"x\"},\"context\":{\"ip\":\"1.2.3.4\"}}");
    struct call *c = call(w, "people.events", &id, "limit=2", NULL);
    assert_int_equal(c->code, CU_OK);
    assert_int_equal(json_count(json_get(c->answer, "items")), 2);
    json first = element(json_get(c->answer, "items"), 0);
    assert_int_equal(whole(json_get(first, "seq")), 5);
    assert_string_equal(text(json_get(first, "event")), "Product Viewed");
    assert_string_equal(text(json_get(first, "type")), "track");
    assert_string_equal(text(json_get(first, "received")), "1970-01-01T00:00:09.000Z");
    assert_int_equal(whole(json_path(first, "properties.price")), 1250);
    assert_string_equal(text(json_path(first, "properties.secret")), "x");
    assert_string_equal(text(json_path(first, "context.ip")), "1.2.3.4");
    size_t seen = 2;
    for (int pages = 0; json_is(json_get(c->answer, "next"), JSON_STRING) && pages < 9; pages++) {
        char query[200];
        snprintf(query, sizeof(query), "limit=2&cursor=%s", text(json_get(c->answer, "next")));
        c = call(w, "people.events", &id, query, NULL);
        assert_int_equal(c->code, CU_OK);
        seen += json_count(json_get(c->answer, "items"));
    }
    assert_int_equal(seen, 5);
    assert_int_equal(call(w, "people.events", &id, "cursor=xx", NULL)->code, CU_INVALID);
}

static void lists_and_look_ups(void **state)
{
    struct world *w = *state;
    for (int i = 0; i < 5; i++) {
        char ids[64];
        snprintf(ids, sizeof(ids), "user_id=u%d email=p%d@example.net", i, i);
        identify(w, ids, at(1000 * (i + 1), (uint64_t)i + 1));
    }
    struct call *c = call(w, "people.list", NULL, "limit=2&sort=last_seen&filter=known", NULL);
    assert_int_equal(c->code, CU_OK);
    assert_int_equal(whole(json_get(c->answer, "total")), 5);
    assert_string_equal(text(json_get(element(json_get(c->answer, "items"), 0), "email")), "p4@example.net");
    assert_true(json_is(json_get(c->answer, "next"), JSON_STRING));
    assert_int_equal(call(w, "people.list", NULL, "limit=1000", NULL)->code, CU_INVALID);
    assert_int_equal(call(w, "people.list", NULL, "sort=shoe", NULL)->code, CU_INVALID);
    c = call(w, "people.search", NULL, NULL, "{\"q\":\"p2@example.net\"}");
    assert_int_equal(c->code, CU_OK);
    assert_int_equal(json_count(json_get(c->answer, "items")), 1);
    c = call(w, "people.lookup", NULL, NULL, "{\"kind\":\"email\",\"value\":\" P3@Example.net\"}");
    assert_int_equal(c->code, CU_OK);
    char id[37];
    cu_uuid_format(uuid_of(w, profile_of(w, "user_id=u3")), id);
    assert_string_equal(text(json_get(c->answer, "id")), id);
    assert_int_equal(call(w, "people.lookup", NULL, NULL, "{\"kind\":\"email\",\"value\":\"nobody@example.net\"}")->code, CU_NOT_FOUND);
    assert_int_equal(call(w, "people.lookup", NULL, NULL, "{\"kind\":\"no kind\",\"value\":\"x\"}")->code, CU_NOT_FOUND);
}

static void a_closed_gate_shows_nobody(void **state)
{
    struct world *w = *state;
    uint32_t p = identify(w, "user_id=u1 email=secluded@example.net", at(1000, 1));
    struct cu_uuid id = uuid_of(w, p);
    open_gate.closed = true;
    static const char *const reads[] = {"people.show", "people.events", "people.orders", "people.history"};
    for (size_t i = 0; i < CU_COUNT(reads); i++)
        assert_int_equal(call(w, reads[i], &id, NULL, NULL)->code, CU_REFUSED);
    assert_int_equal(call(w, "people.lookup", NULL, NULL, "{\"kind\":\"user_id\",\"value\":\"u1\"}")->code, CU_REFUSED);
    char body[100];
    cu_uuid_format(id, body + 10);
    assert_int_equal(call(w, "people.merge", &id, NULL, "{\"other\":\"0193a2b4-0000-7000-8000-000000000000\"}")->code, CU_REFUSED);
    struct call *c = call(w, "people.list", NULL, NULL, NULL);
    assert_int_equal(c->code, CU_OK);
    assert_null(memmem(c->rq.response.body.ptr, c->rq.response.body.len, "secluded", 8));
    people_set_gate(w->people, NULL, NULL); // and without a gate nobody is read at all
    assert_int_equal(call(w, "people.show", &id, NULL, NULL)->code, CU_REFUSED);
    assert_int_equal(call(w, "people.list", NULL, NULL, NULL)->code, CU_REFUSED);
}

// A feed names each person once, and goes on without names when the role has opened its people of the hour.
static void a_feed_of_many(void **state)
{
    enum { MANY = 120 };
    struct world *w = *state;
    uint32_t pnos[MANY + 2];
    char ids[40];
    for (uint32_t i = 0; i < MANY; i++) {
        snprintf(ids, sizeof ids, "user_id=feed-%u", i);
        pnos[i] = identify(w, ids, at(1000 + i, 1 + i));
    }
    pnos[MANY] = pnos[0];
    pnos[MANY + 1] = 0;
    struct caller c = {.kind = CALLER_STAFF, .staff_id = 7, .view = {2, 2, 2, 1, 0}};
    struct guard_access access = {.actor = GUARD_STAFF, .actor_id = 7, .role = "analyst", .purpose = "analytics"};
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(8 << 20);
    struct people_label labels[MANY + 2];
    struct db *d = NULL;
    guard_enter(&access);
    assert_ok(people_read_take(w->people, &d, NULL));
    assert_ok(people_labels(w->people, d, pnos, 90, &c, a, labels, NULL));
    assert_true(cu_str_eqz(labels[3].text, "feed-3"));
    assert_string_equal(labels[3].shown, "full");
    assert_ok(people_labels(w->people, d, pnos, MANY + 2, &c, a, labels, NULL));
    for (uint32_t i = 0; i < MANY; i++) {
        assert_string_equal(labels[i].shown, "hidden");
        assert_true(cu_str_starts(labels[i].text, CU_LIT("Person ")));
    }
    assert_true(cu_str_eq(labels[MANY].text, labels[0].text));
    assert_int_equal(labels[MANY + 1].text.len, 0);
    people_read_give(w->people, d);
    guard_enter_system("intake", "test");
}

static void merge_unmerge_delete(void **state)
{
    struct world *w = *state;
    uint32_t a = identify(w, "user_id=u1", at(1000, 1)), b = identify(w, "user_id=u2", at(1000, 2));
    struct cu_uuid ua = uuid_of(w, a), ub = uuid_of(w, b);
    char body[200], other[37];
    cu_uuid_format(ub, other);
    snprintf(body, sizeof(body), "{\"other\":\"%s\",\"reason\":\"same voice\"}", other);
    struct call *c = call(w, "people.merge", &ua, NULL, body);
    assert_int_equal(c->code, CU_OK);
    int64_t edge = whole(json_get(c->answer, "edge"));
    assert_int_equal(call(w, "people.merge", &ua, NULL, body)->code, CU_CONFLICT);
    c = call(w, "people.show", &ub, NULL, NULL);
    json merge = element(json_get(c->answer, "merges"), 0);
    assert_string_equal(text(json_get(merge, "actor")), "staff:7");
    assert_string_equal(text(json_get(merge, "reason")), "same voice");
    snprintf(body, sizeof(body), "{\"edge\":%lld,\"reason\":\"no\",\"never_link\":true}", (long long)edge);
    c = call(w, "people.unmerge", &ub, NULL, body);
    assert_int_equal(c->code, CU_OK);
    assert_string_equal(text(json_get(c->answer, "id")), other);
    char first[37];
    cu_uuid_format(ua, first);
    assert_string_equal(text(json_get(c->answer, "other")), first);
    c = call(w, "people.show", &ua, NULL, NULL);
    merge = element(json_get(c->answer, "merges"), 0); // the history stays
    bool live = true;
    assert_true(json_bool(json_get(merge, "live"), &live) && !live);
    assert_string_equal(text(json_get(merge, "ended_by")), "staff:7");
    add_event(w, a, 9, 5000, "", "{\"type\":\"track\"}");
    assert_int_equal(timeline_count(w->timeline), 1);
    c = call(w, "people.delete", &ua, NULL, NULL);
    assert_int_equal(c->code, CU_OK);
    assert_int_equal(c->rq.response.status, 204);
    assert_int_equal(timeline_count(w->timeline), 0);
    assert_int_equal(call(w, "people.show", &ua, NULL, NULL)->code, CU_ERASED);
    assert_int_equal(call(w, "people.delete", &ua, NULL, NULL)->code, CU_ERASED);
    assert_int_equal(call(w, "people.show", &ub, NULL, NULL)->code, CU_OK);
    struct cu_uuid nobody = {{1}};
    assert_int_equal(call(w, "people.show", &nobody, NULL, NULL)->code, CU_NOT_FOUND);
}

static void rules_and_their_dry_run(void **state)
{
    struct world *w = *state;
    identify(w, "user_id=u1 anonymous_id=a", at(1000, 1));
    identify(w, "user_id=u2 anonymous_id=a", at(1000, 2)); // refused: two users
    identify(w, "email=a@example.net", at(1000, 3));
    identify(w, "email=b@example.net", at(1000, 4));
    identify(w, "email=a@example.net email=b@example.net", at(1000, 5));
    struct call *c = call(w, "people.rules", NULL, NULL, NULL);
    assert_int_equal(c->code, CU_OK);
    json user = with_name(json_get(c->answer, "identifiers"), "kind", "user_id");
    assert_int_equal(whole(json_get(user, "priority")), 1);
    uint64_t before = people_count(w->people);
    static const struct {
        const char *body;
        int64_t after, merge, split, conflicts;
    } runs[] = {
        {"{\"identifiers\":[]}", 3, 0, 0, 1},
        {"{\"identifiers\":[{\"kind\":\"user_id\",\"limit\":2}]}", 2, 1, 0, 0},
        {"{\"identifiers\":[{\"kind\":\"email\",\"limit\":1}]}", 4, 0, 1, 2},
        {"{\"identifiers\":[{\"kind\":\"email\",\"limit\":1},{\"kind\":\"user_id\",\"limit\":9,\"priority\":4}]}", 3, 1, 1, 1},
        {"{\"identifiers\":[{\"kind\":\"never heard of\",\"limit\":1}]}", 3, 0, 0, 1},
    };
    for (size_t i = 0; i < CU_COUNT(runs); i++) {
        c = call(w, "people.rules_dry_run", NULL, NULL, runs[i].body);
        assert_int_equal(c->code, CU_OK);
        assert_int_equal(whole(json_get(c->answer, "persons_before")), before);
        assert_int_equal(whole(json_get(c->answer, "persons_after")), runs[i].after);
        assert_int_equal(whole(json_get(c->answer, "would_merge")), runs[i].merge);
        assert_int_equal(whole(json_get(c->answer, "would_split")), runs[i].split);
        assert_int_equal(whole(json_get(c->answer, "conflicts")), runs[i].conflicts);
    }
    assert_int_equal(people_count(w->people), before);
    assert_int_equal(call(w, "people.rules_dry_run", NULL, NULL, "{\"identifiers\":[{\"kind\":\"email\"}]}")->code, CU_MISSING);
}

static void history_and_undeclared(void **state)
{
    struct world *w = *state;
    uint32_t p = identify(w, "user_id=u1", at(1000, 1));
    give_traits(w, p, "{\"firstName\":\"A\",\"shoe\":1}", at(1000, 1));
    give_traits(w, p, "{\"firstName\":\"B\"}", at(2000, 2));
    struct cu_uuid id = uuid_of(w, p);
    struct call *c = call(w, "people.history", &id, "field=first_name", NULL);
    assert_int_equal(c->code, CU_OK);
    assert_int_equal(json_count(json_get(c->answer, "items")), 2);
    assert_string_equal(text(json_get(element(json_get(c->answer, "items"), 0), "value")), "B");
    c = call(w, "people.history", &id, NULL, NULL);
    assert_int_equal(json_count(json_get(c->answer, "items")), 3);
    c = call(w, "people.undeclared", NULL, NULL, NULL);
    assert_int_equal(c->code, CU_OK);
    assert_string_equal(text(json_get(element(json_get(c->answer, "items"), 0), "name")), "shoe");
    c = call(w, "people.orders", &id, NULL, NULL);
    assert_int_equal(c->code, CU_OK);
    assert_int_equal(json_count(json_get(c->answer, "items")), 0);
}

static void every_row_is_complete(void **state)
{
    (void)state;
    for (size_t i = 0; i < people_module.route_count; i++) {
        const struct spec_route *r = &people_module.routes[i];
        assert_true(r->permission != SPEC_NOBODY && r->doc && r->handler);
        assert_true(r->body_kind == SPEC_BODY_NONE || r->body_max > 0);
        const struct spec_field *tables[] = {r->path_fields, r->query, r->body, r->answer};
        for (size_t t = 0; t < CU_COUNT(tables); t++) {
            for (const struct spec_field *f = tables[t]; f && f->name; f++) {
                assert_non_null(f->doc);
                assert_true(f->max != 0 || f->type == SPEC_BOOL || f->type == SPEC_TIME || f->type == SPEC_UUID || f->type == SPEC_ENUM);
            }
        }
    }
}

int main(void)
{
    cu_log_set_level(CU_LOG_ERROR);
#define T(f) cmocka_unit_test_setup_teardown(f, setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(a_person_is_shown_whole),
        T(events_have_both_their_parts),
        T(lists_and_look_ups),
        T(a_closed_gate_shows_nobody),
        T(a_feed_of_many),
        T(merge_unmerge_delete),
        T(rules_and_their_dry_run),
        T(history_and_undeclared),
        cmocka_unit_test(every_row_is_complete),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
