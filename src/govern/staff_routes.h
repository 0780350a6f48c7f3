// SPDX-License-Identifier: Apache-2.0
// Answers that more than one file of routes declares.
#pragma once

#include "staff.h"

extern const struct spec_field session_answer[], sign_in_answer[], standing_fields[], link_answer[], staff_id_path[];
cu_code invitation_sweep(struct govern *g, struct cu_error *err) CU_MUST; // forgets addresses of dead invitations
