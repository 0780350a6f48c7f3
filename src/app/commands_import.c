// SPDX-License-Identifier: Apache-2.0
// Commands about imports: import (with progress), import list, import revert.
#include "command.h"
#include "commands.h"

#include "base/clock.h"
#include "base/file.h"
#include "text/text.h"

#include <fcntl.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

enum { POLL_MS = 200 };

struct progress {
    bool show;      // stderr is a terminal
    bool printed;
};

static int64_t number_of(json v, const char *name)
{
    int64_t n = 0;
    (void)json_i64(json_get(v, name), &n);
    return n;
}

static void print_progress(struct progress *p, json import)
{
    int64_t bytes = number_of(import, "bytes"), bytes_done = number_of(import, "bytes_done");
    int64_t left = number_of(import, "seconds_left");
    if (!p->show)
        return;
    (void)fprintf(stderr, "\r%3d %%  %lld rows, %lld bad, %lld rows/s, about %lld s left   ",
        bytes > 0 ? (int)(bytes_done * 100 / bytes) : 0, (long long)number_of(import, "rows"),
        (long long)number_of(import, "rows_bad"), (long long)number_of(import, "rate"), (long long)left);
    p->printed = true;
}

static bool rests(cu_str status)
{
    static const char *const states[] = {"ready", "done", "failed", "reverted"};
    for (size_t i = 0; i < CU_COUNT(states); i++) {
        if (cu_str_eqz(status, states[i]))
            return true;
    }
    return false;
}

// Polls until the import rests; *ret is its last state.
static cu_code wait_import(struct command *c, int64_t number, json *ret, struct cu_error *err)
{
    struct progress p = {.show = isatty(STDERR_FILENO) && !c->json_output};
    char target[64];
    (void)snprintf(target, sizeof target, "/v1/imports/%lld", (long long)number);
    for (;;) {
        CU_TRY(command_call(c, "GET", target, CU_NONE, ret, err));
        print_progress(&p, *ret);
        if (rests(json_str(json_get(*ret, "status"))))
            break;
        struct timespec pause = {0, POLL_MS * 1000000L};
        (void)nanosleep(&pause, NULL);
    }
    if (p.printed)
        (void)fputc('\n', stderr);
    return CU_OK;
}

static void print_result(struct command *c, json import)
{
    static const struct {
        const char *member, *label;
    } lines[] = {{"rows", "rows"}, {"rows_ok", "taken"}, {"rows_bad", "bad"}, {"created", "created"}, {"updated", "updated"},
        {"unchanged", "unchanged"}};
    if (c->json_output) {
        json_print(&c->out, import);
        cu_buf_char(&c->out, '\n');
        return;
    }
    cu_buf_printf(&c->out, "import %lld: %.*s\n", (long long)number_of(import, "number"), CU_ARG(json_str(json_get(import, "status"))));
    for (size_t i = 0; i < CU_COUNT(lines); i++)
        cu_buf_printf(&c->out, "  %-10s %lld\n", lines[i].label, (long long)number_of(import, lines[i].member));
    for (struct json_iter it = json_each(json_get(import, "columns")); json_next(&it);) {
        for (struct json_iter fault = json_each(json_get(it.value, "faults")); json_next(&fault);)
            cu_buf_printf(&c->out, "  row %lld, %.*s: %.*s\n", (long long)number_of(fault.value, "row"),
                CU_ARG(json_str(json_get(it.value, "name"))), CU_ARG(json_str(json_get(fault.value, "text"))));
    }
    if (number_of(import, "rows_bad") > 0)
        cu_buf_printf(&c->out, "The bad rows with their reasons: custos import bad-rows %lld\n", (long long)number_of(import, "number"));
}

static void add(struct cu_buf *target, const char *name, cu_str value)
{
    if (!value.len)
        return;
    cu_buf_printf(target, "&%s=", name);
    text_url(value, target);
}

static cu_code upload(struct command *c, int fd, cu_str file, json *ret, struct cu_error *err)
{
    CU_AUTO_BUF struct cu_buf target, answer;
    cu_buf_init(&target, 4096);
    cu_buf_init(&answer, 1 << 20);
    cu_buf_printf(&target, "/v1/imports?kind=%.*s&dry_run=%s", CU_ARG(spec_str(&c->args, "kind")),
        spec_i64(&c->args, "dry-run") ? "true" : "false");
    add(&target, "map", spec_str(&c->args, "map"));
    add(&target, "currency", spec_str(&c->args, "import-currency"));
    add(&target, "name", file);
    CU_TRY(cu_buf_code(&target, err));
    CU_TRY(command_open(c, err));
    CU_TRY(api_upload(c->api, target.ptr, fd, &answer, err));
    return json_parse(c->json, cu_buf_view(&answer), ret, err);
}

static cu_str base_name(cu_str path)
{
    while (cu_str_find(path, '/') >= 0)
        path = cu_str_sub(path, (size_t)cu_str_find(path, '/') + 1, path.len);
    return path;
}

static cu_code import(struct command *c, struct cu_error *err)
{
    CU_AUTO_FD int fd = -1;
    json state;
    cu_str file = spec_str(&c->args, "file");
    char *path = cu_arena_z(c->arena, file);
    if (!path)
        return cu_fail(err, CU_MEMORY, "", "no memory");
    bool from_stdin = cu_str_eqz(file, "-");
    if (!from_stdin)
        CU_TRY(cu_file_open(path, O_RDONLY, 0, &fd, err));
    CU_TRY(upload(c, from_stdin ? STDIN_FILENO : fd, from_stdin ? CU_LIT("stdin") : base_name(file), &state, err));
    CU_TRY(wait_import(c, number_of(state, "number"), &state, err));
    print_result(c, state);
    if (cu_str_eqz(json_str(json_get(state, "status")), "failed"))
        return cu_fail(err, CU_INVALID, "", "%.*s", CU_ARG(json_str(json_get(state, "error"))));
    return CU_OK;
}

static cu_code list(struct command *c, struct cu_error *err)
{
    json answer;
    CU_TRY(command_call(c, "GET", "/v1/imports", CU_NONE, &answer, err));
    command_table(c, json_get(answer, "items"),
        "number=number,kind=kind,map=map,status=status,rows=rows,bad=rows_bad,created=created,updated=updated,started=started",
        "Nothing was imported yet; `custos import people|orders|events FILE` does.");
    return CU_OK;
}

static cu_code revert(struct command *c, struct cu_error *err)
{
    json state;
    char target[64];
    int64_t number = spec_i64(&c->args, "number");
    (void)snprintf(target, sizeof target, "/v1/imports/%lld/revert", (long long)number);
    CU_TRY(command_call(c, "POST", target, CU_NONE, &state, err));
    CU_TRY(wait_import(c, number, &state, err));
    print_result(c, state);
    return CU_OK;
}

static cu_code bad_rows(struct command *c, struct cu_error *err)
{
    char target[64];
    (void)snprintf(target, sizeof target, "/v1/imports/%lld/bad-rows", (long long)spec_i64(&c->args, "number"));
    CU_TRY(command_open(c, err));
    return api_call(c->api, "GET", target, CU_NONE, &c->out, err);
}

static const char *const kinds[] = {"people", "orders", "events", NULL};
static const struct spec_field import_args[] = {
    {.name = "kind", .type = SPEC_ENUM, .options = kinds, .required = true, .positional = true, .doc = "What the rows are."},
    {.name = "file", .type = SPEC_STRING, .min = 1, .max = 1024, .required = true, .positional = true,
        .doc = "CSV or JSONL, plain, .gz or .zst; - reads standard input."},
    {.name = "map", .type = SPEC_STRING, .min = 1, .max = 63, .doc = "A ready or saved column map; default: recognised or guessed from the headers."},
    {.name = "dry-run", .type = SPEC_BOOL, .doc = "Check every row and change nothing."},
    {.name = "import-currency", .type = SPEC_STRING, .min = 3, .max = 3, .doc = "Currency of orders whose rows name none; default the shop's."},
    {.name = NULL},
};
static const struct spec_field number_args[] = {
    {.name = "number", .type = SPEC_INT, .min = 1, .max = UINT32_MAX, .required = true, .positional = true, .doc = "The import's number, from `custos import list`."},
    {.name = NULL},
};
const struct spec_command commands_import[] = {
    {.name = "import", .doc = "Imports people, orders or events from a file.", .args = import_args,
        .example = "custos import orders orders.csv --map shopify-orders --data shop", .run = import},
    {.name = "import list", .doc = "Lists the imports.", .example = "custos import list --data shop", .run = list},
    {.name = "import revert", .doc = "Takes back what an import did, exactly.", .args = number_args,
        .example = "custos import revert 3 --data shop", .run = revert},
    {.name = "import bad-rows", .doc = "Prints the rows that were not taken, with their reasons, as CSV.", .args = number_args,
        .example = "custos import bad-rows 3 --data shop", .run = bad_rows},
    {.name = NULL},
};
