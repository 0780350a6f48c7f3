// SPDX-License-Identifier: Apache-2.0
// Faults of a definition, as they are found: bounded, the first that is no warning also becomes the error. Messages
// name what would be accepted; of what was written they repeat only plain names.
#include "segment_language.h"

#include "spec/suggest.h"

#include <stdarg.h>
#include <stdio.h>

void seg_sink_open(struct seg_sink *s, struct seg_faults *faults, struct cu_error *err)
{
    s->faults = faults ? faults : &s->own;
    s->own.count = 0; // the caller's list is started anew by parsing, not here
    s->err = err;
    s->code = CU_OK;
}

// When the list is full, a fault takes the place of the last warning.
static struct seg_fault *room(struct seg_faults *f, bool warning)
{
    if (f->count < SEG_FAULTS_MAX)
        return &f->at[f->count++];
    for (size_t i = SEG_FAULTS_MAX; i > 0 && !warning; i--) {
        if (!f->at[i - 1].warning)
            continue;
        memmove(&f->at[i - 1], &f->at[i], (SEG_FAULTS_MAX - i) * sizeof f->at[0]);
        return &f->at[SEG_FAULTS_MAX - 1];
    }
    return NULL;
}

static void add(struct seg_sink *s, struct seg_place where, bool warning, const char *fmt, va_list args)
{
    struct seg_fault f = {.at = where.at, .len = where.len, .warning = warning};
    (void)vsnprintf(f.text, sizeof f.text, fmt, args);
    (void)snprintf(f.path, sizeof f.path, "%s", where.path ? where.path : "");
    struct seg_fault *to = room(s->faults, warning);
    if (to)
        *to = f;
    if (!warning && s->code == CU_OK)
        s->code = cu_fail(s->err, CU_INVALID, f.path, "%s", f.text);
}

void seg_fault(struct seg_sink *s, struct seg_place where, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    add(s, where, false, fmt, args);
    va_end(args);
}

void seg_warn(struct seg_sink *s, struct seg_place where, const char *fmt, ...)
{
    va_list args;
    va_start(args, fmt);
    add(s, where, true, fmt, args);
    va_end(args);
}

void *seg_alloc(struct seg_sink *s, struct cu_arena *a, size_t count, size_t size)
{
    void *p = cu_arena_alloc(a, count * size);
    if (!p)
        s->code = cu_fail(s->err, CU_MEMORY, "", "no memory for the definition of a segment");
    return p;
}

cu_str seg_keep(struct seg_sink *s, struct cu_arena *a, cu_str text)
{
    if (text.len == 0)
        return CU_LIT("");
    cu_str copy = cu_arena_dup(a, text);
    if (!copy.ptr)
        s->code = cu_fail(s->err, CU_MEMORY, "", "no memory for the definition of a segment");
    return copy.ptr ? copy : CU_LIT("");
}

// Names of events hold spaces; nothing else of spec_name_is_plain is given up.
static bool showable(cu_str name)
{
    char joined[64];
    if (name.len == 0 || name.len > sizeof joined)
        return false;
    for (size_t i = 0; i < name.len; i++)
        joined[i] = name.ptr[i] == ' ' ? '_' : name.ptr[i];
    return spec_name_is_plain((cu_str){joined, name.len});
}

const char *seg_shown(cu_str name, char out[SEG_SHOWN])
{
    out[0] = 0;
    if (showable(name))
        (void)snprintf(out, SEG_SHOWN, " \"%.*s\"", CU_ARG(name));
    return out;
}

const char *seg_meant(cu_str best, char out[SEG_MEANT])
{
    out[0] = 0;
    if (best.len > 0 && best.len < 80)
        (void)snprintf(out, SEG_MEANT, "; did you mean \"%.*s\"?", CU_ARG(best));
    return out;
}

size_t seg_down(struct seg_path *p, const char *name)
{
    size_t mark = p->len, len = strlen(name);
    if (mark + 1 + len < sizeof p->text) {
        p->text[mark] = '/';
        memcpy(p->text + mark + 1, name, len + 1);
        p->len = mark + 1 + len;
    }
    return mark;
}

size_t seg_down_at(struct seg_path *p, size_t index)
{
    char step[24];
    (void)snprintf(step, sizeof step, "%zu", index);
    return seg_down(p, step);
}

void seg_up(struct seg_path *p, size_t mark)
{
    p->len = mark;
    p->text[mark] = 0;
}
