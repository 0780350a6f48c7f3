// SPDX-License-Identifier: Apache-2.0
// Checks of the gate a second, and look-ups of consents.   bench_consent FOLDER PEOPLE CHECKS   (FOLDER: new, empty)
#include "base/clock.h"
#include "consent/gate.h"
#include "store/keys.h"

#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

extern const struct db_statement people_schema_sql_schema, orders_schema_sql_schema, consent_schema_sql_schema,
    record_schema_sql_schema; // generated

static void need(cu_code code, const struct cu_error *err)
{
    if (code == CU_OK)
        return;
    (void)fprintf(stderr, "%s\n", err->text);
    exit(1);
}

static const char *path_of(const char *folder, const char *name, char ret[512])
{
    (void)snprintf(ret, 512, "%s/%s", folder, name);
    return ret;
}

struct bench {
    struct keyring *keyring;
    struct keys *keys;
    struct guard *guard;
    struct timeline *timeline;
    struct people *people;
    struct dictionary *dictionary;
    struct gate *gate;
};

static void open_all(struct bench *b, const char *folder)
{
    static const uint8_t root[32] = {5};
    static struct db_migration migrations[4];
    static const struct db_schema schema = {"records", migrations, CU_COUNT(migrations)};
    const struct db_statement *const files[] = {&people_schema_sql_schema, &orders_schema_sql_schema, &consent_schema_sql_schema,
        &record_schema_sql_schema};
    char keys[512], records[512], index[512], timeline[512];
    struct cu_error err = {.text = ""};
    for (size_t i = 0; i < CU_COUNT(files); i++)
        migrations[i] = (struct db_migration){(int)i + 1, files[i]->sql};
    (void)mkdir(path_of(folder, "keys", keys), 0700);
    (void)mkdir(path_of(folder, "timeline", timeline), 0700);
    need(dictionary_load(CU_NONE, &b->dictionary, &err), &err);
    need(keyring_from_bytes(root, &b->keyring, &err), &err);
    need(keys_open(&(struct keys_options){.path = keys, .keyring = b->keyring}, &b->keys, &err), &err);
    need(guard_start_inside(&(struct guard_options){.keys = b->keys}, &b->guard, &err), &err);
    guard_enter_system("intake", "bench");
    need(timeline_open(&(struct timeline_options){.folder = timeline}, &b->timeline, &err), &err);
    const struct people_options po = {.records_path = path_of(folder, "records.db", records),
        .index_path = path_of(folder, "index.db", index), .records_schema = &schema, .keyring = b->keyring, .guard = b->guard,
        .timeline = b->timeline};
    need(people_open(&po, &b->people, &err), &err);
    people_set_dictionary(b->people, b->dictionary);
    need(gate_open(b->people, &b->gate, &err), &err);
}

static void fill(struct bench *b, uint32_t people)
{
    struct cu_error err = {.text = ""};
    const int64_t from_us = cu_mono_us();
    (void)people_lock(b->people);
    need(people_begin(b->people, &err), &err);
    for (uint32_t i = 0; i < people; i++) {
        char name[24];
        uint32_t pno = 0;
        (void)snprintf(name, sizeof name, "u%u", i);
        const struct person_id id = {CU_LIT("user_id"), cu_str_of(name)};
        const struct evidence ev = {.source = 1, .seq = i + 1, .time_ms = cu_now_ms(), .received_ms = cu_now_ms()};
        need(people_identify(b->people, &id, 1, &ev, &pno, &err), &err);
        need(gate_set(b->gate, pno, CU_LIT("marketing_email"), i % 3 ? GATE_GRANTED : GATE_REFUSED, CU_LIT("bench"), CU_LIT("bench"),
                 &ev, &err),
            &err);
    }
    need(people_commit(b->people, &err), &err);
    people_unlock(b->people);
    (void)printf("statements stored a second: %.0f\n", people * 1e6 / (double)(cu_mono_us() - from_us));
}

static void check(struct bench *b, uint32_t people, uint32_t checks)
{
    struct cu_error err = {.text = ""};
    struct db *d = NULL;
    const struct caller local = {.kind = CALLER_LOCAL};
    uint64_t random = 1, passed = 0;
    need(people_read_take(b->people, &d, &err), &err);
    const int64_t from_us = cu_mono_us();
    for (uint32_t i = 0; i < checks; i++) {
        enum gate_reason reason = GATE_OK;
        random = random * UINT64_C(6364136223846793005) + 1442695040888963407;
        uint32_t pno = 1 + (uint32_t)((random >> 33) % people);
        cu_code code = gate_check(b->gate, d, &pno, 1, CU_LIT("marketing_email"), &local, &reason, &err);
        if (code != CU_OK && code != CU_REFUSED)
            need(code, &err);
        passed += code == CU_OK;
    }
    (void)printf("gate checks a second: %.0f (%llu of %u passed)\n", checks * 1e6 / (double)(cu_mono_us() - from_us),
        (unsigned long long)passed, checks);
    people_read_give(b->people, d);
}

static void weigh(struct bench *b)
{
    enum { ROUNDS = 10000000 };
    uint64_t passed = 0;
    const int64_t from_us = cu_mono_us();
    for (uint32_t i = 0; i < ROUNDS; i++)
        passed += gate_weigh(b->dictionary, CU_LIT("marketing_email"), (enum gate_state)(i % GATE_STATE_COUNT)) == GATE_OK;
    (void)printf("consent look-ups in memory a second: %.0f (%llu passed)\n", ROUNDS * 1e6 / (double)(cu_mono_us() - from_us),
        (unsigned long long)passed);
}

int main(int argc, char **argv)
{
    struct bench b = {NULL};
    if (argc != 4) {
        (void)fprintf(stderr, "bench_consent FOLDER PEOPLE CHECKS\n");
        return 2;
    }
    uint32_t people = (uint32_t)strtoul(argv[2], NULL, 10), checks = (uint32_t)strtoul(argv[3], NULL, 10);
    open_all(&b, argv[1]);
    fill(&b, people);
    check(&b, people, checks);
    weigh(&b);
    people_close(b.people);
    gate_close(b.gate);
    timeline_close(b.timeline);
    guard_stop(b.guard);
    guard_leave();
    keys_close(b.keys);
    keyring_close(b.keyring);
    dictionary_free(b.dictionary);
    return 0;
}
