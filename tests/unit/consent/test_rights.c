// SPDX-License-Identifier: Apache-2.0
// The rights desk over its store, with a clock that the test moves: what is sealed, what is the same request, what runs by
// the clock, what each right does, what is forgotten, and that a failing allocation or disk leaves all or nothing.
#include "gate_test.h"

#include "consent/rights_private.h"

extern const struct db_statement rights_schema_sql_schema, centre_schema_sql_schema; // generated

static int64_t now_ms;
static int64_t clock_now(void *context)
{
    (void)context;
    return now_ms;
}

struct sent {
    char kind[40], to[64], text[4096];
    uint32_t pno;
    bool outlives;
};
struct desk {
    struct shop s;
    struct rights *rights;
    struct centre_links *links;
    struct sent sent[32];
    size_t sent_count;
    cu_code send_code, archive_code;
    uint32_t tells, told; // how many recipients there are; how often they were told
};

static cu_code take_letter(void *context, const struct letter *l, struct cu_error *err)
{
    struct desk *d = context;
    if (d->send_code != CU_OK)
        return cu_fail(err, d->send_code, "", "no");
    assert_true(d->sent_count < 32);
    struct sent *s = &d->sent[d->sent_count++];
    (void)snprintf(s->kind, sizeof s->kind, "%.*s", CU_ARG(l->kind));
    (void)snprintf(s->to, sizeof s->to, "%.*s", CU_ARG(l->to));
    (void)snprintf(s->text, sizeof s->text, "%.*s", CU_ARG(l->text));
    s->pno = l->pno;
    s->outlives = l->outlives;
    return CU_OK;
}

static cu_code make_archive(void *context, struct cu_uuid person, struct cu_buf *out, struct cu_error *err)
{
    const struct desk *d = context;
    (void)person;
    if (d->archive_code != CU_OK)
        return cu_fail(err, d->archive_code, "", "no");
    cu_buf_z(out, "archive");
    return CU_OK;
}

static cu_code tell_all(void *context, struct cu_uuid request, uint32_t pno, enum rights_right right, uint32_t *ret, struct cu_error *err)
{
    struct desk *d = context;
    (void)request;
    (void)right;
    (void)err;
    assert_true(pno > 0);
    d->told++;
    *ret = d->tells;
    return CU_OK;
}

static const char *const desk_dictionary =
    "version: 1\n"
    "purposes:\n"
    "  marketing_mail: {basis: consent, categories: [Marketing], doc: Letters.}\n"
    "  ads: {basis: legitimate_interest, categories: [Advertising], doc: Ads.}\n"
    "  advice: {basis: legitimate_interest, categories: [Advice], doc: Advice.}\n"
    "  post: {basis: contract, categories: [Post], doc: Parcels.}\n";

static void desk_open(struct desk *d, struct centre_links *links)
{
    const struct rights_options o = {.people = d->s.people, .gate = d->s.gate, .shop_name = "The Shop", .base_url = "https://shop.example",
        .regime = "gdpr", .send = take_letter, .send_context = d, .archive = make_archive, .archive_context = d, .tell = tell_all,
        .tell_context = d, .order_years = 10, .links = links};
    assert_ok(rights_open(&o, &d->rights, NULL));
}

static int setup(void **state)
{
    struct desk *d = calloc(1, sizeof *d);
    struct cu_error err = {0};
    sqlite3 *raw = NULL;
    assert_non_null(d);
    now_ms = INT64_C(86400000) * legal_day_of(2026, 10, 31) + 12 * INT64_C(3600000);
    cu_clock_inject(clock_now, NULL);
    cu_log_set_level(CU_LOG_ERROR + 1);
    d->s.folder = test_folder_fast();
    d->s.json = json_parser_new(1 << 20);
    d->s.seq = 1;
    if (dictionary_load(cu_str_of(desk_dictionary), &d->s.dictionary, &err) != CU_OK)
        fail_msg("%s: %s", err.field, err.text);
    shop_open(&d->s);
    char *path = test_path(d->s.folder, "records.db");
    assert_int_equal(sqlite3_open(path, &raw), SQLITE_OK);
    assert_int_equal(sqlite3_exec(raw, rights_schema_sql_schema.sql, NULL, NULL, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_exec(raw, centre_schema_sql_schema.sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(raw);
    free(path);
    desk_open(d, NULL);
    *state = d;
    return 0;
}

static int teardown(void **state)
{
    struct desk *d = *state;
    cu_fault_disarm();
    rights_close(d->rights);
    centre_links_close(d->links);
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

static uint32_t somebody(struct desk *d, const char *user, const char *email)
{
    const struct person_id ids[] = {{CU_LIT("user_id"), cu_str_of(user)}, {CU_LIT("email"), cu_str_of(email)}};
    struct evidence ev = at(&d->s, now_ms);
    char traits[200];
    json v;
    uint32_t pno = 0;
    (void)snprintf(traits, sizeof traits, "{\"email\":\"%s\"}", email);
    assert_ok(json_parse(d->s.json, cu_str_of(traits), &v, NULL));
    (void)people_lock(d->s.people);
    assert_ok(people_begin(d->s.people, NULL));
    assert_ok(people_identify(d->s.people, ids, 2, &ev, &pno, NULL));
    assert_ok(people_traits(d->s.people, pno, v, &ev, NULL));
    assert_ok(people_commit(d->s.people, NULL));
    people_unlock(d->s.people);
    return pno;
}

static struct rights_receipt receive(struct desk *d, struct rights_asked a)
{
    struct rights_receipt got;
    struct cu_error err = {0};
    if (!a.channel)
        a.channel = RIGHTS_BY_STAFF;
    if (rights_receive(d->rights, &a, &got, &err) != CU_OK)
        fail_msg("%s: %s", err.field, err.text);
    return got;
}

static struct rights_row row(struct desk *d, struct cu_uuid id)
{
    static char reason[64];
    struct rights_row r;
    struct cu_arena *a = cu_arena_new(1 << 16);
    assert_ok(rights_find(d->rights, id, a, &r, NULL));
    (void)snprintf(reason, sizeof reason, "%s", r.reason);
    r.reason = reason;
    r.foreign_id = CU_NONE;
    cu_arena_free(a);
    return r;
}

static int64_t rows_where(struct desk *d, const char *sql)
{
    sqlite3 *raw = NULL;
    sqlite3_stmt *st = NULL;
    char *path = test_path(d->s.folder, "records.db");
    assert_int_equal(sqlite3_open(path, &raw), SQLITE_OK);
    assert_int_equal(sqlite3_prepare_v2(raw, sql, -1, &st, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(st), SQLITE_ROW);
    int64_t n = sqlite3_column_int64(st, 0);
    sqlite3_finalize(st);
    sqlite3_close(raw);
    free(path);
    return n;
}

static void jobs(struct desk *d)
{
    guard_enter_system("upkeep", "test");
    for (size_t i = 0; i < consent_rights_module.job_count; i++) {
        struct cu_error err = {0};
        if (consent_rights_module.jobs[i].run(d->rights, &err) != CU_OK)
            fail_msg("%s: %s", consent_rights_module.jobs[i].name, err.text);
    }
    guard_enter_system("intake", "test");
}

static bool same(struct cu_uuid a, struct cu_uuid b)
{
    return memcmp(a.bytes, b.bytes, sizeof a.bytes) == 0;
}

// ---- receiving

static void a_request_is_kept_sealed(void **state)
{
    struct desk *d = *state;
    uint32_t pno = somebody(d, "u1", "zilpha@example.com");
    struct rights_receipt known = receive(d, (struct rights_asked){.right = RIGHTS_ERASURE, .email = CU_LIT(" Zilpha@Example.com"), .detail = CU_LIT("Zubrowka wants out")});
    struct rights_receipt stranger = receive(d, (struct rights_asked){.right = RIGHTS_ACCESS, .email = CU_LIT("zoltan@example.com"), .detail = CU_LIT("Zarathustra asks")});
    assert_int_equal(row(d, known.id).pno, pno);
    assert_int_equal(row(d, stranger.id).pno, 0);
    assert_int_equal(known.state, RIGHTS_OPEN);
    assert_int_equal(known.due_ms, INT64_C(86400000) * legal_day_of(2026, 12, 1));
    assert_int_equal(rows_where(d, "SELECT count(*) FROM rights_request WHERE subject = pno AND pno > 0"), 1);
    assert_int_equal(rows_where(d, "SELECT count(*) FROM rights_request WHERE subject > 68719476736 AND pno = 0"), 1);
    static const char *const files[] = {"records.db", "records.db-wal"};
    for (size_t f = 0; f < CU_COUNT(files); f++) {
        char *path = test_path(d->s.folder, files[f]);
        struct cu_buf bytes;
        cu_buf_init(&bytes, 64 << 20);
        if (cu_file_read_all(path, &bytes, NULL) == CU_OK) {
            static const char *const words[] = {"zilpha", "Zubrowka", "zoltan", "Zarathustra"};
            for (size_t i = 0; i < CU_COUNT(words); i++)
                assert_true(cu_str_find_str(cu_buf_view(&bytes), cu_str_of(words[i])) < 0);
        }
        cu_buf_clear(&bytes);
        free(path);
    }
}

static void bad_requests_name_the_field(void **state)
{
    struct desk *d = *state;
    static char big[RIGHTS_DETAIL_MAX + 2];
    memset(big, 'x', sizeof big - 1);
    const struct {
        struct rights_asked a;
        const char *field;
    } cases[] = {
        {{.right = 0, .channel = RIGHTS_BY_API, .pno = 1}, "right"}, {{.right = RIGHTS_RIGHT_COUNT, .channel = RIGHTS_BY_API, .pno = 1}, "right"},
        {{.right = RIGHTS_ACCESS, .regime = (enum rights_regime)9, .channel = RIGHTS_BY_API, .pno = 1}, "regime"},
        {{.right = RIGHTS_ACCESS, .pno = 1}, "channel"}, {{.right = RIGHTS_ACCESS, .channel = RIGHTS_BY_API}, "email"},
        {{.right = RIGHTS_ACCESS, .channel = RIGHTS_BY_API, .email = CU_LIT("nobody")}, "email"},
        {{.right = RIGHTS_ACCESS, .channel = RIGHTS_BY_API, .phone = CU_LIT("030 1")}, "phone"},
        {{.right = RIGHTS_ACCESS, .channel = RIGHTS_BY_API, .pno = 1, .detail = {big, sizeof big - 1}}, "detail"},
        {{.right = RIGHTS_ACCESS, .channel = RIGHTS_BY_API, .pno = 1, .foreign_id = {big, 300}}, "foreign_id"},
        {{.right = RIGHTS_ACCESS, .channel = RIGHTS_BY_API, .pno = 1, .detail = CU_LIT("\xff")}, "detail"},
        {{.right = RIGHTS_ACCESS, .channel = RIGHTS_BY_API, .pno = 1, .purpose = {big, 101}}, "purpose"},
        {{.right = RIGHTS_ACCESS, .channel = RIGHTS_BY_API, .pno = 1, .language = {big, 21}}, "language"},
        {{.right = RIGHTS_ACCESS, .channel = RIGHTS_BY_API, .pno = 1, .received_ms = INT64_MAX}, "received"},
    };
    for (size_t i = 0; i < CU_COUNT(cases); i++) {
        struct cu_error err = {0};
        struct rights_receipt got;
        assert_int_not_equal(rights_receive(d->rights, &cases[i].a, &got, &err), CU_OK);
        assert_string_equal(err.field, cases[i].field);
    }
    assert_int_equal(rows_where(d, "SELECT count(*) FROM rights_request"), 0);
}

static void the_same_request_is_one(void **state)
{
    struct desk *d = *state;
    uint32_t pno = somebody(d, "u1", "one@example.com");
    struct rights_asked a = {.right = RIGHTS_ERASURE, .pno = pno, .foreign_id = CU_LIT("x-1"), .channel = RIGHTS_BY_OPENDSR};
    struct rights_receipt first = receive(d, a), again = receive(d, a);
    assert_true(again.known && same(first.id, again.id));
    a.foreign_id = CU_LIT("x-2");
    struct rights_receipt other = receive(d, a);
    assert_true(other.known && same(first.id, other.id));
    struct cu_arena *arena = cu_arena_new(1 << 16);
    struct rights_row r;
    assert_ok(rights_find_foreign(d->rights, RIGHTS_BY_OPENDSR, CU_LIT("x-2"), arena, &r, NULL));
    assert_true(same(r.id, first.id) && r.state == RIGHTS_OPEN && cu_str_eqz(r.foreign_id, "x-2"));
    assert_int_equal(rights_find_foreign(d->rights, RIGHTS_BY_DRP, CU_LIT("x-2"), arena, &r, NULL), CU_NOT_FOUND);
    // by address, of nobody known; another right, another purpose, other words are other requests
    struct rights_receipt s1 = receive(d, (struct rights_asked){.right = RIGHTS_ACCESS, .email = CU_LIT("s@example.com")});
    struct rights_receipt s2 = receive(d, (struct rights_asked){.right = RIGHTS_ACCESS, .email = CU_LIT("S@EXAMPLE.COM"), .channel = RIGHTS_BY_API});
    assert_true(s2.known && same(s1.id, s2.id));
    assert_false(receive(d, (struct rights_asked){.right = RIGHTS_PORTABILITY, .email = CU_LIT("s@example.com")}).known);
    assert_false(receive(d, (struct rights_asked){.right = RIGHTS_OBJECTION, .pno = pno}).known);
    assert_false(receive(d, (struct rights_asked){.right = RIGHTS_OBJECTION, .pno = pno, .purpose = CU_LIT("ads")}).known);
    assert_false(receive(d, (struct rights_asked){.right = RIGHTS_COMPLAINT, .pno = pno, .detail = CU_LIT("a")}).known);
    assert_false(receive(d, (struct rights_asked){.right = RIGHTS_COMPLAINT, .pno = pno, .detail = CU_LIT("b")}).known);
    assert_true(receive(d, (struct rights_asked){.right = RIGHTS_COMPLAINT, .pno = pno, .detail = CU_LIT("b")}).known);
    // once it is answered, the next is a new one
    assert_ok(rights_revoke(d->rights, first.id, NULL));
    a.foreign_id = CU_LIT("x-3");
    assert_false(receive(d, a).known);
    struct rights_row rows[4];
    size_t count = 0;
    assert_ok(rights_of(d->rights, pno, arena, rows, 4, &count, NULL));
    assert_int_equal(count, 4);
    cu_arena_free(arena);
}

static void in_another_name(void **state)
{
    struct desk *d = *state;
    uint32_t pno = somebody(d, "u1", "victim@example.com");
    struct rights_receipt forged = receive(d, (struct rights_asked){.right = RIGHTS_ERASURE, .email = CU_LIT("victim@example.com"), .channel = RIGHTS_BY_API});
    struct cu_error err = {0};
    assert_int_equal(rights_execute(d->rights, forged.id, &err), CU_CONFLICT);
    assert_string_equal(err.field, "state");
    struct rights_receipt own = receive(d, (struct rights_asked){.right = RIGHTS_ERASURE, .pno = pno, .verified = true});
    assert_false(own.known);
    assert_int_equal(row(d, own.id).state, RIGHTS_IN_PROGRESS);
    assert_int_equal(row(d, forged.id).state, RIGHTS_DUPLICATE);
    // and what nobody proved does not stop what is proved
    struct rights_receipt open_access = receive(d, (struct rights_asked){.right = RIGHTS_ACCESS, .email = CU_LIT("victim@example.com"), .channel = RIGHTS_BY_API});
    struct rights_facts facts;
    struct db *db = NULL;
    assert_ok(people_read_take(d->s.people, &db, NULL));
    const struct rights_full asked = {.pno = pno, .right = RIGHTS_ERASURE, .regime = RIGHTS_GDPR};
    assert_ok(rights_facts_of(d->rights, db, &asked, &facts, NULL));
    people_read_give(d->s.people, db);
    assert_null(rights_stopped_by(&facts));
    assert_int_equal(rights_challenge(d->rights, open_access.id, &err), CU_UNAVAILABLE); // no links in this test
    assert_int_equal(row(d, open_access.id).state, RIGHTS_OPEN); // all or nothing
}

static struct centre_link link_in(struct desk *d, const char *letter)
{
    struct centre_link l;
    const char *at = strstr(letter, "https://shop.example/privacy/l/");
    assert_non_null(at);
    const cu_str token = {at + strlen("https://shop.example/privacy/l/"), CENTRE_TOKEN_MAX - 2};
    (void)people_lock(d->s.people);
    assert_ok(people_begin(d->s.people, NULL));
    assert_ok(centre_link_take(d->links, token, &l, NULL));
    assert_ok(people_commit(d->s.people, NULL));
    people_unlock(d->s.people);
    return l;
}

// A program that asks for somebody has that person asked: at the address of the record, and no oftener than it asks.
static void programs_have_the_person_asked(void **state)
{
    struct desk *d = *state;
    rights_close(d->rights);
    assert_ok(centre_links_open(d->s.people, &d->links, NULL));
    desk_open(d, d->links);
    uint32_t pno = somebody(d, "u1", "one@example.com");
    const struct rights_asked known = {.right = RIGHTS_ACCESS, .email = CU_LIT("one@example.com"), .channel = RIGHTS_BY_API};
    struct rights_receipt a = receive(d, known);
    assert_int_equal(a.state, RIGHTS_VERIFYING);
    for (int i = 0; i < 5; i++)
        assert_true(receive(d, known).known);
    assert_int_equal(d->sent_count, 1);
    assert_string_equal(d->sent[0].kind, "request_verify");
    assert_string_equal(d->sent[0].to, "");
    assert_int_equal(d->sent[0].pno, pno);
    struct centre_link l = link_in(d, d->sent[0].text);
    assert_true(l.purpose == CENTRE_LINK_VERIFY && l.pno == pno && same(l.about, a.id));
    assert_ok(rights_verified(d->rights, l.about, "link", NULL));
    assert_ok(rights_verified(d->rights, l.about, "link", NULL)); // tapped twice
    assert_int_equal(row(d, a.id).state, RIGHTS_FULFILLED);
    assert_int_equal(d->sent_count, 2);
    l = link_in(d, d->sent[1].text);
    assert_true(l.purpose == CENTRE_LINK_DOWNLOAD && same(l.about, a.id));
    struct rights_receipt stranger = receive(d, (struct rights_asked){.right = RIGHTS_ACCESS, .email = CU_LIT("s@example.com"), .channel = RIGHTS_BY_DRP});
    assert_int_equal(stranger.state, RIGHTS_VERIFYING);
    assert_string_equal(d->sent[2].to, "s@example.com");
    assert_int_equal(receive(d, (struct rights_asked){.right = RIGHTS_ERASURE, .email = CU_LIT("one@example.com")}).state, RIGHTS_OPEN); // staff decide
    // a link that was sent before the person took it back proves nothing
    assert_ok(rights_revoke(d->rights, stranger.id, NULL));
    l = link_in(d, d->sent[2].text);
    assert_int_equal(rights_verified(d->rights, l.about, "link", NULL), CU_CONFLICT);
    assert_int_equal(row(d, stranger.id).state, RIGHTS_REVOKED);
}

// ---- execution

static void by_itself(void **state)
{
    struct desk *d = *state;
    uint32_t pno = somebody(d, "u1", "one@example.com");
    static const struct {
        enum rights_right right;
        enum rights_channel channel;
        enum rights_state state;
    } cases[] = {{RIGHTS_ACCESS, RIGHTS_BY_API, RIGHTS_FULFILLED}, {RIGHTS_PORTABILITY, RIGHTS_BY_STAFF, RIGHTS_FULFILLED},
        {RIGHTS_RECTIFICATION, RIGHTS_BY_CENTRE, RIGHTS_IN_PROGRESS}, {RIGHTS_ERASURE, RIGHTS_BY_STAFF, RIGHTS_IN_PROGRESS},
        {RIGHTS_OBJECTION, RIGHTS_BY_CENTRE, RIGHTS_FULFILLED}, {RIGHTS_COMPLAINT, RIGHTS_BY_CENTRE, RIGHTS_IN_PROGRESS},
        {RIGHTS_OPT_OUT, RIGHTS_BY_CENTRE, RIGHTS_FULFILLED}, {RIGHTS_LIMIT, RIGHTS_BY_CENTRE, RIGHTS_FULFILLED},
        {RIGHTS_RESTRICTION, RIGHTS_BY_CENTRE, RIGHTS_FULFILLED}};
    for (size_t i = 0; i < CU_COUNT(cases); i++) {
        struct rights_receipt got = receive(d, (struct rights_asked){.right = cases[i].right, .pno = pno, .channel = cases[i].channel, .verified = true});
        if (got.state != cases[i].state)
            fail_msg("%s: %s", rights_right_name(cases[i].right), rights_state_name(got.state));
    }
    assert_int_equal(d->sent_count, 6); // each that was fulfilled has its answer
    assert_string_equal(d->sent[0].kind, "request_answer");
    assert_string_equal(d->sent[0].to, ""); // the address of the record
    assert_int_equal(d->sent[0].pno, pno);
    assert_true(guard_is_restricted(d->s.guard, pno));
    struct rights_receipt unproved = receive(d, (struct rights_asked){.right = RIGHTS_OPT_OUT, .pno = somebody(d, "u2", "two@example.com"), .channel = RIGHTS_BY_API});
    assert_int_equal(unproved.state, RIGHTS_FULFILLED);
}

static void what_fails_waits(void **state)
{
    struct desk *d = *state;
    uint32_t pno = somebody(d, "u1", "one@example.com");
    d->archive_code = CU_UNAVAILABLE;
    struct rights_receipt copy = receive(d, (struct rights_asked){.right = RIGHTS_ACCESS, .pno = pno, .verified = true});
    assert_int_equal(copy.state, RIGHTS_IN_PROGRESS);
    assert_int_equal(rows_where(d, "SELECT count(*) FROM rights_step WHERE what = 'waits_for_staff' AND code = 'unavailable'"), 1);
    // the person wants a copy and to be erased: the copy first
    struct cu_error err = {0};
    struct rights_receipt out = receive(d, (struct rights_asked){.right = RIGHTS_ERASURE, .pno = pno, .verified = true, .channel = RIGHTS_BY_CENTRE});
    assert_int_equal(out.state, RIGHTS_IN_PROGRESS);
    assert_string_equal(row(d, out.id).reason, "access_first");
    assert_int_equal(rights_execute(d->rights, out.id, &err), CU_CONFLICT);
    assert_string_equal(err.field, "rule");
    d->archive_code = CU_OK;
    assert_ok(rights_execute(d->rights, copy.id, NULL));
    assert_int_equal(row(d, copy.id).state, RIGHTS_FULFILLED);
    struct cu_buf file;
    cu_buf_init(&file, 1000);
    assert_ok(rights_archive(d->rights, copy.id, &file, NULL));
    assert_true(cu_str_eqz(cu_buf_view(&file), "archive"));
    assert_int_equal(rights_archive(d->rights, out.id, &file, NULL), CU_NOT_FOUND);
    now_ms += 8 * RIGHTS_DAY_MS;
    assert_int_equal(rights_archive(d->rights, copy.id, &file, NULL), CU_NOT_FOUND);
    cu_buf_clear(&file);
}

static enum gate_state said(struct desk *d, uint32_t pno, const char *purpose)
{
    struct gate_folded f;
    char method[40];
    struct db *db = NULL;
    assert_ok(people_read_take(d->s.people, &db, NULL));
    assert_ok(gate_state_of(d->s.gate, db, &pno, 1, cu_str_of(purpose), &f, method, NULL));
    people_read_give(d->s.people, db);
    return f.state;
}

static void objections_reach_the_gate(void **state)
{
    struct desk *d = *state;
    uint32_t all = somebody(d, "u1", "one@example.com"), one = somebody(d, "u2", "two@example.com"), sale = somebody(d, "u3", "three@example.com");
    (void)receive(d, (struct rights_asked){.right = RIGHTS_OBJECTION, .pno = all, .verified = true});
    assert_int_equal(said(d, all, "marketing_mail"), GATE_REFUSED);
    assert_int_equal(said(d, all, "ads"), GATE_REFUSED);
    assert_int_equal(said(d, all, "advice"), GATE_UNKNOWN); // not direct marketing
    (void)receive(d, (struct rights_asked){.right = RIGHTS_OBJECTION, .pno = one, .purpose = CU_LIT("advice"), .verified = true});
    assert_int_equal(said(d, one, "advice"), GATE_REFUSED);
    assert_int_equal(said(d, one, "ads"), GATE_UNKNOWN);
    (void)receive(d, (struct rights_asked){.right = RIGHTS_OPT_OUT, .regime = RIGHTS_CCPA, .pno = sale});
    assert_int_equal(said(d, sale, "ads"), GATE_REFUSED);
    assert_int_equal(said(d, sale, "marketing_mail"), GATE_UNKNOWN);
    struct rights_receipt no = receive(d, (struct rights_asked){.right = RIGHTS_OBJECTION, .pno = one, .purpose = CU_LIT("post"), .verified = true});
    assert_string_equal(row(d, no.id).reason, "not_objectionable");
    assert_ok(rights_refuse(d->rights, no.id, CU_LIT("contract_or_law"), CU_NONE, NULL));
    assert_int_equal(row(d, no.id).state, RIGHTS_DENIED);
}

static void recipients_answer_last(void **state)
{
    struct desk *d = *state;
    uint32_t pno = somebody(d, "u1", "one@example.com");
    d->tells = 2;
    struct rights_receipt r = receive(d, (struct rights_asked){.right = RIGHTS_RESTRICTION, .pno = pno, .verified = true});
    assert_int_equal(r.state, RIGHTS_WAITING);
    assert_int_equal(d->told, 1);
    assert_non_null(strstr(d->sent[0].text, "2 recipients"));
    assert_int_equal(rights_revoke(d->rights, r.id, NULL), CU_CONFLICT);
    assert_ok(rights_recipients_done(d->rights, r.id, NULL));
    assert_ok(rights_recipients_done(d->rights, r.id, NULL));
    assert_int_equal(row(d, r.id).state, RIGHTS_FULFILLED);
    assert_int_equal(receive(d, (struct rights_asked){.right = RIGHTS_ACCESS, .pno = pno, .verified = true}).state, RIGHTS_FULFILLED);
    assert_int_equal(d->told, 1); // nobody is told of a copy
}

static void letters_without_a_mail_server(void **state)
{
    struct desk *d = *state;
    uint32_t pno = somebody(d, "u1", "one@example.com");
    static const cu_code codes[] = {CU_UNAVAILABLE, CU_NOT_FOUND};
    for (size_t i = 0; i < CU_COUNT(codes); i++) {
        d->send_code = codes[i];
        assert_int_equal(receive(d, (struct rights_asked){.right = i ? RIGHTS_PORTABILITY : RIGHTS_ACCESS, .pno = pno, .verified = true}).state, RIGHTS_FULFILLED);
    }
    assert_int_equal(rows_where(d, "SELECT count(*) FROM rights_letter WHERE sent = 0"), 2);
    d->send_code = CU_FULL; // but a disk that is full stops the act
    assert_int_equal(receive(d, (struct rights_asked){.right = RIGHTS_OBJECTION, .pno = pno, .verified = true}).state, RIGHTS_IN_PROGRESS);
    assert_int_equal(said(d, pno, "ads"), GATE_UNKNOWN);
    d->send_code = CU_OK;
    struct rights_receipt stranger = receive(d, (struct rights_asked){.right = RIGHTS_ACCESS, .email = CU_LIT("s@example.com"), .verified = true, .language = CU_LIT("de")});
    assert_ok(rights_refuse(d->rights, stranger.id, CU_LIT("no_match"), CU_LIT("Leider."), NULL));
    assert_string_equal(d->sent[d->sent_count - 1].to, "s@example.com");
    assert_non_null(strstr(d->sent[d->sent_count - 1].text, "Leider."));
    assert_non_null(strstr(d->sent[d->sent_count - 1].text, "31. Oktober 2026"));
}

static void receipts_are_confirmed(void **state)
{
    struct desk *d = *state;
    uint32_t pno = somebody(d, "u1", "one@example.com");
    struct rights_receipt known = receive(d, (struct rights_asked){.right = RIGHTS_ERASURE, .regime = RIGHTS_CCPA, .pno = pno});
    assert_int_equal(d->sent_count, 1);
    assert_string_equal(d->sent[0].kind, "request_received");
    assert_string_equal(d->sent[0].to, "");
    (void)receive(d, (struct rights_asked){.right = RIGHTS_ERASURE, .regime = RIGHTS_CCPA, .email = CU_LIT("s@example.com")});
    assert_string_equal(d->sent[1].to, "s@example.com");
    (void)receive(d, (struct rights_asked){.right = RIGHTS_ERASURE, .regime = RIGHTS_CCPA, .phone = CU_LIT("+49 30 1234567")});
    assert_int_equal(d->sent_count, 2); // there is no letter to a telephone: it stays due
    assert_int_equal(rows_where(d, "SELECT count(*) FROM rights_request WHERE confirm_ms > 0 AND confirmed_ms = 0"), 1);
    assert_ok(rights_confirm(d->rights, known.id, NULL));
    assert_int_equal(d->sent_count, 2); // once
    (void)receive(d, (struct rights_asked){.right = RIGHTS_ERASURE, .pno = somebody(d, "u2", "two@example.com")});
    assert_int_equal(d->sent_count, 2); // GDPR asks for none
}

// ---- the clock

static void terms_and_extensions(void **state)
{
    struct desk *d = *state;
    uint32_t pno = somebody(d, "u1", "one@example.com");
    struct rights_receipt a = receive(d, (struct rights_asked){.right = RIGHTS_ERASURE, .pno = pno});
    struct rights_receipt b = receive(d, (struct rights_asked){.right = RIGHTS_COMPLAINT, .pno = pno, .detail = CU_LIT("b")});
    struct rights_receipt c = receive(d, (struct rights_asked){.right = RIGHTS_ERASURE, .regime = RIGHTS_CCPA, .email = CU_LIT("c@example.com")});
    assert_int_equal(a.confirm_ms, 0);
    assert_true(c.confirm_ms > now_ms + 9 * RIGHTS_DAY_MS);
    struct cu_error err = {0};
    assert_int_equal(rights_extend(d->rights, a.id, CU_LIT(" "), &err), CU_MISSING);
    now_ms = a.due_ms - 1;
    assert_ok(rights_extend(d->rights, a.id, CU_LIT("much work"), NULL));
    assert_int_equal(row(d, a.id).due_ms, INT64_C(86400000) * legal_day_of(2027, 2, 1)); // three months from 31 October: the last of January
    assert_int_equal(rights_extend(d->rights, a.id, CU_LIT("much work"), &err), CU_CONFLICT);
    now_ms = b.due_ms;
    assert_int_equal(rights_extend(d->rights, b.id, CU_LIT("much work"), &err), CU_CONFLICT);
    assert_ok(rights_extend(d->rights, c.id, CU_LIT("much work"), NULL));
    assert_int_equal(row(d, c.id).due_ms, INT64_C(86400000) * (legal_day_of(2026, 10, 31) + 91));
}

static void reminders_and_lapses(void **state)
{
    struct desk *d = *state;
    int64_t start = now_ms;
    uint32_t pno = somebody(d, "u1", "one@example.com");
    struct rights_receipt proved = receive(d, (struct rights_asked){.right = RIGHTS_COMPLAINT, .pno = pno, .verified = true, .detail = CU_LIT("p")});
    struct rights_receipt silent = receive(d, (struct rights_asked){.right = RIGHTS_ERASURE, .pno = pno});
    int64_t due = proved.due_ms;
    static const int shares[] = {499, 500, 740, 750, 899, 905, 1000, 1200};
    static const int expected[] = {0, 1, 1, 2, 2, 3, 3, 3};
    for (size_t i = 0; i < CU_COUNT(shares); i++) {
        now_ms = start + (due - start) * shares[i] / 1000 + 1;
        jobs(d);
        jobs(d);
        char sql[200];
        (void)snprintf(sql, sizeof sql, "SELECT count(*) FROM rights_step s JOIN rights_request r ON r.number = s.request WHERE s.what = 'reminder' AND r.kind = %d", (int)RIGHTS_COMPLAINT);
        assert_int_equal(rows_where(d, sql), expected[i]);
    }
    assert_int_equal(rows_where(d, "SELECT count(*) FROM rights_step WHERE what = 'late'"), 1);
    assert_int_equal(row(d, silent.id).state, RIGHTS_EXPIRED);
    assert_string_equal(row(d, silent.id).reason, "never_proved");
    assert_ok(rights_reopen(d->rights, silent.id, CU_LIT("the letter came"), NULL));
    jobs(d);
    assert_int_equal(row(d, silent.id).state, RIGHTS_OPEN); // the time for a proof begins anew
    now_ms -= 400 * RIGHTS_DAY_MS; // a clock that is set back ends nothing and reminds of nothing
    jobs(d);
    assert_int_equal(row(d, silent.id).state, RIGHTS_OPEN);
}

static void restrictions_over_time(void **state)
{
    struct desk *d = *state;
    uint32_t pno = somebody(d, "u1", "one@example.com"), other = somebody(d, "u2", "two@example.com");
    struct rights_receipt r = receive(d, (struct rights_asked){.right = RIGHTS_RESTRICTION, .pno = pno, .verified = true});
    assert_true(guard_is_restricted(d->s.guard, pno));
    struct cu_uuid x, y;
    struct db *db = NULL;
    int64_t edge = 0;
    assert_ok(people_read_take(d->s.people, &db, NULL));
    assert_ok(people_uuid(d->s.people, db, pno, &x, NULL));
    assert_ok(people_uuid(d->s.people, db, other, &y, NULL));
    people_read_give(d->s.people, db);
    assert_ok(people_merge(d->s.people, x, y, CU_NONE, -1, &edge, NULL));
    assert_false(guard_is_restricted(d->s.guard, other));
    jobs(d);
    assert_true(guard_is_restricted(d->s.guard, other)); // the person is restricted, not a profile
    assert_ok(rights_lift(d->rights, r.id, CU_LIT("settled"), NULL));
    assert_string_equal(d->sent[d->sent_count - 1].kind, "request_lift");
    jobs(d);
    assert_true(guard_is_restricted(d->s.guard, pno));
    now_ms += RIGHTS_LIFT_DAYS * RIGHTS_DAY_MS;
    jobs(d);
    assert_false(guard_is_restricted(d->s.guard, pno));
    assert_false(guard_is_restricted(d->s.guard, other));
    assert_int_equal(rights_lift(d->rights, r.id, CU_LIT("again"), NULL), CU_CONFLICT);
}

static void records_go_after_two_years(void **state)
{
    struct desk *d = *state;
    struct rights_receipt r = receive(d, (struct rights_asked){.right = RIGHTS_ACCESS, .email = CU_LIT("s@example.com"), .detail = CU_LIT("words"), .verified = true});
    assert_ok(rights_refuse(d->rights, r.id, CU_LIT("no_match"), CU_LIT("note"), NULL));
    assert_false(guard_is_erased(d->s.guard, RIGHTS_SUBJECT + 1));
    now_ms = INT64_C(86400000) * legal_day_of(2028, 11, 1) - 1; // the last moment of the last day
    jobs(d);
    assert_int_equal(rows_where(d, "SELECT count(*) FROM rights_request"), 1);
    now_ms += 1;
    jobs(d);
    assert_int_equal(rows_where(d, "SELECT (SELECT count(*) FROM rights_request) + (SELECT count(*) FROM rights_step) + (SELECT count(*) FROM rights_letter)"), 0);
    assert_true(guard_is_erased(d->s.guard, RIGHTS_SUBJECT + 1));
    struct rights_receipt next = receive(d, (struct rights_asked){.right = RIGHTS_ACCESS, .email = CU_LIT("s@example.com"), .detail = CU_LIT("words")});
    assert_int_equal(next.state, RIGHTS_OPEN); // its number, and so its key, is another
}

// ---- forgetting, holding

static void forgotten_with_the_person(void **state)
{
    struct desk *d = *state;
    uint32_t pno = somebody(d, "u1", "one@example.com");
    struct rights_receipt a = receive(d, (struct rights_asked){.right = RIGHTS_ACCESS, .pno = pno, .email = CU_LIT("one@example.com"), .detail = CU_LIT("x"), .verified = true});
    struct rights_receipt b = receive(d, (struct rights_asked){.right = RIGHTS_COMPLAINT, .pno = pno, .detail = CU_LIT("y"), .foreign_id = CU_LIT("order 7")});
    assert_ok(rights_hold(d->rights, b.id, CU_LIT("claim"), true, NULL));
    bool held = false;
    assert_ok(rights_held(d->rights, pno, &held, NULL));
    assert_true(held);
    struct cu_uuid id;
    struct db *db = NULL;
    assert_ok(people_read_take(d->s.people, &db, NULL));
    assert_ok(people_uuid(d->s.people, db, pno, &id, NULL));
    people_read_give(d->s.people, db);
    assert_ok(people_forget_person(d->s.people, id, NULL));
    assert_int_equal(row(d, a.id).pno, 0);
    assert_int_equal(row(d, a.id).state, RIGHTS_FULFILLED); // the figure stays
    assert_int_equal(rows_where(d, "SELECT count(*) FROM rights_request WHERE pno > 0 OR asker IS NOT NULL OR detail IS NOT NULL OR tag IS NOT NULL OR foreign_id IS NOT NULL"), 0);
    assert_int_equal(rows_where(d, "SELECT (SELECT count(*) FROM rights_step WHERE note IS NOT NULL) + (SELECT count(*) FROM rights_letter) + (SELECT count(*) FROM rights_hold)"), 0);
    assert_int_equal(rows_where(d, "SELECT count(*) FROM rights_request"), 2);
    // what was open ends as done: there is nobody left
    assert_ok(rights_verified(d->rights, b.id, "staff", NULL));
    assert_ok(rights_execute(d->rights, b.id, NULL));
    assert_string_equal(row(d, b.id).reason, "erased_already");
}

static void figures_count(void **state)
{
    struct desk *d = *state;
    uint32_t pno = somebody(d, "u1", "one@example.com");
    for (int i = 0; i < 5; i++) {
        char words[8];
        int len = snprintf(words, sizeof words, "c%d", i);
        struct rights_receipt r = receive(d, (struct rights_asked){.right = RIGHTS_COMPLAINT, .pno = pno, .verified = true, .detail = {words, (size_t)len}});
        now_ms += i * RIGHTS_DAY_MS;
        if (i < 3)
            assert_ok(rights_execute_with(d->rights, r.id, (json){0}, CU_LIT("answer"), NULL));
        now_ms -= i * RIGHTS_DAY_MS;
    }
    struct cu_buf out;
    struct json_writer w;
    json v;
    cu_buf_init(&out, 10000);
    jw_start(&w, &out);
    now_ms += 2 * RIGHTS_DAY_MS;
    assert_ok(rights_figures(d->rights, 0, now_ms + 1, &w, NULL));
    assert_ok(json_parse(d->s.json, cu_buf_view(&out), &v, NULL));
    struct json_iter it = json_each(json_get(v, "rights"));
    assert_true(json_next(&it));
    int64_t n = 0;
    double median = 0;
    assert_true(json_i64(json_get(it.value, "received"), &n) && n == 5);
    assert_true(json_i64(json_get(it.value, "fulfilled"), &n) && n == 3);
    assert_true(json_i64(json_get(it.value, "open"), &n) && n == 2);
    assert_true(json_double(json_get(it.value, "median_days"), &median) && median > 0.99 && median < 1.01);
    assert_true(json_i64(json_get(v, "oldest_open_days"), &n) && n == 2);
    cu_buf_clear(&out);
}

// ---- faults

static void nothing_is_half_taken(void **state)
{
    struct desk *d = *state;
    uint32_t pno = somebody(d, "u1", "one@example.com");
    static const enum cu_fault_kind kinds[] = {CU_FAULT_ALLOC, CU_FAULT_IO};
    for (size_t k = 0; k < CU_COUNT(kinds); k++) {
        char words[32];
        for (uint64_t nth = 1;; nth++) {
            int len = snprintf(words, sizeof words, "fault %zu %llu", k, (unsigned long long)nth);
            const struct rights_asked a = {.right = RIGHTS_COMPLAINT, .channel = RIGHTS_BY_STAFF, .pno = pno, .email = CU_LIT("one@example.com"), .detail = {words, (size_t)len}};
            struct rights_receipt got;
            struct cu_error err = {0};
            int64_t before = rows_where(d, "SELECT count(*) FROM rights_request");
            cu_fault_arm(kinds[k], nth, false);
            cu_code code = rights_receive(d->rights, &a, &got, &err);
            bool hit = cu_fault_count(kinds[k]) >= nth;
            cu_fault_disarm();
            int64_t after = rows_where(d, "SELECT count(*) FROM rights_request");
            assert_true(after - before <= 1);
            assert_int_equal(rows_where(d, "SELECT count(*) FROM rights_request WHERE detail IS NULL OR asker IS NULL"), 0);
            assert_int_equal(rows_where(d, "SELECT count(*) FROM rights_request r WHERE NOT EXISTS (SELECT 1 FROM rights_step s WHERE s.request = r.number)"), 0);
            if (code == CU_OK)
                assert_int_equal(after - before, 1);
            else // asked again it is taken once
                assert_true(receive(d, a).known == (after > before));
            if (!hit)
                break;
            assert_true(nth < 5000);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(a_request_is_kept_sealed, setup, teardown),
        cmocka_unit_test_setup_teardown(bad_requests_name_the_field, setup, teardown),
        cmocka_unit_test_setup_teardown(the_same_request_is_one, setup, teardown),
        cmocka_unit_test_setup_teardown(in_another_name, setup, teardown),
        cmocka_unit_test_setup_teardown(programs_have_the_person_asked, setup, teardown),
        cmocka_unit_test_setup_teardown(by_itself, setup, teardown),
        cmocka_unit_test_setup_teardown(what_fails_waits, setup, teardown),
        cmocka_unit_test_setup_teardown(objections_reach_the_gate, setup, teardown),
        cmocka_unit_test_setup_teardown(recipients_answer_last, setup, teardown),
        cmocka_unit_test_setup_teardown(letters_without_a_mail_server, setup, teardown),
        cmocka_unit_test_setup_teardown(receipts_are_confirmed, setup, teardown),
        cmocka_unit_test_setup_teardown(terms_and_extensions, setup, teardown),
        cmocka_unit_test_setup_teardown(reminders_and_lapses, setup, teardown),
        cmocka_unit_test_setup_teardown(restrictions_over_time, setup, teardown),
        cmocka_unit_test_setup_teardown(records_go_after_two_years, setup, teardown),
        cmocka_unit_test_setup_teardown(forgotten_with_the_person, setup, teardown),
        cmocka_unit_test_setup_teardown(figures_count, setup, teardown),
        cmocka_unit_test_setup_teardown(nothing_is_half_taken, setup, teardown),
    };
    return cmocka_run_group_tests_name("rights", tests, NULL, NULL);
}
