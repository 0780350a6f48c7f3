// SPDX-License-Identifier: Apache-2.0
// "How is this computed?" beside a figure: the formula in words, what is divided by what, and whose way of counting it is.

import type { ComponentChildren } from 'preact';
import { useId, useRef } from 'preact/hooks';
import type { MetricInfo } from '../../api/insight-types';
import { t } from '../../i18n';
import { Icon } from '../icons';

const EDGE = 8;

// A panel of the top layer beside its button: closes with Escape or a click elsewhere.
export function Popover({ label, children, icon = 'info' }: { label: string; children: ComponentChildren; icon?: 'info' }) {
    const id = useId().replace(/\W/g, '');
    const button = useRef<HTMLButtonElement>(null);
    const panel = useRef<HTMLDivElement>(null);
    const place = () => {
        const at = button.current?.getBoundingClientRect();
        const box = panel.current;
        if (!at || !box) return;
        const left = Math.max(EDGE, Math.min(at.left, innerWidth - box.offsetWidth - EDGE));
        const below = at.bottom + EDGE / 2;
        const top = below + box.offsetHeight > innerHeight - EDGE ? Math.max(EDGE, at.top - box.offsetHeight - EDGE / 2) : below;
        box.style.left = `${left}px`;
        box.style.top = `${top}px`;
    };
    return (
        <>
            <button type="button" class="how-button" ref={button} aria-label={label} title={label} popovertarget={`how${id}`}><Icon name={icon} /></button>
            <div id={`how${id}`} popover="auto" class="how" role="dialog" aria-label={label} ref={panel} onToggle={place}>{children}</div>
        </>
    );
}

export interface HowText {
    title: string;
    doc?: string | undefined;
    formula?: string | undefined;
    numerator?: string | undefined;
    denominator?: string | undefined;
    vendor?: string | undefined;
    others?: string | undefined; // the other ways that there are
}

export function How({ title, doc, formula, numerator, denominator, vendor, others }: HowText) {
    const rows: [string, string | undefined][] = [
        [t('how.formula'), formula], [t('how.numerator'), numerator], [t('how.denominator'), denominator], [t('how.vendor'), vendor], [t('how.others'), others],
    ];
    return (
        <Popover label={t('how.label', { name: title })}>
            <p><strong>{title}</strong></p>
            {doc && <p>{doc}</p>}
            <dl>{rows.filter(([, v]) => v).map(([name, v]) => <div key={name}><dt>{name}</dt><dd>{v}</dd></div>)}</dl>
        </Popover>
    );
}

// Of a metric of the catalogue and one of its variants.
export function howOf(metric: MetricInfo | undefined, variant?: string): HowText | null {
    if (!metric) return null;
    const chosen = metric.variants.find((v) => v.name === variant) ?? metric.variants[0];
    const others = metric.variants.filter((v) => v !== chosen).map((v) => v.vendor || v.name);
    return {
        title: metric.title, doc: metric.doc, formula: chosen?.formula, numerator: chosen?.numerator, denominator: chosen?.denominator,
        vendor: chosen?.vendor, others: others.length ? others.join(', ') : undefined,
    };
}
