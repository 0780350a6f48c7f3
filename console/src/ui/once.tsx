// SPDX-License-Identifier: Apache-2.0
// A secret that is shown once: to copy, keep as a file, or print. It leaves the page only after "I have
// stored it".

import { useId } from 'preact/hooks';
import { t } from '../i18n';
import { Button, CopyButton } from './basics';
import { Icon } from './icons';

function save(text: string, file: string): void {
    const url = URL.createObjectURL(new Blob([`${text}\n`], { type: 'text/plain' }));
    const link = document.createElement('a');
    link.href = url;
    link.download = file;
    link.click();
    setTimeout(() => URL.revokeObjectURL(url), 10_000);
}

export function Once({ title, text, note, file, list, print = true }: {
    title: string; text: string; note: string; file?: string; list?: string[]; print?: boolean;
}) {
    const id = useId();
    return (
        <div class="once" role="group" aria-labelledby={id}>
            <div class="print-area">
                <p class="once-title" id={id}>{title}</p>
                {list
                    ? <ol class="once-list" dir="ltr">{list.map((x) => <li key={x}><code>{x}</code></li>)}</ol>
                    : <pre class="once-text" dir="ltr" tabIndex={0} role="region" aria-label={title}><code>{text}</code></pre>}
                <p class="print-only">{note}</p>
            </div>
            <p class="notice warn"><Icon name="warning" />{note}</p>
            <div class="button-row">
                <CopyButton small={false} text={text} label={t('copy.named', { name: title })} />
                {file && <Button icon="download" onClick={() => save(text, file)}>{t('once.save')}</Button>}
                {print && <Button icon="print" onClick={() => globalThis.print()}>{t('once.print')}</Button>}
            </div>
        </div>
    );
}

export const downloadText = save;
