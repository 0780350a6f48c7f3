// SPDX-License-Identifier: Apache-2.0
// The events of Clique Bait (tests/fixtures/clique_bait/README.md), sent to a server as a shop would send them.
import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliDecompressSync } from "node:zlib";
import { root } from "../../lib/server.mjs";

const products = ["Salmon", "Kingfish", "Tuna", "Russian Caviar", "Black Truffle", "Abalone", "Lobster", "Crab", "Oyster"];
const categories = ["Fish", "Fish", "Fish", "Luxury", "Luxury", "Shellfish", "Shellfish", "Shellfish", "Shellfish"];
const paths = { 1: "/", 2: "/products", 12: "/checkout", 13: "/confirmation" };
export const pathOf = (page) => paths[page] ?? `/products/${page - 2}`;
export const categoryOf = (page) => categories[page - 3];

// [{visit, cookie, page, type, seq, time}]
export function events() {
    const text = brotliDecompressSync(readFileSync(join(root, "tests", "fixtures", "clique_bait", "visits.txt.br"))).toString();
    return text.trim().split("\n").flatMap((line) => {
        const [visit, cookie, day, second, ...rows] = line.split(" ");
        let time = Date.parse(`${day}T${second}Z`);
        return rows.map((row, i) => {
            const [page, type, after] = row.split(".").map(Number);
            time += after;
            return { visit, cookie, page, type, seq: i + 1, time };
        });
    });
}

// The shop's own rows: the number of the visit, and that these old events are kept.
const names = ["$page", "Product Viewed", "Product Added", "Checkout Started", "Order Completed", "Promotion Viewed", "Promotion Clicked"];
export const dictionary = "version: 1\nevents:\n" + names.map((n) => `  "${n}":\n    retention_days: 36500\n    fields:\n      visit_id: {type: string, max: 32, level: P1, category: user.unique_id.pseudonymous, doc: Number of the visit.}\n`).join("");

function call(e, i) {
    const at = { messageId: `cb-${i}`, anonymousId: `cookie-${e.cookie}`, timestamp: new Date(e.time).toISOString(), context: { page: { path: pathOf(e.page) } } };
    const track = (event, properties) => ({ ...at, type: "track", event, properties: { visit_id: e.visit, ...properties } });
    const product = { product_id: String(e.page - 2), name: products[e.page - 3], category: categories[e.page - 3] };
    if (e.type === 2) return track("Product Added", product);
    if (e.type === 3) return track("Order Completed", { order_id: e.visit });
    if (e.type === 4) return track("Promotion Viewed", { promotion_id: "ad" });
    if (e.type === 5) return track("Promotion Clicked", { promotion_id: "ad" });
    if (e.page === 12) return track("Checkout Started", {});
    if (e.page >= 3 && e.page <= 11) return track("Product Viewed", product);
    return { ...at, type: "page", properties: { path: pathOf(e.page), visit_id: e.visit } };
}

export async function load(server, all) {
    const now = (await server.local("GET", "/v1/dictionary")).json;
    const put = await server.local("PUT", "/v1/dictionary", { text: dictionary, version: now.version });
    assert.equal(put.status, 200, put.text);
    for (let i = 0; i < all.length; i += 500) {
        const r = await server.track("/v1/batch", { batch: all.slice(i, i + 500).map((e, k) => call(e, i + k)) });
        assert.equal(r.status, 200, r.text);
    }
    await server.settled();
}
