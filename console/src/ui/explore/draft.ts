// SPDX-License-Identifier: Apache-2.0
// A definition on its way to the editor of segments. It stays in memory: a reload forgets it.

import type { Node } from '../../lib/definition';

export interface Draft { title: string; definition: Node }
let kept: Draft | null = null;

export function keepDraft(draft: Draft): void {
    kept = draft;
}
// Takes it: the next new segment starts from nothing again.
export function takeDraft(): Draft | null {
    const found = kept;
    kept = null;
    return found;
}
