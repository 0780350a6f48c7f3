// SPDX-License-Identifier: Apache-2.0
// Consent strings of the advertising industry: any bytes as a TC string, as a GPP string and as each section of it. What is
// read can be printed; what TCF 2.3 allows is written again and read as the same; a section is written as it was read.
#include "consent/gpp.h"
#include "consent/tcf.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
    if (!holds)
        abort();
}

static struct tcf first, second;

static void tc_string(cu_str text)
{
    struct cu_error err;
    struct cu_buf out;
    struct json_writer w;
    cu_code code = tcf_decode(text, &first, &err);
    if (code != CU_OK) {
        demand(code == CU_MALFORMED || code == CU_TOO_LARGE);
        return;
    }
    cu_buf_init(&out, (size_t)8 << 20);
    jw_start(&w, &out);
    tcf_print(&first, &w);
    demand(!out.failed);
    cu_buf_reset(&out);
    first.has_disclosed = true;
    code = tcf_encode(&first, &out, &err);
    demand(code == CU_OK || code == CU_INVALID);
    if (code == CU_OK) {
        demand(tcf_decode(cu_buf_view(&out), &second, &err) == CU_OK && tcf_good(&second));
        demand(second.consents == first.consents && second.restriction_count == first.restriction_count);
        demand(memcmp(&second.vendor_consents, &first.vendor_consents, sizeof first.vendor_consents) == 0);
        demand(memcmp(&second.disclosed, &first.disclosed, sizeof first.disclosed) == 0);
    }
    cu_buf_clear(&out);
}

static void us_section(uint32_t id, cu_str text)
{
    struct cu_error err;
    struct cu_buf out;
    struct gpp_us u, back;
    if (gpp_us_decode(id, text, &u, &err) != CU_OK)
        return;
    cu_buf_init(&out, 4096);
    demand(gpp_us_encode(&u, &out, &err) == CU_OK && gpp_us_decode(id, cu_buf_view(&out), &back, &err) == CU_OK);
    demand(memcmp(&u, &back, sizeof u) == 0);
    cu_buf_clear(&out);
}

static void gpp_string(cu_str text)
{
    struct cu_error err;
    struct cu_buf out;
    struct gpp g, back;
    if (gpp_decode(text, &g, &err) != CU_OK)
        return;
    for (size_t i = 0; i < g.count; i++) {
        if (g.sections[i].id == GPP_TCF)
            tc_string(g.sections[i].text);
        us_section(g.sections[i].id, g.sections[i].text);
    }
    cu_buf_init(&out, (size_t)2 * GPP_STRING_MAX);
    demand(
        gpp_encode(&g, &out, &err) == CU_OK && gpp_decode(cu_buf_view(&out), &back, &err) == CU_OK && back.count == g.count);
    for (size_t i = 0; i < g.count; i++)
        demand(back.sections[i].id == g.sections[i].id && cu_str_eq(back.sections[i].text, g.sections[i].text));
    cu_buf_clear(&out);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const cu_str text = {(const char *)data, size};
    tc_string(text);
    gpp_string(text);
    for (uint32_t id = 7; id <= 12; id++)
        us_section(id, text);
    return 0;
}
