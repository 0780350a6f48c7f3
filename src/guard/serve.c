// SPDX-License-Identifier: Apache-2.0
// The key process: one thread for the control socket, one for each connection. See process.h. What the
// operations do is in serve_calls.c; who is at the other end is taken for hostile.
#include "serve_private.h"

#include "base/file.h"
#include "base/log.h"
#include "crypto/secret.h"

#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

#define CONNECTIONS_MAX 256
#define PATH_MAX_HERE 4096

// --- connections

static void end_connection(struct connection *c)
{
    struct key_server *s = c->server;
    pthread_mutex_lock(&s->lock);
    *(c->before ? &c->before->next : &s->first) = c->next;
    if (c->next)
        c->next->before = c->before;
    (void)close(c->fd);
    wire_forget(&c->question);
    wire_forget(&c->answer);
    cu_buf_clear(&c->question);
    cu_buf_clear(&c->answer);
    cu_free(c);
    s->count--;
    pthread_cond_signal(&s->ended);
    pthread_mutex_unlock(&s->lock);
}

static void *run_connection(void *context)
{
    struct connection *c = context;
    struct cu_error err = {.code = CU_OK};
    cu_code code = CU_OK;
    while (code == CU_OK) {
        enum wire_op op;
        code = wire_receive(c->fd, &c->question, WIRE_QUESTION_MAX, &op, &err);
        if (code == CU_OK)
            code = serve_call(c, op, &err);
        if (code == CU_OK)
            code = wire_send(c->fd, &c->answer, &err);
        wire_forget(&c->question);
        wire_forget(&c->answer);
    }
    if (code != CU_UNAVAILABLE) // not merely gone
        cu_log_error("keyd.connection_cut", &err);
    end_connection(c);
    return NULL;
}

static bool start_thread(struct connection *c)
{
    pthread_t thread;
    pthread_attr_t attributes;
    pthread_attr_init(&attributes);
    pthread_attr_setdetachstate(&attributes, PTHREAD_CREATE_DETACHED);
    bool started = pthread_create(&thread, &attributes, run_connection, c) == 0;
    pthread_attr_destroy(&attributes);
    return started;
}

// Takes the socket. Beyond the bound, or without memory, the other end finds it closed.
static void take_connection(struct key_server *s, int fd)
{
    struct connection *c = cu_calloc(1, sizeof *c);
    pthread_mutex_lock(&s->lock);
    bool good = c && s->count < CONNECTIONS_MAX;
    if (good) {
        c->server = s;
        c->fd = fd;
        c->next = s->first;
        cu_buf_init(&c->question, WIRE_QUESTION_MAX);
        cu_buf_init(&c->answer, WIRE_ANSWER_MAX);
        if (s->first)
            s->first->before = c;
        s->first = c;
        s->count++;
    }
    pthread_mutex_unlock(&s->lock);
    if (good && start_thread(c))
        return;
    cu_log(CU_LOG_WARN, "keyd.connection_refused", CU_LI("connections", s->count));
    if (good) {
        end_connection(c);
    } else {
        (void)close(fd);
        cu_free(c);
    }
}

// --- the control socket

// One message: a header of WIRE_CONNECT with one socket. false: the parent is gone, or not itself.
static bool next_socket(int control, int *ret_fd)
{
    char header[WIRE_HEADER];
    union {
        struct cmsghdr align;
        char bytes[CMSG_SPACE(sizeof(int))];
    } room;
    struct iovec part = {header, sizeof header};
    struct msghdr m = {.msg_iov = &part, .msg_iovlen = 1, .msg_control = room.bytes, .msg_controllen = sizeof room.bytes};
    *ret_fd = -1;
    ssize_t n;
    do
        n = recvmsg(control, &m, MSG_WAITALL | MSG_CMSG_CLOEXEC);
    while (n < 0 && errno == EINTR);
    if (n <= 0)
        return false;
    for (struct cmsghdr *c = CMSG_FIRSTHDR(&m); c; c = CMSG_NXTHDR(&m, c)) {
        if (c->cmsg_level == SOL_SOCKET && c->cmsg_type == SCM_RIGHTS && c->cmsg_len == CMSG_LEN(sizeof(int)))
            memcpy(ret_fd, CMSG_DATA(c), sizeof(int));
    }
    if (n == WIRE_HEADER && header[4] == 'G' && header[5] == WIRE_CONNECT && *ret_fd >= 0 && !(m.msg_flags & MSG_CTRUNC))
        return true;
    cu_log(CU_LOG_ERROR, "keyd.control_broken");
    if (*ret_fd >= 0)
        (void)close(*ret_fd);
    return false;
}

static void serve_until_gone(struct key_server *s, int control)
{
    int fd = -1;
    while (next_socket(control, &fd))
        take_connection(s, fd);
    pthread_mutex_lock(&s->lock);
    for (struct connection *c = s->first; c; c = c->next)
        (void)shutdown(c->fd, SHUT_RDWR);
    while (s->count > 0)
        pthread_cond_wait(&s->ended, &s->lock);
    pthread_mutex_unlock(&s->lock);
}

// --- the first frame

struct start {
    struct root_source root;
    char keys[PATH_MAX_HERE], audit[PATH_MAX_HERE];
    uint8_t fingerprint[16];
    bool any_key;
};

static void get_path(struct wire_in *in, char *ret, size_t size)
{
    cu_str s = wire_get_bytes(in, size - 1);
    if (s.len > 0 && memchr(s.ptr, 0, s.len))
        in->bad = true;
    if (!in->bad && s.len > 0)
        memcpy(ret, s.ptr, s.len);
}

static cu_code get_start(const struct cu_buf *frame, enum wire_op op, struct start *ret, struct cu_error *err)
{
    struct wire_in in = wire_in_of(frame);
    char version[64];
    wire_get_name(&in, version, sizeof version);
    uint8_t level = wire_get_u8(&in);
    uint8_t kind = wire_get_u8(&in);
    get_path(&in, ret->root.place, sizeof ret->root.place);
    get_path(&in, ret->root.ratchet, sizeof ret->root.ratchet);
    get_path(&in, ret->keys, sizeof ret->keys);
    get_path(&in, ret->audit, sizeof ret->audit);
    cu_str fingerprint = wire_get_bytes(&in, sizeof ret->fingerprint);
    CU_TRY(wire_in_end(&in, err));
    if (op != WIRE_START || level > CU_LOG_ERROR + 1 || kind > ROOT_SHARES || (fingerprint.len != 0 && fingerprint.len != sizeof ret->fingerprint))
        return cu_fail(err, CU_MALFORMED, "", "the key process was not told what to open");
    if (strcmp(version, CUSTOS_VERSION) != 0)
        return cu_fail(err, CU_VERSION, "", "the program was replaced while it ran; start it again");
    ret->root.kind = (enum root_kind)kind;
    cu_log_set_level((enum cu_log_level)level);
    ret->any_key = fingerprint.len == 0;
    if (!ret->any_key)
        memcpy(ret->fingerprint, fingerprint.ptr, fingerprint.len);
    return CU_OK;
}

// A rule is for a folder that is there.
static cu_code shut_in_files(int control, const struct guard_place *p, struct sandbox_status *ret, struct cu_error *err)
{
    (void)close_range((unsigned)control + 1, ~0U, 0); // nothing else was meant for this process
    CU_TRY(cu_dir_make(p->keys, 0700, err));
    if (p->audit[0])
        CU_TRY(cu_dir_make(p->audit, 0700, err));
    return sandbox_key_files(p, ret, err);
}

static cu_code open_guard(struct key_server *s, int control, const struct start *start, bool shut_in, struct cu_error *err)
{
    const struct guard_place place = {.root = &start->root, .keys = start->keys, .audit = start->audit,
        .fingerprint = start->any_key ? NULL : start->fingerprint};
    struct guard_roots roots;
    CU_TRY(guard_open_root(&place, &roots, err)); // a passphrase may have to be asked for
    cu_code code = shut_in ? shut_in_files(control, &place, &s->sandbox, err) : CU_OK;
    if (code == CU_OK)
        return guard_open_stores(&place, &roots, &s->guard, err);
    guard_close_roots(&roots);
    return code;
}

static cu_code answer_start(struct key_server *s, int control, struct cu_buf *b, cu_code code, struct cu_error *err)
{
    uint8_t delegate[KEYRING_DELEGATE];
    wire_begin(b, WIRE_START);
    wire_error(b, code, err);
    if (code == CU_OK) {
        CU_TRY(s->guard->backend->delegate(s->guard, delegate, err));
        wire_u8(b, s->sandbox.landlock);
        wire_u8(b, s->sandbox.seccomp);
        wire_bytes(b, (cu_str){(const char *)delegate, sizeof delegate});
        secret_wipe(delegate, sizeof delegate);
    }
    struct cu_error late;
    cu_code told = wire_end(b, &late);
    if (told == CU_OK)
        told = wire_send(control, b, &late);
    wire_forget(b);
    if (code == CU_OK && told != CU_OK && err)
        *err = late;
    return code != CU_OK ? code : told;
}

static cu_code start_up(struct key_server *s, int control, bool shut_in, struct cu_error *err)
{
    struct cu_buf frame;
    enum wire_op op;
    struct start *start = cu_calloc(1, sizeof *start);
    cu_buf_init(&frame, WIRE_TEXT_MAX);
    cu_code code = start ? wire_receive(control, &frame, WIRE_TEXT_MAX, &op, err)
                         : cu_fail(err, CU_MEMORY, "", "no memory for the key process");
    if (code == CU_OK)
        code = get_start(&frame, op, start, err);
    if (code == CU_OK)
        code = open_guard(s, control, start, shut_in, err);
    if (code == CU_OK && shut_in)
        code = sandbox_key_calls(&s->sandbox, err);
    code = answer_start(s, control, &frame, code, err);
    cu_buf_clear(&frame);
    cu_free(start);
    return code;
}

cu_code guard_serve(int control, bool shut_in, struct cu_error *err)
{
    struct key_server s = {.lock = PTHREAD_MUTEX_INITIALIZER, .ended = PTHREAD_COND_INITIALIZER};
    cu_code code = start_up(&s, control, shut_in, err);
    if (code == CU_OK) {
        cu_log(CU_LOG_INFO, "keyd.ready", CU_LI("landlock", s.sandbox.landlock), CU_LI("seccomp", s.sandbox.seccomp));
        serve_until_gone(&s, control);
        cu_log(CU_LOG_INFO, "keyd.stopped");
    }
    (void)close(control);
    guard_stop(s.guard);
    pthread_cond_destroy(&s.ended);
    pthread_mutex_destroy(&s.lock);
    return code;
}
