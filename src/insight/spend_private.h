// SPDX-License-Identifier: Apache-2.0
// Shared by spend.c and spend_routes.c.
#pragma once

#include "spend.h"

struct spend {
    struct people *people;
    struct rates *rates;
    char currency[4];
};
