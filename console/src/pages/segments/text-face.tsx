// SPDX-License-Identifier: Apache-2.0
// The text face of a definition: coloured, completed, with faults underlined and listed.

import { useId } from 'preact/hooks';
import { api } from '../../api/client';
import type { Completion, Fault } from '../../api/types';
import { t } from '../../i18n';
import { byteAt, indexAt } from '../../lib/definition';
import { paintSegment } from '../../lib/paint';
import { CodeArea, type Offer } from '../../ui/code-area';
import { Icon } from '../../ui/icons';

async function complete(text: string, cursor: number, signal: AbortSignal): Promise<Offer> {
    const found = await api.post<Completion>('/v1/segments/complete', { text, cursor: byteAt(text, cursor) }, { signal, plain: true });
    return { from: indexAt(text, found.from), to: indexAt(text, found.to), items: found.items };
}

const place = (text: string, byte: number): { line: number; column: number } => {
    const before = text.slice(0, indexAt(text, byte)).split('\n');
    return { line: before.length, column: before[before.length - 1]!.length + 1 };
};

export function TextFace({ text, faults, onInput, onSave, rows = 9, label, autofocus }: {
    text: string; faults: Fault[]; onInput: (text: string) => void; onSave?: () => void; rows?: number; label: string; autofocus?: boolean;
}) {
    const id = useId();
    const placed = faults.filter((f) => f.length > 0 || f.at > 0 || !f.path);
    const marks = placed.map((f) => ({ from: indexAt(text, f.at), to: indexAt(text, f.at + f.length), tone: f.warning ? 'warn' as const : 'bad' as const }));
    return (
        <div class="text-face">
            <CodeArea
                label={label} value={text} onInput={onInput} paint={paintSegment} marks={marks} complete={complete} rows={rows} onRun={onSave} autofocus={autofocus}
                describedBy={placed.length ? `${id}-faults` : undefined} invalid={placed.some((f) => !f.warning)}
            />
            <ul class="clause-faults" id={`${id}-faults`} aria-live="polite">
                {placed.map((f, i) => (
                    <li key={i} class={f.warning ? 'warn' : 'bad'}>
                        <Icon name="warning" />
                        <span>{t('segments.fault.at', place(text, f.at))} {f.text}</span>
                    </li>
                ))}
            </ul>
        </div>
    );
}
