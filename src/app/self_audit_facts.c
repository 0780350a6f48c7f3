// SPDX-License-Identifier: Apache-2.0
// Facts for the self-audit: settings, files, the machine, and counts out of records.db. See self_audit_facts.h.
#include "self_audit_facts.h"

#include "engine.h"

#include "base/file.h"
#include "crypto/root.h"
#include "govern/approval.h"
#include "guard/admin.h"
#include "guard/audit_read.h"
#include "guard/replicas.h"

#include <stdio.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

enum { AUDIT_LOOK_MAX = 200000 };

// --- settings

// Any address that is not of this machine alone.
static bool beyond_loopback(const char *listen)
{
    cu_str rest = cu_str_of(listen);
    while (rest.ptr) {
        cu_str one = cu_str_trim(cu_str_cut(&rest, ','));
        if (one.len > 0 && !cu_str_starts(one, CU_LIT("127.")) && !cu_str_starts(one, CU_LIT("[::1]")) &&
            !cu_str_starts(one, CU_LIT("localhost")))
            return true;
    }
    return false;
}

static void of_settings(const struct engine *e, struct self_audit_facts *f)
{
    const struct settings *s = &e->settings;
    f->tls = settings_z(s, "tls_cert")[0] && settings_z(s, "tls_key")[0];
    f->listens_beyond_loopback = beyond_loopback(settings_z(s, "listen"));
    f->trust_proxy = settings_i64(s, "trust_proxy") != 0;
    f->public_url_https = strncmp(settings_z(s, "public_url"), "https://", 8) == 0 || (f->tls && !settings_z(s, "public_url")[0]);
    f->key_copy_days = (int)settings_i64(s, "backup_key_days");
}

// --- files and the machine

static cu_code of_root(const struct engine *e, struct self_audit_facts *f, struct cu_error *err)
{
    struct root_source root;
    char path[FOLDER_PATH_MAX + 64];
    struct stat key, data;
    CU_TRY(folder_default_key_path(e->folder.id, path, sizeof path, err));
    CU_TRY(root_parse(settings_z(&e->settings, "root_key"), path, e->folder.path, &root, err));
    (void)snprintf(f->root_source, sizeof f->root_source, "%s", root_kind_names[root.kind]);
    if (stat(e->folder.path, &data) == 0) {
        f->data_mode = data.st_mode & 0777;
        if (root.kind == ROOT_FILE && stat(root.place, &key) == 0) {
            f->root_mode = key.st_mode & 0777;
            f->root_same_file_system = key.st_dev == data.st_dev;
        }
    }
    return CU_OK;
}

// Swap on zram or through the device mapper (dm-crypt, as a rule) is taken as encrypted.
static void of_swap(struct self_audit_facts *f)
{
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, 1 << 16);
    if (cu_file_read_all("/proc/swaps", &text, NULL) != CU_OK)
        return;
    cu_str rest = cu_buf_view(&text);
    (void)cu_str_cut(&rest, '\n'); // the heading
    f->swap_encrypted = true;
    while (rest.ptr) {
        cu_str line = cu_str_cut(&rest, '\n');
        if (line.len == 0)
            continue;
        f->swap = true;
        if (!cu_str_starts(line, CU_LIT("/dev/zram")) && !cu_str_starts(line, CU_LIT("/dev/dm-")) &&
            !cu_str_starts(line, CU_LIT("/dev/mapper/")))
            f->swap_encrypted = false;
    }
}

static void of_machine(const struct engine *e, struct self_audit_facts *f)
{
    struct rlimit core;
    struct statvfs fs;
    f->runs_as_root = geteuid() == 0;
    f->core_dumps = getrlimit(RLIMIT_CORE, &core) == 0 && core.rlim_cur > 0;
    of_swap(f);
    if (statvfs(e->folder.path, &fs) == 0) {
        f->disk_free_bytes = (int64_t)((uint64_t)fs.f_bavail * fs.f_frsize);
        f->disk_bytes = (int64_t)((uint64_t)fs.f_blocks * fs.f_frsize);
    }
}

// --- the guard and its log

static bool first_time(void *context, uint64_t index, cu_str entry)
{
    (void)index;
    return !audit_entry_time(entry, context);
}

static cu_code of_guard(struct engine *e, struct self_audit_facts *f, struct cu_error *err)
{
    struct guard_status status;
    char folder[FOLDER_PATH_MAX + 64];
    struct audit_reader *r = NULL;
    struct keys_inventory keys;
    uint64_t next = 0;
    CU_TRY(guard_keys_inventory(e->guard, &keys, err));
    f->kit_made_ms = keys.recovery_made_ms;
    struct keys_replicas replicas;
    CU_TRY(guard_replicas(e->guard, &replicas, err));
    f->replicas = (int64_t)replicas.count;
    for (size_t i = 0; i < replicas.count; i++) {
        bool refused = replicas.at[i].state >= KEYS_REPLICA_AHEAD;
        f->replicas_refused += refused;
        f->replicas_behind += !refused && replicas.at[i].epoch != replicas.epoch;
    }
    guard_status(e->guard, &status);
    f->key_process = status.separate;
    f->sandbox = status.seccomp;
    // This very request is noted when it reads nothing of a person: a note tells whether the log takes entries.
    f->audit_ok = guard_note(e->guard, GUARD_DONE, NULL, 0, CU_NONE, true, NULL) == CU_OK;
    folder_file(&e->folder, "audit", folder);
    cu_code code = audit_reader_open(folder, &r, err);
    if (code == CU_NOT_FOUND)
        return CU_OK;
    const struct audit_filter verified = {.action = CU_LIT("audit.verify"), .outcome = CU_LIT("done"), .actor_id = -1};
    if (code == CU_OK)
        code = audit_search(r, &verified, UINT64_MAX, AUDIT_LOOK_MAX, first_time, &f->audit_verified_ms, &next, err);
    audit_reader_close(r);
    return code;
}

cu_code self_audit_facts_gather(void *context, struct self_audit_facts *ret, struct cu_error *err)
{
    struct engine *e = context;
    struct approval_facts approvals = {0};
    of_settings(e, ret);
    of_machine(e, ret);
    CU_TRY(of_root(e, ret, err));
    CU_TRY(of_guard(e, ret, err));
    CU_TRY(self_audit_count(e->people, ret, err));
    CU_TRY(approval_facts(e->govern, &approvals, err));
    ret->four_eyes_wanted = approvals.wanted;
    ret->approvers = approvals.approvers;
    return CU_OK;
}
