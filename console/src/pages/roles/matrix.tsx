// SPDX-License-Identifier: Apache-2.0
// The matrix, three times: permissions, protection levels and purposes down, roles across.

import type { ComponentChildren } from 'preact';
import type { Role, Roles, View } from '../../api/types';
import { t, tOr } from '../../i18n';
import { permissionName, roleName } from '../../lib/roles';
import { words } from '../../lib/format';
import { Card } from '../../ui/basics';
import { Icon } from '../../ui/icons';
import { Level } from '../../ui/level';

export interface MatrixProps {
    data: Roles;
    onEdit: ((role: Role) => void) | undefined;
}

const HIDDEN = new Set(['public', 'write_key', 'nobody']); // nobody's to give

interface Line {
    key: string;
    name: ComponentChildren;
    doc: string;
    cell: (role: Role) => ComponentChildren;
}

export function Yes({ on }: { on: boolean }) {
    return on
        ? <span class="mark-yes"><Icon name="check" /><span class="visually-hidden">{t('value.yes')}</span></span>
        : <span class="mark-no"><span aria-hidden="true">·</span><span class="visually-hidden">{t('value.no')}</span></span>;
}

export function ViewMark({ view }: { view: View }) {
    return <span class={`view ${view}`}>{t(`roles.see.${view}`)}</span>;
}

function Matrix({ data, onEdit, caption, lines, note }: MatrixProps & { caption: string; lines: Line[]; note: string }) {
    return (
        <Card class="flush">
            <p class="muted matrix-note">{note}</p>
            <div class="matrix-scroll" tabIndex={0} role="region" aria-label={caption}>
                <table class="matrix">
                    <caption class="visually-hidden">{caption}</caption>
                    <thead>
                        <tr>
                            <td />
                            {data.items.map((r) => (
                                <th key={r.name} scope="col" title={r.doc}>
                                    {onEdit && !r.builtin
                                        ? <button type="button" class="row-link as-link" onClick={() => onEdit(r)}>{roleName(r.name)}</button>
                                        : roleName(r.name)}
                                    <small>{t('roles.staff', { n: r.staff })}</small>
                                </th>
                            ))}
                        </tr>
                    </thead>
                    <tbody>
                        {lines.map((l) => (
                            <tr key={l.key}>
                                <th scope="row">{l.name}<small class="muted">{l.doc}</small></th>
                                {data.items.map((r) => <td key={r.name}>{l.cell(r)}</td>)}
                            </tr>
                        ))}
                    </tbody>
                </table>
            </div>
        </Card>
    );
}

export function Permissions(props: MatrixProps) {
    const lines: Line[] = props.data.permissions.filter((p) => !HIDDEN.has(p.name)).map((p) => ({
        key: p.name, name: permissionName(p.name), doc: p.doc, cell: (r) => <Yes on={r.permissions.includes(p.name)} />,
    }));
    lines.push({
        key: 'second_factor', name: t('roles.factor'), doc: t('roles.factor.doc'),
        cell: (r) => <Yes on={r.second_factor === 'required'} />,
    });
    return <Matrix {...props} caption={t('roles.view.permissions')} lines={lines} note={t('roles.permissions.note')} />;
}

export function Levels(props: MatrixProps) {
    const lines: Line[] = props.data.levels.map((level) => ({
        key: level, name: <Level level={level} />, doc: tOr(`level.${level}`, ''), cell: (r) => <ViewMark view={r.view[level as keyof Role['view']] ?? 'none'} />,
    }));
    return <Matrix {...props} caption={t('roles.view.levels')} lines={lines} note={t('roles.levels.note')} />;
}

export function Purposes(props: MatrixProps) {
    const lines: Line[] = props.data.purposes.map((p) => ({
        key: p.name, name: tOr(`purpose.${p.name}`, words(p.name)), doc: p.doc, cell: (r) => <Yes on={r.purposes.includes(p.name)} />,
    }));
    return <Matrix {...props} caption={t('roles.view.purposes')} lines={lines} note={t('roles.purposes.note')} />;
}
