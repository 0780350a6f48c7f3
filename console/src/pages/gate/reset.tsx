// SPDX-License-Identifier: Apache-2.0
// A new password by a link from an administrator. It does not go round the second factor.

import { useEffect, useState } from 'preact/hooks';
import { api } from '../../api/client';
import { useAction } from '../../api/query';
import type { Entered, Ticket } from '../../api/types';
import { t } from '../../i18n';
import { entered, session } from '../../lib/session';
import { Button } from '../../ui/basics';
import { NewPassword, usePasswordCheck } from '../../ui/new-password';
import { ProblemBox } from '../../ui/problem';
import { GateCard, Spent, spentLink } from './link';
import { SecondStep } from './second';

export default function Reset({ token, onDone }: { token: string; onDone: () => void }) {
    const [password, setPassword] = useState('');
    const [ticket, setTicket] = useState<Ticket | null>(null);
    const check = usePasswordCheck(password, []);
    const reset = useAction(async () => {
        if (!(await check.ready())) return;
        const next = entered(await api.post<Entered>('/v1/password-reset', { token, password }, { quiet401: true, plain: true }));
        setPassword('');
        if (next) setTicket(next);
        else onDone();
    });
    const inside = session.value !== null;
    useEffect(() => {
        if (ticket && inside) onDone();
    }, [ticket, inside]);
    if (ticket) return <main class="gate"><SecondStep ticket={ticket} onBack={() => location.assign('/')} /></main>;
    return (
        <GateCard title={t('reset.title')}>
            {!token || spentLink(reset.error) ? <Spent text={t('reset.spent')} /> : (
                <form
                    class="stack" method="post"
                    onSubmit={(event) => {
                        event.preventDefault();
                        void reset.act();
                    }}
                >
                    <p class="muted">{t('reset.text')}</p>
                    <NewPassword label={t('security.password.new')} value={password} onValue={setPassword} check={check} />
                    <ProblemBox error={reset.error} />
                    <Button type="submit" tone="primary" class="full" busy={reset.busy}>{t('reset.submit')}</Button>
                </form>
            )}
        </GateCard>
    );
}
