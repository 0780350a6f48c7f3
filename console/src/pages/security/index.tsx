// SPDX-License-Identifier: Apache-2.0
// One's own security: password, second factors, where one is signed in, and API tokens.

import { api } from '../../api/client';
import { useQuery } from '../../api/query';
import type { Security as Data } from '../../api/types';
import { t } from '../../i18n';
import { roleName } from '../../lib/roles';
import { can, session } from '../../lib/session';
import { Loading, PageHead } from '../../ui/basics';
import { ProblemBox } from '../../ui/problem';
import { Factors } from './factors';
import { PasswordCard } from './password';
import { Sessions } from './sessions';
import { Tokens } from './tokens';

export default function Security() {
    const own = useQuery('security', (signal) => api.get<Data>('/v1/security', { signal }), { keep: true });
    const staff = session.value?.staff;
    return (
        <>
            <PageHead title={t('nav.security')} lead={t('security.lead', { email: staff?.email ?? '', role: roleName(staff?.role ?? '') })} />
            <ProblemBox error={own.error} onRetry={own.reload} />
            {own.data ? (
                <>
                    <PasswordCard changed={own.data.password.changed} onDone={own.reload} />
                    <Factors own={own.data} onChange={own.reload} />
                </>
            ) : !own.error && <Loading />}
            <Sessions />
            {can('tokens') && <Tokens />}
        </>
    );
}
