// SPDX-License-Identifier: Apache-2.0
// Rows of breaches, their sealed texts and their steps. See breach.h.
#include "breach_internal.h"
#include "breach_sql.h"

#include "base/clock.h"

const char *const breach_text_names[] = {"title", "facts", "effects", "measures", "late_reason", "reasons", NULL};

// An erasure that a crash interrupted is finished before this module is there to hear of it.
static cu_code sweep(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    static const struct db_statement *const statements[] = {
        &breach_sql_sweep_count, &breach_sql_sweep, &breach_sql_sweep_queries};
    (void)g;
    (void)context;
    for (size_t i = 0; i < CU_COUNT(statements); i++) {
        struct db_query q;
        CU_TRY(db_prepare(d, statements[i], &q, err));
        CU_TRY(db_run(&q, err));
    }
    return CU_OK;
}

cu_code breaches_open(const struct breaches_options *o, struct breaches **ret, struct cu_error *err)
{
    struct breaches *b = cu_calloc(1, sizeof *b);
    if (!b)
        return cu_fail(err, CU_MEMORY, "", "no memory for breaches");
    b->options = *o;
    b->people = o->auditing->options.people;
    b->govern = o->auditing->options.govern;
    (void)pthread_mutex_init(&b->running, NULL);
    people_on_forget(b->people, breach_forget, b);
    const struct guard_access former = guard_borrow_system("upkeep", "breach");
    cu_code code = staff_change(b->govern, sweep, NULL, err);
    guard_enter(&former);
    if (code != CU_OK) {
        breaches_close(b);
        return code;
    }
    *ret = b;
    return CU_OK;
}

void breaches_close(struct breaches *b)
{
    if (!b)
        return;
    people_unhook(b->people, b);
    breach_run_stop(b);
    (void)pthread_mutex_destroy(&b->running);
    cu_free(b);
}

// --- texts

static struct seal_place texts_place(int64_t id, int64_t version)
{
    return (struct seal_place){.table = BREACH_TABLE_TEXTS,
        .subject = BREACH_SUBJECT + (uint64_t)id,
        .record = (uint64_t)id,
        .version = (uint64_t)version};
}

static struct seal_place note_place(int64_t breach, int64_t step)
{
    return (struct seal_place){
        .table = BREACH_TABLE_STEP, .subject = BREACH_SUBJECT + (uint64_t)breach, .record = (uint64_t)step};
}

static cu_code texts_seal(struct breaches *b, const struct breach *row, struct cu_buf *out, struct cu_error *err)
{
    struct json_writer w;
    struct cu_buf plain;
    const struct seal_place place = texts_place(row->id, row->version);
    cu_buf_init(&plain, BREACH_TEXTS_MAX);
    jw_start(&w, &plain);
    jw_object(&w);
    for (int i = 0; i < BREACH_TEXT_COUNT; i++) {
        if (row->texts[i].len)
            jw_kstr(&w, breach_text_names[i], row->texts[i]);
    }
    jw_object_end(&w);
    cu_code code = cu_buf_code(&plain, err);
    if (code == CU_OK)
        code = guard_seal(people_guard(b->people), SEAL_NOTES, &place, cu_buf_view(&plain), false, out, err);
    cu_buf_wipe(&plain);
    return code;
}

static cu_code open_sealed(
    struct breaches *b, const struct seal_place *place, cu_str sealed, struct cu_buf *out, struct cu_error *err)
{
    const struct guard_access former = guard_borrow_system("upkeep", "breach");
    cu_code code = guard_open(people_guard(b->people), place, sealed, out, err);
    guard_enter(&former);
    return code;
}

static struct seal_place text_place(uint32_t table, int64_t id, int64_t record)
{
    return (struct seal_place){.table = table, .subject = BREACH_SUBJECT + (uint64_t)id, .record = (uint64_t)record};
}

cu_code breach_text_seal(
    struct breaches *b, uint32_t table, int64_t id, int64_t record, cu_str plain, struct cu_buf *out, struct cu_error *err)
{
    const struct seal_place place = text_place(table, id, record);
    return guard_seal(people_guard(b->people), SEAL_NOTES, &place, plain, false, out, err);
}

cu_code breach_text_open(
    struct breaches *b, uint32_t table, int64_t id, int64_t record, cu_str sealed, struct cu_buf *out, struct cu_error *err)
{
    const struct seal_place place = text_place(table, id, record);
    return open_sealed(b, &place, sealed, out, err);
}

static cu_code texts_open(struct breaches *b, cu_str sealed, struct cu_arena *a, struct breach *row, struct cu_error *err)
{
    json v;
    struct cu_buf plain;
    const struct seal_place place = texts_place(row->id, row->version);
    struct json_parser *parser = json_parser_new(BREACH_TEXTS_MAX);
    cu_buf_init(&plain, BREACH_TEXTS_MAX);
    cu_code code =
        parser ? open_sealed(b, &place, sealed, &plain, err) : cu_fail(err, CU_MEMORY, "", "no memory for a breach");
    if (code == CU_OK)
        code = json_parse(parser, cu_buf_view(&plain), &v, err);
    for (int i = 0; i < BREACH_TEXT_COUNT && code == CU_OK; i++) {
        cu_str text = json_str(json_get(v, breach_text_names[i]));
        row->texts[i] = text.len ? cu_arena_dup(a, text) : CU_LIT("");
        if (!row->texts[i].ptr)
            code = cu_fail(err, CU_MEMORY, "", "no memory for a breach");
    }
    cu_buf_wipe(&plain);
    json_parser_free(parser);
    return code;
}

// --- rows

static void word(struct db_query *q, int column, char *ret, size_t size)
{
    cu_str s = db_str(q, column);
    size_t len = s.len < size ? s.len : size - 1;
    memcpy(ret, s.ptr ? s.ptr : "", len);
    ret[len] = 0;
}

cu_code breach_row(
    struct breaches *b, struct db_query *q, bool texts, struct cu_arena *a, struct breach *ret, struct cu_error *err)
{
    *ret = (struct breach){.id = db_i64(q, 0)};
    word(q, 1, ret->kind, sizeof ret->kind);
    if (!breach_state_find(db_str(q, 2), &ret->state))
        return cu_fail(err, CU_CORRUPT, "", "a breach is in a state that does not exist");
    word(q, 3, ret->risk, sizeof ret->risk);
    int64_t *const numbers[] = {&ret->made_ms, &ret->began_ms, &ret->ended_ms, &ret->aware_ms, &ret->due_ms,
        &ret->keys_exposed, &ret->authority_ms, &ret->people_ms, &ret->closed_ms, &ret->version};
    for (int i = 0; i < (int)CU_COUNT(numbers); i++)
        *numbers[i] = db_i64(q, 4 + i);
    word(q, 14, ret->run, sizeof ret->run);
    int64_t *const figures[] = {&ret->run_ms, &ret->entries, &ret->names, &ret->persons, &ret->unknown, &ret->erased};
    for (int i = 0; i < (int)CU_COUNT(figures); i++)
        *figures[i] = db_i64(q, 15 + i);
    ret->cut = db_i64(q, 21) != 0;
    for (int i = 0; i < BREACH_TEXT_COUNT; i++)
        ret->texts[i] = CU_LIT("");
    return texts ? texts_open(b, db_blob(q, 22), a, ret, err) : CU_OK;
}

cu_code breach_load_in(
    struct breaches *b, struct db *d, int64_t id, bool texts, struct cu_arena *a, struct breach *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &breach_sql_get, &q, err));
    db_bind_i64(&q, ":id", id);
    bool there = db_step(&q);
    cu_code code = there ? breach_row(b, &q, texts, a, ret, err) : CU_OK;
    cu_code end = db_end(&q, err);
    if (code == CU_OK && end == CU_OK && !there)
        return cu_fail(err, CU_NOT_FOUND, "id", "no breach has this number");
    return code == CU_OK ? end : code;
}

cu_code breach_load(struct breaches *b, int64_t id, bool texts, struct cu_arena *a, struct breach *ret, struct cu_error *err)
{
    struct db *d = NULL;
    CU_TRY(people_read_take(b->people, &d, err));
    cu_code code = breach_load_in(b, d, id, texts, a, ret, err);
    people_read_give(b->people, d);
    return code;
}

static cu_code insert(struct db *d, struct breach *row, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &breach_sql_insert, &q, err));
    db_bind_str(&q, ":kind", cu_str_of(row->kind));
    db_bind_str(&q, ":state", cu_str_of(breach_state_names[row->state]));
    db_bind_str(&q, ":risk", cu_str_of(row->risk));
    db_bind_i64(&q, ":made_ms", row->made_ms);
    db_bind_i64(&q, ":aware_ms", row->aware_ms);
    CU_TRY(db_run(&q, err));
    row->id = db_last_rowid(d);
    return CU_OK;
}

cu_code breach_store_in(struct breaches *b, struct db *d, struct breach *row, struct cu_error *err)
{
    struct db_query q;
    CU_AUTO_BUF struct cu_buf sealed;
    cu_buf_init(&sealed, 2 * BREACH_TEXTS_MAX);
    if (row->id == 0)
        CU_TRY(insert(d, row, err));
    row->version++;
    row->due_ms = legal_clock_due(legal_clock_find("gdpr_breach"), row->aware_ms, false, b->options.zone);
    CU_TRY(texts_seal(b, row, &sealed, err));
    CU_TRY(db_prepare(d, &breach_sql_update, &q, err));
    db_bind_i64(&q, ":id", row->id);
    db_bind_str(&q, ":kind", cu_str_of(row->kind));
    db_bind_str(&q, ":state", cu_str_of(breach_state_names[row->state]));
    db_bind_str(&q, ":risk", cu_str_of(row->risk));
    db_bind_i64(&q, ":began_ms", row->began_ms);
    db_bind_i64(&q, ":ended_ms", row->ended_ms);
    db_bind_i64(&q, ":aware_ms", row->aware_ms);
    db_bind_i64(&q, ":due_ms", row->due_ms);
    db_bind_i64(&q, ":keys_exposed", row->keys_exposed);
    db_bind_i64(&q, ":authority_ms", row->authority_ms);
    db_bind_i64(&q, ":people_ms", row->people_ms);
    db_bind_i64(&q, ":closed_ms", row->closed_ms);
    db_bind_i64(&q, ":version", row->version);
    db_bind_blob(&q, ":texts", sealed.ptr, sealed.len);
    return db_run(&q, err);
}

// --- steps

static cu_code note_seal(struct breaches *b, struct db *d, int64_t id, cu_str note, struct cu_error *err)
{
    struct db_query q;
    int64_t step = db_last_rowid(d);
    const struct seal_place place = note_place(id, step);
    CU_AUTO_BUF struct cu_buf sealed;
    cu_buf_init(&sealed, 4 * BREACH_NOTE_MAX);
    CU_TRY(guard_seal(people_guard(b->people), SEAL_NOTES, &place, note, false, &sealed, err));
    CU_TRY(db_prepare(d, &breach_sql_step_note, &q, err));
    db_bind_i64(&q, ":id", step);
    db_bind_blob(&q, ":note", sealed.ptr, sealed.len);
    return db_run(&q, err);
}

cu_code breach_step_in(struct breaches *b, struct db *d, int64_t id, const struct breach_step *s, struct cu_error *err)
{
    struct db_query q;
    const struct guard_access *who = guard_current();
    CU_TRY(cu_buf_code(&s->detail, err));
    CU_TRY(db_prepare(d, &breach_sql_step_add, &q, err));
    db_bind_i64(&q, ":breach", id);
    db_bind_i64(&q, ":at_ms", cu_now_ms());
    db_bind_str(&q, ":actor", cu_str_of(audit_actor_names[who->actor]));
    db_bind_i64(&q, ":actor_id", who->actor_id);
    db_bind_str(&q, ":what", cu_str_of(s->what));
    db_bind_str(&q, ":detail", s->detail.len ? cu_buf_view(&s->detail) : CU_LIT("{}"));
    CU_TRY(db_run(&q, err));
    return s->note.len ? note_seal(b, d, id, s->note, err) : CU_OK;
}

static cu_code step_write(struct breaches *b, struct db_query *q, int64_t id, struct audit_names *names,
    struct json_writer *w, struct cu_error *err)
{
    struct cu_buf note;
    const struct seal_place place = note_place(id, db_i64(q, 0));
    cu_buf_init(&note, 4 * BREACH_NOTE_MAX);
    cu_code code = db_is_null(q, 6) ? CU_OK : open_sealed(b, &place, db_blob(q, 6), &note, err);
    if (code == CU_OK) {
        jw_object(w);
        jw_ktime(w, "at", db_i64(q, 1));
        jw_key(w, "by");
        audit_write_actor(b->options.auditing, db_str(q, 2), db_i64(q, 3), names, w);
        jw_kstr(w, "what", db_str(q, 4));
        jw_key(w, "detail");
        jw_raw(w, db_str(q, 5));
        jw_kstr(w, "note", note.len ? cu_buf_view(&note) : CU_NONE);
        jw_object_end(w);
    }
    cu_buf_wipe(&note);
    return code;
}

cu_code breach_steps_write(struct breaches *b, struct db *d, int64_t id, struct json_writer *w, struct cu_error *err)
{
    struct db_query q;
    struct audit_names names = {.count = 0};
    cu_code code = CU_OK;
    jw_array(w);
    CU_TRY(db_prepare(d, &breach_sql_steps, &q, err));
    db_bind_i64(&q, ":breach", id);
    while (code == CU_OK && db_step(&q))
        code = step_write(b, &q, id, &names, w, err);
    cu_code end = db_end(&q, err);
    jw_array_end(w);
    return code == CU_OK ? end : code;
}
