// SPDX-License-Identifier: Apache-2.0
// The visual face of a definition: conditions in nested brackets. It edits the JSON and knows nothing of the text.

import { useEffect, useId, useMemo, useRef } from 'preact/hooks';
import type { Catalog, Fault } from '../../../api/types';
import { t, type Key } from '../../../i18n';
import { count } from '../../../lib/format';
import { fresh, inside, kindOf, placed, walk, without, type Did, type Kind, type Member, type Node, type Sequence, type Test } from '../../../lib/definition';
import { Button } from '../../../ui/basics';
import { Icon } from '../../../ui/icons';
import { Build, useBuild, type Building } from './context';
import { Pick } from './inputs';
import { DidBox, FieldBox, MemberBox, SampleBox, SequenceBox } from './kinds';

const ADD: Kind[] = ['field', 'did', 'sequence', 'member', 'sample', 'all'];

interface Acts {
    onRemove: () => void;
    onMove: (by: number) => void;
    onCopy: () => void;
    first: boolean;
    last: boolean;
}

function Faults({ path }: { path: string }) {
    const { faults } = useBuild();
    const here = faults.get(path);
    if (!here?.length) return null;
    return (
        <ul class="clause-faults">
            {here.map((f, i) => <li key={i} class={f.warning ? 'warn' : 'bad'}><Icon name="warning" />{f.text}</li>)}
        </ul>
    );
}

function Body({ node, onChange }: { node: Node; onChange: (node: Node) => void }) {
    const kind = kindOf(node);
    switch (kind) {
        case 'field': return <FieldBox value={node as Test} onChange={onChange} />;
        case 'did': return <DidBox value={inside<Did>(node, kind)} onChange={(did) => onChange({ ...node, did } as Node)} />;
        case 'sequence': return <SequenceBox value={inside<Sequence>(node, kind)} onChange={(sequence) => onChange({ ...node, sequence } as Node)} />;
        case 'member': return <MemberBox value={inside<Member>(node, kind)} onChange={(member) => onChange({ ...node, member } as Node)} />;
        case 'sample': return <SampleBox value={inside<{ percent: number }>(node, kind)} onChange={(sample) => onChange({ ...node, sample } as Node)} />;
        default: return <span>{t('builder.everybody')}</span>;
    }
}

function Add({ onAdd }: { onAdd: (kind: Kind) => void }) {
    return (
        <div class="add-row" role="group" aria-label={t('builder.add')}>
            <span class="muted small">{t('builder.add')}</span>
            {ADD.map((k) => <Button key={k} small tone="quiet" icon="plus" onClick={() => onAdd(k)}>{t(`builder.add.${k}` as Key)}</Button>)}
        </div>
    );
}

function Group({ node, path, kind, onChange }: { node: Node; path: string; kind: 'all' | 'any'; onChange: (node: Node) => void }) {
    const { focus } = useBuild();
    const items = inside<Node[]>(node, kind);
    const put = (next: Node[]) => onChange({ ...node, [kind]: next } as Node);
    const at = (i: number) => `${path}/${kind}/${i}`;
    const acts = (i: number): Acts => ({
        first: i === 0, last: i === items.length - 1,
        onRemove: () => {
            put(items.filter((_, k) => k !== i));
            if (items.length > 1) focus(at(Math.min(i, items.length - 2)));
        },
        onMove: (by) => {
            const next = [...items];
            next.splice(i + by, 0, ...next.splice(i, 1));
            put(next);
            focus(at(i + by), by < 0 ? 'up' : 'down');
        },
        onCopy: () => {
            put([...items.slice(0, i + 1), structuredClone(items[i]!), ...items.slice(i + 1)]);
            focus(at(i + 1));
        },
    });
    return (
        <div class="group-items">
            {items.map((c, i) => (
                <Clause key={i} node={c} path={at(i)} acts={acts(i)} onChange={(next) => put(items.map((x, k) => (k === i ? next : x)))} />
            ))}
            {items.length === 0 && <p class="muted">{t('builder.group.empty')}</p>}
            <Add onAdd={(k) => { put([...items, fresh(k)]); focus(at(items.length)); }} />
        </div>
    );
}

// One condition. "not" is a button of it, as in the language: what stands inside is the condition without it.
function Clause({ node, path, onChange, acts }: { node: Node; path: string; onChange: (node: Node) => void; acts: Acts | null }) {
    const { places, counts, whole, focus } = useBuild();
    const negated = kindOf(node) === 'not';
    const core = negated ? inside<Node>(node, 'not') : node;
    const corePath = negated ? `${path}/not` : path;
    const kind = kindOf(core);
    const number = places.get(node)?.number ?? 0;
    const people = counts.get(number);
    const group = kind === 'all' || kind === 'any';
    const change = (next: Node) => onChange(negated ? { ...node, not: next } as Node : next);
    const name = t('builder.clause', { n: number + 1, kind: t(`builder.kind.${kind}` as Key) });
    const swap = (to: string) => change({ ...without(core as Record<string, unknown>, kind), [to]: inside(core, kind) } as unknown as Node);
    return (
        <div class={`clause ${group ? 'group' : ''} ${negated ? 'negated' : ''}`} role="group" aria-label={name} data-path={path}>
            <div class="clause-head">
                <Button
                    small tone="quiet" class="not-button" aria-pressed={negated} aria-label={t('builder.not.of', { name })} data-act="not"
                    onClick={() => onChange(negated ? core : { not: node })}
                >
                    {t('builder.not')}
                </Button>
                {group
                    ? <Pick label={t('builder.group')} value={kind} options={[{ value: 'all', text: t('builder.all') }, { value: 'any', text: t('builder.any') }]} onChange={swap} />
                    : <strong class="clause-kind">{t(`builder.kind.${kind}` as Key)}</strong>}
                <span class="clause-count" title={t('builder.count.title')}>{people !== undefined && t(whole ? 'builder.count' : 'builder.count.about', { n: people, count: count(people) })}</span>
                {acts && (
                    <span class="clause-acts">
                        <Button small tone="quiet" icon="up" data-act="up" disabled={acts.first} aria-label={t('builder.up', { name })} title={t('builder.up.short')} onClick={() => acts.onMove(-1)} />
                        <Button small tone="quiet" icon="down" data-act="down" disabled={acts.last} aria-label={t('builder.down', { name })} title={t('builder.down.short')} onClick={() => acts.onMove(1)} />
                        <Button small tone="quiet" icon="copy" aria-label={t('builder.copy', { name })} title={t('builder.copy.short')} onClick={acts.onCopy} />
                        <Button small tone="quiet" icon="brackets" aria-label={t('builder.wrap', { name })} title={t('builder.wrap.short')} onClick={() => { onChange({ all: [node] }); focus(`${path}/all/0`); }} />
                        <Button small tone="quiet" icon="trash" aria-label={t('builder.remove', { name })} title={t('builder.remove.short')} onClick={acts.onRemove} />
                    </span>
                )}
            </div>
            {kind === 'not' ? <Clause node={core} path={corePath} acts={null} onChange={change} />
                : group ? <Group node={core} path={corePath} kind={kind} onChange={change} />
                    : <div class="clause-body"><Body node={core} onChange={change} /></div>}
            <Faults path={path} />
            {negated && corePath !== path && kind !== 'not' && <Faults path={corePath} />}
        </div>
    );
}

export function Builder({ definition, catalog, faults, clauses, whole, onChange }: {
    definition: Node; catalog: Catalog; faults: Fault[]; clauses: { number: number; people: number }[]; whole: boolean; onChange: (node: Node) => void;
}) {
    const id = useId();
    const box = useRef<HTMLDivElement>(null);
    const wanted = useRef<{ path: string; act: string | undefined } | null>(null);
    const now = useMemo<Building>(() => ({
        id, catalog, whole,
        fields: new Map(catalog.fields.map((f) => [f.name, f])),
        places: new Map(walk(definition).map((p) => [p.node, p])),
        faults: placed(definition, faults),
        counts: new Map(clauses.map((c) => [c.number, c.people])),
        focus: (path, act) => { wanted.current = { path, act }; },
    }), [definition, catalog, faults, clauses, whole]);
    useEffect(() => {
        if (!wanted.current) return;
        const { path, act } = wanted.current;
        wanted.current = null;
        const clause = [...box.current!.querySelectorAll<HTMLElement>('[data-path]')].find((c) => c.dataset.path === path);
        const button = act && clause?.querySelector<HTMLElement>(`.clause-head [data-act="${act}"]:not(:disabled)`);
        (button || clause?.querySelector<HTMLElement>(':scope > .clause-body :is(select, input), :scope > .clause-head select') || clause?.querySelector<HTMLElement>('button'))?.focus();
    }, [definition]);
    const kind = kindOf(definition);
    return (
        <Build.Provider value={now}>
            <div class="builder" ref={box}>
                <datalist id={`${id}-events`}>{catalog.events.map((e) => <option key={e.name} value={e.name}>{e.doc}</option>)}</datalist>
                <Clause node={definition} path="" acts={null} onChange={onChange} />
                {kind !== 'all' && kind !== 'any' && (
                    <Add onAdd={(k) => {
                        onChange(kind === 'everybody' ? fresh(k) : { all: [definition, fresh(k)] });
                        now.focus(kind === 'everybody' ? '' : '/all/1');
                    }}
                    />
                )}
            </div>
        </Build.Provider>
    );
}
