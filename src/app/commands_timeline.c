// SPDX-License-Identifier: Apache-2.0
// Commands for the store of events: timeline stats, check, compact. stats and check read the files beside a running
// server; compact writes, so the server must be stopped.
#include "command.h"
#include "commands.h"
#include "folder.h"

#include "store/timeline_admin.h"
#include "text/text.h"

#include <stdio.h>
#include <unistd.h>

static cu_code path_of(struct command *c, char ret[FOLDER_PATH_MAX + 64], struct cu_error *err)
{
    if (c->data.len == 0 || c->data.len >= FOLDER_PATH_MAX)
        return cu_fail(err, CU_MISSING, "--data", "name the data folder");
    (void)snprintf(ret, FOLDER_PATH_MAX + 64, "%.*s/timeline", CU_ARG(c->data));
    if (access(ret, R_OK | X_OK) != 0)
        return cu_fail(err, CU_NOT_FOUND, "--data", "there is no store of events in that folder");
    return CU_OK;
}

// ---- stats

struct uses {
    struct json_writer w;
    uint64_t rows;
};

static void put_use(void *context, const struct timeline_column_use *use)
{
    struct uses *u = context;
    char each[32];
    (void)snprintf(each, sizeof each, "%.2f", u->rows ? (double)use->bytes / (double)u->rows : 0.0);
    jw_object(&u->w);
    jw_kstr(&u->w, "column", use->name);
    jw_kz(&u->w, "type", use->type);
    jw_ki64(&u->w, "bytes", (int64_t)use->bytes);
    jw_kz(&u->w, "bytes_an_event", each);
    jw_ki64(&u->w, "events", (int64_t)use->rows);
    jw_ki64(&u->w, "texts", (int64_t)use->texts);
    jw_object_end(&u->w);
}

static void put_totals(struct command *c, const struct timeline_stats *s)
{
    char from[TEXT_TIME_MAX] = "-", to[TEXT_TIME_MAX] = "-";
    if (s->runs > 0) {
        text_time_format(s->from_ms, from);
        text_time_format(s->to_ms, to);
    }
    cu_buf_printf(&c->out,
        "events   %llu in files, of %s to %s\nfiles    %llu in %llu groups, %llu blocks, %llu bytes (%.1f an event)\n",
        (unsigned long long)s->rows, from, to, (unsigned long long)s->runs, (unsigned long long)s->groups,
        (unsigned long long)s->blocks, (unsigned long long)s->bytes,
        s->rows ? (double)s->bytes / (double)s->rows : 0.0);
    cu_buf_printf(&c->out, "up to    record %llu of the journal; what is newer is in memory\n",
        (unsigned long long)s->durable_seq);
    if (s->hidden > 0)
        cu_buf_printf(
            &c->out, "removing %llu people, imports or sources: not finished\n", (unsigned long long)s->hidden);
}

static cu_code stats(struct command *c, struct cu_error *err)
{
    char folder[FOLDER_PATH_MAX + 64];
    struct timeline_stats s;
    CU_AUTO_BUF struct cu_buf rows;
    struct uses u;
    json parsed;
    cu_buf_init(&rows, 4 << 20);
    CU_TRY(path_of(c, folder, err));
    CU_TRY(timeline_stats_of(folder, &s, NULL, NULL, err));
    u.rows = s.rows;
    jw_start(&u.w, &rows);
    jw_array(&u.w);
    CU_TRY(timeline_stats_of(folder, &s, put_use, &u, err));
    jw_array_end(&u.w);
    CU_TRY(cu_buf_code(&rows, err));
    if (c->json_output) {
        struct json_writer w;
        jw_start(&w, &c->out);
        jw_object(&w);
        jw_ki64(&w, "events", (int64_t)s.rows);
        jw_ki64(&w, "files", (int64_t)s.runs);
        jw_ki64(&w, "groups", (int64_t)s.groups);
        jw_ki64(&w, "blocks", (int64_t)s.blocks);
        jw_ki64(&w, "bytes", (int64_t)s.bytes);
        jw_ki64(&w, "durable_seq", (int64_t)s.durable_seq);
        jw_ki64(&w, "removing", (int64_t)s.hidden);
        jw_key(&w, "columns");
        jw_raw(&w, cu_buf_view(&rows));
        jw_object_end(&w);
        cu_buf_char(&c->out, '\n');
        return CU_OK;
    }
    put_totals(c, &s);
    CU_TRY(json_parse(c->json, cu_buf_view(&rows), &parsed, err));
    command_table(c, parsed, "column=column,type=type,bytes an event=bytes_an_event,events=events,texts=texts", "");
    return CU_OK;
}

// ---- check and compact

struct work {
    struct command *c;
    uint64_t damages, told;
    const char *verb;
};

static void tell_damage(void *context, const char *sentence)
{
    struct work *w = context;
    w->damages++;
    if (!w->c->json_output)
        cu_buf_printf(&w->c->out, "%s\n", sentence);
    (void)!command_flush(w->c);
}

static bool tell_progress(void *context, uint64_t rows, uint64_t all)
{
    struct work *w = context;
    uint64_t percent = all ? rows * 100 / all : 100;
    if (w->c->json_output || percent < w->told + 10)
        return true;
    w->told = percent;
    cu_buf_printf(&w->c->out, "%llu events %s\n", (unsigned long long)rows, w->verb);
    (void)!command_flush(w->c);
    return true;
}

static cu_code check(struct command *c, struct cu_error *err)
{
    char folder[FOLDER_PATH_MAX + 64];
    struct work w = {.c = c, .verb = "checked"};
    CU_TRY(path_of(c, folder, err));
    cu_code code = timeline_check(folder, tell_damage, tell_progress, &w, err);
    if (code == CU_CORRUPT)
        return cu_fail(err, CU_CORRUPT, "",
            "%llu places are damaged; everything else keeps serving. Restore the files from a backup",
            (unsigned long long)w.damages);
    CU_TRY(code);
    cu_buf_z(&c->out,
        c->json_output ? "{\"good\":true}\n" : "good: every checksum is right, and every table fits its rows\n");
    return CU_OK;
}

static cu_code compact(struct command *c, struct cu_error *err)
{
    char data[FOLDER_PATH_MAX], path[FOLDER_PATH_MAX + 64];
    struct work w = {.c = c, .verb = "merged"};
    struct folder folder;
    struct timeline *t;
    struct timeline_stats before, after;
    CU_TRY(path_of(c, path, err));
    (void)snprintf(data, sizeof data, "%.*s", CU_ARG(c->data));
    CU_TRY(folder_open(data, &folder, err));
    cu_code code = timeline_open(&(struct timeline_options){.folder = path}, &t, err);
    if (code == CU_OK) {
        code = timeline_stats(t, &before, NULL, NULL, err);
        if (code == CU_OK)
            code = timeline_compact(t, tell_progress, &w, err);
        if (code == CU_OK)
            code = timeline_stats(t, &after, NULL, NULL, err);
        timeline_close(t);
    }
    folder_close(&folder);
    CU_TRY(code);
    cu_buf_printf(&c->out,
        c->json_output ? "{\"files_before\":%llu,\"files\":%llu,\"bytes_before\":%llu,\"bytes\":%llu}\n"
                       : "%llu files are %llu now, %llu bytes are %llu\n",
        (unsigned long long)before.runs, (unsigned long long)after.runs, (unsigned long long)before.bytes,
        (unsigned long long)after.bytes);
    return CU_OK;
}

const struct spec_command commands_timeline[] = {
    {.name = "timeline stats",
        .doc = "Says what the store of events consists of: files, rows, bytes by column.",
        .example = "custos timeline stats --data shop",
        .run = stats},
    {.name = "timeline check",
        .doc = "Reads every byte of the store of events and names all damage; also beside a running server.",
        .example = "custos timeline check --data shop",
        .run = check},
    {.name = "timeline compact",
        .doc = "Merges the files of events into as few as possible; the server must be stopped.",
        .example = "custos timeline compact --data shop",
        .run = compact},
    {.name = NULL},
};
