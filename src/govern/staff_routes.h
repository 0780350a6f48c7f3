// SPDX-License-Identifier: Apache-2.0
// Answers that more than one file of routes declares.
#pragma once

#include "staff.h"

extern const struct spec_field session_answer[], sign_in_answer[], standing_fields[], link_answer[];
