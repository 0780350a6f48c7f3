// SPDX-License-Identifier: Apache-2.0
// Searching the log. The filters stand in the address: they hold no customer's data, only days, staff
// numbers and names of acts.

import { useEffect, useState } from 'preact/hooks';
import { api, withQuery } from '../../api/client';
import { useQuery } from '../../api/query';
import type { AuditEntry, List, StaffMember } from '../../api/types';
import { t, tOr } from '../../i18n';
import { dateTime } from '../../lib/format';
import { route, setQuery } from '../../lib/router';
import { can } from '../../lib/session';
import { PAGE, Pages } from '../../lib/virtual';
import { Badge, Button, Empty, Loading } from '../../ui/basics';
import { Endless } from '../../ui/endless';
import { ProblemBox } from '../../ui/problem';
import { EntryDialog } from './entry';
import { actionName, actorLabel, outcomeName, outcomeTone } from './words';

export const OUTCOMES = ['done', 'refused', 'failed', 'attempt'] as const;
const FILTERS = ['from', 'to', 'staff', 'action', 'outcome'] as const;
const PAUSE = 350;
const EXAMPLE = 'people.show'; // the name of a route

// Days are days of this browser's calendar: from its midnight to the next one's.
const start = (day: string): string => (day ? new Date(`${day}T00:00:00`).toISOString() : '');
function end(day: string): string {
    if (!day) return '';
    const at = new Date(`${day}T00:00:00`);
    at.setDate(at.getDate() + 1);
    return at.toISOString();
}

// A word alone means all acts of that family, as the API writes it: "people.".
const family = (action: string): string => (action && !action.includes('.') ? `${action}.` : action);

let list: { key: string; pages: Pages<AuditEntry> } | null = null;

function listFor(filter: Record<string, string>, again: number, changed: () => void): Pages<AuditEntry> {
    const key = JSON.stringify([filter, again]);
    if (list?.key !== key) {
        list?.pages.stop();
        const query = { ...filter, action: family(filter.action ?? ''), from: start(filter.from ?? ''), to: end(filter.to ?? ''), limit: PAGE };
        list = { key, pages: new Pages((cursor, signal) => api.get<List<AuditEntry>>(withQuery('/v1/audit', { ...query, cursor }), { signal }), changed) };
    }
    list.pages.listen(changed);
    return list.pages;
}

function Row({ e, index, focused, onOpen }: { e: AuditEntry; index: number; focused: boolean; onOpen: () => void }) {
    return (
        <>
            <div role="cell" class="audit-time">{dateTime(e.time)}</div>
            <div role="cell" class="audit-what">
                <button type="button" class="row-link as-link" data-row={index} data-focused={focused || undefined} onClick={onOpen}>{actionName(e.action)}</button>
                {e.break_glass && <Badge tone="bad">{t('audit.break_glass')}</Badge>}
            </div>
            <div role="cell" class="audit-who" dir="auto">{actorLabel(e)}</div>
            <div role="cell" class="audit-purpose muted">{tOr(`purpose.${e.purpose}`, e.purpose || '–')}</div>
            <div role="cell" class="end audit-people">{e.people ? t('people.count', { n: e.people }) : <span class="muted">–</span>}</div>
            <div role="cell" class="end"><Badge tone={outcomeTone(e.outcome)}>{outcomeName(e.outcome)}</Badge></div>
        </>
    );
}

const Head = () => (
    <>
        <div role="columnheader">{t('audit.time')}</div>
        <div role="columnheader">{t('audit.action')}</div>
        <div role="columnheader">{t('audit.actor')}</div>
        <div role="columnheader" class="audit-purpose">{t('audit.purpose')}</div>
        <div role="columnheader" class="end audit-people">{t('nav.people')}</div>
        <div role="columnheader" class="end">{t('audit.outcome')}</div>
    </>
);

function Filters({ now }: { now: Record<string, string> }) {
    const [action, setAction] = useState(now.action ?? '');
    const staff = useQuery('audit.staff', (signal) => (can('staff_read')
        ? api.get<List<StaffMember>>('/v1/staff', { signal }) : Promise.resolve({ items: [] as StaffMember[], next: null })));
    useEffect(() => {
        const timer = setTimeout(() => {
            if (action.trim() !== (now.action ?? '')) setQuery({ action: action.trim() || null });
        }, PAUSE);
        return () => clearTimeout(timer);
    }, [action]);
    useEffect(() => {
        if (!now.action) setAction('');
    }, [now.action]);
    const day = (name: 'from' | 'to') => (
        <label class="inline-select">
            <span>{t(`audit.${name}`)}</span>
            <input type="date" value={now[name]} onChange={(e) => setQuery({ [name]: e.currentTarget.value || null })} />
        </label>
    );
    return (
        <div class="filters audit-filters" role="search">
            <label class="inline-select">
                <span>{t('audit.action')}</span>
                <input type="text" data-search maxLength={64} spellcheck={false} autocomplete="off" placeholder={EXAMPLE} value={action} onInput={(e) => setAction(e.currentTarget.value)} />
            </label>
            {(staff.data?.items.length ?? 0) > 0 && (
                <label class="inline-select">
                    <span>{t('audit.actor')}</span>
                    <select value={now.staff} onChange={(e) => setQuery({ staff: e.currentTarget.value || null })}>
                        <option value="">{t('audit.anybody')}</option>
                        {staff.data!.items.map((s) => <option key={s.id} value={String(s.id)}>{s.email}</option>)}
                    </select>
                </label>
            )}
            <label class="inline-select">
                <span>{t('audit.outcome')}</span>
                <select value={now.outcome} onChange={(e) => setQuery({ outcome: e.currentTarget.value || null })}>
                    <option value="">{t('audit.any')}</option>
                    {OUTCOMES.map((o) => <option key={o} value={o}>{outcomeName(o)}</option>)}
                </select>
            </label>
            {day('from')}
            {day('to')}
        </div>
    );
}

export function Entries() {
    const query = route.value.query;
    const filter = Object.fromEntries(FILTERS.map((f) => [f, query.get(f) ?? '']));
    const filtered = FILTERS.some((f) => filter[f]);
    const [round, setRound] = useState(0);
    const [again, setAgain] = useState(0);
    const [open, setOpen] = useState<AuditEntry | null>(null);
    const pages = listFor(filter, again, () => setRound((n) => n + 1));
    useEffect(() => {
        pages.want(0, 0);
        return () => pages.listen(() => {});
    }, [pages]);
    const clear = () => setQuery(Object.fromEntries(FILTERS.map((f) => [f, null])));
    return (
        <>
            <div class="audit-bar">
                <Filters now={filter} />
                <Button small tone="quiet" icon="replay" onClick={() => setAgain((n) => n + 1)}>{t('audit.reload')}</Button>
            </div>
            <ProblemBox error={pages.error} onRetry={() => pages.retry()} />
            {pages.length > 0
                ? (
                    <Endless<AuditEntry>
                        key={list!.key} kind="audit-table" rowClass="audit-row" label={t('nav.audit')} pages={pages} round={round} head={<Head />}
                        row={(e, index, focused) => <Row e={e} index={index} focused={focused} onOpen={() => setOpen(e)} />}
                    />
                )
                : pages.loading || !pages.ended ? !pages.error && <Loading />
                    : (
                        <Empty icon="audit" title={t('audit.empty')} action={filtered && <Button onClick={clear}>{t('audit.clear')}</Button>}>
                            {t(filtered ? 'audit.empty.filtered' : 'audit.empty.text')}
                        </Empty>
                    )}
            {open && <EntryDialog entry={open} onClose={() => setOpen(null)} />}
        </>
    );
}
