// SPDX-License-Identifier: Apache-2.0
// The page around check.ts: one self-contained file, served at /verify and as good when it is opened from a disk.

import { check, Refused, type Facts } from './check';
import { TEXTS, type Language, type Texts } from './texts';

const byId = <T extends HTMLElement>(id: string) => document.getElementById(id) as T;
let texts: Texts = TEXTS.en;
let shown: { facts?: Facts; fault?: string } = {};

function speak(language: Language) {
    texts = TEXTS[language];
    document.documentElement.lang = language;
    document.title = texts.page;
    for (const e of document.querySelectorAll<HTMLElement>('[data-text]')) e.textContent = texts[e.dataset.text as keyof Texts] as string;
    for (const b of document.querySelectorAll<HTMLElement>('[data-language]')) b.setAttribute('aria-pressed', String(b.dataset.language === language));
    draw();
}

function fact(name: string, value: string) {
    const dt = document.createElement('dt');
    const dd = document.createElement('dd');
    dt.textContent = name;
    dd.textContent = value;
    byId('facts').append(dt, dd);
}

function draw() {
    const { facts, fault } = shown;
    const verdict = byId('verdict');
    verdict.hidden = !facts && !fault;
    verdict.className = facts ? 'good' : 'bad';
    byId('facts').replaceChildren();
    byId('content').hidden = !facts;
    byId('verdict-title').textContent = facts ? texts.good : texts.bad;
    byId('verdict-text').textContent = facts ? (facts.trusted ? texts.good_trusted : texts.good_believed) : (texts.faults[fault as keyof Texts['faults']] ?? texts.faults.other);
    if (!facts) return;
    fact(texts.kind, texts.kinds[facts.kind as keyof Texts['kinds']] ?? facts.kind);
    fact(texts.noted, new Date(facts.noted).toLocaleString(document.documentElement.lang, { dateStyle: 'long', timeStyle: 'medium', timeZone: 'UTC' }) + ' UTC');
    fact(texts.log, `${facts.log}, ${facts.index} / ${facts.size}`);
    fact(texts.signed, facts.key);
    const pre = byId('content').querySelector('pre');
    if (pre) pre.textContent = JSON.stringify(facts.document, null, 2);
}

async function run(event: Event) {
    event.preventDefault();
    const file = byId<HTMLInputElement>('file').files?.[0];
    shown = {};
    draw(); // the old verdict is not of this file
    if (!file) shown = { fault: 'no_file' };
    else if (file.size > 4 << 20) shown = { fault: 'not_proof' };
    else {
        try {
            shown = { facts: await check(new Uint8Array(await file.arrayBuffer()), byId<HTMLTextAreaElement>('key').value) };
        } catch (e) {
            shown = { fault: e instanceof Refused ? e.fault : 'other' };
        }
    }
    draw();
}

for (const b of document.querySelectorAll<HTMLElement>('[data-language]')) b.addEventListener('click', () => speak(b.dataset.language as Language));
document.querySelector('form')?.addEventListener('submit', (e) => void run(e));
const preferred = navigator.languages.map((l) => l.slice(0, 2)).find((l) => l in TEXTS);
speak((preferred ?? 'en') as Language);
