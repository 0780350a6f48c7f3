// SPDX-License-Identifier: Apache-2.0
// The files chosen in this visit, by import number: checking again with another mapping sends the file
// again without asking for it.

const files = new Map<number, File>();

export function remember(number: number, file: File): void {
    files.set(number, file);
    if (files.size > 4) files.delete(files.keys().next().value!);
}
export const remembered = (number: number): File | undefined => files.get(number);
