// SPDX-License-Identifier: Apache-2.0
// Views of one page, each with an address of its own.

export function Tabs({ label, now, items }: { label: string; now: string; items: { id: string; name: string; href: string; count?: number }[] }) {
    return (
        <nav class="tabs page-tabs" aria-label={label}>
            {items.map((x) => (
                <a key={x.id} href={x.href} aria-current={x.id === now ? 'page' : undefined}>
                    {x.name}
                    {x.count ? <span class="chip-count">{x.count}</span> : null}
                </a>
            ))}
        </nav>
    );
}
