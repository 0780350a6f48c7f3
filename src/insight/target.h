// SPDX-License-Identifier: Apache-2.0
// Targets: figures that somebody wants to be told of. A goal for a period, a threshold that must not be crossed, or anything
// unusual against its own past (unusual.h). A job asks the same question of Insight as the console does (query.h, kind "report")
// and keeps what it found; each period raises one alert at most. Notes on charts (annotations) are here too: what the shop
// knows about a day ("campaign started", "site down").
//
// Rules
//   target    the period's figure has to reach the value; judged when the period is over (a figure of which less is good:
//             to stay at or below it)
//   above     an alert when a period's figure is above the value; counts and amounts already while the period runs
//   below     an alert when a finished period's figure is below it
//   unusual   an alert when a finished period is outside what is usual: a day against the same days of the week of the eight
//             weeks before, a week against twelve weeks, a month against twelve months
// Alerts go to Today, as letters to members of staff, and to webhooks (signed as Standard Webhooks has it). Where something leaves
// the house, figures about small groups are not looked at.
#pragma once

#include "query.h"
#include "unusual.h"

#include "consent/letter.h"
#include "net/outgoing.h"

enum target_period { TARGET_DAY, TARGET_WEEK, TARGET_MONTH };
enum target_sort { TARGET_GOAL, TARGET_ABOVE, TARGET_BELOW, TARGET_UNUSUAL };
enum { TARGETS_MAX = 200, TARGET_SERIES_MAX = 64, TARGET_TELL_MAX = 8, TARGET_NAME_MAX = 63 };

struct targets;
struct targets_options {
    struct insight_desk *desk;
    struct people *people;
    const struct text_zone *zone;
    const char *currency, *shop_name, *base_url;
    struct outgoing *outgoing;
    letter_send *send;            // NULL: no mail server is set
    void *send_context;
    cu_code (*address_of)(void *context, int64_t staff_id, struct cu_buf *out, struct cu_error *err); // of a member of staff; appended
    void *address_context;
    const char *secret_file;      // key that signs webhooks; "": they are not signed
};
cu_code targets_open(const struct targets_options *o, struct targets **ret, struct cu_error *err) CU_MUST;
// From here on targets are looked at and alerts sent. Only a server does: not a command on a folder, nor a drill on a copy of one.
void targets_start(struct targets *t);
void targets_close(struct targets *t); // NULL is fine

// --- pure: what a series says
struct target_series { // oldest first; NaN: no figure
    double value[TARGET_SERIES_MAX];
    size_t count;
    bool running;      // the last one's period is not over
};
struct target_rule {
    enum target_sort kind;
    enum target_period period;
    double value;
    bool less_is_good, is_count, adds_up; // of the metric: METRIC_DOWN; a count; a count or an amount
};
struct target_finding {
    const char *state;      // "waiting" nothing to say yet, "good", "bad"
    double current;         // of the period that runs, or of the last one; NaN: none
    double reached;         // share of the value; NaN
    double low, high;       // what would be usual; NaN
    bool alert;
    size_t at;              // which period the alert is about
    double usual;           // NaN but for unusual ones
};
void target_judge(const struct target_rule *r, const struct target_series *s, struct target_finding *ret);

extern const struct module insight_target_module; // instance: struct targets *
