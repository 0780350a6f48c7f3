// SPDX-License-Identifier: Apache-2.0
// Taking letters. See letters.h.
#include "letter_internal.h"

#include "letter_sql.h"

static void meters(struct letters *l)
{
    static const char *const labels[LETTER_STATE_COUNT] = {
        [LETTER_SENT] = "result=\"sent\"", [LETTER_FAILED] = "result=\"failed\"", [LETTER_SINK] = "result=\"sink\""};
    for (size_t i = LETTER_SENT; i < LETTER_STATE_COUNT; i++)
        l->ended[i] = cu_metric_get(
            CU_COUNTER, "custos_letters_total", labels[i], "Letters that were sent, given up, or composed for a sink.");
    l->tries_failed =
        cu_metric_get(CU_COUNTER, "custos_letter_tries_failed_total", NULL, "Tries to hand a letter over that failed.");
    l->took = cu_metric_get(
        CU_HISTOGRAM, "custos_letter_seconds", NULL, "From taking a letter to the mail server's having it.");
}

cu_code letters_open(const struct letters_options *o, struct letters **ret, struct cu_error *err)
{
    pthread_condattr_t attr;
    CU_TRY(smtp_check(o->smtp, err));
    struct letters *l = cu_calloc(1, sizeof *l);
    if (!l)
        return cu_fail(err, CU_MEMORY, "", "no memory for letters");
    l->o = *o;
    l->smtp = *o->smtp;
    l->smtp.stop = &l->ending;
    (void)pthread_mutex_init(&l->lock, NULL);
    (void)pthread_condattr_init(&attr);
    (void)pthread_condattr_setclock(&attr, CLOCK_MONOTONIC);
    (void)pthread_cond_init(&l->wake, &attr);
    (void)pthread_condattr_destroy(&attr);
    meters(l);
    people_on_forget(o->people, letter_forget, l);
    *ret = l;
    return CU_OK;
}

cu_code letters_start(struct letters *l, struct cu_error *err)
{
    if (pthread_create(&l->thread, NULL, letter_sender, l) != 0)
        return cu_fail(err, CU_MEMORY, "", "cannot start the thread of letters");
    atomic_store(&l->started, true);
    return CU_OK;
}

static void wake(struct letters *l, bool stop)
{
    (void)pthread_mutex_lock(&l->lock);
    l->news++;
    l->stop = l->stop || stop;
    (void)pthread_cond_broadcast(&l->wake);
    (void)pthread_mutex_unlock(&l->lock);
}

void letters_close(struct letters *l)
{
    if (!l)
        return;
    atomic_store(&l->ending, true);
    wake(l, true);
    if (atomic_load(&l->started))
        (void)pthread_join(l->thread, NULL);
    people_unhook(l->o.people, l);
    (void)pthread_cond_destroy(&l->wake);
    (void)pthread_mutex_destroy(&l->lock);
    cu_free(l);
}

bool letters_can(const struct letters *l)
{
    return l && l->smtp.host && l->smtp.host[0];
}

bool letters_run(const struct letters *l)
{
    return atomic_load(&l->started);
}

// ---- taking one

static cu_code kind_good(cu_str kind, struct cu_error *err)
{
    bool good = kind.len > 0 && kind.len <= LETTER_KIND_MAX;
    for (size_t i = 0; i < kind.len; i++)
        good = good && ((kind.ptr[i] >= 'a' && kind.ptr[i] <= 'z') || kind.ptr[i] == '_');
    return good ? CU_OK : cu_fail(err, CU_INVALID, "kind", "a word of a-z and _, at most %d, is accepted", LETTER_KIND_MAX);
}

// That it can be composed: who made it hears of it now, and not a log in an hour.
static cu_code try_composing(const struct letters *l, const struct letter *letter, cu_str id, struct cu_error *err)
{
    struct smtp_message m;
    struct smtp_options o = l->smtp;
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, SMTP_BYTES_MAX);
    if (!letters_can(l)) // a sink, whoever it would be from
        o.from = "canary@custos.invalid";
    letter_plain(letter, id, cu_now_ms(), &m);
    cu_code code = smtp_compose(&o, &m, &text, err);
    cu_buf_wipe(&text);
    return code;
}

static cu_code take(struct letters *l, const struct letter *letter, struct cu_error *err)
{
    struct people *p = l->o.people;
    struct cu_uuid id = cu_uuid7();
    const int64_t now = cu_now_ms();
    char text[37];
    CU_AUTO_BUF struct cu_buf sealed;
    cu_buf_init(&sealed, LETTER_MESSAGE_MAX * 2);
    cu_uuid_format(id, text);
    if (!letters_can(l) && !letter_is_sink(letter->to))
        return cu_fail(err, CU_UNAVAILABLE, "mail_host", "no mail server is set");
    CU_TRY(try_composing(l, letter, cu_str_of(text), err));
    const uint64_t subject = letter_subject(letter, now);
    CU_TRY(letter_seal(p, id, letter, subject, &sealed, err));
    CU_TRY(letter_add(people_db(p), id, letter, subject, cu_buf_view(&sealed), now, err));
    wake(l, false);
    return CU_OK;
}

cu_code letters_send(void *context, const struct letter *given, struct cu_error *err)
{
    struct letters *l = context;
    struct letter letter = *given;
    struct cu_buf address;
    struct people_figures f;
    cu_buf_init(&address, 512);
    CU_TRY(kind_good(letter.kind, err));
    cu_code code = CU_OK;
    if (letter.to.len == 0) {
        code = letter.pno ? letter_address(l->o.people, letter.pno, &address, err)
                          : cu_fail(err, CU_NOT_FOUND, "to", "an address is needed for somebody without a record");
        letter.to = cu_buf_view(&address);
    }
    if (letter.outlives && letter.pno && !people_figures(l->o.people, letter.pno, &f))
        letter.pno = 0; // erased already
    if (code == CU_OK)
        code = take(l, &letter, err);
    cu_buf_wipe(&address);
    return code;
}

cu_code letters_state(struct letters *l, uint32_t pno, cu_str kind, enum letter_state *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    *ret = 0;
    CU_TRY(people_read_take(l->o.people, &d, err));
    cu_code code = db_prepare(d, &letter_sql_state_of, &q, err);
    if (code == CU_OK) {
        db_bind_i64(&q, ":pno", pno);
        db_bind_str(&q, ":kind", kind);
        if (db_step(&q))
            *ret = (enum letter_state)db_i64(&q, 0);
        code = db_end(&q, err);
    }
    people_read_give(l->o.people, d);
    return code;
}
