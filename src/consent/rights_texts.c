// SPDX-License-Identifier: Apache-2.0
// Letters in three languages. See rights_texts.h. Plain words; the law is named where the person may want to look it up.
#include "rights_texts.h"

#include "legal_clock.h"

#include <stdio.h>

const char *const rights_language_tags[RIGHTS_LANGUAGES] = {"en", "de", "fr"};

#define HELLO_EN "Hello,\n\n"
#define HELLO_DE "Guten Tag,\n\n"
#define HELLO_FR "Bonjour,\n\n"
#define END_EN "\n\n{shop}\nReference: {id}\n"
#define END_DE "\n\n{shop}\nVorgang: {id}\n"
#define END_FR "\n\n{shop}\nRéférence : {id}\n"
#define TEXTS(en, de, fr) {HELLO_EN en END_EN, HELLO_DE de END_DE, HELLO_FR fr END_FR}

// clang-format off
const struct rights_text rights_texts[] = {
    {"received", 0, {"We received your request", "Ihr Antrag ist eingegangen", "Nous avons reçu votre demande"}, TEXTS(
        "on {day} we received your request: {what}. You will have our answer by {due}.",
        "am {day} ist Ihr Antrag bei uns eingegangen: {what}. Sie erhalten unsere Antwort bis zum {due}.",
        "le {day}, nous avons reçu votre demande : {what}. Vous recevrez notre réponse au plus tard le {due}.")},
    {"verify", 0, {"Please confirm your request", "Bitte bestätigen Sie Ihren Antrag", "Veuillez confirmer votre demande"}, TEXTS(
        "on {day} we received a request in your name: {what}. Was it you? Then open this page and press the button; it works for 24 hours:\n\n{link}\n\nIf it was not you, do nothing: without your confirmation nothing happens.",
        "am {day} ist in Ihrem Namen ein Antrag bei uns eingegangen: {what}. Waren Sie das? Dann öffnen Sie diese Seite und drücken Sie dort den Knopf; sie gilt 24 Stunden:\n\n{link}\n\nWenn Sie es nicht waren, brauchen Sie nichts zu tun: Ohne Ihre Bestätigung geschieht nichts.",
        "le {day}, nous avons reçu une demande en votre nom : {what}. Est-ce bien vous ? Ouvrez alors cette page et appuyez sur le bouton ; elle est valable 24 heures :\n\n{link}\n\nSi ce n'est pas vous, ne faites rien : sans votre confirmation, il ne se passe rien.")},
    {"extension", 0, {"Your request takes longer", "Ihr Antrag braucht mehr Zeit", "Votre demande prend plus de temps"}, TEXTS(
        "we are working on your request of {day}: {what}. It takes longer than the law's first term. You will have our answer by {due}.[\n\nThe reason: {note}]\n\nYou may complain to a data protection authority and go to court.",
        "wir bearbeiten Ihren Antrag vom {day}: {what}. Das dauert länger als die erste gesetzliche Frist. Sie erhalten unsere Antwort bis zum {due}.[\n\nDer Grund: {note}]\n\nSie können sich bei einer Datenschutzbehörde beschweren und den Rechtsweg beschreiten.",
        "nous traitons votre demande du {day} : {what}. Cela prend plus de temps que le premier délai légal. Vous recevrez notre réponse au plus tard le {due}.[\n\nLe motif : {note}]\n\nVous pouvez introduire une réclamation auprès d'une autorité de protection des données et former un recours juridictionnel.")},
    {"refusal", 0, {"Your request was refused", "Ihr Antrag wurde abgelehnt", "Votre demande a été refusée"}, TEXTS(
        "we cannot do what you asked for on {day}: {what}.\n\n[{ground}][\n\n{note}]\n\nYou may complain to a data protection authority and go to court.",
        "wir können Ihrem Antrag vom {day} nicht entsprechen: {what}.\n\n[{ground}][\n\n{note}]\n\nSie können sich bei einer Datenschutzbehörde beschweren und den Rechtsweg beschreiten.",
        "nous ne pouvons pas donner suite à votre demande du {day} : {what}.\n\n[{ground}][\n\n{note}]\n\nVous pouvez introduire une réclamation auprès d'une autorité de protection des données et former un recours juridictionnel.")},
    {"lift", RIGHTS_RESTRICTION, {"The restriction of your data ends", "Die Einschränkung Ihrer Daten endet", "La limitation de vos données prend fin"}, TEXTS(
        "at your request of {day} we do not use your data but keep it. From {until} on we will use it again.[\n\nThe reason: {note}]\n\nIf you do not agree, answer us before that day.",
        "auf Ihren Antrag vom {day} verwenden wir Ihre Daten nicht, sondern bewahren sie nur auf. Ab dem {until} werden wir sie wieder verwenden.[\n\nDer Grund: {note}]\n\nWenn Sie damit nicht einverstanden sind, antworten Sie uns bitte vor diesem Tag.",
        "à votre demande du {day}, nous conservons vos données sans les utiliser. À partir du {until}, nous les utiliserons de nouveau.[\n\nLe motif : {note}]\n\nSi vous n'êtes pas d'accord, répondez-nous avant ce jour.")},
    {"answer", RIGHTS_ACCESS, {"Your data", "Ihre Daten", "Vos données"}, TEXTS(
        "you asked on {day} for a copy of your data.[ It is ready: open this page and download it until {until}:\n\n{link}][\n\n{note}]\n\nThe file says what we hold, where it came from, what it is for, who received it and how long it is kept.",
        "Sie haben am {day} um eine Kopie Ihrer Daten gebeten.[ Sie liegt bereit: Öffnen Sie diese Seite und laden Sie sie bis zum {until} herunter:\n\n{link}][\n\n{note}]\n\nDarin steht, was wir gespeichert haben, woher es stammt, wofür es dient, wer es erhalten hat und wie lange es bleibt.",
        "vous avez demandé le {day} une copie de vos données.[ Elle est prête : ouvrez cette page et téléchargez-la jusqu'au {until} :\n\n{link}][\n\n{note}]\n\nLe fichier indique ce que nous détenons, d'où cela vient, à quoi cela sert, qui l'a reçu et pendant combien de temps c'est conservé.")},
    {"answer", RIGHTS_PORTABILITY, {"Your data to take along", "Ihre Daten zum Mitnehmen", "Vos données à emporter"}, TEXTS(
        "you asked on {day} for your data in a form that programs read.[ It is ready: open this page and download it until {until}:\n\n{link}][\n\n{note}]\n\nThe file holds JSON and CSV.",
        "Sie haben am {day} um Ihre Daten in maschinenlesbarer Form gebeten.[ Sie liegen bereit: Öffnen Sie diese Seite und laden Sie sie bis zum {until} herunter:\n\n{link}][\n\n{note}]\n\nDie Datei enthält JSON und CSV.",
        "vous avez demandé le {day} vos données dans un format lisible par machine.[ Elles sont prêtes : ouvrez cette page et téléchargez-les jusqu'au {until} :\n\n{link}][\n\n{note}]\n\nLe fichier contient du JSON et du CSV.")},
    {"answer", RIGHTS_RECTIFICATION, {"Your data was corrected", "Ihre Daten wurden berichtigt", "Vos données ont été rectifiées"}, TEXTS(
        "as you asked on {day}, we corrected your data.[\n\n{note}][\n\nWe told {count} recipients of it.]",
        "wie am {day} gewünscht, haben wir Ihre Daten berichtigt.[\n\n{note}][\n\nWir haben {count} Empfänger davon unterrichtet.]",
        "comme vous l'avez demandé le {day}, nous avons rectifié vos données.[\n\n{note}][\n\nNous en avons informé {count} destinataires.]")},
    {"answer", RIGHTS_ERASURE, {"Your data was erased", "Ihre Daten wurden gelöscht", "Vos données ont été effacées"}, TEXTS(
        "as you asked on {day}, we erased your data.[ We told {count} recipients to do the same.] A signed certificate says what was erased and when the last copies become unreadable; anybody can check it without us.[\n\n{note}]",
        "wie am {day} gewünscht, haben wir Ihre Daten gelöscht.[ Wir haben {count} Empfänger aufgefordert, dasselbe zu tun.] Eine signierte Bescheinigung sagt, was gelöscht wurde und wann die letzten Kopien unlesbar werden; jeder kann sie ohne uns prüfen.[\n\n{note}]",
        "comme vous l'avez demandé le {day}, nous avons effacé vos données.[ Nous avons demandé à {count} destinataires de faire de même.] Un certificat signé indique ce qui a été effacé et quand les dernières copies deviennent illisibles ; chacun peut le vérifier sans nous.[\n\n{note}]")},
    {"answer", RIGHTS_RESTRICTION, {"Your data is restricted", "Ihre Daten sind eingeschränkt", "Vos données sont limitées"}, TEXTS(
        "as you asked on {day}, we keep your data but do not use it.[ We told {count} recipients.] We will tell you before that ends.[\n\n{note}]",
        "wie am {day} gewünscht, bewahren wir Ihre Daten auf, verwenden sie aber nicht.[ Wir haben {count} Empfänger unterrichtet.] Bevor das endet, sagen wir Ihnen Bescheid.[\n\n{note}]",
        "comme vous l'avez demandé le {day}, nous conservons vos données sans les utiliser.[ Nous avons informé {count} destinataires.] Nous vous préviendrons avant que cela ne prenne fin.[\n\n{note}]")},
    {"answer", RIGHTS_OBJECTION, {"Your objection holds", "Ihr Widerspruch gilt", "Votre opposition est prise en compte"}, TEXTS(
        "as you asked on {day}, we no longer use your data for what you objected to.[\n\n{note}]",
        "wie am {day} gewünscht, verwenden wir Ihre Daten nicht mehr für das, dem Sie widersprochen haben.[\n\n{note}]",
        "comme vous l'avez demandé le {day}, nous n'utilisons plus vos données pour ce à quoi vous vous êtes opposé.[\n\n{note}]")},
    {"answer", RIGHTS_OPT_OUT, {"Your data is not sold or shared", "Ihre Daten werden nicht verkauft oder weitergegeben", "Vos données ne sont ni vendues ni partagées"}, TEXTS(
        "as you asked on {day}, we do not sell or share your data. We will not ask you again for twelve months.[\n\n{note}]",
        "wie am {day} gewünscht, verkaufen wir Ihre Daten nicht und geben sie nicht weiter. Wir fragen Sie zwölf Monate lang nicht erneut.[\n\n{note}]",
        "comme vous l'avez demandé le {day}, nous ne vendons ni ne partageons vos données. Nous ne vous solliciterons pas pendant douze mois.[\n\n{note}]")},
    {"answer", RIGHTS_LIMIT, {"The use of your sensitive data is limited", "Die Nutzung Ihrer sensiblen Daten ist beschränkt", "L'utilisation de vos données sensibles est limitée"}, TEXTS(
        "as you asked on {day}, we use sensitive data about you only for what you ordered or asked for.[\n\n{note}]",
        "wie am {day} gewünscht, verwenden wir sensible Daten über Sie nur noch für das, was Sie bestellt oder gewünscht haben.[\n\n{note}]",
        "comme vous l'avez demandé le {day}, nous n'utilisons vos données sensibles que pour ce que vous avez commandé ou demandé.[\n\n{note}]")},
    {"answer", RIGHTS_COMPLAINT, {"Our answer to your complaint", "Unsere Antwort auf Ihre Beschwerde", "Notre réponse à votre réclamation"}, TEXTS(
        "you complained on {day} about how we handle your data.[\n\n{note}]\n\nYou may also complain to a data protection authority.",
        "Sie haben sich am {day} über unseren Umgang mit Ihren Daten beschwert.[\n\n{note}]\n\nSie können sich auch bei einer Datenschutzbehörde beschweren.",
        "vous avez introduit le {day} une réclamation sur notre traitement de vos données.[\n\n{note}]\n\nVous pouvez aussi introduire une réclamation auprès d'une autorité de protection des données.")},
    {NULL, 0, {NULL, NULL, NULL}, {NULL, NULL, NULL}},
};

static const char *const titles[RIGHTS_RIGHT_COUNT][RIGHTS_LANGUAGES] = {
    [0] = {"", "", ""},
    [RIGHTS_ACCESS] = {"a copy of your data", "eine Kopie Ihrer Daten", "une copie de vos données"},
    [RIGHTS_PORTABILITY] = {"your data to take along", "Ihre Daten zum Mitnehmen", "vos données à emporter"},
    [RIGHTS_RECTIFICATION] = {"correcting your data", "Berichtigung Ihrer Daten", "la rectification de vos données"},
    [RIGHTS_ERASURE] = {"erasing your data", "Löschung Ihrer Daten", "l'effacement de vos données"},
    [RIGHTS_RESTRICTION] = {"restricting the use of your data", "Einschränkung der Verarbeitung Ihrer Daten", "la limitation du traitement de vos données"},
    [RIGHTS_OBJECTION] = {"an objection to the use of your data", "Widerspruch gegen die Verwendung Ihrer Daten", "une opposition à l'utilisation de vos données"},
    [RIGHTS_OPT_OUT] = {"not selling or sharing your data", "kein Verkauf und keine Weitergabe Ihrer Daten", "ne pas vendre ni partager vos données"},
    [RIGHTS_LIMIT] = {"limiting the use of your sensitive data", "Beschränkung der Nutzung Ihrer sensiblen Daten", "la limitation de l'utilisation de vos données sensibles"},
    [RIGHTS_COMPLAINT] = {"a complaint about how we handle your data", "eine Beschwerde über unseren Umgang mit Ihren Daten", "une réclamation sur notre traitement de vos données"},
};
// clang-format on

const char *rights_right_title(enum rights_right r, enum rights_language l)
{
    return r < RIGHTS_RIGHT_COUNT ? titles[r][l] : "";
}

const struct rights_text *rights_text_find(const char *kind, enum rights_right right)
{
    for (const struct rights_text *t = rights_texts; t->kind; t++) {
        if (strcmp(t->kind, kind) == 0 && (t->right == 0 || t->right == right))
            return t;
    }
    return NULL;
}

enum rights_language rights_language_of(cu_str tag)
{
    for (int l = 0; l < RIGHTS_LANGUAGES; l++) {
        if (tag.len >= 2 && cu_str_eq_nocase(cu_str_sub(tag, 0, 2), cu_str_of(rights_language_tags[l])) &&
            (tag.len == 2 || tag.ptr[2] == '-' || tag.ptr[2] == '_'))
            return (enum rights_language)l;
    }
    return RIGHTS_EN;
}

void rights_date(int32_t day, enum rights_language l, char ret[48])
{
    static const char *const months[RIGHTS_LANGUAGES][12] = {
        {"January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December"},
        {"Januar", "Februar", "März", "April", "Mai", "Juni", "Juli", "August", "September", "Oktober", "November", "Dezember"},
        {"janvier", "février", "mars", "avril", "mai", "juin", "juillet", "août", "septembre", "octobre", "novembre", "décembre"}};
    int32_t year = 0, month = 0, of_month = 0;
    legal_date_of(day, &year, &month, &of_month);
    const char *dot = l == RIGHTS_DE ? "." : l == RIGHTS_FR && of_month == 1 ? "er" : "";
    (void)snprintf(ret, 48, "%d%s %s %d", of_month, dot, months[l][month - 1], year);
}

// ---- filling in

static cu_str slot_of(cu_str name, const struct rights_slot *slots, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (cu_str_eqz(name, slots[i].name))
            return slots[i].value;
    }
    return CU_NONE;
}

// Plain text with placeholders. false: one of them is empty.
static bool fill(cu_str text, const struct rights_slot *slots, size_t count, struct cu_buf *out)
{
    bool whole = true;
    while (text.len) {
        ptrdiff_t open = cu_str_find(text, '{');
        if (open < 0) {
            cu_buf_str(out, text);
            break;
        }
        cu_buf_str(out, cu_str_sub(text, 0, (size_t)open));
        text = cu_str_sub(text, (size_t)open + 1, text.len);
        cu_str name = cu_str_cut(&text, '}'), value = slot_of(name, slots, count);
        whole = whole && value.len;
        cu_buf_str(out, value);
    }
    return whole;
}

void rights_fill(const char *template, const struct rights_slot *slots, size_t count, struct cu_buf *out)
{
    cu_str text = cu_str_of(template);
    while (text.len) {
        cu_str plain = cu_str_cut(&text, '[');
        (void)fill(plain, slots, count, out);
        if (!text.ptr)
            break;
        size_t before = out->len;
        cu_str part = cu_str_cut(&text, ']');
        if (!fill(part, slots, count, out) && !out->failed)
            out->len = before;
    }
}
