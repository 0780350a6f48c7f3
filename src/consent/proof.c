// SPDX-License-Identifier: Apache-2.0
// Noting documents, proving that they were noted, checking proofs. See proof.h.
#include "proof.h"

#include "text/text.h"

#include <stdio.h>
#include <stdlib.h>

enum { MEMBERS_MAX = 10000, FILE_MAX = 4 * 1024 * 1024 };

// ---- the canonical form

static int by_key(const void *a, const void *b)
{
    return cu_str_cmp(((const struct json_iter *)a)->key, ((const struct json_iter *)b)->key);
}

static cu_code canonical(json v, struct json_writer *w, struct cu_error *err);

static cu_code canonical_object(json v, struct json_writer *w, struct cu_error *err)
{
    size_t count = json_count(v), n = 0;
    struct json_iter *members = cu_calloc(count + 1, sizeof *members), it = json_each(v);
    if (!members || count > MEMBERS_MAX) {
        cu_free(members);
        return cu_fail(err, members ? CU_TOO_LARGE : CU_MEMORY, "", "an object has at most %d members", MEMBERS_MAX);
    }
    while (n < count && json_next(&it))
        members[n++] = it;
    qsort(members, n, sizeof *members, by_key);
    cu_code code = CU_OK;
    jw_object(w);
    for (size_t i = 0; i < n && code == CU_OK; i++) {
        jw_keys(w, members[i].key);
        code = canonical(members[i].value, w, err);
    }
    jw_object_end(w);
    cu_free(members);
    return code;
}

static cu_code canonical(json v, struct json_writer *w, struct cu_error *err)
{
    int64_t number = 0;
    struct json_iter it;
    switch (json_type_of(v)) {
    case JSON_OBJECT:
        return canonical_object(v, w, err);
    case JSON_ARRAY:
        jw_array(w);
        it = json_each(v);
        while (json_next(&it))
            CU_TRY(canonical(it.value, w, err));
        jw_array_end(w);
        return CU_OK;
    case JSON_INT:
        (void)json_i64(v, &number);
        jw_i64(w, number);
        return CU_OK;
    case JSON_STRING:
    case JSON_BOOL:
    case JSON_NULL:
        jw_value(w, v);
        return CU_OK;
    case JSON_DOUBLE:
    case JSON_ABSENT:
        break;
    }
    return cu_fail(err, CU_INVALID, "", "a document holds texts, whole numbers, booleans, lists and objects");
}

cu_code proof_canonical(json v, struct cu_buf *out, struct cu_error *err)
{
    struct json_writer w;
    jw_start(&w, out);
    CU_TRY(canonical(v, &w, err));
    return cu_buf_code(out, err);
}

// ---- noting

static void hex_of(const uint8_t *bytes, size_t len, char *ret)
{
    static const char digits[] = "0123456789abcdef";
    for (size_t i = 0; i < len; i++) {
        ret[2 * i] = digits[bytes[i] >> 4];
        ret[2 * i + 1] = digits[bytes[i] & 15];
    }
    ret[2 * len] = 0;
}

static void document_mark(cu_str document, char ret[96])
{
    uint8_t digest[32];
    char hex[65];
    sign_digest(document, CU_NONE, digest);
    hex_of(digest, sizeof digest, hex);
    (void)snprintf(ret, 96, "\"document\":\"%s\"", hex);
}

cu_code proof_note(struct guard *g, const char *kind, cu_str document, const uint64_t *subjects, size_t count, struct cu_error *err)
{
    char mark[96], detail[192];
    document_mark(document, mark);
    int len = snprintf(detail, sizeof detail, "{%s,\"kind\":\"%s\"}", mark, kind);
    if (len < 0 || (size_t)len >= sizeof detail)
        return cu_fail(err, CU_INVALID, "kind", "at most 48 characters are accepted");
    return guard_note(g, GUARD_DONE, subjects, count, (cu_str){detail, (size_t)len}, true, err);
}

// ---- proving

struct finding {
    char mark[96];
    uint64_t index;
    bool found;
};

static bool find_entry(void *context, uint64_t index, cu_str entry)
{
    struct finding *f = context;
    if (cu_str_find_str(entry, cu_str_of(f->mark)) < 0)
        return true;
    f->index = index;
    f->found = true;
    return false;
}

// The newest signed checkpoint, of at least `size` entries; one is made when the log has grown since.
static cu_code checkpoint_over(struct guard *g, const char *folder, uint64_t size, struct cu_buf *note, struct note_checkpoint *ret,
    struct cu_error *err)
{
    for (int attempt = 0;; attempt++) {
        struct note parts;
        cu_buf_reset(note);
        CU_TRY(audit_checkpoint_read(folder, note, err));
        CU_TRY(note_parse(cu_buf_view(note), &parts, err));
        CU_TRY(note_checkpoint_parse(parts.text, ret, err));
        if (ret->size >= size)
            return CU_OK;
        if (attempt)
            return cu_fail(err, CU_UNAVAILABLE, "", "the audit log has no checkpoint over this document yet; ask again in a minute");
        CU_TRY(guard_audit_sign(g, err));
    }
}

static cu_code print_proof(struct guard *g, const char *folder, struct audit_reader *r, const struct finding *f, struct json_writer *w,
    struct cu_error *err)
{
    struct note_checkpoint c;
    struct note_key key;
    struct ledger_proof *proof = cu_alloc(sizeof *proof);
    CU_AUTO_BUF struct cu_buf note, entry, key_text;
    char hex[65];
    uint64_t size = 0;
    cu_buf_init(&note, NOTE_MAX + 1);
    cu_buf_init(&entry, LEDGER_ENTRY_MAX);
    cu_buf_init(&key_text, NOTE_KEY_MAX);
    cu_code code = proof ? checkpoint_over(g, folder, f->index + 1, &note, &c, err) : cu_fail(err, CU_MEMORY, "", "no memory for a proof");
    if (code == CU_OK)
        code = audit_reader_refresh(r, &size, err);
    if (code == CU_OK)
        code = ledger_read(audit_reader_ledger(r), f->index, &entry, err);
    if (code == CU_OK)
        code = ledger_inclusion(audit_reader_ledger(r), f->index, c.size, proof, err);
    if (code == CU_OK)
        code = audit_current_key(folder, &key, err);
    if (code == CU_OK) {
        note_key_print(&key, &key_text);
        jw_kz(w, "origin", c.origin);
        jw_ki64(w, "index", (int64_t)f->index);
        jw_ki64(w, "size", (int64_t)c.size);
        hex_of(c.root, sizeof c.root, hex);
        jw_kz(w, "root", hex);
        jw_kstr(w, "entry", cu_buf_view(&entry));
        jw_key(w, "inclusion");
        jw_array(w);
        for (size_t i = 0; i < proof->count; i++) {
            hex_of(proof->at[i].bytes, LEDGER_HASH, hex);
            jw_z(w, hex);
        }
        jw_array_end(w);
        jw_kstr(w, "checkpoint", cu_buf_view(&note));
        jw_kstr(w, "key", cu_buf_view(&key_text));
    }
    cu_free(proof);
    return code;
}

cu_code proof_print(struct guard *g, const char *folder, cu_str document, int64_t from_ms, int64_t to_ms, struct cu_buf *out,
    struct cu_error *err)
{
    struct audit_reader *r = NULL;
    struct finding f = {.found = false};
    struct json_writer w;
    uint64_t next = UINT64_MAX;
    const struct audit_filter filter = {.from_ms = from_ms, .to_ms = to_ms, .actor_id = -1};
    document_mark(document, f.mark);
    CU_TRY(audit_reader_open(folder, &r, err));
    cu_code code = CU_OK;
    while (code == CU_OK && !f.found && next != 0)
        code = audit_search(r, &filter, next, 100000, find_entry, &f, &next, err);
    if (code == CU_OK && !f.found)
        code = cu_fail(err, CU_NOT_FOUND, "", "the audit log holds no such document");
    if (code == CU_OK) {
        jw_start(&w, out);
        jw_object(&w);
        jw_key(&w, "document");
        jw_raw(&w, document);
        jw_key(&w, "proof");
        jw_object(&w);
        code = print_proof(g, folder, r, &f, &w, err);
        jw_object_end(&w);
        jw_object_end(&w);
    }
    audit_reader_close(r);
    return code == CU_OK ? cu_buf_code(out, err) : code;
}

// ---- checking

static bool hash_from(json v, struct ledger_hash *ret)
{
    struct cu_buf bytes;
    cu_buf_init(&bytes, LEDGER_HASH + 1);
    cu_str hex = json_str(v);
    bool good = hex.len == (size_t)2 * LEDGER_HASH && text_hex_decode(hex, &bytes) && bytes.len == LEDGER_HASH;
    if (good)
        memcpy(ret->bytes, bytes.ptr, LEDGER_HASH);
    cu_buf_clear(&bytes);
    return good;
}

// Documents noted together (record.h): the log holds the hash of {"records","root"}, and the document is a leaf below that
// root. *mark becomes that of the batch.
static cu_code check_batch(cu_str document, json batch, char mark[96], struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf noted;
    struct ledger_hash leaf, root;
    int64_t index = -1, size = -1;
    struct ledger_proof *path = cu_calloc(1, sizeof *path);
    json list = json_get(batch, "document");
    cu_buf_init(&noted, 4096);
    bool good = path && json_count(batch) == 3 && json_count(list) == 2 && hash_from(json_get(list, "root"), &root) &&
                json_i64(json_get(list, "records"), &size) && json_i64(json_get(batch, "index"), &index) && index >= 0 && size > index;
    struct json_iter it = json_each(json_get(batch, "inclusion"));
    while (good && json_next(&it))
        good = path->count < LEDGER_PROOF_MAX && hash_from(it.value, &path->at[path->count++]);
    ledger_hash_leaf(document, &leaf);
    good = good && ledger_inclusion_holds(&leaf, (uint64_t)index, (uint64_t)size, path, &root);
    cu_free(path);
    if (!good)
        return cu_fail(err, CU_CORRUPT, "batch", "the log noted other documents: a word or more of this one was changed");
    CU_TRY(proof_canonical(list, &noted, err));
    document_mark(cu_buf_view(&noted), mark);
    return CU_OK;
}

static cu_code check_entry(cu_str document, json batch, cu_str entry, struct proof_facts *ret, struct cu_error *err)
{
    char mark[96];
    json v;
    document_mark(document, mark);
    if (!json_is(batch, JSON_ABSENT))
        CU_TRY(check_batch(document, batch, mark, err));
    struct json_parser *p = json_parser_new(LEDGER_ENTRY_MAX);
    cu_code code = p ? json_parse(p, entry, &v, err) : cu_fail(err, CU_MEMORY, "", "no memory for a proof");
    if (code == CU_OK) {
        json detail = json_get(v, "detail");
        char given[96];
        cu_str kind = json_str(json_get(detail, "kind"));
        (void)snprintf(given, sizeof given, "\"document\":\"%.*s\"", CU_ARG(json_str(json_get(detail, "document"))));
        if (strcmp(given, mark) != 0)
            code = cu_fail(err, CU_CORRUPT, "document", "the log noted another document: a word or more of this one was changed");
        (void)snprintf(ret->kind, sizeof ret->kind, "%.*s", CU_ARG(kind));
        if (!audit_entry_time(entry, &ret->noted_ms))
            ret->noted_ms = 0;
    }
    json_parser_free(p);
    return code;
}

static cu_code check_path(json proof, cu_str entry, struct proof_facts *ret, struct cu_error *err)
{
    struct ledger_hash leaf, root;
    int64_t index = -1, size = -1;
    struct ledger_proof *path = cu_calloc(1, sizeof *path);
    bool good = path && hash_from(json_get(proof, "root"), &root) && json_i64(json_get(proof, "index"), &index) && index >= 0 &&
                json_i64(json_get(proof, "size"), &size) && size > index;
    struct json_iter it = json_each(json_get(proof, "inclusion"));
    while (good && json_next(&it))
        good = path->count < LEDGER_PROOF_MAX && hash_from(it.value, &path->at[path->count++]);
    ledger_hash_leaf(entry, &leaf);
    good = good && ledger_inclusion_holds(&leaf, (uint64_t)index, (uint64_t)size, path, &root);
    cu_free(path);
    ret->index = (uint64_t)index;
    ret->size = (uint64_t)size;
    return good ? CU_OK : cu_fail(err, CU_CORRUPT, "proof", "the path from the entry to the root does not hold");
}

static cu_code check_checkpoint(json proof, const struct note_key *trusted, struct proof_facts *ret, struct cu_error *err)
{
    struct note note;
    struct note_checkpoint c;
    struct note_key key;
    struct ledger_hash root;
    cu_str key_text = json_str(json_get(proof, "key"));
    CU_TRY(note_parse(json_str(json_get(proof, "checkpoint")), &note, err));
    CU_TRY(note_checkpoint_parse(note.text, &c, err));
    CU_TRY(note_key_parse(key_text, &key, err));
    (void)snprintf(ret->origin, sizeof ret->origin, "%s", c.origin);
    (void)snprintf(ret->key, sizeof ret->key, "%.*s", CU_ARG(key_text));
    if (c.size != ret->size || !hash_from(json_get(proof, "root"), &root) || memcmp(root.bytes, c.root, sizeof c.root) != 0 ||
        !cu_str_eqz(json_str(json_get(proof, "origin")), c.origin))
        return cu_fail(err, CU_CORRUPT, "checkpoint", "the checkpoint is of another log, or of another moment of it");
    if (trusted && (trusted->hash != key.hash || strcmp(trusted->name, key.name) != 0 || memcmp(trusted->public_key, key.public_key, SIGN_PUBLIC) != 0))
        return cu_fail(err, CU_CORRUPT, "key", "it is signed with another key than the one that is trusted");
    if (!note_signed_by(&note, &key, NULL))
        return cu_fail(err, CU_CORRUPT, "checkpoint", "the signature of the checkpoint is not good");
    return CU_OK;
}

cu_code proof_check(cu_str document, json proof, const struct note_key *trusted, struct proof_facts *ret, struct cu_error *err)
{
    cu_str entry = json_str(json_get(proof, "entry"));
    *ret = (struct proof_facts){.noted_ms = 0};
    if (!json_is(proof, JSON_OBJECT) || entry.len == 0 || entry.len > LEDGER_ENTRY_MAX)
        return cu_fail(err, CU_MALFORMED, "proof", "a proof with entry, path and checkpoint is expected");
    CU_TRY(check_entry(document, json_get(proof, "batch"), entry, ret, err));
    CU_TRY(check_path(proof, entry, ret, err));
    return check_checkpoint(proof, trusted, ret, err);
}

cu_code proof_check_file(cu_str file, const struct note_key *trusted, struct cu_buf *ret_document, struct proof_facts *ret,
    struct cu_error *err)
{
    json v;
    struct json_parser *p = json_parser_new(FILE_MAX);
    cu_code code = p ? json_parse(p, file, &v, err) : cu_fail(err, CU_MEMORY, "", "no memory for a proof");
    if (code == CU_OK && (!json_is(v, JSON_OBJECT) || json_count(v) != 2))
        code = cu_fail(err, CU_MALFORMED, "", "an object with the members document and proof is expected");
    if (code == CU_OK)
        code = proof_canonical(json_get(v, "document"), ret_document, err);
    if (code == CU_OK)
        code = proof_check(cu_buf_view(ret_document), json_get(v, "proof"), trusted, ret, err);
    json_parser_free(p);
    return code;
}
