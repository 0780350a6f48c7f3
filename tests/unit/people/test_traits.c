// SPDX-License-Identifier: Apache-2.0
// Traits: types and groups, newest wins, history, clearing, what nobody declared, folds that can be taken back.
#include "people_test.h"

#include "base/log.h"
#include "people/expire.h"
#include "people/traits.h"

struct view {
    struct cu_arena *arena;
    struct trait_view *at;
    size_t count;
};

static struct view view_of(struct world *w, uint32_t pno)
{
    struct view v = {.arena = cu_arena_new(1 << 20)};
    uint32_t members[PERSON_PROFILES_MAX];
    size_t n = roster_members(&w->people->roster, pno, members, CU_COUNT(members));
    struct db *d = NULL;
    assert_ok(people_read_take(w->people, &d, NULL));
    assert_ok(traits_of_person(w->people, d, members, n, TRAIT_ALL_GROUPS, v.arena, &v.at, &v.count, NULL));
    people_read_give(w->people, d);
    return v;
}

// The value as it would stand in JSON, without quotes; "-" when there is none.
static void expect(struct world *w, uint32_t pno, const char *name, const char *value)
{
    struct view v = view_of(w, pno);
    cu_str have = CU_LIT("-");
    for (size_t i = 0; i < v.count; i++) {
        if (cu_str_eqz(v.at[i].e.name, name))
            have = v.at[i].e.value;
    }
    if (!cu_str_eqz(have, value))
        print_error("%s: \"%.*s\", expected \"%s\"\n", name, CU_ARG(have), value);
    assert_true(cu_str_eqz(have, value));
    cu_arena_free(v.arena);
}

static int64_t count_rows(struct world *w, const char *sql)
{
    static struct db_statement pool[64]; // statements are cached by address
    struct db_query q;
    size_t i = 0;
    while (i < 63 && pool[i].sql && strcmp(pool[i].sql, sql) != 0)
        i++;
    pool[i] = (struct db_statement){"test", sql};
    assert_ok(db_prepare(w->people->records, &pool[i], &q, NULL));
    assert_true(db_step(&q));
    int64_t n = db_i64(&q, 0);
    assert_ok(db_end(&q, NULL));
    return n;
}

static void values_take_their_normal_form(void **state)
{
    struct world *w = *state;
    uint32_t p = identify(w, "user_id=u", at(1000, 1));
    give_traits(w, p,
        "{\"Email\":\" Anna@Example.NET \",\"first_name\":\"Anna \",\"phone\":\"0049 30 1234567\",\"age\":\"42\","
        "\"birthday\":\"1990-02-03T10:00:00Z\",\"createdAt\":1700000000,\"accepts_marketing\":\"yes\",\"country\":\"de\","
        "\"address\":{\"city\":\"Berlin\",\"postal_code\":10115,\"door code\":\"77\"},\"company\":{\"name\":\"ACME\",\"floor\":3},"
        "\"tags\":[\"a\",\"b\"],\"website\":\"\"}",
        at(1000, 1));
    expect(w, p, "email", "anna@example.net");
    expect(w, p, "firstName", "Anna");
    expect(w, p, "phone", "+49301234567");
    expect(w, p, "age", "42");
    expect(w, p, "birthday", "1990-02-03");
    expect(w, p, "createdAt", "2023-11-14T22:13:20.000Z");
    expect(w, p, "accepts_marketing", "true");
    expect(w, p, "address.country", "DE");
    expect(w, p, "address.city", "Berlin");
    expect(w, p, "address.postalCode", "10115");
    expect(w, p, "address.door code", "77");
    expect(w, p, "company.name", "ACME");
    expect(w, p, "company.floor", "3");
    expect(w, p, "tags", "[\"a\",\"b\"]");
    expect(w, p, "website", "-");
}

static void level_decides_where_a_value_stands(void **state)
{
    struct world *w = *state;
    uint32_t p = identify(w, "user_id=u", at(1000, 1));
    give_traits(w, p, "{\"firstName\":\"Canary-Name\",\"language\":\"plain-language\",\"secret thing\":\"Canary-Thing\",\"gender\":\"Canary-G\"}", at(1000, 1));
    assert_int_equal(count_rows(w, "SELECT count(*) FROM trait_current"), 4);
    assert_int_equal(count_rows(w, "SELECT count(*) FROM trait_current WHERE instr(value, CAST('Canary' AS BLOB)) > 0"), 0);
    assert_int_equal(count_rows(w, "SELECT count(*) FROM trait_history WHERE instr(value, CAST('Canary' AS BLOB)) > 0"), 0);
    assert_int_equal(count_rows(w, "SELECT count(*) FROM trait_history WHERE instr(value, CAST('secret thing' AS BLOB)) > 0"), 0);
    assert_int_equal(count_rows(w, "SELECT count(*) FROM trait_current WHERE instr(value, CAST('plain-language' AS BLOB)) > 0"), 1);
}

static void newest_wins_and_null_clears(void **state)
{
    struct world *w = *state;
    uint32_t p = identify(w, "user_id=u", at(1000, 1));
    give_traits(w, p, "{\"firstName\":\"Anna\",\"lastName\":\"M\"}", at(5000, 2));
    give_traits(w, p, "{\"firstName\":\"Old\"}", at(4000, 3)); // came late
    expect(w, p, "firstName", "Anna");
    give_traits(w, p, "{\"firstName\":\"Same time\"}", at(5000, 4)); // by sequence
    expect(w, p, "firstName", "Same time");
    give_traits(w, p, "{\"firstName\":null}", at(6000, 5));
    expect(w, p, "firstName", "-");
    expect(w, p, "lastName", "M"); // not sent: keeps its value
    give_traits(w, p, "{\"firstName\":\"Late again\"}", at(5500, 6));
    expect(w, p, "firstName", "-");
    give_traits(w, p, "{\"address\":{\"city\":\"X\",\"street\":\"Y\"}}", at(7000, 7));
    give_traits(w, p, "{\"address\":null}", at(8000, 8)); // and with it what is below
    expect(w, p, "address.city", "-");
    expect(w, p, "address.street", "-");
}

static void repetitions_write_nothing(void **state)
{
    struct world *w = *state;
    uint32_t p = identify(w, "user_id=u", at(1000, 1));
    for (int i = 0; i < 5; i++)
        give_traits(w, p, "{\"firstName\":\"Anna\",\"language\":\"de\"}", at(1000 + i, (uint64_t)i + 1));
    assert_int_equal(count_rows(w, "SELECT count(*) FROM trait_history"), 2);
    traits_forget_memo(w->people); // also without the memory of the last call
    give_traits(w, p, "{\"language\":\"de\",\"firstName\":\"Anna\"}", at(3000, 9));
    assert_int_equal(count_rows(w, "SELECT count(*) FROM trait_history"), 2);
    give_traits(w, p, "{\"firstName\":\"Anna\",\"unknown\":null}", at(3001, 10));
    assert_int_equal(count_rows(w, "SELECT count(*) FROM trait_history"), 2);
}

static void a_fold_over_profiles_and_back(void **state)
{
    struct world *w = *state;
    uint32_t a = identify(w, "user_id=u1", at(1000, 1)), b = identify(w, "user_id=u2", at(1000, 2));
    give_traits(w, a, "{\"firstName\":\"A\",\"lastName\":\"Old\"}", at(1000, 1));
    give_traits(w, b, "{\"firstName\":\"B\",\"lastName\":\"New\",\"gender\":\"f\"}", at(2000, 2));
    give_traits(w, a, "{\"firstName\":\"A2\"}", at(3000, 3));
    int64_t edge = 0;
    struct cu_uuid ua = uuid_of(w, a), ub = uuid_of(w, b);
    assert_ok(people_merge(w->people, ua, ub, CU_NONE, 1, &edge, NULL));
    expect(w, a, "firstName", "A2");
    expect(w, b, "lastName", "New");
    expect(w, a, "gender", "f");
    give_traits(w, b, "{\"gender\":null}", at(4000, 4));
    expect(w, a, "gender", "-");
    assert_ok(people_unmerge(w->people, ua, edge, CU_NONE, false, 1, NULL));
    expect(w, a, "firstName", "A2");
    expect(w, a, "lastName", "Old");
    expect(w, b, "firstName", "B");
    expect(w, b, "lastName", "New");
}

static void an_import_is_taken_back_exactly(void **state)
{
    struct world *w = *state;
    uint32_t p = identify(w, "user_id=u", at(1000, 1));
    give_traits(w, p, "{\"firstName\":\"Anna\",\"language\":\"de\"}", at(1000, 1));
    begin(w);
    assert_int_equal(identify_in(w, "user_id=u email=i@example.net", from_import(7, 2000, 2)), p);
    traits_in(w, p, "{\"firstName\":\"Imported\",\"lastName\":\"I\",\"language\":\"de\",\"gender\":\"x\"}", from_import(7, 2000, 2));
    uint32_t fresh = identify_in(w, "email=new@example.net", from_import(7, 2000, 3));
    traits_in(w, fresh, "{\"firstName\":\"New\"}", from_import(7, 2000, 3));
    commit(w);
    give_traits(w, p, "{\"lastName\":\"I\"}", at(3000, 4)); // said again by another
    expect(w, p, "firstName", "Imported");
    struct roster_row row;
    assert_true(roster_get(&w->people->roster, p, &row));
    assert_int_equal(row.events, 2);
    assert_int_equal(people_count(w->people), 2);
    revert_import(w, 7);
    expect(w, p, "firstName", "Anna");
    expect(w, p, "lastName", "I");
    expect(w, p, "language", "de");
    expect(w, p, "gender", "-");
    assert_int_equal(people_count(w->people), 1);
    assert_int_equal(profile_of(w, "email=new@example.net"), 0);
    assert_int_equal(profile_of(w, "email=i@example.net"), 0);
    assert_true(keys_is_erased(w->keys, fresh));
    assert_false(keys_is_erased(w->keys, p));
    assert_true(roster_get(&w->people->roster, p, &row));
    assert_int_equal(row.events, 1);
    assert_int_equal(row.last_ms, 1000);
    assert_int_equal(count_rows(w, "SELECT count(*) FROM confirmation"), 0);
    assert_int_equal(count_rows(w, "SELECT count(*) FROM forget_intent"), 0);
}

static void sample_data_leaves_without_a_trace(void **state)
{
    struct world *w = *state;
    struct evidence sample = at(1000, 1);
    sample.sample = true;
    begin(w);
    for (int i = 0; i < 1200; i++) { // more than one step
        char text[64];
        snprintf(text, sizeof(text), "user_id=s%d anonymous_id=a%d", i, i);
        sample.seq = (uint64_t)i + 1;
        uint32_t p = identify_in(w, text, sample);
        traits_in(w, p, "{\"firstName\":\"Sample\",\"country\":\"DE\"}", sample);
    }
    commit(w);
    uint32_t real = identify(w, "user_id=s5 email=real@example.net", at(2000, 2000));
    struct roster_row row;
    assert_true(roster_get(&w->people->roster, real, &row));
    assert_int_equal(row.flags & ROSTER_PERSON_SAMPLE, 0);
    assert_true(roster_get(&w->people->roster, profile_of(w, "user_id=s6"), &row));
    assert_int_equal(row.flags & ROSTER_PERSON_SAMPLE, ROSTER_PERSON_SAMPLE);
    assert_int_equal(people_count(w->people), 1200);
    revert_import(w, 0);
    assert_int_equal(people_count(w->people), 1);
    assert_true(same_person(w, "user_id=s5", "email=real@example.net"));
    expect(w, real, "firstName", "-");
    assert_int_equal(count_rows(w, "SELECT count(*) FROM identifier"), 2);
    assert_int_equal(count_rows(w, "SELECT count(*) FROM trait_history"), 0);
    assert_int_equal(count_rows(w, "SELECT count(*) FROM trait_current"), 0);
    assert_int_equal(count_rows(w, "SELECT count(*) FROM profile"), 1);
}

static void a_restless_client_does_not_fill_the_disk(void **state)
{
    struct world *w = *state;
    uint32_t p = identify(w, "user_id=u", at(1000, 1));
    begin(w);
    traits_in(w, p, "{\"lastName\":\"Said once\"}", at(1000, 1));
    for (int i = 0; i < 2000; i++) {
        char text[64];
        snprintf(text, sizeof(text), "{\"firstName\":\"n%d\"}", i);
        traits_in(w, p, text, at(2000 + i, (uint64_t)i + 2));
    }
    commit(w);
    assert_true(count_rows(w, "SELECT count(*) FROM trait_history") < 700);
    expect(w, p, "firstName", "n1999");
    expect(w, p, "lastName", "Said once");
    begin(w);
    assert_ok(traits_refold(w->people, p, DICT_GROUP_CONTACT, NULL)); // what was laid together still folds the same
    commit(w);
    expect(w, p, "firstName", "n1999");
    expect(w, p, "lastName", "Said once");
}

static void undeclared_names_are_registered(void **state)
{
    struct world *w = *state;
    uint32_t p = identify(w, "user_id=u", at(1000, 1));
    for (int i = 0; i < 3; i++)
        give_traits(w, p, "{\"shoe_size\":42,\"anna@example.net\":1,\"age\":\"not a number\"}", at(1000 + i, (uint64_t)i + 1));
    struct cu_buf out;
    struct json_writer jw;
    cu_buf_init(&out, 100000);
    for (int restart = 0; restart < 2; restart++) {
        cu_buf_reset(&out);
        jw_start(&jw, &out);
        jw_array(&jw);
        undeclared_print(w->people, &jw);
        jw_array_end(&jw);
        assert_true(cu_str_find_str(cu_buf_view(&out), CU_LIT("\"name\":\"shoe_size\",\"count\":3")) > 0);
        assert_true(cu_str_find_str(cu_buf_view(&out), CU_LIT("\"name\":\"age\",\"count\":3")) > 0);
        assert_true(cu_str_find_str(cu_buf_view(&out), CU_LIT("anna")) < 0);
        assert_true(cu_str_find_str(cu_buf_view(&out), CU_LIT("\"name\":\"#")) > 0);
        world_close(w);
        world_open(w);
    }
    cu_buf_clear(&out);
    expect(w, p, "shoe_size", "42");
    expect(w, p, "age", "not a number"); // kept, as nobody's
    struct view v = view_of(w, p);
    for (size_t i = 0; i < v.count; i++)
        assert_null(v.at[i].field);
    cu_arena_free(v.arena);
}

static void the_register_has_an_end(void **state)
{
    struct world *w = *state;
    begin(w);
    struct evidence ev = at(1000, 1);
    for (int i = 0; i < 6000; i++) {
        char name[32];
        snprintf(name, sizeof(name), "field_%d", i);
        people_undeclared_note(w->people, CU_LIT("Some Event"), cu_str_of(name), &ev);
    }
    commit(w);
    assert_int_equal(count_rows(w, "SELECT count(*) FROM undeclared"), 4096);
    assert_true(count_rows(w, "SELECT count FROM undeclared WHERE name = '(other)'") > 1900);
}

static void a_name_declared_later_is_declared_then(void **state)
{
    struct world *w = *state;
    uint32_t p = identify(w, "user_id=u", at(1000, 1));
    give_traits(w, p, "{\"Shoe Size\":42}", at(1000, 1));
    struct dictionary *next = NULL;
    assert_ok(dictionary_load(CU_LIT("version: 1\npersons:\n  shoeSize: {type: integer, min: 0, max: 100, level: P1, category: user, "
                                     "purposes: [service], owner: customer_care, doc: Size.}\n"),
        &next, NULL));
    people_set_dictionary(w->people, next);
    struct view v = view_of(w, p);
    assert_int_equal(v.count, 1);
    assert_true(cu_str_eqz(v.at[0].e.name, "shoeSize"));
    assert_non_null(v.at[0].field);
    cu_arena_free(v.arena);
    give_traits(w, p, "{\"shoe_size\":43}", at(2000, 2));
    expect(w, p, "shoeSize", "43");
    people_set_dictionary(w->people, w->dictionary);
    dictionary_free(next);
}

static void ids_of_traits(void **state)
{
    struct world *w = *state;
    json traits;
    struct person_id ids[PERSON_IDS_MAX];
    assert_ok(json_parse(w->json, CU_LIT("{\"Email\":\"a@b.net\",\"firstName\":\"x\",\"phone\":\"+4930\",\"shopify_customer_id\":1234,\"customer_number\":null}"), &traits, NULL));
    size_t n = people_ids_of_traits(w->people, traits, ids, 0, PERSON_IDS_MAX);
    assert_int_equal(n, 3);
    assert_true(cu_str_eqz(ids[0].kind, "email") && cu_str_eqz(ids[0].value, "a@b.net"));
    assert_true(cu_str_eqz(ids[2].kind, "shopify_customer_id") && cu_str_eqz(ids[2].value, "1234"));
    assert_int_equal(people_ids_of_traits(w->people, traits, ids, 1, 2), 2);
}

static void labels(void **state)
{
    struct world *w = *state;
    struct db *d = NULL;
    struct cu_buf out;
    cu_buf_init(&out, 1000);
    assert_ok(people_read_take(w->people, &d, NULL));
    uint32_t p = identify(w, "anonymous_id=a", at(1000, 1));
    assert_ok(people_label(w->people, d, p, &out, NULL));
    assert_true(cu_str_starts(cu_buf_view(&out), CU_LIT("Visitor ")));
    identify(w, "anonymous_id=a email=a@example.net", at(1000, 2));
    cu_buf_reset(&out);
    assert_ok(people_label(w->people, d, p, &out, NULL));
    assert_true(cu_str_eqz(cu_buf_view(&out), "a@example.net"));
    give_traits(w, p, "{\"lastName\":\"Maier\"}", at(1000, 3));
    give_traits(w, p, "{\"firstName\":\"Anna\"}", at(1000, 4));
    cu_buf_reset(&out);
    assert_ok(people_label(w->people, d, p, &out, NULL));
    assert_true(cu_str_eqz(cu_buf_view(&out), "Anna Maier"));
    give_traits(w, p, "{\"name\":\"Dr. Anna\"}", at(1000, 5));
    cu_buf_reset(&out);
    assert_ok(people_label(w->people, d, p, &out, NULL));
    assert_true(cu_str_eqz(cu_buf_view(&out), "Dr. Anna"));
    people_read_give(w->people, d);
    cu_buf_clear(&out);
}

static void history_tells_everything(void **state)
{
    struct world *w = *state;
    uint32_t p = identify(w, "user_id=u", at(1000, 1));
    give_traits(w, p, "{\"email\":\"old@example.net\"}", at(1000, 1));
    give_traits(w, p, "{\"email\":\"new@example.net\",\"age\":3}", from_import(4, 2000, 2));
    give_traits(w, p, "{\"email\":null}", at(3000, 3));
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(4 << 20);
    struct cu_buf out;
    struct json_writer jw;
    struct db *d = NULL;
    const struct caller local = {.kind = CALLER_LOCAL};
    struct sight sight = {.caller = &local, .dictionary = w->dictionary};
    cu_buf_init(&out, 100000);
    jw_start(&jw, &out);
    assert_ok(people_read_take(w->people, &d, NULL));
    jw_array(&jw);
    assert_ok(traits_history_print(w->people, d, &p, 1, CU_LIT("E-Mail"), &sight, a, &jw, NULL));
    jw_array_end(&jw);
    people_read_give(w->people, d);
    assert_string_equal(out.ptr,
        "[{\"field\":\"email\",\"value\":null,\"shown\":\"full\",\"at\":\"1970-01-01T00:00:03.000Z\",\"source\":1,\"import\":null,\"action\":\"cleared\"},"
        "{\"field\":\"email\",\"value\":\"new@example.net\",\"shown\":\"full\",\"at\":\"1970-01-01T00:00:02.000Z\",\"source\":2,\"import\":4,\"action\":\"set\"},"
        "{\"field\":\"email\",\"value\":\"old@example.net\",\"shown\":\"full\",\"at\":\"1970-01-01T00:00:01.000Z\",\"source\":1,\"import\":null,\"action\":\"set\"}]");
    cu_buf_clear(&out);
}

static void a_damaged_fold_is_noticed(void **state)
{
    (void)state;
    struct cu_buf b;
    struct fold_entry e = {.name = CU_LIT("n"), .value = CU_LIT("value"), .type = FOLD_TEXT, .at_ms = 5, .seq = 6, .source = 7, .origin = 8}, r;
    cu_buf_init(&b, 1000);
    fold_start(&b);
    fold_put(&b, &e);
    for (size_t cut = 1; cut < b.len; cut++) {
        struct fold_reader reader = fold_read((cu_str){b.ptr, b.len - cut});
        while (fold_next(&reader, &r))
            ;
        assert_int_equal(reader.damaged, cut != b.len - 1);
    }
    b.ptr[0] = 9;
    struct fold_reader reader = fold_read(cu_buf_view(&b));
    assert_false(fold_next(&reader, &r));
    assert_true(reader.damaged);
    cu_buf_clear(&b);
}

// --- values that are kept no longer

static struct people_fields_found expire(struct world *w, const char *field, int64_t before_ms, bool remove)
{
    const struct people_field_limit limit = {cu_str_of(field), before_ms};
    struct people_fields_found found;
    struct db *d = NULL;
    guard_enter_system("upkeep", "retention");
    if (remove) {
        begin(w);
        assert_ok(people_fields_expire(w->people, &limit, 1, 0, people_end(w->people), NULL, NULL, &found, NULL));
        commit(w);
    } else {
        assert_ok(people_read_take(w->people, &d, NULL));
        assert_ok(people_fields_count(w->people, d, &limit, 1, 0, people_end(w->people), NULL, NULL, &found, NULL));
        people_read_give(w->people, d);
    }
    guard_enter_system("intake", "test");
    return found;
}

static void old_values_go_from_everywhere(void **state)
{
    struct world *w = *state;
    uint32_t p = identify(w, "user_id=u", at(1000, 1)), other = identify(w, "user_id=v", at(1000, 2));
    give_traits(w, p, "{\"age\":41,\"address\":{\"city\":\"Berlin\"},\"firstName\":\"Anna\"}", at(1000, 3));
    give_traits(w, p, "{\"address\":{\"city\":\"Hamburg\"}}", at(5000, 4));
    give_traits(w, other, "{\"address\":{\"city\":\"Köln\"}}", at(9000, 5));
    struct people_fields_found found = expire(w, "address.city", 6000, false);
    assert_int_equal(found.profiles, 1);
    assert_int_equal(found.values, 2); // the one in force and the one before
    expect(w, p, "address.city", "Hamburg");
    found = expire(w, "address.city", 6000, true);
    assert_int_equal(found.profiles, 1);
    assert_int_equal(found.values, 2);
    expect(w, p, "address.city", "-");
    expect(w, p, "firstName", "Anna");
    expect(w, p, "age", "41");
    expect(w, other, "address.city", "Köln");
    found = expire(w, "address.city", 6000, true); // again: nothing
    assert_int_equal(found.values, 0);
    // only the older value goes when a newer one stands
    give_traits(w, p, "{\"address\":{\"city\":\"Ulm\"}}", at(cu_now_ms() + 1000, 6));
    give_traits(w, other, "{\"address\":{\"city\":\"Bonn\"}}", at(9500, 7));
    found = expire(w, "address.city", 9400, true);
    assert_int_equal(found.values, 1);
    expect(w, p, "address.city", "Ulm"); // what is said again is stored again
    expect(w, other, "address.city", "Bonn");
    // a restart folds to the same
    world_close(w);
    world_open(w);
    expect(w, p, "firstName", "Anna");
    expect(w, other, "address.city", "Bonn");
    assert_int_equal(count_rows(w, "SELECT count(*) FROM trait_history WHERE value LIKE '%Hamburg%'"), 0);
}

static void the_history_says_that_a_field_was_cleared(void **state)
{
    struct world *w = *state;
    uint32_t p = identify(w, "user_id=u", at(1000, 1));
    give_traits(w, p, "{\"age\":41}", at(1000, 2));
    assert_int_equal(count_rows(w, "SELECT count(*) FROM trait_history"), 1);
    (void)expire(w, "age", INT64_MAX, true);
    expect(w, p, "age", "-");
    assert_int_equal(count_rows(w, "SELECT count(*) FROM trait_history"), 1); // the entry that says it
    struct people_fields_found found = expire(w, "age", INT64_MAX, false);
    assert_int_equal(found.values, 0);
    (void)expire(w, "age", INT64_MAX, true); // and the entry goes with the next time
    assert_int_equal(count_rows(w, "SELECT count(*) FROM trait_history"), 0);
    expect(w, p, "age", "-");
}

static void what_is_not_collected_is_not_stored(void **state)
{
    struct world *w = *state;
    struct dictionary *d = NULL, *old = w->dictionary;
    struct cu_error err;
    uint32_t p = identify(w, "user_id=u", at(1000, 1));
    assert_ok(dictionary_load(CU_LIT("version: 1\npersons:\n  age:\n    collect: no\n"), &d, NULL));
    people_set_dictionary(w->people, d);
    w->dictionary = d;
    give_traits(w, p, "{\"age\":41,\"firstName\":\"Anna\"}", at(1000, 2));
    expect(w, p, "age", "-");
    expect(w, p, "firstName", "Anna");
    dictionary_free(old);
    assert_int_equal(dictionary_load(CU_LIT("version: 1\npersons:\n  email:\n    collect: no\n"), &old, &err), CU_INVALID);
    assert_int_equal(dictionary_load(CU_LIT("version: 1\nevents:\n  Order Completed:\n    fields:\n      total:\n        collect: no\n"), &old, &err), CU_INVALID);
}

int main(void)
{
    cu_log_set_level(CU_LOG_ERROR);
#define T(f) cmocka_unit_test_setup_teardown(f, world_setup, world_teardown)
    const struct CMUnitTest tests[] = {
        T(values_take_their_normal_form),
        T(level_decides_where_a_value_stands),
        T(newest_wins_and_null_clears),
        T(repetitions_write_nothing),
        T(a_fold_over_profiles_and_back),
        T(an_import_is_taken_back_exactly),
        T(sample_data_leaves_without_a_trace),
        T(a_restless_client_does_not_fill_the_disk),
        T(undeclared_names_are_registered),
        T(the_register_has_an_end),
        T(a_name_declared_later_is_declared_then),
        T(ids_of_traits),
        T(labels),
        T(history_tells_everything),
        T(old_values_go_from_everywhere),
        T(the_history_says_that_a_field_was_cleared),
        T(what_is_not_collected_is_not_stored),
        cmocka_unit_test(a_damaged_fold_is_noticed),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
