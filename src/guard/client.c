// SPDX-License-Identifier: Apache-2.0
// The guard as seen from the process that parses: every call is a question to the key process. Each
// thread has a line of its own, made at its first call and closed with the thread. What cannot be asked
// is CU_UNAVAILABLE: nothing is opened or sealed on a guess. See process.h, wire.h.
#include "client_private.h"

#include "base/log.h"

#include <errno.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { SILENCE_MAX_S = 60, ADMIN_MAX_S = 3600, ITEMS_BYTES = 256 * 1024 };

static struct client *client_of(struct guard *g)
{
    return (struct client *)(void *)((char *)g - offsetof(struct client, guard));
}

// --- lines

static void line_free(struct line *l)
{
    if (l->fd >= 0)
        (void)close(l->fd);
    wire_forget(&l->question);
    wire_forget(&l->answer);
    cu_buf_clear(&l->question);
    cu_buf_clear(&l->answer);
    cu_free(l);
}

void client_lines_free(struct client *c)
{
    while (c->lines) {
        struct line *l = c->lines;
        c->lines = l->next;
        line_free(l);
    }
}

void client_line_end(void *value) // the thread ends
{
    struct line *l = value;
    struct client *c = l->client;
    pthread_mutex_lock(&c->lock);
    for (struct line **at = &c->lines; *at; at = &(*at)->next) {
        if (*at == l) {
            *at = l->next;
            break;
        }
    }
    pthread_mutex_unlock(&c->lock);
    line_free(l);
}

static struct line *line_of_thread(struct client *c)
{
    struct line *l = pthread_getspecific(c->key);
    if (l)
        return l;
    l = cu_calloc(1, sizeof *l);
    if (!l)
        return NULL;
    *l = (struct line){.client = c, .fd = -1};
    cu_buf_init(&l->question, WIRE_QUESTION_MAX);
    cu_buf_init(&l->answer, WIRE_ANSWER_MAX);
    if (pthread_setspecific(c->key, l) != 0) {
        cu_free(l);
        return NULL;
    }
    pthread_mutex_lock(&c->lock);
    l->next = c->lines;
    c->lines = l;
    pthread_mutex_unlock(&c->lock);
    return l;
}

// Hands one end of a new socket over; the control socket carries one message at a time.
static bool hand_over(struct client *c, int fd)
{
    char header[WIRE_HEADER] = {0, 0, 0, 0, 'G', WIRE_CONNECT, 0, 0};
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } room = {.bytes = {0}};
    struct iovec part = {header, sizeof header};
    struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = room.bytes, .msg_controllen = sizeof room.bytes};
    struct cmsghdr *rights = CMSG_FIRSTHDR(&m);
    rights->cmsg_level = SOL_SOCKET;
    rights->cmsg_type = SCM_RIGHTS;
    rights->cmsg_len = CMSG_LEN(sizeof fd);
    memcpy(CMSG_DATA(rights), &fd, sizeof fd);
    pthread_mutex_lock(&c->lock);
    ssize_t n;
    do
        n = sendmsg(c->control, &m, MSG_NOSIGNAL);
    while (n < 0 && errno == EINTR);
    pthread_mutex_unlock(&c->lock);
    return n == WIRE_HEADER;
}

static bool set_patience(int fd, int seconds)
{
    struct timeval limit = {.tv_sec = seconds};
    return setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit) == 0;
}

static cu_code line_connect(struct line *l, struct cu_error *err)
{
    int ends[2];
    if (l->fd >= 0)
        return CU_OK;
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0)
        return cu_fail(err, CU_UNAVAILABLE, "", "no socket is left for the key process");
    bool good = hand_over(l->client, ends[1]);
    (void)close(ends[1]);
    if (!good || !set_patience(ends[0], SILENCE_MAX_S)) {
        (void)close(ends[0]);
        return cu_fail(err, CU_UNAVAILABLE, "", "the key process has ended; nothing can be opened until a new start");
    }
    l->fd = ends[0];
    l->told = false;
    return CU_OK;
}

// --- asking

static cu_code begin(struct client *c, const struct guard_session *s, enum wire_op op, struct line **ret, struct cu_error *err)
{
    struct line *l = line_of_thread(c);
    if (!l)
        return cu_fail(err, CU_MEMORY, "", "no memory to ask the key process");
    CU_TRY(line_connect(l, err));
    bool news = !l->told || l->serial != s->serial;
    wire_begin(&l->question, op);
    wire_u8(&l->question, news);
    if (news)
        wire_access(&l->question, &s->access);
    *ret = l;
    return CU_OK;
}

static void hang_up(struct line *l)
{
    (void)close(l->fd);
    l->fd = -1;
}

// The answer behind its error, which is returned. A line that failed is made anew at the next call.
static cu_code ask(struct line *l, const struct guard_session *s, struct wire_in *ret, struct cu_error *err)
{
    enum wire_op op = WIRE_OPS;
    cu_code code = wire_end(&l->question, err);
    if (code != CU_OK)
        return code; // nothing was sent
    code = wire_send(l->fd, &l->question, err);
    if (code == CU_OK)
        code = wire_receive(l->fd, &l->answer, WIRE_ANSWER_MAX, &op, err);
    if (code != CU_OK || (uint8_t)op != (uint8_t)l->question.ptr[5]) {
        hang_up(l);
        return cu_fail(err, code == CU_MEMORY ? CU_MEMORY : CU_UNAVAILABLE, "", "the key process does not answer");
    }
    l->told = true;
    l->serial = s->serial;
    *ret = wire_in_of(&l->answer);
    return wire_get_error(ret, err);
}

static cu_code checked(struct line *l, const struct wire_in *in, struct cu_error *err)
{
    if (wire_in_end(in, err) == CU_OK)
        return CU_OK;
    hang_up(l);
    return cu_fail(err, CU_UNAVAILABLE, "", "the key process gave an answer that is none");
}

static void forget(struct line *l)
{
    wire_forget(&l->question);
    wire_forget(&l->answer);
}

// A question whose answer is only its error.
static cu_code ask_only(struct line *l, const struct guard_session *s, struct cu_error *err)
{
    struct wire_in in;
    cu_code code = ask(l, s, &in, err);
    if (code == CU_OK)
        code = checked(l, &in, err);
    forget(l);
    return code;
}

// --- sealing and opening

static size_t put_items(struct cu_buf *b, enum wire_op op, const struct guard_item *items, size_t count)
{
    size_t n = 0, at = b->len;
    wire_u32(b, 0);
    while (n < count && n < WIRE_ITEMS_MAX && b->len < ITEMS_BYTES && (n == 0 || items[n].bytes.len < ITEMS_BYTES))
        wire_item(b, op, &items[n++]);
    if (!b->failed)
        wire_put32((uint8_t *)b->ptr + at, (uint32_t)n);
    return n;
}

static cu_code get_items(struct line *l, struct wire_in *in, struct guard_item *items, size_t asked, struct cu_buf *out,
    size_t *ret_done, struct cu_error *err)
{
    cu_str bytes = wire_get_bytes(in, WIRE_ANSWER_MAX);
    uint32_t done = wire_get_u32(in);
    size_t at = 0;
    if (done == 0 || done > asked)
        in->bad = true;
    bool failed = false;
    for (uint32_t i = 0; i < done && !in->bad; i++) {
        uint8_t code = wire_get_u8(in);
        uint32_t len = wire_get_u32(in);
        if (code >= CU_CODE_COUNT || len > bytes.len - at) {
            in->bad = true;
            break;
        }
        items[i].code = (cu_code)code;
        items[i].at = out->len;
        items[i].len = len;
        failed = failed || code != CU_OK;
        if (!out->failed)
            cu_buf_add(out, bytes.ptr + at, len);
        if (out->failed && code == CU_OK)
            items[i].code = cu_buf_code(out, err);
        at += len;
    }
    struct cu_error words = {.code = CU_OK};
    wire_get_name(in, words.field, sizeof words.field);
    cu_str text = wire_get_bytes(in, sizeof words.text - 1);
    CU_TRY(checked(l, in, err));
    if (failed && err) {
        memcpy(words.text, text.ptr ? text.ptr : "", text.len);
        *err = words;
    }
    *ret_done = done;
    return CU_OK;
}

static cu_code ask_items(struct guard *g, struct guard_session *s, enum wire_op op, struct guard_item *items, size_t count,
    struct cu_buf *out, struct cu_error *err)
{
    while (count > 0) {
        struct line *l = NULL;
        struct wire_in in;
        size_t done = 0;
        CU_TRY(begin(client_of(g), s, op, &l, err));
        size_t asked = put_items(&l->question, op, items, count);
        cu_code code = ask(l, s, &in, err);
        if (code == CU_OK)
            code = get_items(l, &in, items, asked, out, &done, err);
        forget(l);
        CU_TRY(code);
        items += done;
        count -= done;
    }
    return CU_OK;
}

static cu_code client_seal_many(struct guard *g, struct guard_session *s, struct guard_item *items, size_t count,
    struct cu_buf *out, struct cu_error *err)
{
    return ask_items(g, s, WIRE_SEAL, items, count, out, err);
}

static cu_code client_open_many(struct guard *g, struct guard_session *s, struct guard_item *items, size_t count,
    struct cu_buf *out, struct cu_error *err)
{
    return ask_items(g, s, WIRE_OPEN, items, count, out, err);
}

static cu_code client_reseal_many(struct guard *g, struct guard_session *s, struct guard_item *items, size_t count,
    struct cu_buf *out, struct cu_error *err)
{
    return ask_items(g, s, WIRE_RESEAL, items, count, out, err);
}

// --- keys

static cu_code client_commit(struct guard *g, struct guard_session *s, struct cu_error *err)
{
    struct line *l = NULL;
    CU_TRY(begin(client_of(g), s, WIRE_COMMIT, &l, err));
    return ask_only(l, s, err);
}

// Failing is harmless: keys that were made and are used by nothing.
static void client_rollback(struct guard *g, struct guard_session *s)
{
    struct line *l = NULL;
    struct cu_error err = {.code = CU_OK};
    cu_code code = begin(client_of(g), s, WIRE_ROLLBACK, &l, &err);
    if (code == CU_OK)
        code = ask_only(l, s, &err);
    if (code != CU_OK)
        cu_log_error("guard.rollback", &err);
}

static cu_code client_erase(struct guard *g, struct guard_session *s, const uint64_t *subjects, size_t count,
    struct cu_error *err)
{
    while (count > 0) {
        struct line *l = NULL;
        size_t some = count < WIRE_SUBJECTS_MAX ? count : WIRE_SUBJECTS_MAX;
        CU_TRY(begin(client_of(g), s, WIRE_ERASE, &l, err));
        wire_subjects(&l->question, subjects, some);
        CU_TRY(ask_only(l, s, err));
        subjects += some;
        count -= some;
    }
    return CU_OK;
}

// --- the record

static cu_code client_announce(struct guard *g, struct guard_session *s, const uint64_t *subjects, size_t count, cu_str fields,
    struct cu_error *err)
{
    do { // none at all is asked, too: whether this caller may
        struct line *l = NULL;
        size_t some = count < WIRE_SUBJECTS_MAX ? count : WIRE_SUBJECTS_MAX;
        CU_TRY(begin(client_of(g), s, WIRE_ANNOUNCE, &l, err));
        wire_subjects(&l->question, subjects, some);
        wire_bytes(&l->question, fields);
        CU_TRY(ask_only(l, s, err));
        subjects += some;
        count -= some;
    } while (count > 0);
    return CU_OK;
}

static cu_code client_note(struct guard *g, struct guard_session *s, enum guard_outcome outcome, const uint64_t *subjects,
    size_t count, cu_str detail, bool wait, struct cu_error *err)
{
    do {
        struct line *l = NULL;
        size_t some = count < WIRE_SUBJECTS_MAX ? count : WIRE_SUBJECTS_MAX;
        CU_TRY(begin(client_of(g), s, WIRE_NOTE, &l, err));
        wire_u8(&l->question, (uint8_t)outcome);
        wire_u8(&l->question, wait);
        wire_u8(&l->question, detail.ptr != NULL);
        wire_subjects(&l->question, subjects, some);
        wire_bytes(&l->question, detail);
        CU_TRY(ask_only(l, s, err));
        subjects += some;
        count -= some;
    } while (count > 0);
    return CU_OK;
}

static cu_code client_pseudonym(struct guard *g, struct guard_session *s, uint64_t subject, uint8_t ret[16],
    struct cu_error *err)
{
    struct line *l = NULL;
    struct wire_in in;
    CU_TRY(begin(client_of(g), s, WIRE_PSEUDONYM, &l, err));
    wire_subjects(&l->question, &subject, 1);
    cu_code code = ask(l, s, &in, err);
    if (code == CU_OK) {
        cu_str name = wire_get_bytes(&in, 16);
        in.bad = in.bad || name.len != 16;
        code = checked(l, &in, err);
        if (code == CU_OK)
            memcpy(ret, name.ptr, 16);
    }
    forget(l);
    return code;
}

// --- administration

static cu_code client_restrict(struct guard *g, struct guard_session *s, const uint64_t *subjects, size_t count, bool on,
    struct cu_error *err)
{
    while (count > 0) {
        struct line *l = NULL;
        size_t some = count < WIRE_SUBJECTS_MAX ? count : WIRE_SUBJECTS_MAX;
        CU_TRY(begin(client_of(g), s, WIRE_RESTRICT, &l, err));
        wire_u8(&l->question, on);
        wire_subjects(&l->question, subjects, some);
        CU_TRY(ask_only(l, s, err));
        subjects += some;
        count -= some;
    }
    return CU_OK;
}

// What cannot be asked is taken for restricted, or for erased.
static bool ask_bool(struct guard *g, struct guard_session *s, enum wire_op op, uint64_t subject)
{
    struct line *l = NULL;
    struct wire_in in;
    struct cu_error err;
    if (begin(client_of(g), s, op, &l, &err) != CU_OK)
        return true;
    wire_subjects(&l->question, &subject, 1);
    bool yes = ask(l, s, &in, &err) != CU_OK || wire_get_u8(&in) != 0 || checked(l, &in, &err) != CU_OK;
    forget(l);
    return yes;
}

static bool client_is_restricted(struct guard *g, struct guard_session *s, uint64_t subject)
{
    return ask_bool(g, s, WIRE_IS_RESTRICTED, subject);
}

static bool client_is_erased(struct guard *g, struct guard_session *s, uint64_t subject)
{
    return ask_bool(g, s, WIRE_IS_ERASED, subject);
}

static cu_code client_admin(struct guard *g, struct guard_session *s, const struct admin_question *q, struct cu_buf *ret,
    struct cu_error *err)
{
    struct line *l = NULL;
    struct wire_in in;
    CU_TRY(begin(client_of(g), s, WIRE_ADMIN, &l, err));
    (void)set_patience(l->fd, ADMIN_MAX_S); // a rotation goes through every key
    wire_u8(&l->question, (uint8_t)q->act);
    wire_u8(&l->question, (uint8_t)q->rotation);
    wire_u8(&l->question, (uint8_t)q->class_id);
    wire_bytes(&l->question, cu_str_of(q->name));
    wire_bytes(&l->question, q->bytes);
    cu_code code = ask(l, s, &in, err);
    if (code == CU_OK) {
        cu_str bytes = wire_get_bytes(&in, ADMIN_ANSWER_MAX);
        code = checked(l, &in, err);
        if (code == CU_OK)
            cu_buf_str(ret, bytes);
    }
    if (l->fd >= 0)
        (void)set_patience(l->fd, SILENCE_MAX_S);
    forget(l);
    return code == CU_OK ? cu_buf_code(ret, err) : code;
}

// --- the process itself

static cu_code client_delegate(struct guard *g, uint8_t ret[KEYRING_DELEGATE], struct cu_error *err)
{
    (void)err;
    memcpy(ret, client_of(g)->delegate, KEYRING_DELEGATE);
    return CU_OK;
}

static void client_status(struct guard *g, struct guard_status *ret)
{
    struct client *c = client_of(g);
    char nothing;
    *ret = (struct guard_status){.separate = true, .pid = c->pid, .landlock = c->landlock, .seccomp = c->seccomp};
    ret->alive = recv(c->control, &nothing, 1, MSG_PEEK | MSG_DONTWAIT) < 0 && errno == EAGAIN;
}

static void client_stop(struct guard *g)
{
    client_end(client_of(g));
}

const struct guard_backend client_backend = {client_seal_many, client_open_many, client_reseal_many, client_commit, client_rollback, client_erase,
    client_is_erased, client_announce, client_note, client_pseudonym, client_restrict, client_is_restricted, client_admin,
    client_delegate, client_status, client_stop};
