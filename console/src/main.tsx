// SPDX-License-Identifier: Apache-2.0
// The console's entry: catalogue, session, then the first page.

import './styles/index.css';
import { render } from 'preact';
import { App } from './app';
import { loadCatalogue } from './i18n';
import { listenToRoutes } from './lib/router';
import { restore } from './lib/session';

// The one-time link is /setup#<token>: after the hash, so that the token reaches no log. It leaves the
// address bar and the history when it has been used.
function setupToken(): string | null {
    const path = location.pathname.split('/');
    return path[1] === 'setup' ? location.hash.slice(1) || (path[2] ?? '') : null;
}

async function start(): Promise<void> {
    const root = document.getElementById('app')!;
    const token = setupToken();
    let failure: unknown = null;
    await loadCatalogue();
    if (token === null) {
        try {
            await restore();
        } catch (error) {
            failure = error;
        }
    }
    listenToRoutes();
    render(<App setup={token} failure={failure} />, root);
}

void start();
