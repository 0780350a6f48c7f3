// SPDX-License-Identifier: Apache-2.0
// Ctrl/Cmd+K: pages, actions and people in one list. The text goes to the server in a POST body.

import { useEffect, useId, useRef, useState } from 'preact/hooks';
import { api } from '../api/client';
import type { People, PersonRow } from '../api/types';
import { t, type Key } from '../i18n';
import { announce, toast } from '../lib/announce';
import { help, palette } from '../lib/keys';
import { go, PAGES } from '../lib/router';
import { can, mayOpen, signOut } from '../lib/session';
import { setTheme, theme } from '../lib/theme';
import { Avatar } from './basics';
import { Dialog } from './dialog';
import { Icon, type IconName } from './icons';
import { explain } from './problem';

interface Entry {
    id: string;
    icon?: IconName;
    person?: PersonRow;
    text: string;
    note?: string;
    run: () => void;
}

function fixed(): Entry[] {
    const entries: Entry[] = PAGES.filter(mayOpen).map((page) => ({
        id: page, icon: page, text: t(`nav.${page}` as Key), note: t('palette.page'), run: () => go(page),
    }));
    const dark = theme.value === 'dark';
    if (can('sources_write')) entries.push({ id: 'new-source', icon: 'plus', text: t('sources.new'), note: t('palette.action'), run: () => go('sources', 'new') });
    if (can('dictionary_write')) entries.push({ id: 'edit-dictionary', icon: 'edit', text: t('dictionary.edit'), note: t('palette.action'), run: () => go('dictionary', 'edit') });
    entries.push(
        { id: 'theme', icon: dark ? 'sun' : 'moon', text: t(dark ? 'palette.light' : 'palette.dark'), note: t('palette.action'), run: () => setTheme(dark ? 'light' : 'dark') },
        { id: 'help', icon: 'keyboard', text: t('help.title'), note: t('palette.action'), run: () => { help.value = true; } },
        { id: 'out', icon: 'logout', text: t('session.sign_out'), note: t('palette.action'), run: () => void signOut().catch((e: unknown) => toast(explain(e).title, 'bad')) },
    );
    return entries;
}

function usePeople(q: string): PersonRow[] {
    const [found, setFound] = useState<PersonRow[]>([]);
    useEffect(() => {
        setFound([]);
        if (q.length < 2 || !can('people_read')) return;
        const control = new AbortController();
        const timer = setTimeout(() => {
            api.post<People>('/v1/people/search', { q, limit: 6 }, { signal: control.signal })
                .then((p) => setFound(p.items), () => {}); // the palette also works without people
        }, 150);
        return () => {
            clearTimeout(timer);
            control.abort();
        };
    }, [q]);
    return found;
}

export default function Palette() {
    const [text, setText] = useState('');
    const [at, setAt] = useState(0);
    const id = useId();
    const list = useRef<HTMLUListElement>(null);
    const q = text.trim();
    const people = usePeople(q);
    const entries: Entry[] = [
        ...fixed().filter((e) => e.text.toLocaleLowerCase().includes(q.toLocaleLowerCase())),
        ...people.map((p): Entry => ({
            id: p.id, person: p, text: p.label, note: p.email ?? t('palette.person'), run: () => go('people', p.id),
        })),
    ];
    const chosen = Math.min(at, entries.length - 1);
    useEffect(() => {
        setAt(0);
    }, [q]);
    useEffect(() => {
        list.current?.children[chosen]?.scrollIntoView({ block: 'nearest' });
    }, [chosen]);
    useEffect(() => {
        if (q) announce(t('palette.count', { n: entries.length }));
    }, [entries.length, q]);

    const close = () => { palette.value = false; };
    const run = (entry: Entry | undefined) => {
        if (!entry) return;
        close();
        entry.run();
    };
    const onKeyDown = (event: KeyboardEvent) => {
        if (event.key === 'ArrowDown') setAt((chosen + 1) % Math.max(1, entries.length));
        else if (event.key === 'ArrowUp') setAt((chosen - 1 + entries.length) % Math.max(1, entries.length));
        else if (event.key === 'Home' && !text) setAt(0);
        else if (event.key === 'End' && !text) setAt(entries.length - 1);
        else if (event.key === 'Enter') run(entries[chosen]);
        else return;
        event.preventDefault();
    };
    return (
        <Dialog label={t('palette.title')} size="palette" onClose={close}>
            <div class="palette-field">
                <Icon name="search" />
                <input
                    type="text" role="combobox" aria-expanded="true" aria-controls={`${id}-list`} aria-autocomplete="list"
                    aria-activedescendant={entries[chosen] ? `${id}-${chosen}` : undefined}
                    aria-label={t('palette.title')} placeholder={t('palette.hint')} data-autofocus
                    autocomplete="off" spellcheck={false} maxLength={200}
                    value={text} onInput={(e) => setText(e.currentTarget.value)} onKeyDown={onKeyDown}
                />
                <kbd>Esc</kbd>
            </div>
            <ul role="listbox" id={`${id}-list`} class="palette-list" ref={list} aria-label={t('palette.title')}>
                {entries.map((e, i) => (
                    <li
                        key={e.id} id={`${id}-${i}`} role="option" aria-selected={i === chosen}
                        onClick={() => run(e)} onMouseMove={() => setAt(i)}
                    >
                        {e.person ? <Avatar id={e.person.id} label={e.person.label} known={e.person.known} /> : <Icon name={e.icon!} />}
                        <span>{e.text}</span>
                        <small>{e.note}</small>
                    </li>
                ))}
            </ul>
            {entries.length === 0 && <p class="palette-none">{t('palette.none')}</p>}
        </Dialog>
    );
}
