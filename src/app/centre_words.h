// SPDX-License-Identifier: Apache-2.0
// The table behind centre_text.h, for centre_text.c and its test.
#pragma once

#include "centre_text.h"

extern const char *const centre_words[T_COUNT][CENTRE_LANGUAGES];
