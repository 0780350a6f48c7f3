// SPDX-License-Identifier: Apache-2.0
// Signed notes and checkpoints. See note.h.
#include "note.h"

#include "crypto_internal.h"
#include "text/text.h"

#include <stdio.h>

static const char dash[] = "\xe2\x80\x94 "; // em dash, space
#define DASH ((cu_str){dash, sizeof dash - 1})

// --- keys

static bool name_good(cu_str name)
{
    if (name.len == 0 || name.len >= NOTE_NAME_MAX || !text_utf8_valid(name))
        return false;
    for (size_t i = 0; i < name.len; i++) {
        unsigned char c = (unsigned char)name.ptr[i];
        if (c <= ' ' || c == '+' || c >= 0x7f) // ours and those of witnesses are host names with a path
            return false;
    }
    return true;
}

static uint32_t key_hash(cu_str name, enum note_kind kind, const uint8_t public_key[SIGN_PUBLIC])
{
    uint8_t digest[32];
    char rest[2 + SIGN_PUBLIC] = {'\n', (char)kind};
    memcpy(rest + 2, public_key, SIGN_PUBLIC);
    sign_digest(name, (cu_str){rest, sizeof rest}, digest);
    return get_be32(digest);
}

cu_code note_key_make(cu_str name, enum note_kind kind, const uint8_t public_key[SIGN_PUBLIC], struct note_key *ret,
    struct cu_error *err)
{
    if (!name_good(name))
        return cu_fail(err, CU_INVALID, "name", "a name like shop.example/audit is accepted: no space, no plus");
    *ret = (struct note_key){.kind = kind, .hash = key_hash(name, kind, public_key)};
    memcpy(ret->name, name.ptr, name.len);
    memcpy(ret->public_key, public_key, SIGN_PUBLIC);
    return CU_OK;
}

// Exactly one text stands for some bytes: what decodes but would be written otherwise is refused.
static bool base64_strict(cu_str text, struct cu_buf *out)
{
    CU_AUTO_BUF struct cu_buf again;
    cu_buf_init(&again, NOTE_MAX);
    if (text.len == 0 || !text_base64_decode(text, out))
        return false;
    text_base64(cu_buf_view(out), false, &again);
    return cu_str_eq(cu_buf_view(&again), text);
}

cu_code note_key_parse(cu_str text, struct note_key *ret, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf key;
    char hash[9];
    cu_str rest = text, name = cu_str_cut(&rest, '+'), hex = cu_str_cut(&rest, '+');
    cu_buf_init(&key, 256);
    bool good = rest.ptr && hex.len == 8 && base64_strict(rest, &key) && key.len == 1 + SIGN_PUBLIC &&
                (key.ptr[0] == NOTE_ED25519 || key.ptr[0] == NOTE_COSIGNATURE) &&
                note_key_make(name, (enum note_kind)key.ptr[0], (const uint8_t *)key.ptr + 1, ret, NULL) == CU_OK;
    if (good)
        (void)snprintf(hash, sizeof hash, "%08x", (unsigned)ret->hash);
    if (!good || memcmp(hash, hex.ptr, 8) != 0)
        return cu_fail(err, CU_MALFORMED, "key", "a verifier key NAME+HASH+BASE64 (Ed25519 or cosignature) is accepted");
    return CU_OK;
}

void note_key_print(const struct note_key *k, struct cu_buf *out)
{
    char bytes[1 + SIGN_PUBLIC] = {(char)k->kind};
    memcpy(bytes + 1, k->public_key, SIGN_PUBLIC);
    cu_buf_printf(out, "%s+%08x+", k->name, (unsigned)k->hash);
    text_base64((cu_str){bytes, sizeof bytes}, false, out);
}

// --- notes

static cu_code malformed(struct cu_error *err, const char *what)
{
    return cu_fail(err, CU_MALFORMED, "note", "not a signed note: %s", what);
}

static bool signature_parse(cu_str line, struct note_signature *ret)
{
    CU_AUTO_BUF struct cu_buf bytes;
    cu_str rest = cu_str_sub(line, DASH.len, line.len - DASH.len - 1); // without the newline
    cu_str name = cu_str_cut(&rest, ' ');
    cu_buf_init(&bytes, NOTE_MAX);
    if (!name_good(name) || !base64_strict(rest, &bytes) || bytes.len < 5)
        return false;
    *ret = (struct note_signature){.name = name, .line = line, .hash = get_be32((const uint8_t *)bytes.ptr)};
    if (bytes.len - 4 <= sizeof ret->bytes) {
        ret->len = bytes.len - 4;
        memcpy(ret->bytes, bytes.ptr + 4, ret->len);
    }
    return true;
}

cu_code note_parse(cu_str bytes, struct note *ret, struct cu_error *err)
{
    *ret = (struct note){.count = 0};
    if (bytes.len > NOTE_MAX || !text_utf8_valid(bytes) || !cu_str_ends(bytes, CU_LIT("\n")))
        return malformed(err, "text of at most 16 KiB that ends with a newline is accepted");
    for (size_t i = 0; i < bytes.len; i++) {
        if ((unsigned char)bytes.ptr[i] < ' ' && bytes.ptr[i] != '\n')
            return malformed(err, "control characters are not accepted");
    }
    ptrdiff_t blank = -1; // the last empty line parts text and signatures
    for (size_t i = 0; i + 1 < bytes.len; i++) {
        if (bytes.ptr[i] == '\n' && bytes.ptr[i + 1] == '\n')
            blank = (ptrdiff_t)i;
    }
    if (blank < 0)
        return malformed(err, "there is no empty line before the signatures");
    ret->text = cu_str_sub(bytes, 0, (size_t)blank + 1);
    cu_str rest = cu_str_sub(bytes, (size_t)blank + 2, bytes.len);
    while (rest.len > 0) {
        cu_str line = cu_str_sub(rest, 0, (size_t)cu_str_find(rest, '\n') + 1);
        if (ret->count == NOTE_SIGNATURES_MAX || !cu_str_starts(line, DASH) || !signature_parse(line, &ret->at[ret->count]))
            return malformed(err, "1 to 16 lines of name and signature are accepted");
        ret->count++;
        rest = cu_str_sub(rest, line.len, rest.len);
    }
    return ret->count > 0 ? CU_OK : malformed(err, "it has no signature");
}

static void cosigned_text(int64_t time_s, cu_str text, struct cu_buf *out)
{
    cu_buf_init(out, NOTE_MAX + 64);
    cu_buf_printf(out, "cosignature/v1\ntime %lld\n", (long long)time_s);
    cu_buf_str(out, text);
}

static bool signature_holds(
    const struct note *n, const struct note_signature *s, const struct note_key *k, int64_t *ret_time_s)
{
    if (k->kind == NOTE_ED25519)
        return s->len == SIGN_SIGNATURE && sign_check(k->public_key, n->text, s->bytes);
    if (s->len != 8 + SIGN_SIGNATURE)
        return false;
    CU_AUTO_BUF struct cu_buf message;
    int64_t time_s = (int64_t)((uint64_t)get_be32(s->bytes) << 32 | get_be32(s->bytes + 4));
    cosigned_text(time_s, n->text, &message);
    if (message.failed || !sign_check(k->public_key, cu_buf_view(&message), s->bytes + 8))
        return false;
    if (ret_time_s)
        *ret_time_s = time_s;
    return true;
}

bool note_signed_by(const struct note *n, const struct note_key *k, int64_t *ret_time_s)
{
    for (size_t i = 0; i < n->count; i++) {
        const struct note_signature *s = &n->at[i];
        if (s->hash == k->hash && cu_str_eqz(s->name, k->name))
            return signature_holds(n, s, k, ret_time_s); // a bad one of this key spoils the note
    }
    return false;
}

void note_sign(const struct note_key *k, const struct sign_key *secret, cu_str text, int64_t time_s, struct cu_buf *out)
{
    uint8_t bytes[4 + 8 + SIGN_SIGNATURE];
    size_t len = 4;
    put_be32(bytes, k->hash);
    if (k->kind == NOTE_COSIGNATURE) {
        CU_AUTO_BUF struct cu_buf message;
        put_be64(bytes + 4, (uint64_t)time_s);
        cosigned_text(time_s, text, &message);
        if (message.failed) {
            out->failed = true;
            return;
        }
        sign_make(secret, cu_buf_view(&message), bytes + 12);
        len = sizeof bytes;
    } else {
        sign_make(secret, text, bytes + 4);
        len += SIGN_SIGNATURE;
    }
    cu_buf_str(out, DASH);
    cu_buf_printf(out, "%s ", k->name);
    text_base64((cu_str){(const char *)bytes, len}, false, out);
    cu_buf_char(out, '\n');
}

// --- checkpoints

void note_checkpoint_print(const struct note_checkpoint *c, struct cu_buf *out)
{
    cu_buf_printf(out, "%s\n%llu\n", c->origin, (unsigned long long)c->size);
    text_base64((cu_str){(const char *)c->root, sizeof c->root}, false, out);
    cu_buf_char(out, '\n');
}

cu_code note_checkpoint_parse(cu_str text, struct note_checkpoint *ret, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf root;
    int64_t size = 0;
    cu_str rest = text, origin = cu_str_cut(&rest, '\n'), number = cu_str_cut(&rest, '\n'), hash = cu_str_cut(&rest, '\n');
    cu_buf_init(&root, 64);
    bool good = rest.ptr && origin.len > 0 && origin.len < NOTE_NAME_MAX && number.len > 0 && number.ptr[0] >= '0' &&
                number.ptr[0] <= '9' && (number.len == 1 || number.ptr[0] != '0') && cu_str_i64(number, &size) &&
                base64_strict(hash, &root) && root.len == sizeof ret->root;
    if (!good)
        return cu_fail(err, CU_MALFORMED, "note", "not a checkpoint: origin, size and root are accepted, a line each");
    *ret = (struct note_checkpoint){.size = (uint64_t)size};
    memcpy(ret->origin, origin.ptr, origin.len);
    memcpy(ret->root, root.ptr, sizeof ret->root);
    return CU_OK;
}
