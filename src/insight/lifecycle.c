// SPDX-License-Identifier: Apache-2.0
// Lifecycle stages. See rfm.h.
#include "rfm.h"

const char *lifecycle_names[LIFECYCLE_NAMES_MAX + 1];
