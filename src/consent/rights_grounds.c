// SPDX-License-Identifier: Apache-2.0
// The grounds on which a request may be refused: a closed list, each with its source, what the Data Rights Protocol calls
// it, and the sentence that stands in the letter. A ground that is not here is none.
#include "rights.h"

#define BIT(r) (UINT32_C(1) << (r))
#define ANY (BIT(RIGHTS_RIGHT_COUNT) - 2)
#define ERASE BIT(RIGHTS_ERASURE)
#define EU (BIT(RIGHTS_GDPR) | BIT(RIGHTS_UK))
#define CA BIT(RIGHTS_CCPA)
#define ALL (EU | CA)

// clang-format off
const struct rights_ground rights_grounds[] = {
    {"insufficient_verification", ANY & ~(BIT(RIGHTS_OPT_OUT) | BIT(RIGHTS_LIMIT)), ALL, "GDPR 12(6); 11 CCR 7060", "insuf_verification",
        {"We could not make sure that you are the person whose data this is about.",
         "Wir konnten nicht feststellen, dass Sie die Person sind, um deren Daten es geht.",
         "Nous n'avons pas pu nous assurer que vous êtes la personne concernée par ces données."}},
    {"no_match", ANY, ALL, "GDPR 11(2); 11 CCR 7062", "no_match",
        {"We hold no data that we can match to you.",
         "Wir haben keine Daten gespeichert, die wir Ihnen zuordnen können.",
         "Nous ne détenons aucune donnée que nous puissions vous attribuer."}},
    {"unfounded", ANY, EU, "GDPR 12(5)", "suspected_fraud",
        {"The request is manifestly unfounded.",
         "Der Antrag ist offenkundig unbegründet.",
         "La demande est manifestement infondée."}},
    {"excessive", ANY, ALL, "GDPR 12(5); CCPA 1798.145(h)(3)", "too_many_requests",
        {"The request is excessive, in particular because it is repeated so often.",
         "Der Antrag ist exzessiv, insbesondere weil er so häufig wiederholt wird.",
         "La demande est excessive, notamment en raison de son caractère répétitif."}},
    {"suspected_fraud", ANY, ALL, "GDPR 12(6); 11 CCR 7060", "suspected_fraud",
        {"We have reason to believe that the request was not made by the person it is about.",
         "Wir haben Grund zu der Annahme, dass der Antrag nicht von der betroffenen Person stammt.",
         "Nous avons des raisons de penser que la demande n'émane pas de la personne concernée."}},
    {"expression", ERASE, EU, "GDPR 17(3)(a)", "claim_not_covered",
        {"The data is necessary for exercising the right of freedom of expression and information.",
         "Die Daten sind zur Ausübung des Rechts auf freie Meinungsäußerung und Information erforderlich.",
         "Les données sont nécessaires à l'exercice du droit à la liberté d'expression et d'information."}},
    {"legal_obligation", ERASE, EU, "GDPR 17(3)(b)", "claim_not_covered",
        {"A law obliges us to keep the data for now.",
         "Ein Gesetz verpflichtet uns, die Daten vorerst aufzubewahren.",
         "Une loi nous oblige à conserver ces données pour le moment."}},
    {"public_health", ERASE, EU, "GDPR 17(3)(c)", "claim_not_covered",
        {"The data is necessary for reasons of public interest in the area of public health.",
         "Die Daten sind aus Gründen des öffentlichen Interesses im Bereich der öffentlichen Gesundheit erforderlich.",
         "Les données sont nécessaires pour des motifs d'intérêt public dans le domaine de la santé publique."}},
    {"archiving", ERASE, EU, "GDPR 17(3)(d)", "claim_not_covered",
        {"The data is necessary for archiving in the public interest, research or statistics, which erasing it would make impossible.",
         "Die Daten sind für im öffentlichen Interesse liegende Archiv-, Forschungs- oder statistische Zwecke erforderlich, die eine Löschung unmöglich machen würde.",
         "Les données sont nécessaires à des fins archivistiques dans l'intérêt public, de recherche ou statistiques, que leur effacement rendrait impossibles."}},
    {"legal_claims", ERASE | BIT(RIGHTS_OBJECTION) | BIT(RIGHTS_RESTRICTION), EU, "GDPR 17(3)(e), 18(2), 21(1)", "claim_not_covered",
        {"The data is necessary for establishing, exercising or defending legal claims.",
         "Die Daten sind zur Geltendmachung, Ausübung oder Verteidigung von Rechtsansprüchen erforderlich.",
         "Les données sont nécessaires à la constatation, à l'exercice ou à la défense de droits en justice."}},
    {"still_needed", ERASE, EU, "GDPR 17(1)", "claim_not_covered",
        {"The data is still needed for what it was collected for, and none of the grounds for erasure applies.",
         "Die Daten werden noch für die Zwecke benötigt, für die sie erhoben wurden, und kein Löschgrund liegt vor.",
         "Les données sont encore nécessaires aux fins de leur collecte et aucun motif d'effacement ne s'applique."}},
    {"compelling_grounds", BIT(RIGHTS_OBJECTION), EU, "GDPR 21(1)", "claim_not_covered",
        {"We have compelling legitimate grounds that override your interests, rights and freedoms.",
         "Es gibt zwingende schutzwürdige Gründe, die Ihre Interessen, Rechte und Freiheiten überwiegen.",
         "Il existe des motifs légitimes et impérieux qui prévalent sur vos intérêts, droits et libertés."}},
    {"contract_or_law", BIT(RIGHTS_OBJECTION), EU, "GDPR 21(1)", "claim_not_covered",
        {"This purpose rests on a contract with you or on a law, to which the right to object does not extend.",
         "Dieser Zweck beruht auf einem Vertrag mit Ihnen oder auf einem Gesetz; darauf erstreckt sich das Widerspruchsrecht nicht.",
         "Cette finalité repose sur un contrat avec vous ou sur une loi ; le droit d'opposition ne s'y étend pas."}},
    {"rights_of_others", BIT(RIGHTS_ACCESS) | BIT(RIGHTS_PORTABILITY), EU, "GDPR 15(4), 20(4)", "claim_not_covered",
        {"A copy would adversely affect the rights and freedoms of others.",
         "Eine Kopie würde die Rechte und Freiheiten anderer Personen beeinträchtigen.",
         "Une copie porterait atteinte aux droits et libertés d'autrui."}},
    {"not_portable", BIT(RIGHTS_PORTABILITY), EU, "GDPR 20(1)", "claim_not_covered",
        {"The data was not provided by you, or is not processed on the basis of consent or a contract.",
         "Die Daten wurden nicht von Ihnen bereitgestellt oder nicht aufgrund einer Einwilligung oder eines Vertrags verarbeitet.",
         "Les données n'ont pas été fournies par vous ou ne sont pas traitées sur la base d'un consentement ou d'un contrat."}},
    {"accurate", BIT(RIGHTS_RECTIFICATION), ALL, "GDPR 16; 11 CCR 7023(b)", "claim_not_covered",
        {"On the whole of what we know, the data is accurate.",
         "Nach allem, was wir wissen, sind die Daten richtig.",
         "Au vu de l'ensemble des éléments dont nous disposons, les données sont exactes."}},
    {"no_ground_to_restrict", BIT(RIGHTS_RESTRICTION), EU, "GDPR 18(1)", "claim_not_covered",
        {"None of the grounds for restricting the processing applies.",
         "Kein Grund für eine Einschränkung der Verarbeitung liegt vor.",
         "Aucun des motifs de limitation du traitement ne s'applique."}},
    {"ccpa_transaction", ERASE, CA, "CCPA 1798.105(d)(1)", "claim_not_covered",
        {"The information is needed to complete what you ordered or a service that you asked for.",
         "Die Angaben werden benötigt, um Ihre Bestellung oder eine von Ihnen gewünschte Leistung auszuführen.",
         "Ces informations sont nécessaires pour exécuter votre commande ou un service que vous avez demandé."}},
    {"ccpa_security", ERASE, CA, "CCPA 1798.105(d)(2)", "claim_not_covered",
        {"The information is needed to help ensure security and integrity.",
         "Die Angaben werden benötigt, um Sicherheit und Integrität zu gewährleisten.",
         "Ces informations sont nécessaires pour assurer la sécurité et l'intégrité."}},
    {"ccpa_legal_obligation", ERASE, CA, "CCPA 1798.105(d)(8)", "claim_not_covered",
        {"The information must be kept to comply with a legal obligation.",
         "Die Angaben müssen aufgrund einer gesetzlichen Pflicht aufbewahrt werden.",
         "Ces informations doivent être conservées en vertu d'une obligation légale."}},
    {"ccpa_internal_use", ERASE, CA, "CCPA 1798.105(d)(7)", "claim_not_covered",
        {"The information is used only internally, in ways that you can expect from your relationship with us.",
         "Die Angaben werden nur intern und in einer Weise verwendet, die Sie aufgrund Ihrer Beziehung zu uns erwarten können.",
         "Ces informations ne sont utilisées qu'en interne, d'une manière à laquelle vous pouvez vous attendre."}},
    {"ccpa_twice_in_12_months", BIT(RIGHTS_ACCESS) | BIT(RIGHTS_PORTABILITY), CA, "CCPA 1798.130(b)", "too_many_requests",
        {"We answered two such requests of yours within the last twelve months.",
         "Wir haben in den letzten zwölf Monaten bereits zwei solche Anträge von Ihnen beantwortet.",
         "Nous avons répondu à deux demandes de ce type au cours des douze derniers mois."}},
    {"ccpa_fraudulent_opt_out", BIT(RIGHTS_OPT_OUT) | BIT(RIGHTS_LIMIT), CA, "11 CCR 7026(e)", "suspected_fraud",
        {"We have a good-faith, reasonable and documented belief that the request is fraudulent.",
         "Wir haben den begründeten und dokumentierten Verdacht, dass der Antrag betrügerisch ist.",
         "Nous avons des raisons sérieuses et documentées de penser que la demande est frauduleuse."}},
    {"outside_jurisdiction", ANY, ALL, "DRP 1.0, 3.02", "outside_jurisdiction",
        {"The law on which the request relies does not apply to this processing.",
         "Das Gesetz, auf das sich der Antrag stützt, gilt für diese Verarbeitung nicht.",
         "La loi invoquée ne s'applique pas à ce traitement."}},
    {"other", ANY, ALL, "GDPR 12(4)", "other",
        {"The reason is explained below.",
         "Der Grund ist unten erläutert.",
         "Le motif est expliqué ci-dessous."}},
    {NULL, 0, 0, NULL, NULL, {NULL, NULL, NULL}},
};
// clang-format on

const struct rights_ground *rights_ground_find(cu_str code)
{
    for (const struct rights_ground *g = rights_grounds; g->code; g++) {
        if (cu_str_eqz(code, g->code))
            return g;
    }
    return NULL;
}
