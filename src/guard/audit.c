// SPDX-License-Identifier: Apache-2.0
// The audit log over store/ledger. See audit.h.
#include "audit.h"

cu_code audit_append(struct audit *a, const struct audit_entry *e, bool wait, uint64_t *ret_index,
    struct cu_error *err)
{
    (void)a, (void)e, (void)wait, (void)ret_index;
    return cu_fail(err, CU_UNAVAILABLE, "", "no audit log is open");
}
