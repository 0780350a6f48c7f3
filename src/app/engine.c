// SPDX-License-Identifier: Apache-2.0
// Opening and closing a data folder with all its modules. See engine.h. The order of opening is the
// order of dependence; closing is the reverse.
#include "engine.h"

#include "base/log.h"
#include "base/metric.h"
#include "backup_service.h"
#include "jobs.h"
#include "modules.h"
#include "records_schema.h"
#include "self_audit_facts.h"
#include "shut_in.h"

#include <stdio.h>
#include <stdlib.h>

enum { BACKLOG_SEGMENTS_MIN = 4 };
static const int64_t day_ms = 24 * 3600 * 1000;

// The folder's file is read first, then environment and flags win over it.
static cu_code read_settings(struct engine *e, const char *data, const struct settings *given, struct cu_error *err)
{
    char file[FOLDER_PATH_MAX + 64];
    (void)snprintf(file, sizeof file, "%s/custos.yaml", data);
    CU_TRY(settings_init(&e->settings, err));
    CU_TRY(settings_read_file(&e->settings, file, err));
    return settings_overlay(&e->settings, given, err);
}

cu_code engine_root_source(const struct engine *e, struct root_source *ret, struct cu_error *err)
{
    char path[FOLDER_PATH_MAX] = "";
    const char *wanted = settings_z(&e->settings, "root_key");
    if (!wanted[0] || strchr(wanted, ':')) // what is no file has its ratchet where the file would be
        CU_TRY(folder_default_key_path(e->folder.id, path, sizeof path, err));
    return root_parse(wanted, path, e->folder.path, ret, err);
}

// The guard opens root key, key tree and audit log, in a process of its own unless the setting says
// inside. What stays here is a delegate of the root key: enough for tags and the journal, for no person.
static cu_code open_keys(struct engine *e, struct cu_error *err)
{
    char keys[FOLDER_PATH_MAX + 64], audit[FOLDER_PATH_MAX + 64];
    struct root_source root;
    CU_TRY(engine_root_source(e, &root, err));
    folder_file(&e->folder, "keys", keys);
    folder_file(&e->folder, "audit", audit);
    const struct guard_place place = {.root = &root, .keys = keys, .audit = audit, .fingerprint = e->folder.fingerprint};
    bool separate = strcmp(settings_z(&e->settings, "key_process"), "separate") == 0;
    CU_TRY(guard_start(&place, separate, &e->guard, err));
    return guard_delegate(e->guard, &e->keyring, err);
}

static cu_code open_stores(struct engine *e, struct cu_error *err)
{
    char journal[FOLDER_PATH_MAX + 64], seen[FOLDER_PATH_MAX + 64], timeline[FOLDER_PATH_MAX + 64];
    folder_file(&e->folder, "journal", journal);
    folder_file(&e->folder, "seen", seen);
    folder_file(&e->folder, "timeline", timeline);
    struct journal_options jo = {.folder = journal, .keyring = e->keyring,
        .segment_bytes_max = settings_i64(&e->settings, "journal_segment_bytes"),
        .queue_bytes_max = settings_i64(&e->settings, "journal_queue_bytes"),
        .backlog_bytes_max = settings_i64(&e->settings, "journal_backlog_bytes")};
    // Only whole segments are released: a backlog that one fills would never have room again.
    if (jo.backlog_bytes_max < BACKLOG_SEGMENTS_MIN * jo.segment_bytes_max)
        return cu_fail(err, CU_INVALID, "journal_backlog_bytes", "at least %d segments (journal_segment_bytes) are accepted",
            BACKLOG_SEGMENTS_MIN);
    CU_TRY(journal_open(&jo, &e->journal, err));
    struct seen_options so = {.folder = seen, .keep_ms = settings_i64(&e->settings, "dedup_days") * day_ms};
    CU_TRY(seen_open(&so, &e->seen, err));
    return timeline_open(&(struct timeline_options){.folder = timeline}, &e->timeline, err);
}

static cu_code open_people(struct engine *e, struct cu_error *err)
{
    char records[FOLDER_PATH_MAX + 64], index[FOLDER_PATH_MAX + 64], dictionary[FOLDER_PATH_MAX + 64];
    folder_file(&e->folder, "records.db", records);
    folder_file(&e->folder, "index.db", index);
    folder_file(&e->folder, "dictionary.yaml", dictionary);
    struct people_options po = {.records_path = records, .index_path = index, .records_schema = records_schema(),
        .keyring = e->keyring, .guard = e->guard, .timeline = e->timeline};
    CU_TRY(people_open(&po, &e->people, err));
    CU_TRY(orders_open(e->people, cu_str_of(settings_z(&e->settings, "currency")), err));
    CU_TRY(catalogue_open(&(struct catalogue_options){.people = e->people, .path = dictionary}, &e->catalogue, err));
    CU_TRY(gate_open(e->people, &e->gate, err));
    CU_TRY(sources_open(e->people, &e->sources, err));
    return CU_OK;
}

static cu_code open_modules(struct engine *e, struct cu_error *err)
{
    CU_TRY(modules_open(e, err));
    e->sample = (struct sample){e->people, e->gate, e->sources, e->journal, e->pipeline};
    e->self_audit = (struct self_audit){self_audit_facts_gather, e};
    e->module_count = modules_list(e, e->modules, CU_COUNT(e->modules));
    struct dispatch_options o = {.modules = e->modules, .module_count = e->module_count, .authenticate = modules_authenticate,
        .approved = modules_approved, .context = e, .guard = e->guard};
    CU_TRY(dispatch_open(&o, &e->dispatch, err));
    CU_TRY(pipeline_start(e->pipeline, err));
    CU_TRY(people_search_start(e->people, err));
    CU_TRY(audiences_start(e->audiences, err));
    CU_TRY(rfm_start(e->rfm, err));
    return jobs_start(e->modules, e->module_count, &e->jobs, err);
}

static cu_code open_all(struct engine *e, const char *data, const struct settings *given, struct cu_error *err)
{
    CU_TRY(folder_open(data, &e->folder, err));
    CU_TRY(read_settings(e, data, given, err));
    static const char *const levels[] = {"debug", "info", "warn", "error"};
    for (size_t i = 0; i < CU_COUNT(levels); i++) {
        if (strcmp(settings_z(&e->settings, "log_level"), levels[i]) == 0)
            cu_log_set_level((enum cu_log_level)i);
    }
    CU_TRY(open_keys(e, err));
    if (given->shut_in)
        CU_TRY(shut_in_files(e, err));
    CU_TRY(open_stores(e, err));
    CU_TRY(open_people(e, err));
    return open_modules(e, err);
}

cu_code engine_open(const struct settings *settings, const char *data, struct engine **ret, struct cu_error *err)
{
    struct engine *e = cu_calloc(1, sizeof *e);
    if (!e)
        return cu_fail(err, CU_MEMORY, "", "no memory");
    e->opened_us = cu_mono_us();
    e->folder.lock_fd = -1;
    guard_enter_system("index", "start");
    cu_code code = open_all(e, data, settings, err);
    guard_leave();
    if (code != CU_OK) {
        engine_close(e);
        return code;
    }
    *ret = e;
    return CU_OK;
}

void engine_close(struct engine *e)
{
    if (!e)
        return;
    backups_stop(e->backups);
    if (e->pipeline)
        pipeline_stop(e->pipeline);
    jobs_stop(e->jobs);
    modules_close(e);
    dispatch_close(e->dispatch);
    sources_close(e->sources);
    gate_close(e->gate);
    people_close(e->people);
    catalogue_close(e->catalogue);
    timeline_close(e->timeline);
    seen_close(e->seen);
    journal_close(e->journal);
    guard_stop(e->guard);
    keyring_close(e->keyring);
    folder_close(&e->folder);
    settings_clear(&e->settings);
    cu_free(e);
}

bool engine_ready(const struct engine *e, const char **ret_why_not)
{
    cu_code failing = journal_failing(e->journal);
    struct guard_status guard;
    *ret_why_not = NULL;
    guard_status(e->guard, &guard);
    if (!guard.alive)
        *ret_why_not = "the key process has ended: nothing can be opened until a new start";
    else if (failing != CU_OK)
        *ret_why_not = failing == CU_FULL ? "no event is accepted: the disk is full or read-only"
                                          : "no event is accepted: the journal cannot be written";
    else if (!pipeline_ready(e->pipeline))
        *ret_why_not = "storing events fails and is tried again";
    return *ret_why_not == NULL;
}

void engine_update_metrics(struct engine *e)
{
    uint64_t durable = journal_last_durable(e->journal), position = pipeline_position(e->pipeline);
    cu_metric_set(cu_metric_get(CU_GAUGE, "custos_journal_last_seq", NULL, "Last durable sequence number of the journal."),
        (int64_t)durable);
    cu_metric_set(cu_metric_get(CU_GAUGE, "custos_projector_lag_records", "projector=\"records\"",
                      "Accepted events a projector has not stored yet."),
        (int64_t)(durable > position ? durable - position : 0));
    uint64_t tail = timeline_durable_seq(e->timeline);
    cu_metric_set(cu_metric_get(CU_GAUGE, "custos_projector_lag_records", "projector=\"timeline\"",
                      "Accepted events a projector has not stored yet."),
        (int64_t)(durable > tail ? durable - tail : 0));
    cu_metric_set(cu_metric_get(CU_GAUGE, "custos_people", NULL, "Persons."), (int64_t)people_count(e->people));
    cu_metric_set(cu_metric_get(CU_GAUGE, "custos_timeline_events", NULL, "Events in the timeline."),
        (int64_t)timeline_count(e->timeline));
}
