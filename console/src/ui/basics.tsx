// SPDX-License-Identifier: Apache-2.0
// The small pieces every page is made of.

import type { ButtonHTMLAttributes, ComponentChildren } from 'preact';
import { useEffect, useId, useState } from 'preact/hooks';
import { t } from '../i18n';
import { ago, dateTimeFull } from '../lib/format';
import type { Time } from '../api/types';
import { announce } from '../lib/announce';
import { Icon, type IconName } from './icons';

type ButtonProps = Omit<ButtonHTMLAttributes<HTMLButtonElement>, 'icon' | 'disabled' | 'type' | 'class' | 'role'> & {
    class?: string;
    tone?: 'plain' | 'primary' | 'danger' | 'quiet';
    icon?: IconName;
    busy?: boolean;
    small?: boolean;
    disabled?: boolean;
    type?: 'button' | 'submit';
};

export function Button({ tone = 'plain', icon, busy, small, children, class: extra, disabled, ...rest }: ButtonProps) {
    return (
        <button
            type="button"
            {...rest}
            class={`button ${tone} ${small ? 'small' : ''} ${children ? '' : 'square'} ${extra ?? ''}`}
            aria-disabled={busy ? true : undefined}
            disabled={disabled}
        >
            {busy ? <span class="spinner" aria-hidden="true" /> : icon && <Icon name={icon} />}
            {children && <span>{children}</span>}
        </button>
    );
}

export function LinkButton({ href, icon, children, tone = 'plain', download }: {
    href: string; icon?: IconName; children: ComponentChildren; tone?: 'plain' | 'primary'; download?: string | boolean;
}) {
    return (
        <a class={`button ${tone}`} href={href} download={download}>
            {icon && <Icon name={icon} />}
            <span>{children}</span>
        </a>
    );
}

export function Badge({ tone = 'plain', children, title }: {
    tone?: 'plain' | 'good' | 'warn' | 'bad' | 'info' | 'sample'; children: ComponentChildren; title?: string;
}) {
    return <span class={`badge ${tone}`} title={title}>{children}</span>;
}

export function Dot({ tone }: { tone: 'good' | 'warn' | 'bad' | 'idle' | 'wait' }) {
    return <span class={`dot ${tone}`} aria-hidden="true" />;
}

// A time as "3 minutes ago" that stays true while the page is open; the full time is in the title.
export function Ago({ time }: { time: Time | null | undefined }) {
    const [now, setNow] = useState(Date.now());
    const recent = time ? now - new Date(time).getTime() < 3_600_000 : false;
    useEffect(() => {
        const timer = setInterval(() => setNow(Date.now()), recent ? 5_000 : 60_000);
        return () => clearInterval(timer);
    }, [recent]);
    if (!time) return <span class="muted">{t('time.never')}</span>;
    return <time dateTime={time} title={dateTimeFull(time)}>{ago(time, Math.max(now, Date.now()))}</time>;
}

export function CopyButton({ text, label, small = true }: { text: string; label?: string; small?: boolean }) {
    const [done, setDone] = useState(false);
    useEffect(() => {
        if (!done) return;
        const timer = setTimeout(() => setDone(false), 2000);
        return () => clearTimeout(timer);
    }, [done]);
    const copy = async () => {
        try {
            await navigator.clipboard.writeText(text);
        } catch { // no permission or plain http: the old way
            const area = document.createElement('textarea');
            area.value = text;
            area.className = 'visually-hidden';
            (document.querySelector('dialog[open]') ?? document.body).append(area);
            area.select();
            document.execCommand('copy');
            area.remove();
        }
        setDone(true);
        announce(t('copy.done'));
    };
    return (
        <Button small={small} icon={done ? 'check' : 'copy'} onClick={() => void copy()} aria-label={label ?? t('copy.label')}>
            {t(done ? 'copy.done' : 'copy.short')}
        </Button>
    );
}

export function Segmented<T extends string>({ label, value, options, onChange }: {
    label: string; value: T; options: { value: T; label: ComponentChildren; title?: string }[]; onChange: (value: T) => void;
}) {
    const name = useId();
    return (
        <fieldset class="segmented">
            <legend class="visually-hidden">{label}</legend>
            {options.map((o) => (
                <label key={o.value} title={o.title}>
                    <input
                        type="radio" name={name} value={o.value} checked={o.value === value}
                        onChange={() => onChange(o.value)}
                    />
                    <span>{o.label}</span>
                </label>
            ))}
        </fieldset>
    );
}

// Field with label, hint and error tied to the control for assistive technology.
export function Field({ label, hint, error, children, wide }: {
    label: ComponentChildren; hint?: ComponentChildren; error?: string | null; wide?: boolean;
    children: (ids: { id: string; 'aria-describedby': string | undefined; 'aria-invalid': true | undefined }) => ComponentChildren;
}) {
    const id = useId();
    const described = [hint ? `${id}-hint` : '', error ? `${id}-error` : ''].filter(Boolean).join(' ') || undefined;
    return (
        <div class={`field ${wide ? 'wide' : ''}`}>
            <label for={id}>{label}</label>
            {children({ id, 'aria-describedby': described, 'aria-invalid': error ? true : undefined })}
            {hint && <div class="hint" id={`${id}-hint`}>{hint}</div>}
            {error && <div class="field-error" id={`${id}-error`}>{error}</div>}
        </div>
    );
}

export function Progress({ value, max, label }: { value: number; max: number; label: string }) {
    return <progress class="progress" value={max ? Math.min(value, max) : undefined} max={max || undefined} aria-label={label} />;
}

export function Loading({ what }: { what?: string }) {
    return (
        <div class="loading" role="status">
            <span class="spinner" aria-hidden="true" />
            <span>{what ?? t('state.loading')}</span>
        </div>
    );
}

// Why it is empty, and the one next step.
export function Empty({ icon, title, children, action }: {
    icon: IconName; title: string; children?: ComponentChildren; action?: ComponentChildren;
}) {
    return (
        <div class="empty">
            <span class="empty-icon"><Icon name={icon} /></span>
            <h2>{title}</h2>
            {children && <div class="empty-text">{children}</div>}
            {action && <div class="empty-action">{action}</div>}
        </div>
    );
}

export function Card({ title, actions, children, class: extra, note }: {
    title?: ComponentChildren; actions?: ComponentChildren; note?: ComponentChildren; children: ComponentChildren; class?: string;
}) {
    const id = useId();
    return (
        <section class={`card ${extra ?? ''}`} aria-labelledby={title ? id : undefined}>
            {title && (
                <header class="card-head">
                    <h2 id={id}>{title}</h2>
                    {note && <span class="card-note">{note}</span>}
                    {actions && <div class="card-actions">{actions}</div>}
                </header>
            )}
            {children}
        </section>
    );
}

export function PageHead({ title, children, lead, back, icon }: {
    title: string; icon?: ComponentChildren; children?: ComponentChildren; lead?: ComponentChildren; back?: { href: string; label: string };
}) {
    useEffect(() => {
        document.title = `${title} · Custos`;
    }, [title]);
    return (
        <header class="page-head">
            <div>
                {back && <a class="back" href={back.href}><Icon name="chevron" class="flip" />{back.label}</a>}
                <div class="page-title">
                    {icon}
                    <div>
                        <h1 tabIndex={-1} dir="auto">{title}</h1>
                        {lead && <div class="lead">{lead}</div>}
                    </div>
                </div>
            </div>
            {children && <div class="page-actions">{children}</div>}
        </header>
    );
}

const TINTS = 6;
export function Avatar({ label, id, large, known = true }: { label: string; id: string; large?: boolean; known?: boolean }) {
    if (!known) return <span class={`avatar nobody ${large ? 'large' : ''}`} aria-hidden="true"><Icon name="user" /></span>;
    const words = label.trim().split(/[\s.@_-]+/).filter(Boolean);
    const initials = ((words[0]?.[0] ?? '') + (words[1]?.[0] ?? '')).toUpperCase() || '?';
    let sum = 0;
    for (const c of id) sum = (sum * 31 + c.charCodeAt(0)) % 9973;
    return <span class={`avatar tint-${sum % TINTS} ${large ? 'large' : ''}`} aria-hidden="true">{initials}</span>;
}
