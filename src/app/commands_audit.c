// SPDX-License-Identifier: Apache-2.0
// Commands of the audit log. verify needs nothing but the folder of the log, or a copy of it, and a public key;
// the others ask the shop.
#include "command.h"
#include "commands.h"

#include "base/file.h"
#include "guard/audit_read.h"
#include "text/text.h"

#include <stdio.h>

enum { WITNESSES_MAX = 8, PATH_LEN = 4096 };

// --- verify

static cu_code folder_of(struct command *c, char ret[PATH_LEN], struct cu_error *err)
{
    cu_str folder = spec_str(&c->args, "folder");
    if (folder.len > 0)
        (void)snprintf(ret, PATH_LEN, "%.*s", CU_ARG(folder));
    else if (c->data.len > 0)
        (void)snprintf(ret, PATH_LEN, "%.*s/audit", CU_ARG(c->data));
    else
        return cu_fail(err, CU_MISSING, "folder", "name the folder of the log, or the data folder with --data");
    return CU_OK;
}

static cu_code keys_of(
    struct command *c, struct note_key *key, struct note_key *witnesses, size_t *ret_count, struct cu_error *err)
{
    cu_str given = spec_str(&c->args, "key");
    if (given.len > 0 && (note_key_parse(given, key, NULL) != CU_OK || key->kind != NOTE_ED25519))
        return cu_fail(
            err, CU_INVALID, "--key", "a verifier key NAME+HASH+BASE64, as the file public.keys has it, is accepted");
    *ret_count = 0;
    for (cu_str rest = spec_str(&c->args, "witness"); rest.len > 0;) {
        cu_str one = cu_str_trim(cu_str_cut(&rest, ','));
        if (*ret_count == WITNESSES_MAX || note_key_parse(one, &witnesses[*ret_count], NULL) != CU_OK ||
            witnesses[*ret_count].kind != NOTE_COSIGNATURE)
            return cu_fail(err, CU_INVALID, "--witness", "verifier keys of witnesses, separated by commas, are accepted");
        (*ret_count)++;
    }
    return CU_OK;
}

static void root_hex(const struct audit_report *r, char ret[65])
{
    for (size_t i = 0; i < sizeof r->root.bytes; i++)
        (void)snprintf(ret + 2 * i, 3, "%02x", r->root.bytes[i]);
}

static void print_json(struct command *c, const struct audit_report *r, cu_code code, const struct cu_error *err)
{
    char root[65];
    struct json_writer w;
    root_hex(r, root);
    jw_start(&w, &c->out);
    jw_object(&w);
    jw_kbool(&w, "ok", code == CU_OK);
    jw_ki64(&w, "size", (int64_t)r->size);
    jw_ki64(&w, "signed_size", (int64_t)r->signed_size);
    jw_ki64(&w, "cosigned_size", (int64_t)r->cosigned_size);
    jw_kz(&w, "root", root);
    jw_kz(&w, "key", r->key);
    jw_kbool(&w, "own_key", r->own_key);
    jw_ki64(&w, "unfinished_bytes", (int64_t)r->tail_bytes);
    jw_kstr(&w, "problem", code == CU_OK ? CU_NONE : cu_str_of(err->text));
    jw_object_end(&w);
    cu_buf_char(&c->out, '\n');
}

static void print_words(struct command *c, const struct audit_report *r)
{
    char root[65];
    root_hex(r, root);
    cu_buf_printf(&c->out,
        "good: every byte of %llu entries in %llu segments (%llu bytes) is what was signed or follows it\n",
        (unsigned long long)r->size, (unsigned long long)r->segments, (unsigned long long)r->bytes);
    cu_buf_printf(&c->out, "root     %s\n", root);
    cu_buf_printf(&c->out, "signed   %llu entries, by %s\n", (unsigned long long)r->signed_size, r->key);
    if (r->size > r->signed_size)
        cu_buf_printf(&c->out, "unsigned %llu entries: they came since the last checkpoint\n",
            (unsigned long long)(r->size - r->signed_size));
    if (r->cosigned_size > 0)
        cu_buf_printf(&c->out, "witness  %llu entries are under a good signature of a witness\n",
            (unsigned long long)r->cosigned_size);
    if (r->tail_bytes > 0)
        cu_buf_printf(&c->out,
            "note     %llu bytes of an entry that was never finished follow; it was acknowledged to nobody\n",
            (unsigned long long)r->tail_bytes);
    if (r->own_key)
        cu_buf_z(&c->out, "note     the key came from the folder itself; give the one you kept with --key to exclude that "
                          "all was made anew\n");
}

static cu_code verify(struct command *c, struct cu_error *err)
{
    char folder[PATH_LEN];
    struct note_key key, witnesses[WITNESSES_MAX];
    struct audit_report report;
    size_t count = 0;
    CU_TRY(folder_of(c, folder, err));
    CU_TRY(keys_of(c, &key, witnesses, &count, err));
    cu_code code = audit_verify(folder, spec_has(&c->args, "key") ? &key : NULL, witnesses, count, &report, NULL, NULL, err);
    if (c->json_output && (code == CU_OK || code == CU_CORRUPT))
        print_json(c, &report, code, err);
    else if (code == CU_OK)
        print_words(c, &report);
    return code;
}

// --- through the shop

static void add_query(struct cu_buf *target, struct command *c, const char *name)
{
    cu_str value = spec_str(&c->args, name);
    if (!spec_has(&c->args, name) || value.len == 0)
        return;
    cu_buf_char(target, cu_str_find(cu_buf_view(target), '?') < 0 ? '?' : '&');
    cu_buf_printf(target, "%s=", name);
    text_url(value, target);
}

static cu_code search(struct command *c, struct cu_error *err)
{
    static const char *const members[] = {"from", "to", "staff", "token", "action", "outcome", "cursor", "limit"};
    CU_AUTO_BUF struct cu_buf target;
    json answer;
    cu_buf_init(&target, 4096);
    if (spec_has(&c->args, "person"))
        cu_buf_printf(&target, "/v1/people/%.*s/audit", CU_ARG(spec_str(&c->args, "person")));
    else
        cu_buf_z(&target, "/v1/audit");
    for (size_t i = 0; i < CU_COUNT(members); i++)
        add_query(&target, c, members[i]);
    CU_TRY(cu_buf_code(&target, err));
    CU_TRY(command_call(c, "GET", target.ptr, CU_NONE, &answer, err));
    command_table(c, json_get(answer, "items"),
        "entry=index,time=time,who=actor.label,kind=actor.kind,role=role,purpose=purpose,action=action,outcome=outcome,"
        "people=people,fields=fields,network=network",
        "The log holds no such entry.");
    cu_str next = json_str(json_get(answer, "next"));
    if (next.len > 0 && !c->json_output)
        cu_buf_printf(&c->out, "older ones: --cursor %.*s\n", CU_ARG(next));
    return CU_OK;
}

static bool hash_of(json v, struct ledger_hash *ret)
{
    CU_AUTO_BUF struct cu_buf bytes;
    cu_buf_init(&bytes, 64);
    if (!text_hex_decode(json_str(v), &bytes) || bytes.len != sizeof ret->bytes)
        return false;
    memcpy(ret->bytes, bytes.ptr, sizeof ret->bytes);
    return true;
}

// The shop makes the proof, this command checks it.
static bool proof_holds(json answer, uint64_t index, int64_t *ret_size)
{
    struct ledger_hash leaf, root;
    struct ledger_proof proof = {.count = 0};
    bool good = hash_of(json_get(answer, "hash"), &leaf) && hash_of(json_get(answer, "root"), &root) &&
                json_i64(json_get(answer, "size"), ret_size) && *ret_size > 0;
    for (struct json_iter it = json_each(json_get(answer, "hashes")); good && json_next(&it);)
        good = proof.count < LEDGER_PROOF_MAX && hash_of(it.value, &proof.at[proof.count++]);
    return good && ledger_inclusion_holds(&leaf, index, (uint64_t)*ret_size, &proof, &root);
}

static cu_code prove(struct command *c, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf target;
    int64_t size = 0, index = spec_i64(&c->args, "index");
    json answer;
    cu_buf_init(&target, 256);
    cu_buf_printf(&target, "/v1/audit/proof?index=%lld", (long long)index);
    if (spec_has(&c->args, "size"))
        cu_buf_printf(&target, "&size=%lld", (long long)spec_i64(&c->args, "size"));
    CU_TRY(command_call(c, "GET", target.ptr, CU_NONE, &answer, err));
    if (!proof_holds(answer, (uint64_t)index, &size))
        return cu_fail(err, CU_CORRUPT, "", "the proof does not hold: the log is damaged, or is not what it was");
    if (c->json_output) {
        json_print(&c->out, answer);
        cu_buf_char(&c->out, '\n');
        return CU_OK;
    }
    cu_buf_printf(&c->out, "entry %lld is in the log of %lld entries\nhash  %.*s\nroot  %.*s\n", (long long)index,
        (long long)size, CU_ARG(json_str(json_get(answer, "hash"))), CU_ARG(json_str(json_get(answer, "root"))));
    for (struct json_iter it = json_each(json_get(answer, "hashes")); json_next(&it);)
        cu_buf_printf(&c->out, "path  %.*s\n", CU_ARG(json_str(it.value)));
    return CU_OK;
}

static cu_code checkpoint(struct command *c, struct cu_error *err)
{
    CU_TRY(command_open(c, err));
    return api_call(c->api, "GET", "/v1/audit/checkpoint", CU_NONE, &c->out, err);
}

static cu_code cosign(struct command *c, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf note, body;
    struct json_writer w;
    char path[PATH_LEN];
    cu_buf_init(&note, NOTE_MAX + 1);
    cu_buf_init(&body, 4 * NOTE_MAX);
    (void)snprintf(path, sizeof path, "%.*s", CU_ARG(spec_str(&c->args, "file")));
    CU_TRY(cu_file_read_all(path, &note, err));
    jw_start(&w, &body);
    jw_object(&w);
    jw_kstr(&w, "note", cu_buf_view(&note));
    jw_object_end(&w);
    CU_TRY(cu_buf_code(&body, err));
    CU_TRY(command_call(c, "POST", "/v1/audit/cosignatures", cu_buf_view(&body), NULL, err));
    cu_buf_z(&c->out, "kept: the checkpoint is under the signatures of this log and of a witness\n");
    return CU_OK;
}

static const char *const outcomes[] = {"attempt", "done", "refused", "failed", NULL};
static const struct spec_field verify_args[] = {
    {.name = "folder",
        .type = SPEC_STRING,
        .min = 1,
        .max = PATH_LEN - 1,
        .positional = true,
        .doc = "Folder of the log, or a copy of it; default: audit in the data folder."},
    {.name = "key",
        .type = SPEC_STRING,
        .min = 1,
        .max = NOTE_KEY_MAX,
        .doc = "The public key you kept; default: the first of the folder's public.keys."},
    {.name = "witness",
        .type = SPEC_STRING,
        .min = 1,
        .max = 2048,
        .doc = "Verifier keys of witnesses, separated by commas: their signature is demanded where there is one."},
    {.name = NULL},
};
static const struct spec_field search_args[] = {
    {.name = "from", .type = SPEC_TIME, .doc = "Only entries at or after this time (ISO 8601)."},
    {.name = "to", .type = SPEC_TIME, .doc = "Only entries before this time."},
    {.name = "person", .type = SPEC_UUID, .doc = "Only entries about this person."},
    {.name = "staff", .type = SPEC_INT, .min = 0, .max = INT64_MAX, .doc = "Only what this member of staff did."},
    {.name = "token", .type = SPEC_INT, .min = 0, .max = INT64_MAX, .doc = "Only what was done with this API token."},
    {.name = "action",
        .type = SPEC_STRING,
        .min = 1,
        .max = 63,
        .doc = "Only this act; with a last full stop all that begin so."},
    {.name = "outcome", .type = SPEC_ENUM, .options = outcomes, .doc = "Only what ended so."},
    {.name = "cursor", .type = SPEC_STRING, .min = 1, .max = 20, .doc = "Go on where an earlier search ended."},
    {.name = "limit", .type = SPEC_INT, .min = 1, .max = 200, .fallback = "50", .doc = "At most this many, newest first."},
    {.name = NULL},
};
static const struct spec_field prove_args[] = {
    {.name = "index",
        .type = SPEC_INT,
        .min = 0,
        .max = INT64_MAX,
        .required = true,
        .positional = true,
        .doc = "The entry, by its index."},
    {.name = "size",
        .type = SPEC_INT,
        .min = 1,
        .max = INT64_MAX,
        .doc = "The size of the log it is proved in; default all."},
    {.name = NULL},
};
static const struct spec_field cosign_args[] = {
    {.name = "file", .type = SPEC_STRING, .min = 1, .max = PATH_LEN - 1, .required = true, .positional = true,
        .doc = "A checkpoint of this log with the line of a witness named in audit_witnesses."},
    {.name = NULL},
};
const struct spec_command commands_audit[] = {
    {.name = "audit verify",
        .doc = "Compares every byte of the audit log with what was signed; also on a copy, without the shop.",
        .args = verify_args,
        .example = "custos audit verify copy-of-audit --key \"$(cat kept.key)\"",
        .run = verify},
    {.name = "audit search",
        .doc = "Lists entries of the audit log, newest first.",
        .args = search_args,
        .example = "custos audit search --action people. --from 2026-11-01 --data shop",
        .run = search},
    {.name = "audit prove",
        .doc = "Proves that an entry is in the audit log, and checks the proof.",
        .args = prove_args,
        .example = "custos audit prove 4711 --data shop",
        .run = prove},
    {.name = "audit checkpoint",
        .doc = "Prints the signed size and root of the audit log: keep it elsewhere, or take it to a witness.",
        .example = "custos audit checkpoint --data shop >checkpoint.txt",
        .run = checkpoint},
    {.name = "audit cosign",
        .doc = "Keeps a checkpoint that a witness signed.",
        .args = cosign_args,
        .example = "custos audit cosign cosigned.txt --data shop",
        .run = cosign},
    {.name = NULL},
};
