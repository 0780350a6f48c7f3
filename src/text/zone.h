// SPDX-License-Identifier: Apache-2.0
// Time zones of the system's tz database (RFC 8536): offsets, and local calendar days. The zone's file is
// read once; a zone is immutable and shared by threads.
#pragma once

#include "base/memory.h"

struct text_zone;
struct text_zone *text_zone_open(const char *name); // NULL: no memory; an unknown name is UTC
void text_zone_close(struct text_zone *z);
int32_t text_zone_offset(const struct text_zone *z, int64_t at_ms); // seconds east of UTC at that time; z NULL: UTC
// The local calendar day (days since 1970-01-01) of a moment, and the first moment of a local day. Where the
// clock jumps over midnight, the first moment that exists.
int32_t text_zone_day(const struct text_zone *z, int64_t at_ms);
int64_t text_zone_day_start(const struct text_zone *z, int32_t day);
