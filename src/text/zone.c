// SPDX-License-Identifier: Apache-2.0
// The offset of a time zone at a time, from the system's tz database (RFC 8536 files). See zone.h.
// Behind the last change that a file lists, the same weeks of the last year it covers are taken, where its footer says that
// the clock goes on changing; else the last offset holds (Tokyo changed in 1951 last, Sao Paulo in 2019).
#include "zone.h"

#include "base/file.h"

#include <stdio.h>

enum { FILE_MAX = 256 * 1024, TYPES_MAX = 256 };
#define WEEKS_52_S (INT64_C(52) * 7 * 86400)

struct text_zone {
    size_t count;
    int64_t *changes; // seconds since 1970
    int32_t *offsets; // from that change on
    int32_t first;    // before the first change
    bool yearly;      // the footer has a rule: it goes on changing
};

static int64_t be(const uint8_t *p, size_t bytes)
{
    uint64_t v = p[0] & 0x80 ? UINT64_MAX : 0;
    for (size_t i = 0; i < bytes; i++)
        v = v << 8 | p[i];
    return (int64_t)v;
}

struct header {
    size_t isut, isstd, leap, times, types, chars;
};

static bool header_get(const uint8_t *p, size_t len, struct header *ret)
{
    if (len < 44 || memcmp(p, "TZif", 4) != 0)
        return false;
    *ret = (struct header){(size_t)be(p + 20, 4), (size_t)be(p + 24, 4), (size_t)be(p + 28, 4), (size_t)be(p + 32, 4),
        (size_t)be(p + 36, 4), (size_t)be(p + 40, 4)};
    return ret->isut <= TYPES_MAX && ret->isstd <= TYPES_MAX && ret->leap <= 4096 && ret->times <= 8192 && ret->types > 0 &&
           ret->types <= TYPES_MAX && ret->chars <= 4096;
}

static size_t body_size(const struct header *h, size_t time_bytes)
{
    return h->times * (time_bytes + 1) + h->types * 6 + h->chars + h->leap * (time_bytes + 4) + h->isstd + h->isut;
}

// The second part of the file, with times of 64 bits. False: not such a file, or no memory.
static bool read_changes(struct text_zone *z, const uint8_t *p, size_t len)
{
    struct header h;
    if (!header_get(p, len, &h) || p[4] < '2' || len < 44 + body_size(&h, 4))
        return false;
    p += 44 + body_size(&h, 4);
    len -= 44 + body_size(&h, 4);
    if (!header_get(p, len, &h) || len < 44 + body_size(&h, 8))
        return false;
    const uint8_t *times = p + 44, *kinds = times + h.times * 8, *types = kinds + h.times;
    z->first = (int32_t)be(types, 4);
    z->changes = cu_alloc((h.times + 1) * sizeof *z->changes);
    z->offsets = cu_alloc((h.times + 1) * sizeof *z->offsets);
    if (!z->changes || !z->offsets)
        return false;
    for (size_t i = 0; i < h.times; i++) {
        if (kinds[i] >= h.types)
            return false;
        z->changes[i] = be(times + i * 8, 8);
        z->offsets[i] = (int32_t)be(types + kinds[i] * 6, 4);
        z->count = i + 1;
    }
    const size_t end = 44 + body_size(&h, 8); // the footer: "\nCET-1CEST,M3.5.0,M10.5.0/3\n"
    z->yearly = memchr(p + end, ',', len - end) != NULL;
    return true;
}

static bool name_good(const char *name)
{
    for (const char *c = name; *c; c++) {
        bool letter = (*c >= 'a' && *c <= 'z') || (*c >= 'A' && *c <= 'Z') || (*c >= '0' && *c <= '9');
        if (!letter && !strchr("/_+-", *c))
            return false; // no dots: nothing outside the folder
    }
    return name[0] && name[0] != '/' && strlen(name) < 64;
}

struct text_zone *text_zone_open(const char *name)
{
    struct text_zone *z = cu_calloc(1, sizeof *z);
    struct cu_buf bytes;
    char path[128];
    if (!z || !name_good(name))
        return z;
    cu_buf_init(&bytes, FILE_MAX);
    (void)snprintf(path, sizeof path, "/usr/share/zoneinfo/%s", name);
    if (cu_file_read_all(path, &bytes, NULL) != CU_OK || !read_changes(z, (const uint8_t *)bytes.ptr, bytes.len)) {
        z->count = 0;
        z->first = 0;
    }
    cu_buf_clear(&bytes);
    return z;
}

void text_zone_close(struct text_zone *z)
{
    if (!z)
        return;
    cu_free(z->changes);
    cu_free(z->offsets);
    cu_free(z);
}

int32_t text_zone_offset(const struct text_zone *z, int64_t at_ms)
{
    if (!z)
        return 0;
    int64_t at = at_ms / 1000 - (at_ms % 1000 < 0);
    if (z->count == 0 || at < z->changes[0])
        return z->first;
    if (z->yearly && at >= z->changes[z->count - 1] && z->count > 1) {
        int64_t last_year = z->changes[z->count - 1] - WEEKS_52_S;
        if (last_year >= z->changes[0] &&
            z->changes[z->count - 1] - z->changes[z->count - 2] < WEEKS_52_S) // it changes every year
            at = last_year + (at - last_year) % WEEKS_52_S;
    }
    size_t lo = 0, hi = z->count;
    while (hi - lo > 1) {
        size_t mid = lo + (hi - lo) / 2;
        if (z->changes[mid] <= at)
            lo = mid;
        else
            hi = mid;
    }
    return z->offsets[lo];
}

#define DAY_MS INT64_C(86400000)

int32_t text_zone_day(const struct text_zone *z, int64_t at_ms)
{
    int64_t local = at_ms + (int64_t)text_zone_offset(z, at_ms) * 1000;
    return (int32_t)(local / DAY_MS - (local % DAY_MS < 0));
}

// The offset before the day and the one after differ where the clock changes on that day: the first
// moment is the earliest of both guesses that lies on the day, or where the clock jumped to.
int64_t text_zone_day_start(const struct text_zone *z, int32_t day)
{
    int64_t local = (int64_t)day * DAY_MS;
    int64_t before = local - (int64_t)text_zone_offset(z, local - DAY_MS) * 1000;
    int64_t after = local - (int64_t)text_zone_offset(z, local + DAY_MS) * 1000;
    int64_t first = before < after ? before : after, second = before < after ? after : before;
    if (text_zone_day(z, first) == day)
        return first;
    if (text_zone_day(z, second) == day && text_zone_day(z, second - 1) < day)
        return second;
    while (text_zone_day(z, first) < day) // the clock jumps over midnight: changes are at whole minutes
        first += 60000;
    return first;
}
