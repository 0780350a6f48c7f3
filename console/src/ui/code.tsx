// SPDX-License-Identifier: Apache-2.0
// Copyable code, and tabs over several pieces of it.

import { useId, useRef, useState } from 'preact/hooks';
import { t } from '../i18n';
import { CopyButton } from './basics';

export function Code({ text, label }: { text: string; label: string }) {
    return (
        <div class="code">
            <pre tabIndex={0} role="region" aria-label={label}><code>{text}</code></pre>
            <div class="code-copy"><CopyButton text={text} label={t('copy.named', { name: label })} /></div>
        </div>
    );
}

export interface Snippet {
    id: string;
    name: string;
    note: string;
    text: string;
}

export function Snippets({ items }: { items: Snippet[] }) {
    const [chosen, setChosen] = useState(0);
    const id = useId();
    const list = useRef<HTMLDivElement>(null);
    const now = items[chosen] ?? items[0];
    const move = (to: number) => {
        const next = (to + items.length) % items.length;
        setChosen(next);
        list.current?.querySelectorAll<HTMLElement>('[role=tab]')[next]?.focus();
    };
    if (!now) return null;
    return (
        <div class="snippets">
            <div class="tabs" role="tablist" aria-label={t('snippet.tabs')} ref={list}>
                {items.map((s, i) => (
                    <button
                        key={s.id} type="button" role="tab" id={`${id}-t${i}`} aria-selected={i === chosen}
                        aria-controls={`${id}-panel`} tabIndex={i === chosen ? 0 : -1}
                        onClick={() => setChosen(i)}
                        onKeyDown={(event) => {
                            const rtl = document.documentElement.dir === 'rtl' ? -1 : 1;
                            if (event.key === 'ArrowRight') move(chosen + rtl);
                            else if (event.key === 'ArrowLeft') move(chosen - rtl);
                            else return;
                            event.preventDefault();
                        }}
                    >
                        {s.name}
                    </button>
                ))}
            </div>
            <div role="tabpanel" id={`${id}-panel`} aria-labelledby={`${id}-t${chosen}`}>
                <p class="muted">{now.note}</p>
                <Code text={now.text} label={now.name} />
            </div>
        </div>
    );
}
