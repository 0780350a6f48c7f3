// SPDX-License-Identifier: Apache-2.0
// Letters in their store: taken with the act or not at all, to the address of the record, sealed under the right key,
// given to a mail server that answers as the test says, tried again, given up, forgotten with the person, and none lost
// by a crash.
#include "../people/people_test.h"

#include "reach/letter_internal.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sqlite3.h>
#include <stdatomic.h>

extern const struct db_statement letter_schema_sql_schema; // generated

// ---- a mail server of few words

struct mail {
    int fd;
    uint16_t port;
    pthread_t thread;
    atomic_bool stop, silent; // silent: it takes a connection and says nothing
    _Atomic(const char *) to_answer, end_answer; // to RCPT, and to the end of the message; NULL: the connection breaks off
    atomic_int accepted;
    char last[65536]; // the last whole message
};

static void say(int fd, const char *text)
{
    (void)!send(fd, text, strlen(text), MSG_NOSIGNAL);
}

static char room[65536]; // read and not yet taken; one connection at a time
static size_t room_len, room_at;

static bool read_line(int fd, char *line, size_t size)
{
    size_t len = 0;
    while (len + 1 < size) {
        if (room_at == room_len) {
            ssize_t n = recv(fd, room, sizeof room, 0);
            room_at = 0;
            room_len = n > 0 ? (size_t)n : 0;
            if (n <= 0)
                return false;
        }
        line[len++] = room[room_at++];
        if (line[len - 1] == '\n') {
            line[len] = 0;
            return true;
        }
    }
    return false;
}

static bool take_message(struct mail *m, int fd)
{
    char line[2048];
    size_t len = 0;
    say(fd, "354 go on\r\n");
    while (read_line(fd, line, sizeof line)) {
        if (strcmp(line, ".\r\n") == 0) {
            const char *answer = m->end_answer;
            if (!answer)
                return false;
            if (answer[0] == '2')
                atomic_fetch_add(&m->accepted, 1);
            say(fd, answer);
            return true;
        }
        size_t n = strlen(line);
        if (len + n < sizeof m->last)
            memcpy(m->last + len, line, n + 1);
        len += n;
    }
    return false;
}

static void talk(struct mail *m, int fd)
{
    char line[2048];
    room_len = room_at = 0;
    say(fd, "220 mail.example.com ESMTP\r\n");
    while (read_line(fd, line, sizeof line)) {
        if (strncmp(line, "EHLO", 4) == 0)
            say(fd, "250 mail.example.com\r\n");
        else if (strncmp(line, "RCPT", 4) == 0)
            say(fd, m->to_answer);
        else if (strncmp(line, "DATA", 4) == 0) {
            if (!take_message(m, fd))
                return;
        } else if (strncmp(line, "QUIT", 4) == 0) {
            say(fd, "221 bye\r\n");
            return;
        } else
            say(fd, "250 ok\r\n");
    }
}

static void *mail_loop(void *context)
{
    struct mail *m = context;
    while (!m->stop) {
        struct pollfd p = {.fd = m->fd, .events = POLLIN};
        if (poll(&p, 1, 20) != 1)
            continue;
        int fd = accept(m->fd, NULL, NULL);
        const struct timeval soon = {.tv_sec = 5};
        (void)setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &soon, sizeof soon);
        if (!m->silent)
            talk(m, fd);
        while (m->silent && !m->stop)
            (void)usleep(10000);
        (void)close(fd);
    }
    return NULL;
}

static void mail_start(struct mail *m)
{
    struct sockaddr_in a = {.sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t len = sizeof a;
    m->fd = socket(AF_INET, SOCK_STREAM, 0);
    assert_int_equal(bind(m->fd, (struct sockaddr *)&a, sizeof a), 0);
    assert_int_equal(listen(m->fd, 16), 0);
    assert_int_equal(getsockname(m->fd, (struct sockaddr *)&a, &len), 0);
    m->port = ntohs(a.sin_port);
    m->to_answer = m->end_answer = "250 ok\r\n";
    assert_int_equal(pthread_create(&m->thread, NULL, mail_loop, m), 0);
}

static void mail_stop(struct mail *m)
{
    m->stop = true;
    (void)pthread_join(m->thread, NULL);
    (void)close(m->fd);
}

// ---- a shop that writes letters

struct office {
    struct world w;
    sqlite3 *look; // the test's own eyes
    uint64_t seq;
    struct mail mail;
    struct smtp_options smtp;
    struct letters *letters;
};

static atomic_llong offset_ms; // how far the clock was put forward
static int64_t later_clock(void *ctx)
{
    struct timespec t;
    (void)ctx;
    (void)clock_gettime(CLOCK_REALTIME, &t);
    return t.tv_sec * 1000 + t.tv_nsec / 1000000 + offset_ms;
}

static void open_letters(struct office *o)
{
    const struct letters_options lo = {.people = o->w.people, .smtp = &o->smtp, .shop_name = "Teehaus"};
    assert_ok(letters_open(&lo, &o->letters, NULL));
}

static int office_setup(void **state)
{
    struct office *o = calloc(1, sizeof *o);
    offset_ms = 0;
    cu_clock_inject(later_clock, NULL);
    world_new(&o->w);
    mail_start(&o->mail);
    o->smtp = (struct smtp_options){.host = "127.0.0.1", .port = o->mail.port, .from = "shop@example.com", .from_name = "Teehaus",
        .networks = "127.0.0.0/8", .timeout_ms = 15000};
    char *path = test_path(o->w.folder, "records.db"); // the world has the tables of people; those of letters are put beside them
    assert_int_equal(sqlite3_open(path, &o->look), SQLITE_OK);
    (void)sqlite3_busy_timeout(o->look, 5000);
    assert_int_equal(sqlite3_exec(o->look, letter_schema_sql_schema.sql, NULL, NULL, NULL), SQLITE_OK);
    free(path);
    open_letters(o);
    *state = o;
    return 0;
}

static int office_teardown(void **state)
{
    struct office *o = *state;
    letters_close(o->letters);
    mail_stop(&o->mail);
    (void)sqlite3_close(o->look);
    world_free(&o->w);
    cu_clock_inject(NULL, NULL);
    free(o);
    return 0;
}

static uint32_t customer(struct office *o, const char *id, const char *email)
{
    char traits[200];
    begin(&o->w);
    uint32_t pno = identify_in(&o->w, id, at(1000, ++o->seq));
    if (email) {
        (void)snprintf(traits, sizeof traits, "{\"email\":\"%s\"}", email);
        traits_in(&o->w, pno, traits, at(1000, o->seq));
    }
    commit(&o->w);
    return pno;
}

static struct letter letter_to(uint32_t pno)
{
    return (struct letter){.pno = pno, .kind = CU_LIT("privacy_link"), .language = CU_LIT("de"), .subject = CU_LIT("Ihr Link"),
        .text = CU_LIT("Guten Tag,\nhier ist Ihr Link.\n")};
}

static cu_code write_letter(struct office *o, const struct letter *l, struct cu_error *err)
{
    (void)people_lock(o->w.people);
    assert_ok(people_begin(o->w.people, NULL));
    cu_code code = letters_send(o->letters, l, err);
    if (code == CU_OK)
        assert_ok(people_commit(o->w.people, NULL));
    else
        people_rollback(o->w.people);
    people_unlock(o->w.people);
    return code;
}

static int64_t number_of(struct office *o, const char *sql)
{
    sqlite3_stmt *q = NULL;
    assert_int_equal(sqlite3_prepare_v2(o->look, sql, -1, &q, NULL), SQLITE_OK);
    assert_int_equal(sqlite3_step(q), SQLITE_ROW);
    int64_t n = sqlite3_column_int64(q, 0);
    (void)sqlite3_finalize(q);
    return n;
}

static const char waiting_sql[] = "SELECT count(*) FROM letter WHERE state = 1";
static const char texts_sql[] = "SELECT count(*) FROM letter WHERE message IS NOT NULL";
static const char sent_sql[] = "SELECT count(*) FROM letter WHERE state = 2";
static const char failed_sql[] = "SELECT count(*) FROM letter WHERE state = 3";
static const char sink_sql[] = "SELECT count(*) FROM letter WHERE state = 4";
static const char tries_sql[] = "SELECT sum(tries) FROM letter";
static const char rows_sql[] = "SELECT count(*) FROM letter";
static const char owned_sql[] = "SELECT count(*) FROM letter WHERE pno <> 0";

static void until(struct office *o, const char *sql, int64_t wanted)
{
    for (int i = 0; i < 1500 && number_of(o, sql) != wanted; i++)
        (void)usleep(10000);
    assert_int_equal(number_of(o, sql), wanted);
}

// ---- what holds

static void with_the_act_or_not_at_all(void **state)
{
    struct office *o = *state;
    uint32_t pno = customer(o, "user_id=anna", "Anna@Example.com");
    struct letter l = letter_to(pno);
    assert_ok(letters_start(o->letters, NULL));
    (void)people_lock(o->w.people); // an act that fails after it wrote
    assert_ok(people_begin(o->w.people, NULL));
    assert_ok(letters_send(o->letters, &l, NULL));
    people_rollback(o->w.people);
    people_unlock(o->w.people);
    assert_int_equal(number_of(o, rows_sql), 0);
    int64_t began_us = cu_mono_us();
    assert_ok(write_letter(o, &l, NULL));
    until(o, sent_sql, 1);
    print_message("# from the act to the note that it was sent: %lld ms\n", (long long)(cu_mono_us() - began_us) / 1000);
    assert_true(cu_mono_us() - began_us < 1000000);
    assert_int_equal(o->mail.accepted, 1);
    assert_non_null(strstr(o->mail.last, "\nTo: <anna@example.com>\r\n"));
    assert_non_null(strstr(o->mail.last, "hier ist Ihr Link."));
    assert_int_equal(number_of(o, texts_sql), 0); // nothing of it is kept
}

static void whom_it_can_be_written_to(void **state)
{
    struct office *o = *state;
    struct cu_error err;
    uint32_t no_address = customer(o, "user_id=nobody", NULL), strange = customer(o, "user_id=strange", "\\\"a b\\\"@example.com");
    uint32_t by_id = customer(o, "user_id=x email=x@example.com", NULL);
    struct letter l = letter_to(no_address);
    assert_int_equal(write_letter(o, &l, &err), CU_NOT_FOUND);
    l.pno = strange;
    assert_int_equal(write_letter(o, &l, &err), CU_NOT_FOUND);
    assert_string_equal(err.field, "to");
    l.pno = 0;
    assert_int_equal(write_letter(o, &l, &err), CU_NOT_FOUND);
    l.to = CU_LIT("a@example.com\r\nBcc: eve@example.com");
    assert_int_equal(write_letter(o, &l, &err), CU_INVALID);
    l.to = CU_LIT("stranger@example.com");
    l.kind = CU_LIT("No Kind");
    assert_int_equal(write_letter(o, &l, &err), CU_INVALID);
    assert_string_equal(err.field, "kind");
    l.kind = CU_LIT("test");
    assert_ok(write_letter(o, &l, &err));
    l = letter_to(by_id);
    assert_ok(write_letter(o, &l, &err));
    assert_ok(letters_start(o->letters, NULL));
    until(o, sent_sql, 2);
    assert_non_null(strstr(o->mail.last, "\nTo: <x@example.com>\r\n"));
    o->smtp.host = ""; // no mail server
    letters_close(o->letters);
    open_letters(o);
    assert_false(letters_can(o->letters));
    assert_int_equal(write_letter(o, &l, &err), CU_UNAVAILABLE);
    assert_string_equal(err.field, "mail_host");
}

static void tried_again_and_given_up(void **state)
{
    struct office *o = *state;
    uint32_t pno = customer(o, "user_id=anna", "anna@example.com");
    struct letter l = letter_to(pno);
    o->mail.to_answer = "451 4.7.1 greylisted\r\n";
    assert_ok(letters_start(o->letters, NULL));
    assert_ok(write_letter(o, &l, NULL));
    until(o, tries_sql, 1);
    assert_int_equal(number_of(o, waiting_sql), 1);
    o->mail.to_answer = "250 ok\r\n"; // the first pause is two seconds
    until(o, sent_sql, 1);
    assert_int_equal(number_of(o, tries_sql), 2);
    o->mail.to_answer = "550 5.1.1 no such user\r\n";
    assert_ok(write_letter(o, &l, NULL));
    until(o, failed_sql, 1);
    o->mail.to_answer = "250 ok\r\n";
    o->mail.end_answer = "554 5.7.1 looks like spam\r\n";
    assert_ok(write_letter(o, &l, NULL));
    until(o, failed_sql, 2);
    o->mail.end_answer = NULL; // it breaks off before it said whether it took it: again, with the same Message-ID
    assert_ok(write_letter(o, &l, NULL));
    until(o, tries_sql, 5);
    char first[65536];
    memcpy(first, o->mail.last, sizeof first);
    o->mail.end_answer = "250 ok\r\n";
    until(o, sent_sql, 2);
    assert_string_equal(first, o->mail.last);
    o->mail.to_answer = "451 later\r\n";
    assert_ok(write_letter(o, &l, NULL));
    until(o, waiting_sql, 1);
    offset_ms = LETTER_GIVE_UP_MS + 1000; // three days on
    letters_close(o->letters);
    open_letters(o);
    assert_ok(letters_start(o->letters, NULL));
    until(o, failed_sql, 3);
    assert_int_equal(number_of(o, texts_sql), 0);
}

static void a_server_that_says_nothing(void **state)
{
    struct office *o = *state;
    uint32_t pno = customer(o, "user_id=anna", "anna@example.com");
    struct letter l = letter_to(pno);
    o->smtp.timeout_ms = 600;
    letters_close(o->letters);
    open_letters(o);
    o->mail.silent = true;
    assert_ok(letters_start(o->letters, NULL));
    assert_ok(write_letter(o, &l, NULL));
    until(o, tries_sql, 1); // given up after its time
    assert_int_equal(number_of(o, waiting_sql), 1);
    o->smtp.timeout_ms = 60000; // and nobody waits for it at the end
    letters_close(o->letters);
    open_letters(o);
    assert_ok(letters_start(o->letters, NULL));
    (void)usleep(300000);
    int64_t began_us = cu_mono_us();
    letters_close(o->letters);
    assert_true(cu_mono_us() - began_us < 5000000);
    assert_int_equal(number_of(o, waiting_sql), 1);
    o->mail.silent = false;
    open_letters(o);
    assert_ok(letters_start(o->letters, NULL));
    until(o, sent_sql, 1);
    assert_int_equal(o->mail.accepted, 1);
}

static void nothing_is_lost_by_an_end(void **state)
{
    struct office *o = *state;
    uint32_t pno = customer(o, "user_id=anna", "anna@example.com");
    struct letter l = letter_to(pno), to_stranger = letter_to(0);
    to_stranger.to = CU_LIT("stranger@example.com");
    assert_ok(write_letter(o, &l, NULL)); // nobody sends: the process ends here
    assert_ok(write_letter(o, &to_stranger, NULL));
    letters_close(o->letters);
    world_close(&o->w);
    world_open(&o->w);
    open_letters(o);
    assert_int_equal(o->mail.accepted, 0);
    assert_ok(letters_start(o->letters, NULL));
    until(o, sent_sql, 2);
    assert_int_equal(o->mail.accepted, 2);
}

static void forgotten_with_the_person(void **state)
{
    struct office *o = *state;
    uint32_t pno = customer(o, "user_id=anna", "anna@example.com");
    struct letter l = letter_to(pno), last = letter_to(pno);
    last.outlives = true;
    last.kind = CU_LIT("request_answer");
    assert_ok(write_letter(o, &l, NULL));
    assert_ok(write_letter(o, &last, NULL));
    assert_int_equal(number_of(o, owned_sql), 2);
    assert_ok(people_forget_person(o->w.people, uuid_of(&o->w, pno), NULL));
    assert_int_equal(number_of(o, rows_sql), 1);
    assert_int_equal(number_of(o, owned_sql), 0);
    assert_ok(letters_start(o->letters, NULL));
    until(o, sent_sql, 1);
    assert_int_equal(o->mail.accepted, 1);
    last.to = CU_LIT("anna@example.com"); // written when the person is gone already
    assert_ok(write_letter(o, &last, NULL));
    until(o, sent_sql, 2);
    assert_int_equal(number_of(o, owned_sql), 0);
    // The key of the day is destroyed when no letter of that day can wait any more.
    assert_int_equal(number_of(o, "SELECT count(*) FROM letter_day"), 1);
    assert_ok(letter_care(o->w.people, NULL));
    assert_int_equal(number_of(o, "SELECT count(*) FROM letter_day"), 1);
    uint64_t subject = LETTER_DAY_SUBJECT + (uint64_t)(cu_now_ms() / 86400000);
    assert_false(guard_is_erased(o->w.guard, subject));
    offset_ms = INT64_C(86400000) * 7;
    assert_ok(letter_care(o->w.people, NULL));
    assert_int_equal(number_of(o, "SELECT count(*) FROM letter_day"), 0);
    assert_true(guard_is_erased(o->w.guard, subject));
    offset_ms = INT64_C(86400000) * 500;
    assert_ok(letter_care(o->w.people, NULL));
    assert_int_equal(number_of(o, rows_sql), 0);
}

static void an_address_of_nobody_is_a_sink(void **state)
{
    struct office *o = *state;
    uint32_t pno = customer(o, "user_id=canary", "canary@shop.invalid");
    struct letter l = letter_to(pno);
    enum letter_state s = 0;
    assert_ok(letters_start(o->letters, NULL));
    assert_ok(write_letter(o, &l, NULL));
    until(o, sink_sql, 1);
    assert_int_equal(o->mail.accepted, 0);
    assert_ok(letters_state(o->letters, pno, CU_LIT("privacy_link"), &s, NULL));
    assert_int_equal(s, LETTER_SINK);
    assert_int_equal(number_of(o, texts_sql), 0);
}

static void large_ones(void **state)
{
    struct office *o = *state;
    struct cu_error err;
    uint32_t pno = customer(o, "user_id=anna", "anna@example.com");
    struct letter l = letter_to(pno);
    size_t len = 2 << 20;
    char *bytes = malloc(2 * len);
    for (size_t i = 0; i < 2 * len; i++)
        bytes[i] = (char)(i * 2654435761u >> 13);
    l.attachment = (cu_str){bytes, len};
    l.attachment_name = CU_LIT("data.zip");
    l.attachment_type = CU_LIT("application/zip");
    assert_ok(letters_start(o->letters, NULL));
    assert_ok(write_letter(o, &l, NULL));
    until(o, sent_sql, 1);
    l.attachment.len = 2 * len;
    assert_int_equal(write_letter(o, &l, &err), CU_TOO_LARGE);
    assert_string_equal(err.field, "attachment");
    free(bytes);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test_setup_teardown(with_the_act_or_not_at_all, office_setup, office_teardown),
        cmocka_unit_test_setup_teardown(whom_it_can_be_written_to, office_setup, office_teardown),
        cmocka_unit_test_setup_teardown(tried_again_and_given_up, office_setup, office_teardown),
        cmocka_unit_test_setup_teardown(a_server_that_says_nothing, office_setup, office_teardown),
        cmocka_unit_test_setup_teardown(nothing_is_lost_by_an_end, office_setup, office_teardown),
        cmocka_unit_test_setup_teardown(forgotten_with_the_person, office_setup, office_teardown),
        cmocka_unit_test_setup_teardown(an_address_of_nobody_is_a_sink, office_setup, office_teardown),
        cmocka_unit_test_setup_teardown(large_ones, office_setup, office_teardown),
    };
    return cmocka_run_group_tests_name("reach/letters", tests, NULL, NULL);
}
