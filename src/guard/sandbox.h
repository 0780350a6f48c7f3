// SPDX-License-Identifier: Apache-2.0
// What this process may do from now on, and never again more: files by Landlock, system calls by
// seccomp. Neither can be taken back, both hold for every thread made afterwards (seccomp for those
// already there, too). A kernel without one of them goes on without it; the log and `guard_status` say so.
#pragma once

#include "guard.h"

struct sandbox_status {
    uint8_t landlock; // version in force; 0: not
    bool seccomp;
};

// The key process, before it opens anything: beneath the folders of the root key, of the keys and of the
// audit log, and nowhere else; no TCP. Then, when all is open: the system calls that its work needs and
// no others, so no sockets, no programs, no looking into other processes.
cu_code sandbox_key_files(const struct guard_place *p, struct sandbox_status *ret, struct cu_error *err) CU_MUST;
cu_code sandbox_key_calls(struct sandbox_status *ret, struct cu_error *err) CU_MUST;

// A key replica's process (store/keys_holder.h), when its socket listens: its folder and the two files of its
// identity, nothing else; no new connections, but accepting those that come.
cu_code sandbox_replica_files(const char *folder, const char *identity, struct sandbox_status *ret, struct cu_error *err) CU_MUST;
cu_code sandbox_replica_calls(struct sandbox_status *ret, struct cu_error *err) CU_MUST;

// The server, before its threads are made: it may write beneath `write`, read beneath `read` (files or
// folders; absent ones are passed over), both ending with NULL, and what a program needs of the system
// (libraries, certificates, name resolution). The root key's file is in neither.
cu_code sandbox_server_files(const char *const *write, const char *const *read, struct sandbox_status *ret,
    struct cu_error *err) CU_MUST;
// All but what no server needs: tracing, other processes' memory, kernel modules, mounts, new programs.
cu_code sandbox_server_calls(struct sandbox_status *ret, struct cu_error *err) CU_MUST;
