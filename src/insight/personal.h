// SPDX-License-Identifier: Apache-2.0
// Personalisation: which segments, traits and contents hold for one person, for the shop's own pages, from memory in
// microseconds: no key is asked for, and a database only to find an identifier that was not asked for lately.
//
//  - Purpose: what the dictionary and the person's consents say of it, from facts.h. Not permitted: no segments, no
//    traits, the fallback in every slot, and the reason.
//  - Traits: those whose row allows the purpose, of P0 and P1.
//  - Who asks: a token or member of staff with the permission `personalise`; or a browser with a source's write key,
//    by its anonymous_id: then only slots marked public, and nothing but their contents.
#pragma once

#include "collect/sources.h"
#include "segment_routes.h"
#include "slot.h"

struct personal;
struct personal_options {
    struct people *people;
    struct gate *gate;
    struct facts *facts;
    struct audiences *audiences;
    struct segments *segments;
    struct sources *sources;
};
cu_code personal_open(const struct personal_options *o, struct personal **ret, struct cu_error *err) CU_MUST;
void personal_close(struct personal *p); // NULL is fine
extern const struct module insight_personal_module; // instance: struct personal
