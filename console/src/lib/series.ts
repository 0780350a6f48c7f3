// SPDX-License-Identifier: Apache-2.0
// What a chart draws: single days, or weeks when there are too many days to tell a line from noise.

import type { Day, Metric, Today } from '../api/types';

const DAYS_MAX = 120;

export interface Points {
    starts: Day[];
    values: (number | null)[];
    weekly: boolean;
}

export function points(series: Today['series'], metric: Metric): Points {
    const { days } = series;
    if (days.length <= DAYS_MAX) return { starts: days, values: series[metric], weekly: false };
    const starts: Day[] = [];
    const values: (number | null)[] = [];
    // Whole weeks, counted from the newest day; the few oldest days that fill no week are left out.
    for (let from = days.length % 7; from < days.length; from += 7) {
        starts.push(days[from]!);
        values.push(ofWeek(series, metric, from, from + 7));
    }
    return { starts, values, weekly: true };
}

// Amounts and counts add up; an average is made anew from its parts; who was active on several days would
// be counted several times, so that is the mean of the days.
function ofWeek(series: Today['series'], metric: Metric, from: number, to: number): number | null {
    const sum = (name: Metric) => series[name].slice(from, to).reduce((a, b) => a + (b ?? 0), 0);
    if (metric === 'average_order_value') {
        const orders = sum('orders');
        return orders ? Math.round(sum('revenue') / orders) : null;
    }
    return metric === 'active_customers' ? Math.round(sum(metric) / (to - from)) : sum(metric);
}
