// SPDX-License-Identifier: Apache-2.0
// `custos verify`: checks what Custos handed out (consent receipts, erasure certificates, policies) on any machine,
// without the shop: the document is whole, it stood in the log, the log was signed. See consent/proof.h.
#include "command.h"
#include "commands.h"
#include "verify_scan.h"

#include "base/file.h"
#include "consent/proof.h"
#include "text/text.h"

#include <stdio.h>

enum { PATH_LEN = 4096 };

static cu_code read_file(cu_str name, size_t max, struct cu_buf *ret, struct cu_error *err)
{
    char path[PATH_LEN];
    cu_buf_init(ret, max);
    (void)snprintf(path, sizeof path, "%.*s", CU_ARG(name));
    return cu_file_read_all(path, ret, err);
}

static void print_facts(struct command *c, const struct proof_facts *f, const struct scan_report *scan, bool trusted, cu_str document)
{
    struct json_writer w;
    if (c->json_output) {
        jw_start(&w, &c->out);
        jw_object(&w);
        jw_kbool(&w, "ok", true);
        jw_kz(&w, "kind", f->kind);
        jw_ktime(&w, "noted", f->noted_ms);
        jw_kz(&w, "log", f->origin);
        jw_ki64(&w, "index", (int64_t)f->index);
        jw_ki64(&w, "size", (int64_t)f->size);
        jw_kz(&w, "key", f->key);
        jw_kbool(&w, "trusted", trusted);
        jw_key(&w, "scan");
        if (scan) {
            jw_object(&w);
            jw_ki64(&w, "files", (int64_t)scan->files);
            jw_ki64(&w, "bytes", (int64_t)scan->bytes);
            jw_ki64(&w, "hits", (int64_t)scan->hits);
            jw_object_end(&w);
        } else {
            jw_null(&w);
        }
        jw_key(&w, "document");
        jw_raw(&w, document);
        jw_object_end(&w);
        cu_buf_char(&c->out, '\n');
        return;
    }
    char noted[TEXT_TIME_MAX];
    text_time_format(f->noted_ms, noted);
    cu_buf_printf(&c->out, "good: this %s is as it was noted on %s\n", f->kind, noted);
    cu_buf_printf(&c->out, "log      %s, entry %llu of %llu\nsigned   by %s\n", f->origin, (unsigned long long)f->index,
        (unsigned long long)f->size, f->key);
    if (!trusted)
        cu_buf_z(&c->out, "note     the key came with the document; give the one the shop publishes with --key to exclude that all was made up\n");
    if (scan)
        cu_buf_printf(&c->out, "scan     none of the values is in %llu files (%llu bytes)\n", (unsigned long long)scan->files, (unsigned long long)scan->bytes);
}

static void print_hit(void *context, const struct scan_hit *hit)
{
    struct command *c = context;
    if (!c->json_output)
        cu_buf_printf(&c->out, "found    line %zu of the values, as %s, in %s at byte %lld\n", hit->line, hit->form, hit->file, (long long)hit->offset);
}

static cu_code scan(struct command *c, struct scan_report *ret, struct cu_error *err)
{
    char folder[PATH_LEN];
    CU_AUTO_BUF struct cu_buf values;
    cu_buf_init(&values, 1);
    if (c->data.len == 0)
        return cu_fail(err, CU_MISSING, "--data", "name the folder to look in");
    CU_TRY(read_file(spec_str(&c->args, "plaintext"), 65536, &values, err));
    (void)snprintf(folder, sizeof folder, "%.*s", CU_ARG(c->data));
    CU_TRY(verify_scan(folder, cu_buf_view(&values), print_hit, c, ret, err));
    if (ret->hits)
        return cu_fail(err, CU_CORRUPT, "--data", "%llu places hold one of the values", (unsigned long long)ret->hits);
    return CU_OK;
}

static cu_code verify(struct command *c, struct cu_error *err)
{
    struct note_key key;
    struct proof_facts facts;
    struct scan_report report;
    CU_AUTO_BUF struct cu_buf file, document;
    cu_buf_init(&file, 1);
    cu_buf_init(&document, PROOF_DOCUMENT_MAX);
    bool trusted = spec_has(&c->args, "key"), scans = spec_has(&c->args, "plaintext");
    if (trusted && (note_key_parse(spec_str(&c->args, "key"), &key, NULL) != CU_OK || key.kind != NOTE_ED25519))
        return cu_fail(err, CU_INVALID, "--key", "a verifier key NAME+HASH+BASE64, as the shop publishes it, is accepted");
    CU_TRY(read_file(spec_str(&c->args, "file"), (size_t)4 * PROOF_DOCUMENT_MAX, &file, err));
    CU_TRY(proof_check_file(cu_buf_view(&file), trusted ? &key : NULL, &document, &facts, err));
    if (scans)
        CU_TRY(scan(c, &report, err));
    print_facts(c, &facts, scans ? &report : NULL, trusted, cu_buf_view(&document));
    return CU_OK;
}

static const struct spec_field args[] = {
    {.name = "file", .type = SPEC_STRING, .min = 1, .max = PATH_LEN - 1, .required = true, .positional = true,
        .doc = "A consent receipt, an erasure certificate, a policy, as Custos handed it out."},
    {.name = "key", .type = SPEC_STRING, .min = 1, .max = NOTE_KEY_MAX, .doc = "The public key of the shop's log; default: the one in the file."},
    {.name = "plaintext", .type = SPEC_STRING, .min = 1, .max = PATH_LEN - 1,
        .doc = "A file with values, one a line: every byte of the folder of --data is searched for them, in fourteen forms."},
    {.name = NULL},
};
const struct spec_command commands_verify[] = {
    {.name = "verify", .doc = "Checks a receipt or certificate without the shop that made it.", .args = args,
        .example = "custos verify certificate.json --data shop --plaintext mine.txt", .run = verify},
    {.name = NULL},
};
