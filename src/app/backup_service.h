// SPDX-License-Identifier: Apache-2.0
// The service that keeps backups: one thread that carries off promises and the journal every few seconds, makes
// backups by schedule and on request, prunes, checks and drills. Its module row is app_backup_module.
#pragma once

#include "backup.h"

struct backups;
cu_code backups_open(struct engine *e, struct backups **ret, struct cu_error *err) CU_MUST;
// Starts the thread. scheduled: also what is due by itself (a server); else only what is asked for (a command).
cu_code backups_start(struct backups *b, bool scheduled, struct cu_error *err) CU_MUST;
void backups_stop(struct backups *b);  // ends what is under way; before the pipeline stops; NULL is fine
void backups_close(struct backups *b); // NULL is fine

enum backup_task_kind { BACKUP_TASK_MAKE, BACKUP_TASK_VERIFY, BACKUP_TASK_PRUNE, BACKUP_TASK_DRILL };
struct backup_task {
    enum backup_task_kind kind;
    enum backup_class class_id;
    char id[BACKUP_ID_MAX]; // of the backup to make or to verify
    char place[1024];       // "" the configured target
};
// Queues it; CU_BUSY when 16 wait, CU_MISSING when no target is configured.
cu_code backups_ask(struct backups *b, const struct backup_task *t, struct cu_error *err) CU_MUST;
bool backups_idle(struct backups *b); // nothing waits or runs
int64_t backups_progress(struct backups *b); // bytes of the backup under way
struct engine *backups_engine(struct backups *b);
const char *backups_place(const struct backups *b); // "" none
int64_t backups_failing_since(struct backups *b); // 0: promises and journal get through

// backup_drill.c: restores the newest data backup into a temporary folder and tries it out. *ret_report: JSON.
cu_code backup_drill(struct backup_work *w, bool *ret_passed, char ret_backup[BACKUP_ID_MAX], struct cu_buf *ret_report,
    struct cu_error *err) CU_MUST;

extern const struct module app_backup_module; // instance: struct backups *
