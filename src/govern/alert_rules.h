// SPDX-License-Identifier: Apache-2.0
// What in the audit log is worth an alarm: entries go in one after the other, alerts come out. Pure but for
// memory: no clock but the entries' own, no storage. One thread at a time.
#pragma once

#include "text/zone.h"

#include "base/memory.h"
#include "text/json.h"

struct alert_rules;
struct alert_limits {
    int64_t people_per_hour;  // different people read by one actor within an hour; 0: no alert
    int64_t sign_in_failures; // within an hour, from one network or on one account; 0: no alert
};
// shop_hours: "07-20" in the zone (tz database name; unknown ones count as UTC); "": no alert. CU_INVALID.
cu_code alert_rules_open(const struct alert_limits *limits, const char *shop_hours, const char *time_zone,
    struct alert_rules **ret, struct cu_error *err) CU_MUST;
void alert_rules_close(struct alert_rules *r); // NULL is fine
// Names under which decoys stand in the log: copied. CU_MEMORY.
cu_code alert_rules_decoys(struct alert_rules *r, const uint8_t (*names)[16], size_t count, struct cu_error *err) CU_MUST;

struct alert {
    const char *kind;  // "mass_read", "night_export", "decoy", "break_glass", "sign_in_failures", "audit_failing"
    char key[112];     // the same thing within the same hour has the same key: it is told once
    int64_t at_ms;
    char actor[8];     // "staff", "token", "local"; "" nobody
    int64_t actor_id;
    char detail[192];  // a JSON object of names and numbers
};
enum { ALERTS_PER_ENTRY = 4 };
// entry: one line of the log, parsed. How many alerts it raises.
size_t alert_rules_look(struct alert_rules *r, uint64_t index, json entry, struct alert ret[ALERTS_PER_ENTRY]);
