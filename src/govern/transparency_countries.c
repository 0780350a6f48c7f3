// SPDX-License-Identifier: Apache-2.0
// Names of the countries that recipients of a shop in Europe commonly are in, and which of them are in the European
// Economic Area (Regulation (EU) 2016/679 with the EEA Joint Committee's decision 154/2018). Others are shown by their code.
#include "transparency_private.h"

static const struct {
    const char code[3];
    bool eea;
    const char *names[TRANSPARENCY_LANGUAGES];
} countries[] = {
    {"AT", true, {"Austria", "Österreich", "Autriche"}},
    {"BE", true, {"Belgium", "Belgien", "Belgique"}},
    {"BG", true, {"Bulgaria", "Bulgarien", "Bulgarie"}},
    {"CY", true, {"Cyprus", "Zypern", "Chypre"}},
    {"CZ", true, {"Czechia", "Tschechien", "Tchéquie"}},
    {"DE", true, {"Germany", "Deutschland", "Allemagne"}},
    {"DK", true, {"Denmark", "Dänemark", "Danemark"}},
    {"EE", true, {"Estonia", "Estland", "Estonie"}},
    {"ES", true, {"Spain", "Spanien", "Espagne"}},
    {"FI", true, {"Finland", "Finnland", "Finlande"}},
    {"FR", true, {"France", "Frankreich", "France"}},
    {"GR", true, {"Greece", "Griechenland", "Grèce"}},
    {"HR", true, {"Croatia", "Kroatien", "Croatie"}},
    {"HU", true, {"Hungary", "Ungarn", "Hongrie"}},
    {"IE", true, {"Ireland", "Irland", "Irlande"}},
    {"IS", true, {"Iceland", "Island", "Islande"}},
    {"IT", true, {"Italy", "Italien", "Italie"}},
    {"LI", true, {"Liechtenstein", "Liechtenstein", "Liechtenstein"}},
    {"LT", true, {"Lithuania", "Litauen", "Lituanie"}},
    {"LU", true, {"Luxembourg", "Luxemburg", "Luxembourg"}},
    {"LV", true, {"Latvia", "Lettland", "Lettonie"}},
    {"MT", true, {"Malta", "Malta", "Malte"}},
    {"NL", true, {"the Netherlands", "Niederlande", "Pays-Bas"}},
    {"NO", true, {"Norway", "Norwegen", "Norvège"}},
    {"PL", true, {"Poland", "Polen", "Pologne"}},
    {"PT", true, {"Portugal", "Portugal", "Portugal"}},
    {"RO", true, {"Romania", "Rumänien", "Roumanie"}},
    {"SE", true, {"Sweden", "Schweden", "Suède"}},
    {"SI", true, {"Slovenia", "Slowenien", "Slovénie"}},
    {"SK", true, {"Slovakia", "Slowakei", "Slovaquie"}},
    {"AU", false, {"Australia", "Australien", "Australie"}},
    {"BR", false, {"Brazil", "Brasilien", "Brésil"}},
    {"CA", false, {"Canada", "Kanada", "Canada"}},
    {"CH", false, {"Switzerland", "Schweiz", "Suisse"}},
    {"CN", false, {"China", "China", "Chine"}},
    {"GB", false, {"United Kingdom", "Vereinigtes Königreich", "Royaume-Uni"}},
    {"IL", false, {"Israel", "Israel", "Israël"}},
    {"IN", false, {"India", "Indien", "Inde"}},
    {"JP", false, {"Japan", "Japan", "Japon"}},
    {"KR", false, {"South Korea", "Südkorea", "Corée du Sud"}},
    {"NZ", false, {"New Zealand", "Neuseeland", "Nouvelle-Zélande"}},
    {"SG", false, {"Singapore", "Singapur", "Singapour"}},
    {"TR", false, {"Türkiye", "Türkei", "Turquie"}},
    {"UA", false, {"Ukraine", "Ukraine", "Ukraine"}},
    {"US", false, {"United States", "Vereinigte Staaten", "États-Unis"}},
};

cu_str transparency_country(enum transparency_language l, cu_str code)
{
    for (size_t i = 0; i < CU_COUNT(countries); i++) {
        if (cu_str_eqz(code, countries[i].code))
            return cu_str_of(countries[i].names[l]);
    }
    return code;
}

bool transparency_country_is_safe(cu_str code)
{
    for (size_t i = 0; i < CU_COUNT(countries); i++) {
        if (cu_str_eqz(code, countries[i].code))
            return countries[i].eea;
    }
    return false;
}
