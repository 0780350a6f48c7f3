// SPDX-License-Identifier: Apache-2.0
// Counting who has which field. See usage.h.
#include "usage_internal.h"

#include "base/clock.h"
#include "base/log.h"
#include "people/known.h"
#include "people/reads.h"
#include "usage_sql.h"

enum { RANGE = 1024, TICK_US = 250000, FLUSH_MS = 60000, LOOK_MS = 60000 };
#define DAY_MS INT64_C(86400000)

struct tally {
    int64_t filled, written_ms;
};
struct usage {
    struct people *people;
    _Atomic(bool) wake;       // count now
    int64_t flush_ms, look_ms;
    bool counting;
    const struct dictionary *dictionary; // that is counted by: another one begins anew
    uint64_t version;
    struct tally *tallies;    // one per field of persons
    size_t count;
    uint32_t at;
    uint32_t last;            // profile counted last
    int64_t profiles;
};

cu_code usage_open(struct people *p, struct usage **ret, struct cu_error *err)
{
    struct usage *u = cu_calloc(1, sizeof *u);
    if (!u)
        return cu_fail(err, CU_MEMORY, "", "no memory for the usage of fields");
    u->people = p;
    *ret = u;
    return CU_OK;
}

void usage_close(struct usage *u)
{
    if (!u)
        return;
    cu_free(u->tallies);
    cu_free(u);
}

struct people *usage_people(struct usage *u)
{
    return u->people;
}

void usage_wake(struct usage *u)
{
    atomic_store(&u->wake, true);
}

static cu_code store(struct usage *u, cu_code (*write)(struct usage *u, struct db *d, void *what, struct cu_error *err),
    void *what,
    struct cu_error *err)
{
    struct db *d = people_lock(u->people);
    cu_code code = people_begin(u->people, err);
    if (code == CU_OK) {
        code = write(u, d, what, err);
        if (code == CU_OK)
            code = people_commit(u->people, err);
        else
            people_rollback(u->people);
    }
    people_unlock(u->people);
    return code;
}

// --- readings

struct reads {
    const struct dict_field *fields;
    size_t count;
    struct {
        size_t field;
        int64_t ms;
    } at[READS_MAX];
    size_t found;
};

static void take_read(void *context, const struct dict_field *f, int64_t last_ms)
{
    struct reads *r = context;
    uintptr_t first = (uintptr_t)r->fields, at = (uintptr_t)f;
    if (at < first || at >= first + r->count * sizeof *r->fields || r->found == READS_MAX)
        return; // a property of an event, or of a dictionary that is gone
    r->at[r->found].field = (at - first) / sizeof *r->fields;
    r->at[r->found++].ms = last_ms;
}

static cu_code write_reads(struct usage *u, struct db *d, void *what, struct cu_error *err)
{
    const struct reads *r = what;
    struct db_query q;
    (void)u;
    CU_TRY(db_prepare(d, &usage_sql_since_set, &q, err));
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    CU_TRY(db_run(&q, err));
    for (size_t i = 0; i < r->found; i++) {
        CU_TRY(db_prepare(d, &usage_sql_was_read, &q, err));
        db_bind_str(&q, ":field", r->fields[r->at[i].field].name);
        db_bind_i64(&q, ":read_ms", r->at[i].ms);
        CU_TRY(db_run(&q, err));
    }
    return CU_OK;
}

cu_code usage_flush(struct usage *u, struct cu_error *err)
{
    const struct dictionary *d = people_dictionary(u->people);
    struct reads *r = cu_calloc(1, sizeof *r);
    if (!r)
        return cu_fail(err, CU_MEMORY, "", "no memory for the usage of fields");
    r->count = d ? dictionary_person_fields(d, &r->fields) : 0;
    reads_take(take_read, r);
    cu_code code = store(u, write_reads, r, err);
    cu_free(r);
    return code;
}

// --- counting

static cu_code count_value(void *ctx, const struct known_trait *t, struct cu_error *err)
{
    struct usage *u = ctx;
    const struct dict_field *fields = NULL;
    (void)err;
    if (t->cleared)
        return CU_OK;
    (void)dictionary_person_fields(u->dictionary, &fields);
    struct tally *tally = &u->tallies[t->field - fields];
    tally->filled++;
    tally->written_ms = t->at_ms > tally->written_ms ? t->at_ms : tally->written_ms;
    u->profiles += t->pno != u->last; // in the order of numbers
    u->last = t->pno;
    return CU_OK;
}

static cu_code begin(struct usage *u, const struct dictionary *d, struct cu_error *err)
{
    const struct dict_field *fields = NULL;
    size_t count = dictionary_person_fields(d, &fields);
    struct tally *tallies = cu_calloc(count + 1, sizeof *tallies);
    if (!tallies)
        return cu_fail(err, CU_MEMORY, "", "no memory for the usage of fields");
    cu_free(u->tallies);
    u->tallies = tallies;
    u->count = count;
    u->dictionary = d;
    u->version = dictionary_version(d);
    u->at = u->last = 0;
    u->profiles = 0;
    u->counting = true;
    return CU_OK;
}

static cu_code drop_gone(struct usage *u, struct db *d, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &usage_sql_names, &q, err));
    cu_code code = CU_OK;
    while (code == CU_OK && db_step(&q)) {
        struct db_query drop;
        if (dictionary_person_field(u->dictionary, db_str(&q, 0)))
            continue;
        code = db_prepare(d, &usage_sql_drop, &drop, err);
        if (code == CU_OK) {
            db_bind_str(&drop, ":field", db_str(&q, 0));
            code = db_run(&drop, err);
        }
    }
    cu_code end = db_end(&q, code == CU_OK ? err : NULL);
    return code != CU_OK ? code : end;
}

static cu_code write_counts(struct usage *u, struct db *d, void *what, struct cu_error *err)
{
    const struct dict_field *fields = NULL;
    (void)what;
    (void)dictionary_person_fields(u->dictionary, &fields);
    CU_TRY(drop_gone(u, d, err));
    for (size_t i = 0; i < u->count; i++) {
        struct db_query q;
        CU_TRY(db_prepare(d, &usage_sql_counted, &q, err));
        db_bind_str(&q, ":field", fields[i].name);
        db_bind_i64(&q, ":filled", u->tallies[i].filled);
        db_bind_i64(&q, ":profiles", u->profiles);
        db_bind_i64(&q, ":written_ms", u->tallies[i].written_ms);
        db_bind_i64(&q, ":now_ms", cu_now_ms());
        CU_TRY(db_run(&q, err));
    }
    return CU_OK;
}

static cu_code count_range(struct usage *u, struct cu_error *err)
{
    struct db *d = NULL;
    uint32_t end = people_end(u->people), next = end - u->at < RANGE ? end : u->at + RANGE;
    CU_TRY(people_read_take(u->people, &d, err));
    cu_code code = known_traits(u->people, d, u->dictionary, u->at, next, UINT32_MAX, count_value, u, err);
    people_read_give(u->people, d);
    if (code == CU_OK)
        u->at = next;
    return code;
}

static cu_code last_counted(struct usage *u, int64_t *ret, struct cu_error *err)
{
    struct db *d = NULL;
    struct db_query q;
    CU_TRY(people_read_take(u->people, &d, err));
    cu_code code = db_prepare(d, &usage_sql_last_counted, &q, err);
    if (code == CU_OK) {
        *ret = db_step(&q) ? db_i64(&q, 0) : 0;
        code = db_end(&q, err);
    }
    people_read_give(u->people, d);
    return code;
}

cu_code usage_tick(struct usage *u, bool *ret_busy, struct cu_error *err)
{
    const struct dictionary *d = people_dictionary(u->people);
    int64_t until_us = cu_mono_us() + TICK_US;
    *ret_busy = false;
    if (!d)
        return CU_OK;
    // The former dictionary lives for some minutes longer than it is needed here.
    if (!u->counting || u->dictionary != d || u->version != dictionary_version(d))
        CU_TRY(begin(u, d, err));
    while (u->at < people_end(u->people) && cu_mono_us() < until_us)
        CU_TRY(count_range(u, err));
    *ret_busy = u->at < people_end(u->people);
    if (*ret_busy)
        return CU_OK;
    u->counting = false;
    return store(u, write_counts, NULL, err);
}

cu_code usage_job(struct usage *u, struct cu_error *err)
{
    int64_t now = cu_now_ms(), counted = 0;
    bool busy = false;
    if (now - u->flush_ms >= FLUSH_MS) {
        u->flush_ms = now;
        CU_TRY(usage_flush(u, err));
    }
    bool asked = atomic_exchange(&u->wake, false);
    if (asked && !u->counting)
        CU_TRY(usage_flush(u, err)); // what was read up to now is in the answer, too
    if (!asked && !u->counting) {
        if (now - u->look_ms < LOOK_MS)
            return CU_OK;
        u->look_ms = now;
        CU_TRY(last_counted(u, &counted, err));
        if (now - counted < DAY_MS)
            return CU_OK;
    }
    return usage_tick(u, &busy, err);
}

// --- what is known

cu_code usage_of(struct people *p, struct db *d, cu_str field, struct field_usage *ret, struct cu_error *err)
{
    struct db_query q;
    (void)p;
    *ret = (struct field_usage){.filled = -1, .profiles = -1};
    CU_TRY(db_prepare(d, &usage_sql_get, &q, err));
    db_bind_str(&q, ":field", field);
    if (db_step(&q)) {
        *ret = (struct field_usage){.counted_ms = db_i64(&q, 2), .written_ms = db_i64(&q, 3), .read_ms = db_i64(&q, 4),
            .filled = db_i64(&q, 2) ? db_i64(&q, 0) : -1, .profiles = db_i64(&q, 2) ? db_i64(&q, 1) : -1};
    }
    return db_end(&q, err);
}

static bool is_word(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_';
}

static bool same_letter(char a, char b)
{
    a = a >= 'A' && a <= 'Z' ? (char)(a + ('a' - 'A')) : a;
    b = b >= 'A' && b <= 'Z' ? (char)(b + ('a' - 'A')) : b;
    return a == b;
}

// The name as a whole word: "age" is not in "average", and "city" not in "address.city", but "address.city" in
// "address.city.updated".
bool usage_mentions(cu_str text, cu_str name)
{
    for (size_t i = 0; name.len && i + name.len <= text.len; i++) {
        size_t n = 0;
        while (n < name.len && same_letter(text.ptr[i + n], name.ptr[n]))
            n++;
        bool whole = n == name.len && (i == 0 || !(is_word(text.ptr[i - 1]) || text.ptr[i - 1] == '.')) &&
                     (i + n == text.len || !is_word(text.ptr[i + n]));
        if (whole)
            return true;
    }
    return false;
}

cu_code usage_where(struct db *d, cu_str name, struct json_writer *w, size_t *ret_count, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &usage_sql_texts, &q, err));
    while (db_step(&q)) {
        if (!usage_mentions(db_str(&q, 2), name))
            continue;
        CU_AUTO_BUF struct cu_buf text;
        cu_buf_init(&text, 512);
        cu_buf_printf(&text, "%.*s:%.*s", CU_ARG(db_str(&q, 0)), CU_ARG(db_str(&q, 1)));
        jw_str(w, cu_buf_view(&text));
        ++*ret_count;
    }
    return db_end(&q, err);
}
