// SPDX-License-Identifier: Apache-2.0
// The self-audit: reads the live configuration and says in words what is unsafe and how to mend it (the
// idea is Fossil's security audit page). A check is a row: an id, what it looks at, a function of the
// facts. The facts are gathered by app/, which alone sees everything; a check never looks for itself, so
// that each can be tested with facts made up.
#pragma once

#include "people/people.h"
#include "store/module.h"

// How the installation stands at this moment. Counts and ages only: nothing of a person.
struct self_audit_facts {
    int64_t now_ms;
    // the way in
    bool tls, listens_beyond_loopback, trust_proxy, public_url_https;
    // keys and folder
    char root_source[16];         // "file", "passphrase", "credential", "shares"
    bool root_same_file_system;   // the root key lies on the data folder's own file system
    unsigned root_mode, data_mode; // file modes; 0: not a file
    bool key_process, sandbox;    // keys in a process of their own; system calls and files restricted
    int64_t kit_made_ms;          // recovery kit; 0: never
    int64_t key_copy_ms;          // newest copy of the keys; 0: none
    int key_copy_days;            // age limit of key archives
    int64_t replicas, replicas_behind, replicas_refused; // key replicas; behind: also those that never answered
    // the machine
    bool runs_as_root, core_dumps, swap, swap_encrypted;
    int64_t disk_free_bytes, disk_bytes;
    // staff
    int64_t staff, staff_second_factor, owners, invitations_open, staff_idle; // idle: no sign-in for 90 days
    int64_t approvers;            // staff who may approve
    bool four_eyes_wanted;        // some rule of approval is on
    int64_t tokens, tokens_idle;  // API tokens; not used for 90 days
    // record and copies
    bool audit_ok;                // the log takes entries now
    int64_t audit_verified_ms;    // last whole verification; 0: never
    int64_t alerts_open, decoys;
    int64_t backup_ms, drill_ms;  // newest good backup, newest passed restore drill; 0: none
    // data
    int64_t undeclared, sample_people, sources_silent; // silent: enabled, nothing for 90 days
    int64_t people;
};
// The counts out of records.db (self_audit_counts.c); the rest is the gatherer's.
cu_code self_audit_count(struct people *p, struct self_audit_facts *f, struct cu_error *err) CU_MUST;
typedef cu_code self_audit_gather(void *context, struct self_audit_facts *ret, struct cu_error *err);

enum self_audit_severity { SELF_AUDIT_GOOD, SELF_AUDIT_WARNING, SELF_AUDIT_DANGER };
struct self_audit_finding {
    enum self_audit_severity severity;
    char text[320]; // what is so
    const char *mend; // what to do; NULL when good
};
struct self_audit_check {
    const char *id;    // "root-key-place"
    const char *title; // "Where the root key lies"
    void (*run)(const struct self_audit_facts *f, struct self_audit_finding *ret);
};
extern const struct self_audit_check self_audit_checks[]; // ends with id NULL

struct self_audit {
    self_audit_gather *gather;
    void *context;
};
extern const struct module govern_self_audit_module; // instance: struct self_audit
