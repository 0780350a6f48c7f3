// SPDX-License-Identifier: Apache-2.0
// The code a shop pastes to connect. The server's own address and the source's write key are filled in.

import { t } from '../i18n';
import type { Snippet } from '../ui/code';

export function snippetsFor(writeKey: string, origin: string = location.origin): Snippet[] {
    const at = new URL(origin);
    const plain = at.protocol === 'https:' ? '' : `, protocol: "${at.protocol.slice(0, -1)}"`;
    return [
        {
            id: 'curl', name: 'curl', note: t('snippet.curl'),
            text: [
                `curl ${origin}/v1/track -u '${writeKey}:' \\`,
                `  -H 'Content-Type: application/json' \\`,
                `  -d '{"event":"Hello Custos","anonymousId":"first-try"}'`,
            ].join('\n'),
        },
        {
            id: 'browser', name: t('snippet.browser.name'), note: t('snippet.browser'),
            text: [
                'import { AnalyticsBrowser } from "@segment/analytics-next"',
                '',
                'const analytics = AnalyticsBrowser.load(',
                `  { writeKey: "${writeKey}", cdnURL: "${origin}" },`,
                `  { integrations: { "Segment.io": { apiHost: "${at.host}/v1"${plain} } } },`,
                ')',
                'analytics.page()',
                'analytics.identify("user-123", { email: "ada@example.com" })',
                'analytics.track("Product Viewed", { product_id: "sku-1", name: "Tea pot", price: 24.9 })',
            ].join('\n'),
        },
        {
            id: 'node', name: 'Node.js', note: t('snippet.node'),
            text: [
                'import { Analytics } from "@segment/analytics-node"',
                '',
                `const analytics = new Analytics({ writeKey: "${writeKey}", host: "${origin}" })`,
                'analytics.track({',
                '  userId: "user-123",',
                '  event: "Order Completed",',
                '  properties: { order_id: "1001", total: 49.8, currency: "EUR",',
                '    products: [{ product_id: "sku-1", name: "Tea pot", price: 24.9, quantity: 2 }] },',
                '})',
            ].join('\n'),
        },
    ];
}
