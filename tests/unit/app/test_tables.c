// SPDX-License-Identifier: Apache-2.0
// The tables are complete: every route has a permission, a sentence and limits; every field, setting
// and command too; every SQL statement of every module prepares on a freshly migrated database.
#include <stdarg.h>
#include <stddef.h>
#include <setjmp.h>
#include <cmocka.h>

#include "app/command.h"
#include "app/modules.h"
#include "app/records_schema.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

static int faults;

static void complain(const char *what, const char *name, const char *why)
{
    print_error("%s %s: %s\n", what, name, why);
    faults++;
}

static bool needs_max(enum spec_type t)
{
    return t == SPEC_STRING || t == SPEC_INT || t == SPEC_NUMBER || t == SPEC_OBJECT || t == SPEC_ARRAY || t == SPEC_ANY;
}

static void check_fields(const char *owner, const struct spec_field *f, int depth)
{
    char name[256];
    size_t count = 0;
    for (; f && f->name; f++, count++) {
        (void)snprintf(name, sizeof name, "%s.%s", owner, f->name);
        if (!f->doc || strlen(f->doc) < 4)
            complain("field", name, "has no sentence");
        if (needs_max(f->type) && f->max <= 0)
            complain("field", name, "has no limit");
        if (f->type == SPEC_ENUM && (!f->options || !f->options[0]))
            complain("field", name, "has no options");
        if (f->fields && depth < 8)
            check_fields(name, f->fields, depth + 1);
    }
    if (count > SPEC_FIELDS_MAX)
        complain("fields", owner, "are more than the decoder takes");
}

static void check_route(const struct spec_route *r)
{
    if (r->permission <= SPEC_NOBODY || r->permission >= SPEC_PERMISSION_COUNT)
        complain("route", r->path, "names no permission");
    if (!r->doc || strlen(r->doc) < 4)
        complain("route", r->path, "has no sentence");
    if (!r->name || !r->handler || !r->method)
        complain("route", r->path, "is not complete");
    if ((r->body_kind == SPEC_BODY_JSON || r->body_kind == SPEC_BODY_RAW) && r->body_max <= 0)
        complain("route", r->path, "takes a body without a limit");
    if (r->body_kind == SPEC_BODY_JSON && !r->body)
        complain("route", r->path, "takes JSON without fields");
    if (strcmp(r->method, "GET") == 0 && r->body_kind != SPEC_BODY_NONE)
        complain("route", r->path, "is a GET with a body");
    check_fields(r->path, r->path_fields, 0);
    check_fields(r->path, r->query, 0);
    check_fields(r->path, r->body, 0);
    check_fields(r->path, r->answer, 0);
    for (const char *at = strchr(r->path, '{'); at; at = strchr(at + 1, '{')) {
        cu_str name = {at + 1, strcspn(at + 1, "}")};
        bool found = false;
        for (const struct spec_field *f = r->path_fields; f && f->name; f++)
            found = found || cu_str_eqz(name, f->name);
        if (!found)
            complain("route", r->path, "has a parameter that is not declared");
    }
}

static void routes_are_complete(void **state)
{
    (void)state;
    struct dispatch_module modules[ENGINE_MODULES_MAX];
    size_t count = modules_list(NULL, modules, ENGINE_MODULES_MAX);
    faults = 0;
    for (size_t m = 0; m < count; m++) {
        for (size_t r = 0; r < modules[m].module->route_count; r++) {
            check_route(&modules[m].module->routes[r]);
            for (size_t k = 0; k < r; k++) {
                if (strcmp(modules[m].module->routes[k].name, modules[m].module->routes[r].name) == 0)
                    complain("route", modules[m].module->routes[r].name, "is named twice");
            }
        }
        for (size_t j = 0; j < modules[m].module->job_count; j++) {
            const struct spec_job *job = &modules[m].module->jobs[j];
            if (!job->doc || job->every_ms < 100 || !job->run)
                complain("job", job->name, "is not complete");
        }
    }
    assert_int_equal(faults, 0);
}

static void settings_and_commands_are_complete(void **state)
{
    (void)state;
    faults = 0;
    for (const struct spec_setting *s = settings_table; s->name; s++) {
        if (!s->doc || strlen(s->doc) < 4)
            complain("setting", s->name, "has no sentence");
        if (needs_max(s->type) && s->max <= 0)
            complain("setting", s->name, "has no limit");
    }
    for (size_t t = 0; command_tables[t]; t++) {
        for (const struct spec_command *c = command_tables[t]; c->name; c++) {
            if (!c->doc || !c->example || !c->run)
                complain("command", c->name, "is not complete");
            check_fields(c->name, c->args, 0);
        }
    }
    assert_int_equal(faults, 0);
}

static void index_statements_prepare(void **state)
{
    (void)state;
    extern const struct db_statement *const people_index_sql_all[];
    extern const struct db_statement people_index_schema_sql_schema, people_index_schema_sql_versions;
    const struct db_migration migrations[] = {{1, people_index_schema_sql_schema.sql}, {2, people_index_schema_sql_versions.sql}};
    const struct db_schema schema = {"index", migrations, 2};
    char folder[] = "/tmp/custos-test-XXXXXX", path[64];
    struct db *d = NULL;
    struct cu_error err;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/index.db", folder);
    assert_int_equal(db_open(path, &schema, DB_WRITE, &d, &err), CU_OK);
    for (const struct db_statement *const *s = people_index_sql_all; *s; s++) {
        struct db_query q;
        assert_int_equal(db_prepare(d, *s, &q, &err), CU_OK);
        assert_int_equal(db_end(&q, &err), CU_OK);
    }
    db_close(d);
    (void)unlink(path);
    (void)rmdir(folder);
}

static void statements_prepare(void **state)
{
    (void)state;
    char folder[] = "/tmp/custos-test-XXXXXX", path[64];
    struct db *d = NULL;
    struct cu_error err;
    assert_non_null(mkdtemp(folder));
    (void)snprintf(path, sizeof path, "%s/records.db", folder);
    assert_int_equal(db_open(path, records_schema(), DB_WRITE, &d, &err), CU_OK);
    struct dispatch_module modules[ENGINE_MODULES_MAX];
    size_t count = modules_list(NULL, modules, ENGINE_MODULES_MAX), prepared = 0;
    faults = 0;
    for (size_t m = 0; m < count; m++) {
        const struct db_statement *const *s = modules[m].module->statements;
        for (; s && *s; s++, prepared++) {
            struct db_query q;
            if (db_prepare(d, *s, &q, &err) != CU_OK)
                complain("statement", (*s)->name, err.text);
            else
                assert_int_equal(db_end(&q, &err), CU_OK);
        }
    }
    db_close(d);
    (void)unlink(path);
    (void)rmdir(folder);
    assert_int_equal(faults, 0);
    assert_true(prepared > 60);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(routes_are_complete),
        cmocka_unit_test(settings_and_commands_are_complete),
        cmocka_unit_test(statements_prepare),
        cmocka_unit_test(index_statements_prepare),
    };
    return cmocka_run_group_tests_name("tables", tests, NULL, NULL);
}
