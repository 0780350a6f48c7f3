// SPDX-License-Identifier: Apache-2.0
// A folder that is being restored says so in restore.state and is opened by nobody else. See restore.h.
#include "restore_state.h"

#include "base/file.h"

#include <stdio.h>
#include <unistd.h>

enum { PATH_LEN = 1200 };
static char allowed[PATH_LEN]; // the folder this process restores into; set before any thread is there

static void path_of(const char *folder, char ret[PATH_LEN])
{
    (void)snprintf(ret, PATH_LEN, "%s/restore.state", folder);
}

bool restore_state_pending(const char *folder)
{
    char path[PATH_LEN];
    path_of(folder, path);
    return access(path, F_OK) == 0;
}

void restore_state_allow(const char *folder)
{
    (void)snprintf(allowed, sizeof allowed, "%s", folder ? folder : "");
}

cu_code restore_state_check(const char *folder, struct cu_error *err)
{
    if (!restore_state_pending(folder) || strcmp(folder, allowed) == 0)
        return CU_OK;
    return cu_fail(err, CU_UNAVAILABLE, "--data",
        "a restore into this folder was not finished: erased people could still be in it; restore again into a new folder");
}

cu_code restore_state_set(const char *folder, const char *step, struct cu_error *err)
{
    char path[PATH_LEN], text[128];
    path_of(folder, path);
    if (!step) {
        CU_TRY(cu_file_unlink(path, err));
        return cu_dir_sync(folder, err);
    }
    int n = snprintf(text, sizeof text, "custos-restore-1 %s\n", step);
    return cu_file_replace(path, text, (size_t)n, 0600, err);
}
