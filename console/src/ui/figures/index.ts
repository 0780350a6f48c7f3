// SPDX-License-Identifier: Apache-2.0
// Figures: drawings of the answers of Insight (api/insight-types.ts), for every page that shows some. Each takes values as the
// answer has them (minor units, shares 0..1, null for hidden), has its data table, and is walked by keyboard. A page that
// draws loads their messages and styles: `withFigures` in app.tsx.

export { Bars, Columns, type BarRow, type Stack } from './bars';
export { ChartFrame, Legend } from './frame';
export { Flow } from './flow';
export { FunnelChart, type FunnelPart } from './funnel';
export { Heat, type HeatRow } from './heat';
export { How, howOf, Popover, type HowText } from './how';
export { Lines, type LineNote, type Series } from './lines';
export { Change, NumberTile, NumberTile as Number, type NumberProps } from './number';
export { DataTable, type FigureColumn } from './table';
export { axisWords, decimal, figure, hiddenWords, lasting, periodWords } from './words';
