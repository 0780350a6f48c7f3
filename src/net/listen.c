// SPDX-License-Identifier: Apache-2.0
// Listening sockets. See listen.h. Sockets are made here and not by libmicrohttpd: port 0 works, an
// address in use is a typed error, and a unix socket never exists with a wider mode than 0600.
#include "listen.h"

#include <errno.h>
#include <fcntl.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

enum { BACKLOG = 1024 };

static cu_code split_address(
    const char *address, char host[128], char port[8], struct cu_error *err)
{
    const char *colon = strrchr(address, ':');
    size_t host_len = colon ? (size_t)(colon - address) : 0;
    int64_t number = -1;
    bool ok = colon && cu_str_i64(cu_str_of(colon + 1), &number) && number >= 0 && number <= 65535;
    const char *start = address;
    if (ok && host_len >= 2 && start[0] == '[' && start[host_len - 1] == ']') {
        start++;
        host_len -= 2;
    } else if (ok && memchr(start, ':', host_len)) {
        ok = false; // an IPv6 address without brackets: where the port starts would be a guess
    }
    if (!ok || host_len >= 128)
        return cu_fail(err, CU_INVALID, "listen",
            "an address is host:port, like 127.0.0.1:8080 or [::1]:8080");
    memcpy(host, start, host_len);
    host[host_len] = 0;
    (void)snprintf(port, 8, "%d", (int)number);
    return CU_OK;
}

static int open_one(const struct addrinfo *a)
{
    int fd = socket(a->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return -1;
    int on = 1, off = 0;
    bool ok = setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0;
    if (ok && a->ai_family == AF_INET6) // "[::]:80" also means IPv4
        ok = setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &off, sizeof off) == 0;
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on); // inherited by connections
    if (ok && bind(fd, a->ai_addr, a->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0)
        return fd;
    int kept = errno;
    (void)close(fd);
    errno = kept;
    return -1;
}

static uint16_t port_of(int fd)
{
    struct sockaddr_storage s;
    socklen_t len = sizeof s;
    if (getsockname(fd, (struct sockaddr *)&s, &len) != 0)
        return 0;
    if (s.ss_family == AF_INET) {
        struct sockaddr_in in;
        memcpy(&in, &s, sizeof in);
        return ntohs(in.sin_port);
    }
    struct sockaddr_in6 in6;
    memcpy(&in6, &s, sizeof in6);
    return ntohs(in6.sin6_port);
}

cu_code listen_tcp(const char *address, int *ret_fd, uint16_t *ret_port, struct cu_error *err)
{
    char host[128], port[8];
    CU_TRY(split_address(address, host, port, err));
    struct addrinfo hints = {.ai_family = AF_UNSPEC,
        .ai_socktype = SOCK_STREAM,
        .ai_flags = AI_PASSIVE | AI_NUMERICSERV};
    struct addrinfo *all = NULL;
    if (getaddrinfo(host[0] ? host : NULL, port, &hints, &all) != 0)
        return cu_fail(err, CU_INVALID, "listen", "the host of the listen address is not known");
    int fd = -1;
    for (struct addrinfo *a = all; a && fd < 0; a = a->ai_next)
        fd = open_one(a);
    int why = errno;
    freeaddrinfo(all);
    if (fd < 0 && why == EADDRINUSE)
        return cu_fail(err, CU_CONFLICT, "listen", "port %s is taken by another process", port);
    if (fd < 0 && (why == EACCES || why == EPERM))
        return cu_fail(
            err, CU_FORBIDDEN, "listen", "port %s needs a right this process has not", port);
    if (fd < 0 && why == EADDRNOTAVAIL)
        return cu_fail(err, CU_INVALID, "listen", "the address is none of this machine's");
    if (fd < 0) {
        errno = why;
        return cu_fail_errno(err, "listening on port %s", port);
    }
    *ret_fd = fd;
    *ret_port = port_of(fd);
    return CU_OK;
}

// A socket address holds 107 bytes of path. Longer ones are reached through the folder's
// descriptor.
static bool address_of(const char *path, int *ret_folder, struct sockaddr_un *ret)
{
    *ret = (struct sockaddr_un){.sun_family = AF_UNIX};
    *ret_folder = -1;
    size_t len = strlen(path);
    if (len < sizeof ret->sun_path) {
        memcpy(ret->sun_path, path, len + 1);
        return true;
    }
    const char *slash = strrchr(path, '/');
    char folder[4096];
    size_t folder_len = slash ? (size_t)(slash - path) : 0;
    if (!slash || folder_len >= sizeof folder)
        return false;
    memcpy(folder, path, folder_len);
    folder[folder_len] = 0;
    *ret_folder = open(folder, O_PATH | O_DIRECTORY | O_CLOEXEC);
    int n = snprintf(ret->sun_path, sizeof ret->sun_path, "/proc/self/fd/%d%s", *ret_folder, slash);
    return *ret_folder >= 0 && n > 0 && (size_t)n < sizeof ret->sun_path;
}

cu_code listen_unix(const char *path, int *ret_fd, struct cu_error *err)
{
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0)
        return cu_fail_errno(err, "making the local socket");
    if (unlink(path) != 0 && errno != ENOENT) {
        (void)close(fd);
        return cu_fail_errno(err, "removing the old local socket");
    }
    struct sockaddr_un address;
    int folder = -1;
    bool ok = address_of(path, &folder, &address);
    // the mode a socket is born with is 0777 & ~umask, but fchmod before bind sets it on Linux
    ok = ok && fchmod(fd, 0600) == 0 &&
         bind(fd, (const struct sockaddr *)&address, sizeof address) == 0;
    ok = ok && chmod(path, 0600) == 0 && listen(fd, BACKLOG) == 0;
    int why = errno;
    if (folder >= 0)
        (void)close(folder);
    if (!ok) {
        (void)close(fd);
        errno = why;
        return cu_fail_errno(err, "opening the local socket");
    }
    *ret_fd = fd;
    return CU_OK;
}

bool listen_peer_allowed(int fd)
{
    struct ucred peer;
    socklen_t len = sizeof peer;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &len) != 0)
        return false;
    return peer.uid == 0 || peer.uid == geteuid();
}

void listen_ip_text(const struct sockaddr_storage *address, char *ret, size_t size)
{
    ret[0] = 0;
    if (address->ss_family != AF_INET && address->ss_family != AF_INET6)
        return;
    if (getnameinfo((const struct sockaddr *)address, sizeof *address, ret, (socklen_t)size, NULL,
            0, NI_NUMERICHOST) != 0) {
        ret[0] = 0;
        return;
    }
    ret[strcspn(ret, "%")] = 0; // the zone of a link-local address
    size_t length = strlen(ret);
    if (length > 7 && strncmp(ret, "::ffff:", 7) == 0 && strchr(ret, '.'))
        memmove(ret, ret + 7, length - 7 + 1);
}
