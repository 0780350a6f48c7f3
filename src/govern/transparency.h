// SPDX-License-Identifier: Apache-2.0
// The transparency page: what the shop does with personal data, generated from the running configuration, so that it
// cannot say something else than what is done. Public, in three languages, as a page and for machines (TILT, DPV).
//
// What is published is a document, language apart: dictionary, purposes, recipients, roles with the number of persons,
// steps of security in force, and what only the shop can say of itself (controller, officer, texts). When it differs
// from the newest version it becomes a new one, noted in the audit log and signed (consent/proof.h); every version can
// be read, compared and checked by `custos verify`. Figures that change by themselves (statistics, badges) are
// shown beside it and are no part of a version.
//
// Nothing is public before the controller and a way to reach them are named.
//
// Threads: any, all calls; not under people_lock.
#pragma once

#include "self_audit.h"

#include "consent/proof.h"
#include "consent/recipient.h"

struct transparency_canary { // the last run of the daily trial of rights, erasure among them
    int64_t at_ms; // 0: none yet
    bool good;
};
struct transparency_options {
    struct people *people;
    const char *audit_folder, *base_url; // copied
    self_audit_gather *gather;
    void *gather_context;
    // The register of recipients (recipients_list). NULL: those that the dictionary names.
    cu_code (*recipients)(
        void *context, struct cu_arena *a, struct recipient_row **ret, size_t *ret_count, struct cu_error *err);
    void *recipients_context;
    // Figures of requests as rights_figures writes them. NULL: none are shown, and the badge of the oldest one is grey.
    cu_code (*figures)(void *context, int64_t from_ms, int64_t to_ms, struct json_writer *w, struct cu_error *err);
    void *figures_context;
    // NULL: there is no trial.
    cu_code (*canary)(void *context, struct transparency_canary *ret, struct cu_error *err);
    void *canary_context;
};
struct transparency;
cu_code transparency_open(const struct transparency_options *o, struct transparency **ret, struct cu_error *err) CU_MUST;
void transparency_close(struct transparency *t); // NULL is fine

extern const struct module govern_transparency_module, govern_transparency_staff_module; // instance: struct transparency *
