// SPDX-License-Identifier: Apache-2.0
// The routes of backups: what there is, make one, check one, age them, try one out. See backup_service.h.
#include "backup_service.h"

#include "backup_sql.h"
#include "backup_store.h"

#include <stdio.h>

static void print_target(struct backups *b, struct json_writer *w)
{
    const char *place = backups_place(b);
    int64_t failing = backups_failing_since(b);
    jw_key(w, "targets");
    jw_array(w);
    if (place[0]) {
        bool s3 = strncmp(place, "s3://", 5) == 0;
        jw_object(w);
        jw_kz(w, "name", "main");
        jw_kz(w, "kind", s3 ? "s3" : "folder");
        jw_kz(w, "place", place);
        jw_ktime(w, "failing_since", failing ? failing : INT64_MIN);
        jw_object_end(w);
    }
    jw_array_end(w);
}

static void print_schedule(struct backups *b, struct json_writer *w)
{
    const struct settings *s = &backups_engine(b)->settings;
    jw_key(w, "schedule");
    jw_object(w);
    jw_ki64(w, "every_hours", settings_i64(s, "backup_every_hours"));
    jw_ki64(w, "keep", settings_i64(s, "backup_keep"));
    jw_ki64(w, "key_days", settings_i64(s, "backup_key_days"));
    jw_ki64(w, "drill_days", settings_i64(s, "backup_drill_days"));
    jw_kbool(w, "journal", settings_i64(s, "backup_journal") != 0);
    jw_object_end(w);
}

static cu_code list(struct request *rq, struct cu_error *err)
{
    struct backups *b = rq->module;
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    print_target(b, &w);
    print_schedule(b, &w);
    jw_kbool(&w, "idle", backups_idle(b));
    jw_ki64(&w, "progress", backups_progress(b));
    CU_TRY(backup_rows_print(backups_engine(b), &w, err));
    jw_object_end(&w);
    return CU_OK;
}

static cu_code answer_id(struct request *rq, const char *id)
{
    struct json_writer w = request_json(rq, 202);
    jw_object(&w);
    jw_kz(&w, "id", id);
    jw_object_end(&w);
    return CU_OK;
}

// Another place than the configured one is for who runs the machine: it is a path of its disks.
static cu_code take_place(struct request *rq, const struct spec_values *from, struct backup_task *t, struct cu_error *err)
{
    cu_str place = spec_str(from, "target");
    if (!place.len)
        return CU_OK;
    if (rq->caller.kind != CALLER_LOCAL)
        return cu_fail(err, CU_FORBIDDEN, "/target", "only the command line on the machine itself may name another place");
    (void)snprintf(t->place, sizeof t->place, "%.*s", CU_ARG(place));
    return CU_OK;
}

static cu_code make(struct request *rq, struct cu_error *err)
{
    struct backups *b = rq->module;
    struct backup_task t = {.kind = BACKUP_TASK_MAKE};
    cu_str class_name = spec_str(&rq->body_values, "class");
    for (int i = 0; backup_class_names[i]; i++) {
        if (cu_str_eqz(class_name, backup_class_names[i]))
            t.class_id = (enum backup_class)i;
    }
    CU_TRY(take_place(rq, &rq->body_values, &t, err));
    if (!t.place[0] && !backups_place(b)[0])
        return cu_fail(err, CU_MISSING, "backup_folder", "no place for backups is set: backup_folder or backup_s3_bucket");
    backup_make_id(t.id);
    CU_TRY(backup_run_add(backups_engine(b), t.id, t.class_id, t.place[0] ? t.place : backups_place(b), err));
    cu_code code = backups_ask(b, &t, err);
    if (code != CU_OK) {
        struct cu_error late;
        const struct backup_tally none = {0};
        (void)!backup_run_end(backups_engine(b), t.id, &none, err->text, &late);
        return code;
    }
    return answer_id(rq, t.id);
}

static cu_code verify(struct request *rq, struct cu_error *err)
{
    struct backups *b = rq->module;
    struct backup_task t = {.kind = BACKUP_TASK_VERIFY};
    (void)snprintf(t.id, sizeof t.id, "%.*s", CU_ARG(request_path_str(rq, "id")));
    CU_TRY(take_place(rq, &rq->query_values, &t, err));
    CU_TRY(backup_run_known(backups_engine(b), t.id, err));
    CU_TRY(backups_ask(b, &t, err));
    return answer_id(rq, t.id);
}

static cu_code ask(struct request *rq, enum backup_task_kind kind, struct cu_error *err)
{
    struct backup_task t = {.kind = kind};
    CU_TRY(take_place(rq, &rq->query_values, &t, err));
    CU_TRY(backups_ask(rq->module, &t, err));
    return answer_id(rq, "");
}

static cu_code prune(struct request *rq, struct cu_error *err)
{
    return ask(rq, BACKUP_TASK_PRUNE, err);
}

static cu_code drill(struct request *rq, struct cu_error *err)
{
    return ask(rq, BACKUP_TASK_DRILL, err);
}

static const struct spec_field path_id[] = {
    {.name = "id", .type = SPEC_STRING, .min = 1, .max = BACKUP_ID_MAX - 1, .required = true, .doc = "The backup's id."},
    {.name = NULL},
};
static const struct spec_field place_query[] = {
    {.name = "target", .type = SPEC_STRING, .min = 1, .max = 1023,
        .doc = "Another place than the configured one; only over the local socket."},
    {.name = NULL},
};
static const struct spec_field make_body[] = {
    {.name = "class", .type = SPEC_ENUM, .options = backup_class_names, .required = true, .doc = "What to back up."},
    {.name = "target", .type = SPEC_STRING, .min = 1, .max = 1023,
        .doc = "Another place than the configured one; only over the local socket."},
    {.name = NULL},
};
static const char *const kinds[] = {"folder", "s3", NULL};
static const char *const run_states[] = {"running", "done", "failed", NULL};
static const char *const drill_states[] = {"running", "passed", "failed", NULL};
static const struct spec_field target_fields[] = {
    {.name = "name", .type = SPEC_STRING, .max = 31, .doc = "Name of the target."},
    {.name = "kind", .type = SPEC_ENUM, .options = kinds, .doc = "A folder, or a bucket of an S3-compatible store."},
    {.name = "place", .type = SPEC_STRING, .max = 1023, .doc = "The folder, or s3://bucket/prefix."},
    {.name = "failing_since", .type = SPEC_TIME, .nullable = true,
        .doc = "Since when nothing gets there; null: all is well."},
    {.name = NULL},
};
static const struct spec_field schedule_fields[] = {
    {.name = "every_hours", .type = SPEC_INT, .max = 720, .doc = "Hours between backups; 0: only on request."},
    {.name = "keep", .type = SPEC_INT, .max = 3650, .doc = "Backups that are kept."},
    {.name = "key_days", .type = SPEC_INT, .max = 30, .doc = "Days after which key backups are destroyed."},
    {.name = "drill_days", .type = SPEC_INT, .max = 366, .doc = "Days between drills; 0: none."},
    {.name = "journal", .type = SPEC_BOOL, .doc = "Whether the journal is copied, too."},
    {.name = NULL},
};
static const struct spec_field item_fields[] = {
    {.name = "id", .type = SPEC_STRING, .max = BACKUP_ID_MAX, .doc = "The backup's id."},
    {.name = "class", .type = SPEC_ENUM, .options = backup_class_names, .doc = "What it holds."},
    {.name = "target", .type = SPEC_STRING, .max = 1023, .doc = "Where it is."},
    {.name = "started", .type = SPEC_TIME, .doc = "When it was begun."},
    {.name = "finished", .type = SPEC_TIME, .nullable = true, .doc = "When it ended."},
    {.name = "bytes", .type = SPEC_INT, .max = INT64_MAX, .doc = "Bytes of the files in it."},
    {.name = "sent", .type = SPEC_INT, .max = INT64_MAX, .doc = "Bytes that had to be stored anew."},
    {.name = "files", .type = SPEC_INT, .max = INT64_MAX, .doc = "Files in it."},
    {.name = "reused", .type = SPEC_INT, .max = INT64_MAX, .doc = "Pieces that were there already."},
    {.name = "state", .type = SPEC_ENUM, .options = run_states, .doc = "How it went."},
    {.name = "verified", .type = SPEC_TIME, .nullable = true, .doc = "When every byte of it was last found right."},
    {.name = "error", .type = SPEC_STRING, .max = 400, .nullable = true, .doc = "What was wrong."},
    {.name = NULL},
};
static const struct spec_field drill_fields[] = {
    {.name = "id", .type = SPEC_INT, .max = INT64_MAX, .doc = "Number of the drill."},
    {.name = "started", .type = SPEC_TIME, .doc = "When it was begun."},
    {.name = "finished", .type = SPEC_TIME, .nullable = true, .doc = "When it ended."},
    {.name = "backup", .type = SPEC_STRING, .max = BACKUP_ID_MAX, .doc = "The backup that was tried."},
    {.name = "state", .type = SPEC_ENUM, .options = drill_states, .doc = "How it went."},
    {.name = "report", .type = SPEC_OBJECT, .max = 65536, .doc = "What was counted, opened and found."},
    {.name = NULL},
};
static const struct spec_field list_answer[] = {
    {.name = "targets", .type = SPEC_ARRAY, .max = 4, .fields = target_fields, .doc = "Where backups go."},
    {.name = "schedule", .type = SPEC_OBJECT, .max = 4096, .fields = schedule_fields,
        .doc = "When, and how long they are kept."},
    {.name = "idle", .type = SPEC_BOOL, .doc = "Nothing is under way."},
    {.name = "progress", .type = SPEC_INT, .max = INT64_MAX,
        .doc = "Bytes read of the backup under way, or of the last one."},
    {.name = "items", .type = SPEC_ARRAY, .max = 100, .fields = item_fields, .doc = "Backups, newest first."},
    {.name = "drills", .type = SPEC_ARRAY, .max = 24, .fields = drill_fields, .doc = "Drills, newest first."},
    {.name = NULL},
};
static const struct spec_field id_answer[] = {
    {.name = "id", .type = SPEC_STRING, .max = BACKUP_ID_MAX, .doc = "The backup's id; empty for what is not about one."},
    {.name = NULL},
};
static const struct spec_route routes[] = {
    {.name = "backups.list", .method = "GET", .path = "/v1/backups", .permission = SPEC_BACKUP, .answer = list_answer,
        .doc = "Lists backups, where they go, and the drills that tried them.", .handler = list},
    {.name = "backups.make", .method = "POST", .path = "/v1/backups", .permission = SPEC_BACKUP, .reauth = true,
        .body_kind = SPEC_BODY_JSON, .body_max = 4096, .body = make_body, .answer = id_answer,
        .doc = "Makes a backup of one class; the list shows how it goes.", .handler = make},
    {.name = "backups.verify", .method = "POST", .path = "/v1/backups/{id}/verify", .permission = SPEC_BACKUP,
        .path_fields = path_id, .query = place_query, .answer = id_answer,
        .doc = "Reads every byte of a backup and checks it; the list shows what was found.", .handler = verify},
    {.name = "backups.prune", .method = "POST", .path = "/v1/backups/prune", .permission = SPEC_BACKUP, .reauth = true,
        .query = place_query, .answer = id_answer,
            .doc = "Drops backups that are too old, and what no backup needs any more.",
        .handler = prune},
    {.name = "backups.drill", .method = "POST", .path = "/v1/backups/drill", .permission = SPEC_BACKUP, .query = place_query,
        .answer = id_answer, .doc = "Restores the newest data backup into a temporary folder and tries it out.",
            .handler = drill},
};

const struct module app_backup_module = {
    .name = "backup",
    .doc = "Backups: data, keys and configuration apart, checked, aged and tried out.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
    .statements = backup_sql_all,
};
