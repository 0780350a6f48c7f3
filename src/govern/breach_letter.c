// SPDX-License-Identifier: Apache-2.0
// Drafts of the letters about a breach, in three languages: to the authority with what GDPR 33(3) asks for, to the people
// with what 34(2) asks for, in plain words. A draft holds what is known; what is not known yet says so, because it may
// follow later (33(4)). Whoever sends it reads it first.
#include "breach_internal.h"

#include "text/text.h"

#include <stdio.h>

const char *const breach_languages[] = {"en", "de", "fr", NULL};

struct words {
    const char *language;
    const char *authority_subject, *authority, *late;
    const char *people_subject, *people, *people_exempt;
    const char *unknown, *kinds[7];
};
// {name}: see expand(). A line whose value is empty says `unknown`.
static const struct words all[] = {
    {"en", "Notification of a personal data breach (Art. 33 GDPR), {shop}, no. {number}",
        "To the supervisory authority\n\n"
        "{shop} ({url}) notifies a personal data breach under Article 33 GDPR. Our reference: {number}.\n\n"
        "1. When\nBegan: {began}\nEnded: {ended}\nWe became aware: {aware}\nThe 72 hours end: {due}\nThis draft: "
        "{now}\n{late}\n"
        "2. Nature of the breach (33(3)(a))\nKind: {kind}\n{facts}\n\n"
        "People concerned, approximately: {people}\nRecords (acts noted in our audit log): {entries}\n"
        "Categories of people: customers and visitors of the shop\nCategories of data: {categories}\n\n"
        "3. Contact (33(3)(b))\n{shop}, {url}\n\n"
        "4. Likely consequences (33(3)(c))\n{effects}\n\n"
        "5. Measures taken and proposed (33(3)(d))\n{measures}\n\n"
        "6. Notice to the people concerned (34)\n{told}\n\n"
        "What is not known yet follows in phases (33(4)).\n",
        "Reasons for the delay (33(1)): {late_reason}\n", "What happened to your data at {shop}",
        "Hello,\n\nyour personal data was part of a security incident at {shop}. We tell you plainly what we know.\n\n"
        "What happened\n{facts}\n\nWhen\n{began} to {ended}\n\nWhich data\n{categories}\n\n"
        "What may follow from it\n{effects}\n\nWhat we have done and what you can do\n{measures}\n\n"
        "Whom you can ask\n{shop}, {url}. You may also turn to your data protection authority.\n\nWe are sorry.\n{shop}\n",
        "What was taken is encrypted, and the keys were not: nobody can read it.\n", "not known yet",
        {"misuse of an account", "storage or a medium got out", "a transmission went wrong", "keys got out",
            "data was lost or changed", "other", NULL}},
    {"de", "Meldung einer Verletzung des Schutzes personenbezogener Daten (Art. 33 DSGVO), {shop}, Nr. {number}",
        "An die Aufsichtsbehörde\n\n"
        "{shop} ({url}) meldet eine Verletzung des Schutzes personenbezogener Daten nach Artikel 33 DSGVO. Unser Zeichen: "
        "{number}.\n\n"
        "1. Zeitpunkt\nBeginn: {began}\nEnde: {ended}\nBekannt geworden: {aware}\nDie 72 Stunden enden: {due}\nDieser "
        "Entwurf: {now}\n{late}\n"
        "2. Art der Verletzung (33 Abs. 3 lit. a)\nArt: {kind}\n{facts}\n\n"
        "Betroffene Personen, ungefähr: {people}\nDatensätze (Vorgänge in unserem Protokoll): {entries}\n"
        "Kategorien von Personen: Kunden und Besucher des Shops\nKategorien von Daten: {categories}\n\n"
        "3. Anlaufstelle (33 Abs. 3 lit. b)\n{shop}, {url}\n\n"
        "4. Wahrscheinliche Folgen (33 Abs. 3 lit. c)\n{effects}\n\n"
        "5. Ergriffene und vorgeschlagene Maßnahmen (33 Abs. 3 lit. d)\n{measures}\n\n"
        "6. Benachrichtigung der Betroffenen (34)\n{told}\n\n"
        "Was noch nicht bekannt ist, reichen wir schrittweise nach (33 Abs. 4).\n",
        "Gründe für die Verspätung (33 Abs. 1): {late_reason}\n", "Was mit Ihren Daten bei {shop} geschehen ist",
        "Guten Tag,\n\nIhre Daten waren Teil eines Sicherheitsvorfalls bei {shop}. Wir sagen Ihnen offen, was wir "
        "wissen.\n\n"
        "Was geschehen ist\n{facts}\n\nWann\n{began} bis {ended}\n\nWelche Daten\n{categories}\n\n"
        "Was daraus folgen kann\n{effects}\n\nWas wir getan haben und was Sie tun können\n{measures}\n\n"
        "Wen Sie fragen können\n{shop}, {url}. Sie können sich auch an Ihre Datenschutzbehörde wenden.\n\nEs tut uns "
        "leid.\n{shop}\n",
        "Was entwendet wurde, ist verschlüsselt, und die Schlüssel wurden es nicht: Niemand kann es lesen.\n",
        "noch nicht bekannt",
        {"Missbrauch eines Kontos", "Speicher oder Datenträger abhandengekommen", "fehlgegangene Übermittlung",
            "Schlüssel abhandengekommen", "Daten verloren oder verändert", "Sonstiges", NULL}},
    {"fr", "Notification d’une violation de données (art. 33 RGPD), {shop}, n° {number}",
        "À l’autorité de contrôle\n\n"
        "{shop} ({url}) notifie une violation de données à caractère personnel au titre de l’article 33 du RGPD. Notre "
        "référence : {number}.\n\n"
        "1. Dates\nDébut : {began}\nFin : {ended}\nPrise de connaissance : {aware}\nFin des 72 heures : {due}\nCe projet : "
        "{now}\n{late}\n"
        "2. Nature de la violation (33, par. 3, a)\nType : {kind}\n{facts}\n\n"
        "Personnes concernées, environ : {people}\nEnregistrements (actes notés dans notre journal) : {entries}\n"
        "Catégories de personnes : clients et visiteurs de la boutique\nCatégories de données : {categories}\n\n"
        "3. Contact (33, par. 3, b)\n{shop}, {url}\n\n"
        "4. Conséquences probables (33, par. 3, c)\n{effects}\n\n"
        "5. Mesures prises et proposées (33, par. 3, d)\n{measures}\n\n"
        "6. Information des personnes (34)\n{told}\n\n"
        "Ce qui n’est pas encore connu suivra par étapes (33, par. 4).\n",
        "Motifs du retard (33, par. 1) : {late_reason}\n", "Ce qui est arrivé à vos données chez {shop}",
        "Bonjour,\n\nvos données ont été touchées par un incident de sécurité chez {shop}. Voici clairement ce que nous "
        "savons.\n\n"
        "Ce qui s’est passé\n{facts}\n\nQuand\n{began} – {ended}\n\nQuelles données\n{categories}\n\n"
        "Ce qui peut en résulter\n{effects}\n\nCe que nous avons fait et ce que vous pouvez faire\n{measures}\n\n"
        "À qui vous adresser\n{shop}, {url}. Vous pouvez aussi saisir votre autorité de protection des données.\n\nNous "
        "vous prions de nous excuser.\n{shop}\n",
        "Ce qui a été dérobé est chiffré, et les clés ne l’ont pas été : personne ne peut le lire.\n", "pas encore connu",
        {"usage abusif d’un compte", "support ou stockage perdu", "erreur de transmission", "clés compromises",
            "données perdues ou modifiées", "autre", NULL}},
};

static const struct words *words_of(const char *language)
{
    for (size_t i = 0; i < CU_COUNT(all); i++) {
        if (strcmp(all[i].language, language) == 0)
            return &all[i];
    }
    return &all[0];
}

// "2026-11-20 14:05 (+01:00)", in the shop's zone.
static void put_time(int64_t ms, const struct breach_letter_facts *f, struct cu_buf *out)
{
    char text[TEXT_TIME_MAX];
    int32_t offset = text_zone_offset(f->zone, ms);
    int32_t minutes = (offset < 0 ? -offset : offset) / 60;
    text_time_format(ms + (int64_t)offset * 1000, text);
    cu_buf_printf(out, "%.10s %.5s (%c%02d:%02d)", text, text + 11, offset < 0 ? '-' : '+', minutes / 60, minutes % 60);
}

static const char *kind_of(const struct words *w, const char *kind)
{
    for (int i = 0; breach_kinds[i]; i++) {
        if (strcmp(breach_kinds[i], kind) == 0)
            return w->kinds[i];
    }
    return kind;
}

// Nothing when it is not known.
static void put_value(const struct words *w, cu_str name, const struct breach_letter_facts *f, struct cu_buf *out)
{
    static const struct {
        const char *name;
        enum breach_text text;
    } texts[] = {
        {"facts", BREACH_FACTS}, {"effects", BREACH_EFFECTS}, {"measures", BREACH_MEASURES}, {"late_reason", BREACH_LATE}};
    const struct {
        const char *name;
        int64_t ms;
    } times[] = {{"began", f->row->began_ms}, {"ended", f->row->ended_ms}, {"aware", f->row->aware_ms},
        {"due", f->row->due_ms}, {"now", f->now_ms}};
    for (size_t i = 0; i < CU_COUNT(texts); i++) {
        if (cu_str_eqz(name, texts[i].name))
            cu_buf_str(out, f->row->texts[texts[i].text]);
    }
    for (size_t i = 0; i < CU_COUNT(times); i++) {
        if (cu_str_eqz(name, times[i].name) && times[i].ms)
            put_time(times[i].ms, f, out);
    }
    if (cu_str_eqz(name, "shop"))
        cu_buf_str(out, f->shop);
    else if (cu_str_eqz(name, "url"))
        cu_buf_str(out, f->url);
    else if (cu_str_eqz(name, "number"))
        cu_buf_i64(out, f->row->id);
    else if (cu_str_eqz(name, "kind"))
        cu_buf_z(out, kind_of(w, f->row->kind));
    else if (cu_str_eqz(name, "categories"))
        cu_buf_str(out, f->categories);
    else if (cu_str_eqz(name, "people") && f->row->run_ms)
        cu_buf_i64(out, f->row->persons + f->row->unknown);
    else if (cu_str_eqz(name, "entries") && f->row->run_ms)
        cu_buf_i64(out, f->row->entries);
    else if (cu_str_eqz(name, "told") && f->row->people_ms)
        put_time(f->row->people_ms, f, out);
    else if (cu_str_eqz(name, "told") && f->exempt)
        cu_buf_z(out, w->people_exempt);
}

static void expand(const struct words *w, const char *template, const struct breach_letter_facts *f, struct cu_buf *out)
{
    cu_str rest = cu_str_of(template);
    while (rest.len > 0) {
        ptrdiff_t open = cu_str_find(rest, '{');
        ptrdiff_t end = open < 0 ? -1 : cu_str_find(rest, '}');
        if (end < 0) {
            cu_buf_str(out, rest);
            return;
        }
        cu_buf_str(out, cu_str_sub(rest, 0, (size_t)open));
        cu_str name = cu_str_sub(rest, (size_t)open + 1, (size_t)(end - open - 1));
        size_t before = out->len;
        if (cu_str_eqz(name, "late")) {
            if (f->now_ms > f->row->due_ms)
                expand(w, w->late, f, out);
        } else {
            put_value(w, name, f, out);
            if (out->len == before)
                cu_buf_z(out, w->unknown);
        }
        rest = cu_str_sub(rest, (size_t)end + 1, rest.len);
    }
}

void breach_letter_authority(
    const char *language, const struct breach_letter_facts *f, struct cu_buf *subject, struct cu_buf *text)
{
    const struct words *w = words_of(language);
    expand(w, w->authority_subject, f, subject);
    expand(w, w->authority, f, text);
}

void breach_letter_people(
    const char *language, const struct breach_letter_facts *f, struct cu_buf *subject, struct cu_buf *text)
{
    const struct words *w = words_of(language);
    expand(w, w->people_subject, f, subject);
    expand(w, w->people, f, text);
}
