// SPDX-License-Identifier: Apache-2.0
// Rules that are not the fold's: which purposes advertise, when a person may be asked again, who is too young, what is in
// force. Called by gate.c, gate_heard.c and gate_store.c.
#include "gate_internal.h"

#include "gate_sql.h"
#include "legal_clock.h"

#include <stdio.h>

enum { MINOR_SEAL_TABLE = 0x4d494e52 /* "MINR" */, MINOR_BYTES_MAX = 512 };

static bool has_category(const struct dict_purpose *p, const char *const *names, size_t count)
{
    for (uint32_t i = 0; i < p->category_count; i++) {
        for (size_t k = 0; k < count; k++) {
            if (cu_str_eq_nocase(p->categories[i], cu_str_of(names[k])))
                return true;
        }
    }
    return false;
}

bool gate_sells(const struct dict_purpose *p)
{
    static const char *const names[] = {"Advertising", "Targeting", "Sale", "Sale of Data", "Sharing", "ad_storage",
        "ad_user_data", "ad_personalization", "C0004"};
    return has_category(p, names, CU_COUNT(names));
}

bool gate_is_marketing(const struct dict_purpose *p)
{
    return cu_str_starts(p->name, CU_LIT("marketing")) || gate_sells(p);
}

int64_t gate_ask_again(enum gate_state s, int64_t since_ms)
{
    const struct legal_clock *c = legal_clock_find("ccpa_no_re_ask");
    return s == GATE_REFUSED || s == GATE_WITHDRAWN ? legal_clock_due(c, since_ms, false, NULL) : 0;
}

// ---- in force

int64_t gate_generation_at(struct gate *g, cu_str purpose, int64_t time_ms)
{
    int64_t number = 1;
    purpose = gate_key_purpose(purpose);
    (void)pthread_rwlock_rdlock(&g->policies.lock);
    for (size_t i = 0; i < g->policies.count; i++) {
        const struct gate_generation *at = &g->policies.at[i];
        if (at->number > number && at->since_ms <= time_ms && cu_str_eqz(purpose, at->purpose))
            number = at->number;
    }
    (void)pthread_rwlock_unlock(&g->policies.lock);
    return number;
}

int64_t gate_policy_at(struct gate *g, int64_t time_ms)
{
    int64_t version = 1;
    (void)pthread_rwlock_rdlock(&g->policies.lock);
    for (size_t i = 1; i < g->policies.version_count; i++) {
        if (g->policies.made_ms[i] <= time_ms)
            version = (int64_t)i + 1;
    }
    (void)pthread_rwlock_unlock(&g->policies.lock);
    return version;
}

// ---- age

void gate_set_age(struct gate *g, int32_t years)
{
    g->consent_age = years;
}

static struct seal_place minor_place(uint32_t pno)
{
    return (struct seal_place){.table = MINOR_SEAL_TABLE, .subject = pno, .record = pno, .version = 1};
}

// The program's own look at its own note, beside whatever the caller reads: no entry in the audit log.
static cu_code minor_open(struct gate *g, uint32_t pno, cu_str sealed, int64_t *ret, struct cu_error *err)
{
    const struct seal_place place = minor_place(pno);
    CU_AUTO_BUF struct cu_buf plain;
    cu_buf_init(&plain, MINOR_BYTES_MAX);
    const struct guard_access former = guard_borrow_system("intake", "age gate");
    cu_code code = guard_open(people_guard(g->people), &place, sealed, &plain, err);
    guard_enter(&former);
    CU_TRY(code);
    return cu_str_i64(cu_buf_view(&plain), ret) ? CU_OK : cu_fail(err, CU_CORRUPT, "", "the note of an age does not read");
}

static cu_code minor_until(struct gate *g, struct db *d, uint32_t pno, int64_t *ret, struct cu_error *err)
{
    struct db_query q;
    CU_AUTO_BUF struct cu_buf sealed;
    cu_buf_init(&sealed, MINOR_BYTES_MAX);
    *ret = 0;
    CU_TRY(db_prepare(d, &gate_sql_minor_of, &q, err));
    db_bind_i64(&q, ":pno", pno);
    if (db_step(&q))
        cu_buf_str(&sealed, db_blob(&q, 0));
    CU_TRY(db_end(&q, err));
    CU_TRY(cu_buf_code(&sealed, err));
    return sealed.len ? minor_open(g, pno, cu_buf_view(&sealed), ret, err) : CU_OK;
}

static cu_code minor_put(struct gate *g, uint32_t pno, int64_t until_ms, struct cu_error *err)
{
    struct db_query q;
    char text[24];
    const struct seal_place place = minor_place(pno);
    CU_AUTO_BUF struct cu_buf sealed;
    cu_buf_init(&sealed, MINOR_BYTES_MAX);
    int len = snprintf(text, sizeof text, "%lld", (long long)until_ms);
    CU_TRY(guard_seal(people_guard(g->people), SEAL_SENSITIVE, &place, (cu_str){text, (size_t)len}, false, &sealed, err));
    CU_TRY(db_prepare(people_db(g->people), &gate_sql_minor_put, &q, err));
    db_bind_i64(&q, ":pno", pno);
    db_bind_blob(&q, ":until", sealed.ptr, sealed.len);
    return db_run(&q, err);
}

static cu_code minor_forget(struct gate *g, uint32_t pno, struct cu_error *err)
{
    struct db_query q;
    CU_TRY(db_prepare(people_db(g->people), &gate_sql_forget_minor, &q, err));
    db_bind_i64(&q, ":pno", pno);
    return db_run(&q, err);
}

cu_code gate_age_weigh(struct gate *g, uint32_t pno, int64_t time_ms, enum gate_state *state, struct cu_error *err)
{
    int64_t until_ms = 0;
    if (g->consent_age <= 0)
        return CU_OK;
    CU_TRY(minor_until(g, people_db(g->people), pno, &until_ms, err));
    if (time_ms < until_ms)
        *state = GATE_INVALIDATED;
    return CU_OK;
}

cu_code gate_age_reason(struct gate *g, struct db *d, const uint32_t *pnos, size_t count, enum gate_reason *ret,
    struct cu_error *err)
{
    for (size_t i = 0; i < count && g->consent_age > 0; i++) {
        int64_t until_ms = 0;
        CU_TRY(minor_until(g, d, pnos[i], &until_ms, err));
        if (until_ms > cu_now_ms())
            *ret = GATE_UNDER_AGE;
    }
    return CU_OK;
}

// The year in which the person reaches the age, at the latest; 0: nothing is said. Birthdays as "2012-05-01".
static int32_t year_of_age(const struct gate *g, json traits, int64_t now_ms)
{
    static const char *const names[] = {"birthday", "birthdate", "date_of_birth", "dob"};
    int32_t year = 0, month = 0, day = 0;
    int64_t value = 0;
    for (size_t i = 0; i < CU_COUNT(names); i++) {
        cu_str born = json_str(json_get(traits, names[i]));
        if (born.len >= 10 && born.ptr[4] == '-' && cu_str_i64(cu_str_sub(born, 0, 4), &value) && value > 1800 && value < 3000)
            return (int32_t)value + g->consent_age;
    }
    legal_date_of((int32_t)(now_ms / 86400000), &year, &month, &day);
    json age = json_get(traits, "age");
    if ((json_i64(age, &value) || cu_str_i64(json_str(age), &value)) && value >= 0 && value < 150)
        return year + g->consent_age - (int32_t)value; // somebody of fifteen now is sixteen within a year
    return 0;
}

static cu_code take_back(struct gate *g, uint32_t pno, const struct evidence *ev, struct cu_error *err)
{
    const struct dict_purpose *purposes = NULL;
    size_t count = dictionary_purposes(people_dictionary(g->people), &purposes);
    for (size_t i = 0; i < count; i++) {
        struct gate_folded f;
        char method[40];
        if (!gate_is_marketing(&purposes[i]))
            continue;
        CU_TRY(gate_state_of(g, people_db(g->people), &pno, 1, purposes[i].name, &f, method, err));
        const struct gate_statement s = {.pno = pno, .purpose = purposes[i].name, .heard = GATE_BY_RULE,
            .state = GATE_INVALIDATED, .method = CU_LIT("age gate"), .ev = ev};
        if (record_permits(f.state))
            CU_TRY(gate_store(g, &s, err));
    }
    return CU_OK;
}

// Only the year is kept, sealed, and only of those who are too young: until the first day of the year after they reach it.
cu_code gate_traits(struct gate *g, uint32_t pno, json traits, const struct evidence *ev, struct cu_error *err)
{
    if (g->consent_age <= 0 || pno == 0)
        return CU_OK;
    int32_t year = year_of_age(g, traits, ev->time_ms);
    if (year == 0)
        return CU_OK;
    int64_t until_ms = (int64_t)legal_day_of(year + 1, 1, 1) * 86400000;
    bool minor = until_ms > ev->time_ms && until_ms > cu_now_ms();
    CU_TRY(minor ? minor_put(g, pno, until_ms, err) : minor_forget(g, pno, err));
    return minor ? take_back(g, pno, ev, err) : CU_OK;
}
