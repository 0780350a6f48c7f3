// SPDX-License-Identifier: Apache-2.0
// One import on its way: checked (dry run) -> mapped -> started -> done, and back again.

import { useEffect, useRef, useState } from 'preact/hooks';
import { api, upload, withQuery } from '../../api/client';
import { useAction, useQuery } from '../../api/query';
import type { Import, MapColumn } from '../../api/types';
import { t, type Key } from '../../i18n';
import { announce, toast } from '../../lib/announce';
import { bytes, count, dateTime, duration } from '../../lib/format';
import { go, href } from '../../lib/router';
import { can } from '../../lib/session';
import { Button, Card, Field, LinkButton, Loading, PageHead, Progress } from '../../ui/basics';
import { Dialog } from '../../ui/dialog';
import { Icon } from '../../ui/icons';
import { ProblemBox } from '../../ui/problem';
import { remember, remembered } from './file';
import { Faults, Mapping } from './mapping';
import { busy, StatusBadge } from './status';

const STEPS = ['check', 'map', 'run', 'done'] as const;
function step(i: Import): number {
    if (i.status === 'uploaded' || i.status === 'checking') return 0;
    if (i.status === 'ready') return 1;
    if (i.status === 'running') return 2;
    return i.status === 'done' ? 4 : 3;
}

function Steps({ at }: { at: number }) {
    return (
        <ol class="steps" aria-label={t('imports.steps')}>
            {STEPS.map((s, n) => (
                <li key={s} class={n < at ? 'past' : n === at ? 'now' : ''} aria-current={n === Math.min(at, 3) ? 'step' : undefined}>
                    <span class="step-mark" aria-hidden="true">{n < at ? <Icon name="check" /> : n + 1}</span>
                    {t(`imports.step.${s}` as Key)}
                </li>
            ))}
        </ol>
    );
}

function Running({ i }: { i: Import }) {
    return (
        <div class="running">
            <Progress value={i.bytes_done} max={i.bytes} label={t(`imports.status.${i.status}` as Key)} />
            <p role="status">
                {t('imports.progress', { done: bytes(i.bytes_done), total: bytes(i.bytes), rows: count(i.rows) })}
                {i.rate > 0 && <> · {t('imports.rate', { n: count(Math.round(i.rate)) })}</>}
                {i.seconds_left !== null && i.seconds_left > 0 && <> · {t('imports.left', { time: duration(i.seconds_left) })}</>}
            </p>
        </div>
    );
}

function Counts({ i }: { i: Import }) {
    const facts: [string, number, boolean][] = [
        [t('imports.rows'), i.rows, false],
        [t('imports.good'), i.rows_ok, false],
        [t('imports.bad'), i.rows_bad, true],
    ];
    if (i.status !== 'ready' || i.created + i.updated + i.unchanged > 0) {
        facts.push([t('imports.created'), i.created, false], [t('imports.updated'), i.updated, false], [t('imports.unchanged'), i.unchanged, false]);
    }
    if (i.quarantined > 0) facts.push([t('imports.quarantined'), i.quarantined, true]);
    return (
        <dl class="facts">
            {facts.map(([name, n, bad]) => (
                <div key={name}><dt>{name}</dt><dd class={bad && n ? 'bad-text' : ''}>{count(n)}</dd></div>
            ))}
        </dl>
    );
}

function Revert({ i, onClose, onDone }: { i: Import; onClose: () => void; onDone: () => void }) {
    const run = useAction(async () => {
        await api.post(`/v1/imports/${i.number}/revert`);
        announce(t('imports.reverting'));
        onDone();
        onClose();
    });
    return (
        <Dialog
            title={t('imports.revert.title')} size="small" onClose={onClose} onSubmit={() => void run.act()}
            actions={(
                <>
                    <Button onClick={onClose}>{t('action.cancel')}</Button>
                    <Button type="submit" tone="danger" icon="undo" busy={run.busy}>{t('imports.revert')}</Button>
                </>
            )}
        >
            <p>{t('imports.revert.text', { created: count(i.created), updated: count(i.updated) })}</p>
            <ProblemBox error={run.error} />
        </Dialog>
    );
}

function Ready({ i, onChange }: { i: Import; onChange: () => void }) {
    const [changes, setChanges] = useState<Record<string, string>>({});
    const [name, setName] = useState('');
    const columns: MapColumn[] = i.columns.map((c) => ({ column: c.name, field: changes[c.name] ?? c.field }));
    const changed = i.columns.some((c) => (changes[c.name] ?? c.field) !== c.field);
    const mapName = name.trim();
    const file = remembered(i.number);
    const saveMap = async (as: string) => {
        await api.put(`/v1/import-maps/${encodeURIComponent(as)}`, { kind: i.kind, columns });
    };
    const start = useAction(async () => {
        if (mapName) await saveMap(mapName);
        await api.post(`/v1/imports/${i.number}/start`, {
            ...(changed ? { mapping: columns } : {}),
            ...(mapName ? { map_name: mapName } : {}),
        });
        onChange();
    });
    const again = useAction(async () => {
        const as = mapName || t('imports.map.last', { kind: i.kind });
        await saveMap(as);
        const made = await upload<Import>(
            withQuery('/v1/imports', { kind: i.kind, map: as, name: i.name, dry_run: true }), file!, () => {});
        remember(made.number, file!);
        await api.delete(`/v1/imports/${i.number}`);
        go('imports', made.number);
    });
    const forget = useAction(async () => {
        await api.delete(`/v1/imports/${i.number}`);
        toast(t('imports.forgotten'));
        go('imports');
    });
    return (
        <>
            <Mapping import={i} columns={columns} onChange={(column, field) => setChanges({ ...changes, [column]: field })} />
            <Card title={t('imports.start.title')}>
                <div class="form-row">
                    <Field label={t('imports.save_map')} hint={t('imports.save_map.hint')}>
                        {(ids) => <input {...ids} type="text" maxLength={60} value={name} onInput={(e) => setName(e.currentTarget.value)} />}
                    </Field>
                </div>
                {i.rows_bad > 0 && <p class="muted">{t('imports.bad_left_out', { n: i.rows_bad })}</p>}
                <ProblemBox error={start.error ?? again.error ?? forget.error} />
                <div class="button-row">
                    <Button tone="primary" icon="play" busy={start.busy} disabled={i.rows_ok === 0 && !changed} onClick={() => void start.act()}>
                        {t('imports.start', { n: i.rows_ok })}
                    </Button>
                    {changed && file && <Button icon="replay" busy={again.busy} onClick={() => void again.act()}>{t('imports.check_again')}</Button>}
                    <Button tone="quiet" icon="trash" busy={forget.busy} onClick={() => void forget.act()}>{t('imports.forget')}</Button>
                </div>
            </Card>
        </>
    );
}

function Finished({ i, onChange }: { i: Import; onChange: () => void }) {
    const [reverting, setReverting] = useState(false);
    const [forgotten, setForgotten] = useState(false);
    const kept = i.rows_bad > 0 && !forgotten;
    const forget = useAction(async () => {
        await api.delete(`/v1/imports/${i.number}`);
        setForgotten(true);
        toast(t('imports.file_deleted'));
        onChange();
    });
    return (
        <div class="button-row">
            {kept && (
                <LinkButton icon="download" href={`/v1/imports/${i.number}/bad-rows`} download={`bad-rows-${i.number}.csv`}>
                    {t('imports.download_bad', { n: i.rows_bad })}
                </LinkButton>
            )}
            {i.status === 'done' && <LinkButton icon="people" href={href('people')}>{t('imports.see_people')}</LinkButton>}
            {(i.status === 'done' || i.status === 'failed') && !i.dry_run && can('import') && (
                <Button tone="danger" icon="undo" onClick={() => setReverting(true)}>{t('imports.revert')}</Button>
            )}
            {(i.upload || kept) && i.status !== 'ready' && can('import') && (
                <Button tone="quiet" icon="trash" busy={forget.busy} onClick={() => void forget.act()}>{t('imports.delete_file')}</Button>
            )}
            <ProblemBox error={forget.error} />
            {reverting && <Revert i={i} onClose={() => setReverting(false)} onDone={onChange} />}
        </div>
    );
}

const TITLES: Partial<Record<string, Key>> = {
    ready: 'imports.result.ready', done: 'imports.result.done', failed: 'imports.result.failed', reverted: 'imports.result.reverted',
};

export default function ImportPage({ number }: { number: number }) {
    const [fast, setFast] = useState(true);
    const one = useQuery(`import.${number}`, (signal) => api.get<Import>(`/v1/imports/${number}`, { signal }), { poll: fast ? 700 : 0, keep: true });
    const i = one.data;
    const before = useRef<string | null>(null);
    useEffect(() => {
        if (!i) return;
        setFast(busy(i));
        const title = TITLES[i.status];
        if (before.current && before.current !== i.status && title) announce(t(title));
        before.current = i.status;
    }, [i?.status]);
    const title = i?.name || t('imports.number', { n: number });
    return (
        <>
            <PageHead
                title={title} back={{ href: href('imports'), label: t('nav.imports') }}
                lead={i && (
                    <>
                        <StatusBadge import={i} /> {t(`imports.kind.${i.kind}` as Key)} · {bytes(i.bytes)}
                        {i.map && <> · {t('imports.map.used', { name: i.map })}</>}
                        {i.encoding && <> · {[i.format?.toUpperCase(), i.encoding, i.delimiter && JSON.stringify(i.delimiter)].filter(Boolean).join(', ')}</>}
                        <> · {dateTime(i.started ?? i.created_at)}</>
                    </>
                )}
            />
            <ProblemBox error={one.error} onRetry={one.reload} />
            {!i && one.loading && <Loading />}
            {i && (
                <>
                    <Steps at={step(i)} />
                    <Card title={TITLES[i.status] ? t(TITLES[i.status]!) : t(`imports.status.${i.status}` as Key)}>
                        {i.error && <div class="notice bad" role="alert"><Icon name="warning" /><p>{i.error}</p></div>}
                        {busy(i) && <Running i={i} />}
                        <Counts i={i} />
                        {i.fault_count > 0 && <div class="row-faults"><span>{t('imports.row_faults')}</span> <Faults faults={i.faults} n={i.fault_count} /></div>}
                        {!busy(i) && <Finished i={i} onChange={() => { setFast(true); one.reload(); }} />}
                    </Card>
                    {i.status === 'ready' && can('import') && <Ready i={i} onChange={() => { setFast(true); one.reload(); }} />}
                </>
            )}
        </>
    );
}
