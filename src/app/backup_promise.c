// SPDX-License-Identifier: Apache-2.0
// Promises to the backup target and back. See backup_promise.h.
//
//   promises/LINE/000000000001-000000000020.1763719200000        what was promised
//   promises/LINE/000000000001-000000000020.1763719200000.tags   keyed tags of whom
// The numbers are the first and last row and the time of the last. Numbers have no gaps within a line, so
// a missing object is noticed. Each is an object (crypto/object.h) of JSON lines.
#include "backup_promise.h"

#include "base/log.h"

#include <stdio.h>
#include <stdlib.h>

enum { AT_ONCE = 500 };
#define TEXT_MAX ((size_t)8 << 20)

static void put_row(const struct promise *m, bool tags, struct cu_buf *out)
{
    struct json_writer w;
    char uuid[37];
    cu_uuid_format(m->uuid, uuid);
    jw_start(&w, out);
    jw_object(&w);
    jw_ki64(&w, "id", m->id);
    if (tags) {
        CU_AUTO_BUF struct cu_buf hex;
        cu_buf_init(&hex, PROMISE_TAGS_MAX * 32 + 1);
        text_hex((cu_str){(const char *)m->tags, m->tag_count * 16}, &hex);
        jw_kstr(&w, "tags", cu_buf_view(&hex));
        jw_ki64(&w, "version", m->tag_version);
        cu_buf_wipe(&hex);
    } else {
        jw_ki64(&w, "at_ms", m->at_ms);
        jw_ki64(&w, "seq", (int64_t)m->seq);
        jw_ki64(&w, "kind", m->kind);
        jw_ki64(&w, "state", m->state);
        jw_kz(&w, "uuid", uuid);
        jw_kz(&w, "purpose", m->purpose);
    }
    jw_object_end(&w);
    cu_buf_char(out, '\n');
}

static cu_code put_rows(struct backup_work *w, const struct promise *rows, size_t count, bool tags, struct cu_error *err)
{
    char name[120];
    uint8_t object[32];
    CU_AUTO_BUF struct cu_buf text;
    cu_buf_init(&text, TEXT_MAX);
    for (size_t i = 0; i < count; i++)
        put_row(&rows[i], tags, &text);
    CU_TRY(cu_buf_code(&text, err));
    cu_code code = object_seal(&w->key.key, cu_buf_view(&text), &w->sealed, object, err);
    cu_buf_wipe(&text);
    CU_TRY(code);
    (void)snprintf(name, sizeof name, "promises/%s/%012lld-%012lld.%lld%s", w->key.line, (long long)rows[0].id,
        (long long)rows[count - 1].id, (long long)rows[count - 1].at_ms, tags ? ".tags" : "");
    return target_put(w->target, name, cu_buf_view(&w->sealed), true, err);
}

static cu_code read_rows(struct people *p, struct promise *rows, size_t *ret_count, struct cu_error *err)
{
    struct db *d = NULL;
    CU_TRY(people_read_take(p, &d, err));
    cu_code code = promises_read(d, 0, rows, AT_ONCE, ret_count, err);
    people_read_give(p, d);
    return code;
}

cu_code promises_send(struct backup_work *w, struct cu_error *err)
{
    struct promise *rows = cu_alloc(AT_ONCE * sizeof *rows);
    size_t count = AT_ONCE;
    cu_code code = rows ? CU_OK : cu_fail(err, CU_MEMORY, "", "no memory to carry promises off");
    while (code == CU_OK && count == AT_ONCE) {
        code = read_rows(w->engine->people, rows, &count, err);
        if (code != CU_OK || count == 0)
            break;
        code = put_rows(w, rows, count, true, err); // the tags first: without the other object they are nobody's
        if (code == CU_OK)
            code = put_rows(w, rows, count, false, err);
        if (code == CU_OK)
            code = promises_drop(w->engine->people, rows[count - 1].id, INT64_MIN, err);
    }
    if (rows)
        explicit_bzero(rows, AT_ONCE * sizeof *rows);
    cu_free(rows);
    return code;
}

// ---- names

struct part { // one object, by its name
    char name[160];
    char line[17];
    int64_t from, to, at_ms;
    bool tags;
};

static bool parse_name(cu_str name, struct part *ret)
{
    *ret = (struct part){.tags = cu_str_ends(name, CU_LIT(".tags"))};
    cu_str rest = name;
    (void)snprintf(ret->name, sizeof ret->name, "%.*s", CU_ARG(name));
    (void)cu_str_cut(&rest, '/');
    cu_str line = cu_str_cut(&rest, '/'), numbers = cu_str_cut(&rest, '.'), at = cu_str_cut(&rest, '.');
    (void)snprintf(ret->line, sizeof ret->line, "%.*s", CU_ARG(cu_str_sub(line, 0, 16)));
    cu_str to = numbers, from = cu_str_cut(&to, '-');
    return name.len < sizeof ret->name && line.len == 16 && cu_str_i64(from, &ret->from) && cu_str_i64(to, &ret->to) &&
           cu_str_i64(at, &ret->at_ms);
}

struct parts {
    struct part *at;
    size_t count, cap;
};

static cu_code note_part(void *context, cu_str name, int64_t bytes, struct cu_error *err)
{
    struct parts *p = context;
    struct part one;
    (void)bytes;
    if (!parse_name(name, &one))
        return CU_OK;
    if (p->count == p->cap) {
        size_t cap = p->cap ? p->cap * 2 : 256;
        struct part *at = cu_realloc(p->at, cap * sizeof *at);
        if (!at)
            return cu_fail(err, CU_MEMORY, "", "no memory to list promises");
        p->at = at;
        p->cap = cap;
    }
    p->at[p->count++] = one;
    return CU_OK;
}

static int by_age(const void *a, const void *b)
{
    const struct part *x = a, *y = b;
    if (strcmp(x->line, y->line) == 0 && x->from != y->from)
        return x->from < y->from ? -1 : 1;
    if (x->at_ms != y->at_ms)
        return x->at_ms < y->at_ms ? -1 : 1;
    return strcmp(x->name, y->name); // the object before its tags
}

static cu_code list_parts(struct target *t, struct parts *ret, struct cu_error *err)
{
    cu_code code = target_list(t, "promises/", note_part, ret, err);
    if (code == CU_OK && ret->count)
        qsort(ret->at, ret->count, sizeof *ret->at, by_age);
    return code;
}

// ---- fetching

struct fetching {
    struct backup_work *work;
    const struct backup_manifest *since;
    struct json_parser *json;
    struct promise *rows;
    size_t count, cap, part_from; // part_from: first row of the object read last
};

// Is the promise in the backup's records already? In its own line by number, in others by time.
static bool kept_in(const struct backup_manifest *m, const char *line, int64_t id, int64_t at_ms)
{
    return strcmp(line, m->line) == 0 ? id <= m->promise : at_ms < m->made_ms;
}

static cu_code add_row(struct fetching *f, const struct promise *row, struct cu_error *err)
{
    if (f->count == f->cap) {
        size_t cap = f->cap ? f->cap * 2 : 1024;
        struct promise *rows = cu_realloc(f->rows, cap * sizeof *rows);
        if (!rows)
            return cu_fail(err, CU_MEMORY, "", "no memory for the promises to keep");
        f->rows = rows;
        f->cap = cap;
    }
    f->rows[f->count++] = *row;
    return CU_OK;
}

static void take_tags(struct fetching *f, int64_t id, json v)
{
    cu_str hex = json_str(json_get(v, "tags"));
    int64_t version = 1; // as before there were versions
    CU_AUTO_BUF struct cu_buf bytes;
    cu_buf_init(&bytes, sizeof f->rows->tags);
    if (!text_hex_decode(hex, &bytes))
        return;
    if (json_i64(json_get(v, "version"), &version) && (version < 1 || version > UINT32_MAX))
        return;
    for (size_t i = f->part_from; i < f->count; i++) {
        if (f->rows[i].id != id)
            continue;
        f->rows[i].tag_count = bytes.len / 16;
        f->rows[i].tag_version = (uint32_t)version;
        if (bytes.len)
            memcpy(f->rows[i].tags, bytes.ptr, bytes.len);
    }
}

static cu_code take_row(struct fetching *f, const struct part *p, json v, struct cu_error *err)
{
    struct promise m = {0};
    int64_t kind = 0, state = 0, seq = 0;
    if (!json_i64(json_get(v, "id"), &m.id))
        return cu_fail(err, CU_MALFORMED, "", "a promise has no number");
    if (p->tags) {
        take_tags(f, m.id, v);
        return CU_OK;
    }
    if (!json_i64(json_get(v, "at_ms"), &m.at_ms) || !json_i64(json_get(v, "seq"), &seq) ||
        !json_i64(json_get(v, "kind"), &kind) || !json_i64(json_get(v, "state"), &state) ||
        !cu_uuid_parse(json_str(json_get(v, "uuid")), &m.uuid))
        return cu_fail(err, CU_MALFORMED, "", "a promise lacks what every one has");
    m.kind = (enum promise_kind)kind;
    m.state = (int)state;
    m.seq = (uint64_t)seq;
    (void)snprintf(m.purpose, sizeof m.purpose, "%.*s", CU_ARG(cu_str_sub(json_str(json_get(v, "purpose")), 0,
        sizeof m.purpose - 1)));
    return kept_in(f->since, p->line, m.id, m.at_ms) ? CU_OK : add_row(f, &m, err);
}

static cu_code fetch_part(struct fetching *f, const struct part *p, struct cu_error *err)
{
    struct backup_work *w = f->work;
    uint8_t object[32];
    CU_TRY(target_get(w->target, p->name, &w->sealed, err));
    object_hash(cu_buf_view(&w->sealed), object);
    cu_code code = object_open(&w->key.key, object, cu_buf_view(&w->sealed), &w->plain, err);
    if (code != CU_OK)
        return cu_fail(err, CU_CORRUPT, "", "%.100s is damaged: restoring without it could bring somebody back", p->name);
    if (!p->tags)
        f->part_from = f->count;
    for (cu_str rest = cu_buf_view(&w->plain); rest.ptr && rest.len;) {
        json v;
        cu_str row = cu_str_cut(&rest, '\n');
        CU_TRY(json_parse(f->json, row, &v, err));
        CU_TRY(take_row(f, p, v, err));
    }
    return CU_OK;
}

// Numbers of one line without the ones in between: somebody removed an object.
static cu_code check_gap(const struct parts *all, size_t i, const struct backup_manifest *m, struct cu_error *err)
{
    const struct part *p = &all->at[i];
    int64_t before = strcmp(p->line, m->line) == 0 ? m->promise : 0;
    for (size_t k = i; k > 0; k--) {
        const struct part *q = &all->at[k - 1];
        if (!q->tags && strcmp(q->line, p->line) == 0) {
            before = q->to > before ? q->to : before;
            break;
        }
    }
    bool other_line = strcmp(p->line, m->line) != 0; // its first objects may have been dropped by age
    if (p->from <= before + 1 || (other_line && before == 0))
        return CU_OK;
    return cu_fail(err, CU_CORRUPT, "",
        "promises %lld to %lld are missing in the target: restoring without them could bring "
                                        "somebody back", (long long)before + 1, (long long)p->from - 1);
}

cu_code promises_fetch(struct backup_work *w, const struct backup_manifest *m, struct promise **ret, size_t *ret_count,
    struct cu_error *err)
{
    struct parts all = {0};
    struct fetching f = {.work = w, .since = m, .json = json_parser_new(1 << 20)};
    cu_code code = f.json ? list_parts(w->target, &all, err) : cu_fail(err, CU_MEMORY, "", "no memory to read promises");
    for (size_t i = 0; i < all.count && code == CU_OK; i++) {
        if (kept_in(m, all.at[i].line, all.at[i].to, all.at[i].at_ms))
            continue;
        if (!all.at[i].tags)
            code = check_gap(&all, i, m, err);
        if (code == CU_OK)
            code = fetch_part(&f, &all.at[i], err);
    }
    json_parser_free(f.json);
    cu_free(all.at);
    if (code != CU_OK) {
        cu_free(f.rows);
        return code;
    }
    *ret = f.rows;
    *ret_count = f.count;
    return CU_OK;
}

cu_code promises_expire(struct target *t, int64_t before_ms, int64_t before_tags_ms, int64_t *ret_count,
    struct cu_error *err)
{
    struct parts all = {0};
    cu_code code = list_parts(t, &all, err);
    for (size_t i = 0; i < all.count && code == CU_OK; i++) {
        if (all.at[i].at_ms >= (all.at[i].tags ? before_tags_ms : before_ms))
            continue;
        code = target_drop(t, all.at[i].name, err);
        (*ret_count)++;
    }
    cu_free(all.at);
    return code;
}
