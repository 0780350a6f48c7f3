// SPDX-License-Identifier: Apache-2.0
// Recovery codes. See recovery.h. 128 random bits need no slow hash.
#include "recovery.h"

#include "base/clock.h"
#include "crypto/otp.h"
#include "staff_rows.h"
#include "staff_sql.h"

#include <stdio.h>

enum { CODE_BYTES = 16, CODE_DIGITS = 26, GROUP = 5 };

static void write_code(char ret[RECOVERY_TEXT])
{
    uint8_t bytes[CODE_BYTES];
    struct cu_buf text;
    size_t len = 0;
    cu_buf_init(&text, 64);
    cu_random(bytes, sizeof bytes);
    otp_base32((cu_str){(const char *)bytes, sizeof bytes}, &text);
    for (size_t i = 0; i < text.len && i < CODE_DIGITS; i++) {
        if (i % GROUP == 0 && i > 0 && i < CODE_DIGITS - 1)
            ret[len++] = '-';
        ret[len++] = text.ptr[i];
    }
    ret[len] = 0;
    cu_buf_wipe(&text);
    secret_wipe(bytes, sizeof bytes);
}

// As people type it: any case, with or without hyphens and spaces; 0, 1 and 8 for the letters they look like.
static bool hash_of(cu_str typed, uint8_t ret[32])
{
    char code[CODE_DIGITS];
    size_t count = 0;
    for (size_t i = 0; i < typed.len; i++) {
        char c = typed.ptr[i];
        if (c == '-' || c == ' ')
            continue;
        if (c >= 'a' && c <= 'z')
            c = (char)(c - 32);
        c = c == '0' ? 'O' : c == '1' ? 'I' : c == '8' ? 'B' : c;
        if (count == CODE_DIGITS || !((c >= 'A' && c <= 'Z') || (c >= '2' && c <= '7')))
            return false;
        code[count++] = c;
    }
    if (count == CODE_DIGITS)
        secret_token_hash((cu_str){code, CODE_DIGITS}, ret);
    secret_wipe(code, sizeof code);
    return count == CODE_DIGITS;
}

cu_code recovery_make_in(struct db *d, int64_t staff_id, char ret[RECOVERY_CODES][RECOVERY_TEXT], struct cu_error *err)
{
    struct db_query q;
    CU_TRY(staff_run(d, &staff_sql_recovery_delete_of, ":staff", staff_id, err));
    for (size_t i = 0; i < RECOVERY_CODES; i++) {
        uint8_t hash[32];
        write_code(ret[i]);
        if (!hash_of(cu_str_of(ret[i]), hash))
            return cu_fail(err, CU_INTERNAL, "", "a recovery code was not made");
        CU_TRY(db_prepare(d, &staff_sql_recovery_insert, &q, err));
        db_bind_blob(&q, ":hash", hash, sizeof hash);
        db_bind_i64(&q, ":staff", staff_id);
        CU_TRY(db_run(&q, err));
    }
    CU_TRY(db_prepare(d, &staff_sql_recovery_made, &q, err));
    db_bind_i64(&q, ":id", staff_id);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    return db_run(&q, err);
}

cu_code recovery_left_in(struct db *d, int64_t staff_id, int64_t *ret, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(d, &staff_sql_recovery_left, &q, err));
    db_bind_i64(&q, ":staff", staff_id);
    *ret = db_step(&q) ? db_i64(&q, 0) : 0;
    return db_end(&q, err);
}

static cu_code wrong(struct cu_error *err)
{
    return cu_fail(err, CU_UNAUTHENTICATED, "/code", "this is no recovery code that was not used yet");
}

struct trial {
    int64_t id;
    uint8_t hash[32];
};

static cu_code check_in(struct govern *g, struct db *d, void *context, struct cu_error *err)
{
    (void)g;
    const struct trial *t = context;
    struct db_query q;
    CU_TRY(db_prepare(d, &staff_sql_recovery_use, &q, err));
    db_bind_i64(&q, ":staff", t->id);
    db_bind_blob(&q, ":hash", t->hash, sizeof t->hash);
    db_bind_i64(&q, ":now_ms", cu_now_ms());
    CU_TRY(db_run(&q, err));
    return db_changes(d) == 1 ? CU_OK : wrong(err);
}

static cu_code check(
    struct govern *g, struct request *rq, int64_t staff_id, cu_str ticket, cu_str code, struct cu_error *err)
{
    (void)rq, (void)ticket;
    struct trial t = {.id = staff_id};
    return hash_of(code, t.hash) ? staff_change(g, check_in, &t, err) : wrong(err);
}

static cu_code enrolled(struct govern *g, struct db *d, int64_t staff_id, bool *ret, struct cu_error *err)
{
    (void)g;
    int64_t left = 0;
    CU_TRY(recovery_left_in(d, staff_id, &left, err));
    *ret = left > 0;
    return CU_OK;
}

static cu_code take_away(struct govern *g, struct db *d, int64_t staff_id, struct cu_error *err)
{
    (void)g;
    return staff_run(d, &staff_sql_recovery_delete_of, ":staff", staff_id, err);
}

const struct factor recovery_factor = {.name = "recovery", .backup = true, .enrolled = enrolled, .check = check,
    .remove = take_away};
