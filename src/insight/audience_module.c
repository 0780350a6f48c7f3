// SPDX-License-Identifier: Apache-2.0
// The module row of audiences: its statements. Routes over segments are segment_routes.c.
#include "audience.h"

#include "audience_sql.h"

const struct module insight_audience_module = {
    .name = "audiences",
    .doc = "Who is in which segment, decided as events and facts arrive.",
    .statements = audience_sql_all,
};
