// SPDX-License-Identifier: Apache-2.0
// What is around every page: navigation, banners, sign-in, questions, palette, live regions. Pages are
// loaded when they are first opened.

import type { ComponentType } from 'preact';
import { useEffect, useRef, useState } from 'preact/hooks';
import { loadWords, t, tx, type Key, type WordsPart } from './i18n';
import { dismiss, spoken, toasts } from './lib/announce';
import { help, listenToKeys, palette } from './lib/keys';
import { approving, listenToQuestions, proving } from './lib/questions';
import { permissionName, roleName } from './lib/roles';
import { href, NEEDS, readRoute, route, type Page } from './lib/router';
import { ended, home, mayOpen, mustEnrol, session } from './lib/session';
import { loadStyle } from './lib/style';
import { FactorBanner } from './ui/factor-banner';
import { SampleBanner } from './ui/sample';
import { Sidebar, TopBar } from './ui/nav';
import { Button, Loading } from './ui/basics';
import { Icon } from './ui/icons';
import { ProblemBox } from './ui/problem';

type Lazy = () => Promise<{ default: ComponentType<any> }>;
// Pages behind a one-time link; the token stands behind # in the address.
export type Gate = 'setup' | 'invite' | 'reset';
// Pages whose messages are parts of the catalogue of their own.
const withWords = (load: Lazy, ...parts: WordsPart[]): Lazy => async () => (await Promise.all([load(), ...(parts.length ? parts : ['privacy' as const]).map(loadWords)]))[0];
// Pages of figures: their messages, and the styles that only they need.
const withFigures = (load: Lazy, ...parts: WordsPart[]): Lazy => async () => (await Promise.all([load(), loadStyle(), ...['figures' as const, ...parts].map(loadWords)]))[0];
const pages: Record<Page, Lazy> = {
    today: withFigures(() => import('./pages/today/index'), 'board'),
    dashboards: withFigures(() => import('./pages/dashboards/index'), 'board'),
    targets: withFigures(() => import('./pages/targets/index'), 'board'),
    reports: withFigures(() => import('./pages/reports/index'), 'insight'),
    funnels: withFigures(() => import('./pages/funnels/index'), 'insight'),
    paths: withFigures(() => import('./pages/paths/index'), 'insight'),
    cohorts: withFigures(() => import('./pages/cohorts/index'), 'insight'),
    attribution: withFigures(() => import('./pages/attribution/index'), 'insight'),
    value: withFigures(() => import('./pages/value/index'), 'insight'),
    friction: withFigures(() => import('./pages/friction/index'), 'insight'),
    people: withWords(() => import('./pages/people')),
    segments: () => import('./pages/segments/index'),
    personas: () => import('./pages/personas/index'),
    events: () => import('./pages/events/index'),
    sql: () => import('./pages/sql/index'),
    sources: () => import('./pages/sources'),
    imports: () => import('./pages/imports'),
    quarantine: () => import('./pages/quarantine'),
    dictionary: withWords(() => import('./pages/dictionary/index')),
    requests: withWords(() => import('./pages/requests/index')),
    consents: withWords(() => import('./pages/consents/index')),
    purposes: withWords(() => import('./pages/purposes')),
    policies: withWords(() => import('./pages/policies')),
    registers: withWords(() => import('./pages/registers/index')),
    retention: withWords(() => import('./pages/retention/index')),
    breaches: withWords(() => import('./pages/breaches/index')),
    transparency: withWords(() => import('./pages/transparency/index')),
    security: () => import('./pages/security/index'),
    staff: () => import('./pages/staff/index'),
    roles: () => import('./pages/roles/index'),
    approvals: () => import('./pages/approvals'),
    audit: () => import('./pages/audit/index'),
    keys: () => import('./pages/keys/index'),
    backups: () => import('./pages/backups/index'),
    checks: withWords(() => import('./pages/checks/index')),
};
// What opens before or beside the pages.
const parts: Record<Gate | 'login' | 'enrol' | 'palette' | 'help' | 'reauth' | 'ask', Lazy> = {
    setup: () => import('./pages/gate/setup'),
    invite: () => import('./pages/gate/invite'),
    reset: () => import('./pages/gate/reset'),
    login: () => import('./pages/gate/login'),
    enrol: () => import('./pages/gate/enrol'),
    palette: () => import('./ui/palette'),
    help: () => import('./ui/help'),
    reauth: () => import('./ui/reauth'),
    ask: () => import('./ui/ask'),
};
const loaded = new Map<Lazy, ComponentType<any>>();

function Later({ load, props }: { load: Lazy; props?: object }) {
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
            <a class="button primary" href={href(home())}><span>{t('unknown.action')}</span></a>
        </div>
    );
}

// A page that the role may not open: named, with the permission that is missing.
function Forbidden({ page }: { page: Page }) {
    const title = t(`nav.${page}` as Key);
    useEffect(() => {
        document.title = `${title} · Custos`;
    }, [title]);
    return (
        <div class="empty">
            <span class="empty-icon"><Icon name="lock" /></span>
            <h1 tabIndex={-1}>{t('forbidden.title', { page: title })}</h1>
            <p class="empty-text">
                {tx('forbidden.text', { permission: <strong>{permissionName(NEEDS[page])}</strong>, role: <strong>{roleName(session.value?.staff.role ?? '')}</strong> })}
            </p>
            <a class="button primary" href={href(home())}><span>{t('forbidden.action')}</span></a>
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
    const page = now.page === 'home' ? home() : now.page;
    const bare = page === 'dashboards' && now.parts[1] === 'full'; // for a screen on a wall
    useFocusOnRoute(`${page}/${now.parts.join('/')}`);
    return (
        <>
            <div class={bare ? 'shell bare' : 'shell'} inert={ended.value} hidden={ended.value}>
                <a
                    class="skip" href="#main"
                    onClick={(event) => {
                        event.preventDefault();
                        document.querySelector<HTMLElement>('main')?.focus();
                    }}
                >
                    {t('nav.skip')}
                </a>
                {!bare && <TopBar />}
                {!bare && <Sidebar />}
                <main id="main" tabIndex={-1}>
                    <SampleBanner />
                    <FactorBanner />
                    {page === 'unknown' ? <Unknown />
                        : !mayOpen(page) ? <Forbidden page={page} />
                            : <Later key={page} load={pages[page]} props={{ parts: now.parts }} />}
                </main>
                {palette.value && <Later load={parts.palette} />}
                {help.value && <Later load={parts.help} />}
            </div>
            {ended.value && <Later load={parts.login} props={{ again: true }} />}
        </>
    );
}

export function App({ gate, failure }: { gate: { page: Gate; token: string } | null; failure: unknown }) {
    const [open, setOpen] = useState(gate);
    useEffect(listenToQuestions, []);
    useEffect(() => listenToKeys(() => session.value !== null && !ended.value && !mustEnrol()), []);
    const enter = () => { // the token leaves the address bar and the history
        history.replaceState(null, '', '/');
        readRoute();
        setOpen(null);
    };
    return (
        <>
            {open ? <Later load={parts[open.page]} props={{ token: open.token, onDone: enter }} />
                : session.value ? (mustEnrol() && !ended.value ? <Later load={parts.enrol} /> : <SignedIn />)
                    : failure ? (
                        <main class="gate">
                            <div class="gate-card"><h1>{t('gate.unreachable')}</h1><ProblemBox error={failure} onRetry={() => location.reload()} /></div>
                        </main>
                    ) : <Later load={parts.login} />}
            {approving.value && <Later load={parts.ask} />}
            {proving.value && <Later load={parts.reauth} />}
            <Messages />
        </>
    );
}
