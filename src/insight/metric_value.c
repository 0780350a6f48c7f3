// SPDX-License-Identifier: Apache-2.0
// Figures by name, and figures from their parts. See metric_parts.h.
#include "metric_parts.h"

#include "spec/suggest.h"
#include "text/json.h"

static cu_code unknown(cu_str text, const char *field, struct cu_error *err)
{
    struct spec_nearest near = spec_nearest_to(text);
    for (const struct metric *m = metrics; m->name; m++)
        spec_nearest_offer(&near, cu_str_of(m->name));
    cu_str best = spec_nearest_best(&near);
    if (best.len)
        return cu_fail(err, CU_INVALID, field, "there is no such metric; did you mean \"%.*s\"? GET /v1/insight/metrics lists them", CU_ARG(best));
    return cu_fail(err, CU_INVALID, field, "there is no such metric; GET /v1/insight/metrics lists them");
}

static cu_code find_variant(const struct metric *m, cu_str name, const char *field, const struct metric_variant **ret, struct cu_error *err)
{
    char known[160] = "";
    size_t len = 0;
    for (const struct metric_variant *v = m->variants; v->name; v++) {
        if (cu_str_eqz(name, v->name)) {
            *ret = v;
            return CU_OK;
        }
        size_t more = strlen(v->name);
        if (len + more + 3 < sizeof known) {
            if (len)
                known[len++] = ',', known[len++] = ' ';
            memcpy(known + len, v->name, more + 1);
            len += more;
        }
    }
    return cu_fail(err, CU_INVALID, field, "%s has the variants %s", m->name, known);
}

cu_code metric_find(cu_str text, const char *field, const struct metric **ret, const struct metric_variant **ret_variant, struct cu_error *err)
{
    cu_str rest = text, name = cu_str_cut(&rest, ':');
    for (const struct metric *m = metrics; m->name; m++) {
        if (!cu_str_eqz(name, m->name))
            continue;
        if (m->source == METRIC_LATER)
            return cu_fail(err, CU_INVALID, field, "%s is not computed by this version", m->name);
        *ret = m;
        *ret_variant = m->variants;
        return rest.ptr ? find_variant(m, rest, field, ret_variant, err) : CU_OK;
    }
    return unknown(name, field, err);
}

uint64_t metric_parts_of(const struct metric_variant *v)
{
    return PART_BIT(v->top) | (v->bottom ? PART_BIT(v->bottom) : 0);
}

enum metric_source metric_part_source(enum metric_part p)
{
    return p < PART_VISITS ? METRIC_OF_ORDERS : p < PART_ACTIVE ? METRIC_OF_VISITS : METRIC_OF_PEOPLE;
}

bool metric_part_is_distinct(enum metric_part p)
{
    return (p >= PART_BUYERS && p < PART_VISITS) || p >= PART_VISITORS;
}

uint64_t metric_parts_distinct(void)
{
    uint64_t bits = 0;
    for (unsigned p = 1; p < PART_COUNT; p++)
        bits |= metric_part_is_distinct((enum metric_part)p) ? PART_BIT(p) : 0;
    return bits;
}

// Half away from zero; bottom > 0.
static int64_t divided(int64_t top, int64_t bottom)
{
    int64_t whole = top / bottom, rest = top % bottom;
    uint64_t left = rest < 0 ? (uint64_t)-rest : (uint64_t)rest;
    if (left >= (uint64_t)bottom - left)
        whole += top < 0 ? -1 : 1;
    return whole;
}

static double scale_of(const struct metric *m, const struct metric_variant *v) // of the numerator
{
    if (m->unit == METRIC_SECONDS)
        return 1000;
    return v->top == PART_UNITS ? 100 : 1;
}

struct metric_value metric_value_of(const struct metric *m, const struct metric_variant *v, const int64_t parts[PART_COUNT])
{
    int64_t top = parts[v->top];
    struct metric_value r = {.known = true, .whole = top, .real = (double)top / scale_of(m, v)};
    if (!v->bottom)
        return r;
    int64_t bottom = parts[v->bottom];
    if (bottom <= 0)
        return (struct metric_value){.known = false};
    r.whole = divided(top, bottom);
    r.real = m->unit == METRIC_MONEY ? (double)r.whole : r.real / (double)bottom;
    return r;
}

void metric_value_write(struct json_writer *w, const struct metric *m, struct metric_value value)
{
    if (!value.known)
        jw_null(w);
    else if (m->unit == METRIC_COUNT || m->unit == METRIC_MONEY)
        jw_i64(w, value.whole);
    else
        jw_double(w, value.real);
}
