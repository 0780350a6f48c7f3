// SPDX-License-Identifier: Apache-2.0
// System calls by seccomp (libseccomp). The key process has a list of what it may call; the server a list
// of what it may not. A refused call answers EPERM, so that a mistake in a list is an error and no crash.
// See sandbox.h.
#include "sandbox.h"

#include "base/log.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <seccomp.h>
#include <sys/mman.h>
#include <sys/prctl.h>

// Files beneath its folders (Landlock says which), the sockets it was given, memory, threads, clocks.
static const int key_process_calls[] = {
    // files
    SCMP_SYS(read), SCMP_SYS(write), SCMP_SYS(readv), SCMP_SYS(writev), SCMP_SYS(pread64), SCMP_SYS(pwrite64),
    SCMP_SYS(preadv), SCMP_SYS(pwritev), SCMP_SYS(open), SCMP_SYS(openat), SCMP_SYS(close), SCMP_SYS(lseek), SCMP_SYS(stat),
    SCMP_SYS(fstat), SCMP_SYS(lstat), SCMP_SYS(newfstatat), SCMP_SYS(statx), SCMP_SYS(fstatfs), SCMP_SYS(statfs),
    SCMP_SYS(access), SCMP_SYS(faccessat), SCMP_SYS(faccessat2), SCMP_SYS(readlink), SCMP_SYS(readlinkat),
    SCMP_SYS(getdents64), SCMP_SYS(getcwd), SCMP_SYS(fsync), SCMP_SYS(fdatasync), SCMP_SYS(sync_file_range),
    SCMP_SYS(ftruncate), SCMP_SYS(fallocate), SCMP_SYS(fadvise64), SCMP_SYS(rename), SCMP_SYS(renameat), SCMP_SYS(renameat2),
    SCMP_SYS(unlink), SCMP_SYS(unlinkat), SCMP_SYS(mkdir), SCMP_SYS(mkdirat), SCMP_SYS(rmdir), SCMP_SYS(fchmod),
    SCMP_SYS(chmod), SCMP_SYS(fchown), SCMP_SYS(utimensat), SCMP_SYS(fcntl), SCMP_SYS(flock), SCMP_SYS(umask),
    SCMP_SYS(copy_file_range), SCMP_SYS(link), SCMP_SYS(linkat),
    // the sockets it was given
    SCMP_SYS(recvmsg), SCMP_SYS(recvfrom), SCMP_SYS(sendmsg), SCMP_SYS(sendto), SCMP_SYS(shutdown), SCMP_SYS(poll),
    SCMP_SYS(ppoll),
    // memory
    SCMP_SYS(munmap), SCMP_SYS(mremap), SCMP_SYS(madvise), SCMP_SYS(mlock), SCMP_SYS(mlock2), SCMP_SYS(munlock), SCMP_SYS(brk),
    SCMP_SYS(msync),
    // threads
    SCMP_SYS(futex), SCMP_SYS(futex_waitv), SCMP_SYS(set_robust_list), SCMP_SYS(rseq),
    SCMP_SYS(sched_yield), SCMP_SYS(sched_getaffinity), SCMP_SYS(gettid), SCMP_SYS(exit), SCMP_SYS(exit_group),
    SCMP_SYS(membarrier), SCMP_SYS(restart_syscall), SCMP_SYS(arch_prctl), SCMP_SYS(set_tid_address),
    // signals of its own
    SCMP_SYS(rt_sigaction), SCMP_SYS(rt_sigprocmask), SCMP_SYS(rt_sigreturn), SCMP_SYS(sigaltstack), SCMP_SYS(tgkill),
    // who, when, chance
    SCMP_SYS(getpid), SCMP_SYS(getppid), SCMP_SYS(getuid), SCMP_SYS(geteuid), SCMP_SYS(getgid), SCMP_SYS(getegid),
    SCMP_SYS(getrandom), SCMP_SYS(clock_gettime), SCMP_SYS(clock_getres), SCMP_SYS(clock_nanosleep), SCMP_SYS(nanosleep),
    SCMP_SYS(gettimeofday), SCMP_SYS(time), SCMP_SYS(sysinfo), SCMP_SYS(uname), SCMP_SYS(prlimit64), SCMP_SYS(getrlimit),
    SCMP_SYS(getrusage),
#ifdef CU_ARENA_SPLIT // sanitizers: shadow memory, and at the end a second process that looks for leaks
    SCMP_SYS(mmap), SCMP_SYS(mprotect), SCMP_SYS(clone), SCMP_SYS(prctl), SCMP_SYS(ptrace), SCMP_SYS(wait4), SCMP_SYS(kill),
    SCMP_SYS(rt_sigsuspend), SCMP_SYS(pipe), SCMP_SYS(pipe2), SCMP_SYS(getdents), SCMP_SYS(process_vm_readv),
    SCMP_SYS(sigreturn), SCMP_SYS(ioctl), SCMP_SYS(tkill), SCMP_SYS(personality), SCMP_SYS(setrlimit),
#endif
};

// What no server of ours needs, and an intruder would like.
static const int server_refused[] = {
#ifndef CU_ARENA_SPLIT // with which sanitizers look for leaks, and print where
    SCMP_SYS(ptrace), SCMP_SYS(process_vm_readv), SCMP_SYS(execve), SCMP_SYS(execveat),
#endif
    SCMP_SYS(process_vm_writev), SCMP_SYS(process_madvise), SCMP_SYS(pidfd_getfd), SCMP_SYS(kcmp), SCMP_SYS(bpf), SCMP_SYS(perf_event_open), SCMP_SYS(userfaultfd),
    SCMP_SYS(io_uring_setup), SCMP_SYS(io_uring_enter), SCMP_SYS(io_uring_register), SCMP_SYS(mount), SCMP_SYS(umount2),
    SCMP_SYS(pivot_root), SCMP_SYS(chroot), SCMP_SYS(move_mount), SCMP_SYS(open_tree), SCMP_SYS(fsopen), SCMP_SYS(fsconfig),
    SCMP_SYS(fsmount), SCMP_SYS(fspick), SCMP_SYS(mount_setattr), SCMP_SYS(unshare), SCMP_SYS(setns), SCMP_SYS(kexec_load),
    SCMP_SYS(kexec_file_load), SCMP_SYS(init_module), SCMP_SYS(finit_module), SCMP_SYS(delete_module), SCMP_SYS(reboot),
    SCMP_SYS(swapon), SCMP_SYS(swapoff), SCMP_SYS(acct), SCMP_SYS(quotactl), SCMP_SYS(iopl), SCMP_SYS(ioperm),
    SCMP_SYS(modify_ldt), SCMP_SYS(keyctl), SCMP_SYS(add_key), SCMP_SYS(request_key), SCMP_SYS(open_by_handle_at),
    SCMP_SYS(name_to_handle_at), SCMP_SYS(settimeofday), SCMP_SYS(clock_settime), SCMP_SYS(clock_adjtime), SCMP_SYS(adjtimex),
    SCMP_SYS(sethostname), SCMP_SYS(setdomainname), SCMP_SYS(syslog), SCMP_SYS(personality),
};

static bool add(scmp_filter_ctx filter, uint32_t action, const int *calls, size_t count)
{
    for (size_t i = 0; i < count; i++) { // one that this machine does not have needs no rule
        int rc = seccomp_rule_add(filter, action, calls[i], 0);
        if (rc != 0 && rc != -EDOM && rc != -EINVAL && rc != -EOPNOTSUPP)
            return false;
    }
    return true;
}

#ifndef CU_ARENA_SPLIT
// Memory that is never run, threads that are no processes, and of prctl the name of a thread. The flags of
// clone3 lie in memory, which a filter cannot read: told that there is none, the C library takes clone.
static bool add_narrow(scmp_filter_ctx filter)
{
    return seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mmap), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(mprotect), 1, SCMP_A2(SCMP_CMP_MASKED_EQ, PROT_EXEC, 0)) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(clone), 1, SCMP_A0(SCMP_CMP_MASKED_EQ, CLONE_THREAD, CLONE_THREAD)) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ALLOW, SCMP_SYS(prctl), 1, SCMP_A0(SCMP_CMP_EQ, PR_SET_NAME)) == 0 &&
           seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0;
}
#else
static bool add_narrow(scmp_filter_ctx filter)
{
    return seccomp_rule_add(filter, SCMP_ACT_ERRNO(ENOSYS), SCMP_SYS(clone3), 0) == 0;
}
#endif

// All threads at once. A kernel without seccomp goes on without.
static cu_code load(scmp_filter_ctx filter, bool good, struct sandbox_status *ret, struct cu_error *err)
{
    int rc = 0;
    if (good)
        good = seccomp_attr_set(filter, SCMP_FLTATR_CTL_TSYNC, 1) == 0 && seccomp_attr_set(filter, SCMP_FLTATR_CTL_NNP, 1) == 0;
    if (good)
        rc = seccomp_load(filter);
    seccomp_release(filter);
    if (!good)
        return cu_fail(err, CU_MEMORY, "", "the list of system calls could not be made");
    ret->seccomp = rc == 0;
    if (rc != 0)
        cu_log(CU_LOG_WARN, "sandbox.no_seccomp", CU_LI("errno", -rc));
    return CU_OK;
}

cu_code sandbox_key_calls(struct sandbox_status *ret, struct cu_error *err)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (!filter)
        return cu_fail(err, CU_MEMORY, "", "no memory for the list of system calls");
    bool good = add(filter, SCMP_ACT_ALLOW, key_process_calls, CU_COUNT(key_process_calls)) && add_narrow(filter);
    return load(filter, good, ret, err);
}

// As the key process, and the calls of a line that somebody made.
cu_code sandbox_replica_calls(struct sandbox_status *ret, struct cu_error *err)
{
    static const int lines[] = {SCMP_SYS(accept4), SCMP_SYS(setsockopt), SCMP_SYS(getsockopt), SCMP_SYS(getpeername)};
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ERRNO(EPERM));
    if (!filter)
        return cu_fail(err, CU_MEMORY, "", "no memory for the list of system calls");
    bool good = add(filter, SCMP_ACT_ALLOW, key_process_calls, CU_COUNT(key_process_calls)) &&
                add(filter, SCMP_ACT_ALLOW, lines, CU_COUNT(lines)) && add_narrow(filter);
    return load(filter, good, ret, err);
}

cu_code sandbox_server_calls(struct sandbox_status *ret, struct cu_error *err)
{
    scmp_filter_ctx filter = seccomp_init(SCMP_ACT_ALLOW);
    if (!filter)
        return cu_fail(err, CU_MEMORY, "", "no memory for the list of system calls");
    return load(filter, add(filter, SCMP_ACT_ERRNO(EPERM), server_refused, CU_COUNT(server_refused)), ret, err);
}
