// SPDX-License-Identifier: Apache-2.0
// The backup key and its file: "custos-backup-1 LINE HEX\n". See backup_manifest.h.
#include "backup_manifest.h"

#include "base/clock.h"
#include "base/file.h"
#include "crypto/keyring.h"
#include "crypto/secret.h"
#include "text/text.h"

#include <stdio.h>

#define MAGIC "custos-backup-1"
static const cu_str context = {"backup", 6};
_Static_assert(KEYRING_WRAPPED == 72, "the wrapped key is part of the manifest's format");

void backup_key_new_line(struct backup_key *k)
{
    uint8_t bytes[8];
    cu_random(bytes, sizeof bytes);
    for (size_t i = 0; i < sizeof bytes; i++)
        (void)snprintf(k->line + 2 * i, 3, "%02x", bytes[i]);
}

static cu_code wrap(const struct keyring *keyring, struct backup_key *k, struct cu_error *err)
{
    return keyring_wrap(keyring, "spool", context, k->key.bytes, k->wrapped, err);
}

static bool parse(cu_str text, struct backup_key *ret)
{
    CU_AUTO_BUF struct cu_buf bytes;
    cu_buf_init(&bytes, 128);
    cu_str rest = cu_str_trim(text);
    cu_str magic = cu_str_cut(&rest, ' '), line = cu_str_cut(&rest, ' ');
    if (!cu_str_eqz(magic, MAGIC) || line.len != 16 || !text_hex_decode(rest, &bytes) || bytes.len != sizeof ret->wrapped)
        return false;
    memcpy(ret->wrapped, bytes.ptr, sizeof ret->wrapped);
    (void)snprintf(ret->line, sizeof ret->line, "%.*s", CU_ARG(line));
    return true;
}

cu_code backup_key_store(const char *data_folder, const struct backup_key *k, struct cu_error *err)
{
    char path[2048];
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, 512);
    cu_buf_printf(&text, MAGIC " %s ", k->line);
    text_hex((cu_str){(const char *)k->wrapped, sizeof k->wrapped}, &text);
    cu_buf_char(&text, '\n');
    CU_TRY(cu_buf_code(&text, err));
    (void)snprintf(path, sizeof path, "%s/backup.key", data_folder);
    return cu_file_replace(path, text.ptr, text.len, 0600, err);
}

static cu_code make(const char *data_folder, const struct keyring *keyring, struct backup_key *ret, struct cu_error *err)
{
    cu_random(ret->key.bytes, sizeof ret->key.bytes);
    backup_key_new_line(ret);
    CU_TRY(wrap(keyring, ret, err));
    return backup_key_store(data_folder, ret, err);
}

cu_code backup_key_open(const char *data_folder, const struct keyring *keyring, struct backup_key *ret, struct cu_error *err)
{
    char path[2048];
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, 4096);
    (void)snprintf(path, sizeof path, "%s/backup.key", data_folder);
    cu_code code = cu_file_read_all(path, &text, err);
    if (code == CU_NOT_FOUND)
        return make(data_folder, keyring, ret, err);
    CU_TRY(code);
    if (!parse(cu_buf_view(&text), ret))
        return cu_fail(err, CU_CORRUPT, "",
            "backup.key is damaged; remove it: the next backup makes a new one and sends all again");
    code = keyring_unwrap(keyring, "spool", context, ret->wrapped, ret->key.bytes, NULL);
    if (code == CU_KEY) // the root key was changed: a new key, and the next backup is a full one
        return make(data_folder, keyring, ret, err);
    return code == CU_OK ? CU_OK : cu_fail(err, code, "", "the backup key cannot be opened");
}

cu_code backup_key_of_manifest(const struct backup_manifest *m, const struct keyring *keyring, struct backup_key *ret,
    struct cu_error *err)
{
    memcpy(ret->wrapped, m->wrapped_key, sizeof ret->wrapped);
    (void)snprintf(ret->line, sizeof ret->line, "%s", m->line);
    cu_code code = keyring_unwrap(keyring, "spool", context, ret->wrapped, ret->key.bytes, NULL);
    return code == CU_OK ? CU_OK
                         : cu_fail(err, CU_KEY, "--root-key",
                             "this root key does not open backup %s; name the one of that time", m->id);
}
