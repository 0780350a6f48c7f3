// SPDX-License-Identifier: Apache-2.0
// The arrays that a scan shows: rows of one person added one after the other, in their order.
#pragma once

#include "scan_draw.h"

struct scan_gather;
// The plan must live as long as the gather.
cu_code scan_gather_new(const struct scan_plan *plan, struct scan_gather **ret, struct cu_error *err) CU_MUST;
void scan_gather_free(struct scan_gather *g); // NULL is fine
void scan_gather_start(struct scan_gather *g, uint32_t person);
bool scan_gather_wants(const struct scan_plan *plan, uint32_t kind, int64_t time_ms); // by kind and time
// Adds a row; its columns are drawn from its words.
cu_code scan_gather_add(struct scan_gather *g, const struct timeline_event *e, struct cu_error *err) CU_MUST;
size_t scan_gather_count(const struct scan_gather *g);
const struct scan_rows *scan_gather_rows(struct scan_gather *g); // valid until the next start
