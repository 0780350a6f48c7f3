// SPDX-License-Identifier: Apache-2.0
// Which field of a form a refusal is about: the server names it, the form shows it there.

import { ApiError } from '../api/client';

export function fieldError(error: unknown, name: string): string | null {
    if (!(error instanceof ApiError)) return null;
    const at = error.field.replace(/^\//, '');
    return at === name || at.startsWith(`${name}/`) ? error.detail || error.title : null;
}
