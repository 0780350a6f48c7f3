// SPDX-License-Identifier: Apache-2.0
// Files by Landlock (kernel 5.13 and later; Documentation/userspace-api/landlock.rst). Raw system calls and
// numbers of our own: the C library has no wrappers, and headers may be older than the kernel. The system
// calls are in sandbox_calls.c. See sandbox.h.
#include "sandbox.h"

#include "base/file.h"
#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#define SYS_CREATE_RULESET 444
#define SYS_ADD_RULE 445
#define SYS_RESTRICT_SELF 446
#define CREATE_VERSION 1u
#define RULE_PATH_BENEATH 1

// Rights, in the order of the kernel's bits.
enum {
    EXECUTE = 1 << 0,
    WRITE_FILE = 1 << 1,
    READ_FILE = 1 << 2,
    READ_DIR = 1 << 3,
    ALL_OF_1 = (1 << 13) - 1,
    REFER = 1 << 13,     // version 2: rename and link between folders
    TRUNCATE = 1 << 14,  // version 3
    IOCTL_DEV = 1 << 15, // version 5
    OF_FILES = EXECUTE | WRITE_FILE | READ_FILE | TRUNCATE | IOCTL_DEV,
    READING = READ_FILE | READ_DIR,
};
enum { NET_BIND = 1, NET_CONNECT = 2, SCOPE_ABSTRACT = 1, SCOPE_SIGNAL = 2 };

struct ruleset { // of the kernel; versions before 4 know the first member only, before 6 the first two
    uint64_t files, net, scoped;
};
struct path_rule {
    uint64_t allowed;
    int32_t parent_fd;
} __attribute__((packed));

static uint64_t files_of(long version)
{
    return (uint64_t)ALL_OF_1 | (version >= 2 ? (uint64_t)REFER : 0u) | (version >= 3 ? (uint64_t)TRUNCATE : 0u) |
           (version >= 5 ? (uint64_t)IOCTL_DEV : 0u);
}

// 0: this kernel has none, or it is switched off.
static long version_here(void)
{
    long version = syscall(SYS_CREATE_RULESET, NULL, 0, CREATE_VERSION);
    return version > 0 ? version : 0;
}

static int make_ruleset(long version, bool network)
{
    struct ruleset r = {.files = files_of(version)};
    size_t size = version >= 6 ? sizeof r : version >= 4 ? 2 * sizeof(uint64_t) : sizeof(uint64_t);
    if (!network) {
        r.net = NET_BIND | NET_CONNECT;
        r.scoped = SCOPE_ABSTRACT | SCOPE_SIGNAL;
    }
    return (int)syscall(SYS_CREATE_RULESET, &r, size, 0);
}

// What is absent needs no rule: it cannot be opened anyhow.
static cu_code allow(int ruleset, const char *path, uint64_t rights, struct cu_error *err)
{
    struct stat st;
    int fd = open(path, O_PATH | O_CLOEXEC);
    if (fd < 0)
        return CU_OK;
    struct path_rule rule = {.allowed = rights, .parent_fd = fd};
    if (fstat(fd, &st) == 0 && !S_ISDIR(st.st_mode))
        rule.allowed &= OF_FILES;
    long rc = syscall(SYS_ADD_RULE, ruleset, RULE_PATH_BENEATH, &rule, 0);
    (void)close(fd);
    return rc == 0 ? CU_OK : cu_fail_errno(err, "a rule of Landlock is refused");
}

static cu_code allow_all(int ruleset, const char *const *paths, uint64_t rights, struct cu_error *err)
{
    for (; paths && *paths; paths++)
        CU_TRY(allow(ruleset, *paths, rights, err));
    return CU_OK;
}

static cu_code enforce(int ruleset, struct cu_error *err)
{
    if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) != 0)
        return cu_fail_errno(err, "this process may not give up privileges");
    if (syscall(SYS_RESTRICT_SELF, ruleset, 0) != 0)
        return cu_fail_errno(err, "Landlock is refused");
    return CU_OK;
}

struct wish {
    const char *const *write, *const *read, *const *system, *const *run, *const *device; // each ends with NULL
    bool network;
};

static cu_code restrict_files(const struct wish *w, struct sandbox_status *ret, struct cu_error *err)
{
    long version = version_here();
    ret->landlock = 0;
    if (version == 0) {
        cu_log(CU_LOG_WARN, "sandbox.no_landlock");
        return CU_OK;
    }
    CU_AUTO_FD int ruleset = make_ruleset(version, w->network);
    if (ruleset < 0)
        return cu_fail_errno(err, "a ruleset of Landlock is refused");
    uint64_t all = files_of(version);
    CU_TRY(allow_all(ruleset, w->write, all & ~(uint64_t)(EXECUTE | IOCTL_DEV), err));
    CU_TRY(allow_all(ruleset, w->read, READING, err));
    CU_TRY(allow_all(ruleset, w->system, READING, err));
    CU_TRY(allow_all(ruleset, w->run, READING | EXECUTE, err));
    CU_TRY(allow_all(ruleset, w->device, READ_FILE | WRITE_FILE, err));
    CU_TRY(enforce(ruleset, err));
    ret->landlock = (uint8_t)version;
    return CU_OK;
}

// --- who gets what

static void folder_of(const char *path, char ret[4096])
{
    const char *slash = strrchr(path, '/');
    size_t len = slash == path ? 1 : slash ? (size_t)(slash - path) : 0;
    if (len == 0 || len >= 4096)
        memcpy(ret, ".", 2);
    else
        *(char *)mempcpy(ret, path, len) = 0;
}

// The folders of the root key and its ratchet, not the files alone: they are replaced by renaming. DATA/keys
// is made when it is absent, so it has to be there before.
cu_code sandbox_key_files(const struct guard_place *p, struct sandbox_status *ret, struct cu_error *err)
{
    char root[4096], ratchet[4096];
    const char *write[5];
    size_t n = 0;
    write[n++] = p->keys;
    if (p->audit && p->audit[0])
        write[n++] = p->audit;
    if (p->root->kind != ROOT_CREDENTIAL) {
        folder_of(p->root->place, root);
        write[n++] = root;
    }
    if (p->root->ratchet[0]) {
        folder_of(p->root->ratchet, ratchet);
        write[n++] = ratchet;
    }
    write[n] = NULL;
    static const char *const read[] = {
#ifdef CU_ARENA_SPLIT // what sanitizers look at when they report
        "/proc", "/usr", "/lib", "/lib64", "/etc/ld.so.cache",
#endif
        NULL};
    return restrict_files(&(struct wish){.write = write, .read = read}, ret, err);
}

cu_code sandbox_replica_files(const char *folder, const char *identity, struct sandbox_status *ret, struct cu_error *err)
{
    char ratchet[4096 + 16];
    (void)snprintf(ratchet, sizeof ratchet, "%s.ratchet", identity);
    const char *write[] = {folder, ratchet, NULL};
    const char *read[] = {identity,
#ifdef CU_ARENA_SPLIT // as above
        "/proc", "/usr", "/lib", "/lib64", "/etc/ld.so.cache",
#endif
        NULL};
    return restrict_files(&(struct wish){.write = write, .read = read}, ret, err);
}

cu_code sandbox_server_files(const char *const *write, const char *const *read, struct sandbox_status *ret,
    struct cu_error *err)
{
    // Never /etc or a home folder as a whole: the root key may lie there.
    static const char *const system[] = {"/etc/ssl", "/etc/ca-certificates", "/etc/pki", "/etc/gnutls", "/etc/crypto-policies",
        "/etc/hosts", "/etc/host.conf", "/etc/resolv.conf", "/etc/nsswitch.conf", "/etc/gai.conf", "/etc/services",
        "/etc/localtime", "/etc/ld.so.cache", "/run/systemd/resolve", "/run/NetworkManager/resolv.conf", "/proc", "/sys/fs/cgroup",
        "/sys/devices/system/cpu", "/dev/urandom", NULL};
    static const char *const libraries[] = {"/usr", "/lib", "/lib64", NULL};
    static const char *const devices[] = {"/dev/null", NULL};
    return restrict_files(&(struct wish){.write = write, .read = read, .system = system, .run = libraries, .device = devices,
                              .network = true},
        ret, err);
}
