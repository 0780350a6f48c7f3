// SPDX-License-Identifier: Apache-2.0
// The settings. A row is its flag, environment variable, line in custos.yaml and documentation.
#include "settings.h"

static const char *const levels[] = {"debug", "info", "warn", "error", NULL};
static const char *const key_processes[] = {"separate", "inside", NULL};

const struct spec_setting settings_table[] = {
    {.name = "listen", .type = SPEC_STRING, .min = 2, .max = 255, .fallback = "127.0.0.1:8080",
        .doc = "Address and port of the HTTP server; several separated by commas; port 0 takes any free one."},
    {.name = "root_key", .type = SPEC_STRING, .max = 1024,
        .doc = "File of the root key, outside the data folder; default /etc/custos/<id>.key for root, ~/.config/custos/<id>.key else."},
    {.name = "key_process", .type = SPEC_ENUM, .options = key_processes, .fallback = "separate",
        .doc = "Where keys and audit log are held: in a process of their own, or inside the server (tests, machines of little memory)."},
    {.name = "sandbox", .type = SPEC_BOOL, .fallback = "true",
        .doc = "Give up, at start, every file and system call that the server does not need (Landlock, seccomp)."},
    {.name = "tls_cert", .type = SPEC_STRING, .max = 1024, .doc = "PEM file of the certificate chain; with tls_key the server speaks HTTPS."},
    {.name = "tls_key", .type = SPEC_STRING, .max = 1024, .doc = "PEM file of the certificate's private key."},
    {.name = "trust_proxy", .type = SPEC_BOOL, .fallback = "false",
        .doc = "Take the client's address and scheme from X-Forwarded-For and X-Forwarded-Proto: only behind a proxy that sets them."},
    {.name = "public_url", .type = SPEC_STRING, .max = 255,
        .doc = "The address by which people reach this server, for links; default http:// or https:// and the listen address."},
    {.name = "shop_name", .type = SPEC_STRING, .max = 127, .fallback = "My shop", .doc = "What the console calls the shop."},
    {.name = "currency", .type = SPEC_STRING, .min = 3, .max = 3, .fallback = "EUR",
        .doc = "Currency of the shop, ISO 4217: amounts in others are stored but not summed."},
    {.name = "time_zone", .type = SPEC_STRING, .min = 1, .max = 63, .fallback = "UTC", .doc = "Time zone of the shop, tz database name, shown to the console."},
    {.name = "log_level", .type = SPEC_ENUM, .options = levels, .fallback = "info", .doc = "Least level that is logged."},
    {.name = "connections_max", .type = SPEC_INT, .min = 8, .max = 100000, .fallback = "8192", .doc = "Open connections per listen address."},
    {.name = "connections_per_ip_max", .type = SPEC_INT, .min = 0, .max = 100000, .fallback = "0",
        .doc = "Open connections from one address; 0: no limit of its own."},
    {.name = "http_workers", .type = SPEC_INT, .min = 1, .max = 64, .fallback = "4", .doc = "Threads for requests that read or change stored data."},
    {.name = "journal_segment_bytes", .type = SPEC_INT, .min = 1 << 20, .max = 1 << 30, .fallback = "67108864",
        .doc = "Size of a journal segment, bytes."},
    {.name = "journal_queue_bytes", .type = SPEC_INT, .min = 1 << 20, .max = 1 << 30, .fallback = "33554432",
        .doc = "Events waiting to be written, bytes; beyond it clients are told to wait."},
    {.name = "journal_backlog_bytes", .type = SPEC_INT, .min = 1 << 20, .max = INT64_C(1) << 40, .fallback = "8589934592",
        .doc = "Accepted events not yet projected, bytes on disk; beyond it clients are told to wait."},
    {.name = "dedup_days", .type = SPEC_INT, .min = 30, .max = 400, .fallback = "31", .doc = "Days for which a repeated messageId is recognised."},
    {.name = "outgoing_networks", .type = SPEC_STRING, .max = 512,
        .doc = "Private networks that outgoing calls may reach, such as 10.1.0.0/16, separated by commas; in loopback ones also without TLS."},
    {.name = "outgoing_hosts", .type = SPEC_STRING, .max = 2048,
        .doc = "Hosts that outgoing calls may reach, separated by commas; .example.com means all below it; unset: any public one."},
    {.name = "outgoing_ca", .type = SPEC_STRING, .max = 1024,
        .doc = "PEM file of the certificate authorities that outgoing calls trust; default: the system's."},
    {.name = NULL},
};
