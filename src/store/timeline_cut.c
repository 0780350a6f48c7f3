// SPDX-License-Identifier: Apache-2.0
// The files of the timeline at one moment, for backups (cut.h). Runs are immutable; while the
// manifest's lock is held nothing unlinks them.
#include "cut.h"
#include "timeline_private.h"

#include <stdio.h>

static cu_code add_runs(struct timeline *t, struct cut *c, struct cu_error *err)
{
    for (size_t i = 0; i < t->manifest.run_count; i++) {
        char file[40], name[64];
        (void)snprintf(file, sizeof file, "%010llu.run", (unsigned long long)t->manifest.runs[i].number);
        (void)snprintf(name, sizeof name, "timeline/%s", file);
        CU_TRY(cut_add_file(c, t->folder, file, name, err));
    }
    return CU_OK;
}

cu_code timeline_cut(struct timeline *t, struct cut *c, struct cu_error *err)
{
    pthread_mutex_lock(&t->manifest_lock);
    cu_code code = cut_add_copy(c, t->folder, "manifest", "timeline/manifest", err);
    if (code == CU_OK)
        code = add_runs(t, c, err);
    pthread_mutex_unlock(&t->manifest_lock);
    CU_TRY(code);
    // Kinds only grow, and a name is durable before a row uses its number: later is good enough.
    code = cut_add_copy(c, t->folder, "kinds", "timeline/kinds", err);
    return code == CU_NOT_FOUND ? CU_OK : code;
}
