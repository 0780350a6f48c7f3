// SPDX-License-Identifier: Apache-2.0
// The dictionary changed with review: somebody proposes a change of rows, everybody sees the difference and what it
// touches, somebody else approves, and it is in force. Every version that ever was in force is kept with who, when and why.
//
//  - A proposal keeps the change, not the result: it is laid over the text of the moment when it is approved, and checked
//    again then. Two proposals about different rows do not stand in each other's way.
//  - Nobody approves what they proposed, as long as two active members of staff may review (dictionary_write or approve).
//    A shop with one may approve its own after proving who it is again; the history says so.
//  - The dictionary can still be put in force directly (PUT /v1/dictionary), with an approval of the kind "dictionary".
//  - Going back is a new proposal, with the text of an older version.
//  - A crash between approving and applying is settled at the next start: by the version in force.
#pragma once

#include "catalogue.h"
#include "consent/record.h"
#include "govern.h"

struct proposals;
struct proposals_options {
    struct govern *govern;
    struct catalogue *catalogue;
    struct people *people;
    struct gate *gate; // for what a change means to consents
};
// Listens to the catalogue; notes the version in force when it is another than the last one noted.
cu_code proposals_open(const struct proposals_options *o, struct proposals **ret, struct cu_error *err) CU_MUST;
void proposals_close(struct proposals *p); // NULL is fine; before the catalogue closes

extern const struct module govern_proposal_module; // instance: struct proposals *
