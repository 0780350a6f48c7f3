// SPDX-License-Identifier: Apache-2.0
// A message as text. What others wrote (a subject, an address, the name of a file) is never copied into a header as it
// is: an address is checked, all else is encoded, and a control character is an error, so that nobody adds a header.
// Parts are quoted-printable or base64, in which no line can look like a boundary ("=_" is not quoted-printable).
// Source: RFC 5322, RFC 2045-2047, RFC 2183, RFC 2231, RFC 3834, RFC 8058.
#include "smtp_internal.h"

#include "text/text.h"

#include <time.h>

enum {
    WORD_MAX = 66 /* "Subject: " stands before the first */,
    LINE_MAX_QP = 76,
    BASE64_BYTES = 57 /* makes a line of 76 */,
    ID_MAX = 64,
    URL_MAX = 900,
    NAME_MAX_BYTES = 200,
    SUBJECT_MAX = 998
};

// ---- addresses

static bool is_alnum(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}

static bool is_atext(char c)
{
    return is_alnum(c) || (c && strchr("!#$%&'*+-/=?^_`{|}~", c));
}

static bool dotted(cu_str s, size_t part_max, bool (*good)(char c))
{
    size_t part = 0;
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '.') {
            if (part == 0)
                return false;
            part = 0;
        } else if (!good(s.ptr[i]) || ++part > part_max) {
            return false;
        }
    }
    return part > 0;
}

static bool is_host(char c)
{
    return is_alnum(c) || c == '-';
}

bool smtp_address_good(cu_str address)
{
    ptrdiff_t at = cu_str_find(address, '@');
    if (at <= 0 || at > 64 || address.len > 254)
        return false;
    cu_str local = cu_str_sub(address, 0, (size_t)at), domain = cu_str_sub(address, (size_t)at + 1, address.len);
    return dotted(local, 64, is_atext) && dotted(domain, 63, is_host) && domain.ptr[0] != '-' &&
           !cu_str_ends(domain, CU_LIT("-"));
}

// ---- encodings

static bool has_control(cu_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if ((unsigned char)s.ptr[i] < ' ' || s.ptr[i] == 0x7f)
            return true;
    }
    return false;
}

static bool is_ascii(cu_str s)
{
    for (size_t i = 0; i < s.len; i++) {
        if ((unsigned char)s.ptr[i] >= 0x80)
            return false;
    }
    return true;
}

static size_t char_len(cu_str s, size_t at) // of the UTF-8 character that begins there
{
    size_t n = 1;
    while (at + n < s.len && ((unsigned char)s.ptr[at + n] & 0xc0) == 0x80)
        n++;
    return n;
}

static void hex_byte(struct cu_buf *out, char c)
{
    static const char digits[] = "0123456789ABCDEF";
    const char text[3] = {'=', digits[(unsigned char)c >> 4], digits[(unsigned char)c & 15]};
    cu_buf_add(out, text, sizeof text);
}

// Encoded words of at most 75 characters, a character never torn, folded between them (RFC 2047).
void smtp_words(cu_str s, struct cu_buf *out)
{
    static const cu_str head = {"=?UTF-8?Q?", 10};
    size_t word = 0;
    for (size_t i = 0; i < s.len;) {
        size_t n = char_len(s, i), cost = 0;
        for (size_t k = 0; k < n; k++)
            cost += is_alnum(s.ptr[i + k]) || s.ptr[i + k] == ' ' ? 1 : 3;
        if (word && word + cost + 2 > WORD_MAX) {
            cu_buf_z(out, "?=\r\n ");
            word = 0;
        }
        if (word == 0) {
            cu_buf_str(out, head);
            word = head.len;
        }
        for (size_t k = 0; k < n; k++) {
            char c = s.ptr[i + k];
            if (is_alnum(c) || c == ' ')
                cu_buf_char(out, c == ' ' ? '_' : c);
            else
                hex_byte(out, c);
        }
        word += cost;
        i += n;
    }
    if (word)
        cu_buf_z(out, "?=");
}

// RFC 2045 6.7. Lines of the text end with \n or \r\n; both become CRLF.
void smtp_quoted_printable(cu_str s, struct cu_buf *out)
{
    size_t line = 0;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        if (c == '\r' && i + 1 < s.len && s.ptr[i + 1] == '\n')
            continue;
        if (c == '\n') {
            cu_buf_z(out, "\r\n");
            line = 0;
            continue;
        }
        bool ends =
            i + 1 == s.len || s.ptr[i + 1] == '\n' || (s.ptr[i + 1] == '\r' && i + 2 < s.len && s.ptr[i + 2] == '\n');
        bool plain = (c >= '!' && c <= '~' && c != '=') || ((c == ' ' || c == '\t') && !ends);
        size_t cost = plain ? 1 : 3;
        if (line + cost > LINE_MAX_QP - (ends ? 0u : 1u)) {
            cu_buf_z(out, "=\r\n");
            line = 0;
        }
        if (plain)
            cu_buf_char(out, c);
        else
            hex_byte(out, c);
        line += cost;
    }
}

static void base64_lines(cu_str bytes, struct cu_buf *out)
{
    for (size_t at = 0; at < bytes.len; at += BASE64_BYTES) {
        text_base64(cu_str_sub(bytes, at, BASE64_BYTES), false, out);
        cu_buf_z(out, "\r\n");
    }
}

// ---- headers

// Text that somebody may have written: as it is when that is short, plain and no encoded word by itself.
static void header_text(cu_str s, struct cu_buf *out)
{
    if (is_ascii(s) && s.len <= 60 && cu_str_find_str(s, CU_LIT("=?")) < 0)
        cu_buf_str(out, s);
    else
        smtp_words(s, out);
}

static void header_phrase(cu_str s, struct cu_buf *out) // a name before an address
{
    if (!is_ascii(s) || s.len > 60 || cu_str_find_str(s, CU_LIT("=?")) >= 0) {
        smtp_words(s, out);
        return;
    }
    cu_buf_char(out, '"');
    for (size_t i = 0; i < s.len; i++) {
        if (s.ptr[i] == '"' || s.ptr[i] == '\\')
            cu_buf_char(out, '\\');
        cu_buf_char(out, s.ptr[i]);
    }
    cu_buf_char(out, '"');
}

static void header_date(int64_t ms, struct cu_buf *out)
{
    static const char *const days[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct tm t;
    time_t s = (time_t)(ms / 1000);
    (void)gmtime_r(&s, &t);
    cu_buf_printf(out, "Date: %s, %02d %s %04d %02d:%02d:%02d +0000\r\n", days[t.tm_wday], t.tm_mday, months[t.tm_mon],
        t.tm_year + 1900, t.tm_hour, t.tm_min, t.tm_sec);
}

cu_str smtp_domain(const struct smtp_options *o)
{
    cu_str from = cu_str_of(o->from);
    (void)cu_str_cut(&from, '@');
    return from;
}

static void headers(const struct smtp_options *o, const struct smtp_message *m, struct cu_buf *out)
{
    header_date(m->date_ms, out);
    cu_buf_z(out, "From: ");
    if (o->from_name && o->from_name[0]) {
        header_phrase(cu_str_of(o->from_name), out);
        cu_buf_z(out, o->from_name && strlen(o->from_name) > 30 ? "\r\n " : " ");
    }
    cu_buf_printf(out, "<%s>\r\nTo: <%.*s>\r\n", o->from, CU_ARG(m->to));
    if (m->reply_to.len)
        cu_buf_printf(out, "Reply-To: <%.*s>\r\n", CU_ARG(m->reply_to));
    cu_buf_z(out, "Subject: ");
    header_text(m->subject, out);
    cu_buf_printf(out, "\r\nMessage-ID: <%.*s@%.*s>\r\n", CU_ARG(m->id), CU_ARG(smtp_domain(o)));
    cu_buf_z(out, "Auto-Submitted: auto-generated\r\n");
    if (m->language.len)
        cu_buf_printf(out, "Content-Language: %.*s\r\n", CU_ARG(m->language));
    if (m->unsubscribe.len) // on one line each: a folded one has broken signatures on the way
        cu_buf_printf(out, "List-Unsubscribe: <%.*s>\r\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n",
            CU_ARG(m->unsubscribe));
    cu_buf_z(out, "MIME-Version: 1.0\r\n");
}

// ---- parts

static void text_part(const char *kind, cu_str text, struct cu_buf *out)
{
    cu_buf_printf(out, "Content-Type: text/%s; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n", kind);
    smtp_quoted_printable(text, out);
    if (text.len == 0 || text.ptr[text.len - 1] != '\n')
        cu_buf_z(out, "\r\n");
}

static void boundary_start(const struct smtp_message *m, const char *kind, const char *which, struct cu_buf *out)
{
    cu_buf_printf(out, "Content-Type: multipart/%s;\r\n boundary=\"=_%.*s_%s\"\r\n\r\n", kind, CU_ARG(m->id), which);
}

static void boundary(const struct smtp_message *m, const char *which, bool last, struct cu_buf *out)
{
    cu_buf_printf(out, "--=_%.*s_%s%s\r\n", CU_ARG(m->id), which, last ? "--" : "");
}

// With its pictures, when it has some (RFC 2387).
static void html_part(const struct smtp_message *m, struct cu_buf *out)
{
    if (m->picture_count == 0) {
        text_part("html", m->html, out);
        return;
    }
    cu_buf_printf(out, "Content-Type: multipart/related; type=\"text/html\";\r\n boundary=\"=_%.*s_r\"\r\n\r\n", CU_ARG(m->id));
    boundary(m, "r", false, out);
    text_part("html", m->html, out);
    for (size_t i = 0; i < m->picture_count; i++) {
        const struct smtp_picture *p = &m->pictures[i];
        boundary(m, "r", false, out);
        cu_buf_printf(out, "Content-Type: %.*s\r\nContent-Transfer-Encoding: base64\r\nContent-ID: <%.*s@letter>\r\n"
            "Content-Disposition: inline\r\n\r\n", CU_ARG(p->type), CU_ARG(p->name));
        base64_lines(p->bytes, out);
    }
    boundary(m, "r", true, out);
}

static void body(const struct smtp_message *m, struct cu_buf *out)
{
    if (m->html.len == 0) {
        text_part("plain", m->text, out);
        return;
    }
    boundary_start(m, "alternative", "a", out);
    boundary(m, "a", false, out);
    text_part("plain", m->text, out);
    boundary(m, "a", false, out);
    html_part(m, out);
    boundary(m, "a", true, out);
}

static void attachment_part(const struct smtp_message *m, struct cu_buf *out)
{
    bool ascii = is_ascii(m->attachment_name);
    cu_buf_printf(out, "Content-Type: %.*s\r\nContent-Transfer-Encoding: base64\r\nContent-Disposition: attachment;\r\n ",
        CU_ARG(m->attachment_type));
    if (ascii) {
        cu_buf_printf(out, "filename=\"%.*s\"", CU_ARG(m->attachment_name));
    } else {
        cu_buf_z(out, "filename*=UTF-8''");
        text_url(m->attachment_name, out);
    }
    cu_buf_z(out, "\r\n\r\n");
    base64_lines(m->attachment, out);
}

// ---- what may be sent

static bool id_good(cu_str id)
{
    bool good = id.len > 0 && id.len <= ID_MAX;
    for (size_t i = 0; i < id.len; i++)
        good = good && (is_alnum(id.ptr[i]) || id.ptr[i] == '-' || id.ptr[i] == '.');
    return good;
}

static bool type_good(cu_str type) // "application/zip"
{
    size_t slashes = 0;
    for (size_t i = 0; i < type.len; i++) {
        slashes += type.ptr[i] == '/';
        if (!is_alnum(type.ptr[i]) && !strchr("/+-.", type.ptr[i]))
            return false;
    }
    return slashes == 1 && type.len <= 100 && type.ptr[0] != '/' && !cu_str_ends(type, CU_LIT("/"));
}

static bool url_good(cu_str url)
{
    bool good =
        url.len <= URL_MAX && (cu_str_starts(url, CU_LIT("https://")) || cu_str_starts(url, CU_LIT("http://127.0.0.1")) ||
                                  cu_str_starts(url, CU_LIT("http://localhost")));
    for (size_t i = 0; i < url.len; i++)
        good = good && url.ptr[i] > ' ' && url.ptr[i] < 0x7f && !strchr("<>\"\\^`{|}", url.ptr[i]);
    return good;
}

static bool name_good(cu_str name) // of a file
{
    if (name.len == 0 || name.len > NAME_MAX_BYTES || has_control(name) || !text_utf8_valid(name))
        return false;
    for (size_t i = 0; i < name.len; i++) {
        if (strchr("/\\\"", name.ptr[i]))
            return false;
    }
    return true;
}

static cu_code picture_good(const struct smtp_picture *p, struct cu_error *err)
{
    bool good = p->name.len > 0 && p->name.len <= ID_MAX;
    for (size_t i = 0; i < p->name.len; i++)
        good = good && (is_alnum(p->name.ptr[i]) || p->name.ptr[i] == '-');
    if (!good)
        return cu_fail(err, CU_INVALID, "picture", "a name of 1 to %d letters, digits and hyphens is accepted", ID_MAX);
    return type_good(p->type) ? CU_OK : cu_fail(err, CU_INVALID, "picture", "a type like image/svg+xml is accepted");
}

static cu_code line_good(cu_str s, const char *field, struct cu_error *err)
{
    if (s.len <= SUBJECT_MAX && !has_control(s) && (s.len == 0 || text_utf8_valid(s)))
        return CU_OK;
    return cu_fail(err, CU_INVALID, field, "one line of UTF-8, at most %d bytes, is accepted", SUBJECT_MAX);
}

static bool language_good(cu_str s)
{
    bool good = s.len <= 35;
    for (size_t i = 0; i < s.len; i++)
        good = good && (is_alnum(s.ptr[i]) || s.ptr[i] == '-');
    return good;
}

cu_code smtp_message_check(const struct smtp_message *m, struct cu_error *err)
{
    if (!smtp_address_good(m->to))
        return cu_fail(err, CU_INVALID, "to", "one address like name@example.com is accepted");
    if (m->reply_to.len && !smtp_address_good(m->reply_to))
        return cu_fail(err, CU_INVALID, "reply_to", "one address like name@example.com is accepted");
    CU_TRY(line_good(m->subject, "subject", err));
    if ((m->text.len && !text_utf8_valid(m->text)) || (m->html.len && !text_utf8_valid(m->html)))
        return cu_fail(err, CU_INVALID, "text", "UTF-8 is accepted");
    if (!language_good(m->language))
        return cu_fail(err, CU_INVALID, "language", "a language like de or pt-BR is accepted");
    if (m->unsubscribe.len && !url_good(m->unsubscribe))
        return cu_fail(err, CU_INVALID, "unsubscribe", "an https address of at most %d bytes is accepted", URL_MAX);
    if (!id_good(m->id))
        return cu_fail(err, CU_INVALID, "id", "1 to %d letters, digits, dots and hyphens are accepted", ID_MAX);
    if (m->attachment.len && !type_good(m->attachment_type))
        return cu_fail(err, CU_INVALID, "attachment_type", "a type like application/zip is accepted");
    if (m->attachment.len && !name_good(m->attachment_name))
        return cu_fail(
            err, CU_INVALID, "attachment_name", "the name of a file, at most %d bytes, is accepted", NAME_MAX_BYTES);
    if (m->picture_count > (m->html.len ? SMTP_PICTURES_MAX : 0))
        return cu_fail(err, CU_INVALID, "picture", "at most %d pictures, in a letter with HTML, are accepted", SMTP_PICTURES_MAX);
    for (size_t i = 0; i < m->picture_count; i++)
        CU_TRY(picture_good(&m->pictures[i], err));
    return CU_OK;
}

cu_code smtp_compose(const struct smtp_options *o, const struct smtp_message *m, struct cu_buf *out, struct cu_error *err)
{
    if (!o->from || !smtp_address_good(cu_str_of(o->from)))
        return cu_fail(err, CU_INVALID, "mail_from", "an address like shop@example.com is accepted");
    CU_TRY(line_good(cu_str_of(o->from_name), "mail_from_name", err));
    CU_TRY(smtp_message_check(m, err));
    headers(o, m, out);
    if (m->attachment.len == 0) {
        body(m, out);
    } else {
        boundary_start(m, "mixed", "m", out);
        boundary(m, "m", false, out);
        body(m, out);
        boundary(m, "m", false, out);
        attachment_part(m, out);
        boundary(m, "m", true, out);
    }
    return cu_buf_code(out, err);
}
