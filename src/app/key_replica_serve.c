// SPDX-License-Identifier: Apache-2.0
// A replica's process: one primary, one line at a time. What comes is checked by store/keys_holder.h; this
// carries frames. See key_replicas.h.
#include "key_replicas.h"

#include "base/file.h"
#include "base/log.h"
#include "crypto/secret.h"
#include "guard/sandbox.h"
#include "net/pinned.h"
#include "store/keys_holder.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdio.h>
#include <sys/socket.h>
#include <unistd.h>

enum { SHAKE_MS = 5000, SILENCE_MS = 60000, LOOK_MS = 500 };

static atomic_bool told_to_end;

static void end(int signal)
{
    (void)signal;
    atomic_store(&told_to_end, true);
}

struct service {
    struct keys_holder *holder;
    struct pinned_keys keys;
    struct cu_buf frame;
    int listen_fd;
};

static cu_code answer_frame(struct service *s, struct pinned *line, struct cu_error *err)
{
    uint8_t ack[KEYS_HOLDER_MESSAGE];
    bool acked = false;
    if (s->frame.len == 0)
        return pinned_send(line, (cu_str){"", 0}, err);
    CU_TRY(keys_holder_take(s->holder, cu_buf_view(&s->frame), ack, &acked, err));
    return acked ? pinned_send(line, (cu_str){(const char *)ack, sizeof ack}, err) : CU_OK;
}

static cu_code serve_line(struct service *s, struct pinned *line, struct cu_error *err)
{
    uint8_t hello[KEYS_HOLDER_MESSAGE];
    CU_TRY(keys_holder_hello(s->holder, hello, err));
    CU_TRY(pinned_send(line, (cu_str){(const char *)hello, sizeof hello}, err));
    for (int quiet_ms = 0; !atomic_load(&told_to_end); quiet_ms += LOOK_MS) {
        if (quiet_ms > SILENCE_MS)
            return cu_fail(err, CU_UNAVAILABLE, "", "the primary is silent");
        if (!pinned_ready(line, LOOK_MS))
            continue;
        CU_TRY(pinned_receive(line, &s->frame, KEYS_FEED_MESSAGE_MAX, SHAKE_MS, err));
        CU_TRY(answer_frame(s, line, err));
        quiet_ms = 0;
    }
    return CU_OK;
}

static void serve_one(struct service *s)
{
    struct pinned *line = NULL;
    struct cu_error err = {.code = CU_OK};
    struct keys_holder_info info;
    int fd = accept4(s->listen_fd, NULL, NULL, SOCK_CLOEXEC);
    if (fd < 0)
        return;
    cu_code code = pinned_accept(fd, &s->keys, SHAKE_MS, &line, &err);
    if (code == CU_OK) {
        cu_log(CU_LOG_INFO, "replica.called");
        code = serve_line(s, line, &err);
    }
    keys_holder_forget(s->holder);
    pinned_close(line);
    keys_holder_info(s->holder, &info);
    if (code == CU_OK || code == CU_UNAVAILABLE)
        cu_log(CU_LOG_INFO, "replica.line_ended", CU_LI("epoch", (int64_t)info.epoch));
    else
        cu_log(CU_LOG_ERROR, "replica.refused", CU_LS("code", cu_code_rows[code].name), CU_LS("text", err.text));
}

static void serve_until_told(struct service *s)
{
    while (!atomic_load(&told_to_end)) {
        struct pollfd w = {.fd = s->listen_fd, .events = POLLIN};
        int rc = poll(&w, 1, LOOK_MS);
        if (rc > 0)
            serve_one(s);
        else if (rc < 0 && errno != EINTR)
            break;
    }
}

static void catch_signals(void)
{
    struct sigaction a = {.sa_handler = end}; // without SA_RESTART: a call that waits is interrupted
    (void)sigaction(SIGTERM, &a, NULL);
    (void)sigaction(SIGINT, &a, NULL);
    (void)signal(SIGHUP, SIG_IGN);
    (void)signal(SIGPIPE, SIG_IGN);
}

// A rule is for a file that is there.
static cu_code make_ratchet(const char *identity, struct cu_error *err)
{
    char path[4096 + 16];
    CU_AUTO_FD int fd = -1;
    (void)snprintf(path, sizeof path, "%s.ratchet", identity);
    return cu_file_open(path, O_RDWR | O_CREAT | O_NOFOLLOW, 0600, &fd, err);
}

static cu_code open_service(struct service *s, const struct key_replica_service *o, uint16_t *ret_port, struct cu_error *err)
{
    const struct keys_holder_options h = {.folder = o->folder, .identity = o->identity};
    struct sandbox_status status = {.landlock = 0};
    char identity[4096];
    pinned_prepare();
    (void)snprintf(identity, sizeof identity, "%s%s", o->identity ? o->identity : o->folder, o->identity ? "" : ".key");
    CU_TRY(pinned_listen(o->listen, &s->listen_fd, ret_port, err));
    CU_TRY(make_ratchet(identity, err));
    if (o->shut_in)
        CU_TRY(sandbox_replica_files(o->folder, identity, &status, err));
    CU_TRY(keys_holder_open(&h, &s->holder, err));
    keys_holder_peer(s->holder, s->keys.seed, s->keys.other);
    if (o->shut_in)
        CU_TRY(sandbox_replica_calls(&status, err));
    cu_log(CU_LOG_INFO, "replica.ready", CU_LI("landlock", status.landlock), CU_LI("seccomp", status.seccomp));
    return CU_OK;
}

cu_code key_replica_serve(const struct key_replica_service *o, struct cu_error *err)
{
    struct service s = {.listen_fd = -1};
    uint16_t port = 0;
    cu_buf_init(&s.frame, KEYS_FEED_MESSAGE_MAX);
    catch_signals();
    cu_code code = open_service(&s, o, &port, err);
    if (code == CU_OK)
        code = o->ready(o->context, port, err);
    if (code == CU_OK)
        serve_until_told(&s);
    cu_log(CU_LOG_INFO, "replica.stopped");
    if (s.listen_fd >= 0)
        (void)close(s.listen_fd);
    keys_holder_close(s.holder);
    secret_wipe(&s.keys, sizeof s.keys);
    cu_buf_clear(&s.frame);
    return code;
}
