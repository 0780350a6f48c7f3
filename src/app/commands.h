// SPDX-License-Identifier: Apache-2.0
// The tables of commands, one per file commands_*.c; each ends with a row whose name is NULL.
#pragma once

#include "spec/spec.h"

extern const struct spec_command commands_setup[], commands_serve[], commands_people[], commands_data[], commands_import[],
    commands_dictionary[], commands_operate[], commands_demo[], commands_backup[];

int keyd_main(int argc, char **argv); // `custos keyd`, the key process: the exit code
extern const struct spec_command commands_staff[];
extern const struct spec_command commands_audit[], commands_verify[];
extern const struct spec_command commands_keys[], commands_key_replica[];
extern const struct spec_command commands_timeline[];
extern const struct spec_command commands_insight[], commands_cohort[];
