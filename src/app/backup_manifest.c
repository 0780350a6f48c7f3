// SPDX-License-Identifier: Apache-2.0
// Writing and reading a backup's manifest. See backup_manifest.h.
#include "backup_manifest.h"

#include "crypto/secret.h"
#include "text/json.h"
#include "text/text.h"

#include <stdio.h>

enum { FILES_MAX = 5000 };
#define PIECES_MAX ((size_t)4 << 20)

const char *const backup_class_names[] = {"data", "keys", "configuration", NULL};

void backup_manifest_init(struct backup_manifest *m)
{
    *m = (struct backup_manifest){0};
}

void backup_manifest_clear(struct backup_manifest *m)
{
    for (size_t i = 0; i < m->file_count; i++)
        cu_free(m->files[i].pieces);
    cu_free(m->files);
    *m = (struct backup_manifest){0};
}

cu_code backup_manifest_add(struct backup_manifest *m, const char *name, int64_t size, int64_t piece,
    struct backup_file **ret, struct cu_error *err)
{
    if (m->file_count == FILES_MAX || size < 0 || piece <= 0 || size / piece >= (int64_t)PIECES_MAX)
        return cu_fail(err, CU_TOO_LARGE, "", "a backup has too many files or pieces");
    if (m->file_count == m->file_cap) {
        size_t cap = m->file_cap ? m->file_cap * 2 : 64;
        struct backup_file *files = cu_realloc(m->files, cap * sizeof *files);
        if (!files)
            return cu_fail(err, CU_MEMORY, "", "no memory for a backup's manifest");
        m->files = files;
        m->file_cap = cap;
    }
    struct backup_file *f = &m->files[m->file_count];
    *f = (struct backup_file){.size = size, .piece = piece, .piece_count = (size_t)((size + piece - 1) / piece)};
    (void)snprintf(f->name, sizeof f->name, "%s", name);
    f->pieces = cu_calloc(f->piece_count + 1, sizeof *f->pieces);
    if (!f->pieces)
        return cu_fail(err, CU_MEMORY, "", "no memory for a backup's manifest");
    m->file_count++;
    *ret = f;
    return CU_OK;
}

int64_t backup_piece_len(const struct backup_file *f, size_t piece)
{
    int64_t from = (int64_t)piece * f->piece;
    return f->size - from < f->piece ? f->size - from : f->piece;
}

static void put_hex(const uint8_t *bytes, size_t len, char *ret)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        ret[2 * i] = digits[bytes[i] >> 4];
        ret[2 * i + 1] = digits[bytes[i] & 15];
    }
    ret[2 * len] = 0;
}

void backup_object_name(const uint8_t name[32], char ret[80])
{
    char hex[65];
    put_hex(name, 32, hex);
    (void)snprintf(ret, 80, "objects/%.2s/%s", hex, hex);
}

void backup_manifest_name(const char *id, char ret[64])
{
    (void)snprintf(ret, 64, "backups/%s.manifest", id);
}

static void put_file(const struct backup_file *f, struct json_writer *w)
{
    char hex[65];
    jw_object(w);
    jw_kz(w, "name", f->name);
    jw_ki64(w, "size", f->size);
    jw_ki64(w, "piece", f->piece);
    jw_key(w, "pieces");
    jw_array(w);
    for (size_t i = 0; i < f->piece_count; i++) {
        put_hex(f->pieces[i], 32, hex);
        jw_z(w, hex);
    }
    jw_array_end(w);
    jw_object_end(w);
}

cu_code backup_manifest_write(const struct backup_manifest *m, const struct object_key *key, struct cu_buf *out,
    struct cu_error *err)
{
    struct json_writer w;
    char hex[160];
    uint8_t hash[32], mac[32];
    cu_buf_reset(out);
    jw_start(&w, out);
    jw_object(&w);
    jw_ki64(&w, "custos_backup", BACKUP_FORMAT);
    jw_kz(&w, "id", m->id);
    jw_kz(&w, "class", backup_class_names[m->class_id]);
    jw_kz(&w, "shop", m->shop);
    put_hex(m->fingerprint, sizeof m->fingerprint, hex);
    jw_kz(&w, "fingerprint", hex);
    jw_kz(&w, "line", m->line);
    jw_kz(&w, "program", m->program);
    jw_ki64(&w, "made_ms", m->made_ms);
    jw_ki64(&w, "position", (int64_t)m->position);
    jw_ki64(&w, "promise", m->promise);
    put_hex(m->wrapped_key, sizeof m->wrapped_key, hex);
    jw_kz(&w, "key", hex);
    jw_key(&w, "files");
    jw_array(&w);
    for (size_t i = 0; i < m->file_count; i++)
        put_file(&m->files[i], &w);
    jw_array_end(&w);
    jw_object_end(&w);
    CU_TRY(cu_buf_code(out, err));
    object_hash(cu_buf_view(out), hash);
    object_mac(key, cu_buf_view(out), mac);
    cu_buf_char(out, '\n');
    put_hex(hash, 32, hex);
    cu_buf_printf(out, "%s ", hex);
    put_hex(mac, 32, hex);
    cu_buf_printf(out, "%s\n", hex);
    return cu_buf_code(out, err);
}

// ---- reading

static bool get_hex(cu_str hex, uint8_t *ret, size_t len)
{
    CU_AUTO_BUF struct cu_buf bytes;
    cu_buf_init(&bytes, 256);
    if (hex.len != 2 * len || !text_hex_decode(hex, &bytes) || bytes.len != len)
        return false;
    memcpy(ret, bytes.ptr, len);
    return true;
}

// first line; the two hex words of the second
static bool split(cu_str text, cu_str *ret_json, uint8_t ret_hash[32], uint8_t ret_mac[32])
{
    cu_str rest = text;
    *ret_json = cu_str_cut(&rest, '\n');
    if (!rest.ptr || rest.len != 64 + 1 + 64 + 1 || rest.ptr[rest.len - 1] != '\n')
        return false;
    rest.len--;
    cu_str hash = cu_str_cut(&rest, ' ');
    return get_hex(hash, ret_hash, 32) && get_hex(rest, ret_mac, 32);
}

static bool safe_name(cu_str name) // nothing that leaves the folder it is restored into
{
    if (name.len == 0 || name.len > 63 || name.ptr[0] == '/' || cu_str_find_str(name, CU_LIT("..")) >= 0)
        return false;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        bool good = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || strchr("-_./", c);
        if (!good || c == 0)
            return false;
    }
    return true;
}

static cu_code read_file(json v, struct backup_manifest *m, struct cu_error *err)
{
    int64_t size = -1, piece = 0;
    char name[64];
    struct backup_file *f = NULL;
    cu_str given = json_str(json_get(v, "name"));
    json pieces = json_get(v, "pieces");
    if (!safe_name(given) || !json_i64(json_get(v, "size"), &size) || !json_i64(json_get(v, "piece"), &piece) || size < 0 ||
        piece <= 0 || piece > (int64_t)OBJECT_PLAIN_MAX)
        return cu_fail(err, CU_MALFORMED, "", "the manifest names a file that no backup has");
    (void)snprintf(name, sizeof name, "%.*s", CU_ARG(given));
    if ((int64_t)json_count(pieces) != size / piece + (size % piece != 0)) // before memory is taken for them
        return cu_fail(err, CU_MALFORMED, "", "the manifest's pieces do not make up the file %s", name);
    CU_TRY(backup_manifest_add(m, name, size, piece, &f, err));
    size_t i = 0;
    for (struct json_iter it = json_each(pieces); json_next(&it); i++) {
        if (!get_hex(json_str(it.value), f->pieces[i], 32))
            return cu_fail(err, CU_MALFORMED, "", "the manifest's pieces have no names");
    }
    return CU_OK;
}

static bool copy_text(json v, const char *name, char *ret, size_t size)
{
    cu_str s = json_str(json_get(v, name));
    if (s.len == 0 || s.len >= size || !safe_name(s))
        return false;
    (void)snprintf(ret, size, "%.*s", CU_ARG(s));
    return true;
}

static cu_code read_head(json v, struct backup_manifest *m, struct cu_error *err)
{
    int64_t position = 0;
    cu_str class_name = json_str(json_get(v, "class"));
    m->class_id = BACKUP_CLASSES;
    for (int i = 0; i < BACKUP_CLASSES; i++) {
        if (cu_str_eqz(class_name, backup_class_names[i]))
            m->class_id = (enum backup_class)i;
    }
    bool good = m->class_id != BACKUP_CLASSES && copy_text(v, "id", m->id, sizeof m->id) &&
                copy_text(v, "shop", m->shop, sizeof m->shop) && copy_text(v, "line", m->line, sizeof m->line) &&
                copy_text(v, "program", m->program, sizeof m->program) &&
                get_hex(json_str(json_get(v, "fingerprint")), m->fingerprint, sizeof m->fingerprint) &&
                get_hex(json_str(json_get(v, "key")), m->wrapped_key, sizeof m->wrapped_key) &&
                json_i64(json_get(v, "made_ms"), &m->made_ms) && json_i64(json_get(v, "position"), &position) &&
                json_i64(json_get(v, "promise"), &m->promise) && position >= 0;
    m->position = (uint64_t)position;
    return good ? CU_OK : cu_fail(err, CU_MALFORMED, "", "the manifest lacks what every backup has");
}

static cu_code read_all(cu_str text, struct json_parser *p, struct backup_manifest *m, struct cu_error *err)
{
    json v;
    int64_t format = 0;
    if (json_parse(p, text, &v, NULL) != CU_OK || !json_i64(json_get(v, "custos_backup"), &format))
        return cu_fail(err, CU_MALFORMED, "", "this is not the manifest of a Custos backup");
    if (format != BACKUP_FORMAT)
        return cu_fail(err, CU_VERSION, "", "the backup has format %lld, made by a newer Custos; this one reads %d",
            (long long)format, BACKUP_FORMAT);
    CU_TRY(read_head(v, m, err));
    for (struct json_iter it = json_each(json_get(v, "files")); json_next(&it);)
        CU_TRY(read_file(it.value, m, err));
    return CU_OK;
}

cu_code backup_manifest_read(cu_str text, struct backup_manifest *ret, struct cu_error *err)
{
    cu_str body = CU_NONE;
    uint8_t hash[32], mac[32], now[32];
    if (!split(text, &body, hash, mac))
        return cu_fail(err, CU_CORRUPT, "", "the manifest is cut off or altered");
    object_hash(body, now);
    if (!secret_equal(now, hash, sizeof now))
        return cu_fail(err, CU_CORRUPT, "", "the manifest was altered since it was written");
    struct json_parser *p = json_parser_new(BACKUP_MANIFEST_MAX);
    if (!p)
        return cu_fail(err, CU_MEMORY, "", "no memory to read a manifest");
    backup_manifest_init(ret);
    cu_code code = read_all(body, p, ret, err);
    json_parser_free(p);
    if (code != CU_OK)
        backup_manifest_clear(ret);
    return code;
}

cu_code backup_manifest_check(cu_str text, const struct object_key *key, struct cu_error *err)
{
    cu_str body = CU_NONE;
    uint8_t hash[32], mac[32], now[32];
    if (!split(text, &body, hash, mac))
        return cu_fail(err, CU_CORRUPT, "", "the manifest is cut off or altered");
    object_mac(key, body, now);
    return secret_equal(now, mac, sizeof now) ? CU_OK
                                              : cu_fail(err, CU_CORRUPT, "", "the manifest was not made by this shop");
}
