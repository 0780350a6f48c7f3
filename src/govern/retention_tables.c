// SPDX-License-Identifier: Apache-2.0
// What the house keeps besides what the dictionary declares, one row each: how long unless the shop says otherwise, why,
// and how it is counted and removed. What expires by itself is not here: sessions' codes, one-time links, alerts,
// break-glass, letters, closed requests (each module does that), the audit log's window (it is cut by its own setting).
#include "retention_internal.h"

#include "retention_sql.h"

static const struct retention_table tables[] = {
    {.name = "people.inactive", .category = "user", .kind = RETENTION_PEOPLE, .keep_days = 1095, .keep_min = 30,
        .what = "People of whom nothing was heard: no event, order, consent or request.",
        .basis = "GDPR 5(1)(e); kept longer for a reason only: see the reasons of a dry run.", .owner = "data_protection"},
    {.name = "quarantine.open", .category = "user", .kind = RETENTION_TABLE, .keep_days = 90, .keep_min = 1,
        .what = "Refused events that nobody repaired.", .basis = "GDPR 5(1)(e); nobody knows whose they are.",
            .owner = "operations",
        .count = &retention_sql_quarantine_open_count, .step = &retention_sql_quarantine_open_step},
    {.name = "quarantine.settled", .category = "user", .kind = RETENTION_TABLE, .keep_days = 30, .keep_min = 1,
        .what = "Refused events that were replayed or thrown away.", .basis = "GDPR 5(1)(e)", .owner = "operations",
        .count = &retention_sql_quarantine_settled_count, .step = &retention_sql_quarantine_settled_step},
    {.name = "audiences.moves", .category = "user.behavior", .kind = RETENTION_MOVES, .keep_days = 790, .keep_min = 30,
        .what = "Who entered and left which segment; the last move of a member stays.", .basis = "GDPR 5(1)(e)",
            .owner = "marketing"},
    {.name = "staff.approvals", .category = "employee", .kind = RETENTION_TABLE, .keep_days = 400, .keep_min = 30,
        .what = "Approvals and their reasons; that they were given stays in the audit log.", .basis = "GDPR 5(1)(e), 32(1)",
        .owner = "security", .count = &retention_sql_approval_count, .step = &retention_sql_approval_step},
    {.name = "staff.sessions", .category = "employee", .kind = RETENTION_TABLE, .keep_days = 30, .keep_min = 1,
        .what = "Sessions that ended without a sign-out.", .basis = "GDPR 5(1)(e), 32(1)", .owner = "security",
        .count = &retention_sql_session_count, .step = &retention_sql_session_step},
    {.name = "staff.devices", .category = "employee", .kind = RETENTION_TABLE, .keep_days = 180, .keep_min = 1,
        .what = "Browsers that staff signed in from.", .basis = "GDPR 5(1)(e), 32(1)", .owner = "security",
        .count = &retention_sql_device_count, .step = &retention_sql_device_step},
    {.name = "dictionary.proposals", .category = "employee", .kind = RETENTION_TABLE, .keep_days = 400, .keep_min = 30,
        .what = "Proposals for the dictionary that were rejected or withdrawn.", .basis = "GDPR 5(1)(e)",
            .owner = "data_protection",
        .count = &retention_sql_proposal_count, .step = &retention_sql_proposal_step},
};

size_t retention_tables(const struct retention_table **ret)
{
    *ret = tables;
    return CU_COUNT(tables);
}
