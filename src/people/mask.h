// SPDX-License-Identifier: Apache-2.0
// Masking: what is left of a value for somebody who may recognise it but not read it. Pure functions.
//
// No mask tells the length of what it hides, and none shows a value of one or two characters at all: what
// is shown is never more than a part. A character is what a reader sees as one: with its combining marks.
#pragma once

#include "base/memory.h"

enum mask_kind {
    MASK_ALL,   // ***
    MASK_TEXT,  // first character: S***
    MASK_NAME,  // initials of the first and the last word: M. S.
    MASK_EMAIL, // a***@example.com
    MASK_PHONE, // country and the last two digits: +49 *** **12
    MASK_DATE   // the year
};
#define MASK_HIDDEN "***"
// Appends the mask of value; for what does not look like its kind, or is not UTF-8, MASK_HIDDEN.
void mask_print(enum mask_kind kind, cu_str value, struct cu_buf *out);
