// SPDX-License-Identifier: Apache-2.0
// Starting the key process, and its end. See process.h.
#include "client_private.h"

#include "base/clock.h"
#include "base/log.h"
#include "crypto/secret.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

enum { START_MAX_S = 120, END_MAX_MS = 10000 };

extern char **environ;

// --- the first frame

static void put_start(struct cu_buf *b, const struct guard_place *p)
{
    wire_begin(b, WIRE_START);
    wire_bytes(b, CU_LIT(CUSTOS_VERSION));
    wire_u8(b, (uint8_t)cu_log_get_level());
    wire_u8(b, (uint8_t)p->root->kind);
    wire_bytes(b, cu_str_of(p->root->place));
    wire_bytes(b, cu_str_of(p->root->ratchet));
    wire_bytes(b, cu_str_of(p->keys));
    wire_bytes(b, cu_str_of(p->audit));
    wire_bytes(b, (cu_str){(const char *)p->fingerprint, p->fingerprint ? 16 : 0});
}

static cu_code get_ready(struct client *c, struct cu_buf *b, struct cu_error *err)
{
    struct wire_in in = wire_in_of(b);
    CU_TRY(wire_get_error(&in, err));
    c->landlock = wire_get_u8(&in);
    c->seccomp = wire_get_u8(&in) == 1;
    cu_str delegate = wire_get_bytes(&in, KEYRING_DELEGATE);
    CU_TRY(wire_in_end(&in, err));
    if (delegate.len != KEYRING_DELEGATE)
        return cu_fail(err, CU_UNAVAILABLE, "", "the key process gave an answer that is none");
    memcpy(c->delegate, delegate.ptr, KEYRING_DELEGATE);
    return CU_OK;
}

static cu_code greet(struct client *c, const struct guard_place *p, struct cu_error *err)
{
    struct cu_buf b;
    enum wire_op op = WIRE_OPS;
    struct timeval limit = {.tv_sec = START_MAX_S}, none = {.tv_sec = 0};
    cu_buf_init(&b, WIRE_TEXT_MAX);
    put_start(&b, p);
    cu_code code = wire_end(&b, err);
    (void)setsockopt(c->control, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    if (code == CU_OK)
        code = wire_send(c->control, &b, err);
    if (code == CU_OK)
        code = wire_receive(c->control, &b, WIRE_TEXT_MAX, &op, err);
    if (code == CU_UNAVAILABLE)
        code = cu_fail(err, code, "", "the key process ended before it was ready; the log says why");
    if (code == CU_OK && op != WIRE_START)
        code = cu_fail(err, CU_UNAVAILABLE, "", "the key process gave an answer that is none");
    if (code == CU_OK)
        code = get_ready(c, &b, err);
    (void)setsockopt(c->control, SOL_SOCKET, SO_RCVTIMEO, &none, sizeof none);
    wire_forget(&b);
    cu_buf_clear(&b);
    return code;
}

static struct client *client_new(int control, pid_t pid)
{
    struct client *c = cu_calloc(1, sizeof *c);
    if (!c)
        return NULL;
    c->guard.backend = &client_backend;
    c->control = control;
    c->pid = pid;
    if (pthread_key_create(&c->key, client_line_end) != 0) {
        cu_free(c);
        return NULL;
    }
    pthread_mutex_init(&c->lock, NULL);
    return c;
}

// --- the end

static void wait_for(pid_t pid)
{
    int status = 0;
    for (int64_t until_us = cu_mono_us() + END_MAX_MS * 1000; cu_mono_us() < until_us;) {
        pid_t rc = waitpid(pid, &status, WNOHANG);
        if (rc == pid || (rc < 0 && errno != EINTR))
            return;
        (void)nanosleep(&(struct timespec){.tv_nsec = 500000}, NULL);
    }
    cu_log(CU_LOG_ERROR, "guard.key_process_killed", CU_LI("pid", pid));
    (void)kill(pid, SIGKILL);
    (void)waitpid(pid, &status, 0);
}

void client_end(struct client *c)
{
    (void)pthread_key_delete(c->key);
    client_lines_free(c);
    (void)close(c->control);
    if (c->pid > 0)
        wait_for(c->pid);
    secret_wipe(c->delegate, sizeof c->delegate);
    pthread_mutex_destroy(&c->lock);
    cu_free(c);
}

cu_code guard_connect(int control, pid_t pid, const struct guard_place *p, struct guard **ret, struct cu_error *err)
{
    struct client *c = client_new(control, pid);
    if (!c) {
        (void)close(control);
        if (pid > 0)
            wait_for(pid);
        return cu_fail(err, CU_MEMORY, "", "no memory for the key process's lines");
    }
    cu_code code = greet(c, p, err);
    if (code != CU_OK) {
        client_end(c);
        return code;
    }
    *ret = &c->guard;
    return CU_OK;
}

// --- the beginning

// Our environment without our faults: a test of failures means this process, or says CUSTOS_FAULT_KEYD.
static cu_code environment(char ***ret, struct cu_error *err)
{
    static const char fault[] = "CUSTOS_FAULT=";
    size_t count = 0, kept = 0;
    while (environ[count])
        count++;
    char **env = cu_calloc(count + 1, sizeof *env);
    if (!env)
        return cu_fail(err, CU_MEMORY, "", "no memory to start the key process");
    for (size_t i = 0; i < count; i++) {
        if (strncmp(environ[i], fault, sizeof fault - 1) != 0)
            env[kept++] = environ[i];
    }
    *ret = env;
    return CU_OK;
}

// No signal reaches it by accident: it starts with the usual dispositions and an empty mask, and then
// ignores what a terminal or a service manager sends to all (commands_keyd.c).
static int spawn(int control, char **env, bool asks, pid_t *ret)
{
    char fd[16];
    const char *passphrase = getenv("CUSTOS_PASSPHRASE_FD");
    int at = passphrase && strcmp(passphrase, "3") == 0 ? 4 : 3;
    (void)snprintf(fd, sizeof fd, "%d", at);
    char program[] = "custos", command[] = "keyd", flag[] = "--fd";
    char *const argv[] = {program, command, flag, fd, NULL};
    posix_spawn_file_actions_t files;
    posix_spawnattr_t attributes;
    sigset_t none, all;
    (void)sigemptyset(&none);
    (void)sigfillset(&all);
    (void)posix_spawn_file_actions_init(&files);
    (void)posix_spawnattr_init(&attributes);
    int rc = posix_spawn_file_actions_adddup2(&files, control, at);
    if (!asks) // a passphrase may come from there
        rc = rc ? rc : posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0);
    rc = rc ? rc : posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0);
    rc = rc ? rc : posix_spawnattr_setsigmask(&attributes, &none);
    rc = rc ? rc : posix_spawnattr_setsigdefault(&attributes, &all);
    rc = rc ? rc : posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF);
    rc = rc ? rc : posix_spawn(ret, "/proc/self/exe", &files, &attributes, argv, env);
    (void)posix_spawn_file_actions_destroy(&files);
    (void)posix_spawnattr_destroy(&attributes);
    return rc;
}

cu_code guard_start_process(const struct guard_place *p, struct guard **ret, struct cu_error *err)
{
    int ends[2];
    pid_t pid = 0;
    char **env = NULL;
    CU_TRY(environment(&env, err));
    if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends) != 0) {
        cu_free(env);
        return cu_fail(err, CU_UNAVAILABLE, "", "no socket is left for the key process");
    }
    int rc = spawn(ends[1], env, p->root->kind == ROOT_PASSPHRASE, &pid);
    (void)close(ends[1]);
    cu_free(env);
    if (rc != 0) {
        (void)close(ends[0]);
        return cu_fail(err, CU_UNAVAILABLE, "", "the key process cannot be started (error %d)", rc);
    }
    return guard_connect(ends[0], pid, p, ret, err);
}
