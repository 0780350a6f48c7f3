// SPDX-License-Identifier: Apache-2.0
// Between a moment and what <input type="datetime-local"> shows, in the browser's zone.

import type { Time } from '../api/types';

export function toLocal(time: Time | null): string {
    const at = new Date(time ?? Number.NaN);
    if (Number.isNaN(at.getTime())) return '';
    return new Date(at.getTime() - at.getTimezoneOffset() * 60_000).toISOString().slice(0, 16);
}

export const fromLocal = (text: string): Time => new Date(text).toISOString();
