// SPDX-License-Identifier: Apache-2.0
// The guard in both forms: who said nothing is refused everything; many items at once; rates; the fence;
// and through the frames of the key process the very same answers.
#include "guard_test.h"

#include "store/keys_archive.h"

static struct world world;

static int open_inside(void **state)
{
    (void)state;
    world_open(&world, false);
    return 0;
}

static int open_separate(void **state)
{
    (void)state;
    world_open(&world, true);
    return 0;
}

static int close_it(void **state)
{
    (void)state;
    world_close(&world);
    return 0;
}

static void nobody_gets_nothing(void **state)
{
    (void)state;
    struct cu_buf sealed, plain;
    size_t len[1];
    uint8_t name[16];
    struct seal_place place = place_of(1);
    struct cu_error err = {.code = CU_OK};
    cu_buf_init(&sealed, 1 << 20);
    cu_buf_init(&plain, 1 << 20);
    seal_people(&world, 1, &sealed, len);
    assert_int_equal(guard_open(world.guard, &place, cu_buf_view(&sealed), &plain, &err), CU_FORBIDDEN);
    assert_int_equal(plain.len, 0);
    assert_int_equal(guard_seal(world.guard, SEAL_NOTES, &place, CU_LIT("x"), false, &plain, &err), CU_FORBIDDEN);
    assert_int_equal(guard_announce(world.guard, &place.subject, 1, CU_NONE, &err), CU_FORBIDDEN);
    assert_int_equal(guard_erase(world.guard, &place.subject, 1, &err), CU_FORBIDDEN);
    assert_int_equal(guard_pseudonym(world.guard, 1, name, &err), CU_FORBIDDEN);
    enter_staff("support_agent", "no such purpose", 1);
    assert_int_equal(guard_open(world.guard, &place, cu_buf_view(&sealed), &plain, &err), CU_REFUSED);
    assert_string_equal(err.field, "purpose");
    enter_staff("owner", "intake", 1); // a purpose of the program alone
    assert_int_equal(guard_open(world.guard, &place, cu_buf_view(&sealed), &plain, &err), CU_REFUSED);
    enter_staff("support_agent", "support", 1);
    assert_ok(guard_open(world.guard, &place, cu_buf_view(&sealed), &plain, &err));
    assert_true(cu_str_eqz(cu_buf_view(&plain), "anna@example.com"));
    guard_leave();
    assert_int_equal(guard_open(world.guard, &place, cu_buf_view(&sealed), &plain, &err), CU_FORBIDDEN);
    assert_false(guard_is_erased(world.guard, 1));
    cu_buf_clear(&sealed);
    cu_buf_clear(&plain);
}

enum { MANY = 3000 };

static void many_at_once(void **state)
{
    (void)state;
    static struct guard_item seals[MANY], opens[MANY];
    static char text[5000];
    struct cu_buf sealed, plain;
    struct cu_error err = {.code = CU_OK};
    cu_buf_init(&sealed, 64 << 20);
    cu_buf_init(&plain, 64 << 20);
    memset(text, 'a', sizeof text);
    cu_buf_str(&sealed, CU_LIT("before")); // what was there stays
    guard_enter_system("intake", "test");
    for (size_t i = 0; i < MANY; i++)
        seals[i] = (struct guard_item){.class_id = SEAL_BEHAVIOUR, .place = place_of(i % 100 + 1),
            .bytes = {text, i * 7 % sizeof text}, .compress = i % 2};
    assert_ok(guard_seal_many(world.guard, seals, MANY, &sealed, &err));
    assert_ok(guard_commit(world.guard, &err));
    for (size_t i = 0; i < MANY; i++) {
        assert_int_equal(seals[i].code, CU_OK);
        opens[i] = (struct guard_item){.place = seals[i].place, .bytes = {sealed.ptr + seals[i].at, seals[i].len}};
    }
    opens[17].place.subject = 99999; // no key
    opens[18].place.record++;        // moved
    assert_ok(guard_open_many(world.guard, opens, MANY, &plain, &err));
    for (size_t i = 0; i < MANY; i++) {
        assert_int_equal(opens[i].code, i == 17 ? CU_NOT_FOUND : i == 18 ? CU_CORRUPT : CU_OK);
        if (opens[i].code == CU_OK) {
            assert_int_equal(opens[i].len, seals[i].bytes.len);
            assert_memory_equal(plain.ptr + opens[i].at, text, opens[i].len);
        }
    }
    assert_memory_equal(sealed.ptr, "before", 6);
    assert_ok(guard_seal_many(world.guard, NULL, 0, &sealed, &err));
    cu_buf_clear(&sealed);
    cu_buf_clear(&plain);
}

// The largest group there is; many small ones that open to far more than a frame holds; too little room.
static void sizes_at_their_bounds(void **state)
{
    (void)state;
    struct cu_buf sealed, plain, small;
    struct cu_error err = {.code = CU_OK};
    char *big = calloc(1, SEAL_PLAIN_MAX + 1);
    struct seal_place place = place_of(5);
    static struct guard_item items[12];
    cu_buf_init(&sealed, 64 << 20);
    cu_buf_init(&plain, 128 << 20);
    cu_buf_init(&small, 100);
    guard_enter_system("intake", "test");
    assert_ok(guard_seal(world.guard, SEAL_NOTES, &place, (cu_str){big, SEAL_PLAIN_MAX}, false, &sealed, &err));
    assert_ok(guard_open(world.guard, &place, cu_buf_view(&sealed), &plain, &err));
    assert_int_equal(plain.len, SEAL_PLAIN_MAX);
    assert_int_equal(guard_seal(world.guard, SEAL_NOTES, &place, (cu_str){big, SEAL_PLAIN_MAX + 1}, false, &sealed, &err),
        CU_TOO_LARGE);
    cu_buf_reset(&sealed);
    assert_ok(guard_seal(world.guard, SEAL_NOTES, &place, (cu_str){big, SEAL_PLAIN_MAX}, true, &sealed, &err));
    assert_true(sealed.len < 10000);
    for (size_t i = 0; i < CU_COUNT(items); i++)
        items[i] = (struct guard_item){.place = place, .bytes = cu_buf_view(&sealed)};
    cu_buf_reset(&plain);
    assert_ok(guard_open_many(world.guard, items, CU_COUNT(items), &plain, &err));
    assert_int_equal(plain.len, (size_t)SEAL_PLAIN_MAX * CU_COUNT(items));
    assert_int_equal(guard_open(world.guard, &place, cu_buf_view(&sealed), &small, &err), CU_TOO_LARGE);
    free(big);
    cu_buf_clear(&sealed);
    cu_buf_clear(&plain);
    cu_buf_clear(&small);
}

static void the_fence_holds(void **state)
{
    (void)state;
    struct cu_buf sealed, plain;
    size_t len[3];
    uint8_t first[16], second[16];
    struct cu_error err = {.code = CU_OK};
    struct seal_place place = place_of(2);
    cu_buf_init(&sealed, 1 << 20);
    cu_buf_init(&plain, 1 << 20);
    seal_people(&world, 3, &sealed, len);
    cu_str second_group = {sealed.ptr + len[0], len[1]};
    guard_enter_system("upkeep", "test");
    assert_ok(guard_pseudonym(world.guard, 2, first, &err));
    assert_ok(guard_pseudonym(world.guard, 3, second, &err));
    assert_memory_not_equal(first, second, 16);
    assert_ok(guard_erase(world.guard, (const uint64_t[]){2}, 1, &err));
    assert_true(guard_is_erased(world.guard, 2));
    assert_false(guard_is_erased(world.guard, 3));
    assert_int_equal(guard_open(world.guard, &place, second_group, &plain, &err), CU_ERASED);
    assert_int_equal(guard_seal(world.guard, SEAL_NOTES, &place, CU_LIT("x"), false, &plain, &err), CU_ERASED);
    assert_int_equal(guard_pseudonym(world.guard, 2, first, &err), CU_ERASED);
    world_stop(&world);
    assert_ok(world_start(&world, world.separate, &err));
    assert_true(guard_is_erased(world.guard, 2));
    assert_int_equal(guard_open(world.guard, &place, second_group, &plain, &err), CU_ERASED);
    cu_buf_clear(&sealed);
    cu_buf_clear(&plain);
}

static void what_is_rolled_back_is_gone(void **state)
{
    (void)state;
    struct cu_buf sealed, plain;
    struct seal_place place = place_of(9);
    struct cu_error err = {.code = CU_OK};
    cu_buf_init(&sealed, 1 << 20);
    cu_buf_init(&plain, 1 << 20);
    guard_enter_system("intake", "test");
    assert_ok(guard_seal(world.guard, SEAL_NOTES, &place, CU_LIT("x"), false, &sealed, &err));
    guard_rollback(world.guard);
    assert_int_equal(guard_open(world.guard, &place, cu_buf_view(&sealed), &plain, &err), CU_NOT_FOUND);
    cu_buf_clear(&sealed);
    cu_buf_clear(&plain);
}

static bool count_entry(void *context, uint64_t index, cu_str entry)
{
    (void)index;
    if (cu_str_find_str(entry, CU_LIT("\"rate\"")) >= 0 && cu_str_find_str(entry, CU_LIT("\"limit\":100")) >= 0)
        (*(size_t *)context)++;
    return true;
}

// Entries of refusals for the rate that are in the log.
static size_t rate_entries(void)
{
    struct audit_reader *reader = NULL;
    uint64_t next = 0;
    size_t count = 0;
    const struct audit_filter filter = {.outcome = CU_LIT("refused")};
    assert_ok(audit_reader_open(world.audit, &reader, NULL));
    assert_ok(audit_search(reader, &filter, UINT64_MAX, 100000, count_entry, &count, &next, NULL));
    audit_reader_close(reader);
    return count;
}

static int64_t fixed_now(void *context)
{
    return *(int64_t *)context;
}

// Analysts open a hundred people an hour, however often each.
static void rates_bound_an_hour(void **state)
{
    (void)state;
    struct cu_buf sealed, plain;
    struct cu_error err = {.code = CU_OK};
    static size_t len[200];
    static struct guard_item items[200];
    int64_t now = 1700000000000;
    cu_clock_inject(fixed_now, &now);
    cu_buf_init(&sealed, 1 << 20);
    cu_buf_init(&plain, 1 << 20);
    seal_people(&world, 200, &sealed, len);
    size_t at = 0;
    for (size_t i = 0; i < 200; at += len[i++])
        items[i] = (struct guard_item){.place = place_of(i + 1), .bytes = {sealed.ptr + at, len[i]}};
    for (int round = 0; round < 3; round++) { // the same people again are no others
        enter_staff("analyst", "analytics", 4);
        assert_ok(guard_open_many(world.guard, items, 100, &plain, &err));
    }
    assert_int_equal(guard_open(world.guard, &items[100].place, items[100].bytes, &plain, &err), CU_BUSY);
    assert_non_null(strstr(err.text, "100 people an hour"));
    assert_non_null(strstr(err.text, "60 minutes"));
    assert_int_equal(guard_announce(world.guard, (const uint64_t[]){150, 151}, 2, CU_LIT("email"), &err), CU_BUSY);
    assert_int_equal(rate_entries(), 1); // once a minute, however often it is tried
    now += 61 * 1000;
    assert_int_equal(guard_open(world.guard, &items[100].place, items[100].bytes, &plain, &err), CU_BUSY);
    assert_int_equal(rate_entries(), 2);
    assert_ok(guard_open(world.guard, &items[5].place, items[5].bytes, &plain, &err));
    enter_staff("analyst", "analytics", 5); // a colleague has an hour of her own
    assert_ok(guard_open(world.guard, &items[100].place, items[100].bytes, &plain, &err));
    enter_staff("marketer", "marketing", 6);
    assert_ok(guard_open_many(world.guard, items, 200, &plain, &err));
    guard_enter_system("index", "search");
    assert_ok(guard_open_many(world.guard, items, 200, &plain, &err));
    now += 3600 * 1000;
    enter_staff("analyst", "analytics", 4);
    assert_ok(guard_open(world.guard, &items[100].place, items[100].bytes, &plain, &err));
    cu_buf_clear(&sealed);
    cu_buf_clear(&plain);
}

static bool count_opened(void *context, uint64_t index, cu_str entry)
{
    (void)index;
    if (cu_str_find_str(entry, CU_LIT("\"opened\":5")) >= 0 && cu_str_find_str(entry, CU_LIT("search-test")) >= 0)
        (*(size_t *)context)++;
    return true;
}

// What the program itself opens is in the log as a number, at the latest when it ends.
static void the_programs_own_opens_are_counted(void **state)
{
    (void)state;
    struct cu_buf sealed, plain;
    struct cu_error err = {.code = CU_OK};
    struct audit_reader *reader = NULL;
    const struct audit_filter filter = {.actor = GUARD_SYSTEM, .actor_id = -1};
    size_t len[1], count = 0;
    uint64_t next = 0;
    struct seal_place place = place_of(1);
    cu_buf_init(&sealed, 1 << 20);
    cu_buf_init(&plain, 1 << 20);
    seal_people(&world, 1, &sealed, len);
    guard_enter_system("index", "search-test");
    for (int i = 0; i < 5; i++)
        assert_ok(guard_open(world.guard, &place, cu_buf_view(&sealed), &plain, &err));
    world_stop(&world);
    assert_ok(audit_reader_open(world.audit, &reader, NULL));
    assert_ok(audit_search(reader, &filter, UINT64_MAX, 100000, count_opened, &count, &next, NULL));
    assert_int_equal(count, 1);
    audit_reader_close(reader);
    cu_buf_clear(&sealed);
    cu_buf_clear(&plain);
}

// --- restriction

static void restricted_people_are_opened_for_some_purposes(void **state)
{
    (void)state;
    struct cu_buf sealed, plain;
    struct cu_error err = {.code = CU_OK};
    size_t len[2];
    struct seal_place place = place_of(1);
    cu_buf_init(&sealed, 1 << 20);
    cu_buf_init(&plain, 1 << 20);
    seal_people(&world, 2, &sealed, len);
    cu_str first = {sealed.ptr, len[0]};
    assert_int_equal(guard_restrict(world.guard, &place.subject, 1, true, &err), CU_FORBIDDEN);
    enter_staff("privacy_officer", "rights", 3);
    assert_false(guard_is_restricted(world.guard, 1));
    assert_ok(guard_restrict(world.guard, &place.subject, 1, true, &err));
    assert_true(guard_is_restricted(world.guard, 1));
    assert_false(guard_is_restricted(world.guard, 2));
    assert_ok(guard_open(world.guard, &place, first, &plain, &err));
    enter_staff("support_agent", "support", 4);
    cu_buf_reset(&plain);
    assert_int_equal(guard_open(world.guard, &place, first, &plain, &err), CU_REFUSED);
    assert_non_null(strstr(err.text, "restricted"));
    assert_int_equal(plain.len, 0);
    guard_enter_system("index", "search");
    assert_ok(guard_open(world.guard, &place, first, &plain, &err));
    world_stop(&world);
    assert_ok(world_start(&world, world.separate, &err));
    enter_staff("marketer", "marketing", 5);
    assert_int_equal(guard_open(world.guard, &place, first, &plain, &err), CU_REFUSED);
    enter_staff("privacy_officer", "rights", 3);
    assert_ok(guard_restrict(world.guard, &place.subject, 1, false, &err));
    enter_staff("marketer", "marketing", 5);
    assert_ok(guard_open(world.guard, &place, first, &plain, &err));
    cu_buf_clear(&sealed);
    cu_buf_clear(&plain);
}

// --- administration

static void keys_are_administered(void **state)
{
    (void)state;
    static struct keys_inventory inventory;
    struct cu_buf sealed, plain;
    struct cu_error err = {.code = CU_OK};
    size_t len[3];
    char kit[KEYS_KIT_MAX], path[1200];
    struct seal_place place = place_of(3);
    uint8_t before[16];
    cu_buf_init(&sealed, 1 << 20);
    cu_buf_init(&plain, 1 << 20);
    seal_people(&world, 3, &sealed, len);
    cu_str third = {sealed.ptr + len[0] + len[1], len[2]};
    assert_int_equal(guard_keys_inventory(world.guard, &inventory, &err), CU_FORBIDDEN);
    enter_staff("owner", "operations", 1);
    assert_ok(guard_keys_inventory(world.guard, &inventory, &err));
    assert_int_equal(inventory.trees[0].living, 3);
    memcpy(before, inventory.root_fingerprint, sizeof before);
    assert_int_equal(guard_keys_archive(world.guard, "one" KEYS_ARCHIVE_SUFFIX, &err), CU_CONFLICT);
    assert_ok(guard_keys_kit(world.guard, kit, &err));
    assert_true(strlen(kit) > 40);
    assert_ok(guard_keys_archive(world.guard, "one" KEYS_ARCHIVE_SUFFIX, &err));
    (void)snprintf(path, sizeof path, "%s/archives/one" KEYS_ARCHIVE_SUFFIX, world.keys);
    assert_int_equal(access(path, R_OK), 0);
    assert_int_equal(guard_keys_archive(world.guard, "../one", &err), CU_INVALID);
    assert_int_equal(guard_keys_archive(world.guard, "", &err), CU_INVALID);
    assert_int_equal(guard_keys_archive(world.guard, ".one", &err), CU_INVALID);
    assert_ok(guard_keys_rotate(world.guard, GUARD_ROTATE_NODES, 0, &err));
    assert_ok(guard_keys_rotate(world.guard, GUARD_ROTATE_CLASS, SEAL_NOTES, &err));
    assert_ok(guard_keys_rotate(world.guard, GUARD_ROTATE_SIGNING, 0, &err));
    assert_ok(guard_keys_rotate(world.guard, GUARD_ROTATE_ROOT, 0, &err));
    assert_ok(guard_audit_sign(world.guard, &err));
    assert_ok(guard_keys_inventory(world.guard, &inventory, &err));
    assert_memory_not_equal(before, inventory.root_fingerprint, sizeof before);
    assert_int_equal(inventory.class_version[SEAL_NOTES], 2);
    world_stop(&world);
    assert_ok(world_start(&world, world.separate, &err));
    guard_enter_system("index", "search");
    assert_ok(guard_open(world.guard, &place, third, &plain, &err));
    assert_ok(guard_keys_rotate(world.guard, GUARD_ROTATE_ROOT, 0, &err)); // twice in one life, too
    assert_ok(guard_keys_rotate(world.guard, GUARD_ROTATE_ROOT, 0, &err));
    world_stop(&world);
    assert_ok(world_start(&world, world.separate, &err));
    cu_buf_clear(&sealed);
    cu_buf_clear(&plain);
}

static void the_delegate_is_the_same(void **state)
{
    (void)state;
    struct keyring *delegate = NULL, *root = NULL;
    uint8_t a[16], b[16];
    assert_ok(guard_delegate(world.guard, &delegate, NULL));
    assert_ok(keyring_open_file(world.root.place, &root, NULL));
    keyring_tag(delegate, "email", CU_LIT("anna@example.com"), a);
    keyring_tag(root, "email", CU_LIT("anna@example.com"), b);
    assert_memory_equal(a, b, 16);
    keyring_fingerprint(delegate, a);
    keyring_fingerprint(root, b);
    assert_memory_equal(a, b, 16);
    keyring_close(delegate);
    keyring_close(root);
    struct guard_status status;
    guard_status(world.guard, &status);
    assert_true(status.alive);
    assert_int_equal(status.separate, world.separate);
}

static void wrong_roots_are_told(void **state)
{
    (void)state;
    struct cu_error err = {.code = CU_OK};
    static const uint8_t other[16] = {1};
    bool separate = world.separate;
    world_stop(&world);
    world.place.fingerprint = other;
    assert_int_equal(world_start(&world, separate, &err), CU_KEY);
    assert_string_equal(err.field, "--root-key");
    assert_non_null(strstr(err.text, "belongs to another folder"));
    world.place.fingerprint = NULL;
    assert_int_equal(chmod(world.root.place, 0644), 0);
    assert_int_equal(world_start(&world, separate, &err), CU_KEY);
    assert_string_equal(err.field, "root_key");
    assert_int_equal(unlink(world.root.place), 0);
    assert_int_equal(world_start(&world, separate, &err), CU_KEY);
    assert_null(world.guard);
}

// --- each allocation and each file operation or frame fails in turn

static bool typed(cu_code code)
{
    return code == CU_OK || code == CU_MEMORY || code == CU_UNAVAILABLE || code == CU_IO || code == CU_FULL || code == CU_NOT_FOUND;
}

static void use_once(uint64_t subject, bool must)
{
    struct cu_buf sealed, plain;
    struct cu_error err = {.code = CU_OK};
    struct seal_place place = place_of(subject);
    cu_buf_init(&sealed, 1 << 20);
    cu_buf_init(&plain, 1 << 20);
    guard_enter_system("intake", "test");
    cu_code code = guard_seal(world.guard, SEAL_CONTACT, &place, CU_LIT("anna@example.com"), false, &sealed, &err);
    if (code == CU_OK)
        code = guard_commit(world.guard, &err);
    else
        guard_rollback(world.guard);
    assert_true(typed(code));
    enter_staff("owner", "support", 1);
    cu_code announced = guard_announce(world.guard, &subject, 1, CU_LIT("email"), &err);
    assert_true(typed(announced));
    cu_code opened = code == CU_OK ? guard_open(world.guard, &place, cu_buf_view(&sealed), &plain, &err) : code;
    assert_true(typed(opened));
    if (opened == CU_OK)
        assert_true(cu_str_eqz(cu_buf_view(&plain), "anna@example.com"));
    guard_leave();
    if (must) {
        assert_int_equal(code, CU_OK);
        assert_int_equal(announced, CU_OK);
        assert_int_equal(opened, CU_OK);
    }
    cu_buf_clear(&sealed);
    cu_buf_clear(&plain);
}

static void faults_one_by_one(void **state)
{
    (void)state;
    enum { MOST = 80 };
    uint64_t subject = 1000;
    for (int kind = 0; kind < CU_FAULT_KINDS; kind++) {
        for (uint64_t n = 1; n <= MOST; n++) {
            cu_fault_arm((enum cu_fault_kind)kind, n, false);
            use_once(subject++, false);
            cu_fault_disarm();
            guard_enter_system("intake", "test");
            guard_rollback(world.guard);
            if (n % 8 == 0)
                use_once(subject++, true);
        }
    }
    use_once(subject, true);
}

// --- threads

enum { THREADS = 6, ROUNDS = 60 };

static void *work(void *context)
{
    uint64_t subject = 100 + (uint64_t)(uintptr_t)context;
    struct cu_buf sealed, plain;
    cu_buf_init(&sealed, 1 << 20);
    cu_buf_init(&plain, 1 << 20);
    for (int i = 0; i < ROUNDS; i++) {
        struct seal_place place = place_of(subject);
        guard_enter_system("index", "thread");
        cu_buf_reset(&sealed);
        cu_buf_reset(&plain);
        assert_ok(guard_seal(world.guard, SEAL_NOTES, &place, CU_LIT("of this thread"), false, &sealed, NULL));
        assert_ok(guard_open(world.guard, &place, cu_buf_view(&sealed), &plain, NULL));
        assert_true(cu_str_eqz(cu_buf_view(&plain), "of this thread"));
        guard_leave();
        assert_int_equal(guard_open(world.guard, &place, cu_buf_view(&sealed), &plain, NULL), CU_FORBIDDEN);
    }
    cu_buf_clear(&sealed);
    cu_buf_clear(&plain);
    return NULL;
}

static void each_thread_for_itself(void **state)
{
    (void)state;
    pthread_t threads[THREADS];
    for (uintptr_t i = 0; i < THREADS; i++)
        assert_int_equal(pthread_create(&threads[i], NULL, work, (void *)i), 0);
    for (size_t i = 0; i < THREADS; i++)
        (void)pthread_join(threads[i], NULL);
}

#define BOTH(f) cmocka_unit_test_setup_teardown(f, open_inside, close_it), {#f " behind frames", f, open_separate, close_it, NULL}

int main(void)
{
    const struct CMUnitTest tests[] = {BOTH(nobody_gets_nothing), BOTH(many_at_once), BOTH(sizes_at_their_bounds),
        BOTH(the_fence_holds), BOTH(what_is_rolled_back_is_gone), BOTH(rates_bound_an_hour), BOTH(the_programs_own_opens_are_counted),
        BOTH(restricted_people_are_opened_for_some_purposes), BOTH(keys_are_administered), BOTH(the_delegate_is_the_same),
        BOTH(wrong_roots_are_told), BOTH(faults_one_by_one), BOTH(each_thread_for_itself)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
