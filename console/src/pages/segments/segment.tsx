// SPDX-License-Identifier: Apache-2.0
// One segment: its definition and size, and its views.

import { useState } from 'preact/hooks';
import { ApiError, api, segment } from '../../api/client';
import { useQuery } from '../../api/query';
import type { Segment } from '../../api/types';
import { t, tx } from '../../i18n';
import { count } from '../../lib/format';
import { paintSegment } from '../../lib/paint';
import { go, href } from '../../lib/router';
import { can } from '../../lib/session';
import { Ago, Badge, Button, Card, CopyButton, Empty, LinkButton, Loading, PageHead } from '../../ui/basics';
import { ProblemBox } from '../../ui/problem';
import { Tabs } from '../../ui/tabs';
import { DeleteSegment } from './delete';
import { ExportDialog } from './export';
import { History } from './history';
import { OverlapView } from './overlap';
import { SegmentPeopleView } from './people';
import { Sizes } from './sizes';
import { BrokenNote, State } from './state';
import { WhyView } from './why';

const VIEWS = ['people', 'history', 'sizes', 'overlap', 'why'] as const;
type View = (typeof VIEWS)[number];
const EVERY = 1000;

function Names({ names, label }: { names: string[]; label: string }) {
    if (!names.length) return null;
    return <p class="muted small">{label} {names.map((n, i) => <>{i > 0 && ', '}<a href={href('segments', n)}>{n}</a></>)}</p>;
}

function Definition({ s }: { s: Segment }) {
    return (
        <Card
            title={t('segments.definition')} actions={(
                <>
                    <CopyButton text={s.text} label={t('copy.named', { name: t('segments.definition') })} />
                    {can('segments_write') && <LinkButton icon="edit" href={href('segments', s.name, 'edit')}>{t('segments.edit')}</LinkButton>}
                </>
            )}
        >
            <pre class="definition mono" dir="ltr"><code>{paintSegment(s.text).map((x, i) => (x.kind ? <span key={i} class={`tok-${x.kind}`}>{x.text}</span> : x.text))}</code></pre>
            <Names label={t('segments.uses')} names={s.uses} />
            <Names label={t('segments.used_by')} names={s.used_by} />
        </Card>
    );
}

export function SegmentPage({ name, view, person }: { name: string; view: string; person: string | null }) {
    const found = useQuery(`segment.${name}`, (signal) => api.get<Segment>(`/v1/segments/${segment(name)}`, { signal }), { poll: EVERY, keep: true });
    const [dialog, setDialog] = useState<'delete' | 'export' | null>(null);
    const s = found.data;
    const back = { href: href('segments'), label: t('nav.segments') };
    if (!s) {
        const gone = found.error instanceof ApiError && found.error.status === 404;
        return (
            <>
                <PageHead title={name} back={back} />
                {gone ? <Empty icon="segments" title={t('segments.gone')} action={<LinkButton tone="primary" href={href('segments')}>{t('segments.gone.action')}</LinkButton>}>{t('segments.gone.text')}</Empty>
                    : found.error ? <ProblemBox error={found.error} onRetry={found.reload} /> : <Loading />}
            </>
        );
    }
    const shown: View = VIEWS.find((v) => v === view) ?? 'people';
    return (
        <>
            <PageHead
                title={s.title} back={back}
                lead={(
                    <>
                        {s.doc && <span dir="auto">{s.doc} </span>}
                        <span class="person-lead"><State s={s} />{s.persona && <Badge tone="info">{t('segments.persona')}</Badge>} <span class="muted">{tx('segments.changed.when', { when: <Ago time={s.changed} /> })}</span></span>
                    </>
                )}
            >
                {can('people_export') && <Button icon="download" onClick={() => setDialog('export')}>{t('segments.export')}</Button>}
                {can('segments_write') && <Button icon="copy" onClick={() => go('segments', 'new', s.name)}>{t('segments.duplicate')}</Button>}
                {can('segments_write') && <Button icon="trash" tone="danger" onClick={() => setDialog('delete')}>{t('segments.delete')}</Button>}
            </PageHead>
            <ProblemBox error={found.error} onRetry={found.reload} />
            <BrokenNote s={s} />
            <dl class="facts segment-facts">
                <div><dt>{t('segments.size.now')}</dt><dd class="live-size">{s.state === 'broken' ? '–' : count(s.size)}</dd></div>
                <div><dt>{t('segments.created')}</dt><dd><Ago time={s.created} /></dd></div>
            </dl>
            <Definition s={s} />
            <Tabs label={t('segments.views')} now={shown} items={VIEWS.map((v) => ({ id: v, name: t(`segments.view.${v}`), href: href('segments', s.name, v) }))} />
            {shown === 'people' && <SegmentPeopleView s={s} />}
            {shown === 'history' && <History name={s.name} person={person} />}
            {shown === 'sizes' && <Sizes name={s.name} />}
            {shown === 'overlap' && <OverlapView name={s.name} />}
            {shown === 'why' && <WhyView s={s} person={person} />}
            {dialog === 'delete' && <DeleteSegment name={s.name} title={s.title} onClose={() => setDialog(null)} onDone={() => go('segments')} />}
            {dialog === 'export' && <ExportDialog s={s} onClose={() => setDialog(null)} />}
        </>
    );
}
