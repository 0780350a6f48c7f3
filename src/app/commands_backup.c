// SPDX-License-Identifier: Apache-2.0
// Commands: backup, backup list|verify|prune|drill, restore.
#include "command.h"
#include "commands.h"

#include "backup_service.h"
#include "restore.h"

#include <stdio.h>
#include <time.h>

enum { POLL_MS = 200 };

// "?target=..." behind a path, when one was named.
static cu_code with_target(struct command *c, const char *path, cu_str *ret, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf b;
    cu_str target = spec_str(&c->args, "target");
    cu_buf_init(&b, 8192);
    cu_buf_z(&b, path);
    if (target.len) {
        cu_buf_z(&b, "?target=");
        text_url(target, &b);
    }
    *ret = cu_arena_dup(c->arena, cu_buf_view(&b));
    return ret->ptr ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for a call");
}

static cu_code wait_idle(struct command *c, json *ret, struct cu_error *err)
{
    for (;;) {
        bool idle = false;
        CU_TRY(command_call(c, "GET", "/v1/backups", CU_NONE, ret, err));
        if (json_bool(json_get(*ret, "idle"), &idle) && idle)
            return CU_OK;
        (void)nanosleep(&(struct timespec){.tv_nsec = POLL_MS * 1000000}, NULL);
    }
}

static json row_of(json list, const char *array, cu_str id)
{
    for (struct json_iter it = json_each(json_get(list, array)); json_next(&it);) {
        if (cu_str_eq(json_str(json_get(it.value, "id")), id))
            return it.value;
    }
    return (json){0};
}

static cu_code ask_one(struct command *c, const char *class_name, cu_str *ret_id, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf body;
    struct json_writer w;
    json answer;
    cu_buf_init(&body, 8192);
    jw_start(&w, &body);
    jw_object(&w);
    jw_kz(&w, "class", class_name);
    if (spec_has(&c->args, "target"))
        jw_kstr(&w, "target", spec_str(&c->args, "target"));
    jw_object_end(&w);
    CU_TRY(command_call(c, "POST", "/v1/backups", cu_buf_view(&body), &answer, err));
    *ret_id = cu_arena_dup(c->arena, json_str(json_get(answer, "id")));
    return ret_id->ptr ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory for an id");
}

static void tell_row(struct command *c, json row)
{
    int64_t bytes = 0, sent = 0;
    (void)json_i64(json_get(row, "bytes"), &bytes);
    (void)json_i64(json_get(row, "sent"), &sent);
    if (c->json_output)
        json_print(&c->out, row);
    else
        cu_buf_printf(&c->out, "%.*s  %-13.*s  %.*s  %lld bytes, %lld stored anew", CU_ARG(json_str(json_get(row, "id"))),
            CU_ARG(json_str(json_get(row, "class"))), CU_ARG(json_str(json_get(row, "state"))), (long long)bytes,
                (long long)sent);
    cu_buf_char(&c->out, '\n');
}

static cu_code backup(struct command *c, struct cu_error *err)
{
    cu_str wanted = spec_str(&c->args, "class"), ids[BACKUP_CLASSES];
    size_t count = 0;
    json list;
    for (int i = 0; backup_class_names[i]; i++) { // keys behind data: every data backup finds its people's keys
        if (!wanted.len || cu_str_eqz(wanted, backup_class_names[i]))
            CU_TRY(ask_one(c, backup_class_names[i], &ids[count++], err));
    }
    CU_TRY(wait_idle(c, &list, err));
    cu_code code = CU_OK;
    for (size_t i = 0; i < count; i++) {
        json row = row_of(list, "items", ids[i]);
        tell_row(c, row);
        if (code == CU_OK && !cu_str_eqz(json_str(json_get(row, "state")), "done"))
            code = cu_fail(err, CU_IO, "", "the backup failed: %.*s", CU_ARG(json_str(json_get(row, "error"))));
    }
    return code;
}

// ---- a target without a data folder: what a restore could take

static cu_code tell_manifest(void *context, const struct backup_manifest *m, cu_str text, struct cu_error *err)
{
    struct json_writer *w = context;
    int64_t bytes = 0;
    (void)text;
    (void)err;
    for (size_t i = 0; i < m->file_count; i++)
        bytes += m->files[i].size;
    jw_object(w);
    jw_kz(w, "id", m->id);
    jw_kz(w, "class", backup_class_names[m->class_id]);
    jw_ktime(w, "started", m->made_ms);
    jw_ki64(w, "files", (int64_t)m->file_count);
    jw_ki64(w, "bytes", bytes);
    jw_kz(w, "state", "done");
    jw_object_end(w);
    return CU_OK;
}

static void tell_broken(void *context, const char *name, const struct cu_error *why)
{
    struct json_writer *w = context;
    jw_object(w);
    jw_kz(w, "id", name);
    jw_kz(w, "state", "damaged");
    jw_kz(w, "error", why->text);
    jw_object_end(w);
}

static cu_code list_place(struct command *c, struct target *t, struct cu_buf *rows, struct cu_error *err)
{
    const char **shops = NULL;
    size_t count = 0;
    struct json_writer w;
    cu_str shop = spec_str(&c->args, "shop");
    if (!shop.len) {
        CU_TRY(target_shops(t, c->arena, &shops, &count, err));
        if (count > 1)
            return cu_fail(err, CU_MISSING, "--shop", "%zu shops have backups there; name one: %s", count, shops[0]);
        shop = count ? cu_str_of(shops[0]) : CU_LIT("none");
    }
    char *z = cu_arena_z(c->arena, shop);
    if (!z)
        return cu_fail(err, CU_MEMORY, "", "no memory for a name");
    CU_TRY(target_enter(t, z, err));
    jw_start(&w, rows);
    jw_array(&w);
    CU_TRY(manifests_each(t, tell_manifest, tell_broken, &w, err));
    jw_array_end(&w);
    return cu_buf_code(rows, err);
}

static const char columns[] =
    "id=id,class=class,started=started,bytes=bytes,anew=sent,state=state,verified=verified,error=error";

static cu_code list_target(struct command *c, struct cu_error *err)
{
    struct target *t = NULL;
    json rows;
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, 16 << 20);
    const struct target_options o = {.place = cu_arena_z(c->arena, spec_str(&c->args, "target")), .settings = &c->settings};
    CU_TRY(target_open(&o, &t, err));
    cu_code code = list_place(c, t, &text, err);
    target_close(t);
    if (code == CU_OK)
        code = json_parse(c->json, cu_buf_view(&text), &rows, err);
    if (code == CU_OK)
        command_table(c, rows, columns, "There is no backup there.");
    return code;
}

static cu_code list(struct command *c, struct cu_error *err)
{
    json answer;
    if (spec_has(&c->args, "target"))
        return list_target(c, err);
    CU_TRY(command_call(c, "GET", "/v1/backups", CU_NONE, &answer, err));
    command_table(c, json_get(answer, "items"), columns, "There is no backup yet; `custos backup` makes one.");
    return CU_OK;
}

static cu_code verify(struct command *c, struct cu_error *err)
{
    cu_str target = CU_NONE, id = spec_str(&c->args, "id");
    json answer;
    cu_str path = command_target(c, "/v1/backups/", id, "/verify");
    CU_TRY(with_target(c, path.ptr, &target, err));
    CU_TRY(command_call(c, "POST", target.ptr, CU_NONE, &answer, err));
    CU_TRY(wait_idle(c, &answer, err));
    json row = row_of(answer, "items", id);
    tell_row(c, row);
    cu_str why = json_str(json_get(row, "error"));
    return why.len ? cu_fail(err, CU_CORRUPT, "", "%.*s", CU_ARG(cu_str_sub(why, 0, 250))) : CU_OK;
}

static cu_code prune(struct command *c, struct cu_error *err)
{
    cu_str target = CU_NONE;
    json answer;
    CU_TRY(with_target(c, "/v1/backups/prune", &target, err));
    CU_TRY(command_call(c, "POST", target.ptr, CU_NONE, &answer, err));
    CU_TRY(wait_idle(c, &answer, err));
    if (!c->json_output)
        cu_buf_z(&c->out, "What was too old is gone.\n");
    return CU_OK;
}

static cu_code drill(struct command *c, struct cu_error *err)
{
    cu_str target = CU_NONE;
    json answer;
    CU_TRY(with_target(c, "/v1/backups/drill", &target, err));
    CU_TRY(command_call(c, "POST", target.ptr, CU_NONE, &answer, err));
    CU_TRY(wait_idle(c, &answer, err));
    struct json_iter it = json_each(json_get(answer, "drills"));
    if (!json_next(&it))
        return cu_fail(err, CU_INTERNAL, "", "the drill left no report");
    json_print(&c->out, it.value);
    cu_buf_char(&c->out, '\n');
    return cu_str_eqz(json_str(json_get(it.value, "state")), "passed")
               ? CU_OK
               : cu_fail(err, CU_CORRUPT, "", "the drill failed: %.*s",
                     CU_ARG(cu_str_sub(json_str(json_path(it.value, "report.error")), 0, 200)));
}

// ---- restore

static const char *arg_z(struct command *c, const char *name)
{
    cu_str s = spec_str(&c->args, name);
    return s.len ? cu_arena_z(c->arena, s) : NULL;
}

static void tell_restore(struct command *c, const struct restore_report *r)
{
    struct json_writer w;
    if (!c->json_output) {
        char made[32], keys[32];
        text_time_format(r->made_ms, made);
        text_time_format(r->keys_ms, keys);
        cu_buf_printf(&c->out, "Restored backup %s (%s), %lld bytes.\n", r->backup, made, (long long)r->bytes);
        if (r->keys[0])
            cu_buf_printf(&c->out, "Keys of backup %s (%s): people first seen after that cannot be read.\n", r->keys, keys);
        cu_buf_printf(&c->out,
            "Replayed %llu records of the journal. Removed %llu profiles without a key, kept %llu erasures and "
                               "%llu withdrawals made since.\nPeople: %llu. Events: %llu. The folder may be served.\n",
            (unsigned long long)r->replayed, (unsigned long long)r->fenced, (unsigned long long)r->erased,
            (unsigned long long)r->withdrawn, (unsigned long long)r->people, (unsigned long long)r->events);
        return;
    }
    jw_start(&w, &c->out);
    jw_object(&w);
    jw_kz(&w, "backup", r->backup);
    jw_ktime(&w, "made", r->made_ms);
    jw_kstr(&w, "keys", r->keys[0] ? cu_str_of(r->keys) : CU_NONE);
    jw_ki64(&w, "position", (int64_t)r->position);
    jw_ki64(&w, "replayed", (int64_t)r->replayed);
    jw_ki64(&w, "last_seq", (int64_t)r->last_seq);
    jw_ki64(&w, "without_key", (int64_t)r->fenced);
    jw_ki64(&w, "erased", (int64_t)r->erased);
    jw_ki64(&w, "withdrawn", (int64_t)r->withdrawn);
    jw_ki64(&w, "people", (int64_t)r->people);
    jw_ki64(&w, "events", (int64_t)r->events);
    jw_object_end(&w);
    cu_buf_char(&c->out, '\n');
}

static cu_code restore(struct command *c, struct cu_error *err)
{
    struct restore_report report;
    char *data = cu_arena_z(c->arena, c->data);
    if (!c->data.len || !data)
        return cu_fail(err, CU_MISSING, "--data", "name a new folder to restore into");
    for (size_t n = strlen(data); n > 1 && data[n - 1] == '/'; n--)
        data[n - 1] = 0;
    const struct restore_options o = {.from = arg_z(c, "from"), .shop = arg_z(c, "shop"), .data = data,
        .backup = arg_z(c, "backup"), .keys = arg_z(c, "keys"), .replica = arg_z(c, "replica"), .kit = arg_z(c, "recovery-kit"),
        .at_ms = spec_has(&c->args, "at") ? spec_i64(&c->args, "at") : INT64_MAX,
        .without_journal = spec_i64(&c->args, "without-journal") != 0, .verify = spec_i64(&c->args, "verify") != 0,
        .settings = &c->settings};
    CU_TRY(restore_run(&o, &report, err));
    tell_restore(c, &report);
    return CU_OK;
}

static const struct spec_field backup_args[] = {
    {.name = "class", .type = SPEC_ENUM, .options = backup_class_names, .doc = "Only this class; default all three."},
    {.name = "target", .type = SPEC_STRING, .min = 1, .max = 1023,
        .doc = "Another place than the configured one: a folder or s3://bucket/prefix."},
    {.name = NULL},
};
static const struct spec_field list_args[] = {
    {.name = "target", .type = SPEC_STRING, .min = 1, .max = 1023, .doc = "What is in this place; needs no data folder."},
    {.name = "shop", .type = SPEC_UUID, .doc = "Of which shop, when several have backups there."},
    {.name = NULL},
};
static const struct spec_field verify_args[] = {
    {.name = "id", .type = SPEC_STRING, .min = 1, .max = BACKUP_ID_MAX - 1, .required = true, .positional = true,
        .doc = "The backup's id."},
    {.name = "target", .type = SPEC_STRING, .min = 1, .max = 1023, .doc = "Another place than the configured one."},
    {.name = NULL},
};
static const struct spec_field place_args[] = {
    {.name = "target", .type = SPEC_STRING, .min = 1, .max = 1023, .doc = "Another place than the configured one."},
    {.name = NULL},
};
static const struct spec_field restore_args[] = {
    {.name = "from", .type = SPEC_STRING, .min = 1, .max = 1023, .required = true,
        .doc = "Where the backups are: a folder or s3://bucket/prefix."},
    {.name = "shop", .type = SPEC_UUID, .doc = "Of which shop, when several have backups there."},
    {.name = "backup", .type = SPEC_STRING, .min = 1, .max = BACKUP_ID_MAX - 1,
        .doc = "Id of a data backup; default the newest."},
    {.name = "at", .type = SPEC_TIME, .doc = "Point in time; default as late as the journal's copies reach."},
    {.name = "keys", .type = SPEC_STRING, .min = 1, .max = 1023,
        .doc = "Data folder whose keys are taken; default the newest key backup."},
    {.name = "replica", .type = SPEC_STRING, .min = 1, .max = 1000,
        .doc = "Folder of a key replica (stopped) whose keys are taken instead of a key backup's."},
    {.name = "recovery-kit", .type = SPEC_STRING, .min = 1, .max = 1023,
        .doc = "File of the recovery kit, to open a key backup or a replica."},
    {.name = "without-journal", .type = SPEC_BOOL, .doc = "Leave the journal's copies out: the state of the data backup."},
    {.name = "verify", .type = SPEC_BOOL, .doc = "Read everything once more at the end."},
    {.name = NULL},
};
const struct spec_command commands_backup[] = {
    {.name = "backup", .doc = "Makes backups: data, keys and configuration apart.", .args = backup_args,
        .example = "custos backup --target /mnt/other/custos --data shop", .run = backup},
    {.name = "backup list", .doc = "Lists backups.", .args = list_args,
        .example = "custos backup list --target /mnt/other/custos", .run = list},
    {.name = "backup verify", .doc = "Reads every byte of a backup and checks it.", .args = verify_args,
        .example = "custos backup verify 20261121T101500000Z-1a2b3c4d --data shop", .run = verify},
    {.name = "backup prune", .doc = "Drops backups that are too old, and what none needs any more.", .args = place_args,
        .example = "custos backup prune --data shop", .run = prune},
    {.name = "backup drill", .doc = "Restores the newest backup into a temporary folder and tries it out.",
        .args = place_args,
        .example = "custos backup drill --data shop", .run = drill},
    {.name = "restore", .doc = "Restores a shop from its backups into a new folder.", .args = restore_args,
        .example = "custos restore --from /mnt/other/custos --data shop2 --verify", .run = restore},
    {.name = NULL},
};
