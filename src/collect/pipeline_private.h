// SPDX-License-Identifier: Apache-2.0
// What the files pipeline*.c share: one record on its way through the stages, the batch, the plans
// by which properties are split. Not for others; they use pipeline.h.
#pragma once

#include "import_tally.h"
#include "pipeline.h"
#include "record.h"

#include "base/metric.h"

#include <pthread.h>
#include <stdatomic.h>

// ---- plans: where each property of an event goes, looked up once per spelling (pipeline_split.c)

struct split_node;
struct split_plan {
    uint64_t hash;
    char *raw; // the event's name as it came, owned
    size_t raw_len;
    cu_str name;                    // the dictionary's name, or raw
    const struct dict_event *event; // NULL: nobody declared this event
    uint32_t kind;                  // timeline_kind of name
    struct split_node *root;
    struct split_derived *derived;  // NULL: none
};
struct split_plans;
cu_code split_plans_new(struct split_plans **ret, struct cu_error *err) CU_MUST;
void split_plans_free(struct split_plans *s);
// What derived fields are worked out of (pipeline_derive.c).
struct split_said {
    json objects[2];   // properties; or the context, the event's own and then the envelope's
    json page;         // of page and screen calls: their properties, which stand for context.page
    const struct dict_event *page_event; // their row; NULL: another call
    cu_str user_agent; // of the request, when it is the person's own
};
struct split_derived;
struct derive_memory;
struct derive_memory *derive_memory_new(void); // NULL: no memory
void derive_memory_free(struct derive_memory *m);
bool split_derived_new(const struct dict_event *e, struct split_derived **ret); // *ret NULL: none; false: no memory
void split_derived_free(struct split_derived *d);
void split_derive(struct split_derived *d, struct derive_memory *m, const struct split_said *said);
// The values there are, in an object ("" at the top), and the objects that they are in; *at begins with 0.
bool split_derived_next(const struct split_derived *d, cu_str in, size_t *at, cu_str *ret_name, cu_str *ret_value);
bool split_derived_container(const struct split_derived *d, size_t *at, cu_str *ret);
// The plan of an event name; made when it is new. Plans of another dictionary are forgotten.
cu_code split_plan_of(struct split_plans *s, const struct dictionary *d, struct timeline *t,
    cu_str name, struct split_plan **ret, struct cu_error *err) CU_MUST;
// Splits members of an object: declared P0 and P1 to plain, all else to sealed. A container that
// holds both goes to sealed whole and its plain part to plain: who reads both takes what is sealed.
// Names nobody declared are passed to note (may be NULL) with their dotted path.
typedef void split_note(void *context, cu_str path);
struct split_out {
    struct json_writer plain, sealed; // inside open objects
    split_note *note;
    void *note_context;
    bool failed;               // no memory for a plan
    uint64_t *objects, object; // split_begin's
    const struct split_derived *derived; // values that follow from others, written where none was sent
};
// Before the members of one event, with what its derived fields are worked out of; and after them.
void split_begin(struct split_plans *s, struct split_plan *plan, const struct split_said *said, struct split_out *out);
void split_member(struct split_plan *plan, cu_str key, json value, struct split_out *out);
void split_end(struct split_plan *plan, struct split_out *out);
// The plain members of a call's context (said->objects), the event's own before the envelope's, as plain member "$context".
// After split_plan_of for the same event.
cu_code split_context(struct split_plans *s, const struct split_said *said, struct split_out *out, struct cu_error *err) CU_MUST;

// ---- one record

enum work_outcome {
    WORK_PROJECTED,
    WORK_DUPLICATE,
    WORK_REFUSED,
    WORK_POISON,
    WORK_SKIPPED,
    WORK_OUTCOMES
};
enum call_type {
    CALL_TRACK,
    CALL_IDENTIFY,
    CALL_PAGE,
    CALL_SCREEN,
    CALL_GROUP,
    CALL_ALIAS,
    CALL_TYPES
};

// The members of a call the pipeline looks at; all are found in one pass.
enum work_member {
    MEMBER_TYPE,
    MEMBER_EVENT,
    MEMBER_USER_ID,
    MEMBER_ANONYMOUS_ID,
    MEMBER_MESSAGE_ID,
    MEMBER_CONTEXT,
    MEMBER_TRAITS,
    MEMBER_PROPERTIES,
    MEMBER_INTEGRATIONS,
    MEMBER_GROUP_ID,
    MEMBER_PREVIOUS_ID,
    MEMBER_NAME,
    MEMBER_CATEGORY,
    MEMBERS
};
struct work_part {
    json value; // absent: type JSON_ABSENT
    cu_str raw; // its text in the event
};

struct work {
    uint64_t seq;
    cu_str bytes; // as in the journal
    struct record r;
    struct evidence ev;
    bool replay; // effects on people are stored already
    bool done;   // the remaining stages have nothing to do
    enum work_outcome outcome;
    struct work_part part[MEMBERS];
    json envelope; // the batch envelope's context
    enum call_type type;
    struct split_plan *plan;
    struct person_id ids[PERSON_IDS_MAX];
    size_t id_count;
    uint32_t pno;
    int64_t revenue;
    bool has_revenue;
    bool quiet; // no event of the timeline: RECORD_QUIET, or an import that repeats an order
    bool made, changed; // a profile; values of its fields
};

struct stage {
    const char *name, *doc;
    bool writes;     // effects that only a rollback takes back
    bool of_refused; // does nothing for other records
    cu_code (*run)(struct pipeline *p, struct work *w, struct cu_error *err);
};
extern const struct stage pipeline_stages[], pipeline_replay_stages[];
extern const size_t pipeline_stage_count, pipeline_replay_stage_count;

// Parses the event and finds out what call it is, whose, and what it says (pipeline_event.c).
cu_code work_parse(struct pipeline *p, struct work *w, struct cu_error *err) CU_MUST;
// The event's two parts: plain JSON appended to plain, the sealed part's JSON to sealed.
cu_code work_split(struct pipeline *p, struct work *w, struct cu_buf *plain, struct cu_buf *sealed,
    struct cu_error *err) CU_MUST;
json work_consent(const struct work *w);

// ---- the batch

struct held { // a timeline row that waits for the commit; texts are offsets
    struct timeline_event event; // lengths of plain and sealed are set
    size_t plain_at, sealed_at;  // in batch.bytes; before the batch is sealed the second is in batch.secrets
};
struct batch {
    struct held *held;
    size_t held_count, held_done; // done: given to the timeline already
    struct guard_item *items;     // one per held row: all are sealed by one call
    struct pipeline_recent *recent;
    size_t recent_count;
    size_t count; // records taken
    struct cu_buf bytes, secrets; // secrets: what is to be sealed, wiped then
    uint64_t last_seq;
    struct import_tally tally; // what imports did in it
    bool committed;            // but not yet visible: publishing is finished before anything else
};

#define PIPELINE_RECENT_MAX 1024
#define PIPELINE_BATCH_DEFAULT 8000
#define PIPELINE_BATCH_MOST 20000
#define PIPELINE_HELD_BYTES_MAX (32 * 1024 * 1024)
#define PIPELINE_RECORD_MAX (1024 * 1024)

struct marks { // up to where each projection is durable
    uint64_t timeline, seen, touched;
};

struct pipeline {
    struct pipeline_options o;
    struct timeline *timeline;
    struct journal_reader *reader;
    struct json_parser *json_event, *json_envelope, *json_built;
    struct cu_buf envelope_text; // what json_envelope holds
    json envelope;
    struct cu_arena *arena;      // one record
    struct cu_buf built; // scratch; personal
    struct split_plans *plans;
    struct batch batch;

    // a record that failed after it had written: taken to quarantine when it comes again
    uint64_t poison_seq;
    struct cu_error poison;
    unsigned attempts; // of the record or batch that fails for lack of memory
    uint64_t attempts_seq;
    uint32_t next_limit; // records of the next batch; 0: as many as usual

    uint64_t *quarantined; // replay: seqs that went to quarantine here, sorted
    size_t quarantined_count;
    uint64_t replay_to;                              // replaying records up to here; 0: not
    struct marks marks, stored_marks;                // now; as stored with the position
    uint64_t last_timeline, last_seen, last_touched; // newest seq given to each
    int64_t flushed_us;

    pthread_t thread;
    bool started;
    atomic_bool stopping, failing;
    _Atomic uint64_t position, releasable;
    pthread_mutex_t lock; // waiters, the ring and the cut
    pthread_cond_t moved;
    struct pipeline_cut *cut; // somebody waits for a moment of rest
    struct pipeline_recent ring[PIPELINE_RECENT_MAX];
    uint64_t ring_count; // ever written

    struct cu_metric *outcomes[WORK_OUTCOMES];
    struct cu_metric *lag, *batch_time, *failures, *lag_records, *lag_timeline, *lag_seen, *ready;
};

// Takes what is there, at most a batch; *ret_count 0: nothing came within wait_ms. Infrastructure
// failures are returned with everything rolled back; the caller tries again later.
cu_code batch_run(
    struct pipeline *p, int64_t wait_ms, size_t *ret_count, struct cu_error *err) CU_MUST;
cu_code batch_hold(struct pipeline *p, struct work *w,
    struct cu_error *err) CU_MUST; // the timeline row of this record
// Seals what the batch's rows hold, by one call (pipeline_seal.c). *ret_poison: one of them cannot be.
cu_code batch_seal(struct pipeline *p, bool *ret_poison, struct cu_error *err) CU_MUST;
// One entry in the audit log for the whole batch.
cu_code batch_note(struct pipeline *p, struct cu_error *err) CU_MUST;
cu_code batch_flush(
    struct pipeline *p, struct cu_error *err) CU_MUST; // everything durable, marks stored

// Is this the fault of the record (quarantine), not of storage or memory (try again)?
bool batch_fault_of_record(cu_code code, unsigned attempts);

// pipeline_cut.c: between two batches; before the thread ends
void pipeline_cut_serve(struct pipeline *p);
void pipeline_cut_refuse(struct pipeline *p);

// pipeline_publish.c: after the commit
cu_code publish(
    struct pipeline *p, struct cu_error *err) CU_MUST; // timeline, ring, position, waiters
void publish_marks(struct pipeline *p);
uint64_t publish_oldest_mark(struct pipeline *p);
cu_code position_load(
    struct db *d, uint64_t *ret, struct marks *ret_marks, struct cu_error *err) CU_MUST;
cu_code position_store(
    struct db *d, uint64_t seq, const struct marks *m, struct cu_error *err) CU_MUST;
