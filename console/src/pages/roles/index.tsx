// SPDX-License-Identifier: Apache-2.0
// Roles: what each may do (permissions), how much it sees of each protection level, what its work may be
// for; the shop's own roles; and which acts need a second member of staff.

import { useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useQuery } from '../../api/query';
import type { Role, Roles as Data } from '../../api/types';
import { t } from '../../i18n';
import { href } from '../../lib/router';
import { can } from '../../lib/session';
import { Button, Empty, Loading, PageHead } from '../../ui/basics';
import { ProblemBox } from '../../ui/problem';
import { Tabs } from '../../ui/tabs';
import { DeleteRole, RoleEditor } from './editor';
import { Levels, Permissions, Purposes } from './matrix';
import { Rules } from './rules';

const VIEWS = ['permissions', 'levels', 'purposes', 'rules'] as const;

export default function Roles({ parts }: { parts: string[] }) {
    const view = VIEWS.find((v) => v === parts[0]) ?? 'permissions';
    const roles = useQuery('roles', (signal) => api.get<Data>('/v1/roles', { signal }), { keep: true });
    const [open, setOpen] = useState<{ edit: Role | null } | { remove: Role } | null>(null);
    const data = roles.data;
    const write = can('roles_write');
    const matrix = { data: data!, onEdit: write ? (role: Role) => setOpen({ edit: role }) : undefined };
    return (
        <>
            <PageHead title={t('nav.roles')} lead={t('roles.lead')}>
                {write && data && <Button tone="primary" icon="plus" onClick={() => setOpen({ edit: null })}>{t('roles.new')}</Button>}
            </PageHead>
            <Tabs label={t('roles.views')} now={view} items={VIEWS.map((v) => ({ id: v, name: t(`roles.view.${v}`), href: v === 'permissions' ? href('roles') : href('roles', v) }))} />
            {view !== 'rules' && (
                <>
                    <ProblemBox error={roles.error} onRetry={roles.reload} />
                    {!data && !roles.error && <Loading />}
                    {data && data.items.length === 0 && <Empty icon="roles" title={t('roles.empty')} />}
                    {data && view === 'permissions' && <Permissions {...matrix} />}
                    {data && view === 'levels' && <Levels {...matrix} />}
                    {data && view === 'purposes' && <Purposes {...matrix} />}
                </>
            )}
            {view === 'rules' && <Rules />}
            {data && open && 'edit' in open && (
                <RoleEditor data={data} role={open.edit} onClose={() => setOpen(null)} onDone={roles.reload} onRemove={(role) => setOpen({ remove: role })} />
            )}
            {open && 'remove' in open && <DeleteRole role={open.remove} onClose={() => setOpen(null)} onDone={roles.reload} />}
        </>
    );
}
