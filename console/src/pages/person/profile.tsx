// SPDX-License-Identifier: Apache-2.0
// The fields of a profile, each with its source, its age and how it is protected; and the identifiers.

import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import { api, segment, withQuery } from '../../api/client';
import { useQuery } from '../../api/query';
import type { List, Person, Shown, Trait, TraitVersion } from '../../api/types';
import { t, tOr } from '../../i18n';
import { dateTime, value, words } from '../../lib/format';
import { href } from '../../lib/router';
import { sourceName } from '../../lib/sources';
import { Ago, Badge, Card, Loading } from '../../ui/basics';
import { Dialog } from '../../ui/dialog';
import { Icon } from '../../ui/icons';
import { Level } from '../../ui/level';
import { ProblemBox } from '../../ui/problem';
import { Table } from '../../ui/table';

function History({ person, trait, onClose }: { person: Person; trait: Trait; onClose: () => void }) {
    const history = useQuery(trait.name, (signal) => api.get<List<TraitVersion>>(
        withQuery(`/v1/people/${segment(person.id)}/history`, { field: trait.name }), { signal }));
    return (
        <Dialog title={t('person.history', { field: words(trait.name) })} onClose={onClose}>
            {trait.doc && <p class="muted">{trait.doc}</p>}
            <p class="muted">{trait.declared
                ? t('person.field.about', { name: trait.name, category: trait.category || '–' })
                : t('person.undeclared.text')}
            </p>
            <ProblemBox error={history.error} onRetry={history.reload} />
            {history.loading && <Loading />}
            {history.data && (
                <Table
                    dense caption={t('person.history', { field: words(trait.name) })} rows={history.data.items} rowKey={(v) => `${v.at}${v.source}${v.action}${value(v.value)}`}
                    columns={[
                        { key: 'value', label: t('person.value'), head: true, grow: true, cell: (v) => <span class="wrap-any">{value(v.value)}</span> },
                        { key: 'at', label: t('person.since'), cell: (v) => dateTime(v.at) },
                        {
                            key: 'source', label: t('person.source'),
                            cell: (v) => (v.import ? <a href={href('imports', v.import)}>{t('imports.number', { n: v.import })}</a> : sourceName(v.source)),
                        },
                        { key: 'action', label: t('person.action'), cell: (v) => tOr(`history.${v.action}`, words(v.action)) },
                    ]}
                />
            )}
        </Dialog>
    );
}

// What the role sees of a value: all, a mask, or that there is one.
function Veiled({ shown, children }: { shown: Shown; children: ComponentChildren }) {
    if (shown === 'hidden') return <span class="veiled"><Icon name="lock" /> {t('person.hidden')}</span>;
    if (shown === 'masked') return <span class="veiled" title={t('person.masked')}>{children}<span class="visually-hidden"> ({t('person.masked')})</span></span>;
    return <>{children}</>;
}

function Field({ trait, onOpen }: { trait: Trait; onOpen: () => void }) {
    return (
        <li class="trait">
            <div class="trait-head">
                <button type="button" class="trait-name" onClick={onOpen} title={trait.doc || undefined}>
                    {words(trait.name)}<span class="visually-hidden"> {t('person.show_history')}</span>
                </button>
                {trait.declared && trait.level ? <Level level={trait.level} /> : <Badge tone="warn">{t('person.undeclared')}</Badge>}
            </div>
            <div class="trait-value wrap-any" dir="auto"><Veiled shown={trait.shown}>{value(trait.value)}</Veiled></div>
            <div class="trait-from">{t('person.from', { source: sourceName(trait.source) })} · <Ago time={trait.at} /></div>
        </li>
    );
}

export function Profile({ person }: { person: Person }) {
    const [open, setOpen] = useState<Trait | null>(null);
    return (
        <Card title={t('person.profile')}>
            {person.traits.length === 0 && <p class="muted">{t('person.profile.empty')}</p>}
            <ul class="traits">
                {person.traits.map((x) => <Field key={x.name} trait={x} onOpen={() => setOpen(x)} />)}
            </ul>
            {open && <History person={person} trait={open} onClose={() => setOpen(null)} />}
        </Card>
    );
}

export function Identifiers({ person }: { person: Person }) {
    return (
        <Card title={t('person.identifiers')} note={t('person.identifiers.note', { n: person.identifiers.length })}>
            <ul class="identifiers">
                {person.identifiers.map((x) => (
                    <li key={`${x.kind}:${x.value}`}>
                        <span class="id-kind">{tOr(`identifier.${x.kind}`, words(x.kind))}</span>
                        <Veiled shown={x.shown}><code class="wrap-any" dir="auto">{x.value}</code></Veiled>
                        <span class="trait-from">{t('person.from', { source: sourceName(x.source) })} · {t('person.last_seen')} <Ago time={x.last_seen} /></span>
                    </li>
                ))}
            </ul>
            {person.identifiers.length === 0 && <p class="muted">{t('person.identifiers.empty')}</p>}
        </Card>
    );
}
