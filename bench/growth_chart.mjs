// SPDX-License-Identifier: Apache-2.0
// Draws what `bench/run growth` printed: time of each question and memory against the number of events, both axes
// logarithmic.   node bench/growth_chart.mjs < growth.txt > docs/explanation/growth.svg
import { readFileSync } from "node:fs";

const series = new Map(), wanted = ["funnel 4x7d", "retention 13x13", "by channel", "ten clauses", "two, then silent", "rfm", "a and b", "last 50"];
let events = 0;
const put = (name, value) => { if (!series.has(name)) series.set(name, []); series.get(name).push([events, value]); };
for (const line of readFileSync(0, "utf8").split("\n")) {
    const head = /^-- (\S+) events/.exec(line), row = /^(.{16})\s+([\d.]+) ms/.exec(line), memory = /^peak memory\s+(\d+) MiB/.exec(line);
    if (head) events = Number(head[1]);
    else if (row && wanted.includes(row[1].trim())) put(row[1].trim(), Math.max(Number(row[2]), 0.01));
    else if (memory) put("memory, MiB", Number(memory[1]));
}
const peak = new Map(); // two programs print their memory: the larger
for (const [n, v] of series.get("memory, MiB") ?? []) peak.set(n, Math.max(v, peak.get(n) ?? 0));
series.set("memory, MiB", [...peak]);
const xs = [...new Set([...series.values()].flat().map((p) => p[0]))].sort((a, b) => a - b);
const W = 760, H = 460, left = 70, right = 170, top = 20, bottom = 50, lo = -2, hi = 4;
const x = (v) => left + ((Math.log10(v) - Math.log10(xs[0])) / (Math.log10(xs.at(-1)) - Math.log10(xs[0]) || 1)) * (W - left - right);
const y = (v) => H - bottom - ((Math.log10(v) - lo) / (hi - lo)) * (H - top - bottom);
const colours = ["#4363d8", "#e6194b", "#3cb44b", "#f58231", "#911eb4", "#008080", "#9a6324", "#808000", "#000000"];
const out = [`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${W} ${H}" font-family="sans-serif" font-size="12" role="img" aria-label="Time and memory against events">`,
    `<rect width="${W}" height="${H}" fill="#fff"/>`];
for (let e = lo; e <= hi; e++) out.push(`<line x1="${left}" x2="${W - right}" y1="${y(10 ** e)}" y2="${y(10 ** e)}" stroke="#ddd"/><text x="${left - 8}" y="${y(10 ** e) + 4}" text-anchor="end">${10 ** e}</text>`);
for (const n of xs) out.push(`<line x1="${x(n)}" x2="${x(n)}" y1="${top}" y2="${H - bottom}" stroke="#eee"/><text x="${x(n)}" y="${H - bottom + 18}" text-anchor="middle">${n.toExponential(0).replace("e+", "e")}</text>`);
out.push(`<text x="${(left + W - right) / 2}" y="${H - 10}" text-anchor="middle">events (one person per 20)</text><text transform="translate(18 ${H / 2}) rotate(-90)" text-anchor="middle">milliseconds; MiB</text>`);
const ends = [...series].map(([name, points], i) => ({ name, points, colour: colours[i % colours.length], at: y(points.at(-1)[1]) })).sort((a, b) => a.at - b.at);
let before = -Infinity;
for (const s of ends) {
    before = Math.max(s.at, before + 15);
    const dash = s.name.startsWith("memory") ? ' stroke-dasharray="5 4"' : "";
    out.push(`<polyline fill="none" stroke="${s.colour}" stroke-width="2"${dash} points="${s.points.map(([n, v]) => `${x(n).toFixed(1)},${y(v).toFixed(1)}`).join(" ")}"/>`);
    out.push(`<text x="${W - right + 10}" y="${before + 4}" fill="${s.colour}">${s.name}</text>`);
}
console.log(out.join("\n") + "\n</svg>");
