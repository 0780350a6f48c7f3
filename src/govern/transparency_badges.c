// SPDX-License-Identifier: Apache-2.0
// The badges: each a pure function of what was measured. Nobody sets one, and none is green for want of looking.
#include "transparency_private.h"

const char *const transparency_colours[] = {"green", "amber", "red", "grey", NULL};

static const int64_t day_ms = INT64_C(86400000);

static enum transparency_colour by_age(int64_t age_days, int64_t good, int64_t fair)
{
    return age_days <= good ? TRANSPARENCY_GREEN : age_days <= fair ? TRANSPARENCY_AMBER : TRANSPARENCY_RED;
}

static void consent_proven(const struct transparency_live *l, int64_t now_ms, struct transparency_badge *b)
{
    int64_t all = l->consents + l->unproven;
    (void)now_ms;
    b->unit = "permille";
    if (all == 0)
        return;
    b->value = l->consents * 1000 / all; // rounded down: a thousand is all of them
    b->colour = l->unnoted > 0     ? TRANSPARENCY_RED
                : b->value == 1000 ? TRANSPARENCY_GREEN
                : b->value >= 990  ? TRANSPARENCY_AMBER
                                   : TRANSPARENCY_RED;
}

// GDPR 12(3): one month. Three weeks leave time to answer.
static void oldest_request(const struct transparency_live *l, int64_t now_ms, struct transparency_badge *b)
{
    b->unit = "days";
    if (!l->oldest_known)
        return;
    b->colour = TRANSPARENCY_GREEN;
    if (l->oldest_ms == 0)
        return;
    b->value = (now_ms - l->oldest_ms) / day_ms;
    b->colour = by_age(b->value, 14, 21);
}

static void restore_drill(const struct transparency_live *l, int64_t now_ms, struct transparency_badge *b)
{
    b->unit = "days";
    b->colour = TRANSPARENCY_RED;
    if (l->facts.drill_ms == 0)
        return;
    b->value = (now_ms - l->facts.drill_ms) / day_ms;
    b->colour = by_age(b->value, 40, 100);
}

static void erasure_drill(const struct transparency_live *l, int64_t now_ms, struct transparency_badge *b)
{
    b->unit = "days";
    if (!l->canary_known || l->canary.at_ms == 0)
        return;
    b->value = (now_ms - l->canary.at_ms) / day_ms;
    b->colour = l->canary.good ? by_age(b->value, 2, 7) : TRANSPARENCY_RED;
}

static void second_factor(const struct transparency_live *l, int64_t now_ms, struct transparency_badge *b)
{
    (void)now_ms;
    b->unit = "permille";
    if (l->facts.staff == 0)
        return;
    b->value = l->facts.staff_second_factor * 1000 / l->facts.staff;
    b->colour = b->value == 1000 ? TRANSPARENCY_GREEN : TRANSPARENCY_RED;
}

static void tls(const struct transparency_live *l, int64_t now_ms, struct transparency_badge *b)
{
    (void)now_ms;
    b->unit = "bool";
    b->value = l->facts.tls || l->facts.public_url_https;
    b->colour = b->value ? TRANSPARENCY_GREEN : TRANSPARENCY_RED;
}

// Whoever takes the disk or reads files of others must not hold the keys with it.
static void encryption(const struct transparency_live *l, int64_t now_ms, struct transparency_badge *b)
{
    (void)now_ms;
    bool open = (l->facts.root_mode & 077) != 0 || (l->facts.data_mode & 077) != 0;
    b->unit = "bool";
    b->value = !open && !l->facts.root_same_file_system;
    b->colour = open ? TRANSPARENCY_RED : b->value ? TRANSPARENCY_GREEN : TRANSPARENCY_AMBER;
}

static void audit_log(const struct transparency_live *l, int64_t now_ms, struct transparency_badge *b)
{
    int64_t age = (now_ms - l->facts.audit_verified_ms) / day_ms;
    b->unit = "bool";
    b->value = l->facts.audit_ok;
    b->colour = !l->facts.audit_ok                        ? TRANSPARENCY_RED
                : l->facts.audit_verified_ms && age <= 35 ? TRANSPARENCY_GREEN
                                                          : TRANSPARENCY_AMBER;
}

void transparency_badges(
    const struct transparency_live *l, int64_t now_ms, struct transparency_badge ret[TRANSPARENCY_BADGES])
{
    static const struct {
        const char *name;
        void (*fill)(const struct transparency_live *l, int64_t now_ms, struct transparency_badge *b);
    } all[TRANSPARENCY_BADGES] = {
        {"consent_proven", consent_proven}, {"oldest_request", oldest_request}, {"restore_drill", restore_drill},
        {"erasure_drill", erasure_drill}, {"second_factor", second_factor}, {"tls", tls}, {"encryption", encryption},
        {"audit_log", audit_log},
    };
    for (size_t i = 0; i < TRANSPARENCY_BADGES; i++) {
        ret[i] = (struct transparency_badge){.name = all[i].name, .colour = TRANSPARENCY_GREY, .value = -1};
        all[i].fill(l, now_ms, &ret[i]);
    }
}

void transparency_badge_text(enum transparency_language l, const struct transparency_badge *b, struct cu_buf *out)
{
    if (strcmp(b->unit, "permille") == 0 && b->value >= 0) {
        cu_buf_printf(out, "%lld", (long long)(b->value / 10));
        if (b->value % 10)
            cu_buf_printf(out, "%c%lld", l == TRANSPARENCY_EN ? '.' : ',', (long long)(b->value % 10));
        cu_buf_z(out, " %");
    } else if (strcmp(b->name, "audit_log") == 0 && b->colour == TRANSPARENCY_AMBER) {
        cu_buf_str(out, transparency_word(l, "unverified"));
    } else if (strcmp(b->unit, "bool") == 0 && b->value >= 0) {
        cu_buf_str(out, transparency_word(l, b->value ? "yes" : "no"));
    } else if (b->value == 0) {
        cu_buf_str(out, transparency_word(l, "today"));
    } else if (b->value > 0 && strcmp(b->name, "oldest_request") == 0) {
        cu_buf_printf(out, "%lld %.*s", (long long)b->value, CU_ARG(transparency_word(l, b->value == 1 ? "day" : "days")));
    } else if (b->value > 0) {
        cu_buf_printf(out, l == TRANSPARENCY_FR ? "il y a %lld %.*s" : "%lld %.*s", (long long)b->value,
            CU_ARG(transparency_word(l, "ago")));
    } else if (b->colour == TRANSPARENCY_GREEN) {
        cu_buf_str(out, transparency_word(l, "nothing_open"));
    } else {
        cu_buf_str(out, transparency_word(l, b->colour == TRANSPARENCY_RED ? "never" : "colour.grey"));
    }
}
