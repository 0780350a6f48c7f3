// SPDX-License-Identifier: Apache-2.0
// Parts of a purpose: one channel, one recipient. A part has statements, records and a state of its own, stored like those of a
// purpose under a key that names both; what the whole means for it is decided here.
#include "gate_internal.h"

#include "gate_sql.h"

#include <stdio.h>

enum { PARTS_MAX = 64 };

static bool good_name(cu_str s)
{
    static const char *const accepted = "abcdefghijklmnopqrstuvwxyz0123456789_.-";
    for (size_t i = 0; i < s.len; i++) {
        if (!memchr(accepted, s.ptr[i], strlen(accepted)))
            return false;
    }
    return s.len <= GATE_PART_MAX;
}

cu_code gate_key(cu_str purpose, struct gate_part part, char ret[GATE_KEY_MAX], struct cu_error *err)
{
    if (!good_name(part.channel) || !good_name(part.recipient))
        return cu_fail(err, CU_INVALID, good_name(part.channel) ? "/only_recipient" : "/only_channel",
            "a name of a-z, 0-9, _ . and - of at most %d bytes is accepted", GATE_PART_MAX);
    int n = snprintf(ret, GATE_KEY_MAX, "%.*s%s%.*s%s%.*s", CU_ARG(purpose), part.channel.len ? ":" : "", CU_ARG(part.channel),
        part.recipient.len ? "/" : "", CU_ARG(part.recipient));
    return n < GATE_KEY_MAX ? CU_OK : cu_fail(err, CU_TOO_LARGE, "purpose", "the name of this purpose is too long");
}

static size_t until(cu_str s, const char *ends)
{
    size_t n = 0;
    while (n < s.len && !strchr(ends, s.ptr[n]))
        n++;
    return n;
}

cu_str gate_key_purpose(cu_str key)
{
    return cu_str_sub(key, 0, until(key, ":/"));
}

struct gate_part gate_key_part(cu_str key)
{
    struct gate_part part = {CU_LIT(""), CU_LIT("")};
    cu_str rest = cu_str_sub(key, until(key, ":/"), key.len);
    if (cu_str_starts(rest, CU_LIT(":"))) {
        part.channel = cu_str_sub(rest, 1, until(rest, "/") - 1);
        rest = cu_str_sub(rest, 1 + part.channel.len, rest.len);
    }
    if (cu_str_starts(rest, CU_LIT("/")))
        part.recipient = cu_str_sub(rest, 1, rest.len);
    return part;
}

// The person's own no, or one on the person's behalf.
static bool closes(enum gate_state s)
{
    return s == GATE_REFUSED || s == GATE_WITHDRAWN || s == GATE_INVALIDATED;
}

enum gate_reason gate_decide_part(enum dict_basis basis, const struct gate_folded *whole, const struct gate_folded *part)
{
    enum gate_reason of_whole = gate_decide(basis, whole->state), of_part = gate_decide(basis, part->state);
    bool may_be_said = basis == DICT_CONSENT || basis == DICT_LEGITIMATE_INTEREST;
    if (!may_be_said || part->state == GATE_UNKNOWN || part->state == GATE_REQUESTED)
        return of_whole;
    if (closes(part->state))
        return of_part;
    if (closes(whole->state) && whole->since_ms >= part->since_ms)
        return of_whole;
    return record_permits(part->state) ? of_part : of_whole;
}

static cu_code print_part(struct gate *g, struct db *d, const uint32_t *pnos, size_t count, const struct dict_purpose *p, cu_str key,
    struct json_writer *w, struct cu_error *err)
{
    struct gate_folded whole, part;
    struct gate_part names = gate_key_part(key);
    char method[40];
    CU_TRY(gate_state_of(g, d, pnos, count, p->name, &whole, method, err));
    CU_TRY(gate_state_of(g, d, pnos, count, key, &part, method, err));
    jw_object(w);
    jw_kstr(w, "channel", names.channel);
    jw_kstr(w, "recipient", names.recipient);
    jw_kz(w, "state", gate_state_name(part.state));
    jw_ktime(w, "since", part.since_ms);
    jw_kbool(w, "allowed", gate_decide_part(p->basis, &whole, &part) == GATE_OK);
    jw_object_end(w);
    return CU_OK;
}

struct keys_found {
    char at[PARTS_MAX][GATE_KEY_MAX];
    size_t count;
};

static void add_key(struct keys_found *k, cu_str key)
{
    for (size_t i = 0; i < k->count; i++) {
        if (cu_str_eqz(key, k->at[i]))
            return;
    }
    if (k->count < PARTS_MAX)
        (void)snprintf(k->at[k->count++], GATE_KEY_MAX, "%.*s", CU_ARG(key));
}

static cu_code keys_of(struct db *d, const uint32_t *pnos, size_t count, cu_str purpose, struct keys_found *ret, struct cu_error *err)
{
    char after[GATE_KEY_MAX]; // ':' and '/' stand before ';' among the bytes
    (void)snprintf(after, sizeof after, "%.*s;", CU_ARG(purpose));
    for (size_t i = 0; i < count; i++) {
        struct db_query q;
        CU_TRY(db_prepare(d, &gate_sql_parts_of, &q, err));
        db_bind_i64(&q, ":pno", pnos[i]);
        db_bind_str(&q, ":purpose", purpose);
        db_bind_str(&q, ":after", cu_str_of(after));
        while (db_step(&q)) {
            cu_str key = db_str(&q, 0);
            if (cu_str_eq(gate_key_purpose(key), purpose) && key.len > purpose.len)
                add_key(ret, key);
        }
        CU_TRY(db_end(&q, err));
    }
    return CU_OK;
}

cu_code gate_print_parts(struct gate *g, struct db *d, const uint32_t *pnos, size_t count, const struct dict_purpose *p,
    struct json_writer *w, struct cu_error *err)
{
    struct keys_found keys = {.count = 0};
    CU_TRY(keys_of(d, pnos, count, p->name, &keys, err));
    jw_key(w, "parts");
    jw_array(w);
    for (size_t i = 0; i < keys.count; i++)
        CU_TRY(print_part(g, d, pnos, count, p, cu_str_of(keys.at[i]), w, err));
    jw_array_end(w);
    return CU_OK;
}
