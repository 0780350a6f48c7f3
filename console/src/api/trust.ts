// SPDX-License-Identifier: Apache-2.0
// Shapes of the answers about keys, staff, audit and backup.

import type { Permission, Time } from './types';

// --- signing in

export type FactorKind = 'totp' | 'passkey' | 'recovery' | 'sms';
export interface SecondFactor {
    required: boolean;
    enrolled: boolean;
    postpone_until: Time | null;
}
export interface Ticket { // the password was right; one more step
    state: 'second_factor';
    ticket: string;
    factors: FactorKind[];
}
export interface PasskeyQuestion {
    ticket: string;
    publicKey: PublicKeyCredentialRequestOptionsJSON;
}
export interface Strength {
    score: number; // 0..4
    acceptable: boolean;
    reason: string | null;
}
export interface InvitationCheck {
    email: string;
    role: string;
    expires: Time;
}
export interface Oidc {
    enabled: boolean;
    name: string | null;
}

// --- one's own security

export interface Passkey {
    id: string | number;
    name: string;
    created: Time;
    last_used: Time | null;
}
export interface Security {
    password: { changed: Time | null };
    totp: { enrolled: Time | null };
    recovery_codes: { left: number; made: Time | null };
    passkeys: Passkey[];
    sms: { number: string | null };
    second_factor: SecondFactor;
}
export interface TotpSecret {
    secret: string;
    uri: string;
    qr: string; // an SVG
}
export interface RecoveryCodes {
    recovery_codes: string[] | null;
}
export interface StaffSession {
    id: string;
    current: boolean;
    created: Time;
    last: Time;
    network: string;
    browser: string;
    factor: string;
}
export interface ApiToken {
    id: string | number;
    name: string;
    prefix: string;
    permissions: Permission[];
    created: Time;
    expires: Time | null;
    last_used: Time | null;
    made_by: string | number;
}

// --- staff, roles, approvals

export interface StaffMember {
    id: number;
    email: string;
    role: string;
    state: 'active' | 'disabled';
    created: Time;
    last_sign_in: Time | null;
    factors: string[];
    self: boolean;
}
export interface Invitation {
    id: number | string;
    email: string;
    role: string;
    created: Time;
    expires: Time;
    invited_by: string | number;
}
export type View = 'full' | 'mask' | 'none';
export interface Role {
    name: string;
    doc: string;
    builtin: boolean;
    permissions: string[];
    view: Record<string, View>;
    purposes: string[];
    second_factor: 'required' | 'optional';
    staff: number;
}
export interface Roles {
    permissions: { name: string; doc: string }[];
    levels: string[];
    purposes: { name: string; doc: string }[];
    items: Role[];
}
export interface ApprovalRule {
    kind: string;
    doc: string;
    on: boolean;
}
export interface Approval {
    id: string | number;
    kind: string;
    reason: string;
    target: string;
    asked_by: string | null;
    asked: Time;
    expires: Time;
    state: 'waiting' | 'approved' | 'refused' | 'used' | 'expired';
    decided_by: string | null;
    decided: Time | null;
}

export interface Unmasked { // a broken glass
    staff: string | null;
    at: Time;
    until: Time;
    reason: string;
}

// --- audit

export interface Actor {
    kind: string;
    id: number;
    label: string | null;
}
export interface AuditEntry {
    index: number;
    time: Time;
    actor: Actor;
    role: string | null;
    purpose: string;
    action: string;
    outcome: string;
    people: number;
    fields: string | null;
    network: string | null;
    request_id: string | null;
    detail: unknown;
    break_glass: boolean;
}
export interface AuditVerdict {
    ok: boolean;
    size: number;
    signed_size: number;
    root: string;
    ms: number;
    problem: string | null;
}
export interface Alert {
    id: number | string;
    kind: string;
    raised: Time;
    staff: Actor | null;
    detail: unknown;
    state: 'open' | 'closed';
    closed_by: Actor | null;
    note: string | null;
}

// --- keys, backups, self-audit

export type Rotation = 'root' | 'nodes' | 'class' | 'index' | 'signing';
export interface Keys {
    root: { source: string; fingerprint: string; created: Time | null };
    process: 'separate' | 'inside';
    epoch: number;
    trees: { name: string; subjects: number; erased: number; nodes: number; bytes: number }[];
    classes: { name: string; version: number; suite: string }[];
    signing: { key_id: string; created: Time | null };
    recovery_kit: { made: Time | null };
    archives: { days: number; newest: Time | null; oldest: Time | null; count: number };
    replicas: { name: string; address: string; state: string; epoch: number; last_ack: Time | null }[];
    rotations: { kind: string; state: string; done: number; total: number; started: Time; finished: Time | null }[];
}
export type BackupClass = 'data' | 'keys' | 'configuration';
export interface Backup {
    id: string | number;
    class: BackupClass;
    target: string;
    started: Time;
    finished: Time | null;
    bytes: number;
    files: number;
    reused: number;
    state: 'running' | 'done' | 'failed';
    verified: Time | null;
    error: string | null;
}
export interface Drill {
    id: string | number;
    started: Time;
    finished: Time | null;
    backup: string;
    state: 'running' | 'passed' | 'failed';
    report: Record<string, unknown> | null;
}
export interface Backups {
    targets: { name: string; kind: 'folder' | 's3'; place: string; failing_since: Time | null }[];
    schedule: Record<string, unknown>;
    items: Backup[];
    drills: Drill[];
}
export interface Finding {
    id: string;
    severity: 'danger' | 'warning' | 'good';
    title: string;
    text: string;
    mend: string | null;
}
export interface SelfAudit {
    checked: Time;
    items: Finding[];
}
