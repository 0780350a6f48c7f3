// SPDX-License-Identifier: Apache-2.0
// The self-audit's checks on facts made up: a shop that does all well has nothing but good findings,
// and each single thing done badly is found by its check and by no other.
#include "govern/self_audit.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

static const int64_t day = INT64_C(24) * 3600 * 1000;
static const int64_t now = INT64_C(1800000000000);

static struct self_audit_facts good_shop(void)
{
    return (struct self_audit_facts){.now_ms = now, .tls = true, .listens_beyond_loopback = true, .public_url_https = true,
        .root_source = "file", .root_mode = 0400, .data_mode = 0700, .key_process = true, .sandbox = true,
        .kit_made_ms = now - 100 * day, .key_copy_ms = now - day / 2, .key_copy_days = 7, .disk_free_bytes = INT64_C(1) << 40,
        .disk_bytes = INT64_C(1) << 41, .staff = 4, .staff_second_factor = 4, .owners = 2, .approvers = 2,
        .four_eyes_wanted = true, .tokens = 1, .audit_ok = true, .audit_verified_ms = now - 3 * day, .decoys = 10,
        .backup_ms = now - day / 2, .drill_ms = now - 20 * day, .people = 1000};
}

static enum self_audit_severity run(const char *id, const struct self_audit_facts *f, struct self_audit_finding *ret)
{
    for (const struct self_audit_check *c = self_audit_checks; c->id; c++) {
        if (strcmp(c->id, id) == 0) {
            *ret = (struct self_audit_finding){.severity = SELF_AUDIT_GOOD};
            c->run(f, ret);
            return ret->severity;
        }
    }
    fail_msg("no check is called %s", id);
    return SELF_AUDIT_GOOD;
}

// Exactly this check speaks up, this loudly.
static void only(const char *id, enum self_audit_severity severity, const struct self_audit_facts *f)
{
    for (const struct self_audit_check *c = self_audit_checks; c->id; c++) {
        struct self_audit_finding found;
        enum self_audit_severity s = run(c->id, f, &found);
        assert_true(found.text[0] != 0);
        assert_int_equal(found.mend == NULL, s == SELF_AUDIT_GOOD);
        if (strcmp(c->id, id) == 0)
            assert_int_equal(s, severity);
        else if (s != SELF_AUDIT_GOOD)
            fail_msg("%s speaks up too: %s", c->id, found.text);
    }
}

static void a_good_shop_hears_nothing(void **state)
{
    (void)state;
    struct self_audit_facts f = good_shop();
    only("none", SELF_AUDIT_GOOD, &f);
}

#define CASE(id, severity, change)                                                                 \
    do {                                                                                           \
        struct self_audit_facts f = good_shop();                                                   \
        change;                                                                                    \
        only(id, severity, &f);                                                                    \
    } while (0)

static void each_thing_done_badly_is_found(void **state)
{
    (void)state;
    CASE("transport", SELF_AUDIT_DANGER, f.tls = false);
    CASE("proxy", SELF_AUDIT_WARNING, f.trust_proxy = true);
    CASE("public-url", SELF_AUDIT_WARNING, f.public_url_https = false);
    CASE("root-key", SELF_AUDIT_WARNING, f.root_same_file_system = true);
    CASE("root-key", SELF_AUDIT_DANGER, f.root_mode = 0440);
    CASE("recovery-kit", SELF_AUDIT_DANGER, f.kit_made_ms = 0);
    CASE("key-copies", SELF_AUDIT_DANGER, f.key_copy_ms = 0);
    CASE("key-copies", SELF_AUDIT_WARNING, f.key_copy_ms = now - 3 * day);
    CASE("key-replicas", SELF_AUDIT_WARNING, (f.replicas = 2, f.replicas_behind = 1));
    CASE("key-replicas", SELF_AUDIT_DANGER, (f.replicas = 2, f.replicas_refused = 1));
    CASE("key-copies", SELF_AUDIT_DANGER, (f.key_copy_ms = 0, f.replicas = 0));
    CASE("key-process", SELF_AUDIT_WARNING, f.key_process = false);
    CASE("key-process", SELF_AUDIT_WARNING, f.sandbox = false);
    CASE("data-folder", SELF_AUDIT_DANGER, f.data_mode = 0755);
    CASE("user", SELF_AUDIT_WARNING, f.runs_as_root = true);
    CASE("memory", SELF_AUDIT_DANGER, f.core_dumps = true);
    CASE("memory", SELF_AUDIT_WARNING, f.swap = true);
    CASE("space", SELF_AUDIT_DANGER, f.disk_free_bytes = f.disk_bytes / 21);
    CASE("second-factor", SELF_AUDIT_DANGER, f.staff_second_factor = 3);
    CASE("owners", SELF_AUDIT_WARNING, f.owners = 1);
    CASE("owners", SELF_AUDIT_WARNING, f.owners = 4);
    CASE("four-eyes", SELF_AUDIT_WARNING, f.four_eyes_wanted = false);
    CASE("four-eyes", SELF_AUDIT_WARNING, f.approvers = 1);
    CASE("idle-access", SELF_AUDIT_WARNING, f.tokens_idle = 1);
    CASE("idle-access", SELF_AUDIT_WARNING, f.invitations_open = 1);
    CASE("audit-log", SELF_AUDIT_DANGER, f.audit_ok = false);
    CASE("audit-log", SELF_AUDIT_WARNING, f.audit_verified_ms = now - 32 * day);
    CASE("alerts", SELF_AUDIT_WARNING, f.alerts_open = 1);
    CASE("decoys", SELF_AUDIT_WARNING, f.decoys = 0);
    CASE("backups", SELF_AUDIT_DANGER, f.backup_ms = 0);
    CASE("backups", SELF_AUDIT_DANGER, f.backup_ms = now - 3 * day);
    CASE("restore-drill", SELF_AUDIT_WARNING, f.drill_ms = 0);
    CASE("undeclared", SELF_AUDIT_WARNING, f.undeclared = 5);
    CASE("sample-data", SELF_AUDIT_WARNING, f.sample_people = 10);
    CASE("silent-sources", SELF_AUDIT_WARNING, f.sources_silent = 1);
}

static void every_id_is_said_once(void **state)
{
    (void)state;
    for (const struct self_audit_check *a = self_audit_checks; a->id; a++) {
        for (const struct self_audit_check *b = a + 1; b->id; b++)
            assert_string_not_equal(a->id, b->id);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_good_shop_hears_nothing),
        cmocka_unit_test(each_thing_done_badly_is_found),
        cmocka_unit_test(every_id_is_said_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
