// SPDX-License-Identifier: Apache-2.0
// The dictionary of event kinds: names and the numbers rows carry for them. A file that only grows;
// a number is given out only after its name is durable. At most 65,535 names: beyond, everything
// new is "(other)", so that a sender who invents names cannot fill memory.
#pragma once

#include "base/memory.h"

#define TIMELINE_KINDS_MAX 65535u
#define TIMELINE_KIND_NAME_MAX 255u

struct timeline_kinds;
// Cuts a torn last entry off; CU_CORRUPT for any other damage.
cu_code timeline_kinds_open(
    const char *folder, struct timeline_kinds **ret, struct cu_error *err) CU_MUST;
void timeline_kinds_close(struct timeline_kinds *k);
cu_code timeline_kinds_get(struct timeline_kinds *k, cu_str name, uint32_t *ret,
    struct cu_error *err) CU_MUST; // any thread
uint32_t timeline_kinds_find(struct timeline_kinds *k, cu_str name); // 0: nobody used it yet; any thread
cu_str timeline_kinds_name(
    struct timeline_kinds *k, uint32_t kind); // any thread; valid until close
uint32_t timeline_kinds_count(struct timeline_kinds *k);
cu_code timeline_kinds_verify(const char *folder, struct cu_error *err) CU_MUST;
