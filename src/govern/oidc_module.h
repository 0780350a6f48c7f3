// SPDX-License-Identifier: Apache-2.0
// The routes of oidc_routes.c.
#pragma once

#include "oidc.h"
#include "staff.h"

extern const struct module govern_oidc_module; // instance: struct govern
