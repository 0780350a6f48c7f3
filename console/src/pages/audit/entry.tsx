// SPDX-License-Identifier: Apache-2.0
// One entry of the log, whole. It names fields, never their values.

import type { AuditEntry } from '../../api/types';
import { t, tOr } from '../../i18n';
import { dateTimeFull, words } from '../../lib/format';
import { roleName } from '../../lib/roles';
import { Badge } from '../../ui/basics';
import { Dialog } from '../../ui/dialog';
import { actionName, actorLabel, detailLines, outcomeName, outcomeTone } from './words';

export function EntryDialog({ entry: e, onClose }: { entry: AuditEntry; onClose: () => void }) {
    const detail = detailLines(e.detail);
    return (
        <Dialog title={actionName(e.action)} onClose={onClose}>
            <dl class="properties">
                <div><dt>{t('audit.time')}</dt><dd>{dateTimeFull(e.time)}</dd></div>
                <div><dt>{t('audit.action')}</dt><dd><code>{e.action}</code></dd></div>
                <div><dt>{t('audit.outcome')}</dt><dd><Badge tone={outcomeTone(e.outcome)}>{outcomeName(e.outcome)}</Badge></dd></div>
                <div><dt>{t('audit.actor')}</dt><dd dir="auto">{actorLabel(e)}{e.role && <> · {roleName(e.role)}</>}</dd></div>
                <div><dt>{t('audit.purpose')}</dt><dd>{tOr(`purpose.${e.purpose}`, e.purpose || '–')}</dd></div>
                <div><dt>{t('nav.people')}</dt><dd>{e.people ? t('people.count', { n: e.people }) : '–'}</dd></div>
                {e.fields && <div><dt>{t('audit.fields')}</dt><dd class="wrap-any">{e.fields.split(/,\s*/).map(words).join(', ')}</dd></div>}
                {e.break_glass && <div><dt>{t('audit.break_glass')}</dt><dd><Badge tone="bad">{t('value.yes')}</Badge></dd></div>}
                <div><dt>{t('audit.network')}</dt><dd><code dir="ltr">{e.network || '–'}</code></dd></div>
                <div><dt>{t('audit.request')}</dt><dd><code class="wrap-any" dir="ltr">{e.request_id || '–'}</code></dd></div>
                <div><dt>{t('audit.index')}</dt><dd>{e.index}</dd></div>
                {detail.map(([k, v]) => <div key={k}><dt>{k ? words(k) : t('audit.detail')}</dt><dd class="wrap-any">{v}</dd></div>)}
            </dl>
        </Dialog>
    );
}
