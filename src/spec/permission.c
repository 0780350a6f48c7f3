// SPDX-License-Identifier: Apache-2.0
// Permissions: one row each, for messages, documents and the roles page.
#include "spec.h"

static const struct {
    const char *name, *doc;
} rows[SPEC_PERMISSION_COUNT] = {
    [SPEC_NOBODY] = {"nobody", "A row that names no permission: refused."},
    [SPEC_PUBLIC] = {"public", "Anyone."},
    [SPEC_WRITE_KEY] = {"write_key", "Whoever holds a source's write key."},
    [SPEC_SESSION] = {"session", "Any signed-in member of staff."},
    [SPEC_ANALYTICS_READ] = {"analytics_read", "See figures that name nobody."},
    [SPEC_PEOPLE_READ] = {"people_read", "Open a person's record, as far as the role's levels show it."},
    [SPEC_PEOPLE_WRITE] = {"people_write", "Correct, merge and separate people, record consents."},
    [SPEC_PEOPLE_ERASE] = {"people_erase", "Delete a person for good."},
    [SPEC_PEOPLE_EXPORT] = {"people_export", "Take lists of people out of the system."},
    [SPEC_SOURCES_READ] = {"sources_read", "See sources and their counts."},
    [SPEC_SOURCES_WRITE] = {"sources_write", "Make, rename and disable sources and see their write keys."},
    [SPEC_IMPORT] = {"import", "Import files and take imports back."},
    [SPEC_QUARANTINE] = {"quarantine", "Read, mend and replay refused events."},
    [SPEC_DICTIONARY_READ] = {"dictionary_read", "See the data dictionary."},
    [SPEC_DICTIONARY_WRITE] = {"dictionary_write", "Change the data dictionary."},
    [SPEC_STAFF_READ] = {"staff_read", "See who works here, with role and second factors."},
    [SPEC_STAFF_WRITE] = {"staff_write", "Invite, disable and remove staff, give roles."},
    [SPEC_ROLES_WRITE] = {"roles_write", "Make and change roles and the rules of approval."},
    [SPEC_TOKENS] = {"tokens", "Make API tokens with at most one's own permissions."},
    [SPEC_APPROVE] = {"approve", "Approve what another member of staff asks to do."},
    [SPEC_BREAK_GLASS] = {"break_glass", "See one person unmasked in an emergency, with a reason and an alarm."},
    [SPEC_AUDIT_READ] = {"audit_read", "Search the audit log, see alerts."},
    [SPEC_KEYS] = {"keys", "See, rotate and back up keys."},
    [SPEC_BACKUP] = {"backup", "Make, check and drill backups."},
    [SPEC_OPERATE] = {"operate", "See how the installation is doing."},
    [SPEC_SEGMENTS_READ] = {"segments_read", "See segments, their sizes and why somebody is in one."},
    [SPEC_SEGMENTS_WRITE] = {"segments_write", "Make and change segments, personas and the contents shown to them."},
    [SPEC_SQL] = {"sql", "Ask in SQL over what the role may see."},
    [SPEC_PERSONALISE] = {"personalise", "Ask which segments and contents hold for one person (for the shop's own pages)."},
    [SPEC_RIGHTS_READ] = {"rights_read", "See the requests of persons about their data, and their clocks."},
    [SPEC_RIGHTS_WRITE] = {"rights_write", "Take, verify, answer and refuse requests of persons (erasing needs people_erase too)."},
    [SPEC_GOVERN_READ] = {"govern_read", "See the registers, retention, breaches and what the transparency page says."},
    [SPEC_GOVERN_WRITE] = {"govern_write", "Keep the registers, retention, breaches, policies and the transparency page."},
    [SPEC_INSIGHT_WRITE] = {"insight_write", "Make dashboards, targets and notes on charts, share them, enter spend and exchange rates."},
};

const char *spec_permission_name(enum spec_permission p)
{
    return rows[p].name;
}

const char *spec_permission_doc(enum spec_permission p)
{
    return rows[p].doc;
}
