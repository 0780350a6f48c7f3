// SPDX-License-Identifier: Apache-2.0
// Which events: their name, and what must be true of each.

import { t } from '../../../i18n';
import { set, type EventSpec, type Test } from '../../../lib/definition';
import { Button } from '../../../ui/basics';
import { propertyType, useBuild } from './context';
import { NameBox } from './inputs';
import { TestBox, testsOf, withTest } from './test';

function Where({ test, event, onChange, onRemove }: { test: Test; event: string; onChange: (test: Test) => void; onRemove: () => void }) {
    const { catalog, id } = useBuild();
    const type = propertyType(catalog, event, test.field);
    const rename = (field: string) => {
        const next = { ...test, field };
        const known = propertyType(catalog, event, field);
        onChange(known && known !== type && !testsOf(known).includes(test.test) ? set(withTest(next, testsOf(known)[0]!), 'values', undefined) : next);
    };
    return (
        <li class="where">
            <NameBox label={t('builder.property')} value={test.field} list={`${id}-p-${event}`} onChange={rename} />
            <TestBox value={test} type={type} about={test.field || t('builder.property')} onChange={onChange} />
            <Button small tone="quiet" icon="close" aria-label={t('builder.where.remove', { name: test.field })} onClick={onRemove} />
        </li>
    );
}

// The names of properties to choose from, once for each event in the definition.
export function PropertyList({ event }: { event: string }) {
    const { catalog, id } = useBuild();
    const found = catalog.events.filter((e) => !event || e.name === event).flatMap((e) => e.properties);
    const names = [...new Map(found.map((p) => [p.name, p])).values()].slice(0, 300);
    return <datalist id={`${id}-p-${event}`}>{names.map((p) => <option key={p.name} value={p.name}>{p.doc}</option>)}</datalist>;
}

export function EventBox<T extends EventSpec>({ value, onChange, label }: { value: T; onChange: (value: T) => void; label: string }) {
    const { id } = useBuild();
    const where = value.where ?? [];
    const put = (next: Test[]) => onChange(set(value, 'where', next));
    return (
        <>
            <NameBox label={label} value={value.event} list={`${id}-events`} onChange={(event) => onChange({ ...value, event })} />
            <PropertyList event={value.event} />
            {where.length > 0 && (
                <ul class="wheres" aria-label={t('builder.where')}>
                    {where.map((w, i) => (
                        <Where
                            key={i} test={w} event={value.event} onChange={(next) => put(where.map((x, k) => (k === i ? next : x)))}
                            onRemove={() => put(where.filter((_, k) => k !== i))}
                        />
                    ))}
                </ul>
            )}
            <Button small tone="quiet" icon="plus" onClick={() => put([...where, { field: '', test: 'is', values: [] }])}>{t('builder.where.add')}</Button>
        </>
    );
}
