// SPDX-License-Identifier: Apache-2.0
// The styles that only pages of figures need (styles/later.css): asked for with the first of them.

declare const LATER_STYLE: string; // path, put in by the build
let asked: Promise<void> | null = null;

export function loadStyle(): Promise<void> {
    asked ??= new Promise((done) => {
        const link = document.createElement('link');
        link.rel = 'stylesheet';
        link.href = LATER_STYLE;
        link.onload = link.onerror = () => done(); // without it a page is plain, and still says everything
        document.head.append(link);
    });
    return asked;
}
