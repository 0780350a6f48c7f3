// SPDX-License-Identifier: Apache-2.0
// The routes of the rights desk. See rights.h.
#include "rights_private.h"

#include "rights_sql.h"

static const char *const personal_tables[] = {"rights_request", "rights_step", "rights_letter", "rights_hold", NULL};

const struct module consent_rights_module = {
    .name = "rights",
    .doc = "Requests of persons about their data.",
    .statements = rights_sql_all,
    .personal_tables = personal_tables,
};
