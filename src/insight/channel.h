// SPDX-License-Identifier: Apache-2.0
// Channels: where a visit came from, by rules in one table over campaign parameters (utm_source, utm_medium), kinds of click
// numbers (gclid, fbclid, msclkid ...) and the host of the page before. The first rule that holds decides.
#pragma once

#include "base/memory.h"

enum channel {
    CHANNEL_DIRECT, CHANNEL_SEARCH, CHANNEL_PAID_SEARCH, CHANNEL_SHOPPING, CHANNEL_SOCIAL, CHANNEL_PAID_SOCIAL, CHANNEL_EMAIL, CHANNEL_SMS,
    CHANNEL_PUSH, CHANNEL_DISPLAY, CHANNEL_VIDEO, CHANNEL_AFFILIATE, CHANNEL_AI_ASSISTANT, CHANNEL_REFERRAL, CHANNEL_OTHER, CHANNEL_COUNT
};
const char *channel_name(enum channel c);  // "paid_search"
const char *channel_label(enum channel c); // "Paid search"
const char *channel_doc(enum channel c);   // the rule in words
bool channel_parse(cu_str name, enum channel *ret);
struct channel_signs { cu_str source, medium, campaign, click, referrer_host; }; // CU_NONE: absent; host without "www."
enum channel channel_of(const struct channel_signs *s);
// Hosts that never are a source: payment pages that send people back; also the shop's own hosts, which the caller knows.
bool channel_passes_through(cu_str host);
