// SPDX-License-Identifier: Apache-2.0
// Runs before the first paint, so that a chosen theme does not flash the other one.
try {
    const theme = localStorage.getItem('custos.theme');
    if (theme === 'light' || theme === 'dark') document.documentElement.dataset.theme = theme;
} catch {
    // no storage: the system's theme
}
