// SPDX-License-Identifier: Apache-2.0
// Private to funnel*.c: the fields of the question and of the answer.
#pragma once

#include "spec/spec.h"

extern const struct spec_field funnel_body[], funnel_answer[];
extern const struct spec_field funnel_property_fields[], funnel_breakdown_fields[];
extern const char *const funnel_mode_names[];
