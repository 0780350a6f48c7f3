// SPDX-License-Identifier: Apache-2.0
// JSON log lines on stderr. See log.h.
#include "log.h"

#include "clock.h"

#include <stdatomic.h>
#include <stdio.h>
#include <time.h>
#include <unistd.h>

static atomic_int threshold = CU_LOG_INFO;

void cu_log_set_level(enum cu_log_level level)
{
    atomic_store(&threshold, (int)level);
}

enum cu_log_level cu_log_get_level(void)
{
    return (enum cu_log_level)atomic_load(&threshold);
}

struct line {
    char bytes[2048];
    size_t len;
};

static void put(struct line *l, char c)
{
    if (l->len < sizeof l->bytes - 2)
        l->bytes[l->len++] = c;
}

static void put_z(struct line *l, const char *z)
{
    while (*z)
        put(l, *z++);
}

static void put_json(struct line *l, const char *z)
{
    put(l, '"');
    for (; *z; z++) {
        unsigned char c = (unsigned char)*z;
        if (c == '"' || c == '\\')
            put(l, '\\');
        put(l, c < 0x20 ? ' ' : (char)c);
    }
    put(l, '"');
}

static void put_time(struct line *l)
{
    int64_t ms = cu_now_ms();
    time_t seconds = (time_t)(ms / 1000);
    struct tm t;
    (void)gmtime_r(&seconds, &t);
    char text[96];
    (void)snprintf(text, sizeof text, "%04d-%02d-%02dT%02d:%02d:%02d.%03dZ", t.tm_year + 1900,
        t.tm_mon + 1, t.tm_mday, t.tm_hour, t.tm_min, t.tm_sec, (int)(ms % 1000));
    put_json(l, text);
}

void cu_log_write(enum cu_log_level level, const char *event, const struct cu_log_field *fields,
    size_t count)
{
    static const char *const names[] = {"debug", "info", "warn", "error"};
    if ((int)level < atomic_load_explicit(&threshold, memory_order_relaxed))
        return;
    struct line l = {.len = 0};
    put_z(&l, "{\"time\":");
    put_time(&l);
    put_z(&l, ",\"level\":");
    put_json(&l, names[level]);
    put_z(&l, ",\"event\":");
    put_json(&l, event);
    for (size_t i = 0; i < count; i++) {
        if (!fields[i].name[0])
            continue;
        put(&l, ',');
        put_json(&l, fields[i].name);
        put(&l, ':');
        if (fields[i].text) {
            put_json(&l, fields[i].text);
        } else {
            char number[32];
            (void)snprintf(number, sizeof number, "%lld", (long long)fields[i].number);
            put_z(&l, number);
        }
    }
    put(&l, '}');
    l.bytes[l.len++] = '\n'; // put() always leaves room for it
    ssize_t ignored = write(STDERR_FILENO, l.bytes, l.len); // one write: lines do not mix
    (void)ignored;
}

void cu_log_error(const char *event, const struct cu_error *err)
{
    cu_log(CU_LOG_ERROR, event, CU_LS("code", cu_code_rows[err->code].name),
        CU_LS("field", err->field), CU_LS("text", err->text));
}
