// SPDX-License-Identifier: Apache-2.0
// What the sample shop is made of: its catalogue, the countries with their names and towns, the
// ways visitors come, their devices, its newsletters. Tables only. People are synthetic: names are
// common ones put together by chance, telephone numbers are from the ranges that authorities keep
// for fiction, network addresses from those kept for documentation.
#pragma once

#include "base/str.h"

enum { DEMO_CATEGORIES = 8, DEMO_PRODUCTS_EACH = 15, DEMO_PRODUCTS = 120 };

struct demo_category {
    const char *name, *slug, *letters;
    uint16_t months[12]; // how much it is wanted
};
struct demo_product {
    const char *name, *variant;
    uint16_t brand;
    uint32_t price; // minor units, without tax
};
extern const struct demo_category demo_categories[DEMO_CATEGORIES];
extern const struct demo_product demo_products[DEMO_PRODUCTS]; // those of a category stand together
extern const char *const demo_brands[];

struct demo_coupon {
    const char *code, *name;
    uint32_t percent;
};
enum { DEMO_COUPONS = 5 };
extern const struct demo_coupon demo_coupons[DEMO_COUPONS];

struct demo_town {
    const char *name, *postcode; // '#' becomes a digit
    const char *state;           // NULL where addresses have none
};
struct demo_phones {        // a range of numbers nobody has
    const char *prefix;     // as people write it
    uint32_t digits, count; // digits behind it; numbers from 0 to count - 1
};
struct demo_country {
    const char *code, *language, *locale, *timezone;
    uint16_t weight;    // of all people
    uint16_t tax;       // per mille
    int16_t offset_min; // local time minus UTC, without summer time
    bool number_first;  // "12 rue des Lilas"
    const char *const *given, *const *family, *const *streets;
    uint8_t given_count, family_count, street_count, town_count, phone_count;
    const struct demo_town *towns;
    const struct demo_phones *phones;
};
enum { DEMO_COUNTRIES = 9 };
extern const struct demo_country demo_countries[DEMO_COUNTRIES];

struct demo_channel {
    uint16_t weight;
    const char *referrer;               // NULL: none
    const char *source, *medium, *name; // utm_*; NULL: none
    const char *term, *content;
};
enum { DEMO_DIRECT, DEMO_EMAIL, DEMO_CHANNELS = 12 };
extern const struct demo_channel demo_channels[DEMO_CHANNELS];

struct demo_agent {
    uint16_t weight;
    bool app;
    const char *context; // members of context: agent, screen, device
};
enum { DEMO_AGENTS = 9 };
extern const struct demo_agent demo_agents[DEMO_AGENTS];

enum { DEMO_NEWSLETTERS = 10, DEMO_QUERIES = 24 };
extern const char *const demo_newsletters[DEMO_NEWSLETTERS]; // subjects
extern const char *const demo_queries[DEMO_QUERIES];         // what people search for
