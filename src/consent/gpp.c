// SPDX-License-Identifier: Apache-2.0
// GPP strings: the header, and the sections of the United States by their tables. See gpp.h.
#include "gpp.h"

enum { HEADER_TYPE = 3, HEADER_VERSION = 1, SECTION_ID_MAX = 4095, FIELDS_MAX = 20, GPC_SEGMENT = 1 };

struct field {
    const char *name;
    uint8_t count; // values of two bits each
};
struct kind {
    uint32_t id;
    const char *name;
    uint8_t version;
    bool gpc; // may have a segment with Global Privacy Control
    struct field fields[FIELDS_MAX];
};

// clang-format off
static const struct kind kinds[] = {
    {7, "usnat", 2, true,
        {{"SharingNotice", 1}, {"SaleOptOutNotice", 1}, {"SharingOptOutNotice", 1},
            {"TargetedAdvertisingOptOutNotice", 1}, {"SensitiveDataProcessingOptOutNotice", 1},
            {"SensitiveDataLimitUseNotice", 1}, {"SaleOptOut", 1}, {"SharingOptOut", 1},
            {"TargetedAdvertisingOptOut", 1}, {"SensitiveDataProcessing", 16}, {"KnownChildSensitiveDataConsents", 3},
            {"PersonalDataConsents", 1}, {"MspaCoveredTransaction", 1}, {"MspaOptOutOptionMode", 1},
            {"MspaServiceProviderMode", 1}}},
    {7, "usnat", 1, true,
        {{"SharingNotice", 1}, {"SaleOptOutNotice", 1}, {"SharingOptOutNotice", 1},
            {"TargetedAdvertisingOptOutNotice", 1}, {"SensitiveDataProcessingOptOutNotice", 1},
            {"SensitiveDataLimitUseNotice", 1}, {"SaleOptOut", 1}, {"SharingOptOut", 1},
            {"TargetedAdvertisingOptOut", 1}, {"SensitiveDataProcessing", 12}, {"KnownChildSensitiveDataConsents", 2},
            {"PersonalDataConsents", 1}, {"MspaCoveredTransaction", 1}, {"MspaOptOutOptionMode", 1},
            {"MspaServiceProviderMode", 1}}},
    {8, "usca", 1, true,
        {{"SaleOptOutNotice", 1}, {"SharingOptOutNotice", 1}, {"SensitiveDataLimitUseNotice", 1}, {"SaleOptOut", 1},
            {"SharingOptOut", 1}, {"SensitiveDataProcessing", 9}, {"KnownChildSensitiveDataConsents", 2},
            {"PersonalDataConsents", 1}, {"MspaCoveredTransaction", 1}, {"MspaOptOutOptionMode", 1},
            {"MspaServiceProviderMode", 1}}},
    {9, "usva", 1, false,
        {{"SharingNotice", 1}, {"SaleOptOutNotice", 1}, {"TargetedAdvertisingOptOutNotice", 1}, {"SaleOptOut", 1},
            {"TargetedAdvertisingOptOut", 1}, {"SensitiveDataProcessing", 8}, {"KnownChildSensitiveDataConsents", 1},
            {"MspaCoveredTransaction", 1}, {"MspaOptOutOptionMode", 1}, {"MspaServiceProviderMode", 1}}},
    {10, "usco", 1, true,
        {{"SharingNotice", 1}, {"SaleOptOutNotice", 1}, {"TargetedAdvertisingOptOutNotice", 1}, {"SaleOptOut", 1},
            {"TargetedAdvertisingOptOut", 1}, {"SensitiveDataProcessing", 7}, {"KnownChildSensitiveDataConsents", 1},
            {"MspaCoveredTransaction", 1}, {"MspaOptOutOptionMode", 1}, {"MspaServiceProviderMode", 1}}},
    {11, "usut", 1, false,
        {{"SharingNotice", 1}, {"SaleOptOutNotice", 1}, {"TargetedAdvertisingOptOutNotice", 1},
            {"SensitiveDataProcessingOptOutNotice", 1}, {"SaleOptOut", 1}, {"TargetedAdvertisingOptOut", 1},
            {"SensitiveDataProcessing", 8}, {"KnownChildSensitiveDataConsents", 1}, {"MspaCoveredTransaction", 1},
            {"MspaOptOutOptionMode", 1}, {"MspaServiceProviderMode", 1}}},
    {12, "usct", 1, true,
        {{"SharingNotice", 1}, {"SaleOptOutNotice", 1}, {"TargetedAdvertisingOptOutNotice", 1}, {"SaleOptOut", 1},
            {"TargetedAdvertisingOptOut", 1}, {"SensitiveDataProcessing", 8}, {"KnownChildSensitiveDataConsents", 3},
            {"MspaCoveredTransaction", 1}, {"MspaOptOutOptionMode", 1}, {"MspaServiceProviderMode", 1}}},
};
// clang-format on

static const struct kind *kind_of(uint32_t id, unsigned version) // version 0: the present one
{
    for (size_t i = 0; i < CU_COUNT(kinds); i++) {
        if (kinds[i].id == id && (version == 0 || kinds[i].version == version))
            return &kinds[i];
    }
    return NULL;
}

const char *gpp_section_name(uint32_t id)
{
    const struct kind *k = kind_of(id, 0);
    return id == GPP_TCF ? "tcfeuv2" : k ? k->name : NULL;
}

uint32_t gpp_section_find(cu_str name)
{
    if (cu_str_eqz(name, "tcfeuv2"))
        return GPP_TCF;
    for (size_t i = 0; i < CU_COUNT(kinds); i++) {
        if (cu_str_eqz(name, kinds[i].name))
            return kinds[i].id;
    }
    return 0;
}

// ---- the header

static cu_code bad_header(struct cu_error *err)
{
    return cu_fail(err, CU_MALFORMED, "header", "a header of type 3 and version 1 with ascending sections is accepted");
}

static cu_code add_ids(struct gpp *g, uint64_t from, uint64_t to, struct cu_error *err)
{
    if (to > SECTION_ID_MAX || to - from >= GPP_SECTIONS_MAX - g->count)
        return cu_fail(err, CU_TOO_LARGE, "header", "at most %d sections, up to number %d, are accepted", GPP_SECTIONS_MAX,
            SECTION_ID_MAX);
    for (uint64_t id = from; id <= to; id++)
        g->sections[g->count++].id = (uint32_t)id;
    return CU_OK;
}

// Section numbers as distances from the one before, in Fibonacci form.
static cu_code decode_header(cu_str text, struct gpp *g, struct cu_error *err)
{
    struct bit_reader r;
    uint64_t last = 0;
    CU_TRY(bit_reader_open(text, &r, err));
    uint64_t type = bits_take(&r, 6), version = bits_take(&r, 6), groups = bits_take(&r, 12);
    if (r.failed || type != HEADER_TYPE || version != HEADER_VERSION)
        return bad_header(err);
    for (; groups > 0; groups--) {
        bool range = bits_take(&r, 1) != 0;
        uint64_t from = last + bits_take_fibonacci(&r), to = from;
        if (range)
            to = from + bits_take_fibonacci(&r);
        if (r.failed || from == last)
            return bad_header(err);
        CU_TRY(add_ids(g, from, to, err));
        last = to;
    }
    return CU_OK;
}

cu_code gpp_decode(cu_str text, struct gpp *ret, struct cu_error *err)
{
    *ret = (struct gpp){.count = 0};
    if (text.len > GPP_STRING_MAX)
        return cu_fail(err, CU_TOO_LARGE, "text", "at most %d bytes are accepted", GPP_STRING_MAX);
    cu_str rest = text;
    CU_TRY(decode_header(cu_str_cut(&rest, '~'), ret, err));
    for (size_t i = 0; i < ret->count; i++) {
        if (!rest.ptr)
            return cu_fail(err, CU_MALFORMED, "sections", "the header names %zu sections, there are %zu", ret->count, i);
        ret->sections[i].text = cu_str_cut(&rest, '~');
        if (ret->sections[i].text.len == 0)
            return cu_fail(err, CU_MALFORMED, "sections", "section %u is empty", ret->sections[i].id);
    }
    return rest.ptr ? cu_fail(err, CU_MALFORMED, "sections", "there are more sections than the header names") : CU_OK;
}

cu_code gpp_encode(const struct gpp *g, struct cu_buf *out, struct cu_error *err)
{
    struct bit_writer w;
    size_t groups = 0, end = 0;
    uint32_t last = 0;
    for (size_t i = 0; i < g->count; i++) {
        uint32_t before = i ? g->sections[i - 1].id : 0;
        if (g->sections[i].id <= before || g->sections[i].id > SECTION_ID_MAX || g->sections[i].text.len == 0)
            return cu_fail(err, CU_INVALID, "sections", "sections with a text, in ascending order, each once, are accepted");
        groups += i == 0 || g->sections[i].id != before + 1;
    }
    bit_writer_open(&w, out);
    bits_put(&w, HEADER_TYPE, 6);
    bits_put(&w, HEADER_VERSION, 6);
    bits_put(&w, groups, 12);
    for (size_t i = 0; i < g->count; i = end) {
        for (end = i + 1; end < g->count && g->sections[end].id == g->sections[end - 1].id + 1;)
            end++;
        bits_put(&w, end - i > 1, 1);
        bits_put_fibonacci(&w, g->sections[i].id - last);
        if (end - i > 1)
            bits_put_fibonacci(&w, g->sections[end - 1].id - g->sections[i].id);
        last = g->sections[end - 1].id;
    }
    bits_close(&w, BITS_PAD_8_6);
    for (size_t i = 0; i < g->count; i++) {
        cu_buf_char(out, '~');
        cu_buf_str(out, g->sections[i].text);
    }
    return cu_buf_code(out, err);
}

// ---- the United States

cu_code gpp_us_decode(uint32_t section, cu_str text, struct gpp_us *ret, struct cu_error *err)
{
    struct bit_reader r;
    *ret = (struct gpp_us){.section = section};
    if (!kind_of(section, 0))
        return cu_fail(err, CU_NOT_FOUND, "section", "section %u is not one that is understood", section);
    cu_str rest = text;
    CU_TRY(bit_reader_open(cu_str_cut(&rest, '.'), &r, err));
    ret->version = (uint8_t)bits_take(&r, 6);
    const struct kind *k = kind_of(section, ret->version ? ret->version : 255);
    if (!k)
        return cu_fail(err, CU_MALFORMED, "section", "version %d of section %u is not known", ret->version, section);
    size_t at = 0;
    for (const struct field *f = k->fields; f->name; f++) {
        for (int i = 0; i < f->count; i++)
            ret->values[at++] = (uint8_t)bits_take(&r, 2);
    }
    for (size_t i = 0; i < at && !r.failed; i++)
        r.failed = ret->values[i] > 2;
    if (r.failed)
        return cu_fail(err, CU_MALFORMED, "section", "section %u is cut short, or holds the value 3", section);
    if (!rest.ptr)
        return CU_OK;
    CU_TRY(bit_reader_open(rest, &r, err)); // refuses a further '.'
    ret->has_gpc = true;
    bool good = k->gpc && bits_take(&r, 2) == GPC_SEGMENT;
    ret->gpc = bits_take(&r, 1) != 0;
    return good && !r.failed ? CU_OK
                             : cu_fail(err, CU_MALFORMED, "section",
                                   "section %u has a second part that is not of Global Privacy Control", section);
}

cu_code gpp_us_encode(const struct gpp_us *u, struct cu_buf *out, struct cu_error *err)
{
    struct bit_writer w;
    const struct kind *k = kind_of(u->section, u->version ? u->version : 255);
    size_t at = 0;
    if (!k || (u->has_gpc && !k->gpc))
        return cu_fail(
            err, CU_INVALID, k ? "Gpc" : "Version", "section %u has no such %s", u->section, k ? "part" : "version");
    bit_writer_open(&w, out);
    bits_put(&w, k->version, 6);
    for (const struct field *f = k->fields; f->name; f++) {
        for (int i = 0; i < f->count; i++)
            bits_put(&w, u->values[at++], 2);
    }
    bits_close(&w, BITS_PAD_8_6);
    if (u->has_gpc) {
        cu_buf_char(out, '.');
        bit_writer_open(&w, out);
        bits_put(&w, GPC_SEGMENT, 2);
        bits_put(&w, u->gpc, 1);
        bits_close(&w, BITS_PAD_8_6);
    }
    return cu_buf_code(out, err);
}

size_t gpp_us_field(struct gpp_us *u, const char *name, uint8_t **ret)
{
    const struct kind *k = kind_of(u->section, u->version);
    size_t at = 0;
    for (const struct field *f = k ? k->fields : NULL; f && f->name; at += f->count, f++) {
        if (strcmp(f->name, name) != 0)
            continue;
        *ret = &u->values[at];
        return f->count;
    }
    return 0;
}

void gpp_us_print(const struct gpp_us *u, struct json_writer *w)
{
    const struct kind *k = kind_of(u->section, u->version);
    size_t at = 0;
    jw_object(w);
    jw_ki64(w, "Version", u->version);
    for (const struct field *f = k ? k->fields : NULL; f && f->name; f++) {
        jw_key(w, f->name);
        if (f->count > 1)
            jw_array(w);
        for (int i = 0; i < f->count; i++)
            jw_i64(w, u->values[at++]);
        if (f->count > 1)
            jw_array_end(w);
    }
    if (u->has_gpc)
        jw_kbool(w, "Gpc", u->gpc);
    jw_object_end(w);
}

static cu_code read_field(const struct field *f, json v, uint8_t *into, struct cu_error *err)
{
    size_t count = 0;
    int64_t n = 0;
    struct json_iter it = json_each(v);
    if (json_is(v, JSON_ABSENT) || json_is(v, JSON_NULL))
        return CU_OK;
    if (f->count == 1 && json_i64(v, &n) && n >= 0 && n <= 2) {
        *into = (uint8_t)n;
        return CU_OK;
    }
    while (f->count > 1 && json_is(v, JSON_ARRAY) && json_next(&it)) {
        if (count == f->count || !json_i64(it.value, &n) || n < 0 || n > 2)
            break;
        into[count++] = (uint8_t)n;
    }
    if (count == 0 || count != json_count(v))
        return cu_fail(err, CU_INVALID, f->name,
            "0, 1 or 2 is accepted; an array of at most %d of them where there are more than one", f->count);
    return CU_OK;
}

cu_code gpp_us_read(uint32_t section, json v, struct gpp_us *ret, struct cu_error *err)
{
    int64_t version = 0;
    uint8_t *covered = NULL;
    bool known = json_i64(json_get(v, "Version"), &version);
    const struct kind *k = kind_of(section, known ? (version > 0 && version < 255 ? (unsigned)version : 255) : 0);
    if (!k || !json_is(v, JSON_OBJECT))
        return cu_fail(err, CU_INVALID, "fields",
            "the fields of a section of the United States, in a version that is known, are accepted");
    *ret = (struct gpp_us){.section = section, .version = k->version};
    if (gpp_us_field(ret, "MspaCoveredTransaction", &covered))
        *covered = 2;
    size_t at = 0, read = known;
    for (const struct field *f = k->fields; f->name; at += f->count, f++) {
        read += !json_is(json_get(v, f->name), JSON_ABSENT);
        CU_TRY(read_field(f, json_get(v, f->name), &ret->values[at], err));
    }
    ret->has_gpc = json_bool(json_get(v, "Gpc"), &ret->gpc);
    read += ret->has_gpc;
    return read == json_count(v) ? CU_OK : cu_fail(err, CU_UNKNOWN_FIELD, "fields", "section %s has no such field", k->name);
}
