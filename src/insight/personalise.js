// SPDX-License-Identifier: Apache-2.0
// Fills the slots of a page with what Custos chose for this browser. Put it into the page as
//   <script src="https://custos.example/personalise.js" data-write-key="..." defer></script>
// and mark places with data-custos-slot="name". The page's own content is the fallback: it stays when nothing was
// chosen, nobody consented, or Custos does not answer within data-timeout milliseconds (800).
//
// What a slot's content may hold: text, title, image, alt, link, and hide (true). An element inside the place says which
// member it shows: data-custos-text="title", data-custos-image="image", data-custos-link="link". A place without such
// elements gets `text`. Nothing is ever put into the page as markup; links and images are http(s) or of the page's own site.
(function () {
    'use strict';
    var script = document.currentScript;
    var options = script ? script.dataset : {};
    var server = script && script.src ? new URL(script.src).origin : '';

    // The number that the collectors of Segment, RudderStack and Jitsu keep, as they keep it.
    function kept(name) {
        try {
            var value = window.localStorage.getItem(name);
            if (value) return value.charAt(0) === '"' ? JSON.parse(value) : value;
        } catch (e) { /* storage is closed to this page */ }
        var cookie = ('; ' + document.cookie).split('; ' + name + '=')[1];
        if (!cookie) return null;
        var text = decodeURIComponent(cookie.split(';')[0]);
        return text.charAt(0) === '"' ? text.slice(1, -1) : text;
    }
    function browserId() {
        return options.anonymousId || kept('ajs_anonymous_id') || kept('__eventn_id') || kept('rl_anonymous_id');
    }

    function safe(address) {
        try {
            var url = new URL(address, window.location.href);
            return url.protocol === 'https:' || url.protocol === 'http:' || url.origin === window.location.origin ? url.href : null;
        } catch (e) {
            return null;
        }
    }

    function each(place, name, fill) {
        var inside = place.querySelectorAll('[data-custos-' + name + ']');
        for (var i = 0; i < inside.length; i++) fill(inside[i], inside[i].getAttribute('data-custos-' + name));
        if (place.hasAttribute('data-custos-' + name)) fill(place, place.getAttribute('data-custos-' + name));
        return inside.length;
    }

    function fill(place, slot) {
        var content = slot.content || {};
        var text = function (value) { return typeof value === 'string' || typeof value === 'number' ? String(value) : null; };
        var found = each(place, 'text', function (element, member) {
            var value = text(content[member]);
            if (value !== null) element.textContent = value;
        });
        found += each(place, 'image', function (element, member) {
            var address = text(content[member]) && safe(text(content[member]));
            if (address) element.setAttribute('src', address);
            if (address && text(content.alt)) element.setAttribute('alt', text(content.alt));
        });
        found += each(place, 'link', function (element, member) {
            var address = text(content[member]) && safe(text(content[member]));
            if (address) element.setAttribute('href', address);
        });
        if (!found && text(content.text) !== null) place.textContent = text(content.text);
        if (content.hide === true) place.hidden = true;
        place.setAttribute('data-custos-variant', slot.variant);
    }

    function places() {
        return document.querySelectorAll('[data-custos-slot]');
    }

    // Resolves with the answer, or null when there is none; never rejects.
    function ask(names) {
        var id = browserId();
        if (!id || !options.writeKey || !names.length) return Promise.resolve(null);
        var address = server + '/v1/personalization?anonymous_id=' + encodeURIComponent(id) + '&slots=' + encodeURIComponent(names.join(','));
        var control = typeof AbortController === 'function' ? new AbortController() : null;
        var late = window.setTimeout(function () { if (control) control.abort(); }, Number(options.timeout) || 800);
        return fetch(address, { headers: { 'X-Write-Key': options.writeKey }, credentials: 'omit', signal: control ? control.signal : undefined })
            .then(function (r) { return r.ok ? r.json() : null; })
            .catch(function () { return null; })
            .then(function (answer) { window.clearTimeout(late); return answer; });
    }

    function run() {
        var all = places(), names = [];
        for (var i = 0; i < all.length; i++) {
            var name = all[i].getAttribute('data-custos-slot');
            if (names.indexOf(name) < 0) names.push(name);
        }
        return ask(names).then(function (answer) {
            var slots = (answer && answer.slots) || [];
            for (var i = 0; i < all.length; i++)
                for (var k = 0; k < slots.length; k++)
                    if (slots[k].slot === all[i].getAttribute('data-custos-slot')) fill(all[i], slots[k]);
            document.dispatchEvent(new CustomEvent('custos:personalised', { detail: answer }));
            return answer;
        });
    }

    window.custosPersonalise = { run: run, ask: ask };
    if (document.readyState === 'loading') document.addEventListener('DOMContentLoaded', run);
    else run();
})();
