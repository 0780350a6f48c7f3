// SPDX-License-Identifier: Apache-2.0
// Taking the people of a segment out, for a purpose: only those whom the gate lets through, person by person, before
// the answer begins and again when each is written; the audit log has how many went out and how many were held back
// before the first byte does. The file is made piece by piece while it is sent.
//
// A field goes out only when its row of the dictionary allows the purpose and the caller sees it; masked where the
// caller sees it masked.
#pragma once

#include "segment_desk.h"

extern const struct spec_field segment_export_body[];
cu_code segment_export(struct request *rq, struct cu_error *err) CU_MUST;
