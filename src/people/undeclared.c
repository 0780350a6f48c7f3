// SPDX-License-Identifier: Apache-2.0
// The register of names nobody declared: which trait or property, how often, when, from which
// sources. Called for every such name of every event, so it lives in memory and is written once per
// batch. A name that does not look like an identifier may itself be personal: it is kept as a keyed
// hash.
#include "internal.h"
#include "people_sql.h"

#include "base/hash.h"

#include <stdio.h>
#include <stdlib.h>

#define UNDECLARED_SLOTS (UNDECLARED_MAX * 2u)
#define UNDECLARED_TEXT_MAX 64u
#define UNDECLARED_SOURCES_MAX 8u

struct undeclared_row {
    char scope[UNDECLARED_TEXT_MAX + 1], name[UNDECLARED_TEXT_MAX + 1]; // name "": free
    int64_t first_ms, last_ms;
    uint64_t count, batch; // batch: of the running transaction, part of count
    uint32_t sources[UNDECLARED_SOURCES_MAX];
};

cu_code undeclared_init(struct people *p, struct cu_error *err)
{
    p->undeclared.slots = cu_calloc(UNDECLARED_SLOTS, sizeof(*p->undeclared.slots));
    return p->undeclared.slots
               ? CU_OK
               : cu_fail(err, CU_MEMORY, "", "No memory for the register of undeclared names.");
}

void undeclared_close(struct people *p)
{
    cu_free(p->undeclared.slots);
    p->undeclared.slots = NULL;
}

static bool plain_word(cu_str s)
{
    bool letter = false;
    for (size_t i = 0; i < s.len; i++) {
        char c = s.ptr[i];
        bool is_letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
        letter = letter || is_letter;
        if (!is_letter && !(c >= '0' && c <= '9') && !(c && strchr("_.$ -", c)))
            return false;
    }
    return letter && s.len <= UNDECLARED_TEXT_MAX;
}

// Scopes also may hold ":" and "/" (names of events are kept in plain text by the timeline as
// well).
static void keep_text(struct people *p, cu_str s, char out[UNDECLARED_TEXT_MAX + 1])
{
    if (plain_word(s)) {
        memcpy(out, s.ptr, s.len);
        out[s.len] = 0;
        return;
    }
    uint8_t tag[16];
    keyring_tag(p->keyring, "undeclared", s, tag);
    out[0] = '#';
    for (size_t i = 0; i < 8; i++) {
        static const char digits[] = "0123456789abcdef";
        out[1 + 2 * i] = digits[tag[i] >> 4];
        out[2 + 2 * i] = digits[tag[i] & 15];
    }
    out[17] = 0;
}

static struct undeclared_row *slot_for(struct undeclared *u, const char *scope, const char *name)
{
    uint64_t h = cu_hash64(name, strlen(name), cu_hash64(scope, strlen(scope), 0));
    for (uint32_t i = (uint32_t)h % UNDECLARED_SLOTS;; i = (i + 1) % UNDECLARED_SLOTS) {
        struct undeclared_row *row = &u->slots[i];
        if (!row->name[0] || (strcmp(row->name, name) == 0 && strcmp(row->scope, scope) == 0))
            return row;
    }
}

static struct undeclared_row *row_for(struct people *p, cu_str scope, cu_str name)
{
    struct undeclared *u = &p->undeclared;
    char s[UNDECLARED_TEXT_MAX + 1], n[UNDECLARED_TEXT_MAX + 1];
    keep_text(p, scope, s);
    keep_text(p, name, n);
    struct undeclared_row *row = slot_for(u, s, n);
    if (!row->name[0] && u->used >= UNDECLARED_MAX - 1) {
        memcpy(s, "(other)", 8);
        memcpy(n, "(other)", 8);
        row = slot_for(u, s, n);
    }
    if (!row->name[0]) {
        *row = (struct undeclared_row){.first_ms = INT64_MAX, .last_ms = INT64_MIN};
        memcpy(row->scope, s, sizeof(s));
        memcpy(row->name, n, sizeof(n));
        u->used++;
    }
    return row;
}

static void note_source(struct undeclared_row *row, uint32_t source)
{
    for (size_t i = 0; source && i < UNDECLARED_SOURCES_MAX; i++) {
        if (row->sources[i] == source)
            return;
        if (row->sources[i] == 0) {
            row->sources[i] = source;
            return;
        }
    }
}

void people_undeclared_note(struct people *p, cu_str scope, cu_str name, const struct evidence *ev)
{
    if (name.len == 0)
        return;
    struct undeclared *u = &p->undeclared;
    pthread_mutex_lock(&u->lock);
    struct undeclared_row *row = row_for(p, scope, name);
    if (row->batch++ == 0)
        u->changed[u->changed_count++] = (uint16_t)(row - u->slots);
    row->count++;
    if (ev->received_ms < row->first_ms)
        row->first_ms = ev->received_ms;
    if (ev->received_ms > row->last_ms)
        row->last_ms = ev->received_ms;
    note_source(row, ev->source);
    pthread_mutex_unlock(&u->lock);
}

static cu_code write_row(struct people *p, const struct undeclared_row *row, struct cu_error *err)
{
    char sources[UNDECLARED_SOURCES_MAX * 11 + 1] = "";
    size_t len = 0;
    for (size_t i = 0; i < UNDECLARED_SOURCES_MAX && row->sources[i]; i++)
        len += (size_t)snprintf(
            sources + len, sizeof(sources) - len, "%s%u", i ? "," : "", row->sources[i]);
    struct db_query q;
    CU_TRY(db_prepare(p->records, &people_sql_undeclared_set, &q, err));
    db_bind_str(&q, ":scope", cu_str_of(row->scope));
    db_bind_str(&q, ":name", cu_str_of(row->name));
    db_bind_i64(&q, ":count", (int64_t)row->count);
    db_bind_i64(&q, ":first_ms", row->first_ms);
    db_bind_i64(&q, ":last_ms", row->last_ms);
    db_bind_str(&q, ":sources", (cu_str){sources, len});
    return db_run(&q, err);
}

cu_code undeclared_before_commit(struct people *p, struct cu_error *err)
{
    struct undeclared *u = &p->undeclared;
    for (uint32_t i = 0; i < u->changed_count; i++)
        CU_TRY(write_row(p, &u->slots[u->changed[i]], err));
    return CU_OK;
}

// A failed batch comes again: its counts go. A name it brought may stay with a count of nought; it is
// not shown.
void undeclared_settle(struct people *p, bool committed)
{
    struct undeclared *u = &p->undeclared;
    pthread_mutex_lock(&u->lock);
    for (uint32_t i = 0; i < u->changed_count; i++) {
        struct undeclared_row *row = &u->slots[u->changed[i]];
        if (!committed)
            row->count -= row->batch;
        row->batch = 0;
    }
    u->changed_count = 0;
    pthread_mutex_unlock(&u->lock);
}

cu_code undeclared_load(struct people *p, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(p->records, &people_sql_undeclared_all, &q, err));
    while (db_step(&q) && p->undeclared.used < UNDECLARED_MAX) {
        struct undeclared_row row = {
            .count = (uint64_t)db_i64(&q, 2), .first_ms = db_i64(&q, 3), .last_ms = db_i64(&q, 4)};
        cu_str scope = db_str(&q, 0), name = db_str(&q, 1), sources = db_str(&q, 5);
        if (scope.len > UNDECLARED_TEXT_MAX || name.len == 0 || name.len > UNDECLARED_TEXT_MAX)
            continue;
        memcpy(row.scope, scope.ptr, scope.len);
        memcpy(row.name, name.ptr, name.len);
        while (sources.len) {
            int64_t source = 0;
            if (cu_str_i64(cu_str_cut(&sources, ','), &source))
                note_source(&row, (uint32_t)source);
        }
        *slot_for(&p->undeclared, row.scope, row.name) = row;
        p->undeclared.used++;
    }
    return db_end(&q, err);
}

static int by_count(const void *a, const void *b)
{
    const struct undeclared_row *const *x = a, *const *y = b;
    if ((*x)->count != (*y)->count)
        return (*x)->count < (*y)->count ? 1 : -1;
    int scope = strcmp((*x)->scope, (*y)->scope);
    return scope ? scope : strcmp((*x)->name, (*y)->name);
}

void undeclared_print(struct people *p, struct json_writer *w)
{
    pthread_mutex_lock(&p->undeclared.lock);
    const struct undeclared_row *rows[UNDECLARED_MAX];
    size_t n = 0;
    for (uint32_t i = 0; i < UNDECLARED_SLOTS && n < UNDECLARED_MAX; i++) {
        if (p->undeclared.slots[i].count)
            rows[n++] = &p->undeclared.slots[i];
    }
    qsort(rows, n, sizeof(*rows), by_count);
    for (size_t i = 0; i < n; i++) {
        jw_object(w);
        jw_kz(w, "scope", rows[i]->scope);
        jw_kz(w, "name", rows[i]->name);
        jw_ki64(w, "count", (int64_t)rows[i]->count);
        jw_ktime(w, "first_seen", rows[i]->first_ms);
        jw_ktime(w, "last_seen", rows[i]->last_ms);
        jw_key(w, "sources");
        jw_array(w);
        for (size_t s = 0; s < UNDECLARED_SOURCES_MAX && rows[i]->sources[s]; s++)
            jw_i64(w, rows[i]->sources[s]);
        jw_array_end(w);
        jw_object_end(w);
    }
    pthread_mutex_unlock(&p->undeclared.lock);
}
