// SPDX-License-Identifier: Apache-2.0
// What needs a person now, for the Today page: of each kind how many and since when, as far as the caller may see that kind.
// A table of rows, each one count over records.db; no name, no value of anybody.
#pragma once

#include "store/module.h"

extern const struct module govern_attention_module; // instance: struct govern
