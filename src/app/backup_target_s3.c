// SPDX-License-Identifier: Apache-2.0
// Backups in a bucket of an S3-compatible store. A put is whole or not there by the store's own promise,
// so nothing has to be settled.
#include "backup_target.h"

#include "crypto/secret.h"
#include "net/s3.h"
#include "settings.h"

#include <stdio.h>

static cu_code open_store(struct target *t, const struct target_options *o, const char *secret, struct cu_error *err)
{
    char bucket[256];
    cu_str rest = cu_str_of(o->place + 5), name = cu_str_cut(&rest, '/');
    while (rest.len && rest.ptr[rest.len - 1] == '/')
        rest.len--;
    (void)snprintf(bucket, sizeof bucket, "%.*s", CU_ARG(name));
    (void)snprintf(t->root, sizeof t->root, "%.*s", CU_ARG(rest));
    const char *networks = settings_z(o->settings, "backup_s3_networks"), *ca = settings_z(o->settings, "outgoing_ca");
    const struct s3_options so = {.endpoint = settings_z(o->settings, "backup_s3_endpoint"),
        .region = settings_z(o->settings, "backup_s3_region"), .bucket = bucket,
        .key_id = settings_z(o->settings, "backup_s3_key_id"), .secret = secret,
        .networks = cu_str_of(networks), .ca_file = ca[0] ? ca : NULL, .stop = o->stop};
    return s3_open(&so, &t->s3, err);
}

cu_code target_s3_open(struct target *t, const struct target_options *o, struct cu_error *err)
{
    char secret[SECRET_FILE_MAX];
    const char *path = settings_z(o->settings, "backup_s3_secret_file");
    if (!path[0])
        return cu_fail(err, CU_MISSING, "backup_s3_secret_file", "name a file with the secret of the access key");
    cu_code code = secret_file_read(path, "backup_s3_secret_file", secret, err);
    if (code == CU_OK)
        code = open_store(t, o, secret, err);
    secret_wipe(secret, sizeof secret);
    return code;
}

static void bucket_close(struct target *t)
{
    s3_close(t->s3);
    t->s3 = NULL;
}

static cu_code key_of(const struct target *t, const char *name, char ret[2048], struct cu_error *err)
{
    int n = snprintf(ret, 2048, "%s%s%s", t->root, t->root[0] ? "/" : "", name);
    return n >= 0 && n < 2048 ? CU_OK : cu_fail(err, CU_INVALID, "backup_s3_bucket", "a shorter prefix is accepted");
}

static cu_code bucket_put(struct target *t, const char *name, cu_str bytes, bool settled, struct cu_error *err)
{
    char key[2048];
    (void)settled;
    CU_TRY(key_of(t, name, key, err));
    return s3_put(t->s3, key, bytes, err);
}

static cu_code bucket_settle(struct target *t, struct cu_error *err)
{
    (void)t;
    (void)err;
    return CU_OK;
}

static cu_code bucket_get(struct target *t, const char *name, struct cu_buf *out, struct cu_error *err)
{
    char key[2048];
    CU_TRY(key_of(t, name, key, err));
    return s3_get(t->s3, key, out, err);
}

static cu_code bucket_drop(struct target *t, const char *name, struct cu_error *err)
{
    char key[2048];
    CU_TRY(key_of(t, name, key, err));
    return s3_delete(t->s3, key, err);
}

struct relative {
    size_t skip;
    target_visit *visit;
    void *context;
};

static cu_code without_root(void *context, cu_str key, int64_t bytes, struct cu_error *err)
{
    const struct relative *r = context;
    return key.len > r->skip ? r->visit(r->context, cu_str_sub(key, r->skip, key.len), bytes, err) : CU_OK;
}

static cu_code bucket_list(struct target *t, const char *prefix, target_visit *visit, void *context, struct cu_error *err)
{
    char key[2048];
    struct relative r = {.skip = t->root[0] ? strlen(t->root) + 1 : 0, .visit = visit, .context = context};
    CU_TRY(key_of(t, prefix, key, err));
    return s3_list(t->s3, key, without_root, &r, err);
}

const struct target_kind target_s3 = {.name = "s3", .slow = true, .put = bucket_put, .settle = bucket_settle,
    .get = bucket_get, .drop = bucket_drop, .list = bucket_list, .close = bucket_close};
