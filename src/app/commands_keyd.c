// SPDX-License-Identifier: Apache-2.0
// custos keyd --fd N: the key process (guard/process.h). Started by the engine, never by hand, so it is in
// no list of commands. It lives as long as its parent: what a terminal or a service manager sends to the
// whole group is for the server, which still needs the keys to end cleanly.
#include "commands.h"

#include "base/fault.h"
#include "base/log.h"
#include "guard/process.h"

#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

// Faults of its own, for tests: ours were taken out of the environment.
static void arm_faults(void)
{
    const char *fault = getenv("CUSTOS_FAULT_KEYD");
    if (fault && setenv("CUSTOS_FAULT", fault, 1) == 0)
        cu_fault_from_env();
}

int keyd_main(int argc, char **argv)
{
    int64_t fd = -1;
    struct stat st;
    struct cu_error err = {.code = CU_OK};
    if (argc != 4 || strcmp(argv[2], "--fd") != 0 || !cu_str_i64(cu_str_of(argv[3]), &fd) || fd < 3 || fd > 1023 ||
        fstat((int)fd, &st) != 0 || !S_ISSOCK(st.st_mode)) {
        (void)fputs("custos: keyd is the key process; `custos serve` starts it\n", stderr);
        return cu_code_rows[CU_INVALID].exit_code;
    }
    (void)signal(SIGINT, SIG_IGN);
    (void)signal(SIGTERM, SIG_IGN);
    (void)signal(SIGHUP, SIG_IGN);
    arm_faults();
    cu_code code = guard_serve((int)fd, true, &err);
    return cu_code_rows[code].exit_code;
}
