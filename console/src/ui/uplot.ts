// SPDX-License-Identifier: Apache-2.0
// The chart library as a chunk of its own, fetched when the first chart is drawn.
export { default } from 'uplot';
