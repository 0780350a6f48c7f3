// SPDX-License-Identifier: Apache-2.0
// Preferences of this browser (theme, shortcuts, language). Never personal data. Storage may be
// switched off, so every call is allowed to fail.

const PREFIX = 'custos.';

export const stored = {
    get(name: string): string | null {
        try {
            return localStorage.getItem(PREFIX + name);
        } catch {
            return null;
        }
    },
    set(name: string, value: string | null): void {
        try {
            if (value === null) localStorage.removeItem(PREFIX + name);
            else localStorage.setItem(PREFIX + name, value);
        } catch {
            // private mode: the preference lasts until the page is closed
        }
    },
};
