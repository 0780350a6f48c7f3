// SPDX-License-Identifier: Apache-2.0
// A change put forward for somebody else to decide about, with why it is needed.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import type { Proposal } from '../../api/types';
import { t } from '../../i18n';
import { toast } from '../../lib/announce';
import { go } from '../../lib/router';
import { Field } from '../../ui/basics';
import { Confirm } from '../../ui/confirm';

export function ProposeDialog({ change, title, children, onClose }: { change: { text: string } | { stop: string }; title?: string; children?: ComponentChildren; onClose: () => void }) {
    const [why, setWhy] = useState('');
    return (
        <Confirm
            title={title ?? t('proposals.propose.title')} submit={t('proposals.propose')} icon="people" ready={why.trim().length >= 3} onClose={onClose}
            run={async () => {
                const made = await api.post<Proposal>('/v1/dictionary/proposals', { ...change, why: why.trim() });
                toast(t('proposals.proposed'));
                go('dictionary', 'proposals', made.id);
            }}
        >
            {children}
            <p>{t('proposals.propose.text')}</p>
            <Field label={t('proposals.why')} hint={t('proposals.why.hint')}>
                {(ids) => <textarea {...ids} rows={3} maxLength={1000} data-autofocus value={why} onInput={(e) => setWhy(e.currentTarget.value)} />}
            </Field>
        </Confirm>
    );
}
