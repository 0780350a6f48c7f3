// SPDX-License-Identifier: Apache-2.0
// Handing a file that the server sent to the browser's downloads.

import type { Download } from '../api/client';

export function saveFile(file: Download, fallback: string): void {
    const url = URL.createObjectURL(file.blob);
    const link = document.createElement('a');
    link.href = url;
    link.download = file.name || fallback;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export function saveJson(value: unknown, name: string): void {
    saveFile({ blob: new Blob([JSON.stringify(value)], { type: 'application/json' }), name, header: () => null }, name);
}
