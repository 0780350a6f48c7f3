// SPDX-License-Identifier: Apache-2.0
// The privacy centre in Chromium: the most used journeys in three languages, with the keyboard alone, with scripts switched off,
// in light and dark and at 360 px, each page without a violation that axe knows.

import assert from 'node:assert/strict';
import { after, before, describe, test } from 'node:test';
import { readFileSync } from 'node:fs';
import { accessible, executable, fits, guardedPage, launch } from './lib/browser.mjs';
import { existsSync } from 'node:fs';
import { noBinary, startCustos } from './lib/server.mjs';

const WORDS = {
    en: { enter: 'Begin my visit', consents: 'Consents', allow: 'Allow', chosen: 'Your choice is stored', download: 'Download my data', withdraw: 'Take every consent back',
        taken: 'Every consent is taken back', word: 'ERASE', erase: 'Erase everything about me', erased: 'You are erased', leave: 'End my visit', correct: 'Save the correction', corrected: 'The value is corrected' },
    de: { enter: 'Besuch beginnen', consents: 'Einwilligungen', allow: 'Erlauben', chosen: 'Ihre Wahl ist gespeichert', download: 'Meine Daten herunterladen', withdraw: 'Alle Einwilligungen zurücknehmen',
        taken: 'Alle Einwilligungen sind zurückgenommen', word: 'LÖSCHEN', erase: 'Alles über mich löschen', erased: 'Sie sind gelöscht', leave: 'Besuch beenden', correct: 'Berichtigung speichern', corrected: 'Der Wert ist berichtigt' },
    fr: { enter: 'Commencer ma visite', consents: 'Consentements', allow: 'Autoriser', chosen: 'Votre choix est enregistré', download: 'Télécharger mes données', withdraw: 'Retirer tous les consentements',
        taken: 'Tous les consentements sont retirés', word: 'EFFACER', erase: 'Effacer tout ce qui me concerne', erased: 'Vous êtes effacé', leave: 'Terminer ma visite', correct: 'Enregistrer la rectification', corrected: 'La valeur est rectifiée' },
};
const LOCALES = { en: 'en-GB', de: 'de-DE', fr: 'fr-FR' };
const PAGES = ['', '/data', '/activity', '/consents', '/access', '/rights', '/erase', '/correct/firstName'];
const why = noBinary() ?? (existsSync(executable) ? false : `no Chromium at ${executable}`);

describe('the privacy centre', { skip: why }, () => {
    let custos, browser, session;
    const staff = async (method, path, body) => {
        const r = await fetch(custos.url + path, { method, headers: { 'content-type': 'application/json', cookie: session.cookie, 'x-csrf-token': session.csrf }, body: body && JSON.stringify(body) });
        return { status: r.status, json: await r.json().catch(() => undefined) };
    };
    let number = 0;
    // Somebody with a year behind them, and a link to their record.
    const person = async () => {
        const n = ++number, email = `ann${n}@shop.example`, userId = `b-${n}`;
        const batch = [{ type: 'identify', userId, traits: { email, firstName: 'Ann', lastName: 'Lee', phone: '+4930123456', address: { city: 'Bonn' }, newsletter_topic: 'a-very-long-word-without-any-place-to-break-it-'.repeat(4) } }];
        for (let i = 0; i < 12; i++) batch.push({ type: 'track', userId, event: 'Product Viewed', properties: { sku: `tea-${i}`, name: 'Sencha', price: 3 + i } });
        batch.push({ type: 'track', userId, event: 'Order Completed', properties: { order_id: `o-${n}`, total: 12.5, currency: 'EUR', products: [{ sku: 'tea-1', name: 'Sencha', quantity: 2 }] } });
        const r = await fetch(`${custos.url}/v1/batch`, { method: 'POST', headers: { 'content-type': 'application/json', authorization: `Basic ${Buffer.from(`${custos.writeKey}:`).toString('base64')}` }, body: JSON.stringify({ batch }) });
        assert.equal(r.status, 200);
        for (let i = 0; i < 400; i++) {
            const found = await staff('POST', '/v1/people/lookup', { kind: 'email', value: email });
            if (found.status === 200 && (await staff('GET', `/v1/people/${found.json.id}`)).json.orders?.count === 1) return { id: found.json.id, email };
            await new Promise((resolve) => setTimeout(resolve, 25));
        }
        throw new Error('the events did not arrive');
    };
    const linkOf = async (id) => (await staff('POST', `/v1/people/${id}/privacy-link`, { purpose: 'visit' })).json.url;
    const main = (page) => page.locator('main').innerText();

    before(async () => {
        custos = await startCustos({ host: 'localhost' });
        const token = custos.setupUrl.split('#')[1];
        const r = await fetch(`${custos.url}/v1/setup`, { method: 'POST', headers: { 'content-type': 'application/json' }, body: JSON.stringify({ token, email: 'owner@shop.example', password: 'a tea pot is a good password' }) });
        session = { cookie: r.headers.getSetCookie()[0].split(';')[0], csrf: (await r.json()).csrf };
        await staff('PUT', '/v1/purposes/marketing_email/wordings', { texts: { en: 'News of the tea house.', de: 'Neues vom Teehaus.', fr: 'Des nouvelles de la maison de thé.' } });
        browser = await launch();
    });
    after(async () => {
        await browser?.close();
        await custos?.stop();
    });

    for (const language of Object.keys(WORDS)) {
        for (const scripts of [true, false]) {
            test(`${language}, ${scripts ? 'keyboard alone' : 'scripts switched off'}: link, see, correct, allow, download, withdraw, erase`, { timeout: 120_000 }, async () => {
                const w = WORDS[language], ann = await person();
                const guarded = await guardedPage(browser, custos.url, { locale: LOCALES[language], javaScriptEnabled: scripts, viewport: { width: 1100, height: 800 } });
                const { page } = guarded;
                // With a keyboard: on to the control by Tab, then Enter. Each step shows where it is.
                const reach = async (locator) => {
                    await locator.first().waitFor();
                    for (let i = 0; i < 150; i++) {
                        await page.keyboard.press('Tab');
                        if (await locator.first().evaluate((e) => e === document.activeElement)) {
                            const ring = await locator.first().evaluate((e) => getComputedStyle(e).outlineStyle);
                            assert.notEqual(ring, 'none', 'the focus is seen');
                            return;
                        }
                    }
                    assert.fail('no way there by keyboard');
                };
                const press = async (locator) => {
                    if (!scripts) return locator.first().click();
                    await reach(locator);
                    return page.keyboard.press('Enter');
                };
                const type = async (locator, text) => {
                    if (!scripts) return locator.fill(text);
                    await reach(locator);
                    await page.keyboard.press('Control+A');
                    return page.keyboard.type(text);
                };
                const good = async (where) => {
                    if (!scripts) return;
                    await accessible(page, `${language} ${where}`);
                    await fits(page, where);
                    await guarded.check(where);
                };
                const button = (name) => page.getByRole('button', { name });
                const to = async (href) => press(page.locator(`nav a[href="/privacy/me${href}"]`));

                await page.goto(await linkOf(ann.id));
                assert.equal(await page.locator('html').getAttribute('lang'), language);
                await good('link');
                await press(button(w.enter));
                await page.waitForURL('**/privacy/me');
                assert.match(await main(page), /Ann Lee/);
                await good('overview');
                await to('/data');
                await page.waitForURL('**/data');
                assert.match(await main(page), new RegExp(ann.email));
                await good('data');
                await press(page.locator('a[href="/privacy/me/correct/firstName"]'));
                await page.waitForURL('**/correct/firstName');
                await good('correct');
                await type(page.locator('#value'), 'Anne');
                await press(button(w.correct));
                await page.waitForURL('**/data?done=correct');
                assert.match(await main(page), new RegExp(`${w.corrected}[\\s\\S]*Anne`));
                await to('/consents');
                await page.waitForURL('**/consents');
                await good('consents');
                await press(page.locator('form', { has: page.locator('input[value=marketing_email]') }).getByRole('button'));
                await page.waitForURL('**/consents?done=preference');
                assert.match(await main(page), new RegExp(w.chosen));
                assert.equal((await staff('GET', `/v1/people/${ann.id}`)).json.consents.find((c) => c.purpose === 'marketing_email').allowed, true);
                await good('chosen');
                await to('/rights');
                await page.waitForURL('**/rights');
                await good('rights');
                const download = page.waitForEvent('download');
                await press(button(w.download));
                const file = await download;
                assert.equal(file.suggestedFilename(), 'my-data.zip');
                assert.equal(readFileSync(await file.path()).subarray(0, 2).toString(), 'PK');
                await to('/consents');
                await page.waitForURL('**/consents');
                await press(button(w.withdraw));
                await page.waitForURL('**/consents?done=withdraw');
                assert.match(await main(page), new RegExp(w.taken));
                assert.equal((await staff('GET', `/v1/people/${ann.id}`)).json.consents.find((c) => c.purpose === 'marketing_email').allowed, false);
                await page.goto(`${custos.url}/privacy/me/erase`);
                await good('erase');
                await type(page.locator('#word'), w.word);
                await press(button(w.erase));
                await page.getByRole('heading', { name: w.erased }).waitFor();
                await good('erased');
                const certificate = page.waitForEvent('download');
                await press(page.locator('main a[href^="/privacy/certificate/"]'));
                const document = JSON.parse(readFileSync(await (await certificate).path(), 'utf8'));
                assert.equal(document.document.type, 'custos.erasure/1');
                assert.ok([404, 410].includes((await staff('GET', `/v1/people/${ann.id}`)).status));
                await guarded.close();
            });
        }
    }

    for (const [look, options] of Object.entries({ light: { colorScheme: 'light' }, dark: { colorScheme: 'dark' }, phone: { viewport: { width: 360, height: 740 }, colorScheme: 'dark' }, 'phone, light': { viewport: { width: 360, height: 740 } },
        zoomed: { viewport: { width: 320, height: 480 } } })) {
        test(`every page, ${look}`, { timeout: 120_000 }, async () => {
            const ann = await person();
            const guarded = await guardedPage(browser, custos.url, { viewport: { width: 1200, height: 900 }, ...options, expected: [/status of 4(03|04|22)/] });
            const { page } = guarded;
            const good = async (where) => {
                await accessible(page, `${look} ${where}`);
                await fits(page, `${look} ${where}`);
                assert.equal(await page.locator('h1').count(), 1, where);
                assert.equal(await page.locator('main').count(), 1, where);
                for (const box of await page.locator('button, nav a, input:not([type=hidden])').all()) {
                    const size = await box.boundingBox();
                    assert.ok(size.height >= 24 && size.width >= 24, `${where}: a target of ${size.width} x ${size.height}`);
                }
                await guarded.check(where);
            };
            await page.goto(`${custos.url}/privacy`);
            await good('front');
            await page.goto(`${custos.url}/privacy/me`);
            await good('no visit');
            await page.goto(`${custos.url}/privacy/l/AAAAAAAAAAAAAAAAAAAAAA`);
            await good('dead link');
            await page.goto(await linkOf(ann.id));
            await good('link');
            await page.locator('main button').click();
            for (const path of PAGES) {
                await page.goto(`${custos.url}/privacy/me${path}`);
                await good(path || 'overview');
            }
            await page.locator('#value').evaluate((e) => { e.maxLength = 900; e.value = 'x'.repeat(900); }); // as a browser that knows no maxlength
            await page.getByRole('button', { name: 'Save the correction' }).click();
            await page.locator('#fault').waitFor();
            await good('a fault');
            await page.getByRole('button', { name: 'End my visit' }).click();
            await good('left');
            await guarded.close();
        });
    }

    test('the way by the front door says the same to everybody, and remembers the language', { timeout: 60_000 }, async () => {
        const guarded = await guardedPage(browser, custos.url, { locale: 'de-DE' });
        const { page } = guarded;
        await page.goto(`${custos.url}/privacy`);
        assert.equal(await page.locator('html').getAttribute('lang'), 'de');
        await page.getByRole('link', { name: 'Français' }).click();
        assert.equal(await page.locator('html').getAttribute('lang'), 'fr');
        await page.goto(`${custos.url}/privacy`);
        assert.equal(await page.locator('html').getAttribute('lang'), 'fr');
        await page.locator('#email').fill('nobody@shop.example');
        await page.keyboard.press('Enter');
        await page.getByRole('heading', { name: 'Consultez votre boîte de réception' }).waitFor();
        await accessible(page, 'sent');
        await guarded.check('sent');
        await guarded.close();
    });
});
