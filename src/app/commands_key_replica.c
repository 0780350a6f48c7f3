// SPDX-License-Identifier: Apache-2.0
// Commands about key replicas: on the replica's machine init, pair, status and keyd --replica; at the shop add,
// list and remove; and promote, when the shop's own keys are lost.
#include "command.h"
#include "commands.h"
#include "folder.h"
#include "key_replicas.h"

#include "base/log.h"
#include "text/text.h"

#include <stdio.h>

static const char *arg_z(struct command *c, const char *name)
{
    cu_str s = spec_str(&c->args, name);
    return s.len ? cu_arena_z(c->arena, s) : NULL;
}

static struct keys_holder_options place_of(struct command *c)
{
    return (struct keys_holder_options){.folder = arg_z(c, "folder"), .identity = arg_z(c, "identity")};
}

static void print_line(struct command *c, const char *member, const char *line, const char *before)
{
    if (c->json_output)
        cu_buf_printf(&c->out, "{\"%s\":\"%s\"}\n", member, line);
    else
        cu_buf_printf(&c->out, "%s%s\n", before, line);
}

// --- on the replica's machine

static cu_code init(struct command *c, struct cu_error *err)
{
    char line[PEER_LINE_MAX];
    const struct keys_holder_options o = place_of(c);
    CU_TRY(keys_holder_init(&o, line, err));
    print_line(c, "key", line, "# Give this line to the shop: custos keys replica add NAME ADDRESS \"LINE\"\n");
    return CU_OK;
}

static cu_code pair(struct command *c, struct cu_error *err)
{
    const struct keys_holder_options o = place_of(c);
    CU_TRY(keys_holder_pair(&o, spec_str(&c->args, "primary"), err));
    cu_buf_z(&c->out, c->json_output ? "{\"paired\":true}\n" : "Paired. Start it: custos keyd --replica --folder ... --listen ...\n");
    return CU_OK;
}

static void print_info(struct command *c, const struct keys_holder_info *i)
{
    char made[32] = "never", told[32] = "never";
    if (i->epoch)
        text_time_format(i->made_ms, made);
    if (i->told_ms)
        text_time_format(i->told_ms, told);
    if (c->json_output)
        cu_buf_printf(&c->out, "{\"epoch\":%llu,\"told_epoch\":%llu,\"made\":\"%s\",\"told\":\"%s\",\"rows\":%llu}\n",
            (unsigned long long)i->epoch, (unsigned long long)i->told_epoch, made, told, (unsigned long long)i->rows);
    else
        cu_buf_printf(&c->out, "holds       epoch %llu, as of %s, %llu nodes\nlast heard  epoch %llu, %s\n",
            (unsigned long long)i->epoch, made, (unsigned long long)i->rows, (unsigned long long)i->told_epoch, told);
}

static cu_code status(struct command *c, struct cu_error *err)
{
    struct keys_holder *h = NULL;
    struct keys_holder_info info;
    const struct keys_holder_options o = place_of(c);
    CU_TRY(keys_holder_open(&o, &h, err));
    keys_holder_info(h, &info);
    keys_holder_close(h);
    print_info(c, &info);
    return CU_OK;
}

static cu_code ready(void *context, uint16_t port, struct cu_error *err)
{
    struct command *c = context;
    if (c->json_output)
        cu_buf_printf(&c->out, "{\"ready\":true,\"port\":%u}\n", port);
    else
        cu_buf_printf(&c->out, "This replica listens on port %u. Ctrl+C ends it.\n", port);
    CU_TRY(cu_buf_code(&c->out, err));
    (void)command_flush(c);
    return CU_OK;
}

static cu_code keyd(struct command *c, struct cu_error *err)
{
    const struct keys_holder_options o = place_of(c);
    if (spec_i64(&c->args, "replica") == 0)
        return cu_fail(err, CU_MISSING, "--replica", "the key process itself is started by custos serve; a replica by --replica");
    cu_log_set_level(CU_LOG_INFO);
    const struct key_replica_service s = {.listen = arg_z(c, "listen"), .folder = o.folder, .identity = o.identity,
        .shut_in = settings_i64(&c->settings, "sandbox") != 0, .ready = ready, .context = c};
    return key_replica_serve(&s, err);
}

// --- at the shop

static cu_code add(struct command *c, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf body;
    struct json_writer w;
    json a;
    static const char *const members[] = {"name", "address", "key"};
    cu_buf_init(&body, 4096);
    jw_start(&w, &body);
    jw_object(&w);
    for (size_t i = 0; i < CU_COUNT(members); i++)
        jw_kstr(&w, members[i], spec_str(&c->args, members[i]));
    jw_object_end(&w);
    CU_TRY(cu_buf_code(&body, err));
    CU_TRY(command_call(c, "POST", "/v1/keys/replicas", cu_buf_view(&body), &a, err));
    char *line = cu_arena_z(c->arena, json_str(json_get(a, "primary")));
    if (!line)
        return cu_fail(err, CU_MEMORY, "", "no memory");
    print_line(c, "primary", line, "# On the replica's machine: custos keys replica pair FOLDER \"LINE\"\n");
    return CU_OK;
}

static cu_code list(struct command *c, struct cu_error *err)
{
    json a;
    CU_TRY(command_call(c, "GET", "/v1/keys/replicas", CU_NONE, &a, err));
    command_table(c, json_get(a, "replicas"), "replica=name,address=address,state=state,epoch=epoch,behind=behind,acknowledged=last_ack",
        "There is no key replica.");
    return CU_OK;
}

static cu_code remove_one(struct command *c, struct cu_error *err)
{
    cu_str target = command_target(c, "/v1/keys/replicas/", spec_str(&c->args, "name"), "");
    char *path = cu_arena_z(c->arena, target);
    if (!path)
        return cu_fail(err, CU_MEMORY, "", "no memory");
    CU_TRY(command_call(c, "DELETE", path, CU_NONE, NULL, err));
    cu_buf_z(&c->out, c->json_output ? "{\"removed\":true}\n"
                                     : "Removed. What it holds stays on its machine: destroy its folder and identity.\n");
    return CU_OK;
}

// --- when the shop's own keys are lost

static cu_code root_of(struct command *c, const struct folder *f, struct settings *s, struct root_source *ret, struct cu_error *err)
{
    char file[FOLDER_PATH_MAX + 64], path[FOLDER_PATH_MAX] = "";
    folder_file(f, "custos.yaml", file);
    CU_TRY(settings_read_file(s, file, err));
    CU_TRY(settings_overlay(s, &c->settings, err));
    const char *wanted = settings_z(s, "root_key");
    if (!wanted[0] || strchr(wanted, ':'))
        CU_TRY(folder_default_key_path(f->id, path, sizeof path, err));
    return root_parse(wanted, path, f->path, ret, err);
}

static cu_code take(struct command *c, const struct folder *f, struct keys_holder_info *ret, struct cu_error *err)
{
    struct settings s;
    struct root_source root;
    char keys[FOLDER_PATH_MAX + 64];
    const struct keys_holder_options o = place_of(c);
    CU_TRY(settings_init(&s, err));
    cu_code code = root_of(c, f, &s, &root, err);
    folder_file(f, "keys", keys);
    const struct key_replica_take t = {.folder = o.folder, .identity = o.identity, .kit = arg_z(c, "recovery-kit"), .root = &root,
        .keys = keys, .older = spec_i64(&c->args, "older") != 0};
    if (code == CU_OK)
        code = key_replica_take(&t, ret, err);
    settings_clear(&s);
    return code;
}

static cu_code promote(struct command *c, struct cu_error *err)
{
    struct folder f;
    struct keys_holder_info info;
    char *data = cu_arena_z(c->arena, c->data);
    if (!c->data.len || !data)
        return cu_fail(err, CU_MISSING, "--data", "name the data folder whose keys are lost; without one: custos restore --replica");
    cu_code code = folder_open(data, &f, err);
    if (code == CU_LOCKED)
        return cu_fail(err, code, "--data", "a server works on that folder: stop it first");
    CU_TRY(code);
    code = take(c, &f, &info, err);
    folder_close(&f);
    CU_TRY(code);
    print_info(c, &info);
    if (!c->json_output)
        cu_buf_z(&c->out, "These are the folder's keys now, every node was read. People who came after that moment cannot be read.\n"
                          "Stop that replica, make it anew and pair it again.\n");
    return CU_OK;
}

#define IDENTITY \
    {.name = "identity", .type = SPEC_STRING, .min = 1, .max = 1000, \
        .doc = "File of the replica's own key, outside the folder; default FOLDER.key. Its ratchet lies beside it."}
#define FOLDER(is_positional) \
    {.name = "folder", .type = SPEC_STRING, .min = 1, .max = 1000, .required = true, .positional = (is_positional), \
        .doc = "The replica's folder."}

static const struct spec_field keyd_args[] = {
    {.name = "replica", .type = SPEC_BOOL, .required = true, .doc = "Run as a key replica."},
    FOLDER(false),
    {.name = "listen", .type = SPEC_STRING, .min = 3, .max = 255, .required = true,
        .doc = "Address and port to listen on, as 10.0.0.7:7443; port 0 takes any free one."},
    IDENTITY,
    {.name = NULL},
};
static const struct spec_field init_args[] = {FOLDER(true), IDENTITY, {.name = NULL}};
static const struct spec_field pair_args[] = {
    FOLDER(true),
    {.name = "primary", .type = SPEC_STRING, .min = 1, .max = PEER_LINE_MAX, .required = true, .positional = true,
        .doc = "The line that `custos keys replica add` printed, in quotes."},
    IDENTITY,
    {.name = NULL},
};
static const struct spec_field add_args[] = {
    {.name = "name", .type = SPEC_STRING, .min = 1, .max = 31, .required = true, .positional = true,
        .doc = "A name for it: letters, digits, '-', '_'."},
    {.name = "address", .type = SPEC_STRING, .min = 3, .max = 127, .required = true, .positional = true,
        .doc = "Where it listens, as 10.0.0.7:7443."},
    {.name = "key", .type = SPEC_STRING, .min = 1, .max = PEER_LINE_MAX, .required = true, .positional = true,
        .doc = "The line that `custos keys replica init` printed, in quotes."},
    {.name = NULL},
};
static const struct spec_field no_args[] = {{.name = NULL}};
static const struct spec_field name_args[] = {
    {.name = "name", .type = SPEC_STRING, .min = 1, .max = 31, .required = true, .positional = true, .doc = "Its name."},
    {.name = NULL},
};
static const struct spec_field promote_args[] = {
    FOLDER(true),
    IDENTITY,
    {.name = "recovery-kit", .type = SPEC_STRING, .min = 1, .max = 1023,
        .doc = "File of the recovery kit, when the root key is lost, too."},
    {.name = "older", .type = SPEC_BOOL, .doc = "Take it although it knows that the shop was at a later epoch."},
    {.name = NULL},
};
const struct spec_command commands_key_replica[] = {
    {.name = "keyd", .doc = "Runs a key replica: holds the keys of another machine's shop, sealed.", .args = keyd_args,
        .example = "custos keyd --replica --folder /var/lib/custos-replica --listen 10.0.0.7:7443", .run = keyd},
    {.name = "keys replica init", .doc = "Makes the folder and the key of a new replica.", .args = init_args,
        .example = "custos keys replica init /var/lib/custos-replica", .run = init},
    {.name = "keys replica pair", .doc = "Tells a replica which shop may write to it.", .args = pair_args,
        .example = "custos keys replica pair /var/lib/custos-replica \"custos-primary-1 ...\"", .run = pair},
    {.name = "keys replica status", .doc = "Says what a replica that does not run holds.", .args = init_args,
        .example = "custos keys replica status /var/lib/custos-replica", .run = status},
    {.name = "keys replica add", .doc = "Adds a replica to the shop.", .args = add_args,
        .example = "custos keys replica add berlin 10.0.0.7:7443 \"custos-replica-1 ...\" --data shop", .run = add},
    {.name = "keys replica list", .doc = "Lists the replicas and how far each is.", .args = no_args,
        .example = "custos keys replica list --data shop", .run = list},
    {.name = "keys replica remove", .doc = "Removes a replica from the shop.", .args = name_args,
        .example = "custos keys replica remove berlin --data shop", .run = remove_one},
    {.name = "keys replica promote", .doc = "Makes a data folder's lost keys anew out of a replica.", .args = promote_args,
        .example = "custos keys replica promote /var/lib/custos-replica --data shop", .run = promote},
    {.name = NULL},
};
