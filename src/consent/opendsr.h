// SPDX-License-Identifier: Apache-2.0
// OpenDSR 2.0 (https://github.com/opengdpr/OpenDSR, specification.md): names that both roles share. As controller Custos
// sends orders to processors and takes their callbacks (opendsr_controller.c); as processor it takes requests of
// controllers and calls back (opendsr.c).
#pragma once

#include "base/memory.h"

#define OPENDSR_VERSION "2.0"
#define OPENDSR_CALLBACKS "/opendsr/v2/callbacks"
enum { OPENDSR_BODY_MAX = 65536 };

struct opendsr_identity {
    const char *type; // of the specification, 5.1
    const char *kind; // of ours
};
extern const struct opendsr_identity opendsr_identities[]; // ends with type NULL
const char *opendsr_type_of(cu_str kind);                  // NULL: none
const char *opendsr_kind_of(cu_str type);                  // NULL: not supported
