// SPDX-License-Identifier: Apache-2.0
// Backups: where they go, what there is and whether it was verified, and the reports of restore drills.

import { useState } from 'preact/hooks';
import { api, segment } from '../../api/client';
import { useAction, useQuery } from '../../api/query';
import type { Backup, BackupClass, Backups as Data } from '../../api/types';
import { t, tOr } from '../../i18n';
import { toast } from '../../lib/announce';
import { bytes, count, dateTime, value, words } from '../../lib/format';
import { Ago, Badge, Button, Card, Dot, Empty, Loading, PageHead } from '../../ui/basics';
import { Confirm } from '../../ui/confirm';
import { ProblemBox } from '../../ui/problem';
import { Table } from '../../ui/table';
import { Drills } from './drills';

const EVERY = 2500;
const CLASSES: BackupClass[] = ['data', 'keys', 'configuration'];
const TONES = { running: 'info', done: 'good', failed: 'bad' } as const;
const className = (c: string): string => tOr(`backups.class.${c}`, words(c));

function Targets({ data }: { data: Data }) {
    const schedule = Object.entries(data.schedule);
    return (
        <Card title={t('backups.targets')}>
            <ul class="acts">
                {data.targets.map((x) => (
                    <li key={x.name}>
                        <div>
                            <strong>{x.name}</strong> <Badge>{t(`backups.kind.${x.kind}`)}</Badge><p class="muted small"><code class="wrap-any" dir="ltr">{x.place}</code></p>
                            {x.failing_since && <p class="bad-text small">{t('backups.failing')} <Ago time={x.failing_since} /></p>}
                        </div>
                    </li>
                ))}
            </ul>
            {schedule.length > 0 && (
                <dl class="properties">
                    {schedule.map(([k, v]) => <div key={k}><dt>{tOr(`backups.schedule.${k}`, words(k))}</dt><dd>{value(v)}</dd></div>)}
                </dl>
            )}
        </Card>
    );
}

function Newest({ items }: { items: Backup[] }) {
    return (
        <dl class="facts">
            {CLASSES.map((c) => {
                const last = items.filter((b) => b.class === c && b.state === 'done').sort((a, b) => (a.started < b.started ? 1 : -1))[0];
                return <div key={c}><dt>{className(c)}</dt><dd>{last ? <><Dot tone={last.verified ? 'good' : 'warn'} /><Ago time={last.finished ?? last.started} /></> : t('time.never')}</dd></div>;
            })}
        </dl>
    );
}

function RunNow({ onClose, onDone }: { onClose: () => void; onDone: () => void }) {
    const [chosen, setChosen] = useState<BackupClass>('data');
    return (
        <Confirm
            title={t('backups.run')} submit={t('backups.run')} icon="backups" onClose={onClose}
            run={async () => {
                await api.post('/v1/backups', { class: chosen });
                toast(t('backups.started'));
                onDone();
            }}
        >
            <fieldset class="choices">
                <legend>{t('backups.what')}</legend>
                {CLASSES.map((c) => (
                    <label key={c}>
                        <input type="radio" name="class" value={c} checked={chosen === c} onChange={() => setChosen(c)} />
                        <span>{className(c)} <span class="muted small">{t(`backups.class.${c}.text`)}</span></span>
                    </label>
                ))}
            </fieldset>
        </Confirm>
    );
}

function Items({ items, onVerify, busy }: { items: Backup[]; onVerify: (b: Backup) => void; busy: boolean }) {
    return (
        <Card title={t('backups.items')} class="flush">
            <Table
                caption={t('backups.items')} rows={items} rowKey={(b) => b.id}
                columns={[
                    {
                        key: 'when', label: t('backups.when'), head: true, grow: true,
                        cell: (b) => (
                            <>
                                <strong>{className(b.class)}</strong> <span class="muted">{dateTime(b.started)}</span>
                                <small class="muted">{b.target}</small>
                                {b.error && <small class="bad-text">{b.error}</small>}
                            </>
                        ),
                    },
                    { key: 'state', label: t('backups.state'), cell: (b) => <Badge tone={TONES[b.state] ?? 'plain'}>{tOr(`backups.state.${b.state}`, words(b.state))}</Badge> },
                    { key: 'size', label: t('quarantine.size'), end: true, cell: (b) => bytes(b.bytes) },
                    { key: 'files', label: t('backups.files'), end: true, cell: (b) => <>{count(b.files)}<small class="muted">{t('backups.reused', { n: b.reused })}</small></> },
                    { key: 'verified', label: t('backups.verified'), cell: (b) => (b.verified ? <Ago time={b.verified} /> : <span class="muted">{t('backups.not_verified')}</span>) },
                    {
                        key: 'verify', label: t('backups.verify'), end: true,
                        cell: (b) => (b.state === 'done'
                            ? <Button small disabled={busy} aria-label={t('backups.verify.named', { what: className(b.class), when: dateTime(b.started) })} onClick={() => onVerify(b)}>{t('backups.verify')}</Button>
                            : ''),
                    },
                ]}
            />
        </Card>
    );
}

const moving = (d: Data): boolean => d.items.some((b) => b.state === 'running') || d.drills.some((x) => x.state === 'running');

export default function Backups() {
    const [poll, setPoll] = useState(0);
    const list = useQuery('backups', async (signal) => {
        const found = await api.get<Data>('/v1/backups', { signal });
        setPoll(moving(found) ? EVERY : 0);
        return found;
    }, { keep: true, poll });
    const [run, setRun] = useState(false);
    const soon = () => {
        setPoll(EVERY);
        list.reload();
    };
    const verify = useAction(async (b: Backup) => {
        await api.post(`/v1/backups/${segment(String(b.id))}/verify`);
        toast(t('backups.verify.started'));
        soon();
    });
    const d = list.data;
    const none = d && d.targets.length === 0;
    return (
        <>
            <PageHead title={t('nav.backups')} lead={t('backups.lead')}>
                {d && !none && <Button tone="primary" icon="backups" onClick={() => setRun(true)}>{t('backups.run')}</Button>}
            </PageHead>
            <ProblemBox error={list.error ?? verify.error} onRetry={list.error ? list.reload : undefined} />
            {!d && !list.error && <Loading />}
            {none && <Empty icon="backups" title={t('backups.none')}>{t('backups.none.text')}</Empty>}
            {d && !none && (
                <>
                    <Newest items={d.items} />
                    <Targets data={d} />
                    {d.items.length > 0 ? <Items items={d.items} busy={verify.busy} onVerify={(b) => void verify.act(b)} />
                        : <Empty icon="backups" title={t('backups.empty')}>{t('backups.empty.text')}</Empty>}
                    <Drills drills={d.drills} onDone={soon} />
                </>
            )}
            {run && <RunNow onClose={() => setRun(false)} onDone={soon} />}
        </>
    );
}
