// SPDX-License-Identifier: Apache-2.0
// Shared by govern/breach*.c only: a row and its texts, the question to the log, what is printed of them.
#pragma once

#include "breach.h"

#include "audit_internal.h"
#include "staff_rows.h"
#include "breach_names.h"
#include "breach_rules.h"

#include "consent/legal_clock.h"

enum {
    BREACH_TEXT_MAX = 8000,
    BREACH_TITLE_MAX = 200,
    BREACH_TEXTS_MAX = 256 * 1024,
    BREACH_NOTE_MAX = 4000,
    BREACH_REFERENCE_MAX = 100
};
#define BREACH_SUBJECT KEYS_FIRST(KEYS_BREACHES) // + number of the breach: its own key
#define BREACH_TABLE_TEXTS 0x62726561u     // "brea"
#define BREACH_TABLE_STEP 0x62727374u      // "brst"
#define BREACH_TABLE_MAIL 0x62726d6cu      // "brml"

struct breach_run; // breach_scope.c
struct breaches {
    struct breaches_options options;
    struct people *people;
    struct govern *govern;
    pthread_mutex_t running; // one question to the log at a time
    struct breach_run *run;
};

// --- rows (breach.c)

enum breach_text {
    BREACH_TITLE,
    BREACH_FACTS,
    BREACH_EFFECTS,
    BREACH_MEASURES,
    BREACH_LATE,
    BREACH_REASONS,
    BREACH_TEXT_COUNT
};
extern const char *const breach_text_names[]; // "title", "facts", ... NULL-terminated

struct breach {
    int64_t id;
    char kind[16], risk[8], run[12];
    enum breach_state state;
    int64_t made_ms, began_ms, ended_ms, aware_ms, due_ms, keys_exposed, authority_ms, people_ms, closed_ms, version;
    int64_t run_ms, entries, names, persons, unknown, erased;
    bool cut;
    cu_str texts[BREACH_TEXT_COUNT]; // in the arena; opened
};
// texts: false leaves them empty. CU_NOT_FOUND.
cu_code breach_load_in(struct breaches *b, struct db *d, int64_t id, bool texts, struct cu_arena *a, struct breach *ret,
    struct cu_error *err) CU_MUST;
cu_code breach_load(
    struct breaches *b, int64_t id, bool texts, struct cu_arena *a, struct breach *ret, struct cu_error *err) CU_MUST;
// The row under q: columns in the order of breach_sql_get.
cu_code breach_row(struct breaches *b, struct db_query *q, bool texts, struct cu_arena *a, struct breach *ret,
    struct cu_error *err) CU_MUST;
// Writes all of it but what belongs to the question to the log. id 0: a new row, whose number is set.
cu_code breach_store_in(struct breaches *b, struct db *d, struct breach *row, struct cu_error *err) CU_MUST;

// The number behind {id}.
int64_t breach_path_id(const struct request *rq);

// --- steps

struct breach_step {
    const char *what;
    struct cu_buf detail; // a JSON object; empty: {}
    cu_str note;          // sealed
};
// In the transaction of what it tells; by the access of this thread.
cu_code breach_step_in(
    struct breaches *b, struct db *d, int64_t id, const struct breach_step *s, struct cu_error *err) CU_MUST;
// Elements of an array, oldest first.
cu_code breach_steps_write(
    struct breaches *b, struct db *d, int64_t id, struct json_writer *w, struct cu_error *err) CU_MUST;

// --- whose records (breach_scope.c)

cu_code breach_queries(
    struct db *d, int64_t id, struct breach_query ret[BREACH_QUERIES_MAX], size_t *ret_count, struct cu_error *err) CU_MUST;
// The pseudonym of the person a query is about is put into name, and the filter's views are set.
cu_code breach_query_aim(
    struct breaches *b, struct breach_query *q, uint8_t (*names)[16], size_t max, struct cu_error *err) CU_MUST;
// Goes on for about budget_ms; *ret_waiting: there is more to do. The job, and the request that asked.
cu_code breach_scope_work(struct breaches *b, int64_t budget_ms, bool *ret_waiting, struct cu_error *err) CU_MUST;
void breach_run_stop(struct breaches *b);
cu_code breach_scope_write(
    struct breaches *b, struct db *d, const struct breach *row, struct json_writer *w, struct cu_error *err) CU_MUST;
extern const struct spec_field breach_scope_fields[];
cu_code breach_forget(void *context, const uint32_t *pnos, size_t count, struct cu_error *err) CU_MUST;

// --- the people (breach_people.c)

struct breach_field_names {
    size_t count;
    char at[BREACH_FIELDS_MAX + 1][BREACH_FIELD_MAX + 1];
    int64_t people[BREACH_FIELDS_MAX + 1]; // of how many it was opened, when the log was asked
};
cu_code breach_fields_load(struct db *d, int64_t id, struct breach_field_names *ret, struct cu_error *err) CU_MUST;
struct breach_person { // one person; rows of all its profiles together
    uint32_t pno;      // the smallest profile that has a row: the cursor
    int64_t acts, first_ms, last_ms;
    uint64_t fields;
};
// The next persons behind pno `after`, at most max.
cu_code breach_persons(struct breaches *b, struct db *d, int64_t id, uint32_t after, struct breach_person *ret, size_t max,
    size_t *ret_count, struct cu_error *err) CU_MUST;
// "data": per name of a field how many people, with category and level; an array.
cu_code breach_data_write(struct breaches *b, struct db *d, int64_t id, struct json_writer *w, struct cu_error *err) CU_MUST;
struct breach_shown { // of a person, as far as the caller sees it; in the arena
    char id[37];
    cu_str label, email, phone;
    const char *shown;
};
// Announced to the guard; who the gate refuses is "Restricted".
cu_code breach_show(struct breaches *b, struct db *d, const struct caller *c, const struct breach_person *who, size_t count,
    struct cu_arena *a, struct breach_shown *ret, struct cu_error *err) CU_MUST;
extern const struct spec_field breach_data_fields[];

// --- the whole record (breach_view.c)

void breach_summary_write(const struct breach *row, struct json_writer *w); // members of an element of the list
// All members of GET /v1/breaches/{id}, inside an open object.
cu_code breach_members(
    struct breaches *b, struct db *d, const struct breach *row, struct json_writer *w, struct cu_error *err) CU_MUST;
void breach_exemption(struct breaches *b, const struct breach *row, struct breach_check checks[BREACH_CHECKS_MAX],
    size_t *ret_count, enum breach_answer *ret);

// --- letters (breach_letter.c)

struct breach_letter_facts {
    const struct breach *row;
    cu_str shop, url;
    const struct text_zone *zone;
    int64_t now_ms;
    cu_str categories; // by commas
    bool exempt;
};
extern const char *const breach_languages[]; // NULL-terminated
void breach_letter_authority(
    const char *language, const struct breach_letter_facts *f, struct cu_buf *subject, struct cu_buf *text);
void breach_letter_people(
    const char *language, const struct breach_letter_facts *f, struct cu_buf *subject, struct cu_buf *text);
// What the letters take from a breach, put together.
cu_code breach_letter_draft(struct breaches *b, struct db *d, const struct breach *row, const char *language, bool people,
    struct cu_buf *subject, struct cu_buf *text, struct cu_error *err) CU_MUST;
cu_code breach_categories(struct breaches *b, struct db *d, int64_t id, struct cu_buf *out, struct cu_error *err) CU_MUST;

// --- letters on their way (breach_mail.c)
cu_code breach_post_mail(struct request *rq, struct cu_error *err) CU_MUST;                    // the handler
cu_code breach_mail_work(struct breaches *b, int64_t budget_ms, struct cu_error *err) CU_MUST; // the job
cu_code breach_mail_write(
    struct db *d, int64_t id, struct json_writer *w, struct cu_error *err) CU_MUST; // an object, or null
extern const struct spec_field breach_mail_body[], breach_mail_fields[];
// Texts sealed under the key of a breach.
cu_code breach_text_seal(struct breaches *b, uint32_t table, int64_t id, int64_t record, cu_str plain, struct cu_buf *out,
    struct cu_error *err) CU_MUST;
cu_code breach_text_open(struct breaches *b, uint32_t table, int64_t id, int64_t record, cu_str sealed, struct cu_buf *out,
    struct cu_error *err) CU_MUST;
cu_code breach_answer(
    struct breaches *b, struct request *rq, int64_t id, int status, struct cu_error *err) CU_MUST; // the whole record

// --- evidence (breach_pack.c)
cu_code breach_pack(struct request *rq, struct cu_error *err) CU_MUST; // the handler

// --- the routes' rows (breach_rows.c)
extern const struct spec_field breach_id_path[], breach_list_query[], breach_list_answer[], breach_make_body[],
    breach_change_body[], breach_answer_fields[], breach_scope_body[], breach_affected_query[], breach_affected_answer[],
    breach_letters_query[], breach_letters_answer[], breach_notified_body[];
