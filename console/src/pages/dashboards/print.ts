// SPDX-License-Identifier: Apache-2.0
// Onto paper, or into a PDF by the browser's own printing: light, and with the tables behind the charts when they are wanted.

import { drawn } from '../../lib/theme';

const FRAMES = 4; // for the sizes to be seen and the drawings made anew
const frame = () => new Promise((done) => { requestAnimationFrame(() => done(null)); });

export async function printBoard(tables: boolean): Promise<void> {
    const root = document.documentElement;
    const theme = root.dataset.theme;
    const closed = [...document.querySelectorAll<HTMLDetailsElement>('.board details.chart-table:not([open])')];
    root.dataset.theme = 'light';
    drawn.value++;
    if (tables) for (const d of closed) d.open = true;
    root.classList.toggle('print-tables', tables);
    root.classList.add('printing'); // as wide as the paper: drawings are made for their width
    for (let i = 0; i < FRAMES; i++) await frame();
    print();
    root.classList.remove('print-tables', 'printing');
    if (tables) for (const d of closed) d.open = false;
    if (theme) root.dataset.theme = theme;
    else delete root.dataset.theme;
    drawn.value++;
}
