// SPDX-License-Identifier: Apache-2.0
// An import as the API shows it: what is stored, and while it works what it is at right now.
#include "import_job.h"

#include "base/clock.h"

// What the thread knows and the database does not yet.
static void merge_live(struct imports *s, struct import_state *n, double *ret_rate)
{
    *ret_rate = 0;
    (void)pthread_mutex_lock(&s->lock);
    struct import_live live = s->live;
    (void)pthread_mutex_unlock(&s->lock);
    bool working = n->status == IMPORT_RUNNING || n->status == IMPORT_CHECKING;
    if (live.number != n->number || !working)
        return;
    n->rows_ok = live.rows_ok;
    n->rows_bad = live.rows_bad;
    n->bytes_done = live.bytes_done;
    double seconds = (double)(cu_mono_us() - live.started_us) / 1e6;
    uint64_t rows = live.rows_ok + live.rows_bad;
    if (seconds > 0.1 && rows > live.rows_before)
        *ret_rate = (double)(rows - live.rows_before) / seconds;
}

static void print_seconds_left(struct json_writer *w, const struct import_state *n, double rate)
{
    jw_key(w, "seconds_left");
    if (rate <= 0 || n->bytes_done <= 0 || n->bytes <= 0) {
        jw_null(w);
        return;
    }
    double rows = (double)(n->rows_ok + n->rows_bad);
    double all = rows * (double)n->bytes / (double)n->bytes_done;
    jw_i64(w, all > rows ? (int64_t)((all - rows) / rate + 0.5) : 0);
}

static void print_numbers(struct json_writer *w, const struct import_state *n, double rate)
{
    jw_ki64(w, "bytes", n->bytes);
    jw_ki64(w, "bytes_done", n->status == IMPORT_DONE ? n->bytes : n->bytes_done);
    jw_ki64(w, "rows", (int64_t)(n->rows_ok + n->rows_bad));
    jw_ki64(w, "rows_ok", (int64_t)n->rows_ok);
    jw_ki64(w, "rows_bad", (int64_t)n->rows_bad);
    jw_ki64(w, "created", (int64_t)n->made);
    jw_ki64(w, "updated", (int64_t)n->updated);
    jw_ki64(w, "unchanged", (int64_t)n->unchanged);
    jw_ki64(w, "quarantined", (int64_t)n->quarantined);
    jw_ki64(w, "rate", (int64_t)(rate + 0.5));
    print_seconds_left(w, n, rate);
    jw_ktime(w, "created_at", n->created_ms);
    jw_ktime(w, "started", n->started_ms);
    jw_ktime(w, "finished", n->finished_ms);
}

static const char *const dates_names[] = {"", "dmy", "mdy"};

// The file was not looked at yet, or could not be: the members are there all the same.
static void print_no_report(struct json_writer *w)
{
    static const char *const unknown[] = {"format", "encoding", "compression", "delimiter"};
    static const char *const lists[] = {"faults", "columns"};
    for (size_t i = 0; i < CU_COUNT(unknown); i++)
        jw_kstr(w, unknown[i], CU_NONE);
    jw_ki64(w, "fault_count", 0);
    for (size_t i = 0; i < CU_COUNT(lists); i++) {
        jw_key(w, lists[i]);
        jw_array(w);
        jw_array_end(w);
    }
}

// The stored report is JSON: its members join those of the import.
static cu_code print_report(
    struct json_writer *w, const struct import_state *n, struct cu_error *err)
{
    json report;
    if (n->report.len == 0) {
        print_no_report(w);
        return CU_OK;
    }
    struct json_parser *parser = json_parser_new(n->report.len + 64);
    if (!parser)
        return cu_fail(err, CU_MEMORY, "", "No memory to print an import.");
    cu_code code = json_parse(parser, n->report, &report, err);
    struct json_iter it = json_each(report);
    while (code == CU_OK && json_next(&it)) {
        if (cu_str_eqz(it.key, "map"))
            continue;
        jw_keys(w, it.key);
        jw_value(w, it.value);
    }
    json_parser_free(parser);
    return code;
}

// The map that was named, else the one that was recognised when the file was looked at.
static cu_str map_in_use(const struct import_state *n, char room[64])
{
    json report;
    struct cu_error ignored;
    cu_str map = cu_str_of(n->map);
    if (map.len > 0 || n->report.len == 0)
        return map;
    struct json_parser *parser = json_parser_new(n->report.len + 64);
    if (parser && json_parse(parser, n->report, &report, &ignored) == CU_OK) {
        cu_str name = json_str(json_get(report, "map"));
        map = (cu_str){room, name.len < 64 ? name.len : 0};
        if (map.len > 0)
            memcpy(room, name.ptr, map.len);
    }
    json_parser_free(parser);
    return map;
}

cu_code imports_print(
    struct imports *s, uint32_t number, struct json_writer *w, struct cu_error *err)
{
    struct import_state n;
    double rate;
    char room[64];
    struct db *d = NULL;
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(32 << 20);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "No memory to print an import.");
    CU_TRY(people_read_take(s->o.people, &d, err));
    cu_code code = import_state_load(s->o.people, d, number, a, &n, err);
    people_read_give(s->o.people, d);
    CU_TRY(code);
    merge_live(s, &n, &rate);
    jw_object(w);
    jw_ki64(w, "number", n.number);
    jw_kz(w, "kind", import_kind_names[n.kind]);
    jw_kstr(w, "name", n.name.ptr ? n.name : CU_LIT(""));
    jw_kstr(w, "map", map_in_use(&n, room));
    jw_kz(w, "status", import_status_names[n.status]);
    jw_kbool(w, "dry_run", n.dry_run);
    jw_kbool(w, "upload", n.upload != 0);
    jw_kz(w, "currency", n.currency);
    jw_kz(w, "dates", dates_names[n.dates]);
    print_numbers(w, &n, rate);
    jw_kstr(w, "error_code", n.error_code[0] ? cu_str_of(n.error_code) : CU_NONE);
    jw_kstr(w, "error", n.error_code[0] ? cu_str_of(n.error_text) : CU_NONE);
    CU_TRY(print_report(w, &n, err));
    jw_object_end(w);
    return CU_OK;
}
