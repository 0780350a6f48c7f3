// SPDX-License-Identifier: Apache-2.0
// The formats of a backup: pieces and manifests altered at every byte, names that would leave the folder,
// newer versions; a target folder with every file operation failing once; the signature of S3 requests
// against the examples of its manual.
#include "app/backup_known.h"
#include "base/fault.h"
#include "base/file.h"
#include "net/s3.h"
#include "text/text.h"

#include <setjmp.h>
#include <stdarg.h>
#include <cmocka.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static const struct object_key key = {"thirty-two bytes of a test's key"};
static const struct object_key other = {"thirty-two bytes of another key!"};

static void objects(void **state)
{
    (void)state;
    struct cu_error err;
    struct cu_buf a, b, plain;
    uint8_t name[32], again[32];
    cu_str text = CU_LIT("What stands in a file, once.");
    cu_buf_init(&a, 1 << 20);
    cu_buf_init(&b, 1 << 20);
    cu_buf_init(&plain, 1 << 20);
    assert_int_equal(object_seal(&key, text, &a, name, &err), CU_OK);
    assert_int_equal(object_seal(&key, text, &b, again, &err), CU_OK);
    assert_true(cu_str_eq(cu_buf_view(&a), cu_buf_view(&b))); // stored once
    assert_memory_equal(name, again, 32);
    assert_int_equal(object_seal(&other, text, &b, again, &err), CU_OK);
    assert_memory_not_equal(name, again, 32);
    assert_true(cu_str_find_str(cu_buf_view(&a), CU_LIT("stands")) < 0);
    assert_int_equal(object_open(&key, name, cu_buf_view(&a), &plain, &err), CU_OK);
    assert_true(cu_str_eq(cu_buf_view(&plain), text));
    assert_int_equal(object_open(&other, name, cu_buf_view(&a), &plain, &err), CU_KEY);
    for (size_t i = 0; i < a.len; i++) {
        for (int bit = 0; bit < 8; bit++) {
            a.ptr[i] ^= (char)(1 << bit);
            assert_int_equal(object_open(&key, name, cu_buf_view(&a), &plain, &err), CU_CORRUPT);
            object_hash(cu_buf_view(&a), again); // renamed to fit: the seal finds it
            cu_code code = object_open(&key, again, cu_buf_view(&a), &plain, &err);
            assert_true(code == CU_CORRUPT || code == CU_KEY);
            a.ptr[i] ^= (char)(1 << bit);
        }
    }
    for (size_t len = 0; len < a.len; len++)
        assert_int_equal(object_open(&key, name, (cu_str){a.ptr, len}, &plain, &err), CU_CORRUPT);
    assert_int_equal(object_seal(&key, CU_LIT(""), &b, again, &err), CU_OK);
    assert_int_equal(object_open(&key, again, cu_buf_view(&b), &plain, &err), CU_OK);
    assert_int_equal(plain.len, 0);
    cu_buf_clear(&a);
    cu_buf_clear(&b);
    cu_buf_clear(&plain);
}

static void fill(struct backup_manifest *m)
{
    struct cu_error err;
    struct backup_file *f = NULL;
    backup_manifest_init(m);
    (void)snprintf(m->id, sizeof m->id, "20261121T101500000Z-00000001");
    (void)snprintf(m->shop, sizeof m->shop, "01a20094-970d-7000-8fdf-d5897575de44");
    (void)snprintf(m->line, sizeof m->line, "0123456789abcdef");
    (void)snprintf(m->program, sizeof m->program, "0.1.0");
    m->made_ms = 1795257300000;
    m->position = 77;
    m->promise = 5;
    assert_int_equal(backup_manifest_add(m, "records.db", 600000, BACKUP_PIECE_PAGES, &f, &err), CU_OK);
    assert_int_equal(f->piece_count, 3);
    assert_int_equal(backup_piece_len(f, 2), 600000 - 2 * 262144);
    for (uint8_t i = 0; i < 3; i++)
        memset(f->pieces[i], i + 1, 32);
    assert_int_equal(backup_manifest_add(m, "timeline/kinds", 0, BACKUP_PIECE_FILE, &f, &err), CU_OK);
    assert_int_equal(f->piece_count, 0);
}

static void manifests(void **state)
{
    (void)state;
    struct cu_error err;
    struct backup_manifest m, back;
    struct cu_buf text;
    cu_buf_init(&text, 1 << 20);
    fill(&m);
    assert_int_equal(backup_manifest_write(&m, &key, &text, &err), CU_OK);
    assert_int_equal(backup_manifest_read(cu_buf_view(&text), &back, &err), CU_OK);
    assert_int_equal(backup_manifest_check(cu_buf_view(&text), &key, &err), CU_OK);
    assert_int_equal(backup_manifest_check(cu_buf_view(&text), &other, &err), CU_CORRUPT);
    assert_string_equal(back.id, m.id);
    assert_int_equal(back.position, 77);
    assert_int_equal(back.file_count, 2);
    assert_memory_equal(back.files[0].pieces, m.files[0].pieces, 96);
    backup_manifest_clear(&back);
    for (size_t i = 0; i < text.len; i++) { // found by hash, or by MAC where the MAC itself was altered
        text.ptr[i] ^= 1;
        cu_code code = backup_manifest_read(cu_buf_view(&text), &back, &err);
        if (code == CU_OK) {
            backup_manifest_clear(&back);
            code = backup_manifest_check(cu_buf_view(&text), &key, &err);
        }
        assert_true(code == CU_CORRUPT);
        text.ptr[i] ^= 1;
    }
    for (size_t len = 0; len < text.len; len++)
        assert_int_equal(backup_manifest_read((cu_str){text.ptr, len}, &back, &err), CU_CORRUPT);
    backup_manifest_clear(&m);
    cu_buf_clear(&text);
}

// The text with one part replaced and a right hash: what a forger without the key can make.
static cu_code read_forged(const char *from, const char *to, struct cu_error *err)
{
    struct backup_manifest m, back;
    struct cu_buf text, forged;
    uint8_t hash[32];
    cu_buf_init(&text, 1 << 20);
    cu_buf_init(&forged, 1 << 20);
    fill(&m);
    assert_int_equal(backup_manifest_write(&m, &key, &text, err), CU_OK);
    backup_manifest_clear(&m);
    cu_str rest = cu_buf_view(&text), body = cu_str_cut(&rest, '\n');
    ptrdiff_t at = cu_str_find_str(body, cu_str_of(from));
    assert_true(at >= 0);
    cu_buf_add(&forged, body.ptr, (size_t)at);
    cu_buf_z(&forged, to);
    cu_buf_str(&forged, cu_str_sub(body, (size_t)at + strlen(from), body.len));
    object_hash(cu_buf_view(&forged), hash);
    cu_buf_char(&forged, '\n');
    text_hex((cu_str){(const char *)hash, 32}, &forged);
    cu_buf_str(&forged, cu_str_sub(rest, 64, rest.len));
    cu_code code = backup_manifest_read(cu_buf_view(&forged), &back, err);
    if (code == CU_OK) {
        assert_int_equal(backup_manifest_check(cu_buf_view(&forged), &key, NULL), CU_CORRUPT);
        backup_manifest_clear(&back);
    }
    cu_buf_clear(&text);
    cu_buf_clear(&forged);
    return code;
}

static void forged_manifests(void **state)
{
    (void)state;
    struct cu_error err;
    assert_int_equal(read_forged("\"position\":77", "\"position\":78", &err), CU_OK); // then the MAC finds it
    assert_int_equal(read_forged("\"custos_backup\":1", "\"custos_backup\":2", &err), CU_VERSION);
    assert_int_equal(read_forged("records.db", "../../etc/cron", &err), CU_MALFORMED);
    assert_int_equal(read_forged("records.db", "/etc/passwd", &err), CU_MALFORMED);
    assert_int_equal(read_forged("\"records.db\"", "7", &err), CU_MALFORMED);
    assert_int_equal(read_forged("\"size\":600000", "\"size\":-1", &err), CU_MALFORMED);
    assert_int_equal(read_forged("\"size\":600000", "\"size\":900000000000", &err), CU_MALFORMED);
    assert_int_equal(read_forged("\"piece\":262144", "\"piece\":0", &err), CU_MALFORMED);
    assert_int_equal(read_forged("\"piece\":262144", "\"piece\":1", &err), CU_MALFORMED);
    assert_int_equal(read_forged("\"class\":\"data\"", "\"class\":\"all\"", &err), CU_MALFORMED);
    assert_int_equal(read_forged("\"shop\"", "\"ship\"", &err), CU_MALFORMED);
}

// ---- a target folder

static char *scratch(void)
{
    static char path[64];
    (void)snprintf(path, sizeof path, "/tmp/custos-unit-backup-XXXXXX");
    assert_non_null(mkdtemp(path));
    return path;
}

static cu_code count_names(void *context, cu_str name, int64_t bytes, struct cu_error *err)
{
    size_t *count = context;
    (void)err;
    assert_true(name.len > 0 && bytes >= 0);
    (*count)++;
    return CU_OK;
}

static void target(void **state)
{
    (void)state;
    struct cu_error err = {0};
    struct target *t = NULL;
    struct cu_buf got;
    struct known known;
    size_t count = 0;
    char *folder = scratch();
    cu_buf_init(&got, 1 << 20);
    const struct target_options o = {.place = folder};
    assert_int_equal(target_open(&(struct target_options){.place = "relative"}, &t, &err), CU_INVALID);
    assert_int_equal(target_open(&(struct target_options){.place = "/nowhere/at/all"}, &t, &err), CU_NOT_FOUND);
    assert_int_equal(target_open(&(struct target_options){.place = folder, .data_folder = folder}, &t, &err), CU_INVALID);
    assert_int_equal(target_open(&o, &t, &err), CU_OK);
    assert_int_equal(target_enter(t, "shop", &err), CU_OK);
    assert_int_equal(target_get(t, "backups/x.manifest", &got, &err), CU_NOT_FOUND);
    assert_int_equal(target_put(t, "objects/ab/abc", CU_LIT("piece"), false, &err), CU_OK);
    assert_int_equal(target_put(t, "backups/x.manifest", CU_LIT("no manifest"), true, &err), CU_OK);
    assert_int_equal(target_settle(t, &err), CU_OK);
    assert_int_equal(target_get(t, "objects/ab/abc", &got, &err), CU_OK);
    assert_true(cu_str_eqz(cu_buf_view(&got), "piece"));
    assert_int_equal(target_list(t, "", count_names, &count, &err), CU_OK);
    assert_int_equal(count, 2);
    known_init(&known);
    assert_int_equal(known_load(&known, t, NULL, NULL, &err), CU_OK); // what is no manifest is passed over
    assert_int_equal(known.count, 0);
    known_clear(&known);
    assert_int_equal(target_drop(t, "objects/ab/abc", &err), CU_OK);
    assert_int_equal(target_drop(t, "objects/ab/abc", &err), CU_OK);
    for (uint64_t n = 1; n < 40; n++) { // a settled put is whole or the old one stays
        cu_fault_arm(CU_FAULT_IO, n, false);
        cu_code code = target_put(t, "backups/x.manifest", CU_LIT("the newer one"), true, &err);
        bool hit = cu_fault_count(CU_FAULT_IO) >= n;
        cu_fault_disarm();
        assert_int_equal(target_get(t, "backups/x.manifest", &got, &err), CU_OK);
        assert_true(cu_str_eqz(cu_buf_view(&got), "the newer one") || (code != CU_OK && cu_str_eqz(cu_buf_view(&got), "no manifest")));
        if (!hit)
            break;
    }
    for (uint64_t n = 1; n < 20; n++) { // what fails is told
        cu_fault_arm(CU_FAULT_IO, n, true);
        cu_code put = target_put(t, "objects/cd/cde", CU_LIT("more"), false, &err), settle = target_settle(t, &err);
        bool hit = cu_fault_count(CU_FAULT_IO) >= n;
        cu_fault_disarm();
        if (!hit)
            break;
        assert_true(put != CU_OK || settle != CU_OK);
    }
    for (uint64_t n = 1; n < 60; n++) {
        cu_fault_arm(CU_FAULT_ALLOC, n, false);
        known_init(&known);
        cu_code code = known_load(&known, t, NULL, NULL, &err);
        bool hit = cu_fault_count(CU_FAULT_ALLOC) >= n;
        cu_fault_disarm();
        known_clear(&known);
        assert_true(code == CU_OK || code == CU_MEMORY || code == CU_IO);
        if (!hit)
            break;
    }
    target_close(t);
    cu_buf_clear(&got);
}

static void known_pieces(void **state)
{
    (void)state;
    struct cu_error err;
    struct known k;
    known_init(&k);
    for (uint32_t i = 0; i < 20000; i++) {
        uint8_t name[32] = {0};
        memcpy(name, &i, sizeof i);
        assert_int_equal(known_stored(&k, name, i + 1, &err), CU_OK);
        if (i % 3 == 0)
            assert_int_equal(known_named(&k, name, &err), CU_OK);
    }
    uint8_t lost[32] = {[31] = 1};
    assert_null(known_find(&k, lost));
    assert_int_equal(known_named(&k, lost, &err), CU_OK);
    assert_int_equal(known_find(&k, lost)->bytes, -1); // named, and not there
    for (uint32_t i = 0; i < 20000; i++) {
        uint8_t name[32] = {0};
        memcpy(name, &i, sizeof i);
        const struct known_piece *p = known_find(&k, name);
        assert_non_null(p);
        assert_int_equal(p->bytes, i + 1);
        assert_int_equal(p->named, i % 3 == 0);
    }
    known_clear(&k);
}

// "Signature Calculations: Examples" of the Amazon S3 API reference: two requests with our three headers.
static void signatures(void **state)
{
    (void)state;
    static const struct {
        const char *query, *signature;
    } examples[] = {
        {"lifecycle=", "fea454ca298b7da1c68078a5d1bdbfbbe0d65c699e0f91ac7a200a0136783543"},
        {"max-keys=2&prefix=J", "34b48302e7b5fa45bde8084f4b7868a86f0a534bc59db6670ed5711ef69dc6f7"},
    };
    for (size_t i = 0; i < CU_COUNT(examples); i++) {
        struct cu_error err;
        char date[17];
        struct cu_buf out;
        cu_buf_init(&out, 4096);
        const struct s3_request rq = {.method = "GET", .host = "examplebucket.s3.amazonaws.com", .path = "/", .query = examples[i].query,
            .body_hash = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", .now_ms = 1369353600000,
            .region = "us-east-1", .key_id = "AKIAIOSFODNN7EXAMPLE", .secret = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"};
        assert_int_equal(s3_sign(&rq, date, &out, &err), CU_OK);
        assert_string_equal(date, "20130524T000000Z");
        assert_true(cu_str_ends(cu_buf_view(&out), cu_str_of(examples[i].signature)));
        cu_buf_clear(&out);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(objects),
        cmocka_unit_test(manifests),
        cmocka_unit_test(forged_manifests),
        cmocka_unit_test(target),
        cmocka_unit_test(known_pieces),
        cmocka_unit_test(signatures),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
