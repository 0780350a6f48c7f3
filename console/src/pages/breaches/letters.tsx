// SPDX-License-Identifier: Apache-2.0
// Whether people have to be told though nothing can be read, and the letters that are drafted of what is known.

import { useState } from 'preact/hooks';
import { api, withQuery } from '../../api/client';
import { useQuery } from '../../api/query';
import type { Breach, BreachLetter, List } from '../../api/types';
import { t, tOr } from '../../i18n';
import { words } from '../../lib/format';
import { Badge, Card, CopyButton } from '../../ui/basics';
import { Letter } from '../../ui/letter';
import { ProblemBox } from '../../ui/problem';

export function Exemption({ b }: { b: Breach }) {
    const { answer, checks, source } = b.exemption;
    return (
        <Card title={t('exemption.title')} note={source} actions={<Badge tone={answer === 'yes' ? 'good' : answer === 'no' ? 'warn' : 'plain'}>{tOr(`exemption.${answer}`, words(answer))}</Badge>}>
            <ul class="plain-list">{checks.map((c) => <li key={c.name} class={c.speaks_for ? 'good-text' : 'warn-text'}>{c.text}</li>)}</ul>
            {checks.length === 0 && <p class="muted">{t('exemption.none')}</p>}
        </Card>
    );
}

export function LettersCard({ b }: { b: Breach }) {
    const [language, setLanguage] = useState('en');
    const found = useQuery(`breach.letters.${b.id}.${language}.${b.steps.length}`, (signal) => api.get<List<BreachLetter>>(withQuery(`/v1/breaches/${b.id}/letters`, { language }), { signal }), { keep: true });
    return (
        <Card
            title={t('breach.letters')}
            actions={(
                <label class="inline-select start">
                    <span>{t('breach.language')}</span>
                    <select value={language} onChange={(e) => setLanguage(e.currentTarget.value)}>{['en', 'de', 'fr'].map((l) => <option key={l} value={l}>{l}</option>)}</select>
                </label>
            )}
        >
            <ProblemBox error={found.error} onRetry={found.reload} />
            <ul class="drills">
                {found.data?.items.map((l) => (
                    <li key={l.kind}>
                        <details>
                            <summary>{tOr(`breach.letter.${l.kind}`, words(l.kind))}</summary>
                            <Draft letter={l} />
                        </details>
                    </li>
                ))}
            </ul>
        </Card>
    );
}

const Draft = ({ letter }: { letter: { subject: string; text: string } }) => (
    <>
        <Letter letter={letter} />
        <CopyButton text={`${letter.subject}\n\n${letter.text}`} label={t('copy.named', { name: letter.subject })} />
    </>
);
