// SPDX-License-Identifier: Apache-2.0
// The files that a server needs, by its settings. See shut_in.h.
#include "shut_in.h"

#include "base/log.h"
#include "guard/sandbox.h"

#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

// Settings that name a file or folder. Of a file its folder is opened, too, since certificates are renewed
// by putting another file there, unless the root key lies in it.
static const struct {
    const char *setting;
    bool write;
} places[] = {
    {"tls_cert", false}, {"tls_key", false}, {"outgoing_ca", false}, {"oidc_client_secret_file", false},
    {"sms_secret_file", false}, {"sms_reply_secret_file", false}, {"targets_webhook_secret_file", false},
    {"opendsr_certificate", false}, {"opendsr_key", false},
    {"mail_password_file", false}, {"mail_ca", false},
    {"backup_s3_secret_file", false}, {"backup_folder", true}, {"backup_drill_folder", true},
};
enum { PATHS_MAX = 4 * CU_COUNT(places) + 2 };

struct paths {
    char text[PATHS_MAX][PATH_MAX];
    const char *write[PATHS_MAX], *read[PATHS_MAX];
    size_t count, write_count, read_count;
    char root_key[PATH_MAX];
};

static void add(struct paths *p, const char *path, bool write)
{
    if (p->count == PATHS_MAX)
        return;
    char *kept = p->text[p->count++];
    (void)snprintf(kept, PATH_MAX, "%s", path);
    *(write ? &p->write[p->write_count++] : &p->read[p->read_count++]) = kept;
}

static bool holds(const char *folder, const char *path)
{
    size_t len = strlen(folder);
    return strncmp(path, folder, len) == 0 && (path[len] == '/' || path[len] == 0 || len == 1);
}

static void add_folder_of(struct paths *p, const char *file)
{
    char folder[PATH_MAX], whole[PATH_MAX];
    (void)snprintf(folder, sizeof folder, "%s", file);
    char *slash = strrchr(folder, '/');
    if (!slash)
        (void)snprintf(folder, sizeof folder, ".");
    else
        slash[slash == folder] = 0;
    if (!realpath(folder, whole) || holds(whole, p->root_key))
        cu_log(CU_LOG_WARN, "sandbox.file_alone"); // another file under that name is seen at the next start only
    else
        add(p, whole, false);
}

// Of a link both its own folder and that of the file it leads to.
static void add_setting(struct paths *p, const char *value, bool write)
{
    char whole[PATH_MAX];
    add(p, value, write);
    if (write || !realpath(value, whole))
        return;
    add_folder_of(p, value);
    add_folder_of(p, whole);
}

static void collect(const struct engine *e, struct paths *p)
{
    struct root_source root;
    struct cu_error err;
    if (engine_root_source(e, &root, &err) != CU_OK || !realpath(root.place, p->root_key))
        p->root_key[0] = 0;
    add(p, e->folder.path, true);
    for (size_t i = 0; i < CU_COUNT(places); i++) {
        if (!settings_row(cu_str_of(places[i].setting)))
            continue;
        const char *value = settings_z(&e->settings, places[i].setting);
        if (value[0])
            add_setting(p, value, places[i].write);
    }
}

static bool wanted(const struct engine *e)
{
    return settings_i64(&e->settings, "sandbox") != 0;
}

cu_code shut_in_files(struct engine *e, struct cu_error *err)
{
    struct sandbox_status status;
    if (!wanted(e))
        return CU_OK;
    struct paths *p = cu_calloc(1, sizeof *p);
    if (!p)
        return cu_fail(err, CU_MEMORY, "", "no memory to list the server's files");
    collect(e, p);
    cu_code code = sandbox_server_files(p->write, p->read, &status, err);
    cu_free(p);
    CU_TRY(code);
    cu_log(CU_LOG_INFO, "sandbox.files", CU_LI("landlock", status.landlock));
    return CU_OK;
}

cu_code shut_in_calls(struct engine *e, struct cu_error *err)
{
    struct sandbox_status status;
    if (!wanted(e))
        return CU_OK;
    CU_TRY(sandbox_server_calls(&status, err));
    cu_log(CU_LOG_INFO, "sandbox.calls", CU_LI("seccomp", status.seccomp));
    return CU_OK;
}
