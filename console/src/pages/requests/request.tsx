// SPDX-License-Identifier: Apache-2.0
// One request: its clocks, what was asked, every step, the letters, which rule won where two met, who was
// told, and what can be done now.

import { useState } from 'preact/hooks';
import { ApiError, api, segment } from '../../api/client';
import { useQuery } from '../../api/query';
import type { RequestDetail } from '../../api/types';
import { t, tOr, tx } from '../../i18n';
import { dateTime, value, words } from '../../lib/format';
import { channelName, regimeName, requestState, rightName, stateTone } from '../../lib/rights';
import { href } from '../../lib/router';
import { can } from '../../lib/session';
import { Ago, Badge, Button, Card, Empty, LinkButton, Loading, PageHead } from '../../ui/basics';
import { Due, DueBar } from '../../ui/due';
import { Icon, type IconName } from '../../ui/icons';
import { Letter } from '../../ui/letter';
import { PersonLink } from '../../ui/person-link';
import { ProblemBox } from '../../ui/problem';
import { Orders } from '../registers/orders';
import { ActDialog, ACTS, type Act } from './acts';

const ICONS: Record<Act, IconName> = {
    verify: 'check', challenge: 'mail', execute: 'play', refuse: 'not', extend: 'retention', confirm: 'mail', revoke: 'undo', hold: 'lock', release: 'key', lift: 'key', reopen: 'replay',
};

function Clocks({ r }: { r: RequestDetail }) {
    if (r.clocks.length === 0) return null;
    return (
        <Card title={t('request.clocks')}>
            <ul class="clocks">
                {r.clocks.map((c) => (
                    <li key={c.name}>
                        <div class="clock-head">
                            <strong>{tOr(`clock.${c.name}`, words(c.name))}</strong>
                            <Due due={c.due} used={c.over ? Math.max(1000, c.used_permille) : c.used_permille} closed={r.closed} />
                        </div>
                        <DueBar used={c.used_permille} name={tOr(`clock.${c.name}`, words(c.name))} />
                        <small class="muted">{c.doc} {c.source} · {dateTime(c.due)}</small>
                    </li>
                ))}
            </ul>
        </Card>
    );
}

function Asked({ r }: { r: RequestDetail }) {
    const { detail } = r;
    if (detail === null || detail === undefined || detail === '') return null;
    return (
        <Card title={t('requests.detail')}>
            {typeof detail === 'object'
                ? <dl class="properties">{Object.entries(detail as object).map(([k, v]) => <div key={k}><dt>{words(k)}</dt><dd class="wrap-any" dir="auto">{value(v)}</dd></div>)}</dl>
                : <p class="quote" dir="auto">{String(detail)}</p>}
        </Card>
    );
}

function Steps({ r }: { r: RequestDetail }) {
    return (
        <Card title={t('request.steps')}>
            {r.steps.length === 0 && <p class="muted">{t('request.steps.none')}</p>}
            <ol class="request-steps">
                {r.steps.map((s, i) => (
                    <li key={i}>
                        <strong>{tOr(`request.step.${s.what}`, words(s.what))}</strong>
                        <small class="muted"><Ago time={s.at} />{s.by && <> · <span dir="auto">{tOr(`request.by.${s.by}`, words(s.by))}</span></>}</small>
                        {s.code && <p class="small">{tOr(`ground.${s.code}`, tOr(`rule.${s.code}`, words(s.code)))}</p>}
                        {s.note && <p class="quote" dir="auto">{s.note}</p>}
                    </li>
                ))}
            </ol>
        </Card>
    );
}

function Letters({ r }: { r: RequestDetail }) {
    if (r.letters.length === 0) return null;
    return (
        <Card title={t('request.letters')} note={String(r.letters.length)}>
            <ul class="drills">
                {r.letters.map((l, i) => (
                    <li key={i}>
                        <details>
                            <summary>
                                <Badge tone={l.sent ? 'good' : 'warn'}>{t(l.sent ? 'request.letter.sent' : 'request.letter.unsent')}</Badge>
                                {tOr(`letter.${l.kind}`, words(l.kind))} · {dateTime(l.at)} · {l.language}
                            </summary>
                            {l.text === null ? <p class="muted">{t('request.letter.gone')}</p> : <Letter letter={{ subject: l.subject ?? '', text: l.text }} />}
                        </details>
                    </li>
                ))}
            </ul>
        </Card>
    );
}

function Who({ r }: { r: RequestDetail }) {
    const rows: [string, preact.ComponentChildren][] = [
        [t('people.person'), r.person ? <PersonLink plain person={{ id: r.person, label: r.label ?? '' }} /> : t('requests.nobody')],
        ...(r.asker?.email ? [[t('requests.email'), r.asker.email] as [string, string]] : []),
        ...(r.asker?.phone ? [[t('requests.phone'), r.asker.phone] as [string, string]] : []),
        [t('requests.channel'), channelName(r.channel)],
        [t('requests.regime'), regimeName(r.regime)],
        [t('requests.received'), dateTime(r.received)],
        ...(r.closed ? [[t('requests.closed'), dateTime(r.closed)] as [string, string]] : []),
        ...(r.purpose ? [[t('requests.purpose'), words(r.purpose)] as [string, string]] : []),
        ...(r.reason ? [[t('requests.reason'), tOr(`ground.${r.reason}`, tOr(`rule.${r.reason}`, words(r.reason)))] as [string, string]] : []),
    ];
    return (
        <Card title={t('request.about')}>
            <dl class="properties">{rows.map(([name, text]) => <div key={name}><dt>{name}</dt><dd class="wrap-any" dir="auto">{text}</dd></div>)}</dl>
            {r.held && <p class="warn-text"><Icon name="lock" /> {t('request.held')}</p>}
            {r.restricted && <p class="warn-text"><Icon name="lock" /> {r.lift_at ? t('request.restricted.until', { at: dateTime(r.lift_at) }) : t('request.restricted')}</p>}
            {r.duplicate_of && <p><a href={href('requests', r.duplicate_of)}>{t('request.duplicate')}</a></p>}
        </Card>
    );
}

function Rules({ r }: { r: RequestDetail }) {
    if (r.rules.length === 0) return null;
    return (
        <Card title={t('request.rules')}>
            <ul class="findings">
                {r.rules.map((x) => (
                    <li key={x.rule}>
                        <span class={`event-icon ${x.stops ? 'bad' : 'good'}`}><Icon name={x.stops ? 'not' : 'check'} /></span>
                        <div><strong>{tOr(`rule.${x.rule}`, words(x.rule))}</strong> <Badge tone={x.stops ? 'bad' : 'plain'}>{tOr(`request.rule.${x.won}`, words(x.won))}</Badge><p class="muted">{x.why}</p></div>
                    </li>
                ))}
            </ul>
        </Card>
    );
}

export function RequestPage({ id }: { id: string }) {
    const found = useQuery(`request.${id}`, (signal) => api.get<RequestDetail>(`/v1/requests/${segment(id)}`, { signal }), { keep: true });
    const [open, setOpen] = useState<Act | null>(null);
    const r = found.data;
    const back = { href: href('requests'), label: t('nav.requests') };
    if (!r) {
        const gone = found.error instanceof ApiError && found.error.status === 404;
        return (
            <>
                <PageHead title={t('requests.one')} back={back} />
                {gone ? <Empty icon="requests" title={t('requests.gone')} action={<LinkButton tone="primary" href={href('requests')}>{t('nav.requests')}</LinkButton>}>{t('requests.gone.text')}</Empty>
                    : found.error ? <ProblemBox error={found.error} onRetry={found.reload} /> : <Loading />}
            </>
        );
    }
    const acts = can('rights_write') ? ACTS.filter((a) => r.acts.includes(a)) : [];
    const main = acts.find((a) => a === 'execute') ?? acts.find((a) => a === 'verify');
    return (
        <>
            <PageHead
                title={t('requests.title', { right: rightName(r.right) })} back={back}
                lead={(
                    <span class="person-lead">
                        <Badge tone={stateTone(r.state)}>{requestState(r.state)}</Badge>
                        {r.extended && <Badge>{t('requests.extended')}</Badge>}
                        <Due due={r.due} used={r.used_permille} closed={r.closed} />
                        <span class="muted">{tx('requests.received.at', { when: <Ago time={r.received} /> })}</span>
                    </span>
                )}
            >
                {acts.map((a) => (
                    <Button key={a} icon={ICONS[a]} tone={a === 'refuse' ? 'danger' : a === main ? 'primary' : 'plain'} onClick={() => setOpen(a)}>{tOr(`request.act.${a}`, words(a))}</Button>
                ))}
            </PageHead>
            <ProblemBox error={found.error} onRetry={found.reload} />
            <div class="person-columns">
                <div class="person-main">
                    <Clocks r={r} />
                    <Asked r={r} />
                    <Steps r={r} />
                    <Letters r={r} />
                    <Orders request={r.id} round={r.waiting_for} />
                </div>
                <div class="person-side">
                    <Who r={r} />
                    <Rules r={r} />
                </div>
            </div>
            {open && <ActDialog act={open} r={r} onClose={() => setOpen(null)} onDone={found.reload} />}
        </>
    );
}
