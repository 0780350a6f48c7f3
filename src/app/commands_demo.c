// SPDX-License-Identifier: Apache-2.0
// custos demo: a sample shop through the front door.
#include "command.h"
#include "commands.h"
#include "demo.h"

#include "base/clock.h"

#include <unistd.h>

static void print_json(struct command *c, const struct demo_result *r)
{
    const struct {
        const char *name;
        int64_t value;
    } rows[] = {{"people", (int64_t)r->shop.people}, {"persons", (int64_t)r->shop.persons},
        {"sessions", (int64_t)r->shop.sessions}, {"calls", (int64_t)r->shop.calls},
        {"events", (int64_t)r->shop.events}, {"orders", (int64_t)r->shop.orders},
        {"cancelled", (int64_t)r->shop.cancelled}, {"refunds", (int64_t)r->shop.refunds},
        {"revenue", r->shop.revenue}, {"refunded", r->shop.refunded},
        {"accepted", (int64_t)r->accepted}, {"refused", (int64_t)r->refused},
        {"set_aside", (int64_t)r->shop.set_aside}, {"requests", (int64_t)r->requests},
        {"retried", (int64_t)r->retried}, {"took_ms", r->took_ms}};
    struct json_writer w;
    jw_start(&w, &c->out);
    jw_object(&w);
    for (size_t i = 0; i < CU_COUNT(rows); i++)
        jw_ki64(&w, rows[i].name, rows[i].value);
    jw_kz(&w, "currency", "EUR");
    jw_object_end(&w);
    cu_buf_char(&c->out, '\n');
}

static void print_text(struct command *c, const struct demo_result *r)
{
    int64_t ms = r->took_ms > 0 ? r->took_ms : 1;
    uint64_t aside = r->shop.set_aside < r->accepted ? r->shop.set_aside : r->accepted;
    cu_buf_printf(&c->out, "people     %llu, who look like %llu persons\n",
        (unsigned long long)r->shop.people, (unsigned long long)r->shop.persons);
    cu_buf_printf(&c->out, "events     %llu in %llu visits\n", (unsigned long long)(r->accepted - aside),
        (unsigned long long)r->shop.sessions);
    cu_buf_printf(&c->out, "orders     %llu, %lld EUR; %llu cancelled, %llu with a refund\n",
        (unsigned long long)r->shop.orders, (long long)(r->shop.revenue / 100),
        (unsigned long long)r->shop.cancelled, (unsigned long long)r->shop.refunds);
    cu_buf_printf(&c->out, "refused    %llu, faulty on purpose: see Quarantine\n",
        (unsigned long long)(r->refused + aside));
    cu_buf_printf(&c->out, "took       %lld.%lld s, %lld events/s, %llu requests, %llu sent again\n",
        (long long)(ms / 1000), (long long)(ms / 100 % 10),
        (long long)((int64_t)r->shop.calls * 1000 / ms), (unsigned long long)r->requests,
        (unsigned long long)r->retried);
}

static cu_code demo(struct command *c, struct cu_error *err)
{
    struct demo_result result;
    struct demo_options o = {
        .url = cu_arena_z(c->arena, spec_str(&c->args, "url")),
        .write_key = cu_arena_z(c->arena, spec_str(&c->args, "write-key")),
        .seed = (uint64_t)spec_i64(&c->args, "seed"),
        .people = (uint32_t)spec_i64(&c->args, "people"),
        .years = (uint32_t)spec_i64(&c->args, "years"),
        .end_ms = spec_has(&c->args, "end") ? spec_i64(&c->args, "end") : cu_now_ms(),
        .rate_max = (uint32_t)spec_i64(&c->args, "rate"),
        .show_progress = !spec_i64(&c->args, "quiet") && !c->json_output && isatty(STDERR_FILENO),
    };
    if (!o.url || !o.write_key)
        return cu_fail(err, CU_MEMORY, "", "no memory");
    CU_TRY(demo_run(&o, &result, err));
    if (c->json_output)
        print_json(c, &result);
    else
        print_text(c, &result);
    return CU_OK;
}

static const struct spec_field demo_args[] = {
    {.name = "url", .type = SPEC_STRING, .min = 8, .max = 1000, .required = true,
        .doc = "The server, such as http://127.0.0.1:8080."},
    {.name = "write-key", .type = SPEC_STRING, .min = 1, .max = 255, .required = true,
        .doc = "Write key of the source; best one made with `custos source create NAME --sample`."},
    {.name = "seed", .type = SPEC_INT, .max = INT64_MAX, .fallback = "1",
        .doc = "The same seed, people, years and day make the same shop."},
    {.name = "people", .type = SPEC_INT, .min = 1, .max = 1000000, .fallback = "10000",
        .doc = "How many people visit the shop; each makes about 50 events in two years."},
    {.name = "years", .type = SPEC_INT, .min = 1, .max = 10, .fallback = "2",
        .doc = "For how many years the shop has been open."},
    {.name = "end", .type = SPEC_TIME, .doc = "The shop's present (ISO 8601); default now."},
    {.name = "rate", .type = SPEC_INT, .max = 10000000, .fallback = "0",
        .doc = "At most this many events a second; 0: as fast as it goes."},
    {.name = "quiet", .type = SPEC_BOOL, .doc = "Show no progress."},
    {.name = NULL},
};
const struct spec_command commands_demo[] = {
    {.name = "demo", .doc = "Makes a sample shop of synthetic people and sends it to a server.", .args = demo_args,
        .example = "custos demo --url http://127.0.0.1:8080 --write-key wk_...", .run = demo},
    {.name = NULL},
};
