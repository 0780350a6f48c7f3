// SPDX-License-Identifier: Apache-2.0
// The small files of the audit folder: public keys and notes. See audit_private.h.
#include "audit_private.h"

#include "base/file.h"

#include <stdio.h>

void audit_path(char ret[AUDIT_PATH_MAX], const char *folder, const char *name)
{
    (void)snprintf(ret, AUDIT_PATH_MAX, "%s/%s", folder, name);
}

cu_code audit_keys_read(const char *folder, struct audit_keys *ret, struct cu_error *err)
{
    char path[AUDIT_PATH_MAX];
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, (size_t)AUDIT_KEYS_MAX * NOTE_KEY_MAX);
    ret->count = 0;
    audit_path(path, folder, "public.keys");
    CU_TRY(cu_file_read_all(path, &text, err));
    cu_str rest = cu_buf_view(&text);
    bool good = cu_str_ends(rest, CU_LIT("\n"));
    while (good && rest.len > 0) {
        cu_str line = cu_str_cut(&rest, '\n');
        good = ret->count < AUDIT_KEYS_MAX && note_key_parse(line, &ret->at[ret->count++], NULL) == CU_OK &&
               ret->at[ret->count - 1].kind == NOTE_ED25519;
    }
    return good ? CU_OK
                : cu_fail(err, CU_CORRUPT, "", "public.keys of the audit log is damaged: a verifier key a line is accepted");
}

cu_code audit_keys_write(const char *folder, const struct audit_keys *k, struct cu_error *err)
{
    char path[AUDIT_PATH_MAX];
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, (size_t)AUDIT_KEYS_MAX * NOTE_KEY_MAX);
    for (size_t i = 0; i < k->count; i++) {
        note_key_print(&k->at[i], &text);
        cu_buf_char(&text, '\n');
    }
    CU_TRY(cu_buf_code(&text, err));
    audit_path(path, folder, "public.keys");
    return cu_file_replace(path, text.ptr, text.len, 0600, err);
}

cu_code audit_note_read(const char *folder, const char *name, struct cu_buf *bytes, struct note *ret_note,
    struct note_checkpoint *ret, struct cu_error *err)
{
    char path[AUDIT_PATH_MAX];
    cu_buf_init(bytes, NOTE_MAX + 1);
    audit_path(path, folder, name);
    cu_code code = cu_file_read_all(path, bytes, err);
    if (code == CU_TOO_LARGE)
        return cu_fail(err, CU_CORRUPT, "", "the file %s of the audit log is damaged", name);
    CU_TRY(code);
    if (note_parse(cu_buf_view(bytes), ret_note, NULL) != CU_OK || note_checkpoint_parse(ret_note->text, ret, NULL) != CU_OK)
        return cu_fail(err, CU_CORRUPT, "", "the file %s of the audit log is damaged: it is no signed checkpoint", name);
    return CU_OK;
}

cu_code audit_checkpoint_read(const char *folder, struct cu_buf *out, struct cu_error *err)
{
    char path[AUDIT_PATH_MAX];
    audit_path(path, folder, "checkpoint");
    cu_code code = cu_file_read_all(path, out, err);
    return code == CU_NOT_FOUND ? cu_fail(err, CU_NOT_FOUND, "", "nothing of the audit log was signed yet") : code;
}

cu_code audit_current_key(const char *folder, struct note_key *ret, struct cu_error *err)
{
    struct audit_keys keys;
    CU_TRY(audit_keys_read(folder, &keys, err));
    if (keys.count == 0)
        return cu_fail(err, CU_NOT_FOUND, "", "the audit log has no public key");
    *ret = keys.at[keys.count - 1];
    return CU_OK;
}
