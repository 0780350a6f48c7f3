// SPDX-License-Identifier: Apache-2.0
// Private to the files of approvals: one row, and reading the rules.
#pragma once

#include "approval.h"
#include "staff.h"

#define APPROVAL_MS (INT64_C(24) * 3600 * 1000)       // from asking
#define APPROVAL_DRAFT_MS (INT64_C(15) * 60 * 1000)   // a refused act can be asked for
#define APPROVAL_KEEP_MS (INT64_C(400) * 24 * 3600 * 1000)
#define APPROVAL_TABLE 0x6170726fu // "apro": what a sealed reason is bound to
enum { APPROVAL_TARGET_MAX = 300, APPROVAL_REASON_MAX = 1000, APPROVAL_WAITING_MAX = 20, APPROVAL_LIST_MAX = 200 };

cu_code approval_rule(struct db *d, const char *kind, bool *ret_on, struct cu_error *err) CU_MUST;
bool approval_kind_find(cu_str name, const char **ret); // the table's own text
// Seals and opens a reason under the key of a member of staff, bound to a row's id; also for break-glass.
cu_code reason_seal(struct govern *g, uint32_t table, int64_t staff_id, struct cu_uuid id, cu_str reason, struct cu_buf *out,
    struct cu_error *err) CU_MUST;
// Empty when it cannot be opened any more: its author was removed.
cu_code reason_open(struct govern *g, uint32_t table, int64_t staff_id, struct cu_uuid id, cu_str sealed, struct cu_buf *out,
    struct cu_error *err) CU_MUST;
// "name": the address of a member of staff, or "staff:7" of one who is gone, or null for 0. One that cannot be
// opened is shown as a number, too: a list is not lost for it.
void staff_name_write(struct govern *g, struct json_writer *w, const char *name, int64_t staff_id);
