// SPDX-License-Identifier: Apache-2.0
// Messages as they go over the wire: the examples of the RFCs, one whole message byte for byte, what nobody may put into a
// header, and every byte through quoted-printable and back.
#include "../store/store_test.h"

#include "net/smtp_internal.h"
#include "text/text.h"

static const struct smtp_options shop = {.host = "mail.example.com", .security = SMTP_STARTTLS, .from = "shop@example.com", .from_name = "Teehaus"};
// 21 November 2026, 10:00:00 UTC
enum { DAY = 20778 };
static const int64_t noon = INT64_C(86400000) * DAY + INT64_C(36000000);

static struct smtp_message usual(void)
{
    return (struct smtp_message){.to = CU_LIT("anna@example.com"), .subject = CU_LIT("Hello"), .text = CU_LIT("Good day.\n"),
        .id = CU_LIT("0190-1"), .date_ms = noon};
}

static void refuses(const struct smtp_message *m, const char *field);

static void composed(const struct smtp_message *m, const char *expected)
{
    struct cu_buf out;
    struct cu_error err = {.text = ""};
    cu_buf_init(&out, SMTP_BYTES_MAX);
    cu_code code = smtp_compose(&shop, m, &out, &err);
    assert_string_equal(err.text, "");
    assert_int_equal(code, CU_OK);
    assert_string_equal(out.ptr, expected);
    cu_buf_clear(&out);
}

static void quoted(cu_str in, const char *expected)
{
    struct cu_buf out;
    cu_buf_init(&out, 1 << 20);
    smtp_quoted_printable(in, &out);
    assert_string_equal(out.ptr ? out.ptr : "", expected);
    cu_buf_clear(&out);
}

static void quoted_printable_of_rfc_2045(void **state)
{
    (void)state;
    quoted(CU_LIT("Now's the time for all folk to come to the aid of their country."),
        "Now's the time for all folk to come to the aid of their country.");
    quoted(CU_LIT("ends with a space \nand a tab\t\n"), "ends with a space=20\r\nand a tab=09\r\n"); // rule 3
    quoted(CU_LIT("a=b\r\nc\rd\n"), "a=3Db\r\nc=0Dd\r\n");                                         // rules 1, 4
    quoted(CU_LIT("\xc3\xa4"), "=C3=A4");
    // rule 5: no line longer than 76, and what is cut is joined again
    char line[201];
    memset(line, 'x', 200);
    line[200] = 0;
    struct cu_buf out;
    cu_buf_init(&out, 4096);
    smtp_quoted_printable((cu_str){line, 200}, &out);
    cu_str rest = cu_buf_view(&out);
    size_t x = 0;
    while (rest.ptr) {
        cu_str row = cu_str_cut(&rest, '\n');
        assert_true(row.len <= 77); // with its CR
        for (size_t i = 0; i < row.len; i++)
            x += row.ptr[i] == 'x';
    }
    assert_int_equal(x, 200);
    cu_buf_clear(&out);
    char exact[77];
    memset(exact, 'y', 76);
    exact[76] = 0;
    quoted((cu_str){exact, 76}, exact); // 76 fit as they are
}

// The reader of the test: RFC 2045 6.7, for what we write.
static void unquote(cu_str in, struct cu_buf *out)
{
    for (size_t i = 0; i < in.len; i++) {
        if (in.ptr[i] != '=') {
            if (in.ptr[i] != '\r')
                cu_buf_char(out, in.ptr[i]);
        } else if (in.ptr[i + 1] == '\r') {
            i += 2;
        } else {
            const char hex[3] = {in.ptr[i + 1], in.ptr[i + 2], 0};
            cu_buf_char(out, (char)strtol(hex, NULL, 16));
            i += 2;
        }
    }
}

static void every_byte_comes_back(void **state)
{
    (void)state;
    uint32_t seed = 7;
    for (int round = 0; round < 400; round++) {
        char in[512];
        size_t len = 0;
        while (len < (size_t)round) {
            seed = seed * 1664525 + 1013904223;
            char c = (char)(seed >> 24);
            if (c == '\r' || c == 0)
                continue; // CRLF and LF mean the same
            in[len] = round % 3 == 0 && len % 40 == 0 ? '\n' : c;
            len++;
        }
        struct cu_buf out, back;
        cu_buf_init(&out, 8192);
        cu_buf_init(&back, 8192);
        smtp_quoted_printable((cu_str){in, len}, &out);
        unquote(cu_buf_view(&out), &back);
        assert_int_equal(back.len, len);
        assert_memory_equal(back.ptr ? back.ptr : "", in, len);
        for (size_t i = 0; i < out.len; i++)
            assert_true((unsigned char)out.ptr[i] < 0x7f && ((unsigned char)out.ptr[i] >= ' ' || strchr("\t\r\n", out.ptr[i])));
        cu_buf_clear(&out);
        cu_buf_clear(&back);
    }
}

static void words(const char *in, const char *expected)
{
    struct cu_buf out;
    cu_buf_init(&out, 1 << 16);
    smtp_words(cu_str_of(in), &out);
    assert_string_equal(out.ptr, expected);
    cu_buf_clear(&out);
}

static void encoded_words_of_rfc_2047(void **state)
{
    (void)state;
    words("Keld J\xc3\xb8rn Simonsen", "=?UTF-8?Q?Keld_J=C3=B8rn_Simonsen?=");
    words("a_b?c=d", "=?UTF-8?Q?a=5Fb=3Fc=3Dd?=");
    // a word ends before it would be too long, never within a character
    words("\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe6\x97\xa5\xe6\x9c\xac\xe8\xaa\x9e\xe6\x97\xa5",
        "=?UTF-8?Q?=E6=97=A5=E6=9C=AC=E8=AA=9E=E6=97=A5=E6=9C=AC=E8=AA=9E?=\r\n =?UTF-8?Q?=E6=97=A5?=");
}

static void a_plain_message(void **state)
{
    (void)state;
    struct smtp_message m = usual();
    composed(&m, "Date: Sat, 21 Nov 2026 10:00:00 +0000\r\n"
                 "From: \"Teehaus\" <shop@example.com>\r\n"
                 "To: <anna@example.com>\r\n"
                 "Subject: Hello\r\n"
                 "Message-ID: <0190-1@example.com>\r\n"
                 "Auto-Submitted: auto-generated\r\n"
                 "MIME-Version: 1.0\r\n"
                 "Content-Type: text/plain; charset=utf-8\r\n"
                 "Content-Transfer-Encoding: quoted-printable\r\n"
                 "\r\n"
                 "Good day.\r\n");
}

static void pictures_stand_beside_their_html(void **state)
{
    (void)state;
    struct smtp_message m = usual();
    m.html = CU_LIT("<img src=\"cid:chart-1@letter\">\n");
    m.pictures[0] = (struct smtp_picture){CU_LIT("chart-1"), CU_LIT("image/svg+xml"), CU_LIT("<svg/>")};
    m.picture_count = 1;
    composed(&m, "Date: Sat, 21 Nov 2026 10:00:00 +0000\r\n"
                 "From: \"Teehaus\" <shop@example.com>\r\n"
                 "To: <anna@example.com>\r\n"
                 "Subject: Hello\r\n"
                 "Message-ID: <0190-1@example.com>\r\n"
                 "Auto-Submitted: auto-generated\r\n"
                 "MIME-Version: 1.0\r\n"
                 "Content-Type: multipart/alternative;\r\n boundary=\"=_0190-1_a\"\r\n\r\n"
                 "--=_0190-1_a\r\n"
                 "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
                 "Good day.\r\n"
                 "--=_0190-1_a\r\n"
                 "Content-Type: multipart/related; type=\"text/html\";\r\n boundary=\"=_0190-1_r\"\r\n\r\n"
                 "--=_0190-1_r\r\n"
                 "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
                 "<img src=3D\"cid:chart-1@letter\">\r\n"
                 "--=_0190-1_r\r\n"
                 "Content-Type: image/svg+xml\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <chart-1@letter>\r\n"
                 "Content-Disposition: inline\r\n\r\n"
                 "PHN2Zy8+\r\n"
                 "--=_0190-1_r--\r\n"
                 "--=_0190-1_a--\r\n");
    m.pictures[0].name = CU_LIT("a\r\nBcc: x");
    refuses(&m, "picture");
    m.pictures[0].name = CU_LIT("chart-1");
    m.pictures[0].type = CU_LIT("svg");
    refuses(&m, "picture");
    m.pictures[0].type = CU_LIT("image/svg+xml");
    m.html = CU_NONE;
    refuses(&m, "picture");
}

static void a_whole_message(void **state)
{
    (void)state;
    struct smtp_message m = usual();
    m.subject = CU_LIT("Gr\xc3\xbc\xc3\x9f" "e");
    m.language = CU_LIT("de");
    m.reply_to = CU_LIT("datenschutz@example.com");
    m.text = CU_LIT("Guten Tag.\n=_0190-1_a--");
    m.html = CU_LIT("<p>Guten Tag.</p>\n");
    m.attachment_name = CU_LIT("Quittung f\xc3\xbcr Anna.json");
    m.attachment_type = CU_LIT("application/json");
    m.attachment = CU_LIT("{\"a\":1}");
    m.unsubscribe = CU_LIT("https://shop.example.com/u/AAAAAAAAAAAAAAAAAAAAAA");
    composed(&m, "Date: Sat, 21 Nov 2026 10:00:00 +0000\r\n"
                 "From: \"Teehaus\" <shop@example.com>\r\n"
                 "To: <anna@example.com>\r\n"
                 "Reply-To: <datenschutz@example.com>\r\n"
                 "Subject: =?UTF-8?Q?Gr=C3=BC=C3=9Fe?=\r\n"
                 "Message-ID: <0190-1@example.com>\r\n"
                 "Auto-Submitted: auto-generated\r\n"
                 "Content-Language: de\r\n"
                 "List-Unsubscribe: <https://shop.example.com/u/AAAAAAAAAAAAAAAAAAAAAA>\r\n"
                 "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n"
                 "MIME-Version: 1.0\r\n"
                 "Content-Type: multipart/mixed;\r\n boundary=\"=_0190-1_m\"\r\n\r\n"
                 "--=_0190-1_m\r\n"
                 "Content-Type: multipart/alternative;\r\n boundary=\"=_0190-1_a\"\r\n\r\n"
                 "--=_0190-1_a\r\n"
                 "Content-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
                 "Guten Tag.\r\n=3D_0190-1_a--\r\n"
                 "--=_0190-1_a\r\n"
                 "Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n"
                 "<p>Guten Tag.</p>\r\n"
                 "--=_0190-1_a--\r\n"
                 "--=_0190-1_m\r\n"
                 "Content-Type: application/json\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment;\r\n"
                 " filename*=UTF-8''Quittung%20f%C3%BCr%20Anna.json\r\n\r\n"
                 "eyJhIjoxfQ==\r\n"
                 "--=_0190-1_m--\r\n");
}

static void refuses(const struct smtp_message *m, const char *field)
{
    struct cu_buf out;
    struct cu_error err = {.text = ""};
    cu_buf_init(&out, SMTP_BYTES_MAX);
    assert_int_equal(smtp_compose(&shop, m, &out, &err), CU_INVALID);
    assert_string_equal(err.field, field);
    assert_int_equal(out.len, 0); // not even a beginning
    cu_buf_clear(&out);
}

static void nobody_adds_a_header(void **state)
{
    (void)state;
    static const char *const addresses[] = {"", "anna", "@example.com", "anna@", "anna@example.com\r\nBcc: eve@example.com", "a b@example.com",
        "anna@example.com,eve@example.com", "<anna@example.com>", "anna@example.com>", "\"a b\"@example.com", "anna@exa mple.com", "anna@-x.com",
        "anna@[127.0.0.1]", "anna..b@example.com", ".anna@example.com", "anna@example..com", "anna@example.com\n", "anna@ex\xc3\xa4mple.com", "a\tb@example.com"};
    for (size_t i = 0; i < CU_COUNT(addresses); i++) {
        struct smtp_message m = usual();
        m.to = cu_str_of(addresses[i]);
        refuses(&m, "to");
        m = usual();
        m.reply_to = cu_str_of(addresses[i]);
        if (m.reply_to.len)
            refuses(&m, "reply_to");
    }
    static const char *const lines[] = {"Hello\r\nBcc: eve@example.com", "Hello\nX: y", "a\rb", "\x01", "not \xff utf-8"};
    for (size_t i = 0; i < CU_COUNT(lines); i++) {
        struct smtp_message m = usual();
        m.subject = cu_str_of(lines[i]);
        refuses(&m, "subject");
        m = usual();
        m.language = cu_str_of(lines[i]);
        refuses(&m, "language");
        m = usual();
        m.id = cu_str_of(lines[i]);
        refuses(&m, "id");
        m = usual();
        m.attachment = CU_LIT("x");
        m.attachment_type = CU_LIT("text/plain");
        m.attachment_name = cu_str_of(lines[i]);
        refuses(&m, "attachment_name");
        m.attachment_name = CU_LIT("a.txt");
        m.attachment_type = cu_str_of(lines[i]);
        refuses(&m, "attachment_type");
    }
    static const char *const urls[] = {"ftp://example.com/", "https://example.com/ x", "https://example.com/>,<mailto:eve@example.com",
        "https://example.com/\r\nBcc: eve@example.com", "javascript:alert(1)", "http://example.com/u/x"};
    for (size_t i = 0; i < CU_COUNT(urls); i++) {
        struct smtp_message m = usual();
        m.unsubscribe = cu_str_of(urls[i]);
        refuses(&m, "unsubscribe");
    }
    struct smtp_message m = usual();
    m.attachment = CU_LIT("x");
    m.attachment_type = CU_LIT("text/plain");
    m.attachment_name = CU_LIT("../../etc/passwd");
    refuses(&m, "attachment_name");
}

// ---- whatever is written, the headers are these

static cu_str scribble(uint64_t *seed, struct cu_arena *a)
{
    static const char *const bits[] = {"a", "B", "7", " ", "@", ".", "example.com", "\r\n", "\n", "\r", "\t", ":", ";", "<", ">", "\"", "\\", "=", "?",
        "=?UTF-8?Q?x?=", "Bcc: eve@example.com", ".\r\n", "--=_x_a--", "\xc3\xa4", "\xe6\x97\xa5", "\xff", "\x01", ",", "/", "https://", "%0a", "("};
    cu_str s = CU_LIT("");
    for (uint64_t n = test_random(seed) % 9; n > 0; n--)
        s = cu_arena_printf(a, "%.*s%s", CU_ARG(s), bits[test_random(seed) % CU_COUNT(bits)]);
    return s;
}

static void headers_are_known(cu_str text)
{
    static const char *const names[] = {"Date", "From", "To", "Reply-To", "Subject", "Message-ID", "Auto-Submitted", "Content-Language",
        "List-Unsubscribe", "List-Unsubscribe-Post", "MIME-Version", "Content-Type", "Content-Transfer-Encoding"};
    size_t seen[CU_COUNT(names)] = {0};
    for (size_t i = 0; i < text.len; i++) { // no line end but CRLF, nothing but ASCII, anywhere
        assert_true((unsigned char)text.ptr[i] < 0x7f);
        assert_true(text.ptr[i] != '\n' || (i > 0 && text.ptr[i - 1] == '\r'));
        assert_true(text.ptr[i] != '\r' || (i + 1 < text.len && text.ptr[i + 1] == '\n'));
    }
    for (cu_str rest = text; rest.ptr;) {
        cu_str line = cu_str_cut(&rest, '\n');
        assert_true(line.len <= 998);
        if (line.len <= 1)
            break; // the body
        if (line.ptr[0] == ' ')
            continue;
        cu_str name = cu_str_cut(&line, ':');
        bool known = false;
        for (size_t i = 0; i < CU_COUNT(names); i++) {
            known = known || cu_str_eqz(name, names[i]);
            seen[i] += cu_str_eqz(name, names[i]);
        }
        assert_true(known);
    }
    for (size_t i = 0; i < CU_COUNT(names); i++)
        assert_true(seen[i] <= 1);
    assert_int_equal(seen[0] + seen[1] + seen[2] + seen[4] + seen[5], 5);
}

static void whatever_is_written(void **state)
{
    uint64_t seed = 42;
    int good = 0;
    (void)state;
    for (int round = 0; round < 20000; round++) {
        struct cu_arena *a = cu_arena_new(1 << 16);
        struct smtp_options o = shop;
        struct smtp_message m = usual();
        cu_str *const fields[] = {&m.subject, &m.text, &m.html, &m.to, &m.reply_to, &m.language, &m.attachment_name, &m.attachment_type, &m.unsubscribe, &m.id};
        struct cu_buf out;
        cu_buf_init(&out, SMTP_BYTES_MAX);
        *fields[test_random(&seed) % CU_COUNT(fields)] = scribble(&seed, a);
        *fields[test_random(&seed) % 3] = scribble(&seed, a);
        if (test_random(&seed) % 2)
            o.from_name = cu_arena_z(a, scribble(&seed, a));
        if (test_random(&seed) % 3 == 0)
            m.attachment = CU_LIT("x");
        cu_code code = smtp_compose(&o, &m, &out, NULL);
        assert_true(code == CU_OK || code == CU_INVALID);
        if (code == CU_OK) {
            headers_are_known(cu_buf_view(&out));
            good++;
        }
        cu_buf_clear(&out);
        cu_arena_free(a);
    }
    assert_true(good > 2000);
}

static void a_shop_may_be_called_anything(void **state)
{
    (void)state;
    static const struct {
        const char *name, *expected;
    } rows[] = {
        {"Tea \"& more\" <x@example.com>", "From: \"Tea \\\"& more\\\" <x@example.com>\" <shop@example.com>\r\n"},
        {"Caf\xc3\xa9", "From: =?UTF-8?Q?Caf=C3=A9?= <shop@example.com>\r\n"},
        {"=?UTF-8?Q?x?=", "From: =?UTF-8?Q?=3D=3FUTF=2D8=3FQ=3Fx=3F=3D?= <shop@example.com>\r\n"},
    };
    for (size_t i = 0; i < CU_COUNT(rows); i++) {
        struct smtp_options o = shop;
        struct smtp_message m = usual();
        struct cu_buf out;
        o.from_name = rows[i].name;
        cu_buf_init(&out, SMTP_BYTES_MAX);
        assert_int_equal(smtp_compose(&o, &m, &out, NULL), CU_OK);
        assert_non_null(strstr(out.ptr, rows[i].expected));
        cu_buf_clear(&out);
    }
    struct smtp_options o = shop;
    struct smtp_message m = usual();
    struct cu_error err;
    struct cu_buf out;
    cu_buf_init(&out, SMTP_BYTES_MAX);
    o.from_name = "Tea\r\nBcc: eve@example.com";
    assert_int_equal(smtp_compose(&o, &m, &out, &err), CU_INVALID);
    assert_string_equal(err.field, "mail_from_name");
    o.from = "nobody";
    assert_int_equal(smtp_compose(&o, &m, &out, &err), CU_INVALID);
    assert_string_equal(err.field, "mail_from");
    cu_buf_clear(&out);
}

static void settings_that_cannot_work(void **state)
{
    (void)state;
    char *folder = test_folder_new(), *file = test_path(folder, "password");
    struct cu_error err;
    struct smtp_options o = {.host = ""};
    assert_int_equal(smtp_check(&o, &err), CU_OK); // none is set
    o = shop;
    assert_int_equal(smtp_check(&o, &err), CU_OK);
    o.host = "mail.example.com/x";
    assert_int_equal(smtp_check(&o, &err), CU_INVALID);
    assert_string_equal(err.field, "mail_host");
    o = shop;
    o.from = "";
    assert_int_equal(smtp_check(&o, &err), CU_INVALID);
    assert_string_equal(err.field, "mail_from");
    o = shop;
    o.user = "shop";
    assert_int_equal(smtp_check(&o, &err), CU_INVALID);
    assert_string_equal(err.field, "mail_user");
    assert_ok(cu_file_replace(file, "secret\n", 7, 0600, NULL));
    o.password_file = file;
    assert_int_equal(chmod(file, 0644), 0);
    assert_int_equal(smtp_check(&o, &err), CU_KEY);
    assert_string_equal(err.field, "mail_password_file");
    assert_int_equal(chmod(file, 0600), 0);
    assert_int_equal(smtp_check(&o, &err), CU_OK);
    o.ca_file = "/nowhere/ca.pem";
    assert_int_equal(smtp_check(&o, &err), CU_INVALID);
    assert_string_equal(err.field, "mail_ca");
    free(file);
    test_folder_free(folder);
}

// Only to where outgoing calls may go, and without TLS nowhere but this machine.
static void a_mail_server_in_a_private_network(void **state)
{
    (void)state;
    static const struct {
        const char *host, *networks;
        enum smtp_security security;
        bool connects; // it is not refused for its address
    } rows[] = {
        {"127.0.0.1", "", SMTP_STARTTLS, false},
        {"10.1.2.3", "127.0.0.0/8", SMTP_TLS, false},
        {"169.254.169.254", "169.254.0.0/16", SMTP_TLS, false},
        {"127.0.0.1", "127.0.0.0/8", SMTP_STARTTLS, true},
        {"127.0.0.1", "127.0.0.0/8", SMTP_PLAIN, true},
        {"192.0.2.1", "192.0.2.0/24", SMTP_PLAIN, false},
    };
    for (size_t i = 0; i < CU_COUNT(rows); i++) {
        struct smtp_options o = shop;
        struct smtp_message m = usual();
        struct cu_error err = {.text = ""};
        o.host = rows[i].host;
        o.networks = rows[i].networks;
        o.security = rows[i].security;
        o.port = 1; // nobody listens there
        o.timeout_ms = 3000;
        assert_int_equal(smtp_send(&o, &m, &err), CU_UNAVAILABLE);
        assert_string_equal(err.field, "mail_host");
        assert_int_equal(strstr(err.text, "private") == NULL, rows[i].connects);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quoted_printable_of_rfc_2045),
        cmocka_unit_test(every_byte_comes_back),
        cmocka_unit_test(encoded_words_of_rfc_2047),
        cmocka_unit_test(a_plain_message),
        cmocka_unit_test(a_whole_message),
        cmocka_unit_test(pictures_stand_beside_their_html),
        cmocka_unit_test(nobody_adds_a_header),
        cmocka_unit_test(whatever_is_written),
        cmocka_unit_test(a_shop_may_be_called_anything),
        cmocka_unit_test(settings_that_cannot_work),
        cmocka_unit_test(a_mail_server_in_a_private_network),
    };
    return cmocka_run_group_tests_name("net/smtp", tests, NULL, NULL);
}
