// SPDX-License-Identifier: Apache-2.0
// The words of the transparency page in three languages: one row a word. See transparency_private.h.
#include "transparency_private.h"

const char *const transparency_languages[] = {"en", "de", "fr", NULL};

typedef const char *const row[1 + TRANSPARENCY_LANGUAGES];

row transparency_words_check[] = {
    {"title", "How we handle personal data", "Wie wir mit personenbezogenen Daten umgehen",
        "Comment nous traitons les données personnelles"},
    {"skip", "To the content", "Zum Inhalt", "Aller au contenu"},
    {"language", "Language", "Sprache", "Langue"},
    {"generated", "This page is generated from the running configuration: it shows what is done, not what was once written.",
        "Diese Seite wird aus der laufenden Konfiguration erzeugt: Sie zeigt, was geschieht, nicht, was einmal "
        "aufgeschrieben wurde.",
        "Cette page est produite à partir de la configuration en service : elle montre ce qui se fait, non ce qui fut écrit "
        "un jour."},
    {"version", "Version", "Fassung", "Version"},
    {"of", "of", "vom", "du"},
    {"history", "All versions", "Alle Fassungen", "Toutes les versions"},
    {"machine", "For machines (TILT)", "Für Maschinen (TILT)", "Pour les machines (TILT)"},
    {"contents", "On this page", "Auf dieser Seite", "Sur cette page"},
    {"older", "This is an older version.", "Dies ist eine ältere Fassung.", "Ceci est une version ancienne."},
    {"newest", "To the present version", "Zur geltenden Fassung", "Vers la version en vigueur"},
    {"none", "none", "keine", "aucun"},
    {"not_named", "not named", "nicht benannt", "non désigné"},
    // who is responsible
    {"controller", "Who is responsible", "Wer verantwortlich ist", "Qui est responsable"},
    {"representative", "Representative", "Vertretung", "Représentant"},
    {"officer", "Data protection officer", "Datenschutzbeauftragte Person", "Délégué à la protection des données"},
    {"authority", "Supervisory authority", "Aufsichtsbehörde", "Autorité de contrôle"},
    {"name", "Name", "Name", "Nom"},
    {"address", "Address", "Anschrift", "Adresse"},
    {"country", "Country", "Land", "Pays"},
    {"email", "E-mail", "E-Mail", "E-mail"},
    {"phone", "Telephone", "Telefon", "Téléphone"},
    {"website", "Website", "Website", "Site web"},
    // what
    {"data", "What we collect", "Was wir erheben", "Ce que nous recueillons"},
    {"data_lead",
        "Each field is declared once; nothing undeclared is used. Behind each stands what it is for and how long it is "
        "kept.",
        "Jedes Feld ist einmal erklärt; Unerklärtes wird nicht verwendet. Dahinter steht, wofür es dient und wie lange es "
        "bleibt.",
        "Chaque champ est déclaré une fois ; rien de non déclaré n’est utilisé. À côté figurent son but et sa durée de "
        "conservation."},
    {"fields", "Data fields", "Datenfelder", "Champs de données"},
    {"events", "What is noted when you visit or buy", "Was beim Besuch oder Kauf festgehalten wird",
        "Ce qui est noté lors d’une visite ou d’un achat"},
    {"for", "for", "für", "pour"},
    {"kept", "kept", "aufbewahrt", "conservé"},
    {"as_long", "as long as your record", "so lange wie Ihr Datensatz", "aussi longtemps que votre dossier"},
    {"day", "day", "Tag", "jour"},
    {"days", "days", "Tage", "jours"},
    {"year", "year", "Jahr", "an"},
    {"years", "years", "Jahre", "ans"},
    {"level.P0", "public", "öffentlich", "public"},
    {"level.P1", "internal", "intern", "interne"},
    {"level.P2", "personal", "persönlich", "personnel"},
    {"level.P3", "sensitive", "sensibel", "sensible"},
    {"level.P4", "special category", "besondere Kategorie", "catégorie particulière"},
    {"level", "Protection", "Schutz", "Protection"},
    {"category.user", "About you", "Über Sie", "À votre sujet"},
    {"category.user.account", "Customer account", "Kundenkonto", "Compte client"},
    {"category.user.behavior", "What you do in the shop", "Was Sie im Shop tun", "Ce que vous faites dans la boutique"},
    {"category.user.behavior.browsing_history", "Pages visited", "Besuchte Seiten", "Pages visitées"},
    {"category.user.behavior.media_consumption", "Videos watched", "Angesehene Videos", "Vidéos regardées"},
    {"category.user.behavior.purchase_history", "Purchases", "Käufe", "Achats"},
    {"category.user.behavior.search_history", "Searches", "Suchen", "Recherches"},
    {"category.user.contact", "Contact", "Kontakt", "Contact"},
    {"category.user.contact.address", "Postal address", "Postanschrift", "Adresse postale"},
    {"category.user.contact.email", "E-mail address", "E-Mail-Adresse", "Adresse e-mail"},
    {"category.user.contact.phone_number", "Telephone number", "Telefonnummer", "Numéro de téléphone"},
    {"category.user.content", "What you write or upload", "Was Sie schreiben oder hochladen",
        "Ce que vous écrivez ou envoyez"},
    {"category.user.demographic", "Age, sex, language", "Alter, Geschlecht, Sprache", "Âge, sexe, langue"},
    {"category.user.device", "Device and connection", "Gerät und Verbindung", "Appareil et connexion"},
    {"category.user.financial", "Payment", "Zahlung", "Paiement"},
    {"category.user.health_and_medical", "Health", "Gesundheit", "Santé"},
    {"category.user.job_title", "Occupation", "Beruf", "Profession"},
    {"category.user.location", "Place", "Ort", "Lieu"},
    {"category.user.name", "Name", "Name", "Nom"},
    {"category.user.privacy_preferences", "Your consents", "Ihre Einwilligungen", "Vos consentements"},
    {"category.user.unique_id", "Identifiers", "Kennungen", "Identifiants"},
    {"category.user.workplace", "Workplace", "Arbeitsplatz", "Lieu de travail"},
    {"category.system", "Technical operation", "Technischer Betrieb", "Fonctionnement technique"},
    {"sources", "Where it comes from", "Woher die Daten kommen", "D’où viennent les données"},
    {"source.http", "From you: from our shop, app and till while you use them",
        "Von Ihnen: aus Shop, App und Kasse, während Sie sie benutzen",
        "De vous : boutique, application et caisse pendant leur utilisation"},
    {"source.import", "From files of our own earlier systems", "Aus Dateien unserer eigenen früheren Systeme",
        "De fichiers de nos propres systèmes antérieurs"},
    {"source.staff", "From our staff, when you tell them something",
        "Von unseren Mitarbeitenden, wenn Sie ihnen etwas mitteilen",
        "De notre personnel, lorsque vous lui dites quelque chose"},
    // why
    {"purposes", "Why, and on what basis", "Wozu und auf welcher Grundlage", "Pourquoi et sur quelle base"},
    {"basis", "Legal basis", "Rechtsgrundlage", "Base légale"},
    {"basis.consent", "your consent (Art. 6(1)(a) GDPR)", "Ihre Einwilligung (Art. 6 Abs. 1 lit. a DSGVO)",
        "votre consentement (art. 6, par. 1, point a) RGPD)"},
    {"basis.contract", "a contract with you (Art. 6(1)(b) GDPR)", "ein Vertrag mit Ihnen (Art. 6 Abs. 1 lit. b DSGVO)",
        "un contrat avec vous (art. 6, par. 1, point b) RGPD)"},
    {"basis.legal_obligation", "a legal obligation (Art. 6(1)(c) GDPR)",
        "eine rechtliche Pflicht (Art. 6 Abs. 1 lit. c DSGVO)", "une obligation légale (art. 6, par. 1, point c) RGPD)"},
    {"basis.legitimate_interest", "our legitimate interest (Art. 6(1)(f) GDPR)",
        "unser berechtigtes Interesse (Art. 6 Abs. 1 lit. f DSGVO)",
        "notre intérêt légitime (art. 6, par. 1, point f) RGPD)"},
    {"balancing", "How it was weighed", "Abwägung", "Mise en balance"},
    {"balancing_none", "You can object at any time; then we stop.",
        "Sie können jederzeit widersprechen; dann hören wir auf.",
        "Vous pouvez vous y opposer à tout moment ; nous cessons alors."},
    {"validity", "A consent holds", "Eine Einwilligung gilt", "Un consentement vaut"},
    {"until_withdrawn", "until you withdraw it", "bis Sie sie widerrufen", "jusqu’à son retrait"},
    {"wording", "What you are asked", "Was Sie gefragt werden", "Ce qui vous est demandé"},
    // who receives
    {"recipients", "Who receives it", "Wer sie erhält", "Qui les reçoit"},
    {"recipients_none", "Nobody else: no recipient is configured.", "Niemand sonst: Es ist kein Empfänger eingerichtet.",
        "Personne d’autre : aucun destinataire n’est configuré."},
    {"role.processor", "works for us, by contract", "arbeitet für uns, mit Vertrag", "travaille pour nous, sous contrat"},
    {"role.controller", "decides by itself what it does with the data", "entscheidet selbst über die Verwendung",
        "décide lui-même de l’usage"},
    {"role.joint", "decides together with us", "entscheidet gemeinsam mit uns", "décide avec nous"},
    {"transfers", "Outside the European Economic Area", "Außerhalb des Europäischen Wirtschaftsraums",
        "Hors de l’Espace économique européen"},
    {"transfers_none", "No recipient outside is configured.", "Außerhalb ist kein Empfänger eingerichtet.",
        "Aucun destinataire n’y est configuré."},
    {"safeguard", "Safeguard", "Garantie", "Garantie"},
    {"safeguard.adequacy", "adequacy decision of the European Commission",
        "Angemessenheitsbeschluss der Europäischen Kommission", "décision d’adéquation de la Commission européenne"},
    {"safeguard.scc", "standard contractual clauses", "Standardvertragsklauseln", "clauses contractuelles types"},
    {"safeguard.bcr", "binding corporate rules", "verbindliche interne Datenschutzvorschriften",
        "règles d’entreprise contraignantes"},
    {"safeguard.derogation", "an exception for the single case (Art. 49 GDPR)",
        "eine Ausnahme für den Einzelfall (Art. 49 DSGVO)", "une dérogation au cas par cas (art. 49 RGPD)"},
    {"safeguard.none", "none named", "keine genannt", "aucune indiquée"},
    {"safeguard.", "none named", "keine genannt", "aucune indiquée"},
    // who has access
    {"access", "Who has access", "Wer Zugang hat", "Qui y a accès"},
    {"access_lead", "Every look at a person’s record is noted in a log that cannot be changed afterwards.",
        "Jeder Blick in einen Datensatz wird in einem Protokoll vermerkt, das sich nachträglich nicht ändern lässt.",
        "Chaque consultation d’un dossier est inscrite dans un journal qui ne peut plus être modifié."},
    {"person", "person", "Person", "personne"},
    {"persons", "persons", "Personen", "personnes"},
    {"sees", "sees", "sieht", "voit"},
    {"sees.f", "in full", "vollständig", "en entier"},
    {"sees.m", "masked", "verdeckt", "masqué"},
    {"sees.n", "not at all", "gar nicht", "pas du tout"},
    {"no_records", "no record of a customer", "keinen Datensatz von Kunden", "aucun dossier de client"},
    {"reads", "records looked at in 30 days", "Blicke in Datensätze in 30 Tagen", "consultations en 30 jours"},
    {"last_read", "last on", "zuletzt am", "dernière le"},
    {"staff.owner", "Owner", "Inhaberschaft", "Propriétaire"},
    {"staff.administrator", "Administration of the installation", "Verwaltung der Anlage",
        "Administration de l’installation"},
    {"staff.data_steward", "Care of the data", "Datenpflege", "Gestion des données"},
    {"staff.privacy_officer", "Privacy desk", "Datenschutzstelle", "Service de protection des données"},
    {"staff.marketer", "Marketing", "Marketing", "Marketing"},
    {"staff.support_agent", "Customer service", "Kundenservice", "Service client"},
    {"staff.analyst", "Analysis", "Auswertung", "Analyse"},
    {"staff.auditor", "Audit", "Revision", "Audit"},
    // security
    {"security", "How it is protected", "Wie sie geschützt sind", "Comment elles sont protégées"},
    {"step.sealed", "Every personal value is encrypted under a key of that one person.",
        "Jeder persönliche Wert ist mit einem Schlüssel nur dieser Person verschlüsselt.",
        "Chaque valeur personnelle est chiffrée avec une clé propre à cette personne."},
    {"step.erasure", "To erase a person their key is destroyed, so that copies cannot be read either.",
        "Beim Löschen wird der Schlüssel vernichtet; damit sind auch Kopien unlesbar.",
        "Pour effacer une personne, sa clé est détruite : les copies deviennent illisibles elles aussi."},
    {"step.log", "Every access and every change stands in a signed log that cannot be changed unnoticed.",
        "Jeder Zugriff und jede Änderung steht in einem signierten Protokoll, das sich nicht unbemerkt ändern lässt.",
        "Chaque accès et chaque changement figure dans un journal signé, impossible à modifier à l’insu de tous."},
    {"step.key_process", "The keys are held by a process of their own.", "Die Schlüssel liegen in einem eigenen Prozess.",
        "Les clés sont gardées par un processus à part."},
    {"step.sandbox", "That process may do nothing else: system calls and files are restricted.",
        "Dieser Prozess darf sonst nichts: Systemaufrufe und Dateien sind eingeschränkt.",
        "Ce processus ne peut rien faire d’autre : appels système et fichiers sont restreints."},
    {"step.tls", "Connections are encrypted (TLS).", "Verbindungen sind verschlüsselt (TLS).",
        "Les connexions sont chiffrées (TLS)."},
    {"step.four_eyes", "Dangerous acts need a second member of staff who agrees.",
        "Gefährliche Handlungen brauchen die Zustimmung einer zweiten Person.",
        "Les actes dangereux exigent l’accord d’une seconde personne."},
    {"step.second_factor", "Staff sign in with a second factor.", "Mitarbeitende melden sich mit einem zweiten Faktor an.",
        "Le personnel se connecte avec un second facteur."},
    {"step.replicas", "Copies of the keys are kept on other machines, and follow every erasure.",
        "Kopien der Schlüssel liegen auf anderen Rechnern und folgen jeder Löschung.",
        "Des copies des clés se trouvent sur d’autres machines et suivent chaque effacement."},
    // rights
    {"rights", "Your rights, and how to use them", "Ihre Rechte und wie Sie sie nutzen",
        "Vos droits et comment les exercer"},
    {"rights_lead", "Most of it you do yourself, at once:", "Das meiste erledigen Sie selbst und sofort:",
        "Vous faites l’essentiel vous-même, aussitôt :"},
    {"rights_link", "Open your privacy page", "Ihre Datenschutzseite öffnen", "Ouvrir votre page de confidentialité"},
    {"rights_mail", "Or write to", "Oder schreiben Sie an", "Ou écrivez à"},
    {"right.access", "See everything that is held about you, and who looked at it.",
        "Alles sehen, was über Sie gespeichert ist und wer es angesehen hat.",
        "Voir tout ce qui est conservé sur vous et qui l’a consulté."},
    {"right.rectification", "Have it corrected.", "Es berichtigen lassen.", "Le faire rectifier."},
    {"right.erasure", "Have it erased; you receive a certificate that anybody can check.",
        "Es löschen lassen; Sie erhalten eine Urkunde, die jeder prüfen kann.",
        "Le faire effacer ; vous recevez un certificat vérifiable par tous."},
    {"right.restriction", "Have its use restricted.", "Die Nutzung einschränken lassen.", "En faire limiter l’utilisation."},
    {"right.portability", "Take it with you as a file.", "Es als Datei mitnehmen.", "L’emporter sous forme de fichier."},
    {"right.objection", "Object to what rests on a legitimate interest, and to advertising at any time.",
        "Widersprechen, wo etwas auf berechtigtem Interesse beruht, und der Werbung jederzeit.",
        "Vous opposer à ce qui repose sur un intérêt légitime, et à la publicité à tout moment."},
    {"right.withdrawal", "Withdraw a consent at any time, as easily as it was given.",
        "Eine Einwilligung jederzeit widerrufen, so einfach wie sie erteilt wurde.",
        "Retirer un consentement à tout moment, aussi simplement qu’il a été donné."},
    {"right.complaint", "Complain to a supervisory authority.", "Sich bei einer Aufsichtsbehörde beschweren.",
        "Introduire une réclamation auprès d’une autorité de contrôle."},
    {"gpc", "Global Privacy Control", "Global Privacy Control", "Global Privacy Control"},
    {"gpc_text",
        "When your browser sends this signal we treat it as your objection to selling, sharing and advertising, also for "
        "the known account.",
        "Sendet Ihr Browser dieses Signal, gilt es als Ihr Widerspruch gegen Verkauf, Weitergabe und Werbung, auch für das "
        "bekannte Konto.",
        "Si votre navigateur envoie ce signal, il vaut opposition à la vente, au partage et à la publicité, aussi pour le "
        "compte connu."},
    {"automated", "Automated decisions", "Automatisierte Entscheidungen", "Décisions automatisées"},
    {"automated_none", "No decision about you is made by a machine alone.",
        "Keine Entscheidung über Sie trifft allein eine Maschine.",
        "Aucune décision à votre sujet n’est prise par une machine seule."},
    {"planned", "Changes to come", "Kommende Änderungen", "Changements à venir"},
    {"planned_none", "No change of purpose is announced.", "Es ist keine Änderung der Zwecke angekündigt.",
        "Aucun changement de finalité n’est annoncé."},
    // figures
    {"badges", "Facts, computed now", "Fakten, jetzt berechnet", "Des faits, calculés maintenant"},
    {"badges_lead", "Nobody sets these: each is computed, and turns red by itself.",
        "Niemand stellt sie ein: Jede wird berechnet und wird von selbst rot.",
        "Personne ne les règle : chacun est calculé et passe de lui-même au rouge."},
    {"colour.green", "good", "gut", "bon"},
    {"colour.amber", "attention", "Achtung", "attention"},
    {"colour.red", "not good", "nicht gut", "mauvais"},
    {"colour.grey", "nothing yet", "noch nichts", "rien encore"},
    {"badge.consent_proven", "Consents that can be proved", "Nachweisbare Einwilligungen", "Consentements prouvables"},
    {"badge.oldest_request", "Oldest open request", "Älteste offene Anfrage", "Plus ancienne demande ouverte"},
    {"badge.restore_drill", "Last restore that was tried", "Letzte geprobte Wiederherstellung",
        "Dernière restauration essayée"},
    {"badge.erasure_drill", "Last erasure that was tried", "Letzte geprobte Löschung", "Dernier effacement essayé"},
    {"badge.second_factor", "Staff with a second factor", "Mitarbeitende mit zweitem Faktor",
        "Personnel avec second facteur"},
    {"badge.tls", "Encrypted connections", "Verschlüsselte Verbindungen", "Connexions chiffrées"},
    {"badge.encryption", "Keys apart from the data", "Schlüssel getrennt von den Daten", "Clés séparées des données"},
    {"badge.audit_log", "Log of all accesses", "Protokoll aller Zugriffe", "Journal de tous les accès"},
    {"badge_all", "privacy", "Datenschutz", "vie privée"},
    {"facts_good", "facts good", "Fakten gut", "faits bons"},
    {"ago", "days ago", "Tage her", "jours"},
    {"unverified", "not verified lately", "lange nicht geprüft", "pas vérifié récemment"},
    {"today", "today", "heute", "aujourd’hui"},
    {"never", "never", "nie", "jamais"},
    {"yes", "yes", "ja", "oui"},
    {"no", "no", "nein", "non"},
    {"nothing_open", "none open", "keine offen", "aucune ouverte"},
    {"statistics", "Requests in the last 365 days", "Anfragen der letzten 365 Tage", "Demandes des 365 derniers jours"},
    {"statistics_none", "Nobody asked for anything.", "Es gab keine Anfragen.", "Aucune demande."},
    {"received", "received", "eingegangen", "reçues"},
    {"fulfilled", "fulfilled", "erfüllt", "satisfaites"},
    {"denied", "denied", "abgelehnt", "refusées"},
    {"open", "open", "offen", "ouvertes"},
    {"median_days", "days to the answer (median)", "Tage bis zur Antwort (Median)", "jours jusqu’à la réponse (médiane)"},
    {"right_name.access", "Access", "Auskunft", "Accès"},
    {"right_name.portability", "Portability", "Übertragung", "Portabilité"},
    {"right_name.rectification", "Correction", "Berichtigung", "Rectification"},
    {"right_name.erasure", "Erasure", "Löschung", "Effacement"},
    {"right_name.restriction", "Restriction", "Einschränkung", "Limitation"},
    {"right_name.objection", "Objection", "Widerspruch", "Opposition"},
    {"right_name.opt_out", "No sale, no sharing", "Kein Verkauf, keine Weitergabe", "Ni vente ni partage"},
    {"right_name.limit", "Limited use of sensitive data", "Begrenzte Nutzung sensibler Daten",
        "Usage limité des données sensibles"},
    {"right_name.complaint", "Complaint", "Beschwerde", "Réclamation"},
    // versions
    {"versions_title", "All versions of this page", "Alle Fassungen dieser Seite", "Toutes les versions de cette page"},
    {"compare", "Compare", "Vergleichen", "Comparer"},
    {"from", "From version", "Von Fassung", "De la version"},
    {"to", "to version", "zu Fassung", "à la version"},
    {"diff_title", "What changed", "Was sich geändert hat", "Ce qui a changé"},
    {"diff_none", "Nothing differs.", "Kein Unterschied.", "Aucune différence."},
    {"came", "is new", "ist neu", "est nouveau"},
    {"went", "is gone", "ist entfallen", "n’existe plus"},
    {"was", "before", "vorher", "avant"},
    {"is", "now", "jetzt", "maintenant"},
    {"proof", "Signed proof of this version", "Signierter Nachweis dieser Fassung", "Preuve signée de cette version"},
    {"proof_how", "This version stands in a signed log. Anybody can check it with:",
        "Diese Fassung steht in einem signierten Protokoll. Jeder kann sie prüfen mit:",
        "Cette version figure dans un journal signé. Chacun peut la vérifier avec :"},
    {"intro", "Introduction", "Einleitung", "Introduction"},
    {"texts", "Introduction", "Einleitung", "Introduction"},
    {"shown", "What is shown here", "Was hier gezeigt wird", "Ce qui est montré ici"},
    {"retention_days", "kept, in days (0: as long as the record)", "Aufbewahrung in Tagen (0: so lange wie der Datensatz)",
        "conservation en jours (0 : aussi longtemps que le dossier)"},
    {"validity_days", "a consent holds, in days", "Gültigkeit der Einwilligung in Tagen",
        "validité du consentement, en jours"},
    {"wordings", "what is asked", "was gefragt wird", "ce qui est demandé"},
    {"doc", "description", "Beschreibung", "description"},
    {"title_of", "title", "Titel", "titre"},
    {"view", "what is seen", "was sichtbar ist", "ce qui est visible"},
    {NULL, NULL, NULL, NULL},
};

static const char *find(enum transparency_language l, cu_str name)
{
    for (row *r = transparency_words_check; (*r)[0]; r++) {
        if (cu_str_eqz(name, (*r)[0]))
            return (*r)[1 + l];
    }
    return NULL;
}

cu_str transparency_word(enum transparency_language l, const char *name)
{
    const char *text = find(l, cu_str_of(name));
    return cu_str_of(text ? text : name);
}

cu_str transparency_word_of(enum transparency_language l, const char *family, cu_str name)
{
    char key[96];
    struct cu_buf b;
    cu_buf_init(&b, sizeof key);
    cu_buf_printf(&b, "%s.%.*s", family, CU_ARG(name));
    const char *text = b.failed ? NULL : find(l, cu_buf_view(&b));
    cu_buf_clear(&b);
    return cu_str_of(text);
}

cu_str transparency_category(cu_str category)
{
    while (category.len > 0) {
        if (transparency_word_of(TRANSPARENCY_EN, "category", category).ptr)
            return category;
        while (category.len > 0 && category.ptr[category.len - 1] != '.')
            category.len--;
        if (category.len > 0)
            category.len--;
    }
    return CU_LIT("user");
}

bool transparency_language_find(cu_str name, enum transparency_language *ret)
{
    for (int l = 0; l < TRANSPARENCY_LANGUAGES; l++) {
        if (cu_str_starts(name, cu_str_of(transparency_languages[l])) && (name.len == 2 || name.ptr[2] == '-')) {
            *ret = (enum transparency_language)l;
            return true;
        }
    }
    return false;
}

// "de-AT;q=0.8" -> 800; 1000 without a weight.
static int weight_of(cu_str parameters)
{
    int weight = 1000;
    ptrdiff_t at = cu_str_find_str(parameters, CU_LIT("q="));
    if (at < 0)
        return weight;
    cu_str q = cu_str_trim(cu_str_sub(parameters, (size_t)at + 2, 5));
    weight = q.len > 0 && q.ptr[0] == '1' ? 1000 : 0;
    for (size_t i = 2, unit = 100; i < q.len && unit > 0; i++, unit /= 10) {
        if (q.ptr[i] < '0' || q.ptr[i] > '9')
            break;
        weight += (int)unit * (q.ptr[i] - '0');
    }
    return weight > 1000 ? 1000 : weight;
}

enum transparency_language transparency_accept(cu_str header)
{
    enum transparency_language best = TRANSPARENCY_EN;
    int best_weight = 0;
    while (header.ptr) {
        cu_str one = cu_str_cut(&header, ','), parameters = one;
        cu_str tag = cu_str_trim(cu_str_cut(&parameters, ';'));
        char lower[3] = {0};
        enum transparency_language l;
        for (size_t i = 0; i < 2 && i < tag.len; i++)
            lower[i] = (char)(tag.ptr[i] >= 'A' && tag.ptr[i] <= 'Z' ? tag.ptr[i] + 32 : tag.ptr[i]);
        if (tag.len < 2 || (tag.len > 2 && tag.ptr[2] != '-') || !transparency_language_find(cu_str_of(lower), &l))
            continue;
        int weight = weight_of(parameters);
        if (weight > best_weight) {
            best = l;
            best_weight = weight;
        }
    }
    return best;
}

cu_str transparency_text(enum transparency_language l, json texts)
{
    cu_str text = json_str(json_get(texts, transparency_languages[l]));
    if (!text.len)
        text = json_str(json_get(texts, "en"));
    struct json_iter it = json_each(texts);
    while (!text.len && json_next(&it))
        text = json_str(it.value);
    return text.len ? text : CU_NONE;
}
