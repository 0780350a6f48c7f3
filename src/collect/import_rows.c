// SPDX-License-Identifier: Apache-2.0
// All rows of an import: through the builder, refused ones to the bad rows, calls to the journal
// (or nowhere in a dry run), a checkpoint every few seconds. See the invariants in import.h.
#include "import_job.h"

#include "base/clock.h"
#include "door_call.h"
#include "people/orders.h"

#define CHECKPOINT_US 3000000
#define LIVE_US 200000

bool import_run_stopping(void *run)
{
    const struct import_run *r = run;
    return atomic_load(&r->imports->stopping) ||
           atomic_load(&r->imports->cancel) == r->state->number;
}

// ---- the sink of the builder

static bool refuse(struct import_run *r, cu_code code, struct import_problem *ret)
{
    *ret = (struct import_problem){IMPORT_NO_COLUMN, cu_code_rows[code].name, r->refusal.text};
    return false;
}

// What the doors and the pipeline would not accept goes to the bad rows instead: the same checks.
// An identify we built ourselves is not checked: traits that do not fit are kept as undeclared.
static bool check_call(void *context, const struct import_call *c, struct import_problem *ret)
{
    struct import_run *r = context;
    json call;
    struct door_call parsed;
    static const struct door_envelope envelope = {.has_context_person = true};
    cu_code code = json_parse(r->parser, c->json, &call, &r->refusal);
    if (code != CU_OK)
        return refuse(r, code, ret);
    bool identify = cu_str_eqz(json_str(json_get(call, "type")), "identify");
    if (identify && !r->plan->calls)
        return true;
    const struct dictionary *d = r->plan->dictionary;
    code = door_call_check(d, call, DOOR_ANY, &envelope, cu_now_ms(), &parsed, &r->refusal);
    cu_str name = json_str(json_get(call, "event"));
    if (code == CU_OK && cu_str_starts(name, CU_LIT("Order "))) {
        CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(4 << 20);
        if (a)
            code = orders_check(
                name, dictionary_event(d, name), json_get(call, "properties"), a, &r->refusal);
    }
    return code == CU_OK ? true : refuse(r, code, ret);
}

static cu_code take_call(void *context, const struct import_call *c, struct cu_error *err)
{
    struct import_run *r = context;
    return r->sender ? import_sender_add(r->sender, c, err) : CU_OK;
}

static cu_code take_bad(
    void *context, uint64_t row, cu_str raw, const struct import_problem *p, struct cu_error *err)
{
    struct import_run *r = context;
    if (row <= r->skip)
        return CU_OK; // told before the checkpoint
    r->state->rows_bad++;
    import_report_fault(r->report, row, p);
    return import_bad_add(r->bad, row, raw, p, err);
}

static void take_note(void *context, uint64_t row, const struct import_problem *p)
{
    struct import_run *r = context;
    import_report_fault(r->report, row, p);
}

static void take_good(void *context, uint64_t rows)
{
    struct import_run *r = context;
    r->state->rows_ok += rows;
}

// ---- progress and checkpoints

static void show_live(struct import_run *r)
{
    struct imports *s = r->imports;
    (void)pthread_mutex_lock(&s->lock);
    s->live.bytes_done = import_input_done(import_reader_input(r->reader));
    s->live.rows_ok = r->state->rows_ok;
    s->live.rows_bad = r->state->rows_bad;
    (void)pthread_mutex_unlock(&s->lock);
}

// Invariant 1: first the journal, then the bad rows, then the checkpoint that speaks of both.
static cu_code checkpoint(struct import_run *r, struct cu_error *err)
{
    struct import_state *s = r->state;
    uint64_t last_seq = 0;
    if (r->sender)
        CU_TRY(import_sender_settle(r->sender, &last_seq, err));
    CU_TRY(import_bad_sync(r->bad, err));
    s->settled =
        import_builder_settled(r->builder) > r->skip ? import_builder_settled(r->builder) : r->skip;
    s->last_seq = last_seq > s->last_seq ? last_seq : s->last_seq;
    s->bytes_done = import_input_done(import_reader_input(r->reader));
    r->checkpoint_us = cu_mono_us();
    CU_TRY(import_state_checkpoint(
        r->imports->o.people, s, import_bad_number(r->bad), import_bad_bytes(r->bad), err));
    r->saved = *s;
    r->saved_bad_bytes = import_bad_bytes(r->bad);
    return CU_OK;
}

cu_code import_run_note_failure(struct import_run *r, struct cu_error *err)
{
    if (!r->sender || !r->bad)
        return CU_OK;
    uint64_t last = import_sender_last(r->sender);
    r->saved.last_seq = last > r->saved.last_seq ? last : r->saved.last_seq;
    return import_state_checkpoint(
        r->imports->o.people, &r->saved, import_bad_number(r->bad), r->saved_bad_bytes, err);
}

static cu_code now_and_then(struct import_run *r, struct cu_error *err)
{
    int64_t now = cu_mono_us();
    if (import_run_stopping(r))
        return cu_fail(err, CU_UNAVAILABLE, "", "The import was interrupted.");
    if (now - r->live_us > LIVE_US) {
        r->live_us = now;
        show_live(r);
    }
    bool due = r->sender && now - r->checkpoint_us > CHECKPOINT_US;
    return due && import_builder_rests(r->builder) ? checkpoint(r, err) : CU_OK;
}

// ---- rows

// Rows before the checkpoint are read and thrown away: cheap, and it works for every format.
static cu_code each_row(struct import_run *r, struct cu_error *err)
{
    for (uint64_t n = 1;; n++) {
        struct import_row row;
        bool more = false;
        CU_TRY(import_reader_next(r->reader, &row, &more, err));
        if (!more)
            return import_builder_end(r->builder, err);
        if (n % 64 == 0)
            CU_TRY(now_and_then(r, err));
        if (row.number > r->skip)
            CU_TRY(import_builder_row(r->builder, &row, err));
    }
}

// The header stands once, in the first part that has anything.
static cu_code needs_header(struct import_run *r, bool *ret, struct cu_error *err)
{
    struct import_bad_part parts[IMPORT_BAD_PARTS_MAX];
    size_t count = 0;
    struct db *d = NULL;
    CU_TRY(people_read_take(r->imports->o.people, &d, err));
    cu_code code = import_bad_parts(d, r->state->number, parts, &count, err);
    people_read_give(r->imports->o.people, d);
    *ret = true;
    for (size_t i = 0; i < count; i++)
        *ret = *ret && parts[i].bytes == 0;
    return code;
}

static cu_code open_bad_rows(struct import_run *r, struct cu_error *err)
{
    bool header = true;
    CU_TRY(needs_header(r, &header, err));
    CU_TRY(import_bad_open(r->imports->spool, r->reader, header, &r->bad, err));
    return import_bad_part_add(
        r->imports->o.people, r->state->number, import_bad_number(r->bad), err);
}

static cu_code open_sender(struct import_run *r, struct cu_error *err)
{
    struct imports *s = r->imports;
    if (r->state->status != IMPORT_RUNNING)
        return CU_OK;
    struct import_sender_options o = {.journal = s->o.journal,
        .pipeline = s->o.pipeline,
        .keyring = s->o.keyring,
        .source = s->source,
        .import = r->state->number,
        .generation = r->state->generation,
        .stopping = import_run_stopping,
        .stopping_context = r};
    return import_sender_new(&o, &r->sender, err);
}

static void begin_live(struct import_run *r)
{
    struct imports *s = r->imports;
    (void)pthread_mutex_lock(&s->lock);
    s->live = (struct import_live){r->state->number, 0, cu_mono_us(), r->state->rows_ok,
        r->state->rows_bad, r->state->rows_ok + r->state->rows_bad};
    (void)pthread_mutex_unlock(&s->lock);
    r->checkpoint_us = r->live_us = cu_mono_us();
}

cu_code import_run_rows(struct import_run *r, struct cu_error *err)
{
    const struct import_sink sink = {.context = r,
        .call = take_call,
        .check = check_call,
        .bad = take_bad,
        .note = take_note,
        .good = take_good};
    r->skip = r->state->settled;
    r->saved = *r->state;
    begin_live(r);
    CU_TRY(open_bad_rows(r, err));
    CU_TRY(open_sender(r, err));
    CU_TRY(import_builder_new(
        r->plan, r->state->number, r->state->created_ms, &sink, &r->builder, err));
    CU_TRY(each_row(r, err));
    return checkpoint(r, err);
}
