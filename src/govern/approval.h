// SPDX-License-Identifier: Apache-2.0
// Four eyes: an act whose route names a kind (spec_route.four_eyes) needs a second member of staff who agrees.
//
// The way: the act is tried and refused (field "approval"), which leaves a draft of it; it is asked for with a
// reason; somebody else who holds `approve` agrees; it is done again with the header X-Custos-Approval. What
// was approved is exactly that act (a keyed hash of method, path, query and body), for whoever asked, once,
// within 24 hours of asking.
//
// A rule is in force when it is on and at least two active members of staff hold `approve`: with fewer nobody could
// ever agree. The self-audit says so then.
#pragma once

#include "govern.h"

struct approval_kind {
    const char *name, *doc;
};
extern const struct approval_kind approval_kinds[]; // ends with name NULL

// For dispatch_options.approved: CU_OK, using the approval up, or CU_FORBIDDEN with field "approval".
cu_code approval_check(struct govern *g, struct request *rq, struct cu_error *err) CU_MUST;

struct approval_facts { // for the self-audit
    bool wanted;       // some rule is on
    int64_t approvers; // active members of staff who hold `approve`
};
cu_code approval_facts(struct govern *g, struct approval_facts *ret, struct cu_error *err) CU_MUST;

extern const struct module govern_approval_module; // instance: struct govern
