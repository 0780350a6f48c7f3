// SPDX-License-Identifier: Apache-2.0
// What the self-audit is told out of records.db: counts and times, nothing of a person.
#include "self_audit.h"

#include "self_audit_sql.h"

static const int64_t idle_ms = INT64_C(90) * 24 * 3600 * 1000;

#define COLUMNS_MAX 4
// The first row's numbers into the given places.
static cu_code read_row(struct db *d, const struct db_statement *s, const struct self_audit_facts *f, int64_t *const into[COLUMNS_MAX],
    struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, s, &q, err));
    if (strstr(s->sql, ":idle_before"))
        db_bind_i64(&q, ":idle_before", f->now_ms - idle_ms);
    if (strstr(s->sql, ":now"))
        db_bind_i64(&q, ":now", f->now_ms);
    if (db_step(&q)) {
        for (int i = 0; i < COLUMNS_MAX && into[i]; i++)
            *into[i] = db_i64(&q, i);
    }
    return db_end(&q, err);
}

static cu_code count_all(struct db *d, struct self_audit_facts *f, struct cu_error *err)
{
    const struct {
        const struct db_statement *statement;
        int64_t *into[COLUMNS_MAX];
    } counts[] = {
        {&self_audit_sql_staff, {&f->staff, &f->staff_second_factor, &f->owners, &f->staff_idle}},
        {&self_audit_sql_invitations, {&f->invitations_open}},
        {&self_audit_sql_tokens, {&f->tokens, &f->tokens_idle}},
        {&self_audit_sql_alerts, {&f->alerts_open}},
        {&self_audit_sql_decoys, {&f->decoys}},
        {&self_audit_sql_backups, {&f->backup_ms, &f->key_copy_ms}},
        {&self_audit_sql_drill, {&f->drill_ms}},
        {&self_audit_sql_undeclared, {&f->undeclared}},
        {&self_audit_sql_sample_people, {&f->sample_people}},
        {&self_audit_sql_silent_sources, {&f->sources_silent}},
    };
    for (size_t i = 0; i < CU_COUNT(counts); i++)
        CU_TRY(read_row(d, counts[i].statement, f, counts[i].into, err));
    return CU_OK;
}

cu_code self_audit_count(struct people *p, struct self_audit_facts *f, struct cu_error *err)
{
    struct db *d = NULL;
    CU_TRY(people_read_take(p, &d, err));
    cu_code code = count_all(d, f, err);
    people_read_give(p, d);
    f->people = (int64_t)people_count(p);
    return code;
}
