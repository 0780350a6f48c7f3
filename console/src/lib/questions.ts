// SPDX-License-Identifier: Apache-2.0
// What a refused call may ask of whoever made it: prove yourself again, or find a colleague who agrees.
// client.ts asks; the dialogs in ui/ answer. Calls that are refused together share one proof.

import { signal } from '@preact/signals';
import { type Act, whenAsked } from '../api/client';

export const proving = signal<((proved: boolean) => void) | null>(null);
export const approving = signal<{ act: Act; done: (approval: string | null) => void } | null>(null);

let proof: Promise<boolean> | null = null;

export function listenToQuestions(): void {
    whenAsked({
        prove: () => {
            proof ??= new Promise<boolean>((resolve) => {
                proving.value = (proved) => {
                    proving.value = null;
                    proof = null;
                    resolve(proved);
                };
            });
            return proof;
        },
        approve: (act) => new Promise((resolve) => {
            approving.value?.done(null); // one at a time: the newer act is the one on the screen
            approving.value = {
                act,
                done: (approval) => {
                    approving.value = null;
                    resolve(approval);
                },
            };
        }),
    });
}
