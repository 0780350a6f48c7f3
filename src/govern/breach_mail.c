// SPDX-License-Identifier: Apache-2.0
// A letter to all people of a breach (GDPR 34), as staff wrote it after a draft: handed to the letters (consent/letter.h)
// for some people at a time, each with the mark of how far it is in one transaction, so that nobody gets it twice and nobody
// is left out, whatever stops in between. Also people whose processing is restricted are told: it is owed to them.
#include "breach_internal.h"
#include "breach_sql.h"

#include "base/clock.h"

#include <stdio.h>

enum { AT_ONCE = 25, LETTER_MAX = 4 * BREACH_TEXT_MAX, SUBJECT_MAX = 300 };

struct mailing {
    struct breaches *b;
    struct request *rq; // of who asked; NULL: the job
    int64_t id;
    bool there, sending;
    char language[8];
    int64_t after, queued, without, started_ms, done_ms;
    struct cu_buf letter; // opened JSON
    struct json_parser *parser;
    json text;
};

static cu_code load(struct mailing *m, struct db *d, struct cu_buf *sealed, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &breach_sql_mail, &q, err));
    db_bind_i64(&q, ":breach", m->id);
    m->there = db_step(&q);
    if (m->there) {
        (void)snprintf(m->language, sizeof m->language, "%.*s", CU_ARG(db_str(&q, 0)));
        if (sealed)
            cu_buf_str(sealed, db_blob(&q, 1));
        m->sending = cu_str_eqz(db_str(&q, 2), "sending");
        int64_t *const numbers[] = {&m->after, &m->queued, &m->without, &m->started_ms, &m->done_ms};
        for (int i = 0; i < (int)CU_COUNT(numbers); i++)
            *numbers[i] = db_i64(&q, 3 + i);
    }
    return db_end(&q, err);
}

cu_code breach_mail_write(struct db *d, int64_t id, struct json_writer *w, struct cu_error *err)
{
    struct mailing m = {.id = id};
    CU_TRY(load(&m, d, NULL, err));
    if (!m.there) {
        jw_null(w);
        return CU_OK;
    }
    jw_object(w);
    jw_kz(w, "state", m.sending ? "sending" : "done");
    jw_kz(w, "language", m.language);
    jw_ki64(w, "queued", m.queued);
    jw_ki64(w, "without", m.without);
    jw_ktime(w, "started", m.started_ms);
    jw_ktime(w, "done", m.done_ms ? m.done_ms : INT64_MIN);
    jw_object_end(w);
    return CU_OK;
}

// --- beginning

static cu_code begin_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    struct mailing *m = context;
    const struct spec_values *v = &m->rq->body_values;
    struct breach row;
    struct json_writer w;
    struct db_query q;
    int64_t now = cu_now_ms();
    CU_AUTO_BUF struct cu_buf sealed;
    (void)g;
    cu_buf_init(&sealed, 2 * LETTER_MAX + 1024);
    CU_TRY(breach_load_in(m->b, d, m->id, false, m->rq->arena, &row, err));
    if (strcmp(row.run, "done") != 0 || row.persons == 0)
        return cu_fail(err, CU_CONFLICT, "", "first find out whose records it concerns: POST .../scope");
    CU_TRY(load(m, d, NULL, err));
    if (m->there && m->sending)
        return cu_fail(err, CU_CONFLICT, "", "a letter to these people is on its way already");
    jw_start(&w, &m->letter);
    jw_object(&w);
    jw_kstr(&w, "subject", spec_str(v, "subject"));
    jw_kstr(&w, "text", spec_str(v, "text"));
    jw_object_end(&w);
    CU_TRY(cu_buf_code(&m->letter, err));
    CU_TRY(breach_text_seal(m->b, BREACH_TABLE_MAIL, m->id, now, cu_buf_view(&m->letter), &sealed, err));
    CU_TRY(db_prepare(d, &breach_sql_mail_put, &q, err));
    db_bind_i64(&q, ":breach", m->id);
    db_bind_str(&q, ":language", spec_str(v, "language"));
    db_bind_blob(&q, ":letter", sealed.ptr, sealed.len);
    db_bind_i64(&q, ":started_ms", now);
    CU_TRY(db_run(&q, err));
    const struct breach_step step = {.what = "mail", .note = spec_str(v, "subject")};
    return breach_step_in(m->b, d, m->id, &step, err);
}

cu_code breach_post_mail(struct request *rq, struct cu_error *err)
{
    struct mailing m = {.b = rq->module, .rq = rq, .id = breach_path_id(rq)};
    if (!m.b->options.send)
        return cu_fail(err, CU_UNAVAILABLE, "mail_host", "no mail server is set");
    cu_buf_init(&m.letter, 2 * LETTER_MAX);
    cu_code code = staff_change(m.b->govern, begin_in, &m, err);
    cu_buf_wipe(&m.letter);
    return code == CU_OK ? breach_answer(m.b, rq, m.id, 200, err) : code;
}

// --- going on

static cu_code open_letter(struct mailing *m, cu_str sealed, struct cu_error *err)
{
    CU_TRY(breach_text_open(m->b, BREACH_TABLE_MAIL, m->id, m->started_ms, sealed, &m->letter, err));
    return json_parse(m->parser, cu_buf_view(&m->letter), &m->text, err);
}

// To one person; who has no address that can be written to is counted.
static cu_code send_one(struct mailing *m, uint32_t pno, struct cu_error *err)
{
    const struct letter l = {.pno = people_root(m->b->people, pno),
        .kind = CU_LIT("breach_notice"),
        .language = cu_str_of(m->language),
        .subject = json_str(json_get(m->text, "subject")),
        .text = json_str(json_get(m->text, "text"))};
    cu_code code = m->b->options.send(m->b->options.send_context, &l, err);
    bool unreachable = code == CU_NOT_FOUND || code == CU_INVALID || code == CU_ERASED || code == CU_REFUSED;
    m->queued += code == CU_OK;
    m->without += unreachable;
    return unreachable ? CU_OK : code;
}

static cu_code finish(struct mailing *m, struct db *d, struct cu_error *err)
{
    struct db_query q;
    struct breach_step step = {.what = "told_people", .note = CU_NONE};
    CU_TRY(db_prepare(d, &breach_sql_mail_done, &q, err));
    db_bind_i64(&q, ":breach", m->id);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    CU_TRY(db_run(&q, err));
    if (m->queued > 0) {
        CU_TRY(db_prepare(d, &breach_sql_told_people, &q, err));
        db_bind_i64(&q, ":id", m->id);
        db_bind_i64(&q, ":now_ms", cu_now_ms());
        CU_TRY(db_run(&q, err));
    }
    cu_buf_init(&step.detail, 256);
    cu_buf_printf(&step.detail, "{\"people\":%lld,\"reference\":\"e-mail\",\"without\":%lld}", (long long)m->queued,
        (long long)m->without);
    cu_code code = breach_step_in(m->b, d, m->id, &step, err);
    cu_buf_clear(&step.detail);
    return code;
}

static cu_code some_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    struct mailing *m = context;
    struct breach_person who[AT_ONCE];
    struct db_query q;
    size_t count = 0;
    CU_AUTO_BUF struct cu_buf sealed;
    (void)g;
    cu_buf_init(&sealed, 4 * LETTER_MAX);
    CU_TRY(load(m, d, &sealed, err));
    if (!m->there || !m->sending)
        return CU_OK;
    CU_TRY(open_letter(m, cu_buf_view(&sealed), err));
    CU_TRY(breach_persons(m->b, d, m->id, (uint32_t)m->after, who, AT_ONCE, &count, err));
    for (size_t i = 0; i < count; i++)
        CU_TRY(send_one(m, who[i].pno, err));
    CU_TRY(db_prepare(d, &breach_sql_mail_on, &q, err));
    db_bind_i64(&q, ":breach", m->id);
    db_bind_i64(&q, ":after", count ? who[count - 1].pno : m->after);
    db_bind_i64(&q, ":queued", m->queued);
    db_bind_i64(&q, ":without", m->without);
    CU_TRY(db_run(&q, err));
    m->sending = count == AT_ONCE;
    return m->sending ? CU_OK : finish(m, d, err);
}

static cu_code waiting(struct breaches *b, int64_t *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    *ret = 0;
    CU_TRY(people_read_take(b->people, &d, err));
    cu_code code = db_prepare(d, &breach_sql_mail_waiting, &q, err);
    if (code == CU_OK) {
        *ret = db_step(&q) ? db_i64(&q, 0) : 0;
        code = db_end(&q, err);
    }
    people_read_give(b->people, d);
    return code;
}

cu_code breach_mail_work(struct breaches *b, int64_t budget_ms, struct cu_error *err)
{
    int64_t until_us = cu_mono_us() + budget_ms * 1000, id = 0;
    CU_TRY(waiting(b, &id, err));
    cu_code code = CU_OK;
    bool more = id != 0 && b->options.send;
    while (more && code == CU_OK && cu_mono_us() < until_us) {
        struct mailing m = {.b = b, .id = id, .parser = json_parser_new(2 * LETTER_MAX)};
        cu_buf_init(&m.letter, 2 * LETTER_MAX);
        code = m.parser ? staff_change(b->govern, some_in, &m, err) : cu_fail(err, CU_MEMORY, "", "no memory for a letter");
        more = m.sending;
        cu_buf_wipe(&m.letter);
        json_parser_free(m.parser);
    }
    return code;
}

#define END                                                                                                                 \
    {                                                                                                                       \
        .name = NULL                                                                                                        \
    }
const struct spec_field breach_mail_body[] = {
    {.name = "language", .type = SPEC_ENUM, .options = breach_languages, .required = true, .doc = "Of the letter."},
    {.name = "subject", .type = SPEC_STRING, .min = 1, .max = SUBJECT_MAX, .required = true, .doc = "Its subject."},
    {.name = "text",
        .type = SPEC_STRING,
        .min = 1,
        .max = BREACH_TEXT_MAX,
        .required = true,
        .doc = "Its text: a draft, read and completed."},
    END,
};
const struct spec_field breach_mail_fields[] = {
    {.name = "state", .type = SPEC_STRING, .max = 15, .doc = "sending, or done: all letters are with the mail queue."},
    {.name = "language", .type = SPEC_STRING, .max = 7, .doc = "Its language."},
    {.name = "queued", .type = SPEC_INT, .max = INT64_MAX, .doc = "People to whom it is written."},
    {.name = "without", .type = SPEC_INT, .max = INT64_MAX, .doc = "People without an address."},
    {.name = "started", .type = SPEC_TIME, .doc = "When it was asked for."},
    {.name = "done", .type = SPEC_TIME, .nullable = true, .doc = "When the last one was handed over."},
    END,
};
