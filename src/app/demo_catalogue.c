// SPDX-License-Identifier: Apache-2.0
// The sample shop's goods: things for the home, 15 in each of 8 categories, the most wanted first.
#include "demo_tables.h"

// clang-format off
const struct demo_category demo_categories[DEMO_CATEGORIES] = {
    {"Kitchen",      "kitchen",    "KIT", {90, 85, 85, 80, 80, 75, 70, 75, 85, 95, 120, 130}},
    {"Coffee & Tea", "coffee-tea", "COF", {100, 95, 85, 75, 65, 55, 50, 60, 80, 100, 120, 130}},
    {"Living",       "living",     "LIV", {85, 80, 80, 75, 70, 65, 60, 65, 85, 100, 110, 110}},
    {"Bedroom",      "bedroom",    "BED", {90, 75, 65, 60, 60, 60, 65, 65, 75, 80, 85, 80}},
    {"Bath",         "bath",       "BAT", {55, 50, 55, 55, 60, 60, 60, 55, 55, 55, 65, 70}},
    {"Garden",       "garden",     "GAR", {15, 30, 80, 140, 160, 140, 110, 80, 50, 25, 15, 20}},
    {"Stationery",   "stationery", "STA", {55, 40, 40, 40, 40, 40, 45, 70, 65, 50, 60, 75}},
    {"Kids",         "kids",       "KID", {40, 40, 45, 45, 50, 45, 45, 50, 50, 60, 95, 140}},
};

const char *const demo_brands[] = {"Alder & Finch", "Nordlys", "Casa Verde", "Hollow Oak", "Mirabel", "Petit Atelier"};

const struct demo_product demo_products[DEMO_PRODUCTS] = {
    {"Oak Cutting Board", "large", 3, 3290},        {"Stoneware Bowl", "sand", 0, 1490},
    {"Linen Tea Towel", "set of 2", 2, 1290},       {"Chef's Knife 20 cm", "walnut", 3, 7900},
    {"Enamel Mug", "blue", 0, 990},                 {"Cast Iron Pan 26 cm", "black", 1, 5490},
    {"Olive Wood Spoon", "30 cm", 2, 890},          {"Glass Storage Jar", "1.5 l", 0, 1190},
    {"Dinner Plate", "off-white", 4, 1690},         {"Mortar and Pestle", "granite", 3, 2990},
    {"Bread Bin", "ash", 1, 4490},                  {"Whisk", "steel", 0, 1090},
    {"Salt Cellar", "marble", 4, 1990},             {"Apron", "charcoal", 2, 2490},
    {"Pasta Maker", "chrome", 2, 6900},

    {"House Blend Coffee 500 g", "whole bean", 0, 990}, {"Pour-over Dripper", "size 02", 1, 1990},
    {"Paper Filters", "100 pieces", 1, 490},        {"Green Tea Sencha", "100 g", 4, 1190},
    {"Hand Grinder", "steel", 1, 6490},             {"Cappuccino Cup", "terracotta", 0, 1390},
    {"Teapot 1 l", "celadon", 4, 3490},             {"Espresso Roast 1 kg", "whole bean", 0, 1890},
    {"Milk Jug", "0.6 l", 1, 1690},                 {"Chamomile Tea", "50 g", 2, 690},
    {"Gooseneck Kettle", "black", 1, 8900},         {"Tea Strainer", "brass", 4, 1290},
    {"French Press 0.8 l", "copper", 1, 3790},      {"Coffee Scale", "0.1 g", 1, 4990},
    {"Cold Brew Bottle", "0.75 l", 1, 2690},

    {"Scented Candle", "fig", 4, 1790},             {"Wool Throw", "oatmeal", 1, 7490},
    {"Cushion Cover 50 x 50", "rust", 2, 2290},     {"Ceramic Vase", "tall", 4, 3190},
    {"Table Lamp", "opal", 1, 8990},                {"Wall Hook", "oak", 3, 990},
    {"Picture Frame A4", "black", 3, 1890},         {"Jute Rug 70 x 140", "natural", 2, 5290},
    {"Seagrass Basket", "medium", 2, 2490},         {"Wall Clock", "birch", 1, 4590},
    {"Coaster Set", "cork", 3, 990},                {"Magazine Rack", "brass", 4, 5900},
    {"Dried Flowers", "meadow", 5, 1990},           {"Side Table", "walnut", 3, 12900},
    {"Floor Cushion", "indigo", 2, 5490},

    {"Linen Pillowcase", "white", 2, 2490},         {"Duvet Cover 135 x 200", "sage", 2, 7990},
    {"Fitted Sheet 140 x 200", "white", 0, 3490},   {"Sleep Mask", "silk", 4, 1790},
    {"Hot Water Bottle", "knit", 1, 2190},          {"Bed Throw", "ochre", 1, 6490},
    {"Alarm Clock", "copper", 1, 2990},             {"Pillow 40 x 80", "wool", 0, 3990},
    {"Lavender Sachet", "set of 3", 5, 990},        {"Reading Light", "clip", 1, 2790},
    {"Slippers", "felt", 1, 3290},                  {"Summer Duvet", "135 x 200", 0, 8490},
    {"Jewellery Box", "velvet", 5, 2890},           {"Clothes Hanger", "set of 5", 3, 1690},
    {"Mattress Topper", "140 x 200", 0, 14900},

    {"Bath Towel", "stone", 2, 2490},               {"Hand Soap", "rosemary", 4, 890},
    {"Guest Towel", "white", 2, 990},               {"Bath Salt", "500 g", 4, 1290},
    {"Soap Dish", "travertine", 4, 1490},           {"Shower Curtain", "linen look", 2, 3490},
    {"Body Brush", "beech", 3, 1590},               {"Laundry Basket", "grey", 1, 4490},
    {"Bath Mat", "cotton", 2, 2990},                {"Toothbrush Cup", "speckled", 4, 1190},
    {"Bathrobe", "waffle", 2, 6900},                {"Hand Cream", "almond", 4, 1090},
    {"Mirror", "round", 3, 7490},                   {"Washcloth", "set of 3", 2, 890},
    {"Toilet Brush", "matt black", 1, 2690},

    {"Herb Seeds", "basil, thyme, sage", 5, 690},   {"Watering Can", "1.5 l", 1, 2790},
    {"Terracotta Pot", "18 cm", 2, 1290},           {"Garden Gloves", "M", 0, 1190},
    {"Secateurs", "bypass", 3, 2990},               {"Planting Trowel", "ash", 3, 1790},
    {"Lantern", "zinc", 1, 3490},                   {"Bird Feeder", "cedar", 3, 2490},
    {"Hammock", "striped", 2, 5990},                {"Outdoor Cushion", "green", 2, 2290},
    {"Plant Stand", "steel", 1, 3290},              {"Picnic Blanket", "tartan", 0, 3990},
    {"Kneeling Pad", "olive", 0, 1490},             {"Garden Chair", "folding", 1, 8900},
    {"Fire Bowl", "55 cm", 1, 11900},

    {"Notebook A5", "dotted", 5, 1290},             {"Fountain Pen", "M", 5, 2490},
    {"Greeting Card", "birthday", 5, 390},          {"Wall Calendar", "botanical", 5, 1690},
    {"Pencil Set", "12 pieces", 5, 990},            {"Desk Organiser", "oak", 3, 3490},
    {"Wrapping Paper", "3 sheets", 5, 690},         {"Sticky Notes", "pastel", 5, 490},
    {"Leather Pen Case", "tan", 3, 2790},           {"Washi Tape", "set of 4", 5, 790},
    {"Recipe Book", "blank", 5, 1890},              {"Paper Knife", "brass", 4, 1990},
    {"Photo Album", "linen", 5, 2990},              {"Ink Bottle", "midnight", 5, 1390},
    {"Writing Desk Pad", "felt", 1, 3290},

    {"Wooden Blocks", "40 pieces", 3, 2990},        {"Picture Book", "The Night Garden", 5, 1290},
    {"Crayons", "beeswax", 5, 1390},                {"Soft Bear", "brown", 1, 2290},
    {"Night Light", "moon", 1, 2690},               {"Puzzle", "48 pieces", 5, 1190},
    {"Kids Apron", "stars", 2, 1690},               {"Growth Chart", "birch", 3, 2490},
    {"Bath Toys", "set of 5", 1, 1490},             {"Play Tent", "sand", 2, 7990},
    {"Lunch Box", "fox", 0, 1890},                  {"Kids Duvet Cover", "clouds", 2, 3990},
    {"Memory Game", "animals", 5, 1590},            {"Xylophone", "rainbow", 3, 2190},
    {"Rocking Horse", "maple", 3, 10900},
};

const struct demo_coupon demo_coupons[DEMO_COUPONS] = {
    {"WELCOME10", "First order", 10}, {"SPRING15", "Spring sale", 15}, {"SUMMER10", "Summer sale", 10},
    {"BLACKWEEK20", "Black week", 20}, {"THANKYOU5", "Thank you", 5},
};

const char *const demo_newsletters[DEMO_NEWSLETTERS] = {
    "New in: stoneware from small kilns", "Ten ideas for a calm bedroom", "The coffee issue", "Your garden wakes up",
    "Last days of the sale", "Gifts under 25 euros", "Made to last: oak and ash", "A table for eight", "Letters by hand",
    "Rainy day things for kids",
};
const char *const demo_queries[DEMO_QUERIES] = {
    "cutting board", "coffee", "tea pot", "candle", "vase", "linen", "lamp", "towel", "gift", "knife", "mug", "bowl", "rug",
    "notebook", "watering can", "blanket", "cushion", "soap", "kids", "basket", "pan", "grinder", "calendar", "sale",
};
