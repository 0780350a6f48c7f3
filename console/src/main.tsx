// SPDX-License-Identifier: Apache-2.0
// The console's entry: catalogue, session, then the first page.

import './styles/index.css';
import { render } from 'preact';
import { App, type Gate } from './app';
import { loadCatalogue } from './i18n';
import { listenToRoutes } from './lib/router';
import { restore } from './lib/session';

// One-time links are /setup#<token>, /invite#<token> and /reset#<token>: after the hash, so that the
// token reaches no log. It leaves the address bar and the history when it has been used.
const GATES: readonly Gate[] = ['setup', 'invite', 'reset'];
function gateOf(): { page: Gate; token: string } | null {
    const page = GATES.find((g) => g === location.pathname.split('/')[1]);
    return page ? { page, token: location.hash.slice(1) } : null;
}

async function start(): Promise<void> {
    const root = document.getElementById('app')!;
    const gate = gateOf();
    let failure: unknown = null;
    await loadCatalogue();
    if (!gate) {
        try {
            await restore();
        } catch (error) {
            failure = error;
        }
    }
    listenToRoutes();
    render(<App gate={gate} failure={failure} />, root);
}

void start();
