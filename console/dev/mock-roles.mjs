// SPDX-License-Identifier: Apache-2.0
// The built-in roles as the program has them, for the mock server.

export const LEVELS = ['P0', 'P1', 'P2', 'P3', 'P4'];
const DOCS = {
    session: 'Any signed-in member of staff.', analytics_read: 'See figures that name nobody.', people_read: 'Open a person\'s record, as far as the role\'s levels show it.',
    people_write: 'Correct, merge and separate people, record consents.', people_erase: 'Delete a person for good.', people_export: 'Take lists of people out of the system.',
    sources_read: 'See sources and their counts.', sources_write: 'Make, rename and disable sources and see their write keys.', import: 'Import files and take imports back.',
    quarantine: 'Read, mend and replay refused events.', dictionary_read: 'See the data dictionary.', dictionary_write: 'Change the data dictionary.',
    staff_read: 'See who works here, with role and second factors.', staff_write: 'Invite, disable and remove staff, give roles.', roles_write: 'Make and change roles and the rules of approval.',
    tokens: 'Make API tokens with at most one\'s own permissions.', approve: 'Approve what another member of staff asks to do.', break_glass: 'See one person unmasked in an emergency, with a reason and an alarm.',
    audit_read: 'Search the audit log, see alerts.', keys: 'See, rotate and back up keys.', backup: 'Make, check and drill backups.', operate: 'See how the installation is doing.',
    segments_read: 'See segments, their sizes and why somebody is in one.', segments_write: 'Make and change segments, personas and the contents shown to them.', sql: 'Ask in SQL over what the role may see.',
    personalise: 'Ask which segments and contents hold for one person (for the shop\'s own pages).',
    rights_read: 'See the requests of persons about their data, and their clocks.', rights_write: 'Take, verify, answer and refuse requests of persons (erasing needs people_erase too).',
    govern_read: 'See the registers, retention, breaches and what the transparency page says.', govern_write: 'Keep the registers, retention, breaches, policies and the transparency page.',
};
export const PERMISSION_DOCS = Object.entries(DOCS).map(([name, doc]) => ({ name, doc }));
export const PURPOSES = [
    ['support', 'Helping one customer: questions, orders, complaints.'], ['marketing', 'Choosing and addressing customers.'], ['analytics', 'Understanding what happens in the shop.'],
    ['rights', 'Answering requests of the people themselves.'], ['stewardship', 'Keeping data right: imports, duplicates, quarantine.'], ['security', 'Finding and answering misuse.'], ['operations', 'Running the installation.'],
].map(([name, doc]) => ({ name, doc }));
const role = (name, doc, permissions, view, purposes) => ({
    name, doc, builtin: true, permissions: ['session', ...permissions.split(' ')], view: Object.fromEntries(LEVELS.map((l, i) => [l, { F: 'full', M: 'mask', N: 'none' }[view[i]]])),
    purposes: purposes.split(' '), second_factor: 'required',
});
export const BUILTIN = [
    role('owner', 'Everything: the person who answers for the shop.', Object.keys(DOCS).filter((p) => p !== 'session').join(' '), 'FFFFF', 'support stewardship rights operations security marketing analytics'),
    role('administrator', 'Staff, sources, keys, backups and the installation; no customer\'s record.', 'analytics_read sources_read sources_write dictionary_read staff_read staff_write roles_write tokens approve keys backup operate govern_read', 'FFNNN', 'operations security'),
    role('data_steward', 'Keeps data right: the dictionary, imports, duplicates, refused events.', 'analytics_read people_read people_write sources_read import quarantine dictionary_read dictionary_write rights_read govern_read', 'FFFMN', 'stewardship'),
    role('privacy_officer', 'Requests of the people themselves, erasure, the audit log; approves what others ask.', 'analytics_read people_read people_write people_erase people_export sources_read dictionary_read staff_read approve break_glass audit_read rights_read rights_write govern_read govern_write', 'FFFFM', 'rights security'),
    role('marketer', 'Figures, segments and masked people; never what is sensitive.', 'analytics_read people_read sources_read dictionary_read', 'FFMNN', 'marketing analytics'),
    role('support_agent', 'Helps one customer at a time: contact data and orders, more only by break-glass.', 'analytics_read people_read people_write sources_read break_glass rights_read rights_write', 'FFFMN', 'support'),
    role('analyst', 'Figures; people only masked.', 'analytics_read people_read sources_read dictionary_read', 'FFMNN', 'analytics'),
    role('auditor', 'The audit log, staff and settings; no customer\'s record.', 'audit_read staff_read dictionary_read operate govern_read', 'FFNNN', 'security'),
];
export const RULES = [
    ['bulk_export', 'Taking more than 1,000 people out of the system at once.', true], ['bulk_erase', 'Deleting more than 100 people at once.', true],
    ['keys', 'Rotating keys, and making the recovery kit.', false], ['role_grant', 'Inviting staff and changing their role.', false],
].map(([kind, doc, on]) => ({ kind, doc, on }));
