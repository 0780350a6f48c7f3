// SPDX-License-Identifier: Apache-2.0
// A trend the height of a line of text. What it shows is said in words for those who listen.

import { t } from '../i18n';
import { count } from '../lib/format';

const WIDTH = 96;
const HEIGHT = 24;

export function Spark({ values }: { values: number[] }) {
    if (values.length < 2) return <span class="muted small">{t('spark.none')}</span>;
    const low = Math.min(...values);
    const high = Math.max(...values);
    const x = (i: number) => ((i * (WIDTH - 2)) / (values.length - 1) + 1).toFixed(1);
    const y = (v: number) => (high === low ? HEIGHT / 2 : HEIGHT - 2 - ((v - low) * (HEIGHT - 4)) / (high - low)).toFixed(1);
    const line = values.map((v, i) => `${i ? 'L' : 'M'}${x(i)} ${y(v)}`).join('');
    return (
        <svg class="spark" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="img" aria-label={t('spark.label', { from: count(values[0]!), to: count(values[values.length - 1]!), low: count(low), high: count(high) })}>
            <path class="spark-area" d={`${line}L${x(values.length - 1)} ${HEIGHT}L1 ${HEIGHT}Z`} />
            <path class="spark-line" d={line} />
        </svg>
    );
}
