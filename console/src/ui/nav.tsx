// SPDX-License-Identifier: Apache-2.0
// The navigation: a column beside the page, on a phone a bar above it with the same list in a drawer.

import { useState } from 'preact/hooks';
import { t, type Key } from '../i18n';
import { help, palette } from '../lib/keys';
import { DATA, EXPLORE, HOUSE, INTAKE, PRIVACY, href, route, type Page } from '../lib/router';
import { home, mayOpen, session, signOut } from '../lib/session';
import { setTheme, theme, type Theme } from '../lib/theme';
import { toast } from '../lib/announce';
import { Button, Segmented } from './basics';
import { Dialog } from './dialog';
import { explain } from './problem';
import { Icon, Mark } from './icons';
import { WaitingCount } from './waiting';

export const isMac = /Mac|iPhone|iPad/.test(navigator.platform);
export const paletteKeys = isMac ? '⌘K' : 'Ctrl K';

function Group({ pages, onGo, label }: { pages: Page[]; label?: string | undefined; onGo: (() => void) | undefined }) {
    const shown = pages.filter(mayOpen);
    const now = route.value.page === 'home' ? home() : route.value.page;
    if (!shown.length) return null;
    return (
        <>
            {label && <h2 class="nav-group">{label}</h2>}
            <ul class="nav-list">
                {shown.map((page) => (
                    <li key={page}>
                        <a href={href(page)} aria-current={now === page ? 'page' : undefined} onClick={onGo}>
                            <Icon name={page} />
                            {t(`nav.${page}` as Key)}
                            {page === 'approvals' && <WaitingCount />}
                        </a>
                    </li>
                ))}
            </ul>
        </>
    );
}

function Links({ onGo }: { onGo?: () => void }) {
    return (
        <nav aria-label={t('nav.label')}>
            <Group pages={DATA} onGo={onGo} />
            <Group pages={EXPLORE} onGo={onGo} label={t('nav.explore')} />
            <Group pages={INTAKE} onGo={onGo} label={t('nav.intake')} />
            <Group pages={PRIVACY} onGo={onGo} label={t('nav.privacy')} />
            <Group pages={HOUSE} onGo={onGo} label={t('nav.house')} />
        </nav>
    );
}

function Account({ onGo }: { onGo?: () => void }) {
    const staff = session.value?.staff;
    return (
        <div class="account">
            <Segmented<Theme>
                label={t('theme.label')} value={theme.value} onChange={setTheme}
                options={[
                    { value: 'system', label: <><Icon name="system" /><span class="visually-hidden">{t('theme.system')}</span></>, title: t('theme.system') },
                    { value: 'light', label: <><Icon name="sun" /><span class="visually-hidden">{t('theme.light')}</span></>, title: t('theme.light') },
                    { value: 'dark', label: <><Icon name="moon" /><span class="visually-hidden">{t('theme.dark')}</span></>, title: t('theme.dark') },
                ]}
            />
            <Button tone="quiet" small icon="keyboard" onClick={() => { help.value = true; }}>{t('help.short')}</Button>
            <div class="account-who">
                <a
                    class="account-mail" href={href('security')} title={t('nav.account', { email: staff?.email ?? '' })}
                    aria-current={route.value.page === 'security' ? 'page' : undefined} onClick={onGo}
                >
                    {staff?.email}
                </a>
                <Button
                    tone="quiet" small icon="logout" aria-label={t('session.sign_out')} title={t('session.sign_out')}
                    onClick={() => void signOut().catch((e: unknown) => toast(explain(e).title, 'bad'))}
                />
            </div>
        </div>
    );
}

function Brand() {
    return (
        <a class="brand" href={href(home())}>
            <Mark />
            <span>
                <strong>Custos</strong>
                {session.value?.shop.name && <small>{session.value.shop.name}</small>}
            </span>
        </a>
    );
}

export function Sidebar() {
    return (
        <header class="sidebar">
            <Brand />
            <button type="button" class="jump" onClick={() => { palette.value = true; }} aria-keyshortcuts="Control+K Meta+K">
                <Icon name="search" />
                <span>{t('palette.open')}</span>
                <kbd>{paletteKeys}</kbd>
            </button>
            <Links />
            <Account />
        </header>
    );
}

export function TopBar() {
    const [open, setOpen] = useState(false);
    return (
        <header class="topbar">
            <Button tone="quiet" icon="menu" aria-label={t('nav.open')} aria-haspopup="dialog" onClick={() => setOpen(true)} />
            <Brand />
            <Button tone="quiet" icon="search" aria-label={t('palette.open')} onClick={() => { palette.value = true; }} />
            {open && (
                <Dialog title={t('nav.label')} size="nav" onClose={() => setOpen(false)}>
                    <Links onGo={() => setOpen(false)} />
                    <Account onGo={() => setOpen(false)} />
                </Dialog>
            )}
        </header>
    );
}
