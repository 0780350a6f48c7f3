// SPDX-License-Identifier: Apache-2.0
// Commands that make and open a shop: init, setup-link.
#include "command.h"
#include "commands.h"

#include "base/file.h"
#include "crypto/root.h"
#include "engine.h"

#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

// The root key first, the folder second: a folder without its key would be lost, a key without a
// folder is harmless and removed again.
static cu_code make_folder(struct command *c, const char *data, char *key_path, size_t size, struct cu_error *err)
{
    struct cu_uuid id = cu_uuid7();
    struct keyring *keyring = NULL, *next = NULL;
    struct root_source root;
    uint8_t fingerprint[16];
    char fallback[FOLDER_PATH_MAX] = "";
    const char *wanted = settings_z(&c->settings, "root_key");
    if (!wanted[0] || strchr(wanted, ':'))
        CU_TRY(folder_default_key_path(id, fallback, sizeof fallback, err));
    CU_TRY(root_parse(wanted, fallback, data, &root, err));
    (void)snprintf(key_path, size, "%s", wanted[0] ? wanted : fallback);
    CU_TRY(root_create(&root, data, err));
    cu_code code = root_open(&root, &keyring, &next, err);
    if (code == CU_OK) {
        keyring_fingerprint(keyring, fingerprint);
        code = folder_create(data, fingerprint, id, err);
    }
    keyring_close(keyring);
    keyring_close(next);
    if (code != CU_OK)
        root_destroy(&root);
    return code;
}

static cu_code write_starters(struct command *c, const char *data, const char *key_path, struct cu_error *err)
{
    struct folder f = {.lock_fd = -1};
    char file[FOLDER_PATH_MAX + 64];
    (void)snprintf(f.path, sizeof f.path, "%s", data);
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, 1 << 16);
    cu_buf_z(&text, "# Settings of this shop. `custos spec config` prints every setting with its default.\n");
    if (settings_z(&c->settings, "root_key")[0])
        cu_buf_printf(&text, "root_key: %s\n", key_path);
    static const char *const kept[] = {"shop_name", "currency", "time_zone", "listen"};
    for (size_t i = 0; i < CU_COUNT(kept); i++)
        cu_buf_printf(&text, "%s: \"%s\"\n", kept[i], settings_z(&c->settings, kept[i]));
    CU_TRY(cu_buf_code(&text, err));
    folder_file(&f, "custos.yaml", file);
    CU_TRY(cu_file_replace(file, text.ptr, text.len, 0600, err));
    cu_str starter = dictionary_starter_text();
    folder_file(&f, "dictionary.yaml", file);
    return cu_file_replace(file, starter.ptr, starter.len, 0600, err);
}

// Through the running server when there is one.
static cu_code setup_url(struct command *c, cu_str owner, const char **ret, struct cu_error *err)
{
    struct cu_buf body;
    struct json_writer w;
    json answer;
    cu_buf_init(&body, 1024);
    jw_start(&w, &body);
    jw_object(&w);
    if (owner.len)
        jw_kstr(&w, "owner", owner);
    jw_object_end(&w);
    cu_code code = command_call(c, "POST", "/v1/setup/link", cu_buf_view(&body), &answer, err);
    cu_buf_wipe(&body);
    CU_TRY(code);
    *ret = cu_arena_z(c->arena, json_str(json_get(answer, "link")));
    return *ret ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory");
}

static cu_code ask_owner(struct command *c, cu_str *ret, struct cu_error *err)
{
    *ret = spec_str(&c->args, "owner");
    if (ret->len || spec_i64(&c->args, "non-interactive") || c->json_output || !isatty(STDIN_FILENO))
        return CU_OK;
    char line[300] = "";
    (void)fputs("The owner's e-mail address (empty: chosen on the set-up page): ", stdout);
    (void)fflush(stdout);
    if (!fgets(line, sizeof line, stdin))
        return CU_OK;
    *ret = cu_arena_dup(c->arena, cu_str_trim(cu_str_of(line)));
    return ret->ptr ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory");
}

static void print_made(struct command *c, const char *data, const char *key_path, const char *write_key, const char *url)
{
    if (c->json_output) {
        struct json_writer w;
        jw_start(&w, &c->out);
        jw_object(&w);
        jw_kz(&w, "data", data);
        jw_kz(&w, "write_key", write_key);
        jw_kz(&w, "setup_url", url);
        jw_kz(&w, "root_key", key_path);
        jw_object_end(&w);
        cu_buf_char(&c->out, '\n');
        return;
    }
    cu_buf_printf(&c->out,
        "Made the shop in %s.\n\n"
        "  write_key  %s\n  setup_url  %s\n  root_key   %s\n\n"
        "Keep a copy of the root key file in a safe place: without it nobody can read the customers' data.\n"
        "Next: custos serve --data %s, then open the setup_url.\n",
        data, write_key, url, key_path, data);
}

static cu_code init(struct command *c, struct cu_error *err)
{
    char key_path[FOLDER_PATH_MAX + 64];
    const char *url = NULL;
    cu_str owner;
    struct source source;
    if (!c->data.len)
        return cu_fail(err, CU_MISSING, "--data", "name the folder to make: custos init --data shop");
    char *data = cu_arena_z(c->arena, c->data);
    if (!data)
        return cu_fail(err, CU_MEMORY, "", "no memory");
    CU_TRY(ask_owner(c, &owner, err));
    CU_TRY(folder_check_new(data, err));
    CU_TRY(make_folder(c, data, key_path, sizeof key_path, err));
    CU_TRY(write_starters(c, data, key_path, err));
    CU_TRY(command_open(c, err));
    struct engine *e = api_engine(c->api);
    CU_TRY(sources_create(e->sources, CU_LIT("Web shop"), CU_LIT("http"), false, &source, err));
    CU_TRY(setup_url(c, owner, &url, err));
    print_made(c, data, key_path, source.write_key, url);
    return CU_OK;
}

static cu_code setup_link(struct command *c, struct cu_error *err)
{
    const char *url = NULL;
    CU_TRY(setup_url(c, spec_str(&c->args, "owner"), &url, err));
    if (c->json_output)
        cu_buf_printf(&c->out, "{\"setup_url\":\"%s\"}\n", url);
    else
        cu_buf_printf(&c->out, "%s\n", url);
    return CU_OK;
}

static const struct spec_field init_args[] = {
    {.name = "owner", .type = SPEC_EMAIL, .max = 254, .doc = "Only this address may use the set-up link."},
    {.name = "non-interactive", .type = SPEC_BOOL, .doc = "Never ask anything."},
    {.name = NULL},
};
static const struct spec_field link_args[] = {
    {.name = "owner", .type = SPEC_EMAIL, .max = 254, .doc = "Only this address may use the link."},
    {.name = NULL},
};
const struct spec_command commands_setup[] = {
    {.name = "init", .doc = "Makes a data folder, its root key, a first source and the one-time set-up link.",
        .args = init_args, .example = "custos init --data shop --owner owner@example.com", .run = init},
    {.name = "setup-link", .doc = "Makes a new one-time set-up link while the shop has no owner.", .args = link_args,
        .example = "custos setup-link --data shop", .run = setup_link},
    {.name = NULL},
};
