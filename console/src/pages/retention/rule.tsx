// SPDX-License-Identifier: Apache-2.0
// One rule: how long, tried before it is switched on or made shorter.

import { useState } from 'preact/hooks';
import { api, segment } from '../../api/client';
import { useAction } from '../../api/query';
import type { DryRun, RetentionRule } from '../../api/types';
import { t, tOr } from '../../i18n';
import { toast } from '../../lib/announce';
import { fieldError } from '../../lib/fields';
import { count, words } from '../../lib/format';
import { href } from '../../lib/router';
import { can } from '../../lib/session';
import { Button, Field } from '../../ui/basics';
import { Dialog } from '../../ui/dialog';
import { Icon } from '../../ui/icons';
import { ProblemBox } from '../../ui/problem';

export const ruleName = (name: string): string => tOr(`retention.rule.${name}`, words(name));

function Tried({ run }: { run: DryRun }) {
    const takes = run.rows > 0 || run.people > 0;
    const ids = run.sample.map((path) => path.split('/').pop() ?? '');
    return (
        <div class={`notice ${takes ? 'warn' : 'good'}`} role="status">
            <Icon name={takes ? 'warning' : 'check'} />
            <div>
                <strong>{takes ? t('retention.tried', { people: count(run.people), rows: count(run.rows) }) : t('retention.tried.none')}</strong>
                {!run.complete && <p>{t('retention.tried.part', { looked: count(run.looked), total: count(run.total) })}</p>}
                {run.kept.filter((k) => k.people > 0).map((k) => <p key={k.reason} class="small">{t('retention.tried.kept', { people: count(k.people) })} {k.doc} {k.source}</p>)}
                {ids.length > 0 && can('people_read') && <p class="small">{t('retention.sample')} {ids.map((x) => <a key={x} href={href('people', x)} target="_blank" rel="noopener">{x.slice(-4)} </a>)}</p>}
            </div>
        </div>
    );
}

export function RuleDialog({ rule, onClose, onDone }: { rule: RetentionRule; onClose: () => void; onDone: () => void }) {
    const [days, setDays] = useState(String(rule.keep_days));
    const [on, setOn] = useState(rule.on);
    const [tried, setTried] = useState<DryRun | null>(null);
    const path = `/v1/retention/${segment(rule.name)}`;
    const number = Number(days);
    const sound = Number.isInteger(number) && number >= rule.keep_min && days.trim() !== '';
    const fresh = tried?.keep_days === number || rule.dry_run_days === number;
    const needsTry = on && (!rule.on || number < rule.keep_days) && !fresh;
    const changed = on !== rule.on || number !== rule.keep_days;
    const ready = sound && changed && !needsTry;
    const dry = useAction(async () => setTried(await api.post<DryRun>(`${path}/dry-run`, { keep_days: number })));
    const save = useAction(async () => {
        await api.put(path, { on, keep_days: number });
        toast(t(on ? 'retention.saved.on' : 'retention.saved'));
        onDone();
        onClose();
    });
    const run = useAction(async () => {
        await api.post(`${path}/run`);
        toast(t('retention.started'));
        onDone();
        onClose();
    });
    return (
        <Dialog
            title={ruleName(rule.name)} onClose={onClose} onSubmit={() => { if (ready) void save.act(); }}
            actions={(
                <>
                    <Button icon="eye" busy={dry.busy} disabled={!sound} onClick={() => void dry.act()}>{t('retention.dry_run')}</Button>
                    {rule.on && !changed && <Button icon="play" busy={run.busy} onClick={() => void run.act()}>{t('retention.run_now')}</Button>}
                    <span class="spring" />
                    <Button onClick={onClose}>{t('action.cancel')}</Button>
                    <Button type="submit" tone={on && !rule.on ? 'danger' : 'primary'} busy={save.busy} disabled={!ready}>{t('action.save')}</Button>
                </>
            )}
        >
            <p class="muted">{rule.what}</p>
            {rule.basis && <p class="small">{t('retention.basis')}: {rule.basis}</p>}
            {rule.covers.length > 0 && <p class="small wrap-any">{t('retention.covers')}: {rule.covers.slice(0, 20).join(', ')}</p>}
            <Field label={t('retention.keep_days')} hint={rule.declared ? t('retention.declared') : rule.keep_min ? t('retention.keep_min', { n: rule.keep_min }) : undefined} error={fieldError(save.error ?? dry.error, 'keep_days')}>
                {(ids) => <input {...ids} type="text" inputMode="numeric" maxLength={6} data-autofocus={!rule.declared || undefined} readOnly={rule.declared} value={days} onInput={(e) => setDays(e.currentTarget.value)} />}
            </Field>
            <label class="switch">
                <input type="checkbox" role="switch" checked={on} onChange={(e) => setOn(e.currentTarget.checked)} />
                <span>{t('retention.on')}</span>
            </label>
            {needsTry && <p class="notice info"><Icon name="info" />{t('retention.try_first')}</p>}
            {tried && tried.keep_days === number && <Tried run={tried} />}
            <ProblemBox error={save.error ?? dry.error ?? run.error} />
        </Dialog>
    );
}
