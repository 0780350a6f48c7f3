// SPDX-License-Identifier: Apache-2.0
// Channels: where a visit came from, by rules in one table over campaign parameters (utm_source, utm_medium), kinds of click
// numbers (gclid, fbclid, msclkid ...) and the host of the page before. The first rule that holds decides.
//
// The order and the wording of the rules follow the default channel group of Google Analytics 4; AI assistants, push and
// affiliates by click number are added, and newsletters that name themselves only in utm_source are e-mail. Each text says
// something by itself (its traits), whatever the others say; so traits are worked out once per distinct text, and the rules
// look at traits alone.
#pragma once

#include "base/memory.h"

enum channel {
    CHANNEL_DIRECT, CHANNEL_SEARCH, CHANNEL_PAID_SEARCH, CHANNEL_SHOPPING, CHANNEL_SOCIAL, CHANNEL_PAID_SOCIAL,
    CHANNEL_EMAIL, CHANNEL_SMS, CHANNEL_PUSH, CHANNEL_DISPLAY, CHANNEL_VIDEO, CHANNEL_AFFILIATE, CHANNEL_AI_ASSISTANT,
    CHANNEL_REFERRAL, CHANNEL_OTHER, CHANNEL_COUNT
};
const char *channel_name(enum channel c);  // "paid_search"
const char *channel_label(enum channel c); // "Paid search"
const char *channel_doc(enum channel c);   // the rule in words
bool channel_parse(cu_str name, enum channel *ret);
struct channel_signs { cu_str source, medium, campaign, click, referrer_host; }; // CU_NONE: absent; host without "www."
enum channel channel_of(const struct channel_signs *s);
// Hosts that never are a source: payment pages that send people back; also the shop's own hosts, which the caller knows.
bool channel_passes_through(cu_str host);

// What one text says, in its place. 0: nothing, as when it is absent; a text that no row knows has a trait of its own.
enum channel_sign { CHANNEL_SOURCE, CHANNEL_MEDIUM, CHANNEL_CAMPAIGN, CHANNEL_CLICK, CHANNEL_REFERRER, CHANNEL_SIGNS };
uint32_t channel_traits(enum channel_sign sign, cu_str text);
// The traits of a text that nobody looked at: it is there, and says nothing else.
uint32_t channel_unknown(enum channel_sign sign);
enum channel channel_of_traits(const uint32_t traits[CHANNEL_SIGNS]);
bool channel_traits_pass(uint32_t traits); // of a referrer: it passes through
