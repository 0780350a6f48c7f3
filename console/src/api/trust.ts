// SPDX-License-Identifier: Apache-2.0
// Names for the answers about keys, staff, audit and backup. As in types.ts, everything comes from
// spec.ts; only lists of known words are narrowed.

import type * as spec from './spec';

// --- signing in

export type FactorKind = 'totp' | 'passkey' | 'recovery' | 'sms';
export type Entered = spec.SessionCreateAnswer;
export interface Ticket { // the password was right; one more step
    ticket: string;
    factors: FactorKind[];
}
export interface PasskeyQuestion {
    ticket: string;
    publicKey: PublicKeyCredentialRequestOptionsJSON;
}
export type Strength = spec.PasswordStrengthAnswer;
export type InvitationCheck = spec.InvitationsCheckAnswer;
export type Oidc = spec.OidcGetAnswer;

// --- one's own security

export type Security = spec.SecurityGetAnswer;
export type Passkey = Security['passkeys'][number];
export type TotpSecret = spec.SecurityTotpAnswer;
export type RecoveryCodes = spec.SecurityTotpConfirmAnswer;
export type StaffSession = spec.SessionsListAnswer['items'][number];
export type Tokens = spec.TokensListAnswer;
export type ApiToken = Tokens['items'][number];

// --- staff, roles, approvals

export type StaffMember = spec.StaffListAnswer['items'][number];
export type Invitation = spec.InvitationsListAnswer['items'][number];
export type Roles = spec.RolesListAnswer;
export type Role = Roles['items'][number];
export type View = Role['view']['P0'];
export type Views = Role['view'];
export type ApprovalRule = spec.ApprovalRulesListAnswer['items'][number];
export type Approval = spec.ApprovalsListAnswer['items'][number];
export type Unmasked = spec.PeopleUnmaskedAnswer['items'][number];

// --- audit

export type AuditEntry = spec.AuditListAnswer['items'][number];
export type Actor = AuditEntry['actor'];
export type Outcome = NonNullable<spec.AuditListQuery['outcome']>;
export type AuditVerdict = spec.AuditVerifyAnswer;
export type Alert = spec.AlertsListAnswer['items'][number];

// --- keys, backups, self-audit

export type Keys = spec.KeysGetAnswer;
export type Rotation = spec.KeysRotateBody['kind'];
export type Backups = spec.BackupsListAnswer;
export type Backup = Backups['items'][number];
export type BackupClass = Backup['class'];
export type Drill = Backups['drills'][number];
export type SelfAudit = spec.SelfAuditGetAnswer;
export type Finding = SelfAudit['items'][number];
