// SPDX-License-Identifier: Apache-2.0
// The fields of a funnel's question and answer.
#include "funnel_fields.h"

#include "funnel.h"

enum { NAME = 255, LABEL = 120 };

static const char *const orders[] = {"ordered", "strict", "any", NULL};
static const char *const restarts[] = {"each", "never", NULL};
static const char *const finishes[] = {"window", "period", NULL};
static const char *const exclusions[] = {"attempt", "person", NULL};
static const char *const periods[] = {"day", "week", "month", NULL};
static const char *const ready[] = {"shop", NULL};
static const char *const touches[] = {"entry", "first", NULL};
// in the order of FUNNEL_STRICT_ORDER ..
const char *const funnel_mode_names[] = {
    "strict_order", "strict_increase", "strict_deduplication", "strict_once", "allow_reentry", NULL};

const struct spec_field funnel_property_fields[] = {
    {.name = "property",
        .type = SPEC_STRING,
        .min = 1,
        .max = NAME,
        .required = true,
        .doc = "Property that every step's event has; one value, one unit."},
    {.name = NULL},
};
const struct spec_field funnel_breakdown_fields[] = {
    {.name = "property",
        .type = SPEC_STRING,
        .min = 1,
        .max = NAME,
        .doc = "Property of the first step's event (P0 or P1)."},
    {.name = "dimension",
        .type = SPEC_STRING,
        .min = 1,
        .max = 40,
        .doc = "channel, source, medium, campaign, referrer, landing, device or country of a visit."},
    {.name = "touch",
        .type = SPEC_ENUM,
        .options = touches,
        .fallback = "entry",
        .doc = "Of persons: of the visit in which they entered the funnel (entry), or of their first visit in the period "
               "(first)."},
    {.name = NULL},
};
static const struct spec_field step_fields[] = {
    {.name = "event",
        .type = SPEC_STRING,
        .min = 1,
        .max = NAME,
        .required = true,
        .doc = "Name of the event; * is anything that a person does."},
    {.name = "label", .type = SPEC_STRING, .max = LABEL, .doc = "How it is called in the answer."},
    {.name = "where",
        .type = SPEC_ARRAY,
        .max = FUNNEL_WHERE_MAX,
        .fields = funnel_where_fields,
        .doc = "Conditions; all must hold."},
    {.name = NULL},
};
static const struct spec_field exclude_fields[] = {
    {.name = "event",
        .type = SPEC_STRING,
        .min = 1,
        .max = NAME,
        .required = true,
        .doc = "What must not happen; * is anything that a person does."},
    {.name = "where",
        .type = SPEC_ARRAY,
        .max = FUNNEL_WHERE_MAX,
        .fields = funnel_where_fields,
        .doc = "Conditions; all must hold."},
    {.name = "from_step",
        .type = SPEC_INT,
        .min = 1,
        .max = FUNNEL_STEPS_MAX,
        .doc = "After this step (from 1); default the first."},
    {.name = "to_step",
        .type = SPEC_INT,
        .min = 2,
        .max = FUNNEL_STEPS_MAX,
        .doc = "And before this one; default the last."},
    {.name = NULL},
};
static const struct spec_field same_fields[] = {
    {.name = "", .type = SPEC_STRING, .min = 1, .max = NAME, .doc = "Property, by its name in each step's event."},
    {.name = NULL},
};
static const struct spec_field mode_fields[] = {
    {.name = "", .type = SPEC_ENUM, .options = funnel_mode_names, .doc = "As of ClickHouse's windowFunnel."},
    {.name = NULL},
};
const struct spec_field funnel_body[] = {
    {.name = "steps", .type = SPEC_ARRAY, .min = 1, .max = FUNNEL_STEPS_MAX, .fields = step_fields, .doc = "1 to 16 steps."},
    {.name = "ready",
        .type = SPEC_ENUM,
        .options = ready,
        .doc = "Instead of steps. shop: Product Viewed, Product Added, Checkout Started, Order Completed; what the shop "
               "never sends is left out."},
    {.name = "order",
        .type = SPEC_ENUM,
        .options = orders,
        .fallback = "ordered",
        .doc = "ordered: others may lie between; strict: nothing else that a person does may; any: whichever comes first."},
    {.name = "window_s",
        .type = SPEC_INT,
        .min = 1,
        .max = 366 * 86400,
        .doc = "Seconds from the first to the last step, inclusive; default 7 days, of visits the whole visit."},
    {.name = "window_ms", .type = SPEC_INT, .min = 1, .max = INT64_C(366) * 86400000, .doc = "The same in milliseconds."},
    {.name = "by",
        .type = SPEC_ANY,
        .max = 400,
        .doc = "Who goes through: person (default), visit, or {\"property\": name}: a person's events with the same value "
               "of it."},
    {.name = "same",
        .type = SPEC_ARRAY,
        .max = FUNNEL_SAME_MAX,
        .fields = same_fields,
        .doc = "Properties of which all steps have the same value (product_id, order_id); the value that gets furthest "
               "counts."},
    {.name = "exclude",
        .type = SPEC_ARRAY,
        .max = FUNNEL_BANS_MAX,
        .fields = exclude_fields,
        .doc = "What must not happen between two steps."},
    {.name = "exclusion",
        .type = SPEC_ENUM,
        .options = exclusions,
        .fallback = "attempt",
        .doc = "What an excluded event ends: attempt (one may begin anew; Mixpanel), or person (out of the whole funnel; "
               "PostHog)."},
    {.name = "reentry",
        .type = SPEC_BOOL,
        .fallback = "false",
        .doc = "Count every attempt: the next begins when one ended (Mixpanel's totals)."},
    {.name = "restart",
        .type = SPEC_ENUM,
        .options = restarts,
        .fallback = "each",
        .doc = "each: every first step begins the window anew (ClickHouse, Mixpanel since 2019); never: only the first one "
               "does (Mixpanel before)."},
    {.name = "finish",
        .type = SPEC_ENUM,
        .options = finishes,
        .fallback = "window",
        .doc =
            "window: who enters in the period has the whole window; period: later steps lie in the period too (PostHog)."},
    {.name = "modes",
        .type = SPEC_ARRAY,
        .max = 5,
        .fields = mode_fields,
        .doc = "Modes of windowFunnel; default: strict_once where steps can be the same event, else none."},
    {.name = "breakdown",
        .type = SPEC_ANY,
        .max = 700,
        .doc = "A dimension (channel, source, medium, campaign, referrer, landing, device, country), or {\"property\": "
               "name} of the first step."},
    {.name = "limit",
        .type = SPEC_INT,
        .min = 1,
        .max = FUNNEL_ROWS_MAX,
        .fallback = "50",
        .doc = "Rows of the breakdown; the rest is added up as (other)."},
    {.name = "trend", .type = SPEC_ENUM, .options = periods, .doc = "Also by the day, week or month of entering."},
    {.name = NULL},
};

static const struct spec_field seconds_fields[] = {
    {.name = "median", .type = SPEC_NUMBER, .max = INT64_MAX, .doc = "Median."},
    {.name = "mean", .type = SPEC_NUMBER, .max = INT64_MAX, .doc = "Mean."},
    {.name = "p90", .type = SPEC_NUMBER, .max = INT64_MAX, .doc = "90 of 100 are faster (quantile of type 7)."},
    {.name = NULL},
};
static const struct spec_field bucket_fields[] = {
    {.name = "upto_s",
        .type = SPEC_NUMBER,
        .max = INT64_MAX,
        .doc = "Up to so many seconds, inclusive, and more than the bucket before."},
    {.name = "people", .type = SPEC_INT, .max = INT64_MAX, .nullable = true, .doc = "How many (of the unit)."},
    {.name = NULL},
};
static const struct spec_field step_answer[] = {
    {.name = "event", .type = SPEC_STRING, .max = NAME, .doc = "The event."},
    {.name = "label", .type = SPEC_STRING, .max = NAME, .doc = "How it is called."},
    {.name = "seen", .type = SPEC_BOOL, .doc = "false: this event never came to this shop."},
    {.name = "reached",
        .type = SPEC_INT,
        .max = INT64_MAX,
        .nullable = true,
        .doc = "How many got at least so far; in any order: did at least so many steps. null: hidden, or left out of a "
               "ready funnel."},
    {.name = "people", .type = SPEC_INT, .max = INT64_MAX, .nullable = true, .doc = "Different people among them."},
    {.name = "share_of_first", .type = SPEC_NUMBER, .max = 1, .nullable = true, .doc = "Of those who entered."},
    {.name = "share_of_previous",
        .type = SPEC_NUMBER,
        .max = 1,
        .nullable = true,
        .doc = "Of those who reached the step before."},
    {.name = "dropped",
        .type = SPEC_INT,
        .max = INT64_MAX,
        .nullable = true,
        .doc = "Who reached the step before and not this one; null for the first."},
    {.name = "seconds",
        .type = SPEC_OBJECT,
        .max = 300,
        .nullable = true,
        .fields = seconds_fields,
        .doc = "From the step before to this one."},
    {.name = "histogram",
        .type = SPEC_ARRAY,
        .max = FUNNEL_BUCKETS,
        .fields = bucket_fields,
        .doc = "The same time, distributed."},
    {.name = NULL},
};
static const struct spec_field reached_fields[] = {
    {.name = "", .type = SPEC_INT, .max = INT64_MAX, .nullable = true, .doc = "How many got at least so far."},
    {.name = NULL},
};
static const struct spec_field row_fields[] = {
    {.name = "value",
        .type = SPEC_STRING,
        .max = 8192,
        .nullable = true,
        .doc = "The value; null: none, or the rest added up."},
    {.name = "label",
        .type = SPEC_STRING,
        .max = 8192,
        .doc = "How it is called; (other): the rest added up; (none): without a value."},
    {.name = "reached", .type = SPEC_ARRAY, .max = FUNNEL_STEPS_MAX, .fields = reached_fields, .doc = "Per step."},
    {.name = NULL},
};
static const struct spec_field trend_fields[] = {
    {.name = "from", .type = SPEC_DATE, .doc = "First day of the period."},
    {.name = "entered",
        .type = SPEC_INT,
        .max = INT64_MAX,
        .nullable = true,
        .doc = "Who did the first step in it; a person can enter in several periods."},
    {.name = "converted",
        .type = SPEC_INT,
        .max = INT64_MAX,
        .nullable = true,
        .doc = "Who got to the last step by a chain that began in it."},
    {.name = "partial", .type = SPEC_BOOL, .doc = "Not over yet: the period is cut, or the window still runs."},
    {.name = NULL},
};
static const struct spec_field note_fields[] = {
    {.name = "", .type = SPEC_STRING, .max = 512, .doc = "A sentence."},
    {.name = NULL},
};
static const char *const units[] = {"person", "visit", "property", "attempt", NULL};
const struct spec_field funnel_answer[] = {
    {.name = "unit", .type = SPEC_ENUM, .options = units, .doc = "What is counted."},
    {.name = "order", .type = SPEC_ENUM, .options = orders, .doc = "As asked."},
    {.name = "modes", .type = SPEC_ARRAY, .max = 5, .fields = mode_fields, .doc = "Modes in force."},
    {.name = "window_s", .type = SPEC_NUMBER, .max = INT64_MAX, .doc = "The window in force, in seconds."},
    {.name = "entered", .type = SPEC_INT, .max = INT64_MAX, .nullable = true, .doc = "How many entered."},
    {.name = "converted", .type = SPEC_INT, .max = INT64_MAX, .nullable = true, .doc = "How many reached the last step."},
    {.name = "share", .type = SPEC_NUMBER, .max = 1, .nullable = true, .doc = "converted / entered."},
    {.name = "excluded",
        .type = SPEC_INT,
        .max = INT64_MAX,
        .nullable = true,
        .doc = "Who is in no figure because of what is excluded (exclusion: person)."},
    {.name = "seconds",
        .type = SPEC_OBJECT,
        .max = 300,
        .nullable = true,
        .fields = seconds_fields,
        .doc = "From the first to the last step."},
    {.name = "histogram",
        .type = SPEC_ARRAY,
        .max = FUNNEL_BUCKETS,
        .fields = bucket_fields,
        .doc = "The same time, distributed."},
    {.name = "steps", .type = SPEC_ARRAY, .max = FUNNEL_STEPS_MAX, .fields = step_answer, .doc = "The steps, as asked."},
    {.name = "rows",
        .type = SPEC_ARRAY,
        .max = FUNNEL_ROWS_MAX + 2,
        .fields = row_fields,
        .doc = "The breakdown, most entrants first."},
    {.name = "rows_more", .type = SPEC_INT, .max = INT64_MAX, .doc = "Values that are added up in (other)."},
    {.name = "trend", .type = SPEC_ARRAY, .max = 8000, .fields = trend_fields, .doc = "By the period of entering."},
    {.name = "notes",
        .type = SPEC_ARRAY,
        .max = FUNNEL_NOTES_MAX,
        .fields = note_fields,
        .doc = "What one should know of this answer."},
    {.name = NULL},
};
