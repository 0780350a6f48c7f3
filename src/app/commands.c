// SPDX-License-Identifier: Apache-2.0
// The list of command tables, in the order of `custos --help`.
#include "commands.h"

#include "command.h"

const struct spec_command *const command_tables[] = {commands_setup, commands_serve, commands_import, commands_people,
    commands_data, commands_dictionary, commands_operate, commands_audit, commands_verify, commands_keys, commands_key_replica, commands_timeline, commands_insight, commands_cohort, commands_backup, commands_staff, commands_demo, NULL};
