// SPDX-License-Identifier: Apache-2.0
// j and k walk the links that name the rows of a page's tables.

import { useEffect } from 'preact/hooks';
import { addKeys } from './keys';

export function useRowKeys(): void {
    useEffect(() => {
        const move = (step: number) => {
            const links = [...document.querySelectorAll<HTMLElement>('main .row-link')];
            const now = links.indexOf(document.activeElement as HTMLElement);
            const next = links[now < 0 ? (step > 0 ? 0 : links.length - 1) : now + step];
            next?.focus();
        };
        return addKeys({ j: () => move(1), k: () => move(-1) });
    }, []);
}
