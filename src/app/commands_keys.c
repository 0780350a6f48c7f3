// SPDX-License-Identifier: Apache-2.0
// Commands about keys.
#include "command.h"
#include "commands.h"
#include "engine.h"

#include "base/file.h"
#include "crypto/secret.h"
#include "crypto/shares.h"
#include "guard/admin.h"
#include "store/keys_archive.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <unistd.h>

// --- through the shop

static void print_raw(struct command *c, json v)
{
    struct json_writer w;
    jw_start(&w, &c->out);
    jw_value(&w, v);
    cu_buf_char(&c->out, '\n');
}

static cu_code inventory(struct command *c, struct cu_error *err)
{
    json a;
    CU_TRY(command_call(c, "GET", "/v1/keys", CU_NONE, &a, err));
    if (c->json_output) {
        print_raw(c, a);
        return CU_OK;
    }
    json root = json_get(a, "root"), archives = json_get(a, "archives");
    int64_t epoch = 0, days = 0, count = 0, version = 0;
    cu_str made = json_str(json_get(json_get(a, "recovery_kit"), "made")), newest = json_str(json_get(archives, "newest"));
    (void)json_i64(json_get(a, "epoch"), &epoch);
    (void)json_i64(json_get(json_get(a, "index"), "version"), &version);
    (void)json_i64(json_get(archives, "days"), &days);
    (void)json_i64(json_get(archives, "count"), &count);
    cu_buf_printf(&c->out, "root key      from a %.*s, %.*s, since %.*s\n", CU_ARG(json_str(json_get(root, "source"))),
        CU_ARG(json_str(json_get(root, "fingerprint"))), CU_ARG(json_str(json_get(root, "created"))));
    cu_buf_printf(&c->out, "epoch         %lld\n", (long long)epoch);
    cu_buf_printf(&c->out, "index key     version %lld\n", (long long)version);
    cu_buf_printf(
        &c->out, "recovery kit  %.*s\n", CU_ARG(made.len ? made : CU_LIT("none: custos keys recovery-kit makes one")));
    cu_buf_printf(&c->out, "archives      %lld kept, for %lld days; newest %.*s\n\n", (long long)count, (long long)days,
        CU_ARG(newest.len ? newest : CU_LIT("none")));
    command_table(
        c, json_get(a, "trees"), "tree=name,keys=subjects,restricted=restricted,erased=erased,nodes=nodes,bytes=bytes", "");
    cu_buf_char(&c->out, '\n');
    command_table(c, json_get(a, "replicas"), "replica=name,state=state,epoch=epoch,behind=behind,acknowledged=last_ack",
        "There is no key replica.");
    if (cu_str_eqz(json_str(json_get(json_get(a, "erasures"), "state")), "pending"))
        cu_buf_z(&c->out, "Erasures are pending: a replica has not acknowledged the last one.\n");
    cu_buf_char(&c->out, '\n');
    command_table(
        c, json_get(a, "rotations"), "rotation=kind,state=state,done=done,of=total,started=started,finished=finished", "");
    return CU_OK;
}

static cu_code rotate(struct command *c, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf body;
    struct json_writer w;
    json a;
    cu_buf_init(&body, 1024);
    jw_start(&w, &body);
    jw_object(&w);
    jw_kstr(&w, "kind", spec_str(&c->args, "kind"));
    if (spec_has(&c->args, "class"))
        jw_kstr(&w, "class", spec_str(&c->args, "class"));
    jw_object_end(&w);
    CU_TRY(cu_buf_code(&body, err));
    CU_TRY(command_call(c, "POST", "/v1/keys/rotate", cu_buf_view(&body), &a, err));
    cu_str state = json_str(json_get(a, "state"));
    if (c->json_output)
        cu_buf_printf(&c->out, "{\"state\":\"%.*s\"}\n", CU_ARG(state));
    else
        cu_buf_printf(
            &c->out, "%s\n", cu_str_eqz(state, "done") ? "Done." : "Under way; custos keys inventory shows how far.");
    return CU_OK;
}

static cu_code recovery_kit(struct command *c, struct cu_error *err)
{
    json a;
    CU_TRY(command_call(c, "POST", "/v1/keys/recovery-kit", CU_NONE, &a, err));
    if (c->json_output) {
        print_raw(c, a);
        return CU_OK;
    }
    cu_buf_z(&c->out,
        "# Recovery kit. Print it or put it on a USB stick, lock it away, never beside a backup.\n"
        "# It is shown this once. Key archives made from now on open with it; older kits open older archives only.\n");
    cu_buf_str(&c->out, json_str(json_get(a, "kit")));
    return CU_OK;
}

// --- on files

static cu_code print_shares(struct command *c, const uint8_t secret[KEYRING_SECRET], struct cu_error *err)
{
    static char shares[SHARES_MAX][SHARE_TEXT_MAX];
    int64_t k = spec_i64(&c->args, "needed"), n = spec_i64(&c->args, "shares");
    CU_TRY(shares_cut(secret, (unsigned)k, (unsigned)n, shares, err));
    if (!c->json_output)
        cu_buf_printf(&c->out, "# %lld shares of a root key; any %lld of them open the shop. Give each to another person.\n",
            (long long)n, (long long)k);
    for (int64_t i = 0; i < n; i++)
        cu_buf_printf(&c->out, c->json_output ? "%s\"%s\"%s" : "%s%s%s\n", c->json_output ? (i ? "," : "[") : "", shares[i],
            c->json_output && i == n - 1 ? "]\n" : "");
    secret_wipe(shares, sizeof shares);
    return CU_OK;
}

static cu_code shares(struct command *c, struct cu_error *err)
{
    struct keyring *k = NULL;
    uint8_t secret[KEYRING_SECRET];
    char *path = cu_arena_z(c->arena, spec_str(&c->args, "file"));
    if (!path)
        return cu_fail(err, CU_MEMORY, "", "no memory");
    CU_TRY(keyring_open_file(path, &k, err));
    cu_code code = keyring_secret(k, secret, err);
    keyring_close(k);
    if (code == CU_OK)
        code = print_shares(c, secret, err);
    secret_wipe(secret, sizeof secret);
    return code;
}

static cu_code copy_out(const char *from, const char *to, struct cu_error *err)
{
    CU_AUTO_FD int in = -1;
    CU_AUTO_FD int out = -1;
    char bytes[16384];
    int64_t size = 0;
    CU_TRY(cu_file_open(from, O_RDONLY, 0, &in, err));
    CU_TRY(cu_file_size(in, &size, err));
    cu_code code = cu_file_open(to, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW, 0600, &out, err);
    if (code != CU_OK)
        return access(to, F_OK) == 0 ? cu_fail(err, CU_CONFLICT, "file", "a file of that name exists") : code;
    for (int64_t at = 0; at < size && code == CU_OK; at += (int64_t)sizeof bytes) {
        size_t len = size - at < (int64_t)sizeof bytes ? (size_t)(size - at) : sizeof bytes;
        code = cu_file_pread(in, bytes, len, at, err);
        if (code == CU_OK)
            code = cu_file_write(out, bytes, len, err);
    }
    return code == CU_OK ? cu_file_sync(out, err) : code;
}

static cu_code archive(struct command *c, struct cu_error *err)
{
    static const char name[] = "by-command" KEYS_ARCHIVE_SUFFIX;
    char made[FOLDER_PATH_MAX + 128], keys[FOLDER_PATH_MAX + 64];
    struct keys_archive_info info;
    CU_TRY(command_open(c, err));
    struct engine *e = api_engine(c->api);
    char *path = cu_arena_z(c->arena, spec_str(&c->args, "file"));
    if (!e)
        return cu_fail(err, CU_LOCKED, "--data",
            "a server works on this folder: `custos backup --class keys` makes a key archive while it does");
    if (!path)
        return cu_fail(err, CU_MEMORY, "", "no memory");
    folder_file(&e->folder, "keys/archives", keys);
    (void)snprintf(made, sizeof made, "%s/%s", keys, name);
    CU_TRY(cu_file_unlink(made, err)); // of a command that was cut short
    guard_enter(&(struct guard_access){.actor = GUARD_LOCAL, .purpose = "operations", .action = "keys.archive"});
    cu_code code = guard_keys_archive(e->guard, name, err);
    guard_leave();
    if (code == CU_OK)
        code = copy_out(made, path, err);
    if (code == CU_OK)
        code = keys_archive_verify(path, e->keyring, &info, err);
    (void)!cu_file_unlink(made, NULL);
    CU_TRY(code);
    if (c->json_output)
        cu_buf_printf(&c->out, "{\"epoch\":%llu,\"nodes\":%llu,\"bytes\":%llu}\n", (unsigned long long)info.epoch,
            (unsigned long long)info.nodes, (unsigned long long)info.bytes);
    else
        cu_buf_printf(&c->out,
            "Written and checked: %llu nodes, %llu bytes. Whoever has it and the recovery kit reads people erased after it "
            "was made:\n"
            "destroy it within %d days.\n",
            (unsigned long long)info.nodes, (unsigned long long)info.bytes, KEYS_ARCHIVE_DAYS_MAX);
    return CU_OK;
}

static const char *const kinds[] = {"root", "nodes", "class", "signing", "index", NULL};
static const struct spec_field no_args[] = {{.name = NULL}};
static const struct spec_field rotate_args[] = {
    {.name = "kind",
        .type = SPEC_ENUM,
        .options = kinds,
        .required = true,
        .positional = true,
        .doc = "What to rotate: root, nodes, class, signing or index."},
    {.name = "class", .type = SPEC_STRING, .max = 15, .doc = "With class: which, as custos keys inventory --json names it."},
    {.name = NULL},
};
static const struct spec_field shares_args[] = {
    {.name = "file",
        .type = SPEC_STRING,
        .max = 1024,
        .required = true,
        .positional = true,
        .doc = "The root key file to cut."},
    {.name = "needed",
        .type = SPEC_INT,
        .min = 2,
        .max = SHARES_MAX,
        .fallback = "3",
        .doc = "How many shares open the shop."},
    {.name = "shares", .type = SPEC_INT, .min = 2, .max = SHARES_MAX, .fallback = "5", .doc = "How many shares to make."},
    {.name = NULL},
};
static const struct spec_field archive_args[] = {
    {.name = "file", .type = SPEC_STRING, .max = 1000, .required = true, .positional = true, .doc = "The file to write."},
    {.name = NULL},
};
const struct spec_command commands_keys[] = {
    {.name = "keys inventory",
        .doc = "Shows what keys there are: root key, trees, classes, archives, rotations.",
        .args = no_args,
        .example = "custos keys inventory --data shop",
        .run = inventory},
    {.name = "keys rotate",
        .doc = "Replaces keys while the shop works on.",
        .args = rotate_args,
        .example = "custos keys rotate root --data shop",
        .run = rotate},
    {.name = "keys recovery-kit",
        .doc = "Makes a new recovery kit and shows it once.",
        .args = no_args,
        .example = "custos keys recovery-kit --data shop > /media/usb/kit.txt",
        .run = recovery_kit},
    {.name = "keys shares",
        .doc = "Cuts a root key file into shares, any k of n of which open the shop (root_key: shares:FILE).",
        .args = shares_args,
        .example = "custos keys shares ~/.config/custos/shop.key --needed 3 --shares 5",
        .run = shares},
    {.name = "keys archive",
        .doc = "Writes one key archive of a shop that no server works on, and checks it.",
        .args = archive_args,
        .example = "custos keys archive /media/usb/shop.custos-keys --data shop",
        .run = archive},
    {.name = NULL},
};
