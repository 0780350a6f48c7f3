// SPDX-License-Identifier: Apache-2.0
// What a profile is found by: its name, e-mail addresses, phone numbers and ids, folded. Called by
// the search thread; opens sealed values, so what it makes is wiped by the caller.
#include "search.h"
#include "people_sql.h"
#include "traits.h"

#include "guard/ahead.h"

#include "text/text.h"

// One line; a line break inside a value would begin another.
static void add_line(cu_str value, struct cu_buf *out)
{
    struct cu_buf folded;
    cu_buf_init(&folded, 2048);
    text_fold(value, &folded);
    for (size_t i = 0; i < folded.len; i++) {
        if ((unsigned char)folded.ptr[i] < ' ')
            folded.ptr[i] = ' ';
    }
    if (!folded.failed && out->len + folded.len + 1 <= SEARCH_TEXT_MAX) {
        cu_buf_str(out, cu_buf_view(&folded));
        cu_buf_char(out, '\n');
    }
    cu_buf_wipe(&folded);
}

static cu_code add_traits(struct people *p, struct db *d, uint32_t pno, struct cu_arena *a,
    struct cu_buf *out, struct cu_error *err)
{
    static const char *const fields[] = {"email", "phone", "username", "company.name"};
    struct trait_view *t = NULL;
    size_t n = 0;
    CU_TRY(traits_of_person(p, d, &pno, 1, TRAIT_CONTACT_GROUP, a, &t, &n, err));
    cu_str name = trait_text(t, n, "name"), first = trait_text(t, n, "firstName"),
           last = trait_text(t, n, "lastName");
    cu_str line = cu_arena_printf(a, "%.*s %.*s %.*s", CU_ARG(name), CU_ARG(first), CU_ARG(last));
    if (!line.ptr)
        return cu_fail(err, CU_MEMORY, "", "No memory for the search index.");
    add_line(cu_str_trim(line), out); // an empty first line keeps the others in their places
    for (size_t i = 0; i < CU_COUNT(fields); i++) {
        cu_str value = trait_text(t, n, fields[i]);
        if (value.len)
            add_line(value, out);
    }
    return CU_OK;
}

static bool has_line(const struct cu_buf *out, cu_str value)
{
    struct cu_buf folded;
    cu_buf_init(&folded, 2048);
    cu_buf_char(&folded, '\n');
    text_fold(value, &folded);
    cu_buf_char(&folded, '\n');
    bool found = cu_str_find_str(cu_buf_view(out), cu_buf_view(&folded)) >= 0;
    cu_buf_wipe(&folded);
    return found;
}

static cu_code add_identifiers(
    struct people *p, struct db *d, uint32_t pno, struct cu_buf *out, struct cu_error *err)
{
    struct db_query q;
    struct cu_buf plain;
    cu_buf_init(&plain, IDENTIFIER_VALUE_MAX * 4);
    CU_TRY(db_prepare(d, &people_sql_identifiers_of, &q, err));
    db_bind_i64(&q, ":pno", pno);
    cu_code code = CU_OK;
    while (code == CU_OK && db_step(&q)) {
        uint16_t kind = (uint16_t)db_i64(&q, 1);
        if (kinds_weak(p, kind))
            continue;
        cu_buf_reset(&plain);
        code = identifier_open(p, pno, db_i64(&q, 0), db_blob(&q, 2), &plain, err);
        if (code == CU_OK && !has_line(out, cu_buf_view(&plain)))
            add_line(cu_buf_view(&plain), out);
        if (code == CU_KEY || code == CU_CORRUPT)
            code = CU_OK; // moved to another profile meanwhile: that one is marked, too
    }
    cu_buf_wipe(&plain);
    cu_code end = db_end(&q, err);
    return code != CU_OK ? code : end;
}

// --- opening ahead

static cu_code ahead_traits(struct db *d, uint32_t pno, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &people_sql_trait_current_of, &q, err));
    db_bind_i64(&q, ":pno", pno);
    while (db_step(&q)) {
        int64_t id = db_i64(&q, 0);
        int group = (int)(id & 15);
        if (group == 0 || group >= TRAIT_GROUPS || !(TRAIT_CONTACT_GROUP & 1u << group))
            continue;
        guard_ahead_add(&(struct seal_place){PEOPLE_SEAL_CURRENT, pno, (uint64_t)id, (uint64_t)db_i64(&q, 1)}, db_blob(&q, 2));
    }
    return db_end(&q, err);
}

static cu_code ahead_identifiers(struct people *p, struct db *d, uint32_t pno, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &people_sql_identifiers_of, &q, err));
    db_bind_i64(&q, ":pno", pno);
    while (db_step(&q)) {
        if (!kinds_weak(p, (uint16_t)db_i64(&q, 1)))
            guard_ahead_add(&(struct seal_place){PEOPLE_SEAL_IDENTIFIER, pno, (uint64_t)db_i64(&q, 0), 0}, db_blob(&q, 2));
    }
    return db_end(&q, err);
}

cu_code search_open_ahead(struct people *p, struct db *d, const uint32_t *pnos, size_t count, struct cu_error *err)
{
    for (size_t i = 0; i < count; i++) {
        CU_TRY(ahead_traits(d, pnos[i], err));
        CU_TRY(ahead_identifiers(p, d, pnos[i], err));
    }
    return guard_ahead_open(p->guard, err);
}

cu_code search_text_of(
    struct people *p, struct db *d, uint32_t pno, struct cu_buf *out, struct cu_error *err)
{
    CU_AUTO_ARENA struct cu_arena *a = cu_arena_new((size_t)2 * 1024 * 1024);
    if (!a)
        return cu_fail(err, CU_MEMORY, "", "No memory for the search index.");
    CU_TRY(add_traits(p, d, pno, a, out, err));
    CU_TRY(add_identifiers(p, d, pno, out, err));
    if (out->len <= 1)
        cu_buf_reset(out); // nothing but the empty first line
    return CU_OK;
}
