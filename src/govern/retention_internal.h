// SPDX-License-Identifier: Apache-2.0
// Private to retention*.c.
#pragma once

#include "retention.h"
#include "retention_reason.h"

#include "base/metric.h"
#include "people/expire.h"
#include "people/orders.h"

#include <pthread.h>
#include <stdatomic.h>

#define RETENTION_DAY_MS INT64_C(86400000)
enum {
    RETENTION_RULES_MAX = 400,
    RETENTION_NAME_MAX = 140,
    RETENTION_SAMPLE = 10,
    RETENTION_STEP_ROWS = 500,
    RETENTION_DAYS_MAX = 36500
};

enum retention_kind {
    RETENTION_EVENTS, RETENTION_FIELDS, RETENTION_STOPPED /* fields not collected any more */, RETENTION_ORDERS,
    RETENTION_PEOPLE /* who is inactive */, RETENTION_MOVES /* of audiences */, RETENTION_TABLE, RETENTION_KIND_COUNT
};
extern const char *const retention_kind_names[]; // ends with NULL

// What the house keeps in a table of records.db: counted and removed by a column of times (retention_tables.c).
struct retention_table {
    const char *name, *category, *what, *basis, *owner;
    int32_t keep_days, keep_min; // built in; not less than this may be chosen
    enum retention_kind kind;
    const struct db_statement *count; // :before_ms -> rows, people
    const struct db_statement *step;  // :before_ms, :limit
};
size_t retention_tables(const struct retention_table **ret);

struct retention_rule { // strings live in the arena
    char name[RETENTION_NAME_MAX + 1];
    enum retention_kind kind;
    bool declared;  // follows from the dictionary
    cu_str category, what, basis, owner;
    int32_t keep_days, keep_min;
    cu_str *covers; // names of events or fields
    size_t cover_count;
    const struct retention_table *table;
    // as set and done
    bool on;
    int64_t next_ms, last_ms, backlog, backlog_ms, dry_ms; // last, backlog, dry: -1 not yet
    int32_t dry_days;
};

struct retention_run {
    struct cu_uuid id;
    char rule[RETENTION_NAME_MAX + 1];
    int32_t keep_days;
    int64_t before_ms, started_ms, finished_ms, cursor, total, done, people, rows, spared, asked_by, issued_ms;
    char state[12], fault[32];
    cu_str document;
};

struct retention {
    struct retention_options o;
    char *folder;
    pthread_mutex_t dry_lock; // one dry run at a time: it may open much
    _Atomic(bool) wake;       // look for work now
    _Atomic(bool) changed;    // another dictionary is in force: rules may be gone
    _Atomic(int64_t) look_ms; // else not before
    struct cu_metric *backlog[RETENTION_KIND_COUNT], *erased;
};

// --- rules (retention_rules.c): of the dictionary in force and the house, with what the table says of each
cu_code retention_rules(struct retention *r, struct cu_arena *a, struct retention_rule **ret, size_t *ret_count,
    struct cu_error *err) CU_MUST;
// CU_NOT_FOUND
cu_code retention_rule_find(struct retention *r, cu_str name, struct cu_arena *a, struct retention_rule *ret,
    struct cu_error *err) CU_MUST;
// Pure: the rules that a dictionary asks for, and the house's.
cu_code retention_rules_of(const struct dictionary *d, struct cu_arena *a, struct retention_rule *ret, size_t *ret_count,
    struct cu_error *err) CU_MUST;
int64_t retention_before(const struct retention_rule *rule, int32_t keep_days, int64_t now_ms); // what happened earlier goes

// --- rows (retention_store.c)
cu_code retention_rule_put(struct retention *r, const struct retention_rule *rule, int64_t by, struct cu_error *err) CU_MUST;
cu_code retention_backlog_put(struct retention *r, const char *name, int64_t backlog, struct cu_error *err) CU_MUST;
cu_code retention_run_begin(struct retention *r, const struct retention_rule *rule, int64_t asked_by, struct cu_uuid *ret,
    struct cu_error *err) CU_MUST;
// progress, end, document
cu_code retention_run_put(struct retention *r, const struct retention_run *run, struct cu_error *err) CU_MUST;
cu_code retention_run_put_in(struct db *d, const struct retention_run *run, struct cu_error *err) CU_MUST;
// CU_NOT_FOUND
cu_code retention_run_get(struct retention *r, struct cu_uuid id, struct cu_arena *a, struct retention_run *ret,
    struct cu_error *err) CU_MUST;
// The oldest that is not finished: running, or done without its document. *ret_found.
cu_code retention_run_open(struct retention *r, struct cu_arena *a, struct retention_run *ret, bool *ret_found,
    struct cu_error *err) CU_MUST;
// columns of the statements run_*
void retention_run_read(struct db_query *q, struct cu_arena *a, struct retention_run *ret);

// --- who keeps what they have (retention_people.c)
struct retention_asking { // context of retention_goes
    struct retention *r;
    uint32_t last;  // who was asked about last, and the answer
    bool goes, failed;
    int64_t spared; // people who keep something
    struct cu_buf *told; // uint32_t: profiles that go, each once in a row; NULL: nobody wants to know
};
bool retention_goes(void *context, uint32_t pno); // false: held for a legal claim, restricted, or it cannot be known
cu_code retention_facts_of(struct retention *r, struct db *d, uint32_t root, int64_t inactive_ms, struct cu_arena *a,
    struct retention_facts *ret,
    struct cu_error *err) CU_MUST;

// --- counting (retention_count.c)
struct retention_count {
    int64_t people, rows, backlog;
    bool complete;          // everything was looked at within the time
    int64_t looked, total;  // profiles
    struct cu_uuid sample[RETENTION_SAMPLE];
    size_t sample_count;
    int64_t kept[RETENTION_REASONS_MAX]; // people whom a reason keeps, by its place
};
// budget_us 0: only what can be counted cheaply (from counters); *ret->complete false when it cannot.
cu_code retention_count(struct retention *r, const struct retention_rule *rule, int64_t before_ms, int64_t budget_us,
    struct retention_count *ret, struct cu_error *err) CU_MUST;
void retention_sample(struct retention *r, struct retention_count *c, const uint32_t *roots, size_t count);

// --- steps (retention_step.c): one step of a run; *ret_done
cu_code retention_step(struct retention *r, const struct retention_rule *rule, struct retention_run *run, bool *ret_done,
    struct cu_error *err) CU_MUST;
// retention_people.c
cu_code retention_people_step(struct retention *r, struct retention_run *run, bool *ret_done, struct cu_error *err) CU_MUST;
cu_code retention_events_of(struct retention *r, const struct retention_rule *rule, int64_t before_ms, struct cu_arena *a,
    struct timeline_expiry **ret, size_t *ret_count, struct cu_error *err) CU_MUST;
cu_code retention_limits_of(const struct retention_rule *rule, int64_t before_ms, struct cu_arena *a,
    struct people_field_limit **ret,
    size_t *ret_count, struct cu_error *err) CU_MUST;

// --- the certificate (retention_proof.c)
cu_code retention_issue(struct retention *r, const struct retention_rule *rule, struct retention_run *run,
    struct cu_error *err) CU_MUST;

// --- the jobs (retention.c)
cu_code retention_job(struct retention *r, struct cu_error *err) CU_MUST;
cu_code retention_backlog(struct retention *r, struct cu_error *err) CU_MUST;
