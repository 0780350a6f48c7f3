// SPDX-License-Identifier: Apache-2.0
// Alerts on their way out: letters to members of staff, webhooks. One row a place; a letter is handed over in the transaction
// that notes it, a webhook is tried for half a day with growing pauses, with the same id each time.
#include "target_private.h"
#include "target_sql.h"

#include "base/clock.h"
#include "consent/recipient_webhook.h"
#include "crypto/secret.h"
#include "store/module.h"
#include "text/text.h"

#include <stdio.h>

enum { WAITS = 1, TOLD = 2, GIVEN_UP = 3 };
enum { TELL_AT_ONCE = 50, TRIES_MAX = 14, ANSWER_MS = 10000, URL_MAX = 1024 };
static const int64_t first_pause_ms = 5000;
static const cu_str mail_prefix = {"mail:", 5}, webhook_prefix = {"webhook:", 8};

struct telling {
    struct targets *t;
    int64_t id, alert, at_ms, tries, staff;
    cu_str place, title, words, target;
    double value;
    int state;
    const char *fault;
};

// --- places

bool target_leaves(cu_str tell)
{
    return cu_str_find_str(tell, mail_prefix) >= 0 || cu_str_find_str(tell, webhook_prefix) >= 0;
}

static cu_code check_mail(struct targets *t, cu_str who, int64_t caller, struct cu_buf *out, struct cu_error *err)
{
    int64_t staff = caller;
    CU_AUTO_BUF struct cu_buf address;
    cu_buf_init(&address, 512);
    bool number = who.len > 0 && who.len < 16;
    for (size_t i = 0; i < who.len; i++)
        number = number && who.ptr[i] >= '0' && who.ptr[i] <= '9';
    if (!t->o.send)
        return cu_fail(err, CU_UNAVAILABLE, "tell", "no mail server is set; see the settings mail_host and mail_from");
    if (number) {
        staff = 0;
        for (size_t i = 0; i < who.len; i++)
            staff = staff * 10 + who.ptr[i] - '0';
    } else if (!cu_str_eqz(who, "me")) {
        return cu_fail(err, CU_INVALID, "tell", "mail:me or mail: and the number of a member of staff is accepted");
    }
    if (staff <= 0 || t->o.address_of(t->o.address_context, staff, &address, NULL) != CU_OK)
        return cu_fail(err, CU_INVALID, "tell", "mail goes to members of staff only; this one is not known");
    cu_buf_printf(out, "mail:%lld", (long long)staff);
    return cu_buf_code(out, err);
}

cu_code target_place_check(struct targets *t, cu_str place, int64_t caller, struct cu_buf *out, struct cu_error *err)
{
    if (cu_str_eqz(place, "today")) {
        cu_buf_str(out, place);
        return cu_buf_code(out, err);
    }
    if (cu_str_starts(place, mail_prefix))
        return check_mail(t, cu_str_sub(place, mail_prefix.len, place.len), caller, out, err);
    if (cu_str_starts(place, webhook_prefix)) {
        cu_str url = cu_str_sub(place, webhook_prefix.len, place.len);
        if (url.len == 0 || url.len > URL_MAX || (!cu_str_starts(url, CU_LIT("https://")) && !cu_str_starts(url, CU_LIT("http://"))))
            return cu_fail(err, CU_INVALID, "tell", "webhook: and an https address of at most %d bytes is accepted", URL_MAX);
        cu_buf_str(out, place);
        return cu_buf_code(out, err);
    }
    return cu_fail(err, CU_INVALID, "tell", "\"today\", \"mail:me\", \"mail:<number of a member of staff>\" or \"webhook:<https address>\" is accepted");
}

// --- one telling

static cu_code set_state(struct db *d, const struct telling *g, struct cu_error *err)
{
    int64_t pause = first_pause_ms << (g->tries > 1 ? g->tries - 1 : 0); // 5 s, 10 s, 20 s ... half a day in all
    struct db_query q;
    CU_TRY(db_prepare(d, &target_sql_telling_set, &q, err));
    db_bind_i64(&q, ":state", g->state);
    db_bind_i64(&q, ":tries", g->tries);
    db_bind_i64(&q, ":next_ms", cu_now_ms() + pause);
    db_bind_str(&q, ":fault", cu_str_of(g->fault));
    db_bind_i64(&q, ":id", g->id);
    return db_run(&q, err);
}

static cu_code store_state(struct db *d, void *what, struct cu_error *err)
{
    return set_state(d, what, err);
}

// The letter and the note of it in one transaction: it is handed over once.
static cu_code hand_over(struct db *d, void *what, struct cu_error *err)
{
    struct telling *g = what;
    struct targets *t = g->t;
    CU_AUTO_BUF struct cu_buf to;
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&to, 512);
    cu_buf_init(&text, 4096);
    int64_t staff = 0;
    for (size_t i = mail_prefix.len; i < g->place.len; i++)
        staff = staff * 10 + g->place.ptr[i] - '0';
    if (!t->o.send || t->o.address_of(t->o.address_context, staff, &to, NULL) != CU_OK) { // has left since
        g->state = GIVEN_UP;
        g->fault = t->o.send ? "not_found" : "unavailable";
        return set_state(d, g, err);
    }
    cu_buf_printf(&text, "%.*s\n\n%.*s\n", CU_ARG(g->title), CU_ARG(g->words));
    if (t->o.base_url[0])
        cu_buf_printf(&text, "\n%s/#/targets\n", t->o.base_url);
    char subject[300];
    (void)snprintf(subject, sizeof subject, "%s: %.*s", t->o.shop_name, CU_ARG(g->title));
    const struct letter l = {.to = cu_buf_view(&to), .kind = CU_LIT("target_alert"), .language = CU_LIT("en"), .subject = cu_str_of(subject),
        .text = cu_buf_view(&text)};
    CU_TRY(t->o.send(t->o.send_context, &l, err));
    g->state = TOLD;
    return set_state(d, g, err);
}

static void write_alert(const struct telling *g, struct json_writer *w)
{
    jw_object(w);
    jw_kz(w, "type", "custos.target.alert");
    jw_ktime(w, "timestamp", g->at_ms);
    jw_key(w, "data");
    jw_object(w);
    jw_ki64(w, "alert", g->alert);
    jw_kstr(w, "target", g->target);
    jw_kstr(w, "title", g->title);
    jw_kstr(w, "words", g->words);
    jw_key(w, "value");
    jw_double(w, g->value);
    jw_object_end(w);
    jw_object_end(w);
}

static cu_code sign(struct targets *t, cu_str id, int64_t now_s, cu_str body, struct cu_buf *out, struct cu_error *err)
{
    char secret[SECRET_FILE_MAX];
    cu_buf_z(out, "webhook-signature: ");
    CU_TRY(secret_file_read(t->o.secret_file, "targets_webhook_secret_file", secret, err));
    cu_code code = recipient_webhook_sign(cu_str_of(secret), id, now_s, body, out, err);
    secret_wipe(secret, sizeof secret);
    return code;
}

static cu_code call(struct telling *g, struct cu_error *err)
{
    struct targets *t = g->t;
    int64_t now_s = cu_now_ms() / 1000;
    char url[URL_MAX + 1], id[64], id_header[96], time_header[64];
    struct json_writer w;
    CU_AUTO_BUF struct cu_buf body;
    CU_AUTO_BUF struct cu_buf signature;
    cu_buf_init(&body, 4096);
    cu_buf_init(&signature, 512);
    (void)snprintf(url, sizeof url, "%.*s", (int)(g->place.len - webhook_prefix.len), g->place.ptr + webhook_prefix.len);
    (void)snprintf(id, sizeof id, "target-alert-%lld", (long long)g->alert);
    (void)snprintf(id_header, sizeof id_header, "webhook-id: %s", id);
    (void)snprintf(time_header, sizeof time_header, "webhook-timestamp: %lld", (long long)now_s);
    jw_start(&w, &body);
    write_alert(g, &w);
    CU_TRY(cu_buf_code(&body, err));
    const char *headers[] = {"Content-Type: application/json", id_header, time_header, NULL};
    size_t count = 3;
    if (t->o.secret_file && t->o.secret_file[0]) {
        CU_TRY(sign(t, cu_str_of(id), now_s, cu_buf_view(&body), &signature, err));
        cu_buf_char(&signature, 0);
        CU_TRY(cu_buf_code(&signature, err));
        headers[count++] = signature.ptr;
    }
    const struct outgoing_call c = {.method = "POST", .url = url, .headers = headers, .header_count = count, .body = cu_buf_view(&body),
        .timeout_ms_max = ANSWER_MS};
    struct outgoing_answer answer = {0};
    cu_code code = outgoing_send(t->o.outgoing, &c, &answer, err);
    int status = answer.status;
    outgoing_answer_clear(&answer);
    if (code == CU_OK && (status < 200 || status > 299))
        return cu_fail(err, CU_UNAVAILABLE, "", "the webhook answered %d", status);
    return code;
}

static cu_code tell(struct telling *g, struct cu_error *err)
{
    struct cu_error fault = {0};
    if (cu_str_starts(g->place, mail_prefix))
        return people_store(g->t->o.people, hand_over, g, err);
    cu_code code = call(g, &fault);
    g->tries++;
    g->state = code == CU_OK ? TOLD : g->tries >= TRIES_MAX ? GIVEN_UP : WAITS;
    g->fault = code == CU_OK ? "" : cu_code_rows[code].name;
    return people_store(g->t->o.people, store_state, g, err);
}

// The next one that is due; false when there is none.
static cu_code next(struct targets *t, struct cu_arena *a, struct telling *ret, bool *ret_any, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    CU_TRY(people_read_take(t->o.people, &d, err));
    cu_code code = db_prepare(d, &target_sql_telling_due, &q, err);
    *ret_any = false;
    if (code == CU_OK) {
        db_bind_i64(&q, ":now_ms", cu_now_ms());
        *ret_any = db_step(&q);
        if (*ret_any)
            *ret = (struct telling){.t = t, .id = db_i64(&q, 0), .place = cu_arena_dup(a, db_str(&q, 1)), .tries = db_i64(&q, 2), .alert = db_i64(&q, 3),
                .title = cu_arena_dup(a, db_str(&q, 4)), .words = cu_arena_dup(a, db_str(&q, 5)), .at_ms = db_i64(&q, 6), .value = db_f64(&q, 7),
                .target = cu_arena_dup(a, db_str(&q, 8)), .state = WAITS, .fault = ""};
        code = db_end(&q, err);
    }
    people_read_give(t->o.people, d);
    return code;
}

cu_code targets_tell(void *instance, struct cu_error *err)
{
    struct targets *t = instance;
    for (int i = 0; i < TELL_AT_ONCE && atomic_load(&t->started); i++) {
        struct telling g;
        bool any = false;
        CU_AUTO_ARENA struct cu_arena *a = cu_arena_new(64 * 1024);
        if (!a)
            return cu_fail(err, CU_MEMORY, "", "no memory for alerts");
        CU_TRY(next(t, a, &g, &any, err));
        if (!any)
            return CU_OK;
        CU_TRY(tell(&g, err));
    }
    return CU_OK;
}
