// SPDX-License-Identifier: Apache-2.0
// Edit distance over short names; the tables it is asked about have at most some hundred rows.

#include "suggest.h"

#define NAME_MAX_BYTES 64

static int lower(char c)
{
    return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : (unsigned char)c;
}

static int least(int a, int b)
{
    return a < b ? a : b;
}

int spec_distance(cu_str a, cu_str b, int limit)
{
    if (a.len > NAME_MAX_BYTES || b.len > NAME_MAX_BYTES)
        return limit + 1;
    if (a.len > b.len + (size_t)limit || b.len > a.len + (size_t)limit)
        return limit + 1;
    int rows[3][NAME_MAX_BYTES + 1];
    for (size_t j = 0; j <= b.len; j++)
        rows[0][j] = (int)j;
    for (size_t i = 1; i <= a.len; i++) {
        int *now = rows[i % 3], *before = rows[(i + 2) % 3], *earlier = rows[(i + 1) % 3];
        now[0] = (int)i;
        for (size_t j = 1; j <= b.len; j++) {
            bool same = lower(a.ptr[i - 1]) == lower(b.ptr[j - 1]);
            now[j] = least(least(before[j] + 1, now[j - 1] + 1), before[j - 1] + (same ? 0 : 1));
            if (i > 1 && j > 1 && lower(a.ptr[i - 1]) == lower(b.ptr[j - 2]) &&
                lower(a.ptr[i - 2]) == lower(b.ptr[j - 1]))
                now[j] = least(now[j], earlier[j - 2] + 1);
        }
    }
    return least(rows[a.len % 3][b.len], limit + 1);
}

struct spec_nearest spec_nearest_to(cu_str given)
{
    // a third of the letters may be wrong: "emial" finds "email", "zip" does not find "tax"
    return (struct spec_nearest){
        .given = given, .best = CU_NONE, .distance = (int)(given.len / 3) + 1};
}

void spec_nearest_offer(struct spec_nearest *n, cu_str known)
{
    if (n->distance == 0 || n->given.len > NAME_MAX_BYTES)
        return;
    int d = spec_distance(n->given, known, n->distance - 1);
    if (d < n->distance) {
        n->distance = d;
        n->best = known;
    }
}

cu_str spec_nearest_best(const struct spec_nearest *n)
{
    return n->best;
}

bool spec_name_is_plain(cu_str name)
{
    if (name.len == 0 || name.len > NAME_MAX_BYTES)
        return false;
    size_t digits = 0;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool digit = c >= '0' && c <= '9';
        bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        digits += digit ? 1 : 0;
        if (!digit && !letter && c != '_' && c != '-' && c != '.' && c != '$')
            return false;
    }
    return digits < 6; // a telephone number used as a key is not a name
}
