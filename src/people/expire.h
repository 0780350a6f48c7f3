// SPDX-License-Identifier: Apache-2.0
// Values of fields that are kept no longer: taken out of what is current and out of its history, so that nothing of them
// remains. The history then says that the field was cleared, and when. What is said again later is stored again.
//
// A value's age counts from when it was said for the first time: saying the same again stores nothing (traits.c).
// People whose processing is restricted (GDPR 18) are passed over.
#pragma once

#include "people.h"

struct people_field_limit {
    cu_str field;      // a row of persons
    int64_t before_ms; // what was said before goes; INT64_MAX: everything
};
enum { PEOPLE_LIMITS_MAX = 512 };
// Told of each profile that has (or had) such values: how many. false: it keeps them.
typedef bool people_field_goes(void *context, uint32_t pno);
struct people_fields_found {
    uint64_t profiles, values; // values: also those of the history
};
// Of the profiles first <= number < end: what would go. Opens sealed groups: the thread's access must be that of upkeep.
cu_code people_fields_count(struct people *p, struct db *d, const struct people_field_limit *limits, size_t count,
    uint32_t first,
    uint32_t end, people_field_goes *goes, void *context, struct people_fields_found *ret, struct cu_error *err) CU_MUST;
// Removes it. Under people_lock inside a transaction.
cu_code people_fields_expire(struct people *p, const struct people_field_limit *limits, size_t count, uint32_t first,
    uint32_t end,
    people_field_goes *goes, void *context, struct people_fields_found *ret, struct cu_error *err) CU_MUST;
