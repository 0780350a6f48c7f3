// SPDX-License-Identifier: Apache-2.0
// On whose behalf this thread works. See guard.h.
#include "guard_private.h"

#include "access.h"

#include <arpa/inet.h>
#include <stdio.h>

const struct guard_purpose guard_purposes[] = {
    {"support", "Helping one customer: questions, orders, complaints.", true, false},
    {"marketing", "Choosing and addressing customers.", true, false},
    {"analytics", "Understanding what happens in the shop.", true, false},
    {"rights", "Answering requests of the people themselves.", true, true},
    {"stewardship", "Keeping data right: imports, duplicates, quarantine.", true, false},
    {"security", "Finding and answering misuse.", true, true},
    {"operations", "Running the installation.", true, true},
    {"intake", "Storing what comes in.", false, true},
    {"sign_in", "Knowing who works here: addresses and factors of staff.", false, true},
    {"index", "Building the indexes in memory that searching needs.", false, true},
    {"upkeep", "Jobs: retention, rotation of keys, checks.", false, true},
    {NULL, NULL, false, false},
};

const struct guard_purpose *guard_purpose_find(const char *name)
{
    for (const struct guard_purpose *p = guard_purposes; p->name; p++) {
        if (strcmp(p->name, name) == 0)
            return p;
    }
    return NULL;
}

static _Thread_local struct guard_session session;

struct guard_session *guard_session_of_thread(void)
{
    return &session;
}

void guard_enter(const struct guard_access *a)
{
    session.access = *a;
    session.serial++;
    session.announced_count = session.announced_next = 0;
}

void guard_leave(void)
{
    session.access = (struct guard_access){.actor = GUARD_NOBODY};
    session.serial++;
    session.announced_count = session.announced_next = 0;
}

const struct guard_access *guard_current(void)
{
    return &session.access;
}

struct guard_access guard_borrow_system(const char *purpose, const char *action)
{
    struct guard_access former = session.access;
    guard_enter_system(purpose, action);
    return former;
}

void guard_enter_system(const char *purpose, const char *action)
{
    struct guard_access a = {.actor = GUARD_SYSTEM};
    (void)snprintf(a.purpose, sizeof a.purpose, "%s", purpose);
    (void)snprintf(a.action, sizeof a.action, "%s", action);
    guard_enter(&a);
}

void guard_network_of(cu_str ip, char ret[48])
{
    char text[INET6_ADDRSTRLEN];
    struct in_addr v4;
    struct in6_addr v6;
    ret[0] = 0;
    if (ip.len == 0 || ip.len >= sizeof text)
        return;
    memcpy(text, ip.ptr, ip.len);
    text[ip.len] = 0;
    if (inet_pton(AF_INET, text, &v4) == 1) {
        v4.s_addr &= htonl(0xffffff00u);
        (void)inet_ntop(AF_INET, &v4, text, sizeof text);
        (void)snprintf(ret, 48, "%.40s/24", text);
    } else if (inet_pton(AF_INET6, text, &v6) == 1) {
        memset(v6.s6_addr + 6, 0, 10);
        (void)inet_ntop(AF_INET6, &v6, text, sizeof text);
        (void)snprintf(ret, 48, "%.43s/48", text);
    }
}
