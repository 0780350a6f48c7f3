// SPDX-License-Identifier: Apache-2.0
// The Global Privacy Platform string of the IAB Tech Lab: a header that names its sections, and the sections. Sections of
// the United States (usnat and six states) are tables of fields; tcfeuv2 is a TC string (tcf.h); others are kept as text.
// Source: IAB Tech Lab, "Global Privacy Platform", Core and Sections.
#pragma once

#include "bits.h"
#include "text/json.h"

enum { GPP_SECTIONS_MAX = 32, GPP_VALUES_MAX = 48, GPP_STRING_MAX = 131072, GPP_TCF = 2 };

struct gpp {
    struct {
        uint32_t id;
        cu_str text; // into what was read
    } sections[GPP_SECTIONS_MAX];
    size_t count;
};
cu_code gpp_decode(cu_str text, struct gpp *ret, struct cu_error *err) CU_MUST;
// Appends; sections in ascending order of their ids, each once: CU_INVALID else.
cu_code gpp_encode(const struct gpp *g, struct cu_buf *out, struct cu_error *err) CU_MUST;
const char *gpp_section_name(uint32_t id); // "usnat"; NULL: not one of those that are understood
uint32_t gpp_section_find(cu_str name);    // 0: unknown

// A section of the United States. 0: not applicable, 1: yes (notice given, opted out, consent refused ..), 2: no.
struct gpp_us {
    uint32_t section;
    uint8_t version;
    uint8_t values[GPP_VALUES_MAX]; // in the order of its fields
    bool has_gpc, gpc;
};
// CU_NOT_FOUND: no section of the United States that is understood; CU_MALFORMED.
cu_code gpp_us_decode(uint32_t section, cu_str text, struct gpp_us *ret, struct cu_error *err) CU_MUST;
cu_code gpp_us_encode(const struct gpp_us *u, struct cu_buf *out, struct cu_error *err) CU_MUST;
// A field's values, as many as it has; 0: the section has no such field.
size_t gpp_us_field(struct gpp_us *u, const char *name, uint8_t **ret);
void gpp_us_print(const struct gpp_us *u, struct json_writer *w); // {"Version":..,"SaleOptOut":..,"Gpc":..}
// Fields that are absent are 0, MspaCoveredTransaction is 2. err->field is the member.
cu_code gpp_us_read(uint32_t section, json v, struct gpp_us *ret, struct cu_error *err) CU_MUST;
