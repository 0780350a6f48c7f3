// SPDX-License-Identifier: Apache-2.0
// Derivations: what a dictionary row may say about a field that follows from other fields of the same event (`from`, `as`).
// The values they read are often personal and sealed (an address, a user agent); what they yield is not: a host, a word of a
// short list, a campaign parameter. Whatever does not look like that yields nothing.
//
// Pure functions, bounded, for any bytes.
#pragma once

#include "base/memory.h"

enum dict_derive {
    DERIVE_NONE,
    DERIVE_HOST,          // of an address: lower-case, without "www."; never an IP address, a user name or a port
    DERIVE_OUTSIDE_HOST,  // the same, unless it is of the same site as the second value: a shop's own pages are no referrer
    DERIVE_PATH,          // of an address: without what follows ? and #; nothing where it holds an "@". No default row uses
                          // it: paths can tell who somebody is, and an address is sealed as a whole
    DERIVE_CLICK_KIND,    // which advertising number an address carries: "gclid"; never the number
    DERIVE_UTM_SOURCE, DERIVE_UTM_MEDIUM, DERIVE_UTM_CAMPAIGN, DERIVE_UTM_TERM, DERIVE_UTM_CONTENT, DERIVE_UTM_ID,
    DERIVE_DEVICE_CLASS,  // of a user agent: phone, tablet, desktop, bot or other
    DERIVE_BROWSER,       // "Chrome", "Safari" ...
    DERIVE_OS,            // "Windows", "iOS" ...
    DERIVE_SEARCH_WORDS,  // of what was typed into a search: a few lower-case words; nothing that looks like a mailbox, a
                          // number, an address. No default row uses it: a shop decides to read its searches
    DERIVE_COUNT
};
extern const char *const derive_names[DERIVE_COUNT + 1]; // "host"; NULL-terminated
enum { DERIVE_MAX = 256, DERIVE_FROM_MAX = 4 };
// The derived value, a view into out; empty: none. values: those of `from` in its order, CU_NONE where the event has none.
// The first of them that yields something counts (DERIVE_OUTSIDE_HOST: the first, seen beside the second).
cu_str derive_value(enum dict_derive as, const cu_str *values, size_t count, char out[DERIVE_MAX]);
