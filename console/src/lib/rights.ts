// SPDX-License-Identifier: Apache-2.0
// How rights, states, channels and laws are called.

import { tOr } from '../i18n';
import { words } from './format';

export const RIGHTS = ['access', 'portability', 'rectification', 'erasure', 'restriction', 'objection', 'opt_out', 'limit', 'complaint'] as const;
export const STATES = ['open', 'verifying', 'in_progress', 'waiting', 'fulfilled', 'denied', 'revoked', 'expired', 'duplicate'] as const;
export const REGIMES = ['gdpr', 'uk', 'ccpa'] as const;

export const rightName = (right: string): string => tOr(`right.${right}`, words(right));
export const requestState = (state: string): string => tOr(`request.state.${state}`, words(state));
export const channelName = (channel: string): string => tOr(`request.channel.${channel}`, words(channel));
export const regimeName = (regime: string): string => tOr(`request.regime.${regime}`, regime.toUpperCase());
export const stateTone = (state: string): 'good' | 'bad' | 'warn' | 'info' | 'plain' =>
    (state === 'fulfilled' ? 'good' : state === 'denied' ? 'bad' : state === 'verifying' || state === 'waiting' ? 'warn' : state === 'open' || state === 'in_progress' ? 'info' : 'plain');
