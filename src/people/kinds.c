// SPDX-License-Identifier: Apache-2.0
// Identifier kinds and the rules that hold for each, and turning what a client sent into candidates
// for a decision: normalised, blocked values dropped, strongest first. Called by identity.c
// (writer) and by the read-only look-ups (any thread).
#include "internal.h"
#include "people_sql.h"

#include "base/hash.h"
#include "text/text.h"

cu_code kinds_load(struct people *p, struct cu_error *err)
{
    struct db_query q;
    p->kinds.count = 1;
    CU_TRY(db_prepare(p->records, &people_sql_kinds, &q, err));
    while (db_step(&q)) {
        int64_t number = db_i64(&q, 0);
        cu_str name = db_str(&q, 1);
        if (number != p->kinds.count || number >= PERSON_KINDS_MAX || name.len > 64)
            break;
        struct identity_kind *k = &p->kinds.at[p->kinds.count++];
        memcpy(k->name, name.ptr, name.len);
        k->name[name.len] = 0;
        k->len = (uint8_t)name.len;
    }
    p->kinds.committed = p->kinds.count;
    return db_end(&q, err);
}

static void apply_row(const struct dictionary *d, struct identity_kind *k)
{
    const struct dict_identifier *row = dictionary_identifier(d, (cu_str){k->name, k->len});
    const struct dict_identifier *anonymous = dictionary_identifier(d, CU_LIT("anonymous_id"));
    k->row = row;
    k->priority = row ? row->priority : 90;
    k->limit = row ? row->limit : 5;
    k->declared = row && !cu_str_eqz(row->kind, "*");
    bool is_anonymous = strcmp(k->name, "anonymous_id") == 0;
    k->weak =
        is_anonymous || (k->declared && anonymous && cu_str_eqz(anonymous->kind, "anonymous_id") &&
                            k->priority >= anonymous->priority);
}

// The version that edges store: which rules joined two profiles.
static uint64_t rules_version(const struct dictionary *d)
{
    const struct dict_identifier *rows = NULL;
    size_t count = dictionary_identifiers(d, &rows);
    uint64_t h = TEXT_NORM_VERSION;
    for (size_t i = 0; i < count; i++) {
        int32_t numbers[2] = {rows[i].priority, rows[i].limit};
        h = cu_hash64(rows[i].kind.ptr, rows[i].kind.len, h);
        h = cu_hash64(numbers, sizeof(numbers), h);
        for (uint32_t b = 0; b < rows[i].blocked_count; b++)
            h = cu_hash64(rows[i].blocked[b].ptr, rows[i].blocked[b].len, h);
    }
    return h >> 1; // stored in a signed column
}

void kinds_apply_dictionary(struct people *p, const struct dictionary *d)
{
    pthread_mutex_lock(&p->kinds.lock);
    atomic_store(&p->dictionary, d); // together with the rows taken from it
    for (uint32_t i = 1; i < p->kinds.count; i++)
        apply_row(d, &p->kinds.at[i]);
    p->kinds.version = rules_version(d);
    pthread_mutex_unlock(&p->kinds.lock);
}

void kinds_rollback(struct people *p)
{
    pthread_mutex_lock(&p->kinds.lock);
    p->kinds.count = p->kinds.committed;
    pthread_mutex_unlock(&p->kinds.lock);
}

static uint16_t find_name(const struct identity_kinds *k, cu_str name)
{
    for (uint32_t i = 1; i < k->count; i++) {
        if (k->at[i].len == name.len && memcmp(k->at[i].name, name.ptr, name.len) == 0)
            return (uint16_t)i;
    }
    return 0;
}

// A kind as it is stored: the declared spelling, else lower case. Names are chosen by clients, and
// are kept in plain text: only short words pass.
static bool canonical_name(const struct dictionary *d, cu_str name, char out[65], size_t *ret_len)
{
    if (name.len == 0 || name.len > 64)
        return false;
    const struct dict_identifier *row = dictionary_identifier(d, name);
    if (row && !cu_str_eqz(row->kind, "*") && row->kind.len <= 64)
        name = row->kind;
    for (size_t i = 0; i < name.len; i++) {
        char c = name.ptr[i];
        if (c >= 'A' && c <= 'Z')
            c = (char)(c + ('a' - 'A'));
        if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
                c == '-' || c == ':'))
            return false;
        out[i] = c;
    }
    out[name.len] = 0;
    *ret_len = name.len;
    return true;
}

static cu_code add_kind(struct people *p, cu_str name, uint16_t *ret, struct cu_error *err)
{
    struct identity_kinds *k = &p->kinds;
    if (k->count >= PERSON_KINDS_MAX)
        return CU_OK;
    struct db_query q;
    CU_TRY(db_prepare(p->records, &people_sql_kind_add, &q, err));
    db_bind_i64(&q, ":number", k->count);
    db_bind_str(&q, ":name", name);
    CU_TRY(db_run(&q, err));
    pthread_mutex_lock(&k->lock);
    struct identity_kind *row = &k->at[k->count];
    *row = (struct identity_kind){.len = (uint8_t)name.len};
    memcpy(row->name, name.ptr, name.len);
    apply_row(people_dictionary(p), row);
    *ret = (uint16_t)k->count++;
    pthread_mutex_unlock(&k->lock);
    return CU_OK;
}

// The number of a stored kind, or its canonical name in *ret_len bytes (0: not usable as a kind).
static uint16_t find_kind(struct people *p, cu_str name, char canonical[65], size_t *ret_len)
{
    uint16_t number = find_name(&p->kinds, name);
    *ret_len = 0;
    if (number == 0 && canonical_name(people_dictionary(p), name, canonical, ret_len))
        number = find_name(&p->kinds, (cu_str){canonical, *ret_len});
    return number;
}

cu_code kinds_number(struct people *p, cu_str name, bool make, uint16_t *ret, struct cu_error *err)
{
    char canonical[65];
    size_t len = 0;
    if (!make)
        pthread_mutex_lock(&p->kinds.lock);
    *ret = find_kind(p, name, canonical, &len);
    if (!make)
        pthread_mutex_unlock(&p->kinds.lock);
    return *ret || !make || len == 0 ? CU_OK : add_kind(p, (cu_str){canonical, len}, ret, err);
}

void kinds_name(struct people *p, uint16_t number, char ret[65])
{
    pthread_mutex_lock(&p->kinds.lock);
    if (number > 0 && number < p->kinds.count)
        memcpy(ret, p->kinds.at[number].name, 65);
    else
        ret[0] = 0;
    pthread_mutex_unlock(&p->kinds.lock);
}

bool kinds_weak(struct people *p, uint16_t number)
{
    pthread_mutex_lock(&p->kinds.lock);
    bool weak = number == 0 || number >= p->kinds.count || p->kinds.at[number].weak;
    pthread_mutex_unlock(&p->kinds.lock);
    return weak;
}

// Appends the normal form; false when the value cannot identify anybody.
static bool normalise(const struct identity_kind *k, cu_str value, struct cu_buf *buf, cu_str *ret)
{
    size_t from = buf->len;
    bool ok;
    if (strcmp(k->name, "email") == 0) {
        ok = text_email_normalise(value, buf);
    } else if (strcmp(k->name, "phone") == 0) {
        ok = text_phone_normalise(value, buf);
    } else {
        cu_str v = cu_str_trim(value);
        ok = v.len > 0 && v.len <= IDENTIFIER_VALUE_MAX;
        for (size_t i = 0; ok && i < v.len; i++)
            ok = (unsigned char)v.ptr[i] >= 0x20 && v.ptr[i] != 0x7f;
        if (ok)
            cu_buf_str(buf, v);
    }
    if (!ok || buf->failed || buf->len - from > IDENTIFIER_VALUE_MAX) {
        buf->len = from;
        return false;
    }
    *ret = (cu_str){buf->ptr + from, buf->len - from};
    return !(k->row && dictionary_blocked(k->row, *ret));
}

static bool stronger(const struct people *p, const struct candidate *a, const struct candidate *b)
{
    const struct identity_kind *x = &p->kinds.at[a->kind], *y = &p->kinds.at[b->kind];
    if (x->priority != y->priority)
        return x->priority < y->priority;
    return x->declared && !y->declared;
}

// Insertion keeps the order given among equals: what a client puts first is the stronger.
static void insert(
    const struct people *p, struct candidate *out, size_t *count, const struct candidate *c)
{
    for (size_t i = 0; i < *count; i++) {
        if (out[i].kind == c->kind && cu_str_eq(out[i].value, c->value))
            return;
    }
    size_t at = *count;
    while (at > 0 && stronger(p, c, &out[at - 1])) {
        out[at] = out[at - 1];
        at--;
    }
    out[at] = *c;
    (*count)++;
}

static void add_candidate(struct people *p, const struct person_id *id, uint16_t kind,
    struct cu_buf *buf, struct candidate *out, size_t *count)
{
    struct candidate c = {.kind = kind};
    const struct identity_kind *k = &p->kinds.at[kind];
    if (kind == 0 || id->value.len > 512 || !normalise(k, id->value, buf, &c.value))
        return;
    c.version = index_version(p);
    keyring_tag_version(p->keyring, c.version, k->name, c.value, c.tag);
    insert(p, out, count, &c);
}

static cu_code prepare_all(struct people *p, const struct person_id *ids, size_t count, bool make,
    struct cu_buf *buf, struct candidate *out, size_t *ret_count, struct cu_error *err)
{
    for (size_t i = 0; i < count && *ret_count < PERSON_IDS_MAX; i++) {
        char canonical[65];
        size_t len = 0;
        uint16_t kind = find_kind(p, ids[i].kind, canonical, &len);
        if (kind == 0 && make && len)
            CU_TRY(add_kind(p, (cu_str){canonical, len}, &kind, err));
        add_candidate(p, &ids[i], kind, buf, out, ret_count);
    }
    return CU_OK;
}

cu_code candidates_prepare(struct people *p, const struct person_id *ids, size_t count, bool make,
    struct cu_buf *buf, struct candidate *out, size_t *ret_count, struct cu_error *err)
{
    *ret_count = 0;
    if (!people_dictionary(p))
        return cu_fail(err, CU_UNAVAILABLE, "", "The data dictionary is not loaded yet.");
    cu_buf_reset(buf);
    if (!cu_buf_room(buf, CANDIDATES_BUF_MAX)) // the views below must not move
        return cu_fail(err, CU_MEMORY, "", "No memory for identifiers.");
    if (make) // the writer is alone; others must not see a dictionary change half way
        return prepare_all(p, ids, count, true, buf, out, ret_count, err);
    pthread_mutex_lock(&p->kinds.lock);
    cu_code code = prepare_all(p, ids, count, false, buf, out, ret_count, err);
    pthread_mutex_unlock(&p->kinds.lock);
    return code;
}
