// SPDX-License-Identifier: Apache-2.0
// records.db: the schema files of all modules in their order. A module's file is frozen once
// released; what changes later is a new numbered row.
#include "records_schema.h"

extern const struct db_statement people_schema_sql_schema, orders_schema_sql_schema, consent_schema_sql_schema,
    sources_schema_sql_schema, pipeline_schema_sql_schema, import_schema_sql_schema, govern_schema_sql_schema,
    staff_schema_sql_schema, factor_schema_sql_schema, role_schema_sql_schema, backup_schema_sql_schema,
    alert_schema_sql_schema, audience_schema_sql_schema, slot_schema_sql_schema, query_schema_sql_schema,
    record_schema_sql_schema, rights_schema_sql_schema, register_schema_sql_schema, certificate_schema_sql_schema,
    centre_schema_sql_schema, letter_schema_sql_schema, recipient_schema_sql_schema, retention_schema_sql_schema, breach_schema_sql_schema,
    transparency_schema_sql_schema, proposal_schema_sql_schema, report_schema_sql_schema, target_schema_sql_schema,
    rate_schema_sql_schema, spend_schema_sql_schema;

// The statements are constants of other files, so the table is filled once, on first use.
const struct db_schema *records_schema(void)
{
    static struct db_migration migrations[30];
    static const struct db_schema schema = {"records", migrations, CU_COUNT(migrations)};
    const struct db_statement *const files[CU_COUNT(migrations)] = {&people_schema_sql_schema, &orders_schema_sql_schema,
        &consent_schema_sql_schema, &sources_schema_sql_schema, &pipeline_schema_sql_schema, &import_schema_sql_schema,
        &govern_schema_sql_schema, &staff_schema_sql_schema, &factor_schema_sql_schema, &role_schema_sql_schema,
        &backup_schema_sql_schema, &alert_schema_sql_schema,
        &audience_schema_sql_schema, &slot_schema_sql_schema, &query_schema_sql_schema,
        &record_schema_sql_schema, &rights_schema_sql_schema, &register_schema_sql_schema, &certificate_schema_sql_schema,
        &centre_schema_sql_schema, &letter_schema_sql_schema, &recipient_schema_sql_schema, &retention_schema_sql_schema, &breach_schema_sql_schema,
        &transparency_schema_sql_schema, &proposal_schema_sql_schema, &report_schema_sql_schema, &target_schema_sql_schema,
        &rate_schema_sql_schema, &spend_schema_sql_schema};
    for (size_t i = 0; i < CU_COUNT(migrations); i++)
        migrations[i] = (struct db_migration){(int)i + 1, files[i]->sql};
    return &schema;
}
