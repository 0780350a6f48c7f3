// SPDX-License-Identifier: Apache-2.0
// Answers to text messages. See sms_reply.h.
#include "sms_reply.h"

#include "base/log.h"
#include "base/metric.h"
#include "crypto/secret.h"
#include "crypto/sign.h"
#include "gate_internal.h"
#include "gate_sql.h"
#include "text/text.h"

#include <stdio.h>
#include <stdlib.h>

enum { FIELDS_MAX = 100, BODY_MAX = 32768, ID_MAX = 128, PROFILES_MAX = 256 };
static const int64_t seen_ms = INT64_C(90) * 86400000; // longer than a gateway tries again

struct sms_replies {
    struct sms_reply_options o;
    char secret[SECRET_FILE_MAX];
    struct cu_metric *taken[4]; // by word
};

struct answer { // what the gateway handed over
    cu_str from, text, id;
};

cu_code sms_replies_open(const struct sms_reply_options *o, struct sms_replies **ret, struct cu_error *err)
{
    static const char *const labels[] = {"word=\"none\"", "word=\"stop\"", "word=\"start\"", "word=\"help\""};
    struct sms_replies *s = cu_calloc(1, sizeof *s);
    if (!s)
        return cu_fail(err, CU_MEMORY, "", "no memory for answers to text messages");
    s->o = *o;
    for (size_t i = 0; i < CU_COUNT(labels); i++)
        s->taken[i] = cu_metric_get(CU_COUNTER, "custos_sms_replies_total", labels[i], "Answers to text messages, by the word they were.");
    cu_code code = secret_file_read(o->secret_file, "sms_reply_secret_file", s->secret, err);
    if (code != CU_OK) {
        sms_replies_close(s);
        return code;
    }
    *ret = s;
    return CU_OK;
}

void sms_replies_close(struct sms_replies *s)
{
    if (s)
        secret_wipe(s->secret, sizeof s->secret);
    cu_free(s);
}

// ---- is it from the gateway?

struct pair {
    cu_str name, value;
};

static int by_name(const void *a, const void *b)
{
    return cu_str_cmp(((const struct pair *)a)->name, ((const struct pair *)b)->name);
}

static cu_str decoded(cu_str text, struct cu_arena *a, bool *good)
{
    CU_AUTO_BUF struct cu_buf out;
    cu_buf_init(&out, BODY_MAX);
    *good = *good && text_url_decode(text, true, &out);
    cu_str copy = cu_arena_dup(a, cu_buf_view(&out));
    return copy;
}

static bool read_form(cu_str body, struct cu_arena *a, struct pair pairs[FIELDS_MAX], size_t *ret_count)
{
    bool good = true;
    size_t n = 0;
    while (body.len && good && n < FIELDS_MAX) {
        ptrdiff_t end = cu_str_find(body, '&');
        cu_str one = cu_str_sub(body, 0, end < 0 ? body.len : (size_t)end);
        ptrdiff_t equals = cu_str_find(one, '=');
        size_t at = equals < 0 ? one.len : (size_t)equals;
        pairs[n].name = decoded(cu_str_sub(one, 0, at), a, &good);
        pairs[n++].value = decoded(cu_str_sub(one, at + 1, one.len), a, &good);
        body = end < 0 ? CU_NONE : cu_str_sub(body, (size_t)end + 1, body.len);
    }
    *ret_count = n;
    return good && body.len == 0;
}

// https://www.twilio.com/docs/usage/security: HMAC-SHA1 over the URL and all fields by name, name and value.
static bool twilio_good(const struct sms_replies *s, struct request *rq, struct pair *pairs, size_t count)
{
    uint8_t mac[20];
    CU_AUTO_BUF struct cu_buf signed_text, given;
    cu_buf_init(&signed_text, 2 * BODY_MAX);
    cu_buf_init(&given, 64);
    cu_buf_printf(&signed_text, "%s%.*s", s->o.public_url, CU_ARG(rq->path));
    if (rq->query.len)
        cu_buf_printf(&signed_text, "?%.*s", CU_ARG(rq->query));
    if (count)
        qsort(pairs, count, sizeof *pairs, by_name);
    for (size_t i = 0; i < count; i++) {
        cu_buf_str(&signed_text, pairs[i].name);
        cu_buf_str(&signed_text, pairs[i].value);
    }
    if (signed_text.failed || !text_base64_decode(cu_str_trim(request_header(rq, "X-Twilio-Signature")), &given) || given.len != sizeof mac)
        return false;
    sign_hmac_sha1(cu_str_of(s->secret), cu_buf_view(&signed_text), mac);
    return secret_equal(given.ptr, mac, sizeof mac);
}

static bool bearer_good(const struct sms_replies *s, struct request *rq)
{
    cu_str given = cu_str_trim(request_header(rq, "Authorization"));
    if (!cu_str_starts(given, CU_LIT("Bearer ")))
        return false;
    given = cu_str_trim(cu_str_sub(given, 7, given.len));
    return given.len == strlen(s->secret) && secret_equal(given.ptr, s->secret, given.len);
}

static cu_str field(const struct pair *pairs, size_t count, const char *name, const char *other)
{
    for (size_t i = 0; i < count; i++) {
        if (cu_str_eqz(pairs[i].name, name) || cu_str_eqz(pairs[i].name, other))
            return pairs[i].value;
    }
    return CU_NONE;
}

static cu_code take(struct sms_replies *s, struct request *rq, bool twilio, struct answer *ret, struct cu_error *err)
{
    struct pair *pairs = cu_arena_alloc(rq->arena, sizeof *pairs * FIELDS_MAX);
    size_t count = 0;
    json v;
    if (!pairs)
        return cu_fail(err, CU_MEMORY, "", "no memory for an answer");
    if (!s->secret[0])
        return cu_fail(err, CU_UNAVAILABLE, "", "answers to text messages are not set up: sms_reply_secret_file");
    bool is_form = cu_str_starts(request_header(rq, "Content-Type"), CU_LIT("application/x-www-form-urlencoded"));
    bool read = !is_form || read_form(rq->body, rq->arena, pairs, &count);
    if (!read || !(twilio ? twilio_good(s, rq, pairs, count) : bearer_good(s, rq)))
        return cu_fail(err, CU_UNAUTHENTICATED, "", "this does not come from the gateway that is set");
    if (!is_form) {
        CU_TRY(json_parse(rq->json, rq->body, &v, err));
        *ret = (struct answer){json_str(json_get(v, "from")), json_str(json_get(v, "text")), json_str(json_get(v, "id"))};
    } else {
        *ret = (struct answer){field(pairs, count, "From", "from"), field(pairs, count, "Body", "text"), field(pairs, count, "MessageSid", "id")};
    }
    if (ret->id.len == 0 || ret->id.len > ID_MAX)
        return cu_fail(err, CU_MISSING, "id", "the message's own number is needed, at most %d bytes", ID_MAX);
    return CU_OK;
}

// ---- what it does

// In the transaction. *ret_news false: this message was taken before.
static cu_code note_seen(struct sms_replies *s, cu_str id, int64_t now_ms, bool *ret_news, struct cu_error *err)
{
    struct db_query q;
    struct db *d = people_db(s->o.people);
    uint8_t tag[16];
    keyring_tag(people_keyring(s->o.people), "sms reply", id, tag);
    CU_TRY(db_prepare(d, &gate_sql_reply_drop_old, &q, err));
    db_bind_i64(&q, ":before_ms", now_ms - seen_ms);
    CU_TRY(db_run(&q, err));
    CU_TRY(db_prepare(d, &gate_sql_reply_add, &q, err));
    db_bind_blob(&q, ":tag", tag, sizeof tag);
    db_bind_i64(&q, ":now_ms", now_ms);
    CU_TRY(db_run(&q, err));
    *ret_news = db_changes(d) == 1;
    return CU_OK;
}

static bool by_text_message(const struct dict_purpose *p)
{
    for (uint32_t i = 0; i < p->category_count; i++) {
        if (cu_str_eq_nocase(p->categories[i], CU_LIT("SMS")) || cu_str_eq_nocase(p->categories[i], CU_LIT("Text Messages")))
            return true;
    }
    return false;
}

static cu_code say(struct sms_replies *s, const struct answer *a, uint32_t pno, const struct dict_purpose *p, enum gate_state state,
    int64_t now_ms, struct cu_error *err)
{
    char evidence[ID_MAX + 128];
    const struct evidence ev = {.time_ms = now_ms, .received_ms = now_ms};
    (void)snprintf(evidence, sizeof evidence, "the person answered a text message with \"%.*s\"; message %.*s",
        CU_ARG(cu_str_sub(cu_str_trim(a->text), 0, 40)), CU_ARG(a->id));
    struct gate_saying said = {.purpose = p->name, .state = state, .method = CU_LIT("sms word"), .evidence = cu_str_of(evidence),
        .channel = CU_LIT("sms"), .by_person = true};
    if (!by_text_message(p)) // of other marketing, what goes by text message
        said.only.channel = CU_LIT("sms");
    cu_code code = gate_say(s->o.gate, pno, &said, &ev, err);
    return code == CU_CONFLICT ? CU_OK : code; // too young to consent: nothing is lifted
}

// START lifts what STOP closed and opens nothing else: a no to be lifted has to be there, and of a part the whole must permit.
static cu_code may_lift(struct sms_replies *s, uint32_t pno, const struct dict_purpose *p, bool *ret, struct cu_error *err)
{
    struct gate_folded whole, part;
    char method[40], key[GATE_KEY_MAX];
    struct db *d = people_db(s->o.people);
    CU_TRY(gate_state_of(s->o.gate, d, &pno, 1, p->name, &whole, method, err));
    CU_TRY(gate_key(p->name, (struct gate_part){CU_LIT("sms"), CU_NONE}, key, err));
    CU_TRY(gate_state_of(s->o.gate, d, &pno, 1, cu_str_of(key), &part, method, err));
    const struct gate_folded *closed = by_text_message(p) ? &whole : &part;
    *ret = (closed->state == GATE_WITHDRAWN || closed->state == GATE_REFUSED) &&
           (by_text_message(p) || gate_decide(p->basis, whole.state) == GATE_OK);
    return CU_OK;
}

// STOP: all marketing by text message.
static cu_code say_all(struct sms_replies *s, const struct answer *a, enum sms_word word, uint32_t pno, int64_t now_ms, struct cu_error *err)
{
    const struct dict_purpose *purposes = NULL;
    uint32_t pnos[PROFILES_MAX];
    size_t count = dictionary_purposes(people_dictionary(s->o.people), &purposes);
    size_t profiles = people_profiles(s->o.people, pno, pnos, PROFILES_MAX);
    if (profiles > PROFILES_MAX)
        profiles = PROFILES_MAX;
    for (size_t i = 0; i < count; i++) {
        if (!gate_is_marketing(&purposes[i]) || purposes[i].basis == DICT_CONTRACT || purposes[i].basis == DICT_LEGAL_OBLIGATION)
            continue;
        for (size_t k = 0; k < profiles; k++) {
            bool stop = word == SMS_WORD_STOP, lift = false;
            if (!stop)
                CU_TRY(may_lift(s, pnos[k], &purposes[i], &lift, err));
            if (stop || lift)
                CU_TRY(say(s, a, pnos[k], &purposes[i], stop ? GATE_WITHDRAWN : GATE_GRANTED, now_ms, err));
        }
    }
    return CU_OK;
}

static cu_code act_locked(struct sms_replies *s, const struct answer *a, enum sms_word word, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf number;
    uint32_t pno = 0;
    bool news = false;
    const int64_t now_ms = cu_now_ms();
    cu_buf_init(&number, 64);
    if (!text_phone_normalise(a->from, &number))
        return cu_fail(err, CU_INVALID, "from", "a number in international form, such as +4915112345678, is accepted");
    CU_TRY(note_seen(s, a->id, now_ms, &news, err));
    const struct person_id id = {CU_LIT("phone"), cu_buf_view(&number)};
    CU_TRY(people_lookup(s->o.people, id, &pno, err));
    return pno && news ? say_all(s, a, word, pno, now_ms, err) : CU_OK;
}

static cu_code act(struct sms_replies *s, const struct answer *a, enum sms_word word, struct cu_error *err)
{
    const struct guard_access former = guard_borrow_system("rights", "sms.reply");
    (void)people_lock(s->o.people);
    cu_code code = people_begin(s->o.people, err);
    if (code == CU_OK) {
        code = act_locked(s, a, word, err);
        if (code == CU_OK)
            code = people_commit(s->o.people, err);
        if (code != CU_OK) {
            people_rollback(s->o.people);
            gate_rolled_back(s->o.gate);
        }
    }
    people_unlock(s->o.people);
    guard_enter(&former);
    return code;
}

static void write_words(const struct sms_replies *s, enum sms_word word, int language, struct cu_buf *out)
{
    static const char *const texts[][3] = {
        [SMS_WORD_STOP] = {"You will get no more text messages from %s. START lifts this.",
            "Sie erhalten keine SMS mehr von %s. START hebt das auf.", "Vous ne recevrez plus de SMS de %s. START annule cela."},
        [SMS_WORD_START] = {"You get text messages from %s again. STOP ends them.",
            "Sie erhalten wieder SMS von %s. STOPP beendet sie.", "Vous recevez de nouveau les SMS de %s. ARRET les arrête."},
        [SMS_WORD_HELP] = {"This is %s. STOP ends our text messages. Your data: %s/privacy",
            "Hier ist %s. STOPP beendet unsere SMS. Ihre Daten: %s/privacy", "Ici %s. ARRET arrête nos SMS. Vos données : %s/privacy"},
    };
    if (word == SMS_WORD_NONE)
        return; // a message to the shop, not to the program
    const char *text = texts[word][language], *at = NULL;
    const char *const values[] = {s->o.shop_name, s->o.public_url};
    for (size_t i = 0; (at = strstr(text, "%s")) != NULL && i < 2; i++, text = at + 2) {
        cu_buf_str(out, (cu_str){text, (size_t)(at - text)});
        cu_buf_z(out, values[i]);
    }
    cu_buf_z(out, text);
}

// Takes the answer, does what it says, and writes what to send back.
static cu_code serve(struct request *rq, bool twilio, struct cu_buf *words, struct cu_error *err)
{
    struct sms_replies *s = rq->module;
    struct answer a;
    int language = 0;
    CU_TRY(take(s, rq, twilio, &a, err));
    enum sms_word word = sms_word_of(a.text, &language);
    if (word == SMS_WORD_STOP || word == SMS_WORD_START)
        CU_TRY(act(s, &a, word, err));
    cu_metric_add(s->taken[word], 1);
    write_words(s, word, language, words);
    return cu_buf_code(words, err);
}

static cu_code post_reply(struct request *rq, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf words;
    cu_buf_init(&words, 1024);
    CU_TRY(serve(rq, false, &words, err));
    struct json_writer w = request_json(rq, 200);
    jw_object(&w);
    jw_kstr(&w, "reply", words.len ? cu_buf_view(&words) : CU_NONE);
    jw_object_end(&w);
    return CU_OK;
}

static cu_code post_twilio(struct request *rq, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf words;
    cu_buf_init(&words, 1024);
    CU_TRY(serve(rq, true, &words, err));
    struct cu_buf *out = &rq->response.body;
    rq->response.status = 200;
    rq->response.content_type = "text/xml; charset=utf-8";
    cu_buf_z(out, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Response>");
    if (words.len) {
        cu_buf_z(out, "<Message>");
        text_html(cu_buf_view(&words), out);
        cu_buf_z(out, "</Message>");
    }
    cu_buf_z(out, "</Response>\n");
    return CU_OK;
}

static const struct spec_field reply_answer[] = {
    {.name = "reply", .type = SPEC_STRING, .max = 600, .nullable = true, .doc = "What to send back, or null."},
    {.name = NULL},
};
static const struct spec_route routes[] = {
    {.name = "sms.reply", .method = "POST", .path = "/v1/sms/replies", .permission = SPEC_PUBLIC, .body_kind = SPEC_BODY_RAW,
        .body_max = BODY_MAX, .answer = reply_answer,
        .doc = "A person's answer to a text message, handed over by a gateway that shows the secret: {from, text, id} as JSON or form. "
               "STOP, START and HELP in three languages.", .handler = post_reply},
    {.name = "sms.reply_twilio", .method = "POST", .path = "/v1/sms/replies/twilio", .permission = SPEC_PUBLIC, .body_kind = SPEC_BODY_RAW,
        .body_max = BODY_MAX, .doc = "The same from Twilio, which signs it (X-Twilio-Signature) and gets TwiML back.", .handler = post_twilio},
};
const struct module consent_sms_reply_module = {
    .name = "sms_replies",
    .doc = "One-word answers to text messages.",
    .routes = routes,
    .route_count = CU_COUNT(routes),
};
