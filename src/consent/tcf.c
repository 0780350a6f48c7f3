// SPDX-License-Identifier: Apache-2.0
// TC strings, read and written. See tcf.h.
#include "tcf.h"

enum { CORE, DISCLOSED, ALLOWED, PUBLISHER, SEGMENT_COUNT };
enum { TYPE_BITS = 3, RESTRICTION_TYPES = 3 };
static const int64_t day_ms = INT64_C(86400000);
static const uint32_t no_interest = 1 | 4 | 8 | 16 | 32; // purposes 1 and 3 to 6 rest on consent alone

bool tcf_vendor(const struct tcf_vendors *v, uint16_t id)
{
    return v->bits[id / 64] >> (id % 64) & 1;
}

void tcf_vendor_set(struct tcf_vendors *v, uint16_t from, uint16_t to)
{
    for (uint32_t id = from; id <= to; id++)
        v->bits[id / 64] |= UINT64_C(1) << (id % 64);
}

// ---- reading

static cu_code malformed(const char *part, struct cu_error *err)
{
    return cu_fail(err, CU_MALFORMED, part, "this part of the TC string is cut short or holds what cannot be");
}

// Number 1 comes first: the mirror of a bit set.
static uint64_t take_set(struct bit_reader *r, unsigned count)
{
    uint64_t set = 0;
    for (unsigned i = 0; i < count; i++)
        set |= bits_take(r, 1) << i;
    return set;
}

static bool take_letters(struct bit_reader *r, char ret[3])
{
    uint64_t a = bits_take(r, 6), b = bits_take(r, 6);
    ret[0] = (char)('A' + a);
    ret[1] = (char)('A' + b);
    ret[2] = 0;
    return a < 26 && b < 26;
}

static bool take_range(struct bit_reader *r, uint16_t *ret_from, uint16_t *ret_to)
{
    bool range = bits_take(r, 1) != 0;
    *ret_from = (uint16_t)bits_take(r, 16);
    *ret_to = range ? (uint16_t)bits_take(r, 16) : *ret_from;
    return !r->failed && *ret_from > 0 && *ret_from <= *ret_to;
}

static bool take_vendors(struct bit_reader *r, struct tcf_vendors *ret)
{
    uint16_t max = (uint16_t)bits_take(r, 16), from = 0, to = 0;
    if (!bits_take(r, 1)) {
        for (uint32_t id = 1; id <= max && !r->failed; id++) {
            if (bits_take(r, 1))
                tcf_vendor_set(ret, (uint16_t)id, (uint16_t)id);
        }
        return !r->failed;
    }
    for (uint64_t entries = bits_take(r, 12); entries > 0; entries--) {
        if (!take_range(r, &from, &to) || to > max)
            return false;
        tcf_vendor_set(ret, from, to);
    }
    return !r->failed;
}

static cu_code take_restrictions(struct bit_reader *r, struct tcf *t, struct cu_error *err)
{
    for (uint64_t groups = bits_take(r, 12); groups > 0 && !r->failed; groups--) {
        uint8_t purpose = (uint8_t)bits_take(r, 6), type = (uint8_t)bits_take(r, 2);
        if (purpose == 0 || type >= RESTRICTION_TYPES)
            return malformed("restrictions", err);
        for (uint64_t entries = bits_take(r, 12); entries > 0; entries--) {
            struct tcf_restriction *one = &t->restrictions[t->restriction_count];
            if (t->restriction_count == TCF_RESTRICTIONS_MAX)
                return cu_fail(err, CU_TOO_LARGE, "restrictions", "at most %d ranges of restrictions are accepted",
                    TCF_RESTRICTIONS_MAX);
            *one = (struct tcf_restriction){.purpose = purpose, .type = type};
            if (!take_range(r, &one->from, &one->to))
                return malformed("restrictions", err);
            t->restriction_count++;
        }
    }
    return r->failed ? malformed("restrictions", err) : CU_OK;
}

static cu_code decode_core(cu_str text, struct tcf *t, struct cu_error *err)
{
    struct bit_reader r;
    CU_TRY(bit_reader_open(text, &r, err));
    uint64_t version = bits_take(&r, 6);
    if (!r.failed && version != 2)
        return cu_fail(err, CU_MALFORMED, "core", "TC strings of version 2 are accepted, this is version %d", (int)version);
    t->created_ms = (int64_t)bits_take(&r, 36) * 100;
    t->updated_ms = (int64_t)bits_take(&r, 36) * 100;
    t->cmp_id = (uint16_t)bits_take(&r, 12);
    t->cmp_version = (uint16_t)bits_take(&r, 12);
    t->screen = (uint8_t)bits_take(&r, 6);
    bool letters = take_letters(&r, t->language);
    t->vendor_list = (uint16_t)bits_take(&r, 12);
    t->policy = (uint8_t)bits_take(&r, 6);
    t->service_specific = bits_take(&r, 1) != 0;
    t->non_standard_texts = bits_take(&r, 1) != 0;
    t->features = (uint32_t)take_set(&r, TCF_FEATURES);
    t->consents = (uint32_t)take_set(&r, TCF_PURPOSES);
    t->interests = (uint32_t)take_set(&r, TCF_PURPOSES);
    t->purpose_one_undisclosed = bits_take(&r, 1) != 0;
    letters = take_letters(&r, t->country) && letters;
    if (r.failed || !letters)
        return malformed("core", err);
    if (!take_vendors(&r, &t->vendor_consents))
        return malformed("vendor_consents", err);
    if (!take_vendors(&r, &t->vendor_interests))
        return malformed("vendor_interests", err);
    return take_restrictions(&r, t, err);
}

static cu_code decode_publisher(struct bit_reader *r, struct tcf *t, struct cu_error *err)
{
    t->has_publisher = true;
    t->publisher_consents = (uint32_t)take_set(r, TCF_PURPOSES);
    t->publisher_interests = (uint32_t)take_set(r, TCF_PURPOSES);
    t->custom = (uint8_t)bits_take(r, 6);
    t->custom_consents = take_set(r, t->custom);
    t->custom_interests = take_set(r, t->custom);
    return r->failed ? malformed("publisher", err) : CU_OK;
}

static cu_code decode_segment(cu_str text, struct tcf *t, bool seen[SEGMENT_COUNT], struct cu_error *err)
{
    struct bit_reader r;
    CU_TRY(bit_reader_open(text, &r, err));
    uint64_t type = bits_take(&r, TYPE_BITS);
    if (r.failed || type == CORE || type >= SEGMENT_COUNT)
        return cu_fail(err, CU_MALFORMED, "segments",
            "after the core: disclosed vendors, allowed vendors and the publisher's part are accepted");
    if (seen[type])
        return cu_fail(err, CU_MALFORMED, "segments", "a part of the TC string is there twice");
    seen[type] = true;
    if (type == PUBLISHER)
        return decode_publisher(&r, t, err);
    t->has_disclosed = t->has_disclosed || type == DISCLOSED;
    t->has_allowed = t->has_allowed || type == ALLOWED;
    bool good = take_vendors(&r, type == DISCLOSED ? &t->disclosed : &t->allowed);
    return good ? CU_OK : malformed(type == DISCLOSED ? "disclosed" : "allowed", err);
}

cu_code tcf_decode(cu_str text, struct tcf *ret, struct cu_error *err)
{
    bool seen[SEGMENT_COUNT] = {false};
    *ret = (struct tcf){.created_ms = 0};
    if (text.len > TCF_STRING_MAX)
        return cu_fail(err, CU_TOO_LARGE, "text", "at most %d bytes are accepted", TCF_STRING_MAX);
    cu_str rest = text;
    CU_TRY(decode_core(cu_str_cut(&rest, '.'), ret, err));
    while (rest.ptr)
        CU_TRY(decode_segment(cu_str_cut(&rest, '.'), ret, seen, err));
    return CU_OK;
}

// ---- writing

static void put_set(struct bit_writer *w, uint64_t set, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        bits_put(w, set >> i & 1, 1);
}

// The next run of vendors at or after *from; false: none.
static bool next_run(const struct tcf_vendors *v, uint32_t *from, uint32_t *ret_to)
{
    while (*from <= TCF_VENDOR_MAX && !tcf_vendor(v, (uint16_t)*from))
        *from += v->bits[*from / 64] == 0 ? 64 - *from % 64 : 1;
    if (*from > TCF_VENDOR_MAX)
        return false;
    *ret_to = *from;
    while (*ret_to < TCF_VENDOR_MAX && tcf_vendor(v, (uint16_t)(*ret_to + 1)))
        ++*ret_to;
    return true;
}

static void put_range(struct bit_writer *w, uint32_t from, uint32_t to)
{
    bits_put(w, from < to, 1);
    bits_put(w, from, 16);
    if (from < to)
        bits_put(w, to, 16);
}

// As ranges or one bit each, whichever is shorter; the same as the reference library for GPP, also when both are as long.
static void put_vendors(struct bit_writer *w, const struct tcf_vendors *v)
{
    uint32_t max = 0, runs = 0, length = 12, to = 0;
    for (uint32_t from = 1; next_run(v, &from, &to); from = to + 1) {
        runs++;
        length += from < to ? 33 : 17;
        max = to;
    }
    bool ranges = length <= max;
    bits_put(w, max, 16);
    bits_put(w, ranges, 1);
    if (ranges) {
        bits_put(w, runs, 12);
        for (uint32_t from = 1; next_run(v, &from, &to); from = to + 1)
            put_range(w, from, to);
        return;
    }
    for (uint32_t id = 1; id <= max; id++)
        bits_put(w, tcf_vendor(v, (uint16_t)id), 1);
}

static bool same_group(const struct tcf_restriction *a, const struct tcf_restriction *b)
{
    return a->purpose == b->purpose && a->type == b->type;
}

static void put_restrictions(struct bit_writer *w, const struct tcf *t)
{
    size_t groups = 0, end = 0;
    for (size_t i = 0; i < t->restriction_count; i++)
        groups += i == 0 || !same_group(&t->restrictions[i - 1], &t->restrictions[i]);
    bits_put(w, groups, 12);
    for (size_t i = 0; i < t->restriction_count; i = end) {
        for (end = i + 1; end < t->restriction_count && same_group(&t->restrictions[i], &t->restrictions[end]);)
            end++;
        bits_put(w, t->restrictions[i].purpose, 6);
        bits_put(w, t->restrictions[i].type, 2);
        bits_put(w, end - i, 12);
        for (size_t k = i; k < end; k++)
            put_range(w, t->restrictions[k].from, t->restrictions[k].to);
    }
}

static void put_letters(struct bit_writer *w, const char letters[3])
{
    bits_put(w, (uint64_t)(letters[0] - 'A'), 6);
    bits_put(w, (uint64_t)(letters[1] - 'A'), 6);
}

static bool good_letters(const char letters[3])
{
    return letters[0] >= 'A' && letters[0] <= 'Z' && letters[1] >= 'A' && letters[1] <= 'Z' && !letters[2];
}

static cu_code check(const struct tcf *t, struct cu_error *err)
{
    if (!t->has_disclosed)
        return cu_fail(
            err, CU_MISSING, "disclosed", "TCF 2.3 wants the vendors that were disclosed, also when there are none");
    if (t->updated_ms < 0 || t->updated_ms / 100 >= INT64_C(1) << 36)
        return cu_fail(err, CU_INVALID, "updated", "a time from 1970 to 2187 is accepted");
    if (!good_letters(t->language) || !good_letters(t->country))
        return cu_fail(
            err, CU_INVALID, good_letters(t->language) ? "country" : "language", "two capital letters are accepted");
    if (t->cmp_id > 4095 || t->cmp_version > 4095 || t->vendor_list > 4095 || t->screen > 63 || t->policy > 63 ||
        t->custom > 63)
        return cu_fail(err, CU_INVALID, "core", "numbers of CMP and vendor list go up to 4095, the others up to 63");
    for (size_t i = 0; i < t->restriction_count; i++) {
        const struct tcf_restriction *r = &t->restrictions[i];
        if (r->purpose == 0 || r->purpose > 63 || r->type >= RESTRICTION_TYPES || r->from == 0 || r->from > r->to)
            return cu_fail(
                err, CU_INVALID, "restrictions", "purposes 1 to 63, types 0 to 2 and vendors from 1 are accepted");
    }
    return CU_OK;
}

static void encode_core(const struct tcf *t, struct cu_buf *out)
{
    struct bit_writer w;
    const uint64_t day = (uint64_t)(t->updated_ms / day_ms * day_ms / 100); // both times are the day of the last change
    bit_writer_open(&w, out);
    bits_put(&w, 2, 6);
    bits_put(&w, day, 36);
    bits_put(&w, day, 36);
    bits_put(&w, t->cmp_id, 12);
    bits_put(&w, t->cmp_version, 12);
    bits_put(&w, t->screen, 6);
    put_letters(&w, t->language);
    bits_put(&w, t->vendor_list, 12);
    bits_put(&w, t->policy, 6);
    bits_put(&w, 1, 1);
    bits_put(&w, t->non_standard_texts, 1);
    put_set(&w, t->features, TCF_FEATURES);
    put_set(&w, t->consents, TCF_PURPOSES);
    put_set(&w, t->interests & ~no_interest, TCF_PURPOSES);
    bits_put(&w, t->purpose_one_undisclosed, 1);
    put_letters(&w, t->country);
    put_vendors(&w, &t->vendor_consents);
    put_vendors(&w, &t->vendor_interests);
    put_restrictions(&w, t);
    bits_close(&w, BITS_PAD_24);
}

static void encode_vendors(unsigned type, const struct tcf_vendors *v, struct cu_buf *out)
{
    struct bit_writer w;
    cu_buf_char(out, '.');
    bit_writer_open(&w, out);
    bits_put(&w, type, TYPE_BITS);
    put_vendors(&w, v);
    bits_close(&w, BITS_PAD_24);
}

static void encode_publisher(const struct tcf *t, struct cu_buf *out)
{
    struct bit_writer w;
    cu_buf_char(out, '.');
    bit_writer_open(&w, out);
    bits_put(&w, PUBLISHER, TYPE_BITS);
    put_set(&w, t->publisher_consents, TCF_PURPOSES);
    put_set(&w, t->publisher_interests, TCF_PURPOSES);
    bits_put(&w, t->custom, 6);
    put_set(&w, t->custom_consents, t->custom);
    put_set(&w, t->custom_interests, t->custom);
    bits_close(&w, BITS_PAD_24);
}

cu_code tcf_encode(const struct tcf *t, struct cu_buf *out, struct cu_error *err)
{
    CU_TRY(check(t, err));
    encode_core(t, out);
    encode_vendors(DISCLOSED, &t->disclosed, out);
    if (t->has_allowed)
        encode_vendors(ALLOWED, &t->allowed, out);
    if (t->has_publisher)
        encode_publisher(t, out);
    return cu_buf_code(out, err);
}

// ---- what 2.3 does not allow

static const char *fault_of(const struct tcf *t, int number)
{
    switch (number) {
    case 0:
        return t->has_disclosed ? NULL : "no_disclosed_vendors";
    case 1:
        return t->service_specific ? NULL : "not_service_specific";
    case 2:
        return t->created_ms == t->updated_ms && t->created_ms % day_ms == 0 ? NULL : "times_differ";
    case 3:
        return (t->interests & no_interest) == 0 ? NULL : "interest_in_consent_purpose";
    default:
        return NULL;
    }
}

void tcf_faults(const struct tcf *t, struct json_writer *w)
{
    jw_array(w);
    for (int i = 0; i < 4; i++) {
        if (fault_of(t, i))
            jw_z(w, fault_of(t, i));
    }
    jw_array_end(w);
}

bool tcf_good(const struct tcf *t)
{
    for (int i = 0; i < 4; i++) {
        if (fault_of(t, i))
            return false;
    }
    return true;
}
