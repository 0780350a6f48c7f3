// SPDX-License-Identifier: Apache-2.0
// Short names made of titles: [a-z0-9_-], beginning with a letter.

export const NAME = /^[a-z][a-z0-9_-]{0,63}$/;
export const NAME_MAX = 64;
export const nameOf = (title: string): string =>
    title.normalize('NFD').replace(/[\u0300-\u036f]/g, '').toLowerCase().replace(/[^a-z0-9_]+/g, '-').replace(/^[^a-z]+|-+$/g, '').slice(0, NAME_MAX);
