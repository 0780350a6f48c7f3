// SPDX-License-Identifier: Apache-2.0
// The table of conflicts. See rights_rules.h. The strongest stands first: what stops a request is the first rule that does.
#include "rights_rules.h"

#define BIT(r) (UINT32_C(1) << (r))
#define ANY (BIT(RIGHTS_RIGHT_COUNT) - 2)
#define ALL (BIT(RIGHTS_GDPR) | BIT(RIGHTS_UK) | BIT(RIGHTS_CCPA))

const struct rights_rule rights_rules[] = {
    {"erased_already", ANY, ALL, RIGHTS_FACT_ERASED, RIGHTS_GOES_ON, "request",
        "The person was erased meanwhile, so there is nothing left to do: an erasure is fulfilled by that of another request, whose certificate stands."},
    {"legal_hold", BIT(RIGHTS_ERASURE), ALL, RIGHTS_FACT_HELD, RIGHTS_STOPS, "hold",
        "The data is needed for a legal claim, so it is not erased until the hold is lifted (GDPR 17(3)(e), CCPA 1798.105(d)(8))."},
    {"hold_keeps_restriction", BIT(RIGHTS_RESTRICTION), ALL, RIGHTS_FACT_HELD, RIGHTS_GOES_ON, "request",
        "A hold keeps the data, a restriction keeps it from being used: both stand together (GDPR 18(2))."},
    {"nobody_known", BIT(RIGHTS_ACCESS) | BIT(RIGHTS_PORTABILITY) | BIT(RIGHTS_RECTIFICATION) | BIT(RIGHTS_ERASURE) |
        BIT(RIGHTS_RESTRICTION) | BIT(RIGHTS_OBJECTION) | BIT(RIGHTS_OPT_OUT) | BIT(RIGHTS_LIMIT), ALL, RIGHTS_FACT_UNKNOWN,
        RIGHTS_STOPS, "law",
        "Nobody in the records is known to be the person, so nothing can be done: refuse with no_match, or take it anew with the person named (GDPR 11(2))."},
    {"access_first", BIT(RIGHTS_ERASURE), ALL, RIGHTS_FACT_ACCESS_OPEN, RIGHTS_STOPS, "person",
        "The person also asked for a copy, which an erasure would make impossible: that request is answered or taken back first (GDPR 12(2))."},
    {"retention", BIT(RIGHTS_ERASURE), ALL, RIGHTS_FACT_ORDERS_KEPT, RIGHTS_GOES_ON, "request",
        "There are orders that the books have to keep. What the law wants is in the books of the shop, not here: the copy here is erased (GDPR 17(3)(b) does not reach it)."},
    {"erasure_lifts_restriction", BIT(RIGHTS_ERASURE), ALL, RIGHTS_FACT_RESTRICTED, RIGHTS_GOES_ON, "request",
        "Processing was restricted; the person's newer wish is to be erased (GDPR 18(1)(b) leaves the choice to the person)."},
    {"erasure_pending", BIT(RIGHTS_RESTRICTION) | BIT(RIGHTS_RECTIFICATION) | BIT(RIGHTS_OBJECTION), ALL,
        RIGHTS_FACT_ERASURE_OPEN,
        RIGHTS_GOES_ON, "request", "The person also asked for erasure; until then this one holds."},
    {"not_objectionable", BIT(RIGHTS_OBJECTION), ALL, RIGHTS_FACT_CONTRACT, RIGHTS_STOPS, "law",
        "The purpose rests on a contract or a law, to which the right to object does not extend: refuse with contract_or_law (GDPR 21(1))."},
    {"rights_while_restricted",
        BIT(RIGHTS_ACCESS) | BIT(RIGHTS_PORTABILITY) | BIT(RIGHTS_RECTIFICATION) | BIT(RIGHTS_OBJECTION), ALL,
        RIGHTS_FACT_RESTRICTED, RIGHTS_GOES_ON, "request",
        "A restriction does not keep the person from their own data (GDPR 18(2))."},
    {"import_and_backup", BIT(RIGHTS_ERASURE), ALL, RIGHTS_FACT_IMPORT, RIGHTS_GOES_ON, "request",
        "An import or a backup under way does not wait for an erasure, nor does it stop one: rows written before it go with it, an older backup holds no key that opens them, and what is sent later begins a new person."},
    {NULL, 0, 0, 0, RIGHTS_GOES_ON, NULL, NULL},
};

bool rights_rule_applies(const struct rights_rule *rule, const struct rights_facts *f)
{
    return (rule->rights & BIT(f->right)) && (rule->regimes & BIT(f->regime)) && (f->facts & rule->facts) == rule->facts;
}

const struct rights_rule *rights_stopped_by(const struct rights_facts *f)
{
    if (f->facts & RIGHTS_FACT_ERASED)
        return NULL;
    for (const struct rights_rule *rule = rights_rules; rule->name; rule++) {
        if (rule->outcome == RIGHTS_STOPS && rights_rule_applies(rule, f))
            return rule;
    }
    return NULL;
}
