// SPDX-License-Identifier: Apache-2.0
// The files of the seen set at one moment, for backups (cut.h).
#include "cut.h"
#include "seen_private.h"

#include <stdio.h>

static cu_code add_runs(struct seen *s, struct cut *c, struct cu_error *err)
{
    static const char *const suffixes[] = {".tags", ".filter"};
    for (size_t i = 0; i < s->manifest.run_count; i++) {
        for (size_t k = 0; k < CU_COUNT(suffixes); k++) {
            char file[40], name[64];
            (void)snprintf(file, sizeof file, "%010llu%s", (unsigned long long)s->manifest.runs[i].number, suffixes[k]);
            (void)snprintf(name, sizeof name, "seen/%s", file);
            CU_TRY(cut_add_file(c, s->folder, file, name, err));
        }
    }
    return CU_OK;
}

cu_code seen_cut(struct seen *s, struct cut *c, struct cu_error *err)
{
    pthread_mutex_lock(&s->lock);
    cu_code code = cut_add_copy(c, s->folder, "manifest", "seen/manifest", err);
    if (code == CU_OK)
        code = add_runs(s, c, err);
    pthread_mutex_unlock(&s->lock);
    return code;
}
