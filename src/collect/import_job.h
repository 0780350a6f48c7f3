// SPDX-License-Identifier: Apache-2.0
// What the files of the import job share: the service, and one import at work. Not for others; they
// use import.h.
#pragma once

#include "import_bad.h"
#include "import_report.h"
#include "import_send.h"
#include "import_store.h"

#include <pthread.h>
#include <stdatomic.h>

struct import_live { // of the import at work; under the lock
    uint32_t number;
    int64_t bytes_done, started_us;
    uint64_t rows_ok, rows_bad, rows_before; // before: at the start of this run
};

struct imports {
    struct imports_options o;
    struct spool *spool;
    uint32_t source; // number of the source all imports come through; 0: not made yet
    pthread_t thread;
    bool started;
    atomic_bool stopping;
    _Atomic uint32_t cancel; // import whose run is to end (it is being reverted)
    pthread_mutex_t lock;
    pthread_cond_t changed;  // work was added, or an import came to rest
    uint64_t wakes;          // under the lock
    struct import_live live; // under the lock
};

// One import at work.
struct import_run {
    struct imports *imports;
    struct import_state *state;
    struct cu_arena *arena;
    struct import_reader *reader;
    struct import_plan *plan;
    struct import_builder *builder;
    struct import_report *report;
    struct import_bad *bad;
    struct import_sender *sender; // NULL in a dry run
    struct json_parser *parser;   // of calls that are checked
    const char *map;              // name of the map in use, "" when guessed
    struct import_state saved;    // as the last checkpoint has it
    int64_t saved_bad_bytes;
    uint64_t skip; // rows up to here were settled before
    int64_t checkpoint_us, live_us;
    struct cu_error refusal; // of the call checked last
};

bool import_run_stopping(void *run);
// import_look.c: opens the reader and makes the plan. With look: takes samples and finds out how
// dates are written, into r->report and r->plan. What is wrong with the file is CU_MALFORMED,
// CU_INVALID, CU_MISSING; r->report is there when the columns could be read.
cu_code import_run_open(struct import_run *r, bool look, struct cu_error *err) CU_MUST;
void import_run_close(struct import_run *r);
cu_code import_run_store_report(struct import_run *r, struct cu_error *err) CU_MUST;
// import_rows.c: all rows through the builder; checkpoints in a real run.
cu_code import_run_rows(struct import_run *r, struct cu_error *err) CU_MUST;
// A run that failed: stores how far the journal got, so that it is known that something was
// brought.
cu_code import_run_note_failure(struct import_run *r, struct cu_error *err) CU_MUST;
// import_revert.c: one step after the other until nothing is left. CU_UNAVAILABLE: stopping.
cu_code import_revert_all(
    struct imports *s, const struct import_state *state, struct cu_error *err) CU_MUST;
// import_job.c
void import_wake(struct imports *s);
cu_code import_delete_bad_rows(struct imports *s, uint32_t number, struct cu_error *err) CU_MUST;
cu_code import_thread_start(struct imports *s, struct cu_error *err) CU_MUST;
void import_thread_stop(struct imports *s);
// import_routes.c
#define IMPORT_LIST_MAX 100
cu_code import_route_create(struct request *rq, struct cu_error *err);
cu_code import_route_list(struct request *rq, struct cu_error *err);
cu_code import_route_show(struct request *rq, struct cu_error *err);
cu_code import_route_start(struct request *rq, struct cu_error *err);
cu_code import_route_revert(struct request *rq, struct cu_error *err);
cu_code import_route_forget(struct request *rq, struct cu_error *err);
cu_code import_route_bad_rows(struct request *rq, struct cu_error *err);
cu_code import_route_maps(struct request *rq, struct cu_error *err);
cu_code import_route_put_map(struct request *rq, struct cu_error *err);
cu_code import_route_delete_map(struct request *rq, struct cu_error *err);
