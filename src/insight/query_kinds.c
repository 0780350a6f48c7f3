// SPDX-License-Identifier: Apache-2.0
// The kinds of questions: the only file that names every one.
#include "query.h"

extern const struct insight_kind insight_kind_report;
extern const struct insight_kind insight_kind_cohort, insight_kind_value, insight_kind_churn, insight_kind_rfm_movement;
extern const struct insight_kind insight_kind_funnel, insight_kind_paths;
extern const struct insight_kind insight_kind_friction;
extern const struct insight_kind insight_kind_attribution;

const struct insight_kind *const insight_kinds[] = {
    &insight_kind_report,
    &insight_kind_cohort,
    &insight_kind_value,
    &insight_kind_churn,
    &insight_kind_rfm_movement,
    &insight_kind_funnel,
    &insight_kind_paths,
    &insight_kind_friction,
    &insight_kind_attribution,
    NULL,
};

const struct insight_kind *insight_kind_find(cu_str name)
{
    for (size_t i = 0; insight_kinds[i]; i++) {
        if (cu_str_eqz(name, insight_kinds[i]->name))
            return insight_kinds[i];
    }
    return NULL;
}
