// SPDX-License-Identifier: Apache-2.0
// Which addresses may be called: the special-purpose registries of IANA as one table. An IPv6 address
// must be global unicast (2000::/3) to begin with, so that what is not listed is refused.
#include "outgoing.h"

#include <arpa/inet.h>
#include <netinet/in.h>

struct range {
    const char *network;
    bool never; // not even when the settings allow a network around it
};
static const struct range refused[] = {
    {"0.0.0.0/8", true},          // this host
    {"10.0.0.0/8", false},        // private
    {"100.64.0.0/10", false},     // shared by carriers
    {"100.100.100.200/32", true}, // metadata of Alibaba Cloud
    {"127.0.0.0/8", false},       // loopback
    {"168.63.129.16/32", true},   // metadata of Azure, a public address
    {"169.254.0.0/16", false},    // link-local
    {"169.254.169.254/32", true}, // metadata of most clouds
    {"169.254.170.2/32", true},   // credentials of AWS tasks
    {"172.16.0.0/12", false},     // private
    {"192.0.0.0/24", true},       // protocol assignments, metadata of Oracle Cloud
    {"192.0.2.0/24", false},      // documentation
    {"192.88.99.0/24", false},    // 6to4 relays
    {"192.168.0.0/16", false},    // private
    {"198.18.0.0/15", false},     // benchmarks
    {"198.51.100.0/24", false},   // documentation
    {"203.0.113.0/24", false},    // documentation
    {"224.0.0.0/4", true},        // multicast
    {"240.0.0.0/4", true},        // reserved, broadcast
    {"::ffff:0:0/96", true},      // IPv4 in disguise
    {"fd00:ec2::254/128", true},  // metadata of AWS
    {"fd20:ce::254/128", true},   // metadata of Google Cloud
    {"ff00::/8", true},           // multicast
    {"2001::/23", false},         // Teredo, benchmarks, identifiers
    {"2001:db8::/32", false},     // documentation
    {"2002::/16", false},         // 6to4: IPv4 in disguise
    {"3fff::/20", false},         // documentation
};

bool outgoing_network_parse(cu_str text, struct outgoing_network *ret)
{
    char address[64];
    cu_str rest = cu_str_trim(text);
    cu_str host = cu_str_cut(&rest, '/');
    int64_t bits = -1;
    if (host.len == 0 || host.len >= sizeof address || (rest.ptr && !cu_str_i64(rest, &bits)))
        return false;
    memcpy(address, host.ptr, host.len);
    address[host.len] = 0;
    struct outgoing_network n = {.family = strchr(address, ':') ? AF_INET6 : AF_INET};
    int64_t most = n.family == AF_INET6 ? 128 : 32;
    if (inet_pton(n.family, address, n.bytes) != 1)
        return false;
    if (rest.ptr && (bits < 0 || bits > most))
        return false;
    n.bits = (uint8_t)(rest.ptr ? bits : most);
    *ret = n;
    return true;
}

static bool holds(const struct outgoing_network *n, int family, const uint8_t *bytes)
{
    if (n->family != family)
        return false;
    size_t whole = n->bits / 8, rest = n->bits % 8;
    uint8_t mask = (uint8_t)(0xff00 >> rest);
    return memcmp(n->bytes, bytes, whole) == 0 && (rest == 0 || ((n->bytes[whole] ^ bytes[whole]) & mask) == 0);
}

static bool in_table(int family, const uint8_t *bytes, bool never)
{
    struct outgoing_network n;
    for (size_t i = 0; i < CU_COUNT(refused); i++) {
        if (never && !refused[i].never)
            continue;
        if (!outgoing_network_parse(cu_str_of(refused[i].network), &n) || holds(&n, family, bytes))
            return true;
    }
    return false;
}

static bool is_loopback(int family, const uint8_t *bytes)
{
    static const uint8_t one[16] = {[15] = 1};
    return family == AF_INET ? bytes[0] == 127 : memcmp(bytes, one, sizeof one) == 0;
}

bool outgoing_address_allowed(
    const struct sockaddr *address, bool plain, const struct outgoing_network *networks, size_t count)
{
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    uint8_t bytes[16] = {0};
    int family = address->sa_family;
    if (family == AF_INET) {
        memcpy(&v4, address, sizeof v4);
        memcpy(bytes, &v4.sin_addr, 4);
    } else if (family == AF_INET6) {
        memcpy(&v6, address, sizeof v6);
        memcpy(bytes, &v6.sin6_addr, 16);
    } else {
        return false; // unix sockets and whatever else
    }
    if (in_table(family, bytes, true) || (plain && !is_loopback(family, bytes)))
        return false;
    for (size_t i = 0; i < count; i++) {
        if (holds(&networks[i], family, bytes))
            return true;
    }
    bool global = family == AF_INET || (bytes[0] & 0xe0) == 0x20;
    return global && !in_table(family, bytes, false);
}
