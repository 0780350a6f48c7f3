// SPDX-License-Identifier: Apache-2.0
// Single-purpose links to the privacy centre. A link carries 128 random bits and nothing else; the table holds its hash,
// whom and what it is for, and when it ends. Opening one (GET) changes nothing, so a mail scanner that follows every link
// does nothing: the page it shows has a button, and the POST redeems the link.
#pragma once

#include "people/people.h"
#include "store/module.h"

enum centre_link_purpose {
    CENTRE_LINK_VISIT = 1,  // opens the privacy centre for a while
    CENTRE_LINK_VERIFY,     // shows that whoever made request `about` reads this address
    CENTRE_LINK_UNSUBSCRIBE, // RFC 8058: one purpose (or channel) off; never opens anything else
    CENTRE_LINK_DOWNLOAD,   // the archive of request `about`
    CENTRE_LINK_CONFIRM     // double opt-in: whoever reads this address consents to `subject`
};
enum { CENTRE_TOKEN_MAX = 24 }; // 22 characters of base64url and the end
struct centre_link {
    enum centre_link_purpose purpose;
    uint32_t pno;
    struct cu_uuid about;   // request; nil: none
    char subject[64];       // UNSUBSCRIBE, CONFIRM: name of the dictionary's purpose
    int64_t valid_ms;       // from now; 0: the usual time (visit 1 h, verify 24 h, download and confirm 7 days, unsubscribe 5 years)
    bool once;              // its POST works once (visit, verify, confirm); unsubscribe and download may be repeated
};
struct centre_links;
cu_code centre_links_open(struct people *p, struct centre_links **ret, struct cu_error *err) CU_MUST;
void centre_links_close(struct centre_links *c);
// Under the lock inside a transaction. token: for the URL BASE/privacy/l/TOKEN (unsubscribe: BASE/u/TOKEN).
cu_code centre_link_make(struct centre_links *c, const struct centre_link *l, char token[CENTRE_TOKEN_MAX],
    struct cu_error *err) CU_MUST;
// What a link is for, changing nothing. CU_NOT_FOUND: unknown, ended or used up: all the same to whoever asks.
cu_code centre_link_look(struct centre_links *c, cu_str token, struct centre_link *ret, struct cu_error *err) CU_MUST;
// The same, and it is used up when it works once only. Under the lock inside a transaction.
cu_code centre_link_take(struct centre_links *c, cu_str token, struct centre_link *ret, struct cu_error *err) CU_MUST;
// What has ended goes: links, and visits (app/centre.h) that nobody used for CENTRE_IDLE_MINUTES. A job calls it; not
// under the lock.
cu_code centre_links_expire(struct centre_links *c, struct cu_error *err) CU_MUST;
enum { CENTRE_IDLE_MINUTES = 30, CENTRE_VISIT_HOURS = 8 /* at most, however busy */ };

extern const struct module consent_centre_module; // instance: struct centre_links *
