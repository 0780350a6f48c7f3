// SPDX-License-Identifier: Apache-2.0
// Recipients with a clock that the test moves: who is told, what a failing or silent recipient comes to and when, what is left
// of an order when it is done; and the pure parts of the doors' protocols.
#include "gate_test.h"

#include "consent/drp.h"
#include "consent/recipient_private.h"
#include "consent/recipient_webhook.h"
#include "crypto/sign.h"
#include "text/text.h"

extern const struct db_statement recipient_schema_sql_schema; // generated

static int64_t now_ms;
static int64_t clock_now(void *context)
{
    (void)context;
    return now_ms;
}
static const int64_t minute = 60000, day = 86400000;

struct desk {
    struct shop s;
    struct recipients *r;
    struct {
        char to[64], text[4096];
    } sent[16];
    size_t sent_count;
    cu_code send_code;
};

static cu_code take_letter(void *context, const struct letter *l, struct cu_error *err)
{
    struct desk *d = context;
    if (d->send_code != CU_OK)
        return cu_fail(err, d->send_code, "", "no");
    assert_true(d->sent_count < CU_COUNT(d->sent));
    assert_true(l->outlives && l->pno == 0);
    (void)snprintf(d->sent[d->sent_count].to, sizeof d->sent[0].to, "%.*s", CU_ARG(l->to));
    (void)snprintf(d->sent[d->sent_count++].text, sizeof d->sent[0].text, "%.*s", CU_ARG(l->text));
    return CU_OK;
}

static void run_sql(struct desk *d, const char *sql)
{
    sqlite3 *raw = NULL;
    char *path = test_path(d->s.folder, "records.db");
    assert_int_equal(sqlite3_open(path, &raw), SQLITE_OK);
    assert_int_equal(sqlite3_busy_timeout(raw, 5000), SQLITE_OK);
    if (sqlite3_exec(raw, sql, NULL, NULL, NULL) != SQLITE_OK)
        fail_msg("%s", sqlite3_errmsg(raw));
    sqlite3_close(raw);
    free(path);
}

static int setup(void **state)
{
    struct desk *d = calloc(1, sizeof *d);
    struct cu_error err = {0};
    assert_non_null(d);
    now_ms = INT64_C(1790000000000);
    cu_clock_inject(clock_now, NULL);
    cu_log_set_level(CU_LOG_ERROR + 1);
    d->s.folder = test_folder_fast();
    d->s.json = json_parser_new(1 << 20);
    d->s.seq = 1;
    if (dictionary_load(cu_str_of(shop_dictionary), &d->s.dictionary, &err) != CU_OK)
        fail_msg("%s: %s", err.field, err.text);
    shop_open(&d->s);
    run_sql(d, recipient_schema_sql_schema.sql);
    const struct recipients_options o = {.people = d->s.people, .shop_name = "The Shop", .base_url = "https://shop.example",
        .send = take_letter, .send_context = d};
    assert_ok(recipients_open(&o, &d->r, NULL));
    *state = d;
    return 0;
}

static int teardown(void **state)
{
    struct desk *d = *state;
    cu_fault_disarm();
    recipients_close(d->r);
    shop_close(&d->s);
    dictionary_free(d->s.dictionary);
    json_parser_free(d->s.json);
    char *timeline = test_path(d->s.folder, "timeline");
    test_folder_free(timeline);
    test_folder_free(d->s.folder);
    free(d);
    cu_clock_inject(NULL, NULL);
    return 0;
}

static void recipient(struct desk *d, const char *name, const char *purposes, const char *method, int enabled)
{
    char sql[1024];
    (void)snprintf(sql, sizeof sql,
        "INSERT INTO recipient (name,title,role,country,safeguard,purposes,contact,website,contract_ms,contract_ends_ms,enabled,method,url,domain,"
        "identities,answer_days,certificate_ms,made_ms,changed_ms) VALUES ('%s','%s','processor','DE','','%s','privacy@%s.example','',1,0,%d,'%s',"
        "'http://127.0.0.1:9/','','email',14,0,1,1)", name, name, purposes, name, enabled, method);
    run_sql(d, sql);
}

static uint32_t somebody(struct desk *d, const char *user, const char *email)
{
    const struct person_id ids[] = {{CU_LIT("user_id"), cu_str_of(user)}, {CU_LIT("email"), cu_str_of(email)}};
    struct evidence ev = at(&d->s, now_ms);
    uint32_t pno = 0;
    (void)people_lock(d->s.people);
    assert_ok(people_begin(d->s.people, NULL));
    assert_ok(people_identify(d->s.people, ids, 2, &ev, &pno, NULL));
    assert_ok(people_commit(d->s.people, NULL));
    people_unlock(d->s.people);
    return pno;
}

static cu_code tell_as(struct desk *d, struct cu_uuid request, uint32_t pno, enum rights_right right, bool keep, uint32_t *told)
{
    (void)people_lock(d->s.people);
    assert_ok(people_begin(d->s.people, NULL));
    cu_code code = recipients_tell(d->r, request, pno, right, told, NULL);
    if (code == CU_OK && keep)
        code = people_commit(d->s.people, NULL);
    else
        people_rollback(d->s.people);
    people_unlock(d->s.people);
    return code;
}

static uint32_t tell(struct desk *d, struct cu_uuid request, uint32_t pno)
{
    uint32_t told = 0;
    assert_ok(tell_as(d, request, pno, RIGHTS_ERASURE, true, &told));
    return told;
}

static int64_t rows_where(struct desk *d, const char *sql)
{
    return count_of(&d->s, sql);
}

// ---- who is told

static void who_had_the_data_is_told(void **state)
{
    struct desk *d = *state;
    uint32_t never = somebody(d, "u1", "one@example.com"), once = somebody(d, "u2", "two@example.com");
    recipient(d, "parcels", "post", "none", 1);      // contract: everybody's
    recipient(d, "watch", "fraud", "none", 1);       // legitimate interest: everybody's
    recipient(d, "news", "both", "none", 1);         // consent
    recipient(d, "mixed", "quiet,post", "none", 1);  // one of its purposes is enough
    recipient(d, "off", "post", "none", 0);
    recipient(d, "all", "", "none", 1);
    recipient(d, "gone", "no_such_purpose", "none", 1);
    hear(&d->s, once, "{\"categoryPreferences\":{\"One\":true,\"Two\":true}}", now_ms);
    hear(&d->s, once, "{\"categoryPreferences\":{\"One\":false,\"Two\":false}}", now_ms + 1); // withdrawn: the data is there all the same
    struct cu_uuid a = cu_uuid7(), b = cu_uuid7();
    assert_int_equal(tell(d, a, never), 4);
    assert_int_equal(tell(d, b, once), 5);
    assert_int_equal(rows_where(d, "SELECT count(*) FROM recipient_order"), 9);
    assert_int_equal(tell(d, a, never), 4); // repeated after a crash: the same orders
    assert_int_equal(rows_where(d, "SELECT count(*) FROM recipient_order"), 9);
    uint32_t told = 0;
    assert_ok(tell_as(d, a, never, RIGHTS_RESTRICTION, true, &told)); // another thing to tell is another order
    assert_int_equal(rows_where(d, "SELECT count(*) FROM recipient_order"), 13);
    assert_int_equal(rows_where(d, "SELECT count(*) FROM recipient_order o JOIN recipient r ON r.id = o.recipient WHERE r.name IN ('off', 'gone')"), 0);
    assert_int_equal(rows_where(d, "SELECT count(DISTINCT uuid) FROM recipient_order WHERE length(uuid) = 16 AND substr(hex(uuid), 13, 1) = '4'"), 13);
}

static void an_act_that_fails_told_nobody(void **state)
{
    struct desk *d = *state;
    uint32_t pno = somebody(d, "u1", "one@example.com"), told = 0;
    recipient(d, "all", "", "none", 1);
    recipient(d, "two", "", "none", 1);
    assert_ok(tell_as(d, cu_uuid7(), pno, RIGHTS_ERASURE, false, &told));
    assert_int_equal(told, 2);
    assert_int_equal(rows_where(d, "SELECT count(*) FROM recipient_order"), 0);
    for (uint64_t nth = 1;; nth++) {
        int64_t before = rows_where(d, "SELECT count(*) FROM recipient_order");
        (void)people_lock(d->s.people);
        assert_ok(people_begin(d->s.people, NULL));
        cu_fault_arm(CU_FAULT_ALLOC, nth, false);
        cu_code code = recipients_tell(d->r, cu_uuid7(), pno, RIGHTS_ERASURE, &told, NULL);
        bool hit = cu_fault_count(CU_FAULT_ALLOC) >= nth;
        cu_fault_disarm();
        if (code == CU_OK)
            code = people_commit(d->s.people, NULL);
        else
            people_rollback(d->s.people);
        people_unlock(d->s.people);
        assert_int_equal(rows_where(d, "SELECT count(*) FROM recipient_order") - before, code == CU_OK ? 2 : 0);
        assert_int_equal(rows_where(d, "SELECT count(*) FROM recipient_order WHERE identifiers IS NULL"), 0);
        if (!hit)
            break;
        assert_true(nth < 2000);
    }
}

static void run_once(struct desk *d);

static void withdrawals_are_told_once(void **state)
{
    struct desk *d = *state;
    static const char *const yes = "{\"categoryPreferences\":{\"One\":true,\"Two\":true}}", *const no = "{\"categoryPreferences\":{\"One\":false,\"Two\":false}}";
    uint32_t one = somebody(d, "u1", "one@example.com"), never = somebody(d, "u2", "two@example.com"), canary = somebody(d, "u3", "three@example.com");
    recipient(d, "news", "both", "none", 1);
    recipient(d, "mixed", "both,post", "none", 1); // keeps it for another purpose
    recipient(d, "late", "both", "none", 1);
    run_sql(d, "UPDATE recipient SET made_ms = 1790000000100 WHERE name = 'late'");
    hear(&d->s, one, yes, now_ms);
    hear(&d->s, never, no, now_ms);
    struct evidence made_up = at(&d->s, now_ms), later = at(&d->s, now_ms + 1);
    made_up.sample = later.sample = true;
    assert_ok(hear_as(&d->s, canary, yes, GATE_BY_CONTEXT, made_up));
    assert_ok(hear_as(&d->s, canary, no, GATE_BY_CONTEXT, later));
    run_once(d);
    assert_int_equal(rows_where(d, "SELECT count(*) FROM recipient_order"), 0);
    hear(&d->s, one, no, now_ms + 1);
    run_once(d);
    assert_int_equal(rows_where(d, "SELECT count(*) FROM recipient_order"), 1);
    assert_int_equal(rows_where(d, "SELECT count(*) FROM recipient_order o JOIN recipient r ON r.id = o.recipient WHERE r.name = 'news' AND \"right\" = 4"), 1);
    run_sql(d, "UPDATE recipient_cursor SET evidence = 0"); // a copy of the folder from before
    run_once(d);
    run_sql(d, "UPDATE recipient_cursor SET evidence = 100000"); // numbers that were forgotten are given out again
    run_once(d);
    assert_int_equal(rows_where(d, "SELECT count(*) FROM recipient_order"), 1);
    hear(&d->s, one, yes, now_ms + 2);
    run_once(d);
    hear(&d->s, one, no, now_ms + 3);
    run_once(d);
    assert_int_equal(rows_where(d, "SELECT count(*) FROM recipient_order"), 2);
}

// ---- time

static struct recipient_order loaded(struct desk *d, int64_t id)
{
    struct recipient_order o;
    struct db *db = NULL;
    struct cu_arena *a = cu_arena_new(1 << 16);
    assert_ok(people_read_take(d->s.people, &db, NULL));
    assert_ok(recipient_order_load(db, id, a, &o, NULL));
    people_read_give(d->s.people, db);
    o.identifiers.ptr = NULL; // of the arena
    cu_arena_free(a);
    return o;
}

static void run_once(struct desk *d)
{
    const struct guard_access former = guard_borrow_system("rights", "test");
    recipients_run(d->r);
    guard_enter(&former);
}

// A recipient that never answers: tried with growing pauses for its days, then staff has it; never a day late.
static void silence_escalates(void **state)
{
    struct desk *d = *state;
    uint32_t pno = somebody(d, "u1", "one@example.com");
    recipient(d, "down", "", "webhook", 1);
    run_sql(d, "UPDATE recipient SET secret = NULL");
    recipient(d, "post", "", "letter", 1);
    int64_t start = now_ms;
    struct cu_uuid request = cu_uuid7();
    assert_int_equal(tell(d, request, pno), 2);
    run_once(d);
    assert_int_equal(loaded(d, 1).state, RECIPIENT_ESCALATED); // a webhook without a key cannot be signed: at once
    assert_string_equal(loaded(d, 1).fault, "no_secret");
    assert_int_equal(loaded(d, 2).state, RECIPIENT_SENT);
    assert_int_equal(d->sent_count, 1);
    assert_string_equal(d->sent[0].to, "privacy@post.example");
    assert_non_null(strstr(d->sent[0].text, "one@example.com"));
    assert_null(strstr(d->sent[0].text, "u1")); // not a kind this one knows anybody by
    assert_non_null(strstr(d->sent[0].text, "erase"));
    size_t rounds = 0;
    while (loaded(d, 2).state != RECIPIENT_ESCALATED) {
        struct recipient_order o = loaded(d, 2);
        assert_true(o.next_ms > now_ms);
        now_ms = o.next_ms;
        run_once(d);
        assert_true(++rounds < 20);
    }
    assert_int_equal(now_ms, start + 14 * day);
    assert_true(d->sent_count >= 4 && d->sent_count <= 8); // reminders, not a flood
    assert_non_null(strstr(d->sent[d->sent_count - 1].text, "reminder"));
    // an answer still counts
    struct recipient_order o = loaded(d, 2);
    recipient_weigh(&o, &(struct recipient_sent){.state = RECIPIENT_DONE, .fault = ""}, now_ms);
    assert_ok(recipient_order_store(d->r, &o, NULL));
    run_once(d);
    assert_int_equal(loaded(d, 2).state, RECIPIENT_DONE);
    assert_int_equal(rows_where(d, "SELECT told FROM recipient_order WHERE id = 2"), 1);
}

static void failures_wait_longer_each_time(void **state)
{
    struct desk *d = *state;
    uint32_t pno = somebody(d, "u1", "one@example.com");
    recipient(d, "post", "", "letter", 1);
    assert_int_equal(tell(d, cu_uuid7(), pno), 1);
    d->send_code = CU_FULL;
    static const int64_t minutes[] = {1, 5, 30, 120, 480, 1440, 1440};
    for (size_t i = 0; i < CU_COUNT(minutes); i++) {
        run_once(d);
        struct recipient_order o = loaded(d, 1);
        assert_int_equal(o.state, RECIPIENT_FAILED);
        assert_int_equal(o.tries, i + 1);
        assert_string_equal(o.fault, "storage_full");
        assert_int_equal(o.next_ms - now_ms, minutes[i] * minute);
        run_once(d); // not before its time
        assert_int_equal(loaded(d, 1).tries, i + 1);
        now_ms = o.next_ms;
    }
    d->send_code = CU_OK;
    run_once(d);
    assert_int_equal(loaded(d, 1).state, RECIPIENT_SENT);
    assert_int_equal(loaded(d, 1).tries, 0);
}

static void no_mail_server_means_by_hand(void **state)
{
    struct desk *d = *state;
    uint32_t pno = somebody(d, "u1", "one@example.com");
    recipient(d, "post", "", "letter", 1);
    recipient(d, "hand", "", "none", 1);
    d->send_code = CU_UNAVAILABLE;
    assert_int_equal(tell(d, cu_uuid7(), pno), 2);
    run_once(d);
    for (int64_t id = 1; id <= 2; id++) {
        assert_int_equal(loaded(d, id).state, RECIPIENT_ESCALATED);
        assert_string_equal(loaded(d, id).fault, "by_hand");
    }
}

// Every sequence of what may happen: what is done stays done, what is over time is with staff, nothing is tried without a pause.
static void weighing_never_goes_wrong(void **state)
{
    (void)state;
    uint64_t random = 88172645463325252u;
    for (int trial = 0; trial < 20000; trial++) {
        struct recipient_order o = {.state = RECIPIENT_PENDING, .due_ms = 14 * day};
        int64_t at_ms = 0;
        for (int step = 0; step < 40; step++) {
            bool was_done = o.state == RECIPIENT_DONE, had = o.sent_ms != 0;
            enum recipient_state said = (enum recipient_state)(RECIPIENT_SENT + test_random(&random) % 5);
            recipient_weigh(&o, &(struct recipient_sent){.state = said, .fault = said == RECIPIENT_FAILED ? "refused" : ""}, at_ms);
            assert_true(!was_done || o.state == RECIPIENT_DONE);
            assert_true(o.state >= RECIPIENT_SENT && o.state < RECIPIENT_STATE_COUNT);
            if (o.state != RECIPIENT_DONE) {
                assert_true(o.next_ms > at_ms);
                assert_true(at_ms < o.due_ms || o.state == RECIPIENT_ESCALATED);
                assert_true(o.state == RECIPIENT_ESCALATED || o.next_ms <= o.due_ms);
                assert_true(!had || o.state != RECIPIENT_FAILED); // what was taken is not unsent by a failing reminder
            }
            at_ms += (int64_t)(test_random(&random) % (uint64_t)(2 * day)) + 1;
        }
    }
}

// ---- what is left

static void a_done_order_knows_nobody(void **state)
{
    struct desk *d = *state;
    uint32_t pno = somebody(d, "u1", "one@example.com");
    recipient(d, "hand", "", "none", 1);
    assert_int_equal(tell(d, cu_uuid7(), pno), 1);
    run_once(d);
    uint64_t subject = RECIPIENT_ORDERS + 1;
    assert_false(guard_is_erased(d->s.guard, subject));
    struct recipient_order o = loaded(d, 1);
    recipient_weigh(&o, &(struct recipient_sent){.state = RECIPIENT_DONE, .fault = ""}, now_ms);
    assert_ok(recipient_order_store(d->r, &o, NULL));
    run_once(d);
    assert_true(guard_is_erased(d->s.guard, subject));
    assert_int_equal(rows_where(d, "SELECT count(*) FROM recipient_order WHERE identifiers IS NOT NULL"), 0);
    run_once(d);
    // an old copy of records.db comes back, and the order in it: its key does not
    run_sql(d, "UPDATE recipient_order SET state = 1, told = 0, next_ms = 1, identifiers = x'00'");
    run_once(d);
    assert_int_equal(loaded(d, 1).state, RECIPIENT_ESCALATED);
    assert_string_equal(loaded(d, 1).fault, "identifiers_gone");
}

static void a_key_ends_also_after_a_crash(void **state)
{
    struct desk *d = *state;
    uint32_t pno = somebody(d, "u1", "one@example.com");
    recipient(d, "hand", "", "none", 1);
    assert_int_equal(tell(d, cu_uuid7(), pno), 1);
    run_sql(d, "UPDATE recipient_order SET state = 4"); // stored as done; the process ended there
    assert_false(guard_is_erased(d->s.guard, RECIPIENT_ORDERS + 1));
    run_once(d);
    assert_true(guard_is_erased(d->s.guard, RECIPIENT_ORDERS + 1));
    assert_int_equal(rows_where(d, "SELECT told FROM recipient_order"), 1);
}

// ---- the gate to recipients

static void refused(struct desk *d, const char *name, const char *why)
{
    struct cu_error err = {0};
    cu_code code = recipients_may(d->r, cu_str_of(name), &err);
    if (!why) {
        assert_int_equal(code, CU_OK);
        return;
    }
    assert_int_equal(code, CU_REFUSED);
    assert_string_equal(err.field, why);
}

static void data_goes_only_under_a_contract(void **state)
{
    struct desk *d = *state;
    recipient(d, "one", "post", "none", 1);
    refused(d, "one", NULL);
    refused(d, "two", "unknown");
    static const struct {
        const char *set, *why;
    } rows[] = {{"enabled = 0", "switched_off"}, {"contract_ms = 0", "no_contract"}, {"contract_ms = 1790000000001", "no_contract"},
        {"contract_ms = 1790000000000", NULL}, {"contract_ends_ms = 1790000000000", "contract_over"}, {"contract_ends_ms = 1790000000001", NULL},
        {"country = 'US'", "no_safeguard"}, {"country = 'US', safeguard = 'scc'", NULL}, {"country = 'NO'", NULL}, {"country = 'CH'", "no_safeguard"},
        {"role = 'controller', contract_ms = 0", NULL}, {"role = 'joint', contract_ms = 0", "no_contract"}};
    for (size_t i = 0; i < CU_COUNT(rows); i++) {
        char sql[256];
        run_sql(d, "UPDATE recipient SET enabled = 1, contract_ms = 1, contract_ends_ms = 0, country = 'DE', safeguard = '', role = 'processor'");
        (void)snprintf(sql, sizeof sql, "UPDATE recipient SET %s", rows[i].set);
        run_sql(d, sql);
        refused(d, "one", rows[i].why);
    }
}

// ---- protocols

static void signs_as_standard_webhooks_does(void **state)
{
    (void)state; // made by standardwebhooks 1.1.1 (MIT)
    struct cu_buf out;
    cu_buf_init(&out, 256);
    assert_ok(recipient_webhook_sign(CU_LIT("whsec_MDEyMzQ1Njc4OWFiY2RlZjAxMjM0NTY3ODlhYmNkZWY="), CU_LIT("msg_2KWPBgLlAfxdpx2AI54pPJ85f4W"),
        1795262400, CU_LIT("{\"type\":\"profile.updated\",\"timestamp\":\"2026-11-21T12:00:00.000Z\",\"data\":{\"id\":\"p_1\",\"note\":\"é 🎲\"}}"), &out, NULL));
    assert_string_equal(out.ptr, "v1,xeR35AGtcNdgiyWBYMfhd66yj//OcvuR/7ETLv1keFA=");
    cu_buf_clear(&out);
}

static cu_code checked(struct shop *s, int64_t issued, int64_t expires, const char *agent, const char *business, char field[96])
{
    char text[512], from[64], to[64];
    json v;
    int64_t until = 0;
    struct cu_error err = {0};
    text_time_format(issued, from);
    text_time_format(expires, to);
    (void)snprintf(text, sizeof text, "{\"agent-id\":\"%s\",\"business-id\":\"%s\",\"issued-at\":\"%s\",\"expires-at\":\"%s\"}", agent, business, from, to);
    assert_ok(json_parse(s->json, cu_str_of(text), &v, NULL));
    cu_code code = drp_check(v, CU_LIT("A"), CU_LIT("B"), now_ms, &until, &err);
    memcpy(field, err.field, sizeof err.field);
    if (code == CU_OK)
        assert_true(until > expires);
    return code;
}

static void ten_minutes_to_the_millisecond(void **state)
{
    struct desk *d = *state;
    char field[96];
    const int64_t ten = 10 * minute, skew = 30000;
    static const int64_t none = 0;
    struct {
        int64_t issued, expires;
        cu_code code;
    } rows[] = {{none, ten, CU_OK}, {none, ten + 1, CU_FORBIDDEN}, {none, 1, CU_OK}, {none, 0, CU_FORBIDDEN}, {skew, minute, CU_OK},
        {skew + 1, minute, CU_FORBIDDEN}, {-ten, 0, CU_FORBIDDEN}, {-ten + 1, 1, CU_OK}, {1000, 500, CU_FORBIDDEN}};
    for (size_t i = 0; i < CU_COUNT(rows); i++)
        assert_int_equal(checked(&d->s, now_ms + rows[i].issued, now_ms + rows[i].expires, "A", "B", field), rows[i].code);
    assert_int_equal(checked(&d->s, now_ms, now_ms + 1000, "X", "B", field), CU_FORBIDDEN);
    assert_string_equal(field, "agent-id");
    assert_int_equal(checked(&d->s, now_ms, now_ms + 1000, "A", "X", field), CU_FORBIDDEN);
    assert_string_equal(field, "business-id");
}

static void a_message_is_signed_as_a_whole(void **state)
{
    (void)state;
    static const uint8_t seed[32] = {7};
    struct sign_key *key = NULL;
    uint8_t public_key[SIGN_PUBLIC], signature[SIGN_SIGNATURE];
    cu_str message = CU_LIT("{\"agent-id\":\"A\"}");
    struct cu_buf raw, text, out;
    cu_buf_init(&raw, 1024);
    cu_buf_init(&text, 1024);
    cu_buf_init(&out, 1024);
    assert_ok(sign_key_from_seed(seed, &key, NULL));
    sign_key_public(key, public_key);
    sign_make(key, message, signature);
    cu_buf_add(&raw, signature, sizeof signature);
    cu_buf_str(&raw, message);
    for (size_t i = 0; i <= raw.len; i++) { // every byte changed once, then none
        if (i < raw.len)
            raw.ptr[i] ^= 1;
        cu_buf_reset(&text);
        cu_buf_reset(&out);
        text_base64(cu_buf_view(&raw), false, &text);
        cu_code code = drp_open(cu_buf_view(&text), (cu_str){(const char *)public_key, sizeof public_key}, &out, NULL);
        assert_int_equal(code, i < raw.len ? CU_FORBIDDEN : CU_OK);
        assert_int_equal(out.len, i < raw.len ? 0 : message.len);
        if (i < raw.len)
            raw.ptr[i] ^= 1;
    }
    assert_int_equal(drp_open(cu_buf_view(&text), CU_LIT("short"), &out, NULL), CU_FORBIDDEN);
    assert_int_equal(drp_open(CU_LIT("AAAA"), (cu_str){(const char *)public_key, sizeof public_key}, &out, NULL), CU_MALFORMED);
    sign_key_free(key);
    cu_buf_clear(&raw);
    cu_buf_clear(&text);
    cu_buf_clear(&out);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(who_had_the_data_is_told, setup, teardown),
        cmocka_unit_test_setup_teardown(an_act_that_fails_told_nobody, setup, teardown),
        cmocka_unit_test_setup_teardown(withdrawals_are_told_once, setup, teardown),
        cmocka_unit_test_setup_teardown(silence_escalates, setup, teardown),
        cmocka_unit_test_setup_teardown(failures_wait_longer_each_time, setup, teardown),
        cmocka_unit_test_setup_teardown(no_mail_server_means_by_hand, setup, teardown),
        cmocka_unit_test(weighing_never_goes_wrong),
        cmocka_unit_test_setup_teardown(a_done_order_knows_nobody, setup, teardown),
        cmocka_unit_test_setup_teardown(a_key_ends_also_after_a_crash, setup, teardown),
        cmocka_unit_test_setup_teardown(data_goes_only_under_a_contract, setup, teardown),
        cmocka_unit_test(signs_as_standard_webhooks_does),
        cmocka_unit_test_setup_teardown(ten_minutes_to_the_millisecond, setup, teardown),
        cmocka_unit_test(a_message_is_signed_as_a_whole),
    };
    return cmocka_run_group_tests_name("recipient", tests, NULL, NULL);
}
