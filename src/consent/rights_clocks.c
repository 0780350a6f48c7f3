// SPDX-License-Identifier: Apache-2.0
// Which clock of the law runs for which right under which regime. The clocks themselves are rows of legal_clock.c. Pure.
#include "rights_private.h"

#define BIT(r) (UINT32_C(1) << (r))
#define ANY (BIT(RIGHTS_RIGHT_COUNT) - 2)
#define EU (BIT(RIGHTS_GDPR) | BIT(RIGHTS_UK))
#define SALE (BIT(RIGHTS_OPT_OUT) | BIT(RIGHTS_LIMIT))

static const struct rights_clock_row rows[] = { // the first that fits
    {BIT(RIGHTS_CCPA), SALE, false, "ccpa_opt_out"},
    {BIT(RIGHTS_CCPA), ANY & ~SALE, false, "ccpa_answer"},
    {BIT(RIGHTS_CCPA), ANY & ~SALE, true, "ccpa_confirm"},
    {BIT(RIGHTS_UK), BIT(RIGHTS_COMPLAINT), true, "uk_complaint"},
    {EU, ANY, false, "gdpr_answer"},
};

const struct legal_clock *rights_clock(enum rights_regime regime, enum rights_right right, bool confirm)
{
    for (size_t i = 0; i < CU_COUNT(rows); i++) {
        if ((rows[i].regimes & BIT(regime)) && (rows[i].rights & BIT(right)) && rows[i].confirm == confirm)
            return legal_clock_find(rows[i].clock);
    }
    return NULL;
}

int64_t rights_due(enum rights_regime regime, enum rights_right right, bool confirm, int64_t received_ms, bool extended,
    const struct text_zone *zone)
{
    const struct legal_clock *c = rights_clock(regime, right, confirm);
    return c ? legal_clock_due(c, received_ms, extended, zone) : 0;
}

int64_t rights_extend_until(enum rights_regime regime, enum rights_right right, int64_t received_ms,
    const struct text_zone *zone)
{
    const struct legal_clock *c = rights_clock(regime, right, false);
    return c && c->extension ? legal_clock_due(c, received_ms, false, zone) : 0;
}

bool rights_needs_confirm(enum rights_regime regime, enum rights_right right)
{
    return rights_clock(regime, right, true) != NULL;
}
