// SPDX-License-Identifier: Apache-2.0
// A period that ends now, as the API wants it.

const DAY = 86_400_000;
const MINUTE = 60_000;

// Whole minutes, so that the same question asked again within one is the same.
export function range(days: string): { from?: string; to?: string } {
    if (days === 'all') return {};
    const to = Math.ceil(Date.now() / MINUTE) * MINUTE;
    return { from: new Date(to - Number(days) * DAY).toISOString(), to: new Date(to).toISOString() };
}
