// SPDX-License-Identifier: Apache-2.0
// Retention: what is older than its time is erased on schedule, and every run can be proved. Rules are not written
// here: they follow from the dictionary's rows (retention_days of events and fields, fields that are not collected any
// more, orders as long as "Order Completed") and from one table of what the house itself keeps (retention_tables.c).
//
//  - A rule is off until somebody switches it on, and it cannot be switched on or shortened without a dry run of the last
//    24 hours for exactly that time. Of the dictionary's rules the time is in the rule's name: another time is another
//    rule, which is off. Only "stopped.*" is on by itself: the approval of the proposal was the decision (proposal.h).
//  - A run goes in small steps of a job, and what it does not reach within one tick it goes on with in the next; what is
//    stored is whole after each step, and where it stands is stored with it, so a crash costs one step.
//  - People who are inactive are erased with the same certificate as by request (consent/certificate.h), unless a reason
//    keeps them (retention_reason.h).
//  - People held for a legal claim or restricted lose nothing by any rule.
//  - A run ends with a document in the audit log (consent/proof.h).
#pragma once

#include "consent/certificate.h"
#include "insight/audience.h"
#include "store/module.h"

struct retention;
struct retention_options {
    struct people *people;
    struct certificates *certificates;
    struct audiences *audiences; // told when events went; NULL: nobody
    const char *audit_folder;    // DATA/audit
    int32_t order_years;         // how long the law wants orders kept; 0: not
    // Tells the recipients of somebody's data that it is erased (consent/recipient.h), inside the transaction that says so;
    // NULL: there are none.
    cu_code (*tell)(void *context, struct cu_uuid erasure, uint32_t pno, struct cu_error *err);
    void *tell_context;
};
cu_code retention_open(const struct retention_options *o, struct retention **ret, struct cu_error *err) CU_MUST;
void retention_close(struct retention *r); // NULL is fine
// One tick of the job: at most about half a second of work. For tests: *ret_busy, a run is not finished.
cu_code retention_tick(struct retention *r, bool *ret_busy, struct cu_error *err) CU_MUST;
// The certificate of a run, {"document":..,"proof":..}. CU_NOT_FOUND; CU_UNAVAILABLE while it is under way.
cu_code retention_certificate(struct retention *r, struct cu_uuid run, struct cu_buf *out, struct cu_error *err) CU_MUST;

extern const struct module govern_retention_module; // instance: struct retention *
