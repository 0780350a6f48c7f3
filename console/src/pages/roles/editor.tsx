// SPDX-License-Identifier: Apache-2.0
// A role of the shop's own: from nothing, or from one that is there. The server refuses what its maker
// does not have.

import { useState } from 'preact/hooks';
import { api, segment } from '../../api/client';
import { useAction } from '../../api/query';
import type { Role, Roles, View } from '../../api/types';
import { t, tOr, tx } from '../../i18n';
import { toast } from '../../lib/announce';
import { words } from '../../lib/format';
import { permissionName, roleName } from '../../lib/roles';
import { Button, Field, Segmented } from '../../ui/basics';
import { Confirm } from '../../ui/confirm';
import { Dialog } from '../../ui/dialog';
import { Level } from '../../ui/level';
import { ProblemBox } from '../../ui/problem';

const VIEWS: View[] = ['none', 'mask', 'full'];
const ALWAYS = new Set(['session', 'public', 'write_key', 'nobody']);
const NAME = /^[a-z][a-z0-9_]{0,30}$/;

const named = (text: string): string => text.trim().toLowerCase().replace(/[^a-z0-9]+/g, '_').replace(/^_+|_+$/g, '');
const rank = (v: View): number => VIEWS.indexOf(v);

// What is more protected is never shown in more detail than what is less: choosing one moves the others.
export function withView(levels: string[], view: Record<string, View>, at: number, chosen: View): Record<string, View> {
    const next = { ...view };
    levels.forEach((level, i) => {
        const had = next[level] ?? 'none';
        if (i === at) next[level] = chosen;
        else if (i < at && rank(had) < rank(chosen)) next[level] = chosen;
        else if (i > at && rank(had) > rank(chosen)) next[level] = chosen;
    });
    return next;
}

function Checks({ legend, items, chosen, onChange }: {
    legend: string; items: { name: string; text: string; doc: string }[]; chosen: string[]; onChange: (chosen: string[]) => void;
}) {
    return (
        <fieldset class="choices columns">
            <legend>{legend}</legend>
            {items.map((x) => (
                <label key={x.name} title={x.doc}>
                    <input
                        type="checkbox" checked={chosen.includes(x.name)}
                        onChange={(e) => onChange(e.currentTarget.checked ? [...chosen, x.name] : chosen.filter((c) => c !== x.name))}
                    />
                    <span>{x.text}</span>
                </label>
            ))}
        </fieldset>
    );
}

export function RoleEditor({ data, role, onClose, onDone, onRemove }: {
    data: Roles; role: Role | null; onClose: () => void; onDone: () => void; onRemove: (role: Role) => void;
}) {
    const [label, setLabel] = useState(role?.name ?? '');
    const [doc, setDoc] = useState(role?.doc ?? '');
    const [permissions, setPermissions] = useState<string[]>(role?.permissions ?? []);
    const [view, setView] = useState<Record<string, View>>(role?.view ?? {});
    const [purposes, setPurposes] = useState<string[]>(role?.purposes ?? []);
    const name = role ? role.name : named(label);
    const taken = !role && data.items.some((r) => r.name === name);
    const copy = (from: string) => {
        const found = data.items.find((r) => r.name === from);
        if (!found) return;
        setPermissions(found.permissions.filter((p) => !ALWAYS.has(p)));
        setView(found.view);
        setPurposes(found.purposes);
    };
    const save = useAction(async () => {
        const body = { name, doc: doc.trim(), permissions: permissions.filter((p) => !ALWAYS.has(p)), view: Object.fromEntries(data.levels.map((l) => [l, view[l] ?? 'none'])), purposes };
        if (role) await api.put(`/v1/roles/${segment(role.name)}`, body);
        else await api.post('/v1/roles', body);
        toast(t('roles.saved', { role: roleName(name) }));
        onDone();
        onClose();
    });
    const ready = NAME.test(name) && !taken && doc.trim() !== '' && purposes.length > 0;
    return (
        <Dialog
            title={role ? roleName(role.name) : t('roles.new')} size="large" onClose={onClose} onSubmit={() => { if (ready) void save.act(); }}
            actions={(
                <>
                    {role && <Button tone="danger" icon="trash" onClick={() => onRemove(role)}>{t('roles.delete')}</Button>}
                    <span class="spring" />
                    <Button onClick={onClose}>{t('action.cancel')}</Button>
                    <Button type="submit" tone="primary" busy={save.busy} disabled={!ready}>{t('action.save')}</Button>
                </>
            )}
        >
            {!role && (
                <div class="form-row">
                    <Field label={t('roles.name')} hint={name ? tx('roles.name.as', { name: <code>{name}</code> }) : t('roles.name.hint')} error={taken ? t('roles.name.taken') : null}>
                        {(ids) => <input {...ids} type="text" maxLength={31} data-autofocus value={label} onInput={(e) => setLabel(e.currentTarget.value)} />}
                    </Field>
                    <Field label={t('roles.copy')} hint={t('roles.copy.hint')}>
                        {(ids) => (
                            <select {...ids} onChange={(e) => copy(e.currentTarget.value)}>
                                <option value="">{t('roles.copy.none')}</option>
                                {data.items.map((r) => <option key={r.name} value={r.name}>{roleName(r.name)}</option>)}
                            </select>
                        )}
                    </Field>
                </div>
            )}
            <Field wide label={t('roles.doc')} hint={t('roles.doc.hint')}>
                {(ids) => <input {...ids} type="text" maxLength={240} value={doc} onInput={(e) => setDoc(e.currentTarget.value)} />}
            </Field>
            <Checks
                legend={t('roles.view.permissions')} chosen={permissions} onChange={setPermissions}
                items={data.permissions.filter((p) => !ALWAYS.has(p.name)).map((p) => ({ ...p, text: permissionName(p.name) }))}
            />
            <fieldset class="choices">
                <legend>{t('roles.view.levels')}</legend>
                {data.levels.map((level, i) => (
                    <div key={level} class="level-choice">
                        <span><Level level={level} /> {tOr(`level.${level}`, level)}</span>
                        <Segmented<View>
                            label={t('roles.see.of', { level })} value={view[level] ?? 'none'}
                            onChange={(v) => setView(withView(data.levels, view, i, v))}
                            options={VIEWS.map((v) => ({ value: v, label: t(`roles.see.${v}`) }))}
                        />
                    </div>
                ))}
            </fieldset>
            <Checks
                legend={t('roles.view.purposes')} chosen={purposes} onChange={setPurposes}
                items={data.purposes.map((p) => ({ ...p, text: tOr(`purpose.${p.name}`, words(p.name)) }))}
            />
            <ProblemBox error={save.error} />
        </Dialog>
    );
}

export function DeleteRole({ role, onClose, onDone }: { role: Role; onClose: () => void; onDone: () => void }) {
    return (
        <Confirm
            danger title={t('roles.delete')} submit={t('roles.delete')} onClose={onClose}
            run={async () => {
                await api.delete(`/v1/roles/${segment(role.name)}`);
                toast(t('roles.deleted'));
                onDone();
            }}
        >
            <p>{tx('roles.delete.text', { role: <strong>{roleName(role.name)}</strong> })}</p>
            {role.staff > 0 && <p class="warn-text">{t('roles.delete.staff', { n: role.staff })}</p>}
        </Confirm>
    );
}
