// SPDX-License-Identifier: Apache-2.0
// How kinds, states and risks of a breach are called.

import { tOr } from '../../i18n';
import { words } from '../../lib/format';

export const KINDS = ['account', 'storage', 'transmission', 'keys', 'loss', 'other'] as const;
export const STATES = ['open', 'assessed', 'notified', 'no_risk', 'closed'] as const;
export const RISKS = ['none', 'risk', 'high'] as const;

export const kindName = (kind: string): string => tOr(`breach.kind.${kind}`, words(kind));
export const stateName = (state: string): string => tOr(`breach.state.${state}`, words(state));
export const riskName = (risk: string): string => tOr(`breach.risk.${risk}`, words(risk));
export const stateTone = (state: string): 'good' | 'warn' | 'bad' | 'plain' => (state === 'open' ? 'bad' : state === 'assessed' ? 'warn' : state === 'closed' ? 'plain' : 'good');
export const riskTone = (risk: string): 'good' | 'warn' | 'bad' => (risk === 'high' ? 'bad' : risk === 'risk' ? 'warn' : 'good');
