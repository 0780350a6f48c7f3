// SPDX-License-Identifier: Apache-2.0
// A file of a segment's people for one purpose. The gate leaves out who may not be reached for it; the file's answer
// says how many. Two people may be needed: then a colleague is asked before anything leaves (client.ts).

import { useState } from 'preact/hooks';
import { api, segment } from '../../api/client';
import type { Segment } from '../../api/types';
import { t } from '../../i18n';
import { saveFile } from '../../lib/files';
import { Button, Field, Loading, Segmented } from '../../ui/basics';
import { Dialog } from '../../ui/dialog';
import { useAction } from '../../api/query';
import { Icon } from '../../ui/icons';
import { Level } from '../../ui/level';
import { ProblemBox } from '../../ui/problem';
import { purposeName, usePurposes } from './purposes';

type Format = 'csv' | 'jsonl';
const USUAL = ['email', 'firstName', 'lastName'];

export function ExportDialog({ s, onClose }: { s: Segment; onClose: () => void }) {
    const { names, catalog, error, reload } = usePurposes();
    const [purpose, setPurpose] = useState('');
    const [format, setFormat] = useState<Format>('csv');
    const [fields, setFields] = useState<string[]>(USUAL);
    const [held, setHeld] = useState<number | null>(null);
    const traits = (catalog?.fields ?? []).filter((f) => !f.name.endsWith('.updated'));
    const chosen = fields.filter((f) => traits.some((x) => x.name === f));
    const ready = purpose !== '' && chosen.length > 0;
    const run = useAction(async () => {
        const file = await api.file(`/v1/segments/${segment(s.name)}/export`, { purpose, format, fields: chosen });
        saveFile(file, `${s.name}.${format}`);
        setHeld(Number(file.header('X-Custos-Held-Back') ?? 0));
    });
    return (
        <Dialog
            title={t('segments.export.title', { title: s.title })} onClose={onClose} onSubmit={() => { if (ready && held === null) void run.act(); }}
            actions={(
                <>
                    <Button onClick={onClose}>{t(held === null ? 'action.cancel' : 'dialog.close')}</Button>
                    {held === null && <Button type="submit" tone="primary" icon="download" busy={run.busy} disabled={!ready}>{t('segments.export.submit')}</Button>}
                </>
            )}
        >
            {held !== null ? (
                <div class="notice good" role="status">
                    <Icon name="check" />
                    <div><strong>{t('segments.export.done')}</strong><p>{t('segments.export.held', { n: held, purpose: purposeName(purpose) })}</p></div>
                </div>
            ) : (
                <>
                    <p>{t('segments.export.text')}</p>
                    <Field label={t('segments.export.purpose')} hint={t('segments.export.purpose.hint')}>
                        {(ids) => (
                            <select {...ids} required data-autofocus value={purpose} onChange={(e) => setPurpose(e.currentTarget.value)}>
                                <option value="">{t('segments.export.choose')}</option>
                                {names.map((p) => <option key={p} value={p}>{purposeName(p)}</option>)}
                            </select>
                        )}
                    </Field>
                    <div class="field">
                        <span class="field-label">{t('segments.export.format')}</span>
                        <Segmented<Format> label={t('segments.export.format')} value={format} onChange={setFormat} options={[{ value: 'csv', label: 'CSV' }, { value: 'jsonl', label: 'JSONL' }]} />
                    </div>
                    <ProblemBox error={error} onRetry={reload} />
                    {!catalog && !error && <Loading />}
                    {catalog && (
                        <fieldset class="choices columns">
                            <legend>{t('segments.export.fields', { n: chosen.length })}</legend>
                            {traits.map((f) => (
                                <label key={f.name} title={f.doc}>
                                    <input type="checkbox" checked={fields.includes(f.name)} onChange={(e) => setFields(e.currentTarget.checked ? [...fields, f.name] : fields.filter((x) => x !== f.name))} />
                                    <span class="wrap-any">{f.name}</span> <Level level={f.level} />
                                </label>
                            ))}
                        </fieldset>
                    )}
                </>
            )}
            <ProblemBox error={run.error} />
        </Dialog>
    );
}
