// SPDX-License-Identifier: Apache-2.0
// The table of the built-in roles, and what follows from a row. See role.h. The shop's own rows are read by
// role_store.c.
//
// Least privilege, row by row: each has what its daily work needs and a reason for what it lacks. What somebody
// needs once a year is a second person's approval or break-glass, not a standing right.
#include "role.h"

#include <stdio.h>

#define MAY(p) (UINT64_C(1) << SPEC_##p)
#define EVERYTHING (((UINT64_C(1) << SPEC_PERMISSION_COUNT) - 1) & ~(MAY(NOBODY) | MAY(PUBLIC) | MAY(WRITE_KEY)))
#define PURPOSES_MAX 7

#define NONE SPEC_VIEW_NONE
#define MASK SPEC_VIEW_MASK
#define FULL SPEC_VIEW_FULL

struct row {
    const char *name, *doc;
    uint64_t permissions;
    uint8_t view[SPEC_LEVELS];
    const char *purposes[PURPOSES_MAX + 1]; // the first is the default
};

static const struct row rows[] = {
    // The one role that cannot be taken away from the last holder. Sees all, because a small shop is one person.
    {"owner", "Everything: the person who answers for the shop.", EVERYTHING, {FULL, FULL, FULL, FULL, FULL},
        {"support", "stewardship", "rights", "operations", "security", "marketing", "analytics"}},
    // Runs the machine and the accounts, so may not read people: who gives out rights does not use them.
    {"administrator", "Staff, sources, keys, backups and the installation; no customer's record.",
        MAY(SESSION) | MAY(ANALYTICS_READ) | MAY(SOURCES_READ) | MAY(SOURCES_WRITE) | MAY(DICTIONARY_READ) |
            MAY(STAFF_READ) |
            MAY(STAFF_WRITE) | MAY(ROLES_WRITE) | MAY(TOKENS) | MAY(APPROVE) | MAY(KEYS) | MAY(BACKUP) | MAY(OPERATE) | MAY(GOVERN_READ),
        {FULL, FULL, NONE, NONE, NONE}, {"operations", "security"}},
    // Mends records and classifies what nobody declared (P3 until then), so sees all but special categories.
    {"data_steward", "Keeps data right: the dictionary, imports, duplicates, refused events.",
        MAY(SESSION) | MAY(SEGMENTS_READ) | MAY(SQL) | MAY(ANALYTICS_READ) | MAY(PEOPLE_READ) | MAY(PEOPLE_WRITE) |
            MAY(SOURCES_READ) | MAY(IMPORT) |
            MAY(QUARANTINE) | MAY(DICTIONARY_READ) | MAY(DICTIONARY_WRITE) | MAY(RIGHTS_READ) | MAY(GOVERN_READ) | MAY(INSIGHT_WRITE),
        {FULL, FULL, FULL, FULL, NONE}, {"stewardship"}},
    // Answers the people's own requests: needs the whole record; special categories by break-glass, with the alarm.
    {"privacy_officer", "Requests of the people themselves, erasure, the audit log; approves what others ask.",
        MAY(SESSION) | MAY(SEGMENTS_READ) | MAY(ANALYTICS_READ) | MAY(PEOPLE_READ) | MAY(PEOPLE_WRITE) |
            MAY(PEOPLE_ERASE) | MAY(PEOPLE_EXPORT) |
            MAY(SOURCES_READ) | MAY(DICTIONARY_READ) | MAY(STAFF_READ) | MAY(APPROVE) | MAY(BREAK_GLASS) |
                MAY(AUDIT_READ) | MAY(RIGHTS_READ) | MAY(RIGHTS_WRITE) | MAY(GOVERN_READ) | MAY(GOVERN_WRITE),
        {FULL, FULL, FULL, FULL, MASK}, {"rights", "security"}},
    // Chooses groups, not persons: sees enough to recognise a test person, nothing sensitive, takes nothing out.
    {"marketer", "Figures, segments and masked people; never what is sensitive.",
        MAY(SESSION) | MAY(SEGMENTS_READ) | MAY(SEGMENTS_WRITE) | MAY(ANALYTICS_READ) | MAY(PEOPLE_READ) |
            MAY(SOURCES_READ) | MAY(DICTIONARY_READ) | MAY(INSIGHT_WRITE),
        {FULL, FULL, MASK, NONE, NONE}, {"marketing", "analytics"}},
    // Helps one customer at a time: contact data in full, the sensitive masked, more by break-glass.
    {"support_agent", "Helps one customer at a time: contact data and orders, more only by break-glass.",
        MAY(SESSION) | MAY(SEGMENTS_READ) | MAY(ANALYTICS_READ) | MAY(PEOPLE_READ) | MAY(PEOPLE_WRITE) |
            MAY(SOURCES_READ) | MAY(BREAK_GLASS) | MAY(RIGHTS_READ) | MAY(RIGHTS_WRITE),
        {FULL, FULL, FULL, MASK, NONE}, {"support"}},
    // Works with figures: people, if at all, behind a mask.
    {"analyst", "Figures; people only masked.",
        MAY(SESSION) | MAY(SEGMENTS_READ) | MAY(SQL) | MAY(ANALYTICS_READ) | MAY(PEOPLE_READ) | MAY(SOURCES_READ) |
            MAY(DICTIONARY_READ) | MAY(INSIGHT_WRITE),
        {FULL, FULL, MASK, NONE, NONE}, {"analytics"}},
    // Reads what others did, and nothing they did it to.
    {"auditor", "The audit log, staff and settings; no customer's record.",
        MAY(SESSION) | MAY(AUDIT_READ) | MAY(STAFF_READ) | MAY(DICTIONARY_READ) | MAY(OPERATE) | MAY(GOVERN_READ),
        {FULL, FULL, NONE, NONE, NONE}, {"security"}},
};

static uint32_t purpose_bits(const char *const *names)
{
    uint32_t bits = 0;
    for (; *names; names++) {
        const struct guard_purpose *p = guard_purpose_find(*names);
        if (p)
            bits |= UINT32_C(1) << (p - guard_purposes);
    }
    return bits;
}

static void fill(const struct row *row, struct role *ret)
{
    *ret = (struct role){.builtin = true, .permissions = row->permissions, .purposes = purpose_bits(row->purposes),
        .second_factor = true};
    (void)snprintf(ret->name, sizeof ret->name, "%s", row->name);
    (void)snprintf(ret->doc, sizeof ret->doc, "%s", row->doc);
    (void)snprintf(ret->purpose, sizeof ret->purpose, "%s", row->purposes[0]);
    memcpy(ret->view, row->view, sizeof ret->view);
}

bool role_builtin(cu_str name, struct role *ret)
{
    for (size_t i = 0; i < CU_COUNT(rows); i++) {
        if (!cu_str_eqz(name, rows[i].name))
            continue;
        fill(&rows[i], ret);
        return true;
    }
    return false;
}

size_t role_builtins(struct role ret[ROLES_BUILTIN_MAX])
{
    for (size_t i = 0; i < CU_COUNT(rows); i++)
        fill(&rows[i], &ret[i]);
    return CU_COUNT(rows);
}

static bool may_work_for(const struct role *r, cu_str purpose)
{
    for (const struct guard_purpose *p = guard_purposes; p->name; p++) {
        if (cu_str_eqz(purpose, p->name))
            return p->staff && r->purposes >> (p - guard_purposes) & 1;
    }
    return false;
}

cu_code role_apply(const struct role *r, cu_str purpose, struct caller *c, struct cu_error *err)
{
    cu_str wanted = purpose.len ? purpose : cu_str_of(r->purpose);
    if (!may_work_for(r, wanted))
        return cu_fail(err, CU_FORBIDDEN, "purpose",
            "this role does not work for that purpose; GET /v1/roles lists its purposes");
    (void)snprintf(c->role, sizeof c->role, "%s", r->name);
    (void)snprintf(c->purpose, sizeof c->purpose, "%.*s", CU_ARG(wanted));
    c->permissions = r->permissions & EVERYTHING;
    memcpy(c->view, r->view, sizeof c->view);
    return CU_OK;
}

bool role_covers(const struct role *of, const struct role *wanted)
{
    for (size_t i = 0; i < SPEC_LEVELS; i++) {
        if (wanted->view[i] > of->view[i])
            return false;
    }
    return (wanted->permissions & ~of->permissions) == 0 && (wanted->purposes & ~of->purposes) == 0;
}

bool role_may_give(const struct role *giver, const struct role *given)
{
    if (!(giver->permissions & MAY(STAFF_WRITE)))
        return false;
    if (strcmp(giver->name, "owner") == 0)
        return true;
    if (strcmp(given->name, "owner") == 0)
        return false;
    // The administrator staffs the shop with the built-in roles; everything else is given only by who has it.
    return (strcmp(giver->name, "administrator") == 0 && given->builtin) || role_covers(giver, given);
}

const char *role_view_name(enum spec_view v)
{
    static const char *const names[] = {[SPEC_VIEW_NONE] = "none", [SPEC_VIEW_MASK] = "mask", [SPEC_VIEW_FULL] = "full"};
    return names[v];
}
