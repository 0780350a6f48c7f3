// SPDX-License-Identifier: Apache-2.0
// The privacy centre: pages for the people whose data this is. Rendered here, without any script, in the visitor's
// language. docs/how-to/privacy-centre.md.
//
// The rules
//  - One comes in by a link to an address that is known already (consent/centre_link.h), never by showing a document.
//    GET and HEAD change nothing anywhere: a mail scanner that follows every link does nothing.
//  - A visit is of the record as it was when the visit began. When it is joined with another, parted or erased
//    meanwhile, the visit is over: the link was sent to somebody who was not that person then.
//  - What is read is read as the person (CALLER_PERSON, GUARD_PERSON): the dispatcher and the guard open that one
//    record alone, and the audit log says that it was the person. What is changed goes through the rights desk and
//    the gate, is noted before it is done, and carries form, button, language and wording as evidence.
//  - Whoever asks for a link learns nothing about whether an address is known: the answer is the same, and what is
//    to be done is done afterwards by a job, so the time is the same, too.
#pragma once

#include "engine.h"

#include "consent/letter.h"

struct rights;
struct centre;
struct centre_options {
    struct engine *engine;
    struct rights *rights;  // NULL: nothing can be asked of the rights desk
    letter_send *send;      // NULL: no links by mail; staff hand them over
    void *send_context;
};
cu_code centre_open(const struct centre_options *o, struct centre **ret, struct cu_error *err) CU_MUST;
void centre_close(struct centre *c); // NULL is fine

extern const struct module app_centre_module; // instance: struct centre *
