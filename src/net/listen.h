// SPDX-License-Identifier: Apache-2.0
// Listening sockets, and who is on the other end of a unix socket.
#pragma once

#include "base/memory.h"

#include <sys/socket.h>

// "127.0.0.1:8080", "[::1]:8080", ":8080" (all addresses), "localhost:8080". CU_INVALID for an
// address that is none, CU_CONFLICT when it is taken, CU_FORBIDDEN without the right to use it.
cu_code listen_tcp(
    const char *address, int *ret_fd, uint16_t *ret_port, struct cu_error *err) CU_MUST;
// Mode 0600; replaces what a crashed process left behind (the caller holds the folder's lock). The
// path may be longer than a socket address allows.
cu_code listen_unix(const char *path, int *ret_fd, struct cu_error *err) CU_MUST;
// The peer runs as root or as the user of this process.
bool listen_peer_allowed(int fd);
// Numeric text of an address without port and zone; empty when it is none.
void listen_ip_text(const struct sockaddr_storage *address, char *ret, size_t size);
