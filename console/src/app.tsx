// SPDX-License-Identifier: Apache-2.0
// What is around every page: navigation, sample banner, sign-in, palette, live regions. Pages are
// loaded when they are first opened.

import type { ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from './i18n';
import { dismiss, spoken, toasts } from './lib/announce';
import { help, listenToKeys, palette } from './lib/keys';
import { href, route, type Page } from './lib/router';
import { ended, session } from './lib/session';
import { SampleBanner } from './ui/sample';
import { Sidebar, TopBar } from './ui/nav';
import { Button, Loading } from './ui/basics';
import { Icon } from './ui/icons';
import { ProblemBox } from './ui/problem';

type Lazy = () => Promise<{ default: ComponentType<{ parts: string[] }> }>;
const pages: Record<Page | 'setup' | 'login' | 'palette' | 'help', () => Promise<{ default: ComponentType<any> }>> = {
    today: () => import('./pages/today'),
    people: () => import('./pages/people'),
    sources: () => import('./pages/sources'),
    imports: () => import('./pages/imports'),
    quarantine: () => import('./pages/quarantine'),
    dictionary: () => import('./pages/dictionary/index'),
    setup: () => import('./pages/setup'),
    login: () => import('./pages/login'),
    palette: () => import('./ui/palette'),
    help: () => import('./ui/help'),
};
const loaded = new Map<Lazy, ComponentType<any>>();

function Later({ load, props }: { load: () => Promise<{ default: ComponentType<any> }>; props?: object }) {
    const [, setRound] = useState(0);
    const [error, setError] = useState<unknown>(null);
    const Found = loaded.get(load);
    useEffect(() => {
        if (loaded.has(load)) return;
        let gone = false;
        setError(null);
        load().then(
            (module) => {
                loaded.set(load, module.default);
                if (!gone) setRound((n) => n + 1);
            },
            (failure: unknown) => !gone && setError(failure),
        );
        return () => {
            gone = true;
        };
    }, [load]);
    if (Found) return <Found {...props} />;
    return error ? <ProblemBox error={error} onRetry={() => location.reload()} /> : <Loading />;
}

function Unknown() {
    useEffect(() => {
        document.title = `${t('unknown.title')} · Custos`;
    }, []);
    return (
        <div class="empty">
            <h1 tabIndex={-1}>{t('unknown.title')}</h1>
            <p class="empty-text">{t('unknown.text')}</p>
            <a class="button primary" href={href('today')}><span>{t('unknown.action')}</span></a>
        </div>
    );
}

// After a change of page the heading has the focus, so that a screen reader starts reading there.
function useFocusOnRoute(name: string) {
    const first = useRef(true);
    useEffect(() => {
        if (first.current) {
            first.current = false;
            return;
        }
        let tries = 0;
        const find = () => {
            const head = document.querySelector<HTMLElement>('main h1');
            if (head) {
                head.focus({ preventScroll: true });
                if (!head.closest('[data-keep-scroll]')) scrollTo(0, 0);
            } else if (tries++ < 40) {
                timer = window.setTimeout(find, 25);
            }
        };
        let timer = window.setTimeout(find, 0);
        return () => clearTimeout(timer);
    }, [name]);
}

function Messages() {
    return (
        <>
            <div class="visually-hidden" role="status" aria-live="polite">{spoken.value}</div>
            <div class="toasts" role="region" aria-label={t('toasts.label')} aria-live="polite">
                {toasts.value.map((x) => (
                    <div key={x.id} class={`toast ${x.tone}`}>
                        <Icon name={x.tone === 'good' ? 'check' : 'warning'} />
                        <span>{x.text}</span>
                        <Button tone="quiet" small icon="close" aria-label={t('dialog.close')} onClick={() => dismiss(x.id)} />
                    </div>
                ))}
            </div>
        </>
    );
}

function SignedIn() {
    const now = route.value;
    useFocusOnRoute(`${now.page}/${now.parts.join('/')}`);
    return (
        <>
            <div class="shell" inert={ended.value} hidden={ended.value}>
                <a
                    class="skip" href="#main"
                    onClick={(event) => {
                        event.preventDefault();
                        document.querySelector<HTMLElement>('main')?.focus();
                    }}
                >
                    {t('nav.skip')}
                </a>
                <TopBar />
                <Sidebar />
                <main id="main" tabIndex={-1}>
                    <SampleBanner />
                    {now.page === 'unknown'
                        ? <Unknown />
                        : <Later key={now.page} load={pages[now.page]} props={{ parts: now.parts }} />}
                </main>
                {palette.value && <Later load={pages.palette} />}
                {help.value && <Later load={pages.help} />}
            </div>
            {ended.value && <Later load={pages.login} props={{ again: true }} />}
        </>
    );
}

export function App({ setup, failure }: { setup: string | null; failure: unknown }) {
    const [token, setToken] = useState(setup);
    useEffect(() => listenToKeys(() => session.value !== null && !ended.value), []);
    return (
        <>
            {token !== null ? <Later load={pages.setup} props={{ token, onDone: () => setToken(null) }} />
                : session.value ? <SignedIn />
                    : failure ? (
                        <main class="gate">
                            <div class="gate-card"><h1>{t('gate.unreachable')}</h1><ProblemBox error={failure} onRetry={() => location.reload()} /></div>
                        </main>
                    ) : <Later load={pages.login} />}
            <Messages />
        </>
    );
}
