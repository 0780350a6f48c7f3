// SPDX-License-Identifier: Apache-2.0
// Where the sample shop's people live: names, towns and streets of each country, and telephone
// numbers set aside for fiction (Germany: Bundesnetzagentur; France: Arcep; United Kingdom: Ofcom;
// United States: 555-0100 to 555-0199). People of other countries give no number.
#include "demo_tables.h"

// clang-format off
static const char *const de_given[] = {"Anna", "Jonas", "Lena", "Felix", "Marie", "Paul", "Sophie", "Lukas", "Katharina", "Tobias",
    "Julia", "Stefan", "Claudia", "Jürgen", "Sabine", "Matthias", "Petra", "Andreas", "Hannah", "Moritz", "Ingrid", "Uwe", "Aylin",
    "Emre"};
static const char *const de_family[] = {"Müller", "Schmidt", "Schneider", "Fischer", "Weber", "Meyer", "Wagner", "Becker", "Schulz",
    "Hoffmann", "Koch", "Bauer", "Richter", "Klein", "Wolf", "Schröder", "Neumann", "Schwarz", "Braun", "Krüger", "Hartmann", "Lange",
    "Krause", "Lehmann", "Köhler", "Maier", "Yilmaz", "Nowak"};
static const char *const de_streets[] = {"Lindenweg", "Hauptstraße", "Gartenstraße", "Bahnhofstraße", "Bergstraße", "Schulstraße",
    "Am Mühlbach", "Rosenweg", "Kirchgasse", "Birkenallee"};
static const struct demo_town de_towns[] = {{"Berlin", "10###", NULL}, {"Hamburg", "20###", NULL}, {"München", "80###", NULL},
    {"Köln", "50###", NULL}, {"Leipzig", "04###", NULL}, {"Stuttgart", "70###", NULL}, {"Freiburg im Breisgau", "79###", NULL},
    {"Bremen", "28###", NULL}, {"Dresden", "01###", NULL}, {"Münster", "48###", NULL}};
static const struct demo_phones de_phones[] = {{"030 23125 ", 3, 1000}, {"+49 69 90009 ", 3, 1000}, {"+49 40 66969 ", 3, 1000},
    {"+49 221 4710 ", 3, 1000}, {"+49 89 99998 ", 3, 1000}};

static const char *const at_given[] = {"Lisa", "David", "Johanna", "Florian", "Magdalena", "Thomas", "Theresa", "Michael", "Eva",
    "Simon", "Veronika", "Georg"};
static const char *const at_family[] = {"Gruber", "Huber", "Wagner", "Pichler", "Steiner", "Moser", "Hofer", "Leitner", "Berger",
    "Fuchs", "Eder", "Reiter"};
static const char *const at_streets[] = {"Dorfstraße", "Feldgasse", "Ringstraße", "Wiesenweg", "Neubaugasse", "Sonnenhang"};
static const struct demo_town at_towns[] = {{"Wien", "10#0", NULL}, {"Graz", "80##", NULL}, {"Linz", "40##", NULL},
    {"Salzburg", "50##", NULL}, {"Innsbruck", "60##", NULL}};

static const char *const fr_given[] = {"Camille", "Léa", "Hugo", "Manon", "Louis", "Chloé", "Jules", "Inès", "Antoine", "Élodie",
    "Nicolas", "Margaux", "Pierre", "Amélie", "Yanis", "Sylvie"};
static const char *const fr_family[] = {"Martin", "Bernard", "Dubois", "Thomas", "Robert", "Petit", "Durand", "Leroy", "Moreau",
    "Lefèvre", "Roux", "Fournier", "Girard", "Bonnet", "Gauthier", "Benali"};
static const char *const fr_streets[] = {"rue des Lilas", "avenue de la Gare", "rue Victor-Hugo", "place du Marché", "rue du Moulin",
    "chemin des Vignes", "rue Pasteur"};
static const struct demo_town fr_towns[] = {{"Paris", "750##", NULL}, {"Lyon", "6900#", NULL}, {"Nantes", "44000", NULL},
    {"Bordeaux", "33000", NULL}, {"Lille", "59000", NULL}, {"Strasbourg", "67000", NULL}, {"Rennes", "35000", NULL}};
static const struct demo_phones fr_phones[] = {{"+33 6 39 98 ", 4, 10000}};

static const char *const nl_given[] = {"Sanne", "Daan", "Lotte", "Bram", "Fleur", "Sem", "Anouk", "Thijs", "Femke", "Ruben", "Marieke",
    "Jeroen"};
static const char *const nl_family[] = {"de Jong", "Jansen", "de Vries", "van den Berg", "Bakker", "Visser", "Smit", "Meijer", "Mulder",
    "Bos", "Vos", "Peters"};
static const char *const nl_streets[] = {"Kerkstraat", "Dorpsstraat", "Molenweg", "Julianalaan", "Prinsengracht", "Stationsweg"};
static const struct demo_town nl_towns[] = {{"Amsterdam", "10## AB", NULL}, {"Utrecht", "35## CD", NULL}, {"Rotterdam", "30## EF", NULL},
    {"Groningen", "97## GH", NULL}, {"Eindhoven", "56## JK", NULL}};

static const char *const it_given[] = {"Giulia", "Marco", "Francesca", "Luca", "Chiara", "Matteo", "Sara", "Andrea", "Elena", "Davide",
    "Paola", "Niccolò"};
static const char *const it_family[] = {"Rossi", "Russo", "Ferrari", "Esposito", "Bianchi", "Romano", "Colombo", "Ricci", "Marino",
    "Greco", "Conti", "De Luca"};
static const char *const it_streets[] = {"Via Roma", "Via Garibaldi", "Corso Italia", "Via Dante", "Via dei Mille", "Viale Europa"};
static const struct demo_town it_towns[] = {{"Milano", "201##", NULL}, {"Torino", "101##", NULL}, {"Bologna", "401##", NULL},
    {"Firenze", "501##", NULL}, {"Verona", "371##", NULL}};

static const char *const es_given[] = {"Lucía", "Hugo", "Carmen", "Pablo", "Paula", "Javier", "Marta", "Diego", "Elena", "Álvaro",
    "Nuria", "Íñigo"};
static const char *const es_family[] = {"García", "Fernández", "González", "Rodríguez", "López", "Martínez", "Sánchez", "Pérez", "Gómez",
    "Muñoz", "Romero", "Ortega"};
static const char *const es_streets[] = {"Calle Mayor", "Calle del Sol", "Avenida de la Paz", "Calle Nueva", "Paseo del Prado"};
static const struct demo_town es_towns[] = {{"Madrid", "280##", NULL}, {"Barcelona", "080##", NULL}, {"Valencia", "460##", NULL},
    {"Sevilla", "410##", NULL}, {"Bilbao", "480##", NULL}};

static const char *const gb_given[] = {"Olivia", "Jack", "Emily", "Harry", "Charlotte", "Oliver", "Grace", "Thomas", "Priya", "James",
    "Niamh", "Mohammed"};
static const char *const gb_family[] = {"Smith", "Jones", "Taylor", "Brown", "Williams", "Wilson", "Davies", "Evans", "Patel", "Khan",
    "O'Brien", "Walker"};
static const char *const gb_streets[] = {"High Street", "Church Lane", "Mill Road", "Station Road", "Victoria Avenue", "Green Lane"};
static const struct demo_town gb_towns[] = {{"London", "N# 4ZZ", NULL}, {"Manchester", "M# 2ZZ", NULL}, {"Leeds", "LS# 1ZZ", NULL},
    {"Bristol", "BS# 5ZZ", NULL}, {"Edinburgh", "EH# 3ZZ", NULL}};
static const struct demo_phones gb_phones[] = {{"+44 7700 900", 3, 1000}, {"+44 20 7946 0", 3, 1000}, {"+44 161 496 0", 3, 1000},
    {"+44 113 496 0", 3, 1000}, {"+44 117 496 0", 3, 1000}};

static const char *const pl_given[] = {"Zofia", "Jakub", "Julia", "Antoni", "Maja", "Szymon", "Agnieszka", "Piotr", "Małgorzata",
    "Łukasz"};
static const char *const pl_family[] = {"Nowak", "Wójcik", "Kowalczyk", "Mazur", "Krawczyk", "Zając", "Król", "Wieczorek", "Dudek",
    "Pawlak"};
static const char *const pl_streets[] = {"ulica Polna", "ulica Leśna", "ulica Słoneczna", "ulica Krótka", "aleja Lipowa"};
static const struct demo_town pl_towns[] = {{"Warszawa", "00-###", NULL}, {"Kraków", "30-###", NULL}, {"Gdańsk", "80-###", NULL},
    {"Wrocław", "50-###", NULL}};

static const char *const us_given[] = {"Emma", "Liam", "Ava", "Noah", "Mia", "Ethan", "Sofia", "Mason", "Aaliyah", "Jose", "Hannah",
    "Tyler"};
static const char *const us_family[] = {"Johnson", "Garcia", "Miller", "Davis", "Martinez", "Anderson", "Nguyen", "Lee", "Harris",
    "Clark", "Young", "Carter"};
static const char *const us_streets[] = {"Maple Street", "Oak Avenue", "2nd Street", "Cedar Lane", "Lake Drive", "Hill Road"};
static const struct demo_town us_towns[] = {{"Portland", "972##", "OR"}, {"Austin", "787##", "TX"}, {"Boston", "021##", "MA"},
    {"Denver", "802##", "CO"}, {"Chicago", "606##", "IL"}};
static const struct demo_phones us_phones[] = {{"+1 503 555 01", 2, 100}, {"+1 512 555 01", 2, 100}, {"+1 617 555 01", 2, 100},
    {"+1 303 555 01", 2, 100}, {"+1 312 555 01", 2, 100}, {"+1 212 555 01", 2, 100}, {"+1 415 555 01", 2, 100},
    {"+1 206 555 01", 2, 100}};

#define LISTS(c)                                                                                                         \
    .given = c##_given, .given_count = CU_COUNT(c##_given), .family = c##_family, .family_count = CU_COUNT(c##_family),  \
    .streets = c##_streets, .street_count = CU_COUNT(c##_streets), .towns = c##_towns, .town_count = CU_COUNT(c##_towns)
#define PHONES(c) .phones = c##_phones, .phone_count = CU_COUNT(c##_phones)

const struct demo_country demo_countries[DEMO_COUNTRIES] = {
    {"DE", "de", "de-DE", "Europe/Berlin", 420, 190, 60, false, LISTS(de), PHONES(de)},
    {"AT", "de", "de-AT", "Europe/Vienna", 90, 200, 60, false, LISTS(at)},
    {"FR", "fr", "fr-FR", "Europe/Paris", 130, 200, 60, true, LISTS(fr), PHONES(fr)},
    {"NL", "nl", "nl-NL", "Europe/Amsterdam", 90, 210, 60, false, LISTS(nl)},
    {"IT", "it", "it-IT", "Europe/Rome", 80, 220, 60, false, LISTS(it)},
    {"ES", "es", "es-ES", "Europe/Madrid", 70, 210, 60, false, LISTS(es)},
    {"GB", "en", "en-GB", "Europe/London", 60, 200, 0, true, LISTS(gb), PHONES(gb)},
    {"PL", "pl", "pl-PL", "Europe/Warsaw", 30, 230, 60, false, LISTS(pl)},
    {"US", "en", "en-US", "America/New_York", 30, 0, -300, true, LISTS(us), PHONES(us)},
};

const struct demo_channel demo_channels[DEMO_CHANNELS] = {
    [DEMO_DIRECT] = {240, NULL, NULL, NULL, NULL, NULL, NULL},
    [DEMO_EMAIL] = {0, NULL, "newsletter", "email", "newsletter", NULL, "main-picture"},
    {270, "https://www.google.com/", NULL, NULL, NULL, NULL, NULL},
    {35, "https://www.bing.com/", NULL, NULL, NULL, NULL, NULL},
    {25, "https://duckduckgo.com/", NULL, NULL, NULL, NULL, NULL},
    {120, "https://www.google.com/", "google", "cpc", "brand", "alder finch", NULL},
    {70, "https://www.google.com/", "google", "cpc", "kitchen-and-coffee", "pour over coffee", "text-a"},
    {80, "https://www.instagram.com/", "instagram", "social", "stories", NULL, "reel-3"},
    {50, "https://www.facebook.com/", "facebook", "paid-social", "retargeting", NULL, "carousel"},
    {40, "https://www.pinterest.com/", NULL, NULL, NULL, NULL, NULL},
    {40, "https://blog.example.org/slow-mornings", "slow-mornings", "affiliate", "autumn-guide", NULL, NULL},
    {30, "https://compare.example.net/", "compare", "price-comparison", "feed", NULL, NULL},
};

const struct demo_agent demo_agents[DEMO_AGENTS] = {
    {210, false, "\"userAgent\":\"Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 "
                 "Safari/537.36\",\"screen\":{\"width\":1920,\"height\":1080}"},
    {90, false, "\"userAgent\":\"Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:131.0) Gecko/20100101 Firefox/131.0\","
                "\"screen\":{\"width\":1536,\"height\":864}"},
    {110, false, "\"userAgent\":\"Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 "
                 "Safari/605.1.15\",\"screen\":{\"width\":1512,\"height\":982}"},
    {260, false, "\"userAgent\":\"Mozilla/5.0 (iPhone; CPU iPhone OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) "
                 "Version/17.6 Mobile/15E148 Safari/604.1\",\"screen\":{\"width\":390,\"height\":844}"},
    {190, false, "\"userAgent\":\"Mozilla/5.0 (Linux; Android 14; Pixel 8) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/129.0.0.0 Mobile "
                 "Safari/537.36\",\"screen\":{\"width\":412,\"height\":915}"},
    {30, false, "\"userAgent\":\"Mozilla/5.0 (iPad; CPU OS 17_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.6 "
                "Mobile/15E148 Safari/604.1\",\"screen\":{\"width\":820,\"height\":1180}"},
    {20, false, "\"userAgent\":\"Mozilla/5.0 (X11; Linux x86_64; rv:131.0) Gecko/20100101 Firefox/131.0\","
                "\"screen\":{\"width\":2560,\"height\":1440}"},
    {50, true, "\"app\":{\"name\":\"Alder Finch\",\"version\":\"3.4.1\",\"build\":\"341\"},\"device\":{\"type\":\"ios\",\"manufacturer\":"
               "\"Apple\",\"model\":\"iPhone15,2\"},\"os\":{\"name\":\"iOS\",\"version\":\"17.6\"}"},
    {40, true, "\"app\":{\"name\":\"Alder Finch\",\"version\":\"3.4.0\",\"build\":\"340\"},\"device\":{\"type\":\"android\","
               "\"manufacturer\":\"Samsung\",\"model\":\"SM-S921B\"},\"os\":{\"name\":\"Android\",\"version\":\"14\"}"},
};
