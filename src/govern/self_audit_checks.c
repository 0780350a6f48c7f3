// SPDX-License-Identifier: Apache-2.0
// What the self-audit looks at, one row each. See self_audit.h.
#include "self_audit.h"

#include <stdarg.h>
#include <stdio.h>

static const int64_t day_ms = INT64_C(24) * 3600 * 1000;

static void say(struct self_audit_finding *f, enum self_audit_severity severity, const char *mend, const char *format, ...)
    CU_PRINTF(4, 5);
static void say(struct self_audit_finding *f, enum self_audit_severity severity, const char *mend, const char *format, ...)
{
    va_list args;
    va_start(args, format);
    (void)vsnprintf(f->text, sizeof f->text, format, args);
    va_end(args);
    f->severity = severity;
    f->mend = severity == SELF_AUDIT_GOOD ? NULL : mend;
}

static long long days_since(const struct self_audit_facts *f, int64_t then_ms)
{
    return (f->now_ms - then_ms) / day_ms;
}

// --- the way in

static void transport(const struct self_audit_facts *f, struct self_audit_finding *r)
{
    if (f->tls)
        say(r, SELF_AUDIT_GOOD, NULL, "Custos speaks TLS 1.2 and 1.3 itself.");
    else if (f->listens_beyond_loopback && !f->trust_proxy)
        say(r, SELF_AUDIT_DANGER, "Set tls_cert and tls_key, or listen on 127.0.0.1 behind a proxy that speaks HTTPS.",
            "Custos listens to the network without TLS: what customers send can be read and changed on the way.");
    else if (f->trust_proxy)
        say(r, SELF_AUDIT_GOOD, NULL, "A proxy speaks HTTPS in front of Custos.");
    else
        say(r, SELF_AUDIT_GOOD, NULL, "Custos listens on this machine only.");
}

static void proxy(const struct self_audit_facts *f, struct self_audit_finding *r)
{
    if (f->trust_proxy && f->listens_beyond_loopback)
        say(r, SELF_AUDIT_WARNING, "Listen on 127.0.0.1 or a private network, so that only the proxy reaches Custos.",
            "X-Forwarded-For is believed, and others than the proxy can reach the port: they can claim any address.");
    else
        say(r, SELF_AUDIT_GOOD, NULL, "Nobody but the proxy can claim a client's address.");
}

static void public_address(const struct self_audit_facts *f, struct self_audit_finding *r)
{
    if (!f->public_url_https && f->listens_beyond_loopback)
        say(r, SELF_AUDIT_WARNING, "Set public_url to the https:// address people use.",
            "Links that Custos makes do not begin with https://.");
    else
        say(r, SELF_AUDIT_GOOD, NULL, "Links that Custos makes are safe to click.");
}

// --- keys

static void root_place(const struct self_audit_facts *f, struct self_audit_finding *r)
{
    if (strcmp(f->root_source, "file") != 0)
        say(r, SELF_AUDIT_GOOD, NULL, "The root key comes from: %s.", f->root_source);
    else if (f->root_mode & 077)
        say(r, SELF_AUDIT_DANGER, "chmod 0400 the file and give it to the service's user.",
            "Other users of this machine can read the root key's file.");
    else if (f->root_same_file_system)
        say(r, SELF_AUDIT_WARNING,
            "Move the root key to another disk or medium and name it with root_key, or use credential: (TPM2 through systemd-creds).",
            "The root key lies on the same file system as the data: one stolen disk or image opens everything.");
    else
        say(r, SELF_AUDIT_GOOD, NULL, "The root key's file lies on another file system than the data.");
}

static void recovery_kit(const struct self_audit_facts *f, struct self_audit_finding *r)
{
    if (f->kit_made_ms == 0)
        say(r, f->people > 0 ? SELF_AUDIT_DANGER : SELF_AUDIT_WARNING,
            "custos keys recovery-kit, then print it and lock it away.",
            "There is no recovery kit: if the root key is lost, every customer's data is lost with it.");
    else
        say(r, SELF_AUDIT_GOOD, NULL, "A recovery kit was made %lld days ago.", days_since(f, f->kit_made_ms));
}

static void key_copies(const struct self_audit_facts *f, struct self_audit_finding *r)
{
    bool replicas = f->replicas > 0 && f->replicas_behind == 0 && f->replicas_refused == 0;
    if (f->key_copy_ms == 0 && replicas)
        say(r, SELF_AUDIT_GOOD, NULL, "%lld key replicas hold the keys of now.", (long long)f->replicas);
    else if (f->key_copy_ms == 0)
        say(r, f->people > 0 ? SELF_AUDIT_DANGER : SELF_AUDIT_WARNING,
            "Name another disk or a bucket for backups (backup_folder, backup_s3_bucket).",
            "The keys exist once only: when this disk dies, backups of the data cannot be read.");
    else if (f->now_ms - f->key_copy_ms > 2 * day_ms)
        say(r, SELF_AUDIT_WARNING, "Look at Backups why the copy of the keys is not renewed.",
            "The newest copy of the keys is %lld days old; people who came since are lost with this disk.",
            days_since(f, f->key_copy_ms));
    else
        say(r, SELF_AUDIT_GOOD, NULL, "The keys have a copy from the last two days; copies are destroyed after %d days.",
            f->key_copy_days);
}

static void key_replicas(const struct self_audit_facts *f, struct self_audit_finding *r)
{
    if (f->replicas_refused > 0)
        say(r, SELF_AUDIT_DANGER, "Look at custos keys replica list: this folder may be an old copy. Do not serve from it before you know.",
            "%lld of %lld key replicas hold keys of a later epoch or of another history and are refused.",
            (long long)f->replicas_refused, (long long)f->replicas);
    else if (f->replicas_behind > 0)
        say(r, SELF_AUDIT_WARNING, "Look at custos keys replica list, and whether that machine runs (custos keyd --replica).",
            "%lld of %lld key replicas have not acknowledged the keys of now: the last erasures are pending there.",
            (long long)f->replicas_behind, (long long)f->replicas);
    else if (f->replicas > 0)
        say(r, SELF_AUDIT_GOOD, NULL, "%lld key replicas hold the keys of now, and acknowledged every erasure.",
            (long long)f->replicas);
    else
        say(r, SELF_AUDIT_GOOD, NULL,
            "There is no key replica: the keys are copied to the backups, and an erasure is final after %d days.", f->key_copy_days);
}

static void key_process(const struct self_audit_facts *f, struct self_audit_finding *r)
{
    if (!f->key_process)
        say(r, SELF_AUDIT_WARNING, "Set key_process: separate.",
            "Keys are in the process that reads requests from the network: a fault in a parser could reach them.");
    else if (!f->sandbox)
        say(r, SELF_AUDIT_WARNING, "Use a kernel with seccomp and Landlock (5.13 or newer).",
            "Keys have a process of their own, but the kernel does not restrict what it may do.");
    else
        say(r, SELF_AUDIT_GOOD, NULL, "Keys are in a process of their own, which can open no other file and no connection.");
}

// --- the machine

static void folder_modes(const struct self_audit_facts *f, struct self_audit_finding *r)
{
    if (f->data_mode & 077)
        say(r, SELF_AUDIT_DANGER, "chmod 0700 the data folder.", "Other users of this machine may enter the data folder.");
    else
        say(r, SELF_AUDIT_GOOD, NULL, "Only the service's user may enter the data folder.");
}

static void as_root(const struct self_audit_facts *f, struct self_audit_finding *r)
{
    if (f->runs_as_root)
        say(r, SELF_AUDIT_WARNING, "Run it as a user of its own; packaging/custos.service does.",
            "Custos runs as root: a fault in it is a fault in the whole machine.");
    else
        say(r, SELF_AUDIT_GOOD, NULL, "Custos runs as an ordinary user.");
}

static void memory_to_disk(const struct self_audit_facts *f, struct self_audit_finding *r)
{
    if (f->core_dumps)
        say(r, SELF_AUDIT_DANGER, "Set LimitCORE=0 in the unit, or ulimit -c 0.",
            "A crash would write memory with personal data to the disk (core dumps are on).");
    else if (f->swap && !f->swap_encrypted)
        say(r, SELF_AUDIT_WARNING, "Encrypt swap, use zram, or turn swap off.",
            "Memory may be written to a swap device that is not encrypted.");
    else
        say(r, SELF_AUDIT_GOOD, NULL, "Memory with personal data is not written to the disk.");
}

static void space(const struct self_audit_facts *f, struct self_audit_finding *r)
{
    long long free_gib = f->disk_free_bytes >> 30;
    if (f->disk_bytes > 0 && f->disk_free_bytes < f->disk_bytes / 20)
        say(r, SELF_AUDIT_DANGER, "Make room, or move the data folder to a larger disk.",
            "Less than a twentieth of the disk is free (%lld GiB): soon nothing can be accepted.", free_gib);
    else
        say(r, SELF_AUDIT_GOOD, NULL, "%lld GiB are free.", free_gib);
}

// --- staff

static void second_factor(const struct self_audit_facts *f, struct self_audit_finding *r)
{
    long long without = f->staff - f->staff_second_factor;
    if (without > 0)
        say(r, SELF_AUDIT_DANGER, "Ask them to enrol under Security; a stolen password alone opens their account.",
            "%lld of %lld members of staff sign in with a password alone.", without, (long long)f->staff);
    else
        say(r, SELF_AUDIT_GOOD, NULL, "All %lld members of staff have a second factor.", (long long)f->staff);
}

static void owners(const struct self_audit_facts *f, struct self_audit_finding *r)
{
    if (f->owners == 1)
        say(r, SELF_AUDIT_WARNING, "Invite a second owner or administrator you trust.",
            "There is one owner: when that account is lost, only the machine's operator can help.");
    else if (f->owners > 3)
        say(r, SELF_AUDIT_WARNING, "Give daily work a smaller role; keep two or three owners.",
            "%lld accounts may do everything.", (long long)f->owners);
    else
        say(r, SELF_AUDIT_GOOD, NULL, "%lld accounts may do everything.", (long long)f->owners);
}

static void four_eyes(const struct self_audit_facts *f, struct self_audit_finding *r)
{
    if (!f->four_eyes_wanted)
        say(r, SELF_AUDIT_WARNING, "Turn the rules on under Roles.", "No act needs a second pair of eyes.");
    else if (f->approvers < 2)
        say(r, SELF_AUDIT_WARNING, "Give a second member of staff the permission to approve.",
            "Acts that need a second pair of eyes are let through: there are not two people who may approve.");
    else
        say(r, SELF_AUDIT_GOOD, NULL, "Dangerous acts need a second of %lld people.", (long long)f->approvers);
}

static void idle_access(const struct self_audit_facts *f, struct self_audit_finding *r)
{
    if (f->staff_idle + f->tokens_idle + f->invitations_open > 0)
        say(r, SELF_AUDIT_WARNING, "Disable accounts, tokens and invitations that nobody needs.",
            "Access nobody uses: %lld accounts and %lld of %lld API tokens idle for 90 days, %lld open invitations.",
            (long long)f->staff_idle, (long long)f->tokens_idle, (long long)f->tokens, (long long)f->invitations_open);
    else
        say(r, SELF_AUDIT_GOOD, NULL, "Every account and token was used in the last 90 days.");
}

// --- record and copies

static void audit_log(const struct self_audit_facts *f, struct self_audit_finding *r)
{
    if (!f->audit_ok)
        say(r, SELF_AUDIT_DANGER, "Make room or mend the disk; until then nobody can read a person.",
            "The audit log cannot be written, so every read and change is refused.");
    else if (f->audit_verified_ms == 0 || f->now_ms - f->audit_verified_ms > 31 * day_ms)
        say(r, SELF_AUDIT_WARNING, "custos audit verify, or the button under Audit.",
            "Nobody checked the whole audit log in the last month.");
    else
        say(r, SELF_AUDIT_GOOD, NULL, "The audit log was verified %lld days ago.", days_since(f, f->audit_verified_ms));
}

static void alerts(const struct self_audit_facts *f, struct self_audit_finding *r)
{
    if (f->alerts_open > 0)
        say(r, SELF_AUDIT_WARNING, "Look at them under Audit and close them with a note.", "%lld alerts are open.",
            (long long)f->alerts_open);
    else
        say(r, SELF_AUDIT_GOOD, NULL, "No alert is open.");
}

static void decoys(const struct self_audit_facts *f, struct self_audit_finding *r)
{
    if (f->decoys == 0)
        say(r, SELF_AUDIT_WARNING, "Make some under Audit: ten cost nothing.",
            "There are no decoy people, so somebody who leafs through records slowly is not noticed.");
    else
        say(r, SELF_AUDIT_GOOD, NULL, "%lld decoy people watch over the records.", (long long)f->decoys);
}

static void backups(const struct self_audit_facts *f, struct self_audit_finding *r)
{
    if (f->backup_ms == 0)
        say(r, f->people > 0 ? SELF_AUDIT_DANGER : SELF_AUDIT_WARNING, "Set backup_folder or backup_s3_bucket and run custos backup.",
            "There is no backup.");
    else if (f->now_ms - f->backup_ms > 2 * day_ms)
        say(r, SELF_AUDIT_DANGER, "Look at Backups for the reason.", "The newest backup is %lld days old.",
            days_since(f, f->backup_ms));
    else
        say(r, SELF_AUDIT_GOOD, NULL, "The newest backup is from the last two days.");
}

static void drill(const struct self_audit_facts *f, struct self_audit_finding *r)
{
    if (f->drill_ms == 0 || f->now_ms - f->drill_ms > 40 * day_ms)
        say(r, SELF_AUDIT_WARNING, "custos backup drill, or the button under Backups.",
            "No backup was restored to see whether it works in the last 40 days.");
    else
        say(r, SELF_AUDIT_GOOD, NULL, "A restore was tried %lld days ago, and it worked.", days_since(f, f->drill_ms));
}

// --- data

static void undeclared(const struct self_audit_facts *f, struct self_audit_finding *r)
{
    if (f->undeclared > 0)
        say(r, SELF_AUDIT_WARNING, "Declare or refuse them under Dictionary.",
            "%lld names of fields come in that nobody declared. They are sealed and unread, but they are kept.",
            (long long)f->undeclared);
    else
        say(r, SELF_AUDIT_GOOD, NULL, "Every field that comes in is declared.");
}

static void sample_data(const struct self_audit_facts *f, struct self_audit_finding *r)
{
    if (f->sample_people > 0 && f->sample_people < f->people)
        say(r, SELF_AUDIT_WARNING, "Remove the sample data under Today.", "Sample people stand among real ones.");
    else
        say(r, SELF_AUDIT_GOOD, NULL, "No sample data is mixed with real data.");
}

static void silent_sources(const struct self_audit_facts *f, struct self_audit_finding *r)
{
    if (f->sources_silent > 0)
        say(r, SELF_AUDIT_WARNING, "Disable them under Sources; their write keys could be misused unnoticed.",
            "%lld sources are enabled and silent for 90 days.", (long long)f->sources_silent);
    else
        say(r, SELF_AUDIT_GOOD, NULL, "Every enabled source sends.");
}

const struct self_audit_check self_audit_checks[] = {
    {"transport", "The way in", transport},
    {"proxy", "Who may claim an address", proxy},
    {"public-url", "Links", public_address},
    {"root-key", "Where the root key lies", root_place},
    {"recovery-kit", "If the root key is lost", recovery_kit},
    {"key-replicas", "Key replicas", key_replicas},
    {"key-copies", "If this disk dies", key_copies},
    {"key-process", "Who holds the keys", key_process},
    {"data-folder", "Who may enter the data folder", folder_modes},
    {"user", "The user it runs as", as_root},
    {"memory", "Memory on the disk", memory_to_disk},
    {"space", "Room on the disk", space},
    {"second-factor", "Second factors", second_factor},
    {"owners", "Who may do everything", owners},
    {"four-eyes", "A second pair of eyes", four_eyes},
    {"idle-access", "Access nobody uses", idle_access},
    {"audit-log", "The audit log", audit_log},
    {"alerts", "Alerts", alerts},
    {"decoys", "Decoys", decoys},
    {"backups", "Backups", backups},
    {"restore-drill", "Trying a restore", drill},
    {"undeclared", "Undeclared fields", undeclared},
    {"sample-data", "Sample data", sample_data},
    {"silent-sources", "Sources that are silent", silent_sources},
    {NULL, NULL, NULL},
};
